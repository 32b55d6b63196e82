package ask

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/storetest"
	"nianbao/store/panel"
)

// Whatever is chosen, however long the pages and however little is looked at
// for one: a list that is read to its end has each finding and each report once,
// in the order of numbers.
func TestCursors(t *testing.T) {
	s := storetest.Prefecture(t)
	if _, err := panel.Check(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	for name, q := range map[string]store.FindingQuery{
		"all": {}, "a rule": {Rule: report.RuleCitation}, "rules": {Rule: "panel."}, "a severity": {Severity: report.SeverityWarning}, "a year": {Filter: store.Filter{Years: store.Year(2021)}},
		"a year and a rule": {Filter: store.Filter{Years: store.Year(2021)}, Rule: report.RuleCitation}, "a region": {Filter: store.Filter{Regions: []string{"653101"}}},
		"a region and a rule": {Filter: store.Filter{Regions: []string{"653101"}}, Rule: "panel."}, "below": {Filter: store.Filter{Under: "653100"}, Severity: report.SeverityInfo},
		"a level": {Filter: store.Filter{Level: "prefecture"}}, "nothing": {Rule: "no.such_rule"},
	} {
		var want, wantReports []string
		for f, err := range s.Findings(t.Context(), q) {
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, fmt.Sprint(f.ReportID, f.Rule, f.Message))
		}
		p, err := PageOfReports(t.Context(), s, q.Filter, 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Reports {
			wantReports = append(wantReports, fmt.Sprint(r))
		}
		for _, size := range []int64{1, 2, 1000} {
			for _, limit := range []int{1, 3, 1000} {
				var got, gotReports []string
				var numbers []int64
				var at FindingCursor
				for n := 0; ; n++ {
					found, next, err := findingsAfter(t.Context(), s, q, at, limit, size)
					if err != nil || n > 10_000 || len(found) > limit {
						t.Fatal(name, n, err)
					}
					for _, f := range found {
						got, numbers = append(got, fmt.Sprint(f.ReportID, f.Rule, f.Message)), append(numbers, f.ReportID)
					}
					if next == (FindingCursor{}) {
						break
					}
					at = next
				}
				if !slices.IsSorted(numbers) {
					t.Errorf("%s: findings are out of order", name)
				}
				storetest.Same(t, name, sorted(want), sorted(got))
				var after int64
				for n := 0; ; n++ {
					found, next, err := reportsAfter(t.Context(), s, q.Filter, after, limit, size)
					if err != nil || n > 10_000 || len(found) > limit {
						t.Fatal(name, n, err)
					}
					for _, r := range found {
						gotReports = append(gotReports, fmt.Sprint(r))
					}
					if next == 0 {
						break
					}
					after = next
				}
				storetest.Same(t, name+", reports", sorted(wantReports), sorted(gotReports))
			}
		}
	}
	if _, _, err := ReportsAfter(t.Context(), s, store.Filter{Under: "999999"}, 0, 1); !errors.Is(err, store.ErrUnknownCode) {
		t.Errorf("an unknown region: %v", err)
	}
	if all, next, err := ReportsAfter(t.Context(), s, store.Filter{}, math.MaxInt64, 1); err != nil || next != 0 || len(all) > 0 {
		t.Errorf("behind the end: %v %d %v", all, next, err)
	}
	if all, next, err := FindingsAfter(t.Context(), s, store.FindingQuery{}, FindingCursor{math.MaxInt64, math.MaxInt32}, 1); err != nil || next != (FindingCursor{}) || len(all) > 0 {
		t.Errorf("behind the end: %v %v %v", all, next, err)
	}
}
