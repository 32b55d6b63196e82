package parser_test

import (
	"context"
	"testing"
	"time"

	"nianbao/parser"
	"nianbao/parser/internal/specimen"
	"nianbao/parser/report"
	"nianbao/testdata/often"
)

// TestHostile parses what an attacker or an accident may send: each input
// ends in facts or in a finding, none of those that are no report gives a
// figure, and nothing runs into the parser's own time limit.
func TestHostile(t *testing.T) {
	p := parser.New(parser.Config{PDF: pdfium})
	defer p.Close()
	inputs := specimen.Hostile()
	if len(inputs) < 200 {
		t.Fatalf("%d hostile inputs, want 200 at least", len(inputs))
	}
	for i, in := range inputs {
		if !often.Asked() && i%8 != 0 {
			continue
		}
		start := time.Now()
		r, err := p.Parse(context.Background(), parser.Source{Name: in.Name, Data: in.Bytes()})
		if err != nil {
			t.Errorf("%s: %v", in.Name, err)
			continue
		}
		figures := 0
		for _, f := range r.Facts {
			if f.Value != nil {
				figures++
			}
		}
		if in.NoFacts && figures > 0 {
			t.Errorf("%s gives %d figures, and is no report", in.Name, figures)
		}
		if len(r.Facts) == 0 && len(r.Findings) == 0 {
			t.Errorf("%s gives neither facts nor a finding", in.Name)
		}
		for _, f := range r.Findings {
			if f.Rule == report.RuleLimit && f.Message == "reading took longer than 1m0s and was given up" {
				t.Errorf("%s ran into the time limit", in.Name)
			}
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Logf("%s took %s", in.Name, took.Round(time.Millisecond))
		}
	}
}
