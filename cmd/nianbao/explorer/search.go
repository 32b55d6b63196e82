package explorer

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"

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
	chars := []rune(text)
	on := make([]bool, len(chars))
	for _, m := range marks {
		for i := max(m[0], 0); i < min(m[1], len(chars)); i++ {
			on[i] = true
		}
	}
	var parts []part
	for i := 0; i < len(chars); {
		j := i + 1
		for j < len(chars) && on[j] == on[i] {
			j++
		}
		parts = append(parts, part{string(chars[i:j]), on[i]})
		i = j
	}
	return parts
}

func (e *Explorer) searchPage(r *http.Request) (*page, error) {
	v, err := e.search(r.Context(), r.URL.Query())
	if err != nil {
		return nil, err
	}
	p := newPage(r, "search", "search")
	p.Title, p.V = p.T("search.title"), v
	if v.Words != "" {
		p.Title = p.T("search.title.of", v.Words)
	}
	return p, nil
}
