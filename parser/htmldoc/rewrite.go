package htmldoc

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/parser/document"
)

// rewrite reads a page with the tokenizer of x/net/html, passes on its tags and
// texts in their order, and does what html.Parse does not:
//
//   - Formatting tags (<b>, <font> …) go. They say nothing about blocks, and the
//     standard has them opened again in every paragraph that follows one they
//     were left open in, which lets a small page make a huge tree.
//   - Attributes that nothing here reads go, for they are most of the memory.
//   - Cells outside any table, which html.Parse drops and browsers run together,
//     get a table around them.
//   - What lies behind the budget of tags is cut off.
//
// Where a page is dressed, formatting stays, under names without that rule that [undisguised]
// takes off again, and so do all attributes.
func rewrite(text string, css *sheets) *rewriter {
	r := &rewriter{css: css, dressed: css.dressed()}
	r.rewrite(text)
	return r
}

// rewriter makes a page ready for html.Parse.
type rewriter struct {
	css     *sheets
	dressed bool
	flat    *flat // nil unless the page is flattened
	b       strings.Builder
	budget  budget
	orphans orphans
	cut     bool // tags beyond the budget were cut off
	deep    bool // nested too deep to go on; the markup is of no use
}

func (r *rewriter) rewrite(text string) {
	z := html.NewTokenizer(strings.NewReader(text))
	pass := r.tag
	if r.flat != nil {
		pass = r.flatTag
	}
	r.b.Grow(len(text) / 2)
	for !r.cut && !r.deep && (r.dressed || !r.css.undressed) {
		token := z.Next()
		if token == html.ErrorToken {
			break // the end; an unclosed tag there is dropped, as html.Parse would
		}
		switch token {
		case html.StartTagToken, html.SelfClosingTagToken:
			t := r.readTag(z)
			t.closed = token == html.SelfClosingTagToken && r.flat == nil
			r.cut = !pass(t, false)
		case html.EndTagToken:
			r.cut = !pass(r.readTag(z), true)
		case html.TextToken:
			r.text(z.Raw())
		default:
			r.b.Write(z.Raw())
		}
		r.deep = r.flat == nil && r.budget.exhausted()
	}
}

func (r *rewriter) text(raw []byte) {
	if r.flat != nil && r.flat.skipping > 0 {
		return
	}
	if len(bytes.TrimSpace(raw)) > 0 {
		r.orphans.leave(&r.b)
	}
	r.b.Write(raw)
}

// tag passes a tag on, and reports whether there was room for it.
func (r *rewriter) tag(t tag, end bool) bool {
	if !end && (t.look.dressed() || (struck(t.atom) || t.look != look{}) && mayEndLate(t.atom)) {
		r.css.undressed = true // for its end may depend on those of formatting
	}
	if formatting(t.atom) {
		if !r.dressed {
			r.b.WriteString("<!>") // keeps the texts on both sides apart
			r.tear(t)
			return true
		}
		t.name = disguise + t.name
	}
	if !r.budget.spend(t.atom, end) {
		return false
	}
	r.write(t, end)
	return true
}

func (r *rewriter) write(t tag, end bool) {
	if end {
		r.orphans.end(&r.b, t.atom)
		r.b.WriteString("</" + t.name + ">")
		return
	}
	r.orphans.start(&r.b, t.atom)
	t.write(&r.b)
	r.tear(t)
}

// tear makes the cell unreadable that a torn tag stands in.
func (r *rewriter) tear(t tag) {
	if t.torn && r.orphans.inCell() {
		r.b.WriteString(document.Unread)
	}
}

// budget bounds the tags of a page and the work they make. End tags count as
// well: some make elements, and html.Parse looks for what they end in the whole
// stack of open elements, as it does for the paragraph a block would end.
type budget struct {
	tags, inlineEnds int
	depth            int // of elements that real pages do close
	work             int // depth, summed over the tags
}

// spend reports whether there is room for one more tag.
func (b *budget) spend(a atom.Atom, end bool) bool {
	b.tags++
	if block := breaksLine(a); !block || container(a) {
		switch {
		case end:
			b.depth = max(0, b.depth-1)
			if !block {
				b.inlineEnds++
			}
		case !void(a):
			b.depth++
		}
	}
	b.work += b.depth
	return b.tags <= maxTags && b.inlineEnds <= maxInlineEnds
}

// exhausted reports whether the page nests so deep, for so long, that a tree
// would take seconds.
func (b *budget) exhausted() bool { return b.work > maxWork }

// tag is a tag with the attributes that are kept.
type tag struct {
	name   string // in lower case
	atom   atom.Atom
	attrs  []html.Attribute
	look   look
	closed bool // it ends its element itself
	torn   bool // one of its values is
}

// torn tells the value that broken bytes made take in text and tags that follow it.
func torn(value string) bool {
	return strings.IndexByte(value, '<') >= 0 && strings.ContainsRune(value, utf8.RuneError)
}

func (r *rewriter) readTag(z *html.Tokenizer) tag {
	name, more := z.TagName()
	t := tag{name: string(name), atom: atom.Lookup(name)}
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		keep := r.dressed
		if k := attributeKind(string(key)); k != nil {
			said, l := r.css.says(k, t.name, string(value))
			keep = keep || said
			t.look.join(l)
		}
		t.torn = t.torn || torn(string(value))
		if keep {
			t.attrs = append(t.attrs, html.Attribute{Key: string(key), Val: string(value)})
		}
	}
	return t
}

func (t tag) write(b *strings.Builder) {
	b.WriteString("<" + t.name)
	for _, a := range t.attrs {
		b.WriteString(" " + a.Key + `="` + html.EscapeString(a.Val) + `"`)
	}
	if t.closed { // which matters in SVG
		b.WriteString("/")
	}
	b.WriteString(">")
}

// mayEndLate tells the elements that end where another inline element ends
// around them, or a block, and not only at their own end tag.
func mayEndLate(a atom.Atom) bool {
	switch a {
	case atom.Iframe, atom.Select, atom.Option, atom.Optgroup, atom.Textarea, atom.Script, atom.Style, atom.Noscript, atom.Title, atom.Colgroup:
		return false
	}
	return !breaksLine(a) && !void(a)
}

// formatting tells the standard's formatting elements, without <a>, of which
// only one can be open at a time.
func formatting(a atom.Atom) bool {
	switch a {
	case atom.B, atom.Big, atom.Code, atom.Em, atom.Font, atom.I, atom.Nobr, atom.S, atom.Small, atom.Strike, atom.Strong, atom.Tt, atom.U:
		return true
	}
	return false
}

// disguise begins the name under which a formatting element stays.
const disguise = "x-"

// undisguised gives the formatting elements of a tree their names.
func undisguised(root *html.Node) *html.Node {
	for n := range root.Descendants() {
		if name, ok := strings.CutPrefix(n.Data, disguise); ok && n.Type == html.ElementNode {
			if a := atom.Lookup([]byte(name)); formatting(a) {
				n.Data, n.DataAtom = name, a
			}
		}
	}
	return root
}

// struck tells the elements whose text is struck through: it is no longer what
// the page says.
func struck(a atom.Atom) bool { return a == atom.S || a == atom.Strike || a == atom.Del }

// orphans follows, tag by tag, whether cells stand in a table, and draws one
// around those that do not.
type orphans struct {
	tables    []bool // the open tables: whether one of their cells is open
	synthetic bool   // the outermost of them is ours
	inside    int    // containers opened in our table's cells
	found     bool   // a table was drawn
}

// inCell reports whether a cell is open, the innermost.
func (o *orphans) inCell() bool { return len(o.tables) > 0 && o.tables[len(o.tables)-1] }

func (o *orphans) start(b *strings.Builder, a atom.Atom) {
	switch a {
	case atom.Table:
		o.leave(b)
		if k := len(o.tables) - 1; k >= 0 && !o.tables[k] {
			o.tables = o.tables[:k] // a table directly in a table ends that
		}
		o.tables = append(o.tables, false)
	case atom.Tr, atom.Td, atom.Th, atom.Tbody, atom.Tfoot, atom.Thead, atom.Caption, atom.Col, atom.Colgroup:
		if len(o.tables) == 0 {
			if a != atom.Tr && a != atom.Td && a != atom.Th {
				return
			}
			b.WriteString("<table>")
			o.tables, o.synthetic, o.inside, o.found = append(o.tables, false), true, 0, true
		}
		o.tables[len(o.tables)-1] = a == atom.Td || a == atom.Th || a == atom.Caption
	case atom.Script, atom.Style, atom.Template, atom.Form, atom.Input:
	default:
		if o.leave(b); o.synthetic && len(o.tables) == 1 && container(a) {
			o.inside++
		}
	}
}

func (o *orphans) end(b *strings.Builder, a atom.Atom) {
	k := len(o.tables) - 1
	if k < 0 {
		return
	}
	switch a {
	case atom.Table:
		o.tables = o.tables[:k]
		if k == 0 {
			o.synthetic = false
		}
	case atom.Td, atom.Th, atom.Caption, atom.Tr, atom.Tbody, atom.Tfoot, atom.Thead:
		o.tables[k] = false
	default:
		if o.synthetic && k == 0 && container(a) {
			if o.inside--; o.inside < 0 {
				o.close(b) // what ends here was open before our table
			}
		}
	}
}

// leave ends our table where what comes, no white space, is in none of its cells.
func (o *orphans) leave(b *strings.Builder) {
	if o.synthetic && len(o.tables) == 1 && !o.tables[0] {
		o.close(b)
	}
}

func (o *orphans) close(b *strings.Builder) {
	b.WriteString("</table>")
	o.tables, o.synthetic = o.tables[:0], false
}

// container tells the elements that hold large parts of a page.
func container(a atom.Atom) bool {
	switch a {
	case atom.Div, atom.Section, atom.Article, atom.Main, atom.Form, atom.Center, atom.Body, atom.Html, atom.Ul, atom.Ol, atom.Dl, atom.Fieldset, atom.Blockquote:
		return true
	}
	return false
}
