package form

import (
	"fmt"
	"slices"
	"strings"
)

// The header of a flattened table is what is left of it: pieces of its labels,
// in the order in which some program wrote them. A tiling puts the labels together
// again.

// tile is one label of a header, put together from pieces.
type tile struct {
	code        string
	first, last int // pieces it begins and ends with, counted in the header
	raw         string
}

// tiling searches for a way to join all pieces to labels.
type tiling struct {
	lex    *lexicon
	axis   *axis
	pieces []token
	opened []openTile
	used   map[string]int  // how often each label stands there
	failed map[string]bool // what is open at a piece, where that led nowhere
	out    []tile
}

// openTile is a label of which some pieces are missing.
type openTile struct {
	text string
	tile
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

// walk joins the pieces from i on.
func (t *tiling) walk(i int) bool {
	if i == len(t.pieces) {
		return len(t.opened) == 0
	}
	here := t.state(i)
	if t.failed[here] || len(t.failed) > maxTiling {
		return false
	}
	if t.ends(i) || t.goesOn(i) {
		return true
	}
	t.failed[here] = true
	return false
}

// state names what the rest of the search depends on.
func (t *tiling) state(i int) string {
	texts := make([]string, 0, len(t.opened)+len(t.used))
	for _, o := range t.opened {
		texts = append(texts, o.text)
	}
	for code, n := range t.used {
		texts = append(texts, fmt.Sprint(code, n))
	}
	slices.Sort(texts)
	return fmt.Sprint(i, texts)
}

// ends takes piece i for the last of an open label, or for a whole one.
func (t *tiling) ends(i int) bool {
	p := &t.pieces[i]
	tried := map[string]bool{}
	for k, o := range t.opened {
		if tried[o.text] {
			continue
		}
		tried[o.text] = true
		if code, _ := t.label(o.text + p.text()); code != "" {
			rest := t.opened
			t.opened = slices.Delete(slices.Clone(rest), k, k+1)
			if t.complete(i, tile{code, o.first, i, o.raw + " " + p.raw}) {
				return true
			}
			t.opened = rest
		}
	}
	code, _ := t.label(p.text())
	return code != "" && t.complete(i, tile{code, i, i, p.raw})
}

// goesOn takes piece i for one in the middle of an open label, or for the
// beginning of another.
func (t *tiling) goesOn(i int) bool {
	p := &t.pieces[i]
	tried := map[string]bool{}
	for k, o := range t.opened {
		if _, begins := t.label(o.text + p.text()); !begins || tried[o.text] {
			continue
		}
		tried[o.text] = true
		t.opened[k] = openTile{o.text + p.text(), tile{"", o.first, i, o.raw + " " + p.raw}}
		if t.walk(i + 1) {
			return true
		}
		t.opened[k] = o
	}
	if _, begins := t.label(p.text()); !begins {
		return false
	}
	t.opened = append(t.opened, openTile{p.text(), tile{"", i, i, p.raw}})
	if t.walk(i + 1) {
		return true
	}
	t.opened = t.opened[:len(t.opened)-1]
	return false
}

// complete goes on behind a label that is whole.
func (t *tiling) complete(i int, whole tile) bool {
	t.used[whole.code]++
	t.out = append(t.out, whole)
	if t.walk(i + 1) {
		return true
	}
	t.out = t.out[:len(t.out)-1]
	t.used[whole.code]--
	return false
}

// label returns the code of a label that may stand once more; begins that a longer
// label begins so.
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
