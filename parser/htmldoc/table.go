package htmldoc

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/parser/document"
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
	dataFigures = 3
	proseRunes  = 300 // of one cell that make a table layout
	rowRunes    = 120 // of a row's only text that make it a paragraph
)

// holding tells what further cells stand in a cell.
type holding uint8

const (
	noCells holding = iota
	oneCell         // a table drawn around what would be the cell's text
	cells
)

// nestedTables finds the cells that hold cells of further tables, which are to
// be seen.
func (w *walker) nestedTables(root *html.Node) {
	nested := map[*html.Node]holding{}
	outer := map[*html.Node]*html.Node{} // of a cell that holds tables, the cell around
	var walk func(n, cell *html.Node)
	walk = func(n, cell *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode || w.css.visible(c) != shown {
				continue
			}
			if c.DataAtom != atom.Td && c.DataAtom != atom.Th {
				walk(c, cell)
				continue
			}
			if cell != nil {
				outer[c] = cell
				if nested[cell] == noCells {
					nested[cell] = oneCell
				} else {
					nested[cell] = cells
				}
				for p := outer[cell]; p != nil && nested[p] != cells; p = outer[p] {
					nested[p] = cells
				}
			}
			walk(c, c)
		}
	}
	walk(root, nil)
	w.nested = nested
}

// tableRow is a row of the page, its hidden cells left out.
type tableRow struct {
	cells    []*tableCell
	endGroup bool // the last of its row group
}

type tableCell struct {
	node     *html.Node
	text     string
	nested   holding
	blank    bool // nothing of it is seen: visibility:hidden
	struck   bool // all of it is struck through
	pictured bool // a picture is behind it
}

// survey lists a table's captions and rows, as they are displayed, and which
// columns are collapsed.
func (w *walker) survey(t *html.Node) (captions []*html.Node, rows []tableRow, hidden []bool) {
	var head, foot *html.Node
	var groups []*html.Node
	var slab []tableCell
	width := 0
	for c := t.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || c.DataAtom != atom.Colgroup && w.isGone(c) {
			continue
		}
		switch c.DataAtom {
		case atom.Caption:
			captions = append(captions, c)
		case atom.Colgroup:
			hidden = w.collapsedColumns(c, hidden)
		case atom.Thead:
			if head == nil {
				head = c
				continue
			}
			groups = append(groups, c)
		case atom.Tfoot:
			if foot == nil {
				foot = c
				continue
			}
			groups = append(groups, c)
		case atom.Tbody:
			groups = append(groups, c)
		}
	}
	for _, g := range append(append([]*html.Node{head}, groups...), foot) {
		if g == nil {
			continue
		}
		blank, struck := w.css.visible(g) == empty, w.css.visible(g) == crossed
		for r := g.FirstChild; r != nil; r = r.NextSibling {
			if r.Type != html.ElementNode || r.DataAtom != atom.Tr || w.isGone(r) {
				continue
			}
			row := tableRow{cells: make([]*tableCell, 0, width)}
			blankRow, struckRow := blank || w.css.visible(r) == empty, struck || w.css.visible(r) == crossed
			for c := r.FirstChild; c != nil; c = c.NextSibling {
				if c.DataAtom != atom.Td && c.DataAtom != atom.Th {
					continue
				}
				l := w.css.look(c)
				v := l.visibility
				if v == gone {
					continue
				}
				if len(slab) == 0 {
					slab = make([]tableCell, min(64, 4*len(rows)+4)) // most tables of a page are tiny
				}
				cell := &slab[0]
				slab = slab[1:]
				cell.node, cell.nested, cell.blank, cell.struck = c, w.nested[c], blankRow || v > crossed, struckRow || v == crossed
				cell.pictured = l.pictured
				row.cells = append(row.cells, cell)
			}
			rows = append(rows, row)
			width = len(row.cells)
		}
		if len(rows) > 0 {
			rows[len(rows)-1].endGroup = true
		}
	}
	return captions, rows, hidden
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
	add := func(n *html.Node, whole bool) {
		count := min(span(n, "span"), maxColumns-len(hidden))
		if count <= 0 {
			return
		}
		off := whole || w.css.visible(n) == collapsed
		for range count {
			hidden = append(hidden, off)
		}
	}
	whole := w.css.visible(group) == collapsed
	cols := false
	for c := group.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Col {
			cols = true
			add(c, whole)
		}
	}
	if !cols {
		add(group, whole)
	}
	return hidden
}

// table adds a table's blocks. No cell is read more than three times, however
// deep tables nest: cells that hold tables are read only once it is decided
// what their table is.
func (w *walker) table(t *html.Node) {
	captions, rows, hidden := w.survey(t)
	for _, c := range captions {
		w.element(c)
	}
	w.flush()
	wide, nested := false, false
	for _, r := range rows {
		wide = wide || len(r.cells) > 1
		for _, c := range r.cells {
			nested = nested || c.nested != noCells
		}
	}
	if !wide || nested && w.inCell {
		w.layout(rows)
		return
	}
	before := w.mark()
	w.readCells(rows, false)
	data := isData(rows, nested)
	switch {
	case w.inCell && figures(rows) >= dataFigures:
		w.reset(before)
		w.queue = append(w.queue, t)
	case w.inCell:
		for _, r := range rows {
			for _, c := range r.cells {
				w.text.lineBreak()
				w.text.buf = append(w.text.buf, c.text...)
			}
		}
	case data:
		outer := w.queue
		w.queue = nil
		if nested {
			w.readCells(rows, true)
		}
		w.grids(rows, hidden)
		follow := w.queue
		w.queue = outer
		for _, t := range follow {
			w.table(t)
		}
	default:
		w.reset(before)
		w.layout(rows)
	}
}

// references found so far, to go back to where cells are walked again.
type references struct {
	links, images int
	lastText      string
}

func (w *walker) mark() references {
	m := references{links: len(w.links), images: w.images}
	if m.links > 0 {
		m.lastText = w.links[m.links-1].Text
	}
	return m
}

func (w *walker) reset(m references) {
	w.links, w.images = w.links[:m.links], m.images
	if m.links > 0 {
		w.links[m.links-1].Text = m.lastText
	}
}

// layout walks the cells of a table that only lays out the page.
func (w *walker) layout(rows []tableRow) {
	for _, r := range rows {
		for _, c := range r.cells {
			if c.blank || c.struck {
				continue
			}
			if len(c.node.Attr) > 0 {
				w.references(c.node)
			}
			w.flush()
			w.children(c.node)
			w.flush()
		}
	}
}

// readCells gathers the texts of the cells that hold further cells, or of those
// that hold one at most. Within a cell, blocks are lines.
func (w *walker) readCells(rows []tableRow, nested bool) {
	text, inCell, struck := w.text, w.inCell, w.struck
	w.text, w.inCell = inline{}, true
	var pictured []*tableCell // blank, with a picture behind them
	decorated := false        // so have cells with a text
	defer w.trace.restore(w.trace.texts())
	for _, r := range rows {
		for _, c := range r.cells {
			if c.blank || (c.nested == cells) != nested {
				continue
			}
			if len(c.node.Attr) > 0 {
				w.references(c.node)
			}
			w.pictured = false
			if w.struck = c.struck && hasText(c.node); !c.struck {
				w.children(c.node)
			}
			c.text = w.text.take()
			blank := strings.TrimSpace(c.text) == ""
			if blank && (w.struck || w.pictured) {
				c.text = document.Unread
			} else if c.pictured {
				if decorated = decorated || !blank; blank {
					pictured = append(pictured, c)
				}
			}
		}
	}
	for _, c := range pictured {
		if !decorated {
			c.text = document.Unread
		}
	}
	w.text, w.inCell, w.struck, w.pictured = text, inCell, struck, false
}

// isData applies the rules above to a table whose cells without tables are
// read.
func isData(rows []tableRow, nested bool) bool {
	filled, prose := 0, false
	for _, r := range rows {
		for _, c := range r.cells {
			if blankText(c.text) {
				continue
			}
			filled++
			prose = prose || len(c.text) > proseRunes && utf8.RuneCountInString(c.text) > proseRunes
		}
	}
	if nested || filled <= 1 || prose {
		return figures(rows) >= dataFigures
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
			if c.nested != cells && isFigure(c.text) {
				n++
			}
		}
	}
	return n
}

// isFigure: a short text of digits with what stands around them.
func isFigure(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9', r >= '０' && r <= '９':
			digits++
		case strings.ContainsRune(" \u00a0\u3000\n,，.．+-－—%％万亿元件条宗份个", r):
		default:
			return false
		}
	}
	return digits > 0 && digits < 12
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
			b.AddCell(c.text, rowSpan(c.node), span(c.node, "colspan"), c.node.DataAtom == atom.Th)
		}
		if r.endGroup {
			b.EndGroup()
		}
	}
	g := b.Grid()
	cells := w.trace.cellsOf(g, rows)
	collapseColumns(g, hidden)
	w.endDrawn()
	w.out.AddGrid(g)
	w.blocks++
	w.trace.grid(g, cells)
}

// lines adds a row's text as paragraphs.
func (w *walker) lines(r tableRow) {
	for _, c := range r.cells {
		w.trace.within(c.node)
		for line := range strings.SplitSeq(strings.ReplaceAll(c.text, document.Unread, ""), "\n") {
			w.paragraph(document.Paragraph, line)
		}
	}
	w.trace.forget()
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
var numbered = regexp.MustCompile(`^\s*[(（]?[一二三四五六七八九十]+\s*[)）、.．]`)

// collapseColumns takes columns out of a grid.
func collapseColumns(g *document.Grid, hidden []bool) {
	any := false
	before := make([]int, len(hidden)+1) // hidden columns left of each column
	for i, h := range hidden {
		before[i+1] = before[i]
		if h {
			any = true
			before[i+1]++
		}
	}
	if !any {
		return
	}
	left := func(col int) int { return col - before[min(col, len(hidden))] }
	width := map[*document.Cell]int{}
	for r, row := range g.Rows {
		for _, c := range row {
			if c.Row == r {
				width[c] = left(c.End()) - left(c.Col)
			}
		}
	}
	for r, row := range g.Rows {
		kept := row[:0]
		for _, c := range row {
			if width[c] > 0 {
				kept = append(kept, c)
			}
		}
		g.Rows[r] = kept
	}
	for c, n := range width {
		if n > 0 {
			c.Col, c.ColSpan = left(c.Col), n
		}
	}
}

// span reads colspan and span: at least one.
func span(n *html.Node, key string) int {
	v, ok := attribute(n, key)
	if !ok {
		return 1
	}
	return max(1, integer(v, 1))
}

// rowSpan reads rowspan: 0 reaches to the end of the row group.
func rowSpan(n *html.Node) int {
	v, ok := attribute(n, "rowspan")
	if !ok {
		return 1
	}
	return integer(v, 1)
}

// integer parses by the standard's rules for non-negative integers: white
// space and a plus sign before, anything after the digits. Large ones saturate.
func integer(s string, otherwise int) int {
	s = strings.TrimLeft(s, " \t\r\n\f")
	s = strings.TrimPrefix(s, "+")
	n, digits := 0, 0
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		n = min(n*10+int(s[digits]-'0'), 1<<20)
		digits++
	}
	if digits == 0 {
		return otherwise
	}
	return n
}
