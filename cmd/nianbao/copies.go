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
sentence, and neither what nearly all reports say nor what stands before the first
heading counts. Reports that were stored since the last time are compared first.
nianbao compare --indicator rate.repeated_text ranks regions by it.`,
		Example: "  nianbao copies --db counties.db --year 2023 --kind year_before\n  nianbao copies --db counties.db --region 盱眙县 --json",
		Args:    operands(0, 0),
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
			defer closing(s, &err)
			all, err := ask.Copies(c.Context(), s, q)
			if err != nil {
				return err
			}
			var rows []copyRow
			for _, r := range all {
				row := copyRow{Year: year(r.Year), RegionCode: r.RegionCode, RegionName: r.RegionName, Publisher: r.Publisher, Share: share(r.Share), Kind: r.Kind, ReportID: r.ID,
					OtherID: r.Other.ID, OtherYear: year(r.Other.Year), OtherRegionCode: r.Other.RegionCode, OtherRegionName: r.Other.RegionName, OtherPublisher: r.Other.Publisher,
					Source: r.Source, OtherSource: r.Other.Source}
				if len(r.Passages) > 0 {
					p := r.Passages[0]
					row.Passage, row.Section, row.Start, row.End = &p.Text, &p.Section, &p.Start, &p.End
					if f.people() {
						*row.Passage = shortened(p.Text, 40)
					}
				}
				rows = append(rows, row)
			}
			if err := a.print(tableOf(rows, nil), f); err != nil {
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
	f.add(a, c, func() any { return copyRow{} })
	return c
}

// copyRow is a report with another one in which its prose stands.
type copyRow struct {
	Year            *int    `json:"year" title:"YEAR" jsonschema:"year reported on"`
	RegionCode      string  `json:"region_code" title:"CODE" jsonschema:"GB/T 2260, six digits"`
	RegionName      string  `json:"region_name" title:"REGION"`
	Publisher       string  `json:"publisher" jsonschema:"agency that published the report"`
	Share           share   `json:"share" title:"SHARE" jsonschema:"of the report's own characters, 0 to 1"`
	Kind            string  `json:"kind" title:"KIND" jsonschema:"year_before (the same office's) or other_office (of the same year)"`
	ReportID        int64   `json:"report_id" jsonschema:"number of the report in the database"`
	OtherID         int64   `json:"other_id" jsonschema:"and of the other one"`
	OtherYear       *int    `json:"other_year" jsonschema:"year that the other one reports on"`
	OtherRegionCode string  `json:"other_region_code"`
	OtherRegionName string  `json:"other_region_name" title:"STANDS IN"`
	OtherPublisher  string  `json:"other_publisher"`
	Passage         *string `json:"passage" title:"LONGEST PASSAGE" jsonschema:"the longest that both have"`
	Section         *int    `json:"section" jsonschema:"number of the section that it stands in"`
	Start           *int    `json:"char_start" jsonschema:"its place in the section's text, in characters from 0"`
	End             *int    `json:"char_end"`
	Source          string  `json:"source" jsonschema:"path or address of the report"`
	OtherSource     string  `json:"other_source"`
}

// openCompared opens a database for reading and first compares the reports that
// are new. A file that cannot be written is read as it is.
func (a *app) openCompared(c *cobra.Command, db string) (*store.Store, error) {
	w, err := a.openToChange(c.Context(), db, false)
	if err == nil {
		_, err = panel.Copies(c.Context(), w)
		closing(w, &err)
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
