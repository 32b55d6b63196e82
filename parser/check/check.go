package check

import (
	"math"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

// RuleNotEvaluated says that a check could not be made, and why.
const RuleNotEvaluated = "check.not_evaluated"

// Tables runs the checks of the standard tables: the sums, the values and the
// citation. cited is the layout of the notice that the text cites, "" where
// it cites none.
func Tables(r *report.Report, cited string) []report.Finding {
	facts := tableOf(r.Facts)
	out := sums(r.Meta.Layout, facts)
	out = append(out, applicants(r.Meta.Layout, r.Facts, facts)...)
	out = append(out, values(r.Facts)...)
	if f, ok := citation(r.Meta.Layout, cited); ok {
		out = append(out, f)
	}
	return out
}

// key is what report.Fact.Key writes as one text.
type key struct{ indicator, applicant string }

func (k key) String() string {
	return report.Fact{Indicator: k.indicator, Applicant: k.applicant}.Key()
}

// table has the figures of a report by indicator: those of its applicants.
type table map[string][]report.Fact

func tableOf(facts []report.Fact) table {
	t := make(table, 64)
	for len(facts) > 0 {
		name, n := facts[0].Indicator, 1
		for n < len(facts) && facts[n].Indicator == name {
			n++
		}
		if before := t[name]; before == nil {
			t[name] = facts[:n:n] // all of them, as the readers order them
		} else {
			t[name] = append(before, facts[:n]...)
		}
		facts = facts[n:]
	}
	return t
}

// find returns a figure, nil where there is none.
func (t table) find(k key) *report.Fact {
	of := t[k.indicator]
	for i := range of {
		if of[i].Applicant == k.applicant {
			return &of[i]
		}
	}
	return nil
}

// values checks that counts are whole and not negative.
func values(facts []report.Fact) []report.Finding {
	var out []report.Finding
	for i := range facts {
		f := &facts[i]
		if f.Value == nil || f.Unit == "万元" {
			continue
		}
		v := *f.Value
		whole := v == math.Trunc(v)
		if whole && (v >= 0 || strings.HasSuffix(f.Indicator, ".items_change")) {
			continue
		}
		why := "is not a whole number"
		if whole {
			why = "is negative"
		}
		out = append(out, report.Finding{
			Rule: report.RuleNotInteger, Severity: report.SeverityError, Indicator: f.Indicator, Applicant: f.Applicant,
			Actual: report.Number(v), Locator: f.Locator, Message: f.Key() + " is a count, and " + f.Raw + " " + why,
		})
	}
	return out
}

// citation compares the notice that the text cites with the tables' layout.
// Only a notice that prescribes another form contradicts.
func citation(layout, cited string) (report.Finding, bool) {
	if cited == "" || cited == layout || catalog.Default().Form(layout).Tables != catalog.TablesSections {
		return report.Finding{}, false
	}
	return report.Finding{
		Rule: report.RuleCitation, Severity: report.SeverityWarning, Expected: report.Text(layout), Actual: report.Text(cited),
		Message: "the text cites the notice that prescribes the layout " + cited + ", while the tables have the layout " + layout,
	}, true
}
