package text

import (
	"strconv"
	"strings"
)

// Digit returns the value of an Arabic digit, half or full width, or -1.
func Digit(c rune) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= '０' && c <= '９':
		return int(c - '０')
	}
	return -1
}

// HanDigit returns the value of a Chinese numeral below ten, or -1.
func HanDigit(c rune) int {
	switch c {
	case '〇', '零', '○', '◯':
		return 0
	case '一':
		return 1
	case '二', '两', '兩':
		return 2
	case '三':
		return 3
	case '四':
		return 4
	case '五':
		return 5
	case '六':
		return 6
	case '七':
		return 7
	case '八':
		return 8
	case '九':
		return 9
	}
	return -1
}

// Magnitude returns what a Chinese numeral multiplies by (十, 百, 千, 万, 亿), or 0.
func Magnitude(c rune) float64 {
	switch c {
	case '十':
		return 10
	case '百':
		return 100
	case '千':
		return 1000
	case '万', '萬':
		return 1e4
	case '亿', '億':
		return 1e8
	}
	return 0
}

// HanNumeral reports whether a character is part of a Chinese numeral.
func HanNumeral(c rune) bool { return HanDigit(c) >= 0 || Magnitude(c) > 0 }

// maxDigits is how many digits a float64 holds exactly; a longer run is no
// figure anyone counts.
const maxDigits = 15

// Number reads the number that begins at s[i] in running text, where s[i] is a
// digit: digits of either width, grouped in threes or not, with a decimal part
// or not. ok is false for a run too long to be a number; end is past the number
// either way.
func Number(s []rune, i int) (value float64, end int, ok bool) {
	var b [maxDigits + 2]byte
	n := 0
	put := func(c byte) {
		if n < len(b) {
			b[n] = c
		}
		n++
	}
	run := func() int {
		from := i
		for i < len(s) && Digit(s[i]) >= 0 {
			put(byte('0' + Digit(s[i])))
			i++
		}
		return i - from
	}
	wide := s[i] >= '０'
	first := run()
	for first <= 3 && thousandsAt(s, i, wide) {
		i++
		run()
	}
	whole := n
	if pointAt(s, i) {
		put('.')
		i++
		run()
	}
	if n > len(b) || whole > maxDigits {
		return 0, i, false
	}
	value, err := strconv.ParseFloat(string(b[:n]), 64)
	return value, i, err == nil
}

// thousandsAt reports whether a comma stands at s[i] that parts thousands; a wide
// one does so only among wide digits.
func thousandsAt(s []rune, i int, wide bool) bool {
	return i+3 < len(s) && (s[i] == ',' || wide && s[i] == '，') && groupOfThree(s, i+1)
}

// pointAt reports whether a decimal point stands at s[i].
func pointAt(s []rune, i int) bool {
	return i+1 < len(s) && (s[i] == '.' || s[i] == '．') && Digit(s[i+1]) >= 0
}

// groupOfThree reports whether exactly three digits stand at s[i].
func groupOfThree(s []rune, i int) bool {
	for k := range 3 {
		if i+k >= len(s) || Digit(s[i+k]) < 0 {
			return false
		}
	}
	return i+3 >= len(s) || Digit(s[i+3]) < 0
}

// HanNumber evaluates Chinese numerals such as 十二, 一百二十, 两千零五 or 三万五千. ok is
// false for digits in a row (二〇二一 is a year, 三四 an estimate) and for a
// magnitude that nothing multiplies (百, 万).
func HanNumber(s []rune) (value float64, ok bool) {
	n := hanNumber{digit: -1}
	for i, c := range s {
		if d := HanDigit(c); d >= 0 {
			if n.digit > 0 || n.digit == 0 && i == 1 {
				return 0, false
			}
			n.digit = d
			continue
		}
		ten := i == 0 || HanDigit(s[i-1]) < 0 // 十二, 一百十二
		if !n.multiply(Magnitude(c), ten) {
			return 0, false
		}
	}
	if n.digit == 0 && len(s) == 1 {
		return 0, true
	}
	if n.digit > 0 {
		n.section += float64(n.digit)
		if n.last >= 100 && HanDigit(s[len(s)-2]) < 0 { // 一百二 is 120
			n.section += float64(n.digit) * (n.last/10 - 1)
			if n.last >= 1e4 {
				return 0, false
			}
		}
	}
	return n.total + n.section, n.total+n.section > 0
}

// hanNumber is a Chinese numeral as far as it was read.
type hanNumber struct {
	total, section float64 // section is what stands below the last 万 or 亿
	digit          int     // that nothing has multiplied yet, or -1
	last           float64 // the last magnitude
}

// multiply takes in a magnitude; ten tells that 十 may stand for 一十 here.
func (n *hanNumber) multiply(m float64, ten bool) bool {
	switch {
	case m >= 1e4:
		if n.digit > 0 {
			n.section += float64(n.digit)
		}
		switch {
		case n.section != 0:
			n.total += n.section * m
		case n.total != 0:
			n.total *= m // 万亿
		default:
			return false
		}
		n.section = 0
	case n.digit > 0:
		n.section += float64(n.digit) * m
	case m == 10 && ten:
		n.section += m
	default:
		return false
	}
	n.digit, n.last = -1, m
	return true
}

// Ordinals are the Chinese numerals that number headings and labels.
const Ordinals = "一二三四五六七八九十"

// Ordinal reads the number of a heading: 一 to 九十九, or digits of either width,
// up to three. 0 is none.
func Ordinal(s string) int {
	if s == "" || len(s) > 9 {
		return 0
	}
	n, tens := 0, false
	for i, c := range s {
		d, place := Digit(c), strings.IndexRune(Ordinals, c)
		switch {
		case d >= 0:
			n = 10*n + d
		case place < 0, c == '十' && tens, c != '十' && i > 0 && !tens:
			return 0
		case c == '十':
			n, tens = 10*max(n, 1), true
		default:
			n += place/len("一") + 1
		}
	}
	return n
}

// LeadingNumber splits the number that a folded text begins with from what
// follows it, and takes the commas out that part its thousands; "" where it
// begins with none, where commas part anything else, and where it has more
// digits than a count can have.
func LeadingNumber(folded string) (digits, rest string) {
	i := 0
	for i < len(folded) && (folded[i] >= '0' && folded[i] <= '9' || folded[i] == ',' || folded[i] == '.') {
		i++
	}
	whole, frac, point := strings.Cut(folded[:i], ".")
	if whole == "" || point && (frac == "" || strings.ContainsAny(frac, ".,")) {
		return "", folded
	}
	if whole = withoutCommas(whole); whole == "" || len(whole)+len(frac) > maxDigits+3 {
		return "", folded
	}
	if point {
		return whole + "." + frac, folded[i:]
	}
	return whole, folded[i:]
}

// withoutCommas takes the commas out of a number, "" where they part anything
// but thousands.
func withoutCommas(whole string) string {
	parts := strings.Split(whole, ",")
	if len(parts) == 1 {
		return whole
	}
	for n, p := range parts {
		if n == 0 && (len(p) == 0 || len(p) > 3) || n > 0 && len(p) != 3 {
			return ""
		}
	}
	return strings.Join(parts, "")
}

// Decimal reads digits times ten to the shift without losing what is exact:
// 251000 元 is 25.1 万元, not 25.100000000000001.
func Decimal(digits string, shift int) (float64, bool) {
	v, err := strconv.ParseFloat(digits+"e"+strconv.Itoa(shift), 64)
	return v, err == nil
}
