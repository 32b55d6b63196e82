package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"nianbao/parser/region"
	"nianbao/store"
)

// unknownPartition is where Hive, and what follows it, puts rows without a
// value in the column that parts.
const unknownPartition = "__HIVE_DEFAULT_PARTITION__"

// partitions are the columns that may part an export.
var partitions = map[string]func(store.ReportKey) string{
	"year": func(k store.ReportKey) string {
		if k.Year == 0 {
			return unknownPartition
		}
		return fmt.Sprint(k.Year)
	},
	"province": func(k store.ReportKey) string {
		for _, r := range region.Path(k.RegionCode) {
			if r.Level == region.LevelProvince {
				return r.Name // as it is: ClickHouse would take an escaped one for the name
			}
		}
		return unknownPartition
	},
}

// Partition writes an export as a tree of Parquet files in the folders that
// Hive, Spark, DuckDB and ClickHouse read as columns: year=2021/province=…/part.parquet.
// A column that parts is not in the files. by are year and province, in the
// order of the levels. The folder has to be there and empty.
func Partition(ctx context.Context, s *store.Store, dir string, by []string, o Options) (files int, err error) {
	if len(by) == 0 {
		return 0, fmt.Errorf("%w: no column to part by; want year, province or both", ErrFormat)
	}
	for i, column := range by {
		if partitions[column] == nil || slices.Contains(by[:i], column) {
			return 0, fmt.Errorf("%w: parting by %q; want year, province or both", ErrFormat, strings.Join(by, ","))
		}
	}
	t, err := shape(o)
	if err != nil {
		return 0, err
	}
	n, a, err := o.begin(ctx, s)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, n.Close()) }()
	keys, err := n.ReportKeys(ctx, o.Filter)
	if err != nil {
		return 0, err
	}
	parts := map[string][]int64{}
	for _, k := range keys {
		var path []string
		for _, column := range by {
			path = append(path, column+"="+partitions[column](k))
		}
		at := filepath.Join(path...)
		parts[at] = append(parts[at], k.ID)
	}
	t = t.without(by)
	o.Format = Parquet
	for _, at := range slices.Sorted(maps.Keys(parts)) {
		o.reports = parts[at]
		if err := os.MkdirAll(filepath.Join(dir, at), 0o777); err != nil {
			return files, err
		}
		err := create(filepath.Join(dir, at, "part.parquet"), func(w io.Writer) error {
			p, err := newParquet(w, t.columns, a)
			if err == nil {
				_, err = copyRows(ctx, n, t, o, p)
			}
			return err
		})
		if err != nil {
			return files, err
		}
		files++
	}
	said := map[string]string{}
	for _, p := range a.pairs() {
		said[p[0]] = p[1]
	}
	return files, writeJSON(filepath.Join(dir, partsFile), said)
}

// without is the table less some columns.
func (t table) without(names []string) table {
	var left []int
	var columns []Column
	for i, c := range t.columns {
		if !slices.Contains(names, c.Name) {
			left, columns = append(left, i), append(columns, c)
		}
	}
	rows := t.rows
	t.columns = columns
	t.rows = func(ctx context.Context, n *store.Snapshot, o Options) iter.Seq2[[]any, error] {
		return func(yield func([]any, error) bool) {
			part := make([]any, len(left))
			for row, err := range rows(ctx, n, o) {
				if err != nil {
					yield(nil, err)
					return
				}
				for i, k := range left {
					part[i] = row[k]
				}
				if !yield(part, nil) {
					return
				}
			}
		}
	}
	return t
}
