package store

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
)

// MediansQuery asks how the values of several measures lie in groups of
// regions. Like is compared with like: where Scope is not set, the reports of
// whole territories; where neither Level nor Regions is set, counties.
type MediansQuery struct {
	Filter
	Codes []string // indicators (their total), metrics or rates
	// By are the groups: "" for all together, "province", "prefecture". None: all
	// together.
	By []string
	// Unofficial lets in reports from hosts that are no government's.
	Unofficial bool
}

// Medians are the statistics of one measure in one group and year.
type Medians struct {
	Measure Measure
	By      string // as in the query
	Group   string // code of the province or prefecture; "" for all together
	Year    int
	Statistics
}

// Medians describes measures group by group, in the order of the codes asked
// for, of By, of groups and years. Values are read as Compare reads them.
func (s *Store) Medians(ctx context.Context, q MediansQuery) ([]Medians, error) {
	f := q.Filter
	if f.Scope == report.ScopeUnknown {
		f.Scope = report.ScopeRegion
	}
	if f.Level == "" && len(f.Regions) == 0 {
		f.Level = region.LevelCounty
	}
	f.OfficialOnly = f.OfficialOnly || !q.Unofficial
	by := q.By
	if len(by) == 0 {
		by = []string{""}
	}
	for _, b := range by {
		switch b {
		case "", region.LevelProvince, region.LevelPrefecture:
		default:
			return nil, fmt.Errorf("%w: group by %q; want province or prefecture", ErrUnknownCode, b)
		}
	}
	// Each measure is a question of its own, and they wait for each other's
	// pages little.
	answers := make([][]Medians, len(q.Codes))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, code := range q.Codes {
		g.Go(func() (err error) {
			answers[i], err = s.mediansOf(ctx, code, f, by)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(answers...), nil
}

// mediansOf are those of one measure.
func (s *Store) mediansOf(ctx context.Context, code string, f Filter, by []string) ([]Medians, error) {
	m, err := FindMeasure(code, "")
	if err != nil {
		return nil, err
	}
	readings, err := s.readings(ctx, m, f, catalog.QualityExact)
	if err != nil {
		return nil, err
	}
	disagree(readings, f.Scope)
	var all []Medians
	for _, b := range by {
		type key struct {
			group string
			year  int
		}
		values := map[key][]float64{}
		for _, r := range readings {
			if r.status == "" {
				continue // a second report that says the same
			}
			k := key{group(r.regionCode, b), r.year}
			if r.status.HasValue() {
				values[k] = append(values[k], *r.value)
			} else if values[k] == nil {
				values[k] = []float64{}
			}
		}
		first := len(all)
		for k, v := range values {
			slices.Sort(v)
			all = append(all, Medians{Measure: m, By: b, Group: k.group, Year: k.year, Statistics: summarise(v)})
		}
		slices.SortFunc(all[first:], func(a, b Medians) int { return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Year, b.Year)) })
	}
	return all, nil
}
