package parser_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"nianbao/parser"
	"nianbao/parser/narrative"
	"nianbao/parser/report"
)

// wildExpectation is what a person says a page of testdata/wild must give:
// only what the page is there to show. It is written from what is known about
// the reports, never from the parser's output.
type wildExpectation struct {
	Shows       string `json:"shows"`        // the peculiarity, in one sentence
	Source      string `json:"source"`       // the URL the page was found at; "" for its file name
	ContentType string `json:"content_type"` // of the HTTP answer
	Recognised  *bool  `json:"recognised"`   // nil: it must be
	Meta        map[string]any
	// Facts are the figures, by Fact.Key. A row of section three may stand as
	// its seven figures in the order of the applicants. null is a cell that is
	// there and holds no figure. No other figure may be read, unless Partial.
	Facts   map[string]any
	Partial bool
	// Statuses are those of single cells, also by Fact.Key.
	Statuses map[string]report.Status
	Absent   []string // keys that must give no figure
	Doubted  []string // indicators of which a finding must speak
	Rules    []string // findings that must be there
	NoRules  []string `json:"no_rules"`
	Mentions []wildMention
	// NoMentionsOf are figures, as printed, that are none.
	NoMentionsOf []string `json:"no_mentions_of"`
	// Sections are headings by number, NoText what no section may hold, Text
	// what the numbered section must hold.
	Sections map[string]string
	Text     map[string]string
	NoText   []string `json:"no_text"`
}

// wildMention is a figure told in words. What is left out is not compared.
type wildMention struct {
	Metric    *string
	Value     float64
	Unit      *string
	Subject   *string
	Qualifier *string
	Section   *int
	PartOf    *float64 `json:"part_of"` // the value of the figure it is a part of
}

var wildApplicants = []string{"natural_person", "commercial_enterprise", "research_institution", "social_organization", "legal_service", "other_organization", "total"}

// TestWild holds the parser against what real pages do: every file of
// testdata/wild shows one peculiarity, and its expectation stands beside it,
// x.html and x.expect.json.
func TestWild(t *testing.T) {
	dir := filepath.Join("..", "testdata", "wild")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	pages, wanted := map[string]string{}, map[string]bool{}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		if stem, ok := strings.CutSuffix(e.Name(), ".expect.json"); ok {
			wanted[stem] = true
			continue
		}
		stem := strings.TrimSuffix(e.Name(), filepath.Ext(e.Name()))
		if pages[stem] != "" {
			t.Errorf("%s and %s would share one expectation", pages[stem], e.Name())
		}
		pages[stem] = e.Name()
	}
	if len(pages) == 0 {
		t.Fatalf("no page in %s", dir)
	}
	for stem := range wanted {
		if pages[stem] == "" {
			t.Errorf("%s.expect.json stands beside no page", stem)
		}
	}
	p := parser.New(parser.Config{PDF: pdfium, Narrative: narrative.Lazy(), Timeout: patience})
	defer p.Close()
	for stem, name := range pages {
		t.Run(name, func(t *testing.T) {
			if !wanted[stem] {
				t.Fatalf("%s.expect.json is not there; say what the page must give", stem)
			}
			want := readWild(t, filepath.Join(dir, stem+".expect.json"))
			data, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			source := want.Source
			if source == "" {
				source = name
			}
			r, err := p.Parse(t.Context(), parser.Source{Name: source, Data: data, ContentType: want.ContentType})
			if err != nil {
				t.Fatal(err)
			}
			if diff := want.compare(t, r); len(diff) > 0 {
				t.Errorf("%s\n  %s", want.Shows, strings.Join(diff, "\n  "))
			}
		})
	}
}

// readWild reads an expectation. One that says nothing, or that misspells what
// it says, would pass whatever the parser does.
func readWild(t *testing.T, path string) wildExpectation {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var want wildExpectation
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&want); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if want.Shows == "" {
		t.Errorf("%s does not say what the page shows", path)
	}
	if want.Recognised == nil && len(want.Meta)+len(want.Facts)+len(want.Statuses)+len(want.Absent)+len(want.Rules)+
		len(want.Mentions)+len(want.NoMentionsOf)+len(want.Sections)+len(want.Text) == 0 {
		t.Errorf("%s expects nothing", path)
	}
	return want
}

// compare lists how a report differs from what was expected.
func (want wildExpectation) compare(t *testing.T, r *report.Report) []string {
	var diff []string
	miss := func(format string, args ...any) { diff = append(diff, fmt.Sprintf(format, args...)) }

	expected := want.Recognised == nil || *want.Recognised
	if ok, why := parser.Recognised(r); ok != expected {
		miss("recognised is %v, want %v %s", ok, expected, why)
	}
	if !expected && len(r.Facts)+len(r.Mentions)+len(r.Sections) > 0 {
		miss("it is no report and still has %d facts, %d mentions, %d sections", len(r.Facts), len(r.Mentions), len(r.Sections))
	}
	diff = append(diff, want.compareMeta(t, r)...)
	diff = append(diff, want.compareFacts(r)...)
	for _, rule := range want.Rules {
		if !slices.ContainsFunc(r.Findings, func(f report.Finding) bool { return f.Rule == rule }) {
			miss("no finding %s", rule)
		}
	}
	for _, rule := range want.NoRules {
		for _, f := range r.Findings {
			if f.Rule == rule {
				miss("finding %s: %s", rule, f.Message)
			}
		}
	}
	for _, code := range want.Doubted {
		if !slices.ContainsFunc(r.Findings, func(f report.Finding) bool {
			return f.Indicator == code || f.Indicator != "" && strings.HasPrefix(code, f.Indicator+".")
		}) {
			miss("no finding speaks of %s", code)
		}
	}
	diff = append(diff, want.compareMentions(r)...)
	diff = append(diff, want.compareSections(r)...)
	return diff
}

// compareMeta compares the fields of the report object as they are in JSON.
func (want wildExpectation) compareMeta(t *testing.T, r *report.Report) (diff []string) {
	t.Helper()
	b, err := json.Marshal(r.Meta)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]any{}
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	for key, w := range want.Meta {
		if g, ok := got[key]; !ok || g != w {
			diff = append(diff, fmt.Sprintf("%s is %v, want %v", key, g, w))
		}
	}
	return diff
}

func (want wildExpectation) compareFacts(r *report.Report) (diff []string) {
	miss := func(format string, args ...any) { diff = append(diff, fmt.Sprintf(format, args...)) }
	facts := map[string]report.Fact{}
	for _, f := range r.Facts {
		facts[f.Key()] = f
	}
	allowed := map[string]bool{}
	expect := func(key string, w any) {
		allowed[key] = true
		f, ok := facts[key]
		switch v, isNumber := w.(float64); {
		case !ok:
			miss("%s is missing, want %v", key, w)
		case !isNumber && f.Value != nil:
			miss("WRONG %s is %v (%q), want no figure", key, *f.Value, f.Raw)
		case isNumber && f.Value == nil:
			miss("%s is %s (%q), want %v", key, f.Status, f.Raw, v)
		case isNumber && *f.Value != v:
			miss("WRONG %s is %v (%q at %s), want %v", key, *f.Value, f.Raw, f.Locator, v)
		}
	}
	for key, w := range want.Facts {
		row, ok := w.([]any)
		if !ok {
			expect(key, w)
			continue
		}
		if len(row) != len(wildApplicants) {
			miss("the expectation of %s has %d figures, and there are seven applicants", key, len(row))
			continue
		}
		for i, v := range row {
			expect(key+"@"+wildApplicants[i], v)
		}
	}
	for key, status := range want.Statuses {
		allowed[key] = true
		if f, ok := facts[key]; !ok || f.Status != status {
			miss("%s is %q (%q), want the status %s", key, f.Status, f.Raw, status)
		}
	}
	for _, key := range want.Absent {
		if f, ok := facts[key]; ok && f.Value != nil {
			miss("WRONG %s is %v (%q at %s), want nothing", key, *f.Value, f.Raw, f.Locator)
		}
	}
	for _, f := range r.Facts {
		if f.Value != nil && !allowed[f.Key()] && !want.Partial && (want.Facts != nil || want.Absent != nil) && !slices.Contains(want.Absent, f.Key()) {
			miss("WRONG %s is %v (%q at %s) and no such figure is in the page", f.Key(), *f.Value, f.Raw, f.Locator)
		}
	}
	return diff
}

func (want wildExpectation) compareMentions(r *report.Report) (diff []string) {
	var told []string
	for _, m := range r.Mentions {
		told = append(told, fmt.Sprintf("%s %v %s", m.Metric, m.Value, m.Unit))
	}
	for _, w := range want.Mentions {
		if !slices.ContainsFunc(r.Mentions, func(m report.Mention) bool { return w.matches(r, m) }) {
			b, _ := json.Marshal(w)
			diff = append(diff, fmt.Sprintf("no mention %s among %s", b, strings.Join(told, "; ")))
		}
	}
	for _, raw := range want.NoMentionsOf {
		for _, m := range r.Mentions {
			if m.Raw == raw || strings.HasPrefix(m.Raw, raw) && !strings.ContainsAny(strings.TrimPrefix(m.Raw, raw)[:1], "0123456789.,") {
				diff = append(diff, fmt.Sprintf("WRONG %q is read as a figure told: %s %v %s", m.Raw, m.Metric, m.Value, m.Unit))
			}
		}
	}
	return diff
}

func (w wildMention) matches(r *report.Report, m report.Mention) bool {
	part := w.PartOf == nil || m.PartOf != nil && *m.PartOf < len(r.Mentions) && r.Mentions[*m.PartOf].Value == *w.PartOf
	return m.Value == w.Value && part &&
		(w.Metric == nil || *w.Metric == m.Metric) && (w.Unit == nil || *w.Unit == m.Unit) && (w.Subject == nil || *w.Subject == m.Subject) &&
		(w.Qualifier == nil || *w.Qualifier == m.Qualifier) && (w.Section == nil || *w.Section == m.Section)
}

func (want wildExpectation) compareSections(r *report.Report) (diff []string) {
	miss := func(format string, args ...any) { diff = append(diff, fmt.Sprintf(format, args...)) }
	sections := map[string]report.Section{}
	for _, s := range r.Sections {
		sections[fmt.Sprint(s.Number)] = s
		for _, text := range want.NoText {
			if strings.Contains(s.Text, text) {
				miss("section %d holds %q", s.Number, text)
			}
		}
		if !utf8.ValidString(s.Text) {
			miss("section %d is no valid UTF-8", s.Number)
		}
	}
	for number, heading := range want.Sections {
		if s, ok := sections[number]; !ok || s.Heading != heading {
			miss("section %s is headed %q, want %q", number, s.Heading, heading)
		}
	}
	for number, text := range want.Text {
		if s := sections[number]; !strings.Contains(s.Text, text) {
			miss("section %s does not hold %q but %q", number, text, s.Text)
		}
	}
	return diff
}
