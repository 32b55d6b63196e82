package store

import (
	"context"

	"nianbao/parser/region"
)

// coverage counts the territories of each level that have a report, for every
// year between the first and the last that reports were due for.
func (s *Store) coverage(ctx context.Context, h *Health) error {
	rows, err := s.read.QueryContext(ctx, `SELECT DISTINCT year, region_code FROM report
		WHERE superseded_by IS NULL AND scope = 'region' AND year IS NOT NULL AND region_code IS NOT NULL ORDER BY year`)
	if err != nil {
		return err
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
			return err
		}
		if len(have) == 0 {
			first = year
		}
		last = year
		have[key{year, series(code)}] = true
	}
	if err := rows.Err(); err != nil {
		return err
	}
	all := region.All()
	for year := max(first, firstYear); year <= min(last, s.options.Now().Year()); year++ {
		for _, level := range []string{region.LevelProvince, region.LevelPrefecture, region.LevelCounty} {
			c := YearCoverage{Year: year, Level: level}
			for _, r := range all {
				if r.Level != level || r.Nominal() || !r.InList(year) {
					continue
				}
				c.Known++
				if have[key{year, series(r.Code)}] {
					c.Stored++
				} else if len(c.Missing) < 10 {
					c.Missing = append(c.Missing, r.Code)
				}
			}
			h.Coverage = append(h.Coverage, c)
		}
	}
	return nil
}
