package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strconv"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
	"nianbao/store/internal/query"
)

// FactQuery chooses figures of reports.
type FactQuery struct {
	Filter
	Indicators []string // codes; empty for all
	// Totals leaves out the single kinds of applicants.
	Totals bool
	// Metrics adds the figures told in words.
	Metrics bool
	// Repeated adds how much of the prose is repeated from the year before.
	Repeated bool
	// Doubts adds the findings that put figures in doubt.
	Doubts bool
	// Reports are these and no others, in this order, as ReportKeys gives them;
	// nil for those that the filter chooses.
	Reports []int64
}

// ReportKey is what parts reports: for files of their own, say.
type ReportKey struct {
	ID         int64
	RegionCode string // "" where it is not known
	Year       int    // 0 where it is not known
}

// ReportRow names a report.
type ReportRow struct {
	ReportID   int64
	RegionCode string
	RegionName string
	Year       int // 0 where the report does not say
	Publisher  string
	Scope      report.Scope
	Layout     string
	Source     string
}

// FactRow is one figure with everything that names it, corrections applied.
type FactRow struct {
	ReportRow
	Indicator        string
	Applicant        string
	Value            *float64
	Unit             string
	Status           report.Status
	Raw              string // as printed; a correction leaves it
	Corrected        bool
	CorrectionReason string
	Locator          string
}

// ReportFigures is one report with its figures. It is good until the next one
// is asked for.
type ReportFigures struct {
	ReportRow
	Facts   []FactRow // in the order of the catalogue
	Metrics map[string]Told
	// Repeated is the part of the report's prose, 0 to 1, that stands in the same
	// office's report of the year before; nil where they were not compared, or not asked for.
	Repeated *float64
	// Doubts are the errors and warnings that no reviewer has dismissed, each with its
	// rule, severity, indicator and applicant only; none where they were not asked for.
	Doubts []report.Finding
}

// Doubting is the condition of findings that put figures in doubt, over finding_data
// under the name f: errors and warnings that no reviewer has dismissed.
const Doubting = "f.severity <> 'info' AND NOT EXISTS (SELECT 1 FROM review v WHERE v.report_id = f.report_id AND v.rule = f.rule AND v.indicator = f.indicator AND v.applicant = f.applicant AND v.verdict = 'dismissed')"

// Told is what the prose of a report tells of a metric for the year as a whole.
type Told struct {
	Value float64
	// Differ: the report tells several figures that are not the same; Value is
	// the least of them.
	Differ bool
}

// Figures yields the chosen reports with their figures in the order of region,
// year and report. It holds one report at a time, and some bytes for each that
// is to come.
func (n *Snapshot) Figures(ctx context.Context, q FactQuery) iter.Seq2[*ReportFigures, error] {
	return func(yield func(*ReportFigures, error) bool) {
		r, err := n.figureReader(ctx, q)
		if err == nil {
			defer r.close()
			for _, id := range r.ids {
				var f *ReportFigures
				if f, err = r.read(ctx, id); err != nil || !yield(f, nil) {
					break
				}
			}
		}
		if err != nil {
			yield(nil, explain(n.store.path, "read", err))
		}
	}
}

// figureReader has what is asked anew for every report ready.
type figureReader struct {
	ids                     []int64 // in the order of the reports
	report, facts, mentions *sql.Stmt
	repeated, doubts        *sql.Stmt
	corrections             map[figureKey]correctionRow
	indicators              map[int64]catalog.Indicator
	applicants              map[int64]string
	out                     ReportFigures
	values                  []float64 // of out.Facts
}

type figureKey struct{ report, indicator, applicant int64 }

type correctionRow struct {
	value  sql.NullFloat64
	status int64
	reason string
}

func (n *Snapshot) figureReader(ctx context.Context, q FactQuery) (r *figureReader, err error) {
	r = &figureReader{indicators: map[int64]catalog.Indicator{}, applicants: map[int64]string{}, corrections: map[figureKey]correctionRow{}}
	defer func() {
		if err != nil {
			r.close()
		}
	}()
	codes := n.store.codes
	for code, number := range codes.Indicator {
		if i, ok := catalog.Lookup(code); ok {
			r.indicators[number] = i
		} else {
			r.indicators[number] = catalog.Indicator{Code: code} // of a newer program
		}
	}
	for code, number := range codes.Applicant {
		r.applicants[number] = code
	}
	on, err := q.among(codes)
	if err != nil {
		return nil, err
	}
	if r.ids = q.Reports; r.ids == nil {
		keys, err := n.ReportKeys(ctx, q.Filter)
		if err != nil {
			return nil, err
		}
		r.ids = make([]int64, len(keys))
		for i, k := range keys {
			r.ids[i] = k.ID
		}
	}
	if err := n.corrections(ctx, r.corrections); err != nil {
		return nil, err
	}
	for _, p := range []struct {
		wanted   bool
		into     **sql.Stmt
		question string
	}{
		{true, &r.report, "SELECT region_code, region_name, year, publisher, scope, layout, source FROM report WHERE id = ?"},
		{true, &r.facts, "SELECT indicator, applicant, value, status, raw, locator FROM fact_data WHERE report_id = ?" + on + " ORDER BY indicator, applicant"},
		{q.Metrics, &r.mentions, "SELECT m.metric, min(m.value), min(m.value) < max(m.value) FROM mention_data m WHERE m.report_id = ? AND m.metric <> '' AND " + WholeMention + " GROUP BY m.metric"},
		{q.Repeated, &r.repeated, "SELECT share FROM similarity WHERE report_id = ? AND kind = 'year_before'"},
		{q.Doubts, &r.doubts, "SELECT f.rule, f.severity, f.indicator, f.applicant FROM finding_data f WHERE f.report_id = ? AND " + Doubting},
	} {
		if p.wanted && err == nil {
			*p.into, err = n.conn.PrepareContext(ctx, p.question)
		}
	}
	return r, err
}

// among is the condition of the figures that are wanted of a report, as SQL.
func (q FactQuery) among(codes Codes) (on string, err error) {
	if len(q.Indicators) > 0 {
		numbers := make([]int64, len(q.Indicators))
		for i, code := range q.Indicators {
			number, ok := codes.Indicator[code]
			if !ok {
				return "", fmt.Errorf("%w: indicator %q; `nianbao indicators` lists them", ErrUnknownCode, code)
			}
			numbers[i] = number
		}
		list, err := query.List(numbers)
		if err != nil {
			return "", err
		}
		on += " AND indicator IN (SELECT value FROM json_each('" + list + "'))" // numbers only
	}
	if q.Totals {
		on += fmt.Sprintf(" AND applicant IN (%d, %d)", codes.Applicant[""], codes.Applicant[catalog.ApplicantTotal])
	}
	return on, nil
}

// ReportKeys are the chosen reports in the order in which they are told: by
// region, year and number.
func (n *Snapshot) ReportKeys(ctx context.Context, f Filter) (keys []ReportKey, err error) {
	defer func() { err = explain(n.store.path, "read", err) }()
	where, args, err := f.Condition()
	if err != nil {
		return nil, err
	}
	return query.Rows(ctx, n.conn, func(k *ReportKey) []any { return []any{&k.ID, &k.RegionCode, &k.Year} },
		"SELECT r.id, coalesce(r.region_code, ''), coalesce(r.year, 0) FROM report r WHERE "+where+" ORDER BY r.region_code, r.year, r.id", args...)
}

// corrections are made by hand: all of them are few.
func (n *Snapshot) corrections(ctx context.Context, into map[figureKey]correctionRow) error {
	return query.Each(ctx, n.conn, func(rows *sql.Rows) error {
		var k figureKey
		var c correctionRow
		err := rows.Scan(&k.report, &k.indicator, &k.applicant, &c.value, &c.status, &c.reason)
		into[k] = c
		return err
	}, "SELECT report_id, indicator, applicant, value, status, reason FROM correction")
}

func (r *figureReader) close() {
	for _, s := range []*sql.Stmt{r.report, r.facts, r.mentions, r.repeated, r.doubts} {
		if s != nil {
			_ = s.Close()
		}
	}
}

func (r *figureReader) read(ctx context.Context, id int64) (*ReportFigures, error) {
	head := ReportRow{ReportID: id}
	if err := r.report.QueryRowContext(ctx, id).Scan(query.Null(&head.RegionCode), query.Null(&head.RegionName), query.Null(&head.Year),
		query.Null(&head.Publisher), query.Null(&head.Scope), &head.Layout, &head.Source); err != nil {
		return nil, err
	}
	r.out.ReportRow, r.out.Facts, r.out.Metrics = head, r.out.Facts[:0], nil
	return &r.out, errors.Join(r.readFacts(ctx, head), r.readMetrics(ctx, id), r.readRepeated(ctx, id), r.readDoubts(ctx, id))
}

func (r *figureReader) readRepeated(ctx context.Context, id int64) error {
	r.out.Repeated = nil
	if r.repeated == nil {
		return nil
	}
	var share float64
	err := r.repeated.QueryRowContext(ctx, id).Scan(&share)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	r.out.Repeated = &share
	return err
}

func (r *figureReader) readDoubts(ctx context.Context, id int64) error {
	r.out.Doubts = r.out.Doubts[:0]
	if r.doubts == nil {
		return nil
	}
	return query.To(r.doubts.QueryContext(ctx, id)).Each(func(rows *sql.Rows) error {
		var f report.Finding
		err := rows.Scan(&f.Rule, &f.Severity, &f.Indicator, &f.Applicant)
		r.out.Doubts = append(r.out.Doubts, f)
		return err
	})
}

func (r *figureReader) readFacts(ctx context.Context, head ReportRow) error {
	r.values = r.values[:0]
	return query.To(r.facts.QueryContext(ctx, head.ReportID)).Each(func(rows *sql.Rows) error {
		var k figureKey
		var value sql.NullFloat64
		var status int64
		var raw sql.NullString
		var locator any
		if err := rows.Scan(&k.indicator, &k.applicant, &value, &status, &raw, &locator); err != nil {
			return err
		}
		i := r.indicators[k.indicator]
		f := FactRow{ReportRow: head, Indicator: i.Code, Unit: i.Unit, Applicant: r.applicants[k.applicant], Locator: unpackLocator(locator)}
		switch {
		case raw.Valid:
			f.Raw = raw.String
		case value.Valid: // printed plainly
			f.Raw = strconv.FormatInt(int64(value.Float64), 10)
		}
		k.report = head.ReportID
		if c, ok := r.corrections[k]; ok {
			value, status, f.Corrected, f.CorrectionReason = c.value, c.status, true, c.reason
		}
		f.Status = statusCodes[status]
		if value.Valid {
			f.Value = r.keep(value.Float64)
		}
		r.out.Facts = append(r.out.Facts, f)
		return nil
	})
}

// keep stores a value for as long as the report is looked at.
func (r *figureReader) keep(v float64) *float64 {
	if len(r.values) == cap(r.values) { // the earlier ones stay where facts point to
		r.values = make([]float64, 0, max(256, 2*cap(r.values)))
	}
	r.values = append(r.values, v)
	return &r.values[len(r.values)-1]
}

func (r *figureReader) readMetrics(ctx context.Context, id int64) error {
	if r.mentions == nil {
		return nil
	}
	r.out.Metrics = map[string]Told{}
	return query.To(r.mentions.QueryContext(ctx, id)).Each(func(rows *sql.Rows) error {
		var metric string
		var t Told
		err := rows.Scan(&metric, &t.Value, &t.Differ)
		r.out.Metrics[metric] = t
		return err
	})
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
