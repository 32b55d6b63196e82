package narrative

import (
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/parser/report"
	"nianbao/parser/text"
)

// A region's report tells of its bodies too: 县教育局收到申请12件, 各乡镇公开信息900条. Such a
// figure is a part of the region's and has none of its metrics. Whose a figure is
// says the subject of its clause, or of the one before it in the sentence that has
// one.

// longestBody is how many characters the name of a body has at most.
const longestBody = 16

// A teller is whose figure a clause tells.
type teller int

const (
	untold teller = iota
	ofPublisher
	ofBody
	ofSite // of one body, on the site of another
)

// ofOneBody reports whether the figure at s[at] of a sentence is that of one of the bodies
// of the region whose report it is, or of some of them; in the report of one body, whether
// it is another's or the region's. visits tells that it counts those who visit or follow.
func ofOneBody(of *publisher, s []rune, at int, visits bool) bool {
	if of.Scope == report.ScopeUnknown {
		return false
	}
	for end := at; end > 0; {
		from := statementAt(s, end)
		clause := s[from:end]
		if who := subjectOf(of, clause); who != untold && (of.Scope == report.ScopeRegion || end == at || tellsFigure(clause)) {
			return who == ofBody || who == ofSite && visits
		}
		if from == 0 || among(";。", s[from-1]) {
			return false
		}
		end = from - 1
	}
	return false
}

var endsStatement = charSetOf(func(c rune) bool { return among(",，;:。\n", c) })

// statementAt returns where the clause begins that s[i] ends. Unlike clauseAt's it
// goes on over a bracket that is closed: 各乡镇(街道)收到24件.
func statementAt(s []rune, i int) int {
	depth, ends := 0, endsStatement()
	for ; i > 0; i-- {
		switch c := s[i-1]; {
		case c == ')':
			depth++
		case opensBracket(c) && depth > 0:
			depth--
		case opensBracket(c), depth == 0 && ends.has(c):
			return i
		}
	}
	return 0
}

// subjectOf tells whether a clause has a body, or bodies, for its subject. Its cases are what
// several subjects that are joined may be.
func subjectOf(of *publisher, clause []rune) teller {
	i := pastWords(clause, &wording.BeforeSubject, true) // 其中, 2022年, 全年, 由
	bodies, own := 0, untold
	for groups := true; ; i++ {
		end, who := bodyAt(of, clause, i)
		switch {
		case who == untold:
			return own
		case who == ofPublisher && of.Scope == report.ScopeAgency && clause[i] != '各' && !wording.Jointly.in(clause):
			own, groups = who, false // 我局、县财政局 tell of both
		case who != ofBody:
			return who
		default:
			bodies, groups = bodies+1, groups && wording.BodyGroups.in(clause[i:end])
		}
		i = pastBracket(clause, end)
		switch all := of.Scope == report.ScopeRegion || of.town() && wording.Villages.in(clause); {
		case i < len(clause) && joiner(clause[i]):
		case bodies == 0:
			return own
		case all && groups && bodies > 1:
			return ofPublisher // 各乡镇、县直部门: all there are
		default:
			return ofBody
		}
	}
}

// pastWords passes over the words that a clause begins with, its number (五、) and over years.
func pastWords(clause []rune, words *wordSet, years bool) int {
	i := 0
	if n := pastNumerals(clause, 0); n > 0 && n < len(clause) && clause[n] == '、' {
		i = n + 1
	}
	for i < len(clause) {
		_, past, dated := text.YearAt(clause, i)
		switch n := words.at(clause, i); {
		case n > 0:
			i += n
		case clause[i] == ' ':
			i++
		case years && dated:
			i = past
		default:
			return i
		}
	}
	return i
}

// bodyAt returns where the name ends that begins at clause[i], and whether it is a
// body's, or another region's, or stands for the region; untold where it is none.
func bodyAt(of *publisher, clause []rune, i int) (end int, who teller) {
	if wording.NotSubject.at(clause, i) > 0 {
		return i, untold
	}
	if of.Scope == report.ScopeAgency {
		return of.teller(clause, i)
	}
	if end := pastSome(clause, i); end > i {
		return end, ofBody
	}
	for k := i; k < len(clause) && k < i+longestBody; k++ {
		if n := wording.NoOrgans.at(clause, k); n > 0 {
			k += n - 1
			continue
		}
		if n := wording.Elsewhere.at(clause, k); n > 0 {
			return k + n, ofBody
		}
		if n := wording.OwnBodies.at(clause, k); n > 0 {
			if above(of.Region, clause[k:k+n]) {
				return k + n, ofBody
			}
			return k + n, ofPublisher
		}
		if wording.NoName.at(clause, k) > 0 || text.Digit(clause[k]) >= 0 {
			break
		}
		if n := wording.BodyEnds.at(clause, k); n > 0 && k+n > i+1 && endsSubject(clause, k+n) {
			return k + n, ofBody
		}
	}
	return i, untold
}

// pastSome passes over the name of so many bodies of the region: 全区8个街道.
func pastSome(clause []rune, i int) int {
	from := i + wording.OwnBodies.at(clause, i)
	n := pastCount(clause, from)
	if end := nameEnd(clause, n); n > from && wording.BodyGroups.at(clause, n) > 0 && endsSubject(clause, end) {
		return end
	}
	return i
}

// above reports whether a whole that a region's words name (全市, 省政府) is that of a
// region above it.
func above(region string, whole []rune) bool {
	const levels = "旗区县 市州盟 省"
	whole = []rune(strings.Replace(string(whole), "自治区", "省", 1))
	level := slices.IndexFunc(whole, func(c rune) bool { return among("市州省", c) })
	own, _ := utf8.DecodeLastRuneInString(region)
	if level < 0 || !among(levels, own) || strings.HasSuffix(region, "自治区") {
		return false
	}
	past := func(c rune) int { return strings.Count(levels[:strings.IndexRune(levels, c)], " ") }
	return past(whole[level]) > past(own)
}

// endsSubject reports whether a subject may end at clause[i]: what it does follows,
// or another subject, or where it publishes.
func endsSubject(clause []rune, i int) bool {
	if i == len(clause) {
		return true
	}
	c := clause[i]
	return among(" 、和及与", c) || opensBracket(c) || text.Digit(c) >= 0 || wording.BodyVerbs.at(clause, i) > 0 || wording.BodyChannels.at(clause, i) > 0
}

// pastBracket passes over a short bracket: 乡镇(街道).
func pastBracket(s []rune, i int) int {
	if i == len(s) || !opensBracket(s[i]) {
		return i
	}
	if n := slices.Index(s[i:], ')'); 0 < n && n < 8 {
		return i + n + 1
	}
	return i
}
