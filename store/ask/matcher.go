package ask

import (
	"strings"
	"unicode/utf8"
)

// matcher counts terms in the texts of one report after the other.
type matcher struct {
	terms       []string
	cased       bool // a term has letters of two cases
	title, text []int
	around      [][]string // of each term, the text around its first places
}

func newMatcher(terms []term) *matcher {
	m := &matcher{title: make([]int, len(terms)), text: make([]int, len(terms)), around: make([][]string, len(terms))}
	for _, t := range terms {
		lower := strings.ToLower(t.text)
		m.cased = m.cased || lower != strings.ToUpper(t.text)
		m.terms = append(m.terms, lower)
	}
	return m
}

func (m *matcher) begin(title string) {
	clear(m.text)
	for i := range m.around {
		m.around[i] = m.around[i][:0]
	}
	m.count(title, m.title, true)
}

func (m *matcher) add(text string) { m.count(text, m.text, false) }

func (m *matcher) count(text string, into []int, afresh bool) {
	if m.cased { // Chinese has no cases, and not to look for them is faster
		text = strings.ToLower(text)
	}
	for i, t := range m.terms {
		n := strings.Count(text, t)
		if afresh {
			into[i] = n
		} else {
			into[i] += n
		}
		if n > 0 && len(m.around[i]) < maxAround {
			m.around[i] = surroundings(m.around[i], text, t)
		}
	}
}

// How much of a text is cut to see whether a term is a word there: of how many
// places, and how many characters before and behind.
const (
	maxAround    = 2
	aroundRadius = 6
)

// surroundings appends the text around the places of a term.
func surroundings(all []string, text, term string) []string {
	for at := 0; len(all) < maxAround; {
		i := strings.Index(text[at:], term)
		if i < 0 {
			return all
		}
		from, to := at+i, at+i+len(term)
		at = to
		for range aroundRadius {
			_, size := utf8.DecodeLastRuneInString(text[:from])
			from -= size
			_, size = utf8.DecodeRuneInString(text[to:])
			to += size
		}
		all = append(all, strings.Clone(text[from:to])) // the rest of the text need not be kept
	}
	return all
}
