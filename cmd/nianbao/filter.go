package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
)

// noReportChosen says that an answer is empty because nothing was asked.
const noReportChosen = "no report of what was chosen is stored; nianbao doctor --coverage lists what is there"

// filterFlags choose reports, the same way in every command that reads a
// database.
type filterFlags struct{ year, region, under, level, scope string }

func (f *filterFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.year, "year", "", "the year reported on, or a span: 2021, 2019..2023, 2021..")
	c.Flags().StringVar(&f.region, "region", "", "regions, by code or name, separated by commas: 653101,320813 or 喀什市")
	c.Flags().StringVar(&f.under, "under", "", "everything below one province or prefecture, by code or name: 320800 or 淮安市")
	c.Flags().StringVar(&f.level, "level", "", "province, prefecture or county")
	c.Flags().StringVar(&f.scope, "scope", "", "region (reports of whole territories) or agency (of single offices)")
}

// filter checks the flags.
func (f *filterFlags) filter() (store.Filter, error) {
	var out store.Filter
	var err error
	if out.Years, err = years(f.year); err != nil {
		return out, err
	}
	for _, r := range list(f.region) {
		code, err := regionCode("--region", r)
		if err != nil {
			return out, err
		}
		out.Regions = append(out.Regions, code)
	}
	if f.under != "" {
		if out.Under, err = regionCode("--under", f.under); err != nil {
			return out, err
		}
	}
	switch f.level {
	case "", region.LevelProvince, region.LevelPrefecture, region.LevelCounty:
		out.Level = f.level
	default:
		return out, usagef("--level %s: want province, prefecture or county", f.level)
	}
	switch s := report.Scope(f.scope); s {
	case report.ScopeUnknown, report.ScopeRegion, report.ScopeAgency:
		out.Scope = s
	default:
		return out, usagef("--scope %s: want region or agency", f.scope)
	}
	return out, nil
}

// years reads 2021, 2019..2023, 2021.. and ..2023.
func years(s string) (store.Years, error) {
	if s == "" {
		return store.Years{}, nil
	}
	from, to, span := strings.Cut(s, "..")
	if !span {
		to = from
	}
	var y store.Years
	for _, end := range []struct {
		text string
		year *int
	}{{from, &y.From}, {to, &y.To}} {
		if end.text == "" && span && s != ".." {
			continue
		}
		n, err := strconv.Atoi(end.text)
		if err != nil || n < 2000 || n > 2100 {
			return store.Years{}, usagef("--year %s: want a year or a span of years, such as 2021 or 2019..2023", s)
		}
		*end.year = n
	}
	if y.To != 0 && y.From > y.To {
		return store.Years{}, usagef("--year %s: the span ends before it begins", s)
	}
	return y, nil
}

// regionCode accepts a code or a name that only one region has.
func regionCode(flag, s string) (string, error) {
	if len(s) == 6 && strings.Trim(s, "0123456789") == "" {
		if _, ok := region.Lookup(s); !ok {
			return "", usagef("%s %s: no region has this code; nianbao regions NAME finds codes", flag, s)
		}
		return s, nil
	}
	found := region.Find(s)
	switch meant := region.Meant(s, found); len(meant) {
	case 0:
		return "", usagef("%s %s: no region of this name is known; %s", flag, s, instead(s, regionNames(), "nianbao regions NAME finds codes"))
	case 1:
		return meant[0].Code, nil
	default:
		var names []string
		for _, r := range found[:min(len(found), 6)] {
			names = append(names, fmt.Sprintf("%s %s", r.Code, region.PathName(r.Code)))
		}
		return "", usagef("%s %s: %d regions have this name; give a code: %s", flag, s, len(found), strings.Join(names, ", "))
	}
}
