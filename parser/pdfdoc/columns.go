package pdfdoc

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Bounds of a table without lines whose columns its figures' places tell.
const (
	leastColumns = 4   // the gaps of their lines tell fewer
	mostColumns  = 40  // section four has fifteen
	mostHeader   = 12  // visual lines of a header
	headerGap    = 4   // between two of them, in ems
	mostMargin   = 2   // lines below a table that goes on on the next page, and above the rest of it
	namePitch    = 1.7 // between two lines of a name, at most, in ems
	offColumn    = 0.4 // how far a name may stand off the middle or the side of its column, in ems
)

// word is a run of characters of a line without a blank between them.
type word struct {
	glyphs []glyph
	box    box
}

// value reports whether a word stands where a figure stands: digits, or a dash.
func (w word) value() bool {
	return !slices.ContainsFunc(w.glyphs, func(g glyph) bool {
		return !digit(g.r) && !strings.ContainsRune(".,．，+-—–－―−/／%％", g.r) || g.cut
	})
}

// row is a line and its words, of which those from values on are figures or dashes, up
// to its end.
type row struct {
	line
	words  []word
	values int
}

func newRow(l line) row {
	r := row{line: l}
	for i, g := range l.glyphs {
		if n := len(r.words); n > 0 && !g.space && g.follows(l.glyphs[i-1]) && g.box.x0-l.glyphs[i-1].box.x1 <= 0.5*l.em {
			w := &r.words[n-1]
			w.glyphs, w.box = l.glyphs[i-len(w.glyphs):i+1], w.box.union(g.box)
			continue
		}
		r.words = append(r.words, word{l.glyphs[i : i+1], g.box})
	}
	for r.values = len(r.words); r.values > 0 && r.words[r.values-1].value(); r.values-- {
	}
	return r
}

// item is what some words of a row say.
func (r *row) item(words []word) item {
	l := line{box: r.box, em: r.em}
	for _, w := range words {
		l.glyphs = append(l.glyphs, w.glyphs...)
	}
	return item{line: &l, text: strings.TrimSpace(l.text(false))}
}

// within are the row's figures that stand right of a place.
func (r *row) within(left float64) []word {
	i := r.values
	for i < len(r.words) && r.words[i].box.x1 <= left {
		i++
	}
	return r.words[i:]
}

// columnTable is a table without lines: the rows of a page from its header, which ends
// before first, up to end.
type columnTable struct {
	first, end int
	left       float64 // where its first column begins, at most
	columns    []box   // of which x counts
	names      [][]word
	parents    map[int][]word // what else stands in the header's rows
	begin      int            // the header's first row
	named      int            // and the row behind the last that names a column
	top        []float64      // of each name, as far as it is read
	em         float64        // the size of the labels' characters
}

// arrange writes out the lines of a page. Of a table without lines whose header names
// each of its columns, the words of a name that stand below each other are put together,
// and a tab is between any two columns: what is narrow shows no gap. above is the table
// that the page before ends in, and open the one that this page does.
func arrange(lines []line, above *columnTable) (out []item, open *columnTable) {
	rows := make([]row, len(lines))
	for i, l := range lines {
		rows[i] = newRow(l)
	}
	next := 0
	plain := func(end int) {
		for ; next < end; next++ {
			out = append(out, item{line: &rows[next].line, text: strings.TrimSpace(rows[next].text(false))})
		}
	}
	for i := 0; i < len(rows); i++ {
		if len(rows[i].words)-rows[i].values < leastColumns {
			continue
		}
		t := newColumnTable(rows, i)
		if t.readHeader(rows, next) || t.continues(rows, next, above) {
			plain(t.begin)
			out = append(out, t.items(rows)...)
			next, open = t.end, t
		} else {
			open = nil
		}
		above = nil
		i = max(i, t.end-1) // words that cover each other begin no table
	}
	if len(rows)-next > mostMargin {
		open = nil
	}
	plain(len(rows))
	return out, open
}

// continues reports whether a table without a header, below the line next, has the
// columns of the one that the page before ends in.
func (t *columnTable) continues(rows []row, next int, above *columnTable) bool {
	if above == nil || len(above.columns) != len(t.columns) {
		return false
	}
	for k, c := range t.columns {
		a := above.columns[k]
		if c.x0 > a.x1 || a.x0 > c.x1 || k > 0 && (c.x0 <= above.columns[k-1].x1 || a.x0 <= t.columns[k-1].x1) {
			return false
		}
		t.columns[k] = a.union(c)
	}
	for t.begin = t.first; t.begin > next && rows[t.begin-1].box.x1 <= t.left; t.begin-- {
		t.parents[t.begin-1] = rows[t.begin-1].words
	}
	t.named, t.names = t.begin, nil
	return t.begin-next <= mostMargin
}

// newColumnTable takes a table whose first figures stand in the row first. It goes on as
// long as nothing but figures stands right of its labels.
func newColumnTable(rows []row, first int) *columnTable {
	t := &columnTable{first: first, end: first, left: rows[first].words[rows[first].values].box.x0}
	var places []box
	for ; t.end < len(rows); t.end++ {
		r := &rows[t.end]
		if r.values > 0 && r.words[r.values-1].box.x1 > t.left || r.box == (box{}) {
			break
		}
		if figures := r.within(t.left); len(figures) >= leastColumns { // others may number the page
			for _, w := range figures {
				places = append(places, w.box)
			}
		}
	}
	slices.SortFunc(places, func(a, b box) int { return cmp.Compare(a.x0, b.x0) })
	for _, b := range places {
		if n := len(t.columns); n > 0 && b.x0 <= t.columns[n-1].x1 {
			t.columns[n-1] = t.columns[n-1].union(b)
			continue
		}
		t.columns = append(t.columns, b)
	}
	return t
}

// column is the one whose strip, which ends midway to the next, x lies in.
func (t *columnTable) column(x float64) int {
	k := 0
	for k+1 < len(t.columns) && x > (t.columns[k].x1+t.columns[k+1].x0)/2 {
		k++
	}
	return k
}

// readHeader reads the rows above the figures, those from least on, and reports whether
// they name each column: by words over it alone, below all that reach over several
// columns.
func (t *columnTable) readHeader(rows []row, least int) bool {
	n := len(t.columns)
	if n < leastColumns || n > mostColumns {
		return false
	}
	t.names, t.parents, t.begin = make([][]word, n), map[int][]word{}, t.first
	spanned := make([]bool, n)
	t.top = slices.Repeat([]float64{math.Inf(-1)}, n)
	top := rows[t.first].box.y0
	for i := t.first - 1; i >= max(least, t.first-mostHeader); i-- {
		r := &rows[i]
		if r.box == (box{}) || len(r.within(t.left)) > 0 || top-r.box.y1 > headerGap*r.em {
			break
		}
		own, others := t.part(r, spanned)
		if own == nil {
			break
		}
		t.parents[i] = others
		if len(own) > 0 || len(others) > 0 && others[len(others)-1].box.x1 > t.left {
			t.begin, top = i, r.box.y0
		}
		if t.named == 0 && len(own) > 0 {
			t.named = i + 1
		}
		for k, words := range own {
			t.names[k] = slices.Concat(words, t.names[k])
		}
	}
	return t.named > 0 && t.apart()
}

// apart reports whether all columns have names, and no name or figure stands over or under
// another column's.
func (t *columnTable) apart() bool {
	last := math.Inf(-1)
	for k, c := range t.columns {
		if len(t.names[k]) == 0 {
			return false
		}
		if c = c.union(boxOf(t.names[k])); c.x0 <= last {
			return false
		}
		last = c.x1
	}
	return true
}

// part tells the words of a header's row that name a column from the others, which are
// labels of the rows or reach over columns; these are marked as spanned. It is nil where
// the row is none of a header: a word goes from the labels over to the columns.
func (t *columnTable) part(r *row, spanned []bool) (own map[int][]word, others []word) {
	own = map[int][]word{}
	groups := map[int][]word{}
	for _, w := range r.words {
		switch {
		case w.box.x1 <= t.left && w.box.midX() < t.columns[0].midX()-offColumn*r.em:
			others = append(others, w)
		case w.box.x0 < t.left && w.box.x1 > t.columns[1].x0:
			return nil, nil
		default:
			k := t.column(w.box.midX())
			groups[k] = append(groups[k], w)
		}
	}
	for k := range t.columns {
		words := groups[k]
		if len(words) == 0 {
			continue
		}
		b := boxOf(words)
		if !spanned[k] && b.midY() > t.top[k]-namePitch*r.em && t.under(b, k, offColumn*r.em) {
			own[k], t.top[k] = words, b.midY()
			continue
		}
		for j, c := range t.columns {
			spanned[j] = spanned[j] || b.x0 < c.x1 && c.x0 < b.x1
		}
		others = append(others, words...)
	}
	return own, others
}

// under reports whether a name stands over a column: in its middle or at one side of it, and
// over no other.
func (t *columnTable) under(b box, k int, slack float64) bool {
	c, n := t.columns[k], len(t.columns)
	switch {
	case math.Abs(b.midX()-c.midX()) <= slack:
		return t.column(b.x0+slack) == k && t.column(b.x1-slack) == k
	case math.Abs(b.x0-c.x0) <= slack:
		return k == n-1 || b.x1 < t.columns[k+1].x0
	case math.Abs(b.x1-c.x1) <= slack:
		return k == 0 || b.x0 > t.columns[k-1].x1
	}
	return false
}

// items are what the table's rows say: its header, below it the names of its columns,
// and its figures behind their label, each behind a tab. A row with two figures in one
// column stays as it is.
func (t *columnTable) items(rows []row) (out []item) {
	stubs := t.stubs(rows)
	labels := t.wide(rows, stubs)
	for i := t.begin; i < t.end; i++ {
		r := &rows[i]
		texts := append(labels[i], t.cells(rows, i, stubs[i])...)
		out = append(out, item{line: &r.line, text: strings.Join(texts, "\t"), row: len(r.within(t.left)) >= leastColumns})
		if i+1 == t.named {
			out = append(out, t.nameItem(r, out))
		}
	}
	return out
}

// cells are a row's own label and its figures.
func (t *columnTable) cells(rows []row, i int, s stub) (texts []string) {
	var label strings.Builder
	for _, k := range s.lines {
		label.WriteString(textOf(t.tail(rows, k), t.em))
	}
	if label.Len() > 0 {
		texts = append(texts, label.String())
	}
	figures := rows[i].within(t.left)
	for k, w := range figures {
		if k > 0 && t.column(w.box.midX()) == t.column(figures[k-1].box.midX()) {
			return append(texts[:0], label.String()+rows[i].item(figures).text)
		}
		texts = append(texts, textOf([]word{w}, t.em))
	}
	return texts
}

// nameItem are the names of the columns, below what stands above them.
func (t *columnTable) nameItem(r *row, above []item) item {
	l := line{em: r.em, box: r.box}
	var texts []string
	for _, words := range t.names {
		for _, w := range words {
			l.glyphs = append(l.glyphs, w.glyphs...)
		}
		texts = append(texts, textOf(words, r.em))
	}
	for _, it := range above {
		l.box.y0 = max(l.box.y0, it.line.box.y0)
	}
	return item{line: &l, text: strings.Join(texts, "\t")}
}
