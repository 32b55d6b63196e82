package narrative

import (
	"slices"

	"nianbao/parser/text"
)

// negations are what a word begins with that says that something did not happen.
const negations = "未没无"

// happens is what may be denied, and noHappening what 无 begins that denies nothing.
var happens = wordsIn("happens")

const noHappening = "法效障需关条偿人论正故纸不线锡为私疑偏差缝时损力暇畏情从"

// deniable are the things whose absence reports tell.
var deniable = wordsIn("deniable")

// negatedAt returns the end of the negation at s[i] (未, 没有, 无), or 0 where none
// stands there that may deny a figure.
func negatedAt(s []rune, i int) int {
	end := i + 1
	if s[i] != '无' && end < len(s) && s[end] == '有' {
		end++
	}
	if end == len(s) || s[i] == '无' && i > 0 && among("有若如是毫并", s[i-1]) {
		return 0
	}
	// 未 denies a verb, and 无 with some characters is another word.
	if (s[end-1] == '未' || s[i] == '无' && among(noHappening, s[end])) && happens.at(s, end) == 0 {
		return 0
	}
	const farthest = 40
	clause := s[end:min(end+farthest, len(s))]
	if n := slices.IndexFunc(clause, func(c rune) bool { return among(",，;。", c) }); n >= 0 {
		clause = clause[:n]
	}
	if !deniable.in(clause) {
		return 0
	}
	return end
}

// slotAt reports whether 无 at s[i], or 零 (均为零), stands where a figure would: after a
// word or a colon, and before the end of its clause.
func slotAt(s []rune, i int) bool {
	if i < 2 || s[i] == '零' && !among("为是", s[i-1]) {
		return false
	}
	r, _ := next(s, i+1)
	p := prevSignificant(s, i)
	return (r == 0 || among(",，。;)、", r)) && (text.Han(p) || among(":)", p))
}
