package crawler_test

import (
	"context"
	"testing"

	"nianbao/crawler"
)

// Every hole has the reason of the report that came nearest to being there.
func TestHoles(t *testing.T) {
	path := t.TempDir() + "/frontier"
	f := openFrontier(t, path)
	seed := func(code, host string, kind crawler.Kind) crawler.Seed {
		return crawler.Seed{RegionCode: code, URL: "http://" + host + ".gov.cn/", Kind: kind}
	}
	ctx := context.Background()
	type ended struct {
		path, text string
		role       crawler.Role
		reason     crawler.Reason
		failed     bool
		open       bool
	}
	home := func(reason crawler.Reason, failed bool) ended {
		return ended{"", "", crawler.RoleSite, reason, failed, false}
	}
	column := ended{"nb/", "年报", crawler.RoleList, crawler.Fetched, false, false}
	cases := []struct {
		code string
		all  []ended
		want map[int]crawler.Hole
	}{
		{"110101", []ended{home(crawler.DNSFailed, true)}, map[int]crawler.Hole{2021: crawler.HoleNoSite}},
		{"110102", []ended{home("http_403", true)}, map[int]crawler.Hole{2021: crawler.HoleRefused}},
		{"110105", []ended{home(crawler.SiteMismatch, false), column}, map[int]crawler.Hole{2021: crawler.HoleMismatch}},
		{"110106", []ended{home(crawler.Fetched, false)}, map[int]crawler.Hole{2021: crawler.HoleNoColumn}},
		{"110107", []ended{home(crawler.Fetched, false), {"nb/", "年报", crawler.RoleList, crawler.ScriptOnly, false, false}}, map[int]crawler.Hole{2021: crawler.HoleNoColumn}},
		{"110108", []ended{home(crawler.Fetched, false), column,
			{"nb/1.html", "某区2021年年报", crawler.RoleReport, "http_404", true, false},
			{"nb/2.html", "某区2022年年报", crawler.RoleReport, crawler.NotAReport, false, false},
			{"nb/3.html", "某区2023年年报", crawler.RoleReport, crawler.Fetched, false, false},
			{"nb/4.html", "某区2020年年报", crawler.RoleReport, "http_404", true, false},
			{"nb/5.html", "某区2020年年报(附件)", crawler.RoleAttachment, crawler.NotAReport, false, false},
		}, map[int]crawler.Hole{2019: crawler.HoleNotListed, 2020: crawler.HoleUnreadable, 2021: crawler.HoleNotFetched, 2022: crawler.HoleUnreadable, 2023: crawler.HoleElsewhere}},
		{"110109", []ended{home(crawler.Fetched, false), column, {"nb/1.html", "某区2021年年报", crawler.RoleReport, "", false, true}},
			map[int]crawler.Hole{2021: crawler.HoleUnfinished, 2022: crawler.HoleUnfinished}},
	}
	for _, c := range cases {
		s := seed(c.code, "h"+c.code, crawler.KindSite)
		reasons := map[string]ended{}
		var requests []crawler.Request
		for i, e := range c.all {
			r := crawler.Request{URL: s.URL + e.path, Seed: s, Role: e.role, Text: e.text, Depth: min(i, 1)}
			reasons[r.URL] = e
			requests = append(requests, r)
		}
		if _, err := f.Add(ctx, requests); err != nil {
			t.Fatal(err)
		}
		leased, err := f.Lease(ctx, start, 100, 100)
		if err != nil {
			t.Fatal(err)
		}
		var done []crawler.Finished
		for _, r := range leased {
			if e := reasons[r.URL]; !e.open {
				done = append(done, crawler.Finished{Request: r, Reason: e.reason, Failed: e.failed})
			}
		}
		if _, err := f.Ack(ctx, done); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	all, err := crawler.ReadCoverage(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != len(cases) {
		t.Fatalf("%d seeds, want %d", len(all), len(cases))
	}
	for i, c := range cases {
		for year, want := range c.want {
			if got, detail, _ := all[i].Hole(year); got != want || all[i].Seed.RegionCode != c.code {
				t.Errorf("%s %d: %s (%s), want %s", c.code, year, got, detail, want)
			}
		}
	}
}
