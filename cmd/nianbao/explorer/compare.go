package explorer

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/ask"
	"nianbao/store/plot"
)

// comparePageSize is how many regions a page of a comparison has.
const comparePageSize = 100

// comparisonView is one measure of one year, region beside region.
type comparisonView struct {
	Query    compareQuery
	Measure  ask.Measure
	Scope    report.Scope
	Groups   []ask.ComparisonGroup
	Rows     []comparisonRow // of this page
	Pager    pager
	Without  []statusCount // rows without value, by what they say instead
	Unscoped int
	Axis     axis `json:"-"`
	Today    string
	Divisors []string // what counts can be divided by
	// LayoutYears are those whose layout has the item, where the year's has not.
	LayoutYears []int
	// NoArea: the offices of all of China are no comparison; an area has to be chosen.
	NoArea bool
	// OtherYears are those that there are reports of, where there are none of the year.
	OtherYears []int

	all        []comparisonRow
	beside     []neighbours
	comparison *ask.Comparison
	boundaries plot.Boundaries
}

// counts are the rows with a value and those without a report.
func (v *comparisonView) counts() (with, missing int) {
	for _, g := range v.Groups {
		with, missing = with+g.Count, missing+g.Without[ask.NoReport]
	}
	if missing > 0 {
		return with, missing
	}
	return with, len(v.unlisted())
}

// unlisted are the regions without a report that have no row: of all of China the store
// lists none for what is not there.
func (v *comparisonView) unlisted() (all []region.Region) {
	if v.comparison == nil || v.Query.Under != "" || v.Scope != report.ScopeRegion {
		return nil
	}
	there := map[string]bool{}
	for _, r := range v.comparison.Rows {
		there[region.Newest(r.RegionCode)] = true
	}
	for _, r := range region.All() {
		if r.Level == v.Query.Level && !r.Nominal() && r.InList(v.Query.Year) && !there[region.Newest(r.Code)] {
			all = append(all, r)
		}
	}
	return all
}

// Doubted counts the figures that a finding contradicts.
func (v *comparisonView) Doubted() int {
	if v.comparison == nil {
		return 0
	}
	return v.comparison.Doubted()
}

// HasValues reports whether there is anything to draw.
func (v *comparisonView) HasValues() bool {
	return slices.ContainsFunc(v.Groups, func(g ask.ComparisonGroup) bool { return g.Count > 0 })
}

// comparisonRow is a row with its place in the picture.
type comparisonRow struct {
	ask.ComparisonRow
	GroupName string
	Parent    string  // what the region belongs to, for those of one name
	X         float64 `json:"-"` // of the dot, in per cent of the width
	MedianX   float64 `json:"-"` // of its group
}

type statusCount struct {
	Status report.Status
	Count  int
}

// compareQuery is the state that the address holds.
type compareQuery struct {
	Measure    string
	Applicant  string
	Per        string // what to divide by; "" for nothing
	Year       int
	Under      string
	By         string
	Level      string
	Scope      report.Scope
	Close      bool
	Unofficial bool
	Sort       string // rank, region, value, change, share
	Descending bool
	Log        bool // a logarithmic scale
	Page       int
	Own        string // the newest code of the region that is pointed out
}

// compareQuery reads the address. What a form sends that does not fit the
// measure (a kind of applicant for licensing decisions) is left out.
func (e *Explorer) compareQuery(ctx context.Context, values url.Values) (compareQuery, ask.Measure, error) {
	p := &parameters{Values: values}
	q := compareQuery{Measure: p.text("measure", 80), Applicant: p.text("applicant", 40), Per: p.text("per", 80), Year: p.year(0), Under: p.region("under"),
		By: p.one("by", region.LevelProvince, region.LevelPrefecture), Level: p.level(region.LevelCounty), Scope: p.scope(),
		Close: p.flag("close"), Unofficial: p.flag("unofficial"), Sort: p.one("sort", "rank", "region", "value", "change", "share"),
		Log: p.one("scale", "log") != "", Page: p.page()}
	if own := p.region("own"); own != "" {
		q.Own = region.Newest(own)
	}
	order := p.one("order", "asc", "desc")
	if p.err != nil {
		return q, ask.Measure{}, p.err
	}
	q.Measure, q.Sort, q.Scope = cmp.Or(q.Measure, headlineCodes[0]), cmp.Or(q.Sort, "rank"), cmp.Or(q.Scope, report.ScopeRegion)
	if m, err := ask.FindMeasure(q.Measure, ""); err != nil || m.Applicant == "" || m.Kind == ask.KindRate || q.Applicant == catalog.ApplicantTotal {
		q.Applicant = ""
	}
	// Names and ranks begin at the top, figures with the largest.
	q.Descending = order == "desc" || order == "" && q.Sort != "rank" && q.Sort != "region"
	m, err := ask.FindMeasure(q.Measure, q.Applicant)
	if err != nil {
		return q, m, badRequest("error.parameter", "measure", q.Measure)
	}
	if !divisible(m) {
		q.Per = "" // a form sends it with measures that are rates already
	}
	if m, err = e.per(ctx, m, q.Per); err != nil {
		return q, m, err
	}
	if q.Year == 0 {
		if q.Year, err = e.usualYear(ctx); err != nil {
			return q, m, err
		}
	}
	return q, m, nil
}

// divisible reports whether a measure is a count or an amount.
func divisible(m ask.Measure) bool {
	_, err := ask.Per(m, ask.Residents)
	return err == nil
}

// denominators are the names of what counts can be divided by.
func (e *Explorer) denominators(ctx context.Context) ([]string, error) {
	return remember(e.memory, "denominators", func() ([]string, error) {
		known, err := e.store.DenominatorSets(context.WithoutCancel(ctx))
		names := make([]string, len(known))
		for i, d := range known {
			names[i] = d.Name
		}
		return names, err
	})
}

// Divisor names what counts are divided by.
func (p *page) Divisor(name string) string {
	if name == ask.Residents {
		return p.T("per.residents")
	}
	return p.T("per.of", strings.ReplaceAll(name, "_", " "))
}

// per divides a measure by what a parameter names.
func (e *Explorer) per(ctx context.Context, m ask.Measure, name string) (ask.Measure, error) {
	if name == "" {
		return m, nil
	}
	known, err := e.denominators(ctx)
	if err != nil {
		return m, err
	}
	m, err = ask.Per(m, name)
	if err != nil || !slices.Contains(known, name) {
		return m, badRequest("error.parameter", "per", name)
	}
	return m, nil
}

// fileName says what a file of the comparison holds.
func (q compareQuery) fileName(extension string) string {
	measure, area := q.Measure, "china"
	if q.Applicant != "" {
		measure += "-" + q.Applicant
	}
	if q.Per != "" {
		measure += "-per-" + q.Per
	}
	if q.Under != "" {
		area = q.Under
	}
	return fmt.Sprintf("nianbao-%s-%d-%s-%s.%s", measure, q.Year, area, q.Level, extension)
}

// layoutYears are the years whose reports have an item, newest first: what to
// look at instead of a year whose layout lacks it.
func (e *Explorer) layoutYears(ctx context.Context, m ask.Measure) ([]int, error) {
	by, err := remember(e.memory, "layouts", func() (map[string][]int, error) {
		return ask.YearsOfLayouts(context.WithoutCancel(ctx), e.store)
	})
	if err != nil {
		return nil, err
	}
	return ask.YearsOf(m, by), nil
}

// usualYear is the one to begin with: the newest of those that at least half as
// many regions reported on as on the best covered one.
func (e *Explorer) usualYear(ctx context.Context) (int, error) {
	return remember(e.memory, "usual year", func() (int, error) {
		have, err := e.covered(ctx, region.LevelCounty)
		if err != nil {
			return 0, err
		}
		counts := map[int]int{}
		for t := range have {
			counts[t.Year]++
		}
		return newestCovered(counts), nil
	})
}

// coveredYears are the years that there are reports of regions of a level of, newest
// first.
func (e *Explorer) coveredYears(ctx context.Context, level string) ([]int, error) {
	have, err := e.covered(ctx, level)
	if err != nil {
		return nil, err
	}
	years := map[int]bool{}
	for t := range have {
		years[t.Year] = true
	}
	all := slices.Sorted(maps.Keys(years))
	slices.Reverse(all)
	return all, nil
}

func newestCovered(counts map[int]int) (year int) {
	most := 0
	for _, n := range counts {
		most = max(most, n)
	}
	for y, n := range counts {
		if 2*n >= most && n > 0 {
			year = max(year, y)
		}
	}
	return year
}

// comparison asks the store; the pages, orders and files of one comparison
// share the answer.
func (e *Explorer) comparison(ctx context.Context, q compareQuery) (*ask.Comparison, error) {
	key := fmt.Sprintf("compare %q %q %q %d %q %q %q %q %t %t", q.Measure, q.Applicant, q.Per, q.Year, q.Under, q.By, q.Level, q.Scope, q.Close, q.Unofficial)
	return inTime(ctx, e.memory, key, func(ctx context.Context) (*ask.Comparison, error) {
		return ask.Compare(ctx, e.store, ask.CompareQuery{
			Filter: store.Filter{Years: store.Year(q.Year), Under: q.Under, Level: q.Level, Scope: q.Scope},
			Code:   q.Measure, Applicant: q.Applicant, Per: q.Per, By: q.By, Close: q.Close, Unofficial: q.Unofficial,
		})
	})
}

// compare makes the view of a comparison.
func (e *Explorer) compare(ctx context.Context, values url.Values) (*comparisonView, error) {
	v, err := e.asked(ctx, values)
	if err != nil {
		return nil, err
	}
	return v, e.answer(ctx, v)
}

// asked is the view of a comparison without its answer.
func (e *Explorer) asked(ctx context.Context, values url.Values) (*comparisonView, error) {
	q, m, err := e.compareQuery(ctx, values)
	if err != nil {
		return nil, err
	}
	v := &comparisonView{Query: q, Measure: m, Scope: q.Scope, Today: e.cfg.Now().Format("2006-01-02"), Pager: newPager(1, comparePageSize, 0, false)}
	v.Divisors, err = e.denominators(ctx)
	return v, err
}

// answer adds the answer to a view, none where the file is empty.
func (e *Explorer) answer(ctx context.Context, v *comparisonView) error {
	q, m := v.Query, v.Measure
	if q.Year == 0 {
		return nil
	}
	c, err := e.comparison(ctx, q)
	if err != nil {
		return err
	}
	v.Groups, v.Unscoped, v.comparison, v.boundaries = c.Groups, c.Unscoped, c, e.cfg.Boundaries
	without := v.draw(c)
	if len(c.Rows) == 0 {
		if v.OtherYears, err = e.coveredYears(ctx, q.Level); err != nil {
			return err
		}
	}
	if n := without[ask.NotInLayout]; n > 0 && !v.HasValues() {
		if v.LayoutYears, err = e.layoutYears(ctx, m); err != nil {
			return err
		}
	}
	if q.Own != "" {
		if v.beside, err = e.besides(ctx, v); err != nil {
			return err
		}
	}
	sortComparison(v.all, q)
	v.Pager = newPager(q.Page, comparePageSize, len(v.all), false)
	if v.Pager.To > 0 {
		v.Rows = v.all[v.Pager.From-1 : v.Pager.To]
	}
	for i := range v.Rows {
		v.Rows[i].place()
	}
	return nil
}

// draw places the rows of a comparison on a scale, and counts those without a value.
func (v *comparisonView) draw(c *ask.Comparison) (without map[report.Status]int) {
	without = map[report.Status]int{}
	medians := map[string]*float64{}
	lowest, highest := 0.0, 0.0
	for _, g := range c.Groups {
		medians[g.Code] = g.Median
		for s, n := range g.Without {
			without[s] += n
		}
		if g.Count > 0 {
			lowest, highest = min(lowest, *g.Min), max(highest, *g.Max)
		}
	}
	for s, n := range without {
		v.Without = append(v.Without, statusCount{s, n})
	}
	slices.SortFunc(v.Without, func(a, b statusCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Status, b.Status))
	})
	v.Axis = axis{plot.NewScale(lowest, highest, v.Query.Log, v.Measure.Share, false)}
	for _, r := range c.Rows {
		row := comparisonRow{ComparisonRow: r}
		if r.Value != nil {
			row.X = v.Axis.at(*r.Value)
		}
		if median := medians[r.Group]; median != nil {
			row.MedianX = v.Axis.at(*median)
		}
		v.all = append(v.all, row)
	}
	return without
}

// place names what the row's region belongs to.
func (r *comparisonRow) place() {
	r.GroupName, r.Parent = regionName(r.Group), parentName(r.RegionCode)
}

// sortComparison orders rows as the address asks. Rows without the figure come
// last whatever the order.
func sortComparison(rows []comparisonRow, q compareQuery) {
	figure := func(r comparisonRow) *float64 {
		switch q.Sort {
		case "change":
			return r.Change
		case "share":
			return r.Share
		}
		return r.Value
	}
	slices.SortStableFunc(rows, func(a, b comparisonRow) int {
		direction := 1
		if q.Descending {
			direction = -1
		}
		switch q.Sort {
		case "rank": // groups one after the other, as the store has them
			if !q.Descending {
				return 0
			}
			return cmp.Or(cmp.Compare(a.Group, b.Group), last(a.Rank == 0, b.Rank == 0), cmp.Compare(b.Rank, a.Rank))
		case "region":
			return direction * cmp.Compare(a.RegionCode, b.RegionCode)
		}
		x, y := figure(a), figure(b)
		if x == nil || y == nil {
			return last(x == nil, y == nil)
		}
		return direction * cmp.Compare(*x, *y)
	})
}

// last puts what is true behind what is not.
func last(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func regionName(code string) string {
	r, _ := region.Lookup(code)
	return r.Name
}

// parentName is what a region belongs to, without the region itself.
func parentName(code string) string {
	path := region.Path(code)
	if len(path) < 2 {
		return ""
	}
	return path[len(path)-2].Name
}

func (e *Explorer) comparePage(p *page, r *http.Request) error {
	v, err := e.asked(r.Context(), r.URL.Query())
	if err != nil {
		return err
	}
	// All offices of all regions are tens of thousands of many kinds, of which the
	// files alone are made.
	if v.NoArea = v.Scope == report.ScopeAgency && v.Query.Under == ""; !v.NoArea {
		err = e.answer(r.Context(), v)
	}
	if err != nil {
		return err
	}
	p.Title, p.V = p.T("compare.title", p.MeasureLabel(v.Measure), p.AreaOf(v.Query), v.Query.Year), v
	if v.HasValues() {
		p.Image = p.shared("/compare", "year", v.Query.Year)
	}
	return nil
}

// compareCSV is what a comparison shows, every page of it.
func (e *Explorer) compareCSV(r *http.Request, begin func(contentType, name string) io.Writer) error {
	v, err := e.compare(r.Context(), r.URL.Query())
	if err != nil {
		return err
	}
	s, err := newSheet(r, begin("text/csv; charset=utf-8", v.Query.fileName("csv")), "year", "group", "group_name", "rank", "region_code", "region_name", "belongs_to", "measure", "applicant",
		"value", "unit", "status", "before", "change", "share", "base", "base_year", "layout", "publisher", "corrected", "contradicted_by", "source", "report_id", "note")
	if err != nil {
		return err
	}
	for _, x := range v.all {
		x.place()
		if err := s.row(x.Year, x.Group, x.GroupName, x.Rank, x.RegionCode, x.RegionName, x.Parent, v.Measure.Code, v.Measure.Applicant, x.Value, v.Measure.Unit, x.Status,
			x.Before, x.Change, x.Share, x.Base, x.BaseYear, x.Layout, x.Publisher, x.Corrected, x.Contradicted, x.Source, x.ReportID, x.Note); err != nil {
			return err
		}
	}
	return s.end()
}

// axis is a scale across a column of the table, in per cent of its width, with a
// little room for a dot at either end.
type axis struct{ plot.Scale }

func across(at float64) float64 { return math.Round((2+96*at)*100) / 100 }

func (a axis) at(v float64) float64 { return across(a.At(v)) }

// Zero is the place of zero.
func (a axis) Zero() float64 { return a.at(0) }

// axisMark is a tick with its place.
type axisMark struct {
	plot.Tick
	// Class of the label: "room" where only a wide column has room for it, "end" at
	// the right end, where it stands left of its tick.
	Class string
}

// Marks are the ticks with their places. A label that would touch the one before it
// is left out.
func (a axis) Marks(english bool) (all []axisMark) {
	const wide, narrow = 7, 40 // per cent of a column that a label takes
	a.English = english
	lastWide, lastNarrow := -100.0, -100.0
	for _, t := range a.Ticks() {
		m := axisMark{Tick: plot.Tick{At: across(t.At), Label: t.Label}}
		switch {
		case m.At-lastWide < wide:
			m.Label = ""
		case m.At-lastNarrow < narrow:
			m.Class, lastWide = "room", m.At
		default:
			lastWide, lastNarrow = m.At, m.At
		}
		if m.At > 94 {
			m.Class = strings.TrimSpace(m.Class + " end")
		}
		all = append(all, m)
	}
	return all
}

// measureGroup is a group of a choice of measures.
type measureGroup struct {
	Label   string
	Options []option
}

type option struct{ Value, Label string }

// Measures are the choices of what to compare, in the language of the page.
func (p *page) Measures() []measureGroup {
	var groups []measureGroup
	for _, m := range ask.Measures() {
		section := m.Kind
		if i, ok := catalog.Lookup(m.Code); ok {
			section = i.Section
		}
		label := p.T("measures." + section)
		if len(groups) == 0 || groups[len(groups)-1].Label != label {
			groups = append(groups, measureGroup{Label: label})
		}
		g := &groups[len(groups)-1]
		g.Options = append(g.Options, option{m.Code, p.MeasureLabel(m)})
	}
	return groups
}

// MeasureLabel names a measure, its column included.
func (p *page) MeasureLabel(m ask.Measure) string {
	label := p.In(measureName(m))
	if m.Applicant != "" && m.Applicant != catalog.ApplicantTotal {
		label += p.T("measure.of", p.In(applicantLabel(m.Applicant)))
	}
	return label
}

// area is a province with its prefectures, to choose from.
type area struct {
	Code, Name string
	Below      []option
}

// areas are those of the newest list of codes.
var areas = sync.OnceValue(func() (all []area) {
	list := region.All()
	newest := 0
	for _, r := range list {
		newest = max(newest, r.LastList)
	}
	for _, r := range list {
		if r.Nominal() || r.LastList != newest {
			continue
		}
		switch r.Level {
		case region.LevelProvince:
			all = append(all, area{Code: r.Code, Name: r.Name})
		case region.LevelPrefecture:
			if n := len(all) - 1; n >= 0 && all[n].Code[:2] == r.Code[:2] {
				all[n].Below = append(all[n].Below, option{r.Code, r.Name})
			}
		}
	}
	return all
})

// Areas are the regions that something can lie under.
func (p *page) Areas() []area { return areas() }

// Provinces are those with regions below, whose offices report.
func (p *page) Provinces() []area {
	return slices.DeleteFunc(slices.Clone(areas()), func(a area) bool { return len(region.Under(a.Code)) == 0 })
}

// Applicants are the columns of the requests table to choose from.
func (p *page) Applicants() []option {
	var all []option
	for _, a := range catalog.Applicants() {
		all = append(all, option{a.Code, p.In(pair{a.LabelZH, a.LabelEN})})
	}
	return all
}

// Years are the years to choose from: those since the first reports were due,
// newest first.
func (p *page) Years(last int) []int {
	var all []int
	for y := last; y >= 2008; y-- {
		all = append(all, y)
	}
	return all
}

// SortLink is the address that orders by a column, or turns the order round.
func (p *page) SortLink(column string) string {
	q := p.V.(*comparisonView).Query
	order := ""
	if q.Sort == column && !q.Descending {
		order = "desc"
	} else if q.Sort == column {
		order = "asc"
	}
	return p.Here("sort", column, "order", order)
}

// SortState is the value of aria-sort of a column.
func (p *page) SortState(column string) string {
	switch q := p.V.(*comparisonView).Query; {
	case q.Sort != column:
		return "none"
	case q.Descending:
		return "descending"
	}
	return "ascending"
}

// note is what to know before using a figure of this page.
type note struct{ Name, Text string }

// Notes are those of the rows that are shown.
func (p *page) Notes() []note {
	var all []note
	for _, r := range p.V.(*comparisonView).Rows {
		if r.Note != "" {
			all = append(all, note{p.RegionOr(r.RegionCode, r.RegionName), p.In(pair{r.NoteZH, r.Note})})
		}
	}
	return all
}

// Levels of regions, from above.
func (p *page) Levels() []string {
	return []string{region.LevelProvince, region.LevelPrefecture, region.LevelCounty}
}

// Plain prints a figure for scripts.
func (p *page) Plain(v *float64) string { return plain(v) }

// Points prints the change of a share in percentage points.
func (p *page) Points(v *float64) string {
	if v == nil {
		return ""
	}
	points := math.Round(*v*1000) / 10
	return p.T("points", p.Signed(&points))
}
