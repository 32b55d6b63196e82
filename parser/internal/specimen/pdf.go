package specimen

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"unicode/utf16"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// pdfStyles are PDF files with a text layer and ruled tables, cut at page ends.
func pdfStyles() []Style {
	styles := []Style{
		{Name: "pdf-clean", Shows: "a PDF with ruled tables that go on over the page's end, with page numbers"},
		{Name: "pdf-gaps", Shows: "a PDF with blank cells and dashes", page: func(p *page) {
			p.some(8, func(c *cell, _ float64) { p.blank(c) })
			p.some(8, func(c *cell, _ float64) { p.mark(c, report.StatusNotApplicable, "—") })
		}},
		{Name: "pdf-thousands", Shows: "a PDF whose figures have thousand separators", page: func(p *page) {
			p.figures(func(c *cell, _ float64) { c.text = thousands(c.text, ",") })
		}},
	}
	for i := range styles {
		styles[i].Container, styles[i].Extension, styles[i].Layouts, styles[i].write = document.PDF, ".pdf", anyLayout, writePDF
	}
	return styles
}

// Measures of an A4 page, in points.
const (
	pageWidth, pageHeight = 595.0, 842.0
	margin                = 48.0
	fontSize              = 9.0
	leading               = 12.0
	padding               = 3.0
)

// pdfWriter sets text and rules from the top of a page downwards.
type pdfWriter struct {
	pages []*bytes.Buffer
	y     float64 // where the next line goes, from the page's lower edge
}

func writePDF(p *page) ([]byte, error) {
	w := &pdfWriter{}
	w.newPage()
	for _, b := range p.blocks {
		for _, g := range b.grids {
			w.grid(g)
		}
		if b.text != "" {
			for _, l := range wrap(strings.ReplaceAll(b.text, "\n", " "), pageWidth-2*margin) {
				w.room(leading)
				w.y -= leading
				w.text(margin, w.y, l)
			}
			w.y -= leading / 2
		}
	}
	return w.bytes(p.truth.Meta.Title)
}

func (w *pdfWriter) newPage() {
	w.pages = append(w.pages, &bytes.Buffer{})
	w.y = pageHeight - margin
	w.text(pageWidth/2-12, margin/2, fmt.Sprintf("- %d -", len(w.pages)))
}

func (w *pdfWriter) room(height float64) {
	if w.y-height < margin {
		w.newPage()
	}
}

// text sets a line. Characters are given as UTF-16.
func (w *pdfWriter) text(x, y float64, s string) {
	var hex strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&hex, "%04X", u)
	}
	fmt.Fprintf(w.pages[len(w.pages)-1], "BT /F1 %g Tf %.2f %.2f Td <%s> Tj ET\n", fontSize, x, y, hex.String())
}

func (w *pdfWriter) rule(x1, y1, x2, y2 float64) {
	fmt.Fprintf(w.pages[len(w.pages)-1], "0.5 w %.2f %.2f m %.2f %.2f l S\n", x1, y1, x2, y2)
}

// advance is a text's width.
func advance(s string) float64 {
	n := 0.0
	for _, r := range s {
		if r < 0x80 {
			n += 0.5
		} else {
			n++
		}
	}
	return n * fontSize
}

// wrap breaks a text into lines of at most width.
func wrap(s string, width float64) []string {
	var lines []string
	line := ""
	for _, r := range s {
		if line != "" && advance(line+string(r)) > width {
			lines = append(lines, line)
			line = ""
		}
		line += string(r)
	}
	return append(lines, line)
}

// grid draws a table row by row; what spans rows over a page's end is drawn
// anew on the next, without its text.
func (w *pdfWriter) grid(g *grid) {
	rows := g.place()
	widths := columnWidths(g, len(rows[0]))
	left := make([]float64, len(widths)+1)
	left[0] = margin
	for i, width := range widths {
		left[i+1] = left[i] + width
	}
	span := func(row, col int) int {
		n := 1
		for col+n < len(rows[row]) && rows[row][col].cell != nil && rows[row][col+n].cell == rows[row][col].cell {
			n++
		}
		return n
	}
	lines := func(row, col int) []string {
		return wrap(oneLine(rows[row][col].cell.text), left[col+span(row, col)]-left[col]-2*padding)
	}
	heights := make([]float64, len(rows))
	for i, slots := range rows {
		heights[i] = leading + 2*padding
		for col, s := range slots {
			if s.cell != nil && s.left && s.top && s.cell.rows <= 1 {
				heights[i] = max(heights[i], float64(len(lines(i, col)))*leading+2*padding)
			}
		}
	}
	for i, slots := range rows {
		for col, s := range slots {
			if s.cell == nil || !s.left || !s.top || s.cell.rows <= 1 {
				continue
			}
			have := 0.0
			end := min(i+s.cell.rows, len(rows))
			for _, h := range heights[i:end] {
				have += h
			}
			if need := float64(len(lines(i, col)))*leading + 2*padding; need > have {
				heights[end-1] += need - have
			}
		}
	}
	for i, slots := range rows {
		fresh := false
		if w.y-heights[i] < margin {
			w.newPage()
			fresh = true
		}
		top, bottom := w.y, w.y-heights[i]
		for col := 0; col < len(slots); {
			n, s := span(i, col), slots[col]
			x1, x2 := left[col], left[col+n]
			w.rule(x1, top, x1, bottom)
			w.rule(x2, top, x2, bottom)
			if s.cell == nil || s.top || fresh {
				w.rule(x1, top, x2, top)
			}
			last := i+1 == len(rows) || s.cell == nil || rows[i+1][col].cell != s.cell
			if last || w.y-heights[i]-heights[min(i+1, len(rows)-1)] < margin {
				w.rule(x1, bottom, x2, bottom)
			}
			if s.cell != nil && s.top {
				y := top - padding - fontSize
				for _, l := range lines(i, col) {
					x := x1 + padding + float64(s.cell.level)*fontSize
					if s.cell.kind == figureCell {
						x = max(x, (x1+x2-advance(l))/2)
					}
					w.text(x, y, l)
					y -= leading
				}
			}
			col += n
		}
		w.y = bottom
	}
	w.y -= leading
}

// columnWidths shares the page's width out: columns of labels get more.
func columnWidths(g *grid, columns int) []float64 {
	share := make([]float64, columns)
	for i := range share {
		share[i] = 1
	}
	switch g.name {
	case "disclosure":
		share[0] = 1.5
	case "requests":
		if columns == 10 {
			share[0], share[1], share[2] = 0.7, 1, 3
		}
	case "annex":
		share[0] = 5
	}
	whole := 0.0
	for _, s := range share {
		whole += s
	}
	for i := range share {
		share[i] *= (pageWidth - 2*margin) / whole
	}
	return share
}

// bytes writes the file: catalogue, page tree, one font, pages, contents.
func (w *pdfWriter) bytes(title string) ([]byte, error) {
	var b bytes.Buffer
	var offsets []int
	object := func(format string, a ...any) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n", len(offsets))
		fmt.Fprintf(&b, format, a...)
		b.WriteString("\nendobj\n")
	}
	stream := func(data []byte) error {
		var packed bytes.Buffer
		z := zlib.NewWriter(&packed)
		if _, err := z.Write(data); err != nil {
			return err
		}
		if err := z.Close(); err != nil {
			return err
		}
		object("<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream", packed.Len(), packed.Bytes())
		return nil
	}
	b.WriteString("%PDF-1.7\n%\xe4\xb8\xad\n")
	const first = 10 // the first page's object
	kids := ""
	for i := range w.pages {
		kids += fmt.Sprintf("%d 0 R ", first+2*i)
	}
	object("<< /Type /Catalog /Pages 2 0 R >>")
	object("<< /Type /Pages /Kids [%s] /Count %d >>", kids, len(w.pages))
	object("<< /Type /Font /Subtype /Type0 /BaseFont /AAAAAA+SimSun /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 6 0 R >>")
	// Character codes are those of Unicode.
	object("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /AAAAAA+SimSun /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 /W [0 127 500] /CIDToGIDMap 9 0 R /FontDescriptor 5 0 R >>")
	object("<< /Type /FontDescriptor /FontName /AAAAAA+SimSun /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 /FontFile2 8 0 R >>")
	var ranges strings.Builder
	for high := 0; high < 256; high += 64 {
		fmt.Fprintf(&ranges, "64 beginbfrange\n")
		for i := high; i < high+64; i++ {
			fmt.Fprintf(&ranges, "<%02X00> <%02XFF> <%02X00>\n", i, i, i)
		}
		ranges.WriteString("endbfrange\n")
	}
	if err := stream([]byte("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Adobe-Identity-UCS def /CMapType 2 def\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n" +
		ranges.String() + "endcmap CMapName currentdict /CMap defineresource pop end end")); err != nil {
		return nil, err
	}
	var hex strings.Builder
	for _, u := range utf16.Encode([]rune(title)) {
		fmt.Fprintf(&hex, "%04X", u)
	}
	object("<< /Title <FEFF%s> >>", hex.String())
	for _, data := range [][]byte{boxFont(), glyphMap()} {
		if err := stream(data); err != nil {
			return nil, err
		}
	}
	for i, p := range w.pages {
		object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %g %g] /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>", pageWidth, pageHeight, first+2*i+1)
		if err := stream(p.Bytes()); err != nil {
			return nil, err
		}
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R /Info 7 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, start)
	return b.Bytes(), nil
}
