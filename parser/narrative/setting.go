package narrative

import (
	"slices"

	"nianbao/parser/report"
	"nianbao/parser/text"
)

// settingOf is the setting of the figure at text[start:end] in a sentence.
func settingOf(of report.Meta, sc *script, sp span, start, end int) report.Setting {
	text := sc.folded
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
	for depth := 0; until < len(s) && (depth != 0 || !among(",，;。", s[until])); until++ {
		switch s[until] {
		case '(':
			depth++
		case ')':
			depth--
		}
	}
	return report.Setting{
		Sentence: sp.start, Before: sc.plain(sp.start+own, start), After: sc.plain(end, sp.start+until), Lead: sc.plain(sp.start+lead, sp.start+own),
		Year: yearTold(s, at), Other: otherTime(s, own, at), Scope: scopeTold([]rune(of.Region), s[lead:at]),
		Disclosure: sc.disclosure(sp),
	}
}

// disclosure reports whether a sentence, or the line before it, speaks of
// disclosure; it is asked for every figure of the sentence.
func (sc *script) disclosure(sp span) bool {
	if sc.asked != sp {
		line := sp.start
		for line > 0 && sp.start-line < maxLine && sc.folded[line-1] != '\n' {
			line--
		}
		sc.asked, sc.discloses = sp, disclosureWords.in(sc.folded[line:sp.start]) || disclosureWords.in(sc.folded[sp.start:sp.end])
	}
	return sc.discloses
}

// maxLine is how many characters before a sentence still tell what it is about.
const maxLine = 500

var (
	disclosureWords = wordsIn("disclosureWords")
	comparing       = wordsIn("comparing")
	otherTimes      = wordsIn("otherTimes")
	earlier         = wordsIn("earlier")
	carriedTimes    = wordsIn("carriedTimes")
	carryOver       = wordsIn("carryOver")
	sinceThen       = wordsIn("sinceThen")
	yearEnd         = wordsIn("yearEnd")
	wholeWords      = wordsIn("wholeWords")
	organWords      = wordsIn("organWords")
	noOrgans        = wordsIn("noOrgans")
)

// yearTold returns the year that the figure at s[at] is told of: the last one
// that its clause names, or the clauses before it but those that compare.
func yearTold(s []rune, at int) int {
	for end := at; end > 0; {
		from := clauseAt(s, end)
		clause := s[from:end]
		if year := yearBefore(s, from, end); year != 0 && !comparing.in(clause) {
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
	dated := yearBefore(s, own, at) != 0
	tells := func(clause []rune) bool {
		return otherTimes.in(clause) && !carriedTimes.in(clause) && !comparing.in(clause)
	}
	switch {
	case !dated && tells(clause):
		return !yearEnds(clause)
	case monthsOnly(clause) || earlierTime(s, own, at):
		return true
	case own == 0 || dated || yearWords.in(clause):
		return false
	}
	const adverbial = 14
	when := s[clauseAt(s, own-1) : own-1]
	return len(when) <= adverbial && !tellsFigure(when) && (tells(when) || monthsOnly(when)) && !yearEnds(when)
}

// earlierTime reports whether the clause s[own:at] names no time, and the last of the
// clauses before it that does begins with that of a year before: 上年收到申请3件,发生行政
// 复议2件.
func earlierTime(s []rune, own, at int) bool {
	for from, end := own, at; from > 0 && !yearWords.in(s[from:end]) && yearBefore(s, from, end) == 0; {
		end = from - 1
		from = clauseAt(s, end)
		switch clause := s[from:end]; {
		case from > 0 && s[from-1] == '(' && slices.Contains(clause, ')'):
			end = from // 网站发布448条(上年401条)
		case earlier.at(clause, 0) > 0:
			n := earlier.at(clause, 0)
			// 收到申请12件,上年为15件,办结11件
			return n == len(clause) || !among("为是同", clause[n]) && text.Digit(clause[n]) < 0 && !carryOver.in(clause) && !comparing.in(clause)
		case from > 0 && s[from-1] == ';':
			return false
		}
	}
	return false
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

// yearEnds reports whether the words name the end of a year, so that a total
// until then is the year's: 截至2021年底.
func yearEnds(s []rune) bool {
	return !sinceThen.in(s) && yearEnd.in(s)
}

// scopeTold returns whose the figure is that the words lead to: the region's,
// where they say so, or that of its office or one of its organs. The name of the
// region is no organ's: 景德镇市 is no 镇.
func scopeTold(region, lead []rune) report.Scope {
	scope := report.ScopeUnknown
	for i := 0; i < len(lead); {
		switch {
		case len(region) > 0 && region[0] == lead[i] && hasPrefix(lead, i, region):
			i += len(region)
			continue
		case noOrgans.at(lead, i) > 0:
			i += noOrgans.at(lead, i)
			continue
		case wholeWords.at(lead, i) > 0:
			return report.ScopeRegion
		case organWords.at(lead, i) > 0:
			scope = report.ScopeAgency
		}
		i++
	}
	return scope
}
