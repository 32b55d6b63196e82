package export

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/store"
)

// Types of columns, named as in a Table Schema.
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
// float64 or bool as its column's type says. A row is good until the next one.
type table struct {
	name    string
	title   string
	columns []Column
	key     []string // columns that tell its rows apart
	refers  []reference
	rows    func(context.Context, *store.Snapshot, Options) iter.Seq2[[]any, error]
}

// reference says that a column holds keys of another table.
type reference struct{ column, table, key string }

func shape(o Options) (table, error) {
	switch o.Shape {
	case Long, "":
		return long(), nil
	case Wide:
		return wide(o.Indicators)
	}
	return table{}, fmt.Errorf("%w: shape %q; want long or wide", ErrFormat, o.Shape)
}

func reportColumns() []Column {
	return []Column{
		{"report_id", whole, "number of the report in the database"},
		{"region_code", text, "GB/T 2260, six digits"},
		{"region_name", text, "name of the region as the report gives it"},
		{"year", whole, "year reported on"},
		{"publisher", text, "agency that published the report"},
		{"scope", text, "region: the whole territory; agency: one office"},
		{"layout", text, "2008, 2014, 2019 or 2021: which notice's tables the report has"},
	}
}

func reportCells(row []any, f store.FactRow) []any {
	return append(row, f.ReportID, unknown(f.RegionCode), unknown(f.RegionName), year(f.Year), unknown(f.Publisher), unknown(string(f.Scope)), unknown(f.Layout))
}

// long has one row a figure.
func long() table {
	columns := append(reportColumns(),
		Column{"indicator", text, "code of what is counted; see the codebook"},
		Column{"applicant", text, "kind of applicant, for the requests table; total is the sum over all kinds"},
		Column{"value", number, "the figure; empty where none is printed: blank is not zero"},
		Column{"unit", text, "unit of value"},
		Column{"status", text, "reported, blank, not_applicable, unreadable or unit_assumed"},
		Column{"raw", text, "the cell's text as printed"},
		Column{"corrected", truth, "whether a reviewer set the figure right"},
		Column{"correction_reason", text, "why"},
		Column{"locator", text, "place of the figure in the source"},
		Column{"source", text, "path or address of the report"})
	return table{name: "facts", title: "Figures of the standard tables, one row a figure", columns: columns,
		refers: []reference{{"report_id", "reports", "report_id"}, {"indicator", "indicators", "code"}},
		rows: func(ctx context.Context, n *store.Snapshot, o Options) iter.Seq2[[]any, error] {
			return func(yield func([]any, error) bool) {
				row := make([]any, 0, len(columns))
				for f, err := range n.Facts(ctx, store.FactQuery{Filter: o.Filter, Indicators: o.Indicators}) {
					if err != nil {
						yield(nil, err)
						return
					}
					row = append(reportCells(row[:0], f), f.Indicator, unknown(f.Applicant), value(f.Value), unknown(f.Unit), string(f.Status), f.Raw,
						f.Corrected, unknown(f.CorrectionReason), unknown(f.Locator), f.Source)
					if !yield(row, nil) {
						return
					}
				}
			}
		}}
}

// wide has one row a report: a column for each indicator, of the requests
// table the column total.
func wide(indicators []string) (table, error) {
	var chosen []catalog.Indicator
	for _, code := range indicators {
		i, ok := catalog.Lookup(code)
		if !ok {
			return table{}, fmt.Errorf("%w: indicator %q; `nianbao indicators` lists them", store.ErrUnknownCode, code)
		}
		chosen = append(chosen, i)
	}
	if len(chosen) == 0 {
		chosen = catalog.Indicators()
	}
	columns := reportColumns()
	at := map[string]int{}
	for _, i := range chosen {
		if _, twice := at[i.Code]; !twice {
			at[i.Code] = len(columns)
			columns = append(columns, Column{strings.ReplaceAll(i.Code, ".", "_"), number, fmt.Sprintf("%s (%s); %s; empty where no figure is printed", i.LabelEN, i.Unit, i.LabelZH())})
		}
	}
	columns = append(columns, Column{"corrected", whole, "how many of these figures a reviewer set right"}, Column{"source", text, "path or address of the report"})
	return table{name: "reports_wide", title: "Reports with the figures of their tables side by side, one row a report", columns: columns, key: []string{"report_id"},
		rows: func(ctx context.Context, n *store.Snapshot, o Options) iter.Seq2[[]any, error] {
			return func(yield func([]any, error) bool) {
				row := make([]any, len(columns))
				var id, corrected int64 // id 0: no report yet
				source := ""
				flush := func() bool {
					if id == 0 {
						return true
					}
					row[len(columns)-2], row[len(columns)-1] = corrected, source
					return yield(row, nil)
				}
				for f, err := range n.Facts(ctx, store.FactQuery{Filter: o.Filter, Indicators: o.Indicators, Totals: true, EveryReport: true}) {
					if err != nil {
						yield(nil, err)
						return
					}
					if f.ReportID != id {
						if !flush() {
							return
						}
						clear(row)
						reportCells(row[:0], f)
						id, corrected, source = f.ReportID, 0, f.Source
					}
					if i, ok := at[f.Indicator]; ok {
						row[i] = value(f.Value)
						if f.Corrected {
							corrected++
						}
					}
				}
				flush()
			}
		}}, nil
}

// query is a table whose rows one SQL question gives, of the reports that the
// filter chooses where it has %s.
func query(name, title string, key []string, refers []reference, columns []Column, question string) table {
	return table{name: name, title: title, key: key, refers: refers, columns: columns,
		rows: func(ctx context.Context, n *store.Snapshot, o Options) iter.Seq2[[]any, error] {
			return func(yield func([]any, error) bool) {
				q, args := question, []any(nil)
				if strings.Contains(question, "%s") {
					where, a, err := o.Condition()
					if err != nil {
						yield(nil, err)
						return
					}
					q, args = strings.Replace(question, "%s", where, 1), a
				}
				rows, err := n.Query(ctx, q, args...)
				if err != nil {
					yield(nil, err)
					return
				}
				defer rows.Close()
				if err := each(rows, columns, yield); err != nil {
					yield(nil, err)
				}
			}
		}}
}

// each yields rows with the types of the columns.
func each(rows *sql.Rows, columns []Column, yield func([]any, error) bool) error {
	row, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range row {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, v := range row {
			switch v := v.(type) {
			case []byte:
				row[i] = string(v)
			case int64:
				if columns[i].Type == number {
					row[i] = float64(v)
				}
			}
			// Evidence is a number or a text; in a column of texts it is a text.
			if f, ok := row[i].(float64); ok && columns[i].Type == text {
				row[i] = fmt.Sprint(f)
			}
		}
		if !yield(row, nil) {
			return nil
		}
	}
	return rows.Err()
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
