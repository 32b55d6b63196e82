package parser

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// Bounds of what is read.
const (
	maxHeadLines   = 400  // lines that may stand before the first section: pages begin with their site's menus
	openingRunes   = 3000 // of the opening text
	signatureLines = 15   // at the end, in which date and signature are looked for
	shortLine      = 30   // characters of a line that may be part of a title
)

// readMetadata reads which report a document is: title, year, reference
// period, date of publication, region, publisher and scope. source is the path
// or URL it came from; its host only helps to tell places of one name apart.
//
// What the document does not say stays empty. Sources that contradict each
// other leave a finding, and the value empty unless the title settles it.
func readMetadata(o *structure, source string) (report.Meta, []report.Finding) {
	r := metadataReader{doc: o.doc, structure: o, source: source, lines: o.lines}
	r.meta = report.Meta{Source: source, Container: o.doc.Container}
	r.splitOpening()
	title := r.readTitle()
	if speaksAbout(squeeze(r.meta.Title)) {
		// A notice about reports has no year and no region that are a report's.
		return r.meta, nil
	}
	r.opening = joinRunes(r.lines[title:max(title, r.headEnd)], openingRunes)
	r.readLabels()
	r.readPublished()
	r.readYearAndPeriod()
	r.checkPublished()
	r.readRegion()
	r.checkHost()
	return r.meta, r.findings
}

type metadataReader struct {
	doc          *document.Document
	structure    *structure
	source       string
	lines        []textLine
	opening      string // the text before the first section, its first lines at least
	body         string // the beginning of the first section
	site         string // the site's name, from the page's <title>
	headEnd      int    // lines before the first section
	sectioned    bool   // a section's heading was found
	otherYear    int    // the year of a title that contradicts the chosen one
	printedYears []int  // of all titles above the text, menus included
	labelled     labels
	meta         report.Meta
	findings     []report.Finding
}

func (r *metadataReader) find(rule string, severity report.Severity, expected, actual report.Evidence, format string, args ...any) {
	r.findings = append(r.findings, report.Finding{
		Rule: rule, Severity: severity, Expected: expected, Actual: actual, Message: fmt.Sprintf(format, args...),
	})
}

// splitOpening parts the text at the first section's heading.
func (r *metadataReader) splitOpening() {
	limit := min(len(r.lines), maxHeadLines)
	r.headEnd = limit
	for _, m := range r.structure.headings(limit) {
		if m.topic == topicNone {
			continue
		}
		r.headEnd = m.line
		if m.start > 0 {
			// Everything in one paragraph: its beginning is the opening.
			r.headEnd++
		}
		r.sectioned = true
		r.body = joinRunes(r.lines[m.line:limit], 400)
		break
	}
}

// joinRunes joins lines up to a number of characters.
func joinRunes(lines []textLine, limit int) string {
	var b strings.Builder
	for _, l := range lines {
		if limit <= 0 {
			break
		}
		runes := []rune(l.text)
		runes = runes[:min(len(runes), limit)]
		limit -= len(runes) + 1
		b.WriteString(string(runes))
		b.WriteByte('\n')
	}
	return b.String()
}

// readYearAndPeriod takes the year from the title and the period, and the
// period as printed as far as it can be meant.
func (r *metadataReader) readYearAndPeriod() {
	title := titleYearOf(r.meta.Title)
	p, ok := findPeriod(r.opening)
	if !ok {
		p, ok = findPeriod(r.body)
	}
	if !ok {
		p, ok = r.periodAnywhere()
	}
	if ok {
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
	told := 0
	if ok && (p.doubt == "" || p.startYear == p.endYear) {
		told = p.endYear
	}
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
		if ok && p.doubt != "" && p.end != "" && p.endYear != title {
			r.meta.PeriodEnd = ""
		}
	case told != 0:
		r.meta.Year = report.Year(told)
	default:
		if y := announcedYear(r.opening + r.body); y != 0 {
			r.meta.Year = report.Year(y)
		}
	}
	if r.meta.Year == 0 && title == 0 && r.otherYear == 0 {
		r.find(report.RuleYearUnknown, report.SeverityWarning, report.Evidence{}, report.Evidence{},
			"Neither the title nor a reference period says which year is reported on.")
	}
}

// settleTitleAgainstPeriod judges a title and a period of different years. A
// period is often left over from the year before, so the title stands, unless
// the date of publication speaks for the period: then nobody can know.
func (r *metadataReader) settleTitleAgainstPeriod(title, told int, raw string) {
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
func (r *metadataReader) periodAnywhere() (period, bool) {
	tries := 0
	for _, l := range r.lines[r.headEnd:] {
		if len(l.text) > 3000 || !strings.Contains(l.text, "统计") {
			continue
		}
		if tries++; tries > 100 {
			break
		}
		if periodWords.MatchString(l.text) {
			if p, ok := findPeriod(l.text); ok {
				return p, true
			}
		}
	}
	return period{}, false
}

var announced = regexp.MustCompile(`((?:19|20)\d{2})年度?[^。,;\d]{0,30}(?:信息公开|政务公开)[^。,;\d]{0,10}(?:年度报告|年报)`)

// announcedYear is the year of the report that the opening announces
// (现公布X县2021年度政府信息公开年度报告); 0 for none or several.
func announcedYear(text string) int {
	year := 0
	for _, g := range announced.FindAllStringSubmatch(squeeze(foldDates(text)), -1) {
		if y := atoi(g[1]); year == 0 || y == year {
			year = y
		} else {
			return 0
		}
	}
	return year
}

// readPublished takes the date of publication: the one a reader sees labelled
// as such, the page's property, or the date under the report.
func (r *metadataReader) readPublished() {
	shown := firstDate(r.labelled.published)
	property := ""
	for _, key := range []string{"pubdate", "publishdate", "article:published_time"} {
		if property == "" {
			property = firstDate(r.doc.Meta[key])
		}
	}
	r.meta.PublishedOn = shown
	switch {
	case shown == "" && property != "":
		r.meta.PublishedOn = property
	case shown == "" && r.labelled.signedOn != "":
		r.meta.PublishedOn = r.labelled.signedOn
	case shown != "" && property != "" && shown != property:
		r.find(report.RulePublishedOn, report.SeverityInfo, report.Text(shown), report.Text(property),
			"The page shows %s as the date of publication, its properties say %s.", shown, property)
	}
}

// checkPublished doubts a report that was published before its year was over.
func (r *metadataReader) checkPublished() {
	if y := r.meta.Year; y != 0 && len(r.meta.PublishedOn) > 4 && atoi(r.meta.PublishedOn[:4]) <= int(y) {
		r.find(report.RulePublishedOn, report.SeverityWarning, report.Number(float64(y)), report.Text(r.meta.PublishedOn),
			"The date of publication %s lies before the end of the year %d that is reported on.", r.meta.PublishedOn, y)
	}
}

// checkHost records that a page was not found on a government's host.
func (r *metadataReader) checkHost() {
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
	if !strings.HasPrefix(source, "http://") && !strings.HasPrefix(source, "https://") {
		return ""
	}
	u, err := url.Parse(source)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
}
