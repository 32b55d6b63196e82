package narrative

import (
	"slices"

	"nianbao/parser/text"
)

// modifiers takes from words what they do not mean where they only name what
// follows them: “海丰县政府网”微信公众号 is an account and no site, and so is
// 县政府网微信公众号.
func (g *grammar) modifiers(s []rune, items []item) []item {
	kept := items[:0]
	for i := 0; i < len(items); i++ {
		it := items[i]
		if opensQuote(s, it) {
			if end := closesQuote(s, items, i); end > 0 && (g.nameOfPlace(s, items, end) || i > 0 && items[i-1].is.any(g.Accounts) || g.nameOfColumn(s, items, i, end)) {
				kept = append(kept, item{kind: itemWord, start: it.start, end: items[end].end, tag: "nz"})
				i = end
				continue
			}
		}
		if it.kind == itemTerm && it.is.any(g.Site) && i+1 < len(items) && items[i+1].is.any(g.Accounts) && items[i+1].start == it.end {
			it.is = it.is.but(g.Site)
		}
		if it.is.any(g.Except) && anyIs(clauseAhead(items[i+1:]), g.Outside) {
			it.is = it.is.but(g.Except) // 除网站外还通过微信发布12条
		}
		if wordIs(s, it, "公开") && i+2 < len(items) && wordIs(s, items[i+1], "类") && items[i+2].kind != itemFigure {
			it = item{kind: itemWord, start: it.start, end: it.end, tag: "b"} // 刊发公开类稿件58篇
		}
		if n := len(kept); it.is.any(g.Plan) && n > 0 && kept[n-1].kind == itemWord && kept[n-1].end == it.start && i+1 < len(items) && items[i+1].kind == itemFigure {
			it = item{kind: itemWord, start: it.start, end: it.end, tag: "n"} // 停电计划1863条
		}
		if it.is.any(g.Both) && slices.ContainsFunc(clauseAhead(items[i+1:]), func(it item) bool { return startsWith(s, it, "分别") }) {
			if at := slices.IndexFunc(s[it.start:it.end], joiner); at > 0 {
				first, second := it, it
				first.end, second.start = it.start+at, it.start+at+1
				first.is, second.is = g.Published, g.Requested
				if s[it.start] == '依' {
					first.is, second.is = second.is, first.is
				}
				kept = append(slices.Clone(kept), first, item{kind: itemBreak, start: first.end, end: second.start, mark: '、'}, second)
				continue
			}
		}
		if n := len(kept); n > 0 && it.is.any(g.Hotline) && kept[n-1].kind == itemWord && kept[n-1].end == it.start && text.Digit(s[kept[n-1].start]) >= 0 {
			it.is = it.is.but(g.Hotline).or(g.Otherbox) // 12329热线; 12345热线 is one term
		}
		kept = append(kept, it)
	}
	return kept
}

// clauseAhead returns the items before the next figure or clause.
func clauseAhead(items []item) []item {
	end := slices.IndexFunc(items, func(it item) bool { return it.kind == itemFigure || it.partsClauses() })
	if end < 0 {
		return items
	}
	return items[:end]
}

// nameOfPlace reports whether the quoted name that items[end] closes is that of a
// channel or a mailbox: “青禾旗政府网站”蒙汉双语微信公众号.
func (g *grammar) nameOfPlace(s []rune, items []item, end int) bool {
	for k := end + 1; k < len(items) && k <= end+4; k++ {
		switch it := items[k]; {
		case it.is.any(g.Places):
			return true
		case it.kind != itemWord && !it.is.within(g.Filler), it.verb(), opensQuote(s, it):
			return false
		}
	}
	return false
}

// nameOfColumn reports whether a figure stands right behind a quoted name that is none
// of a place or a form: “解读回应”349条.
func (g *grammar) nameOfColumn(s []rune, items []item, i, end int) bool {
	return end+1 < len(items) && items[end+1].kind == itemFigure && among("条篇", s[items[end+1].end-1]) && !anyIs(items[i:end], g.Places.or(g.Form))
}

func opensQuote(s []rune, it item) bool {
	return it.end == it.start+1 && (s[it.start] == '“' || s[it.start] == '‘')
}

// closesName reports whether the item is the quotation mark behind a name.
func closesName(s []rune, it item) bool { return wordIs(s, it, "”", "’") }

// longestName is how many items a name in quotation marks has at most.
const longestName = 12

// closesQuote returns the item that closes the quotation mark items[i], or 0.
func closesQuote(s []rune, items []item, i int) int {
	for k := i + 1; k < len(items) && k <= i+longestName; k++ {
		switch c := s[items[k].start]; {
		case items[k].kind == itemFigure:
			return 0
		case items[k].end == items[k].start+1 && (c == '”' || c == '’'):
			return k
		}
	}
	return 0
}

// withoutList leaves out of a clause what is only listed before 等 and the noun
// counted: of 公开政策解读、行政处罚等信息 neither counts. A list begins behind the
// verb or the channel before its first mark.
func (g *grammar) withoutList(s []rune, left []item) []item {
	of := -1 // 等
	for n := len(left) - 2; n >= 0 && of < 0; n-- {
		if (wordIs(s, left[n], "等") || startsWith(s, left[n], "等") && !left[n].is.any(g.Content)) && left[n+1].start-left[n].end < 2 {
			of = n
		}
	}
	if of <= 0 {
		return left
	}
	if anyIs(left[:of], g.Site) && anyIs(left[:of], g.Accounts) && platforms.at(s, left[of+1].start) > 0 {
		from := slices.IndexFunc(left, func(it item) bool { return it.is.any(g.Channels) })
		return slices.Concat(left[:from], left[of+1:]) // 在政府网站、政务新媒体、公开栏等平台公开信息: on all
	}
	if counted := left[of+1:]; len(counted) > 1 && wordIs(s, counted[0], "方式", "形式", "手段", "多种方式", "多种形式") && !anyIs(left[:of], g.Channels.or(g.Media)) {
		// 采取图解、专家访谈等方式发布解读材料31份
	} else if !anyIs(counted, g.Content) || slices.ContainsFunc(counted, func(it item) bool { return it.is.any(g.Publish) && !it.is.any(g.Content) }) {
		return left // 通过公告栏、电子屏等方式公开信息
	}
	first := of // the first mark of the list
	for n := of - 1; n >= 0; n-- {
		if left[n].partsClauses() {
			break
		}
		if joins(s, left[n]) {
			first = n
		}
	}
	from := first - 2 // of the list's first member, which may end as a verb does: 村务公开
	for from >= 0 && !g.governs(left[from]) {
		from--
	}
	kept := make([]item, 0, len(left))
	return append(append(kept, left[:max(from, -1)+1]...), left[of:]...)
}

var platforms = wordsIn("platforms")

// governs reports whether what follows the item may be a list of what it does
// or holds.
func (g *grammar) governs(it item) bool {
	return it.kind == itemTerm && (it.is.any(g.Publish.or(g.Receive)) && !it.is.any(g.Heads) || it.is.any(g.Channels))
}
