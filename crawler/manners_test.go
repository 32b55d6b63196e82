package crawler

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func newTestCrawler(t *testing.T, cfg Config) *Crawler {
	t.Helper()
	c, err := New(cfg, nil, nil) // the queue and the sink are not met here
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.fetcher.close)
	return c
}

func TestDelayGrowsWithTheAnswersTime(t *testing.T) {
	c := newTestCrawler(t, Config{Delay: 2 * time.Second, MaxDelay: 30 * time.Second, DelayFactor: 3, MaxCrawlDelay: 20 * time.Second})
	for _, want := range []struct{ elapsed, crawlDelay, delay time.Duration }{
		{100 * time.Millisecond, 0, 2 * time.Second},
		{4 * time.Second, 0, 12 * time.Second},
		{time.Minute, 0, 30 * time.Second},
		{0, 7 * time.Second, 7 * time.Second},
		{0, time.Hour, 20 * time.Second},
		{4 * time.Second, 7 * time.Second, 12 * time.Second},
	} {
		h := newHost("a.gov.cn")
		h.crawlDelay = want.crawlDelay
		if got := c.delay(h, want.elapsed); got != want.delay {
			t.Errorf("after an answer of %v under a Crawl-delay of %v: %v, want %v", want.elapsed, want.crawlDelay, got, want.delay)
		}
	}
}

// Retries come later and later, with jitter, not before what the server asked
// for, and not for ever.
func TestLater(t *testing.T) {
	random := 0.0
	c := newTestCrawler(t, Config{Clock: &fakeClock{now: noon}, Retries: 3, RetryDelay: 10 * time.Second, MaxRetry: 30 * time.Second, Random: func() float64 { return random }})
	for tries, base := range []time.Duration{10 * time.Second, 20 * time.Second, 30 * time.Second} {
		for _, r := range []float64{0, 0.5, 1} {
			random = r
			out := c.later(Request{Tries: tries}, TimedOut, "", 0)
			if want := time.Duration((0.5 + r) * float64(base)); out.retryAt.Sub(noon) != want || out.request.Tries != tries+1 || out.failed {
				t.Errorf("try %d with %v: in %v, want %v (%+v)", tries, r, out.retryAt.Sub(noon), want, out)
			}
		}
	}
	random = 0
	if out := c.later(Request{}, "http_503", "", time.Minute); out.retryAt.Sub(noon) != time.Minute {
		t.Errorf("Retry-After: in %v", out.retryAt.Sub(noon))
	}
	if out := c.later(Request{Tries: 3}, TimedOut, "late", 0); !out.failed || !out.retryAt.IsZero() || out.reason != TimedOut {
		t.Errorf("out of tries: %+v", out)
	}
}

// A robots.txt is asked for once a day, whatever it answers, and read up to 500 KiB.
func TestRobotsAreHeldForADay(t *testing.T) {
	var asked atomic.Int32
	status := http.StatusOK
	padding := func(n int) string { return strings.Repeat("# 0123456789\n", n<<10/13) }
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.WriteHeader(status)
		fmt.Fprint(w, "User-agent: *\nDisallow: /a\n"+padding(400)+"Disallow: /b\n"+padding(200)+"Disallow: /c\n")
	}))
	defer s.Close()
	clock := &fakeClock{now: noon}
	c := newTestCrawler(t, Config{Clock: clock, AllowPrivate: true, Delay: -1, DelayFactor: -1, RetryDelay: time.Minute})
	u, _ := url.Parse(s.URL + "/a")
	h := c.hosts.get(u.Host)
	ask := func() (*robots, error) { return c.robotsOf(context.Background(), h, u) }
	r, err := ask()
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{"/a": false, "/b": false, "/c": true} {
		if r.allows(path) != want {
			t.Errorf("%s: allowed %v; 500 KiB are read and no more", path, !want)
		}
	}
	clock.now = noon.Add(23 * time.Hour)
	ask()
	if asked.Load() != 1 {
		t.Errorf("asked %d times within a day", asked.Load())
	}
	clock.now = noon.Add(25 * time.Hour)
	status = http.StatusInternalServerError
	if _, err := ask(); err == nil || reasonOf(t, err) != RobotsUnreachable || asked.Load() != 2 {
		t.Errorf("after a day: %v, asked %d times", err, asked.Load())
	}
	ask()
	if asked.Load() != 2 {
		t.Error("a failing robots.txt was asked for again at once")
	}
	clock.now = clock.now.Add(2 * time.Minute)
	status = http.StatusForbidden
	if r, err := ask(); err != nil || !r.allows("/a") {
		t.Errorf("403: %v; there are no rules then", err)
	}
}

// Each phase of a fetch has a limit of its own.
func TestTimeouts(t *testing.T) {
	const soon = 50 * time.Millisecond
	silent, err := net.Listen("tcp", "127.0.0.1:0") // accepts and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/header" {
			fmt.Fprint(w, "half")
			w.(http.Flusher).Flush()
		}
		for r.URL.Path == "/drip" {
			if _, err := fmt.Fprint(w, "."); err != nil || r.Context().Err() != nil {
				return
			}
			w.(http.Flusher).Flush()
			time.Sleep(5 * time.Millisecond)
		}
		<-r.Context().Done()
	}))
	defer s.Close()
	for name, c := range map[string]struct {
		limits  Timeouts
		address string
		want    Reason
	}{
		"resolve": {Timeouts{Resolve: soon}, "http://slow.gov.cn/", DNSFailed},
		"TLS":     {Timeouts{TLS: soon}, "https://" + silent.Addr().String() + "/", TimedOut},
		"header":  {Timeouts{Header: soon}, s.URL + "/header", TimedOut},
		"idle":    {Timeouts{Idle: soon}, s.URL + "/idle", TimedOut},
		"total":   {Timeouts{Total: 2 * soon}, s.URL + "/drip", TimedOut},
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			_, err := get(t, Config{Timeouts: c.limits, AllowPrivate: true, Resolve: stuck{}}, c.address)
			if r := reasonOf(t, err); r != c.want {
				t.Errorf("%v", err)
			}
			if d := time.Since(began); d < soon {
				t.Errorf("it ended after %v already", d)
			}
		})
	}
}

// stuck is a Resolver that does not answer.
type stuck struct{}

func (stuck) LookupNetIP(ctx context.Context, _, _ string) ([]netip.Addr, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// A robots.txt that redirects elsewhere is followed, and not into private networks.
func TestRobotsRedirectIsGuarded(t *testing.T) {
	var asked atomic.Int32
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer inside.Close()
	s := httptest.NewServer(http.RedirectHandler(inside.URL+"/robots.txt", http.StatusFound))
	defer s.Close()
	c := newTestCrawler(t, Config{Delay: -1, DelayFactor: -1})
	u, _ := url.Parse(s.URL + "/")
	c.fetcher.guard.allow(u) // as a loopback seed's own host
	_, err := c.robotsOf(context.Background(), c.hosts.get(u.Host), u)
	if err == nil || reasonOf(t, err) != AddressRefused || asked.Load() != 0 {
		t.Errorf("%v, %d requests went through", err, asked.Load())
	}
}
