package parser

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/parser/document"
	"nianbao/parser/region"
	"nianbao/parser/report"
)

var (
	// titleWords is what every report's title says, in one of its forms.
	titleWords = regexp.MustCompile(`(?:(?:政府|政务)?(?:政府)?信息(?:与政务)?公开|政务公开|信息公开)(?:工作)?(?:(?:19|20)\d{2}年?度?)?(?:的)?(?:年度?)*(?:的)?(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:总结)?(?:报告|年报)`)
	attached   = regexp.MustCompile(`^附件|(?i)\.(?:docx?|pdf|wps|xlsx?|zip|rar|ofd)$`)
	// notAgency are the agencies that have such a word in their names.
	notAgency = regexp.MustCompile(`\p{Han}{2}(?:室|中心|研究院|所|总队|支队|大队|队|局|站|办公室|委员会|处|组)`)
	// siteSuffix is what the page's <title> adds to the report's: -喀什市人民政府网.
	siteSuffix = regexp.MustCompile(`[\s\p{Zs}]*[-_|–—»>\x{FF0D}\x{FF5C}]+[\s\p{Zs}]*([^-_|–—»>\x{FF0D}\x{FF5C}]*)$`)
)

// aboutReports are the words of titles that speak about reports instead of
// naming one.
var aboutReports = []string{
	"通知", "通报", "关于做好", "关于印发", "关于开展", "关于进一步", "关于认真", "关于加强", "关于报送", "关于编制", "关于规范", "关于组织",
	"编制发布", "编制公布", "编制和发布", "编制工作", "编制说明", "编制要求", "解读", "图解", "一图", "指引", "格式", "模板", "范本", "样本",
	"考核", "评估", "评价", "评议", "测评", "公报", "目录", "指南", "制度", "办法", "条例", "规定", "意见", "方案", "要点", "答记者问", "问答",
	"培训", "会议", "召开", "部署", "征求", "批复", "复函", "检查", "督查", "汇总发布", "集中公布", "集中展示", "集中发布", "已发布", "已公布",
	"发布会", "按时", "按期",
	// Papers for part of a year, of a school, or on something else.
	"季度", "上半年", "下半年", "半年度", "月份", "月报", "学年", "统计年报", "统计报表",
}

// isBreadcrumb tells the line that says where in its site a page stands.
func isBreadcrumb(s string) bool {
	return strings.ContainsAny(s, ">›»") || strings.Contains(s, "位置") || strings.Contains(s, "首页") || strings.Contains(s, "首頁")
}

// isReportTitle judges whether a line names an annual report on information
// disclosure. A notice about the reports, a reading of their rules, a bulletin
// of another kind and the bare name of a column are none.
func isReportTitle(s string) bool {
	if len(s) > 1000 || !mayBeTitle(s) {
		return false
	}
	folded := squeeze(s)
	if n := utf8.RuneCountInString(folded); n < 8 || n > 120 {
		return false
	}
	loc := titleWords.FindStringIndex(folded)
	if loc == nil || strings.ContainsAny(folded, "。;") {
		return false
	}
	subject := folded[:loc[0]] + folded[loc[1]:]
	if speaksAbout(subject) {
		return false
	}
	if strings.Contains(folded[:loc[0]], "根据") || strings.Contains(folded[:loc[0]], "按照") {
		return false
	}
	return titleYearOf(folded) != 0 || titleAgency(folded) != ""
}

// mayBeTitle is a cheap look before the patterns: few lines have both
// characters.
func mayBeTitle(s string) bool {
	return strings.Contains(s, "公") && (strings.Contains(s, "报") || strings.Contains(s, "報"))
}

// speaksAbout reports whether a title, widths folded, is that of a notice or
// another paper about reports.
func speaksAbout(title string) bool {
	says := func(title string) bool {
		return slices.ContainsFunc(aboutReports, func(word string) bool { return strings.Contains(title, word) })
	}
	return says(title) && says(notAgency.ReplaceAllString(title, ""))
}

// isBareTitle reports whether a line has the words of a title without year or
// agency: the name of a column, or the second line of a title.
func isBareTitle(s string) bool {
	if len(s) > 1000 || !mayBeTitle(s) {
		return false
	}
	folded := squeeze(s)
	loc := titleWords.FindStringIndex(folded)
	return loc != nil && loc[0] == 0 && loc[1] == len(folded)
}

// titledYear is the year of the report as far as its titles alone tell: that of
// the document's own title, or the one year that all its lines name which are
// titles of reports. 0 where they name none, or several.
func titledYear(doc *document.Document) int {
	if isReportTitle(doc.Title) {
		if year := titleYearOf(doc.Title); year != 0 {
			return year
		}
	}
	year := 0
	for _, b := range doc.Blocks {
		if b.Kind == document.Table || len(b.Text) > 300 || !isReportTitle(b.Text) {
			continue
		}
		switch y := titleYearOf(b.Text); {
		case y == 0:
		case year != 0 && y != year:
			return 0
		default:
			year = y
		}
	}
	return year
}

// titleYearOf returns the one year that a title names, 0 for none or several.
func titleYearOf(title string) int {
	year := 0
	for _, digits := range digitRun.FindAllString(fullDate.ReplaceAllString(squeeze(foldDates(title)), ""), -1) {
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
	// A day in a title is that of publication.
	fullDate       = regexp.MustCompile(`(?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?`)
	digitRun       = regexp.MustCompile(`\d+`)
	titleYears     = regexp.MustCompile(`(?:19|20)\d{2}[\s]*(?:年度?|[-~至](?:19|20)\d{2}年度?)?`)
	wholeTerritory = regexp.MustCompile(`([县市区旗])全[县市区旗]$`)                                                // X县全县2021年
	withParty      = regexp.MustCompile(`^中共\p{Han}{2,12}?委(?:员会)?(?:办公室)?[、,和及与]?(\p{Han}{2,12}人民政府.*)$`) // the party's committee writes too
	columnLabel    = regexp.MustCompile(`^(?:年报|年度报告)`)                                                    // 【年报】, the name of the column the page is filed in
	titleNoise     = strings.NewReplacer("《", "", "》", "", "“", "", "”", "", "\"", "", "【", "", "】", "", "关于公布", "", "关于发布", "", "公布", "", "发布", "")
)

// titleAgency returns what a title says of whom the report is about, once its
// year and its set words are taken away; "" when it names nobody. Behind 关于
// stands the subject, before it who writes (X县政府办公室关于Y县2021年…).
func titleAgency(title string) string {
	folded := squeeze(foldDates(title))
	loc := titleWords.FindStringIndex(folded)
	if loc == nil {
		// The annex of 2014, published alone.
		loc = annexTitle.FindStringIndex(folded)
	}
	if loc == nil || speaksAbout(folded) {
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
	subject = columnLabel.ReplaceAllString(subject, "")
	subject = strings.ReplaceAll(subject, "()", "") // around the year
	subject = wholeTerritory.ReplaceAllString(subject, "$1")
	subject = withParty.ReplaceAllString(subject, "$1")
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

// titleCandidate is a place that may name the report.
type titleCandidate struct {
	text     string // without white space
	agency   string
	year     int
	line     int // of its last line; -1 when the page's properties say it
	lines    int
	markup   bool
	score    int  // how much of year and agency it tells
	regional bool // its agency names a region
}

// wholeTitle is the score of a title that tells both year and region.
const wholeTitle = 6

func newTitleCandidate(text string, line, lines int, markup bool) titleCandidate {
	c := titleCandidate{
		text: headingWords(text), agency: titleAgency(text), year: titleYearOf(text),
		line: line, lines: lines, markup: markup,
	}
	if c.year != 0 {
		c.score += 2
	}
	if attached.MatchString(c.text) {
		c.score--
	}
	switch m := region.Recognise(c.agency, region.Context{}); {
	case m.Region.Code != "" || len(m.Candidates) > 0:
		c.regional = true
		c.score += 4
		if m.Scope != "" {
			c.score++
		}
	case m.Scope != "":
		c.score += 3
	}
	return c
}

// readTitle chooses the title and returns the line it ends at. What the page's
// properties declare goes before what its lines say, for a page may list other
// years' and other offices' reports; among lines, one that is marked up, then
// the one nearest to the text.
func (r *metadataReader) readTitle() (line int) {
	docTitle, site := withoutSite(r.doc.Title[:min(len(r.doc.Title), 600)])
	r.site = site
	for _, key := range []string{"sitename", "site_name", "og:site_name"} {
		r.site = strings.TrimSpace(r.site + " " + r.doc.Meta[key])
	}
	var declared []titleCandidate
	named := ""
	for _, t := range []string{r.doc.Meta["articletitle"], docTitle, r.doc.Meta["title"], r.doc.Meta["og:title"]} {
		t, _ = withoutSite(t[:min(len(t), 600)])
		if isReportTitle(t) {
			declared = append(declared, newTitleCandidate(t, -1, 1, true))
		} else if named == "" && !isBareTitle(t) {
			named = headingWords(t)
		}
	}
	printed := r.printedTitles(len(declared) > 0)
	year, several := r.settleYear(declared, printed)
	keep := func(cs []titleCandidate) []titleCandidate {
		var kept []titleCandidate
		for _, c := range cs {
			if year == 0 || c.year == 0 || c.year == year {
				kept = append(kept, c)
			}
		}
		return kept
	}
	best := bestTitle(append(keep(declared), nearest(keep(printed))...))
	switch {
	case len(declared) == 0 && several && !r.sectioned, len(declared) == 0 && speaksAbout(squeeze(named)) && !r.sectioned:
		// A list of reports, or a notice that links to one.
		r.otherYear = 0
		r.meta.Title = named
		return 0
	case best.text != "":
		r.meta.Title = best.text
		return max(0, r.lineOf(best, printed))
	}
	r.meta.Title = r.nameOfOther(named)
	return 0
}

// lineOf is where the text goes on behind a title.
func (r *metadataReader) lineOf(best titleCandidate, printed []titleCandidate) int {
	if best.line >= 0 {
		return best.line
	}
	for _, c := range printed {
		if c.text == best.text {
			return c.line
		}
	}
	return 0
}

// printedTitles lists the titles among the lines before the first section: in
// one line or, unless the page declares its title, in up to four.
func (r *metadataReader) printedTitles(declared bool) []titleCandidate {
	var found []titleCandidate
	head := r.lines[:r.headEnd]
	told := 0
	for i, l := range head {
		if len(l.text) <= 400 && mayBeTitle(l.text) && !isBreadcrumb(l.text) && isReportTitle(l.text) {
			found = append(found, newTitleCandidate(l.text, i, 1, l.markup))
			told = max(told, found[len(found)-1].score)
		}
	}
	if declared || told >= wholeTitle {
		return found
	}
	for i, l := range head {
		for n := 2; n <= titleLines(head[i:]); n++ {
			var joined strings.Builder
			for _, part := range head[i : i+n] {
				joined.WriteString(part.text)
			}
			text := joined.String()
			if mayBeTitle(text) && !isBreadcrumb(text) && len(titleWords.FindAllString(squeeze(text), 2)) == 1 && isReportTitle(text) {
				found = append(found, newTitleCandidate(text, i+n-1, n, l.markup))
			}
		}
	}
	return found
}

// titleLines is how many of the next lines, four at most, may together be a
// title that was broken for looks: short ones without labels.
func titleLines(lines []textLine) int {
	n := 0
	words := 0
	for ; n < min(len(lines), 4); n++ {
		l := lines[n]
		if len(l.text) > 3*shortLine && utf8.RuneCountInString(l.text) > shortLine || l.text == "" || l.cell != lines[0].cell {
			break
		}
		if strings.ContainsAny(l.text, "公报報") {
			words = n + 1
		}
		if n > 0 && strings.ContainsAny(lines[n-1].text, ":\uff1a") && labelStart.MatchString(squeeze(lines[n-1].text)) {
			break
		}
	}
	return min(n, words)
}

// settleYear returns the year that the titles agree on, 0 when they do not say
// or do not agree; several tells that the lines name three reports or more, as
// a list does.
func (r *metadataReader) settleYear(declared, printed []titleCandidate) (year int, several bool) {
	names := map[string]bool{}
	var years []int
	marked := 0
	for _, c := range printed {
		if c.lines > 1 {
			continue
		}
		names[c.text] = true
		if c.year != 0 && !slices.Contains(years, c.year) {
			years = append(years, c.year)
		}
		if c.markup && c.year != 0 && marked == 0 {
			marked = c.year
		}
	}
	r.printedYears = years
	several = len(names) >= 3
	for _, c := range declared {
		if c.year == 0 {
			continue
		}
		if len(years) > 0 && !slices.Contains(years, c.year) && len(years) == 1 {
			r.conflictingYears(c.year, years[0])
		}
		return c.year, several
	}
	switch {
	case len(years) == 1:
		return years[0], several
	case marked != 0:
		return marked, several
	case len(years) == 0:
		return 0, several
	}
	// The title stands right above the text.
	last := 0
	for _, c := range printed {
		if c.lines == 1 && c.year != 0 {
			last = c.year
		}
	}
	if several {
		return last, true
	}
	for _, y := range years {
		if y != last {
			r.conflictingYears(last, y)
		}
	}
	return last, false
}

func (r *metadataReader) conflictingYears(chosen, other int) {
	r.otherYear = other
	r.find(report.RuleYearConflict, report.SeverityWarning, report.Number(float64(chosen)), report.Number(float64(other)),
		"Two titles name different years, %d and %d; the reference period decides, if it can.", chosen, other)
}

// nearest keeps, where the lines name reports of several agencies, the one
// right above the text.
func nearest(printed []titleCandidate) []titleCandidate {
	last := ""
	several := false
	for _, c := range printed {
		if c.regional && c.lines == 1 {
			several = several || last != "" && last != c.agency
			last = c.agency
		}
	}
	if !several {
		return printed
	}
	var kept []titleCandidate
	for _, c := range printed {
		if c.agency == last {
			kept = append(kept, c)
		}
	}
	return kept
}

// bestTitle is the candidate that tells most, in the fewest lines, the first
// of them.
func bestTitle(cs []titleCandidate) titleCandidate {
	var best titleCandidate
	for _, c := range cs {
		if c.score > best.score || best.text == "" || c.score == best.score && c.lines < best.lines {
			best = c
		}
	}
	return best
}

// nameOfOther names a document that has no report's title: by its properties,
// by the bare words of a title, by its first heading or line.
func (r *metadataReader) nameOfOther(named string) string {
	head := r.lines[:r.headEnd]
	if speaksAbout(squeeze(named)) {
		return named
	}
	for _, l := range head {
		if isBareTitle(l.text) {
			return headingWords(l.text)
		}
	}
	if named != "" {
		return named
	}
	for _, markup := range []bool{true, false} {
		for _, l := range head {
			if (l.markup || !markup) && !l.cell && utf8.RuneCountInString(l.text) <= 60 && strings.TrimSpace(l.text) != "" {
				return headingWords(l.text)
			}
		}
	}
	return ""
}
