package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"nianbao/parser/charset"
	"nianbao/store"
)

func (a *app) denominatorsCommand() *cobra.Command {
	var db, file, remove string
	var f tableFlags
	c := &cobra.Command{
		Use:   "denominators --db FILE [--import CSV | --remove NAME]",
		Short: "List, import or remove what rates may divide by",
		Long: `List what nianbao compare --per and nianbao trend --per may divide by. Residents are
built in: those of the census of 1 November 2020, which stand for every year in which
a code meant the territory that was counted.

--import adds figures of one's own (staff, GDP): CSV with the columns region_code,
year, value, name and source. Either all rows are stored or, where some are wrong,
none, and each wrong one is named with its line. A figure of the same name, region and
year replaces the one before. Years are never filled in: a report is divided by the
figure of its own year.`,
		Example: "  nianbao denominators --db counties.db --import staff.csv\n  nianbao compare --db counties.db --indicator requests.received --per staff",
		Args:    operands(0, 0),
		RunE: func(c *cobra.Command, _ []string) (err error) {
			s, err := a.openToChange(c.Context(), db, file == "" && remove == "")
			if err != nil {
				return err
			}
			defer closing(s, &err)
			switch {
			case file != "":
				return a.importDenominators(c.Context(), s, file)
			case remove != "":
				n, err := s.RemoveDenominators(c.Context(), remove)
				if errors.Is(err, store.ErrUnknownCode) {
					return usagef("--remove %s: no such denominator is stored; nianbao denominators lists what there is", remove)
				}
				if err == nil {
					a.notice("%s: %d figures removed", remove, n)
				}
				return err
			}
			sets, err := s.DenominatorSets(c.Context())
			if err != nil {
				return err
			}
			var rows []denominatorRow
			for _, d := range sets {
				rows = append(rows, denominatorRow{d.Name, d.Figures, d.Regions, d.FirstYear, d.LastYear, strings.Join(d.Sources, "; ")})
			}
			return a.print(tableOf(rows, nil), f)
		},
	}
	c.Flags().StringVar(&db, "db", "", "the SQLite file")
	c.Flags().StringVar(&file, "import", "", "CSV with the columns region_code, year, value, name, source")
	c.Flags().StringVar(&remove, "remove", "", "remove all figures of this name")
	c.MarkFlagsMutuallyExclusive("import", "remove")
	f.add(a, c, func() any { return denominatorRow{} })
	return c
}

// denominatorRow is what rates may divide by under one name.
type denominatorRow struct {
	Name      string `json:"name" title:"NAME" jsonschema:"for --per"`
	Figures   int    `json:"figures" title:"FIGURES"`
	Regions   int    `json:"regions" title:"REGIONS" jsonschema:"regions with a figure"`
	FirstYear int    `json:"first_year" title:"FIRST YEAR"`
	LastYear  int    `json:"last_year" title:"LAST YEAR"`
	Source    string `json:"source" title:"SOURCE" jsonschema:"where the figures are from"`
}

// importDenominators stores the rows of a file, all or none.
func (a *app) importDenominators(ctx context.Context, s *store.Store, file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	// Spreadsheets in China write CSV as GBK.
	rows, name, replaced := charset.Decode(data)
	if replaced > 0 {
		return fmt.Errorf("%s: %d characters cannot be read as %s; save the file as UTF-8", file, replaced, name)
	}
	all, err := store.ReadDenominators(strings.NewReader(rows))
	var wrong store.RowErrors
	switch {
	case errors.As(err, &wrong):
		const most = 20
		for i, e := range wrong {
			if i == most {
				a.notice("%s: and %d rows more", file, len(wrong)-most)
				break
			}
			a.notice("%s: %v", file, e)
		}
		return fmt.Errorf("%s: %d rows are wrong; nothing was stored", file, len(wrong))
	case err != nil:
		return fmt.Errorf("%s: %w", file, err)
	}
	if err := s.AddDenominators(ctx, all); err != nil {
		return err
	}
	names := map[string]int{}
	for _, d := range all {
		names[d.Name]++
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		a.notice("%s: %d figures", name, names[name])
	}
	return nil
}
