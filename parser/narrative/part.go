package narrative

import (
	"strings"

	"nianbao/parser/report"
	"nianbao/parser/text"
)

// emit appends the mentions of one sentence, s in simplified characters and
// quoted as it is printed. lastWhole is the last figure of
// the sentence before that a 其中 at the start of this one would split, as an
// index into all, or -1; the new one is returned.
func emit(all []report.Mention, kept []told, section int, settle func(told) report.Setting, sp span, s []rune, printed quote, lastWhole int) ([]report.Mention, int) {
	list := partList{whole: -1}
	firsts := make([]int, len(kept)) // the first mention of each told
	for n, t := range kept {
		firsts[n] = len(all)
		if since := endBefore(kept, n); opensParts(s, since, t.start) {
			list.open(all, kept, n, lastWhole, firsts)
			list.bracket = since > 0 && strings.ContainsRune("(（", s[since])
		} else if t.kind == text.Percent {
			// 占23.5% goes with the part before it, and the list goes on.
		} else if list.whole >= 0 && !list.goesOn(all, t, s, kept[n-1].end) {
			list = partList{whole: -1}
		}
		partOf := list.whole
		if t.kind == text.Percent {
			partOf = -1
		}
		if partOf >= 0 {
			list.add(t)
		}
		for i, metric := range [...]string{t.metric, t.another} {
			if i > 0 && metric == "" {
				break
			}
			m := report.Mention{
				Metric: metric, Value: t.value, Unit: t.unit, Qualifier: t.qualifier,
				Subject: printed.part(t.subjectStart, t.subjectEnd), Section: section, Sentence: printed.text,
				Start: sp.start + t.start, End: sp.start + t.end, Raw: printed.part(t.start, t.end),
				Setting: settle(t),
			}
			if partOf >= 0 {
				whole := partOf
				m.PartOf = &whole
				switch {
				case metric == all[whole].Metric && metric != "" && all[whole].Qualifier == QualifierCumulative && t.qualifier != QualifierCumulative && yearAt(s, clauseAt(s, t.start)):
					all[whole].Metric = "" // 截至目前共有43件,其中2022年制发2件: the part is the year's figure
				case metric == "disclosed_items" && list.mixed: // 主动公开和依申请公开860条,其中主动公开812条
				case metric == all[whole].Metric || metric == "disclosed_items":
					m.Metric = "" // a part of a count is not that count
				}
			}
			all = append(all, m)
		}
		if partOf < 0 && t.kind != text.Percent {
			lastWhole = firsts[n]
		}
	}
	return all, lastWhole
}

// endBefore returns where the figure before kept[n] ends, 0 for the first.
func endBefore(kept []told, n int) int {
	if n == 0 {
		return 0
	}
	return kept[n-1].end
}

// partsClauses reports whether a clause ends with the character.
func partsClauses(c rune) bool {
	switch c {
	case ',', '，', ';', '；', '(', '（':
		return true
	}
	return false
}

// clauseAt returns where the clause of s[i] begins.
func clauseAt(s []rune, i int) int {
	for i > 0 && !partsClauses(s[i-1]) {
		i--
	}
	return i
}

// partMarks are the words that open a list of parts.
var partMarks = wordsOf("其中", "包括", "包含", "涵盖", "含", "分为")

// opensParts reports whether a list of parts begins between the figure that ends
// at s[since] and one at s[until]: after 其中, and after 包括 or in a bracket where the
// figure before is in the same sentence.
func opensParts(s []rune, since, until int) bool {
	if since == 0 {
		return holdsAny(s[:until], partMarks[:1])
	}
	between := s[since:until]
	return holdsAny(between, partMarks) || len(between) > 0 && strings.ContainsRune("(（:：", between[0])
}

// partList is the list of parts that a 其中 opened.
type partList struct {
	whole     int     // index of the mention that is split, -1 when none is
	unit      string  // of the parts
	sum       float64 // of the parts so far
	count     int
	separator rune   // the mark that parts the list: , ; 、
	family    string // of the last part's metric
	mixed     bool   // the whole is what was published and what was asked for
	bracket   bool   // the list ends with its bracket
}

// family is what the metrics of one thing's parts have in common: reviews and
// reviews_upheld.
func family(metric string) string {
	name, _, _ := strings.Cut(metric, "_")
	return name
}

// open begins a list at kept[n]: it splits the nearest figure before it that
// has its unit and is no smaller.
func (l *partList) open(all []report.Mention, kept []told, n, lastWhole int, firsts []int) {
	*l = partList{whole: -1}
	t := kept[n]
	if t.kind == text.Percent {
		return
	}
	candidates := make([]int, 0, n+1)
	for i := n - 1; i >= 0; i-- {
		candidates = append(candidates, firsts[i])
		l.mixed = l.mixed || kept[i].mixed
	}
	if n == 0 && lastWhole >= 0 {
		candidates = append(candidates, lastWhole)
	}
	for _, c := range candidates {
		if all[c].Unit == t.unit && all[c].Value >= t.value {
			l.whole, l.unit = c, t.unit
			return
		}
	}
	// A list of another measure word (信息132条,其中图解45篇) splits the figure
	// right before it, if both count things.
	if len(candidates) > 0 && t.kind == text.Item && unitKindOf(all[candidates[0]].Unit) == text.Item && all[candidates[0]].Value >= t.value {
		l.whole, l.unit = candidates[0], t.unit
		return
	}
}

func unitKindOf(name string) text.Kind {
	u, _ := text.UnitNamed(text.Simplify(name))
	return u.Kind
}

// goesOn reports whether the figure is one more part of the list.
func (l *partList) goesOn(all []report.Mention, t told, s []rune, since int) bool {
	whole := all[l.whole]
	things := t.kind == text.Item || t.kind == text.Times && separator(s[since:t.start]) == '、'
	if t.kind == text.Percent || t.unit != l.unit && !(things && unitKindOf(l.unit) == text.Item) && t.kind != unitNone {
		return false
	}
	if between := string(s[since:t.start]); l.bracket && strings.ContainsAny(between, ")）") {
		return false
	}
	sameUnit := whole.Unit == t.unit || t.kind == unitNone
	mark := separator(s[since:t.start])
	if sameUnit && (l.sum >= whole.Value && (t.value > 0 || mark == ';') || t.value > whole.Value) {
		return false // the list is complete
	}
	if l.count > 1 && mark == ';' && l.separator != ';' {
		return false
	}
	l.separator = mark
	if mark == ';' && sameUnit && l.sum+t.value > whole.Value {
		return false
	}
	if mark == '、' && l.sum+t.value <= whole.Value {
		return true
	}
	switch t.metric {
	case "", whole.Metric, "disclosed_items", "website_items", "new_media_items":
		return true
	case "hot_topic_responses", "interpretations":
		return sameUnit && mark != ';' && l.sum+t.value <= whole.Value // a column's: 回应关切96条
	}
	if f := family(t.metric); (f == family(whole.Metric) || f == l.family) && t.metric != "requests_answered" {
		return true // 收到申请36件,其中网络申请20件,信函申请16件
	}
	return sameUnit && t.value > 0 && round(l.sum+t.value) == whole.Value // it completes the whole
}

func (l *partList) add(t told) {
	l.sum = round(l.sum + t.value)
	l.family = family(t.metric)
	l.count++
}

// separator returns the strongest mark in s, as ; , or 、.
func separator(s []rune) rune {
	mark := '、'
	for _, r := range s {
		switch r {
		case ';', '；':
			return ';'
		case ',', '，':
			mark = ','
		}
	}
	return mark
}
