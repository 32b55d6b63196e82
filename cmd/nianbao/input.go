package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"mime"
	"os"
	"path/filepath"
	"strings"

	"nianbao/crawler"
	"nianbao/crawler/archive"
	"nianbao/crawler/bucket"
	"nianbao/parser"
	"nianbao/parser/document"
	"nianbao/store"
)

// maxInput bounds one file; a report is a thousand times smaller.
const maxInput = 64 << 20

// input is one document to parse, or the reason why it could not be read.
type input struct {
	source   parser.Source
	document store.Document
	request  crawler.Request // of a page that a crawl fetched: its seed, and what it was taken for
	err      error
}

// inputs yields the documents that the arguments name, in a fixed order: files
// as they are, folders with all that is in them, WARC files page by page, and
// - for standard input.
func (a *app) inputs(ctx context.Context, args []string) iter.Seq[input] {
	return func(yield func(input) bool) {
		for _, arg := range args {
			if arg == "-" {
				if !a.standardInput(ctx, yield) {
					return
				}
				continue
			}
			if bucket.Is(arg) {
				if !storeInputs(ctx, arg, yield) {
					return
				}
				continue
			}
			info, err := os.Stat(arg)
			switch {
			case err != nil:
				if !yield(failed(arg, err)) {
					return
				}
			case info.IsDir():
				if !folder(ctx, arg, yield) {
					return
				}
			default:
				if !file(ctx, arg, yield) {
					return
				}
			}
			if ctx.Err() != nil {
				return
			}
		}
	}
}

func failed(name string, err error) input {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return input{source: parser.Source{Name: name}, err: fmt.Errorf("cannot be read: %w", err)}
}

// standardInput yields what standard input holds: one document, or the pages of
// a WARC file, as far as they go. A read from a terminal cannot be stopped, so
// when ctx ends it is left behind.
func (a *app) standardInput(ctx context.Context, yield func(input) bool) bool {
	piped, pipe := io.Pipe()
	defer piped.Close()
	go func() {
		_, err := io.Copy(pipe, a.stdin)
		pipe.CloseWithError(err) // nil is the end
	}()
	stop := context.AfterFunc(ctx, func() { pipe.CloseWithError(ctx.Err()) })
	defer stop()
	in := bufio.NewReaderSize(piped, headSize)
	head, err := in.Peek(headSize)
	switch {
	case ctx.Err() != nil:
		return false
	case err != nil && err != io.EOF:
		return yield(failed("-", err))
	case archive.Is(head):
		return pages(ctx, archive.Pages(ctx, in, "-", archive.ReaderConfig{}), "-", yield)
	}
	data, err := io.ReadAll(io.LimitReader(in, maxInput+1))
	switch {
	case ctx.Err() != nil:
		return false
	case err != nil:
		return yield(failed("-", err))
	case len(data) > maxInput:
		return yield(failed("-", errTooLarge))
	case holdsWARC(bytes.NewReader(data), int64(len(data)), head):
		return unpack(ctx, bytes.NewReader(data), int64(len(data)), "-", yield)
	}
	return yield(input{source: parser.Source{Name: "-", Data: data}})
}

// headSize is how much of a file tells whether it is a WARC file.
const headSize = 16 << 10

var errTooLarge = fmt.Errorf("it is larger than %d MiB, which no report is", maxInput>>20)

// folder yields every file below a folder, in the order of their names.
// Hidden files, and the state files that a crawl keeps beside its archive, are
// no documents.
func folder(ctx context.Context, dir string, yield func(input) bool) bool {
	files := 0
	goOn := true
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return fs.SkipAll
		case err != nil:
			if goOn = yield(failed(path, err)); !goOn {
				return fs.SkipAll
			}
			return nil
		case strings.HasPrefix(d.Name(), ".") && path != dir:
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		case stateFile(d.Name()):
			return nil
		}
		files++
		if goOn = file(ctx, path, yield); !goOn {
			return fs.SkipAll
		}
		return nil
	})
	if goOn && err != nil {
		goOn = yield(failed(dir, err))
	}
	if goOn && err == nil && files == 0 && ctx.Err() == nil {
		goOn = yield(input{source: parser.Source{Name: dir}, err: errors.New("the folder holds no file")})
	}
	return goOn
}

func stateFile(name string) bool {
	for _, end := range []string{".frontier", ".lock", "-wal", "-shm", ".cdx", ".cdxj"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// file yields one file, or the pages of a WARC file. Its content decides which:
// names say little, and pieces of a file that was split are named otherwise.
func file(ctx context.Context, path string, yield func(input) bool) bool {
	switch data, err := readFile(path); {
	case errors.Is(err, errWARC):
		return pages(ctx, archive.Open(ctx, path, archive.ReaderConfig{}), path, yield)
	case errors.Is(err, errPacked):
		return packed(ctx, path, yield)
	case err != nil:
		return yield(failed(path, err))
	default:
		return yield(input{source: parser.Source{Name: path, Data: data}, document: store.Document{Bytes: int64(len(data))}})
	}
}

// namesWARC reports whether a file is called a WARC file: one that begins with
// damage is read as such, for what follows the damage.
func namesWARC(path string) bool {
	lower := strings.TrimSuffix(strings.ToLower(path), ".open")
	return strings.HasSuffix(lower, ".warc") || strings.HasSuffix(lower, ".warc.gz")
}

// errWARC says that a file is a WARC file.
var errWARC = errors.New("it is a WARC file")

// readFile reads a regular file that is no WARC file.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path) // to open a pipe might take for ever
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, headSize)
	n, err := io.ReadFull(f, head)
	switch head = head[:n]; {
	case err != nil && err != io.EOF && err != io.ErrUnexpectedEOF:
		return nil, err
	case archive.Is(head), namesWARC(path) && parser.Container(head) == document.Text:
		return nil, errWARC
	case holdsWARC(f, info.Size(), head):
		return nil, errPacked
	}
	return readRest(f, head, info.Size())
}

// readRest reads an open file of which the head was read.
func readRest(f io.Reader, head []byte, size int64) ([]byte, error) {
	if size > maxInput {
		return nil, errTooLarge
	}
	b := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead))
	b.Write(head)
	_, err := b.ReadFrom(f)
	return b.Bytes(), err
}

// pages yields the pages of a WARC file that are there whole and answered with
// success.
func pages(ctx context.Context, all iter.Seq2[*archive.Page, error], name string, yield func(input) bool) bool {
	for page, err := range all {
		if err != nil {
			if ctx.Err() != nil {
				return false
			}
			if !yield(failed(name, err)) {
				return false
			}
			continue
		}
		if page.Type == archive.TypeRevisit || page.Status < 200 || page.Status > 299 || auxiliary(page) {
			continue
		}
		capture, err := crawler.CaptureOf(page)
		if err != nil {
			if !yield(failed(page.URL, err)) {
				return false
			}
			continue
		}
		contentType := page.Header.Get("Content-Type")
		in := input{
			source: parser.Source{Name: page.URL, Data: page.Body, ContentType: contentType},
			document: store.Document{
				URL: page.URL, FetchedAt: page.Time, HTTPStatus: page.Status, ContentType: contentType, Bytes: int64(len(page.Body)),
			},
			request: capture.Request,
		}
		if page.File != "" {
			in.document.WARCFile, in.document.WARCOffset = filepath.Base(page.File), page.Offset
		}
		if !yield(in) {
			return false
		}
	}
	return ctx.Err() == nil
}

// auxiliary reports pages that a crawl keeps and that cannot be a report:
// robots.txt, pictures, styles, scripts, and what the crawler found to be
// something else.
func auxiliary(page *archive.Page) bool {
	if reason := page.Metadata.Get("reason"); reason != "" && !kept(crawler.Reason(reason)) {
		return true
	}
	if strings.HasSuffix(page.URL, "/robots.txt") {
		return true
	}
	kind, _, _ := mime.ParseMediaType(page.Header.Get("Content-Type"))
	major, minor, _ := strings.Cut(kind, "/")
	switch {
	case major == "image" || major == "font" || major == "audio" || major == "video":
		return true
	case minor == "css" || strings.Contains(minor, "javascript"):
		return true
	}
	return false
}
