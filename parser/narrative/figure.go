package narrative

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"nianbao/parser/region"
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
	for i := 0; i < len(s); {
		r := s[i]
		if !beginsFigure.has(r) {
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
			if ok {
				found = append(found, f)
			}
			i = end
		case text.HanNumeral(r):
			f, end, ok := hanFigure(s, i)
			if ok {
				found = append(found, f)
			}
			i = end
		case isLatin(r):
			i = latinRun(s, i)
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

// beginsFigure are the characters that a figure, or what must not be taken for
// one, begins with.
var beginsFigure = newCharSet(func(r rune) bool {
	return r == '《' || r == '零' || r == '无' || text.Digit(r) >= 0 || text.HanNumeral(r) || isLatin(r) || among(negations, r)
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
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 'Ａ' && r <= 'Ｚ' || r >= 'ａ' && r <= 'ｚ'
}

// latinRun returns the end of a word in Latin letters, with the digits, dots
// and signs of an address or a model number; the digits right after a longer
// word (APP12个) are left, for they may count something.
func latinRun(s []rune, i int) int {
	from := i
	for i < len(s) && isLatin(s[i]) {
		i++
	}
	letters := i - from
	if i < len(s) && text.Digit(s[i]) >= 0 && letters > 2 {
		return i
	}
	for i < len(s) && (isLatin(s[i]) || text.Digit(s[i]) >= 0 || among(".@/_-:?=&%#+", s[i])) {
		i++
	}
	return i
}

// connectors join numbers that together are a date, a telephone number, a
// time, a ratio or a range.
const connectors = "-–—－~～〜/／:：.．·×*^+＋#_"

var connects = newCharSet(func(c rune) bool { return c == '∶' || among(connectors, c) })

func arabicFigure(s []rune, i int) (figure, int, bool) {
	start := i
	before := prevSignificant(s, i)
	value, end, ok := text.Number(s, i)
	// A chain of numbers is one thing that counts nothing.
	chain := false
	for end+1 < len(s) && isConnector(s, end) {
		k := end + 1
		for k < len(s) && connects.has(s[k]) {
			k++
		}
		if k >= len(s) || text.Digit(s[k]) < 0 {
			break
		}
		chain = true
		_, end, _ = text.Number(s, k)
	}
	if chain || !ok {
		return figure{}, pastUnit(s, end), false
	}
	f := figure{start: start, value: value}
	end, f.value, f.qualifier, f.unit, f.kind = measure(s, end, value)
	f.end = end
	f.large = f.kind == unitNone && text.Magnitude(s[end-1]) >= 1e4
	if r, at := next(s, end); (r == '至' || r == '到' || r == '或') && at+1 < len(s) && (text.Digit(s[at+1]) >= 0 || text.HanNumeral(s[at+1])) && f.kind == unitNone {
		// 3至5次: a range is no figure.
		_, rest, _ := arabicOrHan(s, at+1)
		return figure{}, pastUnit(s, rest), false
	}
	if f.kind == text.Percent && start > 0 && (s[start-1] == '-' || s[start-1] == '－') {
		f.start, f.value = start-1, -f.value
	}
	if (before == '第' || before == '№') || articleList(s, start, f.unit) {
		return figure{}, end, false
	}
	if start > 0 && (among("+＋×*#", s[start-1]) || isLatin(s[start-1]) && !longLatin(s, start)) {
		return figure{}, end, false
	}
	if quoted(s, start, end) {
		return figure{}, end, false // “5个100”工程
	}
	if f.kind == unitNone {
		if !bareNumber(s, start, end, f.value) {
			return figure{}, end, false
		}
		behind, _ := next(s, end)
		f.listed = behind == '、'
		return qualify(s, f), end, true
	}
	if !counts(f.kind) {
		return figure{}, end, false
	}
	return qualify(s, f), end, true
}

// isConnector reports whether s[i] joins the number before it to one after.
// A full-width colon or a dash between words does not.
func isConnector(s []rune, i int) bool {
	return connects.has(s[i])
}

func longLatin(s []rune, i int) bool {
	n := 0
	for i > 0 && isLatin(s[i-1]) {
		i--
		n++
	}
	return n > 2
}

func arabicOrHan(s []rune, i int) (float64, int, bool) {
	if text.Digit(s[i]) >= 0 {
		return text.Number(s, i)
	}
	end := i
	for end < len(s) && text.HanNumeral(s[end]) {
		end++
	}
	v, ok := text.HanNumber(s[i:end])
	return v, end, ok
}

// measure reads what follows a number: 余 or 多, 万 or 亿, and the unit.
func measure(s []rune, i int, value float64) (end int, v float64, qualifier, name string, kind text.Kind) {
	v, end = value, i
	multiplied := false
	var factor float64 = 1
	for i < len(s) {
		switch m := text.Magnitude(s[i]); {
		case m > 0:
			// 万元 and 亿元 are units of their own, as in the tables.
			if m >= 1e4 && i+1 < len(s) && s[i+1] == '元' {
				u := string(s[i]) + "元"
				return i + 2, v * factor, qualifier, u, text.Money
			}
			factor *= m
			multiplied = true
		case (s[i] == '余' || s[i] == '多' || s[i] == '来' && text.Magnitude(s[i-1]) > 0) && qualifier == "":
			qualifier = QualifierApprox
		case s[i] == '几' && i+1 < len(s) && text.Magnitude(s[i+1]) > 0:
			qualifier = QualifierApprox
		case text.Digit(s[i]) >= 0 && multiplied && text.Magnitude(s[i-1]) > 0:
			// 2万3千: the rest of the same number.
			rest, after, ok := text.Number(s, i)
			if !ok {
				return i, v * factor, qualifier, "", unitNone
			}
			e, rv, q, n, k := measure(s, after, rest)
			return e, v*factor + rv, q, n, k
		default:
			goto unit
		}
		i++
	}
unit:
	v = round(value * factor)
	end = i
	k := i
	for k < len(s) && k < i+4 && isBlank(s[k]) {
		k++
	}
	if k > i && k < len(s) && text.Magnitude(s[k]) >= 1e4 && factor == 1 {
		// 2.5 万条
		return measure(s, k, value)
	}
	if u, ok := text.UnitAt(s, k); ok {
		end = k + utf8.RuneCountInString(u.Name)
		name, kind = u.Name, u.Kind
		if (kind == text.Person || kind == text.Item || kind == text.Times || kind == text.Visit) && end < len(s) && (s[end] == '余' || s[end] == '多') && (end+1 >= len(s) || among(",，。;；、)）", s[end+1])) {
			qualifier = QualifierApprox
		}
		if kind == text.Percent {
			name = percentName(name)
		}
	}
	return end, v, qualifier, name, kind
}

// round takes off what binary fractions add: 1.53 × 10000 is 15300.
func round(v float64) float64 {
	const scale = 1e6
	if v > 1e9 {
		return v
	}
	n := v * scale
	if n < 0 {
		return float64(int64(n-0.5)) / scale
	}
	return float64(int64(n+0.5)) / scale
}

func percentName(printed string) string {
	switch printed {
	case "％", "﹪":
		return "%"
	case "个百分点":
		return "百分点"
	}
	return printed
}

func isBlank(r rune) bool {
	return r == ' ' || r == '\t' || r == '\u00a0' || r == '\u3000' || r == '\u2002' || r == '\u2003'
}

func next(s []rune, i int) (rune, int) {
	for i < len(s) && isBlank(s[i]) {
		i++
	}
	if i < len(s) {
		return s[i], i
	}
	return 0, i
}

func prevSignificant(s []rune, i int) rune {
	for i--; i >= 0; i-- {
		if !isBlank(s[i]) {
			return s[i]
		}
	}
	return 0
}

// pastUnit skips the unit after something that is no figure, so that 人 of
// 2至3人 is not left for another number.
func pastUnit(s []rune, i int) int {
	end, _, _, _, _ := measure(s, i, 1)
	return end
}

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
	if i < 0 || !among("、至到和及或-—~～", s[i]) {
		return false
	}
	for i >= 0 && start-i < 40 {
		switch r := s[i]; {
		case r == '第':
			return true
		case text.Digit(r) >= 0 || text.HanNumeral(r) || among("条款项、至到和及或-—~～()（）", r):
			i--
		default:
			return false
		}
	}
	return false
}

var policies = wordsOf("改革", "新政", "禁令") // of two characters

var attention = []rune("关注") // 回应公众关注9, and no 注9

// bareNumber reports whether a number without a unit may be a count: it ends a
// clause, follows a word and does not look like a year, an ordinal or a code.
func bareNumber(s []rune, start, end int, v float64) bool {
	if v != float64(int64(v)) || v >= 1e7 || text.Digit(s[start]) == 0 && end-start > 1 {
		return false
	}
	if start == 0 || among("表图附注页卷章节.．、（(〔[【-—_/'\"“‘", prevSignificant(s, start)) && !(start >= 2 && hasPrefix(s, start-2, attention)) {
		return false
	}
	r, at := next(s, end)
	if r == '、' && end-start < 5 || r == '和' && text.Magnitude(s[end-1]) > 0 { // 行政处罚86、行政检查140条; 7.3万和11.6万
		after, _ := next(s, at+1)
		return r == '和' || text.Han(after)
	}
	return r == 0 || among(",，。;；)）\n", r)
}

// negations are what a word begins with that says that something did not happen.
const negations = "未没无"

// happens is what may be denied, and noHappening what 无 begins that denies nothing.
var happens = wordsOf("收到", "接到", "接收", "受理", "新收", "收取", "发生", "出现", "产生", "制发", "制定", "出台", "废止", "失效", "修订", "印发", "发布", "召开", "举办", "举行", "开展", "引发", "被", "有", "因", "涉及", "新制定", "新增", "结转", "存在", "办理", "接受", "曾收到", "曾发生", "曾接到", "提起", "组织")

const noHappening = "法效障需关条偿人论正故纸不线锡为私疑偏差缝时损力暇畏情从"

// deniable are the things whose absence reports tell.
var deniable = wordsOf("申请", "依申请", "复议", "诉讼", "规范性文件", "发布会", "培训", "访谈", "应诉", "公开件")

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
		if i > 0 && among("有若如是毫并", s[i-1]) || end < len(s) && among(noHappening, s[end]) {
			return 0
		}
	}
	verb := (s[i] != '未' || end == i+2) && end < len(s)
	if !verb && (end == len(s) || happens.at(s, end) == 0) {
		return 0
	}
	for k := end; k < len(s) && k < end+40 && !among(",，;；。", s[k]); k++ {
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
	return (r == 0 || among(",，。;；)）、", r)) && (text.Han(p) || among(":：)）", p))
}

var (
	percentPrefix  = []rune("百分之")
	permillePrefix = []rune("千分之")
)

func hanFigure(s []rune, i int) (figure, int, bool) {
	start := i
	for _, p := range [][]rune{percentPrefix, permillePrefix} {
		if !hasPrefix(s, i, p) || i+len(p) >= len(s) {
			continue
		}
		k := i + len(p)
		if text.Digit(s[k]) < 0 && !text.HanNumeral(s[k]) {
			return figure{}, k, false
		}
		v, end, ok := arabicOrHan(s, k)
		if string(s[k:end]) == "百" {
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
		f := figure{start: start, end: end, value: v, unit: "%", kind: text.Percent, han: true}
		if p[0] == '千' {
			f.unit = "‰"
		}
		return qualify(s, f), end, ok
	}
	if n := nameAt(s, i); n > 0 {
		return figure{}, i + n, false
	}
	end := i
	for end < len(s) && text.HanNumeral(s[end]) {
		end++
	}
	if end < len(s) && s[end] == '分' && end+1 < len(s) && s[end+1] == '之' { // 三分之二
		end += 2
		for end < len(s) && text.HanNumeral(s[end]) {
			end++
		}
		return figure{}, end, false
	}
	digits := end
	for digits > i && text.Magnitude(s[digits-1]) >= 1e4 { // leave 万 and 亿 to measure, for 万元
		digits--
	}
	if slices.ContainsFunc(s[i:digits], func(r rune) bool { return text.Magnitude(r) >= 1e4 }) {
		digits = end // 一亿二千万 is one number
	}
	if r, at := next(s, digits); (r == '至' || r == '到' || r == '或') && at+1 < len(s) && (text.Digit(s[at+1]) >= 0 || text.HanNumeral(s[at+1])) {
		_, rest, _ := arabicOrHan(s, at+1) // 三到五次: a range is no figure
		return figure{}, pastUnit(s, rest), false
	}
	var before rune
	if start > 0 {
		before = s[start-1]
	}
	v, ok := text.HanNumber(s[i:digits])
	if digits == i && end-i == 1 && before != 0 && among("近上约超逾", before) {
		v, ok = 1, true // 上万人次
	}
	if digits == i && !ok {
		return figure{}, end, false
	}
	if !ok {
		// 百余件 and 近千条 have a number of their own, 百姓 has not.
		if digits-i != 1 || text.Magnitude(s[i]) < 100 || digits >= len(s) ||
			!(s[digits] == '余' || among("近上约超逾", before)) {
			return figure{}, end, false
		}
		v = text.Magnitude(s[i])
	}
	f := figure{start: start, han: true}
	f.end, f.value, f.qualifier, f.unit, f.kind = measure(s, digits, v)
	if !counts(f.kind) {
		return figure{}, max(f.end, end), false
	}
	if before == '届' {
		return figure{}, f.end, false // 十四届三次全会
	}
	if among("第每同某任逐进统唯这那另之单不专初周几十百千万双两三其该首整跑", before) ||
		before == '点' && start > 1 && text.HanNumeral(s[start-2]) || // 三点五; 热点十二次 counts
		before == '数' && text.Magnitude(s[start]) > 0 { // 数十件; 人数八千人 counts
		return figure{}, f.end, false
	}
	if before == '上' && text.Magnitude(s[start]) < 100 {
		return figure{}, f.end, false
	}
	if articleList(s, start, f.unit) || quoted(s, start, f.end) || abstraction(s, f.end, f.unit) {
		return figure{}, f.end, false
	}
	return qualify(s, f), f.end, true
}

type nameTable struct {
	names  map[rune][][]rune
	heads  [][]rune
	behind map[string][][]rune // what may follow one unit only
}

var loadNames = sync.OnceValue(func() nameTable {
	t := nameTable{names: map[rune][][]rune{}, behind: map[string][][]rune{}}
	add := func(name string) {
		w := []rune(name)
		t.names[w[0]] = append(t.names[w[0]], w)
	}
	for _, row := range readTable("names.tsv", 2) {
		switch row[0] {
		case "head":
			t.heads = append(t.heads, []rune(row[1]))
		case "name":
			add(row[1])
		default:
			t.behind[row[0]] = append(t.behind[row[0]], []rune(row[1]))
		}
	}
	for _, r := range region.All() { // 七台河市, 三台县: a place and no 7台
		w := []rune(r.Name)
		numeral := 0
		for numeral < len(w) && text.HanNumeral(w[numeral]) {
			numeral++
		}
		if _, counts := text.UnitAt(w, numeral); numeral == 0 || !counts {
			continue
		}
		add(r.Name)
		if len(w) > 3 {
			add(string(w[:len(w)-1])) // 七台河, but not 三台
		}
	}
	return t
})

// nameAt returns the length of the name with a numeral that starts at s[i].
func nameAt(s []rune, i int) int {
	longest := 0
	for _, n := range loadNames().names[s[i]] {
		if len(n) > longest && hasPrefix(s, i, n) {
			longest = len(n)
		}
	}
	return longest
}

// slogans reports whether slogans count in the unit: 四个精准对接, 三项落实. 两件不予公开
// is none.
func slogans(unit string) bool { return strings.ContainsAny(unit, "个项类种条") }

// abstraction reports whether what follows a numeral and its unit at s[i] is
// nothing that is counted: 三个方面, 十件民生实事.
func abstraction(s []rune, i int, unit string) bool {
	heads := loadNames().behind[unit]
	if slogans(unit) {
		heads = loadNames().heads
	}
	return slices.ContainsFunc(heads, func(h []rune) bool { return hasPrefix(s, i, h) })
}

// quoted reports whether s[start:end] stands within quotation marks short
// enough to hold a name.
func quoted(s []rune, start, end int) bool {
	open := -1
	for i := start - 1; i >= 0 && i >= start-12; i-- {
		if s[i] == '”' || s[i] == '’' || s[i] == '」' {
			return false
		}
		if s[i] == '“' || s[i] == '‘' || s[i] == '「' {
			open = i
			break
		}
	}
	if open < 0 {
		return false
	}
	for i := end; i < len(s) && i < open+16; i++ {
		if s[i] == '”' || s[i] == '’' || s[i] == '」' {
			return true
		}
	}
	return false
}

// qualifierWord is a word that qualifies the figure beside it.
type qualifierWord struct {
	word      []rune
	qualifier string
}

func qualifierWords(qualifier string, words ...string) []qualifierWord {
	all := make([]qualifierWord, len(words))
	for i, w := range words {
		all[i] = qualifierWord{[]rune(w), qualifier}
	}
	return all
}

// Words right before or after a figure that qualify it; longer ones before
// the shorter that they contain.
var (
	qualifierBefore = slices.Concat(
		qualifierWords(QualifierAtLeast, "不少于", "不低于"),
		qualifierWords(QualifierAtMost, "不超过", "未超过", "不足", "不到", "少于", "低于", "不满", "至多"),
		qualifierWords(QualifierAtLeast, "超过", "突破", "多于", "至少", "高于", "大于"),
		qualifierWords(QualifierApprox, "大约", "将近", "接近", "大概", "约为", "约", "近"),
		qualifierWords(QualifierAtLeast, "逾", "超", "过", "上"),
	)
	qualifierAfter = slices.Concat(
		qualifierWords(QualifierApprox, "左右", "上下"),
		qualifierWords(QualifierAtLeast, "以上"),
		qualifierWords(QualifierAtMost, "以内", "以下", "之内"),
	)
)

// qualify sets the qualifier that the words around a figure give it. 累计 is
// seen by the clause, and yields to these.
func qualify(s []rune, f figure) figure {
	for _, q := range qualifierAfter {
		if f.end < len(s) && q.word[0] == s[f.end] && hasPrefix(s, f.end, q.word) {
			f.qualifier = q.qualifier
			return f
		}
	}
	end := f.start
	for end > 0 && (isBlank(s[end-1]) || among("达到了为有共计", s[end-1])) {
		end--
	}
	for _, at := range [...]int{f.start, end} {
		if at == 0 {
			continue
		}
		for _, q := range qualifierBefore {
			w := q.word
			if at < len(w) || w[len(w)-1] != s[at-1] || !hasPrefix(s, at-len(w), w) {
				continue
			}
			if len(w) == 1 && (!standsAlone(s, at-1) || w[0] == '上' && text.Magnitude(s[f.start]) < 100) {
				continue
			}
			if f.qualifier == "" || q.qualifier != QualifierApprox {
				f.qualifier = q.qualifier
			}
			return f
		}
	}
	return f
}

// standsAlone reports whether the single character at s[i] qualifies, and is
// not the end of another word (最近3次, 通过5件, 节约3万元).
func standsAlone(s []rune, i int) bool {
	if i == 0 {
		return true
	}
	p := s[i-1]
	switch s[i] {
	case '近':
		return !among("最附贴靠邻临亲就远", p)
	case '过':
		return among("已均", p)
	case '约':
		return !among("节预条契合签制特相", p)
	case '超':
		return p != '高' && p != '反'
	}
	return true
}
