package pdfdoc

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// Config configures a Reader; its zero value is safe.
type Config struct {
	// CacheDir keeps PDFium as compiled for this machine between runs, some 20 MB:
	// with it a Reader starts in a tenth of a second, without it in four seconds.
	// "" keeps nothing.
	CacheDir string
	// PageTime is how long the processor may work for opening a file and again for
	// each page; what takes longer is a file made to. Zero is 0.6 seconds, where a
	// page takes a thirtieth of one.
	PageTime time.Duration
}

// Bounds of reading. Reports have ten pages, and what has none of their words on the first
// pages is none: longer ones take seconds.
const (
	workers    = 2  // files that are read at once; more wait
	memoryMiB  = 64 // of each worker
	fileTime   = time.Minute
	maxPages   = 300
	firstPages = 30
)

// speaks reports whether a page has the word that is in every report's title. Its
// characters need not be in order of their places.
func (p *page) speaks() bool {
	var text strings.Builder
	for _, g := range p.glyphs {
		text.WriteRune(g.r)
	}
	return strings.Contains(text.String(), "公开") || strings.Contains(text.String(), "公開")
}

// Reader reads PDF files. It may be used by many goroutines, and starts PDFium
// when it is needed first.
//
// Each file gets a PDFium of its own (three milliseconds): what a hostile file
// does to it ends with the file.
type Reader struct {
	cfg    Config
	mu     sync.Mutex
	pool   pdfium.Pool
	cache  wazero.CompilationCache
	closed bool
}

// New returns a reader; Close frees what it holds.
func New(cfg Config) *Reader {
	cfg.PageTime = cmp.Or(max(cfg.PageTime, 0), 600*time.Millisecond)
	return &Reader{cfg: cfg}
}

var errClosed = errors.New("pdfdoc: the reader is closed")

// start compiles PDFium, or takes it from the cache, once.
func (r *Reader) start() (pdfium.Pool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.closed:
		return nil, errClosed
	case r.pool != nil:
		return r.pool, nil
	}
	rc := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(memoryMiB * 16). // of 64 KiB
		WithCloseOnContextDone(true)          // or nothing could stop a loop
	if r.cfg.CacheDir != "" {
		cache, err := wazero.NewCompilationCacheWithDir(r.cfg.CacheDir)
		if err != nil {
			return nil, fmt.Errorf("pdfdoc: the cache directory %s cannot be used: %w", r.cfg.CacheDir, err)
		}
		r.cache = cache
		rc = rc.WithCompilationCache(cache)
	}
	font, err := fonts()
	if err != nil {
		return nil, fmt.Errorf("pdfdoc: %w", err)
	}
	pool, err := webassembly.Init(webassembly.Config{
		MaxTotal:      workers,
		RuntimeConfig: rc,
		FSConfig:      wazero.NewFSConfig().WithFSMount(font, "/"), // no file of this machine
		Stdout:        io.Discard,
		Stderr:        io.Discard,
	})
	if err != nil {
		return nil, fmt.Errorf("pdfdoc: starting PDFium: %w", err)
	}
	r.pool = pool
	return pool, nil
}

// Close stops PDFium and frees its memory. Reads that are under way fail.
func (r *Reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	r.closed = true
	var errs []error
	if r.pool != nil {
		errs = append(errs, r.pool.Close())
	}
	if r.cache != nil {
		errs = append(errs, r.cache.Close(context.Background()))
	}
	return errors.Join(errs...)
}

// Read reads a PDF. The error wraps document.ErrFormat, document.ErrEncrypted or
// document.ErrDamaged, or is ctx's. Pages that cannot be read, or take longer
// than they may, are findings.
func (r *Reader) Read(ctx context.Context, data []byte) (*document.Document, error) {
	if !bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF")) {
		return nil, failed(document.ErrFormat, "")
	}
	if len(data) > memoryMiB<<19 { // half the worker's memory
		return nil, failed(document.ErrDamaged, fmt.Sprintf("larger than %d MiB", memoryMiB/2))
	}
	pool, err := r.start()
	if err != nil {
		return nil, err
	}
	instance, err := pool.GetInstanceWithContext(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("pdfdoc: starting PDFium: %w", err)
	}
	w := newWatch(ctx, instance, r.cfg.PageTime)
	f := &file{instance: instance}
	err = f.read(data, w)
	w.stop()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	return compose(ctx, f)
}

// failed is why there is no document.
func failed(why error, detail string) error {
	return &document.ReadError{Container: document.PDF, Err: why, Detail: detail}
}

// file is what is taken out of PDFium: pages of characters and lines.
type file struct {
	instance pdfium.Pdfium
	doc      references.FPDF_DOCUMENT
	title    string
	pages    []page
	findings []report.Finding
	objects  int // page objects looked at, of all pages
}

// read opens the file and takes its pages out. Whatever goes wrong after opening
// is a finding.
func (f *file) read(data []byte, w *watch) error {
	opened, err := f.instance.OpenDocument(&requests.OpenDocument{File: &data})
	switch {
	case w.expired():
		return failed(document.ErrDamaged, "opening it takes too long")
	case errors.Is(err, pdfiumerrors.ErrPassword):
		return failed(document.ErrEncrypted, "open it with its password and save it without one")
	case errors.Is(err, pdfiumerrors.ErrSecurity):
		return failed(document.ErrEncrypted, "its encryption is not known")
	case err != nil:
		return failed(document.ErrDamaged, err.Error())
	}
	f.doc = opened.Document
	count := told(f.instance.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: f.doc})).PageCount
	if count == 0 {
		return failed(document.ErrDamaged, "it has no pages")
	}
	f.title = told(f.instance.FPDF_GetMetaText(&requests.FPDF_GetMetaText{Document: f.doc, Tag: "Title"})).Value
	if count > maxPages {
		f.find(report.RuleLimit, "The file has %d pages; only the first %d were read.", count, maxPages)
	}
	speaks := false
	for i := range min(count, maxPages) {
		if i == firstPages && !speaks {
			f.find(report.RuleLimit, "The file has %d pages, and the first %d do not speak of 公开, as every report does; the others were not read.", count, firstPages)
			break
		}
		w.page()
		p, err := f.page(i)
		if w.expired() {
			f.find(report.RuleLimit, "Page %d takes longer than any report's; it and what follows were not read.", i+1)
			return nil
		}
		if err != nil {
			f.find(report.RuleMalformed, "Page %d is damaged and was not read: %v.", i+1, err)
			// Its number is kept so that nothing is joined over the gap.
			p = page{damaged: true}
		}
		speaks = speaks || p.speaks()
		f.pages = append(f.pages, p)
	}
	f.noteCut(data)
	return nil
}

// noteCut notes that the file is not whole: its end is missing (ISO 32000-1
// §7.5.5). What it ends in is the last page that has text.
func (f *file) noteCut(data []byte) {
	tail := data[max(0, len(data)-4096):]
	if bytes.Contains(tail, []byte("%%EOF")) || bytes.Contains(tail, []byte("startxref")) {
		return
	}
	f.find(report.RuleTruncated, "The file is cut short: its end is missing. What stood there was not read.")
	for i := len(f.pages) - 1; i >= 0; i-- {
		if len(f.pages[i].glyphs) > 0 {
			f.pages[i].cut = true
			return
		}
	}
}

// maxFindings bounds what one file can say about itself.
const maxFindings = 50

func (f *file) find(rule, format string, args ...any) {
	if len(f.findings) < maxFindings {
		f.findings = append(f.findings, report.Warning(rule, format, args...))
	}
}
