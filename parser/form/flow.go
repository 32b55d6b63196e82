package form

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"nianbao/parser/catalog"
	"nianbao/parser/document"
	"nianbao/parser/report"
	"nianbao/parser/text"
)

// flatRun reads one run of pieces.
type flatRun struct {
	*flatReader
	pieces  []token
	severed bool // what follows the run may be the rest of its last row
	mixed   bool // a header of section four was in no order of the form's
	i       int
	group   *flatGroup
	table   *flatTable // of the group, the one in hand; nil between two
	unit    string     // of amounts, as the last line of its own named it
}

// flatGroup is the tables of one section.
type flatGroup struct {
	*section
	tables []*flatTable
	from   int  // the piece that it begins at
	stray  bool // figures stand between two tables, behind an article or a piece of a label
}

// flatTable is one header with the rows below it.
type flatTable struct {
	columns    *columns
	at         report.Locator
	block      int32
	unit       string
	visual     bool    // as flatReader has it
	abreast    bool    // two headers stood side by side, and their rows run into each other
	ahead      []token // figures before the first label
	heap       int     // of the annex: how many figures stand before it
	brokenDash bool    // of the annex: —— is broken in two
	narrow     bool    // the header is broken after every character: figures may be, too
	unsure     bool    // a sum contradicts the order of the columns
	mixed      bool    // as flatRun has it
	items      []flatItem

	rows    map[string]bool // what its labels name
	heads   map[string]bool // what is named that they are details of
	filled  bool            // figures stand behind some label
	gaps    bool            // a row has fewer figures than there are columns: blank cells are lost
	wide    bool            // a row has on its own line more figures than there are columns: the header lacks one
	lines   bool            // some rows are each all on one line
	crowded bool            // figures are left that are no row's
	early   bool            // in a table of the section, figures stand before the first label
	open    bool            // in one, labels and figures do not stand in turn
}

// flatItem is one label of a table with what follows it: a row where it has a code.
type flatItem struct {
	labelled
	last     int32  // line that the label ends on
	opens    bool   // the label begins its line
	unit     *token // in the annex: what stands between label and figure
	before   int    // figures that stand before the unit
	heading  bool
	sure     bool // label and figures, as many as columns, are all of one line
	rest     int  // figures that stand behind those of a sure row
	fragment bool // it may be part of the label beside it
	piece    bool // it is surely a piece of some label
}

func (f *flatRun) read() {
	for f.i < len(f.pieces) {
		p := &f.pieces[f.i]
		if f.table != nil && !f.list() && f.owners[p.block] != f.owners[f.table.block] {
			f.close() // a heading names another year or body
		}
		switch {
		case p.prose:
			f.interrupt()
			if !f.list() {
				f.close()
			}
			f.i++
		case p.value():
			f.figures()
		default:
			f.unit = cmp.Or(unitLine(p.raw), f.unit)
			if f.list() || !f.header() {
				f.label()
			}
		}
	}
	if f.severed {
		f.interrupt()
	}
	f.close()
}

// list reports whether the annex is in hand.
func (f *flatRun) list() bool { return f.in(f.annexList) }

// in reports whether tables of a section are in hand.
func (f *flatRun) in(s *section) bool { return f.group != nil && f.group.section == s }

// openAnnex opens the annex, whose rows have one figure each. It has no header to
// speak of, and may begin anywhere in the run.
func (f *flatRun) openAnnex() {
	f.add(f.annexList, &flatTable{columns: &columns{leaves: []leaf{{code: annexFigures}}, lone: true, flat: true}})
	f.dropNumbers()
}

// header opens a table where one begins. The figures of section four stand right behind it.
func (f *flatRun) header() bool {
	for _, s := range f.sections {
		c, next, ok := f.headerAt(s.axis, f.i)
		if !ok {
			continue
		}
		begun := f.in(s) && f.table != nil
		abreast := begun && s == f.disclosure && len(f.table.items) == 0
		switch {
		case s == f.disclosure:
			if f.metricsDue && !f.pieces[f.i].has(groupCorner) {
				c = noOrder() // the rest of a header that was broken over lines
			}
			f.metricsDue = false
		case begun && len(f.table.items) > 0 && slices.Equal(f.table.columns.codes(), c.codes()):
			f.use(next - f.i) // repeated at a page break, it begins no new table
			return true
		default:
			f.close()
		}
		f.seen[s.table] = true
		p := &f.pieces[f.i]
		f.add(s, &flatTable{columns: c, at: p.at, block: p.block, unit: f.unit, narrow: narrow(f.pieces[f.i:next]), abreast: abreast})
		f.use(next - f.i)
		if s == f.review {
			f.results()
			f.close()
		}
		return true
	}
	return false
}

// add takes a table of a section in hand.
func (f *flatRun) add(s *section, t *flatTable) {
	if !f.in(s) {
		f.close()
		f.group = &flatGroup{section: s, from: f.i}
	}
	f.table, t.visual = t, f.visual
	f.group.tables = append(f.group.tables, t)
}

// use marks n pieces as part of a table and steps over them.
func (f *flatRun) use(n int) {
	for ; n > 0 && f.i < len(f.pieces); n-- {
		f.used[f.pieces[f.i].block] = true
		f.i++
	}
}

// values are the figures from the piece in hand on.
func (f *flatRun) values() []token {
	end := f.i
	for end < len(f.pieces) && f.pieces[end].value() {
		end++
	}
	return f.pieces[f.i:end:end]
}

// figures takes what stands behind a label, or before the first.
func (f *flatRun) figures() {
	values := f.values()
	f.unit = ""
	if f.table == nil {
		if f.group != nil && f.i > 0 && (f.pieces[f.i-1].has(groupArticle) || len(f.pieces[f.i-1].means) == 0) {
			f.group.stray = true
		}
		f.i += len(values)
		return
	}
	switch n := len(f.table.items); {
	case n > 0 && f.ordinal(&f.table.items[n-1], values):
		f.table.items[n-1].fragment = true // its figures were lost as well
	case n > 0:
		it := &f.table.items[n-1]
		it.values = append(it.values, values...)
	case f.list() && !f.annexHead():
		f.table.heap += figuresIn(values)
	case len(values) == f.table.width() && numbersColumns(values):
		// 1 2 3 …: the columns are numbered.
	default:
		f.table.ahead = append(f.table.ahead, values...)
	}
	f.use(len(values))
}

// ordinal reports whether the figure in hand is the number of the label behind it on its line,
// which lost its dot: 5 其他方式回应事件数 below 4.微博微信回应事件数.
func (f *flatRun) ordinal(above *flatItem, values []token) bool {
	if len(values) != 1 || !f.opensLine() || f.i+1 >= len(f.pieces) {
		return false
	}
	p, next := &f.pieces[f.i], &f.pieces[f.i+1]
	before, _ := text.LeadingNumber(strings.Replace(text.Fold(above.label.raw), ".", "、", 1))
	n, err := strconv.Atoi(before)
	return err == nil && strings.TrimSpace(p.raw) == strconv.Itoa(n+1) && next.line == p.line && next.words() && !next.label.numbered
}

// label takes a label, or a piece of one, into the table in hand.
func (f *flatRun) label() {
	p := &f.pieces[f.i]
	switch {
	case !f.list() && p.has(groupArticle):
		if f.in(f.requests) {
			f.close()
		}
		f.table = nil
		f.use(1)
		return
	case f.table == nil:
		f.i++
		return
	}
	if n := len(f.table.items); n > 0 && f.list() && f.table.items[n-1].takeUnit(f.lex, *p) {
		f.use(1)
		return
	}
	if f.list() && f.behindUnit(p) {
		it := &f.table.items[len(f.table.items)-1]
		if ordinalOnly(p.raw) && f.opensLine() {
			it.why = "a number that is its figure or the next label's stands behind its unit"
			f.use(1)
			return
		}
		it.values = append(it.values, token{raw: p.raw + document.Unread, at: p.at, kind: tokenOdd, knownLabel: &noLabel, flat: p.flat})
		f.use(1)
		return
	}
	if it, parts, ok := f.rowLabel(); ok {
		f.table.items = append(f.table.items, it)
		f.use(parts)
		return
	}
	if n := f.around(); n > 0 {
		f.use(n)
	} else if p.text() == "" {
		f.mark(p)
	} else {
		f.stranger(p)
	}
}

// mark steps over a piece without letters: 三、 alone, or ° that may be one of the last row's figures.
func (f *flatRun) mark(p *token) {
	if n := len(f.table.items); n > 0 && !ordinalOnly(p.raw) {
		it := &f.table.items[n-1]
		it.fragment = true
		if k := len(it.values); k > 0 && p.scanMark() && k < f.table.width() && it.why == "" {
			it.why = "a mark that may be a figure stands among its figures"
		}
	}
	f.use(1)
}

// scanMark reports a piece that a scan made of a figure, and that no label is broken into: °.
func (t *token) scanMark() bool {
	return t.text() == "" && strings.Trim(t.raw, zeros+"&$%") == ""
}

// zeros are what a scan makes of 0.
const zeros = "〇○°"

// behindUnit reports whether a piece that is no label stands where the figure of the list's last
// row is due, right behind its unit, and is one or what a scan made of it: 21。, (8), 注105, S, 丨.
func (f *flatRun) behindUnit(p *token) bool {
	n := len(f.table.items)
	if n == 0 || f.i == 0 || len(p.means) > 0 || f.lex.partOf(p.text(), groupAnnex) || utf8.RuneCountInString(p.raw) > 12 {
		return false
	}
	it := &f.table.items[n-1]
	return it.unit != nil && len(it.values) == 0 && f.pieces[f.i-1].at == it.unit.at && f.lex.unit(f.pieces[f.i-1].raw) &&
		(strings.ContainsAny(text.Fold(p.raw), "0123456789丨"+zeros) || !text.HasHan(p.raw))
}

// stranger takes the piece in hand, which is no label of the table's, for a piece of one,
// a row that no form has, or the end of the table.
func (f *flatRun) stranger(p *token) {
	figures := f.i+1 < len(f.pieces) && f.pieces[f.i+1].value()
	it := flatItem{labelled: labelled{label: p, torn: f.table.beginsLabel()}, last: p.line, opens: f.opensLine()}
	if f.list() {
		it.piece = f.lex.partOf(p.text(), groupAnnex)
	} else {
		it.piece = len(p.means) == 0 && f.lex.partOf(p.text(), groupSubject, groupOutcome, groupOutcomes)
	}
	heading := mainHeading(text.Label(p.raw))
	switch {
	case f.list():
		if it.fragment = figures || it.piece; len(f.table.items) > 0 {
			f.table.items = append(f.table.items, it)
		}
		f.i++
		return
	case figures, it.piece, f.in(f.requests) && (len([]rune(p.raw)) <= 8 || !heading && f.strangers() < maxStrangers):
		it.fragment = len(p.means) == 0
		f.table.items = append(f.table.items, it)
		f.use(1)
		return
	}
	// A note, or the next section.
	if !heading {
		f.interrupt()
	}
	if heading || f.in(f.requests) {
		f.close()
	}
	f.table = nil
	f.i++
}

// interrupt notes that text of another kind follows the table in hand: it may part
// labels from their figures, the last ones or, where no row stands on one line, any.
func (f *flatRun) interrupt() {
	t := f.table
	if t == nil {
		return
	}
	last := len(t.items) - 1
	if f.list() { // goes on behind it
		if t.bare(last) {
			t.items[last].fragment = true
		}
		return
	}
	rows := slices.ContainsFunc(t.items, func(it flatItem) bool { return len(it.values) > 0 && it.onLine() })
	for i := last; i >= 0 && (!rows || t.bare(i)); i-- {
		if t.bare(i) {
			t.items[i].why = "no figure stands behind it before the text that ends the table"
		}
	}
	t.items = append(t.items, flatItem{labelled: labelled{label: blankAt(report.Locator{})}, fragment: true})
}

// takeUnit takes what stands between label and figure in the annex, if it is a
// unit: 万 and 元 may stand on two lines.
func (it *flatItem) takeUnit(lex *lexicon, t token) bool {
	unit, rest := lex.unit(t.raw), it.unit != nil && lex.unit(it.unit.raw+t.raw)
	if unit {
		it.before = len(it.values)
	}
	switch {
	case rest:
		t.raw = it.unit.raw + t.raw
	case !unit:
		return false
	case it.unit != nil:
		it.why = "two units stand behind its label"
	}
	it.unit = &t
	return true
}

// maxStrangers is how many lines in a row may stand between two rows of a
// table.
const maxStrangers = 4

// strangers counts the labels at the end of the table in hand that it does not
// know.
func (f *flatRun) strangers() int {
	n := 0
	for i := len(f.table.items) - 1; i >= 0 && f.table.items[i].fragment && len(f.table.items[i].values) == 0; i-- {
		n++
	}
	return n
}

// opensLine reports whether the piece in hand is the first of its line.
func (f *flatRun) opensLine() bool { return f.i == 0 || f.pieces[f.i-1].line != f.pieces[f.i].line }

// rowLabel reads the label of a row or a heading that begins here, put together
// from as many pieces as make one.
func (f *flatRun) rowLabel() (it flatItem, parts int, ok bool) {
	p := &f.pieces[f.i]
	n := 1
	for n < maxPieces && p.glued == "" && f.goesOn(f.i+n) {
		n++
	}
	it.label = p
	for ; n > 1; n-- {
		if t := f.joined(*p, f.pieces[f.i+1:f.i+n]); f.group.has(&t) {
			it.label = &t
			break
		}
	}
	it.opens, it.last = f.opensLine(), f.pieces[f.i+n-1].line
	it.at = it.label.at
	it.torn = f.table.beginsLabel()
	near := f.list() && !it.torn || !f.list() && n == 1 && f.i+1 < len(f.pieces) && f.pieces[f.i+1].value()
	it.code, it.heading = f.rowCode(f.group.section, it.label, near)
	return it, n, it.code != "" || it.heading
}

// joined is the label that a piece and those behind it make.
func (f *flatRun) joined(t token, more []token) token {
	raw, of := t.raw, t.flat
	for _, p := range more {
		raw, of.glued = raw+" "+p.raw, p.glued
	}
	t = f.newToken(raw, t.at)
	t.flat = of
	return t
}

// goesOn reports whether piece i may be a further part of a row's label.
func (f *flatRun) goesOn(i int) bool {
	if i >= len(f.pieces) {
		return false
	}
	p := &f.pieces[i]
	return !p.value() && !p.prose && !p.label.numbered && !p.scanMark() && !(f.list() && f.lex.unit(p.raw))
}

// maxPieces bounds the pieces of one label.
const maxPieces = 5

// around joins the pieces before and behind the figures in hand to the label that they
// are together, and returns how many stand behind: figures stand beside the first line of
// a label or beside its middle. Only of as many figures as columns, alone on one line, is it
// sure that no other row begins and ends between two pieces further apart.
func (f *flatRun) around() (behind int) {
	items := f.table.items
	n := len(items)
	if !f.figured() {
		return 0
	}
	it := items[n-1]
	it.sure = f.alone(&it)
	var parts []token
	for from := n - 1; from >= 0 && n-from <= maxPieces; from-- {
		first := &items[from]
		far := it.sure && it.code == "" && first.stranger()
		if from < n-1 && (!far || len(first.values) > 0 || first.label.glued != "") {
			return 0
		}
		parts = slices.Insert(parts, 0, *first.label)
		if t, code, k := f.ending(parts, far, from == n-1); code != "" && (it.code == "" || it.code == code) {
			if k > 1 || from < n-1 {
				it.last, it.opens, it.piece = f.pieces[f.i+k-1].line, first.opens, false
			}
			it.label, it.code, it.fragment = &t, code, false
			f.table.items = append(items[:from], it)
			return k
		}
	}
	return 0
}

// figured reports whether figures stand behind the last label, of which what a scan made of one
// is no piece.
func (f *flatRun) figured() bool {
	items := f.table.items
	n := len(items)
	return n > 0 && !items[n-1].heading && len(items[n-1].values) > 0 && !f.pieces[f.i].scanMark()
}

// beginsLabel reports whether the last item is a label of no form without figures, which may be the
// beginning of the next.
func (t *flatTable) beginsLabel() bool {
	n := len(t.items)
	return n > 0 && t.items[n-1].stranger() && len(t.items[n-1].values) == 0
}

// stranger reports an item that is neither a row nor the heading of some.
func (it *flatItem) stranger() bool { return it.code == "" && !it.heading && it.label.raw != "" }

// ending joins the parts of a label to the pieces from the one in hand on, to the first only
// unless it may be far, and returns the label, what it names and the pieces that it takes.
// A longer label is preferred, except to one whose figures stand right before its last piece.
func (f *flatRun) ending(parts []token, far, next bool) (t token, code string, k int) {
	for k = 1; (k == 1 || far && k <= maxPieces) && f.i+k <= len(f.pieces); k++ {
		if f.pieces[f.i+k-1].glued != "" || !(next && k == 1) && !f.goesOn(f.i+k-1) {
			break
		}
		t = f.joined(parts[0], slices.Concat(parts[1:], f.pieces[f.i:f.i+k]))
		t.glued = parts[0].glued
		longer := *blankAt(t.at)
		if !(next && k == 1) && f.goesOn(f.i+k) {
			longer = f.joined(t, f.pieces[f.i+k:f.i+k+1])
		}
		if !f.group.has(&t) || f.group.has(&longer) {
			continue
		}
		if code, _ = f.rowCode(f.group.section, &t, false); code != "" {
			break
		}
	}
	return t, code, k
}

// alone reports whether the label in hand has as many figures as columns, which are those
// right before the next piece, all on one line that holds nothing else.
func (f *flatRun) alone(it *flatItem) bool {
	n := f.table.width()
	if n < 2 || f.list() || len(it.values) != n || it.heading || it.label.glued != "" {
		return false
	}
	line := it.values[0].line
	return it.values[n-1].line == line && f.pieces[f.i].line != line && f.i > n && f.pieces[f.i-n-1].line != line && f.pieces[f.i-n].value()
}

// close judges the tables in hand and records their rows.
func (f *flatRun) close() {
	g := f.group
	f.group, f.table = nil, nil
	if g == nil {
		return
	}
	f.heaped(g)
	f.inBlocks(g)
	g.settle()
	g.judge()
	for _, t := range g.tables {
		f.reader.table++
		f.whose = f.owners[t.block]
		f.take(table{section: g.section, columns: t.columns, rows: f.rows(g.section, t)})
	}
}

// heaped doubts the rows at the beginning and at the end of the tables in hand that have no
// figure, where figures that no label claims stand on lines of their own before or behind them.
func (f *flatRun) heaped(g *flatGroup) {
	if last := g.tables[len(g.tables)-1]; f.unclaimed(slices.All(f.pieces[f.i:])) {
		for i := len(last.items) - 1; i >= 0 && len(last.items[i].values) == 0; i-- {
			last.doubtBare(i, "behind")
		}
	}
	if !f.unclaimed(slices.Backward(f.pieces[:g.from])) {
		return
	}
	for _, t := range g.tables {
		for i := range t.items {
			if len(t.items[i].values) > 0 {
				return
			}
			t.doubtBare(i, "before")
		}
	}
}

// doubtBare doubts row i if it has no figure, for figures stand apart from all labels.
func (t *flatTable) doubtBare(i int, where string) {
	if t.bare(i) {
		t.items[i].why = fmt.Sprintf("no figure stands behind it, and figures without a label stand %s the table", where)
	}
}

// unclaimed reports whether the first of pieces that are neither a label nor running text are figures
// alone on their lines.
func (f *flatRun) unclaimed(pieces iter.Seq2[int, token]) bool {
	n := 0
	for _, p := range pieces {
		claimed := p.prose || slices.ContainsFunc(f.sections, func(s *section) bool {
			return !p.value() && f.lex.partOf(p.text(), s.axis.columns) || s.has(&p) && s != f.review
		})
		n++
		switch {
		case n > maxHeader, claimed, p.value() && p.kind != tokenFigure:
			return false
		case p.value() && p.alone:
			return true
		}
	}
	return false
}

// rows are those of a flattened table of a section.
func (f *flatRun) rows(s *section, t *flatTable) (rows []labelled) {
	for i := range t.items {
		it := &t.items[i]
		if it.code == "" && len(it.values) == 0 && !(s == f.annexList && it.heading) {
			continue
		}
		q := it.labelled
		q.at, q.whose, q.values, q.unit = it.label.at, f.owners[it.label.block], it.cells(t.width()), t.unit
		if it.unit != nil {
			q.values = append([]token{*it.unit}, q.values...)
		}
		if q.why == "" && looseSign(t.columns, it.values) {
			q.why = "a dash before a figure may be its sign or a cell of its own"
		}
		rows = append(rows, q)
	}
	return rows
}

// cells are the figures of a row; as many blanks as columns where it has none.
func (it *flatItem) cells(n int) []token {
	if it.label.glued != "" {
		return []token{{raw: it.label.glued, at: it.label.at, kind: tokenFigure, knownLabel: &noLabel}}
	}
	if len(it.values) > 0 || it.why != "" {
		return it.values
	}
	return slices.Repeat([]token{*blankAt(it.label.at)}, n)
}

// annexHead reports whether the header of the annex stands above piece i.
func (f *flatRun) annexHead() bool {
	return slices.ContainsFunc(f.pieces[max(0, f.i-12):f.i], func(p token) bool { return f.lex.headsList(p.label.full) })
}

// looseSign reports whether a row of one line has a dash before a figure where
// figures have signs: 本年增/减 of – 38.
func looseSign(c *columns, values []token) bool {
	if !slices.ContainsFunc(c.leaves, func(l leaf) bool { return l.code == "items_change" }) {
		return false
	}
	for i := 1; i < len(values); i++ {
		if a, b := &values[i-1], &values[i]; a.at == b.at && a.kind == tokenNothing && b.kind == tokenFigure {
			return true
		}
	}
	return false
}

// results takes the figures of section four, which stand behind the header, for a row.
func (f *flatRun) results() {
	t, values := f.table, f.values()
	f.mixed = f.mixed || t.width() == 0
	t.mixed = f.mixed
	f.use(len(values))
	if len(values) > 0 && !numbersColumns(values) {
		label := blankAt(t.at)
		label.block, label.line = t.block, values[0].line
		t.items = []flatItem{{labelled: labelled{label: label, values: values}, last: label.line}}
	}
}

// totals reports whether the header names a total of each proceeding it names.
func (c *columns) totals() bool {
	codes := c.codes()
	return !slices.ContainsFunc(codes, func(code string) bool {
		i := strings.LastIndexByte(code, '.')
		return i > 0 && !slices.Contains(codes, code[:i+1]+catalog.ApplicantTotal)
	})
}
