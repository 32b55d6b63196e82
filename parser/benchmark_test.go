package parser_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"nianbao/parser"
	"nianbao/parser/catalog"
	"nianbao/parser/internal/specimen"
	"nianbao/parser/narrative"
)

// BenchmarkParse parses one report a container, mentions and checks included.
func BenchmarkParse(b *testing.B) {
	p := parser.New(parser.Config{PDF: pdfium, Narrative: narrative.Lazy()})
	defer p.Close()
	for _, name := range []string{"html-word-paste", "html-clean", "text-cells", "text-pipes", "docx-clean", "xlsx-clean"} {
		style, ok := specimen.Find(name)
		if !ok {
			b.Fatalf("no style %s", name)
		}
		data, _, err := style.Write(specimen.Random(rand.New(rand.NewPCG(1, 2)), catalog.Layout2021))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			if _, err := p.Parse(context.Background(), parser.Source{Name: name, Data: data}); err != nil { // loads the dictionaries
				b.Fatal(err)
			}
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Parse(context.Background(), parser.Source{Name: name, Data: data}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reports/s")
		})
	}
}
