package crawler

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the expected results in testdata")

// A discovered is what a fixture's page leads to.
type discovered struct {
	Follow  []followed
	Refused map[Reason][]string
}

type followed struct {
	Role  Role
	URL   string
	Text  string `json:",omitempty"`
	Depth int
	Page  int `json:",omitempty"`
	Hops  int `json:",omitempty"`
}

// Each page of testdata/discover begins with a comment that says where it is
// from, and has its links beside it.
func TestDiscover(t *testing.T) {
	patterns, err := builtInPatterns()
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob("testdata/discover/*.html")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	wants, _ := filepath.Glob("testdata/discover/*.want.json")
	for _, w := range wants {
		if _, err := os.Stat(strings.TrimSuffix(w, ".want.json") + ".html"); err != nil {
			t.Errorf("%s has no page", w)
		}
	}
	for _, path := range pages {
		t.Run(filepath.Base(path), func(t *testing.T) {
			body, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var from struct {
				URL             string
				Role            Role
				Years           []int
				AttachmentHosts []string `json:"attachment_hosts"`
			}
			comment, _, _ := bytes.Cut(body, []byte("-->"))
			if err := json.Unmarshal(bytes.TrimPrefix(comment, []byte("<!--")), &from); err != nil {
				t.Fatal(err)
			}
			cfg := Config{Discovery: Discovery{AttachmentHosts: from.AttachmentHosts}}.withDefaults()
			c := &Capture{URL: from.URL, Body: body, Header: http.Header{"Content-Type": {"text/html"}},
				Request: Request{URL: from.URL, Role: from.Role, Seed: Seed{URL: from.URL, Years: from.Years}}}
			found := cfg.Discovery.discover(c, from.Role, patterns)
			got := discovered{Refused: map[Reason][]string{}}
			for _, r := range found.follow {
				got.Follow = append(got.Follow, followed{r.Role, r.URL, r.Text, r.Depth, r.Page, len(r.Hops)})
			}
			for _, r := range found.refused {
				got.Refused[r.Reason] = append(got.Refused[r.Reason], r.URL)
			}
			golden := strings.TrimSuffix(path, ".html") + ".want.json"
			if *update {
				var b bytes.Buffer
				e := json.NewEncoder(&b)
				e.SetEscapeHTML(false)
				e.SetIndent("", "  ")
				if err := e.Encode(got); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, b.Bytes(), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			data, err := os.ReadFile(golden)
			if err != nil {
				t.Fatalf("%v; run the test with -update and look at what it writes", err)
			}
			var want discovered
			if err := json.Unmarshal(data, &want); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("links (-want +got):\n%s", d)
			}
		})
	}
}

// The real addresses of reports are taken for documents or columns of them:
// none would be passed over on its column's page.
func TestRealReportAddresses(t *testing.T) {
	const path = "../../shared/corpus/report-urls.csv"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("the corpus is not there: %v", err)
	}
	patterns, err := builtInPatterns()
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{}.withDefaults()
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")[1:]
	var refused []string
	for _, line := range lines {
		address, _, _ := strings.Cut(line, ",")
		canonical, err := Canonical(address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		u, _ := resolve(nil, canonical)
		column := "http://" + u.Host + "/zfxxgknb/"
		body := `<a href="` + address + `">某县2021年政府信息公开工作年度报告</a>`
		c := &Capture{URL: column, Body: []byte("<html>" + body), Header: http.Header{}, Request: Request{URL: column, Role: RoleList, Seed: Seed{URL: column}}}
		found := cfg.Discovery.discover(c, RoleList, patterns)
		if len(found.follow) != 1 || found.follow[0].URL != canonical || found.follow[0].Role != RoleReport {
			refused = append(refused, address)
		}
	}
	if len(lines) < 100 || len(refused) > 0 {
		t.Errorf("%d of %d addresses are not followed as reports:\n%s", len(refused), len(lines), strings.Join(refused, "\n"))
	}
}

func FuzzDiscover(f *testing.F) {
	pages, _ := filepath.Glob("testdata/discover/*.html")
	for _, p := range pages {
		b, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	patterns, err := builtInPatterns()
	if err != nil {
		f.Fatal(err)
	}
	cfg := Config{Discovery: Discovery{MaxLinks: 50}}.withDefaults()
	const from = "http://www.example.gov.cn/zfxxgknb/"
	f.Fuzz(func(t *testing.T, body []byte) {
		c := &Capture{URL: from, Body: body, Header: http.Header{"Content-Type": {"text/html"}}, Request: Request{URL: from, Role: RoleList, Seed: Seed{URL: from}}}
		for _, r := range cfg.Discovery.discover(c, RoleList, patterns).follow {
			if u, err := Canonical(r.URL); err != nil || u != r.URL {
				t.Errorf("%q is not canonical: %q, %v", r.URL, u, err)
			}
			if h := hostOf(r.URL); bareHost(h) != "example.gov.cn" {
				t.Errorf("%q is out of scope", r.URL)
			}
		}
		c.screen(50)
	})
}
