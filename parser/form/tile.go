package form

import (
	"slices"
	"strconv"
	"strings"
)

// The header of a flattened table is what is left of it: pieces of its labels,
// in the order in which some program wrote them. A tiling puts the labels together
// again.

// tile is one label of a header, put together from pieces.
type tile struct {
	code        string // "" while pieces of it are missing
	text        string // its letters
	first, last int    // pieces it begins and ends with, counted in the header
	raw         string
}

// tiling searches for a way to join all pieces to labels.
type tiling struct {
	lex    *lexicon
	axis   *axis
	pieces []token
	opened []tile          // labels of which some pieces are missing
	used   map[string]int  // how often each label stands there
	failed map[string]bool // what is open at a piece, where that led nowhere
	out    []tile
}

// maxTiling bounds the search; real headers take some hundred steps.
const maxTiling = 5_000

// tiles joins all the pieces to labels of a header, each at most as often as it
// stands in one. It reports false where a piece is left.
func (x *lexicon) tiles(pieces []token, a *axis) (out []tile, ok bool) {
	t := tiling{lex: x, axis: a, pieces: pieces, used: map[string]int{}, failed: map[string]bool{}}
	if !t.walk(0) {
		return nil, false
	}
	slices.SortFunc(t.out, func(a, b tile) int { return a.first - b.first })
	return t.out, true
}

// walk joins the pieces from i on: each ends a label, which may be all of it, or goes on
// with one.
func (t *tiling) walk(i int) bool {
	if i == len(t.pieces) {
		return len(t.opened) == 0
	}
	here := t.state(i)
	if t.failed[here] || len(t.failed) > maxTiling {
		return false
	}
	if t.join(i, true) || t.join(i, false) {
		return true
	}
	t.failed[here] = true
	return false
}

// join takes piece i for a further one of a label that is open, or for the first of one,
// and goes on behind it. ends tells that it is the last.
func (t *tiling) join(i int, ends bool) bool {
	tried := map[string]bool{}
	for k := range len(t.opened) + 1 {
		label := tile{first: i}
		if k < len(t.opened) {
			label = t.opened[k]
		}
		p := &t.pieces[i]
		label.text, label.raw, label.last = label.text+p.text(), strings.TrimSpace(label.raw+" "+p.raw), i
		code, begins := t.label(label.text)
		if tried[label.text] || ends && code == "" || !begins {
			continue
		}
		tried[label.text] = true
		was, rest, out := t.opened, slices.Clone(t.opened), len(t.out)
		switch {
		case ends:
			label.code = code
			t.used[code]++
			t.out = append(t.out, label)
			t.opened = slices.Delete(rest, k, min(k+1, len(rest)))
		case k < len(rest):
			rest[k], t.opened = label, rest
		default:
			t.opened = append(rest, label)
		}
		if t.walk(i + 1) {
			return true
		}
		if ends {
			t.used[code]--
		}
		t.opened, t.out = was, t.out[:out]
	}
	return false
}

// state names what the rest of the search depends on.
func (t *tiling) state(i int) string {
	texts := make([]string, 0, len(t.opened)+len(t.used))
	for _, o := range t.opened {
		texts = append(texts, o.text)
	}
	for code, n := range t.used {
		texts = append(texts, code+strconv.Itoa(n))
	}
	slices.Sort(texts)
	return strconv.Itoa(i) + "\n" + strings.Join(texts, "\n")
}

// label returns the code of a label that may stand once more; begins that it or a longer
// one begins so.
func (t *tiling) label(text string) (code string, begins bool) {
	for _, g := range t.axis.groups() {
		for _, s := range t.lex.spelling[g] {
			if s.text == text && t.used[s.code] < t.axis.often(s.code) {
				return s.code, true
			}
			begins = begins || strings.HasPrefix(s.text, text)
		}
	}
	return "", begins
}

// interleaved reports whether the labels were written side by side, line by
// line: one begins before the one before it ends.
func interleaved(tiles []tile) bool {
	for i := 1; i < len(tiles); i++ {
		if tiles[i].first < tiles[i-1].last {
			return true
		}
	}
	return false
}

// partOf reports whether a text is a label of the groups or a piece of one.
func (x *lexicon) partOf(text string, groups ...group) bool {
	return text != "" && slices.ContainsFunc(groups, func(g group) bool { return strings.Contains(x.whole[g], text) })
}

// begins reports whether a text is a label of the groups or its beginning.
func (x *lexicon) begins(text string, groups ...group) bool {
	return len(text) >= len("自然") && slices.ContainsFunc(groups, func(g group) bool { return strings.Contains(x.whole[g], "\n"+text) })
}
