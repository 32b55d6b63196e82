package explorer

import (
	"fmt"
	"net/url"
	"time"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/ask"
)

// What the API answers with. Names are those of the database and of the JSON of
// a parsed report; a value that is not there is null, and its status says why. The
// types of the store and of its answers have the names; those here say of a field
// what JSON can say and they do not, that it is null. openapi.json has all of it, and
// a test holds the answers to it: what /api/v1 has promised does not change.

// listOf is a list of what each is in JSON; never null.
func listOf[From, To any](all []From, of func(From) To) []To {
	list := make([]To, len(all))
	for i, one := range all {
		list[i] = of(one)
	}
	return list
}

// filled is a list as it is; never null.
func filled[T any](all []T) []T { return append([]T{}, all...) }

// known is null for zero, which stands for none.
func known[T comparable](v T) *T {
	if v == *new(T) {
		return nil
	}
	return &v
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
	ask.ReportLine
	Year report.Year `json:"year"`
}

func reportLineOf(l ask.ReportLine) reportLineJSON { return reportLineJSON{l, report.Year(l.Year)} }

type reportsJSON struct {
	Reports []reportLineJSON `json:"reports"`
	Next    *string          `json:"next"`
}

type findingJSON struct {
	store.StoredFinding
	Year report.Year `json:"year"`
}

func findingOf(f findingRow) findingJSON { return findingJSON{f.StoredFinding, report.Year(f.Year)} }

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
	Measure ask.Measure `json:"measure"`
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
		v.Headlines = append(v.Headlines, headlineJSON{m, h.Year, h.Count, h.Q1, h.Median, h.Q3})
	}
	return v
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
			return rateJSON{r.Code, r.LabelZH, r.LabelEN, filled(r.Numerator), filled(r.Denominator), r.Share, r.Per}
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
	ask.TrendPoint
	ReportID       *int64   `json:"report_id"`
	BaseYear       *int     `json:"base_year"`
	ContradictedBy []string `json:"contradicted_by"`
}

func pointOf(p ask.TrendPoint) pointJSON {
	return pointJSON{p, known(p.ReportID), known(p.BaseYear), filled(p.Contradicted)}
}

type seriesJSON struct {
	RegionCode string      `json:"region_code"`
	RegionName string      `json:"region_name"`
	Publisher  string      `json:"publisher"`
	Points     []pointJSON `json:"points"`
}

type trendJSON struct {
	Measure ask.Measure  `json:"measure"`
	Series  []seriesJSON `json:"series"`
}

type medianJSON struct {
	Of     string  `json:"of"`
	Year   int     `json:"year"`
	Median float64 `json:"median"`
}

type headlineSeriesJSON struct {
	Measure ask.Measure  `json:"measure"`
	Points  []pointJSON  `json:"points"`
	Medians []medianJSON `json:"medians"`
}

type regionSeriesJSON struct {
	RegionCode string               `json:"region_code"`
	RegionName string               `json:"region_name"`
	Series     []headlineSeriesJSON `json:"series"`
}

type comparisonRowJSON struct {
	ask.ComparisonRow
	ReportID       *int64   `json:"report_id"`
	BaseYear       *int     `json:"base_year"`
	Rank           *int     `json:"rank"`
	ContradictedBy []string `json:"contradicted_by"`
}

func comparisonRowOf(r comparisonRow) comparisonRowJSON {
	return comparisonRowJSON{r.ComparisonRow, known(r.ReportID), known(r.BaseYear), known(r.Rank), filled(r.Contradicted)}
}

type comparisonJSON struct {
	Measure  ask.Measure           `json:"measure"`
	Year     int                   `json:"year"`
	Scope    report.Scope          `json:"scope"`
	Groups   []ask.ComparisonGroup `json:"groups"`
	Unscoped int                   `json:"unscoped"`
	Rows     []comparisonRowJSON   `json:"rows"`
	Next     *string               `json:"next"`
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
	ask.Hit
	Year    report.Year `json:"year"`
	Section *int        `json:"section"`
	Marks   [][2]int    `json:"marks"`
}

func searchJSONOf(v *searchView) searchJSON {
	return searchJSON{listOf(v.Regions, func(r regionHit) searchRegionJSON { return searchRegionJSON(r) }), listOf(v.Hits, func(h searchHit) hitJSON {
		hit := hitJSON{Hit: h.Hit, Year: report.Year(h.Year), Marks: filled(h.Marks)}
		if h.Section >= 0 {
			hit.Section = &h.Section
		}
		return hit
	}), v.More}
}

type reportJSON struct {
	Report   reportMetaJSON   `json:"report"`
	Versions []store.Version  `json:"versions"`
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

type documentJSON struct {
	store.Document
	FetchedAt  *time.Time `json:"fetched_at"`
	HTTPStatus *int       `json:"http_status"`
	Bytes      *int64     `json:"bytes"`
	WARCOffset *int64     `json:"warc_offset"`
}

func documentOf(d store.Document) documentJSON {
	v := documentJSON{d, nil, known(d.HTTPStatus), known(d.Bytes), nil}
	if !d.FetchedAt.IsZero() {
		v.FetchedAt = new(d.FetchedAt.UTC().Truncate(time.Second))
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
	Correction *store.Correction `json:"correction"`
	// ContradictedBy are as in a row of a comparison.
	ContradictedBy []string `json:"contradicted_by"`
}

func reportJSONOf(view *reportView) reportJSON {
	r := view.StoredReport
	return reportJSON{reportMetaJSON{r.ID, r.Meta, r.IngestedAt, known(r.SupersededBy)}, filled(r.Versions), documentOf(r.Document), listOf(r.Copies, documentOf),
		listOf(r.Facts, func(f store.StoredFact) factJSON {
			return factJSON{f.Fact, f.Correction, filled(view.contradicted(f.Fact))}
		}),
		filled(r.Mentions), filled(r.Findings), filled(r.Sections)}
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
