package htmldoc

import (
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/parser/document"
	"nianbao/parser/lazyregexp"
)

// Data or layout? Pages use tables for both, and a figure must survive either
// way. A table is walked as layout, its cells' blocks in reading order, when
//
//   - it holds tables, unless its own cells hold at least three figures, bare
//     or in a table of one cell drawn around each: then it is data in which
//     somebody drew a table into a cell. A nested table that itself holds three
//     figures follows as a grid of its own; a smaller one is text of its cell,
//     one line a cell;
//   - no row has more than one cell (a flattened table, an article in a frame),
//     or only one cell has any text;
//   - a cell holds an article's worth of prose and the table fewer than three
//     figures.
//
// Everything else is a grid. A row of a grid that is nothing but a paragraph
// of prose (the report written into one large table) becomes that paragraph
// and ends the grid before it; so do the sections' headings around it.
const (
	proseRunes = 300 // of one cell that make a table layout
	rowRunes   = 120 // of a row's only text that make it a paragraph
)

// table is a table of the page, its cells read, of which it is not known yet whether it
// is data.
type table struct {
	captions     []piece
	rows         []tableRow
	hidden       []bool // the columns that are collapsed
	wide, nested bool   // some row has several cells, some cell has further tables
}

// tableRow is a row of the page, its hidden cells left out.
type tableRow struct {
	cells    []*tableCell
	endGroup bool // the last of its row group
}

type tableCell struct {
	node   *html.Node
	pieces []piece
	text   string
	inner  int  // cells that are seen, of tables within
	blank  bool // nothing of it is seen: visibility:hidden
	struck bool // all of it is struck through

	behind          bool // a picture is behind it
	crossed, beside bool // something in it is struck through, or has no text and a picture behind it
}

// cells yields the cells of a table in their order.
func (t *table) cells() iter.Seq[*tableCell] {
	return func(yield func(*tableCell) bool) {
		for _, r := range t.rows {
			for _, c := range r.cells {
				if !yield(c) {
					return
				}
			}
		}
	}
}

// table reads a table as it is displayed.
func (w *walker) table(n *html.Node) *table {
	t := &table{}
	for _, g := range w.groups(n, t) {
		v := w.css.visible(g)
		for r := g.FirstChild; r != nil; r = r.NextSibling {
			if r.Type == html.ElementNode && r.DataAtom == atom.Tr && !w.isGone(r) {
				t.rows = append(t.rows, w.row(t, r, v, w.css.visible(r)))
			}
		}
		if len(t.rows) > 0 {
			t.rows[len(t.rows)-1].endGroup = true
		}
	}
	return t
}

// groups are the row groups of a table, as they are displayed. It reads its captions and
// columns on the way.
func (w *walker) groups(n *html.Node, t *table) []*html.Node {
	var head, foot, groups []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || c.DataAtom != atom.Colgroup && w.isGone(c) {
			continue
		}
		switch {
		case c.DataAtom == atom.Caption:
			t.captions = append(t.captions, w.within(func() { w.element(c) })...)
		case c.DataAtom == atom.Colgroup:
			t.hidden = w.collapsedColumns(c, t.hidden)
		case c.DataAtom == atom.Thead && head == nil:
			head = append(head, c)
		case c.DataAtom == atom.Tfoot && foot == nil:
			foot = append(foot, c)
		case c.DataAtom == atom.Tbody, c.DataAtom == atom.Thead, c.DataAtom == atom.Tfoot:
			groups = append(groups, c)
		}
	}
	return slices.Concat(head, groups, foot)
}

// row reads a row of a table; group and own are what is seen of its group and of itself.
func (w *walker) row(t *table, n *html.Node, group, own visibility) tableRow {
	var row tableRow
	if k := len(t.rows); k > 0 {
		row.cells = make([]*tableCell, 0, len(t.rows[k-1].cells)) // as many as above
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom != atom.Td && c.DataAtom != atom.Th {
			continue
		}
		l := w.css.look(c)
		if l.visibility == gone {
			continue
		}
		if len(w.slab) == 0 {
			w.slab = make([]tableCell, 32)
		}
		cell := &w.slab[0]
		w.slab = w.slab[1:]
		cell.node, cell.behind = c, l.pictured
		cell.blank = group == empty || own == empty || l.visibility > crossed
		cell.struck = group == crossed || own == crossed || l.visibility == crossed
		if !cell.blank {
			w.cell(cell)
		}
		row.cells = append(row.cells, cell)
		t.nested = t.nested || cell.inner > 0
	}
	t.wide = t.wide || len(row.cells) > 1
	return row
}

// cell reads what is in a cell.
func (w *walker) cell(c *tableCell) {
	if len(c.node.Attr) > 0 {
		w.references(c.node)
	}
	if c.struck {
		return
	}
	inCell, struck, pictured := w.inCell, w.struck, w.pictured
	w.inCell, w.struck, w.pictured = true, false, false
	c.pieces = w.within(func() {
		if w.css.look(c.node).doubts(c.node) {
			w.text.unread()
		}
		w.children(c.node)
	})
	c.crossed, c.beside = w.struck, w.pictured
	w.inCell, w.struck, w.pictured = inCell, struck, pictured
	for _, p := range c.pieces {
		if p.table == nil {
			continue
		}
		for inner := range p.table.cells() {
			if !inner.blank && !inner.struck {
				c.inner += 1 + inner.inner
			}
		}
	}
}

// isGone is for rows and row groups, which collapse too.
func (w *walker) isGone(n *html.Node) bool {
	v := w.css.visible(n)
	return v == gone || v == collapsed
}

// maxColumns bounds the columns whose visibility counts; thousands of tables may
// each claim as many.
const maxColumns = 5000

// collapsedColumns appends a column group's columns. Browsers hide the cells of
// a column for visibility:collapse only.
func (w *walker) collapsedColumns(group *html.Node, hidden []bool) []bool {
	var columns []*html.Node
	for c := range group.ChildNodes() {
		if c.DataAtom == atom.Col {
			columns = append(columns, c)
		}
	}
	if len(columns) == 0 {
		columns = append(columns, group)
	}
	whole := w.css.visible(group) == collapsed
	for _, c := range columns {
		if count := min(spanOf(c, "span"), maxColumns-len(hidden)); count > 0 {
			hidden = append(hidden, slices.Repeat([]bool{whole || w.css.visible(c) == collapsed}, count)...)
		}
	}
	return hidden
}

// add adds the blocks of what was read.
func (w *walker) add(pieces []piece) {
	for _, p := range pieces {
		if p.table != nil {
			w.addTable(p.table)
		} else {
			w.paragraph(p.kind, p.paragraph(), p.nodes)
		}
	}
}

func (w *walker) addTable(t *table) {
	w.add(t.captions)
	if t.wide {
		t.read(false)
	}
	if !t.wide || !t.isData() {
		for c := range t.cells() {
			w.add(c.pieces)
		}
		return
	}
	var follow []*table
	if t.nested {
		follow = t.read(true)
	}
	w.grids(t.rows, t.hidden)
	for _, t := range follow {
		w.addTable(t)
	}
}

// read makes the texts of the cells that hold several further cells, or of those that
// hold one at most. Within a cell, blocks are lines. It returns the tables that follow this one.
func (t *table) read(nested bool) (follow []*table) {
	var pictured []*tableCell // blank, with a picture behind them
	decorated := false        // so have cells with a text
	for c := range t.cells() {
		if c.blank || (c.inner > 1) != nested {
			continue
		}
		var l lines
		if l.crossed = c.struck && hasText(c.node); !c.struck {
			l.cell(c)
		}
		follow = append(follow, l.follow...)
		c.text = l.text()
		blank := strings.TrimSpace(c.text) == ""
		if blank && (l.crossed || l.beside) {
			c.text = document.Unread
		} else if c.behind {
			if decorated = decorated || !blank; blank {
				pictured = append(pictured, c)
			}
		}
	}
	for _, c := range pictured {
		if !decorated {
			c.text = document.Unread
		}
	}
	return follow
}

// lines gathers what a cell is read as.
type lines struct {
	pieces          []piece
	follow          []*table // that follow the cell's
	crossed, beside bool     // as of the cells
}

func (l *lines) cell(c *tableCell) {
	l.crossed, l.beside = l.crossed || c.crossed, l.beside || c.beside
	if len(l.pieces) == 0 && len(c.pieces) == 1 && c.pieces[0].table == nil { // as most are
		l.pieces = c.pieces[:1:1]
		return
	}
	for _, p := range c.pieces {
		if p.table != nil {
			l.table(p.table)
		} else {
			l.pieces = append(l.pieces, p)
		}
	}
}

func (l *lines) table(t *table) {
	l.pieces = append(l.pieces, t.captions...)
	whole := !t.wide || t.nested
	if !whole {
		t.read(false)
	}
	if !whole && figures(t.rows) >= document.DataFigures {
		l.follow = append(l.follow, t)
		l.pieces = append(l.pieces, piece{plain: document.Unread}) // more is to be seen than this cell's text
		return
	}
	for c := range t.cells() {
		if whole {
			l.cell(c)
		} else {
			l.pieces = append(l.pieces, piece{plain: c.text})
		}
	}
}

func (l *lines) text() string {
	if len(l.pieces) == 1 && l.pieces[0].raw == nil {
		return l.pieces[0].plain
	}
	var t inline
	for _, p := range l.pieces {
		t.join(p)
	}
	return t.take(true)
}

// isData applies the rules above to a table whose cells without tables are
// read.
func (t *table) isData() bool {
	filled, prose := 0, false
	for c := range t.cells() {
		if blankText(c.text) {
			continue
		}
		filled++
		prose = prose || len(c.text) > proseRunes && utf8.RuneCountInString(c.text) > proseRunes
	}
	if t.nested || filled <= 1 || prose {
		return figures(t.rows) >= document.DataFigures
	}
	return true
}

// blankText reports whether a cell's text has nothing that can be read.
func blankText(s string) bool {
	return strings.TrimSpace(s) == "" || strings.Trim(s, document.Unread+" \n\u00a0") == ""
}

func figures(rows []tableRow) int {
	n := 0
	for _, r := range rows {
		for _, c := range r.cells {
			if c.inner <= 1 && document.IsFigure(c.text) {
				n++
			}
		}
	}
	return n
}

// grids adds a data table, cut where a row is prose.
func (w *walker) grids(rows []tableRow, hidden []bool) {
	from, reach, cut := 0, 0, false
	for i, r := range rows {
		if reach == 0 && isProse(r) {
			w.segment(rows[from:i], hidden, true)
			w.lines(r)
			from, cut = i+1, true
			continue
		}
		for _, c := range r.cells {
			if n := rowSpan(c.node); n == 0 {
				reach = len(rows)
			} else {
				reach = max(reach, n)
			}
		}
		if reach = max(0, reach-1); r.endGroup {
			reach = 0
		}
	}
	w.segment(rows[from:], hidden, cut)
}

// segment adds the rows of one grid. Where a table was cut at its prose, the
// headings of sections that stand before and after the figures are paragraphs
// as well.
func (w *walker) segment(rows []tableRow, hidden []bool, cut bool) {
	first, last := 0, len(rows)
	if cut {
		for i := 0; i < last && isLine(rows[i]); i++ {
			if i+1 == last || numbered.MatchString(rows[i].cells[0].text) {
				first = i + 1
			}
		}
		for i := last - 1; i >= first && isLine(rows[i]); i-- {
			if numbered.MatchString(rows[i].cells[0].text) {
				last = i
			}
		}
	}
	for _, r := range rows[:first] {
		w.lines(r)
	}
	if first < last {
		w.grid(rows[first:last], hidden)
	}
	for _, r := range rows[last:] {
		w.lines(r)
	}
}

func (w *walker) grid(rows []tableRow, hidden []bool) {
	var b document.GridBuilder
	for _, r := range rows {
		b.StartRow()
		for _, c := range r.cells {
			w.trace.cell(b.AddCell(c.text, rowSpan(c.node), spanOf(c.node, "colspan")), c.node)
		}
		if r.endGroup {
			b.EndGroup()
		}
	}
	g := b.Grid()
	collapseColumns(g, hidden)
	w.endDrawn()
	w.out.AddGrid(g)
	w.blocks++
	w.trace.grid(g)
}

// lines adds a row's text as paragraphs.
func (w *walker) lines(r tableRow) {
	for _, c := range r.cells {
		nodes := w.trace.textsIn(c.node)
		for line := range strings.SplitSeq(strings.ReplaceAll(c.text, document.Unread, ""), "\n") {
			w.paragraph(document.Paragraph, line, nodes)
		}
	}
}

// isLine: a row of one cell that spans no other row.
func isLine(r tableRow) bool { return len(r.cells) == 1 && rowSpan(r.cells[0].node) == 1 }

// isProse: a row of one cell that holds a paragraph.
func isProse(r tableRow) bool {
	if !isLine(r) {
		return false
	}
	text := r.cells[0].text
	return len(text) > rowRunes && utf8.RuneCountInString(text) > rowRunes && strings.Contains(text, "。")
}

// numbered begins a section of a report.
var numbered = lazyregexp.New(`^\s*[(（]?[一二三四五六七八九十]+\s*[)）、.．]`)

// collapseColumns takes columns out of a grid.
func collapseColumns(g *document.Grid, hidden []bool) {
	if !slices.Contains(hidden, true) {
		return
	}
	before := make([]int, len(hidden)+1) // hidden columns left of each column
	for i, h := range hidden {
		before[i+1] = before[i]
		if h {
			before[i+1]++
		}
	}
	left := func(col int) int { return col - before[min(col, len(hidden))] }
	for r, row := range g.Rows {
		g.Rows[r] = slices.DeleteFunc(row, func(c *document.Cell) bool { return left(c.Col) == left(c.End()) })
	}
	for r := range g.Rows {
		for _, c := range g.Own(r) {
			from := left(c.Col)
			c.Col, c.ColSpan = from, left(c.End())-from
		}
	}
}

// spanOf reads colspan and span: at least one.
func spanOf(n *html.Node, key string) int {
	v, _ := attribute(n, key)
	return max(1, integer(v))
}

// rowSpan reads rowspan: 0 reaches to the end of the row group.
func rowSpan(n *html.Node) int {
	v, _ := attribute(n, "rowspan")
	return integer(v)
}

// integer parses by the standard's rules for non-negative integers: white
// space and a plus sign before, anything after the digits. Large ones saturate; what
// is none is 1.
func integer(s string) int {
	s = strings.TrimPrefix(strings.TrimLeft(s, " \t\r\n\f"), "+")
	n, digits := 0, 0
	for ; digits < len(s) && s[digits] >= '0' && s[digits] <= '9'; digits++ {
		n = min(n*10+int(s[digits]-'0'), 1<<20)
	}
	if digits == 0 {
		return 1
	}
	return n
}
