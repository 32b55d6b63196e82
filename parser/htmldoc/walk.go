package htmldoc

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/parser/document"
	"nianbao/parser/filename"
	"nianbao/parser/report"
)

// walker turns a tree into blocks: it reads the tree into pieces, once, and adds their
// blocks when it is known what the tables among them are.
type walker struct {
	css      *sheets
	parse    func(markup string) *html.Node // of a page within this one
	frames   int                            // that hold such
	text     inline
	kind     document.Kind // of the block the text will become
	pieces   []piece
	inCell   bool // of a table
	pictured bool // an element without text has a picture behind it
	pre      bool
	struck   bool // something was struck out of the cell that is being read
	links    []document.Link
	images   int
	head     []*html.Node // titles and metas
	noscript []*html.Node
	offLine  bool         // the text is raised or lowered
	drawings int          // figures in drawings
	curtains []*html.Node // long blocks that take their place and show nothing
	slab     []tableCell  // the next cells, allocated together
	room     []piece      // the next first pieces: most cells have one

	out    document.Builder
	blocks int
	drawn  []drawnLine // lines of a table drawn with bars
	trace  *trace      // nil unless somebody asks where the blocks stand
	nodes  []*html.Node
}

// piece is a text that becomes a block, or a line of a cell, or a table.
type piece struct {
	kind  document.Kind
	plain string  // the text
	raw   *inline // or what it is gathered from, where that depends on what it becomes
	table *table
	nodes []*html.Node // its texts, where somebody asks
}

// paragraph is the text of a block.
func (p *piece) paragraph() string {
	if p.raw == nil {
		return p.plain
	}
	t := *p.raw
	t.buf = slices.Clone(t.buf)
	return t.take(false)
}

// drawnLine is a line that may be a row of a drawn table or stands beside one, with its texts.
type drawnLine struct {
	kind  document.Kind
	text  string
	nodes []*html.Node
}

// flush ends a block.
func (w *walker) flush() {
	p := piece{kind: w.kind, nodes: w.nodes}
	w.nodes = nil
	if w.text.special() {
		raw := w.text
		p.raw, w.text = &raw, inline{}
	} else if p.plain = w.text.take(false); p.plain == "" {
		return
	}
	if w.pieces == nil {
		if len(w.room) == 0 {
			w.room = make([]piece, 32)
		}
		w.pieces, w.room = w.room[:0:1], w.room[1:]
	}
	w.pieces = append(w.pieces, p)
}

// within returns the pieces that read makes.
func (w *walker) within(read func()) []piece {
	outer := w.pieces
	w.pieces = nil
	read()
	w.flush()
	inner := w.pieces
	w.pieces = outer
	return inner
}

// tree reads a tree and adds its blocks.
func (w *walker) tree(root *html.Node) {
	w.add(w.within(func() { w.children(root) }))
}

// paragraph adds a text that was read from some nodes.
func (w *walker) paragraph(kind document.Kind, text string, nodes []*html.Node) {
	if strings.TrimSpace(text) == "" {
		return
	}
	w.blocks++
	lines := drawnLines(text)
	if lines == nil {
		w.endDrawn()
		w.addText(kind, text, nodes)
		return
	}
	for _, line := range lines {
		w.drawn = append(w.drawn, drawnLine{kind, line, nodes})
	}
}

func (w *walker) addText(kind document.Kind, text string, nodes []*html.Node) {
	w.out.AddText(kind, text)
	w.trace.note(report.Line(w.out.Line()), nodes...)
}

// minDrawn is how many lines with bars or tabs make a table: fewer are a menu or
// a footer.
const minDrawn = 3

// drawnLines are the lines of a text of which one, if it is the only one, or
// some may be rows of a drawn table.
func drawnLines(text string) []string {
	const box = "\xE2\x94" // the first bytes of │ ┃ ┼
	if strings.IndexByte(text, '|') < 0 && strings.IndexByte(text, '\t') < 0 && !strings.Contains(text, box) && !strings.Contains(text, "｜") && !strings.Contains(text, "---") {
		return nil
	}
	lines := strings.Split(text, "\n")
	n := 0
	for _, line := range lines {
		if document.Separator(line) != 0 {
			n++
		}
	}
	if n == 0 || n < min(minDrawn, len(lines)) {
		return nil
	}
	return lines
}

// endDrawn adds the lines with bars or tabs in them collected so far, and those beside them.
func (w *walker) endDrawn() {
	drawn := w.drawn
	w.drawn = nil
	lines := make([]string, len(drawn))
	for i, d := range drawn {
		lines[i] = d.text
	}
	for from := 0; from < len(lines); {
		t := document.DrawnTable(lines[from:], false, func(int) bool { return false })
		next := from + max(1, t.Lines)
		if t.Grid == nil || t.Lines < minDrawn {
			for _, d := range drawn[from:next] {
				w.addText(d.kind, d.text, d.nodes)
			}
		} else {
			w.out.AddGrid(t.Grid)
			for r, i := range t.Grid.Lines {
				w.trace.note(report.Locator{Table: t.Grid.Number, Row: r + 1}, drawn[from+i].nodes...)
			}
			t.Grid.Lines = nil // which only texts have
		}
		from = next
	}
}

func (w *walker) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			if w.trace != nil {
				w.nodes = append(w.nodes, c)
			}
			if w.pre {
				w.text.addPreformatted(c.Data)
			} else {
				w.text.add(c.Data)
			}
		case html.ElementNode:
			w.element(c)
		}
	}
}

func (w *walker) element(n *html.Node) {
	l := w.css.look(n)
	if w.doubted(n, l) {
		w.text.unread()
	}
	if v := l.visibility; v != shown {
		w.struck = w.struck || v == crossed && hasText(n)
		if v != gone && block(n.DataAtom) {
			w.flush() // it takes its place
			if v == empty && !short(n) {
				w.curtains = append(w.curtains, n)
			}
		}
		return
	}
	w.pictured = w.pictured || l.pictured && !hasText(n)
	if len(n.Attr) > 0 {
		w.frame(n)
		w.references(n)
	}
	if l.script != document.OnLine && !block(n.DataAtom) && inlineOnly(n) {
		from, outer := len(w.text.buf), w.offLine
		w.offLine = true
		w.children(n)
		w.offLine = outer
		w.text.scripts.Mark(from, len(w.text.buf), l.script, l.shifted)
		return
	}
	w.content(n)
}

// doubted reports whether what is seen in a cell of an element, of a look, is another thing
// than its text, or stands elsewhere.
func (w *walker) doubted(n *html.Node, l look) bool {
	switch {
	case !w.inCell:
	case l.visibility == shown:
		return l.doubts(n) || n.DataAtom == atom.Bdo || n.DataAtom == atom.Li && n.Parent.DataAtom == atom.Ol && !hasText(n) ||
			(l.apart || l.ahead) && figureOnly(n) && (l.apart && besideFigure(n) || l.ahead && behindFigure(n))
	case l.visibility == empty:
		return w.css.revealed(n)
	}
	return false
}

// curtain is a hidden block that holds more text than all that is shown of the page:
// a script draws it away once it is there. Nil where there is none.
func (w *walker) curtain() *html.Node {
	for _, n := range w.curtains {
		length := 0
		for c := range n.Descendants() {
			if c.Type == html.TextNode && !silent(c.Parent) {
				length += len(strings.TrimSpace(c.Data))
			}
		}
		if length > w.out.Length() {
			return n
		}
	}
	return nil
}

// content reads an element that is seen, by its name.
func (w *walker) content(n *html.Node) {
	if w.apart(n) {
		return
	}
	switch n.DataAtom {
	case atom.Br:
		w.text.lineBreak()
		if w.text.blankLine() && !w.offLine {
			w.flush()
		}
		return
	case atom.Table:
		w.flush()
		w.pieces = append(w.pieces, piece{table: w.table(n)})
		return
	case atom.Pre, atom.Listing, atom.Plaintext, atom.Xmp:
	default:
		if !block(n.DataAtom) && !heading(n.DataAtom) {
			w.children(n)
			return
		}
	}
	w.flush()
	kind, pre := w.kind, w.pre
	if heading(n.DataAtom) {
		w.kind = document.Heading
	} else if !block(n.DataAtom) {
		w.pre = true
	}
	w.children(n)
	w.flush()
	w.kind, w.pre = kind, pre
}

// apart reads an element whose content is no text of the page, if it is one.
func (w *walker) apart(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Head:
		for c := range n.ChildNodes() {
			if c.DataAtom == atom.Noscript || c.DataAtom == atom.Title || c.DataAtom == atom.Meta {
				w.apart(c)
			}
		}
	case atom.Title, atom.Meta:
		w.head = append(w.head, n)
	case atom.Noscript:
		w.noscript = append(w.noscript, n)
	case atom.Del, atom.S, atom.Strike:
		if !inlineOnly(n) {
			return false
		}
		w.struck = w.struck || hasText(n)
	case atom.Rt:
	default:
		return w.textless(n) || silent(n)
	}
	return true
}

// textless notes an element that shows something else than text, or may.
func (w *walker) textless(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Input, atom.Select, atom.Textarea:
		w.field(n)
	case atom.Img:
		w.images++
		w.unread(n)
	case atom.Progress, atom.Meter, atom.Script: // which may write into its cell
		w.unread(n)
	case atom.Template:
		if _, shadow := attribute(n, "shadowrootmode"); shadow { // it is shown in place of what it stands in
			w.unread(n)
		}
	default:
		if silent(n) || !drawing(n) {
			return false
		}
		w.unread(n)
		w.drawings += drawnFigures(n)
	}
	return true
}

// silent reports an element of which no reader of the page sees anything.
func silent(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Template, atom.Noembed, atom.Noframes, atom.Option, atom.Optgroup, atom.Datalist, atom.Rp,
		atom.Annotation, atom.AnnotationXml: // how a formula of MathML is written elsewhere
		return true
	case atom.Dialog:
		_, open := attribute(n, "open")
		return !open
	case 0:
		return island[n.Data]
	}
	return false
}

// drawing reports an element that shows something else than its text.
func drawing(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Iframe, atom.Object, atom.Embed, atom.Audio, atom.Video, atom.Canvas, atom.Svg:
		return true
	case 0:
		return formula[n.Data]
	}
	return false
}

// block tells the elements that begin and end a line of their own by the
// standard's style sheet.
func block(a atom.Atom) bool {
	switch a {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Caption, atom.Center, atom.Dd, atom.Details, atom.Dialog,
		atom.Dir, atom.Div, atom.Dl, atom.Dt, atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Form, atom.Frameset,
		atom.Header, atom.Hgroup, atom.Hr, atom.Html, atom.Legend, atom.Li, atom.Main, atom.Marquee, atom.Menu, atom.Nav, atom.Ol, atom.P,
		atom.Section, atom.Summary, atom.Ul,
		atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr, atom.Td, atom.Th:
		return true
	}
	return false
}

// island names the data islands Word and Excel put into copied markup. Only
// browsers that do not know them show their text (页面视图, 7.8 磅 and such).
var island = map[string]bool{
	"xml": true, "w:worddocument": true, "w:latentstyles": true, "o:officedocumentsettings": true, "o:documentproperties": true,
	"o:shapedefaults": true, "o:shapelayout": true, "x:excelworkbook": true, "m:mathpr": true,
}

// references collects the links an element's attributes make. Their text is
// what is visible of it.
func (w *walker) references(n *html.Node) {
	for _, a := range n.Attr {
		switch a.Key {
		case "href", "src", "data":
			if slices.Contains(kinds[a.Key].tags, n.Data) {
				w.link(a.Val, n)
			}
		case "onclick":
			if m := hop.FindStringSubmatch(a.Val); m != nil {
				w.link(m[1], n)
			}
		}
	}
}

func (w *walker) link(url string, n *html.Node) {
	if url = strings.TrimSpace(url); url == "" {
		return
	}
	if m := hop.FindStringSubmatch(url); m != nil { // javascript:window.open('…')
		url = m[1]
	} else if url[0] == '#' {
		return // leads nowhere
	}
	text := ""
	switch n.DataAtom {
	case atom.Area, atom.Input: // have no content
	case atom.Iframe, atom.Frame, atom.Embed, atom.Object: // theirs is for browsers that cannot show them
	default:
		var clickable bool
		if text, clickable = linkText(n); !clickable {
			return // what is left where a link was never closed
		}
	}
	// A script leads nowhere that can be read, but a file's name tells that there
	// is a file: 年度报告.pdf behind javascript:download('8812').
	if len(url) >= 11 && strings.EqualFold(url[:11], "javascript:") && filename.Ending(text) == "" {
		return
	}
	// Word writes one link as several that follow each other.
	if k := len(w.links) - 1; k >= 0 && w.links[k].URL == url {
		if len(w.links[k].Text) < maxLinkText {
			w.links[k].Text += text
		}
		return
	}
	if len(w.links) < maxLinks {
		w.links = append(w.links, document.Link{URL: url, Text: text})
	}
}

// maxLinkText bounds a link's text in bytes, more or less: a link that is never
// closed reaches to the end of the page.
const maxLinkText = 1000

// linkText is the text of a link, and whether there is anything to click on.
func linkText(n *html.Node) (text string, clickable bool) {
	var t inline
	for c := range n.Descendants() {
		switch {
		case len(t.buf) >= maxLinkText:
			return t.take(false), true
		case c.Type == html.TextNode && !silent(c.Parent):
			t.add(c.Data[:min(len(c.Data), maxLinkText)])
		case c.DataAtom == atom.Img, c.DataAtom == atom.Svg:
			clickable = true
		case c.DataAtom == atom.Br, block(c.DataAtom):
			t.pending = space
		}
	}
	text = t.take(false)
	return text, clickable || text != ""
}

// noscripts reads what a page shows to browsers without scripts, where it shows
// nothing else.
func (w *walker) noscripts() {
	hidden := w.noscript
	w.noscript = nil
	for _, n := range hidden {
		if n.FirstChild == nil || n.FirstChild.Type != html.TextNode {
			continue
		}
		root := w.parse(n.FirstChild.Data)
		w.trace.noscript(n, root)
		w.tree(root)
	}
}

// inlineOnly reports whether an element holds no block. One that does was never
// closed, and what it says of its text was not meant for so much of the page.
func inlineOnly(n *html.Node) bool {
	for c := range n.Descendants() {
		if _, page := srcdoc(c); page || block(c.DataAtom) || c.DataAtom == atom.Table {
			return false
		}
	}
	return true
}

// besideFigure reports whether there are digits before or behind an element in the block around it.
func besideFigure(n *html.Node) bool {
	around := n.Parent
	for around.Parent != nil && !block(around.DataAtom) {
		around = around.Parent
	}
	// The first text that is another's ends it: a block may have as many such elements as texts.
	left := figured(n)
	for c := range around.Descendants() {
		if hasDigits(c) {
			left--
		}
		if left < 0 {
			return true
		}
	}
	return false
}

// doubts reports whether what a look makes of an element's text is something else.
func (l look) doubts(n *html.Node) bool { return l.doubtful || l.symbols && figured(n) > 0 }

// behindFigure reports whether there are digits before an element on its line.
func behindFigure(n *html.Node) bool {
	for {
		if n.PrevSibling == nil {
			n = n.Parent
		} else {
			for n = n.PrevSibling; n.LastChild != nil && !breaksLine(n.DataAtom); {
				n = n.LastChild
			}
		}
		if n == nil || breaksLine(n.DataAtom) {
			return false
		}
		if hasDigits(n) {
			return true
		}
	}
}

// figured counts the texts in an element that have digits.
func figured(n *html.Node) (texts int) {
	for c := range n.Descendants() {
		if hasDigits(c) {
			texts++
		}
	}
	return texts
}

// hasDigits reports whether a node is a text with digits.
func hasDigits(n *html.Node) bool {
	return n.Type == html.TextNode && strings.ContainsAny(n.Data, "0123456789")
}

// hasText reports whether an element holds anything but white space.
func hasText(n *html.Node) bool {
	for c := range n.Descendants() {
		if c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" {
			return true
		}
	}
	return false
}

func attribute(n *html.Node, key string) (value string, there bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}
