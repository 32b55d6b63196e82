package officedoc

import (
	"context"
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

// richTextOf reads si or is (§18.4). Phonetic signs are not part of it.
func richTextOf(e *element) (t richText) {
	for c := range e.children() {
		switch c.name {
		case "t":
			t.text += unescaped(c)
		case "r":
			rPr := c.child("rPr")
			run := textRun{face: faceOf(rPr), own: rPr != nil, text: unescaped(c.child("t"))}
			t.text += run.text
			t.runs = append(t.runs, run)
		}
	}
	return t
}

// unescaped is the text of an element.
func unescaped(e *element) string {
	return escaped.ReplaceAllStringFunc(e.text(), func(code string) string {
		n, _ := strconv.ParseUint(code[2:6], 16, 16) // four digits
		return string(rune(n))
	})
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
		if f.struck == set || f.unseen(r.text, cell.ground) {
			struck = struck || strings.TrimSpace(r.text) != ""
			continue
		}
		from := b.Len()
		b.WriteString(f.signs(r.text))
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
	for e := range newXMLReader(ctx, part).each("si") {
		if !e.cut { // half a text could end in half a figure
			all = append(all, richTextOf(e))
		}
	}
	return all
}
