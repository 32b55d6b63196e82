package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// noticeFile matches the files that licences ask to be handed on.
var noticeFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|unlicense|ftl|gpl)([-.].*)?$`)

// elsewhere are parts of the modules that bring licences in places of their own:
// libraries in C++ and WebAssembly, which go list does not know.
const elsewhere = `PDFium (in github.com/klippa-app/go-pdfium, as WebAssembly): BSD 3-Clause and Apache 2.0,
copyright The PDFium Authors; with FreeType, Little CMS, OpenJPEG, libjpeg-turbo, libtiff,
libpng, zlib, ICU and Abseil, under their permissive licences.

SQLite (in github.com/mattn/go-sqlite3): in the public domain.
`

// notices are the licences of all modules that the program is built of.
func notices(t *testing.T) []byte {
	t.Helper()
	type module struct {
		Path, Version, Dir string
		Main               bool
	}
	var out []byte
	for _, system := range []string{"linux", "windows", "darwin"} {
		list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=Module", ".")
		list.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=1")
		one, err := list.Output()
		if err != nil {
			t.Fatalf("%s: %v", system, err)
		}
		out = append(out, one...)
	}
	used := map[string]module{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ Module *module }
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if p.Module != nil && !p.Module.Main {
			used[p.Module.Path] = *p.Module
		}
	}
	own, err := os.ReadFile(filepath.Join("..", "..", "LICENSE"))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "nianbao is licensed as follows; what is built into it, as told behind it.\n\n%s\n", own)
	texts := map[string]string{string(own): "nianbao"}
	for _, path := range slices.Sorted(maps.Keys(used)) {
		m := used[path]
		fmt.Fprintf(&b, "%s\n%s %s\n\n", strings.Repeat("=", 80), m.Path, m.Version)
		found := 0
		err := filepath.WalkDir(m.Dir, func(name string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			rel, _ := filepath.Rel(m.Dir, name)
			if e.IsDir() {
				if slices.Contains([]string{"testdata", "docs", "examples", "_examples", ".github", "test"}, e.Name()) {
					return fs.SkipDir
				}
				return nil
			}
			if !noticeFile.MatchString(e.Name()) || strings.HasSuffix(e.Name(), ".go") {
				return nil
			}
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			found++
			text = bytes.ReplaceAll(bytes.TrimSpace(text), []byte("\r\n"), []byte("\n"))
			if as := texts[string(text)]; as != "" {
				fmt.Fprintf(&b, "%s: the same text as of %s\n\n", filepath.ToSlash(rel), as)
				return nil
			}
			texts[string(text)] = m.Path
			fmt.Fprintf(&b, "%s:\n\n%s\n\n", filepath.ToSlash(rel), text)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if found == 0 {
			readme, ok := licenceSection(m.Dir)
			if !ok {
				t.Errorf("%s says nowhere how it is licensed", m.Path)
			}
			fmt.Fprintf(&b, "%s\n\n", readme)
		}
	}
	fmt.Fprintf(&b, "%s\n%s", strings.Repeat("=", 80), elsewhere)
	return b.Bytes()
}

// licenceSection is what a README says under the heading License.
func licenceSection(dir string) (string, bool) {
	b, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		return "", false
	}
	at := regexp.MustCompile(`(?mi)^#*\s*licen[cs]e.*$`).FindIndex(b)
	if at == nil {
		return "", false
	}
	after := strings.TrimSpace(string(b[at[1]:]))
	return after, after != ""
}

// TestNotices fails when a module came, went or changed and licenses.txt.gz does not say so.
func TestNotices(t *testing.T) {
	want := notices(t)
	if *update {
		var b bytes.Buffer
		w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
		_, err := w.Write(want)
		if err := errors.Join(err, w.Close(), os.WriteFile("licenses.txt.gz", b.Bytes(), 0o666)); err != nil {
			t.Fatal(err)
		}
		return
	}
	r, err := gzip.NewReader(bytes.NewReader(noticesGZ))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(got), "\n"), strings.Split(string(want), "\n")); diff != "" {
		t.Errorf("go test ./cmd/nianbao -run Notices -update writes them: -written +linked\n%.3000s", diff)
	}
}
