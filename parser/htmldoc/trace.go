package htmldoc

import (
	"golang.org/x/net/html"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// trace notes which nodes of a page the blocks of its document were read from.
// A nil trace notes nothing: reading alone needs none.
type trace struct {
	lines     map[int][]*html.Node            // texts of a line
	cells     map[report.Locator]*html.Node   // elements, by the cell's upper left corner
	rows      map[report.Locator][]*html.Node // cells that begin in a row
	tables    map[int]*html.Node              // by number
	drawnRows map[report.Locator][]*html.Node // texts of a row of a drawn table
	noscripts map[*html.Node]*html.Node       // what was read of a <noscript>
}

func newTrace() *trace {
	return &trace{lines: map[int][]*html.Node{}, cells: map[report.Locator]*html.Node{}, rows: map[report.Locator][]*html.Node{},
		tables: map[int]*html.Node{}, drawnRows: map[report.Locator][]*html.Node{}, noscripts: map[*html.Node]*html.Node{}}
}

// line notes the texts of a line.
func (t *trace) line(number int, texts []*html.Node) {
	if t != nil {
		t.lines[number] = texts
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

// cellsOf ties the cells of a grid to their elements, before any are left out.
func (t *trace) cellsOf(g *document.Grid, rows []tableRow) map[*document.Cell]*html.Node {
	if t == nil {
		return nil
	}
	elements := map[*document.Cell]*html.Node{}
	for r := range g.Rows {
		for i, c := range g.Own(r) {
			if r < len(rows) && i < len(rows[r].cells) {
				elements[c] = rows[r].cells[i].node
			}
		}
	}
	return elements
}

// grid notes the cells of a grid that has its number.
func (t *trace) grid(g *document.Grid, elements map[*document.Cell]*html.Node) {
	if t == nil || g.Number == 0 {
		return
	}
	for r := range g.Rows {
		for _, c := range g.Own(r) {
			n := elements[c]
			if n == nil {
				continue
			}
			t.cells[g.Locator(c)] = n
			row := report.Locator{Table: g.Number, Row: r + 1}
			t.rows[row] = append(t.rows[row], n)
			for p := n.Parent; t.tables[g.Number] == nil && p != nil; p = p.Parent {
				if p.Data == "table" {
					t.tables[g.Number] = p
				}
			}
		}
	}
}

// drawnGrid notes the rows of a drawn table by their lines, for its cells are
// no elements.
func (t *trace) drawnGrid(g *document.Grid, lines []drawnLine) {
	if t == nil || g.Number == 0 {
		return
	}
	for r, i := range g.Lines {
		t.drawnRows[report.Locator{Table: g.Number, Row: r + 1}] = lines[i].nodes
	}
}
