package store

import (
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"nianbao/parser/region"
	"nianbao/store/internal/query"
)

// Residents is the name of the denominator that is built in; none can be
// imported under it.
const Residents = "residents"

// Denominator is what rates may divide by in one region and year.
type Denominator struct {
	RegionCode string
	Year       int
	Value      float64 // above zero
	Name       string
	Source     string // where the figure is from
}

// RowErrors are the rows of a file that are wrong, each named with its line.
type RowErrors []error

func (e RowErrors) Error() string { return errors.Join(e...).Error() }

// Unwrap returns the errors of the single rows.
func (e RowErrors) Unwrap() []error { return e }

// denominatorColumns are those of a file, in any order.
var denominatorColumns = []string{"region_code", "year", "value", "name", "source"}

// ReadDenominators reads CSV with the columns region_code, year, value, name and
// source, in any order. Where rows are wrong the error is RowErrors and names all of them.
func ReadDenominators(in io.Reader) (all []Denominator, err error) {
	r := csv.NewReader(in)
	r.Comment, r.FieldsPerRecord = '#', -1
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("empty; the first line has to be %s", strings.Join(denominatorColumns, ","))
	}
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, name := range head {
		at[strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))] = i
	}
	for _, name := range denominatorColumns {
		if _, ok := at[name]; !ok {
			return nil, fmt.Errorf("line 1: no column %s; the first line has to be %s", name, strings.Join(denominatorColumns, ","))
		}
	}
	var wrong RowErrors
	type key struct {
		name, code string
		year       int
	}
	lines := map[key]int{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err // which names the line; what follows cannot be told apart
		}
		line, _ := r.FieldPos(0)
		fault := func(format string, args ...any) {
			wrong = append(wrong, fmt.Errorf("line %d: %s", line, fmt.Sprintf(format, args...)))
		}
		if len(row) != len(head) {
			fault("%d fields, want %d", len(row), len(head))
			continue
		}
		field := func(name string) string { return strings.TrimSpace(row[at[name]]) }
		d, reason := readDenominator(field)
		if reason != "" {
			fault("%s", reason)
			continue
		}
		k := key{d.Name, d.RegionCode, d.Year}
		if before := lines[k]; before != 0 {
			fault("%s of %s in %d stands in line %d already", d.Name, d.RegionCode, d.Year, before)
			continue
		}
		lines[k] = line
		all = append(all, d)
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	if len(all) == 0 {
		return nil, errors.New("no row below the header")
	}
	return all, nil
}

// readDenominator reads one row; reason says what is wrong with it.
func readDenominator(field func(string) string) (d Denominator, reason string) {
	d = Denominator{RegionCode: field("region_code"), Name: field("name"), Source: field("source")}
	if _, ok := region.Lookup(d.RegionCode); !ok {
		return d, fmt.Sprintf("region_code %q: no region has this code; `nianbao regions NAME` finds codes", d.RegionCode)
	}
	var err error
	if d.Year, err = strconv.Atoi(field("year")); err != nil || d.Year < FirstYear || d.Year > LastYear {
		return d, fmt.Sprintf("year %q: want a year from %d to %d", field("year"), FirstYear, LastYear)
	}
	if d.Value, err = strconv.ParseFloat(field("value"), 64); err != nil || !(d.Value > 0) || math.IsInf(d.Value, 0) {
		return d, fmt.Sprintf("value %q: want a number above zero, without separators", field("value"))
	}
	switch {
	case d.Name == Residents:
		return d, fmt.Sprintf("name %q is that of the residents that are built in; take another", d.Name)
	case d.Name == "" || strings.ContainsFunc(d.Name, func(r rune) bool { return r != '_' && r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }):
		return d, fmt.Sprintf("name %q: want letters, digits, _ and -", d.Name)
	case d.Source == "":
		return d, "source is empty: say where the figure is from"
	}
	return d, ""
}

// AddDenominators stores what rates may divide by, all or none. A figure of the
// same name, region and year replaces the one that was there.
func (s *Store) AddDenominators(ctx context.Context, all []Denominator) error {
	list, err := query.List(all)
	if err != nil {
		return err
	}
	return s.Writing(ctx, "import denominators into", func(conn *sql.Conn) error {
		_, err := conn.ExecContext(ctx, `INSERT INTO denominator SELECT value ->> 'Name', value ->> 'RegionCode', value ->> 'Year', CAST(value ->> 'Value' AS REAL), value ->> 'Source'
			FROM json_each(?) WHERE 1 ON CONFLICT DO UPDATE SET value = excluded.value, source = excluded.source`, list)
		return err
	})
}

// Denominators are all that were imported, by name, region and year.
func (s *Store) Denominators(ctx context.Context) ([]Denominator, error) {
	all, err := query.Rows(ctx, s.read, func(d *Denominator) []any { return []any{&d.Name, &d.RegionCode, &d.Year, &d.Value, &d.Source} }, "SELECT name, region_code, year, value, source FROM denominator ORDER BY name, region_code, year")
	return all, explain(s.path, "read", err)
}

// RemoveDenominators removes all figures of a name and returns how many they
// were. The error is ErrUnknownCode where there are none.
func (s *Store) RemoveDenominators(ctx context.Context, name string) (n int64, err error) {
	err = s.Writing(ctx, "remove a denominator from", func(conn *sql.Conn) error {
		done, err := conn.ExecContext(ctx, "DELETE FROM denominator WHERE name = ?", name)
		if err == nil {
			n, err = done.RowsAffected()
		}
		return err
	})
	if err == nil && n == 0 {
		err = fmt.Errorf("%w: no denominator %q", ErrUnknownCode, name)
	}
	return n, err
}

// DenominatorSet is what rates may divide by under one name.
type DenominatorSet struct {
	Name      string
	Regions   int // territories with a figure
	FirstYear int
	LastYear  int
	Figures   int
	Sources   []string
	BuiltIn   bool // Residents: counted once, on one day
}

// DenominatorSets lists what rates may divide by: the residents first, then
// what was imported, by name.
func (s *Store) DenominatorSets(ctx context.Context) ([]DenominatorSet, error) {
	all := []DenominatorSet{{Name: Residents, FirstYear: region.CensusYear, LastYear: region.CensusYear, BuiltIn: true}}
	known := populations()
	all[0].Regions, all[0].Figures, all[0].Sources = len(known), len(known), []string{region.CensusSource}
	err := query.Each(ctx, s.read, func(rows *sql.Rows) error {
		var d DenominatorSet
		var source string
		if err := rows.Scan(&d.Name, &d.Regions, &d.FirstYear, &d.LastYear, &d.Figures, &source); err != nil {
			return err
		}
		d.Sources = strings.Split(source, "\x1f")
		slices.Sort(d.Sources)
		all = append(all, d)
		return nil
	}, `SELECT name, count(DISTINCT region_code), min(year), max(year), count(*),
		(SELECT group_concat(source, char(31)) FROM (SELECT DISTINCT source FROM denominator b WHERE b.name = a.name))
		FROM denominator a GROUP BY name ORDER BY name`)
	return all, explain(s.path, "read", err)
}
