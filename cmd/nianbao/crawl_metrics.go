package main

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

// A crawlMetrics shows the newest progress that it was given to Prometheus and what reads
// its text format (version 0.0.4), and nothing else of the process. The format needs no
// library: a line for each figure. It is safe for concurrent use.
type crawlMetrics struct {
	latest atomic.Pointer[crawler.Progress]
}

func (c *crawlMetrics) record(p crawler.Progress) { c.latest.Store(&p) }

// ServeHTTP answers scrapes.
func (c *crawlMetrics) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	if p := c.latest.Load(); p != nil {
		_, _ = w.Write(metricsText(p)) // who went away misses nothing
	}
}

// A metricSample is one figure of a metric, with the value of its label.
type metricSample struct {
	label string
	value float64
}

func oneSample(v float64) []metricSample { return []metricSample{{"", v}} }

// shownMetrics are what is shown, in this order.
var shownMetrics = []struct {
	name, kind, help, label string
	samples                 func(*crawler.Progress) []metricSample
}{
	{"captures_total", "counter", "Addresses of this run that ended with a capture.", "",
		func(p *crawler.Progress) []metricSample { return oneSample(float64(p.Fetched)) }},
	{"failures_total", "counter", "Addresses of this run that ended without a capture.", "",
		func(p *crawler.Progress) []metricSample { return oneSample(float64(p.Failed)) }},
	{"retries_total", "counter", "Fetches of this run that were put off for another try.", "",
		func(p *crawler.Progress) []metricSample { return oneSample(float64(p.Retries)) }},
	{"body_bytes_total", "counter", "Octets of bodies transferred in this run.", "",
		func(p *crawler.Progress) []metricSample { return oneSample(float64(p.Bytes)) }},
	{"ended_total", "counter", "Addresses ended and links refused in this run, by reason.", "reason",
		func(p *crawler.Progress) (all []metricSample) {
			for _, reason := range slices.Sorted(maps.Keys(p.ByReason)) {
				all = append(all, metricSample{string(reason), float64(p.ByReason[reason])})
			}
			return all
		}},
	{"queue_addresses", "gauge", "Addresses of the queue by state, all runs together.", "state",
		func(p *crawler.Progress) []metricSample {
			return []metricSample{{"waiting", float64(p.Queue.Waiting)}, {"leased", float64(p.Queue.Leased)}, {"done", float64(p.Queue.Done)}, {"failed", float64(p.Queue.Failed)}}
		}},
	{"hosts", "gauge", "Hosts by what they are doing.", "state",
		func(p *crawler.Progress) []metricSample {
			return []metricSample{{"active", float64(p.Active)}, {"waiting", float64(p.Idle)}, {"down", float64(p.Down)}}
		}},
	{"rate", "gauge", "Addresses ended a second, over the last ten seconds.", "",
		func(p *crawler.Progress) []metricSample { return oneSample(p.Rate) }},
	{"elapsed_seconds", "gauge", "Time since the run began.", "",
		func(p *crawler.Progress) []metricSample { return oneSample(p.Elapsed.Seconds()) }},
	{"left_seconds", "gauge", "Estimated time until the queue is empty; 0 when unknown.", "",
		func(p *crawler.Progress) []metricSample { return oneSample(p.Left.Seconds()) }},
}

// escapesLabel is for values of labels.
var escapesLabel = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func metricsText(p *crawler.Progress) []byte {
	var b bytes.Buffer
	for _, m := range shownMetrics {
		name := "nianbao_crawl_" + m.name
		samples := m.samples(p)
		if len(samples) == 0 {
			continue
		}
		fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s %s\n", name, m.help, name, m.kind)
		for _, s := range samples {
			b.WriteString(name)
			if m.label != "" {
				fmt.Fprintf(&b, `{%s="%s"}`, m.label, escapesLabel.Replace(s.label))
			}
			b.WriteString(" " + strconv.FormatFloat(s.value, 'f', -1, 64) + "\n")
		}
	}
	return b.Bytes()
}
