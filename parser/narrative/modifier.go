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
	quote := 0 // until where a name goes on
	for i := 0; i < len(items); i++ {
		it := items[i]
		end := closesQuote(s, items, i)
		quote = max(quote, end)
		if end > 0 && (g.nameOfPlace(s, items, end) || i > 0 && items[i-1].is.any(g.Accounts) || g.nameOfColumn(s, items, i, end)) {
			it, i = item{kind: itemWord, start: it.start, end: items[end].end, tag: "nz"}, end
		} else if it.is.any(g.Both) && slices.ContainsFunc(clauseAhead(items[i+1:]), func(it item) bool { return startsWith(s, it, "分别") }) {
			kept = append(slices.Clone(kept), g.each(s, it)...)
			continue
		} else {
			it = g.modified(s, kept, items[i:])
		}
		if i < quote {
			it.is = it.is.but(g.Seen) // “青屿阅读”活动12场
		}
		kept = append(kept, it)
	}
	return kept
}

// modified is the first of the items, which follow those before it.
func (g *grammar) modified(s []rune, before, items []item) item {
	it := items[0]
	var next item
	if len(items) > 1 {
		next = items[1]
	}
	var name []rune // the word that it may make a name with
	if n := len(before) - 1; n >= 0 && before[n].kind == itemWord {
		name = s[before[n].start:before[n].end]
	}
	switch {
	case next.is.any(g.Accounts):
		it.is = it.is.but(g.Site)
	case it.is.any(g.Except) && anyIs(clauseAhead(items[1:]), g.Outside):
		it.is = it.is.but(g.Except) // 除网站外还通过微信发布12条
	case wordIs(s, it, "公开") && wordIs(s, next, "类"):
		return item{kind: itemWord, start: it.start, end: it.end, tag: "b"} // 刊发公开类稿件58篇
	case it.is.any(g.Plan) && name != nil && next.kind == itemFigure:
		return item{kind: itemWord, start: it.start, end: it.end, tag: "n"} // 停电计划1863条
	case it.is.any(g.Hotline) && namesHotline(name):
		it.is = it.is.but(g.Hotline).or(g.Otherbox)
	}
	return it
}

// namesHotline reports whether a word before 热线 makes it another than the one of all matters:
// 12329热线, “阳光政务”热线. 12345热线 is one term.
func namesHotline(name []rune) bool {
	return len(name) > 1 && (text.Digit(name[0]) >= 0 || name[0] == '“' && !wording.HotlineNumbers.in(name))
}

// each parts the term for what was published and what was asked for, of which a 分别 tells
// one after the other: 主动公开和依申请公开.
func (g *grammar) each(s []rune, both item) []item {
	at := both.start + slices.IndexFunc(s[both.start:both.end], joiner)
	first, second := both, both
	first.end, second.start = at, at+1
	first.is, second.is = g.Published, g.Requested
	if s[both.start] == '依' {
		first.is, second.is = second.is, first.is
	}
	return []item{first, {kind: itemBreak, start: at, end: at + 1, mark: '、'}, second}
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
	for k, far := end+1, end+4; k < len(items) && k <= far; k++ {
		it := items[k]
		if close := closesQuote(s, items, k); close > 0 {
			far += close + 1 - k // “青屿发布”“青屿政务”等新媒体
			k = close
			continue
		}
		switch {
		case it.is.any(g.Places):
			return true
		case joins(s, it), it.kind == itemFigure && among("个家", s[it.end-1]):
		case !it.worded(), !it.is.within(g.Filler):
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
	return s[it.start] == '“' || s[it.start] == '‘'
}

// closesName reports whether the item is the quotation mark behind a name.
func closesName(s []rune, it item) bool { return wordIs(s, it, "”", "’") }

// longestName is how many items a name in quotation marks has at most.
const longestName = 12

// closesQuote returns the item that closes the quotation mark items[i], 0 where none
// does or it is no such mark.
func closesQuote(s []rune, items []item, i int) int {
	if !opensQuote(s, items[i]) {
		return 0
	}
	for k := i + 1; k < len(items) && k <= i+longestName; k++ {
		switch {
		case items[k].kind == itemFigure:
			return 0
		case closesName(s, items[k]):
			return k
		}
	}
	return 0
}

// withoutList leaves out of a clause what is only listed before 等 and the noun
// counted: of 公开政策解读、行政处罚等信息 neither counts. Its cases are what such lists are of.
func (g *grammar) withoutList(s []rune, left []item) []item {
	of := len(left) - 2 // 等
	for of > 0 && !startsWith(s, left[of], "等") {
		of--
	}
	if of <= 0 {
		return left
	}
	named := slices.ContainsFunc(left[:of], func(it item) bool { return closesName(s, it) }) && anyIs(left[:of], g.Site)
	if (named || anyIs(left[:of], g.Accounts)) && wording.Platforms.at(s, left[of+1].start) > 0 {
		return slices.Concat(left[:g.firstPlace(s, left)], left[of+1:]) // 在政府网站、政务新媒体、公开栏等平台公开信息: on all
	}
	counted := left[of+1:]
	if !slices.ContainsFunc(counted, func(it item) bool { return !g.isFiller(s, it) && !it.is.any(g.Publish) }) && anyIs(counted, g.Publish) && !anyIs(left, g.Channels) {
		return left[of:] // 意见征集、草案解读等公开27件
	}
	inForm := wording.Ways.is(s, counted[0]) && !anyIs(left[:of], g.Channels.or(g.Media)) // 采取图解、专家访谈等方式发布解读材料31份
	if !inForm && (!anyIs(counted, g.Content) || anyIs(counted, g.Publish)) {
		return left // 通过公告栏、电子屏等方式公开信息
	}
	return slices.Concat(left[:g.listStart(s, left, of)], left[of:])
}

// listStart returns where the list before left[of] begins: behind the verb before its first
// member, which may end as a verb does: 村务公开.
func (g *grammar) listStart(s []rune, left []item, of int) int {
	first := slices.IndexFunc(left, func(it item) bool { return joins(s, it) }) // the first mark of the list
	if first < 0 {
		first = of
	}
	from := max(first-1, 0)
	for from > 0 && !left[from-1].is.any(g.Publish.or(g.Receive)) {
		from--
	}
	return from
}

// firstPlace returns where a list of places begins that names a channel: 公开专栏、网站.
func (g *grammar) firstPlace(s []rune, left []item) int {
	from := slices.IndexFunc(left, func(it item) bool { return it.is.any(g.Channels) })
	for from > 1 && joins(s, left[from-1]) && left[from-2].is.any(g.Media.or(g.Column)) {
		from -= 2
	}
	return from
}
