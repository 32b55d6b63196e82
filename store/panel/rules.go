package panel

import (
	"fmt"
	"math"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
	"nianbao/store"
)

// figureKey is report.Fact.Key in the file's numbers.
type figureKey struct{ indicator, applicant int64 }

func keyOf(c store.Codes, indicator, applicant string) figureKey {
	return figureKey{c.Indicator[indicator], c.Applicant[applicant]}
}

func (p *run) key(indicator, applicant string) figureKey { return keyOf(p.codes, indicator, applicant) }

// key is a figure that is compared across reports: of indicators with
// applicants, the total.
type key struct {
	catalog.Indicator
	figureKey
	applicantCode string
}

func keysOf(codes store.Codes) []key {
	var keys []key
	for _, i := range catalog.Indicators() {
		k := key{Indicator: i}
		if i.Dimension == catalog.DimensionApplicant {
			k.applicantCode = catalog.ApplicantTotal
		}
		k.figureKey = keyOf(codes, i.Code, k.applicantCode)
		keys = append(keys, k)
	}
	return keys
}

func (t *territory) add(id int64, f report.Finding) {
	t.found = append(t.found, finding{id, f})
}

// compareYears compares each report of a territory, and of each of its
// agencies, with the one of the year before.
func (p *run) compareYears(t *territory) {
	for _, c := range t.chains {
		t.gaps(c.reports)
		for i := 1; i < len(c.reports); i++ {
			if a, b := c.reports[i-1], c.reports[i]; b.year == a.year+1 {
				p.carry(t, a, b)
				p.inForce(t, a, b)
				p.items(t, a, b)
				p.jumps(t, a, b)
			}
		}
	}
}

func (t *territory) gaps(chain []*yearly) {
	for i := 1; i < len(chain); i++ {
		for year := max(chain[i-1].year+1, store.FirstYear); year < chain[i].year; year++ {
			t.add(chain[i].id, report.Finding{Rule: RuleGap, Severity: report.SeverityInfo, Expected: report.Number(float64(year)),
				Message: fmt.Sprintf("No report of %d is stored, though there are reports of %d and %d.", year, chain[i-1].year, chain[i].year)})
		}
	}
}

// equal compares sums of figures of which some are amounts with decimals.
func equal(a, b float64) bool { return math.Abs(a-b) < 1e-6*max(1, math.Abs(a), math.Abs(b)) }

func (p *run) carry(t *territory, a, b *yearly) {
	for _, applicant := range catalog.Applicants() {
		out, ok1 := a.figures[p.key("requests.carried_out", applicant.Code)]
		in, ok2 := b.figures[p.key("requests.carried_in", applicant.Code)]
		if ok1 && ok2 && !equal(out, in) {
			t.add(b.id, report.Finding{Rule: RuleCarry, Severity: report.SeverityError, Indicator: "requests.carried_in", Applicant: applicant.Code,
				Expected: report.Number(out), Actual: report.Number(in),
				Message: fmt.Sprintf("%d carried %s requests over (%s), but %d received %s.", a.year, plainNumber(out), applicant.LabelZH, b.year, plainNumber(in))})
		}
	}
}

func (p *run) inForce(t *territory, a, b *yearly) {
	for _, kind := range []string{"disclosure.regulations", "disclosure.normative_documents"} {
		of := func(r *yearly, what string) (float64, bool) {
			v, ok := r.figures[p.key(kind+what, "")]
			return v, ok
		}
		before, ok1 := of(a, ".in_force")
		issued, ok2 := of(b, ".issued")
		repealed, ok3 := of(b, ".repealed")
		now, ok4 := of(b, ".in_force")
		if want := before + issued - repealed; ok1 && ok2 && ok3 && ok4 && !equal(want, now) {
			t.add(b.id, report.Finding{Rule: RuleInForce, Severity: report.SeverityError, Indicator: kind + ".in_force",
				Expected: report.Number(want), Actual: report.Number(now),
				Message: fmt.Sprintf("In force at the end of %d were %s; with %s issued and %s repealed in %d that makes %s, but the report says %s.",
					a.year, plainNumber(before), plainNumber(issued), plainNumber(repealed), b.year, plainNumber(want), plainNumber(now))})
		}
	}
}

func (p *run) items(t *territory, a, b *yearly) {
	for _, k := range p.keys {
		kind, ok := strings.CutSuffix(k.Code, ".items_last_year")
		if !ok {
			continue
		}
		before, ok1 := a.figures[k.figureKey]
		change, ok2 := a.figures[p.key(kind+".items_change", "")]
		now, ok3 := b.figures[k.figureKey]
		if want := before + change; ok1 && ok2 && ok3 && !equal(want, now) {
			t.add(b.id, report.Finding{Rule: RuleItems, Severity: report.SeverityError, Indicator: k.Code,
				Expected: report.Number(want), Actual: report.Number(now),
				Message: fmt.Sprintf("The report of %d has %s items and a change of %s, which makes %s; the report of %d begins with %s.",
					a.year, plainNumber(before), plainNumber(change), plainNumber(want), b.year, plainNumber(now))})
		}
	}
}

func (p *run) jumps(t *territory, a, b *yearly) {
	for _, k := range p.keys {
		before, ok1 := a.figures[k.figureKey]
		now, ok2 := b.figures[k.figureKey]
		low, high := min(math.Abs(before), math.Abs(now)), max(math.Abs(before), math.Abs(now))
		if ok1 && ok2 && high > 10*low && math.Abs(now-before) > 100 {
			t.add(b.id, report.Finding{Rule: RuleJump, Severity: report.SeverityWarning, Indicator: k.Code, Applicant: k.applicantCode,
				Expected: report.Number(before), Actual: report.Number(now),
				Message: fmt.Sprintf("%s went from %s in %d to %s in %d.", k.LabelZH(), plainNumber(before), a.year, plainNumber(now), b.year)})
		}
	}
}

func plainNumber(v float64) string { return report.Number(v).String() }

// Compared are the figures that a finding of this package is about, by the codes
// of their indicators: those of the year before, and those of its own report that
// are reckoned with them or held against them. All are of the finding's applicant.
// Nil for what is no comparison of two years.
func Compared(f report.Finding) (yearBefore, with, against []string) {
	against = []string{f.Indicator}
	switch f.Rule {
	case RuleCarry:
		return []string{"requests.carried_out"}, nil, against
	case RuleInForce:
		kind := strings.TrimSuffix(f.Indicator, ".in_force")
		return against, []string{kind + ".issued", kind + ".repealed"}, against
	case RuleItems:
		return []string{f.Indicator, strings.TrimSuffix(f.Indicator, ".items_last_year") + ".items_change"}, nil, against
	case RuleJump:
		return against, nil, against
	}
	return nil, nil, nil
}
