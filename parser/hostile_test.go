package parser_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"nianbao/parser"
	"nianbao/parser/internal/specimen"
	"nianbao/parser/narrative"
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
		if !often.Asked() && i%16 != 0 {
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
			if f.Rule == report.RuleFault {
				t.Errorf("%s: %s", in.Name, f.Message)
			}
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Logf("%s took %s", in.Name, took.Round(time.Millisecond))
		}
	}
}

// TestBroken: what panics on one document is told of that document, with the place, and the
// next one is read as ever. Nothing in the parser is known to panic; a reader of words that
// does stands for it.
func TestBroken(t *testing.T) {
	broken := true
	p := parser.New(parser.Config{Narrative: func() (*narrative.Reader, error) {
		if broken {
			var cells []int
			_ = cells[len(cells)] // out of range
		}
		return narrative.New()
	}})
	defer p.Close()
	page := []byte("<title>江宁县2021年政府信息公开工作年度报告</title><h2>一、总体情况</h2><p>全年主动公开信息32条。</p><h2>六、其他需要报告的事项</h2><p>无。</p>" +
		strings.Repeat("<p>本机关按照要求做好政务公开的各项工作，接受社会监督。</p>", 20))
	src := parser.Source{Name: "坏.html", Data: page}
	r, err := p.Parse(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	ok, why := parser.Recognised(r)
	for _, want := range []string{"index out of range", "TestBroken", "report it together with the file"} {
		if ok || !strings.Contains(why, want) {
			t.Errorf("recognised %v, %q; want %q in it", ok, why, want)
		}
	}
	broken = false
	if r, err = p.Parse(t.Context(), src); err != nil || len(r.Mentions) == 0 {
		t.Errorf("the same document, whole again: %v, %d mentions", err, len(r.Mentions))
	}
}
