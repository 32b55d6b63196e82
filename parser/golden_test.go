package parser_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/parser"
	"nianbao/parser/narrative"
	"nianbao/parser/report"
)

var update = flag.Bool("update", false, "rewrite the expected results in testdata/reports")

// TestGolden reads every file of testdata/reports and holds what comes out
// against the result beside it: x.html and x.want.json. With -update the
// results are written anew; read the difference before you keep it.
func TestGolden(t *testing.T) {
	dir := filepath.Join("..", "testdata", "reports")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	results := map[string]bool{}
	for _, e := range entries {
		if stem, ok := strings.CutSuffix(e.Name(), ".want.json"); ok {
			results[stem] = true
		} else {
			files = append(files, e.Name())
		}
	}
	if len(files) == 0 {
		t.Fatalf("no report in %s", dir)
	}
	p := parser.New(parser.Config{PDF: pdfium, Narrative: narrative.Lazy(), Timeout: patience})
	defer p.Close()
	stems := map[string]bool{}
	for _, name := range files {
		stem := strings.TrimSuffix(name, filepath.Ext(name))
		if stems[stem] {
			t.Errorf("two files are called %s; their result would be the same file", stem)
		}
		stems[stem] = true
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			r, err := p.Parse(t.Context(), parser.Source{Name: name, Data: data})
			if err != nil {
				t.Fatal(err)
			}
			got := golden(t, r)
			file := filepath.Join(dir, stem+".want.json")
			if *update {
				if err := os.WriteFile(file, got, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("%v; write it with -update, and read it", err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		})
	}
	for stem := range results {
		if !stems[stem] {
			t.Errorf("%s.want.json is a result without a report", stem)
		}
	}
}

// golden writes a report as the JSON that nianbao parse prints, a fact, a
// mention, a finding and a section a line. The parser's version, which changes
// more often than what it finds here, is left out.
func golden(t *testing.T, r *report.Report) []byte {
	t.Helper()
	meta := r.Meta
	meta.ParserVersion = ""
	var b bytes.Buffer
	b.WriteString("{\"report\": " + jsonLine(t, meta))
	lines(t, &b, "facts", r.Facts)
	lines(t, &b, "mentions", r.Mentions)
	lines(t, &b, "findings", r.Findings)
	lines(t, &b, "sections", r.Sections)
	b.WriteString("}\n")
	return b.Bytes()
}

func lines[T any](t *testing.T, b *bytes.Buffer, name string, all []T) {
	fmt.Fprintf(b, ",\n%q: [", name)
	for i, v := range all {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n  " + jsonLine(t, v))
	}
	b.WriteString("\n]")
}

func jsonLine(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

// TestKashi holds the report of 喀什市 for 2021 against what a person read in
// it: in a fixture with the same figures and our own sentences, and in the
// report itself where the corpus is at hand.
func TestKashi(t *testing.T) {
	for name, path := range map[string]string{
		"fixture": filepath.Join("..", "testdata", "reports", "kashi-2021.txt"),
		"corpus":  filepath.Join("..", "..", "shared", "corpus", "kashi-2021.txt"),
	} {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil && name == "corpus" {
				t.Skipf("the corpus of real reports is not here: %v", err)
			}
			if err != nil {
				t.Fatal(err)
			}
			p := parser.New(parser.Config{PDF: pdfium, Narrative: narrative.Lazy(), Timeout: patience})
			defer p.Close()
			r, err := p.Parse(t.Context(), parser.Source{Name: path, Data: data})
			if err != nil {
				t.Fatal(err)
			}
			kashi(t, r)
		})
	}
}

func kashi(t *testing.T, r *report.Report) {
	m := r.Meta
	got := []any{m.Layout, m.RegionCode, m.Region, int(m.Year), m.Publisher, m.PublishedOn, m.PeriodStart, m.PeriodEnd, string(m.Scope)}
	want := []any{"2021", "653101", "喀什市", 2021, "喀什市政府办公室", "2022-02-09", "2021-01-01", "2021-12-31", "region"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the report (-want +got):\n%s", diff)
	}
	printed := map[string]float64{
		"disclosure.licensing.decisions": 12251, "disclosure.penalties.decisions": 1547, "disclosure.coercion.decisions": 21, "disclosure.fees.amount": 14155,
		"disclosure.normative_documents.issued": 13, "disclosure.normative_documents.repealed": 0, "disclosure.normative_documents.in_force": 13,
	}
	zero, blank, reviews := 0, 0, 0
	for _, f := range r.Facts {
		value, ok := printed[f.Key()]
		switch {
		case ok:
			delete(printed, f.Key())
			if f.Status != report.StatusReported || f.Value == nil || *f.Value != value {
				t.Errorf("%s: %s %v, want %v", f.Key(), f.Status, f.Value, value)
			}
			if f.Key() == "disclosure.fees.amount" && f.Unit != "万元" {
				t.Errorf("the fees are in %q, want 万元", f.Unit)
			}
		case slices.Contains([]string{"requests.received", "requests.carried_in", "requests.processed_total", "requests.carried_out"}, f.Indicator):
			zero++
			if f.Status != report.StatusReported || f.Value == nil || *f.Value != 0 {
				t.Errorf("%s: %s, want a printed 0", f.Key(), f.Status)
			}
		case strings.HasPrefix(f.Indicator, "requests."):
			blank++
			if f.Status != report.StatusBlank || f.Value != nil {
				t.Errorf("%s: %s, want blank; nothing is printed there", f.Key(), f.Status)
			}
		case strings.HasPrefix(f.Indicator, "review.") || strings.HasPrefix(f.Indicator, "litigation."):
			reviews++
			if f.Status != report.StatusReported || f.Value == nil || *f.Value != 0 {
				t.Errorf("%s: %s, want a printed 0", f.Key(), f.Status)
			}
		}
	}
	// The form of 2021 has 21 rows of outcomes between what came in and the total.
	if len(printed) > 0 || zero != 4*7 || blank != 21*7 || reviews != 15 {
		t.Errorf("missing %v; %d figures of requests, %d blanks, %d of reviews; want 28, 147, 15", printed, zero, blank, reviews)
	}
	type told struct {
		Metric string
		Value  float64
		Unit   string
	}
	mentions := map[string]told{}
	for _, m := range r.Mentions {
		if m.Metric != "" && m.PartOf == nil {
			mentions[m.Metric] = told{m.Metric, m.Value, m.Unit}
		}
	}
	for _, w := range []told{
		{"disclosed_items", 2165, "条"}, {"interpretations", 12, "条"}, {"hot_topic_responses", 21, "次"}, {"requests_received", 10, "件"},
		{"normative_documents", 13, "件"}, {"gazette_issues", 2, "期"}, {"training_sessions", 3, "次"}, {"mailbox_received", 119, "件"},
		{"mailbox_resolved", 119, "件"}, {"mailbox_rate", 100, "%"}, {"new_media_accounts", 7, "个"}, {"new_media_accounts_closed", 10, "个"},
		{"surveys", 5, "期"}, {"online_interviews", 3, "期"}, {"public_questions_answered", 60, "条"},
	} {
		if mentions[w.Metric] != w {
			t.Errorf("told %v, want %v", mentions[w.Metric], w)
		}
	}
	for _, m := range r.Mentions {
		if slices.Contains([]float64{303, 844000, 55}, m.Value) {
			t.Errorf("%q is a room, a postcode or a house, not a figure told", m.Raw)
		}
	}
	for _, rule := range []string{report.RuleCitation, "narrative.requests_received"} {
		if !slices.ContainsFunc(r.Findings, func(f report.Finding) bool { return f.Rule == rule }) {
			t.Errorf("no finding %s", rule)
		}
	}
}
