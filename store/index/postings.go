package index

import (
	"encoding/binary"
	"errors"
	"math/bits"
	"slices"
	"unicode"
	"unicode/utf8"

	"nianbao/parser/report"
)

// Key is what the index tells the reports of. It is
//
//   - a pair of neighbouring characters, so that every run of two characters or
//     more is found wherever a word may begin or end;
//   - the last character of a run, so that single characters are found.
//
// It keeps neither places nor counts: what has all the keys is read, and the
// text itself says. That makes a report some two bytes for three characters.
type Key uint64

const (
	runeBits = 21
	// Segments of earlier versions also have keys of words, from 1<<(2*runeBits)
	// on; nothing asks for them.
	maxKey = 2<<(2*runeBits) - 1
)

func pairKey(a, b rune) Key { return Key(a)<<runeBits | Key(b) }

// IsWord reports whether a character is looked for; others end a run.
func IsWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// eachPair calls yield for each pair of neighbours in the runs of letters and
// digits of a text, in lower case; 0 stands before the first of a run and behind
// its last.
func eachPair(text string, yield func(a, b rune)) {
	var last rune
	for _, r := range text {
		switch {
		case r >= 0x4e00 && r <= 0x9fff: // most of them, and without cases
		case IsWord(r) && r != utf8.RuneError:
			r = unicode.ToLower(r)
		default:
			r = 0
		}
		if r != 0 || last != 0 {
			yield(last, r)
		}
		last = r
	}
	if last != 0 {
		yield(last, 0)
	}
}

// keySet is a hash table of keys, each in the first free slot from its hash on. No
// key is zero.
type keySet struct {
	slots []Key
	shift int // of a hash to a slot
	n     int
}

// newKeySet has room for the keys of most reports.
func newKeySet() *keySet { return &keySet{slots: make([]Key, 1<<11), shift: 64 - 11} }

func (s *keySet) add(k Key) {
	at := int(uint64(k) * 0x9E3779B97F4A7C15 >> s.shift)
	for s.slots[at] != 0 {
		if s.slots[at] == k {
			return
		}
		at = (at + 1) & (len(s.slots) - 1)
	}
	s.slots[at] = k
	if s.n++; s.n > len(s.slots)/2 {
		more := keySet{slots: make([]Key, 2*len(s.slots)), shift: s.shift - 1}
		for _, k := range s.slots {
			if k != 0 {
				more.add(k)
			}
		}
		*s = more
	}
}

// pairs adds the pairs of a text, the ends of runs included.
func (s *keySet) pairs(text string) {
	eachPair(text, func(a, b rune) {
		if a != 0 {
			s.add(pairKey(a, b))
		}
	})
}

// sorted returns the keys, ascending.
func (s *keySet) sorted() []Key {
	keys := make([]Key, 0, s.n)
	for _, k := range s.slots {
		if k != 0 {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

// Keys are the keys of a report's title and sections, ascending, each once.
func Keys(title string, sections []report.Section) []Key {
	s := newKeySet()
	s.pairs(title)
	for _, t := range sections {
		s.pairs(t.Heading)
		s.pairs(t.Text)
	}
	return s.sorted()
}

// Postings are kept in blocks of entries, each a key with some of the reports
// that have it, both ascending. Numbers are unsigned LEB128:
//
//	key - key of the entry before (the whole key in the first), doubled, +1 where there is just one report
//	number of the first report - base of the segment
//	where there are more: how many follow, a byte k, and each distance to the
//	one before, less one, in Rice's code: distance>>k in ones and a zero, then k bits
//
// Rice's code comes close to what is possible where reports have a key at
// random, and costs two bits where nearly all have it.
const (
	// blockSize lets a block fit on a page of the file, with its row's header.
	blockSize = 8100
	// maxEntry bounds the reports of an entry, so that it fits in a block.
	maxEntry = 512
)

// ErrDamaged is an index that cannot be read.
var ErrDamaged = errors.New("the search index is damaged")

// blockWriter makes blocks of postings that come in the order of their keys.
type blockWriter struct {
	base   int64
	emit   func(first Key, block []byte) error
	block  []byte
	first  Key
	last   Key
	packed []byte
}

// add appends the reports that have a key, ascending, each once.
func (w *blockWriter) add(key Key, ids []int64) error {
	for len(ids) > 0 {
		n := min(len(ids), maxEntry)
		w.packed = packIDs(w.packed[:0], ids[:n], w.base)
		var head [binary.MaxVarintLen64]byte
		size := binary.PutUvarint(head[:], w.head(key, n))
		if len(w.block)+size+len(w.packed) > blockSize {
			if err := w.flush(); err != nil {
				return err
			}
			size = binary.PutUvarint(head[:], w.head(key, n))
		}
		if len(w.block) == 0 {
			w.first = key
		}
		w.block = append(append(w.block, head[:size]...), w.packed...)
		w.last, ids = key, ids[n:]
	}
	return nil
}

func (w *blockWriter) head(key Key, n int) uint64 {
	h := uint64(key-w.last) << 1
	if n == 1 {
		h |= 1
	}
	return h
}

func (w *blockWriter) flush() error {
	if len(w.block) == 0 {
		return nil
	}
	err := w.emit(w.first, w.block)
	w.block, w.last = w.block[:0], 0
	return err
}

func packIDs(b []byte, ids []int64, base int64) []byte {
	b = binary.AppendUvarint(b, uint64(ids[0]-base))
	if len(ids) == 1 {
		return b
	}
	b = binary.AppendUvarint(b, uint64(len(ids)-1))
	// The parameter that is best for the mean distance, and keeps the ones few.
	mean := uint64(ids[len(ids)-1]-ids[0]) / uint64(len(ids)-1)
	k := max(0, bits.Len64(mean*11/16)-1)
	b = append(b, byte(k))
	var word uint64
	filled := 0
	put := func(v uint64, n int) { // n ≤ 32
		word |= v << filled
		for filled += n; filled >= 8; filled -= 8 {
			b = append(b, byte(word))
			word >>= 8
		}
	}
	for i := 1; i < len(ids); i++ {
		gap := uint64(ids[i]-ids[i-1]) - 1
		ones := gap >> k
		for ; ones >= 24; ones -= 24 {
			put(1<<24-1, 24)
		}
		put(1<<ones-1, int(ones)+1)
		low := gap & (1<<k - 1)
		put(low&0xffffff, min(k, 24))
		if k > 24 {
			put(low>>24, k-24)
		}
	}
	if filled > 0 {
		b = append(b, byte(word))
	}
	return b
}

// blockReader reads the entries of a block.
type blockReader struct {
	block []byte
	base  int64
	key   Key
	one   bool
}

// next goes to the next entry; ids has to follow.
func (r *blockReader) next() (more bool, err error) {
	if len(r.block) == 0 {
		return false, nil
	}
	h, n := binary.Uvarint(r.block)
	if n <= 0 || h>>1 > maxKey || r.key+Key(h>>1) > maxKey {
		return false, ErrDamaged
	}
	r.block, r.key, r.one = r.block[n:], r.key+Key(h>>1), h&1 == 1
	return true, nil
}

// ids appends the reports of the entry.
func (r *blockReader) ids(into []int64) ([]int64, error) {
	first, n := binary.Uvarint(r.block)
	if n <= 0 || first > 1<<62 {
		return nil, ErrDamaged
	}
	b := r.block[n:]
	id := r.base + int64(first)
	into = append(into, id)
	if r.one {
		r.block = b
		return into, nil
	}
	count, n := binary.Uvarint(b)
	if n <= 0 || count >= maxEntry || len(b) <= n || b[n] > 40 {
		return nil, ErrDamaged
	}
	k := int(b[n])
	b = b[n+1:]
	var word uint64
	filled := 0
	for range count {
		ones := 0
		for {
			for filled <= 56 && len(b) > 0 {
				word |= uint64(b[0]) << filled
				b, filled = b[1:], filled+8
			}
			run := min(bits.TrailingZeros64(^word), filled)
			ones += run
			word, filled = word>>run, filled-run
			if filled > 0 {
				break
			}
			if len(b) == 0 {
				return nil, ErrDamaged
			}
		}
		word, filled = word>>1, filled-1
		for filled < k && len(b) > 0 {
			word |= uint64(b[0]) << filled
			b, filled = b[1:], filled+8
		}
		if filled < k {
			return nil, ErrDamaged
		}
		id += int64(ones)<<k + int64(word&(1<<k-1)) + 1
		word, filled = word>>k, filled-k
		into = append(into, id)
	}
	// Whole bytes that were read ahead belong to the next entry.
	r.block = r.block[len(r.block)-len(b)-filled/8:]
	return into, nil
}
