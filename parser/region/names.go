package region

import (
	_ "embed"
	"strings"

	"nianbao/parser/catalog"
)

//go:embed words.csv
var wordsCSV string

// words are parts of names; the table says which.
var words = catalog.Lists("words.csv", wordsCSV)

// autonomous are the suffixes of autonomous places with the plain ones that
// everyday names use instead.
var autonomous = []struct{ suffix, plain string }{
	{"自治州", "州"}, {"自治县", "县"}, {"自治旗", "旗"}, {"自治区", "区"}, {"族区", "区"},
}

// shortForms are the regular short forms of a region's name: those that keep a
// suffix, so that they can be told from ordinary words. 景宁畲族自治县: 景宁县, 景宁自治县.
func shortForms(r Region) []string {
	if r.Level == LevelProvince {
		if b := bareName(r); b != r.Name && b != "" {
			if strings.HasSuffix(r.Name, "自治区") {
				return []string{b, b + "自治区", b + "区"}
			}
			if strings.HasSuffix(r.Name, "特别行政区") {
				return []string{b + "特区"}
			}
		}
		return nil
	}
	stem, plain := withoutPeoples(r.Name)
	if stem == "" || stem+plain == r.Name {
		return nil
	}
	short := []string{stem + plain}
	if own := "自治" + plain; strings.HasSuffix(r.Name, own) && stem+own != r.Name {
		short = append(short, stem+own)
	}
	return short
}

// withoutPeoples splits the name of an autonomous place into what stands
// before the nationalities and its plain suffix; "" for other names.
func withoutPeoples(name string) (stem, plain string) {
	for _, a := range autonomous {
		s, ok := strings.CutSuffix(name, a.suffix)
		if !ok {
			continue
		}
		if a.suffix == "族区" {
			s += "族"
		}
		for again := true; again; {
			again = false
			for _, p := range words["people"] {
				// 东乡族自治县 and 鄂温克族自治旗 are named for the people itself.
				if t, ok := strings.CutSuffix(s, p); ok && len([]rune(t)) >= 2 {
					s, again = t, true
					break
				}
			}
		}
		if t, ok := strings.CutSuffix(s, "族"); ok {
			s = t
		}
		return s, a.plain
	}
	return "", ""
}

// bareName is a name without its suffix: 喀什 of 喀什市 and of 喀什地区. Names
// of two characters keep theirs (沙县, 城区), for one character names nothing.
func bareName(r Region) string {
	if stem, _ := withoutPeoples(r.Name); stem != "" {
		return stem
	}
	for _, suffix := range words["suffix"] {
		if b, ok := strings.CutSuffix(r.Name, suffix); ok {
			if len([]rune(b)) < 2 {
				return ""
			}
			return b
		}
	}
	return ""
}
