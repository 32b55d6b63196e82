package outline

import (
	_ "embed"
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/parser/catalog"
	"nianbao/parser/lazyregexp"
	"nianbao/parser/text"
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

type topic struct {
	number   int
	name     string
	initials string
	words    []string // of which every heading of it has one
	form     *lazyregexp.Regexp
}

//go:embed sections.csv
var sectionsCSV string

// topics tells by its words which of the six sections a heading opens. A pattern
// matches from the heading's first character (its ordinal taken off), which is one of
// initials or begins a year, as far as the heading goes; what follows on the line is
// text.
var topics = func() (all []topic) {
	for i, r := range catalog.Rows("sections.csv", sectionsCSV) {
		// Some headings begin with a year.
		all = append(all, topic{i + 1, r[0], r[1], strings.Split(r[3], "|"), lazyregexp.New(`^(?:(?:(?:19|20)[0-9]{2}年|本年)度?)?(?:` + r[2] + `)`)})
	}
	return all
}()

// Ordinals before a heading, by style. Kashi's half bracket "一)" is either.
type style uint8

const (
	styleNone   style = iota // no ordinal at all
	stylePlain               // 一、 一. 一 、 第一部分
	styleRound               // (一)
	styleHalf                // 一) (一
	styleArabic              // 1. 1、
	styleBare                // 一, and nothing that parts it from the words
)

// ordinal is what numbers a heading.
type ordinal struct {
	style  style
	number int
	size   int // bytes of the folded text
}

// ordinalForm is an ordinal in its styles: 1. 第一部分 一、 (一) 一) (一 一.
var ordinalForm = lazyregexp.New(`^(?:([1-9])[、.,]|第([` + text.Ordinals + `]{1,3})部分[、.,:·]?|(\()?([` + text.Ordinals + `]{1,3})(?:([、.,:·])|(\))[、.]?)?)`)

// ordinalAt reads the ordinal that a folded text begins with; its size is 0
// where it begins with none.
func ordinalAt(s string) ordinal {
	if !mayBeOrdinal(s) {
		return ordinal{}
	}
	g := ordinalForm.FindStringSubmatch(s)
	if g == nil {
		return ordinal{}
	}
	o := ordinal{style: styleBare, number: text.Ordinal(g[1] + g[2] + g[4]), size: len(g[0])}
	switch open, closed := g[3] != "", g[6] != ""; {
	case g[1] != "":
		o.style = styleArabic
	case g[2] != "" || g[5] != "":
		o.style = stylePlain
	case open && closed:
		o.style = styleRound
	case open || closed:
		o.style = styleHalf
	}
	return o
}

// mayBeOrdinal is a cheap look before the pattern, which most texts do not pass.
func mayBeOrdinal(s string) bool {
	c, size := utf8.DecodeRuneInString(s)
	if size != 1 || c == '(' {
		return beginsOrdinal(0, c)
	}
	return beginsOrdinal(0, c) && len(s) > 1 && (strings.HasPrefix(s[1:], "、") || s[1] == '.' || s[1] == ',')
}

// isTableLabel reports whether a folded text begins with a label of the tables and of
// the annex, whose rows carry ordinals too; those that headings begin with stand alone.
func isTableLabel(s string) bool {
	return slices.ContainsFunc(words["table_row"], func(l string) bool { return strings.HasPrefix(s, l) }) || slices.Contains(words["table_row_alone"], s)
}

// heading is a place where a section may begin.
type heading struct {
	line       int // index into the lines
	start, end int // bytes of the printed line that the ordinal and the heading take
	ordinal
	topic int
	words string // as printed, without white space
	alone bool   // nothing else stands on the line
	own   bool   // in words of the report's own, with its text behind it
}

// longestList bounds the line of a list's title, in bytes.
const longestList = 120

// maxHeadings bounds the places that are looked at; no report has as many.
const maxHeadings = 5000

// headingsIn returns every place where a section may begin, in the order of the
// text, and the line up to which they were looked for.
func headingsIn(lines []line) (all []heading, until int) {
	cat := catalog.Default()
	for until = range lines {
		l := &lines[until]
		if len(l.Folded) < longestList {
			if _, _, list := cat.ListTitle(l.Folded); list {
				return all, until // its rows repeat the words of the headings
			}
		}
		all = headingsOf(all, l, until)
		if len(all) > maxHeadings {
			return all, until
		}
	}
	return all, len(lines)
}

// headingsOf appends the places of one line where a heading may stand: its
// beginning, and, in a line that holds several sections, every heading, known or
// in the report's own words, behind an ordinal.
func headingsOf(all []heading, l *line, at int) []heading {
	from := 0
	h, ok := leadingHeading(l)
	if !ok && h.style == stylePlain {
		h, ok = ownHeading(l, 0)
	}
	if ok {
		h.line = at
		all = append(all, h)
		if h.alone {
			return all
		}
		from = h.ordinal.size
	}
	for _, start := range innerOrdinals(l.Folded, from) {
		h, ok := innerHeading(l, start)
		if !ok {
			h, ok = ownHeading(l, start)
		}
		if ok && (len(all) == 0 || all[len(all)-1].line != at || h.start >= all[len(all)-1].end) {
			h.line = at
			all = append(all, h)
		}
	}
	return all
}

// shortestInner is the length of the shortest line that holds an ordinal and a
// heading behind a text, in bytes.
const shortestInner = len("无一、概述")

// innerOrdinals returns where ordinals may stand in a folded line behind a byte
// of it, the first thousand of them.
func innerOrdinals(s string, from int) []int {
	if len(s)-from < shortestInner || !hasTopicWord(s[from:]) {
		return nil
	}
	var found []int
	var before rune
	for i, c := range s {
		if i > 0 && i >= from && beginsOrdinal(before, c) {
			if found = append(found, i); len(found) == 1000 {
				break
			}
		}
		before = c
	}
	return found
}

// beginsOrdinal reports whether an ordinal may begin with a character behind
// another: in 二十一、, (一) and 12. it begins with the first.
func beginsOrdinal(before, c rune) bool {
	digit := c >= '1' && c <= '9'
	if c != '(' && c != '第' && !digit && !tens(c) {
		return false
	}
	if before == '(' || before == '第' || tens(before) {
		return false
	}
	return c >= utf8.RuneSelf || before != '.' && (before < '0' || before > '9')
}

// tens tells the numerals that ordinals of headings are written in.
func tens(c rune) bool { return c >= utf8.RuneSelf && strings.ContainsRune(text.Ordinals, c) }

// innerHeading reads the heading that an ordinal inside a line opens.
func innerHeading(l *line, start int) (heading, bool) {
	h := heading{ordinal: ordinalAt(l.Folded[start:])}
	if h.size == 0 || h.style == styleBare || h.style == styleHalf {
		return h, false
	}
	at := start + h.size
	topic, size := topicOf(l.Folded[at:])
	if topic == topicNone || isTableLabel(l.Folded[at:]) {
		return h, false
	}
	h.topic, h.start = topic, l.At(start)
	h.ending(l, at, at+size)
	return h, true
}

// longestOwn bounds a heading in words of the report's own that text follows, in bytes.
const longestOwn = len("对政府信息公开工作提出的建议")

// ownHeading reads a heading in words of the report's own behind an ordinal, where a stop or
// white space parts it from the sentences behind it: 四、咨询  现场咨询120人次。 三、问题:更新慢。
// What tells a figure or denies something (二、无复议。) is no heading but a sentence.
func ownHeading(l *line, start int) (heading, bool) {
	h := heading{ordinal: ordinalAt(l.Folded[start:]), start: l.At(start), own: true}
	from := start + h.size
	if h.style != stylePlain || l.cell || isTableLabel(l.Folded[from:]) || !l.begins(start) {
		return h, false
	}
	for i, c := range firstBytes(l.Folded[from:], longestOwn+utf8.UTFMax) {
		to := from + i
		stop := strings.ContainsRune("。:", c)
		if i > 0 && (stop || l.begins(to)) {
			h.ending(l, from, to)
			return h, !tellsFact(l.Folded[from:to]) && strings.Contains(l.Folded[to+utf8.RuneLen(c):], "。")
		}
		if stop || strings.ContainsRune(",;()", c) {
			break
		}
	}
	return h, false
}

// begins reports whether what stands at a byte of the folded line begins it, or stands
// behind white space or a full stop.
func (l *line) begins(at int) bool {
	_, size := utf8.DecodeLastRuneInString(l.Folded[:at])
	_, next := utf8.DecodeRuneInString(l.Folded[at:])
	return at == 0 || strings.HasSuffix(l.Folded[:at], "。") || l.Parted(at-size, at+next)
}

// tellsFact reports whether what may be a heading tells a figure other than a year, or that
// something was not.
func tellsFact(said string) bool {
	if y := text.Years(said); len(y) > 0 {
		said = said[:y[0].Start] + said[y[0].End:]
	}
	return strings.ContainsAny(said, "0123456789") || slices.ContainsFunc(words["denial"], func(no string) bool { return strings.Contains(said, no) })
}

// ending sets the words of a heading with text behind it, and where it ends: a
// stop that parts it from the text is its own.
func (h *heading) ending(l *line, from, to int) {
	h.words = text.Unspaced(l.Slice(from, to))
	h.end = l.Behind(to)
	if c, size := utf8.DecodeRuneInString(l.Folded[to:]); strings.ContainsRune("。:.", c) {
		h.end = l.Behind(to + size)
	}
}

// longestHeading bounds a heading that is no known one, in characters.
const longestHeading = 40

// leadingHeading reads the heading that a line begins with.
func leadingHeading(l *line) (heading, bool) {
	h, rest := leadingOrdinal(l.Folded)
	if rest == "" {
		return h, false
	}
	at := len(l.Folded) - len(rest)
	size, opens := h.opens(rest)
	if !opens {
		return h, false
	}
	topic, short := h.topic, isShort(rest)
	switch {
	case topic != topicNone && (short || onlyHeading(rest[size:])):
		words, _, _ := strings.Cut(text.Unspaced(l.Slice(at, len(l.Folded))), "。")
		h.words = strings.TrimRight(words, ":：.…0123456789")
		h.alone, h.end = true, len(l.Printed)
	case topic != topicNone && h.style != styleNone:
		h.ending(l, at, at+size)
	case short && !l.cell && h.style != styleNone && h.style != styleArabic:
		h.words = strings.TrimRight(text.Unspaced(l.Slice(at, len(l.Folded))), ":：")
		h.alone, h.end = true, len(l.Printed)
	default:
		return h, false
	}
	return h, h.words != ""
}

// opens reports whether words behind the ordinal may be a heading's, sets the
// topic, and returns how many bytes of them are the heading of a known one.
func (h *heading) opens(words string) (size int, ok bool) {
	h.topic, size = topicOf(words)
	bare := h.style == styleBare
	if bare {
		h.style = stylePlain // a bare numeral counts where the words are a heading's
	}
	if h.topic == topicNone && (bare || h.style == styleNone) {
		return 0, false
	}
	return size, !isTableLabel(words)
}

// isShort reports whether a folded text may be a heading that is no known one.
func isShort(s string) bool {
	return len(s) < 400 && utf8.RuneCountInString(s) <= longestHeading && !strings.Contains(s, "。") && !strings.ContainsAny(s, ";,")
}

// leadingOrdinal reads the ordinal that a folded line begins with, and returns
// what may be a heading's words behind it; "" where they are not.
func leadingOrdinal(s string) (h heading, words string) {
	h.ordinal = ordinalAt(s)
	words = s[h.size:]
	if h.size > 0 || words == "" {
		return h, words
	}
	// Most lines and cells begin with nothing that opens a heading.
	c, _ := utf8.DecodeRuneInString(words)
	switch {
	case c == ')' || c == '、' || c == '.':
		return h, strings.TrimLeft(words, ")、.")
	case topicsBy[c] == nil:
		return h, ""
	}
	return h, words
}

// onlyHeading reports whether what follows a heading on its line belongs to it:
// nothing, a full stop, the page number of a table of contents.
func onlyHeading(rest string) bool {
	return strings.Trim(rest, "。:.…·0123456789") == ""
}

// yearInitials are the characters that the year before a heading begins with.
const yearInitials = "本12"

// topicsBy are the topics whose headings may begin with a character.
var topicsBy = func() map[rune][]topic {
	by := map[rune][]topic{}
	for _, t := range topics {
		for _, c := range t.initials + yearInitials {
			by[c] = append(by[c], t)
		}
	}
	return by
}()

// hasTopicWord reports whether a text holds one of the words of which every
// heading of a topic has one. It looks for all at once, by how they end, for to look for
// each takes longer.
func hasTopicWord(s string) bool {
	for i, c := range s {
		switch c {
		case '况', '述', '言', '题', '足', '难', '项':
			if i >= len("情") && slices.Contains(words["topic"], s[i-len("情"):i+len("况")]) {
				return true
			}
		}
	}
	return false
}

// longestTopic bounds a heading of the six topics, in bytes.
const longestTopic = 150

// topicOf matches a folded text against the six topics and returns how many
// bytes of it the heading takes.
func topicOf(s string) (topic, size int) {
	c, _ := utf8.DecodeRuneInString(s)
	begun := topicsBy[c]
	if begun == nil {
		return topicNone, 0
	}
	s, _, _ = strings.Cut(firstBytes(s, longestTopic), "。") // which no heading goes beyond
	if !hasTopicWord(s) {
		return topicNone, 0
	}
	for i := range begun {
		t := &begun[i]
		if !slices.ContainsFunc(t.words, func(w string) bool { return strings.Contains(s, w) }) {
			continue
		}
		if loc := t.form.FindStringIndex(s); loc != nil && loc[1] > 0 {
			return t.number, loc[1]
		}
	}
	return topicNone, 0
}
