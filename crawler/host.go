package crawler

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// A host is what the crawler knows of one host while it runs: when it may be
// asked next, its robots.txt, and whether it is up.
type host struct {
	name string
	gate

	platformMu sync.Mutex               // held while it is looked up
	platform   atomic.Pointer[platform] // nil: not looked up yet

	mu         sync.Mutex
	slow       time.Duration // delay grown by slow answers and refusals; 0: the configured one
	failures   int           // in a row
	trips      int           // openings of the breaker in a row
	openTill   time.Time     // the breaker's
	crawlDelay time.Duration // of robots.txt
	dead       bool          // opened too often

	cookies cookies

	robotsMu sync.Mutex
	robots   map[string]heldRobots // by scheme: https may have other rules than http (RFC 9309, section 2.3)
}

// heldRobots is a robots.txt that was asked for.
type heldRobots struct {
	rules *robots
	body  []byte      // they are from; nil: there is none
	err   *fetchError // why it could not be had; nil: it could
	till  time.Time   // it is to be asked for again
	asked bool        // by this crawler
}

func newHost(name string) *host {
	return &host{name: name, gate: newGate(), robots: map[string]heldRobots{}}
}

// A gate lets requests through a few at a time, with a pause behind each.
type gate struct {
	gateMu sync.Mutex
	active int           // requests under way
	next   time.Time     // no request before
	freed  chan struct{} // closed and renewed when a request ends
}

func newGate() gate { return gate{freed: make(chan struct{})} }

// acquire waits until the pause is over and takes one of the connections. Every
// acquire that succeeds needs a release.
func (g *gate) acquire(ctx context.Context, clock Clock, connections int) error {
	return g.pass(ctx, clock, connections, true)
}

// acquireBusy is acquire without the pause.
func (g *gate) acquireBusy(ctx context.Context, clock Clock, connections int) error {
	return g.pass(ctx, clock, connections, false)
}

func (g *gate) pass(ctx context.Context, clock Clock, connections int, paused bool) error {
	for {
		g.gateMu.Lock()
		wait := time.Duration(0)
		if paused {
			wait = g.next.Sub(clock.Now())
		}
		freed := g.freed
		if g.active < connections && wait <= 0 {
			g.active++
			g.gateMu.Unlock()
			return nil
		}
		busy := g.active >= connections
		g.gateMu.Unlock()
		if busy {
			select {
			case <-freed:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
			continue
		}
		if err := sleep(ctx, clock, wait); err != nil {
			return err
		}
	}
}

// release ends a request: the pause begins now.
func (g *gate) release(now time.Time, pause time.Duration) {
	g.gateMu.Lock()
	defer g.gateMu.Unlock()
	g.active--
	if at := now.Add(pause); at.After(g.next) {
		g.next = at
	}
	close(g.freed)
	g.freed = make(chan struct{})
}

// rest lets nothing through until at.
func (g *gate) rest(at time.Time) {
	g.gateMu.Lock()
	defer g.gateMu.Unlock()
	if at.After(g.next) {
		g.next = at
	}
}

func (g *gate) opens() time.Time {
	g.gateMu.Lock()
	defer g.gateMu.Unlock()
	return g.next
}

// done ends a request to the host: it rests for its delay, counted from now.
func (h *host) done(now time.Time, delay time.Duration) {
	h.mu.Lock()
	slow := h.slow
	h.mu.Unlock()
	h.release(now, max(delay, slow))
}

// ready is when the host may be asked next.
func (h *host) ready() time.Time {
	at := h.opens()
	if p := h.platform.Load(); p != nil && p.several() {
		if of := p.opens(); of.After(at) {
			return of
		}
	}
	return at
}

// A HostState is what a crawler has learnt of a host and another who takes the
// host over should know: how far its answers have slowed the crawl down, and how
// near it is to being given up. The zero value: nothing.
type HostState struct {
	Slow     time.Duration `json:"slow,omitzero"`     // the pause grown by slow answers and refusals
	Failures int           `json:"failures,omitzero"` // in a row
	Trips    int           `json:"trips,omitzero"`    // openings of its circuit breaker in a row
}

// state is for whoever takes the host over, and until when the host is to rest.
func (h *host) state() (s HostState, rest time.Time) {
	rest = h.ready()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.openTill.After(rest) {
		rest = h.openTill
	}
	return HostState{h.slow, h.failures, h.trips}, rest
}

// resume takes over what another crawler has learnt of the host. A crawler that
// has learnt something itself since then knows better.
func (h *host) resume(s HostState) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.slow == 0 && h.failures == 0 && h.trips == 0 {
		h.slow, h.failures, h.trips = s.Slow, s.Failures, s.Trips
	}
}

// refused doubles the delay after a 429 or 503, up to a limit.
func (h *host) refused(base, limit time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.slow = min(max(2*h.slow, 2*base, time.Second), limit)
}

// succeeded closes the breaker and lets a grown delay shrink again.
func (h *host) succeeded() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.failures, h.trips, h.openTill = 0, 0, time.Time{}
	h.slow = h.slow * 3 / 4
	if h.slow < 10*time.Millisecond {
		h.slow = 0
	}
}

// failed counts a failure and opens the breaker when there were too many in a
// row, the first time for pause, then for twice as long, up to limit.
func (h *host) failed(now time.Time, after, trips int, pause, limit time.Duration) {
	if after == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.failures++
	// Half open, one failure is enough.
	if h.failures < after && h.trips == 0 {
		return
	}
	h.failures = 0
	h.trips++
	if trips > 0 && h.trips >= trips {
		h.dead = true
		return
	}
	for range h.trips - 1 {
		pause = min(2*pause, limit)
	}
	h.openTill = now.Add(pause)
}

// breaker answers until when the host is not to be asked, and whether it is
// given up for this run.
func (h *host) breaker(now time.Time) (till time.Time, open, dead bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.openTill, now.Before(h.openTill), h.dead
}

// hosts are those of one run.
type hosts struct {
	mu sync.Mutex
	m  map[string]*host
}

func (s *hosts) get(name string) *host {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.m[name]
	if h == nil {
		if s.m == nil {
			s.m = map[string]*host{}
		}
		h = newHost(name)
		s.m[name] = h
	}
	return h
}

// down counts the hosts whose breaker is open or that were given up.
func (s *hosts) down(now time.Time) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, h := range s.m {
		if _, open, dead := h.breaker(now); open || dead {
			n++
		}
	}
	return n
}
