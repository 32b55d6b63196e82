package archive

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httputil"
	"net/textproto"
	"os"
	"strconv"
	"strings"
	"time"
)

// ErrTruncated says that a record holds only part of a page: the crawler that
// wrote it said so (WARC-Truncated), or the body is shorter than announced.
var ErrTruncated = errors.New("the page was cut short when it was captured")

// Open reads the pages of the WARC file path. See Pages.
func Open(ctx context.Context, path string, cfg ReaderConfig) iter.Seq2[*Page, error] {
	return func(yield func(*Page, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(nil, err)
			return
		}
		defer f.Close()
		for p, err := range Pages(ctx, f, path, cfg) {
			if !yield(p, err) {
				return
			}
		}
	}
}

// Pages reads the pages of a WARC file: its response, revisit and resource
// records of http, https, ftp and file addresses, in order, each with the
// metadata record that belongs to it. A page that cannot be used comes as a
// *RecordError, and the next ones follow; io errors and the context's end come
// last.
func Pages(ctx context.Context, r io.Reader, name string, cfg ReaderConfig) iter.Seq2[*Page, error] {
	return func(yield func(*Page, error) bool) {
		cfg := cfg.withDefaults()
		records := NewReader(ctx, r, name, cfg)
		var held *Page // until it is known that no metadata follows
		flush := func() bool {
			p := held
			held = nil
			return p == nil || yield(p, nil)
		}
		for {
			rec, err := records.Next()
			if err == io.EOF {
				flush()
				return
			}
			if err != nil {
				var bad *RecordError
				if !flush() || !yield(nil, err) || !errors.As(err, &bad) {
					return
				}
				continue
			}
			switch rec.Type() {
			case TypeConversion, TypeMetadata:
				held.take(rec, cfg.MaxBody)
			case TypeResponse, TypeRevisit, TypeResource:
				if !flush() {
					return
				}
				p, err := pageOf(rec, cfg.MaxBody)
				if err != nil {
					if !yield(nil, &RecordError{rec.Location, fmt.Errorf("%s: %w", rec.TargetURI(), err)}) {
						return
					}
					continue
				}
				held = p // nil for what is no page (dns: and the like)
			}
		}
	}
}

// take takes in a record that belongs to the page, which may be nil.
func (p *Page) take(rec *Record, maxBody int64) {
	if p == nil || !sameRecord(rec, p.RecordID) {
		return
	}
	if rec.Type() == TypeMetadata {
		p.Metadata = parseFields(rec.Block)
	} else if int64(len(rec.Block)) <= maxBody {
		// What a browser made of the page stands for its body.
		p.Body, p.Rendered = rec.Block, true
		p.Digest = sha256Hex(p.Body)
	}
}

func sameRecord(rec *Record, id string) bool {
	return rec.Header.Get("WARC-Refers-To") == id || rec.Header.Get("WARC-Concurrent-To") == id
}

// parseFields reads a block of application/warc-fields; lines that are none are
// left out.
func parseFields(block []byte) Fields {
	fields := Fields{}
	for line := range strings.Lines(string(block)) {
		name, value, ok := strings.Cut(strings.TrimRight(line, "\r\n"), ":")
		if ok && name != "" {
			fields = append(fields, Field{strings.TrimSpace(name), strings.TrimSpace(value)})
		}
	}
	return fields
}

func pageOf(rec *Record, maxBody int64) (*Page, error) {
	p := &Page{
		Location: rec.Location, RecordID: rec.Header.Get("WARC-Record-ID"), Type: rec.Type(), URL: rec.TargetURI(),
		Remote: rec.Header.Get("WARC-IP-Address"), RefersTo: rec.Header.Get("WARC-Refers-To"),
	}
	scheme, _, _ := strings.Cut(strings.ToLower(p.URL), ":")
	switch scheme {
	case "http", "https", "ftp", "file":
	default:
		return nil, nil
	}
	when, err := time.Parse(time.RFC3339Nano, rec.Header.Get("WARC-Date"))
	if err != nil {
		return nil, fmt.Errorf("%w: WARC-Date %q", ErrRecord, clip(rec.Header.Get("WARC-Date")))
	}
	p.Time = when.UTC()
	truncated := rec.Header.Get("WARC-Truncated")
	if rec.Header.Get("WARC-Segment-Number") != "" {
		truncated = "it is stored in segments"
	}
	if p.Type == TypeResource {
		p.Status, p.Header = http.StatusOK, http.Header{"Content-Type": {rec.Header.Get("Content-Type")}}
		p.Body = rec.Block
		if truncated != "" {
			return nil, fmt.Errorf("%w (%s)", ErrTruncated, truncated)
		}
		return p, p.finish(rec, rec.Block)
	}
	if mime, _, _ := strings.Cut(rec.Header.Get("Content-Type"), ";"); !strings.EqualFold(strings.TrimSpace(mime), "application/http") {
		return nil, fmt.Errorf("%w: Content-Type %q in a %s record", ErrRecord, clip(mime), p.Type)
	}
	payload, err := p.readHead(rec.Block)
	if err != nil {
		return nil, err
	}
	if p.Type == TypeRevisit {
		p.Digest = rec.Header.Get("WARC-Payload-Digest")
		return p, nil
	}
	if truncated != "" {
		return nil, fmt.Errorf("%w (%s)", ErrTruncated, truncated)
	}
	stored := payload
	if strings.Contains(strings.ToLower(p.Header.Get("Transfer-Encoding")), "chunked") {
		whole, err := io.ReadAll(httputil.NewChunkedReader(bytes.NewReader(payload)))
		if err == nil {
			payload = whole
		} else if isChunked(payload) {
			return nil, fmt.Errorf("%w: the last chunk is missing", ErrTruncated)
		}
		// Else the writer joined the chunks and left the header, as many do.
	} else if n, err := strconv.ParseInt(p.Header.Get("Content-Length"), 10, 64); err == nil && int64(len(payload)) < n {
		return nil, fmt.Errorf("%w: %d of %d octets", ErrTruncated, len(payload), n)
	}
	if p.Body, err = Decode(p.Header.Get("Content-Encoding"), payload, maxBody); err != nil {
		return nil, err
	}
	if int64(len(p.Body)) > maxBody {
		return nil, fmt.Errorf("%w of %d octets", ErrDecodedTooLarge, maxBody)
	}
	return p, p.finish(rec, stored, payload)
}

func sha256Hex(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// finish checks the payload's digest and computes the page's own. Writers differ
// in whether the payload is what was transferred or has its chunks joined:
// either will do.
func (p *Page) finish(rec *Record, payloads ...[]byte) error {
	p.Digest = sha256Hex(p.Body)
	want := rec.Header.Get("WARC-Payload-Digest")
	algorithm, value, ok := strings.Cut(want, ":")
	if !ok {
		return nil
	}
	for _, payload := range append(payloads, p.Body) {
		switch strings.ToLower(algorithm) {
		case "sha1":
			sum := sha1.Sum(payload)
			if strings.EqualFold(value, base32.StdEncoding.EncodeToString(sum[:])) || strings.EqualFold(value, hex.EncodeToString(sum[:])) {
				return nil
			}
		case "sha256":
			sum := sha256.Sum256(payload)
			if strings.EqualFold(value, hex.EncodeToString(sum[:])) || strings.EqualFold(value, base32.StdEncoding.EncodeToString(sum[:])) {
				return nil
			}
		default:
			return nil // an algorithm of others; nothing can be said
		}
	}
	return fmt.Errorf("%w: %s", ErrDigest, clip(want))
}

// isChunked reports whether a payload begins like chunked data.
func isChunked(payload []byte) bool {
	line, _, ok := bytes.Cut(payload, []byte("\r\n"))
	size, _, _ := bytes.Cut(line, []byte(";"))
	_, err := strconv.ParseUint(string(bytes.TrimSpace(size)), 16, 32)
	return ok && err == nil
}

// readHead reads status line and header, and answers what follows.
func (p *Page) readHead(block []byte) ([]byte, error) {
	line, _, _ := bytes.Cut(block, []byte("\n"))
	proto, status, ok := strings.Cut(strings.TrimRight(string(line), "\r"), " ")
	if !ok || !strings.HasPrefix(proto, "HTTP/") {
		return nil, fmt.Errorf("%w: no HTTP status line but %q", ErrRecord, clip(string(line)))
	}
	code, _, _ := strings.Cut(strings.TrimSpace(status), " ")
	var err error
	if p.Status, err = strconv.Atoi(code); err != nil || p.Status < 100 || p.Status > 999 {
		return nil, fmt.Errorf("%w: HTTP status %q", ErrRecord, clip(code))
	}
	rest := block[min(len(line)+1, len(block)):]
	head, body := splitHead(rest)
	h, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(head))).ReadMIMEHeader()
	if err != nil && !errors.Is(err, io.EOF) {
		// Servers send header lines that are none; the others still count.
		h = lenientHeader(head)
	}
	p.Header = http.Header(h)
	return body, nil
}

func splitHead(b []byte) (head, body []byte) {
	if bytes.HasPrefix(b, []byte("\r\n")) {
		return nil, b[2:]
	}
	if i := bytes.Index(b, []byte("\r\n\r\n")); i >= 0 {
		return b[:i+4], b[i+4:]
	}
	if i := bytes.Index(b, []byte("\n\n")); i >= 0 {
		return b[:i+2], b[i+2:]
	}
	return b, nil
}

func lenientHeader(head []byte) textproto.MIMEHeader {
	h := textproto.MIMEHeader{}
	for line := range strings.Lines(string(head)) {
		if name, value, ok := strings.Cut(line, ":"); ok && name != "" && !strings.ContainsAny(name, " \t") {
			h.Add(name, strings.TrimSpace(value))
		}
	}
	return h
}

// ReadAt reads the page that begins at a location of an open file, as an index
// gives it.
func ReadAt(ctx context.Context, f io.ReadSeeker, at Location, cfg ReaderConfig) (*Page, error) {
	if _, err := f.Seek(at.Offset, io.SeekStart); err != nil {
		return nil, fmt.Errorf("%s: %w", at.File, err)
	}
	for p, err := range Pages(ctx, struct{ io.Reader }{f}, at.File, cfg) {
		if err != nil {
			return nil, err
		}
		p.Offset += at.Offset
		return p, nil
	}
	return nil, &RecordError{at, fmt.Errorf("%w: there is no page", ErrRecord)}
}
