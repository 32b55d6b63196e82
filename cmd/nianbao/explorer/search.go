package explorer

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"unicode/utf8"

	"nianbao/parser/region"
	"nianbao/store"
	"nianbao/store/ask"
)

const searchHits = 30

// searchView is what a search found: regions by name or code, and reports by
// their text.
type searchView struct {
	Words   string
	Regions []regionHit
	Hits    []searchHit
	More    bool
	Year    int
	Under   string
}

type regionHit struct {
	Code, Name, Path string
}

// searchHit is a report with the place that was found, cut at the marks.
type searchHit struct {
	ask.Hit
	Parts []part
}

type part struct {
	Text string
	Mark bool
}

func (e *Explorer) search(ctx context.Context, values url.Values) (*searchView, error) {
	return e.searchUpTo(ctx, values, searchHits)
}

// searchUpTo searches for at most limit reports.
func (e *Explorer) searchUpTo(ctx context.Context, values url.Values, limit int) (*searchView, error) {
	p := &parameters{Values: values}
	v := &searchView{Words: p.text("q", 200), Year: p.year(0), Under: p.region("under")}
	if p.err != nil || v.Words == "" {
		return v, p.err
	}
	for _, r := range append(region.Find(v.Words), region.Suggest(v.Words, 20)...) {
		if r.Nominal() {
			continue
		}
		if current, ok := region.Current(r.Code); ok {
			r = current
		}
		hit := regionHit{r.Code, r.Name, region.PathName(r.Code)}
		if !slices.Contains(v.Regions, hit) && len(v.Regions) < 20 {
			v.Regions = append(v.Regions, hit)
		}
	}
	q := ask.SearchQuery{Words: v.Words, Limit: limit, Cutter: e.cfg.Cutter, Filter: store.Filter{Under: v.Under}}
	if v.Year != 0 {
		q.Years = store.Year(v.Year)
	}
	found, err := ask.Search(ctx, e.store, q)
	if errors.Is(err, ask.ErrNoWords) {
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	v.More = found.More
	for _, h := range found.Hits {
		v.Hits = append(v.Hits, searchHit{h, marked(h.Snippet, h.Marks)})
	}
	return v, nil
}

// marked cuts a text where marks begin and end; marks that overlap are one.
func marked(text string, marks [][2]int) []part {
	on := make([]bool, utf8.RuneCountInString(text))
	for _, m := range marks {
		mark(on, m[0], m[1])
	}
	return runs(text, on, func(text string, on bool) part { return part{text, on} })
}

func (e *Explorer) searchPage(p *page, r *http.Request) error {
	v, err := e.search(r.Context(), r.URL.Query())
	if err != nil {
		return err
	}
	p.Title, p.V = p.T("search.title"), v
	if v.Words != "" {
		p.Title = p.T("search.title.of", v.Words)
	}
	return nil
}
