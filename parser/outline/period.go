package outline

import (
	"cmp"
	"strconv"
	"strings"

	"nianbao/parser/lazyregexp"
	"nianbao/parser/text"
)

func atoi(s string) int {
	n, _ := strconv.Atoi(s) // of digits, or nothing
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
	until      = `(?:至|到|—+|-+|–|~|∼|〜)`
)

var (
	periodForm = lazyregexp.New(dayPattern + `(?:起)?,?` + until + `(?:今年|本年|当年)?` + endPattern)
	monthForm  = lazyregexp.New(`((?:19|20)\d{2})年(\d{1,2})月(?:份)?(?:起)?,?` + until + `((?:19|20)\d{2}年)?(\d{1,2})月(?:份|底|末|止|期间|[^\d]|$)`)
	// Content management systems lose the characters between digits: 自202211日至20221231日.
	damagedForm = lazyregexp.New(`自((?:19|20)\d{2})年?(\d{1,4})日?起?(?:至|到|-|~)((?:19|20)\d{2})年?(\d{2,4})日`)
)

// findPeriod reads the reference period out of a text.
func findPeriod(printed string) (period, bool) {
	if !strings.ContainsAny(printed, "至到-—–~∼〜－～") {
		return period{}, false
	}
	s := strings.ReplaceAll(text.DigitDates(printed), " ", "")
	var p period
	if g := periodForm.FindStringSubmatch(s); g != nil {
		p = between(g[0], atoi(g[1]), atoi(g[4]))
		p.start = text.ISODate(p.startYear, atoi(g[2]), atoi(g[3]))
		p.end = text.ISODate(p.endYear, atoi(g[5]), atoi(g[6]))
	} else if g := damagedForm.FindStringSubmatch(s); g != nil {
		p = between(g[0], atoi(g[1]), atoi(g[3]))
		p.start = splitMonthDay(p.startYear, g[2])
		p.end = splitMonthDay(p.endYear, g[4])
	} else if g := monthForm.FindStringSubmatch(s); g != nil {
		p = between(g[0], atoi(g[1]), atoi(strings.TrimSuffix(g[3], "年")))
		p.start = text.ISODate(p.startYear, atoi(g[2]), 1)
		for day := 31; day >= 28 && p.end == ""; day-- {
			p.end = text.ISODate(p.endYear, atoi(g[4]), day)
		}
	} else {
		return period{}, false
	}
	p.settle()
	return p, true
}

// between is a period from one year to another, 0 where that is the same.
func between(raw string, start, end int) period {
	return period{raw: raw, startYear: start, endYear: cmp.Or(end, start)}
}

// splitMonthDay reads month and day written together, "" unless exactly one
// way of splitting them is a date.
func splitMonthDay(year int, digits string) string {
	found := ""
	for i := 1; i < len(digits) && i <= 2; i++ {
		if digits[0] == '0' && i == 1 || len(digits)-i > 2 {
			continue
		}
		if d := text.ISODate(year, atoi(digits[:i]), atoi(digits[i:])); d != "" {
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
