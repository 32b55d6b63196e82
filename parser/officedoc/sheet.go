package officedoc

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/xuri/excelize/v2"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// sheetGrid makes a grid of a sheet's cells, merges and hidden lines.
type sheetGrid struct {
	workbook    *xlsx
	name        string
	rows        int // up to the last that is not blank
	cells       map[place]*sheetCell
	kept        int          // bytes of text
	filled      map[int]bool // rows that have a cell
	hiddenRows  map[int]bool
	hiddenCols  []span
	zerosHidden bool // zeros are displayed as nothing
	merges      []merge
	pictures    []merge // where drawings and fields of forms lie
	part        string  // that it is read from

	at    place // of the cell that is read
	cut   bool  // the row that is read ends in the middle, as the file does
	full  bool  // no more is read
	wrong error // a cell that lies nowhere
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

// unreadCell is one of which nobody knows what it shows.
var unreadCell = sheetCell{kind: "str", rich: richText{text: document.Unread}}

// Bounds of a sheet's merged ranges, and of the text in one cell that a format for numbers
// may change.
const (
	maxMerges    = 20_000
	maxFormatted = 1000
)

func newSheetGrid(workbook *xlsx, name string) *sheetGrid {
	return &sheetGrid{workbook: workbook, name: name, cells: map[place]*sheetCell{}, filled: map[int]bool{}, hiddenRows: map[int]bool{}, at: place{-1, -1}}
}

// read reads the sheet's part. What stands before an error is read.
func (s *sheetGrid) read(name string) error {
	s.part = name
	part, cut := s.workbook.pkg.part(name)
	if len(part) > maxSheet {
		part, cut = part[:maxSheet], fmt.Errorf("%w: larger than %d MiB", errTooLarge, maxSheet>>20)
	}
	r := newXMLReader(s.workbook.ctx, part)
	for e := range r.each("row", "c", "col", "sheetView", "drawing", "controlPr", "mergeCell") {
		s.element(e)
		e.walk(s.element)
		if s.full {
			return nil
		}
		if s.wrong != nil {
			break
		}
	}
	return cmp.Or(cut, s.wrong, r.err)
}

// element reads an element of the sheet: a row, a cell, or what lies around them: hidden
// columns, merged ranges, drawings and fields of forms.
func (s *sheetGrid) element(e *element) (taken bool) {
	switch e.name {
	case "row":
		s.at, s.cut = place{cmp.Or(e.number("r"), s.at.row+2) - 1, -1}, e.cut
		if hides(e, "hidden", "ht") {
			s.hiddenRows[s.at.row] = true
		}
	case "c":
		if !s.full && s.wrong == nil {
			s.wrong = s.cell(e)
		}
	case "col":
		if first := e.number("min"); first > 0 && hides(e, "hidden", "width") && len(s.hiddenCols) < maxSpan {
			s.hiddenCols = append(s.hiddenCols, span{first - 1, e.number("max") - 1})
		}
	case "sheetView":
		s.zerosHidden = e.attr("showZeros") == "0" || e.attr("showZeros") == "false"
	case "drawing":
		s.pictures = append(s.pictures, pictures(s.workbook.ctx, s.workbook.pkg, s.part, e.attr("id"))...)
	case "controlPr":
		s.pictures = addAnchor(s.pictures, e.child("anchor"))
	case "mergeCell":
		s.merge(e.attr("ref"))
	}
	return false // in a cell without its end tag the next ones stand
}

// hides reports a row or column that is not displayed: it is hidden, or has no size.
func hides(e *element, hidden, size string) bool {
	return isTrue(e.attr(hidden)) || isZero(e.attr(size))
}

// cell reads a cell, and keeps it where it is not blank. It fails at one that lies
// nowhere.
func (s *sheetGrid) cell(e *element) error {
	s.at.col++
	if ref := e.attr("r"); ref != "" {
		col, row, err := excelize.CellNameToCoordinates(ref)
		if err != nil {
			return err
		}
		s.at = place{row - 1, col - 1}
	}
	s.keep(s.workbook.cell(e))
	return nil
}

// keep keeps the cell that is read where it is not blank, up to the bounds of a sheet.
func (s *sheetGrid) keep(c sheetCell) {
	if s.full || strings.TrimSpace(c.rich.text) == "" || s.at.row < 0 || s.at.col < 0 || s.at.row >= excelize.TotalRows || s.at.col >= excelize.MaxColumns {
		return
	}
	if s.cells[s.at] != nil {
		c = unreadCell // which of the two is shown, nobody knows
	}
	if s.kept += len(c.rich.text); len(s.cells) >= document.MaxCells || s.kept > 2*document.MaxText {
		s.workbook.out.AddFinding(report.Warning(report.RuleLimit, "the sheet %q is larger than any report's; what follows its row %d was not read", s.name, s.at.row))
		s.full = true
		return
	}
	s.cells[s.at], s.filled[s.at.row] = &c, true
	s.rows = max(s.rows, s.at.row+1)
}

// cell reads the content of one cell. One that the part ends in holds what nobody knows;
// a formula without a result stands for it, so that its cell does not seem blank.
func (r *xlsx) cell(e *element) sheetCell {
	if e.cut || e.holdsBeside("v", "is", "f", "extLst", "c", "row") {
		return unreadCell
	}
	value := e.child("v").text()
	c := sheetCell{kind: e.attr("t"), format: cmp.Or(e.attr("s"), "0"), rich: richText{text: value}}
	if c.kind == "s" && value != "" {
		c.rich = r.shared(value)
	} else if is := richTextOf(e.child("is")); c.kind == "inlineStr" && is.text != "" {
		c.rich = is
	}
	if value == "" && c.kind != "inlineStr" && richTextOf(e.child("is")).text != "" {
		return unreadCell // whose type says that it is elsewhere
	}
	if f := e.child("f"); f != nil && c.rich.text == "" {
		return sheetCell{kind: "str", rich: richText{text: "=" + f.line()}}
	}
	return c
}

// shared is the shared string of a number. Where there is none, nobody knows what the cell
// shows.
func (r *xlsx) shared(number string) richText {
	if t, ok := numbered(r.strings, strings.TrimSpace(number)); ok {
		return t
	}
	return richText{text: document.Unread}
}

// value is what excelize is asked for: how a cell of a type and a format shows a text.
type value struct{ kind, format, text string }

// add shows the cells and adds their grid, below the sheet's name where it has one.
func (s *sheetGrid) add() error {
	if err := s.display(); err != nil {
		return err
	}
	g, out := s.grid(), &s.workbook.out
	if strings.ContainsFunc(s.name, func(c rune) bool { return unicode.Is(unicode.Han, c) }) && len(g.Rows) > 0 {
		out.AddText(document.Heading, s.name)
	}
	out.AddSheet(g)
	return nil
}

// display writes the cells' texts as their formats show them.
func (s *sheetGrid) display() error {
	for _, c := range s.cells {
		if err := s.workbook.ctx.Err(); err != nil {
			return err
		}
		v := value{c.kind, c.format, c.rich.text}
		if s.zerosHidden && !v.words() && isZero(v.text) {
			continue
		}
		if text := s.workbook.shows(v); text != v.text {
			c.rich = richText{text: text}
		}
		format, _ := numbered(s.workbook.formats, c.format)
		c.shown = strings.TrimSpace(c.rich.in(format.face))
	}
	return nil
}

// shows is how a format has a value displayed. The result of a formula that is a text, and
// what is too long for a format, stand as they are.
func (r *xlsx) shows(v value) string {
	format, _ := numbered(r.formats, v.format)
	if v.kind == "str" || v.words() && (format.code == "" || len(v.text) > maxFormatted) {
		return v.text
	}
	text, known := r.shown[v]
	if !known {
		if text, known = r.inSection(v); !known {
			text = r.rendered(v)
		}
		r.shown[v] = text
	}
	return text
}

// words reports a text, which formats for numbers leave alone but for their last section.
func (v value) words() bool { return v.kind == "s" || v.kind == "inlineStr" }

// rendered is a value as excelize displays it. It gets one cell at a time, in a workbook of
// its own that has the formats of this one: neither the size of a sheet nor what it refers
// to can make that large.
func (r *xlsx) rendered(v value) string {
	const sheet, cell = "Sheet1", "A1"
	book := r.scratchBook()
	var err error
	switch {
	case v.kind == "b":
		err = book.SetCellBool(sheet, cell, v.text == "1")
	case v.words():
		err = book.SetCellStr(sheet, cell, v.text)
	default:
		err = book.SetCellDefault(sheet, cell, v.text)
	}
	format, _ := strconv.Atoi(v.format) // none is the first
	if format == 0 {
		format = r.first
	}
	if book.SetCellStyle(sheet, cell, cell, format) != nil {
		_ = book.SetCellStyle(sheet, cell, cell, 0) // there is no such format
	}
	text, shownErr := book.GetCellValue(sheet, cell)
	if err != nil || shownErr != nil {
		return document.Unread
	}
	return text
}

// maxSections bounds the sections of formats that are rendered by themselves: excelize
// compares each with those it has.
const maxSections = 200

// styleOf is the format of the workbook to render in that has a section as its code, ""
// where there is none for it.
func (r *xlsx) styleOf(section string) string {
	format, known := r.ofSections[section]
	if !known && len(r.ofSections) < maxSections {
		if id, err := r.scratchBook().NewStyle(&excelize.Style{CustomNumFmt: &section}); err == nil {
			format = strconv.Itoa(id)
		}
		r.ofSections[section] = format
	}
	return format
}

// scratchBook is the workbook to render in.
func (r *xlsx) scratchBook() *excelize.File {
	if r.scratch == nil {
		r.scratch = excelize.NewFile()
		if len(r.styles) > 0 {
			r.scratch.Styles = nil
			r.scratch.Pkg.Store("xl/styles.xml", r.styles)
		}
		r.first = copyFirst(r.scratch)
		_ = r.scratch.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &r.date1904}) // it has a part for them
	}
	return r.scratch
}

// copyFirst gives a workbook its first format once more, and its number: excelize takes a
// cell of the number zero for one without a format. One that changes nothing stays zero.
func copyFirst(book *excelize.File) int {
	_ = book.SetCellStyle("Sheet1", "A1", "A1", 0) // has the styles read
	if book.Styles == nil || book.Styles.CellXfs == nil {
		return 0
	}
	formats := book.Styles.CellXfs
	if len(formats.Xf) == 0 || formats.Xf[0].NumFmtID == nil || *formats.Xf[0].NumFmtID == 0 {
		return 0
	}
	formats.Xf = append(formats.Xf, formats.Xf[0])
	return len(formats.Xf) - 1
}

// text is what a cell over some rows and columns shows: a picture on a blank one
// is no figure that can be read, and what stood behind the place where the file ends nobody
// knows.
func (s *sheetGrid) text(m merge) string {
	text := s.value(m.top, m.left)
	lost := s.cut && m.top == s.at.row && m.left > s.at.col
	if text == "" && (lost || slices.ContainsFunc(s.pictures, func(p merge) bool {
		return p.top <= m.bottom && m.top <= p.bottom && p.left <= m.right && m.left <= p.right
	})) {
		return document.Unread
	}
	return text
}

// merge notes a merged range, of which a reference names the first and the last cell.
func (s *sheetGrid) merge(ref string) {
	start, end, _ := strings.Cut(ref, ":")
	left, top, startErr := excelize.CellNameToCoordinates(start)
	right, bottom, endErr := excelize.CellNameToCoordinates(end)
	if startErr == nil && endErr == nil {
		s.addMerge(merge{top - 1, left - 1, bottom - 1, right - 1})
	}
}

// addMerge notes a merged range, as far as there are rows with cells.
func (s *sheetGrid) addMerge(m merge) {
	m.bottom, m.right = min(m.bottom, s.rows-1), min(m.right, m.left+maxSpan-1)
	if len(s.merges) < maxMerges && m.top <= m.bottom && m.left <= m.right {
		s.merges = append(s.merges, m)
	}
}

// value is what the cell at a place shows.
func (s *sheetGrid) value(row, col int) string {
	if c := s.cells[place{row, col}]; c != nil {
		return c.shown
	}
	return ""
}

// usedColumns are those with a value and those between that a merged cell with a
// value covers, in order, without those that are hidden.
func (s *sheetGrid) usedColumns() []int {
	used := map[int]bool{}
	for at, c := range s.cells {
		if c.shown != "" {
			used[at.col] = true
		}
	}
	for _, m := range s.merges {
		if s.value(m.top, m.left) != "" {
			for col := m.left; col <= m.right; col++ {
				used[col] = true
			}
		}
	}
	maps.DeleteFunc(used, func(col int, _ bool) bool {
		return slices.ContainsFunc(s.hiddenCols, func(c span) bool { return c.first <= col && col <= c.last })
	})
	return slices.Sorted(maps.Keys(used))
}

// grid lays the cells out. A merged cell shows its first value wherever at least
// one of its rows and columns is visible.
func (s *sheetGrid) grid() *document.Grid {
	g := &document.Grid{Rows: make([][]*document.Cell, s.rows)}
	used, merges := s.usedColumns(), s.mergesByRow()
	shown := map[merge]*document.Cell{}
	cells, last := 0, 0
	for row := range s.rows {
		if s.hiddenRows[row] || !s.filled[row] && len(merges[row]) == 0 {
			continue
		}
		all := s.row(row, used, merges[row], shown)
		if cells += len(all); cells > document.MaxCells {
			g.Truncated = true
			break
		}
		if g.Rows[row] = all; len(all) > 0 {
			last = row + 1
		}
	}
	g.Rows = g.Rows[:last]
	return g
}

// mergesByRow are the merged ranges that cover each row, left to right.
func (s *sheetGrid) mergesByRow() map[int][]merge {
	rows := map[int][]merge{}
	covered := 0
	for _, m := range slices.SortedStableFunc(slices.Values(s.merges), func(a, b merge) int { return a.left - b.left }) {
		for row := m.top; row <= m.bottom && covered <= document.MaxCells; row++ {
			rows[row] = append(rows[row], m)
			covered++
		}
	}
	return rows
}

// row are the cells that cover a row, of which the merged ones may be shown already.
func (s *sheetGrid) row(row int, used []int, merges []merge, shown map[merge]*document.Cell) (cells []*document.Cell) {
	next := 0 // the first column not yet covered
	for _, col := range used {
		if col < next {
			continue
		}
		m := merge{row, col, row, col}
		if i := slices.IndexFunc(merges, func(m merge) bool { return m.left <= col && col <= m.right }); i >= 0 {
			m = merges[i]
		}
		c := shown[m]
		if c == nil {
			c = &document.Cell{Text: s.text(m), Row: row, Col: col, RowSpan: m.bottom - row + 1, ColSpan: m.right - col + 1}
			shown[m] = c
		}
		cells = append(cells, c)
		next = m.right + 1
	}
	return cells
}
