package pdfdoc

import (
	"math"
	"slices"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"nianbao/parser/text"
)

// page is a page as drawn: characters and lines in points, in the page's own
// coordinates until upright turns them.
type page struct {
	box     box
	glyphs  []glyph
	rules   []rule
	objects []box // pictures, drawings, fields of forms, what was struck out, white figures
	grounds []box // pictures, and what is painted in another colour than paper's
	images  int
	scanned bool // a picture covers much of the page
	damaged bool
	cut     bool // the file ends in it
}

// glyph is one visible character.
type glyph struct {
	r     rune
	box   box     // of the ink, so "一" is flat and "1" is narrow
	angle float64 // of the text's direction, radians, clockwise as PDFium has it
	space bool    // a blank precedes it in PDFium's text
	seen  bool    // only by PDFium, which takes a gap for one, and not in the file; asked of figures only
	turn  int     // quarter turns counterclockwise, against the page's main direction
	order int     // among the visible characters
	cut   bool    // the file ends behind it
}

// box is a rectangle: x0 ≤ x1, y0 ≤ y1.
type box struct{ x0, y0, x1, y1 float64 }

func (b box) width() float64  { return b.x1 - b.x0 }
func (b box) height() float64 { return b.y1 - b.y0 }
func (b box) midX() float64   { return (b.x0 + b.x1) / 2 }
func (b box) midY() float64   { return (b.y0 + b.y1) / 2 }

func (b box) finite() bool {
	for _, v := range []float64{b.x0, b.y0, b.x1, b.y1} {
		if math.IsNaN(v) || math.Abs(v) > 1e6 {
			return false
		}
	}
	return true
}

// sound tells a page's box that can be believed: at most 14,400 points, the
// largest page of ISO 32000-1 annex C.
func (b box) sound() bool {
	return b.finite() && b.width() > 10 && b.height() > 10 && b.width() <= 14_400 && b.height() <= 14_400
}

// noBox is the union of no boxes.
var noBox = box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}

func (b box) union(o box) box {
	return box{min(b.x0, o.x0), min(b.y0, o.y0), max(b.x1, o.x1), max(b.y1, o.y1)}
}

func (b box) holds(x, y float64) bool { return b.x0 <= x && x <= b.x1 && b.y0 <= y && y <= b.y1 }

// overlaps reports whether both share an area.
func (b box) overlaps(o box) bool {
	return b.x0 < o.x1 && o.x0 < b.x1 && b.y0 < o.y1 && o.y0 < b.y1
}

// thin tells a box that is a line, or a dot of a dotted one.
func (b box) thin() bool {
	short, long := min(b.width(), b.height()), max(b.width(), b.height())
	return short <= maxThickness && (long > 2*short || long <= maxThickness)
}

// flipped has y grow the other way.
func (b box) flipped() box { return box{b.x0, -b.y1, b.x1, -b.y0} }

// turned is the box after quarter turns about the origin.
func (b box) turned(quarters int) box {
	for range quarters & 3 {
		b = box{-b.y1, b.x0, -b.y0, b.x1}
	}
	return b
}

func (b box) grown(by float64) box { return box{b.x0 - by, b.y0 - by, b.x1 + by, b.y1 + by} }

// upright turns the page so that its text runs from left to right and y grows
// downwards, drops what is outside the page or slanting (watermarks), draws
// characters that are there twice once, and writes characters as the rest of the
// world does.
//
// The text's own direction decides, not the page's /Rotate: both agree where a
// person can read the page.
func (p *page) upright() {
	main := p.direct()
	corner := p.box.flipped().turned(main)
	place := func(b box) box {
		b = b.flipped().turned(main)
		return box{b.x0 - corner.x0, b.y0 - corner.y0, b.x1 - corner.x0, b.y1 - corner.y0}
	}
	for i := range p.glyphs {
		g := &p.glyphs[i]
		g.box = place(g.box).standing(g.r)
		g.turn = (g.turn - main) & 3
	}
	for i, r := range p.rules {
		p.rules[i] = ruleOf(place(r.box()))
	}
	for i, b := range p.objects {
		p.objects[i] = place(b)
	}
	p.box = place(p.box)
	p.glyphs = once(p.glyphs)
	p.joinFigures()
	p.strike()
	if n := len(p.glyphs); p.cut && n > 0 {
		p.glyphs[n-1].cut = true
	}
}

// direct numbers the characters that are of the text, with their common forms, and drops
// the others. It tells each one's direction, in quarter turns, and returns that of most.
func (p *page) direct() (main int) {
	var count [4]int
	kept := p.glyphs[:0]
	for _, g := range p.glyphs {
		quarters := g.angle / (math.Pi / 2)
		near := math.Round(quarters)
		if !g.box.finite() || math.Abs(quarters-near) > 0.06 || !p.box.holds(g.box.midX(), g.box.midY()) {
			continue
		}
		g.turn, g.order, g.r = -int(near)&3, len(kept), commonForm(g.r)
		kept = append(kept, g)
		count[g.turn]++
	}
	p.glyphs = kept
	return slices.Index(count[:], slices.Max(count[:]))
}

// joinFigures drops the blanks that only PDFium sees between the characters of figures which
// are as near as those of one figure: of fonts whose widths it does not know it takes any
// gap for a blank.
func (p *page) joinFigures() {
	ink := map[int]float64{} // of the widest digit, by its height
	size := func(high float64) int { return int(4 * high) }
	for _, g := range p.glyphs {
		if digit(g.r) && g.turn == 0 {
			ink[size(g.box.height())] = max(ink[size(g.box.height())], g.box.width())
		}
	}
	for i := range p.glyphs {
		if g := &p.glyphs[i]; g.seen && i > 0 && g.follows(p.glyphs[i-1]) {
			high := max(p.glyphs[i-1].box.height(), g.box.height())
			g.space = !g.beside(p.glyphs[i-1], high, ink[size(high)])
		}
	}
}

// beside reports whether the middles of a and of g, which follows it, are no further apart than
// those of one figure's characters, where digits are so high, and the widest of them so wide.
// A blank is half as wide as a digit, and in a narrow font narrow too.
func (g glyph) beside(a glyph, high, ink float64) bool {
	if g.turn != 0 || a.turn != 0 || wide(a.r) || wide(g.r) {
		return false
	}
	if digit(a.r) && digit(g.r) && math.Abs(g.box.y0-a.box.y0)+math.Abs(g.box.y1-a.box.y1) > 0.2*high {
		return false // the number of a note, raised or lowered
	}
	apart := g.box.midX() - a.box.midX()
	return apart > 0 && apart <= min(0.9*high, 1.6*ink)
}

// standing gives a character without any height the one its width tells: fonts
// that are not embedded and that PDFium has no other for have no ink.
func (b box) standing(r rune) box {
	if b.height() > 0.01 || b.width() < 1 {
		return b
	}
	if digit(r) && !wide(r) {
		b.y0 = b.y1 - 1.4*b.width()
	} else {
		b.y0 = b.y1 - 0.9*b.width()
	}
	return b
}

// once drops characters drawn a second time over the first, as programs without
// a bold font do, and shadows.
func once(glyphs []glyph) []glyph {
	type place struct {
		r    rune
		x, y int
	}
	const cell = 2.0 // points; wider than any such shift
	seen := make(map[place][]box, len(glyphs))
	kept := glyphs[:0]
next:
	for _, g := range glyphs {
		x, y := g.box.midX(), g.box.midY()
		shift := min(1.3, 0.15*max(g.box.width(), g.box.height()))
		cx, cy := int(math.Floor(x/cell)), int(math.Floor(y/cell))
		for dx := -1; dx <= 1; dx++ {
			for dy := -1; dy <= 1; dy++ {
				for _, b := range seen[place{g.r, cx + dx, cy + dy}] {
					if math.Abs(b.midX()-x) <= shift && math.Abs(b.midY()-y) <= shift {
						continue next
					}
				}
			}
		}
		k := place{g.r, cx, cy}
		if len(seen[k]) < 8 {
			seen[k] = append(seen[k], g.box)
		}
		kept = append(kept, g)
	}
	return kept
}

// commonForm replaces the radicals that fonts without a proper table of
// characters give for the characters they look like (⼀ for 一), and the
// presentation forms of vertical text.
func commonForm(r rune) rune {
	switch {
	case r >= 0x2F00 && r <= 0x2FD5, // Kangxi radicals
		r >= 0xF900 && r <= 0xFAFF,                             // compatibility ideographs
		r >= 0xFE10 && r <= 0xFE19, r >= 0xFE30 && r <= 0xFE48: // vertical forms
		return firstRune(norm.NFKC.String(string(r)))
	case r >= 0x2E80 && r <= 0x2EF3: // which Unicode does not take for the same
		return text.Rune(r)
	}
	return r
}

// wide tells characters that fill a square: Chinese characters and their
// punctuation.
func wide(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFFEF ||
		r == '—' || r == '…' || r == '“' || r == '”' || r == '‘' || r == '’' || r == '·' || r >= 0x2460 && r <= 0x24FF
}

func digit(r rune) bool { return r >= '0' && r <= '9' || r >= '０' && r <= '９' }
