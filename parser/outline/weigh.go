package outline

import (
	_ "embed"
	"strconv"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/lazyregexp"
	"nianbao/parser/text"
)

//go:embed signs.tsv
var signsTSV string

// sign is something that speaks for a report or for a page of another kind.
type sign struct {
	name    string
	weight  int
	reads   string
	pattern *lazyregexp.Regexp // nil of one that is told otherwise
}

var signs = func() (all []sign) {
	for _, r := range catalog.Rows("signs.tsv", signsTSV) {
		weight, err := strconv.Atoi(r[1])
		if err != nil {
			panic("outline: signs.tsv: " + err.Error())
		}
		s := sign{name: r[0], weight: weight, reads: r[2]}
		if s.reads != "" {
			s.pattern = lazyregexp.New(r[3])
		}
		all = append(all, s)
	}
	return all
}()

const (
	enoughWeight   = 5      // of a report
	longProse      = 1200   // bytes of prose that few other pages have
	beginningBytes = 450    // that tell news and notices
	weighedBytes   = 60_000 // of the text
)

// Weigh weighs what speaks for a report that has a report's title, and none of the standard
// tables, against what speaks for another kind of page. numbered is how many sections it has,
// prose how many bytes they are; elsewhere tells that the report may be where no text is. kind
// is the weightiest of the other kinds, "" for none.
func (o *Outline) Weigh(numbered, prose int, elsewhere bool) (is bool, kind string) {
	title := text.Fold(o.Meta.Title)
	below := o.below()
	places := map[string]string{"title": title, "tail": "", "beginning": firstBytes(below, beginningBytes), "text": below}
	if loc := titleIn(title); loc != nil {
		places["tail"] = title[loc[1]:]
	}
	told := map[string]bool{"elsewhere": elsewhere, "year": o.Meta.Year != 0, "sections": numbered >= 2, "topics": o.Topics > 0, "length": prose >= longProse}
	weight, least := 0, 0
	for _, s := range signs {
		if s.pattern == nil && !told[s.name] || s.pattern != nil && !s.pattern.MatchString(places[s.reads]) {
			continue
		}
		weight += s.weight
		if s.weight < least {
			least, kind = s.weight, s.name
		}
	}
	return weight >= enoughWeight, kind
}

// below is the text below the title, line by line.
func (o *Outline) below() string {
	var b strings.Builder
	for i := o.titled; i < len(o.lines) && b.Len() < weighedBytes; i++ {
		if s := o.lines[i].Folded; s != "" && !isReportTitle(s) {
			b.WriteString(s)
			b.WriteByte('\n')
		}
	}
	return b.String()
}
