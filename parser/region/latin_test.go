package region

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every region has a name in letters, and readings are those of the place.
func TestLatin(t *testing.T) {
	shape := regexp.MustCompile(`^[A-Z][a-zü']*( [A-Z][a-z]+)?$`)
	for _, r := range All() {
		if !shape.MatchString(Latin(r.Code)) {
			t.Errorf("%s %s: %q", r.Code, r.Name, Latin(r.Code))
		}
	}
	for code, want := range map[string]string{
		"320830": "Xuyi County", "320800": "Huai'an City", "341500": "Lu'an City", "500000": "Chongqing", "653101": "Kashi City", "653100": "Kashi Prefecture", "150000": "Inner Mongolia",
		"330382": "Yueqing City", "130225": "Laoting County", "140500": "Jincheng City", "361124": "Yanshan County", "421023": "Jianli County", "222400": "Yanbian Autonomous Prefecture",
		"141100": "Lüliang City", "610000": "Shaanxi", "140000": "Shanxi", "000000": "",
	} {
		if got := English(code); got != want {
			if _, ok := Lookup(code); ok || want == "" {
				t.Errorf("%s: %q, want %q", code, got, want)
			}
		}
	}
}

func TestSuggest(t *testing.T) {
	for query, want := range map[string]string{"盱眙": "320830", "xuyi": "320830", "Xuyi": "320830", "320830": "320830", "32083": "320830", "huaian": "320800", "huai'an": "320800", "lvliang": "141100", "喀什": "653100", "眙": "320830"} {
		got := Suggest(query, 8)
		if !slices.ContainsFunc(got, func(r Region) bool { return r.Code == want }) {
			t.Errorf("%s: %v, want %s among them", query, got, want)
		}
	}
	for _, none := range []string{"", " ", "zzz", "999999", "没有这个地方"} {
		if got := Suggest(none, 8); len(got) > 0 {
			t.Errorf("%q: %v", none, got)
		}
	}
	if got := Suggest("1", 5); len(got) != 5 {
		t.Errorf("%d suggestions, want 5", len(got))
	}
}

// A name in Hanyu Pinyin is found as it is typed, a name with its code is that code.
func TestFindLetters(t *testing.T) {
	for query, want := range map[string]string{
		"xuyi": "320830", "Xuyi": "320830", "HUAI'AN": "130728 320800 320803", "huaian": "130728 320800 320803", "huaian-320803": "320803", "盱眙县 320830": "320830", "lvliang": "141100 530322",
		"nowhere": "", "xuyi-999999": "",
	} {
		var got []string
		for _, r := range Find(query) {
			got = append(got, r.Code)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}
