package explorer

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"nianbao/parser"
	"nianbao/parser/narrative"
	"nianbao/store"
	"nianbao/store/panel"
)

var clock = time.Date(2024, 4, 1, 8, 0, 0, 0, time.UTC)

// letters cuts at every character, which makes search work without
// dictionaries.
type letters struct{}

func (letters) Cut(texts []string) [][]string {
	all := make([][]string, len(texts))
	for i, text := range texts {
		all[i] = strings.Split(text, "")
	}
	return all
}

// emptyStore is a database with no report in it.
func emptyStore(t testing.TB) *store.Store {
	t.Helper()
	return openStore(t, filepath.Join(t.TempDir(), "counties.db"))
}

func openStore(t testing.TB, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), path, store.Options{Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// sample is a database file with the reports of the sample site, made once.
var sample = sync.OnceValues(func() (path string, err error) {
	if path, err = os.MkdirTemp("", "nianbao-explorer-"); err != nil {
		return "", err
	}
	path = filepath.Join(path, "counties.db")
	ctx := context.Background()
	s, err := store.Open(ctx, path, store.Options{Now: func() time.Time { return clock }})
	if err != nil {
		return path, err
	}
	p := parser.New(parser.Config{Narrative: narrative.Lazy()})
	defer p.Close()
	names, err := sampleFiles()
	if err != nil {
		return path, err
	}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(site, name))
		if err != nil {
			return path, err
		}
		reports, err := p.ParseAll(ctx, parser.Source{Name: "https://www.example.gov.cn/" + name, Data: data})
		if err != nil {
			return path, err
		}
		for _, r := range reports {
			if ok, _ := parser.Recognised(r); !ok {
				continue
			}
			if _, err := s.Ingest(ctx, r, store.Document{URL: r.Meta.Source, FetchedAt: clock, HTTPStatus: 200, ContentType: "text/html"}); err != nil {
				return path, err
			}
		}
	}
	if _, err := panel.Check(ctx, s); err != nil {
		return path, err
	}
	if _, err := panel.Copies(ctx, s); err != nil {
		return path, err
	}
	return path, s.Close()
})

// TestMain ends the browser and removes what sample made.
func TestMain(m *testing.M) {
	debug.SetGCPercent(800) // as the program does, within bounds
	debug.SetMemoryLimit(512 << 20)
	status := m.Run()
	closeBrowser()
	if path, _ := sample(); path != "" {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(status)
}

// sampleStore has the reports of the sample site.
func sampleStore(t testing.TB) *store.Store {
	t.Helper()
	path, err := sample()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "counties.db")
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return openStore(t, path)
}

// site is the folder of the sample site.
var site = filepath.Join("..", "..", "..", "testdata", "site")

// sampleFiles are the reports of the sample site.
func sampleFiles() (names []string, err error) {
	for _, pattern := range []string{"jinhu/zwgk/ndbg/202*.html", "kashi/zfxxgknb/202*.html", "shufu/202*.html", "shufu/files/2021.docx", "shule/202*.html", "xuyi/zfxxgknb/20*.html", "zepu/202*.html"} {
		found, err := fs.Glob(os.DirFS(site), pattern)
		if err != nil || len(found) == 0 {
			return nil, fmt.Errorf("%s: %d pages of the sample site: %w", pattern, len(found), err)
		}
		names = append(names, found...)
	}
	return names, nil
}

// explore serves a store.
func explore(t testing.TB, s *store.Store) *Explorer {
	t.Helper()
	e, err := New(Config{Cutter: letters{}, Store: s, Version: "0.1.0", Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// get asks for an address and returns the answer and its body.
func get(t testing.TB, e http.Handler, address string) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, address, nil)
	r.Host = "127.0.0.1:8765"
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Result(), string(body)
}

// page asks for an address that must answer with a page.
func getPage(t testing.TB, e http.Handler, address string) string {
	t.Helper()
	res, body := get(t, e, address)
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s\n%s", address, res.Status, body)
	}
	if missing := regexp.MustCompile(`\[[a-z_]+\.[a-z_.]+\]`).FindAllString(body, -1); missing != nil {
		t.Errorf("%s: no texts for %q", address, missing)
	}
	return body
}

// contains holds a page against what it must say.
func contains(t testing.TB, body string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(body, w) {
			t.Errorf("the page does not say %q", w)
		}
	}
}

func TestOverview(t *testing.T) {
	e := explore(t, sampleStore(t))
	contains(t, getPage(t, e, "/"), `lang="zh-CN"`, "总览", "2019–2023", `href="/region/320000"`, `title="江苏省 2021: 2 / 95 个县"`, "2022 年报告的疑点", "新收政府信息公开申请")
	contains(t, getPage(t, e, "/?lang=en"), `lang="en"`, "Overview", `href="/region/320000?lang=en"`, "2 of 95 counties", "Findings in the reports of 2022", "Requests for information received")
	contains(t, getPage(t, explore(t, emptyStore(t)), "/"), "还没有报告")
}

// Every text that a template or the code asks for is there, in both languages.
func TestTexts(t *testing.T) {
	for key, p := range texts() {
		if p.Zh == "" && !strings.HasPrefix(key, "unit.") {
			t.Errorf("%s has no Chinese text", key)
		}
		if p.En == "" && !strings.HasPrefix(key, "unit.") {
			t.Errorf("%s has no English text", key)
		}
		for _, n := range []string{"{1}", "{2}", "{3}", "{4}"} {
			if strings.Contains(p.Zh, n) != strings.Contains(p.En, n) {
				t.Errorf("%s: %s stands in one language only", key, n)
			}
		}
	}
	used := map[string]bool{}
	asked := regexp.MustCompile(`(?:\$?\.?T|text|notFound|badRequest|text:) ?\(?"([a-z_]+\.[a-z_.]+)"`)
	files, err := filepath.Glob("templates/*.html")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	code, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range slices.Concat(files, code) {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range asked.FindAllStringSubmatch(string(data), -1) {
			used[m[1]] = true
			if _, ok := texts()[m[1]]; !ok {
				t.Errorf("%s asks for %q, which is no text", f, m[1])
			}
		}
	}
	if len(used) < 20 {
		t.Fatalf("found only %d texts in use", len(used))
	}
}
