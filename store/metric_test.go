package store_test

import (
	"slices"
	"testing"

	"nianbao/parser/catalog"
	"nianbao/store/ask"
	"nianbao/store/internal/storetest"
)

// TestMetrics: the file has every metric of the catalogue and no other, as a row
// to look up, as a column of headline in the same order, and as a measure.
func TestMetrics(t *testing.T) {
	s := storetest.Fresh(t)
	var codes, columns, labels, measures []string
	for _, m := range catalog.Metrics() {
		codes, columns = append(codes, m.Code), append(columns, "told_"+m.Code)
		labels = append(labels, m.Code+"|"+m.LabelZH+"|"+m.LabelEN+"|"+m.Unit)
	}
	for _, m := range ask.Measures() {
		if m.Kind == ask.KindMetric {
			measures = append(measures, m.Code)
		}
	}
	storetest.Same(t, "measures", codes, measures)
	slices.Sort(labels)
	named := storetest.Query(t, s, "SELECT code, label_zh, label_en, unit FROM metric")
	slices.Sort(named)
	storetest.Same(t, "metric", labels, named)
	storetest.Same(t, "headline", columns, storetest.Query(t, s, "SELECT name FROM pragma_table_info('headline') WHERE name LIKE 'told!_%' ESCAPE '!' ORDER BY cid"))
}
