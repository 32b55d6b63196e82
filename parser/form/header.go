package form

import (
	"cmp"
	"slices"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

// A header is labels: columns, and headings over some of them. What may stand
// under what, and in which orders a print of it can be written down, follows from
// the headers of the forms, which are data. Where the labels have places, as in a
// grid, and the places do not contradict each other, they decide; else the order.

// axis is the header of one of the standard tables.
type axis struct {
	headings, columns group // the labels that it is made of
	cat               *catalog.Catalog
	headers           []catalog.Header
	wholes            [][]string          // the columns of each, and those of a heading alone
	over              map[string][]string // the headings that stand over a label; "" for none
	times             map[string]int      // how often a label stands in one header
	under             map[string]bool     // headings that have columns of their own
}

func newAxis(cat *catalog.Catalog, table string, headings, columns group) *axis {
	a := &axis{headings: headings, columns: columns, cat: cat, headers: cat.Headers(table), over: map[string][]string{}, times: map[string]int{}, under: map[string]bool{}}
	for _, h := range a.headers {
		times := map[string]int{}
		var whole []string
		var walk func(heading string, nodes []catalog.Column)
		walk = func(heading string, nodes []catalog.Column) {
			var bare []string // their names, where those of a heading have others
			for _, n := range nodes {
				times[n.Code]++
				a.times[n.Code] = max(a.times[n.Code], times[n.Code])
				if !slices.Contains(a.over[n.Code], heading) {
					a.over[n.Code] = append(a.over[n.Code], heading)
				}
				if len(n.Under) > 0 {
					a.under[n.Code] = a.under[n.Code] || false
					walk(n.Code, n.Under)
					continue
				}
				a.under[heading] = true
				whole = append(whole, a.name(heading, n.Code))
				if a.name(heading, n.Code) != n.Code {
					bare = append(bare, n.Code)
				}
			}
			if len(bare) > 0 {
				a.wholes = append(a.wholes, bare)
			}
		}
		walk("", h.Columns)
		a.wholes = append(a.wholes, whole)
	}
	delete(a.under, "")
	return a
}

// groups are those of all its labels.
func (a *axis) groups() []group {
	if a.headings == "" {
		return []group{a.columns}
	}
	return []group{a.columns, a.headings}
}

// often is how many times a label may stand in a header.
func (a *axis) often(code string) int { return max(a.times[code], 1) }

// heading reports whether a label heads others.
func (a *axis) heading(code string) bool {
	_, ok := a.under[code]
	return ok
}

// has reports whether a token is one of its labels.
func (a *axis) has(t *token) bool { return t.has(a.columns) || t.has(a.headings) }

// name is the code of a column under a heading: review.upheld, but
// natural_person under any.
func (a *axis) name(heading, column string) string {
	if _, ok := a.cat.Lookup(heading + "." + column); ok {
		return heading + "." + column
	}
	return column
}

// headCell is one label of a header, or a cell without any.
type headCell struct {
	code  string // of a column or heading; "" of no form
	raw   string
	row   int // of the header, or the line that its label begins on
	span      // none in flattened text
	reach int // of a heading: the end of what it heads
}

func (c *headCell) leaf(code string) leaf {
	return leaf{code: code, span: c.span, raw: c.raw}
}

// columnsOf reads the header that cells make, row by row. Cells of no form count
// from column from on, and nowhere left of the first that is known where from is
// negative. Nil where nothing tells what is which.
func (a *axis) columnsOf(cells []headCell, from int) *columns {
	known := slices.DeleteFunc(slices.Clone(cells), func(c headCell) bool { return c.code == "" })
	if len(known) == 0 {
		return nil
	}
	if c := a.byPlace(cells, from); c != nil {
		return c
	}
	first := slices.MinFunc(known, func(x, y headCell) int { return x.col - y.col }).col
	return a.byOrder(slices.DeleteFunc(slices.Clone(cells), func(c headCell) bool { return c.code == "" && (c.raw == "" || c.col <= first) }), inRows)
}

// byPlace puts each column under the innermost heading that reaches over it. Nil
// where the places contradict each other or the forms.
func (a *axis) byPlace(cells []headCell, from int) *columns {
	heads := a.reach(cells)
	var leaves []leaf
	filled := map[string]bool{}
	for i := range cells {
		c := &cells[i]
		if c.code == "" || a.heading(c.code) {
			continue
		}
		heading, ok := a.headingOf(c, heads)
		if !ok {
			return nil
		}
		filled[heading] = true
		leaves = addLeaf(leaves, c.leaf(a.name(heading, c.code)))
	}
	for _, h := range heads {
		if !a.under[h.code] || filled[h.code] {
			continue
		}
		if slices.ContainsFunc(cells, func(c headCell) bool { return slices.Contains(a.over[c.code], h.code) }) {
			return nil
		}
		leaves = append(leaves, h.leaf("")) // a column itself, which no form has
	}
	if len(leaves) == 0 {
		return nil
	}
	if c := newColumns(withUnknown(leaves, cells, from)); c != nil && c.geometry {
		return c
	}
	return nil
}

// withUnknown adds to the columns that are known the others, from column from on or
// behind the first that is known: one of no form has one cell with a label at most.
func withUnknown(leaves []leaf, cells []headCell, from int) []leaf {
	if from < 0 {
		from = slices.MinFunc(leaves, func(x, y leaf) int { return x.col - y.col }).col
	}
	for _, blank := range []bool{false, true} {
		for i := range cells {
			c := &cells[i]
			taken := func(l leaf) bool { return l.meets(c.span) }
			if c.code == "" && c.col >= from && (c.raw == "") == blank && !slices.ContainsFunc(leaves, taken) {
				leaves = append(leaves, c.leaf(""))
			}
		}
	}
	slices.SortStableFunc(leaves, func(x, y leaf) int { return x.col - y.col })
	return leaves
}

// reach lists the headings. One that lost its span reaches over the empty cells
// behind it.
func (a *axis) reach(cells []headCell) (heads []headCell) {
	for i, c := range cells {
		if !a.heading(c.code) {
			continue
		}
		c.reach = c.end
		for k := i + 1; k < len(cells) && cells[k].row == c.row && cells[k].raw == ""; k++ {
			c.reach = cells[k].end
		}
		heads = append(heads, c)
	}
	return heads
}

// headingOf is the innermost heading over a column; false where it is none that
// may stand there.
func (a *axis) headingOf(c *headCell, heads []headCell) (heading string, ok bool) {
	printed := false
	for _, h := range heads {
		printed = printed || slices.Contains(a.over[c.code], h.code)
		if over := (span{h.col, h.reach}); over.meets(c.span) {
			if !c.within(over) {
				return "", false
			}
			heading = h.code
		}
	}
	return heading, slices.Contains(a.over[c.code], heading) || heading == "" && !printed
}

// addLeaf adds a column, unless it is one that is printed again in the cells below
// or beside.
func addLeaf(leaves []leaf, l leaf) []leaf {
	for i := range leaves {
		if o := &leaves[i]; o.code == l.code && o.meets(l.span) {
			o.repeated = o.repeated || l.end-l.col < o.end-o.col
			return leaves
		}
	}
	return append(leaves, l)
}

// byOrder reads the columns from the order of their labels, written down in a way. Cells of
// no form stand behind what stands before them.
func (a *axis) byOrder(cells []headCell, how writing) *columns {
	var known []headCell
	behind := map[int][]leaf{} // by the known cell before them; -1 for none
	for _, c := range cells {
		if c.code != "" {
			known = append(known, c)
		} else {
			behind[len(known)-1] = append(behind[len(known)-1], c.leaf(""))
		}
	}
	o, ok := a.order(known, how)
	if !ok {
		return nil
	}
	c := newColumns(o.leaves(known, behind))
	if c != nil { // there are no places, or they contradict each other
		c.geometry, c.sums, c.lined = false, o.sums, how == mixed
		if how == inRows && !a.whole(c) { // columns of no form among them, or another order than any print's
			c.sums = max(c.sums, sumsContest)
		}
	}
	return c
}

// node is a label of a header in the order of its columns.
type node struct {
	code, name string
	column     bool
	level      int
	under      []*node
	cell       int // among those that are read
}

// ordered is a header that a print of some form has.
type ordered struct {
	nodes []*node // left to right, each heading before what it heads
	sums  sumsTask
}

// leaves are the columns, each with what stands behind its cell.
func (o ordered) leaves(cells []headCell, behind map[int][]leaf) []leaf {
	leaves := slices.Clone(behind[-1])
	for _, n := range o.nodes {
		if n.column {
			leaves = append(leaves, cells[n.cell].leaf(n.name))
		}
		leaves = append(leaves, behind[n.cell]...)
	}
	return leaves
}

// writing is how the labels of a header were written down.
type writing uint8

const (
	inText writing = iota // in an order that a print of the form can give
	inRows                // labels under one heading in any order, which is theirs
	mixed                 // cells of two lines beside cells of one, line by line: only a form that is all there is sure
)

// order finds the form that has a header's labels, written down in that way.
func (a *axis) order(cells []headCell, how writing) (ordered, bool) {
	have, first := map[string]int{}, map[string]int{}
	for i, c := range cells {
		if have[c.code]++; have[c.code] == 1 {
			first[c.code] = i
		}
	}
	for _, h := range a.headers {
		top, whole := a.printed(h.Columns, "", 0, have)
		if how == inRows {
			sortNodes(top, first)
		}
		all := flatNodes(top)
		if len(all) == 0 || len(all) != len(cells) {
			continue
		}
		if how != mixed {
			if sums, ok := written(top, cells, h.Proof); ok && (how == inRows || !turned(top, cells, have)) {
				return ordered{all, sums}, true
			}
		} else if whole {
			for _, n := range all {
				n.cell = first[n.code]
			}
			if !turned(all, cells, have) {
				return ordered{all, sumsContest}, true
			}
		}
	}
	return ordered{}, false
}

// turned reports whether one line of a header of several has labels that stand there once in
// another order than that of nodes: 总计 自然人, or 自然人 behind 法律服务机构 where all lines
// are those of a page.
func turned(nodes []*node, cells []headCell, have map[string]int) bool {
	if cells[0].row == cells[len(cells)-1].row {
		return false
	}
	for i, n := range nodes {
		for _, o := range nodes[:i] {
			if cells[o.cell].row == cells[n.cell].row && o.cell > n.cell && have[n.code]+have[o.code] == 2 {
				return true
			}
		}
		if turned(n.under, cells, have) {
			return true
		}
	}
	return false
}

// written finds the reading of a header in which its labels stand, gives each its cell,
// and tells what sums must say of it.
func written(top []*node, cells []headCell, proof bool) (sumsTask, bool) {
	for i, way := range readings(top) {
		if !slices.EqualFunc(way, cells, func(n *node, c headCell) bool { return n.code == c.code }) {
			continue
		}
		for k, n := range way {
			n.cell = k
		}
		switch {
		case proof:
			return sumsProve, true
		case i > 0:
			return sumsContest, true
		}
		return sumsIdle, true
	}
	return sumsIdle, false
}

// printed is the part of a form's header whose labels are there; whole that all
// columns are.
func (a *axis) printed(columns []catalog.Column, heading string, level int, have map[string]int) (nodes []*node, whole bool) {
	whole = true
	for _, c := range columns {
		n := &node{code: c.Code, name: a.name(heading, c.Code), level: level}
		switch {
		case len(c.Under) == 0:
			n.column = true
			if have[c.Code] > 0 {
				nodes = append(nodes, n)
			} else {
				whole = false
			}
			continue
		case have[c.Code] > 0:
			var all bool
			n.under, all = a.printed(c.Under, c.Code, level+1, have)
			if len(n.under) == 0 {
				n.column, n.name = true, "" // a column itself, which no form has
			}
			nodes, whole = append(nodes, n), whole && all
		case a.name(c.Code, c.Under[0].Code) == c.Under[0].Code:
			// Its columns are known without it.
			under, all := a.printed(c.Under, c.Code, level, have)
			nodes, whole = append(nodes, under...), whole && all
		default:
			whole = false
		}
	}
	return nodes, whole
}

// sortNodes puts labels under one heading in the order in which they are met first.
func sortNodes(nodes []*node, first map[string]int) {
	slices.SortStableFunc(nodes, func(x, y *node) int { return cmp.Compare(first[x.code], first[y.code]) })
	for _, n := range nodes {
		sortNodes(n.under, first)
	}
}

func flatNodes(nodes []*node) (all []*node) {
	for _, n := range nodes {
		all = append(append(all, n), flatNodes(n.under)...)
	}
	return all
}

// readings are the orders in which the labels of a header may be written down:
// line by line, where a column that spans lines stands on the first of them, the
// last, or between; or heading by heading. The first is that of a table's rows.
func readings(nodes []*node) (ways [][]*node) {
	all := flatNodes(nodes)
	depth := 0
	for _, n := range all {
		depth = max(depth, n.level)
	}
	for _, share := range []int{0, 1, 2} {
		line := func(n *node) int {
			if !n.column {
				return 2 * n.level
			}
			return 2*n.level + share*(depth-n.level)
		}
		ways = append(ways, slices.SortedStableFunc(slices.Values(all), func(x, y *node) int { return cmp.Compare(line(x), line(y)) }))
	}
	blocks := [][]*node{nil}
	for _, n := range nodes {
		inner := [][]*node{nil}
		if len(n.under) > 0 {
			inner = readings(n.under)
		}
		var longer [][]*node
		for _, b := range blocks {
			for _, in := range inner {
				longer = append(longer, slices.Concat(b, []*node{n}, in))
			}
		}
		blocks = longer
	}
	return append(ways, blocks...)
}

// legend is what the corner of the requests table says, in letters.
const legend = "本列数据的勾稽关系为第一项加第二项之和等于第三项加第四项之和"

// maxHeader bounds the pieces of a header.
const maxHeader = 80

// headerAt reads the header of a flattened table that begins at piece i. It has no
// columns where no print of a form gives their order.
func (f *flatRun) headerAt(a *axis, i int) (c *columns, next int, ok bool) {
	p := &f.pieces[i]
	corner := a == f.disclosure.axis && p.has(groupCorner)
	from := i
	switch {
	case p.glued != "":
		return nil, i, false
	case corner:
		from++
	case !a.has(p) && !f.lex.begins(p.text(), a.groups()...):
		return nil, i, false
	}
	region, strangers, next := f.region(a, from)
	if !corner {
		f.strangerBefore(a, i, strangers)
	}
	tiles, whole := f.lex.tiles(region, a)
	if !a.enough(region, tiles) && (!corner || len(region) == 0) {
		return nil, i, false
	}
	c = noOrder()
	next, ended := f.headerEnd(a, next, corner)
	if whole && ended && (len(strangers) == 0 || !interleaved(tiles)) && !f.torn(a, i) {
		c = a.ofTiles(region, tiles, strangers)
	}
	f.voteColumns(c)
	return f.straight(c), next, true
}

// straight are the columns of a header, unless one is turned: so may be the columns of this
// table, and the words of its header in their order.
func (f *flatRun) straight(c *columns) *columns {
	if f.turned = f.turned || c.turned; f.turned && c.sums == sumsContest {
		return noOrder()
	}
	return c
}

// headerEnd is the piece behind a header whose labels end before piece i: behind 信息内容 where
// that stands there and a figure follows, in a table told from right to left. It reports
// false behind a column that no form has, 小计 that is no row, for a label stands behind it.
func (f *flatRun) headerEnd(a *axis, i int, corner bool) (next int, ended bool) {
	if i+1 >= len(f.pieces) {
		return i, true
	}
	p, figure := &f.pieces[i], f.pieces[i+1].value()
	switch {
	case a == f.disclosure.axis && !corner && p.has(groupCorner) && figure:
		return i + 1, true
	case a == f.requests.axis && p.code(groupOutcome) == "requests.processed_total" && !p.label.numbered && !figure:
		return i + 1, false
	}
	return i, true
}

// strangerBefore notes what stands before the first metric at piece i, which is a column
// as well where it is not 信息内容.
func (f *flatRun) strangerBefore(a *axis, i int, strangers map[int][]headCell) {
	if a != f.disclosure.axis || i == 0 || f.brokenCorner(i) {
		return
	}
	if q := &f.pieces[i-1]; q.words() && len(q.means) == 0 && len([]rune(q.raw)) <= 20 {
		strangers[-1] = []headCell{{raw: q.raw}}
	}
}

// brokenCorner reports whether the pieces before piece i are 信息内容, broken over
// lines.
func (f *flatRun) brokenCorner(i int) bool {
	raw := ""
	for k := 1; k <= maxPieces && i >= k && f.pieces[i-k].kind == tokenText && !f.pieces[i-k].prose; k++ {
		raw = f.pieces[i-k].raw + raw
		if t := f.newToken(raw, f.pieces[i-k].at); t.has(groupCorner) {
			return true
		}
	}
	return false
}

// torn reports whether the header of section four that begins at piece i is the end
// of one, for a piece of another proceeding's name stands before it.
func (f *flatRun) torn(a *axis, i int) bool {
	if a != f.review.axis || i == 0 {
		return false
	}
	p := &f.pieces[i-1]
	return !p.value() && !p.prose && f.lex.partOf(p.text(), a.groups()...)
}

// region collects the pieces from i on that are labels of a header or parts of
// them. Labels that are none keep their places in section two, by the piece before
// them; elsewhere they end it.
func (f *flatRun) region(a *axis, i int) (region []token, strangers map[int][]headCell, next int) {
	strangers = map[int][]headCell{}
	for ; i < len(f.pieces) && len(region) < maxHeader; i++ {
		p := f.pieces[i]
		if !p.words() || p.label.numbered && !p.has(a.headings) {
			break
		}
		if unitLine(p.raw) != "" || strings.Contains(legend, p.text()) && len(p.text()) > len("之和") {
			continue
		}
		if !f.lex.partOf(p.text(), a.groups()...) {
			code := f.search(p.label, a.columns)
			if len(p.means) > 0 || code == "" && a != f.disclosure.axis || f.lex.partOf(p.text(), groupSubject) {
				break
			}
			if code == "" {
				strangers[len(region)-1] = append(strangers[len(region)-1], headCell{raw: p.raw})
				continue
			}
			p.knownLabel = &knownLabel{label: label{full: f.lex.spelled(a.columns, code)}}
		}
		region = append(region, p)
	}
	return region, strangers, i
}

// enough reports whether pieces or what they make name so many columns that they are
// a header. 其他 and 总计 do not count: they stand everywhere.
func (a *axis) enough(region []token, tiles []tile) bool {
	columns := map[string]bool{}
	for i := range region {
		columns[region[i].code(a.columns)] = true
	}
	for _, t := range tiles {
		columns[t.code] = true
	}
	n := 0
	for code := range columns {
		if a.times[code] > 0 && !a.heading(code) && !commonColumn(code) {
			n++
		}
	}
	return n >= 3 || n > 0 && len(a.under) == 0
}

// commonColumn reports a column whose label, 其他 or 总计, stands everywhere.
func commonColumn(code string) bool {
	return code == "other_organization" || code == catalog.ApplicantTotal
}

// ofTiles reads the header that tiles make, with strangers behind its pieces.
func (a *axis) ofTiles(region []token, tiles []tile, strangers map[int][]headCell) *columns {
	cells := slices.Clone(strangers[-1])
	how, oneLine, headed := a.writingOf(tiles), true, false
	for _, t := range tiles {
		oneLine = oneLine && region[t.last].line == region[tiles[0].first].line
		if a.times[t.code] == 0 {
			continue // 申请人情况, which heads the whole
		}
		headed = headed || a.heading(t.code)
		cells = append(cells, headCell{code: t.code, raw: t.raw, row: int(region[t.first].line)})
		for k := t.first; k <= t.last; k++ {
			cells = append(cells, strangers[k]...)
		}
	}
	c := a.byOrder(cells, how)
	turned := c == nil && how == inText && a.named(cells)
	if oneLine && !headed && (c == nil || c.sums == sumsProve) { // a line of print goes from left to right
		c = newColumns(leavesOf(cells))
	}
	if c == nil || !a.ends(cells) {
		c = noOrder()
	}
	c.flat, c.geometry, c.turned = true, false, turned
	return c
}

// writingOf is how the labels of a header were written down in a text.
func (a *axis) writingOf(tiles []tile) writing {
	if len(a.under) > 0 && interleaved(tiles) {
		return mixed
	}
	return inText
}

// leavesOf are cells as columns, from left to right.
func leavesOf(cells []headCell) (leaves []leaf) {
	for _, cell := range cells {
		leaves = append(leaves, cell.leaf(cell.code))
	}
	return leaves
}

// named reports whether cells are all the labels of a form's header, in whatever order.
func (a *axis) named(cells []headCell) bool {
	have := map[string]int{}
	for _, c := range cells {
		have[c.code]++
	}
	return slices.ContainsFunc(a.headers, func(h catalog.Header) bool {
		nodes, whole := a.printed(h.Columns, "", 0, have)
		return whole && len(flatNodes(nodes)) == len(cells)
	})
}

// ends reports whether all columns are there that stand beside the headings of a
// form: without them the header is cut short, and figures would be too many for it.
func (a *axis) ends(cells []headCell) bool {
	return len(a.under) == 0 || slices.ContainsFunc(a.headers, func(h catalog.Header) bool {
		return !slices.ContainsFunc(h.Columns, func(c catalog.Column) bool {
			return len(c.Under) == 0 && !slices.ContainsFunc(cells, func(cell headCell) bool { return cell.code == c.Code })
		})
	})
}

// whole reports whether the columns are those of a form, or those that each of its
// headings has: in printed order, unless their places tell another. Where there are no
// headings, others may stand beside them.
func (a *axis) whole(c *columns) bool {
	codes := slices.DeleteFunc(c.codes(), func(code string) bool { return code == "" && len(a.under) == 0 })
	if !c.geometry {
		return slices.ContainsFunc(a.wholes, func(names []string) bool { return slices.Equal(codes, names) })
	}
	return slices.ContainsFunc(a.wholes, func(names []string) bool { return slices.Equal(sorted(codes), sorted(names)) })
}

// noOrder are the columns of a header whose order cannot be known.
func noOrder() *columns { return &columns{flat: true} }

// headCells are the labels of a grid's header rows.
func (r *reader) headCells(a *axis, rows []tableRow) (cells []headCell) {
	for k := range rows {
		for i := range rows[k].tokens {
			t := &rows[k].tokens[i]
			code := cmp.Or(t.code(a.headings), t.code(a.columns))
			if code == "" && t.kind == tokenText && len(t.means) == 0 {
				code = r.search(t.label, a.columns)
			}
			if code != "" && a.times[code] == 0 {
				continue // 申请人情况, which heads the whole
			}
			cells = append(cells, headCell{code: code, raw: strings.TrimSpace(t.raw), row: k, span: t.span})
		}
	}
	return cells
}

// restored are the columns of a form's header whose misprinted labels (自燃人, 总什) are those
// that it lacks, each in its own place: short labels tell nothing by themselves. Nil where
// nothing is misprinted, or more than that.
func (r *reader) restored(a *axis, cells []headCell, from int) *columns {
	if a.columns != groupApplicant { // the others have no sums in every row, or longer labels
		return nil
	}
	all := a.wholes[0] // the prints differ in the order only
	lacking := slices.DeleteFunc(slices.Clone(all), func(code string) bool {
		return slices.ContainsFunc(cells, func(c headCell) bool { return c.code == code })
	})
	if len(lacking) == 0 || 2*len(lacking) > len(all) {
		return nil
	}
	mended := slices.Clone(cells)
	for i := range mended {
		if c := &mended[i]; c.code == "" && c.raw != "" {
			c.code = r.lex.alike(c.raw, a.columns, lacking)
		}
	}
	c := a.columnsOf(mended, from)
	if c == nil || !c.geometry || !slices.ContainsFunc(a.wholes, func(names []string) bool { return slices.Equal(c.codes(), names) }) {
		return nil
	}
	c.sums = sumsAgree
	return c
}

// halvedLabel is what is left of 本年新制作数量 and of 本年新公开数量 without their second lines.
const halvedLabel = "本年新"

// halved names two columns whose labels lost their second line, where the third shows which
// they are: before 对外公开总数量 there is one reading.
func (b book) halved(cells []token) {
	for i := 0; i+2 < len(cells); i++ {
		if cells[i].label.full != halvedLabel || cells[i+1].label.full != halvedLabel || cells[i+2].code(groupMetric) != "published_total" ||
			i+3 < len(cells) && cells[i+3].words() && len(cells[i+3].means) == 0 {
			continue
		}
		for k, code := range []string{"made", "newly_published"} {
			whole, _ := newLabel(b.lex.spelled(groupMetric, code))
			cells[i+k].knownLabel = &knownLabel{whole, b.lex.meanings(whole)}
		}
	}
}

// unsettled reports a header that tells nothing.
func (r *reader) unsettled(s *section, at report.Locator) {
	f := report.Warning(report.RuleAmbiguous, "the header of the %s table cannot be told apart; its figures were left out", s.name)
	f.Locator = at
	r.finding(f)
}
