package officedoc

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"nianbao/parser/document"
)

// sheetParts tells which part each sheet is in, by the sheet's name. What a
// damaged workbook does not tell is missing.
func sheetParts(ctx context.Context, p *pkg) map[string]string {
	names := map[string]string{} // by relationship
	workbook, _ := p.part("xl/workbook.xml")
	r := newXMLReader(ctx, workbook)
	_ = r.children(func(e xml.StartElement) error {
		if e.Name.Local == "sheet" {
			names[attr(e, "id")] = attr(e, "name")
		}
		return nil
	})
	parts := map[string]string{}
	rels, _ := p.part("xl/_rels/workbook.xml.rels")
	r = newXMLReader(ctx, rels)
	_ = r.children(func(e xml.StartElement) error {
		if name, ok := names[attr(e, "Id")]; ok && e.Name.Local == "Relationship" {
			target := attr(e, "Target")
			if !strings.HasPrefix(target, "/") {
				target = "/xl/" + target
			}
			parts[name] = strings.TrimPrefix(path.Clean(target), "/")
		}
		return nil
	})
	return parts
}

// sheetGrid makes a grid of a sheet's values, merges and hidden lines.
type sheetGrid struct {
	values     [][]string
	hiddenRows map[int]bool
	hiddenCols []span
	merges     []merge
	formats    formats
	pictures   []merge // where drawings and fields of forms lie
}

type merge struct{ top, left, bottom, right int } // inclusive, from zero

// maxFormulaColumns bounds how far right formulas are looked for.
const maxFormulaColumns = 256

type span struct{ first, last int } // inclusive, from zero

// readLayout reads what the values do not tell: merged ranges, hidden columns,
// and formulas whose result the file does not hold. The formula takes the result's
// place, so that its cell does not seem blank.
func (s *sheetGrid) readLayout(ctx context.Context, p *pkg, name string) error {
	part, err := p.part(name)
	if len(part) == 0 {
		return err
	}
	r := newXMLReader(ctx, part[:min(len(part), maxSheet)])
	row, col := -1, -1
	err = r.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "col":
			first, err1 := strconv.Atoi(attr(e, "min"))
			last, err2 := strconv.Atoi(attr(e, "max"))
			if hidden := attr(e, "hidden"); err1 == nil && err2 == nil && (hidden == "1" || hidden == "true") && len(s.hiddenCols) < maxSpan {
				s.hiddenCols = append(s.hiddenCols, span{first - 1, last - 1})
			}
		case "row":
			row, col = row+1, -1
			if n, err := strconv.Atoi(attr(e, "r")); err == nil {
				row = n - 1
			}
		case "c":
			col++
			if ref := attr(e, "r"); ref != "" {
				c, rw, err := excelize.CellNameToCoordinates(ref)
				if err != nil {
					return nil
				}
				col, row = c-1, rw-1
			}
			return s.cell(r, row, col, e)
		case "drawing":
			s.pictures = append(s.pictures, pictures(ctx, p, name, attr(e, "id"))...)
		case "controlPr":
			m, ok, err := anchor(r)
			if ok && len(s.pictures) < maxPictures {
				s.pictures = append(s.pictures, m)
			}
			return err
		case "mergeCell":
			start, end, ok := strings.Cut(attr(e, "ref"), ":")
			if ok {
				s.merge(start, end)
			}
		}
		return nil
	})
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// cell looks at a cell's format, and for a formula without a result. A cell that
// the part ends in holds what nobody knows.
func (s *sheetGrid) cell(r *xmlReader, row, col int, c xml.StartElement) error {
	formula, computed, value := "", false, ""
	inline := noRuns
	err := r.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "f":
			text, err := r.characters()
			formula, computed = text, true
			return err
		case "v":
			text, err := r.characters()
			value += text
			return err
		case "is":
			runs, err := readRuns(r)
			inline = runs
			return err
		}
		return nil
	})
	if row < 0 || col < 0 || col >= maxFormulaColumns {
		return err
	}
	switch text := s.at(row, col); {
	case err != nil:
		if row == len(s.values) {
			s.values = append(s.values, nil)
		}
		s.put(row, col, document.Unread)
	case computed && value == "" && text == "":
		s.put(row, col, "="+formula)
	case text != "" && len(s.formats.faces) > 0:
		runs := inline
		if attr(c, "t") == "s" {
			runs = s.formats.string(value)
		}
		s.put(row, col, s.formats.read(text, attr(c, "s"), runs))
	}
	return err
}

// put sets the text of a cell in a row that was read.
func (s *sheetGrid) put(row, col int, text string) {
	if row >= len(s.values) {
		return
	}
	for len(s.values[row]) <= col {
		s.values[row] = append(s.values[row], "")
	}
	s.values[row][col] = text
}

// text is what a cell over some rows and columns shows: a picture on a blank one
// is no figure that can be read.
func (s *sheetGrid) text(m merge) string {
	text := s.at(m.top, m.left)
	if text == "" && slices.ContainsFunc(s.pictures, func(p merge) bool {
		return p.top <= m.bottom && m.top <= p.bottom && p.left <= m.right && m.left <= p.right
	}) {
		return document.Unread
	}
	return text
}

// maxMerges bounds the merged ranges of a sheet.
const maxMerges = 20_000

func (s *sheetGrid) merge(start, end string) {
	left, top, err := excelize.CellNameToCoordinates(start)
	if err != nil {
		return
	}
	right, bottom, err := excelize.CellNameToCoordinates(end)
	if err != nil || len(s.merges) >= maxMerges {
		return
	}
	m := merge{top - 1, left - 1, bottom - 1, right - 1}
	m.bottom = min(m.bottom, len(s.values)-1)
	m.right = min(m.right, m.left+maxSpan-1)
	if m.top <= m.bottom && m.left <= m.right {
		s.merges = append(s.merges, m)
	}
}

func (s *sheetGrid) at(row, col int) string {
	if row < len(s.values) && col < len(s.values[row]) {
		return strings.TrimSpace(s.values[row][col])
	}
	return ""
}

// usedColumns are those with a value and those between that a merged cell with a
// value covers, in order.
func (s *sheetGrid) usedColumns() []int {
	used := map[int]bool{}
	for _, row := range s.values {
		for col, v := range row {
			if strings.TrimSpace(v) != "" {
				used[col] = true
			}
		}
	}
	for _, m := range s.merges {
		if s.at(m.top, m.left) != "" {
			for col := m.left; col <= m.right; col++ {
				used[col] = true
			}
		}
	}
	cols := make([]int, 0, len(used))
	for col := range used {
		cols = append(cols, col)
	}
	slices.Sort(cols)
	return cols
}

// grid lays the cells out. A merged cell shows its first value wherever at least
// one of its rows and columns is visible.
func (s *sheetGrid) grid(used []int) *document.Grid {
	g := &document.Grid{Rows: make([][]*document.Cell, len(s.values))}
	byRow := make(map[int][]merge)
	covered := 0
	for _, m := range s.merges {
		for row := m.top; row <= m.bottom && covered <= document.MaxCells; row++ {
			byRow[row] = append(byRow[row], m)
			covered++
		}
	}
	shown := map[merge]*document.Cell{}
	cells := 0
	for row := range s.values {
		if s.hiddenRows[row] || len(s.values[row]) == 0 && len(byRow[row]) == 0 {
			continue
		}
		ms := byRow[row]
		slices.SortFunc(ms, func(a, b merge) int { return a.left - b.left })
		next := 0 // the first column not yet covered
		for _, col := range used {
			if col < next || s.hidden(col) {
				continue
			}
			if cells++; cells > document.MaxCells {
				g.Truncated = true
				return g
			}
			m, merged := coverOf(ms, col)
			if !merged {
				g.Rows[row] = append(g.Rows[row], &document.Cell{Text: s.text(merge{row, col, row, col}), Row: row, Col: col, RowSpan: 1, ColSpan: 1})
				continue
			}
			c := shown[m]
			if c == nil {
				c = &document.Cell{Text: s.text(m), Row: row, Col: col, RowSpan: m.bottom - row + 1, ColSpan: m.right - col + 1}
				shown[m] = c
			}
			g.Rows[row] = append(g.Rows[row], c)
			next = m.right + 1
		}
	}
	for len(g.Rows) > 0 && len(g.Rows[len(g.Rows)-1]) == 0 {
		g.Rows = g.Rows[:len(g.Rows)-1]
	}
	return g
}

// hidden tells a column that is not shown.
func (s *sheetGrid) hidden(col int) bool {
	return slices.ContainsFunc(s.hiddenCols, func(c span) bool { return c.first <= col && col <= c.last })
}

func coverOf(ms []merge, col int) (merge, bool) {
	for _, m := range ms {
		if m.left <= col && col <= m.right {
			return m, true
		}
	}
	return merge{}, false
}
