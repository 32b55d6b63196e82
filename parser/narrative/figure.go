package narrative

import (
	"math"
	"slices"
	"strings"
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
	broken     bool // only a part of a number that nobody can read: 12,3件
}

// inParts reports whether a figure counts in fractions, as nothing is counted: 1.234条, for 1,234.
func (f figure) inParts() bool {
	return f.kind != text.Percent && f.kind != text.Money && f.value != math.Trunc(f.value)
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
		case among("零无", r) && slotAt(s, i):
			f := figure{start: i, end: i + 1, kind: unitSlot}
			if r == '无' {
				f.qualifier = QualifierNone
			}
			found = append(found, f)
			i++
		case among("零0", r) && deniesBehind(s, i):
			found = append(found, figure{start: i, end: i + 1, kind: unitSlot, qualifier: QualifierNone, denies: true})
			i++
		case text.Digit(r) >= 0:
			f, end, ok := arabicFigure(s, i)
			if ok && !saysHow(s, f) && !inGluedRow(s, f) || f.broken {
				found = append(found, f)
			}
			i = end
		case text.HanNumeral(r):
			f, end, ok := hanFigure(s, i)
			if ok {
				found = append(found, f)
			}
			i = end
		default:
			i++
			if end := negatedAt(s, i-1); end > 0 {
				found = append(found, figure{start: i - 1, end: end, kind: unitSlot, qualifier: QualifierNone, denies: true})
				i = pastOne(s, end)
			}
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
	return r == '《' || numeral(r) || among(negations, r)
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

func arabicFigure(s []rune, start int) (figure, int, bool) {
	value, end, ok := text.Number(s, start)
	chain := pastChain(s, end)
	if chain > end || !ok {
		return figure{}, pastUnit(s, chain), false
	}
	f := measure(s, end, value)
	if partOfNumber(s, start, end) {
		return figure{start: start, end: f.end, broken: counts(f.kind)}, pastUnit(s, end), false
	}
	f.start, end = start, f.end
	if past := pastRange(s, end); past > 0 && f.kind == unitNone {
		return figure{}, past, false
	}
	if f.kind == text.Percent && start > 0 && s[start-1] == '-' {
		f.start, f.value = start-1, -f.value
	}
	if behind, _ := next(s, end); f.kind == unitNone {
		f.large, f.listed = text.Magnitude(s[end-1]) >= 1e4, behind == '、'
		ok = bareNumber(s, start, end, f.value)
	} else {
		ok = counts(f.kind)
	}
	if !ok || onlyNames(s, start, end, f.unit) || partOfCode(s, start) {
		return figure{}, end, false
	}
	return qualify(s, f), end, true
}

// pastChain returns the end of the numbers that connectors join to the one that ends at
// s[end]: together they are one thing that counts nothing.
func pastChain(s []rune, end int) int {
	for k := end; k < len(s) && among(connectors, s[k]); {
		if k++; k < len(s) && text.Digit(s[k]) >= 0 {
			_, end, _ = text.Number(s, k)
			k = end
		}
	}
	return end
}

// onlyNames reports whether the number s[start:end] only names something: an article of a
// law, a thing in quotation marks (“5个100”工程), or a hotline (办理12345件480件).
func onlyNames(s []rune, start, end int, unit string) bool {
	return articleList(s, start, unit) || quoted(s, start, end) || wording.HotlineNumbers.at(s, start) == end-start-utf8.RuneCountInString(unit) && end < len(s) && numeral(s[end])
}

// partOfCode reports whether what stands before the number s[start] makes it an ordinal
// or a part of a code: 第3, H5, ×2.
func partOfCode(s []rune, start int) bool {
	return prevSignificant(s, start) == '第' || start > 0 && (among("+×*#", s[start-1]) || isLatin(s[start-1]) && !longLatin(s, start))
}

// numeral reports whether a character is an Arabic or a Chinese numeral.
func numeral(c rune) bool { return text.Digit(c) >= 0 || text.HanNumeral(c) }

// pastRange returns the end of a range that goes on at s[end], 0 where none does: 3至5次
// is no figure.
func pastRange(s []rune, end int) int {
	if r, at := next(s, end); (r == '至' || r == '到' || r == '或') && at+1 < len(s) && numeral(s[at+1]) {
		_, rest, _ := arabicOrHan(s, at+1)
		return pastUnit(s, rest)
	}
	return 0
}

// lostAt reports whether a character that nobody can know stands at i: it may have
// been a digit.
func lostAt(s []rune, i int) bool {
	return i >= 0 && i < len(s) && text.HasLost(string(s[i]))
}

// partOfNumber reports whether the number s[start:end] may be only a part of one: of one that
// lost a digit, or whose digits blanks and a mark part: 12 34条, 2,0 16条, 2 ,310条, 12,3件. What
// parts thousands is read with its number.
func partOfNumber(s []rune, start, end int) bool {
	const parting = ",，.、'’"
	before := pastBlanks(s, start)
	if before > 0 && among(parting, s[before-1]) {
		if s[before-1] == '、' && sharedOut(s, start) {
			return false
		}
		before = pastBlanks(s, before-1)
	}
	behind, at := next(s, end)
	if among(parting, behind) && behind != '、' {
		behind, _ = next(s, at+1)
	}
	return lostAt(s, start-1) || lostAt(s, end) || before > 0 && text.Digit(s[before-1]) >= 0 || text.Digit(behind) >= 0
}

// sharedOut reports whether the figures of a list at s[i] are one for each thing named: 分别为5、4件.
func sharedOut(s []rune, i int) bool { return wording.EachApart.in(s[clauseAt(s, i):i]) }

// numbersFrom returns where the digits begin that blanks and marks join to those at s[end], and
// whether they may be one number: more are a row of a table that was not read.
func numbersFrom(s []rune, end int) (from int, one bool) {
	const most = 3
	groups := 1
	from = end
	for i := end; i > 0 && (text.Digit(s[i-1]) >= 0 || lostAt(s, i-1) || among(" ,，.、'’", s[i-1])); i-- {
		if text.Digit(s[i-1]) >= 0 || lostAt(s, i-1) {
			if from > i {
				groups++
			}
			from = i - 1
		}
	}
	return from, groups <= most && from < end
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
		case isMore(s, i):
			f.qualifier = QualifierApprox
		case text.Digit(s[i]) >= 0 && text.Magnitude(s[i-1]) > 0:
			// 2万3千: the rest of the same number.
			v, end, _ := text.Number(s, i)
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
	r, k := next(s, i)
	if text.Magnitude(r) >= 1e4 && factor == 1 {
		return measure(s, k, value) // 2.5 万条
	}
	u, ok := text.UnitAt(s, k)
	if !ok {
		return f
	}
	f.end, f.unit, f.kind = k+utf8.RuneCountInString(u.Name), u.Name, u.Kind
	if u.Kind == text.Percent {
		f.unit = strings.TrimPrefix(u.Name, "个") // 个百分点
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

func next(s []rune, i int) (rune, int) {
	for i < len(s) && s[i] == ' ' {
		i++
	}
	if i < len(s) {
		return s[i], i
	}
	return 0, i
}

// pastBlanks goes back over the blanks before s[i].
func pastBlanks(s []rune, i int) int {
	for i > 0 && s[i-1] == ' ' {
		i--
	}
	return i
}

func prevSignificant(s []rune, i int) rune {
	if i = pastBlanks(s, i); i > 0 {
		return s[i-1]
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
	const longest = 40
	before := s[max(0, start-longest):start]
	switch n := len(before); {
	case n > 0 && before[n-1] == '》', n > 1 && before[n-1] == '章' && numeral(before[n-2]): // 共6章56条
		return true
	case wording.Policies.endingAt(s, start) > 0: // 放管服改革30条
		return true
	}
	for _, r := range slices.Backward(before) {
		if r == '第' {
			return true
		}
		if !numeral(r) && !among("条款项、至到和及或-—~()", r) {
			return false
		}
	}
	return false
}

// bareNumber reports whether a number without a unit may be a count: it ends a
// clause, follows a word and does not look like a year, an ordinal or a code. Its cases are
// what stands around numbers.
func bareNumber(s []rune, start, end int, v float64) bool {
	large := text.Magnitude(s[end-1]) > 0
	switch {
	case start == 0, v != math.Trunc(v), v >= 1e7 && !large, s[start] == '0' && end-start > 1 && text.Digit(s[start+1]) >= 0:
		return false
	case large && s[start-1] == '、', wording.Attention.endingAt(s, start) > 0:
	case among("表图附注页卷章节.、(〔-—_/'\"“‘", prevSignificant(s, start)):
		return false
	}
	r, at := next(s, end)
	switch r {
	case '、': // 行政处罚86、行政检查140条; 5.3万、9.7万
		after, _ := next(s, at+1)
		return large || end-start < 5 && (text.Han(after) || text.Digit(after) >= 0 && sharedOut(s, start))
	case '和', '增', '升', '降', '减', '涨':
		return large // 7.3万和11.6万, 由9.2万增至11.8万
	case '(':
		return s[start-1] == ':' // 行政复议总计:3(维持2)
	}
	return r == 0 || among(",，。;)\n", r)
}
