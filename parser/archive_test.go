package parser_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"nianbao/parser"
	"nianbao/parser/catalog"
	"nianbao/parser/internal/specimen"
	"nianbao/parser/report"
	"nianbao/testdata/often"
)

// An archive of any number of reports gives all of them; what cannot be read of
// it is told in a report of its own.
func TestArchiveOfManyReports(t *testing.T) {
	const reports = 2000
	page, _, err := mustStyle(t, "text-pipes").Write(specimen.Random(rand.New(rand.NewPCG(1, 2)), catalog.Layout2021))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	n := reports
	if !often.Asked() {
		n = 300
	}
	for i := range n {
		w, err := zw.Create(fmt.Sprintf("reports/%04d.txt", i))
		if err != nil {
			t.Fatal(err)
		}
		w.Write(page)
	}
	w, err := zw.CreateRaw(&zip.FileHeader{Name: "locked.html", Flags: 1, Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	w.Write(nil)
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	p := parser.New(parser.Config{PDF: pdfium, Timeout: patience})
	defer p.Close()
	all, err := p.ParseAll(t.Context(), parser.Source{Name: "all.zip", Data: out.Bytes()})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != n+1 {
		t.Fatalf("%d reports, want %d and what was left out", len(all), n)
	}
	for i, r := range all[:n] {
		if r.Meta.Layout == "" || r.Meta.Source != fmt.Sprintf("all.zip#reports/%04d.txt", i) {
			t.Fatalf("report %d is %q of layout %q", i, r.Meta.Source, r.Meta.Layout)
		}
	}
	if ok, why := parser.Recognised(all[n]); ok || !strings.Contains(why, "locked.html") || all[n].Meta.Source != "all.zip" {
		t.Errorf("what was left out is told so: %s: %s", all[n].Meta.Source, why)
	}
}

func mustStyle(t testing.TB, name string) specimen.Style {
	t.Helper()
	s, ok := specimen.Find(name)
	if !ok {
		t.Fatalf("no style %s", name)
	}
	return s
}

// Bytes that are no text in any encoding are not read as one, however many they
// are and whatever tags chance writes into them.
func TestRandomBytes(t *testing.T) {
	p := parser.New(parser.Config{PDF: pdfium, Timeout: patience})
	defer p.Close()
	rng := rand.New(rand.NewPCG(3, 4))
	for _, size := range []int{1000, 100_000, 20 << 20} {
		data := make([]byte, size)
		for i := range data {
			data[i] = byte(rng.Uint32())
		}
		copy(data[size/2:], "<p > <a > <table >")
		r := parse(t, p, "random.bin", data)
		if ok, why := parser.Recognised(r); ok || !strings.Contains(why, "neither text nor a format") {
			t.Errorf("%d random bytes: %v, %s", size, ok, why)
		}
	}
	for _, text := range []string{"\xff\xfe受", "年\x00度" + strings.Repeat("报告", 20), "<p>21\x01</p>" + strings.Repeat("受理", 100)} {
		r := parse(t, p, "text", []byte(text))
		if _, why := parser.Recognised(r); strings.Contains(why, "neither text") {
			t.Errorf("%q is taken for no text", text)
		}
	}
}

// A file that is cut short anywhere gives no figure that the whole does not: half
// a cell is unreadable or missing.
func TestCutShortAnywhere(t *testing.T) {
	p := parser.New(parser.Config{PDF: pdfium})
	defer p.Close()
	cuts := 60
	if testing.Short() {
		cuts = 8
	}
	gz := func(data []byte) []byte {
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		w.Write(data)
		w.Close()
		return out.Bytes()
	}
	saved := func(data []byte) []byte {
		return append([]byte("From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"), data...)
	}
	plain := func(data []byte) []byte { return data }
	for _, c := range []struct {
		style string
		pack  func([]byte) []byte
	}{
		{"html-clean", plain}, {"html-word-paste", plain}, {"html-clean", gz}, {"html-clean", saved}, {"docx-clean", plain}, {"xlsx-clean", plain},
	} {
		rng := rand.New(rand.NewPCG(5, 6))
		data, want, err := mustStyle(t, c.style).Write(specimen.Random(rng, catalog.Layout2021))
		if err != nil {
			t.Fatal(err)
		}
		data = c.pack(data)
		said := 0
		for range cuts {
			n := len(data)/10 + rng.IntN(len(data)*9/10)
			r := parse(t, p, "cut", data[:n])
			if d := want.Compare(r); len(d.Wrong) > 0 {
				t.Errorf("%s cut to %d of %d octets: %v\n…%q", c.style, n, len(data), d.Wrong, data[max(0, n-60):n])
			}
			for _, f := range r.Findings {
				if f.Rule == report.RuleTruncated || f.Rule == report.RuleMalformed || f.Rule == report.RuleNotRecognised {
					said++
					break
				}
			}
		}
		if said < cuts/3 {
			t.Errorf("%s: of %d files that were cut short only %d are said to be", c.style, cuts, said)
		}
	}
}

// Nor is a tape archive, compressed or not.
func TestTar(t *testing.T) {
	p := parser.New(parser.Config{PDF: pdfium})
	defer p.Close()
	page, _, err := mustStyle(t, "html-word-paste").Write(specimen.Random(rand.New(rand.NewPCG(1, 2)), catalog.Layout2021))
	if err != nil {
		t.Fatal(err)
	}
	var packed, out bytes.Buffer
	tw := tar.NewWriter(&out)
	for _, name := range []string{"a.html", "b.html"} {
		if err := tw.WriteHeader(&tar.Header{Name: name, Size: int64(len(page)), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		tw.Write(page)
	}
	tw.Close()
	w := gzip.NewWriter(&packed)
	w.Write(out.Bytes())
	w.Close()
	for name, data := range map[string][]byte{"a.tar": out.Bytes(), "a.tgz": packed.Bytes()} {
		r := parse(t, p, name, data)
		if ok, why := parser.Recognised(r); ok || !strings.Contains(why, "a tar archive; unpack it first") {
			t.Errorf("%s: %v, %s, %d facts", name, ok, why, len(r.Facts))
		}
	}
}

// A WARC file is not read as one report, and within an archive it is named.
func TestWARC(t *testing.T) {
	p := parser.New(parser.Config{PDF: pdfium})
	defer p.Close()
	page, _, err := mustStyle(t, "html-clean").Write(specimen.Random(rand.New(rand.NewPCG(1, 2)), catalog.Layout2021))
	if err != nil {
		t.Fatal(err)
	}
	warc := append([]byte("WARC/1.1\r\nWARC-Type: resource\r\n\r\n"), page...)
	var packed, zipped bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write(warc)
	w.Close()
	zw := zip.NewWriter(&zipped)
	for name, data := range map[string][]byte{"a.warc": warc, "b.bin": packed.Bytes()} {
		m, err := zw.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		m.Write(data)
	}
	zw.Close()
	for name, data := range map[string][]byte{"a.warc": warc, "a.warc.gz": packed.Bytes(), "all.zip": zipped.Bytes()} {
		r := parse(t, p, name, data)
		if ok, why := parser.Recognised(r); ok || !strings.Contains(why, "WARC file") {
			t.Errorf("%s: %v, %s", name, ok, why)
		}
	}
	all, err := p.ParseAll(t.Context(), parser.Source{Name: "all.zip", Data: zipped.Bytes(), WARCs: true})
	if err != nil || len(all) != 0 {
		t.Errorf("%d reports and %v where the caller reads the WARC files", len(all), err)
	}
}
