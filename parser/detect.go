package parser

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"nianbao/parser/charset"
	"nianbao/parser/document"
	"nianbao/parser/htmldoc"
	"nianbao/parser/officedoc"
	"nianbao/parser/pdfdoc"
	"nianbao/parser/report"
	"nianbao/parser/textdoc"
)

// What is served or found in place of a document: a picture, pages of a crawl, an
// archive of Unix, a program's answer.
const (
	containerImage = "image"
	containerWARC  = "warc"
	containerTar   = "tar"
	containerJSON  = "json"
)

// errBinary is a document whose bytes are no text and no known format.
var errBinary = errors.New("its bytes are neither text nor a format that can be read")

// errWARC is a WARC file where one document should be.
var errWARC = errors.New("a WARC file, which holds pages of a crawl; give it to nianbao ingest as a file of its own")

// errTar is a tape archive, of which a .tgz is the gzip: read as one page, it would be
// several reports in one.
var errTar = errors.New("a tar archive; unpack it first")

// isTar tells tape archives by their mark (POSIX.1-1988 and later, and GNU tar).
func isTar(data []byte) bool {
	const at = 257
	return len(data) > at && bytes.HasPrefix(data[at:], []byte("ustar"))
}

// errJSON is an answer in JSON that is not one report.
var errJSON = errors.New("JSON in which not exactly one field holds a report; save what that field holds as a file of its own")

// isWARC tells WARC files (ISO 28500), compressed ones too.
func isWARC(data []byte) bool {
	if bytes.HasPrefix(data, []byte{0x1F, 0x8B, 8}) {
		r, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return false
		}
		head := make([]byte, len(magicWARC))
		if _, err := io.ReadFull(r, head); err != nil {
			return false
		}
		data = head
	}
	return bytes.HasPrefix(data, magicWARC)
}

var magicWARC = []byte("WARC/1.")

// Container tells what a document's bytes are, unpacked: document.HTML,
// document.PDF …, document.ZIP, "image", "warc", "tar" or "json". Names and content types lie: Word
// files are served as text, pages as attachments.
func Container(data []byte) string {
	if kind := officedoc.Detect(data); kind != "" {
		return kind
	}
	head := data[:min(len(data), 1024)]
	switch {
	case isWARC(data):
		return containerWARC
	case isTar(data):
		return containerTar
	case bytes.Contains(head, []byte("%PDF-")):
		return document.PDF
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n")), bytes.HasPrefix(head, []byte("\xFF\xD8\xFF")), bytes.HasPrefix(head, []byte("GIF8")),
		bytes.HasPrefix(head, []byte("BM")) && bytes.IndexByte(head, 0) >= 0, bytes.HasPrefix(head, []byte("II*\x00")), bytes.HasPrefix(head, []byte("MM\x00*")):
		return containerImage
	case htmldoc.IsMHTML(data):
		return document.MHTML
	case isBinary(data):
		return document.Text
	case bytes.IndexByte(head, 0) >= 0: // UTF-16 hides its marks behind zeros
		if text, name, _ := charset.Decode(data); name == charset.UTF16LE || name == charset.UTF16BE {
			return detectText([]byte(text))
		}
	}
	return detectText(data)
}

// detectText tells a container of text by its marks.
func detectText(data []byte) string {
	switch {
	case pdfdoc.IsPlaced(data):
		return document.Placed
	case holdsPages(data):
		return containerJSON
	case textdoc.IsMarkdown(data):
		return document.Markdown
	case markup(data):
		if textdoc.IsWiki(data) {
			return document.Markdown
		}
		return document.HTML
	}
	return document.Text
}

// maxUnpacked bounds what a compressed page may unpack to.
const maxUnpacked = 32 << 20

// Unpacked is a document whose bytes are compressed with gzip, or whose text is a field of
// JSON, as ParseAll sees it; other bytes stay as they are.
func Unpacked(data []byte) []byte {
	data = gunzipped(data)
	if text := reportOf(data); text != nil {
		return text
	}
	return data
}

// gunzipped undoes gzip: some servers send pages so that no one asked to be
// compressed, and they are kept as they came. Of what was cut short there is what
// came before; what does not unpack stays as it is.
func gunzipped(data []byte) []byte {
	if !bytes.HasPrefix(data, []byte{0x1F, 0x8B, 8}) {
		return data
	}
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return data
	}
	limit := min(maxUnpacked, max(1<<20, 200*len(data))) // no page is packed tighter
	page, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if err != nil && !(errors.Is(err, io.ErrUnexpectedEOF) && len(page) > 0) || len(page) > limit {
		return data
	}
	return page
}

// markup reports whether text is HTML: any tag of a page or of a fragment
// copied out of one.
func markup(data []byte) bool {
	head := data[:min(len(data), 256<<10)]
	for {
		i := bytes.IndexByte(head, '<')
		if i < 0 {
			return false
		}
		head = head[i+1:]
		for _, tag := range tags {
			if len(head) > len(tag) && bytes.EqualFold(head[:len(tag)], tag) {
				switch head[len(tag)] {
				case ' ', '>', '/', '\t', '\r', '\n':
					return true
				}
			}
		}
	}
}

var tags = [][]byte{
	[]byte("!doctype"), []byte("html"), []byte("head"), []byte("body"), []byte("title"), []byte("meta"), []byte("script"), []byte("div"), []byte("p"),
	[]byte("span"), []byte("table"), []byte("tbody"), []byte("tr"), []byte("td"), []byte("br"), []byte("font"), []byte("h1"), []byte("h2"), []byte("h3"), []byte("a"), []byte("ul"), []byte("iframe"),
}

// readLimited turns the bytes into a document, within the time there is for one.
func (p *Parser) readLimited(ctx context.Context, container string, src Source) (*document.Document, error) {
	switch container {
	case document.PDF, document.DOC, document.WPS, document.XLS, document.RTF, document.ODT, document.ODS:
		return p.read(ctx, container, src)
	}
	limited, cancel := context.WithTimeout(ctx, p.cfg.Timeout)
	defer cancel()
	return p.read(limited, container, src)
}

// read turns the bytes into a document.
func (p *Parser) read(ctx context.Context, container string, src Source) (*document.Document, error) {
	switch container {
	case document.HTML:
		return htmldoc.Read(ctx, src.Data, src.ContentType)
	case document.MHTML:
		return readMHTML(ctx, src)
	case document.Markdown:
		return readMarkdown(ctx, src)
	case document.PDF:
		return p.cfg.PDF.Read(ctx, src.Data)
	case document.Placed:
		text, name, _ := charset.Decode(src.Data, src.ContentType)
		doc, err := pdfdoc.ReadPlaced(ctx, text)
		if err == nil {
			doc.Charset = name
		}
		return doc, err
	case document.DOCX:
		return officedoc.ReadDOCX(ctx, src.Data)
	case document.XLSX:
		return officedoc.ReadXLSX(ctx, src.Data)
	case document.WordML:
		return officedoc.ReadWordML(ctx, src.Data)
	case document.SpreadsheetML:
		return officedoc.ReadSpreadsheetML(ctx, src.Data)
	case document.DOC, document.WPS, document.XLS, document.RTF, document.ODT, document.ODS:
		return p.cfg.Converter.Read(ctx, container, src.Data)
	case containerWARC:
		return nil, fmt.Errorf("it is %w", errWARC)
	case containerTar:
		return nil, fmt.Errorf("it is %w", errTar)
	case containerJSON:
		return nil, fmt.Errorf("it is %w", errJSON)
	case containerImage:
		return &document.Document{Container: containerImage, Images: 1, Findings: []report.Finding{report.Warning(report.RuleImageOnly, "the document is a picture; no figure was read")}}, nil
	}
	if isBinary(src.Data) {
		return nil, errBinary
	}
	return textdoc.Read(ctx, src.Data, src.ContentType)
}

// readMHTML reads the page of a saved one.
func readMHTML(ctx context.Context, src Source) (*document.Document, error) {
	page, contentType := htmldoc.Page(src.Data)
	if page == nil {
		return nil, errors.New("it has the headers of a saved web page, but no page")
	}
	doc, err := htmldoc.Read(ctx, page, contentType)
	if err == nil {
		doc.Container = document.MHTML
	}
	return doc, err
}

// readMarkdown reads the page that Markdown makes.
func readMarkdown(ctx context.Context, src Source) (*document.Document, error) {
	page, name, loose := textdoc.Page(src.Data, src.ContentType)
	doc, err := htmldoc.Read(ctx, page, "")
	if err != nil {
		return nil, err
	}
	doc.Container, doc.Charset = document.Markdown, name
	for _, b := range doc.Blocks {
		if b.Grid != nil {
			b.Grid.Loose = loose
		}
	}
	return doc, nil
}

// isBinary reports whether bytes are no text in any encoding: they hold control
// characters, of which a damaged page has a few and chance writes one in ten.
// Zeros alone are padding, or UTF-16.
func isBinary(data []byte) bool {
	head := data[:min(len(data), 64<<10)]
	control, zeros := 0, 0
	for i := 0; i < len(head); i++ {
		// Eight bytes at once, where all are of text.
		if i+8 <= len(head) {
			const low, high = 0x2020202020202020, 0x8080808080808080
			if w := binary.LittleEndian.Uint64(head[i:]); (w-low)&^w&high == 0 {
				i += 7
				continue
			}
		}
		switch b := head[i]; {
		case b == 0:
			zeros++
		case b < 0x09 || b > 0x0D && b < 0x20 && b != 0x1A && b != 0x1B:
			control++
		}
	}
	if control == 0 && zeros*10 <= len(head) {
		return false
	}
	switch charset.Detect(head) {
	case charset.UTF16LE, charset.UTF16BE:
		return false
	}
	return control*25 > len(head) || (control+zeros)*10 > len(head)
}
