package catalog

import (
	"regexp"
	"slices"
	"testing"
)

func TestMetrics(t *testing.T) {
	all := Metrics()
	if len(all) == 0 {
		t.Fatal("no metrics")
	}
	code := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	codes, labels := map[string]bool{}, map[string]string{}
	kinds := []MetricKind{MetricItem, MetricOccasion, MetricPerson, MetricVisit, MetricPercent}
	for _, m := range all {
		if codes[m.Code] || !code.MatchString(m.Code) {
			t.Errorf("code %q is malformed or stands twice", m.Code)
		}
		codes[m.Code] = true
		if _, ok := Lookup(m.Code); ok {
			t.Errorf("%s is an indicator too", m.Code)
		}
		for _, label := range []string{m.LabelZH, m.LabelEN} {
			if other, ok := labels[label]; ok || label == "" {
				t.Errorf("%s and %s are both %q", other, m.Code, label)
			}
			labels[label] = m.Code
		}
		if !slices.Contains(kinds, m.Kind) || m.Unit == "" || len(m.Wording) == 0 || m.Wording[0] == "" {
			t.Errorf("%s: kind %q, unit %q, wording %q", m.Code, m.Kind, m.Unit, m.Wording)
		}
		for _, sum := range m.Indicators {
			for _, c := range sum {
				i, ok := Lookup(c)
				if !ok {
					t.Errorf("%s: no indicator %q", m.Code, c)
				}
				if (m.Kind == MetricPercent) != (i.Unit == "%") {
					t.Errorf("%s is held against %s, which is in %s", m.Code, c, i.Unit)
				}
			}
		}
		if got, ok := LookupMetric(m.Code); !ok || got.LabelEN != m.LabelEN {
			t.Errorf("LookupMetric(%s) = %+v, %v", m.Code, got, ok)
		}
	}
	if _, ok := LookupMetric("no_such"); ok {
		t.Error("an unknown code was found")
	}
}
