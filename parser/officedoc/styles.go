package officedoc

import (
	"cmp"
	"context"
	"strconv"
	"strings"
)

// style is what the reader needs of a style, inheritance resolved.
type style struct {
	standing
	titled   bool // named as a heading or title
	contents bool // an entry of the table of contents
	face     face // of its text
}

// standing is where a paragraph or a style stands among headings and lists, as it is
// written; what is not set is "".
type standing struct {
	outline string // outline level from zero; nine is body text
	num     string // the numbering it takes part in
	level   string // of that
}

// standingOf reads the properties of w:pPr.
func standingOf(pPr *element) standing {
	numPr := pPr.child("numPr")
	return standing{pPr.child("outlineLvl").val(), numPr.child("numId").val(), numPr.child("ilvl").val()}
}

// or takes from another standing what is unset.
func (s standing) or(base standing) standing {
	return standing{cmp.Or(s.outline, base.outline), cmp.Or(s.num, base.num), cmp.Or(s.level, base.level)}
}

// heading reports whether a level of the outline is a heading's.
func (s standing) heading() bool {
	n, err := strconv.Atoi(s.outline)
	return err == nil && n < 9
}

// readStyles reads the styles of a part, word/styles.xml or a whole document of
// Word 2003. One that is missing or damaged gives the styles there are: without
// them text is text still. The style without a name is that of paragraphs that
// name none.
func readStyles(ctx context.Context, part []byte) map[string]style {
	if len(part) == 0 {
		return nil
	}
	type definition struct {
		style
		basedOn string
	}
	defs := map[string]*definition{}
	var usual string // the style of paragraphs that name none
	for e := range newXMLReader(ctx, part).each("style", "body") {
		if e.name == "body" {
			break // of Word 2003's one part: its styles come before
		}
		d := &definition{basedOn: e.child("basedOn").val()}
		d.standing, d.face = standingOf(e.child("pPr")), faceOf(e.child("rPr"))
		d.named(e.child("name").val())
		id := e.attr("styleId")
		defs[id] = d
		if e.attr("type") == "paragraph" && (e.attr("default") == "1" || e.attr("default") == "on") {
			usual = id
		}
	}
	styles := make(map[string]style, len(defs)+1)
	for id, d := range defs {
		s := d.style
		// Ten steps are more than Word itself allows; a loop ends there.
		for base, steps := defs[d.basedOn], 0; base != nil && steps < 10; base, steps = defs[base.basedOn], steps+1 {
			s.standing, s.face = s.standing.or(base.standing), s.face.or(base.face)
		}
		styles[id] = s
	}
	if s, ok := styles[usual]; ok && usual != "" {
		styles[""] = style{face: s.face}
	}
	return styles
}

// named takes what a style's name tells: Word's own names are English in every
// language's files, those of WPS and of converted files are Chinese.
func (s *style) named(name string) {
	name = strings.ToLower(strings.TrimSpace(name))
	switch {
	case strings.HasPrefix(name, "heading "), strings.HasPrefix(name, "标题"), name == "title":
		s.titled = true
	case strings.HasPrefix(name, "toc "), strings.HasPrefix(name, "目录"):
		s.contents = name != "toc heading"
	}
}
