package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/testdata"
	"nianbao/testdata/often"
)

// start starts the program with its caches and temporary files in a folder of
// the test.
func start(t testing.TB, dir string, stdin io.Reader, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	for _, d := range []string{"cache", "tmp"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "nianbao", args...)
	cmd.Dir, cmd.Stdin = dir, stdin
	cmd.Env = append(os.Environ(), "HOME="+filepath.Join(dir, "cache"), "XDG_CACHE_HOME="+filepath.Join(dir, "cache"), "TMPDIR="+filepath.Join(dir, "tmp"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, &stderr
}

func run(t testing.TB, dir string, args ...string) {
	t.Helper()
	cmd, stderr := start(t, dir, nil, args...)
	if err := cmd.Wait(); err != nil {
		t.Fatalf("nianbao %s: %v\n%s", strings.Join(args, " "), err, stderr)
	}
}

// await polls until a thing has happened; a test that waits in vain fails.
func await(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for range 30000 {
		if happened() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("waited in vain for %s", what)
}

// reports counts the reports that a database holds for all to see.
func reports(path string) int {
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		return 0
	}
	defer db.Close()
	n := 0
	if err := db.QueryRow("SELECT count(*) FROM report").Scan(&n); err != nil {
		return 0 // not there yet
	}
	return n
}

// written is a report that the writer of specimens wrote.
type written struct {
	File, Title, Publisher, Region string
	Year                           int
	PublishedOn                    string
}

// writeFolder writes n reports, each of another county and with other figures;
// flags are more of the writer's.
func writeFolder(t testing.TB, dir, style string, n, from int, flags ...string) []written {
	t.Helper()
	args := append([]string{"run", "nianbao/parser/internal/specimen/write", "-style", style, "-n", fmt.Sprint(n), "-from", fmt.Sprint(from), "-out", dir}, flags...)
	cmd := exec.CommandContext(t.Context(), "go", args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, &stderr)
	}
	var all []written
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var w written
		if err := dec.Decode(&w); err != nil {
			t.Fatal(err)
		}
		all = append(all, w)
	}
	if len(all) != n {
		t.Fatalf("%s wrote %d reports", cmd, len(all))
	}
	return all
}

// TestStoppedIngest kills an ingest, or stops it as Ctrl-C does, when some reports
// are committed, others written and not committed, others parsed and not written.
// Repeated, it gives all reports, and the killed one the file that an undisturbed
// ingest gives, but for the time of ingestion.
func TestStoppedIngest(t *testing.T) {
	dir := t.TempDir()
	committed, more := 70, 10 // a commit is after 64
	if often.Asked() {
		committed, more = 90, 30
	}
	second := filepath.Join(dir, "second")
	pages := writeFolder(t, filepath.Join(dir, "first"), "html-clean", committed+more, 0)
	if err := os.Mkdir(second, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, w := range pages[committed:] {
		if err := os.Rename(w.File, filepath.Join(second, filepath.Base(w.File))); err != nil {
			t.Fatal(err)
		}
	}
	run(t, dir, "ingest", "--db", "whole.db", "first", "second")
	whole := dumped(t, filepath.Join(dir, "whole.db"))
	for _, c := range []struct {
		name string
		stop func(t *testing.T, cmd *exec.Cmd, stderr *bytes.Buffer)
		most int  // reports that can be there then
		same bool // as an undisturbed ingest's file: none was read out of turn
	}{
		{"killed", func(t *testing.T, cmd *exec.Cmd, stderr *bytes.Buffer) {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err == nil {
				t.Fatalf("the ingest ended before it was killed\n%s", stderr)
			}
		}, committed - 1, true},
		{"interrupted", func(t *testing.T, cmd *exec.Cmd, stderr *bytes.Buffer) {
			interrupt(t, cmd, stderr, "nianbao: stopped; the same command goes on where it stopped\n")
		}, committed, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			// An input that never ends holds the ingest between the two folders.
			held, hold, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer held.Close()
			defer hold.Close()
			db := filepath.Join(dir, c.name+".db")
			cmd, stderr := start(t, dir, held, "ingest", "--db", db, "first", "-", "second")
			await(t, "the first commit", func() bool { return reports(db) > 0 })
			c.stop(t, cmd, stderr)
			n := reports(db)
			if n == 0 || n > c.most {
				t.Fatalf("%d reports were stored when the ingest ended; the test wants 1 to %d", n, c.most)
			}
			run(t, dir, "ingest", "--db", db, "first", "second")
			if n := reports(db); n != committed+more {
				t.Errorf("%d reports after the second run, want %d", n, committed+more)
			}
			if diff := cmp.Diff(whole, dumped(t, db)); diff != "" && c.same {
				t.Errorf("%s after %d reports and repeated (-undisturbed +%s):\n%s", c.name, n, c.name, diff)
			}
		})
	}
}

func dumped(t *testing.T, path string) []string {
	t.Helper()
	var b strings.Builder
	if err := dump(&b, path, "report.ingested_at"); err != nil {
		t.Fatal(err)
	}
	return strings.Split(b.String(), "\n")
}

// TestKilledCrawl kills a crawl while a page is on its way. The same command
// goes on: of the pages that were fetched before, none is asked for again, and
// the reports are those of an undisturbed crawl.
func TestKilledCrawl(t *testing.T) {
	dir := t.TempDir()
	const slow = "/shule/2021.html"
	var mu sync.Mutex
	asked := map[string]int{}
	reached, release := make(chan struct{}), make(chan struct{})
	site := sampleSite()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[r.URL.Path]++
		n := asked[r.URL.Path]
		mu.Unlock()
		if r.URL.Path == slow && n == 1 {
			close(reached)
			<-release
		}
		site.ServeHTTP(w, r)
	}))
	defer server.Close()
	if err := os.WriteFile(filepath.Join(dir, "seeds.csv"), []byte(testdata.Seeds(server.URL)), 0o666); err != nil {
		t.Fatal(err)
	}
	args := []string{"crawl", "--seeds", "seeds.csv", "--db", "crawl.db", "--delay", "0s"}
	cmd, stderr := start(t, dir, nil, args...)
	select {
	case <-reached:
	case <-time.After(5 * time.Minute):
		t.Error("the slow page was never asked for")
	}
	// A running crawl writes its state down now and then.
	await(t, "the state of the running crawl", func() bool {
		status := exec.Command("nianbao", "crawl", "--status", "--db", "crawl.db")
		status.Dir = dir
		out, err := status.Output()
		return err == nil && strings.Contains(string(out), "RUNNING\n") && strings.Contains(string(out), "\nbeing fetched ")
	})
	cmd.Process.Kill()
	if err := cmd.Wait(); err == nil {
		t.Errorf("the crawl ended before it was killed\n%s", stderr)
	}
	close(release)
	mu.Lock()
	before := maps.Clone(asked)
	mu.Unlock()

	cmd, stderr = start(t, dir, nil, args...)
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitPartial {
		t.Fatalf("the second run ended with %v, want exit status %d: two pages are no reports\n%s", err, exitPartial, stderr)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(before) < 4 {
		t.Errorf("only %d pages were asked for before the kill", len(before))
	}
	for path, n := range asked {
		want := 1
		if path == slow || path == "/robots.txt" {
			want = 2
		}
		if n != want {
			t.Errorf("%s was asked for %d times, want %d", path, n, want)
		}
	}
	if n := reports(filepath.Join(dir, "crawl.db")); n != len(sampleReports) {
		t.Errorf("%d reports, want %d", n, len(sampleReports))
	}
}

// TestInterruptedDemo stops the demo at several places; nothing is left behind.
func TestInterruptedDemo(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
	}{
		{"temporary", []string{"demo"}},
		{"kept", []string{"demo", "--keep"}},
		{"named", []string{"demo", "--db", "demo.db"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			cmd, stderr := start(t, dir, nil, c.args...)
			await(t, "the demo's folder", func() bool {
				found, _ := filepath.Glob(filepath.Join(dir, "tmp", "nianbao-demo-*", "archive", "*"))
				return len(found) > 0
			})
			interrupt(t, cmd, stderr, "nianbao: stopped; nothing is left behind\n")
			var left []string
			for _, pattern := range []string{"tmp/*", "demo.db*"} {
				found, err := filepath.Glob(filepath.Join(dir, pattern))
				if err != nil {
					t.Fatal(err)
				}
				left = append(left, found...)
			}
			if len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}

// interrupt sends what Ctrl-C sends, and expects exit status 1 and a message.
func interrupt(t *testing.T, cmd *exec.Cmd, stderr *bytes.Buffer, message string) {
	t.Helper()
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != exitFailed {
			t.Fatalf("ended with %v, want exit status %d\n%s", err, exitFailed, stderr)
		}
	case <-time.After(5 * time.Minute):
		cmd.Process.Kill()
		t.Fatalf("did not stop\n%s", stderr)
	}
	if got := stderr.String(); got != message {
		t.Errorf("it says %q, want %q", got, message)
	}
}
