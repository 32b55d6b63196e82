package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/spf13/cobra"
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
// a share, a bool, a noFigure or nil; nil is a blank, never a zero.
type table struct {
	columns []column
	rows    [][]any
}

// share is a part of one; people get it in percent.
type share float64

// noFigure is a word in place of a number; the column stays one of numbers.
type noFigure string

func (t *table) add(cells ...any) { t.rows = append(t.rows, cells) }

// print writes the table in the form the flags ask for.
func (a *app) print(t *table, f tableFlags) error {
	switch {
	case f.json:
		return a.printJSON(t)
	case f.csv:
		return a.printCSV(t)
	}
	a.printAligned(t)
	return nil
}

func (a *app) printJSON(t *table) error {
	a.out.WriteString("[")
	for i, row := range t.rows {
		if i > 0 {
			a.out.WriteString(",")
		}
		a.out.WriteString("\n  {")
		for k, c := range t.columns {
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
	if len(t.rows) > 0 {
		a.out.WriteString("\n")
	}
	_, err := a.out.WriteString("]\n")
	return err
}

func (a *app) printCSV(t *table) error {
	w := csv.NewWriter(a.out)
	record := make([]string, len(t.columns))
	for k, c := range t.columns {
		record[k] = c.name
	}
	if err := w.Write(record); err != nil {
		return err
	}
	for _, row := range t.rows {
		for k := range t.columns {
			record[k] = text(row[k], false)
		}
		if err := w.Write(record); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// printAligned pads every column to its widest cell; a Chinese character is
// two columns wide. Numbers stand to the right.
func (a *app) printAligned(t *table) {
	var shown []int
	for k, c := range t.columns {
		if c.title != "" {
			shown = append(shown, k)
		}
	}
	width := make([]int, len(t.columns))
	right := make([]bool, len(t.columns))
	for _, k := range shown {
		width[k] = runewidth.StringWidth(t.columns[k].title)
		numbers, others := 0, 0
		for _, row := range t.rows {
			width[k] = max(width[k], runewidth.StringWidth(text(row[k], true)))
			switch plain(row[k]).(type) {
			case nil, noFigure:
			case float64, int, share:
				numbers++
			default:
				others++
			}
		}
		right[k] = numbers > 0 && others == 0
	}
	line := func(cell func(k int) string) {
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
		a.out.WriteString(strings.TrimRight(b.String(), " ") + "\n")
	}
	line(func(k int) string { return t.columns[k].title })
	for _, row := range t.rows {
		line(func(k int) string { return text(row[k], true) })
	}
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

// text is how a cell is printed. For people, control characters are taken
// out: what a page says must not steer a terminal.
func text(v any, people bool) string {
	switch v := plain(v).(type) {
	case nil:
		return ""
	case string:
		if people {
			return strings.Map(func(r rune) rune {
				if r < ' ' || r == 0x7F || r >= 0x80 && r < 0xA0 {
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
	case float64:
		if people {
			v = math.Round(v*1e6) / 1e6
		}
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}
