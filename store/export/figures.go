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
		return long(m), nil
	case Wide:
		return wide(m), nil
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
	return store.FactQuery{Filter: o.Filter, Reports: o.reports, Indicators: m.read, Totals: o.Shape == Wide, Metrics: len(m.metrics) > 0,
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
		{"layout", text, "2008, 2014, 2019 or 2021: which notice's tables the report has", true},
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

// long has one row a figure.
func long(m measures) table {
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
	return table{name: "facts", title: "Figures of the standard tables, one row a figure", columns: columns,
		refers: []reference{{"report_id", "reports", "report_id"}, {"indicator", "indicators", "code"}, {"applicant", "applicants", "code"}, {"status", "statuses", "code"}},
		rows: func(ctx context.Context, n *store.Snapshot, o Options) iter.Seq2[[]any, error] {
			return func(yield func([]any, error) bool) {
				w := longRows{measures: m, has: m.has(), labels: labels(), reader: ask.NewReader(), row: make([]any, 0, len(columns)), yield: yield}
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

// longRows makes the rows of one report after the other.
type longRows struct {
	measures
	has    func(string) bool
	labels map[string]label
	reader *ask.Reader
	row    []any
	yield  func([]any, error) bool
}

func (w *longRows) report(r *store.ReportFigures) bool {
	place := placeCells(nil, r.RegionCode)
	end := func(kind, code string, base, baseYear any) bool {
		l := w.labels[code]
		w.row = append(w.row, r.Source, kind, unknown(l.zh), unknown(l.en))
		w.row = append(w.row, place...)
		if len(w.measures.rates) > 0 {
			w.row = append(w.row, base, baseYear)
		}
		return w.yield(w.row, nil)
	}
	for i := range r.Facts {
		f := &r.Facts[i]
		if !w.has(f.Indicator) {
			continue
		}
		w.row = append(reportCells(w.row[:0], r.ReportRow), f.Indicator, unknown(f.Applicant), value(f.Value), unknown(f.Unit), string(f.Status), f.Raw,
			f.Corrected, unknown(f.CorrectionReason), unknown(f.Locator))
		if !end(ask.KindIndicator, f.Indicator, nil, nil) {
			return false
		}
	}
	more := true
	w.each(r, w.reader, false, func(x ask.Reading) {
		if !more || x.Status == ask.NotTold {
			return
		}
		w.row = append(reportCells(w.row[:0], r.ReportRow), x.Code, unknown(x.Applicant), value(x.Value), unknown(x.Unit), string(x.Status), nil, false, nil, nil)
		more = end(x.Kind, x.Code, value(x.Base), year(x.BaseYear))
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

// wide has one row a report: a column for each measure, of the requests table
// the column total.
func wide(m measures) table {
	columns := reportColumns()
	at := map[string]int{}
	add := func(code, name, note string) {
		at[code] = len(columns)
		columns = append(columns, Column{name, number, note, false})
	}
	for _, i := range m.indicators {
		add(i.Code, strings.ReplaceAll(i.Code, ".", "_"), fmt.Sprintf("%s (%s); %s; empty where no figure is printed", i.LabelEN, i.Unit, i.LabelZH()))
	}
	corrected := len(columns)
	columns = append(columns, Column{"corrected", whole, "how many of these figures a reviewer set right", true}, Column{"source", text, "path or address of the report", true})
	for _, d := range m.derived {
		add(d.Code, strings.ReplaceAll(d.Code, ".", "_"), fmt.Sprintf("%s (%s); %s; empty where a part is missing", d.LabelEN, d.Unit, d.LabelZH))
	}
	for _, r := range m.rates {
		why := fmt.Sprintf("a figure is missing or the count it rests on is below %d", ask.MinBase)
		switch {
		case r.Per != "":
			why = "a figure is missing, the report is an office's or the territory was not counted as it is drawn"
		case len(r.Numerator) == 0:
			why = "`nianbao copies` has not compared the two, or there is no report of the year before"
		}
		add(r.Code, strings.ReplaceAll(r.Code, ".", "_"), fmt.Sprintf("%s; %s; empty where %s", r.LabelEN, r.LabelZH, why))
	}
	for _, t := range m.metrics {
		add(t.Code, "told_"+t.Code, fmt.Sprintf("%s, as told in words (%s); %s; empty where none is told, or several that differ", t.LabelEN, t.Unit, t.LabelZH))
	}
	places := len(columns)
	columns = append(columns, placeColumns()...)
	return table{name: "reports_wide", title: "Reports with their figures side by side, one row a report", columns: columns, key: []string{"report_id"},
		rows: func(ctx context.Context, n *store.Snapshot, o Options) iter.Seq2[[]any, error] {
			return func(yield func([]any, error) bool) {
				has, reader, row := m.has(), ask.NewReader(), make([]any, len(columns))
				for r, err := range n.Figures(ctx, m.query(o)) {
					if err != nil {
						yield(nil, err)
						return
					}
					clear(row)
					reportCells(row[:0], r.ReportRow)
					set := int64(0)
					for i := range r.Facts {
						f := &r.Facts[i]
						if column, ok := at[f.Indicator]; ok && has(f.Indicator) {
							row[column] = value(f.Value)
							if f.Corrected {
								set++
							}
						}
					}
					row[corrected], row[corrected+1] = set, r.Source
					m.each(r, reader, true, func(x ask.Reading) { row[at[x.Code]] = value(x.Value) })
					placeCells(row[:places], r.RegionCode)
					if !yield(row, nil) {
						return
					}
					o.step()
				}
			}
		}}
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
