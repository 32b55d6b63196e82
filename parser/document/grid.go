package document

import (
	"slices"
	"strconv"
	"strings"

	"nianbao/parser/report"
)

// Grid is a table with its spans resolved. Rows[r] lists, in column order, the
// cells that cover row r: those that begin in it and those that reach into it
// from above. Columns no cell covers are simply absent, so a cell that spans a
// thousand columns costs one entry.
type Grid struct {
	Number    int // among the document's grids, from one; set by Builder.AddGrid
	Rows      [][]*Cell
	Truncated bool // cells beyond MaxCells were dropped
	Loose     bool // its rows are lines without a frame: one may be broken over the next
	// Lines tells of a table of a text the line that each row stands in: as its reader finds
	// it by index from its first line, in a document by number from one.
	Lines []int
}

// Cell is one cell of a grid. Row and Col are those of its upper left corner,
// counted from zero.
type Cell struct {
	Text             string // paragraphs and line breaks as \n, otherwise as printed
	Row, Col         int
	RowSpan, ColSpan int // at least one; RowSpan as resolved, within the grid

	counted bool
}

// End is the first column right of the cell.
func (c *Cell) End() int { return c.Col + c.ColSpan }

// At returns the cell that covers column col of row, or nil.
func (g *Grid) At(row, col int) *Cell {
	if row < 0 || row >= len(g.Rows) {
		return nil
	}
	for _, c := range g.Rows[row] {
		if c.Col <= col && col < c.End() {
			return c
		}
	}
	return nil
}

// Own returns the cells that begin in a row, left to right: what the row's own
// markup holds, whatever spans reach into it. They are not to be changed.
func (g *Grid) Own(row int) []*Cell {
	all := g.Rows[row]
	if !slices.ContainsFunc(all, func(c *Cell) bool { return c.Row != row }) {
		return all
	}
	own := make([]*Cell, 0, len(all))
	for _, c := range all {
		if c.Row == row {
			own = append(own, c)
		}
	}
	return own
}

// Width is the number of columns.
func (g *Grid) Width() int {
	w := 0
	for _, row := range g.Rows {
		if n := len(row); n > 0 {
			w = max(w, row[n-1].End())
		}
	}
	return w
}

// withoutNumbers blanks what a program of tables prints around one of its own: the
// numbers of the columns in the first row, those of the rows in the first column, and
// the mark of blank cells.
func (g *Grid) withoutNumbers() {
	if len(g.Rows) < 3 || slices.ContainsFunc(g.Rows, func(row []*Cell) bool { return len(row) < 3 }) {
		return
	}
	for k, c := range g.Rows[0][1:] {
		if c.Text != strconv.Itoa(k) {
			return
		}
	}
	for r, row := range g.Rows {
		if corner := row[0].Text; row[0].Row != r || corner != strconv.Itoa(r-1) && (r > 0 || strings.TrimPrefix(corner, "Unnamed: 0") != "") {
			return
		}
	}
	for r, row := range g.Rows {
		for k, c := range row {
			if r == 0 || k == 0 || blankMarks[c.Text] {
				c.Text = ""
			}
		}
	}
}

// blankMarks are what such programs write for a blank cell.
var blankMarks = map[string]bool{"NaN": true, "nan": true, "None": true, "<NA>": true}

// Locator is the cell's place in the source, from one.
func (g *Grid) Locator(c *Cell) report.Locator {
	return report.Cell(g.Number, c.Row+1, c.Col+1)
}

// GridBuilder resolves spans by the table model of HTML (WHATWG, "forming a
// table"): a cell takes the first free column, spans reach down until their
// row group ends. The zero GridBuilder is ready.
type GridBuilder struct {
	grid    Grid
	hanging []*Cell // cells of earlier rows that reach further down, by column
	open    bool
	cursor  int
	passed  int // how many of hanging lie left of the cursor
	entries int
	slab    []Cell // the next cells, allocated together
}

// maxSpan bounds a span: no report has a table that wide or long.
const maxSpan = 1000

// StartRow begins the next row.
func (b *GridBuilder) StartRow() {
	if b.open {
		b.finishRow()
	}
	b.open, b.cursor, b.passed = true, 0, 0
	var row []*Cell
	if r := len(b.grid.Rows); r > 0 {
		row = make([]*Cell, 0, len(b.grid.Rows[r-1])) // as many as above
	}
	b.grid.Rows = append(b.grid.Rows, row)
}

// AddCell adds a cell to the current row. Spans below one count as one, except
// that a rowspan of zero reaches to the end of the row group. Spans are cut at
// 1,000. A cell that there is no room for is nil.
func (b *GridBuilder) AddCell(text string, rowspan, colspan int) *Cell {
	if !b.open {
		b.StartRow()
	}
	if b.entries >= MaxCells {
		b.grid.Truncated = true
		return nil
	}
	b.entries++
	if rowspan == 0 {
		rowspan = maxSpan
	}
	rowspan = min(max(rowspan, 1), maxSpan)
	colspan = min(max(colspan, 1), maxSpan)
	// Walk past the cells that hang into this row from above.
	for ; b.passed < len(b.hanging) && b.hanging[b.passed].Col <= b.cursor; b.passed++ {
		b.cursor = max(b.cursor, b.hanging[b.passed].End())
	}
	r := len(b.grid.Rows) - 1
	if len(b.slab) == 0 {
		b.slab = make([]Cell, min(64, 4+b.entries)) // most tables of a page are tiny
	}
	c := &b.slab[0]
	b.slab = b.slab[1:]
	*c = Cell{Text: text, Row: r, Col: b.cursor, RowSpan: rowspan, ColSpan: colspan}
	b.cursor = c.End()
	b.grid.Rows[r] = append(b.grid.Rows[r], c)
	return c
}

// finishRow merges the cells from above into the row, and finds those that reach further.
func (b *GridBuilder) finishRow() {
	r := len(b.grid.Rows) - 1
	if len(b.hanging) > 0 {
		row := slices.Concat(b.hanging, b.grid.Rows[r])
		slices.SortStableFunc(row, func(x, y *Cell) int { return x.Col - y.Col })
		b.grid.Rows[r] = row
		b.entries += len(b.hanging)
	}
	b.open, b.hanging = false, b.hanging[:0]
	for _, c := range b.grid.Rows[r] {
		if c.Row+c.RowSpan > r+1 {
			b.hanging = append(b.hanging, c)
		}
	}
	if b.entries >= MaxCells {
		b.grid.Truncated = true
		b.hanging = nil
	}
}

// EndGroup ends a row group (thead, tbody, tfoot): no span reaches beyond it.
func (b *GridBuilder) EndGroup() {
	if b.open {
		b.finishRow()
	}
	for _, c := range b.hanging {
		c.RowSpan = len(b.grid.Rows) - c.Row
	}
	b.hanging = nil
}

// Grid returns the finished grid; the builder must not be used again.
func (b *GridBuilder) Grid() *Grid {
	b.EndGroup()
	return &b.grid
}
