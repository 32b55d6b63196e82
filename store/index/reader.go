package index

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sort"

	"nianbao/store/internal/query"
)

// Reader asks the search index in one state of the file.
type Reader struct {
	Segments []Segment
	read     func(id int64) ([]byte, error)
}

// Open reads what segments there are; the rest is read when it is asked for.
func Open(ctx context.Context, q query.Querier) (*Reader, error) {
	segments, err := segmentsOf(query.To(q.QueryContext(ctx, selectSegments)))
	if err != nil {
		return nil, err
	}
	return &Reader{segments, func(id int64) (b []byte, err error) {
		damage := ErrDamaged
		err = query.Each(ctx, q, func(rows *sql.Rows) error {
			damage = nil
			return rows.Scan(&b)
		}, "SELECT data FROM search_block WHERE id = ?", id)
		return b, cmp.Or(err, damage)
	}}, nil
}

// having are the reports in a segment that have a key between two, both
// included, ascending, each once.
func (x *Reader) having(g *Segment, from, to Key) ([]int64, error) {
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
		last := Key(maxKey + 1)
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

// Verify reads the index to its end. The error is ErrDamaged where it cannot be read.
func (x *Reader) Verify(ctx context.Context) error {
	for _, g := range x.Segments {
		c := &cursor{segment: g, read: x.read}
		for !c.done {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := c.next(); err != nil {
				return err
			}
		}
	}
	return nil
}

// Spans are what a report has to have of a key each, as ranges of keys.
type Spans [][2]Key

// maxSpans is how many keys of a text are asked for: those of a long one lead
// to few reports before all of them are, and the reports are read anyway.
const maxSpans = 24

// TextSpans are the spans of a literal text, each once.
func TextSpans(text string) Spans {
	var all Spans
	begins := false // the pair before was the beginning of a run
	eachPair(text, func(a, b rune) {
		key := pairKey(a, b)
		switch span := [2]Key{key, key}; {
		case a == 0 || b == 0 && !begins: // no pair of the text
		case b == 0:
			all = append(all, [2]Key{key, pairKey(a, 1<<runeBits-1)})
		case !slices.Contains(all, span):
			all = append(all, span)
		}
		begins = a == 0
	})
	if len(all) <= maxSpans {
		return all
	}
	some := make(Spans, maxSpans) // from all over the text
	for i := range some {
		some[i] = all[i*len(all)/maxSpans]
	}
	return some
}

// All are the reports of a segment that have all of the spans.
func (x *Reader) All(g *Segment, want Spans) ([]int64, error) {
	var ids []int64
	for i, span := range want {
		list, err := x.having(g, span[0], span[1])
		if err != nil {
			return nil, err
		}
		if i > 0 {
			list = Intersect(ids, list)
		}
		if ids = list; len(ids) == 0 {
			return nil, nil
		}
	}
	return ids, nil
}

// Intersect keeps in a what is in b; both ascending.
func Intersect(a, b []int64) []int64 {
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
