package catalog

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// Derived is a sum that no table prints: it is reckoned from indicators, and
// wherever it is shown it is said to be. No report has it as a figure.
type Derived struct {
	Code      string
	LabelZH   string // both labels say that it is derived
	LabelEN   string
	Unit      string
	Dimension string   // as of an indicator: DimensionApplicant has it for each kind of applicant
	Parts     []string // indicators, added; where one has no figure there is no sum
	// Counterpart is what stands nearest in a layout that does not have the parts.
	Counterpart Correspondence
}

//go:embed derived.csv
var derivedCSV string

var loadDerived = sync.OnceValue(func() []Derived {
	var all []Derived
	for _, r := range Rows("derived.csv", derivedCSV) {
		all = append(all, Derived{Code: r[0], LabelZH: r[1], LabelEN: r[2], Unit: r[3], Dimension: r[4], Parts: strings.Fields(r[5]),
			Counterpart: Correspondence{A: r[6], B: r[0], Quality: r[7], Note: r[8], NoteZH: r[9]}})
	}
	return all
})

// Deriveds returns every derived sum.
func Deriveds() []Derived { return slices.Clone(loadDerived()) }

// LookupDerived returns the derived sum of a code.
func LookupDerived(code string) (Derived, bool) {
	i := slices.IndexFunc(loadDerived(), func(d Derived) bool { return d.Code == code })
	if i < 0 {
		return Derived{}, false
	}
	return loadDerived()[i], true
}

// In reports whether a layout has every part.
func (d Derived) In(layout string) bool {
	return !slices.ContainsFunc(d.Parts, func(code string) bool {
		i, ok := Lookup(code)
		return !ok || !i.In(layout)
	})
}
