package pdfdoc_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nianbao/parser/document"
	"nianbao/parser/internal/fixture"
	"nianbao/parser/pdfdoc"
	"nianbao/parser/report"
)

// generous is what one hostile file may take on a machine that is busy with other
// tests. It finds loops, not slowness.
const generous = 60 * time.Second

// hostile are files made to hang, to fill the memory or to crash.
func hostile() map[string][]byte {
	files := map[string][]byte{
		"nothing":     nil,
		"only a head": []byte("%PDF-1.7\n"),
		"random":      append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte{0x00, 0xFF, '(', '<', '[', 0x80, '>', 'R'}, 20_000)...),
		"a tree that is its own branch": []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" +
			"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>endobj\ntrailer<</Root 1 0 R>>\n"),
		"xref loops": []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n" +
			"xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 3/Prev 108>>\nstartxref\n108\n%%EOF"),
		"an object that refers to itself": []byte("%PDF-1.4\n1 0 obj 1 0 R endobj\ntrailer<</Root 1 0 R>>\n"),
		"nested arrays":                   []byte("%PDF-1.4\n1 0 obj" + strings.Repeat("[", 200_000) + "endobj\ntrailer<</Root 1 0 R>>\n"),
		"a billion pages": []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" +
			"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1000000000>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n"),
	}
	draw := func(name string, do func(*canvas)) {
		var d drawing
		do(d.page(width, height))
		files[name] = d.bytes()
	}
	draw("a hundred thousand lines", func(c *canvas) {
		for i := range 100_000 {
			c.line(float64(i%400), float64(i%700), float64(i%400+50), float64(i%700))
		}
	})
	draw("a mesh of cells", func(c *canvas) {
		for i := range 400 {
			c.line(10, 10+float64(i)*2.1, 585, 10+float64(i)*2.1)
			c.line(10+float64(i)*1.4, 10, 10+float64(i)*1.4, 830)
		}
		c.text(100, 100, 9, "受理21件")
	})
	draw("a hundred thousand characters", func(c *canvas) {
		for i := range 2_000 {
			c.text(10, float64(i%800), 1, strings.Repeat("报告", 25))
		}
	})
	draw("one path of many points", func(c *canvas) {
		c.raw("0 0 m " + strings.Repeat("10 10 l 20 10 l ", 50_000) + " S")
	})
	draw("places beyond numbers", func(c *canvas) {
		c.raw("1e38 0 0 1e38 0 0 cm 1e38 1e38 m -1e38 1e38 l S 0 0 99999999999 1 re f")
		c.text(1e9, -1e9, 1e7, "报告")
		c.raw("BT /F1 0 Tf <62A5> Tj ET")
	})
	draw("saved states without end", func(c *canvas) { c.raw(strings.Repeat("q ", 200_000)) })
	forms := drawing{}
	forms.page(width, height).raw("/X Do")
	files["a form that draws itself"] = bytes.Replace(forms.bytes(), []byte("/Resources <<"), []byte("/Resources << /XObject << /X 6 0 R >>"), 1)
	return files
}

func TestHostile(t *testing.T) {
	r := newReader(t)
	for name, data := range hostile() {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), generous)
			defer cancel()
			began := time.Now()
			d, err := r.Read(ctx, data)
			t.Logf("%v", time.Since(began).Round(time.Millisecond))
			check(t, d, err)
		})
	}
}

// Of a file of many pages the first tell whether it is a report.
func TestManyPages(t *testing.T) {
	r := newReader(t)
	for word, want := range map[string]int{"": 30, "政府信息公开": 60, "政府資訊公開": 60} {
		var d drawing
		for i := range 60 {
			c := d.page(width, height)
			c.text(100, 400, 12, fmt.Sprintf("第%d页的文字。", i+1))
			if i == 29 {
				c.text(100, 500, 12, word)
			}
		}
		doc, err := r.Read(t.Context(), d.bytes())
		if err != nil {
			t.Fatal(err)
		}
		pages, said := 0, false
		for _, b := range doc.Blocks {
			pages += strings.Count(b.Text, "页的文字")
		}
		for _, f := range doc.Findings {
			said = said || f.Rule == report.RuleLimit && strings.Contains(f.Message, "60 pages")
		}
		if pages != want || said != (want == 30) {
			t.Errorf("with %q: %d pages are read, want %d; told %v", word, pages, want, said)
		}
	}
}

// check demands what holds for every input: a sound document, or a known error.
func check(t *testing.T, d *document.Document, err error) {
	t.Helper()
	if err != nil {
		if d != nil {
			t.Error("a document with an error")
		}
		if !errors.Is(err, document.ErrFormat) && !errors.Is(err, document.ErrDamaged) && !errors.Is(err, document.ErrEncrypted) {
			t.Errorf("not one of the known errors: %v", err)
		}
		return
	}
	if d.Container != document.PDF {
		t.Errorf("container %q", d.Container)
	}
	for _, g := range fixture.Grids(d) {
		for r, row := range g.Rows {
			for i, c := range row {
				if c.Row > r || r >= c.Row+c.RowSpan || c.ColSpan < 1 || c.Row+c.RowSpan > len(g.Rows) || i > 0 && row[i-1].End() > c.Col {
					t.Fatalf("grid %d row %d: cell %+v does not fit", g.Number, r, *c)
				}
			}
		}
	}
}

func TestOtherFiles(t *testing.T) {
	for _, data := range []string{"", "PK\x03\x04", "<html>%PD", "\xD0\xCF\x11\xE0"} {
		if _, err := newReader(t).Read(t.Context(), []byte(data)); !errors.Is(err, document.ErrFormat) {
			t.Errorf("%q: %v", data, err)
		}
	}
}

func TestContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newReader(t).Read(ctx, hostile()["a mesh of cells"]); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want the context's error", err)
	}
}

// A page that takes longer than it may ends in a finding, and what came before it
// is kept. The next file is read as if nothing had been.
func TestPageTakesTooLong(t *testing.T) {
	r := pdfdoc.New(pdfdoc.Config{CacheDir: fixture.CacheDir(), PageTime: 1})
	defer r.Close()
	var d drawing
	for range 3 {
		p := d.page(width, height)
		for i := range 60_000 {
			p.line(float64(i%400), float64(i%700), float64(i%400+50), float64(i%700))
		}
	}
	for range 2 {
		doc, err := r.Read(t.Context(), d.bytes())
		switch {
		case errors.Is(err, document.ErrDamaged): // already while opening it
		case err != nil:
			t.Fatal(err)
		case len(doc.Findings) == 0 || doc.Findings[len(doc.Findings)-1].Rule != report.RuleLimit:
			t.Fatalf("findings %v, want %s", doc.Findings, report.RuleLimit)
		}
	}
}

func TestClose(t *testing.T) {
	r := pdfdoc.New(pdfdoc.Config{})
	for range 2 {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := r.Read(t.Context(), []byte("%PDF-1.4")); err == nil {
		t.Error("a closed reader reads")
	}
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.pdf")
	if err != nil || len(files) == 0 {
		f.Fatal("no fixtures", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if len(data) < 8_000 {
			f.Add(data)
		}
	}
	if _, err := newReader(f).Read(f.Context(), []byte("%PDF-1.4")); err == nil {
		f.Fatal("a head only is a document")
	} // and PDFium has started before the ten seconds of an input begin
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := newReader(t).Read(t.Context(), data)
		check(t, d, err)
	})
}

func BenchmarkRead(b *testing.B) {
	for _, name := range []string{"testdata/libreoffice-breaks.pdf", "../../../shared/corpus/hongze-2023.pdf"} {
		data, err := os.ReadFile(name)
		if err != nil {
			b.Logf("left out: %v", err)
			continue
		}
		pages := map[string]int{"libreoffice-breaks.pdf": 2, "hongze-2023.pdf": 5}[filepath.Base(name)]
		b.Run(fmt.Sprintf("%s-%d-pages", filepath.Base(name), pages), func(b *testing.B) {
			if _, err := shared.Read(b.Context(), data); err != nil {
				b.Fatal(err) // and PDFium is started
			}
			for b.Loop() {
				if _, err := shared.Read(b.Context(), data); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(pages*b.N)/b.Elapsed().Seconds(), "pages/s")
		})
	}
}
