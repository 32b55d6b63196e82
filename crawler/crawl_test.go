package crawler_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nianbao/crawler"
	"nianbao/crawler/archive"
)

// fast is a Config for loopback tests: no waiting, few tries.
func fast() crawler.Config {
	return crawler.Config{
		Delay: -1, DelayFactor: -1, RetryDelay: 5 * time.Millisecond, MaxRetry: 20 * time.Millisecond,
		Timeouts: crawler.Timeouts{Header: 2 * time.Minute, Idle: 2 * time.Minute, Total: 5 * time.Minute},
	}
}

// A site answers from a map and keeps a log of what it was asked for.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	log   []string
	pages map[string]string
}

func newSite(t *testing.T, pages map[string]string) *site {
	t.Helper()
	s := &site{pages: pages}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.log = append(s.log, r.URL.RequestURI())
		s.mu.Unlock()
		page, ok := s.pages[r.URL.RequestURI()]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if to, ok := strings.CutPrefix(page, "→"); ok {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, page)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *site) asked(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, p := range s.log {
		if p == path {
			n++
		}
	}
	return n
}

// crawl runs a crawl in dir and answers the summary and the archived pages.
func crawl(t *testing.T, dir string, cfg crawler.Config, seeds ...crawler.Seed) (crawler.Summary, map[string]*archive.Page) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	f, err := crawler.OpenFrontier(ctx, filepath.Join(dir, "frontier"), crawler.FrontierConfig{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	a, err := crawler.OpenArchive(ctx, filepath.Join(dir, "archive"), crawler.ArchiveConfig{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := crawler.New(cfg, f, a)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Seed(ctx, seeds); err != nil {
		t.Fatal(err)
	}
	s, err := c.Run(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return s, archived(t, filepath.Join(dir, "archive"))
}

func archived(t *testing.T, dir string) map[string]*archive.Page {
	t.Helper()
	files, err := archive.Files(dir)
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]*archive.Page{}
	for _, f := range files {
		for p, err := range archive.Open(context.Background(), f, archive.ReaderConfig{}) {
			if err != nil {
				t.Fatal(err)
			}
			pages[p.URL] = p
		}
	}
	return pages
}

// pagesOf are all pages of a crawl's archive, in order.
func pagesOf(t *testing.T, dir string) (pages []*archive.Page) {
	t.Helper()
	files, err := archive.Files(filepath.Join(dir, "archive"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		for p, err := range archive.Open(context.Background(), f, archive.ReaderConfig{}) {
			if err != nil {
				t.Fatal(err)
			}
			pages = append(pages, p)
		}
	}
	return pages
}

func sorted(s []string) []string {
	slices.Sort(s)
	return s
}

// A conditionalSite has pages with validators.
type conditionalSite struct {
	*httptest.Server
	conditional atomic.Int32
	asked       atomic.Int32
}

func newConditionalSite(t *testing.T) *conditionalSite {
	t.Helper()
	const modified = "Mon, 07 Feb 2022 01:02:03 GMT"
	s := &conditionalSite{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/etag" {
			w.Header().Set("ETag", `"v1"`)
		}
		if r.URL.Path == "/modified" {
			w.Header().Set("Last-Modified", modified)
		}
		if r.URL.Path == "/etag" && r.Header.Get("If-None-Match") == `"v1"` || r.URL.Path == "/modified" && r.Header.Get("If-Modified-Since") == modified {
			s.conditional.Add(1)
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch r.URL.Path {
		case "/etag", "/modified", "/same":
			fmt.Fprint(w, page(r.URL.Path))
		case "/changes":
			fmt.Fprint(w, page(fmt.Sprint("第", s.asked.Add(1), "次")))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

const filler = "<p>本页是为试验写成的，文字只为让页面有足够的长度，没有别的意思。</p>"

func TestCrawlFromReportListAndSite(t *testing.T) {
	long := strings.Repeat(filler, 30)
	s := newSite(t, map[string]string{
		"/robots.txt":                          "User-agent: *\nDisallow: /zfxxgknb/secret",
		"/report.html":                         "<title>甲县2021年政府信息公开工作年度报告</title>" + long + `<a href="/files/P0201.doc">附件</a><a href="/news.html">要闻</a>`,
		"/files/P0201.doc":                     "\xd0\xcf\x11\xe0 doc",
		"/zfxxgknb/":                           long + `<a href="t20220109_1001.html">乙县2021年政府信息公开工作年度报告</a><a href="secret.html">2020年政府信息公开年报</a><script>createPageHTML(3, 0, "index", "html");</script>`,
		"/zfxxgknb/index_1.html":               long + `<a href="./t20210109_1002.html">乙县2020年政府信息公开工作年度报告</a>`,
		"/zfxxgknb/index_2.html":               long + `<a href="./t20200109_1003.html">乙县2019年政府信息公开工作年度报告</a>`,
		"/zfxxgknb/t20220109_1001.html":        long + "乙2021",
		"/zfxxgknb/t20210109_1002.html":        long + "乙2020",
		"/zfxxgknb/t20200109_1003.html":        long + "乙2019",
		"/":                                    long + `<a href="/zwgk/">政务公开</a><a href="http://elsewhere.example/">别处</a><a href="/logo.png">图</a>`,
		"/zwgk/":                               long + `<a href="/zwgk/xxgknb/">政府信息公开年报</a>`,
		"/zwgk/xxgknb/":                        long + `<a href="/zwgk/xxgknb/2022/content_12345.html">丙县2022年政府信息公开工作年度报告</a>`,
		"/zwgk/xxgknb/2022/content_12345.html": "→/moved/content_12345.html",
		"/moved/content_12345.html":            long + "丙2022",
	})
	cfg := fast()
	var refused []crawler.RefusedLink
	cfg.OnLink = func(l crawler.RefusedLink) { refused = append(refused, l) }
	dir := t.TempDir()
	seeds := []crawler.Seed{
		{Line: 2, URL: s.URL + "/report.html", Kind: crawler.KindReport, RegionCode: "653101"},
		{Line: 3, URL: s.URL + "/zfxxgknb/", Kind: crawler.KindList, Years: []int{2020, 2021}},
		{Line: 4, URL: s.URL + "/", Kind: crawler.KindSite},
	}
	sum, pages := crawl(t, dir, cfg, seeds...)
	for _, p := range []string{"/report.html", "/files/P0201.doc", "/zfxxgknb/t20220109_1001.html", "/zfxxgknb/t20210109_1002.html", "/moved/content_12345.html"} {
		if pages[s.URL+p] == nil {
			t.Errorf("%s was not captured", p)
		}
		if n := s.asked(p); n != 1 {
			t.Errorf("%s was asked for %d times", p, n)
		}
	}
	for _, p := range []string{"/zfxxgknb/t20200109_1003.html", "/zfxxgknb/secret.html", "/news.html", "/logo.png"} {
		if n := s.asked(p); n != 0 {
			t.Errorf("%s was asked for", p)
		}
	}
	if !sum.Complete || sum.Failed != 1 || sum.ByReason[crawler.RobotsDisallowed] != 1 || sum.ByReason[crawler.LinkYear] != 1 {
		t.Errorf("summary: %+v", sum)
	}
	if p := pages[s.URL+"/moved/content_12345.html"]; p != nil {
		c, err := crawler.CaptureOf(p)
		if err != nil || len(c.Request.Hops) != 1 || c.Request.Hops[0].Status != 302 || c.Request.Seed.Line != 4 || !strings.Contains(c.Request.Text, "丙县2022年") {
			t.Errorf("capture %+v, %v", c.Request, err)
		}
	}
	reasons := map[string]crawler.Reason{}
	for _, l := range refused {
		reasons[l.URL] = l.Reason
	}
	if reasons["http://elsewhere.example/"] != crawler.LinkScope || reasons[s.URL+"/logo.png"] != crawler.LinkType {
		t.Errorf("refused links: %v", reasons)
	}

	// Again with the same files: nothing is fetched but robots.txt, if that.
	before := len(s.log)
	sum, _ = crawl(t, dir, cfg, seeds...)
	if len(s.log) != before || sum.Fetched != 0 {
		t.Errorf("the second run asked for %v", s.log[before:])
	}
}
