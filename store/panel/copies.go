package panel

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/query"
)

const (
	sketchShared = 6   // hashes of two sketches that make a pair worth comparing character by character
	otherShare   = 0.3 // from which share on another office's report is kept
	mostOthers   = 5   // offices kept for a report
	sampled      = 400 // reports that tell what nearly all say
	commonShare  = 10  // a shingle of every tenth sampled report is the form's, not the office's
	commonLeast  = 8   // but of so many at least: eight counties may well copy from each other
	crowd        = 200 // reports that share a hash of a sketch: then it tells nothing
)

// CopiesResult is what a run of Copies did.
type CopiesResult struct {
	Reports int // compared, because they or their text are new
	Pairs   int // kept in the table similarity
}

// Copies fills the table similarity: how much of each current report's prose
// stands in the same office's report of the year before, and in other offices'
// of the same year. The share is of the report's own characters. What the form
// prescribes does not count: what stands before the first heading, and what nearly
// every report says, which is found by looking at a sample of the file. Neighbours in time are all compared; of other
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

const dueSQL = `r.superseded_by IS NULL AND r.year IS NOT NULL AND NOT EXISTS (SELECT 1 FROM similarity_done d WHERE d.report_id = r.id AND d.digest = r.content_digest)`

// due are the years that have a report to compare, or one whose neighbour of
// the year before came later.
func (c *copier) due(ctx context.Context) ([]int, error) {
	return query.Rows(ctx, c.conn, func(year *int) []any { return []any{year} }, "SELECT DISTINCT r.year FROM report r WHERE "+dueSQL+" ORDER BY r.year")
}

// sample learns what nearly all reports say.
func (c *copier) sample(ctx context.Context) error {
	ids, err := query.Rows(ctx, c.conn, func(id *int64) []any { return []any{id} },
		"SELECT min(id) AS id FROM report WHERE superseded_by IS NULL GROUP BY region_code, publisher ORDER BY id")
	if err != nil {
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
func (c *copier) candidates(ctx context.Context, year int) ([]candidate, error) {
	return query.All(ctx, c.conn, func(rows *sql.Rows) (r candidate, err error) {
		var code, name, publisher string
		var scope report.Scope
		err = rows.Scan(&r.id, query.Null(&code), query.Null(&name), query.Null(&publisher), query.Null(&scope), &r.due)
		r.office = office(code, name, publisher, scope)
		return r, err
	}, "SELECT r.id, r.region_code, r.region_name, r.publisher, r.scope, "+dueSQL+" FROM report r WHERE r.superseded_by IS NULL AND r.year = ? ORDER BY r.id", year)
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
	sections, err := query.Rows(ctx, c.conn, func(s *report.Section) []any { return []any{&s.Number, &s.Text} }, "SELECT number, text FROM section WHERE report_id = ? ORDER BY rowid", id)
	if err != nil {
		return nil, fmt.Errorf("report %d: %w", id, err)
	}
	p := ownProse(sections)
	p.measure(c.common)
	c.cache[id] = p
	return p, nil
}
