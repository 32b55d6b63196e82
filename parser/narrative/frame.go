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

	taken      int  // past the noun phrase after the figure, as an item; 0 for none
	partMark   bool // 其中 stands in the clause before the figure
	cumulative bool // 累计
	atLeast    bool // 至少开展2次
	each       bool // 各, 均, 分别: the figure holds for each thing named
	abstract   bool // 四个精准对接: a slogan, no count
}

// previous is what a figure needs to know of the one before it.
type previous struct {
	taken int      // its frame's taken
	verbs concepts // the verbs of its clause
}

// frame reads the clause of the figure at items[k].
func (g grammar) frame(s []rune, items []item, k int, last previous) frame {
	var fr frame
	start := g.clauseStart(items, k)
	if start > 0 && items[start-1].kind == itemFigure && last.taken > start && last.taken <= k {
		start = last.taken // what the figure before counts stands after it
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
			return it.is&(g.diff|g.compare) != 0 || it.kind == itemFigure
		})
	}

	g.gather(s, &fr, left)
	if fr.near&g.verbs == 0 && len(left) > 0 && left[0].kind == itemBreak && left[0].mark == '、' {
		fr.near |= last.verbs // 注销公众号3个、微博2个: one verb for both
	}
	if g.compared(s, left, end < len(items) && items[end].is&g.diff != 0) {
		fr.near |= g.compare
	}
	g.count(s, &fr, left, right, k)

	fr.topic = g.topic(items, start)
	if fr.near&g.places != 0 {
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

// gather takes the concepts of the clause before the figure, and the words
// that say how its figure is meant. What a closed bracket adds is not what is
// counted.
func (g grammar) gather(s []rune, fr *frame, left []item) {
	depth := 0
	for n := len(left) - 1; n >= 0; n-- {
		it := left[n]
		switch {
		case it.kind == itemClose:
			depth++
		case it.kind == itemOpen && depth > 0:
			depth--
		}
		if depth > 0 || it.kind == itemBreak {
			continue
		}
		fr.near |= it.is &^ g.compare
		fr.partMark = fr.partMark || wordIs(s, it, "其中")
		fr.cumulative = fr.cumulative || startsWith(s, it, "累计")
		fr.atLeast = fr.atLeast || startsWith(s, it, "至少") || wordIs(s, it, "不少于")
		fr.each = fr.each || wordIs(s, it, "各", "均", "分别", "都")
	}
}

// count finds what the figure counts: the noun right before it, else the noun
// after it, else whatever its clause names.
func (g grammar) count(s []rune, fr *frame, left, right []item, k int) {
	phrase, n := left, -1
	if at, ok := g.adjacentNoun(s, left); ok {
		n = at
		fr.hasObject, fr.object = true, left[n].is
		for _, it := range right {
			fr.near |= it.is & g.attend // 各部门150余人参加了培训
		}
	} else if at, ok := g.headNoun(s, right); ok {
		phrase, n = right, at
		for _, it := range right[:n+1] {
			fr.near |= it.is
		}
		for _, it := range right[n+1:] {
			fr.near |= it.is &^ (g.act | g.interpret)
		}
		fr.hasObject, fr.object, fr.taken = true, right[n].is, k+1+n+1
	} else {
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
