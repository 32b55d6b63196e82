package region

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"nianbao/parser/catalog"
	"nianbao/parser/text"
)

// Levels of a region.
const (
	LevelProvince   = "province"
	LevelPrefecture = "prefecture"
	LevelCounty     = "county"
)

// Region is one administrative division.
type Region struct {
	Code       string // GB/T 2260, six digits
	Name       string // in full, as in the list
	Level      string // LevelProvince, LevelPrefecture or LevelCounty
	ParentCode string // "" for provinces
	// FirstList and LastList are the years of the first and last code list, of
	// those known here (2013 to 2024, without 2021), that have the region; of one that
	// was only renamed or recoded before 2020, FirstList is the first that has its territory.
	FirstList, LastList int
}

// Nominal reports whether the region is only a place holder that keeps the
// code's three levels: 省直辖县级行政区划, and the prefecture level of the
// municipalities, which are provinces. No government stands behind it.
func (r Region) Nominal() bool {
	if r.Level != LevelPrefecture {
		return false
	}
	switch r.Code {
	case "110100", "120100", "310100", "500100", "500200":
		return true
	}
	return strings.HasSuffix(r.Name, "直辖县级行政区划")
}

// District reports whether a county-level region is a district of a city (市辖区), and
// no county, banner or city of its own.
func (r Region) District() bool {
	return r.Level == LevelCounty && strings.HasSuffix(r.Name, "区") && r.Name != "神农架林区" && r.Name != "六枝特区"
}

// InList reports whether the region stood in the code list of a year; the
// years before the first list count as the first, those after the last as the last.
func (r Region) InList(year int) bool {
	d := load()
	year = min(max(year, d.first), d.last)
	return r.FirstList <= year && year <= r.LastList || r.FirstList == 2022 && year == 2021
}

//go:embed regions.csv
var regionsCSV string

//go:embed aliases.csv
var aliasesCSV string

//go:embed successions.csv
var successionsCSV string

// data is everything the embedded tables say, indexed.
type data struct {
	all         []Region // by code
	byCode      map[string]int
	children    map[string][]int
	names       map[string][]int // full names, their regular short forms and the aliases
	bare        map[string][]int // names without 省, 市, 县, 区 …
	former      map[string][]int // names of no row, out of use: indices of successions
	longest     int              // characters of the longest name
	reach       map[rune]int     // characters of the longest name that begins with one
	successions []Succession
	renamed     map[string][]string // the codes that a code was renamed to or from
	first, last int                 // years of the first and last list
}

var load = sync.OnceValue(func() *data {
	d := &data{
		byCode: map[string]int{}, children: map[string][]int{},
		names: map[string][]int{}, bare: map[string][]int{}, former: map[string][]int{}, renamed: map[string][]string{},
		first: 1 << 30,
	}
	for _, r := range catalog.Rows("regions.csv", regionsCSV) {
		d.all = append(d.all, Region{r[0], r[1], r[2], r[3], number(r[4]), number(r[5])})
	}
	slices.SortFunc(d.all, func(a, b Region) int { return cmp.Compare(a.Code, b.Code) })
	for i, r := range d.all {
		d.byCode[r.Code] = i
		d.children[r.ParentCode] = append(d.children[r.ParentCode], i)
		d.first, d.last = min(d.first, r.FirstList), max(d.last, r.LastList)
		if r.Nominal() {
			continue
		}
		add(d.names, r.Name, i)
		for _, s := range shortForms(r) {
			add(d.names, s, i)
		}
		if b := bareName(r); b != "" {
			add(d.bare, b, i)
		}
	}
	for _, r := range catalog.Rows("aliases.csv", aliasesCSV) {
		add(d.names, r[0], d.mustIndex("aliases.csv", r[1]))
	}
	for _, r := range catalog.Rows("successions.csv", successionsCSV) {
		s := Succession{
			FromCode: r[0], FromName: r[1], ToCode: r[2], ToName: r[3],
			Year: number(r[4]), Kind: r[5],
		}
		d.mustIndex("successions.csv", s.ToCode)
		if _, listed := d.byCode[s.FromCode]; !listed {
			add(d.former, s.FromName, len(d.successions))
		}
		if s.Kind == Renamed && s.FromCode != "" {
			d.renamed[s.FromCode] = append(d.renamed[s.FromCode], s.ToCode)
			d.renamed[s.ToCode] = append(d.renamed[s.ToCode], s.FromCode)
		}
		d.successions = append(d.successions, s)
	}
	d.reach = map[rune]int{}
	for _, names := range []map[string][]int{d.names, d.bare, d.former} {
		for n := range names {
			runes := []rune(n)
			d.reach[runes[0]] = max(d.reach[runes[0]], len(runes))
			d.longest = max(d.longest, len(runes))
		}
	}
	return d
})

func add(m map[string][]int, name string, i int) {
	if !slices.Contains(m[name], i) {
		m[name] = append(m[name], i)
	}
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(fmt.Sprintf("region: embedded table: %v", err))
	}
	return n
}

func (d *data) mustIndex(table, code string) int {
	i, ok := d.byCode[code]
	if !ok {
		panic(fmt.Sprintf("region: embedded %s: code %s is not in regions.csv", table, code))
	}
	return i
}

// All returns every region in the order of the codes, nominal and former ones
// included.
func All() []Region { return slices.Clone(load().all) }

// Lookup returns the region of a code.
func Lookup(code string) (Region, bool) {
	d := load()
	i, ok := d.byCode[code]
	if !ok {
		return Region{}, false
	}
	return d.all[i], true
}

// Path returns the region of a code with what it belongs to, the province
// first, without nominal levels; nil for an unknown code.
func Path(code string) []Region {
	d := load()
	var path []Region
	for i, ok := d.byCode[code]; ok; i, ok = d.byCode[d.all[i].ParentCode] {
		if r := d.all[i]; !r.Nominal() || len(path) == 0 {
			path = append(path, r)
		}
	}
	slices.Reverse(path)
	return path
}

// PathName joins the names of Path: 江苏省淮安市洪泽区.
func PathName(code string) string {
	var b strings.Builder
	for _, r := range Path(code) {
		b.WriteString(r.Name)
	}
	return b.String()
}

// Under returns everything below a region, former regions included and nominal
// ones left out, in the order of the codes.
func Under(code string) []Region {
	d := load()
	var found []Region
	for _, i := range d.children[code] {
		r := d.all[i]
		if code == "" {
			break
		}
		if !r.Nominal() {
			found = append(found, r)
		}
		found = append(found, Under(r.Code)...)
	}
	slices.SortFunc(found, func(a, b Region) int { return cmp.Compare(a.Code, b.Code) })
	return found
}

// Find returns the regions that a person may mean: by code (two, four or six
// digits), by name in full or short (西乌旗), by the name without its suffix
// (喀什: 喀什地区 and 喀什市), by a former name (九江县), with the names of what
// it belongs to before it or without (淮安市洪泽区), by the letters of its Hanyu
// Pinyin (xuyi), by a name with the code behind it (盱眙县 320830, xuyi-320830);
// and when there is none of that name, those whose name contains the query. Nil
// when nothing fits.
func Find(query string) []Region {
	d := load()
	query = text.Fold(query)
	if query == "" {
		return nil
	}
	before, code := query[:max(0, len(query)-6)], query[max(0, len(query)-6):]
	switch {
	case isDigits(query):
		return d.coded(query)
	case before != "" && isDigits(code) && !isDigits(before[len(before)-1:]):
		return d.coded(code)
	case isLetters(query):
		return slices.Clone(spelt()[letters(query)])
	}
	hits := slices.Concat(d.names[query], d.bare[query])
	for _, n := range d.former[query] {
		hits = append(hits, d.byCode[d.successions[n].ToCode])
	}
	if len(hits) == 0 {
		if m := Recognise(query, Context{}); m.Rest == "" && m.Region.Code != "" {
			return []Region{m.Region}
		}
		for i, r := range d.all {
			if !r.Nominal() && strings.Contains(r.Name, query) {
				hits = append(hits, i)
			}
		}
	}
	slices.Sort(hits)
	var found []Region
	for _, i := range slices.Compact(hits) {
		found = append(found, d.all[i])
	}
	return found
}

// Meant are those of the regions that [Find] has for a name which somebody means by it: those
// called so in full before others, and those in use before what has ended (伊春: the city, and
// not the district of before 2019).
func Meant(name string, found []Region) []Region {
	last := load().last
	for _, other := range []func(Region) bool{
		func(r Region) bool { return r.Name != name },
		func(r Region) bool { return r.LastList != last },
	} {
		if left := slices.DeleteFunc(slices.Clone(found), other); len(left) > 0 {
			found = left
		}
	}
	return found
}

// coded is the region of a code of two, four or six digits, in use or former.
func (d *data) coded(code string) []Region {
	if len(code) > 6 || len(code)%2 != 0 {
		return nil
	}
	if i, ok := d.byCode[code+strings.Repeat("0", 6-len(code))]; ok {
		return []Region{d.all[i]}
	}
	if i := slices.IndexFunc(d.successions, func(s Succession) bool { return s.FromCode == code }); i >= 0 {
		return []Region{d.all[d.byCode[d.successions[i].ToCode]]}
	}
	return nil
}

func isDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}
