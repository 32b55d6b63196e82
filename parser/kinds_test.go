package parser_test

import (
	_ "embed"
	"strings"
	"testing"

	"nianbao/parser"
	"nianbao/parser/narrative"
)

//go:embed testdata/kinds.txt
var kinds string

// TestKinds tells reports without tables, in whatever headings or none, from the pages that
// have a report's title, its headings or its figures and are none: each part of kinds.txt is
// a page, below its name and whether it is a report.
func TestKinds(t *testing.T) {
	p := parser.New(parser.Config{Narrative: narrative.Lazy()})
	defer p.Close()
	for _, part := range strings.Split(kinds, "\n== ")[1:] {
		head, page, _ := strings.Cut(part, "\n")
		kind, name, _ := strings.Cut(head, ": ")
		if kind != "report" && kind != "none" {
			t.Fatalf("%s: neither a report nor none", head)
		}
		r, err := p.Parse(t.Context(), parser.Source{Name: "page.txt", Data: []byte(page)})
		if err != nil {
			t.Fatal(err)
		}
		if ok, why := parser.Recognised(r); ok != (kind == "report") {
			t.Errorf("%s: recognised %v, title %q %d, %s", name, ok, r.Meta.Title, r.Meta.Year, why)
		}
	}
}
