package ask

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"nianbao/parser/region"
	"nianbao/store"
	"nianbao/store/internal/storetest"
)

// TestAnswerTimes is run by hand on a file that TestMeasure made: go test
// ./store/ask -run AnswerTimes -measure.db FILE -v
func TestAnswerTimes(t *testing.T) {
	s := storetest.Measured(t, store.Options{})
	time5 := func(name string, f func() int) {
		var took, used []time.Duration
		n := 0
		for range 5 {
			start, processor := time.Now(), storetest.ProcessorTime()
			n = f()
			took, used = append(took, time.Since(start)), append(used, storetest.ProcessorTime()-processor)
		}
		t.Logf("%-45s %8.1f ms, of the processor %8.1f ms, at first %8.1f ms (%d rows)", name, float64(slices.Min(took).Microseconds())/1000,
			float64(slices.Min(used).Microseconds())/1000, float64(took[0].Microseconds())/1000, n)
	}
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, code := range []string{"requests.received", "rate.granted", "disclosed_items", "disclosure.normative_documents.in_force"} {
		time5("compare "+code+" all counties", func() int {
			c, err := Compare(t.Context(), s, CompareQuery{Code: code, Filter: store.Filter{Years: store.Year(2023), Level: region.LevelCounty}})
			must(err)
			return len(c.Rows)
		})
	}
	time5("trend", func() int {
		_, series, err := Trend(t.Context(), s, TrendQuery{Code: "requests.received", Filter: store.Filter{Regions: []string{"653101"}}})
		must(err)
		return len(series)
	})
	cutter() // loads its tables, which is no part of a search
	for _, words := range []string{"政府信息", "医疗 教育 就业", "“农业产业”", "喀什市", "医疗保障局", "不在任何地方的词", "龘", "的", "网站公开产业环境"} {
		time5("search "+words, func() int {
			r, err := Search(t.Context(), s, SearchQuery{Cutter: cutter(), Words: words})
			must(err)
			return len(r.Hits)
		})
	}
	searchRuns(t, s)
	time5("search with region", func() int {
		r, err := Search(t.Context(), s, SearchQuery{Cutter: cutter(), Words: "医疗", Filter: store.Filter{Regions: []string{"653101"}}})
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
		for _, err := range s.Findings(t.Context(), store.FindingQuery{Filter: store.Filter{Regions: []string{"653101"}}}) {
			must(err)
			n++
		}
		return n
	})
}

// searchRuns looks for runs of two to six characters from the texts, wherever
// they fall, and for runs that are made up, and prints the slowest.
func searchRuns(t *testing.T, s *store.Store) {
	rng := rand.New(rand.NewPCG(5, 6))
	reports := 0
	if err := s.DB().QueryRow("SELECT max(id) FROM report").Scan(&reports); err != nil {
		t.Fatal(err)
	}
	for _, madeUp := range []bool{false, true} {
		var took, used []time.Duration
		slowest, found, hits := "", 0, 0
		for range 300 {
			id := 1 + rng.Int64N(int64(reports))
			var text string
			if err := s.DB().QueryRow("SELECT text FROM section WHERE report_id = ? ORDER BY length(text) DESC LIMIT 1", id).Scan(&text); err != nil {
				t.Fatal(err)
			}
			chars := []rune(text)
			run := ""
			for run == "" || strings.ContainsFunc(run, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
				n := 2 + rng.IntN(5)
				at := rng.IntN(len(chars) - n)
				run = string(chars[at : at+n])
				if madeUp {
					half := []rune(storetest.Prose[rng.IntN(len(storetest.Prose))])
					run = string(half) + string(chars[at:at+n]) + storetest.Prose[rng.IntN(len(storetest.Prose))]
				}
			}
			start, processor := time.Now(), storetest.ProcessorTime()
			// One report of the same year and region may be any of hundreds of hits.
			r, err := Search(t.Context(), s, SearchQuery{Cutter: cutter(), Words: "“" + run + "”", Limit: 20})
			took, used = append(took, time.Since(start)), append(used, storetest.ProcessorTime()-processor)
			if err != nil {
				t.Fatal(err)
			}
			if slices.Max(took) == took[len(took)-1] {
				slowest = run
			}
			if hits += len(r.Hits); len(r.Hits) > 0 {
				found++
			}
		}
		slices.Sort(took)
		slices.Sort(used)
		ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
		t.Logf("300 runs, made up %v: median %.1f ms, 95th %.1f ms, slowest %.1f ms (%s), of the processor %.1f, %.1f and %.1f ms; %d with hits, %d hits", madeUp,
			ms(took[150]), ms(took[285]), ms(took[299]), slowest, ms(used[150]), ms(used[285]), ms(used[299]), found, hits)
	}
}
