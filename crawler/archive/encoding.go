package archive

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Errors of Decode; match with errors.Is.
var (
	// ErrDecodedTooLarge says that a body is larger than the limit decompressed.
	ErrDecodedTooLarge = errors.New("the decompressed body is larger than the limit")
	// ErrEncoding says that a content coding is unknown or its data are damaged.
	ErrEncoding = errors.New("the body cannot be decompressed")
)

// maxCodings is how many content codings one body may have on top of each other.
const maxCodings = 3

// Decode undoes the codings of a Content-Encoding header (RFC 9110, section 8.4):
// gzip, deflate, br, zstd and identity. The answer is raw itself when there is
// nothing to undo. More than limit octets are an ErrDecodedTooLarge, with no
// more than that ever in memory.
//
// A body declared as gzip without gzip's signature is taken as it is: servers
// that announce what they do not do are common, and the signature leaves no doubt.
func Decode(encoding string, raw []byte, limit int64) ([]byte, error) {
	var codings []string
	for c := range strings.SplitSeq(encoding, ",") {
		if c = strings.ToLower(strings.TrimSpace(c)); c != "" && c != "identity" {
			codings = append(codings, c)
		}
	}
	if len(codings) > maxCodings {
		return nil, fmt.Errorf("%w: %d codings on top of each other", ErrEncoding, len(codings))
	}
	if len(raw) == 0 {
		return raw, nil
	}
	body := raw
	for i := len(codings) - 1; i >= 0; i-- {
		var err error
		if body, err = decodeOne(codings[i], body, limit); err != nil {
			return nil, err
		}
	}
	return body, nil
}

func decodeOne(coding string, data []byte, limit int64) ([]byte, error) {
	src := bytes.NewReader(data)
	var r io.Reader
	switch coding {
	case "gzip", "x-gzip":
		if !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
			return data, nil
		}
		z, err := gzip.NewReader(src)
		if err != nil {
			return nil, fmt.Errorf("%w: gzip: %v", ErrEncoding, err)
		}
		// What follows the first member is padding that browsers ignore too.
		z.Multistream(false)
		r = z
	case "deflate":
		// The name means zlib (RFC 9110, section 8.4.1.2); old servers send the
		// bare DEFLATE data.
		if z, err := zlib.NewReader(src); err == nil {
			r = z
		} else {
			src.Reset(data)
			r = flate.NewReader(src)
		}
	case "br":
		r = brotli.NewReader(src)
	case "zstd":
		z, err := zstd.NewReader(src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(uint64(max(limit, 1<<20))), zstd.WithDecoderMaxWindow(8<<20))
		if err != nil {
			return nil, fmt.Errorf("%w: zstd: %v", ErrEncoding, err)
		}
		defer z.Close()
		r = z
	default:
		return nil, fmt.Errorf("%w: content coding %q is not known", ErrEncoding, coding)
	}
	var b bytes.Buffer
	b.Grow(int(min(limit, int64(len(data))*4)) + bytes.MinRead)
	n, err := b.ReadFrom(io.LimitReader(r, limit+1))
	if n > limit {
		return nil, fmt.Errorf("%w of %d octets", ErrDecodedTooLarge, limit)
	}
	if errors.Is(err, zstd.ErrDecoderSizeExceeded) || errors.Is(err, zstd.ErrWindowSizeExceeded) {
		return nil, fmt.Errorf("%w of %d octets", ErrDecodedTooLarge, limit)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %v", ErrEncoding, coding, err)
	}
	return b.Bytes(), nil
}
