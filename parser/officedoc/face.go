package officedoc

import (
	"strconv"

	"nianbao/parser/document"
)

// toggle is a property that a style or run turns on or off, or leaves alone.
type toggle uint8

const (
	unset toggle = iota
	off
	set
)

func toggleOf(e *element) toggle {
	if e.on() {
		return set
	}
	return off
}

// face is how a run of text is set, as far as it changes what is read.
type face struct {
	hidden, struck toggle
	align          string // w:vertAlign: superscript, subscript, baseline, "" for unset
	position       string // w:position, how far the text is raised, in half points
}

// faceOf reads the properties of w:rPr, or of a font of a workbook.
func faceOf(rPr *element) (f face) {
	for e := range rPr.children() {
		switch e.name {
		case "vanish", "specVanish":
			f.hidden = toggleOf(e)
		case "strike", "dstrike":
			if t := toggleOf(e); f.struck != set || e.name == "strike" {
				f.struck = t
			}
		case "vertAlign":
			f.align = e.val()
		case "position":
			f.position = e.val()
		}
	}
	return f
}

// or takes from another face what is unset: a style's from that it is based on.
func (f face) or(base face) face {
	if f.hidden == unset {
		f.hidden = base.hidden
	}
	if f.struck == unset {
		f.struck = base.struck
	}
	if f.align == "" {
		f.align = base.align
	}
	if f.position == "" {
		f.position = base.position
	}
	return f
}

// within is the face of a run by its character style, within a paragraph's
// style: what both turn on, they turn off again (ECMA-376 part 1, §17.7.3).
func (f face) within(paragraph face) face {
	both := func(a, b toggle) toggle {
		if a == set && b == set {
			return off
		}
		return max(a, b)
	}
	out := f.or(paragraph)
	out.hidden, out.struck = both(f.hidden, paragraph.hidden), both(f.struck, paragraph.struck)
	return out
}

// leastPosition is the least w:position that is no mere correction of a line's
// look.
const leastPosition = 3

// script is where the run stands against its line, and whether only a length
// says so.
func (f face) script() (script document.Script, shifted bool) {
	switch f.align {
	case "superscript":
		return document.Raised, false
	case "subscript":
		return document.Lowered, false
	}
	switch n, err := strconv.Atoi(f.position); {
	case err != nil:
	case n >= leastPosition:
		return document.Raised, true
	case n <= -leastPosition:
		return document.Lowered, true
	}
	return document.OnLine, false
}
