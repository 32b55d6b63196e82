package crawler

import (
	"bytes"
	"html"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"nianbao/parser/lazyregexp"
)

// A tagToken is a start tag, an end tag, or the text between tags. Of a script
// it holds the source too.
type tagToken struct {
	name string // lower case, with a leading / for end tags; "" for text
	attr []byte // the tag's inside behind its name
	text []byte
}

// A tagScanner finds the tags that lead somewhere, scripts and text in HTML that
// is not decoded yet: in UTF-8, GB18030 and Big5 the octets of < > " and ' are
// never part of another character. It is several times as fast as a tokenizer,
// and links need no more; package parser reads pages for their content.
type tagScanner struct {
	rest   []byte
	until  string // an end tag that is not passed over, as "/li"; "": none
	clicks bool   // somewhere a tag has an onclick: then none is passed over that has
}

func newTagScanner(page []byte) *tagScanner {
	return &tagScanner{rest: page, clicks: hasClick(page)}
}

// hasClick looks for onclick and onClick by their rarest letter.
func hasClick(b []byte) bool {
	for off := 0; ; off++ {
		i := bytes.IndexByte(b[off:], 'k')
		if i < 0 {
			return false
		}
		if off += i; off >= 4 && string(b[off-3:off]) == "lic" && b[off-4]|0x20 == 'c' {
			return true
		}
	}
}

func (s *tagScanner) next() (tagToken, bool) {
	for len(s.rest) > 0 {
		if s.rest[0] != '<' {
			end := bytes.IndexByte(s.rest, '<')
			if end < 0 {
				end = len(s.rest)
			}
			return tagToken{text: s.take(end)}, true
		}
		if s.passes() {
			continue
		}
		name, body := tagName(s.rest[1:])
		if name == "" {
			return tagToken{text: s.take(1)}, true
		}
		end := tagEnd(body)
		t := tagToken{name: name, attr: body[:end]}
		s.rest = body[min(end+1, len(body)):]
		switch name {
		case "script", "style", "textarea":
			end := indexFold(s.rest, "</"+name)
			if end < 0 {
				end = len(s.rest)
			}
			if inside := s.take(end); name == "script" {
				t.text = inside
			}
		}
		return t, true
	}
	return tagToken{}, false
}

// take cuts the next n octets off.
func (s *tagScanner) take(n int) []byte {
	taken := s.rest[:n]
	s.rest = s.rest[n:]
	return taken
}

// passes passes over what stands at a < and leads nowhere, if it does: a tag, a
// comment, a declaration.
func (s *tagScanner) passes() bool {
	switch markup := s.rest[1:]; {
	case isPassing(markup):
		// A > in one of its values would end it early, and let the rest of
		// that value pass for text: that does no harm here.
		end := bytes.IndexByte(s.rest, '>')
		if end >= 0 && (s.clicks && hasClick(s.rest[:end]) || s.ends(s.rest[1:end])) {
			return false
		}
		s.behind(end, 1)
	case len(markup) == 0 || markup[0] != '!' && markup[0] != '?':
		return false
	case bytes.HasPrefix(markup, []byte("!--")):
		s.rest = markup[len("!--"):]
		s.behind(bytes.Index(s.rest, []byte("-->")), len("-->"))
	case bytes.HasPrefix(markup, []byte("![CDATA[")):
		s.rest = markup[len("![CDATA["):] // what it holds is read as markup
	default:
		s.behind(bytes.IndexByte(s.rest, '>'), 1)
	}
	return true
}

// behind goes on behind an end of n octets at a place; to the end where there is none.
func (s *tagScanner) behind(at, n int) {
	if at < 0 {
		s.rest = nil
		return
	}
	s.rest = s.rest[at+n:]
}

// ends reports whether a tag is the end tag that is waited for.
func (s *tagScanner) ends(tag []byte) bool {
	return s.until != "" && bytes.EqualFold(bytes.TrimSpace(tag), []byte(s.until))
}

// tagName reads a tag's name behind its <, with the / of an end tag.
func tagName(b []byte) (name string, rest []byte) {
	i := 0
	if i < len(b) && b[i] == '/' {
		i++
	}
	start := i
	for i < len(b) && (b[i] >= 'a' && b[i] <= 'z' || b[i] >= 'A' && b[i] <= 'Z' || i > start && (b[i] >= '0' && b[i] <= '9' || b[i] == ':' || b[i] == '-')) {
		i++
	}
	if i == start || i-start > 40 {
		return "", b
	}
	return strings.ToLower(string(b[:i])), b[i:]
}

// leading are the elements that lead somewhere, by their first letters: the second
// letters that go with a first one. o:p is Word's, and leads nowhere.
var leading = ['z' + 1]string{
	'b': "a",   // base
	'f': "r",   // frame
	'i': "fmn", // iframe img input
	'm': "e",   // meta
	'o': "bp",  // object option
	's': "ct",  // script style
	't': "e",   // textarea
}

// isPassing reports whether a tag leads nowhere and is passed over unread: nearly
// all are, in pages pasted from Word.
func isPassing(b []byte) bool {
	if len(b) < 2 {
		return false
	}
	first, second := b[0]|0x20, b[1]|0x20
	if b[0] == '/' {
		return second != 'a' && second >= 'a' && second <= 'z'
	}
	if first < 'a' || first > 'z' || first == 'a' || first == 'e' { // a area embed
		return false
	}
	return strings.IndexByte(leading[first], second) < 0
}

// tagEnd is where a tag's > stands, outside of quotes.
func tagEnd(b []byte) int {
	end := bytes.IndexByte(b, '>')
	if end < 0 {
		return len(b)
	}
	// Quotes that all close before the > cannot have it inside: the common case,
	// found by counting.
	if bytes.Count(b[:end], []byte{'"'})%2 == 0 && bytes.Count(b[:end], []byte{'\''})%2 == 0 {
		return end
	}
	var quote byte
	for i, c := range b {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			// Quotes open a value only behind "="; a stray one must not swallow the page.
			if before := bytes.TrimRight(b[:i], " \t\r\n"); len(before) > 0 && before[len(before)-1] == '=' {
				quote = c
			}
		case c == '>':
			return i
		}
	}
	return end
}

// indexFold is bytes.Index without regard to case, for a lower-case ASCII word
// that begins with no letter.
func indexFold(b []byte, word string) int {
	for off := 0; ; {
		i := bytes.IndexByte(b[off:], word[0])
		if i < 0 || off+i+len(word) > len(b) {
			return -1
		}
		off += i
		if bytes.EqualFold(b[off:off+len(word)], []byte(word)) {
			return off
		}
		off++
	}
}

// attribute is a tag's attribute, still encoded; ok is false when it has none of
// that name.
func attribute(attr []byte, name string) (value []byte, ok bool) {
	for len(attr) > 0 {
		attr = bytes.TrimLeft(attr, " \t\r\n/")
		end := bytes.IndexAny(attr, " \t\r\n=/")
		if end < 0 {
			end = len(attr)
		}
		if end == 0 {
			if len(attr) == 0 {
				return nil, false
			}
			attr = attr[1:]
			continue
		}
		key := attr[:end]
		attr = bytes.TrimLeft(attr[end:], " \t\r\n")
		var v []byte
		if len(attr) > 0 && attr[0] == '=' {
			attr = bytes.TrimLeft(attr[1:], " \t\r\n")
			if len(attr) > 0 && (attr[0] == '"' || attr[0] == '\'') {
				q := bytes.IndexByte(attr[1:], attr[0])
				if q < 0 {
					v, attr = attr[1:], nil
				} else {
					v, attr = attr[1:1+q], attr[q+2:]
				}
			} else {
				q := bytes.IndexAny(attr, " \t\r\n")
				if q < 0 {
					q = len(attr)
				}
				v, attr = attr[:q], attr[q:]
			}
		}
		if strings.EqualFold(string(key), name) {
			return v, true
		}
	}
	return nil, false
}

// charsetOf is the encoding of a page's octets: what they are by their form, and
// only where that leaves a choice what is declared. UTF-8 is recognised without
// fail; everything else on a Chinese government's site is GB18030 (whatever of
// gb2312 and gbk it calls itself) unless Big5 is declared.
func charsetOf(body []byte, contentType string) encoding.Encoding {
	switch {
	case bytes.HasPrefix(body, []byte{0xff, 0xfe}), bytes.HasPrefix(body, []byte{0xfe, 0xff}):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case utf8.Valid(body):
		return unicode.UTF8
	}
	declared := strings.ToLower(contentType + " " + string(body[:min(len(body), 4096)]))
	if strings.Contains(declared, "big5") && !strings.Contains(declared, "gb") {
		return traditionalchinese.Big5
	}
	if strings.Contains(declared, "charset=utf-8") || strings.Contains(declared, `charset="utf-8`) {
		// Declared and almost valid: a character cut in two must not turn the
		// whole page into another language.
		bad := 0
		for b := body; len(b) > 0; {
			r, n := utf8.DecodeRune(b)
			if r == utf8.RuneError && n == 1 {
				bad++
			}
			b = b[n:]
		}
		if bad < 1+len(body)/1000 {
			return unicode.UTF8
		}
	}
	return simplifiedchinese.GB18030
}

func decodeText(b []byte, e encoding.Encoding) string {
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	return string(out)
}

func unescape(s string) string { return html.UnescapeString(s) }

var reference = lazyregexp.New(`&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});`)

// unescapeAttribute undoes the character references of an attribute: those that
// end with a semicolon, for in ?a=1&copy=2&region=3 there are none (HTML Living
// Standard, section 13.2.5.72).
func unescapeAttribute(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	return reference.ReplaceAllStringFunc(s, html.UnescapeString)
}
