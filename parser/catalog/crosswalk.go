package catalog

import (
	_ "embed"
	"slices"
	"sync"
)

// Qualities of a correspondence.
const (
	QualityExact = "exact" // the same thing, counted the same way
	QualityClose = "close" // nearly the same; Note says what differs
	QualityNone  = "none"  // looks comparable and is not; Note says why
)

// Correspondence says how an indicator of one layout compares with one of a
// later layout. An indicator that keeps its code corresponds to itself.
type Correspondence struct {
	A, B    string // indicator codes; A is of the earlier layout
	Quality string // QualityExact, QualityClose or QualityNone
	Note    string // what differs, a whole sentence; never empty
	NoteZH  string // the same in Chinese
}

//go:embed crosswalk.csv
var crosswalkCSV string

var loadCrosswalk = sync.OnceValue(func() []Correspondence {
	var all []Correspondence
	for _, r := range Rows("crosswalk.csv", crosswalkCSV) {
		all = append(all, Correspondence{A: r[0], B: r[1], Quality: r[2], Note: r[3], NoteZH: r[4]})
	}
	return all
})

// Crosswalk returns every correspondence between the layouts. Pairs that are
// not in it have nothing to do with each other; indicators that are in none
// (the channels, staff and training of 2014, the items and procurement of
// 2019) have no counterpart in another layout.
func Crosswalk() []Correspondence { return slices.Clone(loadCrosswalk()) }

// Counterparts returns the correspondences of one indicator with others, on
// either side, that may be compared: exact ones first, then close ones.
func Counterparts(code string) []Correspondence {
	var found []Correspondence
	for _, quality := range []string{QualityExact, QualityClose} {
		for _, c := range loadCrosswalk() {
			if c.Quality == quality && c.A != c.B && (c.A == code || c.B == code) {
				found = append(found, c)
			}
		}
	}
	return found
}
