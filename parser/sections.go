package parser

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/parser/catalog"
	"nianbao/parser/document"
	"nianbao/parser/region"
	"nianbao/parser/report"
)

// The six sections that the notices of 2019 and 2021 prescribe.
const (
	topicNone = iota
	topicOverview
	topicActive
	topicRequests
	topicReview
	topicProblems
	topicOther
)

// topics tells by its words which of the six sections a heading opens. A
// pattern matches from the heading's first character (ordinal and white space
// taken off) as far as the heading goes; what follows on the line is text.
var topics = []struct {
	number int
	name   string
	form   *regexp.Regexp
}{
	{topicOverview, "总体情况", topicForm(
		`(?:(?:政府|政务)?信息公开)?(?:工作)?(?:年度)?(?:总体(?:公开|工作|基本)?情况|总体概况|总体概述|基本情况|(?:情况)?概述|概况|引言|总述)` +
			`|(?:政府|政务)?信息公开工作的?(?:开展|推进|落实)?情况`)},
	{topicActive, "主动公开政府信息情况", topicForm(
		`(?:行政机关)?主动公开(?:政府|政务)?(?:政府)?(?:信息)?(?:工作)?的?(?:基本|总体)?情况|(?:政府|政务)?信息主动公开的?情况`)},
	{topicRequests, "收到和处理政府信息公开申请情况", topicForm(
		`(?:行政机关)?(?:收到(?:和|及|与|、)?(?:处理|办理)的?(?:政府|政务)?信息公开的?申请(?:的|总体)?情况` +
			`|(?:政府信息)?依申请公开(?:政府|政务)?(?:信息)?(?:工作)?的?(?:办理)?情况)`)},
	{topicReview, "政府信息公开行政复议、行政诉讼情况", topicForm(
		`因?(?:(?:政府|政务)?信息公开(?:工作)?)?被?(?:申请|提起|引起)?的?(?:行政)?复议(?:、|和|及|与|或|,|以及)?被?(?:提起|引起)?的?(?:行政)?诉讼的?(?:相关)?情况`)},
	{topicProblems, "存在的主要问题及改进情况", topicForm(
		`(?:(?:政府|政务)?信息公开)?(?:工作)?中?(?:存在的?(?:主要|突出)?|主要|突出)(?:问题|不足|困难)(?:之处)?` +
			`(?:(?:、|,|及其?|和|与|以及)(?:主要|突出)?(?:原因|不足|困难|问题` +
			`|(?:下一?步|下阶段|今后)?(?:工作)?的?(?:主要|具体)?(?:改进|整改|努力)?(?:工作)?的?(?:措施|情况|打算|计划|安排|思路|建议|方向|方案|对策|工作|意见)|改进|整改)){0,3}`)},
	{topicOther, "其他需要报告的事项", topicForm(
		`(?:其[他它])?(?:需要|需|应当|应)要?(?:报告|说明)的?(?:其[他它])?(?:有关|相关)?(?:事项|情况|问题)|其[他它](?:有关|相关)?(?:报告)?事项`)},
}

// topicForm anchors a pattern, behind the year that some headings begin with.
func topicForm(pattern string) *regexp.Regexp {
	return regexp.MustCompile(`^(?:(?:(?:19|20)[0-9]{2}年|本年)度?)?(?:` + pattern + `)`)
}

// Ordinals before a heading, by style. Kashi's half bracket "一)" is either.
type style uint8

const (
	styleNone   style = iota // no ordinal at all
	stylePlain               // 一、 一. 一 、
	styleRound               // (一)
	styleHalf                // 一) (一
	styleArabic              // 1. 1、
)

var (
	ordinalForm = regexp.MustCompile(
		`^[\s\p{Zs}\p{Cf}]*(?:第([一二三四五六七八九十]{1,3})部分[\s\p{Zs}]*[、.．,，:：·]?|[(（]?([一二三四五六七八九十]{1,3})[\s\p{Zs}]*[、.．,，:：·]` +
			`|[(（][\s\p{Zs}]*([一二三四五六七八九十]{1,3})[\s\p{Zs}]*[)）][、.．]?` +
			`|[(（]?[\s\p{Zs}]*([一二三四五六七八九十]{1,3})[\s\p{Zs}]*[)）]?` +
			`|([1-9１-９])[\s\p{Zs}]*[、.．,，])[\s\p{Zs}\p{Cf}]*`)
	annexTitle = regexp.MustCompile(`政府信息公开(?:工作)?情况统计表`)
)

// tableLabels begin the rows of the tables and of the annex, which carry
// ordinals too.
var tableLabels = []string{
	"本年新收", "上年结转", "本年度办理结果", "结转下年度", "主动公开情况", "回应解读情况",
	"依申请公开情况", "行政复议数量", "行政诉讼数量", "举报投诉", "依申请公开信息收取", "机构建设和保障",
	"政府信息公开会议", "维持具体行政行为", "被依法纠错", "收到申请数", "申请办结数", "申请答复数",
	"主动公开政府信息数",
}

// isTableLabel reports whether a text begins with a label of the tables; those
// that headings begin with too stand alone.
func isTableLabel(text string) bool {
	initial := firstVisible(text)
	if !slices.ContainsFunc(tableLabels, func(l string) bool { return strings.HasPrefix(l, string(initial)) }) {
		return false
	}
	words := headingWords(text)
	for _, l := range tableLabels {
		if rest, ok := strings.CutPrefix(words, l); ok && (rest == "" || l != "主动公开情况" && l != "依申请公开情况") {
			return true
		}
	}
	return false
}

// textLine is one line of a document's text, with the block it stands in.
type textLine struct {
	text   string
	block  int
	line   int  // the document's line number, 0 in grids
	markup bool // marked up as a heading
	used   bool // part of a standard table
	cell   bool // in a grid
}

// documentLines returns the text of every block line by line. Cells count once,
// row by row.
func documentLines(doc *document.Document, used []bool) []textLine {
	var lines []textLine
	for i, b := range doc.Blocks {
		isUsed := i < len(used) && used[i]
		if b.Kind != document.Table {
			for text := range strings.SplitSeq(b.Text, "\n") {
				lines = append(lines, textLine{text: text, block: i, line: b.Line, markup: b.Kind == document.Heading, used: isUsed})
			}
			continue
		}
		for r := range b.Grid.Rows {
			for _, c := range b.Grid.Own(r) {
				for text := range strings.SplitSeq(c.Text, "\n") {
					lines = append(lines, textLine{text: text, block: i, used: isUsed, cell: true})
				}
			}
		}
	}
	return lines
}

// structure is the text of a document with the places where sections may begin:
// metadata and sections both look for headings.
type structure struct {
	doc   *document.Document
	lines []textLine
	marks []headingMark // every place that could be one, in the order of the text
}

// structureOf returns the structure of a document. used tells which blocks were
// read as standard tables.
func structureOf(doc *document.Document, used []bool) *structure {
	o := &structure{doc: doc, lines: documentLines(doc, used)}
	annex := false
	for i, l := range o.lines {
		annex = annex || strings.Contains(l.text, "统计表") && annexTitle.MatchString(l.text) && utf8.RuneCountInString(strings.TrimSpace(l.text)) < 40
		if annex {
			// The annex repeats the words of the headings in its rows.
			break
		}
		o.marks = marksIn(o.marks, l, i)
		if len(o.marks) > maxMarks {
			break
		}
	}
	return o
}

// headings are the places where the sections begin that lie in the first lines.
func (o *structure) headings(lines int) []headingMark {
	end := len(o.marks)
	for end > 0 && o.marks[end-1].line >= lines {
		end--
	}
	return withoutContents(chooseHeadings(o.marks[:end], o.lines[:lines]), o.lines[:lines])
}

// headingMark is a place where a section may begin.
type headingMark struct {
	line       int // index into the lines
	start, end int // bytes of the line that the ordinal and the heading take
	style      style
	number     int // as printed, 0 without
	topic      int
	heading    string
	alone      bool // nothing else stands on the line
}

// readSections splits the prose into its numbered parts. The text of standard
// tables is left out, though a heading in one still counts. The layout decides
// whether the six sections are asked for.
//
// A section's text keeps the characters of the document; lines are joined by
// \n and empty ones dropped.
func readSections(o *structure, layout string) ([]report.Section, []report.Finding) {
	lines := o.lines
	marks := o.headings(len(lines))
	numbers := numberSections(marks)

	sections := make([]report.Section, 0, len(marks)+1)
	var before []string
	var body *[]string = &before
	bodies := make([][]string, len(marks))
	wholeReport := map[int]bool{} // standard tables that hold headings
	for _, m := range marks {
		if lines[m.line].used && lines[m.line].cell {
			wholeReport[lines[m.line].block] = true
		}
	}
	next := 0
	for i, l := range lines {
		from := 0
		for ; next < len(marks) && marks[next].line == i; next++ {
			keepText(body, l, l.text[from:marks[next].start], wholeReport)
			body = &bodies[next]
			from = marks[next].end
		}
		keepText(body, l, l.text[from:], wholeReport)
	}
	if text := strings.Join(before, "\n"); text != "" {
		sections = append(sections, report.Section{Text: text})
	}
	for i, m := range marks {
		text := strings.Join(bodies[i], "\n")
		if repeated(sections, m, text) {
			continue
		}
		sections = append(sections, report.Section{Number: numbers[i], Heading: m.heading, Text: text})
	}
	return sections, missingSections(marks, layout)
}

// repeated reports whether a section was there already: some pages hold their
// report twice, for screens and for printing.
func repeated(sections []report.Section, m headingMark, text string) bool {
	return m.topic != topicNone && slices.ContainsFunc(sections, func(s report.Section) bool {
		return s.Heading == m.heading && (s.Text == text || text != "" && strings.HasPrefix(s.Text, text+"\n"))
	})
}

// keepText adds a line to a section. Of a standard table only whole sentences
// count, and only where headings stand in the same table: there a page has put
// its report into one.
func keepText(body *[]string, l textLine, text string, wholeReport map[int]bool) {
	text = strings.TrimSpace(text)
	if text == "" || l.used && !(wholeReport[l.block] && strings.Contains(text, "。")) {
		return
	}
	*body = append(*body, text)
}

func missingSections(marks []headingMark, layout string) []report.Finding {
	if layout != catalog.Layout2019 && layout != catalog.Layout2021 {
		return nil
	}
	var findings []report.Finding
	for _, t := range topics {
		// A heading of other words in the section's place is the section.
		if slices.ContainsFunc(marks, func(m headingMark) bool {
			return m.topic == t.number || m.topic == topicNone && m.number == t.number
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

// No report has more; what goes beyond stays text.
const (
	maxSections = 200
	maxMarks    = 5000
)

// chooseHeadings takes, of all places where sections may begin, those of the
// style that the report gives its main headings.
func chooseHeadings(all []headingMark, lines []textLine) []headingMark {
	main := mainStyle(all)
	var chosen []headingMark
	for _, m := range all {
		switch {
		case m.style == main, m.style == styleHalf && main != styleArabic && m.topic != topicNone && m.alone:
			if main == styleArabic && m.topic == topicNone {
				continue
			}
			if m.style == styleRound && m.topic == topicNone && !lines[m.line].markup {
				continue
			}
			if n := len(chosen); n > 0 && m.topic != topicNone && m.topic == chosen[n-1].topic && m.number < chosen[n-1].number {
				// (一)存在的主要问题 below (五)存在的主要问题及改进情况.
				continue
			}
			chosen = append(chosen, m)
		}
		if len(chosen) == maxSections {
			break
		}
	}
	return fillGaps(chosen, all)
}

// mainStyle is the ordinal style that opens most of the six sections.
func mainStyle(all []headingMark) style {
	found := map[style]map[int]bool{}
	for _, m := range all {
		if m.topic == topicNone {
			continue
		}
		if found[m.style] == nil {
			found[m.style] = map[int]bool{}
		}
		found[m.style][m.topic] = true
	}
	if len(found[stylePlain]) >= 2 {
		return stylePlain
	}
	best := stylePlain
	for _, s := range []style{styleRound, styleArabic} {
		// Sub-headings like (一)主动公开情况 name one or two topics, not four.
		if len(found[s])+len(found[styleHalf]) >= 4 && len(found[s]) > len(found[best]) {
			best = s
		}
	}
	return best
}

// fillGaps adds, for a topic that no chosen heading opens, a line that says
// exactly that topic in another style or without ordinal, between its
// neighbours.
func fillGaps(chosen, all []headingMark) []headingMark {
	for topic := topicOverview; topic <= topicOther; topic++ {
		if slices.ContainsFunc(chosen, func(m headingMark) bool { return m.topic == topic }) {
			continue
		}
		low, high := -1, 1<<30
		for _, m := range chosen {
			if m.topic == topicNone {
				continue
			}
			if m.topic < topic {
				low = max(low, m.line)
			}
			if m.topic > topic {
				high = min(high, m.line)
			}
		}
		var fits []headingMark
		for _, m := range all {
			if m.topic == topic && m.alone && low < m.line && m.line < high && m.style != stylePlain && fitsAlone(m) {
				fits = append(fits, m)
			}
		}
		if len(fits) == 1 {
			chosen = append(chosen, fits[0])
		}
	}
	slices.SortStableFunc(chosen, func(a, b headingMark) int {
		if a.line != b.line {
			return a.line - b.line
		}
		return a.start - b.start
	})
	return chosen
}

// fitsAlone keeps sub-headings out: (一)主动公开情况 inside the overview is no
// section, the prescribed words in full are.
func fitsAlone(m headingMark) bool {
	switch m.style {
	case styleRound, styleArabic:
		return m.number == m.topic || utf8.RuneCountInString(m.heading) >= 10
	case styleNone:
		// 概况 is an entry of menus.
		return utf8.RuneCountInString(m.heading) >= 4 || m.heading == "引言"
	}
	return true
}

// marksIn appends the places of one line where a heading may stand: its
// beginning, and, in a line that holds several sections, every known heading
// behind an ordinal.
func marksIn(marks []headingMark, l textLine, at int) []headingMark {
	from := 0
	if m, ok := markAt(l, 0, true); ok {
		m.line = at
		marks = append(marks, m)
		from = m.end
	}
	for _, start := range inlineOrdinals(l.text, from) {
		if m, ok := markAt(textLine{text: l.text[start:]}, start, false); ok && m.topic != topicNone && m.style == stylePlain {
			m.line = at
			if start >= from {
				marks = append(marks, m)
				from = m.end
			}
		}
	}
	return marks
}

// inlineOrdinals returns where 一、 to 九、 stand in a line, from a byte on; the
// first hundred of them.
func inlineOrdinals(text string, from int) []int {
	var found []int
	for at := from; len(found) < 100; {
		i := strings.Index(text[at:], "、")
		if i < 0 {
			break
		}
		before := strings.TrimRight(text[from:at+i], " \t\u00a0\u3000")
		if c, size := utf8.DecodeLastRuneInString(before); strings.ContainsRune("一二三四五六七八九", c) {
			found = append(found, from+len(before)-size)
		}
		at += i + len("、")
	}
	return found
}

// markAt reads an ordinal and a heading off the beginning of a text that
// starts at an offset of its line.
func markAt(l textLine, offset int, first bool) (headingMark, bool) {
	m := headingMark{start: offset}
	rest := l.text
	initial := firstVisible(rest)
	if g := findOrdinal(rest, initial); g != nil {
		for i, s := range []style{stylePlain, stylePlain, styleRound, styleHalf, styleArabic} {
			if a, b := g[2+2*i], g[3+2*i]; a >= 0 {
				m.style, m.number = s, ordinalValue(rest[a:b])
			}
		}
		if m.style == styleHalf && !strings.ContainsAny(rest[:g[1]], "()（）") {
			// A bare numeral: a heading only when the words are one.
			m.style = stylePlain
			if topicOf(rest[g[1]:]).number == topicNone {
				return m, false
			}
		}
		rest = rest[g[1]:]
		m.end = g[1]
	} else if first {
		trimmed := strings.TrimLeft(rest, " \t\u00a0\u3000)）、.")
		m.end = len(rest) - len(trimmed)
		rest = trimmed
	}
	t := topicOf(rest)
	if m.topic = t.number; t.number == topicNone && m.style == styleNone {
		return m, false
	}
	if isTableLabel(rest[:min(len(rest), 120)]) {
		return m, false
	}
	whole := strings.TrimSpace(rest[:min(len(rest), 400)])
	short := len(rest) < 400 && utf8.RuneCountInString(whole) <= 40 && !strings.ContainsAny(whole, "。;；") && !strings.ContainsAny(whole, ",，")
	switch {
	case t.number != topicNone && first && (short || onlyHeading(rest[t.length:])):
		m.heading, m.alone = headingWords(whole), true
		m.end = offset + len(l.text)
		if i := strings.IndexAny(m.heading, "。"); i >= 0 {
			m.heading = m.heading[:i]
		}
		m.heading = strings.TrimRight(m.heading, ":：.…0123456789")
	case t.number != topicNone && m.style != styleNone:
		m.heading = headingWords(rest[:t.length])
		m.end = offset + m.end + t.length
		for _, p := range []string{"。", ":", "：", ".", "．"} {
			if strings.HasPrefix(l.text[m.end-offset:], p) {
				m.end += len(p)
				break
			}
		}
	case first && short && m.style != styleNone && m.style != styleArabic && whole != "" && !l.cell:
		m.heading, m.alone = headingWords(whole), true
		m.heading = strings.TrimRight(m.heading, ":：")
		m.end = offset + len(l.text)
	default:
		return m, false
	}
	return m, m.heading != ""
}

// firstVisible is a text's first character that is neither space nor without
// width.
func firstVisible(text string) rune {
	for _, c := range text {
		if !isSpaceOrFormat(c) {
			return c
		}
	}
	return 0
}

// findOrdinal matches ordinalForm, where the first character lets it.
func findOrdinal(text string, initial rune) []int {
	switch {
	case initial >= '1' && initial <= '9', initial >= '１' && initial <= '９':
		// Most cells begin so, and few of them with an ordinal.
		_, rest, _ := strings.Cut(text, string(initial))
		if !strings.ContainsRune("、.．,，", firstVisible(rest)) {
			return nil
		}
	case !strings.ContainsRune("第一二三四五六七八九十(\uff08", initial):
		return nil
	}
	return ordinalForm.FindStringSubmatchIndex(text)
}

// onlyHeading reports whether what follows a heading on its line belongs to it:
// nothing, a full stop, the page number of a table of contents.
func onlyHeading(rest string) bool {
	return strings.Trim(rest, " \t\u00a0\u3000。:：.…·0123456789") == ""
}

// The first and the last ideograph of the common block; Latin letters with tone
// marks lie below.
const firstHan, lastHan = 0x4E00, 0x9FFF

type topicMatch struct {
	number int
	length int // bytes of the text that the heading takes
}

// topicInitials are the characters that a heading of the six topics begins
// with, as the patterns of topics have them.
const topicInitials = "政信工年总基概引行主收依因被申提复诉存突中其需应情本12"

// topicWords are words of which every heading of a topic has one.
var topicWords = [][]byte{
	[]byte("情况"), []byte("概述"), []byte("概况"), []byte("引言"), []byte("总述"), []byte("问题"), []byte("不足"), []byte("困难"), []byte("事项"),
}

// endsTopicWord reports whether one of topicWords ends with a character.
func endsTopicWord(c rune) bool {
	switch region.SimplifyRune(c) {
	case '况', '述', '言', '题', '足', '难', '项':
		return true
	}
	return false
}

// topicOf matches a text against the six topics, white space inside it
// ignored (概 述).
func topicOf(text string) topicMatch {
	if !strings.ContainsRune(topicInitials, region.SimplifyRune(firstVisible(text))) {
		return topicMatch{}
	}
	// No heading is longer than this, spaces and all.
	window := text
	if len(window) > 400 {
		window = window[:400]
	}
	if !strings.ContainsFunc(window, endsTopicWord) {
		return topicMatch{}
	}
	squeezed := make([]byte, 0, 160)
	ends := make([]int, 1, 160) // byte of text behind each byte of squeezed
	bracket := -1               // where pinyin in brackets may have begun, in squeezed
	for i, c := range window {
		if len(squeezed) > 150 {
			break
		}
		if isSpaceOrFormat(c) {
			continue
		}
		size := utf8.RuneLen(c)
		if size < 0 || c == utf8.RuneError {
			break
		}
		c = region.SimplifyRune(foldWidth(c))
		squeezed = utf8.AppendRune(squeezed, c)
		for len(ends) <= len(squeezed) {
			ends = append(ends, i+size)
		}
		switch {
		case c == '(':
			bracket = len(squeezed) - 1
		case c == ')' && bracket >= 0 && len(squeezed)-bracket > 2:
			squeezed, ends = squeezed[:bracket], ends[:bracket+1]
			ends[bracket] = i + size
			bracket = -1
		case c >= firstHan:
			bracket = -1
		}
	}
	if !slices.ContainsFunc(topicWords, func(w []byte) bool { return bytes.Contains(squeezed, w) }) {
		return topicMatch{}
	}
	for _, t := range topics {
		if loc := t.form.FindIndex(squeezed); loc != nil && loc[1] > 0 {
			return topicMatch{t.number, ends[loc[1]]}
		}
	}
	return topicMatch{}
}

// withoutContents drops a table of contents: headings one after the other with
// nothing between them that all come again later.
func withoutContents(marks []headingMark, lines []textLine) []headingMark {
	again := func(i int) bool {
		return marks[i].topic != topicNone && slices.ContainsFunc(marks[i+1:], func(m headingMark) bool { return m.topic == marks[i].topic })
	}
	run := 0
	for run < len(marks) && again(run) && (run == 0 || nothingBetween(lines, marks[run-1], marks[run])) {
		run++
	}
	if run >= 2 {
		return marks[run:]
	}
	return marks
}

// nothingBetween reports whether no text but a page number or a comma stands
// between two headings.
func nothingBetween(lines []textLine, a, b headingMark) bool {
	if a.line == b.line {
		return utf8.RuneCountInString(strings.TrimSpace(lines[a.line].text[a.end:b.start])) <= 4
	}
	between := utf8.RuneCountInString(strings.TrimSpace(lines[a.line].text[a.end:]))
	for _, l := range lines[a.line+1 : b.line] {
		between += utf8.RuneCountInString(strings.TrimSpace(l.text))
	}
	return between <= 4
}

// numberSections gives each section its number: as printed where the printed
// ones count up from one, otherwise by what the heading says. Numbers are
// unique in a report, since mentions refer to them.
func numberSections(marks []headingMark) []int {
	numbers := make([]int, len(marks))
	orderly := true
	for i, m := range marks {
		numbers[i] = m.number
		orderly = orderly && m.number == i+1
	}
	if orderly {
		return numbers
	}
	taken := map[int]bool{}
	for i, m := range marks {
		numbers[i] = 0
		if m.topic != topicNone && !taken[m.topic] {
			numbers[i] = m.topic
			taken[m.topic] = true
		}
	}
	next := topicOther + 1
	for i, m := range marks {
		if numbers[i] != 0 {
			continue
		}
		if m.number > 0 && !taken[m.number] {
			numbers[i] = m.number
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

// ordinalValue reads 一 to 十九 and the digits.
func ordinalValue(s string) int {
	n := 0
	for _, c := range s {
		c = foldWidth(c)
		if c >= '1' && c <= '9' {
			return int(c - '0')
		}
		d := strings.IndexRune("一二三四五六七八九", c)
		switch {
		case d >= 0:
			n += d/3 + 1
		case c == '十' && n == 0:
			n = 10
		case c == '十':
			n *= 10
		}
	}
	return n
}
