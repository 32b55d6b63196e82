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
	sum, pages, _ := crawlRendered(t, s.URL+"/xxgknb/")
	p := pages[s.URL+"/xxgknb/content_12345.html"]
	mu.Lock()
	defer mu.Unlock()
	if p == nil || !p.Rendered || !strings.Contains(string(p.Body), text[:300]) {
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

// What a browser shows where there is no page, or where a page's scripts led it,
// is never archived as the page that was asked for.
func TestNotThePage(t *testing.T) {
	pages := map[string]string{
		"/refused/":  `<p>栏目</p><script>location.href = ["http://127.0.0.2:1", "", "x"].join("/")</script>`,
		"/broken/":   `<p>栏目</p><script>location.href = ["", "lost"].join("/")</script>`,
		"/replaced/": `<p>栏目</p><script>addEventListener("load", () => setTimeout(() => location.replace(["", "replaced", "xxgknb", ""].join("/")), 0))</script>`,
		"/posted/":   `<p>栏目</p><form method=post action=/replaced/xxgknb/></form><script>document.forms[0].submit()</script>`,
		"/pushed/":   `<p id=t></p><script>history.pushState({}, "", "/elsewhere"); t.textContent = "由脚" + "本写成"</script>`,
		"/framed/":   `<p id=t></p><iframe src="http://127.0.0.2:1/"></iframe><script>t.textContent = "由脚" + "本写成"</script>`,
		"/lacking/":  `<p id=t>栏目</p><script src="/lost"></script>`,
		"/again/":    `<p id=t></p><script>if (sessionStorage.n) t.textContent = "由脚" + "本写成"; else { sessionStorage.n = 1; location.reload() }</script>`,

		"/replaced/xxgknb/": `<p id=t></p><script>t.textContent = "由脚" + "本写成"</script>`,
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := pages[r.URL.Path]
		switch {
		case ok && r.Method == http.MethodGet:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, "<!DOCTYPE html><html><body>", page, "</body></html>")
		case r.URL.Path == "/lost":
			c, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			c.Close()
		default:
			http.NotFound(w, r)
		}
	}))
	defer s.Close()
	var seeds []string
	for path := range pages {
		if path != "/replaced/xxgknb/" {
			seeds = append(seeds, s.URL+path)
		}
	}
	_, got, details := crawlRendered(t, seeds...)
	for path, want := range map[string]struct {
		rendered bool
		detail   string
	}{
		"/refused/":         {false, "its scripts lead to http://127.0.0.2:1//x"},
		"/broken/":          {false, "its scripts lead to " + s.URL + "/lost"},
		"/replaced/":        {false, "its scripts lead to " + s.URL + "/replaced/xxgknb/"},
		"/posted/":          {false, "its scripts send a form to " + s.URL + "/replaced/xxgknb/"},
		"/pushed/":          {true, ""},
		"/framed/":          {true, ""},
		"/again/":           {true, ""},
		"/lacking/":         {true, "rendered without " + s.URL + "/lost"},
		"/replaced/xxgknb/": {true, ""},
	} {
		p, detail := got[s.URL+path], details[s.URL+path]
		if p == nil {
			t.Errorf("%s is not archived: %s", path, detail)
			continue
		}
		if p.Rendered != want.rendered || !strings.Contains(detail, want.detail) || strings.Contains(detail, "rendered") != (want.detail != "") {
			t.Errorf("%s: rendered %v, %q; want %v, %q\n%s", path, p.Rendered, detail, want.rendered, want.detail, p.Body)
		}
		if want.rendered && want.detail == "" && !strings.Contains(string(p.Body), "由脚本写成") || !want.rendered && string(p.Body) != "<!DOCTYPE html><html><body>"+pages[path]+"</body></html>" {
			t.Errorf("%s is archived as\n%s", path, p.Body)
		}
	}
}

// quiet is so long that what a page does when it has come is seen to begin, however
// late the browser gets to it.
const quiet = 2 * time.Second

// crawlRendered crawls columns with a browser, and answers the archived pages and
// what was said of each address last.
func crawlRendered(t *testing.T, columns ...string) (crawler.Summary, map[string]*archive.Page, map[string]string) {
	t.Helper()
	if _, err := render.Find(); errors.Is(err, render.ErrNoBrowser) {
		t.Skip("no Chromium or Chrome is installed; rendering cannot be tried")
	}
	if testing.Short() {
		t.Skip("starting a browser takes seconds")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	b, err := render.New(ctx, render.Config{NoSandbox: os.Geteuid() == 0, Quiet: quiet})
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
	details := map[string]string{}
	cfg := crawler.Config{Delay: time.Millisecond, DelayFactor: -1, Retries: -1, Render: b, OnEvent: func(e crawler.Event) {
		details[e.URL] = string(e.Reason) + " " + e.Detail
	}}
	c, err := crawler.New(cfg, q, a)
	if err != nil {
		t.Fatal(err)
	}
	var seeds []crawler.Seed
	for i, u := range columns {
		seeds = append(seeds, crawler.Seed{Line: i + 2, URL: u, Kind: crawler.KindList})
	}
	if _, err := c.Seed(ctx, seeds); err != nil {
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
	pages := map[string]*archive.Page{}
	for _, f := range files {
		for p, err := range archive.Open(ctx, f, archive.ReaderConfig{}) {
			if err != nil {
				t.Fatal(err)
			}
			pages[p.URL] = p
		}
	}
	return sum, pages, details
}
