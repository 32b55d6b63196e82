package htmldoc

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxNesting bounds the tables within tables of a flattened page. Each takes
// four levels of the tree, of which html.Parse allows 512.
const maxNesting = 60

// flatten reads a page that nests too deep for a tree: tables keep their
// markup, links too, everything else becomes mere breaks between paragraphs.
// Deeper tables than maxNesting lose their tags and keep their text.
func flatten(text string) rewritten {
	var (
		out  rewritten
		b    strings.Builder
		tags int
		o    orphans
		deep int // tables open beyond maxNesting
		z    = html.NewTokenizer(strings.NewReader(text))
		skip struct { // a hidden element, up to its end tag
			name  string
			depth int
		}
		owned []byte
	)
	for !out.cut {
		token := z.Next()
		if token == html.ErrorToken {
			break
		}
		raw := z.Raw()
		switch token {
		case html.TextToken:
			if skip.depth > 0 {
				continue
			}
			if len(strings.TrimSpace(string(raw))) > 0 {
				o.text(&b)
			}
			b.Write(raw)
		case html.StartTagToken, html.SelfClosingTagToken:
			owned = append(owned[:0], raw...)
			nameBytes, more := z.TagName()
			name := string(nameBytes)
			if skip.depth > 0 {
				if name == skip.name {
					skip.depth++
				}
				continue
			}
			if tags++; tags > maxTags {
				out.cut = true
				break
			}
			switch name {
			case "table":
				if len(o.tables) >= maxNesting {
					deep++
					b.WriteString("<hr>")
					continue
				}
				o.start(&b, name)
				b.Write(owned)
			case "tr", "td", "th", "tbody", "thead", "tfoot", "caption", "colgroup", "col":
				if deep > 0 {
					b.WriteString("<hr>")
					continue
				}
				o.start(&b, name)
				b.Write(owned)
			case "script", "style", "noscript", "iframe", "noembed", "noframes", "textarea", "title", "xmp", "plaintext",
				"br", "img", "meta", "a":
				o.start(&b, name)
				if name == "a" {
					b.WriteString("</a>") // else it would nest through cells
				}
				b.Write(owned)
			case "select", "template", "object", "svg", "audio", "video", "canvas", "datalist", "xml":
				skip.name, skip.depth = name, 1
			default:
				if more && hides(z) && !void(name) {
					skip.name, skip.depth = name, 1
					continue
				}
				if block := blockName(name); block {
					o.start(&b, name)
					b.WriteString("<hr>")
				} else {
					b.WriteString("<!>")
				}
			}
		case html.EndTagToken:
			owned = append(owned[:0], raw...)
			nameBytes, _ := z.TagName()
			name := string(nameBytes)
			if skip.depth > 0 {
				if name == skip.name {
					skip.depth--
				}
				continue
			}
			switch name {
			case "table":
				if deep > 0 {
					deep--
					b.WriteString("<hr>")
					continue
				}
				o.end(&b, name)
				b.Write(owned)
			case "tr", "td", "th", "tbody", "thead", "tfoot", "caption", "colgroup":
				if deep > 0 {
					b.WriteString("<hr>")
					continue
				}
				o.end(&b, name)
				b.Write(owned)
			case "script", "style", "noscript", "iframe", "noembed", "noframes", "textarea", "title", "xmp", "a":
				b.Write(owned)
			default:
				if blockName(name) && (len(o.tables) == 0 || o.tables[len(o.tables)-1]) {
					b.WriteString("<hr>")
				} else {
					b.WriteString("<!>")
				}
			}
		}
	}
	out.markup, out.orphans = b.String(), o.found
	return out
}

func blockName(name string) bool {
	switch name {
	case "h1", "h2", "h3", "h4", "h5", "h6", "pre":
		return true
	}
	return block(atom.Lookup([]byte(name)))
}

func void(name string) bool {
	switch name {
	case "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr", "frame":
		return true
	}
	return false
}
