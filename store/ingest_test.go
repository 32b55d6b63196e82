package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/ask"
	"nianbao/store/internal/storetest"
)

func TestViews(t *testing.T) {
	s := storetest.Fresh(t)
	storetest.Ingest(t, s, storetest.Sample("653101", "喀什市", 2021, 10), store.Document{URL: "https://www.example.gov.cn/a.html", FetchedAt: storetest.Clock, HTTPStatus: 200, Bytes: 12})
	storetest.Same(t, "fact", []string{
		"1|disclosure.fees.amount||14155.37|reported|14155.37|line 12",
		"1|requests.granted|total||blank||table 3 row 6 column 10",
		"1|requests.received|total|10|reported|10|table 3 row 4 column 10",
		"1|review.total|||not_applicable|/|",
	}, storetest.Query(t, s, "SELECT * FROM fact ORDER BY indicator"))
	storetest.Same(t, "mention", []string{
		"0|disclosed_items|政府信息|2165||全年主动公开政府信息2165条,其中网站235条。|2165",
		"1|disclosed_items|网站|235|0|全年主动公开政府信息2165条,其中网站235条。|235",
	}, storetest.Query(t, s, "SELECT seq, metric, subject, value, part_of, sentence, raw FROM mention ORDER BY seq"))
	storetest.Same(t, "current_fact", []string{"喀什市|2021|requests.received|10|reported|0"},
		storetest.Query(t, s, "SELECT region_name, year, indicator, value, status, corrected FROM current_fact WHERE value = 10"))
	storetest.Same(t, "requests_wide", []string{"653101|10||"}, storetest.Query(t, s, "SELECT region_code, received, granted, processed_total FROM requests_wide"))
	storetest.Same(t, "disclosure_wide", []string{"14155.37|"}, storetest.Query(t, s, "SELECT fees_amount, licensing_decisions FROM disclosure_wide"))
	storetest.Same(t, "review_wide", []string{"|"}, storetest.Query(t, s, "SELECT review_total, litigation_direct_total FROM review_wide"))
	storetest.Same(t, "headline", []string{"10||14155.37|2165||0"},
		storetest.Query(t, s, "SELECT requests_received, requests_granted, fees_amount, told_disclosed_items, told_mailbox_received, findings_error FROM headline"))
	storetest.Same(t, "finding", []string{"layout.citation|info|2021|2019"}, storetest.Query(t, s, "SELECT rule, severity, expected, actual FROM finding"))
	storetest.Same(t, "document", []string{"https://www.example.gov.cn/a.html|2024-04-01T08:00:00Z|200||12|"},
		storetest.Query(t, s, "SELECT url, fetched_at, http_status, content_type, bytes, warc_file FROM document"))
}

func TestIngestTwice(t *testing.T) {
	s := storetest.Fresh(t)
	r := storetest.Sample("653101", "喀什市", 2021, 10)
	first := storetest.Ingest(t, s, r, store.Document{URL: "https://www.example.gov.cn/"})
	r.Meta.Source, r.Meta.ParserVersion = "elsewhere.html", "2"
	again := storetest.Ingest(t, s, r, store.Document{URL: "https://mirror.example.gov.cn/", FetchedAt: storetest.Clock})
	if first.Outcome != store.Added || again.Outcome != store.Unchanged || again.ReportID != first.ReportID {
		t.Errorf("%v, then %v", first, again)
	}
	storetest.Same(t, "document", []string{"https://www.example.gov.cn/|"}, storetest.Query(t, s, "SELECT url, fetched_at FROM document"))
	storetest.Same(t, "report", []string{"653101-2021.html|1"}, storetest.Query(t, s, "SELECT source, parser_version FROM report"))
}

// TestVersions ingests versions of one report in every order: which one is
// current depends on what they are, not on when they came.
func TestVersions(t *testing.T) {
	versions := []func() *report.Report{
		func() *report.Report {
			return storetest.With(storetest.Sample("653101", "喀什市", 2021, 10), func(r *report.Report) { r.Meta.PublishedOn = "2022-01-20" })
		},
		func() *report.Report {
			return storetest.With(storetest.Sample("653101", "喀什市", 2021, 11), func(r *report.Report) { r.Meta.PublishedOn = "2022-03-02" })
		},
		func() *report.Report { // the page over an attached file: newest, but without figures
			return storetest.With(storetest.Sample("653101", "喀什市", 2021, 12), func(r *report.Report) {
				r.Meta.PublishedOn, r.Facts, r.Mentions = "2022-04-01", nil, nil
			})
		},
	}
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		s := storetest.Fresh(t)
		for n, i := range order {
			want := store.Revised
			if n == 0 {
				want = store.Added
			}
			if got := storetest.Ingest(t, s, versions[i](), store.Document{}); got.Outcome != want {
				t.Errorf("%v: version %d was %s", order, i, got.Outcome)
			}
		}
		storetest.Same(t, fmt.Sprint(order), []string{"2022-03-02"}, storetest.Query(t, s, "SELECT published_on FROM current_report"))
		storetest.Same(t, fmt.Sprint(order), []string{"2022-01-20|2022-03-02", "2022-03-02|", "2022-04-01|2022-01-20"},
			storetest.Query(t, s, "SELECT r.published_on, n.published_on FROM report r LEFT JOIN report n ON n.id = r.superseded_by ORDER BY 1"))
		storetest.Same(t, fmt.Sprint(order), []string{"11"}, storetest.Query(t, s, "SELECT requests_received FROM headline"))
	}
}

// TestLesserCopies ingests a copy on a host that is no government's, and one that
// is cut off, with the same figures and with others, before the original and
// after it.
func TestLesserCopies(t *testing.T) {
	for _, rule := range []string{report.RuleUnofficialHost, report.RuleCaptureTruncated, report.RuleTruncated} {
		t.Run(rule, func(t *testing.T) { testLesserCopy(t, rule) })
	}
}

func testLesserCopy(t *testing.T, rule string) {
	original := func() *report.Report { return storetest.Sample("653101", "喀什市", 2021, 10) }
	copied := func(received float64) *report.Report {
		return storetest.With(storetest.Sample("653101", "喀什市", 2021, received), func(r *report.Report) {
			r.Meta.DocumentSHA256 = strings.Repeat("ef", 32)
			r.Meta.PublishedOn = "2024-01-01"
			r.Findings = append(r.Findings, report.Finding{Rule: rule, Severity: report.SeverityWarning})
		})
	}
	for _, order := range [][]*report.Report{{original(), copied(10)}, {copied(10), original()}, {original(), copied(99)}, {copied(99), original()}} {
		s := storetest.Fresh(t)
		for _, r := range order {
			storetest.Ingest(t, s, r, store.Document{})
		}
		storetest.Same(t, "current", []string{"10|0"}, storetest.Query(t, s, "SELECT h.requests_received, (SELECT count(*) FROM finding f WHERE f.report_id = h.report_id AND f.rule = ?) FROM headline h", rule))
	}
}

func TestNoVersions(t *testing.T) {
	s := storetest.Fresh(t)
	for i, change := range []func(*report.Report){
		func(*report.Report) {},
		func(r *report.Report) { r.Meta.Scope = report.ScopeAgency },
		func(r *report.Report) { r.Meta.Publisher = "喀什市财政局" },
		func(r *report.Report) { r.Meta.Publisher = "" },
		func(r *report.Report) { r.Meta.Publisher, r.Meta.Title = "", "另一份报告" },
		func(r *report.Report) { r.Meta.Year = 2022 },
		func(r *report.Report) { r.Meta.Year = 0 },
		func(r *report.Report) { r.Meta.Year = 0 },
		func(r *report.Report) { r.Meta.RegionCode, r.Meta.Region = "", "" },
		func(r *report.Report) { r.Meta.RegionCode, r.Meta.Region = "", "" },
		func(r *report.Report) { r.Meta.RegionCode, r.Meta.Region = "", "某开发区" },
	} {
		r := storetest.With(storetest.Sample("653101", "喀什市", 2021, float64(100+i)), change)
		if got := storetest.Ingest(t, s, r, store.Document{}); got.Outcome != store.Added {
			t.Errorf("report %d: %s", i, got.Outcome)
		}
	}
}

func TestCopies(t *testing.T) {
	s := storetest.Fresh(t)
	r := storetest.Sample("653101", "喀什市", 2021, 10)
	first := storetest.Ingest(t, s, r, store.Document{})
	r.Meta.DocumentSHA256 = strings.Repeat("ab", 32)
	r.Sections[0].Text += "浏览次数:17"
	for range 2 {
		got := storetest.Ingest(t, s, r, store.Document{})
		if got.ReportID != first.ReportID {
			t.Errorf("the copy is report %d", got.ReportID)
		}
	}
	storetest.Same(t, "copies", []string{"1|2|1"}, storetest.Query(t, s, "SELECT (SELECT count(*) FROM report), (SELECT count(*) FROM document), (SELECT count(*) FROM report_copy)"))

	// A newer parser sees that it is none.
	r.Facts[0].Value, r.Facts[0].Raw = storetest.Count(17), "17"
	if got := storetest.Ingest(t, s, r, store.Document{}); got.Outcome != store.Revised {
		t.Errorf("read differently, the copy is %s", got.Outcome)
	}
	storetest.Same(t, "copies", []string{"2|2|0"}, storetest.Query(t, s, "SELECT (SELECT count(*) FROM report), (SELECT count(*) FROM document), (SELECT count(*) FROM report_copy)"))
}

// TestThereAndBack publishes A, B and A again: the last is current.
func TestThereAndBack(t *testing.T) {
	s := storetest.Fresh(t)
	for i, received := range []float64{10, 11, 10} {
		r := storetest.Sample("653101", "喀什市", 2021, received)
		r.Meta.DocumentSHA256 = strings.Repeat(fmt.Sprintf("%02x", i), 32)
		storetest.Ingest(t, s, r, store.Document{FetchedAt: storetest.Clock.Add(time.Duration(i) * 24 * time.Hour)})
	}
	storetest.Same(t, "received", []string{"10"}, storetest.Query(t, s, "SELECT requests_received FROM headline"))
}

func TestReread(t *testing.T) {
	s := storetest.Fresh(t)
	r := storetest.Sample("653101", "喀什市", 2021, 10)
	first := storetest.Ingest(t, s, r, store.Document{})
	if err := s.Correct(t.Context(), store.Correction{ReportID: first.ReportID, Indicator: "requests.received", Applicant: "total", Value: storetest.Count(12), Reason: "misprint", Reviewer: "r"}); err != nil {
		t.Fatal(err)
	}
	r.Meta.ParserVersion = "2"
	r.Facts = append(r.Facts, report.Fact{Indicator: "review.upheld", Value: storetest.Count(3), Status: report.StatusReported, Raw: "3"})
	r.Sections[0].Text += "补充说明。"
	if got := storetest.Ingest(t, s, r, store.Document{}); got.Outcome != store.Reread || got.ReportID != first.ReportID {
		t.Errorf("%v", got)
	}
	storetest.Same(t, "figures", []string{"12||3|1"}, storetest.Query(t, s, "SELECT h.requests_received, h.requests_granted, w.review_upheld, h.corrected FROM headline h JOIN review_wide w USING (report_id)"))
	storetest.Same(t, "as read", []string{"10"}, storetest.Query(t, s, "SELECT value FROM fact WHERE indicator = 'requests.received'"))
	found, err := ask.Search(t.Context(), s, ask.SearchQuery{Cutter: storetest.Letters{}, Words: "补充说明", Limit: 1})
	if err != nil || len(found.Hits) != 1 {
		t.Errorf("search: %+v %v", found, err)
	}
	if got := storetest.Ingest(t, s, r, store.Document{}); got.Outcome != store.Unchanged {
		t.Errorf("%v", got)
	}
}

func TestRefused(t *testing.T) {
	s := storetest.Fresh(t)
	for name, c := range map[string]struct {
		change func(*report.Report)
		want   error
	}{
		"no report": {func(r *report.Report) {
			*r = report.Report{Meta: report.Meta{Source: "x"}, Findings: []report.Finding{{Rule: report.RuleNotRecognised}}}
		}, store.ErrNotReport},
		"indicator": {func(r *report.Report) { r.Facts[0].Indicator = "requests.none" }, store.ErrUnknownCode},
		"applicant": {func(r *report.Report) { r.Facts[0].Applicant = "everybody" }, store.ErrUnknownCode},
		"status":    {func(r *report.Report) { r.Facts[0].Status = "perhaps" }, store.ErrUnknownCode},
		"value":     {func(r *report.Report) { r.Facts[1].Value = storetest.Count(0) }, nil},
		"twice":     {func(r *report.Report) { r.Facts = append(r.Facts, r.Facts[0]) }, nil},
		"digest":    {func(r *report.Report) { r.Meta.DocumentSHA256 = "no" }, nil},
		"mention":   {func(r *report.Report) { r.Mentions[1].PartOf = new(9) }, nil},
		"region":    {func(r *report.Report) { r.Meta.RegionCode = "999999" }, store.ErrUnknownCode},
	} {
		_, err := s.Ingest(t.Context(), storetest.With(storetest.Sample("653101", "喀什市", 2021, 10), c.change), store.Document{})
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	storetest.Same(t, "reports", []string{"0|0"}, storetest.Query(t, s, "SELECT (SELECT count(*) FROM report), (SELECT count(*) FROM document)"))
}

// TestKnownBytesElsewhere ingests bytes again that came from elsewhere the
// first time: what is known of them is not forgotten, and what is known now and
// was not then is taken over.
func TestKnownBytesElsewhere(t *testing.T) {
	const url = "https://www.example.gov.cn/report.html"
	digest := strings.Repeat("5a", 32)
	read := func(change func(*report.Report)) *report.Report {
		return storetest.With(storetest.Sample("", "", 2021, 10), func(r *report.Report) {
			r.Meta.DocumentSHA256, r.Meta.Publisher = digest, ""
			change(r)
		})
	}
	unplaced := func(*report.Report) {}
	seeded := func(r *report.Report) {
		r.Meta.RegionCode, r.Meta.Region = "320106", "鼓楼区"
		r.Findings = append(r.Findings, report.Finding{Rule: report.RuleRegionFromSeed, Severity: report.SeverityInfo, Actual: report.Text("320106")})
	}
	byHost := func(r *report.Report) { r.Meta.RegionCode, r.Meta.Region = "320106", "鼓楼区" }
	otherSeed := func(r *report.Report) {
		seeded(r)
		r.Meta.RegionCode, r.Findings[1].Actual = "350102", report.Text("350102")
	}
	mirrored := func(r *report.Report) {
		byHost(r)
		r.Findings = append(r.Findings, report.Finding{Rule: report.RuleUnofficialHost, Severity: report.SeverityWarning})
	}
	disk, page, mirror := store.Document{}, store.Document{URL: url, FetchedAt: storetest.Clock}, store.Document{URL: "https://mirror.example.com/"}
	type reading struct {
		change   func(*report.Report)
		document store.Document
		version  string
		want     store.Outcome
	}
	for name, c := range map[string]struct {
		readings []reading
		want     string // region, URL, seed findings, unofficial findings
	}{
		"crawled, then from disk":               {[]reading{{seeded, page, "1", store.Added}, {unplaced, disk, "1", store.Unchanged}}, "320106|鼓楼区|" + url + "|1|0"},
		"crawled, then by a newer parser":       {[]reading{{seeded, page, "1", store.Added}, {unplaced, disk, "2", store.Reread}, {unplaced, disk, "2", store.Unchanged}}, "320106|鼓楼区|" + url + "|1|0"},
		"crawled, then the page without a seed": {[]reading{{seeded, page, "1", store.Added}, {unplaced, page, "1", store.Unchanged}}, "320106|鼓楼区|" + url + "|1|0"},
		"crawled for two seeds":                 {[]reading{{seeded, page, "1", store.Added}, {otherSeed, page, "1", store.Unchanged}}, "320106|鼓楼区|" + url + "|1|0"},
		"by its host, then from disk":           {[]reading{{byHost, page, "1", store.Added}, {unplaced, disk, "1", store.Unchanged}}, "320106|鼓楼区|" + url + "|0|0"},
		"from disk, then crawled":               {[]reading{{unplaced, disk, "1", store.Added}, {seeded, page, "1", store.Reread}, {unplaced, disk, "1", store.Unchanged}}, "320106|鼓楼区|" + url + "|1|0"},
		"mirrored, then from disk":              {[]reading{{mirrored, mirror, "1", store.Added}, {unplaced, disk, "1", store.Unchanged}}, "320106|鼓楼区|https://mirror.example.com/|0|1"},
		"mirrored, then by a newer parser":      {[]reading{{mirrored, mirror, "1", store.Added}, {unplaced, disk, "2", store.Reread}}, "320106|鼓楼区|https://mirror.example.com/|0|1"},
		"mirrored, then the original":           {[]reading{{mirrored, mirror, "1", store.Added}, {byHost, page, "1", store.Reread}, {mirrored, mirror, "1", store.Unchanged}}, "320106|鼓楼区|" + url + "|0|0"},
		"a newer parser says unknown":           {[]reading{{byHost, page, "1", store.Added}, {unplaced, page, "2", store.Reread}}, "||" + url + "|0|0"},
	} {
		t.Run(name, func(t *testing.T) {
			s := storetest.Fresh(t)
			for i, r := range c.readings {
				got := storetest.Ingest(t, s, read(func(p *report.Report) {
					r.change(p)
					p.Meta.ParserVersion, p.Meta.Title = r.version, p.Meta.Title+r.version // each version reads the title in its way
				}), r.document)
				if got.Outcome != r.want {
					t.Errorf("reading %d: %s, not %s", i, got.Outcome, r.want)
				}
			}
			storetest.Same(t, name, []string{c.want}, storetest.Query(t, s, `SELECT r.region_code, r.region_name, d.url,
				(SELECT count(*) FROM finding WHERE rule = ?), (SELECT count(*) FROM finding WHERE rule = ?)
				FROM report r JOIN document d ON d.sha256 = r.document_sha256`, report.RuleRegionFromSeed, report.RuleUnofficialHost))
		})
	}
}

// TestReingestCommits reads known reports again, as a newer parser does, and
// looks from outside: what is done is committed every few reports.
func TestReingestCommits(t *testing.T) {
	s := storetest.Fresh(t)
	g := storetest.NewGenerator()
	const reports, perCommit = 40, 8
	write := func(version string, each func(done int)) {
		w, err := s.Writer(t.Context(), store.WriterOptions{PerCommit: perCommit})
		if err != nil {
			t.Fatal(err)
		}
		for i := range reports {
			r := g.Report(i)
			r.Meta.ParserVersion, r.Meta.Title = version, r.Meta.Title+version
			p, err := s.Prepare(r, store.Document{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(t.Context(), p); err != nil {
				t.Fatal(err)
			}
			each(i + 1)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	write("1", func(int) {})
	write("2", func(done int) {
		seen := 0
		if err := s.DB().QueryRow("SELECT count(*) FROM report WHERE parser_version = '2'").Scan(&seen); err != nil {
			t.Fatal(err)
		}
		if done-seen >= 2*perCommit {
			t.Errorf("after %d reports %d are seen from outside", done, seen)
		}
	})
	// What changes nothing holds no lock to its end either.
	other, err := store.Open(t.Context(), s.Path(), store.Options{Busy: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	written := 0
	write("2", func(done int) {
		if done%perCommit == 0 {
			storetest.Ingest(t, other, storetest.Sample("653101", "喀什市", 2021, float64(done)), store.Document{})
			written++
		}
	})
	if written != reports/perCommit {
		t.Errorf("%d reports were written beside", written)
	}
}
