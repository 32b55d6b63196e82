package ask

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/store"
	"nianbao/store/index"
	"nianbao/store/internal/query"
)

// Cutter cuts Chinese texts into words, for search: longer words and the words
// inside them, those of each text in their order, none where it cannot cut just
// now. It must be safe for concurrent use and always cut the same text the same
// way.
type Cutter interface {
	Cut(texts []string) [][]string
}

// SearchQuery is what to look for in titles and sections.
type SearchQuery struct {
	store.Filter
	// Words are separated by spaces, and a report has to have all of them. What
	// stands in quotes ("…", “…”, 「…」) is a phrase, spaces included.
	Words string
	// Limit bounds the answer; zero: 20.
	Limit int
	// Cutter cuts the words, and the text around what is found. Nil: what stands in
	// the texts as it is typed is found, but no words are known.
	Cutter Cutter
}

// Hit is a report that has the words.
type Hit struct {
	ReportID   int64    `json:"report_id"`
	RegionCode string   `json:"region_code"`
	RegionName string   `json:"region_name"`
	Year       int      `json:"year"`
	Publisher  string   `json:"publisher"`
	Title      string   `json:"title"`
	Source     string   `json:"source"`
	Section    int      `json:"section"` // number of the section the snippet is from; -1: the title
	Heading    string   `json:"heading"` // of that section
	Snippet    string   `json:"snippet"`
	Marks      [][2]int `json:"marks"` // what was found, in characters of Snippet
	Score      float64  `json:"score"` // larger is better; only to be compared within one answer
	// Apart is true where the report does not have what was typed as it stands,
	// but all the words that it is made of, in other places.
	Apart bool `json:"-"`
}

// SearchResult is the answer to a SearchQuery.
type SearchResult struct {
	Hits []Hit // the best first; those that are Apart after all others
	// More is true when there are more hits than Limit.
	More bool
}

// ErrNoWords is a search without anything to look for.
var ErrNoWords = errors.New("nothing to search for")

// What a search may ask for, so that no input makes it endless.
const (
	maxTerms      = 16
	maxTermLength = 100   // characters
	maxRanked     = 1000  // hits that are ranked; of more, the latest ingested are
	maxRead       = 10000 // texts that are read once there are hits enough for the answer
	snippetRadius = 30    // characters on each side of what was found
)

// term is one thing that a report has to have.
type term struct {
	text   string
	phrase bool // it was in quotes: only as it stands
}

// Search finds the reports that have all the words. The index tells which
// reports may have them, and their texts are read: a hit has every word
// literally, in its title or in a section, however the Cutter cuts the
// sentence around it. Where there are not enough of them, reports follow that
// have what was typed without quotes only in its parts, as the Cutter cuts it.
//
// The score of a report is the sum over the words of how often it has one,
// damped, weighted by how rare the word is, five times in the title, and half
// where it only stretches over the ends of other words (BM25 without the length).
func Search(ctx context.Context, s *store.Store, q SearchQuery) (SearchResult, error) {
	terms := searchTerms(q.Words)
	if len(terms) == 0 {
		return SearchResult{}, fmt.Errorf("%w: give words, or a phrase in quotes", ErrNoWords)
	}
	if q.Limit <= 0 {
		q.Limit = 20
	}
	// The index is spread over rows that a writer merges.
	state, err := s.Snapshot(ctx)
	if err != nil {
		return SearchResult{}, err
	}
	defer state.Close()
	search := search{store: s, conn: state.Conn(), query: q}
	result, err := search.run(ctx, terms)
	return result, s.Explain("search", err)
}

// search is one answer in the making, from one state of the file.
type search struct {
	store *store.Store
	conn  *sql.Conn
	query SearchQuery
	index *index.Reader
	where string
	args  []any
	// chosen are the reports that the filter leaves, ascending, where it has
	// been worth asking; else nil.
	chosen []int64
	most   int64 // the largest number of a report
}

func (f *search) run(ctx context.Context, terms []term) (result SearchResult, err error) {
	if f.where, f.args, err = f.query.Condition(); err != nil {
		return result, err
	}
	if f.index, err = index.Open(ctx, f.conn); err != nil {
		return result, err
	}
	if err := f.conn.QueryRowContext(ctx, "SELECT coalesce(max(id), 0) FROM report").Scan(&f.most); err != nil {
		return result, err
	}
	if err := f.choose(ctx); err != nil {
		return result, err
	}
	found, err := f.find(ctx, terms, nil)
	if err != nil {
		return result, err
	}
	if err := f.collect(ctx, &result, found, terms, false); err != nil {
		return result, err
	}
	parts := f.parts(terms)
	if len(parts) == 0 || len(result.Hits) >= f.query.Limit {
		return result, nil
	}
	apart, err := f.find(ctx, parts, found)
	if err != nil {
		return result, err
	}
	return result, f.collect(ctx, &result, apart, parts, true)
}

// fewChosen is up to how many reports a filter may leave for their numbers to
// be fetched at once.
const fewChosen = 20000

func (f *search) choose(ctx context.Context) error {
	q := f.query.Filter
	if len(q.Regions) == 0 {
		q.Regions = nil
	}
	if reflect.DeepEqual(q, store.Filter{Superseded: q.Superseded}) {
		return nil
	}
	from, args := "report r", slices.Clone(f.args)
	codes, _, err := q.Codes()
	if err != nil {
		return err
	}
	if codes != "" {
		// The index by region leads to the reports of a province past all others.
		from, args = "json_each(?) c CROSS JOIN report r ON r.region_code = c.value", append([]any{codes}, args...)
	}
	chosen, err := query.Rows(ctx, f.conn, func(id *int64) []any { return []any{id} }, "SELECT r.id FROM "+from+" WHERE "+f.where+" LIMIT ?", append(args, fewChosen+1)...)
	if err == nil && len(chosen) <= fewChosen {
		slices.Sort(chosen)
		f.chosen = append([]int64{}, chosen...) // none is not the same as not asked
	}
	return err
}

// parts are the words of the terms, where taking them apart finds more.
func (f *search) parts(terms []term) []term {
	c := f.query.Cutter
	if c == nil {
		return nil
	}
	texts := make([]string, len(terms))
	for i, t := range terms {
		texts[i] = t.text
	}
	cut := wordsOf(c, texts)
	var parts []term
	apart := false
	for i, t := range terms {
		var words []string
		if !t.phrase {
			words = cut[i]
			// Of a long word and the words inside it, those inside.
			all := slices.Clone(words)
			words = slices.DeleteFunc(words, func(w string) bool {
				return slices.ContainsFunc(all, func(o string) bool { return o != w && strings.Contains(w, o) })
			})
		}
		if len(words) < 2 {
			words = []string{t.text}
		} else {
			apart = true
		}
		for _, w := range words {
			if t := (term{w, t.phrase}); !slices.Contains(parts, t) && len(parts) < maxTerms {
				parts = append(parts, t)
			}
		}
	}
	if !apart {
		return nil
	}
	return parts
}

// candidate is a report that may have the words, or has them.
type candidate struct {
	id    int64
	terms []occurrence // for each term; nil until the report is read
	score float64
}

// occurrence is what a report has of a term.
type occurrence struct {
	score  float64
	around []string // the text around the first few places
}

// candidates are the reports that have all keys of all terms, ascending, and
// for each term how many reports of the file have its keys.
func (f *search) candidates(terms []term) (all []candidate, having []int, err error) {
	having = make([]int, len(terms))
	for i := range f.index.Segments {
		g := &f.index.Segments[i]
		var ids []int64
		lists := make([][]int64, len(terms))
		for k, t := range terms {
			if lists[k], err = f.index.All(g, index.TextSpans(t.text)); err != nil {
				return nil, nil, err
			}
			having[k] += len(lists[k])
			if k == 0 {
				ids = slices.Clone(lists[k])
			} else {
				ids = index.Intersect(ids, lists[k])
			}
		}
		if f.chosen != nil {
			ids = index.Intersect(ids, f.chosen)
		}
		for _, id := range ids {
			all = append(all, candidate{id: id})
		}
	}
	slices.SortFunc(all, func(a, b candidate) int { return cmp.Compare(a.id, b.id) })
	// A report that was read again is in two segments.
	return slices.CompactFunc(all, func(a, b candidate) bool { return a.id == b.id }), having, nil
}

// find reads the candidates, the latest ingested first, and returns those that
// have every term, the best first. Reports in known are left out.
func (f *search) find(ctx context.Context, terms []term, known []candidate) ([]candidate, error) {
	all, having, err := f.candidates(terms)
	if err != nil {
		return nil, err
	}
	seen := make(map[int64]bool, len(known))
	for _, c := range known {
		seen[c.id] = true
	}
	weights := make([]float64, len(terms))
	for i, n := range having {
		weights[i] = math.Log(1 + (float64(f.most)+.5)/(float64(n)+.5))
	}
	read, chunk := 0, 2*f.query.Limit
	var found []candidate
	for len(all) > 0 && len(found) <= max(maxRanked, f.query.Limit) && (len(found) <= f.query.Limit || read < maxRead) {
		n := min(chunk, len(all))
		some := all[len(all)-n:]
		all = all[:len(all)-n]
		slices.Reverse(some)
		some = slices.DeleteFunc(some, func(c candidate) bool { return seen[c.id] })
		if found, err = f.read(ctx, found, some, terms, weights); err != nil {
			return nil, err
		}
		read, chunk = read+n, min(2*chunk, maxRanked)
	}
	f.rank(terms, found)
	return found, nil
}

// rank puts the best first, as many as are asked for. Cutting the texts around what
// was found takes long, so it is done while what is left might still be better.
func (f *search) rank(terms []term, found []candidate) {
	best := func(a, b candidate) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.id, a.id)) }
	for i := range found {
		for _, has := range found[i].terms {
			found[i].score += has.score
		}
	}
	slices.SortFunc(found, best)
	last := f.query.Limit - 1
	for cut := 0; cut < len(found) && (cut <= last || best(found[cut], found[last]) < 0); {
		some := found[cut:min(cut+4*f.query.Limit, len(found))]
		f.weigh(terms, some)
		cut += len(some)
		slices.SortFunc(found[:cut], best)
	}
}

// weigh scores reports: a term that only stretches over the ends of words, as the
// Cutter cuts the text around it, is worth half.
func (f *search) weigh(terms []term, some []candidate) {
	var texts []string
	for _, t := range terms {
		texts = append(texts, t.text)
	}
	for i := range some {
		for _, has := range some[i].terms {
			texts = append(texts, has.around...)
		}
	}
	words := wordsOf(f.query.Cutter, texts)
	around := words[len(terms):]
	for i := range some {
		some[i].score = 0
		for k, has := range some[i].terms {
			cuts := around[:len(has.around)]
			around = around[len(cuts):]
			whole := len(words[k]) == 0 || len(cuts) == 0 || slices.ContainsFunc(cuts, func(cut []string) bool {
				return !slices.ContainsFunc(words[k], func(w string) bool { return !slices.Contains(cut, w) })
			})
			if !whole {
				has.score /= 2
			}
			some[i].score += has.score
		}
	}
}

// wordsOf are the words of each text that have more than one character, in
// lower case.
func wordsOf(c Cutter, texts []string) [][]string {
	all := make([][]string, len(texts))
	if c == nil {
		return all
	}
	for i, cut := range c.Cut(texts) {
		for _, w := range cut {
			if utf8.RuneCountInString(w) > 1 && !strings.ContainsFunc(w, func(r rune) bool { return !index.IsWord(r) }) {
				all[i] = append(all[i], strings.ToLower(w))
			}
		}
	}
	return all
}

// read appends the candidates that the filter leaves and that have every term.
func (f *search) read(ctx context.Context, found, some []candidate, terms []term, weights []float64) ([]candidate, error) {
	ids := make([]int64, len(some))
	for i, c := range some {
		ids[i] = c.id
	}
	list, err := query.List(ids)
	if err != nil {
		return nil, err
	}
	m := newMatcher(terms)
	at := -1
	finish := func() {
		if at < 0 {
			return
		}
		c := some[at]
		for k := range terms {
			here := float64(m.text[k])
			if here == 0 && m.title[k] == 0 {
				return
			}
			damped := func(n float64) float64 { return n * 2.2 / (n + 1.2) }
			c.terms = append(c.terms, occurrence{weights[k] * (damped(here) + 5*damped(float64(m.title[k]))), slices.Clone(m.around[k])})
		}
		found = append(found, c)
	}
	err = query.Each(ctx, f.conn, func(rows *sql.Rows) error {
		var key int
		var title string
		var heading, text sql.NullString
		if err := rows.Scan(&key, &title, &heading, &text); err != nil {
			return err
		}
		if key != at {
			finish()
			at = key
			m.begin(title)
		}
		m.add(heading.String)
		m.add(text.String)
		return nil
	}, `SELECT j.key, r.title, t.heading, t.text FROM json_each(?) j CROSS JOIN report r ON r.id = j.value
		LEFT JOIN section t ON t.report_id = r.id WHERE `+f.where, append([]any{list}, f.args...)...)
	finish()
	return found, err
}

// searchTerms splits what a user types.
func searchTerms(words string) []term {
	words = strings.ToValidUTF8(strings.ReplaceAll(words, "\x00", " "), " ")
	var terms []term
	add := func(text string, phrase bool) {
		text = strings.TrimSpace(text)
		if utf8.RuneCountInString(text) > maxTermLength {
			text = string([]rune(text)[:maxTermLength])
		}
		same := func(t term) bool { return t.text == text }
		if strings.ContainsFunc(text, index.IsWord) && !slices.ContainsFunc(terms, same) && len(terms) < maxTerms {
			terms = append(terms, term{text, phrase})
		}
	}
	for words != "" {
		open := strings.IndexAny(words, "\"“「")
		if open < 0 {
			break
		}
		_, size := utf8.DecodeRuneInString(words[open:])
		rest := words[open+size:]
		end := strings.IndexAny(rest, "\"”」")
		if end < 0 {
			break
		}
		for _, t := range strings.Fields(words[:open]) {
			add(t, false)
		}
		add(rest[:end], true)
		_, size = utf8.DecodeRuneInString(rest[end:])
		words = rest[end+size:]
	}
	for _, t := range strings.Fields(strings.Map(func(r rune) rune {
		if strings.ContainsRune("\"“”「」", r) {
			return ' '
		}
		return r
	}, words)) {
		add(t, false)
	}
	return terms
}
