package ask

import (
	"context"
	"database/sql"
	"math"

	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/query"
)

// A list that is read to its end, page by page, goes by the numbers of the
// reports: that order is stable while reports are added, and going on costs no
// more than beginning. So that no page takes long, however few of the reports
// are wanted, only so many are looked at for one: a page may hold fewer rows
// than asked for and still not be the last.
const cursorWindow = 80_000

// FindingCursor is a place in the list of all findings: behind the finding of
// Report that is its number Seq. The zero FindingCursor is the beginning.
type FindingCursor struct {
	Report int64
	Seq    int
}

// ReportsAfter returns up to limit reports whose numbers follow after, in the
// order of numbers, and the number to go on behind; 0: these are the last.
func ReportsAfter(ctx context.Context, s *store.Store, f store.Filter, after int64, limit int) (all []ReportLine, next int64, err error) {
	return reportsAfter(ctx, s, f, after, limit, cursorWindow)
}

func reportsAfter(ctx context.Context, s *store.Store, f store.Filter, after int64, limit int, window int64) (all []ReportLine, next int64, err error) {
	where, args, err := f.Condition()
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = s.Explain("read", err) }()
	w, err := windowOf(ctx, s, f, after, window)
	if err != nil {
		return nil, 0, err
	}
	all, err = reportLines(ctx, s, where+` AND `+w.id+` > ? AND `+w.id+` <= ? ORDER BY `+w.id+` LIMIT ?`, append(args, after, w.end, limit+1)...)
	switch {
	case err != nil:
		return nil, 0, err
	case len(all) > limit:
		all = all[:limit]
		next = all[limit-1].ID
	case w.end < w.last:
		next = w.end
	}
	return all, next, nil
}

// FindingsAfter returns up to limit findings behind a place, in the order of
// the reports' numbers, and the place to go on behind; the zero FindingCursor:
// these are the last. q.Limit is not looked at.
func FindingsAfter(ctx context.Context, s *store.Store, q store.FindingQuery, after FindingCursor, limit int) (all []store.StoredFinding, next FindingCursor, err error) {
	return findingsAfter(ctx, s, q, after, limit, cursorWindow)
}

func findingsAfter(ctx context.Context, s *store.Store, q store.FindingQuery, after FindingCursor, limit int, window int64) (all []store.StoredFinding, next FindingCursor, err error) {
	where, args, err := q.Condition()
	if err != nil {
		return nil, next, err
	}
	defer func() { err = s.Explain("read", err) }()
	w, err := windowOf(ctx, s, q.Filter, after.Report, window)
	if err != nil {
		return nil, next, err
	}
	from := "report r CROSS JOIN finding_data f ON f.report_id = r.id"
	if q.Rule != "" && q.Rule[len(q.Rule)-1] != '.' && !w.few {
		from, w.id = "finding_data f INDEXED BY finding_by_rule CROSS JOIN report r ON r.id = f.report_id", "f.report_id"
	}
	if q.Rule == "" && q.Severity == report.SeverityError && !w.few {
		from, w.id = "finding_data f INDEXED BY finding_error CROSS JOIN report r ON r.id = f.report_id", "f.report_id"
	}
	if rule, ruleArgs := store.RuleCondition(q.Rule); rule != "" {
		where, args = where+" AND "+rule, append(args, ruleArgs...)
	}
	if severity, severityArgs := store.SeverityCondition(q.Severity); severity != "" {
		where, args = where+" AND "+severity, append(args, severityArgs...)
	}
	where += " AND " + w.id + " >= ? AND " + w.id + " <= ? AND (f.report_id > ? OR f.seq > ?)"
	var places []FindingCursor
	all, err = query.All(ctx, s.DB(), func(rows *sql.Rows) (store.StoredFinding, error) {
		var seq int
		f, err := store.ScanFinding(rows, &seq)
		places = append(places, FindingCursor{f.ReportID, seq})
		return f, err
	}, "SELECT "+store.FindingColumns+", f.seq FROM "+from+" WHERE "+where+" ORDER BY "+w.id+", f.seq LIMIT ?",
		append(args, after.Report, w.end, after.Report, after.Seq, limit+1)...)
	switch {
	case err != nil:
		return nil, next, err
	case len(all) > limit:
		all, next = all[:limit], places[limit-1]
	case w.end < w.last:
		next = FindingCursor{w.end, math.MaxInt32} // behind all of that report's
	}
	return all, next, nil
}

// window is what is looked at for one page.
type window struct {
	end, last int64  // the number of the last report that is looked at, and of the last there is
	few       bool   // so few regions are named that their index leads to the reports, all at once
	id        string // the report's number, as SQL
}

func windowOf(ctx context.Context, s *store.Store, f store.Filter, after, size int64) (w window, err error) {
	chosen, limited, err := f.Divisions()
	if err != nil {
		return w, err
	}
	var last sql.NullInt64
	if err := s.DB().QueryRowContext(ctx, "SELECT max(id) FROM report").Scan(&last); err != nil {
		return w, err
	}
	w.last, w.few = last.Int64, limited && len(chosen) <= store.FewRegions
	if w.few {
		w.end, w.id = w.last, "+r.id" // the plus sign keeps SQLite from walking all numbers
		return w, nil
	}
	w.end, w.id = w.last, "r.id"
	if after < w.last-size {
		w.end = after + size
	}
	return w, nil
}

// reportLines are the reports r that meet a condition, as lists show them.
func reportLines(ctx context.Context, s *store.Store, where string, args ...any) ([]ReportLine, error) {
	return query.Rows(ctx, s.DB(), func(l *ReportLine) []any {
		return []any{&l.ID, query.Null(&l.RegionCode), query.Null(&l.RegionName), query.Null(&l.Year), query.Null(&l.Publisher), query.Null(&l.Scope),
			&l.Layout, &l.Container, &l.Title, query.Null(&l.PublishedOn), &l.Source, &l.Errors, &l.Warnings}
	}, `SELECT r.id, r.region_code, r.region_name, r.year, r.publisher, r.scope, r.layout, r.container, r.title, r.published_on, r.source,
		(SELECT count(*) FROM finding_data f WHERE f.report_id = r.id AND f.severity = 'error'), (SELECT count(*) FROM finding_data f WHERE f.report_id = r.id AND f.severity = 'warning')
		FROM report r WHERE `+where, args...)
}
