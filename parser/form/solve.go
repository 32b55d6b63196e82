package form

import (
	"maps"
	"math/bits"
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

// maxSpread bounds the columns over which figures are spread.
const maxSpread = 16

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
	if !ok || s.total < 0 || len(leaves) > maxSpread || !s.spread() {
		return nil
	}
	for _, sum := range s.sums(form) {
		s.settle(sum)
	}
	return s.solved
}

// form is the one that has all the rows and whose columns are all there: else no sum
// need hold.
func (s *solver) form() (string, bool) {
	for _, f := range s.cat.Forms() {
		var columns []string
		for _, a := range s.cat.ApplicantsOf(f.Name) {
			columns = append(columns, a.Code)
		}
		foreign := func(q labelled) bool {
			ind, _ := s.cat.Lookup(q.code)
			return !ind.In(f.Name)
		}
		if f.Tables == catalog.TablesSections && slices.Equal(sorted(columns), sorted(s.leaves)) && !slices.ContainsFunc(s.rows, foreign) {
			return f.Name, true
		}
	}
	return "", false
}

func sorted(codes []string) []string { return slices.Sorted(slices.Values(codes)) }

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
		if beyond(v, s.total) != 0 {
			return false
		}
		s.known[i] = v
	}
	return true
}

// settle places the open rows of a sum, if they stand on one side of it and all others
// are printed whole: a guess must not prop another.
func (s *solver) settle(rows []signed) {
	var open []int
	var side float64 // of the open rows
	for _, r := range rows {
		switch {
		case s.solved[r.row] != nil, s.ways[r.row] != nil && side == -r.sign:
			return
		case s.ways[r.row] != nil:
			open, side = append(open, r.row), r.sign
		}
	}
	rest := s.left(rows) // what the open rows must add up to, or its opposite
	for k := range rest {
		rest[k] *= -side
	}
	for i, w := range s.agree(open, rest) {
		if w.at[s.total] >= 0 { // without its total the row does not confirm its place
			s.solved[i] = w.at
		}
	}
}

// left is what the rows of a sum that are whole leave in each column: nothing where all
// are and the sum holds.
func (s *solver) left(rows []signed) []float64 {
	left := make([]float64, len(s.leaves))
	for _, r := range rows {
		for k, v := range s.known[r.row] {
			left[k] += r.sign * v
		}
	}
	return left
}

// proved reports whether rows are all whole, all sums of a form hold in every column
// of theirs, and are not all of nothing.
func (b book) proved(form string, leaves []string, rows []labelled) bool {
	s := b.newSolver(leaves, rows)
	if s.total < 0 || !s.spread() || len(s.known) < len(rows) {
		return false
	}
	sums := s.sums(form)
	return len(sums) > 0 && slices.ContainsFunc(slices.Concat(slices.Collect(maps.Values(s.known))...), something) &&
		!slices.ContainsFunc(sums, func(rows []signed) bool { return slices.ContainsFunc(s.left(rows), something) })
}

// signed is a row of a sum: its totals count as they are, its parts against them.
type signed struct {
	row  int
	sign float64
}

// sums are the relations of a form, all rows of which are there, that hold in each column.
func (s *solver) sums(form string) (sums [][]signed) {
	for _, r := range s.cat.Relations(form) {
		if r.AtMost || !s.cat.Each(r) {
			continue
		}
		var rows []signed
		whole := true
		for i, term := range slices.Concat([][][]catalog.Term{{r.Totals}}, r.Parts) {
			found := s.rowsOf(term)
			whole = whole && found != nil
			for _, row := range found {
				rows = append(rows, signed{row, []float64{1, -1}[min(i, 1)]})
			}
		}
		if whole {
			sums = append(sums, rows)
		}
	}
	return sums
}

func something(v float64) bool { return v != 0 }

// beyond is what the other figures of a row add up to beyond its total.
func beyond(row []float64, total int) float64 {
	sum := -row[total]
	for i, v := range row {
		if i != total {
			sum += v
		}
	}
	return sum
}

// rowsOf finds the rows of a term, each of which must stand there once, in one of the ways
// that the form allows. Nil where they do not.
func (s *solver) rowsOf(alternatives [][]catalog.Term) (found []int) {
	for _, sum := range alternatives {
		var these []int
		for i := range s.rows {
			if slices.ContainsFunc(sum, func(t catalog.Term) bool { return t.Indicator == s.rows[i].code }) {
				these = append(these, i)
			}
		}
		switch {
		case len(these) == 0:
		case found != nil || len(these) != len(sum):
			return nil
		default:
			found = these
		}
	}
	return found
}

// way is one way to spread a row's figures over its columns.
type way struct {
	at     []int
	values []float64
}

// spread lists the ways to put values, in their order, under n leaves. Where
// the total is among them, it must be the sum of the others.
func spread(values []float64, n, total int) (out []way) {
	for leaves := range uint(1) << n {
		if bits.OnesCount(leaves) != len(values) {
			continue
		}
		w, next := way{at: slices.Repeat([]int{-1}, n), values: make([]float64, n)}, 0
		for k := range n {
			if leaves>>k&1 != 0 {
				w.at[k], w.values[k] = next, values[next]
				next++
			}
		}
		if w.at[total] < 0 || beyond(w.values, total) == 0 {
			out = append(out, w)
		}
	}
	return out
}

// agree searches all combinations of the rows' ways that add up to rest, and returns
// the rows on which all of them agree.
func (s *solver) agree(unknown []int, rest []float64) map[int]way {
	picked := make([]int, len(unknown))
	var agreed []int // what all solutions so far pick, -1 where they differ; nil before the first
	lefts := make([][]float64, len(unknown))
	for d := range lefts {
		lefts[d] = make([]float64, len(rest))
	}
	steps := 0
	var walk func(d int, rest []float64) bool
	walk = func(d int, rest []float64) bool {
		if steps++; steps > solveLimit {
			return false
		}
		if d == len(unknown) {
			if !slices.ContainsFunc(rest, something) {
				agreed = common(agreed, picked)
			}
			return true
		}
		for i, w := range s.ways[unknown[d]] {
			left := lefts[d]
			for k, v := range w.values {
				left[k] = rest[k] - v
			}
			if picked[d] = i; slices.Min(left) >= 0 && !walk(d+1, left) {
				return false
			}
		}
		return true
	}
	if !walk(0, rest) {
		return nil
	}
	out := map[int]way{}
	for d, i := range agreed {
		if i >= 0 {
			out[unknown[d]] = s.ways[unknown[d]][i]
		}
	}
	return out
}

// common is what a further solution has of those before it, all of it where there is none.
func common(agreed, picked []int) []int {
	if agreed == nil {
		return slices.Clone(picked)
	}
	for k := range agreed {
		if agreed[k] != picked[k] {
			agreed[k] = -1
		}
	}
	return agreed
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

// adds reports whether the figures of a row are as many cells, none of them broken in two
// and none in another's place: each total is the sum of what it stands over, or no cell of
// the row holds a figure.
func (c *columns) adds(values []token) bool {
	v, ok := numbers(values)
	if !ok || len(v) != len(c.leaves) {
		return false
	}
	if !slices.ContainsFunc(values, func(t token) bool { return t.kind == tokenFigure }) {
		return true
	}
	rest, totals, given := map[string]float64{}, 0, false
	for i, l := range c.leaves {
		at := strings.LastIndexByte(l.code, '.') + 1
		switch of, name := l.code[:at], l.code[at:]; name {
		case "":
		case catalog.ApplicantTotal:
			totals++
			given = given || values[i].kind == tokenFigure
			rest[of] -= v[i]
		default:
			rest[of] += v[i]
		}
	}
	return (given || totals == 0 && !slices.ContainsFunc(v, something)) && !slices.ContainsFunc(slices.Collect(maps.Values(rest)), something)
}

// leastContradicted is how many rows must contradict an order of the columns for it to be
// another's, as where the total is printed first and the header's words do not show it; of
// flattened text none may hold in it. Of a grid one does where none holds: it may have but one.
const leastContradicted = 2

// noOrderKnown is why the rows are left out whose columns are not known, or refuted.
const noOrderKnown = "the header does not name its columns in an order that the printed form can have"

// heard asks the rows that have a figure for each column whether the columns stand where the
// header has them: unsure that the sum of one contradicts an order that it leaves open, refuted
// that they are not to be believed. Columns that stand in their own places need no sums.
func (c *columns) heard(rows []labelled) (unsure, refuted bool) {
	if !c.flat && c.sums == sumsIdle {
		return false, false
	}
	whole, held, against, apart := 0, 0, 0, false
	for _, q := range rows {
		values := c.trim(q.values)
		v, ok := numbers(values)
		switch {
		case q.code == "" && (c.flat || c.total()) || len(values) == 0 || len(values) != len(c.leaves):
			continue // the results of a grid have no label
		case !ok && c.flat:
			continue
		case !ok: // 60% beside the figures: a column of another kind, perhaps
			against++
			continue
		}
		whole++
		adds := c.adds(values)
		unsure = unsure || !adds && c.sums != sumsIdle
		switch {
		case !slices.ContainsFunc(v, something):
		case adds:
			held++
		default:
			against++
		}
		apart = apart || beyond(v, len(v)-1) != 0 // another order of theirs would not hold
	}
	switch contradicted := against >= leastContradicted; {
	case c.sums == sumsAgree:
		refuted = unsure || whole == 0
	case c.sums == sumsProve && c.flat:
		refuted = unsure || !apart
	case c.flat:
		refuted = c.total() && contradicted && held == 0
	default:
		refuted = c.summed() && (contradicted || against > held)
	}
	return unsure, refuted
}
