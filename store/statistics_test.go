package store_test

import (
	"strings"
	"testing"

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
