package parser

import (
	"regexp"
	"strings"
	"unicode"

	"nianbao/parser/region"
)

// foldWidth maps the full-width forms of ASCII to ASCII, and the ideographic
// space to a space.
func foldWidth(c rune) rune {
	switch {
	case c >= '！' && c <= '～':
		return c - '！' + '!'
	case c == '\u3000' || c == '\u00a0':
		return ' '
	}
	return c
}

// isSpaceOrFormat reports whether a character leaves no trace on paper.
func isSpaceOrFormat(c rune) bool {
	if c >= firstHan && c <= lastHan || c > ' ' && c < 0x7f {
		return false // most are such
	}
	return unicode.IsSpace(c) || unicode.Is(unicode.Cf, c)
}

// squeeze makes a text comparable: it folds widths, drops white space and
// characters without width (Chinese titles and headings are spaced out for
// looks only), writes traditional characters as simplified ones and drops the
// pinyin that copies of pages put behind words.
func squeeze(s string) string {
	s = strings.Map(func(c rune) rune {
		c = foldWidth(c)
		if isSpaceOrFormat(c) {
			return -1
		}
		return region.SimplifyRune(c)
	}, s)
	if strings.Contains(s, "(") {
		s = pinyin.ReplaceAllString(s, "$1")
	}
	return s
}

// pinyin is a syllable in brackets behind a character: 数(shù)据(jù).
var pinyin = regexp.MustCompile(`(\p{Han})\([a-zü\x{0101}\x{00e1}\x{01ce}\x{00e0}\x{0113}\x{00e9}\x{011b}\x{00e8}\x{012b}\x{00ed}\x{01d0}\x{00ec}\x{014d}\x{00f3}\x{01d2}\x{00f2}\x{016b}\x{00fa}\x{01d4}\x{00f9}\x{01d6}\x{01d8}\x{01da}\x{01dc}]{1,6}\)`)

// headingWords is a heading or title as printed, without its white space.
func headingWords(s string) string {
	return strings.Map(func(c rune) rune {
		if isSpaceOrFormat(c) {
			return -1
		}
		return c
	}, s)
}
