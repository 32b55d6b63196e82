package ask

import (
	"context"
	"database/sql"
	"slices"

	"nianbao/parser/catalog"
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

// rests are the codes of what a measure rests on: its own, and those of what it is made
// of in every layout, or, of one of the qualities, compared with.
func rests(code string, qualities []string) map[string]bool {
	codes := map[string]bool{code: true}
	for _, term := range terms(code) {
		codes[term] = true
		for _, layout := range layouts() {
			c, _ := correspondent(term, layout, qualities)
			for _, of := range c.codes {
				codes[of] = true
			}
		}
	}
	return codes
}

// A Doubter tells which findings put measures in doubt. It remembers what it was asked
// of, and is not for several goroutines.
type Doubter struct {
	concerned map[concern][]string
	rests     map[string]map[string]bool
}

// concern is what the codes that a finding is about follow from.
type concern struct{ rule, indicator string }

// NewDoubter returns one that was not asked anything yet.
func NewDoubter() *Doubter {
	return &Doubter{concerned: map[concern][]string{}, rests: map[string]map[string]bool{}}
}

// add adds the rule of a finding, once, if it puts one of the codes in doubt for an
// applicant.
func (d *Doubter) add(rules []string, f report.Finding, codes map[string]bool, applicant string) []string {
	if d.about(f, codes) && inColumn(f, applicant) && !slices.Contains(rules, f.Rule) {
		return append(rules, f.Rule)
	}
	return rules
}

// about reports whether a finding is about one of the codes.
func (d *Doubter) about(f report.Finding, codes map[string]bool) bool {
	k := concern{f.Rule, f.Indicator}
	concerned, known := d.concerned[k]
	if !known {
		concerned = check.Concerned(f)
		d.concerned[k] = concerned
	}
	return slices.ContainsFunc(concerned, func(code string) bool { return codes[code] })
}

// Rules are, in order, the rules of those of a report's doubting findings
// (store.FactQuery.Doubts) that put one of its measures in doubt: as the code and the
// applicant of an indicator, a derived sum, a rate or a metric name it.
func (d *Doubter) Rules(findings []report.Finding, code, applicant string) (rules []string) {
	if len(findings) == 0 {
		return nil
	}
	codes := d.rests[code]
	if codes == nil {
		codes = rests(code, []string{catalog.QualityExact})
		d.rests[code] = codes
	}
	for _, f := range findings {
		rules = d.add(rules, f, codes, applicant)
	}
	slices.Sort(rules)
	return rules
}

// contradictions are, by report, the rules of the findings that put a measure in
// doubt: errors and warnings that no reviewer has dismissed.
func contradictions(ctx context.Context, s *store.Store, m Measure, qualities []string, reports []int64) (map[int64][]string, error) {
	// In the order of the key, so that nothing has to be sorted before the first row.
	ids, err := query.List(slices.Sorted(slices.Values(reports)))
	if err != nil {
		return nil, err
	}
	codes := rests(m.Code, qualities)
	doubter := NewDoubter()
	rules := map[int64][]string{}
	err = query.Each(ctx, s.DB(), func(rows *sql.Rows) error {
		var id int64
		var f report.Finding
		if err := rows.Scan(&id, &f.Rule, &f.Indicator, &f.Applicant); err != nil {
			return err
		}
		if of := doubter.add(rules[id], f, codes, m.Applicant); of != nil {
			rules[id] = of
		}
		return nil
	}, `SELECT f.report_id, f.rule, f.indicator, f.applicant FROM json_each(?) j CROSS JOIN finding_data f ON f.report_id = j.value
		WHERE `+store.Doubting, ids)
	for _, r := range rules {
		slices.Sort(r)
	}
	return rules, s.Explain("read", err)
}
