package pdfdoc

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/parser/document"
	"nianbao/parser/lazyregexp"
	"nianbao/parser/report"
)

// compose makes a document of pages.
func compose(ctx context.Context, f *file) (*document.Document, error) {
	c := composer{}
	for _, finding := range f.findings {
		c.out.AddFinding(finding)
	}
	images := 0
	var pictures []int // pages that are nothing but pictures
	pages := make([]content, 0, len(f.pages))
	for i := range f.pages {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p := &f.pages[i]
		images += p.images
		if len(p.glyphs) == 0 && !p.damaged && (p.images > 0 || len(p.rules) > 400) {
			pictures = append(pictures, i+1)
		}
		pages = append(pages, c.lay(p, i))
	}
	dropMargins(pages)
	c.measure(pages)
	for i, p := range pages {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c.page(i, p)
	}
	c.flush()
	d := c.out.Document()
	d.Container = document.PDF
	d.Title = documentTitle(f.title)
	d.Images = images
	if len(pictures) > 0 {
		message := "The file holds pictures of pages and no text; nothing can be read from it."
		if len(d.Blocks) > 0 {
			message = fmt.Sprintf("%d of %d pages are pictures without text, page %d the first; what they show was not read.", len(pictures), len(pages), pictures[0])
		}
		d.Findings = append(d.Findings, report.Warning(report.RuleImageOnly, "%s", message))
	}
	return d, nil
}

// documentTitle is the title property without what Word's printer puts before it.
func documentTitle(s string) string {
	s = strings.TrimSpace(strings.ToValidUTF8(s, ""))
	return strings.TrimSpace(strings.TrimPrefix(s, "Microsoft Word -"))
}

// composer turns laid-out pages into blocks.
type composer struct {
	out         document.Builder
	left, right float64 // where full lines of prose begin and end
	pitch       float64 // from one line to the next; zero when not known

	paragraph []*line // lines of the open paragraph
	text      strings.Builder
	lastText  string
	at        int // page of the last line or table
	sheet     *sheet
	pageHas   bool         // the current page has given something
	open      *columnTable // the table without lines that the page laid last ends in
}

func (c *composer) find(rule string, severity report.Severity, format string, args ...any) {
	c.out.AddFinding(report.Finding{Rule: rule, Severity: severity, Message: fmt.Sprintf(format, args...)})
}

// lay makes lines and tables of a page.
func (c *composer) lay(p *page, index int) content {
	if p.damaged {
		c.open = nil
		return content{damaged: true}
	}
	p.upright()
	out := content{width: p.box.width(), height: p.box.height()}
	ru, whole := straighten(p.rules)
	if !whole {
		c.find(report.RuleLimit, report.SeverityWarning, "Page %d has more lines than any report's; some were not read.", index+1)
	}
	tables, free := findTables(ru, p.glyphs)
	for _, t := range tables {
		t.show(p.objects)
		out.items = append(out.items, item{table: t})
		if t.gaps {
			c.find(report.RuleMalformed, report.SeverityInfo, "The lines of a table on page %d do not close all its cells; their rows were kept apart.", index+1)
		}
		if t.torn {
			c.find(report.RuleMalformed, report.SeverityInfo, "A figure on page %d is printed across the line between two cells; it was taken as belonging where its middle is.", index+1)
		}
	}
	var items []item
	items, c.open = arrange(linesOf(free), c.open)
	for _, it := range items {
		if slices.ContainsFunc(it.line.glyphs, func(g glyph) bool { return g.cut }) {
			it.text = strings.TrimRightFunc(it.text, ofFigure) // nobody knows how its last figure goes on
		}
		if it.text != "" {
			out.items = append(out.items, it)
		}
	}
	slices.SortStableFunc(out.items, func(a, b item) int { return cmp.Compare(a.box().y0, b.box().y0) })
	return out
}

// measure finds where full lines begin and end, the places at which most of the
// long lines do, and how far lines of a paragraph are apart.
func (c *composer) measure(pages []content) {
	var x0, x1, pitch []float64
	width := 0.0
	for _, p := range pages {
		width = max(width, p.width)
		for i, it := range p.items {
			if it.line == nil {
				continue
			}
			if len(it.line.glyphs) >= 12 {
				x0, x1 = append(x0, it.line.box.x0), append(x1, it.line.box.x1)
			}
			if i > 0 && p.items[i-1].line != nil {
				if d := it.line.box.midY() - p.items[i-1].line.box.midY(); d > 0.5*it.line.em {
					pitch = append(pitch, d)
				}
			}
		}
	}
	if len(x0) == 0 {
		return
	}
	slices.Sort(x0)
	slices.Sort(x1)
	slices.Sort(pitch)
	c.left, c.right = x0[len(x0)/10], x1[len(x1)*9/10]
	if len(pitch) > 0 {
		c.pitch = pitch[len(pitch)/4]
	}
	// Where no line is long enough to be full, the margin on the right is taken to
	// be the left one's equal.
	const noticeable = 60
	if mirrored := width - c.left; c.right < mirrored-noticeable {
		c.right = mirrored
	}
}

func (c *composer) page(index int, p content) {
	c.pageHas = false
	for _, it := range p.items {
		if c.out.Full() {
			return
		}
		if it.table != nil {
			c.table(index, it.table)
		} else {
			c.line(index, it.line, it.text)
		}
		c.pageHas, c.at = true, index
	}
}

// line adds a line to the open paragraph, or begins the next one.
func (c *composer) line(page int, l *line, text string) {
	c.flushTable()
	if n := len(c.paragraph); n > 0 && c.continues(c.paragraph[n-1], l, page, text) {
		c.text.WriteString(jointOf(c.lastText, text))
	} else {
		c.flushParagraph()
	}
	c.text.WriteString(text)
	c.paragraph = append(c.paragraph, l)
	c.lastText = text
}

// headed matches a line that begins with the number of a section or an item.
var headed = lazyregexp.New(`^(?:[（(]?[一二三四五六七八九十]{1,3}[）)、．.]|[（(]?[0-9０-９]{1,2}[）)、．]|[0-9]{1,2}\.[^0-9])`)

// continues reports whether a line goes on with the paragraph of the one before:
// that one is full, and this one is not indented as a paragraph's first line.
func (c *composer) continues(last, l *line, page int, text string) bool {
	samePage := page == c.at
	switch {
	case !samePage && (page != c.at+1 || c.pageHas):
		return false
	case strings.Contains(text, "\t"), strings.Contains(c.lastText, "\t"):
		return false // columns
	case l.em > 1.2*last.em || last.em > 1.2*l.em:
		return false
	case last.box.x1 < c.right-1.7*max(l.em, last.em), last.box.x0 > c.left+4.5*l.em:
		return false // short, or set to the right as a signature is
	case samePage && l.box.midY()-last.box.midY() > min(3.2*l.em, max(1.35*c.pitch, 1.2*l.em)):
		return false // paragraphs stand apart
	}
	ended := endsSentence(c.lastText)
	if headed.MatchString(text) && ended {
		return false
	}
	if l.box.x0 <= c.left+0.9*l.em {
		return true
	}
	// A paragraph that is indented as a whole.
	return !ended && l.box.x0-last.box.x0 < 0.6*l.em && last.box.x0-l.box.x0 < 0.6*l.em
}

func endsSentence(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, "”’」』）) \t"))
	return strings.ContainsRune("。；：！？;:!?.", r)
}

// jointOf is what stands between two lines of a paragraph: a space between Latin
// words; nothing in Chinese, nor between the halves of a long number, for a
// number's end is only broken off where the line is full.
func jointOf(a, b string) string {
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	if wide(last) || wide(first) || digit(last) && digit(first) || last == '-' {
		return ""
	}
	return " "
}

func (c *composer) flushParagraph() {
	c.out.AddText(document.Paragraph, c.text.String())
	c.text.Reset()
	c.paragraph = nil
	c.lastText = ""
}

func (c *composer) flush() {
	c.flushParagraph()
	c.flushTable()
}

// table begins a grid, or goes on with the one that ends the page before.
func (c *composer) table(page int, t *table) {
	if c.sheet != nil && !c.pageHas && page == c.at+1 && len(c.paragraph) == 0 {
		if c.sheet.append(t) {
			return
		}
	}
	c.flush()
	c.sheet = newSheet(t)
}

func (c *composer) flushTable() {
	if c.sheet == nil {
		return
	}
	for _, f := range c.sheet.findings {
		c.out.AddFinding(f)
	}
	c.out.AddGrid(c.sheet.grid())
	c.sheet = nil
}
