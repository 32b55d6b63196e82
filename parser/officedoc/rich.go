package officedoc

import (
	"bytes"
	"context"
	"encoding/xml"
	"strconv"
	"strings"

	"nianbao/parser/document"
)

// setOff reports whether a part may hold text that is raised, lowered or struck
// through.
func setOff(part []byte) bool {
	return bytes.Contains(part, []byte("vertAlign")) || bytes.Contains(part, []byte("strike"))
}

// richText is the text of one cell that is set in several ways.
type richText struct {
	text    strings.Builder
	scripts document.Scripts
	struck  bool // something was
	set     bool // a run is raised, lowered or struck through
	texts   []span
}

// plainText writes the strings of a workbook's part (si and is, ECMA-376 part 1,
// §18.4) whose runs are raised, lowered or struck through as the text that is to
// be read: excelize knows the runs' text only. The rest stays byte by byte, all of
// it where the part cannot be read.
func plainText(part []byte) []byte {
	if !setOff(part) {
		return part
	}
	dec := xml.NewDecoder(bytes.NewReader(part))
	dec.Strict = false
	var (
		out     bytes.Buffer
		copied  int
		item    *richText
		run     face
		inRun   bool
		text    strings.Builder
		from    int
		reading bool
	)
	for {
		before := int(dec.InputOffset())
		token, err := dec.RawToken()
		if err != nil {
			break
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "si", "is":
				item = &richText{}
			case "r":
				run, inRun = face{}, item != nil
			case "vertAlign", "strike":
				if inRun {
					run.property(t)
				}
			case "t":
				from, reading = int(dec.InputOffset()), inRun
				text.Reset()
			}
		case xml.CharData:
			if reading {
				text.Write(t)
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "t":
				if reading {
					item.add(run, text.String(), span{from, before})
				}
				reading = false
			case "r":
				inRun = false
			case "si", "is":
				copied = item.write(&out, part, copied)
				item = nil
			}
		}
	}
	out.Write(part[copied:])
	return out.Bytes()
}

// add adds a run whose text stands at a place of the part.
func (r *richText) add(f face, text string, at span) {
	if at.first >= at.last {
		return
	}
	r.texts = append(r.texts, at)
	if f.struck == set {
		r.set, r.struck = true, r.struck || strings.TrimSpace(text) != ""
		return
	}
	begin := r.text.Len()
	r.text.WriteString(text)
	if script, shifted := f.script(); script != document.OnLine {
		r.set = true
		r.scripts.Mark(begin, r.text.Len(), script, shifted)
	}
}

// write copies the part up to the item's last text, all of the item's text into
// the first. It returns how far it came.
func (r *richText) write(out *bytes.Buffer, part []byte, copied int) int {
	if r == nil || !r.set {
		return copied
	}
	text := r.scripts.Apply(r.text.String())
	if strings.TrimSpace(text) == "" && r.struck {
		text = document.Unread
	}
	for i, at := range r.texts {
		out.Write(part[copied:at.first])
		if i == 0 {
			_ = xml.EscapeText(out, []byte(text)) // a buffer does not fail
		}
		copied = at.last
	}
	return copied
}

// cellFaces reads how the cells of each format (cellXfs) are set. What a damaged
// part does not tell is missing.
func cellFaces(ctx context.Context, styles []byte) []face {
	if !setOff(styles) {
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

// formats are how the cells of a workbook are set, where any is set off.
type formats struct {
	faces  []face // by the cells' formats
	shared []runs // of the shared strings
}

// runs tell whether a string has runs with properties of their own, for which
// the cell's format does not count.
type runs uint8

const (
	noRuns   runs = iota
	someRuns      // and the others are set as the cell is
	allRuns
)

// readRuns reads the current si or is.
func readRuns(r *xmlReader) (runs, error) {
	all, own := 0, 0
	err := r.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "r":
			all++
		case "rPr":
			own++
			return r.skip()
		}
		return nil
	})
	switch {
	case own == 0:
		return noRuns, err
	case own < all:
		return someRuns, err
	}
	return allRuns, err
}

// runsOf reads the shared strings of a workbook.
func runsOf(ctx context.Context, part []byte) (all []runs) {
	r := newXMLReader(ctx, part)
	_ = r.children(func(e xml.StartElement) error { // a damaged part gives the strings there are
		if e.Name.Local != "si" {
			return nil
		}
		found, err := readRuns(r)
		all = append(all, found)
		return err
	})
	return all
}

// string tells the runs of a shared string by its number.
func (f *formats) string(number string) runs {
	if n, err := strconv.Atoi(strings.TrimSpace(number)); err == nil && n >= 0 && n < len(f.shared) {
		return f.shared[n]
	}
	return noRuns
}

// read is the text of a cell as its format shows it.
func (f *formats) read(text, format string, own runs) string {
	n, err := strconv.Atoi(format)
	if err != nil || n < 0 || n >= len(f.faces) || own == allRuns {
		return text
	}
	if f.faces[n].struck == set && strings.TrimSpace(text) != "" {
		return document.Unread // of someRuns, what is left is not known
	}
	if own == someRuns {
		return text
	}
	script, shifted := f.faces[n].script()
	var s document.Scripts
	s.Mark(0, len(text), script, shifted)
	return s.Apply(text)
}
