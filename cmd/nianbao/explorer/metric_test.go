package explorer

import (
	"testing"

	"nianbao/parser/catalog"
)

// TestMetricNames: whatever is read from words has a name on the pages, in both
// languages, and in the catalogue that the interface hands out.
func TestMetricNames(t *testing.T) {
	handed := catalogueJSONOf().Metrics
	all := catalog.Metrics()
	if len(handed) != len(all) {
		t.Fatalf("the interface hands out %d metrics, the catalogue has %d", len(handed), len(all))
	}
	for i, m := range all {
		if l := metricLabel(m.Code); l.Zh != m.LabelZH || l.En != m.LabelEN || handed[i].Code != m.Code {
			t.Errorf("%s: named %+v, handed out as %+v", m.Code, l, handed[i])
		}
	}
	if l := metricLabel("no_such"); l != (pair{}) {
		t.Errorf("an unknown metric is named %+v", l)
	}
}
