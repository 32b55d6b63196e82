package form

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"nianbao/parser/report"
	"nianbao/parser/text"
)

// The table of section four: one row of fifteen figures under three header
// rows, or a table for each of the three proceedings.

// resultHeader reads the header rows that begin at row i.
func (r *reader) resultHeader(rows []tableRow, i int) (*columns, int, bool) {
	if rows[i].count(groupBody) == 0 || rows[i].figures() > 0 {
		return nil, 0, false
	}
	next, results := i, 0
	for next < len(rows) && next < i+5 && rows[next].figures() == 0 {
		if rows[next].count(groupBody)+rows[next].count(groupResult) == 0 {
			// An empty row parts the header from its figures, unless more of the
			// header follows.
			if next+1 < len(rows) && rows[next].blank() && rows[next+1].figures() == 0 && rows[next+1].count(groupBody) == 0 && rows[next+1].count(groupResult) >= 3 {
				next++
				continue
			}
			break
		}
		if next > i && sameLabels(&rows[next], &rows[i]) {
			break // the header is printed again
		}
		if next > i && rows[next].count(groupResult) <= 1 && rows[next].count(groupBody) <= 1 && len(rows[next].tokens) > 0 && rows[next].tokens[len(rows[next].tokens)-1].kind != tokenText {
			break // a table that runs downwards: 结果维持 and a blank cell
		}
		results += rows[next].count(groupResult)
		next++
	}
	if results < 3 {
		return nil, 0, false
	}
	block := rows[i:next]
	c := r.resultAxis.columnsOf(r.headCells(r.resultAxis, block), -1).slackened(headerWidths(rows), block...)
	if c == nil {
		r.unsettled("review and litigation", rows[i].at())
	}
	return c, next, true
}

// resultColumns reads a header that names the results only: the proceedings
// stand left of their figures, one row each.
func (r *reader) resultColumns(row *tableRow) bool {
	if row.count(groupResult) < 4 || row.count(groupBody) > 0 || row.figures() > 0 {
		return false
	}
	r.proceedings = r.resultAxis.columnsOf(r.headCells(r.resultAxis, []tableRow{*row}), -1).slackened(nil, *row)
	return r.proceedings != nil
}

// proceedingRow reads a row that names its proceeding, under such a header.
func (r *reader) proceedingRow(row *tableRow) bool {
	c := r.proceedings
	if c == nil {
		return false
	}
	body, last := "", -1
	for i := range row.tokens {
		if b := row.tokens[i].code(groupBody); b != "" {
			body, last = b, i
		}
	}
	values := row.tokens[last+1:]
	if last < 0 || body == "litigation" || len(values) == 0 || slices.ContainsFunc(values, func(t token) bool { return len(t.means) > 0 }) {
		return false
	}
	r.seen["review"] = true
	p := c.place(values, row.spans(), false)
	lost := false
	for i, l := range c.leaves {
		switch {
		case l.code == "":
		case p[i] == nil:
			lost = true
			r.left[body+"."+l.code] = true
		default:
			r.put(body+"."+l.code, "", p[i].raw, p[i].at, quantity{}, true)
		}
	}
	if lost {
		r.leave(report.RuleAmbiguous, body, row.at(), raws(values),
			fmt.Sprintf("the row has %d cells under %d columns and they do not stand under them", len(values), len(c.leaves)))
	}
	return true
}

// sameLabels reports whether two rows say the same.
func sameLabels(a, b *tableRow) bool {
	return slices.EqualFunc(a.tokens, b.tokens, func(s, t token) bool { return s.label == t.label && s.kind == t.kind })
}

// resultRow reads the row of figures under the header.
func (r *reader) resultRow(row *tableRow) bool {
	c := r.results
	if c == nil || len(row.tokens) == 0 || !r.resultsDue && !figuresOnly(row, len(c.leaves)) {
		return false
	}
	values := row.tokens
	if year := yearStub(&values[0]); year != 0 && len(values) > len(c.leaves) {
		if values = values[1:]; year != r.year {
			r.unexpected(row.tokens[0].raw, row.at(), raws(values))
			return true
		}
	}
	for len(c.trim(values)) > len(c.leaves) && values[0].kind == tokenText {
		values = values[1:] // 件数 and the like in a stub
	}
	if numbersColumns(values) {
		return true
	}
	c.trust(values)
	whole := values
	values = c.trim(values)
	if len(values) == 0 {
		return false
	}
	for i := range values {
		if values[i].kind == tokenText && len(values[i].means) > 0 {
			return false
		}
	}
	filled := slices.ContainsFunc(values, func(t token) bool { return t.kind != tokenBlank })
	if !filled && len(values) != len(c.leaves) {
		return true
	}
	r.resultsDue = !filled // an empty row may only part header and figures
	r.putResults(c, whole, row.spans(), row.at(), "")
	return true
}

// putResults records a row of results; why says that its figures cannot be
// known.
func (r *reader) putResults(c *columns, values []token, hanging []span, at report.Locator, why string) {
	if why == "" {
		for i, v := range c.place(values, hanging, false) {
			if l := c.leaves[i]; v != nil {
				r.put(l.code, "", v.raw, v.at, quantity{}, true)
			} else {
				r.left[l.code] = true
				why = fmt.Sprintf("the row has %d cells under %d columns and they do not stand under them", len(c.trim(values)), len(c.leaves))
			}
		}
	} else if c != nil {
		for _, l := range c.leaves {
			r.left[l.code] = true
		}
	}
	if why != "" {
		r.leave(c.rule(), "review", at, raws(values), why)
	}
}

// yearStub is the year that a cell names, 0 when it says anything else.
func yearStub(t *token) int {
	s := strings.TrimSuffix(text.Label(t.raw), "度")
	if years := text.Years(s); len(years) == 1 && years[0].Named && s[years[0].End:] == "年" && years[0].Start == 0 {
		return years[0].Value
	}
	return 0
}

// figuresOnly reports whether a row is n figures and nothing else. Below the row
// of figures it contests it: one may be last year's, or another office's.
func figuresOnly(row *tableRow, n int) bool {
	return len(row.tokens) == n && row.figures() == n
}

// numbersColumns reports whether a row only numbers the columns, 1 2 3 …: no
// figures do, for their totals would contradict their parts.
func numbersColumns(values []token) bool {
	for i := range values {
		if text.Fold(values[i].raw) != strconv.Itoa(i+1) {
			return false
		}
	}
	return len(values) >= 5
}

// downwards reads a row that names its proceeding and its result and holds
// one figure.
func (r *reader) downwards(row *tableRow) bool {
	body, res := "", ""
	for _, h := range row.hanging {
		if l, ok := newLabel(h.text); ok {
			if code, ok := r.lex.find(l, groupBody); ok {
				body = code
			}
		}
	}
	var values []*token
	for i := range row.tokens {
		t := &row.tokens[i]
		switch {
		case t.has(groupBody) && res == "":
			body = t.code(groupBody)
		case t.has(groupResult) && res == "" && len(values) == 0:
			res = t.code(groupResult)
		default:
			values = append(values, t)
		}
	}
	if body == "" || body == "litigation" || res == "" || len(values) != 1 || !values[0].value() {
		return false
	}
	r.seen["review"] = true
	r.put(body+"."+res, "", values[0].raw, values[0].at, quantity{}, true)
	return true
}
