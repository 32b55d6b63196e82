package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// added is a row of the table of things that are added.
type added struct {
	files []string // paths from the root; a folder stands for all that is in it
	tests [][]string
}

// howToAdd reads the table of .github/CONTRIBUTING.md.
func howToAdd(t *testing.T, root string) map[string]added {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, ".github", "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile("`([^`]+)`")
	all := map[string]added{}
	for line := range strings.Lines(string(b)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 3 || !strings.Contains(cells[2], "`go test ") {
			continue
		}
		var a added
		folder := "" // in which names without one lie
		for _, m := range code.FindAllStringSubmatch(cells[1], -1) {
			switch name := m[1]; {
			case strings.HasPrefix(name, "-"):
			case strings.Contains(name, "/"):
				a.files = append(a.files, name)
				if folder = name; filepath.Ext(name) != "" {
					folder = filepath.ToSlash(filepath.Dir(name))
				}
			default:
				a.files = append(a.files, folder+"/"+name)
			}
		}
		for _, m := range code.FindAllStringSubmatch(cells[2], -1) {
			a.tests = append(a.tests, strings.Fields(m[1])[2:])
		}
		all[strings.TrimSpace(cells[0])] = a
	}
	if len(all) < 9 {
		t.Fatalf("the table has %d rows", len(all))
	}
	return all
}

// TestContributing: what is named for contributors is there, and is all there is to
// touch: something that was added before stands nowhere else.
func TestContributing(t *testing.T) {
	root := filepath.Join("..", "..")
	table := howToAdd(t, root)
	for what, a := range table {
		for _, name := range a.files {
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(name))); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
		for _, args := range a.tests {
			run := ""
			var folders []string
			for i, arg := range args {
				switch {
				case strings.HasPrefix(arg, "./"):
					folders = append(folders, strings.TrimSuffix(arg, "/..."))
				case arg == "-run":
					run = "func (Test|Fuzz)[A-Za-z]*" + args[i+1]
				}
			}
			for _, folder := range folders {
				if !hasTest(t, filepath.Join(root, folder), run) {
					t.Errorf("%s: %s has no test that is meant", what, folder)
				}
			}
		}
	}

	// own are files that come with the thing itself.
	for _, example := range []struct{ what, word, own string }{
		{"a container", `WordML|wordml`, "parser/officedoc"},
		{"a container", `document\.ODS|"ods"`, "parser/officedoc"},
		{"an export format", `[jJ][sS][oO][nN][lL]`, "store/export"},
		{"a content system", `kaipu-infolist|getInfoList`, ""},
		{"a content system", `jpage`, ""},
		{"a metric told in words", `media_reports`, ""},
		{"a check of words against a table", `narrative\.training`, ""},
	} {
		a, ok := table[example.what]
		if !ok {
			t.Errorf("the table has no row for %s", example.what)
			continue
		}
		if example.what == "a check of words against a table" {
			a.files = append(a.files, table["the texts of a rule"].files...)
		}
		met := 0
		for _, name := range saying(t, root, regexp.MustCompile(example.word)) {
			met++
			within := func(at string) bool { return at != "" && (name == at || strings.HasPrefix(name, at+"/")) }
			if !slices.ContainsFunc(append(a.files, example.own), within) {
				t.Errorf("%s: %s is in %s, which the table does not name", example.what, example.word, name)
			}
		}
		if met < 2 {
			t.Errorf("%s: %s is in %d files", example.what, example.word, met)
		}
	}
}

// hasTest reports whether a folder, or one below it, has a test whose first line fits.
func hasTest(t *testing.T, folder, run string) bool {
	t.Helper()
	found := false
	err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || found || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		b, err := os.ReadFile(name)
		found = err == nil && regexp.MustCompile(run).Match(b)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return found
}

// saying are the files, written by hand, that something stands in: no tests, no
// fixtures, no texts for readers, and nothing that is made.
func saying(t *testing.T, root string, what *regexp.Regexp) (all []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if d.IsDir() {
			fixtures := d.Name() == "testdata" && name != "testdata" || slices.Contains([]string{"testdata/reports", "testdata/wild", "testdata/site", "testdata/script", "testdata/explorer"}, name)
			if name != "." && (strings.HasPrefix(d.Name(), ".") || fixtures) {
				return fs.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(name, "_test.go") || !slices.Contains([]string{".go", ".csv", ".tsv", ".json", ".sql", ".html", ".js"}, filepath.Ext(name)) {
			return nil
		}
		b, err := os.ReadFile(path)
		if err == nil && what.Match(b) {
			all = append(all, name)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return all
}
