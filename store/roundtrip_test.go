package store_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/storetest"
)

// The same cases each time, so that a change is judged by what it changes;
// -rapid.seed and -rapid.checks look further.
func init() { flag.Set("rapid.seed", "20211231") }

// TestRoundTrip stores any figures, places and sentences, and reads them back
// bit by bit, by the API and by the views.
func TestRoundTrip(t *testing.T) {
	s := storetest.Fresh(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		r := storetest.Sample("653101", "喀什市", 2021, 0)
		r.Meta.DocumentSHA256 = fmt.Sprintf("%064x", n)
		r.Meta.Publisher = fmt.Sprint("机关", n)
		r.Facts, r.Mentions = nil, nil
		for _, i := range rapid.SliceOfNDistinct(rapid.SampledFrom(catalog.Indicators()), 0, 12, func(i catalog.Indicator) string { return i.Code }).Draw(t, "indicators") {
			f := report.Fact{Indicator: i.Code, Unit: i.Unit, Status: rapid.SampledFrom([]report.Status{report.StatusReported, report.StatusReported, report.StatusBlank,
				report.StatusNotApplicable, report.StatusUnreadable, report.StatusUnitAssumed}).Draw(t, "status"), Locator: locators.Draw(t, "locator")}
			if i.Dimension == catalog.DimensionApplicant {
				f.Applicant = rapid.SampledFrom(catalog.Applicants()).Draw(t, "applicant").Code
			}
			f.Raw = rapid.OneOf(rapid.SampledFrom([]string{"", "/", "0", "00", "1,234", "１２"}), rapid.StringMatching(`[0-9.,万]{0,6}`)).Draw(t, "raw")
			if f.Status.HasValue() {
				v := rapid.OneOf(rapid.Map(rapid.IntRange(0, 1<<24), func(i int) float64 { return float64(i) }), rapid.SampledFrom([]float64{0, -8, 0.1, 14155.37, 1 << 23, 1<<23 - 1, 1e15, 1e16, math.MaxFloat64, 1.0 / 3}), rapid.Float64()).Draw(t, "value")
				if v == 0 {
					v = 0 // without its sign
				}
				f.Value = &v
				if rapid.Bool().Draw(t, "plain") {
					if f.Raw = fmt.Sprint(v); v == math.Trunc(v) && math.Abs(v) < 1e15 {
						f.Raw = strconv.FormatInt(int64(v), 10)
					}
				}
			}
			r.Facts = append(r.Facts, f)
		}
		text := []rune(r.Sections[0].Text)
		for range rapid.IntRange(0, 3).Draw(t, "mentions") {
			from := rapid.IntRange(0, len(text)-1).Draw(t, "from")
			to := rapid.IntRange(from+1, len(text)).Draw(t, "to")
			at := rapid.IntRange(from, to-1).Draw(t, "at")
			r.Mentions = append(r.Mentions, report.Mention{Value: rapid.Float64Range(0, 1e9).Draw(t, "told"), Section: rapid.IntRange(0, 2).Draw(t, "section"),
				Sentence: string(text[from:to]), Start: at, End: at + 1, Raw: string(text[at : at+1])})
		}
		result, err := s.Ingest(t.Context(), r, store.Document{})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]report.Fact{}
		snapshot, err := s.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for all, err := range snapshot.Figures(t.Context(), store.FactQuery{}) {
			if err != nil {
				t.Fatal(err)
			}
			if all.ReportID != result.ReportID {
				continue
			}
			for _, f := range all.Facts {
				l, err := report.ParseLocator(f.Locator)
				if err != nil {
					t.Fatal(err)
				}
				fact := report.Fact{Indicator: f.Indicator, Applicant: f.Applicant, Unit: f.Unit, Status: f.Status, Raw: f.Raw, Locator: l}
				if f.Value != nil {
					v := *f.Value
					fact.Value = &v
				}
				got[fact.Key()] = fact
			}
		}
		if err := snapshot.Close(); err != nil {
			t.Fatal(err)
		}
		want := map[string]report.Fact{}
		for _, f := range r.Facts {
			want[f.Key()] = f
			var value *float64
			var status, raw, locator string
			if err := s.DB().QueryRow("SELECT value, status, raw, locator FROM fact WHERE report_id = ? AND indicator = ? AND applicant = ?", result.ReportID, f.Indicator, f.Applicant).
				Scan(&value, &status, &raw, &locator); err != nil {
				t.Fatal(err)
			}
			if (value == nil) != (f.Value == nil) || value != nil && *value != *f.Value || status != string(f.Status) || raw != f.Raw || locator != f.Locator.String() {
				t.Errorf("the view has %v %s %q %q for %+v", value, status, raw, locator, f)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("facts: -want +got\n%s", diff)
		}
		for i, m := range r.Mentions {
			var sentence string
			var value float64
			if err := s.DB().QueryRow("SELECT sentence, value FROM mention WHERE report_id = ? AND seq = ?", result.ReportID, i).Scan(&sentence, &value); err != nil {
				t.Fatal(err)
			}
			if sentence != m.Sentence || value != m.Value {
				t.Errorf("mention %+v: %q %v", m, sentence, value)
			}
		}
	})
}

var locators = rapid.Custom(func(t *rapid.T) report.Locator {
	switch rapid.IntRange(0, 4).Draw(t, "kind") {
	case 0:
		return report.Locator{}
	case 1:
		return report.Line(rapid.IntRange(1, 1<<24).Draw(t, "line"))
	case 2:
		return report.Cell(rapid.IntRange(1, 1<<21).Draw(t, "table"), rapid.IntRange(1, 5000).Draw(t, "row"), rapid.IntRange(1, 300).Draw(t, "column"))
	case 3:
		return report.Locator{Table: rapid.IntRange(1, 9).Draw(t, "table"), Row: rapid.IntRange(0, 9).Draw(t, "row")}
	}
	return report.Cell(rapid.IntRange(1, 9).Draw(t, "table"), rapid.IntRange(1, 99).Draw(t, "row"), rapid.IntRange(1, 20).Draw(t, "column"))
})

// TestJSONForm stores a report in the form that the program prints.
func TestJSONForm(t *testing.T) {
	data, err := json.Marshal(storetest.Sample("653101", "喀什市", 2021, 10))
	if err != nil {
		t.Fatal(err)
	}
	var r report.Report
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	s := storetest.Fresh(t)
	storetest.Ingest(t, s, storetest.Sample("653101", "喀什市", 2021, 10), store.Document{})
	if got := storetest.Ingest(t, s, &r, store.Document{FetchedAt: storetest.Clock.Add(time.Hour)}); got.Outcome != store.Unchanged {
		t.Errorf("read from JSON, the report is %s", got.Outcome)
	}
}
