package explorer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/check"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/ask"
)

// doubts are the findings that contradict a figure, by report. What a reviewer
// dismissed contradicts nothing.
type doubts map[int64][]findingRow

// doubts asks for the errors of the reports of a filter that put a measure in
// doubt.
func (e *Explorer) doubts(ctx context.Context, f store.Filter, m ask.Measure) (doubts, error) {
	key := fmt.Sprintf("doubts %q %q %+v", m.Code, m.Applicant, f)
	return remember(e.memory, key, func() (doubts, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), maxDuration)
		defer cancel()
		all := doubts{}
		codes := codesOf(m)
		for found, err := range e.store.Findings(ctx, store.FindingQuery{Filter: f, Severity: report.SeverityError}) {
			if err != nil {
				return nil, err
			}
			if found.Review != nil && found.Review.Verdict == store.VerdictDismissed {
				continue
			}
			if concerns(found.Finding, m, codes) {
				all[found.ReportID] = append(all[found.ReportID], findingRows([]store.StoredFinding{found})...)
			}
		}
		return all, nil
	})
}

// codesOf are the indicators and metrics that a measure may be read from.
func codesOf(m ask.Measure) []string {
	codes := []string{m.Code}
	for _, r := range ask.Rates() {
		if r.Code == m.Code {
			codes = slices.Concat(r.Numerator, r.Denominator)
		}
	}
	for _, c := range catalog.Crosswalk() {
		if c.Quality != catalog.QualityNone && slices.Contains(codes, c.A) && !slices.Contains(codes, c.B) {
			codes = append(codes, c.B)
		}
	}
	return codes
}

// concerns reports whether a finding puts a figure of a measure in doubt: in the
// same column, or in the row where its columns do not add up.
func concerns(f report.Finding, m ask.Measure, codes []string) bool {
	if !slices.ContainsFunc(check.Concerned(f), func(code string) bool { return slices.Contains(codes, code) }) {
		return false
	}
	return f.Applicant == "" || m.Applicant == "" || f.Applicant == m.Applicant || f.Rule == "requests.applicants_sum"
}

// rulesOf are the rules of findings, each once.
func rulesOf(all []findingRow) (rules []string) {
	for _, f := range all {
		if !slices.Contains(rules, f.Rule) {
			rules = append(rules, f.Rule)
		}
	}
	return rules
}

// why tells in words what contradicts the figure of a report; "" for nothing.
func (p *page) why(d doubts) func(int64) string {
	return func(id int64) string {
		var titles []string
		for _, rule := range rulesOf(d[id]) {
			titles = append(titles, p.RuleTitle(rule))
		}
		return strings.Join(titles, p.T("list.comma"))
	}
}
