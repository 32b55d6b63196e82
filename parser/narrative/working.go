package narrative

import (
	"sync"
)

// working is the memory that reading a section uses, taken for one section and
// given back for the next.
type working struct {
	script script  // the section
	told   cutting // some sentences of the section, and what is needed of those
	items  []item  // of the sentence that is read
	tolds  []told  // what it tells

	asked      cutting // a sentence, or a heading, that is asked what it speaks of
	askedItems []item
}

var workings = sync.Pool{New: func() any { return new(working) }}

func newWorking() *working { return workings.Get().(*working) }

// maxPieces bounds what is read at once, and with maxKept, in characters, what is
// kept between sections.
const (
	maxPieces = 1 << 12
	maxKept   = 1 << 18
)

func (w *working) free() {
	if cap(w.told.pieces) <= 4*maxPieces && cap(w.script.printed) <= maxKept {
		workings.Put(w)
	}
}

// maxBatch is how many bytes of sentences are cut at once.
const maxBatch = maxPiece / 2

// fill finds the figures of the sentences from spans[from] on and cuts what they
// need, as many as a batch takes. It returns the sentence past them.
func (w *working) fill(r *Reader, text []rune, spans []span, from int) int {
	w.told.reset()
	n := from
	for ; n < len(spans) && len(w.told.text) < maxBatch && len(w.told.pieces) < maxPieces; n++ {
		w.told.add(r, text[spans[n].start:spans[n].end], false)
	}
	w.told.finish(r)
	return n
}
