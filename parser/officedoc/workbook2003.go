package officedoc

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// ReadSpreadsheetML reads the XML that Excel 2003 saves a workbook as (SpreadsheetML 2003).
// What its sheets give, and errors, are those of [ReadXLSX].
func ReadSpreadsheetML(ctx context.Context, data []byte) (*document.Document, error) {
	if detectXML(data) != document.SpreadsheetML {
		return nil, &document.ReadError{Container: document.SpreadsheetML, Err: document.ErrFormat}
	}
	var cut error
	if len(data) > maxSheet {
		data, cut = data[:maxSheet], fmt.Errorf("%w: larger than %d MiB", errTooLarge, maxSheet>>20)
	}
	return readWorkbook(ctx, document.SpreadsheetML, func(r *xlsx) error {
		b := book2003{xlsx: r, formatOf: map[string]int{}}
		x := newXMLReader(ctx, data)
		x.opened = []string{"Worksheet", "Table"}
		for e := range x.each("Title", "Date1904", "Styles", "Worksheet") {
			switch e.name {
			case "Title":
				r.title = strings.TrimSpace(e.line())
			case "Date1904":
				r.date1904 = true
			case "Styles":
				b.styles(e)
			default:
				if r.fullBefore(b.sheets, e.attr("Name")) {
					return ctx.Err()
				}
				if err := b.sheet(x, e.attr("Name")); err != nil {
					return err
				}
			}
		}
		if err := cmp.Or(cut, x.err); err != nil && ctx.Err() == nil {
			reportPart(&r.out, "workbook", err)
		}
		return ctx.Err()
	})
}

// book2003 is the state of reading a workbook of Excel 2003.
type book2003 struct {
	*xlsx
	sheets   int
	formatOf map[string]int // the place among the formats of cells, by a style's ID
}

// styles reads the styles of cells, each of which takes what it does not say from its
// parent or that of all cells. Their formats for numbers become a part as ECMA-376 has it.
func (b *book2003) styles(e *element) {
	// The first place stands for no style: the first of a book's own may be any.
	b.formats = []cellFormat{{}}
	styles := map[string]*element{}
	for s := range e.each("Style") {
		styles[s.attr("ID")] = s
	}
	for s := range e.each("Style") {
		b.style(styles, s.attr("ID"), maxParents)
	}
	var codes, formats strings.Builder
	for i, f := range b.formats {
		if f.code == "" {
			formats.WriteString(`<xf numFmtId="0"/>`)
			continue
		}
		const firstOwn = 164 // those before it every workbook has
		fmt.Fprintf(&codes, `<numFmt numFmtId="%d" formatCode="`, firstOwn+i)
		_ = xml.EscapeText(&codes, []byte(f.code)) // a builder takes all
		codes.WriteString(`"/>`)
		fmt.Fprintf(&formats, `<xf numFmtId="%d"/>`, firstOwn+i)
	}
	b.xlsx.styles = []byte(`<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts>` + codes.String() +
		`</numFmts><fonts><font/></fonts><fills><fill/></fills><borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs><cellXfs>` + formats.String() + `</cellXfs></styleSheet>`)
}

// maxParents bounds the styles above one.
const maxParents = 100

// style adds the format of a style behind that of its parent, wherever in the book that stands.
func (b *book2003) style(styles map[string]*element, id string, steps int) {
	s := styles[id]
	if _, read := b.formatOf[id]; s == nil || read || steps == 0 {
		return
	}
	b.formatOf[id] = 0 // while its parents are read, one of which may name it
	parent := cmp.Or(s.attr("Parent"), "Default")
	b.style(styles, parent, steps-1)
	f := b.formats[b.format(parent)]
	f.face = fontOf(s.child("Font")).or(f.face)
	if interior := s.child("Interior"); interior != nil {
		f.face.ground = ""
		if fill := interior.attr("Pattern"); fill == "Solid" {
			f.face.ground = colorOf(interior)
		} else if fill != "" && fill != "None" {
			f.face.ground = pattern
		}
	}
	if n := s.child("NumberFormat"); n != nil {
		f.code = n.attr("Format")
		if code, ok := formatNames[f.code]; ok {
			f.code = code
		}
	}
	b.formatOf[id] = len(b.formats)
	b.formats = append(b.formats, f)
}

// format is the place of a style's format, that of all cells for a style that is not there,
// and zero where there is neither.
func (b *book2003) format(style string) int {
	if i, ok := b.formatOf[style]; ok {
		return i
	}
	return b.formatOf["Default"]
}

// formatNames are the codes behind the names that formats for numbers have here.
var formatNames = map[string]string{
	"General": "", "General Number": "", "Fixed": "0.00", "Standard": "#,##0.00", "Percent": "0.00%", "Scientific": "0.00E+00",
	"Currency": `"¥"#,##0.00`, "Euro Currency": `"€"#,##0.00`, "Yes/No": `"Yes";"Yes";"No"`, "True/False": `"True";"True";"False"`, "On/Off": `"On";"On";"Off"`,
	"General Date": "yyyy-m-d h:mm", "Long Date": `yyyy"年"m"月"d"日"`, "Medium Date": "yyyy-m-d", "Short Date": "yyyy-m-d",
	"Long Time": "h:mm:ss", "Medium Time": "h:mm", "Short Time": "h:mm",
}

// fontOf reads a font of a style, or of a run within a text.
func fontOf(e *element) face {
	f := face{align: strings.ToLower(e.attr("VerticalAlign")), ink: colorOf(e)}
	if f.align == "none" {
		f.align = "baseline"
	}
	if struck := e.attr("StrikeThrough"); struck != "" {
		f.struck = toggled(e, isTrue(struck))
	}
	if size := cmp.Or(e.attr("Size"), e.attr("size")); size != "" {
		f.tiny = toggled(e, tiny(size))
	}
	if name := cmp.Or(e.attr("FontName"), e.attr("Face")); name != "" {
		f.symbols = toggled(e, document.SymbolFont(name))
	}
	return f
}

// colorOf is the colour of an element, "" where it has none of its own.
func colorOf(e *element) string {
	value := e.attr("Color")
	if strings.EqualFold(value, "Automatic") {
		return ""
	}
	return named(strings.TrimPrefix(value, "#"), "", "")
}

// sheet2003 is the state of reading a sheet.
type sheet2003 struct {
	*sheetGrid
	book                 *book2003
	tableStyle, rowStyle string
	columnStyles         map[int]string
	column               int         // the last that is described
	repeats              int         // the rows behind the one that is read that are like it, and empty
	under                map[int]int // the last row of the ranges merged downwards, by their columns
	nowhere, astray      bool        // nobody knows the place of the row, or those of its next cells
	ranges               []merge     // merged, to be cut at the last row
}

// errOpenSheet ends reading where a sheet begins within another: which cells and settings
// are whose, nobody knows.
var errOpenSheet = errors.New("a sheet has no end")

// sheet reads a sheet up to its end, and adds its grid.
func (b *book2003) sheet(x *xmlReader, name string) error {
	s := sheet2003{sheetGrid: newSheetGrid(b.xlsx, name), book: b, columnStyles: map[int]string{}, column: -1, under: map[int]int{}}
	visible, told := true, false
	for e := range x.each("Table", "Column", "Row", "Visible", "DoNotDisplayZeros", "Worksheet") {
		switch e.name {
		case "Worksheet":
			x.err = errOpenSheet
		case "Table":
			s.tableStyle = e.attr("StyleID")
		case "Visible":
			visible, told = e.text() == "SheetVisible", !e.cut
		case "DoNotDisplayZeros":
			s.zerosHidden = true
		default:
			s.element(e)
			e.walk(s.element)
		}
	}
	if b.ctx.Err() != nil || told && !visible {
		return b.ctx.Err()
	}
	if x.err != nil && !told && b.sheets > 0 {
		// Whether a sheet is hidden stands behind its cells.
		b.out.AddFinding(report.Warning(report.RuleTruncated, "The file ends in the sheet %q. It may be hidden, and was not read.", name))
		return nil
	}
	b.sheets++
	for _, m := range s.ranges {
		s.addMerge(m)
	}
	return s.add()
}

// element reads a column, a row or a cell. In one without its end tag the next ones stand.
func (s *sheet2003) element(e *element) (taken bool) {
	switch e.name {
	case "Column":
		s.describe(e)
	case "Row":
		index, ok := index2003(e, excelize.TotalRows)
		s.at, s.cut = place{cmp.Or(index, s.at.row+2+s.repeats) - 1, -1}, e.cut
		s.nowhere, s.astray = !ok, false
		s.rowStyle, s.repeats = e.attr("StyleID"), min(max(e.number("Span"), 0), excelize.TotalRows)
		if hides(e, "Hidden", "Height") {
			s.hiddenRows[s.at.row] = true
		}
	case "Cell":
		if !s.full {
			s.cell(e)
		}
	case "Comment":
		return true
	}
	return false
}

// describe notes how the cells of some columns are set, and which are hidden.
func (s *sheet2003) describe(e *element) {
	first := cmp.Or(e.number("Index"), s.column+2) - 1
	s.column = first + min(max(e.number("Span"), 0), maxSpan)
	if hides(e, "Hidden", "Width") && len(s.hiddenCols) < maxSpan {
		s.hiddenCols = append(s.hiddenCols, span{first, s.column})
	}
	for column := first; column <= s.column && len(s.columnStyles) < excelize.MaxColumns; column++ {
		s.columnStyles[column] = e.attr("StyleID")
	}
}

// index2003 is the place that a row or a cell names, counted from one, and zero where it
// names none. It is not ok where no sheet has it.
func index2003(e *element, last int) (index int, ok bool) {
	if e.attr("Index") == "" {
		return 0, true
	}
	if index = e.number("Index"); index < 1 || index > last {
		return 0, false
	}
	return index, true
}

// cell reads a cell. Excel opens no file in which two share a place: which of them another
// program shows there, nobody knows.
func (s *sheet2003) cell(e *element) {
	index, ok := index2003(e, excelize.MaxColumns)
	s.at.col = cmp.Or(index, s.at.col+2) - 1
	style := cmp.Or(e.attr("StyleID"), s.rowStyle, s.columnStyles[s.at.col], s.tableStyle)
	c := s.book.cell2003(e, s.book.format(style))
	switch covered, under := s.under[s.at.col]; {
	case !ok, index == 0 && under && s.at.row <= covered && c.rich.text != "":
		s.astray = true // a range from above may take its place, or move it on
	case index != 0:
		s.astray = false
	}
	if s.nowhere || s.astray {
		c = unreadCell
	}
	s.keep(c)
	across, down := min(max(e.number("MergeAcross"), 0), maxSpan), min(max(e.number("MergeDown"), 0), document.MaxCells)
	if across > 0 || down > 0 {
		s.ranges = append(s.ranges, merge{s.at.row, s.at.col, s.at.row + down, s.at.col + across})
	}
	for col := s.at.col; down > 0 && col <= s.at.col+min(across, maxUnder); col++ {
		s.under[col] = max(s.under[col], s.at.row+down)
	}
	s.at.col += across
}

// maxUnder bounds the columns of one range that are noted as merged downwards.
const maxUnder = 100

// cell2003 reads the content of one cell, as [xlsx.cell] does.
func (b *book2003) cell2003(e *element, format int) sheetCell {
	data, formula := e.child("Data"), e.attr("Formula")
	of, _ := numbered(b.formats, strconv.Itoa(format))
	c := sheetCell{format: strconv.Itoa(format)}
	c.rich.runs = runsOf(data, of.face, nil)
	for _, run := range c.rich.runs {
		c.rich.text += run.text
	}
	kind := data.attr("Type")
	if slices.Contains([]string{"Boolean", "Error", "DateTime", "Number"}, kind) {
		c.rich.runs = nil
	}
	switch {
	case e.cut, e.holdsBeside("Data", "Comment", "PhoneticText", "Cell", "Row"): // the last are behind a lost end tag
		return unreadCell
	case formula != "" && c.rich.text == "":
		return sheetCell{kind: "str", rich: richText{text: formula}}
	case kind == "Boolean":
		c.kind = "b"
	case kind == "Error":
		c.kind = "e"
	case kind == "DateTime":
		c.rich.text = b.serial(c.rich.text)
	case kind != "Number":
		c.kind = "inlineStr"
		if formula != "" {
			c.kind = "str"
		}
	}
	return c
}

// serial is the number of a time's day, as workbooks count it; what is no time stays.
func (b *book2003) serial(text string) string {
	at, err := time.Parse("2006-01-02T15:04:05.999", text)
	if err != nil {
		return text
	}
	first := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if b.date1904 {
		first = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	days := at.Sub(first).Hours() / 24
	if !b.date1904 && days < 61 {
		days-- // Excel counts a 29 February 1900; a time alone is of the day before it begins
	}
	return strconv.FormatFloat(days, 'f', -1, 64)
}

// runsOf are the runs of a text that has elements of HTML within it, each of which sets
// what stands in it.
func runsOf(e *element, outer face, runs []textRun) []textRun {
	if e == nil {
		return runs
	}
	for c := e.first; c != nil; c = c.next {
		if c.name == "" {
			runs = append(runs, textRun{face: outer, own: true, text: c.chars})
			continue
		}
		inner := face{}
		switch strings.ToLower(c.name) {
		case "cell", "row", "data":
			return append(runs, textRun{text: document.Unread}) // those behind a lost end tag
		case "br":
			runs = append(runs, textRun{text: "\n"})
		case "font":
			inner = fontOf(c)
		case "s", "strike", "del":
			inner.struck = set
		case "sup":
			inner.align = "superscript"
		case "sub":
			inner.align = "subscript"
		}
		runs = runsOf(c, inner.or(outer), runs)
	}
	return runs
}
