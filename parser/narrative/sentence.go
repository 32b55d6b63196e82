package narrative

import (
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/parser/report"
	"nianbao/parser/text"
)

// maxSentence and maxFigures bound a sentence, in characters and in figures.
// A longer one is cut at the clause before, so that a text without full stops
// costs no more than one with them, and its mentions carry sentences of a
// size a reader can read.
const (
	maxSentence = 1000
	maxFigures  = 60
)

// span is a sentence of a text, in characters.
type span struct {
	start, end int
	opens      bool // it begins a line
	torn       bool // a digit ends its line, and one begins the next: 12 above 3件
}

// of is what stands there in its text.
func (s span) of(text []rune) []rune { return text[s.start:s.end] }

// shapesSentence are the characters that end a sentence or a clause, or are
// numerals.
var shapesSentence = charSetOf(func(r rune) bool {
	return among(" \n。!?,，;、", r) || numeral(r)
})

// sentences splits a text at full stops and line ends. Blank characters around
// a sentence are not part of it. It is one pass, which sees each character once and
// passes over most: its cases are the kinds of the others.
func sentences(chars []rune) []span {
	all := make([]span, 0, len(chars)/64+1)
	start, opens := 0, true
	emit := func(end int, nextOpens bool) {
		a, b := start, end
		for a < b && among(" \n", chars[a]) {
			a++
		}
		for a < b && among(" \n", chars[b-1]) {
			b--
		}
		if a < b {
			all = append(all, span{a, b, opens, nextOpens && text.Digit(chars[b-1]) >= 0 && beginsWithNumber(chars[end:])})
			opens = false
		}
		opens = opens || nextOpens
		start = end
	}
	numbers, inNumber, clause := 0, false, 0
	shapes := shapesSentence()
	for i := 0; i < len(chars); i++ {
		r := chars[i]
		if !shapes.has(r) && i-start < maxSentence && numbers <= maxFigures {
			inNumber = false
			continue
		}
		switch r {
		case '\n':
			emit(i, true)
			numbers, clause = 0, 0
		case '。', '!', '?':
			for i+1 < len(chars) && among("。”’)", chars[i+1]) {
				i++
			}
			emit(i+1, false)
			numbers, clause = 0, 0
		case ',', '，', ';', '、', ' ':
			clause = i + 1
		}
		if digit := numeral(r); digit != inNumber {
			inNumber = digit
			if digit {
				numbers++
			}
		}
		if i-start >= maxSentence || numbers > maxFigures {
			end := i + 1
			if clause > start {
				end = clause
			}
			emit(end, false)
			numbers, clause, i = 0, 0, end-1
		}
	}
	emit(len(chars), false)
	return all
}

// lineWidth tells how wide a line is, from which width on lines may be cut at one, and by how
// much they differ then.
type lineWidth struct {
	of              func(string) int
	shortest, slack int
}

// lineWidths are columns and characters.
var lineWidths = [...]lineWidth{{columns, 40, 4}, {utf8.RuneCountInString, 20, 2}}

// lineCut is at which width the lines of a report's text are cut, 0 where they are not.
type lineCut struct {
	lineWidth
	width int
}

// cutAt finds the width that the most lines of a report which end within a sentence have, three at
// least.
func cutAt(sections []report.Section) (cut lineCut) {
	most := 2
	for _, by := range lineWidths {
		var all []int
		for _, sec := range sections {
			for line := range strings.SplitSeq(sec.Text, "\n") {
				if endsWithin(line) && by.of(line) >= by.shortest {
					all = append(all, by.of(line))
				}
			}
		}
		slices.Sort(all)
		from := 0
		for n, width := range all {
			for width-all[from] > by.slack {
				from++
			}
			if n+1-from > most {
				cut, most = lineCut{by, width}, n+1-from
			}
		}
	}
	return cut
}

// columns is how wide a line is, of which a wide character takes two.
func columns(line string) (n int) {
	for _, c := range line {
		if n++; c >= 0x80 {
			n++
		}
	}
	return n
}

// endsWithin reports whether a line ends within a sentence: it has a wide mark, as rows of tables
// have not, and none at its end.
func endsWithin(line string) bool {
	last, _ := utf8.DecodeLastRuneInString(line)
	return !among("。;:!?)；：！？）| ", last) && strings.ContainsAny(line, "，。")
}

// answers makes a colon and blanks of what asks for how many, where a figure answers it:
// 政策解读写了几篇?27篇, 渠道几何?——139条.
func answers(s []rune) {
	const farthest = 4 // characters that ask
	for i, c := range s {
		if c != '?' {
			continue
		}
		from, to := i, i+1
		for from > max(0, i-farthest) && wording.Asking.at(s, from) == 0 {
			from--
		}
		for to < len(s) && among("—- ", s[to]) {
			to++
		}
		if n := wording.Asking.at(s, from); n > 0 && to < len(s) && text.Digit(s[to]) >= 0 {
			if unit, ok := text.UnitAt(s, from+n); ok {
				n += utf8.RuneCountInString(unit.Name)
			}
			blank(s[from : from+n])
			blank(s[i:to])
			s[i] = ':'
		}
	}
}

func blank(s []rune) {
	for i := range s {
		s[i] = ' '
	}
}

// leftOut stands for a line end within a word.
const leftOut = -1

// unwrap leaves out the line ends within paragraphs, in a text whose lines are cut at a
// width: none that tells anything is much wider. A paragraph's last line ends its sentence; lines
// that end no sentence, as a list may have them, stay apart. It reports whether it does.
func unwrap(s []rune, cut lineCut) (any bool) {
	if cut.width == 0 {
		return false
	}
	lines := strings.Split(string(s), "\n")
	if slices.ContainsFunc(lines, func(line string) bool { return cut.of(line) > cut.width*5/4 && strings.ContainsAny(line, "，。") }) {
		return false
	}
	first, end := -1, -1 // where the first of the line ends is that may be within a sentence
	for _, line := range lines {
		end += 1 + utf8.RuneCountInString(line)
		switch {
		case cut.of(line) >= cut.width-cut.slack && endsWithin(line) && goesOn(s, end):
			if first < 0 {
				first = end
			}
			continue
		case first >= 0 && line != "" && among("。;:!?", s[end-1]):
			joinLines(s[first-1 : end])
			any = true
		}
		first = -1
	}
	return any
}

// joinLines leaves out the line ends of a paragraph; one between two digits becomes a blank.
func joinLines(s []rune) {
	for i, c := range s {
		switch {
		case c != '\n':
		case text.Digit(s[i-1]) >= 0 && text.Digit(s[i+1]) >= 0:
			s[i] = ' '
		default:
			s[i] = leftOut
		}
	}
}

// goesOn reports whether the line that ends at s[end] may go on in the next: no figure, and no
// denial of what would stand below, ends it, and no item of a list, no year and nobody who tells
// something of his own begins the next.
func goesOn(s []rune, end int) bool {
	below := end + 1
	if below >= len(s) || among("无没未零", s[end-1]) || text.Digit(s[end-1]) < 0 && (text.Digit(s[end-2]) >= 0 || text.Digit(s[end-3]) >= 0) && s[end-1] != '，' {
		return false
	}
	if c := s[below]; text.Digit(c) >= 0 || c == '.' {
		_, _, dated := text.YearAt(s, below)
		return beginsWithNumber(s[below:]) && !dated
	} else if !text.Han(c) || numeral(c) || among("第其首再最此另", c) {
		return false
	}
	return wording.OwnBodies.at(s, below) == 0
}

// beginsWithNumber reports whether a number stands first in a text, behind blank characters,
// that is not one of a list: 3件, and not 3.办理.
func beginsWithNumber(s []rune) bool {
	for len(s) > 0 && among(" \n", s[0]) {
		s = s[1:]
	}
	n := 0
	for n < len(s) && (text.Digit(s[n]) >= 0 || n == 0 && s[n] == '.') { // 8 above .9万条
		n++
	}
	ordinal := n < len(s) && among(".、)", s[n]) && (n+1 == len(s) || text.Digit(s[n+1]) < 0)
	return n > 0 && !ordinal
}
