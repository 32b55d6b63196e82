package render_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"nianbao/crawler"
	"nianbao/crawler/archive"
	"nianbao/crawler/render"
)

// A column whose links come by POST, and a report whose text comes by GET: both
// are found by a crawl that renders, through the crawler's own fetches only.
func TestCrawlRenders(t *testing.T) {
	if _, err := render.Find(); errors.Is(err, render.ErrNoBrowser) {
		t.Skip("no Chromium or Chrome is installed; rendering cannot be tried")
	}
	if testing.Short() {
		t.Skip("starting a browser takes seconds")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	text := strings.Repeat("这一段文字由脚本写进页面，只为试验。", 80)
	var mu sync.Mutex
	var log []string
	var active, most int
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		log = append(log, r.Method+" "+r.URL.Path)
		active++
		most = max(most, active)
		mu.Unlock()
		defer func() { mu.Lock(); active--; mu.Unlock() }()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch r.URL.Path {
		case "/robots.txt":
			fmt.Fprint(w, "User-agent: *\nDisallow: /forbidden")
		case "/xxgknb/":
			fmt.Fprint(w, `<html><body><a href="/bm/xxgknb/">部门年报</a><ul id=l></ul><img src="/picture.png"><script src="/list.js"></script></body></html>`)
		case "/list.js":
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, `fetch("/forbidden").catch(()=>0);fetch("http://127.0.0.1:1/").catch(()=>0);
				fetch("/api",{method:"POST",body:"page=1"}).then(r=>r.text()).then(h=>document.getElementById("l").innerHTML=h)`)
		case "/api":
			if r.Method != http.MethodPost || r.FormValue("page") != "" && r.FormValue("page") != "1" {
				http.Error(w, "no", http.StatusBadRequest)
				return
			}
			fmt.Fprint(w, `<li><a href="/xxgknb/content_12345.html">丁县2022年政府信息公开工作年度报告</a>`)
		case "/xxgknb/content_12345.html":
			fmt.Fprint(w, `<html><body><div id=t></div><script>fetch("/text").then(r=>r.text()).then(h=>document.getElementById("t").textContent=h)</script></body></html>`)
		case "/text":
			fmt.Fprint(w, text)
		default:
			http.NotFound(w, r)
		}
	}))
	defer s.Close()
	b, err := render.New(ctx, render.Config{NoSandbox: os.Geteuid() == 0, Quiet: 200 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	dir := t.TempDir()
	q, err := crawler.OpenFrontier(ctx, filepath.Join(dir, "frontier"), crawler.FrontierConfig{})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	a, err := crawler.OpenArchive(ctx, filepath.Join(dir, "archive"), crawler.ArchiveConfig{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := crawler.New(crawler.Config{Delay: time.Millisecond, DelayFactor: -1, Render: b}, q, a)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Seed(ctx, []crawler.Seed{{Line: 2, URL: s.URL + "/xxgknb/", Kind: crawler.KindList}}); err != nil {
		t.Fatal(err)
	}
	sum, err := c.Run(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := archive.Files(filepath.Join(dir, "archive"))
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, f := range files {
		for p, err := range archive.Open(ctx, f, archive.ReaderConfig{}) {
			if err != nil {
				t.Fatal(err)
			}
			if p.URL == s.URL+"/xxgknb/content_12345.html" {
				found = p.Rendered && strings.Contains(string(p.Body), text[:300])
			}
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if !found {
		t.Errorf("the rendered report is not in the archive: %+v\n%s", sum, strings.Join(log, "\n"))
	}
	if most > 1 {
		t.Errorf("%d requests at once", most)
	}
	for _, l := range log {
		if l == "GET /forbidden" || l == "GET /picture.png" {
			t.Errorf("the browser got %s through", l)
		}
	}
}
