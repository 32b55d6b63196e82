package catalog

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// MetricKind is what the figures of a metric count, whatever the unit printed.
type MetricKind string

// Kinds of a [Metric].
const (
	MetricItem     MetricKind = "item"     // 条 件 个 篇 份 宗 …
	MetricOccasion MetricKind = "occasion" // 次 场 期 …
	MetricPerson   MetricKind = "person"   // 人 名 人次
	MetricVisit    MetricKind = "visit"    // 次 人次
	MetricPercent  MetricKind = "percent"  // %
)

// Metric is a figure that reports tell in words and people compare: what the
// readers of words give, the store has a column for, and the explorer names.
type Metric struct {
	Code    string
	LabelZH string
	LabelEN string
	Unit    string // the usual one; a mention keeps its own as printed
	Kind    MetricKind
	// Indicators are what the tables may tell of the same: alternatives, of which
	// a layout has one at most, each the codes of the indicators that add up to
	// it. Nil where no table tells it.
	Indicators [][]string
	Wording    []string // how reports typically print it, with a figure
}

//go:embed metrics.csv
var metricsCSV string

var loadMetrics = sync.OnceValue(func() []Metric {
	rows := Rows("metrics.csv", metricsCSV)
	all := make([]Metric, 0, len(rows))
	for _, r := range rows {
		m := Metric{Code: r[0], LabelZH: r[1], LabelEN: r[2], Unit: r[3], Kind: MetricKind(r[4]), Wording: strings.Split(r[6], ";")}
		for sum := range strings.SplitSeq(r[5], ";") {
			if sum != "" {
				m.Indicators = append(m.Indicators, strings.Split(sum, "+"))
			}
		}
		all = append(all, m)
	}
	return all
})

// Metrics returns every metric, in the order people read them.
func Metrics() []Metric { return slices.Clone(loadMetrics()) }

// LookupMetric returns the metric of a code.
func LookupMetric(code string) (Metric, bool) {
	all := loadMetrics()
	i := slices.IndexFunc(all, func(m Metric) bool { return m.Code == code })
	if i < 0 {
		return Metric{}, false
	}
	return all[i], true
}
