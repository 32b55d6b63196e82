package officedoc

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	html "golang.org/x/net/html/charset"

	"nianbao/parser/charset"
	"nianbao/parser/lazyregexp"
)

// maxDepth bounds how deep elements nest. Word's own files stay below 60 even
// with tables in text boxes in tables; the bound keeps hostile ones from growing
// the stack.
const maxDepth = 512

// errDepth ends reading at maxDepth.
var errDepth = fmt.Errorf("elements nest deeper than %d", maxDepth)

// xmlReader walks an XML part element by element. Elements are told by their
// local names: reports come in the transitional and the strict namespaces, and in
// those of other programs.
type xmlReader struct {
	dec    *xml.Decoder
	ctx    context.Context
	depth  int
	tokens int
}

func newXMLReader(ctx context.Context, part []byte) *xmlReader {
	dec := xml.NewDecoder(bytes.NewReader(cleanXML(part)))
	// Not strict: unknown entities and missing end tags are read over, as by the
	// programs that wrote them. Entities are never expanded from a DTD.
	dec.Strict = false
	dec.CharsetReader = html.NewReaderLabel
	return &xmlReader{dec: dec, ctx: ctx}
}

// cleanXML turns a part into UTF-8 without the control characters that XML
// forbids: some programs write them, and the decoder would stop there.
func cleanXML(part []byte) []byte {
	switch {
	case bytes.HasPrefix(part, []byte{0xFF, 0xFE}), bytes.HasPrefix(part, []byte{0xFE, 0xFF}):
		text, _, _ := charset.Decode(part)
		part = []byte(strings.Replace(text, `encoding="UTF-16"`, `encoding="UTF-8"`, 1))
	case bytes.HasPrefix(part, []byte{0xEF, 0xBB, 0xBF}):
		part = part[3:]
	}
	head := part[:min(len(part), 100)]
	if !utf8.Valid(part) && !bytes.Contains(head, []byte("GB")) && !bytes.Contains(head, []byte("gb")) {
		part = bytes.ToValidUTF8(part, []byte("\uFFFD"))
	}
	if bytes.ContainsFunc(part, forbidden) {
		part = bytes.Map(func(r rune) rune {
			if forbidden(r) {
				return ' '
			}
			return r
		}, part)
	}
	if bytes.Contains(part, []byte("&#")) {
		part = characterReference.ReplaceAllFunc(part, func(ref []byte) []byte {
			digits, base := string(ref[2:len(ref)-1]), 10
			if digits[0] == 'x' || digits[0] == 'X' {
				digits, base = digits[1:], 16
			}
			if n, err := strconv.ParseUint(digits, base, 32); err != nil || forbidden(rune(n)) {
				return []byte(" ")
			}
			return ref
		})
	}
	return part
}

var characterReference = lazyregexp.New(`&#(?:[0-9]{1,9}|[xX][0-9A-Fa-f]{1,8});`)

func forbidden(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}

// next returns the next start or end of an element or characters.
func (r *xmlReader) next() (xml.Token, error) {
	for {
		if r.tokens++; r.tokens%4096 == 0 {
			if err := r.ctx.Err(); err != nil {
				return nil, err
			}
		}
		t, err := r.dec.Token()
		if err != nil {
			return nil, err
		}
		switch t.(type) {
		case xml.StartElement:
			if r.depth++; r.depth > maxDepth {
				return nil, errDepth
			}
			return t, nil
		case xml.EndElement:
			r.depth--
			return t, nil
		case xml.CharData:
			return t, nil
		}
	}
}

// root moves into the document's root element.
func (r *xmlReader) root() (xml.StartElement, error) {
	for {
		t, err := r.next()
		if err != nil {
			return xml.StartElement{}, err
		}
		if e, ok := t.(xml.StartElement); ok {
			return e, nil
		}
	}
}

// children calls handle with each child of the current element, up to its end.
// handle either reads a child to its end or leaves it alone; then that child's own
// children are handed on in turn. So what the reader does not know (content
// controls, smart tags, hyperlinks, insertions) is transparent.
func (r *xmlReader) children(handle func(xml.StartElement) error) error {
	depth := r.depth
	for {
		t, err := r.next()
		if err != nil {
			if errors.Is(err, io.EOF) && depth > 0 {
				return io.ErrUnexpectedEOF
			}
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := handle(t); err != nil {
				return err
			}
		case xml.EndElement:
			if r.depth < depth {
				return nil
			}
		}
	}
}

// skip reads over the rest of the current element.
func (r *xmlReader) skip() error { return r.skipIf(true) }

func (r *xmlReader) skipIf(unwanted bool) error {
	if !unwanted {
		return nil
	}
	return r.children(func(xml.StartElement) error { return nil })
}

// characters returns the text of the current element, line breaks of the markup
// as spaces.
func (r *xmlReader) characters() (string, error) {
	s, err := r.raw()
	return markupSpace.Replace(s), err
}

// raw returns the text of the current element as it stands.
func (r *xmlReader) raw() (string, error) {
	depth := r.depth
	var sb strings.Builder
	for {
		t, err := r.next()
		if err != nil {
			return sb.String(), err
		}
		switch t := t.(type) {
		case xml.CharData:
			sb.Write(t)
		case xml.EndElement:
			if r.depth < depth {
				return sb.String(), nil
			}
		}
	}
}

var markupSpace = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ")

// attr returns an attribute by its local name.
func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// on reads a toggle property (ECMA-376 part 1, §17.17.4): present means on.
func on(e xml.StartElement) bool {
	switch attr(e, "val") {
	case "0", "false", "off":
		return false
	}
	return true
}
