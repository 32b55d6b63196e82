package narrative

import (
	"slices"

	"nianbao/parser/text"
)

// adjacentNoun finds the noun right before the figure: 信息 in 公开信息478条.
func (g *grammar) adjacentNoun(s []rune, left []item) (int, bool) {
	for n := len(left) - 1; n >= 0; n-- {
		switch it := left[n]; {
		case g.isFiller(s, it), it.mark == ':', it.kind == itemOpen:
		case it.kind == itemClose:
			for n > 0 && left[n].kind != itemOpen {
				n--
			}
		default:
			return n, g.names(s, it) && (!it.is.any(g.Verbs) || it.is.any(g.Heads.or(g.Info)))
		}
	}
	return 0, false
}

// headNoun finds the noun that the figure counts after it: 活动 in
// 191场市政府新闻发布活动. follows tells that another figure stands right behind right. Its
// cases, and those of endsNoun, are what may stand between a figure and its noun, each
// with the phrase that it is for.
func (g *grammar) headNoun(s []rune, right []item, follows bool) (int, bool) {
	head := -1
	for n, it := range right {
		var next item
		if n+1 < len(right) {
			next = right[n+1]
		}
		switch {
		case head < 0 && wording.Nounless.is(s, it):
			return -1, false // 12件在网站公开
		case head >= 0 && g.endsNoun(s, right, n, head, follows), n == 1 && wording.Bodies.is(s, right[0]) && anyPredicate(right[1:]): // 5个乡镇解读材料偏少
			return head, true
		case g.names(s, it) || n == 0 && it.tag == "zg":
			head = n
		case it.verb() && (n < 2 && next.end > 0 && wording.Bodies.at(s, next.start) > 0 || head >= 0 && next.is.any(g.Info) && !next.is.any(g.Publish)):
			// 29家执法部门, 5类行政执法信息: the verb is a part of the name
		case it.verb() || it.is.any(g.Verbs):
			of := slices.IndexFunc(right[n+1:], func(it item) bool { return wordIs(s, it, "的") })
			if of < 0 || head >= 0 && !anyIs(right[n+1+of:], g.Heads) {
				return head, head >= 0
			}
		}
	}
	return head, head >= 0
}

// endsNoun reports whether right[n] is no part of the noun whose head is right[head].
func (g *grammar) endsNoun(s []rune, right []item, n, head int, follows bool) bool {
	it, next := right[n], item{kind: itemBreak}
	if n+1 < len(right) {
		next = right[n+1]
	}
	switch {
	case wording.AllDone.is(s, it), startsWith(s, it, "参加"): // 76件申请均依法办理, 120名工作人员参加培训, 72件申请中网上提交50件
	case it.is.any(g.Attend) && !it.is.any(g.Heads): // 38家单位参与
	case it.is.any(g.Staffed): // 3名同志从事政府信息公开工作
	case it.is.any(g.Ending) && g.names(s, next): // 29家部门公示行政许可1.26万件
	case follows && wording.NextVerbs.is(s, it): // 34个部门开设账号42个
	case follows && it.is.any(g.Events) && among("名位人", s[right[0].start-1]): // 18位局长在线访谈18期
	case it.is.any(g.Events) && wording.Bodies.is(s, right[0]) && among("个家", s[right[0].start-1]): // 12个乡镇培训12次, 20个部门负责人业务培训2次
	case head == n-1 && wordIs(s, it, "的"): // 27个领域的公开标准目录
	case it.tag == "vn" && (next.is.any(g.Verbs) || follows && g.names(s, next)): // 112个村统一制作, 14个村设置公开栏28块
	case it.tag == "p", it.tag == "d": // 1件行政诉讼因信息公开引起
	default:
		return false
	}
	return true
}

// anyPredicate reports whether the items say of something how it is: 更新不及时, 偏少.
func anyPredicate(items []item) bool {
	return slices.ContainsFunc(items, func(it item) bool { return it.tag == "d" || it.tag == "a" })
}

// phraseStart returns where the noun phrase that ends at phrase[n] begins.
func (g *grammar) phraseStart(s []rune, phrase []item, n int) int {
	from := n
	for i := n - 1; i >= 0; i-- {
		switch it := phrase[i]; {
		case it.is.any(g.Verbs) && !it.is.any(g.Info.or(g.Heads)), it.kind == itemTerm && g.isFiller(s, it) && (wording.Leading.is(s, it) || it.is.any(g.Opens)):
			return from
		case it.kind == itemTerm, it.names(s), slices.Contains(naming, it.tag):
			from = i
		case among("“”‘’", s[it.start]):
		default:
			return from
		}
	}
	return from
}

// naming are the parts of speech, but nouns, of words within a noun phrase.
var naming = []string{"ns", "nt", "nr", "a", "b"}

// judge decides whether 信息 or 申请 at phrase[n] stands for all of them or for
// one kind only (财政信息, 许可申请).
func (g *grammar) judge(s []rune, fr *frame, phrase []item, n int) {
	if !phrase[n].is.any(g.Info.or(g.Apply)) || phrase[n].is.any(g.Active) {
		return
	}
	for i := n - 1; i >= 0; i-- {
		specific := false
		switch it := phrase[i]; {
		case it.is.any(g.Carried.or(g.Channels)), !it.worded(), it.tag == "p", wordIs(s, it, "将", "把"): // 结转下年申请
		case it.is.any(g.Act) && !it.is.any(g.Info):
			specific = anyIs(phrase[:i], g.Act) && phrase[i-1].names(s) // 公开信用公示信息: the second verb is a name's
		case it.is.any(g.Generic):
			continue
		case it.kind == itemTerm, it.odd, it.names(s), it.verb(), s[it.start] == '”' && i == n-1: // “双公示”信息
			specific = true
		default:
			continue
		}
		if specific {
			fr.near = fr.near.or(g.Specific)
		}
		return
	}
}

// anyIs reports whether one of the items is one of the concepts.
func anyIs(items []item, of concepts) bool {
	return slices.ContainsFunc(items, func(it item) bool { return it.is.any(of) })
}

// said is all that the items are.
func said(items []item) (c concepts) {
	for _, it := range items {
		c = c.or(it.is)
	}
	return c
}

// ownSubject takes the outcome that a clause names: 公开办理结果98件.
func (g *grammar) ownSubject(s []rune, left []item, fr *frame, unit rune) {
	for _, it := range slices.Backward(left) {
		switch {
		case it.is.any(g.Solicit):
			fr.subjectStart, fr.subjectEnd = it.start, it.end
			for among("条件份", unit) && fr.subjectStart < it.end && wording.Opinions.at(s, fr.subjectStart) == 0 {
				fr.subjectStart++ // 征集意见建议364条
			}
			return
		case it.is.any(g.Outcome) && !it.is.any(g.Verbs):
			fr.subjectStart, fr.subjectEnd = it.start, it.end
			return
		case !g.isFiller(s, it) && !it.is.any(g.Verbs):
			return
		}
	}
}

// onlyThings reports whether a clause is nothing but a few words that may name what
// is counted, whatever gojieba takes them for.
func onlyThings(s []rune, left []item) bool {
	if len(left) > 0 && left[0].kind == itemBreak {
		left = left[1:]
	}
	return len(left) > 0 && !slices.ContainsFunc(left, func(it item) bool {
		return !it.thingWord() || !text.Han(s[it.start])
	})
}

// lastSubject takes what the sentence last spoke of for the subject of a
// figure whose own clause names none: 市长信箱 for 共办结119件.
func (g *grammar) lastSubject(s []rune, before []item, fr *frame) {
	for n := len(before) - 1; n >= 0; n-- {
		if before[n].is.any(g.Heads) {
			from := g.phraseStart(s, before, n)
			fr.subjectStart, fr.subjectEnd = before[from].start, before[n].end
			return
		}
	}
}
