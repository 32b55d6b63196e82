package index

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"nianbao/parser/report"
	"nianbao/store/internal/query"
)

// Each transaction adds a segment of level 0 with the keys of its reports.
// Where a level has mergeAt segments they become one of the next level, so
// that there are never many to ask and none is written more than a few times.
// Reports that are read again get keys in a new segment; the old ones stay and
// only make that a few texts are looked at in vain.
const mergeAt = 16

// Segment is the index of some reports.
type Segment struct {
	id, level, base int64
	start           int64 // the first block; the others follow
	firsts          []Key // the first key of each block
}

func (g *Segment) scan(row interface{ Scan(...any) error }) error {
	var firsts []byte
	if err := row.Scan(&g.id, &g.level, &g.base, &g.start, &firsts); err != nil {
		return err
	}
	g.firsts = make([]Key, len(firsts)/8)
	for i := range g.firsts {
		g.firsts[i] = Key(binary.BigEndian.Uint64(firsts[8*i:]))
	}
	return nil
}

const selectSegments = "SELECT id, level, base, start, firsts FROM search_segment ORDER BY id"

// Writer writes the index over one connection, inside the transactions of
// whoever has it.
type Writer struct {
	segments, insertSegment, deleteSegment *sql.Stmt
	block, insertBlock, deleteBlocks       *sql.Stmt
}

// NewWriter prepares the statements of a Writer. Close it.
func NewWriter(ctx context.Context, conn *sql.Conn) (*Writer, error) {
	s := &Writer{}
	for _, p := range []struct {
		into **sql.Stmt
		sql  string
	}{
		{&s.segments, selectSegments},
		{&s.insertSegment, "INSERT INTO search_segment (id, level, base, start, firsts) VALUES (?, ?, ?, ?, ?)"},
		{&s.deleteSegment, "DELETE FROM search_segment WHERE id = ?"},
		{&s.block, "SELECT data FROM search_block WHERE id = ?"},
		{&s.insertBlock, "INSERT INTO search_block (id, data) VALUES (?, ?)"},
		{&s.deleteBlocks, "DELETE FROM search_block WHERE id >= ? AND id < ?"},
	} {
		var err error
		if *p.into, err = conn.PrepareContext(ctx, p.sql); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// Close gives the statements back.
func (s *Writer) Close() error {
	var errs []error
	for _, stmt := range []*sql.Stmt{s.segments, s.insertSegment, s.deleteSegment, s.block, s.insertBlock, s.deleteBlocks} {
		if stmt != nil {
			errs = append(errs, stmt.Close())
		}
	}
	return errors.Join(errs...)
}

// Report is a report with its keys.
type Report struct {
	ID   int64
	Keys []Key
}

// posting is a key in a report of a list.
type posting struct {
	key Key
	at  int
}

// Write adds a segment with the reports, and merges where there are many.
func (s *Writer) Write(ctx context.Context, reports []Report) error {
	if len(reports) == 0 {
		return nil
	}
	// One report may have been read twice in the transaction.
	slices.SortStableFunc(reports, func(a, b Report) int { return cmp.Compare(a.ID, b.ID) })
	all, err := s.all(ctx)
	if err != nil {
		return err
	}
	lists := make([][]posting, len(reports))
	for i, r := range reports {
		lists[i] = make([]posting, len(r.Keys))
		for k, key := range r.Keys {
			lists[i][k] = posting{key, i}
		}
	}
	postings := mergeLists(lists)
	added, err := s.add(ctx, all, 0, reports[0].ID, func(w *blockWriter) error {
		var ids []int64
		for i := 0; i < len(postings); {
			key := postings[i].key
			ids = ids[:0]
			for ; i < len(postings) && postings[i].key == key; i++ {
				ids = append(ids, reports[postings[i].at].ID)
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

// Rebuild makes the index of all reports of a file anew.
func Rebuild(ctx context.Context, conn *sql.Conn) error {
	s, err := NewWriter(ctx, conn)
	if err != nil {
		return err
	}
	defer s.Close()
	if _, err := conn.ExecContext(ctx, "DELETE FROM search_segment; DELETE FROM search_block"); err != nil {
		return err
	}
	texts, err := conn.PrepareContext(ctx, "SELECT heading, text FROM section WHERE report_id = ?")
	if err != nil {
		return err
	}
	defer texts.Close()
	var batch []Report
	if err := query.Each(ctx, conn, func(reports *sql.Rows) error {
		var id int64
		var title string
		if err := reports.Scan(&id, &title); err != nil {
			return err
		}
		var parts []report.Section
		if err := query.To(texts.QueryContext(ctx, id)).Each(func(sections *sql.Rows) error {
			var t report.Section
			err := sections.Scan(&t.Heading, &t.Text)
			parts = append(parts, t)
			return err
		}); err != nil {
			return err
		}
		if batch = append(batch, Report{id, Keys(title, parts)}); len(batch) < 1024 {
			return nil
		}
		err := s.Write(ctx, batch)
		batch = batch[:0]
		return err
	}, "SELECT id, title FROM report ORDER BY id"); err != nil {
		return err
	}
	return s.Write(ctx, batch)
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

func (s *Writer) all(ctx context.Context) ([]Segment, error) {
	return segmentsOf(query.To(s.segments.QueryContext(ctx)))
}

func segmentsOf(answer query.Answer) (all []Segment, err error) {
	err = answer.Each(func(rows *sql.Rows) error {
		var g Segment
		err := g.scan(rows)
		all = append(all, g)
		return err
	})
	return all, err
}

// add writes a segment behind all that there are.
func (s *Writer) add(ctx context.Context, all []Segment, level, base int64, fill func(*blockWriter) error) (Segment, error) {
	g := Segment{id: 1, level: level, base: base, start: 1}
	for _, o := range all {
		g.id, g.start = max(g.id, o.id+1), max(g.start, o.start+int64(len(o.firsts)))
	}
	var firsts []byte
	w := blockWriter{base: base, emit: func(first Key, block []byte) error {
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
func (s *Writer) settle(ctx context.Context, all []Segment) error {
	for level := int64(0); ; level++ {
		var these []Segment
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
			all = slices.DeleteFunc(all, func(g Segment) bool { return g.level == level })
			all = append(all, merged)
			higher = true
		}
		if !higher {
			return nil
		}
	}
}

// merge makes one segment of the next level of these.
func (s *Writer) merge(ctx context.Context, all, these []Segment) (Segment, error) {
	cursors := make([]*cursor, len(these))
	base := these[0].base
	for i, g := range these {
		base = min(base, g.base)
		cursors[i] = &cursor{segment: g, read: func(id int64) (b []byte, err error) {
			return b, s.block.QueryRowContext(ctx, id).Scan(&b)
		}}
		if err := cursors[i].next(); err != nil {
			return Segment{}, err
		}
	}
	merged, err := s.add(ctx, all, these[0].level+1, base, func(w *blockWriter) error {
		var ids []int64
		for {
			key := Key(maxKey + 1)
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
		return Segment{}, err
	}
	for _, g := range these {
		if _, err := s.deleteSegment.ExecContext(ctx, g.id); err != nil {
			return Segment{}, err
		}
		if _, err := s.deleteBlocks.ExecContext(ctx, g.start, g.start+int64(len(g.firsts))); err != nil {
			return Segment{}, err
		}
	}
	return merged, nil
}

// cursor goes through the entries of a segment.
type cursor struct {
	segment Segment
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
