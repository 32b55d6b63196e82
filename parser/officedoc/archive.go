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

// maxEntries bounds how many members of an archive are looked at.
const maxEntries = 40_000

// readArchive lists the members of a ZIP. damaged tells that the directory could
// not be read and the members were found by their local headers (APPNOTE.TXT
// §4.3.7), as happens to downloads that were cut short.
func readArchive(data []byte) (entries []entry, damaged bool, err error) {
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err == nil || errors.Is(err, zip.ErrInsecurePath) {
		for _, f := range zr.File[:min(len(zr.File), maxEntries)] {
			entries = append(entries, entry{
				name:      memberName(f.Name, f.NonUTF8),
				dir:       strings.HasSuffix(f.Name, "/"),
				encrypted: f.Flags&1 != 0,
				size:      f.UncompressedSize64,
				packed:    f.CompressedSize64,
				open:      f.Open,
			})
		}
		markOverlaps(entries, zr.File)
		return entries, len(zr.File) > maxEntries, nil
	}
	for _, h := range scanLocalHeaders(data, maxEntries) {
		entries = append(entries, entry{
			name:      memberName(h.name, h.flags&0x800 == 0),
			dir:       strings.HasSuffix(h.name, "/"),
			encrypted: h.flags&1 != 0,
			packed:    uint64(len(h.data)),
			open:      h.open,
		})
	}
	if len(entries) == 0 {
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

type localHeader struct {
	name   string
	flags  uint16
	method uint16
	data   []byte // from the first packed byte to the next header or the end
}

var localMagic = []byte("PK\x03\x04")

// scanLocalHeaders finds members by the signature of their local headers.
func scanLocalHeaders(data []byte, limit int) []localHeader {
	var hs []localHeader
	for pos := 0; len(hs) < limit; {
		i := bytes.Index(data[pos:], localMagic)
		if i < 0 {
			break
		}
		pos += i
		if len(data)-pos < 30 {
			break
		}
		h := data[pos:]
		nameLen := int(binary.LittleEndian.Uint16(h[26:]))
		start := 30 + nameLen + int(binary.LittleEndian.Uint16(h[28:]))
		packed := int(binary.LittleEndian.Uint32(h[18:]))
		method := binary.LittleEndian.Uint16(h[8:])
		if start > len(h) || (method != zip.Store && method != zip.Deflate) {
			pos += 4
			continue
		}
		body := h[start:]
		next := bytes.Index(body, localMagic)
		if packed > 0 && packed <= len(body) {
			body, next = body[:packed], packed
		} else if next >= 0 {
			body = body[:next]
		}
		hs = append(hs, localHeader{
			name:   string(h[30 : 30+nameLen]),
			flags:  binary.LittleEndian.Uint16(h[6:]),
			method: method,
			data:   body,
		})
		pos += start + len(body)
	}
	return hs
}

func (h localHeader) open() (io.ReadCloser, error) {
	r := bytes.NewReader(h.data)
	if h.method == zip.Store {
		return io.NopCloser(r), nil
	}
	return flate.NewReader(r), nil
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
