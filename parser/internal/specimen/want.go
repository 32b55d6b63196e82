package specimen

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

// Certainty tells what may be asked of a reader about one cell.
type Certainty int

const (
	// Exact: the page leaves no doubt; a correct reader finds this.
	Exact Certainty = iota
	// Undecidable: the page leaves doubt; a reader may find this or leave it
	// out, but must not give another figure.
	Undecidable
	// Unknowable: the figure was lost; whatever figure a reader gives is a guess.
	Unknowable
)

// Expect is what a reader is to find in one cell.
type Expect struct {
	Value     *float64 // nil where Status carries no value
	Status    report.Status
	Certainty Certainty
	// Also lists other statuses that are as right as Status.
	Also []report.Status
}

// Want is what a correct reader finds in the bytes a style wrote.
type Want struct {
	// Meta has Container and Layout and all that the page says of itself. What
	// it does not say is empty and not compared.
	Meta report.Meta
	// Facts has every cell that is printed. A fact with a figure and without
	// an entry here is wrong.
	Facts map[string]Expect
	// Rules lists findings that must be among the report's.
	Rules []string
	// Text lists what some section's text must hold.
	Text []string
	// Told is copied from the truth; nil where the prose was left out.
	Told []Told
}

// Diff is how a parsed report differs from what was wanted. The lists are
// sorted, one sentence a difference.
type Diff struct {
	Printed int // figures that had to be found
	Found   int // how many of them were

	Wrong    []string // figures that the page does not say
	Missing  []string // figures that the page says and the report does not have
	Statuses []string // cells without figure whose status differs, and wrong units
	Meta     []string
	Rules    []string // findings that had to be there
	Text     []string // prose that is not in any section
}

// OK reports that nothing differs.
func (d Diff) OK() bool {
	return len(d.Wrong)+len(d.Missing)+len(d.Statuses)+len(d.Meta)+len(d.Rules)+len(d.Text) == 0
}

func (d Diff) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d figures found, %d wrong\n", d.Found, d.Printed, len(d.Wrong))
	for _, part := range []struct {
		name  string
		lines []string
	}{{"wrong", d.Wrong}, {"missing", d.Missing}, {"status", d.Statuses}, {"meta", d.Meta}, {"rule", d.Rules}, {"text", d.Text}} {
		for _, l := range part.lines {
			fmt.Fprintf(&b, "%s: %s\n", part.name, l)
		}
	}
	return b.String()
}

// Compare holds a parsed report against what was wanted.
func (w Want) Compare(r *report.Report) Diff {
	var d Diff
	got := make(map[string]report.Fact, len(r.Facts))
	for _, f := range r.Facts {
		key := f.Key()
		if _, twice := got[key]; twice {
			d.Wrong = append(d.Wrong, key+" is given twice")
		}
		got[key] = f
		if _, ok := w.Facts[key]; !ok && f.Value != nil {
			d.Wrong = append(d.Wrong, fmt.Sprintf("%s = %v (raw %q): the page has no such cell", key, *f.Value, f.Raw))
		}
		if ind, ok := catalog.Lookup(f.Indicator); ok && f.Value != nil && f.Unit != ind.Unit {
			d.Statuses = append(d.Statuses, fmt.Sprintf("%s has the unit %q, want %q", key, f.Unit, ind.Unit))
		}
		if (f.Value != nil) != f.Status.HasValue() {
			d.Wrong = append(d.Wrong, fmt.Sprintf("%s is %s but its value does not fit that", key, f.Status))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(w.Facts)) {
		e := w.Facts[key]
		f, ok := got[key]
		if e.Certainty == Exact && e.Value != nil {
			d.Printed++
		}
		switch {
		case ok && f.Value != nil:
			switch {
			case e.Certainty == Unknowable:
				d.Wrong = append(d.Wrong, fmt.Sprintf("%s = %v (raw %q): nobody can know", key, *f.Value, f.Raw))
			case e.Value == nil:
				d.Wrong = append(d.Wrong, fmt.Sprintf("%s = %v (raw %q), want %s", key, *f.Value, f.Raw, e.Status))
			case !same(*e.Value, *f.Value):
				d.Wrong = append(d.Wrong, fmt.Sprintf("%s = %v (raw %q), want %v", key, *f.Value, f.Raw, *e.Value))
			case e.Certainty == Exact:
				d.Found++
				if !e.allows(f.Status) {
					d.Statuses = append(d.Statuses, fmt.Sprintf("%s is %s, want %s", key, f.Status, e.Status))
				}
			}
		case e.Certainty != Exact:
		case e.Value != nil:
			how := "not there"
			if ok {
				how = fmt.Sprintf("%s (raw %q)", f.Status, f.Raw)
			}
			d.Missing = append(d.Missing, fmt.Sprintf("%s = %v is %s", key, *e.Value, how))
		case !ok:
			d.Statuses = append(d.Statuses, fmt.Sprintf("%s is not there, want %s", key, e.Status))
		case !e.allows(f.Status):
			d.Statuses = append(d.Statuses, fmt.Sprintf("%s is %s (raw %q), want %s", key, f.Status, f.Raw, e.Status))
		}
	}
	for _, m := range []struct{ name, got, want string }{
		{"container", r.Meta.Container, w.Meta.Container},
		{"layout", r.Meta.Layout, w.Meta.Layout},
		{"title", r.Meta.Title, w.Meta.Title},
		{"period_start", r.Meta.PeriodStart, w.Meta.PeriodStart},
		{"period_end", r.Meta.PeriodEnd, w.Meta.PeriodEnd},
		{"published_on", r.Meta.PublishedOn, w.Meta.PublishedOn},
		{"region_code", r.Meta.RegionCode, w.Meta.RegionCode},
		{"publisher", r.Meta.Publisher, w.Meta.Publisher},
		{"scope", string(r.Meta.Scope), string(w.Meta.Scope)},
	} {
		if m.want != "" && m.got != m.want {
			d.Meta = append(d.Meta, fmt.Sprintf("%s is %q, want %q", m.name, m.got, m.want))
		}
	}
	if w.Meta.Year != 0 && r.Meta.Year != w.Meta.Year {
		d.Meta = append(d.Meta, fmt.Sprintf("year is %d, want %d", r.Meta.Year, w.Meta.Year))
	}
	for _, rule := range w.Rules {
		if !slices.ContainsFunc(r.Findings, func(f report.Finding) bool { return f.Rule == rule }) {
			d.Rules = append(d.Rules, rule+" was not found")
		}
	}
	for _, text := range w.Text {
		if !slices.ContainsFunc(r.Sections, func(s report.Section) bool { return strings.Contains(s.Text, text) }) {
			d.Text = append(d.Text, fmt.Sprintf("no section holds %q", text))
		}
	}
	slices.Sort(d.Wrong)
	return d
}

func (e Expect) allows(s report.Status) bool { return s == e.Status || slices.Contains(e.Also, s) }

// same allows for the rounding of a change of unit, and for nothing else.
func same(a, b float64) bool {
	return math.Abs(a-b) <= 1e-9*max(1, math.Abs(a))
}
