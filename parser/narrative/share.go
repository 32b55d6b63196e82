package narrative

import (
	"slices"
	"strconv"
)

// share is one figure's place in a list told with 分别: of 行政复议、行政诉讼分别为
// 5件、4件 the second figure counts the second thing named.
type share struct {
	names [][2]int // the things named, as items
	place int      // which of them this figure counts
	after int      // where the words behind 分别 begin
}

// shares finds the figures that a 分别 shares out, by their items. A list
// whose figures are not as many as the things named before it is left alone, unless
// one thing is named that all of them count. Its conditions are the places where the things
// may be named.
func (g *grammar) shares(s []rune, items []item, figs []figure) map[int]share {
	var all map[int]share
	add := func(figures []int, names [][2]int, after int) {
		if all == nil {
			all = map[int]share{}
		}
		for n, k := range figures {
			all[k] = share{names: names, place: n, after: after}
		}
	}
	for at, it := range items {
		if !startsWith(s, it, "分别") && !wordIs(s, it, "各") {
			continue
		}
		from := g.clauseStart(items, at)
		names := g.named(s, items, from, at)
		figures := g.listed(s, items, figs, at+1)
		if from > 0 && items[from-1].kind == itemFigure {
			if start := g.clauseStart(items, from-1); anyIs(items[start:from-1], g.Boxes) {
				names = g.named(s, items, start, from-1) // 县长信箱、热线两个平台分别受理
			}
		}
		if len(names) == 1 && anyIs(items[from:at], g.Gauged) {
			names = slices.Repeat(names, len(figures)) // 粉丝分别为18.6万和43.2万
		}
		if before := g.namedBefore(items, from, len(figures)); len(names) < 2 && before != nil {
			names = before
		}
		if len(names) < 2 && len(figures) > 1 {
			names = g.named(s, items, g.pastVerb(s, items, at+1), figures[0]) // 分别受理信息公开申请和行政复议申请12件、3件
		}
		if len(names) < 2 || len(names) != len(figures) {
			continue
		}
		add(figures, names, it.end)
		// 分别收到来信317封和842封,办结317封和836封
		next := min(figures[len(figures)-1]+2, len(items))
		if figures := g.listed(s, items, figs, next); len(figures) == len(names) && !slices.ContainsFunc(items[figures[0]:figures[len(figures)-1]], isComma) {
			add(figures, names, items[next].start)
		}
	}
	return all
}

// namedBefore returns what the n clauses before items[from] tell one figure each of, nil
// where they do not: 热线接听电话356个,信箱收到邮件91封,分别办结.
func (g *grammar) namedBefore(items []item, from, n int) [][2]int {
	all := make([][2]int, n)
	for n--; n >= 0; n-- {
		if from < 2 || !isComma(items[from-1]) || items[from-2].kind != itemFigure {
			return nil
		}
		start, end := g.clauseStart(items, from-2), from-2
		verb := slices.IndexFunc(items[start:end], func(it item) bool { return it.is.any(g.Verbs) })
		if verb < 1 {
			return nil
		}
		all[n], from = [2]int{start, start + verb}, start
	}
	return all
}

// pastVerb passes over the verb that stands at items[at], and what says nothing before it.
func (g *grammar) pastVerb(s []rune, items []item, at int) int {
	for at < len(items) && (g.isFiller(s, items[at]) && !joins(s, items[at]) || items[at].is.any(g.Verbs) && !items[at].is.any(g.Heads)) {
		at++
	}
	return at
}

// joiner reports whether a character within a term joins two things.
func joiner(c rune) bool { return c == '、' || c == '和' || c == '与' || c == '及' }

// joins reports whether the item joins things in a list.
func joins(s []rune, it item) bool {
	return it.mark == '、' || wording.Joiners.is(s, it)
}

// named splits items[from:to] at what joins them.
func (g *grammar) named(s []rune, items []item, from, to int) [][2]int {
	var all [][2]int
	for i := from; i <= to; i++ {
		if i < to && !joins(s, items[i]) {
			continue
		}
		if from < i {
			all = append(all, [2]int{from, i})
		}
		for _, it := range items[from:i] {
			if it.is.any(g.Heads) && slices.ContainsFunc(s[it.start:it.end], joiner) {
				all = append(all, [2]int{from, i}) // 微博、微信: one term, and two things
			}
		}
		from = i + 1
	}
	return all
}

// listed returns the figures from items[at] on that follow each other with
// nothing between them but what joins them.
func (g *grammar) listed(s []rune, items []item, figs []figure, at int) []int {
	var all []int
	for i := at; i < len(items); i++ {
		switch it := items[i]; {
		case it.kind == itemFigure && !figs[it.figure].denies:
			all = append(all, i)
		case joins(s, it) || among(",，", it.mark):
		case len(all) == 0 && it.worded(): // 分别发布信息: what they all count
		default:
			return all
		}
	}
	return all
}

// placesNamed is how many of the things that a 分别 shares out are places that publish.
func (g *grammar) placesNamed(items []item, sh share) (n int) {
	for _, name := range sh.names {
		if anyIs(items[name[0]:name[1]], g.Channels) {
			n++
		}
	}
	return n
}

// yearNamed is the year that the item begins with, 0 where it is none.
func yearNamed(s []rune, it item) int {
	year, _ := strconv.Atoi(string(s[it.start:min(it.start+4, it.end)]))
	return year
}

// share gives a figure of a list the one thing of those named that it counts.
// What only the others are called by is none of its own; what may be the others' and yet
// stands for all is kept by each of the conditions.
func (g *grammar) share(s []rune, items []item, fr frame, all []told, sh share) frame {
	if n := len(all); sh.place > 0 && n > 0 {
		fr = all[n-1].frame // the figures after the first have no words of their own
		fr.near = fr.near.or(fr.shared)
	}
	var own, others concepts
	for _, name := range sh.names {
		if is := said(items[name[0]:name[1]]); name == sh.names[sh.place] {
			own = is
		} else {
			others = others.or(is)
		}
	}
	if !own.any(g.Heads.or(g.Ways).or(g.Media).or(g.Press).or(g.Rate).or(g.Column)) || own.any(g.Verbs) && others.any(g.Verbs) {
		others = others.and(g.Verbs) // 受理、办结市长信箱来信分别为: what is received stands with one of them
	}
	if last := sh.names[len(sh.names)-1]; !own.any(g.Verbs) && own.any(g.Channels) && anyIs(items[last[0]:last[1]], g.Channels) {
		others = others.but(g.Publish.or(g.Disclose)) // 微博、微信公众号发布的信息分别为: what each does stands with the last
	}
	if !own.any(g.Rate) {
		others = others.but(g.Rate) // 热线、区长信箱办结率分别为
	}
	others = others.but(own.or(g.Gauged)) // 微信公众号和抖音号粉丝分别达
	fr.shared = fr.near
	fr.near = fr.near.but(others).or(own)
	if own.any(g.Site) && g.placesNamed(items, sh) > 1 {
		fr.near = fr.near.or(g.Part) // 公众号、网站主动公开信息分别为5条、6条: of all, what the site has
	}
	fr.each, fr.apart = false, fr.apart && others.empty()
	if year := yearNamed(s, items[sh.names[sh.place][0]]); year > 0 {
		fr.near = fr.near.but(g.Last)
		for _, name := range sh.names {
			if yearNamed(s, items[name[0]]) > year {
				fr.near = fr.near.or(g.Last) // 2021、2022年收到申请分别为46件、53件
			}
		}
	}
	fr.topic = fr.topic.but(others).or(others.and(g.Asked)) // 信函、网络申请分别为
	if last := items[sh.names[len(sh.names)-1][1]-1]; last.is.any(g.Rate) && own.any(g.Heads) {
		fr.hasObject, fr.object, fr.subjectStart, fr.subjectEnd = false, concepts{}, last.start, last.end
		return fr // 热线、区长信箱办结率分别为
	}
	if fr.subjectStart >= sh.after && fr.hasObject {
		return fr // 分别发布信息: what all of them count
	}
	name := sh.names[sh.place]
	if at, ok := g.adjacentNoun(s, items[name[0]:name[1]]); ok {
		phrase := items[name[0]:name[1]]
		fr.hasObject, fr.object = true, phrase[at].is
		fr.subjectStart, fr.subjectEnd = phrase[g.phraseStart(s, phrase, at)].start, phrase[at].end
	}
	return fr
}
