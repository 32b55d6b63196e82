package explorer

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/store/ask"
)

// measuresView is what can be compared, to look through: in groups, each with its
// definition, and where it is found.
type measuresView struct {
	Words  string
	Groups []definitionGroup
	Found  int
}

type definitionGroup struct {
	Label string
	List  []definition
}

// definition is what there is to know of a measure.
type definition struct {
	ask.Measure
	Label      string
	Definition string
	Forms      []prescribed // that have it; nil for what is told in words
	Note       string
	Years      []int // that the file has it in; nil for what is told in words
}

// prescribed is a form that has a measure.
type prescribed struct {
	First, Last int    // years that it is prescribed for; Last 0: it still is
	Notice      string // that set it
	Place       string // in the form, as printed; "" for what is made of several
}

func (e *Explorer) measuresPage(p *page, r *http.Request) error {
	q := &parameters{Values: r.URL.Query()}
	words := q.text("q", 80)
	if q.err != nil {
		return q.err
	}
	layouts, err := remember(e.memory, "layouts", func() (map[string][]int, error) {
		return ask.YearsOfLayouts(context.WithoutCancel(r.Context()), e.store)
	})
	if err != nil {
		return err
	}
	v := &measuresView{Words: words}
	for _, g := range p.Measures() {
		group := definitionGroup{Label: g.Label}
		for _, o := range g.Options {
			m, err := ask.FindMeasure(o.Value, "")
			if err != nil {
				return err
			}
			if !matches(words, o.Label, m.LabelZH, m.LabelEN, m.Code) {
				continue
			}
			d := definition{Measure: m, Label: o.Label, Definition: p.define(m), Forms: formsOf(m), Years: ask.YearsOf(m, layouts)}
			if i, ok := catalog.Lookup(m.Code); ok {
				d.Note = p.Of(i.NoteZH, i.Note)
			}
			group.List = append(group.List, d)
			v.Found++
		}
		if group.List != nil {
			v.Groups = append(v.Groups, group)
		}
	}
	p.Title, p.V = p.T("measures.title"), v
	return nil
}

// formsOf are the forms that have all that a measure is made of, the newest first.
func formsOf(m ask.Measure) (all []prescribed) {
	forms := catalog.Default().Forms()
	for n, f := range forms {
		if f.Series == "" || !ask.InLayout(m, f.Name) {
			continue
		}
		x := prescribed{First: f.FirstYear, Notice: f.NoticeName()}
		if n+1 < len(forms) {
			x.Last = forms[n+1].FirstYear - 1
		}
		if i, ok := catalog.Lookup(m.Code); ok {
			var path []string
			if heading := f.Sections[i.Table()]; heading != "" {
				path = []string{heading}
			}
			if f.Tables == catalog.TablesAnnex {
				rows := annexRows()
				i = rows[slices.IndexFunc(rows, func(r catalog.Indicator) bool { return r.Code == m.Code })]
			}
			for _, label := range i.Path {
				path = append(path, spelling(label, f.Name))
			}
			x.Place = strings.Join(path, " › ")
		}
		all = append(all, x)
	}
	slices.Reverse(all)
	return all
}

// define says what a measure counts and how it comes about.
func (p *page) define(m ask.Measure) string {
	names := func(codes []string) string {
		all := make([]string, len(codes))
		for n, code := range codes {
			of, _ := ask.FindMeasure(code, "")
			all[n] = p.In(measureName(of))
		}
		return strings.Join(all, p.T("define.plus"))
	}
	if d, ok := catalog.LookupDerived(m.Code); ok {
		return p.T("define.derived", names(d.Parts))
	}
	if t, ok := catalog.LookupMetric(m.Code); ok {
		s := p.T("define.metric", strings.Join(t.Wording, p.T("define.or")))
		for _, sum := range t.Indicators {
			s += p.T("define.metric.table", names(sum))
		}
		return s
	}
	if m.Code == ask.RepeatedText {
		return p.T("define.repeated")
	}
	if n := slices.IndexFunc(ask.Rates(), func(r ask.Rate) bool { return r.Code == m.Code }); n >= 0 {
		r := ask.Rates()[n]
		if r.Per != "" {
			return p.T("define.per", names(r.Numerator), region.CensusDate)
		}
		return p.T("define.rate", names(r.Numerator), names(r.Denominator), ask.MinBase)
	}
	unit := p.Unit(m.Unit)
	if unit != "" {
		unit = p.T("define.unit", unit)
	}
	s := p.T("define.indicator", unit)
	if m.Applicant != "" {
		s += p.T("define.applicants")
	}
	return s
}

// Since are the years of a form: 2019–2020, or from a year on.
func (p *page) Since(f prescribed) string {
	if f.Last == 0 {
		return p.T("years.since", f.First)
	}
	return p.T("years.span", f.First, f.Last)
}

// Spans are years as people write them: 2014–2018, 2021.
func (p *page) Spans(years []int) string {
	years = slices.Sorted(slices.Values(years))
	var spans []string
	for i := 0; i < len(years); {
		end := i
		for end+1 < len(years) && years[end+1] == years[end]+1 {
			end++
		}
		span := strconv.Itoa(years[i])
		if end > i {
			span += "–" + strconv.Itoa(years[end])
		}
		spans, i = append(spans, span), end+1
	}
	return strings.Join(spans, p.T("list.comma"))
}

// matches reports whether texts have every word between them.
func matches(words string, texts ...string) bool {
	all := strings.ToLower(strings.Join(texts, " "))
	for _, w := range strings.Fields(strings.ToLower(words)) {
		if !strings.Contains(all, w) {
			return false
		}
	}
	return true
}

// suggestion is a region to choose from while its name is typed.
type suggestion struct {
	Code string `json:"code"`
	Name string `json:"name"`
	Path string `json:"path"`
}

// suggest answers the picker of regions: by Chinese, Hanyu Pinyin or code.
func (e *Explorer) suggest(w http.ResponseWriter, r *http.Request) {
	q := &parameters{Values: r.URL.Query()}
	words := q.text("q", 40)
	if q.err != nil {
		e.fail(w, r, q.err)
		return
	}
	p := newPage(r, "", "")
	all := []suggestion{}
	for _, s := range region.Suggest(words, 12) {
		all = append(all, suggestion{s.Code, s.Name, p.PathName(s.Code) + " " + region.Latin(s.Code)})
	}
	body, err := json.Marshal(all)
	if err != nil {
		e.fail(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "max-age=3600")
	send(w, r, "application/json", http.StatusOK, body)
}
