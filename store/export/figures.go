package export

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/ask"
)

func shape(o Options) (table, error) {
	m, err := choose(o)
	if err != nil {
		return table{}, err
	}
	switch o.Shape {
	case Long, "":
		return long(m, o.Per), nil
	case Wide:
		return wide(m, o.Per), nil
	}
	return table{}, fmt.Errorf("%w: shape %q; want long or wide", ErrFormat, o.Shape)
}

// measures are what an export has of each report.
type measures struct {
	indicators []catalog.Indicator
	derived    []catalog.Derived
	rates      []ask.Rate
	metrics    []catalog.Metric
	read       []string // indicators to be read for them; nil for all
}

// choose are the measures that the options name; where they name none, all
// indicators, and the kinds of Options.With: the rates come with the sums that
// some are made of.
func choose(o Options) (m measures, err error) {
	if len(o.Measures) == 0 {
		m.indicators = catalog.Indicators()
		for _, kind := range o.With {
			switch kind {
			case ask.KindRate:
				m.derived, m.rates = catalog.Deriveds(), ask.Rates()
			case ask.KindMetric:
				m.metrics = catalog.Metrics()
			default:
				return m, fmt.Errorf("%w: kind %q; want rate or metric", ErrFormat, kind)
			}
		}
		return m, nil
	}
	m.read = []string{}
	seen := map[string]bool{}
	for _, code := range o.Measures {
		if seen[code] {
			continue
		}
		seen[code] = true
		measure, err := ask.FindMeasure(code, "")
		if err != nil {
			return m, err
		}
		switch measure.Kind {
		case ask.KindIndicator:
			i, _ := catalog.Lookup(code)
			m.indicators, m.read = append(m.indicators, i), append(m.read, code)
		case ask.KindDerived:
			d, _ := catalog.LookupDerived(code)
			m.derived, m.read = append(m.derived, d), append(m.read, d.Parts...)
		case ask.KindMetric:
			metric, _ := catalog.LookupMetric(code)
			m.metrics = append(m.metrics, metric)
		case ask.KindRate:
			for _, r := range ask.Rates() {
				if r.Code == code {
					m.rates, m.read = append(m.rates, r), append(m.read, r.Reads()...)
				}
			}
		}
	}
	return m, nil
}

func (m measures) query(o Options) store.FactQuery {
	return store.FactQuery{Filter: o.Filter, Reports: o.reports, Indicators: m.read, Totals: o.Shape == Wide, Metrics: len(m.metrics) > 0, Doubts: true,
		Repeated: slices.ContainsFunc(m.rates, func(r ask.Rate) bool { return r.Code == ask.RepeatedText })}
}

// has tells the indicators that were asked for from those read for a rate.
func (m measures) has() func(code string) bool {
	if m.read == nil {
		return func(string) bool { return true }
	}
	chosen := map[string]bool{}
	for _, i := range m.indicators {
		chosen[i.Code] = true
	}
	return func(code string) bool { return chosen[code] }
}

func reportColumns() []Column {
	return []Column{
		{"report_id", whole, "number of the report in the database", true},
		{"region_code", text, "GB/T 2260, six digits", false},
		{"region_name", text, "name of the region as the report gives it", false},
		{"year", whole, "year reported on", false},
		{"publisher", text, "agency that published the report", false},
		{"scope", text, "region: the whole territory; agency: one office", false},
		{"layout", text, strings.Join(catalog.Default().Layouts(), ", ") + ": which notice's tables the report has", true},
	}
}

func placeColumns() []Column {
	return []Column{
		{"prefecture", text, "prefecture that the region belongs to or is; empty where it is directly under its province", false},
		{"province", text, "province that the region belongs to or is", false},
	}
}

func reportCells(row []any, r store.ReportRow) []any {
	return append(row, r.ReportID, unknown(r.RegionCode), unknown(r.RegionName), year(r.Year), unknown(r.Publisher), unknown(string(r.Scope)), unknown(r.Layout))
}

// placeCells are the prefecture and the province of a region.
func placeCells(row []any, code string) []any {
	var prefecture, province any
	for _, r := range region.Path(code) {
		switch r.Level {
		case region.LevelPrefecture:
			prefecture = r.Name
		case region.LevelProvince:
			province = r.Name
		}
	}
	return append(row, prefecture, province)
}

// perColumns are a denominator and what is divided by it.
func perColumns(per []string) (columns []Column) {
	for _, name := range per {
		columns = append(columns, baseColumn(name),
			Column{ask.PerName(name), number, "value divided by it" + perNote(name) + "; empty for rates and where value or denominator is", false})
	}
	return columns
}

func baseColumn(name string) Column {
	if name == ask.Residents {
		return Column{"denominator_" + name, number, fmt.Sprintf("residents of the territory in the census of %d; empty where it was not counted as it was drawn in the year, and for offices", region.CensusYear), false}
	}
	return Column{"denominator_" + name, number, "imported: " + name + " of the same territory and year; empty where none is known, and for offices", false}
}

func perNote(name string) string {
	if name == ask.Residents {
		return fmt.Sprintf(", times 100,000 (census of %d)", region.CensusYear)
	}
	return ""
}

// dividers divide by the denominators that were asked for.
type dividers []*ask.Divider

func newDividers(ctx context.Context, n *store.Snapshot, per []string) (all dividers, err error) {
	for _, name := range per {
		d, err := ask.NewDivider(ctx, n.Conn(), name)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// long has one row a figure.
func long(m measures, per []string) table {
	columns := append(reportColumns(),
		Column{"indicator", text, "code of what is counted; see the codebook", true},
		Column{"applicant", text, "kind of applicant, for the requests table; total is the sum over all kinds", false},
		Column{"value", number, "the figure; empty where none is printed: blank is not zero", false},
		Column{"unit", text, "unit of value", false},
		Column{"status", text, "reported, blank, not_applicable, unreadable or unit_assumed; of a rate also why there is none, of a metric ambiguous where several figures differ", true},
		Column{"raw", text, "the cell's text as printed", false},
		Column{"corrected", truth, "whether a reviewer set the figure right", true},
		Column{"correction_reason", text, "why", false},
		Column{"locator", text, "place of the figure in the source", false},
		Column{"source", text, "path or address of the report", true},
		Column{"kind", text, "indicator (of a table), derived (a sum of them that no table prints), rate (made from them) or metric (told in words)", true},
		Column{"label_zh", text, "name of the indicator, rate or metric in Chinese", true},
		Column{"label_en", text, "and in English", true})
	columns = append(columns, placeColumns()...)
	if len(m.rates) > 0 {
		columns = append(columns,
			Column{"base", number, "of a rate: the count, or the residents, that it rests on", false},
			Column{"base_year", whole, "of a rate over residents: the year that they were counted in", false})
	}
	columns = append(columns, perColumns(per)...)
	columns = append(columns, Column{"contradicted_by", text, "rules of the errors and warnings that put the figure, or one that it is made from, in doubt, separated by spaces; without those that a reviewer dismissed", false})
	return table{name: "facts", title: "Figures of the standard tables, one row a figure", columns: columns,
		refers: []reference{{"report_id", "reports", "report_id"}, {"indicator", "indicators", "code"}, {"applicant", "applicants", "code"}, {"status", "statuses", "code"}},
		rows: func(ctx context.Context, n *store.Snapshot, o Options) iter.Seq2[[]any, error] {
			return func(yield func([]any, error) bool) {
				by, err := newDividers(ctx, n, per)
				if err != nil {
					yield(nil, err)
					return
				}
				w := longRows{measures: m, has: m.has(), labels: labels(), reader: ask.NewReader(), doubter: ask.NewDoubter(), by: by, bases: make([]any, len(by)), row: make([]any, 0, len(columns)), yield: yield}
				for r, err := range n.Figures(ctx, m.query(o)) {
					if err != nil {
						yield(nil, err)
						return
					}
					if !w.report(r) {
						return
					}
					o.step()
				}
			}
		}}
}

type label struct{ zh, en string }

// labels are the names of all measures.
func labels() map[string]label {
	all := map[string]label{}
	for _, m := range ask.Measures() {
		all[m.Code] = label{m.LabelZH, m.LabelEN}
	}
	return all
}

// derived is long for what no table prints: sums and rates, marked as what they are.
func derived(per []string) table {
	m := measures{derived: catalog.Deriveds(), rates: ask.Rates(), read: []string{}}
	for _, d := range m.derived {
		m.read = append(m.read, d.Parts...)
	}
	for _, r := range m.rates {
		m.read = append(m.read, r.Reads()...)
	}
	t := long(m, per)
	t.name, t.title = "derived", "Sums and rates made from the figures, which no table prints; one row each"
	t.refers = []reference{{"report_id", "reports", "report_id"}, {"applicant", "applicants", "code"}}
	return t
}

// longRows makes the rows of one report after the other.
type longRows struct {
	measures
	has     func(string) bool
	labels  map[string]label
	reader  *ask.Reader
	doubter *ask.Doubter
	by      dividers
	bases   []any // of the report at hand
	row     []any
	yield   func([]any, error) bool
}

func (w *longRows) report(r *store.ReportFigures) bool {
	place := placeCells(nil, r.RegionCode)
	for i, d := range w.by {
		w.bases[i] = value(d.Report(r.ReportRow))
	}
	end := func(kind, code, applicant string, v *float64, unit string, base, baseYear any) bool {
		l := w.labels[code]
		w.row = append(w.row, r.Source, kind, unknown(l.zh), unknown(l.en))
		w.row = append(w.row, place...)
		if len(w.measures.rates) > 0 {
			w.row = append(w.row, base, baseYear)
		}
		for i, d := range w.by {
			if kind == ask.KindRate {
				unit = ""
			}
			w.row = append(w.row, w.bases[i], value(d.Divide(v, unit)))
		}
		var doubts []string
		if v != nil {
			doubts = w.doubter.Rules(r.Doubts, code, applicant)
		}
		w.row = append(w.row, unknown(strings.Join(doubts, " ")))
		return w.yield(w.row, nil)
	}
	for i := range r.Facts {
		f := &r.Facts[i]
		if !w.has(f.Indicator) {
			continue
		}
		w.row = append(reportCells(w.row[:0], r.ReportRow), f.Indicator, unknown(f.Applicant), value(f.Value), unknown(f.Unit), string(f.Status), f.Raw,
			f.Corrected, unknown(f.CorrectionReason), unknown(f.Locator))
		if !end(ask.KindIndicator, f.Indicator, f.Applicant, f.Value, f.Unit, nil, nil) {
			return false
		}
	}
	more := true
	w.each(r, w.reader, false, func(x ask.Reading) {
		if !more || x.Status == ask.NotTold {
			return
		}
		w.row = append(reportCells(w.row[:0], r.ReportRow), x.Code, unknown(x.Applicant), value(x.Value), unknown(x.Unit), string(x.Status), nil, false, nil, nil)
		more = end(x.Kind, x.Code, x.Applicant, x.Value, x.Unit, value(x.Base), year(x.BaseYear))
	})
	return more
}

// each gives the chosen sums, rates and metrics of a report.
func (m measures) each(r *store.ReportFigures, reader *ask.Reader, totals bool, give func(ask.Reading)) {
	if len(m.rates)+len(m.derived) > 0 {
		reader.Report(r)
	}
	for _, d := range m.derived {
		for _, x := range reader.Derived(r, d, totals) {
			give(x)
		}
	}
	for _, rate := range m.rates {
		give(reader.Rate(r, rate))
	}
	for _, metric := range m.metrics {
		x := ask.Reading{Code: metric.Code, Kind: ask.KindMetric, Unit: metric.Unit, Status: ask.NotTold}
		switch told, ok := r.Metrics[metric.Code]; {
		case ok && told.Differ:
			x.Status = ask.Ambiguous
		case ok:
			x.Value, x.Status = &told.Value, report.StatusReported
		}
		give(x)
	}
}

// A wideTable has one row a report: a column for each measure, of the requests
// table the column total. Denominators follow at the end, each with what it divides.
type wideTable struct {
	measures  measures
	columns   []Column
	at        map[string]int // the column of a measure
	counts    []wideCount    // that can be divided
	corrected int            // the column behind the indicators
	places    int            // the first column of where it is
	divided   int            // the first denominator
}

// A wideCount is a column that can be divided.
type wideCount struct {
	column int
	unit   string
}

func (w *wideTable) add(code, name, unit, note string) {
	if w.at[code] = len(w.columns); unit != "" && unit != "%" {
		w.counts = append(w.counts, wideCount{len(w.columns), unit})
	}
	w.columns = append(w.columns, Column{name, number, note, false})
}

// emptyRate says where a rate has no value.
func emptyRate(r ask.Rate) string {
	switch {
	case r.Per != "":
		return "a figure is missing, the report is an office's or the territory was not counted as it is drawn"
	case len(r.Numerator) == 0:
		return "`nianbao copies` has not compared the two, or there is no report of the year before"
	}
	return fmt.Sprintf("a figure is missing or the count it rests on is below %d", ask.MinBase)
}

func wide(m measures, per []string) table {
	w := &wideTable{measures: m, columns: reportColumns(), at: map[string]int{}}
	for _, i := range m.indicators {
		w.add(i.Code, strings.ReplaceAll(i.Code, ".", "_"), i.Unit, fmt.Sprintf("%s (%s); %s; empty where no figure is printed", i.LabelEN, i.Unit, i.LabelZH()))
	}
	w.corrected = len(w.columns)
	w.columns = append(w.columns, Column{"corrected", whole, "how many of these figures a reviewer set right", true}, Column{"source", text, "path or address of the report", true})
	for _, d := range m.derived {
		w.add(d.Code, strings.ReplaceAll(d.Code, ".", "_"), d.Unit, fmt.Sprintf("%s (%s); %s; empty where a part is missing", d.LabelEN, d.Unit, d.LabelZH))
	}
	for _, r := range m.rates {
		w.add(r.Code, strings.ReplaceAll(r.Code, ".", "_"), "", fmt.Sprintf("%s; %s; empty where %s", r.LabelEN, r.LabelZH, emptyRate(r)))
	}
	for _, t := range m.metrics {
		w.add(t.Code, "told_"+t.Code, t.Unit, fmt.Sprintf("%s, as told in words (%s); %s; empty where none is told, or several that differ", t.LabelEN, t.Unit, t.LabelZH))
	}
	w.places = len(w.columns)
	w.columns = append(w.columns, placeColumns()...)
	w.divided = len(w.columns)
	for _, name := range per {
		w.columns = append(w.columns, baseColumn(name))
		for _, c := range w.counts {
			of := w.columns[c.column].Name
			w.columns = append(w.columns, Column{of + "_" + ask.PerName(name), number, of + " divided by denominator_" + name + perNote(name) + "; empty where one of them is", false})
		}
	}
	w.columns = append(w.columns, Column{"contradicted", whole, "how many of these figures, sums, rates and metrics an error or a warning puts in doubt; without those that a reviewer dismissed", true})
	return table{name: "reports_wide", title: "Reports with their figures side by side, one row a report", columns: w.columns, key: []string{"report_id"},
		rows: func(ctx context.Context, n *store.Snapshot, o Options) iter.Seq2[[]any, error] {
			return func(yield func([]any, error) bool) {
				by, err := newDividers(ctx, n, per)
				if err != nil {
					yield(nil, err)
					return
				}
				has, reader, doubter, row := m.has(), ask.NewReader(), ask.NewDoubter(), make([]any, len(w.columns))
				for r, err := range n.Figures(ctx, m.query(o)) {
					if err != nil {
						yield(nil, err)
						return
					}
					w.fill(row, r, has, reader, doubter)
					w.divide(row, r, by)
					if !yield(row, nil) {
						return
					}
					o.step()
				}
			}
		}}
}

// fill writes a report's row but for the denominators.
func (w *wideTable) fill(row []any, r *store.ReportFigures, has func(string) bool, reader *ask.Reader, doubter *ask.Doubter) {
	clear(row)
	reportCells(row[:0], r.ReportRow)
	set, doubts := int64(0), int64(0)
	put := func(code, applicant string, v *float64) {
		if row[w.at[code]] = value(v); v != nil && len(doubter.Rules(r.Doubts, code, applicant)) > 0 {
			doubts++
		}
	}
	for i := range r.Facts {
		f := &r.Facts[i]
		if _, ok := w.at[f.Indicator]; ok && has(f.Indicator) {
			put(f.Indicator, f.Applicant, f.Value)
			if f.Corrected {
				set++
			}
		}
	}
	row[w.corrected], row[w.corrected+1] = set, r.Source
	w.measures.each(r, reader, true, func(x ask.Reading) { put(x.Code, x.Applicant, x.Value) })
	placeCells(row[:w.places], r.RegionCode)
	row[len(row)-1] = doubts
}

// divide writes the denominators, each with what it divides.
func (w *wideTable) divide(row []any, r *store.ReportFigures, by []*ask.Divider) {
	cells := row[:w.divided]
	for _, d := range by {
		cells = append(cells, value(d.Report(r.ReportRow)))
		for _, c := range w.counts {
			v, ok := row[c.column].(float64)
			if !ok {
				cells = append(cells, nil)
				continue
			}
			cells = append(cells, value(d.Divide(&v, c.unit)))
		}
	}
}

// unknown is nil for what a report does not say.
func unknown(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func year(y int) any {
	if y == 0 {
		return nil
	}
	return int64(y)
}

func value(v *float64) any {
	if v == nil {
		return nil
	}
	return *v
}
