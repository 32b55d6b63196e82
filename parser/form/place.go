package form

import (
	"slices"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

// span is some columns of a grid, the first of them and the first behind them.
type span struct{ col, end int }

func (s span) meets(o span) bool  { return s.col < o.end && o.col < s.end }
func (s span) within(o span) bool { return s.col >= o.col && s.end <= o.end }

// leaf is one column that holds figures. An empty code is a column of no
// known meaning: it keeps its place and gives no fact.
type leaf struct {
	code string
	span
	raw      string
	repeated bool // printed in each of the columns it spans
	parted   bool // rows have figures in more than one of the columns it spans
}

// columns are the leaves of a header, left to right.
type columns struct {
	leaves []leaf
	// geometry tells that the leaves' columns ascend without overlap, so that
	// the column of a cell means something. Text tables and tables with broken
	// spans have none; there only the order counts.
	geometry bool
	slack    bool // empty layout columns, or another block, follow on the right
	packed   bool // the cells of each row stand as far left as they can, filled up with empty ones
	width    int  // of the header row where another block follows: a row must be as wide
	// widths are those of rows that are surely whole, where empty columns
	// follow: a row of another width that ends in a blank may lack a cell, its
	// place taken by an empty column.
	widths  map[int]bool
	start   int  // first column of the header's block, its stub included
	loose   bool // its rows are lines that may be broken
	uneven  bool // some of them have cells of their stub before those of the columns
	carried bool // they are of another grid than the header
	flat    bool // of flattened text: blank cells have left no trace
	lone    bool // the only one, of a list: what stands beside its figure is no other's
	lined   bool // the header was written line by line over its columns: only figures of one line are in order
	turned  bool // they are a form's, and stand in an order that no print of it has
	sums    sumsTask
}

// sumsTask is what the sums of the rows must say of the columns' order before it
// is believed.
type sumsTask uint8

const (
	sumsIdle    sumsTask = iota
	sumsContest          // none may contradict it
	sumsProve            // they must hold in this order only
	sumsAgree            // they must hold: labels were misprinted, and told by their places
)

// rule is that of findings about cells that could not be placed.
func (c *columns) rule() string {
	if c.flat {
		return report.RuleFlatAmbiguous
	}
	return report.RuleAmbiguous
}

func newColumns(leaves []leaf) *columns {
	leaves = joinRepeated(leaves)
	// Empty columns at the right end are layout, not data.
	for len(leaves) > 0 && leaves[len(leaves)-1].code == "" && leaves[len(leaves)-1].raw == "" {
		leaves = leaves[:len(leaves)-1]
	}
	c := &columns{leaves: leaves, geometry: true}
	c.packed = len(leaves) > 0 && leaves[0].col == 0 // where the labels of the rows stand
	known := map[string]bool{}
	n := 0
	for i, l := range leaves {
		if l.end <= l.col || i > 0 && l.col < leaves[i-1].end {
			c.geometry = false
		}
		if l.code != "" {
			if known[l.code] {
				return nil // two columns of one name: which is which, nobody can know
			}
			known[l.code] = true
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return c
}

// joinRepeated makes one leaf of neighbours that say the same: one cell that
// was merged over them, printed again in each.
func joinRepeated(leaves []leaf) []leaf {
	var out []leaf
	for _, l := range leaves {
		if k := len(out) - 1; k >= 0 && l.code != "" && out[k].code == l.code && out[k].raw == l.raw && out[k].end == l.col {
			out[k].end, out[k].repeated = l.end, true
			continue
		}
		out = append(out, l)
	}
	return out
}

// traits are what most of the rows of a table, or some of them, show.
type traits struct {
	regular bool // most stand exactly under the header
	longer  bool // most have more cells than the header has columns: one as short lacks some
	spans   bool // cells reach over several rows: only then can one have moved to the left
}

// survey looks at the rows of a table before they are placed.
func (c *columns) survey(rows []labelled) (t traits) {
	straight, longer := 0, 0
	for _, q := range rows {
		t.spans = t.spans || len(q.hanging) > 0
		trimmed := c.trim(q.values)
		if c.aligned(trimmed) {
			straight++
		}
		if len(trimmed) > len(c.leaves) && slices.ContainsFunc(trimmed[len(c.leaves):], filled) {
			longer++
		}
		if n := len(q.values); c.loose && n > len(c.leaves) {
			c.uneven = c.uneven || q.values[0].kind == tokenBlank && q.values[n-1].kind != tokenBlank
		}
	}
	if c.geometry {
		c.part(rows)
	}
	t.regular, t.longer = straight*2 > len(rows), longer*2 > len(rows)
	return t
}

// part finds the columns under which rows have figures side by side, or one here and
// one there: last year's beside this year's. Of one that is alone nobody knows which it is.
func (c *columns) part(rows []labelled) {
	for i := range c.leaves {
		l := &c.leaves[i]
		var at *span
		for _, q := range rows {
			for k := range q.values {
				v := &q.values[k]
				switch {
				case l.repeated || v.kind != tokenFigure || !v.within(l.span) || v.span == l.span:
				case at == nil:
					at = &v.span
				case !v.meets(*at):
					l.parted = true
				}
			}
		}
	}
}

// total reports whether one of the columns is the total of the others.
func (c *columns) total() bool {
	return slices.ContainsFunc(c.leaves, func(l leaf) bool { return l.code == catalog.ApplicantTotal })
}

// summed reports whether columns are totals of others, one in each heading.
func (c *columns) summed() bool {
	return c.totals() && slices.ContainsFunc(c.leaves, func(l leaf) bool {
		return l.code[strings.LastIndexByte(l.code, '.')+1:] == catalog.ApplicantTotal
	})
}

// short reports a row of flattened text that has lost blank cells: only sums can tell which.
func (c *columns) short(q labelled) bool {
	return c.flat && c.total() && len(q.values) < len(c.leaves)
}

// doubtful reports whether a row of a table with empty columns may lack a cell.
func (c *columns) doubtful(values []token) bool {
	if !c.slack || c.width != 0 || len(values) == 0 || c.widths[values[len(values)-1].end] {
		return false
	}
	last := c.leaves[len(c.leaves)-1]
	for i := range values {
		if v := &values[i]; v.meets(last.span) {
			return v.kind == tokenBlank && slices.ContainsFunc(values, filled)
		}
	}
	return false
}

// placement says which token fills each leaf; nil where it could not be told.
type placement []*token

// trim drops the empty cells outside the columns: unmerged stubs on the left,
// and on the right layout columns, if the header has such too. Elsewhere a row
// that is longer than the header has a cell too many, and which one it is
// nothing tells.
func (c *columns) trim(values []token) []token {
	n := len(c.leaves)
	switch {
	case len(values) <= n:
		return values
	case !c.geometry && c.packed && c.slack && ends(values, n):
		return values[:n]
	case !c.geometry:
		return values
	}
	first, last := c.leaves[0].col, c.leaves[n-1].end
	if c.slack && (c.width == 0 || values[len(values)-1].end == c.width) {
		end := len(values)
		for end > 0 && values[end-1].kind == tokenBlank && values[end-1].col >= last {
			end--
		}
		values = values[:end]
	}
	// On the left only what leaves the rest exactly under the header: a row that
	// a short span moved to the left begins left of it with a cell of its own.
	from := slices.IndexFunc(values, func(t token) bool { return filled(t) || t.end > first })
	if rest := values[max(0, from):]; c.aligned(rest) {
		return rest
	}
	return values
}

// ends reports whether the last figure of a row, or all of it, is blank behind its n-th
// cell: a row whose last figure is blank may be one that lacks a cell.
func ends(values []token, n int) bool {
	return !slices.ContainsFunc(values[n:], filled) && (filled(values[n-1]) || !slices.ContainsFunc(values, filled))
}

func filled(t token) bool { return t.kind != tokenBlank }

// aligned reports whether each value stands exactly under its leaf.
func (c *columns) aligned(values []token) bool {
	return c.shifted(values) && values[0].col == c.leaves[0].col
}

// place joins the values of a row to the leaves. Where most rows of the table stand exactly
// under the header, a row that does not is the odd one, and its columns, not its order, are to
// be believed.
//
// Header and data often span different columns in the same table; then equal
// numbers join by order. Unequal numbers join by column where the cells tile
// the leaves without a gap, and not at all otherwise: where a cell is missing
// or one too many, every cell right of it has moved, and nothing tells where.
func (c *columns) place(values []token, hanging []hanging, t traits) placement {
	p := make(placement, len(c.leaves))
	if c.doubtful(values) {
		return p
	}
	all := values
	values = c.trim(values)
	if c.strays(all, values) {
		return p
	}
	if c.inOrder(values, t) {
		for i := range values {
			p[i] = &values[i]
		}
		return p
	}
	if !c.geometry || !c.tiled(values, hanging) {
		return p
	}
	for i, l := range c.leaves {
		if p[i] = l.under(values); l.parted && p[i] != nil && p[i].span != l.span {
			p[i] = nil
		}
	}
	return p
}

// inOrder reports whether values are those of the columns one by one, whatever their places.
func (c *columns) inOrder(values []token, t traits) bool {
	return len(values) == len(c.leaves) && (!t.longer || c.total() && c.adds(values)) && (!t.regular || c.shifted(values))
}

// lonely is the cell of a row that holds the figure of the only column: the one under it, or the
// only one that is not blank where its place is not known. Nil where nothing tells.
func (c *columns) lonely(values []token) *token {
	full := slices.DeleteFunc(slices.Clone(values), func(t token) bool { return !filled(t) })
	for i := range values {
		v := &values[i]
		if len(values) == 1 || len(full) == 0 || c.leaves[0].within(v.span) || !c.geometry && len(full) == 1 && filled(*v) {
			return v
		}
	}
	return nil
}

// strays reports whether the blank cells at an end of a row, of which all but values were
// left out, may be those of its stub or of a line that it was broken off from.
func (c *columns) strays(all, values []token) bool {
	n := len(values)
	if !c.loose || n != len(c.leaves) || values[0].kind != tokenBlank && values[n-1].kind != tokenBlank {
		return false
	}
	return (c.geometry || c.uneven) && !c.aligned(values) || c.carried && &all[0] != &values[0]
}

// under is the one cell that is a column's; nil where there is none, or nothing tells. One
// of several must be the only one that is not blank, else a figure is split over two; but
// where the header is printed again in each, the same figure in each is one figure.
func (l leaf) under(values []token) (found *token) {
	n, inside := 0, true
	for k := range values {
		v := &values[k]
		if !v.meets(l.span) {
			continue
		}
		n++
		inside = inside && v.within(l.span)
		switch {
		case found != nil && v.kind == tokenBlank:
		case found != nil && filled(*found) && !(l.repeated && found.raw == v.raw):
			return nil
		default:
			found = v
		}
	}
	if inside || n == 1 && (found.kind == tokenBlank || found.kind == tokenNothing) {
		return found
	}
	return nil
}

// shifted reports whether the values stand as the leaves do, all moved by the
// same number of columns: a span of a label is too long or too short.
func (c *columns) shifted(values []token) bool {
	if !c.geometry || len(values) != len(c.leaves) {
		return false
	}
	for i := range values {
		if values[i].col-c.leaves[i].col != values[0].col-c.leaves[0].col || values[i].end-values[i].col != c.leaves[i].end-c.leaves[i].col {
			return false
		}
	}
	return true
}

// tiled reports whether the values, and the cells that hang into the row,
// cover all leaves and nothing beside them, each within one leaf or over
// several whole ones.
func (c *columns) tiled(values []token, hanging []hanging) bool {
	covered := make([]int, len(c.leaves))
	cover := func(s span) (touched, ok bool) {
		for i, l := range c.leaves {
			switch {
			case !s.meets(l.span):
				continue
			case !s.within(l.span) && !l.within(s):
				return true, false
			}
			touched = true
			covered[i] += min(s.end, l.end) - max(s.col, l.col)
		}
		return touched, true
	}
	for i := range values {
		if touched, ok := cover(values[i].span); !touched || !ok {
			return false
		}
	}
	for _, h := range hanging {
		if _, ok := cover(h.span); !ok {
			return false
		}
	}
	for i, l := range c.leaves {
		if covered[i] != l.end-l.col {
			return false
		}
	}
	return true
}

// codes are those of the leaves.
func (c *columns) codes() []string {
	codes := make([]string, len(c.leaves))
	for i, l := range c.leaves {
		codes[i] = l.code
	}
	return codes
}

// rejoin reads a row that has one cell too many because a copy split a figure
// over two (10 as 1 and 0), if the row's sum holds for exactly one way to
// join two neighbours. It returns nil where it does not apply.
func (c *columns) rejoin(values []token) placement {
	n := len(c.leaves)
	if len(values) != n+1 || slices.ContainsFunc(c.leaves, func(l leaf) bool { return l.code == "" }) ||
		!c.total() || slices.ContainsFunc(values, func(t token) bool { return !bareFigure(t.raw) }) {
		return nil
	}
	var found []token
	for at := range n {
		left, right := strings.TrimSpace(values[at].raw), strings.TrimSpace(values[at+1].raw)
		if readFigure(left, quantity{}).value == 0 || strings.ContainsAny(left+right, ".,+-") || !bareFigure(left+right) {
			continue
		}
		joined := values[at]
		joined.raw = left + right
		way := slices.Concat(values[:at], []token{joined}, values[at+2:])
		if !c.adds(way) {
			continue
		}
		if found != nil && !slices.EqualFunc(found, way, func(a, b token) bool { return readFigure(a.raw, quantity{}) == readFigure(b.raw, quantity{}) }) {
			return nil
		}
		found = way
	}
	if found == nil {
		return nil
	}
	p := make(placement, n)
	for i := range found {
		p[i] = &found[i]
	}
	return p
}

// bareFigure reports a figure without a unit.
func bareFigure(raw string) bool {
	f := readFigure(raw, quantity{})
	return f.status == report.StatusReported && f.unit == ""
}
