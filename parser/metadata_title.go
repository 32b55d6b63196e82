package parser

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	// titleWords is what every report's title says, in one of its forms.
	titleWords = regexp.MustCompile(`(?:(?:政府|政务)?(?:政府)?信息(?:与政务)?公开|政务公开|信息公开)(?:工作)?(?:(?:19|20)\d{2}年?度?)?(?:的)?(?:年度?)*(?:的)?(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:总结)?(?:报告|年报)`)
	// notTitle marks what speaks about reports instead of being one.
	notTitle = regexp.MustCompile(`通知|通报|关于(?:做好|印发|开展|进一步|认真|加强|报送|编制|规范|组织)|编制(?:和)?(?:发布|公布|工作|说明|要求)|解读|图解|一图|指引|格式|模板|范本|样本|考核|评估|评价|评议|测评|公报|目录|指南|制度|办法|条例|规定|意见|方案|要点|答记者问|问答|培训|会议|召开|部署|征求|批复|复函|检查|督查|汇总发布|集中(?:公布|展示|发布)|已(?:发布|公布)|发布会|按(?:时|期)`)
	// siteSuffix is what the page's <title> adds to the report's: -喀什市人民政府网.
	siteSuffix = regexp.MustCompile(`[\s\p{Zs}]*(?:[-_|–—»>]+|--+)[\s\p{Zs}]*([^-_|–—»>]*)$`)
)

// isReportTitle judges whether a line names an annual report on information
// disclosure. A notice about the reports, a reading of their rules, a bulletin
// of another kind and the bare name of a column are none.
func isReportTitle(s string) bool {
	folded := squeeze(s)
	if n := utf8.RuneCountInString(folded); n < 8 || n > 120 {
		return false
	}
	loc := titleWords.FindStringIndex(folded)
	if loc == nil || strings.ContainsAny(folded, "。;") {
		return false
	}
	subject := folded[:loc[0]] + folded[loc[1]:]
	if notTitle.MatchString(subject) {
		return false
	}
	if strings.Contains(folded[:loc[0]], "根据") || strings.Contains(folded[:loc[0]], "按照") {
		return false
	}
	return titleYearOf(folded) != 0 || titleAgency(folded) != ""
}

// isBareTitle reports whether a line has the words of a title without year or
// agency: the name of a column, or the second line of a title.
func isBareTitle(s string) bool {
	folded := squeeze(s)
	loc := titleWords.FindStringIndex(folded)
	return loc != nil && loc[0] == 0 && loc[1] == len(folded)
}

// titleYearOf returns the one year that a title names, 0 for none or several.
func titleYearOf(title string) int {
	year := 0
	for _, digits := range digitRun.FindAllString(squeeze(foldDates(title)), -1) {
		y := atoi(digits)
		if len(digits) != 4 || y < 2003 || y > 2100 {
			continue
		}
		if year != 0 && y != year {
			return 0
		}
		year = y
	}
	return year
}

var (
	digitRun   = regexp.MustCompile(`\d+`)
	titleYears = regexp.MustCompile(`(?:19|20)\d{2}[\s]*(?:年度?|[-~至](?:19|20)\d{2}年度?)?`)
	titleNoise = strings.NewReplacer("《", "", "》", "", "“", "", "”", "", "\"", "", "【", "", "】", "", "关于公布", "", "关于发布", "", "公布", "", "发布", "")
)

// titleAgency returns what a title says of whom the report is about, once its
// year and its set words are taken away; "" when it names nobody. Behind 关于
// stands the subject, before it who writes (X县政府办公室关于Y县2021年…).
func titleAgency(title string) string {
	folded := squeeze(foldDates(title))
	loc := titleWords.FindStringIndex(folded)
	if loc == nil {
		return ""
	}
	subject := titleNoise.Replace(folded[:loc[0]])
	subject = titleYears.ReplaceAllString(subject, "")
	if before, after, ok := strings.Cut(subject, "关于"); ok {
		subject = after
		if strings.Trim(after, "年度的:、 ") == "" {
			subject = before
		}
	}
	if i := strings.LastIndexAny(subject, ">|"); i >= 0 {
		subject = subject[i+1:]
	}
	subject = strings.Trim(subject, "年度的:、,._-—~· ")
	if strings.HasSuffix(subject, "人民") {
		// 县人民政府信息公开: the words of the title share 政府 with the name.
		subject += "政府"
	}
	return subject
}

// withoutSite splits a page's <title> into the report's title and the site's
// name behind a dash.
func withoutSite(title string) (report, site string) {
	for range 4 {
		g := siteSuffix.FindStringSubmatchIndex(title)
		if g == nil || g[0] == 0 {
			break
		}
		if titleWords.MatchString(squeeze(title[g[2]:g[3]])) && !titleWords.MatchString(squeeze(title[:g[0]])) {
			break
		}
		site = strings.TrimSpace(title[g[2]:g[3]]) + " " + site
		title = title[:g[0]]
	}
	return strings.TrimSpace(title), strings.TrimSpace(site)
}
