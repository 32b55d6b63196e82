package ask

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
)

// TrendQuery says what to follow over the years. Regions is required; where
// Scope is not set, the reports of whole territories are followed.
type TrendQuery struct {
	store.Filter
	Code       string // an indicator, derived sum, metric or rate
	Applicant  string // of what the requests table counts; "": the total
	Per        string // what to divide by: Residents, or a denominator that was imported; "" for nothing
	Unofficial bool   // lets in reports from hosts that are no government's
}

// TrendPoint is one year of a series.
type TrendPoint struct {
	Year       int           `json:"year"`
	RegionCode string        `json:"region_code"` // the code the region had in this report
	RegionName string        `json:"region_name"`
	Layout     string        `json:"layout"`
	ReportID   int64         `json:"report_id"` // 0 where no report is stored
	Source     string        `json:"source"`
	Value      *float64      `json:"value"` // nil unless Status is reported or unit_assumed
	Status     report.Status `json:"status"`
	Corrected  bool          `json:"corrected"`
	Base       *float64      `json:"base"`      // the count, or the denominator, that a rate rests on
	BaseYear   int           `json:"base_year"` // of a denominator that no report prints; 0: none
	// Indicator is the one that stands for the measure in this layout, and
	// Quality of that correspondence exact or close; both "" where the layout
	// has the measure itself.
	Indicator string `json:"indicator"`
	Quality   string `json:"quality"`
	// Break marks a point that cannot be compared with the point before it
	// without care: the counting rules, the layout's meaning or the territory
	// changed. Note says which.
	Break bool   `json:"break"`
	Note  string `json:"note"`
	// NoteZH is Note in Chinese.
	NoteZH string `json:"-"`
	// Contradicted are the rules of findings about the figure, as in a ComparisonRow.
	Contradicted []string `json:"contradicted_by"`
}

// Series is one territory, or one agency of it, over the years.
type Series struct {
	RegionCode string // the newest code of the territory
	RegionName string
	Publisher  string // "" for whole territories
	Points     []TrendPoint
}

// Trend follows a measure over the years of each region, through renamings
// and across layouts. Years without a report between the first and the last
// are points too.
func Trend(ctx context.Context, s *store.Store, q TrendQuery) (Measure, []Series, error) {
	m, err := measureOf(q.Code, q.Applicant, q.Per)
	if err != nil {
		return m, nil, err
	}
	f := alike(q.Filter, q.Unofficial)
	if len(f.Regions) == 0 && f.Under == "" {
		return m, nil, fmt.Errorf("%w: a trend needs regions", store.ErrUnknownCode)
	}
	qualities := []string{catalog.QualityExact, catalog.QualityClose}
	found, err := readings(ctx, s, m, f, qualities...)
	if err != nil {
		return m, nil, err
	}
	disagree(found, f.Scope)
	by := map[place][]reading{}
	for _, r := range found {
		if r.status == "" || r.year == 0 || r.year > store.LastYear {
			continue
		}
		p := r.place()
		p.year = 0
		by[p] = append(by[p], r)
	}
	var all []Series
	for p, list := range by {
		slices.SortFunc(list, func(a, b reading) int {
			return cmp.Or(cmp.Compare(a.year, b.year), cmp.Compare(a.reportID, b.reportID))
		})
		t := seriesOf(p, list)
		markBreaks(m, t.Points)
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b Series) int {
		return cmp.Or(cmp.Compare(a.RegionCode, b.RegionCode), cmp.Compare(a.Publisher, b.Publisher))
	})
	return m, all, contradictSeries(ctx, s, m, qualities, all)
}

// seriesOf has a point for each reading, in the order of years, and for each year between
// two that has none.
func seriesOf(p place, list []reading) Series {
	t := Series{RegionCode: p.series, RegionName: list[0].regionName, Publisher: p.publisher}
	if known, ok := region.Lookup(p.series); ok {
		t.RegionName = known.Name
	}
	for i, r := range list {
		if i > 0 {
			for year := max(list[i-1].year+1, store.FirstYear); year < r.year; year++ {
				t.Points = append(t.Points, TrendPoint{Year: year, RegionCode: p.series, RegionName: t.RegionName, Status: NoReport})
			}
		}
		t.Points = append(t.Points, r.point())
	}
	return t
}

// contradictSeries marks the points whose figures a finding doubts.
func contradictSeries(ctx context.Context, s *store.Store, m Measure, qualities []string, all []Series) error {
	var ids []int64
	for _, series := range all {
		for _, p := range series.Points {
			if p.Value != nil {
				ids = append(ids, p.ReportID)
			}
		}
	}
	rules, err := contradictions(ctx, s, m, qualities, ids)
	for _, series := range all {
		for i := range series.Points {
			if p := &series.Points[i]; p.Value != nil {
				p.Contradicted = rules[p.ReportID]
			}
		}
	}
	return err
}

func (r reading) point() TrendPoint {
	return TrendPoint{Year: r.year, RegionCode: r.regionCode, RegionName: r.regionName, Layout: r.layout, ReportID: r.reportID, Source: r.source,
		Value: r.value, Status: r.status, Corrected: r.corrected, Base: r.base, BaseYear: r.baseYear, Indicator: r.used, Quality: r.quality, Note: r.note.en, NoteZH: r.note.zh}
}

// remark adds a sentence to what to know of a point.
func (p *TrendPoint) remark(en, zh string) {
	n := note{p.Note, p.NoteZH}.add(en, zh)
	p.Note, p.NoteZH = n.en, n.zh
}

// markBreaks compares each point with the last one before it that has a report.
func markBreaks(m Measure, points []TrendPoint) {
	last := -1
	for i := range points {
		p := &points[i]
		if p.ReportID == 0 {
			continue
		}
		if last >= 0 {
			before := points[last]
			for _, why := range breaks(m, before, *p) {
				p.Break = true
				p.remark("break: "+why.en, "断点："+why.zh)
			}
			if p.RegionName != before.RegionName && p.RegionCode != before.RegionCode {
				p.remark(fmt.Sprintf("until %d: %s", before.Year, before.RegionName), fmt.Sprintf("%d 年以前为%s", before.Year, before.RegionName))
			}
		}
		last = i
	}
}

// breaks says why a point cannot be compared with the one before it.
func breaks(m Measure, a, b TrendPoint) (why []note) {
	if (a.Quality == catalog.QualityClose || b.Quality == catalog.QualityClose) && a.Indicator != b.Indicator {
		why = append(why, note{fmt.Sprintf("layout %s counts differently from layout %s", b.Layout, a.Layout), fmt.Sprintf("%s 年格式与 %s 年格式口径不同", b.Layout, a.Layout)})
	}
	// An indicator may keep its code and change its meaning after its first layout.
	for _, term := range terms(m.Code) {
		i, _ := catalog.Lookup(term)
		for _, c := range catalog.Crosswalk() {
			if c.A == term && c.B == term && c.Quality != catalog.QualityExact && a.Layout != b.Layout && slices.Contains([]string{a.Layout, b.Layout}, i.Layouts[0]) {
				why = append(why, note{c.Note, c.NoteZH})
			}
		}
	}
	return append(why, mergers(a, b)...)
}

// mergers are what became a part of the territory between two points.
func mergers(a, b TrendPoint) (why []note) {
	for _, c := range region.Successions() {
		if c.Kind == region.Merged && c.ToCode == b.RegionCode && a.Year < c.Year && c.Year <= b.Year {
			why = append(why, note{fmt.Sprintf("%s became a part of the territory in %d", c.FromName, c.Year), fmt.Sprintf("%s于 %d 年并入", c.FromName, c.Year)})
		}
	}
	return why
}
