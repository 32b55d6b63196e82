package narrative

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"nianbao/parser/report"
)

func TestPackedDictionariesAreTheirDigests(t *testing.T) {
	for _, d := range dictionaries {
		b, err := decompress(d.name)
		if err != nil {
			t.Fatal(err)
		}
		if len(b) != d.size || digest(b) != d.sha256 {
			t.Errorf("%s: %d bytes with digest %s, want %d and %s", d.name, len(b), digest(b), d.size, d.sha256)
		}
	}
}

func TestUnpackRepairsWhatIsBroken(t *testing.T) {
	dir := t.TempDir()
	user := []byte("政务新媒体 5000 n\n")
	if _, err := unpack(dir, user); err != nil {
		t.Fatal(err)
	}
	names := func() []string {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, e := range entries {
			all = append(all, e.Name())
		}
		return all
	}
	want := []string{"hmm_model.utf8", "idf.utf8", "jieba.dict.utf8", "stop_words.utf8", "user.dict.utf8"}
	if got := names(); !slices.Equal(got, want) {
		t.Fatalf("unpacked %v, want %v and nothing left over", got, want)
	}
	model := filepath.Join(dir, "hmm_model.utf8")
	for name, breakIt := range map[string]func() error{
		"cut short": func() error { return os.Truncate(model, 1000) },
		"changed": func() error {
			b, err := os.ReadFile(model)
			if err != nil {
				return err
			}
			b[len(b)/2] ^= 1
			return os.WriteFile(model, b, 0o644)
		},
		"gone": func() error { return os.Remove(model) },
	} {
		if err := breakIt(); err != nil {
			t.Fatal(err)
		}
		if whole(model, dictionaries[1].size, dictionaries[1].sha256) != nil {
			t.Errorf("%s: taken for whole", name)
		}
		if _, err := unpack(dir, user); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if whole(model, dictionaries[1].size, dictionaries[1].sha256) == nil {
			t.Errorf("%s: not repaired", name)
		}
	}
	if got := names(); !slices.Equal(got, want) {
		t.Errorf("after repair %v, want %v and nothing left over", got, want)
	}
}

func TestUnpackAtOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "fresh", "home")
	var group sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		group.Go(func() { _, errs[i] = unpack(dir, nil) })
	}
	group.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for _, d := range dictionaries {
		if whole(filepath.Join(dir, d.name), d.size, d.sha256) == nil {
			t.Errorf("%s is not whole", d.name)
		}
	}
}

// TestNewWhereNothingCanBeWritten: a file stands where the cache directory
// would be, which stops root as well as anyone.
func TestNewWhereNothingCanBeWritten(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(blocked, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	r, err := New(Options{CacheDir: filepath.Join(blocked, "cache")})
	if err != nil {
		t.Fatal(err)
	}
	if got := cutOf(t, r, "政务公开"); len(got) == 0 {
		t.Error("the reader cuts nothing")
	}
	left, err := os.ReadDir(tmp)
	if err != nil || len(left) != 0 {
		t.Errorf("left behind in the temporary directory: %v (%v)", left, err)
	}

	t.Setenv("TMPDIR", filepath.Join(blocked, "tmp"))
	if _, err := New(Options{CacheDir: filepath.Join(blocked, "cache")}); err == nil {
		t.Error("no error where no directory can be written")
	} else if pathError := new(fs.PathError); !errors.As(err, &pathError) || !strings.Contains(err.Error(), blocked) {
		t.Errorf("%v does not name the directory", err)
	}
}

// TestMain lets TestMovedBinary start the test's own binary as a program that
// prints the mentions of its argument.
func TestMain(m *testing.M) {
	if text := os.Getenv("NARRATIVE_TEST_TEXT"); text != "" {
		r, err := New(Options{})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		found, err := r.Mentions(report.Meta{}, []report.Section{{Text: text}})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		for _, m := range found {
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
	if cached, err := filepath.Glob(filepath.Join(home, ".cache", "nianbao", "jieba-*", "jieba.dict.utf8")); err != nil || len(cached) != 1 {
		t.Errorf("cached dictionaries: %v (%v)", cached, err)
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
		"no home":               func(string) []string { return nil },
		"a home that is gone":   func(dir string) []string { return []string{"HOME=" + filepath.Join(dir, "gone", "away")} },
		"a relative cache":      func(dir string) []string { return []string{"HOME=" + dir, "XDG_CACHE_HOME=some/where"} },
		"a cache that is none":  func(string) []string { return []string{"XDG_CACHE_HOME=" + self} },
		"a home that is none":   func(string) []string { return []string{"HOME=" + os.DevNull} },
		"blanks and characters": func(dir string) []string { return []string{"XDG_CACHE_HOME=" + filepath.Join(dir, "缓存 目录")} },
		"a semicolon":           func(dir string) []string { return []string{"HOME=" + filepath.Join(dir, "a;b")} },
		"a bar":                 func(dir string) []string { return []string{"XDG_CACHE_HOME=" + filepath.Join(dir, "a|b")} },
	} {
		t.Run(name, func(t *testing.T) {
			tmp := t.TempDir()
			cmd := exec.CommandContext(t.Context(), self)
			cmd.Dir = tmp
			cmd.Env = append([]string{"TMPDIR=" + tmp, "NARRATIVE_TEST_TEXT=受理政府信息公开申请859件"}, env(t.TempDir())...)
			out, err := cmd.CombinedOutput()
			if err != nil || string(out) != "requests_received 859\n" {
				t.Errorf("%v\n%s", err, out)
			}
			if left, err := os.ReadDir(tmp); err != nil || len(left) != 0 {
				t.Errorf("left behind in the temporary directory: %v (%v)", left, err)
			}
		})
	}
}

func TestNewWithoutAnyLoadableDirectory(t *testing.T) {
	tmp := filepath.Join(t.TempDir(), "a;b")
	if err := os.Mkdir(tmp, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", tmp)
	if _, err := New(Options{CacheDir: filepath.Join(tmp, "cache")}); err == nil || !strings.Contains(err.Error(), tmp) {
		t.Errorf("%v does not name the directory", err)
	}
}
