package store

import (
	"slices"
	"testing"

	"nianbao/parser/catalog"
)

// TestMetrics: the file has every metric of the catalogue and no other, as a row
// to look up, as a column of headline in the same order, and as a measure.
func TestMetrics(t *testing.T) {
	s := fresh(t)
	var codes, columns, labels, measures []string
	for _, m := range catalog.Metrics() {
		codes, columns = append(codes, m.Code), append(columns, "told_"+m.Code)
		labels = append(labels, m.Code+"|"+m.LabelZH+"|"+m.LabelEN+"|"+m.Unit)
	}
	for _, m := range Measures() {
		if m.Kind == KindMetric {
			measures = append(measures, m.Code)
		}
	}
	same(t, "measures", codes, measures)
	slices.Sort(labels)
	named := query(t, s, "SELECT code, label_zh, label_en, unit FROM metric")
	slices.Sort(named)
	same(t, "metric", labels, named)
	same(t, "headline", columns, query(t, s, "SELECT name FROM pragma_table_info('headline') WHERE name LIKE 'told!_%' ESCAPE '!' ORDER BY cid"))
}
