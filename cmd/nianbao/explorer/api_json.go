package explorer

import (
	"fmt"
	"maps"
	"net/url"
	"time"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/ask"
)

// What the API answers with. Names are those of the database and of the JSON of
// a parsed report; a value that is not there is null, and its status says why. They
// are types of their own, for what /api/v1 has promised is not to change with those
// of the store, of which it leaves out what is for this program alone.

// listOf is a list of what each is in JSON; never null.
func listOf[From, To any](all []From, of func(From) To) []To {
	list := make([]To, len(all))
	for i, one := range all {
		list[i] = of(one)
	}
	return list
}

type regionNameJSON struct {
	Code       string `json:"code"`
	Name       string `json:"name"`
	Level      string `json:"level"`
	ParentCode string `json:"parent_code"`
	FirstList  int    `json:"first_list"`
	LastList   int    `json:"last_list"`
}

func regionNameOf(r region.Region) regionNameJSON { return regionNameJSON(r) }

type regionJSON struct {
	regionNameJSON
	Series  string `json:"series"`
	Years   []int  `json:"years"`
	Reports int    `json:"reports"`
}

type regionsJSON struct {
	Regions []regionJSON `json:"regions"`
	Next    *string      `json:"next"`
}

type regionDetailJSON struct {
	Region   regionNameJSON   `json:"region"`
	Path     []regionNameJSON `json:"path"`
	Names    []regionNameJSON `json:"names"`
	Reports  []reportLineJSON `json:"reports"`
	Agencies int              `json:"agencies"`
	Findings []findingJSON    `json:"findings"`
}

type reportLineJSON struct {
	ReportID    int64       `json:"report_id"`
	RegionCode  string      `json:"region_code"`
	RegionName  string      `json:"region_name"`
	Year        report.Year `json:"year"`
	Publisher   string      `json:"publisher"`
	Scope       string      `json:"scope"`
	Layout      string      `json:"layout"`
	Container   string      `json:"container"`
	Title       string      `json:"title"`
	PublishedOn string      `json:"published_on"`
	Source      string      `json:"source"`
	Errors      int         `json:"errors"`
	Warnings    int         `json:"warnings"`
}

func reportLineOf(l ask.ReportLine) reportLineJSON {
	return reportLineJSON{l.ID, l.RegionCode, l.RegionName, report.Year(l.Year), l.Publisher, string(l.Scope), l.Layout, l.Container, l.Title, l.PublishedOn, l.Source,
		l.Errors, l.Warnings}
}

type reportsJSON struct {
	Reports []reportLineJSON `json:"reports"`
	Next    *string          `json:"next"`
}

type findingJSON struct {
	ReportID   int64           `json:"report_id"`
	RegionCode string          `json:"region_code"`
	RegionName string          `json:"region_name"`
	Year       report.Year     `json:"year"`
	Publisher  string          `json:"publisher"`
	Scope      string          `json:"scope"`
	Rule       string          `json:"rule"`
	Severity   string          `json:"severity"`
	Indicator  string          `json:"indicator"`
	Applicant  string          `json:"applicant"`
	Expected   report.Evidence `json:"expected"`
	Actual     report.Evidence `json:"actual"`
	Message    string          `json:"message"`
	Locator    report.Locator  `json:"locator"`
	Source     string          `json:"source"`
}

func findingOf(f findingRow) findingJSON {
	return findingJSON{f.ReportID, f.RegionCode, f.RegionName, report.Year(f.Year), f.Publisher, string(f.Scope), f.Rule, string(f.Severity), f.Indicator,
		f.Applicant, f.Expected, f.Actual, f.Message, f.Locator, f.Source}
}

type findingsJSON struct {
	Findings []findingJSON `json:"findings"`
	Next     *string       `json:"next"`
}

type ruleJSON struct {
	Rule      string `json:"rule"`
	TitleZH   string `json:"title_zh"`
	TitleEN   string `json:"title_en"`
	MeaningZH string `json:"meaning_zh"`
	MeaningEN string `json:"meaning_en"`
	Findings  int    `json:"findings"`
}

type rulesJSON struct {
	Rules []ruleJSON `json:"rules"`
}

type overviewJSON struct {
	Reports     int             `json:"reports"`
	Superseded  int             `json:"superseded"`
	Territories int             `json:"territories"`
	FirstYear   report.Year     `json:"first_year"`
	LastYear    report.Year     `json:"last_year"`
	Coverage    []coverageJSON  `json:"coverage"`
	Headlines   []headlineJSON  `json:"headlines"`
	Rules       []ruleCountJSON `json:"rules"`
	Latest      []findingJSON   `json:"latest"`
}

type coverageJSON struct {
	RegionCode string `json:"region_code"`
	RegionName string `json:"region_name"`
	Year       int    `json:"year"`
	Stored     int    `json:"stored"`
	Known      int    `json:"known"`
}

type headlineJSON struct {
	Measure measureJSON `json:"measure"`
	Year    int         `json:"year"`
	Count   int         `json:"count"`
	Q1      *float64    `json:"q1"`
	Median  *float64    `json:"median"`
	Q3      *float64    `json:"q3"`
}

type ruleCountJSON struct {
	Rule     string `json:"rule"`
	Findings int    `json:"findings"`
}

func overviewJSONOf(o *overview) overviewJSON {
	c := o.Contents
	v := overviewJSON{Reports: c.Reports, Superseded: c.Superseded, Territories: c.Territories, FirstYear: report.Year(c.FirstYear), LastYear: report.Year(c.LastYear),
		Coverage: []coverageJSON{}, Headlines: []headlineJSON{}, Latest: listOf(o.Latest, findingOf),
		Rules: listOf(o.Rules, func(r ruleCount) ruleCountJSON { return ruleCountJSON(r) })}
	for _, row := range o.Coverage.Rows {
		for _, cell := range row.Cells {
			v.Coverage = append(v.Coverage, coverageJSON{row.Code, row.Name, cell.Year, cell.Stored, cell.Known})
		}
	}
	for _, h := range o.Headlines {
		m, err := ask.FindMeasure(h.Code, "")
		if err != nil {
			continue // a headline is always a measure
		}
		v.Headlines = append(v.Headlines, headlineJSON{measureOf(m), h.Year, h.Count, h.Q1, h.Median, h.Q3})
	}
	return v
}

type measureJSON struct {
	Code      string `json:"code"`
	Kind      string `json:"kind"`
	LabelZH   string `json:"label_zh"`
	LabelEN   string `json:"label_en"`
	Unit      string `json:"unit"`
	Applicant string `json:"applicant"`
	Per       string `json:"per"`
}

func measureOf(m ask.Measure) measureJSON {
	return measureJSON{m.Code, m.Kind, m.LabelZH, m.LabelEN, m.Unit, m.Applicant, m.Per}
}

type catalogueJSON struct {
	Indicators []indicatorJSON      `json:"indicators"`
	Applicants []applicantJSON      `json:"applicants"`
	Metrics    []metricJSON         `json:"metrics"`
	Derived    []derivedJSON        `json:"derived"`
	Rates      []rateJSON           `json:"rates"`
	Crosswalk  []correspondenceJSON `json:"crosswalk"`
	Statuses   []statusJSON         `json:"statuses"`
}

type indicatorJSON struct {
	Code      string   `json:"code"`
	Section   string   `json:"section"`
	LabelZH   string   `json:"label_zh"`
	LabelEN   string   `json:"label_en"`
	Unit      string   `json:"unit"`
	Dimension string   `json:"dimension"`
	Layouts   []string `json:"layouts"`
}

type applicantJSON struct {
	Code    string `json:"code"`
	LabelZH string `json:"label_zh"`
	LabelEN string `json:"label_en"`
}

type metricJSON struct {
	Code    string `json:"code"`
	LabelZH string `json:"label_zh"`
	LabelEN string `json:"label_en"`
	Unit    string `json:"unit"`
}

type rateJSON struct {
	Code        string   `json:"code"`
	LabelZH     string   `json:"label_zh"`
	LabelEN     string   `json:"label_en"`
	Numerator   []string `json:"numerator"`
	Denominator []string `json:"denominator"`
	Share       bool     `json:"share"`
	Per         string   `json:"per"` // residents, or ""
}

// derivedJSON is a sum that no table prints.
type derivedJSON struct {
	Code        string             `json:"code"`
	LabelZH     string             `json:"label_zh"`
	LabelEN     string             `json:"label_en"`
	Unit        string             `json:"unit"`
	Dimension   string             `json:"dimension"`
	Parts       []string           `json:"parts"`
	Counterpart correspondenceJSON `json:"counterpart"`
}

type correspondenceJSON struct {
	A       string `json:"indicator_a"`
	B       string `json:"indicator_b"`
	Quality string `json:"quality"`
	Note    string `json:"note"`
	NoteZH  string `json:"note_zh"`
}

type statusJSON struct {
	Status    string `json:"status"`
	MeaningZH string `json:"meaning_zh"`
	MeaningEN string `json:"meaning_en"`
}

// statuses are all that a value may have.
var statuses = []report.Status{report.StatusReported, report.StatusBlank, report.StatusNotApplicable, report.StatusUnreadable, report.StatusUnitAssumed,
	ask.NoReport, ask.NotInLayout, ask.NotRead, ask.NotTold, ask.Ambiguous, ask.BaseTooLow, ask.NoDenominator, ask.NotCompared}

func catalogueJSONOf() catalogueJSON {
	return catalogueJSON{
		Indicators: listOf(catalog.Indicators(), func(i catalog.Indicator) indicatorJSON {
			return indicatorJSON{i.Code, i.Section, i.LabelZH(), i.LabelEN, i.Unit, i.Dimension, i.Layouts}
		}),
		Applicants: listOf(catalog.Applicants(), func(a catalog.Applicant) applicantJSON { return applicantJSON{a.Code, a.LabelZH, a.LabelEN} }),
		Metrics:    listOf(catalog.Metrics(), func(m catalog.Metric) metricJSON { return metricJSON{m.Code, m.LabelZH, m.LabelEN, m.Unit} }),
		Rates: listOf(ask.Rates(), func(r ask.Rate) rateJSON {
			return rateJSON{r.Code, r.LabelZH, r.LabelEN, append([]string{}, r.Numerator...), append([]string{}, r.Denominator...), r.Share, r.Per}
		}),
		Derived: listOf(catalog.Deriveds(), func(d catalog.Derived) derivedJSON {
			return derivedJSON{d.Code, d.LabelZH, d.LabelEN, d.Unit, d.Dimension, d.Parts, correspondenceJSON(d.Counterpart)}
		}),
		Crosswalk: listOf(catalog.Crosswalk(), func(c catalog.Correspondence) correspondenceJSON { return correspondenceJSON(c) }),
		Statuses: listOf(statuses, func(s report.Status) statusJSON {
			key := "status." + string(s) + ".means"
			return statusJSON{string(s), chinese.text(key), english.text(key)}
		}),
	}
}

type pointJSON struct {
	Year       int      `json:"year"`
	RegionCode string   `json:"region_code"`
	RegionName string   `json:"region_name"`
	Layout     string   `json:"layout"`
	ReportID   *int64   `json:"report_id"`
	Source     string   `json:"source"`
	Value      *float64 `json:"value"`
	Status     string   `json:"status"`
	Corrected  bool     `json:"corrected"`
	Base       *float64 `json:"base"`
	BaseYear   *int     `json:"base_year"`
	Indicator  string   `json:"indicator"`
	Quality    string   `json:"quality"`
	Break      bool     `json:"break"`
	Note       string   `json:"note"`
	// ContradictedBy are as in a row of a comparison.
	ContradictedBy []string `json:"contradicted_by"`
}

// number is null for the number of no report.
func number(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

// positive is null for zero, which stands for none.
func positive(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

func pointOf(p ask.TrendPoint) pointJSON {
	return pointJSON{p.Year, p.RegionCode, p.RegionName, p.Layout, number(p.ReportID), p.Source, p.Value, string(p.Status), p.Corrected, p.Base, positive(p.BaseYear),
		p.Indicator, p.Quality, p.Break, p.Note, append([]string{}, p.Contradicted...)}
}

type seriesJSON struct {
	RegionCode string      `json:"region_code"`
	RegionName string      `json:"region_name"`
	Publisher  string      `json:"publisher"`
	Points     []pointJSON `json:"points"`
}

type trendJSON struct {
	Measure measureJSON  `json:"measure"`
	Series  []seriesJSON `json:"series"`
}

type medianJSON struct {
	Of     string  `json:"of"`
	Year   int     `json:"year"`
	Median float64 `json:"median"`
}

type headlineSeriesJSON struct {
	Measure measureJSON  `json:"measure"`
	Points  []pointJSON  `json:"points"`
	Medians []medianJSON `json:"medians"`
}

type regionSeriesJSON struct {
	RegionCode string               `json:"region_code"`
	RegionName string               `json:"region_name"`
	Series     []headlineSeriesJSON `json:"series"`
}

type groupJSON struct {
	Code    string                `json:"code"`
	Name    string                `json:"name"`
	Year    int                   `json:"year"`
	Count   int                   `json:"count"`
	Sum     *float64              `json:"sum"`
	Min     *float64              `json:"min"`
	Q1      *float64              `json:"q1"`
	Median  *float64              `json:"median"`
	Q3      *float64              `json:"q3"`
	Max     *float64              `json:"max"`
	Without map[report.Status]int `json:"without"`
	// NoReport counts the regions of the group without a report of the year.
	NoReport int `json:"no_report"`
}

func groupOf(g ask.ComparisonGroup) groupJSON {
	without := maps.Clone(g.Without)
	if without == nil {
		without = map[report.Status]int{} // not null
	}
	return groupJSON{g.Code, g.Name, g.Year, g.Count, g.Sum, g.Min, g.Q1, g.Median, g.Q3, g.Max, without, g.NoReport}
}

type comparisonRowJSON struct {
	RegionCode string   `json:"region_code"`
	RegionName string   `json:"region_name"`
	Level      string   `json:"level"`
	Group      string   `json:"group"`
	Year       int      `json:"year"`
	Publisher  string   `json:"publisher"`
	Scope      string   `json:"scope"`
	Layout     string   `json:"layout"`
	ReportID   *int64   `json:"report_id"`
	Source     string   `json:"source"`
	Value      *float64 `json:"value"`
	Status     string   `json:"status"`
	Corrected  bool     `json:"corrected"`
	Base       *float64 `json:"base"`
	BaseYear   *int     `json:"base_year"`
	Rank       *int     `json:"rank"`
	Share      *float64 `json:"share"`
	Before     *float64 `json:"before"`
	Change     *float64 `json:"change"`
	Ratio      *float64 `json:"ratio"`
	Note       string   `json:"note"`
	// ContradictedBy are the rules of the report's findings that put the value in
	// doubt.
	ContradictedBy []string `json:"contradicted_by"`
}

func comparisonRowOf(r comparisonRow) comparisonRowJSON {
	return comparisonRowJSON{r.RegionCode, r.RegionName, r.Level, r.Group, r.Year, r.Publisher, string(r.Scope), r.Layout, number(r.ReportID), r.Source, r.Value, string(r.Status),
		r.Corrected, r.Base, positive(r.BaseYear), positive(r.Rank), r.Share, r.Before, r.Change, r.Ratio, r.Note, append([]string{}, r.Contradicted...)}
}

type comparisonJSON struct {
	Measure  measureJSON         `json:"measure"`
	Year     int                 `json:"year"`
	Scope    string              `json:"scope"`
	Groups   []groupJSON         `json:"groups"`
	Unscoped int                 `json:"unscoped"`
	Rows     []comparisonRowJSON `json:"rows"`
	Next     *string             `json:"next"`
}

type searchJSON struct {
	Regions []searchRegionJSON `json:"regions"`
	Reports []hitJSON          `json:"reports"`
	More    bool               `json:"more"`
}

type searchRegionJSON struct {
	Code string `json:"code"`
	Name string `json:"name"`
	Path string `json:"path"`
}

type hitJSON struct {
	ReportID   int64       `json:"report_id"`
	RegionCode string      `json:"region_code"`
	RegionName string      `json:"region_name"`
	Year       report.Year `json:"year"`
	Publisher  string      `json:"publisher"`
	Title      string      `json:"title"`
	Source     string      `json:"source"`
	Section    *int        `json:"section"`
	Heading    string      `json:"heading"`
	Snippet    string      `json:"snippet"`
	Marks      [][2]int    `json:"marks"`
	Score      float64     `json:"score"`
}

func searchJSONOf(v *searchView) searchJSON {
	s := searchJSON{Regions: listOf(v.Regions, func(r regionHit) searchRegionJSON { return searchRegionJSON(r) }), Reports: []hitJSON{}, More: v.More}
	for _, h := range v.Hits {
		hit := hitJSON{ReportID: h.ReportID, RegionCode: h.RegionCode, RegionName: h.RegionName, Year: report.Year(h.Year), Publisher: h.Publisher, Title: h.Title, Source: h.Source,
			Heading: h.Heading, Snippet: h.Snippet, Marks: append([][2]int{}, h.Marks...), Score: h.Score}
		if h.Section >= 0 {
			hit.Section = &h.Hit.Section
		}
		s.Reports = append(s.Reports, hit)
	}
	return s
}

type reportJSON struct {
	Report   reportMetaJSON   `json:"report"`
	Versions []versionJSON    `json:"versions"`
	Document documentJSON     `json:"document"`
	Copies   []documentJSON   `json:"copies"`
	Facts    []factJSON       `json:"facts"`
	Mentions []report.Mention `json:"mentions"`
	Findings []report.Finding `json:"findings"`
	Sections []report.Section `json:"sections"`
}

type reportMetaJSON struct {
	ReportID int64 `json:"report_id"`
	report.Meta
	IngestedAt   string `json:"ingested_at"`
	SupersededBy *int64 `json:"superseded_by"`
}

type versionJSON struct {
	ReportID    int64  `json:"report_id"`
	PublishedOn string `json:"published_on"`
	FetchedAt   string `json:"fetched_at"`
	Source      string `json:"source"`
	Current     bool   `json:"current"`
}

type documentJSON struct {
	SHA256      string  `json:"sha256"`
	URL         string  `json:"url"`
	FetchedAt   *string `json:"fetched_at"`
	HTTPStatus  *int    `json:"http_status"`
	ContentType string  `json:"content_type"`
	Charset     string  `json:"charset"`
	Bytes       *int64  `json:"bytes"`
	WARCFile    string  `json:"warc_file"`
	WARCOffset  *int64  `json:"warc_offset"`
}

func documentOf(d store.Document) documentJSON {
	v := documentJSON{SHA256: d.SHA256, URL: d.URL, ContentType: d.ContentType, Charset: d.Charset, WARCFile: d.WARCFile}
	if !d.FetchedAt.IsZero() {
		at := d.FetchedAt.UTC().Format(time.RFC3339)
		v.FetchedAt = &at
	}
	if d.HTTPStatus != 0 {
		v.HTTPStatus = &d.HTTPStatus
	}
	if d.Bytes != 0 {
		v.Bytes = &d.Bytes
	}
	if d.WARCFile != "" {
		v.WARCOffset = &d.WARCOffset
	}
	return v
}

// factJSON is a figure as it was read. What counts is the correction, where
// there is one.
type factJSON struct {
	report.Fact
	Correction *correctionJSON `json:"correction"`
	// ContradictedBy are as in a row of a comparison.
	ContradictedBy []string `json:"contradicted_by"`
}

type correctionJSON struct {
	Value    *float64 `json:"value"`
	Status   string   `json:"status"`
	Reason   string   `json:"reason"`
	Reviewer string   `json:"reviewer"`
}

func reportJSONOf(view *reportView) reportJSON {
	r := view.StoredReport
	v := reportJSON{Report: reportMetaJSON{r.ID, r.Meta, r.IngestedAt, number(r.SupersededBy)}, Document: documentOf(r.Document), Copies: listOf(r.Copies, documentOf),
		Versions: listOf(r.Versions, func(x store.Version) versionJSON {
			return versionJSON{x.ID, x.PublishedOn, x.FetchedAt, x.Source, x.Current}
		}),
		Facts: []factJSON{}, Mentions: append([]report.Mention{}, r.Mentions...), Findings: append([]report.Finding{}, r.Findings...), Sections: append([]report.Section{}, r.Sections...)}
	for _, f := range r.Facts {
		fact := factJSON{Fact: f.Fact, ContradictedBy: append([]string{}, view.contradicted(f.Fact)...)}
		if c := f.Correction; c != nil {
			fact.Correction = &correctionJSON{c.Value, string(c.Status), c.Reason, c.Reviewer}
		}
		v.Facts = append(v.Facts, fact)
	}
	return v
}

type captureJSON struct {
	ReportID    int64   `json:"report_id"`
	Available   bool    `json:"available"`
	Why         string  `json:"why"` // it is not; "" where it is
	URL         string  `json:"url"`
	FetchedAt   *string `json:"fetched_at"`
	HTTPStatus  *int    `json:"http_status"`
	ContentType string  `json:"content_type"`
	Container   string  `json:"container"`
	Bytes       *int    `json:"bytes"`
	SHA256      string  `json:"sha256"`
	Expected    string  `json:"expected_sha256"`
	Matches     bool    `json:"matches"`
	Rendered    bool    `json:"rendered"`
	Member      string  `json:"member"`
	WARCFile    string  `json:"warc_file"`
	WARCOffset  *int64  `json:"warc_offset"`
	Page        *string `json:"page"`
	File        *string `json:"file"`
}

func captureJSONOf(c *capture, q url.Values) captureJSON {
	v := captureJSON{ReportID: c.Report.ID, Available: c.Missing == "", Expected: c.Document.SHA256, WARCFile: c.Document.WARCFile}
	if c.Document.WARCFile != "" {
		v.WARCOffset = &c.Document.WARCOffset
	}
	if c.Missing != "" {
		v.Why = english.text(c.Missing, c.Args...)
		return v
	}
	at := c.Time.Format(time.RFC3339)
	v.URL, v.FetchedAt, v.HTTPStatus, v.ContentType, v.Container, v.Bytes, v.SHA256 = c.URL, &at, &c.Status, c.Type, c.Container, &c.Bytes, c.SHA256
	v.Matches, v.Rendered, v.Member = c.Matches(), c.Rendered, c.Member
	address := func(what string) *string {
		u := url.URL{Path: fmt.Sprintf("/report/%d/capture/%s", c.Report.ID, what), RawQuery: q.Encode()}
		s := u.String()
		return &s
	}
	if v.File = address("file"); c.Shown() {
		v.Page = address("page")
	}
	return v
}
