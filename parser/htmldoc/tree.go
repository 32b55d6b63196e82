package htmldoc

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// tree builds the nodes of a page while it is stripped, for pages whose tags
// are in order: every end tag meets its start tag, nothing is ended by what
// follows it. There the algorithm of html.Parse comes down to a stack. Whatever
// else fails, and html.Parse reads what was stripped.
type tree struct {
	root, top *html.Node
	depth     int
	paras     int // open <p>
	links     int // open <a>
	forms     int
	failed    bool
	slab      []html.Node
}

// maxTreeDepth leaves what nests deeper to html.Parse, which decides what is
// too deep.
const maxTreeDepth = 300

func newTree() *tree {
	root := &html.Node{Type: html.DocumentNode}
	return &tree{root: root, top: root}
}

func (t *tree) append(kind html.NodeType, a atom.Atom, data string) *html.Node {
	if len(t.slab) == 0 {
		t.slab = make([]html.Node, 256)
	}
	n := &t.slab[0]
	t.slab = t.slab[1:]
	n.Type, n.DataAtom, n.Data = kind, a, data
	n.Parent, n.PrevSibling = t.top, t.top.LastChild
	if t.top.LastChild == nil {
		t.top.FirstChild = n
	} else {
		t.top.LastChild.NextSibling = n
	}
	t.top.LastChild = n
	return n
}

// text appends text, its character references resolved.
func (t *tree) text(s string) {
	if t.failed {
		return
	}
	head := t.top.DataAtom == atom.Html || t.top.DataAtom == atom.Head
	if (head || t.root.FirstChild == nil) && strings.TrimLeft(s, " \t\r\n\f") == "" {
		return
	}
	if head {
		t.fail() // the body begins without its tag
		return
	}
	if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	t.append(html.TextNode, 0, s)
}

// raw appends text of an element without markup.
func (t *tree) raw(s string) {
	if !t.failed && s != "" {
		t.append(html.TextNode, 0, s)
	}
}

func (t *tree) fail() { t.failed = true }

// start opens an element; its name is in lower case.
func (t *tree) start(name string, src string, attrs []attr) {
	if t.failed {
		return
	}
	a := atom.Lookup([]byte(name))
	if !t.fits(a) || t.depth >= maxTreeDepth {
		t.fail()
		return
	}
	n := t.append(html.ElementNode, a, name)
	if len(attrs) > 0 {
		n.Attr = attributesOf(src, attrs)
	}
	if void(name) {
		return
	}
	t.top = n
	t.depth++
	switch a {
	case atom.P:
		t.paras++
	case atom.A:
		t.links++
	case atom.Form:
		t.forms++
	}
}

// fits reports whether an element can be opened without ending another, after
// opening those that are implied.
func (t *tree) fits(a atom.Atom) bool {
	top := t.top.DataAtom
	switch top {
	case atom.Table, atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr, atom.Colgroup:
		return t.fitsTable(a, top)
	case atom.Head:
		return a == atom.Meta || a == atom.Title || a == atom.Noscript
	case atom.Html:
		switch a {
		case atom.Head:
			return t.top.FirstChild == nil
		case atom.Body:
			return t.top.FirstChild == nil || t.top.LastChild.DataAtom == atom.Head
		}
		return false // the body begins without its tag
	}
	switch a {
	case atom.Html:
		return t.top == t.root && t.root.FirstChild == nil
	case atom.Head, atom.Body, atom.Caption, atom.Colgroup, atom.Col, atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr, atom.Td, atom.Th,
		atom.Rb, atom.Rt, atom.Rp, atom.Rtc, atom.Button, atom.Frame, atom.Image, atom.Applet:
		return false
	case atom.A:
		return t.links == 0
	case atom.Form:
		return t.forms == 0 && t.paras == 0
	case atom.Li:
		return t.paras == 0 && !t.within(atom.Li, 0, atom.Ul, atom.Ol)
	case atom.Dd, atom.Dt:
		return t.paras == 0 && !t.within(atom.Dd, atom.Dt, atom.Dl, 0)
	case atom.Br:
		return true
	case atom.Table, atom.Hr, atom.Pre, atom.Listing, atom.Plaintext, atom.Xmp:
		return t.paras == 0
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		switch top {
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			return false
		}
		return t.paras == 0
	}
	return t.paras == 0 || !block(a)
}

// within reports whether an element or its like is open before any of stop.
func (t *tree) within(element, like, stop, stopToo atom.Atom) bool {
	for n := t.top; n != t.root; n = n.Parent {
		switch n.DataAtom {
		case 0:
		case element, like:
			return true
		case stop, stopToo, atom.Td, atom.Th:
			return false
		}
	}
	return false
}

func (t *tree) fitsTable(a, top atom.Atom) bool {
	if top == atom.Tbody && t.implied(t.top) {
		switch a {
		case atom.Tbody, atom.Thead, atom.Tfoot:
			t.pop()
			top = atom.Table
		}
	}
	switch a {
	case atom.Caption, atom.Colgroup, atom.Tbody, atom.Thead, atom.Tfoot:
		return top == atom.Table
	case atom.Col:
		return top == atom.Colgroup
	case atom.Tr:
		if top == atom.Table {
			t.top = t.append(html.ElementNode, atom.Tbody, impliedName)
			t.depth++
			return true
		}
		return top == atom.Tbody || top == atom.Thead || top == atom.Tfoot
	case atom.Td, atom.Th:
		return top == atom.Tr
	}
	return false
}

// impliedName marks a <tbody> that has no tag.
const impliedName = "tbody "

func (t *tree) implied(n *html.Node) bool { return n.Data == impliedName }

func (t *tree) pop() {
	t.top = t.top.Parent
	t.depth--
}

// end closes an element.
func (t *tree) end(name string) {
	if t.failed {
		return
	}
	if name == "body" || name == "html" {
		return // what follows still belongs to the body
	}
	if name == "table" && t.implied(t.top) {
		t.pop()
	}
	if t.top == t.root || t.top.Data != name {
		t.fail()
		return
	}
	switch t.top.DataAtom {
	case atom.P:
		t.paras--
	case atom.A:
		t.links--
	case atom.Form:
		t.forms--
	}
	t.pop()
}

// attributesOf turns attributes as written into those of a node.
func attributesOf(src string, written []attr) []html.Attribute {
	attrs := make([]html.Attribute, 0, len(written))
	for _, w := range written {
		if w.look != "" {
			attrs = append(attrs, html.Attribute{Key: classLook, Val: w.look})
			continue
		}
		value := src[w.valueFrom:w.valueTo]
		if strings.ContainsAny(value, "&\r") {
			// Character references in attributes have rules of their own.
			z := html.NewTokenizer(strings.NewReader("<a " + src[w.from:w.to] + ">"))
			z.Next()
			_, v, _ := z.TagAttr()
			value = string(v)
		}
		attrs = append(attrs, html.Attribute{Key: strings.ToLower(src[w.from:w.keyTo]), Val: value})
	}
	return attrs
}
