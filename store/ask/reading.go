package ask

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/query"
)

// What a report has of a measure when no cell of a table says it: beside the
// statuses of package report.
const (
	NoReport    report.Status = "no_report"     // no report of that region and year is stored
	NotInLayout report.Status = "not_in_layout" // the report's tables do not count it
	NotRead     report.Status = "not_read"      // the layout has it, the report's page does not
	NotTold     report.Status = "not_told"      // the prose has no such figure
	Ambiguous   report.Status = "ambiguous"     // the prose has several that differ, or several reports do
	BaseTooLow  report.Status = "base_too_low"  // a rate that would rest on fewer than MinBase
)

// reading is what one report says of a measure.
type reading struct {
	reportID   int64
	regionCode string
	regionName string
	publisher  string
	scope      report.Scope
	year       int
	layout     string
	source     string
	value      *float64
	base       *float64
	status     report.Status
	corrected  bool
	used       string // the indicator that stands for the measure in this layout, where it is another
	quality    string // of that correspondence
	note       string
}

type figure struct {
	value     *float64
	status    report.Status
	corrected bool
}

// readings fetches a measure from the chosen reports, in no order. A layout
// that lacks an indicator is read by its correspondent of one of qualities.
func readings(ctx context.Context, s *store.Store, m Measure, f store.Filter, qualities ...string) ([]reading, error) {
	where, args, err := f.Condition()
	if err != nil {
		return nil, err
	}
	const columns = "r.id, r.region_code, r.region_name, r.publisher, r.scope, r.year, r.layout, r.source"
	if m.Code == RepeatedText {
		return scanReadings(ctx, s, `SELECT `+columns+`, NULL, c.share, 0, 0
			FROM report r LEFT JOIN similarity c ON c.report_id = r.id AND c.kind = '`+CopyYearBefore+`' WHERE `+where, args, m, qualities)
	}
	if m.Kind == KindMetric {
		args = append([]any{m.Code}, args...)
		return scanReadings(ctx, s, `SELECT `+columns+`, NULL, min(m.value), min(m.value) = max(m.value), 0
			FROM report r LEFT JOIN mention_data m ON m.report_id = r.id AND m.metric = ? AND `+store.WholeMention+`
			WHERE `+where+` GROUP BY r.id`, args, m, qualities)
	}
	list, err := query.List(wanted(s, m, qualities))
	if err != nil {
		return nil, err
	}
	// The two tables of effective_fact, for a view of two tables to the right of
	// LEFT JOIN would be made whole for every question.
	return scanReadings(ctx, s, `SELECT `+columns+`, f.indicator, `+store.Effective+`
		FROM report r CROSS JOIN json_each(?) wanted
		LEFT JOIN fact_data f ON f.report_id = r.id AND f.indicator = wanted.value >> 3 AND f.applicant = wanted.value & 7
		LEFT JOIN correction c ON c.report_id = f.report_id AND c.indicator = f.indicator AND c.applicant = f.applicant
		WHERE `+where, append([]any{list}, args...), m, qualities)
}

// readingsOfYears is readings, the years of a span asked for side by side: most
// of the time goes by fetching the pages of the file that each year is on.
func readingsOfYears(ctx context.Context, s *store.Store, m Measure, f store.Filter, qualities ...string) ([]reading, error) {
	span := f.Years.To - f.Years.From + 1
	if f.Years.From == 0 || f.Years.To == 0 || span < 2 || span > 20 {
		return readings(ctx, s, m, f, qualities...)
	}
	years := make([][]reading, span)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range years {
		f := f
		f.Years = store.Year(f.Years.From + i)
		g.Go(func() (err error) {
			years[i], err = readings(ctx, s, m, f, qualities...)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(years...), nil
}

// wanted are the figures needed for a measure, with their correspondents, as
// keys: indicator<<3 | applicant.
func wanted(s *store.Store, m Measure, qualities []string) []int64 {
	codes, keys := s.Codes(), map[int64]bool{}
	for _, term := range terms(m) {
		for _, layout := range []string{catalog.Layout2014, catalog.Layout2019, catalog.Layout2021} {
			c, ok := correspondent(term, layout, qualities)
			if !ok {
				continue
			}
			if applicant, ok := applicantOf(c.code, m); ok {
				if n, known := codes.Indicator[c.code]; known {
					keys[n<<3|codes.Applicant[applicant]] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

// applicantOf is the column that an indicator is read in for a measure. An
// indicator without columns counts all applicants, so it can only stand for
// the total.
func applicantOf(code string, m Measure) (applicant string, ok bool) {
	i, _ := catalog.Lookup(code)
	if i.Dimension != catalog.DimensionApplicant {
		return "", m.Applicant == "" || m.Applicant == catalog.ApplicantTotal
	}
	if m.Applicant == "" {
		return catalog.ApplicantTotal, true
	}
	return m.Applicant, true
}

// terms are the indicators a measure is made of.
func terms(m Measure) []string {
	if m.Kind == KindIndicator {
		return []string{m.Code}
	}
	for _, r := range rates {
		if r.Code == m.Code {
			return slices.Concat(r.Numerator, r.Denominator)
		}
	}
	return nil
}

// correspondence is the indicator that stands for another in a layout.
type correspondence struct {
	code    string
	quality string // "" for the indicator itself
	note    string // what differs
}

// correspondent is the indicator of a layout that may stand for code: itself,
// or by the crosswalk the best of one of qualities. Two of the same quality
// are no answer.
func correspondent(code, layout string, qualities []string) (c correspondence, ok bool) {
	if i, known := catalog.Lookup(code); known && i.In(layout) {
		return correspondence{code: code}, true
	}
	for _, quality := range qualities {
		var found []correspondence
		for _, c := range catalog.Counterparts(code) {
			other := c.A
			if other == code {
				other = c.B
			}
			if i, known := catalog.Lookup(other); known && c.Quality == quality && i.In(layout) {
				found = append(found, correspondence{other, quality, c.Note})
			}
		}
		if len(found) > 0 {
			return found[0], len(found) == 1
		}
	}
	return correspondence{}, false
}

func scanReadings(ctx context.Context, s *store.Store, query string, args []any, m Measure, qualities []string) ([]reading, error) {
	rows, err := s.DB().QueryContext(ctx, query, args...)
	if err != nil {
		return nil, s.Explain("read", err)
	}
	defer rows.Close()
	codes := s.Codes()
	code := make(map[int64]string, len(codes.Indicator))
	for c, n := range codes.Indicator {
		code[n] = c
	}
	index := map[int64]int{}
	var all []reading
	var figures []map[string]figure
	for rows.Next() {
		var r reading
		var region, name, publisher, scope sql.NullString
		var year, indicator, status sql.NullInt64
		var corrected sql.NullBool
		var value *float64
		if err := rows.Scan(&r.reportID, &region, &name, &publisher, &scope, &year, &r.layout, &r.source, &indicator, &value, &status, &corrected); err != nil {
			return nil, s.Explain("read", err)
		}
		at, ok := index[r.reportID]
		if !ok {
			r.regionCode, r.regionName, r.publisher, r.scope, r.year = region.String, name.String, publisher.String, report.Scope(scope.String), int(year.Int64)
			at = len(all)
			index[r.reportID] = at
			all = append(all, r)
			figures = append(figures, nil)
		}
		if m.Code == RepeatedText {
			all[at].value, all[at].status = value, report.StatusReported
			if value == nil {
				all[at].status, all[at].note = NotCompared, "`nianbao copies` compares it with the report of the year before, where there is one"
			}
			continue
		}
		if m.Kind == KindMetric {
			switch { // here status tells whether all figures told are the same
			case value == nil:
				all[at].status = NotTold
			case status.Int64 == 0:
				all[at].status, all[at].note = Ambiguous, "the report tells several figures that differ"
			default:
				all[at].value, all[at].status = value, report.StatusReported
			}
			continue
		}
		if indicator.Valid {
			if figures[at] == nil {
				figures[at] = map[string]figure{}
			}
			figures[at][code[indicator.Int64]] = figure{value, store.StatusOf(status.Int64), corrected.Bool}
		}
	}
	if err := rows.Err(); err != nil {
		return nil, s.Explain("read", err)
	}
	if m.Kind != KindMetric && m.Code != RepeatedText {
		resolve := resolver(qualities)
		for i := range all {
			all[i].settle(m, figures[i], resolve)
		}
	}
	return all, nil
}

// resolver is correspondent with a memory: a comparison asks it for thousands
// of reports of three layouts.
func resolver(qualities []string) func(code, layout string) (correspondence, bool) {
	type answer struct {
		correspondence
		ok bool
	}
	known := map[[2]string]answer{}
	return func(code, layout string) (correspondence, bool) {
		key := [2]string{code, layout}
		a, seen := known[key]
		if !seen {
			a.correspondence, a.ok = correspondent(code, layout, qualities)
			known[key] = a
		}
		return a.correspondence, a.ok
	}
}

// settle makes the reading's value of a report's figures.
func (r *reading) settle(m Measure, figures map[string]figure, resolve func(code, layout string) (correspondence, bool)) {
	one := func(code string) figure {
		c, ok := resolve(code, r.layout)
		if ok {
			_, ok = applicantOf(c.code, m)
		}
		if !ok {
			return figure{status: NotInLayout}
		}
		if c.code != code {
			r.used, r.quality = c.code, c.quality
			r.note = join(r.note, fmt.Sprintf("read from %s (%s: %s)", c.code, c.quality, c.note))
		}
		f, ok := figures[c.code]
		if !ok {
			return figure{status: NotRead}
		}
		r.corrected = r.corrected || f.corrected
		return f
	}
	if m.Kind == KindIndicator {
		f := one(m.Code)
		r.value, r.status = f.value, f.status
		if f.status == report.StatusUnitAssumed {
			r.note = join(r.note, "the report names no unit")
		}
		return
	}
	i := slices.IndexFunc(rates, func(rate Rate) bool { return rate.Code == m.Code })
	r.value, r.base, r.status = rates[i].of(one)
}

// of is a rate, and the count it rests on, of the figures of one report.
func (rate Rate) of(one func(code string) figure) (value, base *float64, status report.Status) {
	sum := func(codes []string) (total float64, status report.Status) {
		for _, code := range codes {
			f := one(code)
			if f.value == nil {
				return 0, f.status // one blank term leaves the sum unknown
			}
			total += *f.value
		}
		return total, report.StatusReported
	}
	below, status := sum(rate.Denominator)
	if status != report.StatusReported {
		return nil, nil, status
	}
	above, status := sum(rate.Numerator)
	switch {
	case status != report.StatusReported:
		return nil, &below, status
	case below < MinBase:
		return nil, &below, BaseTooLow
	}
	v := above / below
	return &v, &below, report.StatusReported
}

// RateReader reads rates of one report after the other.
type RateReader struct {
	resolve func(code, layout string) (correspondence, bool)
	totals  map[string]figure
}

// NewRateReader returns a reader that lets a layout without an indicator be
// read by its exact correspondent, as a comparison does.
func NewRateReader() *RateReader {
	return &RateReader{resolve: resolver([]string{catalog.QualityExact}), totals: map[string]figure{}}
}

// Read gives every rate of a report to each, in the order of Rates: its value,
// and where there is none, why.
func (rr *RateReader) Read(r *store.ReportFigures, each func(rate Rate, value *float64, status report.Status)) {
	clear(rr.totals)
	for _, f := range r.Facts {
		if f.Applicant == "" || f.Applicant == catalog.ApplicantTotal {
			rr.totals[f.Indicator] = figure{f.Value, f.Status, f.Corrected}
		}
	}
	for _, rate := range rates {
		value, _, status := rate.of(func(code string) figure {
			c, ok := rr.resolve(code, r.Layout)
			if !ok {
				return figure{status: NotInLayout}
			}
			f, ok := rr.totals[c.code]
			if !ok {
				return figure{status: NotRead}
			}
			return f
		})
		each(rate, value, status)
	}
}

// join makes a note of what is worth saying.
func join(notes ...string) string {
	return strings.Join(slices.DeleteFunc(notes, func(s string) bool { return s == "" }), "; ")
}
