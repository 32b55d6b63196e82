package crawler

import (
	"net/http"
	"testing"
)

// BenchmarkScreen reads the links of a page pasted from Word and screens it.
func BenchmarkScreen(b *testing.B) {
	body := wordPage(107_000)
	b.SetBytes(int64(len(body)))
	header := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	used := cpuTime()
	for b.Loop() {
		c := &Capture{URL: "http://127.0.0.1/", Header: header, Body: body}
		if v := c.screen(5000); v.Reason != "" {
			b.Fatal(v)
		}
	}
	b.ReportMetric(float64((cpuTime()-used).Nanoseconds())/1e3/float64(b.N), "cpu-µs/page")
}
