package narrative

import (
	"slices"
	"strings"
)

// adjacentNoun finds the noun right before the figure: 信息 in 公开信息478条.
func (g *grammar) adjacentNoun(s []rune, left []item) (int, bool) {
	for n := len(left) - 1; n >= 0; n-- {
		it := left[n]
		if g.isFiller(s, it) {
			continue
		}
		if it.kind == itemClose {
			for n > 0 && left[n].kind != itemOpen {
				n--
			}
			continue
		}
		if it.kind == itemOpen {
			continue
		}
		return n, g.names(s, it) && (it.kind == itemWord || it.is&g.verbs == 0 || it.is&g.heads != 0 || it.is&g.info != 0)
	}
	return 0, false
}

// headNoun finds the noun that the figure counts after it: 活动 in
// 191场市政府新闻发布活动.
func (g *grammar) headNoun(s []rune, right []item) (int, bool) {
	head := -1
	for n, it := range right {
		if head >= 0 && it.kind == itemTerm && it.is&^g.staffed == 0 {
			return head, true // 3名同志从事政府信息公开工作
		}
		if g.names(s, it) {
			head = n
			continue
		}
		if head >= 0 && it.kind == itemWord && it.tag == "p" {
			return head, true // 1件行政诉讼因信息公开引起
		}
		if it.verb() || it.kind == itemTerm && it.is&g.verbs != 0 || wordIs(s, it, "开展", "举办", "组织", "召开", "举行") {
			of := slices.IndexFunc(right[n+1:], func(it item) bool { return wordIs(s, it, "的") })
			if of < 0 || head >= 0 && right[head].kind == itemTerm && !slices.ContainsFunc(right[n+1+of:], func(it item) bool { return it.is&g.heads != 0 }) {
				return head, head >= 0
			}
		}
	}
	return head, head >= 0
}

// leading are fillers that no noun phrase begins with.
var leading = []string{
	"其中", "累计", "全年", "共", "约", "近", "已", "了", "为", "达", "计", "均", "先后", "分别", "有", "向", "上", "对", "外", "和", "及", "的",
	"开展", "举办", "组织", "召开", "举行", "共有", "现有", "是",
}

// phraseStart returns where the noun phrase that ends at phrase[n] begins.
func (g *grammar) phraseStart(s []rune, phrase []item, n int) int {
	from := n
	for i := n - 1; i >= 0; i-- {
		it := phrase[i]
		switch {
		case it.kind == itemTerm && it.is&g.verbs != 0 && it.is&(g.info|g.heads) == 0:
			return from
		case it.kind == itemTerm && g.isFiller(s, it):
			if wordIs(s, it, leading...) {
				return from
			}
			from = i
		case it.kind == itemTerm:
			from = i
		case it.kind == itemWord && (it.noun() && isHan(s[it.start]) || it.tag == "ns" || it.tag == "nt" || it.tag == "nr" || it.tag == "a" || it.tag == "b"):
			from = i
		case it.kind == itemWord && !isHan(s[it.start]) && strings.ContainsRune("“”‘’", s[it.start]):
		default:
			return from
		}
	}
	return from
}

// judge decides whether 信息 or 申请 at phrase[n] stands for all of them or for
// one kind only (财政信息, 许可申请).
func (g *grammar) judge(s []rune, fr *frame, phrase []item, n int) {
	if phrase[n].is&(g.info|g.apply) == 0 {
		return
	}
	for i := n - 1; i >= 0; i-- {
		it := phrase[i]
		switch {
		case it.kind == itemTerm && it.is&g.act != 0 && it.is&g.info == 0:
			return
		case it.kind == itemTerm && it.is&g.channels != 0:
			return
		case it.kind == itemTerm && it.is&g.generic != 0:
		case it.kind == itemTerm:
			fr.near |= g.specific
			return
		case it.kind != itemWord:
			return
		case s[it.start] == '”' && i == n-1: // “双公示”信息
			fr.near |= g.specific
			return
		case it.tag == "p" || strings.HasPrefix(it.tag, "ul"):
			return
		case it.noun() && isHan(s[it.start]) || it.verb():
			fr.near |= g.specific
			return
		}
	}
}

// lastSubject takes what the sentence last spoke of for the subject of a
// figure whose own clause names none: 市长信箱 for 共办结119件.
func (g *grammar) lastSubject(s []rune, before []item, fr *frame) {
	for n := len(before) - 1; n >= 0; n-- {
		if before[n].is&g.heads != 0 {
			from := g.phraseStart(s, before, n)
			fr.subjectStart, fr.subjectEnd = before[from].start, before[n].end
			return
		}
	}
}
