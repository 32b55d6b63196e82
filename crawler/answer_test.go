package crawler

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// Answers in JSON are read for their rows and for the page behind them.
func TestAnswers(t *testing.T) {
	const at = "http://a.gov.cn/api/list?page=2&pageSize=2"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(`{"list":[{"title":"二〇二一年年报","url":"/1.html"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, form, body string
		want             []string // "text address", and the next page's address and form
	}{
		{"rows", "", `{"data":{"rows":[{"title":"甲县2021年年报","url":"/a/1.html","summary":"甲县的年报摘要比标题长得多","pic":"/p.jpg"}]}}`, []string{"甲县2021年年报 /a/1.html", "http://a.gov.cn/api/list?page=3&pageSize=2 "}},
		{"the last page by rows", "", `{"total":4,"rows":[{"title":"甲","url":"/1"},{"title":"乙","url":"/2"}]}`, []string{"甲 /1", "乙 /2"}},
		{"one page more by rows", "", `{"total":5,"rows":[{"title":"甲","url":"/1"},{"title":"乙","url":"/2"}]}`, []string{"甲 /1", "乙 /2", "http://a.gov.cn/api/list?page=3&pageSize=2 "}},
		{"the last page by pages", "", `{"pageCount":2,"rows":[{"title":"甲","url":"/1"}]}`, []string{"甲 /1"}},
		{"no rows", "", `{"rows":[]}`, nil},
		{"a form", "pageIndex=4&c=1", `[{"docTitle":"甲","docPubUrl":"./1.shtml"}]`, []string{"甲 ./1.shtml", "http://a.gov.cn/api/list?page=2&pageSize=2 pageIndex=5&c=1"}},
		{"markup in a string", "", `{"data":{"html":"<li><a href=\"/1.html\" title=\"甲县2021年年报\">甲县…</a></li>"}}`, []string{"甲县2021年年报 /1.html", "http://a.gov.cn/api/list?page=3&pageSize=2 "}},
		{"marked words", "", `{"rows":[{"title":"甲县<em>2021</em>年&quot;年报&quot;","url":"http://a.gov.cn/1"}],"pages":1}`, []string{`甲县2021年"年报" http://a.gov.cn/1`}},
		{"a call around it", "", `jsonp_1({"pages":1,"rows":[{"title":"甲","link":"/1"}]});`, []string{"甲 /1"}},
		{"in GBK", "", gbk, []string{"二〇二一年年报 /1.html", "http://a.gov.cn/api/list?page=3&pageSize=2 "}},
		{"no JSON", "", `{"rows":[{"title":"甲",`, nil},
		{"deep", "", strings.Repeat(`{"a":[`, 500) + `{"title":"甲","url":"/1"}` + strings.Repeat(`]}`, 500), nil},
	} {
		var got []string
		if body := jsonBody([]byte(c.body), "application/json"); body != nil {
			for _, l := range readAnswer(body, Request{URL: at, Form: c.form}, 100).links {
				if l.kind == linkNext {
					got = append(got, l.href+" "+l.form)
				} else {
					got = append(got, l.text+" "+l.href)
				}
			}
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add(`cb({"data":{"total":9,"rows":[{"title":"甲县2021年年报","url":"/a/1.html"}],"html":"<a href=x>甲</a>"}})`, "page=1")
	f.Add(`<script>var channelId = "18f551ccae30516"; var api = "/common/search/"; x("?_isAgg=true")</script>`, "")
	f.Fuzz(func(t *testing.T, body, form string) {
		c := &Capture{URL: "http://a.gov.cn/list?page=1", Body: []byte(body), Request: Request{URL: "http://a.gov.cn/list?page=1", Form: form, Role: RoleList, Seed: Seed{URL: "http://a.gov.cn/"}}}
		patterns, err := builtInPatterns()
		if err != nil {
			t.Fatal(err)
		}
		d := Config{}.withDefaults().Discovery
		first := d.discover(c, RoleList, patterns)
		c.page = nil
		if diff := cmp.Diff(first.follow, d.discover(c, RoleList, patterns).follow); diff != "" {
			t.Error("the same page gives other links:\n", diff)
		}
		for _, r := range first.follow {
			if u, err := url.Parse(r.URL); err != nil || u.Host != "a.gov.cn" && !isGovernment(u) {
				t.Errorf("%q is out of scope", r.URL)
			}
		}
	})
}
