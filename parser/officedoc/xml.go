package officedoc

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"iter"
	"slices"
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

// maxElements bounds what one tree holds. A part is never held whole, only a paragraph of
// it or a table's row; a whole report has some 20,000 elements.
const maxElements = 300_000

var errElements = fmt.Errorf("%w: an element holds more than %d others", errTooLarge, maxElements)

// xmlReader gives the elements of an XML part, each as a tree. Elements are told by
// their local names: reports come in the transitional and the strict namespaces, and
// in those of other programs.
type xmlReader struct {
	dec    *xml.Decoder
	ctx    context.Context
	unseen map[string]bool // the names of elements whose content is left out, and annotations' types
	opened []string        // the names of elements that are given without what stands in them
	err    error           // why reading ended, nil at the part's end

	depth, tokens int
	elements      int // of the tree that is read
	slab          []element
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
		part = []byte(utf16Label.Replace(text[:min(len(text), 100)]) + text[min(len(text), 100):])
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

// utf16Label is what the declaration of a part calls its encoding.
var utf16Label = strings.NewReplacer("UTF-16", "UTF-8", "utf-16", "utf-8", "Utf-16", "UTF-8")

func forbidden(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}

// next returns the next start or end of an element or characters, nil at the end.
func (r *xmlReader) next() xml.Token {
	for r.err == nil {
		if r.tokens++; r.tokens%4096 == 0 {
			if r.err = r.ctx.Err(); r.err != nil {
				break
			}
		}
		t, err := r.dec.Token()
		if err == io.EOF {
			break
		}
		r.err = err
		switch t.(type) {
		case xml.StartElement:
			if r.depth++; r.depth > maxDepth {
				r.err = errDepth
				return nil
			}
			return t
		case xml.EndElement:
			r.depth--
			return t
		case xml.CharData:
			return t
		}
	}
	return nil
}

// each gives the elements of some names, up to the end of the current element. What they
// stand in is transparent; what stands in them, of the same names too, is theirs. One that
// is but opened becomes the current element until its end, for another each to read.
func (r *xmlReader) each(names ...string) iter.Seq[*element] {
	return func(yield func(*element) bool) {
		depth := r.depth
		for t := r.next(); t != nil && r.depth >= depth; t = r.next() {
			start, ok := t.(xml.StartElement)
			switch {
			case !ok:
			case slices.Contains(names, start.Name.Local):
				if !yield(r.tree(start)) {
					return
				}
			case r.leavesOut(start):
				r.skip()
			}
		}
	}
}

// leavesOut reports whether the content of an element is left out, by its name or, of Word
// 2003's annotations, by their type.
func (r *xmlReader) leavesOut(start xml.StartElement) bool {
	return r.unseen[start.Name.Local] || start.Name.Local == "annotation" && r.unseen[(&element{attrs: start.Attr}).attr("type")]
}

// tree reads the element that start begins, or opens it.
func (r *xmlReader) tree(start xml.StartElement) *element {
	if slices.Contains(r.opened, start.Name.Local) {
		return &element{name: start.Name.Local, attrs: start.Attr}
	}
	r.elements = 0
	return r.element(start)
}

// element reads the element that start begins. Of alternate content (ECMA-376 part 3)
// it holds the first form alone: all show the same thing.
func (r *xmlReader) element(start xml.StartElement) *element {
	e := r.allocate()
	e.name, e.attrs = start.Name.Local, start.Attr
	if r.leavesOut(start) {
		e.cut = !r.skip()
		return e
	}
	taken := false // the form
	for end := &e.first; ; {
		switch t := r.next().(type) {
		case xml.StartElement:
			if e.name == "AlternateContent" {
				if taken || t.Name.Local != "Choice" && t.Name.Local != "Fallback" {
					r.skip()
					continue
				}
				taken = true
			}
			*end = r.element(t)
			end = &(*end).next
		case xml.CharData:
			*end = r.allocate()
			(*end).chars = string(t)
			end = &(*end).next
		case xml.EndElement:
			return e
		default:
			e.cut = true
			return e
		}
	}
}

// allocate makes an element, many together.
func (r *xmlReader) allocate() *element {
	if r.elements++; r.elements > maxElements && r.err == nil {
		r.err = errElements
	}
	if len(r.slab) == 0 {
		r.slab = make([]element, 64)
	}
	e := &r.slab[0]
	r.slab = r.slab[1:]
	return e
}

// skip reads over the rest of the current element, and tells whether it ends.
func (r *xmlReader) skip() bool {
	for depth := r.depth; r.depth >= depth; {
		if r.next() == nil {
			return false
		}
	}
	return true
}

// element is an element of a part, or characters. A nil element is one that is not
// there: it has no attributes and nothing in it.
type element struct {
	name  string // local, "" of characters
	attrs []xml.Attr
	chars string
	cut   bool // reading ended in it

	first, next *element // the first of those in it, and the one behind it
}

// attr is an attribute by its local name.
func (e *element) attr(name string) string {
	if e != nil {
		for _, a := range e.attrs {
			if a.Name.Local == name {
				return a.Value
			}
		}
	}
	return ""
}

// number is an attribute that is one, zero where it is none.
func (e *element) number(name string) int {
	n, _ := strconv.Atoi(e.attr(name))
	return n
}

// val is the attribute that most properties have their value in.
func (e *element) val() string { return e.attr("val") }

// on reads a toggle property (ECMA-376 part 1, §17.17.4): present means on.
func (e *element) on() bool {
	switch e.val() {
	case "0", "false", "off":
		return false
	}
	return true
}

// has reports whether a toggle property stands in e and is on.
func (e *element) has(name string) bool {
	c := e.child(name)
	return c != nil && c.on()
}

// children are the elements that stand in e itself.
func (e *element) children() iter.Seq[*element] {
	return func(yield func(*element) bool) {
		if e == nil {
			return
		}
		for c := e.first; c != nil; c = c.next {
			if c.name != "" && !yield(c) {
				return
			}
		}
	}
}

// child is the first element of a name in e itself, nil where there is none.
func (e *element) child(name string) *element {
	for c := range e.children() {
		if c.name == name {
			return c
		}
	}
	return nil
}

// holdsBeside reports text in e that is in none of its elements of some names, of which the
// first holds it once: what a program shows of such a one, nobody knows.
func (e *element) holdsBeside(names ...string) bool {
	held := false
	for c := e.first; c != nil; c = c.next {
		switch {
		case c.name == names[0] && held, !slices.Contains(names, c.name) && strings.TrimSpace(c.chars+c.text()) != "":
			return true
		}
		held = held || c.name == names[0]
	}
	return false
}

// walk calls handle with each element in e. One that handle does not take is
// transparent: what stands in it is handed on in turn. So is what no reader knows:
// content controls, smart tags, hyperlinks, insertions.
func (e *element) walk(handle func(*element) (taken bool)) {
	for c := range e.children() {
		if !handle(c) {
			c.walk(handle)
		}
	}
}

// each gives the elements of some names in e as [xmlReader.each] does.
func (e *element) each(names ...string) iter.Seq[*element] {
	return func(yield func(*element) bool) {
		more := true
		e.walk(func(c *element) bool {
			found := slices.Contains(names, c.name)
			if more && found {
				more = yield(c)
			}
			return found || !more
		})
	}
}

// text is all characters in e.
func (e *element) text() string {
	if e == nil || e.first == nil {
		return ""
	}
	if e.first.next == nil && e.first.name == "" {
		return e.first.chars
	}
	var sb strings.Builder
	e.write(&sb)
	return sb.String()
}

func (e *element) write(sb *strings.Builder) {
	for c := e.first; c != nil; c = c.next {
		sb.WriteString(c.chars)
		c.write(sb)
	}
}

// numbered is the one of a list that a number names, counted from zero.
func numbered[T any](list []T, number string) (one T, ok bool) {
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= len(list) {
		return one, false
	}
	return list[n], true
}

// line is the text of e with line breaks of the markup as spaces.
func (e *element) line() string { return markupSpace.Replace(e.text()) }

var markupSpace = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ")
