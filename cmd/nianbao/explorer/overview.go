package explorer

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/store"
	"nianbao/store/ask"
)

// overview is the first page: what the file has and what is worth a look.
type overview struct {
	Contents  ask.Contents
	Coverage  coverageTable
	Headlines []headlineFigure
	Rules     []ruleCount
	Latest    []findingRow
	// LatestYear is the year that they are of; 0: of any.
	LatestYear int
}

// latestFindings is how many of the newest doubts the overview shows, each of
// another region.
const latestFindings = 8

// headlineFigure is the median of a measure over the counties of a year.
type headlineFigure struct {
	Code   string
	Label  pair
	Unit   string
	Rate   bool
	Year   int
	Count  int      // counties with a value
	Sum    *float64 // nil for rates
	Median *float64
	Q1, Q3 *float64
}

// ruleCount counts the findings of a rule in current reports.
type ruleCount struct {
	Rule     string
	Findings int
}

// headlineCodes are the measures that the overview and a region show first.
var headlineCodes = []string{
	"requests.received", "rate.granted_at_least_in_part", "disclosure.licensing.decisions", "disclosure.penalties.decisions",
	"disclosure.normative_documents.in_force", "review.total", "disclosed_items", "mailbox_received",
}

// measureName names a measure, and what it is divided by.
func measureName(m ask.Measure) pair {
	// A rate over residents of its own has a name of its own.
	if of, _ := ask.FindMeasure(m.Code, m.Applicant); m.Per != "" && of.Per == "" {
		name := measureName(of)
		if m.Per == ask.Residents {
			return pair{chinese.text("measure.per.residents", name.Zh, region.CensusYear), english.text("measure.per.residents", name.En, region.CensusYear)}
		}
		return pair{chinese.text("measure.per", name.Zh, m.Per), english.text("measure.per", name.En, strings.ReplaceAll(m.Per, "_", " "))}
	}
	zh, en := catalog.Name(m.Code, m.LabelZH, m.LabelEN)
	return pair{zh, en}
}

// coverageTable counts, for provinces and years, the counties whose report is
// there.
type coverageTable struct {
	Years []int
	Rows  []coverageRow
	Total []coverageCell // of all provinces, by year
}

type coverageRow struct {
	Code, Name string
	Cells      []coverageCell
}

type coverageCell struct {
	Year          int
	Stored, Known int // counties with a report of their territory, of those in the list of that year
}

// Share is how many of a hundred counties are there, rounded down, so that 100
// means all of them; -1 where there are none.
func (c coverageCell) Share() int {
	if c.Known == 0 {
		return -1
	}
	return 100 * c.Stored / c.Known
}

// Label is the share as a cell has it: what is there in part is not written as none.
func (c coverageCell) Label() string {
	if share := c.Share(); share > 0 || c.Stored == 0 {
		return strconv.Itoa(share)
	}
	return "<1"
}

// Step is the shade of the cell, 0 (none) to 6 (all).
func (c coverageCell) Step() int {
	switch share := c.Share(); {
	case c.Stored == 0:
		return 0
	case share == 100:
		return 6
	default:
		return 1 + share/20
	}
}

// Overview makes the first page.
func (e *Explorer) overview(ctx context.Context) (*overview, error) {
	return inTime(ctx, e.memory, "overview", func(ctx context.Context) (*overview, error) {
		o := &overview{}
		var err error
		if o.Contents, err = e.contents(ctx); err != nil {
			return nil, err
		}
		if o.Rules, err = e.ruleCounts(ctx); err != nil {
			return nil, err
		}
		if o.Coverage, err = e.coverage(ctx, o.Contents); err != nil {
			return nil, err
		}
		if o.Headlines, err = e.headlines(ctx, o.Coverage); err != nil {
			return nil, err
		}
		if o.LatestYear, err = e.usualYear(ctx); err != nil {
			return nil, err
		}
		latest, err := ask.LatestFindings(ctx, e.store, o.LatestYear, latestFindings)
		if err == nil && len(latest) == 0 {
			o.LatestYear = 0
			latest, err = ask.LatestFindings(ctx, e.store, 0, latestFindings)
		}
		if err != nil {
			return nil, err
		}
		o.Latest = findingRows(latest)
		return o, nil
	})
}

// contents counts what the file has.
func (e *Explorer) contents(ctx context.Context) (ask.Contents, error) {
	return remember(e.memory, "contents", func() (ask.Contents, error) { return ask.ContentsOf(context.WithoutCancel(ctx), e.store) })
}

// ruleCounts are the rules that the file has findings of, the most frequent
// first.
func (e *Explorer) ruleCounts(ctx context.Context) ([]ruleCount, error) {
	c, err := e.contents(ctx)
	if err != nil {
		return nil, err
	}
	var all []ruleCount
	for rule, n := range c.Findings {
		all = append(all, ruleCount{rule, n})
	}
	slices.SortFunc(all, func(a, b ruleCount) int {
		return cmp.Or(cmp.Compare(b.Findings, a.Findings), cmp.Compare(a.Rule, b.Rule))
	})
	return all, nil
}

func (e *Explorer) coverage(ctx context.Context, c ask.Contents) (coverageTable, error) {
	var t coverageTable
	if c.FirstYear == 0 {
		return t, nil
	}
	for year := c.FirstYear; year <= c.LastYear; year++ {
		t.Years = append(t.Years, year)
	}
	have, err := e.covered(ctx, region.LevelCounty)
	if err != nil {
		return t, err
	}
	t.Total = make([]coverageCell, len(t.Years))
	at := map[string]int{}
	for _, r := range region.All() {
		switch r.Level {
		case region.LevelProvince:
			if !r.InList(c.LastYear) {
				continue
			}
			row := coverageRow{Code: r.Code, Name: r.Name, Cells: make([]coverageCell, len(t.Years))}
			for i, y := range t.Years {
				row.Cells[i].Year, t.Total[i].Year = y, y
			}
			at[r.Code[:2]] = len(t.Rows)
			t.Rows = append(t.Rows, row)
		case region.LevelCounty:
			row, ok := at[r.Code[:2]]
			if !ok || r.Nominal() {
				continue
			}
			newest, _ := region.Current(r.Code)
			for i, y := range t.Years {
				if !r.InList(y) {
					continue
				}
				for _, cell := range []*coverageCell{&t.Rows[row].Cells[i], &t.Total[i]} {
					cell.Known++
					if have[ask.TerritoryYear{Series: newest.Code, Year: y}] {
						cell.Stored++
					}
				}
			}
		}
	}
	// Hong Kong, Macau and Taiwan have no such reports and no counties in the list.
	t.Rows = slices.DeleteFunc(t.Rows, func(r coverageRow) bool {
		return !slices.ContainsFunc(r.Cells, func(c coverageCell) bool { return c.Known > 0 })
	})
	return t, nil
}

// headlines are the medians of the newest year that many counties reported on.
func (e *Explorer) headlines(ctx context.Context, t coverageTable) ([]headlineFigure, error) {
	counts := map[int]int{}
	for _, c := range t.Total {
		counts[c.Year] = c.Stored
	}
	year := newestCovered(counts)
	if year == 0 {
		return nil, nil
	}
	return e.headlinesOf(ctx, year, "")
}

// headlinesOf are the medians and sums of a year over the counties under a region,
// or over all.
func (e *Explorer) headlinesOf(ctx context.Context, year int, under string) ([]headlineFigure, error) {
	medians, err := ask.Medians(ctx, e.store, ask.MediansQuery{Filter: store.Filter{Years: store.Year(year), Level: region.LevelCounty, Under: under}, Codes: headlineCodes})
	if err != nil {
		return nil, err
	}
	var all []headlineFigure
	for _, m := range medians {
		if m.Count > 0 {
			sum := m.Sum
			if m.Measure.Kind == ask.KindRate {
				sum = nil
			}
			all = append(all, headlineFigure{Sum: sum, Code: m.Measure.Code, Label: measureName(m.Measure), Unit: m.Measure.Unit, Rate: m.Measure.Kind == ask.KindRate,
				Year: year, Count: m.Count, Median: m.Median, Q1: m.Q1, Q3: m.Q3})
		}
	}
	return all, nil
}

func (e *Explorer) overviewPage(p *page, r *http.Request) error {
	o, err := e.overview(r.Context())
	if err != nil {
		return err
	}
	p.Title, p.V = p.T("overview.title"), o
	return nil
}

// In is the pair in the language of a page, for templates.
func (p *page) In(t pair) string { return t.in(p.Lang) }

// RuleTitle and RuleMeaning are the texts of a rule.
func (p *page) RuleTitle(code string) string   { return p.Lang.ruleTitle(code) }
func (p *page) RuleMeaning(code string) string { return p.Lang.ruleMeaning(code) }
