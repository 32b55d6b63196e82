package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"nianbao/crawler/archive"
	"nianbao/crawler/cluster"
	"nianbao/crawler/cluster/pgtest"
	"nianbao/testdata"
)

// withStore serves an S3 store with the bucket years on loopback, for commands
// that are told of it by the environment as Amazon's tools are. While broken is
// true it is out of order.
func withStore(t *testing.T) (broken *atomic.Bool) {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("years"); err != nil {
		t.Fatal(err)
	}
	broken = &atomic.Bool{}
	own := gofakes3.New(backend).Server()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if broken.Load() && r.Method == http.MethodPut {
			http.Error(w, "out of order", http.StatusForbidden)
			return
		}
		own.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_ENDPOINT_URL_S3": "", "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "",
		"AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
	return broken
}

// commands runs commands in a new folder.
func commands(t *testing.T) (dir string, command func(want int, args ...string) (stdout, stderr string)) {
	t.Helper()
	dir = t.TempDir()
	t.Chdir(dir)
	return dir, func(want int, args ...string) (string, string) {
		t.Helper()
		var stdout, stderr bytes.Buffer
		a := &app{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, words: openedWords}
		if status := a.run(context.Background(), args); status != want {
			t.Errorf("nianbao %s: exit status %d, want %d\n%s", strings.Join(args, " "), status, want, &stderr)
		}
		return stdout.String(), stderr.String()
	}
}

func warcFiles(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.warc.gz*"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestArchiveInStore keeps the archive of a crawl in a store: nothing stays on
// the disk, ingest and doctor read it there, and what could not be sent is sent
// by the next start.
func TestArchiveInStore(t *testing.T) {
	broken := withStore(t)
	_, command := commands(t)
	site := httptest.NewServer(sampleSite())
	defer site.Close()
	if err := os.WriteFile("seeds.csv", []byte(testdata.Seeds(site.URL)), 0o666); err != nil {
		t.Fatal(err)
	}
	crawl := []string{"crawl", "--seeds", "seeds.csv", "--db", "all.db", "--delay", "0s", "--archive", "s3://years/2021"}
	broken.Store(true)
	stop, cancel := context.WithCancel(context.Background())
	defer cancel()
	var stderr bytes.Buffer
	a := &app{stdin: strings.NewReader(""), stdout: &stderr, stderr: &stderr, words: openedWords, leaving: time.Second}
	ended := make(chan int, 1)
	go func() { ended <- a.run(stop, crawl) }()
	// It has crawled everything, and waits for the store.
	for end := time.Now().Add(10 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if names := warcFiles(t, "all-archive"); len(names) > 0 && !strings.HasSuffix(names[0], ".open") {
			break
		} else if time.Now().After(end) {
			t.Fatal("the crawl leaves no complete file")
		}
	}
	cancel()
	if status := <-ended; status == exitDone || status == exitPartial {
		t.Errorf("exit status %d with files that the store does not have", status)
	}
	if !strings.Contains(stderr.String(), "1 WARC files are still in all-archive; the next start sends them") || !strings.Contains(stderr.String(), "s3:PutObject") {
		t.Errorf("what is not sent:\n%s", &stderr)
	}
	broken.Store(false)
	command(exitDone, crawl...)
	if names := warcFiles(t, "all-archive"); len(names) != 0 {
		t.Errorf("left on the disk: %v", names)
	}
	command(exitDone, "ingest", "--db", "read.db", "s3://years/2021")
	if d := cmp.Diff(reportsByPath(t, "all.db"), reportsByPath(t, "read.db")); d != "" || len(reportsByPath(t, "all.db")) == 0 {
		t.Errorf("read from the store (-crawl +ingest):\n%s", d)
	}
	command(exitDone, "doctor", "--db", "all.db", "--verify", "--archive", "s3://years/2021")
	// A database that was lost is filled from the store.
	if err := os.Remove("all.db"); err != nil {
		t.Fatal(err)
	}
	command(exitDone, crawl...)
	if d := cmp.Diff(reportsByPath(t, "read.db"), reportsByPath(t, "all.db")); d != "" {
		t.Errorf("filled from the store (-ingest +crawl):\n%s", d)
	}

	// What serve shows is read there, too.
	b, err := openBucket(t.Context(), "s3://years/2021")
	if err != nil {
		t.Fatal(err)
	}
	stored := &storeCaptures{bucket: b}
	shown := rowsOf(t, "all.db", "SELECT warc_file, warc_offset, url FROM document")
	for _, row := range shown {
		f, size, err := stored.open(t.Context(), row[0].(string))
		if err != nil {
			t.Fatal(err)
		}
		at := archive.Location{File: row[0].(string), Offset: row[1].(int64)}
		if p, err := archive.ReadAt(t.Context(), f, at, archive.ReaderConfig{}); err != nil || p.URL != row[2] || at.Offset >= size {
			t.Errorf("%s in a file of %d octets at %d: %v", row[2], size, at.Offset, err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, _, err := stored.open(t.Context(), "none.warc.gz"); !errors.Is(err, fs.ErrNotExist) || len(shown) == 0 {
		t.Errorf("a file that is not there: %v; %d documents", err, len(shown))
	}

	if _, said := command(exitPartial, "ingest", "--db", "x.db", "s3://years/2020"); !strings.Contains(said, "s3://years/2020") || !strings.Contains(said, "it holds no WARC file") {
		t.Errorf("an empty folder: %s", said)
	}
	if _, said := command(exitFailed, "crawl", "--seeds", "seeds.csv", "--db", "x.db", "--archive", "s3://months"); !strings.Contains(said, "there is no bucket months") {
		t.Errorf("no such bucket: %s", said)
	}
	command(exitUsage, "crawl", "--seeds", "seeds.csv", "--db", "x.db", "--archive", "s3://")
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", "none")
	if _, said := command(exitFailed, "crawl", "--seeds", "seeds.csv", "--db", "x.db", "--archive", "s3://years"); !strings.Contains(said, "set AWS_ACCESS_KEY_ID") {
		t.Errorf("no credentials: %s", said)
	}
}

// TestWorkersStore has a worker send its files to a store: when its disk is
// lost, nothing of what is there has to be fetched again.
func TestWorkersStore(t *testing.T) {
	server := pgtest.Shared(t)
	withStore(t)
	_, command := commands(t)
	address := server.Database(t)
	var asked atomic.Int64
	sample := sampleSite()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		sample.ServeHTTP(w, r)
	}))
	defer site.Close()
	if err := os.WriteFile("seeds.csv", []byte(testdata.Seeds(site.URL)), 0o666); err != nil {
		t.Fatal(err)
	}
	collected := make(chan struct{})
	go func() {
		defer close(collected)
		command(exitPartial, "crawl", "--cluster", address, "--db", "all.db", "--seeds", "seeds.csv", "--delay", "0s")
	}()
	for end := time.Now().Add(10 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if st, err := cluster.ReadStatus(t.Context(), address); err == nil && st.Counts.Waiting > 0 {
			break
		} else if time.Now().After(end) {
			t.Fatal("the crawl does not begin")
		}
	}
	command(exitPartial, "work", "--cluster", address, "--archive", "s3://years/cluster", "--spool", "north", "--name", "north")
	<-collected
	if names := warcFiles(t, "north"); len(names) != 0 {
		t.Errorf("left on the disk: %v", names)
	}
	out, _ := command(exitDone, "crawl", "--status", "--cluster", address, "--csv")
	captures, stored := "", ""
	for line := range strings.Lines(out) {
		if i := strings.LastIndex(line, ","); strings.Contains(line, "captures of north") {
			captures = line[i:]
		} else if strings.Contains(line, "of them in s3://years/cluster") {
			stored = line[i:]
		}
	}
	if captures == "" || captures != stored {
		t.Errorf("%q captures, %q of them in the store:\n%s", captures, stored, out)
	}
	if err := os.RemoveAll("north"); err != nil {
		t.Fatal(err)
	}
	before := asked.Load()
	_, said := command(exitPartial, "crawl", "--cluster", address, "--db", "all.db", "--refetch-lost=north")
	if !strings.Contains(said, "0 pages of workers that are gone are fetched again") || asked.Load() != before {
		t.Errorf("what is in the store was lost: %s", said)
	}
	command(exitDone, "ingest", "--db", "read.db", "s3://years/cluster")
	if d := cmp.Diff(reportsByPath(t, "all.db"), reportsByPath(t, "read.db")); d != "" {
		t.Errorf("read from the store (-crawl +ingest):\n%s", d)
	}
	command(exitUsage, "work", "--cluster", address, "--archive", "south", "--spool", "x")
}
