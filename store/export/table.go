package export

import (
	"context"
	"fmt"
	"iter"

	"nianbao/store"
)

// Types of columns.
const (
	text   = "string"
	whole  = "integer"
	number = "number"
	truth  = "boolean"
)

// Column is one column of a table, with what the codebook says of it.
type Column struct {
	Name string
	Type string // string, integer, number or boolean
	Note string
}

// table is a shape: its columns and its rows. A cell is nil, string, int64,
// float64 or bool as its column's type says.
type table struct {
	name    string
	columns []Column
	rows    func(context.Context, *store.Store, Options) iter.Seq2[[]any, error]
}

func shape(o Options) (table, error) {
	switch o.Shape {
	case Long, "":
		return long, nil
	}
	return table{}, fmt.Errorf("%w: shape %q; want long or wide", ErrFormat, o.Shape)
}

var reportColumns = []Column{
	{"report_id", whole, "number of the report in the database"},
	{"region_code", text, "GB/T 2260, six digits"},
	{"region_name", text, "name of the region as the report gives it"},
	{"year", whole, "year reported on"},
	{"publisher", text, "agency that published the report"},
	{"scope", text, "region: the whole territory; agency: one office"},
	{"layout", text, "2014, 2019 or 2021: which notice's tables the report has"},
}

var long = table{
	name: "facts",
	columns: append(append([]Column{}, reportColumns...),
		Column{"indicator", text, "code of what is counted; see the codebook"},
		Column{"applicant", text, "kind of applicant, for the requests table; total is the sum over all kinds"},
		Column{"value", number, "the figure; empty where none is printed: blank is not zero"},
		Column{"unit", text, "unit of value"},
		Column{"status", text, "reported, blank, not_applicable, unreadable or unit_assumed"},
		Column{"raw", text, "the cell's text as printed"},
		Column{"corrected", truth, "whether a reviewer set the figure right"},
		Column{"correction_reason", text, "why"},
		Column{"locator", text, "place of the figure in the source"},
		Column{"source", text, "path or address of the report"},
	),
	rows: func(ctx context.Context, s *store.Store, o Options) iter.Seq2[[]any, error] {
		return func(yield func([]any, error) bool) {
			row := make([]any, len(reportColumns)+10)
			for f, err := range s.Facts(ctx, store.FactQuery{Filter: o.Filter, Indicators: o.Indicators}) {
				if err != nil {
					yield(nil, err)
					return
				}
				row = append(row[:0], f.ReportID, unknown(f.RegionCode), unknown(f.RegionName), year(f.Year), unknown(f.Publisher), unknown(string(f.Scope)), f.Layout,
					f.Indicator, unknown(f.Applicant), value(f.Value), f.Unit, string(f.Status), f.Raw, f.Corrected, unknown(f.CorrectionReason), unknown(f.Locator), f.Source)
				if !yield(row, nil) {
					return
				}
			}
		}
	},
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
