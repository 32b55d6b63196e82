package text

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"nianbao/parser/lazyregexp"
)

// Year is a year that a text names.
type Year struct {
	Value      int  // 1990 to 2100
	Start, End int  // bytes of the text, without 年
	Named      bool // 年 stands behind it
	Dated      bool // a month stands behind it: it is part of a date
}

// The years that a text may name.
const firstYear, lastYear = 1990, 2100

// Years returns the years that a folded text names in digits, in order: every
// run of exactly four digits that can be one. [DigitDates] brings those in Chinese
// numerals to digits.
func Years(folded string) []Year {
	var found []Year
	for i := 0; i < len(folded); i++ {
		if folded[i] < '0' || folded[i] > '9' {
			continue
		}
		start := i
		for i < len(folded) && folded[i] >= '0' && folded[i] <= '9' {
			i++
		}
		if y, ok := year(folded[start:i]); ok {
			rest, named := strings.CutPrefix(folded[i:], "年")
			_, dated := monthAt(rest, named)
			found = append(found, Year{y, start, i, named, dated})
		}
	}
	return found
}

func year(digits string) (int, bool) {
	if len(digits) != 4 {
		return 0, false
	}
	y, err := strconv.Atoi(digits)
	return y, err == nil && y >= firstYear && y <= lastYear
}

// monthAt reads the month behind a year, past the sign between them; named tells
// that 年 was.
func monthAt(s string, named bool) (digits string, ok bool) {
	if !named {
		if s == "" || !strings.ContainsRune("-/.", rune(s[0])) {
			return "", false
		}
		s = s[1:]
	}
	digits = leadingDigits(s, 2)
	if digits == "" {
		return "", false
	}
	rest := s[len(digits):]
	if strings.HasPrefix(rest, "月") {
		return digits, true
	}
	return digits, rest != "" && strings.ContainsRune("-/.", rune(rest[0])) && leadingDigits(rest[1:], 1) != ""
}

func leadingDigits(s string, most int) string {
	n := 0
	for n < len(s) && n < most && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return s[:n]
}

// YearAt reads the year that begins at s[i]: four digits of either width, or four
// Chinese numerals, with 年 behind them. end is behind 年; ok is false for
// anything else.
func YearAt(s []rune, i int) (year, end int, ok bool) {
	if i+4 >= len(s) || s[i+4] != '年' || i > 0 && Digit(s[i-1]) >= 0 {
		return 0, 0, false
	}
	for _, c := range s[i : i+4] {
		d := max(Digit(c), HanDigit(c))
		if d < 0 {
			return 0, 0, false
		}
		year = 10*year + d
	}
	return year, i + 5, year >= firstYear && year <= lastYear
}

// ISODate returns a date as ISO 8601, "" when there is no such day or it does
// not lie between 1990 and 2100.
func ISODate(year, month, day int) string {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if year < firstYear || year > lastYear || t.Month() != time.Month(month) || t.Day() != day {
		return ""
	}
	return t.Format(time.DateOnly)
}

// Date is a date that a text names.
type Date struct {
	ISO        string // "" when there is no such day, or its digits can be read in more than one way
	Start, End int    // bytes of the text
}

// Dates returns the dates that a text holds, which [DigitDates] made:
// 2022年02月09日, 2022-2-9, 2022.02.09, 20220209, and a day run together with the
// time behind it (2021-03-2918:26) where that can be read in one way only.
func Dates(digits string) []Date {
	var found []Date
	for i := 0; i < len(digits); i++ {
		if digits[i] < '0' || digits[i] > '9' {
			continue
		}
		run := leadingDigits(digits[i:], len(digits))
		d, ok := dateAt(digits, i, run)
		if ok {
			found = append(found, d)
		}
		i = max(i+len(run), d.End) - 1
	}
	return found
}

// FirstDate returns the first date of a printed text as ISO 8601, "" when there
// is none or when its digits can be read in more than one way.
func FirstDate(printed string) string {
	for _, d := range Dates(DigitDates(printed)) {
		return d.ISO
	}
	return ""
}

// dateAt reads the date whose first digits run from s[i].
func dateAt(s string, i int, run string) (Date, bool) {
	d := Date{Start: i}
	if len(run) == 8 {
		if y, ok := year(run[:4]); ok {
			d.ISO, d.End = ISODate(y, atoi(run[4:6]), atoi(run[6:])), i+8
		}
		return d, d.ISO != ""
	}
	y, ok := year(run)
	if !ok {
		return d, false
	}
	at := i + 4
	rest, named := strings.CutPrefix(s[at:], "年")
	month, ok := monthAt(rest, named)
	if !ok {
		return d, false
	}
	at += len("-")
	if named {
		at += len("年") - len("-")
	}
	at += len(month)
	if strings.HasPrefix(s[at:], "月") {
		at += len("月")
	} else {
		at += len("-")
	}
	day := leadingDigits(s[at:], 5)
	if day == "" {
		return d, false
	}
	at += len(day)
	suffixed := strings.HasPrefix(s[at:], "日") || strings.HasPrefix(s[at:], "号")
	timed := strings.HasPrefix(s[at:], ":")
	if d.End = at; suffixed {
		d.End += len("日")
	}
	if n := dayDigits(month, day, suffixed, timed); n > 0 {
		d.ISO = ISODate(y, atoi(month), atoi(day[:n]))
		d.End -= len(day) - n
	}
	return d, true
}

// dayDigits tells how many digits of a run are the day, 0 when nobody can know.
// A day that is run together with the hour is split only where one way of
// splitting is left: days have as many digits as a month written 03 shows they
// have.
func dayDigits(month, day string, suffixed, timed bool) int {
	switch {
	case len(day) <= 2 && (suffixed || !timed):
		return len(day)
	case suffixed:
		return 0
	case timed && len(day) == 4, timed && len(day) == 3 && month[0] == '0':
		return 2
	}
	return 0
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// numerals are the characters of numerals in dates, with the zeros that people type.
const numerals = "〇零○◯一二三四五六七八九十Oo0"

// numeralDate is a year in Chinese numerals, with the month and the day behind it:
// those in numerals count behind such a year only.
var numeralDate = lazyregexp.New(`([` + numerals + `]{4}) ?年(?: ?([` + numerals + `]{1,4}) ?月)?(?: ?([` + numerals + `]{1,4}) ?[日号])?`)

// The white space inside a date, before a sign and behind it.
var (
	gapBefore = lazyregexp.New(`([0-9]) ([年月日号])`)
	gapBehind = lazyregexp.New(`([年月]) ([0-9])`)
)

// DigitDates returns a printed text folded as [Spaced] does, its years and dates
// in Chinese numerals written in digits (二〇二二年一月二十日 is 2022年1月20日), and
// without the white space that stands inside dates.
func DigitDates(printed string) string {
	s := Spaced(printed)
	if !strings.Contains(s, "年") {
		return s
	}
	if numeralYear(s) {
		s = withDigits(s)
	}
	if strings.Contains(s, " ") {
		s = gapBehind.ReplaceAllString(gapBefore.ReplaceAllString(s, "$1$2"), "$1$2")
	}
	return s
}

// withDigits writes the dates in numerals in digits.
func withDigits(s string) string {
	out, done := "", 0
	for _, at := range numeralDate.FindAllStringSubmatchIndex(s, -1) {
		before, _ := utf8.DecodeLastRuneInString(s[:at[0]])
		y, ok := year(hanDigits(s[at[2]:at[3]]))
		if !ok || strings.ContainsRune(numerals, before) {
			continue
		}
		out += s[done:at[0]] + strconv.Itoa(y)
		done = at[3]
		for _, part := range [][]int{at[4:6], at[6:8]} {
			if part[0] < 0 {
				break
			}
			n := dayNumber(s[part[0]:part[1]])
			if n == 0 {
				break
			}
			out += strings.ReplaceAll(s[done:part[0]], " ", "") + strconv.Itoa(n)
			done = part[1]
		}
	}
	return out + s[done:]
}

// numeralYear reports whether a Chinese numeral stands before 年 anywhere.
func numeralYear(s string) bool {
	for {
		before, after, found := strings.Cut(s, "年")
		if !found {
			return false
		}
		if c, _ := utf8.DecodeLastRuneInString(strings.TrimRight(before, " ")); HanDigit(c) >= 0 || c == '十' {
			return true
		}
		s = after
	}
}

// hanDigits writes numerals one by one: 二〇二二 is 2022. "" where one is no digit.
func hanDigits(s string) string {
	var b strings.Builder
	for _, c := range s {
		d := HanDigit(c)
		switch {
		case d < 0 && c != 'O' && c != 'o' && c != '0':
			return ""
		default:
			b.WriteByte(byte('0' + max(d, 0)))
		}
	}
	return b.String()
}

// dayNumber reads 一 to 三十一, and 二〇 as it is sometimes written; 0 when it is
// none of that.
func dayNumber(s string) int {
	if !strings.Contains(s, "十") {
		return atoi(hanDigits(s))
	}
	tens, ones, _ := strings.Cut(s, "十")
	n := 10
	if tens != "" {
		n = 10 * atoi(hanDigits(tens))
	}
	if ones != "" {
		n += atoi(hanDigits(ones))
	}
	return n
}
