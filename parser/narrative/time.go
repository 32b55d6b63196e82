package narrative

import (
	"slices"

	"nianbao/parser/text"
)

// A moment is what time a figure is of, as its sentence tells it.
type moment uint8

const (
	ownYear    moment = iota // the report's
	otherYear                // the one before, or another that is named
	partOfYear               // 上半年, 11月
	planned                  // none yet: 拟举办培训3期
)

// moment is that of the figure at text[at]: of its clause, or of the last one before it in
// the sentence that tells any. A plan may go on over clauses: 下步打算:培训3期;督查2次.
func (p passage) moment(at int) moment {
	if p.before.plan || (p.plans || p.timed) && p.intends(at) {
		return planned
	}
	for end := at; p.timed && end > 0; {
		from := statementAt(p.text, end)
		if m, told := p.momentIn(from, end, at); told {
			return m
		}
		if from == 0 || among(";。", p.text[from-1]) {
			break
		}
		end = from - 1
	}
	return ownYear
}

// headsPlan reports whether a section's heading says that it is of what is to come: 明年打算,
// 2015年工作 in the report of 2014.
func headsPlan(heading []rune, year int) bool {
	named, _, dated := text.YearAt(heading, 0)
	return dated && year != 0 && named > year || wording.Futures.at(heading, 0) > 0 ||
		wording.Plans.at(heading, 0) > 0 && wording.NotPlans.at(heading, 0) == 0
}

// intends reports whether the clause of the figure at text[at], or one before it, begins
// with a word for a plan, or one told a figure that was planned. What was planned for the
// year itself ends with what was done, and what is for a later one with the year itself.
func (p passage) intends(at int) bool {
	done := wording.Actual.in(p.text[statementAt(p.text, at):at])
	apart := false
	for end := at; end > 0; {
		from := statementAt(p.text, end)
		clause := p.text[from:end]
		i := pastWords(clause, &wording.BeforeTime, false)
		year, past, dated := text.YearAt(clause, i)
		own := end == at
		ofYear := p.year != 0 && (dated && year == p.year || own && yearBefore(clause, 0, len(clause)) == p.year) &&
			!wording.Plans.in(clause) && !wording.Futures.in(clause) && !wording.Measured.in(clause)
		switch {
		case wording.NotPlans.at(clause, i) > 0:
		case ofYear && (!dated || year == p.year || past < len(clause) && text.Digit(clause[past]) >= 0):
			return false // 2024年1月公布2023年主动公开120条
		case wording.Futures.at(clause, i) > 0, dated && p.year != 0 && year > p.year && !done,
			wording.Plans.at(clause, i) > 0 && (own || !done),
			own && wording.Futures.in(clause) && tellsFigure(clause), // 明年公开信息200条培训3次
			!own && !apart && !done && wording.Plans.in(clause) && tellsFigure(clause):
			return true
		}
		apart = apart || from > 0 && among(";。", p.text[from-1])
		end = from - 1
	}
	return false
}

// dated notes of what time a figure is, and reports whether that is not the report's year.
func (p passage) dated(t *told) bool {
	g := &p.reader.grammar
	switch m := p.moment(t.start); {
	case m == planned:
		t.near = t.near.or(g.Plan)
	case m == partOfYear, m == otherYear && !t.near.any(g.Carried.or(g.Rolled)):
		t.near = t.near.or(g.Last)
	default:
		return false
	}
	return true
}

// momentIn is the moment that the clause text[from:end] tells, for a figure at text[at].
func (p passage) momentIn(from, end, at int) (m moment, told bool) {
	s, clause := p.text, p.text[from:end]
	i := from + pastWords(clause, &wording.BeforeTime, false)
	year, past, dated := text.YearAt(s[:end], i)
	n := wording.Earlier.at(s[:end], i)
	switch {
	case end < at && (n > 0 || dated && year != p.year) && asideOnly(s[max(i+n, past):end]):
		return ownYear, false
	case n > 0 && (end < at || goesOnEarlier(s[i+n:end])):
		return otherYear, true
	case dated && year != p.year && p.year != 0 && yearBefore(s, from, end) != p.year:
		return otherYear, !tellsSince(s[past-1 : at])
	case dated, wording.YearWords.in(clause), yearBefore(s, from, end) != 0:
		return ownYear, true
	case monthsOnly(clause), beginsWithMonth(s[i:end]):
		return partOfYear, true
	}
	return ownYear, false
}

// asideOnly reports whether a clause that begins with another time, behind which rest
// stands, only compares with it: 收到申请12件,上年为15件,办结11件.
func asideOnly(rest []rune) bool {
	return len(rest) > 0 && (among("为是同", rest[0]) || text.Digit(rest[0]) >= 0 && !slices.Contains(rest, '月')) || leansOn(rest)
}

// goesOnEarlier reports whether a figure behind rest is of the earlier time, too, that its clause
// began with: (上年3期、265人次), but not 上半年培训1次、全年培训3次.
func goesOnEarlier(rest []rune) bool {
	first := slices.IndexFunc(rest, func(c rune) bool { return text.Digit(c) >= 0 })
	return tellsFigure(rest) && !wording.YearWords.in(rest[first:]) && !leansOn(rest)
}

// leansOn reports whether a clause tells of another time what the report's own year took over from
// it or is compared with: 上年结转2件、收到12件, 在去年3次培训的基础上培训4次.
func leansOn(rest []rune) bool { return wording.CarryOver.in(rest) || wording.Comparing.in(rest) }

// beginsWithMonth reports whether a clause begins with one month: 12月份公开信息60条. What
// was done on a day, or in several months, is the year's: 3月5日举办1期, 3月、9月各1期.
func beginsWithMonth(s []rune) bool {
	n := 0
	for n < len(s) && n < 2 && text.Digit(s[n]) >= 0 {
		n++
	}
	if n == 0 || n == len(s) || s[n] != '月' {
		return false
	}
	n++
	return n == len(s) || text.Digit(s[n]) < 0 && !among("、和底末初至", s[n])
}

// tellsFigure reports whether s holds a number that is none of a date.
func tellsFigure(s []rune) bool {
	for i, c := range s {
		if text.Digit(c) >= 0 && (i+1 == len(s) || text.Digit(s[i+1]) < 0 && !among("年月日至-—–~到", s[i+1])) {
			return true
		}
	}
	return false
}

// monthsOnly reports whether a clause tells of some months only: 1至6月.
// From January to December is the year.
func monthsOnly(s []rune) bool {
	for i, c := range s {
		if c != '月' {
			continue
		}
		from := i
		for from > 0 && text.Digit(s[from-1]) >= 0 {
			from--
		}
		if 0 < from && from < i && among("至到-—–~", s[from-1]) && string(s[from:i]) != "12" {
			return true
		}
	}
	return false
}

// runs reports whether the figure at text[at] is a running total. 累计 is one
// unless the words before it are about one year, and so is 截至; 全年累计 and 截至2021年底
// in the report of 2021 are the year's own total.
func (p passage) runs(at int, cumulative bool) bool {
	own := p.text[clauseAt(p.text, at):at]
	cumulative = cumulative || wording.InSum.in(own) // 累计复议2件、诉讼1件
	lead := p.text[lastYearClause(p.text[:at]):at]   // 截至目前共有43件,其中2022年制发2件
	if !cumulative && (!p.since || !tellsSince(lead) || wording.StockWords.in(own)) {
		return false // 开通至今已发布1.3万条,现有粉丝9万名
	}
	if wording.AllTime.in(lead) || spansYears(lead) || ofYears(own) && !wording.YearWords.in(own) && yearBefore(own, 0, len(own)) == 0 { // 2020-2022年累计
		return true
	}
	if year := yearBefore(lead, 0, len(lead)); year != 0 {
		return year != p.year && (p.year != 0 || wording.SinceYear.in(lead))
	}
	return !wording.YearWords.in(lead)
}

// tellsSince reports whether the words tell a time up to now, or one of several years
// whose figures are not told year by year: 三年来分别为.
func tellsSince(s []rune) bool {
	return wording.SinceWords.in(s) || spansYears(s) || ofYears(s)
}

// spansYears reports whether s names several years as one time: 2020-2022年, 2019年至2022年.
func spansYears(s []rune) bool {
	for i, c := range s {
		if i < 4 || !among("-—–~至到", c) {
			continue
		}
		from := i - 4
		if s[i-1] == '年' {
			from--
		}
		if _, _, ok := text.YearAt(s, i+1); ok && from >= 0 && text.Digit(s[from]) >= 0 && text.Digit(s[from+3]) >= 0 && !slices.Equal(s[from:from+4], s[i+1:i+5]) {
			return true
		}
	}
	return false
}

// ofYears reports whether s tells a time of several years whose figures are not told one by one:
// 近五年, 三年合计. 连续三年 tells of each.
func ofYears(s []rune) bool {
	if wording.EachApart.in(s) {
		return false
	}
	for i, c := range s {
		if c == '年' && i > 0 && among("两二三四五六七八九十", s[i-1]) && (i == 1 || !numeral(s[i-2]) && !among("第续", s[i-2])) && wording.NoYears.at(s, i+1) == 0 {
			return true
		}
	}
	return wording.Periods.in(s)
}

// lastYearClause returns where the last clause begins that names a year of its
// own, or 0.
func lastYearClause(s []rune) int {
	for i := len(s) - 1; i > 0; i-- {
		if partsClauses(s[i-1]) && yearAt(s, i) {
			return i
		}
	}
	return 0
}

// yearAt reports whether a clause begins with a year at s[i]: 2018年度, 其中2022年.
func yearAt(s []rune, i int) bool {
	if begins(s[i:], "其中") {
		i += 2
	}
	if wording.YearStarts.at(s, i) > 0 {
		return true
	}
	_, end, ok := text.YearAt(s, i)
	return ok && end < len(s) && !among("底末初", s[end])
}

// yearBefore returns the last year named in s[from:to], or 0.
func yearBefore(s []rune, from, to int) int {
	for i := to - 1; i >= from+4; i-- {
		if s[i] != '年' {
			continue
		}
		if year, _, ok := text.YearAt(s[from:to], i-4-from); ok {
			return year
		}
	}
	return 0
}
