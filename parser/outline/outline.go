package outline

import (
	"cmp"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"

	"nianbao/parser/document"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/parser/text"
)

// Bounds of what is read.
const (
	maxHeadLines = 400   // lines that may stand before the first section: pages begin with their site's menus
	openingBytes = 9_000 // of the opening text
	bodyBytes    = 1_200 // of the first section
	shortLine    = 30    // characters of a line that may be part of a title
)

// enoughTopics is how many of the six sections make a report of a text without
// title.
const enoughTopics = 5

// Outline is what a document says of itself. It is made by [Read] and only read
// afterwards.
type Outline struct {
	// Meta has the title, year, period, day of publication, region, publisher
	// and scope; its other fields are empty.
	Meta     report.Meta
	Findings []report.Finding
	// Titled tells that Meta.Title is that of a report: one with a year or an
	// agency in it, or the bare words with a year told elsewhere.
	Titled bool
	// Untitled tells that there is no title, though the sections are a report's.
	Untitled bool
	// Topics is how many of the six sections are there that the notices
	// prescribe.
	Topics int

	doc      *document.Document
	lines    []line
	titled   int // the line that the title ends at
	headings []heading
	captions *captions // nil of a paper that is no report
}

// Read reads the outline of a document. source is the path or URL it came from;
// its host only helps to tell places of one name apart.
func Read(doc *document.Document, source string) *Outline {
	r := &reader{doc: doc, source: source, lines: linesOf(doc), titles: map[string]title{}, recognised: map[string]region.Match{}, claimed: map[*witness][]claim{}}
	r.all, r.until = headingsIn(r.lines)
	r.split()
	title := r.readTitle()
	r.leaveAnother()
	var c *captions
	if !speaksAbout(text.Fold(r.meta.Title)) {
		// A notice about reports has no year and no region that are a report's.
		r.readOpening(title)
		r.readLabels(title)
		r.readPublished()
		r.readYearAndPeriod()
		r.checkPublished()
		r.readRegion()
		r.checkHost()
		c = r.captionsOf()
	}
	o := &Outline{Meta: r.meta, Findings: r.findings, Topics: r.topics, doc: r.doc, lines: r.lines, titled: r.lineOf(title), headings: r.headings, captions: c}
	name := text.Fold(o.Meta.Title)
	o.Titled = isReportTitle(name) || isBareTitle(name) && o.Meta.Year != 0
	if !o.Titled && !speaksAbout(name) && o.Topics >= enoughTopics && o.Meta.Year != 0 {
		o.Untitled = true
		o.Meta.Title = ""
		o.Findings = append(o.Findings, report.Finding{
			Rule: report.RuleTitleUnknown, Severity: report.SeverityWarning,
			Message: "The text has the sections of a report and tells its year, but no title; it was probably lost on the way.",
		})
	}
	return o
}

// lineOf is the line that stands at a place of the head, whose last lines are parts of one.
func (r *reader) lineOf(head int) int {
	if r.sectioned {
		return min(head, r.first.line)
	}
	return head
}

// About reports whether the document's own name, its title or its first line,
// is that of a paper about reports (the form that a notice asks for has a title
// of its own), and returns it.
func About(doc *document.Document) (name string, about bool) {
	name = doc.Title
	for _, b := range doc.Blocks {
		if name != "" {
			break
		}
		if b.Kind != document.Table {
			name, _, _ = strings.Cut(b.Text, "\n")
		}
	}
	name = text.Fold(name)
	return name, !strings.Contains(name, "。") && speaksAbout(name)
}

// reader reads one outline.
type reader struct {
	doc          *document.Document
	source       string
	lines        []line
	all          []heading // every place where a section may begin
	until        int       // the line up to which they were looked for
	headings     []heading // those where one does
	topics       int       // how many of the six sections are there
	head         []line    // before the first section; what stands on its line is parted at white space
	tail         []line    // the last lines, a long one parted at white space and full stops
	opening      passage   // the text before the first section, from the title on
	body         passage   // the beginning of the first section
	beginning    string    // both
	site         string    // the site's name, from the page's <title>
	agency       string    // that the title names
	first        heading   // of the first section
	sectioned    bool      // a section's heading was found in the first lines
	otherYear    int       // the year of a title that contradicts the chosen one
	printedYears []int     // of all titles above the text, menus included
	doubted      bool      // of several days beside the title one was taken
	labelled     labels
	titles       map[string]title        // by what is printed, to read each once
	recognised   map[string]region.Match // by name, as recognise reads it
	context      region.Context          // what tells places of one name apart
	claimed      map[*witness][]claim    // what each source says, read when it is asked for
	meta         report.Meta
	findings     []report.Finding
}

func (r *reader) find(rule string, severity report.Severity, expected, actual report.Evidence, format string, args ...any) {
	r.findings = append(r.findings, report.Finding{
		Rule: rule, Severity: severity, Expected: expected, Actual: actual, Message: fmt.Sprintf(format, args...),
	})
}

// split parts the text at the first section's heading, and makes head and tail.
func (r *reader) split() {
	r.headings = sectionHeadings(r.all, r.lines)
	known := map[int]bool{}
	for _, h := range r.headings {
		if h.topic != topicNone {
			known[h.topic] = true
		}
	}
	r.topics = len(known)
	if len(r.lines) == 0 {
		return
	}
	limit := min(len(r.lines), maxHeadLines)
	end := limit
	if i := slices.IndexFunc(r.headings, func(h heading) bool { return h.topic != topicNone && h.line < limit }); i >= 0 {
		r.first, r.sectioned = r.headings[i], true
		end = r.first.line
	}
	r.head = r.lines[:end:end]
	// Where everything is in one paragraph, its beginning is the opening.
	l := r.lines[r.first.line]
	for part := range strings.FieldsSeq(l.Printed[:r.first.start]) {
		r.head = append(r.head, line{Text: text.Of(part), block: l.block, cell: l.cell})
	}
	from := max(min(end, len(r.lines)-1), len(r.lines)-signatureLines)
	last := len(r.lines) - 1
	r.tail = slices.Clone(r.lines[from:last])
	if l := r.lines[last]; l.cell || l.runes() <= 2*shortLine {
		r.tail = append(r.tail, l)
	} else {
		printed := l.Printed[len(firstBytes(l.Printed, max(0, len(l.Printed)-400))):]
		for part := range strings.FieldsFuncSeq(printed, func(c rune) bool { return c == '。' || text.Space(c) }) {
			r.tail = append(r.tail, line{Text: text.Of(part), block: l.block})
		}
	}
}

// passage is a part of the text, folded.
type passage struct {
	said string
	own  func() string // without the names of other papers
}

var quoted = pattern("quoted")

// newPassage looks for the names of other papers when it is asked: few pages need the
// body's. 《恩施州人民政府办公室关于…的通知》 names who asks for the report, not who gives it.
func newPassage(said string) passage {
	return passage{said, sync.OnceValue(func() string { return quoted.ReplaceAllString(said, "") })}
}

// readOpening takes the text from the title on. title is its line in the head.
func (r *reader) readOpening(title int) {
	end := r.first.line
	if !r.sectioned {
		end = min(len(r.lines), maxHeadLines)
	}
	opening, body := folded(r.lines[min(title, end):end], openingBytes), ""
	if r.sectioned {
		printed, next := r.lines[r.first.line].Printed, r.first.line+1
		opening += text.Fold(firstBytes(printed[:r.first.start], openingBytes))
		body = text.Fold(firstBytes(printed[r.first.start:], bodyBytes))
		body += folded(r.lines[next:max(next, min(len(r.lines), maxHeadLines))], bodyBytes-len(body))
	}
	r.opening, r.body, r.beginning = newPassage(opening), newPassage(body), opening+body
}

// readYearAndPeriod takes the year from the title and the period, and the
// period as printed as far as it can be meant.
func (r *reader) readYearAndPeriod() {
	p, ok := findPeriod(r.opening.said)
	if !ok {
		p, ok = findPeriod(r.body.said)
	}
	if !ok {
		p, ok = r.periodAnywhere()
	}
	if ok {
		r.takePeriod(p)
	}
	told := 0
	if ok && (p.doubt == "" || p.startYear == p.endYear) {
		told = p.endYear
	}
	title := titleYear(text.Fold(r.meta.Title))
	r.takeYear(title, told, p)
	if r.meta.Year == 0 && title == 0 && r.otherYear == 0 {
		r.find(report.RuleYearUnknown, report.SeverityWarning, report.Evidence{}, report.Evidence{},
			"Neither the title nor a reference period says which year is reported on.")
	}
}

// takeYear settles the year: title is that of the title, told that of the period
// p, 0 where they name none.
func (r *reader) takeYear(title, told int, p period) {
	switch {
	case title != 0 && r.otherYear != 0:
		// Two titles of different years: the period may settle it.
		if told == title || told == r.otherYear {
			r.meta.Year = report.Year(told)
		}
	case title != 0:
		r.meta.Year = report.Year(title)
		if told != 0 && told != title {
			r.settleTitleAgainstPeriod(title, told, p.raw)
		}
		if p.doubt != "" && p.end != "" && p.endYear != title {
			r.meta.PeriodEnd = ""
		}
	case told != 0:
		r.meta.Year = report.Year(told)
	default:
		r.meta.Year = report.Year(announcedYear(r.beginning))
		if r.meta.Year == 0 && r.otherYear == 0 {
			r.inferYear()
		}
	}
}

// inferYear takes the year that the sentences of opening and first section begin with
// (2023年,我镇…; 2023年以来…) where it is the same in all of them and none of them tells of
// a law, and where the day of publication, if there is one, lies in the year behind it.
func (r *reader) inferYear() {
	year := 0
	for _, g := range sentenceYear.FindAllStringSubmatch(inDigits(r.opening.own()+"。"+r.body.own()), -1) {
		y := atoi(g[1])
		if year != 0 && y != year || lawful.MatchString(g[2]) {
			return
		}
		year = y
	}
	if on := r.meta.PublishedOn; year == 0 || on != "" && atoi(on[:4]) != year+1 {
		return
	}
	r.meta.Year = report.Year(year)
	r.find(report.RuleYearInferred, report.SeverityInfo, report.Evidence{}, report.Number(float64(year)),
		"Neither the title nor a reference period names the year; the sentences of its beginning speak of %d only.", year)
}

var (
	sentenceYear = pattern("sentence_year")
	lawful       = pattern("law")
)

func (r *reader) takePeriod(p period) {
	r.meta.PeriodStart, r.meta.PeriodEnd = p.start, p.end
	if p.doubt != "" {
		r.find(report.RulePeriod, report.SeverityWarning, report.Evidence{}, report.Text(p.raw),
			"The reference period is printed as %s: %s. What cannot be meant is left out.", p.raw, p.doubt)
	}
	if p.odd {
		r.find(report.RulePeriod, report.SeverityInfo, report.Evidence{}, report.Text(p.raw),
			"The reference period is printed as %s, which is not the whole year; it is kept as printed.", p.raw)
	}
}

// settleTitleAgainstPeriod judges a title and a period of different years. A
// period is often left over from the year before, so the title stands, unless
// the date of publication speaks for the period: then nobody can know.
func (r *reader) settleTitleAgainstPeriod(title, told int, raw string) {
	verdict := "the title's year is used"
	if on := r.meta.PublishedOn; on != "" && atoi(on[:4])-1 == told {
		r.meta.Year = 0
		verdict = "and it was published in the year after the period, so neither is used"
	} else if told > title && slices.Contains(r.printedYears, told) {
		// No period is left over from a year to come, and another title says the same.
		r.meta.Year = 0
		verdict = "and another title above the text is of the period's year, so neither is used"
	}
	r.find(report.RuleYearConflict, report.SeverityWarning, report.Number(float64(title)), report.Number(float64(told)),
		"The title speaks of %d, the reference period %s of %d; %s.", title, raw, told, verdict)
}

// periodAnywhere looks for a sentence about the period below the opening.
func (r *reader) periodAnywhere() (period, bool) {
	tries := 0
	from := r.first.line
	if !r.sectioned {
		from = min(len(r.lines), maxHeadLines)
	}
	for i := from; i < len(r.lines) && tries <= 100; i++ {
		for sentence := range strings.SplitSeq(r.lines[i].Folded, "。") {
			at := strings.Index(sentence, "统计")
			if at < 0 {
				continue
			}
			tries++
			sentence = sentence[at:]
			if len(sentence) < 3000 && slices.ContainsFunc(words["period"], func(w string) bool { return strings.Contains(sentence, w) }) {
				if p, ok := findPeriod(sentence); ok {
					return p, true
				}
			}
		}
	}
	return period{}, false
}

var announced = pattern("announced")

// announcedYear is the year of the report that the opening announces
// (现公布X县2021年度政府信息公开年度报告); 0 for none or several.
func announcedYear(folded string) int {
	year := 0
	for _, g := range announced.FindAllStringSubmatch(inDigits(folded), -1) {
		if y := atoi(g[1]); year == 0 || y == year {
			year = y
		} else {
			return 0
		}
	}
	return year
}

// readPublished takes the date of publication: the one a reader sees labelled
// as such, the page's property, the day beside the title, or the date under the
// report.
func (r *reader) readPublished() {
	shown := text.FirstDate(r.labelled.published)
	property := ""
	for _, key := range []string{"pubdate", "publishdate", "article:published_time"} {
		if property == "" {
			property = text.FirstDate(r.doc.Meta[key])
		}
	}
	r.meta.PublishedOn = cmp.Or(shown, property, r.labelled.beside, text.FirstDate(r.labelled.made), r.labelled.signedOn)
	if shown != "" && property != "" && shown != property {
		r.find(report.RulePublishedOn, report.SeverityInfo, report.Text(shown), report.Text(property),
			"The page shows %s as the date of publication, its properties say %s.", shown, property)
	}
}

// checkPublished doubts a report that was published before its year was over.
func (r *reader) checkPublished() {
	if y := r.meta.Year; y != 0 && len(r.meta.PublishedOn) > 4 && atoi(r.meta.PublishedOn[:4]) <= int(y) {
		r.find(report.RulePublishedOn, report.SeverityWarning, report.Number(float64(y)), report.Text(r.meta.PublishedOn),
			"The date of publication %s lies before the end of the year %d that is reported on.", r.meta.PublishedOn, y)
	}
}

// checkHost records that a page was not found on a government's host.
func (r *reader) checkHost() {
	host := hostOf(r.source)
	if host == "" || host == "gov.cn" || strings.HasSuffix(host, ".gov.cn") || host == "localhost" {
		return
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return
	}
	r.find(report.RuleUnofficialHost, report.SeverityWarning, report.Evidence{}, report.Text(host),
		"The page was found on %s, which is no host of a government (.gov.cn); compare it with the original.", host)
}

// hostOf returns the host of a URL, "" for a path.
func hostOf(source string) string {
	u, err := url.Parse(source)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
}
