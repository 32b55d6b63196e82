package narrative

import (
	"sync"

	"nianbao/parser/report"
)

// working is the memory that reading the sections of a report uses, taken for one report
// and given back for the next.
type working struct {
	mentions []report.Mention // of all sections
	script   script           // the section
	told     cutting          // the sentence that is read
	tolds    []told           // what it tells
	unread   []string         // what of the section is printed as no number can be
	asked    cutting          // a sentence, or a heading, that is asked what it speaks of
}

var workings = sync.Pool{New: func() any { return new(working) }}

func newWorking() *working { return workings.Get().(*working) }

// maxKept bounds, in characters of a section, the memory that is kept.
const maxKept = 1 << 18

func (w *working) free() {
	clear(w.mentions) // they would keep the report
	w.mentions = w.mentions[:0]
	if cap(w.script.printed) <= maxKept {
		workings.Put(w)
	}
}
