package narrative

import (
	"slices"
	"strings"
	"sync"
)

// Unit kinds of a [Metric]: what its figures count, whatever the unit printed.
const (
	KindItem     = "item"     // 条 件 个 篇 份 宗 …
	KindOccasion = "occasion" // 次 场 期 …
	KindPerson   = "person"   // 人 名 人次
	KindVisit    = "visit"    // 次 人次
	KindPercent  = "percent"  // %
)

// Metric is one thing reports tell in words and people compare.
type Metric struct {
	Code     string
	LabelZH  string
	LabelEN  string
	UnitKind string
	Wording  []string // how reports typically print it, with a figure
}

var metricTable = sync.OnceValue(func() []Metric {
	var all []Metric
	for _, row := range readTable("metrics.tsv", 5) {
		all = append(all, Metric{row[0], row[1], row[2], row[3], strings.Split(row[4], ";")})
	}
	return all
})

// Metrics returns every metric, in the order of the domain's list. It reads
// no dictionary.
func Metrics() []Metric { return slices.Clone(metricTable()) }

// LookupMetric returns the metric of a code.
func LookupMetric(code string) (Metric, bool) {
	all := metricTable()
	i := slices.IndexFunc(all, func(m Metric) bool { return m.Code == code })
	if i < 0 {
		return Metric{}, false
	}
	return all[i], true
}
