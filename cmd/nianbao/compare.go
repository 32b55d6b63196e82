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
	var of measureFlags
	var by, picture, own string
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
		Args:    operands(0, 0),
		RunE: func(c *cobra.Command, _ []string) (err error) {
			q := ask.CompareQuery{Code: of.indicator, Applicant: of.applicant, Per: of.per, By: by, Close: closely, Unofficial: unofficial}
			if err := of.check(); err != nil {
				return err
			}
			switch by {
			case "", "province", "prefecture":
			default:
				return usagef("--by %s: want province or prefecture", by)
			}
			if q.Filter, err = filter.filter(); err != nil {
				return err
			}
			if own != "" {
				if own, err = regionCode("--own", own); err != nil {
					return err
				}
				own = region.Newest(own)
			}
			s, err := a.openStore(c.Context(), of.db, true)
			if err != nil {
				return err
			}
			defer closing(s, &err)
			if err := checkPer(c.Context(), s, of.per); err != nil {
				return err
			}
			cmp, err := ask.Compare(c.Context(), s, q)
			if err != nil {
				return err
			}
			if picture != "" {
				return a.draw(of.db, picture, func(w io.Writer, o plot.Options) error {
					o.Area, o.Own = region.PathName(q.Under), own
					return plot.Compare(w, cmp, o)
				})
			}
			if err := a.print(a.comparisonTable(cmp, rank, by, own, f), f); err != nil {
				return err
			}
			if len(cmp.Rows) == 0 {
				a.notice(noReportChosen)
			}
			if f.people() {
				a.summarise(cmp)
			}
			return nil
		},
	}
	of.add(c)
	filter.add(c)
	c.Flags().StringVar(&own, "own", "", "a region to point out, by code or name: marked in the table and in the picture")
	c.Flags().StringVar(&by, "by", "", "group by province or prefecture")
	c.Flags().StringVar(&picture, "plot", "", "draw the comparison into this file, .svg or .png, instead of printing it")
	c.Flags().BoolVar(&rank, "rank", false, "order by value, the largest first")
	c.Flags().BoolVar(&closely, "close", false, "let a layout without the indicator be read by its close correspondent")
	c.Flags().BoolVar(&unofficial, "unofficial", false, "let in reports from hosts that are no government's")
	f.add(a, c, func() any { return comparisonRow{} })
	return c
}

// measureFlags choose what is told of the reports of a database, and per what.
type measureFlags struct{ db, indicator, applicant, per string }

func (m *measureFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&m.db, "db", "", "the SQLite file to read")
	c.Flags().StringVar(&m.indicator, "indicator", "", "code of an indicator, rate or metric")
	c.Flags().StringVar(&m.applicant, "applicant", "", "column of the requests table, such as natural_person; the total without it")
	c.Flags().StringVar(&m.per, "per", "", "divide by residents (per 100,000) or by an imported denominator of the same year")
}

// check refuses what is no measure, and what it cannot be divided by.
func (m *measureFlags) check() error {
	if m.indicator == "" {
		return usagef("--indicator CODE is required; nianbao indicators lists the codes")
	}
	measure, err := findMeasure("--indicator", m.indicator, m.applicant)
	if err != nil {
		return err
	}
	if _, err := ask.Per(measure, m.per); err != nil {
		return usagef("--per %s: %v", m.per, err)
	}
	return nil
}

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

// comparisonRow is a region in a year.
type comparisonRow struct {
	Year           int      `json:"year" title:"YEAR" jsonschema:"year reported on"`
	Group          string   `json:"group" jsonschema:"code of the region's group; empty when all are together"`
	GroupName      string   `json:"group_name" title:"GROUP"`
	Rank           *int     `json:"rank" title:"RANK" jsonschema:"1 for the largest of the group and year; null without value"`
	RegionCode     string   `json:"region_code" title:"CODE" jsonschema:"GB/T 2260, six digits"`
	RegionName     string   `json:"region_name" title:"REGION"`
	Value          amount   `json:"value" title:"VALUE" jsonschema:"null where status says that there is none; blank is not zero"`
	Unit           string   `json:"unit" title:"UNIT" jsonschema:"of value; empty for rates"`
	Status         string   `json:"status" title:"STATUS" jsonschema:"reported, or why there is no value"`
	Base           *float64 `json:"base" title:"BASE" jsonschema:"the count, or the denominator, that a rate rests on"`
	BaseYear       *int     `json:"base_year" title:"BASE YEAR" jsonschema:"year of a denominator that no report prints"`
	Before         amount   `json:"before" jsonschema:"value of the year before"`
	Change         amount   `json:"change" title:"CHANGE" jsonschema:"value less before"`
	Ratio          *float64 `json:"ratio" jsonschema:"change in parts of before"`
	Share          amount   `json:"share" title:"SHARE" jsonschema:"part of the group's sum of that year; null for rates"`
	Layout         string   `json:"layout" title:"LAYOUT" jsonschema:"the form of its tables, as 2021"`
	Publisher      string   `json:"publisher" title:"PUBLISHER" jsonschema:"agency that published the report"`
	Corrected      bool     `json:"corrected" jsonschema:"set right by a reviewer"`
	ContradictedBy codes    `json:"contradicted_by" title:"DOUBTED BY" jsonschema:"rules of the findings that put the value in doubt"`
	Source         string   `json:"source" jsonschema:"path or address of the report"`
	Note           string   `json:"note" title:"NOTE" jsonschema:"what to know before using the value"`
	ReportID       *int     `json:"report_id" jsonschema:"number of the report in the database; null where none is stored"`
	Measure        string   `json:"measure" jsonschema:"code of what is compared"`
	Kind           string   `json:"kind" jsonschema:"indicator, derived (a sum that no table prints), rate or metric"`
	Own            ownRow   `json:"own" title:"OWN" jsonschema:"the region that --own points out"`
}

// hide leaves columns out on a terminal, unless they are wanted.
func hide(wanted map[string]bool) titles {
	over := titles{}
	for name, is := range wanted {
		if !is {
			over[name] = ""
		}
	}
	return over
}

// comparisonTable has a row for each region and year, ordered by region, or by
// rank within each year.
func (a *app) comparisonTable(cmp *ask.Comparison, rank bool, by, own string, f tableFlags) *table {
	m := cmp.Measure
	rate := m.Kind == ask.KindRate
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
	var all []comparisonRow
	agency, doubted := false, false
	for _, r := range rows {
		note := a.note(f, r.Note, r.NoteZH)
		if r.Corrected {
			note = a.note(f, strings.TrimSuffix("corrected by a reviewer; "+note, "; "), strings.TrimSuffix("核对人已更正；"+note, "；"))
		}
		agency, doubted = agency || r.Scope == report.ScopeAgency, doubted || len(r.Contradicted) > 0
		all = append(all, comparisonRow{r.Year, r.Group, groups[r.Group], year(r.Rank), r.RegionCode, r.RegionName, measured(m, r.Value), m.Unit, string(r.Status), r.Base, year(r.BaseYear),
			measured(m, r.Before), amount{r.Change, m.Share, true}, r.Ratio, amount{value: r.Share, share: true}, r.Layout, r.Publisher, r.Corrected, r.Contradicted, r.Source, note,
			id(r.ReportID), m.Code, m.Kind, ownRow(own != "" && region.Newest(r.RegionCode) == own)})
	}
	return tableOf(all, hide(map[string]bool{"own": own != "", "group_name": by != "", "unit": !rate, "share": !rate, "base": rate, "base_year": m.Per != "", "publisher": agency, "contradicted_by": doubted}))
}

// note is a remark in a cell: for people in the language of the environment.
func (a *app) note(f tableFlags, en, zh string) string {
	if f.people() {
		return a.in(zh, en)
	}
	return en
}

// id is the number of a report as a cell: blank where there is none.
func id(report int64) *int { return year(int(report)) }

// measured is a value of a measure as a cell: parts of one in percent.
func measured(m ask.Measure, v *float64) amount { return amount{value: v, share: m.Share} }

// summarise tells what a value is where no report prints it, the group's
// distribution, and what has no value.
func (a *app) summarise(cmp *ask.Comparison) {
	a.tellMade(cmp.Measure)
	statistic := func(v *float64) string { return plot.Statistic(cmp.Measure, *v) }
	for _, g := range cmp.Groups {
		name := g.Name
		if name != "" {
			name += " "
		}
		line := fmt.Sprintf(a.in("%s%d 年：有数值的 %d 个", "%s%d: %d with a value"), name, g.Year, g.Count)
		if g.Median != nil {
			line += fmt.Sprintf(a.in("，中位数 %s（四分位数 %s 和 %s）", ", median %s (quartiles %s and %s)"), statistic(g.Median), statistic(g.Q1), statistic(g.Q3))
		}
		for _, s := range slices.Sorted(maps.Keys(g.Without)) {
			if s == ask.NoReport {
				continue // counted below, whether or not they have a row
			}
			line += a.in(fmt.Sprintf("，%s %d 个", a.word("status", string(s)), g.Without[s]), fmt.Sprintf(", %d %s", g.Without[s], strings.ReplaceAll(string(s), "_", " ")))
		}
		if g.NoReport > 0 {
			line += fmt.Sprintf(a.in("；没有报告的 %d 个", "; %d regions have no report"), g.NoReport)
		}
		fmt.Fprintln(a.out, line)
	}
	if n := cmp.Doubted(); n > 0 {
		a.tell("values that a finding about them doubts: %d; nianbao check says why", n)
	}
	if cmp.Unscoped > 0 {
		a.tell("%d reports do not say whether they cover a whole territory and were left out", cmp.Unscoped)
	}
}

// tellMade says of a value that no report prints how it comes about.
func (a *app) tellMade(m ask.Measure) {
	d, derived := catalog.LookupDerived(m.Code)
	switch {
	case m.Per == ask.Residents:
		a.tell("%s: per 100,000 residents on %s (%s), whatever the year reported on", m.Code, region.CensusDate, region.CensusSource)
	case m.Per != "":
		a.tell("%s: divided by %s of the same territory and year", m.Code, m.Per)
	case derived:
		a.tell("%s is derived: no table prints it; it is the sum of %s, and missing where one of them is", m.Code, strings.Join(d.Parts, ", "))
	}
}

func (a *app) trendCommand() *cobra.Command {
	var of measureFlags
	var picture string
	var filter filterFlags
	var f tableFlags
	c := &cobra.Command{
		Use:   "trend --db FILE --indicator CODE --region CODE,…|--under CODE",
		Short: "Follow one indicator, rate or metric over the years",
		Long: `Follow one indicator, rate or metric over the years of one or more regions, across
layouts and renamings; --under follows all that lies below one. A break marks a year that cannot be compared with the one
before it without care, and the note says why. --per divides as in nianbao compare.`,
		Example: "  nianbao trend --db counties.db --indicator disclosure.licensing.decisions --region 653101",
		Args:    operands(0, 0),
		RunE: func(c *cobra.Command, _ []string) (err error) {
			q := ask.TrendQuery{Code: of.indicator, Applicant: of.applicant, Per: of.per}
			if err := of.check(); err != nil {
				return err
			}
			if filter.region == "" && filter.under == "" {
				return usagef("--region CODE or --under CODE is required; nianbao regions NAME finds codes")
			}
			if q.Filter, err = filter.filter(); err != nil {
				return err
			}
			s, err := a.openStore(c.Context(), of.db, true)
			if err != nil {
				return err
			}
			defer closing(s, &err)
			if err := checkPer(c.Context(), s, of.per); err != nil {
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
				return a.draw(of.db, picture, func(w io.Writer, o plot.Options) error { return plot.Trend(w, measure, series, o) })
			}
			if err := a.print(a.trendTable(measure, series, f), f); err != nil {
				return err
			}
			if f.people() {
				a.tellMade(measure)
			}
			return nil
		},
	}
	of.add(c)
	c.Flags().StringVar(&picture, "plot", "", "draw the series into this file, .svg or .png, instead of printing them")
	filter.add(c)
	f.add(a, c, func() any { return trendRow{} })
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

// trendRow is a year of a series.
type trendRow struct {
	RegionCode     string   `json:"region_code" title:"CODE" jsonschema:"code the region had in this report"`
	RegionName     string   `json:"region_name" title:"REGION"`
	Publisher      string   `json:"publisher" jsonschema:"the agency; empty for whole territories"`
	Year           int      `json:"year" title:"YEAR" jsonschema:"year reported on"`
	Value          amount   `json:"value" title:"VALUE" jsonschema:"null where status says that there is none; blank is not zero"`
	Unit           string   `json:"unit" title:"UNIT" jsonschema:"of value; empty for rates"`
	Status         string   `json:"status" title:"STATUS" jsonschema:"reported, or why there is no value"`
	Base           *float64 `json:"base" title:"BASE" jsonschema:"the count, or the denominator, that a rate rests on"`
	BaseYear       *int     `json:"base_year" title:"BASE YEAR" jsonschema:"year of a denominator that no report prints"`
	Layout         string   `json:"layout" title:"LAYOUT" jsonschema:"the form of its tables, as 2021; empty where there is no report"`
	Indicator      string   `json:"indicator" jsonschema:"the indicator that stands for the measure in this layout; empty where it is the measure itself"`
	Quality        string   `json:"quality" jsonschema:"quality of that correspondence: exact or close"`
	Break          mark     `json:"break" title:"BREAK" jsonschema:"not to be compared with the point before without care"`
	Corrected      bool     `json:"corrected" jsonschema:"set right by a reviewer"`
	ContradictedBy codes    `json:"contradicted_by" title:"DOUBTED BY" jsonschema:"rules of the findings that put the value in doubt"`
	Source         string   `json:"source" jsonschema:"path or address of the report"`
	Note           string   `json:"note" title:"NOTE" jsonschema:"what to know before using the value"`
	ReportID       *int     `json:"report_id" jsonschema:"number of the report in the database; null where none is stored"`
	Measure        string   `json:"measure" jsonschema:"code of what is followed"`
	Kind           string   `json:"kind" jsonschema:"indicator, derived (a sum that no table prints), rate or metric"`
}

func (a *app) trendTable(m ask.Measure, series []ask.Series, f tableFlags) *table {
	var all []trendRow
	doubted, rate := false, m.Kind == ask.KindRate
	for _, s := range series {
		for _, p := range s.Points {
			doubted = doubted || len(p.Contradicted) > 0
			all = append(all, trendRow{p.RegionCode, p.RegionName, s.Publisher, p.Year, measured(m, p.Value), m.Unit, string(p.Status), p.Base, year(p.BaseYear), p.Layout, p.Indicator, p.Quality, mark(p.Break), p.Corrected,
				p.Contradicted, p.Source, a.note(f, p.Note, p.NoteZH), id(p.ReportID), m.Code, m.Kind})
		}
	}
	return tableOf(all, hide(map[string]bool{"unit": !rate, "base": rate, "base_year": m.Per != "", "contradicted_by": doubted}))
}
