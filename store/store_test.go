package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"nianbao/parser/report"
)

var clock = time.Date(2024, 4, 1, 8, 0, 0, 0, time.UTC)

// letters cuts at every character: enough to test what search does with cuts.
type letters struct{}

func (letters) Cut(text string) []string {
	var words []string
	for _, r := range text {
		words = append(words, string(r))
	}
	return words
}

func open(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, Options{Now: func() time.Time { return clock }, Cutter: letters{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func fresh(t testing.TB) *Store { return open(t, filepath.Join(t.TempDir(), "reports.db")) }

func count(n float64) *float64 { return &n }

// sample is an invented report.
func sample(region, name string, year int, received float64) *report.Report {
	sum := sha256.Sum256([]byte(fmt.Sprint(region, year, received)))
	return &report.Report{
		Meta: report.Meta{
			Source: fmt.Sprintf("%s-%d.html", region, year), Container: "html", Layout: "2021", Title: fmt.Sprintf("%s%d年政府信息公开工作年度报告", name, year),
			Year: report.Year(year), PeriodStart: fmt.Sprintf("%d-01-01", year), PeriodEnd: fmt.Sprintf("%d-12-31", year), Region: name, RegionCode: region,
			Publisher: name + "人民政府办公室", Scope: report.ScopeRegion, DocumentSHA256: hex.EncodeToString(sum[:]), ParserVersion: "1",
		},
		Facts: []report.Fact{
			{Indicator: "requests.received", Applicant: "total", Value: count(received), Unit: "件", Status: report.StatusReported, Raw: fmt.Sprint(received), Locator: report.Cell(3, 4, 10)},
			{Indicator: "requests.granted", Applicant: "total", Unit: "件", Status: report.StatusBlank, Locator: report.Cell(3, 6, 10)},
			{Indicator: "disclosure.fees.amount", Value: count(14155.37), Unit: "万元", Status: report.StatusReported, Raw: "14155.37", Locator: report.Line(12)},
			{Indicator: "review.total", Unit: "件", Status: report.StatusNotApplicable, Raw: "/"},
		},
		Mentions: []report.Mention{
			{Metric: "disclosed_items", Subject: "政府信息", Value: 2165, Unit: "条", Section: 1, Sentence: "全年主动公开政府信息2165条,其中网站235条。", Start: 16, End: 20, Raw: "2165"},
			{Metric: "disclosed_items", Subject: "网站", Value: 235, Unit: "条", PartOf: new(int), Section: 1, Sentence: "全年主动公开政府信息2165条,其中网站235条。", Start: 26, End: 29, Raw: "235"},
		},
		Findings: []report.Finding{{Rule: report.RuleCitation, Severity: report.SeverityInfo, Expected: report.Text("2021"), Actual: report.Number(2019), Message: "The text cites another notice."}},
		Sections: []report.Section{{Number: 1, Heading: "一、总体情况", Text: "工作稳步推进。全年主动公开政府信息2165条,其中网站235条。"}},
	}
}
