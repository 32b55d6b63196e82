package htmldoc

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"nianbao/parser/document"
)

var update = flag.Bool("update", false, "write the fixtures' expected results")

// view is a document as the fixtures write it down.
type view struct {
	Charset  string            `json:"charset"`
	Title    string            `json:"title,omitempty"`
	Meta     map[string]string `json:"meta,omitempty"`
	Blocks   []any             `json:"blocks"`
	Links    []string          `json:"links,omitempty"`
	Images   int               `json:"images,omitempty"`
	Findings []string          `json:"findings,omitempty"`
}

// viewOf writes a paragraph as "p …", a heading as "h …", a grid as its rows,
// and a cell as its columns, its rows when there are several, and its text:
// "2-7/3 法人或其他组织".
func viewOf(d *document.Document) view {
	v := view{Charset: d.Charset, Title: d.Title, Meta: d.Meta, Images: d.Images, Blocks: []any{}}
	for _, b := range d.Blocks {
		switch b.Kind {
		case document.Table:
			rows := [][]string{}
			for r := range b.Grid.Rows {
				cells := []string{}
				for _, c := range b.Grid.Own(r) {
					s := fmt.Sprint(c.Col + 1)
					if c.ColSpan > 1 {
						s += fmt.Sprintf("-%d", c.End())
					}
					if c.RowSpan > 1 {
						s += fmt.Sprintf("/%d", c.RowSpan)
					}
					cells = append(cells, strings.TrimSuffix(s+" "+c.Text, " "))
				}
				rows = append(rows, cells)
			}
			v.Blocks = append(v.Blocks, rows)
		case document.Heading:
			v.Blocks = append(v.Blocks, "h "+b.Text)
		default:
			v.Blocks = append(v.Blocks, "p "+b.Text)
		}
	}
	for _, l := range d.Links {
		v.Links = append(v.Links, strings.TrimSuffix(l.URL+" "+l.Text, " "))
	}
	for _, f := range d.Findings {
		v.Findings = append(v.Findings, f.Rule)
	}
	return v
}

// tester is what testing.TB and rapid.T share of use here.
type tester interface {
	Helper()
	Fatal(...any)
}

// viewText is the view as JSON with one row of a table a line.
func viewText(t tester, d *document.Document) string {
	t.Helper()
	var b strings.Builder
	v := viewOf(d)
	blocks := v.Blocks
	v.Blocks = nil
	enc := func(x any) string {
		var s strings.Builder
		e := json.NewEncoder(&s)
		e.SetEscapeHTML(false)
		if err := e.Encode(x); err != nil {
			t.Fatal(err)
		}
		return strings.TrimSuffix(s.String(), "\n")
	}
	head, tail, ok := strings.Cut(enc(v), `"blocks":null`)
	if !ok {
		t.Fatal("no blocks in the view")
	}
	b.WriteString(head + "\"blocks\":[")
	for i, block := range blocks {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n\t")
		rows, isTable := block.([][]string)
		if !isTable {
			b.WriteString(enc(block))
			continue
		}
		b.WriteString("[")
		for i, row := range rows {
			if i > 0 {
				b.WriteString(",")
			}
			b.WriteString("\n\t\t" + enc(row))
		}
		b.WriteString("\n\t]")
	}
	b.WriteString("\n]" + tail + "\n")
	return b.String()
}

// headers are the Content-Type headers of the fixtures that were served with
// one worth telling.
var headers = map[string]string{
	"gb18030-under-a-utf-8-header": "text/html; charset=UTF-8",
	"utf-8-under-a-latin-1-header": "text/html; charset=ISO-8859-1",
}

func fixtures(t testing.TB) []string {
	t.Helper()
	pages, err := filepath.Glob("testdata/*.html")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no fixtures in testdata: %v", err)
	}
	return pages
}

func TestFixtures(t *testing.T) {
	pages := fixtures(t)
	wanted := map[string]bool{}
	for _, path := range pages {
		name := strings.TrimSuffix(filepath.Base(path), ".html")
		wantPath := strings.TrimSuffix(path, ".html") + ".want.json"
		wanted[wantPath] = true
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			d, err := Read(context.Background(), data, headers[name])
			if err != nil {
				t.Fatal(err)
			}
			got := viewText(t, d)
			if *update {
				if err := os.WriteFile(wantPath, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(wantPath)
			if err != nil {
				t.Fatalf("a fixture without its expected result (-update writes it): %v", err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("document (-want +got):\n%s", diff)
			}
			// However it is read, it is the same document.
			for way, d := range map[string]*document.Document{
				"thorough": mustRead(t, data, headers[name], true),
				"bare":     bare(t, data, headers[name]),
			} {
				if d == nil {
					continue
				}
				if diff := cmp.Diff(got, viewText(t, d)); diff != "" && (way == "thorough" || !onlyOurs[name]) {
					t.Errorf("%s (-shortest +%s):\n%s", way, way, diff)
				}
			}
		})
	}
	orphans, err := filepath.Glob("testdata/*.want.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range orphans {
		if !wanted[path] {
			t.Errorf("%s has no page", path)
		}
	}
}

// onlyOurs are fixtures that html.Parse alone reads differently: that is what
// they are there for.
var onlyOurs = map[string]bool{
	"cells-outside-any-table":       true,
	"notes-raised-by-word":          true, // a class is known by its name
	"a-tag-torn-in-a-cell":          true,
	"cells-outside-any-table-loose": true,
}

func mustRead(t tester, data []byte, contentType string, thorough bool) *document.Document {
	t.Helper()
	d, err := read(context.Background(), data, contentType, thorough)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// bare reads a page by html.Parse alone, all markup left in. It returns nil for
// what html.Parse refuses.
func bare(t tester, data []byte, contentType string) *document.Document {
	t.Helper()
	p, text := begin(context.Background(), data, contentType, true)
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return nil
	}
	p.ending = whole
	return p.document(root)
}

func TestReadCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, []byte("<p>1"), ""); !errors.Is(err, context.Canceled) {
		t.Errorf("Read of a cancelled context gave %v", err)
	}
}
