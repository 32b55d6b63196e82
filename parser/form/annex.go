package form

import (
	"fmt"
	"slices"
	"strings"

	"nianbao/parser/report"
	"nianbao/parser/text"
)

// The annex of the 2014 layout, 政府信息公开情况统计表, and of any form that has such a
// list: indicator, unit and figure. Labels repeat; the heading above them decides.

// annexFact is the indicator and the applicant of one of the list's rows, by its
// code in labels.csv; false of a heading, which has no figure.
func (b book) annexFact(row string) (indicator, applicant string, ok bool) {
	indicator, applicant, _ = strings.Cut(row, "@")
	_, ok = b.cat.Index(indicator)
	return indicator, applicant, ok
}

// annexSection is the first part of a row's code, which those below one heading share.
func annexSection(row string) string {
	section, _, _ := strings.Cut(row, ".")
	return section
}

// The columns of the list, as labels.csv names them.
const (
	annexItems    = "item"
	annexUnits    = "unit"
	annexFigures  = "figure"
	annexThisYear = "this_year" // figures of the report's year, beside another's
	annexNumbers  = "number"    // of the rows
	annexBeside   = "beside"    // what is no figure either
)

// annexLine is one row as it stands in the page. They are joined to their indicators when all
// are known, for a label that repeats belongs to the heading that is in force, and headings
// may be missing.
type annexLine struct {
	labelled
	ids     []string // codes of the rows it may be, in the order of labels.csv
	columns *columns // the one that its figure stands under
	table   int
}

// leastListed is how many of the list's labels make a table the list.
const leastListed = 4

// readAnnex reads a table of the annex. It reports false, having read
// nothing, when the rows are not the annex's.
func (r *reader) readAnnex(rows []tableRow, e edges) bool {
	labels := map[string]bool{} // different ones: 行政复议 may be the list's, and head a table of section four twice
	for i := range rows {
		for k := range rows[i].tokens {
			if code := rows[i].tokens[k].code(groupAnnex); code != "" {
				labels[code] = true
				break
			}
		}
	}
	if r.listOpen = len(labels) >= leastListed || r.listOpen && len(labels) > 0; !r.listOpen {
		return false
	}
	for _, half := range r.halves(rows) {
		h := listHeader{figures: unnamed}
		for i := range half {
			r.listColumns(&h, &half[i])
			c, why := r.listColumn(h, &half[i]), r.orphaned(half, i, e)
			parts := r.parts(r.annexList, c, &half[i])
			for k := range parts {
				parts[k].why, parts[k].whose = why, r.whose
			}
			r.take(table{section: r.annexList, columns: c, rows: parts})
		}
	}
	return true
}

// halves parts the rows of a list that is printed in halves side by side, each of which is
// a table of its own.
func (b book) halves(rows []tableRow) [][]tableRow {
	var starts []int
	for i := 0; i < len(rows) && len(starts) == 0; i++ {
		for k := range rows[i].tokens {
			if t := &rows[i].tokens[k]; b.lex.listed(groupAnnexColumn, t.label.full) == annexItems {
				starts = append(starts, t.col)
			}
		}
	}
	if len(starts) < 2 {
		return [][]tableRow{rows}
	}
	halves := make([][]tableRow, len(starts))
	for _, row := range rows {
		for k := range halves {
			n := slices.IndexFunc(row.tokens, func(t token) bool { return k+1 < len(starts) && t.col >= starts[k+1] })
			if n < 0 {
				n = len(row.tokens)
			}
			if n > 0 {
				halves[k] = append(halves[k], tableRow{tokens: row.tokens[:n:n], hanging: row.hanging})
			}
			row.tokens = row.tokens[n:]
		}
	}
	return halves
}

// listHeader is what the header of the annex's table says of its columns. Without one, a
// row must leave no doubt.
type listHeader struct {
	figures int    // their column, or unnamed, or several
	units   []span // their columns
	width   int    // of the header
}

// What a header says of the column of the figures, where it does not name it.
const (
	unnamed = -1
	several = -2 // last year's and this year's, the county's and the office's
)

// listColumn is the column under which a row's figure stands.
func (b book) listColumn(h listHeader, row *tableRow) *columns {
	column := h.figures + b.moved(row, h)
	if last := row.tokens[len(row.tokens)-1]; h.width > 0 && column == h.figures && last.col >= h.width && filled(last) {
		column = several // a figure more than the header has columns
	}
	return &columns{leaves: []leaf{{code: annexFigures, span: span{column, column + 1}}}, lone: true, geometry: column != unnamed}
}

// listColumns takes what a row says of the columns, if it is a header. Of several none of
// which is the list's own by its name, the one that names the report's year is.
func (r *reader) listColumns(h *listHeader, row *tableRow) {
	head, others := false, 0
	var own []int
	for i := range row.tokens {
		t := &row.tokens[i]
		switch word := r.lex.listed(groupAnnexColumn, t.label.full); word {
		case annexFigures:
			h.figures, h.width = t.col, row.end()
		case annexUnits:
			head, h.units = true, append(h.units, t.span)
		case annexItems:
			head = true
		case annexNumbers, annexBeside:
		default:
			if !head || t.kind == tokenBlank {
				continue
			}
			others++
			if years := text.Years(text.Label(t.raw)); word == annexThisYear || len(years) == 1 && years[0].Value == r.year {
				own = append(own, t.col)
			}
		}
	}
	switch {
	case h.figures >= 0 || others < 2:
	case len(own) == 1:
		h.figures = own[0]
	default:
		h.figures = several
	}
}

// moved is by how many columns a row's unit stands beside the header's: a span
// above the row is too short or too long, and its figure has moved as well.
func (b book) moved(row *tableRow, h listHeader) int {
	if h.figures < 0 || len(h.units) == 0 {
		return 0
	}
	for i := range row.tokens {
		t := &row.tokens[i]
		if !b.lex.unit(t.raw) {
			continue
		}
		if slices.ContainsFunc(h.units, func(u span) bool { return u.col <= t.col && t.col < u.end }) {
			return 0
		}
		return max(t.col-h.units[len(h.units)-1].col, -h.figures)
	}
	return 0
}

// beginsLine reports whether words in a list are a label: no unit and no note, and neither the
// rest of a label nor what stands under the figures' header, unless they are an item's.
func (r *reader) beginsLine(t *token, c *columns, q *labelled) bool {
	if q == nil || t.has(groupAnnex) {
		return !r.lex.unit(t.raw)
	}
	return !r.lex.unit(t.raw) && len(q.values) > 0 && (len(t.means) > 0 || !c.leaves[0].within(t.span))
}

// annexAdd collects one labelled line: an optional unit, then one figure.
func (r *reader) annexAdd(q labelled, c *columns) {
	l := annexLine{labelled: q, ids: r.annexIDs(q.label, !q.torn), columns: c}
	// The lines of one table stand behind each other, those of the newest last.
	begin, _ := slices.BinarySearchFunc(r.annex, r.table, func(o annexLine, table int) int { return o.table - table })
	own := r.annex[begin:]
	if first := slices.IndexFunc(own, func(o annexLine) bool { return len(o.ids) == 1 }); first >= 0 &&
		len(own)-first > minAnnex && slices.Equal(own[first].ids, l.ids) {
		r.table++ // the list begins again
	}
	l.table = r.table
	r.annex = append(r.annex, l)
}

// finishAnnex records the figures of the annex's rows.
func (r *reader) finishAnnex() {
	r.inAnnex = true
	defer func() { r.inAnnex = false }()
	places := r.annexPlaces()
	for i := range r.annex {
		l := &r.annex[i]
		r.table, r.whose = l.table, l.whose
		id := r.annexResolve(i, places[i])
		if id != "" {
			r.annexFigure(id, l)
			continue
		}
		figures := raws(l.values)
		filled := slices.ContainsFunc(l.values, func(t token) bool { return t.kind == tokenFigure })
		switch {
		case len(l.ids) > 1:
			for _, id := range l.ids {
				indicator, _, _ := r.annexFact(id)
				r.left[indicator] = true
			}
			r.finding(report.Finding{
				Rule: report.RuleAmbiguous, Severity: report.SeverityWarning, Locator: l.at, Actual: report.Text(strings.Join(figures, " | ")),
				Message: fmt.Sprintf("%q stands under no heading that tells which of the annex's rows of that name it is; its figure was left out", oneLine(l.label.raw)),
			})
		case filled:
			r.unexpected(l.label.raw, l.at, figures)
		}
	}
}

// annexFigure records the figure of one row.
func (r *reader) annexFigure(id string, l *annexLine) {
	r.seen[kindAnnex] = true
	q, c := l.labelled, l.columns
	indicator, applicant, ok := r.annexFact(id)
	if !ok {
		return // a heading; its —— is no figure
	}
	if q.code = indicator; applicant != "" {
		c = &columns{leaves: []leaf{{code: applicant, span: c.leaves[0].span}}, lone: true, geometry: c.geometry, flat: c.flat}
	}
	if q.why == "" {
		q.unit, q.values = l.cells(r.lex)
	}
	r.record(c, q)
}

// cells are the unit that the row names, its label or a cell, and its other cells.
func (l *annexLine) cells(lex *lexicon) (unit string, cells []token) {
	if strings.Contains(text.Label(l.label.raw), "(") {
		unit = text.MoneyNamed(text.Label(l.label.raw)) // 专项经费(单位:万元)
	}
	for _, v := range l.values {
		if lex.unit(v.raw) {
			unit = text.Label(v.raw)
			continue
		}
		cells = append(cells, v)
	}
	return unit, cells
}

// annexIDs lists the rows a label may be. near allows for misprints.
func (r *reader) annexIDs(t *token, near bool) (ids []string) {
	for _, m := range t.means {
		if m.group == groupAnnex {
			ids = append(ids, m.code)
		}
	}
	if ids == nil && near && t.kind == tokenText {
		if code := r.search(t.label, groupAnnex); code != "" {
			ids = []string{code}
		}
	}
	return ids
}

// annexPlace is where a line stands among the headings of the list, and those of its label.
type annexPlace struct {
	above      string          // the section of the last line above that tells it
	has        map[string]bool // the sections that any line tells
	astray     bool            // a line of its label stands under none of the sections that have it
	nth, times int             // which of the lines of its label it is, and how many there are
}

// annexPlaces are the places of all lines. Another year's list, or another body's, has headings of its own.
func (r *reader) annexPlaces() []annexPlace {
	type label struct {
		ids   string
		whose belongs
	}
	type labelPlace struct {
		times  int
		astray bool
	}
	places, labels := make([]annexPlace, len(r.annex)), map[label]*labelPlace{}
	above, has := map[belongs]string{}, map[belongs]map[string]bool{toReport: {}, toAnotherYear: {}, toAnotherBody: {}}
	named := func(l *annexLine) label { return label{strings.Join(l.ids, " "), l.whose} }
	for k := range r.annex {
		l := &r.annex[k]
		of := labels[named(l)]
		if of == nil {
			of = &labelPlace{}
			labels[named(l)] = of
		}
		section := above[l.whose]
		places[k] = annexPlace{above: section, has: has[l.whose], nth: of.times}
		of.times++
		of.astray = of.astray || !slices.ContainsFunc(l.ids, func(id string) bool { return annexSection(id) == section })
		if len(l.ids) == 1 && l.exact() {
			above[l.whose] = annexSection(l.ids[0])
			has[l.whose][above[l.whose]] = true
		}
	}
	for k := range places {
		of := labels[named(&r.annex[k])]
		places[k].times, places[k].astray = of.times, of.astray
	}
	return places
}

// annexResolve picks the row that line i is. A label that the annex has once
// needs no heading; one that several of its sections have is decided by the heading
// above it, if all their headings are there. Where one of them is missing, the label
// must be there once for each, or nothing tells whose it is.
func (r *reader) annexResolve(i int, at annexPlace) string {
	ids := r.annex[i].ids
	if len(ids) < 2 {
		return strings.Join(ids, "")
	}
	of := map[string]string{} // the row of each section
	for _, id := range ids {
		of[annexSection(id)] = id
	}
	if len(of) < len(ids) {
		return ""
	}
	first, rest := ids[0], ids[1:]
	missing := func(id string) bool { return !at.has[annexSection(id)] }
	switch {
	case !slices.ContainsFunc(ids, missing) && at.astray:
		// One stands under no heading of its own: the rows are in another order than the headings.
	case !slices.ContainsFunc(ids, missing):
		return of[at.above]
	case at.times == len(ids):
		return ids[at.nth]
	case at.times > 1:
	case at.above == annexSection(first) && slices.Equal(r.annex[i-1].ids, []string{at.above + ".total"}):
		return first // directly under the heading
	case !slices.ContainsFunc(rest, missing) && !slices.Contains(rest, of[at.above]):
		return first // before the heading of the next
	}
	return ""
}
