package crawler_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"nianbao/crawler"
)

// A starvedResolver has no file handle for its first questions.
type starvedResolver struct{ left atomic.Int32 }

func (r *starvedResolver) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	if r.left.Add(-1) >= 0 {
		return nil, &net.OpError{Op: "dial", Net: "udp", Err: os.NewSyscallError("socket", syscall.EMFILE)}
	}
	return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
}

// That this machine has no file handle left says nothing about a host: it is
// asked again when there is one, however often that takes.
func TestOwnLackOfHandlesIsNoFailureOfAHost(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, page("好"))
	}))
	defer s.Close()
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	resolver := &starvedResolver{}
	resolver.left.Store(20)
	cfg := fast()
	cfg.Clock, cfg.Resolve, cfg.AllowPrivate, cfg.Contact, cfg.Retries, cfg.BreakerAfter = &jumpClock{now: start}, resolver, true, "me@example.org", 1, 2
	sum, _ := crawl(t, t.TempDir(), cfg, crawler.Seed{Line: 2, URL: "http://a.gov.cn:" + port + "/1"})
	if !sum.Complete || sum.Fetched != 1 || sum.Failed != 0 || sum.Down != 0 {
		t.Errorf("%+v", sum)
	}
}

// What a run that was stopped had failed at counts in the run that ends the crawl,
// and no longer in the next.
func TestFailuresOfStoppedRunsCount(t *testing.T) {
	var slow atomic.Bool
	slow.Store(true)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/2":
			if slow.Load() {
				<-r.Context().Done()
				return
			}
			fmt.Fprint(w, page("好"))
		default:
			http.NotFound(w, r)
		}
	}))
	defer s.Close()
	dir := t.TempDir()
	seeds := []crawler.Seed{{Line: 2, URL: s.URL + "/1"}, {Line: 3, URL: s.URL + "/2"}}
	ctx, cancel := context.WithCancel(context.Background())
	cfg := fast()
	cfg.ProgressEvery = time.Millisecond
	cfg.OnProgress = func(p crawler.Progress) {
		if p.Failed > 0 {
			cancel()
		}
	}
	f := openFrontier(t, dir+"/frontier")
	a, err := crawler.OpenArchive(context.Background(), dir+"/archive", crawler.ArchiveConfig{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := crawler.New(cfg, f, a)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Seed(context.Background(), seeds); err != nil {
		t.Fatal(err)
	}
	if sum, err := c.Run(ctx); err == nil || sum.Complete || sum.Failed != 1 {
		t.Fatalf("the run was not stopped: %v %+v", err, sum)
	}
	f.Close()
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	slow.Store(false)
	sum, _ := crawl(t, dir, fast(), seeds...)
	if !sum.Complete || sum.Failed != 0 || sum.Queue.Failed-sum.FailedBefore != 1 {
		t.Errorf("resumed: %+v", sum)
	}
	sum, _ = crawl(t, dir, fast(), seeds...)
	if sum.Queue.Failed-sum.FailedBefore != 0 {
		t.Errorf("run again: %+v", sum)
	}
}
