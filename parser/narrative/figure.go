package narrative

import (
	"math"
	"unicode/utf8"

	"nianbao/parser/text"
)

// Qualifiers of a [report.Mention].
const (
	QualifierApprox     = "approx"     // 约 近 余 多 左右
	QualifierAtLeast    = "at_least"   // 超 突破 逾 以上
	QualifierAtMost     = "at_most"    // 不足 以内
	QualifierCumulative = "cumulative" // 历年累计 截至目前
	QualifierNone       = "none"       // the words say that there is none: 未收到申请, 无
)

// figure is a number with its unit as it stands in a sentence. Offsets are in
// characters of the slice that was scanned.
type figure struct {
	start, end int // with the unit
	value      float64
	unit       string
	kind       text.Kind
	qualifier  string
	han        bool // written in Chinese numerals
	large      bool // printed in 万 or 亿
	denies     bool // a negation: what it denies follows
	listed     bool // without a unit, and others stand behind it: 行政处罚86、行政检查140条
}

// figures finds every number of a sentence that may count something: those
// with a counting unit, and those without any that the rules must decide on.
// They are appended to found.
func figures(found []figure, s []rune) []figure {
	begins := beginsFigure()
	for i := 0; i < len(s); {
		r := s[i]
		if !begins.has(r) {
			i++
			continue
		}
		switch {
		case r == '《':
			i = closing(s, i, '》')
		case r == '零' && slotAt(s, i) && among("为是", s[i-1]):
			found = append(found, figure{start: i, end: i + 1, kind: unitSlot}) // 均为零
			i++
		case text.Digit(r) >= 0:
			f, end, ok := arabicFigure(s, i)
			if ok && !saysHow(s, f) && !inGluedRow(s, f) {
				found = append(found, f)
			}
			i = end
		case text.HanNumeral(r):
			f, end, ok := hanFigure(s, i)
			if ok {
				found = append(found, f)
			}
			i = end
		case r == '无' && slotAt(s, i):
			found = append(found, figure{start: i, end: i + 1, kind: unitSlot, qualifier: QualifierNone})
			i++
		case among(negations, r) && negatedAt(s, i) > 0:
			end := negatedAt(s, i)
			found = append(found, figure{start: i, end: end, kind: unitSlot, qualifier: QualifierNone, denies: true})
			i = end
		default:
			i++
		}
	}
	return found
}

// saysHow reports whether a figure says how things are counted, and not how many
// there are: 同一信息计1条.
func saysHow(s []rune, f figure) bool {
	return f.value == 1 && f.start > 1 && s[f.start-1] == '计' && !among("共合总累统审设会估", s[f.start-2])
}

// inGluedRow reports whether a figure stands in a row of a table whose cells lost
// what parted them: 数量152无无17.
func inGluedRow(s []rune, f figure) bool {
	return f.start > 1 && s[f.start-1] == '无' && (s[f.start-2] == '无' || text.Digit(s[f.start-2]) >= 0)
}

// beginsFigure are the characters that a figure, or what must not be taken for
// one, begins with.
var beginsFigure = charSetOf(func(r rune) bool {
	return r == '《' || r == '零' || r == '无' || text.Digit(r) >= 0 || text.HanNumeral(r) || among(negations, r)
})

// closing returns the place past the bracket that closes s[i], or past s[i]
// itself where none does within the length of a title.
func closing(s []rune, i int, with rune) int {
	for k := i + 1; k < len(s) && k < i+120; k++ {
		if s[k] == with {
			return k + 1
		}
	}
	return i + 1
}

func isLatin(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// connectors join numbers that together are a date, a telephone number, a
// time, a ratio or a range.
const connectors = "-–—~〜/:∶.·×*^+#_"

func arabicFigure(s []rune, i int) (figure, int, bool) {
	start := i
	before := prevSignificant(s, i)
	value, end, ok := text.Number(s, i)
	// A chain of numbers is one thing that counts nothing.
	chain := false
	for k := end; k < len(s) && among(connectors, s[k]); {
		if k++; k < len(s) && text.Digit(s[k]) >= 0 {
			chain = true
			_, end, _ = text.Number(s, k)
			k = end
		}
	}
	if chain || !ok || lostAt(s, start-1) || lostAt(s, end) || start > 0 && s[start-1] == ' ' && text.Digit(before) >= 0 {
		return figure{}, pastUnit(s, end), false // 12 34条 may be one number
	}
	f := measure(s, end, value)
	f.start, end = start, f.end
	f.large = f.kind == unitNone && text.Magnitude(s[end-1]) >= 1e4
	if past := pastRange(s, end); past > 0 && f.kind == unitNone {
		return figure{}, past, false
	}
	if f.kind == text.Percent && start > 0 && s[start-1] == '-' {
		f.start, f.value = start-1, -f.value
	}
	behind, _ := next(s, end)
	f.listed = f.kind == unitNone && behind == '、'
	switch {
	case before == '第', before == '№', articleList(s, start, f.unit), quoted(s, start, end), // “5个100”工程
		start > 0 && (among("+×*#", s[start-1]) || isLatin(s[start-1]) && !longLatin(s, start)),
		f.kind == unitNone && !bareNumber(s, start, end, f.value), f.kind != unitNone && !counts(f.kind):
		return figure{}, end, false
	}
	return qualify(s, f), end, true
}

// pastRange returns the end of a range that goes on at s[end], 0 where none does: 3至5次
// is no figure.
func pastRange(s []rune, end int) int {
	if r, at := next(s, end); (r == '至' || r == '到' || r == '或') && at+1 < len(s) && (text.Digit(s[at+1]) >= 0 || text.HanNumeral(s[at+1])) {
		_, rest, _ := arabicOrHan(s, at+1)
		return pastUnit(s, rest)
	}
	return 0
}

// lostAt reports whether a character that nobody can know stands at i: it may have
// been a digit.
func lostAt(s []rune, i int) bool {
	return i >= 0 && i < len(s) && s[i] >= 0x80 && text.HasLost(string(s[i]))
}

// longLatin reports whether a word of three Latin letters or more ends before s[i].
func longLatin(s []rune, i int) bool {
	return i > 2 && isLatin(s[i-1]) && isLatin(s[i-2]) && isLatin(s[i-3])
}

func arabicOrHan(s []rune, i int) (float64, int, bool) {
	if text.Digit(s[i]) >= 0 {
		return text.Number(s, i)
	}
	end := pastNumerals(s, i)
	v, ok := text.HanNumber(s[i:end])
	return v, end, ok
}

// measure reads what follows a number: 余 or 多, 万 or 亿, and the unit.
func measure(s []rune, i int, value float64) figure {
	f, factor := figure{}, 1.0
	for ; i < len(s); i++ {
		switch m := text.Magnitude(s[i]); {
		case m >= 1e4 && i+1 < len(s) && s[i+1] == '元': // a unit of its own, as in the tables
			f.end, f.value, f.unit, f.kind = i+2, value*factor, string(s[i:i+2]), text.Money
			return f
		case m > 0:
			factor *= m
		case f.qualifier == "" && isMore(s, i):
			f.qualifier = QualifierApprox
		case factor > 1 && text.Digit(s[i]) >= 0 && text.Magnitude(s[i-1]) > 0:
			// 2万3千: the rest of the same number.
			v, end, ok := text.Number(s, i)
			if !ok {
				f.end, f.value = i, value*factor
				return f
			}
			rest := measure(s, end, v)
			rest.value += value * factor
			return rest
		default:
			return withUnit(s, i, value, factor, f)
		}
	}
	return withUnit(s, i, value, factor, f)
}

// isMore reports whether the character between a number and its unit makes it a round
// one: 20余, 30多, 十来, 十几万.
func isMore(s []rune, i int) bool {
	switch s[i] {
	case '余', '多':
		return true
	case '来':
		return text.Magnitude(s[i-1]) > 0
	case '几':
		return i+1 < len(s) && text.Magnitude(s[i+1]) > 0
	}
	return false
}

// withUnit gives a number that ends at s[i], and is so often its factor, the unit
// behind it.
func withUnit(s []rune, i int, value, factor float64, f figure) figure {
	f.end, f.value = i, round(value*factor)
	k := i
	for k < len(s) && k < i+4 && s[k] == ' ' {
		k++
	}
	if k > i && k < len(s) && text.Magnitude(s[k]) >= 1e4 && factor == 1 {
		return measure(s, k, value) // 2.5 万条
	}
	u, ok := text.UnitAt(s, k)
	if !ok {
		return f
	}
	f.end, f.unit, f.kind = k+utf8.RuneCountInString(u.Name), u.Name, u.Kind
	if u.Counts() && f.end < len(s) && (s[f.end] == '余' || s[f.end] == '多') && (f.end+1 >= len(s) || among(",，。;、)", s[f.end+1])) {
		f.qualifier = QualifierApprox
	}
	if u.Kind == text.Percent {
		f.unit = percentName(u.Name)
	}
	return f
}

// round takes off what binary fractions add: 1.53 × 10000 is 15300.
func round(v float64) float64 {
	if v > 1e9 {
		return v
	}
	return math.Round(v*1e6) / 1e6
}

func percentName(printed string) string {
	switch printed {
	case "个百分点":
		return "百分点"
	}
	return printed
}

func next(s []rune, i int) (rune, int) {
	for i < len(s) && s[i] == ' ' {
		i++
	}
	if i < len(s) {
		return s[i], i
	}
	return 0, i
}

func prevSignificant(s []rune, i int) rune {
	for i--; i >= 0; i-- {
		if s[i] != ' ' {
			return s[i]
		}
	}
	return 0
}

// pastUnit skips the unit after something that is no figure, so that 人 of
// 2至3人 is not left for another number.
func pastUnit(s []rune, i int) int { return measure(s, i, 1).end }

// articleList reports whether the number is one of the articles named after a
// 第 (第二十条、二十一条) or right after a law's title.
func articleList(s []rune, start int, unit string) bool {
	if unit != "条" && unit != "款" && unit != "项" {
		return false
	}
	if start >= 2 && policies.at(s, start-2) > 0 {
		return true // 放管服改革30条
	}
	i := start - 1
	if i >= 0 && (s[i] == '》' || s[i] == '章' && i > 0 && (text.Digit(s[i-1]) >= 0 || text.HanNumeral(s[i-1]))) {
		return true // 共6章56条
	}
	if i < 0 || !among("、至到和及或-—~", s[i]) {
		return false
	}
	for i >= 0 && start-i < 40 {
		switch r := s[i]; {
		case r == '第':
			return true
		case text.Digit(r) >= 0 || text.HanNumeral(r) || among("条款项、至到和及或-—~()", r):
			i--
		default:
			return false
		}
	}
	return false
}

var policies = wordsIn("policies") // of two characters

var attention = []rune("关注") // 回应公众关注9, and no 注9

// bareNumber reports whether a number without a unit may be a count: it ends a
// clause, follows a word and does not look like a year, an ordinal or a code.
func bareNumber(s []rune, start, end int, v float64) bool {
	if v != float64(int64(v)) || v >= 1e7 && text.Magnitude(s[end-1]) == 0 || text.Digit(s[start]) == 0 && end-start > 1 && text.Digit(s[start+1]) >= 0 {
		return false
	}
	large := text.Magnitude(s[end-1]) > 0
	if start == 0 || among("表图附注页卷章节.、(〔-—_/'\"“‘", prevSignificant(s, start)) && !(start >= 2 && hasPrefix(s, start-2, attention)) && !(large && s[start-1] == '、') {
		return false
	}
	r, at := next(s, end)
	switch r {
	case '、': // 行政处罚86、行政检查140条; 5.3万、9.7万
		after, _ := next(s, at+1)
		return large || end-start < 5 && text.Han(after)
	case '和', '增', '升', '降', '减', '涨':
		return large // 7.3万和11.6万, 由9.2万增至11.8万
	case '(':
		return s[start-1] == ':' // 行政复议总计:3(维持2)
	}
	return r == 0 || among(",，。;)\n", r)
}
