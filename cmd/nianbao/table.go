package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
	"github.com/spf13/cobra"

	"nianbao/store/export"
)

// tableFlags choose how a command prints its table.
type tableFlags struct{ json, csv bool }

func (f *tableFlags) add(c *cobra.Command) {
	c.Flags().BoolVar(&f.json, "json", false, "print the rows as a JSON array")
	c.Flags().BoolVar(&f.csv, "csv", false, "print the rows as CSV")
	c.MarkFlagsMutuallyExclusive("json", "csv")
}

// column is one column of a printed table.
type column struct {
	name  string // of the field in JSON and CSV
	title string // above the column on a terminal; "" leaves the column out there
}

// table is rows to print. A cell is a string, an int, a float64, a *float64,
// a share, points, a bool, a noFigure or nil; nil is a blank, never a zero.
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

func (t *table) add(cells ...any) { t.rows = append(t.rows, cells) }

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
			if err := enc.Encode(plain(row[k])); err != nil {
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
			if _, is := row[k].(string); is {
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
	var shown []int
	for k, c := range columns {
		if c.title != "" {
			shown = append(shown, k)
		}
	}
	width := make([]int, len(columns))
	right := make([]bool, len(columns))
	line := func(cell func(k int) string) error {
		var b strings.Builder
		for n, k := range shown {
			s := cell(k)
			pad := strings.Repeat(" ", max(0, width[k]-runewidth.StringWidth(s)))
			if n > 0 {
				b.WriteString("  ")
			}
			if right[k] {
				b.WriteString(pad + s)
			} else {
				b.WriteString(s + pad)
			}
		}
		_, err := a.out.WriteString(strings.TrimRight(b.String(), " ") + "\n")
		return err
	}
	var held [][]any
	release := func() error {
		for _, k := range shown {
			width[k] = runewidth.StringWidth(columns[k].title)
			numbers, others := 0, 0
			for _, row := range held {
				width[k] = max(width[k], runewidth.StringWidth(text(row[k], true)))
				switch plain(row[k]).(type) {
				case nil, noFigure:
				case float64, int, share, points:
					numbers++
				default:
					others++
				}
			}
			right[k] = numbers > 0 && others == 0
		}
		err := line(func(k int) string { return columns[k].title })
		for i := 0; err == nil && i < len(held); i++ {
			err = line(func(k int) string { return text(held[i][k], true) })
		}
		return err
	}
	n := 0
	for row, err := range rows {
		if err != nil {
			return err
		}
		switch n++; {
		case n < first:
			held = append(held, row)
		case n == first:
			held = append(held, row)
			if err := release(); err != nil {
				return err
			}
			held = nil
		default:
			if err := line(func(k int) string { return text(row[k], true) }); err != nil {
				return err
			}
		}
	}
	if n < first || first == 0 {
		return release()
	}
	return nil
}

// plain takes a cell out of its pointer.
func plain(v any) any {
	if p, ok := v.(*float64); ok {
		if p == nil {
			return nil
		}
		return *p
	}
	return v
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

// text is how a cell is printed. For people, control characters are taken
// out: what a page says must not steer a terminal.
func text(v any, people bool) string {
	switch v := plain(v).(type) {
	case nil:
		return ""
	case string:
		if people {
			return strings.Map(func(r rune) rune {
				if unicode.IsControl(r) {
					return ' '
				}
				return r
			}, v)
		}
		return v
	case share:
		if people {
			return strconv.FormatFloat(float64(v)*100, 'f', 1, 64) + "%"
		}
		return strconv.FormatFloat(float64(v), 'f', -1, 64)
	case points:
		if people {
			return strconv.FormatFloat(float64(v)*100, 'f', 1, 64) + " pp"
		}
		return strconv.FormatFloat(float64(v), 'f', -1, 64)
	case float64:
		if people {
			v = math.Round(v*1e6) / 1e6
		}
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}
