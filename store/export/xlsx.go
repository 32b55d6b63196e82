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
	sheets int
	row    int // the last one written
	cells  []any
}

func newXLSX(w io.Writer, t table) (*xlsxWriter, error) {
	x := &xlsxWriter{out: w, book: excelize.NewFile(), table: t, cells: make([]any, len(t.columns))}
	if err := x.begin(); err != nil {
		return nil, errors.Join(err, x.book.Close())
	}
	return x, nil
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
	header := make([]any, len(x.table.columns))
	for i, c := range x.table.columns {
		header[i] = c.Name
	}
	x.sheet, err = startSheet(x.book, x.name(), header)
	x.row = 1
	return err
}

func (x *xlsxWriter) name() string {
	if x.sheets == 1 {
		return x.table.name
	}
	return fmt.Sprintf("%s %d", x.table.name, x.sheets)
}

// startSheet begins a sheet whose header stays in sight.
func startSheet(book *excelize.File, name string, header []any) (*excelize.StreamWriter, error) {
	sheet, err := book.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	if err := sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	return sheet, sheet.SetRow("A1", header)
}

func (x *xlsxWriter) write(row []any) error {
	if x.row == sheetRows {
		if err := x.sheet.Flush(); err != nil {
			return err
		}
		if err := x.begin(); err != nil {
			return err
		}
	}
	x.row++
	for i, v := range row {
		if s, ok := v.(string); ok {
			v = cellText(s)
		}
		x.cells[i] = v
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
	if _, err := x.book.NewSheet("codebook"); err != nil {
		return err
	}
	sheet, err := startSheet(x.book, "codebook", []any{"kind", "code", "label_zh", "label_en", "unit", "section", "layouts"})
	if err != nil {
		return err
	}
	rows := slices.Concat(columnRows(x.table.columns), codeRows())
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
	return rows
}

func (x *xlsxWriter) close() error {
	err := x.sheet.Flush()
	if err == nil {
		err = x.codebook()
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
	size, err := x.book.WriteTo(f)
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
