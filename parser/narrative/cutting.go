package narrative

import (
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/yanyiwu/gojieba"
)

// piece is what stands in a sentence between two figures or marks. It is cut by
// itself, for no word and no term goes beyond it.
type piece struct {
	start, end int    // characters of the sentence
	figure     int    // index of the figure behind it, -1 for none
	mark       rune   // the mark behind it, 0 for none
	items      []item // with places in the piece; nil where it is not cut
}

// isMark reports whether a folded character parts the clauses of a sentence.
func isMark(c rune) bool {
	switch c {
	case '，', ',', '；', ';', '：', ':', '。', '！', '？', '!', '?', '|':
		return true
	}
	return false
}

// cutting is the figures and the items of a sentence, and the memory that finding
// them uses again for the next one.
type cutting struct {
	figures []figure
	items   []item
	pieces  []piece

	folded   []rune // of the sentence
	text     []byte // of the pieces that are to be cut, with a line end behind each
	missing  []int  // those pieces
	words    []word // of one of them
	boundary []bool // whether a word begins or ends there
	scratch  []item
}

// read finds the figures and the items of a sentence. One without figures has no
// items but where it is asked what it speaks of.
func (c *cutting) read(r *Reader, s []rune, asked bool) {
	c.figures, c.items, c.pieces = figures(c.figures[:0], s), c.items[:0], c.pieces[:0]
	c.text, c.missing = c.text[:0], c.missing[:0]
	if !asked && len(c.figures) == 0 {
		return
	}
	c.split(s)
	c.need(r)
	c.finish(r)
	c.join()
}

func (c *cutting) split(s []rune) {
	c.folded = slices.Grow(c.folded[:0], len(s))[:len(s)]
	for i, r := range s {
		c.folded[i] = fold(r)
	}
	from, next := 0, 0
	for i := 0; i < len(s); {
		switch {
		case next < len(c.figures) && i == c.figures[next].start:
			c.pieces = append(c.pieces, piece{start: from, end: i, figure: next})
			i = c.figures[next].end
			from, next = i, next+1
		case isMark(c.folded[i]):
			c.pieces = append(c.pieces, piece{start: from, end: i, figure: -1, mark: c.folded[i]})
			i++
			from = i
		default:
			i++
		}
	}
	c.pieces = append(c.pieces, piece{start: from, end: len(s), figure: -1})
}

// need finds the items of the pieces that reading the figures of the sentence asks
// for: those of a figure's clause and of the clause before
// it, and farther ones that may name what the sentence speaks of.
func (c *cutting) need(r *Reader) {
	near, depth := 0, 0 // clauses that are needed yet, brackets that are closed behind
	for end := len(c.pieces); end > 0; {
		start, tells := end-1, c.pieces[end-1].figure >= 0
		for ; start > 0 && c.pieces[start-1].mark == 0; start-- {
			tells = tells || c.pieces[start-1].figure >= 0
		}
		if tells {
			near = 2
		}
		for n := end - 1; n >= start; n-- {
			own := c.folded[c.pieces[n].start:c.pieces[n].end]
			if len(own) > 0 && (near > 0 || r.lexicon.mayBe(own, r.grammar.Far)) {
				c.find(r, n, own)
			}
			depth = openBefore(own, depth)
		}
		if depth == 0 && near > 0 {
			near--
		}
		end = start
	}
}

// openBefore returns how many of the brackets that are closed behind s, or in it,
// are opened before it.
func openBefore(s []rune, depth int) int {
	for _, c := range slices.Backward(s) {
		switch c {
		case ')', ']', '】', '〕':
			depth++
		case '(', '[', '【', '〔':
			depth = max(depth-1, 0)
		}
	}
	return depth
}

// find sets the items of the n-th piece, or notes that it is to be cut.
func (c *cutting) find(r *Reader, n int, own []rune) {
	from := len(c.text)
	for _, char := range own {
		c.text = utf8.AppendRune(c.text, char)
	}
	if items, ok := r.known.get(c.text[from:]); ok {
		c.pieces[n].items, c.text = items, c.text[:from]
		return
	}
	c.text = append(c.text, '\n')
	c.missing = append(c.missing, n)
}

// finish cuts the pieces that are not known, all in one call, for the call costs
// as much as cutting a short one does.
func (c *cutting) finish(r *Reader) {
	if len(c.missing) == 0 {
		return
	}
	text := string(c.text)
	n, from := 0, 0 // the piece that is read, and where it begins in text
	end := from + lineOf(text[from:])
	char := 0 // the place in the piece
	c.words = c.words[:0]
	base := 0
	for part := range pieces(text) {
		for _, w := range r.segmenter.cut(part, gojieba.DefaultMode) {
			if base+w.Start >= end {
				c.keep(r, c.missing[n], text[from:end])
				n, from, char, c.words = n+1, end+1, 0, c.words[:0]
				if n == len(c.missing) {
					break
				}
				end = from + lineOf(text[from:])
				continue
			}
			past := char + utf8.RuneCountInString(w.Str)
			c.words = append(c.words, word{start: char, end: past, text: w.Str})
			char = past
		}
		base += len(part)
	}
}

// lineOf returns the length of the line that s begins with.
func lineOf(s string) int { return max(strings.IndexByte(s, '\n'), 0) }

// keep gives the n-th piece the items of its folded text, which is cut into
// c.words, and remembers them.
func (c *cutting) keep(r *Reader, n int, text string) {
	c.folded = c.folded[:0]
	for _, char := range text {
		c.folded = append(c.folded, char)
	}
	c.boundary = slices.Grow(c.boundary[:0], len(c.folded)+1)[:len(c.folded)+1]
	c.scratch = r.terms(c.scratch[:0], c.boundary, c.folded, c.words)
	items := make([]item, len(c.scratch))
	copy(items, c.scratch)
	c.pieces[n].items = items
	r.known.put(text, items)
}

// join puts the items of the pieces, the figures and the marks in their order. A piece
// that no figure needs is one word that says nothing.
func (c *cutting) join() {
	for _, p := range c.pieces {
		if p.items == nil && p.start < p.end {
			c.items = append(c.items, item{kind: itemWord, start: p.start, end: p.end})
		}
		for _, it := range p.items {
			it.start += p.start
			it.end += p.start
			c.items = append(c.items, it)
		}
		switch {
		case p.figure >= 0:
			f := c.figures[p.figure]
			c.items = append(c.items, item{kind: itemFigure, start: f.start, end: f.end, figure: p.figure})
		case p.mark != 0:
			c.items = append(c.items, item{kind: itemBreak, start: p.end, end: p.end + 1, mark: p.mark})
		}
	}
}

// known remembers the items of pieces: offices use the same words again and
// again, and cutting costs ten times what finding them here does.
type known struct {
	seed   maphash.Seed
	shards [64]shard
}

type shard struct {
	sync.RWMutex
	items map[string][]item
}

// A shard that is full forgets all; a piece longer than longestKnown hardly comes
// again.
const (
	maxShard     = 256
	longestKnown = 120 // bytes
)

func newKnown() *known {
	k := &known{seed: maphash.MakeSeed()}
	k.forget()
	return k
}

func (k *known) forget() {
	for i := range k.shards {
		s := &k.shards[i]
		s.Lock()
		s.items = map[string][]item{}
		s.Unlock()
	}
}

func (k *known) get(text []byte) (items []item, ok bool) {
	s := &k.shards[maphash.Bytes(k.seed, text)%uint64(len(k.shards))]
	s.RLock()
	items, ok = s.items[string(text)]
	s.RUnlock()
	return items, ok
}

func (k *known) put(text string, items []item) {
	if len(text) > longestKnown {
		return
	}
	s := &k.shards[maphash.String(k.seed, text)%uint64(len(k.shards))]
	s.Lock()
	if len(s.items) >= maxShard {
		clear(s.items)
	}
	s.items[strings.Clone(text)] = items
	s.Unlock()
}
