package main

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the files under testdata that are made by programs")

// sampleReports are the reports of the sample site.
var sampleReports = []string{
	"kashi/zfxxgknb/2021.html",
	"kashi/zfxxgknb/2022.html",
	"shufu/2020.html",
	"shufu/files/2021.docx",
	"shufu/2022.html",
	"shule/2021.html",
	"shule/2022.html",
	"zepu/2022.html",
	"xuyi/zfxxgknb/2019.html",
	"xuyi/zfxxgknb/2020.html",
	"xuyi/zfxxgknb/2021.html",
	"xuyi/zfxxgknb/2022.html",
	"xuyi/zfxxgknb/2023.html",
	"jinhu/zwgk/ndbg/2021.html",
	"jinhu/zwgk/ndbg/2022.html",
	"jinhu/zwgk/ndbg/2023.html",
}

func TestSampleSiteServes(t *testing.T) {
	server := httptest.NewServer(sampleSite())
	defer server.Close()
	for _, c := range []struct {
		method, path string
		status       int
		contentType  string
	}{
		{"GET", "/jinhu/", 200, "text/html; charset=utf-8"},
		{"GET", "/shufu/2022.html", 200, "text/html"},
		{"GET", "/shufu/files/2021.docx", 200, "application/octet-stream"},
		{"HEAD", "/robots.txt", 200, "text/plain; charset=utf-8"},
		{"GET", "/seeds.csv", 404, ""},
		{"GET", "/../site.go", 404, ""},
		{"GET", "/nowhere.html", 404, ""},
		{"POST", "/jinhu/", 405, ""},
	} {
		req, err := http.NewRequest(c.method, server.URL+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != c.status || c.contentType != "" && resp.Header.Get("Content-Type") != c.contentType {
			t.Errorf("%s %s: %d %s, want %d %s", c.method, c.path, resp.StatusCode, resp.Header.Get("Content-Type"), c.status, c.contentType)
		}
	}
}
