package pdfdoc

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"nianbao/parser/document"
	"nianbao/parser/lazyregexp"
	"nianbao/parser/report"
	"nianbao/parser/text"
)

// sheet is a table that may go on over pages. Its columns are kept as places on
// the page until it is whole: the parts need not have the same ones.
type sheet struct {
	x0, x1   float64 // outer edges of the first part
	rows     int
	cells    []*sheetCell
	findings []report.Finding
}

type sheetCell struct {
	row, span int
	x0, x1    float64
	text      string
}

// sameEdge is how far the columns of two parts may differ, in points.
const sameEdge = 4.5

func newSheet(t *table) *sheet {
	s := &sheet{x0: t.box.x0, x1: t.box.x1}
	s.add(t, 0)
	return s
}

func (s *sheet) add(t *table, shift float64) {
	for _, c := range t.cells {
		s.cells = append(s.cells, &sheetCell{
			row: s.rows + c.r0, span: c.r1 - c.r0,
			x0: t.xs[c.c0] + shift, x1: t.xs[c.c1] + shift,
			text: c.text(),
		})
	}
	s.rows += len(t.ys) - 1
}

// append adds the part of the table that the next page begins with, and returns
// false when it is another table: of another width, or with columns that have
// nothing in common.
func (s *sheet) append(t *table) bool {
	shift := s.x0 - t.box.x0
	if math.Abs(t.box.width()-(s.x1-s.x0)) > 2*sameEdge || math.Abs(shift) > 60 || !s.agrees(t, shift) {
		return false
	}
	last := where(s.cells, func(c *sheetCell) bool { return c.row+c.span == s.rows })
	from := len(s.cells)
	boundary := s.rows
	s.add(t, shift)
	s.dropHeader(from, boundary)
	s.mend(last, s.cells[from:], boundary)
	return true
}

// where are the cells of a row that a condition tells, from left to right.
func where(cells []*sheetCell, condition func(c *sheetCell) bool) []*sheetCell {
	row := slices.DeleteFunc(slices.Clone(cells), func(c *sheetCell) bool { return !condition(c) })
	slices.SortFunc(row, func(a, b *sheetCell) int { return cmp.Compare(a.x0, b.x0) })
	return row
}

// beginning are the cells that begin in a row.
func beginning(cells []*sheetCell, row int) []*sheetCell {
	return where(cells, func(c *sheetCell) bool { return c.row == row })
}

// under reports whether both cells have the same columns.
func (c *sheetCell) under(o *sheetCell) bool {
	return math.Abs(c.x0-o.x0) <= sameEdge && math.Abs(c.x1-o.x1) <= sameEdge
}

// dropHeader leaves out the header that a part repeats: what it parts may be one
// row.
func (s *sheet) dropHeader(from, boundary int) {
	end := repeated(s.cells[:from], s.cells[from:], boundary)
	if boundary+end == s.rows {
		return // and nothing else
	}
	s.cells = slices.DeleteFunc(s.cells, func(c *sheetCell) bool { return c.row >= boundary && c.row < boundary+end })
	s.drop(boundary, end)
}

// drop takes out rows that no cell begins in any more.
func (s *sheet) drop(row, n int) {
	for _, c := range s.cells {
		if c.row >= row {
			c.row -= n
		}
	}
	s.rows -= n
}

// repeated is how many rows of a part are the first rows again: those without figures,
// down to the last that has names and that no cell goes beyond.
func repeated(first, part []*sheetCell, boundary int) (rows int) {
	below := 0 // where their cells end
	for r := range boundary {
		a, b := beginning(first, r), beginning(part, boundary+r)
		if !slices.EqualFunc(a, b, func(a, b *sheetCell) bool { return a.span == b.span && a.text == b.text && a.under(b) }) ||
			slices.ContainsFunc(a, func(c *sheetCell) bool { return figure(c.text) }) {
			break
		}
		for _, c := range a {
			below = max(below, r+c.span)
		}
		if named := slices.ContainsFunc(a, func(c *sheetCell) bool { return text.HasHan(c.text) }); named && below == r+1 {
			rows = r + 1
		}
	}
	return rows
}

// agrees reports whether the inner edges of one part are among the other's, or
// most of them are.
func (s *sheet) agrees(t *table, shift float64) bool {
	var mine []float64
	for _, c := range s.cells {
		mine = append(mine, c.x0)
	}
	common, inner := 0, 0
	for _, x := range t.xs[1 : len(t.xs)-1] {
		inner++
		if slices.ContainsFunc(mine, func(m float64) bool { return math.Abs(m-x-shift) <= sameEdge }) {
			common++
		}
	}
	slices.Sort(mine)
	own := 0
	for i, m := range mine {
		if m > s.x0+sameEdge && (i == 0 || m-mine[i-1] > sameEdge) {
			own++
		}
	}
	return inner == 0 || own == 0 || 5*common >= 3*min(inner, own)
}

// mend closes the wound a page break leaves in a table: a label that spans rows
// on both pages is one cell again, and a row cut in two is one row again. What
// could be two rows as well as one stays two, with a finding.
func (s *sheet) mend(last, part []*sheetCell, boundary int) {
	first := beginning(part, boundary)
	pairs := matching(last, first)
	verdict, m := whole, meeting{}
	if len(pairs) == len(first) && len(pairs) == len(last) {
		m = meet(pairs)
		verdict = m.verdict()
	}
	switch verdict {
	case whole:
		s.joinLabels(pairs, first)
	case cut:
		s.joinRows(pairs, boundary)
	case torn:
		s.joinRows(pairs, boundary)
		s.doubt("A page ends within a row of figures; what stands above and below the break may be one figure or two.")
	case unclear:
		for _, p := range pairs {
			p.upper.besideFigure(p.lower, m.inner.lower)
			p.lower.besideFigure(p.upper, m.inner.upper)
		}
		s.doubt("A page ends within a table, and the row after it may be the rest of the one before; they were kept apart.")
	}
}

// besideFigure notes that a blank cell may be that of the figure which stands in the row
// beyond the page's end, where that has no label.
func (c *sheetCell) besideFigure(o, label *sheetCell) {
	if c.text == "" && figure(o.text) && label.text == "" {
		c.text = document.Unread
	}
}

func (s *sheet) doubt(message string) {
	s.findings = append(s.findings, report.Warning(report.RuleAmbiguous, "%s", message))
}

// pair is a cell at a page's end and the one below it on the next page.
type pair struct{ upper, lower *sheetCell }

func matching(last, first []*sheetCell) (ps []pair) {
	for _, l := range first {
		if i := slices.IndexFunc(last, l.under); i >= 0 {
			ps = append(ps, pair{last[i], l})
		}
	}
	return ps
}

// joinLabels lengthens labels over the page's end: the cell below is blank or
// holds the rest of the words, and a label to the right of it shows that its row
// is a row.
func (s *sheet) joinLabels(pairs []pair, first []*sheetCell) {
	rightmost := math.Inf(-1) // of the row's labels
	for _, c := range first {
		if text.HasHan(c.text) {
			rightmost = max(rightmost, c.x0)
		}
	}
	for _, p := range pairs {
		if text.HasHan(p.upper.text) && p.lower.x0 < rightmost-sameEdge && (p.lower.text == "" || rest(p.upper.text, p.lower.text)) {
			s.join(p)
		}
	}
}

// join makes one cell of both.
func (s *sheet) join(p pair) {
	p.upper.text = strings.TrimSpace(p.upper.text + "\n" + p.lower.text)
	p.upper.span += p.lower.span
	s.cells = slices.DeleteFunc(s.cells, func(c *sheetCell) bool { return c == p.lower })
}

// rest reports whether a label is the rest of the one above: the labels of a
// column are numbered or they are not.
func rest(upper, lower string) bool {
	return ordinal.MatchString(upper) && text.HasHan(lower) && !ordinal.MatchString(lower)
}

// joinRows makes one row of the two that meet at the page's end.
func (s *sheet) joinRows(pairs []pair, boundary int) {
	for _, p := range pairs {
		s.join(p)
		p.upper.span-- // the row below the break is gone; a cell that spans further down goes on
	}
	s.drop(boundary+1, 1)
}

type verdict int

const (
	whole verdict = iota // two rows
	cut                  // one row
	torn                 // one row, whose figures are cut, too
	unclear
)

// ordinal matches what a row's label begins with.
var ordinal = lazyregexp.New(`^[（(]?[一二三四五六七八九十0-9０-９]{1,3}[）)、．.\s]`)

// meeting is what two rows hold that meet at a page's end.
type meeting struct {
	upper, lower, both int  // figures above and below; below what is not blank
	labels             int  // columns with labels in both
	own                bool // the lower row has a label of its own
	written, rests     int  // cells below that are not blank, and of these the rest of numbered labels
	inner              pair // the innermost label, next to the figures, and the cell beside it
	parted             bool // each column of figures has one, above or below, and some have it above, some below
}

func meet(pairs []pair) (m meeting) {
	for _, p := range pairs {
		above, below := text.HasHan(p.upper.text), text.HasHan(p.lower.text)
		if p.lower.text != "" {
			m.written++
		}
		if rest(p.upper.text, p.lower.text) {
			m.rests++
		}
		if figure(p.upper.text) {
			m.upper++
		}
		if figure(p.lower.text) {
			m.lower++
			if p.upper.text != "" {
				m.both++
			}
		}
		if above && below {
			m.labels++
			// A number, or a unit that both have.
			m.own = m.own || p.lower.text == p.upper.text || ordinal.MatchString(p.lower.text)
		}
		if above || below {
			m.inner = p
		}
	}
	m.parted = parted(pairs[slices.Index(pairs, m.inner)+1:])
	return m
}

// leastParted is how many columns tell that a row was cut: in fewer two rows may by chance have
// figures where the other has none.
const leastParted = 3

// parted reports whether columns have a figure each, not all of them on one page.
func parted(columns []pair) bool {
	upper := 0
	for _, p := range columns {
		if figure(p.upper.text) == figure(p.lower.text) {
			return false
		}
		if figure(p.upper.text) {
			upper++
		}
	}
	return len(columns) >= leastParted && upper > 0 && upper < len(columns)
}

// oneLabel reports whether the innermost label is of one row: on one page, or its number above.
func (m meeting) oneLabel() bool {
	upper, lower := m.inner.upper.text, m.inner.lower.text
	return upper == "" || lower == "" || ordinal.MatchString(upper+lower) && !ordinal.MatchString(lower)
}

// verdict decides whether two rows are one, cut by the end of a page. Rows that
// both hold figures in a column are two rows, for no row of a report has a figure
// twice.
func (m meeting) verdict() verdict {
	switch inner := m.inner; {
	case m.own, inner == pair{}:
		return whole
	case m.parted && m.oneLabel():
		return cut
	case inner.upper.text == "" && m.upper > 0 && m.both == 0:
		return unclear // figures above, the label of which may stand below
	case ordinal.MatchString(inner.lower.text):
		return whole
	case m.lower == 0:
		return m.withoutFigures()
	case inner.lower.text != "":
		return whole
	}
	// Figures without a label on the page below.
	switch {
	case m.upper == 0 && m.both == 0:
		return cut // the label on one page, its figures on the next
	case m.both == m.lower && m.lower < m.upper:
		// Figures below some of the row's: digits that did not fit into their cells.
		// Together they cannot be taken for the figure that the first digits alone
		// would be.
		return torn
	}
	return unclear // the row above has figures of its own
}

// withoutFigures decides of a row without any on the page below.
func (m meeting) withoutFigures() verdict {
	upper, lower := m.inner.upper.text, m.inner.lower.text
	switch {
	case m.rests > 0 && m.rests == m.written, rest(upper, lower):
		return cut // the label's last words
	case m.upper == 0 && m.labels > 1:
		return cut // a header row
	case m.upper > 0 && text.HasHan(upper) && text.HasHan(lower):
		// Either a label's second half, or a row whose figures are all blank.
		return unclear
	}
	return whole
}

func figure(s string) bool { return s != "" && !text.HasHan(s) }

// grid gives every cell its columns among all that the table has anywhere.
func (s *sheet) grid() *document.Grid {
	var xs []float64
	for _, c := range s.cells {
		xs = append(xs, c.x0, c.x1)
	}
	slices.Sort(xs)
	var edges []float64
	for _, x := range xs {
		if n := len(edges); n == 0 || x-edges[n-1] > sameEdge {
			edges = append(edges, x)
		}
	}
	column := func(x float64) int {
		i, _ := slices.BinarySearch(edges, x-sameEdge)
		return i
	}
	g := &document.Grid{Rows: make([][]*document.Cell, s.rows)}
	for _, c := range s.cells {
		cell := &document.Cell{Text: c.text, Row: c.row, Col: column(c.x0), RowSpan: c.span}
		cell.ColSpan = max(column(c.x1)-cell.Col, 1)
		for r := c.row; r < c.row+c.span && r < s.rows; r++ {
			g.Rows[r] = append(g.Rows[r], cell)
		}
	}
	for _, row := range g.Rows {
		slices.SortFunc(row, func(a, b *document.Cell) int { return cmp.Compare(a.Col, b.Col) })
	}
	return g
}
