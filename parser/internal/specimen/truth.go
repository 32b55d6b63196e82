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

// StatusAbsent marks a fact of the layout whose cell is not printed at all: its
// row or its table is left out. It exists here only; a parsed report has no
// fact for such a cell.
const StatusAbsent report.Status = "absent"

// Truth is what one report says.
type Truth struct {
	Name string // unique among a set, lower case with hyphens: "random-2021-5f3a"
	// Meta says which report it is. Source, Container, DocumentSHA256 and
	// ParserVersion are empty; Layout is 2014, 2019 or 2021.
	Meta report.Meta
	// Facts holds a key for every figure of the layout (report.Fact.Key:
	// "indicator" or "indicator@applicant"), in the indicator's own unit; nil
	// where the cell gives no figure.
	Facts map[string]*float64
	// Statuses says of the cells without figure what they hold. A key that is
	// not listed is reported where Facts has a figure and blank where it has none.
	Statuses map[string]report.Status
	// Printed is the text of the cells that are not applicable ("—", "/", "无")
	// or unreadable ("若干").
	Printed map[string]string
	// Sections is the prose, in order, with numbers from 0 (before the first
	// heading) to 6; the tables are printed at the end of their section.
	Sections []Section
	// Told lists the figures that the prose tells and that have a metric, in
	// the order of the text. Others may be told beside them.
	Told []Told
}

// Section is a numbered part of the prose.
type Section struct {
	Number     int
	Heading    string // as printed, ordinal included: "一、总体情况"; "" for number 0
	Paragraphs []string
}

// Told is a figure the prose tells.
type Told struct {
	Metric    string // as in report.Mention
	Value     float64
	Unit      string
	Qualifier string
	Section   int
}

// Status tells what the cell of a fact says, [StatusAbsent] for keys that the
// truth does not have.
func (t Truth) Status(key string) report.Status {
	if s, ok := t.Statuses[key]; ok {
		return s
	}
	v, ok := t.Facts[key]
	switch {
	case !ok:
		return StatusAbsent
	case v == nil:
		return report.StatusBlank
	}
	return report.StatusReported
}

// Keys lists the truth's facts in ascending order.
func (t Truth) Keys() []string { return slices.Sorted(maps.Keys(t.Facts)) }

// Clone returns a truth that shares nothing with t.
func (t Truth) Clone() Truth {
	facts := make(map[string]*float64, len(t.Facts))
	for k, v := range t.Facts {
		if v != nil {
			v = figure(*v)
		}
		facts[k] = v
	}
	t.Facts = facts
	t.Statuses = maps.Clone(t.Statuses)
	t.Printed = maps.Clone(t.Printed)
	t.Sections = slices.Clone(t.Sections)
	for i := range t.Sections {
		t.Sections[i].Paragraphs = slices.Clone(t.Sections[i].Paragraphs)
	}
	t.Told = slices.Clone(t.Told)
	return t
}

// Set prints a figure in a cell.
func (t *Truth) Set(key string, v float64) {
	t.Facts[key] = figure(v)
	delete(t.Statuses, key)
	delete(t.Printed, key)
}

// Blank empties a cell.
func (t *Truth) Blank(key string) {
	t.Facts[key] = nil
	delete(t.Statuses, key)
	delete(t.Printed, key)
}

// Mark prints something that is no figure: a dash with
// report.StatusNotApplicable, any other text with report.StatusUnreadable.
func (t *Truth) Mark(key string, s report.Status, printed string) {
	if t.Statuses == nil {
		t.Statuses = map[string]report.Status{}
	}
	if t.Printed == nil {
		t.Printed = map[string]string{}
	}
	t.Facts[key] = nil
	t.Statuses[key] = s
	t.Printed[key] = printed
}

// Omit leaves a row out: the indicator with all its applicants.
func (t *Truth) Omit(indicator string) {
	if t.Statuses == nil {
		t.Statuses = map[string]report.Status{}
	}
	for _, key := range keysOf(indicator, t.Meta.Layout) {
		if _, ok := t.Facts[key]; ok {
			t.Facts[key] = nil
			t.Statuses[key] = StatusAbsent
			delete(t.Printed, key)
		}
	}
}

// Contradiction is a sum of the format that a truth's figures break.
type Contradiction struct {
	Rule      string // a code of the checks: requests.balance, review.sum …
	Of        string // the key of the printed sum
	Applicant string
	Want, Got float64 // what the parts add up to, and what is printed
}

func (c Contradiction) String() string {
	return fmt.Sprintf("%s: %s is printed as %v, its parts give %v", c.Rule, c.Of, c.Got, c.Want)
}

// Contradictions lists the sums of the format that are printed with all their
// parts and do not hold. A sum with a part or a total that is not a figure is
// passed over.
func (t Truth) Contradictions() []Contradiction {
	var broken []Contradiction
	for _, s := range sumsOf(t.Meta.Layout) {
		total, ok := t.value(s.total)
		if !ok {
			continue
		}
		want := 0.0
		for _, part := range s.parts {
			v, known := t.value(part)
			if !known && t.Status(part) == StatusAbsent && strings.HasPrefix(part, "requests.other_processing") {
				continue // (六) stands as one row or as three
			}
			ok = ok && known
			want += v
		}
		for _, part := range s.minus {
			v, known := t.value(part)
			ok = ok && known
			want -= v
		}
		if ok && math.Abs(want-total) > 1e-6 {
			broken = append(broken, Contradiction{s.rule, s.total, s.applicant, want, total})
		}
	}
	return broken
}

func (t Truth) value(key string) (float64, bool) {
	if v := t.Facts[key]; v != nil {
		return *v, true
	}
	return 0, false
}

// sum is one equation of the format: total = the parts, less the minus terms.
type sum struct {
	rule, total, applicant string
	parts, minus           []string
}

func sumsOf(layout string) []sum {
	var sums []sum
	add := func(rule, total string, parts ...string) {
		sums = append(sums, sum{rule: rule, total: total, parts: parts})
	}
	if layout == catalog.Layout2014 {
		add("stats.channels_sum", "requests.received@total", "requests.channel.in_person", "requests.channel.fax", "requests.channel.online", "requests.channel.mail")
		add("stats.completed_sum", "requests.completed.total", "requests.completed.on_time", "requests.completed.extended")
		add("stats.replied_sum", "requests.replied.total", repliedParts...)
		add("stats.replied_sum", "requests.replied.denied", deniedParts2014...)
		add("stats.review_sum", "review.total", "review.upheld", "review.corrected", "review.other_result")
		add("stats.review_sum", "litigation.total", "litigation.upheld", "litigation.corrected", "litigation.other_result")
		add("stats.staff_sum", "resources.staff.total", "resources.staff.full_time", "resources.staff.part_time")
		return sums
	}
	for _, a := range catalog.Default().ApplicantsOf(layout) {
		at := func(code string) string { return code + "@" + a.Code }
		sums = append(sums, sum{
			rule: "requests.balance", applicant: a.Code, total: at("requests.processed_total"),
			parts: []string{at("requests.received"), at("requests.carried_in")}, minus: []string{at("requests.carried_out")},
		})
		s := sum{rule: "requests.outcomes_sum", applicant: a.Code, total: at("requests.processed_total")}
		for _, code := range outcomes(layout) {
			s.parts = append(s.parts, at(code))
		}
		if splitsOthers(layout) {
			s.parts = append(s.parts, at("requests.other_processing"))
		}
		sums = append(sums, s)
	}
	for _, l := range requestLines(layout) {
		var parts []string
		for _, a := range catalog.Default().ApplicantsOf(layout) {
			if a.Code != catalog.ApplicantTotal {
				parts = append(parts, l.code+"@"+a.Code)
			}
		}
		sums = append(sums, sum{rule: "requests.applicants_sum", applicant: catalog.ApplicantTotal, total: l.code + "@" + catalog.ApplicantTotal, parts: parts})
	}
	for _, kind := range reviewKinds {
		add("review.sum", kind+".total", kind+".upheld", kind+".corrected", kind+".other_result", kind+".pending")
	}
	return sums
}

// keysOf lists the keys of an indicator in a layout.
func keysOf(indicator, layout string) []string {
	ind, ok := catalog.Lookup(indicator)
	switch {
	case !ok:
		return nil
	case ind.Dimension != catalog.DimensionApplicant:
		return []string{indicator}
	case layout == catalog.Layout2014:
		return []string{indicator + "@" + catalog.ApplicantTotal}
	}
	var keys []string
	for _, a := range catalog.Default().ApplicantsOf(layout) {
		keys = append(keys, indicator+"@"+a.Code)
	}
	return keys
}

func figure(v float64) *float64 { return &v }
