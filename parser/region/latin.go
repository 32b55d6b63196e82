package region

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"nianbao/parser/catalog"
)

//go:embed latin.csv
var latinCSV string

var latin = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for _, r := range catalog.Rows("latin.csv", latinCSV) {
		all[r[0]] = r[1]
	}
	return all
})

// endings are what divisions are called, the longer first where one ends another.
var endings = []struct{ zh, en string }{
	{"特别行政区", "Special Administrative Region"}, {"自治州", "Autonomous Prefecture"}, {"自治县", "Autonomous County"}, {"自治旗", "Autonomous Banner"},
	{"自治区", ""}, {"省", ""}, {"地区", "Prefecture"}, {"盟", "League"}, {"神农架林区", "Forestry District"}, {"特区", "Special District"},
	{"浦东新区", "New Area"}, {"滨海新区", "New Area"}, {"沈北新区", "New Area"}, // and not 清新区
	{"市", "City"}, {"县", "County"}, {"区", "District"}, {"旗", "Banner"},
}

// Latin is a region's name in the letters of Hanyu Pinyin, without what a county
// or district is called: Xuyi, Huai'an, Inner Mongolia. "" for an unknown code.
func Latin(code string) string { return latin()[code] }

// English is a region's name as an English text has it: Xuyi County, Kashi City.
// A province goes without its kind. "" for an unknown code.
func English(code string) string {
	r, ok := Lookup(code)
	if !ok {
		return ""
	}
	name := Latin(code)
	if r.Level == LevelProvince {
		return name
	}
	for _, e := range endings {
		if strings.HasSuffix(r.Name, e.zh) {
			return strings.TrimSpace(name + " " + e.en)
		}
	}
	return name
}

// Letters are a region's name in Hanyu Pinyin as it is typed: xuyi, huaian. "" for an
// unknown code.
func Letters(code string) string { return letters(Latin(code)) }

// spelt are the regions in use by their [Letters].
var spelt = sync.OnceValue(func() map[string][]Region {
	all := map[string][]Region{}
	d := load()
	for _, r := range d.all {
		if !r.Nominal() && r.LastList == d.last {
			all[Letters(r.Code)] = append(all[Letters(r.Code)], r)
		}
	}
	return all
})

// letters are what is compared of a name in letters.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 'ü' || r == 'v':
			return 'u'
		case r >= 'a' && r <= 'z':
			return r
		}
		return -1
	}, strings.ToLower(s))
}

// Suggest returns the regions in use that somebody may be about to name: by the
// beginning of the code, of the name or of its Hanyu Pinyin, and after these by
// any part of the name; at most limit, counties of one name side by side.
func Suggest(query string, limit int) []Region {
	query = strings.TrimSpace(query)
	typed := ""
	if isLetters(query) {
		typed = letters(query)
	}
	var best, rest []Region
	d := load()
	for _, r := range d.all {
		if query == "" || r.Nominal() || r.LastList != d.last {
			continue
		}
		switch {
		case isDigits(query) && strings.HasPrefix(r.Code, query),
			typed != "" && strings.HasPrefix(Letters(r.Code), typed),
			strings.HasPrefix(r.Name, query):
			best = append(best, r)
		case strings.Contains(r.Name, query):
			rest = append(rest, r)
		}
	}
	// Whoever types the whole name wants that one first.
	whole := func(r Region) int {
		if Letters(r.Code) == typed && typed != "" || r.Name == query || bareName(r) == query {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(best, func(a, b Region) int { return whole(a) - whole(b) })
	best = append(best, rest...)
	return best[:min(limit, len(best))]
}

// isLetters reports whether a query is Hanyu Pinyin, with or without apostrophes.
func isLetters(s string) bool {
	return s != "" && strings.IndexFunc(strings.ToLower(s), func(r rune) bool { return (r < 'a' || r > 'z') && !strings.ContainsRune("ü'’ ", r) }) < 0
}
