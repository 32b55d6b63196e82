package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"nianbao/parser/catalog"
	"nianbao/store"
	"nianbao/store/export"
)

// Formats beside those of package export that are more than one table.
const (
	formatPackage   = "datapackage"
	formatDatasette = "datasette"
)

func (a *app) exportCommand() *cobra.Command {
	var db, out string
	var indicators string
	var o export.Options
	var filter filterFlags
	c := &cobra.Command{
		Use:   "export --db FILE --out FILE",
		Short: "Write the figures for other programs",
		Long: `Write the figures of the stored reports as a file that other programs read. Long
is one row a figure, wide one row a report. Blanks stay empty fields, and the
column status says what the cell was. Two exports of the same data are the same
bytes. --out - is standard output.

A data package (Frictionless) is a folder of CSV files with a datapackage.json that
describes their columns; XLSX has the codebook on a sheet of its own.`,
		Example: "  nianbao export --db counties.db --out figures.csv\n  nianbao export --db counties.db --out counties-2021.csv --shape wide --year 2021 --bom",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if out == "" {
				return usagef("--out FILE is required; - is standard output")
			}
			if o.Filter, err = filter.filter(); err != nil {
				return err
			}
			for _, code := range list(indicators) {
				if _, ok := catalog.Lookup(code); !ok {
					return usagef("--indicators %s: no such indicator; nianbao indicators lists the codes", code)
				}
				o.Indicators = append(o.Indicators, code)
			}
			s, err := a.openStore(c.Context(), db, true)
			if err != nil {
				return err
			}
			defer closeStore(s, &err)
			return a.export(c.Context(), s, out, o)
		},
	}
	c.Flags().StringVar(&db, "db", "", "the SQLite file to read")
	c.Flags().StringVar(&out, "out", "", "the file to write; - is standard output")
	c.Flags().StringVar(&o.Format, "format", export.CSV, "csv, jsonl, parquet, xlsx, datapackage (a folder) or datasette (metadata for the database itself)")
	c.Flags().StringVar(&o.Shape, "shape", export.Long, "long (one row a figure) or wide (one row a report)")
	c.Flags().StringVar(&indicators, "indicators", "", "only these indicators, by code, separated by commas")
	c.Flags().BoolVar(&o.BOM, "bom", false, "begin the CSV with a byte order mark, so that Excel reads the Chinese right")
	filter.add(c)
	return c
}

// export writes one file, or with the format datapackage a folder.
func (a *app) export(ctx context.Context, s *store.Store, out string, o export.Options) error {
	switch {
	case o.Format == formatPackage && out == "-":
		return usagef("--format datapackage writes a folder; --out names it")
	case o.Format == formatPackage:
		if err := export.Package(ctx, s, out, o); err != nil {
			return usageOf(err)
		}
		a.notice("%s: a data package, described by its datapackage.json", out)
		return nil
	case o.Format == formatDatasette && out == "-":
		return export.Metadata(ctx, s, a.out)
	case o.Format == formatDatasette:
		return a.replace(out, func(f *os.File) error { return export.Metadata(ctx, s, f) })
	case out == "-":
		_, err := export.Write(ctx, s, a.out, o)
		return usageOf(err)
	}
	var rows int64
	err := a.replace(out, func(f *os.File) (err error) {
		rows, err = export.Write(ctx, s, f, o)
		return err
	})
	if err != nil {
		return usageOf(err)
	}
	a.notice("%s: %d rows", out, rows)
	return nil
}

// replace writes to a temporary file beside the target and renames it: a run
// that is stopped leaves no half file under the name.
func (a *app) replace(name string, write func(*os.File) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), "."+strings.TrimPrefix(filepath.Base(name), ".")+".*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	err = write(tmp)
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	if err := os.Chmod(tmp.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}

// usageOf tells a wrong --format or --shape from a failure.
func usageOf(err error) error {
	if errors.Is(err, export.ErrFormat) {
		return usageError{err}
	}
	return err
}
