package explorer

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/ask"
)

// reportView is a report as it was published, with what is known of its
// figures.
type reportView struct {
	*store.StoredReport
	Path     []region.Region // from the province down; nil where the region is unknown
	Findings []reportFinding
	Parts    []reportPart
	Rest     []*figure // that no table of the layout has
	Figures  figures   `json:"-"`
	Blank    int       // cells by what they say
	Reported int
	Absent   int
}

// reportFinding is a finding with its number in the list.
type reportFinding struct {
	findingRow
	Number int
	At     *figure                           // the cell it concerns; nil where it concerns none that is shown
	doubts func(code, applicant string) bool // of a figure told in words; nil where it was dismissed
}

// contradicted are the rules of the findings that put a figure in doubt, as in a row of
// a comparison.
func (v *reportView) contradicted(f report.Fact) (rules []string) {
	for _, n := range v.Figures[f.Key()].Doubts {
		if rule := v.Findings[n-1].Rule; !slices.Contains(rules, rule) {
			rules = append(rules, rule)
		}
	}
	slices.Sort(rules)
	return rules
}

// reportPart is a section of the prose with the standard table that stands in
// it, if any.
type reportPart struct {
	Number     int
	Heading    string
	Paragraphs [][]segment
	Table      *printedTable
}

// segment is a run of text: plain, in a sentence that tells a figure, or the
// figure itself.
type segment struct {
	Text     string
	Sentence bool
	Mention  *mention
}

// mention is a figure told in words.
type mention struct {
	report.Mention
	Number int  // from 0, as in the database
	Label  pair // of the metric; zero where none fits
}

// report makes the view of a stored report.
func (e *Explorer) report(ctx context.Context, id int64) (*reportView, error) {
	r, err := e.store.Report(ctx, id)
	if err != nil {
		return nil, err
	}
	v := &reportView{StoredReport: r, Path: region.Path(r.Meta.RegionCode), Figures: figures{}}
	for i := range r.Facts {
		f := &r.Facts[i]
		fig := &figure{Indicator: f.Indicator, Applicant: f.Applicant, Label: indicatorLabel(f.Indicator), Column: applicantLabel(f.Applicant),
			Unit: f.Unit, Read: &f.Fact, Correction: f.Correction}
		if i, ok := catalog.Lookup(f.Indicator); ok {
			fig.Unit = i.Unit
		}
		fig.Value, fig.Status = f.Effective()
		v.Figures[f.Key()] = fig
	}
	reviews, err := e.store.ReviewsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	v.findings(reviews)
	tables, rest := printed(r.Meta.Layout, v.Figures)
	v.Rest = rest
	v.parts(tables)
	for _, t := range tables {
		for _, row := range t.Body {
			for _, c := range row {
				switch {
				case c.Figure == nil:
				case c.Figure.Read == nil:
					v.Absent++
				case c.Figure.Status.HasValue():
					v.Reported++
				case c.Figure.Status == report.StatusBlank:
					v.Blank++
				}
			}
		}
	}
	return v, nil
}

// findings numbers the findings, the worst first, and ties each to its cell.
func (v *reportView) findings(reviews []store.StoredReview) {
	all := make([]store.StoredFinding, len(v.StoredReport.Findings))
	for i, f := range v.StoredReport.Findings {
		all[i] = store.StoredFinding{Finding: f, ReportID: v.ID, RegionCode: v.Meta.RegionCode, RegionName: v.Meta.Region, Year: int(v.Meta.Year),
			Publisher: v.Meta.Publisher, Scope: v.Meta.Scope, Source: v.Meta.Source}
		for k := range reviews {
			if r := &reviews[k].Review; r.Rule == f.Rule && r.Indicator == f.Indicator && r.Applicant == f.Applicant {
				all[i].Review = r
			}
		}
	}
	slices.SortStableFunc(all, func(a, b store.StoredFinding) int { return cmp.Compare(rank(a.Severity), rank(b.Severity)) })
	for i, row := range findingRows(all) {
		f := reportFinding{findingRow: row, Number: i + 1, At: v.cell(row.Finding)}
		if f.At != nil {
			f.At.Findings = append(f.At.Findings, f.Number)
		}
		if row.Review == nil || row.Review.Verdict != store.VerdictDismissed {
			f.doubts = ask.Doubts(row.Finding)
			for _, fig := range v.Figures {
				if fig.Value != nil && f.doubts(fig.Indicator, fig.Applicant) {
					fig.Doubts = append(fig.Doubts, f.Number)
				}
			}
		}
		v.Findings = append(v.Findings, f)
	}
}

func rank(s report.Severity) int {
	switch s {
	case report.SeverityError:
		return 0
	case report.SeverityWarning:
		return 1
	}
	return 2
}

// cell is the figure that a finding concerns: the one it names, in the total
// column where it names none, or the one that stands where it points.
func (v *reportView) cell(f report.Finding) *figure {
	if f.Indicator != "" {
		for _, applicant := range []string{f.Applicant, catalog.ApplicantTotal, ""} {
			if fig := v.Figures[factKey(f.Indicator, applicant)]; fig != nil {
				return fig
			}
		}
	}
	if !f.Locator.IsZero() {
		for i := range v.Facts {
			if v.Facts[i].Locator == f.Locator {
				return v.Figures[v.Facts[i].Key()]
			}
		}
	}
	return nil
}

// parts joins sections and tables in the order of the page.
func (v *reportView) parts(tables []printedTable) {
	mentions := make([]mention, len(v.Mentions))
	for i, m := range v.Mentions {
		mentions[i] = mention{Mention: m, Number: i, Label: metricLabel(m.Metric)}
	}
	used := make([]bool, len(tables))
	table := func(section int) *printedTable {
		for i := range tables {
			if tables[i].Section == section && !used[i] && section != 0 {
				used[i] = true
				return &tables[i]
			}
		}
		return nil
	}
	for i, s := range v.Sections {
		p := reportPart{Number: s.Number, Heading: s.Heading, Paragraphs: paragraphs(s, mentions), Table: table(s.Number)}
		if i == 0 && s.Heading == "" {
			p.Paragraphs = belowTitle(p.Paragraphs, v.Meta.Title)
		}
		v.Parts = append(v.Parts, p)
	}
	for i := range tables {
		if used[i] {
			continue
		}
		// A table whose section has no heading on the page stands before the next.
		at := len(v.Parts)
		if n := tables[i].Section; n > 0 {
			if k := slices.IndexFunc(v.Parts, func(p reportPart) bool { return p.Number > n }); k >= 0 {
				at = k
			}
		}
		v.Parts = slices.Insert(v.Parts, at, reportPart{Number: tables[i].Section, Table: &tables[i]})
	}
}

// belowTitle leaves out what a page has above the report's title, the way through its
// site, and the title, which the page here has already.
func belowTitle(lines [][]segment, title string) [][]segment {
	for i := len(lines) - 1; i >= 0; i-- {
		text, figures := "", false
		for _, s := range lines[i] {
			text, figures = text+s.Text, figures || s.Mention != nil
		}
		if !figures && title != "" && strings.Join(strings.Fields(text), "") == strings.Join(strings.Fields(title), "") {
			return lines[i+1:]
		}
	}
	return lines
}

func metricLabel(code string) pair {
	m, _ := catalog.LookupMetric(code)
	return pair{m.LabelZH, m.LabelEN}
}

// paragraphs cuts a section's text at line breaks and where figures are told.
func paragraphs(s report.Section, mentions []mention) [][]segment {
	type state struct {
		mention  *mention
		sentence bool
	}
	states := make([]state, utf8.RuneCountInString(s.Text))
	for n := range mentions {
		m := &mentions[n]
		if m.Section != s.Number || m.Start < 0 || m.End > len(states) || m.Start >= m.End {
			continue
		}
		for i := m.Start; i < m.End; i++ {
			states[i].mention = cmp.Or(states[i].mention, m)
		}
		from, to := sentenceAround(s.Text, m.Sentence, m.Start)
		for i := from; i < to; i++ {
			states[i].sentence = true
		}
	}
	return lines(runs(s.Text, states, func(text string, of state) segment { return segment{text, of.sentence, of.mention} }), func(s *segment) *string { return &s.Text })
}

// sentenceAround finds the sentence that holds a character of a text.
func sentenceAround(text, sentence string, at int) (from, to int) {
	length := utf8.RuneCountInString(sentence)
	offset := 0 // in characters, of rest
	for rest := text; sentence != ""; {
		i := strings.Index(rest, sentence)
		if i < 0 {
			break
		}
		start := offset + utf8.RuneCountInString(rest[:i])
		if start > at {
			break
		}
		if at < start+length {
			return start, start + length
		}
		_, size := utf8.DecodeRuneInString(rest[i:])
		offset = start + 1
		rest = rest[i+size:]
	}
	return at, at
}

// reportID reads the number in the path.
func reportID(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return 0, notFound("error.no_report")
	}
	return id, nil
}

func (e *Explorer) reportPage(p *page, r *http.Request) error {
	id, err := reportID(r)
	if err != nil {
		return err
	}
	v, err := e.report(r.Context(), id)
	if err != nil {
		return err
	}
	p.Title, p.V, p.Wide = v.Meta.Title, v, true
	if p.Title == "" || p.English() {
		of := p.RegionOr(v.Meta.RegionCode, v.Meta.Region)
		if v.Meta.Scope == report.ScopeAgency && v.Meta.Publisher != "" {
			of = v.Meta.Publisher
		}
		p.Title = p.T("report.title", of, v.Meta.Year)
	}
	return nil
}

// figureView is one figure with everything that it can be traced by.
type figureView struct {
	Report   *reportView
	Figure   *figure  // of a table, or nil
	Mention  *mention // told in words, or nil
	Findings []reportFinding
	Measure  ask.Measure // what it can be compared as; Code "" where it cannot
	Series   []ask.TrendPoint
	Today    string
	Version  string
}

// figureOf makes the view of one figure of a report: of a table by indicator
// and applicant, or told in words by its number.
func (e *Explorer) figureOf(ctx context.Context, id int64, indicator, applicant, told string) (*figureView, error) {
	r, err := e.report(ctx, id)
	if err != nil {
		return nil, err
	}
	v := &figureView{Report: r, Today: e.cfg.Now().Format("2006-01-02"), Version: e.cfg.Version}
	if told != "" {
		err = v.ofMention(told)
	} else {
		err = v.ofCell(indicator, applicant)
	}
	if err != nil {
		return nil, err
	}
	if v.Measure.Code != "" && r.Meta.RegionCode != "" && r.Meta.Scope == report.ScopeRegion {
		_, series, err := ask.Trend(ctx, e.store, ask.TrendQuery{Filter: store.Filter{Regions: []string{r.Meta.RegionCode}}, Code: v.Measure.Code, Applicant: v.Measure.Applicant})
		if err != nil {
			return nil, err
		}
		for _, s := range series {
			v.Series = append(v.Series, s.Points...)
		}
	}
	return v, nil
}

// ofMention takes the figure that is told in words under a number.
func (v *figureView) ofMention(number string) (err error) {
	r := v.Report
	if v.Mention, err = mentionOf(r.StoredReport, number); err != nil {
		return err
	}
	m, err := ask.FindMeasure(v.Mention.Metric, "")
	if err != nil {
		return nil // there is nothing to compare it as
	}
	v.Measure = m
	for _, f := range r.Findings {
		if f.doubts != nil && f.doubts(m.Code, "") {
			v.Findings = append(v.Findings, f)
		}
	}
	return nil
}

// mentionOf is the figure that a report tells under a number.
func mentionOf(r *store.StoredReport, number string) (*mention, error) {
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= len(r.Mentions) {
		return nil, notFound("error.no_figure")
	}
	return &mention{Mention: r.Mentions[n], Number: n, Label: metricLabel(r.Mentions[n].Metric)}, nil
}

// ofCell takes the figure of a table, the one that was not read too.
func (v *figureView) ofCell(indicator, applicant string) error {
	r := v.Report
	i, ok := catalog.Lookup(indicator)
	if !ok {
		return notFound("error.no_figure")
	}
	if i.Dimension == catalog.DimensionApplicant && applicant == "" {
		applicant = catalog.ApplicantTotal
	}
	m, err := ask.FindMeasure(indicator, applicant)
	if err == nil {
		v.Measure = m
	}
	if v.Figure = r.Figures[factKey(indicator, applicant)]; v.Figure == nil {
		if err != nil || !i.In(r.Meta.Layout) {
			return notFound("error.no_figure")
		}
		v.Figure = r.Figures.at(i, applicant, map[string]bool{})
	}
	numbers := slices.Concat(v.Figure.Findings, v.Figure.Doubts)
	slices.Sort(numbers)
	for _, n := range slices.Compact(numbers) {
		v.Findings = append(v.Findings, r.Findings[n-1])
	}
	return nil
}

func (e *Explorer) figurePage(p *page, r *http.Request) error {
	id, err := reportID(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v, err := e.figureOf(r.Context(), id, q.Get("indicator"), q.Get("applicant"), q.Get("mention"))
	if err != nil {
		return err
	}
	p.Part = q.Get("part") != ""
	p.Query.Del("part")
	p.V = v
	switch {
	case v.Mention != nil && v.Mention.Label != (pair{}):
		p.Title = p.In(v.Mention.Label)
	case v.Mention != nil:
		p.Title = v.Mention.Subject
	default:
		p.Title = p.In(v.Figure.Label)
	}
	return nil
}

// Place tells where a figure stands, in the language of the page.
func (p *page) Place(l report.Locator) string {
	if l.IsZero() {
		return p.T("place.none")
	}
	return p.Of(l.Chinese(), l.String())
}

// Status names what a cell says.
func (p *page) Status(s report.Status) string { return p.T("status." + string(s)) }

// Evidence prints one side of a finding.
func (p *page) Evidence(e report.Evidence) string {
	if v, ok := e.Float64(); ok {
		if v == math.Trunc(v) && v >= 2000 && v <= 2100 {
			return e.String() // a year as likely as a count
		}
		return formatNumber(v)
	}
	return e.String()
}

// compareApplicant is the column as an address names it: nothing for the total,
// which is what is compared when none is named.
func compareApplicant(m ask.Measure) string {
	if m.Applicant == catalog.ApplicantTotal {
		return ""
	}
	return m.Applicant
}
