package form

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nianbao/parser/report"
	"nianbao/parser/text"
)

// The tables of section two: blocks of subjects down and metrics across, one
// below the other, side by side, or a table each.

// metricHeader reads a row that names metrics, and puts its columns in force.
// An article row (第二十条第(五)项) ends the columns before it.
func (r *reader) metricHeader(row *tableRow, widths map[int]bool) bool {
	article := row.count(groupArticle) > 0
	if article {
		r.metrics = nil
	}
	if row.figures() > 0 {
		return article
	}
	if row.count(groupMetric) == 0 && !r.nearMetric(row) {
		if otherHeader(row, false) {
			r.metrics = nil
		}
		return article
	}
	// Side by side, every block begins with its own 信息内容; behind that every label
	// heads a column, known or not.
	var blocks []*columns
	start, from, first := 0, -1, 0
	flush := func(next int) {
		block := tableRow{tokens: row.tokens[first:next]}
		cells := r.headCells(r.metricAxis, []tableRow{block})
		if c := r.metricAxis.columnsOf(cells, from).slackened(widths, *row); c != nil {
			c.start = start
			blocks = append(blocks, c)
			for _, l := range c.leaves {
				r.vote(l.raw)
			}
		}
	}
	for i := range row.tokens {
		if t := &row.tokens[i]; !t.has(groupMetric) && (t.has(groupCorner) || t.has(groupArticle) || t.has(groupSubject)) {
			flush(i)
			start, from, first = t.col, -1, i+1
			if t.has(groupCorner) {
				from = t.end
			}
		}
	}
	flush(len(row.tokens))
	if blocks == nil {
		return article
	}
	for _, b := range blocks[:len(blocks)-1] {
		b.slack, b.width = true, row.tokens[len(row.tokens)-1].end
	}
	r.metrics = blocks
	return true
}

// metricDownwards reads a row that names its subject and its metric and holds
// one figure.
func (r *reader) metricDownwards(row *tableRow) bool {
	n := len(row.tokens) - 1
	if n < 1 || !row.tokens[n].value() || !row.tokens[n-1].has(groupMetric) || row.count(groupMetric) > 1 {
		return false
	}
	subject := ""
	for _, h := range row.hanging {
		if l, ok := newLabel(h.text); ok {
			if code, ok := r.lex.find(l, groupSubject); ok {
				subject = code
			}
		}
	}
	for i := range row.tokens[:n-1] {
		switch t := &row.tokens[i]; {
		case t.has(groupSubject):
			subject = t.code(groupSubject)
		case !t.has(groupArticle) && t.kind != tokenBlank:
			return false
		}
	}
	metric, value := &row.tokens[n-1], &row.tokens[n]
	code, ok := r.metricCode(subject, metric.code(groupMetric))
	if !ok {
		return false
	}
	r.seen["disclosure"] = true
	r.vote(metric.raw)
	r.put(code, "", value.raw, value.at, quantity{unit: cmp.Or(text.MoneyNamed(text.Label(metric.raw)), r.unit)}, true)
	return true
}

// otherHeader reports whether a row heads columns that no layout has: 信息内容
// beside 上年处理决定数量 or the name of an office. The first row of a table may
// do so without 信息内容.
func otherHeader(row *tableRow, first bool) bool {
	unknown := 0
	for i := range row.tokens {
		switch t := &row.tokens[i]; {
		case t.has(groupSubject), t.kind == tokenFigure:
			return false
		case t.kind == tokenText && len(t.means) == 0:
			unknown++
		}
	}
	return unknown > 0 && row.count(groupCorner) > 0 ||
		first && (unknown > 1 || unknown == 1 && len(row.tokens) == 2 && row.tokens[0].kind == tokenBlank)
}

// vote counts a label that one form spells as no other does.
func (r *reader) vote(raw string) {
	l, _ := newLabel(raw)
	for _, f := range r.cat.Forms() {
		if slices.Contains(f.Markers, l.full) {
			r.voteFor(f.Name, l.full)
		}
	}
}

// nearMetric reports whether a row without any figure or known label has a
// metric that is only misspelled.
func (r *reader) nearMetric(row *tableRow) bool {
	if row.count(groupCorner) == 0 {
		return false
	}
	for i := range row.tokens {
		t := &row.tokens[i]
		if t.kind == tokenText && len(t.means) == 0 {
			if code, _ := r.search(t.label, groupMetric); code != "" {
				return true
			}
		}
	}
	return false
}

// disclosureRow reads a row of subjects and their figures.
func (r *reader) disclosureRow(row *tableRow) bool {
	type segment struct {
		subject string
		exact   bool
		at      report.Locator
		col     int
		values  []token
	}
	var segments []segment
	inValues := false
	for i := range row.tokens {
		t := &row.tokens[i]
		subject, exact := "", false
		if t.kind == tokenText {
			subject, exact = t.code(groupSubject), true
			if subject == "" && len(t.means) == 0 && r.metrics != nil && (len(segments) == 0 || inValues) && i+1 < len(row.tokens) {
				subject, exact = r.search(t.label, groupSubject)
			}
		}
		switch {
		case subject != "":
			segments = append(segments, segment{subject, exact, t.at, t.col, nil})
			inValues = false
		case t.has(groupArticle), t.has(groupCorner):
			inValues = false
		case len(segments) > 0:
			s := &segments[len(segments)-1]
			s.values = append(s.values, *t)
			inValues = inValues || t.kind == tokenFigure
		}
	}
	if len(segments) == 0 || r.metrics == nil {
		return false
	}
	hanging := row.spans()
	for k, s := range segments {
		if len(s.values) == 0 {
			continue
		}
		var block *columns
		switch {
		case len(segments) == len(r.metrics):
			block = r.metrics[k]
		default:
			for _, b := range r.metrics { // the block whose columns the values stand under
				if b.geometry && s.col >= b.start && s.values[0].col < b.leaves[len(b.leaves)-1].end {
					block = b
				}
			}
			if len(r.metrics) == 1 && len(segments) == 1 {
				block = r.metrics[0]
			}
		}
		r.subjectFigures(s.subject, s.exact, s.at, block, s.values, hanging, "")
	}
	return true
}

// metricCode is the indicator of a subject under a metric.
func (r *reader) metricCode(subject, metric string) (string, bool) {
	metric = strings.TrimPrefix(metric, subject+".") // fees.amount is a metric of fees only
	code := "disclosure." + subject + "." + metric
	_, ok := r.cat.Lookup(code)
	return code, ok
}

// subjectFigures records the figures of one subject under its metrics; why says
// that they cannot be known.
func (r *reader) subjectFigures(subject string, exact bool, at report.Locator, c *columns, values []token, hanging []span, why string) {
	r.seen["disclosure"] = true
	if c == nil {
		why = cmp.Or(why, "no header row says what its columns are")
	} else {
		for _, l := range c.leaves {
			if _, ok := r.metricCode(subject, l.code); l.code != "" && !ok {
				why = fmt.Sprintf("the header above it names %q, which this row cannot have", oneLine(l.raw))
			}
		}
	}
	if why == "" {
		c.trust(values)
		for i, v := range c.place(values, hanging, false) {
			l := c.leaves[i]
			switch {
			case l.code == "":
			case v == nil:
				why = fmt.Sprintf("it has %d cells under %d columns and they do not stand under them", len(c.trim(values)), len(c.leaves))
			default:
				code, _ := r.metricCode(subject, l.code)
				r.put(code, "", v.raw, v.at, quantity{unit: cmp.Or(text.MoneyNamed(text.Label(l.raw)), r.unit)}, exact)
			}
		}
	}
	if why != "" {
		r.leaveSubject(subject, at, c, values, why)
	}
}

// leaveSubject leaves out what a subject has under its metrics.
func (r *reader) leaveSubject(subject string, at report.Locator, c *columns, values []token, why string) {
	for _, ind := range r.cat.Indicators() {
		if strings.HasPrefix(ind.Code, "disclosure."+subject+".") {
			r.left[ind.Code] = true
		}
	}
	r.leave(c.rule(), "disclosure."+subject, at, raws(values), why)
}
