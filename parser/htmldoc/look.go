package htmldoc

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/parser/document"
)

// visibility is what an element's own markup says of it.
type visibility uint8

const (
	shown   visibility = iota
	crossed            // struck through: it is no longer what the page says
	empty              // takes its place and says nothing: visibility:hidden, mso-hide:all
	gone               // takes no place: the hidden attribute, display:none
	// collapsed is visibility:collapse: gone for rows and columns, empty otherwise.
	collapsed
)

// look is what an element's own markup, and the style sheets, say of its text.
type look struct {
	visibility visibility
	script     document.Script
	shifted    bool // off the line by a length
	// sizeless is text of size 0: elements within may have a size of their own.
	sizeless bool
	ink      color // the colour of text on no ground of its own
	// flat is a box of no height or width that shows nothing beyond it; boxed an element that
	// is a box by its display or position, whatever its name.
	flat, boxed bool
	pictured    bool // with a picture behind it
	manner
}

// manner is how an element is seen besides.
type manner struct {
	shows    bool // something says that it is to be seen, over what hides it elsewhere
	level    bool // a raised element stands on its line
	apart    bool // it may stand elsewhere than where it is written
	ahead    bool // and before what is written before it
	doubtful bool // it shows more than its text, or in another order
	symbols  bool // its digits are pictures
}

func (m manner) or(o manner) manner {
	return manner{m.shows || o.shows, m.level || o.level, m.apart || o.apart, m.ahead || o.ahead, m.doubtful || o.doubtful, m.symbols || o.symbols}
}

// plain is a look without what says nothing of most elements.
func (l look) plain(tag string) look {
	l.shows, l.level = false, l.level && (tag == "sup" || tag == "sub")
	return l
}

// dressed reports whether what a text looks like depends on markup that says nothing
// elsewhere: on what an element stands on, or on the sizes within it.
func (l look) dressed() bool { return l.ink != 0 || l.sizeless }

// join adds what further declarations say.
func (l *look) join(o look) {
	if o.visibility != shown {
		l.visibility = o.visibility
	}
	if o.script != document.OnLine {
		l.script, l.shifted = o.script, o.shifted
	}
	l.ink, l.sizeless = cmp.Or(o.ink, l.ink), l.sizeless || o.sizeless
	l.flat, l.boxed, l.pictured = l.flat || o.flat, l.boxed || o.boxed, l.pictured || o.pictured
	l.manner = l.manner.or(o.manner)
}

// look is what an element looks like; its ink is that of the ground it stands on, or none.
func (s *sheets) look(n *html.Node) look {
	if len(n.Attr) == 0 && len(s.rules) == 0 && ofTag(n.DataAtom) == document.OnLine {
		return look{}
	}
	o := s.own(n)
	if o.hidden && !leaf(n) {
		return look{visibility: gone}
	}
	if !s.paints(o.ink) || s.ground(n) != o.ink {
		o.ink = 0
	}
	if o.visibility == shown {
		o.visibility = o.within(n)
	}
	return o.look
}

// within is what is seen of an element that is not hidden, for what is in it.
func (l look) within(n *html.Node) visibility {
	switch {
	case l.ink != 0 && figureOnly(n):
		return crossed
	case l.sizeless && !hasSizes(n):
		return empty
	case l.flat && (l.boxed || box(n.DataAtom)) && short(n):
		return gone
	}
	return shown
}

// own is what an element looks like whatever is in it.
type own struct {
	look
	hidden bool // by a style sheet, unless it is a leaf of the page: scripts turn those over
}

func (s *sheets) own(n *html.Node) own {
	if o, ok := s.known[n]; ok {
		return o
	}
	o := s.readOwn(n)
	if len(s.rules) > 0 {
		if s.known == nil {
			s.known = map[*html.Node]own{}
		}
		s.known[n] = o
	}
	return o
}

func (s *sheets) readOwn(n *html.Node) (o own) {
	style, _ := attribute(n, "style")
	if v, ok := attribute(n, "hidden"); ok && !strings.EqualFold(v, "until-found") && !styleLook(style).shows {
		return own{look: look{visibility: gone}}
	}
	if n.DataAtom == atom.Font {
		written, _ := attribute(n, "color")
		o.ink = inkOf(keyword(written))
		face, _ := attribute(n, "face")
		o.symbols = document.SymbolFont(face)
	}
	if id, _ := attribute(n, "id"); id != "" {
		o.doubtful = s.isScripted(id)
	}
	class, _ := attribute(n, "class")
	byClass, hidden := s.ofClasses(n.Data, class)
	byRules, hiddenToo := s.ofRules(n)
	if hidden || hiddenToo {
		shows := styleLook(style).shows // unless the sheet has it important
		o.hidden, o.doubtful = !shows, o.doubtful || shows
	}
	for _, declarations := range []string{byClass, byRules + style} {
		l := styleLook(declarations)
		if l.visibility == gone {
			return own{look: l}
		}
		o.join(l)
	}
	if script := ofTag(n.DataAtom); script != document.OnLine && !o.level {
		o.script, o.shifted = script, false
	}
	return o
}

// ofTag is where the text of an element stands by its name.
func ofTag(tag atom.Atom) document.Script {
	switch tag {
	case atom.Sup:
		return document.Raised
	case atom.Sub:
		return document.Lowered
	}
	return document.OnLine
}

// revealed reports whether something is to be seen within an element that is not.
func (s *sheets) revealed(n *html.Node) bool {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && s.own(c).shows && hasText(c) {
			return true
		}
	}
	return false
}

// visible tells whether an element's content is to be seen.
func (s *sheets) visible(n *html.Node) visibility { return s.look(n).visibility }

// reveal takes from an element what its markup says of its look.
func (s *sheets) reveal(n *html.Node) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "style" || a.Key == "class" })
	delete(s.known, n)
}

// box reports an element that is as high as its style says: rows and cells are as high as
// what they hold.
func box(tag atom.Atom) bool {
	switch tag {
	case atom.Table, atom.Tr, atom.Td, atom.Th, atom.Tbody, atom.Thead, atom.Tfoot, atom.Col, atom.Colgroup, atom.Body, atom.Html:
		return false
	}
	return block(tag)
}

// maxHiddenText is how much text, in bytes, a class hides for good: a figure or a
// few words. What is longer is a leaf of the page that a script turns to.
const maxHiddenText = 60

// leaf reports whether an element is more than a class hides for good: a block, or
// long. Rows and cells are not turned over.
func leaf(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Tr, atom.Td, atom.Th, atom.Col, atom.Colgroup:
		return false
	}
	return block(n.DataAtom) || n.DataAtom == atom.Table || !short(n)
}

// short reports whether an element holds but a figure or a few words.
func short(n *html.Node) bool {
	left := maxHiddenText
	for c := range n.Descendants() {
		if c.DataAtom == atom.Table || c.DataAtom == atom.Img {
			return false
		}
		if c.Type == html.TextNode {
			if left -= len(strings.TrimSpace(c.Data)); left < 0 {
				return false
			}
		}
	}
	return true
}

// figureOnly reports whether an element's text is a figure: labels are white on a ground that
// a style sheet gives.
func figureOnly(n *html.Node) bool {
	var text strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			text.WriteString(c.Data)
		}
	}
	return document.BareFigure(text.String())
}

// hasSizes reports whether an element holds others that may have a size of their own:
// by their style, by a class of a style sheet that is not at hand, or all but bare inline
// elements.
func hasSizes(n *html.Node) bool {
	for c := range n.Descendants() {
		if c.Type != html.ElementNode {
			continue
		}
		class, _ := attribute(c, "class")
		style, _ := attribute(c, "style")
		if c.Parent != n || class != "" || containsFold(style, "font") || c.FirstChild != nil && block(c.DataAtom) {
			return true
		}
	}
	return false
}
