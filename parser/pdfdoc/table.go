package pdfdoc

import (
	"cmp"
	"math"
	"slices"
	"strings"
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
	for _, c := range components(ru) {
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

// sets are disjoint sets of numbers, each known by one of them.
type sets []int

func newSets(n int) sets {
	s := make(sets, n)
	for i := range s {
		s[i] = i
	}
	return s
}

func (s sets) find(i int) int {
	for s[i] != i {
		s[i] = s[s[i]]
		i = s[i]
	}
	return i
}

func (s sets) join(i, j int) { s[s.find(i)] = s.find(j) }

// components groups the lines that touch, then those whose areas overlap: the
// lines of one table need not all meet.
func components(ru ruling) []ruling {
	h, v := ru.horizontal, ru.vertical
	sets := newSets(len(h) + len(v))
	for i, a := range h {
		// Both lists are sorted by position: only the verticals within reach count.
		from, _ := slices.BinarySearchFunc(v, a.a-touch, func(r rule, x float64) int { return cmp.Compare(r.pos, x) })
		for j := from; j < len(v) && v[j].pos <= a.b+touch; j++ {
			if v[j].a-touch <= a.pos && a.pos <= v[j].b+touch {
				sets.join(i, len(h)+j)
			}
		}
	}
	groups := map[int]*ruling{}
	var order []int
	group := func(root int) *ruling {
		g := groups[root]
		if g == nil {
			g = &ruling{}
			groups[root] = g
			order = append(order, root)
		}
		return g
	}
	for i, r := range h {
		g := group(sets.find(i))
		g.horizontal = append(g.horizontal, r)
	}
	for j, r := range v {
		g := group(sets.find(len(h) + j))
		g.vertical = append(g.vertical, r)
	}
	var tables, loose []ruling
	for _, root := range order {
		g := *groups[root]
		switch {
		case len(g.horizontal) == 0 || len(g.vertical) == 0:
			loose = append(loose, g)
		case !g.frame():
			tables = append(tables, g)
		}
	}
	// Loose lines within a table's area are its own.
	for again := true; again; {
		again = false
	pairs:
		for i := range tables {
			for j := i + 1; j < len(tables); j++ {
				if tables[i].box().overlaps(tables[j].box()) {
					tables[i] = tables[i].with(tables[j])
					tables = slices.Delete(tables, j, j+1)
					again = true
					break pairs
				}
			}
		}
	}
	for _, l := range loose {
		b := l.box()
		for i := range tables {
			t := tables[i].box()
			t = box{t.x0 - touch, t.y0 - touch, t.x1 + touch, t.y1 + touch}
			if t.holds(b.x0, b.y0) && t.holds(b.x1, b.y1) {
				tables[i] = tables[i].with(l)
				break
			}
		}
	}
	return tables
}

func (ru ruling) with(o ruling) ruling {
	return ruling{slices.Concat(ru.horizontal, o.horizontal), slices.Concat(ru.vertical, o.vertical)}
}

func (ru ruling) box() box {
	b := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, r := range ru.horizontal {
		b = b.union(r.box())
	}
	for _, r := range ru.vertical {
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
	for i := 0; i < len(rules); {
		j, sum, weight := i, 0.0, 0.0
		for ; j < len(rules) && rules[j].pos-rules[i].pos <= minStrip; j++ {
			sum += rules[j].pos * rules[j].length()
			weight += rules[j].length()
		}
		es = append(es, edge{pos: sum / weight, rules: rules[i:j]})
		i = j
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
	ex := edges(ru.vertical, b.x0, b.x1)
	ey := edges(ru.horizontal, b.y0, b.y1)
	nx, ny := len(ex)-1, len(ey)-1
	if nx < 1 || ny < 1 || nx*ny < 2 || nx*ny > maxRegions {
		return nil
	}
	t := &table{box: box{ex[0].pos, ey[0].pos, ex[nx].pos, ey[ny].pos}}
	for _, e := range ex {
		t.xs = append(t.xs, e.pos)
	}
	for _, e := range ey {
		t.ys = append(t.ys, e.pos)
	}
	sets := newSets(nx * ny)
	right := make([]bool, nx*ny) // no line to the cell on the right
	below := make([]bool, nx*ny)
	for r := range ny {
		for c := range nx {
			i := r*nx + c
			if c+1 < nx && !ex[c+1].drawn(t.ys[r], t.ys[r+1]) {
				right[i] = true
				sets.join(i, i+1)
			}
			if r+1 < ny && !ey[r+1].drawn(t.xs[c], t.xs[c+1]) {
				below[i] = true
				sets.join(i, i+nx)
			}
		}
	}
	type extent struct {
		region
		n int
	}
	found := map[int]*extent{}
	var order []int
	for r := range ny {
		for c := range nx {
			root := sets.find(r*nx + c)
			e := found[root]
			if e == nil {
				e = &extent{region: region{r0: r, r1: r + 1, c0: c, c1: c + 1}}
				found[root] = e
				order = append(order, root)
			}
			e.r1, e.c0, e.c1 = max(e.r1, r+1), min(e.c0, c), max(e.c1, c+1)
			e.n++
		}
	}
	for _, root := range order {
		e := found[root]
		if e.n == (e.r1-e.r0)*(e.c1-e.c0) {
			cell := e.region
			t.cells = append(t.cells, &cell)
			continue
		}
		// A line is missing somewhere: the region is no rectangle. Its rows are
		// kept apart, so that no figure meets one of another row.
		t.gaps = true
		t.cells = append(t.cells, rectangles(e.region, nx, func(r, c int) bool { return sets.find(r*nx+c) == root }, right, below)...)
	}
	if len(t.cells) < 2 {
		return nil
	}
	return t
}

// rectangles cuts a region that is none into rectangles: runs of its rows,
// joined downwards where two have the same width and no line between.
func rectangles(e region, nx int, member func(r, c int) bool, right, below []bool) []*region {
	var out, above []*region
	for r := e.r0; r < e.r1; r++ {
		var row []*region
		for c := e.c0; c < e.c1; c++ {
			if !member(r, c) {
				continue
			}
			end := c + 1
			for end < e.c1 && member(r, end) && right[r*nx+end-1] {
				end++
			}
			cell := &region{r0: r, r1: r + 1, c0: c, c1: end}
			i := slices.IndexFunc(above, func(a *region) bool {
				if a.c0 != c || a.c1 != end {
					return false
				}
				for k := c; k < end; k++ {
					if !below[(r-1)*nx+k] {
						return false
					}
				}
				return true
			})
			if i >= 0 {
				cell = above[i]
				cell.r1 = r + 1
			} else {
				out = append(out, cell)
			}
			row = append(row, cell)
			c = end - 1
		}
		above = row
	}
	return out
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
	cell := func(x, y float64) *region {
		return at[strip(t.ys, y)*nx+strip(t.xs, x)]
	}
	slices.SortStableFunc(glyphs, func(a, b glyph) int { return cmp.Compare(a.order, b.order) })
	for i := 0; i < len(glyphs); {
		end := figureEnd(glyphs, i)
		run := box{glyphs[i].box.x0, glyphs[i].box.y0, glyphs[i].box.x1, glyphs[i].box.y1}
		first := cell(glyphs[i].box.midX(), glyphs[i].box.midY())
		one := true
		for _, g := range glyphs[i:end] {
			run = run.union(g.box)
			one = one && cell(g.box.midX(), g.box.midY()) == first
		}
		home := cell(run.midX(), run.midY())
		t.torn = t.torn || !one
		home.glyphs = append(home.glyphs, glyphs[i:end]...)
		i = end
	}
	t.part()
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
	rows, columns := c.r1-c.r0, c.c1-c.c0
	if rows*columns < 2 || rows > 1 && columns > 1 || len(c.glyphs) < rows*columns {
		return []*region{c}
	}
	parts := make([]*region, rows*columns)
	for i := range parts {
		if rows > 1 {
			parts[i] = &region{r0: c.r0 + i, r1: c.r0 + i + 1, c0: c.c0, c1: c.c1}
		} else {
			parts[i] = &region{r0: c.r0, r1: c.r1, c0: c.c0 + i, c1: c.c0 + i + 1}
		}
	}
	for _, g := range c.glyphs {
		if !digit(g.r) && g.r != '.' && g.r != ',' || g.turn != 0 {
			return []*region{c}
		}
		i := strip(t.xs, g.box.midX()) - c.c0
		if rows > 1 {
			i = strip(t.ys, g.box.midY()) - c.r0
		}
		i = min(max(i, 0), len(parts)-1)
		parts[i].glyphs = append(parts[i].glyphs, g)
	}
	last := math.Inf(-1) // where the figure before ends
	for _, p := range parts {
		lines := linesOf(p.glyphs)
		if len(lines) != 1 || strings.ContainsAny(lines[0].text(true), " \t") {
			return []*region{c}
		}
		// A thousand's blank is narrow, whatever column's edge lies beside it.
		if rows == 1 && lines[0].box.x0-last < 1.5*lines[0].em {
			return []*region{c}
		}
		last = lines[0].box.x1
	}
	return parts
}

// figureEnd returns the end of the figure that begins at i: characters of one
// figure, printed one after another at the same distance. What is no figure ends
// after one character.
func figureEnd(glyphs []glyph, i int) int {
	if !digit(glyphs[i].r) {
		return i + 1
	}
	first := 0.0 // distance of the first two
	j := i + 1
	for ; j < len(glyphs); j++ {
		a, b := glyphs[j-1], glyphs[j]
		if !digit(b.r) && b.r != '.' && b.r != ',' || b.space || !b.follows(a) || a.turn != b.turn {
			break
		}
		distance := b.box.midX() - a.box.midX()
		height := max(a.box.height(), b.box.height())
		if distance <= 0 || distance > 1.1*height*widthOf(a.r) || math.Abs(b.box.y1-a.box.y1) > 0.5*height {
			break
		}
		if digit(a.r) && digit(b.r) {
			if first > 0 && distance > 1.35*first {
				break
			}
			if first == 0 {
				first = distance
			}
		}
	}
	return j
}

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
