package ask

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"

	"nianbao/parser/region"
	"nianbao/store"
	"nianbao/store/internal/query"
)

// YearCoverage counts the territories with a current report in a year, by
// level, of those in the list of that year.
type YearCoverage struct {
	Year    int
	Level   string
	Stored  int
	Known   int
	Missing []string // codes, at most ten
}

// Coverage counts the territories of each level that have a report, for every
// year between the first and the last that reports were due for.
func Coverage(ctx context.Context, s *store.Store) ([]YearCoverage, error) {
	have, err := Covered(ctx, s, "")
	if err != nil || len(have) == 0 {
		return nil, err
	}
	years := store.Years{From: store.LastYear}
	for t := range have {
		years = store.Years{From: min(years.From, t.Year), To: max(years.To, t.Year)}
	}
	var all []YearCoverage
	regions := region.All()
	for year := years.From; year <= min(years.To, s.Now().Year()); year++ {
		for _, level := range []string{region.LevelProvince, region.LevelPrefecture, region.LevelCounty} {
			c := YearCoverage{Year: year, Level: level}
			for _, r := range regions {
				if r.Level != level || r.Nominal() || !r.InList(year) {
					continue
				}
				c.Known++
				if have[TerritoryYear{region.Newest(r.Code), year}] {
					c.Stored++
				} else if len(c.Missing) < 10 {
					c.Missing = append(c.Missing, r.Code)
				}
			}
			all = append(all, c)
		}
	}
	return all, nil
}

// Territory tells of which years a territory has a current report.
type Territory struct {
	region.Region       // as the newest list has it
	Years         []int // with a report of the whole territory
	Missing       []int // years in which it was in the lists, without one
	Open          []int // of those, with a report that may be of the territory or of an office
}

// Territories lists what the regions of a filter have and lack, in the order
// of their newest codes. Where the filter has no years, those between the
// first and the last stored count. Scope and Layout of the filter do not count.
func Territories(ctx context.Context, s *store.Store, f store.Filter) ([]Territory, error) {
	chosen, err := f.Chosen()
	if err != nil {
		return nil, err
	}
	have, open := map[TerritoryYear]bool{}, map[TerritoryYear]bool{}
	years := store.Years{} // with a report of a whole territory
	if err := query.Each(ctx, s.DB(), func(rows *sql.Rows) error {
		var t TerritoryYear
		var unscoped bool
		err := rows.Scan(&t.Year, &t.Series, &unscoped)
		t.Series = region.Newest(t.Series)
		if unscoped {
			open[t] = true
			return err
		}
		have[t] = true
		years = store.Years{From: cmp.Or(years.From, t.Year), To: t.Year} // in their order
		return err
	}, `SELECT DISTINCT year, region_code, scope IS NULL FROM report INDEXED BY report_by_year
		WHERE (scope = 'region' OR scope IS NULL) AND year >= ? AND region_code IS NOT NULL ORDER BY year`, store.FirstYear); err != nil {
		return nil, s.Explain("read", err)
	}
	if f.Years.From != 0 {
		years.From = max(f.Years.From, store.FirstYear)
	}
	if f.Years.To != 0 {
		years.To = min(f.Years.To, s.Now().Year())
	}
	by := map[string]*Territory{}
	for year := years.From; year != 0 && year <= years.To; year++ {
		for _, r := range chosen {
			if !r.Nominal() && r.InList(year) {
				t := TerritoryYear{region.Newest(r.Code), year}
				if by[t.Series] == nil {
					newest, _ := region.Lookup(t.Series)
					by[t.Series] = &Territory{Region: newest}
				}
				by[t.Series].add(year, have[t], open[t])
			}
		}
	}
	var all []Territory
	for _, code := range slices.Sorted(maps.Keys(by)) {
		all = append(all, *by[code])
	}
	return all, nil
}

// add adds a year, once: a year has two codes of a territory where the list changed in it.
func (t *Territory) add(year int, has, open bool) {
	into := &t.Missing
	if has {
		into = &t.Years
	}
	if slices.Contains(*into, year) {
		return
	}
	if *into = append(*into, year); open && !has {
		t.Open = append(t.Open, year)
	}
}
