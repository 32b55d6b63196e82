package htmldoc

import (
	"slices"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// trace notes which nodes of a page the blocks of its document were read from.
// A nil trace notes nothing: reading alone needs none.
type trace struct {
	// places are the texts of a line or of a row that is drawn with text, the elements of a
	// cell, by its upper left corner, of the cells that begin in a row, of a table.
	places    map[report.Locator][]*html.Node
	noscripts map[*html.Node]*html.Node // what was read of a <noscript>
	elements  map[*document.Cell]*html.Node
}

func newTrace() *trace {
	return &trace{map[report.Locator][]*html.Node{}, map[*html.Node]*html.Node{}, map[*document.Cell]*html.Node{}}
}

// forget takes all notes back.
func (t *trace) forget() {
	if t != nil {
		*t = *newTrace()
	}
}

// note notes nodes of a place, which the lines of one text share: a copy for each
// would be as large as the square of the text.
func (t *trace) note(at report.Locator, nodes ...*html.Node) {
	switch {
	case t == nil:
	case t.places[at] == nil:
		t.places[at] = slices.Clip(nodes)
	default:
		t.places[at] = append(t.places[at], nodes...)
	}
}

// textsIn are all texts of an element.
func (t *trace) textsIn(n *html.Node) (texts []*html.Node) {
	if t == nil {
		return nil
	}
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			texts = append(texts, c)
		}
	}
	return texts
}

func (t *trace) noscript(n, root *html.Node) {
	if t != nil {
		t.noscripts[n] = root
	}
}

// cell notes the element of a cell, before its grid has its number.
func (t *trace) cell(c *document.Cell, n *html.Node) {
	if t != nil && c != nil {
		t.elements[c] = n
	}
}

// grid notes the cells of a grid that has its number.
func (t *trace) grid(g *document.Grid) {
	if t == nil || g.Number == 0 {
		return
	}
	for r := range g.Rows {
		for _, c := range g.Own(r) {
			n := t.elements[c]
			if n == nil {
				continue
			}
			t.note(g.Locator(c), n)
			t.note(report.Locator{Table: g.Number, Row: r + 1}, n)
			table := report.Locator{Table: g.Number}
			for p := n.Parent; t.places[table] == nil && p != nil; p = p.Parent {
				if p.DataAtom == atom.Table {
					t.note(table, p)
				}
			}
		}
	}
}
