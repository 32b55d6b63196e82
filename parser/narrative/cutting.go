package narrative

import (
	"slices"
	"unicode/utf8"

	"github.com/yanyiwu/gojieba"
)

// piece is what stands in a sentence between two figures or marks. It is cut by
// itself, for no word and no term goes beyond it.
type piece struct {
	start, end int    // characters of the sentence
	figure     int    // index of the figure behind it, -1 for none
	mark       rune   // the mark behind it, 0 for none
	text       []byte // where it is to be cut
	items      []item // with places in the piece; nil where it is not cut
}

// isMark reports whether a character parts the clauses of a sentence.
func isMark(c rune) bool {
	switch c {
	case '，', ',', ';', ':', '。', '!', '?', '|':
		return true
	}
	return false
}

// cutting is the figures and the items of a sentence, and the memory that finding
// them uses again for the next one.
type cutting struct {
	figures  []figure
	broken   []figure // numbers that nobody can read
	from, to bool     // the first is of a number that begins on the line before, the last of one that goes on below
	items    []item
	pieces   []piece

	sentence []rune
	text     []byte // of the pieces that are to be cut, with a line end behind each
	missing  []int  // those pieces
	words    []word // of one of them
	boundary []bool // whether a word begins or ends there
	scratch  []item
}

// read finds the figures and the items of a sentence. One without figures has no
// items but where it is asked what it speaks of.
func (c *cutting) read(r *Reader, s []rune, asked bool) {
	c.figures, c.broken, c.items, c.pieces = figures(c.figures[:0], s), c.broken[:0], c.items[:0], c.pieces[:0]
	c.figures = slices.DeleteFunc(c.figures, func(f figure) bool {
		torn := c.from && f.start == 0 || c.to && f.end == len(s)
		if f.broken || torn {
			c.broken = append(c.broken, f)
		}
		return f.broken || torn
	})
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
	c.sentence = s
	from, next := 0, 0
	for i := 0; i < len(s); {
		switch {
		case next < len(c.figures) && i == c.figures[next].start:
			c.pieces = append(c.pieces, piece{start: from, end: i, figure: next})
			i = c.figures[next].end
			from, next = i, next+1
		case isMark(c.sentence[i]):
			c.pieces = append(c.pieces, piece{start: from, end: i, figure: -1, mark: c.sentence[i]})
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
			own := c.sentence[c.pieces[n].start:c.pieces[n].end]
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
		case ')', '〕':
			depth++
		case '(', '〔':
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
	p := &c.pieces[n]
	p.text = c.text[from:]
	if items, ok := r.known.get(p.text); ok {
		p.items, c.text = items, c.text[:from]
		return
	}
	c.text = append(c.text, '\n') // which is a word by itself
	c.missing = append(c.missing, n)
}

// finish cuts the pieces that are not known, all in one call, for the call costs
// as much as cutting a short one does.
func (c *cutting) finish(r *Reader) {
	if len(c.missing) == 0 {
		return
	}
	n, char := 0, 0 // the piece that is read, and the place in it
	c.words = c.words[:0]
	for _, w := range r.segmenter.cut(string(c.text), gojieba.DefaultMode) {
		if p := &c.pieces[c.missing[n]]; char == p.end-p.start { // w is the line end
			c.keep(r, p)
			n, char, c.words = n+1, 0, c.words[:0]
			continue
		}
		past := char + utf8.RuneCountInString(w.Str)
		c.words = append(c.words, word{start: char, end: past, text: w.Str})
		char = past
	}
}

// longestKnown is how many bytes a piece has at most that is remembered: a longer one
// hardly comes again.
const longestKnown = 120

// keep gives a piece, which is cut into c.words, its items, and remembers them.
func (c *cutting) keep(r *Reader, p *piece) {
	own := c.sentence[p.start:p.end]
	c.boundary = slices.Grow(c.boundary[:0], len(own)+1)[:len(own)+1]
	c.scratch = r.terms(c.scratch[:0], c.boundary, own, c.words)
	p.items = append(make([]item, 0, len(c.scratch)), c.scratch...)
	if len(p.text) <= longestKnown {
		r.known.put(p.text, p.items)
	}
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
