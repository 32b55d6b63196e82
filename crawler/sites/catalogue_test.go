package sites

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

// The catalogue has nearly every county, each once, and addresses that can be
// asked.
func TestCatalogue(t *testing.T) {
	levels := map[string]int{}
	codes := map[string]bool{}
	for _, s := range load() {
		levels[s.Level]++
		if codes[s.Code] || len(s.Code) != 6 || strings.Trim(s.Code, "0123456789") != "" {
			t.Errorf("code %q is no code or stands twice", s.Code)
		}
		codes[s.Code] = true
		u, err := url.Parse(s.URL)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || s.Name == "" {
			t.Errorf("%s %s has the address %q", s.Code, s.Name, s.URL)
		}
	}
	if levels[LevelCounty] < 2838 || levels[LevelPrefecture] < 333 || levels[LevelProvince] < 31 {
		t.Errorf("%v", levels)
	}
}

func TestUnder(t *testing.T) {
	code := func(s Site) string { return s.Code }
	for under, want := range map[string]func(string) bool{
		China:    func(string) bool { return true },
		"650000": func(c string) bool { return strings.HasPrefix(c, "65") },
		"653100": func(c string) bool { return strings.HasPrefix(c, "6531") },
		"653101": func(c string) bool { return c == "653101" },
		"110000": func(c string) bool { return strings.HasPrefix(c, "11") },
	} {
		got := Under(under)
		n := 0
		for _, s := range load() {
			if want(s.Code) {
				n++
			}
		}
		if len(got) != n || n == 0 || slices.ContainsFunc(got, func(s Site) bool { return !want(code(s)) }) {
			t.Errorf("under %s: %d sites, want %d", under, len(got), n)
		}
	}
	if got := Find("喀什市"); len(got) != 1 || got[0].Code != "653101" {
		t.Errorf("喀什市: %v", got)
	}
	if got := Find("653101"); len(got) != 1 || got[0].Name != "喀什市" {
		t.Errorf("653101: %v", got)
	}
	if Find("") != nil {
		t.Error("no name finds something")
	}
}
