package main

import (
	"encoding/csv"

	"github.com/spf13/cobra"

	"nianbao/crawler"
	"nianbao/crawler/sites"
	"nianbao/parser/region"
)

func (a *app) sitesCommand() *cobra.Command {
	var f tableFlags
	var under, level string
	var seeds bool
	c := &cobra.Command{
		Use:   "sites [NAME|CODE]",
		Short: "List the known home pages of governments, or write them as a seeds file",
		Long: `List the known home pages of the governments of counties, prefectures and
provinces: what nianbao crawl --under starts from. They were compiled from public
lists; a crawl checks of each that it names its region.

--seeds writes them as a seeds file, to edit and to hand to nianbao crawl --seeds.`,
		Example: "  nianbao sites 喀什市\n  nianbao sites --under 653100\n  nianbao sites --under 653100 --seeds > seeds.csv",
		Args:    operands(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 && under != "" {
				return usagef("a name and --under are two ways to choose; use one")
			}
			if under == "" {
				under = sites.China
			}
			found, err := catalogued(under, level)
			if err != nil {
				return err
			}
			if len(args) == 1 {
				if found = sites.Find(args[0]); len(found) == 0 {
					return unfound(args[0])
				}
			}
			if len(found) == 0 {
				return unfound(under)
			}
			if seeds {
				return a.writeSeeds(found)
			}
			var rows []siteRow
			for _, s := range found {
				rows = append(rows, siteRow{s.Code, s.Name, s.Level, s.URL, region.PathName(s.Code)})
			}
			return a.print(tableOf(rows, nil), f)
		},
	}
	c.Flags().StringVar(&under, "under", "", "the sites of a region and of everything below it, by code or name: 653100, 喀什地区")
	c.Flags().StringVar(&level, "level", "", "only these levels: province, prefecture, county, separated by commas")
	c.Flags().BoolVar(&seeds, "seeds", false, "write a seeds file instead of a table")
	f.add(a, c, func() any { return siteRow{} })
	return c
}

// writeSeeds writes sites as the seeds file of a crawl.
func (a *app) writeSeeds(found []sites.Site) error {
	w := csv.NewWriter(a.out)
	if err := w.Write([]string{"region_code", "name", "url", "kind"}); err != nil {
		return err
	}
	first := map[string]sites.Site{}
	for _, s := range found {
		row := []string{s.Code, s.Name, s.URL, string(crawler.KindSite)}
		if other, ok := first[s.URL]; ok { // an address can be a seed once
			row = []string{"# " + s.Code, s.Name, "listed with the site of " + other.Code, ""}
		} else {
			first[s.URL] = s
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// siteRow is the home page of a government.
type siteRow struct {
	RegionCode string `json:"region_code" title:"CODE" jsonschema:"GB/T 2260, six digits"`
	RegionName string `json:"region_name" title:"NAME"`
	Level      string `json:"level" title:"LEVEL" jsonschema:"province, prefecture or county"`
	URL        string `json:"url" title:"SITE" jsonschema:"address of the home page"`
	Path       string `json:"path" title:"PATH" jsonschema:"the region's name with those above it"`
}
