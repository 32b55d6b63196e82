package narrative

import (
	"slices"
	"strings"

	"nianbao/parser/report"
	"nianbao/parser/text"
)

// Settle finds what the words around a mention say of it, from the text of its
// section and its place there. [Reader.Mentions] has done so for its own.
func Settle(of report.Meta, sec report.Section, m *report.Mention) {
	s := simplified([]rune(sec.Text))
	if m.Start < 0 || m.End > len(s) || m.Start > m.End {
		return
	}
	for _, sp := range sentences(s) {
		if sp.start <= m.Start && m.End <= sp.end {
			m.Setting = settingOf(of, s, sp, m.Start, m.End)
		}
	}
}

// setting is the setting of a figure of a sentence. Of one that no table tells,
// only its place and the words before it are asked for.
func (r *Reader) setting(of report.Meta, text []rune, sp span, t told) report.Setting {
	if r.held[t.metric] || r.held[t.another] {
		return settingOf(of, text, sp, sp.start+t.start, sp.start+t.end)
	}
	s := text[sp.start:sp.end]
	return report.Setting{Sentence: sp.start, Before: string(s[clauseAt(s, t.start):t.start])}
}

// settingOf is the setting of the figure at text[start:end] in a sentence.
func settingOf(of report.Meta, text []rune, sp span, start, end int) report.Setting {
	s := text[sp.start:sp.end]
	at, behind := start-sp.start, end-sp.start
	own := clauseAt(s, at)
	lead := own
	for range 2 {
		if lead > 0 {
			lead = clauseAt(s, lead-1)
		}
	}
	until := behind
	for depth := 0; until < len(s); until++ {
		if strings.ContainsRune("(（", s[until]) {
			depth++
		} else if strings.ContainsRune(")）", s[until]) {
			depth--
		} else if depth == 0 && strings.ContainsRune(",，;；。", s[until]) {
			break
		}
	}
	line := sp.start
	for line > 0 && sp.start-line < maxLine && text[line-1] != '\n' {
		line--
	}
	return report.Setting{
		Sentence: sp.start, Before: string(s[own:at]), After: string(s[behind:until]), Lead: string(s[lead:own]),
		Year: yearTold(s, at), Other: otherTime(s, own, at), Scope: scopeTold(of.Region, string(s[lead:at])),
		Disclosure: holdsAny(s, disclosureWords) || holdsAny(text[line:sp.start], disclosureWords),
	}
}

// maxLine is how many characters before a sentence still tell what it is about.
const maxLine = 500

var (
	disclosureWords = wordsOf("信息公开", "公开信息", "依申请", "申请公开", "公开申请")
	comparing       = wordsOf("较", "比上", "相比", "同比", "增加", "减少", "增长", "下降", "上升")
	otherTimes      = wordsOf("以来", "历年", "去年", "上年", "上一年", "前年", "往年", "半年", "季度", "月份", "截至", "截止")
	carriedTimes    = wordsOf("上年结转", "上年度结转", "上年度转入", "结转上年")
	wholeWords      = []string{"全市", "全县", "全区", "全州", "全旗", "全盟", "全省", "全镇"}
	officeWords     = []string{"本机关", "本办", "我办", "政府办公室", "政府办", "办公室", "本级", "局机关", "委机关"}
	organWords      = []string{"部门", "镇", "街道", "乡", "局", "委员会", "管委会", "开发区"}
	noOrgans        = strings.NewReplacer("格局", "", "布局", "", "全局", "", "大局", "", "当局", "", "局面", "", "局部", "", "乡村", "", "城镇", "", "下乡", "", "城乡", "", "开局", "")
)

// yearTold returns the year that the figure at s[at] is told of: the last one
// that its clause names, or the clauses before it but those that compare.
func yearTold(s []rune, at int) int {
	for end := at; end > 0; {
		from := clauseAt(s, end)
		clause := s[from:end]
		if year := yearBefore(s, from, end); year != 0 && !holdsAny(clause, comparing) {
			return year
		}
		end = from - 1
	}
	return 0
}

// otherTime reports whether the clause of the figure at s[at], or a short one
// before it that only tells when (上半年,), is about another time than one year.
func otherTime(s []rune, own, at int) bool {
	clause := s[own:at]
	if holdsAny(clause, otherTimes) && !holdsAny(clause, carriedTimes) && !holdsAny(clause, comparing) && yearBefore(s, own, at) == 0 {
		return !yearEnds(clause)
	}
	if monthSpan(clause) {
		return true
	}
	if own == 0 || holdsAny(clause, yearWords) || yearBefore(s, own, at) != 0 {
		return false
	}
	const adverbial = 14
	when := s[clauseAt(s, own-1) : own-1]
	if len(when) > adverbial || holdsAny(when, carriedTimes) || tellsFigure(when) {
		return false
	}
	return (holdsAny(when, otherTimes) && !holdsAny(when, comparing) || monthSpan(when)) && !yearEnds(when)
}

// tellsFigure reports whether s holds a number that is none of a date.
func tellsFigure(s []rune) bool {
	for i, c := range s {
		if text.Digit(c) >= 0 && (i+1 == len(s) || text.Digit(s[i+1]) < 0 && !strings.ContainsRune("年月日至-—–~～到", s[i+1])) {
			return true
		}
	}
	return false
}

// yearEnds reports whether the words name the end of a year, so that a total
// until then is the year's: 截至2021年底.
func yearEnds(s []rune) bool {
	return !holdsAny(s, wordsOf("以来", "历年")) && holdsAny(s, wordsOf("年底", "年末", "12月31日", "12月底", "十二月底"))
}

// monthSpan reports whether s tells of some months only: 1至6月.
func monthSpan(s []rune) bool {
	return len(s) > 0 && monthsOnly(s, []item{{start: 0, end: len(s)}})
}

// scopeTold returns whose the figure is that the words lead to: the region's,
// where they say so, or that of its office or one of its organs. The name of the
// region is no organ's: 景德镇市 is no 镇.
func scopeTold(region, lead string) report.Scope {
	if region != "" {
		lead = strings.ReplaceAll(lead, region, "")
	}
	if strings.ContainsAny(lead, "局乡镇") {
		lead = noOrgans.Replace(lead)
	}
	has := func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(lead, w) })
	}
	switch {
	case has(wholeWords):
		return report.ScopeRegion
	case has(officeWords), has(organWords):
		return report.ScopeAgency
	}
	return report.ScopeUnknown
}
