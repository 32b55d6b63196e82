package crawler_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"nianbao/crawler"
)

// names resolves host names to loopback addresses.
type names map[string]netip.Addr

func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	if a, ok := n[host]; ok {
		return []netip.Addr{a}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

// Hosts at one address, and hosts under a domain that was named, are asked one
// request at a time with a pause between two, and do not keep the workers from
// other hosts.
func TestPlatforms(t *testing.T) {
	t.Parallel() // most of it is waiting, beside that of others
	const (
		hosts, pages = 6, 4
		pause, takes = 30 * time.Millisecond, 20 * time.Millisecond
	)
	type span struct{ begin, end time.Time }
	var mu sync.Mutex
	log := map[string][]span{} // by the group that a host's name begins with
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		time.Sleep(takes)
		w.Header().Set("Content-Type", "text/html")
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
		} else {
			fmt.Fprint(w, strings.Repeat("<p>一页的文字。</p>", 100))
		}
		group, _, _ := strings.Cut(r.Host, "-")
		mu.Lock()
		log[group] = append(log[group], span{begin, time.Now()})
		mu.Unlock()
	}))
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Listener.Close()
	s.Listener = l
	s.Start()
	defer s.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	resolve := names{}
	var seeds []crawler.Seed
	for group, host := range map[string]func(i int) (string, netip.Addr){
		"address": func(i int) (string, netip.Addr) {
			return fmt.Sprintf("address-%d.gov.cn", i), netip.AddrFrom4([4]byte{127, 0, 7, 7})
		},
		"domain": func(i int) (string, netip.Addr) {
			return fmt.Sprintf("domain-%d.platform.gov.cn", i), netip.AddrFrom4([4]byte{127, 0, 8, byte(i + 1)})
		},
		"alone": func(i int) (string, netip.Addr) {
			return fmt.Sprintf("alone-%d.gov.cn", i), netip.AddrFrom4([4]byte{127, 0, 9, byte(i + 1)})
		},
	} {
		for i := range hosts {
			name, address := host(i)
			resolve[name] = address
			for page := range pages {
				seeds = append(seeds, crawler.Seed{Line: len(seeds) + 2, URL: fmt.Sprintf("http://%s:%s/%s/%d.html", name, port, group, page), Kind: crawler.KindReport})
			}
		}
	}
	if c, err := net.Dial("tcp", "127.0.7.7:"+port); err != nil {
		t.Skip("this machine has only one loopback address:", err)
	} else {
		c.Close()
	}
	cfg := fast()
	cfg.Workers, cfg.Resolve, cfg.AllowPrivate, cfg.Contact = 4, resolve, true, "me@example.org"
	cfg.Platforms, cfg.PlatformDelay, cfg.Delay = []string{"platform.gov.cn"}, pause, pause
	sum, _ := crawl(t, t.TempDir(), cfg, seeds...)
	if want := int64(len(seeds)); sum.Fetched != want {
		t.Fatalf("%d pages were fetched, want %d: %v", sum.Fetched, want, sum.ByReason)
	}
	last := map[string]time.Time{}
	for group, all := range log {
		slices.SortFunc(all, func(a, b span) int { return a.begin.Compare(b.begin) })
		if want := hosts * (pages + 1); len(all) != want {
			t.Errorf("%s: %d requests, want %d", group, len(all), want)
		}
		last[group] = all[len(all)-1].end
		together, hasty := 0, 0
		for i := range all[1:] {
			switch rest := all[i+1].begin.Sub(all[i].end); {
			case rest < 0:
				together++
			case rest < pause-time.Millisecond:
				hasty++
			}
		}
		if group == "alone" {
			if together == 0 {
				t.Error("hosts of their own waited for each other")
			}
			continue
		}
		if together > 0 || hasty > 0 {
			t.Errorf("%s: of %d requests to one server, %d came during another and %d before the pause was over", group, len(all), together, hasty)
		}
	}
	// Each platform takes a second and a half, and one worker.
	for _, group := range []string{"address", "domain"} {
		if !last["alone"].Before(last[group]) {
			t.Errorf("hosts of their own were kept waiting by the platform of one %s", group)
		}
	}
}
