package region

import (
	"cmp"
	"slices"
	"sync"
)

// Kinds of succession.
const (
	// Renamed: the same territory goes on under another name, rank or code
	// (沙县 → 沙县区). Its figures form one series.
	Renamed = "renamed"
	// Merged: the territory became part of a larger one (下城区 → 拱墅区).
	Merged = "merged"
)

// Succession says that one division went over into another.
type Succession struct {
	FromCode string // "" for what has no row in regions.csv
	FromName string
	ToCode   string
	ToName   string
	Year     int    // the year it was approved in
	Kind     string // Renamed or Merged
}

// Successions returns every change known here, in the order of the table.
func Successions() []Succession { return slices.Clone(load().successions) }

// Series returns every code under which one territory is or was listed, the
// region of code included, oldest first. Mergers do not continue a series: the
// figures of a part cannot be compared with those of the whole. Nil for a code
// that is unknown.
func Series(code string) []Region {
	d := load()
	series := []string{code}
	for n := 0; n < len(series); n++ {
		for _, other := range d.renamed[series[n]] {
			if !slices.Contains(series, other) {
				series = append(series, other)
			}
		}
	}
	var found []Region
	for _, code := range series {
		if i, ok := d.byCode[code]; ok {
			found = append(found, d.all[i])
		}
	}
	slices.SortFunc(found, func(a, b Region) int {
		return cmp.Or(cmp.Compare(a.FirstList, b.FirstList), cmp.Compare(a.LastList, b.LastList), cmp.Compare(a.Code, b.Code))
	})
	return found
}

// Reports reports whether the territory of a code can have a report on a year: it is in the
// list of the year, in the one before (for the year in which it ended) or the one after.
func Reports(code string, year int) bool {
	return slices.ContainsFunc(Series(code), func(r Region) bool { return r.InList(year-1) || r.InList(year) || r.InList(year+1) })
}

// Current returns the newest listed region of the territory of a code, which
// is the region itself unless it was renamed.
func Current(code string) (Region, bool) {
	s := Series(code)
	if len(s) == 0 {
		return Region{}, false
	}
	return s[len(s)-1], true
}

// Newest is the newest code of the territory of a code; the code itself where
// it is unknown. It remembers what Current says of every code, for comparisons
// ask it for each of thousands of reports.
func Newest(code string) string {
	if newest, ok := newest()[code]; ok {
		return newest
	}
	return code
}

var newest = sync.OnceValue(func() map[string]string {
	codes := map[string]string{} // of the few that were ever renamed
	for _, s := range load().successions {
		for _, code := range []string{s.FromCode, s.ToCode} {
			if current, known := Current(code); known && s.Kind == Renamed {
				codes[code] = current.Code
			}
		}
	}
	return codes
})
