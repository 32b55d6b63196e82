package parser_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"nianbao/parser"
	"nianbao/parser/catalog"
	"nianbao/parser/internal/specimen"
	"nianbao/parser/report"
)

// breaking is a context that panics when it is asked for the nth time: where the parser
// asks, any of its parts could break.
type breaking struct{ left *int }

func (b breaking) ask() {
	if *b.left--; *b.left == 0 {
		panic("broken on purpose")
	}
}

func (b breaking) Deadline() (time.Time, bool) { b.ask(); return time.Time{}, false }
func (b breaking) Done() <-chan struct{}       { b.ask(); return nil }
func (b breaking) Err() error                  { b.ask(); return nil }
func (b breaking) Value(any) any               { b.ask(); return nil }

// Wherever the parser breaks, within an archive too, that is a finding: nothing ends the
// run, and the reports that stand before it are kept.
func TestFaultAnywhere(t *testing.T) {
	p := parser.New(parser.Config{})
	defer p.Close()
	page, _, err := mustStyle(t, "html-clean").Write(specimen.Random(rand.New(rand.NewPCG(1, 2)), catalog.Layout2021))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := json.Marshal(map[string]string{"title": "政府信息公开工作年度报告", "content": string(page)})
	if err != nil {
		t.Fatal(err)
	}
	var packed, zipped bytes.Buffer
	gz := gzip.NewWriter(&packed)
	gz.Write(page)
	gz.Close()
	zw := zip.NewWriter(&zipped)
	for _, name := range []string{"a.html", "b.html", "c.html"} {
		w, err := zw.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(page)
	}
	zw.Close()
	saved := append([]byte("From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"), page...)
	faulty := func(r *report.Report) bool {
		return slices.ContainsFunc(r.Findings, func(f report.Finding) bool { return f.Rule == report.RuleFault })
	}
	for name, data := range map[string][]byte{"page": page, "page.gz": packed.Bytes(), "page.json": answer, "page.mht": saved, "all.zip": zipped.Bytes()} {
		faults, kept := 0, 0
		for n := 1; ; n++ {
			left := n
			all, err := p.ParseAll(breaking{&left}, parser.Source{Name: name, Data: data})
			if err != nil || len(all) == 0 {
				t.Fatalf("%s, broken at %d: %d reports and %v", name, n, len(all), err)
			}
			if left > 0 {
				break // it was not asked so often
			}
			if slices.ContainsFunc(all, faulty) {
				faults++
			}
			if len(all) > 1 {
				kept++
			}
		}
		if faults < 2 {
			t.Errorf("%s: %d faults are told", name, faults)
		}
		if name == "all.zip" && kept < 2 {
			t.Errorf("%s: reports beside the one that broke were kept %d times", name, kept)
		}
	}
}
