package bucket_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"nianbao/crawler/archive"
	"nianbao/crawler/bucket"
)

// A shop is an S3 server on loopback that can be out of order.
type shop struct {
	*httptest.Server
	backend *s3mem.Backend
	broken  atomic.Bool  // answers 503
	cut     atomic.Int64 // after so many octets answers to GET break off; 0: they do not
	puts    atomic.Int64
}

func open(t *testing.T) *shop {
	t.Helper()
	s := &shop{backend: s3mem.New()}
	if err := s.backend.CreateBucket("years"); err != nil {
		t.Fatal(err)
	}
	own := gofakes3.New(s.backend).Server()
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.broken.Load() {
			http.Error(w, "out of order", http.StatusServiceUnavailable)
			return
		}
		if r.Method == http.MethodPut {
			s.puts.Add(1)
		}
		if n := s.cut.Load(); n > 0 && r.Method == http.MethodGet && r.URL.RawQuery == "" {
			w = &cutting{w, n}
		}
		own.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// cutting breaks an answer off.
type cutting struct {
	http.ResponseWriter
	left int64
}

func (c *cutting) Write(p []byte) (int, error) {
	n := min(int64(len(p)), c.left)
	c.left -= n
	if _, err := c.ResponseWriter.Write(p[:n]); err != nil {
		return 0, err
	}
	if c.left == 0 {
		panic(http.ErrAbortHandler)
	}
	return int(n), nil
}

func (s *shop) bucket(t *testing.T, address string) *bucket.Bucket {
	t.Helper()
	b, err := bucket.Open(address, bucket.Config{Endpoint: s.URL, Region: "us-east-1", AccessKey: "key", SecretKey: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (s *shop) names(t *testing.T, b *bucket.Bucket) (names []string) {
	t.Helper()
	files, err := b.Files(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		names = append(names, f.Name)
	}
	return names
}

// write writes pages into files of a folder, so large that each page begins one.
func write(t *testing.T, dir string, urls ...string) *archive.Writer {
	t.Helper()
	w, err := archive.NewWriter(dir, archive.WriterConfig{MaxFile: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range urls {
		if _, _, err := w.Write(t.Context(), &archive.Exchange{URL: u, Time: time.Now(), Status: 200, Header: http.Header{"Content-Type": {"text/html"}}, Body: []byte("<p>" + u)}); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func pagesIn(t *testing.T, b *bucket.Bucket) (urls []string) {
	t.Helper()
	files, err := b.Files(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		r, err := b.Open(t.Context(), f.Name)
		if err != nil {
			t.Fatal(err)
		}
		for p, err := range archive.Pages(t.Context(), r, b.Of(f.Name), archive.ReaderConfig{}) {
			if err != nil {
				t.Fatal(err)
			}
			urls = append(urls, p.URL)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	return urls
}

// A spool sends what is complete and acknowledged, takes it away, and leaves
// what is not; the next one sends that.
func TestSpool(t *testing.T) {
	s := open(t)
	b := s.bucket(t, "s3://years/2021/counties/")
	if err := b.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	want := []string{"http://a.example/1", "http://a.example/2", "http://a.example/3"}
	w := write(t, dir, want...)
	var mu sync.Mutex
	var told []string
	cfg := bucket.SpoolConfig{Under: "north", Every: time.Millisecond, Sent: func(_ context.Context, name string) error {
		mu.Lock()
		defer mu.Unlock()
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Errorf("%s was taken away before it was told of: %v", name, err)
		}
		told = append(told, "north/"+name)
		return nil
	}}
	spool := b.NewSpool(dir, cfg)
	// Nothing was acknowledged: a killed process would leave this.
	if err := spool.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if names := s.names(t, b); len(names) != 0 {
		t.Fatalf("sent what was not acknowledged: %v", names)
	}
	spool = b.NewSpool(dir, cfg)
	var at []archive.Location
	for p, err := range archive.Unacknowledged(t.Context(), dir, true, archive.ReaderConfig{}) {
		if err != nil {
			t.Fatal(err)
		}
		at = append(at, archive.Location{File: strings.TrimSuffix(filepath.Base(p.File), ".open"), Offset: p.Offset})
	}
	if err := errors.Join(w.Acknowledge(at...), w.Close(), spool.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
	if got := pagesIn(t, b); !slices.Equal(got, want) {
		t.Errorf("the store has %v, want %v", got, want)
	}
	names := s.names(t, b)
	slices.Sort(told)
	if !slices.Equal(names, told) {
		t.Errorf("told of %v, there are %v", told, names)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 0 {
		t.Errorf("left in the spool: %v, %v", left, err)
	}
	if len(s.names(t, s.bucket(t, "s3://years"))) != len(names) || len(s.names(t, s.bucket(t, "s3://years/2021"))) != len(names) || len(s.names(t, s.bucket(t, "s3://years/202"))) != 0 {
		t.Error("folders of the bucket are other ones")
	}
}

// While the store is out of order everything stays, and is sent when it is not.
func TestStoreOutOfOrder(t *testing.T) {
	t.Parallel()
	s := open(t)
	b := s.bucket(t, "s3://years/x")
	dir := t.TempDir()
	if err := write(t, dir).Close(); err != nil { // one file that says who wrote it
		t.Fatal(err)
	}
	want := filepath.Base(only(t, dir))
	s.broken.Store(true)
	troubled := make(chan error, 1)
	spool := b.NewSpool(dir, bucket.SpoolConfig{Every: time.Millisecond, Patience: time.Millisecond, Trouble: func(err error) {
		select {
		case troubled <- err:
		default:
		}
	}})
	if err := <-troubled; !strings.Contains(err.Error(), "s3://years/x/") {
		t.Errorf("the trouble does not name the file: %v", err)
	}
	if err := spool.Close(t.Context()); !errors.Is(err, bucket.ErrUnsent) || !strings.Contains(err.Error(), "1 WARC files are still in "+dir) {
		t.Errorf("closed with %v", err)
	}
	s.broken.Store(false)
	// What the store keeps and nobody could be told of is sent again.
	fail := true
	spool = b.NewSpool(dir, bucket.SpoolConfig{Every: time.Hour, Patience: time.Minute, Sent: func(context.Context, string) error {
		if fail {
			fail = false
			return errors.New("nobody heard")
		}
		return nil
	}})
	if err := spool.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := s.names(t, b); !slices.Equal(got, []string{want}) || s.puts.Load() < 2 {
		t.Errorf("the store has %v after %d requests, want %s", got, s.puts.Load(), want)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left in the spool: %v, %v", left, err)
	}
}

func only(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatalf("%v, %v", entries, err)
	}
	return filepath.Join(dir, entries[0].Name())
}

// A reader goes on where an answer broke off, and reads from any place.
func TestReader(t *testing.T) {
	t.Parallel()
	s := open(t)
	b := s.bucket(t, "s3://years")
	data := make([]byte, 300_000)
	source := rand.NewChaCha8([32]byte{7})
	if _, err := source.Read(data); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "a.warc.gz")
	if err := errors.Join(os.WriteFile(file, data, 0o666), b.Put(t.Context(), "a/b.warc.gz", file)); err != nil {
		t.Fatal(err)
	}
	s.cut.Store(70_000)
	r, err := b.Open(t.Context(), "a/b.warc.gz")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d octets, %v, want %d", len(got), err, len(data))
	}
	s.cut.Store(0)
	if at, err := r.Seek(-1000, io.SeekEnd); err != nil || at != 299_000 {
		t.Errorf("at %d, %v", at, err)
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, data[299_000:]) {
		t.Errorf("%d octets, %v", len(got), err)
	}
	if r.Size() != int64(len(data)) {
		t.Errorf("%d octets long", r.Size())
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if _, err := b.Open(t.Context(), "a/c.warc.gz"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	// Octets that change under a reader are not joined.
	r, err = b.Open(t.Context(), "a/b.warc.gz")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(io.Discard, r, 1000); err != nil {
		t.Fatal(err)
	}
	data[299_999]++
	if err := errors.Join(os.WriteFile(file, data, 0o666), b.Put(t.Context(), "a/b.warc.gz", file)); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Seek(2000, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(r); err == nil {
		t.Error("half of one file and half of another were read as one")
	}
}

// What a user may do wrong is told with what to do.
func TestWrong(t *testing.T) {
	s := open(t)
	for _, address := range []string{"years", "s3://", "s3:///x", "s3://years?x=1", "http://years/x"} {
		if _, err := bucket.Open(address, bucket.Config{}); !errors.Is(err, bucket.ErrAddress) {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, endpoint := range []string{"localhost:9000", "ftp://x", "https://x/y", "https://a:b@x"} {
		if _, err := bucket.Open("s3://years", bucket.Config{Endpoint: endpoint}); err == nil || !strings.Contains(err.Error(), endpoint) {
			t.Errorf("the endpoint %s: %v", endpoint, err)
		}
	}
	if err := s.bucket(t, "s3://months/x").Check(t.Context()); err == nil || !strings.Contains(err.Error(), "no bucket months at 127.0.0.1") {
		t.Errorf("no such bucket: %v", err)
	}
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(t.TempDir(), "none"))
	b, err := bucket.Open("s3://years", bucket.Config{Endpoint: s.URL})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Check(t.Context()); !errors.Is(err, bucket.ErrCredentials) {
		t.Errorf("no credentials: %v", err)
	}
	s.Close()
	if err := s.bucket(t, "s3://years/x").Check(t.Context()); err == nil || !strings.Contains(err.Error(), "AWS_ENDPOINT_URL") {
		t.Errorf("nobody listens: %v", err)
	}
}
