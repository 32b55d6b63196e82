package officedoc

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
)

// flatPackage opens an Office package that is one XML file, each part an element
// ("Flat OPC", as Word saves .xml and some programs name .doc). Parts that are
// not XML hold pictures and are left out.
func flatPackage(data []byte) *pkg {
	p := &pkg{entries: map[string]entry{}}
	text := cleanXML(data)
	dec := xml.NewDecoder(bytes.NewReader(text))
	dec.Strict = false
	name, from, depth := "", int64(-1), 0
	for len(p.entries) < maxEntries {
		before := dec.InputOffset()
		t, err := dec.RawToken()
		if err != nil {
			p.damaged = err != io.EOF
			if name != "" && from >= 0 {
				p.addPart(name, text[from:]) // the part that the end cut
			}
			break
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch {
			case from >= 0: // within a part's own markup, which may quote another's
				if t.Name.Local == "xmlData" {
					depth++
				}
			case t.Name.Local == "part":
				name = attr(t, "name")
			case t.Name.Local == "xmlData" && name != "":
				from, depth = dec.InputOffset(), 1
			}
		case xml.EndElement:
			if t.Name.Local != "xmlData" || from < 0 {
				continue
			}
			if depth--; depth == 0 {
				p.addPart(name, text[from:before])
				name, from = "", -1
			}
		}
	}
	return p
}

func (p *pkg) addPart(name string, content []byte) {
	name = strings.ToLower(strings.TrimPrefix(name, "/"))
	if _, twice := p.entries[name]; twice {
		return
	}
	p.entries[name] = entry{name: name, size: uint64(len(content)), open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(content)), nil
	}}
}
