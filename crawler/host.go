package crawler

import (
	"context"
	"sync"
	"time"
)

// A host is what the crawler knows of one host while it runs: when it may be
// asked next, its robots.txt, and whether it is up.
type host struct {
	name string

	mu         sync.Mutex
	active     int           // requests under way
	next       time.Time     // no request before
	slow       time.Duration // delay grown by slow answers and refusals; 0: the configured one
	freed      chan struct{} // closed and renewed when a request ends
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
	err   *fetchError // why it could not be had; nil: it could
	till  time.Time   // it is to be asked for again
	asked bool        // by this crawler
}

func newHost(name string) *host {
	return &host{name: name, freed: make(chan struct{}), robots: map[string]heldRobots{}}
}

// acquire waits until the host may be asked and takes one of its connections.
// Every acquire that succeeds needs a release.
func (h *host) acquire(ctx context.Context, clock Clock, connections int) error {
	for {
		h.mu.Lock()
		now := clock.Now()
		wait := h.next.Sub(now)
		freed := h.freed
		if h.active < connections && wait <= 0 {
			h.active++
			h.mu.Unlock()
			return nil
		}
		busy := h.active >= connections
		h.mu.Unlock()
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

// release ends a request: the host rests for its delay, counted from now.
func (h *host) release(now time.Time, delay time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.active--
	if at := now.Add(max(delay, h.slow)); at.After(h.next) {
		h.next = at
	}
	close(h.freed)
	h.freed = make(chan struct{})
}

// rest keeps the host unasked until at.
func (h *host) rest(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if at.After(h.next) {
		h.next = at
	}
}

// ready is when the host may be asked next.
func (h *host) ready() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.next
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
