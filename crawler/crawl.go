package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"
)

// A Crawler fetches what a queue holds into a sink.
type Crawler struct {
	cfg       Config
	userAgent string
	queue     Queue
	sink      Sink
	patterns  *Patterns
	fetcher   *fetcher
	hosts     hosts
	platforms platforms
	stats     *stats

	shared  SharedQueue // the queue, when several crawlers share it; else nil
	running sync.Mutex
}

// New makes a crawler. The queue and the sink stay the caller's to close, after
// Run has returned. An *OptionError names a field of cfg that cannot be.
func New(cfg Config, queue Queue, sink Sink) (*Crawler, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	patterns := cfg.Discovery.Patterns
	if patterns == nil {
		var err error
		if patterns, err = builtInPatterns(); err != nil {
			return nil, err
		}
	}
	c := &Crawler{
		cfg: cfg, userAgent: cfg.UserAgent(), queue: queue, sink: sink, patterns: patterns,
		fetcher: newFetcher(cfg), stats: newStats(),
	}
	c.shared, _ = queue.(SharedQueue)
	for _, h := range cfg.Discovery.AttachmentHosts {
		if u, err := url.Parse("http://" + strings.ToLower(h)); err == nil && isLoopbackHost(u) {
			c.fetcher.guard.allowHost(u.Host)
		}
	}
	return c, nil
}

// Seed adds seeds to the queue and answers how many of them were new. It is an
// ErrNoContact when one is on other than a loopback host and Config.Contact is
// empty; then none is added.
func (c *Crawler) Seed(ctx context.Context, seeds []Seed) (added int, err error) {
	if err := c.cfg.MayCrawl(seeds); err != nil {
		return 0, err
	}
	requests := make([]Request, 0, len(seeds))
	for _, s := range seeds {
		canonical, err := Canonical(s.URL)
		if err != nil {
			return 0, err
		}
		s.URL = canonical
		u, err := url.Parse(s.URL)
		if err != nil {
			return 0, fmt.Errorf("%w: %v", ErrURL, err)
		}
		if isLoopbackHost(u) {
			c.fetcher.guard.allow(u)
		}
		r := Request{URL: s.URL, Seed: s, Role: s.role()}
		switch r.Role {
		case RoleReport:
			r.Priority = prioReport
		case RoleList:
			r.Priority = prioColumn + 5
		default:
			r.Priority = prioColumn
		}
		requests = append(requests, r)
	}
	return c.queue.Add(ctx, requests)
}

// Run crawls until nothing is left, or the context ends, or the queue, the sink
// or Process fail. It first takes from the sink what the last run left
// unacknowledged. The summary is right in every case; the error is nil when
// nothing was left, and the context's when it ended.
func (c *Crawler) Run(ctx context.Context) (Summary, error) {
	if !c.running.TryLock() {
		return Summary{}, errors.New("crawler: Run is running already")
	}
	defer c.running.Unlock()
	defer c.fetcher.close()
	c.stats.start(c.cfg.Clock.Now())
	if keeper, ok := c.queue.(progressKeeper); ok {
		before, err := keeper.failedBefore(ctx)
		if err != nil {
			return Summary{}, err
		}
		c.stats.before.Store(before)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := c.watch(ctx)
	err := c.recover(ctx)
	if err == nil {
		c.stats.stage(StageCrawl)
		r := &run{Crawler: c, cancel: cancel, byHost: map[string]*hostWork{}, parking: parking{}}
		err = r.loop(ctx)
	}
	c.stats.stage(StageDone)
	watch()
	counts, countErr := c.queue.Counts(context.WithoutCancel(ctx))
	s := Summary{Progress: c.stats.progress(c.cfg.Clock.Now(), counts, 0, 0, c.hosts.down(c.cfg.Clock.Now())), Recovered: c.stats.recovered.Load()}
	s.Complete = err == nil && countErr == nil && counts.Waiting+counts.Leased == 0
	if c.cfg.OnProgress != nil {
		c.cfg.OnProgress(s.Progress)
	}
	return s, errors.Join(err, countErr)
}

// watch reports progress until the function it answers is called.
func (c *Crawler) watch(ctx context.Context) (stop func()) {
	keeper, _ := c.queue.(progressKeeper)
	if c.cfg.OnProgress == nil && keeper == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	report := func(ctx context.Context) {
		counts, err := c.queue.Counts(ctx)
		if err != nil {
			return // Run meets the same error and returns it
		}
		now := c.cfg.Clock.Now()
		p := c.stats.progress(now, counts, int(c.stats.active.Load()), int(c.stats.idle.Load()), c.hosts.down(now))
		if c.cfg.OnProgress != nil {
			c.cfg.OnProgress(p)
		}
		if keeper != nil {
			keeper.keepProgress(ctx, p)
		}
	}
	wg.Go(func() {
		t := time.NewTicker(c.cfg.ProgressEvery)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				report(ctx)
			case <-ctx.Done():
				return
			}
		}
	})
	return func() {
		cancel()
		wg.Wait()
		if keeper != nil {
			if counts, err := c.queue.Counts(context.WithoutCancel(ctx)); err == nil {
				now := c.cfg.Clock.Now()
				keeper.keepProgress(context.WithoutCancel(ctx), c.stats.progress(now, counts, 0, 0, c.hosts.down(now)))
			}
		}
	}
}

// progressKeeper is a queue in which a run's progress can be read from outside.
type progressKeeper interface {
	keepProgress(ctx context.Context, p Progress)
	// failedBefore is Progress.FailedBefore for the run that begins.
	failedBefore(ctx context.Context) (int64, error)
}
