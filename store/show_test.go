package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/storetest"
)

// What was ingested comes back whole, with its bytes, copies, versions and
// corrections.
func TestReport(t *testing.T) {
	s := storetest.Fresh(t)
	old := storetest.With(storetest.Sample("653101", "喀什市", 2021, 8), func(r *report.Report) { r.Meta.PublishedOn = "2022-01-10" })
	r := storetest.With(storetest.Sample("653101", "喀什市", 2021, 40), func(r *report.Report) { r.Meta.PublishedOn = "2022-03-01" })
	bytes := store.Document{SHA256: r.Meta.DocumentSHA256, URL: "https://www.example.gov.cn/2021.html", FetchedAt: storetest.Clock, HTTPStatus: 200, ContentType: "text/html",
		Charset: "utf-8", Bytes: 8193, WARCFile: "a.warc.gz", WARCOffset: 338}
	first := storetest.Ingest(t, s, old, store.Document{})
	second := storetest.Ingest(t, s, r, bytes)
	copied := storetest.With(storetest.Sample("653101", "喀什市", 2021, 40), func(c *report.Report) {
		c.Meta.PublishedOn, c.Meta.DocumentSHA256 = "2022-03-01", old.Meta.DocumentSHA256[1:]+"0"
	})
	if res := storetest.Ingest(t, s, copied, store.Document{FetchedAt: storetest.Clock.Add(time.Hour)}); res.Outcome != store.Copied {
		t.Fatalf("the copy was %s", res.Outcome)
	}
	right := store.Correction{ReportID: second.ReportID, Indicator: "requests.received", Applicant: "total", Value: storetest.Count(41), Status: report.StatusReported, Reason: "the scan says 41", Reviewer: "A reader"}
	if err := s.Correct(t.Context(), right); err != nil {
		t.Fatal(err)
	}
	got, err := s.Report(t.Context(), second.ReportID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r.Meta, got.Meta); diff != "" {
		t.Errorf("meta: -want +got\n%s", diff)
	}
	if diff := cmp.Diff(bytes, got.Document); diff != "" {
		t.Errorf("document: -want +got\n%s", diff)
	}
	if len(got.Copies) != 1 || got.Copies[0].SHA256 != copied.Meta.DocumentSHA256 || !got.Copies[0].FetchedAt.Equal(storetest.Clock.Add(time.Hour)) {
		t.Errorf("copies: %+v", got.Copies)
	}
	var versions []string
	for _, v := range got.Versions {
		versions = append(versions, fmt.Sprint(v.ID, " ", v.PublishedOn, " ", v.Current))
	}
	storetest.Same(t, "versions", []string{fmt.Sprint(first.ReportID, " 2022-01-10 false"), fmt.Sprint(second.ReportID, " 2022-03-01 true")}, versions)
	facts := map[string]store.StoredFact{}
	for _, f := range got.Facts {
		facts[f.Key()] = f
	}
	for _, want := range r.Facts {
		f, ok := facts[want.Key()]
		if diff := cmp.Diff(want, f.Fact); !ok || diff != "" {
			t.Errorf("%s: -want +got\n%s", want.Key(), diff)
		}
	}
	if len(got.Facts) != len(r.Facts) {
		t.Errorf("%d facts, want %d", len(got.Facts), len(r.Facts))
	}
	if diff := cmp.Diff(&right, facts["requests.received@total"].Correction); diff != "" {
		t.Errorf("correction: -want +got\n%s", diff)
	}
	if v, status := facts["requests.received@total"].Effective(); v == nil || *v != 41 || status != report.StatusReported {
		t.Errorf("effective: %v %s", v, status)
	}
	if diff := cmp.Diff(r.Mentions, got.Mentions); diff != "" {
		t.Errorf("mentions: -want +got\n%s", diff)
	}
	if diff := cmp.Diff(r.Sections, got.Sections); diff != "" {
		t.Errorf("sections: -want +got\n%s", diff)
	}
	if diff := cmp.Diff(r.Findings, got.Findings, cmp.Comparer(report.Evidence.Equal)); diff != "" {
		t.Errorf("findings: -want +got\n%s", diff)
	}

	superseded, err := s.Report(t.Context(), first.ReportID)
	if err != nil || superseded.SupersededBy != second.ReportID || len(superseded.Versions) != 2 {
		t.Errorf("the older version: %+v, %v", superseded, err)
	}
	if _, err := s.Report(t.Context(), 999); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a number that is none: %v", err)
	}
}
