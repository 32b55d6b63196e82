package ask

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
)

// CompareQuery says what to compare. Like is compared with like: where Scope
// is not set, the reports of whole territories; where neither Level nor
// Regions is set, counties with counties.
type CompareQuery struct {
	store.Filter
	Code      string // an indicator, derived sum, metric or rate
	Applicant string // of what the requests table counts; "": the total
	Per       string // what to divide by: Residents, or a denominator that was imported; "" for nothing
	// By groups the regions: "" all together, "province" or "prefecture" each
	// with its own statistics and ranks.
	By string
	// Close lets a layout that lacks the indicator be read by its close
	// correspondent, not only by an exact one.
	Close bool
	// Unofficial lets in reports from hosts that are no government's.
	Unofficial bool
}

// ComparisonRow is what one report says of the measure, or that there is none.
type ComparisonRow struct {
	RegionCode string       `json:"region_code"`
	RegionName string       `json:"region_name"`
	Level      string       `json:"level"`
	Group      string       `json:"group"` // code of the region's group; "" when all are together
	Year       int          `json:"year"`
	Publisher  string       `json:"publisher"`
	Scope      report.Scope `json:"scope"`
	Layout     string       `json:"layout"`
	ReportID   int64        `json:"report_id"` // 0 where no report is stored
	Source     string       `json:"source"`

	Value     *float64      `json:"value"`     // nil unless Status is reported or unit_assumed
	Status    report.Status `json:"status"`    // a status of package report, or one of this package
	Corrected bool          `json:"corrected"` // set right by a reviewer
	Base      *float64      `json:"base"`      // the count, or the denominator, that a rate rests on
	BaseYear  int           `json:"base_year"` // of a denominator that no report prints; 0: none

	Rank   int      `json:"rank"`   // 1 for the largest of the group and year, equals share it; 0 without value
	Share  *float64 `json:"share"`  // of the group's sum of that year; nil for rates and percentages
	Before *float64 `json:"before"` // value of the year before
	Change *float64 `json:"change"` // Value - Before
	Ratio  *float64 `json:"ratio"`  // Change / Before; nil where Before is zero
	Note   string   `json:"note"`   // what to know before using the value
	NoteZH string   `json:"-"`      // the same in Chinese
	// Contradicted are the rules of findings of severity error or warning about
	// the figure, what it was made of, or a sum that it is in and that does not add
	// up; those that a reviewer dismissed are not among them.
	Contradicted []string `json:"contradicted_by"`
}

// ComparisonGroup are the statistics of one group in one year.
type ComparisonGroup struct {
	Code string `json:"code"`
	Name string `json:"name"` // "" when all regions are together
	Year int    `json:"year"`
	Statistics
	// Without counts rows without value by status: blanks stay blanks.
	Without map[report.Status]int `json:"without"`
	// NoReport counts the regions of the query that were in the lists of the year
	// and have no report of it, whether or not they have a row; 0 where agencies
	// are compared.
	NoReport int `json:"no_report"`
}

// Comparison is the answer to a CompareQuery.
type Comparison struct {
	Measure Measure
	Scope   report.Scope
	// Rows are ordered by year, group and rank, those without value last.
	Rows   []ComparisonRow
	Groups []ComparisonGroup
	// Unscoped counts reports that were left out because they do not say
	// whether they cover a whole territory or one agency.
	Unscoped int
}

// Compare puts regions side by side. A region that the filter names and that
// has no report in a year has a row that says so; where several reports of one
// territory and year disagree, each has its row, and none is ranked or counted.
func Compare(ctx context.Context, s *store.Store, q CompareQuery) (*Comparison, error) {
	m, err := measureOf(q.Code, q.Applicant, q.Per)
	if err == nil {
		err = checkGroups(q.By)
	}
	if err != nil {
		return nil, err
	}
	f := ofCounties(alike(q.Filter, q.Unofficial))
	wide := f
	if wide.Years.From != 0 {
		wide.Years.From-- // for the change to the year before
	}
	qualities := []string{catalog.QualityExact}
	if q.Close {
		qualities = append(qualities, catalog.QualityClose)
	}
	found, err := readingsOfYears(ctx, s, m, wide, qualities...)
	if err != nil {
		return nil, err
	}
	c := &Comparison{Measure: m, Scope: f.Scope}
	if c.Unscoped, err = unscoped(ctx, s, f); err != nil {
		return nil, err
	}
	disagree(found, f.Scope)
	c.rows(found, f, q.By)
	var rules map[int64][]string
	var g errgroup.Group
	ids := c.reports()
	g.Go(func() (err error) { // the file is asked while the rest is reckoned
		rules, err = contradictions(ctx, s, m, qualities, ids)
		return err
	})
	err = c.missing(f, q.By, s.Now().Year())
	if err == nil {
		c.statistics()
		err = c.noReport(f, q.By)
	}
	if err := cmp.Or(g.Wait(), err); err != nil {
		return nil, err
	}
	for i := range c.Rows {
		if r := &c.Rows[i]; r.Value != nil {
			r.Contradicted = rules[r.ReportID]
		}
	}
	return c, nil
}

// measureOf is a measure, divided by what is named; "" for nothing.
func measureOf(code, applicant, per string) (Measure, error) {
	m, err := FindMeasure(code, applicant)
	if err == nil {
		m, err = Per(m, per)
	}
	return m, err
}

// checkGroups refuses what regions cannot be grouped by.
func checkGroups(by ...string) error {
	for _, b := range by {
		if b != "" && b != region.LevelProvince && b != region.LevelPrefecture {
			return fmt.Errorf("%w: group by %q; want province or prefecture", store.ErrUnknownCode, b)
		}
	}
	return nil
}

// alike is a filter of reports that can be compared: where it does not say, those of
// whole territories, and of governments' hosts alone.
func alike(f store.Filter, unofficial bool) store.Filter {
	f.Scope = cmp.Or(f.Scope, report.ScopeRegion)
	f.OfficialOnly = f.OfficialOnly || !unofficial
	return f
}

// ofCounties is a filter of counties where it says nothing else.
func ofCounties(f store.Filter) store.Filter {
	if len(f.Regions) == 0 {
		f.Level = cmp.Or(f.Level, region.LevelCounty)
	}
	return f
}

// Doubted counts the values that a finding contradicts.
func (c *Comparison) Doubted() (n int) {
	for _, r := range c.Rows {
		if len(r.Contradicted) > 0 {
			n++
		}
	}
	return n
}

// reports are those that the figures are from.
func (c *Comparison) reports() (ids []int64) {
	for _, r := range c.Rows {
		if r.Value != nil {
			ids = append(ids, r.ReportID)
		}
	}
	return ids
}

// noReport counts, for each group and year, the regions without a report.
func (c *Comparison) noReport(f store.Filter, by string) error {
	if f.Scope != report.ScopeRegion {
		return nil
	}
	chosen, err := f.Chosen()
	if err != nil {
		return err
	}
	type key struct {
		year  int
		group string
	}
	groups := map[key]*ComparisonGroup{}
	years := map[int]bool{}
	for i := range c.Groups {
		g := &c.Groups[i]
		groups[key{g.Year, g.Code}], years[g.Year] = g, true
	}
	seen := map[place]bool{}
	for _, r := range c.Rows {
		if r.ReportID != 0 {
			seen[place{series: region.Newest(r.RegionCode), year: r.Year}] = true
		}
	}
	for _, r := range chosen {
		if r.Nominal() {
			continue
		}
		above := group(r.Code, by)
		for year := range years {
			// A year has two codes of a territory where the list changed in it.
			p := place{series: region.Newest(r.Code), year: year}
			if g := groups[key{year, above}]; g != nil && !seen[p] && r.InList(year) {
				seen[p] = true
				g.NoReport++
			}
		}
	}
	return nil
}

func unscoped(ctx context.Context, s *store.Store, f store.Filter) (n int, err error) {
	f.Scope = report.ScopeUnknown
	where, args, err := f.Condition()
	if err != nil {
		return 0, err
	}
	err = s.DB().QueryRowContext(ctx, "SELECT count(*) FROM report r WHERE r.scope IS NULL AND "+where, args...).Scan(&n)
	return n, s.Explain("read", err)
}

// place is a territory, or an agency of it, in a year.
type place struct {
	series, publisher string
	year              int
}

func (r reading) place() place {
	p := place{series: region.Newest(r.regionCode), year: r.year}
	if r.regionCode == "" {
		p.series = r.regionName
	}
	if r.scope != report.ScopeRegion {
		p.publisher = r.publisher
	}
	return p
}

// disagree marks reports of one territory and year that say different things,
// and lets the first stand for all where they say the same.
func disagree(all []reading, scope report.Scope) {
	if scope != report.ScopeRegion {
		return
	}
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(all[a].reportID, all[b].reportID) })
	first, by := make(map[place]int, len(all)), map[place][]int{}
	for _, i := range order {
		p := all[i].place()
		if at, more := first[p]; !more {
			first[p] = i
		} else if by[p] == nil {
			by[p] = []int{at, i}
		} else {
			by[p] = append(by[p], i)
		}
	}
	for _, same := range by {
		if !slices.ContainsFunc(same, func(i int) bool { return !all[i].says(all[same[0]]) }) {
			for _, i := range same[1:] {
				all[i].status = "" // dropped
			}
			continue
		}
		for _, i := range same {
			all[i].oneOf(len(same))
		}
	}
}

// says reports whether a reading says what another does.
func (r reading) says(o reading) bool {
	return r.status == o.status && (r.value == nil) == (o.value == nil) && (r.value == nil || *r.value == *o.value)
}

// oneOf marks a reading as one of several that say different things.
func (r *reading) oneOf(several int) {
	en, zh := fmt.Sprintf("%d reports of this territory and year disagree", several), fmt.Sprintf("这一地区这一年的 %d 份报告不一致", several)
	if v := r.value; v != nil {
		en, zh = en+fmt.Sprintf("; this one says %v", *v), zh+fmt.Sprintf("，这一份是 %v", *v)
		r.value, r.status = nil, Ambiguous
	}
	r.note = r.note.add(en, zh)
}

func (c *Comparison) rows(all []reading, f store.Filter, by string) {
	before := make(map[place]*float64, len(all))
	c.Rows = make([]ComparisonRow, 0, len(all))
	for _, r := range all {
		if r.status.HasValue() {
			before[r.place()] = r.value
		}
	}
	for _, r := range all {
		if r.status == "" || f.Years.From != 0 && r.year < f.Years.From {
			continue
		}
		row := ComparisonRow{
			RegionCode: r.regionCode, RegionName: r.regionName, Year: r.year, Publisher: r.publisher, Scope: r.scope, Layout: r.layout,
			ReportID: r.reportID, Source: r.source, Value: r.value, Status: r.status, Corrected: r.corrected, Base: r.base, BaseYear: r.baseYear, Note: r.note.en, NoteZH: r.note.zh,
			Group: group(r.regionCode, by),
		}
		if known, ok := region.Lookup(r.regionCode); ok {
			row.RegionName, row.Level = known.Name, known.Level
		}
		last := r.place()
		last.year--
		if v := before[last]; v != nil && r.status.HasValue() {
			change := *r.value - *v
			row.Before, row.Change = v, &change
			if *v != 0 {
				ratio := change / *v
				row.Ratio = &ratio
			}
		}
		c.Rows = append(c.Rows, row)
	}
}

// group is the code of the province or prefecture of a region.
func group(code, by string) string {
	if by == "" {
		return ""
	}
	for _, r := range region.Path(code) {
		if r.Level == by {
			return r.Code
		}
	}
	return ""
}

// missing adds a row for each territory and year that the filter names and
// the file does not have.
func (c *Comparison) missing(f store.Filter, by string, thisYear int) error {
	chosen, limited, err := f.Divisions()
	if err != nil || !limited || f.Scope != report.ScopeRegion || f.Years.From == 0 || f.Years.To == 0 {
		return err
	}
	have := map[place]bool{}
	for _, r := range c.Rows {
		have[place{series: region.Newest(r.RegionCode), year: r.Year}] = true
	}
	for _, r := range chosen {
		// Nobody had to report before 2008, and nobody will before next year.
		for year := max(f.Years.From, store.FirstYear); year <= min(f.Years.To, thisYear); year++ {
			p := place{series: region.Newest(r.Code), year: year}
			// Of a renamed region the name that the lists had that year; of a
			// division that was merged away nothing is missing afterwards.
			if have[p] || r.Nominal() || !r.InList(year) {
				continue
			}
			have[p] = true
			c.Rows = append(c.Rows, ComparisonRow{RegionCode: r.Code, RegionName: r.Name, Level: r.Level, Group: group(r.Code, by),
				Year: year, Scope: f.Scope, Status: NoReport})
		}
	}
	return nil
}

// ByProvince describes the values of a comparison of one year by province, in the
// order of codes, whatever its own groups are.
func ByProvince(c *Comparison) []ComparisonGroup {
	again := &Comparison{Measure: c.Measure, Rows: slices.Clone(c.Rows)}
	for i := range again.Rows {
		again.Rows[i].Group = group(again.Rows[i].RegionCode, region.LevelProvince)
	}
	again.statistics()
	return slices.DeleteFunc(again.Groups, func(g ComparisonGroup) bool { return g.Code == "" })
}

func (c *Comparison) statistics() {
	type key struct {
		year  int
		group string
	}
	groups := map[key]*ComparisonGroup{}
	values := map[key][]float64{}
	for _, r := range c.Rows {
		k := key{r.Year, r.Group}
		g := groups[k]
		if g == nil {
			g = &ComparisonGroup{Code: r.Group, Year: r.Year, Without: map[report.Status]int{}}
			if known, ok := region.Lookup(r.Group); ok {
				g.Name = known.Name
			}
			groups[k] = g
		}
		if r.Status.HasValue() {
			values[k] = append(values[k], *r.Value)
		} else {
			g.Without[r.Status]++
		}
	}
	for k, g := range groups {
		slices.Sort(values[k])
		g.Statistics = summarise(values[k])
		c.Groups = append(c.Groups, *g)
	}
	slices.SortFunc(c.Groups, func(a, b ComparisonGroup) int {
		return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Code, b.Code))
	})
	additive := c.Measure.Kind != KindRate && c.Measure.Unit != "%"
	for i := range c.Rows {
		r := &c.Rows[i]
		if !r.Status.HasValue() {
			continue
		}
		k := key{r.Year, r.Group}
		at, _ := slices.BinarySearchFunc(values[k], *r.Value, func(v, t float64) int {
			if v <= t {
				return -1
			}
			return 1
		})
		r.Rank = len(values[k]) - at + 1
		if sum := groups[k].Sum; additive && sum != nil && *sum != 0 {
			share := *r.Value / *sum
			r.Share = &share
		}
	}
	c.sort()
}

// sort puts the rows in the order of Comparison.Rows. They are large, so their
// places are sorted first.
func (c *Comparison) sort() {
	order := make([]int, len(c.Rows))
	for i := range order {
		order[i] = i
	}
	unranked := func(r *ComparisonRow) int {
		if r.Rank == 0 {
			return 1
		}
		return 0
	}
	slices.SortFunc(order, func(i, k int) int {
		a, b := &c.Rows[i], &c.Rows[k]
		return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Group, b.Group), cmp.Compare(unranked(a), unranked(b)), cmp.Compare(a.Rank, b.Rank),
			cmp.Compare(a.RegionCode, b.RegionCode), cmp.Compare(a.ReportID, b.ReportID))
	})
	sorted := make([]ComparisonRow, len(order))
	for i, at := range order {
		sorted[i] = c.Rows[at]
	}
	c.Rows = sorted
}
