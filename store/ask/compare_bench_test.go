package ask

import (
	"testing"

	"nianbao/parser/region"
	"nianbao/store"
	"nianbao/store/internal/storetest"
)

// BenchmarkCompare compares all counties over a file that TestMeasure made: go test
// ./store/ask -run none -bench Compare -measure.db FILE
func BenchmarkCompare(b *testing.B) {
	s := storetest.Measured(b, store.Options{CacheBytes: 128 << 20})
	for _, code := range []string{"requests.received", "requests.denied.total", "rate.granted", "rate.disputes_per_100k", "disclosed_items"} {
		b.Run(code, func(b *testing.B) {
			used := storetest.ProcessorTime()
			for b.Loop() {
				c, err := Compare(b.Context(), s, CompareQuery{Code: code, Filter: store.Filter{Years: store.Year(2022), Level: region.LevelCounty}})
				if err != nil || len(c.Rows) < 2000 {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((storetest.ProcessorTime()-used).Microseconds())/1000/float64(b.N), "cpu-ms/op")
		})
	}
}
