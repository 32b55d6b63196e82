package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
)

// openSuffix marks a file that is being written, as other crawlers do. It goes
// when the file is complete and all of it was acknowledged.
const openSuffix = ".open"

// WriterConfig says how files are written. The zero value is right for most.
type WriterConfig struct {
	MaxFile  int64  // size in octets at which the next file is begun; 1 GiB
	Prefix   string // of file names; "nianbao"
	Software string // of the warcinfo record; "nianbao"
	Info     Fields // further fields of the warcinfo record (operator, robots, …)
	Level    int    // of gzip, 1 to 9; 1, because pages compress well and the crawl should not wait
	Now      func() time.Time
}

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

// A Writer writes pages into a folder of WARC files, compressed by record. Its
// methods are safe for concurrent use; compression runs in the callers.
type Writer struct {
	dir string
	cfg WriterConfig

	syncMu  sync.Mutex // one Sync at a time; taken before mu
	mu      sync.Mutex
	file    *os.File
	name    string // base name, without openSuffix
	size    int64
	serial  int
	left    []string // complete files of a killed process, until Recovered
	full    []string // complete files, still under openSuffix
	settled []string // those of them that the last Sync covered
	broken  error    // a write that failed and could not be undone
	gz      sync.Pool
}

// NewWriter opens a folder for writing and makes it when it is not there. Files
// that a killed process left under .open are cut after their last whole page
// and written on.
func NewWriter(dir string, cfg WriterConfig) (*Writer, error) {
	if cfg.MaxFile <= 0 {
		cfg.MaxFile = 1 << 30
	}
	if cfg.Prefix == "" {
		cfg.Prefix = "nianbao"
	}
	if cfg.Software == "" {
		cfg.Software = "nianbao"
	}
	if cfg.Level < 1 || cfg.Level > 9 {
		cfg.Level = 1
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	w := &Writer{dir: dir, cfg: cfg}
	w.gz.New = func() any {
		z, _ := gzip.NewWriterLevel(io.Discard, cfg.Level) // the level was checked above
		return z
	}
	open, err := openFiles(dir)
	if err != nil {
		return nil, err
	}
	for i, path := range open {
		end, err := wholeEnd(path)
		if err != nil {
			return nil, err
		}
		if err := os.Truncate(path, end); err != nil {
			return nil, fmt.Errorf("archive: cutting the torn end off: %w", err)
		}
		name := strings.TrimSuffix(filepath.Base(path), openSuffix)
		if i < len(open)-1 {
			w.left = append(w.left, name)
			continue
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			return nil, fmt.Errorf("archive: %w", err)
		}
		w.file, w.name, w.size = f, name, end
	}
	if w.file == nil {
		// Begun now, so that a folder that cannot be written is known before
		// anything is fetched.
		if err := w.begin(); err != nil {
			return nil, err
		}
	} else if w.size == 0 {
		if err := w.writeInfo(); err != nil {
			return nil, errors.Join(err, w.file.Close())
		}
	}
	return w, nil
}

// openFiles are the files under .open in a folder, oldest first.
func openFiles(dir string) ([]string, error) {
	paths, err := filepath.Glob(filepath.Join(escapeGlob(dir), "*.warc.gz"+openSuffix))
	if err != nil {
		return nil, fmt.Errorf("archive %s: %w", dir, err)
	}
	sort.Strings(paths)
	return paths, nil
}

func escapeGlob(s string) string {
	if runtime.GOOS == "windows" {
		return s // has no escape; * and ? cannot be in a path there
	}
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(s)
}

// begin makes the next file and writes its warcinfo record.
func (w *Writer) begin() error {
	for {
		// Sorted by name the files are sorted by time.
		name := fmt.Sprintf("%s-%s-%05d.warc.gz", w.cfg.Prefix, w.cfg.Now().UTC().Format("20060102150405000"), w.serial)
		w.serial++
		if _, err := os.Lstat(filepath.Join(w.dir, name)); err == nil {
			continue
		}
		f, err := os.OpenFile(filepath.Join(w.dir, name+openSuffix), os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o666)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("archive: %w", err)
		}
		w.file, w.name, w.size = f, name, 0
		return w.writeInfo()
	}
}

func (w *Writer) writeInfo() error {
	var b bytes.Buffer
	info := Fields{
		{"software", w.cfg.Software},
		{"format", "WARC File Format 1.1"},
		{"conformsTo", "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"},
	}
	info = append(info, w.cfg.Info...)
	if err := w.member(&b, Fields{
		{"WARC-Type", TypeInfo},
		{"WARC-Record-ID", newRecordID()},
		{"WARC-Date", warcDate(w.cfg.Now())},
		{"WARC-Filename", w.name},
		{"Content-Type", "application/warc-fields"},
	}, []byte(info.String())); err != nil {
		return err
	}
	_, err := w.append(b.Bytes())
	return err
}

// member appends one record as a gzip member of its own.
func (w *Writer) member(b *bytes.Buffer, header Fields, block ...[]byte) error {
	z := w.gz.Get().(*gzip.Writer)
	defer w.gz.Put(z)
	z.Reset(b)
	var head bytes.Buffer
	n := 0
	for _, p := range block {
		n += len(p)
	}
	head.WriteString("WARC/1.1\r\n")
	header.write(&head)
	fmt.Fprintf(&head, "Content-Length: %d\r\n\r\n", n)
	if _, err := z.Write(head.Bytes()); err != nil {
		return err
	}
	for _, p := range block {
		if _, err := z.Write(p); err != nil {
			return err
		}
	}
	if _, err := io.WriteString(z, "\r\n\r\n"); err != nil {
		return err
	}
	return z.Close()
}

// append writes whole members at the file's end, or nothing.
func (w *Writer) append(data []byte) (offset int64, err error) {
	offset = w.size
	if n, err := w.file.Write(data); err != nil {
		if n > 0 {
			if cut := w.file.Truncate(offset); cut != nil {
				w.broken = fmt.Errorf("archive: %s ends with a torn record: %w", w.file.Name(), cut)
			}
		}
		return 0, fmt.Errorf("archive: %w", err)
	}
	w.size += int64(len(data))
	return offset, nil
}

// Write writes one page: a response or revisit record, its request and its
// metadata, next to each other. It answers where the first of them begins and
// its record id. The page is durable after the next Sync.
func (w *Writer) Write(ctx context.Context, x *Exchange) (Location, string, error) {
	if err := ctx.Err(); err != nil {
		return Location{}, "", err
	}
	var b bytes.Buffer
	b.Grow(len(x.Body)/3 + 2048)
	id, err := w.encode(&b, x)
	if err != nil {
		return Location{}, "", fmt.Errorf("archive: %s: %w", x.URL, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return Location{}, "", w.broken
	}
	if w.file == nil {
		return Location{}, "", fmt.Errorf("archive %s: %w", w.dir, os.ErrClosed)
	}
	if w.size >= w.cfg.MaxFile {
		if err := w.rotate(); err != nil {
			return Location{}, "", err
		}
	}
	offset, err := w.append(b.Bytes())
	if err != nil {
		return Location{}, "", err
	}
	return Location{File: w.name, Offset: offset}, id, nil
}

func (w *Writer) rotate() error {
	if err := errors.Join(w.file.Sync(), w.file.Close()); err != nil {
		w.broken = fmt.Errorf("archive: %w", err)
		return w.broken
	}
	w.full = append(w.full, w.name)
	w.file = nil
	return w.begin()
}

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
		header = header.With("WARC-Payload-Digest", sha1Base32(x.Body)).
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

// Sync makes what was written so far durable. Files that were complete at the
// last Sync lose their .open suffix now: whoever calls Sync has acknowledged
// what the one before covered.
func (w *Writer) Sync(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w.syncMu.Lock()
	defer w.syncMu.Unlock()
	w.mu.Lock()
	f := w.file
	if f == nil {
		w.mu.Unlock()
		return nil
	}
	err := w.publish(w.settled)
	w.settled = nil
	full := w.full
	w.full = nil
	w.mu.Unlock()
	if err != nil {
		return err
	}
	// Writers go on while the disk works.
	if err := f.Sync(); err != nil && !errors.Is(err, os.ErrClosed) { // a rotated file was synced when it was closed
		return fmt.Errorf("archive: %w", err)
	}
	w.mu.Lock()
	w.settled = full
	w.mu.Unlock()
	return nil
}

// Recovered says that what a killed process left was read and acknowledged as
// far as needed: its files may lose their suffix like all others.
func (w *Writer) Recovered() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.full = append(w.left, w.full...)
	w.left = nil
}

func (w *Writer) publish(names []string) error {
	for _, name := range names {
		path := filepath.Join(w.dir, name)
		if err := os.Rename(path+openSuffix, path); err != nil {
			return fmt.Errorf("archive: %w", err)
		}
	}
	return nil
}

// Close ends the files; all that was written counts as acknowledged.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.file == nil {
		return nil
	}
	err := errors.Join(w.file.Sync(), w.file.Close(), w.publish(slices.Concat(w.left, w.settled, w.full, []string{w.name})))
	w.file, w.left, w.settled, w.full = nil, nil, nil, nil
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	return nil
}

// Abandon closes the files and leaves them under .open, because what was written
// last was not acknowledged.
func (w *Writer) Abandon() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.file == nil {
		return nil
	}
	err := w.file.Close()
	w.file = nil
	return err
}
