package region

import (
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/parser/lazyregexp"
	"nianbao/parser/text"
)

// Scopes of a match, the same words as report.Scope.
const (
	ScopeRegion = "region"
	ScopeAgency = "agency"
)

// Match is what a name says.
type Match struct {
	Region    Region // zero when no region, or no single one, is named
	As        string // the region's name as written: 九江县 though Region is 柴桑区
	Publisher string // the government or agency named, as written; "" for a mere region
	Scope     string // ScopeRegion, ScopeAgency, or "" when the name tells neither
	Rest      string // what follows the names of regions
	// Candidates are the regions of that name when the context leaves several.
	Candidates []Region
}

// Former reports whether the region is named by a name it no longer has.
func (m Match) Former() bool {
	d := load()
	return m.Region.Code != "" && slices.ContainsFunc(d.former[m.As], func(k int) bool { return d.successions[k].ToCode == m.Region.Code })
}

// maxName bounds the text that is read as one name, in characters.
const maxName = 200

// corps is what stands before a city of the Xinjiang Production and
// Construction Corps: its division is the city's government (第一师阿拉尔市).
var corps = lazyregexp.New(`^(?:新疆)?(?:生产建设)?(?:兵团)?第[一二三四五六七八九十]{1,3}师`)

// Recognise reads the region and the agency off a name as publishers write it:
// 江苏省淮安市洪泽区, 县人民政府办公室, 额济纳旗工业商务和信息化局. White space is
// ignored; text beyond 200 characters is.
func Recognise(name string, context Context) Match {
	d := load()
	s := []rune(d.withoutZone(text.Fold(name)))
	s = s[:min(len(s), maxName)]
	name = string(s)
	if g := pronoun.FindStringSubmatch(name); g != nil {
		m := Match{Scope: ScopeAgency, Rest: name}
		if g[1] != "" {
			m.Scope = ScopeRegion
		}
		return m
	}
	start := 0
	if i := slices.IndexFunc(words["national"], func(n string) bool { return strings.HasPrefix(name, n) }); i >= 0 {
		start = utf8.RuneCountInString(words["national"][i])
	}
	m := Match{Rest: name}
	cs := d.leading(s, start, utf8.RuneCountInString(corps.FindString(name)))
	if len(cs) > 0 {
		m = d.match(s, cs, context)
	}
	m.Rest = otherName.ReplaceAllString(m.Rest, "")
	kind := classify(m.Rest)
	if start > 0 && kind != unknownDivision {
		kind = agency
	}
	switch kind {
	case unknownDivision:
		// 大同市X区: a division that is in no list. The city is not the answer.
		return Match{Rest: name, As: m.As}
	case agency:
		m.Scope, m.Publisher = ScopeAgency, name
	case government:
		if len(cs) > 0 || m.Rest != "政府" {
			m.Scope, m.Publisher = ScopeRegion, name
		}
	case none:
		if m.Region.Code != "" || len(m.Candidates) > 0 {
			m.Scope = ScopeRegion
		}
	case whole:
		m.Scope = ScopeRegion
	}
	return m
}

// pronoun is how a text calls its own government or office (我县, 本单位), which
// names nobody.
var pronoun = lazyregexp.New(`^[我本](?:(省|市|县|区|旗|州|盟|自治区|自治州|自治县|自治旗)|[局委办厅院所站镇乡]|街道|苏木|中心|部门|单位|机关)(?:人民政府)?$`)

// leading are the readings of what begins at a place, behind the division of the corps
// that stands there: only a city of its own does.
func (d *data) leading(s []rune, start, division int) []chain {
	cs := d.chains(s, start+division)
	if division > 0 && (len(cs) != 1 || !strings.HasPrefix(d.all[cs[0].place].Code, "6590")) {
		return nil
	}
	return cs
}

// zoneAndDistrict is how a district is named that is one with a development zone:
// 高新区(新市区), 杭州高新区(滨江), 虎丘区(苏州高新区).
var zoneAndDistrict = lazyregexp.New(`^(\p{Han}{2,20}?)\((\p{Han}{2,12})\)(.*)$`)

// zoneSuffix ends the name of a zone.
var zoneSuffix = lazyregexp.New(`(?:开发区|高新区|经开区|新区|示范区|管理区|试验区|合作区|保税区|园区)$`)

// withoutZone takes the zone off the name of a district that is one with it; any
// other name stays. The district counts only as it is in the list.
func (d *data) withoutZone(name string) string {
	if !strings.Contains(name, "(") {
		return name
	}
	g := zoneAndDistrict.FindStringSubmatch(name)
	if g == nil {
		return name
	}
	before, within, rest := g[1], g[2], g[3]
	switch {
	case zoneSuffix.MatchString(within) && d.county(before):
		return before + rest
	case zoneSuffix.MatchString(before) && !d.county(before):
		for _, district := range []string{within, within + "区"} {
			if d.county(district) {
				return d.city(before) + district + rest
			}
		}
	}
	return name
}

// county reports whether a text is the name of a county or district, the regions
// above it before it or not.
func (d *data) county(name string) bool {
	s := []rune(name)
	for _, c := range d.chains(s, 0) {
		if c.end == len(s) && !c.weak && d.all[c.place].Level == LevelCounty {
			return true
		}
	}
	return false
}

// city returns the regions in full that the name of a zone begins with, "" for
// none: of 杭州高新区, 杭州市.
func (d *data) city(zone string) string {
	cs := d.chains([]rune(zone), 0)
	if len(cs) != 1 || cs[0].region < 0 || d.all[cs[0].region].Level == LevelCounty {
		return ""
	}
	return d.all[cs[0].region].Name
}

// match turns the readings of the names into a region or candidates.
func (d *data) match(s []rune, cs []chain, context Context) Match {
	end := cs[0].end
	m := Match{As: string(s[cs[0].start:end]), Rest: string(s[end:])}
	if cs[0].weak {
		return d.confirm(s, cs, m, context)
	}
	if len(cs) > 1 {
		if c, ok := d.settle(m.As, cs, context); ok {
			cs = []chain{c}
		}
	}
	if len(cs) == 1 {
		if i := cs[0].region; i >= 0 {
			m.Region = d.all[i]
		}
		return m
	}
	for _, c := range cs {
		if c.region >= 0 {
			m.Candidates = append(m.Candidates, d.all[c.region])
		}
	}
	return m
}

// confirm accepts a county named without its suffix (沂源经济开发区) where the
// context names exactly one such county in full, and a prefecture whose
// commission is named (喀什行署).
func (d *data) confirm(s []rune, cs []chain, m Match, context Context) Match {
	full := Match{Rest: string(s)}
	switch {
	case splitsName.MatchString(m.Rest):
		return full
	case prefectureOffice.MatchString(m.Rest):
		for _, c := range cs {
			if c.region >= 0 && d.all[c.region].Level == LevelPrefecture {
				m.Region = d.all[c.region]
				return m
			}
		}
		return full
	case slices.Contains(words["plain"], m.As):
		full.As = m.As
		return full
	}
	switch confirmed := d.counties(cs, context); len(confirmed) {
	case 0:
		return full
	case 1:
		m.Region = d.all[confirmed[0]]
		return m
	}
	full.As = m.As
	return full
}

// counties are those of some readings that the context names in full, and that can report on
// its year.
func (d *data) counties(cs []chain, context Context) (named []int) {
	for _, c := range cs {
		if c.region < 0 || d.all[c.region].Level != LevelCounty || slices.Contains(named, c.region) {
			continue
		}
		if context.Year != 0 && !Reports(d.all[c.region].Code, context.Year) {
			continue
		}
		if slices.ContainsFunc(context.Texts, func(t string) bool { return strings.Contains(text.Fold(t), d.all[c.region].Name) }) {
			named = append(named, c.region)
		}
	}
	return named
}

var (
	// 长安镇 is no 长安 with something behind it.
	splitsName = lazyregexp.New(`^(?:镇|乡|街道|村|社区|路|山|江|河|湖)`)
	// 喀什行署 is the prefecture's, though 喀什 is a city too.
	prefectureOffice = lazyregexp.New(`^(?:行署|行政公署|地委|地区)`)
)

// kind is what follows the name of a region.
type kind int

const (
	none            kind = iota // nothing
	government                  // 人民政府
	whole                       // (汇总), (全县)
	agency                      // 人民政府办公室, 统计局, 洪川镇
	unknownDivision             // a district, county or city that no list has
	unknown
)

var (
	otherName      = lazyregexp.New(`^[(\x{FF08}][今现原][^)\x{FF09}]{2,12}[)\x{FF09}]`)
	governmentName = lazyregexp.New(`^(?:省|市|县|区|旗|州|盟|自治区|自治州|自治县)?(?:人民政府|政府|行政公署|行署|公署)$`)
	wholeName      = lazyregexp.New(`^(?:人民政府|政府)?[(（](?:汇总|全省|全市|全县|全区|全旗|全州|全盟|综合|总)[)）]$`)
	divisionName   = lazyregexp.New(`^\p{Han}{1,6}(?:县|区|旗|市)(?:人民政府|政府|[(\x{FF08}]|$)`)
	zoneName       = lazyregexp.New(`开发区|高新区|新区|保税区|示范区|度假区|风景区|名胜区|园区|工业区|管理区|试验区|合作区|保护区|产业区|集聚区|物流区|港区|库区|灌区|社区|景区|经开区|聚集区|商务区|自贸区`)
	townshipName   = lazyregexp.New(`^\p{Han}{1,12}(?:镇|乡|街道?|苏木|农场|林场|牧场)(?:人民政府|政府|办事处|街道办|党工委|$)`)
	agencyName     = lazyregexp.New(`(?:[局委会办室厅院处所站部队司镇乡场社馆台组署厂店村]|中心|街道|苏木|机关|学校|大学|中学|小学|集团|银行|税务|公安|基地|公积金)(?:[(（].{1,30}[)）])?$`)
)

// endsIn reports whether a name ends in one of two characters.
func endsIn(name string, a, b rune) bool {
	last, _ := utf8.DecodeLastRuneInString(name)
	return last == a || last == b
}

// classify tells what a name means behind (or without) the region's.
func classify(rest string) kind {
	switch {
	case rest == "":
		return none
	case rest == "人民政府", endsIn(rest, '府', '署') && governmentName.MatchString(rest):
		return government
	case endsIn(rest, ')', '）') && wholeName.MatchString(rest):
		return whole
	case strings.Contains(rest, "区") && zoneName.MatchString(rest):
		return agency
	case strings.ContainsAny(rest, "县区旗市") && divisionName.MatchString(rest) && !townshipName.MatchString(rest):
		return unknownDivision
	case agencyName.MatchString(rest), townshipName.MatchString(rest):
		return agency
	case strings.HasPrefix(rest, "人民政府") && strings.ContainsAny(rest, "办机本"):
		return agency
	}
	return unknown
}
