package ask

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/storetest"
)

func number(v *float64) string {
	if v == nil {
		return "-"
	}
	return report.Number(*v).String()
}

func lines(c *Comparison) (all []string) {
	for _, r := range c.Rows {
		all = append(all, fmt.Sprintf("%d %s %s rank %d share %s before %s change %s %s", r.Year, r.RegionName, cmp2(number(r.Value), string(r.Status)), r.Rank, percent(r.Share), number(r.Before), number(r.Change), r.Note))
	}
	return all
}

func cmp2(value, status string) string {
	if value == "-" {
		return status
	}
	return value
}

func percent(v *float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf("%.0f%%", *v*100)
}

func TestCompare(t *testing.T) {
	s := storetest.Prefecture(t)
	c, err := Compare(t.Context(), s, CompareQuery{Code: "requests.received", Filter: store.Filter{Years: store.Year(2021), Under: "653100"}})
	if err != nil {
		t.Fatal(err)
	}
	storetest.Same(t, "rows", []string{
		"2021 喀什市 40 rank 1 share 67% before 8 change 32 ",
		"2021 疏附县 10 rank 2 share 17% before - change - ",
		"2021 疏勒县 10 rank 2 share 17% before - change - ",
		"2021 英吉沙县 blank rank 0 share - before - change - ",
		"2021 泽普县 not_read rank 0 share - before - change - ",
		"2021 莎车县 no_report rank 0 share - before - change - ",
		"2021 叶城县 no_report rank 0 share - before - change - ",
		"2021 麦盖提县 ambiguous rank 0 share - before - change - 2 reports of this territory and year disagree; this one says 3",
		"2021 麦盖提县 ambiguous rank 0 share - before - change - 2 reports of this territory and year disagree; this one says 4",
		"2021 岳普湖县 no_report rank 0 share - before - change - ",
		"2021 伽师县 no_report rank 0 share - before - change - ",
		"2021 巴楚县 no_report rank 0 share - before - change - ",
		"2021 塔什库尔干塔吉克自治县 no_report rank 0 share - before - change - ",
	}, lines(c))
	g := c.Groups[0]
	storetest.Same(t, "statistics", []string{"3 sum 60 min 10 10 10 25 max 40 map[ambiguous:2 blank:1 no_report:6 not_read:1] unscoped 1"},
		[]string{fmt.Sprintf("%d sum %s min %s %s %s %s max %s %v unscoped %d", g.Count, number(g.Sum), number(g.Min), number(g.Q1), number(g.Median), number(g.Q3), number(g.Max), g.Without, c.Unscoped)})
}

func TestCompareAgencies(t *testing.T) {
	s := storetest.Prefecture(t)
	c, err := Compare(t.Context(), s, CompareQuery{Code: "requests.received", Filter: store.Filter{Years: store.Year(2021), Scope: report.ScopeAgency}})
	if err != nil {
		t.Fatal(err)
	}
	storetest.Same(t, "rows", []string{"2021 莎车县 900 rank 1 share 100% before - change - "}, lines(c))
}

func TestCompareGroups(t *testing.T) {
	s := storetest.Prefecture(t)
	storetest.Ingest(t, s, storetest.Sample("320813", "洪泽区", 2021, 59), store.Document{})
	c, err := Compare(t.Context(), s, CompareQuery{Code: "requests.received", By: "prefecture", Unofficial: true, Filter: store.Filter{Years: store.Year(2021)}})
	if err != nil {
		t.Fatal(err)
	}
	var groups []string
	for _, g := range c.Groups {
		groups = append(groups, fmt.Sprintf("%s %s %d %s", g.Code, g.Name, g.Count, number(g.Median)))
	}
	storetest.Same(t, "groups", []string{"320800 淮安市 1 59", "653100 喀什地区 4 25"}, groups)
	if c.Rows[0].Rank != 1 || c.Rows[1].Rank != 1 {
		t.Errorf("each group has its own first: %v", lines(c))
	}
}

func TestCompareMetric(t *testing.T) {
	s := storetest.Fresh(t)
	storetest.Ingest(t, s, storetest.Sample("653101", "喀什市", 2021, 1), store.Document{})
	storetest.Ingest(t, s, storetest.With(storetest.Sample("653121", "疏附县", 2021, 2), func(r *report.Report) { r.Mentions[1].PartOf = nil }), store.Document{})
	storetest.Ingest(t, s, storetest.With(storetest.Sample("653122", "疏勒县", 2021, 3), func(r *report.Report) { r.Mentions[0].Qualifier = "cumulative" }), store.Document{})
	storetest.Ingest(t, s, storetest.With(storetest.Sample("653123", "英吉沙县", 2021, 4), func(r *report.Report) { r.Mentions = nil }), store.Document{})
	c, err := Compare(t.Context(), s, CompareQuery{Code: "disclosed_items", Filter: store.Filter{Years: store.Year(2021)}})
	if err != nil {
		t.Fatal(err)
	}
	storetest.Same(t, "rows", []string{
		"2021 喀什市 2165 rank 1 share 100% before - change - ",
		"2021 疏附县 ambiguous rank 0 share - before - change - the report tells several figures that differ",
		"2021 疏勒县 not_told rank 0 share - before - change - ",
		"2021 英吉沙县 not_told rank 0 share - before - change - ",
	}, lines(c))
	storetest.Same(t, "headline", []string{"2165", "", "", ""}, storetest.Query(t, s, "SELECT told_disclosed_items FROM headline ORDER BY region_code"))
}

func TestCompareRate(t *testing.T) {
	s := storetest.Fresh(t)
	rate := func(code, name string, granted, processed *float64) *report.Report {
		r := storetest.Sample(code, name, 2021, 1)
		r.Facts = nil
		for code, v := range map[string]*float64{"requests.granted": granted, "requests.processed_total": processed} {
			f := report.Fact{Indicator: code, Applicant: "total", Status: report.StatusBlank}
			if v != nil {
				f.Value, f.Status, f.Raw = v, report.StatusReported, report.Number(*v).String()
			}
			r.Facts = append(r.Facts, f)
		}
		return r
	}
	storetest.Ingest(t, s, rate("653101", "喀什市", storetest.Count(30), storetest.Count(40)), store.Document{})
	storetest.Ingest(t, s, rate("653121", "疏附县", storetest.Count(29), storetest.Count(29)), store.Document{})
	storetest.Ingest(t, s, rate("653122", "疏勒县", nil, storetest.Count(50)), store.Document{})
	storetest.Ingest(t, s, rate("653123", "英吉沙县", storetest.Count(0), nil), store.Document{})
	c, err := Compare(t.Context(), s, CompareQuery{Code: "rate.granted", Filter: store.Filter{Years: store.Year(2021)}})
	if err != nil {
		t.Fatal(err)
	}
	storetest.Same(t, "rows", []string{
		"2021 喀什市 0.75 rank 1 share - before - change - ",
		"2021 疏附县 base_too_low rank 0 share - before - change - ",
		"2021 疏勒县 blank rank 0 share - before - change - ",
		"2021 英吉沙县 blank rank 0 share - before - change - ",
	}, lines(c))
	if b := c.Rows[0].Base; b == nil || *b != 40 {
		t.Errorf("rests on %s", number(b))
	}
}

func TestCompareAcrossLayouts(t *testing.T) {
	s := storetest.Fresh(t)
	old := storetest.With(storetest.Sample("653101", "喀什市", 2018, 1), func(r *report.Report) {
		r.Meta.Layout = "2014"
		r.Facts = []report.Fact{
			{Indicator: "requests.replied.denied.state_secret", Value: storetest.Count(3), Status: report.StatusReported, Raw: "3"},
			{Indicator: "requests.replied.granted", Value: storetest.Count(7), Status: report.StatusReported, Raw: "7"},
		}
	})
	storetest.Ingest(t, s, old, store.Document{})
	for _, c := range []struct {
		code  string
		close bool
		want  string
	}{
		{"requests.denied.state_secret", false, "3"},
		{"requests.granted", false, "not_in_layout"},
		{"requests.granted", true, "7"},
		{"requests.carried_in", true, "not_in_layout"},
	} {
		got, err := Compare(t.Context(), s, CompareQuery{Code: c.code, Close: c.close, Filter: store.Filter{Years: store.Year(2018)}})
		if err != nil {
			t.Fatal(err)
		}
		row := got.Rows[0]
		if cmp2(number(row.Value), string(row.Status)) != c.want || c.want == "3" && !strings.Contains(row.Note, "requests.replied.denied.state_secret") {
			t.Errorf("%s: %v", c.code, lines(got))
		}
	}
}

func TestUnknownWords(t *testing.T) {
	s := storetest.Fresh(t)
	for _, q := range []CompareQuery{
		{Code: "requests.none"}, {Code: "requests.received", Applicant: "everybody"}, {Code: "review.total", Applicant: "total"}, {Code: "disclosed_items", Applicant: "total"},
		{Code: "requests.received", By: "county"}, {Code: "requests.received", Filter: store.Filter{Regions: []string{"000000"}}},
		{Code: "requests.received", Filter: store.Filter{Under: "' OR 1 --"}}, {Code: "requests.received", Filter: store.Filter{Level: "planet"}},
	} {
		if _, err := Compare(t.Context(), s, q); !errors.Is(err, store.ErrUnknownCode) {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

func TestQuantiles(t *testing.T) {
	// The values of R's quantile(c(1, 2, 4, 8, 16)), type 7.
	s := summarise([]float64{1, 2, 4, 8, 16})
	storetest.Same(t, "quantiles", []string{"1 2 4 8 16 31"}, []string{strings.Join([]string{number(s.Min), number(s.Q1), number(s.Median), number(s.Q3), number(s.Max), number(s.Sum)}, " ")})
	s = summarise([]float64{1, 2})
	storetest.Same(t, "quantiles", []string{"1 1.25 1.5 1.75 2 3"}, []string{strings.Join([]string{number(s.Min), number(s.Q1), number(s.Median), number(s.Q3), number(s.Max), number(s.Sum)}, " ")})
}

func TestTrend(t *testing.T) {
	s := storetest.Fresh(t)
	annex := func(r *report.Report) {
		r.Meta.Layout = "2014"
		r.Facts = []report.Fact{{Indicator: "requests.replied.granted", Value: storetest.Count(7), Status: report.StatusReported, Raw: "7"},
			{Indicator: "review.total", Value: storetest.Count(2), Status: report.StatusReported, Raw: "2"}}
	}
	granted := func(v float64, layout string) func(*report.Report) {
		return func(r *report.Report) {
			r.Meta.Layout = layout
			r.Facts = []report.Fact{{Indicator: "requests.granted", Applicant: "total", Value: storetest.Count(v), Status: report.StatusReported, Raw: report.Number(v).String()},
				{Indicator: "review.total", Value: storetest.Count(3), Status: report.StatusReported, Raw: "3"}}
		}
	}
	storetest.Ingest(t, s, storetest.With(storetest.Sample("350427", "沙县", 2018, 1), annex), store.Document{})
	storetest.Ingest(t, s, storetest.With(storetest.Sample("350427", "沙县", 2019, 1), granted(9, "2019")), store.Document{})
	storetest.Ingest(t, s, storetest.With(storetest.Sample("350405", "沙县区", 2021, 1), granted(11, "2021")), store.Document{})
	for code, want := range map[string][]string{
		"requests.granted": {
			"2018 沙县 7 break=false",
			"2019 沙县 9 break=true break: layout 2019 counts differently from layout 2014",
			"2020 沙县区 no_report break=false",
			"2021 沙县区 11 break=false until 2019: 沙县",
		},
		"review.total": {
			"2018 沙县 2 break=false",
			"2019 沙县 3 break=true break: Since 2019 the total includes pending reviews; the 2014 total is the sum of three results.",
			"2020 沙县区 no_report break=false",
			"2021 沙县区 3 break=false until 2019: 沙县",
		},
	} {
		for _, region := range []string{"350427", "350405"} {
			_, series, err := Trend(t.Context(), s, TrendQuery{Code: code, Filter: store.Filter{Regions: []string{region}}})
			if err != nil || len(series) != 1 {
				t.Fatalf("%v %v", series, err)
			}
			var got []string
			for _, p := range series[0].Points {
				note := p.Note
				if p.Indicator != "" {
					note = "" // says what it was read from
				}
				got = append(got, strings.TrimSpace(fmt.Sprintf("%d %s %s break=%v %s", p.Year, p.RegionName, cmp2(number(p.Value), string(p.Status)), p.Break, note)))
			}
			storetest.Same(t, code, want, got)
		}
	}
	if _, _, err := Trend(t.Context(), s, TrendQuery{Code: "review.total"}); !errors.Is(err, store.ErrUnknownCode) {
		t.Errorf("without regions: %v", err)
	}
}

func TestRegions(t *testing.T) {
	s := storetest.Prefecture(t)
	all, err := Regions(t.Context(), s, store.Filter{Under: "653100"}, true)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range all {
		got = append(got, fmt.Sprintf("%s %v %d", r.Name, r.Years, r.Reports))
	}
	storetest.Same(t, "regions", []string{"喀什市 [2020 2021] 2", "疏附县 [2021] 1", "疏勒县 [2021] 1", "英吉沙县 [2021] 1", "泽普县 [2021] 1", "莎车县 [] 1", "叶城县 [2021] 1", "麦盖提县 [2021] 2", "岳普湖县 [] 1"}, got)
	storetest.Same(t, "region_series", []string{"350405"}, storetest.Query(t, s, "SELECT series FROM region_series WHERE code = '350427'"))
	storetest.Same(t, "one series each", []string{"1"}, storetest.Query(t, s, "SELECT (SELECT count(*) FROM region) = (SELECT count(*) FROM region_series)"))
}

// TestCompareDoubts: regions without a report are counted whether or not they
// are named, and a value that a finding is about is marked until a reviewer
// dismisses it.
func TestCompareDoubts(t *testing.T) {
	s := storetest.Fresh(t)
	doubt := func(indicator, applicant string, severity report.Severity) func(*report.Report) {
		return func(r *report.Report) {
			r.Findings = []report.Finding{{Rule: "requests.balance", Severity: severity, Indicator: indicator, Applicant: applicant, Expected: report.Number(9)}}
		}
	}
	storetest.Ingest(t, s, storetest.With(storetest.Sample("653101", "喀什市", 2021, 40), doubt("requests.received", "total", report.SeverityError)), store.Document{})
	storetest.Ingest(t, s, storetest.With(storetest.Sample("653121", "疏附县", 2021, 30), doubt("requests.received", "", report.SeverityWarning)), store.Document{})
	storetest.Ingest(t, s, storetest.With(storetest.Sample("653122", "疏勒县", 2021, 20), doubt("requests.received", "total", report.SeverityInfo)), store.Document{})
	storetest.Ingest(t, s, storetest.With(storetest.Sample("653123", "英吉沙县", 2021, 10), doubt("requests.received", "natural_person", report.SeverityError)), store.Document{})
	compare := func(code string, f store.Filter) (marks []string, noReport int) {
		c, err := Compare(t.Context(), s, CompareQuery{Code: code, Filter: f})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range c.Rows {
			if r.ReportID != 0 {
				marks = append(marks, fmt.Sprint(r.RegionName, " ", r.Contradicted))
			}
		}
		return marks, c.Groups[0].NoReport
	}
	want := []string{"喀什市 [requests.balance]", "疏附县 [requests.balance]", "疏勒县 []", "英吉沙县 []"}
	marks, noReport := compare("requests.received", store.Filter{Years: store.Year(2021), Under: "653100"})
	storetest.Same(t, "doubted", want, marks)
	if noReport != 8 { // of the twelve counties
		t.Errorf("%d counties of the prefecture have no report", noReport)
	}
	if _, noReport := compare("requests.received", store.Filter{Years: store.Year(2021)}); noReport < 2800 {
		t.Errorf("%d counties have no report", noReport)
	}
	told, _ := compare("requests_received", store.Filter{Years: store.Year(2021)})
	if len(told) != 4 || strings.Contains(strings.Join(told, ""), "balance") {
		t.Errorf("a figure that is not told is doubted: %v", told)
	}
	if err := s.ReviewFinding(t.Context(), store.Review{ReportID: 1, Rule: "requests.balance", Indicator: "requests.received", Applicant: "total",
		Verdict: store.VerdictDismissed, Reason: "the page is right", Reviewer: "r"}); err != nil {
		t.Fatal(err)
	}
	want[0] = "喀什市 []"
	marks, _ = compare("requests.received", store.Filter{Years: store.Year(2021), Under: "653100"})
	storetest.Same(t, "one dismissed", want, marks)
}
