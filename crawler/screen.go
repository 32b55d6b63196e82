package crawler

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// shortPage is the visible text, in octets, up to which marks are looked for: a
// report may well speak of logging in.
const shortPage = 2 << 10

//go:embed marks.csv
var marksCSV string

// A mark is a row of marks.csv.
type mark struct {
	reason       Reason
	source, text string // one of them
}

var marks = sync.OnceValue(func() (all []mark) {
	rows := csv.NewReader(strings.NewReader(marksCSV))
	rows.Comment = '#'
	table, err := rows.ReadAll()
	if err != nil {
		panic(err) // embedded
	}
	for _, row := range table[1:] {
		m := mark{reason: Reason(row[0])}
		switch row[1] {
		case "source":
			m.source = row[2]
		case "text":
			m.text = row[2]
		}
		all = append(all, m)
	}
	return all
})

// screen looks at a page's octets: whether it is the answer of a firewall, a
// "not found" with status 200, a login form, or nothing at all. It answers a zero
// Verdict for everything it has no proof against.
func (c *Capture) screen(maxLinks int) Verdict {
	body, contentType := c.Body, c.Header.Get("Content-Type")
	if len(bytes.TrimSpace(body)) == 0 {
		return Verdict{Reason: EmptyBody, Detail: "the body is empty"}
	}
	if !isHTML(contentType, body) {
		return Verdict{}
	}
	c.page = readLinks(body, contentType, c.URL, maxLinks+1)
	if len(c.page.text) > shortPage {
		return Verdict{}
	}
	text := c.page.visible(body, contentType)
	flat := squeeze(text)
	var source []byte
	if c.page.active { // a challenge is a script
		source = bytes.ToLower(body[:min(len(body), sourceSample)])
	}
	for _, m := range marks() {
		if m.source != "" && bytes.Contains(source, []byte(m.source)) {
			return Verdict{Reason: m.reason, Detail: "the source has " + m.source, Retry: m.reason == Challenge}
		}
		if m.text != "" && strings.Contains(flat, m.text) {
			return Verdict{Reason: m.reason, Detail: "the page says " + m.text, Retry: m.reason == Challenge}
		}
	}
	if c.page.password {
		return Verdict{Reason: LoginWall, Detail: "a short page with a password field"}
	}
	// A page without text may lead elsewhere, or be filled by its scripts.
	if flat == "" && !c.page.active && len(c.page.links) == 0 {
		return Verdict{Reason: EmptyBody, Detail: "the page has no text"}
	}
	return Verdict{}
}

// squeeze is a text in lower case without white space.
func squeeze(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if !unicode.IsSpace(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// sourceSample is how much of a page's source is looked through for marks.
const sourceSample = 32 << 10

// isHTML decides by the octets first: content types lie.
func isHTML(contentType string, body []byte) bool {
	head := bytes.TrimLeft(bytes.TrimPrefix(body[:min(len(body), 1024)], []byte("\xef\xbb\xbf")), " \t\r\n\x00")
	switch {
	case bytes.HasPrefix(head, []byte("%PDF-")), bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")),
		bytes.HasPrefix(head, []byte("Rar!")), bytes.HasPrefix(head, []byte("{\\rtf")), bytes.HasPrefix(head, []byte("\x89PNG")), bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return false
	case bytes.HasPrefix(head, []byte("<")):
		return true
	}
	return strings.Contains(strings.ToLower(contentType), "html")
}

// visible is the beginning of a page's text without tags, scripts, styles and
// comments, decoded.
func (p *linkPage) visible(body []byte, contentType string) string {
	if utf8.Valid(p.text) {
		return unescape(string(p.text))
	}
	return unescape(decodeText(p.text, charsetOf(body, contentType)))
}
