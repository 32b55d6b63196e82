package main

import (
	"errors"

	"github.com/spf13/cobra"

	"nianbao/store"
	"nianbao/store/ask"
	"nianbao/store/panel"
)

func (a *app) copiesCommand() *cobra.Command {
	var db, kind string
	var q ask.CopyQuery
	var filter filterFlags
	var f tableFlags
	c := &cobra.Command{
		Use:   "copies --db FILE",
		Short: "List reports whose prose stands in another report",
		Long: `List reports whose prose stands in the same office's report of the year before, or
in another office's of the same year. The share is that of the report's own
characters: figures are all alike, so that a new number does not hide an old
sentence, and what nearly all reports say does not count. Reports that were stored
since the last time are compared first. nianbao compare --indicator
rate.repeated_text ranks regions by it.`,
		Example: "  nianbao copies --db counties.db --year 2023 --kind year_before\n  nianbao copies --db counties.db --region 盱眙县 --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			switch q.Kind = kind; kind {
			case "", ask.CopyYearBefore, ask.CopyOtherOffice:
			default:
				return usagef("--kind %s: want year_before or other_office", kind)
			}
			if q.Least < 0 || q.Least > 1 {
				return usagef("--least %v: want a part of one, such as 0.5", q.Least)
			}
			if q.Filter, err = filter.filter(); err != nil {
				return err
			}
			s, err := a.openCompared(c, db)
			if err != nil {
				return err
			}
			defer closeStore(s, &err)
			all, err := ask.Copies(c.Context(), s, q)
			if err != nil {
				return err
			}
			t := &table{columns: []column{
				{"year", "YEAR"}, {"region_code", "CODE"}, {"region_name", "REGION"}, {"publisher", ""}, {"share", "SHARE"}, {"kind", "KIND"}, {"report_id", ""},
				{"other_id", ""}, {"other_year", ""}, {"other_region_code", ""}, {"other_region_name", "STANDS IN"}, {"other_publisher", ""},
				{"passage", "LONGEST PASSAGE"}, {"section", ""}, {"start", ""}, {"end", ""}, {"source", ""}, {"other_source", ""},
			}}
			for _, r := range all {
				var passage, section, from, to any
				if len(r.Passages) > 0 {
					p := r.Passages[0]
					passage, section, from, to = p.Text, p.Section, p.Start, p.End
					if !f.json && !f.csv {
						passage = shortened(p.Text, 40)
					}
				}
				t.add(year(r.Year), r.RegionCode, r.RegionName, r.Publisher, share(r.Share), r.Kind, int(r.ID),
					int(r.Other.ID), year(r.Other.Year), r.Other.RegionCode, r.Other.RegionName, r.Other.Publisher, passage, section, from, to, r.Source, r.Other.Source)
			}
			if err := a.print(t, f); err != nil {
				return err
			}
			if len(all) == 0 {
				a.notice("no report repeats another one to that share")
			}
			return nil
		},
	}
	c.Flags().StringVar(&db, "db", "", "the SQLite file")
	c.Flags().StringVar(&kind, "kind", "", "year_before (the same office's) or other_office (of the same year)")
	c.Flags().Float64Var(&q.Least, "least", 0.3, "the least share, a part of one")
	c.Flags().IntVar(&q.Limit, "limit", 0, "at most so many rows; 0 is all")
	filter.add(c)
	f.add(c)
	return c
}

// openCompared opens a database for reading and first compares the reports that
// are new. A file that cannot be written is read as it is.
func (a *app) openCompared(c *cobra.Command, db string) (*store.Store, error) {
	w, err := a.openStore(c.Context(), db, false)
	if err == nil {
		_, err = panel.Copies(c.Context(), w)
		closeStore(w, &err)
	}
	if errors.Is(err, store.ErrReadOnly) || errors.Is(err, store.ErrBusy) {
		a.notice("reports stored since the last comparison cannot be compared now: %v", err)
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return a.openStore(c.Context(), db, true)
}

// shortened is the beginning of a text, of so many characters at most.
func shortened(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most-1]) + "…"
}
