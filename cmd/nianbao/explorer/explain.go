package explorer

import (
	"regexp"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/check"
	"nianbao/parser/report"
)

// longSum is from how many parts on a sum is told by its rule alone.
const longSum = 7

// Explain tells a finding in the language of the page, without names of code: the
// terms of a sum by their labels, anything else by what its rule means. A rule that
// this program does not know is told by the finding's own message.
func (p *page) Explain(f report.Finding) string {
	if f.Rule == check.RuleNotEvaluated {
		return p.T("explain.not_evaluated", p.RuleTitle(f.Expected.String()), p.Evidence(f.Actual))
	}
	if totals, parts, atMost, ok := check.Relation(f); ok && len(parts) < longSum {
		key := "explain.sum"
		if atMost {
			key = "explain.at_most"
		}
		return p.T(key, p.terms(totals), p.terms(parts))
	}
	if _, ok := catalog.FindRule(f.Rule); ok {
		return p.RuleMeaning(f.Rule)
	}
	return f.Message
}

// terms are indicators by their labels, added up.
func (p *page) terms(codes []string) string {
	labels := make([]string, len(codes))
	for i, code := range codes {
		labels[i] = p.In(indicatorLabel(code))
	}
	return strings.Join(labels, p.T("explain.plus"))
}

// quoted is what a message quotes of the report.
var quoted = regexp.MustCompile(`\("(.+?)"\)`)

// Quote is the sentence of the report that a finding is about; "" where it is about
// none.
func (p *page) Quote(f report.Finding) string {
	if m := quoted.FindStringSubmatch(f.Message); m != nil {
		return m[1]
	}
	return ""
}
