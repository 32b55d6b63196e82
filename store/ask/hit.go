package ask

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"nianbao/store/internal/query"
)

// collect describes the best of what was found until there are Limit hits.
func (f *search) collect(ctx context.Context, result *SearchResult, found []candidate, terms []term, apart bool) error {
	texts := make([]string, len(terms))
	for i, t := range terms {
		texts[i] = t.text
	}
	for _, c := range found {
		if len(result.Hits) == f.query.Limit {
			result.More = true
			return nil
		}
		h := Hit{ReportID: c.id, Score: c.score, Apart: apart}
		if err := f.conn.QueryRowContext(ctx, "SELECT region_code, region_name, year, publisher, title, source FROM report WHERE id = ?", c.id).
			Scan(query.Null(&h.RegionCode), query.Null(&h.RegionName), query.Null(&h.Year), query.Null(&h.Publisher), &h.Title, &h.Source); err != nil {
			return err
		}
		if err := f.illustrate(ctx, &h, texts); err != nil {
			return err
		}
		result.Hits = append(result.Hits, h)
	}
	return nil
}

// illustrate takes the snippet from the section that has most of the terms.
func (f *search) illustrate(ctx context.Context, h *Hit, terms []string) error {
	type part struct {
		number        int
		heading, text string
	}
	sections, err := query.Rows(ctx, f.conn, func(p *part) []any { return []any{&p.number, &p.heading, &p.text} },
		"SELECT number, heading, text FROM section WHERE report_id = ? ORDER BY number, id", h.ReportID)
	if err != nil {
		return err
	}
	parts := append([]part{{-1, "", h.Title}}, sections...)
	best, most := 0, 0
	for i, p := range parts {
		n := 0
		text := strings.ToLower(p.heading + "\n" + p.text)
		for _, t := range terms {
			if strings.Contains(text, strings.ToLower(t)) {
				n++
			}
		}
		// Words in a section tell more than words in the title, so the title
		// only wins when nothing else has any.
		if n > most || n == most && best == 0 && n > 0 {
			best, most = i, n
		}
	}
	p := parts[best]
	h.Section, h.Heading = p.number, p.heading
	text := p.text
	if !containsAny(text, terms) {
		text = p.heading
	}
	h.Snippet, h.Marks = snippet(text, terms)
	return nil
}

func containsAny(text string, terms []string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(terms, func(t string) bool { return strings.Contains(text, strings.ToLower(t)) })
}

// snippet is the text around the first term, on one line.
func snippet(text string, terms []string) (string, [][2]int) {
	chars := []rune(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, text))
	first, length := len(chars), 0
	for _, t := range terms {
		if at := indexFold(chars, []rune(t)); at >= 0 && at < first {
			first, length = at, len([]rune(t))
		}
	}
	from, to := max(0, first-snippetRadius), min(len(chars), first+length+snippetRadius)
	if from > to {
		from = to
	}
	part := chars[from:to]
	var marks [][2]int
	for _, t := range terms {
		term := []rune(t)
		for at := 0; at <= len(part)-len(term); {
			i := indexFold(part[at:], term)
			if i < 0 {
				break
			}
			marks = append(marks, [2]int{at + i, at + i + len(term)})
			at += i + len(term)
		}
	}
	slices.SortFunc(marks, func(a, b [2]int) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	return string(part), marks
}

// indexFold is the first place of term, letters of either case.
func indexFold(text, term []rune) int {
	for i := 0; i+len(term) <= len(text); i++ {
		same := true
		for k := range term {
			if text[i+k] != term[k] && unicode.ToLower(text[i+k]) != unicode.ToLower(term[k]) {
				same = false
				break
			}
		}
		if same {
			return i
		}
	}
	return -1
}
