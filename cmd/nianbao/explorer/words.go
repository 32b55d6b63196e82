package explorer

import (
	"slices"
	"strconv"
	"strings"

	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store/ask"
	"nianbao/store/plot"
)

// What a page says of a comparison, in sentences that stay true when they are
// quoted alone: which area, which year, how many.

// AreaOf names the regions that are compared.
func (p *page) AreaOf(q compareQuery) string {
	of := p.T("area.all")
	if q.Under != "" {
		of = p.Region(q.Under)
	}
	if q.Scope == report.ScopeAgency {
		return p.T("area.agencies", of)
	}
	level := "area.level." + q.Level
	return p.T(level, of)
}

// Region names a region in the language of the page; "" for an unknown code.
func (p *page) Region(code string) string {
	if p.English() {
		return region.English(code)
	}
	return regionName(code)
}

// ProvinceOf names the province that a region lies in.
func (p *page) ProvinceOf(code string) string {
	path := region.Path(code)
	if len(path) < 2 {
		return ""
	}
	return p.Region(path[0].Code)
}

// Name is one of the names that a territory has had.
func (p *page) Name(r region.Region) string {
	if p.English() {
		return region.English(r.Code)
	}
	return r.Name
}

// Of is what is said in both languages in that of the page.
func (p *page) Of(zh, en string) string { return p.In(pair{zh, en}) }

// RegionOr names a region, by name where the code is unknown.
func (p *page) RegionOr(code, name string) string {
	if known := p.Region(code); known != "" {
		return known
	}
	return name
}

// Count says how many regions have a value, and how many no report.
func (p *page) Count(v *comparisonView) string {
	with, missing := v.counts()
	s := p.T("compare.n", p.Number(with))
	if missing > 0 {
		s += p.T("compare.n.missing", p.Number(missing))
	}
	return s
}

// InUnit is a unit in brackets; "" for none.
func (p *page) InUnit(zh string) string {
	if u := p.Unit(zh); u != "" {
		return p.T("measure.of", u)
	}
	return ""
}

// Permalink is the address of this page with all that it stands for.
func (p *page) Permalink() string {
	v := p.V.(*comparisonView)
	return p.Host + p.Here("measure", v.Query.Measure, "year", v.Query.Year, "page", p.Query.Get("page"))
}

// Was is what a corrected figure was read as.
func (p *page) Was(f *figure) string {
	if f.Read == nil {
		return ""
	}
	if f.Read.Value != nil {
		return p.Number(f.Read.Value)
	}
	return p.Status(f.Read.Status)
}

// rowMark is a remark beside a figure, in a cell of its own.
type rowMark struct{ Kind, Sign, Text, Link string }

// Marks are the remarks on a row.
func (p *page) Marks(r comparisonRow) (all []rowMark) {
	if r.Corrected {
		all = append(all, rowMark{"corrected", p.T("mark.corrected"), p.T("compare.corrected"), p.figureLink(r)})
	}
	if m := p.Doubt(r.ReportID, r.Contradicted); m != nil {
		all = append(all, *m)
	}
	if r.Note != "" {
		all = append(all, rowMark{"why", p.T("mark.note"), p.In(pair{r.NoteZH, r.Note}), "#notes"})
	}
	return all
}

// Doubt is the mark of a figure that findings of its report contradict, by their rules:
// one for all tables, in a cell beside the figure. Nil where there are none.
func (p *page) Doubt(report int64, rules []string) *rowMark {
	if len(rules) == 0 {
		return nil
	}
	return &rowMark{"doubt", p.T("mark.doubt"), p.ruleTitles(rules), p.Link("/report/"+strconv.FormatInt(report, 10)) + "#findings"}
}

// ruleTitles names rules; "" for none.
func (p *page) ruleTitles(rules []string) string {
	titles := make([]string, len(rules))
	for i, rule := range rules {
		titles[i] = p.RuleTitle(rule)
	}
	return strings.Join(titles, p.T("list.comma"))
}

// figureLink is the evidence of a row's figure.
func (p *page) figureLink(r comparisonRow) string {
	v := p.V.(*comparisonView)
	return p.Link("/report/"+strconv.FormatInt(r.ReportID, 10)+"/figure", "indicator", v.Measure.Code, "applicant", v.Measure.Applicant)
}

// Above names what a row's region belongs to.
func (p *page) Above(r comparisonRow) string {
	if r.Group != "" {
		return p.Region(r.Group)
	}
	path := region.Path(r.RegionCode)
	if len(path) < 2 {
		return ""
	}
	return p.Region(path[len(path)-2].Code)
}

// PathName is a region with what it belongs to, from above.
func (p *page) PathName(code string) string {
	if !p.English() {
		return region.PathName(code)
	}
	var names []string
	for _, r := range region.Path(code) {
		names = append(names, p.Region(r.Code))
	}
	slices.Reverse(names)
	return strings.Join(names, ", ")
}

// Figure prints a value of a measure, Statistic a median or quartile, which of
// counts is whole.
func (p *page) Figure(m ask.Measure, v *float64) string {
	if v == nil {
		return ""
	}
	return plot.Value(m, *v)
}

func (p *page) Statistic(m ask.Measure, v *float64) string {
	if v == nil {
		return ""
	}
	return plot.Statistic(m, *v)
}

// IsOwn reports whether a row is that of the region to point out.
func (p *page) IsOwn(r comparisonRow) bool {
	return p.IsOwnCode(r.RegionCode)
}

// IsOwnCode is IsOwn by the region's code.
func (p *page) IsOwnCode(code string) bool {
	own := p.V.(*comparisonView).Query.Own
	return own != "" && region.Newest(code) == own
}

// Whole prints a statistic of counts.
func (p *page) Whole(v any) string {
	switch v := v.(type) {
	case *float64:
		if v != nil {
			return plot.Number(plot.Whole(*v))
		}
	case float64:
		return plot.Number(plot.Whole(v))
	}
	return ""
}
