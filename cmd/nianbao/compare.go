package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/ask"
	"nianbao/store/plot"
)

func (a *app) compareCommand() *cobra.Command {
	var db, indicator, applicant, per, by, picture string
	var rank, closely, unofficial bool
	var filter filterFlags
	var f tableFlags
	c := &cobra.Command{
		Use:   "compare --db FILE --indicator CODE",
		Short: "Compare regions in one indicator, rate or metric",
		Long: `Compare regions in one indicator of the standard tables, one sum or rate made from
them, or one metric told in words; nianbao indicators lists the codes. Like is
compared with like: reports of whole territories, unless --scope says agency. Blanks
are shown as blanks and counted; they are never zero, and a sum that lacks a part is
none.

--per divides counts and amounts: by residents (per 100,000, as counted in the census
of 2020, which stands for every year), or by what nianbao denominators --import has
stored for the same territory and year. A territory that was cut anew has no rate.`,
		Example: "  nianbao compare --db counties.db --indicator requests.received --year 2021 --under 653100 --rank\n  nianbao compare --db counties.db --indicator requests.denied.total --per residents --year 2022\n  nianbao compare --db counties.db --indicator mailbox_received --year 2019..2023",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			q := ask.CompareQuery{Code: indicator, Applicant: applicant, Per: per, By: by, Close: closely, Unofficial: unofficial}
			if indicator == "" {
				return usagef("--indicator CODE is required; nianbao indicators lists the codes")
			}
			m, err := findMeasure("--indicator", indicator, applicant)
			if err != nil {
				return err
			}
			if _, err := ask.Per(m, per); err != nil {
				return usagef("--per %s: %v", per, err)
			}
			switch by {
			case "", "province", "prefecture":
			default:
				return usagef("--by %s: want province or prefecture", by)
			}
			if q.Filter, err = filter.filter(); err != nil {
				return err
			}
			s, err := a.openStore(c.Context(), db, true)
			if err != nil {
				return err
			}
			defer closeStore(s, &err)
			if err := checkPer(c.Context(), s, per); err != nil {
				return err
			}
			cmp, err := ask.Compare(c.Context(), s, q)
			if err != nil {
				return err
			}
			if picture != "" {
				return a.draw(db, picture, func(w io.Writer, o plot.Options) error {
					o.Area = region.PathName(q.Under)
					return plot.Compare(w, cmp, o)
				})
			}
			if err := a.print(comparisonTable(cmp, rank, by), f); err != nil {
				return err
			}
			if len(cmp.Rows) == 0 {
				a.notice("no report of what was chosen is stored; nianbao doctor --coverage lists what is there")
			}
			if !f.json && !f.csv {
				a.summarise(cmp)
			}
			return nil
		},
	}
	c.Flags().StringVar(&db, "db", "", "the SQLite file to read")
	c.Flags().StringVar(&indicator, "indicator", "", "code of an indicator, rate or metric")
	c.Flags().StringVar(&applicant, "applicant", "", "column of the requests table, such as natural_person; the total without it")
	c.Flags().StringVar(&per, "per", "", perHelp)
	filter.add(c)
	c.Flags().StringVar(&by, "by", "", "group by province or prefecture")
	c.Flags().StringVar(&picture, "plot", "", "draw the comparison into this file, .svg or .png, instead of printing it")
	c.Flags().BoolVar(&rank, "rank", false, "order by value, the largest first")
	c.Flags().BoolVar(&closely, "close", false, "let a layout without the indicator be read by its close correspondent")
	c.Flags().BoolVar(&unofficial, "unofficial", false, "let in reports from hosts that are no government's")
	f.add(c)
	return c
}

const perHelp = "divide by residents (per 100,000) or by an imported denominator of the same year"

// checkPer tells a denominator that is not there from a failure.
func checkPer(ctx context.Context, s *store.Store, per string) error {
	if per == "" {
		return nil
	}
	sets, err := s.DenominatorSets(ctx)
	if err != nil {
		return err
	}
	names := make([]string, len(sets))
	for i, set := range sets {
		names[i] = set.Name
	}
	if !slices.Contains(names, per) {
		return usagef("--per %s: no such denominator is stored; %s", per, instead(per, names, "nianbao denominators lists what there is"))
	}
	return nil
}

// comparisonTable has a row for each region and year, ordered by region, or by
// rank within each year.
func comparisonTable(cmp *ask.Comparison, rank bool, by string) *table {
	only := func(title string, when bool) string {
		if when {
			return title
		}
		return ""
	}
	rate := cmp.Measure.Kind == ask.KindRate
	agency := slices.ContainsFunc(cmp.Rows, func(r ask.ComparisonRow) bool { return r.Scope == report.ScopeAgency })
	doubted := slices.ContainsFunc(cmp.Rows, func(r ask.ComparisonRow) bool { return len(r.Contradicted) > 0 })
	t := &table{columns: []column{
		{"year", "YEAR"}, {"group", ""}, {"group_name", only("GROUP", by != "")}, {"rank", "RANK"}, {"region_code", "CODE"}, {"region", "REGION"},
		{"value", "VALUE"}, {"unit", only("UNIT", !rate)}, {"status", "STATUS"}, {"base", only("BASE", rate)}, {"base_year", only("BASE YEAR", cmp.Measure.Per != "")},
		{"before", ""}, {"change", "CHANGE"}, {"ratio", ""}, {"share", only("SHARE", !rate)}, {"layout", "LAYOUT"},
		{"publisher", only("PUBLISHER", agency)}, {"corrected", ""}, {"contradicted_by", only("DOUBTED BY", doubted)}, {"source", ""}, {"note", "NOTE"}, {"report_id", ""}, {"measure", ""}, {"kind", ""},
	}}
	groups := map[string]string{}
	for _, g := range cmp.Groups {
		groups[g.Code] = g.Name
	}
	rows := cmp.Rows
	if !rank {
		rows = slices.Clone(rows)
		slices.SortStableFunc(rows, func(a, b ask.ComparisonRow) int {
			if a.Year != b.Year {
				return a.Year - b.Year
			}
			return strings.Compare(a.RegionCode, b.RegionCode)
		})
	}
	for _, r := range rows {
		var place any
		if r.Rank > 0 {
			place = r.Rank
		}
		var part any
		if r.Share != nil {
			part = share(*r.Share)
		}
		var change any = r.Change
		if r.Change != nil && cmp.Measure.Share {
			change = points(*r.Change)
		}
		note := r.Note
		if r.Corrected {
			note = strings.TrimSuffix("corrected by a reviewer; "+note, "; ")
		}
		t.add(year(r.Year), r.Group, groups[r.Group], place, r.RegionCode, r.RegionName, measured(cmp.Measure, r.Value), cmp.Measure.Unit, string(r.Status), r.Base, year(r.BaseYear),
			measured(cmp.Measure, r.Before), change, r.Ratio, part, r.Layout, r.Publisher, r.Corrected, strings.Join(r.Contradicted, " "), r.Source, note, id(r.ReportID), cmp.Measure.Code, cmp.Measure.Kind)
	}
	return t
}

// id is the number of a report as a cell: blank where there is none.
func id(report int64) any {
	if report == 0 {
		return nil
	}
	return int(report)
}

// measured is a value of a measure as a cell: parts of one in percent.
func measured(m ask.Measure, v *float64) any {
	if v != nil && m.Share {
		return share(*v)
	}
	return v
}

// summarise tells what a value is where no report prints it, the group's
// distribution, and what has no value.
func (a *app) summarise(cmp *ask.Comparison) {
	if made := madeOf(cmp.Measure); made != "" {
		fmt.Fprintln(a.out, made)
	}
	for _, g := range cmp.Groups {
		name := g.Name
		if name != "" {
			name += " "
		}
		line := fmt.Sprintf("%s%d: %d with a value", name, g.Year, g.Count)
		if g.Median != nil {
			line += fmt.Sprintf(", median %s (quartiles %s and %s)", text(measured(cmp.Measure, g.Median), true), text(measured(cmp.Measure, g.Q1), true), text(measured(cmp.Measure, g.Q3), true))
		}
		for _, s := range slices.Sorted(maps.Keys(g.Without)) {
			if s == ask.NoReport {
				continue // counted below, whether or not they have a row
			}
			line += fmt.Sprintf(", %d %s", g.Without[s], strings.ReplaceAll(string(s), "_", " "))
		}
		if g.NoReport > 0 {
			line += fmt.Sprintf("; %d regions have no report", g.NoReport)
		}
		fmt.Fprintln(a.out, line)
	}
	if n := doubts(cmp); n > 0 {
		fmt.Fprintf(a.out, "values that a finding about them doubts: %d; nianbao check says why\n", n)
	}
	if cmp.Unscoped > 0 {
		fmt.Fprintf(a.out, "%d reports do not say whether they cover a whole territory and were left out\n", cmp.Unscoped)
	}
}

// madeOf says of a value that no report prints how it comes about; "" for others.
func madeOf(m ask.Measure) string {
	switch {
	case m.Per == ask.Residents:
		return fmt.Sprintf("%s: per 100,000 residents on %s (%s), whatever the year reported on", m.Code, region.CensusDate, region.CensusSource)
	case m.Per != "":
		return fmt.Sprintf("%s: divided by %s of the same territory and year", m.Code, m.Per)
	}
	if d, ok := catalog.LookupDerived(m.Code); ok {
		return fmt.Sprintf("%s is derived: no table prints it; it is the sum of %s, and missing where one of them is", m.Code, strings.Join(d.Parts, ", "))
	}
	return ""
}

// doubts counts the values that a finding contradicts.
func doubts(cmp *ask.Comparison) (n int) {
	for _, r := range cmp.Rows {
		if len(r.Contradicted) > 0 {
			n++
		}
	}
	return n
}

func (a *app) trendCommand() *cobra.Command {
	var db, indicator, applicant, per, picture string
	var filter filterFlags
	var f tableFlags
	c := &cobra.Command{
		Use:   "trend --db FILE --indicator CODE --region CODE,…",
		Short: "Follow one indicator, rate or metric over the years",
		Long: `Follow one indicator, rate or metric over the years of one or more regions, across
layouts and renamings. A break marks a year that cannot be compared with the one
before it without care, and the note says why. --per divides as in nianbao compare.`,
		Example: "  nianbao trend --db counties.db --indicator disclosure.licensing.decisions --region 653101",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			q := ask.TrendQuery{Code: indicator, Applicant: applicant, Per: per}
			switch {
			case indicator == "":
				return usagef("--indicator CODE is required; nianbao indicators lists the codes")
			case filter.region == "":
				return usagef("--region CODE is required; nianbao regions NAME finds codes")
			}
			m, err := findMeasure("--indicator", indicator, applicant)
			if err != nil {
				return err
			}
			if _, err := ask.Per(m, per); err != nil {
				return usagef("--per %s: %v", per, err)
			}
			if q.Filter, err = filter.filter(); err != nil {
				return err
			}
			s, err := a.openStore(c.Context(), db, true)
			if err != nil {
				return err
			}
			defer closeStore(s, &err)
			if err := checkPer(c.Context(), s, per); err != nil {
				return err
			}
			measure, series, err := ask.Trend(c.Context(), s, q)
			if err != nil {
				return err
			}
			for _, code := range q.Regions {
				if newest, _ := region.Current(code); !slices.ContainsFunc(series, func(s ask.Series) bool { return s.RegionCode == code || s.RegionCode == newest.Code }) {
					a.notice("%s %s: no report of it is stored", code, region.PathName(code))
				}
			}
			if picture != "" {
				return a.draw(db, picture, func(w io.Writer, o plot.Options) error { return plot.Trend(w, measure, series, o) })
			}
			if err := a.print(trendTable(measure, series), f); err != nil {
				return err
			}
			if made := madeOf(measure); made != "" && !f.json && !f.csv {
				fmt.Fprintln(a.out, made)
			}
			return nil
		},
	}
	c.Flags().StringVar(&db, "db", "", "the SQLite file to read")
	c.Flags().StringVar(&indicator, "indicator", "", "code of an indicator, rate or metric")
	c.Flags().StringVar(&applicant, "applicant", "", "column of the requests table; the total without it")
	c.Flags().StringVar(&per, "per", "", perHelp)
	c.Flags().StringVar(&picture, "plot", "", "draw the series into this file, .svg or .png, instead of printing them")
	filter.add(c)
	f.add(c)
	return c
}

// draw makes a picture of the format its name says.
func (a *app) draw(db, name string, draw func(io.Writer, plot.Options) error) error {
	var o plot.Options
	switch ext := strings.ToLower(filepath.Ext(name)); ext {
	case ".svg", ".png":
		o.Format = ext[1:]
	default:
		return usagef("--plot %s: want a name that ends in .svg or .png", name)
	}
	out, err := newOutput("--plot", name, db)
	if err != nil {
		return err
	}
	err = out.write(a, func(w io.Writer) error { return draw(w, o) })
	switch {
	case errors.Is(err, plot.ErrNothing):
		return fmt.Errorf("--plot %s: %w: no report that was chosen has a value", name, err)
	case errors.Is(err, plot.ErrNoFont):
		return fmt.Errorf("--plot %s: %w on this machine; install one (Debian: fonts-noto-cjk) or draw an .svg", name, err)
	case err != nil:
		return err
	}
	a.notice("%s: drawn", name)
	return nil
}

func trendTable(measure ask.Measure, series []ask.Series) *table {
	only := func(title string, when bool) string {
		if when {
			return title
		}
		return ""
	}
	rate := measure.Kind == ask.KindRate
	doubted := slices.ContainsFunc(series, func(s ask.Series) bool {
		return slices.ContainsFunc(s.Points, func(p ask.TrendPoint) bool { return len(p.Contradicted) > 0 })
	})
	t := &table{columns: []column{
		{"region_code", "CODE"}, {"region", "REGION"}, {"publisher", ""}, {"year", "YEAR"}, {"value", "VALUE"}, {"unit", only("UNIT", !rate)}, {"status", "STATUS"},
		{"base", only("BASE", rate)}, {"base_year", only("BASE YEAR", measure.Per != "")}, {"layout", "LAYOUT"}, {"indicator", ""}, {"quality", ""}, {"break", "BREAK"}, {"corrected", ""},
		{"contradicted_by", only("DOUBTED BY", doubted)}, {"source", ""}, {"note", "NOTE"}, {"report_id", ""}, {"measure", ""}, {"kind", ""},
	}}
	for _, s := range series {
		for _, p := range s.Points {
			var mark any
			if p.Break {
				mark = "break"
			}
			t.add(p.RegionCode, p.RegionName, s.Publisher, year(p.Year), measured(measure, p.Value), measure.Unit, string(p.Status), p.Base, year(p.BaseYear), p.Layout, p.Indicator, p.Quality, mark, p.Corrected,
				strings.Join(p.Contradicted, " "), p.Source, p.Note, id(p.ReportID), measure.Code, measure.Kind)
		}
	}
	return t
}
