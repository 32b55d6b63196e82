package narrative

import (
	"slices"
	"strings"
)

// frame is what a sentence says around one of its figures.
type frame struct {
	near      concepts // of the figure's own clause
	topic     concepts // of what the sentence, or the heading above it, last spoke of
	object    concepts // of the noun right beside the figure
	hasObject bool
	// subject is the noun phrase the figure counts, as characters of the
	// sentence; empty where the sentence names none.
	subjectStart, subjectEnd int
	abstract                 bool // 四个精准对接: a slogan, no count
	cumulative               bool // 累计, 截至
	atLeast                  bool // 至少开展2次
	each                     bool // 各, 均, 分别: the figure holds for each thing named
	left, right              int  // the figure's clause, as items [left, right)
	taken                    int  // past the noun phrase after the figure, as an item; 0 for none
	partMark                 bool // 其中 stands in the clause before the figure
	enumerated               bool // a 、 stands between this figure and the last
}

// grammar holds the sets of concepts that frames ask for.
type grammar struct {
	verbs, heads, filler                                                        concepts
	interpret, attend, active, info, generic, apply, specific, empty, diff, act concepts
	places, compare, last, channels, review, lawsuit, both                      concepts
}

func newGrammar(l *lexicon) grammar {
	return grammar{
		verbs:     l.set("RECEIVE|ANSWER|PUBLISH|ACTIVE|RESPOND|ISSUE|CLOSE|DIFF|CARRY|PLAN|LAST|HANDOVER|ABOLISH|UNITE|REPUBLISH|SOLICIT"),
		heads:     l.set("REQUEST|MAILBOX|OTHERBOX|HOTLINE|OTHERBOX|WEBSITE|NEWMEDIA|CHANNELACCT|APPLY|TRAINING|REVIEW|LAWSUIT|QUESTION|PROPOSAL|SURVEY|INTERVIEW|NORMDOC|INTERPRET|GAZETTE|PRESSCONF|HOTTOPIC"),
		filler:    l.set("NEUTRAL|GENERIC|COMPARE"),
		interpret: l.set("INTERPRET|SOLICIT"),
		attend:    l.set("ATTEND|TRAINING"),
		active:    l.set("ACTIVE"),
		info:      l.set("INFO"),
		generic:   l.set("GENERIC|NEUTRAL|WEBSITE|NEWMEDIA|CHANNELACCT|PUBLISH|ACTIVE|RECEIVE|ANSWER|INFO|CONTENT|REQUEST"),
		apply:     l.set("APPLY"),
		specific:  l.set(conceptSpecific),
		empty:     l.set(conceptEmpty),
		diff:      l.set("DIFF"),
		act:       l.set("PUBLISH|ACTIVE|RECEIVE|ANSWER|REPUBLISH"),
		channels:  l.set("WEBSITE|NEWMEDIA|CHANNELACCT"),
		places:    l.set("MAILBOX|OTHERBOX|HOTLINE|OTHERBOX|WEBSITE|NEWMEDIA|CHANNELACCT|REQUEST"),
		compare:   l.set("COMPARE"),
		last:      l.set("LAST"),
		review:    l.set("REVIEW"),
		lawsuit:   l.set("LAWSUIT"),
		both:      l.set("REVIEW|LAWSUIT"),
	}
}

// isFiller reports whether an item says nothing about what a figure counts.
func (g grammar) isFiller(s []rune, it item) bool {
	switch it.kind {
	case itemTerm:
		return it.is&^g.filler == 0
	case itemWord:
		return !(it.noun() && isHan(s[it.start])) && !it.verb()
	}
	return it.kind == itemBreak && it.mark == '、'
}

// frame reads the clause of the figure at items[k]. outer is the topic that
// the sentences and the heading before this one leave.
func (g grammar) frame(s []rune, items []item, k, taken int, verbs, outer concepts) frame {
	fr := frame{}
	fr.left = g.clauseStart(items, k)
	if fr.left > 0 && items[fr.left-1].kind == itemFigure && taken > fr.left && taken <= k {
		fr.left = taken // what the figure before counts stands after it
	}
	if fr.left > 0 && g.saysNothing(s, items[fr.left:k]) && isComma(items[fr.left-1]) && !g.continues(items, fr.left-1) {
		// 开展政务公开培训,共3次: the clause before says what is counted.
		fr.left = g.clauseStart(items, fr.left-1)
	}
	left := items[fr.left:k]
	fr.right = clauseEnd(g, items, k)
	right := items[k+1 : fr.right]

	if g.levels(s, left) {
		// 从34件上升到51件: the level after the change; what it counts was said before.
		fr.left = g.clauseStart(items, fr.left-1)
		level := slices.Clone(items[fr.left:k])
		left = slices.DeleteFunc(level, func(it item) bool {
			return it.is&(g.diff|g.compare) != 0 || it.kind == itemFigure
		})
	}
	depth := 0
	for n := len(left) - 1; n >= 0; n-- {
		it := left[n]
		if it.kind == itemClose {
			depth++
		} else if it.kind == itemOpen && depth > 0 {
			depth--
		}
		if depth > 0 {
			continue // what a bracket adds is not what is counted
		}
		fr.near |= it.is &^ g.compare
		if it.kind != itemBreak {
			w := string(s[it.start:it.end])
			fr.partMark = fr.partMark || w == "其中"
			fr.cumulative = fr.cumulative || strings.HasPrefix(w, "累计")
			fr.atLeast = fr.atLeast || strings.HasPrefix(w, "至少") || w == "不少于"
			fr.each = fr.each || w == "各" || w == "均" || w == "分别" || w == "都"
		} else if it.mark == '、' {
			fr.enumerated = true
		}
	}
	if k > 0 && items[k-1].kind == itemBreak && items[k-1].mark == '、' {
		fr.enumerated = true
	}

	if fr.near&g.verbs == 0 && len(left) > 0 && left[0].kind == itemBreak && left[0].mark == '、' {
		fr.near |= verbs // 注销公众号3个、微博2个: one verb for both
	}
	if g.compared(left, s, fr.right < len(items) && items[fr.right].is&g.diff != 0) {
		fr.near |= g.compare
	}
	if n, counted := g.adjacentNoun(s, left); counted {
		fr.hasObject, fr.object = true, left[n].is
		from := g.phraseStart(s, left, n)
		fr.subjectStart, fr.subjectEnd = left[from].start, left[n].end
		g.judge(s, &fr, left, n)
		for _, it := range right { // 各部门150余人参加了培训
			fr.near |= it.is & g.attend
		}
	} else if n, ok := g.headNoun(s, right); ok {
		for _, it := range right[:n+1] {
			fr.near |= it.is
		}
		for _, it := range right[n+1:] {
			fr.near |= it.is &^ (g.act | g.interpret)
		}
		fr.hasObject, fr.object, fr.taken = true, right[n].is, k+1+n+1
		from := g.phraseStart(s, right, n)
		fr.subjectStart, fr.subjectEnd = right[from].start, right[n].end
		g.judge(s, &fr, right, n)
	} else {
		for n := len(left) - 1; n >= 0; n-- {
			if it := left[n]; g.names(s, it) && it.is&^(g.filler|g.verbs) != 0 || it.kind == itemWord && g.names(s, it) {
				from := g.phraseStart(s, left, n)
				fr.subjectStart, fr.subjectEnd = left[from].start, left[n].end
				g.judge(s, &fr, left, n)
				break
			}
		}
	}
	fr.topic = g.topic(items, fr.left, outer)
	if fr.near&g.places != 0 {
		fr.topic &^= g.places // the clause names its own
	}
	if fr.subjectEnd == 0 {
		g.lastSubject(s, items[:fr.left], &fr)
	}
	if g.saysNothing(s, left) && (len(right) == 0 || g.saysNothing(s, right)) {
		fr.near |= g.empty
	}
	return fr
}

// levels reports whether the clause leads from one figure to another: 上升到.
func (g grammar) levels(s []rune, left []item) bool {
	for n := 1; n < len(left); n++ {
		if left[n-1].is&g.diff != 0 && isWord(s, left[n], "到", "至", "为") {
			return true
		}
	}
	return false
}

// compared reports whether the figure is what another is compared with:
// 较2019年的120件, 从34件上升到 (changes: a change follows it).
func (g grammar) compared(left []item, s []rune, changes bool) bool {
	for n := len(left) - 1; n >= 0; n-- {
		it := left[n]
		if it.is&g.compare != 0 || changes && isWord(s, it, "从", "由") {
			return true
		}
		if it.is&g.last == 0 && !g.isFiller(s, it) && isHan(s[it.start]) {
			return false
		}
	}
	return false
}

// isWord reports whether the item is one of the words.
func isWord(s []rune, it item, words ...string) bool {
	return slices.Contains(words, string(s[it.start:it.end]))
}

// lastSubject takes what the sentence last spoke of for the subject of a
// figure whose own clause names none: 市长信箱 for 共办结119件.
func (g grammar) lastSubject(s []rune, before []item, fr *frame) {
	for n := len(before) - 1; n >= 0; n-- {
		if before[n].is&g.heads != 0 {
			from := g.phraseStart(s, before, n)
			fr.subjectStart, fr.subjectEnd = before[from].start, before[n].end
			return
		}
	}
}

// judge decides whether 信息 or 申请 at phrase[n] stands for all of them or for
// one kind only (财政信息, 许可申请).
func (g grammar) judge(s []rune, fr *frame, phrase []item, n int) {
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

// names reports whether the item can be what a figure counts.
func (g grammar) names(s []rune, it item) bool {
	if it.kind == itemTerm {
		return it.is&^g.verbs != 0 && it.is&^g.filler != 0
	}
	return it.noun() && isHan(s[it.start])
}

// adjacentNoun finds the noun right before the figure: 信息 in 公开信息478条.
func (g grammar) adjacentNoun(s []rune, left []item) (int, bool) {
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
func (g grammar) headNoun(s []rune, right []item) (int, bool) {
	head := -1
	for n, it := range right {
		if g.names(s, it) {
			head = n
			continue
		}
		if it.verb() || it.kind == itemTerm && it.is&g.verbs != 0 || isWord(s, it, "开展", "举办", "组织", "召开", "举行") {
			of := false
			for _, later := range right[n+1:] {
				of = of || string(s[later.start:later.end]) == "的"
			}
			if !of || head >= 0 && right[head].kind == itemTerm {
				return head, head >= 0
			}
		}
	}
	return head, head >= 0
}

// phraseStart returns where the noun phrase that ends at phrase[n] begins.
func (g grammar) phraseStart(s []rune, phrase []item, n int) int {
	from := n
	for i := n - 1; i >= 0; i-- {
		it := phrase[i]
		switch {
		case it.kind == itemTerm && it.is&g.verbs != 0 && it.is&(g.info|g.heads) == 0:
			return from
		case it.kind == itemTerm && g.isFiller(s, it):
			if w := string(s[it.start:it.end]); strings.Contains("其中累计全年共约近已了为达计均先后分别各有向上对外和及的", w) {
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

// saysNothing reports whether the items are fillers only.
func (g grammar) saysNothing(s []rune, items []item) bool {
	for _, it := range items {
		if it.kind == itemTerm && string(s[it.start:it.end]) == "其中" || !g.isFiller(s, it) {
			return false
		}
	}
	return true
}

func isComma(it item) bool {
	return it.kind == itemBreak && (it.mark == '，' || it.mark == ',' || it.mark == '：' || it.mark == ':')
}

// continues reports whether the clause that ends at items[k] tells a figure
// itself.
func (g grammar) continues(items []item, k int) bool {
	for i := g.clauseStart(items, k); i < k; i++ {
		if items[i].kind == itemFigure {
			return true
		}
	}
	return k > 0 && items[k-1].kind == itemFigure
}

// clauseStart returns the first item of the clause that items[k] ends.
func (g grammar) clauseStart(items []item, k int) int {
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
			if (it.mark == ':' || it.mark == '：') && i == k-1 {
				continue // 行政复议:3件
			}
			return i + 1
		}
	}
	return 0
}

// clauseEnd returns the item past the clause that goes on after items[k].
func clauseEnd(g grammar, items []item, k int) int {
	for i := k + 1; i < len(items); i++ {
		switch it := items[i]; it.kind {
		case itemFigure, itemBreak, itemOpen, itemClose:
			return i
		case itemTerm:
			if it.is&g.diff != 0 {
				return i
			}
		}
	}
	return len(items)
}

// topic returns the heads of the last clause before items[k] that names any.
func (g grammar) topic(items []item, k int, outer concepts) concepts {
	var clause concepts
	for i := k - 1; i >= 0; i-- {
		it := items[i]
		if it.kind == itemBreak && it.mark != '、' && clause != 0 {
			return clause
		}
		clause |= it.is & (g.heads | g.active)
	}
	if clause != 0 {
		return clause
	}
	return outer
}
