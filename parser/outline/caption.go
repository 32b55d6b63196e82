package outline

import (
	"strings"
	"unicode/utf8"

	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/parser/text"
)

// A page may hold tables of other bodies beside the report's, each under its name: the
// county's and a bureau's, or a town's in an appendix.

var (
	captionNumber = pattern("caption_number") // 附件2:, 表1
	captionWords  = pattern("caption_words")  // 2021年政府信息公开情况统计表
	captionPlace  = pattern("caption_place")  // of a place that no list has, or its level alone: 青屿县, 县
	captionWhole  = pattern("caption_whole")  // behind a territory's name, its own: 本级, 全县, 人民政府办公室
	captionBody   = pattern("caption_body")   // a body that publishes for nobody else
	captionKind   = pattern("caption_kind")   // what many names end with
)

// longestCaption bounds the heading of a table, in characters.
const longestCaption = 50

// captions tells of headings above tables whose these are.
type captions struct {
	context region.Context
	place   string   // of the report
	whole   bool     // it is a territory's
	bodies  []string // what the names of its publisher have behind their places
}

// captionsOf are those of the report that was read.
func (r *reader) captionsOf() *captions {
	c := &captions{context: r.context, whole: r.meta.Scope == report.ScopeRegion}
	for _, name := range []string{r.agency, r.meta.Publisher, r.labelled.publisher, r.labelled.signature} {
		place, body := c.parts(text.Fold(name))
		if c.place == "" {
			c.place = place
		}
		switch {
		case !captionWhole.MatchString(body):
			c.bodies = append(c.bodies, body)
		case place != "" && name == r.agency && r.meta.Scope == report.ScopeUnknown:
			c.whole = true // its title names a place that no list has
		}
	}
	return c
}

// Body reports whether a heading names the report's own body or territory, and whether it
// names what is surely another body.
func (o *Outline) Body(heading string) (own, other bool) {
	last, _ := utf8.DecodeLastRuneInString(heading)
	if o.captions == nil || len(heading) > 4*longestCaption || !strings.ContainsRune(captionEnds, last) {
		return false, false
	}
	s := text.Label(heading)
	if utf8.RuneCountInString(s) > longestCaption {
		return false, false
	}
	return o.captions.body(captionWords.ReplaceAllString(captionNumber.ReplaceAllString(s, ""), ""))
}

// body is Body of a name. Another body is named with its place, and has nothing in its name that a
// name of the publisher has, for it may be short for that or its name of another year.
func (c *captions) body(name string) (own, other bool) {
	place, body := c.parts(name)
	if c.whole && name != "" && (place == "" || c.isHere(place)) && captionWhole.MatchString(body) {
		return true, false
	}
	for _, own := range c.bodies {
		if alike(own, body) {
			return own == body && c.isHere(place), false
		}
	}
	return false, place != "" && (c.whole || len(c.bodies) > 0) && captionBody.MatchString(body) && !officeName.MatchString(name)
}

// captionEnds are the characters with which the names of bodies and territories, and what stands
// behind them in a heading, end.
const captionEnds = "局厅会委处镇乡道木府室级关州县市区旗盟省总合计告报况据汇表度年)）"

// isHere reports whether a place is the report's: 洪泽区, 淮安市洪泽区, 区.
func (c *captions) isHere(place string) bool {
	return place != "" && (strings.HasSuffix(c.place, place) || strings.HasSuffix(place, c.place))
}

// parts are the place that a folded name begins with and what stands behind it.
func (c *captions) parts(name string) (place, body string) {
	if m := region.Recognise(name, c.context); m.As != "" && m.Rest != name && strings.HasSuffix(name, m.Rest) {
		return strings.TrimSuffix(name, m.Rest), m.Rest
	}
	if g := captionPlace.FindStringSubmatch(name); g != nil {
		return g[1], name[len(g[1]):]
	}
	return "", name
}

// alike reports whether two bodies may be the same: their names share more than what names of
// many kinds end with.
func alike(a, b string) bool {
	return a == b || strings.ContainsAny(captionKind.ReplaceAllString(a, ""), captionKind.ReplaceAllString(b, ""))
}
