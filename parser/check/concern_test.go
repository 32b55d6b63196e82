package check

import (
	"slices"
	"testing"

	"nianbao/parser/report"
)

// Every figure of a relation that fails is in doubt, not only the one that the
// finding stands at.
func TestConcerned(t *testing.T) {
	for _, c := range []struct {
		rule, indicator string
		some            []string
		not             string
	}{
		{"requests.balance", "requests.processed_total", []string{"requests.received", "requests.carried_in", "requests.carried_out", "requests.processed_total"}, "requests.granted"},
		{"requests.outcomes_sum", "requests.processed_total", []string{"requests.granted", "requests.other_processing.other"}, "requests.received"},
		{"review.sum", "litigation.direct.total", []string{"litigation.direct.upheld"}, "review.upheld"},
		{"narrative.requests_received", "requests.received", []string{"requests.received", "requests_received"}, "requests.granted"},
		{"panel.carry", "requests.carried_in", []string{"requests.carried_in"}, "requests.received"},
	} {
		got := Concerned(report.Finding{Rule: c.rule, Indicator: c.indicator})
		for _, code := range c.some {
			if !slices.Contains(got, code) {
				t.Errorf("%s at %s: %v, want %s among them", c.rule, c.indicator, got, code)
			}
		}
		if slices.Contains(got, c.not) {
			t.Errorf("%s at %s: %v", c.rule, c.indicator, got)
		}
	}
	if got := Concerned(report.Finding{Rule: "layout.inferred"}); got != nil {
		t.Errorf("a finding about no figure: %v", got)
	}
}
