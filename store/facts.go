package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
	"nianbao/store/internal/query"
)

// FactQuery chooses figures of the standard tables.
type FactQuery struct {
	Filter
	Indicators []string // codes; empty for all
	// Totals leaves out the single kinds of applicants.
	Totals bool
	// EveryReport yields a row without Indicator for a report that has none of
	// the figures.
	EveryReport bool
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
	return s.facts(ctx, s.read, q)
}

func (s *Store) facts(ctx context.Context, db query.Querier, q FactQuery) iter.Seq2[FactRow, error] {
	return func(yield func(FactRow, error) bool) {
		fail := func(err error) { yield(FactRow{}, explain(s.path, "read", err)) }
		where, args, err := q.Condition()
		if err != nil {
			fail(err)
			return
		}
		on, onArgs := "", []any(nil)
		if len(q.Indicators) > 0 {
			numbers := make([]int64, len(q.Indicators))
			for i, code := range q.Indicators {
				n, ok := s.codes.Indicator[code]
				if !ok {
					fail(fmt.Errorf("%w: indicator %q; `nianbao indicators` lists them", ErrUnknownCode, code))
					return
				}
				numbers[i] = n
			}
			list, err := query.List(numbers)
			if err != nil {
				fail(err)
				return
			}
			on += " AND f.indicator IN (SELECT value FROM json_each(?))"
			onArgs = append(onArgs, list)
		}
		if q.Totals {
			on += " AND f.applicant IN (?, ?)"
			onArgs = append(onArgs, s.codes.Applicant[""], s.codes.Applicant[catalog.ApplicantTotal])
		}
		join := "CROSS JOIN"
		if q.EveryReport {
			join = "LEFT JOIN"
		}
		// CROSS JOIN keeps reports outside: with the index on region and year
		// the rows come in order, without sorting all of them.
		rows, err := db.QueryContext(ctx, `SELECT r.id, r.region_code, r.region_name, r.year, r.publisher, r.scope, r.layout, r.source,
			i.code, i.unit, a.code, `+Effective+`,
			CASE WHEN f.report_id IS NULL THEN NULL ELSE coalesce(f.raw, printf('%d', f.value)) END, c.reason, f.locator
			FROM report r `+join+` fact_data f ON f.report_id = r.id`+on+` `+join+` indicator i ON i.number = f.indicator
			`+join+` applicant a ON a.number = f.applicant
			LEFT JOIN correction c ON c.report_id = f.report_id AND c.indicator = f.indicator AND c.applicant = f.applicant
			WHERE `+where+` ORDER BY r.region_code, r.year, r.id, f.indicator, f.applicant`, append(onArgs, args...)...)
		if err != nil {
			fail(err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			var f FactRow
			var code, name, publisher, scope, reason, indicator, unit, applicant, raw sql.NullString
			var year, status sql.NullInt64
			var locator any
			if err := rows.Scan(&f.ReportID, &code, &name, &year, &publisher, &scope, &f.Layout, &f.Source, &indicator, &unit, &applicant,
				&f.Value, &status, &f.Corrected, &raw, &reason, &locator); err != nil {
				fail(err)
				return
			}
			f.RegionCode, f.RegionName, f.Publisher, f.Scope, f.CorrectionReason = code.String, name.String, publisher.String, report.Scope(scope.String), reason.String
			f.Year, f.Indicator, f.Unit, f.Applicant, f.Raw = int(year.Int64), indicator.String, unit.String, applicant.String, raw.String
			if status.Valid {
				f.Status, f.Locator = statusCodes[status.Int64], unpackLocator(locator)
			}
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
