package form

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
	"nianbao/parser/text"
)

// The table of section three: outcomes down, applicants across.

// applicantRow reports whether a row is part of the header above the
// applicants, and how many distinct applicants it names. 其他 and 总计 alone
// do not count: they stand everywhere.
func applicantRow(row *tableRow) (distinct int, header bool) {
	found := map[string]bool{}
	for i := range row.tokens {
		t := &row.tokens[i]
		if t.kind == tokenFigure {
			return 0, false
		}
		if c := t.code(groupApplicant); c != "" && !commonColumn(c) {
			found[c] = true
		}
		if t.code(groupApplicants) == "legal_person" {
			found["legal_person"] = true
		}
	}
	return len(found), len(found) > 0
}

// applicantHeader reads the header rows that begin at row i. It returns the
// columns and the row after the header.
func (r *reader) applicantHeader(rows []tableRow, i int) (*columns, int, bool) {
	first := i
	if !namesApplicants(rows, i) {
		// 申请人情况 alone, or the legend of the table, may stand above.
		if rows[i].count(groupApplicants) == 0 {
			return nil, 0, false
		}
		if first = nextFilled(rows, i); !namesApplicants(rows, first) {
			return nil, 0, false
		}
	}
	next := first + 1
	for k := nextFilled(rows, first); k < len(rows) && k < first+5; k = nextFilled(rows, k) {
		if _, header := applicantRow(&rows[k]); !header || outcomeRow(&rows[k]) {
			break
		}
		next = k + 1
	}
	c := r.requestAxis.columnsOf(r.headCells(r.requestAxis, rows[i:next]), -1).slackened(headerWidths(rows), rows[first:next]...)
	if c == nil {
		r.unsettled(catalog.TableRequests, rows[first].at())
	}
	return c, next, true
}

// namesApplicants reports whether row i names two applicants, or 法人或其他组织
// above their kinds.
func namesApplicants(rows []tableRow, i int) bool {
	if i >= len(rows) {
		return false
	}
	n, _ := applicantRow(&rows[i])
	below := nextFilled(rows, i)
	if n != 1 || below >= len(rows) || rows[i].count(groupApplicant) == 0 || outcomeRow(&rows[i]) {
		return n > 1
	}
	kinds, _ := applicantRow(&rows[below])
	return kinds > 1 && rows[below].count(groupApplicants) == 0
}

// nextFilled is the next row below i in which anything stands: an empty one may
// part the rows of a header.
func nextFilled(rows []tableRow, i int) int {
	for i++; i < len(rows) && rows[i].blank(); i++ {
	}
	return i
}

// outcomeRow reports whether a row names an outcome by a label that no column
// has: 其他, 总计 and 小计 stand among the applicants too.
func outcomeRow(row *tableRow) bool {
	for i := range row.tokens {
		switch row.tokens[i].code(groupOutcome) {
		case "", "requests.other_processing.other", "requests.processed_total":
		default:
			return true
		}
	}
	return false
}

// requestRow is a row of the requests table whose label was recognised.
type requestRow struct {
	code    string
	exact   bool
	row     *tableRow
	at      report.Locator
	values  []token
	hanging []span
	why     string // its figures cannot be known
}

// requestRow recognises the label of a row. It reports false for a row that is
// none of this table.
func (r *reader) requestRow(row *tableRow) (requestRow, bool) {
	var q requestRow
	last := -1
	for i := range row.tokens {
		t := &row.tokens[i]
		if t.kind == tokenBlank {
			continue
		}
		if t.kind != tokenText {
			if c := r.applicants; last < 0 && c != nil && c.geometry && t.end <= c.leaves[0].col {
				continue // the number of the row, in a column of its own
			}
			break
		}
		code, exact := r.outcome(t, r.applicants != nil)
		if code == "" {
			if t.has(groupOutcomes) {
				q.code, last = "", i
			} else if c := r.applicants; last >= 0 && c != nil && len(c.trim(row.tokens[i:])) != len(c.leaves) && len(c.trim(row.tokens[i+1:])) >= len(c.leaves) {
				// A label of no layout under a known heading; with a cell less
				// it is a word where a figure should be.
				q.code, last = "", i
			}
			continue
		}
		q.code, q.exact, last = code, exact, i
	}
	if last < 0 {
		return q, false
	}
	q.row, q.at, q.values = row, row.at(), row.tokens[last+1:]
	q.hanging = row.spans()
	if q.code == "" {
		if r.applicants == nil {
			return q, row.figures() == 0
		}
		r.strayRow(row, true)
	}
	return q, true
}

// outcome returns the indicator a label cell means, and keeps the heading in
// force, on which a label that repeats depends. near allows for misprints.
func (r *reader) outcome(t *token, near bool) (code string, exact bool) {
	if g := t.code(groupOutcomes); g != "" {
		r.heading, r.headingAt = g, span{t.col, t.end}
		return "", true
	}
	code, exact = t.code(groupOutcome), true
	if code == "" && near && len(t.means) == 0 {
		code, exact = r.search(t.label, groupOutcome)
		if code == "" {
			if head, tail, ok := r.headAndTail(t.raw); ok {
				code, exact = r.search(tail, groupOutcome)
				if g, ok := r.lex.find(head, groupOutcomes); ok {
					r.heading = g
				} else if g, _ := r.lex.find(head, groupOutcome); g == "requests.other_processing" {
					r.heading = g
				}
			}
		}
	}
	switch code {
	case "requests.processed_total":
		if r.subtotal(t) {
			return "", true
		}
		r.heading = ""
	case "requests.carried_out":
		r.heading = ""
	case "requests.other_processing":
		r.heading = code
	case "requests.other_processing.other":
		if r.heading != "requests.other_processing" {
			return "", true // 其他 of another heading is in no layout
		}
	}
	return code, exact
}

// subtotal reports whether a 小计 or 合计 adds up the rows of one heading only.
// The table's own total is numbered (七), or follows (六)其他处理, or its label
// reaches from the heading's column over that of the details.
func (r *reader) subtotal(t *token) bool {
	if r.heading == "" || r.heading == "results" || seventh.MatchString(text.Label(t.raw)) {
		return false
	}
	switch t.label.full {
	case "小计":
		return true
	case "总计", "合计":
		wide := t.col <= r.headingAt.col && t.end > r.headingAt.end
		return r.heading != "requests.other_processing" && !wide
	}
	return false
}

// seventh is the number of the table's total, in the ways it is written.
var seventh = regexp.MustCompile(`^\(?[七7]`)

// headAndTail parts a text at the last ordinal inside it: a cell that holds a
// heading and its row together, (三)不予公开1.属于国家秘密.
func (r *reader) headAndTail(raw string) (head, tail label, ok bool) {
	s := []rune(text.Label(raw))
	for i := len(s) - 2; i > 0; i-- {
		digit := s[i-1] >= '1' && s[i-1] <= '9' && (s[i] == '.' || s[i] == ',')
		bracket := s[i] == ')' && strings.ContainsRune(text.Ordinals, s[i-1])
		if digit || bracket {
			head, _ = newLabel(strings.TrimRight(string(s[:i]), "(一二三四五六七八九十123456789"))
			tail, ok = newLabel(string(s[i+1:]))
			return head, tail, ok
		}
	}
	return head, tail, false
}

// strong reports whether rows hold a label that only the requests table has.
func strong(rows []requestRow) bool {
	for _, q := range rows {
		switch q.code {
		case "requests.processed_total", "requests.other_processing", "requests.other_processing.other", "requests.granted", "requests.not_processed.duplicate":
		default:
			if q.exact {
				return true
			}
		}
	}
	return false
}

// readRequests places and records the rows of one table. headed tells that it
// has a header of its own, which names the applicants: with that, labels that
// stand in other tables too go on with a requests table that was cut in two.
func (r *reader) readRequests(c *columns, rows []requestRow, headed bool) {
	if strong(rows) {
		r.requests = true
	} else if len(rows) == 0 || !headed || !r.requests {
		return
	}
	r.seen["requests"] = true
	straight := 0
	for i := range rows {
		if c == nil {
			rows[i].why = cmp.Or(rows[i].why, "the table has no header that names the applicants")
			continue
		}
		c.trust(rows[i].values)
		if c.aligned(c.trim(rows[i].values)) {
			straight++
		}
	}
	regular := straight*2 > len(rows)
	// Only where cells span rows can a row have moved to the left.
	spans := slices.ContainsFunc(rows, func(q requestRow) bool { return len(q.hanging) > 0 })
	var open []requestRow
	for i := range rows {
		q := &rows[i]
		switch {
		case headsThree(*q, rows):
		case q.why != "":
			r.leave(c.rule(), q.code, q.at, raws(q.values), q.why)
		case len(q.values) == 0:
			// The row's label is all there is: no cell, and so nothing to say.
		case c.flat && len(q.values) < len(c.leaves):
			open = append(open, *q)
		default:
			r.putRequest(c, q, r.placeRequest(c, q, regular, spans))
		}
	}
	r.readOpen(c, rows, open)
}

// headsThree reports a row without any figure that is the heading of rows of its own:
// 其他处理 above its three.
func headsThree(q requestRow, rows []requestRow) bool {
	return !slices.ContainsFunc(q.values, func(t token) bool { return t.kind == tokenFigure }) &&
		slices.ContainsFunc(rows, func(o requestRow) bool { return strings.HasPrefix(o.code, q.code+".") })
}

func blankAt(at report.Locator) *token { return &token{at: at} }

// placeRequest joins the cells of a row to the applicants.
func (r *reader) placeRequest(c *columns, q *requestRow, regular, spans bool) placement {
	trimmed := c.trim(q.values)
	if split := c.rejoin(trimmed); split != nil {
		r.finding(report.Finding{
			Rule: report.RuleFlatInferred, Severity: report.SeverityInfo, Indicator: q.code, Locator: q.at,
			Message: fmt.Sprintf("a figure of %s stands split over two cells; the row's sum leaves one reading", q.code),
		})
		return split
	}
	if len(trimmed) > 0 && &trimmed[0] != &q.values[0] && spans && !c.sumHolds(trimmed) {
		// Cells were taken for an unmerged stub. A row that lost its place and
		// has a cell too many looks the same; only its sum can tell.
		return make(placement, len(c.leaves))
	}
	return c.place(q.values, q.hanging, regular)
}

// putRequest records the figures of a row.
func (r *reader) putRequest(c *columns, q *requestRow, p placement) {
	lost := false
	for i, l := range c.leaves {
		switch {
		case l.code == "":
		case p[i] == nil:
			lost = true
		default:
			r.put(q.code, l.code, p[i].raw, p[i].at, quantity{}, q.exact)
		}
	}
	if lost {
		r.leave(c.rule(), q.code, q.at, raws(q.values),
			fmt.Sprintf("the row has %d cells under %d columns and they do not stand under them", len(c.trim(q.values)), len(c.leaves)))
	}
}

// readOpen records the rows whose blank cells vanished, where the sums of the
// table leave one reading.
func (r *reader) readOpen(c *columns, rows, open []requestRow) {
	if len(open) == 0 {
		return
	}
	all := rows
	rows = nil
	for _, q := range all {
		if q.why == "" && len(q.values) > 0 && !headsThree(q, all) {
			rows = append(rows, q)
		}
	}
	solved := r.solve(c.codes(), rows)
	for i := range rows {
		q := &rows[i]
		if len(q.values) >= len(c.leaves) {
			continue
		}
		at, ok := solved[i]
		if !ok {
			r.leave(c.rule(), q.code, q.at, raws(q.values),
				fmt.Sprintf("%d figures stand for %d columns, and the sums allow more than one reading", len(q.values), len(c.leaves)))
			continue
		}
		p := make(placement, len(c.leaves))
		for k := range p {
			if p[k] = blankAt(q.at); at[k] >= 0 {
				p[k] = &q.values[at[k]]
			}
		}
		r.putRequest(c, q, p)
		r.finding(report.Finding{
			Rule: report.RuleFlatInferred, Severity: report.SeverityInfo, Indicator: q.code, Locator: q.at, Actual: report.Text(strings.Join(raws(q.values), " | ")),
			Message: fmt.Sprintf("the figures of %s were placed by the table's own sums, which leave one reading", q.code),
		})
	}
}

func raws(ts []token) []string {
	out := make([]string, 0, len(ts))
	for _, t := range ts {
		out = append(out, oneLine(t.raw))
	}
	return out
}

// sumHolds reports whether the values, one a column, add up to the total, or
// are all blank.
func (c *columns) sumHolds(values []token) bool {
	sum, total, given := 0.0, 0.0, false
	for i := range values {
		if i >= len(c.leaves) || c.leaves[i].code == "" {
			continue
		}
		f := readFigure(values[i].raw, quantity{})
		switch {
		case f.status != report.StatusReported:
		case c.leaves[i].code == catalog.ApplicantTotal:
			total, given = f.value, true
		default:
			sum += f.value
		}
	}
	if !given {
		return !slices.ContainsFunc(values, func(t token) bool { return t.kind != tokenBlank })
	}
	return sum == total
}

// rejoin reads a row that has one cell too many because a copy split a figure
// over two (10 as 1 and 0), if the row's sum holds for exactly one way to
// join two neighbours. It returns nil where it does not apply.
func (c *columns) rejoin(values []token) placement {
	n := len(c.leaves)
	total := -1
	for i, l := range c.leaves {
		if l.code == "" {
			return nil
		}
		if l.code == catalog.ApplicantTotal {
			total = i
		}
	}
	if len(values) != n+1 || total < 0 {
		return nil
	}
	figures := make([]float64, n+1)
	for i := range values {
		f := readFigure(values[i].raw, quantity{})
		if f.status != report.StatusReported || f.unit != "" {
			return nil
		}
		figures[i] = f.value
	}
	var found placement
	var row []float64
	for at := range n {
		left, right := strings.TrimSpace(values[at].raw), strings.TrimSpace(values[at+1].raw)
		joined := readFigure(left+right, quantity{})
		if figures[at] == 0 || joined.status != report.StatusReported || strings.ContainsAny(left+right, ".,+-") {
			continue
		}
		way := append(append(append([]float64{}, figures[:at]...), joined.value), figures[at+2:]...)
		sum := 0.0
		for i, v := range way {
			if i != total {
				sum += v
			}
		}
		if sum != way[total] {
			continue
		}
		if found != nil {
			if !slices.Equal(row, way) {
				return nil
			}
			continue
		}
		row, found = way, make(placement, n)
		for i := range found {
			switch {
			case i < at:
				found[i] = &values[i]
			case i > at:
				found[i] = &values[i+1]
			default:
				t := values[at]
				t.raw = left + right
				found[i] = &t
			}
		}
	}
	return found
}
