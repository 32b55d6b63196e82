package region

import (
	"crypto/sha256"
	_ "embed"
	"slices"
	"strings"
	"sync"

	"nianbao/parser/catalog"
)

// What the residents are counted by.
const (
	CensusDate   = "2020-11-01" // ISO 8601
	CensusYear   = 2020
	CensusSource = "National Bureau of Statistics, Tabulation on the 2020 China Population Census by County, ISBN 978-7-5037-9772-9"
)

//go:embed population.csv
var populationCSV string

//go:embed recut.csv
var recutCSV string

// Digest changes with the tables that All, Successions and Residents are read from. Who
// keeps copies of what they answer knows by it whether they are of today.
func Digest() [sha256.Size]byte {
	return sha256.Sum256([]byte(strings.Join([]string{digestVersion, regionsCSV, successionsCSV, populationCSV, recutCSV, CensusDate, CensusSource}, "\x00")))
}

// digestVersion is another where the code comes to make other regions, successions or residents
// of the same tables.
const digestVersion = "1"

// Population are the residents of a territory on CensusDate.
type Population struct {
	Residents int
	// From and To are the first and the last year in which the code means the
	// territory that was counted; 0: no bound is known. Before and after, it was
	// drawn otherwise.
	From, To int
}

// Holds reports whether the code meant, in a year, the territory that was counted.
func (p Population) Holds(year int) bool {
	return year != 0 && year >= p.From && (p.To == 0 || year <= p.To)
}

// Residents returns the residents of a region. A later or earlier code of the
// same territory has the figure of the code it was renamed from or to; a
// prefecture or province has the sum of what lies in it. A territory that was
// cut anew, one without a figure, and an unknown code have none.
func Residents(code string) (Population, bool) {
	p, ok := populations()[code]
	return p, ok
}

var populations = sync.OnceValue(func() map[string]Population {
	counted, named := map[string]int{}, map[[2]string]bool{} // by code; by prefecture and name
	for _, r := range catalog.Rows("population.csv", populationCSV) {
		n := number(r[2])
		counted[r[0]], named[[2]string{r[0][:4], r[1]}] = n, true
		for _, above := range []string{r[0][:2] + "0000", r[0][:4] + "00"} {
			if above != r[0] {
				counted[above] += n
			}
		}
	}
	type cut struct {
		year   int  // from which the code means another territory
		before bool // the census counts the territory as it was before
	}
	cuts := map[string][]cut{}
	d := load()
	for _, s := range d.successions {
		if s.Kind == Merged {
			// What was merged away and has a row of its own is not in the other's.
			cuts[s.ToCode] = append(cuts[s.ToCode], cut{s.Year, s.Year > CensusYear || named[[2]string{s.ToCode[:4], s.FromName}]})
		}
	}
	for _, r := range catalog.Rows("recut.csv", recutCSV) {
		d.mustIndex("recut.csv", r[0])
		year := number(r[2])
		cuts[r[0]] = append(cuts[r[0]], cut{year, year > CensusYear})
	}
	found := map[string]Population{}
	for _, r := range d.all {
		if r.Nominal() {
			continue
		}
		series := Series(r.Code)
		i := slices.IndexFunc(series, func(s Region) bool { return counted[s.Code] > 0 && s.FirstList <= CensusYear })
		if i < 0 {
			continue
		}
		p := Population{Residents: counted[series[i].Code]}
		for _, s := range series {
			for _, c := range cuts[s.Code] {
				if !c.before {
					p.From = max(p.From, c.year)
				} else if p.To == 0 || c.year <= p.To {
					p.To = c.year - 1
				}
			}
		}
		found[r.Code] = p
	}
	return found
})
