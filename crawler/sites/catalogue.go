package sites

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed sites.csv
var sitesCSV string

// Levels of a region, as in the catalogue.
const (
	LevelProvince   = "province"
	LevelPrefecture = "prefecture"
	LevelCounty     = "county"
)

// China is the code that everything lies under.
const China = "000000"

// A Site is the home page of one region's government.
type Site struct {
	Code  string // GB/T 2260, six digits
	Name  string // of the region: 喀什市
	Level string
	URL   string // as the lists have it; a redirect decides between http and https
}

// Find returns the site of a code, or those of the regions with a name or the
// beginning of one.
func Find(s string) []Site {
	var found []Site
	for _, site := range load() {
		if site.Code == s || strings.HasPrefix(site.Name, s) && s != "" {
			found = append(found, site)
		}
	}
	return found
}

// Under returns the sites of a region and of everything below it; those of all
// regions under China.
func Under(code string) []Site {
	prefix := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(code, "00"), "00"), "00")
	var found []Site
	for _, site := range load() {
		if strings.HasPrefix(site.Code, prefix) {
			found = append(found, site)
		}
	}
	return found
}

// The table is part of the program: a fault in it is a fault of the build.
var load = sync.OnceValue(func() []Site {
	rows, err := csv.NewReader(strings.NewReader(sitesCSV)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("sites.csv: %v", err))
	}
	var all []Site
	for _, row := range rows[1:] {
		all = append(all, Site{Code: row[0], Name: row[1], Level: row[2], URL: row[3]})
	}
	slices.SortStableFunc(all, func(a, b Site) int { return strings.Compare(a.Code, b.Code) })
	return all
})
