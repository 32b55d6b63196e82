package parser

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
)

// citation is a place where the text cites the notice that prescribes a layout.
type citation struct {
	layout     string // the layout that the notice prescribes
	section    int    // report.Section.Number
	start, end int    // characters of the section's text
	raw        string
}

// notices are the documents that prescribe the layouts. Brackets of document
// numbers are typed in every way, or lost.
var notices = []struct {
	layout string
	form   *regexp.Regexp
}{
	{catalog.Layout2019, noticeForm(`国办(?:公开办?|政务公开办|信息公开办)(?:函|发|字)?`, "2019", "60")},
	{catalog.Layout2021, noticeForm(`国办(?:公开办?|政务公开办|信息公开办)(?:函|发|字)?`, "2021", "30")},
	{catalog.Layout2014, noticeForm(`国办发`, "2014", "32")},
}

func noticeForm(issuer, year, number string) *regexp.Regexp {
	const gap = `[\s\p{Zs}\p{Cf}]*`
	digits := func(s string) string {
		var b strings.Builder
		for _, d := range s {
			b.WriteString("[" + string(d) + string(d-'0'+'０') + "]")
		}
		return b.String()
	}
	return regexp.MustCompile(`^` + issuer + gap + `[〔\[(【﹝〖「{<《〈（［]?` + gap + digits(year) + gap + `年?[〕\])】﹞〗」}>》〉）］]?` + gap + `第?` + gap + digits(number) + gap + `号`)
}

// citedNotices returns every citation, in the order of the text.
func citedNotices(sections []report.Section) []citation {
	var found []citation
	for _, s := range sections {
		from := len(found)
		for at := range s.Text {
			if len(found)-from == maxCitations {
				break
			}
			if !strings.HasPrefix(s.Text[at:], "国办") && !strings.HasPrefix(s.Text[at:], "國辦") {
				continue
			}
			window := []rune(s.Text[at:min(len(s.Text), at+4*longestCitation)])
			text := region.Simplify(string(window[:min(len(window), longestCitation)]))
			for _, n := range notices {
				loc := n.form.FindStringIndex(text)
				if loc == nil {
					continue
				}
				length := utf8.RuneCountInString(text[:loc[1]])
				start := utf8.RuneCountInString(s.Text[:at])
				found = append(found, citation{n.layout, s.Number, start, start + length, string(window[:length])})
			}
		}
	}
	return found
}

const (
	longestCitation = 40  // characters, spaces included
	maxCitations    = 100 // that are looked for in one section
)

// citedNotice is the layout that the report says it follows, with the place
// where it first says so; false when it cites no notice or those of several
// layouts.
func citedNotice(sections []report.Section) (citation, bool) {
	all := citedNotices(sections)
	for _, c := range all {
		if c.layout != all[0].layout {
			return citation{}, false
		}
	}
	if len(all) == 0 {
		return citation{}, false
	}
	return all[0], true
}
