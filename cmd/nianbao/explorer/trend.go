package explorer

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"nianbao/parser/region"
	"nianbao/store"
	"nianbao/store/ask"
	"nianbao/store/plot"
)

// maxFollowed is how many regions a trend can show and be read.
const maxFollowed = 8

// trendView is one measure over the years: regions as lines, and how the counties
// of their province lie behind them.
type trendView struct {
	Measure   ask.Measure
	Applicant string
	Divisors  []string // what counts can be divided by
	Regions   []string // newest codes
	Series    []ask.Series
	Years     []int
	Under     string // the province whose counties are the band; "" for none
	Level     string // of the band's regions
	Band      map[int]ask.Statistics
	Missing   []string // regions without any report
	Today     string
	Breaks    []trendBreak
	Doubts    []trendDoubt
}

// trendBreak is a year that cannot be compared with those before it without care.
type trendBreak struct {
	Year   int
	Region string // code
	Note   pair
}

// trendDoubt is a year whose figure a finding contradicts.
type trendDoubt struct {
	Year     int
	Region   string // code
	ReportID int64
	Rules    []string // of the findings
}

// trendQuery reads the address: region is a list of codes, add a name, code or
// Hanyu Pinyin of one more.
func trendQuery(values url.Values) (ask.TrendQuery, error) {
	p := &parameters{Values: values}
	q := ask.TrendQuery{Code: p.text("measure", 80), Applicant: p.text("applicant", 40), Per: p.text("per", 80)}
	if q.Code == "" {
		q.Code = headlineCodes[0]
	}
	take := func(code string) {
		if code = region.Newest(code); !slices.Contains(q.Regions, code) {
			q.Regions = append(q.Regions, code)
		}
	}
	for code := range strings.SplitSeq(p.text("region", 8*maxTrendRegions), ",") {
		switch _, ok := region.Lookup(code); {
		case ok:
			take(code)
		case code != "":
			p.wrong("region", clip(code, 40))
		}
	}
	if code := p.region("add"); code != "" {
		take(code)
	}
	if len(q.Regions) > maxFollowed {
		return q, badRequest("error.too_many", maxFollowed)
	}
	if p.err != nil {
		return q, p.err
	}
	m, err := ask.FindMeasure(q.Code, q.Applicant)
	if err != nil {
		if q.Applicant == "" {
			return q, badRequest("error.parameter", "measure", q.Code)
		}
		q.Applicant = "" // a form sends it with measures that have no such column
		if m, err = ask.FindMeasure(q.Code, ""); err != nil {
			return q, badRequest("error.parameter", "measure", q.Code)
		}
	}
	if !divisible(m) {
		q.Per = ""
	}
	return q, nil
}

func (e *Explorer) trend(ctx context.Context, values url.Values) (*trendView, error) {
	q, err := trendQuery(values)
	if err != nil {
		return nil, err
	}
	v := &trendView{Regions: q.Regions, Applicant: q.Applicant, Today: e.cfg.Now().Format("2006-01-02")}
	if v.Divisors, err = e.denominators(ctx); err != nil {
		return nil, err
	}
	if v.Measure, err = ask.FindMeasure(q.Code, q.Applicant); err != nil {
		return v, err
	}
	if v.Measure, err = e.per(ctx, v.Measure, q.Per); err != nil || len(q.Regions) == 0 {
		return v, err
	}
	if _, v.Series, err = ask.Trend(ctx, e.store, q); err != nil {
		return nil, err
	}
	// In the order in which they were named.
	slices.SortStableFunc(v.Series, func(a, b ask.Series) int {
		return slices.Index(q.Regions, region.Newest(a.RegionCode)) - slices.Index(q.Regions, region.Newest(b.RegionCode))
	})
	for _, code := range q.Regions {
		if !slices.ContainsFunc(v.Series, func(s ask.Series) bool { return region.Newest(s.RegionCode) == code }) {
			v.Missing = append(v.Missing, code)
		}
	}
	v.remarks()
	return v, e.band(ctx, v)
}

// remarks says which years the series have, and what there is to know of some.
func (v *trendView) remarks() {
	var span store.Years
	for _, s := range v.Series {
		for _, p := range s.Points {
			span = store.Years{From: min(cmp.Or(span.From, p.Year), p.Year), To: max(span.To, p.Year)}
			if p.Break {
				v.Breaks = append(v.Breaks, trendBreak{p.Year, s.RegionCode, pair{p.NoteZH, p.Note}})
			}
			if len(p.Contradicted) > 0 {
				v.Doubts = append(v.Doubts, trendDoubt{p.Year, s.RegionCode, p.ReportID, p.Contradicted})
			}
		}
	}
	for y := span.From; y <= span.To && y > 0; y++ {
		v.Years = append(v.Years, y)
	}
}

// band asks how the regions of the same level and province lie, where all that are
// followed have those in common.
func (e *Explorer) band(ctx context.Context, v *trendView) error {
	for i, code := range v.Regions {
		r, _ := region.Lookup(code)
		path := region.Path(code)
		if len(path) < 2 || i > 0 && (v.Under != path[0].Code || v.Level != r.Level) {
			v.Under, v.Level = "", ""
			return nil
		}
		v.Under, v.Level = path[0].Code, r.Level
	}
	if v.Measure.Applicant != "" && v.Applicant != "" {
		v.Under = ""
		return nil // medians are those of the total
	}
	f := store.Filter{Level: v.Level, Under: v.Under}
	all, err := inTime(ctx, e.memory, fmt.Sprintf("band %q %q %q %q", v.Measure.Code, v.Measure.Per, v.Under, v.Level), func(ctx context.Context) (map[int]ask.Statistics, error) {
		all := map[int]ask.Statistics{}
		if v.Measure.Per != "" {
			c, err := ask.Compare(ctx, e.store, ask.CompareQuery{Filter: f, Code: v.Measure.Code, Per: v.Measure.Per})
			if err != nil {
				return nil, err
			}
			for _, g := range c.Groups {
				all[g.Year] = g.Statistics
			}
			return all, nil
		}
		medians, err := ask.Medians(ctx, e.store, ask.MediansQuery{Codes: []string{v.Measure.Code}, Filter: f})
		for _, m := range medians {
			all[m.Year] = m.Statistics
		}
		return all, err
	})
	if err != nil {
		return err
	}
	v.Band = map[int]ask.Statistics{}
	for year, s := range all {
		// Of fewer than five there is no middle to speak of.
		if s.Count >= 5 {
			v.Band[year] = s
		}
	}
	return nil
}

// HasValues reports whether there is anything to draw.
func (v *trendView) HasValues() bool {
	for _, s := range v.Series {
		if slices.ContainsFunc(s.Points, func(p ask.TrendPoint) bool { return p.Status.HasValue() }) {
			return true
		}
	}
	return false
}

// At is a series' point of a year; nil for none.
func (v *trendView) At(s ask.Series, year int) *ask.TrendPoint {
	for i := range s.Points {
		if s.Points[i].Year == year {
			return &s.Points[i]
		}
	}
	return nil
}

func (p *page) trendTitle(v *trendView) string {
	var names []string
	for _, code := range v.Regions {
		if len(v.Series) == 0 || !slices.Contains(v.Missing, code) { // those in the chart
			names = append(names, p.Region(code))
		}
	}
	if len(names) == 0 {
		return p.T("trend.title")
	}
	s := p.MeasureLabel(v.Measure) + p.InUnit(v.Measure.Unit) + p.T("trend.of") + strings.Join(names, p.T("list.comma"))
	if n := len(v.Years); n > 0 {
		s += p.T("trend.years", v.Years[0], v.Years[n-1])
	}
	return s
}

func (e *Explorer) trendPage(p *page, r *http.Request) error {
	v, err := e.trend(r.Context(), r.URL.Query())
	if err != nil {
		return err
	}
	// What was added is one of those followed now, in every address of the page.
	p.Query.Del("add")
	p.Query.Set("region", strings.Join(v.Regions, ","))
	if len(v.Regions) == 0 {
		p.Query.Del("region")
	}
	p.Query.Set("measure", v.Measure.Code)
	p.V = v
	p.Title = p.trendTitle(v)
	if v.HasValues() {
		p.Image = p.shared("/trend")
	}
	return nil
}

// Without is the address of a trend without one of its regions.
func (p *page) Without(code string) string {
	var rest []string
	for _, c := range p.V.(*trendView).Regions {
		if c != code {
			rest = append(rest, c)
		}
	}
	return p.Here("region", strings.Join(rest, ","))
}

// MissingNames are the regions without any report.
func (p *page) MissingNames(v *trendView) string {
	names := make([]string, len(v.Missing))
	for i, code := range v.Missing {
		names[i] = p.Region(code)
	}
	return strings.Join(names, p.T("list.comma"))
}

// BandName says whose median and middle half stand behind the lines.
func (p *page) BandName(v *trendView) string {
	if v.Under == "" || len(v.Band) < 2 {
		return ""
	}
	level := "area.level." + v.Level
	return p.T("trend.band", p.T(level, p.Region(v.Under)))
}

// Trend is the chart of the page.
func (p *page) Trend() (template.HTML, error) {
	v := p.V.(*trendView)
	o := p.drawn()
	if n := len(v.Years); n > 0 {
		o.First, o.Last = v.Years[0], v.Years[n-1]
	}
	return sized(o, func(o plot.Options) (*plot.Chart, error) { return plot.Lines(v.Measure, v.Series, v.bands(""), o) }, forPage, forColumn, forPhone)
}

// trendPicture draws the chart for a file.
func (e *Explorer) trendPicture(p *page, r *http.Request, format string) (d drawing, err error) {
	v, err := e.trend(r.Context(), r.URL.Query())
	if err == nil && !v.HasValues() {
		err = plot.ErrNothing
	}
	if err != nil {
		return d, err
	}
	d = drawing{options: p.pictured(format, p.trendTitle(v), v.Today), name: v.fileName(format)}
	d.chart, err = plot.Lines(v.Measure, v.Series, v.bands(p.BandName(v)), d.options)
	return d, err
}

// bands are what is drawn behind the lines.
func (v *trendView) bands(name string) []plot.Band {
	if len(v.Band) < 2 {
		return nil
	}
	return []plot.Band{{Name: name, Class: "middle", Years: v.Band}}
}

func (v *trendView) fileName(extension string) string {
	name := "nianbao-trend-" + v.Measure.Code
	if v.Applicant != "" {
		name += "-" + v.Applicant
	}
	if v.Measure.Per != "" {
		name += "-per-" + v.Measure.Per
	}
	return name + "-" + strings.Join(v.Regions, "-") + "." + extension
}

// trendCSV has every point with its evidence.
func (e *Explorer) trendCSV(r *http.Request, begin func(contentType, name string) io.Writer) error {
	v, err := e.trend(r.Context(), r.URL.Query())
	if err != nil {
		return err
	}
	c, err := newSheet(r, begin("text/csv; charset=utf-8", v.fileName("csv")), "region_code", "region_name", "year", "measure", "applicant", "value", "unit", "status", "base", "base_year",
		"layout", "indicator", "quality", "break", "corrected", "contradicted_by", "source", "report_id", "note")
	if err != nil {
		return err
	}
	for _, s := range v.Series {
		for _, x := range s.Points {
			if err := c.row(x.RegionCode, x.RegionName, x.Year, v.Measure.Code, v.Measure.Applicant, x.Value, v.Measure.Unit, x.Status, x.Base, x.BaseYear,
				x.Layout, x.Indicator, x.Quality, x.Break, x.Corrected, x.Contradicted, x.Source, x.ReportID, x.Note); err != nil {
				return err
			}
		}
	}
	return c.end()
}
