package ask

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/storetest"
)

// denied is a report whose reasons for a refusal have these totals, in the order of the form.
func denied(code, name string, year int, layout string, processed float64, values ...*float64) *report.Report {
	r := storetest.Sample(code, name, year, processed)
	r.Meta.Layout = layout
	fact := func(indicator string, v *float64) {
		f := report.Fact{Indicator: indicator, Applicant: "total", Value: v, Status: report.StatusReported}
		if v == nil {
			f.Status = report.StatusBlank
		}
		r.Facts = append(r.Facts, f)
	}
	r.Facts = nil
	fact("requests.processed_total", &processed)
	d, _ := catalog.LookupDerived("requests.denied.total")
	for i, v := range values {
		fact(d.Parts[i], v)
	}
	return r
}

// The refused requests of a report are the sum of the eight reasons, and there
// is none where one of them has no figure.
func TestDerived(t *testing.T) {
	s := storetest.Fresh(t)
	n := storetest.Count
	for _, r := range []*report.Report{
		denied("653101", "喀什市", 2021, catalog.Layout2021, 100, n(1), n(2), n(0), n(3), n(0), n(4), n(0), n(0)),
		denied("653121", "疏附县", 2021, catalog.Layout2021, 50, n(0), n(0), n(0), n(0), n(0), n(0), n(0), n(0)),
		denied("653122", "疏勒县", 2021, catalog.Layout2021, 50, n(1), n(2), nil, n(3), n(0), n(4), n(0), n(0)), // a blank is not zero
		denied("653123", "英吉沙县", 2021, catalog.Layout2021, 50, n(1), n(2), n(0), n(3), n(0), n(4), n(0)),     // the last row was not read
		denied("653124", "泽普县", 2021, catalog.Layout2019, 10, n(1), n(1), n(1), n(1), n(1), n(1), n(1), n(1)),
		storetest.With(storetest.Sample("653125", "莎车县", 2021, 1), func(r *report.Report) {
			r.Meta.Layout = catalog.Layout2014
			r.Facts = []report.Fact{
				{Indicator: "requests.replied.denied", Value: n(7), Status: report.StatusReported},
				{Indicator: "requests.replied.total", Value: n(70), Status: report.StatusReported},
			}
		}),
	} {
		storetest.Ingest(t, s, r, store.Document{})
	}
	ask := func(code string, close bool) map[string]string {
		c, err := Compare(t.Context(), s, CompareQuery{Code: code, Close: close, Filter: store.Filter{Years: store.Year(2021)}})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, r := range c.Rows {
			got[r.RegionName] = strings.TrimSuffix(cmp2(number(r.Value), string(r.Status))+" "+r.Note, " ")
		}
		return got
	}
	const closest = "read from requests.replied.denied (close: "
	for _, c := range []struct {
		code  string
		close bool
		want  map[string]string
	}{
		{"requests.denied.total", false, map[string]string{"喀什市": "10", "疏附县": "0", "疏勒县": "blank requests.denied.safety_and_stability is blank, so there is no sum",
			"英吉沙县": "not_read requests.denied.administrative_inquiry is not read, so there is no sum", "泽普县": "8", "莎车县": "not_in_layout"}},
		{"requests.denied.total", true, map[string]string{"喀什市": "10", "莎车县": "7 " + closest}},
		{"rate.denied", false, map[string]string{"喀什市": "0.1", "疏附县": "0", "疏勒县": "blank requests.denied.safety_and_stability is blank, so there is no sum", "泽普县": "base_too_low", "莎车县": "not_in_layout"}},
		{"rate.denied", true, map[string]string{"莎车县": "0.1 read from requests.replied.total"}},
	} {
		got := ask(c.code, c.close)
		for name, want := range c.want {
			if !strings.HasPrefix(got[name], want) || !c.close && got[name] != want {
				t.Errorf("%s, close %t, %s: %q, want %q", c.code, c.close, name, got[name], want)
			}
		}
	}
	// The view has the same, and no row of a layout without the parts.
	storetest.Same(t, "derived_fact", []string{"喀什市 10.0 件", "疏附县 0.0 件", "疏勒县 NULL 件", "英吉沙县 NULL 件", "泽普县 8.0 件"},
		storetest.Query(t, s, "SELECT region_name || ' ' || coalesce(value, 'NULL') || ' ' || unit FROM derived_fact WHERE indicator = 'requests.denied.total' AND applicant = 'total' ORDER BY region_code"))
	m, err := FindMeasure("requests.denied.total", "natural_person")
	if err != nil || m.Kind != KindDerived || m.Applicant != "natural_person" || m.Unit != "件" || !strings.Contains(m.LabelEN, "derived") {
		t.Errorf("%+v, %v", m, err)
	}
	// The views say the same.
	storetest.Same(t, "views", []string{"喀什市|10|10", "疏附县|0|0", "疏勒县|-|-", "英吉沙县|-|-", "泽普县|8|8", "莎车县|-|-"},
		storetest.Query(t, s, `SELECT h.region_name, coalesce(h.requests_denied_total, '-'), coalesce(w.denied_total, '-') FROM headline h JOIN requests_wide w USING (report_id) ORDER BY h.region_code`))
}

// A finding about one of the reasons, or about the sum of outcomes, puts the
// derived sum in doubt; one about another block does not.
func TestDerivedContradicted(t *testing.T) {
	s := storetest.Fresh(t)
	zero := storetest.Count(0)
	r := denied("653101", "喀什市", 2021, catalog.Layout2021, 100, zero, zero, zero, zero, zero, zero, zero, zero)
	r.Findings = []report.Finding{
		{Rule: "requests.outcomes_sum", Severity: report.SeverityError, Indicator: "requests.processed_total", Applicant: "total"},
		{Rule: "review.sum", Severity: report.SeverityError, Indicator: "review.total"},
	}
	storetest.Ingest(t, s, r, store.Document{})
	for code, want := range map[string]string{"requests.denied.total": "[requests.outcomes_sum]", "rate.denied": "[requests.outcomes_sum]", "rate.denied_per_100k": "[requests.outcomes_sum]", "requests.denied.state_secret": "[requests.outcomes_sum]"} {
		c, err := Compare(t.Context(), s, CompareQuery{Code: code, Filter: store.Filter{Years: store.Year(2021)}})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(c.Rows[0].Contradicted); got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
		_, series, err := Trend(t.Context(), s, TrendQuery{Code: code, Filter: store.Filter{Regions: []string{"653101"}}})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(series[0].Points[0].Contradicted); got != want {
			t.Errorf("the trend of %s: %s, want %s", code, got, want)
		}
	}
}

// Rates over residents say the year they were counted in, follow renamings, and
// are absent where the territory was drawn otherwise or the report is an office's.
func TestPerResidents(t *testing.T) {
	s := storetest.Fresh(t)
	for _, r := range []*report.Report{
		storetest.Sample("653101", "喀什市", 2019, 71),
		storetest.Sample("350427", "沙县", 2020, 27),
		storetest.Sample("350405", "沙县区", 2022, 54),
		storetest.Sample("330110", "余杭区", 2020, 100),
		storetest.Sample("330110", "余杭区", 2022, 100), // parted in 2021
		storetest.Sample("330113", "临平区", 2022, 100), // which came of it
		storetest.With(storetest.Sample("653101", "喀什市", 2022, 5), func(r *report.Report) { r.Meta.Scope, r.Meta.Publisher = report.ScopeAgency, "喀什市财政局" }),
	} {
		storetest.Ingest(t, s, r, store.Document{})
	}
	tell := func(r ComparisonRow) string {
		value := string(r.Status)
		if r.Value != nil {
			value = fmt.Sprintf("%.3f of %.0f in %d", *r.Value, *r.Base, r.BaseYear)
		}
		return fmt.Sprintf("%d %s %s", r.Year, r.RegionName, value)
	}
	for _, q := range []CompareQuery{{Code: "rate.requests_per_100k"}, {Code: "requests.received", Per: Residents}} {
		c, err := Compare(t.Context(), s, q)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range c.Rows {
			got = append(got, tell(r))
		}
		storetest.Same(t, q.Code, []string{
			"2019 喀什市 9.072 of 782662 in 2020", "2020 沙县 10.778 of 250503 in 2020", "2020 余杭区 4.162 of 2402514 in 2020", "2022 沙县区 21.557 of 250503 in 2020",
			"2022 余杭区 no_denominator", "2022 临平区 no_denominator"}, sortedLike(got))
		if c.Measure.Kind != KindRate || c.Measure.Per != Residents || !strings.Contains(c.Measure.LabelEN, "2020") || !strings.Contains(c.Measure.LabelZH, "2020") || c.Measure.Unit != "" {
			t.Errorf("%+v", c.Measure)
		}
	}
	c, err := Compare(t.Context(), s, CompareQuery{Code: "requests.received", Per: Residents, Filter: store.Filter{Scope: report.ScopeAgency}})
	if err != nil || len(c.Rows) != 1 || c.Rows[0].Status != NoDenominator {
		t.Errorf("an office: %+v, %v", c, err)
	}
	_, series, err := Trend(t.Context(), s, TrendQuery{Code: "rate.requests_per_100k", Filter: store.Filter{Regions: []string{"350427"}}})
	if err != nil || len(series) != 1 || len(series[0].Points) != 3 || series[0].Points[2].BaseYear != 2020 || series[0].Points[2].Value == nil || series[0].Points[1].BaseYear != 0 {
		t.Errorf("%+v, %v", series, err)
	}
}

// sortedLike leaves the order of a comparison, in which ranks decide, aside.
func sortedLike(rows []string) []string {
	order := map[string]int{"2019 喀什": 0, "2020 沙县": 1, "2020 余杭": 2, "2022 沙县": 3, "2022 余杭": 4, "2022 临平": 5}
	out := make([]string, len(rows))
	for _, r := range rows {
		out[order[string([]rune(r)[:7])]] = r
	}
	return out
}

// What was imported divides the figures of the same year and territory only.
func TestPerImported(t *testing.T) {
	s := storetest.Fresh(t)
	for _, r := range []*report.Report{
		storetest.Sample("350405", "沙县区", 2021, 54), storetest.Sample("350405", "沙县区", 2022, 54), storetest.Sample("653101", "喀什市", 2022, 71),
	} {
		storetest.Ingest(t, s, r, store.Document{})
	}
	if _, err := Compare(t.Context(), s, CompareQuery{Code: "requests.received", Per: "staff"}); !errors.Is(err, store.ErrUnknownCode) {
		t.Errorf("before the import: %v", err)
	}
	err := s.AddDenominators(t.Context(), []store.Denominator{
		{RegionCode: "350427", Year: 2022, Value: 9, Name: "staff", Source: "a survey"}, // under the former code
		{RegionCode: "653101", Year: 2022, Value: 10, Name: "staff", Source: "a survey"}, {RegionCode: "350405", Year: 2022, Value: 2, Name: "gdp", Source: "a yearbook"},
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := Compare(t.Context(), s, CompareQuery{Code: "requests.received", Per: "staff"})
	if err != nil {
		t.Fatal(err)
	}
	storetest.Same(t, "rows", []string{"2021 沙县区 no_denominator", "2022 喀什市 7.1 of 10 in 2022", "2022 沙县区 6 of 9 in 2022"}, tellAll(c))
	if _, err := Compare(t.Context(), s, CompareQuery{Code: "rate.granted", Per: "staff"}); !errors.Is(err, store.ErrUnknownCode) {
		t.Errorf("a rate divided: %v", err)
	}
	if n, err := s.RemoveDenominators(t.Context(), "staff"); n != 2 || err != nil {
		t.Errorf("removed %d, %v", n, err)
	}
	if _, err := s.RemoveDenominators(t.Context(), "staff"); !errors.Is(err, store.ErrUnknownCode) {
		t.Errorf("removed twice: %v", err)
	}
	sets, err := s.DenominatorSets(t.Context())
	if err != nil || len(sets) != 2 || sets[0].Name != Residents || !sets[0].BuiltIn || sets[1].Name != "gdp" || sets[1].Figures != 1 || sets[1].Sources[0] != "a yearbook" {
		t.Errorf("%+v, %v", sets, err)
	}
}

func tellAll(c *Comparison) (all []string) {
	for _, r := range c.Rows {
		value := string(r.Status)
		if r.Value != nil {
			value = fmt.Sprintf("%s of %s in %d", number(r.Value), number(r.Base), r.BaseYear)
		}
		all = append(all, fmt.Sprintf("%d %s %s", r.Year, r.RegionName, value))
	}
	return all
}
