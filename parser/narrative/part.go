package narrative

import (
	"slices"
	"strings"

	"nianbao/parser/report"
	"nianbao/parser/text"
)

// partsClauses reports whether a clause ends with the character.
func partsClauses(c rune) bool {
	switch c {
	case ',', '，', ';', '(':
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

// opensParts reports whether a list of parts begins between the figure that ends
// at s[since] and one at s[until]: after 其中, and after 包括 or in a bracket where the
// figure before is in the same sentence.
func opensParts(s []rune, since, until int) bool {
	if since == 0 {
		return wording.FirstPart.in(s[:until])
	}
	between := s[since:until]
	if len(between) > 2 && (between[1] == '按' || between[1] == '从') && (slices.Contains(between, '分') || slices.Contains(between, '看')) {
		return true // ;按来源分,电话12件
	}
	return wording.PartMarks.in(between) || len(between) > 0 && (between[0] == ':' || opensBracket(between[0]))
}

// isPause reports whether the character is one of those that part figures.
func isPause(c rune) bool { return c == '、' || partsClauses(c) }

func opensBracket(c rune) bool { return c == '(' || c == '〔' }

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
// has its unit and is no smaller. Three ways to find that one are tried, the surest first.
func (l *partList) open(g *grammar, all []report.Mention, kept []told, n, lastWhole int, firsts []int) {
	*l = partList{whole: -1}
	t := kept[n]
	candidates := make([]int, 0, n+1) // the nearest first
	for i := n - 1; i >= 0; i-- {
		if !kept[i].near.any(g.Diff.or(g.Compare)) {
			candidates = append(candidates, firsts[i]) // 刊发327篇,同比增加41篇,其中中央级38篇
		}
		l.mixed = l.mixed || kept[i].mixed
	}
	if n == 0 && lastWhole >= 0 {
		candidates = append(candidates, lastWhole)
	}
	sums := map[float64]bool{} // of this part and some behind it
	for sum, i := t.value, n+1; i < len(kept) && kept[i].unit == t.unit; i++ {
		sum = round(sum + kept[i].value)
		sums[sum] = true
	}
	// 收到来信12封,办结9封,其中咨询7封、投诉5封: the parts add up to 12.
	c := slices.IndexFunc(candidates, func(c int) bool { return all[c].Unit == t.unit && sums[all[c].Value] })
	if c < 0 {
		c = slices.IndexFunc(candidates, func(c int) bool { return all[c].Unit == t.unit && all[c].Value >= t.value })
	}
	if c < 0 && len(candidates) > 0 && t.kind == text.Item {
		// A list of another measure word (信息132条,其中图解45篇) splits the figure
		// right before it, if both count things.
		if before := all[candidates[0]]; unitKindOf(before.Unit) == text.Item && before.Value >= t.value {
			c = 0
		}
	}
	if c >= 0 {
		l.whole, l.unit = candidates[c], t.unit
	}
}

func unitKindOf(name string) text.Kind {
	u, _ := text.UnitNamed(text.Simplify(name))
	return u.Kind
}

// goesOn reports whether the figure is one more part of the list. What it asks in turn
// is all that tells a part from the figure behind the last one: unit, sum, mark, metric.
// mark parts it from the one before.
func (l *partList) goesOn(all []report.Mention, t *told, mark rune) bool {
	whole := all[l.whole]
	sameUnit := whole.Unit == t.unit || t.kind == unitNone
	switch complete := sameUnit && l.sum >= whole.Value; {
	case t.unit != l.unit && t.kind != unitNone && !l.alike(t, mark),
		complete && (t.value > 0 || mark == ';'), sameUnit && t.value > whole.Value,
		l.count > 1 && (mark == ';' && l.separator != ';' || mark == ',' && l.separator == '、' && t.unit != l.unit):
		return false
	}
	l.separator = mark
	left := round(whole.Value - l.sum)
	if mark == '、' && t.value <= left {
		return true
	}
	switch t.metric {
	case "", whole.Metric, "disclosed_items", "website_items", "new_media_items":
		return true
	case "hot_topic_responses", "interpretations":
		return sameUnit && t.value <= left // a column's: 回应关切96条
	case "requests_answered":
		return sameUnit && t.value == left
	}
	f := family(t.metric)
	return f == family(whole.Metric) || f == l.family || // 收到申请36件,其中网络申请20件,信函申请16件
		sameUnit && t.value == left // it completes the whole
}

// alike reports whether a figure with another unit may be one of the parts.
func (l *partList) alike(t *told, mark rune) bool {
	switch unitKindOf(l.unit) {
	case text.Item:
		return t.kind == text.Item || t.kind == text.Times && mark == '、'
	case text.Times:
		return t.kind == text.Times && t.metric == "" // 新闻发布会2次、一图读懂21期
	}
	return false
}

func (l *partList) add(t *told) {
	l.sum = round(l.sum + t.value)
	l.family = family(t.metric)
	l.count++
}

// separator returns the strongest mark in s, as ; , or 、.
func separator(s []rune) rune {
	mark := '、'
	for _, r := range s {
		switch r {
		case ';':
			return ';'
		case ',', '，':
			mark = ','
		}
	}
	return mark
}
