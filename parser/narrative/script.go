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
	simple  []rune  // in simplified characters, with one kind of quotation marks
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
	sc.simple = simplified(sc.simple[:0], sc.printed)
}

// quote returns the characters from start to end as printed; it shares the memory
// of the text.
func (sc *script) quote(start, end int) string { return sc.source[sc.at[start]:sc.at[end]] }

// plain returns the characters from start to end in simplified characters.
func (sc *script) plain(start, end int) string {
	s := sc.simple[start:end]
	if slices.Equal(s, sc.printed[start:end]) {
		return sc.quote(start, end)
	}
	return string(s)
}

// simplified appends a text in simplified characters and with one kind of
// quotation marks, one character for one.
func simplified(to, printed []rune) []rune {
	opened := false // a straight quotation mark opens, the next one closes
	for i, c := range printed {
		form := text.Simple(c)
		switch c {
		case '\n':
			opened = false
		case '"', '＂':
			if form, opened = '“', !opened; !opened {
				form = '”'
			}
		case '★', '☆', '●', '◆', '■', '▲', '▶':
			form = '；'
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
