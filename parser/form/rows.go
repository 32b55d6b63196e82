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

// table is a stretch of rows of a section under one header, as a grid or a text has it.
type table struct {
	*section
	columns *columns // nil where no header names them
	rows    []labelled
}

// labelled is a row with the label that it was recognised by.
type labelled struct {
	code    string // an outcome, a subject, a proceeding; "" where the columns say all
	label   *token // nil where the columns say all
	at      report.Locator
	values  []token
	unit    string    // of money, as the row names it or a line above, where its column does not
	hanging []hanging // cells that reach into it from above
	why     string    // its figures cannot be known
	whose   belongs   // of the list
	torn    bool      // a piece of a label stands above it: its own may be the rest of that
}

// exact reports whether the row's label is spelled as known, not nearly so.
func (q *labelled) exact() bool { return len(q.label.means) > 0 }

// name is the place of the indicator of a row under a column, and the applicant.
func (b book) name(row, column string) (i int, applicant string, ok bool) {
	i, known := b.cat.Index(row)
	switch {
	case known && b.cat.Indicators()[i].Dimension == catalog.DimensionApplicant:
		return i, column, slices.Contains(b.applicantCodes, column)
	case known && column == annexFigures:
		return i, "", true
	case row == "", strings.HasPrefix(column, row+"."): // disclosure.fees.amount is a metric of fees only
		i, ok = b.cat.Index(column)
	default:
		i, ok = b.cat.Index(row + "." + column)
	}
	return i, "", ok
}

// take records the rows of a table that a form has; those of the list when all of it is known.
func (r *reader) take(t table) {
	if i := restart(t.rows); i > 0 {
		first := t
		first.rows, t.rows = t.rows[:i], t.rows[i:]
		r.take(first)
		r.table++
		r.take(t)
		return
	}
	known := make([]labelled, 0, len(t.rows))
	for _, q := range t.rows {
		switch {
		case t.section == r.annexList:
			r.annexAdd(q, t.columns)
		case q.code == "" && t.section != r.review:
			r.unexpected(q.label.raw, q.at, raws(q.values))
		case headsOthers(q, t.rows):
		default:
			known = append(known, q)
		}
	}
	r.strongRow = r.strongRow || t.section == r.requests && len(known) > 0
	why := ""
	if t.columns == nil {
		why = "the table has no header that names the applicants"
	} else if _, refuted := t.columns.heard(t.rows); refuted {
		why = noOrderKnown
	}
	if why != "" {
		t.columns = &columns{flat: t.columns != nil && t.columns.flat}
		for i := range known {
			known[i].why = cmp.Or(known[i].why, why)
		}
	}
	r.record(t.columns, known...)
}

// restart is the row at which a table begins again, under no header of its own: it and the next are
// both there already, and not right above it. 0 where none does.
func restart(rows []labelled) int {
	at := map[string]int{}
	for i, q := range rows {
		if q.code == "" {
			continue
		}
		was, seen := at[q.code]
		if seen && was < i-1 && i+1 < len(rows) && rows[i+1].code != q.code {
			if next, again := at[rows[i+1].code]; again && next < i-1 {
				return i
			}
		}
		at[q.code] = i
	}
	return 0
}

// record puts the figures of the rows of one table under its columns: by their places, by
// their order or, where blank cells are lost, by the sums. Those of which it cannot be
// known are left out, each with the reason.
func (r *reader) record(c *columns, rows ...labelled) {
	for i := range rows {
		if q := &rows[i]; slices.ContainsFunc(rows, func(o labelled) bool { return o.why == partedRow && o.under(q.code) }) {
			q.why = cmp.Or(q.why, partedRow)
		}
	}
	t, solved := c.survey(rows), r.solved(c, rows)
	for _, q := range rows {
		switch {
		case q.why != "":
			r.leaveRow(q, c, q.why)
		case c.hung(q) && (len(q.values) == 0 || c.lone):
			r.leaveRow(q, c, sharedFigure)
		case len(q.values) == 0:
			// The row's label is all there is: no cell, and so nothing to say.
		case !c.short(q):
			r.putUnder(q, c, r.place(&q, c, t))
		case solved[q.code] == nil:
			r.leaveRow(q, c, fmt.Sprintf("%d figures stand for %d columns, and the sums allow more than one reading", len(q.values), len(c.leaves)))
		default:
			r.putUnder(q, c, solved[q.code])
			r.inferred(q, raws(q.values), "the figures of %s were placed by the table's own sums, which leave one reading")
		}
	}
}

const sharedFigure = "a cell with a figure reaches over it and another row, and tells of both together"

// hung reports whether a cell from above reaches into a row where its figures stand.
func (c *columns) hung(q labelled) bool {
	return c.geometry && slices.ContainsFunc(q.hanging, func(h hanging) bool {
		return slices.ContainsFunc(c.leaves, func(l leaf) bool { return l.code != "" && l.meets(h.span) })
	})
}

// headsOthers reports a row without any figure that is the heading of rows of its own:
// 其他处理 above its three.
func headsOthers(q labelled, rows []labelled) bool {
	return q.code != "" && !slices.ContainsFunc(q.values, func(t token) bool { return t.kind == tokenFigure }) &&
		slices.ContainsFunc(rows, func(o labelled) bool { return o.under(q.code) })
}

// under reports a row of those that the row with a code is the heading of.
func (q *labelled) under(code string) bool { return strings.HasPrefix(q.code, code+".") }

// solved are the placements of the rows whose blank cells vanished, where the sums of the table
// leave one reading, by their codes.
func (r *reader) solved(c *columns, rows []labelled) map[string]placement {
	if !slices.ContainsFunc(rows, c.short) {
		return nil
	}
	sure := slices.DeleteFunc(slices.Clone(rows), func(q labelled) bool { return len(q.values) == 0 || q.why != "" })
	out := map[string]placement{}
	for i, at := range r.solve(c.codes(), sure) {
		p := make(placement, len(at))
		for k := range p {
			if p[k] = blankAt(sure[i].at); at[k] >= 0 {
				p[k] = &sure[i].values[at[k]]
			}
		}
		out[sure[i].code] = p
	}
	return out
}

// place joins the cells of a row to the columns.
func (r *reader) place(q *labelled, c *columns, t traits) placement {
	if c.lone {
		return placement{c.lonely(q.values)}
	}
	trimmed := c.trim(q.values)
	if split := c.rejoin(trimmed); split != nil {
		r.inferred(*q, nil, "a figure of %s stands split over two cells; the row's sum leaves one reading")
		return split
	}
	if c.total() && t.spans && len(trimmed) > 0 && &trimmed[0] != &q.values[0] && !c.adds(trimmed) {
		// Cells were taken for an unmerged stub. A row that lost its place and
		// has a cell too many looks the same; only its sum can tell.
		return make(placement, len(c.leaves))
	}
	return c.place(q.values, q.hanging, t)
}

// inferred notes that the figures of a row were placed by its sums.
func (r *reader) inferred(q labelled, figures []string, how string) {
	f := report.Finding{Rule: report.RuleFlatInferred, Severity: report.SeverityInfo, Indicator: q.code, Locator: q.at, Message: fmt.Sprintf(how, q.code)}
	if figures != nil {
		f.Actual = report.Text(strings.Join(figures, " | "))
	}
	r.finding(f)
}

// putUnder puts the figures of a row that were placed, and leaves out the others.
func (r *reader) putUnder(q labelled, c *columns, p placement) {
	type name struct {
		indicator int
		applicant string
	}
	names := make([]name, len(c.leaves))
	for i, l := range c.leaves {
		indicator, applicant, ok := r.name(q.code, l.code)
		if l.code != "" && !ok {
			r.leaveRow(q, c, fmt.Sprintf("the header above it names %q, which this row cannot have", oneLine(l.raw)))
			return
		}
		names[i] = name{indicator, applicant}
	}
	why := ""
	for i, l := range c.leaves {
		doubt := c.doubt(q, p[i])
		switch {
		case l.code == "":
		case doubt != "":
			why = doubt
		default:
			unit := ""
			if r.cat.Indicators()[names[i].indicator].Unit == amountUnit {
				unit = cmp.Or(text.MoneyNamed(text.Label(l.raw)), q.unit)
			}
			r.put(names[i].indicator, names[i].applicant, p[i].raw, p[i].at, unit)
		}
	}
	if why != "" {
		r.leaveRow(q, c, why)
	}
}

// doubt says why the cell placed under a column, nil where none could be, does not tell its
// figure; "" where it does.
func (c *columns) doubt(q labelled, cell *token) string {
	switch {
	case cell == nil && c.lone:
		return "the row has several cells and no header says which holds the figure"
	case cell == nil:
		return fmt.Sprintf("the row has %d cells under %d columns and they do not stand under them", len(c.trim(q.values)), len(c.leaves))
	case cell.shared:
		return sharedFigure
	case c.lone && !q.exact() && !filled(*cell):
		return "its label is only like the one known, and no figure stands beside it"
	}
	return ""
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
	if q.code == "" {
		for _, l := range c.leaves {
			r.left[l.code] = true
		}
	}
	r.leaveIn(q)
	r.leave(c.rule(), cmp.Or(q.code, catalog.TableReview), q.at, raws(q.values), why)
}

// single reads a row that names its figure whole: subject and metric, or proceeding
// and result, and then the one figure.
func (g *gridRun) single(row *tableRow) bool {
	n := len(row.tokens) - 1
	if n < 1 || !row.tokens[n].value() {
		return false
	}
	column, value := &row.tokens[n-1], &row.tokens[n]
	s := g.disclosure
	if column.has(groupResult) {
		s = g.review
	}
	if row.count(s.axis.columns) != 1 || !column.has(s.axis.columns) {
		return false
	}
	code, only := g.rowName(row, n-1, s.rows[0])
	_, _, known := g.name(code, column.code(s.axis.columns))
	if !only || !known || code == "" || s == g.review && !s.axis.under[code] {
		return false
	}
	g.seen[s.table] = true
	g.vote(column.raw)
	under := &columns{leaves: []leaf{{code: column.code(s.axis.columns), raw: column.raw}}}
	g.putUnder(labelled{code: code, at: row.at(), unit: g.unit, values: row.tokens[n:]}, under, placement{value})
	return true
}

// rowName is what the first n cells of a row, and those that hang into it, name of a
// group; only that they name nothing else.
func (r *reader) rowName(row *tableRow, n int, g group) (code string, only bool) {
	for _, h := range row.hanging {
		if l, ok := newLabel(h.text); ok {
			code = cmp.Or(r.lex.find(l, g), code)
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

// rowCode is what a label names of a section's rows; heading that it heads some. near
// allows for misprints.
func (r *reader) rowCode(s *section, t *token, near bool) (code string, heading bool) {
	switch s {
	case r.annexList:
		ids := r.annexIDs(t, near)
		if len(ids) == 0 {
			return "", false
		}
		if _, _, ok := r.annexFact(ids[0]); !ok {
			return "", true
		}
		return ids[0], false
	case r.requests:
		if len(t.means) > 0 && !s.has(t) {
			return "", false
		}
		code = r.outcome(t, near)
		return code, code == "" && t.has(groupOutcomes)
	}
	code = t.code(s.rows[0])
	if code == "" && len(t.means) == 0 && near && s == r.disclosure {
		code = r.search(t.label, s.rows[0])
	}
	return code, false
}

// parts parts a row at the labels of a section's rows, each with the cells behind it. Where a table
// has one label a row, it is the last before the figures; else a heading gives way to that of its kinds.
func (r *reader) parts(s *section, c *columns, row *tableRow) (parts []labelled) {
	expected := true
	for i := range row.tokens {
		t := &row.tokens[i]
		var q *labelled // that the cell is behind
		if n := len(parts); n > 0 {
			q = &parts[n-1]
		}
		if q != nil && s == r.requests && len(q.values) == 0 && r.lex.unit(t.raw) {
			q.values = row.tokens[i+1 : i+1] // a column of units parts labels and figures
			continue
		}
		code, begins := r.beginsRow(s, c, row, i, q, expected)
		if !begins {
			if expected = r.expects(s, c, t, q, expected); q != nil {
				q.values = q.values[:len(q.values)+1]
			}
			continue
		}
		if q != nil && (s == r.requests || s != r.annexList && len(q.values) == 0 && strings.HasPrefix(code, q.code)) {
			parts = parts[:len(parts)-1]
		}
		parts = append(parts, labelled{code: code, label: t, at: t.at, values: row.tokens[i+1 : i+1], hanging: row.hanging})
		expected = s == r.requests
	}
	return parts
}

// expects reports whether a label may stand behind cell t, which is none.
func (r *reader) expects(s *section, c *columns, t *token, q *labelled, expected bool) bool {
	if s != r.requests {
		return (expected || t.kind == tokenFigure) && !t.has(groupArticle) && !t.has(groupCorner)
	}
	// The number of the row may stand before the label, in a column of its own.
	numbers := q == nil && c != nil && c.geometry && t.end <= c.leaves[0].col
	return expected && (!t.value() || t.kind == tokenBlank || numbers)
}

// beginsRow reports whether cell i of a row, behind a label and its cells or none, is the label
// of a row of a section, of a heading or of no form's row, and what it names.
func (r *reader) beginsRow(s *section, c *columns, row *tableRow, i int, q *labelled, expected bool) (code string, begins bool) {
	t := &row.tokens[i]
	switch {
	case t.kind != tokenText, s == r.requests && !expected:
		return "", false
	case s == r.annexList:
		return "", r.beginsLine(t, c, q)
	}
	code, begins = r.rowCode(s, t, expected && c != nil)
	if code != "" || begins || s != r.requests || q == nil || c == nil {
		return code, code != "" || begins
	}
	// A label of no form under a known heading; with a cell less it is a word where a figure should be.
	return "", len(c.trim(row.tokens[i:])) != len(c.leaves) && len(c.trim(row.tokens[i+1:])) >= len(c.leaves)
}

// blockRow reads a row of subjects, or of one proceeding, and their figures.
func (g *gridRun) blockRow(row *tableRow, why string) bool {
	if g.blocks == nil {
		return false
	}
	parts := g.parts(g.blocksOf, g.blocks[0], row)
	if len(parts) == 0 || g.blocksOf == g.review && slices.ContainsFunc(parts, func(q labelled) bool {
		return !g.review.axis.under[q.code] || len(q.values) == 0 || slices.ContainsFunc(q.values, func(t token) bool { return len(t.means) > 0 })
	}) {
		return false
	}
	g.seen[g.blocksOf.table] = true
	for k := range parts {
		q := &parts[k]
		if q.why = why; len(q.values) > 0 || len(q.hanging) > 0 {
			g.add(g.blocksOf, g.blockOf(*q, k, len(parts)), *q)
		}
	}
	return true
}

// blockOf is the block of columns under which part k of n of a row stands.
func (r *reader) blockOf(q labelled, k, n int) (block *columns) {
	if n == len(r.blocks) {
		return r.blocks[k]
	}
	at := q.label.col
	if len(q.values) > 0 {
		at = q.values[0].col
	}
	for _, b := range r.blocks {
		if b.geometry && q.label.col >= b.start && at < b.leaves[len(b.leaves)-1].end {
			block = b
		}
	}
	return block
}

// resultRow reads the row of figures under the header.
func (g *gridRun) resultRow(row *tableRow, why string) bool {
	c := g.results
	if c == nil || !g.resultsDue && !figuresOnly(row, len(c.leaves)) {
		return false
	}
	whole, other := g.withoutStub(row.tokens, c)
	values := c.trim(whole)
	empty := !slices.ContainsFunc(values, filled)
	switch {
	case other:
		g.unexpected(row.tokens[0].raw, row.at(), raws(whole))
		return true
	case numbersColumns(whole):
		return true
	case slices.ContainsFunc(values, func(t token) bool { return t.kind == tokenText && len(t.means) > 0 }):
		return false
	case empty && len(values) != len(c.leaves):
		return true
	}
	if g.resultsDue = empty; !g.loose && (empty || why != partedRow) { // an empty row may only part header and figures
		why = ""
	}
	g.add(g.review, c, labelled{at: row.at(), values: whole, hanging: row.hanging, why: why})
	return true
}

// withoutStub takes what stands before the figures of a row off, 件数 and the like; other
// that it names the row of another year, or of a part of the region: 上年, 县本级.
func (r *reader) withoutStub(whole []token, c *columns) (rest []token, other bool) {
	for len(c.trim(whole)) > len(c.leaves) {
		year := r.yearOf(whole[0])
		if whole[0].kind != tokenText && year != ofReport && year != ofAnother {
			break
		}
		other = other || year == ofAnother
		whole = whole[1:]
	}
	return whole, other
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
