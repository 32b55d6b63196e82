package panel_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/ask"
	"nianbao/store/internal/storetest"
	"nianbao/store/panel"
)

// letters makes prose of its own: no two seeds share a run of twelve letters.
func letters(seed uint64, n int) string {
	random := rand.New(rand.NewPCG(seed, 7))
	var b strings.Builder
	for i := range n {
		if i%25 == 24 {
			b.WriteRune('。')
			continue
		}
		b.WriteRune(rune(0x4e00 + random.IntN(6000)))
	}
	return b.String()
}

// written is a report whose one section says text.
func written(code, name string, year int, text string) *report.Report {
	r := storetest.Sample(code, name, year, 10)
	r.Mentions = nil
	r.Sections = []report.Section{{Number: 1, Heading: "一、总体情况", Text: text}}
	return r
}

func shares(t *testing.T, s *store.Store, kind string) map[string]float64 {
	t.Helper()
	if _, err := panel.Copies(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	all, err := ask.Copies(t.Context(), s, ask.CopyQuery{Kind: kind})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, c := range all {
		got[fmt.Sprintf("%s %d in %s %d", c.RegionName, c.Year, c.Other.RegionName, c.Other.Year)] = c.Share
	}
	return got
}

func near(a, b float64) bool { return a > b-0.02 && a < b+0.02 }

// TestCopies: a known part of a text is copied, with other figures, into the
// next year's and into another county's.
func TestCopies(t *testing.T) {
	s := storetest.Fresh(t)
	old := letters(1, 600) + "全年收到申请12件。" + letters(2, 400)
	storetest.Ingest(t, s, written("653101", "喀什市", 2020, old), store.Document{})
	// Three fifths of the new one stand in the old one, but for the figure.
	storetest.Ingest(t, s, written("653101", "喀什市", 2021, letters(1, 600)+"全年收到申请34件。"+letters(3, 400)), store.Document{})
	storetest.Ingest(t, s, written("653121", "疏附县", 2021, letters(3, 400)+letters(4, 400)), store.Document{})
	storetest.Ingest(t, s, written("653122", "疏勒县", 2021, letters(5, 800)), store.Document{})

	got := shares(t, s, ask.CopyYearBefore)
	if len(got) != 1 || !near(got["喀什市 2021 in 喀什市 2020"], 0.6) {
		t.Errorf("year before: %v", got)
	}
	got = shares(t, s, ask.CopyOtherOffice)
	if len(got) != 2 || !near(got["喀什市 2021 in 疏附县 2021"], 0.4) || !near(got["疏附县 2021 in 喀什市 2021"], 0.5) {
		t.Errorf("other offices: %v", got)
	}

	// The longest passage is told as printed, at its place.
	all, err := ask.Copies(t.Context(), s, ask.CopyQuery{Kind: ask.CopyYearBefore})
	if err != nil || len(all) != 1 || len(all[0].Passages) == 0 {
		t.Fatalf("%+v %v", all, err)
	}
	if p := all[0].Passages[0]; !strings.HasPrefix(p.Text, letters(1, 100)) || !strings.Contains(p.Text, "全年收到申请34件") || p.Section != 1 || p.OtherSection != 1 || p.Start != 0 || p.OtherStart != 0 ||
		p.Text != string([]rune(letters(1, 600) + "全年收到申请34件。" + letters(3, 400))[p.Start:p.End]) {
		t.Errorf("passage %+v", p)
	}

	// In a comparison it is a share, and absent where there is nothing to compare.
	cmp, err := ask.Compare(t.Context(), s, ask.CompareQuery{Code: ask.RepeatedText, Filter: store.Filter{Years: store.Year(2021)}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range cmp.Rows {
		switch {
		case r.RegionCode == "653101" && (r.Value == nil || !near(*r.Value, 0.6)),
			r.RegionCode == "653122" && (r.Value != nil || r.Status != ask.NotCompared):
			t.Errorf("%+v", r)
		}
	}

	// Nothing new: nothing is compared again.
	if result, err := panel.Copies(t.Context(), s); err != nil || result.Reports != 0 {
		t.Errorf("again: %+v %v", result, err)
	}
}

// TestCopiesOutOfOrder: whatever the order in which years are stored, and when
// the comparison ran, the table is the same in the end.
func TestCopiesOutOfOrder(t *testing.T) {
	years := []int{2019, 2020, 2021, 2022}
	reports := map[int]*report.Report{}
	for _, y := range years {
		reports[y] = written("653101", "喀什市", y, letters(1, 500)+letters(uint64(y), 500))
	}
	var want map[string]float64
	for i, order := range [][]int{{2019, 2020, 2021, 2022}, {2022, 2021, 2020, 2019}, {2021, 2019, 2022, 2020}} {
		for _, between := range []bool{false, true} {
			s := storetest.Fresh(t)
			for _, y := range order {
				storetest.Ingest(t, s, reports[y], store.Document{})
				if between {
					shares(t, s, "")
				}
			}
			got := shares(t, s, "")
			if i == 0 && !between {
				want = got
			}
			if len(got) != 3 || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("order %v, compared between %t: %v, want %v", order, between, got, want)
			}
		}
	}
}

// TestCopiesOfTheForm: what every office says is no copy, what eight counties
// copied from each other is.
func TestCopiesOfTheForm(t *testing.T) {
	s := storetest.Fresh(t)
	form := letters(9, 500)
	codes := []string{"653101", "653121", "653122", "653123", "653124", "653125", "653126", "653127", "653128", "653129", "653130", "653131"}
	for i, code := range codes {
		storetest.Ingest(t, s, written(code, "县"+code, 2021, form+letters(uint64(100+i), 500)), store.Document{})
	}
	if got := shares(t, s, ""); len(got) != 0 {
		t.Errorf("the form is taken for copies: %v", got)
	}
}

// The opening of a report, title, source and on what it rests, is no prose of the
// office's: that it stays the same is not copying. A report without headings has
// nothing else.
func TestOpeningsAreNotCopied(t *testing.T) {
	opened := func(year int, opening, text string) *report.Report {
		r := written("653101", "喀什市", year, text)
		r.Sections = append([]report.Section{{Number: 0, Text: opening}}, r.Sections...)
		return r
	}
	s := storetest.Fresh(t)
	storetest.Ingest(t, s, opened(2019, letters(1, 400), letters(2, 300)), store.Document{})
	storetest.Ingest(t, s, opened(2020, letters(1, 400), letters(3, 300)), store.Document{})
	storetest.Ingest(t, s, opened(2021, letters(4, 400), ""), store.Document{})
	storetest.Ingest(t, s, opened(2022, letters(4, 400), ""), store.Document{})
	got := shares(t, s, ask.CopyYearBefore)
	if share, ok := got["喀什市 2020 in 喀什市 2019"]; !ok || share != 0 || !near(got["喀什市 2022 in 喀什市 2021"], 1) {
		t.Errorf("%v", got)
	}
}
