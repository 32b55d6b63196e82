package officedoc

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/xuri/excelize/v2"

	"nianbao/parser/document"
	"nianbao/parser/lazyregexp"
	"nianbao/parser/report"
)

// Limits of a workbook besides those of every package.
const (
	maxSheet  = 6 << 20 // unpacked size of one sheet; a report's has 50 KB
	maxSheets = 100     // visible sheets
)

// ReadXLSX reads a SpreadsheetML workbook: each visible sheet that is not empty
// becomes a grid whose rows and columns are numbered as in the sheet; rows and
// columns that are hidden or empty have no cells. Where prose and section headings
// stand between tables, in rows of their own, they become paragraphs, and the
// tables grids of their own. Cells read as they are displayed. A formula whose result the file does not hold reads as the formula,
// "=SUM(B2:B7)": computing it would be guessing at another program's work.
//
// The error wraps document.ErrFormat, document.ErrEncrypted or
// document.ErrDamaged, or is ctx's.
func ReadXLSX(ctx context.Context, data []byte) (d *document.Document, err error) {
	pkg, err := openPackage(document.XLSX, data)
	if err != nil {
		return nil, err
	}
	// excelize trusts a workbook's styles more than a damaged or hostile one deserves;
	// its panic must not take the whole run down.
	defer func() {
		if p := recover(); p != nil {
			d, err = nil, &document.ReadError{Container: document.XLSX, Err: document.ErrDamaged, Detail: fmt.Sprint(p)}
		}
	}()
	r := xlsx{ctx: ctx, pkg: pkg}
	defer func() {
		if r.scratch != nil {
			_ = r.scratch.Close() // it has no file
		}
	}()
	pkg.report(&r.out)
	if err := r.sheets(); err != nil {
		return nil, err
	}
	d = r.out.Document()
	d.Container = document.XLSX
	d.Title = pkg.title(ctx)
	for name := range pkg.entries {
		if strings.HasPrefix(name, "xl/media/") {
			d.Images++
		}
	}
	noteImageOnly(d)
	return d, nil
}

// xlsx is the state of reading one workbook.
type xlsx struct {
	ctx      context.Context
	pkg      *pkg
	out      document.Builder
	styles   []byte // the part, for the formats of numbers
	faces    []face // of the cells, by their formats
	strings  []richText
	date1904 bool
	scratch  *excelize.File   // what displays values
	shown    map[value]string // of those displayed
}

// part is a part of the workbook, as far as it can be read; what is wrong with it is a
// finding. A part that is missing is empty.
func (r *xlsx) part(name string) ([]byte, error) {
	part, err := r.pkg.part(name)
	switch {
	case errors.Is(err, errNoPart):
		return nil, nil
	case errors.Is(err, document.ErrEncrypted):
		return nil, &document.ReadError{Container: document.XLSX, Err: document.ErrEncrypted}
	case err != nil:
		reportPart(&r.out, name, err)
	}
	return part, nil
}

// tab is a sheet as the workbook names it.
type tab struct{ name, id string }

// workbook reads which sheets are visible, in their order.
func (r *xlsx) workbook() (tabs []tab, err error) {
	part, err := r.part("xl/workbook.xml")
	if err != nil {
		return nil, err
	}
	x := newXMLReader(r.ctx, part)
	for e := range x.each("workbookPr", "sheet") {
		if e.name == "workbookPr" {
			r.date1904 = isTrue(e.attr("date1904"))
		} else if state := e.attr("state"); state == "" || state == "visible" {
			tabs = append(tabs, tab{e.attr("name"), e.attr("id")})
		}
	}
	if len(tabs) == 0 && x.err != nil && r.ctx.Err() == nil {
		return nil, &document.ReadError{Container: document.XLSX, Err: document.ErrDamaged, Detail: "its list of sheets: " + x.err.Error()}
	}
	return tabs, r.ctx.Err()
}

func (r *xlsx) sheets() error {
	tabs, err := r.workbook()
	if err != nil {
		return err
	}
	if r.styles, err = r.part("xl/styles.xml"); err != nil {
		return err
	}
	shared, err := r.part("xl/sharedStrings.xml")
	if err != nil {
		return err
	}
	r.faces = cellFaces(r.ctx, r.styles)
	r.strings = sharedStrings(r.ctx, shared)
	rels := r.pkg.relationships(r.ctx, "xl/workbook.xml")
	for i, t := range tabs {
		if i == maxSheets || r.out.Full() {
			r.limit("the workbook has more sheets than any report; those after %q were not read", t.name)
			return nil
		}
		part := targetOf(t.id, rels)
		err := r.sheet(t.name, part)
		if ctxErr := r.ctx.Err(); ctxErr != nil {
			return ctxErr
		}
		if errors.Is(err, document.ErrDamaged) || errors.Is(err, document.ErrEncrypted) {
			return err
		}
		if err != nil {
			reportPart(&r.out, part, err)
		}
	}
	return nil
}

func (r *xlsx) limit(format string, args ...any) {
	r.out.AddFinding(report.Finding{Rule: report.RuleLimit, Severity: report.SeverityWarning, Message: fmt.Sprintf(format, args...)})
}

// sheet reads one sheet and adds its grid.
func (r *xlsx) sheet(name, part string) error {
	s := sheetGrid{workbook: r, name: name, part: part}
	readErr := s.read()
	if err := s.display(); err != nil {
		return err
	}
	g := s.grid()
	if strings.ContainsFunc(name, func(c rune) bool { return unicode.Is(unicode.Han, c) }) && len(g.Rows) > 0 {
		r.out.AddText(document.Heading, name)
	}
	r.split(g)
	return readErr
}

func isTrue(s string) bool { return s == "1" || s == "true" }

// split adds a sheet's grid, or what is left of it between rows of prose. Every
// part keeps the sheet's row numbers: the rows of other parts are empty in it.
func (r *xlsx) split(g *document.Grid) {
	start := 0
	part := func(end int) {
		if start == end {
			return
		}
		p := &document.Grid{Rows: slices.Clone(g.Rows[:end]), Truncated: g.Truncated && end == len(g.Rows)}
		clear(p.Rows[:start])
		r.out.AddGrid(p)
	}
	for i := 0; i < len(g.Rows); {
		text, height := proseRow(g, i)
		if text == "" {
			i++
			continue
		}
		part(i)
		r.out.AddText(document.Paragraph, text)
		i += height
		start = i
	}
	part(len(g.Rows))
}

// heading matches the headings of a report's sections, and not those inside the
// annex of 2014 (一、主动公开情况), which must stay one table.
var heading = lazyregexp.New(`^[一二三四五六七八九十]{1,2}[、．.\s].*(?:总体情况|总体公开情况|基本情况|概述|公开政府信息情况|处理政府信息公开申请情况|行政诉讼情况|问题|需要报告的事项|附表|附件)`)

// proseRow returns the text of a row that is prose and no row of a table, and
// how many rows it takes: nothing else stands in the row, and it is a sentence or
// a section's heading. A single word across a table is one of its headers.
func proseRow(g *document.Grid, i int) (text string, height int) {
	var only *document.Cell
	for _, c := range g.Rows[i] {
		switch {
		case c.Text == "":
		case only != nil || c.Row != i:
			return "", 0
		default:
			only = c
		}
	}
	if only == nil || !strings.ContainsRune(only.Text, '。') && !heading.MatchString(only.Text) && !strings.HasSuffix(only.Text, "年度报告") {
		return "", 0
	}
	// A merge over several rows must have them to itself.
	for r := i + 1; r < i+only.RowSpan && r < len(g.Rows); r++ {
		for _, c := range g.Rows[r] {
			if c != only && c.Text != "" {
				return "", 0
			}
		}
	}
	return only.Text, only.RowSpan
}
