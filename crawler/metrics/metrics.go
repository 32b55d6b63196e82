// Package metrics shows a crawl's progress to Prometheus.
//
// A [Recorder] is given the [crawler.Progress] that Config.OnProgress delivers
// and answers scrapes with the newest one, in the Prometheus text format:
//
//	rec := metrics.New()
//	cfg.OnProgress = rec.Record
//	http.Handle("/metrics", rec.Handler())
//
// It has a registry of its own: nothing else of the process is shown, and two
// crawls do not meet.
package metrics

import (
	"net/http"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"nianbao/crawler"
)

// A Recorder holds the newest progress. It is safe for concurrent use.
type Recorder struct {
	latest   atomic.Pointer[crawler.Progress]
	registry *prometheus.Registry
}

// New makes a recorder that has nothing to show until the first Record.
func New() *Recorder {
	r := &Recorder{registry: prometheus.NewRegistry()}
	r.registry.MustRegister(r) // fails on a second collector of the same names only
	return r
}

// Record takes a progress over.
func (r *Recorder) Record(p crawler.Progress) { r.latest.Store(&p) }

// Handler answers scrapes.
func (r *Recorder) Handler() http.Handler {
	return promhttp.HandlerFor(r.registry, promhttp.HandlerOpts{})
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("nianbao_crawl_"+name, help, labels, nil)
}

var (
	descFetched = desc("captures_total", "Addresses of this run that ended with a capture.")
	descFailed  = desc("failures_total", "Addresses of this run that ended without a capture.")
	descRetries = desc("retries_total", "Fetches of this run that were put off for another try.")
	descBytes   = desc("body_bytes_total", "Octets of bodies transferred in this run.")
	descReason  = desc("ended_total", "Addresses ended and links refused in this run, by reason.", "reason")
	descQueue   = desc("queue_addresses", "Addresses of the queue by state, all runs together.", "state")
	descHosts   = desc("hosts", "Hosts by what they are doing.", "state")
	descRate    = desc("rate", "Addresses ended a second, over the last ten seconds.")
	descElapsed = desc("elapsed_seconds", "Time since the run began.")
	descLeft    = desc("left_seconds", "Estimated time until the queue is empty; 0 when unknown.")
)

// Describe implements prometheus.Collector.
func (r *Recorder) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descFetched, descFailed, descRetries, descBytes, descReason, descQueue, descHosts, descRate, descElapsed, descLeft} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (r *Recorder) Collect(ch chan<- prometheus.Metric) {
	p := r.latest.Load()
	if p == nil {
		return
	}
	counter := func(d *prometheus.Desc, v int64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), labels...)
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	counter(descFetched, p.Fetched)
	counter(descFailed, p.Failed)
	counter(descRetries, p.Retries)
	counter(descBytes, p.Bytes)
	for reason, n := range p.ByReason {
		counter(descReason, n, string(reason))
	}
	gauge(descQueue, float64(p.Queue.Waiting), "waiting")
	gauge(descQueue, float64(p.Queue.Leased), "leased")
	gauge(descQueue, float64(p.Queue.Done), "done")
	gauge(descQueue, float64(p.Queue.Failed), "failed")
	gauge(descHosts, float64(p.Active), "active")
	gauge(descHosts, float64(p.Idle), "waiting")
	gauge(descHosts, float64(p.Down), "down")
	gauge(descRate, p.Rate)
	gauge(descElapsed, p.Elapsed.Seconds())
	gauge(descLeft, p.Left.Seconds())
}
