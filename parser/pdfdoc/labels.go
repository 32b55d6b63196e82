package pdfdoc

import (
	"math"
	"slices"
	"strings"

	"nianbao/parser/lazyregexp"
)

// Bounds of a label of several lines.
const (
	labelPitch = 1.9  // from one of its lines to the next, at most, in ems
	wordGap    = 0.45 // between two of its words
	offMiddle  = 0.25 // how far its middle may be off its figures', in ems
)

// stub is the label of a row of figures in its lines: the last words of each, which
// stand beside the columns. Labels of several rows stand left of them.
type stub struct {
	lines []int // rows of the page, from the top
	box   box
}

// tail are the last words of a row's label, which stand together.
func (t *columnTable) tail(rows []row, i int) []word {
	words := t.label(rows, i)
	k := len(words) - 1
	for ; k > 0 && t.together(words[k-1], words[k]); k-- {
	}
	return words[max(k, 0):]
}

// together reports whether two words that follow each other in a row are of one label.
func (t *columnTable) together(a, b word) bool { return b.box.x0-a.box.x1 < wordGap*t.em }

func boxOf(words []word) box {
	b := words[0].box
	for _, w := range words {
		b = b.union(w.box)
	}
	return b
}

// choice is one of the labels that a row may have, with what is best for the rows above.
type choice struct {
	stub  stub
	score int  // rows that have a label count before lines that are part of one
	from  int  // the choice of the row above
	twice bool // another way is as good
}

// best is the best choice of those whose label ends above s, -1 where there is none.
func best(choices []choice, s stub) (k int, twice bool) {
	k = -1
	for i, c := range choices {
		switch {
		case len(s.lines) > 0 && len(c.stub.lines) > 0 && s.lines[0] <= c.stub.lines[len(c.stub.lines)-1]:
		case k < 0 || c.score > choices[k].score:
			k, twice = i, c.twice
		case c.score == choices[k].score:
			twice = true
		}
	}
	return k, twice
}

// stubs finds the labels of the rows of figures, by the rows: a label of several lines
// stands with its middle beside its figures. Where that can be seen in two ways, there
// are none.
func (t *columnTable) stubs(rows []row) map[int]stub {
	var sizes []float64 // dashes tell none
	var figures []int
	for i := t.begin; i < t.end; i++ {
		if len(t.label(rows, i)) > 0 {
			sizes = append(sizes, rows[i].em)
		}
		if i >= t.first && len(rows[i].within(t.left)) > 0 {
			figures = append(figures, i)
		}
	}
	if len(sizes) == 0 {
		return nil
	}
	slices.Sort(sizes)
	t.em = sizes[len(sizes)/2]
	choices := make([][]choice, len(figures)+1)
	for n, i := range figures {
		for _, s := range t.candidates(rows, i) {
			c := choice{stub: s}
			if c.from, c.twice = best(choices[n], s); c.from >= 0 {
				c.score = choices[n][c.from].score
			}
			if len(s.lines) > 0 {
				c.score += 1000 + len(s.lines)
			}
			choices[n+1] = append(choices[n+1], c)
		}
	}
	n := len(figures)
	k, twice := best(choices[n], stub{})
	if twice {
		return nil
	}
	found := map[int]stub{}
	for ; n > 0; n-- {
		c := choices[n][k]
		if len(c.stub.lines) > 0 {
			found[figures[n-1]] = c.stub
		}
		k = c.from
	}
	return found
}

// label are the words of a row that are no figures in columns and name none.
func (t *columnTable) label(rows []row, i int) []word {
	if i < t.first {
		return t.parents[i]
	}
	r := &rows[i]
	return r.words[:len(r.words)-len(r.within(t.left))]
}

// candidates are the labels that the figures of a row may have, none at first.
func (t *columnTable) candidates(rows []row, i int) []stub {
	out := []stub{{}}
	odd := stub{}
	if own := t.tail(rows, i); len(own) > 0 {
		odd = stub{[]int{i}, boxOf(own)}
	}
	even := t.grown(rows, i, stub{})
	if len(odd.lines) > 0 && (len(even) == 0 || even[0].box.x0 < odd.box.x1) {
		return append(append(out, odd), t.grown(rows, i, odd)...)
	}
	return append(out, even...)
}

// free reports whether a row below the names of the columns has no figures.
func (t *columnTable) free(rows []row, i int) bool {
	return i >= t.named && i < t.end && (i < t.first || len(rows[i].within(t.left)) == 0)
}

// grown are the labels that begin with one, and have one line more on both sides, two
// more, and so on.
func (t *columnTable) grown(rows []row, i int, s stub) (out []stub) {
	middle := boxOf(rows[i].within(t.left)).midY()
	up, down := middle, middle // the middle of the label's first and last line
	if len(s.lines) == 0 {
		up, down = middle+labelPitch*t.em/2, middle-labelPitch*t.em/2
	}
	low := i + 1
	for a := i - 1; t.free(rows, a); a-- {
		above := t.tail(rows, a)
		if len(above) == 0 {
			continue
		}
		upper := boxOf(above)
		if up-upper.midY() > labelPitch*t.em {
			break
		}
		if b, lower := t.partner(rows, s, upper, middle, down, low); b > 0 {
			s = stub{slices.Concat([]int{a}, s.lines, []int{b}), upper.union(lower)}
			out = append(out, s)
			up, down, low = upper.midY(), lower.midY(), b+1
		}
	}
	return out
}

// partner is the row, from low on, with the line that stands as far below a label's middle
// as another stands above; zero where there is none.
func (t *columnTable) partner(rows []row, s stub, upper box, middle, down float64, low int) (int, box) {
	for b := low; t.free(rows, b); b++ {
		below := t.tail(rows, b)
		if len(below) == 0 {
			continue
		}
		lower := boxOf(below)
		if lower.midY()-down > labelPitch*t.em {
			break
		}
		if math.Abs((upper.midY()+lower.midY())/2-middle) <= offMiddle*t.em && flush(upper, lower, t.em) &&
			(len(s.lines) == 0 || flush(s.box, upper, t.em) && flush(s.box, lower, t.em)) && !t.numbered(rows, s, b) {
			return b, lower
		}
	}
	return 0, box{}
}

// numbered reports whether a line that may go on with a label begins with a number: it
// is one of its own.
func (t *columnTable) numbered(rows []row, s stub, b int) bool {
	lines := []int{b}
	if len(s.lines) > 0 {
		lines = append(lines, s.lines[0]) // no longer the first
	}
	return slices.ContainsFunc(lines, func(k int) bool { return headed.MatchString(textOf(t.tail(rows, k), t.em)) })
}

// flush reports whether two lines are set below each other: on the left or in the middle.
func flush(a, b box, em float64) bool {
	return math.Abs(a.midX()-b.midX()) <= 0.5*em || math.Abs(a.x0-b.x0) <= 0.3*em
}

// textOf is the text of words that stand together.
func textOf(words []word, em float64) string {
	var sb strings.Builder
	for _, w := range words {
		sb.WriteString(line{glyphs: w.glyphs, em: em}.text(true))
	}
	return sb.String()
}

// piece is a part of a label of several rows: of which row, and its last line.
type piece struct {
	row  int
	text string
	last box
}

// wide are the texts that stand in the rows besides the names of columns, the rows' own
// labels and their figures. What stands below each other is the label of several rows:
// it is all put where it begins.
func (t *columnTable) wide(rows []row, stubs map[int]stub) map[int][]string {
	taken := map[int]bool{}
	for _, s := range stubs {
		for _, i := range s.lines {
			taken[i] = true
		}
	}
	var pieces []*piece
	for i := t.begin; i < t.end; i++ {
		words := t.label(rows, i)
		if taken[i] {
			words = words[:len(words)-len(t.tail(rows, i))]
		}
		above := pieces
		for len(words) > 0 {
			n := 1
			for ; n < len(words) && t.together(words[n-1], words[n]); n++ {
			}
			p := &piece{i, textOf(words[:n], t.em), boxOf(words[:n])}
			words = words[n:]
			if len(stubs[i].lines) == 0 && !t.free(rows, i) || !p.goesOn(above, t) {
				pieces = append(pieces, p)
			}
		}
	}
	texts := map[int][]string{}
	for _, p := range pieces {
		texts[p.row] = append(texts[p.row], p.text)
	}
	return texts
}

// innerItem matches a line in which an item begins behind the label of another column.
var innerItem = lazyregexp.New(`\p{Han}[0-9０-９]{1,2}[.．、]\p{Han}`)

// goesOn puts a piece behind the one that it goes on with, if there is one.
func (p *piece) goesOn(above []*piece, t *columnTable) bool {
	for _, a := range slices.Backward(above) {
		if p.last.midY()-a.last.midY() > 3*labelPitch*t.em { // pieces are in the order of their first lines
			return false
		}
		if a.row >= t.named && a.row < p.row && p.last.midY()-a.last.midY() <= labelPitch*t.em && flush(a.last, p.last, t.em) && !headed.MatchString(p.text) && !innerItem.MatchString(p.text) {
			a.text, a.last = a.text+p.text, p.last
			return true
		}
	}
	return false
}
