package explorer

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// journey counts the actions of a visitor: a page opened, a link or button used, a
// field filled.
type journey struct {
	*window
	actions int
}

func (j *journey) open(address string) { j.actions++; j.window.open(address) }
func (j *journey) follow(css string)   { j.actions++; j.window.follow(j.click(css)) }
func (j *journey) choose(css, value string) {
	j.actions++
	j.do(j.window.choose(css, value))
}
func (j *journey) fill(css, text string) {
	j.actions++
	j.do(chromedp.SendKeys(chromedp.CSS(css), text))
}

func (j *journey) end(t *testing.T) {
	t.Helper()
	if j.actions > 5 {
		t.Errorf("%d actions, want at most five", j.actions)
	}
}

// What people come for, each in at most five actions.
func TestBrowserJourneys(t *testing.T) {
	t.Run("refusals, true or not, down to the archived page", func(t *testing.T) {
		j := &journey{window: look(t, 1280, 900)}
		j.open("/compare?measure=requests.processed_total&year=2022&under=653100")
		j.follow("td.marks a.doubt") // what contradicts it
		if got := j.text("ol.findings"); !strings.Contains(got, "应当等于") {
			t.Errorf("the findings say %q", got)
		}
		j.actions++
		j.do(j.click("td.doubt a.fig"), chromedp.WaitVisible(chromedp.CSS("dialog.evidence[open]")))
		j.follow("dialog.evidence a.button[href*='/capture']")
		if at := j.location(); !strings.Contains(at, "/capture?") || j.text("h1") != "存档原文" {
			t.Errorf("at %s: %s", at, j.text("h1"))
		}
		j.end(t)
	})
	t.Run("all of a province as a file", func(t *testing.T) {
		j := &journey{window: look(t, 1280, 900)}
		j.open("/compare")
		j.choose("select[name=under]", "320000")
		j.follow("form.filter button")
		if at := j.location(); !strings.Contains(at, "under=320000") || !strings.Contains(j.text("h1"), "江苏省各县") {
			t.Errorf("%s: %s", at, j.text("h1"))
		}
		if href := eval[string](j.window, `document.querySelector("a[download][href*='bom=1']").getAttribute("href")`); !strings.Contains(href, "under=320000") {
			t.Errorf("the file is %s", href)
		}
		j.actions++ // the button of the file
		j.end(t)
	})
	t.Run("coverage and blanks", func(t *testing.T) {
		j := &journey{window: look(t, 1280, 900)}
		j.open("/")
		j.follow(`table.heat a[href="/region/650000"]`)
		if got := j.text("table.below"); !strings.Contains(got, "喀什市") {
			t.Errorf("below: %q", got)
		}
		j.follow(`table.below a[href="/region/653101"]`)
		if got := j.text("h1"); got != "喀什市" {
			t.Errorf("the county is %q", got)
		}
		j.end(t)
	})
	t.Run("my county among its neighbours", func(t *testing.T) {
		j := &journey{window: look(t, 1280, 900)}
		j.open("/")
		j.fill("#find", "xuyi")
		j.window.follow(chromedp.SendKeys(chromedp.CSS("#find"), kb.Enter))
		j.follow(`ul.places a[href="/region/320830"]`)
		j.follow(`a.button[href*="own=320830"]`)
		if got := j.text("tr.this th"); !strings.Contains(got, "盱眙县") {
			t.Errorf("the row pointed out is %q", got)
		}
		if n := eval[int](j.window, `[...document.querySelectorAll("svg.chart .own circle")].filter((e) => e.checkVisibility()).length`); n != 1 {
			t.Errorf("%d marks of one's own in the chart", n)
		}
		j.end(t)
	})
	t.Run("one chart shared", func(t *testing.T) {
		j := &journey{window: look(t, 1280, 900)}
		j.open("/trend")
		j.fill("input[name=add]", "盱眙")
		j.follow("form.filter button")
		href := eval[string](j.window, `document.querySelector("a[download][href^='/trend.svg']").getAttribute("href")`)
		if cite := j.text("p.cite"); !strings.Contains(cite, "盱眙县") || !strings.Contains(cite, j.base+"/trend?") {
			t.Errorf("the citation is %q", cite)
		}
		j.actions++ // the button of the picture
		j.window.open(href + "&inline=1")
		if got := eval[string](j.window, `document.documentElement.textContent`); !strings.Contains(got, "盱眙县") || !strings.Contains(got, "资料来源") {
			t.Errorf("the picture says %q", got)
		}
		j.end(t)
	})
}

// A doubt is confirmed where it is read, and the report says so.
func TestBrowserEditor(t *testing.T) {
	w := lookAt(t, 1280, 900, everything)
	w.open("/findings?severity=error")
	w.do(w.click("li.finding details.judge summary"))
	w.do(chromedp.SendKeys(chromedp.CSS("li.finding details.judge[open] input[name=reason]"), "页面上就是这样印的"))
	w.follow(w.click("li.finding details.judge[open] button[value=confirmed]"))
	if got := w.text("p.review.confirmed"); !strings.Contains(got, "已确认") || !strings.Contains(got, "页面上就是这样印的") || !strings.Contains(got, "核对人") {
		t.Errorf("the finding says %q", got)
	}
	w.follow(w.click("li.finding p.what a"))
	if got := w.text("p.review.confirmed"); !strings.Contains(got, "页面上就是这样印的") {
		t.Errorf("the report says %q", got)
	}
	if at := w.location(); strings.Contains(at, "token") {
		t.Errorf("the token is in the address %s", at)
	}
}

// A question in SQL is typed and answered.
func TestBrowserSQL(t *testing.T) {
	w := lookAt(t, 1280, 900, everything)
	w.open("/sql")
	w.do(chromedp.SendKeys(chromedp.CSS("#q"), "SELECT region_name FROM headline WHERE year = 2022 ORDER BY region_code LIMIT 2"))
	w.follow(w.click("form.ask button"))
	if n := eval[int](w, `document.querySelectorAll("table.answer tbody tr").length`); n != 2 {
		t.Errorf("%d rows", n)
	}
}

// axeSource is axe-core: the file that NIANBAO_AXE names, which .ci/run fetches.
func axeSource(t *testing.T) string {
	t.Helper()
	name := os.Getenv("NIANBAO_AXE")
	if name == "" {
		if os.Getenv("NIANBAO_REQUIRE_TOOLS") == "1" {
			t.Fatal("NIANBAO_AXE names no axe.min.js")
		}
		t.Skip("NIANBAO_AXE names no axe.min.js (npm install axe-core)")
	}
	data, err := os.ReadFile(filepath.Clean(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// No page of either language breaks a rule of axe-core for WCAG 2.2 A and AA, in the
// light, in the dark, and on a phone of 320 pixels.
func TestBrowserAxe(t *testing.T) {
	source := axeSource(t)
	for _, c := range []struct {
		width  int64
		scheme string
	}{{1280, "light"}, {320, "dark"}} {
		for _, lang := range []string{"zh", "en"} {
			t.Run(fmt.Sprintf("%d %s %s", c.width, c.scheme, lang), func(t *testing.T) {
				w := lookAt(t, c.width, 900, everything)
				w.as("screen", c.scheme)
				for _, address := range w.everyPage() {
					w.open(in(lang, address))
					for _, fault := range axe(w, source) {
						t.Errorf("%s: %s", w.location(), fault)
					}
				}
				w.forget("404")
			})
		}
	}
}

func axe(w *window, source string) []string {
	w.t.Helper()
	if _, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool](source+"; true")); err != nil {
		w.t.Fatalf("axe-core: %v", err)
	}
	eval[bool](w, `(window.faults = null, axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], iframes: false}).then((r) => {
		window.faults = r.violations.map((v) => v.id + ": " + v.help + ": " + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 120)).join(" | "));
	}, (e) => { window.faults = ["axe failed: " + e]; }), true)`)
	w.wait("window.faults !== null")
	return eval[[]string](w, "window.faults")
}

// What is copied, spoken or printed of a report's tables is its figures.
func TestBrowserCopy(t *testing.T) {
	w := look(t, 1280, 900)
	w.open("/reports?region=653124&year=2022")
	w.follow(w.click("table.list td a[href^='/report/']"))
	if n := eval[int](w, `document.querySelectorAll("td.doubt a.to").length`); n == 0 {
		t.Fatal("the report has no doubts")
	}
	// A selection of the whole table, as the clipboard would have it.
	copied := eval[string](w, `(() => { const s = getSelection(); const cell = document.querySelector("td.doubt"); s.selectAllChildren(cell.closest("tr")); return s.toString(); })()`)
	want := eval[string](w, `[...document.querySelector("td.doubt").closest("tr").cells].map((c) => c.querySelector("a.fig") ? c.querySelector("a.fig").textContent : c.textContent).join(" ")`)
	if got := strings.Join(strings.Fields(copied), ""); got != strings.Join(strings.Fields(want), "") {
		t.Errorf("copied: %q, want %q", got, want)
	}
	if n := eval[int](w, `[...document.querySelectorAll("a.to")].filter((a) => a.getAttribute("aria-hidden") !== "true" || a.textContent !== "").length`); n > 0 {
		t.Errorf("%d badges are spoken", n)
	}
}
