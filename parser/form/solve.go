package form

import (
	"maps"
	"slices"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

// A flattened row that lost its blank cells can often be put back by the sums that
// the form prints: across, the applicants give the total; down, the relations of the
// catalogue. A row is placed only if all the ways to spread its figures that keep
// every sum agree on it.

// solveLimit bounds the search; beyond it the rows stay open.
const solveLimit = 200_000

// solver places the open rows of one table.
type solver struct {
	book
	leaves []string
	total  int // of the leaves
	rows   []labelled
	known  map[int][]float64 // rows that are whole
	ways   map[int][]way     // of the open ones
	solved map[int][]int
}

func (b book) newSolver(leaves []string, rows []labelled) *solver {
	return &solver{
		book: b, leaves: leaves, total: slices.Index(leaves, catalog.ApplicantTotal), rows: rows,
		known: map[int][]float64{}, ways: map[int][]way{}, solved: map[int][]int{},
	}
}

// solve returns, for each open row it could place, the index of the value
// under each leaf, -1 for a blank. Blanks count as zero in the sums.
func (b book) solve(leaves []string, rows []labelled) map[int][]int {
	s := b.newSolver(leaves, rows)
	form, ok := s.form()
	if !ok || s.total < 0 || !s.spread() {
		return nil
	}
	for _, r := range b.cat.Relations(form) {
		if b.cat.Each(r) && !r.AtMost {
			s.settle(r)
		}
	}
	return s.solved
}

// form is the one that has all the rows and whose columns are all there: else no sum
// need hold.
func (s *solver) form() (string, bool) {
	for _, f := range s.cat.Forms() {
		columns := 0
		for _, a := range s.cat.Applicants() {
			if a.In(f.Name) && slices.Contains(s.leaves, a.Code) {
				columns++
			} else if a.In(f.Name) {
				columns = -len(s.leaves)
			}
		}
		if f.Tables == catalog.TablesSections && columns == len(s.leaves) && !slices.ContainsFunc(s.rows, func(q labelled) bool {
			ind, _ := s.cat.Lookup(q.code)
			return !ind.In(f.Name)
		}) {
			return f.Name, true
		}
	}
	return "", false
}

// spread reads the rows. It reports false where a sum fails that is printed whole, for
// there another may fail as well.
func (s *solver) spread() bool {
	for i, row := range s.rows {
		v, ok := numbers(row.values)
		if !ok || len(v) > len(s.leaves) {
			return false
		}
		if len(v) < len(s.leaves) {
			s.ways[i] = spread(v, len(s.leaves), s.total)
			continue
		}
		sum := -2 * v[s.total]
		for _, x := range v {
			sum += x
		}
		if sum != 0 {
			return false
		}
		s.known[i] = v
	}
	return true
}

// settle places the open rows of one relation, if they stand on one side of it and
// all others are printed whole: a guess must not prop another.
func (s *solver) settle(r catalog.Relation) {
	totals, ok := s.rowsOf([][][]catalog.Term{{r.Totals}})
	parts, all := s.rowsOf(r.Parts)
	if !ok || !all {
		return
	}
	rest := s.rest(totals, parts) // what the open rows must add up to, or its opposite
	var open [2][]int
	for side, rows := range [][]int{totals, parts} {
		for _, i := range rows {
			if s.ways[i] != nil {
				open[side] = append(open[side], i)
			}
		}
	}
	if len(open[0]) > 0 && len(open[1]) > 0 || slices.ContainsFunc(slices.Concat(totals, parts), func(i int) bool { return s.solved[i] != nil }) {
		return
	}
	unknown := open[1]
	if len(open[0]) > 0 {
		unknown = open[0]
		for k := range rest {
			rest[k] = -rest[k]
		}
	}
	for i, w := range s.agree(unknown, rest) {
		if w.at[s.total] >= 0 { // without its total the row does not confirm its place
			s.solved[i] = w.at
		}
	}
}

// rest is by how much the totals that are whole are more than the parts, in each
// column.
func (s *solver) rest(totals, parts []int) []float64 {
	rest := make([]float64, len(s.leaves))
	for side, rows := range [][]int{totals, parts} {
		for _, i := range rows {
			for k, v := range s.known[i] {
				rest[k] += float64(1-2*side) * v
			}
		}
	}
	return rest
}

// proved reports whether rows are all whole, all sums of a form hold in every column
// of theirs, and are not all of nothing.
func (b book) proved(form string, leaves []string, rows []labelled) bool {
	s := b.newSolver(leaves, rows)
	if s.total < 0 || !s.spread() || len(s.known) < len(rows) {
		return false
	}
	checked := 0
	for _, r := range b.cat.Relations(form) {
		totals, ok := s.rowsOf([][][]catalog.Term{{r.Totals}})
		parts, all := s.rowsOf(r.Parts)
		if !ok || !all || r.AtMost || !b.cat.Each(r) {
			continue
		}
		if slices.ContainsFunc(s.rest(totals, parts), something) {
			return false
		}
		checked++
	}
	return checked > 0 && slices.ContainsFunc(slices.Concat(slices.Collect(maps.Values(s.known))...), something)
}

func something(v float64) bool { return v != 0 }

// rowsOf finds the rows of the terms of a relation, each of which must stand there
// once, in one of the ways that the form allows.
func (s *solver) rowsOf(terms [][][]catalog.Term) (rows []int, ok bool) {
	for _, alternatives := range terms {
		var found []int
		for _, sum := range alternatives {
			var these []int
			for _, t := range sum {
				for i := range s.rows {
					if s.rows[i].code == t.Indicator {
						these = append(these, i)
					}
				}
			}
			if len(these) > 0 && (found != nil || len(these) != len(sum)) {
				return nil, false
			}
			if len(these) > 0 {
				found = these
			}
		}
		if found == nil {
			return nil, false
		}
		rows = append(rows, found...)
	}
	return rows, true
}

// way is one way to spread a row's figures over its columns.
type way struct {
	at     []int
	values []float64
}

// spread lists the ways to put values, in their order, under n leaves. Where
// the total is among them, it must be the sum of the others.
func spread(values []float64, n, total int) []way {
	var out []way
	at := make([]int, n)
	var walk func(leaf, next int)
	walk = func(leaf, next int) {
		if n-leaf < len(values)-next {
			return
		}
		if leaf == n {
			w := way{at: append([]int(nil), at...), values: make([]float64, n)}
			sum := 0.0
			for k, i := range at {
				if i >= 0 {
					w.values[k] = values[i]
					if k != total {
						sum += values[i]
					}
				}
			}
			if at[total] < 0 || sum == w.values[total] {
				out = append(out, w)
			}
			return
		}
		if next < len(values) {
			at[leaf] = next
			walk(leaf+1, next+1)
		}
		at[leaf] = -1
		walk(leaf+1, next)
	}
	walk(0, 0)
	return out
}

// agree searches all combinations of the rows' ways that add up to rest, and returns
// the rows on which all of them agree.
func (s *solver) agree(unknown []int, rest []float64) map[int]way {
	c := combination{solver: s, unknown: unknown, rest: rest, picked: make([]int, len(unknown)), sums: make([]float64, len(s.leaves))}
	if !c.walk(0) || c.agreed == nil {
		return nil
	}
	out := map[int]way{}
	for d, i := range c.agreed {
		if i >= 0 {
			out[unknown[d]] = s.ways[unknown[d]][i]
		}
	}
	return out
}

// combination is a way picked for each of the first open rows of a relation.
type combination struct {
	*solver
	unknown []int
	rest    []float64 // what all must add up to
	picked  []int
	sums    []float64 // of those picked
	agreed  []int     // what all solutions so far pick, -1 where they differ; nil before the first
	steps   int
}

// walk picks ways for the rows from d on. It reports false beyond solveLimit.
func (c *combination) walk(d int) bool {
	if c.steps++; c.steps > solveLimit {
		return false
	}
	if d == len(c.unknown) {
		c.compare()
		return true
	}
	for i, w := range c.ways[c.unknown[d]] {
		over := false
		for k, v := range w.values {
			c.sums[k] += v
			over = over || c.sums[k] > c.rest[k]
		}
		c.picked[d] = i
		ok := over || c.walk(d+1)
		for k, v := range w.values {
			c.sums[k] -= v
		}
		if !ok {
			return false
		}
	}
	return true
}

// compare keeps of the solutions what a further one has too.
func (c *combination) compare() {
	if !slices.Equal(c.sums, c.rest) {
		return
	}
	if c.agreed == nil {
		c.agreed = slices.Clone(c.picked)
	}
	for k := range c.agreed {
		if c.agreed[k] != c.picked[k] {
			c.agreed[k] = -1
		}
	}
}

// numbers reads the tokens of a row; dashes and blanks count as zero.
func numbers(ts []token) ([]float64, bool) {
	out := make([]float64, len(ts))
	for i, t := range ts {
		switch f := readFigure(t.raw, quantity{}); f.status {
		case report.StatusReported:
			out[i] = f.value
		case report.StatusNotApplicable, report.StatusBlank:
		default:
			return nil, false
		}
	}
	return out, true
}

// proves reports whether the figures of a row are as many cells, none of them broken
// in two: each total is the sum of what it stands over, or all are of nothing.
func (c *columns) proves(values []token) bool {
	v, ok := numbers(values)
	if !ok || len(v) != len(c.leaves) {
		return false
	}
	sums, totals := map[string]float64{}, 0
	for i, l := range c.leaves {
		of, name := l.code[:strings.LastIndexByte(l.code, '.')+1], l.code[strings.LastIndexByte(l.code, '.')+1:]
		switch name {
		case "":
		case catalog.ApplicantTotal:
			sums[of] -= v[i]
			totals++
		default:
			sums[of] += v[i]
		}
	}
	return !slices.ContainsFunc(v, something) || totals > 0 && !slices.ContainsFunc(slices.Collect(maps.Values(sums)), something)
}
