package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"nianbao/crawler"
	"nianbao/parser"
	"nianbao/parser/report"
	"nianbao/store"
)

// crawlRun is one crawl: captures go to the archive, the reports in them to
// where keep takes them.
type crawlRun struct {
	*app
	keep     func(context.Context, *crawler.Capture, *report.Report, store.Document) error
	settle   func(context.Context) error // makes what was kept last; nil: it does
	parser   *parser.Parser
	tally    tally
	refetch  bool
	update   bool
	store    string        // s3://…, or "" for an archive that stays in its folder
	stored   []change      // what an update brought
	metrics  *crawlMetrics // nil when nobody asked for it
	refusing sync.Mutex
	refused  int                 // reports that could not be kept
	event    func(crawler.Event) // told of each address that ended; nil complains of the failed ones
}

// crawl opens the frontier and the archive and runs until nothing is left.
func (r *crawlRun) crawl(ctx context.Context, dir string, cfg crawler.Config, seeds []crawler.Seed, retry string) (sum crawler.Summary, err error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return sum, err
	}
	frontier, err := crawler.OpenFrontier(ctx, frontierFile(dir), crawler.FrontierConfig{})
	if err != nil {
		return sum, err
	}
	defer closing(frontier, &err)
	sink, closeSink, err := r.openSink(ctx, dir, r.store, cfg, nil)
	if err != nil {
		return sum, err
	}
	defer lastly(closeSink, &err)
	defer r.watch(&cfg)()
	c, err := crawler.New(cfg, frontier, sink)
	if err != nil {
		return sum, usageError{err}
	}
	if err := r.reopen(ctx, frontier, retry); err != nil {
		return sum, err
	}
	if _, err := c.Seed(ctx, seeds); err != nil {
		return sum, err
	}
	if _, waiting, err := frontier.Next(ctx); err == nil && waiting {
		// The dictionaries are opened first: a page that waited for them
		// would be lost to a crash for as long. What they lack shows in the reports.
		r.words()
	}
	return c.Run(ctx)
}

// openSink opens the archive of a crawl in a folder, and with an address sends its
// files to a store there; sent is told of each.
func (r *crawlRun) openSink(ctx context.Context, dir, address string, cfg crawler.Config, sent func(context.Context, string) error) (sink *crawler.Archive, closer func() error, err error) {
	kept := crawler.ArchiveConfig{Info: map[string]string{"http-header-user-agent": cfg.UserAgent()}}
	spooled := func() error { return nil }
	if address != "" {
		if spooled, err = r.spool(ctx, address, dir, sent); err != nil {
			return nil, nil, err
		}
		kept.MaxFile, kept.MaxAge = spoolFile, spoolAge
	}
	if sink, err = crawler.OpenArchive(ctx, dir, kept); err != nil {
		return nil, nil, errors.Join(err, spooled())
	}
	return sink, func() error { return cmp.Or(sink.Close(), spooled()) }, nil
}

// reopen lets addresses wait again as the flags say.
func (r *crawlRun) reopen(ctx context.Context, frontier *crawler.Frontier, retry string) error {
	if retry != "" {
		n, err := frontier.RetryFailed(ctx, crawler.Reason(unless(retry, retryAll)))
		if err != nil {
			return err
		}
		r.notice("%d addresses that had failed are tried again", n)
	}
	if r.refetch {
		n, err := frontier.Refetch(ctx)
		if err != nil {
			return err
		}
		r.notice("%d pages are asked for again", n)
	}
	if r.update {
		n, err := frontier.Update(ctx)
		if err != nil {
			return err
		}
		failed, err := frontier.RetryFailed(ctx, "")
		if err != nil {
			return err
		}
		r.notice("%d home pages and columns are asked for again, and %d addresses that had failed", n, failed)
	}
	return nil
}

// watch has a crawl told of while it runs, and its pages read.
func (r *crawlRun) watch(cfg *crawler.Config) (stop func()) {
	cfg.Screen, cfg.Process, cfg.Settle, cfg.Vouch = r.screen, r.process, r.settle, r.vouch
	bar := r.bar(-1, "crawling", "pages", progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(false)) // the crawl knows better how long it takes
	var logged, resumes time.Time
	also := cfg.OnProgress
	cfg.OnProgress = func(p crawler.Progress) {
		r.progress(bar, p)
		if p.Resumes.Sub(p.At) > farAhead && !p.Resumes.Equal(resumes) {
			resumes = p.Resumes
			r.notice("nothing can be asked before %s: all %d addresses wait for their hosts or for office hours (nianbao crawl --status says for what)",
				resumes.Local().Format(time.DateTime), p.Queue.Waiting)
		}
		if r.logFormat == "json" && p.At.Sub(logged) >= progressEvery {
			logged = p.At
			r.log.Info("progress", "progress", p)
		}
		if r.metrics != nil {
			r.metrics.record(p)
		}
		if also != nil {
			also(p)
		}
	}
	cfg.OnEvent = r.event
	if cfg.OnEvent == nil {
		cfg.OnEvent = r.complainOf
	}
	return func() { bar.Clear() }
}

// farAhead is from which wait on a crawl says what it waits for.
const farAhead = 30 * time.Second

// progressEvery is how often a crawl's state is logged for machines.
const progressEvery = 10 * time.Second

// wellEnded are the reasons that nobody need be told of.
func wellEnded(r crawler.Reason) bool {
	return r == crawler.Fetched || r == crawler.Unchanged || r == crawler.Redirected
}

// complainOf names an address that ended without a report's page. Machines are
// told of every one.
func (r *crawlRun) complainOf(e crawler.Event) {
	if r.logFormat == "json" {
		level := slog.LevelInfo
		if e.RetryAt.IsZero() && !wellEnded(e.Reason) {
			level = slog.LevelWarn
		}
		r.log.Log(context.Background(), level, "address", "event", e)
		return
	}
	why := strings.ReplaceAll(string(e.Reason), "_", " ")
	if e.Detail != "" {
		why += ": " + e.Detail
	}
	switch {
	case e.RetryAt.IsZero() && !wellEnded(e.Reason):
		r.complain(e.URL, why)
	case e.RetryAt.IsZero():
		r.detail("%s: %s", e.URL, why)
	default:
		r.detail("%s: %s; again after %s", e.URL, why, e.RetryAt.Local().Format(time.TimeOnly))
	}
}

// serveMetrics answers scrapes at an address until stop is called.
func (r *crawlRun) serveMetrics(addr string) (stop func(), err error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, usagef("--metrics %s: %w", addr, err)
	}
	r.metrics = &crawlMetrics{}
	mux := http.NewServeMux()
	mux.Handle("/metrics", r.metrics)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		server.Serve(listener)
	}()
	return func() {
		server.Close()
		<-done
	}, nil
}

// progress draws the bar.
func (r *crawlRun) progress(bar *progressbar.ProgressBar, p crawler.Progress) {
	total := p.Queue.Waiting + p.Queue.Leased + p.Queue.Done + p.Queue.Failed
	bar.ChangeMax64(max(total, 1))
	// With the count of pages behind it the line has to fit 80 columns.
	text := fmt.Sprintf("%s: %d active, %d failed", p.Stage, p.Active, p.Failed)
	if p.Left > 0 {
		text += ", " + roughly(p.Left) + " left"
	}
	bar.Describe(text)
	bar.Set64(p.Queue.Done + p.Queue.Failed)
}

// roughly prints a time to come as people say it: 45s, 12m, 3h20m.
func roughly(d time.Duration) string {
	switch {
	case d < time.Minute:
		return d.Round(time.Second).String()
	case d < time.Hour:
		return fmt.Sprintf("%.0fm", d.Minutes())
	}
	d = d.Round(time.Minute)
	return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
}

// summary tells what a crawl did.
func (a *app) summary(s crawler.Summary, t *tally) {
	reports := func(a *app) string {
		if t == nil {
			return a.in("已送往汇总处", "sent to the collector")
		}
		return t.told(a)
	}
	if a.logFormat == "json" {
		a.log.Info("crawl ended", "summary", s, "reports", reports(&app{}))
		return
	}
	recovered := ""
	if s.Recovered > 0 {
		recovered = fmt.Sprintf(", %d taken from the archive", s.Recovered)
	}
	a.notice("%d addresses fetched%s, %d failed, %d waiting; reports: %s", s.Fetched, recovered, s.Failed, s.Queue.Waiting, reports(a))
	for _, reason := range slices.Sorted(maps.Keys(s.ByReason)) {
		a.notice("  %6d  %s", s.ByReason[reason], strings.ReplaceAll(string(reason), "_", " "))
	}
}
