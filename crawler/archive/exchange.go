package archive

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// An Exchange is one page to be written: what was asked and what was answered.
type Exchange struct {
	URL    string
	Time   time.Time
	Remote string // IP address, or ""

	Proto  string // "HTTP/1.1" or "HTTP/2.0"
	Status int
	Header http.Header // of the answer, as received
	Body   []byte      // as transferred: still compressed when Content-Encoding says so

	Method        string // "GET" when empty
	RequestHeader http.Header

	// Rendered is the document that a browser made of the page; a conversion
	// record of its own. nil: none.
	Rendered []byte

	PayloadSHA256 string // hexadecimal, of the decompressed body; "" leaves it out
	Metadata      Fields // of the metadata record

	// Revisit makes the record a revisit: the page is the one named here.
	Revisit *Revisit
}

// A Revisit names the capture that a page repeats (ISO 28500, section 6.7).
type Revisit struct {
	NotModified bool      // the server said so (304); else the payload's digest is the same
	URL         string    // WARC-Refers-To-Target-URI
	Time        time.Time // WARC-Refers-To-Date
	RecordID    string    // WARC-Refers-To, or ""
	Digest      string    // WARC-Payload-Digest of that capture, "sha256:…"
}

// Revisit profiles of WARC 1.1.
const (
	profileSameDigest  = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
	profileNotModified = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
)

// encode writes the records of one page, each a gzip member, and answers the id
// of the first.
func (w *Writer) encode(b *bytes.Buffer, x *Exchange) (id string, err error) {
	id = newRecordID()
	date := warcDate(x.Time)
	head := responseHead(x)
	header := Fields{
		{"WARC-Type", TypeResponse},
		{"WARC-Record-ID", id},
		{"WARC-Date", date},
		{"WARC-Target-URI", x.URL},
	}
	if x.Remote != "" {
		header = header.With("WARC-IP-Address", x.Remote)
	}
	if x.Proto == "HTTP/2.0" {
		header = header.With("WARC-Protocol", "h2")
	}
	if r := x.Revisit; r != nil {
		header[0].Value = TypeRevisit
		profile := profileSameDigest
		if r.NotModified {
			profile = profileNotModified
		}
		header = header.With("WARC-Profile", profile).
			With("WARC-Refers-To-Target-URI", r.URL).
			With("WARC-Refers-To-Date", warcDate(r.Time))
		if r.RecordID != "" {
			header = header.With("WARC-Refers-To", r.RecordID)
		}
		if r.Digest != "" {
			header = header.With("WARC-Payload-Digest", r.Digest)
		}
		header = header.With("Content-Type", "application/http;msgtype=response")
		err = w.member(b, header, head)
	} else {
		digest := "sha256:" + x.PayloadSHA256
		if x.PayloadSHA256 == "" || x.Rendered != nil || x.Header.Get("Content-Encoding") != "" {
			// The payload is what was transferred: not what was made of it.
			digest = sha256Hex(x.Body)
		}
		header = header.With("WARC-Payload-Digest", digest).
			With("Content-Type", "application/http;msgtype=response")
		err = w.member(b, header, head, x.Body)
	}
	if err != nil {
		return "", err
	}
	if err = w.member(b, Fields{
		{"WARC-Type", TypeRequest},
		{"WARC-Record-ID", newRecordID()},
		{"WARC-Date", date},
		{"WARC-Target-URI", x.URL},
		{"WARC-Concurrent-To", id},
		{"Content-Type", "application/http;msgtype=request"},
	}, requestHead(x)); err != nil {
		return "", err
	}
	if x.Rendered != nil {
		if err = w.member(b, Fields{
			{"WARC-Type", TypeConversion},
			{"WARC-Record-ID", newRecordID()},
			{"WARC-Date", date},
			{"WARC-Target-URI", x.URL},
			{"WARC-Refers-To", id},
			{"WARC-Block-Digest", sha1Base32(x.Rendered)},
			{"Content-Type", "text/html; charset=utf-8"},
		}, x.Rendered); err != nil {
			return "", err
		}
	}
	meta := x.Metadata
	if x.PayloadSHA256 != "" {
		meta = append(Fields{{"sha256", x.PayloadSHA256}}, meta...)
	}
	return id, w.member(b, Fields{
		{"WARC-Type", TypeMetadata},
		{"WARC-Record-ID", newRecordID()},
		{"WARC-Date", date},
		{"WARC-Target-URI", x.URL},
		{"WARC-Refers-To", id},
		{"Content-Type", "application/warc-fields"},
	}, []byte(meta.String()))
}

// responseHead is status line and header as HTTP/1.1 writes them: HTTP/2 has no
// text of its own, and the body is kept without its transfer coding.
func responseHead(x *Exchange) []byte {
	var b bytes.Buffer
	proto := "HTTP/1.1"
	if x.Proto == "HTTP/1.0" {
		proto = x.Proto
	}
	fmt.Fprintf(&b, "%s %d %s\r\n", proto, x.Status, http.StatusText(x.Status))
	h := x.Header.Clone()
	h.Del("Transfer-Encoding")
	if x.Revisit == nil && h.Get("Content-Length") != "" {
		h.Set("Content-Length", fmt.Sprint(len(x.Body)))
	}
	h.Write(&b) // a bytes.Buffer takes everything
	b.WriteString("\r\n")
	return b.Bytes()
}

func requestHead(x *Exchange) []byte {
	var b bytes.Buffer
	method := x.Method
	if method == "" {
		method = http.MethodGet
	}
	target, host := "/", ""
	if u, err := url.Parse(x.URL); err == nil {
		target, host = u.RequestURI(), u.Host
	}
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", method, target, host)
	x.RequestHeader.Write(&b)
	b.WriteString("\r\n")
	return b.Bytes()
}
