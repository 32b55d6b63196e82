package htmldoc

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"strings"
)

// IsMHTML reports whether the bytes begin with the headers of a web page saved
// as one file (RFC 2557), as Word and Internet Explorer do and name .mht or .doc.
func IsMHTML(data []byte) bool {
	head := bytes.TrimLeft(bytes.TrimPrefix(data[:min(len(data), 4096)], []byte{0xEF, 0xBB, 0xBF}), "\r\n \t")
	if len(head) == 0 || head[0] == '<' {
		return false
	}
	head = bytes.ToLower(head)
	line, _, _ := bytes.Cut(head, []byte("\n"))
	name, _, ok := bytes.Cut(line, []byte(":"))
	return ok && len(name) > 0 && len(name) < 60 && !bytes.ContainsAny(name, " <\t") &&
		bytes.Contains(head, []byte("mime-version:")) && bytes.Contains(head, []byte("content-type:"))
}

// maxMHTML bounds the page that is taken out of a file, and the parts that are
// looked at.
const (
	maxMHTML      = 32 << 20
	maxMHTMLParts = 200
	maxMHTMLDepth = 4
)

// Page takes the page out of an MHTML file: the first part that is HTML, or else
// plain text, with the media type it declares. A part that is cut short is
// returned as far as it goes. It is nil where there is none.
func Page(data []byte) (page []byte, contentType string) {
	data = bytes.TrimLeft(bytes.TrimPrefix(data, []byte{0xEF, 0xBB, 0xBF}), "\r\n \t")
	r := textproto.NewReader(bufio.NewReader(bytes.NewReader(data)))
	header, err := r.ReadMIMEHeader()
	if err != nil && len(header) == 0 {
		return nil, ""
	}
	m := mhtml{parts: maxMHTMLParts}
	m.part(header, r.R, 1)
	return m.page, m.contentType
}

type mhtml struct {
	page        []byte
	contentType string
	html        bool
	parts       int
}

func (m *mhtml) part(header textproto.MIMEHeader, body io.Reader, depth int) {
	declared := header.Get("Content-Type")
	kind, params, err := mime.ParseMediaType(declared)
	if err != nil {
		kind, _, _ = strings.Cut(strings.ToLower(declared), ";")
		kind = strings.TrimSpace(kind)
	}
	if strings.HasPrefix(kind, "multipart/") {
		if params["boundary"] == "" || depth > maxMHTMLDepth {
			return
		}
		mr := multipart.NewReader(body, params["boundary"])
		for ; m.parts > 0 && !m.html; m.parts-- {
			p, err := mr.NextRawPart()
			if err != nil {
				return
			}
			m.part(p.Header, p, depth+1)
		}
		return
	}
	html := kind == "text/html" || kind == "application/xhtml+xml"
	if !html && (kind != "text/plain" || m.page != nil) {
		return
	}
	switch strings.ToLower(strings.TrimSpace(header.Get("Content-Transfer-Encoding"))) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	// What was read before an error is the beginning of the page.
	page, _ := io.ReadAll(io.LimitReader(body, maxMHTML))
	if len(page) > 0 {
		m.page, m.contentType, m.html = page, declared, html
	}
}
