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
func flatten(text string) *rewriter {
	r := &rewriter{css: &sheets{}, dressed: true, flat: &flat{}}
	r.rewrite(text)
	return r
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
	if !r.budget.spend(t.atom, end) {
		return false
	}
	switch part := f.part(&t, end); {
	case part == tablePart && r.tooDeep(t.atom, end):
		r.b.WriteString("<hr>")
	case part == hiddenPart, part == droppedPart:
		if part == droppedPart && r.orphans.inCell() {
			r.b.WriteString(document.Unread)
		}
		f.skipped, f.skipping = t.name, 1
	case part == otherPart:
		r.apart(t.atom, end)
	default:
		if t.atom == atom.A && !end {
			r.orphans.start(&r.b, t.atom)
			r.b.WriteString("</a>") // else links would nest from cell to cell
		}
		r.write(t, end)
	}
	return true
}

// tooDeep reports whether a tag of a table is of one beyond maxNesting.
func (r *rewriter) tooDeep(a atom.Atom, end bool) (deep bool) {
	f := r.flat
	if a == atom.Table && !end && len(r.orphans.tables) >= maxNesting {
		f.deep++
	}
	if deep = f.deep > 0; deep && a == atom.Table && end {
		f.deep--
	}
	return deep
}

// apart keeps the texts on both sides of a tag that goes apart.
func (r *rewriter) apart(a atom.Atom, end bool) {
	between := end && len(r.orphans.tables) > 0 && !r.orphans.inCell() // the cells of a table
	switch {
	case between || !breaksLine(a):
		r.b.WriteString("<!>")
	case end:
		r.b.WriteString("<hr>")
	default:
		r.orphans.start(&r.b, a)
		r.b.WriteString("<hr>")
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
	part := partOf(t)
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
	if part == otherPart && !end && t.look.visibility != shown && !void(t.atom) && !struck(t.atom) { // deep pages leave much open
		part = hiddenPart
	}
	return part
}

func partOf(t *tag) part {
	switch t.atom {
	case atom.Table, atom.Tr, atom.Td, atom.Th, atom.Tbody, atom.Thead, atom.Tfoot, atom.Caption, atom.Colgroup, atom.Col:
		return tablePart
	case atom.Script, atom.Style, atom.Noscript, atom.Iframe, atom.Noembed, atom.Noframes, atom.Textarea, atom.Title, atom.Xmp, atom.Br, atom.Img,
		atom.Input, atom.Meta, atom.A:
		return keptPart
	case atom.Sup, atom.Sub, atom.Del, atom.S, atom.Strike:
		return scriptPart
	case atom.Select, atom.Template, atom.Object, atom.Svg, atom.Audio, atom.Video, atom.Canvas, atom.Datalist:
		return droppedPart
	}
	if island[t.name] {
		return droppedPart
	}
	return otherPart
}

// breaksLine tells the elements before and after which the text begins a new line.
func breaksLine(a atom.Atom) bool {
	switch a {
	case atom.Br, atom.Table, atom.Pre, atom.Listing:
		return true
	}
	return block(a) || heading(a)
}

func void(a atom.Atom) bool {
	switch a {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta, atom.Param, atom.Source, atom.Track,
		atom.Wbr, atom.Frame:
		return true
	}
	return false
}
