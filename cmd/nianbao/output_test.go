package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"nianbao/store/export"
	"nianbao/testdata/often"
)

// sampleStore writes a database of the sample site's reports to dir/self.db.
func sampleStore(t *testing.T, dir string) string {
	t.Helper()
	data, err := ingestedSite()
	if err != nil {
		t.Fatal(err)
	}
	db := filepath.Join(dir, "self.db")
	if err := os.WriteFile(db, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return db
}

func digestOf(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// writers are the commands that write into a file of the user's choice.
var writers = func() map[string][]string {
	all := map[string][]string{
		"compare": {"compare", "--indicator", "requests.received", "--year", "2021", "--plot"},
		"trend":   {"trend", "--indicator", "requests.received", "--region", "盱眙县", "--plot"},
	}
	for _, name := range append(export.FormatNames(), formatPackage, formatDatasette) {
		all[name] = []string{"export", "--format", name, "--out"}
	}
	return all
}()

// TestOutputSparesSources gives every command the names that must not be
// written over, in every guise: all refuse, and what is there stays.
func TestOutputSparesSources(t *testing.T) {
	dir := t.TempDir()
	db := sampleStore(t, dir)
	t.Chdir(dir)
	archive := filepath.Join(dir, "self-archive")
	warc := filepath.Join(archive, "pages.warc.gz")
	other := filepath.Join(dir, "other.db")
	for _, err := range []error{
		os.Mkdir(archive, 0o777), os.WriteFile(warc, []byte("\x1f\x8b pages"), 0o666), os.WriteFile(filepath.Join(archive, "crawl.frontier"), []byte("state"), 0o666),
		os.WriteFile(other, []byte("SQLite format 3\x00 of another"), 0o666), os.WriteFile(filepath.Join(dir, "plain"), []byte("WARC/1.1\r\n"), 0o666),
		os.Mkdir(filepath.Join(dir, "sub"), 0o777),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	guises := map[string]string{
		"itself": db, "relative": "self.db", "dotted": "./sub/../self.db", "journal": "self.db-wal", "index of the journal": "self.db-shm", "rollback journal": "self.db-journal",
		"archive": "self-archive/pages.warc.gz", "new file in the archive": "self-archive/new.csv", "frontier": "self-archive/crawl.frontier",
		"another database": "other.db", "an archive without a name": "plain",
	}
	if runtime.GOOS != "windows" {
		for link, make := range map[string]func(string, string) error{"symlink.db": os.Symlink, "hardlink.db": os.Link, "symlink.svg": os.Symlink, "hardlink.svg": os.Link} {
			if err := make(db, filepath.Join(dir, link)); err != nil {
				t.Fatal(err)
			}
			guises[link] = link
		}
		if err := os.Symlink("self.db-wal", filepath.Join(dir, "dangling.csv")); err != nil {
			t.Fatal(err)
		}
		guises["dangling"] = "dangling.csv"
	}
	kept := map[string]string{}
	for _, path := range []string{db, warc, other, filepath.Join(archive, "crawl.frontier"), filepath.Join(dir, "plain")} {
		kept[path] = digestOf(t, path)
	}
	n := 0
	for _, what := range slices.Sorted(maps.Keys(writers)) {
		args := writers[what]
		for _, guise := range slices.Sorted(maps.Keys(guises)) {
			name := guises[guise]
			if n++; !often.Asked() && n%3 != 0 {
				continue // each writer meets a third of the guises, each guise some writers
			}
			var out bytes.Buffer
			a := &app{stdin: strings.NewReader(""), stdout: &out, stderr: &out, words: openedWords}
			if status := a.run(t.Context(), slices.Concat(args, []string{name, "--db", "self.db"})); status != exitUsage {
				t.Errorf("%s into %s: exit status %d\n%s", what, guise, status, &out)
			}
			for path, want := range kept {
				if got := digestOf(t, path); got != want {
					t.Fatalf("%s into %s changed %s", what, guise, path)
				}
			}
		}
	}
}

// intact checks that a package is all of one making: every file has the digest
// that its description gives.
func intact(t *testing.T, dir string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "datapackage.json"))
	if err != nil {
		t.Fatal(err)
	}
	var d struct{ Resources []struct{ Path, Hash string } }
	if err := json.Unmarshal(b, &d); err != nil || len(d.Resources) < 5 {
		t.Fatalf("%d resources, %v", len(d.Resources), err)
	}
	for _, r := range d.Resources {
		if got := "sha256:" + digestOf(t, filepath.Join(dir, r.Path)); got != r.Hash {
			t.Fatalf("%s has the digest %s, its description says %s", r.Path, got, r.Hash)
		}
	}
}

// TestKilledPackage kills an export that replaces a package, at many moments:
// the old or the new one is there, whole, and what was left is swept away.
func TestKilledPackage(t *testing.T) {
	dir := t.TempDir()
	sampleStore(t, dir)
	run(t, dir, "export", "--db", "self.db", "--out", "package", "--format", "datapackage", "--year", "2021")
	began := time.Now()
	run(t, dir, "export", "--db", "self.db", "--out", "package", "--format", "datapackage")
	takes := time.Since(began)
	killed, kills := 0, 6
	if often.Asked() {
		kills = 12
	}
	for i := 0; i < 200 && killed < kills; i++ {
		args := []string{"export", "--db", "self.db", "--out", "package", "--format", "datapackage"}
		if i%2 == 0 {
			args = append(args, "--year", "2021")
		}
		cmd, _ := start(t, dir, nil, args...)
		time.Sleep(takes * time.Duration(i*7%20) / 20) // from the first to the last in a few
		_ = cmd.Process.Kill()
		if cmd.Wait() != nil {
			killed++
		}
		intact(t, filepath.Join(dir, "package"))
	}
	if killed < kills {
		t.Fatalf("of 200 exports only %d could be killed", killed)
	}
	run(t, dir, "export", "--db", "self.db", "--out", "package", "--format", "datapackage")
	intact(t, filepath.Join(dir, "package"))
	left, err := filepath.Glob(filepath.Join(dir, ".*nianbao-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestSweep: leftovers of killed runs go, what another run is writing stays,
// and a folder moved aside by a killed swap comes back.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(dir, "figures.csv")
	names := map[string]string{"dead": filepath.Join(dir, temporary(target)+"1"), "live": filepath.Join(dir, temporary(target)+"2"), "neighbour": filepath.Join(dir, ".figures.csv.bak")}
	for _, name := range names {
		if err := os.WriteFile(name, []byte("half"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Open(names["live"])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := claim(f); err != nil {
		t.Fatal(err)
	}
	out := &output{flag: "--out", name: target}
	if err := out.write(&app{}, func(w io.Writer) error { _, err := io.WriteString(w, "all"); return err }); err != nil {
		t.Fatal(err)
	}
	for what, name := range names {
		if _, err := os.Stat(name); (err == nil) != (what != "dead") {
			t.Errorf("%s: %v", what, err)
		}
	}

	aside := filepath.Join(dir, temporary(filepath.Join(dir, "package"))+"3old")
	if err := os.Mkdir(aside, 0o777); err != nil {
		t.Fatal(err)
	}
	sweep(filepath.Join(dir, "package"))
	if _, err := os.Stat(filepath.Join(dir, "package")); err != nil {
		t.Errorf("the folder moved aside did not come back: %v", err)
	}
}

// TestSwap exchanges folders, in the way of this system and in steps.
func TestSwap(t *testing.T) {
	for name, swap := range map[string]func(made, target string) error{"at once": swap, "in steps": swapInSteps} {
		dir := t.TempDir()
		target := filepath.Join(dir, "target")
		for _, content := range []string{"first", "second"} {
			made := filepath.Join(dir, "made")
			if err := errors.Join(os.Mkdir(made, 0o777), os.WriteFile(filepath.Join(made, content), nil, 0o666), swap(made, target)); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			entries, err := os.ReadDir(target)
			if err != nil || len(entries) != 1 || entries[0].Name() != content {
				t.Errorf("%s: %v, %v", name, entries, err)
			}
			if all, _ := os.ReadDir(dir); len(all) != 1 {
				t.Errorf("%s: %v is left", name, all)
			}
		}
	}
}

// TestOutputErrors: nothing is left of an output that could not be finished,
// and the message names the place the user gave.
func TestOutputErrors(t *testing.T) {
	dir := t.TempDir()
	out := &output{flag: "--out", name: filepath.Join(dir, "x.csv")}
	broken := errors.New("broken")
	if err := out.write(&app{}, func(io.Writer) error { return broken }); !errors.Is(err, broken) || !strings.Contains(err.Error(), out.name) {
		t.Errorf("%v", err)
	}
	if err := out.writeFolder(func(string) ([]string, error) { return nil, nil }, func(string) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
