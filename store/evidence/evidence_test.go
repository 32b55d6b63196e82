package evidence

import (
	"fmt"
	"strings"
	"testing"

	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/storetest"
	"nianbao/store/panel"
)

// tell is a case in one line a side.
func tell(c Case) (lines []string) {
	for _, s := range c.Sides {
		var all []string
		for _, e := range s.Exhibits {
			what := strings.TrimSuffix(e.Indicator+"@"+e.Applicant, "@")
			if e.Sentence != "" {
				what = e.Metric + " in " + e.Heading + ": " + e.Sentence
			}
			if e.Correction != nil {
				what += " corrected"
			}
			all = append(all, fmt.Sprintf("%d %s %s %q %s", e.Year, e.RegionName, what, e.Raw, e.Status))
		}
		lines = append(lines, fmt.Sprintf("%s %s: %s", c.Rule, s.Of, strings.Join(all, "; ")))
	}
	return lines
}

func TestSides(t *testing.T) {
	s := storetest.Fresh(t)
	storetest.Ingest(t, s, storetest.Tables("653101", "喀什市", 2020, "2021", map[string]float64{"requests.carried_out": 3, "disclosure.normative_documents.in_force": 10}), store.Document{})
	now := storetest.Tables("653101", "喀什市", 2021, "2021", map[string]float64{
		"requests.received": 12, "requests.carried_in": 2, "requests.processed_total": 14, "requests.carried_out": 1,
		"disclosure.normative_documents.issued": 2, "disclosure.normative_documents.repealed": 1, "disclosure.normative_documents.in_force": 20})
	now.Sections = []report.Section{{Number: 1, Heading: "一、总体情况", Text: "全年收到申请15件。"}}
	now.Mentions = []report.Mention{{Metric: "requests_received", Subject: "申请", Value: 15, Unit: "件", Section: 1, Sentence: "全年收到申请15件。", Start: 6, End: 8, Raw: "15"}}
	now.Findings = []report.Finding{
		{Rule: "layout.inferred", Severity: report.SeverityInfo, Message: "A note."},
		{Rule: "narrative.requests_received", Severity: report.SeverityWarning, Indicator: "requests.received", Applicant: "total", Expected: report.Number(12), Actual: report.Number(15), Message: "m"},
		{Rule: "requests.balance", Severity: report.SeverityError, Indicator: "requests.processed_total", Applicant: "total", Expected: report.Number(14), Actual: report.Number(15), Message: "m"},
	}
	id := storetest.Ingest(t, s, now, store.Document{}).ReportID
	if _, err := panel.Check(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if err := s.ReviewFinding(t.Context(), store.Review{ReportID: id, Rule: "requests.balance", Indicator: "requests.processed_total", Applicant: "total",
		Verdict: store.VerdictDismissed, Reason: "a footnote says so", Reviewer: "LW"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Correct(t.Context(), store.Correction{ReportID: id, Indicator: "requests.received", Applicant: "total", Value: storetest.Count(15), Reason: "by phone", Reviewer: "LW"}); err != nil {
		t.Fatal(err)
	}
	all, err := Of(t.Context(), s, store.Filter{Regions: []string{"653101"}, Years: store.Year(2021)}, report.SeverityWarning)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d reports, %v", len(all), err)
	}
	var got []string
	for _, c := range all[0].Cases {
		got = append(got, tell(c)...)
	}
	storetest.Same(t, "sides", []string{
		`panel.carry 3: 2020 喀什市 requests.carried_out@total "3" reported`,
		`panel.carry 2: 2021 喀什市 requests.carried_in@total "2" reported`,
		`panel.in_force 11: 2020 喀什市 disclosure.normative_documents.in_force "10" reported; 2021 喀什市 disclosure.normative_documents.issued "2" reported; 2021 喀什市 disclosure.normative_documents.repealed "1" reported`,
		`panel.in_force 20: 2021 喀什市 disclosure.normative_documents.in_force "20" reported`,
		`narrative.requests_received 12: 2021 喀什市 requests.received@total corrected "12" reported`,
		`narrative.requests_received 15: 2021 喀什市 requests_received in 一、总体情况: 全年收到申请15件。 "15" reported`,
		`requests.balance 14: 2021 喀什市 requests.received@total corrected "12" reported; 2021 喀什市 requests.carried_in@total "2" reported`,
		`requests.balance 15: 2021 喀什市 requests.processed_total@total "14" reported; 2021 喀什市 requests.carried_out@total "1" reported`,
	}, got)
	last := all[0].Cases[len(all[0].Cases)-1]
	if !last.Dismissed() || last.Review.Reason != "a footnote says so" || all[0].Cases[0].Review != nil {
		t.Errorf("reviews: %+v", last.Review)
	}
	notes, err := Of(t.Context(), s, store.Filter{Regions: []string{"653101"}, Years: store.Year(2021)}, report.SeverityInfo)
	if err != nil || len(notes[0].Cases) != len(all[0].Cases)+1 {
		t.Errorf("with notes: %d cases, %v", len(notes[0].Cases), err)
	}
}

// Every rule that a comparison of two years raises names figures that there are.
func TestHierarchy(t *testing.T) {
	s := storetest.Fresh(t)
	figures := func(v float64) map[string]float64 { return map[string]float64{"requests.received": v} }
	storetest.Ingest(t, s, storetest.Tables("653101", "喀什市", 2021, "2021", figures(30)), store.Document{})
	storetest.Ingest(t, s, storetest.Tables("653121", "疏附县", 2021, "2021", figures(20)), store.Document{})
	prefecture := storetest.Tables("653100", "喀什地区", 2021, "2021", figures(10))
	prefecture.Findings = []report.Finding{{Rule: panel.RuleHierarchySum, Severity: report.SeverityWarning, Indicator: "requests.received", Applicant: "total", Expected: report.Number(50), Actual: report.Number(10), Message: "m"}}
	storetest.Ingest(t, s, prefecture, store.Document{})
	all, err := Of(t.Context(), s, store.Filter{Regions: []string{"653100"}}, report.SeverityWarning)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d, %v", len(all), err)
	}
	var got []string
	for _, c := range all[0].Cases {
		if c.Rule == panel.RuleHierarchySum {
			got = append(got, tell(c)...)
		}
	}
	storetest.Same(t, "sides", []string{
		`hierarchy.sum 50: 2021 喀什市 requests.received@total "30" reported; 2021 疏附县 requests.received@total "20" reported`,
		`hierarchy.sum 10: 2021 喀什地区 requests.received@total "10" reported`,
	}, got)
}

// A row of which the page has parts is shown by them, one that it lacks as lacking.
func TestCells(t *testing.T) {
	r := &store.StoredReport{Meta: report.Meta{Layout: "2021"}}
	for _, code := range []string{"requests.other_processing.correction_overdue", "requests.other_processing.other"} {
		r.Facts = append(r.Facts, store.StoredFact{Fact: report.Fact{Indicator: code, Applicant: "total", Status: report.StatusBlank}})
	}
	var got []string
	for _, e := range cells(r, []string{"requests.other_processing", "requests.granted", "requests.replied.denied"}, "total") {
		got = append(got, e.Indicator+" "+string(e.Status))
	}
	storetest.Same(t, "cells", []string{"requests.other_processing.correction_overdue blank", "requests.other_processing.other blank", "requests.granted not_read"}, got)
}
