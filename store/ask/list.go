package ask

import (
	"context"

	"nianbao/parser/report"
	"nianbao/store"
)

// maxCounted is up to how many rows of a list are counted: whoever reads page
// by page does not need to know more than that there are many.
const maxCounted = 10_000

// rareRule is up to how many findings of a rule are faster looked up by the
// rule than met on the way through the chosen reports.
const rareRule = 20_000

// FindingPage is a part of the findings of a query.
type FindingPage struct {
	Findings []store.StoredFinding
	Total    int  // counted up to 10,000
	More     bool // there are more than Total
}

// PageOfFindings returns q.Limit findings (zero: 50) from the offset on. They come
// in the order that is at hand: by region and year where regions are named, by
// region where a year is, else those of the reports stored last first.
func PageOfFindings(ctx context.Context, s *store.Store, q store.FindingQuery, offset int) (p FindingPage, err error) {
	where, args, err := q.Condition()
	if err != nil {
		return p, err
	}
	defer func() { err = s.Explain("read", err) }()
	byRule := false
	if rule, ruleArgs := store.RuleCondition(q.Rule); rule != "" {
		where, args = where+" AND "+rule, append(args, ruleArgs...)
		var n int
		if err := s.DB().QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM finding_data f WHERE "+rule+" LIMIT ?)", append(ruleArgs, rareRule+1)...).Scan(&n); err != nil {
			return p, err
		}
		byRule = n <= rareRule
	}
	if q.Severity != "" {
		where, args = where+" AND f.severity = ?", append(args, string(q.Severity))
	}
	named := len(q.Regions) > 0 || q.Under != "" || q.Level != ""
	from, order := "finding_data f CROSS JOIN report r ON r.id = f.report_id", "f.report_id DESC, f.seq"
	switch {
	case named && byRule:
		order = "r.region_code, r.year DESC, r.id, f.seq"
	case named:
		from, order = "report r CROSS JOIN finding_data f ON f.report_id = r.id", "r.region_code, r.year DESC, r.id, f.seq"
	case q.Years != store.Years{} && !byRule:
		from, order = "report r CROSS JOIN finding_data f ON f.report_id = r.id", "r.year, r.scope, r.region_code, r.id, f.seq"
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	rows, err := s.DB().QueryContext(ctx, "SELECT "+store.FindingColumns+" FROM "+from+" WHERE "+where+" ORDER BY "+order+" LIMIT ? OFFSET ?",
		append(args[:len(args):len(args)], limit, offset)...)
	if err != nil {
		return p, err
	}
	defer rows.Close()
	for rows.Next() {
		f, err := store.ScanFinding(rows)
		if err != nil {
			return p, err
		}
		p.Findings = append(p.Findings, f)
	}
	if err := rows.Err(); err != nil {
		return p, err
	}
	p.Total, p.More, err = total(ctx, s, from+" WHERE "+where, args, offset, len(p.Findings), limit)
	return p, err
}

// total counts a list of which a page of limit rows from offset on had got. It
// does not ask where the page tells: a short one is the last.
func total(ctx context.Context, s *store.Store, from string, args []any, offset, got, limit int) (n int, more bool, err error) {
	if got < limit && (got > 0 || offset == 0) {
		return offset + got, false, nil
	}
	err = s.DB().QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM "+from+" LIMIT ?)", append(args[:len(args):len(args)], maxCounted+1)...).Scan(&n)
	return min(n, maxCounted), n > maxCounted, err
}

// ReportLine is a report as a list shows it.
type ReportLine struct {
	ID          int64
	RegionCode  string
	RegionName  string
	Year        int // 0 where the report does not say
	Publisher   string
	Scope       report.Scope
	Layout      string
	Container   string
	Title       string
	PublishedOn string
	Source      string
	Errors      int // findings by severity
	Warnings    int
}

// ReportPage is a part of a list of reports.
type ReportPage struct {
	Reports []ReportLine
	Total   int  // counted up to 10,000
	More    bool // there are more than Total
}

// PageOfReports returns limit reports from the offset on, in the order of regions
// and, within a region, the newest year first.
func PageOfReports(ctx context.Context, s *store.Store, f store.Filter, offset, limit int) (p ReportPage, err error) {
	where, args, err := f.Condition()
	if err != nil {
		return p, err
	}
	defer func() { err = s.Explain("read", err) }()
	rows, err := s.DB().QueryContext(ctx, `SELECT `+reportLineColumns+` FROM report r WHERE `+where+`
		ORDER BY r.region_code, r.year DESC, r.scope DESC, r.id LIMIT ? OFFSET ?`, append(args[:len(args):len(args)], limit, offset)...)
	if err != nil {
		return p, err
	}
	defer rows.Close()
	for rows.Next() {
		l, err := scanReportLine(rows)
		if err != nil {
			return p, err
		}
		p.Reports = append(p.Reports, l)
	}
	if err := rows.Err(); err != nil {
		return p, err
	}
	p.Total, p.More, err = total(ctx, s, "report r WHERE "+where, args, offset, len(p.Reports), limit)
	return p, err
}
