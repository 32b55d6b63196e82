package archive

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"testing"
)

// Whatever a file holds, reading it ends, and a page it yields is whole.
func FuzzPages(f *testing.F) {
	dir := f.TempDir()
	w, err := NewWriter(dir, WriterConfig{})
	if err != nil {
		f.Fatal(err)
	}
	for _, x := range []*Exchange{exchange("http://a.example/1", "one"), exchange("http://a.example/2", "two")} {
		if _, _, err := w.Write(context.Background(), x); err != nil {
			f.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	files, err := Files(dir)
	if err != nil {
		f.Fatal(err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <http://a/>\r\nWARC-Date: 2022-01-01T00:00:00Z\r\nContent-Type: application/http\r\nContent-Length: 40\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok\r\n\r\n"))
	f.Add([]byte("WARC/1.1\r\nContent-Length: 99999999999\r\n\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, r := range []io.Reader{bytes.NewReader(data), struct{ io.Reader }{bytes.NewReader(data)}} {
			n := 0
			for p, err := range Pages(context.Background(), r, "f", ReaderConfig{MaxRecord: 1 << 16, MaxBody: 1 << 16}) {
				if n++; n > len(data)+2 {
					t.Fatal("more pages and errors than octets")
				}
				if err == nil && (p.URL == "" || p.Time.IsZero() || len(p.Body) > 1<<16) {
					t.Errorf("page %+v", p)
				}
				var bad *RecordError
				if err != nil && !errors.As(err, &bad) {
					t.Errorf("%v names no record", err)
				}
			}
		}
	})
}
