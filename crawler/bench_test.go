package crawler_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"nianbao/crawler"
)

// fleet is hosts on loopback, each a port of its own, that all answer with
// pages as Word writes them.
type fleet struct {
	hosts   []string // "127.0.0.1:port"
	servers []*http.Server
}

func newFleet(tb testing.TB, hosts int, page []byte, latency time.Duration) *fleet {
	tb.Helper()
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		if latency > 0 {
			time.Sleep(latency)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Length", fmt.Sprint(len(page)))
		w.Write(page)
	})
	f := &fleet{}
	for range hosts {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			tb.Fatal(err)
		}
		s := &http.Server{Handler: handler}
		go s.Serve(l)
		f.hosts, f.servers = append(f.hosts, l.Addr().String()), append(f.servers, s)
	}
	tb.Cleanup(func() {
		for _, s := range f.servers {
			s.Close()
		}
	})
	return f
}

// The size of the comparison: 2,000 pages of 107 KB over 200 hosts.
const (
	benchHosts = 200
	benchPages = 10
	benchSize  = 107_000
)

// BenchmarkCrawl fetches with everything on: frontier on disk, robots.txt, WARC
// files, link discovery; no delay.
func BenchmarkCrawl(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as the command does
	for _, latency := range []time.Duration{0, 20 * time.Millisecond} {
		b.Run("latency="+latency.String(), func(b *testing.B) {
			f := newFleet(b, benchHosts, crawler.WordPage(benchSize), latency)
			var seeds strings.Builder
			seeds.WriteString("url\n")
			for p := range benchPages {
				for _, h := range f.hosts {
					fmt.Fprintf(&seeds, "http://%s/info/1001/%d.htm\n", h, 1000+p)
				}
			}
			rows, err := crawler.ReadSeeds(strings.NewReader(seeds.String()), "seeds.csv")
			if err != nil {
				b.Fatal(err)
			}
			pages, used := 0, crawler.CPUTime()
			for b.Loop() {
				dir, err := os.MkdirTemp(b.TempDir(), "")
				if err != nil {
					b.Fatal(err)
				}
				ctx := context.Background()
				q, err := crawler.OpenFrontier(ctx, filepath.Join(dir, "frontier"), crawler.FrontierConfig{})
				if err != nil {
					b.Fatal(err)
				}
				a, err := crawler.OpenArchive(ctx, filepath.Join(dir, "archive"), crawler.ArchiveConfig{})
				if err != nil {
					b.Fatal(err)
				}
				c, err := crawler.New(crawler.Config{Delay: -1, DelayFactor: -1}, q, a)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := c.Seed(ctx, rows); err != nil {
					b.Fatal(err)
				}
				s, err := c.Run(ctx)
				if err != nil || s.Fetched != benchHosts*benchPages {
					b.Fatalf("%+v, %v", s, err)
				}
				pages += int(s.Fetched)
				if err := a.Close(); err != nil {
					b.Fatal(err)
				}
				if err := q.Close(); err != nil {
					b.Fatal(err)
				}
				os.RemoveAll(dir)
			}
			b.ReportMetric(float64(pages)/b.Elapsed().Seconds(), "pages/s")
			b.ReportMetric(float64((crawler.CPUTime()-used).Microseconds())/float64(pages), "cpu-µs/page")
		})
	}
}

// BenchmarkBarePool is the same work without any of it: net/http, 64 workers,
// one connection a host, bodies into one file.
func BenchmarkBarePool(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	for _, latency := range []time.Duration{0, 20 * time.Millisecond} {
		b.Run("latency="+latency.String(), func(b *testing.B) {
			f := newFleet(b, benchHosts, crawler.WordPage(benchSize), latency)
			pages, used := 0, crawler.CPUTime()
			for b.Loop() {
				out, err := os.CreateTemp(b.TempDir(), "bodies")
				if err != nil {
					b.Fatal(err)
				}
				client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1, MaxIdleConnsPerHost: 1}}
				work := make(chan string)
				var wg sync.WaitGroup
				var mu sync.Mutex
				for range 64 {
					wg.Go(func() {
						for u := range work {
							resp, err := client.Get(u)
							if err != nil {
								b.Error(err)
								continue
							}
							body, err := io.ReadAll(resp.Body)
							resp.Body.Close()
							if err != nil {
								b.Error(err)
							}
							mu.Lock()
							out.Write(body)
							pages++
							mu.Unlock()
						}
					})
				}
				for p := range benchPages {
					for _, h := range f.hosts {
						work <- fmt.Sprintf("http://%s/info/1001/%d.htm", h, 1000+p)
					}
				}
				close(work)
				wg.Wait()
				client.CloseIdleConnections()
				out.Close()
				os.Remove(out.Name())
			}
			b.ReportMetric(float64(pages)/b.Elapsed().Seconds(), "pages/s")
			b.ReportMetric(float64((crawler.CPUTime()-used).Microseconds())/float64(pages), "cpu-µs/page")
		})
	}
}
