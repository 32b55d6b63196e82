package check

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

//go:embed sums.csv
var sumsCSV string

// sum is one relation: the totals together equal, or are at least, the parts
// together. A part with alternatives (a|b+c) is the first that the report has.
type sum struct {
	rule   string
	atMost bool // parts ≤ totals instead of =
	totals []key
	parts  [][][]key // part → alternatives → terms
	per    string    // applicant, or the layout it holds in
}

var loadSums = sync.OnceValue(func() []sum {
	rows, err := csv.NewReader(strings.NewReader(sumsCSV)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("check: embedded sums.csv: %v", err))
	}
	var all []sum
	for _, r := range rows[1:] {
		s := sum{rule: r[0], atMost: r[1] == ">=", totals: parseKeys(strings.Fields(r[2])), per: r[4]}
		for _, p := range strings.Fields(r[3]) {
			var alternatives [][]key
			for _, a := range strings.Split(p, "|") {
				alternatives = append(alternatives, parseKeys(strings.Split(a, "+")))
			}
			s.parts = append(s.parts, alternatives)
		}
		all = append(all, s)
	}
	return all
})

func parseKeys(terms []string) []key {
	keys := make([]key, len(terms))
	for i, t := range terms {
		keys[i] = parseKey(t)
	}
	return keys
}

// sums evaluates every relation that the layout has.
func sums(layout string, facts table) []report.Finding {
	var out []report.Finding
	skipped := &skips{}
	form := catalog.Default().Form(layout)
	newForm := form.Tables == catalog.TablesSections
	for _, s := range loadSums() {
		switch {
		case s.per == "applicant" && newForm:
			for _, a := range kinds {
				if f, ok := s.evaluate(facts, a.Code, skipped); ok {
					out = append(out, f)
				}
			}
		case s.per == "layout2019" && newForm, s.per == "layout2014" && form.Tables == catalog.TablesAnnex:
			if f, ok := s.evaluate(facts, "", skipped); ok {
				out = append(out, f)
			}
		}
	}
	return append(out, skipped.findings()...)
}

// side adds up one side of a relation.
type side struct {
	value        float64
	given        int
	blank        []key // terms without a figure that are there
	missing      []key // terms that are not there
	firstGiven   *report.Fact
	firstPresent *report.Fact
}

func (s *side) add(facts table, k key) {
	f := facts[k]
	switch {
	case f == nil:
		s.missing = append(s.missing, k)
		return
	case f.Value == nil:
		s.blank = append(s.blank, k)
	default:
		s.value += *f.Value
		s.given++
		if s.firstGiven == nil {
			s.firstGiven = f
		}
	}
	if s.firstPresent == nil {
		s.firstPresent = f
	}
}

// evaluate compares both sides. It reports false when they agree or when the
// relation cannot be evaluated.
func (s sum) evaluate(facts table, applicant string, skipped *skips) (report.Finding, bool) {
	var whole, parts side
	for _, t := range s.totals {
		whole.add(facts, t.of(applicant))
	}
	for _, p := range s.parts {
		terms := p[0]
		for _, alternative := range p {
			if slices.ContainsFunc(alternative, func(t key) bool { return facts[t.of(applicant)] != nil }) {
				terms = alternative
				break
			}
		}
		for _, t := range terms {
			parts.add(facts, t.of(applicant))
		}
	}
	if whole.firstPresent == nil && parts.firstPresent == nil {
		return report.Finding{}, false // the table is not there; layout.missing_row says so
	}
	if len(whole.blank)+len(whole.missing) > 0 || len(parts.missing) > 0 || parts.given == 0 {
		skipped.add(s.rule, applicant, whole.blank, whole.missing, parts.missing)
		return report.Finding{}, false
	}
	if equal(whole.value, parts.value) || s.atMost && parts.value < whole.value {
		return report.Finding{}, false
	}
	relation := "is not the sum of"
	if s.atMost {
		relation = "is less than"
	}
	f := report.Finding{
		Rule: s.rule, Severity: report.SeverityError, Indicator: s.totals[0].indicator, Applicant: s.totals[0].of(applicant).applicant,
		Expected: report.Number(parts.value), Actual: report.Number(whole.value), Locator: whole.firstGiven.Locator,
		Message: fmt.Sprintf("%s = %s %s %s = %s", joined(s.totals, applicant), figure(whole.value), relation, s.partNames(applicant), figure(parts.value)),
	}
	if len(parts.blank) > 0 {
		f.Message += "; blank and counted as zero: " + strings.Join(texts(parts.blank), ", ")
	}
	return f, true
}

func (s sum) partNames(applicant string) string {
	if len(s.parts) > 6 {
		return "the rows above it"
	}
	var names []key
	for _, p := range s.parts {
		names = append(names, p[0]...)
	}
	return joined(names, applicant)
}

func texts(keys []key) []string {
	all := make([]string, len(keys))
	for i, k := range keys {
		all[i] = k.String()
	}
	return all
}

func joined(names []key, applicant string) string {
	s := strings.Join(texts(names), " + ")
	if applicant != "" {
		s += " (" + applicant + ")"
	}
	return s
}

func figure(v float64) string { return report.Number(v).String() }

// equal compares sums of figures with at most a few decimals.
func equal(a, b float64) bool {
	d := a - b
	return d < 1e-6 && d > -1e-6
}

// applicants checks, row by row, that the kinds of applicants add up to the
// total.
func applicants(list []report.Fact, facts table) []report.Finding {
	const rule = "requests.applicants_sum"
	var out []report.Finding
	skipped := &skips{}
	done := map[string]bool{}
	for i := range list {
		f := &list[i]
		if f.Applicant == "" || done[f.Indicator] {
			continue
		}
		done[f.Indicator] = true
		var whole, parts side
		for _, a := range kinds {
			if a.Code == catalog.ApplicantTotal {
				whole.add(facts, key{f.Indicator, a.Code})
			} else {
				parts.add(facts, key{f.Indicator, a.Code})
			}
		}
		if parts.firstPresent == nil {
			continue // the 2014 annex has totals only
		}
		if whole.given == 0 || len(parts.missing) > 0 || parts.given == 0 {
			skipped.add(rule, "", whole.blank, whole.missing, parts.missing)
			continue
		}
		if equal(whole.value, parts.value) {
			continue
		}
		message := fmt.Sprintf("%s: the total is %s and the applicants add up to %s", f.Indicator, figure(whole.value), figure(parts.value))
		if len(parts.blank) > 0 {
			message += "; blank and counted as zero: " + strings.Join(texts(parts.blank), ", ")
		}
		out = append(out, report.Finding{
			Rule: rule, Severity: report.SeverityError, Indicator: f.Indicator, Applicant: catalog.ApplicantTotal,
			Expected: report.Number(parts.value), Actual: report.Number(whole.value), Locator: whole.firstGiven.Locator, Message: message,
		})
	}
	return append(out, skipped.findings()...)
}

// skips collects what was not evaluated, for one finding a rule.
type skips struct {
	order []string
	count map[string]int
	why   map[string]string
}

func (s *skips) add(rule, applicant string, lists ...[]key) {
	if s.count == nil {
		s.count, s.why = map[string]int{}, map[string]string{}
	}
	if s.count[rule] == 0 {
		s.order = append(s.order, rule)
		terms := texts(slices.Concat(lists...))
		switch {
		case len(terms) == 0 && applicant != "":
			s.why[rule] = "every term is blank for " + applicant
		case len(terms) == 0:
			s.why[rule] = "every term is blank"
		default:
			s.why[rule] = "blank or missing: " + strings.Join(terms[:min(len(terms), 3)], ", ")
		}
	}
	s.count[rule]++
}

func (s *skips) findings() []report.Finding {
	var out []report.Finding
	for _, rule := range s.order {
		out = append(out, report.Finding{
			Rule: RuleNotEvaluated, Severity: report.SeverityInfo, Expected: report.Text(rule), Actual: report.Number(float64(s.count[rule])),
			Message: fmt.Sprintf("%s was not evaluated %d times, first because: %s", rule, s.count[rule], s.why[rule]),
		})
	}
	return out
}
