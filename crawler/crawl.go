package crawler

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"nianbao/crawler/archive"
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
	requests := make([]Request, 0, len(seeds))
	for _, h := range c.cfg.Discovery.AttachmentHosts {
		if u, err := url.Parse("http://" + strings.ToLower(h)); c.cfg.Contact == "" && (err != nil || !isLoopbackHost(u)) {
			return 0, fmt.Errorf("attachment host %s: %w", h, ErrNoContact)
		}
	}
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
		} else if c.cfg.Contact == "" {
			return 0, fmt.Errorf("%s: %w", s.URL, ErrNoContact)
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

// recover takes up the captures that the sink holds and the queue does not know
// to be done.
func (c *Crawler) recover(ctx context.Context) error {
	from, ok := c.sink.(Recoverer)
	if !ok {
		return nil
	}
	if c.shared != nil {
		// What was not acknowledged is another crawler's to fetch by now.
		return from.Recovered()
	}
	c.stats.stage(StageRecover)
	counts, err := c.queue.Counts(ctx)
	if err != nil {
		return err
	}
	fresh := counts.Done+counts.Failed == 0
	var batch []outcome
	pending := map[string]bool{} // in the batch: the queue does not know yet
	flush := func() error {
		defer clear(pending)
		c.stats.recovered.Add(int64(len(batch)))
		err := c.commit(ctx, batch)
		batch = batch[:0]
		return err
	}
	err = from.Recover(ctx, fresh, func(p *Capture) error {
		if pending[p.Request.Key()] {
			return nil
		}
		r, open, ok, err := c.queue.Find(ctx, p.Request.Key())
		if err == nil && !ok && len(batch) > 0 {
			// What led to it may be in the batch.
			if err = flush(); err == nil {
				r, open, ok, err = c.queue.Find(ctx, p.Request.Key())
			}
		}
		if err != nil || !ok || !open {
			return err
		}
		if !p.Time.After(r.Earlier.Time) {
			return nil // this is the capture that is to be fetched again
		}
		site := p.Request.Site
		p.Request = r
		if r.Site == "" {
			p.Request.Site = site // what this page itself said
		}
		if p.Unchanged && r.Earlier.Digest == "" {
			return nil // a revisit of a capture that is not there
		}
		out, err := c.digest(ctx, p)
		if err != nil {
			return err
		}
		batch = append(batch, out)
		pending[p.Request.Key()] = true
		if len(batch) >= commitBatch {
			return flush()
		}
		return nil
	})
	if err == nil && len(batch) > 0 {
		err = flush()
	}
	if err == nil {
		err = from.Recovered()
	}
	return err
}

// hostWork is what of one host was leased and is not under way yet.
type hostWork struct {
	host   *host
	queue  []Request
	flight int
	at     time.Time // when it may be asked
	index  int       // in the heap; -1 when not there
	parked bool      // until its platform is free
}

type workHeap []*hostWork

func (h workHeap) Len() int           { return len(h) }
func (h workHeap) Less(i, j int) bool { return h[i].at.Before(h[j].at) }
func (h workHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}
func (h *workHeap) Push(x any) {
	w := x.(*hostWork)
	w.index = len(*h)
	*h = append(*h, w)
}
func (h *workHeap) Pop() any {
	old := *h
	w := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	w.index = -1
	return w
}

// Limits of what is leased ahead.
const (
	leasePerHost = 16 // of one host, while there are few hosts
	leaseAhead   = 4096
	commitBatch  = 256
	commitEvery  = 50 * time.Millisecond // at most so often when there is little to do
)

// A run is one Run's state. The dispatcher's goroutine owns all of it.
type run struct {
	*Crawler
	cancel context.CancelCauseFunc

	byHost   map[string]*hostWork
	parking  parking
	waiting  workHeap // hosts with work, by when they may be asked
	buffered int      // requests leased and not under way
	flight   int      // requests under way
	unacked  int      // outcomes not committed yet
}

type finishedWork struct {
	*visitWork
	err error // errNotYet: the request is still to be made
}

// leaseShare is how much is leased of each host when so many have work. All of
// them must find room in what is leased ahead: slow ones would fill it otherwise,
// and leave the others waiting.
func leaseShare(hosts int64) int {
	return int(min(max(leaseAhead/max(hosts, 1), 1), leasePerHost))
}

// loop is the dispatcher: it leases requests, hands them to workers when their
// hosts may be asked, and ends when nothing is left.
func (r *run) loop(ctx context.Context) error {
	var (
		work      = make(chan *visitWork, r.cfg.Workers)
		finished  = make(chan finishedWork, r.cfg.Workers)
		outcomes  = make(chan outcome, 4*r.cfg.Workers)
		committed = make(chan int, 16)
		failure   error
		workers   sync.WaitGroup
	)
	for range r.cfg.Workers {
		workers.Go(func() {
			for w := range work {
				out, err := r.visit(ctx, w.request)
				if err == nil {
					outcomes <- out
				}
				finished <- finishedWork{w, err}
			}
		})
	}
	committerDone := make(chan error, 1)
	go func() {
		defer close(committed)
		committerDone <- r.commitAll(ctx, outcomes, committed)
	}()

	ask := true // whether the queue may have something to lease
	for failure == nil && ctx.Err() == nil {
		now := r.cfg.Clock.Now()
		if opens := r.cfg.OffHours.opens(now); opens.After(now) {
			if r.flight == 0 && r.unacked == 0 {
				r.stats.resumes.Store(opens.UnixMilli())
				failure = sleep(ctx, r.cfg.Clock, opens.Sub(now))
				continue
			}
		} else {
			if ask && r.buffered < leaseAhead {
				counts, err := r.queue.Counts(ctx)
				if err != nil {
					failure = err
					break
				}
				leased, err := r.queue.Lease(ctx, now, leaseAhead-r.buffered, leaseShare(counts.Hosts))
				if err != nil {
					failure = err
					break
				}
				ask = len(leased) > 0
				r.take(leased)
			}
			r.dispatch(now, work)
		}
		r.stats.active.Store(int64(r.flight))
		r.stats.idle.Store(int64(len(r.waiting) + r.parking.count()))

		var wake time.Time
		if len(r.waiting) > 0 && r.flight < r.cfg.Workers {
			wake = r.waiting[0].at
		}
		if r.buffered < leaseAhead {
			next, ok, err := r.queue.Next(ctx)
			if err != nil {
				failure = err
				break
			}
			switch {
			case !ok:
				if r.flight == 0 && r.buffered == 0 && r.unacked == 0 {
					goto done
				}
			case next.IsZero(): // something is ready now
				if !ask {
					ask = true
					continue
				}
			case wake.IsZero() || next.Before(wake):
				wake, ask = next, true
			}
		}
		resumes := int64(0)
		if r.flight == 0 && r.unacked == 0 && !wake.IsZero() {
			resumes = wake.UnixMilli()
		}
		r.stats.resumes.Store(resumes)
		var timer <-chan time.Time
		stop := func() {}
		if !wake.IsZero() {
			timer, stop = r.cfg.Clock.Timer(max(wake.Sub(now), time.Millisecond))
		}
		select {
		case f := <-finished:
			failure = r.end(f)
			for more := true; more && failure == nil; {
				select {
				case f := <-finished:
					failure = r.end(f)
				default:
					more = false
				}
			}
		case n, ok := <-committed:
			if !ok {
				committed = nil
				failure = errCommit
				break
			}
			r.unacked -= n
			ask = true
		case <-timer:
		case <-ctx.Done():
		}
		stop()
	}
done:
	if failure == nil {
		failure = context.Cause(ctx)
	}
	if failure != nil {
		r.cancel(failure) // ends the fetches under way
	}
	close(work)
	go func() {
		for range finished {
		}
	}()
	workers.Wait()
	close(finished)
	close(outcomes)
	if committed != nil {
		for range committed {
		}
	}
	if err := <-committerDone; err != nil && (failure == nil || failure == errCommit || errors.Is(failure, context.Canceled)) {
		failure = err
	}
	return failure
}

// errCommit stands for the committer's error until that is known.
var errCommit = errors.New("the queue or the sink failed")

type visitWork struct {
	work     *hostWork
	request  Request
	platform *platform // that is kept from other hosts meanwhile; nil: none
}

func (r *run) take(leased []Request) {
	for _, q := range leased {
		if c := r.Crawler; c.shared != nil {
			if u, err := url.Parse(q.Seed.URL); err == nil && isLoopbackHost(u) {
				c.fetcher.guard.allow(u) // another crawler was given the seed
			}
		}
		name := hostOf(q.URL)
		w := r.byHost[name]
		if w == nil {
			w = &hostWork{host: r.hosts.get(name), index: -1}
			r.byHost[name] = w
		}
		if !q.NotBefore.IsZero() {
			w.host.rest(q.NotBefore)
		}
		w.host.resume(q.Known)
		w.queue = append(w.queue, q)
		r.buffered++
		r.offer(w)
	}
}

// offer puts a host that has work and a free connection where dispatch sees it.
func (r *run) offer(w *hostWork) {
	if w.index >= 0 || w.parked || len(w.queue) == 0 || w.flight >= r.cfg.ConnectionsPerHost {
		return
	}
	w.at = w.host.ready()
	heap.Push(&r.waiting, w)
}

func (r *run) dispatch(now time.Time, work chan<- *visitWork) {
	for len(r.waiting) > 0 && r.flight < r.cfg.Workers && !r.waiting[0].at.After(now) {
		w := heap.Pop(&r.waiting).(*hostWork)
		if at := w.host.ready(); at.After(now) { // another request moved it on
			w.at = at
			heap.Push(&r.waiting, w)
			continue
		}
		p, free := r.parking.enter(w)
		if !free {
			continue
		}
		q := w.queue[0]
		w.queue[0] = Request{}
		w.queue = w.queue[1:]
		w.flight++
		r.flight++
		r.buffered--
		work <- &visitWork{w, q, p} // has room for all workers
		r.offer(w)
	}
}

func (r *run) end(f finishedWork) error {
	f.work.flight--
	r.flight--
	if f.platform != nil {
		if w := r.parking.leave(f.platform); w != nil {
			r.offer(w)
		}
	}
	if errors.Is(f.err, errNotYet) {
		f.work.queue = append([]Request{f.request}, f.work.queue...)
		r.buffered++
		r.offer(f.work)
		return nil
	}
	if errors.Is(f.err, ErrHostLost) {
		r.shared.Drop(append(f.work.queue, f.request))
		r.buffered -= len(f.work.queue)
		f.work.queue = nil
		if f.work.flight == 0 {
			delete(r.byHost, f.work.host.name)
		}
		return nil
	}
	if f.err != nil {
		return f.err
	}
	r.unacked++
	if len(f.work.queue) == 0 && f.work.flight == 0 {
		delete(r.byHost, f.work.host.name)
	}
	r.offer(f.work)
	return nil
}

// commitAll makes outcomes durable, as many at once as have come together.
func (c *Crawler) commitAll(ctx context.Context, outcomes <-chan outcome, committed chan<- int) error {
	var last time.Time
	for first := range outcomes {
		batch := []outcome{first}
		if wait := commitEvery - time.Since(last); wait > 0 {
			t := time.NewTimer(wait)
			select {
			case <-t.C:
			case <-ctx.Done():
			}
			t.Stop()
		}
	more:
		for len(batch) < commitBatch {
			select {
			case o, ok := <-outcomes:
				if !ok {
					break more
				}
				batch = append(batch, o)
			default:
				break more
			}
		}
		// What was captured is acknowledged also when the run is ending.
		if err := c.commit(context.WithoutCancel(ctx), batch); err != nil {
			go func() { // lets the workers end
				for range outcomes {
				}
			}()
			return err
		}
		last = time.Now()
		committed <- len(batch)
	}
	return nil
}

// commit makes last what the sink has and what was processed, and then tells the queue.
func (c *Crawler) commit(ctx context.Context, batch []outcome) error {
	var (
		done  []Finished
		later []Postponed
		ends  []int // index in batch of each done
		kept  []archive.Location
		heard bool // something was processed
	)
	for i, o := range batch {
		heard = heard || o.kept
		if o.kept && !o.recovered {
			kept = append(kept, o.where)
		}
		learnt, rest := c.hosts.get(o.request.Host()).state()
		if o.retryAt.IsZero() {
			done = append(done, Finished{
				Request: o.request, Reason: o.reason, Detail: clip(o.detail, 500), Failed: o.failed, Status: o.status,
				Links: o.links, Budget: c.budget(o.request.Seed), Refused: o.refused,
				Rest: rest, Learnt: learnt, Where: o.where, Products: o.products,
			})
			ends = append(ends, i)
		} else {
			later = append(later, Postponed{Request: o.request, Reason: o.reason, Detail: clip(o.detail, 500), At: o.retryAt, Rest: rest, Learnt: learnt})
		}
	}
	if len(kept) > 0 {
		if err := c.sink.Sync(ctx); err != nil {
			return err
		}
	}
	if heard && c.cfg.Settle != nil {
		if err := c.cfg.Settle(ctx); err != nil {
			return err
		}
	}
	if len(done) > 0 {
		acked, err := c.queue.Ack(ctx, done)
		if err != nil {
			return err
		}
		for k, i := range ends {
			o := &batch[i]
			c.stats.count(LinkKnown, int64(len(o.links)-acked[k].Added-len(acked[k].OverBudget)))
			o.refused = append(o.refused, acked[k].Refused(o.request)...)
		}
	}
	if len(later) > 0 {
		if err := c.queue.Retry(ctx, later); err != nil {
			return err
		}
	}
	if r, ok := c.sink.(Recoverer); ok && len(kept) > 0 {
		if err := r.Acknowledged(kept); err != nil {
			return err
		}
	}
	now := c.cfg.Clock.Now()
	for _, o := range batch {
		c.stats.outcome(o, now)
		for _, l := range o.refused {
			c.stats.count(l.Reason, 1)
			if c.cfg.OnLink != nil {
				c.cfg.OnLink(l)
			}
		}
		if c.cfg.OnEvent != nil {
			c.cfg.OnEvent(Event{
				At: now, URL: o.request.URL, Seed: o.request.Seed.Line, Role: o.request.Role, Status: o.status, Reason: o.reason, Detail: o.detail,
				Bytes: o.bytes, Elapsed: o.elapsed, Tries: o.request.Tries, RetryAt: o.retryAt, Referrer: o.request.Referrer,
			})
		}
	}
	return nil
}

// reportBudget is the budget of a seed that is itself a report: its files.
const reportBudget = 20

// budget is how many addresses may be added for a seed in all.
func (c *Crawler) budget(s Seed) int {
	if b := c.cfg.Discovery.Budget; s.Kind != KindReport || b > 0 && b < reportBudget {
		return b
	}
	return reportBudget
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
