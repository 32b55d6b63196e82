package officedoc

import (
	"context"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
)

// style is what the reader needs of a style, inheritance resolved.
type style struct {
	standing
	heading  bool // named as a heading or title
	contents bool // an entry of the table of contents
	face     face // of its text
}

// standing is where a paragraph or a style stands among headings and lists.
type standing struct {
	outline *int   // outline level from zero; nine is body text; nil when none is set
	num     string // the numbering it takes part in, "" when none is set
	level   int    // of that; -1 when none is set
}

// property takes one property of w:pPr.
func (s *standing) property(e xml.StartElement) {
	n, err := strconv.Atoi(attr(e, "val"))
	switch e.Name.Local {
	case "outlineLvl":
		if err == nil {
			s.outline = &n
		}
	case "numId":
		s.num = attr(e, "val")
	case "ilvl":
		if err == nil && n >= 0 {
			s.level = n
		}
	}
}

// or takes from another standing what is unset.
func (s standing) or(base standing) standing {
	if s.outline == nil {
		s.outline = base.outline
	}
	if s.num == "" {
		s.num = base.num
	}
	if s.level < 0 {
		s.level = base.level
	}
	return s
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
	r := newXMLReader(ctx, part)
	if _, err := r.root(); err != nil {
		return nil
	}
	_ = r.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "body":
			return io.EOF // of Word 2003's one part: its styles come before
		case "styles":
			return nil
		case "style":
		default:
			return r.skip()
		}
		d := &definition{style: style{standing: standing{level: -1}}}
		id := attr(e, "styleId")
		defs[id] = d
		if attr(e, "type") == "paragraph" && (attr(e, "default") == "1" || attr(e, "default") == "on") {
			usual = id
		}
		return r.children(func(e xml.StartElement) error {
			switch e.Name.Local {
			case "name":
				d.named(attr(e, "val"))
			case "basedOn":
				d.basedOn = attr(e, "val")
			case "pPr", "rPr", "numPr":
				return nil
			}
			d.standing.property(e)
			d.face.property(e)
			return r.skip()
		})
	})
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
		s.heading = true
	case strings.HasPrefix(name, "toc "), strings.HasPrefix(name, "目录"):
		s.contents = name != "toc heading"
	}
}
