package outline

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/parser/catalog"
	"nianbao/parser/filename"
	"nianbao/parser/lazyregexp"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/parser/text"
)

// notAgency are the agencies that have such a word in their names.
var notAgency = pattern("agency")

// siteMarks are what stands before a site's name: -喀什市人民政府网.
const siteMarks = "-_|–—»>\uFF0D\uFF5C"

// longestTitle bounds a title, in characters without white space.
const longestTitle = 120

// isBreadcrumb tells the folded line that says where in its site a page stands.
func isBreadcrumb(s string) bool {
	return strings.ContainsAny(s, ">›»") || strings.Contains(s, "位置") || strings.Contains(s, "首页")
}

// isReportTitle judges whether a folded line names an annual report on
// information disclosure. A notice about the reports, a reading of their rules, a
// bulletin of another kind and the bare name of a column are none.
func isReportTitle(s string) bool {
	if n := utf8.RuneCountInString(firstBytes(s, 1000)); n < 8 || n > longestTitle || strings.ContainsAny(s, "。;") {
		return false
	}
	loc := titleIn(s)
	if loc == nil || speaksAbout(s[:loc[0]]+s[loc[1]:]) || isProperty(s) || announces(s) {
		return false
	}
	if strings.Contains(s[:loc[0]], "根据") || strings.Contains(s[:loc[0]], "按照") {
		return false
	}
	return titleYear(s) != 0 || titleAgency(s) != ""
}

// announces tells a sentence that names a report: 现将X县2021年…报告公布如下.
func announces(s string) bool {
	return slices.ContainsFunc(words["announces"], func(word string) bool { return strings.HasPrefix(s, word) })
}

var titleWords = pattern("title")

// titleIn returns where what every report's title says, in one of its forms, first
// stands in a folded text, nil for nowhere.
func titleIn(s string) []int {
	from, to := titleWithin(s)
	if from < 0 {
		return nil
	}
	loc := titleWords.FindStringIndex(s[from:to])
	if loc != nil {
		loc[0], loc[1] = loc[0]+from, loc[1]+from
	}
	return loc
}

// titleWithin is a cheap look before the pattern: the part of a text from the first
// 公开, with the words that may stand before it, to the last 报告 or 年报. from is -1
// where there is none.
func titleWithin(s string) (from, to int) {
	from = strings.Index(s, "公开")
	if from < 0 {
		return -1, 0
	}
	n := max(strings.LastIndex(s[from:], "报告"), strings.LastIndex(s[from:], "年报"))
	if n < 0 {
		return -1, 0
	}
	return max(0, from-len("政府政府信息与政务")), from + n + len("报告")
}

func mayBeTitle(s string) bool {
	from, _ := titleWithin(s)
	return from >= 0
}

// speaksAbout reports whether a folded title is that of a notice or another paper
// about reports.
func speaksAbout(title string) bool {
	says := func(title string) bool {
		return slices.ContainsFunc(words["about"], func(word string) bool { return strings.Contains(title, word) })
	}
	return says(title) && says(notAgency.ReplaceAllString(title, ""))
}

// isBareTitle reports whether a folded line has the words of a title without year
// or agency: the name of a column, or the second line of a title.
func isBareTitle(s string) bool {
	loc := titleIn(firstBytes(s, 1000))
	return loc != nil && loc[0] == 0 && loc[1] == len(s)
}

// inDigits is a folded title with its year in digits.
func inDigits(folded string) string { return text.Fold(text.DigitDates(folded)) }

// titleYear returns the one year that a folded title names, 0 for none or
// several. A day in a title is that of publication.
func titleYear(folded string) int {
	named := 0
	s := inDigits(folded)
	for _, y := range text.Years(s) {
		if y.Value < 2003 || y.Dated || !y.Named && numbersPaper(s, y) {
			continue
		}
		if named != 0 && y.Value != named {
			return 0
		}
		named = y.Value
	}
	return named
}

// numbersPaper reports whether the digits of a year are part of the number of a
// paper: 014000000/2018-04736.
func numbersPaper(s string, y text.Year) bool {
	return paperBefore.MatchString(s[:y.Start]) || paperBehind.MatchString(s[y.End:])
}

var (
	paperBefore = lazyregexp.New(`[0-9A-Za-z]{5,}[-/_.]$|[A-Za-z][-/_]?$`)
	paperBehind = lazyregexp.New(`^[-/_.](?:[0-9]{5,}|[0-9]{1,3}(?:[^0-9年月./-]|$)|[A-Za-z])`)
)

//go:embed subject.csv
var subjectCSV string

// subjectSteps take off the front of a title, one after the other, what is not whom it
// speaks of.
var subjectSteps = catalog.Rows("subject.csv", subjectCSV)

// subjectForms are the patterns of the steps.
var subjectForms = func() (all []*lazyregexp.Regexp) {
	for _, r := range subjectSteps {
		all = append(all, lazyregexp.New(r[0]))
	}
	return all
}()

// titleAgency returns what a folded title says of whom the report is about, once
// its year and its set words are taken away; "" when it names nobody. Behind 关于
// stands the subject, before it who writes (X县政府办公室关于Y县2021年…).
func titleAgency(folded string) string {
	s := inDigits(folded)
	words, _, ok := catalog.Default().ListTitle(s) // of a list that is published alone
	if loc := titleIn(s); loc != nil {
		words, ok = loc[0], true
	}
	if !ok || speaksAbout(s) {
		return ""
	}
	subject := s[:words]
	for i, step := range subjectSteps {
		subject = subjectForms[i].ReplaceAllString(subject, step[1])
	}
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
		at := strings.LastIndexAny(title, siteMarks)
		before := strings.TrimRightFunc(title[:max(at, 0)], func(c rune) bool { return text.Space(c) || strings.ContainsRune(siteMarks, c) })
		if before == "" {
			break
		}
		_, size := utf8.DecodeRuneInString(title[at:])
		name := strings.TrimSpace(title[at+size:])
		if titleIn(text.Fold(name)) != nil && titleIn(text.Fold(before)) == nil {
			break
		}
		site, title = name+" "+site, before
	}
	return strings.TrimSpace(title), strings.TrimSpace(site)
}

// title is a place that may name the report.
type title struct {
	printed  string // without white space
	agency   string
	year     int
	line     int // of its last line in the head; -1 when the page's properties say it
	lines    int
	markup   bool
	score    int          // how much of year and agency it tells
	named    region.Match // whom its agency is
	regional bool         // its agency names a region
}

// wholeTitle is the score of a title that tells both year and region.
const wholeTitle = 6

// listNumber is that of a list in which a title stands.
var listNumber = lazyregexp.New(`^[0-9]{1,2}[、.．]`)

// asTitle is a printed title without white space and what stands around it: the number of
// a list, marks for bold, the leavings of a lost character, the name of a picture below it.
// Radicals that fonts have in their place are characters.
func asTitle(printed string) string {
	s := strings.Trim(text.Unspaced(printed), "*'_?？\uFFFD")
	s = strings.TrimSuffix(s[len(listNumber.FindString(s)):], "二维码")
	return strings.Map(func(c rune) rune {
		if c >= 0x2E80 && c <= 0x2FD5 {
			return text.Rune(c)
		}
		return c
	}, s)
}

func (r *reader) newTitle(printed string, line, lines int, markup bool) title {
	if t, ok := r.titles[printed]; ok {
		t.line, t.lines, t.markup = line, lines, markup
		return t
	}
	t := title{printed: asTitle(printed), line: line, lines: lines, markup: markup}
	s := text.Fold(t.printed)
	t.agency, t.year = titleAgency(s), titleYear(s)
	if t.year != 0 {
		t.score += 2
	}
	ending := filename.Ending(t.printed)
	if strings.HasPrefix(t.printed, "附件") || ending != "" {
		t.score--
	}
	if n := len(t.printed) - len(ending); ending != "" && strings.EqualFold(t.printed[n:], ending) {
		t.printed = t.printed[:n-len(".")]
	}
	t.named = r.recognise(t.agency)
	switch m := t.named; {
	case m.Region.Code != "" || len(m.Candidates) > 0:
		t.regional = true
		t.score += 4
		if m.Scope != "" {
			t.score++
		}
	case m.Scope != "":
		t.score += 3
	}
	r.titles[printed] = t
	return t
}

// readTitle chooses the title and returns the line of the head it ends at. What the page's
// properties declare goes before what its lines say, for a page may list other
// years' and other offices' reports; among lines, one that is marked up, then
// the one nearest to the text.
func (r *reader) readTitle() (line int) {
	declared, named := r.declaredTitles()
	printed := r.printedTitles(len(declared) > 0)
	year, several := r.settleYear(declared, printed)
	keep := func(ts []title) []title {
		return slices.DeleteFunc(slices.Clone(ts), func(t title) bool { return year != 0 && t.year != 0 && t.year != year })
	}
	best := bestTitle(append(keep(declared), nearest(keep(printed))...))
	other := speaksAbout(text.Fold(named))
	if len(declared) == 0 && !r.sectioned {
		// A list of reports, a notice that links to one, or a paper beside a menu that names one.
		paper := r.otherPaper(printed)
		if several || other || paper != "" {
			r.otherYear = 0
			if r.meta.Title = paper; several || other {
				r.meta.Title = named
			}
			return 0
		}
	}
	if best.printed != "" {
		r.meta.Title = best.printed
		if i := slices.IndexFunc(printed, func(t title) bool { return t.printed == best.printed }); best.line < 0 && i >= 0 {
			return printed[i].line
		}
		return max(0, best.line)
	}
	if r.meta.Title = r.announcedTitle(); r.meta.Title == "" || other {
		r.meta.Title = r.nameOfOther(named)
	}
	return 0
}

// declaredTitles are those of the page's properties that name a report; named is
// the first that names something else.
func (r *reader) declaredTitles() (declared []title, named string) {
	own, site := withoutSite(firstBytes(r.doc.Title, 600))
	r.site = site
	for _, key := range []string{"sitename", "site_name", "og:site_name"} {
		r.site = strings.TrimSpace(r.site + " " + r.doc.Meta[key])
	}
	for _, t := range []string{r.doc.Meta["articletitle"], own, r.doc.Meta["title"], r.doc.Meta["og:title"]} {
		t, _ = withoutSite(firstBytes(t, 600))
		// Site and column may stand before the title, parted by blanks.
		if parts := strings.Fields(t); len(parts) > 1 && strings.Contains(parts[len(parts)-2], "公开") && isReportTitle(text.Fold(parts[len(parts)-1])) {
			if last := r.newTitle(parts[len(parts)-1], -1, 1, true); last.year != 0 && last.agency != "" {
				t = last.printed
			}
		}
		s := text.Fold(t)
		if isReportTitle(s) {
			declared = append(declared, r.newTitle(t, -1, 1, true))
		} else if named == "" && !isBareTitle(s) {
			named = text.Unspaced(t)
		}
	}
	return declared, named
}

// printedTitles lists the titles among the lines before the first section: in
// one line, at the beginning of one or, unless the page declares its title, in
// up to four.
func (r *reader) printedTitles(declared bool) []title {
	var found []title
	told := 0
	for i := range r.head {
		printed := r.titleOf(i)
		if printed != "" {
			found = append(found, r.newTitle(printed, i, 1, r.head[i].markup))
			told = max(told, found[len(found)-1].score)
		}
	}
	if declared || told >= wholeTitle {
		return found
	}
	for i := range r.head {
		if r.propertyBefore(i) {
			continue
		}
		for n := 2; n <= titleLines(r.head[i:]); n++ {
			if t, ok := r.joinedTitle(r.head[i:i+n], i); ok {
				found = append(found, t)
			}
		}
	}
	return found
}

// titleOf returns the title that a line of the head holds, "" for none.
func (r *reader) titleOf(i int) string {
	l := &r.head[i]
	if !mayBeTitle(l.Folded) || isBreadcrumb(l.Folded) {
		return ""
	}
	if t := labelledTitle(l); t != "" {
		return t
	}
	leading, opens := leadingTitle(l)
	if !opens && len(l.Printed) <= 400 && isReportTitle(l.Folded) && !r.propertyBefore(i) {
		if own, site := withoutSite(l.Printed); site != "" && r.newTitle(own, i, 1, l.markup).score >= wholeTitle {
			return own
		}
		return l.Printed
	}
	return leading
}

// joinedTitle reads a title that stands in several lines. It must tell more than
// an entry of a menu before the name of a column does: a year, or an agency that
// is known for one.
func (r *reader) joinedTitle(lines []line, first int) (title, bool) {
	var joined strings.Builder
	for i := range lines {
		joined.WriteString(lines[i].Printed)
	}
	if !mayBeTitle(text.Fold(joined.String())) {
		return title{}, false
	}
	s := text.Fold(asTitle(joined.String()))
	if isBreadcrumb(s) || !isReportTitle(s) {
		return title{}, false
	}
	locs := titleWords.FindAllStringIndex(s, 2)
	if rest := s[locs[0][1]:]; len(locs) > 1 || rest != "" && !strings.HasPrefix(rest, "(") && !strings.HasPrefix(lines[len(lines)-1].Folded, "(") {
		// 信息公开年报 above 2022年 are entries of a menu.
		return title{}, false
	}
	t := r.newTitle(joined.String(), first+len(lines)-1, len(lines), lines[0].markup)
	return t, t.year != 0 || t.score >= 3
}

// titleLabel stands before a title among the properties of a page.
var titleLabel = pattern("title_label")

// labelledTitle returns the title behind its label: 名称:X县2021年…年度报告 发布日期:….
func labelledTitle(l *line) string {
	head := firstBytes(l.Folded, 600)
	if !strings.ContainsAny(head, ":|") { // which part a label from what it names
		return ""
	}
	loc := titleLabel.FindStringIndex(head)
	if loc == nil {
		return ""
	}
	rest := line{Text: text.Of(l.Printed[l.At(loc[1]):])}
	if t, _ := leadingTitle(&rest); t != "" {
		return t
	}
	if isReportTitle(rest.Folded) && !strings.Contains(rest.Folded, ":") {
		return rest.Printed
	}
	return ""
}

// opens are the words that a report's text begins with, right behind its title
// where both stand on one line.
var opens = pattern("opens")

// leadingTitle returns the title that a longer line begins with, and whether the
// first words of a text stand behind it: else it is white space that parts them.
// "" where there is none.
func leadingTitle(l *line) (title string, opened bool) {
	head := firstBytes(l.Folded, 4*longestTitle)
	loc := titleIn(head)
	if loc == nil || loc[1] == len(l.Folded) || !isReportTitle(head[:loc[1]]) {
		return "", false
	}
	rest := l.Folded[loc[1]:]
	if opens.MatchString(rest) {
		return l.Slice(0, loc[1]), true
	}
	_, size := utf8.DecodeRuneInString(rest)
	if l.runes() <= longestTitle && speaksAbout(rest) || !l.Parted(loc[1]-len("报"), loc[1]+size) {
		return "", false
	}
	return l.Slice(0, loc[1]), false
}

// titleLines is how many of the next lines, four at most, may together be a
// title that was broken for looks: short ones without labels.
func titleLines(lines []line) int {
	n, words := 0, 0
	for ; n < min(len(lines), 4); n++ {
		l := &lines[n]
		if l.Folded == "" || l.runes() > shortLine || l.cell != lines[0].cell || isProperty(l.Folded) || strings.Contains(l.Folded, "星期") {
			break
		}
		if strings.ContainsAny(l.Folded, "公报告") {
			words = n + 1
		}
	}
	return min(n, words)
}

// settleYear returns the year that the titles agree on: the declared one, that of a line
// marked up, or the one right above the text; 0 when they do not say. several tells that
// the lines name three reports or more, as a list does.
func (r *reader) settleYear(declared, printed []title) (year int, several bool) {
	names := map[string]bool{}
	told, marked, last := 0, 0, 0
	for _, t := range printed {
		if t.lines > 1 {
			continue
		}
		names[t.printed] = true
		if t.year == 0 {
			continue
		}
		if last = t.year; !slices.Contains(r.printedYears, last) {
			r.printedYears = append(r.printedYears, last)
		}
		if t.markup {
			marked = cmp.Or(marked, t.year)
		}
	}
	for _, t := range declared {
		told = cmp.Or(told, t.year)
	}
	several = len(names) >= 3
	year = cmp.Or(told, marked, last)
	if told != 0 && len(r.printedYears) == 1 || told == 0 && marked == 0 && !several {
		for _, y := range r.printedYears {
			if y != year {
				r.otherYear = y
				r.find(report.RuleYearConflict, report.SeverityWarning, report.Number(float64(year)), report.Number(float64(y)),
					"Two titles name different years, %d and %d; the reference period decides, if it can.", year, y)
			}
		}
	}
	return year, several
}

// nearest keeps, where the lines name reports of several agencies, the one
// right above the text.
func nearest(printed []title) []title {
	last := ""
	several := false
	for _, t := range printed {
		if t.regional && t.lines == 1 {
			several = several || last != "" && last != t.agency
			last = t.agency
		}
	}
	if !several {
		return printed
	}
	return slices.DeleteFunc(printed, func(t title) bool { return t.agency != last })
}

// bestTitle is the candidate that tells most, in the fewest lines, the first
// of them.
func bestTitle(ts []title) title {
	var best title
	for _, t := range ts {
		if t.score > best.score || best.printed == "" || t.score == best.score && t.lines < best.lines {
			best = t
		}
	}
	return best
}

// announcedTitle is the title in the sentence that opens a text whose own title
// is lost: 现公布X县2021年政府信息公开工作年度报告. It must tell a year or an agency, the
// text must be a report by its headings, and all such sentences must name the same.
func (r *reader) announcedTitle() (found string) {
	if r.topics < 2 {
		return ""
	}
	for i := range r.head {
		l := &r.head[i]
		if !mayBeTitle(l.Folded) {
			continue
		}
		s := firstBytes(l.Folded, 3000)
		for _, loc := range titleWords.FindAllStringIndex(s, 20) {
			from := announcedFrom(s, loc[0], loc[1])
			name := s[from:loc[1]]
			if source.MatchString(s[loc[1]:]) || !isReportTitle(name) || titleYear(name) == 0 && r.recognise(titleAgency(name)).Scope == "" {
				continue
			}
			t := text.Unspaced(l.Slice(from, loc[1]))
			if found != "" && text.Fold(found) != text.Fold(t) {
				return ""
			}
			found = t
		}
	}
	return found
}

var (
	// source follows the names of the reports from which another is compiled, and the
	// words of a title within the name of another paper.
	source = pattern("source")
	// announcingVerb stands before the name of a report in a sentence.
	announcingVerb = pattern("announcing")
)

// announcedFrom returns where the name of a report begins whose set words stand
// at a place of a sentence: behind the last mark, and behind the verbs.
func announcedFrom(s string, words, end int) int {
	from := 0
	if i := strings.LastIndexAny(s[:words], ",。;:《"); i >= 0 {
		_, size := utf8.DecodeRuneInString(s[i:])
		from = i + size
	}
	for {
		loc := announcingVerb.FindStringIndex(s[from:end])
		// 机构编制委员会 is an office.
		if loc == nil || strings.HasPrefix(s[from+loc[1]:], "委") || strings.HasPrefix(s[from+loc[1]:], "办") || !isReportTitle(s[from+loc[1]:end]) {
			return from
		}
		from += loc[1]
	}
}

// otherPaper returns the name of the paper where that is another than a report:
// a short line right above the text that is the name of a guide, a rule or a
// list, below the menu that names a report. "" where there is none.
func (r *reader) otherPaper(printed []title) string {
	first := r.firstText()
	for i := first - 1; i >= max(0, first-4); i-- {
		l := &r.lines[i]
		switch {
		case l.cell || l.runes() > shortLine || l.runes() < 4 || isProperty(l.Folded):
		case slices.ContainsFunc(printed, func(t title) bool { return t.line == i }):
			return ""
		case paperName.MatchString(l.Folded):
			return text.Unspaced(l.Printed)
		}
	}
	return ""
}

// firstText is the first line of running text or numbered heading, -1 for none.
func (r *reader) firstText() int {
	first := slices.IndexFunc(r.lines, func(l line) bool {
		return !l.cell && (strings.Contains(l.Folded, "。") || l.runes() > 2*shortLine || articleOne.MatchString(l.Folded))
	})
	if i := slices.IndexFunc(r.all, func(h heading) bool { return h.style == stylePlain && h.alone }); i >= 0 && (first < 0 || r.all[i].line < first) {
		return r.all[i].line
	}
	return first
}

var articleOne = lazyregexp.New(`^第[一1]条`)

// paperName is how the names of the papers end that stand beside reports.
var paperName = pattern("paper")

// nameOfOther names a document that has no report's title: by its properties,
// by the bare words of a title, by its first heading or line.
func (r *reader) nameOfOther(named string) string {
	if speaksAbout(text.Fold(named)) {
		return named
	}
	for i := range r.head {
		if isBareTitle(r.head[i].Folded) && !r.propertyBefore(i) {
			return text.Unspaced(r.head[i].Printed)
		}
	}
	if named != "" {
		return named
	}
	for _, markup := range []bool{true, false} {
		for i := range r.head {
			if l := &r.head[i]; (l.markup || !markup) && !l.cell && l.Folded != "" && l.runes() <= 60 {
				return text.Unspaced(l.Printed)
			}
		}
	}
	return ""
}
