package narrative

import (
	"unicode/utf8"

	"nianbao/parser/report"
)

// settingOf is the setting of the figure at text[start:end] in a sentence.
func settingOf(of report.Meta, sc *script, sp span, start, end int, m moment) report.Setting {
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
		Year: yearTold(s, at), Other: otherTime(s, own, at, m), Scope: scopeTold(of.Region, s[lead:at]),
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
	wholeWords      = wordsIn("wholeWords")
	organWords      = wordsIn("organWords")
	noOrgans        = wordsIn("noOrgans")
)

// scopeTold returns whose the figure is that the words lead to: the region's,
// where they say so, or that of its office or one of its organs. The name of the
// region is no organ's: 景德镇市 is no 镇.
func scopeTold(region string, lead []rune) report.Scope {
	scope := report.ScopeUnknown
	for i := 0; i < len(lead); {
		switch {
		case region != "" && begins(lead[i:], region):
			i += utf8.RuneCountInString(region)
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
