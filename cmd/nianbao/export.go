package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"nianbao/store"
	"nianbao/store/ask"
	"nianbao/store/export"
)

// Formats beside those of package export that are more than one table.
const (
	formatPackage   = "datapackage"
	formatDatasette = "datasette"
)

func (a *app) exportCommand() *cobra.Command {
	var db, out string
	var indicators, with, per, partition string
	var o export.Options
	var filter filterFlags
	c := &cobra.Command{
		Use:   "export --db FILE --out FILE",
		Short: "Write the figures for other programs",
		Long: `Write the figures of the stored reports as a file that other programs read. Long
is one row a figure, wide one row a report. Blanks stay empty fields, and the
column status says what the cell was. Two exports of the same data are the same
bytes. The ending of the name says the format, unless --format does; --out - is
standard output.

CSV is made for spreadsheets too: a text that one would run as a formula gets an
apostrophe before it. JSON Lines, Parquet and data packages are for programs and
hold every text as it is; in XLSX texts are texts.

A data package (Frictionless) is a folder of CSV files with a datapackage.json that
describes their columns; XLSX has the codebook on a sheet of its own.`,
		Example: "  nianbao export --db counties.db --out figures.csv\n  nianbao export --db counties.db --out counties-2021.csv --shape wide --year 2021 --bom",
		Args:    operands(0, 0),
		RunE: func(c *cobra.Command, _ []string) (err error) {
			to, err := newOutput("--out", out, db)
			if err != nil {
				return err
			}
			if partition != "" && (o.Format == "" || o.Format == export.Parquet) {
				o.Format = export.Parquet
			} else if partition != "" {
				return usagef("--partition-by writes Parquet files; --format says %s", o.Format)
			} else if o.Format, err = formatOf(to, o.Format); err != nil {
				return err
			}
			if o.Filter, err = filter.filter(); err != nil {
				return err
			}
			for _, code := range list(indicators) {
				if _, err := findMeasure("--indicators", code, ""); err != nil {
					return err
				}
				o.Measures = append(o.Measures, code)
			}
			if o.With, err = kinds(with, o.Shape, o.Measures); err != nil {
				return err
			}
			s, err := a.openStore(c.Context(), db, true)
			if err != nil {
				return err
			}
			defer closing(s, &err)
			for _, name := range list(per) {
				if err := checkPer(c.Context(), s, name); err != nil {
					return err
				}
				o.Per = append(o.Per, name)
			}
			if partition != "" {
				return a.exportParts(c.Context(), s, to, list(partition), o)
			}
			return a.export(c.Context(), s, to, o)
		},
	}
	c.Flags().StringVar(&db, "db", "", "the SQLite file to read")
	c.Flags().StringVarP(&out, "out", "o", "", "the file to write; - is standard output")
	c.Flags().StringVar(&o.Format, "format", "", strings.Join(export.FormatNames(), ", ")+", datapackage (a folder) or datasette (metadata for the database itself)")
	c.Flags().StringVar(&o.Shape, "shape", export.Long, "long (one row a figure) or wide (one row a report)")
	c.Flags().StringVar(&indicators, "indicators", "", "only these indicators, rates and metrics, by code, separated by commas")
	c.Flags().StringVar(&with, "with", "", "add to all indicators: rates, metrics (figures told in words), or both, separated by a comma; wide has both")
	c.Flags().StringVar(&per, "per", "", "add counts divided by residents (per 100,000) or by imported denominators of the same year, names separated by commas")
	c.Flags().StringVar(&partition, "partition-by", "", "write a folder of Parquet files parted by year, province or both: year=2021/province=…, as Hive has it")
	c.Flags().BoolVar(&o.BOM, "bom", false, "begin the CSV with a byte order mark, so that Excel reads the Chinese right")
	filter.add(c)
	return c
}

// export writes one file, or with the format datapackage a folder.
func (a *app) export(ctx context.Context, s *store.Store, out *output, o export.Options) error {
	a.restarts = true
	defer a.progress(&o).Clear()
	if o.Format == formatPackage {
		err := out.writeFolder(export.Entries, func(dir string) error { return export.Package(ctx, s, dir, o) })
		if err != nil {
			return usageOf(err)
		}
		a.notice("%s: a data package, described by its datapackage.json", out.name)
		return nil
	}
	var rows int64
	err := out.write(a, func(w io.Writer) (err error) {
		if o.Format == formatDatasette {
			return export.Metadata(ctx, s, w)
		}
		rows, err = export.Write(ctx, s, w, o)
		return err
	})
	if err != nil {
		return usageOf(err)
	}
	if !out.standard() && o.Format != formatDatasette {
		a.notice("%s: %d rows", out.name, rows)
	}
	return nil
}

// kinds are what --with adds to the indicators.
func kinds(with, shape string, chosen []string) ([]string, error) {
	if len(chosen) > 0 {
		if with != "" {
			return nil, usagef("--with adds to all indicators; --indicators names what is written, rates and metrics too")
		}
		return nil, nil
	}
	if shape == export.Wide && with == "" {
		return []string{ask.KindRate, ask.KindMetric}, nil
	}
	var all []string
	for _, name := range list(with) {
		switch name {
		case "rates", ask.KindRate:
			all = append(all, ask.KindRate)
		case "metrics", ask.KindMetric:
			all = append(all, ask.KindMetric)
		default:
			return nil, usagef("--with %s: want rates, metrics or both", name)
		}
	}
	return all, nil
}

// exportParts writes a folder of files.
func (a *app) exportParts(ctx context.Context, s *store.Store, out *output, by []string, o export.Options) error {
	a.restarts = true
	defer a.progress(&o).Clear()
	files := 0
	err := out.writeFolder(export.Entries, func(dir string) (err error) {
		files, err = export.Partition(ctx, s, dir, by, o)
		return err
	})
	if err != nil {
		return usageOf(err)
	}
	a.notice("%s: %d files, parted by %s", out.name, files, strings.Join(by, " and "))
	return nil
}

// progress shows how many reports of an export are written.
func (a *app) progress(o *export.Options) *progressbar.ProgressBar {
	bar := a.bar(-1, "exporting", "report")
	o.Total = func(reports int64) { bar.ChangeMax64(reports) }
	o.Step = func() { _ = bar.Add(1) }
	return bar
}

// formatOf is the format of an output: the one that was named, or what the
// name of the file says. Where both say something, they have to agree.
func formatOf(out *output, named string) (string, error) {
	if known := append(export.FormatNames(), formatPackage, formatDatasette); named != "" && !slices.Contains(known, named) {
		return "", usagef("--format %s: no such format; want %s", named, strings.Join(known, ", "))
	}
	said, ext := "", filepath.Ext(out.name)
	switch {
	case out.standard():
	case out.folder():
		said = formatPackage
	default:
		said = export.FormatOf(out.name)
		if said == "" && named == "" && ext != "" && ext != "." && !device(out.name) {
			return "", usagef("--out %s: the ending %s tells no format; end the name in %s, or give --format", out.name, ext, endings())
		}
	}
	switch {
	case said == "" && named == "":
		return export.CSV, nil
	case said == "" || said == named:
		return named, nil
	case named == "":
		return said, nil
	}
	return "", usagef("--out %s names the format %s, --format says %s; let them agree", out.name, said, named)
}

// endings are the usual ones of all formats, for a message.
func endings() string {
	var all []string
	for _, f := range export.Formats {
		all = append(all, f.Endings[0])
	}
	return oneOf(all)
}

// device reports whether a name is there and is no file.
func device(name string) bool {
	info, err := os.Stat(name)
	return err == nil && !info.Mode().IsRegular()
}

// usageOf tells a wrong --format or --shape from a failure.
func usageOf(err error) error {
	if errors.Is(err, export.ErrFormat) {
		return usageError{err}
	}
	return err
}
