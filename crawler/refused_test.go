package crawler_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/crawler"
)

func entries(t *testing.T, path, what string) (all []crawler.Entry) {
	t.Helper()
	for e, err := range crawler.ReadEntries(context.Background(), path, what) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// Every link that was not followed can be asked for, with its reason and the
// page it stood on.
func TestRefusedLinksAreKept(t *testing.T) {
	long := strings.Repeat(filler, 30)
	s := newSite(t, map[string]string{
		"/": long + `<a href="/zfxxgknb/">政府信息公开年报</a><a href="/news/">新闻</a><a href="http://elsewhere.example/">别处</a><a href="/a.png">图</a><a href="mailto:a@b.example">信</a>`,
		"/zfxxgknb/": long + `<a href="/news/">新闻</a><a href="202201/t20220101_1.html">某县2021年政府信息公开工作年度报告</a><a href="201801/t20180101_2.html">某县2017年政府信息公开工作年度报告</a>` +
			`<a href="/x/x/x/x/2021年年报.html">某县2021年年报</a><a href="/">首页</a>`,
		"/zfxxgknb/202201/t20220101_1.html": long,
	})
	dir := t.TempDir()
	cfg := fast()
	sum, _ := crawl(t, dir, cfg, crawler.Seed{Line: 2, URL: s.URL + "/", Kind: crawler.KindSite, Years: []int{2021}})
	path := filepath.Join(dir, "frontier")
	var got []string
	for _, e := range entries(t, path, "refused") {
		if e.State != "refused" || e.Seed != 2 {
			t.Errorf("%+v", e)
		}
		got = append(got, fmt.Sprintf("%s %s %s from %s", e.Reason, strings.TrimPrefix(e.URL, s.URL), e.Text, strings.TrimPrefix(e.Page, s.URL)))
	}
	want := []string{
		"link_pattern /news/ 新闻 from /",
		"link_scheme mailto:a@b.example 信 from /",
		"link_scope http://elsewhere.example/ 别处 from /",
		"link_trap /x/x/x/x/2021%E5%B9%B4%E5%B9%B4%E6%8A%A5.html 某县2021年年报 from /zfxxgknb/",
		"link_type /a.png 图 from /",
		"link_year /zfxxgknb/201801/t20180101_2.html 某县2017年政府信息公开工作年度报告 from /zfxxgknb/",
	}
	if d := cmp.Diff(want, sorted(got)); d != "" {
		t.Errorf("refused links (-want +got):\n%s", d)
	}
	if y := entries(t, path, "link_year"); len(y) != 1 || !strings.HasSuffix(y[0].URL, "/t20180101_2.html") {
		t.Errorf("by reason: %+v", y)
	}
	st, err := crawler.ReadStatus(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	for reason, n := range st.Refused {
		if sum.ByReason[reason] != n {
			t.Errorf("%s: the status has %d, the run counted %d", reason, n, sum.ByReason[reason])
		}
	}
	if st.Refused[crawler.LinkPattern] != 3 || st.Refused[crawler.LinkYear] != 1 {
		t.Errorf("status: %v", st.Refused)
	}
	if done := entries(t, path, "done"); len(done) != 3 {
		t.Errorf("done: %+v", done)
	}
	if none := entries(t, path, "no_such_reason"); len(none) > 0 {
		t.Errorf("of no reason: %+v", none)
	}
}

// What is kept of one seed is bounded, with room for the reasons that tell
// something; all are counted.
func TestRefusedLinksAreBounded(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "frontier")
	open := func() *crawler.Frontier {
		f, err := crawler.OpenFrontier(ctx, path, crawler.FrontierConfig{RefusedPerSeed: 20})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	f := open()
	mustAdd(t, f, request("http://a.example/1", 0), request("http://a.example/2", 0))
	got, _ := lease(t, f, start, 2, 2)
	refused := func(reason crawler.Reason, from, n int) (links []crawler.RefusedLink) {
		for i := range n {
			links = append(links, crawler.RefusedLink{URL: fmt.Sprintf("http://a.example/%s/%d", reason, from+i), Reason: reason})
		}
		return links
	}
	ack := func(r crawler.Request, links []crawler.RefusedLink) {
		t.Helper()
		if _, err := f.Ack(ctx, []crawler.Finished{{Request: r, Reason: crawler.Fetched, Refused: links}}); err != nil {
			t.Fatal(err)
		}
	}
	ack(got[0], refused(crawler.LinkPattern, 0, 100))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f = open() // what was kept before counts
	ack(got[1], slices.Concat(refused(crawler.LinkPattern, 100, 100), refused(crawler.LinkYear, 0, 100)))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	kept := map[crawler.Reason]int{}
	for _, e := range entries(t, path, "refused") {
		kept[e.Reason]++
	}
	if d := cmp.Diff(map[crawler.Reason]int{crawler.LinkPattern: 10, crawler.LinkYear: 10}, kept); d != "" {
		t.Errorf("kept (-want +got):\n%s", d)
	}
	st, err := crawler.ReadStatus(ctx, path)
	if err != nil || st.Refused[crawler.LinkPattern] != 200 || st.Refused[crawler.LinkYear] != 100 {
		t.Errorf("%v, %v", st.Refused, err)
	}
}

// A frontier made before refused links were kept is read, and gets what it lacks.
func TestFrontierWithoutRefusedLinks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontier")
	f := openFrontier(t, path)
	mustAdd(t, f, request("http://a.example/1", 0))
	f.Close()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("DROP TABLE frontier_link"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	if e := entries(t, path, "waiting"); len(e) != 1 || e[0].URL != "http://a.example/1" {
		t.Errorf("before it is opened: %+v", e)
	}
	f = openFrontier(t, path)
	got, _ := lease(t, f, start, 1, 1)
	if _, err := f.Ack(context.Background(), []crawler.Finished{{Request: got[0], Reason: crawler.Fetched, Refused: []crawler.RefusedLink{{URL: "x:", Reason: crawler.LinkScheme}}}}); err != nil {
		t.Fatal(err)
	}
	f.Close()
	if e := entries(t, path, "refused"); len(e) != 1 || e[0].Page != "http://a.example/1" {
		t.Errorf("afterwards: %+v", e)
	}
}
