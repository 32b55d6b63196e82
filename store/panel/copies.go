package panel

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/parser/text"
	"nianbao/store"
	"nianbao/store/internal/query"
)

// How prose is compared. Figures are all alike (the digits of a report change
// every year, its sentences may not), and so are the signs between them.
const (
	shingle      = 12     // characters that have to follow each other alike
	leastProse   = 200    // characters, without what nearly all reports say, that can be compared
	leastPassage = 20     // characters of a passage worth showing
	mostPassages = 5      // of one pair
	sketchSize   = 64     // hashes that stand for a report when its likes are looked for
	sketchShared = 6      // of them that make a pair worth comparing character by character
	otherShare   = 0.3    // from which share on another office's report is kept
	mostOthers   = 5      // offices kept for a report
	sampled      = 400    // reports that tell what nearly all say
	commonShare  = 10     // a shingle of every tenth sampled report is the form's, not the office's
	commonLeast  = 8      // but of so many at least: eight counties may well copy from each other
	crowd        = 200    // reports that share a hash of a sketch: then it tells nothing
	separator    = '\x01' // between sections: no passage runs over it
	figureRune   = '0'    // stands for every run of digits
	mixer        = 0x9e3779b97f4a7c15
)

// CopiesResult is what a run of Copies did.
type CopiesResult struct {
	Reports int // compared, because they or their text are new
	Pairs   int // kept in the table similarity
}

// Copies fills the table similarity: how much of each current report's prose
// stands in the same office's report of the year before, and in other offices'
// of the same year. The share is of the report's own characters. What nearly
// every report says, as the form prescribes it, does not count: it is found by
// looking at a sample of the file. Neighbours in time are all compared; of other
// offices those that the smallest hashes of both show to be alike (A. Broder, On
// the resemblance and containment of documents, 1997). Reports that were compared
// with the text they have now are not compared again; interrupted, the next run
// goes on behind the last year that was done.
func Copies(ctx context.Context, s *store.Store) (CopiesResult, error) {
	var result CopiesResult
	err := s.Writing(ctx, "compare the texts of", func(conn *sql.Conn) error {
		c := copier{conn: conn, cache: map[int64]*prose{}}
		for { // a year that is done may give the next one a neighbour
			years, err := c.due(ctx)
			if err != nil || len(years) == 0 {
				return err
			}
			if c.common == nil {
				if err := c.sample(ctx); err != nil {
					return err
				}
			}
			for _, year := range years {
				if err := ctx.Err(); err != nil {
					return err
				}
				if err := query.Immediate(ctx, conn, func() error { return c.year(ctx, year, &result) }); err != nil {
					return err
				}
			}
		}
	})
	return result, err
}

// copier is one run of Copies.
type copier struct {
	conn   *sql.Conn
	common map[uint64]bool // shingles that nearly all reports have
	cache  map[int64]*prose
}

// candidate is a report that may be compared.
type candidate struct {
	id     int64
	office string
	due    bool
	sketch []uint64
}

// prose is a report's text as it is compared.
type prose struct {
	runes  []rune
	places []place
	common []bool // the character is of what nearly all reports say
	hashes []uint64
	own    int // characters that are not common
	texts  map[int]string
}

// place is where a character stands.
type place struct{ section, at int }

const dueSQL = `r.superseded_by IS NULL AND r.year IS NOT NULL AND NOT EXISTS (SELECT 1 FROM similarity_done d WHERE d.report_id = r.id AND d.digest = r.content_digest)`

// due are the years that have a report to compare, or one whose neighbour of
// the year before came later.
func (c *copier) due(ctx context.Context) (years []int, err error) {
	seen := map[int]bool{}
	err = query.Each(ctx, c.conn, func(rows *sql.Rows) error {
		var year int
		err := rows.Scan(&year)
		seen[year] = true
		return err
	}, "SELECT DISTINCT r.year FROM report r WHERE "+dueSQL)
	return slices.Sorted(maps.Keys(seen)), err
}

// sample learns what nearly all reports say.
func (c *copier) sample(ctx context.Context) error {
	var ids []int64
	if err := query.Each(ctx, c.conn, func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	}, "SELECT min(id) AS id FROM report WHERE superseded_by IS NULL GROUP BY region_code, publisher ORDER BY id"); err != nil {
		return err
	}
	step := max(1, len(ids)/sampled)
	counts, n := map[uint64]int{}, 0
	for i := 0; i < len(ids); i += step {
		p, err := c.read(ctx, ids[i])
		if err != nil {
			return err
		}
		for _, h := range distinct(p.hashes) {
			counts[h]++
		}
		n++
	}
	c.common = map[uint64]bool{}
	for h, count := range counts {
		if count >= max(commonLeast, n/commonShare) {
			c.common[h] = true
		}
	}
	clear(c.cache) // read before it was known what is common
	return nil
}

// year compares the reports of one year that are due, with those of the year
// before and with those of other offices.
func (c *copier) year(ctx context.Context, year int, result *CopiesResult) error {
	clear(c.cache)
	now, err := c.candidates(ctx, year)
	if err != nil {
		return err
	}
	before, err := c.candidates(ctx, year-1)
	if err != nil {
		return err
	}
	if _, err := c.conn.ExecContext(ctx, `DELETE FROM similarity WHERE report_id IN (SELECT r.id FROM report r WHERE r.year = ?1 AND (r.superseded_by IS NOT NULL OR `+dueSQL+`))
		OR other_id IN (SELECT r.id FROM report r WHERE r.year = ?1 AND (r.superseded_by IS NOT NULL OR `+dueSQL+`))`, year); err != nil {
		return err
	}
	previous := map[string]int64{}
	for _, b := range before {
		if _, twice := previous[b.office]; twice {
			previous[b.office] = 0 // nobody can tell which of them is the one
			continue
		}
		previous[b.office] = b.id
	}
	for i := range now {
		r := &now[i]
		if !r.due {
			continue
		}
		if other := previous[r.office]; other != 0 {
			if err := c.keep(ctx, r.id, other, "year_before", 0, result); err != nil {
				return err
			}
		}
		result.Reports++
	}
	if err := c.others(ctx, now, result); err != nil {
		return err
	}
	// The next year's reports have their neighbour only now.
	if _, err := c.conn.ExecContext(ctx, `DELETE FROM similarity_done WHERE report_id IN (SELECT n.id FROM report n WHERE n.year = ? AND n.superseded_by IS NULL
		AND NOT EXISTS (SELECT 1 FROM similarity y WHERE y.report_id = n.id AND y.kind = 'year_before')
		AND EXISTS (SELECT 1 FROM report r WHERE r.year = ? AND r.region_code = n.region_code AND `+dueSQL+`))`, year+1, year); err != nil {
		return err
	}
	_, err = c.conn.ExecContext(ctx, "INSERT INTO similarity_done SELECT r.id, r.content_digest FROM report r WHERE r.year = ? AND "+dueSQL+
		" ON CONFLICT DO UPDATE SET digest = excluded.digest", year)
	return err
}

// candidates are the current reports of a year with prose of their own.
func (c *copier) candidates(ctx context.Context, year int) (all []candidate, err error) {
	err = query.Each(ctx, c.conn, func(rows *sql.Rows) error {
		var r candidate
		var code, name, publisher, scope sql.NullString
		if err := rows.Scan(&r.id, &code, &name, &publisher, &scope, &r.due); err != nil {
			return err
		}
		r.office = office(code.String, name.String, publisher.String, report.Scope(scope.String))
		all = append(all, r)
		return nil
	}, "SELECT r.id, r.region_code, r.region_name, r.publisher, r.scope, "+dueSQL+" FROM report r WHERE r.superseded_by IS NULL AND r.year = ? ORDER BY r.id", year)
	return all, err
}

// office names who reports: over the years a territory keeps its name here,
// whatever its code was.
func office(code, name, publisher string, scope report.Scope) string {
	if code != "" {
		code = region.Newest(code)
	} else {
		code = name
	}
	if scope == report.ScopeRegion {
		return code
	}
	return code + "\x00" + publisher
}

// others looks for reports of other offices with the same prose, where one of
// the two is due.
func (c *copier) others(ctx context.Context, all []candidate, result *CopiesResult) error {
	if !slices.ContainsFunc(all, func(r candidate) bool { return r.due }) {
		return nil
	}
	index := map[uint64][]int{}
	for i := range all {
		p, err := c.read(ctx, all[i].id)
		if err != nil {
			return err
		}
		all[i].sketch = sketch(p)
		for _, h := range all[i].sketch {
			index[h] = append(index[h], i)
		}
		delete(c.cache, all[i].id) // a year's texts are too many to hold
	}
	for i := range all {
		shared := map[int]int{}
		for _, h := range all[i].sketch {
			if len(index[h]) <= crowd {
				for _, k := range index[h] {
					shared[k]++
				}
			}
		}
		var alike []int
		for k, n := range shared {
			if n >= sketchShared && all[k].office != all[i].office && (all[i].due || all[k].due) {
				alike = append(alike, k)
			}
		}
		slices.SortFunc(alike, func(a, b int) int { return cmp.Or(cmp.Compare(shared[b], shared[a]), cmp.Compare(a, b)) })
		for _, k := range alike[:min(len(alike), mostOthers)] {
			if err := c.keep(ctx, all[i].id, all[k].id, "other_office", otherShare, result); err != nil {
				return err
			}
		}
		delete(c.cache, all[i].id)
	}
	return nil
}

// keep compares two reports and writes what they share, from a least share on.
func (c *copier) keep(ctx context.Context, id, other int64, kind string, least float64, result *CopiesResult) error {
	a, err := c.read(ctx, id)
	if err != nil {
		return err
	}
	b, err := c.read(ctx, other)
	if err != nil {
		return err
	}
	share, passages, ok := compare(a, b)
	if !ok || share < least {
		return nil
	}
	packed, err := json.Marshal(passages)
	if err != nil {
		return err
	}
	result.Pairs++
	_, err = c.conn.ExecContext(ctx, `INSERT INTO similarity VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET kind = excluded.kind, share = excluded.share, passages = excluded.passages`,
		id, other, kind, share, string(packed))
	return err
}

// read reads a report's prose.
func (c *copier) read(ctx context.Context, id int64) (*prose, error) {
	if p := c.cache[id]; p != nil {
		return p, nil
	}
	p := &prose{texts: map[int]string{}}
	n := 0
	err := query.Each(ctx, c.conn, func(rows *sql.Rows) error {
		var s string
		if err := rows.Scan(&s); err != nil {
			return err
		}
		p.add(n, s)
		n++
		return nil
	}, "SELECT text FROM section WHERE report_id = ? ORDER BY rowid", id)
	if err != nil {
		return nil, fmt.Errorf("report %d: %w", id, err)
	}
	p.measure(c.common)
	c.cache[id] = p
	return p, nil
}

// add adds a section's text: letters in one form, a figure as one sign.
func (p *prose) add(section int, s string) {
	p.texts[section] = s
	figure := false
	at := -1
	for _, r := range s {
		at++
		r = text.Rune(r)
		digit := text.Digit(r) >= 0
		switch {
		case digit && figure:
			continue
		case digit:
			r = figureRune
		case !text.Han(r) && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z'):
			continue // signs and white space
		}
		figure = digit
		p.runes, p.places = append(p.runes, r), append(p.places, place{section, at})
	}
	p.runes, p.places = append(p.runes, separator), append(p.places, place{section, at + 1})
}

// measure hashes the shingles and counts the characters of the report's own.
func (p *prose) measure(common map[uint64]bool) {
	p.common = make([]bool, len(p.runes))
	for i := 0; i+shingle <= len(p.runes); i++ {
		h := uint64(14695981039346656037) // FNV-1a
		for _, r := range p.runes[i : i+shingle] {
			h = (h ^ uint64(r)) * 1099511628211
		}
		if slices.Contains(p.runes[i:i+shingle], separator) {
			h = 0
		}
		p.hashes = append(p.hashes, h)
		if h == 0 || common[h] {
			p.hashes[i] = 0
			for k := i; common[h] && k < i+shingle; k++ {
				p.common[k] = true
			}
		}
	}
	for i, r := range p.runes {
		if r == separator {
			p.common[i] = true
		}
		if !p.common[i] {
			p.own++
		}
	}
}

func distinct(hashes []uint64) []uint64 {
	all := slices.Clone(hashes)
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) > 0 && all[0] == 0 {
		all = all[1:]
	}
	return all
}

// sketch are the smallest of a report's mixed hashes.
func sketch(p *prose) []uint64 {
	if p.own < leastProse {
		return nil
	}
	all := distinct(p.hashes)
	for i, h := range all {
		h ^= h >> 31
		h *= mixer
		all[i] = h ^ h>>29
	}
	slices.Sort(all)
	return all[:min(len(all), sketchSize)]
}

// compare tells how much of a's own characters stand in b in the same order, at
// least a shingle in a row, and the longest such passages. ok is false where a
// or b says too little of its own.
func compare(a, b *prose) (share float64, passages []store.Passage, ok bool) {
	if a.own < leastProse || b.own < leastProse {
		return 0, nil, false
	}
	all := matches(a, b)
	covered := make([]bool, len(a.runes))
	for _, m := range all {
		for k := range m.length {
			covered[m.at+k] = true
		}
	}
	own := 0
	for i, is := range covered {
		if is && !a.common[i] {
			own++
		}
	}
	slices.SortStableFunc(all, func(x, y match) int { return cmp.Compare(y.own, x.own) })
	for _, m := range all {
		if m.own < leastPassage || len(passages) == mostPassages {
			break
		}
		passages = append(passages, passage(a, b, m))
	}
	return float64(own) / float64(a.own), passages, true
}

// Shared are all passages of one report that stand in another, in the order of the
// first; Section is an index of its sections. Figures and what stands between
// characters are alike, as in [Copies]; what nearly every report says is here, too.
func Shared(one, other []report.Section) (passages []store.Passage) {
	read := func(sections []report.Section) *prose {
		p := &prose{texts: map[int]string{}}
		for i, s := range sections {
			p.add(i, s.Text)
		}
		p.measure(nil)
		return p
	}
	a, b := read(one), read(other)
	for _, m := range matches(a, b) {
		passages = append(passages, passage(a, b, m))
	}
	return passages
}

// match is a run of a's characters that stands in b.
type match struct{ at, other, length, own int }

// matches are those of at least a shingle, in the order of a.
func matches(a, b *prose) (all []match) {
	first := make(map[uint64]int, len(b.hashes))
	for j := len(b.hashes) - 1; j >= 0; j-- {
		if b.hashes[j] != 0 {
			first[b.hashes[j]] = j
		}
	}
	for i := 0; i < len(a.hashes); {
		j, found := first[a.hashes[i]]
		if a.hashes[i] == 0 || !found {
			i++
			continue
		}
		m := match{at: i, other: j}
		for i+m.length < len(a.runes) && j+m.length < len(b.runes) && a.runes[i+m.length] == b.runes[j+m.length] && a.runes[i+m.length] != separator {
			if !a.common[i+m.length] {
				m.own++
			}
			m.length++
		}
		if m.length < shingle { // two shingles with one hash
			i++
			continue
		}
		all = append(all, m)
		i += m.length - shingle + 1
	}
	return all
}

func passage(a, b *prose, m match) store.Passage {
	from, to, from2, to2 := a.places[m.at], a.places[m.at+m.length-1], b.places[m.other], b.places[m.other+m.length-1]
	p := store.Passage{Section: from.section, Start: from.at, End: to.at + 1, OtherSection: from2.section, OtherStart: from2.at, OtherEnd: to2.at + 1}
	var out strings.Builder
	i := 0
	for _, r := range a.texts[from.section] {
		if i >= p.Start && i < p.End {
			out.WriteRune(r)
		}
		i++
	}
	p.Text = out.String()
	return p
}
