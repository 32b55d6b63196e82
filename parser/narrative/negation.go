package narrative

import (
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
	switch s[i] {
	case '没', '未':
		if end < len(s) && s[end] == '有' {
			end++
		}
	case '无':
		if i > 0 && among("有若如是毫并", s[i-1]) || end < len(s) && among(noHappening, s[end]) && happens.at(s, end) == 0 {
			return 0
		}
	}
	verb := (s[i] != '未' || end == i+2) && end < len(s)
	if !verb && (end == len(s) || happens.at(s, end) == 0) {
		return 0
	}
	for k := end; k < len(s) && k < end+40 && !among(",，;。", s[k]); k++ {
		if deniable.at(s, k) > 0 {
			return end
		}
	}
	return 0
}

// slotAt reports whether 无 at s[i] stands where a figure would: after a word
// or a colon, and before the end of its clause.
func slotAt(s []rune, i int) bool {
	if i < 2 {
		return false
	}
	r, _ := next(s, i+1)
	p := prevSignificant(s, i)
	return (r == 0 || among(",，。;)、", r)) && (text.Han(p) || among(":)", p))
}
