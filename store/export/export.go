package export

import (
	"context"
	"errors"
	"io"

	"nianbao/store"
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
	Format   string   // name of one of Formats; "": the first
	Shape    string   // Long or Wide; "": Long
	Measures []string // codes of indicators, rates and metrics; empty for all indicators
	With     []string // kinds that are added to all indicators: ask.KindRate, ask.KindMetric
	Per      []string // denominators: ask.Residents and imported ones, each a column beside what it divides
	BOM      bool     // begin CSV with a byte order mark, so that Excel reads it as UTF-8
	// Total is told the number of reports before the first row, Step each report
	// that is written; both may be nil.
	Total func(reports int64)
	Step  func()

	reports []int64 // of one partition; nil for all that are chosen
}

func (o Options) step() {
	if o.Step != nil {
		o.Step()
	}
}

// rowWriter is one format.
type rowWriter interface {
	write(row []any) error
	close() error
}

// Write writes one table in one file, of one state of the store, and returns
// the number of its rows.
func Write(ctx context.Context, s *store.Store, w io.Writer, o Options) (rows int64, err error) {
	t, err := shape(o)
	if err != nil {
		return 0, err
	}
	n, a, err := o.begin(ctx, s)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, n.Close()) }()
	out, err := openWriter(w, t, a, o)
	if err != nil {
		return 0, err
	}
	return copyRows(ctx, n, t, o, out)
}

// begin takes the state of the file that is exported, and tells how much is to come.
func (o Options) begin(ctx context.Context, s *store.Store) (*store.Snapshot, about, error) {
	n, err := s.Snapshot(ctx)
	if err != nil {
		return nil, about{}, err
	}
	a, err := readAbout(ctx, n, o)
	if err != nil {
		return nil, a, errors.Join(err, n.Close())
	}
	if o.Total != nil {
		o.Total(a.reports)
	}
	return n, a, nil
}

// copyRows writes all rows of a table and closes the writer.
func copyRows(ctx context.Context, n *store.Snapshot, t table, o Options, out rowWriter) (rows int64, err error) {
	for row, err := range t.rows(ctx, n, o) {
		if err == nil {
			err = out.write(row)
		}
		if err != nil {
			_ = out.close() // what went wrong first is what there is to say
			return rows, err
		}
		rows++
	}
	return rows, out.close()
}
