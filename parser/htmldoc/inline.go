package htmldoc

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"nianbao/parser/document"
)

// inline gathers the text of one paragraph or cell and collapses its white
// space by CSS Text 3: a run becomes one space, none at the ends of a line,
// and none between two wide (Chinese) characters when the run holds a line
// break of the source. The zero inline is ready.
type inline struct {
	buf      []byte
	pending  pending
	scripts  document.Scripts // what of buf is off the line
	controls bool             // buf holds control characters
	marks    bool             // buf holds marks of what is no text
}

// mark stands in a text that is being gathered for what is none, and is document.Unread
// within a cell: elsewhere pictures and the like stand beside the text and tell nothing of it.
const mark = 0

// unread notes something that is no text.
func (t *inline) unread() {
	t.buf, t.marks = append(t.buf, mark), true
}

// special reports whether what becomes of the text depends on what stands beside it.
func (t *inline) special() bool { return t.marks || !t.scripts.None() }

// join appends what a piece of a cell was gathered from, as further lines.
func (t *inline) join(p piece) {
	t.lineBreak()
	if p.raw == nil {
		t.buf = append(t.buf, p.plain...)
		return
	}
	t.scripts.Append(p.raw.scripts, len(t.buf))
	t.buf = append(t.buf, p.raw.buf...)
	t.controls, t.marks = t.controls || p.raw.controls, t.marks || p.raw.marks
}

type pending uint8

const (
	nothing pending = iota
	space
	sourceBreak // white space with a line break of the source in it
)

// add appends text of the source.
func (t *inline) add(s string) {
	for len(s) > 0 {
		c := s[0]
		if isSpace(c) {
			if c == '\n' || c == '\r' {
				t.pending = sourceBreak
			} else if t.pending == nothing {
				t.pending = space
			}
			s = s[1:]
			continue
		}
		n := 1
		for n < len(s) && (s[n] > ' ' && s[n] != 0x7F) {
			n++
		}
		t.controls = t.controls || c < ' ' || c == 0x7F
		t.word(s[:n])
		s = s[n:]
	}
}

// word appends text without white space.
func (t *inline) word(s string) {
	if t.pending != nothing && len(t.buf) > 0 && t.buf[len(t.buf)-1] != '\n' {
		if t.pending == space || !t.wideBefore() || !startsWide(s) {
			t.buf = append(t.buf, ' ')
		}
	}
	t.pending = nothing
	t.buf = append(t.buf, s...)
}

// addPreformatted appends text as <pre> shows it.
func (t *inline) addPreformatted(s string) {
	for i, line := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		if i > 0 {
			t.lineBreak()
		}
		if line != "" {
			t.word(line)
			t.controls = t.controls || strings.ContainsFunc(line, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7F })
		}
	}
}

// lineBreak ends a line; it has no effect at the beginning of the text.
func (t *inline) lineBreak() {
	t.pending = nothing
	if len(t.buf) > 0 {
		t.buf = append(t.buf, '\n')
	}
}

// blankLine reports whether the last two lines are ended and nothing follows.
func (t *inline) blankLine() bool {
	n := len(t.buf)
	return n >= 2 && t.buf[n-1] == '\n' && t.buf[n-2] == '\n'
}

// take returns the text, of a cell or not, with single line breaks and none at its ends,
// and begins anew.
func (t *inline) take(cell bool) string {
	t.pending = nothing
	if len(t.buf) == 0 {
		return ""
	}
	if !t.scripts.None() {
		t.buf = []byte(t.scripts.Apply(string(t.buf)))
	}
	b := t.buf[:0]
	for _, c := range t.buf {
		if c == '\n' && (len(b) == 0 || b[len(b)-1] == '\n') {
			continue
		}
		b = append(b, c)
	}
	if t.marks {
		unread := ""
		if cell {
			unread = document.Unread
		}
		b = bytes.ReplaceAll(b, []byte{mark}, []byte(unread))
	}
	s := strings.TrimRight(string(b), "\n")
	t.buf, t.marks = t.buf[:0], false
	if t.controls {
		t.controls = false
		s = strings.TrimSpace(document.Controls(s))
	}
	return s
}

func (t *inline) wideBefore() bool {
	r, _ := utf8.DecodeLastRune(bytes.TrimRight(t.buf, string(rune(mark))))
	return wide(r)
}

func startsWide(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return wide(r)
}

// wide: East Asian Width W or F, as far as texts in Chinese go.
func wide(r rune) bool { return document.Places(r) == 2 }

// isSpace is white space as HTML knows it.
func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'
}
