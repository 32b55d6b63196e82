package index

import (
	"database/sql"
	"errors"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"nianbao/parser/report"
	"nianbao/store/internal/query"
	"nianbao/store/migrations"
)

// TestPostingsReturn packs and unpacks lists of every density, and some that
// no density fits.
func TestPostingsReturn(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	type list struct {
		key Key
		ids []int64
	}
	var lists []list
	key := Key(0)
	for range 3000 {
		key += 1 + Key(rng.Int64N(1<<rng.IntN(30)))
		l := list{key: key}
		id := 7 + rng.Int64N(1000)
		for range 1 + int(rng.ExpFloat64()*float64(uint(1)<<rng.IntN(10))) {
			l.ids = append(l.ids, id)
			id += 1 + rng.Int64N(1<<rng.IntN(1+rng.IntN(40)))
		}
		lists = append(lists, l)
	}
	var blocks [][]byte
	var firsts []Key
	w := blockWriter{base: 7, emit: func(first Key, block []byte) error {
		blocks, firsts = append(blocks, slices.Clone(block)), append(firsts, first)
		return nil
	}}
	for _, l := range lists {
		if err := w.add(l.key, l.ids); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.flush(); err != nil {
		t.Fatal(err)
	}
	var got []list
	for i, b := range blocks {
		if len(b) > blockSize {
			t.Errorf("block %d has %d bytes", i, len(b))
		}
		r := blockReader{block: b, base: 7}
		for first := true; ; first = false {
			more, err := r.next()
			if err != nil {
				t.Fatal(err)
			}
			if !more {
				break
			}
			if first && r.key != firsts[i] {
				t.Errorf("block %d begins with %d, not %d", i, r.key, firsts[i])
			}
			if len(got) == 0 || got[len(got)-1].key != r.key {
				got = append(got, list{key: r.key})
			}
			l := &got[len(got)-1]
			if l.ids, err = r.ids(l.ids); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i, l := range lists {
		if i >= len(got) || got[i].key != l.key || !slices.Equal(got[i].ids, l.ids) {
			t.Fatalf("list %d: %d reports, %+v", i, len(l.ids), l.key)
		}
	}
	if len(got) != len(lists) {
		t.Errorf("%d lists, not %d", len(got), len(lists))
	}
}

func FuzzPostings(f *testing.F) {
	var blocks [][]byte
	w := blockWriter{emit: func(_ Key, b []byte) error { blocks = append(blocks, slices.Clone(b)); return nil }}
	if err := errors.Join(w.add(3, []int64{1, 2, 3, 90}), w.add(1<<40, []int64{5}), w.add(maxKey, []int64{1, 1 << 40, 1<<40 + 1}), w.flush()); err != nil {
		f.Fatal(err)
	}
	for _, b := range append(blocks, nil, []byte{0xff}, []byte{2, 0, 0xff, 3, 9, 0xff, 0xff}) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := blockReader{block: b}
		var ids []int64
		for {
			more, err := r.next()
			if err == nil && more {
				ids, err = r.ids(ids[:0])
			}
			if err != nil && !errors.Is(err, ErrDamaged) {
				t.Error(err)
			}
			if err != nil || !more {
				return
			}
			if len(ids) > maxEntry {
				t.Errorf("%d reports in one entry", len(ids))
			}
		}
	})
}

// fresh opens a connection to a new file with the schema of the store.
func fresh(t *testing.T) *sql.Conn {
	t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(t.TempDir(), "index.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	all, err := migrations.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		if _, err := conn.ExecContext(t.Context(), m.SQL); err != nil {
			t.Fatal(err)
		}
	}
	return conn
}

// TestSegments writes enough reports for several levels, some of them read
// again, and expects each key to lead to just the reports that have it.
func TestSegments(t *testing.T) {
	ctx := t.Context()
	conn := fresh(t)
	w, err := NewWriter(ctx, conn)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	rng := rand.New(rand.NewPCG(3, 4))
	want := map[Key]map[int64]bool{}
	make1 := func(id int64) Report {
		r := Report{ID: id}
		for range 40 {
			key := Key(rng.ExpFloat64() * 300)
			if rng.IntN(20) == 0 {
				key = 1<<(2*runeBits) | Key(rng.Int64N(1<<40))
			}
			r.Keys = append(r.Keys, key)
			if want[key] == nil {
				want[key] = map[int64]bool{}
			}
			want[key][id] = true
		}
		slices.Sort(r.Keys)
		r.Keys = slices.Compact(r.Keys)
		return r
	}
	id := int64(0)
	for range 300 {
		var batch []Report
		for range 1 + rng.IntN(4) {
			id++
			batch = append(batch, make1(id))
		}
		if rng.IntN(5) == 0 {
			batch = append(batch, make1(1+rng.Int64N(id))) // read again
		}
		if err := query.Immediate(ctx, conn, func() error { return w.Write(ctx, batch) }); err != nil {
			t.Fatal(err)
		}
	}
	x, err := Open(ctx, conn)
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Verify(ctx); err != nil {
		t.Error(err)
	}
	levels := map[int64]int{}
	for _, g := range x.Segments {
		levels[g.level]++
	}
	if levels[0] >= mergeAt || levels[1] >= mergeAt || levels[2] != 1 {
		t.Errorf("segments by level: %v", levels)
	}
	ask := func(from, to Key) []int64 {
		var ids []int64
		for i := range x.Segments {
			list, err := x.having(&x.Segments[i], from, to)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, list...)
		}
		slices.Sort(ids)
		return slices.Compact(ids)
	}
	for key, reports := range want {
		var list []int64
		for id := range reports {
			list = append(list, id)
		}
		slices.Sort(list)
		if got := ask(key, key); !slices.Equal(got, list) {
			t.Errorf("key %d: %v, not %v", key, got, list)
		}
	}
	if got := ask(1<<39, 1<<39); got != nil {
		t.Errorf("a key that nothing has: %v", got)
	}
	if got := ask(0, maxKey); len(got) != int(id) {
		t.Errorf("all keys: %d of %d reports", len(got), id)
	}
	var stray int
	if err := conn.QueryRowContext(ctx, `SELECT count(*) FROM search_block b WHERE NOT EXISTS
		(SELECT 1 FROM search_segment g WHERE b.id >= g.start AND b.id < g.start + length(g.firsts) / 8)`).Scan(&stray); err != nil || stray != 0 {
		t.Errorf("%d blocks of no segment, %v", stray, err)
	}
}

// TestManyKeys: a long text has each of its pairs once, in order.
func TestManyKeys(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 7))
	var text strings.Builder
	pairs := map[Key]bool{}
	before := rune(0)
	for range 100_000 {
		c := rune(0x4e00 + random.IntN(300))
		if before != 0 {
			pairs[pairKey(before, c)] = true
		}
		text.WriteRune(c)
		before = c
	}
	pairs[pairKey(before, 0)] = true
	if got, want := Keys("", []report.Section{{Text: text.String()}}), slices.Sorted(maps.Keys(pairs)); !slices.Equal(got, want) {
		t.Errorf("%d keys, not these %d", len(got), len(want))
	}
}

func TestIndexKeys(t *testing.T) {
	r := report.Section{Heading: "一", Text: "甲乙,丙 Ab\n丁"}
	got := Keys("子", []report.Section{r})
	var want []Key
	for _, p := range []string{"子\x00", "一\x00", "甲乙", "乙\x00", "丙\x00", "ab", "b\x00", "丁\x00"} {
		chars := []rune(p)
		want = append(want, pairKey(chars[0], chars[1]))
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%x, not %x", got, want)
	}
}
