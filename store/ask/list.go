package ask

import (
	"context"
	"database/sql"
	"fmt"
	"math"

	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/query"
)

// maxCounted is up to how many rows of a list are counted: whoever reads page
// by page does not need to know more than that there are many.
const maxCounted = 10_000

// rare is up to how many findings of a rule or severity are faster looked up by it,
// and then put in order, than met on the way through the chosen reports.
const rare = 20_000

// FindingOrder is an order of a list of findings.
type FindingOrder string

// Orders of findings. In each a report's findings stand together, but for BySeverity.
const (
	ByYear     FindingOrder = "year"     // the newest year first, whole territories before agencies, by region, the worst first
	BySeverity FindingOrder = "severity" // errors, then warnings, then what informs, each in the order of ByYear
	ByRegion   FindingOrder = "region"   // by region, the newest year first
	ByStored   FindingOrder = "stored"   // the report stored last first
)

// FindingPage is a part of the findings of a query.
type FindingPage struct {
	Findings []store.StoredFinding
	Total    int  // counted up to 10,000
	More     bool // there are more than Total
}

// stretch is a part of an ordered list that one question answers in order.
type stretch struct {
	from, where, order string
	args               []any
}

const (
	byReports  = "report r CROSS JOIN finding_data f ON f.report_id = r.id"
	byFindings = "finding_data f CROSS JOIN report r ON r.id = f.report_id"
	worstFirst = "CASE f.severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END"
)

// PageOfFindings returns q.Limit findings (zero: 50) from the offset on, in an order;
// "": ByYear.
func PageOfFindings(ctx context.Context, s *store.Store, q store.FindingQuery, order FindingOrder, offset int) (p FindingPage, err error) {
	where, args, err := q.Condition()
	if err != nil {
		return p, err
	}
	defer func() { err = s.Explain("read", err) }()
	all := stretch{from: byReports, where: where, args: args}
	rule, ruleArgs := store.RuleCondition(q.Rule)
	if rule != "" {
		all = all.and(rule, ruleArgs...)
		few, err := isRare(ctx, s, rule, ruleArgs)
		if err != nil {
			return p, err
		}
		if few {
			all.from = byFindings
		}
	}
	if q.Severity != "" {
		if all, err = all.ofSeverity(ctx, s, q.Severity); err != nil {
			return p, err
		}
	}
	if p.Total, p.More, err = countUpTo(ctx, s, all, maxCounted); err != nil || offset >= p.Total && !p.More {
		return p, err
	}
	parts, err := all.inOrder(ctx, s, q, order)
	if err != nil {
		return p, err
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	p.Findings, err = readStretches(ctx, s, parts, limit, offset)
	return p, err
}

// readStretches answers stretches one after the other.
func readStretches(ctx context.Context, s *store.Store, parts []stretch, limit, offset int) (all []store.StoredFinding, err error) {
	for _, part := range parts {
		found, err := part.read(ctx, s, limit-len(all), offset)
		if err != nil {
			return all, err
		}
		if all = append(all, found...); len(all) >= limit {
			break
		}
		if len(found) > 0 || offset == 0 {
			offset = 0
			continue
		}
		n, _, err := countUpTo(ctx, s, part, offset)
		if err != nil {
			return all, err
		}
		offset -= n
	}
	return all, nil
}

// and narrows a stretch.
func (t stretch) and(term string, args ...any) stretch {
	t.where += " AND " + term
	t.args = append(t.args[:len(t.args):len(t.args)], args...)
	return t
}

// ofSeverity narrows a stretch to a severity. Errors have an index, by which they are
// found where they are few.
func (t stretch) ofSeverity(ctx context.Context, s *store.Store, severity report.Severity) (stretch, error) {
	condition, args := store.SeverityCondition(severity)
	t = t.and(condition, args...)
	if severity != report.SeverityError || t.from == byFindings {
		return t, nil
	}
	few, err := isRare(ctx, s, condition, args)
	if few {
		t.from = byFindings
	}
	return t, err
}

// isRare reports whether few findings meet a condition that an index answers.
func isRare(ctx context.Context, s *store.Store, condition string, args []any) (bool, error) {
	n := 0
	err := s.DB().QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM finding_data f WHERE "+condition+" LIMIT ?)", append(args[:len(args):len(args)], rare+1)...).Scan(&n)
	return n <= rare, err
}

// inOrder are the stretches of a list in an order: what is looked up by findings is few
// and sorted, else the indexes of the reports lead through it.
func (t stretch) inOrder(ctx context.Context, s *store.Store, q store.FindingQuery, order FindingOrder) (parts []stretch, err error) {
	switch order {
	case ByRegion:
		t.order = "r.region_code, r.year DESC, r.id, f.seq"
		if t.from == byReports && len(q.Regions) == 0 && q.Under == "" && q.Level == "" {
			// SQLite does not know how few are asked for, and would put all in order.
			t.from = "report r INDEXED BY report_by_region CROSS JOIN finding_data f ON f.report_id = r.id"
		}
		return []stretch{t}, nil
	case ByStored:
		t.from, t.order = byFindings, "f.report_id DESC, f.seq"
		return []stretch{t}, nil
	case BySeverity:
		severities := []report.Severity{report.SeverityError, report.SeverityWarning, report.SeverityInfo}
		if q.Severity != "" {
			severities = nil
		}
		for _, severity := range severities {
			of, err := t.ofSeverity(ctx, s, severity)
			if err != nil {
				return nil, err
			}
			each, err := of.byYears(ctx, s, q)
			if err != nil {
				return nil, err
			}
			parts = append(parts, each...)
		}
		if parts != nil {
			return parts, nil
		}
	case ByYear, "":
	default:
		return nil, fmt.Errorf("%w: order %q; want year, severity, region or stored", store.ErrUnknownCode, order)
	}
	return t.byYears(ctx, s, q)
}

// byYears cuts a stretch at years and scopes, within which the index report_by_year has
// the order of regions.
func (t stretch) byYears(ctx context.Context, s *store.Store, q store.FindingQuery) (parts []stretch, err error) {
	if t.from == byFindings {
		t.order = "r.year DESC, r.scope DESC, r.region_code, r.id, " + worstFirst + ", f.seq"
		return []stretch{t}, nil
	}
	t.order = "r.region_code, r.id, " + worstFirst + ", f.seq"
	years, err := yearsOfReports(ctx, s, q.Years)
	if err != nil {
		return nil, err
	}
	cut := func(of stretch) {
		scopes := []report.Scope{report.ScopeRegion, report.ScopeAgency, report.ScopeUnknown}
		if q.Scope != report.ScopeUnknown {
			scopes = []report.Scope{q.Scope}
		}
		for _, scope := range scopes {
			if scope == report.ScopeUnknown {
				parts = append(parts, of.and("r.scope IS NULL"))
				continue
			}
			parts = append(parts, of.and("r.scope = ?", string(scope)))
		}
	}
	for _, year := range years {
		cut(t.and("r.year = ?", year))
	}
	if q.Years == (store.Years{}) {
		cut(t.and("r.year IS NULL"))
	}
	return parts, nil
}

// yearsOfReports are the years of a span that there are reports of, newest first: each
// is found in the index behind the one before.
func yearsOfReports(ctx context.Context, s *store.Store, span store.Years) (years []int, err error) {
	below := math.MaxInt32
	if span.To != 0 {
		below = span.To + 1
	}
	for {
		var year sql.NullInt64
		if err := s.DB().QueryRowContext(ctx, "SELECT max(year) FROM report WHERE year < ?", below).Scan(&year); err != nil {
			return nil, err
		}
		if !year.Valid || int(year.Int64) < span.From {
			return years, nil
		}
		below = int(year.Int64)
		years = append(years, below)
	}
}

// read answers a stretch.
func (t stretch) read(ctx context.Context, s *store.Store, limit, offset int) ([]store.StoredFinding, error) {
	return query.All(ctx, s.DB(), func(rows *sql.Rows) (store.StoredFinding, error) { return store.ScanFinding(rows) },
		t.statement(), append(t.args[:len(t.args):len(t.args)], limit, offset)...)
}

// statement asks for a stretch; its last two arguments are how many rows, and how many
// are left out before them.
func (t stretch) statement() string {
	return "SELECT " + store.FindingColumns + " FROM " + t.from + " WHERE " + t.where + " ORDER BY " + t.order + " LIMIT ? OFFSET ?"
}

// countUpTo counts a stretch; more: it is longer than most.
func countUpTo(ctx context.Context, s *store.Store, t stretch, most int) (n int, more bool, err error) {
	err = s.DB().QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM "+t.from+" WHERE "+t.where+" LIMIT ?)", append(t.args[:len(t.args):len(t.args)], most+1)...).Scan(&n)
	return min(n, most), n > most, err
}

// ReportLine is a report as a list shows it.
type ReportLine struct {
	ID          int64        `json:"report_id"`
	RegionCode  string       `json:"region_code"`
	RegionName  string       `json:"region_name"`
	Year        int          `json:"year"` // 0 where the report does not say
	Publisher   string       `json:"publisher"`
	Scope       report.Scope `json:"scope"`
	Layout      string       `json:"layout"`
	Container   string       `json:"container"`
	Title       string       `json:"title"`
	PublishedOn string       `json:"published_on"`
	Source      string       `json:"source"`
	Errors      int          `json:"errors"` // findings by severity
	Warnings    int          `json:"warnings"`
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
	p.Reports, err = reportLines(ctx, s, where+" ORDER BY r.region_code, r.year DESC, r.scope DESC, r.id LIMIT ? OFFSET ?", append(args[:len(args):len(args)], limit, offset)...)
	if err != nil {
		return p, err
	}
	if got := len(p.Reports); got < limit && (got > 0 || offset == 0) { // a short page is the last
		p.Total = offset + got
		return p, nil
	}
	p.Total, p.More, err = countUpTo(ctx, s, stretch{from: "report r", where: where, args: args}, maxCounted)
	return p, err
}
