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
	Label string
	Note  string
	Years []int // that the file has it in; nil for what is told in words
}

func (e *Explorer) measuresPage(r *http.Request) (*page, error) {
	q := &parameters{Values: r.URL.Query()}
	words := q.text("q", 80)
	if q.err != nil {
		return nil, q.err
	}
	p := newPage(r, "measures", "compare")
	layouts, err := remember(e.memory, "layouts", func() (map[string][]int, error) {
		return ask.YearsOfLayouts(context.WithoutCancel(r.Context()), e.store)
	})
	if err != nil {
		return nil, err
	}
	v := &measuresView{Words: words}
	for _, g := range p.Measures() {
		group := definitionGroup{Label: g.Label}
		for _, o := range g.Options {
			m, err := ask.FindMeasure(o.Value, "")
			if err != nil {
				return nil, err
			}
			if !matches(words, o.Label, m.LabelZH, m.LabelEN, m.Code) {
				continue
			}
			d := definition{Measure: m, Label: o.Label, Years: ask.YearsOf(m, layouts)}
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
	return p, nil
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
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "max-age=3600")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a visitor who went away misses nothing
	}
}
