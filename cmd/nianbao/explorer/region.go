package explorer

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"net/http"
	"slices"

	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/ask"
	"nianbao/store/plot"
)

// regionView is a region over the years, beside its peers and with what is
// below it.
type regionView struct {
	Region    region.Region
	Path      []region.Region
	Names     []region.Region // every code and name of the territory, oldest first
	Reports   []ask.ReportLine
	Calendar  []yearOfReports // every year that the file has, newest first
	Missing   int             // of them without a report
	Agencies  int             // current reports of its agencies
	First     int             // year of the charts
	Last      int
	Became    []region.Succession `json:"-"` // of a region that was merged away
	Peers     []peers             `json:"-"` // whose medians the charts have
	Multiples []multiple
	Findings  []findingRow
	More      bool // there are more findings
	Below     []belowGroup
	// Headlines are medians and sums over the counties below, of Year; Covered of
	// Known counties have a report of it.
	Headlines      []headlineFigure
	Ranking        *ranking
	Year           int
	Covered, Known int
	Years          []int // of the table of what is below
}

// yearOfReports are a region's reports of a year; none where it is missing.
type yearOfReports struct {
	Year    int // 0: the report does not say
	Reports []ask.ReportLine
}

// multiple is a small chart of one measure, with its figures.
type multiple struct {
	Code   string
	Label  pair
	Unit   string
	Rate   bool
	Points []ask.TrendPoint
	// Medians are those of the peers by year, in the order of regionView.Peers.
	Medians []map[int]float64
	Measure ask.Measure

	series []ask.Series
	bands  []peers
}

// Doubted reports whether a figure of the small charts is contradicted.
func (v *regionView) Doubted() bool {
	return slices.ContainsFunc(v.Multiples, func(m multiple) bool {
		return slices.ContainsFunc(m.Points, func(p ask.TrendPoint) bool { return len(p.Contradicted) > 0 })
	})
}

// peers are a group whose median is drawn behind a region's own line.
type peers struct {
	Class   string // of the line's look
	Name    string // key in texts.csv, with the place for Of
	Of      string // code of the province or prefecture
	Medians map[int]float64
	All     map[int]ask.Statistics

	by, group string // as ask.MediansQuery.By and ask.Median.Group
}

// has reports whether a median is one of theirs.
func (p peers) has(m ask.Median) bool {
	return m.By == p.by && m.Group == p.group && m.Median != nil
}

// belowGroup is a prefecture with its counties, or the counties that stand
// right below the region.
type belowGroup struct {
	belowRow
	Rows []belowRow
}

// belowRow is a region with the years that it has a report of.
type belowRow struct {
	Code, Name string
	Has        map[int]bool
}

func (e *Explorer) region(ctx context.Context, code string) (*regionView, error) {
	r, ok := region.Current(code)
	if !ok || r.Nominal() {
		return nil, notFound("error.no_region")
	}
	v := &regionView{Region: r, Path: region.Path(r.Code), Names: region.Series(r.Code)}
	v.Became = slices.DeleteFunc(region.Successions(), func(s region.Succession) bool { return s.Kind != region.Merged || s.FromCode != r.Code })
	own, err := ask.PageOfReports(ctx, e.store, store.Filter{Regions: []string{r.Code}, Scope: report.ScopeRegion}, 0, 100)
	if err != nil {
		return nil, err
	}
	v.Reports = own.Reports
	if err := e.calendar(ctx, v); err != nil {
		return nil, err
	}
	agencies, err := ask.PageOfReports(ctx, e.store, store.Filter{Regions: []string{r.Code}, Scope: report.ScopeAgency}, 0, 1)
	if err != nil {
		return nil, err
	}
	v.Agencies = agencies.Total
	if err := e.multiples(ctx, v); err != nil {
		return nil, err
	}
	found, err := ask.PageOfFindings(ctx, e.store, store.FindingQuery{Filter: store.Filter{Regions: []string{r.Code}}, Limit: 30}, ask.ByYear, 0)
	if err != nil {
		return nil, err
	}
	v.Findings, v.More = findingRows(found.Findings), found.Total > len(found.Findings)
	if r.Level != region.LevelCounty {
		if err = e.below(ctx, v); err == nil {
			err = e.together(ctx, v)
		}
	}
	return v, err
}

// calendar lists the years that the file has, with the region's reports of each. What
// was not yet, or no longer, a division is not missing.
func (e *Explorer) calendar(ctx context.Context, v *regionView) error {
	c, err := e.contents(ctx)
	if err != nil {
		return err
	}
	by := map[int][]ask.ReportLine{}
	for _, r := range v.Reports {
		by[r.Year] = append(by[r.Year], r)
	}
	for year := c.LastYear; year >= c.FirstYear && year > 0; year-- {
		listed := slices.ContainsFunc(v.Names, func(r region.Region) bool { return r.InList(year) })
		if reports := by[year]; len(reports) > 0 || listed {
			v.Calendar = append(v.Calendar, yearOfReports{year, reports})
			if len(reports) == 0 {
				v.Missing++
			}
			delete(by, year)
		}
	}
	for _, r := range v.Reports { // of no year, or of one beyond
		if reports := by[r.Year]; len(reports) > 0 {
			v.Calendar = append(v.Calendar, yearOfReports{r.Year, reports})
			delete(by, r.Year)
		}
	}
	return nil
}

// together says how the counties below a region lie in the newest year that enough
// of them reported on.
func (e *Explorer) together(ctx context.Context, v *regionView) error {
	counts := map[int]int{}
	for _, g := range v.Below {
		for _, r := range g.Rows {
			for year, has := range r.Has {
				if has {
					counts[year]++
				}
			}
		}
	}
	if v.Year = newestCovered(counts); v.Year == 0 {
		return nil
	}
	v.Covered = counts[v.Year]
	for _, r := range region.Under(v.Region.Code) {
		if r.Level == region.LevelCounty && !r.Nominal() && r.InList(v.Year) {
			v.Known++
		}
	}
	var err error
	v.Headlines, err = inTime(ctx, e.memory, fmt.Sprintf("headlines %s %d", v.Region.Code, v.Year), func(ctx context.Context) ([]headlineFigure, error) {
		return e.headlinesOf(ctx, v.Year, v.Region.Code)
	})
	if err != nil {
		return err
	}
	return e.ranking(ctx, v)
}

// ranking are the first counties of a region in the measure that is asked for most,
// and where its province stands among all.
type ranking struct {
	Measure ask.Measure
	Rows    []ask.ComparisonRow
	Count   int // regions with a value

	china []plot.Area // provinces with their medians; nil for a prefecture
}

// maxRanking is how many counties a region's page ranks.
const maxRanking = 10

func (e *Explorer) ranking(ctx context.Context, v *regionView) error {
	q := compareQuery{Measure: headlineCodes[0], Year: v.Year, Under: v.Region.Code, Level: region.LevelCounty, Scope: report.ScopeRegion}
	c, err := e.comparison(ctx, q)
	if err != nil {
		return err
	}
	r := &ranking{Measure: c.Measure}
	for _, row := range c.Rows {
		if row.Rank > 0 {
			if r.Count++; len(r.Rows) < maxRanking {
				r.Rows = append(r.Rows, row)
			}
		}
	}
	if r.Count == 0 {
		return nil
	}
	v.Ranking = r
	if v.Region.Level != region.LevelProvince {
		return nil
	}
	q.Under = ""
	if c, err = e.comparison(ctx, q); err != nil {
		return err
	}
	for _, g := range ask.ByProvince(c) {
		r.china = append(r.china, plot.Area{Code: g.Code, Name: g.Name, Value: g.Median})
	}
	return nil
}

// RegionTiles is the map of the provinces, this one pointed out.
func (p *page) RegionTiles() (template.HTML, error) {
	v := p.V.(*regionView)
	if v.Ranking == nil || v.Ranking.china == nil {
		return "", nil
	}
	o := p.drawn()
	o.Own = v.Region.Code
	areas := slices.Clone(v.Ranking.china)
	for i := range areas {
		areas[i].Link = p.Link("/region/" + areas[i].Code)
	}
	return p.tiles(v.Ranking.Measure, areas, o)
}

// multiples draws the headline measures over the years that the region has
// reports of, with the medians of its prefecture and province (of its
// province's prefectures, of all provinces).
func (e *Explorer) multiples(ctx context.Context, v *regionView) error {
	for _, r := range v.Reports {
		if 2000 <= r.Year && r.Year <= 2100 { // else unknown, or in a file that was tampered with
			v.First, v.Last = min(cmp.Or(v.First, r.Year), r.Year), max(v.Last, r.Year)
		}
	}
	if v.First == 0 {
		return nil
	}
	medians, err := e.peerMedians(ctx, v)
	if err != nil {
		return err
	}
	for _, code := range headlineCodes {
		m, series, err := ask.Trend(ctx, e.store, ask.TrendQuery{Filter: store.Filter{Regions: []string{v.Region.Code}}, Code: code})
		if err != nil {
			return err
		}
		x := multiple{Code: code, Label: measureName(m), Unit: m.Unit, Rate: m.Kind == ask.KindRate}
		for _, s := range series {
			x.Points = append(x.Points, s.Points...)
		}
		if !slices.ContainsFunc(x.Points, func(p ask.TrendPoint) bool { return p.Value != nil }) {
			continue
		}
		x.Measure, x.series = m, series
		for _, p := range v.Peers {
			p.Medians, p.All = map[int]float64{}, map[int]ask.Statistics{}
			for _, g := range medians {
				if p.has(g) && g.Measure.Code == code && g.Year >= v.First && g.Year <= v.Last {
					p.Medians[g.Year], p.All[g.Year] = *g.Median, g.Statistics
				}
			}
			x.Medians, x.bands = append(x.Medians, p.Medians), append(x.bands, p)
		}
		v.Multiples = append(v.Multiples, x)
	}
	return nil
}

// peerMedians asks for the medians of a region's peers, and says who they are.
// All regions of a province share the answer.
func (e *Explorer) peerMedians(ctx context.Context, v *regionView) ([]ask.Median, error) {
	under := ""
	switch v.Region.Level {
	case region.LevelProvince:
		v.Peers = []peers{{Class: "middle", Name: "peers.provinces"}}
	case region.LevelPrefecture:
		under = v.Path[0].Code
		v.Peers = []peers{{Class: "middle", Name: "peers.prefectures", Of: v.Path[0].Code}}
	default:
		under = v.Path[0].Code
		if len(v.Path) == 3 {
			v.Peers = append(v.Peers, peers{Class: "peer", Name: "peers.counties", Of: v.Path[1].Code, by: region.LevelPrefecture, group: v.Path[1].Code})
		}
		v.Peers = append(v.Peers, peers{Class: "middle", Name: "peers.counties", Of: v.Path[0].Code})
	}
	return e.mediansOf(ctx, v.Region.Level, under)
}

// mediansOf are the medians of the headlines over the regions of a level under a
// province, together and by prefecture.
func (e *Explorer) mediansOf(ctx context.Context, level, under string) ([]ask.Median, error) {
	return inTime(ctx, e.peers, level+" "+under, func(ctx context.Context) ([]ask.Median, error) {
		return ask.Medians(ctx, e.store, ask.MediansQuery{Codes: headlineCodes, Filter: store.Filter{Level: level, Under: under}, By: []string{"", region.LevelPrefecture}})
	})
}

// below lists what lies under a region, with the years that it has reports of.
func (e *Explorer) below(ctx context.Context, v *regionView) error {
	c, err := e.contents(ctx)
	if err != nil || c.FirstYear == 0 {
		return err
	}
	for y := c.FirstYear; y <= c.LastYear; y++ {
		v.Years = append(v.Years, y)
	}
	have, err := e.coveredBelow(ctx, v.Region.Code[:2])
	if err != nil {
		return err
	}
	row := func(r region.Region) belowRow { return belowRow{r.Code, r.Name, have[r.Code]} }
	for _, r := range region.Under(v.Region.Code) {
		if current, ok := region.Current(r.Code); !ok || current.Code != r.Code || !r.InList(c.LastYear) && have[r.Code] == nil {
			continue // a former code of one that is in the list
		}
		switch {
		case r.Level == region.LevelPrefecture:
			v.Below = append(v.Below, belowGroup{belowRow: row(r)})
		case r.ParentCode == v.Region.Code || len(v.Below) == 0 || v.Below[len(v.Below)-1].Code != r.ParentCode:
			// Right below: of a prefecture, of a municipality, or of the province itself.
			if n := len(v.Below); n == 0 || v.Below[n-1].Code != "" {
				v.Below = append(v.Below, belowGroup{})
			}
			fallthrough
		default:
			g := &v.Below[len(v.Below)-1]
			g.Rows = append(g.Rows, row(r))
		}
	}
	return nil
}

// coveredBelow are the years that a province's territories have a current report of.
func (e *Explorer) coveredBelow(ctx context.Context, province string) (map[string]map[int]bool, error) {
	have := map[string]map[int]bool{}
	for _, level := range []string{region.LevelPrefecture, region.LevelCounty} {
		stored, err := e.covered(ctx, level)
		if err != nil {
			return nil, err
		}
		for t := range stored {
			if t.Series[:2] != province {
				continue
			}
			if have[t.Series] == nil {
				have[t.Series] = map[int]bool{}
			}
			have[t.Series][t.Year] = true
		}
	}
	return have, nil
}

func (e *Explorer) covered(ctx context.Context, level string) (map[ask.TerritoryYear]bool, error) {
	return remember(e.memory, "covered "+level, func() (map[ask.TerritoryYear]bool, error) {
		return ask.Covered(context.WithoutCancel(ctx), e.store, level)
	})
}

func (e *Explorer) regionPage(p *page, r *http.Request) error {
	v, err := e.region(r.Context(), r.PathValue("code"))
	if err != nil {
		return err
	}
	p.Title, p.V = p.Region(v.Region.Code), v
	return nil
}

// CompareUnder is where the peers of the page's region are compared: its
// prefecture, or its province; "" for a province.
func (p *page) CompareUnder() string {
	path := p.V.(*regionView).Path
	if len(path) < 2 {
		return ""
	}
	return path[len(path)-2].Code
}
