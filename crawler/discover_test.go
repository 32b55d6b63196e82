package crawler

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/parser/filename"
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

// titles are how reports are called, after what real ones do.
var titles = []string{
	"2019年某县政府信息公开工作年度报告", "某县2019年政府信息公开工作年度报告", "某县政府信息公开工作2022年度报告", "2023年度政府信息公开工作报告",
	"某局信息公开年度报告（2019年）", "2020年政务信息公开年度报告", "关于2023年政府信息公开工作年度报告", "某镇2021年年度政府信息公开年度报告",
	"政府信息公开2021年度工作报告", "某县二〇二一年政府信息公开年报", "2012年信息公开工作情况报告", "某县人民政府办公室2022年年报",
	"某县2020 年政府信息公开\u200b工作年度报告 2021-01-20", "某县2021年政府信息公开工作年度报告_某县人民政府", "某街道2018年度政府信息公开年报.pdf",
}

// The real addresses of reports are taken for documents or columns of them,
// under every kind of title and whatever their column is called: none would be
// passed over on its column's page.
func TestRealReportAddresses(t *testing.T) {
	const path = "../../shared/corpus/report-urls.csv"
	file, err := os.Open(path)
	if err != nil {
		t.Skipf("the corpus is not there: %v", err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if rows = rows[1:]; len(rows) < 100 {
		t.Fatalf("%d addresses", len(rows))
	}
	patterns, err := builtInPatterns()
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{}.withDefaults()
	for _, row := range rows {
		address := row[0]
		canonical, err := Canonical(address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		u, _ := resolve(nil, canonical)
		own := titles
		if row[3] != "" {
			own = append([]string{row[3]}, titles...)
		}
		for _, folder := range []string{"/zfxxgknb/", "/col/col7/index.html"} {
			column := "http://" + u.Host + folder
			for _, title := range own {
				body := `<html><a href="/">首页</a><a href="` + address + `">` + title + `</a>`
				c := &Capture{URL: column, Body: []byte(body), Header: http.Header{}, Request: Request{URL: column, Role: RoleList, Seed: Seed{URL: column}}}
				found := cfg.Discovery.discover(c, RoleList, patterns).follow
				if len(found) != 1 || found[0].URL != canonical || found[0].Role != RoleReport && found[0].Role != RoleAttachment {
					t.Errorf("%q at %s, on %s: %+v", title, address, folder, found)
				}
			}
		}
	}
}

func TestYearOf(t *testing.T) {
	for text, want := range map[string]int{
		"某县2021年政府信息公开工作年度报告": 2021, "2021": 2021, "某县二〇二一年年报": 2021, "二○一九年": 2019, "二零二零年": 2020, "二0二二年": 2022,
		"2021年年报2022-01-20": 2021, "年度报告 2022-01-20": 0, "年度报告2022年1月20日": 0, "2019-2021年年报": 0, "1999年": 0, "2007年": 0, "12021": 0, "": 0, "二十年": 0,
	} {
		if got := yearOf(text); got != want {
			t.Errorf("yearOf(%q) = %d, want %d", text, got, want)
		}
	}
}

// A page made of scripts and links costs what its octets cost, not their product.
func BenchmarkHostileScripts(b *testing.B) {
	patterns, err := builtInPatterns()
	if err != nil {
		b.Fatal(err)
	}
	body := []byte("<html>" + strings.Repeat(`<a href="javascript:goPage(2)">2</a>`, 20_000) + strings.Repeat(`<script>page = {"url":"/a.html","t":"年"}; countPage=9; "x_" + n</script>`, 40_000))
	cfg := Config{}.withDefaults()
	const from = "http://www.example.gov.cn/zfxxgknb/"
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		c := &Capture{URL: from, Body: body, Header: http.Header{"Content-Type": {"text/html"}}, Request: Request{URL: from, Role: RoleList, Seed: Seed{URL: from}}}
		cfg.Discovery.discover(c, RoleList, patterns)
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
	f.Add([]byte(`<a href="//xxgk.example.gov.cn/1.html">甲县2021年政府信息公开工作年度报告</a><a href="//other.gov.cn/1.html">甲县2021年政府信息公开工作年度报告</a><a href="//other.gov.cn/xxgk/">政府信息公开</a><a href="//example.com/xxgk/">政府信息公开</a>`))
	f.Add([]byte(`<a href="//other.gov.cn/dataproxy.jsp?page=2">政府信息公开</a>`))
	cfg := Config{Discovery: Discovery{MaxLinks: 50}}.withDefaults()
	const from = "http://www.example.gov.cn/zfxxgknb/"
	f.Fuzz(func(t *testing.T, body []byte) {
		c := &Capture{URL: from, Body: body, Header: http.Header{"Content-Type": {"text/html"}}, Request: Request{URL: from, Role: RoleList, Seed: Seed{URL: from}}}
		for _, r := range cfg.Discovery.discover(c, RoleList, patterns).follow {
			if u, err := Canonical(r.URL); err != nil || u != r.URL {
				t.Errorf("%q is not canonical: %q, %v", r.URL, u, err)
			}
			u, err := url.Parse(r.URL)
			if err != nil {
				t.Fatal(err)
			}
			switch h := u.Hostname(); {
			case h == "example.gov.cn" || strings.HasSuffix(h, ".example.gov.cn"):
			case strings.HasSuffix(h, ".gov.cn") && patterns.classify(r.Text, u).exact:
				// A platform of many governments has the column.
			default:
				t.Errorf("%q is out of scope", r.URL)
			}
		}
		c.screen(50)
	})
}

// Every kind of file that may hold a report is found in every way in which a page
// of a report can name it.
func TestEveryEnding(t *testing.T) {
	patterns, err := builtInPatterns()
	if err != nil {
		t.Fatal(err)
	}
	const at = "http://a.gov.cn/zfxxgknb/1.html"
	discovery := Config{}.withDefaults().Discovery
	for _, e := range filename.Endings() {
		for way, body := range map[string]string{
			"a link":                `<a href="/files/1.` + strings.ToUpper(e) + `">下载</a>`,
			"a query":               `<a href="/download?name=1.` + e + `">下载</a>`,
			"a link's text":         `<a href="/download?id=7">（附件1.` + e + `）</a>`,
			"a link's script":       `<a href="javascript:show('files/1.` + e + `')">下载</a>`,
			"a script of the page":  `<script>preview("/files/1.` + e + `")</script>`,
			"an object of a script": `<script>var f = {"title": "年报附件", "url": "files/1.` + e + `"}</script>`,
			"an embedded file":      `<embed src="/files/1.` + e + `">`,
			"a viewer":              `<iframe src="/viewer.html?file=%2Ffiles%2F1.` + e + `"></iframe>`,
		} {
			c := &Capture{URL: at, Body: []byte("<html><body>" + body + "</body></html>"), Header: http.Header{"Content-Type": {"text/html"}},
				Request: Request{URL: at, Role: RoleReport, Seed: Seed{URL: at}}}
			follow := discovery.discover(c, RoleReport, patterns).follow
			if len(follow) != 1 || follow[0].Role != RoleAttachment {
				t.Errorf(".%s in %s: %v is followed, want the file", e, way, follow)
			}
		}
	}
}
