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
func (f *flat) skips(name string, end bool) bool {
	if f.skipping == 0 {
		return false
	}
	if name == f.skipped && end {
		f.skipping--
	} else if name == f.skipped {
		f.skipping++
	}
	return true
}

// flatTag writes what is left of a tag, and reports whether there was room for it.
func (r *rewriter) flatTag(t tag, end bool) bool {
	f := r.flat
	if f.skips(t.name, end) {
		return true
	}
	if !r.budget.spend(t.name, blockName(t.name), end) {
		return false
	}
	part := f.part(&t, end)
	if t.name == "table" && !end && len(r.orphans.tables) >= maxNesting {
		f.deep++
	}
	switch {
	case part == tablePart && f.deep > 0:
		if t.name == "table" && end {
			f.deep--
		}
		r.b.WriteString("<hr>")
	case part == hiddenPart, part == droppedPart:
		if part == droppedPart && r.orphans.inCell() {
			r.b.WriteString(document.Unread)
		}
		f.skipped, f.skipping = t.name, 1
	case part != otherPart:
		if t.name == "a" && !end {
			r.orphans.start(&r.b, t.name)
			r.b.WriteString("</a>") // else links would nest from cell to cell
		}
		r.write(t, end)
	case end && len(r.orphans.tables) > 0 && !r.orphans.inCell():
		r.b.WriteString("<!>")
	default:
		if blockName(t.name) && !end {
			r.orphans.start(&r.b, t.name)
		}
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

// part is what becomes of a tag, for what is open and what it looks like.
func (f *flat) part(t *tag, end bool) part {
	part := partOf(t.name)
	switch {
	case end && (part == scriptPart && f.scripts == 0 || part == droppedPart):
		return otherPart
	case end && part == scriptPart:
		f.scripts--
	case part == scriptPart && f.scripts < maxScripts:
		f.scripts++
		t.attrs = nil
	case part == scriptPart:
		part = otherPart
	}
	if part == otherPart && !end && t.look.visibility != shown && !void(t.name) && !struck(t.name) { // deep pages leave much open
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
