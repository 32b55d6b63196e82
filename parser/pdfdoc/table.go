package pdfdoc

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"nianbao/parser/document"
)

// table is a ruled table of one page.
type table struct {
	box   box
	xs    []float64 // edges of its columns
	ys    []float64 // edges of its rows
	cells []*region
	gaps  bool // a cell's border was not closed and was completed
	torn  bool // a figure is printed across a line
}

// region is a cell: rows r0 … r1 and columns c0 … c1 of the table, ends excluded.
type region struct {
	r0, r1, c0, c1 int
	glyphs         []glyph
	shows          bool // something that is no text
}

// maxRegions bounds the cells of one page's table.
const maxRegions = 20_000

// findTables finds the tables that the lines of a page draw, and puts the
// characters into their cells. It returns the characters that are in none.
func findTables(ru ruling, glyphs []glyph) (tables []*table, free []glyph) {
	for _, c := range components(ru, glyphs) {
		if t := newTable(c); t != nil {
			tables = append(tables, t)
		}
	}
	slices.SortFunc(tables, func(a, b *table) int {
		return cmp.Or(cmp.Compare(a.box.y0, b.box.y0), cmp.Compare(a.box.x0, b.box.x0))
	})
	inside := make([][]glyph, len(tables))
next:
	for _, g := range glyphs {
		for i, t := range tables {
			if t.box.holds(g.box.midX(), g.box.midY()) {
				inside[i] = append(inside[i], g)
				continue next
			}
		}
		free = append(free, g)
	}
	kept := tables[:0]
	for i, t := range tables {
		if len(inside[i]) == 0 {
			continue // a drawing
		}
		t.fill(inside[i])
		kept = append(kept, t)
	}
	return kept, free
}

// touching are the sets of lines that touch, the vertical ones numbered behind the others.
func (ru ruling) touching() document.Sets {
	h, v := ru.horizontal, ru.vertical
	sets := document.NewSets(len(h) + len(v))
	for i, a := range h {
		// Both lists are sorted by position: only the verticals within reach count.
		from, _ := slices.BinarySearchFunc(v, a.a-touch, func(r rule, x float64) int { return cmp.Compare(r.pos, x) })
		for j := from; j < len(v) && v[j].pos <= a.b+touch; j++ {
			if v[j].a-touch <= a.pos && a.pos <= v[j].b+touch {
				sets.Join(i, len(h)+j)
			}
		}
	}
	return sets
}

// components groups the lines that touch, then those whose areas overlap: the
// lines of one table need not all meet.
func components(ru ruling, glyphs []glyph) []ruling {
	var tables, loose []ruling
	for _, group := range ru.touching().Groups() {
		var g ruling
		for _, i := range group {
			if n := len(ru.horizontal); i < n {
				g.horizontal = append(g.horizontal, ru.horizontal[i])
			} else {
				g.vertical = append(g.vertical, ru.vertical[i-n])
			}
		}
		if len(g.horizontal) == 0 || len(g.vertical) == 0 {
			loose = append(loose, g)
		} else if !g.frame() {
			tables = append(tables, g)
		}
	}
	for i := 0; i < len(tables); i++ {
		for j := i + 1; j < len(tables); j++ {
			if tables[i].box().overlaps(tables[j].box()) {
				tables[i] = tables[i].with(tables[j])
				tables = slices.Delete(tables, j, j+1)
				i = -1 // all anew, for it has grown
				break
			}
		}
	}
	// Loose lines within a table's area are its own, but those below its text.
	compared := len(loose)*len(glyphs) <= maxStrikes
	for _, l := range loose {
		if compared && l.underline(glyphs) {
			continue
		}
		b := l.box()
		if i := slices.IndexFunc(tables, func(t ruling) bool {
			area := t.box().grown(touch)
			return area.holds(b.x0, b.y0) && area.holds(b.x1, b.y1)
		}); i >= 0 {
			tables[i] = tables[i].with(l)
		}
	}
	return tables
}

func (ru ruling) with(o ruling) ruling {
	return ruling{slices.Concat(ru.horizontal, o.horizontal), slices.Concat(ru.vertical, o.vertical)}
}

func (ru ruling) box() box {
	b := noBox
	for _, r := range slices.Concat(ru.horizontal, ru.vertical) {
		b = b.union(r.box())
	}
	return b
}

// frame tells lines that enclose one area only: a page's border, a boxed
// paragraph, an underlined letterhead.
func (ru ruling) frame() bool {
	b := ru.box()
	for _, r := range ru.horizontal {
		if r.pos > b.y0+minStrip && r.pos < b.y1-minStrip {
			return false
		}
	}
	for _, r := range ru.vertical {
		if r.pos > b.x0+minStrip && r.pos < b.x1-minStrip {
			return false
		}
	}
	return true
}

// edge is where cells may end, with the lines that lie along it. The outer edges
// count as drawn whether they are or not: Word leaves out a table's border where
// the page ends.
type edge struct {
	pos   float64
	rules []rule
	outer bool
}

func edges(rules []rule, from, to float64) []edge {
	rules = slices.Clone(rules)
	slices.SortFunc(rules, func(a, b rule) int { return cmp.Compare(a.pos, b.pos) })
	var es []edge
	for run := range together(rules, minStrip) {
		es = append(es, edge{pos: middle(run), rules: run})
	}
	const open = 6 // lines that reach so far beyond the last edge leave a side open
	if len(es) == 0 || es[0].pos-from > open {
		es = slices.Insert(es, 0, edge{pos: from})
	}
	if to-es[len(es)-1].pos > open {
		es = append(es, edge{pos: to})
	}
	es[0].outer, es[len(es)-1].outer = true, true
	return es
}

// drawn reports whether lines cover at least half of the edge between a and b.
func (e edge) drawn(a, b float64) bool {
	if e.outer {
		return true
	}
	covered := 0.0
	for _, r := range e.rules {
		covered += max(0, min(r.b, b)-max(r.a, a))
	}
	return covered >= 0.5*(b-a)
}

// newTable makes cells of lines: the regions between the edges, joined where no
// line parts them. It returns nil when there is but one cell.
func newTable(ru ruling) *table {
	b := ru.box()
	l := lattice{edges(ru.vertical, b.x0, b.x1), edges(ru.horizontal, b.y0, b.y1)}
	nx, ny := len(l.x)-1, len(l.y)-1
	if nx*ny > maxRegions {
		return nil
	}
	t := &table{box: box{l.x[0].pos, l.y[0].pos, l.x[nx].pos, l.y[ny].pos}, xs: positions(l.x), ys: positions(l.y)}
	for _, e := range document.Regions(ny, nx, l.open) {
		if e.Rectangle() {
			t.cells = append(t.cells, &region{r0: e.Top, r1: e.Bottom, c0: e.Left, c1: e.Right})
			continue
		}
		// A line is missing somewhere: the region is no rectangle. Its rows are
		// kept apart, so that no figure meets one of another row.
		t.gaps = true
		t.cells = append(t.cells, l.rectangles(e.Fields)...)
	}
	if len(t.cells) < 2 {
		return nil
	}
	return t
}

func positions(edges []edge) (at []float64) {
	for _, e := range edges {
		at = append(at, e.pos)
	}
	return at
}

// lattice are the edges of a table's columns and rows.
type lattice struct{ x, y []edge }

// open reports whether no line parts a cell from the one on its right, or else below.
func (l lattice) open(r, c int, right bool) bool {
	if right {
		return !l.x[c+1].drawn(l.y[r].pos, l.y[r+1].pos)
	}
	return !l.y[r+1].drawn(l.x[c].pos, l.x[c+1].pos)
}

// rectangles cuts a region that is none, of cells in their order, into rectangles: runs
// of its rows, joined downwards where two have the same width and no line between.
func (l lattice) rectangles(cells []int) (out []*region) {
	nx := len(l.x) - 1
	for len(cells) > 0 {
		r, c, n := cells[0]/nx, cells[0]%nx, 1
		for n < len(cells) && cells[n] == cells[0]+n && l.open(r, c+n-1, true) {
			n++
		}
		cells = cells[n:]
		i := slices.IndexFunc(out, func(a *region) bool { return a.r1 == r && a.c0 == c && a.c1 == c+n && l.allOpenBelow(r-1, c, c+n) })
		if i >= 0 {
			out[i].r1++
			continue
		}
		out = append(out, &region{r0: r, r1: r + 1, c0: c, c1: c + n})
	}
	return out
}

func (l lattice) allOpenBelow(r, from, to int) bool {
	for c := from; c < to; c++ {
		if !l.open(r, c, false) {
			return false
		}
	}
	return true
}

// fill puts characters into the cells they stand in. A figure too wide for its
// cell goes where its middle is, whole: cut at the line it would be two.
func (t *table) fill(glyphs []glyph) {
	nx := len(t.xs) - 1
	at := make([]*region, nx*(len(t.ys)-1))
	for _, c := range t.cells {
		for r := c.r0; r < c.r1; r++ {
			for k := c.c0; k < c.c1; k++ {
				at[r*nx+k] = c
			}
		}
	}
	cell := func(b box) *region { return at[strip(t.ys, b.midY())*nx+strip(t.xs, b.midX())] }
	slices.SortStableFunc(glyphs, func(a, b glyph) int { return cmp.Compare(a.order, b.order) })
	for i := 0; i < len(glyphs); {
		run := glyphs[i:figureEnd(glyphs, i)]
		i += len(run)
		cells := []*region{cell(run[0].box)}
		for _, g := range run[1:] {
			if c := cell(g.box); c != cells[len(cells)-1] {
				cells = append(cells, c)
			}
		}
		figures, sure := [][]glyph{run}, true
		if len(cells) > 1 {
			figures, sure = t.figures(run)
		}
		for _, figure := range figures {
			b := noBox
			for _, g := range figure {
				b = b.union(g.box)
			}
			home := cell(b)
			home.glyphs = append(home.glyphs, figure...)
		}
		t.torn = t.torn || len(cells) > len(figures)
		for _, c := range cells {
			c.shows = c.shows || !sure
		}
	}
	t.part()
	t.notes()
}

// Digits on both sides of a line stand further apart than those of one figure, by the
// line's own width at least.
const (
	oneStep = 1.03 // of the figure's other steps, at most
	newStep = 1.06 // or two figures
)

// figures cuts a run of characters that goes over several cells where two figures touch at
// the line between theirs. It reports false where they may be one.
func (t *table) figures(run []glyph) (figures [][]glyph, sure bool) {
	clear := func(k int) bool { // the edge of a column lies between the ink of two characters
		a, b := run[k-1].box, run[k].box
		x, near := t.xs[strip(t.xs, b.midX())], 0.1*b.height() // edges are means of lines
		return a.midX() < x && a.x1-near <= x && x <= b.x0+near
	}
	step := func(k int) float64 { return run[k].box.midX() - run[k-1].box.midX() }
	sum, count := 0.0, 0.0
	for k := 1; k < len(run); k++ {
		if digit(run[k-1].r) && digit(run[k].r) && !clear(k) {
			sum, count = sum+step(k), count+1
		}
	}
	from, sure := 0, true
	for k := 1; k < len(run); k++ {
		switch {
		case !clear(k) || count > 0 && step(k) <= oneStep*sum/count:
		case count > 0 && step(k) >= newStep*sum/count:
			figures = append(figures, run[from:k])
			from = k
		default:
			sure = false
		}
	}
	return append(figures, run[from:]), sure
}

// part cuts cells that hold a figure in each of their rows, or in each of their
// columns: no cell has two figures, so a line is missing there.
func (t *table) part() {
	var cells []*region
	for _, c := range t.cells {
		parts := c.split(t)
		t.gaps = t.gaps || len(parts) > 1
		cells = append(cells, parts...)
	}
	t.cells = cells
}

func (c *region) split(t *table) []*region {
	whole := []*region{c}
	rows, columns := c.r1-c.r0, c.c1-c.c0
	if rows*columns < 2 || rows > 1 && columns > 1 || slices.ContainsFunc(c.glyphs, func(g glyph) bool { return !g.inFigure() || g.turn != 0 }) {
		return whole
	}
	var parts []*region
	for r := c.r0; r < c.r1; r++ {
		for k := c.c0; k < c.c1; k++ {
			parts = append(parts, &region{r0: r, r1: r + 1, c0: k, c1: k + 1})
		}
	}
	for _, g := range c.glyphs {
		i := strip(t.xs, g.box.midX()) - c.c0
		if rows > 1 {
			i = strip(t.ys, g.box.midY()) - c.r0
		}
		p := parts[min(max(i, 0), len(parts)-1)]
		p.glyphs = append(p.glyphs, g)
	}
	last := math.Inf(-1) // where the figure before ends
	for _, p := range parts {
		lines := linesOf(p.glyphs)
		// A thousand's blank is narrow, whatever column's edge lies beside it.
		if len(lines) != 1 || strings.Contains(lines[0].text(true), " ") || rows == 1 && lines[0].box.x0-last < 1.5*lines[0].em {
			return whole
		}
		last = lines[0].box.x1
	}
	return parts
}

// figureEnd returns the end of the figure that begins at i: characters of one
// figure, printed one after another at the same distance. What is no figure ends
// after one character.
func figureEnd(glyphs []glyph, i int) int {
	end := i + 1
	if !digit(glyphs[i].r) {
		return end
	}
	first := 0.0 // distance of the first two digits
	for ; end < len(glyphs) && glyphs[end].joins(glyphs[end-1]); end++ {
		a, b := glyphs[end-1], glyphs[end]
		if !digit(a.r) || !digit(b.r) {
			continue
		}
		distance := b.box.midX() - a.box.midX()
		if first > 0 && distance > 1.35*first {
			break
		}
		first = cmp.Or(first, distance)
	}
	return end
}

// inFigure tells the characters of the figures that a line may be missing between.
func (g glyph) inFigure() bool { return digit(g.r) || g.r == '.' || g.r == ',' }

// joins reports whether a character may be of the figure that a is of, right behind it.
func (g glyph) joins(a glyph) bool {
	if !g.inFigure() || g.space || !g.follows(a) || a.turn != g.turn {
		return false
	}
	distance := g.box.midX() - a.box.midX()
	height := max(a.box.height(), g.box.height())
	return distance > 0 && distance <= 1.1*height*widthOf(a.r) && math.Abs(g.box.y1-a.box.y1) <= 0.5*height
}

// widthOf is 2 for the characters that are as wide as two digits.
func widthOf(r rune) float64 {
	if wide(r) {
		return 2
	}
	return 1
}

// strip returns the index of the strip between two edges that x lies in.
func strip(edges []float64, x float64) int {
	i, _ := slices.BinarySearch(edges, x)
	return min(max(i-1, 0), len(edges)-2)
}
