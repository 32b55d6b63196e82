package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/ask"
	"nianbao/store/internal/storetest"
	"nianbao/store/panel"
)

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	made := func(name, statements string) string {
		path := filepath.Join(dir, name)
		s, err := store.Open(t.Context(), path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		storetest.Change(t, path, statements)
		return path
	}
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, []byte("no database, but long enough to be read as one"), 0o666); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(dir, "foreign.db")
	storetest.Change(t, foreign, "CREATE TABLE report (id INTEGER PRIMARY KEY, mine TEXT); INSERT INTO report VALUES (1, 'x')")
	torn := made("torn.db", "VACUUM")
	if data, err := os.ReadFile(torn); err != nil || os.WriteFile(torn, append(data[:100:100], bytes.Repeat([]byte{0xaa}, 5000)...), 0o666) != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path     string
		readOnly bool
		want     error
	}{
		"text":           {text, false, store.ErrNotDatabase},
		"text, read":     {text, true, store.ErrNotDatabase},
		"folder":         {dir, false, store.ErrNotDatabase},
		"foreign":        {foreign, false, store.ErrForeign},
		"foreign, read":  {foreign, true, store.ErrForeign},
		"newer":          {made("newer.db", "PRAGMA user_version = 99"), false, store.ErrNewer},
		"newer, read":    {made("newer2.db", "PRAGMA user_version = 99"), true, store.ErrNewer},
		"older, read":    {made("older.db", "PRAGMA user_version = 0"), true, store.ErrOlder},
		"missing, read":  {filepath.Join(dir, "missing.db"), true, store.ErrNotFound},
		"missing folder": {filepath.Join(dir, "missing", "x.db"), false, os.ErrNotExist},
		"torn":           {torn, true, store.ErrCorrupt},
	} {
		s, err := store.Open(t.Context(), c.path, store.Options{ReadOnly: c.readOnly})
		if err == nil {
			_ = s.Close()
		}
		var e *store.Error
		if !errors.Is(err, c.want) || !errors.As(err, &e) || e.Path != c.path || e.Advice == "" || !strings.Contains(err.Error(), c.path) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, err := os.ReadFile(text); err != nil || !strings.HasPrefix(string(got), "no database") {
		t.Errorf("the text is %q now", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "missing.db")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("reading made a file")
	}
}

func TestPathsWithOddNames(t *testing.T) {
	for _, name := range []string{"年报 2021.db", "a?b#c%20.db", "it's;.db"} {
		path := filepath.Join(t.TempDir(), name)
		s, err := store.Open(t.Context(), path, store.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

// TestOneFile expects a finished file to need no other beside it.
func TestOneFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "reports.db")
	if err := ingestAll(t.Context(), path, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("%v %v", entries, err)
	}
}

func TestReadOnlyMedium(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("the superuser may write everywhere")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "reports.db")
	if err := ingestAll(t.Context(), path, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Chmod(path, 0o444), os.Chmod(dir, 0o555)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) })
	s, err := store.Open(t.Context(), path, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if n := storetest.Query(t, s, "SELECT count(*) FROM report"); n[0] == "0" {
		t.Error("nothing in it")
	}
	if _, err := store.Open(t.Context(), path, store.Options{}); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("for writing: %v", err)
	}
}

func TestWritingReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "reports.db")
	if err := ingestAll(t.Context(), path, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), path, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, ingest := s.Ingest(t.Context(), storetest.Sample("653101", "喀什市", 2030, 1), store.Document{})
	_, panels := panel.Check(t.Context(), s)
	correct := s.Correct(t.Context(), store.Correction{ReportID: 1, Indicator: "review.total", Reason: "x", Reviewer: "y"})
	_, direct := s.DB().Exec("DELETE FROM report")
	for what, err := range map[string]error{"ingest": ingest, "check": panels, "correct": correct} {
		if !errors.Is(err, store.ErrReadOnly) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if direct == nil {
		t.Error("a connection for reading deleted the reports")
	}
}

// TestFullDisk lets SQLite believe that the medium is full half way through an
// ingest: what was committed is there, and repeating ends with a whole file.
func TestFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "reports.db")
	s := storetest.Open(t, path)
	g := storetest.NewGenerator()
	fill := func() (stored int, err error) {
		w, err := s.Writer(t.Context(), store.WriterOptions{PerCommit: 4})
		if err != nil {
			return 0, err
		}
		for i := range 60 {
			p, err := s.Prepare(g.Report(i), store.Document{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(t.Context(), p); err != nil {
				return stored, errors.Join(err, w.Close())
			}
			stored++
		}
		return stored, w.Close()
	}
	asWriter := func(question string) (answer int) {
		t.Helper()
		if err := s.Writing(t.Context(), "look", func(c *sql.Conn) error { return c.QueryRowContext(t.Context(), question).Scan(&answer) }); err != nil {
			t.Fatal(err)
		}
		return answer
	}
	limit := func(n int) {
		if got := asWriter(fmt.Sprintf("PRAGMA max_page_count = %d", n)); got != n {
			t.Fatalf("%d pages at most, want %d", got, n)
		}
	}
	limit(asWriter("PRAGMA page_count") + 40)
	stored, err := fill()
	var e *store.Error
	if !errors.Is(err, store.ErrFull) || !errors.As(err, &e) || e.Advice == "" {
		t.Fatalf("after %d reports: %v", stored, err)
	}
	if n := storetest.Query(t, s, "SELECT count(*) FROM report"); n[0] == "0" || n[0] == "60" {
		t.Errorf("%s reports are there", n[0])
	}
	limit(1 << 20)
	if _, err := fill(); err != nil {
		t.Fatal(err)
	}
	h, err := s.Doctor(t.Context(), store.DoctorOptions{})
	if err != nil || h.Reports != 60 || len(h.Problems) > 0 {
		t.Errorf("%+v %v", h, err)
	}
}

func TestTwoWriters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "reports.db")
	first := storetest.Open(t, path)
	second, err := store.Open(t.Context(), path, store.Options{Busy: 20 * time.Millisecond, Now: func() time.Time { return storetest.Clock }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = second.Close() })
	w, err := first.Writer(t.Context(), store.WriterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := first.Prepare(storetest.Sample("653101", "喀什市", 2021, 10), store.Document{})
	if err == nil {
		_, err = w.Write(t.Context(), p)
	}
	if err != nil {
		t.Fatal(err)
	}
	// A reader goes on, and sees nothing that is not committed.
	storetest.Same(t, "during", []string{"0"}, storetest.Query(t, second, "SELECT count(*) FROM report"))
	_, err = second.Ingest(t.Context(), storetest.Sample("653121", "疏附县", 2021, 10), store.Document{})
	if !errors.Is(err, store.ErrBusy) || !strings.Contains(err.Error(), path) {
		t.Errorf("%v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	storetest.Ingest(t, second, storetest.Sample("653121", "疏附县", 2021, 10), store.Document{})
	storetest.Same(t, "after", []string{"2"}, storetest.Query(t, first, "SELECT count(*) FROM report"))
}

// TestTwoProcesses lets two processes ingest the same at once.
func TestTwoProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "reports.db")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	var children []*exec.Cmd
	for range 2 {
		c := exec.CommandContext(ctx, self)
		c.Env = append(os.Environ(), childVariable+"="+path)
		c.Stderr = &bytes.Buffer{}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		children = append(children, c)
	}
	for _, c := range children {
		if err := c.Wait(); err != nil {
			t.Errorf("%v: %s", err, c.Stderr)
		}
	}
	whole := filepath.Join(t.TempDir(), "whole.db")
	if err := ingestAll(t.Context(), whole, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, l := range dump(t, whole) {
		if !strings.HasPrefix(l, "search_") { // its segments follow the transactions
			want = append(want, l)
		}
	}
	for _, l := range dump(t, path) {
		if !strings.HasPrefix(l, "search_") {
			got = append(got, l)
		}
	}
	storetest.Same(t, "two processes", want, got)
}

// TestCancelled stops an ingest between two reports.
func TestCancelled(t *testing.T) {
	s := storetest.Fresh(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w, err := s.Writer(ctx, store.WriterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []error{nil, context.Canceled} {
		p, err := s.Prepare(storetest.Sample("653101", "喀什市", 2020+i, 1), store.Document{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(ctx, p); !errors.Is(err, want) {
			t.Errorf("report %d: %v", i, err)
		}
		cancel()
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	storetest.Same(t, "reports", []string{"1"}, storetest.Query(t, s, "SELECT count(*) FROM report"))
}

// TestSpoiltReport expects an error amid the figures of one report to leave the
// others of its transaction alone.
func TestSpoiltReport(t *testing.T) {
	s := storetest.Fresh(t)
	storetest.Change(t, s.Path(), `CREATE TRIGGER spoil BEFORE INSERT ON fact_data WHEN (SELECT year FROM report WHERE id = NEW.report_id) = 2021
		AND EXISTS (SELECT 1 FROM fact_data WHERE report_id = NEW.report_id) BEGIN SELECT RAISE(ABORT, 'spoilt'); END`)
	w, err := s.Writer(t.Context(), store.WriterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		p, err := s.Prepare(storetest.Sample("653101", "喀什市", 2020+i, 1), store.Document{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(t.Context(), p); (err != nil) != (i == 1) {
			t.Errorf("report %d: %v", i, err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	storetest.Same(t, "years", []string{"2020|4", "2022|4"}, storetest.Query(t, s, "SELECT year, (SELECT count(*) FROM fact WHERE report_id = r.id) FROM report r ORDER BY year"))
	found, err := ask.Search(t.Context(), s, ask.SearchQuery{Cutter: storetest.Letters{}, Words: "稳步推进", Limit: 2})
	if err != nil || len(found.Hits) != 2 {
		t.Errorf("%+v %v", found, err)
	}
}

func TestCorrect(t *testing.T) {
	s := storetest.Fresh(t)
	r := storetest.Sample("653101", "喀什市", 2021, 10)
	id := storetest.Ingest(t, s, r, store.Document{}).ReportID
	for name, c := range map[string]struct {
		c    store.Correction
		want error
	}{
		"no reason":    {store.Correction{ReportID: id, Indicator: "review.total", Reviewer: "r"}, store.ErrCorrection},
		"no reviewer":  {store.Correction{ReportID: id, Indicator: "review.total", Reason: "x"}, store.ErrCorrection},
		"status":       {store.Correction{ReportID: id, Indicator: "review.total", Status: report.StatusReported, Reason: "x", Reviewer: "r"}, store.ErrCorrection},
		"no figure":    {store.Correction{ReportID: id, Indicator: "review.upheld", Value: storetest.Count(1), Reason: "x", Reviewer: "r"}, store.ErrNotFound},
		"no report":    {store.Correction{ReportID: 99, Indicator: "review.total", Value: storetest.Count(1), Reason: "x", Reviewer: "r"}, store.ErrNotFound},
		"indicator":    {store.Correction{ReportID: id, Indicator: "review.none", Reason: "x", Reviewer: "r"}, store.ErrUnknownCode},
		"no applicant": {store.Correction{ReportID: id, Indicator: "requests.received", Reason: "x", Reviewer: "r"}, store.ErrUnknownCode},
	} {
		if err := s.Correct(t.Context(), c.c); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, c := range []store.Correction{
		{ReportID: id, Indicator: "requests.received", Applicant: "total", Value: storetest.Count(11), Reason: "first", Reviewer: "r"},
		{ReportID: id, Indicator: "requests.received", Applicant: "total", Value: storetest.Count(12.5), Reason: "second", Reviewer: "r"},
		{ReportID: id, Indicator: "disclosure.fees.amount", Reason: "the page has none", Reviewer: "r"},
	} {
		if err := s.Correct(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	storetest.Ingest(t, s, r, store.Document{})
	storetest.Same(t, "current_fact", []string{"disclosure.fees.amount||blank|14155.37|1|the page has none", "requests.received|12.5|reported|10|1|second"},
		storetest.Query(t, s, "SELECT indicator, value, status, raw, corrected, correction_reason FROM current_fact WHERE corrected ORDER BY indicator"))
	storetest.Same(t, "headline", []string{"12.5||2"}, storetest.Query(t, s, "SELECT requests_received, fees_amount, corrected FROM headline"))
	storetest.Same(t, "as read", []string{"10|14155.37"}, storetest.Query(t, s, "SELECT (SELECT value FROM fact WHERE indicator = 'requests.received'), (SELECT value FROM fact WHERE indicator = 'disclosure.fees.amount')"))
	c, err := ask.Compare(t.Context(), s, ask.CompareQuery{Code: "requests.received", Filter: store.Filter{Years: store.Year(2021)}})
	if err != nil || *c.Rows[0].Value != 12.5 || !c.Rows[0].Corrected {
		t.Errorf("%+v %v", c, err)
	}
	all, err := s.Corrections(t.Context(), store.Filter{})
	if err != nil || len(all) != 2 || *all[1].ReadValue != 10 || all[1].Reason != "second" {
		t.Errorf("%+v %v", all, err)
	}
	if err := s.Withdraw(t.Context(), id, "requests.received", "total"); err != nil {
		t.Fatal(err)
	}
	if err := s.Withdraw(t.Context(), id, "requests.received", "total"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("%v", err)
	}
	storetest.Same(t, "withdrawn", []string{"10|1"}, storetest.Query(t, s, "SELECT requests_received, corrected FROM headline"))
}

func TestDoctor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "reports.db")
	if err := ingestAll(t.Context(), path, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	s := storetest.Open(t, path)
	h, err := s.Doctor(t.Context(), store.DoctorOptions{})
	if err != nil || len(h.Problems) > 0 || h.Reports != 40 || h.Superseded != 1 || h.Documents != 42 || h.SchemaVersion != store.SchemaVersion() || len(h.Advice) != 1 {
		t.Errorf("%+v %v", h, err)
	}
	if len(h.Findings) != 1 || h.Findings[0].Reports != 40 {
		t.Errorf("%+v", h.Findings)
	}
	years, err := ask.Coverage(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range years {
		if c.Level == "county" && (c.Stored != 8 || c.Known < 2800 || len(c.Missing) != 10) {
			t.Errorf("%+v", c)
		}
	}
	storetest.Change(t, path, "PRAGMA foreign_keys = OFF; DELETE FROM report WHERE id = 3; UPDATE mention_data SET part_of = 7 WHERE report_id = 5 AND seq = 1; INSERT INTO document (sha256) VALUES ('x')")
	h, err = s.Doctor(t.Context(), store.DoctorOptions{})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, p := range h.Problems {
		kinds[p.Kind]++
		if p.Advice == "" {
			t.Errorf("%+v", p)
		}
	}
	if kinds["foreign_key"] != 4 || kinds["orphan"] != 2 {
		t.Errorf("%+v", h.Problems)
	}
}

// TestVerify changes what is stored behind the program's back, in each of the
// tables that a report is in, and expects to be told of just that report.
func TestVerify(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "reports.db")
	if err := ingestAll(t.Context(), path, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	verify := func() (int, []store.Problem) {
		s := storetest.Open(t, path)
		if _, err := panel.Check(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		n, problems, err := s.Verify(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return n, problems
	}
	if n, problems := verify(); n != 41 || len(problems) > 0 {
		t.Fatalf("%d reports, %v", n, problems)
	}
	for i, statement := range []string{
		"UPDATE fact_data SET value = value + 1 WHERE report_id = 3 AND value IS NOT NULL",
		"UPDATE fact_data SET locator = locator + 256 WHERE report_id = 4 AND typeof(locator) = 'integer'",
		"UPDATE mention_data SET value = 7 WHERE report_id = 5 AND seq = 0",
		"UPDATE section SET text = replace(text, '稳步', '大力') WHERE report_id = 6",
		"UPDATE report SET year = 2018 WHERE id = 7",
		"DELETE FROM fact_data WHERE report_id = 8 AND status = 1",
		"UPDATE fact_data SET locator = 'somewhere' WHERE report_id = 9 AND value IS NOT NULL",
	} {
		storetest.Change(t, path, statement)
		_, problems := verify()
		if len(problems) != i+1 || problems[i].Kind != "digest" || !strings.Contains(problems[i].Detail, fmt.Sprintf("report %d ", i+3)) || problems[i].Advice == "" {
			t.Errorf("%s: %v", statement, problems)
		}
	}
}
