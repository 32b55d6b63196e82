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
	name := ""
	for len(p.entries) < maxEntries {
		t, err := dec.RawToken()
		if err != nil {
			p.damaged = err != io.EOF
			break
		}
		start, ok := t.(xml.StartElement)
		switch {
		case !ok:
		case start.Name.Local == "part":
			name = (&element{attrs: start.Attr}).attr("name")
		case start.Name.Local == "xmlData" && name != "":
			from := dec.InputOffset()
			p.addPart(name, text[from:endOf(dec, start.Name.Local, int64(len(text)))])
			name = ""
		}
	}
	return p
}

// endOf is where the content of the element that was begun ends: before its end tag, or
// where the input does. A part's own markup may quote another's.
func endOf(dec *xml.Decoder, name string, end int64) int64 {
	for depth := 1; ; {
		before := dec.InputOffset()
		t, err := dec.RawToken()
		if err != nil {
			return end
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local == name {
				depth++
			}
		case xml.EndElement:
			if t.Name.Local == name {
				depth--
			}
		}
		if depth == 0 {
			return before
		}
	}
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
