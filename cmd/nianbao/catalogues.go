package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/store/ask"
)

func (a *app) indicatorsCommand() *cobra.Command {
	var f tableFlags
	var layout string
	layouts := catalog.Default().TableLayouts("")
	c := &cobra.Command{
		Use:   "indicators [WORD]",
		Short: "List what can be compared: indicators, rates and metrics",
		Long: `List what can be compared, with codes, labels and units: the indicators of the
standard tables, sums (derived: no table prints them) and rates made from them, and
the metrics that reports tell in words. made_of, in --json and --csv, tells what a
sum or a rate is reckoned from. WORD keeps those whose code or label contains it.`,
		Example: "  nianbao indicators requests.denied\n  nianbao indicators 行政许可 --json",
		Args:    operands(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			if layout != "" && !slices.Contains(layouts, layout) {
				return usagef("--layout %s: want %s", layout, oneOf(layouts))
			}
			var rows []measureRow
			for _, m := range ask.Measures() {
				have := layoutsOf(m)
				if layout != "" && !slices.Contains(have, layout) {
					continue
				}
				if len(args) == 1 && !strings.Contains(m.Code, args[0]) && !strings.Contains(m.LabelZH, args[0]) &&
					!strings.Contains(strings.ToLower(m.LabelEN), strings.ToLower(args[0])) {
					continue
				}
				rows = append(rows, measureRow{m.Code, m.Kind, m.Unit, have, m.LabelZH, m.LabelEN, definition(m)})
			}
			if len(rows) == 0 && len(args) == 1 {
				return usagef("no indicator, rate or metric has %q in its code or label; nianbao indicators lists all", args[0])
			}
			return a.print(tableOf(rows, nil), f)
		},
	}
	f.add(a, c, func() any { return measureRow{} })
	c.Flags().StringVar(&layout, "layout", "", "only the indicators of one layout: "+oneOf(layouts))
	return c
}

// oneOf lists what one may be chosen of: a, b or c.
func oneOf(all []string) string {
	last := len(all) - 1
	return strings.Join(all[:last], ", ") + " or " + all[last]
}

// measureRow is what can be compared.
type measureRow struct {
	Code    string `json:"code" title:"CODE"`
	Kind    string `json:"kind" title:"KIND" jsonschema:"indicator (of a table), derived (a sum that no table prints), rate or metric (told in words)"`
	Unit    string `json:"unit" title:"UNIT" jsonschema:"of the values; empty for rates"`
	Layouts codes  `json:"layouts" title:"LAYOUTS" jsonschema:"layouts whose tables have it"`
	LabelZH string `json:"label_zh" title:"LABEL" jsonschema:"name in Chinese"`
	LabelEN string `json:"label_en" jsonschema:"name in English"`
	MadeOf  string `json:"made_of" jsonschema:"of sums and rates: how they are reckoned"`
}

// regionRow is an administrative division.
type regionRow struct {
	Code       string `json:"code" title:"CODE" jsonschema:"GB/T 2260, six digits"`
	Name       string `json:"name" title:"NAME"`
	Level      string `json:"level" title:"LEVEL" jsonschema:"province, prefecture or county"`
	ParentCode string `json:"parent_code" jsonschema:"division above; empty for a province"`
	Path       string `json:"path" title:"PATH" jsonschema:"its name with those above it"`
	FirstList  int    `json:"first_list" title:"FIRST LIST" jsonschema:"first yearly list of codes that has it, of those consulted"`
	LastList   int    `json:"last_list" title:"LAST LIST" jsonschema:"last one"`
}

// layoutsOf are the layouts whose tables have an indicator, or all parts of a derived sum.
func layoutsOf(m ask.Measure) []string {
	if i, ok := catalog.Lookup(m.Code); ok {
		return i.Layouts
	}
	var all []string
	if d, ok := catalog.LookupDerived(m.Code); ok {
		for _, l := range catalog.Default().TableLayouts("") {
			if d.In(l) {
				all = append(all, l)
			}
		}
	}
	return all
}

// definition is what a sum or a rate is made of; "" for what is printed.
func definition(m ask.Measure) string {
	if d, ok := catalog.LookupDerived(m.Code); ok {
		return strings.Join(d.Parts, " + ")
	}
	for _, r := range ask.Rates() {
		if r.Code != m.Code || len(r.Numerator) == 0 {
			continue
		}
		above, below := strings.Join(r.Numerator, " + "), strings.Join(r.Denominator, " + ")
		if r.Per != "" {
			below = r.Per + " of " + region.CensusDate
			return fmt.Sprintf("(%s) / (%s) × 100000", above, below)
		}
		return fmt.Sprintf("(%s) / (%s)", above, below)
	}
	return ""
}

func (a *app) regionsCommand() *cobra.Command {
	var f tableFlags
	c := &cobra.Command{
		Use:   "regions [NAME|CODE]",
		Short: "Look up administrative divisions and their codes",
		Long: `Look up administrative divisions by name, short name or code (GB/T 2260). With no
argument, all provinces are listed; a province's or prefecture's code also lists
what lies directly below it.`,
		Example: "  nianbao regions 喀什\n  nianbao regions 320800",
		Args:    operands(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			var found []region.Region
			switch {
			case len(args) == 0:
				for _, r := range region.All() {
					if r.Level == region.LevelProvince {
						found = append(found, r)
					}
				}
			default:
				found = region.Find(args[0])
				if len(found) == 1 && found[0].Code == args[0] {
					for _, r := range region.All() {
						if r.ParentCode == args[0] {
							found = append(found, r)
						}
					}
				}
			}
			if len(found) == 0 {
				return usagef("no region is called %q; try a shorter form of the name, such as 喀什", args[0])
			}
			var rows []regionRow
			for _, r := range found {
				rows = append(rows, regionRow{r.Code, r.Name, r.Level, r.ParentCode, region.PathName(r.Code), r.FirstList, r.LastList})
			}
			return a.print(tableOf(rows, nil), f)
		},
	}
	f.add(a, c, func() any { return regionRow{} })
	return c
}
