package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
)

var testTime = time.Date(2022, 2, 9, 10, 30, 0, 123456000, time.UTC)

func exchange(url, body string) *Exchange {
	return &Exchange{
		URL: url, Time: testTime, Remote: "127.0.0.1", Proto: "HTTP/1.1", Status: 200,
		Header:        http.Header{"Content-Type": {"text/html; charset=utf-8"}, "Content-Length": {fmt.Sprint(len(body))}},
		Body:          []byte(body),
		RequestHeader: http.Header{"User-Agent": {"nianbao/1.0"}},
		Metadata:      Fields{{"seed", "一\nX-Evil: 1"}},
	}
}

func write(t *testing.T, w *Writer, xs ...*Exchange) []Location {
	t.Helper()
	var at []Location
	for _, x := range xs {
		l, _, err := w.Write(context.Background(), x)
		if err != nil {
			t.Fatal(err)
		}
		at = append(at, l)
	}
	return at
}

// finish acknowledges pages and closes.
func finish(t *testing.T, w *Writer, at []Location) {
	t.Helper()
	if err := errors.Join(w.Acknowledge(at...), w.Close()); err != nil {
		t.Fatal(err)
	}
}

func readAll(t *testing.T, path string) (pages []*Page, errs []error) {
	t.Helper()
	for p, err := range Open(context.Background(), path, ReaderConfig{}) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		pages = append(pages, p)
	}
	return pages, errs
}

func urls(pages []*Page) (all []string) {
	for _, p := range pages {
		all = append(all, p.URL)
	}
	return all
}

func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	w, err := NewWriter(dir, WriterConfig{Info: Fields{{"operator", "测试"}}})
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte("压缩的正文"))
	z.Close()
	zipped := exchange("http://a.example/gz", packed.String())
	zipped.Header.Set("Content-Encoding", "gzip")
	revisit := exchange("http://a.example/1", "")
	revisit.Status = 304
	revisit.Revisit = &Revisit{NotModified: true, URL: "http://a.example/1", Time: testTime, RecordID: "<urn:uuid:x>", Digest: "sha256:00"}
	at := write(t, w, exchange("http://a.example/1", "正文一"), zipped, exchange("http://a.example/empty", ""), revisit)
	finish(t, w, at)
	files, err := Files(dir)
	if err != nil || len(files) != 1 || strings.HasSuffix(files[0], openSuffix) {
		t.Fatalf("files %v, %v", files, err)
	}
	pages, errs := readAll(t, files[0])
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	type brief struct {
		URL, Type, Body, Seed string
		Status                int
		Offset                int64
	}
	var got []brief
	for _, p := range pages {
		got = append(got, brief{p.URL, p.Type, string(p.Body), p.Metadata.Get("seed"), p.Status, p.Offset})
		if !p.Time.Equal(testTime) || p.Remote != "127.0.0.1" {
			t.Errorf("%s: time %v, remote %q", p.URL, p.Time, p.Remote)
		}
		if p.Metadata.Get("X-Evil") != "" {
			t.Error("a line break in a value made a field of its own")
		}
	}
	seed := "一 X-Evil: 1"
	want := []brief{
		{"http://a.example/1", TypeResponse, "正文一", seed, 200, at[0].Offset},
		{"http://a.example/gz", TypeResponse, "压缩的正文", seed, 200, at[1].Offset},
		{"http://a.example/empty", TypeResponse, "", seed, 200, at[2].Offset},
		{"http://a.example/1", TypeRevisit, "", seed, 304, at[3].Offset},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("pages (-want +got):\n%s", d)
	}
	// A location is enough to read a page again.
	f, err := os.Open(files[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p, err := ReadAt(context.Background(), f, Location{File: at[1].File, Offset: at[1].Offset}, ReaderConfig{})
	if err != nil || string(p.Body) != "压缩的正文" {
		t.Errorf("ReadAt: %v, %v", p, err)
	}
}

// The files have what ISO 28500 asks for, read by a plain gzip reader.
func TestRecordsAreStandard(t *testing.T) {
	dir := t.TempDir()
	w, err := NewWriter(dir, WriterConfig{})
	if err != nil {
		t.Fatal(err)
	}
	finish(t, w, write(t, w, exchange("http://a.example/", "x")))
	files, _ := Files(dir)
	f, err := os.Open(files[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := NewReader(context.Background(), f, files[0], ReaderConfig{})
	var types []string
	for {
		rec, err := r.Next()
		if err != nil {
			break
		}
		types = append(types, rec.Type())
		if rec.Version != "WARC/1.1" {
			t.Errorf("version %q", rec.Version)
		}
		for _, name := range []string{"WARC-Record-ID", "WARC-Date", "WARC-Type", "Content-Length"} {
			if rec.Header.Get(name) == "" {
				t.Errorf("%s record without %s", rec.Type(), name)
			}
		}
		if d := rec.Header.Get("WARC-Block-Digest"); d != "" && d != sha1Base32(rec.Block) {
			t.Errorf("block digest %s of %s", d, rec.Type())
		}
	}
	if d := cmp.Diff([]string{TypeInfo, TypeResponse, TypeRequest, TypeMetadata}, types); d != "" {
		t.Error(d)
	}
	// Each record is a gzip member of its own: gzip -t reads the whole.
	if gz, err := exec.LookPath("gzip"); err == nil {
		if out, err := exec.Command(gz, "-t", files[0]).CombinedOutput(); err != nil {
			t.Errorf("gzip -t: %v: %s", err, out)
		}
	}
}

func TestRotation(t *testing.T) {
	dir := t.TempDir()
	w, err := NewWriter(dir, WriterConfig{MaxFile: 500})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	var where []Location
	for i := range 3 {
		where = append(where, write(t, w, exchange(fmt.Sprintf("http://a.example/%d", i), "x"))...)
	}
	published := func() int {
		t.Helper()
		all, _ := filepath.Glob(filepath.Join(dir, "*.warc.gz"))
		return len(all)
	}
	if err := w.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	if n := published(); n != 0 {
		t.Errorf("%d files published before they were acknowledged", n)
	}
	// The second file is acknowledged before the first: it alone is published.
	for i, at := range []int{1, 0} {
		if err := w.Acknowledge(where[at]); err != nil {
			t.Fatal(err)
		}
		if n := published(); n != i+1 {
			t.Errorf("%d files published after %d were acknowledged", n, i+1)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	// The last page was not acknowledged: its file stays open.
	if n := published(); n != 2 {
		t.Errorf("%d files published by Close", n)
	}
	for p, err := range Unacknowledged(ctx, dir, false, ReaderConfig{}) {
		if err != nil || p.URL != "http://a.example/2" {
			t.Errorf("unacknowledged: %v, %v", p, err)
		}
	}
	w, err = NewWriter(dir, WriterConfig{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Recovered(), w.Close()); err != nil {
		t.Fatal(err)
	}
	if n := published(); n != 3 {
		t.Errorf("%d files published after the recovery", n)
	}
	files, _ := Files(dir)
	var all []string
	for _, f := range files {
		pages, errs := readAll(t, f)
		if len(errs) > 0 {
			t.Error(errs)
		}
		all = append(all, urls(pages)...)
	}
	if d := cmp.Diff([]string{"http://a.example/0", "http://a.example/1", "http://a.example/2"}, all); d != "" {
		t.Error(d)
	}
}

// A file that holds pages is complete when it is old enough, an empty one never.
func TestTurn(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2022, 1, 26, 8, 0, 0, 0, time.UTC)
	w, err := NewWriter(dir, WriterConfig{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	turn := func(after time.Duration, complete, all int) {
		t.Helper()
		now = now.Add(after)
		if err := w.Turn(5 * time.Minute); err != nil {
			t.Fatal(err)
		}
		done, _ := filepath.Glob(filepath.Join(dir, "*.warc.gz"))
		files, _ := Files(dir)
		if len(done) != complete || len(files) != all {
			t.Errorf("%d of %d files are complete, want %d of %d", len(done), len(files), complete, all)
		}
	}
	turn(time.Hour, 0, 1)
	first := write(t, w, exchange("http://a.example/1", "x"))
	now = now.Add(-time.Hour) // it counts from when the file was begun
	turn(4*time.Minute, 0, 1)
	if err := w.Acknowledge(first...); err != nil {
		t.Fatal(err)
	}
	turn(2*time.Minute, 1, 2)
	turn(time.Hour, 1, 2)
	second := write(t, w, exchange("http://a.example/2", "x"))
	turn(time.Hour, 1, 3) // complete, but not acknowledged
	if err := w.Acknowledge(second...); err != nil {
		t.Fatal(err)
	}
	turn(0, 2, 3)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// A process that is killed leaves its file at any length: what is whole is kept,
// the torn end goes, and writing goes on.
func TestTornEnd(t *testing.T) {
	whole := t.TempDir()
	w, err := NewWriter(whole, WriterConfig{})
	if err != nil {
		t.Fatal(err)
	}
	at := write(t, w, exchange("http://a.example/1", "one"), exchange("http://a.example/2", "two"))
	if err := w.Close(); err != nil { // nothing was acknowledged
		t.Fatal(err)
	}
	open, _ := openFiles(whole)
	data, err := os.ReadFile(open[0])
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n <= len(data); n += 7 {
		dir := t.TempDir()
		path := filepath.Join(dir, filepath.Base(open[0]))
		if err := os.WriteFile(path, data[:n], 0o666); err != nil {
			t.Fatal(err)
		}
		w, err := NewWriter(dir, WriterConfig{})
		if err != nil {
			t.Fatalf("cut at %d: %v", n, err)
		}
		three := write(t, w, exchange("http://a.example/3", "three"))
		if err := w.Recovered(); err != nil {
			t.Fatal(err)
		}
		finish(t, w, three)
		var want []string
		if int64(n) >= at[1].Offset {
			want = append(want, "http://a.example/1")
		}
		if n == len(data) {
			want = append(want, "http://a.example/2")
		}
		want = append(want, "http://a.example/3")
		pages, errs := readAll(t, strings.TrimSuffix(path, openSuffix))
		if d := cmp.Diff(want, urls(pages)); d != "" || len(errs) > 0 {
			t.Fatalf("cut at %d of %d: %v\n%s", n, len(data), errs, d)
		}
	}
}

// Damage in the middle costs the record it is in and no other.
func TestDamageInTheMiddle(t *testing.T) {
	dir := t.TempDir()
	w, err := NewWriter(dir, WriterConfig{})
	if err != nil {
		t.Fatal(err)
	}
	at := write(t, w, exchange("http://a.example/1", "one"), exchange("http://a.example/2", strings.Repeat("two ", 500)), exchange("http://a.example/3", "three"))
	finish(t, w, at)
	files, _ := Files(dir)
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func([]byte) []byte{
		"a flipped octet": func(b []byte) []byte { b[at[1].Offset+200] ^= 0xff; return b },
		"a hole":          func(b []byte) []byte { return append(b[:at[1].Offset+100:at[1].Offset+100], b[at[1].Offset+180:]...) },
		"zeros":           func(b []byte) []byte { clear(b[at[1].Offset+50 : at[1].Offset+250]); return b },
	} {
		path := filepath.Join(t.TempDir(), "x.warc.gz")
		if err := os.WriteFile(path, damage(bytes.Clone(data)), 0o666); err != nil {
			t.Fatal(err)
		}
		pages, errs := readAll(t, path)
		if d := cmp.Diff([]string{"http://a.example/1", "http://a.example/3"}, urls(pages)); d != "" || len(errs) == 0 {
			t.Errorf("%s: errors %v\n%s", name, errs, d)
		}
		for _, err := range errs {
			var bad *RecordError
			if !errors.As(err, &bad) || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: %v names no record of the file", name, err)
			}
		}
	}
	// At the beginning too, where it hides what kind of file it is.
	var plain bytes.Buffer
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err == nil {
		_, err = plain.ReadFrom(z)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data  []byte
		pages []string
	}{
		"no first octet":            {data[1:], []string{"http://a.example/1", "http://a.example/2", "http://a.example/3"}},
		"begins inside":             {data[at[0].Offset+20:], []string{"http://a.example/2", "http://a.example/3"}},
		"zeros first":               {append(make([]byte, 100), data[100:]...), []string{"http://a.example/1", "http://a.example/2", "http://a.example/3"}},
		"plain, begins inside":      {plain.Bytes()[20:], []string{"http://a.example/1", "http://a.example/2", "http://a.example/3"}},
		"plain, in the second page": {plain.Bytes()[bytes.Index(plain.Bytes(), []byte("two two")):], []string{"http://a.example/3"}},
	} {
		path := filepath.Join(t.TempDir(), "x.warc.gz")
		if err := os.WriteFile(path, c.data, 0o666); err != nil {
			t.Fatal(err)
		}
		pages, errs := readAll(t, path)
		if d := cmp.Diff(c.pages, urls(pages)); d != "" || len(errs) == 0 {
			t.Errorf("%s: errors %v\n%s", name, errs, d)
		}
	}
	cutAt := at[2].Offset + 60
	path := filepath.Join(t.TempDir(), "cut.warc.gz")
	if err := os.WriteFile(path, data[:cutAt], 0o666); err != nil {
		t.Fatal(err)
	}
	pages, errs := readAll(t, path)
	if len(pages) != 2 || len(errs) != 1 || !errors.Is(errs[0], ErrCut) {
		t.Errorf("cut file: %v, %v", urls(pages), errs)
	}
}

func TestNotWARC(t *testing.T) {
	for name, data := range map[string][]byte{"empty": nil, "html": []byte("<html>"), "zeros": make([]byte, 1000), "gzip": gzipped("hello"), "warcish": []byte("WARC/9.9\r\n")} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
		pages, errs := readAll(t, path)
		if len(pages) > 0 || len(errs) != 1 || !errors.Is(errs[0], ErrNotWARC) {
			t.Errorf("%s: %v, %v", name, pages, errs)
		}
	}
	if _, errs := readAll(t, filepath.Join(t.TempDir(), "missing")); len(errs) != 1 || !errors.Is(errs[0], os.ErrNotExist) {
		t.Errorf("missing: %v", errs)
	}
}

func gzipped(s string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(s))
	z.Close()
	return b.Bytes()
}

// wget's files are read: chunked bodies, angle brackets, compressed or not.
func TestWget(t *testing.T) {
	wget, err := exec.LookPath("wget")
	if err != nil {
		t.Skip("wget is not installed; its files cannot be tried")
	}
	body := strings.Repeat("分块传送的正文。", 2000)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/chunked.html":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			for part := range strings.SplitSeq(body, "。") {
				if part != "" {
					fmt.Fprint(w, part+"。")
					w.(http.Flusher).Flush()
				}
			}
		case "/plain.html":
			fmt.Fprint(w, "<html>短</html>")
		case "/hop.html":
			http.Redirect(w, r, "/plain.html", http.StatusMovedPermanently)
		default:
			http.NotFound(w, r)
		}
	}))
	defer s.Close()
	for _, compressed := range []bool{true, false} {
		dir := t.TempDir()
		args := []string{"--quiet", "--tries=1", "--timeout=10", "--warc-file=" + filepath.Join(dir, "w"), "--warc-header=operator: test", "-P", dir}
		name := "w.warc.gz"
		if !compressed {
			args, name = append(args, "--no-warc-compression"), "w.warc"
		}
		cmd := exec.Command(wget, append(args, s.URL+"/chunked.html", s.URL+"/hop.html", s.URL+"/missing.html")...)
		if err := cmd.Run(); err != nil {
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != 8 { // 8: the server answered with an error, as it should for missing.html
				t.Fatal(err)
			}
		}
		pages, errs := readAll(t, filepath.Join(dir, name))
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		got := map[string]string{}
		for _, p := range pages {
			if p.Type == TypeResponse {
				got[fmt.Sprintf("%d %s", p.Status, strings.TrimPrefix(p.URL, s.URL))] = string(p.Body)
			}
		}
		want := map[string]string{"200 /chunked.html": body, "200 /plain.html": "<html>短</html>", "404 /missing.html": "404 page not found\n"}
		for k, v := range want {
			if got[k] != v {
				t.Errorf("compressed %v: %s: %d octets, want %d", compressed, k, len(got[k]), len(v))
			}
		}
		if _, ok := got["301 /hop.html"]; !ok {
			t.Errorf("the redirect is missing: %v", got)
		}
	}
}

func TestTruncatedPagesAreErrors(t *testing.T) {
	for name, x := range map[string]func(*Exchange){
		"shorter than announced": func(x *Exchange) { x.Header.Set("X-Keep", "1") },
	} {
		e := exchange("http://a.example/", "whole body")
		x(e)
		var plain bytes.Buffer
		head := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\nonly this"
		fmt.Fprintf(&plain, "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <http://a.example/>\r\nWARC-Date: 2022-02-09T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", len(head), head)
		path := filepath.Join(t.TempDir(), "x.warc")
		if err := os.WriteFile(path, plain.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		pages, errs := readAll(t, path)
		if len(pages) != 0 || len(errs) != 1 || !errors.Is(errs[0], ErrTruncated) {
			t.Errorf("%s: %v, %v", name, pages, errs)
		}
	}
}

func TestDecode(t *testing.T) {
	if _, err := Decode("gzip", gzipped(strings.Repeat("0", 1<<20)), 1000); !errors.Is(err, ErrDecodedTooLarge) {
		t.Errorf("bomb: %v", err)
	}
	if _, err := Decode("gzip", gzipped("hello world, this is it")[:20], 1000); !errors.Is(err, ErrEncoding) {
		t.Errorf("cut: %v", err)
	}
	if _, err := Decode("compress", []byte("x"), 1000); !errors.Is(err, ErrEncoding) {
		t.Errorf("unknown: %v", err)
	}
	if b, err := Decode("gzip", []byte("<html>"), 1000); err != nil || string(b) != "<html>" {
		t.Errorf("a lie: %q, %v", b, err)
	}
	if b, err := Decode("gzip, gzip", gzipped(string(gzipped("twice"))), 1000); err != nil || string(b) != "twice" {
		t.Errorf("twice: %q, %v", b, err)
	}
}
