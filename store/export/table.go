package export

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

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
	Name     string
	Type     string // string, integer, number or boolean
	Note     string
	Required bool // never empty
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

// query is a table whose rows one SQL question gives, of the reports that the
// filter chooses where it has %s.
func query(name, title string, key []string, refers []reference, columns []Column, question string) table {
	for i := range columns {
		columns[i].Required = columns[i].Required || slices.Contains(key, columns[i].Name)
	}
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
				row, into := make([]any, len(columns)), make([]any, len(columns))
				for i := range row {
					into[i] = &row[i]
				}
				for rows, err := range n.Rows(ctx, q, args...) {
					if err == nil {
						err = rows.Scan(into...)
					}
					if err != nil {
						yield(nil, err)
						return
					}
					if as(columns, row); !yield(row, nil) {
						return
					}
				}
			}
		}}
}

// as gives the cells of a row the types of their columns.
func as(columns []Column, row []any) {
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
}
