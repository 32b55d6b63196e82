package narrative

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"nianbao/parser/report"
)

// TestDictionariesAreGojiebas: they are those of the version that go.mod names, the
// words as sort(1) puts their lines by bytes.
func TestDictionariesAreGojiebas(t *testing.T) {
	for file, want := range map[*string]string{
		&dictionaryWords: "9f3d4cdf236c31a4400042cf127e3eeefef9388e0dbd949c7217535bf7a2c9b6",
		&dictionaryModel: "f17790586ac86dd048c8adffed052c4bd2b28ed0682972c1275e59040c0589a7",
	} {
		if got := fmt.Sprintf("%x", sha256.Sum256([]byte(*file))); got != want {
			t.Errorf("%.40q … has the digest %s, want %s", *file, got, want)
		}
	}
}

// TestNewWhereNothingCanBeWritten: a file stands where the directories would be,
// which stops root as well as anyone.
func TestNewWhereNothingCanBeWritten(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(blocked, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(blocked, "cache"))
	if got := cutOf(fresh(t), "政务公开"); len(got) == 0 {
		t.Error("the reader cuts nothing")
	}
	left, err := os.ReadDir(tmp)
	if err != nil || len(left) != 0 {
		t.Errorf("left behind in the temporary directory: %v (%v)", left, err)
	}

	t.Setenv("TMPDIR", filepath.Join(blocked, "tmp"))
	if _, err := New(); err == nil {
		t.Error("no error where no directory can be written")
	} else if pathError := new(fs.PathError); !errors.As(err, &pathError) || !strings.Contains(err.Error(), blocked) || !strings.Contains(err.Error(), "TMPDIR") {
		t.Errorf("%v does not name the directory and what to do", err)
	}
	t.Setenv("XDG_CACHE_HOME", tmp)
	if got := cutOf(fresh(t), "政务公开"); len(got) == 0 {
		t.Error("the reader cuts nothing with the files in the cache directory")
	}
}

// TestMain lets TestMovedBinary start the test's own binary as a program that
// prints the mentions of its argument.
func TestMain(m *testing.M) {
	if text := os.Getenv("NARRATIVE_TEST_TEXT"); text != "" {
		r, err := New()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		for _, m := range r.Mentions(report.Meta{}, []report.Section{{Text: text}}) {
			fmt.Println(m.Metric, m.Value)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestMovedBinary moves a binary into an empty directory and starts it twice
// at once with a fresh home.
func TestMovedBinary(t *testing.T) {
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	moved, home := filepath.Join(dir, "moved"), filepath.Join(dir, "home")
	if err := os.WriteFile(moved, b, 0o755); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	outs, errs := make([]string, 2), make([]error, 2)
	for i := range outs {
		group.Go(func() {
			cmd := exec.CommandContext(t.Context(), moved)
			cmd.Dir = dir
			cmd.Env = []string{"HOME=" + home, "TMPDIR=" + dir, "NARRATIVE_TEST_TEXT=受理政府信息公开申请859件"}
			out, err := cmd.CombinedOutput()
			outs[i], errs[i] = string(out), err
		})
	}
	group.Wait()
	for i := range outs {
		if errs[i] != nil || outs[i] != "requests_received 859\n" {
			t.Errorf("run %d: %v\n%s", i+1, errs[i], outs[i])
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, "nianbao-*")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}

// TestOddHomes starts the program where the environment gives it no directory,
// a strange one, or one that gojieba cannot open.
func TestOddHomes(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, env := range map[string]func(dir string) []string{
		"no home": func(dir string) []string { return []string{"TMPDIR=" + dir} },
		"a home that is gone": func(dir string) []string {
			return []string{"TMPDIR=" + dir, "HOME=" + filepath.Join(dir, "gone", "away")}
		},
		"no temporary directory": func(dir string) []string {
			return []string{"TMPDIR=" + filepath.Join(dir, "gone"), "HOME=" + dir, "XDG_CACHE_HOME=" + dir}
		},
		"a file in its place":   func(dir string) []string { return []string{"TMPDIR=" + self, "XDG_CACHE_HOME=" + dir} },
		"blanks and characters": func(dir string) []string { return []string{"TMPDIR=" + madeIn(t, dir, "临时 目录")} },
		"a semicolon":           func(dir string) []string { return []string{"TMPDIR=" + madeIn(t, dir, "a;b"), "XDG_CACHE_HOME=" + dir} },
		"a bar":                 func(dir string) []string { return []string{"TMPDIR=" + madeIn(t, dir, "a|b"), "XDG_CACHE_HOME=" + dir} },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			cmd := exec.CommandContext(t.Context(), self)
			cmd.Dir = dir
			cmd.Env = append(env(dir), "NARRATIVE_TEST_TEXT=受理政府信息公开申请859件")
			out, err := cmd.CombinedOutput()
			if err != nil || string(out) != "requests_received 859\n" {
				t.Errorf("%v\n%s", err, out)
			}
			_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
				if err != nil || !d.IsDir() || strings.HasPrefix(d.Name(), "nianbao") {
					t.Errorf("left behind: %s (%v)", path, err)
				}
				return nil
			})
		})
	}
}

// madeIn is a directory in another one.
func madeIn(t *testing.T, dir, name string) string {
	t.Helper()
	dir = filepath.Join(dir, name)
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestNewWithoutAnyLoadableDirectory(t *testing.T) {
	tmp := madeIn(t, t.TempDir(), "a;b")
	t.Setenv("TMPDIR", tmp)
	t.Setenv("XDG_CACHE_HOME", tmp)
	if _, err := New(); err == nil || !strings.Contains(err.Error(), tmp) {
		t.Errorf("%v does not name the directory", err)
	}
}
