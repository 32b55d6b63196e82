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
	tiny, symbols  toggle // so small that nobody sees it; in a font of pictures
	ink, ground    string // its colour, and that of what it stands on
	align          string // w:vertAlign: superscript, subscript, baseline, "" for unset
	position       string // w:position, how far the text is raised, in half points
}

// faceOf reads the properties of w:rPr, or of a font of a workbook.
func faceOf(rPr *element) face {
	ground := shading(rPr.child("shd"))
	if mark := rPr.child("highlight").val(); mark != "" && mark != "none" {
		ground = named(mark, "", "")
	}
	return face{
		hidden:   max(toggleOf(rPr.child("vanish")), toggleOf(rPr.child("specVanish"))),
		struck:   max(toggleOf(rPr.child("strike")), toggleOf(rPr.child("dstrike"))),
		tiny:     toggled(rPr.child("sz"), tiny(rPr.child("sz").val())),
		symbols:  symbolFont(rPr),
		ink:      color(rPr.child("color")),
		ground:   ground,
		align:    rPr.child("vertAlign").val(),
		position: rPr.child("position").val(),
	}
}

// symbolFont tells whether a font is named, and is one that has pictures for digits.
func symbolFont(rPr *element) toggle {
	for e := range rPr.children() {
		if e.name == "rFonts" || e.name == "rFont" || e.name == "name" {
			return toggled(e, document.SymbolFont(cmp.Or(e.attr("ascii"), e.val())))
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

// The colours of paper and of ink, and of what has none of its own.
const (
	white = "FFFFFF"
	black = "000000"
	auto  = "AUTO"
)

// named is a colour by its digits, or else by what a theme calls it: by any name, for it is but
// compared. It is "" where there is none.
func named(value, theme, tint string) string {
	value = strings.ToUpper(value)
	switch {
	case theme == "background1" && tint == "", theme == "0" && tint == "", value == "WHITE":
		return white
	case theme == "text1" && tint == "", theme == "1" && tint == "":
		return black
	case theme != "" && (value == "" || value == auto):
		return theme + tint
	}
	return value[max(0, len(value)-len(white)):] // behind how much of it is there
}

// color is the colour that an element names.
func color(e *element) string {
	value := cmp.Or(e.val(), e.attr("rgb"))
	switch indexed := e.attr("indexed"); indexed {
	case "":
	case "1", "9", "65":
		value = white
	case "0", "8", "64":
		value = black
	default:
		value = "INDEX" + indexed
	}
	return named(value, cmp.Or(e.attr("themeColor"), e.attr("theme")), e.attr("tint")+e.attr("themeTint")+e.attr("themeShade"))
}

// shading is the colour of a shading of Word.
func shading(shd *element) string {
	return named(shd.attr("fill"), shd.attr("themeFill"), shd.attr("themeFillTint")+shd.attr("themeFillShade"))
}

// tiny reports a size of characters that nobody sees: a point, in the halves of Word, or two
// in a workbook.
func tiny(size string) bool {
	n, err := strconv.ParseFloat(size, 64)
	return err == nil && n <= 2
}

// unseen reports a figure that a reader does not see: in the colour of what it stands on, which
// is paper where neither it nor its cell has a ground, or too small. Words in the colour of
// paper stand on a ground that a style of tables gives.
func (f face) unseen(text, ground string) bool {
	if f.ground != "" && f.ground != auto {
		ground = f.ground
	}
	return (f.tiny == set || f.ink != "" && f.ink == cmp.Or(ground, white)) && document.BareFigure(text)
}

// or takes from another face what is unset: a style's from that it is based on.
func (f face) or(base face) face {
	return face{
		hidden: cmp.Or(f.hidden, base.hidden), struck: cmp.Or(f.struck, base.struck),
		tiny: cmp.Or(f.tiny, base.tiny), symbols: cmp.Or(f.symbols, base.symbols),
		ink: cmp.Or(f.ink, base.ink), ground: cmp.Or(f.ground, base.ground),
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
