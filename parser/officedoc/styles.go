package officedoc

import (
	"context"
	"encoding/xml"
	"strconv"
	"strings"
)

// style is what the reader needs of a style, inheritance resolved.
type style struct {
	outline  *int   // outline level from zero; nine is body text; nil when none is set
	heading  bool   // named as a heading or title
	contents bool   // an entry of the table of contents
	hidden   bool   // a character style of hidden text
	num      string // numbering the paragraphs of the style take part in
	level    int
}

// readStyles reads styles.xml. A part that is missing or damaged gives the
// styles there are: without them text is text still.
func readStyles(ctx context.Context, p *pkg) map[string]style {
	part, _ := p.part("word/styles.xml")
	if len(part) == 0 {
		return nil
	}
	type definition struct {
		style
		basedOn string
	}
	defs := map[string]*definition{}
	r := newXMLReader(ctx, part)
	if _, err := r.root(); err != nil {
		return nil
	}
	_ = r.children(func(e xml.StartElement) error {
		if e.Name.Local != "style" {
			return r.skip()
		}
		d := &definition{style: style{level: -1}}
		id := attr(e, "styleId")
		defs[id] = d
		return r.children(func(e xml.StartElement) error {
			switch e.Name.Local {
			case "name":
				d.named(attr(e, "val"))
			case "basedOn":
				d.basedOn = attr(e, "val")
			case "outlineLvl":
				if n, err := strconv.Atoi(attr(e, "val")); err == nil {
					d.outline = &n
				}
			case "vanish":
				d.hidden = on(e)
			case "numId":
				d.num = attr(e, "val")
			case "ilvl":
				if n, err := strconv.Atoi(attr(e, "val")); err == nil && n >= 0 {
					d.level = n
				}
			case "pPr", "rPr", "numPr":
				return nil
			}
			return r.skip()
		})
	})
	styles := make(map[string]style, len(defs))
	for id, d := range defs {
		s := d.style
		// Ten steps are more than Word itself allows; a loop ends there.
		for base, steps := defs[d.basedOn], 0; base != nil && steps < 10; base, steps = defs[base.basedOn], steps+1 {
			if s.outline == nil {
				s.outline = base.outline
			}
			if s.num == "" {
				s.num = base.num
			}
			if s.level < 0 {
				s.level = base.level
			}
			s.hidden = s.hidden || base.hidden
		}
		styles[id] = s
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
