package crawler

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A robots.txt that is elsewhere holds for the host that was asked for it, and is
// asked for once for all whose it is; a home page that it leads to is none.
func TestRobotsElsewhere(t *testing.T) {
	const to = "→"
	for name, c := range map[string]struct {
		answers map[string]string // by host and path; → redirects
		ask     []string          // addresses, in this order
		allowed []bool
		asked   []string // what the servers were asked for
	}{
		"another host's": {
			map[string]string{"old/robots.txt": to + "http://new/robots.txt", "new/robots.txt": "User-agent: *\nDisallow: /closed"},
			[]string{"http://old/closed", "http://old/open", "http://new/closed", "http://new/open"}, []bool{false, true, false, true},
			[]string{"old/robots.txt", "new/robots.txt"},
		},
		"another host's, known already": {
			map[string]string{"old/robots.txt": to + "http://new/robots.txt", "new/robots.txt": "User-agent: *\nDisallow: /closed"},
			[]string{"http://new/closed", "http://old/closed"}, []bool{false, false},
			[]string{"new/robots.txt", "old/robots.txt"},
		},
		"another host's, which is not there": {
			map[string]string{"old/robots.txt": to + "http://new/robots.txt"},
			[]string{"http://old/a", "http://new/a"}, []bool{true, true}, []string{"old/robots.txt", "new/robots.txt"},
		},
		"another host's home page": {
			map[string]string{"old/robots.txt": to + "http://new/", "new/": "User-agent: *\nDisallow: /", "new/robots.txt": "User-agent: *\nDisallow: /closed"},
			[]string{"http://old/closed", "http://new/closed"}, []bool{true, false}, []string{"old/robots.txt", "new/robots.txt"},
		},
		"another path of another host": {
			map[string]string{"old/robots.txt": to + "http://new/rules.txt", "new/rules.txt": "User-agent: *\nDisallow: /closed"},
			[]string{"http://old/closed", "http://new/closed"}, []bool{false, true}, []string{"old/robots.txt", "new/rules.txt", "new/robots.txt"},
		},
		"five hops": {
			map[string]string{"a/robots.txt": to + "http://b/1", "b/1": to + "/2", "b/2": to + "http://c/3", "c/3": to + "/4", "c/4": to + "/5", "c/5": "User-agent: *\nDisallow: /"},
			[]string{"http://a/x"}, []bool{false}, []string{"a/robots.txt", "b/1", "b/2", "c/3", "c/4", "c/5"},
		},
		"six hops": {
			map[string]string{"a/robots.txt": to + "/1", "a/1": to + "/2", "a/2": to + "/3", "a/3": to + "/4", "a/4": to + "/5", "a/5": to + "/6", "a/6": "User-agent: *\nDisallow: /"},
			[]string{"http://a/x"}, []bool{true}, []string{"a/robots.txt", "a/1", "a/2", "a/3", "a/4", "a/5"},
		},
		"each other's": {
			map[string]string{"a/robots.txt": to + "http://b/robots.txt", "b/robots.txt": to + "http://a/robots.txt"},
			[]string{"http://a/x"}, []bool{true}, []string{"a/robots.txt", "b/robots.txt", "a/robots.txt", "b/robots.txt", "a/robots.txt", "b/robots.txt"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			var asked []string
			port := ""
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				host, _, _ := strings.Cut(r.Host, ".")
				mu.Lock()
				asked = append(asked, host+r.URL.Path)
				mu.Unlock()
				answer, ok := c.answers[host+r.URL.Path]
				if !ok {
					http.NotFound(w, r)
				} else if target, ok := strings.CutPrefix(answer, to); ok {
					http.Redirect(w, r, withPort(target, port), http.StatusMovedPermanently)
				} else {
					fmt.Fprint(w, answer)
				}
			}))
			defer s.Close()
			_, port, _ = net.SplitHostPort(s.Listener.Addr().String())
			resolve := names{}
			for _, host := range []string{"a", "b", "c", "old", "new"} {
				resolve[host+".gov.cn"] = []string{"127.0.0.1"}
			}
			crawler := newTestCrawler(t, Config{Delay: -1, DelayFactor: -1, PlatformDelay: -1, Resolve: resolve, AllowPrivate: true})
			for i, address := range c.ask {
				u, err := url.Parse(withPort(address, port))
				if err != nil {
					t.Fatal(err)
				}
				rules, err := crawler.robotsOf(context.Background(), crawler.hosts.get(u.Host), u)
				if err != nil {
					t.Fatal(err)
				}
				if got := rules.allows(u.RequestURI()); got != c.allowed[i] {
					t.Errorf("%s is allowed: %v, want %v", address, got, c.allowed[i])
				}
			}
			if !slices.Equal(asked, c.asked) {
				t.Errorf("asked for %q, want %q", asked, c.asked)
			}
		})
	}
}

// withPort puts a server's port into an address of a short name.
func withPort(address, port string) string {
	rest, ok := strings.CutPrefix(address, "http://")
	if !ok {
		return address
	}
	host, path, _ := strings.Cut(rest, "/")
	return "http://" + host + ".gov.cn:" + port + "/" + path
}

// Hosts whose robots.txt are each other's do not wait for each other for ever.
func TestRobotsOfEachOther(t *testing.T) {
	port := ""
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		other := map[bool]string{true: "b", false: "a"}[strings.HasPrefix(r.Host, "a.")]
		http.Redirect(w, r, withPort("http://"+other+"/robots.txt", port), http.StatusFound)
	}))
	defer s.Close()
	_, port, _ = net.SplitHostPort(s.Listener.Addr().String())
	local := []string{"127.0.0.1"}
	c := newTestCrawler(t, Config{Delay: -1, DelayFactor: -1, PlatformDelay: -1, Resolve: names{"a.gov.cn": local, "b.gov.cn": local}, AllowPrivate: true})
	var done sync.WaitGroup
	for i := range 20 {
		done.Go(func() {
			u, _ := url.Parse(withPort(fmt.Sprintf("http://%c/", "ab"[i%2]), port))
			if _, err := c.robotsOf(t.Context(), c.hosts.get(u.Host), u); err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
}
