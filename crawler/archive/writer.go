package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
)

// openSuffix marks a file that is being written, as other crawlers do. It goes
// when the file is complete and all of it was acknowledged, so that after a crash
// the files under it are those to be looked through.
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

// A Writer writes pages into a folder of WARC files, compressed by record. Its
// methods are safe for concurrent use; compression runs in the callers.
type Writer struct {
	dir string
	cfg WriterConfig

	mu      sync.Mutex
	file    *os.File
	name    string // base name, without openSuffix
	size    int64
	begun   time.Time // when the file was
	bare    int64     // its size when it holds no page
	serial  int
	full    []string       // complete files, still under openSuffix
	unacked map[string]int // pages written and not acknowledged yet, by file
	left    []string       // files of a killed process, until Recovered
	broken  error          // a write that failed and could not be undone
	gz      sync.Pool      // of *gzip.Writer
	buffers sync.Pool      // of *bytes.Buffer
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
	w := &Writer{dir: dir, cfg: cfg, unacked: map[string]int{}}
	w.buffers.New = func() any { return new(bytes.Buffer) }
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
		if err := cutAt(path, end); err != nil {
			return nil, fmt.Errorf("archive: cutting the torn end off: %w", err)
		}
		name := strings.TrimSuffix(filepath.Base(path), openSuffix)
		w.left = append(w.left, name)
		w.unacked[name]++ // it holds nobody knows what, until Recovered
		if i < len(open)-1 {
			w.full = append(w.full, name)
			continue
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			return nil, fmt.Errorf("archive: %w", err)
		}
		w.file, w.name, w.size = f, name, end
	}
	w.begun = cfg.Now() // of a file that is written on: what is there waits no longer than that of a new one
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

// cutAt cuts a file and makes what remains durable: it is acknowledged next.
func cutAt(path string, end int64) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Truncate(end), f.Sync(), f.Close())
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
		w.file, w.name, w.size, w.begun = f, name, 0, w.cfg.Now()
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
	w.bare = w.size
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
	b := w.buffers.Get().(*bytes.Buffer)
	defer w.buffers.Put(b)
	b.Reset()
	id, err := w.encode(b, x)
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
	w.unacked[w.name]++
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

// Turn completes a file that was begun so long ago and holds pages, and begins
// the next one, so that what is fetched slowly does not stay in an open file.
func (w *Writer) Turn(age time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.file == nil || w.broken != nil || w.size <= w.bare || w.cfg.Now().Sub(w.begun) < age {
		return nil
	}
	if err := w.rotate(); err != nil {
		return err
	}
	return w.publishSettled()
}

// Sync makes what was written before it durable.
func (w *Writer) Sync(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w.mu.Lock()
	f := w.file
	w.mu.Unlock()
	if f == nil {
		return nil
	}
	// Writers go on while the disk works.
	if err := f.Sync(); err != nil && !errors.Is(err, os.ErrClosed) { // a rotated file was synced when it was closed
		return fmt.Errorf("archive: %w", err)
	}
	return nil
}

// Acknowledge says that the pages at these locations, as Write answered them,
// need not be told of after a crash. A complete file whose pages are all
// acknowledged loses its .open suffix.
func (w *Writer) Acknowledge(at ...Location) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, l := range at {
		if w.unacked[l.File]--; w.unacked[l.File] <= 0 {
			delete(w.unacked, l.File)
		}
	}
	return w.publishSettled()
}

// Recovered says that what a killed process left was read and acknowledged as
// far as needed: its files may lose their suffix like all others.
func (w *Writer) Recovered() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, name := range w.left {
		if w.unacked[name]--; w.unacked[name] <= 0 {
			delete(w.unacked, name)
		}
	}
	w.left = nil
	return w.publishSettled()
}

// publishSettled publishes the complete files that have nothing unacknowledged.
func (w *Writer) publishSettled() error {
	var settled, rest []string
	for _, name := range w.full {
		if w.unacked[name] == 0 {
			settled = append(settled, name)
		} else {
			rest = append(rest, name)
		}
	}
	w.full = rest
	return w.publish(settled)
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

// Close ends the files. Those with pages that were not acknowledged stay under
// .open, for the next process to tell of them.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.file == nil {
		return nil
	}
	w.full = append(w.full, w.name)
	err := errors.Join(w.file.Sync(), w.file.Close(), w.publishSettled())
	w.file = nil
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	return nil
}
