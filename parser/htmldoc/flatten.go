package htmldoc

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/parser/document"
)

// maxNesting bounds the tables within tables of a flattened page. Each takes
// four levels of the tree, of which html.Parse allows 512.
const maxNesting = 60

// flatten reads a page that nests too deep for a tree: tables keep their
// markup, links too, everything else becomes mere breaks between paragraphs.
// Deeper tables than maxNesting lose their tags and keep their text.
func flatten(text string) rewritten {
	var (
		out     = rewritten{flattened: true}
		b       strings.Builder
		budget  budget
		o       orphans
		deep    int // tables open beyond maxNesting
		scripts int
		z       = html.NewTokenizer(strings.NewReader(text))
		reader  = rewriter{css: &sheets{}, dressed: true}
		skip    struct { // a hidden element, up to its end tag
			name  string
			depth int
		}
	)
	for !out.cut {
		token := z.Next()
		if token == html.ErrorToken {
			break
		}
		switch token {
		case html.TextToken:
			if skip.depth > 0 {
				continue
			}
			raw := z.Raw()
			if len(bytes.TrimSpace(raw)) > 0 {
				o.text(&b)
			}
			b.Write(raw)
		case html.StartTagToken, html.SelfClosingTagToken:
			t := reader.readTag(z)
			if skip.depth > 0 {
				if t.name == skip.name {
					skip.depth++
				}
				continue
			}
			if out.cut = !budget.spend(t.name, blockName(t.name), false); out.cut {
				break
			}
			switch part := partOf(t.name); {
			case part == tablePart && t.name == "table" && len(o.tables) >= maxNesting:
				deep++
				b.WriteString("<hr>")
			case part == tablePart && deep > 0:
				b.WriteString("<hr>")
			case part == tablePart, part == keptPart:
				o.start(&b, t.name)
				if t.name == "a" {
					b.WriteString("</a>") // else links would nest from cell to cell
				}
				t.write(&b, false)
			case part == scriptPart && scripts < maxScripts:
				o.start(&b, t.name)
				scripts++
				b.WriteString("<" + t.name + ">")
			case part == droppedPart || t.look.visibility != shown && !void(t.name) && !struck(t.name): // deep pages leave much open
				if part == droppedPart && len(o.tables) > 0 && o.tables[len(o.tables)-1] {
					b.WriteString(document.Unread)
				}
				skip.name, skip.depth = t.name, 1
			case blockName(t.name):
				o.start(&b, t.name)
				b.WriteString("<hr>")
			default:
				b.WriteString("<!>")
			}
		case html.EndTagToken:
			t := reader.readTag(z)
			if skip.depth > 0 {
				if t.name == skip.name {
					skip.depth--
				}
				continue
			}
			if out.cut = !budget.spend(t.name, blockName(t.name), true); out.cut {
				break
			}
			switch part := partOf(t.name); {
			case part == tablePart && deep > 0:
				if t.name == "table" {
					deep--
				}
				b.WriteString("<hr>")
			case part == scriptPart && scripts > 0:
				scripts--
				o.end(&b, t.name)
				b.WriteString("</" + t.name + ">")
			case part == tablePart, part == keptPart:
				o.end(&b, t.name)
				b.WriteString("</" + t.name + ">")
			case blockName(t.name) && (len(o.tables) == 0 || o.tables[len(o.tables)-1]):
				b.WriteString("<hr>")
			default:
				b.WriteString("<!>")
			}
		}
	}
	out.markup, out.orphans = b.String(), o.found
	return out
}

// part is what flattening does with an element.
type part uint8

const (
	otherPart   part = iota
	tablePart        // keeps its tags and its place
	keptPart         // keeps its tags; what nests in it does not nest deep
	droppedPart      // goes with its content
	scriptPart       // keeps its tags where few are open
)

// maxScripts bounds what is raised, lowered or struck within such.
const maxScripts = 4

func partOf(name string) part {
	switch name {
	case "table", "tr", "td", "th", "tbody", "thead", "tfoot", "caption", "colgroup", "col":
		return tablePart
	case "script", "style", "noscript", "iframe", "noembed", "noframes", "textarea", "title", "xmp", "br", "img", "input", "meta", "a":
		return keptPart
	case "sup", "sub", "del", "s", "strike":
		return scriptPart
	case "select", "template", "object", "svg", "audio", "video", "canvas", "datalist", "xml":
		return droppedPart
	}
	return otherPart
}

// blockName tells the elements before and after which the text begins a new
// line. The name is in lower case.
func blockName(name string) bool {
	switch name {
	case "p", "td", "tr", "div", "br", "table", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "listing":
		return true
	case "a", "span", "img", "o:p", "label":
		return false
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
