package ask

import (
	"cmp"
	"context"
	"slices"

	"nianbao/parser/region"
	"nianbao/store"
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
	var all []YearCoverage
	rows, err := s.DB().QueryContext(ctx, `SELECT DISTINCT year, region_code FROM report
		WHERE superseded_by IS NULL AND scope = 'region' AND year IS NOT NULL AND region_code IS NOT NULL ORDER BY year`)
	if err != nil {
		return nil, s.Explain("read", err)
	}
	defer rows.Close()
	type key struct {
		year   int
		series string
	}
	have := map[key]bool{}
	first, last := 0, -1
	for rows.Next() {
		var year int
		var code string
		if err := rows.Scan(&year, &code); err != nil {
			return nil, s.Explain("read", err)
		}
		if len(have) == 0 {
			first = year
		}
		last = year
		have[key{year, region.Newest(code)}] = true
	}
	if err := rows.Err(); err != nil {
		return nil, s.Explain("read", err)
	}
	regions := region.All()
	for year := max(first, store.FirstYear); year <= min(last, s.Now().Year()); year++ {
		for _, level := range []string{region.LevelProvince, region.LevelPrefecture, region.LevelCounty} {
			c := YearCoverage{Year: year, Level: level}
			for _, r := range regions {
				if r.Level != level || r.Nominal() || !r.InList(year) {
					continue
				}
				c.Known++
				if have[key{year, region.Newest(r.Code)}] {
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
	rows, err := s.DB().QueryContext(ctx, `SELECT DISTINCT year, region_code, scope IS NULL FROM report INDEXED BY report_by_year
		WHERE (scope = 'region' OR scope IS NULL) AND year >= ? AND region_code IS NOT NULL ORDER BY year`, store.FirstYear)
	if err != nil {
		return nil, s.Explain("read", err)
	}
	defer rows.Close()
	have, open := map[TerritoryYear]bool{}, map[TerritoryYear]bool{}
	first, last := 0, 0
	for rows.Next() {
		var t TerritoryYear
		var unscoped bool
		if err := rows.Scan(&t.Year, &t.Series, &unscoped); err != nil {
			return nil, s.Explain("read", err)
		}
		if unscoped {
			open[TerritoryYear{region.Newest(t.Series), t.Year}] = true
			continue
		}
		if first == 0 {
			first = t.Year
		}
		first, last = min(first, t.Year), max(last, t.Year)
		t.Series = region.Newest(t.Series)
		have[t] = true
	}
	if err := rows.Err(); err != nil {
		return nil, s.Explain("read", err)
	}
	if f.Years.From != 0 {
		first = max(f.Years.From, store.FirstYear)
	}
	if f.Years.To != 0 {
		last = min(f.Years.To, s.Now().Year())
	}
	by := map[string]*Territory{}
	var all []Territory
	for year := first; year != 0 && year <= last; year++ {
		for _, r := range chosen {
			if r.Nominal() || !r.InList(year) {
				continue
			}
			t := TerritoryYear{region.Newest(r.Code), year}
			if by[t.Series] == nil {
				newest, _ := region.Lookup(t.Series)
				by[t.Series] = &Territory{Region: newest}
			}
			// A year has two codes of a territory where the list changed in it.
			into := &by[t.Series].Missing
			if have[t] {
				into = &by[t.Series].Years
			}
			if n := len(*into); n == 0 || (*into)[n-1] != year {
				*into = append(*into, year)
				if !have[t] && open[t] {
					by[t.Series].Open = append(by[t.Series].Open, year)
				}
			}
		}
	}
	for _, t := range by {
		all = append(all, *t)
	}
	slices.SortFunc(all, func(a, b Territory) int { return cmp.Compare(a.Code, b.Code) })
	return all, nil
}
