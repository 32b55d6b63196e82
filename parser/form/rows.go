package form

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
	"nianbao/parser/text"
)

// A figure is named by the labels of its row and of its column, whichever way a
// table lies: outcomes and applicants, subjects and metrics, proceedings and
// results.

// labelled is a row with the label that it was recognised by.
type labelled struct {
	code    string // an outcome, a subject, a proceeding; "" where the columns say all
	exact   bool
	at      report.Locator
	values  []token
	hanging []span
	why     string // its figures cannot be known
}

// name is the indicator of a row under a column, and the applicant.
func (b book) name(row, column string) (indicator, applicant string, ok bool) {
	i, known := b.cat.Index(row)
	switch {
	case known && b.cat.Indicators()[i].Dimension == catalog.DimensionApplicant:
		return row, column, slices.Contains(b.applicantCodes, column)
	case row == "":
		_, ok = b.cat.Index(column)
		return column, "", ok
	case strings.HasPrefix(column, row+"."):
		return column, "", true // disclosure.fees.amount is a metric of fees only
	}
	_, ok = b.cat.Index(row + "." + column)
	return row + "." + column, "", ok
}

// record puts the figures of a row under its columns, as p has placed them or, where it
// is nil, by their places.
func (r *reader) record(q labelled, c *columns, p placement) {
	why := q.why
	if c == nil {
		why = cmp.Or(why, "no header row says what its columns are")
	} else if why == "" {
		why = r.putUnder(q, c, p)
	}
	if why != "" {
		r.leaveRow(q, c, why)
	}
}

// putUnder puts the figures of a row, and says why some were not.
func (r *reader) putUnder(q labelled, c *columns, p placement) (why string) {
	type name struct{ indicator, applicant string }
	names := make([]name, len(c.leaves))
	for i, l := range c.leaves {
		indicator, applicant, ok := r.name(q.code, l.code)
		if l.code != "" && !ok {
			return fmt.Sprintf("the header above it names %q, which this row cannot have", oneLine(l.raw))
		}
		names[i] = name{indicator, applicant}
	}
	if p == nil {
		c.trust(q.values)
		p = c.place(q.values, q.hanging, false)
	}
	for i, l := range c.leaves {
		switch {
		case l.code == "":
		case p[i] == nil:
			why = fmt.Sprintf("the row has %d cells under %d columns and they do not stand under them", len(c.trim(q.values)), len(c.leaves))
		default:
			unit := ""
			if k, ok := r.cat.Index(names[i].indicator); ok && r.cat.Indicators()[k].Unit == amountUnit {
				unit = cmp.Or(text.MoneyNamed(text.Label(l.raw)), r.unit)
			}
			r.put(names[i].indicator, names[i].applicant, p[i].raw, p[i].at, unit, q.exact)
		}
	}
	return why
}

// leaveRow leaves out all that a row has, or has not been given.
func (r *reader) leaveRow(q labelled, c *columns, why string) {
	if _, known := r.cat.Lookup(q.code); !known {
		for _, ind := range r.cat.Indicators() {
			if q.code != "" && strings.HasPrefix(ind.Code, q.code+".") {
				r.left[ind.Code] = true
			}
		}
	}
	if c != nil && q.code == "" {
		for _, l := range c.leaves {
			r.left[l.code] = true
		}
	}
	r.leave(c.rule(), cmp.Or(q.code, catalog.TableReview), q.at, raws(q.values), why)
}

// single reads a row that names its figure whole: subject and metric, or proceeding
// and result, and then the one figure.
func (r *reader) single(row *tableRow) bool {
	n := len(row.tokens) - 1
	if n < 1 || !row.tokens[n].value() {
		return false
	}
	column, value := &row.tokens[n-1], &row.tokens[n]
	rowLabels, columnLabels, table := groupSubject, groupMetric, catalog.TableDisclosure
	if column.has(groupResult) {
		rowLabels, columnLabels, table = groupBody, groupResult, catalog.TableReview
	}
	if row.count(columnLabels) != 1 || !column.has(columnLabels) {
		return false
	}
	code, only := r.rowName(row, n-1, rowLabels)
	_, _, known := r.name(code, column.code(columnLabels))
	if !only || !known || code == "" || rowLabels == groupBody && !r.resultAxis.under[code] {
		return false
	}
	r.seen[table] = true
	r.vote(column.raw)
	under := &columns{leaves: []leaf{{code: column.code(columnLabels), raw: column.raw}}}
	r.record(labelled{code: code, exact: true, at: row.at(), values: row.tokens[n:]}, under, placement{value})
	return true
}

// rowName is what the first n cells of a row, and those that hang into it, name of a
// group; only that they name nothing else.
func (r *reader) rowName(row *tableRow, n int, g group) (code string, only bool) {
	for _, h := range row.hanging {
		if l, ok := newLabel(h.text); ok {
			found, _ := r.lex.find(l, g)
			code = cmp.Or(found, code)
		}
	}
	for i := range row.tokens[:n] {
		switch t := &row.tokens[i]; {
		case t.has(g):
			code = t.code(g)
		case !t.has(groupArticle) && t.kind != tokenBlank:
			return code, false
		}
	}
	return code, true
}

// segment is a part of a row: a label and what stands behind it.
type segment struct {
	labelled
	col int
}

// blockRow reads a row of subjects, or of one proceeding, and their figures.
func (r *reader) blockRow(row *tableRow, why string) bool {
	if r.blocks == nil {
		return false
	}
	segments := r.segments(row)
	if len(segments) == 0 || r.blockLabels == groupBody && slices.ContainsFunc(segments, func(s segment) bool {
		return !r.resultAxis.under[s.code] || len(s.values) == 0 || slices.ContainsFunc(s.values, func(t token) bool { return len(t.means) > 0 })
	}) {
		return false
	}
	r.seen[map[group]string{groupSubject: catalog.TableDisclosure, groupBody: catalog.TableReview}[r.blockLabels]] = true
	for k, s := range segments {
		if s.why = why; len(s.values) > 0 {
			r.record(s.labelled, r.blockOf(s, k, len(segments)), nil)
		}
	}
	return true
}

// segments parts a row at its labels.
func (r *reader) segments(row *tableRow) (segments []segment) {
	begins := true // a label is to be expected
	for i := range row.tokens {
		t := &row.tokens[i]
		code, exact := t.code(r.blockLabels), true
		if code == "" && begins && t.kind == tokenText && len(t.means) == 0 && r.blockLabels == groupSubject && i+1 < len(row.tokens) {
			code, exact = r.search(t.label, groupSubject)
		}
		n := len(segments)
		switch {
		case code != "":
			if n > 0 && len(segments[n-1].values) == 0 && strings.HasPrefix(code, segments[n-1].code) {
				segments = segments[:n-1] // the heading of its kinds
			}
			segments = append(segments, segment{labelled{code: code, exact: exact, at: t.at, hanging: row.spans()}, t.col})
			begins = false
		case n == 0:
		case t.has(groupArticle), t.has(groupCorner):
			begins = false
		default:
			segments[n-1].values = append(segments[n-1].values, *t)
			begins = begins || t.kind == tokenFigure
		}
	}
	return segments
}

// blockOf is the block of columns under which segment k of n stands.
func (r *reader) blockOf(s segment, k, n int) (block *columns) {
	if n == len(r.blocks) {
		return r.blocks[k]
	}
	for _, b := range r.blocks {
		if b.geometry && s.col >= b.start && s.values[0].col < b.leaves[len(b.leaves)-1].end {
			block = b
		}
	}
	return block
}

// resultRow reads the row of figures under the header.
func (r *reader) resultRow(row *tableRow, loose bool, why string) bool {
	c := r.results
	if c == nil || !r.resultsDue && !figuresOnly(row, len(c.leaves)) {
		return false
	}
	whole := row.tokens
	if year := yearStub(&whole[0]); year != 0 && len(whole) > len(c.leaves) {
		if whole = whole[1:]; year != r.year {
			r.unexpected(row.tokens[0].raw, row.at(), raws(whole))
			return true
		}
	}
	for len(c.trim(whole)) > len(c.leaves) && whole[0].kind == tokenText {
		whole = whole[1:] // 件数 and the like in a stub
	}
	if numbersColumns(whole) {
		return true
	}
	c.trust(whole)
	values := c.trim(whole)
	if len(values) == 0 || slices.ContainsFunc(values, func(t token) bool { return t.kind == tokenText && len(t.means) > 0 }) {
		return false
	}
	empty := !slices.ContainsFunc(values, filled)
	if empty && len(values) != len(c.leaves) {
		return true
	}
	if r.resultsDue = empty; !loose { // an empty row may only part header and figures
		why = ""
	}
	r.record(labelled{exact: true, at: row.at(), values: whole, hanging: row.spans(), why: why}, c, nil)
	return true
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

func raws(ts []token) []string {
	out := make([]string, 0, len(ts))
	for _, t := range ts {
		out = append(out, oneLine(t.raw))
	}
	return out
}
