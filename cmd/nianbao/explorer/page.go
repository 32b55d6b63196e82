package explorer

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"nianbao/parser/document"
	"nianbao/parser/htmldoc"
	"nianbao/parser/lazyregexp"
)

// maxPageBytes bounds the pages that are shown, in octets; a report has a tenth of it.
const maxPageBytes = 8 << 20

// pageFacsimile is a page made safe to look at: its text, tables, formatting and
// inline styles, and nothing that runs, loads, links or asks for input.
//
// What is hidden on the page is left out, as reading leaves it out. A picture
// that is not in the page itself is shown as a box with its description.
type pageFacsimile struct{ shown *htmldoc.Shown }

func newPageFacsimile(ctx context.Context, data []byte, contentType string) (*pageFacsimile, error) {
	if len(data) > maxPageBytes {
		return nil, errLargePage
	}
	shown, err := htmldoc.Show(ctx, data, contentType)
	if err != nil {
		return nil, err
	}
	return &pageFacsimile{shown}, nil
}

func (f *pageFacsimile) Document() *document.Document { return f.shown.Document }

// HTML is the page's content, to stand in a body, and for each mark whether its
// place is there.
func (f *pageFacsimile) HTML(marks []marking) (content []byte, found []bool) {
	w := pageWriter{shown: f.shown, elements: map[*html.Node][]*marking{}, texts: map[*html.Node][]textMark{}, named: map[string]bool{}, grids: map[*html.Node]bool{}}
	for _, n := range f.shown.Tables() {
		w.grids[n] = true
	}
	found = make([]bool, len(marks))
	for i := range marks {
		if m := &marks[i]; m.Text != "" {
			found[i] = w.markText(m)
		} else {
			found[i] = w.markPlace(m)
		}
	}
	w.children(f.shown.Root)
	return w.b.Bytes(), found
}

// textMark is a mark on the octets from and to of a text.
type textMark struct {
	from, to int
	mark     *marking
}

type pageWriter struct {
	b        bytes.Buffer
	shown    *htmldoc.Shown
	elements map[*html.Node][]*marking
	texts    map[*html.Node][]textMark
	named    map[string]bool     // ids that are given
	grids    map[*html.Node]bool // tables that gave a grid, drawn with lines
	flow     *flow
}

// markPlace notes the nodes of a place.
func (w *pageWriter) markPlace(m *marking) bool {
	place := w.shown.Place(m.At)
	for _, n := range place {
		switch {
		case n.Type != html.TextNode:
			w.elements[n] = append(w.elements[n], m)
		case strings.TrimSpace(n.Data) != "":
			w.texts[n] = append(w.texts[n], textMark{0, len(n.Data), m})
		}
	}
	return len(place) > 0
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
func (w *pageWriter) markText(m *marking) bool {
	if w.flow == nil {
		w.flow = &flow{}
		var b strings.Builder
		w.gather(w.shown.Root, &b)
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

func (w *pageWriter) gather(n *html.Node, b *strings.Builder) {
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
			w.gather(c, b)
		}
	}
}

func (w *pageWriter) children(n *html.Node) {
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
	"table": "table", "caption": "caption", "colgroup": "colgroup", "col": "col", "thead": "thead", "tbody": "tbody", "tfoot": "tfoot",
	"tr": "tr", "td": "td", "th": "th",
	"sub": "sub", "sup": "sup", "ruby": "ruby", "rt": "rt", "blockquote": "blockquote", "q": "q", "cite": "cite", "ins": "ins", "del": "del", "abbr": "span",
	"pre": "pre", "listing": "pre", "plaintext": "pre", "xmp": "pre", "center": "center", "a": "span", "button": "span", "label": "span",
	"address": "div", "article": "div", "aside": "div", "details": "div", "dialog": "div", "fieldset": "div", "figcaption": "div", "figure": "div",
	"footer": "div", "form": "div", "header": "div", "hgroup": "div", "legend": "div", "main": "div", "marquee": "div", "nav": "div", "section": "div", "summary": "div",
	"b": "b", "big": "big", "code": "code", "em": "em", "font": "font", "i": "i", "nobr": "span", "s": "s", "small": "small", "strike": "s", "strong": "strong",
	"tt": "tt", "u": "u",
}

func (w *pageWriter) element(n *html.Node) {
	name := shownAs[n.Data]
	switch n.Data {
	case "img", "image":
		w.picture(n)
		return
	case "output":
		w.b.WriteString(`<span class="field">`)
		w.children(n)
		w.b.WriteString("</span>")
		return
	}
	if name == "" {
		w.children(n)
		return
	}
	w.b.WriteByte('<')
	w.b.WriteString(name)
	marks := w.elements[n]
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
	switch name {
	case "br", "hr", "wbr", "col":
		return // they hold nothing
	}
	if name == "pre" {
		w.b.WriteByte('\n') // the first line break of a <pre> is dropped
	}
	w.children(n)
	w.b.WriteString("</")
	w.b.WriteString(name)
	w.b.WriteByte('>')
}

// name writes what only the first element of a mark has.
func (w *pageWriter) name(m *marking) {
	if m.ID != "" && !w.named[m.ID] {
		w.named[m.ID] = true
		w.attribute("id", m.ID)
	}
	if m.Title != "" {
		w.attribute("title", m.Title)
	}
}

func (w *pageWriter) attribute(key, value string) {
	w.b.WriteByte(' ')
	w.b.WriteString(key)
	w.b.WriteString(`="`)
	w.b.WriteString(html.EscapeString(value))
	w.b.WriteByte('"')
}

// plainValue is a value that can only be a number, a length, a colour, a keyword or
// a list of names.
var plainValue = lazyregexp.New(`^[-+#%.,'"\p{L}\p{N} \t\r\n]{0,200}$|^rgba?\([0-9., %]+\)$`)

func (w *pageWriter) attributes(n *html.Node, name string) {
	written := map[string]bool{}
	for _, a := range n.Attr {
		keep := false
		if of, known := keptAttributes[a.Key]; known && !written[a.Key] && (of == "" || slices.Contains(strings.Fields(of), name)) {
			if keep = plainValue.MatchString(a.Val); a.Key == "style" {
				a.Val = safeStyle(a.Val)
				keep = a.Val != ""
			}
		}
		if keep {
			written[a.Key] = true
			w.attribute(a.Key, a.Val)
		}
	}
}

// keptAttributes are those that stay, with the elements that may have them; "": all.
var keptAttributes = map[string]string{
	"rowspan": "td th col colgroup", "colspan": "td th col colgroup", "span": "td th col colgroup", "type": "ol ul li", "style": "",
	"align": "", "valign": "", "width": "", "height": "", "bgcolor": "", "color": "", "size": "", "face": "", "border": "", "cellpadding": "", "cellspacing": "", "nowrap": "", "start": "",
}

// keptStyles are the properties that stay of inline styles; names that end in a
// hyphen stand for all that begin so.
var keptStyles = []string{
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
		if value = strings.TrimSpace(value); !ok || value == "" || !plainValue.MatchString(value) || strings.Count(value, `"`)%2+strings.Count(value, "'")%2 != 0 {
			continue
		}
		for _, s := range keptStyles {
			if property == s || strings.HasSuffix(s, "-") && strings.HasPrefix(property, s) && plainProperty.MatchString(property) {
				kept = append(kept, property+":"+value)
				break
			}
		}
	}
	return strings.Join(kept, ";")
}

var plainProperty = lazyregexp.New(`^[a-z-]{1,40}$`)

// embeddedPicture is a picture that stands in the page itself.
var embeddedPicture = lazyregexp.New(`^data:image/(?:png|jpeg|gif|webp|bmp);base64,[A-Za-z0-9+/=\s]+$`)

func (w *pageWriter) picture(n *html.Node) {
	alt := attributeOf(n, "alt")
	if src := attributeOf(n, "src"); embeddedPicture.MatchString(src) {
		w.b.WriteString("<img")
		w.attribute("src", src)
		w.attribute("alt", alt)
		w.attributes(n, "img")
		w.b.WriteByte('>')
		return
	}
	w.b.WriteString(`<span class="picture">`)
	w.b.WriteString(html.EscapeString(clip(alt, 80)))
	w.b.WriteString("</span>")
}

// text writes a text with its marks. Where marks overlap, the later begins
// where the earlier one ends, and one inside another stands in it.
func (w *pageWriter) text(n *html.Node) {
	marks := w.texts[n]
	if len(marks) == 0 {
		w.escaped(n.Data)
		return
	}
	// Each octet gets the last mark that covers it: a figure is asked for after
	// its sentence.
	at := make([]*marking, len(n.Data)+1)
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

func (w *pageWriter) escaped(s string) {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7F {
			return -1
		}
		return r
	}, s)
	w.b.WriteString(html.EscapeString(s))
}

// attributeOf is the value of an attribute, "" where it is not there.
func attributeOf(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
