package crawler_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"nianbao/crawler"
)

// A jumpClock passes only where someone waits for it, and then at once.
type jumpClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *jumpClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *jumpClock) Timer(d time.Duration) (<-chan time.Time, func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	fired := make(chan time.Time, 1)
	fired <- c.now
	return fired, func() {}
}

// Within office hours nothing is asked for.
func TestOffHours(t *testing.T) {
	clock := &jumpClock{now: start} // noon in China
	var mu sync.Mutex
	var asked []time.Time
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, clock.Now())
		mu.Unlock()
		fmt.Fprint(w, page("夜里"))
	}))
	defer s.Close()
	cfg := fast()
	cfg.Clock, cfg.OffHours = clock, crawler.Window{From: 22 * time.Hour, To: 6 * time.Hour}
	sum, _ := crawl(t, t.TempDir(), cfg, crawler.Seed{Line: 2, URL: s.URL + "/1"}, crawler.Seed{Line: 3, URL: s.URL + "/2"})
	if !sum.Complete || sum.Fetched != 2 || len(asked) != 3 {
		t.Errorf("%+v, asked at %v", sum, asked)
	}
	for _, at := range asked {
		if at.Before(start.Add(10 * time.Hour)) {
			t.Errorf("asked at %v", at)
		}
	}
}

// A host that only fails is left alone after a while, and costs no other host
// anything.
func TestBreakerInARun(t *testing.T) {
	var mu sync.Mutex
	asked := 0
	bad := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		mu.Lock()
		asked++
		mu.Unlock()
		w.WriteHeader(http.StatusInternalServerError)
	}))
	defer bad.Close()
	good := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, page("好")) }))
	defer good.Close()
	var seeds []crawler.Seed
	for i := range 30 {
		seeds = append(seeds, crawler.Seed{Line: 2 * i, URL: fmt.Sprintf("%s/%d", bad.URL, i)}, crawler.Seed{Line: 2*i + 1, URL: fmt.Sprintf("%s/%d", good.URL, i)})
	}
	cfg := fast()
	cfg.Retries, cfg.BreakerAfter, cfg.BreakerTrips, cfg.BreakerPause = -1, 3, 2, 20*time.Millisecond
	dir := t.TempDir()
	sum, _ := crawl(t, dir, cfg, seeds...)
	// Three open it, one more after the pause opens it for good.
	if sum.Fetched != 30 || asked != 4 || sum.ByReason["http_500"] != 4 || sum.ByReason[crawler.HostDown] != 26 || !sum.Complete {
		t.Errorf("the failing host was asked %d times: %+v", asked, sum)
	}
	if down := entries(t, filepath.Join(dir, "frontier"), string(crawler.HostDown)); len(down) != 26 || down[0].Detail == "" {
		t.Errorf("%d addresses are listed as %s", len(down), crawler.HostDown)
	}
}

// Hosts that want a minute between two requests keep no other host waiting,
// however many they are and however much they have.
func TestSlowHostsKeepNobodyWaiting(t *testing.T) {
	const hosts, pages = 300, 20
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			fmt.Fprint(w, "User-agent: *\nCrawl-delay: 60\n")
			return
		}
		fmt.Fprint(w, page("慢"))
	})
	var seeds []crawler.Seed
	for range hosts {
		s := httptest.NewServer(handler)
		defer s.Close()
		for n := range pages {
			seeds = append(seeds, crawler.Seed{Line: len(seeds), URL: fmt.Sprintf("%s/%d", s.URL, n)})
		}
	}
	quick := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, page("快"))
	}))
	defer quick.Close()
	for n := range pages {
		seeds = append(seeds, crawler.Seed{Line: len(seeds), URL: fmt.Sprintf("%s/%d", quick.URL, n)})
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	dir := t.TempDir()
	f := openFrontier(t, filepath.Join(dir, "frontier"))
	a, err := crawler.OpenArchive(ctx, filepath.Join(dir, "archive"), crawler.ArchiveConfig{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	cfg := fast()
	got := 0
	cfg.OnEvent = func(e crawler.Event) {
		if strings.HasPrefix(e.URL, quick.URL) && e.Reason == crawler.Fetched {
			if got++; got == pages {
				cancel()
			}
		}
	}
	c, err := crawler.New(cfg, f, a)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Seed(ctx, seeds); err != nil {
		t.Fatal(err)
	}
	c.Run(ctx) // ends with the last of the quick host's pages, or in vain
	if got != pages {
		t.Errorf("%d of the quick host's %d pages came within the slow hosts' first minute", got, pages)
	}
}

// Files may lie on another host when the user has named it; on no other.
func TestAttachmentHosts(t *testing.T) {
	files := newSite(t, map[string]string{"/a.doc": "\xd0\xcf\x11\xe0 a"})
	strange := newSite(t, map[string]string{"/b.doc": "\xd0\xcf\x11\xe0 b"})
	s := newSite(t, map[string]string{"/": page(`<a href="` + files.URL + `/a.doc">附件1</a><a href="` + strange.URL + `/b.doc">附件2</a><a href="` + files.URL + `/c.html">年报</a>`)})
	cfg := fast()
	cfg.Discovery.AttachmentHosts = []string{strings.TrimPrefix(files.URL, "http://")}
	sum, pages := crawl(t, t.TempDir(), cfg, crawler.Seed{Line: 2, URL: s.URL + "/"})
	if len(pages) != 2 || pages[files.URL+"/a.doc"] == nil || sum.ByReason[crawler.LinkScope] != 2 || len(strange.log) > 0 {
		t.Errorf("%d pages, %+v, the host that was not named was asked for %v", len(pages), sum, strange.log)
	}
}

// The frontier's memory does not grow with its addresses: BenchmarkFrontierMillion
// measures the same at full size.
func TestFrontierMemoryIsFlat(t *testing.T) {
	ctx := context.Background()
	q := openFrontier(t, filepath.Join(t.TempDir(), "frontier"))
	batch := make([]crawler.Request, 3000)
	add := func(from int) {
		t.Helper()
		for i := range batch {
			batch[i] = request(fmt.Sprintf("http://www.county%d.example/zwgk/zfxxgknb/t%d.html", i%100, from+i), i%90)
			batch[i].Text = strings.Repeat("年度报告", 10)
		}
		mustAdd(t, q, batch...)
		clear(batch)
		leased, _ := lease(t, q, start, 1000, 16)
		done := make([]crawler.Finished, len(leased))
		for i, r := range leased {
			done[i] = crawler.Finished{Request: r, Reason: crawler.Fetched, Status: 200}
		}
		if _, err := q.Ack(ctx, done); err != nil {
			t.Fatal(err)
		}
	}
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC() // what finalizers held
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	add(0)
	before := heap()
	for n := 1; n < 8; n++ {
		add(n * len(batch))
	}
	// Of 21,000 addresses and their texts not even the addresses would fit.
	if grown := heap() - before; grown > 512<<10 {
		t.Errorf("the heap grew by %d KB", grown>>10)
	}
}
