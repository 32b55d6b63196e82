package officedoc

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/xuri/excelize/v2"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// Limits of a workbook besides those of every package.
const (
	maxSheet    = 6 << 20   // unpacked size of one part; a report's sheet has 50 KB
	maxWorkbook = 16 << 20  // unpacked size of all parts that are read
	maxSheets   = 100       // visible sheets
	maxVisited  = 4_000_000 // cells looked at, the empty ones a style reaches over included
	maxRowText  = 64 << 20  // text that the cells of one row may refer to, as far as can be told beforehand
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
	// excelize trusts a workbook's inner references more than a damaged or hostile
	// one deserves; its panic must not take the whole run down.
	defer func() {
		if p := recover(); p != nil {
			d, err = nil, &document.ReadError{Container: document.XLSX, Err: document.ErrDamaged, Detail: fmt.Sprint(p)}
		}
	}()
	r := xlsx{ctx: ctx, pkg: pkg}
	repacked, images, err := repack(pkg, &r.out)
	if err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(repacked), excelize.Options{
		UnzipSizeLimit:    maxWorkbook + 1<<20,
		UnzipXMLSizeLimit: maxWorkbook + 1<<20, // never unpacked to a temporary file
	})
	if err != nil {
		return nil, &document.ReadError{Container: document.XLSX, Err: document.ErrDamaged, Detail: err.Error()}
	}
	defer f.Close()
	pkg.report(&r.out)
	r.file = f
	if err := r.sheets(); err != nil {
		return nil, err
	}
	d = r.out.Document()
	d.Container = document.XLSX
	d.Title = pkg.title(ctx)
	d.Images = images
	noteImageOnly(d)
	return d, nil
}

// repack makes a small archive of the parts that hold cells, within limits:
// pictures and the like may be large and are only counted.
func repack(p *pkg, out *document.Builder) (archive []byte, images int, err error) {
	var buf bytes.Buffer
	zw := zip.NewWriter(&buf)
	names := make([]string, 0, len(p.entries))
	for name := range p.entries {
		names = append(names, name)
	}
	slices.Sort(names)
	total, longest, widest := 0, 0, 0
	for _, name := range names {
		e := p.entries[name]
		switch {
		case strings.HasPrefix(name, "xl/media/"):
			images++
			continue
		case name == "[content_types].xml", strings.HasPrefix(name, "_rels/"):
		case strings.HasPrefix(name, "xl/") && (strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".rels")):
			if strings.Contains(name, "/drawings/") || strings.Contains(name, "/charts/") || strings.Contains(name, "/pivot") {
				continue
			}
		default:
			continue
		}
		if e.encrypted {
			return nil, 0, &document.ReadError{Container: document.XLSX, Err: document.ErrEncrypted}
		}
		content, err := e.read(int64(min(maxSheet, maxWorkbook-total)))
		if err != nil {
			reportPart(out, e.name, err)
			if len(content) == 0 {
				continue
			}
		}
		total += len(content)
		if strings.HasPrefix(name, "xl/worksheets/") || name == "xl/sharedstrings.xml" {
			content = plainText(bytes.ToValidUTF8(content, []byte("\uFFFD")))
		}
		if strings.HasPrefix(name, "xl/worksheets/") {
			widest = max(widest, mostBetween(content, []byte("row>"), []byte("<")))
		} else {
			longest = max(longest, longestBetween(content, []byte("si>")))
		}
		w, err := zw.CreateHeader(&zip.FileHeader{Name: strings.TrimPrefix(e.name, "/"), Method: zip.Store})
		if err != nil {
			return nil, 0, err
		}
		if _, err := w.Write(content); err != nil {
			return nil, 0, err
		}
	}
	if err := zw.Close(); err != nil {
		return nil, 0, err
	}
	// excelize copies a shared string for each cell that refers to it, and a row at
	// a time: a long one in a wide row would fill the memory.
	if longest*widest > maxRowText {
		return nil, 0, &document.ReadError{Container: document.XLSX, Err: document.ErrDamaged, Detail: "a row of it may hold more text than any report"}
	}
	return buf.Bytes(), images, nil
}

// longestBetween is the length of the longest piece between two marks.
func longestBetween(content, mark []byte) (longest int) {
	for piece := range bytes.SplitSeq(content, mark) {
		longest = max(longest, len(piece))
	}
	return longest
}

// mostBetween is how often a text stands in one piece between two marks, at most.
func mostBetween(content, mark, what []byte) (most int) {
	for piece := range bytes.SplitSeq(content, mark) {
		most = max(most, bytes.Count(piece, what))
	}
	return most
}

type xlsx struct {
	ctx     context.Context
	pkg     *pkg
	file    *excelize.File
	out     document.Builder
	formats formats
	visited int
}

func (r *xlsx) sheets() error {
	parts := sheetParts(r.ctx, r.pkg)
	styles, _ := r.pkg.part("xl/styles.xml")
	r.formats.faces = cellFaces(r.ctx, styles)
	if len(r.formats.faces) > 0 {
		shared, _ := r.pkg.part("xl/sharedStrings.xml")
		r.formats.shared = runsOf(r.ctx, shared)
	}
	read := 0
	for _, name := range r.file.GetSheetList() {
		if visible, err := r.file.GetSheetVisible(name); err == nil && !visible {
			continue
		}
		if read++; read > maxSheets || r.out.Full() {
			r.limit("the workbook has more sheets than any report; those after %q were not read", name)
			return nil
		}
		if err := r.sheet(name, parts[name]); err != nil {
			if ctxErr := r.ctx.Err(); ctxErr != nil {
				return ctxErr
			}
			rule := report.RuleMalformed
			if cutShort(err) {
				rule = report.RuleTruncated
			}
			r.out.AddFinding(report.Finding{Rule: rule, Severity: report.SeverityWarning,
				Message: fmt.Sprintf("The sheet %q is damaged (%v); it was read up to there.", name, err)})
		}
	}
	return nil
}

func (r *xlsx) limit(format string, args ...any) {
	r.out.AddFinding(report.Finding{Rule: report.RuleLimit, Severity: report.SeverityWarning, Message: fmt.Sprintf(format, args...)})
}

// sheet reads one sheet and adds its grid.
func (r *xlsx) sheet(name, part string) error {
	values, hiddenRows, readErr := r.values(name)
	if len(values) == 0 && readErr == nil {
		return nil
	}
	// excelize would unfold every row to its last column to tell merges, hidden
	// columns and formulas; the part is read a second time instead.
	s := sheetGrid{values: values, hiddenRows: hiddenRows, formats: r.formats}
	if err := s.readLayout(r.ctx, r.pkg, part); readErr == nil {
		readErr = err
	}
	g := s.grid(s.usedColumns())
	if strings.ContainsFunc(name, func(c rune) bool { return unicode.Is(unicode.Han, c) }) && len(g.Rows) > 0 {
		r.out.AddText(document.Heading, name)
	}
	r.split(g)
	return readErr
}

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
var heading = regexp.MustCompile(`^[一二三四五六七八九十]{1,2}[、．.\s].*(?:总体情况|总体公开情况|基本情况|概述|公开政府信息情况|处理政府信息公开申请情况|行政诉讼情况|问题|需要报告的事项|附表|附件)`)

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

// values returns the displayed values row by row, trailing blanks cut.
func (r *xlsx) values(name string) (values [][]string, hidden map[int]bool, err error) {
	rows, err := r.file.Rows(name)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	hidden = map[int]bool{}
	kept, text, last := 0, 0, 0
	for n := 0; rows.Next(); n++ {
		if n%64 == 0 {
			if err := r.ctx.Err(); err != nil {
				return nil, nil, err
			}
		}
		cells, err := rows.Columns()
		if rows.GetRowOpts().Hidden {
			hidden[n] = true
		}
		r.visited += len(cells) + 1
		for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
			cells = cells[:len(cells)-1]
		}
		kept += len(cells)
		for _, c := range cells {
			text += len(c)
		}
		values = append(values, slices.Clone(cells))
		if len(cells) > 0 {
			last = len(values)
		}
		if err != nil {
			return values[:last], hidden, err
		}
		if kept > document.MaxCells || text > 2*document.MaxText || r.visited > maxVisited {
			r.limit("the sheet %q is larger than any report's; the rows after %d were not read", name, n+1)
			break
		}
	}
	return values[:last], hidden, rows.Error()
}
