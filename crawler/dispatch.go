package crawler

import (
	"container/heap"
	"context"
	"errors"
	"net/url"
	"sync"
	"time"
)

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
	ask      bool     // the queue may have something to lease
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

// lanes lead from the dispatcher to the workers and over the committer back.
type lanes struct {
	work      chan *visitWork
	finished  chan finishedWork
	outcomes  chan outcome
	awaited   chan struct{} // nothing is left to do until what is finished is committed
	committed chan int      // how many outcomes; nil when the committer has given up
	committer chan error
	workers   sync.WaitGroup
}

// open starts the workers and the committer.
func (r *run) open(ctx context.Context) *lanes {
	l := &lanes{
		work:      make(chan *visitWork, r.cfg.Workers),
		finished:  make(chan finishedWork, r.cfg.Workers),
		outcomes:  make(chan outcome, 4*r.cfg.Workers),
		awaited:   make(chan struct{}, 1),
		committed: make(chan int, 16),
		committer: make(chan error, 1),
	}
	for range r.cfg.Workers {
		l.workers.Go(func() {
			for w := range l.work {
				out, err := r.visit(ctx, w.request)
				if err == nil {
					l.outcomes <- out
				}
				l.finished <- finishedWork{w, err}
			}
		})
	}
	committed := l.committed
	go func() {
		defer close(committed)
		l.committer <- r.commitAll(ctx, l.outcomes, l.awaited, committed)
	}()
	return l
}

// close ends the workers and then the committer, and answers its error.
func (l *lanes) close() error {
	close(l.work)
	go func() {
		for range l.finished {
		}
	}()
	l.workers.Wait()
	close(l.finished)
	close(l.outcomes)
	if l.committed != nil {
		for range l.committed {
		}
	}
	return <-l.committer
}

// loop runs the dispatcher, and ends with all that it began.
func (r *run) loop(ctx context.Context) error {
	l := r.open(ctx)
	r.ask = true
	err := r.dispatchAll(ctx, l)
	if err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		r.cancel(err) // ends the fetches under way
	}
	if failed := l.close(); failed != nil && (err == nil || err == errCommit || errors.Is(err, context.Canceled)) {
		return failed
	}
	return err
}

// dispatchAll leases requests and hands them to workers when their hosts may be
// asked, until nothing is left or the context ends.
func (r *run) dispatchAll(ctx context.Context, l *lanes) error {
	for ctx.Err() == nil {
		now := r.cfg.Clock.Now()
		opens := r.cfg.OffHours.opens(now)
		closed := opens.After(now)
		if closed && r.settled() {
			r.stats.resumes.Store(opens.UnixMilli())
			if err := sleep(ctx, r.cfg.Clock, opens.Sub(now)); err != nil {
				return err
			}
			continue
		}
		if !closed {
			if err := r.lease(ctx, now); err != nil {
				return err
			}
			r.dispatch(now, l.work)
		}
		r.stats.active.Store(int64(r.flight))
		r.stats.idle.Store(int64(len(r.waiting) + r.parking.count()))
		wake, then, err := r.next(ctx)
		if err != nil || then == atTheEnd {
			return err
		}
		if then == atOnce {
			continue
		}
		if err := r.wait(ctx, l, now, wake); err != nil {
			return err
		}
	}
	return nil
}

// settled reports whether nothing is under way.
func (r *run) settled() bool { return r.flight == 0 && r.unacked == 0 }

// lease takes from the queue what there is room for, unless it is known to have nothing.
func (r *run) lease(ctx context.Context, now time.Time) error {
	if !r.ask || r.buffered >= leaseAhead {
		return nil
	}
	counts, err := r.queue.Counts(ctx)
	if err != nil {
		return err
	}
	leased, err := r.queue.Lease(ctx, now, leaseAhead-r.buffered, leaseShare(counts.Hosts))
	if err != nil {
		return err
	}
	r.ask = len(leased) > 0
	r.take(leased)
	return nil
}

// A turn is how the dispatcher goes on.
type turn int

const (
	afterWaiting turn = iota
	atOnce            // the queue has something ready
	atTheEnd          // nothing is left
)

// next tells how the dispatcher goes on, and when it has something to do again,
// should neither a worker nor the committer say something before; zero: it has not.
func (r *run) next(ctx context.Context) (wake time.Time, then turn, err error) {
	if len(r.waiting) > 0 && r.flight < r.cfg.Workers {
		wake = r.waiting[0].at
	}
	if r.buffered >= leaseAhead {
		return wake, afterWaiting, nil
	}
	next, ok, err := r.queue.Next(ctx)
	switch {
	case err != nil:
		return wake, afterWaiting, err
	case !ok:
		if r.settled() && r.buffered == 0 {
			then = atTheEnd
		}
	case next.IsZero(): // something is ready now
		if !r.ask {
			r.ask, then = true, atOnce
		}
	case wake.IsZero() || next.Before(wake):
		wake, r.ask = next, true
	}
	return wake, then, nil
}

// wait ends when a worker or the committer has said something, at the time to
// wake, or with the context.
func (r *run) wait(ctx context.Context, l *lanes, now, wake time.Time) error {
	var timer <-chan time.Time
	resumes := int64(0)
	if !wake.IsZero() {
		t, stop := r.cfg.Clock.Timer(max(wake.Sub(now), time.Millisecond))
		defer stop()
		timer = t
		if r.settled() {
			resumes = wake.UnixMilli()
		}
	}
	r.stats.resumes.Store(resumes)
	if r.flight == 0 && r.buffered == 0 && r.unacked > 0 {
		select {
		case l.awaited <- struct{}{}:
		default: // it is said already
		}
	}
	select {
	case f := <-l.finished:
		return r.endAll(f, l.finished)
	case n, ok := <-l.committed:
		if !ok {
			l.committed = nil
			return errCommit
		}
		r.unacked -= n
		r.ask = true
	case <-timer:
	case <-ctx.Done():
	}
	return nil
}

// endAll takes in f and all other work that is finished by now.
func (r *run) endAll(f finishedWork, finished <-chan finishedWork) error {
	for {
		if err := r.end(f); err != nil {
			return err
		}
		select {
		case f = <-finished:
		default:
			return nil
		}
	}
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
