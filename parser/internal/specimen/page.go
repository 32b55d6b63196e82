package specimen

import (
	"fmt"
	"math/rand/v2"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

// page is a report laid out: blocks in reading order, to be written by a
// container's writer.
type page struct {
	truth  Truth
	rng    *rand.Rand
	blocks []*block
	want   Want
	markup markup // how the HTML writer writes
}

type blockKind int

const (
	titleBlock blockKind = iota
	sourceBlock
	headingBlock
	paragraphBlock
	gridBlock
	rowOfGrids // tables side by side in a layout table
)

type block struct {
	kind    blockKind
	text    string
	section int
	grids   []*grid
}

// grid is a table as it is printed; rows hold the cells that begin in them.
type grid struct {
	name string // disclosure, requests, review, annex, or other
	rows []*row
}

type row struct {
	cells  []*cell
	hidden bool
}

type cellKind int

const (
	headCell cellKind = iota
	labelCell
	figureCell
	fillerCell
)

type cell struct {
	text       string // lines as \n
	key        string // of a figure of the layout
	kind       cellKind
	rows, cols int // spans; zero is one
	level      int // indentation of the annex
	hidden     bool
	html       string // written instead of text
}

func (c *cell) spans() (rows, cols int) { return max(c.rows, 1), max(c.cols, 1) }

// compose draws the tables and puts them into the prose.
func (f *form) compose() *page {
	p := &page{truth: f.truth, rng: f.rng}
	p.add(titleBlock, 0, f.truth.Meta.Title)
	p.add(sourceBlock, 0, fmt.Sprintf("来源:%s 发布时间:%s 字号:大 中 小", f.truth.Meta.Publisher, f.truth.Meta.PublishedOn))
	for _, s := range f.truth.Sections {
		p.add(headingBlock, s.Number, s.Heading)
		for _, text := range s.Paragraphs {
			p.add(paragraphBlock, s.Number, text)
		}
		switch {
		case f.layout == catalog.Layout2014 && s.Number == 6:
			p.add(paragraphBlock, 6, "政府信息公开情况统计表")
			p.addGrids(6, f.drawAnnex())
		case f.layout == catalog.Layout2014:
		case s.Number == 2 && len(f.articles) > 0:
			gs := f.drawDisclosure()
			if f.arrangement == nested {
				for len(gs) > 0 {
					n := min(2, len(gs))
					p.blocks = append(p.blocks, &block{kind: rowOfGrids, section: 2, grids: gs[:n]})
					gs = gs[n:]
				}
			}
			p.addGrids(2, gs...)
		case s.Number == 3 && len(f.lines) > 0:
			p.addGrids(3, f.drawRequests())
		case s.Number == 4 && len(f.reviews) > 0:
			p.addGrids(4, f.drawReview())
		}
	}
	p.want = f.want
	return p
}

func (p *page) add(kind blockKind, section int, text string) {
	if text != "" {
		p.blocks = append(p.blocks, &block{kind: kind, section: section, text: text})
	}
}

func (p *page) addGrids(section int, gs ...*grid) {
	for _, g := range gs {
		p.blocks = append(p.blocks, &block{kind: gridBlock, section: section, grids: []*grid{g}})
	}
}

// grids lists the page's tables in reading order.
func (p *page) grids(names ...string) []*grid {
	var gs []*grid
	for _, b := range p.blocks {
		for _, g := range b.grids {
			if len(names) == 0 {
				gs = append(gs, g)
			}
			for _, n := range names {
				if g.name == n {
					gs = append(gs, g)
				}
			}
		}
	}
	return gs
}

// cells calls visit for every cell of the standard tables.
func (p *page) cells(visit func(g *grid, c *cell)) {
	for _, g := range p.grids() {
		for _, r := range g.rows {
			for _, c := range r.cells {
				visit(g, c)
			}
		}
	}
}

// figures calls visit for every figure cell that holds a figure.
func (p *page) figures(visit func(c *cell, v float64)) {
	p.cells(func(_ *grid, c *cell) {
		if c.key != "" {
			if e := p.want.Facts[c.key]; e.Value != nil && e.Status.HasValue() {
				visit(c, *e.Value)
			}
		}
	})
}

// widen prints the punctuation of prose and labels in its full-width forms, as
// half of the reports do.
func (p *page) widen() {
	for _, b := range p.blocks {
		if b.kind != titleBlock && b.kind != sourceBlock {
			b.text = widen(b.text)
		}
	}
	p.cells(func(_ *grid, c *cell) {
		if c.kind != figureCell {
			c.text = widen(c.text)
		}
	})
}

// doubt lowers what may be asked about keys.
func (p *page) doubt(c Certainty, keys ...string) {
	for _, k := range keys {
		if e, ok := p.want.Facts[k]; ok && e.Certainty < c {
			e.Certainty = c
			p.want.Facts[k] = e
		}
	}
}

// blank empties a cell and expects that.
func (p *page) blank(c *cell) {
	c.text = ""
	p.want.Facts[c.key] = Expect{Status: report.StatusBlank}
}

// mark prints something that is no figure.
func (p *page) mark(c *cell, s report.Status, text string) {
	c.text = text
	p.want.Facts[c.key] = Expect{Status: s}
}

// print prints another figure.
func (p *page) print(c *cell, v float64, text string) {
	c.text = text
	p.want.Facts[c.key] = Expect{Value: figure(v), Status: report.StatusReported}
}

func (r *row) keys() []string {
	var keys []string
	for _, c := range r.cells {
		if c.key != "" {
			keys = append(keys, c.key)
		}
	}
	return keys
}

func head(text string, rows, cols int) *cell {
	return &cell{text: text, kind: headCell, rows: rows, cols: cols}
}

func label(text string, rows, cols int) *cell {
	return &cell{text: text, kind: labelCell, rows: rows, cols: cols}
}

func rowOf(cells ...*cell) *row { return &row{cells: cells} }

// stubCells draws the cells of a stub, the last one over the columns that remain.
func (f *form) stubCells(s stub, width int) []*cell {
	var cells []*cell
	for i, key := range s.keys {
		var c *cell
		if key == "" {
			c = &cell{text: s.texts[i], kind: fillerCell}
		} else {
			c = f.figure(key)
		}
		if i == len(s.keys)-1 {
			c.cols = width - i
		}
		cells = append(cells, c)
	}
	return cells
}

func (f *form) drawArticle(a article, width int) []*row {
	rows := []*row{rowOf(head(a.title, 1, width+1))}
	heads := rowOf()
	for i, h := range a.heads {
		cols := 1
		if i == len(a.heads)-1 {
			cols = width - i + 1
		}
		heads.cells = append(heads.cells, head(h, 1, cols))
	}
	rows = append(rows, heads)
	for _, s := range a.rows {
		rows = append(rows, rowOf(append([]*cell{label(s.label, 1, 1)}, f.stubCells(s, width)...)...))
	}
	return rows
}

func (f *form) drawDisclosure() []*grid {
	switch f.arrangement {
	case split, nested:
		var gs []*grid
		for _, a := range f.articles {
			gs = append(gs, &grid{name: "disclosure", rows: f.drawArticle(a, len(a.heads)-1)})
		}
		return gs
	case abreast:
		g := &grid{name: "disclosure"}
		for i := 0; i < len(f.articles); i += 2 {
			left := f.drawArticle(f.articles[i], 3)
			var right []*row
			if i+1 < len(f.articles) {
				right = f.drawArticle(f.articles[i+1], 3)
			}
			for n := range max(len(left), len(right)) {
				r := rowOf()
				for _, side := range [][]*row{left, right} {
					if n < len(side) {
						r.cells = append(r.cells, side[n].cells...)
					} else {
						r.cells = append(r.cells, &cell{kind: fillerCell, cols: 4})
					}
				}
				g.rows = append(g.rows, r)
			}
		}
		return []*grid{g}
	}
	g := &grid{name: "disclosure"}
	for _, a := range f.articles {
		g.rows = append(g.rows, f.drawArticle(a, 3)...)
	}
	return []*grid{g}
}

const corner = "(本列数据的勾稽关系为:第一项加第二项之和,等于第三项加第四项之和)"

func (f *form) drawRequests() *grid {
	g := &grid{name: "requests"}
	top, middle, bottom := rowOf(head(corner, 3, 3), head("申请人情况", 1, len(f.columns))), rowOf(), rowOf()
	for i, c := range f.columns {
		if !c.legal {
			middle.cells = append(middle.cells, head(c.label, 2, 1))
			continue
		}
		if i == 0 || !f.columns[i-1].legal {
			n := 0
			for _, d := range f.columns[i:] {
				if !d.legal {
					break
				}
				n++
			}
			middle.cells = append(middle.cells, head("法人或其他组织", 1, n))
		}
		bottom.cells = append(bottom.cells, head(c.label, 1, 1))
	}
	g.rows = append(g.rows, top, middle, bottom)
	run := func(i int, same func(a, b line) bool) int {
		n := 1
		for i+n < len(f.lines) && same(f.lines[i], f.lines[i+n]) {
			n++
		}
		return n
	}
	for i, l := range f.lines {
		r := rowOf()
		newItem := i == 0 || f.lines[i-1].item != l.item
		newKind := newItem || f.lines[i-1].kind != l.kind
		switch {
		case l.kind == "":
			r.cells = append(r.cells, label(l.item, 1, 3))
		default:
			if newItem {
				r.cells = append(r.cells, label(l.item, run(i, func(a, b line) bool { return a.item == b.item }), 1))
			}
			switch {
			case l.detail == "":
				r.cells = append(r.cells, label(l.kind, 1, 2))
			default:
				if newKind {
					r.cells = append(r.cells, label(l.kind, run(i, func(a, b line) bool { return a.item == b.item && a.kind == b.kind && b.detail != "" }), 1))
				}
				r.cells = append(r.cells, label(l.detail, 1, 1))
			}
		}
		for n, c := range f.columns {
			switch {
			case l.code == "" && n < len(l.texts):
				r.cells = append(r.cells, &cell{text: l.texts[n], kind: fillerCell})
			case l.code == "" || c.code == "":
				r.cells = append(r.cells, &cell{text: "731", kind: fillerCell})
			default:
				r.cells = append(r.cells, f.figure(l.code+"@"+c.code))
			}
		}
		g.rows = append(g.rows, r)
	}
	return g
}

func (f *form) drawReview() *grid {
	top, middle, bottom, figures := rowOf(), rowOf(), rowOf(), rowOf()
	legal := 0
	for _, r := range f.reviews {
		if r.code == "review" {
			top.cells = append(top.cells, head(r.label, 1, len(reviewResults)))
			for _, result := range reviewResults {
				middle.cells = append(middle.cells, head(result.label, 2, 1))
			}
		} else {
			if legal++; legal == 1 {
				top.cells = append(top.cells, head("行政诉讼", 1, 2*len(reviewResults)))
			}
			middle.cells = append(middle.cells, head(r.label, 1, len(reviewResults)))
			for _, result := range reviewResults {
				bottom.cells = append(bottom.cells, head(result.label, 1, 1))
			}
		}
		for _, result := range reviewResults {
			figures.cells = append(figures.cells, f.figure(r.code+"."+result.code))
		}
	}
	return &grid{name: "review", rows: []*row{top, middle, bottom, figures}}
}

func (f *form) drawAnnex() *grid {
	g := &grid{name: "annex"}
	add := func(cells ...*cell) {
		if f.noUnits {
			cells = append(cells[:1:1], cells[2])
		}
		g.rows = append(g.rows, rowOf(cells...))
	}
	add(head("统计指标", 1, 1), head("单位", 1, 1), head("统计数", 1, 1))
	for _, e := range f.annex {
		l := label(e.label, 1, 1)
		l.level = e.level
		switch {
		case e.key != "":
			add(l, label(e.unit, 1, 1), f.figure(e.key))
		case e.text != "":
			add(l, label(e.unit, 1, 1), &cell{text: e.text, kind: fillerCell})
		default:
			add(l, label("——", 1, 1), &cell{text: "——", kind: fillerCell})
		}
	}
	return g
}
