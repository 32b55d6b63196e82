package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"nianbao/parser/report"
)

func number(v *float64) string {
	if v == nil {
		return "-"
	}
	return plainNumber(*v)
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

// prefecture are the reports of some counties of one prefecture; all figures
// are invented.
func prefecture(t *testing.T) *Store {
	s := fresh(t)
	for _, r := range []*report.Report{
		sample("653101", "喀什市", 2020, 8),
		sample("653101", "喀什市", 2021, 40),
		sample("653121", "疏附县", 2021, 10),
		sample("653122", "疏勒县", 2021, 10),
		with(sample("653123", "英吉沙县", 2021, 0), func(r *report.Report) {
			r.Facts[0].Value, r.Facts[0].Status, r.Facts[0].Raw = nil, report.StatusBlank, ""
		}),
		with(sample("653124", "泽普县", 2021, 5), func(r *report.Report) { r.Facts = r.Facts[1:] }),
		with(sample("653125", "莎车县", 2021, 900), func(r *report.Report) { r.Meta.Scope, r.Meta.Publisher = report.ScopeAgency, "莎车县财政局" }),
		with(sample("653126", "叶城县", 2021, 70), func(r *report.Report) {
			r.Findings = append(r.Findings, report.Finding{Rule: report.RuleUnofficialHost, Severity: report.SeverityWarning})
		}),
		sample("653127", "麦盖提县", 2021, 3),
		with(sample("653127", "麦盖提县", 2021, 4), func(r *report.Report) { r.Meta.Publisher = "麦盖提县人民政府" }),
		with(sample("653128", "岳普湖县", 2021, 6), func(r *report.Report) { r.Meta.Scope = report.ScopeUnknown }),
		sample("653100", "喀什地区", 2021, 4000),
	} {
		ingest(t, s, r, Document{})
	}
	return s
}

func TestCompare(t *testing.T) {
	s := prefecture(t)
	c, err := s.Compare(t.Context(), CompareQuery{Code: "requests.received", Filter: Filter{Years: Year(2021), Under: "653100"}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "rows", []string{
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
	same(t, "statistics", []string{"3 sum 60 min 10 10 10 25 max 40 map[ambiguous:2 blank:1 no_report:6 not_read:1] unscoped 1"},
		[]string{fmt.Sprintf("%d sum %s min %s %s %s %s max %s %v unscoped %d", g.Count, number(g.Sum), number(g.Min), number(g.Q1), number(g.Median), number(g.Q3), number(g.Max), g.Without, c.Unscoped)})
}

func TestCompareAgencies(t *testing.T) {
	s := prefecture(t)
	c, err := s.Compare(t.Context(), CompareQuery{Code: "requests.received", Filter: Filter{Years: Year(2021), Scope: report.ScopeAgency}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "rows", []string{"2021 莎车县 900 rank 1 share 100% before - change - "}, lines(c))
}

func TestCompareGroups(t *testing.T) {
	s := prefecture(t)
	ingest(t, s, sample("320813", "洪泽区", 2021, 59), Document{})
	c, err := s.Compare(t.Context(), CompareQuery{Code: "requests.received", By: "prefecture", Unofficial: true, Filter: Filter{Years: Year(2021)}})
	if err != nil {
		t.Fatal(err)
	}
	var groups []string
	for _, g := range c.Groups {
		groups = append(groups, fmt.Sprintf("%s %s %d %s", g.Code, g.Name, g.Count, number(g.Median)))
	}
	same(t, "groups", []string{"320800 淮安市 1 59", "653100 喀什地区 4 25"}, groups)
	if c.Rows[0].Rank != 1 || c.Rows[1].Rank != 1 {
		t.Errorf("each group has its own first: %v", lines(c))
	}
}

func TestCompareMetric(t *testing.T) {
	s := fresh(t)
	ingest(t, s, sample("653101", "喀什市", 2021, 1), Document{})
	ingest(t, s, with(sample("653121", "疏附县", 2021, 2), func(r *report.Report) { r.Mentions[1].PartOf = nil }), Document{})
	ingest(t, s, with(sample("653122", "疏勒县", 2021, 3), func(r *report.Report) { r.Mentions[0].Qualifier = "cumulative" }), Document{})
	ingest(t, s, with(sample("653123", "英吉沙县", 2021, 4), func(r *report.Report) { r.Mentions = nil }), Document{})
	c, err := s.Compare(t.Context(), CompareQuery{Code: "disclosed_items", Filter: Filter{Years: Year(2021)}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "rows", []string{
		"2021 喀什市 2165 rank 1 share 100% before - change - ",
		"2021 疏附县 ambiguous rank 0 share - before - change - the report tells several figures that differ",
		"2021 疏勒县 not_told rank 0 share - before - change - ",
		"2021 英吉沙县 not_told rank 0 share - before - change - ",
	}, lines(c))
	same(t, "headline", []string{"2165", "", "", ""}, query(t, s, "SELECT told_disclosed_items FROM headline ORDER BY region_code"))
}

func TestCompareRate(t *testing.T) {
	s := fresh(t)
	rate := func(code, name string, granted, processed *float64) *report.Report {
		r := sample(code, name, 2021, 1)
		r.Facts = nil
		for code, v := range map[string]*float64{"requests.granted": granted, "requests.processed_total": processed} {
			f := report.Fact{Indicator: code, Applicant: "total", Status: report.StatusBlank}
			if v != nil {
				f.Value, f.Status, f.Raw = v, report.StatusReported, plainNumber(*v)
			}
			r.Facts = append(r.Facts, f)
		}
		return r
	}
	ingest(t, s, rate("653101", "喀什市", count(30), count(40)), Document{})
	ingest(t, s, rate("653121", "疏附县", count(29), count(29)), Document{})
	ingest(t, s, rate("653122", "疏勒县", nil, count(50)), Document{})
	ingest(t, s, rate("653123", "英吉沙县", count(0), nil), Document{})
	c, err := s.Compare(t.Context(), CompareQuery{Code: "rate.granted", Filter: Filter{Years: Year(2021)}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "rows", []string{
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
	s := fresh(t)
	old := with(sample("653101", "喀什市", 2018, 1), func(r *report.Report) {
		r.Meta.Layout = "2014"
		r.Facts = []report.Fact{
			{Indicator: "requests.replied.denied.state_secret", Value: count(3), Status: report.StatusReported, Raw: "3"},
			{Indicator: "requests.replied.granted", Value: count(7), Status: report.StatusReported, Raw: "7"},
		}
	})
	ingest(t, s, old, Document{})
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
		got, err := s.Compare(t.Context(), CompareQuery{Code: c.code, Close: c.close, Filter: Filter{Years: Year(2018)}})
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
	s := fresh(t)
	for _, q := range []CompareQuery{
		{Code: "requests.none"}, {Code: "requests.received", Applicant: "everybody"}, {Code: "review.total", Applicant: "total"}, {Code: "disclosed_items", Applicant: "total"},
		{Code: "requests.received", By: "county"}, {Code: "requests.received", Filter: Filter{Regions: []string{"000000"}}},
		{Code: "requests.received", Filter: Filter{Under: "' OR 1 --"}}, {Code: "requests.received", Filter: Filter{Level: "planet"}},
	} {
		if _, err := s.Compare(t.Context(), q); !errors.Is(err, ErrUnknownCode) {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

func TestQuantiles(t *testing.T) {
	// The values of R's quantile(c(1, 2, 4, 8, 16)), type 7.
	s := summarise([]float64{1, 2, 4, 8, 16})
	same(t, "quantiles", []string{"1 2 4 8 16 31"}, []string{strings.Join([]string{number(s.Min), number(s.Q1), number(s.Median), number(s.Q3), number(s.Max), number(s.Sum)}, " ")})
	s = summarise([]float64{1, 2})
	same(t, "quantiles", []string{"1 1.25 1.5 1.75 2 3"}, []string{strings.Join([]string{number(s.Min), number(s.Q1), number(s.Median), number(s.Q3), number(s.Max), number(s.Sum)}, " ")})
}

func TestTrend(t *testing.T) {
	s := fresh(t)
	annex := func(r *report.Report) {
		r.Meta.Layout = "2014"
		r.Facts = []report.Fact{{Indicator: "requests.replied.granted", Value: count(7), Status: report.StatusReported, Raw: "7"},
			{Indicator: "review.total", Value: count(2), Status: report.StatusReported, Raw: "2"}}
	}
	granted := func(v float64, layout string) func(*report.Report) {
		return func(r *report.Report) {
			r.Meta.Layout = layout
			r.Facts = []report.Fact{{Indicator: "requests.granted", Applicant: "total", Value: count(v), Status: report.StatusReported, Raw: plainNumber(v)},
				{Indicator: "review.total", Value: count(3), Status: report.StatusReported, Raw: "3"}}
		}
	}
	ingest(t, s, with(sample("350427", "沙县", 2018, 1), annex), Document{})
	ingest(t, s, with(sample("350427", "沙县", 2019, 1), granted(9, "2019")), Document{})
	ingest(t, s, with(sample("350405", "沙县区", 2021, 1), granted(11, "2021")), Document{})
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
			_, series, err := s.Trend(t.Context(), TrendQuery{Code: code, Filter: Filter{Regions: []string{region}}})
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
			same(t, code, want, got)
		}
	}
	if _, _, err := s.Trend(t.Context(), TrendQuery{Code: "review.total"}); !errors.Is(err, ErrUnknownCode) {
		t.Errorf("without regions: %v", err)
	}
}

func TestRegions(t *testing.T) {
	s := prefecture(t)
	all, err := s.Regions(t.Context(), Filter{Under: "653100"}, true)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range all {
		got = append(got, fmt.Sprintf("%s %v %d", r.Name, r.Years, r.Reports))
	}
	same(t, "regions", []string{"喀什市 [2020 2021] 2", "疏附县 [2021] 1", "疏勒县 [2021] 1", "英吉沙县 [2021] 1", "泽普县 [2021] 1", "莎车县 [] 1", "叶城县 [2021] 1", "麦盖提县 [2021] 2", "岳普湖县 [] 1"}, got)
	same(t, "region_series", []string{"350405"}, query(t, s, "SELECT series FROM region_series WHERE code = '350427'"))
	same(t, "one series each", []string{"1"}, query(t, s, "SELECT (SELECT count(*) FROM region) = (SELECT count(*) FROM region_series)"))
}
