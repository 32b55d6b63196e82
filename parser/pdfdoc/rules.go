package pdfdoc

import (
	"cmp"
	"iter"
	"slices"
)

// Lengths in points.
const (
	maxThickness = 3.5 // a box thinner than that is a line
	minRule      = 4   // a line shorter than that rules nothing, alone
	joinGap      = 2.6 // dots, dashes and the corners of cells leave such gaps
	sameLine     = 1.6 // lines that close together are one
	touch        = 3.2 // lines that close to each other touch
	minStrip     = 4.0 // a row or column thinner than that is a double line
	maxRules     = 4_000
)

// rule is a ruling line along an axis: at pos, from a to b.
type rule struct {
	vertical bool
	pos      float64
	a, b     float64
}

func (r rule) length() float64 { return r.b - r.a }

func (r rule) box() box {
	if r.vertical {
		return box{r.pos, r.a, r.pos, r.b}
	}
	return box{r.a, r.pos, r.b, r.pos}
}

func ruleOf(b box) rule {
	if b.height() > b.width() {
		return rule{true, b.midX(), b.y0, b.y1}
	}
	return rule{false, b.midY(), b.x0, b.x1}
}

// addThin adds a thin box as a line. A dot of a dotted line may be of one across or down.
func (p *page) addThin(b box) {
	if max(b.width(), b.height()) <= maxThickness {
		p.rules = append(p.rules, rule{false, b.midY(), b.x0, b.x1}, rule{true, b.midX(), b.y0, b.y1})
		return
	}
	p.rules = append(p.rules, ruleOf(b))
}

// addOutline adds the four edges of a box.
func (p *page) addOutline(b box) {
	p.rules = append(p.rules,
		rule{false, b.y0, b.x0, b.x1}, rule{false, b.y1, b.x0, b.x1},
		rule{true, b.x0, b.y0, b.y1}, rule{true, b.x1, b.y0, b.y1})
}

// addSubpath adds the lines of a stroked subpath, or a filled one that is a
// line.
func (p *page) addSubpath(points []point, stroked bool) {
	step := len(points)
	if stroked {
		step = 2
	}
	for i := 0; i+step <= len(points); i++ {
		b := noBox
		for _, q := range points[i : i+step] {
			b = b.union(box{q.x, q.y, q.x, q.y})
		}
		if b.finite() && b.thin() {
			p.addThin(b)
		}
	}
}

// ruling is a page's lines, cleaned: of one direction each, sorted by position.
type ruling struct{ horizontal, vertical []rule }

// straighten joins pieces of lines and drops what is too short to rule a cell.
// The second result is false when there are too many to be a report's.
func straighten(rules []rule) (ruling, bool) {
	whole := len(rules) <= 10*maxRules
	rules = rules[:min(len(rules), 10*maxRules)]
	var out ruling
	for _, r := range rules {
		if r.vertical {
			out.vertical = append(out.vertical, r)
		} else {
			out.horizontal = append(out.horizontal, r)
		}
	}
	for _, set := range []*[]rule{&out.horizontal, &out.vertical} {
		*set = join(*set)
		if len(*set) > maxRules {
			*set, whole = (*set)[:maxRules], false
		}
	}
	return out, whole
}

// join makes one line of those that lie along each other.
func join(rules []rule) []rule {
	slices.SortFunc(rules, func(x, y rule) int {
		return cmp.Or(cmp.Compare(x.pos, y.pos), cmp.Compare(x.a, y.a))
	})
	var out []rule
	for group := range together(rules, sameLine) {
		slices.SortFunc(group, func(x, y rule) int { return cmp.Compare(x.a, y.a) })
		for len(group) > 0 {
			r, n := group[0], 1
			for ; n < len(group) && group[n].a-r.b <= joinGap; n++ {
				r.b = max(r.b, group[n].b)
			}
			r.pos = middle(group[:n])
			if group = group[n:]; r.length() >= minRule {
				out = append(out, r)
			}
		}
	}
	slices.SortFunc(out, func(x, y rule) int { return cmp.Compare(x.pos, y.pos) })
	return out
}

// together yields the runs of lines, sorted by position, that lie within reach of their
// first.
func together(rules []rule, reach float64) iter.Seq[[]rule] {
	return func(yield func([]rule) bool) {
		for len(rules) > 0 {
			n := 1
			for n < len(rules) && rules[n].pos-rules[0].pos <= reach {
				n++
			}
			if !yield(rules[:n]) {
				return
			}
			rules = rules[n:]
		}
	}
}

// middle is the position of lines that are one, the longer counting for more.
func middle(rules []rule) float64 {
	sum, weight := 0.0, 0.0
	for _, r := range rules {
		length := r.length() + 0.1 // of a dot, too
		sum += r.pos * length
		weight += length
	}
	return sum / weight
}
