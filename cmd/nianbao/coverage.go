package main

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"nianbao/crawler"
	"nianbao/parser/region"
	"nianbao/store"
	"nianbao/store/ask"
)

type coverageOptions struct {
	archive string // of the crawl, whether or not it is there
	holes   bool
	table   tableFlags
}

// coverage lists the years that regions have and lack, with the reasons that the
// crawl knows.
func (a *app) coverage(ctx context.Context, s *store.Store, f store.Filter, o coverageOptions) error {
	all, err := ask.Territories(ctx, s, f)
	if err != nil {
		return err
	}
	seeds, err := seedsOf(ctx, o.archive)
	if err != nil {
		return err
	}
	if o.holes {
		var rows []holeRow
		for _, r := range all {
			for _, year := range r.Missing {
				why, detail, address := seeds.hole(r, year)
				rows = append(rows, holeRow{r.Code, r.Name, r.Level, year, string(why), detail, address})
			}
		}
		return a.print(tableOf(rows, nil), o.table)
	}
	var rows []coverageRow
	for _, r := range all {
		row := coverageRow{r.Code, r.Name, r.Level, r.Years, r.Missing, ""}
		if seeds != nil {
			row.Reason = seeds.reasons(r)
		}
		rows = append(rows, row)
	}
	return a.print(tableOf(rows, hide(map[string]bool{"reason": seeds != nil})), o.table)
}

// coverageRow is a region with the years that it has and lacks.
type coverageRow struct {
	RegionCode string `json:"region_code" title:"CODE" jsonschema:"newest code of the territory"`
	RegionName string `json:"region_name" title:"REGION"`
	Level      string `json:"level" title:"LEVEL" jsonschema:"province, prefecture or county"`
	Years      spans  `json:"years" title:"YEARS" jsonschema:"with a report of the whole territory"`
	Missing    spans  `json:"missing" title:"MISSING" jsonschema:"years in which it was in the lists of codes, without one"`
	Reason     string `json:"reason" title:"REASON" jsonschema:"why, where a crawl knows; empty otherwise"`
}

// holeRow is a year without a report.
type holeRow struct {
	RegionCode string `json:"region_code" title:"CODE" jsonschema:"newest code of the territory"`
	RegionName string `json:"region_name" title:"REGION"`
	Level      string `json:"level" title:"LEVEL" jsonschema:"province, prefecture or county"`
	Year       int    `json:"year" title:"YEAR" jsonschema:"year without a report"`
	Reason     string `json:"reason" title:"REASON" jsonschema:"why, as the crawl knows it"`
	Detail     string `json:"detail" title:"DETAIL"`
	URL        string `json:"url" title:"ADDRESS" jsonschema:"address that it is about"`
}

// seedCoverage is what a crawl found, by the newest codes of its seeds' regions.
type seedCoverage map[string][]*crawler.SeedCoverage

// seedsOf reads what the crawl in a folder found; nil when there is none.
func seedsOf(ctx context.Context, archive string) (seedCoverage, error) {
	all, err := crawler.ReadCoverage(ctx, frontierFile(archive))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	by := seedCoverage{}
	for _, s := range all {
		code := newest(s.Seed.RegionCode)
		by[code] = append(by[code], s)
	}
	return by, nil
}

// newest is the code that a region has now.
func newest(code string) string {
	if all := region.Series(code); len(all) > 0 {
		return all[len(all)-1].Code
	}
	return code
}

// Reasons of holes that a crawl does not know.
const (
	noSeed    crawler.Hole = "no_seed"    // the crawl had no seed of the region
	scopeOpen crawler.Hole = "scope_open" // a report is stored that may be the territory's or an office's
)

// furthest are the reasons of holes, those of seeds that came nearest to a report
// last.
var furthest = []crawler.Hole{noSeed, crawler.HoleNoSite, crawler.HoleRefused, crawler.HoleMismatch, crawler.HoleNoColumn, crawler.HoleNotListed,
	crawler.HoleUnfinished, crawler.HoleNotFetched, crawler.HoleUnreadable, crawler.HoleElsewhere, scopeOpen}

// hole is why a region's report of a year is missing: of several seeds what the
// one says that came furthest.
func (s seedCoverage) hole(r ask.Territory, year int) (why crawler.Hole, detail, address string) {
	why, detail = noSeed, "the crawl was given no address of it"
	for _, seed := range s[newest(r.Code)] {
		w, d, at := seed.Hole(year)
		if slices.Index(furthest, w) > slices.Index(furthest, why) {
			why, detail, address = w, d, at
		}
	}
	if slices.Contains(r.Open, year) {
		why, detail = scopeOpen, "a report is stored, and neither it nor the link to it says whether it is of the whole territory or of an office"
	}
	return why, detail, address
}

// reasons sums the holes of a territory up: not_listed 2019-2020, not_fetched 2022.
func (s seedCoverage) reasons(r ask.Territory) string {
	by := map[crawler.Hole][]int{}
	for _, year := range r.Missing {
		why, _, _ := s.hole(r, year)
		by[why] = append(by[why], year)
	}
	var parts []string
	for _, why := range furthest {
		if years := by[why]; len(years) == len(r.Missing) && len(years) > 0 {
			return string(why)
		} else if len(years) > 0 {
			parts = append(parts, string(why)+" "+spans(years).String())
		}
	}
	return strings.Join(parts, ", ")
}
