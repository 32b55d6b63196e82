package pdfdoc

import (
	"math"
	"slices"
	"unicode"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"nianbao/parser/document"
)

// scripts writes the digits of a line that are raised or lowered against the
// characters beside them as such: a note's number joins no figure. Most are
// smaller too; those as large as the others must be further off.
func (l *line) scripts() {
	for i := range l.glyphs {
		g := &l.glyphs[i]
		if !digit(g.r) || l.begins(i) {
			continue
		}
		height, base, ok := l.beside(i, 5*l.em)
		alone := !ok
		if alone {
			height, base, ok = l.beside(i, math.Inf(1))
		}
		switch set := g.against(height, base); {
		case !ok, alone && g.box.height() > 0.75*height: // another column's figures may be smaller
		case g.box.height() > 1.08*height: // of another font
		case set == raised:
			g.r = firstRune(document.Raised.Write(string(g.r)))
		case set == lowered:
			g.r = firstRune(document.Lowered.Write(string(g.r)))
		}
	}
}

// setting is how a digit stands against others.
type setting uint8

const (
	level  setting = iota
	uneven         // not as digits of one figure do: it may be a note's number, hardly raised
	raised         // or lowered: surely one
	lowered
)

// against tells how a digit stands against others that are so high and whose feet are at base.
func (g glyph) against(height, base float64) setting {
	up, smaller := (base-g.box.y1)/height, g.smaller(height)
	switch {
	case smaller && up > 0.2, up > 0.35:
		return raised
	case smaller && up < -0.12, up < -0.35:
		return lowered
	case math.Abs(up) > 0.06: // more than round digits reach below the line
		return uneven
	}
	return level
}

// smaller reports whether a digit is of a smaller size than others.
func (g glyph) smaller(height float64) bool { return g.box.height() < 0.92*height }

// oneFigure reports whether two digits side by side may be those of one figure.
func oneFigure(a, b glyph) bool {
	return a.turn != 0 || b.turn != 0 || b.against(a.box.height(), a.box.y1) == level && !b.smaller(0.95*a.box.height()) && !a.smaller(0.95*b.box.height())
}

// notes writes the numbers of notes as such that stand alone in a cell: a digit or two
// that are smaller than the figures in other cells of this height, and higher in it. Those
// that are hardly higher may be figures in the middle of their cells, where a figure that is
// no note's number, 0 or 120, is as small.
func (t *table) notes() {
	type measure struct{ height, foot float64 } // of a digit, the foot below the cell's upper edge
	var figures []*region
	tallest := map[int]measure{}
	size := func(c *region) int { return int(math.Round(t.ys[c.r1] - t.ys[c.r0])) }
	for _, c := range t.cells {
		if len(c.glyphs) == 0 || slices.ContainsFunc(c.glyphs, func(g glyph) bool { return !digit(g.r) || wide(g.r) || g.turn != 0 }) {
			continue
		}
		figures = append(figures, c)
		if b := c.glyphs[0].box; b.height() > tallest[size(c)].height {
			tallest[size(c)] = measure{b.height(), b.y1 - t.ys[c.r0]}
		}
	}
	for _, c := range figures {
		if len(c.glyphs) > 2 {
			continue
		}
		usual := tallest[size(c)]
		for i := range c.glyphs {
			g := &c.glyphs[i]
			as := func(o *region) bool {
				b := o.glyphs[0].box
				return (len(o.glyphs) > 2 || o.glyphs[0].r == '0') && !g.smaller(b.height()) && b.height() < 0.92*usual.height
			}
			set := g.against(usual.height, t.ys[c.r0]+usual.foot)
			if g.smaller(usual.height) && (set == raised || set == uneven && !slices.ContainsFunc(figures, as)) {
				g.r = firstRune(document.Raised.Write(string(g.r)))
			}
		}
	}
}

// begins reports whether the first digit of a line's figure goes on behind a mark in it, as
// in 1,234: it is no note, how wide-set the others may be.
func (l *line) begins(i int) bool {
	return i+2 < len(l.glyphs) && figureMark(l.glyphs[i+1].r) && digit(l.glyphs[i+2].r) && (i == 0 || !ofFigure(l.glyphs[i-1].r))
}

// beside is the height of a digit and where its foot stands by the next character
// on the line, before or else behind the one at i, within some reach. A first digit as large as its
// neighbours is their measure, and not they its.
func (l *line) beside(i int, reach float64) (height, base float64, ok bool) {
	for _, step := range []int{-1, 1} {
		for k := i + step; k >= 0 && k < len(l.glyphs); k += step {
			g := l.glyphs[k]
			if math.Abs(g.box.midX()-l.glyphs[i].box.midX()) > reach {
				break
			}
			switch {
			case digit(g.r):
				if height = g.box.height(); step > 0 && l.glyphs[i].box.height() >= 0.92*height {
					return 0, 0, false
				}
				return height, g.box.y1, height > 1
			case unicode.Is(unicode.Han, g.r) && g.box.height() > 0.5*g.box.width():
				size := max(g.box.height(), g.box.width()) / 0.9
				return 0.68 * size, g.box.midY() + 0.36*size, size > 1
			}
		}
	}
	return 0, 0, false
}

// maxStrikes bounds the pairs of a line and a character that are compared.
const maxStrikes = 20_000_000

// strike takes out the characters that a line is drawn through, and the line. A
// line that is longer than the text it crosses rules a table.
func (p *page) strike() {
	if len(p.rules)*len(p.glyphs) > maxStrikes {
		return
	}
	struck := map[int]bool{}
	p.rules = slices.DeleteFunc(p.rules, func(r rule) bool {
		through, text := p.through(r)
		if len(through) == 0 || r.a < text.x0-0.6*text.height() || r.b > text.x1+0.6*text.height() {
			return false
		}
		for _, i := range through {
			struck[i] = true
			p.objects = append(p.objects, p.glyphs[i].box)
		}
		return true
	})
	kept := p.glyphs[:0]
	for i, g := range p.glyphs {
		if !struck[i] {
			kept = append(kept, g)
		}
	}
	p.glyphs = kept
}

// through are the characters that a line runs through, and the box they fill.
func (p *page) through(r rule) (through []int, text box) {
	text = noBox
	if r.vertical || r.length() < 1 {
		return nil, text
	}
	for i := range p.glyphs {
		g := &p.glyphs[i]
		h := g.box.height()
		across := g.turn == 0 && h >= 0.4*g.box.width() && h >= 2 && r.pos >= g.box.y0+0.25*h && r.pos <= g.box.y1-0.25*h
		if across && min(r.b, g.box.x1)-max(r.a, g.box.x0) >= 0.5*g.box.width() {
			text = text.union(g.box)
			through = append(through, i)
		}
	}
	return through, text
}

// underline reports whether a loose line is drawn right below characters, and no further
// than they reach.
func (ru ruling) underline(glyphs []glyph) bool {
	if len(ru.horizontal) != 1 {
		return false
	}
	r, text := ru.horizontal[0], noBox
	for i := range glyphs {
		b := glyphs[i].box
		if h := b.height(); r.pos >= b.y1-0.25*h && r.pos <= b.y1+0.5*h && min(r.b, b.x1)-max(r.a, b.x0) >= 0.5*b.width() {
			text = text.union(b)
		}
	}
	return r.a >= text.x0-0.6*text.height() && r.b <= text.x1+0.6*text.height()
}

// show notes which blank cells show something that is no text.
func (t *table) show(objects []box) {
	for _, c := range t.cells {
		if len(c.glyphs) > 0 {
			continue
		}
		cell := box{t.xs[c.c0], t.ys[c.r0], t.xs[c.c1], t.ys[c.r1]}
		c.shows = c.shows || slices.ContainsFunc(objects, func(o box) bool {
			w, h := min(cell.x1, o.x1)-max(cell.x0, o.x0), min(cell.y1, o.y1)-max(cell.y0, o.y0)
			return w > 0 && h > 0 && w*h > 0.5*o.width()*o.height() // a stamp lies on many
		})
	}
}

// paper reports whether a colour is that of paper.
func paper(r, g, b uint) bool { return min(r, g, b) >= 250 }

// speck reports whether a digit is so small that nobody sees it: a letter of a point on a
// page as large as paper.
func (p *page) speck(b box) bool {
	const share = 700 // of the page's longer side
	return b.height() > 0.01 && b.height() < max(p.box.width(), p.box.height())/share
}

// white reports whether a character is filled with the colour of paper.
func (f *file) white(tp references.FPDF_TEXTPAGE, index int) bool {
	c := told(f.instance.FPDFText_GetFillColor(&requests.FPDFText_GetFillColor{TextPage: tp, Index: index}))
	return paper(c.R, c.G, c.B)
}

// shade notes where an area is filled with another.
func (f *file) shade(o references.FPDF_PAGEOBJECT, b box, p *page) {
	c := told(f.instance.FPDFPageObj_GetFillColor(&requests.FPDFPageObj_GetFillColor{PageObject: o})).FillColor
	if !paper(c.R, c.G, c.B) {
		p.ground(b)
	}
}

// ground notes where white characters show.
func (p *page) ground(b box) {
	if len(p.grounds) < maxPageObjects {
		p.grounds = append(p.grounds, b)
	}
}

// grounded reports whether a character stands on something else than paper.
func (p *page) grounded(b box) bool {
	return slices.ContainsFunc(p.grounds, func(o box) bool { return o.holds(b.midX(), b.midY()) })
}

// annotations makes what lies on the page part of it, filled fields of forms and
// struck text among them, and notes where. It reports whether the page has to be
// loaded anew.
func (f *file) annotations(ref requests.Page, p *page) bool {
	count := told(f.instance.FPDFPage_GetAnnotCount(&requests.FPDFPage_GetAnnotCount{Page: ref})).Count
	found := false
	for i := range min(count, maxAnnotations) {
		a, err := f.instance.FPDFPage_GetAnnot(&requests.FPDFPage_GetAnnot{Page: ref, Index: i})
		if err != nil {
			continue
		}
		kind, err := f.instance.FPDFAnnot_GetSubtype(&requests.FPDFAnnot_GetSubtype{Annotation: a.Annotation})
		if err == nil && !beside[kind.Subtype] {
			found = true
			if r, err := f.instance.FPDFAnnot_GetRect(&requests.FPDFAnnot_GetRect{Annotation: a.Annotation}); err == nil && kind.Subtype != enums.FPDF_ANNOT_SUBTYPE_STRIKEOUT {
				p.object(box{float64(r.Rect.Left), float64(r.Rect.Bottom), float64(r.Rect.Right), float64(r.Rect.Top)})
			}
		}
		_, _ = f.instance.FPDFPage_CloseAnnot(&requests.FPDFPage_CloseAnnot{Annotation: a.Annotation}) // it only frees memory
	}
	if !found {
		return false
	}
	_, err := f.instance.FPDFPage_Flatten(&requests.FPDFPage_Flatten{Page: ref, Usage: requests.FPDFPage_FlattenUsageNormalDisplay})
	return err == nil
}

// maxAnnotations bounds what lies on one page.
const maxAnnotations = 2000

// beside are the annotations that say nothing on the page itself.
var beside = map[enums.FPDF_ANNOTATION_SUBTYPE]bool{
	enums.FPDF_ANNOT_SUBTYPE_LINK: true, enums.FPDF_ANNOT_SUBTYPE_POPUP: true, enums.FPDF_ANNOT_SUBTYPE_TEXT: true,
	enums.FPDF_ANNOT_SUBTYPE_HIGHLIGHT: true, enums.FPDF_ANNOT_SUBTYPE_UNDERLINE: true, enums.FPDF_ANNOT_SUBTYPE_SQUIGGLY: true,
}

// maxPageObjects bounds the pictures and drawings of a page that are placed.
const maxPageObjects = 2000

// object notes where a picture, a drawing or a field of a form lies.
func (p *page) object(b box) {
	if b.finite() && b.width() > 2 && b.height() > 2 && len(p.objects) < maxPageObjects {
		p.objects = append(p.objects, b)
	}
}
