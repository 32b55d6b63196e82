package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sort"

	"nianbao/parser/report"
)

// Each transaction adds a segment of level 0 with the keys of its reports.
// Where a level has mergeAt segments they become one of the next level, so
// that there are never many to ask and none is written more than a few times.
// Reports that are read again get keys in a new segment; the old ones stay and
// only make that a few texts are looked at in vain.
const mergeAt = 16

// segment is a row of search_segment.
type segment struct {
	id, level, base int64
	start           int64      // the first block; the others follow
	firsts          []indexKey // the first key of each block
}

func (g *segment) scan(row interface{ Scan(...any) error }) error {
	var firsts []byte
	if err := row.Scan(&g.id, &g.level, &g.base, &g.start, &firsts); err != nil {
		return err
	}
	g.firsts = make([]indexKey, len(firsts)/8)
	for i := range g.firsts {
		g.firsts[i] = indexKey(binary.BigEndian.Uint64(firsts[8*i:]))
	}
	return nil
}

const selectSegments = "SELECT id, level, base, start, firsts FROM search_segment ORDER BY id"

// indexStatements write the search index.
type indexStatements struct {
	segments, insertSegment, deleteSegment *sql.Stmt
	block, insertBlock, deleteBlocks       *sql.Stmt
}

func (s *indexStatements) list() []statementText {
	return []statementText{
		{&s.segments, selectSegments},
		{&s.insertSegment, "INSERT INTO search_segment (id, level, base, start, firsts) VALUES (?, ?, ?, ?, ?)"},
		{&s.deleteSegment, "DELETE FROM search_segment WHERE id = ?"},
		{&s.block, "SELECT data FROM search_block WHERE id = ?"},
		{&s.insertBlock, "INSERT INTO search_block (id, data) VALUES (?, ?)"},
		{&s.deleteBlocks, "DELETE FROM search_block WHERE id >= ? AND id < ?"},
	}
}

// indexed is a report with its keys.
type indexed struct {
	id   int64
	keys []indexKey
}

// posting is a key in a report of a list.
type posting struct {
	key indexKey
	at  int
}

// write adds a segment with the reports, and merges where there are many.
func (s *indexStatements) write(ctx context.Context, reports []indexed) error {
	if len(reports) == 0 {
		return nil
	}
	// One report may have been read twice in the transaction.
	slices.SortStableFunc(reports, func(a, b indexed) int { return cmp.Compare(a.id, b.id) })
	all, err := s.all(ctx)
	if err != nil {
		return err
	}
	lists := make([][]posting, len(reports))
	for i, r := range reports {
		lists[i] = make([]posting, len(r.keys))
		for k, key := range r.keys {
			lists[i][k] = posting{key, i}
		}
	}
	postings := mergeLists(lists)
	added, err := s.add(ctx, all, 0, reports[0].id, func(w *blockWriter) error {
		var ids []int64
		for i := 0; i < len(postings); {
			key := postings[i].key
			ids = ids[:0]
			for ; i < len(postings) && postings[i].key == key; i++ {
				ids = append(ids, reports[postings[i].at].id)
			}
			if err := w.add(key, slices.Compact(ids)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.settle(ctx, append(all, added))
}

// indexStored makes the index of all reports of a file anew.
func indexStored(ctx context.Context, conn *sql.Conn, c Cutter) (err error) {
	var s indexStatements
	for _, p := range s.list() {
		if *p.into, err = conn.PrepareContext(ctx, p.sql); err != nil {
			return err
		}
		defer func() { _ = (*p.into).Close() }()
	}
	if _, err := conn.ExecContext(ctx, "DELETE FROM search_segment; DELETE FROM search_block"); err != nil {
		return err
	}
	texts, err := conn.PrepareContext(ctx, "SELECT heading, text FROM section WHERE report_id = ?")
	if err != nil {
		return err
	}
	defer texts.Close()
	reports, err := conn.QueryContext(ctx, "SELECT id, title FROM report ORDER BY id")
	if err != nil {
		return err
	}
	defer reports.Close()
	var batch []indexed
	for reports.Next() {
		var id int64
		var title string
		if err := reports.Scan(&id, &title); err != nil {
			return err
		}
		sections, err := texts.QueryContext(ctx, id)
		if err != nil {
			return err
		}
		var parts []report.Section
		for sections.Next() {
			var t report.Section
			if err := sections.Scan(&t.Heading, &t.Text); err != nil {
				return errors.Join(err, sections.Close())
			}
			parts = append(parts, t)
		}
		if err := errors.Join(sections.Err(), sections.Close()); err != nil {
			return err
		}
		if batch = append(batch, indexed{id, indexKeys(c, title, parts)}); len(batch) == 1024 {
			if err := s.write(ctx, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	if err := reports.Err(); err != nil {
		return err
	}
	return s.write(ctx, batch)
}

// mergeLists makes one ascending list of ascending ones, those of earlier
// reports first where keys are the same.
func mergeLists(lists [][]posting) []posting {
	for len(lists) > 1 {
		half := lists[:0]
		for i := 0; i < len(lists); i += 2 {
			if i+1 == len(lists) {
				half = append(half, lists[i])
				break
			}
			a, b := lists[i], lists[i+1]
			both := make([]posting, 0, len(a)+len(b))
			for len(a) > 0 && len(b) > 0 {
				if b[0].key < a[0].key {
					both, b = append(both, b[0]), b[1:]
				} else {
					both, a = append(both, a[0]), a[1:]
				}
			}
			half = append(half, append(append(both, a...), b...))
		}
		lists = half
	}
	return lists[0]
}

func (s *indexStatements) all(ctx context.Context) ([]segment, error) {
	rows, err := s.segments.QueryContext(ctx)
	if err != nil {
		return nil, err
	}
	return scanSegments(rows)
}

func scanSegments(rows *sql.Rows) (all []segment, err error) {
	defer rows.Close()
	for rows.Next() {
		var g segment
		if err := g.scan(rows); err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	return all, rows.Err()
}

// add writes a segment behind all that there are.
func (s *indexStatements) add(ctx context.Context, all []segment, level, base int64, fill func(*blockWriter) error) (segment, error) {
	g := segment{id: 1, level: level, base: base, start: 1}
	for _, o := range all {
		g.id, g.start = max(g.id, o.id+1), max(g.start, o.start+int64(len(o.firsts)))
	}
	var firsts []byte
	w := blockWriter{base: base, emit: func(first indexKey, block []byte) error {
		_, err := s.insertBlock.ExecContext(ctx, g.start+int64(len(g.firsts)), block)
		g.firsts = append(g.firsts, first)
		firsts = binary.BigEndian.AppendUint64(firsts, uint64(first))
		return err
	}}
	if err := fill(&w); err != nil {
		return g, err
	}
	if err := w.flush(); err != nil {
		return g, err
	}
	_, err := s.insertSegment.ExecContext(ctx, g.id, g.level, g.base, g.start, firsts)
	return g, err
}

// settle merges while some level has too many segments.
func (s *indexStatements) settle(ctx context.Context, all []segment) error {
	for level := int64(0); ; level++ {
		var these []segment
		higher := false
		for _, g := range all {
			if g.level == level {
				these = append(these, g)
			}
			higher = higher || g.level > level
		}
		if len(these) >= mergeAt {
			merged, err := s.merge(ctx, all, these)
			if err != nil {
				return err
			}
			all = slices.DeleteFunc(all, func(g segment) bool { return g.level == level })
			all = append(all, merged)
			higher = true
		}
		if !higher {
			return nil
		}
	}
}

// merge makes one segment of the next level of these.
func (s *indexStatements) merge(ctx context.Context, all, these []segment) (segment, error) {
	cursors := make([]*cursor, len(these))
	base := these[0].base
	for i, g := range these {
		base = min(base, g.base)
		cursors[i] = &cursor{segment: g, read: func(id int64) (b []byte, err error) {
			return b, s.block.QueryRowContext(ctx, id).Scan(&b)
		}}
		if err := cursors[i].next(); err != nil {
			return segment{}, err
		}
	}
	merged, err := s.add(ctx, all, these[0].level+1, base, func(w *blockWriter) error {
		var ids []int64
		for {
			key := indexKey(maxKey + 1)
			for _, c := range cursors {
				if !c.done {
					key = min(key, c.reader.key)
				}
			}
			if key > maxKey {
				return nil
			}
			ids = ids[:0]
			ordered := true
			for _, c := range cursors {
				for !c.done && c.reader.key == key {
					ordered = ordered && (len(ids) == 0 || ids[len(ids)-1] < c.ids[0])
					ids = append(ids, c.ids...)
					if err := c.next(); err != nil {
						return err
					}
				}
			}
			if !ordered { // a report that was read again
				slices.Sort(ids)
				ids = slices.Compact(ids)
			}
			if err := w.add(key, ids); err != nil {
				return err
			}
		}
	})
	if err != nil {
		return segment{}, err
	}
	for _, g := range these {
		if _, err := s.deleteSegment.ExecContext(ctx, g.id); err != nil {
			return segment{}, err
		}
		if _, err := s.deleteBlocks.ExecContext(ctx, g.start, g.start+int64(len(g.firsts))); err != nil {
			return segment{}, err
		}
	}
	return merged, nil
}

// cursor goes through the entries of a segment.
type cursor struct {
	segment segment
	read    func(id int64) ([]byte, error)
	block   int // the next to read
	reader  blockReader
	ids     []int64 // of the entry
	done    bool
}

func (c *cursor) next() error {
	for {
		more, err := c.reader.next()
		if err == nil && more {
			c.ids, err = c.reader.ids(c.ids[:0])
		}
		if err != nil {
			return fmt.Errorf("segment %d: %w", c.segment.id, err)
		}
		if more {
			return nil
		}
		if c.block == len(c.segment.firsts) {
			c.done = true
			return nil
		}
		block, err := c.read(c.segment.start + int64(c.block))
		if err != nil {
			return err
		}
		c.block++
		c.reader = blockReader{block: block, base: c.segment.base}
	}
}

// indexReader asks the search index in one state of the file.
type indexReader struct {
	segments []segment
	read     func(id int64) ([]byte, error)
}

func openIndex(ctx context.Context, q querier) (*indexReader, error) {
	rows, err := q.QueryContext(ctx, selectSegments)
	if err != nil {
		return nil, err
	}
	segments, err := scanSegments(rows)
	if err != nil {
		return nil, err
	}
	return &indexReader{segments, func(id int64) (b []byte, err error) {
		rows, err := q.QueryContext(ctx, "SELECT data FROM search_block WHERE id = ?", id)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		if !rows.Next() {
			return nil, cmp.Or(rows.Err(), errPostings)
		}
		if err := rows.Scan(&b); err != nil {
			return nil, err
		}
		return b, rows.Err()
	}}, nil
}

// having are the reports in a segment that have a key between two, both
// included, ascending, each once.
func (x *indexReader) having(g *segment, from, to indexKey) ([]int64, error) {
	var ids []int64
	// Entries of a key may begin in the block before the first that begins with it.
	at := max(0, sort.Search(len(g.firsts), func(i int) bool { return g.firsts[i] >= from })-1)
	var passed []int64
	keys := 0
	for ; at < len(g.firsts) && g.firsts[at] <= to; at++ {
		block, err := x.read(g.start + int64(at))
		if err != nil {
			return nil, err
		}
		r := blockReader{block: block, base: g.base}
		last := indexKey(maxKey + 1)
		for {
			more, err := r.next()
			if err == nil && more {
				if r.key < from {
					passed, err = r.ids(passed[:0])
				} else if r.key <= to {
					if r.key != last {
						keys, last = keys+1, r.key
					}
					ids, err = r.ids(ids)
				}
			}
			if err != nil {
				return nil, fmt.Errorf("segment %d: %w", g.id, err)
			}
			if !more || r.key > to {
				break
			}
		}
	}
	if keys > 1 || !slices.IsSorted(ids) {
		slices.Sort(ids)
		ids = slices.Compact(ids)
	}
	return ids, nil
}

// spans are what a report has to have of a key each, as ranges of keys.
type spans [][2]indexKey

// maxSpans is how many keys of a text are asked for: those of a long one lead
// to few reports before all of them are, and the reports are read anyway.
const maxSpans = 24

// textSpans are spans of a literal text, each once.
func textSpans(text string) spans {
	var all spans
	eachRun(text, func(run []rune) {
		if len(run) == 1 {
			all = append(all, [2]indexKey{pairKey(run[0], 0), pairKey(run[0], 1<<runeBits-1)})
		}
		for i := 1; i < len(run); i++ {
			key := pairKey(run[i-1], run[i])
			if span := [2]indexKey{key, key}; !slices.Contains(all, span) {
				all = append(all, span)
			}
		}
	})
	if len(all) <= maxSpans {
		return all
	}
	some := make(spans, maxSpans) // from all over the text
	for i := range some {
		some[i] = all[i*len(all)/maxSpans]
	}
	return some
}

// wordSpans are the spans of the words that a text is cut into; none where it
// is one character.
func wordSpans(c Cutter, text string) (all spans) {
	for _, key := range wordKeys(nil, c, text) {
		all = append(all, [2]indexKey{key, key})
	}
	return all
}

// all are the reports of a segment that have all of the spans.
func (x *indexReader) all(g *segment, want spans) ([]int64, error) {
	var ids []int64
	for i, span := range want {
		list, err := x.having(g, span[0], span[1])
		if err != nil {
			return nil, err
		}
		if i > 0 {
			list = intersect(ids, list)
		}
		if ids = list; len(ids) == 0 {
			return nil, nil
		}
	}
	return ids, nil
}

// intersect keeps in a what is in b; both ascending.
func intersect(a, b []int64) []int64 {
	kept := a[:0]
	for _, id := range a {
		for len(b) > 0 && b[0] < id {
			b = b[1:]
		}
		if len(b) == 0 {
			break
		}
		if b[0] == id {
			kept = append(kept, id)
		}
	}
	return kept
}
