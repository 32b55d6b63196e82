package outline

import (
	"slices"
	"strings"

	"nianbao/parser/document"
	"nianbao/parser/report"
	"nianbao/parser/text"
)

// A document may hold another report behind its own: last year's, or the office's
// behind the county's. Its title stands alone, and the sections begin anew behind it.

// beginAnew is how many sections must be told again for another report to be one.
const beginAnew = 2

// leaveAnother takes the lines of another report off, so that nothing of it is read
// as this one's.
func (r *reader) leaveAnother() {
	at, name := r.another()
	if at == 0 {
		return
	}
	r.find(report.RuleAnother, report.SeverityWarning, report.Text(r.meta.Title), report.Text(name),
		"Behind this report the document holds another one, %q; nothing of it was read.", name)
	block := r.lines[at].block
	own := *r.doc
	own.Blocks = r.doc.Blocks[:block:block]
	before := at
	for before > 0 && r.lines[before-1].block == block {
		before--
	}
	if before < at { // its title stands within a block
		b := r.doc.Blocks[block]
		b.Text = strings.Join(strings.Split(b.Text, "\n")[:at-before], "\n")
		own.Blocks = append(own.Blocks, b)
	}
	r.doc, r.lines = &own, r.lines[:at]
	r.all, r.until = headingsIn(r.lines)
	r.split()
}

// another returns the line that another report begins at, with its title; 0 where
// there is none.
func (r *reader) another() (at int, name string) {
	if !r.sectioned || r.meta.Title == "" || r.until == len(r.lines) && !toldAgain(r.all) {
		return 0, ""
	}
	own := r.newTitle(r.meta.Title, 0, 1, false)
	for i := r.first.line + 1; i < len(r.lines); i++ {
		if name := r.anotherAt(i, own); name != "" && r.beginsAnew(i) {
			return i, name
		}
	}
	return 0, ""
}

// anotherAt returns what line i says of another report than the one with the title own:
// its title, only its year (2021年年报), or, in its first section, its period.
func (r *reader) anotherAt(i int, own title) string {
	if printed := r.titleFrom(i); printed != "" {
		if t := r.newTitle(printed, i, 1, r.lines[i].markup); own.isAnother(t) {
			return t.printed
		}
		return ""
	}
	l := &r.lines[i]
	if l.cell || own.year == 0 {
		return ""
	}
	if (strings.HasSuffix(l.Folded, "年报") || strings.HasSuffix(l.Folded, "报告")) && l.runes() <= shortLine {
		if year := titleYear(l.Folded); year != 0 && year != own.year {
			return text.Unspaced(l.Printed)
		}
		return ""
	}
	return r.otherPeriodAt(i, own.year)
}

// otherPeriodAt returns the period of another year that the first section tells, where it
// begins anew at line i.
func (r *reader) otherPeriodAt(i, year int) string {
	k, found := slices.BinarySearchFunc(r.all, i, func(h heading, line int) int { return h.line - line })
	if i <= r.first.line+1 || !found || r.all[k].topic != r.first.topic || !r.all[k].alone {
		return ""
	}
	p, ok := findPeriod(folded(r.lines[i:min(len(r.lines), i+linesOfOpening)], bodyBytes))
	if !ok || p.doubt != "" || p.endYear == year {
		return ""
	}
	return p.raw
}

// linesOfOpening is within how many lines of its first section a report tells its period.
const linesOfOpening = 8

// titleFrom returns the title of a report that line i is, alone or with the one behind
// it: X县政府办公室 / 2021年政府信息公开工作年度报告.
func (r *reader) titleFrom(i int) string {
	l := &r.lines[i]
	switch {
	case l.cell:
		return ""
	case mayBeTitle(l.Folded):
		if isReportTitle(l.Folded) {
			return l.Printed
		}
		return ""
	case i+1 == len(r.lines) || !mayBeTitle(r.lines[i+1].Folded) || l.runes() > shortLine:
		return ""
	case titleAgency(r.lines[i+1].Folded) != "":
		return "" // that line is a title without this one, which may be a figure above a running head
	}
	if both := l.Printed + r.lines[i+1].Printed; titleAgency(text.Fold(both)) != "" && isReportTitle(text.Fold(both)) {
		return both
	}
	return ""
}

// isAnother reports whether two titles name reports of different years or agencies.
func (t title) isAnother(o title) bool {
	return t.year != 0 && o.year != 0 && t.year != o.year || t.agency != "" && o.agency != "" && text.Fold(t.agency) != text.Fold(o.agency)
}

// toldAgain reports whether enough sections are told more than once for another report to
// be there: of most documents, that is all there is to ask.
func toldAgain(all []heading) bool {
	times := map[int]int{}
	again := 0
	for _, h := range all {
		if times[h.topic]++; h.topic != topicNone && times[h.topic] == 2 {
			again++
		}
	}
	return again >= beginAnew
}

// beginsAnew reports whether sections that were told before line i are told behind it
// again.
func (r *reader) beginsAnew(i int) bool {
	told := map[int]bool{}
	for _, h := range r.headings {
		told[h.topic] = told[h.topic] || h.line < i
	}
	behind, _ := headingsIn(r.lines[i+1:])
	again := map[int]bool{}
	for _, h := range behind {
		if h.topic != topicNone && told[h.topic] {
			again[h.topic] = true
		}
	}
	return len(again) >= beginAnew
}

// Own is what of the document is the report's own: all of it, or what stands before
// another report.
func (o *Outline) Own() *document.Document { return o.doc }
