package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"nianbao/store/ask"
)

func (a *app) searchCommand() *cobra.Command {
	var db string
	var limit int
	var filter filterFlags
	var f tableFlags
	c := &cobra.Command{
		Use:   "search --db FILE WORDS",
		Short: "Find reports by what their text says",
		Long: `Find reports by the words of their titles and sections. A report has to have all
the words as they are typed. Where there are too few such reports, others follow
that have the parts of a longer word in several places; what stands in quotes is
never taken apart. The best hits come first, each with the place it was found in.`,
		Example: "  nianbao search --db counties.db 市长信箱\n  nianbao search --db counties.db '\"政务新媒体\" 注销' --year 2021",
		Args:    operands(1, many),
		RunE: func(c *cobra.Command, args []string) (err error) {
			q := ask.SearchQuery{Words: strings.Join(args, " "), Limit: limit, Cutter: cutter{a.words}}
			if limit < 1 {
				return usagef("--limit %d: want at least one hit", limit)
			}
			if q.Filter, err = filter.filter(); err != nil {
				return err
			}
			s, err := a.openStore(c.Context(), db, true)
			if err != nil {
				return err
			}
			defer closing(s, &err)
			res, err := ask.Search(c.Context(), s, q)
			if errors.Is(err, ask.ErrNoWords) {
				return usageError{err}
			}
			if err != nil {
				return err
			}
			var rows []hitRow
			for _, h := range res.Hits {
				row := hitRow{h.ReportID, h.RegionCode, h.RegionName, year(h.Year), h.Publisher, h.Title, &h.Section, h.Heading, h.Snippet, h.Apart, h.Source}
				if h.Section < 0 {
					row.Heading, row.Section = "title", nil
				}
				rows = append(rows, row)
			}
			if err := a.print(tableOf(rows, nil), f); err != nil {
				return err
			}
			if len(res.Hits) == 0 {
				a.notice("no report has that in its text")
			}
			if n := len(res.Hits); n > 0 && res.Hits[n-1].Apart && f.people() {
				as := slices.IndexFunc(res.Hits, func(h ask.Hit) bool { return h.Apart })
				a.notice("%d have it as it stands, %d have its words in several places; quotes leave the latter out", as, n-as)
			}
			if res.More && f.people() {
				a.notice("there are more than these %d; --limit shows more", len(res.Hits))
			}
			return nil
		},
	}
	c.Flags().StringVar(&db, "db", "", "the SQLite file to read")
	c.Flags().IntVar(&limit, "limit", 20, "at most so many hits")
	filter.add(c)
	f.add(a, c, func() any { return hitRow{} })
	return c
}

// hitRow is a report that a search found.
type hitRow struct {
	ReportID   int64  `json:"report_id" jsonschema:"number of the report in the database"`
	RegionCode string `json:"region_code" title:"CODE" jsonschema:"GB/T 2260, six digits; empty where it is not known"`
	RegionName string `json:"region_name" title:"REGION"`
	Year       *int   `json:"year" title:"YEAR" jsonschema:"year reported on"`
	Publisher  string `json:"publisher" jsonschema:"agency that published the report"`
	Title      string `json:"title"`
	Section    *int   `json:"section" jsonschema:"number of the section; null: it stands in the title"`
	Heading    string `json:"heading" title:"SECTION" jsonschema:"of the section"`
	Snippet    string `json:"snippet" title:"FOUND IN" jsonschema:"the text around it"`
	Apart      bool   `json:"apart" jsonschema:"the words stand in several places, not as they were typed"`
	Source     string `json:"source" title:"SOURCE" jsonschema:"path or address of the report"`
}
