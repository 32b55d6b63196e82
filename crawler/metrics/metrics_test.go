package metrics_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"nianbao/crawler"
	"nianbao/crawler/metrics"
)

func scrape(t *testing.T, r *metrics.Recorder) string {
	t.Helper()
	w := httptest.NewRecorder()
	r.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	b, err := io.ReadAll(w.Result().Body)
	if err != nil || w.Code != http.StatusOK {
		t.Fatalf("status %d, %v: %s", w.Code, err, b)
	}
	return string(b)
}

func TestScrape(t *testing.T) {
	r := metrics.New()
	if got := scrape(t, r); strings.Contains(got, "nianbao") {
		t.Errorf("before the first progress: %s", got)
	}
	r.Record(crawler.Progress{
		Fetched: 12, Failed: 3, Bytes: 4096, Rate: 2.5, Elapsed: 6 * time.Second,
		Queue: crawler.Counts{Waiting: 7}, Active: 2, ByReason: map[crawler.Reason]int64{crawler.TimedOut: 3},
	})
	got := scrape(t, r)
	for _, want := range []string{
		"nianbao_crawl_captures_total 12", "nianbao_crawl_failures_total 3", `nianbao_crawl_ended_total{reason="timeout"} 3`,
		`nianbao_crawl_queue_addresses{state="waiting"} 7`, `nianbao_crawl_hosts{state="active"} 2`, "nianbao_crawl_rate 2.5",
		"# TYPE nianbao_crawl_captures_total counter",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
