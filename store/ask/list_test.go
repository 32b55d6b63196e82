package ask

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/storetest"
	"nianbao/store/panel"
)

// Page by page a list has what the whole has, each once, whatever is chosen.
func TestFindingPage(t *testing.T) {
	s := storetest.Prefecture(t)
	if _, err := panel.Check(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	// Errors, a report of no year, and one of an agency.
	storetest.Ingest(t, s, storetest.With(storetest.Sample("653101", "喀什市", 2020, 77), func(r *report.Report) {
		r.Findings = append(r.Findings, report.Finding{Rule: "requests.balance", Severity: report.SeverityError, Indicator: "requests.received", Message: "x"})
	}), store.Document{})
	storetest.Ingest(t, s, storetest.With(storetest.Sample("653121", "疏附县", 0, 78), func(r *report.Report) { r.Meta.Year, r.Meta.Scope = 0, report.ScopeUnknown }), store.Document{})
	storetest.Ingest(t, s, storetest.With(storetest.Sample("653121", "疏附县", 2022, 79), func(r *report.Report) {
		r.Meta.Scope, r.Meta.Publisher = report.ScopeAgency, "疏附县财政局"
		r.Findings[0].Severity = report.SeverityError
	}), store.Document{})
	for name, q := range map[string]store.FindingQuery{
		"all": {}, "a rule": {Rule: report.RuleCitation}, "rules": {Rule: "panel."}, "a severity": {Severity: report.SeverityWarning}, "a year": {Filter: store.Filter{Years: store.Year(2021)}},
		"a year and a rule": {Filter: store.Filter{Years: store.Year(2021)}, Rule: report.RuleCitation}, "a region": {Filter: store.Filter{Regions: []string{"653101"}}},
		"below": {Filter: store.Filter{Under: "653100"}, Severity: report.SeverityInfo}, "below, a rule": {Filter: store.Filter{Under: "650000", Years: store.Year(2021)}, Rule: "panel."},
		"a level": {Filter: store.Filter{Level: "prefecture"}}, "nothing": {Rule: "no.such_rule"},
	} {
		var want, got []string
		line := func(f store.StoredFinding) string {
			return fmt.Sprint(f.ReportID, f.RegionName, f.Year, f.Rule, f.Message)
		}
		for f, err := range s.Findings(t.Context(), q) {
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, line(f))
		}
		q.Limit = 3
		for _, order := range []FindingOrder{"", ByYear, BySeverity, ByRegion, ByStored} {
			got = nil
			var keys []string
			for offset := 0; ; offset += 3 {
				p, err := PageOfFindings(t.Context(), s, q, order, offset)
				if err != nil {
					t.Fatal(err)
				}
				if p.Total != len(want) || p.More {
					t.Errorf("%s: %d in all, %t; want %d", name, p.Total, p.More, len(want))
				}
				if len(p.Findings) == 0 {
					break
				}
				for _, f := range p.Findings {
					got = append(got, line(f))
					keys = append(keys, sortKey(order, f))
				}
			}
			storetest.Same(t, name+" "+string(order), sorted(want), sorted(got))
			if !slices.IsSorted(keys) {
				t.Errorf("%s is not in the order %s:\n%s", name, order, strings.Join(keys, "\n"))
			}
		}
	}
	if _, err := PageOfFindings(t.Context(), s, store.FindingQuery{Filter: store.Filter{Under: "999999"}}, "", 0); !errors.Is(err, store.ErrUnknownCode) {
		t.Errorf("an unknown region: %v", err)
	}
}

// sortKey is a text that sorts as an order of findings promises.
func sortKey(order FindingOrder, f store.StoredFinding) string {
	severity := map[report.Severity]int{report.SeverityError: 0, report.SeverityWarning: 1, report.SeverityInfo: 2}[f.Severity]
	scope := map[report.Scope]int{report.ScopeRegion: 0, report.ScopeAgency: 1, report.ScopeUnknown: 2}[f.Scope]
	year := fmt.Sprintf("%04d", 9999-f.Year)
	switch order {
	case BySeverity:
		return fmt.Sprint(severity, " ", year, " ", scope, " ", f.RegionCode)
	case ByRegion:
		return fmt.Sprint(f.RegionCode, " ", year)
	case ByStored:
		return fmt.Sprintf("%09d", 1_000_000-f.ReportID)
	}
	return fmt.Sprintf("%s %d %s %09d %d", year, scope, f.RegionCode, f.ReportID, severity)
}

func TestReportPage(t *testing.T) {
	s := storetest.Prefecture(t)
	p, err := PageOfReports(t.Context(), s, store.Filter{Under: "653100", Years: store.Year(2021)}, 1, 3)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range p.Reports {
		got = append(got, fmt.Sprintf("%s %d %s %d errors %d warnings", r.RegionName, r.Year, r.Scope, r.Errors, r.Warnings))
	}
	storetest.Same(t, "reports", []string{"疏附县 2021 region 0 errors 0 warnings", "疏勒县 2021 region 0 errors 0 warnings", "英吉沙县 2021 region 0 errors 0 warnings"}, got)
	if p.Total != 10 || p.More {
		t.Errorf("%d in all, %t", p.Total, p.More)
	}
	p, err = PageOfReports(t.Context(), s, store.Filter{Regions: []string{"653126"}}, 0, 50)
	if err != nil || len(p.Reports) != 1 || p.Reports[0].Warnings != 1 {
		t.Errorf("%+v, %v", p, err)
	}
	p, err = PageOfReports(t.Context(), s, store.Filter{Regions: []string{"653101"}}, 0, 50)
	if err != nil || len(p.Reports) != 2 || p.Reports[0].Year != 2021 {
		t.Errorf("the newest first: %+v, %v", p, err)
	}
}

func sorted(lines []string) []string {
	slices.Sort(lines)
	return lines
}

// The indexes of the reports lead through a list by years, however its findings are
// narrowed: nothing is put in order before the first row but what one report has. So it
// is in a new file and in one whose owner ran ANALYZE.
func TestFindingsByYearAreNotSorted(t *testing.T) {
	s := storetest.Prefecture(t)
	for _, analyzed := range []bool{false, true} {
		if analyzed {
			storetest.Change(t, s.Path(), "ANALYZE")
		}
		for name, q := range map[string]store.FindingQuery{
			"all": {}, "a rule": {Rule: report.RuleCitation}, "a severity": {Severity: report.SeverityWarning}, "a year": {Filter: store.Filter{Years: store.Year(2021)}},
			"some years": {Filter: store.Filter{Years: store.Years{From: 2020, To: 2022}}}, "territories": {Filter: store.Filter{Scope: report.ScopeRegion}},
			"a province": {Filter: store.Filter{Under: "650000"}}, "a level": {Filter: store.Filter{Level: "county"}}, "older versions too": {Filter: store.Filter{Superseded: true}},
		} {
			where, args, err := q.Condition()
			if err != nil {
				t.Fatal(err)
			}
			all := stretch{from: byReports, where: where, args: args}
			if rule, ruleArgs := store.RuleCondition(q.Rule); rule != "" {
				all = all.and(rule, ruleArgs...)
			}
			if q.Severity != "" {
				severity, severityArgs := store.SeverityCondition(q.Severity)
				all = all.and(severity, severityArgs...)
			}
			parts, err := all.byYears(t.Context(), s, q)
			if err != nil || len(parts) == 0 {
				t.Fatalf("%s: %d parts, %v", name, len(parts), err)
			}
			for _, part := range parts {
				plan := strings.Join(storetest.Query(t, s, "EXPLAIN QUERY PLAN "+part.statement(), append(part.args[:len(part.args):len(part.args)], 50, 0)...), "\n")
				if !strings.Contains(plan, "report_by_year") || strings.Contains(plan, "TEMP B-TREE FOR ORDER BY") {
					t.Errorf("%s, analyzed %t: %s\n%s", name, analyzed, part.statement(), plan)
				}
			}
		}
	}
}
