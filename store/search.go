package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// SearchQuery is what to look for in titles and sections.
type SearchQuery struct {
	Filter
	// Words are separated by spaces, and a report has to have all of them. What
	// stands in quotes ("…", “…”, 「…」) is a phrase, spaces included.
	Words string
	// Limit bounds the answer; zero: 20.
	Limit int
}

// Hit is a report that has the words.
type Hit struct {
	ReportID   int64
	RegionCode string
	RegionName string
	Year       int
	Publisher  string
	Title      string
	Source     string
	Section    int    // number of the section the snippet is from; -1: the title
	Heading    string // of that section
	Snippet    string
	Marks      [][2]int // what was found, in characters of Snippet
	Score      float64  // larger is better; only to be compared within one answer
}

// SearchResult is the answer to a SearchQuery.
type SearchResult struct {
	Hits []Hit
	// More is true when there are more hits than Limit.
	More bool
	// Scanned is true when the index was not enough and the texts themselves were
	// read, which finds whatever stands there but takes longer.
	Scanned bool
}

// ErrNoWords is a search without anything to look for.
var ErrNoWords = errors.New("nothing to search for")

// What a search may ask for, so that no input makes it endless.
const (
	maxTerms      = 16
	maxTermLength = 100  // characters
	maxCandidates = 2000 // reports that are ranked; of more, the latest ingested are
	snippetRadius = 30   // characters on each side of what was found
)

// Search finds the reports that have all the words. First the index is asked;
// where it has nothing, or little of a term that seems torn out of a word,
// because the words were cut differently in their sentences, or because the
// reports were ingested without a Cutter, the texts are read. Every hit has every word literally, in its title or in a section.
func (s *Store) Search(ctx context.Context, q SearchQuery) (SearchResult, error) {
	terms := searchTerms(q.Words)
	if len(terms) == 0 {
		return SearchResult{}, fmt.Errorf("%w: give words, or a phrase in quotes", ErrNoWords)
	}
	if q.Limit <= 0 {
		q.Limit = 20
	}
	where, args, err := q.condition()
	if err != nil {
		return SearchResult{}, err
	}
	var result SearchResult
	// The index cannot look at some reports only; where the filter leaves few,
	// their texts are read faster, and nothing is missed.
	few := false
	if len(q.Regions) > 0 || q.Under != "" {
		if few, err = s.few(ctx, where, args); err != nil {
			return SearchResult{}, explain(s.path, "search", err)
		}
	}
	if few {
		candidates, err := s.scan(ctx, terms, where, args, maxCandidates)
		if err == nil {
			err = s.collect(ctx, &result, candidates, terms, q.Limit)
		}
		return result, explain(s.path, "search", err)
	}
	match, torn := s.match(terms)
	if match != "" {
		candidates, err := s.ranked(ctx, match, where, args)
		if err == nil {
			err = s.collect(ctx, &result, candidates, terms, q.Limit)
		}
		if err != nil || len(result.Hits) == q.Limit || len(result.Hits) > 0 && !torn {
			return result, explain(s.path, "search", err)
		}
	}
	result.Scanned = true
	candidates, err := s.scan(ctx, terms, where, slices.Clip(args), q.Limit+1)
	if err == nil {
		candidates = slices.DeleteFunc(candidates, func(c candidate) bool {
			return slices.ContainsFunc(result.Hits, func(h Hit) bool { return h.ReportID == c.id })
		})
		err = s.collect(ctx, &result, candidates, terms, q.Limit)
	}
	return result, explain(s.path, "search", err)
}

// fewReports is up to how many reports it is faster to read than to ask the index.
const fewReports = 300

func (s *Store) few(ctx context.Context, where string, args []any) (bool, error) {
	var n int
	err := s.read.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM report r WHERE "+where+" LIMIT ?)", append(slices.Clip(args), fewReports+1)...).Scan(&n)
	return n <= fewReports, err
}

// searchTerms splits what a user types.
func searchTerms(words string) []string {
	words = strings.ToValidUTF8(strings.ReplaceAll(words, "\x00", " "), " ")
	var terms []string
	add := func(t string) {
		t = strings.TrimSpace(t)
		if utf8.RuneCountInString(t) > maxTermLength {
			t = string([]rune(t)[:maxTermLength])
		}
		if strings.ContainsFunc(t, isWord) && !slices.Contains(terms, t) && len(terms) < maxTerms {
			terms = append(terms, t)
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
			add(t)
		}
		add(rest[:end])
		_, size = utf8.DecodeRuneInString(rest[end:])
		words = rest[end+size:]
	}
	for _, t := range strings.Fields(strings.Map(func(r rune) rune {
		if strings.ContainsRune("\"“”「」", r) {
			return ' '
		}
		return r
	}, words)) {
		add(t)
	}
	return terms
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// match is the expression for the index: each term as a phrase of the words it
// is cut into. Only letters and digits go in, so nothing a user types is read
// as an operator. A term that is torn begins or ends in the middle of a word,
// as far as one can tell: its first or last word is a single character. In
// most sentences it was cut otherwise, so what the index has is not all.
func (s *Store) match(terms []string) (expression string, torn bool) {
	if s.options.Cutter == nil {
		return "", false
	}
	single := func(word string) bool {
		r, size := utf8.DecodeRuneInString(word)
		return size == len(word) && unicode.Is(unicode.Han, r)
	}
	var b strings.Builder
	for _, t := range terms {
		cut := strings.FieldsFunc(words(s.options.Cutter, t), func(r rune) bool { return !isWord(r) })
		if len(cut) == 0 {
			return "", false
		}
		torn = torn || single(cut[0]) || single(cut[len(cut)-1])
		fmt.Fprintf(&b, "%q ", strings.Join(cut, " "))
	}
	return b.String(), torn
}

type candidate struct {
	id    int64
	score float64
}

// ranked asks the index. The score of a report is the sum over the terms of
// how often it has one, damped, weighted by how rare the term is and five
// times in the title (BM25 without the length, which the index would have to
// look up for each report).
func (s *Store) ranked(ctx context.Context, match, where string, args []any) ([]candidate, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT r.id, matchinfo(search_index, 'pcnx') FROM search_index CROSS JOIN report r ON r.search_id = search_index.docid
		WHERE search_index MATCH ? AND `+where+` ORDER BY search_index.docid DESC LIMIT ?`, append(append([]any{match}, args...), maxCandidates)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []candidate
	var info sql.RawBytes
	for rows.Next() {
		var c candidate
		if err := rows.Scan(&c.id, &info); err != nil {
			return nil, err
		}
		c.score = score(info)
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.id, a.id)) })
	return all, rows.Err()
}

// score reads FTS4's matchinfo 'pcnx': phrases, columns, rows, and for each
// phrase and column the hits here, the hits everywhere and the rows with hits.
func score(info []byte) float64 {
	at := func(i int) float64 {
		if 4*i+4 > len(info) {
			return 0
		}
		return float64(binary.NativeEndian.Uint32(info[4*i:]))
	}
	phrases, columns, rows := int(at(0)), int(at(1)), at(2)
	total := 0.0
	for p := range phrases {
		for c := range columns {
			cell := 3 + 3*(p*columns+c)
			here, having := at(cell), at(cell+2)
			if here == 0 {
				continue
			}
			weight := math.Log(1 + (rows-having+.5)/(having+.5))
			if c == 0 {
				weight *= 5
			}
			total += weight * here * 2.2 / (here + 1.2)
		}
	}
	return total
}

// scan reads the texts. The score of a report is how often it has the terms,
// each time in the title counting five times.
func (s *Store) scan(ctx context.Context, terms []string, where string, args []any, limit int) ([]candidate, error) {
	score, scoreArgs := "0", []any(nil)
	for _, t := range terms {
		title, heading, text := "r.title", "t.heading", "t.text"
		// Chinese has no cases, and not to look for them is much faster.
		if lower := strings.ToLower(t); lower != strings.ToUpper(t) {
			t = lower
			title, heading, text = "lower(r.title)", "lower(t.heading)", "lower(t.text)"
		}
		where += ` AND (instr(` + title + `, ?) > 0 OR EXISTS (SELECT 1 FROM section t WHERE t.report_id = r.id AND (instr(` + text + `, ?) > 0 OR instr(` + heading + `, ?) > 0)))`
		args = append(args, t, t, t)
		score += ` + 5 * (instr(` + title + `, ?) > 0) + (SELECT coalesce(sum(length(t.text) - length(replace(` + text + `, ?, ''))), 0) FROM section t WHERE t.report_id = r.id) / ?`
		scoreArgs = append(scoreArgs, t, t, utf8.RuneCountInString(t))
	}
	rows, err := s.read.QueryContext(ctx, "SELECT r.id, "+score+" FROM report r WHERE "+where+" ORDER BY r.id DESC LIMIT ?", append(append(scoreArgs, args...), limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []candidate
	for rows.Next() {
		var c candidate
		if err := rows.Scan(&c.id, &c.score); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.id, a.id)) })
	return all, rows.Err()
}

// collect fetches candidates in their order until there are limit hits.
func (s *Store) collect(ctx context.Context, result *SearchResult, candidates []candidate, terms []string, limit int) error {
	for _, c := range candidates {
		h := Hit{ReportID: c.id, Score: c.score}
		var code, name, publisher sql.NullString
		var year sql.NullInt64
		if err := s.read.QueryRowContext(ctx, "SELECT region_code, region_name, year, publisher, title, source FROM report WHERE id = ?", c.id).
			Scan(&code, &name, &year, &publisher, &h.Title, &h.Source); err != nil {
			return err
		}
		h.RegionCode, h.RegionName, h.Publisher, h.Year = code.String, name.String, publisher.String, int(year.Int64)
		found, err := s.illustrate(ctx, &h, terms)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		if len(result.Hits) == limit {
			result.More = true
			return nil
		}
		result.Hits = append(result.Hits, h)
	}
	return nil
}

// illustrate checks that the report has every term literally and takes the
// snippet from the section that has most of them.
func (s *Store) illustrate(ctx context.Context, h *Hit, terms []string) (found bool, err error) {
	type part struct {
		number        int
		heading, text string
	}
	parts := []part{{-1, "", h.Title}}
	rows, err := s.read.QueryContext(ctx, "SELECT number, heading, text FROM section WHERE report_id = ? ORDER BY number, id", h.ReportID)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	for rows.Next() {
		var p part
		if err := rows.Scan(&p.number, &p.heading, &p.text); err != nil {
			return false, err
		}
		parts = append(parts, p)
	}
	if err := rows.Err(); err != nil {
		return false, err
	}
	lower := make([]string, len(parts))
	for i, p := range parts {
		lower[i] = strings.ToLower(p.heading + "\n" + p.text)
	}
	best, most := 0, 0
	have := make([]bool, len(terms))
	for i := range parts {
		n := 0
		for k, t := range terms {
			if strings.Contains(lower[i], strings.ToLower(t)) {
				have[k] = true
				n++
			}
		}
		// Words in a section tell more than words in the title, so the title
		// only wins when nothing else has any.
		if n > most || n == most && best == 0 && n > 0 {
			best, most = i, n
		}
	}
	if slices.Contains(have, false) {
		return false, nil
	}
	p := parts[best]
	h.Section, h.Heading = p.number, p.heading
	text := p.text
	if !containsAny(text, terms) {
		text = p.heading
	}
	h.Snippet, h.Marks = snippet(text, terms)
	return true, nil
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
