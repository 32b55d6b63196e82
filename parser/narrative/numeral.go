package narrative

import "strconv"

// digitOf returns the value of an Arabic digit, half or full width, or -1.
func digitOf(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return int(r - '0')
	case r >= '０' && r <= '９':
		return int(r - '０')
	}
	return -1
}

// hanDigitOf returns the value of a Chinese numeral below ten, or -1.
func hanDigitOf(r rune) int {
	switch r {
	case '〇', '零', '○':
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

// magnitudeOf returns what a Chinese numeral multiplies by, or 0.
func magnitudeOf(r rune) float64 {
	switch r {
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

func isHanNumeral(r rune) bool { return hanDigitOf(r) >= 0 || magnitudeOf(r) > 0 }

// maxDigits is how many digits a float64 holds exactly; a longer run is no
// figure anyone counts.
const maxDigits = 15

// arabic reads the number that starts at s[i]: digits of either width, grouped
// in threes or not, with a decimal part or not. ok is false for a run too long
// to be a number; end is past the number either way.
func arabic(s []rune, i int) (value float64, end int, ok bool) {
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
		for i < len(s) && digitOf(s[i]) >= 0 {
			put(byte('0' + digitOf(s[i])))
			i++
		}
		return i - from
	}
	wide := s[i] >= '０'
	first := run()
	if first <= 3 {
		for i+3 < len(s) && (s[i] == ',' || wide && s[i] == '，') && groupOfThree(s, i+1) {
			i++
			run()
		}
	}
	whole := n
	if i+1 < len(s) && (s[i] == '.' || s[i] == '．') && digitOf(s[i+1]) >= 0 {
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

// groupOfThree reports whether exactly three digits stand at s[i].
func groupOfThree(s []rune, i int) bool {
	for k := range 3 {
		if i+k >= len(s) || digitOf(s[i+k]) < 0 {
			return false
		}
	}
	return i+3 >= len(s) || digitOf(s[i+3]) < 0
}

// han evaluates Chinese numerals such as 十二, 一百二十, 两千零五 or 三万五千. ok is
// false for digits in a row (二〇二一 is a year, 三四 an estimate) and for a
// magnitude that nothing multiplies (百, 万).
func han(s []rune) (value float64, ok bool) {
	var total, section float64 // section is what stands below the last 万 or 亿
	digit, last := -1, 0.0
	for i, r := range s {
		if d := hanDigitOf(r); d >= 0 {
			if digit > 0 || digit == 0 && i == 1 {
				return 0, false
			}
			digit = d
			continue
		}
		m := magnitudeOf(r)
		switch {
		case m >= 1e4:
			if digit > 0 {
				section += float64(digit)
			}
			if section == 0 {
				if total == 0 {
					return 0, false
				}
				total *= m // 万亿
			} else {
				total += section * m
			}
			section = 0
		case digit > 0:
			section += float64(digit) * m
		case m == 10 && (i == 0 || hanDigitOf(s[i-1]) < 0): // 十二, 一百十二
			section += m
		default:
			return 0, false
		}
		digit, last = -1, m
	}
	if digit > 0 {
		section += float64(digit)
		if last >= 100 && hanDigitOf(s[len(s)-2]) < 0 { // 一百二 is 120
			section += float64(digit) * (last/10 - 1)
			if last >= 1e4 {
				return 0, false
			}
		}
	}
	if digit == 0 && len(s) == 1 {
		return 0, true
	}
	return total + section, total+section > 0
}
