package check

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

// sums evaluates every relation that the layout has.
func sums(layout string, facts table) []report.Finding {
	var out []report.Finding
	skipped := &skips{}
	cat := catalog.Default()
	all := cat.ApplicantsOf(layout)
	for _, r := range cat.Relations(layout) {
		per := undivided
		if cat.Each(r) {
			per = all
		}
		for _, a := range per {
			if whole, parts, ok := evaluate(r, facts, a.Code, skipped); ok {
				relation := "is not the sum of"
				if r.AtMost {
					relation = "is less than"
				}
				out = append(out, differs(r.Rule, of(r.Totals[0], a.Code), whole, parts,
					fmt.Sprintf("%s = %s %s %s = %s", joined(r.Totals, a.Code), figure(whole.value), relation, partNames(r, a.Code), figure(parts.value))))
			}
		}
	}
	return append(out, skipped.findings()...)
}

var undivided = make([]catalog.Applicant, 1)

// of is the key of a relation's term, for an applicant where it holds for each.
func of(t catalog.Term, applicant string) key {
	if applicant != "" {
		t.Applicant = applicant
	}
	return key{t.Indicator, t.Applicant}
}

// side adds up one side of a relation.
type side struct {
	value        float64
	given        int
	blank        []key // terms without a figure that are there
	missing      []key // terms that are not there, or whose cell holds a figure that cannot be read
	firstGiven   *report.Fact
	firstPresent *report.Fact
}

func (s *side) add(facts table, k key) {
	f := facts.find(k)
	switch {
	case f == nil:
		s.missing = append(s.missing, k)
		return
	case f.Status == report.StatusUnreadable: // a figure that nobody read is no zero
		s.missing = append(s.missing, k)
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

// evaluate adds up both sides. It reports whether they contradict the relation, not
// where it cannot be evaluated.
func evaluate(s catalog.Relation, facts table, applicant string, skipped *skips) (whole, parts side, contradicts bool) {
	for _, t := range s.Totals {
		whole.add(facts, of(t, applicant))
	}
	for _, p := range s.Parts {
		terms := p[0]
		for _, alternative := range p {
			if slices.ContainsFunc(alternative, func(t catalog.Term) bool { return facts.find(of(t, applicant)) != nil }) {
				terms = alternative
				break
			}
		}
		for _, t := range terms {
			parts.add(facts, of(t, applicant))
		}
	}
	switch {
	case whole.firstPresent == nil && parts.firstPresent == nil: // the table is not there; layout.missing_row says so
	case len(whole.blank)+len(whole.missing) > 0 || len(parts.missing) > 0 || parts.given == 0:
		skipped.add(s.Rule, applicant, whole.blank, whole.missing, parts.missing)
	default:
		contradicts = !equal(whole.value, parts.value) && !(s.AtMost && parts.value < whole.value)
	}
	return whole, parts, contradicts
}

// differs is the finding about a total that its parts contradict.
func differs(rule string, total key, whole, parts side, message string) report.Finding {
	if len(parts.blank) > 0 {
		message += "; blank and counted as zero: " + strings.Join(texts(parts.blank), ", ")
	}
	return report.Finding{
		Rule: rule, Severity: report.SeverityError, Indicator: total.indicator, Applicant: total.applicant,
		Expected: report.Number(parts.value), Actual: report.Number(whole.value), Locator: whole.firstGiven.Locator, Message: message,
	}
}

func partNames(s catalog.Relation, applicant string) string {
	if len(s.Parts) > 6 {
		return "the rows above it"
	}
	var names []catalog.Term
	for _, p := range s.Parts {
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

func joined(names []catalog.Term, applicant string) string {
	keys := make([]key, len(names))
	for i, t := range names {
		keys[i] = of(t, "")
	}
	s := strings.Join(texts(keys), " + ")
	if applicant != "" {
		s += " (" + applicant + ")"
	}
	return s
}

// figure writes a figure as a report would, without trailing zeros.
func figure(v float64) string { return report.Number(v).String() }

// equal compares sums of figures with at most a few decimals.
func equal(a, b float64) bool {
	return math.Abs(a-b) < 1e-6
}

// rows are the sums over the kinds of applicants that a layout has, by layout and indicator.
var rows = sync.OnceValue(func() map[string]map[string]catalog.Relation {
	cat := catalog.Default()
	all := map[string]map[string]catalog.Relation{}
	for _, layout := range append(cat.Layouts(), "") {
		all[layout] = map[string]catalog.Relation{}
		for _, i := range cat.Indicators() {
			row := catalog.Relation{Rule: "requests.applicants_sum"}
			for _, a := range cat.ApplicantsOf(layout) {
				t := catalog.Term{Indicator: i.Code, Applicant: a.Code}
				if a.Code == catalog.ApplicantTotal {
					row.Totals = []catalog.Term{t}
				} else {
					row.Parts = append(row.Parts, [][]catalog.Term{{t}})
				}
			}
			all[layout][i.Code] = row
		}
	}
	return all
})

// applicants checks, row by row, that the kinds of applicants add up to the
// total. The 2014 annex has totals only.
func applicants(layout string, list []report.Fact, facts table) []report.Finding {
	var out []report.Finding
	skipped := &skips{}
	done := map[string]bool{}
	for i := range list {
		indicator := list[i].Indicator
		if kind := list[i].Applicant; kind == "" || kind == catalog.ApplicantTotal || done[indicator] {
			continue
		}
		done[indicator] = true
		row := rows()[layout][indicator]
		if whole, parts, ok := evaluate(row, facts, "", skipped); ok {
			out = append(out, differs(row.Rule, of(row.Totals[0], ""), whole, parts,
				fmt.Sprintf("%s: the total is %s and the applicants add up to %s", indicator, figure(whole.value), figure(parts.value))))
		}
	}
	return append(out, skipped.findings()...)
}

// skips collects what was not evaluated, for one finding a rule.
type skips []skip

type skip struct {
	rule, why string // why the first was not
	count     int
}

func (s *skips) add(rule, applicant string, lists ...[]key) {
	i := slices.IndexFunc(*s, func(k skip) bool { return k.rule == rule })
	if i < 0 {
		i = len(*s)
		why := "every term is blank"
		if terms := texts(slices.Concat(lists...)); len(terms) > 0 {
			why = "blank or missing: " + strings.Join(terms[:min(len(terms), 3)], ", ")
		} else if applicant != "" {
			why += " for " + applicant
		}
		*s = append(*s, skip{rule: rule, why: why})
	}
	(*s)[i].count++
}

func (s skips) findings() []report.Finding {
	var out []report.Finding
	for _, k := range s {
		out = append(out, report.Finding{
			Rule: RuleNotEvaluated, Severity: report.SeverityInfo, Expected: report.Text(k.rule), Actual: report.Number(float64(k.count)),
			Message: fmt.Sprintf("%s was not evaluated %d times, first because: %s", k.rule, k.count, k.why),
		})
	}
	return out
}
