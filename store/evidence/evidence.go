package evidence

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/check"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/panel"
)

// Case is a finding with what it rests on.
type Case struct {
	report.Finding
	Review *store.Review // nil: nobody has said anything
	// Sides are what stands against each other, the side that was expected first.
	// A finding about one place has one side.
	Sides []Side
}

// Side is one side of a contradiction.
type Side struct {
	Of       report.Evidence // what it comes to; nothing where it is no number or text
	Exhibits []Exhibit
}

// Exhibit is a figure as it stands in a report.
type Exhibit struct {
	ReportID   int64
	RegionName string
	Year       int
	Source     string // path or address of the report

	// A printed cell.
	Indicator  string // "" for a sentence
	Applicant  string
	Raw        string // as printed; "" where nothing is
	Value      *float64
	Status     report.Status
	Locator    report.Locator
	Correction *store.Correction // where a reviewer set it right

	// A sentence.
	Metric   string
	Section  int
	Heading  string // of the section
	Sentence string
}

// NotRead is the status of a row that the layout has and the page has not.
const NotRead report.Status = "not_read"

// Dossier is a report with all that was found wrong with it.
type Dossier struct {
	*store.StoredReport
	Cases []Case // the worst first, those that a reviewer dismissed last
}

// Of gathers the current reports of a filter with their findings of at least a
// severity, in the order of regions, years and numbers.
func Of(ctx context.Context, s *store.Store, f store.Filter, least report.Severity) ([]Dossier, error) {
	n, err := s.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	keys, err := n.ReportKeys(ctx, f)
	if e := n.Close(); err == nil {
		err = e
	}
	if err != nil {
		return nil, err
	}
	reviews := map[review]*store.Review{}
	said, err := s.Reviews(ctx, f)
	if err != nil {
		return nil, err
	}
	for i := range said {
		v := &said[i].Review
		reviews[review{v.ReportID, v.Rule, v.Indicator, v.Applicant}] = v
	}
	g := gathering{store: s, held: map[int64]*store.StoredReport{}}
	var all []Dossier
	for _, k := range keys {
		r, err := g.report(ctx, k.ID)
		if err != nil {
			return nil, err
		}
		d := Dossier{StoredReport: r}
		for _, f := range r.Findings {
			if rank(f.Severity) > rank(least) {
				continue
			}
			c := Case{Finding: f, Review: reviews[review{r.ID, f.Rule, f.Indicator, f.Applicant}]}
			if c.Sides, err = g.sides(ctx, r, f); err != nil {
				return nil, err
			}
			d.Cases = append(d.Cases, c)
		}
		slices.SortStableFunc(d.Cases, func(a, b Case) int {
			return cmp.Or(cmp.Compare(a.dismissed(), b.dismissed()), cmp.Compare(rank(a.Severity), rank(b.Severity)))
		})
		all = append(all, d)
	}
	return all, nil
}

type review struct {
	report                     int64
	rule, indicator, applicant string
}

// Dismissed reports whether a reviewer says that nothing is wrong.
func (c Case) Dismissed() bool { return c.Review != nil && c.Review.Verdict == store.VerdictDismissed }

func (c Case) dismissed() int {
	if c.Dismissed() {
		return 1
	}
	return 0
}

func rank(s report.Severity) int {
	return slices.Index([]report.Severity{report.SeverityError, report.SeverityWarning, report.SeverityInfo}, s)
}

// gathering holds the reports that were read: those beside one are asked for again.
type gathering struct {
	store *store.Store
	held  map[int64]*store.StoredReport
}

func (g *gathering) report(ctx context.Context, id int64) (*store.StoredReport, error) {
	if r := g.held[id]; r != nil {
		return r, nil
	}
	r, err := g.store.Report(ctx, id)
	if err == nil {
		g.held[id] = r
	}
	return r, err
}

// sides are what a finding of a report rests on.
func (g *gathering) sides(ctx context.Context, r *store.StoredReport, f report.Finding) ([]Side, error) {
	if before, with, against := panel.Compared(f); against != nil {
		expected, err := g.yearBefore(ctx, r, f, before)
		if err != nil {
			return nil, err
		}
		expected.Exhibits = append(expected.Exhibits, cells(r, with, f.Applicant)...)
		return []Side{expected, {f.Actual, cells(r, against, f.Applicant)}}, nil
	}
	switch f.Rule {
	case panel.RuleHierarchySum:
		return g.below(ctx, r, f)
	case panel.RuleDuplicate:
		return g.twin(ctx, r, f)
	case applicantsSum:
		return columns(r, f), nil
	}
	if totals, parts, _, ok := check.Relation(f); ok {
		return []Side{{Of: f.Expected, Exhibits: cells(r, parts, f.Applicant)}, {Of: f.Actual, Exhibits: cells(r, totals, f.Applicant)}}, nil
	}
	var told, printed []Exhibit
	for _, code := range check.Concerned(f) {
		if _, is := catalog.LookupMetric(code); is {
			told = append(told, sentences(r, code)...)
		} else {
			printed = append(printed, cells(r, []string{code}, f.Applicant)...)
		}
	}
	if len(told) > 0 && len(printed) > 0 {
		return []Side{{f.Expected, printed}, {f.Actual, told}}, nil
	}
	if all := append(printed, told...); len(all) > 0 {
		return []Side{{f.Actual, all}}, nil
	}
	if at := located(r, f.Locator); at != nil {
		return []Side{{f.Actual, at}}, nil
	}
	return nil, nil
}

// applicantsSum is the rule of a row whose columns do not add up to its total.
const applicantsSum = "requests.applicants_sum"

// columns are the columns of a row and its total.
func columns(r *store.StoredReport, f report.Finding) []Side {
	parts := Side{Of: f.Expected}
	for _, a := range catalog.Applicants() {
		if a.Code != catalog.ApplicantTotal {
			parts.Exhibits = append(parts.Exhibits, cells(r, []string{f.Indicator}, a.Code)...)
		}
	}
	return []Side{parts, {f.Actual, cells(r, []string{f.Indicator}, catalog.ApplicantTotal)}}
}

// yearBefore are figures in the same office's report of the year before.
func (g *gathering) yearBefore(ctx context.Context, r *store.StoredReport, f report.Finding, codes []string) (Side, error) {
	earlier, err := g.others(ctx, r, []string{r.Meta.RegionCode}, int(r.Meta.Year)-1)
	side := Side{Of: f.Expected}
	for _, o := range earlier {
		if o.Meta.Scope == r.Meta.Scope && (r.Meta.Scope == report.ScopeRegion || o.Meta.Publisher == r.Meta.Publisher) {
			side.Exhibits = append(side.Exhibits, cells(o, codes, f.Applicant)...)
		}
	}
	return side, err
}

// others are the current reports of regions in a year.
func (g *gathering) others(ctx context.Context, r *store.StoredReport, regions []string, year int) (all []*store.StoredReport, err error) {
	if len(regions) == 0 || regions[0] == "" || year < store.FirstYear {
		return nil, nil
	}
	n, err := g.store.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	keys, err := n.ReportKeys(ctx, store.Filter{Regions: regions, Years: store.Year(year), Scope: r.Meta.Scope})
	if e := n.Close(); err == nil {
		err = e
	}
	for _, k := range keys {
		if err != nil {
			return nil, err
		}
		if k.ID == r.ID {
			continue
		}
		var o *store.StoredReport
		if o, err = g.report(ctx, k.ID); err == nil {
			all = append(all, o)
		}
	}
	return all, err
}

// below are the counties whose sum is more than their prefecture's figure.
func (g *gathering) below(ctx context.Context, r *store.StoredReport, f report.Finding) ([]Side, error) {
	var codes []string
	for _, u := range region.Under(r.Meta.RegionCode) {
		if u.Level == region.LevelCounty {
			codes = append(codes, u.Code)
		}
	}
	counties, err := g.others(ctx, r, codes, int(r.Meta.Year))
	sum := Side{Of: f.Expected}
	for _, o := range counties {
		sum.Exhibits = append(sum.Exhibits, cells(o, []string{f.Indicator}, f.Applicant)...)
	}
	return []Side{sum, {f.Actual, cells(r, []string{f.Indicator}, f.Applicant)}}, err
}

// twin is the report with the same tables.
func (g *gathering) twin(ctx context.Context, r *store.StoredReport, f report.Finding) ([]Side, error) {
	code, year, _ := strings.Cut(f.Actual.String(), " ")
	n := 0
	for _, d := range year {
		n = 10*n + int(d-'0')
	}
	if _, known := region.Lookup(code); !known || n > store.LastYear {
		return nil, nil
	}
	twins, err := g.others(ctx, r, []string{code}, n)
	side := Side{}
	for _, o := range twins {
		side.Exhibits = append(side.Exhibits, Exhibit{ReportID: o.ID, RegionName: o.Meta.Region, Year: int(o.Meta.Year), Source: o.Meta.Source, Sentence: o.Meta.Title})
	}
	return []Side{side}, err
}

// cells are the printed figures of indicators in a column. Of a row that the page
// parts into several, those stand for it; a row that was not found on the page is
// shown as such.
func cells(r *store.StoredReport, codes []string, applicant string) (all []Exhibit) {
	for _, code := range codes {
		if parts := partsOf(r, code); parts != nil {
			all = append(all, cells(r, parts, applicant)...)
			continue
		}
		i, known := catalog.Lookup(code)
		if !known || !i.In(r.Meta.Layout) {
			continue
		}
		column := ""
		if i.Dimension == catalog.DimensionApplicant {
			column = cmp.Or(applicant, catalog.ApplicantTotal)
		}
		e := exhibit(r)
		e.Indicator, e.Applicant, e.Status = code, column, NotRead
		for k := range r.Facts {
			if f := &r.Facts[k]; f.Indicator == code && f.Applicant == column {
				e.Raw, e.Value, e.Status, e.Locator, e.Correction = f.Raw, f.Value, f.Status, f.Locator, f.Correction
			}
		}
		all = append(all, e)
	}
	return all
}

// partsOf are the rows that a page has instead of one.
func partsOf(r *store.StoredReport, code string) (parts []string) {
	for _, f := range r.Facts {
		if f.Indicator == code {
			return nil
		}
		if strings.HasPrefix(f.Indicator, code+".") && !slices.Contains(parts, f.Indicator) {
			parts = append(parts, f.Indicator)
		}
	}
	return parts
}

// located are the figures that stand where a finding points.
func located(r *store.StoredReport, at report.Locator) (all []Exhibit) {
	if at.IsZero() {
		return nil
	}
	for k := range r.Facts {
		if f := &r.Facts[k]; f.Locator == at {
			e := exhibit(r)
			e.Indicator, e.Applicant, e.Raw, e.Value, e.Status, e.Locator, e.Correction = f.Indicator, f.Applicant, f.Raw, f.Value, f.Status, f.Locator, f.Correction
			all = append(all, e)
		}
	}
	return all
}

// sentences are those that tell a metric, each once.
func sentences(r *store.StoredReport, metric string) (all []Exhibit) {
	for _, m := range r.Mentions {
		if m.Metric != metric || slices.ContainsFunc(all, func(e Exhibit) bool { return e.Section == m.Section && e.Sentence == m.Sentence }) {
			continue
		}
		e := exhibit(r)
		value := m.Value
		e.Metric, e.Section, e.Sentence, e.Raw, e.Value, e.Status = metric, m.Section, m.Sentence, m.Raw, &value, report.StatusReported
		for _, s := range r.Sections {
			if s.Number == m.Section {
				e.Heading = s.Heading
			}
		}
		all = append(all, e)
	}
	return all
}

func exhibit(r *store.StoredReport) Exhibit {
	return Exhibit{ReportID: r.ID, RegionName: r.Meta.Region, Year: int(r.Meta.Year), Source: r.Meta.Source}
}
