package store_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/mattn/go-sqlite3"

	"nianbao/store"
	"nianbao/store/internal/storetest"
	"nianbao/testdata/often"
)

// tool finds a program that a test needs; where it is missing the test is
// skipped, or fails where all tools have to be there.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("NIANBAO_REQUIRE_TOOLS") == "1" {
			t.Fatal(err)
		}
		t.Skipf("%s is not installed", name)
	}
	return path
}

// killedAt runs a child that opens a file, stores a report and closes it, and
// kills it before its n-th call of a kind. It reports whether there were fewer.
func killedAt(t *testing.T, strace, self, path, call string, n int) (finished bool) {
	t.Helper()
	log := filepath.Join(t.TempDir(), "strace.log")
	c := exec.CommandContext(t.Context(), strace, "-o", log, "-e", "trace="+call, "-e", fmt.Sprintf("inject=%s:signal=KILL:when=%d", call, n), self)
	c.Env = append(os.Environ(), openVariable+"="+path)
	out, err := c.CombinedOutput()
	if err == nil {
		return true
	}
	if trace, readErr := os.ReadFile(log); readErr != nil || !strings.Contains(string(trace), "killed by SIGKILL") {
		if strings.Contains(string(out), "PTRACE") || strings.Contains(string(out), "Operation not permitted") {
			t.Skipf("strace may not trace here: %s", out)
		}
		t.Fatalf("%s %d: %v\n%s", call, n, err, out)
	}
	return false
}

// public makes a folder that everyone can look into.
func public(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "nianbao-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = os.Chmod(dir, 0o755)
		_ = os.RemoveAll(dir)
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func copyFile(t *testing.T, from, to string, mode os.FileMode) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, data, mode)
	}
	if err == nil {
		err = os.Chmod(to, mode)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// stranger starts this test binary as someone who may read but not write.
func stranger(t *testing.T, self, variable, path string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), self)
	c.Env = append(os.Environ(), variable+"="+path)
	if os.Geteuid() == 0 {
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	return c
}

// TestKilledOpening kills a process before each call by which it changes files
// while it opens a database, stores a report and closes it. Whoever may write
// reads on as if nothing had happened; whoever may not gets all that was
// committed, or hears what is left and how it is not lost.
func TestKilledOpening(t *testing.T) {
	strace := tool(t, "strace")
	dir := public(t)
	self := filepath.Join(dir, "store.test")
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	copyFile(t, binary, self, 0o755)
	whole := filepath.Join(dir, "whole.db")
	if err := ingestAll(t.Context(), whole, io.Discard); err != nil {
		t.Fatal(err)
	}
	before := 41
	points, states := 0, map[string]int{}
	for _, call := range []string{"pwrite64", "ftruncate", "unlink", "fdatasync"} {
		for n := 1; ; n++ {
			if !often.Asked() && n > 4 && n%6 > 0 {
				continue // the first of each kind, and every sixth of the others
			}
			if testing.Short() && call == "pwrite64" && n > 12 && n%5 > 0 && n < 60 {
				continue
			}
			work := filepath.Join(dir, fmt.Sprintf("%s-%d", call, n))
			if err := os.Mkdir(work, 0o755); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(work, "reports.db")
			copyFile(t, whole, path, 0o644)
			if killedAt(t, strace, self, path, call, n) {
				break
			}
			points++
			entries, err := os.ReadDir(work)
			if err != nil {
				t.Fatal(err)
			}
			var left, needed []string
			unwritable := work + "-unwritable"
			if err := os.Mkdir(unwritable, 0o755); err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				left = append(left, strings.TrimPrefix(e.Name(), "reports.db"))
				copyFile(t, filepath.Join(work, e.Name()), filepath.Join(unwritable, e.Name()), 0o444)
				if info, err := e.Info(); err == nil && info.Size() > 0 && (strings.HasSuffix(e.Name(), "-wal") || strings.HasSuffix(e.Name(), "-journal")) {
					needed = append(needed, e.Name())
				}
			}
			states[strings.Join(left, " ")]++
			if err := os.Chmod(unwritable, 0o555); err != nil {
				t.Fatal(err)
			}
			at := fmt.Sprintf("killed before %s %d, leaving %q", call, n, left)
			out, err := stranger(t, self, readVariable, filepath.Join(unwritable, "reports.db")).CombinedOutput()
			switch said := string(out); {
			case err == nil:
				if said != "41\n" && said != "42\n" {
					t.Errorf("%s: who may not write sees %s", at, said)
				}
			case !strings.Contains(said, store.ErrUnfinished.Error()) || !strings.Contains(said, "someone who may write") ||
				len(needed) > 0 && !strings.Contains(said, "a copy has to take "+strings.Join(needed, " and ")):
				t.Errorf("%s: who may not write hears %s", at, said)
			}
			var got bytes.Buffer
			if err := readOnly(path, &got); err != nil {
				t.Errorf("%s: who may write hears %v", at, err)
			} else if !slices.Contains([]string{fmt.Sprintln(before), fmt.Sprintln(before + 1)}, got.String()) {
				t.Errorf("%s: who may write sees %s", at, &got)
			}
			if s, err := store.Open(t.Context(), path, store.Options{ReadOnly: true}); err == nil {
				if h, err := s.Doctor(t.Context(), store.DoctorOptions{}); err != nil || len(h.Problems) > 0 {
					t.Errorf("%s: %+v %v", at, h, err)
				}
				s.Close()
			}
			_ = os.Chmod(unwritable, 0o755)
			_ = os.RemoveAll(work)
			_ = os.RemoveAll(unwritable)
		}
	}
	t.Logf("killed at %d points, leaving %v", points, states)
	if points < 20 || len(states) < 3 {
		t.Errorf("killed at %d points only, leaving %v", points, states)
	}
}

// TestReaderMeetsWriter: who may not write beside the file, and asks while another
// process is just opening or closing it, hears that and not that it is read-only.
func TestReaderMeetsWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "reports.db")
	for _, readOnly := range []bool{false, true} {
		s, err := store.Open(t.Context(), path, store.Options{ReadOnly: readOnly})
		if err != nil {
			t.Fatal(err)
		}
		for name, met := range map[string]sqlite3.Error{
			"no file beside it can be made": {Code: sqlite3.ErrReadonly, ExtendedCode: sqlite3.ErrNoExtended(8 | 6<<8)},
			"a file beside it has gone":     {Code: sqlite3.ErrCantOpen, ExtendedCode: sqlite3.ErrNoExtended(14)},
		} {
			err := s.Explain("read", fmt.Errorf("asking: %w", met))
			var e *store.Error
			if errors.Is(err, store.ErrBusy) != readOnly || !errors.As(err, &e) || e.Advice == "" || !strings.Contains(err.Error(), path) {
				t.Errorf("%s, read-only %v: %v", name, readOnly, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestReadersBesideWriter reads, as someone who may not write in the folder,
// while another process ingests: every answer is one state of the file.
func TestReadersBesideWriter(t *testing.T) {
	dir := public(t)
	self := filepath.Join(dir, "store.test")
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	copyFile(t, binary, self, 0o755)
	if os.Geteuid() != 0 {
		t.Skip("only the superuser can be two users")
	}
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(data, "reports.db")
	s, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// The reader opens before there is a writer, and reads while there is one.
	reader := stranger(t, self, watchVariable, path)
	stdin, err := reader.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var problems bytes.Buffer
	reader.Stderr = &problems
	stdout, err := reader.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := reader.Start(); err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewScanner(stdout)
	// seen reads answers until one has so many reports; each has as many as the one
	// before it at least.
	last := 0
	seen := func(least int) {
		t.Helper()
		for answers.Scan() {
			n, err := strconv.Atoi(answers.Text())
			if err != nil || n < last {
				t.Fatalf("%d reports, and then %q", last, answers.Text())
			}
			if last = n; n >= least {
				return
			}
		}
		t.Fatalf("no answer has %d reports: %v %s", least, answers.Err(), &problems)
	}
	seen(0)
	s, err = store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g := storetest.NewGenerator()
	w, err := s.Writer(t.Context(), store.WriterOptions{PerCommit: 1})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 300 {
		p, err := s.Prepare(g.Report(i), store.Document{})
		if err == nil {
			_, err = w.Write(t.Context(), p)
		}
		if err != nil {
			t.Fatal(err)
		}
		if i%50 == 9 {
			seen(i + 1) // however late the reader is
		}
	}
	if err := errors.Join(w.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	stdin.Close()
	seen(300)
	_, _ = io.Copy(io.Discard, stdout)
	if err := reader.Wait(); err != nil {
		t.Fatalf("%v: %s", err, &problems)
	}
}
