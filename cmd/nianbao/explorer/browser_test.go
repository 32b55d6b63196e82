package explorer

import (
	"context"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"nianbao/crawler/render"
	"nianbao/store/plot"
	"nianbao/testdata/often"
)

var update = flag.Bool("update", false, "rewrite the pictures of the pages in testdata/explorer")

// pictures is the folder of the pictures that the README shows.
var pictures = filepath.Join("..", "..", "..", "testdata", "explorer")

// window is a tab of a headless browser that looks at the sample reports.
type window struct {
	t    *testing.T
	ctx  context.Context
	base string

	mu       sync.Mutex
	said     []string // what the console got: errors of scripts and of the policy
	expected []string // words of what it may say
}

// the browser is started once; each window has its own server and tab.
var chromium = sync.OnceValues(func() (context.Context, error) {
	path, err := render.Find()
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.WSURLReadTimeout(10*time.Minute), chromedp.WindowSize(1280, 900),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"), chromedp.Flag("font-render-hinting", "none"),
		chromedp.Flag("lang", "zh-CN"), chromedp.Flag("accept-lang", "zh-CN"))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	alloc, _ := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(alloc, chromedp.WithErrorf(func(string, ...any) {}), chromedp.WithLogf(func(string, ...any) {}))
	closeBrowser = cancel
	return ctx, chromedp.Do(ctx)
})

var closeBrowser = func() {}

// look opens a window of a size, in pixels.
func look(t *testing.T, width, height int64) *window {
	t.Helper()
	return lookAt(t, width, height, func(*Config) {})
}

// everything turns on what has to be asked for.
func everything(c *Config) {
	c.SQL, c.Editor = true, "核对人"
	var err error
	if c.Boundaries, err = plot.ReadBoundaries(strings.NewReader(sampleBoundaries)); err != nil {
		panic(err)
	}
}

// sampleBoundaries are squares, by no means those of the counties.
const sampleBoundaries = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"adcode":653101},"geometry":{"type":"Polygon","coordinates":[[[75,39],[76,39],[76,40],[75,40],[75,39]]]}},
{"type":"Feature","properties":{"adcode":"653121"},"geometry":{"type":"Polygon","coordinates":[[[76,39],[77,39],[77,40],[76,40],[76,39]]]}},
{"type":"Feature","properties":{"adcode":653124},"geometry":{"type":"Polygon","coordinates":[[[76,38],[77,38],[77,39],[76,39],[76,38]]]}},
{"type":"Feature","properties":{"adcode":653123},"geometry":{"type":"Polygon","coordinates":[[[75,38],[76,38],[76,39],[75,39],[75,38]]]}}]}`

// lookAt is look with other settings.
func lookAt(t *testing.T, width, height int64, change func(*Config)) *window {
	t.Helper()
	if testing.Short() {
		t.Skip("starting a browser takes seconds")
	}
	root, err := chromium()
	if err != nil {
		if os.Getenv("NIANBAO_REQUIRE_TOOLS") == "1" {
			t.Fatal(err)
		}
		t.Skipf("%v; the pages cannot be tried in it (Debian: apt-get install chromium)", err)
	}
	config := Config{Cutter: letters{}, Store: sampleStore(t), Version: "0.1.0", Now: func() time.Time { return clock }}
	change(&config)
	e, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(e)
	t.Cleanup(func() {
		server.Close()
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	tab, cancel := chromedp.NewContext(root)
	t.Cleanup(cancel)
	tab, stop := context.WithTimeout(tab, 10*time.Minute)
	t.Cleanup(stop)
	w := &window{t: t, ctx: tab, base: server.URL}
	w.do(chromedp.EmulateViewport(width, height))
	go func() {
		for m, err := range chromedp.Console(tab) {
			if err != nil {
				return
			}
			w.mu.Lock()
			w.said = append(w.said, m.String())
			w.mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, s := range w.said {
			if !slices.ContainsFunc(w.expected, func(words string) bool { return strings.Contains(s, words) }) {
				t.Errorf("the console says: %s", s)
			}
		}
	})
	return w
}

func (w *window) do(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	if err := chromedp.Do(w.ctx, steps...); err != nil {
		var at string
		at, _ = chromedp.Run(w.ctx, chromedp.Location())
		w.t.Fatalf("at %s: %v", at, err)
	}
}

// open goes to an address.
func (w *window) open(address string) {
	w.t.Helper()
	w.do(chromedp.Navigate(w.base + address))
}

// follow does what leads to another page and waits for it.
func (w *window) follow(step chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	if _, err := chromedp.Run(w.ctx, chromedp.WaitEvent(cdppage.LoadEventFired, nil, step)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *window) click(css string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(css))
}

// choose picks an option as a person does, so that the page hears of it.
func (w *window) choose(css, value string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf(
			`(() => { const s = document.querySelector(%q); s.value = %q; return s.dispatchEvent(new Event("change", {bubbles: true})); })()`, css, value)))
		return err
	})
}

// eval is the value of an expression of the page.
func eval[T any](w *window, expression string) T {
	w.t.Helper()
	v, err := chromedp.Run(w.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		w.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// wait waits until an expression of the page is true.
func (w *window) wait(expression string) {
	w.t.Helper()
	if _, err := chromedp.Run(w.ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(5*time.Minute))); err != nil {
		w.t.Fatalf("waiting for %s: %v", expression, err)
	}
}

func (w *window) text(css string) string {
	w.t.Helper()
	return eval[string](w, fmt.Sprintf(`document.querySelector(%q).textContent`, css))
}

func (w *window) location() string {
	w.t.Helper()
	at, err := chromedp.Run(w.ctx, chromedp.Location())
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.TrimPrefix(at, w.base)
}

// picture writes what the window shows, with -update.
func (w *window) picture(name string) {
	w.t.Helper()
	path := filepath.Join(pictures, name+".png")
	if *update {
		png, err := chromedp.Run(w.ctx, chromedp.CaptureScreenshot())
		if err != nil {
			w.t.Fatal(err)
		}
		if err := os.MkdirAll(pictures, 0o777); err != nil {
			w.t.Fatal(err)
		}
		if err := os.WriteFile(path, png, 0o666); err != nil {
			w.t.Fatal(err)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		w.t.Fatalf("%v (go test -update draws it)", err)
	}
	if info.Size() > 300_000 {
		w.t.Errorf("%s has %d bytes; it should stay under 300,000", path, info.Size())
	}
}

// check holds a page against what every page must be: no wider than the
// window, no text cut off, no label of a chart too small to be read or over another, contrast of 4.5 (3 for large text; WCAG 2.2, AA),
// figures aligned right and of one width.
func (w *window) check() {
	w.t.Helper()
	for _, fault := range eval[[]string](w, faults) {
		w.t.Errorf("%s: %s", w.location(), fault)
	}
}

const faults = `(() => {
	const all = [];
	const name = (e) => e.tagName.toLowerCase() + (e.className && e.className.baseVal === undefined ? "." + e.className : "") + " " + JSON.stringify((e.textContent || "").trim().slice(0, 30));
	const root = document.documentElement;
	if (root.scrollWidth > innerWidth) all.push("the page is " + root.scrollWidth + " wide in a window of " + innerWidth);
	const colour = (s) => { const m = s.match(/[\d.]+/g).map(Number); return { r: m[0], g: m[1], b: m[2], a: m[3] === undefined ? 1 : m[3] }; };
	const light = (c) => { const f = (v) => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }; return .2126 * f(c.r) + .7152 * f(c.g) + .0722 * f(c.b); };
	const behind = (e) => { for (; e; e = e.parentElement) { const c = colour(getComputedStyle(e).backgroundColor); if (c.a > .9) return c; } return { r: 255, g: 255, b: 255, a: 1 }; };
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let n = walker.nextNode(); n; n = walker.nextNode()) {
		const e = n.parentElement;
		if (!n.data.trim() || !e.checkVisibility() || e.closest(".hidden, .skip, option, script, dialog:not([open]), .chart .white, .chart .onlight")) continue;
		const style = getComputedStyle(e);
		const svg = e.closest("svg");
		const ink = colour(svg ? style.fill : style.color);
		const paper = behind(svg ? svg.parentElement : e);
		const [a, b] = [light(ink), light(paper)].sort((x, y) => y - x);
		const ratio = (a + .05) / (b + .05);
		const size = parseFloat(style.fontSize);
		const large = size >= 24 || size >= 18.66 && Number(style.fontWeight) >= 700;
		if (ratio < (large ? 3 : 4.5)) all.push("contrast " + ratio.toFixed(2) + ": " + name(e));
		// What a chart is drawn for decides how large its letters come out.
		if (svg && svg.viewBox.baseVal.width > 0) {
			const shown = size * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
			if (shown < 8.5) all.push("letters of " + shown.toFixed(1) + " pixels: " + name(e));
		}
		if (!svg && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && ["hidden", "clip"].includes(style.overflowX)) all.push("cut off: " + name(e));
	}
	for (const svg of document.querySelectorAll("svg")) {
		const texts = [...svg.querySelectorAll("text")].filter((e) => e.checkVisibility()).map((e) => ({ e, box: e.getBoundingClientRect() }));
		texts.forEach((a, i) => {
			if (a.box.right > root.clientWidth + 1 && !svg.closest(".scroll")) all.push("beyond the window: " + name(a.e));
			for (const b of texts.slice(i + 1)) {
				if (Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left) > 1 && Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top) > 5) all.push("one over another: " + name(a.e) + " and " + name(b.e));
			}
		});
	}
	for (const e of document.querySelectorAll("td.number")) {
		const style = getComputedStyle(e);
		if (style.textAlign !== "right" || !style.fontVariantNumeric.includes("tabular-nums")) { all.push("not aligned: " + name(e)); break; }
	}
	for (const e of document.querySelectorAll("input:not([type=hidden]), select")) if (!e.labels.length && !e.getAttribute("aria-label")) all.push("no label: " + name(e));
	for (const e of document.querySelectorAll("[id]")) if (document.querySelectorAll("#" + CSS.escape(e.id)).length > 1) all.push("twice: #" + e.id);
	return [...new Set(all)];
})()`

func TestBrowserOverview(t *testing.T) {
	w := look(t, 1280, 900)
	w.open("/")
	w.check()
	w.picture("overview")
	w.follow(w.click(`table.heat a[href="/region/320000"]`))
	if got := w.text("h1"); got != "江苏省" {
		t.Errorf("the province of the table leads to %q", got)
	}
}

func TestBrowserRegion(t *testing.T) {
	w := look(t, 1280, 900)
	w.open("/region/320830")
	w.check()
	if n := eval[int](w, `document.querySelectorAll(".multiples svg g.line0 path").length`); n < 8 {
		t.Errorf("%d lines are drawn, want 8 at least", n)
	}
	// No line leaves its frame.
	if out := eval[int](w, `[...document.querySelectorAll(".multiples svg.chart")].filter(s => { const f = s.getBoundingClientRect(); return [...s.querySelectorAll("path, circle")].some(p => { const b = p.getBoundingClientRect(); return b.left < f.left - 1 || b.right > f.right + 1 || b.top < f.top - 1 || b.bottom > f.bottom + 1; }); }).length`); out > 0 {
		t.Errorf("%d charts are drawn beyond their frame", out)
	}
	w.follow(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.querySelector(".multiples svg.chart a").dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true, view: window}))`))
		return err
	}))
	if got := w.text("h1"); !strings.Contains(got, "盱眙县2019年") {
		t.Errorf("the first dot leads to %q", got)
	}
}

func TestBrowserReport(t *testing.T) {
	w := look(t, 1280, 900)
	w.open("/reports?region=653101&year=2021")
	w.follow(w.click("table.list td a[href^='/report/']"))
	id := w.location()
	w.check()
	w.do(chromedp.ScrollIntoView(chromedp.CSS("td.doubt")))
	w.do(w.click("td.doubt a.fig"))
	w.do(chromedp.WaitVisible(chromedp.CSS("dialog.evidence[open]")))
	for _, want := range []string{"新收政府信息公开申请", "第 3 表第 4 行第 10 列", "正文与表格的申请数不同", "https://www.example.gov.cn/kashi/zfxxgknb/2021.html", "在存档原页上查看这个数字"} {
		if got := w.text("dialog.evidence"); !strings.Contains(got, want) {
			t.Errorf("the evidence lacks %q", want)
		}
	}
	w.check()
	w.picture("report")
	w.do(chromedp.KeyEvent(kb.Escape))
	w.do(chromedp.WaitNotVisible(chromedp.CSS("dialog.evidence")))
	if !eval[bool](w, `document.activeElement.matches("td.doubt a.fig")`) {
		t.Error("the focus does not come back to the figure")
	}
	if w.location() != id {
		t.Errorf("the address became %s", w.location())
	}
	// A figure told in words, and the number of a finding.
	w.do(w.click("mark.known a"), chromedp.WaitVisible(chromedp.CSS("dialog.evidence[open]")))
	if got := w.text("dialog.evidence blockquote"); !strings.Contains(got, "2165条") {
		t.Errorf("the sentence is %q", got)
	}
	w.do(w.click("dialog.evidence button"), w.click("td.doubt a.to"))
	if got := eval[string](w, `location.hash`); got != "#f1" {
		t.Errorf("the finding's number leads to %q", got)
	}
}

func TestBrowserCompare(t *testing.T) {
	w := look(t, 1280, 1000)
	w.open("/compare?measure=requests.received&year=2022")
	w.check()
	w.picture("compare")
	rows := func() string {
		return eval[string](w, `[...document.querySelectorAll("table.dots tbody th a")].map(a => a.textContent).join(" ")`)
	}
	// Sorted in place, as the server sorts.
	for _, c := range []struct{ link, want, query string }{
		{"sort=change", "喀什市 疏附县 疏勒县 金湖县 盱眙县 泽普县", "order=desc"},
		{"sort=change", "盱眙县 金湖县 疏勒县 疏附县 喀什市 泽普县", "order=asc"},
		{"sort=region", "盱眙县 金湖县 喀什市 疏附县 疏勒县 泽普县", "order=asc"},
		{"sort=value", "盱眙县 金湖县 喀什市 泽普县 疏勒县 疏附县", "order=desc"},
	} {
		w.do(w.click(fmt.Sprintf(`th a.sort[href*=%q]`, c.link)))
		if got := rows(); got != c.want {
			t.Errorf("%s: %s, want %s", c.link, got, c.want)
		}
		if at := w.location(); !strings.Contains(at, c.link) || !strings.Contains(at, c.query) {
			t.Errorf("%s %s: the address is %s", c.link, c.query, at)
		}
		before := rows()
		w.follow(chromedp.Reload())
		if got := rows(); got != before {
			t.Errorf("after a reload of %s: %s, want %s", w.location(), got, before)
		}
	}
	// A choice alone leads nowhere: who goes through the options by keyboard is not
	// carried off. The button sends it, and the address holds it.
	before := w.location()
	w.do(w.choose("select[name=by]", "prefecture"), w.choose("select[name=level]", "county"))
	if at := w.location(); at != before {
		t.Errorf("a choice led from %s to %s", before, at)
	}
	w.follow(w.click("form.filter button"))
	if at := w.location(); !strings.Contains(at, "by=prefecture") || !strings.Contains(w.text("details.groups"), "淮安市") {
		t.Errorf("groups: %s", at)
	}
	// What is shown is what is downloaded.
	dir := t.TempDir()
	if _, err := chromedp.CallBrowser(w.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir, EventsEnabled: new(true)}); err != nil {
		t.Fatal(err)
	}
	w.do(w.click(`a[href^="/compare.csv"]`))
	var csv []byte
	for deadline := time.Now().Add(5 * time.Minute); len(csv) == 0 && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if found, _ := filepath.Glob(filepath.Join(dir, "*.csv")); len(found) == 1 {
			csv, _ = os.ReadFile(found[0])
		}
	}
	if lines := strings.Split(strings.TrimSpace(string(csv)), "\n"); len(lines) != 7 || !strings.HasPrefix(lines[0], "year,group,") || !strings.Contains(string(csv), "2022,320800,淮安市,1,320830,盱眙县") {
		t.Errorf("the file has %d lines:\n%s", len(lines), csv)
	}
}

// On a map of counties one's own has an outline, the legend can be read, and whoever
// goes by keyboard need not pass every county.
func TestBrowserMap(t *testing.T) {
	w := lookAt(t, 1280, 900, everything)
	w.open("/compare?measure=requests.received&year=2022&own=653101")
	w.check()
	if n := eval[int](w, `document.querySelectorAll("figure.chart .tileown path, figure.chart path.tileown").length`); n != 1 {
		t.Errorf("%d outlines of one's own", n)
	}
	if got := eval[string](w, `[...document.querySelectorAll("figure.chart a title")].map((e) => e.textContent).join("|")`); !strings.Contains(got, "喀什市: 40 件") || !strings.Contains(got, "泽普县: 37 件") || !strings.Contains(got, "英吉沙县: 无数值 · 无报告") {
		t.Errorf("the map tells %q", got)
	}
	w.do(chromedp.Focus(chromedp.CSS("figure.chart a.skip")))
	if !eval[bool](w, `document.activeElement.getBoundingClientRect().left >= 0 && document.activeElement.getBoundingClientRect().width > 20`) {
		t.Error("the link past the map is not seen when it has the focus")
	}
	w.do(chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.Tab))
	if !eval[bool](w, `document.activeElement.closest("#rank") !== null`) {
		t.Error("the link past the map does not lead past it")
	}
}

func TestBrowserSearchAndLanguage(t *testing.T) {
	w := look(t, 1280, 900)
	w.open("/")
	w.do(chromedp.SendKeys(chromedp.CSS("#find"), "市长信箱"))
	w.follow(chromedp.SendKeys(chromedp.CSS("#find"), kb.Enter))
	if got := w.text("ol.hits"); !strings.Contains(got, "市长信箱共受理119件") {
		t.Errorf("the hits are %q", got)
	}
	w.check()
	w.follow(w.click("nav a.language"))
	if lang, at := eval[string](w, `document.documentElement.lang`), w.location(); lang != "en" || !strings.Contains(at, "lang=en") || !strings.Contains(w.text("h1"), "Search for “市长信箱”") {
		t.Errorf("after the switch: %s at %s", lang, at)
	}
	w.check()
	// Every link of the page keeps the language but the one that switches it.
	if n := eval[int](w, `[...document.querySelectorAll("a[href^='/']:not(.language)")].filter(a => !a.href.includes("lang=en")).length`); n > 0 {
		t.Errorf("%d links forget the language", n)
	}
	w.do(chromedp.SendKeys(chromedp.CSS("#find"), kb.End))
	w.follow(chromedp.SendKeys(chromedp.CSS("#find"), kb.Enter))
	if lang := eval[string](w, `document.documentElement.lang`); lang != "en" {
		t.Errorf("a search forgets the language: %s", lang)
	}
	w.follow(w.click("nav a.language"))
	if lang, at := eval[string](w, `document.documentElement.lang`), w.location(); lang != "zh-CN" || strings.Contains(at, "lang=") {
		t.Errorf("after switching back: %s at %s", lang, at)
	}
}

// everyPage are addresses of all kinds of pages.
func (w *window) everyPage() []string {
	w.t.Helper()
	w.open("/reports?region=653101&year=2021")
	report := eval[string](w, `document.querySelector("table.list td a[href^='/report/']").getAttribute("href")`)
	return []string{"/", "/compare?measure=requests.received&year=2022", "/compare?measure=rate.granted_at_least_in_part&year=2021&by=province&scale=log", "/region/320830", "/region/650000",
		report, report + "/figure?indicator=requests.received", report + "/figure?mention=0", report + "/capture", "/findings", "/findings?rule=requests.balance", "/rules", "/reports",
		"/search?q=%E5%96%80%E4%BB%80", "/search", "/about", "/nowhere", "/trend", "/trend?region=320830,653101&measure=requests.received", "/measures", "/copies", "/sql", "/sql?q=SELECT+region_name,+year,+NULL+FROM+headline", "/sql?q=SELEKT", report + "/texts", report + "/texts?show=changes", "/compare?measure=requests.received&year=2022&own=320830&embed=1",
		"/compare?measure=requests.received&year=2022&under=320800&own=320830&per=residents", "/compare?measure=rate.granted&year=2022&own=653101",
		"/trend?region=320830,653101,110101,110102&measure=requests.received"}
}

// Every page in both languages as it is read on a phone, on a small one, at twice the
// size, in the dark, and on paper.
func TestBrowserEverywhere(t *testing.T) {
	for m, c := range []struct {
		name          string
		width, height int64
		media, scheme string
	}{
		{"phone", 360, 780, "screen", "light"},
		{"small phone in the dark", 320, 640, "screen", "dark"},
		{"twice the size", 640, 450, "screen", "light"}, // of a window of 1280 × 900
		{"paper", 703, 1016, "print", "light"},          // A4 less its margins
	} {
		for l, lang := range []string{"zh", "en"} {
			t.Run(c.name+" "+lang, func(t *testing.T) {
				w := lookAt(t, c.width, c.height, everything)
				w.as(c.media, c.scheme)
				for n, address := range w.everyPage() {
					if !often.Asked() && (n+m)%2 != l {
						continue // one language on one medium, the other on the next
					}
					w.open(in(lang, address))
					w.check()
				}
				w.forget("404")
			})
		}
	}
}

// as shows pages on a medium, screen or print, in a scheme of colours, light or dark.
func (w *window) as(medium, scheme string) {
	w.t.Helper()
	w.emulate(medium, &emulation.MediaFeature{Name: "prefers-color-scheme", Value: scheme})
}

func (w *window) emulate(medium string, features ...*emulation.MediaFeature) {
	w.t.Helper()
	w.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: medium, Features: features})
		return err
	}))
}

// in is the address of a page in a language.
func in(lang, address string) string {
	return address + map[bool]string{true: "&", false: "?"}[strings.Contains(address, "?")] + "lang=" + lang
}

// forget lets the console say what has some words, whenever it comes: of a page that is not
// there, or of what a stranger is refused.
func (w *window) forget(words string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.expected = append(w.expected, words)
}

// Whoever goes by keyboard sees where they are: every stop has a ring of two pixels that
// stands out from what is behind it, 3:1 as WCAG has it; and nothing moves for those who
// asked their system that nothing should.
func TestBrowserFocus(t *testing.T) {
	for m, scheme := range []string{"light", "dark"} {
		for l, lang := range []string{"zh", "en"} {
			t.Run(scheme+" "+lang, func(t *testing.T) {
				w := lookAt(t, 1280, 900, everything)
				w.emulate("screen", &emulation.MediaFeature{Name: "prefers-color-scheme", Value: scheme}, &emulation.MediaFeature{Name: "prefers-reduced-motion", Value: "reduce"})
				for n, address := range w.everyPage() {
					if !often.Asked() && (n+m)%2 != l {
						continue
					}
					w.open(in(lang, address))
					w.do(chromedp.KeyEvent(kb.Tab)) // from here on the focus is that of a keyboard
					for _, fault := range eval[[]string](w, rings) {
						t.Errorf("%s: %s", w.location(), fault)
					}
				}
				w.forget("404")
			})
		}
	}
}

const rings = `(() => {
	const all = new Set();
	const colour = (s) => { const m = s.match(/[\d.]+/g).map(Number); return { r: m[0], g: m[1], b: m[2], a: m[3] === undefined ? 1 : m[3] }; };
	const light = (c) => { const f = (v) => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }; return .2126 * f(c.r) + .7152 * f(c.g) + .0722 * f(c.b); };
	const contrast = (x, y) => { const [a, b] = [light(x), light(y)].sort((p, q) => q - p); return (a + .05) / (b + .05); };
	const behind = (e) => { for (; e; e = e.parentElement) { const c = colour(getComputedStyle(e).backgroundColor); if (c.a > .9) return c; } return { r: 255, g: 255, b: 255, a: 1 }; };
	let stops = 0;
	for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")) {
		if (!e.checkVisibility() || e.tabIndex < 0) continue;
		e.focus({ preventScroll: true });
		if (document.activeElement !== e) continue;
		stops++;
		const style = getComputedStyle(e);
		const name = e.tagName.toLowerCase() + " " + (e.getAttribute("aria-label") || e.textContent || e.name || "").trim().slice(0, 30);
		if (style.outlineStyle !== "solid" || parseFloat(style.outlineWidth) < 2) { all.add("no ring: " + name); continue; }
		const ring = colour(style.outlineColor);
		const svg = e.closest("svg");
		// A mark of a chart may lie among marks of any shade: its own edge sets the ring off.
		const edge = svg && getComputedStyle(e.querySelector("path, circle")).stroke;
		if (edge === "none") { all.add("no edge: " + name); continue; }
		const ground = svg ? colour(edge) : behind(e.parentElement);
		if (contrast(ring, ground) < 3) all.add("a ring of " + contrast(ring, ground).toFixed(2) + ": " + name);
	}
	if (stops < 5) all.add("only " + stops + " stops");
	for (const e of document.querySelectorAll("*")) {
		const style = getComputedStyle(e);
		if (style.animationName !== "none" || style.transitionDuration.split(", ").some((d) => parseFloat(d) > 0) || style.scrollBehavior !== "auto") all.add("moves: " + e.tagName);
	}
	if (document.getAnimations().length > 0) all.add("something moves");
	return [...all];
})()`

func TestBrowserKeyboard(t *testing.T) {
	w := look(t, 1280, 900)
	w.open("/compare?measure=requests.received&year=2022")
	focus := func() string {
		return eval[string](w, `(() => { const e = document.activeElement; return e.tagName + " " + (e.textContent || e.name || "").trim().slice(0, 20); })()`)
	}
	press := func(key string) { w.do(chromedp.KeyEvent(key)) }
	press(kb.Tab)
	if got := focus(); got != "A 跳到正文" {
		t.Errorf("the first stop is %q", got)
	}
	if !eval[bool](w, `document.activeElement.getBoundingClientRect().left >= 0`) {
		t.Error("the link to the content stays hidden when it has the focus")
	}
	// Every stop on the way shows that it has the focus.
	reached := false
	for range 80 {
		press(kb.Tab)
		if !eval[bool](w, `(() => { const s = getComputedStyle(document.activeElement); return document.activeElement === document.body || s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 1; })()`) {
			t.Errorf("%s does not show that it has the focus", focus())
		}
		if focus() == "A 比上年" {
			reached = true
			break
		}
	}
	if !reached {
		t.Fatal("the keyboard does not lead to the column's order")
	}
	press(kb.Enter)
	w.wait(`document.querySelector("th[aria-sort=descending] a").textContent === "比上年"`)
	press(kb.Tab)
	press(kb.Tab)
	if got := focus(); got != "A 喀什市" {
		t.Errorf("behind the heads comes %q", got)
	}
	w.follow(chromedp.KeyEvent(kb.Enter))
	// In a report: a figure, its evidence, and back.
	for range 60 {
		press(kb.Tab)
		if eval[bool](w, `document.activeElement.matches("td a.fig")`) {
			break
		}
	}
	press(kb.Enter)
	w.do(chromedp.WaitVisible(chromedp.CSS("dialog.evidence[open]")))
	press(kb.Escape)
	w.wait(`!document.querySelector("dialog.evidence").open && document.activeElement.matches("td a.fig")`)
}

// Without scripts everything is there: forms are sent by a button, tables are
// sorted by the server, and evidence is a page.
func TestBrowserWithoutScript(t *testing.T) {
	w := look(t, 1280, 900)
	w.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
	w.open("/compare?measure=requests.received&year=2022")
	w.follow(w.click(`th a.sort[href*="sort=change"]`))
	if at := w.location(); !strings.Contains(at, "sort=change") {
		t.Errorf("the order leads to %s", at)
	}
	w.follow(w.click("form.filter button"))
	if at := w.location(); !strings.HasPrefix(at, "/compare?") || !strings.Contains(w.text("h1"), "2022 年新收政府信息公开申请") {
		t.Errorf("the form leads to %s", at)
	}
	w.follow(w.click("table.dots tbody th a"))
	w.follow(w.click("td a.fig"))
	if at := w.location(); !strings.Contains(at, "/figure?") {
		t.Errorf("the figure leads to %s", at)
	}
}
