package explorer

import (
	"cmp"
	"context"
	"math"
	"slices"

	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/ask"
)

// neighbours are counties that one's own is best held against, the largest value
// first: those of its prefecture, and those of its province and of all China with
// about as many residents.
type neighbours struct {
	Key  string // of the heading in texts.csv
	Of   string // code of the prefecture or province; "": all of China
	Rows []neighbour
}

type neighbour struct {
	comparisonRow
	Place     int // 1 for the largest value; 0 without one
	Residents int // 0: not known
}

// maxAlike is how many counties of about the same size are shown.
const maxAlike = 9

// besides finds the neighbours of the region that a comparison points out, whatever
// area is compared.
func (e *Explorer) besides(ctx context.Context, v *comparisonView) ([]neighbours, error) {
	own, ok := region.Lookup(v.Query.Own)
	if !ok || own.Level != region.LevelCounty || v.Query.Level != region.LevelCounty || v.Scope != report.ScopeRegion {
		return nil, nil
	}
	path := region.Path(own.Code)
	q := v.Query
	q.Under, q.By = path[0].Code, ""
	c, err := e.comparison(ctx, q)
	if err != nil {
		return nil, err
	}
	var all []neighbour
	size := 0
	for _, r := range c.Rows {
		n := neighbour{comparisonRow: comparisonRow{ComparisonRow: r}}
		if p, known := region.Residents(r.RegionCode); known && p.Holds(r.Year) {
			n.Residents = p.Residents
		}
		if region.Newest(r.RegionCode) == q.Own {
			size = n.Residents
		}
		all = append(all, n)
	}
	var found []neighbours
	if len(path) == 3 {
		same := neighbours{Key: "neighbours.prefecture", Of: path[1].Code}
		for _, n := range all {
			if p := region.Path(n.RegionCode); len(p) == 3 && region.Newest(p[1].Code) == region.Newest(path[1].Code) {
				same.Rows = append(same.Rows, n)
			}
		}
		found = append(found, same)
	}
	if size > 0 {
		alike := neighbours{Of: path[0].Code}
		alike.Rows = slices.DeleteFunc(slices.Clone(all), func(n neighbour) bool { return n.Residents == 0 })
		alike.Rows, alike.Key = sameKind(own, alike.Rows, func(n neighbour) string { return n.RegionCode })
		slices.SortStableFunc(alike.Rows, func(a, b neighbour) int {
			return cmp.Compare(apart(a.Residents, size), apart(b.Residents, size))
		})
		alike.Rows = alike.Rows[:min(len(alike.Rows), maxAlike)]
		afar, err := e.alikeAnywhere(ctx, v.Query, own, size)
		if err != nil {
			return nil, err
		}
		found = append(found, alike, afar)
	}
	found = slices.DeleteFunc(found, func(n neighbours) bool { return len(n.Rows) < 2 })
	for _, n := range found {
		placeByValue(n.Rows)
	}
	return found, nil
}

// leastOfKind is how many regions of one kind make a comparison among themselves.
const leastOfKind = 4

// sameKind are those of one's own kind, and the key of a heading that names it: a
// district of a city has another task than a county of as many residents. Where there
// are too few of the kind, it is all, and the heading says so.
func sameKind[T any](own region.Region, all []T, code func(T) string) ([]T, string) {
	of := slices.DeleteFunc(slices.Clone(all), func(x T) bool {
		r, _ := region.Lookup(code(x))
		return r.District() != own.District()
	})
	switch {
	case len(of) < leastOfKind:
		return all, "neighbours.alike"
	case own.District():
		return of, "neighbours.alike.districts"
	}
	return of, "neighbours.alike.counties"
}

// apart is how far two numbers of residents are from each other, as a ratio.
func apart(a, b int) float64 { return math.Abs(math.Log(float64(a) / float64(b))) }

// alikeAnywhere are the counties of all China, among those that there is a report of,
// with about as many residents. They are chosen before their figures are asked for.
func (e *Explorer) alikeAnywhere(ctx context.Context, q compareQuery, own region.Region, size int) (found neighbours, err error) {
	have, err := e.covered(ctx, region.LevelCounty)
	if err != nil {
		return found, err
	}
	residents := map[string]int{}
	var codes []string
	for t := range have {
		if p, known := region.Residents(t.Series); t.Year == q.Year && known && p.Holds(q.Year) && p.Residents > 0 {
			residents[t.Series] = p.Residents
			codes = append(codes, t.Series)
		}
	}
	codes, found.Key = sameKind(own, codes, func(code string) string { return code })
	slices.SortFunc(codes, func(a, b string) int {
		return cmp.Or(cmp.Compare(apart(residents[a], size), apart(residents[b], size)), cmp.Compare(a, b))
	})
	codes = codes[:min(len(codes), maxAlike)]
	if len(codes) == 0 {
		return found, nil
	}
	c, err := ask.Compare(ctx, e.store, ask.CompareQuery{
		Filter: store.Filter{Years: store.Year(q.Year), Regions: codes, Level: q.Level, Scope: q.Scope},
		Code:   q.Measure, Applicant: q.Applicant, Per: q.Per, Close: q.Close, Unofficial: q.Unofficial,
	})
	if err != nil {
		return found, err
	}
	for _, r := range c.Rows {
		found.Rows = append(found.Rows, neighbour{comparisonRow: comparisonRow{ComparisonRow: r}, Residents: residents[region.Newest(r.RegionCode)]})
	}
	return found, nil
}

// placeByValue puts the largest value first and what has none last, and numbers those that
// have one; equals share a place.
func placeByValue(rows []neighbour) {
	slices.SortStableFunc(rows, func(a, b neighbour) int {
		if a.Value == nil || b.Value == nil {
			return cmp.Or(last(a.Value == nil, b.Value == nil), cmp.Compare(a.RegionCode, b.RegionCode))
		}
		return cmp.Or(-cmp.Compare(*a.Value, *b.Value), cmp.Compare(a.RegionCode, b.RegionCode))
	})
	for i := range rows {
		switch {
		case rows[i].Value == nil:
		case i > 0 && *rows[i-1].Value == *rows[i].Value:
			rows[i].Place = rows[i-1].Place
		default:
			rows[i].Place = i + 1
		}
	}
}

// Beside are the neighbours of the county pointed out.
func (v *comparisonView) Beside() []neighbours { return v.beside }
