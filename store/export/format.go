package export

import (
	"fmt"
	"io"
	"strings"
)

// A Format is a kind of file that one table is written as.
type Format struct {
	Name        string   // of --format
	Endings     []string // of file names, with their dots; the first is the usual one
	ContentType string   // as a server sends it
	Browsers    bool     // people open it: the explorer offers it

	open func(io.Writer, table, about, Options) (rowWriter, error)
}

// Names of formats that something asks for by name.
const (
	CSV     = "csv"
	Parquet = "parquet"
	XLSX    = "xlsx"
)

// Formats are all of them; the first is that of Options without one.
var Formats = []Format{
	{CSV, []string{".csv"}, "text/csv; charset=utf-8", true, func(w io.Writer, t table, _ about, o Options) (rowWriter, error) {
		return newCSV(w, o.BOM, t.columns, Defuse)
	}},
	{"jsonl", []string{".jsonl", ".ndjson"}, "application/jsonl; charset=utf-8", false, func(w io.Writer, t table, _ about, _ Options) (rowWriter, error) {
		return newJSONL(w, t.columns), nil
	}},
	{Parquet, []string{".parquet"}, "application/vnd.apache.parquet", true, func(w io.Writer, t table, a about, _ Options) (rowWriter, error) {
		return newParquet(w, t.columns, a)
	}},
	{XLSX, []string{".xlsx"}, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", true, func(w io.Writer, t table, a about, _ Options) (rowWriter, error) {
		return newXLSX(w, t, a)
	}},
}

// FormatNames are the names of all formats.
func FormatNames() (names []string) {
	for _, f := range Formats {
		names = append(names, f.Name)
	}
	return names
}

// FormatOf is the format that the name of a file tells by its ending, in any case, the
// longest where several fit; "" where it tells none.
func FormatOf(name string) (format string) {
	longest := 0
	for _, f := range Formats {
		for _, ending := range f.Endings {
			if len(ending) > longest && strings.HasSuffix(strings.ToLower(name), ending) {
				longest, format = len(ending), f.Name
			}
		}
	}
	return format
}

// openWriter begins a file of a format.
func openWriter(w io.Writer, t table, a about, o Options) (rowWriter, error) {
	if o.Format == "" {
		o.Format = Formats[0].Name
	}
	for _, f := range Formats {
		if f.Name == o.Format {
			return f.open(w, t, a, o)
		}
	}
	return nil, fmt.Errorf("%w: format %q; want one of %s", ErrFormat, o.Format, strings.Join(FormatNames(), ", "))
}
