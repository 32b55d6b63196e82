package explorer

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// request is get with headers.
func request(t *testing.T, e *Explorer, address string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("GET", address, nil)
	r.Host = "127.0.0.1:8765"
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

// Pages go compressed to whom takes that, and are the same.
func TestGzip(t *testing.T) {
	e := explore(t, sampleStore(t))
	w := request(t, e, "/about", "Accept-Encoding", "gzip")
	if w.Header().Get("Content-Encoding") != "gzip" {
		t.Fatalf("headers %v", w.Header())
	}
	r, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r)
	if err != nil || string(body) != getPage(t, e, "/about") {
		t.Errorf("the page differs when it is compressed: %v", err)
	}
}

// The browser says what its reader reads; the address has the last word.
func TestAcceptLanguage(t *testing.T) {
	e := explore(t, sampleStore(t))
	for _, c := range []struct{ address, header, want string }{
		{"/about", "", "zh-CN"}, {"/about", "zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"}, {"/about", "en-GB,en;q=0.9,zh;q=0.1", "en"}, {"/about", "de-DE,de;q=0.9", "en"},
		{"/about?lang=zh", "en", "zh-CN"}, {"/about?lang=en", "zh", "en"}, {"/about", "%%%", "zh-CN"},
	} {
		w := request(t, e, c.address, "Accept-Language", c.header)
		body := w.Body.String()
		if got := w.Header().Get("Content-Language"); got != c.want || !strings.Contains(body, `<html lang="`+c.want+`"`) {
			t.Errorf("%s with %q: %s, want %s", c.address, c.header, got, c.want)
		}
		if !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Accept-Language") {
			t.Errorf("%s: a cache may keep it for everybody: %v", c.address, w.Header())
		}
	}
	// Whoever chose Chinese stays with it.
	body := request(t, e, "/about?lang=zh", "Accept-Language", "en").Body.String()
	contains(t, body, `href="/compare?lang=zh"`, `href="/about?lang=en"`, `name="lang" value="zh"`)
}

// Only the origins that were named may hold a page, and only what is made for it.
func TestEmbed(t *testing.T) {
	e := explore(t, sampleStore(t))
	w := request(t, e, "/compare?year=2022&embed=1")
	if w.Header().Get("X-Frame-Options") != "DENY" || !strings.Contains(w.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Errorf("unasked: %v", w.Header())
	}
	e.cfg.EmbedFrom = []string{"https://news.example"}
	w = request(t, e, "/compare?year=2022&embed=1")
	if w.Header().Get("X-Frame-Options") != "" || !strings.Contains(w.Header().Get("Content-Security-Policy"), "frame-ancestors https://news.example") {
		t.Errorf("allowed: %v", w.Header())
	}
	body := w.Body.String()
	if strings.Contains(body, "<form") || strings.Contains(body, "<nav aria") || !strings.Contains(body, "资料来源") || !strings.Contains(body, `class="embed"`) {
		t.Errorf("an embedded page is not the content alone:\n%.500s", body)
	}
	if w := request(t, e, "/compare?year=2022"); w.Header().Get("X-Frame-Options") != "DENY" {
		t.Errorf("a whole page: %v", w.Header())
	}
}

// A picture goes to the pages that were named and to no others, by whichever header the
// browser tells where it is asked from.
func TestEmbedPicture(t *testing.T) {
	const address = "/compare.svg?measure=requests.received&year=2022&embed=1"
	e := explore(t, sampleStore(t))
	policyOf := func(headers ...string) (resource, allow string) {
		w := request(t, e, address, headers...)
		if w.Code != 200 || strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
			t.Errorf("%v: %d %v", headers, w.Code, w.Header())
		}
		return w.Header().Get("Cross-Origin-Resource-Policy"), w.Header().Get("Access-Control-Allow-Origin")
	}
	if resource, allow := policyOf("Origin", "https://news.example"); resource != "same-origin" || allow != "" {
		t.Errorf("unasked: %q %q", resource, allow)
	}
	e.cfg.EmbedFrom = []string{"https://news.example"}
	for _, c := range []struct {
		headers []string
		good    bool
	}{
		{[]string{"Origin", "https://news.example"}, true}, {[]string{"Referer", "https://news.example/"}, true}, {[]string{"Referer", "https://news.example/a?b"}, true},
		{nil, false}, {[]string{"Origin", "null"}, false}, {[]string{"Origin", "https://news.example.evil"}, false}, {[]string{"Referer", "https://evil.example/https://news.example"}, false},
		{[]string{"Referer", "http://news.example/"}, false}, {[]string{"Origin", "https://evil.example", "Referer", "https://news.example/"}, false}, {[]string{"Referer", "::"}, false},
	} {
		want, allowed := "same-origin", ""
		if c.good {
			want, allowed = "cross-origin", "https://news.example"
		}
		if resource, allow := policyOf(c.headers...); resource != want || allow != allowed {
			t.Errorf("%v: %q %q", c.headers, resource, allow)
		}
	}
	if w := request(t, e, "/compare.svg?measure=requests.received&year=2022", "Origin", "https://news.example"); w.Header().Get("Cross-Origin-Resource-Policy") != "same-origin" {
		t.Errorf("not asked to be embedded: %v", w.Header())
	}
}

// A page and pictures stand in a page of the origin that was named, and in no page of
// another, as a browser has it.
func TestBrowserEmbed(t *testing.T) {
	var news, stranger *httptest.Server
	held := func(base *string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			const chart = "measure=requests.received&year=2022&embed=1"
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(w, `<!DOCTYPE html><html lang="zh"><link rel="icon" href="data:,"><title>x</title><iframe src="%[1]s/compare?%[2]s"></iframe>
<img class="plain" src="%[1]s/compare.svg?%[2]s"><img class="asked" crossorigin="anonymous" src="%[1]s/trend.svg?region=320830&%[2]s">`, *base, chart)
		}
	}
	base := ""
	news, stranger = httptest.NewServer(held(&base)), httptest.NewServer(held(&base))
	defer news.Close()
	defer stranger.Close()
	w := lookAt(t, 1280, 900, func(c *Config) { c.EmbedFrom = []string{news.URL} })
	base = w.base
	for server, good := range map[*httptest.Server]bool{news: true, stranger: false} {
		w.do(chromedp.Navigate(server.URL + "/"))
		w.wait(`[...document.images].every((i) => i.complete)`)
		for _, image := range []string{"plain", "asked"} {
			if shown := eval[int](w, fmt.Sprintf(`document.querySelector("img.%s").naturalWidth`, image)) > 0; shown != good {
				t.Errorf("the page that was named %t: the picture %s is shown %t", good, image, shown)
			}
		}
		if held := w.frame(); strings.HasPrefix(held, w.base) != good {
			t.Errorf("the page that was named %t: the frame has %q", good, held)
		}
	}
	w.forget("127.0.0.1") // what the stranger was refused
	w.forget("ERR_")
	// A link of what is held leads out of the frame, where the page may stand.
	w.open("/compare?measure=requests.received&year=2022&embed=1")
	if got := eval[string](w, `document.querySelector("table.dots tbody a").target || document.querySelector("base").target`); got != "_top" {
		t.Errorf("a link of the frame opens in %q", got)
	}
}

// frame is the address of what the frame of the page has.
func (w *window) frame() string {
	w.t.Helper()
	address := ""
	w.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		tree, err := cdp.Call(ctx, target, cdppage.GetFrameTree, cdp.Empty{})
		if err == nil && len(tree.FrameTree.ChildFrames) == 1 {
			address = tree.FrameTree.ChildFrames[0].Frame.URL
		}
		return err
	}))
	return address
}

// What is shared says what it is where it is shown.
func TestShared(t *testing.T) {
	e := explore(t, sampleStore(t))
	body := getPage(t, e, "/compare?measure=requests.received&year=2022&under=653100")
	contains(t, body, `<meta property="og:title" content="喀什地区各县 2022 年新收政府信息公开申请">`, `<link rel="canonical" href="http://127.0.0.1:8765/compare?measure=requests.received&amp;under=653100&amp;year=2022">`, `hreflang="en"`,
		"http://127.0.0.1:8765/compare?measure=requests.received&amp;under=653100&amp;year=2022", "2024-04-01 取得")
	w := request(t, e, "/favicon.ico")
	if w.Code != 200 || w.Header().Get("Content-Type") != "image/svg+xml" {
		t.Errorf("favicon: %d %v", w.Code, w.Header())
	}
	w = request(t, e, "/compare.svg?measure=requests.received&year=2022&under=653100&chart=distribution")
	if got := w.Header().Get("Content-Disposition"); got != `attachment; filename="nianbao-distribution-requests.received-2022-653100-county.svg"` {
		t.Errorf("the file is called %s", got)
	}
	for _, chart := range []string{"ranked", "distribution", "tiles"} {
		w := request(t, e, "/compare.svg?measure=requests.received&year=2022&chart="+chart)
		if w.Code != 200 {
			t.Errorf("%s: %d", chart, w.Code)
		}
		contains(t, w.Body.String(), "新收政府信息公开申请", "全国各县", "2022 年", "有数值的 6 个", "无报告的", "资料来源", "2024-04-01", "CC BY 4.0")
	}
	if canPNG() {
		if w := request(t, e, "/compare.png?measure=requests.received&year=2022"); w.Code != 200 || !strings.HasPrefix(w.Body.String(), "\x89PNG") {
			t.Errorf("PNG: %d", w.Code)
		}
	}
	for _, bad := range []string{"/compare.svg?chart=pie", "/compare.svg?chart=map", "/compare.svg?year=x"} {
		if w := request(t, e, bad); w.Code < 400 {
			t.Errorf("%s: %d", bad, w.Code)
		}
	}
}

// Behind a proxy everything that is cited and shared names the address that visitors see,
// which is answered as this machine's names are, and what the proxy says of itself in
// headers is not believed.
func TestBaseURL(t *testing.T) {
	s := sampleStore(t)
	e, err := New(Config{Store: s, BaseURL: "https://data.example.org", Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(e *Explorer, host string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/compare?measure=requests.received&year=2022", nil)
		r.Host = host
		r.Header.Set("X-Forwarded-Proto", "gopher")
		r.Header.Set("X-Forwarded-Host", "elsewhere.example")
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		return w
	}
	for _, host := range []string{"data.example.org", "127.0.0.1:8765"} {
		body := ask(e, host).Body.String()
		contains(t, body, `<link rel="canonical" href="https://data.example.org/compare?`, `<meta property="og:url" content="https://data.example.org/compare?`,
			`hreflang="en" href="https://data.example.org/compare?`, `iframe src="https://data.example.org/compare?`,
			`取得。 https://data.example.org/compare?`)
		// Without a font there is no picture to name.
		if strings.Contains(body, `<meta property="og:image" content="https://data.example.org/compare.png?`) != canPNG() || strings.Contains(body, "og:image") != canPNG() {
			t.Errorf("%s: with a font %t, and another picture is named", host, canPNG())
		}
		if strings.Contains(body, "gopher") || strings.Contains(body, "elsewhere.example") || strings.Contains(body, "http://"+host) {
			t.Errorf("%s: the page names another address", host)
		}
	}
	if w := ask(e, "elsewhere.example"); w.Code != http.StatusMisdirectedRequest {
		t.Errorf("another name: %d", w.Code)
	}
	if w := ask(explore(t, s), "data.example.org"); w.Code != http.StatusMisdirectedRequest {
		t.Errorf("without it the name is answered: %d", w.Code)
	}
}

// Visitors who come by a proxy are told apart by what it says of them; those who do not
// cannot say that they are somebody else.
func TestClientBehindProxy(t *testing.T) {
	s := sampleStore(t)
	behind, err := New(Config{Store: s, BaseURL: "https://data.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "127.0.0.1:4000"
	if got := behind.client(r); got != "127.0.0.1" {
		t.Errorf("without the header: %s", got)
	}
	r.Header.Set("X-Forwarded-For", "203.0.113.9, 198.51.100.7")
	if got := behind.client(r); got != "198.51.100.7" {
		t.Errorf("behind a proxy: %s", got)
	}
	if got := explore(t, s).client(r); got != "127.0.0.1" {
		t.Errorf("without a proxy: %s", got)
	}
}
