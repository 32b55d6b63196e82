package document

import (
	"strings"
	"unicode/utf8"
)

// Scripts remembers which parts of a text that is being gathered stand off its
// line. The zero Scripts is ready.
type Scripts struct{ parts []scripted }

type scripted struct {
	from, to int // bytes
	script   Script
	shifted  bool
}

// Mark says that the text's bytes from and to are off the line, shifted where
// only a length says so. Parts may lie within later ones, which then count.
func (s *Scripts) Mark(from, to int, script Script, shifted bool) {
	if script == OnLine || from >= to {
		return
	}
	for n := len(s.parts); n > 0 && s.parts[n-1].from >= from; n-- {
		s.parts = s.parts[:n-1]
	}
	s.parts = append(s.parts, scripted{from, to, script, shifted})
}

// Append marks what was marked of a text that stands at a byte of this one.
func (s *Scripts) Append(of Scripts, at int) {
	for _, p := range of.parts {
		p.from, p.to = p.from+at, p.to+at
		s.parts = append(s.parts, p)
	}
}

// None reports whether no part is marked.
func (s *Scripts) None() bool { return len(s.parts) == 0 }

// Apply writes the parts of the text in their scripts and forgets them. Text is
// raised against other text: what stands alone is set so for its looks. A single
// raised digit alone is a note's mark still.
func (s *Scripts) Apply(text string) string {
	if len(s.parts) == 0 {
		return text
	}
	parts := s.parts
	s.parts = s.parts[:0]
	var rest strings.Builder // what stands on the line
	last := 0
	for _, p := range parts {
		rest.WriteString(text[last:p.from])
		last = p.to
	}
	rest.WriteString(text[last:])
	alone := strings.TrimSpace(rest.String()) == ""
	mark := utf8.RuneCountInString(strings.TrimSpace(text)) < 2
	var b strings.Builder
	last = 0
	for _, p := range parts {
		b.WriteString(text[last:p.from])
		if last = p.to; alone && (p.shifted || !mark) {
			b.WriteString(text[p.from:p.to])
		} else {
			b.WriteString(p.script.Write(text[p.from:p.to]))
		}
	}
	b.WriteString(text[last:])
	return b.String()
}
