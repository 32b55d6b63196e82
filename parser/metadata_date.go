package parser

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Figures of dates in Chinese: 二〇二二年一月二十日, with the zeros people type.
const numeral = `[〇○零OoＯ0一二三四五六七八九十]`

var (
	// dateForm finds a date after its widths are folded: 2022年02月09日,
	// 2022-2-9, 2022.02.09, and the day run together with the time.
	dateForm = regexp.MustCompile(`(?:^|[^\d])((?:19|20)\d{2})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,4})(日|号)?(:)?`)
	// compactDate is a date without separators.
	compactDate = regexp.MustCompile(`(?:^|[^\d])((?:19|20)\d{2})(\d{2})(\d{2})(?:[^\d]|$)`)
	chineseDate = regexp.MustCompile(`([〇○零OoＯ0一二三四五六七八九]{4})年(` + numeral + `{1,3})月(` + numeral + `{1,4})[日号]`)
	chineseYear = regexp.MustCompile(`[二][〇○零OoＯ0][〇○零OoＯ0一二三][〇○零OoＯ0一二三四五六七八九]年`)
)

// isoDate returns the date when there is such a day between 1990 and 2100,
// else "".
func isoDate(year, month, day int) string {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if year < 1990 || year > 2100 || t.Month() != time.Month(month) || t.Day() != day {
		return ""
	}
	return t.Format(time.DateOnly)
}

// firstDate returns the first date of a text as ISO 8601, "" when there is
// none or when its digits can be read in more than one way.
func firstDate(text string) string {
	text = foldDates(text)
	best, at := "", len(text)+1
	if g := dateForm.FindStringSubmatchIndex(text); g != nil {
		best, at = separatedDate(text, g), g[2]
	}
	if g := compactDate.FindStringSubmatchIndex(text); g != nil && g[2] < at {
		if d := isoDate(atoi(text[g[2]:g[3]]), atoi(text[g[4]:g[5]]), atoi(text[g[6]:g[7]])); d != "" {
			best = d
		}
	}
	return best
}

// separatedDate reads a match of dateForm. A day that is run together with the
// hour (2021-03-2918:26) is split only where one way of splitting is left: days
// have as many digits as a month written 03 shows they have.
func separatedDate(text string, g []int) string {
	year, month, day := text[g[2]:g[3]], text[g[4]:g[5]], text[g[6]:g[7]]
	suffixed, timed := g[8] >= 0, g[10] >= 0
	switch {
	case len(day) <= 2 && (suffixed || !timed):
	case suffixed:
		return ""
	case timed && len(day) == 4:
		day = day[:2]
	case timed && len(day) == 3 && strings.HasPrefix(month, "0"):
		day = day[:2]
	default:
		return ""
	}
	return isoDate(atoi(year), atoi(month), atoi(day))
}

// foldDates folds widths, drops the spaces that stand inside dates and writes
// Chinese numerals as digits. A space before a time stays.
func foldDates(text string) string {
	text = strings.Map(func(c rune) rune {
		c = foldWidth(c)
		if c == '\t' || c == '\n' || c == '\r' {
			return ' '
		}
		return c
	}, text)
	// The patterns are slow, and most texts lack what each of them needs.
	if strings.Contains(text, " ") {
		text = spaceInDate.ReplaceAllString(text, "$1")
		text = spaceBeforeUnit.ReplaceAllString(text, "$1$2")
	}
	if !strings.ContainsAny(text, "〇○零一二三四五六七八九") || !strings.Contains(text, "年") {
		return text
	}
	if !numeralsBefore(text, "年") {
		return text
	}
	if strings.Contains(text, "月") {
		text = chineseDate.ReplaceAllStringFunc(text, func(s string) string {
			g := chineseDate.FindStringSubmatch(s)
			return digitsOf(g[1]) + "年" + strconv.Itoa(numeralValue(g[2])) + "月" + strconv.Itoa(numeralValue(g[3])) + "日"
		})
	}
	if strings.Contains(text, "二") {
		text = chineseYear.ReplaceAllStringFunc(text, digitsOf)
	}
	return text
}

// numeralsBefore reports whether a numeral of a Chinese year stands right
// before a unit anywhere.
func numeralsBefore(text, unit string) bool {
	for {
		before, after, found := strings.Cut(text, unit)
		if !found {
			return false
		}
		if c, _ := utf8.DecodeLastRuneInString(before); strings.ContainsRune("〇○零OoＯ0一二三四五六七八九", c) {
			return true
		}
		text = after
	}
}

var (
	spaceInDate     = regexp.MustCompile(`([年月])[ ]+`)
	spaceBeforeUnit = regexp.MustCompile(`(\d)[ ]+([年月日])`)
)

// digitsOf writes the numerals of a year one by one: 二〇二二 is 2022.
func digitsOf(s string) string {
	return strings.Map(func(c rune) rune {
		if i := strings.IndexRune("一二三四五六七八九", c); i >= 0 {
			return rune('1' + i/3)
		}
		if strings.ContainsRune("〇○零OoＯ0", c) {
			return '0'
		}
		return c
	}, s)
}

// numeralValue reads 一 to 三十一, and 二〇 as it is sometimes written; 0 when it
// is none of that.
func numeralValue(s string) int {
	if !strings.Contains(s, "十") {
		return atoi(digitsOf(s))
	}
	tens, ones, _ := strings.Cut(s, "十")
	n := 10
	if tens != "" {
		n = 10 * atoi(digitsOf(tens))
	}
	if ones != "" {
		n += atoi(digitsOf(ones))
	}
	return n
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// period is the reference period as the text gives it.
type period struct {
	start, end string // ISO 8601, "" where not told or not a date
	startYear  int    // as printed, even where the date is impossible
	endYear    int
	raw        string
	doubt      string // why a bound was left out, "" when nothing was
	odd        bool   // it is not the whole year; kept as printed
}

const (
	dayPattern = `((?:19|20)\d{2})(?:年|[-/.])?(\d{1,2})(?:月|[-/.])(\d{1,2})日?`
	endPattern = `(?:((?:19|20)\d{2})(?:年|[-/.])?)?(?:当年|本年|同年)?(\d{1,2})(?:月|[-/.])(\d{1,2})日?`
)

var (
	periodForm = regexp.MustCompile(dayPattern + `(?:起)?,?(?:至|到|—+|-+|–|~|∼|〜|－)` + `(?:今年|本年|当年)?` + endPattern)
	monthForm  = regexp.MustCompile(`((?:19|20)\d{2})年(\d{1,2})月(?:份)?(?:起)?,?(?:至|到|—+|-+|–|~|∼|〜|－)(?:(?:19|20)\d{2}年)?(\d{1,2})月(?:份|底|末|止|期间|[^\d]|$)`)
	// Content management systems lose the characters between digits: 自202211日至20221231日.
	damagedForm = regexp.MustCompile(`自((?:19|20)\d{2})年?(\d{1,4})日?起?(?:至|到|-|~)((?:19|20)\d{2})年?(\d{2,4})日`)
	// An end alone: 截至2021年12月31日 is no period, 统计期限…至2021年12月31日 is one without a start.
	periodWords = regexp.MustCompile(`统计(?:期限|时限|时间|区间|周期|数据)|期限|时限|数据|时间|所列|周期`)
)

// findPeriod reads the reference period out of the opening text.
func findPeriod(text string) (period, bool) {
	folded := strings.ReplaceAll(foldDates(text), " ", "")
	if g := periodForm.FindStringSubmatchIndex(folded); g != nil {
		sub := submatches(folded, g)
		p := period{raw: sub[0], startYear: atoi(sub[1]), endYear: atoi(sub[4])}
		if p.endYear == 0 {
			p.endYear = p.startYear
		}
		p.start = isoDate(p.startYear, atoi(sub[2]), atoi(sub[3]))
		p.end = isoDate(p.endYear, atoi(sub[5]), atoi(sub[6]))
		p.settle()
		return p, true
	}
	if g := damagedForm.FindStringSubmatch(folded); g != nil {
		p := period{raw: g[0], startYear: atoi(g[1]), endYear: atoi(g[3])}
		p.start = splitMonthDay(p.startYear, g[2])
		p.end = splitMonthDay(p.endYear, g[4])
		p.settle()
		return p, true
	}
	if g := monthForm.FindStringSubmatch(folded); g != nil {
		p := period{raw: g[0], startYear: atoi(g[1]), endYear: atoi(g[1])}
		if years := fourDigits.FindAllString(g[0], -1); len(years) == 2 {
			p.endYear = atoi(years[1])
		}
		p.start = isoDate(p.startYear, atoi(g[2]), 1)
		for day := 31; day >= 28 && p.end == ""; day-- {
			p.end = isoDate(p.endYear, atoi(g[3]), day)
		}
		p.settle()
		return p, true
	}
	return period{}, false
}

var fourDigits = regexp.MustCompile(`\d{4}`)

func submatches(s string, g []int) []string {
	sub := make([]string, len(g)/2)
	for i := range sub {
		if g[2*i] >= 0 {
			sub[i] = s[g[2*i]:g[2*i+1]]
		}
	}
	return sub
}

// splitMonthDay reads month and day written together, "" unless exactly one
// way of splitting them is a date.
func splitMonthDay(year int, digits string) string {
	found := ""
	for i := 1; i < len(digits) && i <= 2; i++ {
		if digits[0] == '0' && i == 1 || len(digits)-i > 2 {
			continue
		}
		if d := isoDate(year, atoi(digits[:i]), atoi(digits[i:])); d != "" {
			if found != "" {
				return ""
			}
			found = d
		}
	}
	return found
}

// settle drops bounds that cannot be meant.
func (p *period) settle() {
	switch {
	case p.start == "" || p.end == "":
		p.doubt = "a date of it does not exist or can be read in several ways"
	case p.start > p.end:
		p.doubt = "it ends before it begins"
		p.start, p.end = "", ""
	case p.endYear > p.startYear:
		// 2008年5月1日 is the day the first regulations came into force, left
		// standing in reports of later years.
		p.doubt = "it is longer than a year"
		p.start = ""
	default:
		// 12月21日 is mostly 12月31日 mistyped, but nobody can know.
		p.odd = p.startYear > 2008 && (p.start[4:] != "-01-01" || p.end[4:] != "-12-31")
	}
}
