package ask

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode"

	"nianbao/parser/narrative"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/storetest"
	"nianbao/testdata/often"
)

func TestSearch(t *testing.T) {
	s := storetest.Fresh(t)
	storetest.Ingest(t, s, storetest.Prosaic("653101", "喀什市", 2021, "市长信箱开通。", "老旧小区改造信息全部上网。WTO事务一项。"), store.Document{})
	storetest.Ingest(t, s, storetest.Prosaic("653121", "疏附县", 2022, "信箱邮件逐件登记,小区物业一并公开。"), store.Document{})
	storetest.Ingest(t, s, storetest.Prosaic("653122", "疏勒县", 2022, "改造\n工程 进度按月公布。100%完成。"), store.Document{})
	for _, c := range []struct {
		q    SearchQuery
		want []string
	}{
		{SearchQuery{Cutter: storetest.Letters{}, Words: "信箱"}, []string{"疏附县 2022 1 [信箱]", "喀什市 2021 1 [信箱]"}},
		{SearchQuery{Cutter: storetest.Letters{}, Words: "小区 信箱"}, []string{"疏附县 2022 1 [信箱 小区]", "喀什市 2021 1 [信箱]"}},
		{SearchQuery{Cutter: storetest.Letters{}, Words: "“小区改造”"}, []string{"喀什市 2021 2 [小区改造]"}},
		{SearchQuery{Cutter: storetest.Letters{}, Words: "「老旧小区」 \"信箱\""}, []string{"喀什市 2021 1 [信箱]"}},
		{SearchQuery{Cutter: storetest.Letters{}, Words: "wto"}, []string{"喀什市 2021 2 [WTO]"}},
		{SearchQuery{Cutter: storetest.Letters{}, Words: "疏附县"}, []string{"疏附县 2022 -1 [疏附县]"}},
		{SearchQuery{Cutter: storetest.Letters{}, Words: "100%完成"}, []string{"疏勒县 2022 1 [100%完成]"}},
		{SearchQuery{Cutter: storetest.Letters{}, Words: "第2部分"}, []string{"喀什市 2021 2 [第2部分]"}},
		{SearchQuery{Cutter: storetest.Letters{}, Words: "改造工程"}, nil},
		{SearchQuery{Cutter: storetest.Letters{}, Words: "没有的词"}, nil},
		{SearchQuery{Cutter: storetest.Letters{}, Words: "信箱", Filter: store.Filter{Years: store.Year(2021)}}, []string{"喀什市 2021 1 [信箱]"}},
		{SearchQuery{Cutter: storetest.Letters{}, Words: "信箱", Filter: store.Filter{Regions: []string{"653121"}}}, []string{"疏附县 2022 1 [信箱]"}},
	} {
		result, err := Search(t.Context(), s, c.q)
		if err != nil {
			t.Errorf("%s: %v", c.q.Words, err)
			continue
		}
		var got []string
		for _, h := range result.Hits {
			var marks []string
			for _, m := range h.Marks {
				marks = append(marks, string([]rune(h.Snippet)[m[0]:m[1]]))
			}
			got = append(got, fmt.Sprintf("%s %d %d %v", h.RegionName, h.Year, h.Section, marks))
		}
		storetest.Same(t, c.q.Words, c.want, got)
	}
	result, err := Search(t.Context(), s, SearchQuery{Cutter: storetest.Letters{}, Words: "信箱", Limit: 1})
	if err != nil || len(result.Hits) != 1 || !result.More {
		t.Errorf("limit 1: %+v %v", result, err)
	}
	for _, words := range []string{"", "  ", "\"\"", "*-()", "，。"} {
		if _, err := Search(t.Context(), s, SearchQuery{Cutter: storetest.Letters{}, Words: words}); !errors.Is(err, ErrNoWords) {
			t.Errorf("%q: %v", words, err)
		}
	}
}

// cutter cuts as the program does, which asks for the words of a text only: gojieba with
// all of them takes two seconds of a processor to load.
var cutter = sync.OnceValue(func() *narrative.Reader {
	r, err := narrative.New()
	if err != nil {
		panic(err)
	}
	return r
})

// TestSearchApart looks for what no report has as it stands, and for a word that
// some have as a word and others as parts of two.
func TestSearchApart(t *testing.T) {
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "reports.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	storetest.Ingest(t, s, storetest.Prosaic("653101", "喀什市", 2021, "小区改造的信息按月公开。"), store.Document{})
	storetest.Ingest(t, s, storetest.Prosaic("653121", "疏附县", 2021, "道路改造完工,老旧小区的信息公开。"), store.Document{})
	storetest.Ingest(t, s, storetest.Prosaic("653122", "疏勒县", 2021, "国家开发银行到访,人民生活改善。"), store.Document{})
	storetest.Ingest(t, s, storetest.Prosaic("653123", "英吉沙县", 2021, "公民生物知识普及。"), store.Document{})
	find := func(words string) (hits []string) {
		result, err := Search(t.Context(), s, SearchQuery{Cutter: cutter(), Words: words})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range result.Hits {
			hits = append(hits, fmt.Sprint(h.RegionName, " ", h.Apart))
		}
		return hits
	}
	storetest.Same(t, "as it stands first", []string{"喀什市 false", "疏附县 true"}, find("小区改造"))
	storetest.Same(t, "a phrase is not taken apart", []string{"喀什市 false"}, find("“小区改造”"))
	storetest.Same(t, "over the ends of words", []string{"英吉沙县 false", "疏勒县 false"}, find("民生"))
	storetest.Ingest(t, s, storetest.Prosaic("653124", "泽普县", 2021, "民生工程完工。"), store.Document{})
	storetest.Ingest(t, s, storetest.Prosaic("653125", "莎车县", 2021, "公民生物知识普及。"), store.Document{})
	storetest.Same(t, "as a word first", []string{"泽普县 false", "莎车县 false", "英吉沙县 false", "疏勒县 false"}, find("民生"))
}

// TestSearchFindsEveryRun takes runs of two to six characters from the texts
// wherever they fall, between words too, and expects each to find its report.
func TestSearchFindsEveryRun(t *testing.T) {
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "reports.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	g := storetest.NewGenerator()
	w, err := s.Writer(t.Context(), store.WriterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ids := map[int64]*report.Report{}
	for i := range 60 {
		r := g.Report(i)
		p, err := s.Prepare(r, store.Document{})
		if err != nil {
			t.Fatal(err)
		}
		result, err := w.Write(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		ids[result.ReportID] = r
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	runs := 60
	if often.Asked() {
		runs = 500
	}
	found := 0
	for range runs {
		id := 1 + rng.Int64N(int64(len(ids)))
		text := []rune(ids[id].Sections[0].Text)
		var run string
		for run == "" || strings.ContainsFunc(run, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
			n := 2 + rng.IntN(5)
			at := rng.IntN(len(text) - n)
			run = string(text[at : at+n])
		}
		result, err := Search(t.Context(), s, SearchQuery{Cutter: cutter(), Words: run, Limit: len(ids)})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range result.Hits {
			if h.ReportID == id {
				found++
				break
			}
		}
	}
	if found < runs {
		t.Errorf("%d of %d runs found", found, runs)
	}
}

// TestSearchDuringWrites looks for a report while others are written and the
// segments of the index are merged under it.
func TestSearchDuringWrites(t *testing.T) {
	s := storetest.Fresh(t)
	storetest.Ingest(t, s, storetest.Prosaic("653101", "喀什市", 2021, "独一无二的市长信箱。", strings.Repeat("很长的一句话里没有重复的地方因为每个字都不一样", 3)), store.Document{})
	g := storetest.NewGenerator()
	prepared := make([]*store.Prepared, 120)
	for i := range prepared {
		var err error
		if prepared[i], err = s.Prepare(g.Report(i), store.Document{}); err != nil {
			t.Fatal(err)
		}
	}
	written := make(chan error, 1)
	go func() {
		w, err := s.Writer(t.Context(), store.WriterOptions{PerCommit: 1})
		for i := 0; i < len(prepared) && err == nil; i++ {
			_, err = w.Write(t.Context(), prepared[i])
		}
		if w != nil {
			err = errors.Join(err, w.Close())
		}
		written <- err
	}()
	searches := 0
	for done := false; !done || searches < 20; searches++ {
		select {
		case err := <-written:
			if done = true; err != nil {
				t.Fatal(err)
			}
		default:
		}
		for _, words := range []string{"独一无二", "一无二的市长", "“地方因为每个字都不一样很长的一句话里没有重复的地方因为每个字”"} {
			result, err := Search(t.Context(), s, SearchQuery{Cutter: storetest.Letters{}, Words: words})
			if err != nil || len(result.Hits) != 1 || result.Hits[0].RegionName != "喀什市" {
				t.Fatalf("%s: %+v %v", words, result, err)
			}
		}
	}
}

func TestSearchWithoutCutter(t *testing.T) {
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "reports.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	storetest.Ingest(t, s, storetest.Prosaic("653101", "喀什市", 2021, "市长信箱开通。"), store.Document{})
	result, err := Search(t.Context(), s, SearchQuery{Words: "信箱"})
	if err != nil || len(result.Hits) != 1 {
		t.Errorf("%+v %v", result, err)
	}
}

func FuzzSearch(f *testing.F) {
	for _, words := range []string{"信箱", "\"a b\" -c", "a OR b", "NEAR/2", "title:信", "a*", "^信箱", "' OR 1=1 --", "“未闭合", "\x00\xff", strings.Repeat("信", 1000), "((((", "信箱\"; DROP TABLE report; --"} {
		f.Add(words, "653101", 2021)
	}
	s, err := store.Open(f.Context(), filepath.Join(f.TempDir(), "reports.db"), store.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = s.Close() })
	if _, err := s.Ingest(f.Context(), storetest.Prosaic("653101", "喀什市", 2021, "市长信箱开通。"), store.Document{}); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, words, region string, year int) {
		result, err := Search(t.Context(), s, SearchQuery{Cutter: storetest.Letters{}, Words: words})
		if err != nil && !errors.Is(err, ErrNoWords) {
			t.Errorf("%q: %v", words, err)
		}
		for _, h := range result.Hits {
			for _, m := range h.Marks {
				if m[0] < 0 || m[1] < m[0] || m[1] > len([]rune(h.Snippet)) {
					t.Errorf("%q: mark %v in %q", words, m, h.Snippet)
				}
			}
		}
		q := store.Filter{Regions: []string{region}, Under: region, Level: words, Layout: words, Scope: report.Scope(words), Years: store.Years{From: year, To: year}}
		if _, err := Regions(t.Context(), s, q, false); err != nil && !errors.Is(err, store.ErrUnknownCode) {
			t.Errorf("%+v: %v", q, err)
		}
		q.Level, q.Regions, q.Under = "", nil, ""
		for _, err := range s.Findings(t.Context(), store.FindingQuery{Filter: q, Rule: words, Severity: report.Severity(words)}) {
			if err != nil {
				t.Errorf("%+v: %v", q, err)
			}
		}
		if _, err := Compare(t.Context(), s, CompareQuery{Code: words, Applicant: region, Filter: q}); err != nil && !errors.Is(err, store.ErrUnknownCode) {
			t.Errorf("%+v: %v", q, err)
		}
		if _, err := Compare(t.Context(), s, CompareQuery{Code: "requests.received", Filter: q}); err != nil {
			t.Errorf("%+v: %v", q, err)
		}
		if n := storetest.Query(t, s, "SELECT count(*) FROM report"); n[0] != "1" {
			t.Errorf("%q left %s reports", words, n[0])
		}
	})
}

// TestDamagedIndex expects a search in a damaged index to say so.
func TestDamagedIndex(t *testing.T) {
	path := filepath.Join(t.TempDir(), "reports.db")
	s := storetest.Open(t, path)
	storetest.Ingest(t, s, storetest.Sample("653101", "喀什市", 2021, 10), store.Document{})
	for _, damage := range []string{"UPDATE search_block SET data = x'ffffffff'", "DELETE FROM search_block"} {
		storetest.Change(t, path, damage)
		if _, err := Search(t.Context(), s, SearchQuery{Cutter: storetest.Letters{}, Words: "公开"}); !errors.Is(err, store.ErrCorrupt) || !strings.Contains(fmt.Sprint(err), path) {
			t.Errorf("%s: %v", damage, err)
		}
	}
}
