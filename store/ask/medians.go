package ask

import (
	"cmp"
	"context"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"nianbao/parser/catalog"
	"nianbao/store"
)

// MediansQuery asks how the values of several measures lie in groups of
// regions. Like is compared with like: where Scope is not set, the reports of
// whole territories; where neither Level nor Regions is set, counties.
type MediansQuery struct {
	store.Filter
	Codes []string // indicators (their total), metrics or rates
	// By are the groups: "" for all together, "province", "prefecture". None: all
	// together.
	By []string
	// Unofficial lets in reports from hosts that are no government's.
	Unofficial bool
}

// Median is how the values of one measure lie in one group and year.
type Median struct {
	Measure Measure
	By      string // as in the query
	Group   string // code of the province or prefecture; "" for all together
	Year    int
	Statistics
}

// Medians describes measures group by group, in the order of the codes asked
// for, of By, of groups and years. Values are read as Compare reads them.
func Medians(ctx context.Context, s *store.Store, q MediansQuery) ([]Median, error) {
	f := ofCounties(alike(q.Filter, q.Unofficial))
	by := q.By
	if len(by) == 0 {
		by = []string{""}
	}
	if err := checkGroups(by...); err != nil {
		return nil, err
	}
	measures := make([]Measure, len(q.Codes))
	for i, code := range q.Codes {
		var err error
		if measures[i], err = FindMeasure(code, ""); err != nil {
			return nil, err
		}
	}
	years, err := yearsWithin(ctx, s, f.Years)
	if err != nil {
		return nil, err
	}
	// Year by year, for the index finds a year's reports of territories among
	// all others, and the measures of a report stand on the same pages.
	found := make([][][]reading, len(years))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for y, year := range years {
		f := f
		f.Years = store.Year(year)
		found[y] = make([][]reading, len(measures))
		g.Go(func() (err error) {
			for i, m := range measures {
				if found[y][i], err = readings(ctx, s, m, f, catalog.QualityExact); err != nil {
					return err
				}
				disagree(found[y][i], f.Scope)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	var all []Median
	for i, m := range measures {
		var ofMeasure []reading
		for y := range years {
			ofMeasure = append(ofMeasure, found[y][i]...)
		}
		all = append(all, mediansOf(m, ofMeasure, by)...)
	}
	return all, nil
}

// yearsWithin are the years of a span between the first and the last that
// there are reports of.
func yearsWithin(ctx context.Context, s *store.Store, span store.Years) (years []int, err error) {
	var first, last int
	if err := s.DB().QueryRowContext(ctx, `SELECT ifnull((SELECT min(year) FROM report), 0), ifnull((SELECT max(year) FROM report), 0)`).Scan(&first, &last); err != nil {
		return nil, s.Explain("read", err)
	}
	first, last = max(first, store.FirstYear, span.From), min(last, store.LastYear)
	if span.To != 0 {
		last = min(last, span.To)
	}
	for y := first; y <= last; y++ {
		years = append(years, y)
	}
	return years, nil
}

// mediansOf describes the readings of one measure.
func mediansOf(m Measure, readings []reading, by []string) (all []Median) {
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
			all = append(all, Median{Measure: m, By: b, Group: k.group, Year: k.year, Statistics: summarise(v)})
		}
		slices.SortFunc(all[first:], func(a, b Median) int { return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Year, b.Year)) })
	}
	return all
}
