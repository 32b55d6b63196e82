package specimen

import (
	"fmt"
	"html"
	"strings"
)

// markup says how the HTML writer writes. The zero markup is plain HTML.
type markup struct {
	head    string // put into <head>
	charset string // of the <meta>; "utf-8" when empty, none when "-"
	before  string // before the title
	after   string // after the last block

	table func(g *grid) string                  // attributes of <table>
	tr    func(r *row) string                   // attributes of <tr>
	td    func(c *cell) string                  // further attributes of <td>
	inner func(c *cell) string                  // what a cell holds
	par   func(b *block, text string) string    // a paragraph or heading
	wrap  func(b *block, written string) string // around each block

	unclosed bool // no </tr>, no </td>
	upper    bool // element names in capitals
	groups   bool // caption, thead, tbody and th
	noMeta   bool // no <title>, no ArticleTitle, no PubDate
	noTags   bool // no <html>, <head>, <body>
}

// writeHTML writes the page in UTF-8.
func writeHTML(p *page) ([]byte, error) { return []byte(p.html()), nil }

func (p *page) html() string {
	m := p.markup
	var b strings.Builder
	if !m.noTags {
		b.WriteString("<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n")
		switch m.charset {
		case "-":
		case "":
			b.WriteString("<meta charset=\"utf-8\">\n")
		default:
			fmt.Fprintf(&b, "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=%s\">\n", m.charset)
		}
		title := html.EscapeString(p.truth.Meta.Title)
		properties := fmt.Sprintf("<title>%s - %s人民政府门户网站</title>\n<meta name=\"ArticleTitle\" content=\"%s\">\n<meta name=\"PubDate\" content=\"%s 10:30\">\n",
			title, p.truth.Meta.Region, title, p.truth.Meta.PublishedOn)
		if m.noMeta {
			properties = ""
		}
		b.WriteString(properties + m.head + "</head>\n<body>\n")
	}
	b.WriteString(m.before)
	for _, blk := range p.blocks {
		s := p.blockHTML(blk)
		if m.wrap != nil {
			s = m.wrap(blk, s)
		}
		b.WriteString(s)
	}
	b.WriteString(m.after)
	if !m.noTags {
		b.WriteString("</body>\n</html>\n")
	}
	return b.String()
}

func (p *page) blockHTML(b *block) string {
	switch b.kind {
	case gridBlock:
		return p.gridHTML(b.grids[0])
	case rowOfGrids:
		var s strings.Builder
		s.WriteString("<table width=\"100%\" border=\"0\"><tr>")
		for _, g := range b.grids {
			s.WriteString("<td valign=\"top\">\n" + p.gridHTML(g) + "</td>")
		}
		s.WriteString("</tr></table>\n")
		return s.String()
	}
	text := breaks(b.text)
	if p.markup.par != nil {
		return p.markup.par(b, text)
	}
	switch b.kind {
	case titleBlock:
		return "<h1>" + text + "</h1>\n"
	case sourceBlock:
		return "<div class=\"source\">" + text + "</div>\n"
	case headingBlock:
		return "<p><strong>" + text + "</strong></p>\n"
	}
	return "<p>" + text + "</p>\n"
}

func (p *page) gridHTML(g *grid) string {
	m := p.markup
	var b strings.Builder
	attrs := " border=\"1\" cellspacing=\"0\""
	if m.table != nil {
		attrs = m.table(g)
	}
	name := func(s string) string {
		if m.upper {
			return strings.ToUpper(s)
		}
		return s
	}
	fmt.Fprintf(&b, "<%s%s>\n", name("table"), attrs)
	if m.groups {
		b.WriteString("<caption>附表</caption>\n<thead>\n")
	}
	inHead := m.groups
	for _, r := range g.rows {
		if inHead && r.cells[len(r.cells)-1].kind != headCell {
			b.WriteString("</thead>\n<tbody>\n")
			inHead = false
		}
		attrs := ""
		if m.tr != nil {
			attrs = m.tr(r)
		}
		if r.hidden {
			attrs += " style=\"display:none\""
		}
		fmt.Fprintf(&b, "<%s%s>", name("tr"), attrs)
		for _, c := range r.cells {
			attrs := ""
			if m.td != nil {
				attrs = m.td(c)
			}
			if c.hidden {
				attrs += " style=\"width:0; DISPLAY: none\""
			}
			if c.rows > 1 {
				attrs += fmt.Sprintf(" rowspan=\"%d\"", c.rows)
			}
			if c.cols > 1 {
				attrs += fmt.Sprintf(" colspan=\"%d\"", c.cols)
			}
			inner := c.html
			switch {
			case inner != "":
			case m.inner != nil:
				inner = m.inner(c)
			default:
				inner = indent(c.level) + breaks(c.text)
			}
			element := name("td")
			if m.groups && c.kind != figureCell && c.kind != fillerCell {
				element = "th"
			}
			fmt.Fprintf(&b, "<%s%s>%s", element, attrs, inner)
			if !m.unclosed {
				fmt.Fprintf(&b, "</%s>", element)
			}
		}
		if !m.unclosed {
			fmt.Fprintf(&b, "</%s>", name("tr"))
		}
		b.WriteByte('\n')
	}
	if m.groups {
		b.WriteString("</tbody>\n")
	}
	fmt.Fprintf(&b, "</%s>\n", name("table"))
	return b.String()
}

func indent(level int) string { return strings.Repeat("&nbsp;&nbsp;", level) }

// breaks escapes text and writes its line breaks.
func breaks(s string) string { return strings.ReplaceAll(html.EscapeString(s), "\n", "<br>") }
