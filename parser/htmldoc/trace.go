package htmldoc

import (
	"golang.org/x/net/html"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// trace notes which nodes of a page the blocks of its document were read from.
// A nil trace notes nothing: reading alone needs none.
type trace struct {
	open      []*html.Node                    // texts of the block that is being read
	lines     map[int][]*html.Node            // texts of a line
	cells     map[report.Locator]*html.Node   // elements, by the cell's upper left corner
	rows      map[report.Locator][]*html.Node // cells that begin in a row
	tables    map[int]*html.Node              // by number
	drawn     [][]*html.Node                  // texts of the lines that may be rows of a drawn table
	drawnRows map[report.Locator][]*html.Node // texts of a row of one
	noscripts map[*html.Node]*html.Node       // what was read of a <noscript>
}

func newTrace() *trace {
	return &trace{lines: map[int][]*html.Node{}, cells: map[report.Locator]*html.Node{}, rows: map[report.Locator][]*html.Node{},
		tables: map[int]*html.Node{}, drawnRows: map[report.Locator][]*html.Node{}, noscripts: map[*html.Node]*html.Node{}}
}

// text notes a text of the open block.
func (t *trace) text(n *html.Node) {
	if t != nil {
		t.open = append(t.open, n)
	}
}

// line notes that the open texts are those of a line.
func (t *trace) line(number int) {
	if t != nil {
		t.lines[number] = t.open
	}
}

// forget begins a block. Lines share the texts they were read from.
func (t *trace) forget() {
	if t != nil {
		t.open = nil
	}
}

// texts and restore keep the open texts while cells are read.
func (t *trace) texts() []*html.Node {
	if t == nil {
		return nil
	}
	kept := t.open
	t.open = nil
	return kept
}

func (t *trace) restore(texts []*html.Node) {
	if t != nil {
		t.open = texts
	}
}

// within makes all texts of an element those of the open block.
func (t *trace) within(n *html.Node) {
	if t == nil {
		return
	}
	t.open = nil
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.TextNode {
				t.open = append(t.open, c)
			}
			walk(c)
		}
	}
	walk(n)
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

// draw notes that the open texts are those of a line of a drawn table.
func (t *trace) draw() {
	if t != nil {
		t.drawn = append(t.drawn, t.open)
	}
}

// endDrawn returns the texts of the lines of the drawn table that ends.
func (t *trace) endDrawn() [][]*html.Node {
	if t == nil {
		return nil
	}
	lines := t.drawn
	t.drawn = nil
	return lines
}

// drawnGrid notes the rows of a drawn table by their lines, for its cells are
// no elements.
func (t *trace) drawnGrid(g *document.Grid, from []int, lines [][]*html.Node) {
	if t == nil || g.Number == 0 {
		return
	}
	for r, i := range from {
		t.drawnRows[report.Locator{Table: g.Number, Row: r + 1}] = lines[i]
	}
}

// drawnLine notes a line that turned out to be none of a drawn table.
func (t *trace) drawnLine(number, i int, lines [][]*html.Node) {
	if t != nil {
		t.lines[number] = lines[i]
	}
}
