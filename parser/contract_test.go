package parser_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"nianbao/parser"
	"nianbao/parser/catalog"
	"nianbao/parser/internal/fixture"
	"nianbao/parser/internal/specimen"
	"nianbao/parser/pdfdoc"
	"nianbao/parser/report"
	"nianbao/testdata/often"
)

// patience is the time limit of a document in tests of what is read: a machine that
// does a dozen other things must not fail them.
const patience = 10 * time.Minute

// pdfium reads the PDF files of all tests: starting it takes four seconds of a
// processor, or a tenth where what is compiled is kept for the next run.
var pdfium = pdfdoc.New(pdfdoc.Config{CacheDir: fixture.CacheDir()})

// TestMain lets the heap grow as the program does: an eighth of what the tests took was
// collecting what they had read.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// specimens is how many random reports are written in each style and layout:
// few by default, for the styles are many. SPECIMENS=20 takes minutes.
func specimens() int {
	if n, err := strconv.Atoi(os.Getenv("SPECIMENS")); err == nil && n > 0 {
		return n
	}
	return 1
}

func parse(t testing.TB, p *parser.Parser, name string, data []byte) *report.Report {
	t.Helper()
	r, err := p.Parse(context.Background(), parser.Source{Name: name, Data: data})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func because(r *report.Report) string {
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "  %s: %s (%s)\n", f.Rule, f.Message, f.Locator)
	}
	return b.String()
}

// TestStyles writes random reports in every style there is and reads them
// back: every figure that the page leaves no doubt about must be found, and
// no figure may be wrong.
func TestStyles(t *testing.T) {
	p := parser.New(parser.Config{PDF: pdfium, Timeout: patience})
	t.Cleanup(func() { p.Close() })
	styles := specimen.Styles()
	if len(styles) == 0 {
		t.Fatal("no style to test")
	}
	for k, style := range styles {
		t.Run(style.Name, func(t *testing.T) {
			t.Parallel()
			for l, layout := range style.Layouts {
				if !often.Asked() && l != k%len(style.Layouts) {
					continue // each style in one of its layouts, in turn
				}
				for i := range specimens() {
					truth := specimen.Random(rand.New(rand.NewPCG(uint64(i), uint64(k))), layout)
					data, want, err := style.Write(truth)
					if err != nil {
						t.Fatal(err)
					}
					got := parse(t, p, truth.Name+style.Extension, data)
					if d := want.Compare(got); !d.OK() {
						t.Fatalf("layout %s, report %d: %s\nfindings:\n%s", layout, i, d, because(got))
					}
				}
			}
		})
	}
}

// TestSameReportsInEveryStyle writes the same twelve reports in every
// container and markup there is: the facts must be the same everywhere.
func TestSameReportsInEveryStyle(t *testing.T) {
	p := parser.New(parser.Config{PDF: pdfium, Timeout: patience})
	t.Cleanup(func() { p.Close() })
	reports := specimen.Sample()
	if len(reports) < 12 {
		t.Fatalf("%d sample reports, want 12 at least", len(reports))
	}
	for i, truth := range reports[:12] {
		t.Run(truth.Name, func(t *testing.T) {
			t.Parallel()
			written := 0
			for k, style := range specimen.Styles() {
				switch {
				case !style.Writes(truth.Meta.Layout):
					continue
				case !often.Asked() && (k+i)%12 != 0:
					continue // in turn: each report in some styles, each style for one report
				}
				data, want, err := style.Write(truth)
				if err != nil {
					t.Fatal(err)
				}
				written++
				got := parse(t, p, truth.Name+style.Extension, data)
				if d := want.Compare(got); len(d.Wrong)+len(d.Missing)+len(d.Statuses) > 0 {
					t.Errorf("%s: %s\nfindings:\n%s", style.Name, d, because(got))
				}
			}
			if written == 0 {
				t.Error("no style writes this report")
			}
		})
	}
}

// TestFlawedReports is TestStyles with reports that are flawed themselves:
// blanks, dashes, words for figures, missing rows, totals that do not fit.
func TestFlawedReports(t *testing.T) {
	p := parser.New(parser.Config{PDF: pdfium, Timeout: patience})
	t.Cleanup(func() { p.Close() })
	for k, style := range specimen.Styles() {
		t.Run(style.Name, func(t *testing.T) {
			t.Parallel()
			for l, layout := range style.Layouts {
				if !often.Asked() && l != (k+1)%len(style.Layouts) {
					continue // another than in TestStyles, where it has more
				}
				for i := range specimens() {
					rng := rand.New(rand.NewPCG(uint64(i), uint64(1000+k)))
					flaws := specimen.Flaws{Blanks: rng.Float64() / 2, Dashes: rng.Float64() / 8, MissingRows: rng.Float64() / 20, BlankTotals: rng.IntN(4) == 0}
					if rng.IntN(2) == 0 {
						flaws.Unreadable = rng.Float64() / 20
					}
					truth := specimen.RandomWith(rng, layout, flaws)
					data, want, err := style.Write(truth)
					if err != nil {
						t.Fatal(err)
					}
					got := parse(t, p, truth.Name+style.Extension, data)
					d := want.Compare(got)
					if len(d.Wrong) > 0 || len(d.Missing) > 0 {
						t.Fatalf("layout %s, report %d: %s\nfindings:\n%s", layout, i, d, because(got))
					}
				}
			}
		})
	}
}

// The same cases each time, so that a change is judged by what it changes;
// -rapid.seed and -rapid.checks look further.
func init() { flag.Set("rapid.seed", "20211231") }

// TestAnyStyleOfAnyReport is the property that counts most: whatever a report
// holds and however it is written, no figure is read wrong.
func TestAnyStyleOfAnyReport(t *testing.T) {
	p := parser.New(parser.Config{PDF: pdfium, Timeout: patience})
	defer p.Close()
	rapid.Check(t, func(rt *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		layout := rapid.SampledFrom([]string{catalog.Layout2014, catalog.Layout2019, catalog.Layout2021}).Draw(rt, "layout")
		truth := specimen.RandomWith(rng, layout, specimen.Flaws{
			Blanks: rng.Float64() / 3, Dashes: rng.Float64() / 10, Unreadable: rng.Float64() / 30, MissingRows: rng.Float64() / 20,
			WrongTotals: rng.IntN(3), BlankTotals: rng.IntN(5) == 0, OneRowOthers: rng.IntN(4) == 0,
		})
		style := specimen.Mixed(rng, layout)
		data, want, err := style.Write(truth)
		if err != nil {
			rt.Fatal(err)
		}
		got := parse(t, p, truth.Name+style.Extension, data)
		if d := want.Compare(got); len(d.Wrong) > 0 {
			rt.Fatalf("%s, layout %s: %s\nfindings:\n%s", style.Name, layout, d, because(got))
		}
	})
}
