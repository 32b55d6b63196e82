package form

import (
	"cmp"
	"slices"
	"strings"

	"nianbao/parser/document"
	"nianbao/parser/report"
	"nianbao/parser/text"
)

// gridRows are the rows of a grid that have cells of their own: one without any
// must not part a header.
func (r *reader) gridRows(g *document.Grid) []tableRow {
	rows := make([]tableRow, 0, len(g.Rows))
	cells := 0
	for i := range g.Rows {
		cells += len(g.Rows[i])
	}
	all := make([]token, 0, cells) // of which each row has a part
	for i := range g.Rows {
		row := tableRow{tokens: all[len(all):]}
		for _, c := range g.Rows[i] {
			if c.Row != i {
				row.hanging = append(row.hanging, hanging{span{c.Col, c.End()}, c.Text})
				continue
			}
			row.tokens = append(row.tokens, token{raw: c.Text, at: g.Locator(c), span: span{c.Col, c.End()}})
			r.classify(&row.tokens[len(row.tokens)-1])
		}
		if n := len(row.tokens); n > 0 {
			row.tokens = row.tokens[:n:n]
			r.halved(row.tokens)
			all = all[:len(all)+n]
			rows = append(rows, row)
			shareFigures(rows)
		}
	}
	return rows
}

// shareFigures marks the figures that hang from other rows into the last one, where that has
// a label of its own: they tell of all these rows together.
func shareFigures(rows []tableRow) {
	last := &rows[len(rows)-1]
	if !slices.ContainsFunc(last.tokens, func(t token) bool { return t.kind == tokenText }) {
		return
	}
	for _, h := range last.hanging {
		for k := len(rows) - 2; k >= 0 && k >= len(rows)-1-maxShared; k-- {
			if i := slices.IndexFunc(rows[k].tokens, func(t token) bool { return t.span == h.span }); i >= 0 {
				t := &rows[k].tokens[i]
				t.shared = t.kind == tokenFigure && t.raw == h.text
				break
			}
		}
	}
}

// maxShared bounds the rows above one in which a cell that reaches into it is looked for.
const maxShared = 50

// gridColumns are the columns of a grid in place of its rows.
func (r *reader) gridColumns(g *document.Grid) []tableRow {
	columns := make([]tableRow, g.Width())
	for i := range g.Rows {
		for _, c := range g.Rows[i] {
			if c.Row != i {
				continue
			}
			t := r.newToken(c.Text, g.Locator(c))
			t.span = span{c.Row, c.Row + c.RowSpan}
			columns[c.Col].tokens = append(columns[c.Col].tokens, t)
			for k := c.Col + 1; k < c.End(); k++ {
				columns[k].hanging = append(columns[k].hanging, hanging{t.span, c.Text})
			}
		}
	}
	return slices.DeleteFunc(columns, func(row tableRow) bool { return len(row.tokens) == 0 })
}

// sideways reports whether a table has across what the standard has down, and
// the other way round: outcomes, subjects or proceedings in one row.
func (b book) sideways(rows []tableRow) bool {
	results := count(rows, groupResult)
	lies := slices.ContainsFunc(rows, func(row tableRow) bool {
		return row.figures() == 0 && (row.count(groupOutcome) > 3 || row.count(groupSubject) > 2 || row.count(groupBody) > 2 && results > 3)
	})
	if !lies || len(rows) > maxSideways {
		return false
	}
	for i := range rows {
		row := &rows[i]
		if row.end() > maxSideways || b.namesApplicants(rows, i) || row.count(groupResult) > 2 {
			return false
		}
	}
	return true
}

// headed reports whether rows have a heading of the standard's own: a table that
// lay sideways goes on with no other.
func (b book) headed(rows []tableRow) bool {
	for i := range rows {
		if b.namesApplicants(rows, i) || rows[i].count(groupResult) > 2 || rows[i].count(groupMetric) > 0 {
			return true
		}
	}
	return false
}

// maxSideways bounds the rows and columns of a table that may lie sideways.
const maxSideways = 100

// gridRun reads one grid.
type gridRun struct {
	*reader
	rows   []tableRow
	widths map[int]bool // of the rows that hold labels and no figure
	tables []table      // under the headers in force, not yet recorded
	unit   string       // of amounts, as the table's own row or the line above it says
	headed bool         // the grid has a header that names the applicants
	used   bool         // it is a standard table, or part of one
	edges
}

// edges tell how sure it is where the rows of a grid begin and end.
type edges struct {
	loose        bool // they may be broken over lines
	above, below bool // a figure without a label stands there, beside the grid
	width        int
	filled       int // the column behind the last cell of all rows that says anything
}

// readGrid reads one table, and reports whether it is a standard one or part
// of one. above and below are the texts of the blocks beside it.
func (r *reader) readGrid(grid *document.Grid, above, below string) bool {
	rows := r.gridRows(grid)
	if r.sideways(rows) {
		if columns := r.gridColumns(grid); r.headed(columns) {
			rows = columns
		}
	}
	e := edges{loose: grid.Loose}
	if e.loose {
		e.above, e.below = r.bareText(above), r.bareText(below)
		e.width = grid.Width()
		for i := range rows {
			if k := len(rows[i].tokens) - 1; filled(rows[i].tokens[k]) {
				e.filled = max(e.filled, rows[i].end())
			}
		}
		for _, c := range append([]*columns{r.applicants, r.results}, r.blocks...) {
			if c != nil {
				c.carried = true
			}
		}
	}
	if r.readAnnex(rows, e) {
		return true
	}
	if len(rows) > 0 && otherHeader(&rows[0], true) {
		r.blocks = nil // this table does not go on with the one before
	}
	g := gridRun{reader: r, rows: rows, widths: headerWidths(rows), unit: unitLine(above), edges: e}
	for i := 0; i < len(rows); {
		i = g.step(i)
	}
	g.flush()
	if !g.used || r.blocksOf == r.review {
		r.blocks = nil
	}
	if !r.resultsDue {
		r.results = nil
	}
	return g.used
}

// step reads row i, or the header that begins there, and returns the row behind.
func (g *gridRun) step(i int) (next int) {
	row := &g.rows[i]
	g.caption(row)
	if row.figures() == 0 {
		g.unit = cmp.Or(unitLine(row.tokens[len(row.tokens)-1].raw), g.unit)
	}
	if g.single(row) {
		g.used = true
		return i + 1
	}
	for _, s := range g.sections {
		if next := g.header(s, i); next > i {
			return next
		}
	}
	if row.figures() == 0 && otherHeader(row, false) {
		g.blocks = nil
	}
	switch why := g.orphaned(g.rows, i, g.edges); {
	case g.blockRow(row, why), g.requestRow(row, why), g.resultRow(row, why):
		g.used = true
		g.metricsDue = g.metricsDue && row.blank()
	default:
		if row.figures() >= leastResults && row.figures() == len(row.tokens) && count(g.rows[:i], groupResult) >= leastResults {
			g.leaveIn(labelled{at: row.at(), values: row.tokens}) // section four's, under a header that is not understood
		}
		g.strayRow(row, g.used)
	}
	return i + 1
}

// leastResults is how many results a proceeding has in every form.
const leastResults = 5

// caption takes a row that is one text for a heading: of a sheet that holds a table under another.
func (g *gridRun) caption(row *tableRow) {
	at := -1
	for i := range row.tokens {
		switch t := &row.tokens[i]; {
		case t.kind == tokenBlank:
		case t.kind == tokenFigure, at >= 0:
			return
		default:
			at = i
		}
	}
	if at < 0 {
		return
	}
	was := g.captions.whose()
	if g.captions.see(row.tokens[at].raw, "", ""); g.captions.whose() != was {
		g.flush()
		g.reader.table, g.whose = g.reader.table+1, g.captions.whose()
	}
}

// orphaned says why the cells of row i may not be all, or not be its own: the row below
// has figures and no label. Where rows may be broken over lines, that is the rest of
// any row, and elsewhere of one that has no figure itself.
func (r *reader) orphaned(rows []tableRow, i int, e edges) (why string) {
	if e.whole(&rows[i]) {
		e.width = 0 // a bar below it only closes it
	}
	switch {
	case r.goesOn(rows, i, i+1), r.goesOn(rows, i, i-1):
		return partedRow
	case e.loose && (i == 0 && e.above && r.bare(rows[i].tokens) || e.bars(rows, i-1)):
		return "what stands in the line above may be the beginning of its row"
	case e.bars(rows, i+1):
		return "what stands in the line below may be the rest of its row"
	case r.endsAt(rows, i, e):
		return ""
	}
	return "figures without a label stand in the row below, and may be its own"
}

// endsAt reports whether nothing below row i can belong to it.
func (r *reader) endsAt(rows []tableRow, i int, e edges) bool {
	row := &rows[i]
	if i+1 == len(rows) {
		return !e.below || row.tokens[len(row.tokens)-1].kind != tokenBlank && r.holds(row) || !e.loose && row.figures() > 0
	}
	below := &rows[i+1]
	return !r.bare(below.tokens) || !e.loose && (row.figures() > 0 || below.figures() == 0)
}

// holds reports whether the cells of a row are whole: their total is their sum. A figure below
// it is the number of a page rather than another line of its last cell.
func (r *reader) holds(row *tableRow) bool {
	n := len(row.tokens)
	if r.applicants == nil || n < len(r.applicants.leaves) {
		return false
	}
	return r.applicants.adds(row.tokens[n-len(r.applicants.leaves):])
}

// partedRow is why a row is left out of whose cells others have gone to another row.
const partedRow = "figures without a label of their own stand beside it, where its own cells are blank"

// goesOn reports whether the figures of row k, above or below row i, stand where that one is
// blank, and nothing in row k is a label of its own: one row whose cells were parted.
func (r *reader) goesOn(rows []tableRow, i, k int) bool {
	if k < 0 || k >= len(rows) || rows[k].figures() == 0 {
		return false
	}
	row, other := &rows[i], &rows[k]
	blanks := 0
	for n := range other.tokens {
		if t := &other.tokens[n]; t.value() && t.kind != tokenBlank {
			for m := range row.tokens {
				if w := &row.tokens[m]; w.meets(t.span) && w.kind != tokenBlank {
					return false
				} else if w.meets(t.span) {
					blanks++
				}
			}
		}
	}
	return blanks > 0 && r.noLabelButHalves(row, other, k < i)
}

// noLabelButHalves reports whether what a row says is the other half of what the row above
// or below it says, the heading that one stands under, or nothing.
func (r *reader) noLabelButHalves(row, other *tableRow, above bool) bool {
	for n := range other.tokens {
		t := &other.tokens[n]
		if t.value() {
			continue
		}
		for m := range row.tokens {
			if w := &row.tokens[m]; w.meets(t.span) && !r.oneLabel(w, t, above) && !(w.kind == tokenBlank && r.heads(t, row)) {
				return false
			}
		}
	}
	return true
}

// heads reports whether a label is the heading of what a row names: (三)不予公开 beside the
// figures, and 1.属于国家秘密 below them.
func (r *reader) heads(t *token, row *tableRow) bool {
	of := cmp.Or(t.code(groupOutcome), "requests."+t.code(groupOutcomes))
	return slices.ContainsFunc(row.tokens, func(w token) bool {
		code := w.code(groupOutcome)
		if w.kind == tokenText && len(w.means) == 0 {
			code = r.search(w.label, groupOutcome)
		}
		return strings.HasPrefix(code, of+".")
	})
}

// oneLabel reports whether two cells are the halves of one label: 一、本年新 / 收政府信息….
func (r *reader) oneLabel(w, t *token, above bool) bool {
	first, second := w.raw, t.raw
	if above {
		first, second = second, first
	}
	l, ok := newLabel(first + second)
	return ok && w.kind == tokenText && len(r.lex.meanings(l)) > 0
}

// whole reports whether a row that may be broken has a cell in each column, none of them blank.
func (e edges) whole(row *tableRow) bool {
	return e.loose && row.end() == e.filled && !slices.ContainsFunc(row.tokens, func(t token) bool { return t.kind == tokenBlank })
}

// bars reports whether row i is nothing but a part of a row that was broken off: blank
// cells, fewer than others have.
func (e edges) bars(rows []tableRow, i int) bool {
	return e.loose && i >= 0 && i < len(rows) && rows[i].blank() && rows[i].end() < e.width
}

// bare reports whether cells hold figures or what stands for one, with their units,
// and no label.
func (r *reader) bare(cells []token) bool {
	filled := false
	for i := range cells {
		switch t := &cells[i]; {
		case t.kind == tokenBlank:
		case t.value(), len(t.means) == 0 && r.lex.unit(t.raw):
			filled = true
		default:
			return false
		}
	}
	return filled
}

// bareText reports whether a text is what a cell without a label holds.
func (r *reader) bareText(text string) bool {
	return r.bare([]token{r.newToken(text, report.Locator{})})
}

// add takes a row of a section under columns, nil where no header names them.
func (g *gridRun) add(s *section, c *columns, q labelled) {
	i := slices.IndexFunc(g.tables, func(t table) bool { return t.section == s && t.columns == c })
	if i < 0 {
		i = len(g.tables)
		g.tables = append(g.tables, table{section: s, columns: c})
	}
	q.unit = g.unit
	g.tables[i].rows = append(g.tables[i].rows, q)
}

// flush records the rows that are under the headers in force.
func (g *gridRun) flush() {
	for _, t := range g.tables {
		if t.section != g.reader.requests || g.requestsTable(t.rows, g.headed) {
			g.take(t)
		}
	}
	g.tables = nil
}

// maxHeaderRows bounds the rows of a header.
const maxHeaderRows = 5

// headerRows are the rows of a header that begins at row i: those without a figure that
// name something of it. An empty row may part them from more of its columns.
func (g *gridRun) headerRows(a *axis, i int) (next int) {
	for next = i; next < i+maxHeaderRows; {
		k := next
		if next > i {
			k = nextFilled(g.rows, next-1)
		}
		if k >= len(g.rows) {
			break
		}
		row := &g.rows[k]
		labels, columns := a.labels(row)
		parted := k > next && (columns < 3 || labels > columns)
		if labels == 0 && !a.fills(row, &g.rows[i]) || parted || k > i && (row.sameLabels(&g.rows[i]) || a == g.review.axis && resultAlone(row, labels, columns)) {
			break
		}
		next = k + 1
	}
	return next
}

// resultAlone reports a row that is 结果维持 and a blank, or figures behind it.
func resultAlone(row *tableRow, labels, columns int) bool {
	return labels <= 2 && columns <= 1 && row.count(groupBody) < 2 && row.tokens[len(row.tokens)-1].kind != tokenText
}

// header reads the header of a section that begins at row i, puts its columns in force and
// returns the row behind it; i where there is none.
func (g *gridRun) header(s *section, i int) (next int) {
	first, foreign := g.begins(s, i)
	if first < 0 {
		return i
	}
	next = first + 1
	var side []*columns // those of tables side by side
	row, goesOn := &g.rows[first], false
	if s != g.disclosure {
		next = g.headerRows(s.axis, first)
		side = []*columns{g.columnsOf(s.axis, g.rows[i:next], -1)}
	} else if row.figures() == 0 {
		side = g.metricBlocks(row)
		goesOn = g.metricsDue && row.count(groupArticle)+row.count(groupCorner) == 0
	}
	settled := !slices.ContainsFunc(side, func(c *columns) bool { return !g.settled(s, c) })
	bodies, results := count(g.rows[first:next], groupBody), count(g.rows[first:next], groupResult)
	if s == g.disclosure && side == nil && row.count(groupArticle) == 0 || s == g.review && (results < 3 || bodies == 0 && !settled) {
		return i
	}
	next = g.narrowed(side, next)
	g.flush()
	g.reader.table, g.whose = g.reader.table+1, g.captions.whose() // what stands under a header of its own may be another body's
	g.used, g.seen[s.table] = true, true
	if !settled || goesOn || foreign != toReport {
		if g.unsettled(s, row.at()); foreign == toAnotherYear {
			g.whose = foreign // it contests no other copy
		}
		side = []*columns{nil}
	}
	g.inForce(s, side, s == g.review && bodies > 0)
	return next
}

// narrowed takes from the columns of a header what the row below it says to be of another
// year, 上年, beside the report's own or alone, and returns the row behind.
func (g *gridRun) narrowed(side []*columns, next int) int {
	if next >= len(g.rows) || g.rows[next].figures() > 0 {
		return next
	}
	behind := next
	for _, c := range side {
		if c == nil {
			continue
		}
		var leaves []leaf
		for _, l := range c.leaves {
			parts := g.ofYears(l, &g.rows[next])
			if parts == nil {
				parts = []leaf{l}
			} else {
				behind = next + 1
			}
			leaves = append(leaves, parts...)
		}
		c.leaves = leaves
	}
	return behind
}

// ofYears are the columns that a row of years makes of one: the report's own year keeps its
// name, and no other column has one. Nil where the row says nothing of it.
func (g *gridRun) ofYears(l leaf, row *tableRow) (parts []leaf) {
	own, other := 0, false
	end := l.col
	for _, t := range row.tokens {
		if !t.meets(l.span) {
			continue
		}
		part := leaf{span: t.span, raw: t.raw}
		switch year := g.yearOf(t); {
		case year == ofAnother && l.within(t.span):
			return []leaf{{span: l.span, raw: l.raw}}
		case year == noWords, t.col != end:
			return nil
		case year == ofReport:
			own++
			part.code = l.code
		default:
			other = other || year == ofAnother
		}
		end = t.end
		parts = append(parts, part)
	}
	if !other || own > 1 || end != l.end {
		return nil
	}
	return parts
}

// columnYear is what a cell below a header says of its column.
type columnYear uint8

const (
	noWords   columnYear = iota // it holds a figure, nothing, or a label of the form
	ofNoYear                    // words of something else
	ofReport                    // the report's year
	ofAnother                   // another one, or a part of the region
)

func (r *reader) yearOf(t token) columnYear {
	switch s := text.Label(t.raw); {
	case len(t.means) > 0 || t.kind != tokenText && t.kind != tokenOdd:
		return noWords
	case r.lex.names(s, groupOtherRow), otherYear(s) && !onlyYear(s, r.year):
		return ofAnother
	case otherYear(s), r.lex.listed(groupAnnexColumn, s) == "this_year":
		return ofReport
	}
	return ofNoYear
}

// onlyYear reports whether a year is the only one that a label names: not in 2021-2023年.
func onlyYear(s string, year int) bool {
	return year != 0 && !slices.ContainsFunc(text.Years(s), func(y text.Year) bool { return y.Value != year })
}

// inForce puts the columns of a header in force, nil where nothing tells them: with bodies,
// those of section four name their proceedings, without them their rows do.
func (g *gridRun) inForce(s *section, side []*columns, bodies bool) {
	switch {
	case s == g.reader.requests:
		g.applicants, g.headed = side[0], side[0] != nil && len(side[0].leaves) > 4
		return
	case bodies:
		g.results, g.resultsDue = side[0], true
		return
	case len(side) > 0 && side[0] == nil:
		side[0] = noOrder()
	}
	g.blocks, g.blocksOf, g.metricsDue = side, s, s == g.disclosure && g.loose && side != nil
}

// begins is the first row of a section's header that begins at row i, or below words over
// it that are not enough to know it by; negative where there is none. An article
// (第二十条第(五)项) ends what is above it. foreign tells whose such words are.
func (g *gridRun) begins(s *section, i int) (first int, foreign belongs) {
	row := &g.rows[i]
	switch figures := row.figures() > 0; {
	case s == g.disclosure && (row.count(groupArticle) > 0 || !figures && row.count(groupMetric) > 0),
		s == g.review && !figures && (row.count(groupBody) > 0 || row.count(groupResult) > 3),
		s == g.reader.requests && g.namesApplicants(g.rows, i):
		return i, toReport
	case s != g.reader.requests || row.count(groupApplicants) == 0:
		return -1, toReport
	}
	// 申请人情况, or a heading among misprinted labels, stands above.
	for k := nextFilled(g.rows, i); k < min(len(g.rows), i+maxHeaderRows) && g.rows[k].figures() == 0; k = nextFilled(g.rows, k) {
		if g.namesApplicants(g.rows, k) || s.axis.fills(&g.rows[k], row) {
			return k, foreign
		}
		for _, t := range g.rows[k].tokens {
			foreign = max(foreign, g.foreign(t))
		}
	}
	return -1, toReport
}

// foreign tells of a cell whether it names another year, or else a part of the region or another body.
func (g *gridRun) foreign(t token) belongs {
	s := text.Label(t.raw)
	_, other := g.captions.of.Body(t.raw)
	switch year := g.yearOf(t) == ofAnother; {
	case year && (otherYear(s) || lastYearCell.MatchString(s)):
		return toAnotherYear
	case year, other:
		return toAnotherBody
	}
	return toReport
}

// columnsOf are those of a header, from column from on; nil where nothing tells what is
// which.
func (g *gridRun) columnsOf(a *axis, rows []tableRow, from int) *columns {
	cells := g.headCells(a, rows)
	c := g.restored(a, cells, from)
	if c == nil {
		c = a.columnsOf(cells, from)
	}
	if c == nil {
		return nil
	}
	c.loose, c.widths = g.loose, g.widths
	for _, row := range rows {
		c.slack = c.slack || slices.ContainsFunc(row.tokens, func(t token) bool { return t.kind == tokenBlank && t.col >= c.leaves[len(c.leaves)-1].end })
	}
	return c
}

// settled reports whether the columns of a header are sure: where rows may be broken over
// lines, those of a form must all be there.
func (g *gridRun) settled(s *section, c *columns) bool {
	return c != nil && (!g.loose || s.axis.whole(c))
}

// metricBlocks are the columns that a row of metrics names. Side by side, every block
// begins with its own 信息内容; behind that every label heads a column, known or not.
func (g *gridRun) metricBlocks(row *tableRow) (blocks []*columns) {
	start, from, first := 0, -1, 0
	flush := func(next int) {
		if c := g.columnsOf(g.disclosure.axis, []tableRow{{tokens: row.tokens[first:next]}}, from); c != nil {
			c.start = start
			blocks = append(blocks, c)
			g.voteColumns(c)
		}
	}
	for i := range row.tokens {
		if t := &row.tokens[i]; !t.has(groupMetric) && (t.has(groupCorner) || t.has(groupArticle) || t.has(groupSubject)) {
			flush(i)
			start, from, first = t.col, -1, i+1
			if t.has(groupCorner) {
				from = t.end
			}
		}
	}
	flush(len(row.tokens))
	for i := range len(blocks) - 1 {
		blocks[i].slack, blocks[i].width = true, row.end()
	}
	return blocks
}

// namesApplicants reports whether row i names two applicants, or 法人或其他组织
// above their kinds.
func (b book) namesApplicants(rows []tableRow, i int) bool {
	if i >= len(rows) {
		return false
	}
	n, _ := b.requests.axis.labels(&rows[i])
	below := nextFilled(rows, i)
	if n != 1 || below >= len(rows) || rows[i].count(groupApplicant) == 0 {
		return n > 1
	}
	kinds, _ := b.requests.axis.labels(&rows[below])
	return kinds > 1 && rows[below].count(groupApplicants) == 0
}

// labels counts the different labels of a header in a row without figures, and the
// columns among them. 其他 and 总计 do not count: they stand everywhere.
func (a *axis) labels(row *tableRow) (labels, columns int) {
	var found []string
	for i := range row.tokens {
		t := &row.tokens[i]
		if t.kind == tokenFigure {
			return 0, 0
		}
		code := cmp.Or(t.code(a.headings), t.code(a.columns))
		if code == "" || a.times[code] == 0 || commonColumn(code) || slices.Contains(found, code) {
			continue
		}
		found = append(found, code)
		if !a.heading(code) {
			columns++
		}
	}
	return len(found), columns
}

// fills reports whether a row has labels of a header with headings, however few or common, wherever the row over it
// has some, and nothing beside them: 其他 below 法人或其他组织, where a table is printed in halves.
func (a *axis) fills(row, over *tableRow) bool {
	first := slices.IndexFunc(over.tokens, func(t token) bool { return a.has(&t) })
	if a.headings == "" || first < 0 {
		return false
	}
	of := over.tokens[first].span
	for _, t := range over.tokens[first:] {
		if a.has(&t) {
			of.end = t.end
		}
	}
	return slices.ContainsFunc(row.tokens, filled) && !slices.ContainsFunc(row.tokens, func(t token) bool {
		return a.has(&t) != t.meets(of) || !a.has(&t) && filled(t)
	})
}

// sameLabels reports whether two rows say the same.
func (row *tableRow) sameLabels(other *tableRow) bool {
	return slices.EqualFunc(row.tokens, other.tokens, func(s, t token) bool { return s.label == t.label && s.kind == t.kind })
}

// nextFilled is the next row below i in which anything stands: an empty one may
// part the rows of a header.
func nextFilled(rows []tableRow, i int) int {
	for i++; i < len(rows) && rows[i].blank(); i++ {
	}
	return i
}

// otherHeader reports whether a row heads columns that no layout has: 信息内容
// beside 上年处理决定数量 or the name of an office. The first row of a table may
// do so without 信息内容.
func otherHeader(row *tableRow, first bool) bool {
	unknown := 0
	for i := range row.tokens {
		switch t := &row.tokens[i]; {
		case t.has(groupSubject), t.kind == tokenFigure:
			return false
		case t.kind == tokenText && len(t.means) == 0:
			unknown++
		}
	}
	return unknown > 0 && row.count(groupCorner) > 0 ||
		first && (unknown > 1 || unknown == 1 && len(row.tokens) == 2 && row.tokens[0].kind == tokenBlank)
}

// vote counts a label that not every form spells so, for each form that does.
func (r *reader) vote(raw string) {
	l, _ := newLabel(raw)
	for _, f := range r.cat.Forms() {
		if slices.Contains(f.Markers, l.full) {
			r.voteFor(f.Name, l.full)
		}
	}
}

// voteColumns counts the labels of columns.
func (r *reader) voteColumns(c *columns) {
	for _, l := range c.leaves {
		r.vote(l.raw)
	}
}

// headerWidths are the widths of the rows that hold labels and no figure.
func headerWidths(rows []tableRow) map[int]bool {
	widths := map[int]bool{}
	for i := range rows {
		row := &rows[i]
		if row.figures() == 0 && row.count(groupArticle)+row.count(groupMetric)+row.count(groupApplicant)+row.count(groupApplicants)+row.count(groupBody)+row.count(groupResult) > 0 {
			widths[row.end()] = true
		}
	}
	return widths
}

// strayRow notes a row of figures, inside a standard table, that is in no
// layout.
func (r *reader) strayRow(row *tableRow, inside bool) {
	if !inside || row.figures() == 0 {
		return
	}
	words := func(t token) bool { return t.kind == tokenText }
	name := ""
	if i := slices.IndexFunc(row.tokens, words); i >= 0 {
		name = row.tokens[i].raw
	}
	r.unexpected(name, row.at(), raws(slices.DeleteFunc(slices.Clone(row.tokens), words)))
}
