package narrative

import (
	"sync"
	"unicode/utf8"
)

// working is the memory that reading a section uses, taken for one section and
// given back for the next.
type working struct {
	batch   batch
	parsing parsing
	tolds   []told // what a sentence tells
	figures []figure
	starts  []int // the first figure of each sentence of the batch in figures
	places  []int // each sentence's place in the batch, -1 for one without figures

	aside        batch // a sentence without figures, or a heading, that is asked what it speaks of
	asideParsing parsing
}

var workings = sync.Pool{New: func() any { return new(working) }}

func newWorking() *working { return workings.Get().(*working) }

// maxKept bounds what is kept between sections, in words; a section of one
// endless line needs no more, for its sentences are bounded.
const maxKept = 1 << 14

func (w *working) free() {
	if cap(w.batch.words)+cap(w.aside.words) <= maxKept {
		workings.Put(w)
	}
}

// maxBatch is how many bytes of sentences are cut at once.
const maxBatch = maxPiece / 2

// fill finds the figures of the sentences from spans[from] on and cuts those
// that have any, as many as a batch takes. It returns the sentence past them.
func (w *working) fill(r *Reader, text []rune, spans []span, from int) int {
	w.batch.reset()
	w.figures, w.starts, w.places = w.figures[:0], w.starts[:0], w.places[:0]
	n := from
	for ; n < len(spans) && len(w.batch.text) < maxBatch; n++ {
		s := text[spans[n].start:spans[n].end]
		w.starts = append(w.starts, len(w.figures))
		w.figures = figures(w.figures, s)
		if figs := w.figures[w.starts[n-from]:]; len(figs) > 0 {
			w.places = append(w.places, len(w.batch.ends))
			w.batch.add(s, figs)
		} else {
			w.places = append(w.places, -1)
		}
	}
	w.starts = append(w.starts, len(w.figures))
	if len(w.batch.ends) > 0 {
		sentence := -1
		w.batch.cut(r.jieba, func(int) []figure { // asked for in order
			for sentence++; w.places[sentence] < 0; sentence++ {
			}
			return w.of(sentence)
		})
	}
	return n
}

// of returns the figures of the n-th sentence of the batch.
func (w *working) of(n int) []figure {
	return w.figures[w.starts[n]:w.starts[n+1]:w.starts[n+1]]
}

// sentence returns the figures and the words of the n-th sentence of the batch.
func (w *working) sentence(n int) ([]figure, []word) {
	if w.places[n] < 0 {
		return nil, nil
	}
	return w.of(n), w.batch.of(w.places[n])
}

// position is a place in a text, in characters and in bytes.
type position struct{ char, byte int }

// moveTo returns the place of a later character.
func (p position) moveTo(text []rune, char int) position {
	for ; p.char < char; p.char++ {
		p.byte += utf8.RuneLen(text[p.char])
	}
	return p
}

// quote is a sentence that mentions quote from. What it returns shares the
// memory of the section's text.
type quote struct {
	chars []rune
	text  string
}

// newQuote returns the quote of chars, which stand at a place of source.
func newQuote(source string, at position, chars []rune) quote {
	end := position{0, at.byte}.moveTo(chars, len(chars)).byte
	return quote{chars, source[at.byte:end]}
}

// part returns the characters from start to end.
func (q quote) part(start, end int) string {
	from := position{}.moveTo(q.chars, start)
	return q.text[from.byte:from.moveTo(q.chars, end).byte]
}
