package ask

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"strings"

	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/query"
)

// Residents is the denominator that is built in: residents of the census, in
// hundreds of thousands. They were counted once, and stand for every year in
// which the code meant the territory that was counted.
const Residents = store.Residents

// perResident is by how much a value per resident is multiplied.
const perResident = 100_000

// denominator is what to divide by in a territory and year.
type denominator func(regionCode string, year int) (value float64, times float64, of int, ok bool)

func residents(code string, year int) (value, times float64, of int, ok bool) {
	p, ok := region.Residents(code)
	if !ok || !p.Holds(year) {
		return 0, 0, 0, false
	}
	return float64(p.Residents), perResident, region.CensusYear, true
}

// denominatorOf reads one that was imported. A renamed territory has its
// figures under any of its codes; another year's never stand in.
func denominatorOf(ctx context.Context, s *store.Store, name string) (denominator, error) {
	by, err := readDenominator(ctx, s.DB(), name)
	return by, s.Explain("read", err)
}

func readDenominator(ctx context.Context, q query.Querier, name string) (denominator, error) {
	if name == Residents {
		return residents, nil
	}
	type key struct {
		series string
		year   int
	}
	values := map[key]float64{}
	err := query.Each(ctx, q, func(rows *sql.Rows) error {
		var k key
		var v float64
		if err := rows.Scan(&k.series, &k.year, &v); err != nil {
			return err
		}
		k.series = region.Newest(k.series)
		if before, twice := values[k]; twice && before != v {
			v = math.NaN() // under two codes of one territory, two figures
		}
		values[k] = v
		return nil
	}, "SELECT region_code, year, value FROM denominator WHERE name = ?", name)
	if err != nil {
		return nil, err
	}
	if len(values) == 0 {
		return nil, fmt.Errorf("%w: denominator %q; `nianbao denominators` lists what there is, and --import adds", store.ErrUnknownCode, name)
	}
	return func(code string, year int) (float64, float64, int, bool) {
		v, ok := values[key{region.Newest(code), year}]
		return v, 1, year, ok && !math.IsNaN(v)
	}, nil
}

// divide makes a value a rate. What an office counts is not divided by what its
// whole territory has.
func (r *reading) divide(by denominator) {
	if r.value == nil {
		return
	}
	value, times, year, ok := by(r.regionCode, r.year)
	if !ok || r.scope != report.ScopeRegion {
		r.value, r.status = nil, NoDenominator
		return
	}
	v := *r.value / value * times
	r.value, r.base, r.baseYear = &v, &value, year
}

// Per returns a measure divided by a denominator: Residents or one that was
// imported. Only counts and amounts can be divided.
func Per(m Measure, name string) (Measure, error) {
	switch {
	case name == "":
		return m, nil
	case m.Kind == KindRate || m.Unit == "%":
		return m, fmt.Errorf("%w: %s is a rate already; divide a count or an amount", store.ErrUnknownCode, m.Code)
	}
	m.of, m.Kind, m.Unit, m.Per = m.Kind, KindRate, "", name
	if name == Residents {
		m.LabelZH = fmt.Sprintf("每十万常住人口（%d年普查）的%s", region.CensusYear, m.LabelZH)
		m.LabelEN = fmt.Sprintf("%s per 100,000 residents (census of %d)", m.LabelEN, region.CensusYear)
		return m, nil
	}
	m.LabelZH = fmt.Sprintf("%s ÷ %s（同年）", m.LabelZH, name)
	m.LabelEN = fmt.Sprintf("%s per %s (of the same year)", m.LabelEN, strings.ReplaceAll(name, "_", " "))
	return m, nil
}

// A Divider divides what reports count by what their territories have.
type Divider struct {
	by    denominator
	times float64
}

// NewDivider reads a denominator: Residents or one that was imported. The error
// is store.ErrUnknownCode where there is none of that name.
func NewDivider(ctx context.Context, q query.Querier, name string) (*Divider, error) {
	by, err := readDenominator(ctx, q, name)
	return &Divider{by: by}, err
}

// Report takes the next report and returns what its counts are divided by; nil
// where nothing is known for its territory and year, or where it is an office's.
func (d *Divider) Report(r store.ReportRow) *float64 {
	d.times = 0
	base, times, _, ok := d.by(r.RegionCode, r.Year)
	if !ok || r.Scope != report.ScopeRegion {
		return nil
	}
	d.times = times / base
	return &base
}

// Divide is a count or an amount of the report that was taken last, divided; nil
// where it has none, or nothing is known to divide by, or the unit is no count's.
func (d *Divider) Divide(value *float64, unit string) *float64 {
	if value == nil || d.times == 0 || unit == "" || unit == "%" {
		return nil
	}
	v := *value * d.times
	return &v
}

// PerName is how columns of figures divided by a denominator are called.
func PerName(name string) string {
	if name == Residents {
		return "per_100k_residents"
	}
	return "per_" + name
}
