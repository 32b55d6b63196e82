package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"nianbao/testdata/systems"
)

// TestUpdate crawls a site, which then gets a report more: an update asks for its
// home page and columns again and for the new report, for nothing else, and tells
// of it.
func TestUpdate(t *testing.T) {
	templates := map[int][]byte{}
	for year, name := range map[int]string{2019: "2019.html", 2021: "2021.html"} {
		data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "site", "xuyi", "zfxxgknb", name))
		if err != nil {
			t.Fatal(err)
		}
		templates[year] = data
	}
	for _, system := range []string{"trs-static", "kaipu-infolist"} {
		t.Run(system, func(t *testing.T) {
			site := systems.Site{Name: "盱眙县", Code: "320830", Record: "苏"}
			for _, year := range chinaYears {
				site.Reports = append(site.Reports, reportOf(templates, site.Name, site.Name, "", year))
			}
			var mu sync.Mutex
			var asked []string
			handler := systems.Handler(system, site)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				asked = append(asked, r.URL.Path)
				h := handler
				mu.Unlock()
				h.ServeHTTP(w, r)
			}))
			defer server.Close()
			dir := t.TempDir()
			seeds := filepath.Join(dir, "seeds.csv")
			if err := os.WriteFile(seeds, []byte("region_code,name,url,kind\n320830,盱眙县,"+server.URL+"/,site\n"), 0o666); err != nil {
				t.Fatal(err)
			}
			crawl := func(more ...string) string {
				t.Helper()
				var stdout, stderr bytes.Buffer
				a := &app{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, words: openedWords}
				if status := a.run(context.Background(), append([]string{"crawl", "--seeds", seeds, "--db", filepath.Join(dir, "x.db"), "--delay", "0s", "--retries", "0"}, more...)); status != exitDone {
					t.Fatalf("exit status %d\n%s", status, &stderr)
				}
				return stdout.String()
			}
			crawl()
			if out := crawl("--update", "--csv"); strings.Count(out, "\n") != 1 {
				t.Errorf("an update without anything new lists\n%s", out)
			}
			site.Reports = append(site.Reports, reportOf(templates, site.Name, site.Name, "", 2024))
			mu.Lock()
			handler, asked = systems.Handler(system, site), nil
			mu.Unlock()
			out := crawl("--update", "--csv")
			if strings.Count(out, "\n") != 2 || !strings.Contains(out, "added,320830,2024,盱眙县2024年政府信息公开工作年度报告,") {
				t.Errorf("the update lists\n%s", out)
			}
			reports := 0
			for _, path := range asked {
				if strings.Contains(path, "1005") {
					reports++
				} else if strings.Contains(path, "100") && !strings.Contains(path, "1006") {
					t.Errorf("%s was asked for again", path)
				}
			}
			if reports != 1 {
				t.Errorf("the new report was asked for %d times; asked: %q", reports, asked)
			}
		})
	}
}
