package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/crawler"
)

func scrape(t *testing.T, c *crawlMetrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	c.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	b, err := io.ReadAll(w.Result().Body)
	if err != nil || w.Code != http.StatusOK {
		t.Fatalf("status %d, %v: %s", w.Code, err, b)
	}
	return string(b)
}

func TestCrawlMetrics(t *testing.T) {
	c := &crawlMetrics{}
	if got := scrape(t, c); got != "" {
		t.Errorf("before the first progress: %s", got)
	}
	c.record(crawler.Progress{
		Fetched: 1_200_000, Failed: 3, Bytes: 1 << 40, Rate: 2.5, Elapsed: 6 * time.Second,
		Queue: crawler.Counts{Waiting: 7}, Active: 2, ByReason: map[crawler.Reason]int64{crawler.TimedOut: 3, "a\"b\\c\nd": 1},
	})
	const want = `# HELP nianbao_crawl_captures_total Addresses of this run that ended with a capture.
# TYPE nianbao_crawl_captures_total counter
nianbao_crawl_captures_total 1200000
# HELP nianbao_crawl_failures_total Addresses of this run that ended without a capture.
# TYPE nianbao_crawl_failures_total counter
nianbao_crawl_failures_total 3
# HELP nianbao_crawl_retries_total Fetches of this run that were put off for another try.
# TYPE nianbao_crawl_retries_total counter
nianbao_crawl_retries_total 0
# HELP nianbao_crawl_body_bytes_total Octets of bodies transferred in this run.
# TYPE nianbao_crawl_body_bytes_total counter
nianbao_crawl_body_bytes_total 1099511627776
# HELP nianbao_crawl_ended_total Addresses ended and links refused in this run, by reason.
# TYPE nianbao_crawl_ended_total counter
nianbao_crawl_ended_total{reason="a\"b\\c\nd"} 1
nianbao_crawl_ended_total{reason="timeout"} 3
# HELP nianbao_crawl_queue_addresses Addresses of the queue by state, all runs together.
# TYPE nianbao_crawl_queue_addresses gauge
nianbao_crawl_queue_addresses{state="waiting"} 7
nianbao_crawl_queue_addresses{state="leased"} 0
nianbao_crawl_queue_addresses{state="done"} 0
nianbao_crawl_queue_addresses{state="failed"} 0
# HELP nianbao_crawl_hosts Hosts by what they are doing.
# TYPE nianbao_crawl_hosts gauge
nianbao_crawl_hosts{state="active"} 2
nianbao_crawl_hosts{state="waiting"} 0
nianbao_crawl_hosts{state="down"} 0
# HELP nianbao_crawl_rate Addresses ended a second, over the last ten seconds.
# TYPE nianbao_crawl_rate gauge
nianbao_crawl_rate 2.5
# HELP nianbao_crawl_elapsed_seconds Time since the run began.
# TYPE nianbao_crawl_elapsed_seconds gauge
nianbao_crawl_elapsed_seconds 6
# HELP nianbao_crawl_left_seconds Estimated time until the queue is empty; 0 when unknown.
# TYPE nianbao_crawl_left_seconds gauge
nianbao_crawl_left_seconds 0
`
	if d := cmp.Diff(want, scrape(t, c)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
