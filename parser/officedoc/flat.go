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
		t, err := dec.Token()
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
			var content struct {
				XML []byte `xml:",innerxml"`
			}
			from := dec.InputOffset()
			if err := dec.DecodeElement(&content, &start); err != nil {
				content.XML = text[from:] // which the file ends in
			}
			p.addPart(name, content.XML)
			name = ""
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
