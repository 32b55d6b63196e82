package narrative

import (
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/parser/report"
	"nianbao/parser/text"
)

// told is a figure with what its sentence says about it.
type told struct {
	figure
	frame
	metric  string
	another string // of a figure that stands for two (行政复议、行政诉讼均为0)
}

// passage is the place of a sentence: its text, and what came before it.
type passage struct {
	reader  *Reader
	parsing *parsing
	text    []rune
	before  func() concepts // the topic that precedes the sentence
}

// read finds what the sentence tells and appends it to all. The second result is what it speaks of
// at its end.
func (p passage) read(all []told, figs []figure, words []word) ([]told, concepts) {
	g := &p.reader.grammar
	items := p.reader.items(p.parsing, p.text, figs, words)
	since, until := asOf(p.text)
	var last previous
	split := false // 其中 has been read
	shares := g.shares(p.text, items)
	for k, it := range items {
		if it.kind != itemFigure {
			continue
		}
		f := figs[it.figure]
		fr := g.frame(p.text, items, k, last)
		if share, ok := shares[k]; ok {
			fr = g.share(p.text, items, fr, all, share)
		}
		last = previous{taken: fr.taken, verbs: fr.near & g.verbs}
		split = split || fr.partMark
		if split {
			if fr.near&g.closes == 0 { // the whole had them; its parts name their own
				fr.topic &^= g.channels
			}
		} else if fr.near&g.heads == 0 && fr.topic == 0 {
			fr.topic = p.before()
		}
		if f.han && f.value < 10 && slogans(f.unit) && k+1 < len(items) && items[k+1].kind == itemWord && slices.Contains(qualities, items[k+1].tag) {
			fr.abstract = true
		}
		t := told{figure: f, frame: fr}
		t.metric, t.another = p.reader.metrics(f, &fr)
		if t.qualifier == "" && (fr.cumulative || since >= 0 && since < f.start && f.start < until) {
			t.qualifier = QualifierCumulative
		}
		if fr.atLeast && (t.qualifier == "" || t.qualifier == QualifierCumulative) {
			t.qualifier = QualifierAtLeast
		}
		all = append(all, t)
	}
	return all, g.topic(p.text, items, len(items))
}

// qualities are the parts of speech that follow a numeral in a slogan (四个精准
// 对接) and not in a count.
var qualities = []string{"a", "ad", "d", "v", "vd", "m", "p", "c"}

// asOf returns where 截至 or 截止 makes the figures after it cumulative, or -1,
// and where a clause that names a year begins again to tell of that year alone.
func asOf(s []rune) (since, until int) {
	since, until = -1, len(s)
	for i := range s {
		switch {
		case since < 0:
			if s[i] == '截' && i+1 < len(s) && (s[i+1] == '至' || s[i+1] == '止') {
				since = i
			}
		case strings.ContainsRune(",，;；(（", s[i]) && yearAt(s, i+1):
			return since, i
		}
	}
	return since, until
}

// yearAt reports whether a clause begins with a year at s[i]: 2018年度, 其中2022年.
func yearAt(s []rune, i int) bool {
	for _, w := range yearWords {
		if hasPrefix(s, i, w) {
			return true
		}
	}
	if hasPrefix(s, i, partWord) {
		i += len(partWord)
	}
	end := i
	for end < len(s) && digitOf(s[end]) >= 0 {
		end++
	}
	return end == i+4 && end+1 < len(s) && s[end] == '年' && digitOf(s[end+1]) < 0 && !strings.ContainsRune("底末初", s[end+1])
}

var (
	partWord  = []rune("其中")
	yearWords = [][]rune{[]rune("本年"), []rune("今年"), []rune("当年"), []rune("全年")}
)

// metrics returns the metric of a figure, empty where it has none, and the
// second one of a figure that stands for two.
func (r *Reader) metrics(f figure, fr *frame) (metric, another string) {
	// One figure for reviews and lawsuits together is theirs alone only when it
	// is none, or each one's.
	if both := r.grammar.review | r.grammar.lawsuit; fr.near&both == both {
		if fr.each || f.value == 0 {
			one := *fr
			one.near &^= r.grammar.lawsuit
			two := *fr
			two.near &^= r.grammar.review
			one.object, two.object = r.grammar.review, r.grammar.lawsuit
			if a, b := r.metric(f, &one), r.metric(f, &two); a != "" && b != "" {
				return a, b
			}
		}
		return "", ""
	}
	metric = r.metric(f, fr)
	if metric == "mailbox_rate" && fr.each {
		metric = "" // 办结率分别为99%、100%: of what each is, only the clauses before tell
	}
	return metric, ""
}

func (r *Reader) metric(f figure, fr *frame) string {
	for _, ru := range r.rules.of(f.key()) {
		if ru.fits(fr) {
			return ru.metric
		}
	}
	return ""
}

// keep reports whether the figure is a mention.
func (t told) keep() bool {
	switch {
	case t.metric != "":
		return true
	case t.kind == unitNone || t.kind == unitSlot:
		return false
	case t.han && (t.value <= 1 || t.abstract):
		return false
	}
	return true
}

// section reads one section and appends its mentions to all.
func (r *Reader) section(all []report.Mention, sec report.Section) []report.Mention {
	source := sec.Text
	printed := []rune(source)
	if !utf8.ValidString(source) {
		source = string(printed) // what is not UTF-8 is one character each, as in printed
	}
	text := simplified(printed)
	spans := sentences(text)
	w := newWorking()
	defer w.free()
	var before span // the sentence before on the same line
	above := heading{section: sec.Heading}
	var ended concepts // what the sentence before spoke of, where it has been read
	endedKnown := false
	lastWhole := -1 // the mention that a sentence beginning with 其中 splits
	at := position{}

	for from, to := 0, 0; from < len(spans); from = to {
		to = w.fill(r, text, spans, from)
		all = slices.Grow(all, len(w.figures))
		for n := from; n < to; n++ {
			sp := spans[n]
			if sp.opens {
				before, endedKnown, lastWhole = span{}, false, -1
			}
			s := text[sp.start:sp.end]
			figs, words := w.sentence(n - from)
			if len(figs) == 0 {
				if sp.opens && isHeading(s) && (n+1 == len(spans) || spans[n+1].opens) {
					above.line, above.known = sp, false
				}
				before, endedKnown = sp, false
				continue
			}
			prior := before
			priorEnd, priorKnown := ended, endedKnown
			p := passage{reader: r, parsing: &w.parsing, text: s, before: func() concepts {
				if priorKnown && priorEnd != 0 {
					return priorEnd
				}
				if !priorKnown && prior.end > prior.start {
					if c := r.speaksOf(w, text[prior.start:prior.end]); c != 0 {
						return c
					}
				}
				return above.topic(r, w, text)
			}}
			tolds, ends := p.read(w.tolds[:0], figs, words)
			w.tolds = tolds
			ended, endedKnown, before = ends, true, sp

			kept := tolds[:0]
			for _, t := range tolds {
				if t.keep() {
					t.unit = printedUnit(t, printed[sp.start:sp.end])
					kept = append(kept, t)
				}
			}
			if len(kept) == 0 {
				continue
			}
			latestYear(s, kept)
			at = at.moveTo(printed, sp.start)
			all, lastWhole = emit(all, kept, sec.Number, sp, s, newQuote(source, at, printed[sp.start:sp.end]), lastWhole)
		}
	}
	return all
}

// latestYear takes the metric from a figure of an earlier year where the
// sentence tells the same of a later one: 2019年访问量为82万次,2020年访问量为126万次.
func latestYear(s []rune, kept []told) {
	var years []int // of each figure, 0 where its clause names none
	for n, t := range kept {
		year := yearBefore(s, clauseAt(s, t.start), t.start)
		if year != 0 && years == nil {
			years = make([]int, len(kept))
		}
		if years != nil {
			years[n] = year
		}
	}
	for a := range years {
		for b := range years {
			if years[a] != 0 && years[a] < years[b] && kept[a].metric != "" && kept[a].metric == kept[b].metric {
				kept[a].metric, kept[a].another = "", ""
			}
		}
	}
}

// yearBefore returns the last year named in s[from:to], or 0.
func yearBefore(s []rune, from, to int) int {
	for i := to - 1; i >= from+4; i-- {
		if s[i] != '年' {
			continue
		}
		year := 0
		for _, c := range s[i-4 : i] {
			d := digitOf(c)
			if d < 0 {
				year = 0
				break
			}
			year = year*10 + d
		}
		if year > 1949 && year < 2100 {
			return year
		}
	}
	return 0
}

// heading is what stands above a sentence: the last heading line, and the
// heading of the section.
type heading struct {
	section string
	line    span
	known   bool // whether speaks is what they speak of
	speaks  concepts
}

func (h *heading) topic(r *Reader, w *working, text []rune) concepts {
	if !h.known {
		h.known = true
		h.speaks = r.speaksOf(w, text[h.line.start:h.line.end])
		if h.speaks == 0 {
			h.speaks = r.speaksOf(w, []rune(h.section))
		}
	}
	return h.speaks
}

// printedUnit is the unit as the text has it: 條 on a page in traditional
// characters. A percent sign has one form.
func printedUnit(t told, printed []rune) string {
	if t.kind == unitPercent || t.unit == "" {
		return t.unit
	}
	own := printed[t.end-utf8.RuneCountInString(t.unit) : t.end]
	if equals(own, t.unit) {
		return t.unit
	}
	return string(own)
}

// simplified returns the text in simplified characters, one for one; it is
// the same slice where nothing changes.
func simplified(printed []rune) []rune {
	for i, c := range printed {
		if text.Simple(c) != c {
			simple := slices.Clone(printed)
			for k := i; k < len(simple); k++ {
				simple[k] = text.Simple(simple[k])
			}
			return simple
		}
	}
	return printed
}

// isHeading reports whether a line without a figure names what follows it.
func isHeading(s []rune) bool {
	return len(s) <= 40 && !strings.ContainsRune("。;；,，", s[len(s)-1])
}

// speaksOf returns the heads that a text without figures ends with.
func (r *Reader) speaksOf(w *working, s []rune) concepts {
	if len(s) == 0 {
		return 0
	}
	w.aside.reset()
	w.aside.add(s, nil)
	w.aside.cut(r.jieba, func(int) []figure { return nil })
	items := r.items(&w.asideParsing, s, nil, w.aside.of(0))
	return r.grammar.topic(s, items, len(items))
}
