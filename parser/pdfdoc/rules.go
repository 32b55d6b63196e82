package pdfdoc

import (
	"cmp"
	"math"
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

// addBox adds a thin box as a line, or the four edges of an outlined one.
func (p *page) addBox(b box, outlined bool) {
	switch {
	case !outlined && max(b.width(), b.height()) <= maxThickness:
		// A dot of a dotted line, across or down.
		p.rules = append(p.rules, rule{false, b.midY(), b.x0, b.x1}, rule{true, b.midX(), b.y0, b.y1})
		return
	case !outlined:
		p.rules = append(p.rules, ruleOf(b))
		return
	}
	p.rules = append(p.rules,
		rule{false, b.y0, b.x0, b.x1}, rule{false, b.y1, b.x0, b.x1},
		rule{true, b.x0, b.y0, b.y1}, rule{true, b.x1, b.y0, b.y1})
}

// addSubpath adds the lines of a stroked subpath, or a filled one that is a
// line.
func (p *page) addSubpath(points []point, stroked bool) {
	if !stroked {
		b := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
		for _, q := range points {
			b = b.union(box{q.x, q.y, q.x, q.y})
		}
		if b.finite() && b.thin() {
			p.addBox(b, false)
		}
		return
	}
	for i := 1; i < len(points); i++ {
		s, e := points[i-1], points[i]
		b := box{min(s.x, e.x), min(s.y, e.y), max(s.x, e.x), max(s.y, e.y)}
		if b.finite() && b.thin() {
			p.addBox(b, false)
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
	for i := 0; i < len(rules); {
		// Lines up to sameLine from the first of them are one.
		j := i
		for j < len(rules) && rules[j].pos-rules[i].pos <= sameLine {
			j++
		}
		group := slices.Clone(rules[i:j])
		slices.SortFunc(group, func(x, y rule) int { return cmp.Compare(x.a, y.a) })
		current, weight := group[0], group[0].pos*(group[0].length()+0.1)
		total := group[0].length() + 0.1
		emit := func() {
			current.pos = weight / total
			if current.length() >= minRule {
				out = append(out, current)
			}
		}
		for _, r := range group[1:] {
			if r.a-current.b <= joinGap {
				current.b = max(current.b, r.b)
				weight += r.pos * (r.length() + 0.1)
				total += r.length() + 0.1
				continue
			}
			emit()
			current, weight, total = r, r.pos*(r.length()+0.1), r.length()+0.1
		}
		emit()
		i = j
	}
	slices.SortFunc(out, func(x, y rule) int { return cmp.Compare(x.pos, y.pos) })
	return out
}
