package form

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// figure is what a cell says.
type figure struct {
	status report.Status
	value  float64
	unit   string // as the cell names it, "" when it names none
}

// kind of quantity a cell should hold.
type quantity struct {
	signed bool   // 本年增/减: +1, -8, 增加1, 减少8
	money  bool   // converted to 万元
	unit   string // the unit that header or row name for money: 元, 万元, 亿元 or ""
}

// units a count may be printed in. They are interchangeable on these tables:
// the row says what is counted.
var countUnits = []string{"件次", "人次", "人", "件", "项", "个", "条", "次", "篇", "宗", "份", "起", "例", "部", "期", "场", "家", "名", "处"}

// moneyUnits with the power of ten that brings each to 万元, longest first.
var moneyUnits = []struct {
	name  string
	shift int
}{
	{"亿元", 4}, {"万元", 0}, {"千元", -1}, {"元", -4}, {"亿", 4}, {"万", 0},
}

// readFigure reads a cell. It refuses whatever allows two readings: digits
// with gaps, two numbers, approximations, a range.
func readFigure(raw string, q quantity) figure {
	if len(raw) > 400 {
		return figure{status: report.StatusUnreadable}
	}
	if v, ok := plainNumber(raw); ok && !q.money {
		return figure{status: report.StatusReported, value: v}
	}
	s, gaps := foldFigure(raw)
	switch {
	case s == "":
		return figure{status: report.StatusBlank}
	case isNothing(s):
		return figure{status: report.StatusNotApplicable}
	}
	unreadable := figure{status: report.StatusUnreadable}

	// A raised or circled digit behind the figure, or a star, is a note's mark.
	t := strings.TrimSuffix(s, ")")
	if u := strings.TrimRightFunc(t, noteMark); u != t && (t == s || strings.HasSuffix(u, "(")) {
		if u = strings.TrimSuffix(u, "("); u != "" {
			s = u
			gaps = cutGaps(gaps, len(s))
		}
	}
	// An explanation in brackets behind the figure says what is among it; a
	// unit in brackets is a unit.
	if i := strings.IndexByte(s, '('); i > 0 && strings.HasSuffix(s, ")") {
		inner := strings.TrimPrefix(s[i+1:len(s)-1], "单位:")
		if !strings.ContainsAny(inner, "()") && hasHan(inner) {
			gaps = cutGaps(gaps, i)
			s = s[:i]
			for _, u := range moneyUnits {
				if q.money && inner == u.name {
					s += inner
				}
			}
		}
	}
	if q.money {
		for _, sign := range []string{"人民币", "¥", "￥"} {
			if rest, ok := strings.CutPrefix(s, sign); ok {
				s, gaps = rest, shiftGaps(gaps, len(sign))
			}
		}
	}
	sign := 1.0
	switch r, n := utf8.DecodeRuneInString(s); {
	case r == '+':
		s, gaps = s[n:], shiftGaps(gaps, n)
	case r == '-' || r == '−':
		s, gaps, sign = s[n:], shiftGaps(gaps, n), -1
	case q.signed && (r == '–' || r == '—' || r == '－'):
		s, gaps, sign = s[n:], shiftGaps(gaps, n), -1
	case q.signed:
		for _, w := range []struct {
			word string
			sign float64
		}{{"增加了", 1}, {"减少了", -1}, {"增加", 1}, {"减少", -1}, {"新增", 1}, {"增", 1}, {"减", -1}} {
			if rest, ok := strings.CutPrefix(s, w.word); ok {
				s, gaps, sign = rest, shiftGaps(gaps, len(w.word)), w.sign
				break
			}
		}
	}
	digits, rest := leadingNumber(s)
	if digits == "" {
		return unreadable
	}
	// A space or line break among the digits: one number or two, nobody can
	// know.
	for _, g := range gaps {
		if g > 0 && g < len(s)-len(rest) {
			return unreadable
		}
	}
	shift := 0
	unit := ""
	if q.money {
		if rest == "" {
			rest = q.unit
		}
		found := rest == ""
		for _, u := range moneyUnits {
			if t, ok := strings.CutPrefix(rest, u.name); ok && (t == "" || t == "人民币") {
				shift, unit, found = u.shift, u.name, true
				break
			}
		}
		if !found {
			return unreadable
		}
	} else if rest != "" {
		t := rest
		if u, ok := strings.CutPrefix(t, "万"); ok {
			shift, t = 4, u
		} else if u, ok := strings.CutPrefix(t, "亿"); ok {
			shift, t = 8, u
		}
		known := t == ""
		for _, u := range countUnits {
			if t == u {
				known = true
				break
			}
		}
		if !known {
			return unreadable
		}
		unit = rest
	}
	v, ok := decimal(digits, shift)
	if !ok {
		return unreadable
	}
	if v != 0 { // no negative zero
		v *= sign
	}
	return figure{status: report.StatusReported, value: v, unit: unit}
}

// noteMark reports what refers to a note: raised and lowered characters, circled
// digits, stars.
func noteMark(r rune) bool {
	return r >= '①' && r <= '⑳' || r == '*' || r == '※' || r == '注' || document.ScriptMark(r)
}

// plainNumber reads what most cells hold: digits and nothing else, few enough
// to be exact.
func plainNumber(raw string) (float64, bool) {
	if raw == "" || len(raw) > 15 {
		return 0, false
	}
	n := int64(0)
	for i := range len(raw) {
		if raw[i] < '0' || raw[i] > '9' {
			return 0, false
		}
		n = 10*n + int64(raw[i]-'0')
	}
	return float64(n), true
}

// foldFigure folds to half width and drops white space, remembering where in
// the result white space stood.
func foldFigure(raw string) (s string, gaps []int) {
	plain := true
	for i := 0; i < len(raw); i++ {
		if raw[i] <= ' ' || raw[i] >= 0x7F {
			plain = false
			break
		}
	}
	if plain {
		return raw, nil
	}
	var b strings.Builder
	for _, r := range raw {
		switch {
		case r <= ' ', r == 0x3000, r == 0xA0, r == 0x7F, r >= 0x2000 && r <= 0x200A, r == 0x202F, r == 0x205F:
			if n := len(gaps); b.Len() > 0 && (n == 0 || gaps[n-1] != b.Len()) {
				gaps = append(gaps, b.Len())
			}
			continue
		case zeroWidth(r):
			continue
		case r >= 0xFF01 && r <= 0xFF5E:
			r -= 0xFEE0
		case r >= 0x4E00:
			r = simplify(r)
		}
		switch r {
		case '．':
			r = '.'
		case '，':
			r = ','
		case '〔', '【', '[':
			r = '('
		case '〕', '】', ']':
			r = ')'
		}
		b.WriteRune(r)
	}
	return b.String(), gaps
}

func shiftGaps(gaps []int, n int) []int {
	var out []int
	for _, g := range gaps {
		if g > n {
			out = append(out, g-n)
		}
	}
	return out
}

func cutGaps(gaps []int, n int) []int {
	for i, g := range gaps {
		if g >= n {
			return gaps[:i]
		}
	}
	return gaps
}

// isNothing reports what people write into a cell that does not apply.
func isNothing(s string) bool {
	switch s {
	case "无", "不适用", "未涉及", "不涉及", "暂无", "没有", "N/A", "n/a", "NA":
		return true
	}
	for _, r := range s {
		switch r {
		case '-', '—', '–', '−', '―', '‐', '‑', '─', '━', '/', '\\', '_', '＿', '∕', '⁄', '|', '*', '／', '＼', 'ー', '﹣', '﹘', '╱', '╲':
		default:
			return false
		}
	}
	return true
}

func hasHan(s string) bool {
	for _, r := range s {
		if isHan(r) {
			return true
		}
	}
	return false
}

// leadingNumber splits a number from what follows it. Commas must part
// thousands, or the number is none.
func leadingNumber(s string) (digits, rest string) {
	i := 0
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == ',' || s[i] == '.') {
		i++
	}
	num, rest := s[:i], s[i:]
	whole, frac, point := strings.Cut(num, ".")
	if whole == "" || point && (frac == "" || strings.ContainsAny(frac, ".,")) {
		return "", s
	}
	if strings.Contains(whole, ",") {
		parts := strings.Split(whole, ",")
		for n, p := range parts {
			if n == 0 && (len(p) == 0 || len(p) > 3) || n > 0 && len(p) != 3 {
				return "", s
			}
		}
		whole = strings.Join(parts, "")
	}
	if len(whole)+len(frac) > 18 {
		return "", s // more digits than any count has, and than a float64 holds
	}
	if point {
		return whole + "." + frac, rest
	}
	return whole, rest
}

// decimal reads digits times ten to the shift without losing what is exact:
// 251000 元 is 25.1 万元, not 25.100000000000001.
func decimal(digits string, shift int) (float64, bool) {
	v, err := strconv.ParseFloat(digits+"e"+strconv.Itoa(shift), 64)
	return v, err == nil
}

// unitLine is the unit that a line of its own names for a table's amounts:
// 单位:元. "" where the text is no such line.
func unitLine(text string) string {
	if len(text) > 60 {
		return ""
	}
	s := strings.TrimPrefix(strings.TrimPrefix(fold(text), "("), "金额")
	if !strings.HasPrefix(s, "单位:") {
		return ""
	}
	return moneyUnit(s)
}

// moneyUnit finds the unit that a header names: 本年收费金额(单位:万元).
func moneyUnit(text string) string {
	s := fold(text)
	for _, u := range []string{"亿元", "万元", "千元"} {
		if strings.Contains(s, u) {
			return u
		}
	}
	if strings.Contains(s, ":元") || strings.Contains(s, "(元)") || strings.HasSuffix(s, "/元") {
		return "元"
	}
	return ""
}
