package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"slices"
	"strings"

	"nianbao/crawler/archive"
	"nianbao/parser"
	"nianbao/store"
)

// errPacked says that a file is a ZIP archive with WARC files in it, as WACZ
// packages are.
var errPacked = errors.New("it is an archive with WARC files")

// holdsWARC reports whether a file is a ZIP archive that WARC files lie in.
func holdsWARC(f io.ReaderAt, size int64, head []byte) bool {
	if !bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return false
	}
	z, err := zip.NewReader(f, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return false // the parser says what is wrong with it
	}
	for _, m := range z.File {
		if isWARC(m) {
			return true
		}
	}
	return false
}

func isWARC(m *zip.File) bool {
	r, err := m.Open()
	if err != nil {
		return false
	}
	defer r.Close()
	head := make([]byte, headSize)
	n, err := io.ReadFull(r, head)
	return (err == nil || errors.Is(err, io.ErrUnexpectedEOF)) && archive.Is(head[:n])
}

// packed yields the pages of a ZIP file's WARC files, and the rest of it as a
// document.
func packed(ctx context.Context, name string, yield func(input) bool) bool {
	f, err := os.Open(name)
	if err != nil {
		return yield(failed(name, err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return yield(failed(name, err))
	}
	return unpack(ctx, f, info.Size(), name, yield)
}

func unpack(ctx context.Context, f interface {
	io.ReaderAt
	io.Reader
}, size int64, name string, yield func(input) bool) bool {
	z, err := zip.NewReader(f, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return yield(failed(name, err))
	}
	rest, wacz := false, slices.ContainsFunc(z.File, func(m *zip.File) bool { return m.Name == "datapackage.json" })
	for _, m := range z.File {
		switch {
		case isWARC(m):
			if !member(ctx, m, name, yield) {
				return false
			}
		case !strings.HasSuffix(m.Name, "/") && !(wacz && ofPackage(m.Name)):
			rest = true
		}
	}
	if !rest {
		return ctx.Err() == nil
	}
	data, err := readRest(f, nil, size)
	if err != nil {
		return yield(failed(name, err))
	}
	return yield(input{source: parser.Source{Name: name, Data: data, WARCs: true}, document: store.Document{Bytes: size}})
}

// member yields the pages of a WARC file in a ZIP file. Where it was packed as it
// is, as in a WACZ package, a page can be found again in the ZIP file itself.
func member(ctx context.Context, m *zip.File, name string, yield func(input) bool) bool {
	whole := name + "#" + m.Name
	r, err := m.Open()
	if err != nil {
		return yield(failed(whole, err))
	}
	defer r.Close()
	begin, err := m.DataOffset()
	if err != nil {
		return yield(failed(whole, err))
	}
	return pages(ctx, placed(archive.Pages(ctx, r, whole, archive.ReaderConfig{}), func(p *archive.Page) {
		if p.File = ""; m.Method == zip.Store && name != "-" {
			p.File, p.Offset = name, p.Offset+begin
		}
	}), whole, yield)
}

func placed(all iter.Seq2[*archive.Page, error], place func(*archive.Page)) iter.Seq2[*archive.Page, error] {
	return func(yield func(*archive.Page, error) bool) {
		for p, err := range all {
			if p != nil {
				place(p)
			}
			if !yield(p, err) {
				return
			}
		}
	}
}

// ofPackage reports whether a file belongs to a WACZ package itself (Web Archive
// Collection Zipped 1.1.1, section 5.2): its description, lists and indexes.
func ofPackage(name string) bool {
	first, _, inFolder := strings.Cut(name, "/")
	return inFolder && (first == "indexes" || first == "pages" || first == "logs") || name == "datapackage.json" || name == "datapackage-digest.json"
}
