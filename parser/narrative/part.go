package narrative

import (
	"strings"

	"nianbao/parser/report"
)

// emit appends the mentions of one sentence, s in simplified characters and
// quoted as it is printed. lastWhole is the last figure of
// the sentence before that a 其中 at the start of this one would split, as an
// index into all, or -1; the new one is returned.
func emit(all []report.Mention, kept []told, section int, sp span, s []rune, printed quote, lastWhole int) ([]report.Mention, int) {
	list := partList{whole: -1}
	firsts := make([]int, len(kept)) // the first mention of each told
	for n, t := range kept {
		firsts[n] = len(all)
		if marksPart(s, kept, n) {
			list.open(all, kept, n, lastWhole, firsts)
		} else if t.kind == unitPercent {
			// 占23.5% goes with the part before it, and the list goes on.
		} else if list.whole >= 0 && !list.goesOn(all, t, s, kept[n-1].end) {
			list = partList{whole: -1}
		}
		partOf := list.whole
		if t.kind == unitPercent {
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
			}
			if partOf >= 0 {
				whole := partOf
				m.PartOf = &whole
				switch {
				case metric == all[whole].Metric && metric != "" && all[whole].Qualifier == QualifierCumulative && t.qualifier != QualifierCumulative && yearAt(s, clauseAt(s, t.start)):
					all[whole].Metric = "" // 截至目前共有43件,其中2022年制发2件: the part is the year's figure
				case metric == all[whole].Metric || metric == "disclosed_items":
					m.Metric = "" // a part of a count is not that count
				}
			}
			all = append(all, m)
		}
		if partOf < 0 && t.kind != unitPercent {
			lastWhole = firsts[n]
		}
	}
	return all, lastWhole
}

// clauseAt returns where the clause of s[i] begins.
func clauseAt(s []rune, i int) int {
	for i > 0 && !strings.ContainsRune(",，;；(（", s[i-1]) {
		i--
	}
	return i
}

// marksPart reports whether 其中 stands between the figure before and this one.
func marksPart(s []rune, kept []told, n int) bool {
	from := 0
	if n > 0 {
		from = kept[n-1].end
	}
	return indexOf(s[from:kept[n].start], "其中") >= 0
}

func indexOf(s []rune, word string) int {
	w := []rune(word)
	for i := range s {
		if hasPrefix(s, i, w) {
			return i
		}
	}
	return -1
}

// partList is the list of parts that a 其中 opened.
type partList struct {
	whole     int     // index of the mention that is split, -1 when none is
	unit      string  // of the parts
	sum       float64 // of the parts so far
	count     int
	separator rune // the mark that parts the list: , ; 、
}

// open begins a list at kept[n]: it splits the nearest figure before it that
// has its unit and is no smaller.
func (l *partList) open(all []report.Mention, kept []told, n, lastWhole int, firsts []int) {
	*l = partList{whole: -1}
	t := kept[n]
	if t.kind == unitPercent {
		return
	}
	candidates := make([]int, 0, n+1)
	for i := n - 1; i >= 0; i-- {
		candidates = append(candidates, firsts[i])
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
	if len(candidates) > 0 && t.kind == unitItem && unitKindOf(all[candidates[0]].Unit) == unitItem && all[candidates[0]].Value >= t.value {
		l.whole, l.unit = candidates[0], t.unit
		return
	}
}

func unitKindOf(name string) unitKind {
	printed := simplified([]rune(name))
	u, ok := unitAt(printed, 0)
	if !ok || len(u.name) != len(printed) {
		return unitNone
	}
	return u.kind
}

// goesOn reports whether the figure is one more part of the list.
func (l *partList) goesOn(all []report.Mention, t told, s []rune, since int) bool {
	whole := all[l.whole]
	if t.unit != l.unit || t.kind == unitPercent {
		return false
	}
	sameUnit := whole.Unit == l.unit
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
	switch t.metric {
	case "", whole.Metric, "disclosed_items", "website_items", "new_media_items":
		return true
	case "hot_topic_responses", "interpretations":
		return sameUnit && mark != ';' && l.sum+t.value <= whole.Value // a column's: 回应关切96条
	default:
		return sameUnit && t.value > 0 && round(l.sum+t.value) == whole.Value // it completes the whole
	}
}

func (l *partList) add(t told) {
	l.sum = round(l.sum + t.value)
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
