package parser_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nianbao/parser"
	"nianbao/parser/narrative"
)

// resultsFile records what the parser of a version makes of every fixture: the
// version, then a line a file with the digests of its bytes and of its results.
var resultsFile = filepath.Join("testdata", "results.txt")

// TestVersion holds that the same bytes give the same results as long as
// parser.Version is the same: stores tell by it which reports to parse again.
// With -update it records new and changed fixtures; changed results only under
// another version.
func TestVersion(t *testing.T) {
	recorded, version := readResults(t)
	p := parser.New(parser.Config{PDF: pdfium, Narrative: narrative.Lazy(), Timeout: patience})
	defer p.Close()
	files := fixtures(t)
	if len(files) < 100 {
		t.Fatalf("only %d fixtures", len(files))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "version %s\n", parser.Version)
	for _, name := range files {
		data, err := os.ReadFile(filepath.Join("..", "testdata", filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		all, err := p.ParseAll(t.Context(), parser.Source{Name: name, Data: data})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var results bytes.Buffer
		for _, r := range all {
			results.Write(golden(t, r))
		}
		bytesNow, resultsNow := shortDigest(data), shortDigest(results.Bytes())
		was, known := recorded[name]
		switch {
		case known && version == parser.Version && was[0] == bytesNow && was[1] != resultsNow:
			t.Errorf("%s gives other results than it gave, and parser.Version is %q as it was; raise it and run this test with -update", name, parser.Version)
		case !*update && version != parser.Version:
			t.Fatalf("the results are recorded for the version %q, and parser.Version is %q; run this test with -update", version, parser.Version)
		case !*update && (!known || was[0] != bytesNow):
			t.Errorf("the results of %s as it is are not recorded; run this test with -update", name)
		}
		delete(recorded, name)
		fmt.Fprintf(&b, "%s %s %s\n", bytesNow, resultsNow, name)
	}
	for name := range recorded {
		if !*update {
			t.Errorf("%s is recorded and is no fixture any more; run this test with -update", name)
		}
	}
	if *update && !t.Failed() {
		if err := os.MkdirAll(filepath.Dir(resultsFile), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(resultsFile, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// readResults reads what is recorded: by file the digests of bytes and results.
func readResults(t *testing.T) (recorded map[string][2]string, version string) {
	t.Helper()
	recorded = map[string][2]string{}
	data, err := os.ReadFile(resultsFile)
	if os.IsNotExist(err) && *update {
		return recorded, ""
	}
	if err != nil {
		t.Fatalf("%v; run this test with -update", err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if v, ok := strings.CutPrefix(line, "version "); ok && i == 0 {
			version = v
			continue
		}
		f := strings.SplitN(line, " ", 3)
		if len(f) != 3 {
			t.Fatalf("%s line %d: %q", resultsFile, i+1, line)
		}
		recorded[f[2]] = [2]string{f[0], f[1]}
	}
	return recorded, version
}

// fixtures lists the documents under testdata that need no other program to be
// read, by their paths there.
func fixtures(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, dir := range []string{"reports", "wild", "site"} {
		root := filepath.Join("..", "testdata")
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, ".json") {
				return err
			}
			switch filepath.Ext(path) {
			case ".doc", ".wps", ".xls":
				return nil
			}
			name, err := filepath.Rel(root, path)
			files = append(files, filepath.ToSlash(name))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(files)
	return files
}

func shortDigest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:12])
}
