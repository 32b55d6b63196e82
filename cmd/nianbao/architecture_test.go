package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// anybodys is the package that every other may import: regular expressions.
const anybodys = "parser/lazyregexp"

// mayImport is the direction of imports: for each package, which packages of
// this module it may import. A package that is not listed fails the test, so
// that a new room gets its place here first.
var mayImport = map[string][]string{
	anybodys:          {},
	"parser/report":   {},
	"parser/catalog":  {},
	"parser/text":     {},
	"parser/region":   {"parser/catalog", "parser/text"},
	"parser/charset":  {},
	"parser/filename": {},
	"parser/document": {"parser/report", "parser/text"},

	"parser/htmldoc":   {"parser/report", "parser/text", "parser/filename", "parser/document", "parser/charset"},
	"parser/textdoc":   {"parser/report", "parser/text", "parser/document", "parser/charset"},
	"parser/officedoc": {"parser/report", "parser/text", "parser/document", "parser/charset"},
	"parser/pdfdoc":    {"parser/report", "parser/text", "parser/document"},

	"parser/outline":   {"parser/report", "parser/catalog", "parser/region", "parser/text", "parser/filename", "parser/document"},
	"parser/form":      {"parser/report", "parser/catalog", "parser/text", "parser/document"},
	"parser/narrative": {"parser/report", "parser/catalog", "parser/region", "parser/text"},
	"parser/check":     {"parser/report", "parser/catalog", "parser/region", "parser/text"},

	// For tests.
	"parser/internal/fixture":        {"parser/document"},
	"parser/internal/specimen":       {"parser/report", "parser/document", "parser/catalog"},
	"parser/internal/specimen/write": {"parser/catalog", "parser/region", "parser/internal/specimen"},

	"parser/internal/flattened": {"parser/report"}, // for tests
	"parser": {"parser/report", "parser/catalog", "parser/region", "parser/text", "parser/filename", "parser/document", "parser/charset", "parser/htmldoc", "parser/textdoc",
		"parser/officedoc", "parser/pdfdoc", "parser/outline", "parser/form", "parser/narrative", "parser/check"},

	"store/migrations":         {},
	"store/internal/query":     {},
	"store/index":              {"parser/report", "store/internal/query"},
	"store":                    {"parser/report", "parser/catalog", "parser/region", "store/migrations", "store/index", "store/internal/query"},
	"store/ask":                {"parser/report", "parser/catalog", "parser/region", "parser/check", "store", "store/index", "store/internal/query"},
	"store/panel":              {"parser/report", "parser/catalog", "parser/region", "parser/text", "store", "store/internal/query"},
	"store/evidence":           {"parser/report", "parser/catalog", "parser/region", "parser/check", "store", "store/panel"},
	"store/export":             {"parser/report", "parser/catalog", "parser/region", "store", "store/ask"},
	"store/plot":               {"parser/report", "parser/catalog", "parser/region", "store/ask"},
	"store/internal/storetest": {"parser/report", "parser/catalog", "parser/region", "store"}, // for tests

	"crawler/archive": {},
	"crawler/bucket":  {},
	"crawler/sites":   {},
	// Which files may hold reports, the crawler asks those who read them.
	"crawler":         {"crawler/archive", "crawler/sites", "parser/filename"},
	"crawler/cluster": {"crawler"},
	"crawler/render":  {"crawler"},

	"crawler/queuetest":         {"crawler"}, // for tests
	"crawler/cluster/pgtest":    {},
	"crawler/internal/leaktest": {},
}

// onlyIn keeps a library where its knowledge belongs.
var onlyIn = map[string][]string{
	"github.com/yanyiwu/gojieba":        {"parser/narrative"},
	"github.com/klippa-app/go-pdfium":   {"parser/pdfdoc"},
	"github.com/PuerkitoBio/goquery":    {"parser/htmldoc", "crawler"},
	"github.com/mattn/go-sqlite3":       {"store", "crawler"},
	"github.com/schollz/progressbar/v3": {"cmd/nianbao"},
	"github.com/spf13/cobra":            {"cmd/nianbao"},
	"github.com/xuri/excelize/v2":       {"parser/officedoc", "parser/internal/specimen", "store/export"},
	"github.com/chromedp/chromedp":      {"crawler/render"},
	"github.com/jackc/pgx/v5":           {"crawler/cluster", "crawler/cluster/pgtest"},
	"github.com/minio/minio-go/v7":      {"crawler/bucket"},
}

func TestImportDirections(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,Standard", "nianbao/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	packages := 0
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		packages++
		name := strings.TrimPrefix(p.ImportPath, "nianbao/")
		command := strings.HasPrefix(name, "cmd/")
		allowed, known := mayImport[name]
		if !known && !command {
			t.Errorf("%s has no place in the import directions; give it one in mayImport", name)
			continue
		}
		for _, imported := range p.Imports {
			if own, ok := strings.CutPrefix(imported, "nianbao/"); ok {
				switch {
				case strings.HasPrefix(own, "cmd/") && !command:
					t.Errorf("%s imports %s: nobody imports a command", name, own)
				case !command && own != anybodys && !slices.Contains(allowed, own):
					t.Errorf("%s imports %s, against the direction of imports", name, own)
				}
			}
			for library, rooms := range onlyIn {
				if (imported == library || strings.HasPrefix(imported, library+"/")) && !slices.Contains(rooms, name) {
					t.Errorf("%s imports %s, which belongs in %s", name, library, strings.Join(rooms, ", "))
				}
			}
		}
	}
	if packages < len(mayImport) {
		t.Errorf("go list found %d packages, fewer than the %d that have a place", packages, len(mayImport))
	}
}
