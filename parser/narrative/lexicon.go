package narrative

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"sync"
)

// concepts is a set of the field's concepts, as the lexicon names them: fields, for the
// compiler keeps those in registers, and the elements of an array in memory.
type concepts struct{ low, mid, high uint64 }

// maxConcepts is how many a set can tell apart.
const maxConcepts = 192

func (c concepts) empty() bool { return c == concepts{} }
func (c concepts) any(o concepts) bool {
	return c.low&o.low|c.mid&o.mid|c.high&o.high != 0
}
func (c concepts) several(o concepts) bool {
	c = c.and(o)
	return bits.OnesCount64(c.low)+bits.OnesCount64(c.mid)+bits.OnesCount64(c.high) > 1
}
func (c concepts) within(o concepts) bool { return c.but(o).empty() }
func (c concepts) and(o concepts) concepts {
	return concepts{c.low & o.low, c.mid & o.mid, c.high & o.high}
}
func (c concepts) or(o concepts) concepts {
	return concepts{c.low | o.low, c.mid | o.mid, c.high | o.high}
}
func (c concepts) but(o concepts) concepts {
	return concepts{c.low &^ o.low, c.mid &^ o.mid, c.high &^ o.high}
}

// Concepts that are not words of the lexicon but found by the reader.
const (
	conceptEmpty    = "EMPTY"    // a clause that says nothing but its figure
	conceptSpecific = "SPECIFIC" // the information counted is of one kind only
	conceptShared   = "SHARED"   // what is done with the figure is said of the one before
	conceptBare     = "BARE"     // a clause that names nothing: only what is done, and when
	conceptPart     = "PART"     // the figure is a part of one before it
)

// lexicon is the field's terms as a trie over their characters.
type lexicon struct {
	root  *lexiconNode
	han   []*lexiconNode // the root's children that are Chinese characters, by character
	bits  map[string]concepts
	terms []string // every term, in the order of the table
}

// lexiconNode is a place in the trie. Its children are few, and sorted by their
// characters.
type lexiconNode struct {
	chars []rune
	next  []*lexiconNode
	is    concepts
}

func (n *lexiconNode) child(r rune) *lexiconNode {
	if len(n.chars) <= 8 {
		for i, c := range n.chars {
			if c == r {
				return n.next[i]
			}
		}
		return nil
	}
	if i, ok := slices.BinarySearch(n.chars, r); ok {
		return n.next[i]
	}
	return nil
}

// grow returns the child for a character, made where there is none.
func (n *lexiconNode) grow(r rune) *lexiconNode {
	i, ok := slices.BinarySearch(n.chars, r)
	if !ok {
		n.chars = slices.Insert(n.chars, i, r)
		n.next = slices.Insert(n.next, i, &lexiconNode{})
	}
	return n.next[i]
}

// start returns the place of the terms that begin with a character, or nil.
func (l *lexicon) start(r rune) *lexiconNode {
	if i := int(r) - firstHan; i >= 0 && i < len(l.han) {
		return l.han[i]
	}
	return l.root.child(r)
}

const firstHan = 0x4e00 // the first of the common Chinese characters

var loadLexicon = sync.OnceValue(func() *lexicon {
	l := &lexicon{root: &lexiconNode{}, bits: map[string]concepts{}}
	rows := readTable("lexicon.tsv")
	for _, row := range rows {
		bit := l.define(row[0])
		for _, term := range termsOf(rows, row) {
			l.add(term, bit)
		}
	}
	l.define(conceptEmpty)
	l.define(conceptSpecific)
	l.define(conceptPart)
	l.define(conceptBare)
	l.define(conceptShared)
	l.han = make([]*lexiconNode, 0x9fff-firstHan+1)
	for i, c := range l.root.chars {
		if at := int(c) - firstHan; at >= 0 && at < len(l.han) {
			l.han[at] = l.root.next[i]
		}
	}
	return l
})

// termsOf are the terms of a row, with those of the concepts that it names with @.
func termsOf(rows [][]string, row []string) []string {
	var all []string
	for _, field := range strings.Fields(row[1]) {
		name, other := strings.CutPrefix(field, "@")
		if !other {
			all = append(all, alternatives(field)...)
			continue
		}
		of := slices.IndexFunc(rows, func(r []string) bool { return r[0] == name })
		if of < 0 {
			panic(fmt.Sprintf("narrative: tables/lexicon.tsv: the concept %s names the concept %q, which the table does not have", row[0], name))
		}
		all = append(all, termsOf(rows, rows[of])...)
	}
	return all
}

// alternatives are the terms that a pattern of the table stands for: {县|市}长信箱 is
// 县长信箱 and 市长信箱, and {|电子}信箱 is 信箱 and 电子信箱.
func alternatives(pattern string) []string {
	head, rest, found := strings.Cut(pattern, "{")
	choice, tail, closed := strings.Cut(rest, "}")
	if !found || !closed {
		return []string{pattern}
	}
	var all []string
	tails := alternatives(tail)
	for middle := range strings.SplitSeq(choice, "|") {
		for _, end := range tails {
			all = append(all, head+middle+end)
		}
	}
	return all
}

// define gives a concept its bit.
func (l *lexicon) define(name string) concepts {
	if b, ok := l.bits[name]; ok {
		return b
	}
	n := uint(len(l.bits))
	if n == maxConcepts {
		panic("narrative: tables/lexicon.tsv has too many concepts for one set")
	}
	b := concepts{1 << n, 1 << (n - 64), 1 << (n - 128)} // no bit is left where n is none of the field's
	l.bits[name] = b
	return b
}

func (l *lexicon) add(term string, is concepts) {
	n := l.root
	for _, r := range term {
		n = n.grow(r)
	}
	if n.is.empty() {
		l.terms = append(l.terms, term)
	}
	n.is = n.is.or(is)
}

// set returns the union of concepts that are named, joined by |.
func (l *lexicon) set(names string) concepts {
	var c concepts
	if names == "" {
		return c
	}
	for name := range strings.SplitSeq(names, "|") {
		b, ok := l.bits[name]
		if !ok {
			panic(fmt.Sprintf("narrative: tables/rules.tsv names the concept %q, which tables/lexicon.tsv does not have", name))
		}
		c = c.or(b)
	}
	return c
}

// userDictionary is the lexicon as gojieba reads it, sorted: each term with a
// frequency high enough that it is not cut in two, and tagged as a noun, for
// the lexicon itself tells what it means. Single characters are left to
// gojieba, and so is what its reader cannot hold in one column.
func (l *lexicon) userDictionary() string {
	var b strings.Builder
	for _, t := range slices.Sorted(slices.Values(l.terms)) {
		if len([]rune(t)) > 1 && !strings.ContainsAny(t, "、() ") {
			fmt.Fprintf(&b, "%s 5000 n\n", t)
		}
	}
	return b.String()
}
