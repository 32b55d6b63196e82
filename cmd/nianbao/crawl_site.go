package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"nianbao/crawler"
	"nianbao/parser"
	"nianbao/parser/lazyregexp"
	"nianbao/parser/region"
	"nianbao/parser/report"
)

// vouch says by what a page of a site shows whose it is: the number that each
// government site has, the governments that its title, its name and its foot
// name, and for names that several places have the province of its record number.
func (r *crawlRun) vouch(ctx context.Context, c *crawler.Capture) (site, other string) {
	doc, err := r.parser.Document(ctx, parser.Source{Name: c.URL, Data: c.Body, ContentType: c.Header.Get("Content-Type")})
	if err != nil {
		return "", "" // a page that cannot be read says nothing
	}
	lines := []string{doc.Title, doc.Meta["sitename"], doc.Meta["columnname"]}
	for _, b := range doc.Blocks {
		if b.Grid == nil && imprint.MatchString(b.Text) {
			lines = append(lines, b.Text)
		}
	}
	host := ""
	if u, err := url.Parse(c.URL); err == nil {
		host = u.Hostname()
	}
	return whose(c.Request.Seed.RegionCode, host, lines)
}

// imprint is a line in which a site says whose it is.
var imprint = lazyregexp.New(`主办|承办|主管|版权所有|网站标识码|ICP备`)

// siteCode is the number that every government site carries: the region's code
// and four digits more.
var siteCode = lazyregexp.New(`标识码\s*[:：]?\s*([0-9]{6})[0-9]{4}`)

// recordOf is the character of the province in a record number.
var recordOf = lazyregexp.New(`(\p{Han})ICP备`)

// whose holds what a site says of itself against a region's code.
func whose(code, host string, lines []string) (site, other string) {
	seed, ok := region.Lookup(code)
	if !ok {
		return "", ""
	}
	all := strings.Join(lines, "\n")
	if m := siteCode.FindStringSubmatch(all); m != nil {
		if sameTerritory(code, m[1]) {
			return m[0], ""
		}
		if named, ok := region.Lookup(m[1]); ok {
			other = fmt.Sprintf("its number (%s) is that of %s", m[0], region.PathName(named.Code))
		}
	}
	namesakes := len(slices.DeleteFunc(region.Find(seed.Name), func(r region.Region) bool { return r.Name != seed.Name })) > 1
	if other == "" && strings.Contains(all, seed.Name) && (!namesakes || withinProvince(seed, all)) {
		return lineWith(lines, seed.Name), ""
	}
	for _, line := range lines {
		for _, m := range region.Governments(line, region.Context{Texts: lines, Host: host}) {
			switch {
			case m.Region.Code == "":
			case sameTerritory(code, m.Region.Code):
				if other == "" {
					return line, ""
				}
			case other == "":
				other = fmt.Sprintf("it names %s, not %s", region.PathName(m.Region.Code), region.PathName(code))
			}
		}
	}
	return "", other
}

// withinProvince reports whether a text names what a region lies in, or carries
// a record number of its province.
func withinProvince(r region.Region, text string) bool {
	path := region.Path(r.Code)
	for _, above := range path[:len(path)-1] {
		if above.Nominal() {
			continue
		}
		short := strings.TrimRight(strings.TrimSuffix(above.Name, "地区"), "省市")
		if len([]rune(short)) >= 2 && strings.Contains(text, short) {
			return true
		}
	}
	m := recordOf.FindStringSubmatch(text)
	return m != nil && len(path) > 0 && recordProvinces[m[1]] == path[0].Code[:2]
}

// recordProvinces are the provinces' characters in record numbers.
var recordProvinces = map[string]string{
	"京": "11", "津": "12", "冀": "13", "晋": "14", "蒙": "15", "辽": "21", "吉": "22", "黑": "23", "沪": "31", "苏": "32", "浙": "33",
	"皖": "34", "闽": "35", "赣": "36", "鲁": "37", "豫": "41", "鄂": "42", "湘": "43", "粤": "44", "桂": "45", "琼": "46", "渝": "50",
	"川": "51", "蜀": "51", "贵": "52", "黔": "52", "滇": "53", "云": "53", "藏": "54", "陕": "61", "陇": "62", "甘": "62", "青": "63",
	"宁": "64", "新": "65",
}

// ofTerritory reports whether a title is that of a territory's own report.
func ofTerritory(title, name string) bool {
	_, rest, ok := strings.Cut(title, name)
	return ok && wholeTerritory.MatchString(rest)
}

// wholeTerritory is what follows a territory's name in the title of its own report.
var wholeTerritory = lazyregexp.New(`^(?:人民政府)?(?:关于)?(?:20[0-9]{2}年|二[〇○零0]..年|政府信息公开)`)

func lineWith(lines []string, name string) string {
	for _, l := range lines {
		if strings.Contains(l, name) {
			return strings.Join(strings.Fields(l), " ")
		}
	}
	return name
}

// fromSeed takes the region from the seed where the page names none, or only a
// name that several places have and the seed's region among them, and says so.
// Of a seed that is a home page the site itself must have said that it is the
// region's.
func fromSeed(rep *report.Report, request crawler.Request) {
	seed := request.Seed
	reg, ok := region.Lookup(seed.RegionCode)
	if rep.Meta.RegionCode != "" || !ok {
		return
	}
	if named := rep.Meta.Region; named != "" && named != reg.Name {
		return
	}
	if seed.Kind == crawler.KindSite && request.Site == "" {
		rep.Findings = append(rep.Findings, report.Finding{
			Rule: report.RuleSiteMismatch, Severity: report.SeverityWarning, Expected: report.Text(reg.Code),
			Message: "neither the report nor the site it was found on says that it is of " + region.PathName(reg.Code) + ": the region is left open",
		})
		return
	}
	rep.Meta.RegionCode, rep.Meta.Region = reg.Code, reg.Name
	// Now that 城区 is known to be a place, a title tells of whom the report is; a
	// list's row often has more of it than the page.
	if rep.Meta.Scope == report.ScopeUnknown && (ofTerritory(rep.Meta.Title, reg.Name) || ofTerritory(request.Text, reg.Name)) {
		rep.Meta.Scope = report.ScopeRegion
		rep.Findings = slices.DeleteFunc(rep.Findings, func(f report.Finding) bool { return f.Rule == report.RuleScopeUnknown })
	}
	message := "the page names no region; " + reg.Name + " is what the seeds file says"
	if request.Site != "" {
		message = "the page names no region, or one that several places are called; its site is that of " + region.PathName(reg.Code) + " (" + request.Site + ")"
	}
	rep.Findings = append(rep.Findings, report.Finding{
		Rule: "region.from_seed", Severity: report.SeverityInfo, Actual: report.Text(reg.Code), Message: message,
	})
}
