package officedoc

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"nianbao/parser/document"
)

// sheetGrid makes a grid of a sheet's cells, merges and hidden lines.
type sheetGrid struct {
	workbook   *xlsx
	name, part string
	rows       int // up to the last that is not blank
	cells      map[place]*sheetCell
	kept       int // bytes of text
	hiddenRows map[int]bool
	hiddenCols []span
	merges     []merge
	pictures   []merge // where drawings and fields of forms lie
}

type place struct{ row, col int } // from zero

type merge struct{ top, left, bottom, right int } // inclusive, from zero

type span struct{ first, last int } // inclusive, from zero

// sheetCell is a cell that is not empty: of a type (ECMA-376 part 1, §18.18.11) and in a
// format, and what it shows.
type sheetCell struct {
	kind, format string
	rich         richText
	shown        string // without blanks around it
}

// Bounds of a sheet's merged ranges, and of the text in one cell that a format for numbers
// may change.
const (
	maxMerges    = 20_000
	maxFormatted = 1000
)

// read reads the sheet's part. What stands before an error is read.
func (s *sheetGrid) read() error {
	s.cells, s.hiddenRows = map[place]*sheetCell{}, map[int]bool{}
	part, cut := s.workbook.pkg.part(s.part)
	if len(part) > maxSheet {
		part, cut = part[:maxSheet], fmt.Errorf("%w: larger than %d MiB", errTooLarge, maxSheet>>20)
	}
	r := newXMLReader(s.workbook.ctx, part)
	at := place{-1, -1}
	err := r.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "row":
			at = place{at.row + 1, -1}
			if n, err := strconv.Atoi(attr(e, "r")); err == nil {
				at.row = n - 1
			}
			if isTrue(attr(e, "hidden")) {
				s.hiddenRows[at.row] = true
			}
		case "c":
			at.col++
			if ref := attr(e, "r"); ref != "" {
				col, row, err := excelize.CellNameToCoordinates(ref)
				if err != nil {
					return err
				}
				at = place{row - 1, col - 1}
			}
			return s.cell(r, at, e)
		}
		return s.layout(r, e)
	})
	switch {
	case cut != nil && !errors.Is(err, errDocumentFull):
		return cut
	case errors.Is(err, io.EOF), errors.Is(err, errDocumentFull):
		return nil
	}
	return err
}

// layout reads an element around the cells: hidden columns, merged ranges, drawings and
// fields of forms.
func (s *sheetGrid) layout(r *xmlReader, e xml.StartElement) error {
	switch e.Name.Local {
	case "col":
		first, err1 := strconv.Atoi(attr(e, "min"))
		last, err2 := strconv.Atoi(attr(e, "max"))
		if err1 == nil && err2 == nil && isTrue(attr(e, "hidden")) && len(s.hiddenCols) < maxSpan {
			s.hiddenCols = append(s.hiddenCols, span{first - 1, last - 1})
		}
	case "drawing":
		s.pictures = append(s.pictures, pictures(s.workbook.ctx, s.workbook.pkg, s.part, attr(e, "id"))...)
	case "controlPr":
		m, ok, err := anchor(r)
		if ok && len(s.pictures) < maxPictures {
			s.pictures = append(s.pictures, m)
		}
		return err
	case "mergeCell":
		if start, end, ok := strings.Cut(attr(e, "ref"), ":"); ok {
			s.merge(start, end)
		}
	}
	return nil
}

// cell reads one cell, and keeps it where it is not blank.
func (s *sheetGrid) cell(r *xmlReader, at place, e xml.StartElement) error {
	c, err := s.workbook.cell(r, e)
	if strings.TrimSpace(c.rich.text) == "" || at.row < 0 || at.col < 0 || at.row >= excelize.TotalRows || at.col >= excelize.MaxColumns {
		return err
	}
	if s.kept += len(c.rich.text); len(s.cells) >= document.MaxCells || s.kept > 2*document.MaxText {
		s.workbook.limit("the sheet %q is larger than any report's; what follows its row %d was not read", s.name, at.row)
		return errDocumentFull
	}
	s.cells[at] = &c
	s.rows = max(s.rows, at.row+1)
	return err
}

// cell reads the content of one cell. One that the part ends in holds what nobody knows;
// a formula without a result stands for it, so that its cell does not seem blank.
func (r *xlsx) cell(x *xmlReader, e xml.StartElement) (sheetCell, error) {
	c := sheetCell{kind: attr(e, "t"), format: attr(e, "s")}
	formula, value := "", ""
	err := x.children(func(e xml.StartElement) (err error) {
		var text string
		switch e.Name.Local {
		case "f":
			text, err = x.characters()
			formula = "=" + text
		case "v":
			text, err = x.raw()
			value += text
		case "is":
			c.rich, err = readRich(x)
		}
		return err
	})
	switch {
	case err != nil:
		return sheetCell{kind: "str", rich: richText{text: document.Unread}}, err
	case c.kind == "s" && value != "":
		c.rich = r.shared(value)
	case c.kind != "inlineStr" || c.rich.text == "":
		c.rich = richText{text: value}
	}
	if c.rich.text == "" && formula != "" {
		return sheetCell{kind: "str", rich: richText{text: formula}}, nil
	}
	return c, nil
}

// shared is the shared string of a number. Where there is none, nobody knows what the cell
// shows.
func (r *xlsx) shared(number string) richText {
	if n, err := strconv.Atoi(strings.TrimSpace(number)); err == nil && n >= 0 && n < len(r.strings) {
		return r.strings[n]
	}
	return richText{text: document.Unread}
}

// value is what excelize is asked for: how a cell of a type and a format shows a text.
type value struct{ kind, format, text string }

// display writes the cells' texts as their formats show them.
func (s *sheetGrid) display() error {
	for _, c := range s.cells {
		if err := s.workbook.ctx.Err(); err != nil {
			return err
		}
		v := value{c.kind, c.format, c.rich.text}
		if text := s.workbook.shows(v); text != v.text {
			c.rich = richText{text: text}
		}
		cell := face{}
		if n, err := strconv.Atoi(c.format); err == nil && n >= 0 && n < len(s.workbook.faces) {
			cell = s.workbook.faces[n]
		}
		c.shown = strings.TrimSpace(c.rich.in(cell))
	}
	return nil
}

// shows is how a format has a value displayed. excelize gets one cell at a time, in a
// workbook of its own that has the formats of this one: neither the size of a sheet nor
// what it refers to can make that large. The result of a formula that is a text, and what
// is too long for a format, stand as they are.
func (r *xlsx) shows(v value) string {
	words := v.kind == "s" || v.kind == "inlineStr"
	if v.kind == "str" || words && (v.format == "" || v.format == "0" || len(v.text) > maxFormatted) {
		return v.text
	}
	if text, known := r.shown[v]; known {
		return text
	}
	if r.scratch == nil {
		r.scratch, r.shown = excelize.NewFile(), map[value]string{}
		if len(r.styles) > 0 {
			r.scratch.Styles = nil
			r.scratch.Pkg.Store("xl/styles.xml", r.styles)
		}
		_ = r.scratch.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &r.date1904}) // it has a part for them
	}
	const sheet, cell = "Sheet1", "A1"
	var err error
	switch {
	case v.kind == "b":
		err = r.scratch.SetCellBool(sheet, cell, v.text == "1")
	case words:
		err = r.scratch.SetCellStr(sheet, cell, v.text)
	default:
		err = r.scratch.SetCellDefault(sheet, cell, v.text)
	}
	format, _ := strconv.Atoi(v.format) // none is the first
	if r.scratch.SetCellStyle(sheet, cell, cell, format) != nil {
		_ = r.scratch.SetCellStyle(sheet, cell, cell, 0) // there is no such format
	}
	text, shownErr := r.scratch.GetCellValue(sheet, cell)
	if err != nil || shownErr != nil {
		text = document.Unread
	}
	r.shown[v] = text
	return text
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

func (s *sheetGrid) merge(start, end string) {
	left, top, err := excelize.CellNameToCoordinates(start)
	if err != nil {
		return
	}
	right, bottom, err := excelize.CellNameToCoordinates(end)
	if err != nil || len(s.merges) >= maxMerges {
		return
	}
	m := merge{top - 1, left - 1, min(bottom, s.rows) - 1, right - 1}
	m.right = min(m.right, m.left+maxSpan-1)
	if m.top <= m.bottom && m.left <= m.right {
		s.merges = append(s.merges, m)
	}
}

func (s *sheetGrid) at(row, col int) string {
	if c := s.cells[place{row, col}]; c != nil {
		return c.shown
	}
	return ""
}

// usedColumns are those with a value and those between that a merged cell with a
// value covers, in order.
func (s *sheetGrid) usedColumns() []int {
	used := map[int]bool{}
	for at, c := range s.cells {
		if c.shown != "" {
			used[at.col] = true
		}
	}
	for _, m := range s.merges {
		if s.at(m.top, m.left) != "" {
			for col := m.left; col <= m.right; col++ {
				used[col] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(used))
}

// grid lays the cells out. A merged cell shows its first value wherever at least
// one of its rows and columns is visible.
func (s *sheetGrid) grid() *document.Grid {
	g := &document.Grid{Rows: make([][]*document.Cell, s.rows)}
	used := s.usedColumns()
	filled := map[int]bool{}
	for at := range s.cells {
		filled[at.row] = true
	}
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
	for row := range s.rows {
		if s.hiddenRows[row] || !filled[row] && len(byRow[row]) == 0 {
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
