package officedoc

import (
	"encoding/xml"
	"strconv"
	"strings"

	"nianbao/parser/document"
)

// table is a w:tbl as it is written: spans not yet resolved.
type table struct {
	rows      []tableRow
	truncated bool
}

type tableRow struct {
	cells  []tableCell
	before int // grid columns left empty before the first cell
	header bool
}

type tableCell struct {
	items     []node
	span      int  // grid columns
	merges    bool // part of a vertical merge
	continues bool // which was begun above
	extends   bool // part of the cell before it: Word's merging before w:gridSpan
}

// maxSpan bounds w:gridSpan and w:gridBefore, as package document does.
const maxSpan = 1000

// nests reports whether a cell holds a table.
func (t *table) nests() bool {
	for _, row := range t.rows {
		for _, c := range row.cells {
			for _, n := range c.items {
				if n.table != nil {
					return true
				}
			}
		}
	}
	return false
}

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
			own := &document.Cell{Text: cellText(c.items), Row: r, Col: col, RowSpan: 1, ColSpan: c.span, Header: row.header}
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

func cellText(items []node) string {
	var parts []string
	joined, lost := false, false
	for _, n := range items {
		lost = lost || n.lost
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

// table reads w:tbl. Reading ends at document.MaxCells cells.
func (r *docx) table() (*table, error) {
	t := &table{}
	outer := r.tableFace
	defer func() { r.tableFace = outer }()
	err := r.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "tblPr":
			return r.children(func(e xml.StartElement) error {
				if e.Name.Local == "tblStyle" {
					r.tableFace = r.styles[attr(e, "val")].face
				}
				return r.skip()
			})
		case "tr":
			row, hidden, err := r.row(t)
			if !hidden && len(row.cells) > 0 {
				t.rows = append(t.rows, row)
			}
			return err
		case "AlternateContent":
			return r.skip() // never holds rows
		}
		return r.skipIf(unseen[e.Name.Local])
	})
	return t, err
}

func (r *docx) row(t *table) (row tableRow, hidden bool, err error) {
	err = r.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "trPr":
			return r.children(func(e xml.StartElement) error {
				switch e.Name.Local {
				case "gridBefore":
					row.before = spanOf(e, 0)
				case "hidden":
					hidden = on(e)
				case "del":
					hidden = true // the row's deletion is tracked
				case "tblHeader":
					row.header = on(e)
				}
				return r.skip()
			})
		case "tc":
			c, deleted, err := r.cell()
			switch {
			case deleted:
			case c.extends && len(row.cells) > 0:
				last := &row.cells[len(row.cells)-1]
				last.span = min(last.span+c.span, maxSpan)
			case r.cells >= document.MaxCells:
				t.truncated = true
				return errDocumentFull
			default:
				r.cells++
				row.cells = append(row.cells, c)
			}
			return err
		}
		return r.skipIf(unseen[e.Name.Local])
	})
	return row, hidden, err
}

func (r *docx) cell() (c tableCell, deleted bool, err error) {
	c.span = 1
	r.nested++
	defer func() { r.nested-- }()
	properties := func(e xml.StartElement) error {
		switch e.Name.Local {
		case "gridSpan":
			c.span = spanOf(e, 1)
		case "hMerge", "hmerge":
			c.extends = attr(e, "val") != "restart"
		case "vMerge", "vmerge": // Word 2003's XML writes it small
			c.merges, c.continues = true, attr(e, "val") != "restart"
		case "cellDel":
			deleted = true
		}
		return r.skip()
	}
	err = r.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "tcPr":
			return r.children(properties)
		case "p":
			return r.paragraph(c.add)
		case "tbl":
			inner, err := r.table()
			c.addTable(inner)
			return err
		case "AlternateContent":
			return r.alternate(func() error { return r.blocks(c.add) })
		}
		return r.skipIf(unseen[e.Name.Local])
	})
	if err != nil { // half a cell could hold half a figure
		c.items = []node{{text: document.Unread}}
	}
	return c, deleted, err
}

func (c *tableCell) add(n node) {
	if n.table != nil {
		c.addTable(n.table)
		return
	}
	c.items = append(c.items, n)
}

// addTable adds a nested table. One of a single cell is but a frame around its
// text, as pasting a cell into a cell leaves behind.
func (c *tableCell) addTable(t *table) {
	switch {
	case len(t.rows) == 1 && len(t.rows[0].cells) == 1:
		for _, n := range t.rows[0].cells[0].items {
			c.add(n)
		}
	case len(t.rows) > 0:
		c.items = append(c.items, node{kind: document.Table, table: t})
	}
}

func spanOf(e xml.StartElement, least int) int {
	n, err := strconv.ParseInt(attr(e, "val"), 10, 64)
	if err != nil {
		// Digits beyond 64 bits are a span, if an absurd one.
		if strings.HasPrefix(err.Error(), "strconv") && n > 0 {
			return maxSpan
		}
		return least
	}
	return int(min(max(n, int64(least)), maxSpan))
}
