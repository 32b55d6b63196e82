package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"nianbao/crawler"
	"nianbao/parser/report"
	"nianbao/store"
)

// A report that cannot be stored is named, and the crawl goes on; a file that
// cannot be written ends it.
func TestRefusedReport(t *testing.T) {
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "x.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	page := func(region, indicator string) *crawler.Capture {
		v := 3.0
		return &crawler.Capture{URL: "http://www." + region + ".example/2021.html", Body: []byte("page"), Reason: crawler.Fetched, Request: crawler.Request{Role: crawler.RoleReport},
			Value: []*report.Report{{
				Meta:  report.Meta{Source: region, Layout: "2021", Container: "html", Title: "2021年政府信息公开工作年度报告", Year: 2021, RegionCode: region, Scope: report.ScopeRegion, DocumentSHA256: strings.Repeat(region[4:], 32)},
				Facts: []report.Fact{{Indicator: indicator, Applicant: "total", Value: &v, Status: report.StatusReported, Raw: "3"}},
			}}}
	}
	var told bytes.Buffer
	run := &crawlRun{app: &app{stderr: &told, log: slog.New(slog.DiscardHandler)}}
	stop := run.into(s)
	for _, c := range []*crawler.Capture{page("653101", "requests.received"), page("653121", "requests.of_another_program"), page("653122", "requests.received")} {
		if err := run.process(t.Context(), c); err != nil {
			t.Fatalf("%s: %v", c.URL, err)
		}
	}
	count := func() (n int) {
		if err := s.DB().QueryRow("SELECT count(*) FROM report").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := count(); n != 0 {
		t.Errorf("%d reports before the crawl takes their pages for done", n)
	}
	if err := run.settle(t.Context()); err != nil || count() != 2 {
		t.Errorf("%d reports after it, %v", count(), err)
	}
	if run.refused != 1 || !strings.Contains(told.String(), "http://www.653121.example/2021.html: refused: ") || !strings.Contains(told.String(), "requests.of_another_program") {
		t.Errorf("%d refused: %s", run.refused, &told)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	full := &store.Error{Path: "x.db", Op: "ingest into", Err: errors.New("disk full")}
	run.keep = func(context.Context, *crawler.Capture, *report.Report, store.Document) error { return full }
	if err := run.process(t.Context(), page("653101", "requests.received")); !errors.Is(err, full) {
		t.Errorf("a file that cannot be written: %v", err)
	}
}
