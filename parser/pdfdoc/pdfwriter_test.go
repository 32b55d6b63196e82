package pdfdoc_test

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf16"
)

// drawing writes small PDF files (ISO 32000-1) for tests, so that each way of
// drawing a table can be had exactly. Chinese text is set in a font that is named
// and not embedded, as in many real files; digits and Latin in Helvetica when
// asked for.
type drawing struct {
	pages   []*canvas
	trailer string // added to the trailer dictionary
	title   string
	narrow  bool // there is a font F3, which is F1 with digits of which it says that they are narrow
}

// canvas is one page. Places are in points from the page's upper left corner.
type canvas struct {
	w, h   float64
	rotate int
	ops    bytes.Buffer
}

func (d *drawing) page(w, h float64) *canvas {
	c := &canvas{w: w, h: h}
	d.pages = append(d.pages, c)
	return c
}

// text sets a text with its baseline's beginning at x, y.
func (c *canvas) text(x, y, size float64, s string) {
	fmt.Fprintf(&c.ops, "BT /F1 %g Tf 1 0 0 1 %g %g Tm <%s> Tj ET\n", size, x, c.h-y, ucs2(s))
}

// latin sets ASCII text in Helvetica.
func (c *canvas) latin(x, y, size float64, s string) {
	fmt.Fprintf(&c.ops, "BT /F2 %g Tf 1 0 0 1 %g %g Tm (%s) Tj ET\n", size, x, c.h-y, s)
}

// turned sets a text that runs upwards.
func (c *canvas) turned(x, y, size float64, s string) {
	fmt.Fprintf(&c.ops, "BT /F1 %g Tf 0 1 -1 0 %g %g Tm <%s> Tj ET\n", size, x, c.h-y, ucs2(s))
}

func (c *canvas) line(x0, y0, x1, y1 float64) {
	fmt.Fprintf(&c.ops, "0.5 w %g %g m %g %g l S\n", x0, c.h-y0, x1, c.h-y1)
}

// bar draws a line as a filled rectangle.
func (c *canvas) bar(x0, y0, x1, y1 float64) {
	fmt.Fprintf(&c.ops, "%g %g %g %g re f\n", x0-0.25, c.h-y1-0.25, x1-x0+0.5, y1-y0+0.5)
}

func (c *canvas) raw(ops string) { c.ops.WriteString(ops + "\n") }

func ucs2(s string) string {
	var sb strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&sb, "%04X", u)
	}
	return sb.String()
}

// bytes writes the file.
func (d *drawing) bytes() []byte {
	var out bytes.Buffer
	var offsets []int
	object := func(body string) int {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", len(offsets), body)
		return len(offsets)
	}
	out.WriteString("%PDF-1.7\n")
	descriptor := object("<< /Type /FontDescriptor /FontName /SimSun /Flags 4 /FontBBox [0 -141 1000 859] /ItalicAngle 0 /Ascent 859 /Descent -141 /CapHeight 700 /StemV 80 >>")
	cid := object(fmt.Sprintf("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /SimSun /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor %d 0 R /DW 1000 /W [1 95 500 814 939 500] >>", descriptor))
	f1 := object(fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /UniGB-UCS2-H /DescendantFonts [%d 0 R] >>", cid))
	f2 := object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
	fonts := fmt.Sprintf("/F1 %d 0 R /F2 %d 0 R", f1, f2)
	if d.narrow {
		cid = object(fmt.Sprintf("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /SimSun /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor %d 0 R /DW 1000 /W [1 95 250 814 939 250] >>", descriptor))
		f3 := object(fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /UniGB-UCS2-H /DescendantFonts [%d 0 R] >>", cid))
		fonts += fmt.Sprintf(" /F3 %d 0 R", f3)
	}
	tree := len(offsets) + 2*len(d.pages) + 1
	var kids strings.Builder
	for _, p := range d.pages {
		content := object(fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", p.ops.Len(), p.ops.String()))
		n := object(fmt.Sprintf("<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %g %g] /Rotate %d /Contents %d 0 R /Resources << /Font << %s >> >> >>",
			tree, p.w, p.h, p.rotate, content, fonts))
		fmt.Fprintf(&kids, "%d 0 R ", n)
	}
	object(fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", kids.String(), len(d.pages)))
	catalog := object(fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R >>", tree))
	info := object(fmt.Sprintf("<< /Title <FEFF%s> >>", ucs2(d.title)))
	xref := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, catalog, info, d.trailer, xref)
	return out.Bytes()
}
