package form

import (
	"cmp"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/lazyregexp"
	"nianbao/parser/text"
)

// The table of section three: outcomes down, applicants across. Its labels repeat, so
// that the heading above them decides, and its sums tell where a row is flawed.

// requestRow recognises the label of a row. It reports false for a row that is
// none of this table.
func (g *gridRun) requestRow(row *tableRow, why string) bool {
	c := g.applicants
	parts := g.parts(g.reader.requests, c, row)
	switch {
	case len(parts) == 0:
		return false
	case parts[0].code != "":
		q := parts[0]
		q.at, q.why = row.at(), why
		g.add(g.reader.requests, c, q)
	case c == nil:
		return row.figures() == 0
	default:
		g.strayRow(row, true)
	}
	return true
}

// outcome returns the indicator a label cell means, and keeps the heading in
// force, on which a label that repeats depends. near allows for misprints.
func (r *reader) outcome(t *token, near bool) (code string) {
	if g := t.code(groupOutcomes); g != "" {
		r.heading, r.headingAt = g, t.span
		return ""
	}
	code = t.code(groupOutcome)
	if code == "" && near && len(t.means) == 0 {
		code = r.search(t.label, groupOutcome)
		if code == "" {
			if head, tail, ok := r.headAndTail(t.raw); ok {
				code = r.search(tail, groupOutcome)
				if g := r.lex.find(head, groupOutcomes); g != "" || r.lex.find(head, groupOutcome) == otherProcessing {
					r.heading = cmp.Or(g, otherProcessing)
				}
			}
		}
	}
	switch code {
	case "requests.processed_total":
		if r.subtotal(t) {
			return ""
		}
		r.heading = ""
	case "requests.carried_out":
		r.heading = ""
	case otherProcessing:
		r.heading = code
	case otherProcessing + ".other":
		if r.heading != otherProcessing {
			return "" // 其他 of another heading is in no layout
		}
	}
	return code
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
var seventh = lazyregexp.New(`^\(?[七7]`)

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
			if q.exact() {
				return true
			}
		}
	}
	return false
}

// requestsTable reports whether rows are the requests table's. headed tells that they have a
// header of their own, which names the applicants: with that, labels that stand in
// other tables too go on with a requests table that was cut in two.
func (r *reader) requestsTable(rows []labelled, headed bool) bool {
	r.strongRow = r.strongRow || strong(rows)
	is := strong(rows) || len(rows) > 0 && headed && r.strongRow
	r.seen[catalog.TableRequests] = r.seen[catalog.TableRequests] || is
	return is
}
