package pdfdoc

import (
	"unicode"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"
	"github.com/klippa-app/go-pdfium/structs"

	"nianbao/parser/report"
)

// Limits of one page. A page of a report has 800 characters and 300 objects.
const (
	maxChars       = 40_000
	maxObjects     = 20_000  // of one page, those inside forms included
	maxAllObjects  = 200_000 // of the file
	maxSegments    = 4_000   // of one path
	maxFormNesting = 6
)

// page takes one page out of PDFium.
func (f *file) page(index int) (page, error) {
	loaded, err := f.instance.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: f.doc, Index: index})
	if err != nil {
		return page{}, err
	}
	defer f.instance.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page})
	ref := requests.Page{ByReference: &loaded.Page}
	var p page
	if f.annotations(ref, &p) {
		again, err := f.instance.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: f.doc, Index: index})
		if err != nil {
			return page{}, err
		}
		defer f.instance.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: again.Page})
		ref = requests.Page{ByReference: &again.Page}
	}
	if b, err := f.instance.FPDF_GetPageBoundingBox(&requests.FPDF_GetPageBoundingBox{Page: ref}); err == nil {
		p.box = box{float64(b.Rect.Left), float64(b.Rect.Bottom), float64(b.Rect.Right), float64(b.Rect.Top)}
	}
	if !p.box.sound() {
		p.box = box{0, 0, 595, 842} // A4; a page without a box is shown so
	}
	if err := f.graphics(ref, &p); err != nil {
		return page{}, err
	}
	if err := f.text(ref, index, &p); err != nil {
		return page{}, err
	}
	return p, nil
}

// text takes the page's characters.
func (f *file) text(ref requests.Page, index int, p *page) error {
	tp, err := f.instance.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: ref})
	if err != nil {
		return err
	}
	defer f.instance.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: tp.TextPage})
	count, err := f.instance.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: tp.TextPage})
	switch {
	case err != nil:
		return err
	case count.Count > maxChars:
		f.find(report.RuleLimit, "Page %d has %d characters, more than any report's; its text was not read.", index+1, count.Count)
		return nil
	case count.Count <= 0:
		return nil
	}
	res, err := f.instance.GetPageTextStructured(&requests.GetPageTextStructured{Page: ref, Mode: requests.GetPageTextStructuredModeChars})
	if err != nil {
		return err
	}
	if unmapped := f.glyphs(tp.TextPage, res.Chars, p); unmapped > 0 {
		f.find(report.RuleEncoding, "A font on page %d does not say which characters it shows; %d of them could not be read.", index+1, unmapped)
	}
	return nil
}

// glyphs takes the characters that are seen, and counts those of which nothing is known.
func (f *file) glyphs(tp references.FPDF_TEXTPAGE, chars []*responses.GetPageTextStructuredChar, p *page) (unmapped int) {
	space := false
	for i, c := range chars {
		b := box{c.PointPosition.Left, c.PointPosition.Bottom, c.PointPosition.Right, c.PointPosition.Top}
		placed := b.width() >= 0.5 && b.height() >= 0.5
		r := printed(firstRune(c.Text), placed)
		// Blanks, PDFium's own among them, have no place on the page; that there is
		// one between two characters is all they tell.
		if unicode.IsSpace(r) && !placed {
			space = true
			continue
		}
		if f.unseen(tp, i, r, b, p) {
			continue
		}
		if r < 0x80 && f.unmapped(tp, i) {
			r = unicode.ReplacementChar
			unmapped++
		}
		if unicode.IsSpace(r) {
			space = true
			continue
		}
		g := glyph{r: r, box: b, angle: c.Angle, space: space}
		if n := len(p.glyphs); space && n > 0 && ofFigure(r) && ofFigure(p.glyphs[n-1].r) {
			g.seen = f.generated(tp, i-1)
		}
		p.glyphs = append(p.glyphs, g)
		space = false
	}
	return unmapped
}

// unseen reports whether a character is not seen: of a scan, one that is not painted, and
// elsewhere a digit in white on nothing but paper or too small, whose place is noted.
func (f *file) unseen(tp references.FPDF_TEXTPAGE, index int, r rune, b box, p *page) bool {
	if p.scanned {
		return f.invisible(tp, index)
	}
	if !digit(r) || !p.speck(b) && (!f.white(tp, index) || p.grounded(b)) {
		return false
	}
	p.object(b)
	return true
}

// printed is what a character of PDFium's shows.
func printed(r rune, placed bool) rune {
	switch {
	case r == 0 && placed:
		return unicode.ReplacementChar // no character that is known
	case r == 0:
		return ' '
	case r == 2, r == 0xFFFE:
		return '-' // PDFium's marks for a hyphen at a line's end
	}
	return r
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

// invisible tells whether a character is drawn in text rendering mode 3 (ISO
// 32000-1 §9.3.6): neither filled nor stroked, as text recognised in a scan is.
func (f *file) invisible(tp references.FPDF_TEXTPAGE, index int) bool {
	o := told(f.instance.FPDFText_GetTextObject(&requests.FPDFText_GetTextObject{TextPage: tp, Index: index}))
	m := told(f.instance.FPDFTextObj_GetTextRenderMode(&requests.FPDFTextObj_GetTextRenderMode{PageObject: o.TextObject}))
	return m.TextRenderMode == enums.FPDF_TEXTRENDERMODE_INVISIBLE
}

// unmapped tells whether a font does not say which character a glyph is. PDFium answers
// with the glyph's number then, and a glyph numbered 49 is not the digit 1. Asked of what
// could be a figure; Chinese characters show their garbling themselves.
func (f *file) unmapped(tp references.FPDF_TEXTPAGE, index int) bool {
	return told(f.instance.FPDFText_HasUnicodeMapError(&requests.FPDFText_HasUnicodeMapError{TextPage: tp, Index: index})).HasUnicodeMapError
}

// generated reports whether a character is not the file's but PDFium's, which sees a gap.
func (f *file) generated(tp references.FPDF_TEXTPAGE, index int) bool {
	return told(f.instance.FPDFText_IsGenerated(&requests.FPDFText_IsGenerated{TextPage: tp, Index: index})).IsGenerated
}

// graphics takes the page's lines and counts its pictures.
func (f *file) graphics(ref requests.Page, p *page) error {
	count, err := f.instance.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: ref})
	if err != nil {
		return err
	}
	left := maxObjects
	for i := range count.Count {
		if left--; left < 0 || f.objects > maxAllObjects {
			f.find(report.RuleLimit, "Page %d has more drawings than any report's; some of its lines were not read.", len(f.pages)+1)
			return nil
		}
		o, err := f.instance.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: ref, Index: i})
		if err != nil {
			continue
		}
		f.object(o.PageObject, identity, p, 0, &left)
	}
	return nil
}

// told is what PDFium answers, nothing where it cannot.
func told[A any](answer *A, err error) *A {
	if err != nil {
		return new(A)
	}
	return answer
}

// object takes the lines of one page object. What PDFium cannot tell about an
// object leaves it out: a missing line is better than a missing page.
func (f *file) object(o references.FPDF_PAGEOBJECT, m matrix, p *page, nesting int, left *int) {
	f.objects++
	switch told(f.instance.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: o})).Type {
	case enums.FPDF_PAGEOBJ_SHADING:
		if b, ok := f.bounds(o, m); ok {
			p.ground(b)
		}
	case enums.FPDF_PAGEOBJ_PATH:
		f.path(o, m, p)
	case enums.FPDF_PAGEOBJ_IMAGE:
		f.image(o, m, p)
	case enums.FPDF_PAGEOBJ_FORM:
		own, err := f.instance.FPDFPageObj_GetMatrix(&requests.FPDFPageObj_GetMatrix{PageObject: o})
		if err != nil || nesting >= maxFormNesting {
			return
		}
		inner := m.times(own.Matrix)
		count := told(f.instance.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: o})).Count
		for i := range count {
			if *left--; *left < 0 {
				return
			}
			c := told(f.instance.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: o, Index: uint64(i)}))
			f.object(c.PageObject, inner, p, nesting+1, left)
		}
	}
}

// image notes where a picture lies, or the line that is drawn as a stretched pixel.
func (f *file) image(o references.FPDF_PAGEOBJECT, m matrix, p *page) {
	switch b, ok := f.bounds(o, m); {
	case !ok:
	case b.thin():
		p.addThin(b)
	default:
		p.images++
		p.object(b)
		p.ground(b)
		p.scanned = p.scanned || b.width()*b.height() > 0.3*p.box.width()*p.box.height()
	}
}

func (f *file) bounds(o references.FPDF_PAGEOBJECT, m matrix) (box, bool) {
	b, err := f.instance.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: o})
	if err != nil {
		return box{}, false
	}
	out := m.box(box{float64(b.Left), float64(b.Bottom), float64(b.Right), float64(b.Top)})
	return out, out.finite()
}

// path takes a path's lines: strokes along the axes, and filled boxes so thin
// that they are lines. Its bounds tell enough of a single line or rectangle,
// which nearly all are, and cost one call where each point costs eight.
func (f *file) path(o references.FPDF_PAGEOBJECT, m matrix, p *page) {
	mode := told(f.instance.FPDFPath_GetDrawMode(&requests.FPDFPath_GetDrawMode{PageObject: o}))
	b, ok := f.bounds(o, m)
	if mode.FillMode == enums.FPDF_FILLMODE_NONE && !mode.Stroke || !ok || max(b.width(), b.height()) < 0.2 {
		return
	}
	if b.thin() {
		p.addThin(b)
		return
	}
	if mode.FillMode != enums.FPDF_FILLMODE_NONE {
		f.shade(o, b, p)
	}
	segments := told(f.instance.FPDFPath_CountSegments(&requests.FPDFPath_CountSegments{PageObject: o})).Count
	switch {
	case segments > maxSegments, segments <= 2, segments <= 5 && !mode.Stroke: // a slanting line, a shaded box
	case segments == 5:
		p.addOutline(b)
	case f.segments(o, m, segments, mode.Stroke, p) && max(b.width(), b.height()) < maxDrawn:
		p.object(b) // figures drawn as outlines
	}
}

// maxDrawn is how large a drawing may be that shows a figure, in points.
const maxDrawn = 100

// segments takes the lines of a path of several subpaths, and reports whether it
// has curves.
func (f *file) segments(o references.FPDF_PAGEOBJECT, m matrix, count int, stroked bool, p *page) (curves bool) {
	own, err := f.instance.FPDFPageObj_GetMatrix(&requests.FPDFPageObj_GetMatrix{PageObject: o})
	if err != nil {
		return false
	}
	m = m.times(own.Matrix)
	var sub []point
	curved := false
	flush := func() {
		if len(sub) > 1 && !curved {
			p.addSubpath(sub, stroked)
		}
		sub, curved = nil, false
	}
	for i := range count {
		s := told(f.instance.FPDFPath_GetPathSegment(&requests.FPDFPath_GetPathSegment{PageObject: o, Index: i}))
		at, err := f.instance.FPDFPathSegment_GetPoint(&requests.FPDFPathSegment_GetPoint{PathSegment: s.PathSegment})
		if err != nil {
			return curves
		}
		switch told(f.instance.FPDFPathSegment_GetType(&requests.FPDFPathSegment_GetType{PathSegment: s.PathSegment})).Type {
		case enums.FPDF_SEGMENT_MOVETO:
			flush()
		case enums.FPDF_SEGMENT_BEZIERTO:
			curved, curves = true, true
		}
		sub = append(sub, m.point(point{float64(at.X), float64(at.Y)}))
		if told(f.instance.FPDFPathSegment_GetClose(&requests.FPDFPathSegment_GetClose{PathSegment: s.PathSegment})).IsClose {
			sub = append(sub, sub[0])
		}
	}
	flush()
	return curves
}

// matrix is a transformation as in ISO 32000-1 §8.3.3.
type matrix struct{ a, b, c, d, e, f float64 }

var identity = matrix{a: 1, d: 1}

// times is the transformation by n, then by m.
func (m matrix) times(n structs.FPDF_FS_MATRIX) matrix {
	a, b, c, d, e, f := float64(n.A), float64(n.B), float64(n.C), float64(n.D), float64(n.E), float64(n.F)
	return matrix{
		a: a*m.a + b*m.c, b: a*m.b + b*m.d,
		c: c*m.a + d*m.c, d: c*m.b + d*m.d,
		e: e*m.a + f*m.c + m.e, f: e*m.b + f*m.d + m.f,
	}
}

type point struct{ x, y float64 }

func (m matrix) point(p point) point {
	return point{p.x*m.a + p.y*m.c + m.e, p.x*m.b + p.y*m.d + m.f}
}

func (m matrix) box(b box) box {
	if m == identity {
		return b
	}
	out := noBox
	for _, c := range []point{{b.x0, b.y0}, {b.x0, b.y1}, {b.x1, b.y0}, {b.x1, b.y1}} {
		q := m.point(c)
		out = out.union(box{q.x, q.y, q.x, q.y})
	}
	return out
}
