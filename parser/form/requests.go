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

// The table of section three: outcomes down, applicants across. Its labels repeat, so
// that the heading above them decides, and its sums tell where a row is flawed.

// requestRow recognises the label of a row. It reports false for a row that is
// none of this table.
func (g *gridRun) requestRow(row *tableRow, why string) bool {
	c := g.applicants
	q, last := g.rowLabel(row, c)
	switch {
	case last < 0:
		return false
	case q.code != "":
		q.at, q.values, q.hanging, q.why = row.at(), row.tokens[last+1:], row.spans(), why
		g.requests = append(g.requests, q)
	case c == nil:
		return row.figures() == 0
	default:
		g.strayRow(row, true)
	}
	return true
}

// rowLabel finds the outcome that a row's last label names, and the cell that it stands
// in, -1 for none. The code is empty where that is the heading of others or no layout's.
func (g *gridRun) rowLabel(row *tableRow, c *columns) (q labelled, last int) {
	last = -1
	for i := range row.tokens {
		t := &row.tokens[i]
		if t.kind == tokenBlank {
			continue
		}
		if t.kind != tokenText {
			if last < 0 && c != nil && c.geometry && t.end <= c.leaves[0].col {
				continue // the number of the row, in a column of its own
			}
			break
		}
		code, exact := g.outcome(t, c != nil)
		switch {
		case code != "":
			q.code, q.exact, last = code, exact, i
		case t.has(groupOutcomes),
			// A label of no layout under a known heading; with a cell less it is a
			// word where a figure should be.
			last >= 0 && c != nil && len(c.trim(row.tokens[i:])) != len(c.leaves) && len(c.trim(row.tokens[i+1:])) >= len(c.leaves):
			q.code, last = "", i
		}
	}
	return q, last
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
				} else if g, _ := r.lex.find(head, groupOutcome); g == otherProcessing {
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
	case otherProcessing:
		r.heading = code
	case otherProcessing + ".other":
		if r.heading != otherProcessing {
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
		return r.heading != otherProcessing && !wide
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
func strong(rows []labelled) bool {
	for _, q := range rows {
		switch q.code {
		case "requests.processed_total", otherProcessing, otherProcessing + ".other", "requests.granted", "requests.not_processed.duplicate":
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
func (r *reader) readRequests(c *columns, rows []labelled, headed bool) {
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
		if all := rows[i].values; c.loose && len(all) > len(c.leaves) {
			c.uneven = c.uneven || all[0].kind == tokenBlank && all[len(all)-1].kind != tokenBlank
		}
	}
	regular := straight*2 > len(rows)
	// Only where cells span rows can a row have moved to the left.
	spans := slices.ContainsFunc(rows, func(q labelled) bool { return len(q.hanging) > 0 })
	var open []labelled
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
			r.record(*q, c, r.placeRequest(c, q, regular, spans))
		}
	}
	r.readOpen(c, rows, open)
}

// headsThree reports a row without any figure that is the heading of rows of its own:
// 其他处理 above its three.
func headsThree(q labelled, rows []labelled) bool {
	return !slices.ContainsFunc(q.values, func(t token) bool { return t.kind == tokenFigure }) &&
		slices.ContainsFunc(rows, func(o labelled) bool { return strings.HasPrefix(o.code, q.code+".") })
}

func blankAt(at report.Locator) *token { return &token{at: at} }

// placeRequest joins the cells of a row to the applicants.
func (r *reader) placeRequest(c *columns, q *labelled, regular, spans bool) placement {
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

// readOpen records the rows whose blank cells vanished, where the sums of the
// table leave one reading.
func (r *reader) readOpen(c *columns, rows, open []labelled) {
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
		r.record(*q, c, p)
		r.finding(report.Finding{
			Rule: report.RuleFlatInferred, Severity: report.SeverityInfo, Indicator: q.code, Locator: q.at, Actual: report.Text(strings.Join(raws(q.values), " | ")),
			Message: fmt.Sprintf("the figures of %s were placed by the table's own sums, which leave one reading", q.code),
		})
	}
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
		return !slices.ContainsFunc(values, filled)
	}
	return sum == total
}

// rejoin reads a row that has one cell too many because a copy split a figure
// over two (10 as 1 and 0), if the row's sum holds for exactly one way to
// join two neighbours. It returns nil where it does not apply.
func (c *columns) rejoin(values []token) placement {
	n := len(c.leaves)
	if len(values) != n+1 || slices.ContainsFunc(c.leaves, func(l leaf) bool { return l.code == "" }) ||
		!slices.Contains(c.codes(), catalog.ApplicantTotal) || slices.ContainsFunc(values, func(t token) bool { return !bareFigure(t.raw) }) {
		return nil
	}
	var found []token
	for at := range n {
		left, right := strings.TrimSpace(values[at].raw), strings.TrimSpace(values[at+1].raw)
		if readFigure(left, quantity{}).value == 0 || strings.ContainsAny(left+right, ".,+-") || !bareFigure(left+right) {
			continue
		}
		joined := values[at]
		joined.raw = left + right
		way := slices.Concat(values[:at], []token{joined}, values[at+2:])
		if !c.sumHolds(way) {
			continue
		}
		if found != nil && !slices.EqualFunc(found, way, func(a, b token) bool { return readFigure(a.raw, quantity{}) == readFigure(b.raw, quantity{}) }) {
			return nil
		}
		found = way
	}
	if found == nil {
		return nil
	}
	p := make(placement, n)
	for i := range found {
		p[i] = &found[i]
	}
	return p
}

// bareFigure reports a figure without a unit.
func bareFigure(raw string) bool {
	f := readFigure(raw, quantity{})
	return f.status == report.StatusReported && f.unit == ""
}
