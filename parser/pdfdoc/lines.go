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
func linesOf(glyphs []glyph) []line {
	var upright []glyph
	var turned [4][]glyph
	for _, g := range glyphs {
		if g.turn == 0 {
			upright = append(upright, g)
		} else {
			turned[g.turn] = append(turned[g.turn], g)
		}
	}
	lines := bands(upright)
	for turn, set := range turned {
		for i, g := range set {
			b := g.box
			switch turn {
			case 1: // runs upwards
				b = box{-g.box.y1, g.box.x0, -g.box.y0, g.box.x1}
			case 2:
				b = box{-g.box.x1, -g.box.y1, -g.box.x0, -g.box.y0}
			case 3: // runs downwards
				b = box{g.box.y0, -g.box.x1, g.box.y1, -g.box.x0}
			}
			set[i].box = b
		}
		for _, l := range bands(set) {
			l.box = box{} // its place is of no use any more
			lines = append(lines, l)
		}
	}
	return lines
}

// bands groups upright characters by their height on the page. Full characters
// make the bands; flat and small ones (一 ， -) join the band they lie in.
func bands(glyphs []glyph) []line {
	if len(glyphs) == 0 {
		return nil
	}
	em := emOf(glyphs)
	type band struct {
		mid, sum float64
		glyphs   []glyph
	}
	var bs []*band
	var full, small []glyph
	for _, g := range glyphs {
		if g.box.height() >= 0.45*em && !hanging(g.r) {
			full = append(full, g)
		} else {
			small = append(small, g)
		}
	}
	byMiddle := func(a, b glyph) int { return cmp.Compare(a.box.midY(), b.box.midY()) }
	slices.SortStableFunc(full, byMiddle)
	slices.SortStableFunc(small, byMiddle)
	for _, g := range full {
		y := g.box.midY()
		if n := len(bs); n > 0 && y-bs[n-1].mid <= 0.5*em {
			b := bs[n-1]
			b.glyphs = append(b.glyphs, g)
			b.sum += y
			b.mid = b.sum / float64(len(b.glyphs))
			continue
		}
		bs = append(bs, &band{mid: y, sum: y, glyphs: []glyph{g}})
	}
	whole := len(bs)
	reach := make([]float64, whole) // from a band's middle to where a comma of its own may hang
	for i, b := range bs {
		reach[i] = 0.75 * max(em, emOf(b.glyphs))
	}
	for _, g := range small {
		y := g.box.midY()
		i, _ := slices.BinarySearchFunc(bs[:whole], y, func(b *band, y float64) int { return cmp.Compare(b.mid, y) })
		best := -1
		for _, k := range []int{i - 1, i} {
			if k >= 0 && k < whole && (best < 0 || math.Abs(bs[k].mid-y) < math.Abs(bs[best].mid-y)) {
				best = k
			}
		}
		if best >= 0 && math.Abs(bs[best].mid-y) <= reach[best] {
			bs[best].glyphs = append(bs[best].glyphs, g)
			continue
		}
		if n := len(bs); n > whole && y-bs[n-1].mid <= 0.4*em {
			bs[n-1].glyphs = append(bs[n-1].glyphs, g)
			continue
		}
		bs = append(bs, &band{mid: y, glyphs: []glyph{g}})
	}
	slices.SortStableFunc(bs, func(a, b *band) int { return cmp.Compare(a.mid, b.mid) })
	lines := make([]line, len(bs))
	for i, b := range bs {
		slices.SortStableFunc(b.glyphs, func(a, b glyph) int { return cmp.Compare(a.box.x0, b.box.x0) })
		l := line{glyphs: b.glyphs, box: b.glyphs[0].box, em: emOf(b.glyphs)}
		for _, g := range b.glyphs[1:] {
			l.box = l.box.union(g.box)
		}
		l.scripts()
		lines[i] = l
	}
	return lines
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
	blank := b.blank(a)
	distance := b.box.midX() - a.box.midX()
	apart := ""
	switch {
	case digit(a.r) && digit(b.r):
		// The distance of their middles, for the ink of 1 leaves a gap on both sides.
		usual := 1.1 * max(a.box.height(), b.box.height())
		if wide(a.r) || wide(b.r) {
			usual *= 2
		}
		if blank || distance > usual {
			apart = " "
		}
	case !wide(a.r) && !wide(b.r):
		if blank || gap > 0.35*l.em {
			apart = " "
		}
	case wide(a.r) && wide(b.r):
	case inCell && gap > 1.2*l.em:
		apart = " "
	}
	if !inCell && gap > 2*l.em {
		return "\t"
	}
	return apart
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
