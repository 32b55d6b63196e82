package store

import (
	"slices"
	"testing"
	"time"

	"github.com/yanyiwu/gojieba"

	"nianbao/parser/region"
)

// TestAnswerTimes is run by hand on a file that TestMeasure made: go test
// ./store -run AnswerTimes -measure.db FILE -v
func TestAnswerTimes(t *testing.T) {
	if *measureDB == "" || *measured != 0 {
		t.Skip("a measurement, not a test: run it with -measure.db FILE")
	}
	cutter := gojieba.NewJieba()
	defer cutter.Free()
	s, err := Open(t.Context(), *measureDB, Options{ReadOnly: true, Cutter: jieba{cutter}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	time5 := func(name string, f func() int) {
		var took []time.Duration
		n := 0
		for range 5 {
			start := time.Now()
			n = f()
			took = append(took, time.Since(start))
		}
		t.Logf("%-45s %8.1f ms cold %8.1f ms (%d rows)", name, float64(slices.Min(took).Microseconds())/1000, float64(took[0].Microseconds())/1000, n)
	}
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, code := range []string{"requests.received", "rate.granted", "disclosed_items", "disclosure.normative_documents.in_force"} {
		time5("compare "+code+" all counties", func() int {
			c, err := s.Compare(t.Context(), CompareQuery{Code: code, Filter: Filter{Years: Year(2023), Level: region.LevelCounty}})
			must(err)
			return len(c.Rows)
		})
	}
	time5("trend", func() int {
		_, series, err := s.Trend(t.Context(), TrendQuery{Code: "requests.received", Filter: Filter{Regions: []string{"653101"}}})
		must(err)
		return len(series)
	})
	for _, words := range []string{"政府信息", "医疗 教育 就业", "“农业产业”", "喀什市", "医疗保障局", "不在任何地方的词"} {
		time5("search "+words, func() int {
			r, err := s.Search(t.Context(), SearchQuery{Words: words})
			must(err)
			return len(r.Hits)
		})
	}
	time5("search with region", func() int {
		r, err := s.Search(t.Context(), SearchQuery{Words: "医疗", Filter: Filter{Regions: []string{"653101"}}})
		must(err)
		return len(r.Hits)
	})
	time5("headline of a year", func() int {
		n := 0
		must(s.DB().QueryRow("SELECT count(requests_received) FROM headline WHERE year = 2023 AND scope = 'region'").Scan(&n))
		return n
	})
	time5("findings of a region", func() int {
		n := 0
		for _, err := range s.Findings(t.Context(), FindingQuery{Filter: Filter{Regions: []string{"653101"}}}) {
			must(err)
			n++
		}
		return n
	})
}
