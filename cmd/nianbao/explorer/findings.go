package explorer

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/ask"
)

const findingsPageSize = 50

// findingsView is a page of a list of findings, with what the rules mean.
type findingsView struct {
	Filter   store.Filter
	Severity report.Severity
	Rule     string
	Region   string // as typed
	Year     int
	Order    ask.FindingOrder
	Findings []findingRow
	Pager    pager
	Rules    []ruleCount // of the whole file, to choose from
}

// findingRow is a finding as every list shows it.
type findingRow struct {
	store.StoredFinding
	Label  pair // of the indicator; zero where it concerns none
	Column pair // of the applicants; zero where there is none
}

func findingRows(all []store.StoredFinding) []findingRow {
	rows := make([]findingRow, len(all))
	for i, f := range all {
		rows[i] = findingRow{StoredFinding: f, Label: indicatorLabel(f.Indicator), Column: applicantLabel(f.Applicant)}
	}
	return rows
}

// indicatorLabel names an indicator; zero for a code that is none.
func indicatorLabel(code string) pair {
	if i, ok := catalog.Lookup(code); ok {
		zh, en := i.Name()
		return pair{zh, en}
	}
	return pair{}
}

func applicantLabel(code string) pair {
	for _, a := range catalog.Applicants() {
		if a.Code == code {
			return pair{a.LabelZH, a.LabelEN}
		}
	}
	return pair{}
}

// findingQuery reads the address. A region is meant with all that is below it,
// but for a county, which has nothing below.
func findingQuery(values url.Values) (store.FindingQuery, error) {
	p := &parameters{Values: values}
	q := store.FindingQuery{Severity: report.Severity(p.one("severity", string(report.SeverityError), string(report.SeverityWarning), string(report.SeverityInfo))),
		Rule: p.text("rule", 80), Filter: store.Filter{Scope: p.scope()}}
	if y := p.year(0); y != 0 {
		q.Years = store.Year(y)
	}
	if code := p.region("region"); code != "" {
		if r, _ := region.Lookup(code); r.Level == region.LevelCounty {
			q.Regions = []string{code}
		} else {
			q.Under = code
		}
	}
	return q, p.err
}

func (e *Explorer) findings(ctx context.Context, values url.Values) (*findingsView, error) {
	q, err := findingQuery(values)
	if err != nil {
		return nil, err
	}
	p := &parameters{Values: values}
	n := p.page()
	order := ask.FindingOrder(p.one("sort", string(ask.ByYear), string(ask.BySeverity), string(ask.ByRegion), string(ask.ByStored)))
	if p.err != nil {
		return nil, p.err
	}
	q.Limit = findingsPageSize
	found, err := ask.PageOfFindings(ctx, e.store, q, order, (n-1)*findingsPageSize)
	if err != nil {
		return nil, err
	}
	v := &findingsView{Filter: q.Filter, Severity: q.Severity, Rule: q.Rule, Region: values.Get("region"), Year: q.Years.From, Order: cmp.Or(order, ask.ByYear),
		Findings: findingRows(found.Findings), Pager: newPager(n, findingsPageSize, found.Total, found.More)}
	if v.Rules, err = e.ruleCounts(ctx); err != nil {
		return nil, err
	}
	return v, nil
}

func (e *Explorer) findingsPage(p *page, r *http.Request) error {
	v, err := e.findings(r.Context(), r.URL.Query())
	if err != nil {
		return err
	}
	p.Title, p.V = p.T("findings.title"), v
	if v.Rule != "" {
		p.Title = p.RuleTitle(v.Rule)
	}
	return nil
}

// findingsCSV is the whole list, in the order of regions and years.
func (e *Explorer) findingsCSV(r *http.Request, begin func(contentType, name string) io.Writer) error {
	q, err := findingQuery(r.URL.Query())
	if err != nil {
		return err
	}
	// Not before the first finding, so that an error may still be a page.
	start := sync.OnceValues(func() (*sheet, error) {
		return newSheet(r, begin("text/csv; charset=utf-8", "nianbao-findings.csv"), "region_code", "region_name", "year", "publisher", "scope", "rule", "severity", "indicator", "applicant",
			"expected", "actual", "message", "locator", "source", "report_id")
	})
	for f, err := range e.store.Findings(r.Context(), q) {
		if err != nil {
			return err
		}
		s, err := start()
		if err != nil {
			return err
		}
		if err := s.row(f.RegionCode, f.RegionName, f.Year, f.Publisher, f.Scope, f.Rule, f.Severity, f.Indicator, f.Applicant,
			f.Expected.String(), f.Actual.String(), f.Message, f.Locator.String(), f.Source, f.ReportID); err != nil {
			return err
		}
	}
	s, err := start()
	if err != nil {
		return err
	}
	return s.end()
}

// rulesView is what every rule means, in groups.
type rulesView struct {
	Groups []ruleGroup
}

type ruleGroup struct {
	Name  string // what stands before the dot
	Rules []ruleCount
}

// allRules has every rule that has a text, with how often it is in the file.
func (e *Explorer) allRules(ctx context.Context) (*rulesView, error) {
	counts, err := e.ruleCounts(ctx)
	if err != nil {
		return nil, err
	}
	found := map[string]int{}
	for _, c := range counts {
		found[c.Rule] = c.Findings
	}
	v := &rulesView{}
	for _, rule := range catalog.Rules() {
		code := rule.Code
		group := code[:slices.Index([]byte(code), '.')]
		if len(v.Groups) == 0 || v.Groups[len(v.Groups)-1].Name != group {
			v.Groups = append(v.Groups, ruleGroup{Name: group})
		}
		g := &v.Groups[len(v.Groups)-1]
		g.Rules = append(g.Rules, ruleCount{code, found[code]})
	}
	return v, nil
}

func (e *Explorer) rulesPage(p *page, r *http.Request) error {
	v, err := e.allRules(r.Context())
	if err != nil {
		return err
	}
	p.Title, p.V = p.T("rules.title"), v
	return nil
}

// FindingOrders are the orders of a list of findings to choose from, the usual one first.
func (p *page) FindingOrders() []ask.FindingOrder {
	return []ask.FindingOrder{ask.ByYear, ask.BySeverity, ask.ByRegion, ask.ByStored}
}

// Severities are those of findings, the worst first.
func (p *page) Severities() []string {
	return []string{string(report.SeverityError), string(report.SeverityWarning), string(report.SeverityInfo)}
}
