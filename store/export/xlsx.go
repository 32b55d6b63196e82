package export

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"nianbao/parser/catalog"
	"nianbao/store/ask"
)

// sheetRows is how many rows a sheet can have, the header included.
const sheetRows = 1_048_576

// xlsxWriter writes a workbook: the table, on further sheets where one is
// full, and a codebook. Texts are texts there, never formulas.
type xlsxWriter struct {
	out    io.Writer
	book   *excelize.File
	sheet  *excelize.StreamWriter
	table  table
	about  about
	styles map[string]int // number formats by type of column
	sheets int
	row    int // the last one written
	cells  []any
}

func newXLSX(w io.Writer, t table, a about) (*xlsxWriter, error) {
	x := &xlsxWriter{out: w, book: excelize.NewFile(), table: t, about: a, styles: map[string]int{}, cells: make([]any, len(t.columns))}
	err := x.properties()
	format := "#,##0.####"
	if err == nil {
		x.styles[number], err = x.book.NewStyle(&excelize.Style{CustomNumFmt: &format})
	}
	if err == nil {
		x.styles[header], err = x.book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	}
	if err == nil {
		err = x.begin()
	}
	if err != nil {
		return nil, errors.Join(err, x.book.Close())
	}
	return x, nil
}

// header is the style of a sheet's first row.
const header = "header"

// properties say who made the workbook: not the library.
func (x *xlsxWriter) properties() error {
	created := x.about.created
	if created == "" {
		created = "2008-05-01T00:00:00Z" // of an empty file; some time has to stand there
	}
	return errors.Join(
		x.book.SetDocProps(&excelize.DocProperties{Creator: "nianbao", LastModifiedBy: "nianbao", Title: title, Description: x.about.licence, Created: created, Modified: created, Language: "zh-CN"}),
		x.book.SetAppProps(&excelize.AppProperties{Application: "nianbao"}))
}

func (x *xlsxWriter) begin() (err error) {
	if x.sheets++; x.sheets == 1 {
		err = x.book.SetSheetName("Sheet1", x.table.name)
	} else {
		_, err = x.book.NewSheet(x.name())
	}
	if err != nil {
		return err
	}
	names, widths := make([]any, len(x.table.columns)), make([]float64, len(x.table.columns))
	for i, c := range x.table.columns {
		names[i], widths[i] = c.Name, columnWidth(c)
	}
	x.sheet, err = x.startSheet(x.name(), names, widths)
	x.row = 1
	return err
}

// columnWidth is a width, in characters, that shows the name and most values.
func columnWidth(c Column) float64 {
	least := map[string]float64{text: 14, whole: 9, number: 12, truth: 10}[c.Type]
	switch c.Name {
	case "indicator", "source", "label_zh", "label_en", "title", "publisher":
		least = 34
	}
	return min(40, max(least, float64(len(c.Name)+4))) // room for the button of the filter
}

func (x *xlsxWriter) name() string {
	if x.sheets == 1 {
		return x.table.name
	}
	return fmt.Sprintf("%s %d", x.table.name, x.sheets)
}

// startSheet begins a sheet whose header stays in sight.
func (x *xlsxWriter) startSheet(name string, names []any, widths []float64) (*excelize.StreamWriter, error) {
	sheet, err := x.book.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	for i, w := range widths {
		if err := sheet.SetColWidth(i+1, i+1, w); err != nil {
			return nil, err
		}
	}
	if err := sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	return sheet, sheet.SetRow("A1", names, excelize.RowOpts{StyleID: x.styles[header]})
}

// endSheet puts a filter on the columns of the sheet in hand and ends it.
func (x *xlsxWriter) endSheet() error {
	if x.row > 1 {
		last, err := excelize.CoordinatesToCellName(len(x.table.columns), x.row)
		if err != nil {
			return err
		}
		stripes := false
		if err := x.sheet.AddTable(&excelize.Table{Range: "A1:" + last, Name: fmt.Sprintf("%s_%d", x.table.name, x.sheets), ShowRowStripes: &stripes}); err != nil {
			return err
		}
	}
	return x.sheet.Flush()
}

func (x *xlsxWriter) write(row []any) error {
	if x.row == sheetRows {
		if err := x.endSheet(); err != nil {
			return err
		}
		if err := x.begin(); err != nil {
			return err
		}
	}
	x.row++
	for i, v := range row {
		switch v := v.(type) {
		case string:
			x.cells[i] = cellText(v)
		case float64:
			x.cells[i] = excelize.Cell{StyleID: x.styles[number], Value: v}
		default:
			x.cells[i] = v
		}
	}
	return x.sheet.SetRow(fmt.Sprintf("A%d", x.row), x.cells)
}

// cellText is what a cell can hold: 32,767 characters without control codes.
func cellText(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, s)
	if len(s) > 32767 {
		if runes := []rune(s); len(runes) > 32767 {
			return string(runes[:32767])
		}
	}
	return s
}

// codebook says what the columns and the codes in them mean.
func (x *xlsxWriter) codebook() error {
	return x.extra("codebook", []any{"kind", "code", "label_zh", "label_en", "unit", "section", "layouts"}, []float64{12, 40, 50, 50, 8, 24, 20},
		slices.Concat(columnRows(x.table.columns), codeRows()))
}

// source says where the figures come from and how they may be used.
func (x *xlsxWriter) source() error {
	var rows [][]any
	for _, p := range x.about.pairs() {
		rows = append(rows, []any{p[0], p[1]})
	}
	return x.extra("source", []any{"what", "text"}, []float64{24, 120}, rows)
}

// extra is a sheet beside those of the table.
func (x *xlsxWriter) extra(name string, names []any, widths []float64, rows [][]any) error {
	if _, err := x.book.NewSheet(name); err != nil {
		return err
	}
	sheet, err := x.startSheet(name, names, widths)
	if err != nil {
		return err
	}
	for i, r := range rows {
		if err := sheet.SetRow(fmt.Sprintf("A%d", i+2), r); err != nil {
			return err
		}
	}
	return sheet.Flush()
}

func columnRows(columns []Column) (rows [][]any) {
	for _, c := range columns {
		rows = append(rows, []any{"column", c.Name, nil, c.Note, nil, nil, nil})
	}
	return rows
}

func codeRows() (rows [][]any) {
	for _, i := range catalog.Indicators() {
		rows = append(rows, []any{"indicator", i.Code, i.LabelZH(), i.LabelEN, i.Unit, i.Section, strings.Join(i.Layouts, ";")})
	}
	for _, a := range catalog.Applicants() {
		rows = append(rows, []any{"applicant", a.Code, a.LabelZH, a.LabelEN, nil, nil, nil})
	}
	for _, d := range catalog.Deriveds() {
		rows = append(rows, []any{ask.KindDerived, d.Code, d.LabelZH, d.LabelEN, d.Unit, nil, nil})
	}
	for _, r := range ask.Rates() {
		rows = append(rows, []any{ask.KindRate, r.Code, r.LabelZH, r.LabelEN, nil, nil, nil})
	}
	for _, m := range catalog.Metrics() {
		rows = append(rows, []any{ask.KindMetric, m.Code, m.LabelZH, m.LabelEN, m.Unit, nil, nil})
	}
	return rows
}

func (x *xlsxWriter) close() error {
	err := x.endSheet()
	if err == nil {
		err = x.codebook()
	}
	if err == nil {
		err = x.source()
	}
	if err == nil {
		err = x.pack()
	}
	return errors.Join(err, x.book.Close())
}

// pack writes the book with its parts in the order of their names: excelize
// writes them in an order that changes.
func (x *xlsxWriter) pack() error {
	f, err := os.CreateTemp("", "nianbao-*.xlsx")
	if err != nil {
		return err
	}
	defer func() {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}()
	// The library would hold the whole book in memory.
	x.book.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(f) })
	if _, err := x.book.WriteTo(io.Discard); err != nil {
		return err
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	parts, err := zip.NewReader(f, size)
	if err != nil {
		return err
	}
	slices.SortFunc(parts.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	// Readers look for the list of types first.
	if i := slices.IndexFunc(parts.File, func(p *zip.File) bool { return p.Name == "[Content_Types].xml" }); i > 0 {
		types := parts.File[i]
		parts.File = slices.Insert(slices.Delete(parts.File, i, i+1), 0, types)
	}
	z := zip.NewWriter(x.out)
	for _, p := range parts.File {
		if err := z.Copy(p); err != nil {
			return err
		}
	}
	return z.Close()
}
