package store_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/storetest"
	"nianbao/testdata/often"
)

// Variables that let the test binary run itself as a process that can be
// killed, or run by another user: each names the file.
const (
	childVariable = "NIANBAO_TEST_INGEST" // ingestAll
	openVariable  = "NIANBAO_TEST_OPEN"   // openAndStore
	readVariable  = "NIANBAO_TEST_READ"   // readOnly
	watchVariable = "NIANBAO_TEST_WATCH"  // watch
	againVariable = "NIANBAO_TEST_AGAIN"  // ingestAll, as another version of the parser reads
)

func init() {
	if os.Getenv(openVariable) != "" {
		runtime.LockOSThread() // who counts its calls counts those of the first thread
	}
}

func TestMain(m *testing.M) {
	for variable, run := range map[string]func(path string) error{
		childVariable: func(path string) error { return ingestAll(context.Background(), path, os.Stdout) },
		againVariable: func(path string) error { return ingestAs(context.Background(), path, "again", os.Stdout) },
		openVariable:  openAndStore,
		readVariable:  func(path string) error { return readOnly(path, os.Stdout) },
		watchVariable: func(path string) error { return watch(path, os.Stdin, os.Stdout) },
	} {
		if path := os.Getenv(variable); path != "" {
			if err := run(path); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			return
		}
	}
	os.Exit(m.Run())
}

// folder is what the child ingests: years of some counties, among them a
// report published again with other figures, a copy and a document that is no
// report.
func folder() []*report.Report {
	var all []*report.Report
	for i, code := range []string{"653101", "653121", "653122", "653123", "653124", "653125", "653126", "653127"} {
		for year := 2019; year <= 2023; year++ {
			all = append(all, storetest.Sample(code, fmt.Sprintf("某县%d", i), year, float64(10*i+year-2018)))
		}
	}
	again := storetest.Sample("653121", "某县1", 2021, 99)
	again.Meta.PublishedOn = "2022-05-01"
	twin := storetest.Sample("653122", "某县2", 2022, 24)
	twin.Meta.DocumentSHA256 = strings.Repeat("ab", 32)
	none := &report.Report{Meta: report.Meta{Source: "notice.html", DocumentSHA256: strings.Repeat("cd", 32)},
		Findings: []report.Finding{{Rule: report.RuleNotRecognised, Severity: report.SeverityError, Message: "A notice."}}}
	return append(all, again, twin, none)
}

func ingestAll(ctx context.Context, path string, progress io.Writer) error {
	return ingestAs(ctx, path, "", progress)
}

// ingestAs ingests the folder as a version of the parser reads it.
func ingestAs(ctx context.Context, path, version string, progress io.Writer) error {
	s, err := store.Open(ctx, path, store.Options{Now: func() time.Time { return storetest.Clock }})
	if err != nil {
		return err
	}
	w, err := s.Writer(ctx, store.WriterOptions{PerCommit: killedPerCommit})
	if err != nil {
		return errors.Join(err, s.Close())
	}
	for i, r := range folder() {
		if version != "" {
			r.Meta.ParserVersion, r.Meta.Title = version, r.Meta.Title+" "+version
		}
		p, err := s.Prepare(r, store.Document{Bytes: 1000})
		if errors.Is(err, store.ErrNotReport) {
			continue
		}
		if err == nil {
			_, err = w.Write(ctx, p)
		}
		if err != nil {
			return errors.Join(err, w.Close(), s.Close())
		}
		fmt.Fprintln(progress, i)
	}
	if err := w.Close(); err != nil {
		return errors.Join(err, s.Close())
	}
	return s.Close()
}

// killedPerCommit is how many reports an ingest that is killed may lose.
const killedPerCommit = 4

// dump is every row of every table, the search index's own included.
func dump(t testing.TB, path string) []string {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var lines []string
	list := func(query string, each func(string)) {
		rows, err := db.Query(query)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				t.Fatal(err)
			}
			each(s)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	var tables []string
	list("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", func(s string) { tables = append(tables, s) })
	for _, table := range tables {
		var columns []string
		list("SELECT name FROM pragma_table_info('"+table+"')", func(s string) { columns = append(columns, "quote("+s+")") })
		list("SELECT "+strings.Join(columns, "||','||")+" AS line FROM "+table+" ORDER BY line", func(s string) { lines = append(lines, table+": "+s) })
	}
	return lines
}

// TestKilledIngest kills an ingest again and again, at moments of its first
// twentieth of a second, in which the file is made, and then after every sixth
// of its reports, with NIANBAO_OFTEN after each; repeats it each time, and expects
// the file that an undisturbed one makes.
func TestKilledIngest(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "whole.db")
	if err := ingestAll(t.Context(), whole, io.Discard); err != nil {
		t.Fatal(err)
	}
	// A busy machine lets an ingest end before it is killed: then the next file
	// takes its place, until there were kills enough.
	kills, path, enough, step, moments := 0, "", 10, 6, 6
	if often.Asked() {
		enough, step, moments = 50, 1, 12
	}
	for round := 0; kills < enough; round++ {
		if round == 10 {
			t.Fatalf("ten ingests were killed %d times only", kills)
		}
		path = filepath.Join(t.TempDir(), "killed.db")
		for m := range moments {
			if !runKilled(t, path, -1, 48*time.Millisecond*time.Duration(m)/time.Duration(moments)) {
				kills++
			}
		}
		// The place of the next kill moves on, so that each run gets further.
		for at := 0; !runKilled(t, path, at, 0); at += step {
			kills++
		}
	}
	if diff := cmp.Diff(dump(t, whole), dump(t, path)); diff != "" {
		t.Errorf("-undisturbed +killed\n%s", diff)
	}
	if again := dump(t, path); true {
		if err := ingestAll(t.Context(), path, io.Discard); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(again, dump(t, path)); diff != "" {
			t.Errorf("ingesting the same again changed rows:\n%s", diff)
		}
	}
}

// runKilled starts an ingest and kills it (SIGKILL) when it has written a number
// of reports, or where that is below zero, after a time; it reports whether the
// ingest was faster.
func runKilled(t *testing.T, path string, at int, after time.Duration) (finished bool) {
	t.Helper()
	_, finished = killed(t, childVariable, path, at, after)
	return finished
}

// killed is runKilled of any child; written is how many reports it had told of.
func killed(t *testing.T, variable, path string, at int, after time.Duration) (written int, finished bool) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	child := exec.CommandContext(ctx, self)
	child.Env = append(os.Environ(), variable+"="+path)
	var problems strings.Builder
	child.Stderr = &problems
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if at < 0 {
		time.Sleep(after)
		_ = child.Process.Kill()
	}
	lines := 0
	for scan := bufio.NewScanner(out); scan.Scan(); lines++ {
		if lines == at {
			_ = child.Process.Kill()
			break
		}
	}
	_, _ = io.Copy(io.Discard, out)
	err = child.Wait()
	if err != nil && problems.Len() > 0 {
		t.Fatalf("%v: %s", err, problems.String())
	}
	return lines, err == nil
}

// openAndStore is what the child does: the calls of interest are all made on
// its first thread, for no context that ends sends them elsewhere.
func openAndStore(path string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		return err
	}
	_, err = s.Ingest(ctx, storetest.Sample("653128", "某县9", 2023, 77), store.Document{})
	return errors.Join(err, s.Close())
}

// readOnly is what another child does: count the reports.
func readOnly(path string, out io.Writer) error {
	s, err := store.Open(context.Background(), path, store.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	var n int
	err = s.DB().QueryRow("SELECT count(*) FROM report").Scan(&n)
	fmt.Fprintln(out, n)
	return errors.Join(err, s.Close())
}

// watch asks, until its input ends, for sums that only hold in one state of
// the file, and prints how many reports there were.
func watch(path string, in io.Reader, out io.Writer) error {
	s, err := store.Open(context.Background(), path, store.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer s.Close()
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, in)
		close(ended)
	}()
	for last := false; !last; {
		select {
		case <-ended:
			last = true
		default:
		}
		var reports, digests, facts, sections int
		if err := s.DB().QueryRow(`SELECT (SELECT count(*) FROM report), (SELECT count(*) FROM document), (SELECT count(DISTINCT report_id) FROM fact_data),
			(SELECT count(DISTINCT report_id) FROM section)`).Scan(&reports, &digests, &facts, &sections); err != nil {
			if errors.Is(s.Explain("read", err), store.ErrBusy) {
				last = false // the writer is just opening or closing: it says so, and the next answer is whole
				continue
			}
			return err
		}
		if reports != digests || reports != facts || reports != sections {
			return fmt.Errorf("torn: %d reports, %d documents, figures of %d, sections of %d", reports, digests, facts, sections)
		}
		fmt.Fprintln(out, reports)
		time.Sleep(time.Millisecond) // the writer wants a processor, too
	}
	return nil
}

// TestKilledReread kills the reading of reports that are known, as another version
// of the parser does it, after some reports, with NIANBAO_OFTEN after more: what was read again is there but for
// the last few, nothing is lost, and a repetition ends as an undisturbed one does.
func TestKilledReread(t *testing.T) {
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole.db")
	if err := ingestAll(t.Context(), whole, io.Discard); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	if err := ingestAs(t.Context(), whole, "again", io.Discard); err != nil {
		t.Fatal(err)
	}
	want := dump(t, whole)
	kills, enough, step := 0, 3, 9
	if often.Asked() {
		enough, step = 5, 3
	}
	for at := 1; at < len(folder())-1; at += step {
		path := filepath.Join(dir, fmt.Sprintf("killed%d.db", at))
		if err := os.WriteFile(path, before, 0o666); err != nil {
			t.Fatal(err)
		}
		written, finished := killed(t, againVariable, path, at, 0)
		if !finished {
			kills++
		}
		s, err := store.Open(t.Context(), path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var reports, again int
		if err := s.DB().QueryRow("SELECT count(*), sum(parser_version = 'again') FROM report").Scan(&reports, &again); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		// The document that is a copy has no row of its own.
		if reports != 41 || again < min(written, reports)-killedPerCommit-1 {
			t.Errorf("killed after %d reports: %d are read again, of %d", written, again, reports)
		}
		if err := ingestAs(t.Context(), path, "again", io.Discard); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, dump(t, path)); diff != "" {
			t.Errorf("killed after %d reports and repeated: -want +got\n%s", written, diff)
		}
	}
	if kills < enough {
		t.Errorf("%d kills: the others came too late", kills)
	}
}
