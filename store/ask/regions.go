package ask

import (
	"context"
	"database/sql"

	"nianbao/parser/region"
	"nianbao/store"
	"nianbao/store/internal/query"
)

// RegionCoverage is a region with what the file has of it.
type RegionCoverage struct {
	region.Region
	// Series is the newest code of the same territory; the region's own where
	// it was never renamed.
	Series string
	// Years are those with a current report of the whole territory, ascending.
	Years []int
	// Reports counts the current reports, the agencies' included.
	Reports int
}

// Regions lists regions with their coverage, in the order of the codes. Only
// Regions, Under and Level of the filter choose regions; the rest chooses the
// reports that are counted. With stored, regions without any report are left out.
func Regions(ctx context.Context, s *store.Store, f store.Filter, stored bool) ([]RegionCoverage, error) {
	chosen, err := f.Chosen()
	if err != nil {
		return nil, err
	}
	where, args, err := f.Condition()
	if err != nil {
		return nil, err
	}
	type coverage struct {
		years   []int
		reports int
	}
	found := map[string]coverage{}
	if err := query.Each(ctx, s.DB(), func(rows *sql.Rows) error {
		var code string
		var year *int
		var reports, whole int
		err := rows.Scan(&code, &year, &reports, &whole)
		c := found[code]
		c.reports += reports
		if year != nil && whole > 0 {
			c.years = append(c.years, *year)
		}
		found[code] = c
		return err
	}, `SELECT r.region_code, r.year, count(*), sum(r.scope IS 'region') FROM report r
		WHERE r.region_code IS NOT NULL AND `+where+` GROUP BY r.region_code, r.year ORDER BY r.region_code, r.year`, args...); err != nil {
		return nil, s.Explain("read", err)
	}
	var all []RegionCoverage
	for _, r := range chosen {
		c, ok := found[r.Code]
		if stored && !ok {
			continue
		}
		all = append(all, RegionCoverage{Region: r, Series: region.Newest(r.Code), Years: c.years, Reports: c.reports})
	}
	return all, nil
}
