package narrative

import (
	"slices"
	"unicode/utf8"

	"nianbao/parser/text"
)

// script is the text of a section, character by character.
type script struct {
	source  string
	printed []rune
	folded  []rune  // each in its one form
	at      []int32 // where each character stands in source, and the end

	asked     span // what disclosure was asked of last
	discloses bool
}

// read makes sc the script of a text. What is not UTF-8 is one character each.
func (sc *script) read(source string) {
	sc.asked = span{}
	for range 2 {
		sc.source, sc.printed, sc.at = source, sc.printed[:0], sc.at[:0]
		for i, c := range source {
			sc.printed, sc.at = append(sc.printed, c), append(sc.at, int32(i))
		}
		sc.at = append(sc.at, int32(len(source)))
		if utf8.ValidString(source) {
			break
		}
		source = string(sc.printed)
	}
	sc.folded = folded(sc.folded[:0], sc.printed)
}

// quote returns the characters from start to end as printed; it shares the memory
// of the text.
func (sc *script) quote(start, end int) string { return sc.source[sc.at[start]:sc.at[end]] }

// plain returns the characters from start to end as they are folded.
func (sc *script) plain(start, end int) string {
	s := sc.folded[start:end]
	if slices.Equal(s, sc.printed[start:end]) {
		return sc.quote(start, end)
	}
	return string(s)
}

// folded appends a text in the one form of its characters, one for one: simplified, half
// width, with one kind of blanks, line ends, square brackets and quotation marks. A comma keeps
// its width, for a wide one parts the thousands of wide digits only.
func folded(to, printed []rune) []rune {
	opened := false // a straight quotation mark opens, the next one closes
	for i, c := range printed {
		form := text.Rune(c)
		switch c {
		case '\n', '\r', '\u2028', '\v', '\f':
			form, opened = '\n', false
		case '\u200b', '\ufeff':
			form = ' '
		case '，':
			if !wideDigit(printed, i-1) || !wideDigit(printed, i+1) {
				form = c
			}
		case '"', '＂':
			if form, opened = '“', !opened; !opened {
				form = '”'
			}
		case '★', '☆', '●', '◆', '■', '▲', '▶':
			form = ';'
		case '[', '【':
			form = '〔'
		case ']', '】':
			form = '〕'
		case '「', '『', '〝':
			form = '“'
		case '」', '』', '〞':
			form = '”'
		case '訊', '路': // what texts in traditional characters have for 信息 and 网络
			if i > 0 && printed[i-1] == '資' && c == '訊' {
				to[i-1], form = '信', '息'
			} else if i > 0 && printed[i-1] == '網' && c == '路' {
				form = '络'
			}
		}
		to = append(to, form)
	}
	return to
}

func wideDigit(s []rune, i int) bool { return i >= 0 && i < len(s) && s[i] >= '０' && s[i] <= '９' }
