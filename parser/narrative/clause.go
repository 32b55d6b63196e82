package narrative

// isComma reports whether the mark joins a clause to the one before.
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
func (g grammar) clauseEnd(items []item, k int) int {
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

// topic returns the heads of the last clause before items[k] that names any,
// or nothing.
func (g grammar) topic(items []item, k int) concepts {
	var clause concepts
	for i := k - 1; i >= 0; i-- {
		it := items[i]
		if it.kind == itemBreak && it.mark != '、' && clause != 0 {
			return clause
		}
		clause |= it.is & (g.heads | g.active)
	}
	return clause
}

// levels reports whether the clause leads from one figure to another: 上升到.
func (g grammar) levels(s []rune, left []item) bool {
	for n := 1; n < len(left); n++ {
		if left[n-1].is&g.diff != 0 && wordIs(s, left[n], "到", "至", "为") {
			return true
		}
	}
	return false
}

// compared reports whether the figure is what another is compared with:
// 较2019年的120件, 从34件上升到 (changes: a change follows it).
func (g grammar) compared(s []rune, left []item, changes bool) bool {
	for n := len(left) - 1; n >= 0; n-- {
		it := left[n]
		if it.is&g.compare != 0 || changes && wordIs(s, it, "从", "由") {
			return true
		}
		if it.is&g.last == 0 && !g.isFiller(s, it) && isHan(s[it.start]) {
			return false
		}
	}
	return false
}
