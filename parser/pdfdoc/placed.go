package pdfdoc

import (
	"bytes"
	"context"
	"encoding/json"
	"html"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"nianbao/parser/document"
	"nianbao/parser/lazyregexp"
	"nianbao/parser/report"
)

// placedForm is a way in which programs write the words of pages with their places.
type placedForm struct {
	marks []string // what the head of such a file has, all of it
	end   string   // what it ends with
	pages func(text string) []page
	// recognised tells that the program has read a scan.
	recognised bool
}

// placedForms are those of Poppler (pdftotext -bbox, -bbox-layout and -tsv,
// pdftohtml -xml), of MuPDF (stext and stext.json), and of programs that read scans (hOCR,
// ALTO and the TSV of Tesseract).
var placedForms = []placedForm{
	{[]string{"<page width=", "<word xMin="}, "</html>", taggedPages(
		`<page width="([\d.]+)" height="([\d.]+)"|<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">([^<]*)</word>`, false), false},
	{[]string{"<page number=", "<text top="}, "</pdf2xml>", taggedPages(
		`<page number="[^"]*"[^>]*? height="(\d+)" width="(\d+)"|<text top="(-?\d+)" left="(-?\d+)" width="(-?\d+)" height="(-?\d+)"[^>]*>([\s\S]*?)</text>`, true), false},
	{[]string{"<page id=", "<char quad="}, "</document>", markedPages, false},
	{[]string{`{"file":`, `"pages":`, `"blocks":`, `"bbox":`}, "}", jsonPages, false},
	{[]string{"level\tpage_num\tblock_num\t", "\tleft\ttop\twidth\theight\tconf\ttext"}, "\n", tablePages, true},
	{[]string{"level\tpage_num\t", "\tleft\ttop\twidth\theight\tconf\ttext"}, "\n", tablePages, false},
	{[]string{"<alto", "<Page "}, "</alto>", altoPages, true},
	{[]string{"ocr_page", "ocrx_word", "bbox "}, "</html>", taggedPages(
		`class=['"]ocr_page['"][^>]*?bbox -?\d+ -?\d+ (\d+) (\d+)|class=['"]ocrx_word['"][^>]*?bbox (-?\d+) (-?\d+) (-?\d+) (-?\d+)[^>]*>([\s\S]*?)</span>`, false), true},
}

// placedHead is how much of a file tells that it is one of words with places.
const placedHead = 16 << 10

// IsPlaced reports whether a text is one that a program wrote of a page's words with
// their places: neither prose nor a page of the web.
func IsPlaced(data []byte) bool { return placedFormOf(data) != nil }

func placedFormOf(data []byte) *placedForm {
	head := data[:min(len(data), placedHead)]
	if !bytes.Contains(head, []byte("page")) && !bytes.Contains(head, []byte("<Page")) { // as each of the forms does
		return nil
	}
	for i := range placedForms {
		if !slices.ContainsFunc(placedForms[i].marks, func(mark string) bool { return !bytes.Contains(head, []byte(mark)) }) {
			return &placedForms[i]
		}
	}
	return nil
}

// maxPlacedBytes bounds such a file: each character of a page may take a line of it.
const maxPlacedBytes = 16 << 20

// ReadPlaced reads a text that [IsPlaced]: lines and tables come of the places, as they
// do in a PDF without ruling lines. The only error is the context's.
func ReadPlaced(ctx context.Context, text string) (*document.Document, error) {
	form := placedFormOf([]byte(text[:min(len(text), placedHead)]))
	cut := len(text) > maxPlacedBytes
	text = text[:min(len(text), maxPlacedBytes)]
	f := &file{}
	if form != nil {
		f.pages = form.pages(strings.TrimPrefix(text, "\uFEFF"))
	}
	if n := len(f.pages); !cut && n > 0 && !form.whole(text) {
		f.pages[n-1].cut = true
		f.find(report.RuleTruncated, "The text ends within a page; what the page ends with was not read.")
	}
	if len(f.pages) > maxPages {
		f.pages, cut = f.pages[:maxPages], true
	}
	for i := range f.pages {
		f.pages[i].turnOver()
		cut = cut || len(f.pages[i].glyphs) >= maxChars
	}
	if cut {
		f.find(report.RuleLimit, "the document is larger than any report; what follows was not read")
	}
	d, err := compose(ctx, f)
	if err != nil {
		return nil, err
	}
	d.Container, d.Recognised = document.Placed, form != nil && form.recognised
	return d, nil
}

// whole reports whether a text ends as its form does, whatever white space follows.
func (form *placedForm) whole(text string) bool {
	return strings.HasSuffix(text, form.end) || strings.HasSuffix(strings.TrimRight(text, " \r\n\t"), form.end)
}

// turnOver has y grow upwards, as it does in PDF.
func (p *page) turnOver() {
	for i := range p.glyphs {
		b := &p.glyphs[i].box
		b.y0, b.y1 = p.box.y0+p.box.y1-b.y1, p.box.y0+p.box.y1-b.y0
	}
}

// taggedPages reads pages whose words stand in tags. The expression has the width and
// height of a page, and the corners of a word and its text; sized says that it has the
// height first, and of a word the top and left, width and height.
func taggedPages(expression string, sized bool) func(string) []page {
	tags := lazyregexp.New(expression)
	return func(text string) []page {
		var out []page
		for _, m := range tags.FindAllStringSubmatch(text, -1) {
			if m[1] != "" {
				out = append(out, newPage(coordinate(m[1]), coordinate(m[2]), sized))
				continue
			}
			if len(out) == 0 {
				continue
			}
			b := box{coordinate(m[3]), coordinate(m[4]), coordinate(m[5]), coordinate(m[6])}
			if sized {
				b = box{b.y0, b.x0, b.y0 + b.x1, b.x0 + b.y1}
			}
			out[len(out)-1].word(b, html.UnescapeString(tag.ReplaceAllString(m[7], "")))
		}
		return out
	}
}

var tag = lazyregexp.New(`<[^>]*>`)

func newPage(w, h float64, turned bool) page {
	if turned {
		w, h = h, w
	}
	return page{box: box{0, 0, w, h}}
}

// markedPages reads MuPDF's stext, which has the place of each character.
func markedPages(text string) []page {
	var out []page
	size := 10.0
	blank := true
	for _, m := range stextTags.FindAllStringSubmatch(text, -1) {
		switch {
		case m[1] != "":
			out = append(out, newPage(coordinate(m[1]), coordinate(m[2]), false))
			blank = true
		case m[3] != "":
			size = coordinate(m[3])
		case m[4] != "":
			blank = true
		case len(out) > 0:
			p := &out[len(out)-1]
			for _, r := range html.UnescapeString(m[8]) {
				if unicode.IsSpace(r) {
					blank = true
					continue
				}
				p.glyph(r, coordinate(m[5]), coordinate(m[6]), coordinate(m[7])-0.38*size, size, blank)
				blank = false
			}
		}
	}
	return out
}

var stextTags = lazyregexp.New(`<page id="[^"]*" width="([\d.]+)" height="([\d.]+)"|<font name="[^"]*" size="([\d.]+)"|<(line) |<char quad="([-\d.]+) [-\d.]+ ([-\d.]+) [^"]*" x="[^"]*" y="([-\d.]+)"[^>]*? c="([^"]*)"`)

// jsonPages reads MuPDF's stext.json, which has lines with their places.
func jsonPages(text string) []page {
	var file struct {
		Pages []struct {
			Blocks []struct {
				Lines []struct {
					BBox struct{ X, Y, W, H float64 }
					Font struct{ Size float64 }
					Y    float64
					Text string
				}
			}
		}
	}
	if json.Unmarshal([]byte(text), &file) != nil {
		return nil
	}
	out := make([]page, len(file.Pages))
	for i, p := range file.Pages {
		for _, b := range p.Blocks {
			for _, l := range b.Lines {
				out[i].box.x1 = max(out[i].box.x1, l.BBox.X+l.BBox.W)
				out[i].box.y1 = max(out[i].box.y1, l.Y+l.Font.Size)
				mid := l.Y - 0.38*l.Font.Size
				out[i].word(box{l.BBox.X, mid - 0.6*l.Font.Size, l.BBox.X + l.BBox.W, mid + 0.6*l.Font.Size}, l.Text)
			}
		}
	}
	return out
}

// tablePages reads the table of words that Poppler and Tesseract write.
func tablePages(text string) []page {
	var out []page
	columns := map[string]int{}
	pages := map[string]int{}
	for line := range strings.Lines(text) {
		fields := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(columns) == 0 {
			for i, f := range fields {
				columns[f] = i
			}
			continue
		}
		if len(fields) < len(columns) || !strings.HasSuffix(line, "\n") {
			continue
		}
		at := func(name string) string { return fields[columns[name]] }
		b := box{x0: coordinate(at("left")), y0: coordinate(at("top"))}
		b.x1, b.y1 = b.x0+coordinate(at("width")), b.y0+coordinate(at("height"))
		switch at("level") {
		case "1":
			pages[at("page_num")] = len(out)
			out = append(out, newPage(b.width(), b.height(), false)) // Poppler's pages have the corner of the last word
		case "5":
			if i, ok := pages[at("page_num")]; ok {
				out[i].word(b, at("text"))
			}
		}
	}
	return out
}

// altoPages reads ALTO, whose attributes stand in any order.
func altoPages(text string) []page {
	var out []page
	for _, m := range altoTags.FindAllStringSubmatch(text, -1) {
		at := map[string]string{}
		for _, a := range altoAttribute.FindAllStringSubmatch(m[2], -1) {
			at[a[1]] = a[2]
		}
		if m[1] == "Page" {
			out = append(out, newPage(coordinate(at["WIDTH"]), coordinate(at["HEIGHT"]), false))
		} else if len(out) > 0 {
			b := box{x0: coordinate(at["HPOS"]), y0: coordinate(at["VPOS"])}
			b.x1, b.y1 = b.x0+coordinate(at["WIDTH"]), b.y0+coordinate(at["HEIGHT"])
			out[len(out)-1].word(b, html.UnescapeString(at["CONTENT"]))
		}
	}
	return out
}

var (
	altoTags      = lazyregexp.New(`<(?:\w+:)?(Page|String)\s([^<>]*)>`)
	altoAttribute = lazyregexp.New(`([A-Z]+)="([^"]*)"`)
)

func coordinate(s string) float64 {
	n, _ := strconv.ParseFloat(s, 64)
	return n
}

// word shares the place of a word among its characters.
func (p *page) word(b box, text string) {
	text = strings.Trim(text, "\n\r\t")
	total := 0.0
	for _, r := range text {
		total += float64(document.Places(r))
	}
	if total == 0 || !b.finite() || b.width() <= 0 || b.height() <= 0 {
		return
	}
	em := min(b.height(), 2*b.width()/total)
	first, _ := utf8.DecodeRuneInString(text)
	x, blank := b.x0, !p.joins(b, first)
	for _, r := range text {
		w := b.width() * float64(document.Places(r)) / total
		if unicode.IsSpace(r) {
			blank = true
		} else {
			p.glyph(r, x, x+w, b.midY(), em, blank)
			blank = false
		}
		x += w
	}
}

// joins reports whether a word begins where the last one ended, and a point or a comma
// is what parts them: programs write 1 , 234 where two fonts do.
func (p *page) joins(b box, first rune) bool {
	if len(p.glyphs) == 0 {
		return false
	}
	last := p.glyphs[len(p.glyphs)-1]
	mark := func(r rune) bool { return strings.ContainsRune(".,，．", r) }
	return mark(last.r) != mark(first) && math.Abs(last.box.midY()-b.midY()) < 0.3*b.height() && math.Abs(b.x0-last.box.x1) < 0.2*b.height()
}

// glyph adds a character of a font's size, of which the ink is guessed.
func (p *page) glyph(r rune, x0, x1, mid, em float64, blank bool) {
	b := box{x0: x0, x1: x1}
	half := 0.34 * em
	switch {
	case unicode.Is(unicode.Han, r):
		half = 0.44 * em
		ink := 0.05 * (x1 - x0)
		b.x0, b.x1 = x0+ink, x1-ink
	case !unicode.IsLetter(r) && !digit(r) && !strings.ContainsRune("()（）[]【】《》/", r):
		half = 0.1 * em
	}
	b.y0, b.y1 = mid-half, mid+half
	if !b.finite() || b.width() < 0 {
		return
	}
	n := len(p.glyphs)
	if n >= maxChars {
		p.cut = true
		return
	}
	p.glyphs = append(p.glyphs, glyph{r: r, box: b, order: n, space: blank})
}
