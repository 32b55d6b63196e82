package narrative

import (
	"slices"
)

// isComma reports whether the mark joins a clause to the one before.
func isComma(it item) bool {
	return among(",，:", it.mark)
}

// continues reports whether the clause that ends at items[k] tells a figure
// itself.
func (g *grammar) continues(items []item, k int) bool {
	from := max(g.clauseStart(items, k)-1, 0)
	return slices.ContainsFunc(items[from:k], func(it item) bool { return it.kind == itemFigure })
}

// clauseStart returns the first item of the clause that items[k] ends.
func (g *grammar) clauseStart(items []item, k int) int {
	depth := 0
	for i := k - 1; i >= 0; i-- {
		switch it := items[i]; it.kind {
		case itemClose:
			depth++
		case itemOpen:
			if depth == 0 {
				return i + 1
			}
			depth--
		case itemFigure:
			if depth == 0 {
				return i + 1
			}
		case itemBreak:
			if depth > 0 || it.mark == '、' {
				continue
			}
			if it.mark == ':' && i == k-1 {
				continue // 行政复议:3件
			}
			return i + 1
		}
	}
	return 0
}

// clauseEnd returns the item past the clause that goes on after items[k].
func (g *grammar) clauseEnd(s []rune, items []item, k int) int {
	for i := k + 1; i < len(items); i++ {
		it := items[i]
		if it.mark == '、' && slices.ContainsFunc(clauseAhead(items[i+1:]), func(it item) bool { return wordIs(s, it, "等") }) {
			continue // 2318条信息通过网站、微信公众号等渠道公开
		}
		if !it.worded() || it.is.any(g.Diff) || i == k+1 && wordIs(s, it, "中") {
			return i // 公文340件中主动公开72件: it is said of some of them
		}
	}
	return len(items)
}

// topic returns the heads of the last clause before items[k] that names any,
// or nothing.
func (g *grammar) topic(s []rune, items []item, k int) concepts {
	var clause, others concepts
	depth := 0 // what a bracket adds is not what is spoken of
	for i := k - 1; i >= 0; i-- {
		it := items[i]
		if depth == 0 && (it.is.any(g.Press) || wording.Adding.is(s, it)) {
			others = others.or(g.Channels) // 向报刊、网站投稿; 加上微信的内容,共公开519条
		}
		switch depth = it.depthBefore(depth); {
		case depth > 0:
		case it.partsClauses() && !clause.within(g.Visit):
			if it.mark != ';' && clause.and(g.Heads).within(g.Appeals) {
				if more := g.topic(s, items, i); more.within(g.Boxes.or(g.Appeals)) {
					clause = clause.or(more) // 认真办理县长信箱,收到来信20封
				}
			}
			return clause.but(others)
		case clause.empty() && it.is.any(g.Receive.or(g.Answer)) && i > 1 && closesName(s, items[i-1]) && !items[i-2].is.any(g.Places):
			return concepts{} // “区长手机”受理: a place that the lexicon does not have
		default:
			clause = clause.or(it.is.and(g.Topics))
			if it.is.any(g.Mailbox) {
				others = others.or(g.Netizen) // 网民可通过县长信箱留言
			}
		}
	}
	return clause.but(others)
}

// sought is what a figure's verb can only be about, where the sentence spoke of that
// before it came to something else: 制发规范性文件4件,配套解读4件,宣布失效3件.
func (g *grammar) sought(fr *frame, before []item) (c concepts) {
	for _, of := range g.only {
		if fr.near.any(of.verbs) && !fr.near.any(g.Heads) && anyIs(before, of.heads) {
			c = c.or(of.heads)
		}
	}
	return c
}

// asksOnly reports whether a sentence is about requests though it does not name them:
// it tells what became of some, in which ways they came, or what was carried in, new
// and carried out, and names nothing else.
func (g *grammar) asksOnly(items []item) bool {
	all := said(items)
	return !all.any(g.Heads.but(g.Asked).or(g.Active).or(g.Papers)) &&
		(all.any(g.Granted) || g.Carried.or(g.Receive).within(all) || all.several(g.Ways))
}

// reaches returns the clauses before the figure without their change, where
// the figure's own says only 达到 and the one before tells of a change.
func (g *grammar) reaches(s []rune, items []item, start, k int) ([]item, bool) {
	own := items[start:k]
	if start < 2 || !isComma(items[start-1]) || !g.saysNothing(s, own) || !slices.ContainsFunc(own, func(it item) bool {
		return wordIs(s, it, "至", "增至", "降至", "减至", "共", "为") || endsWith(s, it, "达") || endsWith(s, it, "达到")
	}) {
		return nil, false
	}
	from := start - 1
	for from > 0 && items[from-1].kind == itemFigure {
		from = g.clauseStart(items, from-1) // 较去年的3.2万件增长12%
	}
	before := items[g.clauseStart(items, from) : start-1]
	told := g.unchanged(before)
	return told, len(told) > 0 && anyIs(before, g.Change)
}

// unchanged are the items that tell no change and no figure.
func (g *grammar) unchanged(items []item) []item {
	return slices.DeleteFunc(slices.Clone(items), func(it item) bool { return it.kind == itemFigure || it.is.any(g.Change) })
}

// levels reports whether the clause leads from one figure to another: 上升到.
func (g *grammar) levels(s []rune, left []item) bool {
	for n, it := range left {
		if it.is.any(g.Diff) && among("到至为", s[it.end-1]) || n > 0 && left[n-1].is.any(g.Diff.or(g.Unite)) && wordIs(s, it, "到", "至", "为") {
			return true // 由2.2万条增至2.7万条
		}
	}
	return false
}
