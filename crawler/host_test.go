package crawler

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"
)

// A fakeClock moves only when a test or a waiter says so: a timer advances it.
type fakeClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) Timer(d time.Duration) (<-chan time.Time, func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	fired := make(chan time.Time, 1)
	fired <- c.now
	return fired, func() {}
}

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC) // 12:00 in China

func TestHostKeepsItsDelay(t *testing.T) {
	clock := &fakeClock{now: noon}
	h := newHost("a.gov.cn")
	ctx := context.Background()
	var starts []time.Time
	for range 4 {
		if err := h.acquire(ctx, clock, 1); err != nil {
			t.Fatal(err)
		}
		starts = append(starts, clock.Now())
		clock.now = clock.now.Add(300 * time.Millisecond)
		h.done(clock.Now(), 2*time.Second)
	}
	for i := 1; i < len(starts); i++ {
		if d := starts[i].Sub(starts[i-1]); d != 2300*time.Millisecond {
			t.Errorf("request %d came %v after the one before", i, d)
		}
	}
	// A refusal doubles the delay, success lets it shrink again.
	h.refused(2*time.Second, time.Minute)
	h.acquire(ctx, clock, 1)
	at := clock.Now()
	h.done(at, 2*time.Second)
	if d := h.ready().Sub(at); d != 4*time.Second {
		t.Errorf("after a refusal the host rests %v", d)
	}
	for range 30 {
		h.succeeded()
	}
	if h.slow != 0 {
		t.Errorf("the delay stays grown: %v", h.slow)
	}
	for range 20 {
		h.refused(2*time.Second, time.Minute)
	}
	if h.slow != time.Minute {
		t.Errorf("the delay grows to %v", h.slow)
	}
}

func TestHostAcquireEndsWithTheContext(t *testing.T) {
	h := newHost("a.gov.cn")
	if err := h.acquire(context.Background(), systemClock{}, 1); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- h.acquire(ctx, systemClock{}, 1) }() // its connection is taken
	cancel()
	if err := <-done; err != context.Canceled {
		t.Errorf("%v", err)
	}
	h.done(time.Now(), time.Hour)
	ctx, cancel = context.WithCancel(context.Background())
	go func() { done <- h.acquire(ctx, systemClock{}, 1) }() // it rests
	cancel()
	if err := <-done; err != context.Canceled {
		t.Errorf("%v", err)
	}
}

func TestBreaker(t *testing.T) {
	h := newHost("a.gov.cn")
	now := noon
	fail := func() { h.failed(now, 3, 3, time.Minute, time.Hour) }
	open := func() bool { _, open, _ := h.breaker(now); return open }
	fail()
	fail()
	if open() {
		t.Fatal("open after two failures")
	}
	fail()
	if till, open, dead := h.breaker(now); !open || dead || till != now.Add(time.Minute) {
		t.Fatalf("after three: %v %v %v", till, open, dead)
	}
	now = now.Add(time.Minute)
	if open() {
		t.Fatal("still open after its pause")
	}
	fail() // half open: one is enough, and the pause doubles
	if till, open, _ := h.breaker(now); !open || till != now.Add(2*time.Minute) {
		t.Fatalf("half open: %v %v", till, open)
	}
	now = now.Add(2 * time.Minute)
	h.succeeded()
	fail()
	fail()
	if open() {
		t.Fatal("a success did not close it")
	}
	fail()
	now = now.Add(time.Hour)
	fail()
	now = now.Add(time.Hour)
	fail()
	if _, _, dead := h.breaker(now); !dead {
		t.Error("not given up after three openings in a row")
	}
}

func TestWindow(t *testing.T) {
	night := Window{From: 22 * time.Hour, To: 6 * time.Hour}
	lunch := Window{From: 12 * time.Hour, To: 13 * time.Hour}
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, 3, day, hour, minute, 0, 0, chinaStandardTime)
	}
	for _, c := range []struct {
		w         Window
		now, want time.Time
	}{
		{Window{}, at(2, 12, 0), at(2, 12, 0)},
		{night, at(2, 12, 0), at(2, 22, 0)},
		{night, at(2, 22, 0), at(2, 22, 0)},
		{night, at(2, 5, 59), at(2, 5, 59)},
		{night, at(2, 6, 0), at(2, 22, 0)},
		{lunch, at(2, 12, 30), at(2, 12, 30)},
		{lunch, at(2, 13, 0), at(3, 12, 0)},
		{lunch, at(31, 13, 0), at(32, 12, 0)},
		{lunch, at(2, 0, 0), at(2, 12, 0)},
	} {
		if got := c.w.opens(c.now.UTC()); !got.Equal(c.want) {
			t.Errorf("%v at %v opens at %v, want %v", c.w, c.now, got, c.want)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, "-5": 0, "Mon, 02 Mar 2026 04:01:00 GMT": time.Minute, "Mon, 02 Mar 2020 04:01:00 GMT": 0, "later": 0, "99999999999999999999": 0,
	} {
		if got := retryAfter(http.Header{"Retry-After": {value}}, noon); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}

func TestCookies(t *testing.T) {
	var c cookies
	set := func(lines ...string) { c.learn(http.Header{"Set-Cookie": lines}, noon) }
	set("a=1; Path=/; HttpOnly", "b=2; Secure", "c=3; Max-Age=60", "bad\x00=1")
	if got := c.header(false, noon.Add(2*time.Minute)); got != "a=1" {
		t.Errorf("over http after the third has expired: %q", got)
	}
	set("a=; Max-Age=-1", "b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "c=; Max-Age=0")
	if got := c.header(true, noon); got != "" {
		t.Errorf("after they were taken back: %q", got)
	}
	for i := range 1000 {
		set(http.Header{}.Get("x") + "k" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + "=v")
	}
	if len(c.m) > maxCookies {
		t.Errorf("%d cookies are remembered", len(c.m))
	}
}

// What another crawler has learnt of a host counts for one that knows nothing of
// it: one failure more opens its breaker again, for twice as long.
func TestHostResumes(t *testing.T) {
	before := newHost("a.gov.cn")
	before.refused(time.Second, time.Minute)
	for range 2 {
		before.failed(noon, 1, 5, time.Minute, time.Hour)
	}
	state, rest := before.state()
	if state.Slow < time.Second || state.Trips != 2 || !rest.Equal(noon.Add(2*time.Minute)) {
		t.Fatalf("learnt %+v, resting until %v", state, rest)
	}
	after := newHost("a.gov.cn")
	after.resume(state)
	after.failed(noon, 8, 5, time.Minute, time.Hour)
	if got, till := after.state(); got.Trips != 3 || got.Slow != state.Slow || !till.Equal(noon.Add(4*time.Minute)) {
		t.Errorf("after one failure more %+v, resting until %v", got, till)
	}
	after.succeeded()
	after.resume(HostState{Trips: 4})
	if got, _ := after.state(); got.Trips == 4 {
		t.Error("what is older counts more than what was learnt since")
	}
}
