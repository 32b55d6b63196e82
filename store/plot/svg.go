package plot

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// families is what an SVG asks for, the first that a system has.
const families = "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','PingFang SC','Microsoft YaHei','WenQuanYi Micro Hei','SimHei','Liberation Sans',Arial,sans-serif"

// svg writes the chart. Neighbours of one class share a group with its look.
func (c *Chart) svg(inline bool) []byte {
	var b bytes.Buffer
	size := fmt.Sprintf(`viewBox="0 0 %s %s"`, decimal(c.Width), decimal(c.Height))
	if inline {
		fmt.Fprintf(&b, `<svg class="chart" %s role="group" aria-label="%s" data-width="%s">`, size, escaped(c.Label), decimal(c.Width))
	} else {
		fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" %s width="%s" height="%s" role="img" aria-label="%s" font-family="%s">`+"\n<title>%s</title>\n",
			size, decimal(c.Width), decimal(c.Height), escaped(c.Label), families, escaped(c.Label))
		fmt.Fprintf(&b, `<rect width="%s" height="%s" fill="#ffffff"/>`+"\n", decimal(c.Width), decimal(c.Height))
	}
	open := ""
	for _, s := range c.shapes {
		if s.class != open {
			if open != "" {
				b.WriteString("</g>")
			}
			open = s.class
			fmt.Fprintf(&b, `<g class="%s"%s>`, s.class, looks[s.class].attributes())
		}
		s.svg(&b, inline)
	}
	if open != "" {
		b.WriteString("</g>")
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func (l look) attributes() string {
	var b strings.Builder
	fill := l.fill
	if fill == "" {
		fill = "none"
	}
	fmt.Fprintf(&b, ` fill="%s"`, fill)
	if l.stroke != "" {
		fmt.Fprintf(&b, ` stroke="%s" stroke-width="%s"`, l.stroke, decimal(l.width))
		if l.dash != nil {
			parts := make([]string, len(l.dash))
			for i, d := range l.dash {
				parts[i] = decimal(d)
			}
			fmt.Fprintf(&b, ` stroke-dasharray="%s"`, strings.Join(parts, " "))
		}
		b.WriteString(` stroke-linejoin="round"`)
	}
	return b.String()
}

func (s shape) svg(b *bytes.Buffer, inline bool) {
	end := ""
	switch {
	case s.tell == "":
	case !inline:
		b.WriteString("<g><title>" + escaped(s.tell) + "</title>")
		end = "</g>"
	case s.link != "": // the title names it, to whom points and to whom listens
		fmt.Fprintf(b, `<a href="%s"><title>%s</title>`, escaped(s.link), escaped(s.tell))
		end = "</a>"
	default:
		fmt.Fprintf(b, `<g tabindex="0" role="img"><title>%s</title>`, escaped(s.tell))
		end = "</g>"
	}
	switch {
	case s.disc != nil:
		fmt.Fprintf(b, `<circle cx="%s" cy="%s" r="%s"/>`, decimal(s.disc.at.x), decimal(s.disc.at.y), decimal(s.disc.r))
	case s.text != "":
		anchor := map[float64]string{0.5: ` text-anchor="middle"`, 1: ` text-anchor="end"`}[s.anchor]
		bold := ""
		if s.bold {
			bold = ` font-weight="700"`
		}
		hidden := ""
		if inline {
			hidden = ` aria-hidden="true"` // the page's own text and table say it
		}
		fmt.Fprintf(b, `<text x="%s" y="%s" font-size="%s"%s%s%s>%s</text>`, decimal(s.at.x), decimal(s.at.y), decimal(s.size), anchor, bold, hidden, escaped(s.text))
	case s.regions != nil:
		for _, r := range s.regions {
			fmt.Fprintf(b, `<path class="%s"`, r.fill)
			if !inline {
				fmt.Fprintf(b, ` fill="%s"`, looks[r.fill].fill)
			}
			b.WriteString(` d="`)
			for _, path := range r.paths {
				outline(b, path)
			}
			b.WriteString(`"/>`)
		}
	case len(s.path) > 1:
		b.WriteString(`<path d="`)
		for i, p := range s.path {
			b.WriteString(map[bool]string{true: "M", false: "L"}[i == 0] + decimal(p.x) + " " + decimal(p.y))
		}
		if s.closed {
			b.WriteString("Z")
		}
		b.WriteString(`"/>`)
	}
	b.WriteString(end)
}

// outline writes a closed path in few octets: each point by its distance from the last.
func outline(b *bytes.Buffer, path []point) {
	number := func(v float64, first bool) {
		text := decimal(v)
		if rest, ok := strings.CutPrefix(text, "0."); ok {
			text = "." + rest
		} else if rest, ok := strings.CutPrefix(text, "-0."); ok {
			text = "-." + rest
		}
		if !first && text[0] != '-' {
			b.WriteByte(' ')
		}
		b.WriteString(text)
	}
	for i, p := range path {
		switch i {
		case 0:
			b.WriteByte('M')
		case 1:
			b.WriteByte('l')
		}
		if i > 0 {
			p = point{p.x - path[i-1].x, p.y - path[i-1].y}
		}
		number(p.x, i < 2)
		number(p.y, false)
	}
	b.WriteByte('z')
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder takes everything
	return b.String()
}

// decimal prints a length to a tenth of a pixel.
func decimal(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }
