package narrative

import "slices"

// frame is what a sentence says around one of its figures.
type frame struct {
	near      concepts // of the figure's own clause
	topic     concepts // of what the sentence, or the heading above it, last spoke of
	object    concepts // of the noun right beside the figure
	hasObject bool
	// subject is the noun phrase the figure counts, as characters of the
	// sentence; empty where the sentence names none.
	subjectStart, subjectEnd int

	taken      int      // past the noun phrase after the figure, as an item; 0 for none
	partMark   bool     // 其中 stands in the clause before the figure
	cumulative bool     // 累计
	atLeast    bool     // 至少开展2次
	each       bool     // 各, 均, 分别: the figure holds for each thing named
	shared     concepts // near, before a 分别 took from it what is another figure's
	abstract   bool     // 四个精准对接: a slogan, no count
}

// previous is what a figure needs to know of the one before it.
type previous struct {
	taken int      // its frame's taken
	verbs concepts // the verbs of its clause
}

// frame reads the clause of the figure at items[k].
func (g *grammar) frame(s []rune, items []item, k int, last previous) frame {
	var fr frame
	start := g.clauseStart(items, k)
	if start > 0 && items[start-1].kind == itemFigure && last.taken > start && last.taken <= k {
		start = last.taken // what the figure before counts stands after it
	}
	if told, ok := g.reaches(s, items, start, k); ok {
		// 主动公开信息较上年增长12%,达到8620条: the clause before says what reached it.
		g.gather(s, &fr, told)
		fr.near &^= g.diff | g.compare | g.last
		g.count(s, &fr, told, nil, k)
		fr.topic = g.topic(s, items, k)
		return fr
	}
	if start > 0 && g.saysNothing(s, items[start:k]) && isComma(items[start-1]) && !g.continues(items, start-1) {
		start = g.clauseStart(items, start-1) // 开展政务公开培训,共3次: the clause before says what is counted
	}
	end := g.clauseEnd(items, k)
	left, right := items[start:k], items[k+1:end]
	if g.levels(s, left) {
		// 从34件上升到51件: the level after the change; what it counts was said before.
		start = g.clauseStart(items, start-1)
		left = slices.DeleteFunc(slices.Clone(items[start:k]), func(it item) bool {
			return it.is&(g.diff|g.compare|g.unite) != 0 || it.kind == itemFigure
		})
	}

	g.gather(s, &fr, left)
	if fr.near&g.verbs == 0 && len(left) > 0 && left[0].kind == itemBreak && left[0].mark == '、' {
		fr.near |= last.verbs // 注销公众号3个、微博2个: one verb for both
	}
	if g.compared(s, left, end < len(items) && items[end].is&g.diff != 0 || len(right) > 0 && right[0].is&g.unite != 0) {
		fr.near |= g.compare
	}
	if monthsOnly(s, left) {
		fr.near |= g.last
	}
	g.count(s, &fr, left, right, k)

	fr.topic = g.topic(s, items, start)
	if fr.near&g.places == 0 {
		fr.near |= g.quotedPlace(s, left)
	}
	if fr.near&(g.places|g.media) != 0 {
		fr.topic &^= g.places // the clause names its own
	}
	if fr.subjectEnd == 0 {
		g.lastSubject(s, items[:start], &fr)
	}
	if g.saysNothing(s, left) && g.saysNothing(s, right) {
		fr.near |= g.empty
	}
	return fr
}

// quotedPlace returns what a name in quotation marks is that receives, answers
// or publishes: “区长手机”受理128件 is none of the mailbox's, and “兴文发布”发布信息 is
// an account's.
func (g *grammar) quotedPlace(s []rune, left []item) concepts {
	for n := 1; n < len(left); n++ {
		if left[n].is&(g.receive|g.answer|g.publish) == 0 || !wordIs(s, left[n-1], "”", "」") {
			continue
		}
		if end := left[n-1].start; end >= 2 && hasPrefix(s, end-2, accountName) {
			return g.account
		}
		return g.media
	}
	return 0
}

var accountName = []rune("发布") // what governments call their accounts: 昆山发布

// gather takes the concepts of the clause before the figure, and the words
// that say how its figure is meant. What a closed bracket adds is not what is
// counted.
func (g *grammar) gather(s []rune, fr *frame, left []item) {
	depth := 0
	var nearest, drop concepts // 对受理申请已答复198件: the verb beside the figure, and the other one
	between := 0               // what is not filler on this side of the other
	for n := len(left) - 1; n >= 0; n-- {
		it := left[n]
		switch verb := it.is & (g.receive | g.answer); {
		case depth > 0 || g.isFiller(s, it):
		case nearest == 0 && between == 0 && it.is&g.heads == 0 && (verb == g.receive || verb == g.answer):
			nearest = verb
		case nearest != 0 && between > 0 && verb != 0 && verb&nearest == 0:
			drop = verb
		default:
			between++
		}
		switch {
		case it.kind == itemClose:
			depth++
		case it.kind == itemOpen && depth > 0:
			depth--
		}
		if depth > 0 || it.kind == itemBreak {
			continue
		}
		fr.near |= it.is &^ (g.compare | drop)
		switch s[it.start] {
		case '其':
			fr.partMark = fr.partMark || wordIs(s, it, "其中")
		case '累':
			fr.cumulative = fr.cumulative || startsWith(s, it, "累计")
		case '至', '不':
			fr.atLeast = fr.atLeast || startsWith(s, it, "至少") || wordIs(s, it, "不少于")
		case '各', '均', '分', '都':
			fr.each = fr.each || wordIs(s, it, "各", "均", "分别", "都")
		}
	}
}

// owns reports whether the noun at left[at] is not what is counted but has it
// or takes part in it: 县政府办公室有3名同志, 培训覆盖45家单位.
func (g *grammar) owns(s []rune, left []item, at int, right []item) bool {
	if left[at].kind == itemTerm && left[at].is&^(g.attend|g.filler) == 0 && right[0].kind == itemWord {
		return true
	}
	for _, it := range left[at+1:] {
		if wordIs(s, it, "有", "共有", "现有", "拥有", "设有", "配有") {
			return right[0].is&g.persons != 0 || left[at].kind == itemWord
		}
	}
	return false
}

// count finds what the figure counts: the noun right before it, else the noun
// after it, else whatever its clause names.
func (g *grammar) count(s []rune, fr *frame, left, right []item, k int) {
	phrase, n := left, -1
	head, after := g.headNoun(s, right)
	at, ok := g.adjacentNoun(s, left)
	if ok && after && g.owns(s, left, at, right) {
		ok = false // 县政府办公室有3名同志: the noun before has what is counted
	}
	if ok {
		n = at
		fr.hasObject, fr.object = true, left[n].is
		for _, it := range right {
			fr.near |= it.is & g.attend // 各部门150余人参加了培训
		}
	} else if after {
		phrase, n = right, head
		for _, it := range right[:n+1] {
			fr.near |= it.is
		}
		for _, it := range right[n+1:] {
			fr.near |= it.is &^ (g.act | g.interpret)
		}
		fr.hasObject, fr.object, fr.taken = true, right[n].is, k+1+n+1
	} else {
		if g.saysNothing(s, left) {
			for _, it := range right { // 其中12件已答复,1件结转下年
				fr.near |= it.is &^ (g.diff | g.compare)
			}
		}
		for i := len(left) - 1; i >= 0 && n < 0; i-- {
			if it := left[i]; g.names(s, it) && (it.kind == itemWord || it.is&^(g.filler|g.verbs) != 0) {
				n = i
			}
		}
	}
	if n < 0 {
		return
	}
	fr.subjectStart, fr.subjectEnd = phrase[g.phraseStart(s, phrase, n)].start, phrase[n].end
	g.judge(s, fr, phrase, n)
}
