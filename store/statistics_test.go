package store_test

import (
	"strings"
	"testing"

	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/storetest"
)

// Typical questions of the views go by the key of the figures, in any file, also
// one that nobody ran ANALYZE on: none looks at every figure.
func TestQuestionsGoByKey(t *testing.T) {
	s := storetest.Fresh(t)
	for _, question := range []string{
		"SELECT region_name, year, value FROM current_fact WHERE indicator = 'disclosure.licensing.decisions'",
		"SELECT region_name, year, value FROM current_fact WHERE indicator = 'requests.received' AND applicant = 'total'",
		"SELECT year, avg(value) FROM current_fact WHERE indicator = 'requests.received' AND applicant = 'total' AND scope = 'region' GROUP BY year",
		"SELECT indicator, value FROM current_fact WHERE region_code = '653101'",
		"SELECT region_name, value FROM current_fact WHERE indicator = 'review.total' AND year = 2021 AND scope = 'region'",
		"SELECT report_id, value FROM fact WHERE indicator = 'disclosure.licensing.decisions'",
		"SELECT sum(value) FROM current_fact WHERE indicator IN ('review.total', 'review.corrected')",
	} {
		plan := storetest.Query(t, s, "EXPLAIN QUERY PLAN "+question)
		if len(plan) == 0 {
			t.Fatalf("%s: no plan", question)
		}
		for _, step := range plan {
			if strings.Contains(step, "SCAN f") {
				t.Errorf("%s:\n%s", question, strings.Join(plan, "\n"))
			}
		}
	}
}

// What a comparison of territories asks of the reports stands in an index: there
// are as many pages of the table as there are territories.
func TestTerritoriesAreReadFromTheIndex(t *testing.T) {
	s := storetest.Fresh(t)
	for _, f := range []store.Filter{
		{Scope: report.ScopeRegion, Years: store.Year(2022), Level: region.LevelCounty, OfficialOnly: true},
		{Scope: report.ScopeRegion, Years: store.Year(2022), Under: "650000"},
	} {
		where, args, err := f.Condition()
		if err != nil {
			t.Fatal(err)
		}
		plan := storetest.Query(t, s, "EXPLAIN QUERY PLAN SELECT r.id, r.region_code, r.region_name, r.publisher, r.scope, r.year, r.layout, r.source FROM report r WHERE "+where, args...)
		if !strings.Contains(strings.Join(plan, "\n"), "SEARCH r USING COVERING INDEX report_of_territory") {
			t.Errorf("%+v:\n%s", f, strings.Join(plan, "\n"))
		}
	}
}
