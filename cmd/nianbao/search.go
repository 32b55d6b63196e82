package main

import (
	"errors"
	"nianbao/store/ask"
	"slices"
	"strings"

	"github.com/spf13/cobra"
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
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) (err error) {
			q := ask.SearchQuery{Words: strings.Join(args, " "), Limit: limit}
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
			defer closeStore(s, &err)
			res, err := ask.Search(c.Context(), s, q)
			if errors.Is(err, ask.ErrNoWords) {
				return usageError{err}
			}
			if err != nil {
				return err
			}
			t := &table{columns: []column{
				{"report_id", ""}, {"region_code", "CODE"}, {"region", "REGION"}, {"year", "YEAR"}, {"publisher", ""}, {"title", ""},
				{"section", ""}, {"heading", "SECTION"}, {"snippet", "FOUND IN"}, {"apart", ""}, {"source", "SOURCE"},
			}}
			for _, h := range res.Hits {
				heading, section := h.Heading, any(h.Section)
				if h.Section < 0 {
					heading, section = "title", nil
				}
				t.add(int(h.ReportID), h.RegionCode, h.RegionName, year(h.Year), h.Publisher, h.Title, section, heading, h.Snippet, h.Apart, h.Source)
			}
			if err := a.print(t, f); err != nil {
				return err
			}
			if len(res.Hits) == 0 {
				a.notice("no report has that in its text")
			}
			if n := len(res.Hits); n > 0 && res.Hits[n-1].Apart && !f.json && !f.csv {
				as := slices.IndexFunc(res.Hits, func(h ask.Hit) bool { return h.Apart })
				a.notice("%d have it as it stands, %d have its words in several places; quotes leave the latter out", as, n-as)
			}
			if res.More && !f.json && !f.csv {
				a.notice("there are more than these %d; --limit shows more", len(res.Hits))
			}
			return nil
		},
	}
	c.Flags().StringVar(&db, "db", "", "the SQLite file to read")
	c.Flags().IntVar(&limit, "limit", 20, "at most so many hits")
	filter.add(c)
	f.add(c)
	return c
}
