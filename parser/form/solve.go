package form

import (
	"slices"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

// A flattened row that lost its blank cells can often be put back by the
// table's own sums: across, the applicants give the total; down, the outcomes
// give 总计, and received + carried in = processed + carried out. solve tries
// every way to spread the figures, and takes a row only if all the ways that
// keep every sum agree on it.

// solveLimit bounds the search; beyond it the rows stay open.
const solveLimit = 200_000

// solve returns, for each open row it could place, the index of the value
// under each leaf, -1 for a blank. Blanks count as zero in the sums.
func (b book) solve(leaves []string, rows []requestRow) map[int][]int {
	total := -1
	for k, a := range leaves {
		if a == catalog.ApplicantTotal {
			total = k
		}
	}
	if total < 0 || len(leaves) != len(b.applicantCodes) || slices.Contains(leaves, "") {
		return nil // a column is missing or of no layout: no sum need hold
	}
	// numbers of every row, by leaf where they are known
	known := map[string][]float64{}
	ways := map[int][]way{}
	for i, row := range rows {
		v, ok := numbers(row.values)
		if !ok {
			return nil
		}
		switch len(row.values) {
		case len(leaves):
			known[row.code] = v
			sum := -2 * v[total]
			for _, x := range v {
				sum += x
			}
			if sum != 0 {
				return nil // where one sum fails, another may
			}
		default:
			if len(row.values) > len(leaves) {
				return nil
			}
			ways[i] = spread(v, len(leaves), total)
		}
	}
	solved := map[int][]int{}
	settle := func(unknown []int, target func(sums []float64) bool, prune func(sums []float64) bool) {
		for i, w := range agree(unknown, ways, len(leaves), target, prune) {
			if w.at[total] < 0 {
				continue // without its total the row does not confirm its place
			}
			solved[i] = w.at
			known[rows[i].code] = w.values
		}
	}
	// The frame first: received, carried in, processed, carried out.
	sign := map[string]float64{"requests.received": 1, "requests.carried_in": 1, "requests.processed_total": -1, "requests.carried_out": -1}
	var frame []int
	base := make([]float64, len(leaves))
	complete := true
	for code, s := range sign {
		found := false
		for i, row := range rows {
			if row.code != code {
				continue
			}
			found = true
			if ways[i] != nil {
				frame = append(frame, i)
				for k := range ways[i] {
					ways[i][k].sign = s
				}
			} else {
				for k, v := range known[code] {
					base[k] += s * v
				}
			}
		}
		complete = complete && found
	}
	if complete && len(frame) == 1 { // with two rows open, one guess would prop the other
		slices.Sort(frame)
		settle(frame, func(sums []float64) bool {
			for k := range sums {
				if base[k]+sums[k] != 0 {
					return false
				}
			}
			return true
		}, nil)
	}
	// Then the outcomes against 总计, if none of them is lost.
	processed, ok := known["requests.processed_total"]
	if inferred := solvedCodes(solved, rows)["requests.processed_total"]; !ok || inferred || !b.allOutcomes(rows) {
		return solved
	}
	var outcomes []int
	rest := append([]float64(nil), processed...)
	for i, row := range rows {
		if _, isFrame := sign[row.code]; isFrame {
			continue
		}
		if ways[i] != nil {
			outcomes = append(outcomes, i)
			continue
		}
		for k, v := range known[row.code] {
			rest[k] -= v
		}
	}
	if len(outcomes) == 0 {
		return solved
	}
	settle(outcomes, func(sums []float64) bool {
		for k := range sums {
			if sums[k] != rest[k] {
				return false
			}
		}
		return true
	}, func(sums []float64) bool {
		for k := range sums {
			if sums[k] > rest[k] {
				return false
			}
		}
		return true
	})
	return solved
}

// allOutcomes reports whether every outcome of some form is among the rows, once:
// a sum over some of them proves nothing.
func (b book) allOutcomes(rows []requestRow) bool {
	have := map[string]int{}
	for _, r := range rows {
		if have[r.code]++; have[r.code] > 1 && strings.HasPrefix(r.code, "requests.") {
			return false
		}
	}
	return slices.ContainsFunc(b.cat.Forms(), func(f catalog.Form) bool {
		return f.Tables == catalog.TablesSections && b.hasOutcomes(f, have)
	})
}

// hasOutcomes reports whether all outcomes of a form are there. 其他处理 is one row
// or three.
func (b book) hasOutcomes(f catalog.Form, have map[string]int) bool {
	const others = "requests.other_processing"
	one, three := have[others] > 0, true
	for _, ind := range b.cat.Indicators() {
		if ind.Section != "requests" || ind.Dimension != catalog.DimensionApplicant || !ind.In(f.Name) {
			continue
		}
		switch {
		case ind.Code == others, strings.HasPrefix(ind.Code, "requests.received"), strings.HasPrefix(ind.Code, "requests.carried_"), ind.Code == "requests.processed_total":
		case strings.HasPrefix(ind.Code, others):
			three = three && have[ind.Code] > 0
		case have[ind.Code] == 0:
			return false
		}
	}
	return one != three
}

// solvedCodes are the codes of the rows that were placed.
func solvedCodes(solved map[int][]int, rows []requestRow) map[string]bool {
	codes := map[string]bool{}
	for i := range solved {
		codes[rows[i].code] = true
	}
	return codes
}

// way is one way to spread a row's figures over its columns.
type way struct {
	at     []int
	values []float64
	sign   float64
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
			w := way{at: append([]int(nil), at...), values: make([]float64, n), sign: 1}
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

// agree searches all combinations of the rows' ways whose column sums satisfy
// target, and returns the rows on which all of them agree.
func agree(unknown []int, ways map[int][]way, n int, target, prune func([]float64) bool) map[int]way {
	picked := make([]int, len(unknown))
	sums := make([]float64, n)
	var first []int // the first solution, -1 where another differs
	steps := 0
	var walk func(d int) bool
	walk = func(d int) bool {
		if steps++; steps > solveLimit {
			return false
		}
		if d == len(unknown) {
			if !target(sums) {
				return true
			}
			if first == nil {
				first = append([]int(nil), picked...)
				return true
			}
			for k := range first {
				if first[k] != picked[k] {
					first[k] = -1
				}
			}
			return true
		}
		for i, w := range ways[unknown[d]] {
			for k, v := range w.values {
				sums[k] += w.sign * v
			}
			picked[d] = i
			ok := prune != nil && !prune(sums) || walk(d+1)
			for k, v := range w.values {
				sums[k] -= w.sign * v
			}
			if !ok {
				return false
			}
		}
		return true
	}
	if !walk(0) || first == nil {
		return nil
	}
	out := map[int]way{}
	for d, i := range first {
		if i >= 0 {
			out[unknown[d]] = ways[unknown[d]][i]
		}
	}
	return out
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
