package export

import (
	"context"
	"errors"
	"fmt"
	"io"

	"nianbao/store"
)

// Formats of one file.
const (
	CSV     = "csv"
	JSONL   = "jsonl"
	Parquet = "parquet"
	XLSX    = "xlsx"
)

// Shapes of a table.
const (
	Long = "long" // one row a figure
	Wide = "wide" // one row a report, the columns total of the standard tables side by side
)

// ErrFormat is a format or shape that is not there.
var ErrFormat = errors.New("no such export")

// Options choose what to write. The zero value is everything as long CSV.
type Options struct {
	store.Filter
	Format     string   // CSV, JSONL, Parquet or XLSX; "": CSV
	Shape      string   // Long or Wide; "": Long
	Indicators []string // codes; empty for all
	BOM        bool     // begin CSV with a byte order mark, so that Excel reads it as UTF-8
}

// Write writes one table in one file and returns the number of its rows.
func Write(ctx context.Context, s *store.Store, w io.Writer, o Options) (rows int64, err error) {
	t, err := shape(o)
	if err != nil {
		return 0, err
	}
	switch o.Format {
	case CSV, "":
		return writeCSV(ctx, s, w, t, o)
	}
	return 0, fmt.Errorf("%w: format %q; want csv, jsonl, parquet or xlsx", ErrFormat, o.Format)
}
