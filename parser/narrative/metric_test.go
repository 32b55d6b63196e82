package narrative

import (
	"reflect"
	"slices"
	"testing"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

// TestMetrics: every metric of the catalogue is read from the wordings that the
// catalogue gives for it, with its kind of unit.
func TestMetrics(t *testing.T) {
	read := map[string]bool{}
	for _, ru := range loadRules() {
		read[ru.metric] = true
	}
	for _, m := range catalog.Metrics() {
		if !read[m.Code] {
			t.Errorf("%s: no rule of tables/rules.tsv gives it", m.Code)
		}
		for _, wording := range m.Wording {
			found := reader(t).Mentions(report.Meta{}, []report.Section{{Text: wording + "。"}})
			ok := false
			for _, f := range found {
				ok = ok || f.Metric == m.Code && f.Value != 0
			}
			if !ok {
				t.Errorf("%s is not read from %s: %+v", m.Code, wording, found)
			}
		}
	}
}

// TestKinds: every rule names a sentence of its kind, which is read as it says.
func TestKinds(t *testing.T) {
	for _, ru := range loadRules() {
		if ru.kind == "" {
			t.Errorf("a rule for %q names no kind of sentence", ru.metric)
		}
		found := reader(t).Mentions(report.Meta{}, []report.Section{{Text: ru.kind}})
		if !slices.ContainsFunc(found, func(m report.Mention) bool { return m.Metric == ru.metric }) {
			t.Errorf("%s: no figure counts %q: %+v", ru.kind, ru.metric, found)
		}
	}
}

// TestSets holds that the table says what each set of the grammar is.
func TestSets(t *testing.T) {
	sets := reflect.ValueOf(newGrammar(loadLexicon()))
	for n := range sets.NumField() {
		if f := sets.Type().Field(n); f.IsExported() && sets.Field(n).IsZero() {
			t.Errorf("tables/sets.tsv has no set %s", f.Name)
		}
	}
}
