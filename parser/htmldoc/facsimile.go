package htmldoc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/parser/charset"
	"nianbao/parser/document"
	"nianbao/parser/report"
)

// maxFacsimile bounds the pages that are shown; a report has a tenth of it.
const maxFacsimile = 8 << 20

// ErrTooLarge is a page that is larger than any that is worth showing.
var ErrTooLarge = errors.New("the page is too large to be shown")

// A Facsimile is a page made safe to look at: its text, tables, formatting and
// inline styles, and nothing that runs, loads, links or asks for input. Places
// of its document can be marked in it.
//
// What is hidden on the page is left out, as [Read] leaves it out. A picture
// that is not in the page itself is shown as a box with its description.
type Facsimile struct {
	doc   *document.Document
	root  *html.Node
	trace *trace // nil where the page does not give the document
}

// NewFacsimile reads a page. The error is ctx's or ErrTooLarge.
func NewFacsimile(ctx context.Context, data []byte, o Options) (*Facsimile, error) {
	if len(data) > maxFacsimile {
		return nil, fmt.Errorf("%w: %d octets, the limit is %d", ErrTooLarge, len(data), maxFacsimile)
	}
	doc, err := Read(ctx, data, o)
	if err != nil {
		return nil, err
	}
	f := &Facsimile{doc: doc}
	text, name, _ := charset.Decode(data, o.ContentType, declaredCharset(data))
	text = strings.ReplaceAll(text, "\x00", "")
	ending := endOf(text)
	// Most looks first. What is shown must give the very blocks that were read,
	// or its places would be others.
	for _, way := range []func() rewritten{
		func() rewritten {
			r := rewriter{looks: classLooks(text), keepFormatting: true, keepLooks: true}
			return r.rewrite(text)
		},
		func() rewritten {
			r := rewriter{looks: classLooks(text), keepLooks: true}
			if out := r.rewrite(text); !r.inlineHides {
				return out
			}
			return rewritten{deep: true}
		},
		func() rewritten { return rewrite(text) },
		func() rewritten { return flatten(text) },
	} {
		out := way()
		if out.deep {
			continue
		}
		root, err := html.Parse(reader{ctx, strings.NewReader(out.markup)})
		if ctx.Err() != nil {
			return nil, fmt.Errorf("htmldoc: show page: %w", ctx.Err())
		}
		if err != nil {
			continue // nested too deep
		}
		if f.root == nil {
			f.root = root
		}
		p, t := page{charset: name, cut: out.cut, orphans: out.orphans, ending: ending}, newTrace()
		if reflect.DeepEqual(p.traced(root, t).Blocks, doc.Blocks) {
			f.root, f.trace = root, t
			return f, nil
		}
	}
	if f.root == nil {
		f.root = &html.Node{Type: html.DocumentNode}
	}
	return f, nil
}

// Document is what Read gives for the page.
func (f *Facsimile) Document() *document.Document { return f.doc }

// HTML is the page's content, to stand in a body, and for each mark whether its
// place is there.
func (f *Facsimile) HTML(marks []document.Mark) (content []byte, found []bool) {
	w := facsimileWriter{trace: f.trace, elements: map[*html.Node][]*document.Mark{}, texts: map[*html.Node][]textMark{}, named: map[string]bool{}, grids: map[*html.Node]bool{}}
	if f.trace != nil {
		for _, n := range f.trace.tables {
			w.grids[n] = true
		}
	}
	found = make([]bool, len(marks))
	for i := range marks {
		if m := &marks[i]; m.Text != "" {
			found[i] = w.markText(f.root, m)
		} else if f.trace != nil {
			found[i] = w.markPlace(m)
		}
	}
	w.children(f.root)
	return w.b.Bytes(), found
}

// textMark is a mark on the octets from and to of a text.
type textMark struct {
	from, to int
	mark     *document.Mark
}

type facsimileWriter struct {
	b        bytes.Buffer
	trace    *trace
	elements map[*html.Node][]*document.Mark
	texts    map[*html.Node][]textMark
	named    map[string]bool     // ids that are given
	grids    map[*html.Node]bool // tables that gave a grid, drawn with lines
	flow     *flow
}

// markPlace notes the nodes of a place.
func (w *facsimileWriter) markPlace(m *document.Mark) bool {
	var elements []*html.Node
	switch l := m.At; {
	case l.Line > 0:
		return w.markTexts(w.trace.lines[l.Line], m)
	case l.Row > 0 && w.trace.drawnRows[report.Locator{Table: l.Table, Row: l.Row}] != nil:
		return w.markTexts(w.trace.drawnRows[report.Locator{Table: l.Table, Row: l.Row}], m)
	case l.Column > 0:
		if n := w.trace.cells[l]; n != nil {
			elements = []*html.Node{n}
		}
	case l.Row > 0:
		elements = w.trace.rows[l]
	case l.Table > 0:
		if n := w.trace.tables[l.Table]; n != nil {
			elements = []*html.Node{n}
		}
	}
	for _, n := range elements {
		w.elements[n] = append(w.elements[n], m)
	}
	return len(elements) > 0
}

func (w *facsimileWriter) markTexts(texts []*html.Node, m *document.Mark) bool {
	for _, n := range texts {
		if strings.TrimSpace(n.Data) != "" {
			w.texts[n] = append(w.texts[n], textMark{0, len(n.Data), m})
		}
	}
	return len(texts) > 0
}

// flow is all text that is shown, without white space, and where each
// character of it stands.
type flow struct {
	text  string
	nodes []*html.Node
	at    []flowPlace // one for each character
}

type flowPlace struct {
	node     int32
	from, to int32
}

// markText notes every place of a text.
func (w *facsimileWriter) markText(root *html.Node, m *document.Mark) bool {
	if w.flow == nil {
		w.flow = &flow{}
		var b strings.Builder
		w.gather(root, &b)
		w.flow.text = b.String()
	}
	want := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, m.Text)
	if want == "" {
		return false
	}
	// The part to be marked, in characters of want.
	begin, end := 0, utf8.RuneCountInString(want)
	if m.To > 0 {
		all := []rune(m.Text)
		solid := func(n int) (count int) {
			for _, r := range all[:max(0, min(n, len(all)))] {
				if !unicode.IsSpace(r) {
					count++
				}
			}
			return count
		}
		begin, end = solid(m.From), solid(m.To)
	}
	found := false
	for from := 0; ; {
		i := strings.Index(w.flow.text[from:], want)
		if i < 0 {
			return found
		}
		found = true
		first := utf8.RuneCountInString(w.flow.text[:from+i])
		first, last := first+begin, first+end-1
		for k := first; k <= last; {
			p := w.flow.at[k]
			span := textMark{int(p.from), int(p.to), m}
			for k++; k <= last && w.flow.at[k].node == p.node; k++ {
				span.to = int(w.flow.at[k].to)
			}
			n := w.flow.nodes[p.node]
			w.texts[n] = append(w.texts[n], span)
		}
		from += i + len(want)
	}
}

func (w *facsimileWriter) gather(n *html.Node, b *strings.Builder) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			w.flow.nodes = append(w.flow.nodes, c)
			for i, r := range c.Data {
				if unicode.IsSpace(r) || r < ' ' || r == 0x7F {
					continue
				}
				b.WriteRune(r)
				w.flow.at = append(w.flow.at, flowPlace{int32(len(w.flow.nodes) - 1), int32(i), int32(i + utf8.RuneLen(r))})
			}
		case html.ElementNode:
			if inner := w.content(c); inner != nil {
				w.gather(inner, b)
			}
		}
	}
}

// content is the element whose children are shown for an element: itself, what
// stands in its place, or nil for one that is not shown.
func (w *facsimileWriter) content(n *html.Node) *html.Node {
	if visible(n) == gone {
		return nil
	}
	switch n.DataAtom {
	case atom.Head, atom.Title, atom.Script, atom.Style, atom.Template, atom.Noembed, atom.Noframes, atom.Iframe, atom.Object, atom.Embed,
		atom.Option, atom.Optgroup, atom.Datalist,
		atom.Audio, atom.Video, atom.Canvas, atom.Svg, atom.Rp, atom.Link, atom.Meta, atom.Base, atom.Frame:
		return nil
	case atom.Noscript:
		if w.trace != nil {
			return w.trace.noscripts[n]
		}
		return nil
	case atom.Dialog:
		if _, open := attribute(n, "open"); !open {
			return nil
		}
	case 0:
		if island[n.Data] || formula[n.Data] {
			return nil
		}
	}
	return n
}

func (w *facsimileWriter) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			w.text(c)
		case html.ElementNode:
			w.element(c)
		}
	}
}

// shownAs are the elements that stay, by the name they are shown under. Those
// that are not here and have content are shown without their tags.
var shownAs = map[string]string{
	"p": "p", "div": "div", "span": "span", "br": "br", "hr": "hr", "wbr": "wbr", "h1": "h1", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h5", "h6": "h6",
	"ul": "ul", "ol": "ol", "li": "li", "dl": "dl", "dt": "dt", "dd": "dd", "dir": "ul", "menu": "ul",
	"table": "table", "caption": "caption", "colgroup": "colgroup", "col": "col", "thead": "thead", "tbody": "tbody", impliedName: "tbody", "tfoot": "tfoot",
	"tr": "tr", "td": "td", "th": "th",
	"sub": "sub", "sup": "sup", "ruby": "ruby", "rt": "rt", "blockquote": "blockquote", "q": "q", "cite": "cite", "ins": "ins", "del": "del", "abbr": "span",
	"pre": "pre", "listing": "pre", "plaintext": "pre", "xmp": "pre", "center": "center", "a": "span", "button": "span", "label": "span",
	"address": "div", "article": "div", "aside": "div", "details": "div", "dialog": "div", "fieldset": "div", "figcaption": "div", "figure": "div",
	"footer": "div", "form": "div", "header": "div", "hgroup": "div", "legend": "div", "main": "div", "marquee": "div", "nav": "div", "section": "div", "summary": "div",
	"b": "b", "big": "big", "code": "code", "em": "em", "font": "font", "i": "i", "nobr": "span", "s": "s", "small": "small", "strike": "s", "strong": "strong",
	"tt": "tt", "u": "u",
}

func (w *facsimileWriter) element(n *html.Node) {
	inner := w.content(n)
	if inner == nil {
		return
	}
	if n.DataAtom == atom.Img || n.DataAtom == atom.Image {
		w.picture(n)
		return
	}
	if n.DataAtom == atom.Input || n.DataAtom == atom.Select || n.DataAtom == atom.Textarea {
		if value := fieldText(n); strings.TrimSpace(value) != "" {
			w.b.WriteString(`<span class="field">`)
			w.escaped(value)
			w.b.WriteString("</span>")
		}
		return
	}
	name := shownAs[strings.TrimPrefix(n.Data, "x-")]
	marks := w.elements[n]
	if name == "" {
		w.children(inner)
		return
	}
	w.b.WriteByte('<')
	w.b.WriteString(name)
	var classes []string
	if name == "table" && w.grids[n] {
		classes = append(classes, "data")
	}
	for _, m := range marks {
		classes = append(classes, m.Class)
	}
	if len(classes) > 0 {
		w.attribute("class", strings.Join(classes, " "))
	}
	for _, m := range marks {
		w.name(m)
	}
	w.attributes(n, name)
	w.b.WriteByte('>')
	if void(name) {
		return
	}
	if name == "pre" {
		w.b.WriteByte('\n') // the first line break of a <pre> is dropped
	}
	w.children(inner)
	w.b.WriteString("</")
	w.b.WriteString(name)
	w.b.WriteByte('>')
}

// name writes what only the first element of a mark has.
func (w *facsimileWriter) name(m *document.Mark) {
	if m.ID != "" && !w.named[m.ID] {
		w.named[m.ID] = true
		w.attribute("id", m.ID)
	}
	if m.Title != "" {
		w.attribute("title", m.Title)
	}
}

func (w *facsimileWriter) attribute(key, value string) {
	w.b.WriteByte(' ')
	w.b.WriteString(key)
	w.b.WriteString(`="`)
	w.b.WriteString(html.EscapeString(value))
	w.b.WriteByte('"')
}

// looks are the attributes that only say what an element looks like.
func looks(key string) bool {
	switch strings.ToLower(key) {
	case "style", "align", "valign", "width", "height", "bgcolor", "color", "size", "face", "border", "cellpadding", "cellspacing", "nowrap", "start", "type",
		"alt", "src":
		return true
	}
	return false
}

// plain is a value that can only be a number, a length, a colour, a keyword or
// a list of names.
var plain = regexp.MustCompile(`^[-+#%.,'"\p{L}\p{N} \t\r\n]{0,200}$|^rgba?\([0-9., %]+\)$`)

func (w *facsimileWriter) attributes(n *html.Node, name string) {
	written := map[string]bool{}
	if hidesAll(n) && name != "col" && name != "colgroup" {
		w.attribute("style", "visibility:hidden")
		written["style"] = true
	}
	for _, a := range n.Attr {
		if written[a.Key] {
			continue
		}
		if a.Key == classLook {
			a.Key = "style"
		}
		switch a.Key {
		case "rowspan", "colspan", "span":
			if name != "td" && name != "th" && name != "col" && name != "colgroup" {
				continue
			}
			a.Val = fmt.Sprint(min(integer(a.Val, 1), 1000))
		case "style":
			if a.Val = safeStyle(a.Val); a.Val == "" {
				continue
			}
		case "align", "valign", "width", "height", "bgcolor", "color", "size", "face", "border", "cellpadding", "cellspacing", "nowrap", "start":
			if !plain.MatchString(a.Val) {
				continue
			}
		case "type":
			if name != "ol" && name != "ul" && name != "li" || !plain.MatchString(a.Val) {
				continue
			}
		default:
			continue
		}
		written[a.Key] = true
		w.attribute(a.Key, a.Val)
	}
}

// hidesAll reports whether an element takes its place and shows nothing. What is
// struck through says nothing either, but is to be seen.
func hidesAll(n *html.Node) bool {
	return visible(n) > crossed
}

// styles are the properties that stay of inline styles; names that end in a
// hyphen stand for all that begin so.
var styles = []string{
	"text-align", "text-indent", "text-decoration", "text-transform", "vertical-align", "font-", "font", "line-height", "letter-spacing", "word-break",
	"word-wrap", "white-space", "color", "background", "background-color", "border-", "border", "padding-", "padding", "margin-", "margin", "width", "height",
	"min-width", "max-width", "min-height", "display", "visibility", "list-style-type", "table-layout", "writing-mode",
}

// safeStyle keeps the declarations that change nothing but looks.
func safeStyle(style string) string {
	var kept []string
	for declaration := range strings.SplitSeq(style, ";") {
		property, value, ok := strings.Cut(declaration, ":")
		property, value = strings.ToLower(strings.TrimSpace(property)), strings.TrimSpace(value)
		value, _, _ = strings.Cut(value, "!")
		if value = strings.TrimSpace(value); !ok || value == "" || !plain.MatchString(value) || strings.Count(value, `"`)%2+strings.Count(value, "'")%2 != 0 {
			continue
		}
		for _, s := range styles {
			if property == s || strings.HasSuffix(s, "-") && strings.HasPrefix(property, s) && plainProperty.MatchString(property) {
				kept = append(kept, property+":"+value)
				break
			}
		}
	}
	return strings.Join(kept, ";")
}

var plainProperty = regexp.MustCompile(`^[a-z-]{1,40}$`)

// embedded is a picture that stands in the page itself.
var embedded = regexp.MustCompile(`^data:image/(?:png|jpeg|gif|webp|bmp);base64,[A-Za-z0-9+/=\s]+$`)

func (w *facsimileWriter) picture(n *html.Node) {
	alt, _ := attribute(n, "alt")
	if src, _ := attribute(n, "src"); embedded.MatchString(src) {
		w.b.WriteString("<img")
		w.attribute("src", src)
		w.attribute("alt", alt)
		w.attributes(n, "img")
		w.b.WriteByte('>')
		return
	}
	w.b.WriteString(`<span class="picture">`)
	w.b.WriteString(html.EscapeString(clipText(alt)))
	w.b.WriteString("</span>")
}

func clipText(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}

// text writes a text with its marks. Where marks overlap, the later begins
// where the earlier one ends, and one inside another stands in it.
func (w *facsimileWriter) text(n *html.Node) {
	marks := w.texts[n]
	if len(marks) == 0 {
		w.escaped(n.Data)
		return
	}
	// Each octet gets the last mark that covers it: a figure is asked for after
	// its sentence.
	at := make([]*document.Mark, len(n.Data)+1)
	for _, m := range marks {
		for i := m.from; i < m.to; i++ {
			at[i] = m.mark
		}
	}
	for i := 0; i < len(n.Data); {
		j := i + 1
		for j < len(n.Data) && at[j] == at[i] {
			j++
		}
		if m := at[i]; m != nil {
			w.b.WriteString("<mark")
			w.attribute("class", m.Class)
			w.name(m)
			w.b.WriteByte('>')
			w.escaped(n.Data[i:j])
			w.b.WriteString("</mark>")
		} else {
			w.escaped(n.Data[i:j])
		}
		i = j
	}
}

func (w *facsimileWriter) escaped(s string) {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7F {
			return -1
		}
		return r
	}, s)
	w.b.WriteString(html.EscapeString(s))
}

// fieldText is what a field of a form shows as text.
func fieldText(n *html.Node) string {
	switch n.DataAtom {
	case atom.Select:
		return selected(n)
	case atom.Textarea:
		if n.FirstChild != nil {
			return n.FirstChild.Data
		}
		return ""
	}
	kind, _ := attribute(n, "type")
	switch strings.ToLower(strings.TrimSpace(kind)) {
	case "hidden", "checkbox", "radio", "range", "color", "password", "image", "file":
		return ""
	}
	value, _ := attribute(n, "value")
	return value
}

// selected is the text of the one option that a list says is chosen.
func selected(n *html.Node) string {
	for c := range n.Descendants() {
		if _, chosen := attribute(c, "selected"); chosen && c.DataAtom == atom.Option && c.FirstChild != nil {
			return c.FirstChild.Data
		}
	}
	return ""
}
