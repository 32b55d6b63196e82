package officedoc

import (
	"bytes"
	"context"
	"encoding/xml"
	"strconv"
	"strings"

	"nianbao/parser/document"
	"nianbao/parser/lazyregexp"
)

// richText is the text of a cell, and its runs where they are set in several ways.
type richText struct {
	text string
	runs []textRun
}

// textRun is a part of a text: set as the cell is unless it says how itself.
type textRun struct {
	face face
	own  bool
	text string
}

// escaped matches a character that a text in XML cannot hold (ECMA-376 part 1, §22.9.2.19).
var escaped = lazyregexp.New(`_x[0-9A-Fa-f]{4}_`)

// readRich reads the current si or is (§18.4). Phonetic signs are not part of it.
func readRich(r *xmlReader) (richText, error) {
	var t richText
	var open *textRun
	rich := false
	err := r.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "r":
			t.runs = append(t.runs, textRun{})
			open, rich = &t.runs[len(t.runs)-1], true
		case "rPr":
			if open != nil {
				open.own = true
			}
		case "vertAlign", "strike":
			if open != nil {
				open.face.property(e)
			}
		case "rPh":
			return r.skip()
		case "t":
			s, err := r.raw()
			s = escaped.ReplaceAllStringFunc(s, func(code string) string {
				n, _ := strconv.ParseUint(code[2:6], 16, 16) // four digits
				return string(rune(n))
			})
			t.text += s
			if open != nil {
				open.text += s
			}
			return err
		}
		return nil
	})
	if !rich {
		t.runs = nil
	}
	return t, err
}

// in is the text as a cell shows it that is set so. What is struck through is left out,
// and a cell all of which is struck is not blank.
func (t richText) in(cell face) string {
	runs := t.runs
	if len(runs) == 0 {
		if cell == (face{}) {
			return t.text
		}
		runs = []textRun{{text: t.text}}
	}
	var b strings.Builder
	var scripts document.Scripts
	struck := false
	for _, r := range runs {
		f := r.face
		if !r.own {
			f = cell
		}
		if f.struck == set {
			struck = struck || strings.TrimSpace(r.text) != ""
			continue
		}
		from := b.Len()
		b.WriteString(r.text)
		script, shifted := f.script()
		scripts.Mark(from, b.Len(), script, shifted)
	}
	text := scripts.Apply(b.String())
	if struck && strings.TrimSpace(text) == "" {
		return document.Unread
	}
	return text
}

// sharedStrings reads the strings that cells refer to by their number. A damaged part
// gives the strings there are.
func sharedStrings(ctx context.Context, part []byte) (all []richText) {
	r := newXMLReader(ctx, part)
	_ = r.children(func(e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		t, err := readRich(r)
		if err == nil { // half a text could end in half a figure
			all = append(all, t)
		}
		return err
	})
	return all
}

// cellFaces reads how the cells of each format (cellXfs) are set. What a damaged
// part does not tell is missing.
func cellFaces(ctx context.Context, styles []byte) []face {
	if !bytes.Contains(styles, []byte("vertAlign")) && !bytes.Contains(styles, []byte("strike")) {
		return nil
	}
	var fonts, faces []face
	r := newXMLReader(ctx, styles)
	if _, err := r.root(); err != nil {
		return nil
	}
	_ = r.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "fonts":
			return r.children(func(e xml.StartElement) error {
				var f face
				err := r.children(func(e xml.StartElement) error {
					f.property(e)
					return r.skip()
				})
				fonts = append(fonts, f)
				return err
			})
		case "cellXfs":
			return r.children(func(e xml.StartElement) error {
				var f face
				if n, err := strconv.Atoi(attr(e, "fontId")); err == nil && n >= 0 && n < len(fonts) {
					f = fonts[n]
				}
				faces = append(faces, f)
				return r.skip()
			})
		}
		return r.skip()
	})
	return faces
}
