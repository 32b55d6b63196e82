package parser_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"nianbao/parser"
	"nianbao/parser/report"
)

// TestCorpusHongze holds the parser against a real report whose figures were
// read by hand: exactly those facts, blanks as blanks, and the findings that
// its printed totals in section four contradict their parts.
func TestCorpusHongze(t *testing.T) {
	dir := filepath.Join("..", "..", "shared", "corpus")
	data, err := os.ReadFile(filepath.Join(dir, "hongze-2023.pdf"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("no corpus of real reports beside the project")
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "hongze-2023.facts.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Facts map[string]*float64 `json:"facts"`
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	p := parser.New(parser.Config{PDF: pdfium, Timeout: patience})
	defer p.Close()
	r := parse(t, p, "hongze-2023.pdf", data)
	got := map[string]*float64{}
	for _, f := range r.Facts {
		got[f.Key()] = f.Value
	}
	for key, w := range want.Facts {
		g, ok := got[key]
		switch {
		case !ok:
			t.Errorf("%s is missing", key)
		case (g == nil) != (w == nil) || g != nil && *g != *w:
			t.Errorf("%s is not what the report prints", key)
		}
	}
	for key := range got {
		if _, ok := want.Facts[key]; !ok {
			t.Errorf("%s is not in the report", key)
		}
	}
	for _, indicator := range []string{"review.total", "litigation.after_review.total"} {
		if !slices.ContainsFunc(r.Findings, func(f report.Finding) bool { return f.Rule == "review.sum" && f.Indicator == indicator }) {
			t.Errorf("no finding says that %s contradicts its parts", indicator)
		}
	}
	if m := r.Meta; m.Layout != "2021" || m.RegionCode != "320813" || m.Year != 2023 || m.Scope != report.ScopeRegion {
		t.Errorf("%+v: want layout 2021, 320813, 2023, region", m)
	}
}
