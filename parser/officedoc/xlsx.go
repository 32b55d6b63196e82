package officedoc

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
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
	maxWorkbook = 32 << 20  // unpacked size of all parts that are read
	maxSheets   = 100       // visible sheets
	maxVisited  = 4_000_000 // cells looked at, the empty ones a style reaches over included
	maxFormulas = 5_000     // empty cells of a sheet that are searched for a formula
	maxColumns  = 256       // columns of a sheet that are searched so
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
	r := xlsx{ctx: ctx}
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
	total := 0
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
		content, err := e.read(int64(min(maxPart, maxWorkbook-total)))
		if err != nil {
			reportPart(out, e.name, err)
			if len(content) == 0 {
				continue
			}
		}
		total += len(content)
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
	return buf.Bytes(), images, nil
}

type xlsx struct {
	ctx     context.Context
	file    *excelize.File
	out     document.Builder
	visited int
}

func (r *xlsx) sheets() error {
	read := 0
	for _, name := range r.file.GetSheetList() {
		if visible, err := r.file.GetSheetVisible(name); err == nil && !visible {
			continue
		}
		if read++; read > maxSheets || r.out.Full() {
			r.limit("the workbook has more sheets than any report; those after %q were not read", name)
			return nil
		}
		if err := r.sheet(name); err != nil {
			if ctxErr := r.ctx.Err(); ctxErr != nil {
				return ctxErr
			}
			r.out.AddFinding(report.Finding{Rule: report.RuleMalformed, Severity: report.SeverityWarning,
				Message: fmt.Sprintf("The sheet %q is damaged (%v); it was read up to there.", name, err)})
		}
	}
	return nil
}

func (r *xlsx) limit(format string, args ...any) {
	r.out.AddFinding(report.Finding{Rule: report.RuleLimit, Severity: report.SeverityWarning, Message: fmt.Sprintf(format, args...)})
}

// sheet reads one sheet and adds its grid.
func (r *xlsx) sheet(name string) error {
	values, hiddenRows, width, readErr := r.values(name)
	if len(values) == 0 {
		return readErr
	}
	// Merges and hidden columns need the sheet parsed a second time, as a whole;
	// what the first pass let through is bounded.
	s := sheetGrid{values: values, hiddenRows: hiddenRows, hiddenCols: map[int]bool{}}
	merges, err := r.file.GetMergeCells(name, true)
	if err != nil {
		return errors.Join(readErr, err)
	}
	for _, m := range merges {
		s.merge(m.GetStartAxis(), m.GetEndAxis())
	}
	r.formulas(name, &s, min(width, maxColumns))
	used := s.usedColumns()
	for _, col := range used {
		letters, err := excelize.ColumnNumberToName(col + 1)
		if err != nil {
			continue
		}
		if visible, err := r.file.GetColVisible(name, letters); err == nil && !visible {
			s.hiddenCols[col] = true
		}
	}
	g := s.grid(used)
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

// values returns the displayed values row by row, trailing blanks cut, and how
// many columns there were before.
func (r *xlsx) values(name string) (values [][]string, hidden map[int]bool, width int, err error) {
	rows, err := r.file.Rows(name)
	if err != nil {
		return nil, nil, 0, err
	}
	defer rows.Close()
	hidden = map[int]bool{}
	kept, last := 0, 0
	for n := 0; rows.Next(); n++ {
		if n%64 == 0 {
			if err := r.ctx.Err(); err != nil {
				return nil, nil, 0, err
			}
		}
		cells, err := rows.Columns()
		width = max(width, len(cells))
		if rows.GetRowOpts().Hidden {
			hidden[n] = true
		}
		r.visited += len(cells) + 1
		for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
			cells = cells[:len(cells)-1]
		}
		kept += len(cells)
		values = append(values, slices.Clone(cells))
		if len(cells) > 0 {
			last = len(values)
		}
		if err != nil {
			return values[:last], hidden, width, err
		}
		if kept > document.MaxCells || r.visited > maxVisited {
			r.limit("the sheet %q is larger than any report's; the rows after %d were not read", name, n+1)
			break
		}
	}
	return values[:last], hidden, width, rows.Error()
}

// formulas puts a formula in the place of a result that the file does not hold,
// so that its cell does not seem blank.
func (r *xlsx) formulas(name string, s *sheetGrid, width int) {
	searched := 0
	for row := range s.values {
		for col := range width {
			if s.at(row, col) != "" {
				continue
			}
			if searched++; searched > maxFormulas {
				return
			}
			axis, err := excelize.CoordinatesToCellName(col+1, row+1)
			if err != nil {
				continue
			}
			formula, err := r.file.GetCellFormula(name, axis)
			if err != nil || formula == "" {
				continue
			}
			for len(s.values[row]) <= col {
				s.values[row] = append(s.values[row], "")
			}
			s.values[row][col] = "=" + formula
		}
	}
}

// sheetGrid makes a grid of a sheet's values, merges and hidden lines.
type sheetGrid struct {
	values     [][]string
	hiddenRows map[int]bool
	hiddenCols map[int]bool
	merges     []merge
}

type merge struct{ top, left, bottom, right int } // inclusive, from zero

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
			if col < next || s.hiddenCols[col] {
				continue
			}
			if cells++; cells > document.MaxCells {
				g.Truncated = true
				return g
			}
			m, merged := coverOf(ms, col)
			if !merged {
				g.Rows[row] = append(g.Rows[row], &document.Cell{Text: s.at(row, col), Row: row, Col: col, RowSpan: 1, ColSpan: 1})
				continue
			}
			c := shown[m]
			if c == nil {
				c = &document.Cell{Text: s.at(m.top, m.left), Row: row, Col: col, RowSpan: m.bottom - row + 1, ColSpan: m.right - col + 1}
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

func coverOf(ms []merge, col int) (merge, bool) {
	for _, m := range ms {
		if m.left <= col && col <= m.right {
			return m, true
		}
	}
	return merge{}, false
}
