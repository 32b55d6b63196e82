package outline

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/parser/report"
)

// Sections returns the prose in its numbered parts. used tells for each block of
// the document whether it was read as a standard table: its text is left out,
// though a heading in it still counts. What stands before the first heading is
// section 0, without heading.
//
// A section's text keeps the characters of the document; lines are joined by
// \n and empty ones dropped.
func (o *Outline) Sections(used []bool) []report.Section {
	numbers := numbered(o.headings)
	wholeReport := map[int]bool{} // blocks that hold headings
	for _, h := range o.headings {
		wholeReport[o.lines[h.line].block] = true
	}
	bodies := make([][]string, len(o.headings)+1)
	next := 0
	for i := range o.lines {
		l := &o.lines[i]
		keep := l.block >= len(used) || !used[l.block]
		from := 0
		for ; next < len(o.headings) && o.headings[next].line == i; next++ {
			bodies[next] = appendText(bodies[next], l.Printed[from:o.headings[next].start], keep, wholeReport[l.block])
			from = o.headings[next].end
		}
		bodies[next] = appendText(bodies[next], l.Printed[from:], keep, wholeReport[l.block])
	}
	sections := make([]report.Section, 0, len(bodies))
	if s := strings.Join(bodies[0], "\n"); s != "" {
		sections = append(sections, report.Section{Text: s})
	}
	for i, h := range o.headings {
		s := strings.Join(bodies[i+1], "\n")
		if repeated(sections, h, s) {
			continue
		}
		sections = append(sections, report.Section{Number: numbers[i], Heading: h.words, Text: s})
	}
	return sections
}

// appendText adds a line to a section. Of what was read as a standard table only
// whole sentences count, and only where headings stand in the same block: there a
// page has put its report into one table, or a text into one line.
func appendText(body []string, s string, keep, wholeReport bool) []string {
	if !keep {
		end := strings.LastIndex(s, "。")
		if !wholeReport || end < 0 {
			return body
		}
		s = s[:end+len("。")]
	}
	if s = strings.TrimSpace(s); s != "" {
		body = append(body, s)
	}
	return body
}

// repeated reports whether a section was there already: some pages hold their
// report twice, for screens and for printing.
func repeated(sections []report.Section, h heading, s string) bool {
	return h.topic != topicNone && slices.ContainsFunc(sections, func(before report.Section) bool {
		return before.Heading == h.words && (before.Text == s || s != "" && strings.HasPrefix(before.Text, s+"\n"))
	})
}

// Missing returns a finding for each of the six prescribed sections that the
// report lacks.
func (o *Outline) Missing() []report.Finding {
	var findings []report.Finding
	for _, t := range topics {
		// A heading of other words in the section's place is the section.
		if slices.ContainsFunc(o.headings, func(h heading) bool {
			return h.topic == t.number || h.topic == topicNone && h.number == t.number
		}) {
			continue
		}
		findings = append(findings, report.Finding{
			Rule: report.RuleSectionMissing, Severity: report.SeverityWarning, Expected: report.Text(t.name),
			Message: fmt.Sprintf("Section %d (%s) of the prescribed six is not in the report.", t.number, t.name),
		})
	}
	return findings
}

// maxSections bounds the headings; what goes beyond stays text.
const maxSections = 200

// sectionHeadings takes, of all places where sections may begin, those where
// they do.
func sectionHeadings(all []heading, lines []line) []heading {
	return withoutContents(fillGaps(ofMainStyle(all, lines), all), lines)
}

// ofMainStyle takes the places of the style that the report gives its main
// headings.
func ofMainStyle(all []heading, lines []line) []heading {
	main := mainStyle(all)
	var chosen []heading
	for _, h := range all {
		if len(chosen) == maxSections {
			break
		}
		half := h.style == styleHalf && main != styleArabic && h.topic != topicNone && h.alone
		if h.style != main && !half {
			continue
		}
		if h.topic == topicNone && (main == styleArabic || h.style == styleRound && !lines[h.line].markup) {
			continue
		}
		if h.own && (main != stylePlain || !countsOn(h, chosen)) {
			continue
		}
		if n := len(chosen); n == 0 || !within(h, chosen[n-1]) {
			chosen = append(chosen, h)
		}
	}
	return chosen
}

// countsOn reports whether a heading has the number behind that of the last one chosen.
func countsOn(h heading, chosen []heading) bool {
	if n := len(chosen); n > 0 {
		return h.number == chosen[n-1].number+1
	}
	return h.number == 1
}

// within tells a sub-heading that says the same as the heading before it:
// (一)存在的主要问题 below (五)存在的主要问题及改进情况.
func within(h, before heading) bool {
	return h.topic != topicNone && h.topic == before.topic && h.number < before.number
}

// mainStyle is the ordinal style that opens most of the six sections.
func mainStyle(all []heading) style {
	topics := map[style]uint{} // a bit for each
	for _, h := range all {
		if h.topic != topicNone {
			topics[h.style] |= 1 << h.topic
		}
	}
	found := func(s style) int { return bits.OnesCount(topics[s]) }
	if found(stylePlain) >= 2 {
		return stylePlain
	}
	best := stylePlain
	for _, s := range []style{styleRound, styleArabic} {
		// Sub-headings like (一)主动公开情况 name one or two topics, not four.
		if found(s)+found(styleHalf) >= 4 && found(s) > found(best) {
			best = s
		}
	}
	return best
}

// fillGaps adds, for a topic that no chosen heading opens, a line that says
// exactly that topic in another style or without ordinal, between its
// neighbours.
func fillGaps(chosen, all []heading) []heading {
	for topic := topicOverview; topic <= topicOther; topic++ {
		if slices.ContainsFunc(chosen, func(h heading) bool { return h.topic == topic }) {
			continue
		}
		low, high := neighbours(chosen, topic)
		var fits []heading
		for _, h := range all {
			if h.topic == topic && h.alone && low < h.line && h.line < high && h.style != stylePlain && fitsAlone(h) {
				fits = append(fits, h)
			}
		}
		if len(fits) == 1 {
			chosen = append(chosen, fits[0])
		}
	}
	slices.SortStableFunc(chosen, func(a, b heading) int { return cmp.Or(a.line-b.line, a.start-b.start) })
	return chosen
}

// neighbours returns the lines of the headings between which a topic belongs.
func neighbours(chosen []heading, topic int) (low, high int) {
	low, high = -1, 1<<30
	for _, h := range chosen {
		switch {
		case h.topic == topicNone:
		case h.topic < topic:
			low = max(low, h.line)
		case h.topic > topic:
			high = min(high, h.line)
		}
	}
	return low, high
}

// fitsAlone keeps sub-headings out: (一)主动公开情况 inside the overview is no
// section, the prescribed words in full are.
func fitsAlone(h heading) bool {
	switch h.style {
	case styleRound, styleArabic:
		return h.number == h.topic || utf8.RuneCountInString(h.words) >= 10
	case styleNone:
		// 概况 is an entry of menus.
		return utf8.RuneCountInString(h.words) >= 4 || h.words == "引言"
	}
	return true
}

// withoutContents drops a table of contents: headings one after the other with
// nothing between them that all come again later.
func withoutContents(hs []heading, lines []line) []heading {
	again := func(i int) bool {
		return hs[i].topic != topicNone && slices.ContainsFunc(hs[i+1:], func(h heading) bool { return h.topic == hs[i].topic })
	}
	run := 0
	for run < len(hs) && again(run) && (run == 0 || nothingBetween(lines, hs[run-1], hs[run])) {
		run++
	}
	if run >= 2 {
		return hs[run:]
	}
	return hs
}

// nothingBetween reports whether no text but a page number or a comma stands
// between two headings.
func nothingBetween(lines []line, a, b heading) bool {
	visible := func(s string) int { return utf8.RuneCountInString(strings.TrimSpace(s)) }
	if a.line == b.line {
		return visible(lines[a.line].Printed[a.end:b.start]) <= 4
	}
	between := visible(lines[a.line].Printed[a.end:])
	for i := a.line + 1; i < b.line && between <= 4; i++ {
		between += visible(lines[i].Printed)
	}
	return between <= 4
}

// numbered gives each section its number: as printed where the printed ones
// count up from one, otherwise by what the heading says. Numbers are unique in a
// report, since mentions refer to them.
func numbered(hs []heading) []int {
	numbers := make([]int, len(hs))
	orderly := true
	for i, h := range hs {
		numbers[i] = h.number
		orderly = orderly && h.number == i+1
	}
	if orderly {
		return numbers
	}
	taken := map[int]bool{}
	for i, h := range hs {
		numbers[i] = 0
		if h.topic != topicNone && !taken[h.topic] {
			numbers[i] = h.topic
			taken[h.topic] = true
		}
	}
	next := topicOther + 1
	for i, h := range hs {
		if numbers[i] != 0 {
			continue
		}
		if h.number > 0 && !taken[h.number] {
			numbers[i] = h.number
		} else {
			for taken[next] {
				next++
			}
			numbers[i] = next
		}
		taken[numbers[i]] = true
	}
	return numbers
}
