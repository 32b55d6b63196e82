package narrative

import (
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/parser/report"
	"nianbao/parser/text"
)

// The report of a bureau, a town or an office tells of other bodies, and of the whole
// territory, as well: 县统计局举办培训5期, 全县公开信息4120条. Neither is its own.

var (
	territories = wordsIn("territories") // wholes, and those that speak for them
	governments = wordsIn("governments") // what those are that speak for it
	alwaysOwn   = wordsIn("alwaysOwn")   // what a body calls itself, or a part of it
)

// levels are the last characters of regions' names, and of what those below them call them.
const levels = "旗区县市州盟省"

// teller tells whether the clause's words from i on are, in the report of an agency, the
// name of its publisher, or that of another body or a territory, and where it ends.
func (of agency) teller(clause []rune, i int) (end int, who teller) {
	if n := alwaysOwn.at(clause, i); n > 0 {
		return i + n, ofPublisher
	}
	if n := territories.at(clause, i); n > 0 {
		end = i + n
		further, who := of.named(clause, end)
		switch {
		case of.calls(clause[i:end]):
			return end, ofPublisher // 县政府, of its office
		case who == ofPublisher, who == ofBody && clause[end] != '各':
			return further, who // 我市教育局, 园区企业
		case who == untold && of.Publisher == "" && governments.in(clause[i:end]):
			return i, untold
		}
		return end, of.whole(clause, i, end)
	}
	return of.named(clause, i)
}

// whole tells whose the territory is that clause[i:end] names: 全区 is a zone's own. A
// government publishes for others on its site: 县政府网站公开信息126条.
func (of agency) whole(clause []rune, i, end int) teller {
	level := slices.IndexFunc(clause[i:end], func(c rune) bool { return among(levels, c) })
	switch {
	case level >= 0 && among(of.base(), clause[i+level]):
		return ofPublisher
	case bodyChannels.at(clause, end) > 0:
		return ofSite
	}
	return ofBody
}

// named is teller for the name of a body or a place.
func (of agency) named(clause []rune, i int) (end int, who teller) {
	if bodyVerbs.at(clause, i) > 0 {
		return i, untold // 办结委网站留言
	}
	for k := i; k < len(clause) && k < i+longestBody; k++ {
		if n := noOrgans.at(clause, k); n > 0 {
			k += n - 1
			continue
		}
		if n := alwaysOwn.at(clause, k); n > 0 {
			return k + n, ofPublisher // 今年来我局
		}
		if noName.at(clause, k) > 0 || text.Digit(clause[k]) >= 0 {
			break
		}
		n := max(bodyEnds.at(clause, k), agencyEnds.at(clause, k))
		if n == 0 || k+n <= i+1 || !endsSubject(clause, k+n) {
			continue
		}
		switch name := clause[i : k+n]; {
		case of.calls(name):
			return k + n, ofPublisher
		case of.Publisher == "" && !bodyGroups.in(name):
			return i, untold
		default:
			return k + n, ofBody
		}
	}
	return i, untold
}

var agencyEnds = wordsIn("agencyEnds")

// agency is the report of one body.
type agency struct{ report.Meta }

// base is the publisher's name without the region's.
func (of agency) base() string {
	name := text.Fold(of.Publisher)
	stem := of.Region
	if runes := []rune(stem); len(runes) > 2 {
		stem = string(runes[:len(runes)-1]) // 云泽高新区 of 云泽市
	}
	for _, place := range [...]string{of.Region, stem} {
		if _, after, ok := strings.Cut(name, place); ok && place != "" && after != "" {
			return after
		}
	}
	if first, n := utf8.DecodeRuneInString(name); among(levels, first) {
		return name[n:] // 县信访局
	}
	return name
}

// calls reports whether a name is one that the publisher goes by: its name, with the level
// of its region (县教育局) or without it, and what is short for it (发改委, 卫健局, 管委会).
func (of agency) calls(name []rune) bool {
	base := of.base()
	if base == "" || strings.Contains(base, string(name)) {
		return base != ""
	}
	rest, ok := of.local(name, base)
	own := []rune(base)
	switch {
	case !ok || len(rest) == 0:
		return false
	case len(rest) == 1:
		return own[len(own)-1] == rest[0] || rest[0] == '委' && strings.HasSuffix(base, "委员会") // 县局
	case len(rest) == len(name) && bodyEnds.at(rest, 0) == len(rest) && shortFor(rest, own):
		return true // 管委会, 街道
	}
	for n, c := range own {
		starts := n < 2 || among(levels, own[n-1]) || strings.HasPrefix(base, "人民政府")
		if starts && c == rest[0] && (shortFor(rest, own[n:]) || len(own) > n+1 && shortFor(own[n:], rest)) {
			return true
		}
	}
	return false
}

// local returns a body's name without that of its place, or without its level. It reports
// false where that is another than the publisher's: 市教育局 for 青屿县教育局.
func (of agency) local(name []rune, base string) ([]rune, bool) {
	if n := placeEnd(name); n > 0 {
		place := string(name[:n])
		if of.Region == "" || strings.Contains(place, of.Region) || strings.Contains(text.Fold(of.Publisher), place) {
			return name[n:], true
		}
	}
	if after, ok := strings.CutPrefix(string(name), of.Region); ok && of.Region != "" {
		return []rune(after), true
	}
	if after, ok := strings.CutPrefix(string(name), "地区"); ok {
		return []rune(after), true
	}
	if level := name[0]; among(levels, level) {
		last, _ := utf8.DecodeLastRuneInString(of.Region)
		return name[1:], of.Region == "" || level == last || among(base, level)
	}
	return name, true
}

// placeEnd returns where a place's name ends that a name begins with, the last of them: the
// 三亚市海棠区 of 三亚市海棠区应急局; 0 where there is none.
func placeEnd(name []rune) int {
	for n := len(name) - 2; n > 2; n-- {
		if among(levels, name[n-1]) {
			return n
		}
	}
	return 0
}

// shortFor reports whether the characters of a short name stand in a long one in their order.
func shortFor(short, long []rune) bool {
	for _, c := range long {
		if len(short) > 0 && c == short[0] {
			short = short[1:]
		}
	}
	return len(short) == 0
}
