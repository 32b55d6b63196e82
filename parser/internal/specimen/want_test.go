package specimen

import (
	"errors"
	"strings"
	"testing"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

// perfect is the report a reader makes that finds everything.
func perfect(w Want) *report.Report {
	r := &report.Report{Meta: w.Meta}
	for key, e := range w.Facts {
		code, applicant, _ := strings.Cut(key, "@")
		f := report.Fact{Indicator: code, Applicant: applicant, Value: e.Value, Status: e.Status}
		if ind, ok := catalog.Lookup(code); ok && e.Value != nil {
			f.Unit = ind.Unit
		}
		r.Facts = append(r.Facts, f)
	}
	for _, rule := range w.Rules {
		r.Findings = append(r.Findings, report.Finding{Rule: rule})
	}
	r.Sections = []report.Section{{Text: strings.Join(w.Text, "")}}
	return r
}

func TestCompare(t *testing.T) {
	style, _ := Find("charset-gb18030")
	truth := RandomWith(seeded(9), catalog.Layout2021, Flaws{Blanks: 0.1, Dashes: 0.1, MissingRows: 0.1})
	_, want, err := style.Write(truth)
	if err != nil {
		t.Fatal(err)
	}
	find := func(r *report.Report, s report.Status) *report.Fact {
		for i := range r.Facts {
			if r.Facts[i].Status == s {
				return &r.Facts[i]
			}
		}
		t.Fatalf("no fact is %s", s)
		return nil
	}
	if d := want.Compare(perfect(want)); !d.OK() || d.Found != d.Printed || d.Printed == 0 {
		t.Fatalf("the perfect report differs: %s", d)
	}
	for _, c := range []struct {
		name   string
		change func(r *report.Report)
		in     func(d Diff) []string
	}{
		{"another figure", func(r *report.Report) { find(r, report.StatusReported).Value = figure(-77) }, func(d Diff) []string { return d.Wrong }},
		{"a figure for a blank", func(r *report.Report) {
			f := find(r, report.StatusBlank)
			f.Value, f.Status = figure(0), report.StatusReported
		}, func(d Diff) []string { return d.Wrong }},
		{"a value that is blank", func(r *report.Report) { find(r, report.StatusReported).Status = report.StatusBlank }, func(d Diff) []string { return d.Wrong }},
		{"a figure of another layout", func(r *report.Report) {
			r.Facts = append(r.Facts, report.Fact{Indicator: "complaints.total", Value: figure(1), Unit: "件", Status: report.StatusReported})
		}, func(d Diff) []string { return d.Wrong }},
		{"a fact twice", func(r *report.Report) { r.Facts = append(r.Facts, r.Facts[0]) }, func(d Diff) []string { return d.Wrong }},
		{"a figure left out", func(r *report.Report) {
			f := find(r, report.StatusReported)
			f.Value, f.Status = nil, report.StatusUnreadable
		}, func(d Diff) []string { return d.Missing }},
		{"a dash for a blank", func(r *report.Report) { find(r, report.StatusBlank).Status = report.StatusNotApplicable }, func(d Diff) []string { return d.Statuses }},
		{"another unit", func(r *report.Report) { find(r, report.StatusReported).Unit = "亿" }, func(d Diff) []string { return d.Statuses }},
		{"another year", func(r *report.Report) { r.Meta.Year++ }, func(d Diff) []string { return d.Meta }},
		{"another layout", func(r *report.Report) { r.Meta.Layout = catalog.Layout2019 }, func(d Diff) []string { return d.Meta }},
		{"a finding not made", func(r *report.Report) { r.Findings = nil }, func(d Diff) []string { return d.Rules }},
		{"text lost", func(r *report.Report) { r.Sections = nil }, func(d Diff) []string { return d.Text }},
	} {
		r := perfect(want)
		c.change(r)
		if d := want.Compare(r); len(c.in(d)) == 0 || d.OK() {
			t.Errorf("%s was not seen: %s", c.name, d)
		}
	}
}

func TestCompareAllowsDoubt(t *testing.T) {
	want := Want{Facts: map[string]Expect{
		"review.total":   {Value: figure(5), Status: report.StatusReported, Certainty: Undecidable},
		"review.pending": {Value: figure(5), Status: report.StatusReported, Certainty: Unknowable},
	}}
	fact := func(code string, v float64) report.Fact {
		return report.Fact{Indicator: code, Value: &v, Unit: "件", Status: report.StatusReported}
	}
	for _, c := range []struct {
		name  string
		facts []report.Fact
		wrong int
	}{
		{"nothing", nil, 0},
		{"the figure in doubt", []report.Fact{fact("review.total", 5)}, 0},
		{"another in its place", []report.Fact{fact("review.total", 6)}, 1},
		{"a lucky guess", []report.Fact{fact("review.pending", 5)}, 1},
		{"unreadable", []report.Fact{{Indicator: "review.pending", Status: report.StatusUnreadable}}, 0},
	} {
		d := want.Compare(&report.Report{Facts: c.facts})
		if len(d.Wrong) != c.wrong || len(d.Missing) > 0 {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

func TestWriteRefusesOtherLayouts(t *testing.T) {
	style, _ := Find("grid-annex-no-units")
	if _, _, err := style.Write(Random(seeded(1), catalog.Layout2021)); !errors.Is(err, ErrLayout) {
		t.Errorf("the annex of 2014 was written for 2021: %v", err)
	}
}

func TestFlawsAreThere(t *testing.T) {
	truth := RandomWith(seeded(2), catalog.Layout2021, Flaws{Blanks: 0.2, Dashes: 0.2, Unreadable: 0.1, MissingRows: 0.2, WrongTotals: 40})
	held := map[report.Status]int{}
	for _, key := range truth.Keys() {
		held[truth.Status(key)]++
	}
	for _, s := range []report.Status{report.StatusReported, report.StatusBlank, report.StatusNotApplicable, report.StatusUnreadable, StatusAbsent} {
		if held[s] == 0 {
			t.Errorf("no cell is %s", s)
		}
	}
	if wrong := RandomWith(seeded(2), catalog.Layout2019, Flaws{WrongTotals: 5}); len(wrong.Contradictions()) == 0 {
		t.Error("no total contradicts its parts")
	}
	one := RandomWith(seeded(5), catalog.Layout2021, Flaws{OneRowOthers: true})
	if v := one.Facts["requests.other_processing@total"]; v == nil || *v == 0 {
		t.Error("the row of (六) says nothing; choose another seed")
	}
	if one.Status("requests.other_processing@total") != report.StatusReported || one.Status("requests.other_processing.other@total") != StatusAbsent {
		t.Error("(六)其他处理 is not one row")
	}
	if broken := one.Contradictions(); len(broken) > 0 {
		t.Errorf("joining the rows of (六) broke sums: %v", broken)
	}
}

func TestMixedIsDeterministic(t *testing.T) {
	names := map[string]bool{}
	for seed := range uint64(25) {
		for _, layout := range layouts {
			s := Mixed(seeded(seed), layout)
			truth := RandomWith(seeded(seed), layout, Flaws{Blanks: 0.05, WrongTotals: 1})
			a, want, err := s.Write(truth)
			if err != nil {
				t.Fatalf("%s: %v", s.Name, err)
			}
			if b, _, _ := Mixed(seeded(seed), layout).Write(truth); string(a) != string(b) {
				t.Errorf("%s differs from one time to the next", s.Name)
			}
			if len(want.Facts) == 0 || want.Meta.Container == "" {
				t.Errorf("%s wants nothing", s.Name)
			}
			names[s.Name] = true
		}
	}
	if len(names) < 60 {
		t.Errorf("75 mixtures are only %d different ones", len(names))
	}
}
