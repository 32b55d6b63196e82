package layout_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"nianbao/parser/catalog"
	"nianbao/parser/document"
	"nianbao/parser/htmldoc"
	"nianbao/parser/layout"
	"nianbao/parser/report"
	"nianbao/parser/specimen"
	"nianbao/parser/textdoc"
)

// FuzzText holds the matcher against any text: it must come back, and every
// fact must be one of the catalogue's, once, with a value only where a figure
// was printed.
func FuzzText(f *testing.F) {
	for _, name := range []string{"text-cells", "text-cells-gaps", "text-pipes", "text-tabs", "text-spaces", "text-one-line", "text-glued"} {
		if s, ok := specimen.Find(name); ok {
			for _, l := range s.Layouts {
				if data, _, err := s.Write(specimen.Random(rand.New(rand.NewPCG(1, 2)), l)); err == nil {
					f.Add(data)
				}
			}
		}
	}
	f.Add([]byte("规章\n555\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := textdoc.Read(context.Background(), data, "")
		if err != nil {
			t.Fatal(err)
		}
		sound(t, doc)
	})
}

// FuzzGrid holds the matcher against any table: each line of the input is a
// row, each field a cell, and a digit before a colon its spans.
func FuzzGrid(f *testing.F) {
	f.Add("31:申请人情况\t71:申请人情况\n11:自然人\t15:法人或其他组织\t21:总计\n一、本年新收政府信息公开申请数量\t1\t2\t3\t4\t5\t6\t21")
	f.Add("第二十条第(一)项\n信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n规章\t0\t\t/")
	f.Add("行政复议\t行政诉讼\n结果维持\t结果纠正\t其他结果\t尚未审结\t总计\n0\t0\t0\t0\t0")
	f.Fuzz(func(t *testing.T, text string) {
		var b document.Builder
		var g document.GridBuilder
		for line := range strings.SplitSeq(text, "\n") {
			g.StartRow()
			for cell := range strings.SplitSeq(line, "\t") {
				rows, cols := 1, 1
				if len(cell) > 3 && cell[2] == ':' {
					rows, cols = int(cell[0]-'0'), int(cell[1]-'0')
					cell = cell[3:]
				}
				g.AddCell(cell, rows, cols, false)
			}
		}
		b.AddGrid(g.Grid())
		sound(t, b.Document())
	})
}

func sound(t *testing.T, doc *document.Document) {
	r := layout.Read(doc)
	if len(r.Used) != len(doc.Blocks) {
		t.Errorf("%d blocks, and Used has %d", len(doc.Blocks), len(r.Used))
	}
	seen := map[string]bool{}
	for _, f := range r.Facts {
		ind, ok := catalog.Lookup(f.Indicator)
		switch {
		case !ok:
			t.Errorf("%s is in no catalogue", f.Indicator)
		case (ind.Dimension == catalog.DimensionApplicant) != (f.Applicant != ""):
			t.Errorf("%s: the applicant does not fit the indicator", f.Key())
		case (f.Value != nil) != f.Status.HasValue():
			t.Errorf("%s: status %s and value %v", f.Key(), f.Status, f.Value)
		case f.Status == report.StatusReported && strings.TrimSpace(f.Raw) == "":
			t.Errorf("%s has a figure that is printed nowhere", f.Key())
		case seen[f.Key()]:
			t.Errorf("%s is there twice", f.Key())
		}
		seen[f.Key()] = true
	}
	if (r.Layout == "") != (len(r.Facts) == 0) && len(r.Findings) == 0 {
		t.Errorf("layout %q with %d facts and no finding", r.Layout, len(r.Facts))
	}
}

func BenchmarkRead(b *testing.B) {
	style, ok := specimen.Find("html-word-paste")
	if !ok {
		b.Fatal("no such style")
	}
	data, _, err := style.Write(specimen.Random(rand.New(rand.NewPCG(1, 2)), catalog.Layout2021))
	if err != nil {
		b.Fatal(err)
	}
	doc, err := htmldoc.Read(context.Background(), data, htmldoc.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		layout.Read(doc)
	}
}
