package ask

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strconv"
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
	// NoDenominator: nothing is known to divide by for this territory and year.
	NoDenominator report.Status = "no_denominator"
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
	baseYear   int // of the denominator that no report prints; 0: none
	status     report.Status
	corrected  bool
	used       string // the indicator that stands for the measure in this layout, where it is another
	quality    string // of that correspondence
	note       note
}

// note is what to know before using a value, in both languages.
type note struct{ en, zh string }

// add adds a sentence to a note.
func (n note) add(en, zh string) note {
	if n.en != "" {
		en, zh = n.en+"; "+en, n.zh+"；"+zh
	}
	return note{en, zh}
}

// figure is what a report has in one cell.
type figure struct {
	indicator string
	value     *float64
	status    report.Status
	corrected bool
}

// printed are a report's figures of one column. A measure is made of few.
type printed []figure

func (p printed) find(indicator string) (figure, bool) {
	for _, f := range p {
		if f.indicator == indicator {
			return f, true
		}
	}
	return figure{}, false
}

// readings fetches a measure from the chosen reports, in no order. A layout
// that lacks an indicator is read by its correspondent of one of qualities.
func readings(ctx context.Context, s *store.Store, m Measure, f store.Filter, qualities ...string) ([]reading, error) {
	all, err := undivided(ctx, s, m, f, qualities)
	if err != nil || m.Per == "" {
		return all, err
	}
	by, err := denominatorOf(ctx, s, m.Per)
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].divide(by)
	}
	return all, nil
}

// undivided is readings before the denominator that no report prints.
func undivided(ctx context.Context, s *store.Store, m Measure, f store.Filter, qualities []string) ([]reading, error) {
	where, args, err := f.Condition()
	if err != nil {
		return nil, err
	}
	names := []string{"r.region_code", "r.region_name", "r.publisher", "r.scope", "r.year", "r.layout", "r.source"}
	columns := "r.id, " + strings.Join(names, ", ")
	if m.Code == RepeatedText {
		return scanReadings(ctx, s, `SELECT `+columns+`, NULL, c.share, 0, 0
			FROM report r LEFT JOIN similarity c ON c.report_id = r.id AND c.kind = '`+CopyYearBefore+`' WHERE `+where, args, m, qualities)
	}
	if m.numerator() == KindMetric {
		args = append([]any{m.Code}, args...)
		return scanReadings(ctx, s, `SELECT `+columns+`, NULL, m.value, 0, 0
			FROM report r LEFT JOIN mention_data m ON m.report_id = r.id AND m.metric = ? AND `+store.WholeMention+`
			WHERE `+where, args, m, qualities)
	}
	list, err := query.List(wanted(s, m, qualities))
	if err != nil {
		return nil, err
	}
	shift, mask := strconv.Itoa(catalog.ApplicantBits), strconv.Itoa(catalog.MaxApplicants)
	// What names a report stands in the first of its rows alone: those of a rate are many.
	for i, name := range names {
		names[i] = "CASE wanted.key WHEN 0 THEN " + name + " END"
	}
	// The two tables of effective_fact, for a view of two tables to the right of
	// LEFT JOIN would be made whole for every question.
	return scanReadings(ctx, s, `SELECT r.id, `+strings.Join(names, ", ")+`, f.indicator, `+store.Effective+`
		FROM report r CROSS JOIN json_each(?) wanted
		LEFT JOIN fact_data f ON f.report_id = r.id AND f.indicator = wanted.value >> `+shift+` AND f.applicant = wanted.value & `+mask+`
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
// keys: store.FactKey.
func wanted(s *store.Store, m Measure, qualities []string) []int64 {
	codes, keys := s.Codes(), map[int64]bool{}
	for _, term := range terms(m.Code) {
		for _, layout := range layouts() {
			c, _ := correspondent(term, layout, qualities)
			for _, code := range c.codes {
				applicant, ok := applicantOf(code, m)
				if n, known := codes.Indicator[code]; ok && known {
					keys[store.FactKey(n, codes.Applicant[applicant])] = true
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

// terms are the indicators and derived sums a measure is made of.
func terms(code string) []string {
	if r, ok := findRate(code); ok {
		return slices.Concat(r.Numerator, r.Denominator)
	}
	return []string{code}
}

// correspondence is what stands for an indicator or a derived sum in a layout.
type correspondence struct {
	codes   []string // indicators, added
	other   string   // the code of what stands for it; "" where it is itself
	quality string   // of that; "" with other
	note    note     // what differs
}

// correspondent is what of a layout may stand for code: itself, or by the
// crosswalk the best of one of qualities. Two of the same quality are no answer.
func correspondent(code, layout string, qualities []string) (c correspondence, ok bool) {
	if d, derived := catalog.LookupDerived(code); derived {
		if parts := d.PartsIn(layout); len(parts) > 0 {
			return correspondence{codes: parts}, true
		}
		return counterpart([]catalog.Correspondence{d.Counterpart}, code, layout, qualities)
	}
	if i, known := catalog.Lookup(code); known && i.In(layout) {
		return correspondence{codes: []string{code}}, true
	}
	return counterpart(catalog.Counterparts(code), code, layout, qualities)
}

func counterpart(among []catalog.Correspondence, code, layout string, qualities []string) (c correspondence, ok bool) {
	for _, quality := range qualities {
		var found []correspondence
		for _, c := range among {
			other := c.A
			if other == code {
				other = c.B
			}
			if i, known := catalog.Lookup(other); known && c.Quality == quality && i.In(layout) {
				found = append(found, correspondence{[]string{other}, other, quality, note{c.Note, c.NoteZH}})
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
	var figures []printed
	// Of the row at hand; thousands follow.
	var r reading
	var region, name, publisher, scope, layout, source sql.NullString
	var year, indicator, status sql.NullInt64
	var corrected sql.NullBool
	var number sql.NullFloat64
	into := []any{&r.reportID, &region, &name, &publisher, &scope, &year, &layout, &source, &indicator, &number, &status, &corrected}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, s.Explain("read", err)
		}
		at, ok := index[r.reportID]
		if !ok {
			r.regionCode, r.regionName, r.publisher, r.scope, r.year = region.String, name.String, publisher.String, report.Scope(scope.String), int(year.Int64)
			r.layout, r.source = layout.String, source.String
			at = len(all)
			index[r.reportID] = at
			all = append(all, r)
			figures = append(figures, nil)
		}
		var value *float64
		if number.Valid {
			v := number.Float64
			value = &v
		}
		if m.Code == RepeatedText {
			all[at].value, all[at].status = value, report.StatusReported
			if value == nil {
				all[at].status = NotCompared
				all[at].note = all[at].note.add("`nianbao copies` compares it with the report of the year before, where there is one", "用 nianbao copies 与上一年的报告比较，如果有的话")
			}
			continue
		}
		if m.numerator() == KindMetric {
			all[at].told(value)
			continue
		}
		if indicator.Valid {
			figures[at] = append(figures[at], figure{code[indicator.Int64], value, store.StatusOf(status.Int64), corrected.Bool})
		}
	}
	if err := rows.Err(); err != nil {
		return nil, s.Explain("read", err)
	}
	if m.numerator() != KindMetric && m.Code != RepeatedText {
		resolve := resolver(qualities)
		for i := range all {
			all[i].settle(m, figures[i], resolve)
		}
	}
	return all, nil
}

// told takes one figure of a metric, nil where the report tells none.
func (r *reading) told(value *float64) {
	switch {
	case value == nil:
		r.status = NotTold
	case r.status == "":
		r.value, r.status = value, report.StatusReported
	case r.status == report.StatusReported && *value != *r.value:
		r.value, r.status = nil, Ambiguous
		r.note = r.note.add("the report tells several figures that differ", "报告里有几个不同的数字")
	}
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
func (r *reading) settle(m Measure, figures printed, resolve func(code, layout string) (correspondence, bool)) {
	one := func(code string) figure {
		c, ok := resolve(code, r.layout)
		if ok && c.other != "" {
			_, ok = applicantOf(c.other, m)
		}
		if !ok {
			return figure{status: NotInLayout}
		}
		if c.other != "" {
			r.used, r.quality = c.other, c.quality
			r.note = r.note.add(fmt.Sprintf("read from %s (%s: %s)", c.other, c.quality, c.note.en), fmt.Sprintf("取自“%s”（%s：%s）", label(c.other), qualityZH[c.quality], c.note.zh))
		}
		f, lacks := c.sum(figures.find)
		if lacks != "" && len(c.codes) > 1 {
			r.note = r.note.add(fmt.Sprintf("%s is %s, so there is no sum", lacks, strings.ReplaceAll(string(f.status), "_", " ")), fmt.Sprintf("“%s”没有数字，所以没有合计", label(lacks)))
		}
		r.corrected = r.corrected || f.corrected
		return f
	}
	if rate, ok := findRate(m.Code); ok {
		r.value, r.base, r.status = rate.of(one)
		return
	}
	f := one(m.Code)
	r.value, r.status = f.value, f.status
	if f.status == report.StatusUnitAssumed {
		r.note = r.note.add("the report names no unit", "报告没有写明单位")
	}
}

// sum adds the figures that stand for one. Where one has no figure there is no
// sum, and lacks is its code.
func (c correspondence) sum(find func(code string) (figure, bool)) (sum figure, lacks string) {
	if len(c.codes) == 1 {
		f, ok := find(c.codes[0])
		if !ok {
			return figure{status: NotRead}, c.codes[0]
		}
		return f, ""
	}
	total := 0.0
	sum.status = report.StatusReported
	for _, code := range c.codes {
		f, ok := find(code)
		switch {
		case !ok:
			f.status = NotRead
			fallthrough
		case f.value == nil:
			return figure{status: f.status, corrected: sum.corrected || f.corrected}, code
		case f.status == report.StatusUnitAssumed:
			sum.status = f.status
		}
		total += *f.value
		sum.corrected = sum.corrected || f.corrected
	}
	sum.value = &total
	return sum, ""
}

// of is a rate, and the count it rests on, of the figures of one report. A rate
// with a denominator that no report prints is what is to be divided.
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
	if rate.Per != "" {
		above, status := sum(rate.Numerator)
		if status != report.StatusReported {
			return nil, nil, status
		}
		return &above, nil, status
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

// label names an indicator in Chinese.
func label(code string) string {
	if i, ok := catalog.Lookup(code); ok {
		return i.LabelZH()
	}
	return code
}

var qualityZH = map[string]string{catalog.QualityExact: "口径相同", catalog.QualityClose: "口径相近"}
