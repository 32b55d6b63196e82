package store

import (
	"context"
	"database/sql"
	"iter"

	"nianbao/parser/report"
	"nianbao/store/internal/query"
)

// FindingQuery chooses findings.
type FindingQuery struct {
	Filter
	// Severity is error, warning or info; "" for all.
	Severity report.Severity
	// Rule is a rule, or the beginning of rules that ends in a dot: "panel.".
	Rule string
	// Review chooses by what reviewers said of them.
	Review ReviewState
	// Limit bounds the answer; zero: no bound.
	Limit int
}

// StoredFinding is a finding with the report it was found in.
type StoredFinding struct {
	report.Finding
	ReportID   int64        `json:"report_id"`
	RegionCode string       `json:"region_code"`
	RegionName string       `json:"region_name"`
	Year       int          `json:"year"`
	Publisher  string       `json:"publisher"`
	Scope      report.Scope `json:"scope"`
	Source     string       `json:"source"`
	Review     *Review      `json:"-"` // nil: nobody has said anything
}

// Findings yields what is wrong with the chosen reports, the panel's and the
// hierarchy's findings included, in the order of regions, years and rules.
func (s *Store) Findings(ctx context.Context, q FindingQuery) iter.Seq2[StoredFinding, error] {
	return func(yield func(StoredFinding, error) bool) {
		where, args, err := q.Condition()
		if err != nil {
			yield(StoredFinding{}, err)
			return
		}
		if severity, severityArgs := SeverityCondition(q.Severity); severity != "" {
			where, args = where+" AND "+severity, append(args, severityArgs...)
		}
		if rule, ruleArgs := RuleCondition(q.Rule); rule != "" {
			where, args = where+" AND "+rule, append(args, ruleArgs...)
		}
		reviews, err := q.Review.condition()
		if err != nil {
			yield(StoredFinding{}, err)
			return
		}
		if reviews != "" {
			where += " AND " + reviews
		}
		limit := -1
		if q.Limit > 0 {
			limit = q.Limit
		}
		for rows, err := range query.To(s.read.QueryContext(ctx, `SELECT `+FindingColumns+` FROM report r JOIN finding_data f ON f.report_id = r.id WHERE `+where+`
			ORDER BY r.region_code, r.year, r.id, f.seq LIMIT ?`, append(args, limit)...)).Rows() {
			var f StoredFinding
			if err == nil {
				f, err = ScanFinding(rows)
			}
			if err != nil {
				yield(StoredFinding{}, explain(s.path, "read", err))
				return
			}
			if !yield(f, nil) {
				return
			}
		}
	}
}

// FindingColumns are those that ScanFinding reads, of a finding f of a report r.
const FindingColumns = `f.rule, f.severity, f.indicator, f.applicant, coalesce(f.expected_number, f.expected_text), coalesce(f.actual_number, f.actual_text), f.message, f.locator,
	r.id, r.region_code, r.region_name, r.year, r.publisher, r.scope, r.source, ` + reviewed

// ScanFinding reads FindingColumns and what is asked for besides.
func ScanFinding(rows *sql.Rows, more ...any) (f StoredFinding, err error) {
	var locator string
	var review sql.NullString
	if err := rows.Scan(append([]any{&f.Rule, &f.Severity, &f.Indicator, &f.Applicant, &f.Expected, &f.Actual, &f.Message, &locator, &f.ReportID, query.Null(&f.RegionCode),
		query.Null(&f.RegionName), query.Null(&f.Year), query.Null(&f.Publisher), query.Null(&f.Scope), &f.Source, &review}, more...)...); err != nil {
		return f, err
	}
	if f.Review, err = readReview(&f, review); err != nil {
		return f, err
	}
	f.Locator, err = report.ParseLocator(locator)
	return f, err
}

// SeverityCondition chooses the findings f of a severity; "" chooses all.
func SeverityCondition(severity report.Severity) (where string, args []any) {
	switch severity {
	case "":
		return "", nil
	case report.SeverityError: // in so many words: the index finding_error has no others
		return "f.severity = 'error'", nil
	}
	return "f.severity = ?", []any{string(severity)}
}

// RuleCondition chooses the findings f of a rule, or of all rules that begin
// with one that ends in a dot; "" chooses all.
func RuleCondition(rule string) (where string, args []any) {
	switch {
	case rule == "":
		return "", nil
	case rule[len(rule)-1] == '.':
		// A range, not LIKE: a rule may hold an underscore.
		return "f.rule >= ? AND f.rule < ?", []any{rule, rule[:len(rule)-1] + "/"}
	}
	return "f.rule = ?", []any{rule}
}

// EvidenceColumns are a side of a finding as the columns of finding_data for
// numbers and texts have it; nil where there is none.
func EvidenceColumns(e report.Evidence) (number, text any) {
	if v, ok := e.Float64(); ok {
		return v, nil
	}
	if e.IsZero() {
		return nil, nil
	}
	return nil, e.String()
}
