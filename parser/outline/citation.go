package outline

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
	"nianbao/parser/text"
)

// Citation is a place where the text cites the notice that prescribes a layout.
type Citation struct {
	Layout     string // the layout that the notice prescribes
	Section    int    // report.Section.Number
	Start, End int    // characters of the section's text
	Raw        string
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
	return regexp.MustCompile(`^` + issuer + `[〔\[(【〖「{<《〈]?` + year + `年?[〕\])】〗」}>》〉]?第?` + number + `号`)
}

const (
	longestCitation = 160 // bytes, spaces included
	maxCitations    = 100 // that are looked for in one section
)

// Citations returns every citation in the sections, in the order of the text.
func Citations(sections []report.Section) []Citation {
	var found []Citation
	for _, s := range sections {
		n := 0
		for at := 0; n < maxCitations; n++ {
			i := nextIssuer(s.Text[at:])
			if i < 0 {
				break
			}
			at += i
			if c, ok := citationAt(s, at); ok {
				found = append(found, c)
			}
			at += len("国")
		}
	}
	return found
}

// nextIssuer returns where 国办, in either script, stands next; -1 for nowhere.
func nextIssuer(s string) int {
	i, traditional := strings.Index(s, "国办"), strings.Index(s, "國辦")
	if i < 0 || traditional >= 0 && traditional < i {
		return traditional
	}
	return i
}

func citationAt(s report.Section, at int) (Citation, bool) {
	window := text.Of(firstBytes(s.Text[at:], longestCitation))
	for _, n := range notices {
		loc := n.form.FindStringIndex(window.Folded)
		if loc == nil {
			continue
		}
		raw := window.Slice(0, loc[1])
		start := utf8.RuneCountInString(s.Text[:at])
		return Citation{n.layout, s.Number, start, start + utf8.RuneCountInString(raw), raw}, true
	}
	return Citation{}, false
}

// Cited is the layout that the report says it follows, with the place where it
// first says so; false when it cites no notice or those of several layouts.
func Cited(sections []report.Section) (Citation, bool) {
	all := Citations(sections)
	for _, c := range all {
		if c.Layout != all[0].Layout {
			return Citation{}, false
		}
	}
	if len(all) == 0 {
		return Citation{}, false
	}
	return all[0], true
}
