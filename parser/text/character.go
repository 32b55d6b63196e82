package text

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// traditional pairs a line of traditional characters with a line of their
// simplified forms. Characters that are simplified ones too (乾, in 乾县) are not
// in it.
//
//go:embed traditional.txt
var traditional string

// radicals are the forms that fonts of PDF files give for characters: those of
// the radicals supplement, which Unicode does not take for the same.
const radicals = "⺎兀⺏尣⺟母⺠民⺫目⺮竹⻁虎⻄西⻅见⻆角⻉贝⻋车⻓长⻔门⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻬齐⻮齿⻰龙⻳龟"

// The tables give a character for each of the basic plane. Zero stands for
// white space and what is invisible.
var simple, folded [0x10000]uint16

func init() {
	for c := range simple {
		simple[c] = uint16(c)
	}
	lines := strings.Split(strings.TrimSpace(traditional), "\n")
	for i := 0; i+1 < len(lines); i += 2 {
		to := []rune(lines[i+1])
		for k, c := range []rune(lines[i]) {
			simple[c] = uint16(to[k])
		}
	}
	for c := range rune(0x10000) {
		folded[c] = simple[narrow(c)]
	}
	for _, table := range []*unicode.RangeTable{unicode.White_Space, unicode.Cf, gaps, nothing} {
		for _, r := range table.R16 {
			for c := rune(r.Lo); c <= rune(r.Hi); c += rune(r.Stride) {
				if Space(c) || invisible(c) {
					folded[c] = 0
				}
			}
		}
	}
	shapes := []rune(radicals)
	for i := 0; i < len(shapes); i += 2 {
		folded[shapes[i]] = uint16(shapes[i+1])
	}
}

// narrow returns the character that another is only a form of: wide, small, a
// radical, a compatibility ideograph. Raised and circled digits are not such.
func narrow(c rune) rune {
	switch {
	case c >= 0xFF01 && c <= 0xFF5E:
		return c - 0xFEE0
	case c >= 0x2F00 && c <= 0x2FD5, c >= 0xF900 && c <= 0xFAFF, c >= 0xFE50 && c <= 0xFE6B, c >= 0xFFE0 && c <= 0xFFE6:
		form := norm.NFKC.PropertiesString(string(c)).Decomposition()
		if one, size := utf8.DecodeRune(form); size > 0 && size == len(form) && one <= 0xFFFF {
			return one
		}
	case c >= 0x1D7CE && c <= 0x1D7FF: // digits of mathematical alphabets
		return '0' + (c-0x1D7CE)%10
	}
	return c
}

// Rune folds one character to one: its half-width, simplified form. White space
// is ' '; what is invisible or lost stays.
func Rune(c rune) rune {
	if c > 0xFFFF || c < 0 {
		return narrow(c)
	}
	if f := folded[c]; f != 0 {
		return rune(f)
	}
	if Space(c) {
		return ' '
	}
	return c
}

// Simple returns the simplified form of a character.
func Simple(c rune) rune {
	if c > 0xFFFF || c < 0 {
		return c
	}
	return rune(simple[c])
}

// Simplify writes a text in simplified characters, one for one.
func Simplify(s string) string { return strings.Map(Simple, s) }

// Space reports whether a character is white space of any width. Control
// characters are: whatever they did, they parted what stands beside them.
func Space(c rune) bool {
	switch {
	case c <= ' ', c == 0x7F:
		return true
	case c < 0x80 || Han(c):
		return false
	}
	return unicode.IsSpace(c) || unicode.Is(gaps, c)
}

// gaps are white space of which Unicode does not say so: control characters, blanks
// by shape.
var gaps = &unicode.RangeTable{
	R16:         []unicode.Range16{{Lo: 0, Hi: ' ', Stride: 1}, {Lo: 0x7F, Hi: 0x7F, Stride: 1}, {Lo: 0x2800, Hi: 0x2800, Stride: 1}, {Lo: 0x3164, Hi: 0x3164, Stride: 1}},
	LatinOffset: 2,
}

// nothing are what joins characters or varies their shape.
var nothing = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x034F, Hi: 0x034F, Stride: 1}, {Lo: 0xFE00, Hi: 0xFE0F, Stride: 1}},
	R32: []unicode.Range32{{Lo: 0xE0100, Hi: 0xE01EF, Stride: 1}},
}

// invisible reports whether a character takes no room and stands for nothing:
// zero-width spaces and joiners, soft hyphens, byte order and direction marks,
// variation selectors.
func invisible(c rune) bool {
	switch {
	case c < 0x80 || Han(c):
		return false
	case unicode.Is(nothing, c):
		return true
	case unicode.Is(unicode.Prepended_Concatenation_Mark, c), disordering(c):
		return false
	}
	return unicode.Is(unicode.Cf, c)
}

// disordering reports whether a character lets others show elsewhere than they stand: U+202E
// turns digits round, U+FFF9 to U+FFFB put a gloss above a text.
func disordering(c rune) bool { return c == 0x202E || c >= 0xFFF9 && c <= 0xFFFB }

// lost reports whether a character stands for one that nobody can know:
// U+FFFD, which undecodable bytes become, U+FFFC, which stands for a picture,
// private use, which only one font knows, bytes of a wrong decoding (U+0080 to U+009F),
// what puts others out of order, and what is no character.
func lost(c rune) bool {
	switch {
	case c < 0x80 || Han(c):
		return false
	case c < 0xA0:
		return c != 0x85
	case c == unicode.ReplacementChar, c == 0xFFFC, disordering(c), c >= 0xE000 && c <= 0xF8FF, c >= 0xF0000:
		return true
	case c >= 0xFDD0 && c <= 0xFDEF, c&0xFFFE == 0xFFFE:
		return true
	}
	return false
}

// HasLost reports whether a text holds a lost character or a byte that is no
// character.
func HasLost(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return strings.ContainsFunc(s[i:], lost) // a bad byte is U+FFFD there
		}
	}
	return false
}

// Han reports whether a character is a Chinese one.
func Han(c rune) bool {
	return c >= 0x4E00 && c <= 0x9FFF || c >= 0x3400 && c <= 0x4DBF || c >= 0x20000 && c <= 0x3134F || c == '〇'
}

// HasHan reports whether a text holds a Chinese character.
func HasHan(s string) bool { return strings.ContainsFunc(s, Han) }
