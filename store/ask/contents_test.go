package ask

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/storetest"
	"nianbao/store/panel"
)

func TestContents(t *testing.T) {
	s := storetest.Prefecture(t)
	if _, err := panel.Check(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	got, err := ContentsOf(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	want := Contents{Reports: 12, Territories: 8, FirstYear: 2020, LastYear: 2021, Findings: map[string]int{}}
	for f, err := range s.Findings(t.Context(), store.FindingQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		want.Findings[f.Rule]++
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	// A version that is superseded takes its findings with it.
	storetest.Ingest(t, s, storetest.With(storetest.Sample("653121", "疏附县", 2021, 11), func(r *report.Report) {
		r.Findings, r.Meta.PublishedOn = nil, "2023-01-01"
	}), store.Document{})
	after, err := ContentsOf(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if after.Reports != 12 || after.Superseded != 1 || after.Findings[report.RuleCitation] != got.Findings[report.RuleCitation]-1 {
		t.Errorf("after a new version: %+v", after)
	}
	empty, err := ContentsOf(t.Context(), storetest.Fresh(t))
	if err != nil || empty.Reports != 0 || empty.FirstYear != 0 || len(empty.Findings) != 0 {
		t.Errorf("an empty file: %+v, %v", empty, err)
	}
}

// The newest doubts are one of each region, its gravest, not all of one.
func TestLatestFindings(t *testing.T) {
	s := storetest.Prefecture(t)
	last := storetest.Ingest(t, s, storetest.With(storetest.Sample("653129", "伽师县", 2021, 9), func(r *report.Report) {
		r.Findings = []report.Finding{
			{Rule: "a", Severity: report.SeverityInfo}, {Rule: "b", Severity: report.SeverityError, Message: "wrong", Locator: report.Cell(1, 2, 3)}, {Rule: "c", Severity: report.SeverityWarning},
		}
	}), store.Document{})
	got, err := LatestFindings(t.Context(), s, 0, 3)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, f := range got {
		all = append(all, fmt.Sprintf("%s %s %s", f.RegionName, f.Rule, f.Locator))
	}
	storetest.Same(t, "findings", []string{"伽师县 b table 1 row 2 column 3", "叶城县 source.unofficial_host "}, all)
	// Of one year only those of its reports, of whole territories.
	for year, want := range map[int]int{2021: 2, 2001: 0} {
		if got, err := LatestFindings(t.Context(), s, year, 3); err != nil || len(got) != want {
			t.Errorf("%d: %d findings, want %d: %v", year, len(got), want, err)
		}
	}
	if got[0].ReportID != last.ReportID {
		t.Errorf("report %d, want %d", got[0].ReportID, last.ReportID)
	}
}

func TestMeta(t *testing.T) {
	s := storetest.Fresh(t)
	for key, want := range map[string]bool{"licence": true, "no such key": false} {
		if v, err := s.Meta(t.Context(), key); err != nil || (v != "") != want {
			t.Errorf("%s: %q, %v", key, v, err)
		}
	}
}

// The medians are those of Compare, whose statistics are tested against its rows.
func TestMedians(t *testing.T) {
	s := storetest.Prefecture(t)
	q := MediansQuery{Filter: store.Filter{Under: "650000"}, Codes: []string{"requests.received", "disclosed_items", "rate.granted"}, By: []string{"", "prefecture"}}
	got, err := Medians(t.Context(), s, q)
	if err != nil {
		t.Fatal(err)
	}
	var have, want []string
	line := func(code, by string, group string, year int, n Statistics) string {
		return fmt.Sprintf("%s by %q %s %d: %d, %s %s %s", code, by, group, year, n.Count, number(n.Q1), number(n.Median), number(n.Q3))
	}
	for _, m := range got {
		have = append(have, line(m.Measure.Code, m.By, m.Group, m.Year, m.Statistics))
	}
	for _, code := range q.Codes {
		for _, by := range q.By {
			c, err := Compare(t.Context(), s, CompareQuery{Filter: q.Filter, Code: code, By: by})
			if err != nil {
				t.Fatal(err)
			}
			for _, group := range []string{"", "653100"} {
				for _, g := range c.Groups {
					if g.Code == group {
						want = append(want, line(code, by, g.Code, g.Year, g.Statistics))
					}
				}
			}
		}
	}
	if len(want) < 8 {
		t.Fatalf("only %q to compare with", want)
	}
	storetest.Same(t, "medians", want, have)
	q.By = []string{"county"}
	if _, err := Medians(t.Context(), s, q); !errors.Is(err, store.ErrUnknownCode) {
		t.Errorf("by county: %v", err)
	}
	q.By, q.Codes = nil, []string{"requests.recieved"}
	if _, err := Medians(t.Context(), s, q); !errors.Is(err, store.ErrUnknownCode) {
		t.Errorf("an unknown code: %v", err)
	}
}

func TestCovered(t *testing.T) {
	s := storetest.Prefecture(t)
	storetest.Ingest(t, s, storetest.Sample("350427", "沙县", 2020, 7), store.Document{}) // 沙县区 since 2021
	got, err := Covered(t.Context(), s, "county")
	if err != nil {
		t.Fatal(err)
	}
	want := map[TerritoryYear]bool{{"653101", 2020}: true, {"653101", 2021}: true, {"653121", 2021}: true, {"653122", 2021}: true, {"653123", 2021}: true,
		{"653124", 2021}: true, {"653126", 2021}: true, {"653127", 2021}: true, {"350405", 2020}: true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if got, err := Covered(t.Context(), s, "prefecture"); err != nil || len(got) != 1 || !got[TerritoryYear{"653100", 2021}] {
		t.Errorf("prefectures: %v, %v", got, err)
	}
}
