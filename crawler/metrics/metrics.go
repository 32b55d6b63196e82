// Package metrics shows a crawl's progress to Prometheus and what reads its text
// format (version 0.0.4).
//
// A [Recorder] is given the [crawler.Progress] that Config.OnProgress delivers
// and answers scrapes with the newest one:
//
//	rec := metrics.New()
//	cfg.OnProgress = rec.Record
//	http.Handle("/metrics", rec.Handler())
//
// Nothing else of the process is shown, and two crawls do not meet. The format
// needs no library: a line for each figure.
package metrics

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"nianbao/crawler"
)

// A Recorder holds the newest progress. It is safe for concurrent use.
type Recorder struct {
	latest atomic.Pointer[crawler.Progress]
}

// New makes a recorder that has nothing to show until the first Record.
func New() *Recorder { return &Recorder{} }

// Record takes a progress over.
func (r *Recorder) Record(p crawler.Progress) { r.latest.Store(&p) }

// Handler answers scrapes.
func (r *Recorder) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		if p := r.latest.Load(); p != nil {
			_, _ = w.Write(text(p)) // who went away misses nothing
		}
	})
}

// A sample is one figure of a metric, with the value of its label.
type sample struct {
	label string
	value float64
}

func one(v float64) []sample { return []sample{{"", v}} }

// metrics are what is shown, in this order.
var metrics = []struct {
	name, kind, help, label string
	samples                 func(*crawler.Progress) []sample
}{
	{"captures_total", "counter", "Addresses of this run that ended with a capture.", "",
		func(p *crawler.Progress) []sample { return one(float64(p.Fetched)) }},
	{"failures_total", "counter", "Addresses of this run that ended without a capture.", "",
		func(p *crawler.Progress) []sample { return one(float64(p.Failed)) }},
	{"retries_total", "counter", "Fetches of this run that were put off for another try.", "",
		func(p *crawler.Progress) []sample { return one(float64(p.Retries)) }},
	{"body_bytes_total", "counter", "Octets of bodies transferred in this run.", "",
		func(p *crawler.Progress) []sample { return one(float64(p.Bytes)) }},
	{"ended_total", "counter", "Addresses ended and links refused in this run, by reason.", "reason",
		func(p *crawler.Progress) (all []sample) {
			for _, reason := range slices.Sorted(maps.Keys(p.ByReason)) {
				all = append(all, sample{string(reason), float64(p.ByReason[reason])})
			}
			return all
		}},
	{"queue_addresses", "gauge", "Addresses of the queue by state, all runs together.", "state",
		func(p *crawler.Progress) []sample {
			return []sample{{"waiting", float64(p.Queue.Waiting)}, {"leased", float64(p.Queue.Leased)}, {"done", float64(p.Queue.Done)}, {"failed", float64(p.Queue.Failed)}}
		}},
	{"hosts", "gauge", "Hosts by what they are doing.", "state",
		func(p *crawler.Progress) []sample {
			return []sample{{"active", float64(p.Active)}, {"waiting", float64(p.Idle)}, {"down", float64(p.Down)}}
		}},
	{"rate", "gauge", "Addresses ended a second, over the last ten seconds.", "",
		func(p *crawler.Progress) []sample { return one(p.Rate) }},
	{"elapsed_seconds", "gauge", "Time since the run began.", "",
		func(p *crawler.Progress) []sample { return one(p.Elapsed.Seconds()) }},
	{"left_seconds", "gauge", "Estimated time until the queue is empty; 0 when unknown.", "",
		func(p *crawler.Progress) []sample { return one(p.Left.Seconds()) }},
}

// escape is for values of labels.
var escape = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func text(p *crawler.Progress) []byte {
	var b bytes.Buffer
	for _, m := range metrics {
		name := "nianbao_crawl_" + m.name
		samples := m.samples(p)
		if len(samples) == 0 {
			continue
		}
		fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s %s\n", name, m.help, name, m.kind)
		for _, s := range samples {
			b.WriteString(name)
			if m.label != "" {
				fmt.Fprintf(&b, `{%s="%s"}`, m.label, escape.Replace(s.label))
			}
			b.WriteString(" " + strconv.FormatFloat(s.value, 'f', -1, 64) + "\n")
		}
	}
	return b.Bytes()
}
