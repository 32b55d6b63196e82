package crawler_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"nianbao/crawler"
	"nianbao/crawler/sites"
	"nianbao/testdata/systems"
)

// sampleReports are ten reports of a government and four of its offices.
func sampleReports(name string) (all []systems.Report) {
	add := func(who, office string, year int) {
		title := fmt.Sprintf("%s%d年政府信息公开工作年度报告", who, year)
		all = append(all, systems.Report{Title: title, Year: year, Office: office, Body: []byte("<html><head><title>" + title + "</title></head><body><h1>" + title + "</h1>" + strings.Repeat("<p>本报告由一、总体情况等部分组成。</p>", 30) + "</body></html>")})
	}
	for year := 2015; year <= 2024; year++ {
		add(name, "", year)
	}
	for year := 2021; year <= 2024; year++ {
		add(name+"财政局", "财政局", year)
	}
	return all
}

// With Discovery.OwnOnly neither the offices' reports nor their lists are
// asked for.
func TestAgenciesAreLeftOut(t *testing.T) {
	for _, name := range []string{"trs-static", "gkmlpt", "boda-vsb"} {
		reports := sampleReports("盱眙县")
		s := httptest.NewServer(systems.Handler(name, systems.Site{Name: "盱眙县", Code: "320830", Record: "苏", Reports: reports}))
		defer s.Close()
		cfg := fast()
		own, others := 0, 0
		cfg.Process = func(_ context.Context, c *crawler.Capture) error {
			for _, r := range reports {
				if string(c.Body) == string(r.Body) && r.Office == "" {
					own++
				} else if string(c.Body) == string(r.Body) {
					others++
				}
			}
			return nil
		}
		cfg.Workers, cfg.Discovery.OwnOnly = 1, true
		dir := t.TempDir()
		crawl(t, dir, cfg, crawler.Seed{Line: 2, URL: s.URL + "/", Kind: crawler.KindSite})
		refused := 0
		for _, err := range crawler.ReadEntries(context.Background(), filepath.Join(dir, "frontier"), string(crawler.LinkAgency)) {
			if err != nil {
				t.Fatal(err)
			}
			refused++
		}
		if own != 10 || others != 0 || refused == 0 {
			t.Errorf("%s: %d own reports, %d of offices, %d links of offices", name, own, others, refused)
		}
	}
}

// TestSystems crawls a site of each content system from its home page, without a
// browser: every report of the column is found over all of its pages, whatever
// its rows come by.
func TestSystems(t *testing.T) {
	t.Parallel()
	found := 0
	for _, name := range systems.Names() {
		t.Run(name, func(t *testing.T) {
			reports := sampleReports("盱眙县")
			var mu sync.Mutex
			why := map[string]bool{} // what the rules lack on pages they are for
			handler := systems.Handler(name, systems.Site{Name: "盱眙县", Code: "320830", Record: "苏", Reports: reports})
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				answer := httptest.NewRecorder()
				handler.ServeHTTP(answer, r)
				mu.Lock()
				for _, lack := range sites.Unmatched(r.URL.String(), answer.Body.Bytes()) {
					why[r.URL.String()+": "+lack] = true
				}
				mu.Unlock()
				maps.Copy(w.Header(), answer.Header())
				w.WriteHeader(answer.Code)
				w.Write(answer.Body.Bytes())
			}))
			defer s.Close()
			var want, got []string
			for _, r := range reports {
				want = append(want, r.Title)
			}
			cfg := fast()
			dir := t.TempDir()
			cfg.Process = func(_ context.Context, c *crawler.Capture) error {
				for _, r := range reports {
					if string(c.Body) == string(r.Body) {
						got = append(got, r.Title)
					}
				}
				return nil
			}
			cfg.Screen = func(_ context.Context, c *crawler.Capture) crawler.Verdict {
				if c.Request.Role != crawler.RoleReport || slices.ContainsFunc(reports, func(r systems.Report) bool { return string(r.Body) == string(c.Body) }) {
					return crawler.Verdict{}
				}
				return crawler.Verdict{Reason: crawler.NotAReport}
			}
			cfg.Workers = 1
			crawl(t, dir, cfg, crawler.Seed{Line: 2, URL: s.URL + "/", Kind: crawler.KindSite})
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(want, got) {
				t.Errorf("%d of %d reports: %q", len(got), len(want), got)
				for _, what := range []string{"done", "failed", "refused"} {
					for e, err := range crawler.ReadEntries(context.Background(), filepath.Join(dir, "frontier"), what) {
						if err != nil {
							t.Fatal(err)
						}
						t.Log(e.State, e.Reason, e.URL, e.Text, e.Detail)
					}
				}
				mu.Lock()
				defer mu.Unlock()
				t.Log(strings.Join(slices.Sorted(maps.Keys(why)), "\n"))
				return
			}
			found++
		})
	}
	t.Logf("%d of %d systems are read without a browser", found, len(systems.Names()))
}

// BenchmarkDiscovery crawls ten reports of each of 170 sites, ten of each content
// system: found from the home pages, and given as addresses.
func BenchmarkDiscovery(b *testing.B) {
	const each = 10
	var homes, pages []crawler.Seed
	for i := range each {
		for _, name := range systems.Names() {
			reports := sampleReports("盱眙县")[:10]
			s := httptest.NewServer(systems.Handler(name, systems.Site{Name: "盱眙县", Code: "320830", Record: "苏", Reports: reports}))
			b.Cleanup(s.Close)
			homes = append(homes, crawler.Seed{Line: len(homes) + i, URL: s.URL + "/", Kind: crawler.KindSite})
		}
	}
	run := func(b *testing.B, seeds []crawler.Seed, process func(context.Context, *crawler.Capture) error) crawler.Summary {
		dir := b.TempDir()
		ctx := context.Background()
		q, err := crawler.OpenFrontier(ctx, filepath.Join(dir, "frontier"), crawler.FrontierConfig{})
		if err != nil {
			b.Fatal(err)
		}
		defer q.Close()
		a, err := crawler.OpenArchive(ctx, filepath.Join(dir, "archive"), crawler.ArchiveConfig{})
		if err != nil {
			b.Fatal(err)
		}
		defer a.Close()
		c, err := crawler.New(crawler.Config{Delay: -1, DelayFactor: -1, Process: process}, q, a)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := c.Seed(ctx, seeds); err != nil {
			b.Fatal(err)
		}
		sum, err := c.Run(ctx)
		if err != nil {
			b.Fatal(err)
		}
		return sum
	}
	var mu sync.Mutex
	run(b, homes, func(_ context.Context, c *crawler.Capture) error {
		mu.Lock()
		defer mu.Unlock()
		if c.Request.Role == crawler.RoleReport {
			pages = append(pages, crawler.Seed{URL: c.URL, Kind: crawler.KindReport})
		}
		return nil
	})
	for _, what := range []struct {
		name  string
		seeds []crawler.Seed
	}{{"found", homes}, {"given", pages}} {
		b.Run(what.name, func(b *testing.B) {
			fetched, used := 0, crawler.CPUTime()
			for b.Loop() {
				fetched += int(run(b, what.seeds, nil).Fetched)
			}
			b.ReportMetric(float64(fetched)/b.Elapsed().Seconds(), "pages/s")
			b.ReportMetric(float64((crawler.CPUTime()-used).Microseconds())/float64(fetched), "cpu-µs/page")
			b.ReportMetric(float64(fetched)/float64(b.N)/float64(len(pages)), "pages/report")
		})
	}
}
