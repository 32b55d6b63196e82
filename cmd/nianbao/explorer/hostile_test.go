package explorer

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/html"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/panel"
	"nianbao/testdata/often"
)

// roots lead to every kind of page.
var roots = []string{"/", "/about", "/compare", "/compare?measure=rate.granted&year=2021&by=prefecture", "/compare?measure=disclosed_items&year=2021", "/findings", "/rules", "/reports", "/search?q=公开", "/search?q=盱眙",
	"/report/1/capture", "/report/1/capture?mention=0", "/api/v1/openapi.json", "/nothing", "/report/0", "/region/653101", "/compare?year=x"}

// crawl visits what the pages link to, some addresses of each kind, and calls
// visit with each answer.
func crawl(t *testing.T, e http.Handler, visit func(address string, res *http.Response, body string)) {
	t.Helper()
	kinds, seen := map[string]int{}, map[string]bool{}
	todo := slices.Clone(roots)
	for _, r := range roots {
		separator := "?"
		if strings.Contains(r, "?") {
			separator = "&"
		}
		todo = append(todo, r+separator+"lang=en")
	}
	digits := regexp.MustCompile(`[0-9]+|v=[0-9a-f]+`)
	each := 1 // of a kind
	if often.Asked() {
		each = 2
	}
	for len(todo) > 0 && len(seen) < 600 {
		address := todo[0]
		todo = todo[1:]
		u, err := url.Parse(address)
		if err != nil {
			t.Errorf("the link %q: %v", address, err)
			continue
		}
		u.Fragment = ""
		// An address is of the kind of its path and the names of its parameters.
		var names []string
		for name, values := range u.Query() {
			if name == "lang" && often.Asked() {
				names = append(names, values...) // else each kind in one of the languages
			}
			names = append(names, name)
		}
		slices.Sort(names)
		if path.Ext(u.Path) == ".png" && !often.Asked() {
			names = nil // they say nothing that pages do not
		}
		kind := digits.ReplaceAllString(u.Path, "0") + "?" + strings.Join(names, "&")
		if seen[u.String()] || kinds[kind] >= each {
			continue
		}
		kinds[kind]++
		seen[u.String()] = true
		res, body := get(t, e, u.String())
		visit(u.String(), res, body)
		if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
			continue
		}
		for _, link := range links(t, body) {
			to, err := u.Parse(link)
			if err != nil {
				t.Errorf("%s links to %q: %v", address, link, err)
				continue
			}
			if to.Host == "" {
				todo = append(todo, to.String())
			}
		}
	}
	t.Logf("%d addresses of %d kinds", len(seen), len(kinds))
	if len(kinds) < 40 {
		t.Errorf("only %d kinds of addresses were found", len(kinds))
	}
}

// elements calls f with each element of a page.
func elements(t *testing.T, body string, f func(n *html.Node, attributes map[string]string)) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			attributes := map[string]string{}
			for _, a := range n.Attr {
				attributes[a.Key] = a.Val
			}
			f(n, attributes)
		}
	}
}

func links(t *testing.T, body string) (all []string) {
	elements(t, body, func(_ *html.Node, attributes map[string]string) {
		for _, key := range []string{"href", "src", "action"} {
			if v, ok := attributes[key]; ok {
				all = append(all, v)
			}
		}
	})
	return all
}

// Every page that can be reached is whole, small, strict about what runs, and
// has no script or style in it; every link leads somewhere.
func TestEveryPageIsStrict(t *testing.T) {
	e := apiStore(t)
	crawl(t, e, func(address string, res *http.Response, body string) {
		framed := strings.Contains(address, "/capture/page")
		file := strings.Contains(address, "/capture/file")
		wrong := strings.HasPrefix(address, "/nothing") || strings.HasPrefix(address, "/report/0") || strings.HasPrefix(address, "/compare?") && strings.Contains(address, "year=x")
		if (res.StatusCode != http.StatusOK) != wrong {
			t.Errorf("%s: %s", address, res.Status)
		}
		want := map[string]string{"Content-Security-Policy": policy, "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"}
		if framed || file {
			want["Content-Security-Policy"], want["X-Frame-Options"] = framePolicy, "SAMEORIGIN"
		}
		for key, value := range want {
			if got := res.Header.Get(key); got != value {
				t.Errorf("%s: %s: %q", address, key, got)
			}
		}
		if len(body) > 300_000 && !file {
			t.Errorf("%s: %d octets", address, len(body))
		}
		if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
			return
		}
		if framed {
			return // has its own test
		}
		elements(t, body, func(n *html.Node, attributes map[string]string) {
			switch n.Data {
			case "script":
				if !strings.HasPrefix(attributes["src"], "/static/") || n.FirstChild != nil {
					t.Errorf("%s: an inline script", address)
				}
			case "style", "base", "object", "embed", "applet":
				t.Errorf("%s: <%s>", address, n.Data)
			case "iframe":
				if sandbox, ok := attributes["sandbox"]; !ok || sandbox != "" || !strings.HasPrefix(attributes["src"], "/report/") {
					t.Errorf("%s: a frame of %v", address, attributes)
				}
			case "meta":
				if attributes["http-equiv"] != "" {
					t.Errorf("%s: a meta of %v", address, attributes)
				}
			case "form":
				if m := strings.ToLower(attributes["method"]); m != "" && m != "get" && m != "dialog" || attributes["action"] != "" && !strings.HasPrefix(attributes["action"], "/") {
					t.Errorf("%s: a form of %v", address, attributes)
				}
			}
			for key, value := range attributes {
				if key == "style" || strings.HasPrefix(key, "on") || key == "srcdoc" {
					t.Errorf("%s: <%s %s=%q>", address, n.Data, key, value)
				}
				if key == "href" || key == "src" || key == "action" || key == "formaction" || key == "data" {
					checkLink(t, address, n.Data, key, value)
				}
			}
		})
	})
}

// checkLink holds a link against what may be one: an address of ours, a place
// on the page, or for <a> one on the web.
func checkLink(t *testing.T, address, element, key, value string) {
	t.Helper()
	u, err := url.Parse(value)
	switch {
	case err != nil:
		t.Errorf("%s: <%s %s=%q>: %v", address, element, key, value, err)
	case u.Scheme == "" && u.Host == "":
	case element == "link" && u.Scheme == "http" && u.Host == "127.0.0.1:8765": // canonical, or in the other language
	case element == "a" && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "":
	default:
		t.Errorf("%s: <%s %s=%q>", address, element, key, value)
	}
}

const payload = `"'><script id=evil>alert(1)</script><img src=x onerror=alert(1)>{{.}}` + "\u202e\x00`=1+1"

// hostileReport says a script wherever a report says anything.
func hostileReport() *report.Report {
	value := 5.0
	r := &report.Report{
		Meta: report.Meta{Source: "javascript:alert(1)//" + payload, Container: payload, Layout: "2021", Title: payload, Year: 2021, PeriodStart: payload, PeriodEnd: payload, PublishedOn: payload,
			Region: payload, RegionCode: "653101", Publisher: payload, Scope: report.ScopeRegion, DocumentSHA256: fmt.Sprintf("%x", sha256.Sum256([]byte("hostile"))), ParserVersion: payload},
		Sections: []report.Section{{Number: 1, Heading: payload, Text: "收到" + payload + "申请5件。"}},
	}
	for _, i := range catalog.Indicators() {
		if !i.In("2021") {
			continue
		}
		applicant := ""
		if i.Dimension == catalog.DimensionApplicant {
			applicant = catalog.ApplicantTotal
		}
		r.Facts = append(r.Facts, report.Fact{Indicator: i.Code, Applicant: applicant, Value: &value, Unit: payload, Status: report.StatusReported, Raw: payload, Locator: report.Cell(1, 2, 3)})
	}
	r.Mentions = []report.Mention{{Metric: "requests_received", Subject: payload, Value: 5, Unit: payload, Qualifier: "approx", Section: 1, Sentence: "收到" + payload + "申请5件。", Start: 2, End: 3, Raw: payload}}
	r.Findings = []report.Finding{
		{Rule: "requests.balance", Severity: report.SeverityError, Indicator: "requests.received", Applicant: "total", Expected: report.Text(payload), Actual: report.Text(payload), Message: payload, Locator: report.Cell(1, 2, 3)},
		{Rule: payload, Severity: report.SeverityWarning, Indicator: payload, Applicant: payload, Message: payload},
	}
	return r
}

// A report that is full of scripts is shown as text, everywhere.
func TestScriptsAreText(t *testing.T) {
	a := newArchived(t)
	a.add("https://www.example.gov.cn/2020.html", "text/html", siteFile(t, "site/kashi/zfxxgknb/2021.html"), nil)
	for n, year := range []int{2021, 2022} {
		r := hostileReport()
		r.Meta.Year, r.Meta.DocumentSHA256 = report.Year(year), fmt.Sprintf("%x", sha256.Sum256([]byte{byte(n)}))
		at := a.write("javascript:alert(1)", "text/html", []byte("x"))
		if _, err := a.store.Ingest(t.Context(), r, store.Document{URL: "javascript:alert(1)//" + payload, FetchedAt: clock, ContentType: payload, Charset: payload, WARCFile: payload, WARCOffset: at.Offset}); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.store.Correct(t.Context(), store.Correction{ReportID: 2, Indicator: "requests.received", Applicant: "total", Status: report.StatusReported, Value: new(6.0), Reason: payload, Reviewer: payload}); err != nil {
		t.Fatal(err)
	}
	if _, err := panel.Check(t.Context(), a.store); err != nil {
		t.Fatal(err)
	}
	e := a.explore()
	met := 0
	check := func(address string, res *http.Response, body string) {
		kind, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";")
		if res.StatusCode >= 500 {
			t.Errorf("%s: %s", address, res.Status)
		}
		if strings.Contains(body, "alert(1)") {
			met++
		}
		switch kind {
		case "text/html", "image/svg+xml":
			elements(t, body, func(n *html.Node, attributes map[string]string) {
				if attributes["id"] == "evil" || n.Data == "img" || attributes["onerror"] != "" || n.Data == "script" && attributes["src"] == "" {
					t.Errorf("%s: <%s %v>", address, n.Data, attributes)
				}
				if href, ok := attributes["href"]; ok {
					checkLink(t, address, n.Data, "href", href)
				}
			})
		case "text/csv":
			rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll()
			if err != nil {
				t.Errorf("%s: %v", address, err)
			}
			for _, row := range rows {
				for _, cell := range row {
					if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) && !regexp.MustCompile(`^-?[0-9.]+$`).MatchString(cell) {
						t.Errorf("%s: the cell %q would be a formula", address, cell)
					}
				}
			}
		case "application/json", "application/problem+json":
			if strings.Contains(body, "<script") {
				t.Errorf("%s: a script stands in the JSON", address)
			}
		}
	}
	crawl(t, e, check)
	for _, address := range []string{
		"/report/2", "/report/2?lang=en", "/report/2/figure?indicator=requests.received", "/report/2/figure?mention=0", "/report/2/capture", "/report/2/capture?mention=0", "/report/2/figures.csv", "/report/3",
		"/findings?region=653101", "/findings.csv?region=653101", "/compare?measure=requests.received&year=2021", "/compare.csv?measure=requests.received&year=2021", "/compare.svg?measure=requests.received&year=2021&under=653100",
		"/region/653101", "/reports?region=653101", "/search?q=申请5件", "/search?q=" + url.QueryEscape(payload), "/compare?measure=" + url.QueryEscape(payload), "/region/" + url.PathEscape(payload), "/" + url.PathEscape(payload),
		"/api/v1/reports/2", "/api/v1/findings?region=653101", "/api/v1/regions/653101", "/api/v1/compare?measure=requests.received&year=2021", "/api/v1/trend?measure=requests.received&region=653101",
		"/api/v1/search?q=申请5件", "/api/v1/reports/2/capture", "/api/v1/regions/653101/reports", "/api/v1/reports?" + url.QueryEscape(payload) + "=1", "/report/2/capture/page?at=" + url.QueryEscape(payload),
	} {
		res, body := get(t, e, address)
		check(address, res, body)
	}
	if met < 20 {
		t.Errorf("the text of the report was met on %d pages only", met)
	}
}

// The pages leave the file as it is, and the connection they have cannot write.
func TestDatabaseIsReadOnly(t *testing.T) {
	sample := sampleStore(t)
	path := sample.Path()
	if err := sample.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), path, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	e := explore(t, s)
	for _, address := range addresses {
		get(t, e, address)
	}
	for _, statement := range []string{"DELETE FROM report", "UPDATE report SET title = ''", "CREATE TABLE x (y)", "PRAGMA user_version = 9", "INSERT INTO meta VALUES ('x', 'y')", "DROP TABLE finding", "VACUUM"} {
		if _, err := s.DB().ExecContext(t.Context(), statement); err == nil && !strings.HasPrefix(statement, "PRAGMA") {
			t.Errorf("%s was done", statement)
		}
	}
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Error("the file was changed")
	}
}

// A file that was tampered with gives an error page at worst, and tells nothing
// of its own.
func TestTamperedDatabase(t *testing.T) {
	for name, statement := range map[string]string{
		"a locator":        "UPDATE fact_data SET locator = '<script id=evil>' WHERE report_id = 1",
		"a large locator":  "UPDATE fact_data SET locator = 9223372036854775807 WHERE report_id = 1",
		"a small locator":  "UPDATE fact_data SET locator = -9223372036854775808 WHERE report_id = 1",
		"a finding":        "UPDATE finding_data SET locator = 'table 1 row <script>', expected_text = 'x' || char(0, 255), rule = 'x' || char(0)",
		"a time":           "UPDATE document SET fetched_at = '<script id=evil>'",
		"years":            "UPDATE report SET year = 9223372036854775807 WHERE id = 1; UPDATE report SET year = -1 WHERE id = 2",
		"infinite values":  "UPDATE fact_data SET value = 9e999 WHERE value IS NOT NULL",
		"places of words":  "UPDATE mention_data SET char_start = 1000000000, char_end = -5, part_of = 99999, section = -7",
		"versions in ring": "UPDATE report SET superseded_by = 1 WHERE id = 2; UPDATE report SET superseded_by = 2 WHERE id = 1",
		"dates":            "UPDATE report SET published_on = '<script id=evil>', period_start = 'x', layout = 'x', container = 'x'",
	} {
		t.Run(name, func(t *testing.T) {
			s := sampleStore(t)
			path := s.Path()
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			db, err := sql.Open("sqlite3", path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := db.ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if s, err = store.Open(t.Context(), path, store.Options{ReadOnly: true}); err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			e := explore(t, s)
			for n, address := range []string{"/", "/report/1", "/report/2", "/report/1/figure?indicator=requests.received", "/report/1/figure?mention=0", "/report/1/capture", "/report/1/figures.csv", "/findings", "/findings.csv", "/reports",
				"/region/653101", "/compare", "/compare.csv", "/compare.svg?under=653100", "/search?q=公开", "/api/v1/overview", "/api/v1/reports/1", "/api/v1/reports", "/api/v1/findings", "/api/v1/compare", "/api/v1/regions/653101", "/api/v1/regions/653101/series",
				"/api/v1/trend?measure=requests.received&region=653101", "/api/v1/reports/1/capture", "/api/v1/search?q=公开", "/api/v1/rules"} {
				if !often.Asked() && (n+len(name))%3 != 0 {
					continue
				}
				func() {
					defer func() {
						if r := recover(); r != nil && r != http.ErrAbortHandler { // a download that cannot go on is cut off
							t.Errorf("%s: panic: %v", address, r)
						}
					}()
					res, body := get(t, e, address)
					if res.Header.Get("Content-Security-Policy") != policy {
						t.Errorf("%s: the policy is %q", address, res.Header.Get("Content-Security-Policy"))
					}
					if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
						elements(t, body, func(n *html.Node, attributes map[string]string) {
							if attributes["id"] == "evil" {
								t.Errorf("%s: <%s %v>", address, n.Data, attributes)
							}
						})
					}
				}()
			}
		})
	}
}

// Only names of this machine are answered, unless the explorer listens to
// others.
func TestHostNames(t *testing.T) {
	s := emptyStore(t)
	local := explore(t, s)
	open, err := New(Config{Cutter: letters{}, Store: s, AnyHost: true})
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]int{
		"localhost": 200, "localhost:8765": 200, "LOCALHOST:1": 200, "127.0.0.1": 200, "127.0.0.1:8765": 200, "127.8.9.1": 200, "[::1]": 200, "[::1]:8765": 200,
		"evil.example": 421, "evil.example:8765": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example": 421, "192.168.1.1:8765": 421, "0.0.0.0": 421, "": 421, "[::]": 421, "localhost@evil.example": 421, "evil.example#localhost": 421,
		"127.1": 421, "2130706433": 421, "[::ffff:192.168.0.1]": 421,
	} {
		for _, path := range []string{"/", "/api/v1/overview", "/static/explorer.css", "/report/1/capture/file"} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Host = host
			w := httptest.NewRecorder()
			local.ServeHTTP(w, r)
			if refused := w.Code == http.StatusMisdirectedRequest; refused != (want == 421) {
				t.Errorf("%q %s: %d", host, path, w.Code)
			}
			w = httptest.NewRecorder()
			open.ServeHTTP(w, r)
			if w.Code == http.StatusMisdirectedRequest {
				t.Errorf("%q %s: %d though others are answered", host, path, w.Code)
			}
		}
	}
}

// Nothing but GET and HEAD is answered, and HEAD with the same headers and
// nothing else.
func TestMethods(t *testing.T) {
	e := apiStore(t)
	for _, path := range []string{"/", "/compare", "/report/1", "/report/1/capture", "/report/1/capture/page", "/report/1/capture/file", "/findings", "/region/653101", "/static/explorer.css", "/api/v1/overview", "/api/v1/openapi.json", "/nothing"} {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"} {
			r := httptest.NewRequest(method, path, strings.NewReader("a=b"))
			r.Host = "localhost"
			w := httptest.NewRecorder()
			e.ServeHTTP(w, r)
			if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: %d", method, path, w.Code)
			}
		}
		ask := func(method string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(method, path, nil)
			r.Host = "localhost"
			w := httptest.NewRecorder()
			e.ServeHTTP(w, r)
			return w
		}
		got, head := ask("GET"), ask("HEAD")
		if head.Code != got.Code || head.Body.Len() != 0 || fmt.Sprint(head.Header()) != fmt.Sprint(got.Header()) {
			t.Errorf("HEAD %s: %d, %d octets\n%v\n%v", path, head.Code, head.Body.Len(), head.Header(), got.Header())
		}
	}
}

// No path leads out of what is served.
func TestPathTraversal(t *testing.T) {
	e := apiStore(t)
	for _, path := range []string{
		"/static/../server.go", "/static/..%2fserver.go", "/static/%2e%2e/server.go", "/static/%2e%2e%2f%2e%2e%2fgo.mod", `/static/..\server.go`, "/static/..%5cserver.go", "/static//etc/passwd", "/static/%2fetc%2fpasswd", "/static/",
		"/static/explorer.css/..", "/templates/base.html", "/../../../../etc/passwd", "//evil.example/", "/%2f/evil.example", `/\evil.example`, "/report/1/../../../etc/passwd", "/report/..%2f..%2fetc%2fpasswd", "/report/1%2fcapture",
		"/report/1/capture/../../../../etc/passwd", "/report/1/capture/page/../../file", "/region/..%2f..%2fetc", "/api/v1/../../etc/passwd", "/api/v1/reports/..%2f..", "/api/v1/regions/%00", "/static/explorer.css%00.svg",
	} {
		r := httptest.NewRequest(http.MethodGet, "http://localhost/", nil)
		u, err := url.ParseRequestURI(path)
		if err != nil {
			continue // net/http refuses it too
		}
		r.URL, r.RequestURI, r.Host = u, path, "localhost"
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if w.Code >= 500 || w.Code == 200 && path != "/static/explorer.css/.." {
			t.Errorf("%s: %d", path, w.Code)
		}
		if to := w.Header().Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`)) {
			t.Errorf("%s leads to %q", path, to)
		}
		if body := w.Body.String(); strings.Contains(body, "package explorer") || strings.Contains(body, "root:") || strings.Contains(body, "{{define") {
			t.Errorf("%s: %.200s", path, body)
		}
	}
}

// serve answers on a loopback port until the test ends.
func serve(t *testing.T, e *Explorer) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil && !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

// What is too large, too slow or too much is refused or ended.
func TestRequestLimits(t *testing.T) {
	t.Parallel() // waits for connections to be given up
	e, hasty := explore(t, emptyStore(t)), explore(t, emptyStore(t))
	hasty.patience = patience{header: time.Second, whole: 2 * time.Second, place: time.Second, send: time.Second}
	usual, soon := serve(t, e), serve(t, hasty)
	send := func(t *testing.T, addr, request string) string {
		t.Helper()
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := c.SetDeadline(time.Now().Add(5 * time.Minute)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(c, request); err != nil {
			return "" // refused while it was sent
		}
		line, err := bufio.NewReader(c).ReadString('\n')
		var late net.Error
		if errors.As(err, &late) && late.Timeout() {
			t.Error("the connection was left open")
		}
		return strings.TrimSpace(line)
	}
	for name, tc := range map[string]struct{ request, want string }{
		"a body is not read": {"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999999\r\n\r\nx", "200"},
		"a slow header":      {"GET / HTTP/1.1\r\nHost: localhost\r\nX: a", ""},
		"nothing at all":     {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := send(t, soon, tc.request); tc.want == "" && got != "" && !strings.Contains(got, "408") || tc.want != "" && got != "" && !strings.Contains(got, " "+tc.want+" ") {
				t.Errorf("answered with %q, want %q", got, tc.want)
			}
		})
	}
	for name, tc := range map[string]struct{ request, want string }{
		"a long address":      {"GET /?q=" + strings.Repeat("a", maxAddress) + " HTTP/1.1\r\nHost: localhost\r\n\r\n", "414"},
		"a long path":         {"GET /" + strings.Repeat("a", maxAddress) + " HTTP/1.1\r\nHost: localhost\r\n\r\n", "414"},
		"a long API address":  {"GET /api/v1/reports?year=" + strings.Repeat("1", maxAddress) + " HTTP/1.1\r\nHost: localhost\r\n\r\n", "414"},
		"large headers":       {"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + strings.Repeat("a", 64<<10) + "\r\n\r\n", "431"},
		"many headers":        {"GET / HTTP/1.1\r\nHost: localhost\r\n" + strings.Repeat("X-Header: value\r\n", 10_000) + "\r\n", "431"},
		"no host":             {"GET / HTTP/1.1\r\n\r\n", "400"},
		"no HTTP":             {"hello\r\n\r\n", "400"},
		"a foreign host":      {"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", "421"},
		"as others' proxy":    {"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", "421"},
		"two requests in one": {"GET /about HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", "200"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := send(t, usual, tc.request); got != "" && !strings.Contains(got, " "+tc.want+" ") {
				t.Errorf("answered with %q, want %q", got, tc.want)
			}
		})
	}
	t.Run("too many at once", func(t *testing.T) {
		t.Parallel()
		busy := explore(t, emptyStore(t))
		busy.patience.place = time.Second
		for range maxAtOnce {
			busy.places <- struct{}{}
		}
		for _, path := range []string{"/", "/api/v1/overview"} {
			if res, body := get(t, busy, path); res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
				t.Errorf("%s: %s %s", path, res.Status, body)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/report/1/capture", nil)
		r.Host = "localhost"
		busy.ServeHTTP(httptest.NewRecorder(), r) // comes back though no place is free
	})
}

// More connections than the limit wait until others end.
func TestConnectionLimit(t *testing.T) {
	addr := serve(t, explore(t, emptyStore(t)))
	var open []net.Conn
	defer func() {
		for _, c := range open {
			_ = c.Close()
		}
	}()
	// No machine alone may have as many.
	dial := func(i int) (net.Conn, error) {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+i/maxConnectionsOfClient))}}
		return d.Dial("tcp", addr)
	}
	if c, err := dial(10 * maxConnections); err != nil {
		t.Skip("this machine has only one loopback address:", err)
	} else {
		_ = c.Close()
	}
	ask := func(c net.Conn, wait time.Duration) error {
		if err := c.SetDeadline(time.Now().Add(wait)); err != nil {
			return err
		}
		if _, err := io.WriteString(c, "GET /about HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
			return err
		}
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, res.Body)
		return err
	}
	for i := range maxConnections {
		c, err := dial(i)
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, c)
		if err := ask(c, 5*time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	c, err := dial(maxConnections)
	if err != nil {
		t.Fatal(err)
	}
	open = append(open, c)
	if err := ask(c, 300*time.Millisecond); err == nil {
		t.Error("one connection too many is answered")
	}
	if err := open[0].Close(); err != nil {
		t.Fatal(err)
	}
	late, err := dial(maxConnections)
	if err != nil {
		t.Fatal(err)
	}
	open = append(open[1:], late)
	_ = c.Close()
	if err := ask(late, 5*time.Minute); err != nil {
		t.Errorf("after one has ended: %v", err)
	}
}

// The next connection is taken as soon as one before it is closed: its share must be
// free by then, or it is sent away though there is room.
func TestShareIsFreeBeforeThePlace(t *testing.T) {
	shares := newTickets(1, 1)
	ours, theirs := net.Pipe()
	defer theirs.Close()
	closing := &watchedConn{Conn: ours, closing: func() {
		if !shares.take(clientOf(ours.RemoteAddr().String())) {
			t.Error("the place is given back, and the share is not")
		}
	}}
	l := &fairListener{&oneConnection{c: closing}, shares}
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
}

// A oneConnection is a listener to which one has come.
type oneConnection struct {
	net.Listener
	c net.Conn
}

func (l *oneConnection) Accept() (net.Conn, error) { return l.c, nil }

// A watchedConn tells that it is being closed.
type watchedConn struct {
	net.Conn
	closing func()
}

func (c *watchedConn) Close() error {
	c.closing()
	return c.Conn.Close()
}

// addresses are all that take parameters, and the parameters.
var addresses = []string{"/", "/compare", "/compare.csv", "/compare.svg", "/report/1", "/report/1/figure", "/report/1/capture", "/report/1/capture/page", "/report/1/capture/file", "/report/1/figures.csv", "/findings", "/findings.csv",
	"/rules", "/region/653101", "/reports", "/search", "/about", "/static/explorer.css", "/api/v1/overview", "/api/v1/regions", "/api/v1/regions/653101", "/api/v1/regions/653101/reports", "/api/v1/regions/653101/series",
	"/api/v1/reports", "/api/v1/reports/1", "/api/v1/reports/1/capture", "/api/v1/compare", "/api/v1/trend", "/api/v1/findings", "/api/v1/search", "/api/v1/indicators", "/api/v1/rules", "/api/v1/openapi.json"}

var parameterNames = []string{"measure", "applicant", "year", "under", "by", "level", "scope", "close", "unofficial", "sort", "order", "scale", "page", "lang", "q", "rule", "severity", "region", "indicator", "mention", "at", "document", "marks",
	"part", "bom", "v", "limit", "cursor", "layout", "stored"}

var parameterValues = []string{"", "0", "1", "-1", "2021", "9223372036854775807", "99999999999999999999", "1e9", "NaN", "requests.received", "rate.granted", "disclosed_items", "disclosure.licensing.decisions", "total", "natural_person",
	"650000", "653100", "653101", "999999", "喀什市", "province", "prefecture", "county", "region", "agency", "rank", "value", "change", "share", "asc", "desc", "log", "en", "zh-CN", "none", "table 1 row 2 column 3", "table 3 row 4 column 10",
	"line 5", "line -5", "table 999999999999 row 1 column 1", "error", "panel.", ".", "..", "' OR 1=1 --", "%", "_", "\x00", "\xff\xfe", "<script>", `"unclosed`, "“公开”", "*", "NEAR", "公开 AND", strings.Repeat("公", 200), strings.Repeat("a", 900),
	"1.0", "1.x", "a\nb", "\u202e", "2019..2023", "{{.}}", "javascript:alert(1)"}

// noServerError asks for an address, which may be refused and may not fail.
func noServerError(t *testing.T, e http.Handler, path, query string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://localhost/", nil)
	r.URL.Path, r.URL.RawQuery, r.Host = path, query, "localhost"
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	if w.Code >= 500 {
		t.Errorf("%s?%s: %d %s", path, query, w.Code, w.Body)
	}
	if w.Header().Get("Content-Security-Policy") == "" {
		t.Errorf("%s?%s: no policy", path, query)
	}
}

// The parameters of every address take any value without failing: the same
// hundreds each time, and others when the fuzzer runs.
func TestAnyParameter(t *testing.T) {
	e := apiStore(t)
	random := rand.New(rand.NewPCG(2021, 12))
	times := 200
	if often.Asked() {
		times = 1200
	}
	for n := range times {
		path := addresses[n%len(addresses)]
		known := parameterNames
		for _, p := range endpoints {
			if path == apiRoot+p.path || strings.Contains(p.path, "{") && strings.HasSuffix(path, p.path[strings.Index(p.path, "}")+1:]) && strings.HasPrefix(path, apiRoot+p.path[:strings.Index(p.path, "{")]) {
				known = p.parameters // others are refused at once
			}
		}
		q := url.Values{}
		for range 1 + random.IntN(3) {
			if len(known) > 0 {
				q.Set(known[random.IntN(len(known))], parameterValues[random.IntN(len(parameterValues))])
			}
		}
		if strings.HasSuffix(path, "/trend") {
			q.Set("region", "653101,320830")
		}
		noServerError(t, e, path, q.Encode())
	}
}

func FuzzAddress(f *testing.F) {
	for i, name := range parameterNames {
		f.Add(i, name, parameterValues[i%len(parameterValues)], "year", "2021")
	}
	f.Add(1, "measure", "rate.granted", "sort", "change")
	f.Add(31, "q", "公开", "limit", "1")
	e := explore(f, fuzzStore(f)) // before the ten seconds of an input begin
	f.Fuzz(func(t *testing.T, n int, a, x, b, y string) {
		path := addresses[((n%len(addresses))+len(addresses))%len(addresses)]
		noServerError(t, e, path, url.Values{a: {x}, b: {y}}.Encode())
		noServerError(t, e, path, a+x+"&"+b+"="+y)
	})
}

// fuzzStore is one store for all that is tried.
func fuzzStore(t testing.TB) *store.Store {
	t.Helper()
	path, err := sample()
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), path, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Who reads slowly, or not at all, keeps neither a place nor the database from
// others, and not the connection for ever.
func TestSlowReaders(t *testing.T) {
	const size = 32 << 20 // more than the kernel takes on the way
	patient, hasty := explore(t, emptyStore(t)), explore(t, emptyStore(t))
	patient.patience.send, hasty.patience.send = time.Hour, time.Second
	large := func(_ *http.Request, begin func(string, string) io.Writer) error {
		w := begin("text/csv", "large.csv")
		line := []byte(strings.Repeat("0123456789abcde\n", 4096))
		for range size / len(line) {
			if _, err := w.Write(line); err != nil {
				return err
			}
		}
		return nil
	}
	for _, e := range []*Explorer{patient, hasty} {
		e.download("GET /large", large)
	}
	ask := func(addr string) net.Conn {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		if err := c.SetDeadline(time.Now().Add(10 * time.Minute)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(c, "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		return c
	}
	free := func(e *Explorer) {
		t.Helper()
		for end := time.Now().Add(10 * time.Minute); ; time.Sleep(10 * time.Millisecond) {
			e.spools.mu.Lock()
			all := e.spools.all
			e.spools.mu.Unlock()
			if all == 0 {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("%d answers are still being sent to nobody", all)
			}
		}
	}
	addr := serve(t, patient)
	var slow []net.Conn
	for range 60 {
		slow = append(slow, ask(addr))
	}
	// Of one who takes no more than the beginning, so many are begun and the others
	// are told to come again.
	begun, busy := 0, 0
	for _, c := range slow {
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		switch {
		case err != nil:
			t.Fatal(err)
		case res.StatusCode == http.StatusServiceUnavailable && res.Header.Get("Content-Disposition") == "":
			busy++
		case res.StatusCode == http.StatusOK:
			begun++
		default:
			t.Errorf("%s", res.Status)
		}
	}
	if begun != maxSpooledOfClient || busy != len(slow)-begun {
		t.Errorf("%d of %d were begun, %d were told to come again", begun, len(slow), busy)
	}
	client := http.Client{Timeout: 5 * time.Minute, Transport: &http.Transport{DisableKeepAlives: true}}
	for range 3 {
		for _, path := range []string{"/", "/about", "/findings", "/api/v1/overview"} {
			res, err := client.Get("http://" + addr + path)
			if err != nil {
				t.Fatalf("beside slow readers: %v", err)
			}
			if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
				t.Fatalf("beside slow readers: %s: %s, %v", path, res.Status, err)
			}
			_ = res.Body.Close()
		}
	}
	for _, c := range slow {
		_ = c.Close()
	}
	free(patient) // what they had
	res, err := client.Get("http://" + addr + "/large")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, res.Body); err != nil || n != size {
		t.Errorf("afterwards: %d octets, %v", n, err)
	}
	_ = res.Body.Close()

	// Who reads nothing more is cut off after the pause.
	addr, slow = serve(t, hasty), nil
	for range maxSpooledOfClient {
		c := ask(addr)
		slow = append(slow, c)
		if _, err := io.ReadFull(c, make([]byte, 1)); err != nil { // its answer is made and being sent
			t.Fatal(err)
		}
	}
	free(hasty)
	for _, c := range slow {
		if n, err := io.Copy(io.Discard, c); n >= size {
			t.Errorf("who read nothing is sent all: %d octets, %v", n, err)
		}
	}
}

// One machine that opens all connections it can leaves some to the others.
func TestConnectionsOfOneClient(t *testing.T) {
	addr := serve(t, explore(t, emptyStore(t)))
	other := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	if c, err := other.Dial("tcp", addr); err != nil {
		t.Skip("this machine has only one loopback address:", err)
	} else {
		_ = c.Close()
	}
	refused := 0
	for i := range maxConnections + 10 {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if i < maxConnectionsOfClient {
			continue
		}
		if err := c.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Read(make([]byte, 1)); errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) {
			refused++
		}
	}
	if want := maxConnections + 10 - maxConnectionsOfClient; refused < want-1 { // the first of all may still have been counted
		t.Errorf("%d connections were refused, want %d", refused, want)
	}
	client := http.Client{Timeout: 5 * time.Minute, Transport: &http.Transport{DialContext: other.DialContext}}
	res, err := client.Get("http://" + addr + "/about")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	client.CloseIdleConnections()
}
