package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/mattn/go-runewidth"
	"github.com/spf13/cobra"

	"nianbao/parser/report"
	"nianbao/store/export"
)

// tableFlags choose how a command prints its table.
type tableFlags struct{ json, csv, schema bool }

// add adds the flags. row is a row of what the command prints, as its other flags
// choose it: the JSON Schema is made of its type.
func (f *tableFlags) add(a *app, c *cobra.Command, row func() any) {
	c.Flags().BoolVar(&f.json, "json", false, "print the rows as a JSON array")
	c.Flags().BoolVar(&f.csv, "csv", false, "print the rows as CSV")
	c.Flags().BoolVar(&f.schema, "json-schema", false, "print the JSON Schema of what --json prints, and do nothing else")
	c.MarkFlagsMutuallyExclusive("json", "csv")
	run, args := c.RunE, c.Args
	c.Args = func(c *cobra.Command, given []string) error {
		if f.schema {
			return nil
		}
		return args(c, given)
	}
	c.RunE = func(c *cobra.Command, given []string) error {
		if f.schema {
			return a.printSchema(c.CommandPath(), reflect.TypeOf(row()))
		}
		return run(c, given)
	}
}

// people reports whether the table is for people to read.
func (f *tableFlags) people() bool { return !f.json && !f.csv }

// column is one column of a printed table.
type column struct {
	name  string // of the field in JSON and CSV
	title string // above the column on a terminal; "" leaves the column out there
}

// table is rows to print. A cell is a string, an int, a float64, a pointer to
// one of them, a share, points, an amount, a bool, a noFigure or nil; nil is a
// blank, never a zero.
type table struct {
	columns []column
	rows    [][]any
}

// share is a part of one; people get it in percent.
type share float64

// points is a difference of two shares.
type points float64

// noFigure is a word in place of a number; the column stays one of numbers.
type noFigure string

// amount is a value of a measure, or the difference of two: nil is none.
type amount struct {
	value  *float64
	share  bool // a part of one
	change bool // a difference of two
}

// side is one side of a finding: a number, a text or nothing.
type side struct{ report.Evidence }

// codes are several ones in one cell, parted by spaces outside of JSON.
type codes []string

// spans are years in one cell; outside of JSON written as people do: 2019-2021 2023.
type spans []int

// mark is a remark that is there or not; people see its name.
type mark bool

// ownRow is a row that was asked to be pointed out.
type ownRow bool

func (t *table) add(cells ...any) { t.rows = append(t.rows, cells) }

// titles are what stands above columns on a terminal instead of what their
// fields say, by the columns' names; "" leaves the column out.
type titles map[string]string

// tableOf is a table of rows of one type: a column for each field, named by its
// tag json, with the tag title above it on a terminal.
func tableOf[T any](rows []T, over titles) *table {
	t := &table{columns: columnsOf[T](over)}
	for _, r := range rows {
		t.rows = append(t.rows, cellsOf(r))
	}
	return t
}

func columnsOf[T any](over titles) (columns []column) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		c := column{f.Tag.Get("json"), f.Tag.Get("title")}
		if title, ok := over[c.name]; ok {
			c.title = title
		}
		columns = append(columns, c)
	}
	return columns
}

func cellsOf(row any) (cells []any) {
	v := reflect.ValueOf(row)
	for i := range v.NumField() {
		cells = append(cells, v.Field(i).Interface())
	}
	return cells
}

// printSchema prints the schema of a command's rows: a list of objects with a
// property for each column, none of which is ever left out.
func (a *app) printSchema(title string, row reflect.Type) error {
	schema, err := schemaOf(row)
	if err != nil {
		return err
	}
	schema.Title = title + " --json"
	b, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		return err
	}
	_, err = a.out.Write(append(b, '\n'))
	return err
}

// jsonSchemaDraft is the dialect of all schemas.
const jsonSchemaDraft = "https://json-schema.org/draft/2020-12/schema"

// schemaOf is the schema of a list of rows of a type.
func schemaOf(row reflect.Type) (*jsonschema.Schema, error) {
	list := func(of string) *jsonschema.Schema {
		return &jsonschema.Schema{Type: "array", Items: &jsonschema.Schema{Type: of}}
	}
	object, err := jsonschema.ForType(row, &jsonschema.ForOptions{TypeSchemas: map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[amount](): {Types: []string{"number", "null"}},
		reflect.TypeFor[side]():   {Types: []string{"number", "string", "null"}},
		reflect.TypeFor[codes]():  list("string"),
		reflect.TypeFor[spans]():  list("integer"),
	}})
	if err != nil {
		return nil, err
	}
	return &jsonschema.Schema{Schema: jsonSchemaDraft, Type: "array", Items: object}, nil
}

// print writes the table in the form the flags ask for.
func (a *app) print(t *table, f tableFlags) error {
	return a.printRows(t.columns, f, len(t.rows), func(yield func([]any, error) bool) {
		for _, row := range t.rows {
			if !yield(row, nil) {
				return
			}
		}
	})
}

// widthRows is how many rows decide how wide the columns of a long table are,
// so that it need not be held whole.
const widthRows = 1000

// printRows writes rows as they come. The columns of an aligned table are as
// wide as its first rows need.
func (a *app) printRows(columns []column, f tableFlags, first int, rows iter.Seq2[[]any, error]) error {
	switch {
	case f.json:
		return a.printJSON(columns, rows)
	case f.csv:
		return a.printCSV(columns, rows)
	}
	return a.printAligned(columns, first, rows)
}

func (a *app) printJSON(columns []column, rows iter.Seq2[[]any, error]) error {
	a.out.WriteString("[")
	n := 0
	for row, err := range rows {
		if err != nil {
			return err
		}
		if n++; n > 1 {
			a.out.WriteString(",")
		}
		a.out.WriteString("\n  {")
		for k, c := range columns {
			if k > 0 {
				a.out.WriteString(", ")
			}
			var b strings.Builder
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			if err := enc.Encode(exact(row[k])); err != nil {
				return fmt.Errorf("column %s: %w", c.name, err)
			}
			fmt.Fprintf(a.out, "%q: %s", c.name, strings.TrimSpace(b.String()))
		}
		a.out.WriteString("}")
	}
	if n > 0 {
		a.out.WriteString("\n")
	}
	_, err := a.out.WriteString("]\n")
	return err
}

func (a *app) printCSV(columns []column, rows iter.Seq2[[]any, error]) error {
	w := csv.NewWriter(a.out)
	record := make([]string, len(columns))
	for k, c := range columns {
		record[k] = c.name
	}
	if err := w.Write(record); err != nil {
		return err
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		for k := range columns {
			record[k] = text(row[k], false)
			switch plain(row[k]).(type) {
			case string, codes:
				record[k] = export.Defuse(record[k])
			}
		}
		if err := w.Write(record); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// printAligned pads every column to the widest cell of the first rows; a
// Chinese character is two columns wide. Numbers stand to the right.
func (a *app) printAligned(columns []column, first int, rows iter.Seq2[[]any, error]) error {
	p := &aligned{a: a, columns: columns, width: make([]int, len(columns)), right: make([]bool, len(columns))}
	for k, c := range columns {
		if c.title != "" {
			p.shown = append(p.shown, k)
		}
	}
	var held [][]any
	begun := false
	for row, err := range rows {
		if err != nil {
			return err
		}
		if begun {
			if err := p.row(row); err != nil {
				return err
			}
			continue
		}
		held = append(held, row)
		if len(held) < first {
			continue
		}
		if err := p.begin(held); err != nil {
			return err
		}
		held, begun = nil, true
	}
	if !begun {
		return p.begin(held)
	}
	return nil
}

// aligned is a table that is printed for people.
type aligned struct {
	a       *app
	columns []column
	shown   []int // those with a title
	width   []int
	right   []bool // columns of numbers
}

// begin measures the columns by the first rows, and prints the header and these.
func (p *aligned) begin(held [][]any) error {
	for _, k := range p.shown {
		p.width[k] = runewidth.StringWidth(p.a.word("", p.columns[k].title))
		numbers, others := 0, 0
		for _, row := range held {
			p.width[k] = max(p.width[k], runewidth.StringWidth(p.a.cell(p.columns[k], row[k])))
			switch plain(row[k]).(type) {
			case nil, noFigure:
			case float64, int, share, points:
				numbers++
			default:
				others++
			}
		}
		p.right[k] = numbers > 0 && others == 0
	}
	p.a.screen.fit(p.width, p.right, p.shown)
	err := p.line(func(k int) string { return p.a.word("", p.columns[k].title) }, func(int) string { return bold })
	for i := 0; err == nil && i < len(held); i++ {
		err = p.row(held[i])
	}
	return err
}

func (p *aligned) row(row []any) error {
	return p.line(func(k int) string { return p.a.cell(p.columns[k], row[k]) }, func(k int) string { return lookOf(p.columns[k].name, row[k]) })
}

// line prints the cells of the columns, each in its look.
func (p *aligned) line(cell, look func(k int) string) error {
	var b strings.Builder
	left, over := 0, 0 // where the column begins; how far the cell before reaches into it
	for n, k := range p.shown {
		s := cell(k)
		if n > 0 {
			b.WriteString("  ")
			left += 2
		}
		free := p.width[k] - runewidth.StringWidth(s) - over
		over = max(0, -free)
		pad := strings.Repeat(" ", max(0, free))
		switch {
		case p.right[k]:
			b.WriteString(pad + p.a.screen.paint(look(k), s))
		case n < len(p.shown)-1:
			b.WriteString(p.a.screen.paint(look(k), s) + pad)
		default: // nothing follows that would have to be in line
			b.WriteString(p.a.screen.wrapped(s, look(k), left))
		}
		left += p.width[k]
	}
	_, err := p.a.out.WriteString(strings.TrimRight(b.String(), " ") + "\n")
	return err
}

// cell is what people read in a cell of a column.
func (a *app) cell(c column, v any) string { return a.word(c.name, text(v, true)) }

// plain takes a cell out of its pointer, and tells what an amount or a side is.
func plain(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case *float64:
		return pointed(v)
	case *int:
		return pointed(v)
	case *string:
		return pointed(v)
	case amount:
		switch {
		case v.value == nil:
			return nil
		case v.share && v.change:
			return points(*v.value)
		case v.share:
			return share(*v.value)
		}
		return *v.value
	case side:
		if v.IsZero() {
			return nil
		}
		if n, ok := v.Float64(); ok {
			return n
		}
		return v.Evidence.String()
	}
	return v
}

func pointed[T any](v *T) any {
	if v == nil {
		return nil
	}
	return *v
}

// exact is a cell as JSON has it: a list is one, and never null.
func exact(v any) any {
	switch v := plain(v).(type) {
	case codes:
		return append([]string{}, v...)
	case spans:
		return append([]int{}, v...)
	default:
		return v
	}
}

// harmless shows the control characters of a message, line ends excepted: what an address or a
// file name holds must not steer a terminal.
func harmless(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if r != '\n' && unicode.IsControl(r) {
			fmt.Fprintf(&b, `\x%02x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// text is how a cell is printed.
func text(v any, people bool) string {
	v = plain(v)
	if people {
		v = forPeople(v)
	}
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case codes:
		return strings.Join(v, " ")
	case spans:
		return v.String()
	case ownRow:
		return strconv.FormatBool(bool(v))
	case mark:
		return strconv.FormatBool(bool(v))
	case share:
		return strconv.FormatFloat(float64(v), 'f', -1, 64)
	case points:
		return strconv.FormatFloat(float64(v), 'f', -1, 64)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

// forPeople is a cell as people read it. Control characters are taken out: what a page
// says must not steer a terminal.
func forPeople(v any) any {
	switch v := v.(type) {
	case string:
		return strings.Map(func(r rune) rune {
			if unicode.IsControl(r) {
				return ' '
			}
			return r
		}, v)
	case ownRow:
		return map[ownRow]string{true: "<-"}[v]
	case mark:
		return map[mark]string{true: "break"}[v]
	case share:
		return strconv.FormatFloat(float64(v)*100, 'f', 1, 64) + "%"
	case points:
		return strconv.FormatFloat(float64(v)*100, 'f', 1, 64) + " pp"
	case float64:
		return math.Round(v*1e6) / 1e6
	}
	return v
}
