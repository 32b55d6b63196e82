package crawler_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/simplifiedchinese"

	"nianbao/crawler"
	"nianbao/testdata/often"
)

// A habit is one way in which a host misbehaves. serve answers under a host that
// keeps its state in h; reports are the paths that a crawler must come back
// with, refused those that it must not ask for, and reasons what must become of
// which address.
type habit struct {
	name    string
	seed    string                                                        // path of the seed, /zfxxgknb/ when empty
	serve   func(h *badHost, w http.ResponseWriter, r *http.Request) bool // false: the plain site answers
	reports []string
	never   []string
	reasons map[crawler.Reason]int64
	// endless habits go on until the client hangs up, which the host learns only
	// a while later: its next request may find the old one still at work.
	endless bool
	delay   time.Duration // that robots.txt asks for, when more than the crawl's own
}

// A badHost is one host of the misbehaving site. It logs what it is asked and
// measures whether it is treated well.
type badHost struct {
	habit habit
	addr  string

	mu      sync.Mutex
	asked   map[string]int
	active  int
	latest  time.Time // when the last request came
	closest time.Duration
	crowded bool
}

func (h *badHost) times(path string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.asked[path]
}

const (
	reportA = "/zfxxgknb/202201/t20220109_1001.html"
	reportB = "/zfxxgknb/202101/t20210109_1002.html"
)

var plainText = strings.Repeat(filler, 30)

func page(body string) string {
	return `<html><head><meta charset="utf-8"><title>试验</title></head><body>` + body + plainText + `</body></html>`
}

var plainPages = map[string]string{
	"/zfxxgknb/": page(`<a href="` + reportA + `">某县2021年政府信息公开工作年度报告</a><a href="` + reportB + `">某县2020年政府信息公开工作年度报告</a>`),
	reportA:      page("二〇二一年"),
	reportB:      page("二〇二〇年"),
}

func (h *badHost) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	h.mu.Lock()
	h.asked[r.URL.RequestURI()]++
	if h.active++; h.active > 1 && !h.habit.endless {
		h.crowded = true
	}
	if !h.latest.IsZero() {
		h.closest = min(h.closest, start.Sub(h.latest))
	}
	h.latest = start
	h.mu.Unlock()
	ended := sync.OnceFunc(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.active--
	})
	defer ended()
	w = answering{w, ended}
	if h.habit.serve != nil && h.habit.serve(h, w, r) {
		return
	}
	body, ok := plainPages[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	io.WriteString(w, body)
}

// An answering tells when an answer ends that does so before its handler: the client
// may ask again as soon as the connection is closed.
type answering struct {
	http.ResponseWriter
	ended func()
}

func (w answering) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w answering) Flush() { w.ResponseWriter.(http.Flusher).Flush() }

func (w answering) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := w.ResponseWriter.(http.Hijacker).Hijack()
	return answeringConn{conn, w.ended}, rw, err
}

type answeringConn struct {
	net.Conn
	ended func()
}

func (c answeringConn) Close() error {
	c.ended()
	return c.Conn.Close()
}

// wait sleeps, but not beyond the client's patience.
func wait(r *http.Request, d time.Duration) {
	select {
	case <-time.After(d):
	case <-r.Context().Done():
	}
}

func gz(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Bytes()
}

// bomb is 64 MiB of zeros in 64 KiB.
var bomb = sync.OnceValue(func() []byte { return gz(make([]byte, 64<<20)) })

// on answers only for one path.
func on(path string, serve func(h *badHost, w http.ResponseWriter, r *http.Request) bool) func(h *badHost, w http.ResponseWriter, r *http.Request) bool {
	return func(h *badHost, w http.ResponseWriter, r *http.Request) bool {
		return r.URL.Path == path && serve(h, w, r)
	}
}

func hangUp(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		conn.Close()
	}
}

func encoded(coding string, pack func([]byte) []byte) habit {
	return habit{name: coding, reports: []string{reportA, reportB}, serve: on(reportA, func(_ *badHost, w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Encoding", coding)
		w.Header().Set("Content-Type", "text/html")
		w.Write(pack([]byte(plainPages[reportA])))
		return true
	})}
}

// habits are the ways of misbehaving that the crawler must live with.
func habits() []habit {
	both := []string{reportA, reportB}
	return []habit{
		{name: "plain", reports: both},
		{name: "slow", reports: both, serve: func(_ *badHost, _ http.ResponseWriter, r *http.Request) bool {
			wait(r, 60*time.Millisecond)
			return false
		}},
		{name: "fails at first", reports: both, serve: func(h *badHost, w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/robots.txt" || h.times(r.URL.Path) > 1 {
				return false
			}
			w.WriteHeader(http.StatusInternalServerError)
			return true
		}},
		{name: "503 with Retry-After", reports: both, serve: on(reportA, func(h *badHost, w http.ResponseWriter, r *http.Request) bool {
			if h.times(r.URL.Path) > 1 {
				return false
			}
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		})},
		{name: "429", reports: both, serve: on(reportB, func(h *badHost, w http.ResponseWriter, r *http.Request) bool {
			if h.times(r.URL.Path) > 1 {
				return false
			}
			w.WriteHeader(http.StatusTooManyRequests)
			return true
		})},
		{name: "truncates at first", reports: both, serve: on(reportA, func(h *badHost, w http.ResponseWriter, r *http.Request) bool {
			if h.times(r.URL.Path) > 1 {
				return false
			}
			w.Header().Set("Content-Length", "100000")
			io.WriteString(w, "<html>half a")
			return true
		})},
		{name: "truncates always", reports: []string{reportB}, reasons: map[crawler.Reason]int64{crawler.Truncated: 1}, serve: on(reportA, func(_ *badHost, w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Length", "100000")
			io.WriteString(w, "<html>half a")
			return true
		})},
		{name: "cuts a chunked body", reports: []string{reportB}, reasons: map[crawler.Reason]int64{crawler.Truncated: 1}, serve: on(reportA, func(_ *badHost, w http.ResponseWriter, _ *http.Request) bool {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return true
			}
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n6\r\n<html>\r\n")
			conn.Close()
			return true
		})},
		{name: "redirects", reports: []string{"/new/t20220109_1001.html", reportB}, serve: func(_ *badHost, w http.ResponseWriter, r *http.Request) bool {
			switch r.URL.Path {
			case reportA:
				http.Redirect(w, r, "/hop1", http.StatusMovedPermanently)
			case "/hop1":
				http.Redirect(w, r, "hop2", http.StatusFound)
			case "/hop2":
				w.Header().Set("Location", `\new\t20220109_1001.html`)
				w.WriteHeader(http.StatusSeeOther)
			case "/new/t20220109_1001.html":
				io.WriteString(w, plainPages[reportA])
			default:
				return false
			}
			return true
		}},
		{name: "redirect loop", reports: []string{reportB}, reasons: map[crawler.Reason]int64{crawler.RedirectLoop: 1}, serve: func(_ *badHost, w http.ResponseWriter, r *http.Request) bool {
			switch r.URL.Path {
			case reportA:
				http.Redirect(w, r, "/loop", http.StatusFound)
			case "/loop":
				http.Redirect(w, r, reportA, http.StatusFound)
			default:
				return false
			}
			return true
		}},
		{name: "endless redirects", reports: []string{reportB}, reasons: map[crawler.Reason]int64{crawler.RedirectLimit: 1}, serve: func(_ *badHost, w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == reportA || strings.HasPrefix(r.URL.Path, "/endless") {
				http.Redirect(w, r, fmt.Sprintf("/endless%d", time.Now().UnixNano()), http.StatusFound)
				return true
			}
			return false
		}},
		{name: "redirects out", reports: []string{reportB}, reasons: map[crawler.Reason]int64{crawler.RedirectScope: 1}, serve: on(reportA, func(_ *badHost, w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
			return true
		})},
		{name: "wants its cookie back", reports: both, serve: on(reportA, func(_ *badHost, w http.ResponseWriter, r *http.Request) bool {
			if c, err := r.Cookie("pass"); err == nil && c.Value == "1" {
				return false
			}
			http.SetCookie(w, &http.Cookie{Name: "pass", Value: "1"})
			http.Redirect(w, r, reportA, http.StatusFound)
			return true
		})},
		{name: "refresh and script hops", reports: []string{"/real/t20220109_1001.html", "/real/t20210109_1002.html"}, serve: func(_ *badHost, w http.ResponseWriter, r *http.Request) bool {
			switch r.URL.Path {
			case reportA:
				io.WriteString(w, `<html><head><META HTTP-EQUIV="Refresh" CONTENT="0; URL='/real/t20220109_1001.html'"></head></html>`)
			case reportB:
				io.WriteString(w, `<html><script>window.location.href = "/real/t20210109_1002.html";</script></html>`)
			case "/real/t20220109_1001.html", "/real/t20210109_1002.html":
				io.WriteString(w, page("真"))
			default:
				return false
			}
			return true
		}},
		{name: "frames", seed: "/frames/", reports: []string{"/frames/body.html", reportA}, serve: func(_ *badHost, w http.ResponseWriter, r *http.Request) bool {
			switch r.URL.Path {
			case "/frames/":
				io.WriteString(w, `<html><frameset cols="20%,*"><frame src="body.html"></frameset></html>`)
			case "/frames/body.html":
				io.WriteString(w, plainPages["/zfxxgknb/"])
			default:
				return false
			}
			return true
		}},
		{name: "calendar trap", reports: both, serve: func(_ *badHost, w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/zfxxgknb/" || strings.HasPrefix(r.URL.Path, "/zfxxgknb/cal") {
				var links strings.Builder
				for i := range 40 {
					fmt.Fprintf(&links, `<a href="/zfxxgknb/cal%d/">%d</a>`, time.Now().UnixNano()+int64(i), 2009+i%15)
				}
				io.WriteString(w, plainPages["/zfxxgknb/"]+links.String())
				return true
			}
			return false
		}},
		{name: "10 GB announced", endless: true, reports: []string{reportB}, reasons: map[crawler.Reason]int64{crawler.TooLarge: 1}, serve: on(reportA, func(_ *badHost, w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Length", "10737418240")
			w.Write(make([]byte, 64<<10))
			return true
		})},
		{name: "endless body", endless: true, reports: []string{reportB}, reasons: map[crawler.Reason]int64{crawler.TooLarge: 1}, serve: on(reportA, func(_ *badHost, w http.ResponseWriter, r *http.Request) bool {
			zeros := make([]byte, 64<<10)
			for r.Context().Err() == nil {
				if _, err := w.Write(zeros); err != nil {
					break
				}
			}
			return true
		})},
		{name: "slow drip", endless: true, reports: []string{reportB}, reasons: map[crawler.Reason]int64{crawler.TimedOut: 1}, serve: on(reportA, func(_ *badHost, w http.ResponseWriter, r *http.Request) bool {
			for r.Context().Err() == nil {
				io.WriteString(w, ".")
				w.(http.Flusher).Flush()
				wait(r, 20*time.Millisecond)
			}
			return true
		})},
		{name: "never answers", endless: true, reports: []string{reportB}, reasons: map[crawler.Reason]int64{crawler.TimedOut: 1}, serve: on(reportA, func(_ *badHost, _ http.ResponseWriter, r *http.Request) bool {
			wait(r, time.Minute)
			return true
		})},
		{name: "hangs up", reports: []string{reportB}, reasons: map[crawler.Reason]int64{crawler.ConnectionLost: 1}, serve: on(reportA, func(_ *badHost, w http.ResponseWriter, _ *http.Request) bool {
			hangUp(w)
			return true
		})},
		{name: "gzip bomb", reports: []string{reportB}, reasons: map[crawler.Reason]int64{crawler.TooLargeDecoded: 1}, serve: on(reportA, func(_ *badHost, w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(bomb())
			return true
		})},
		{name: "broken gzip", reports: []string{reportB}, reasons: map[crawler.Reason]int64{crawler.BadEncoding: 1}, serve: on(reportA, func(_ *badHost, w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(gz([]byte(plainPages[reportA]))[:40])
			return true
		})},
		encoded("gzip", gz),
		encoded("br", func(b []byte) []byte {
			var out bytes.Buffer
			z := brotli.NewWriter(&out)
			z.Write(b)
			z.Close()
			return out.Bytes()
		}),
		encoded("zstd", func(b []byte) []byte {
			z, _ := zstd.NewWriter(nil) // fails on bad options only
			defer z.Close()
			return z.EncodeAll(b, nil)
		}),
		{name: "lies about the encoding", reports: both, serve: on(reportA, func(_ *badHost, w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Encoding", "gzip")
			io.WriteString(w, plainPages[reportA])
			return true
		})},
		{name: "lies about the charset", reports: both, serve: on("/zfxxgknb/", func(_ *badHost, w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Type", "text/html; charset=iso-8859-1")
			b, err := simplifiedchinese.GB18030.NewEncoder().String(strings.Replace(plainPages["/zfxxgknb/"], "utf-8", "gb2312", 1))
			if err != nil {
				panic(err)
			}
			io.WriteString(w, b)
			return true
		})},
		{name: "lies about the type", reports: both, serve: func(_ *badHost, w http.ResponseWriter, r *http.Request) bool {
			body, ok := plainPages[r.URL.Path]
			if ok {
				w.Header().Set("Content-Type", "application/msword")
				io.WriteString(w, body)
			}
			return ok
		}},
		{name: "soft 404", reports: []string{reportB}, reasons: map[crawler.Reason]int64{crawler.SoftNotFound: 1}, serve: on(reportA, func(_ *badHost, w http.ResponseWriter, _ *http.Request) bool {
			io.WriteString(w, "<html><title>提示</title><h1>您访问的页面不存在</h1></html>")
			return true
		})},
		{name: "home page for what is gone", reports: []string{reportB}, reasons: map[crawler.Reason]int64{crawler.SoftNotFound: 1}, serve: on(reportA, func(_ *badHost, w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "/", http.StatusFound)
			return true
		})},
		{name: "challenges once", reports: both, serve: on(reportA, func(h *badHost, w http.ResponseWriter, r *http.Request) bool {
			if h.times(r.URL.Path) > 1 {
				return false
			}
			io.WriteString(w, `<html><script>document.cookie="__jsl_clearance=1"</script></html>`)
			return true
		})},
		{name: "login wall", reports: []string{reportB}, reasons: map[crawler.Reason]int64{crawler.LoginWall: 1}, serve: on(reportA, func(_ *badHost, w http.ResponseWriter, _ *http.Request) bool {
			io.WriteString(w, `<html><form>用户名<input name=u>密码<input type="password"></form></html>`)
			return true
		})},
		{name: "empty", reports: []string{reportB}, reasons: map[crawler.Reason]int64{crawler.EmptyBody: 1}, serve: on(reportA, func(_ *badHost, _ http.ResponseWriter, _ *http.Request) bool { return true })},
		{name: "gone", reports: []string{reportB}, reasons: map[crawler.Reason]int64{"http_410": 1}, serve: on(reportA, func(_ *badHost, w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(http.StatusGone)
			return true
		})},
		{name: "robots forbids", reports: []string{reportB}, never: []string{reportA}, reasons: map[crawler.Reason]int64{crawler.RobotsDisallowed: 1}, serve: on("/robots.txt", func(_ *badHost, w http.ResponseWriter, _ *http.Request) bool {
			io.WriteString(w, "User-agent: *\nDisallow: /zfxxgknb/2022*html$\n\nUser-agent: other\nDisallow: /\n")
			return true
		})},
		{name: "robots fails", never: []string{"/zfxxgknb/", reportA, reportB}, reasons: map[crawler.Reason]int64{crawler.RobotsUnreachable: 1}, serve: on("/robots.txt", func(_ *badHost, w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(http.StatusBadGateway)
			return true
		})},
		{name: "robots is endless", endless: true, reports: both, serve: on("/robots.txt", func(_ *badHost, w http.ResponseWriter, r *http.Request) bool {
			line := []byte(strings.Repeat("# nothing\n", 1000))
			for r.Context().Err() == nil {
				if _, err := w.Write(line); err != nil {
					break
				}
			}
			return true
		})},
		{name: "robots asks for a delay", reports: both, delay: 120 * time.Millisecond, serve: on("/robots.txt", func(_ *badHost, w http.ResponseWriter, _ *http.Request) bool {
			io.WriteString(w, "User-agent: *\nCrawl-delay: 0.12\n")
			return true
		})},
		{name: "stands still", endless: true, reports: []string{reportB}, reasons: map[crawler.Reason]int64{crawler.TimedOut: 1}, serve: on(reportA, func(_ *badHost, w http.ResponseWriter, r *http.Request) bool {
			io.WriteString(w, "<html>half a")
			w.(http.Flusher).Flush()
			wait(r, time.Minute)
			return true
		})},
		{name: "robots redirects", reports: []string{reportB}, never: []string{reportA}, reasons: map[crawler.Reason]int64{crawler.RobotsDisallowed: 1}, serve: func(_ *badHost, w http.ResponseWriter, r *http.Request) bool {
			switch r.URL.Path {
			case "/robots.txt":
				http.Redirect(w, r, "/r/robots.txt", http.StatusFound)
			case "/r/robots.txt":
				io.WriteString(w, "user-agent: NianBao\ndisallow: "+reportA)
			default:
				return false
			}
			return true
		}},
		{name: "header bomb", reports: []string{reportB}, reasons: map[crawler.Reason]int64{crawler.BadResponse: 1}, serve: on(reportA, func(_ *badHost, w http.ResponseWriter, _ *http.Request) bool {
			for i := range 200 {
				w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 4000))
			}
			return true
		})},
		{name: "no HTTP", reports: []string{reportB}, reasons: map[crawler.Reason]int64{crawler.BadResponse: 1}, serve: on(reportA, func(_ *badHost, w http.ResponseWriter, _ *http.Request) bool {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				io.WriteString(conn, "SSH-2.0-OpenSSH\r\n\r\n")
				conn.Close()
			}
			return true
		})},
	}
}

func TestMisbehavingHosts(t *testing.T) {
	t.Parallel()
	const delay = 15 * time.Millisecond
	bomb() // made before the clock runs
	kinds := habits()
	total, patience := 2*len(kinds), 5*time.Second
	if often.Asked() || slowness > 1 {
		total, patience = 5*len(kinds), 10*time.Second
	}
	var hosts []*badHost
	var seeds []crawler.Seed
	for i := range total {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		h := &badHost{habit: kinds[i%len(kinds)], addr: l.Addr().String(), asked: map[string]int{}, closest: time.Hour}
		server := &http.Server{Handler: h, ErrorLog: discard}
		go server.Serve(l)
		t.Cleanup(func() { server.Close() })
		path := h.habit.seed
		if path == "" {
			path = "/zfxxgknb/"
		}
		hosts = append(hosts, h)
		seeds = append(seeds, crawler.Seed{Line: i + 2, URL: "http://" + h.addr + path, Kind: crawler.KindList})
	}
	cfg := crawler.Config{
		Delay: delay, DelayFactor: -1, MaxDelay: 2 * delay, MaxBody: 1 << 20, MaxDecoded: 2 << 20, MaxRedirects: 5,
		Retries: 1, RetryDelay: 10 * time.Millisecond, MaxRetry: 50 * time.Millisecond, BreakerAfter: 20,
		// Long enough for a busy machine; the hosts that wait for it wait together.
		Timeouts:  crawler.Timeouts{Header: patience * 5 / 6, Idle: patience * 2 / 3, Total: patience},
		Discovery: crawler.Discovery{Budget: 30},
		Workers:   total / 2 / slowness,
	}
	var peak atomic.Uint64
	cfg.ProgressEvery = 20 * time.Millisecond
	cfg.OnProgress = func(crawler.Progress) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		peak.Store(max(peak.Load(), m.HeapInuse))
	}
	var mu sync.Mutex
	ended := map[string]map[crawler.Reason]int64{}
	cfg.OnEvent = func(e crawler.Event) {
		mu.Lock()
		defer mu.Unlock()
		if e.RetryAt.IsZero() {
			host := strings.Split(e.URL, "/")[2]
			if ended[host] == nil {
				ended[host] = map[crawler.Reason]int64{}
			}
			ended[host][e.Reason]++
		}
	}
	sum, pages := crawl(t, t.TempDir(), cfg, seeds...)
	if !sum.Complete {
		t.Errorf("not complete: %+v", sum)
	}
	for _, h := range hosts {
		for _, p := range h.habit.reports {
			if got := pages["http://"+h.addr+p]; got == nil {
				t.Errorf("%s: %s was not captured (%v)", h.habit.name, p, ended[h.addr])
			} else if !strings.Contains(string(got.Body), "本页是为试验写成的") {
				t.Errorf("%s: %s has the body %.80q", h.habit.name, p, got.Body)
			}
		}
		for _, p := range h.habit.never {
			if n := h.times(p); n > 0 {
				t.Errorf("%s: %s was asked for %d times", h.habit.name, p, n)
			}
		}
		for reason, n := range h.habit.reasons {
			if got := ended[h.addr][reason]; got != n {
				t.Errorf("%s: %d addresses ended with %s, want %d (%v)", h.habit.name, got, reason, n, ended[h.addr])
			}
		}
		if h.crowded {
			t.Errorf("%s: two requests at once", h.habit.name)
		}
		if want := max(delay, h.habit.delay); h.closest < want {
			t.Errorf("%s: two requests %v apart, the delay is %v", h.habit.name, h.closest, want)
		}
	}
	if mb := peak.Load() >> 20; mb > 256 {
		t.Errorf("the heap grew to %d MB", mb)
	}
	t.Logf("%d hosts, %d pages in %v, heap %d MB at most", total, sum.Fetched, sum.Elapsed.Round(time.Millisecond), peak.Load()>>20)
}

// crawlErr is crawl for runs that must fail.
func crawlErr(t *testing.T, q crawler.Queue, s crawler.Sink, cfg crawler.Config, seeds ...crawler.Seed) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	c, err := crawler.New(cfg, q, s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Seed(ctx, seeds); err != nil {
		return err
	}
	_, err = c.Run(ctx)
	return err
}
