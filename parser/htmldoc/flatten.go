package htmldoc

import (
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
	r := rewriter{css: &sheets{}, dressed: true, flat: &flat{}}
	return r.rewrite(text)
}

// flat is what is open of a page that is flattened.
type flat struct {
	deep     int    // tables beyond maxNesting
	scripts  int    // elements of scriptPart
	skipped  string // the name of a hidden element, up to its end tag
	skipping int    // how many elements of that name are open in it
}

// skips reports whether a tag is left out as a part of what is hidden.
func (f *flat) skips(name string, depth int) bool {
	if f.skipping == 0 {
		return false
	}
	if name == f.skipped {
		f.skipping += depth
	}
	return true
}

// flatStart and flatEnd write what is left of a tag. They report whether there was room
// for it.
func (r *rewriter) flatStart(t tag) bool {
	f := r.flat
	if f.skips(t.name, 1) {
		return true
	}
	if !r.budget.spend(t.name, blockName(t.name), false) {
		return false
	}
	part := f.part(t)
	if t.name == "table" && len(r.orphans.tables) >= maxNesting {
		f.deep++
	}
	if part == tablePart && f.deep > 0 {
		r.b.WriteString("<hr>")
		return true
	}
	switch part {
	case tablePart, keptPart:
		if r.orphans.start(&r.b, t.name); t.name == "a" {
			r.b.WriteString("</a>") // else links would nest from cell to cell
		}
		t.write(&r.b)
	case scriptPart:
		f.scripts++
		r.orphans.start(&r.b, t.name)
		r.b.WriteString("<" + t.name + ">")
	case droppedPart, hiddenPart:
		if part == droppedPart && r.orphans.inCell() {
			r.b.WriteString(document.Unread)
		}
		f.skipped, f.skipping = t.name, 1
	default:
		if blockName(t.name) {
			r.orphans.start(&r.b, t.name)
		}
		r.part(t.name)
	}
	return true
}

func (r *rewriter) flatEnd(t tag) bool {
	f := r.flat
	if f.skips(t.name, -1) {
		return true
	}
	if !r.budget.spend(t.name, blockName(t.name), true) {
		return false
	}
	switch part := partOf(t.name); {
	case part == tablePart && f.deep > 0:
		if t.name == "table" {
			f.deep--
		}
		r.b.WriteString("<hr>")
	case part == scriptPart && f.scripts > 0, part == tablePart, part == keptPart:
		if part == scriptPart {
			f.scripts--
		}
		r.orphans.end(&r.b, t.name)
		r.b.WriteString("</" + t.name + ">")
	case len(r.orphans.tables) > 0 && !r.orphans.inCell():
		r.b.WriteString("<!>")
	default:
		r.part(t.name)
	}
	return true
}

// part keeps the texts on both sides of a tag that goes apart.
func (r *rewriter) part(name string) {
	if blockName(name) {
		r.b.WriteString("<hr>")
	} else {
		r.b.WriteString("<!>")
	}
}

// part is what flattening does with an element.
type part uint8

const (
	otherPart   part = iota
	tablePart        // keeps its tags and its place
	keptPart         // keeps its tags; what nests in it does not nest deep
	droppedPart      // goes with its content
	scriptPart       // keeps its tags where few are open
	hiddenPart       // goes with its content, of which nothing is seen
)

// maxScripts bounds what is raised, lowered or struck within such.
const maxScripts = 4

// part is what becomes of a start tag, for what is open and what it looks like.
func (f *flat) part(t tag) part {
	part := partOf(t.name)
	if part == scriptPart && f.scripts >= maxScripts {
		part = otherPart
	}
	if part == otherPart && t.look.visibility != shown && !void(t.name) && !struck(t.name) { // deep pages leave much open
		part = hiddenPart
	}
	return part
}

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
