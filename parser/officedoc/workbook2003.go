package officedoc

import (
	"cmp"
	"context"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"nianbao/parser/document"
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
		x.opened = "Worksheet"
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
	var codes, formats strings.Builder
	for i, s := range slices.Collect(e.each("Style")) {
		font, interior := s.child("Font"), s.child("Interior")
		parent := cmp.Or(s.attr("Parent"), "Default")
		f, _ := numbered(b.formats, strconv.Itoa(b.format(parent)))
		f.face = fontOf(font).or(f.face)
		if interior != nil {
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
		b.formatOf[s.attr("ID")] = i
		b.formats = append(b.formats, f)
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

// format is the place of a style's format, that of all cells for a style that is not there.
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

// sheet reads a sheet up to its end, and adds its grid.
func (b *book2003) sheet(x *xmlReader, name string) error {
	s := newSheetGrid(b.xlsx, name)
	column, visible := -1, true
	columnStyles := map[int]string{}
	var merges []merge
	for e := range x.each("Column", "Row", "Visible", "DoNotDisplayZeros") {
		switch e.name {
		case "Visible":
			visible = e.text() == "SheetVisible"
		case "DoNotDisplayZeros":
			s.zerosHidden = true
		case "Column":
			column = cmp.Or(e.number("Index"), column+2) - 1
			last := column + min(max(e.number("Span"), 0), maxSpan)
			if hidden2003(e, "Width") && len(s.hiddenCols) < maxSpan {
				s.hiddenCols = append(s.hiddenCols, span{column, last})
			}
			for ; column < last && len(columnStyles) < maxSpan; column++ {
				columnStyles[column] = e.attr("StyleID")
			}
			columnStyles[last], column = e.attr("StyleID"), last
		case "Row":
			if !s.full {
				merges = append(merges, b.row(s, e, columnStyles)...)
			}
		}
	}
	if !visible || b.ctx.Err() != nil {
		return b.ctx.Err()
	}
	b.sheets++
	for _, m := range merges {
		s.addMerge(m)
	}
	return s.add()
}

// hidden2003 reports a row or column that is not displayed.
func hidden2003(e *element, size string) bool {
	return isTrue(e.attr("Hidden")) || isZero(e.attr(size))
}

// row reads a row, and returns its merged ranges.
func (b *book2003) row(s *sheetGrid, e *element, columnStyles map[int]string) (merges []merge) {
	row := cmp.Or(e.number("Index"), s.at.row+2) - 1
	s.at, s.cut = place{row, -1}, e.cut
	if hidden2003(e, "Height") {
		s.hiddenRows[row] = true
	}
	for c := range e.each("Cell") {
		s.at.col = cmp.Or(c.number("Index"), s.at.col+2) - 1
		style := cmp.Or(c.attr("StyleID"), e.attr("StyleID"), columnStyles[s.at.col])
		s.keep(b.cell2003(c, b.format(style)))
		across, down := min(max(c.number("MergeAcross"), 0), maxSpan), min(max(c.number("MergeDown"), 0), document.MaxCells)
		if (across > 0 || down > 0) && s.at.col >= 0 && row >= 0 {
			merges = append(merges, merge{row, s.at.col, row + down, s.at.col + across})
		}
		s.at.col += across
	}
	if !s.cut {
		s.at.row += max(e.number("Span"), 0) // like it, and empty
	}
	return merges
}

// cell2003 reads the content of one cell, as [xlsx.cell] does.
func (b *book2003) cell2003(e *element, format int) sheetCell {
	data, formula := e.child("Data"), e.attr("Formula")
	c := sheetCell{format: strconv.Itoa(format), rich: richText{text: data.text()}}
	switch kind := data.attr("Type"); {
	case e.cut:
		return sheetCell{kind: "str", rich: richText{text: document.Unread}}
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
		if of, _ := numbered(b.formats, c.format); data != nil {
			c.rich.runs = runsOf(data, of.face, nil)
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
	return strconv.FormatFloat(at.Sub(first).Hours()/24, 'f', -1, 64)
}

// runsOf are the runs of a text that has elements of HTML within it, each of which sets
// what stands in it.
func runsOf(e *element, outer face, runs []textRun) []textRun {
	for c := e.first; c != nil; c = c.next {
		if c.name == "" {
			runs = append(runs, textRun{face: outer, own: true, text: c.chars})
			continue
		}
		inner := face{}
		switch strings.ToLower(c.name) {
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
