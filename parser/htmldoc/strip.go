package htmldoc

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// strip copies a page without what no reader of it sees and no rule of this
// package reads: scripts, styles, comments (conditional ones too), formatting
// tags, plain <span>s, form fields, and all attributes but a few. That leaves a
// seventh of a page pasted from Word, and html.Parse is what takes the time.
//
// If the tags are in order, the tree is built on the way and html.Parse not
// needed at all; see tree.
//
// What it leaves must become the same document. Therefore it recognises tags
// exactly as the tokenizer of x/net/html does and gives up, ok false, wherever
// the tree depends on more than it follows: text or tags between the cells of a
// table (which browsers move in front of it), cells outside tables, SVG, frame
// sets, elements never closed that hold raw text.
func strip(text string) (s *stripped, ok bool) {
	s = &stripped{src: text, tree: newTree(), buf: make([]byte, 0, len(text)/4+512)}
	for range 3 {
		if s.run() {
			return s, true
		}
		next := &stripped{src: text, tree: newTree(), buf: s.buf[:0], looks: s.looks, keepInline: s.keepInline, keepFormatting: s.keepFormatting}
		switch {
		case !s.again:
			return nil, false
		case s.newLooks:
		default:
			next.keepInline, next.keepFormatting = true, s.inlineHides || s.keepInline
		}
		s = next
	}
	return s, s.run()
}

type stripped struct {
	src string
	buf []byte
	cut bool // tags beyond maxTags were cut off

	keepInline     bool              // <span>s must stay: some inline element sets its text off or ends out of turn
	keepFormatting bool              // so must formatting: some inline element sets its text off
	inlineHides    bool              // one does
	looks          map[string]string // what style sheets say of classes, as classLooks
	sizeless       bool              // an element of size 0 was met: what sizes those within have counts
	newLooks       bool              // a style sheet was met that says something
	again          bool              // give up, but try once more and keep these
	tables         []bool            // the open tables: whether one of their cells is open
	open           uint32            // the sum of elements copied and not yet ended, as sumOf
	spans          []uint32          // of the open <span>s left out, what was open at their start
	formSpans      int               // how many of them were open at the last <form>
	budget         budget
	text           bool // buf ends in text
	dropped        bool // something was left out since
	lineStart      bool // buf ends in a tag that certainly begins a new line
	pre            bool // a <pre> or something hidden was opened: white space may show
	attrs          []attr
	tree           *tree
	styles         [8]string // the last styles that hide nothing: a page repeats few
	nextStyle      int
	bare           [8]string // the last start tags whose attributes say nothing
	nextBare       int
}

// attr is a kept attribute, as written. Of a class its look is kept.
type attr struct {
	from, keyTo, valueFrom, valueTo, to int
	look                                string
}

// run copies the page; false is giving up.
func (s *stripped) run() bool {
	return s.copy() && !s.budget.exhausted()
}

func (s *stripped) copy() bool {
	src := s.src
	for pos := 0; pos < len(src) && !s.cut && !s.budget.exhausted(); {
		i := strings.IndexByte(src[pos:], '<')
		if i < 0 || pos+i+1 >= len(src) {
			return s.copyText(src[pos:])
		}
		i += pos
		end := -1
		switch c := src[i+1]; {
		case isLetter(c):
			if !s.copyText(src[pos:i]) {
				return false
			}
			end = s.startTag(i)
		case c == '/':
			if i+2 >= len(src) {
				return s.copyText(src[pos:])
			}
			if !s.copyText(src[pos:i]) {
				return false
			}
			if isLetter(src[i+2]) {
				end = s.endTag(i)
			} else {
				end = s.bogus(i + 2)
			}
		case c == '!':
			if !s.copyText(src[pos:i]) {
				return false
			}
			end = s.declaration(i)
		case c == '?':
			if !s.copyText(src[pos:i]) {
				return false
			}
			end = s.bogus(i + 2)
		default: // a mere less-than sign
			if !s.copyText(src[pos : i+1]) {
				return false
			}
			end = i + 1
		}
		if end < 0 {
			return false
		}
		pos = end
	}
	return true
}

// inCell reports whether a cell of a table is open.
func (s *stripped) inCell() bool {
	k := len(s.tables) - 1
	return k >= 0 && s.tables[k]
}

// betweenCells reports whether a table is open and none of its cells.
func (s *stripped) betweenCells() bool {
	k := len(s.tables) - 1
	return k >= 0 && !s.tables[k]
}

func (s *stripped) copyText(t string) bool {
	if t == "" {
		return true
	}
	if s.betweenCells() || s.lineStart && !s.pre {
		i := skipSpace(t, 0)
		if i == len(t) {
			return true // white space that shows nowhere
		}
		if s.betweenCells() {
			return false
		}
	}
	s.lineStart = false
	if s.text && s.dropped && s.mayJoin() {
		s.buf = append(s.buf, "<!>"...)
	}
	s.buf = append(s.buf, t...)
	s.tree.text(t)
	s.text, s.dropped = true, false
	return true
}

// mayJoin reports whether the text written so far could become something else
// when more text follows: the beginning of a tag or of a character reference.
func (s *stripped) mayJoin() bool {
	const longest = 64 // references are shorter, but for leading zeros
	for k := len(s.buf) - 1; k >= 0; k-- {
		switch c := s.buf[k]; {
		case c == '&' || c == '<':
			return true
		case !isLetter(c) && (c < '0' || c > '9') && c != '#':
			return false
		case len(s.buf)-k > longest:
			return true
		}
	}
	return false
}

// bogus leaves out a comment that ends with the next >.
func (s *stripped) bogus(from int) int {
	s.dropped = true
	if i := strings.IndexByte(s.src[from:], '>'); i >= 0 {
		return from + i + 1
	}
	return len(s.src)
}

// declaration leaves out comments and copies the doctype, which decides
// whether a table ends a paragraph.
func (s *stripped) declaration(i int) int {
	rest := s.src[i+2:]
	if len(rest) >= 7 && strings.EqualFold(rest[:7], "doctype") {
		end := s.bogus(i + 2)
		s.write(s.src[i:end])
		return end
	}
	if !strings.HasPrefix(rest, "--") {
		return s.bogus(i + 2)
	}
	s.dropped = true
	body := i + 4
	for from := body; ; {
		k := strings.IndexByte(s.src[from:], '>')
		if k < 0 {
			return len(s.src)
		}
		comment := s.src[body : from+k]
		if comment == "" || comment == "-" || strings.HasSuffix(comment, "--") || strings.HasSuffix(comment, "--!") {
			return from + k + 1
		}
		from += k + 1
	}
}

// write copies markup.
func (s *stripped) write(markup string) {
	s.buf = append(s.buf, markup...)
	s.text, s.dropped, s.lineStart = false, false, false
}

// writeTag copies a start tag with the attributes kept of it.
func (s *stripped) writeTag(name, lower string, block, hidden bool) {
	if s.cut = !s.budget.spend(lower, block, false); s.cut {
		return
	}
	if !void(lower) {
		s.open += sumOf(lower)
	}
	s.lineStart = breaksLine(lower)
	s.pre = s.pre || lower == "pre" || lower == "listing" || hidden
	s.tree.start(lower, s.src, s.attrs)
	s.buf = append(s.buf, '<')
	s.buf = append(s.buf, name...)
	for _, a := range s.attrs {
		s.buf = append(s.buf, ' ')
		if a.look != "" {
			s.buf = append(s.buf, classLook+`="`...)
			s.buf = append(s.buf, html.EscapeString(a.look)...)
			s.buf = append(s.buf, '"')
			continue
		}
		s.buf = append(s.buf, s.src[a.from:a.to]...)
	}
	s.buf = append(s.buf, '>')
	s.text, s.dropped = false, false
}

// tagName returns the name that begins at from, as written and in lower case,
// and where it ends.
func (s *stripped) tagName(from int) (name string, lower string, end int) {
	end = from
	upper := false
	for end < len(s.src) {
		c := s.src[end]
		if isSpace(c) || c == '/' || c == '>' {
			break
		}
		upper = upper || c >= 'A' && c <= 'Z'
		end++
	}
	name = s.src[from:end]
	if !upper {
		return name, name, end
	}
	var b [16]byte
	if len(name) > len(b) {
		return name, name, end // longer than any name that matters here
	}
	n := copy(b[:], name)
	for i, c := range b[:n] {
		if c >= 'A' && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return name, string(b[:n]), end
}

// startTag copies or leaves out the start tag at i, and the content of elements
// that hold no markup. It returns where to go on, or -1 to give up.
func (s *stripped) startTag(i int) int {
	name, lower, at := s.tagName(i + 1)
	end, hidden := s.startAttributes(i, at, lower)
	if end < 0 {
		return -1
	}
	hidden = hidden || struck(lower)
	switch lower {
	case "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u":
		if !hidden && !s.keepFormatting {
			s.dropped = true
			return end
		}
		lower = kept(lower)
		name = lower
	case "span", "o:p":
		if len(s.attrs) == 0 && !s.keepInline {
			s.spans = append(s.spans, s.open)
			s.dropped = true
			return end
		}
	case "td", "th", "caption":
		if len(s.tables) == 0 {
			if lower == "caption" {
				break
			}
			return -1
		}
		s.tables[len(s.tables)-1] = true
		s.writeTag(name, lower, true, hidden)
		return end
	case "tr", "tbody", "thead", "tfoot", "colgroup", "col":
		if len(s.tables) > 0 {
			s.tables[len(s.tables)-1] = false
		} else if lower == "tr" {
			return -1
		}
		s.writeTag(name, lower, true, hidden)
		return end
	case "table":
		if s.betweenCells() {
			return -1
		}
		s.tables = append(s.tables, false)
		s.writeTag(name, lower, true, hidden)
		return end
	case "script", "style", "textarea":
		if lower == "textarea" && s.betweenCells() || len(s.attrs) > 0 && !hidden {
			return -1
		}
		close := s.rawEnd(end, lower)
		if close < 0 {
			return -1
		}
		if lower == "style" && s.looks == nil && setsOff(s.src[end:close]) {
			if s.looks = classLooks(s.src); s.looks != nil {
				s.again, s.newLooks = true, true
				return -1
			}
		}
		if lower == "textarea" && s.inCell() {
			s.writeTag(name, lower, false, hidden)
			return close
		}
		s.dropped = true
		_, _, at := s.tagName(close + 2)
		end, _ := s.attributes(at, "/")
		return end
	case "select":
		return s.selectElement(name, end, hidden)
	case "input", "link", "base", "param", "wbr":
		if len(s.attrs) == 0 && !(lower == "input" && s.inCell()) || lower == "input" && s.unseenField() {
			s.dropped = true
			return end
		}
	case "form", "meta":
		if lower == "form" {
			s.formSpans = len(s.spans)
		}
		s.writeTag(name, lower, lower == "form", hidden)
		return end
	case "title", "noscript", "iframe":
		if s.betweenCells() {
			return -1
		}
		close := s.rawEnd(end, lower)
		if close < 0 {
			return -1
		}
		s.writeTag(name, lower, false, hidden)
		switch lower {
		case "title":
			s.write(s.src[end:close])
			s.tree.text(s.src[end:close])
		case "noscript":
			s.write(s.src[end:close])
			s.tree.raw(s.src[end:close])
		}
		return close
	case "svg", "math", "template", "frameset", "frame", "noframes", "noembed", "plaintext", "xmp", "option", "optgroup", "image":
		return -1
	}
	if s.betweenCells() {
		return -1
	}
	block := blockName(lower)
	if hidden && !s.keepFormatting && mayEndLate(lower, block) {
		s.again, s.inlineHides = true, true
		return -1
	}
	if (lower == "span" || lower == "o:p") && !s.keepInline {
		s.again = true
		return -1
	}
	s.writeTag(name, lower, block, hidden)
	return end
}

// startAttributes is attributes for the start tag at i, known by its text where
// the same tag was met before and nothing of it kept: a page pasted from Word has
// some tags hundreds of times.
func (s *stripped) startAttributes(i, at int, tag string) (end int, hidden bool) {
	rest := s.src[i:]
	for _, b := range s.bare {
		if b != "" && strings.HasPrefix(rest, b) {
			s.attrs = s.attrs[:0]
			return i + len(b), false
		}
	}
	end, hidden = s.attributes(at, tag)
	const short = 24 // is read as fast as it is looked for
	if end-i > short && !hidden && len(s.attrs) == 0 {
		s.bare[s.nextBare] = s.src[i:end]
		s.nextBare = (s.nextBare + 1) % len(s.bare)
	}
	return end, hidden
}

// breaksLine tells the start tags that are never ignored and always begin a new
// line.
func breaksLine(lower string) bool {
	switch lower {
	case "p", "td", "th", "div", "br", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ul", "ol", "center":
		return true
	}
	return false
}

func (s *stripped) endTag(i int) int {
	name, lower, at := s.tagName(i + 2)
	end, _ := s.attributes(at, "/")
	if end < 0 {
		return -1
	}
	switch lower {
	case "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u":
		if !s.keepFormatting {
			s.dropped = true
			return end
		}
		lower = kept(lower)
		name = lower
	case "span", "o:p":
		if !s.keepInline {
			if k := len(s.spans) - 1; k >= 0 {
				if s.spans[k] != s.open {
					s.again = true // it ends other elements too, or does not end
					return -1
				}
				s.spans = s.spans[:k]
			}
			s.dropped = true
			return end
		}
	case "td", "th", "caption", "tr", "tbody", "thead", "tfoot", "colgroup":
		if k := len(s.tables) - 1; k >= 0 {
			s.tables[k] = false
		}
		s.writeEnd(name, lower, true)
		return end
	case "table":
		if k := len(s.tables) - 1; k >= 0 {
			s.tables = s.tables[:k]
		}
		s.writeEnd(name, lower, true)
		return end
	case "form":
		if s.formSpans != len(s.spans) {
			s.again = !s.keepInline // the form ends within a <span>
			return -1
		}
		s.writeEnd(name, lower, true)
		return end
	}
	if s.betweenCells() {
		return -1
	}
	s.writeEnd(name, lower, blockName(lower))
	return end
}

func (s *stripped) writeEnd(name, lower string, block bool) {
	if s.cut = !s.budget.spend(lower, block, true); s.cut {
		return
	}
	s.open -= sumOf(lower)
	s.lineStart = lower == "p" // others may end nothing
	s.tree.end(lower)
	s.buf = append(s.buf, "</"...)
	s.buf = append(s.buf, name...)
	s.buf = append(s.buf, '>')
	s.text, s.dropped = false, false
}

// rawEnd finds the end tag of an element without markup in it.
func (s *stripped) rawEnd(from int, name string) int {
	for at := from; ; {
		i := strings.Index(s.src[at:], "</")
		if i < 0 {
			return -1
		}
		at += i + 2
		rest := s.src[at:]
		if len(rest) <= len(name) || !strings.EqualFold(rest[:len(name)], name) {
			continue
		}
		if c := rest[len(name)]; !isSpace(c) && c != '/' && c != '>' {
			continue
		}
		if name == "script" {
			// Within <!-- a nested <script> would have to be closed too.
			content := s.src[from : at-2]
			if k := strings.Index(content, "<!--"); k >= 0 && containsFold(content[k:], "<script") {
				return -1
			}
		}
		return at - 2
	}
}

// selectElement leaves out a list of options; of one in a cell its tags stay.
// Anything else in it gives up.
func (s *stripped) selectElement(tag string, at int, hidden bool) int {
	if s.betweenCells() {
		return -1
	}
	attrs := slices.Clone(s.attrs)
	option := false
	for {
		i := strings.IndexByte(s.src[at:], '<')
		if i < 0 || !option && strings.TrimSpace(s.src[at:at+i]) != "" {
			return -1 // it does not end, or has text of no option
		}
		at += i + 1
		closing := strings.HasPrefix(s.src[at:], "/")
		if closing {
			at++
		}
		_, name, end := s.tagName(at)
		if name != "option" && name != "optgroup" && !(closing && name == "select") {
			return -1
		}
		option = name == "option" && !closing
		if at, _ = s.attributes(end, "/"); at < 0 {
			return -1
		}
		if closing && name == "select" {
			if !s.inCell() {
				s.dropped = true
				return at
			}
			s.attrs = attrs
			s.writeTag(tag, name, false, hidden)
			s.writeEnd(tag, name, false)
			return at
		}
	}
}

// attributes reads a tag's attributes from at on and notes in s.attrs which to
// keep. It returns where the tag ends, or -1 when it does not, and whether it
// hides its element. The tag "/" keeps nothing.
func (s *stripped) attributes(at int, tag string) (end int, hidden bool) {
	s.attrs = s.attrs[:0]
	var seen kind // of two attributes of one name the first counts
	var a attr
	for {
		at = skipSpace(s.src, at)
		if at >= len(s.src) {
			return -1, false
		}
		if s.src[at] == '>' {
			return at + 1, hidden
		}
		a.read(s.src, at)
		if at = a.to; at < 0 {
			return -1, false
		}
		if tag == "/" {
			continue
		}
		if k := attributeKind(s.src[a.from:a.keyTo]); k != 0 && seen&k == 0 {
			hidden = s.keep(&a, k, tag, &seen) || hidden
		}
	}
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

// keep notes an attribute of a kind if it is to be kept, and reports whether it hides its
// element or sets its text off.
func (s *stripped) keep(a *attr, k kind, tag string, seen *kind) (hides bool) {
	value := s.src[a.valueFrom:a.valueTo]
	keep := false
	switch {
	case k == classAttr && s.looks == nil && !s.sizeless && !namesNote(value):
		return false // a further one may say more
	case k == classAttr:
		a.look = s.lookOfClass(tag, value)
		keep, hides = a.look != "", a.look != ""
	case k == styleAttr:
		hides = s.styleHides(value)
		keep = hides
	default:
		keep, hides = wanted(k, tag, value)
	}
	if *seen |= k; keep {
		s.attrs = append(s.attrs, *a)
	}
	return hides
}

// lookOfClass is the look of an element's classes, "" where they say nothing.
func (s *stripped) lookOfClass(tag, classes string) string {
	look := lookOfClasses(s.looks, tag, html.UnescapeString(classes))
	if look == "" && s.sizeless {
		look = ownSize
	}
	if look != "" && !s.sizeless && styleLook(look).sizeless {
		s.sizeless = true
		clear(s.bare[:])
	}
	return look
}

// styleHides reports whether a style counts: it hides its element, sets its text off or,
// within an element of size 0, gives a size.
func (s *stripped) styleHides(style string) bool {
	if slices.Contains(s.styles[:], style) {
		return false
	}
	hides, _ := wanted(styleAttr, "", style)
	switch {
	case hides && !s.sizeless && styleLook(html.UnescapeString(style)).sizeless:
		s.sizeless = true
		clear(s.styles[:])
		clear(s.bare[:])
	case !hides && s.sizeless && setsSize(style):
		hides = true
	}
	if !hides {
		s.styles[s.nextStyle] = style
		s.nextStyle = (s.nextStyle + 1) % len(s.styles)
	}
	return hides
}

// kind is an attribute that may be kept.
type kind uint32

const (
	hiddenAttr kind = 1 << iota
	styleAttr
	rowspanAttr
	colspanAttr
	spanAttr
	hrefAttr
	srcAttr
	dataAttr
	nameAttr
	contentAttr
	httpEquivAttr
	onclickAttr
	openAttr
	typeAttr
	classAttr
	colorAttr
	widthAttr
	heightAttr
)

var attributeKinds = map[string]kind{
	"hidden": hiddenAttr, "style": styleAttr, "rowspan": rowspanAttr, "colspan": colspanAttr, "span": spanAttr, "href": hrefAttr, "src": srcAttr,
	"data": dataAttr, "name": nameAttr, "content": contentAttr, "http-equiv": httpEquivAttr, "onclick": onclickAttr, "open": openAttr, "type": typeAttr,
	"class": classAttr, "color": colorAttr, "width": widthAttr, "height": heightAttr,
}

// attributeKind is that of a name in either case; zero for others.
func attributeKind(key string) kind {
	if len(key) < len("src") || len(key) > len("http-equiv") {
		return 0
	}
	var lower [len("http-equiv")]byte
	for i, c := range []byte(key) {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		lower[i] = c
	}
	return attributeKinds[string(lower[:len(key)])]
}

// wanted tells whether an attribute is read by this package, and whether it
// hides its element or sets its text off. Classes are another matter.
func wanted(k kind, tag, value string) (keep, hides bool) {
	switch k {
	case hiddenAttr:
		return true, true
	case styleAttr:
		hides = styleLook(value) != look{}
		if !hides && strings.IndexByte(value, '&') >= 0 {
			hides = styleLook(html.UnescapeString(value)) != look{}
		}
		return hides, hides
	case rowspanAttr, colspanAttr:
		return tag == "td" || tag == "th", false
	case spanAttr:
		return tag == "col" || tag == "colgroup", false
	case hrefAttr:
		return tag == "a" || tag == "area", false
	case srcAttr:
		return tag == "iframe" || tag == "frame" || tag == "embed", false
	case dataAttr:
		return tag == "object", false
	case nameAttr, contentAttr, httpEquivAttr:
		return tag == "meta", false
	case onclickAttr:
		return strings.IndexByte(value, '&') >= 0 || containsFold(value, "location") || containsFold(value, "open"), false
	case openAttr:
		return tag == "dialog", false
	case typeAttr:
		return tag == "input", false
	case colorAttr:
		pale := tag == "font" && paper(keyword(html.UnescapeString(value)))
		return pale, pale
	case widthAttr, heightAttr:
		switch tag {
		case "img", "iframe", "embed", "object", "canvas", "video", "audio", "svg":
			return true, false
		}
	}
	return false, false
}

// unseenField reports an <input> that shows nothing, or stands in no table,
// where it is a box to search with.
func (s *stripped) unseenField() bool {
	if len(s.tables) == 0 {
		return !slices.ContainsFunc(s.attrs, func(a attr) bool {
			return attributeKind(s.src[a.from:a.keyTo]) != typeAttr
		})
	}
	return slices.ContainsFunc(s.attrs, func(a attr) bool {
		return attributeKind(s.src[a.from:a.keyTo]) == typeAttr && strings.EqualFold(strings.TrimSpace(s.src[a.valueFrom:a.valueTo]), "hidden")
	})
}

// sumOf makes names numbers, so that the sum over open elements tells which
// ones are open.
func sumOf(name string) uint32 {
	h := uint32(2166136261)
	for i := range len(name) {
		h = (h ^ uint32(name[i])) * 16777619
	}
	return h
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
