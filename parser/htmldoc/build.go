package htmldoc

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// builder builds the tree of a page whose tags are in order: every end tag meets
// its start tag, nothing is ended by what follows it, and nothing stands between
// the cells of a table. There the algorithm of html.Parse comes down to a stack.
// It leaves out what no reader of the page sees and no rule of this package reads:
// scripts, styles, comments (conditional ones too), what is in the fields of forms, and,
// unless the page is dressed (see [rewrite]), formatting and all attributes but a few. That
// leaves a seventh of a page pasted from Word.
//
// Tags are recognised exactly as the tokenizer of x/net/html does it.
type builder struct {
	src  string
	css  *sheets
	root *html.Node
	top  *html.Node // the innermost open element

	tags, depth               int
	paras, links, forms, pres int        // open elements of these names
	off                       *html.Node // the outermost open inline element that sets its text off
	spans                     []span     // open elements that say nothing

	attrs     []html.Attribute // of the tag that is being read, as far as they are kept
	dressed   bool             // formatting and all attributes are kept
	slab      []html.Node
	styles    [8]string // the last styles that say nothing: a page repeats few
	nextStyle int
	bare      [8]string // the last start tags whose attributes say nothing
	nextBare  int
	names     [64]tagName // the last names, by their first character and length
}

// tagName is the name of a tag in lower case.
type tagName struct {
	name string
	atom atom.Atom
}

// span is an open <span> that says nothing, and is left out: half of a page pasted from
// Word.
type span struct {
	name   string
	within *html.Node
}

// maxBuiltDepth leaves what nests deeper to html.Parse, which decides what is
// too deep.
const maxBuiltDepth = 300

// build returns the tree of a page, nil where it depends on more than the builder
// follows.
func build(text string, css *sheets) *html.Node {
	root := &html.Node{Type: html.DocumentNode}
	b := builder{css: css, dressed: css.dressed(), src: text, root: root, top: root}
	for pos := 0; pos < len(text); {
		i := b.nextMarkup(pos)
		if !b.text(text[pos:i]) {
			return nil
		}
		if pos = i; i < len(text) {
			pos = b.markup(i)
		}
		if pos < 0 || b.tags > maxTags {
			return nil
		}
	}
	return root
}

// nextMarkup is where the next tag or comment begins, or the page ends.
func (b *builder) nextMarkup(pos int) int {
	for {
		i := strings.IndexByte(b.src[pos:], '<')
		if pos += i + 1; i < 0 || pos == len(b.src) {
			return len(b.src)
		}
		switch c := b.src[pos]; {
		case isLetter(c), c == '!', c == '?', c == '/' && pos+1 < len(b.src):
			return pos - 1
		}
	}
}

// markup reads the tag or comment at i. Like what it calls it returns where to go on,
// or -1 to give up.
func (b *builder) markup(i int) int {
	switch c := b.src[i+1]; {
	case c == '!':
		return b.declaration(i)
	case c == '/' && isLetter(b.src[i+2]):
		return b.endTag(i)
	case isLetter(c):
		return b.startTag(i)
	}
	return b.behind(i+2, ">") // a comment
}

// behind is where the first of an end from a byte on is over, or the page is.
func (b *builder) behind(from int, end string) int {
	if i := strings.Index(b.src[from:], end); i >= 0 {
		return from + i + len(end)
	}
	return len(b.src)
}

// declaration leaves out comments and the doctype: it decides whether a table ends a
// paragraph, and then tags are out of order.
func (b *builder) declaration(i int) int {
	if !strings.HasPrefix(b.src[i+2:], "--") {
		return b.behind(i+2, ">")
	}
	body := i + 4
	for from := body; from < len(b.src); {
		from = b.behind(from, ">")
		comment, closed := strings.CutSuffix(b.src[body:from], ">")
		if closed && (comment == "" || comment == "-" || strings.HasSuffix(comment, "--") || strings.HasSuffix(comment, "--!")) {
			return from
		}
	}
	return len(b.src)
}

func (b *builder) append(kind html.NodeType, a atom.Atom, data string) *html.Node {
	if len(b.slab) == 0 {
		b.slab = make([]html.Node, min(256, 8+2*b.tags)) // the pages within a page are small
	}
	n := &b.slab[0]
	b.slab = b.slab[1:]
	n.Type, n.DataAtom, n.Data = kind, a, data
	n.Parent, n.PrevSibling = b.top, b.top.LastChild
	if b.top.LastChild == nil {
		b.top.FirstChild = n
	} else {
		b.top.LastChild.NextSibling = n
	}
	b.top.LastChild = n
	return n
}

// text appends text, its character references resolved.
func (b *builder) text(s string) bool {
	if s == "" {
		return true
	}
	blank := s[0] <= ' ' && skipSpace(s, 0) == len(s)
	switch b.top.DataAtom {
	case atom.Html, atom.Head, atom.Table, atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr, atom.Colgroup:
		return blank // browsers begin the body with other text, or move it before the table
	}
	if blank && !b.dressed && b.lineBegins() {
		return true
	}
	if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	b.append(html.TextNode, 0, s)
	return true
}

// lineBegins reports whether white space certainly shows nothing where the page is.
func (b *builder) lineBegins() bool {
	n := b.top.LastChild
	if n == nil {
		return b.pres == 0 && (b.top == b.root || block(b.top.DataAtom))
	}
	return b.pres == 0 && len(n.Attr) == 0 && block(n.DataAtom) // which may be hidden where it has any
}

// tagName returns the name that begins at from, in lower case, and where it ends.
func (b *builder) tagName(from int) (name string, a atom.Atom, end int) {
	end = from
	upper := false
	for end < len(b.src) {
		c := b.src[end]
		if isSpace(c) || c == '/' || c == '>' {
			break
		}
		upper = upper || c >= 'A' && c <= 'Z'
		end++
	}
	if name = b.src[from:end]; upper {
		name = strings.ToLower(name)
	}
	known := &b.names[(int(name[0])*5+len(name))%len(b.names)]
	if known.name != name {
		*known = tagName{name, atom.Lookup([]byte(name))}
	}
	return name, known.atom, end
}

// startTag opens an element, or leaves it out, and reads the content of elements that
// hold no markup.
func (b *builder) startTag(i int) int {
	name, a, at := b.tagName(i + 1)
	end, off := b.startAttributes(i, at, name)
	if end < 0 || b.css.undressed && !b.dressed {
		return -1
	}
	b.tags++
	off = off || struck(a)
	switch a {
	case atom.Script, atom.Style:
		if a == atom.Script && b.within(atom.Td, atom.Th, 0, 0) {
			b.append(html.ElementNode, a, name)
		}
		return b.behindTag(b.rawEnd(end, name))
	case atom.Title, atom.Noscript, atom.Textarea, atom.Iframe:
		return b.raw(name, a, end)
	case atom.Select:
		to := b.rawEnd(end, name)
		if to < 0 || !onlyOptions(b.src[end:to]) || !b.open(name, a, false) {
			return -1
		}
		return to
	case atom.Svg, atom.Math, atom.Template, atom.Frameset, atom.Noframes, atom.Noembed, atom.Plaintext, atom.Xmp, atom.Option, atom.Optgroup:
		return -1
	}
	if b.leavesOut(name, a, off) {
		return end
	}
	if !b.open(name, a, off) {
		return -1
	}
	return end
}

// leavesOut reports whether a start tag goes: formatting, what shows nothing, and bare spans,
// of which it notes that they are open.
func (b *builder) leavesOut(name string, a atom.Atom, off bool) bool {
	if b.dressed {
		return false
	}
	if (a == atom.Span || name == "o:p") && len(b.attrs) == 0 && b.fits(a) {
		b.spans = append(b.spans, span{name, b.top})
		return true
	}
	return formatting(a) && !off && b.off == nil || b.unseen(a)
}

// unseen reports an element without content that shows nothing where it stands.
func (b *builder) unseen(a atom.Atom) bool {
	switch a {
	case atom.Link, atom.Base, atom.Param, atom.Wbr:
		return len(b.attrs) == 0
	case atom.Input:
		return !b.fits(a) && slices.ContainsFunc(b.attrs, hiddenType)
	}
	return false
}

// hiddenType is that of a field that shows nothing.
func hiddenType(a html.Attribute) bool {
	return a.Key == "type" && strings.EqualFold(strings.TrimSpace(a.Val), "hidden")
}

// raw opens an element that holds text without markup, up to its end tag.
func (b *builder) raw(name string, a atom.Atom, end int) int {
	to := b.rawEnd(end, name)
	if to < 0 || !b.open(name, a, false) {
		return -1
	}
	switch text := b.src[end:to]; {
	case text == "":
	case a == atom.Title:
		b.append(html.TextNode, 0, html.UnescapeString(text))
	case a == atom.Noscript:
		b.append(html.TextNode, 0, text)
	}
	return to
}

// startAttributes is attributes for the start tag at i, known by its text where
// the same tag was met before and nothing of it kept: a page pasted from Word has
// some tags hundreds of times.
func (b *builder) startAttributes(i, at int, tag string) (end int, off bool) {
	rest := b.src[i:]
	for _, bare := range b.bare {
		if bare != "" && strings.HasPrefix(rest, bare) {
			b.attrs = b.attrs[:0]
			return i + len(bare), false
		}
	}
	end, off = b.attributes(at, tag)
	const short = 24 // is read as fast as it is looked for
	if end-i > short && len(b.attrs) == 0 {
		b.bare[b.nextBare] = b.src[i:end]
		b.nextBare = (b.nextBare + 1) % len(b.bare)
	}
	return end, off
}

// open opens an element if it can be opened without ending another, after opening
// those that are implied.
func (b *builder) open(name string, a atom.Atom, off bool) bool {
	if b.depth >= maxBuiltDepth || !b.fits(a) {
		return false
	}
	n := b.append(html.ElementNode, a, name)
	n.Attr = slices.Clone(b.attrs)
	if void(a) {
		return true
	}
	b.top = n
	b.count(a, 1)
	if off && b.off == nil && mayEndLate(a) {
		b.off = n
	}
	return true
}

// count follows the elements that are open, opened or closed by one.
func (b *builder) count(a atom.Atom, by int) {
	b.depth += by
	switch a {
	case atom.P:
		b.paras += by
	case atom.A:
		b.links += by
	case atom.Form:
		b.forms += by
	case atom.Pre, atom.Listing:
		b.pres += by
	}
}

// fits reports whether an element can be opened where the page is.
func (b *builder) fits(a atom.Atom) bool {
	switch top := b.top.DataAtom; top {
	case atom.Table, atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr, atom.Colgroup:
		return b.fitsTable(a, top)
	case atom.Head:
		return a == atom.Meta || a == atom.Title || a == atom.Noscript
	case atom.Html:
		// Else the body begins without its tag.
		return a == atom.Head && b.top.FirstChild == nil || a == atom.Body && (b.top.FirstChild == nil || b.top.LastChild.DataAtom == atom.Head)
	}
	return b.fitsText(a)
}

// fitsText is fits where text may stand.
func (b *builder) fitsText(a atom.Atom) bool {
	switch a {
	case atom.Html:
		return b.top == b.root && b.root.FirstChild == nil
	case atom.Head, atom.Body, atom.Caption, atom.Colgroup, atom.Col, atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr, atom.Td, atom.Th,
		atom.Rb, atom.Rt, atom.Rp, atom.Rtc, atom.Button, atom.Frame, atom.Image, atom.Applet:
		return false
	case atom.A:
		return b.links == 0
	case atom.Form:
		return b.forms == 0 && b.paras == 0
	case atom.Li:
		return b.paras == 0 && !b.within(atom.Li, 0, atom.Ul, atom.Ol)
	case atom.Dd, atom.Dt:
		return b.paras == 0 && !b.within(atom.Dd, atom.Dt, atom.Dl, 0)
	case atom.Table, atom.Pre, atom.Listing:
		return b.paras == 0
	}
	if heading(a) {
		return b.paras == 0 && !heading(b.top.DataAtom)
	}
	return b.paras == 0 || !block(a)
}

func heading(a atom.Atom) bool {
	switch a {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// within reports whether an element or its like is open before any of stop.
func (b *builder) within(element, like, stop, stopToo atom.Atom) bool {
	for n := b.top; n != b.root; n = n.Parent {
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

func (b *builder) fitsTable(a, top atom.Atom) bool {
	if top == atom.Tbody && b.implied() {
		switch a {
		case atom.Tbody, atom.Thead, atom.Tfoot:
			b.close()
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
			b.top = b.append(html.ElementNode, atom.Tbody, impliedName)
			b.depth++
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

func (b *builder) implied() bool { return b.top.Data == impliedName }

func (b *builder) close() {
	b.count(b.top.DataAtom, -1)
	if b.top == b.off {
		b.off = nil
	}
	b.top = b.top.Parent
}

func (b *builder) endTag(i int) int {
	name, a, at := b.tagName(i + 2)
	end, _ := b.attributes(at, "/")
	switch {
	case end < 0:
		return -1
	case formatting(a) && b.off == nil && !b.dressed:
		return end
	case a == atom.Body || a == atom.Html:
		return end // what follows still belongs to the body
	}
	b.tags++
	if k := len(b.spans) - 1; k >= 0 && b.spans[k].within == b.top {
		if b.spans[k].name != name {
			return -1
		}
		b.spans = b.spans[:k]
		return end
	}
	if a == atom.Table && b.implied() {
		b.close()
	}
	if b.top.Data != name {
		return -1
	}
	b.close()
	return end
}

// rawEnd finds the end tag of an element without markup in it.
func (b *builder) rawEnd(from int, name string) int {
	for at := from; ; {
		i := strings.Index(b.src[at:], "</")
		if i < 0 {
			return -1
		}
		at += i + len("</")
		rest := b.src[at:]
		if len(rest) <= len(name) || !strings.EqualFold(rest[:len(name)], name) {
			continue
		}
		if c := rest[len(name)]; !isSpace(c) && c != '/' && c != '>' {
			continue
		}
		if name == "script" {
			// Within <!-- a nested <script> would have to be closed too.
			content := b.src[from : at-2]
			if k := strings.Index(content, "<!--"); k >= 0 && indexFold(content[k:], "<script") >= 0 {
				return -1
			}
		}
		return at - len("</")
	}
}

// behindTag is where the end tag at i is over.
func (b *builder) behindTag(i int) int {
	if i < 0 {
		return -1
	}
	_, _, at := b.tagName(i + len("</"))
	end, _ := b.attributes(at, "/")
	return end
}

// onlyOptions reports whether a list holds no elements but options, whose content nobody
// reads.
func onlyOptions(list string) bool {
	_, tags, _ := strings.Cut(list, "<")
	for tag := range strings.SplitSeq(tags, "<") {
		if tag = strings.TrimPrefix(tag, "/"); tags != "" && (len(tag) < len("option") || !strings.EqualFold(tag[:3], "opt")) {
			return false
		}
	}
	return true
}

// attributes reads a tag's attributes from at on and notes in b.attrs which to
// keep. It returns where the tag ends, or -1 when it does not, and whether it sets
// the text of its element off. The tag "/" keeps nothing.
func (b *builder) attributes(at int, tag string) (end int, off bool) {
	b.attrs = b.attrs[:0]
	var seen uint32 // of two attributes of one name the first counts
	var a attr
	for {
		at = skipSpace(b.src, at)
		if at >= len(b.src) {
			return -1, false
		}
		if b.src[at] == '>' {
			return at + 1, off
		}
		a.read(b.src, at)
		if at = a.to; at < 0 {
			return -1, false
		}
		if tag == "/" {
			continue
		}
		if torn(b.src[a.valueFrom:a.valueTo]) {
			return -1, false // its cell is unreadable
		}
		k := attributeKind(b.src[a.from:a.keyTo])
		if k != nil {
			if seen&k.bit != 0 {
				continue
			}
			seen |= k.bit
			off = b.keep(a, k, tag) || off
		}
		if b.dressed && a.keyTo > a.from {
			b.attrs = append(b.attrs, html.Attribute{Key: strings.ToLower(b.src[a.from:a.keyTo]), Val: a.unescaped(b.src)})
		}
	}
}

// keep notes an attribute if it is to be kept, and reports whether it sets the text of
// its element off.
func (b *builder) keep(a attr, k *kind, tag string) (off bool) {
	value := b.src[a.valueFrom:a.valueTo]
	if k.key == "style" && slices.Contains(b.styles[:], value) {
		return false
	}
	value = a.unescaped(b.src)
	keep, l := b.css.says(k, tag, value)
	b.css.undressed = b.css.undressed || l.dressed()
	switch {
	case keep && b.dressed: // as all are
	case keep:
		b.attrs = append(b.attrs, html.Attribute{Key: k.key, Val: value})
	case k.key == "style":
		b.styles[b.nextStyle] = b.src[a.valueFrom:a.valueTo]
		b.nextStyle = (b.nextStyle + 1) % len(b.styles)
	}
	return l != look{}
}

// attr is where an attribute is written.
type attr struct{ from, keyTo, valueFrom, valueTo, to int }

// unescaped is its value: character references in attributes have rules of their own.
func (a *attr) unescaped(src string) string {
	value := src[a.valueFrom:a.valueTo]
	if !strings.ContainsAny(value, "&\r") {
		return value
	}
	z := html.NewTokenizer(strings.NewReader("<a " + src[a.from:a.to] + ">"))
	z.Next()
	_, read, _ := z.TagAttr()
	return string(read)
}

// read reads the attribute that begins at a byte; its end is -1 where the tag has none.
func (a *attr) read(src string, from int) {
	at := from
	for at < len(src) {
		c := src[at]
		if isSpace(c) || c == '/' || c == '>' || c == '=' && at > from {
			break
		}
		at++
	}
	*a = attr{from: from, keyTo: at, valueFrom: at, valueTo: at, to: -1}
	after := skipSpace(src, at)
	if after >= len(src) {
		return
	}
	switch src[after] {
	case '/':
		a.to = after + 1
	case '=':
		a.value(src, skipSpace(src, after+1))
	default:
		a.to = after
	}
}

// value reads the value that begins at a byte.
func (a *attr) value(src string, at int) {
	if at >= len(src) {
		return
	}
	a.valueFrom, a.valueTo = at, at
	switch quote := src[at]; quote {
	case '>':
		a.to = at
	case '"', '\'':
		if n := strings.IndexByte(src[at+1:], quote); n >= 0 {
			a.valueFrom, a.valueTo, a.to = at+1, at+1+n, at+n+2
		}
	default:
		for at < len(src) && !isSpace(src[at]) && src[at] != '>' {
			at++
		}
		a.valueTo, a.to = at, at
	}
}

func skipSpace(s string, i int) int {
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	return i
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// containsFold looks for lower, ASCII in lower case, whatever the case in s.
func containsFold(s, lower string) bool {
	for ; len(s) >= len(lower); s = s[1:] {
		if s[0]|0x20 == lower[0]|0x20 && strings.EqualFold(s[:len(lower)], lower) {
			return true
		}
	}
	return false
}
