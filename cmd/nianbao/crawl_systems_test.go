package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A systemSite is one county's site as a content system writes it: what it
// answers by path, "@FILE" for a page of the sample site, and the reports that
// a crawl from its home page must come back with.
type systemSite struct {
	name    string
	pages   map[string]string
	reports map[string]int // year by path
	refused map[string]string
}

const beside = "<p>栏目之外的一行，只为让页面有真实页面的长度。</p>"

func systemSites() []systemSite {
	long := strings.Repeat(beside, 30)
	return []systemSite{
		{"records in XML", map[string]string{
			"/":                    `<a href="/col/col1/index.html">政务公开</a><a href="/col/col9/">走进盱眙</a>` + long,
			"/col/col1/index.html": `<a href="/col/col2/index.html">政府信息公开年报</a><a href="/col/col3/index.html">指南</a>` + long,
			"/col/col2/index.html": `<script type="text/xml"><datastore><nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&columnid=2"></a>]]></nextgroup><recordset>
				<record><![CDATA[<a href="/art/2020/1/2/art_2_19.html" title='盱眙县2019年政府信息公开工作年度报告'>盱眙县2019年政府信…</a>]]></record>
				<record><![CDATA[<li><a href='/art/2021/1/2/art_2_20.html'>盱眙县2020年政府信息公开工作年度报告</a></li>]]></record></recordset></datastore></script>` + long,
			"/module/web/jpage/dataproxy.jsp?page=1&columnid=2": `<?xml version="1.0" encoding="utf-8"?><datastore><recordset><record><![CDATA[<a href="/art/2022/1/2/art_2_21.html">盱眙县2021年政府信息公开工作年度报告</a>]]></record></recordset></datastore>`,
			"/art/2020/1/2/art_2_19.html":                       "@xuyi/zfxxgknb/2019.html", "/art/2021/1/2/art_2_20.html": "@xuyi/zfxxgknb/2020.html", "/art/2022/1/2/art_2_21.html": "@xuyi/zfxxgknb/2021.html",
		}, map[string]int{"/art/2020/1/2/art_2_19.html": 2019, "/art/2021/1/2/art_2_20.html": 2020, "/art/2022/1/2/art_2_21.html": 2021}, nil},
		{"pages numbered downwards", map[string]string{
			"/":                    `<a href="xxgk/zfxxgknb.htm">政府信息公开年报</a>` + long,
			"/xxgk/zfxxgknb.htm":   `<a href="../info/1/22.htm">盱眙县2022年政府信息公开工作年度报告</a><a href="zfxxgknb/2.htm">下页</a><a href="zfxxgknb/1.htm">尾页</a>` + long,
			"/xxgk/zfxxgknb/2.htm": `<a href="../../info/1/23.htm">盱眙县2023年政府信息公开工作年度报告</a><a href="1.htm">下页</a>` + long,
			"/xxgk/zfxxgknb/1.htm": `<a href="../../info/1/19.htm">盱眙县2019年政府信息公开工作年度报告</a>` + long,
			"/info/1/22.htm":       "@xuyi/zfxxgknb/2022.html", "/info/1/23.htm": "@xuyi/zfxxgknb/2023.html", "/info/1/19.htm": "@xuyi/zfxxgknb/2019.html",
		}, map[string]int{"/info/1/22.htm": 2022, "/info/1/23.htm": 2023, "/info/1/19.htm": 2019}, nil},
		{"hops, numbered files and what is no report", map[string]string{
			"/": `<html><script>window.location.href="/zwgk/zfxxgknb/";</script></html>`,
			"/zwgk/zfxxgknb/": `<ul><li><a href="./202201/t20220101_1.html">疏附县2021年政府信息公开工作年度报告</a></li>
				<li><a href="./202101/t20210101_2.html">盱眙县2020年政府信息公开工作年度报告</a></li>
				<li><a href="./202001/t20200101_3.html">盱眙县2019年政府信息公开工作年度报告</a></li>
				<li><a href="./202301/t20230101_4.html">2022年政府信息公开工作年度报告</a></li></ul><script>createPageHTML(2,0,"index","html");</script>` + long,
			"/zwgk/zfxxgknb/index_1.html":                                               `<a href=".\201901\t20190101_5.html">2018年政府信息公开年报</a><a href="./201801/t20180101_6.html">2017年政府信息公开年报</a><a href="./201701/t20170101_7.html">2016年年报</a>` + long,
			"/zwgk/zfxxgknb/202201/t20220101_1.html":                                    `<html><h1>疏附县2021年政府信息公开工作年度报告</h1><a href="javascript:download('/files/疏附县 2021年报告.docx')">附件下载</a></html>`,
			"/files/%E7%96%8F%E9%99%84%E5%8E%BF%202021%E5%B9%B4%E6%8A%A5%E5%91%8A.docx": "@shufu/files/2021.docx",
			"/zwgk/zfxxgknb/202101/t20210101_2.html":                                    `<html><meta http-equiv="refresh" content="0;url=/real/x20.html"></html>`,
			"/real/x20.html":                                                            "@xuyi/zfxxgknb/2020.html",
			"/zwgk/zfxxgknb/202001/t20200101_3.html":                                    `<html><h1>您访问的页面不存在</h1></html>`,
			"/zwgk/zfxxgknb/202301/t20230101_4.html":                                    `<html><script>document.cookie="__jsl_clearance_s=1"</script></html>`,
			"/zwgk/zfxxgknb/201901/t20190101_5.html":                                    `<html>请先登录<input type=password></html>`,
			"/zwgk/zfxxgknb/201801/t20180101_6.html":                                    " ",
			"/zwgk/zfxxgknb/201701/t20170101_7.html":                                    `<a href="/r/t20200101_1.html">盱眙县2021年政府信息公开年报</a><a href="/r/t20200101_2.html">盱眙县2022年政府信息公开年报</a>` + long,
			"/r/t20200101_1.html":                                                       "@xuyi/zfxxgknb/2021.html", "/r/t20200101_2.html": "@xuyi/zfxxgknb/2022.html",
		}, map[string]int{"/files/%E7%96%8F%E9%99%84%E5%8E%BF%202021%E5%B9%B4%E6%8A%A5%E5%91%8A.docx": 2021, "/real/x20.html": 2020, "/r/t20200101_1.html": 2021, "/r/t20200101_2.html": 2022},
			map[string]string{
				"/zwgk/zfxxgknb/202001/t20200101_3.html": "soft_404", "/zwgk/zfxxgknb/202301/t20230101_4.html": "challenge",
				"/zwgk/zfxxgknb/201901/t20190101_5.html": "login", "/zwgk/zfxxgknb/201801/t20180101_6.html": "empty", "/zwgk/zfxxgknb/201701/t20170101_7.html": "list_page",
			}},
	}
}

// TestContentSystems crawls sites as the content systems of counties write them,
// from their home pages, and reads the archive again without them: both
// databases hold the same reports, and no column passes for one.
func TestContentSystems(t *testing.T) {
	for _, site := range systemSites() {
		t.Run(site.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				page, ok := site.pages[r.URL.RequestURI()]
				if !ok {
					http.NotFound(w, r)
					return
				}
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				if file, ok := strings.CutPrefix(page, "@"); ok {
					http.ServeFile(w, r, filepath.Join("..", "..", "testdata", "site", file))
					return
				}
				fmt.Fprint(w, page)
			}))
			defer server.Close()
			dir := t.TempDir()
			seeds := filepath.Join(dir, "seeds.csv")
			if err := os.WriteFile(seeds, []byte("region_code,name,url,kind\n320830,盱眙县,"+server.URL+"/,site\n"), 0o666); err != nil {
				t.Fatal(err)
			}
			command := func(args ...string) (string, string) {
				t.Helper()
				var stdout, stderr bytes.Buffer
				a := &app{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, words: openedWords}
				if status := a.run(context.Background(), args); status != exitDone && status != exitPartial {
					t.Fatalf("nianbao %s: exit status %d\n%s", strings.Join(args, " "), status, &stderr)
				}
				return stdout.String(), stderr.String()
			}
			crawled, again := filepath.Join(dir, "crawled.db"), filepath.Join(dir, "again.db")
			command("crawl", "--seeds", seeds, "--db", crawled, "--delay", "0s", "--retries", "0")
			command("ingest", "--db", again, filepath.Join(dir, "crawled-archive"))
			for name, path := range map[string]string{"crawl": crawled, "ingest of the archive": again} {
				if d := cmp.Diff(site.reports, reportsByPath(t, path)); d != "" {
					t.Errorf("reports of the %s (-want +got):\n%s", name, d)
				}
			}
			for path, reason := range site.refused {
				if out, _ := command("crawl", "--list", reason, "--db", crawled, "--csv"); !strings.Contains(out, server.URL+path+",") {
					t.Errorf("%s is not listed as %s:\n%s", path, reason, out)
				}
			}
		})
	}
}

func reportsByPath(t *testing.T, path string) map[string]int {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT source, year FROM report")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	found := map[string]int{}
	for rows.Next() {
		var source string
		var year int
		if err := rows.Scan(&source, &year); err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(source)
		if err != nil {
			t.Fatal(err)
		}
		found[u.EscapedPath()] = year
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}
