package form

import (
	"strings"
	"unicode/utf8"

	"nianbao/parser/document"
	"nianbao/parser/report"
	"nianbao/parser/text"
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

// readFigure reads a cell. It refuses whatever allows two readings: digits
// with gaps, two numbers, approximations, a range.
func readFigure(raw string, q quantity) figure {
	if len(raw) > 400 {
		return figure{status: report.StatusUnreadable}
	}
	if v, ok := plainNumber(raw); ok && !q.money {
		return figure{status: report.StatusReported, value: v}
	}
	t := text.Of(raw)
	switch {
	case t.Folded == "":
		return figure{status: report.StatusBlank}
	case isNothing(t.Folded):
		return figure{status: report.StatusNotApplicable}
	}
	unreadable := figure{status: report.StatusUnreadable}
	s, unit := withoutNotes(t.Folded, q)
	sign, s := leadingSign(withoutCurrency(s, q), q)
	digits, rest := text.LeadingNumber(s)
	if digits == "" {
		return unreadable
	}
	// A space or line break among the digits: one number or two, nobody can
	// know.
	start := strings.Index(t.Folded, s)
	if t.Parted(start, start+len(s)-len(rest)) {
		return unreadable
	}
	shift, unit, ok := unitOf(rest+unit, q)
	if !ok {
		return unreadable
	}
	v, ok := text.Decimal(digits, shift)
	if !ok {
		return unreadable
	}
	if v != 0 { // no negative zero
		v *= sign
		if len(digits) > 1 && digits[0] == '0' && digits[1] != '.' {
			return unreadable // no count is printed so: 09 is 0 with the mark of note 9
		}
	}
	return figure{status: report.StatusReported, value: v, unit: unit}
}

// withoutNotes takes from behind a figure what refers to a note or explains it, and
// returns the unit of money that stood in brackets.
func withoutNotes(s string, q quantity) (rest, unit string) {
	// A raised or circled digit behind the figure, or a star, is a note's mark.
	t := strings.TrimRight(s, closing)
	if u := strings.TrimRightFunc(t, noteMark); u != t && (t == s || strings.ContainsAny(last(u), opening)) {
		if u = strings.TrimRight(u, opening); u != "" {
			s = u
		}
	}
	// An explanation in brackets behind the figure says what is among it; a
	// unit in brackets is a unit.
	i := strings.IndexAny(s, opening)
	if i <= 0 || !strings.ContainsAny(last(s), closing) {
		return s, ""
	}
	inner := strings.Trim(s[i:], opening+closing)
	inner = strings.TrimPrefix(inner, "单位:")
	if strings.ContainsAny(inner, opening+closing) || !text.HasHan(inner) || corrects(inner) {
		return s, ""
	}
	if u, _, rest := text.LeadingMoney(inner); q.money && u != "" && rest == "" {
		unit = u
	}
	return s[:i], unit
}

// corrects reports a note that gives another figure for the one before it: 更正为35, 应为21,
// 调整为8.
func corrects(note string) bool {
	before, after, found := strings.Cut(note, "为")
	after = strings.TrimLeft(after, ":")
	return strings.Contains(note, "更正") || strings.Contains(note, "勘误") ||
		found && before != "" && strings.Contains("应改订正整更", last(before)) && after != "" && after[0] >= '0' && after[0] <= '9'
}

// Brackets that hold notes and explanations.
const (
	opening = "(〔【["
	closing = ")〕】]"
)

// last is the last character of a text.
func last(s string) string {
	_, n := utf8.DecodeLastRuneInString(s)
	return s[len(s)-n:]
}

func withoutCurrency(s string, q quantity) string {
	if q.money {
		for _, sign := range []string{"人民币", "¥", "￥"} {
			s = strings.TrimPrefix(s, sign)
		}
	}
	return s
}

// signs that stand before a figure; those of words, and dashes, only where
// figures have signs.
var signs = []struct {
	text   string
	sign   float64
	signed bool
}{
	{"+", 1, false}, {"-", -1, false}, {"−", -1, false}, {"–", -1, true}, {"—", -1, true},
	{"增加了", 1, true}, {"减少了", -1, true}, {"增加", 1, true}, {"减少", -1, true}, {"新增", 1, true}, {"增", 1, true}, {"减", -1, true},
}

func leadingSign(s string, q quantity) (sign float64, rest string) {
	for _, w := range signs {
		if rest, ok := strings.CutPrefix(s, w.text); ok && (q.signed || !w.signed) {
			return w.sign, rest
		}
	}
	return 1, s
}

// unitOf reads what stands behind the digits: the power of ten it means, and the
// unit as it is named.
func unitOf(rest string, q quantity) (shift int, unit string, ok bool) {
	if q.money {
		if rest == "" {
			rest = q.unit
		}
		if rest == "" {
			return 0, "", true
		}
		unit, shift, rest = text.LeadingMoney(rest)
		return shift, unit, unit != "" && (rest == "" || rest == "人民币")
	}
	name := rest
	if t, ok := strings.CutPrefix(rest, "万"); ok {
		shift, name = 4, t
	} else if t, ok := strings.CutPrefix(rest, "亿"); ok {
		shift, name = 8, t
	}
	if name != "" {
		if u, known := text.UnitNamed(name); !known || !u.Counts() {
			return 0, "", false
		}
	}
	return shift, rest, true
}

// noteMark reports what refers to a note: raised and lowered characters, circled
// digits, stars.
func noteMark(r rune) bool {
	return r >= '①' && r <= '⑳' || r == '*' || r == '※' || r == '注' || document.ScriptMark(r)
}

// plainNumber reads what most cells hold: digits and nothing else, few enough
// to be exact, and no zero before others.
func plainNumber(raw string) (float64, bool) {
	if raw == "" || len(raw) > 15 || raw[0] == '0' && len(raw) > 1 {
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

// isNothing reports what people write into a cell that does not apply.
func isNothing(s string) bool {
	switch s {
	case "无", "不适用", "未涉及", "不涉及", "暂无", "没有", "N/A", "n/a", "NA":
		return true
	}
	for _, r := range s {
		switch r {
		case '-', '—', '–', '−', '―', '‐', '‑', '─', '━', '/', '\\', '_', '＿', '∕', '⁄', '*', '／', '＼', 'ー', '﹣', '﹘', '╱', '╲':
		default:
			return false
		}
	}
	return true
}

// unitLine is the unit that a line of its own names for a table's amounts:
// 单位:元. "" where the text is no such line.
func unitLine(line string) string {
	if len(line) > 60 {
		return ""
	}
	s := strings.TrimPrefix(strings.TrimPrefix(text.Label(line), "("), "金额")
	if !strings.HasPrefix(s, "单位:") {
		return ""
	}
	return text.MoneyNamed(s)
}
