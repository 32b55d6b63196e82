package store_test

import (
	"errors"
	"flag"
	"fmt"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/storetest"
	"nianbao/store/panel"
	"nianbao/testdata/often"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the expected answers in testdata")

// TestQueries asks the questions of testdata/queries, which people who know
// SELECT may start from, and lets the sqlite3 shell and Python ask the same
// where they are installed.
func TestQueries(t *testing.T) {
	questions, err := filepath.Glob("testdata/queries/*.sql")
	if err != nil || len(questions) == 0 {
		t.Fatalf("no questions: %v", err)
	}
	answers, err := filepath.Glob("testdata/queries/*.want")
	if err != nil || len(answers) != len(questions) && !*update {
		t.Errorf("%d questions and %d answers: %v", len(questions), len(answers), err)
	}
	s := storetest.Prefecture(t)
	if _, err := panel.Check(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	// Other programs that read the file; each gets the question on its standard
	// input and writes rows with bars between the cells.
	others := map[string][]string{
		"sqlite3": {"-batch", s.Path()},
		"python3": {"-c", "import sqlite3, sys\nfor row in sqlite3.connect(sys.argv[1]).execute(sys.stdin.read()):\n    print('|'.join('' if v is None else str(v) for v in row))", s.Path()},
	}
	for _, question := range questions {
		t.Run(filepath.Base(question), func(t *testing.T) {
			sql, err := os.ReadFile(question)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(storetest.Query(t, s, string(sql)), "\n") + "\n"
			answer := strings.TrimSuffix(question, ".sql") + ".want"
			if *update {
				if err := os.WriteFile(answer, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(answer)
			if err != nil {
				t.Fatalf("%v (go test -update writes it)", err)
			}
			if strings.TrimSpace(got) == "" {
				t.Error("no answer")
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			for program, args := range others {
				t.Run(program, func(t *testing.T) {
					if _, err := exec.LookPath(program); err != nil {
						if os.Getenv("NIANBAO_REQUIRE_TOOLS") == "1" {
							t.Fatal(err)
						}
						t.Skipf("%s is not installed", program)
					}
					c := exec.CommandContext(t.Context(), program, args...)
					c.Stdin = strings.NewReader(string(sql))
					c.Env = append(os.Environ(), "PYTHONIOENCODING=utf-8")
					out, err := c.CombinedOutput()
					if err != nil {
						t.Fatalf("%v\n%s", err, out)
					}
					// Both write every REAL with a point.
					if diff := cmp.Diff(string(want), strings.ReplaceAll(strings.ReplaceAll(string(out), ".0|", "|"), ".0\n", "\n")); diff != "" {
						t.Errorf("-want +got\n%s", diff)
					}
				})
			}
		})
	}
}

// TestSchemaHasComments expects every table and view to say what it is, where
// people see it: in the sqlite3 shell's .schema.
func TestSchemaHasComments(t *testing.T) {
	s := storetest.Fresh(t)
	for _, name := range storetest.Query(t, s, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT GLOB 'sqlite_*' AND sql NOT LIKE '%-- %'") {
		t.Errorf("%s has no comment", name)
	}
	storetest.Same(t, "tables that are not STRICT", nil, storetest.Query(t, s, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT GLOB 'sqlite_*'"))
	storetest.Same(t, "without rowid", []string{"1"}, storetest.Query(t, s, "SELECT wr FROM pragma_table_list WHERE name = 'fact_data'"))
}

// TestContract holds the names that scripts and notebooks are written against:
// tables, columns and views may gain, but nothing may be renamed or leave.
func TestContract(t *testing.T) {
	s := storetest.Fresh(t)
	for _, c := range []struct{ name, kind, columns, key string }{
		{"region", "table", "code name level parent_code first_list last_list", "code"},
		{"document", "table", "sha256 url fetched_at http_status content_type charset bytes warc_file warc_offset", "sha256"},
		{"report", "table", "id region_code region_name publisher scope year layout container title period_start period_end published_on source document_sha256 " +
			"parser_version ingested_at superseded_by", "id"},
		{"indicator", "table", "code section label_zh label_en unit dimension layouts", "code"},
		{"fact", "view", "report_id indicator applicant value status raw locator", ""},
		{"mention", "view", "report_id seq metric subject value unit qualifier part_of section sentence char_start char_end raw", ""},
		{"finding", "view", "report_id rule severity indicator applicant expected actual message locator expected_number actual_number", ""},
		{"fact_summary", "view", "indicator label_zh label_en applicant status figures", ""},
		{"section", "table", "report_id number heading text", "id"},
		{"crosswalk", "table", "indicator_a indicator_b quality note", "indicator_a indicator_b"},
		{"current_report", "view", "id region_code region_name publisher scope year layout container title period_start period_end published_on source document_sha256 " +
			"parser_version ingested_at", ""},
		{"current_fact", "view", "report_id region_code region_name year publisher scope layout indicator label_zh label_en applicant value unit status raw source", ""},
		{"requests_wide", "view", "report_id region_code region_name year received carried_in granted partially_granted processed_total carried_out", ""},
		{"disclosure_wide", "view", "report_id region_code region_name year regulations_issued normative_documents_in_force licensing_decisions fees_amount", ""},
		{"review_wide", "view", "report_id region_code region_name year review_total litigation_direct_total litigation_after_review_total", ""},
		{"headline", "view", "report_id region_code region_name year title requests_received requests_granted licensing_decisions fees_amount review_total " +
			"told_disclosed_items told_mailbox_received findings_error corrected source", ""},
		{"meta", "table", "key value", "key"},
		{"region_change", "table", "from_code from_name to_code to_name year kind", "from_code from_name to_code"},
		{"region_series", "view", "code series", ""},
	} {
		storetest.Same(t, c.name, []string{c.kind}, storetest.Query(t, s, "SELECT type FROM sqlite_master WHERE name = ?", c.name))
		have := storetest.Query(t, s, "SELECT name FROM pragma_table_info(?) ORDER BY cid", c.name)
		rest := have
		for _, column := range strings.Fields(c.columns) {
			i := slices.Index(rest, column)
			if i < 0 {
				t.Errorf("%s.%s is not there, or out of order: %v", c.name, column, have)
				continue
			}
			rest = rest[i+1:]
		}
		if key := strings.Join(storetest.Query(t, s, "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", c.name), " "); key != c.key {
			t.Errorf("the key of %s is %q, not %q", c.name, key, c.key)
		}
	}
	for _, key := range []string{"schema_version", "tool", "licence", "citation"} {
		storetest.Same(t, key, []string{"1"}, storetest.Query(t, s, "SELECT value <> '' FROM meta WHERE key = ?", key))
	}
	// One row a report in the wide views, corrections marked; older versions in
	// none of them.
	r := storetest.Sample("653101", "喀什市", 2021, 10)
	storetest.Ingest(t, s, r, store.Document{FetchedAt: storetest.Clock})
	again := storetest.Sample("653101", "喀什市", 2021, 11)
	id := storetest.Ingest(t, s, again, store.Document{FetchedAt: storetest.Clock.AddDate(0, 1, 0)}).ReportID
	for _, view := range []string{"current_report", "requests_wide", "disclosure_wide", "review_wide", "headline"} {
		storetest.Same(t, view, []string{"1"}, storetest.Query(t, s, "SELECT count(*) FROM "+view))
	}
	storetest.Same(t, "the version that counts", []string{fmt.Sprint(id)}, storetest.Query(t, s, "SELECT id FROM current_report"))
	storetest.Same(t, "the older version", []string{fmt.Sprint(id)}, storetest.Query(t, s, "SELECT superseded_by FROM report WHERE superseded_by IS NOT NULL"))
	storetest.Same(t, "figures that count", []string{"4"}, storetest.Query(t, s, "SELECT count(*) FROM current_fact"))
}

// TestTypedViews expects every column of every view to have a type, so that
// whoever compares a number with a text, as Datasette's filters do, gets the
// rows of the number.
func TestTypedViews(t *testing.T) {
	s := storetest.Prefecture(t)
	if _, err := panel.Check(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	columns := storetest.Query(t, s, `SELECT v.name, c.name, c.type FROM sqlite_master v JOIN pragma_table_info(v.name) c WHERE v.type = 'view' ORDER BY v.name, c.cid`)
	numbers := 0
	for _, line := range columns {
		part := strings.Split(line, "|")
		view, column, kind := part[0], part[1], part[2]
		if kind == "" || kind == "ANY" || kind == "BLOB" {
			t.Errorf("%s.%s has the type %q", view, column, kind)
		}
		// The storage of each value fits the type.
		want := map[string]string{"TEXT": "'text'", "REAL": "'real'"}[kind]
		if want == "" {
			want = "'integer'"
		}
		storetest.Same(t, view+"."+column+": "+kind, []string{"0"}, storetest.Query(t, s, fmt.Sprintf("SELECT count(*) FROM %s WHERE %q IS NOT NULL AND typeof(%q) <> %s", view, column, column, want)))
		if kind == "TEXT" {
			continue
		}
		numbers++
		for n, op := range []string{"<", ">=", "="} {
			for m, v := range []string{"10", "5000.5", "9", "2021"} {
				if !often.Asked() && (numbers+n+m)%6 != 0 {
					continue // each column by some of both, in turn
				}
				query := fmt.Sprintf("SELECT count(*) FROM %s WHERE %q %s ", view, column, op)
				storetest.Same(t, query+v, storetest.Query(t, s, query+v), storetest.Query(t, s, query+"?", v))
			}
		}
	}
	if numbers < 60 {
		t.Errorf("%d columns of numbers only: %v", numbers, columns)
	}
}

// TestFactSummary expects the counts that the writer keeps to be those that
// counting gives, through readings again, versions and a refused report.
func TestFactSummary(t *testing.T) {
	s := storetest.Fresh(t)
	for _, r := range folder() {
		if _, err := s.Ingest(t.Context(), r, store.Document{}); err != nil && !errors.Is(err, store.ErrNotReport) {
			t.Fatal(err)
		}
	}
	again := storetest.Sample("653121", "某县1", 2020, 12)
	again.Meta.ParserVersion, again.Facts = "2", again.Facts[:3]
	again.Facts[0].Value, again.Facts[0].Raw, again.Facts[0].Status = nil, "", report.StatusBlank
	if got := storetest.Ingest(t, s, again, store.Document{}); got.Outcome != store.Reread {
		t.Errorf("%+v", got)
	}
	storetest.Same(t, "figures by indicator", storetest.Query(t, s, "SELECT indicator, applicant, status, count(*) FROM fact GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"),
		storetest.Query(t, s, "SELECT indicator, applicant, status, figures FROM fact_summary WHERE figures > 0 ORDER BY 1, 2, 3"))
	h, err := s.Doctor(t.Context(), store.DoctorOptions{})
	if err != nil || len(h.Problems) > 0 {
		t.Errorf("%+v %v", h, err)
	}
}
