package main

import (
	"io"
	"math"
	"os"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
	"golang.org/x/term"
)

// screen is what a stream shows text on: how wide it is, and whether it has
// colours. The zero value is a file or a pipe, which takes lines of any length.
type screen struct {
	columns int // 0: no bound
	colours bool
}

// room is how wide a line of text may be; without a bound it is one line.
func (s screen) room() int {
	if s.columns == 0 {
		return math.MaxInt
	}
	return max(s.columns-len("advice: "), leastLast)
}

// screenOf looks at a stream. NO_COLOR (no-color.org) and a terminal that calls
// itself dumb have no colours.
func screenOf(w io.Writer) screen {
	if !terminal(w) {
		return screen{}
	}
	s := screen{colours: os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
	if columns, _, err := term.GetSize(int(fileOf(w).Fd())); err == nil {
		s.columns = columns
	}
	return s
}

// console is standard error. On a terminal a message takes the line on which a
// progress bar stands; the bar is drawn again below it.
type console struct {
	file *os.File
	bar  atomic.Bool // one has been begun
}

const eraseLine = "\r\x1b[K"

func (c *console) Write(p []byte) (int, error) {
	if !c.bar.Load() {
		return c.file.Write(p)
	}
	// In one piece: the bar is drawn by another goroutine.
	n, err := c.file.Write(append([]byte(eraseLine), p...))
	return max(0, n-len(eraseLine)), err
}

// fileOf is the file that a stream writes to; nil where it is none.
func fileOf(w io.Writer) *os.File {
	switch w := w.(type) {
	case *os.File:
		return w
	case *console:
		return w.file
	}
	return nil
}

// Ways to paint, as ECMA-48 numbers them.
const (
	bold   = "1"
	red    = "31"
	yellow = "33"
	faint  = "2"
)

// paint gives a text a look, where there are colours.
func (s screen) paint(look, text string) string {
	if !s.colours || look == "" || text == "" {
		return text
	}
	return "\x1b[" + look + "m" + text + "\x1b[0m"
}

// wrapped is the last cell of a row, whose column begins behind so many columns, on as
// many lines as it needs there.
func (s screen) wrapped(text, look string, left int) string {
	room := s.columns - left
	if room < leastLast || runewidth.StringWidth(text) <= room {
		return s.paint(look, text)
	}
	lines := wrap(text, room)
	for i, line := range lines {
		lines[i] = s.paint(look, line)
	}
	return strings.Join(lines, "\n"+strings.Repeat(" ", left))
}

// lookOf is how a cell of a column is painted.
func lookOf(column string, cell any) string {
	severity, ok := cell.(string)
	if column != "severity" || !ok {
		return ""
	}
	return map[string]string{"error": red, "warning": yellow, "info": faint}[severity]
}

// leastLast is how many columns the last cell of a row keeps; where the others
// leave less, it is not broken.
const leastLast = 20

// leastColumn is how narrow a column of texts is made to let a table fit.
const leastColumn = 12

// fit makes the widest columns of texts narrower until the last column of a table has
// room on the screen; a longer cell reaches into what its neighbours leave free.
func (s screen) fit(width []int, right []bool, shown []int) {
	if s.columns == 0 || len(shown) == 0 {
		return
	}
	last := shown[len(shown)-1]
	over := min(width[last], leastLast) - s.columns
	for _, k := range shown[:len(shown)-1] {
		over += width[k] + 2
	}
	for ; over > 0; over-- {
		widest := -1
		for _, k := range shown[:len(shown)-1] {
			if !right[k] && width[k] > leastColumn && (widest < 0 || width[k] > width[widest]) {
				widest = k
			}
		}
		if widest < 0 {
			return
		}
		width[widest]--
	}
}

// What no line begins with, and what none ends with.
const (
	lineEnders   = "，。、；：？！）》”’"
	lineStarters = "（《“‘"
)

// carried is how many octets before a break come along to the next line, so that signs
// stay with what they belong to.
func carried(s string, at int) int {
	for back := 0; back < at; {
		next, _ := utf8.DecodeRuneInString(s[at-back:])
		before, n := utf8.DecodeLastRuneInString(s[:at-back])
		switch {
		case !strings.ContainsRune(lineEnders, next) && !strings.ContainsRune(lineStarters, before):
			return back
		case before < 0x2E80 && !strings.ContainsRune(lineEnders+lineStarters, before):
			return 0 // a word is not broken for it
		}
		back += n
	}
	return 0
}

// wrap breaks a text into lines of a width, at blanks where there are some;
// Chinese is broken anywhere.
func wrap(s string, columns int) (lines []string) {
	for runewidth.StringWidth(s) > columns {
		at, used, blank := 0, 0, -1
		for i, r := range s {
			if used += runewidth.RuneWidth(r); used > columns && i > 0 {
				break
			}
			if at = i + utf8.RuneLen(r); r == ' ' {
				blank = i
			}
		}
		// A word goes whole to the next line, but not from the middle of Chinese.
		if next, _ := utf8.DecodeRuneInString(s[at:]); blank > 0 && next != ' ' && next < 0x2E80 {
			if last, _ := utf8.DecodeLastRuneInString(s[:at]); last < 0x2E80 {
				at = blank
			}
		}
		at -= carried(s, at)
		lines = append(lines, strings.TrimRight(s[:at], " "))
		s = strings.TrimLeft(s[at:], " ")
	}
	return append(lines, s)
}
