package officedoc

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// entry is one member of a ZIP archive, found in its directory or, when the
// directory is lost, by its local header.
type entry struct {
	name      string // decoded, slashes forward
	dir       bool
	encrypted bool
	overlaps  bool   // said to lie where another member lies: no honest program writes so
	size      uint64 // as declared; zero when not known
	packed    uint64
	open      func() (io.ReadCloser, error)
}

func newEntry(name string, nonUTF8 bool, flags uint16) entry {
	return entry{name: memberName(name, nonUTF8), dir: strings.HasSuffix(name, "/"), encrypted: flags&1 != 0}
}

// maxEntries bounds how many members of an archive are looked at.
const maxEntries = 40_000

// readArchive lists the members of a ZIP. damaged tells that the directory could
// not be read and the members were found by their local headers (APPNOTE.TXT
// §4.3.7), as happens to downloads that were cut short.
func readArchive(data []byte) (entries []entry, damaged bool, err error) {
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err == nil || errors.Is(err, zip.ErrInsecurePath) {
		for _, f := range zr.File[:min(len(zr.File), maxEntries)] {
			e := newEntry(f.Name, f.NonUTF8, f.Flags)
			e.size, e.packed, e.open = f.UncompressedSize64, f.CompressedSize64, f.Open
			entries = append(entries, e)
		}
		markOverlaps(entries, zr.File)
		return entries, len(zr.File) > maxEntries, nil
	}
	if entries = scanLocalHeaders(data); len(entries) == 0 {
		return nil, true, err
	}
	return entries, true, nil
}

// markOverlaps marks the members whose bytes lie within another's, which comes
// first in the archive's bytes: a few kilobytes could else be unpacked a million
// times over.
func markOverlaps(entries []entry, files []*zip.File) {
	type place struct {
		i          int
		begin, end int64
	}
	places := make([]place, 0, len(entries))
	for i := range entries {
		begin, err := files[i].DataOffset()
		if err != nil {
			continue // it cannot be opened either
		}
		places = append(places, place{i, begin, begin + int64(entries[i].packed)})
	}
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(a.begin, b.begin) })
	end := int64(0)
	for _, p := range places {
		if p.begin < end && p.end > p.begin {
			entries[p.i].overlaps = true
			continue
		}
		end = max(end, p.end)
	}
}

// memberName decodes a member's name. Chinese Windows writes it in GBK and
// leaves the UTF-8 flag clear; other programs write UTF-8 without the flag.
func memberName(name string, nonUTF8 bool) string {
	if nonUTF8 && !utf8.ValidString(name) {
		if s, err := simplifiedchinese.GB18030.NewDecoder().String(name); err == nil {
			name = s
		}
	}
	return strings.ReplaceAll(strings.ToValidUTF8(name, "\uFFFD"), `\`, "/")
}

var localMagic = []byte("PK\x03\x04")

// scanLocalHeaders finds members by the signature of their local headers.
func scanLocalHeaders(data []byte) (entries []entry) {
	for len(entries) < maxEntries {
		i := bytes.Index(data, localMagic)
		if i < 0 || len(data)-i < 30 {
			break
		}
		h := data[i:]
		number := func(at int) int { return int(binary.LittleEndian.Uint16(h[at:])) }
		flags, method, nameEnd := number(6), number(8), 30+number(26)
		start := nameEnd + number(28)
		if start > len(h) || method != int(zip.Store) && method != int(zip.Deflate) {
			data = h[len(localMagic):]
			continue
		}
		body := h[start:] // up to the next header or the end
		if packed := int(binary.LittleEndian.Uint32(h[18:])); packed > 0 && packed <= len(body) {
			body = body[:packed]
		} else if next := bytes.Index(body, localMagic); next >= 0 {
			body = body[:next]
		}
		e := newEntry(string(h[30:nameEnd]), flags&0x800 == 0, uint16(flags))
		e.packed = uint64(len(body))
		e.open = func() (io.ReadCloser, error) {
			if method == int(zip.Store) {
				return io.NopCloser(bytes.NewReader(body)), nil
			}
			return flate.NewReader(bytes.NewReader(body)), nil
		}
		entries = append(entries, e)
		data = h[start+len(body):]
	}
	return entries
}

// read returns a member's content, at most limit bytes of it. What a damaged or
// oversized member gives before its error is returned with the error.
func (e entry) read(limit int64) ([]byte, error) {
	if e.overlaps {
		return nil, errOverlaps
	}
	rc, err := e.open()
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	// The declared size may lie; it only sizes the first allocation.
	var buf bytes.Buffer
	buf.Grow(int(min(e.size, uint64(limit), 1<<20)) + bytes.MinRead)
	if _, err := buf.ReadFrom(io.LimitReader(rc, limit+1)); err != nil {
		return buf.Bytes()[:min(int64(buf.Len()), limit)], err
	}
	if int64(buf.Len()) > limit {
		return buf.Bytes()[:limit], fmt.Errorf("%w: larger than %d MiB unpacked", errTooLarge, limit>>20)
	}
	return buf.Bytes(), nil
}

var (
	errTooLarge = errors.New("member too large")
	errOverlaps = errors.New("it is said to lie where another lies")
)
