package outline

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
	"nianbao/parser/text"
)

// notice is a document that prescribes a form, as it is cited.
type notice struct {
	layout string
	form   *regexp.Regexp
}

// notices are those of the catalogue's forms. Brackets of document numbers are
// typed in every way, or lost, and the office's name in every length.
var notices = sync.OnceValue(func() []notice {
	var all []notice
	for _, f := range catalog.Default().Forms() {
		if f.Series == "" {
			continue
		}
		issuer := regexp.QuoteMeta(f.Series)
		if strings.HasPrefix(f.Series, "国办公开办") {
			issuer = `国办(?:公开办?|政务公开办|信息公开办)(?:函|发|字)?`
		}
		all = append(all, notice{f.Name, regexp.MustCompile(
			fmt.Sprintf(`^%s[〔\[(【〖「{<《〈]?%d年?[〕\])】〗」}>》〉]?第?%d号`, issuer, f.Notice, f.Number))})
	}
	return all
})

const (
	longestCitation = 160 // bytes, spaces included
	maxCitations    = 100 // that are looked for in one section
)

// Cited is the layout of the notice that the report says it follows, "" when it
// cites none or those of several layouts.
func Cited(sections []report.Section) (layout string) {
	for _, s := range sections {
		n := 0
		for at := 0; n < maxCitations; n++ {
			i := nextIssuer(s.Text[at:])
			if i < 0 {
				break
			}
			at += i
			if cited := citedAt(s.Text[at:]); cited != "" {
				if layout != "" && cited != layout {
					return ""
				}
				layout = cited
			}
			at += len("国")
		}
	}
	return layout
}

// nextIssuer returns where 国办, in either script, stands next; -1 for nowhere.
func nextIssuer(s string) int {
	i, traditional := strings.Index(s, "国办"), strings.Index(s, "國辦")
	if i < 0 || traditional >= 0 && traditional < i {
		return traditional
	}
	return i
}

// citedAt is the layout of the notice that a text begins with.
func citedAt(s string) string {
	window := text.Fold(firstBytes(s, longestCitation))
	for _, n := range notices() {
		if n.form.MatchString(window) {
			return n.layout
		}
	}
	return ""
}
