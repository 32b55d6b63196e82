package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	"nianbao/parser/report"
)

// FactQuery chooses figures of the standard tables.
type FactQuery struct {
	Filter
	Indicators []string // codes; empty for all
}

// FactRow is one figure with everything that names it, corrections applied.
type FactRow struct {
	ReportID         int64
	RegionCode       string
	RegionName       string
	Year             int // 0 where the report does not say
	Publisher        string
	Scope            report.Scope
	Layout           string
	Indicator        string
	Applicant        string
	Value            *float64
	Unit             string
	Status           report.Status
	Raw              string // as printed; a correction leaves it
	Corrected        bool
	CorrectionReason string
	Locator          string
	Source           string
}

// Facts yields figures of the chosen reports from one state of the file, in
// the order of region, year, report, indicator and applicant. It keeps nothing
// in memory.
func (s *Store) Facts(ctx context.Context, q FactQuery) iter.Seq2[FactRow, error] {
	return func(yield func(FactRow, error) bool) {
		fail := func(err error) { yield(FactRow{}, explain(s.path, "read", err)) }
		where, args, err := q.condition()
		if err != nil {
			fail(err)
			return
		}
		if len(q.Indicators) > 0 {
			numbers := make([]int64, len(q.Indicators))
			for i, code := range q.Indicators {
				n, ok := s.codes.indicator[code]
				if !ok {
					fail(fmt.Errorf("%w: indicator %q; `nianbao indicators` lists them", ErrUnknownCode, code))
					return
				}
				numbers[i] = n
			}
			list, err := jsonList(numbers)
			if err != nil {
				fail(err)
				return
			}
			where += " AND f.indicator IN (SELECT value FROM json_each(?))"
			args = append(args, list)
		}
		// CROSS JOIN keeps reports outside: with the index on region and year
		// the rows come in order, without sorting all of them.
		rows, err := s.read.QueryContext(ctx, `SELECT r.id, r.region_code, r.region_name, r.year, r.publisher, r.scope, r.layout, r.source,
			i.code, i.unit, a.code, CASE WHEN c.report_id IS NULL THEN f.value ELSE c.value END,
			CASE WHEN c.report_id IS NULL THEN f.status ELSE c.status END,
			coalesce(f.raw, printf('%d', f.value)), c.report_id IS NOT NULL, c.reason, f.locator
			FROM report r CROSS JOIN fact_data f ON f.report_id = r.id CROSS JOIN indicator i ON i.number = f.indicator
			CROSS JOIN applicant a ON a.number = f.applicant
			LEFT JOIN correction c ON c.report_id = f.report_id AND c.indicator = f.indicator AND c.applicant = f.applicant
			WHERE `+where+` ORDER BY r.region_code, r.year, r.id, f.indicator, f.applicant`, args...)
		if err != nil {
			fail(err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			var f FactRow
			var code, name, publisher, scope, reason sql.NullString
			var year sql.NullInt64
			var status int64
			var locator any
			if err := rows.Scan(&f.ReportID, &code, &name, &year, &publisher, &scope, &f.Layout, &f.Source, &f.Indicator, &f.Unit, &f.Applicant,
				&f.Value, &status, &f.Raw, &f.Corrected, &reason, &locator); err != nil {
				fail(err)
				return
			}
			f.RegionCode, f.RegionName, f.Publisher, f.Scope, f.CorrectionReason = code.String, name.String, publisher.String, report.Scope(scope.String), reason.String
			f.Year, f.Status, f.Locator = int(year.Int64), statusCodes[status], unpackLocator(locator)
			if !yield(f, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			fail(err)
		}
	}
}

// unpackLocator reads what appendLocator packed.
func unpackLocator(v any) string {
	switch v := v.(type) {
	case int64:
		if v < 0 {
			return report.Line(int(-v)).String()
		}
		return report.Cell(int(v>>20), int(v>>8&0xfff), int(v&0xff)).String()
	case string:
		return v
	}
	return ""
}
