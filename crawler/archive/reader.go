package archive

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// ReaderConfig bounds what a reader takes. The zero value is right for most.
type ReaderConfig struct {
	MaxRecord int64 // octets of a record's block; 128 MiB. Longer ones are an ErrTooLarge and skipped
	MaxBody   int64 // octets of a page's body decompressed; 64 MiB
}

func (c ReaderConfig) withDefaults() ReaderConfig {
	if c.MaxRecord <= 0 {
		c.MaxRecord = 128 << 20
	}
	if c.MaxBody <= 0 {
		c.MaxBody = 64 << 20
	}
	return c
}

const (
	maxHeaderLine = 64 << 10 // octets of a WARC header line
	maxHeaders    = 256      // header lines of a record
)

// A Record is one record of a WARC file.
type Record struct {
	Location
	Version string // "WARC/1.0", "WARC/1.1"
	Header  Fields
	Block   []byte
}

// Type is the record's WARC-Type in lower case.
func (r *Record) Type() string { return strings.ToLower(r.Header.Get("WARC-Type")) }

// TargetURI is the record's WARC-Target-URI without the angle brackets that
// WARC 1.0's grammar asked for and GNU wget writes.
func (r *Record) TargetURI() string {
	u := r.Header.Get("WARC-Target-URI")
	return strings.TrimSuffix(strings.TrimPrefix(u, "<"), ">")
}

// A RecordError says where in a file a record is bad. Next may be called again
// after it, for what follows the damage.
type RecordError struct {
	Location
	Err error
}

func (e *RecordError) Error() string {
	return fmt.Sprintf("%s: record at octet %d: %v", e.File, e.Offset, e.Err)
}

func (e *RecordError) Unwrap() error { return e.Err }

// A Reader reads the records of one WARC file, compressed or not.
type Reader struct {
	name string
	cfg  ReaderConfig
	ctx  context.Context
	seek io.Seeker // nil when the source cannot seek
	src  *countingReader
	gz   *gzip.Reader  // nil when the file is not compressed
	rec  *bufio.Reader // decompressed, or src itself
	// member is where the current gzip member begins; next is where to go on
	// after a damaged one, when it is not -1.
	member int64
	inside bool // a member is open
	resync int64
	begun  bool
	lost   bool // the beginning does not tell whether the file is compressed
	done   error
}

// countingReader knows its offset, and hands out single octets so that a
// decompressor takes no more than its member.
type countingReader struct {
	*bufio.Reader
	off int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.off += int64(n)
	return n, err
}

func (c *countingReader) ReadByte() (byte, error) {
	b, err := c.Reader.ReadByte()
	if err == nil {
		c.off++
	}
	return b, err
}

func (c *countingReader) discard(n int) error {
	n, err := c.Reader.Discard(n)
	c.off += int64(n)
	return err
}

// NewReader reads WARC records from r; name stands for it in messages and
// locations. When r is an io.Seeker too, the reader can go on after a damaged
// gzip member. The context ends the reading between records.
func NewReader(ctx context.Context, r io.Reader, name string, cfg ReaderConfig) *Reader {
	w := &Reader{name: name, cfg: cfg.withDefaults(), ctx: ctx, resync: -1}
	w.src = &countingReader{Reader: bufio.NewReaderSize(r, 64<<10)}
	w.seek, _ = r.(io.Seeker)
	return w
}

// Next is the next record, or io.EOF after the last one. The record is the
// caller's to keep.
func (r *Reader) Next() (*Record, error) {
	if r.done != nil {
		return nil, r.done
	}
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	rec, err := r.next()
	if err == nil {
		return rec, nil
	}
	if err == io.EOF {
		r.done = io.EOF
		return nil, io.EOF
	}
	e := &RecordError{Location{r.name, r.member}, err}
	if errors.Is(err, ErrTooLarge) && r.resync < 0 {
		return nil, e // the block was skipped, the reader stands at the next record
	}
	if !r.findNext() {
		r.done = io.EOF
	}
	return nil, e
}

func (r *Reader) next() (*Record, error) {
	if !r.begun {
		r.begun = true
		if err := r.begin(); err != nil {
			return nil, err
		}
	}
	if r.gz == nil {
		return r.plain()
	}
	for {
		if !r.inside {
			if _, err := r.src.Peek(1); err == io.EOF {
				return nil, io.EOF
			}
			r.member = r.src.off
			if err := r.gz.Reset(r.src); err != nil {
				return nil, cut(err)
			}
			r.gz.Multistream(false)
			r.rec.Reset(r.gz)
			r.inside = true
		}
		// A member may hold several records, though it should not.
		if _, err := r.rec.Peek(1); err == io.EOF {
			r.inside = false
			continue
		} else if err != nil {
			return nil, cut(err)
		}
		if r.member == 0 {
			if head, _ := r.rec.Peek(5); !strings.HasPrefix("WARC/", string(head)) {
				return nil, fmt.Errorf("%w: decompressed it begins with %q", ErrNotWARC, head)
			}
		}
		rec, err := r.record(r.rec)
		if err == errBlank {
			continue
		}
		if err != nil {
			return nil, err
		}
		rec.Location = Location{r.name, r.member}
		// The member's checksum is only looked at when its end is read.
		if _, err := r.rec.Peek(1); err == io.EOF {
			r.inside = false
		} else if err != nil {
			return nil, cut(err)
		}
		return rec, nil
	}
}

func (r *Reader) begin() error {
	head, err := r.src.Peek(5)
	if err != nil && err != io.EOF {
		return err
	}
	switch {
	case len(head) == 0:
		return fmt.Errorf("%w: it is empty", ErrNotWARC)
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		r.unpack()
	case string(head) == "WARC/":
	default:
		r.lost = true
		return fmt.Errorf("%w: it begins with neither WARC/ nor a gzip member", ErrNotWARC)
	}
	return nil
}

// unpack lets the reader read a compressed file.
func (r *Reader) unpack() {
	r.gz = new(gzip.Reader)
	r.rec = bufio.NewReaderSize(nil, 64<<10)
}

func (r *Reader) plain() (*Record, error) {
	for {
		if _, err := r.src.Peek(1); err == io.EOF {
			return nil, io.EOF
		}
		r.member = r.src.off
		rec, err := r.record(r.src)
		if err == errBlank {
			continue
		}
		if err != nil {
			return nil, err
		}
		rec.Location = Location{r.name, r.member}
		return rec, nil
	}
}

// cut turns the end of a source in the middle of something into ErrCut.
func cut(err error) error {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return ErrCut
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader):
		return fmt.Errorf("%w: %v", ErrRecord, err)
	}
	var corrupt interface{ Error() string }
	if errors.As(err, &corrupt) && strings.Contains(err.Error(), "flate") {
		return fmt.Errorf("%w: %v", ErrRecord, err)
	}
	return err
}

// errBlank says that only a line break was read: some writers put more than two
// after a record.
var errBlank = errors.New("blank line")

type lineReader interface {
	io.Reader
	io.ByteReader
}

func (r *Reader) record(src lineReader) (*Record, error) {
	line, err := readLine(src)
	if err != nil {
		return nil, err
	}
	if line == "" {
		return nil, errBlank
	}
	if !strings.HasPrefix(line, "WARC/1.") && !strings.HasPrefix(line, "WARC/0.") {
		if r.member == 0 {
			return nil, fmt.Errorf("%w: its first line is %q", ErrNotWARC, clip(line))
		}
		return nil, fmt.Errorf("%w: it begins with %q", ErrRecord, clip(line))
	}
	rec := &Record{Version: line}
	if rec.Header, err = readFields(src); err != nil {
		return nil, err
	}
	length, err := strconv.ParseInt(rec.Header.Get("Content-Length"), 10, 64)
	if err != nil || length < 0 {
		return nil, fmt.Errorf("%w: Content-Length %q", ErrRecord, clip(rec.Header.Get("Content-Length")))
	}
	if length > r.cfg.MaxRecord {
		if _, err := io.CopyN(io.Discard, src, length); err != nil {
			return nil, cut(err)
		}
		if err := endOfRecord(src); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%w: %d octets, the limit is %d", ErrTooLarge, length, r.cfg.MaxRecord)
	}
	// The length is a claim: memory grows with what is there.
	var b bytes.Buffer
	b.Grow(int(min(length, 1<<20)) + bytes.MinRead)
	if n, err := b.ReadFrom(io.LimitReader(src, length)); err != nil {
		return nil, cut(err)
	} else if n < length {
		return nil, ErrCut
	}
	rec.Block = b.Bytes()
	return rec, endOfRecord(src)
}

// readFields reads the header of a record, and the empty line behind it.
func readFields(src lineReader) (all Fields, err error) {
	for {
		line, err := readLine(src)
		if err != nil || line == "" {
			return all, err
		}
		if n := len(all); n > 0 && (line[0] == ' ' || line[0] == '\t') { // a folded line
			all[n-1].Value += " " + strings.TrimSpace(line)
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("%w: header line %q", ErrRecord, clip(line))
		}
		if len(all) == maxHeaders {
			return nil, fmt.Errorf("%w: more than %d header lines", ErrRecord, maxHeaders)
		}
		all = append(all, Field{strings.TrimSpace(name), strings.TrimSpace(value)})
	}
}

// endOfRecord reads the two line breaks after a block.
func endOfRecord(src io.ByteReader) error {
	for range 2 {
		b, err := src.ReadByte()
		if err == io.EOF {
			// GNU wget 1.14 left them out at the file's end.
			return nil
		}
		if err != nil {
			return cut(err)
		}
		if b == '\r' {
			if b, err = src.ReadByte(); err != nil {
				return cut(err)
			}
		}
		if b != '\n' {
			return fmt.Errorf("%w: its block is longer than its Content-Length", ErrRecord)
		}
	}
	return nil
}

func readLine(src io.ByteReader) (string, error) {
	var b []byte
	for {
		c, err := src.ReadByte()
		if err != nil {
			return "", cut(err)
		}
		if c == '\n' {
			return string(bytes.TrimSuffix(b, []byte{'\r'})), nil
		}
		if len(b) == maxHeaderLine {
			return "", fmt.Errorf("%w: a header line longer than %d octets", ErrRecord, maxHeaderLine)
		}
		b = append(b, c)
	}
}

// findNext looks for the next record after a damaged one: the next gzip member
// that decompresses to "WARC/", or the next line that begins with it.
func (r *Reader) findNext() bool {
	r.inside = false
	if r.seek == nil || !r.begun {
		return false
	}
	from := r.member + 1
	if _, err := r.seek.Seek(from, io.SeekStart); err != nil {
		return false
	}
	r.src.Reader.Reset(r.seek.(io.Reader))
	r.src.off = from
	for {
		window, err := r.src.Peek(32 << 10)
		if len(window) < len(recordLine) {
			return false
		}
		i, plain := r.beginning(window)
		switch {
		case i < 0 && err != nil:
			return false
		case i < 0:
			if r.src.discard(len(window)-len(recordLine)+1) != nil {
				return false
			}
			continue
		case plain:
			r.lost = false
			return r.src.discard(i+1) == nil
		}
		if r.src.discard(i) != nil {
			return false
		}
		if window, _ = r.src.Peek(4 << 10); looksLikeRecord(window) {
			if r.lost {
				r.lost = false
				r.unpack()
			}
			return true
		}
		if r.src.discard(1) != nil {
			return false
		}
	}
}

// recordLine is how a record begins in a file that is not compressed, behind the one
// before it, and memberHead how a gzip member does.
var recordLine, memberHead = []byte("\nWARC/1."), []byte{0x1f, 0x8b, 0x08}

// beginning is where in a piece of the file a record may begin, and whether it is a plain
// one; -1: nowhere.
func (r *Reader) beginning(window []byte) (at int, plain bool) {
	at = -1
	if r.gz == nil {
		at = bytes.Index(window, recordLine)
		plain = at >= 0
	}
	if r.gz != nil || r.lost {
		if k := bytes.Index(window, memberHead); k >= 0 && (!plain || k < at) {
			at, plain = k, false
		}
	}
	return at, plain
}

// Is reports whether a file that begins with head is a WARC file, compressed or
// not, whatever its name. A few kilobytes tell, and less where there is no more.
func Is(head []byte) bool {
	return bytes.HasPrefix(head, []byte("WARC/")) || bytes.HasPrefix(head, []byte{0x1f, 0x8b}) && looksLikeRecord(head)
}

// looksLikeRecord reports whether a gzip member's beginning holds a WARC record.
func looksLikeRecord(member []byte) bool {
	z, err := gzip.NewReader(bytes.NewReader(member))
	if err != nil {
		return false
	}
	head := make([]byte, 5)
	_, err = io.ReadFull(z, head)
	return err == nil && string(head) == "WARC/"
}

func clip(s string) string {
	if len(s) <= 80 {
		return s
	}
	return s[:80] + "…"
}
