package ask

import (
	"context"
	"database/sql"
	"slices"

	"nianbao/parser/check"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/query"
)

// applicantsSum is the rule of a row of the requests table whose columns do not
// add up: nobody knows which of them is wrong.
const applicantsSum = "requests.applicants_sum"

// inColumn reports whether a finding is about a column: the same, or any of the row
// where its columns do not add up.
func inColumn(f report.Finding, applicant string) bool {
	return f.Applicant == "" || applicant == "" || f.Applicant == applicant || f.Rule == applicantsSum
}

// Doubts tells which figures of its report a finding puts in doubt, by the code of an
// indicator and its column ("" for none), or of a metric: those that a comparison marks.
// One that only informs doubts none, and one that a reviewer dismissed should not be
// asked.
func Doubts(f report.Finding) func(code, applicant string) bool {
	var codes []string
	if f.Severity != report.SeverityInfo {
		codes = check.Concerned(f)
	}
	return func(code, applicant string) bool { return slices.Contains(codes, code) && inColumn(f, applicant) }
}

// contradictions are, by report, the rules of the findings that put a measure in
// doubt: errors and warnings that no reviewer has dismissed.
func contradictions(ctx context.Context, s *store.Store, m Measure, qualities []string, reports []int64) (map[int64][]string, error) {
	// In the order of the key, so that nothing has to be sorted before the first row.
	ids, err := query.List(slices.Sorted(slices.Values(reports)))
	if err != nil {
		return nil, err
	}
	codes := map[string]bool{m.Code: true}
	for _, term := range terms(m) {
		codes[term] = true
		for _, layout := range layouts {
			c, _ := correspondent(term, layout, qualities)
			for _, code := range c.codes {
				codes[code] = true
			}
		}
	}
	type kind struct{ rule, indicator string }
	concerned := map[kind]bool{} // whether findings of a kind are about the measure
	rules := map[int64][]string{}
	err = query.Each(ctx, s.DB(), func(rows *sql.Rows) error {
		var id int64
		var f report.Finding
		if err := rows.Scan(&id, &f.Rule, &f.Indicator, &f.Applicant); err != nil {
			return err
		}
		k := kind{f.Rule, f.Indicator}
		about, known := concerned[k]
		if !known {
			about = slices.ContainsFunc(check.Concerned(f), func(code string) bool { return codes[code] })
			concerned[k] = about
		}
		if about && inColumn(f, m.Applicant) && !slices.Contains(rules[id], f.Rule) {
			rules[id] = append(rules[id], f.Rule)
		}
		return nil
	}, `SELECT f.report_id, f.rule, f.indicator, f.applicant FROM json_each(?) j CROSS JOIN finding_data f ON f.report_id = j.value
		WHERE f.severity <> 'info'
		AND NOT EXISTS (SELECT 1 FROM review v WHERE v.report_id = f.report_id AND v.rule = f.rule AND v.indicator = f.indicator AND v.applicant = f.applicant AND v.verdict = 'dismissed')`, ids)
	for _, r := range rules {
		slices.Sort(r)
	}
	return rules, s.Explain("read", err)
}
