package officedoc

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"nianbao/parser/document"
)

// table is a w:tbl as it is written: spans not yet resolved.
type table struct {
	rows      []tableRow
	nests     bool // a cell holds a table
	truncated bool
}

type tableRow struct {
	cells  []tableCell
	before int // grid columns left empty before the first cell
}

type tableCell struct {
	items     []node
	nests     bool // one is a table
	span      int  // grid columns
	merges    bool // part of a vertical merge
	continues bool // which was begun above
	extends   bool // part of the cell before it: Word's merging before w:gridSpan
}

// maxSpan bounds w:gridSpan and w:gridBefore, as package document does.
const maxSpan = 1000

// grid resolves the spans: gridBefore and gridSpan give each cell its columns,
// and a cell that continues a vertical merge lengthens the merged one above it
// that begins in the same column. One that finds none above stands for itself.
func (t *table) grid() *document.Grid {
	g := &document.Grid{Truncated: t.truncated, Rows: make([][]*document.Cell, len(t.rows))}
	var above []*document.Cell
	merging := map[*document.Cell]bool{}
	for r, row := range t.rows {
		cells := make([]*document.Cell, 0, len(row.cells))
		col, i := row.before, 0
		for _, c := range row.cells {
			for i < len(above) && above[i].Col < col {
				i++
			}
			if c.continues && i < len(above) && above[i].Col == col && merging[above[i]] {
				// What a continued cell holds itself is not shown. Its width is the
				// merged cell's: a different gridSpan is another program's slip.
				m := above[i]
				m.RowSpan++
				cells = append(cells, m)
				col += max(c.span, m.ColSpan)
				continue
			}
			own := &document.Cell{Text: cellText(c.items), Row: r, Col: col, RowSpan: 1, ColSpan: c.span}
			if c.merges {
				merging[own] = true
			}
			cells = append(cells, own)
			col += c.span
		}
		g.Rows[r] = cells
		above = cells
	}
	return g
}

// figures counts the figures in cells that hold no tables.
func (t *table) figures() (n int) {
	for _, row := range t.rows {
		for _, c := range row.cells {
			if !c.nests && document.IsFigure(cellText(c.items)) {
				n++
			}
		}
	}
	return n
}

// within are the tables in the cells of t.
func (t *table) within() iter.Seq[*table] {
	return func(yield func(*table) bool) {
		for _, row := range t.rows {
			for _, c := range row.cells {
				for _, n := range c.items {
					if n.table != nil && !yield(n.table) {
						return
					}
				}
			}
		}
	}
}

// text is what a table within a cell says there, a line a cell; one with data of its own
// follows the table around it instead.
func (t *table) text() string {
	if t.figures() >= document.DataFigures {
		return document.Unread
	}
	var lines []string
	for _, row := range t.rows {
		for _, c := range row.cells {
			lines = append(lines, cellText(c.items))
		}
	}
	return strings.Join(lines, "\n")
}

func cellText(items []node) string {
	var parts []string
	joined, lost := false, false
	for _, n := range items {
		lost = lost || n.lost
		if n.table != nil {
			n.text = n.table.text()
		}
		if joined && len(parts) > 0 {
			parts[len(parts)-1] += n.text
		} else if s := strings.TrimSpace(n.text); s != "" {
			parts = append(parts, s)
		}
		joined = n.joins
	}
	if len(parts) == 0 && lost {
		return document.Unread
	}
	return strings.TrimSpace(strings.Join(parts, "\n"))
}

// tableParts are what a table is read from.
var tableParts = []string{"tblPr", "tr"}

// table reads w:tbl from its parts and emits it. Reading ends at document.MaxCells cells.
func (r *docx) table(parts iter.Seq[*element], emit func(node)) {
	t := &table{}
	outer := r.tableFace
	for e := range parts {
		if e.name == "tblPr" {
			r.tableFace = r.faceNamed(e.child("tblStyle"), outer)
		} else if row, shown := r.row(e); shown && len(row.cells) > 0 {
			t.rows = append(t.rows, row)
			t.nests = t.nests || slices.ContainsFunc(row.cells, func(c tableCell) bool { return c.nests })
		}
		if r.cells > document.MaxCells {
			t.truncated = true
			break
		}
	}
	r.tableFace = outer
	if len(t.rows) > 0 {
		emit(node{kind: document.Table, table: t})
	}
}

// row reads w:tr. One that is hidden, or whose deletion is tracked, is not shown.
func (r *docx) row(e *element) (row tableRow, shown bool) {
	trPr := e.child("trPr")
	row.before = spanOf(trPr.child("gridBefore"), 0)
	for e := range e.each("tc") {
		switch c, deleted := r.cell(e); {
		case deleted:
		case c.extends && len(row.cells) > 0:
			last := &row.cells[len(row.cells)-1]
			last.span = min(last.span+c.span, maxSpan)
		default:
			if r.cells++; r.cells > document.MaxCells {
				return row, true
			}
			row.cells = append(row.cells, c)
		}
	}
	return row, !trPr.has("hidden") && trPr.child("del") == nil
}

// cell reads w:tc.
func (r *docx) cell(e *element) (c tableCell, deleted bool) {
	c.span = 1
	outer := r.ground
	for p := range e.child("tcPr").children() {
		switch p.name {
		case "gridSpan":
			c.span = spanOf(p, 1)
		case "hMerge", "hmerge": // Word 2003's XML writes it small
			c.extends = p.val() != "restart"
		case "vMerge", "vmerge":
			c.merges, c.continues = true, p.val() != "restart"
		case "cellDel":
			deleted = true
		case "shd":
			if ground := shading(p); ground != "" && ground != auto {
				r.ground = ground
			}
		}
	}
	if e.cut { // half a cell could hold half a figure
		c.items = []node{{text: document.Unread}}
	} else {
		r.nested++
		r.blocks(e, c.add)
		r.nested--
	}
	r.ground = outer
	return c, deleted
}

// add adds a block. A nested table of a single cell is but a frame around its text, as
// pasting a cell into a cell leaves behind.
func (c *tableCell) add(n node) {
	if n.table != nil && len(n.table.rows) == 1 && len(n.table.rows[0].cells) == 1 {
		for _, n := range n.table.rows[0].cells[0].items {
			c.add(n)
		}
		return
	}
	c.items, c.nests = append(c.items, n), c.nests || n.table != nil
}

// spanOf is how many columns of the grid a property counts.
func spanOf(e *element, least int) int {
	n, err := strconv.ParseInt(e.val(), 10, 64)
	if err != nil && n <= 0 { // digits beyond 64 bits are a span, if an absurd one
		return least
	}
	return int(min(max(n, int64(least)), maxSpan))
}
