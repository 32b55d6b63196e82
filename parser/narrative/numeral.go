package narrative

import (
	"slices"

	"nianbao/parser/text"
)

// hanFigure reads the figure that begins with the Chinese numeral at s[i].
func hanFigure(s []rune, i int) (figure, int, bool) {
	if f, end, ok := hanShare(s, i); end > 0 {
		return f, end, ok
	}
	all := names()
	if n := all.at(s, i); n > 0 {
		return figure{}, i + n, false
	}
	end := pastNumerals(s, i)
	if end+1 < len(s) && s[end] == '分' && s[end+1] == '之' { // 三分之二
		return figure{}, pastNumerals(s, end+2), false
	}
	digits := end
	for digits > i && text.Magnitude(s[digits-1]) >= 1e4 { // leave 万 and 亿 to measure, for 万元
		digits--
	}
	if slices.ContainsFunc(s[i:digits], func(r rune) bool { return text.Magnitude(r) >= 1e4 }) {
		digits = end // 一亿二千万 is one number
	}
	if past := pastRange(s, digits); past > 0 {
		return figure{}, past, false
	}
	v, ok := hanValue(s, i, digits, end)
	if !ok {
		return figure{}, end, false
	}
	f := measure(s, digits, v)
	f.start, f.han = i, true
	if !counts(f.kind) {
		return figure{}, max(f.end, end), false
	}
	// 一条条信息
	if numbers(s, i) || begins(s[f.end:], f.unit) || onlyNames(s, i, f.end, f.unit) || abstraction(s, f.end, f.unit) {
		return figure{}, f.end, false
	}
	return qualify(s, f), f.end, true
}

// pastNumerals returns the end of the Chinese numerals at s[i].
func pastNumerals(s []rune, i int) int {
	for i < len(s) && text.HanNumeral(s[i]) {
		i++
	}
	return i
}

var shares = map[rune]string{'百': "%", '千': "‰"}

// hanShare reads 百分之九十五 at s[i]; end is 0 where no such share begins there.
func hanShare(s []rune, i int) (f figure, end int, ok bool) {
	unit, known := shares[s[i]]
	if !known || i+3 >= len(s) || s[i+1] != '分' || s[i+2] != '之' {
		return figure{}, 0, false
	}
	k := i + 3
	if !numeral(s[k]) {
		return figure{}, k, false
	}
	v, end, ok := arabicOrHan(s, k)
	if s[k] == '百' {
		v, ok = 100, true
	}
	if end+1 < len(s) && s[end] == '点' && text.HanDigit(s[end+1]) >= 0 {
		scale := 0.1
		for end++; end < len(s) && text.HanDigit(s[end]) >= 0; end++ {
			v += float64(text.HanDigit(s[end])) * scale
			scale /= 10
		}
		v = round(v)
	}
	return qualify(s, figure{start: i, end: end, value: v, unit: unit, kind: text.Percent, han: true}), end, ok
}

// nearWords are what may stand before a magnitude without a number of its own: 近千条.
const nearWords = "近上约超逾"

// hanValue is the number of the numerals s[i:end], of which those from digits on
// are 万 or 亿. 百余件 and 近千条 have a number of their own, 百姓 has not.
func hanValue(s []rune, i, digits, end int) (float64, bool) {
	near := i > 0 && among(nearWords, s[i-1])
	if digits == i {
		return 1, end-i == 1 && near // 上万人次
	}
	if v, ok := text.HanNumber(s[i:digits]); ok {
		return v, true
	}
	v := text.Magnitude(s[i])
	return v, digits-i == 1 && v >= 100 && digits < len(s) && (near || s[digits] == '余')
}

// numbering are the characters before a Chinese numeral with a unit that make it
// no count: 第三次, 每一件, 十四届三次全会.
const numbering = "届第每同某任逐进统唯这那另之单不专初周几十百千万双两三其该首整跑"

// numbers reports whether the Chinese numeral at s[i] is an ordinal or a part of
// a word.
func numbers(s []rune, i int) bool {
	if i == 0 {
		return false
	}
	switch before := s[i-1]; before {
	case '点': // 三点五; 热点十二次 counts
		return i > 1 && text.HanNumeral(s[i-2])
	case '数': // 数十件; 人数八千人 counts
		return text.Magnitude(s[i]) > 0
	case '上': // 上一次; 上百件 counts
		return text.Magnitude(s[i]) < 100
	default:
		return among(numbering, before)
	}
}
