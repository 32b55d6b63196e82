package sites

import (
	"slices"
	"strings"
	"testing"

	samples "nianbao/testdata/systems"
)

// A row that is wrong is named, and never met at a page.
func TestReadSystemsRefuses(t *testing.T) {
	for row, want := range map[string]string{
		`{"name": "b", "urls": "/x"}`:                                                   `unknown field "urls"`,
		`{"marks": ["x"]}`:                                                              "it has no name",
		`{"name": "b", "url": "/x"}`:                                                    "it has no marks",
		`{"name": "b", "marks": ["x"], "url": "/x/{id}"}`:                               "url asks for {id}",
		`{"name": "b", "marks": ["x"], "values": {"id": "id=[0-9]+"}}`:                  "the value id has 0 groups",
		`{"name": "b", "marks": ["x"], "values": {"id": "("}}`:                          "the value id: ",
		`{"name": "b", "marks": ["x"], "each": "("}`:                                    "each: ",
		`{"name": "b", "marks": ["x"], "url": "/x/{page}", "total": "n"}`:               `total asks for "n"`,
		`{"name": "b", "marks": ["x"], "values": {"id": "(1)"}, "form": "a={id}{no!}"}`: "form asks for {no!}",
	} {
		_, err := readSystems([]byte(`[{"name": "a", "marks": ["x"], "url": "/y"}, ` + row + `]`))
		if err == nil || !strings.Contains(err.Error(), "systems.json, row 2 (") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", row, err, want)
		}
	}
	if all, err := readSystems([]byte(`[{"name": "a", "marks": ["x"], "url": "/y/{id}/{page}", "values": {"id": "(1)"}}]`)); err != nil || len(all) != 1 {
		t.Error(err)
	}
}

// Each rule has a sample site that needs it.
func TestEveryRuleHasASample(t *testing.T) {
	for _, s := range systems() {
		if !slices.Contains(samples.Names(), s.Name) {
			t.Errorf("no sample site is written as %s writes them", s.Name)
		}
	}
}

// A page that a rule is for and that lacks what the rule asks it for is named, for who
// writes the rule.
func TestUnmatched(t *testing.T) {
	for _, s := range systems() {
		if len(s.values) == 0 || !s.marked("/", []byte(strings.Join(s.Marks, " "))) {
			continue
		}
		if all := Unmatched("/", []byte(strings.Join(s.Marks, " "))); !slices.ContainsFunc(all, func(why string) bool { return strings.Contains(why, "the marks of "+s.Name+", but its value") }) {
			t.Errorf("%s: %q", s.Name, all)
		}
		if all := Unmatched("/", []byte("no page of theirs")); len(all) > 0 {
			t.Errorf("%q", all)
		}
	}
}
