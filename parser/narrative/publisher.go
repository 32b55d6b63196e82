package narrative

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/parser/report"
	"nianbao/parser/text"
)

// The report of a bureau, a town or an office tells of other bodies, and of the whole
// territory, as well: 县统计局举办培训5期, 全县公开信息4120条. Neither is its own.

// levels are the last characters of regions' names, and of what those below them call them.
const levels = "旗区县市州盟省"

// zones are the characters before 区 that make it a zone's: 开发区, 高新区.
const zones = "发新园范验片港景"

// teller tells whether the clause's words from i on are, in the report of an agency, the
// name of its publisher, or that of another body or a territory, and where it ends.
func (of *publisher) teller(clause []rune, i int) (end int, who teller) {
	if n := wording.AlwaysOwn.at(clause, i); n > 0 {
		return i + n, ofPublisher
	}
	if n := pastTiers(clause, i); n > i {
		return n, ofBody
	}
	if n := pastCount(clause, i); n > i {
		end, _ = of.named(clause, n)
		end = max(end, n+wording.BodyGroups.at(clause, n))
		if end > n && endsSubject(clause, end) && !begins(clause[end:], "参加") {
			return end, ofBody // 14个乡镇公开信息900条, 11家乡镇卫生院、2家县级医院
		}
		return i, untold
	}
	if n := wording.Territories.at(clause, i); n > 0 {
		end = i + n
		further, who := of.named(clause, end)
		switch {
		case of.calls(clause[i:end]):
			return end, ofPublisher // 县政府, of its office
		case who == ofPublisher, who == ofBody && !among("各、和及与", clause[end]):
			return further, who // 我市教育局, 园区企业
		case who == untold && of.Publisher == "" && wording.Governments.in(clause[i:end]):
			return i, untold
		}
		return end, of.whole(clause, i, end)
	}
	return of.named(clause, i)
}

// pastTiers passes over what names the tiers of a territory: 县、乡、村三级.
func pastTiers(s []rune, i int) int {
	n := i
	for n < len(s) && among(levels+"乡镇村街、和", s[n]) {
		n++
	}
	if n == i || n+1 >= len(s) || !text.HanNumeral(s[n]) && s[n] != '两' || s[n+1] != '级' || !endsSubject(s, n+2) {
		return i
	}
	return n + 2
}

// pastCount passes over how many bodies there are: 14个, 三家.
func pastCount(s []rune, i int) int {
	if i == len(s) || !numeral(s[i]) {
		return i
	}
	_, end, ok := arabicOrHan(s, i)
	if !ok || end == len(s) || !among("个家所", s[end]) {
		return i
	}
	return end + 1
}

// whole tells whose the territory is that clause[i:end] names: 全区 is a zone's own. A
// government publishes for others on its site: 县政府网站公开信息126条.
func (of *publisher) whole(clause []rune, i, end int) teller {
	level := slices.IndexFunc(clause[i:end], func(c rune) bool { return among(levels, c) })
	switch {
	case level >= 0 && clause[i+level] == '区' && among(of.base, '区'):
		return ofPublisher
	case wording.BodyChannels.at(clause, end) > 0:
		return ofSite
	}
	return ofBody
}

// named is teller for the name of a body or a place.
func (of *publisher) named(clause []rune, i int) (end int, who teller) {
	if wording.BodyVerbs.at(clause, i) > 0 {
		return i, untold // 办结委网站留言
	}
	for k := i; k < len(clause) && k < i+longestBody; k++ {
		if n := wording.NoOrgans.at(clause, k); n > 0 {
			k += n - 1
			continue
		}
		if n := wording.AlwaysOwn.at(clause, k); n > 0 {
			return k + n, ofPublisher // 今年来我局
		}
		if wording.NoName.at(clause, k) > 0 || text.Digit(clause[k]) >= 0 {
			break
		}
		if end := nameEnd(clause, k); end > max(k, i+1) && endsSubject(clause, end) {
			if of.government(clause[i:end]) && wording.BodyChannels.at(clause, end) > 0 {
				return end, ofSite // 青屿县人民政府网站
			}
			return end, of.whose(clause[i:end])
		}
	}
	return i, untold
}

// nameEnd returns where the word ends that stands at clause[k] and that bodies' names, or
// places', end with; k where there is none.
func nameEnd(clause []rune, k int) int {
	end := k + wording.AgencyEnds.at(clause, k)
	if end < len(clause) && text.Digit(clause[end]) >= 0 {
		end = k // 青屿县2022年水务局公开信息31条 is its own
	}
	return max(end, k+wording.BodyEnds.at(clause, k))
}

// whose tells whether a name is the publisher's.
func (of *publisher) whose(name []rune) teller {
	switch {
	case of.calls(name):
		return ofPublisher
	case of.Publisher == "" && !wording.BodyGroups.in(name):
		return untold
	}
	return ofBody
}

// government reports whether a name is that of the government of the publisher's region.
func (of *publisher) government(name []rune) bool {
	rest, ok := of.local(name)
	return ok && string(rest) == "人民政府"
}

// publisher is whose report it is.
type publisher struct {
	report.Meta
	level rune   // the last character of its region's name, 0 where that is not known
	base  string // what follows that in its own name
}

// publisherOf parts the name of a report's publisher.
func publisherOf(of report.Meta) *publisher {
	name := text.Fold(of.Publisher)
	level, size := utf8.DecodeLastRuneInString(of.Region)
	if size == 0 {
		level = 0
	}
	places := [...]string{of.Region, of.Region[:len(of.Region)-size]} // 云泽高新区 of 云泽市
	for _, place := range places {
		if _, after, ok := strings.Cut(name, place); ok && len(place) > len("县") && after != "" {
			return &publisher{of, level, after}
		}
	}
	var before rune
	for i, c := range name { // 县信访局, 青屿县信访局
		rest := name[min(len(name), i+len(string(c))):]
		if rest != "" && among(levels, c) && !among(zones, before) && !strings.HasPrefix(rest, "场") && !strings.HasPrefix(rest, "政") {
			return &publisher{of, cmp.Or(level, c), rest}
		}
		before = c
	}
	return &publisher{of, level, name}
}

// town reports whether the publisher is that of a town, a township or a street.
func (of *publisher) town() bool {
	base := of.base
	for _, body := range [...]string{"人民政府", "政府", "办事处"} {
		base = strings.TrimSuffix(base, body)
	}
	return strings.HasSuffix(base, "镇") || strings.HasSuffix(base, "乡") || strings.HasSuffix(base, "街道")
}

// calls reports whether a name is one that the publisher goes by: its name, with the level
// of its region (县教育局) or without it, and what is short for it (发改委, 卫健局, 管委会).
func (of *publisher) calls(name []rune) bool {
	if of.base == "" || strings.Contains(of.base, string(name)) {
		return of.base != ""
	}
	rest, ok := of.local(name)
	own := formal(of.base)
	switch {
	case !ok || len(rest) == 0:
		return false
	case len(rest) == 1:
		return own[len(own)-1] == rest[0] || rest[0] == '委' && strings.HasSuffix(of.base, "委员会") // 县局
	case len(rest) == len(name) && wording.BodyEnds.at(rest, 0) == len(rest) && shortFor(rest, own):
		return true // 管委会, 街道
	}
	return startsShort(rest, own) || len(name) > len(rest) && len(name) > 2 && startsShort(name, own) // 市监局
}

// formal is a name with the body that a town's may lack: 青浦镇人民政府.
func formal(base string) []rune {
	switch own := []rune(base); own[len(own)-1] {
	case '镇', '乡':
		base += "人民政府"
	case '道':
		base += "办事处"
	}
	return []rune(base)
}

// startsShort reports whether one of two names is short for the other, or for what of it
// stands behind a place's or a government's name.
func startsShort(name, own []rune) bool {
	government := begins(own, "人民政府")
	for n, c := range own {
		starts := n < 2 || government || among(levels, own[n-1])
		if starts && c == name[0] && (shortFor(name, own[n:]) || len(own) > n+1 && shortFor(own[n:], name)) {
			return true
		}
	}
	return false
}

// local returns a body's name without that of its place, or without its level. It reports
// false where that is another than the publisher's: 市教育局 for 青屿县教育局.
func (of *publisher) local(name []rune) ([]rune, bool) {
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
		return name[1:], of.level == 0 || level == of.level || level == '区' && among(of.base, '区')
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
