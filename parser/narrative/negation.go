package narrative

import (
	"slices"
	"unicode/utf8"

	"nianbao/parser/text"
)

// negations are what a word begins with that says that something did not happen.
const negations = "未没无"

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
	// 未 denies a verb.
	if (s[end-1] == '未' || wording.NoDenial.at(s, i) > 0) && wording.Happens.at(s, end) == 0 {
		return 0
	}
	const farthest = 40
	clause := s[end:min(end+farthest, len(s))]
	if n := slices.IndexFunc(clause, func(c rune) bool { return among(",，;。", c) }); n >= 0 {
		clause = clause[:n]
	}
	if !wording.Deniable.in(clause) {
		return 0
	}
	return end
}

// deniesBehind reports whether the numeral at s[i] denies what stands right behind it: 零复议, 0申请.
func deniesBehind(s []rune, i int) bool {
	return wording.Deniable.at(s, i+1) > 0 && (i == 0 || !numeral(s[i-1]) && !among(connectors, s[i-1]))
}

// pastOne passes over the one thing that a negation which ends at s[i] says not even to
// have been: 无一例, 未收到一件.
func pastOne(s []rune, i int) int {
	one := i + wording.Happens.at(s, i)
	if one < len(s) && s[one] == '一' {
		if u, ok := text.UnitAt(s, one+1); ok && counts(u.Kind) {
			return one + 1 + utf8.RuneCountInString(u.Name)
		}
	}
	return i
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
