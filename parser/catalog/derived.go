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
	Parts     []string // indicators, added, each where the layout has it; where one has no figure there is no sum
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

// In reports whether a layout has parts.
func (d Derived) In(layout string) bool { return len(d.PartsIn(layout)) > 0 }

// PartsIn are the parts that a layout has.
func (d Derived) PartsIn(layout string) []string {
	return slices.DeleteFunc(slices.Clone(d.Parts), func(code string) bool {
		i, ok := Lookup(code)
		return !ok || !i.In(layout)
	})
}

// Sum is a derived sum in the layouts that have the same parts of it.
type Sum struct{ Layouts, Parts []string }

// Sums returns a sum for each set of parts that layouts have, the oldest first.
func (d Derived) Sums() (all []Sum) {
	for _, layout := range Default().Layouts() {
		parts := d.PartsIn(layout)
		if len(parts) == 0 {
			continue
		}
		n := slices.IndexFunc(all, func(s Sum) bool { return slices.Equal(s.Parts, parts) })
		if n < 0 {
			n, all = len(all), append(all, Sum{Parts: parts})
		}
		all[n].Layouts = append(all[n].Layouts, layout)
	}
	return all
}
