package ask

import (
	"context"
	"database/sql"
	"slices"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/query"
)

// Contents is what a file has, counted by its indexes alone: it takes
// milliseconds where Doctor takes minutes.
type Contents struct {
	Reports     int // current versions
	Superseded  int
	Territories int // codes with a current report of the whole territory
	// FirstYear and LastYear are those with a current report of a whole
	// territory; 0 where there is none.
	FirstYear, LastYear int
	Findings            map[string]int // findings of current reports by rule
}

// ContentsOf counts what the file has.
func ContentsOf(ctx context.Context, s *store.Store) (c Contents, err error) {
	defer func() { err = s.Explain("read", err) }()
	if err := s.DB().QueryRowContext(ctx, `SELECT count(*) FROM report`).Scan(&c.Reports); err != nil {
		return c, err
	}
	if err := s.DB().QueryRowContext(ctx, `SELECT count(*) FROM report WHERE superseded_by IS NOT NULL`).Scan(&c.Superseded); err != nil {
		return c, err
	}
	c.Reports -= c.Superseded
	// Those of superseded reports count too: a version that replaces another is
	// of the same region and year.
	if err := s.DB().QueryRowContext(ctx, `SELECT count(DISTINCT region_code), coalesce(min(year), 0), coalesce(max(year), 0) FROM report INDEXED BY report_by_year
		WHERE scope = 'region' AND region_code IS NOT NULL AND year BETWEEN ? AND ?`, store.FirstYear, store.LastYear).Scan(&c.Territories, &c.FirstYear, &c.LastYear); err != nil {
		return c, err
	}
	c.Findings = map[string]int{}
	err = query.Each(ctx, s.DB(), func(rows *sql.Rows) error {
		var rule string
		var n int
		err := rows.Scan(&rule, &n)
		if c.Findings[rule] += n; c.Findings[rule] == 0 {
			delete(c.Findings, rule)
		}
		return err
	}, `SELECT rule, count(*) FROM finding_data GROUP BY rule
		UNION ALL SELECT f.rule, -count(*) FROM report r JOIN finding_data f ON f.report_id = r.id WHERE r.superseded_by IS NOT NULL GROUP BY f.rule`)
	return c, err
}

// LatestFindings are the first error or warning of each of the whole territories'
// reports on a year, or on any where year is 0, those that were stored last first; of a
// region only the newest; at most limit.
func LatestFindings(ctx context.Context, s *store.Store, year, limit int) ([]store.StoredFinding, error) {
	rows, err := s.DB().QueryContext(ctx, `SELECT `+store.FindingColumns+` FROM finding_data f CROSS JOIN report r ON r.id = f.report_id
		WHERE f.severity <> ? AND r.superseded_by IS NULL AND (? = 0 OR r.year = ? AND r.scope = ?)
		ORDER BY f.report_id DESC, f.severity, f.seq`, string(report.SeverityInfo), year, year, string(report.ScopeRegion))
	if err != nil {
		return nil, s.Explain("read", err)
	}
	defer rows.Close()
	var all []store.StoredFinding
	shown := map[string]bool{}
	for len(all) < limit && rows.Next() { // read no further than the list is long
		f, err := store.ScanFinding(rows)
		if err != nil {
			return nil, s.Explain("read", err)
		}
		if place := f.RegionCode + "\x00" + f.RegionName; !shown[place] {
			shown[place] = true
			all = append(all, f)
		}
	}
	return all, s.Explain("read", rows.Err())
}

// YearsOfLayouts are the years that the file has reports of, by layout,
// ascending.
func YearsOfLayouts(ctx context.Context, s *store.Store) (map[string][]int, error) {
	by := map[string][]int{}
	err := query.Each(ctx, s.DB(), func(rows *sql.Rows) error {
		var layout string
		var year int
		err := rows.Scan(&layout, &year)
		by[layout] = append(by[layout], year)
		return err
	}, `SELECT DISTINCT layout, year FROM report WHERE scope = 'region' AND superseded_by IS NULL AND year BETWEEN ? AND ?
		ORDER BY year`, store.FirstYear, store.LastYear)
	return by, s.Explain("read", err)
}

// InLayout reports whether a layout has all that a measure is made of; false for a
// metric, which is told in words.
func InLayout(m Measure, layout string) bool {
	wanted := terms(m.Code)
	lacks := func(code string) bool {
		if d, ok := catalog.LookupDerived(code); ok {
			return !d.In(layout)
		}
		i, ok := catalog.Lookup(code)
		return !ok || !i.In(layout)
	}
	return len(wanted) > 0 && !slices.ContainsFunc(wanted, lacks)
}

// YearsOf are the years, newest first, with reports whose layout has all that a
// measure is made of; none for a metric, which is told in words.
func YearsOf(m Measure, layouts map[string][]int) (years []int) {
	for layout, of := range layouts {
		if InLayout(m, layout) {
			years = append(years, of...)
		}
	}
	slices.Sort(years)
	slices.Reverse(years)
	return slices.Compact(years)
}

// TerritoryYear is a territory with a current report of a year.
type TerritoryYear struct {
	Series string // the newest code of the territory
	Year   int
}

// Covered are the territories of a level (region.LevelCounty …; "": of all) and the
// years they have a current report of.
func Covered(ctx context.Context, s *store.Store, level string) (map[TerritoryYear]bool, error) {
	have := map[TerritoryYear]bool{}
	// A superseded report has a current version of the same region, scope and
	// year, so the index alone tells what is there.
	err := query.Each(ctx, s.DB(), func(rows *sql.Rows) error {
		var year int
		var code string
		err := rows.Scan(&year, &code)
		newest := region.Newest(code)
		if r, ok := region.Lookup(newest); level == "" || ok && r.Level == level {
			have[TerritoryYear{newest, year}] = true
		}
		return err
	}, `SELECT DISTINCT year, region_code FROM report INDEXED BY report_by_year
		WHERE scope = 'region' AND year BETWEEN ? AND ? AND region_code IS NOT NULL`, store.FirstYear, store.LastYear)
	return have, s.Explain("read", err)
}
