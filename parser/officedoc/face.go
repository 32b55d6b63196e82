package officedoc

import (
	"cmp"
	"strconv"
	"strings"

	"nianbao/parser/document"
)

// toggle is a property that a style or run turns on or off, or leaves alone.
type toggle uint8

const (
	unset toggle = iota
	off
	set
)

// toggled is what the presence of an element says, which turns a property on or off.
func toggled(e *element, on bool) toggle {
	switch {
	case e == nil:
		return unset
	case on:
		return set
	}
	return off
}

func toggleOf(e *element) toggle { return toggled(e, e.on()) }

// face is how a run of text is set, as far as it changes what is read.
type face struct {
	hidden, struck toggle
	pale, ground   toggle // in the colour of paper; on a ground of its own
	symbols        toggle // in a font of pictures
	align          string // w:vertAlign: superscript, subscript, baseline, "" for unset
	position       string // w:position, how far the text is raised, in half points
}

// faceOf reads the properties of w:rPr, or of a font of a workbook.
func faceOf(rPr *element) face {
	color, shd := rPr.child("color"), rPr.child("shd")
	return face{
		hidden: max(toggleOf(rPr.child("vanish")), toggleOf(rPr.child("specVanish"))),
		struck: max(toggleOf(rPr.child("strike")), toggleOf(rPr.child("dstrike"))),
		pale: toggled(color, color.val() == white || color.attr("themeColor") == "background1" ||
			color.attr("rgb") == "FF"+white || color.attr("theme") == "0"),
		symbols:  symbolFont(rPr),
		ground:   max(toggled(shd, grounded(shd)), toggled(rPr.child("highlight"), true)),
		align:    rPr.child("vertAlign").val(),
		position: rPr.child("position").val(),
	}
}

// symbolFont tells whether a font is named, and is one that has pictures for digits.
func symbolFont(rPr *element) toggle {
	for e := range rPr.children() {
		if e.name == "rFonts" || e.name == "rFont" || e.name == "name" {
			name := cmp.Or(e.attr("ascii"), e.val())
			return toggled(e, strings.HasPrefix(name, "Wingdings") || name == "Webdings")
		}
	}
	return 0
}

// signs is a text as it shows: digits in a font of pictures are none.
func (f face) signs(text string) string {
	if f.symbols == set && strings.ContainsAny(text, "0123456789") {
		return document.Unread
	}
	return text
}

// white is the colour of paper.
const white = "FFFFFF"

// grounded reports a shading that is not that of paper.
func grounded(shd *element) bool {
	fill := shd.attr("fill")
	return fill != "" && fill != "auto" && !strings.EqualFold(fill, white) || shd.attr("themeFill") != "" && shd.attr("themeFill") != "background1"
}

// unseen reports a figure in the colour of paper, which a reader does not see. Words in it
// stand on a ground that a style of tables gives.
func (f face) unseen(text string) bool {
	return f.pale == set && f.ground != set && strings.Trim(text, "0123456789.,-+% ") == "" && strings.ContainsAny(text, "0123456789")
}

// or takes from another face what is unset: a style's from that it is based on.
func (f face) or(base face) face {
	return face{
		hidden: cmp.Or(f.hidden, base.hidden), struck: cmp.Or(f.struck, base.struck),
		pale: cmp.Or(f.pale, base.pale), ground: cmp.Or(f.ground, base.ground), symbols: cmp.Or(f.symbols, base.symbols),
		align: cmp.Or(f.align, base.align), position: cmp.Or(f.position, base.position),
	}
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
