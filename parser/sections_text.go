package parser

import (
	"strings"
	"unicode"
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

func isSpaceOrFormat(c rune) bool {
	return unicode.IsSpace(c) || unicode.Is(unicode.Cf, c)
}

// squeeze folds widths and drops white space and characters without width:
// Chinese titles and headings are spaced out for looks only.
func squeeze(s string) string {
	return strings.Map(func(c rune) rune {
		c = foldWidth(c)
		if isSpaceOrFormat(c) {
			return -1
		}
		return c
	}, s)
}

// headingWords is a heading or title as printed, without its white space.
func headingWords(s string) string {
	return strings.Map(func(c rune) rune {
		if isSpaceOrFormat(c) {
			return -1
		}
		return c
	}, s)
}
