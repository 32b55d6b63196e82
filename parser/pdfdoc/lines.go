package pdfdoc

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"

	"nianbao/parser/document"
)

// line is a visual line of text.
type line struct {
	box    box
	em     float64 // size of its characters, estimated
	glyphs []glyph
}

// emOf estimates the size of the font from the ink: a Chinese character fills
// some 88 % of its height, a digit or capital 68 %.
func emOf(glyphs []glyph) float64 {
	var sizes []float64
	for _, g := range glyphs {
		switch h := g.box.height(); {
		case unicode.Is(unicode.Han, g.r) && h > 0.5*g.box.width():
			sizes = append(sizes, max(h, g.box.width())/0.9)
		case digit(g.r), unicode.IsUpper(g.r):
			sizes = append(sizes, h/0.68)
		}
	}
	if len(sizes) == 0 {
		for _, g := range glyphs {
			sizes = append(sizes, max(g.box.width(), g.box.height()))
		}
	}
	if len(sizes) == 0 {
		return 10
	}
	slices.Sort(sizes)
	return min(max(sizes[len(sizes)/2], 3), 200)
}

// linesOf groups characters into lines, top to bottom, each left to right.
// Characters turned against the page's direction make lines of their own, at
// the end.
func linesOf(glyphs []glyph) (lines []line) {
	var turned [4][]glyph
	for _, g := range glyphs {
		g.box = g.box.turned(g.turn)
		turned[g.turn] = append(turned[g.turn], g)
	}
	for turn, set := range turned {
		for _, l := range bands(set) {
			if turn != 0 {
				l.box = box{} // its place is of no use any more
			}
			lines = append(lines, l)
		}
	}
	return lines
}

// bands groups upright characters by their height on the page. Full characters
// make the bands; flat and small ones (一 ， -) join the band they lie in.
func bands(glyphs []glyph) []line {
	em := emOf(glyphs)
	var full, small, stray []glyph
	for _, g := range glyphs {
		if g.box.height() >= 0.45*em && !hanging(g.r) {
			full = append(full, g)
		} else {
			small = append(small, g)
		}
	}
	bs := stacked(full, 0.5*em)
	reach := make([]float64, len(bs)) // from a band's middle to where a comma of its own may hang
	for i, b := range bs {
		reach[i] = 0.75 * max(em, emOf(b.glyphs))
	}
	slices.SortStableFunc(small, byMiddle)
	for _, g := range small {
		if i := nearest(bs, g.box.midY()); i >= 0 && math.Abs(bs[i].mid-g.box.midY()) <= reach[i] {
			bs[i].glyphs = append(bs[i].glyphs, g)
		} else {
			stray = append(stray, g)
		}
	}
	bs = append(bs, stacked(stray, 0.4*em)...)
	slices.SortStableFunc(bs, func(a, b band) int { return cmp.Compare(a.mid, b.mid) })
	lines := make([]line, len(bs))
	for i, b := range bs {
		lines[i] = b.line()
	}
	return lines
}

// band are characters of one height, and their middle.
type band struct {
	mid    float64
	glyphs []glyph
}

func byMiddle(a, b glyph) int { return cmp.Compare(a.box.midY(), b.box.midY()) }

// stacked makes bands of characters whose middles are within reach of the band's.
func stacked(glyphs []glyph, reach float64) (bs []band) {
	slices.SortStableFunc(glyphs, byMiddle)
	sum := 0.0
	for _, g := range glyphs {
		y, n := g.box.midY(), len(bs)-1
		if n < 0 || y-bs[n].mid > reach {
			sum = y
			bs = append(bs, band{y, []glyph{g}})
			continue
		}
		b := &bs[n]
		sum += y
		b.glyphs = append(b.glyphs, g)
		b.mid = sum / float64(len(b.glyphs))
	}
	return bs
}

// nearest is the band whose middle is nearest to a height; -1 where there is none.
func nearest(bs []band, y float64) int {
	i, _ := slices.BinarySearchFunc(bs, y, func(b band, y float64) int { return cmp.Compare(b.mid, y) })
	if i == len(bs) || i > 0 && y-bs[i-1].mid <= bs[i].mid-y {
		return i - 1
	}
	return i
}

// line sets a band's characters from left to right.
func (b band) line() line {
	slices.SortStableFunc(b.glyphs, func(a, b glyph) int { return cmp.Compare(a.box.x0, b.box.x0) })
	l := line{glyphs: b.glyphs, box: noBox, em: emOf(b.glyphs)}
	for _, g := range b.glyphs {
		l.box = l.box.union(g.box)
	}
	l.scripts()
	return l
}

// hanging tells the marks that stand low or high beside full characters: in a
// heading's size they are as tall as a table's digits.
func hanging(r rune) bool {
	return strings.ContainsRune("，。、；：,.;:·“”‘’\"'-–—_~～…", r)
}

// text writes a line out. Within Chinese text there are no spaces, whatever the
// justification left between the characters, but for the one before the next
// label of a line such as 来源：… 发布时间：…; between figures and Latin words there
// are those that are printed. A wide gap in free text separates the columns of a
// table without lines and becomes a tab; in such a line a narrow one within figures is
// Unread.
func (l line) text(inCell bool) string {
	gaps := make([]string, len(l.glyphs))
	for i := 1; i < len(gaps); i++ {
		if gaps[i] = l.between(l.glyphs[i-1], l.glyphs[i], inCell); gaps[i] == "" && !inCell && l.glyphs[i].blank(l.glyphs[i-1]) && l.labelAt(i) {
			gaps[i] = " "
		}
	}
	columns := slices.Contains(gaps, "\t")
	var sb strings.Builder
	for i, g := range l.glyphs {
		if columns && gaps[i] == " " && l.near(l.glyphs[i-1], g) {
			gaps[i] = document.Unread
		}
		sb.WriteString(gaps[i])
		sb.WriteRune(g.r)
	}
	return sb.String()
}

// near reports whether two characters of figures in a line of columns may as well be those
// of one figure, set wide, as of two.
func (l line) near(a, b glyph) bool {
	return b.box.x0-a.box.x1 <= closeFigures*l.em && ofFigure(a.r) && ofFigure(b.r)
}

// closeFigures is the gap, in ems, up to which they may be of one figure.
const closeFigures = 0.8

func (l line) between(a, b glyph, inCell bool) string {
	gap := b.box.x0 - a.box.x1
	apart := false
	switch {
	case !inCell && gap > 2*l.em:
		return "\t"
	case digit(a.r) && digit(b.r) && gap < l.em && !oneFigure(a, b):
		return document.Unread
	case digit(a.r) && digit(b.r):
		// The distance of their middles, for the ink of 1 leaves a gap on both sides.
		usual := 1.1 * max(a.box.height(), b.box.height()) * max(widthOf(a.r), widthOf(b.r))
		apart = b.blank(a) || b.box.midX()-a.box.midX() > usual
	case wide(a.r) != wide(b.r):
		apart = inCell && gap > 1.2*l.em
	case !wide(a.r):
		apart = b.blank(a) || gap > 0.35*l.em
	}
	if apart {
		return " "
	}
	return ""
}

// ofFigure reports a character that stands within figures.
func ofFigure(r rune) bool { return digit(r) || figureMark(r) }

func figureMark(r rune) bool { return strings.ContainsRune(",.，．", r) }

// labelAt reports whether the characters from i on are a short label: a few
// Chinese characters and a colon.
func (l line) labelAt(i int) bool {
	for n := 0; n <= 6 && i+n < len(l.glyphs); n++ {
		switch g := l.glyphs[i+n]; {
		case g.r == '：' || g.r == ':':
			return n >= 2
		case !unicode.Is(unicode.Han, g.r):
			return false
		}
	}
	return false
}

// blank reports whether a blank stands between a and g, which follows it.
func (g glyph) blank(a glyph) bool { return g.space && g.follows(a) }

// follows reports whether nothing but blanks stands between a and g in PDFium's
// order.
func (g glyph) follows(a glyph) bool { return g.order == a.order+1 }

// text is what a cell shows.
func (c *region) text() string {
	text := cellText(c.glyphs)
	if c.shows || slices.ContainsFunc(c.glyphs, func(g glyph) bool { return g.cut }) {
		text += document.Unread
	}
	return text
}

// cellText is the text of a cell: its lines joined by line breaks. Characters
// set one below another, as labels down the side of a table are, make one line.
func cellText(glyphs []glyph) string {
	lines := linesOf(glyphs)
	if len(lines) == 0 {
		return ""
	}
	parts := make([]string, len(lines))
	column, single := true, 0
	for i, l := range lines {
		parts[i] = strings.TrimSpace(l.text(true))
		if len(l.glyphs) == 1 {
			single++
		}
		for _, g := range l.glyphs {
			// Full-width digits below one another are two figures.
			column = column && wide(g.r) && !digit(g.r)
		}
	}
	if column && 2*single > len(lines) {
		return strings.Join(parts, "")
	}
	return strings.Join(parts, "\n")
}
