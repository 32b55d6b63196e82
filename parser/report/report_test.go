package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJSONKeepsEverything(t *testing.T) {
	value, whole := 12251.0, 0
	in := Report{
		Meta: Meta{Source: "a.html", Container: "html", Layout: "2021", Year: 2021, Scope: ScopeRegion},
		Facts: []Fact{
			{Indicator: "disclosure.licensing.decisions", Value: &value, Unit: "件", Status: StatusReported, Raw: "12251", Locator: Cell(2, 5, 3)},
			{Indicator: "requests.granted", Applicant: "total", Unit: "件", Status: StatusBlank, Locator: Line(120)},
		},
		Mentions: []Mention{{Metric: "disclosed_items", Value: 2165, Unit: "条", Section: 1, Start: 3, End: 8, Raw: "2165条"}, {Value: 235, PartOf: &whole}},
		Findings: []Finding{
			{Rule: RuleCitation, Severity: SeverityWarning, Expected: Text("2021"), Actual: Text("2019")},
			{Rule: "review.sum", Severity: SeverityError, Expected: Number(11), Actual: Number(0), Locator: Cell(3, 4, 5)},
			{Rule: RuleImageOnly, Severity: SeverityWarning},
		},
		Sections: []Section{{Number: 1, Heading: "总体情况", Text: "…"}},
	}
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out Report
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(in, out); diff != "" {
		t.Errorf("-written +read\n%s", diff)
	}
	for _, want := range []string{`"value":null`, `"locator":"table 2 row 5 column 3"`, `"locator":"line 120"`, `"expected":11`, `"expected":"2021"`, `"expected":null`, `"part_of":0`, `"part_of":null`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("the JSON has no %s: %s", want, b)
		}
	}
}

func TestUnknownYearIsNull(t *testing.T) {
	b, err := json.Marshal(Meta{})
	if err != nil || !strings.Contains(string(b), `"year":null`) {
		t.Errorf("%s, %v: want a year of null", b, err)
	}
}

func TestFactKey(t *testing.T) {
	if k := (Fact{Indicator: "review.total"}).Key(); k != "review.total" {
		t.Error(k)
	}
	if k := (Fact{Indicator: "requests.granted", Applicant: "total"}).Key(); k != "requests.granted@total" {
		t.Error(k)
	}
}

func TestEvidenceThroughSQL(t *testing.T) {
	for _, e := range []Evidence{{}, Number(0), Number(2.5), Text(""), Text("2019")} {
		v, err := e.Value()
		if err != nil {
			t.Fatal(err)
		}
		var got Evidence
		if err := got.Scan(v); err != nil || !got.Equal(e) {
			t.Errorf("%#v comes back as %#v, %v", e, got, err)
		}
	}
	var e Evidence
	if err := e.Scan(true); err == nil {
		t.Error("a boolean is no evidence")
	}
}

func FuzzParseLocator(f *testing.F) {
	for _, s := range []string{"", "line 1", "table 2", "table 2 row 5", "table 2 row 5 column 3", "table 2 row", "line -1", "table 02"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l, err := ParseLocator(s)
		if err == nil && l.String() != s {
			t.Errorf("%q is read as %q", s, l)
		}
	})
}
