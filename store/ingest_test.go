package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/parser/report"
)

// query reads rows as text, cells separated by |.
func query(t testing.TB, s *Store, sql string, args ...any) []string {
	t.Helper()
	rows, err := s.DB().Query(sql, args...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	cells, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	var all []string
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		line := make([]string, len(cells))
		for i, c := range cells {
			if c != nil {
				line[i] = fmt.Sprint(c)
			}
		}
		all = append(all, strings.Join(line, "|"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func same(t testing.TB, what string, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: -want +got\n%s", what, diff)
	}
}

func ingest(t testing.TB, s *Store, r *report.Report, d Document) Result {
	t.Helper()
	result, err := s.Ingest(t.Context(), r, d)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// with is a report changed a little.
func with(r *report.Report, change func(*report.Report)) *report.Report {
	change(r)
	return r
}

func TestViews(t *testing.T) {
	s := fresh(t)
	ingest(t, s, sample("653101", "喀什市", 2021, 10), Document{URL: "https://www.example.gov.cn/a.html", FetchedAt: clock, HTTPStatus: 200, Bytes: 12})
	same(t, "fact", []string{
		"1|disclosure.fees.amount||14155.37|reported|14155.37|line 12",
		"1|requests.granted|total||blank||table 3 row 6 column 10",
		"1|requests.received|total|10|reported|10|table 3 row 4 column 10",
		"1|review.total|||not_applicable|/|",
	}, query(t, s, "SELECT * FROM fact ORDER BY indicator"))
	same(t, "mention", []string{
		"0|disclosed_items|政府信息|2165||全年主动公开政府信息2165条,其中网站235条。|2165",
		"1|disclosed_items|网站|235|0|全年主动公开政府信息2165条,其中网站235条。|235",
	}, query(t, s, "SELECT seq, metric, subject, value, part_of, sentence, raw FROM mention ORDER BY seq"))
	same(t, "current_fact", []string{"喀什市|2021|requests.received|10|reported|0"},
		query(t, s, "SELECT region_name, year, indicator, value, status, corrected FROM current_fact WHERE value = 10"))
	same(t, "requests_wide", []string{"653101|10||"}, query(t, s, "SELECT region_code, received, granted, processed_total FROM requests_wide"))
	same(t, "disclosure_wide", []string{"14155.37|"}, query(t, s, "SELECT fees_amount, licensing_decisions FROM disclosure_wide"))
	same(t, "review_wide", []string{"|"}, query(t, s, "SELECT review_total, litigation_direct_total FROM review_wide"))
	same(t, "headline", []string{"10||14155.37|2165||0"},
		query(t, s, "SELECT requests_received, requests_granted, fees_amount, told_disclosed_items, told_mailbox_received, findings_error FROM headline"))
	same(t, "finding", []string{"layout.citation|info|2021|2019"}, query(t, s, "SELECT rule, severity, expected, actual FROM finding"))
	same(t, "document", []string{"https://www.example.gov.cn/a.html|2024-04-01T08:00:00Z|200||12|"},
		query(t, s, "SELECT url, fetched_at, http_status, content_type, bytes, warc_file FROM document"))
}

func TestIngestTwice(t *testing.T) {
	s := fresh(t)
	r := sample("653101", "喀什市", 2021, 10)
	first := ingest(t, s, r, Document{URL: "https://www.example.gov.cn/"})
	r.Meta.Source, r.Meta.ParserVersion = "elsewhere.html", "2"
	again := ingest(t, s, r, Document{URL: "https://mirror.example.gov.cn/", FetchedAt: clock})
	if first.Outcome != Added || again.Outcome != Unchanged || again.ReportID != first.ReportID {
		t.Errorf("%v, then %v", first, again)
	}
	same(t, "document", []string{"https://www.example.gov.cn/|"}, query(t, s, "SELECT url, fetched_at FROM document"))
	same(t, "report", []string{"653101-2021.html|1"}, query(t, s, "SELECT source, parser_version FROM report"))
}

// TestVersions ingests versions of one report in every order: which one is
// current depends on what they are, not on when they came.
func TestVersions(t *testing.T) {
	versions := []func() *report.Report{
		func() *report.Report {
			return with(sample("653101", "喀什市", 2021, 10), func(r *report.Report) { r.Meta.PublishedOn = "2022-01-20" })
		},
		func() *report.Report {
			return with(sample("653101", "喀什市", 2021, 11), func(r *report.Report) { r.Meta.PublishedOn = "2022-03-02" })
		},
		func() *report.Report { // the page over an attached file: newest, but without figures
			return with(sample("653101", "喀什市", 2021, 12), func(r *report.Report) {
				r.Meta.PublishedOn, r.Facts, r.Mentions = "2022-04-01", nil, nil
			})
		},
	}
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		s := fresh(t)
		for n, i := range order {
			want := Revised
			if n == 0 {
				want = Added
			}
			if got := ingest(t, s, versions[i](), Document{}); got.Outcome != want {
				t.Errorf("%v: version %d was %s", order, i, got.Outcome)
			}
		}
		same(t, fmt.Sprint(order), []string{"2022-03-02"}, query(t, s, "SELECT published_on FROM current_report"))
		same(t, fmt.Sprint(order), []string{"2022-01-20|2022-03-02", "2022-03-02|", "2022-04-01|2022-01-20"},
			query(t, s, "SELECT r.published_on, n.published_on FROM report r LEFT JOIN report n ON n.id = r.superseded_by ORDER BY 1"))
		same(t, fmt.Sprint(order), []string{"11"}, query(t, s, "SELECT requests_received FROM headline"))
	}
}

// TestUnofficialCopies ingests a copy on a host that is no government's, with
// the same figures and with others, before the original and after it.
func TestUnofficialCopies(t *testing.T) {
	original := func() *report.Report { return sample("653101", "喀什市", 2021, 10) }
	copied := func(received float64) *report.Report {
		return with(sample("653101", "喀什市", 2021, received), func(r *report.Report) {
			r.Meta.DocumentSHA256 = strings.Repeat("ef", 32)
			r.Meta.PublishedOn = "2024-01-01"
			r.Findings = append(r.Findings, report.Finding{Rule: report.RuleUnofficialHost, Severity: report.SeverityWarning})
		})
	}
	for _, order := range [][]*report.Report{{original(), copied(10)}, {copied(10), original()}, {original(), copied(99)}, {copied(99), original()}} {
		s := fresh(t)
		for _, r := range order {
			ingest(t, s, r, Document{})
		}
		same(t, "current", []string{"10|0"}, query(t, s, "SELECT h.requests_received, (SELECT count(*) FROM finding f WHERE f.report_id = h.report_id AND f.rule = 'source.unofficial_host') FROM headline h"))
	}
}

func TestNoVersions(t *testing.T) {
	s := fresh(t)
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
		r := with(sample("653101", "喀什市", 2021, float64(100+i)), change)
		if got := ingest(t, s, r, Document{}); got.Outcome != Added {
			t.Errorf("report %d: %s", i, got.Outcome)
		}
	}
}

func TestCopies(t *testing.T) {
	s := fresh(t)
	r := sample("653101", "喀什市", 2021, 10)
	first := ingest(t, s, r, Document{})
	r.Meta.DocumentSHA256 = strings.Repeat("ab", 32)
	r.Sections[0].Text += "浏览次数:17"
	for range 2 {
		got := ingest(t, s, r, Document{})
		if got.ReportID != first.ReportID {
			t.Errorf("the copy is report %d", got.ReportID)
		}
	}
	same(t, "copies", []string{"1|2|1"}, query(t, s, "SELECT (SELECT count(*) FROM report), (SELECT count(*) FROM document), (SELECT count(*) FROM report_copy)"))

	// A newer parser sees that it is none.
	r.Facts[0].Value, r.Facts[0].Raw = count(17), "17"
	if got := ingest(t, s, r, Document{}); got.Outcome != Revised {
		t.Errorf("read differently, the copy is %s", got.Outcome)
	}
	same(t, "copies", []string{"2|2|0"}, query(t, s, "SELECT (SELECT count(*) FROM report), (SELECT count(*) FROM document), (SELECT count(*) FROM report_copy)"))
}

// TestThereAndBack publishes A, B and A again: the last is current.
func TestThereAndBack(t *testing.T) {
	s := fresh(t)
	for i, received := range []float64{10, 11, 10} {
		r := sample("653101", "喀什市", 2021, received)
		r.Meta.DocumentSHA256 = strings.Repeat(fmt.Sprintf("%02x", i), 32)
		ingest(t, s, r, Document{FetchedAt: clock.Add(time.Duration(i) * 24 * time.Hour)})
	}
	same(t, "received", []string{"10"}, query(t, s, "SELECT requests_received FROM headline"))
}

func TestReread(t *testing.T) {
	s := fresh(t)
	r := sample("653101", "喀什市", 2021, 10)
	first := ingest(t, s, r, Document{})
	if err := s.Correct(t.Context(), Correction{ReportID: first.ReportID, Indicator: "requests.received", Applicant: "total", Value: count(12), Reason: "misprint", Reviewer: "r"}); err != nil {
		t.Fatal(err)
	}
	r.Meta.ParserVersion = "2"
	r.Facts = append(r.Facts, report.Fact{Indicator: "review.upheld", Value: count(3), Status: report.StatusReported, Raw: "3"})
	r.Sections[0].Text += "补充说明。"
	if got := ingest(t, s, r, Document{}); got.Outcome != Reread || got.ReportID != first.ReportID {
		t.Errorf("%v", got)
	}
	same(t, "figures", []string{"12||3|1"}, query(t, s, "SELECT h.requests_received, h.requests_granted, w.review_upheld, h.corrected FROM headline h JOIN review_wide w USING (report_id)"))
	same(t, "as read", []string{"10"}, query(t, s, "SELECT value FROM fact WHERE indicator = 'requests.received'"))
	found, err := s.Search(t.Context(), SearchQuery{Words: "补充说明", Limit: 1})
	if err != nil || len(found.Hits) != 1 {
		t.Errorf("search: %+v %v", found, err)
	}
	if got := ingest(t, s, r, Document{}); got.Outcome != Unchanged {
		t.Errorf("%v", got)
	}
}

func TestRefused(t *testing.T) {
	s := fresh(t)
	for name, c := range map[string]struct {
		change func(*report.Report)
		want   error
	}{
		"no report": {func(r *report.Report) {
			*r = report.Report{Meta: report.Meta{Source: "x"}, Findings: []report.Finding{{Rule: report.RuleNotRecognised}}}
		}, ErrNotReport},
		"indicator": {func(r *report.Report) { r.Facts[0].Indicator = "requests.none" }, ErrUnknownCode},
		"applicant": {func(r *report.Report) { r.Facts[0].Applicant = "everybody" }, ErrUnknownCode},
		"status":    {func(r *report.Report) { r.Facts[0].Status = "perhaps" }, ErrUnknownCode},
		"value":     {func(r *report.Report) { r.Facts[1].Value = count(0) }, nil},
		"twice":     {func(r *report.Report) { r.Facts = append(r.Facts, r.Facts[0]) }, nil},
		"digest":    {func(r *report.Report) { r.Meta.DocumentSHA256 = "no" }, nil},
		"mention":   {func(r *report.Report) { r.Mentions[1].PartOf = new(9) }, nil},
		"region":    {func(r *report.Report) { r.Meta.RegionCode = "999999" }, ErrUnknownCode},
	} {
		_, err := s.Ingest(t.Context(), with(sample("653101", "喀什市", 2021, 10), c.change), Document{})
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	same(t, "reports", []string{"0|0"}, query(t, s, "SELECT (SELECT count(*) FROM report), (SELECT count(*) FROM document)"))
}
