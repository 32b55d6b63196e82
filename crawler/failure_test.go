package crawler_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/crawler"
)

var errFull = errors.New("no space left on device")

// A failingQueue acknowledges some and then fails, as on a full disk.
type failingQueue struct {
	crawler.Queue
	left atomic.Int32
}

func (q *failingQueue) Ack(ctx context.Context, f []crawler.Finished) ([]crawler.Acked, error) {
	if q.left.Add(int32(-len(f))) < 0 {
		return nil, errFull
	}
	return q.Queue.Ack(ctx, f)
}

// A failingSink keeps some and then fails.
type failingSink struct {
	crawler.Sink
	left atomic.Int32
}

func (s *failingSink) Capture(ctx context.Context, c *crawler.Capture) error {
	if s.left.Add(-1) < 0 {
		return errFull
	}
	return s.Sink.Capture(ctx, c)
}

func siteSeeds(s *countedSite) (seeds []crawler.Seed) {
	for i, h := range s.hosts {
		seeds = append(seeds, crawler.Seed{Line: i + 2, URL: "http://" + h + "/zfxxgknb/", Kind: crawler.KindList})
	}
	return seeds
}

// What a failing queue did not take is in the archive, and comes from there in
// the next run: no page is asked for twice, and Process sees every one.
func TestRecoveryFromTheArchive(t *testing.T) {
	for _, frontierLost := range []bool{false, true} {
		s := newCountedSite(t, 4, 12, 0)
		dir := t.TempDir()
		ctx := context.Background()
		a, err := crawler.OpenArchive(ctx, filepath.Join(dir, "archive"), crawler.ArchiveConfig{MaxFile: 8 << 10})
		if err != nil {
			t.Fatal(err)
		}
		f := openFrontier(t, filepath.Join(dir, "frontier"))
		q := &failingQueue{Queue: f}
		q.left.Store(20)
		if err := crawlErr(t, q, a, fast(), siteSeeds(s)...); !errors.Is(err, errFull) {
			t.Fatalf("the run ended with %v", err)
		}
		f.Close()
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		before, _ := stored(t, dir)
		c := countsAt(t, filepath.Join(dir, "frontier"))
		if int64(len(before)) <= c.Done {
			t.Fatalf("nothing to recover: %d stored, %d acknowledged", len(before), c.Done)
		}
		if frontierLost {
			for _, name := range []string{"frontier", "frontier-wal", "frontier-shm"} {
				os.Remove(filepath.Join(dir, name))
			}
		}
		mark := len(s.since(0))
		cfg := fast()
		var processedNow atomic.Int32
		cfg.Process = func(_ context.Context, c *crawler.Capture) error {
			processedNow.Add(1)
			return nil
		}
		sum, _ := crawl(t, dir, cfg, siteSeeds(s)...)
		for _, u := range s.since(mark) {
			if before[u] != "" {
				t.Errorf("frontier lost %v: %s was asked for again", frontierLost, u)
			}
		}
		after, twice := stored(t, dir)
		if len(after) != 4*13 || len(twice) > 0 || sum.Recovered == 0 || !sum.Complete {
			t.Errorf("frontier lost %v: %d pages, twice %v, %+v", frontierLost, len(after), twice, sum)
		}
		want := 4*13 - int(c.Done)
		if frontierLost {
			want = 4 * 13
		}
		if int(processedNow.Load()) != want {
			t.Errorf("frontier lost %v: %d processed, want %d", frontierLost, processedNow.Load(), want)
		}
		if sum.Fetched+sum.Recovered != int64(want) {
			t.Errorf("frontier lost %v: %d fetched and %d from the archive are not the %d that ended", frontierLost, sum.Fetched, sum.Recovered, want)
		}
	}
}

// countsAt are the counts of a frontier that is not open.
func countsAt(t *testing.T, path string) crawler.Counts {
	t.Helper()
	f, err := crawler.OpenFrontier(context.Background(), path, crawler.FrontierConfig{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return counts(t, f)
}

func TestFailingSinkEndsTheRun(t *testing.T) {
	s := newCountedSite(t, 3, 10, 0)
	dir := t.TempDir()
	a, err := crawler.OpenArchive(context.Background(), filepath.Join(dir, "archive"), crawler.ArchiveConfig{})
	if err != nil {
		t.Fatal(err)
	}
	f := openFrontier(t, filepath.Join(dir, "frontier"))
	sink := &failingSink{Sink: a}
	sink.left.Store(15)
	if err := crawlErr(t, f, sink, fast(), siteSeeds(s)...); !errors.Is(err, errFull) {
		t.Errorf("the run ended with %v", err)
	}
	f.Close()
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if sum, pages := crawl(t, dir, fast(), siteSeeds(s)...); !sum.Complete || len(pages) != 3*11 {
		t.Errorf("the next run: %d pages, %+v", len(pages), sum)
	}
}

// A disk that is really full: a file size limit stands for it.
func TestDiskFull(t *testing.T) {
	if !canLimitFiles {
		t.Skip("this system has no file size limit to try it with")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	s := newCountedSite(t, 4, 40, 0)
	dir := newCrawlDir(t, s)
	cmd := child(t, ctx, dir)
	cmd.Env = append(cmd.Env, childLimit+"=120000")
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Fatalf("the crawl succeeded on a full disk: %s", out)
	}
	if !strings.Contains(string(out), dir) || !strings.Contains(string(out), "file too large") && !strings.Contains(string(out), "full") {
		t.Errorf("the error names neither the file nor what is wrong: %s", out)
	}
	before, _ := stored(t, dir)
	mark := len(s.since(0))
	if out, err := child(t, ctx, dir).CombinedOutput(); err != nil {
		t.Fatalf("with room again: %v: %s", err, out)
	}
	after, twice := stored(t, dir)
	if len(after) != 4*41 || len(twice) > 0 {
		t.Errorf("%d pages, twice %v", len(after), twice)
	}
	for _, u := range s.since(mark) {
		if before[u] != "" {
			t.Errorf("%s was asked for again", u)
		}
	}
}

// Ctrl-C: the context ends, the run ends with it, and the next goes on.
func TestStopAndGoOn(t *testing.T) {
	s := newCountedSite(t, 4, 30, 2*time.Millisecond)
	dir := t.TempDir()
	ctx, stop := context.WithCancel(context.Background())
	f := openFrontier(t, filepath.Join(dir, "frontier"))
	a, err := crawler.OpenArchive(ctx, filepath.Join(dir, "archive"), crawler.ArchiveConfig{})
	if err != nil {
		t.Fatal(err)
	}
	cfg := fast()
	var n atomic.Int32
	cfg.Process = func(context.Context, *crawler.Capture) error {
		if n.Add(1) == 20 {
			stop()
		}
		return nil
	}
	c, err := crawler.New(cfg, f, a)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Seed(ctx, siteSeeds(s)); err != nil {
		t.Fatal(err)
	}
	sum, err := c.Run(ctx)
	if !errors.Is(err, context.Canceled) || sum.Complete || sum.Fetched < 20 {
		t.Errorf("%+v, %v", sum, err)
	}
	if err := errors.Join(a.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	before, _ := stored(t, dir)
	if int64(len(before)) != sum.Fetched {
		t.Errorf("%d stored, %d acknowledged: a clean stop leaves no difference", len(before), sum.Fetched)
	}
	mark := len(s.since(0))
	sum, pages := crawl(t, dir, fast(), siteSeeds(s)...)
	if !sum.Complete || len(pages) != 4*31 {
		t.Errorf("%d pages, %+v", len(pages), sum)
	}
	for _, u := range s.since(mark) {
		if before[u] != "" {
			t.Errorf("%s was asked for again", u)
		}
	}
}

func TestConfigErrors(t *testing.T) {
	ctx := context.Background()
	f := openFrontier(t, filepath.Join(t.TempDir(), "frontier"))
	for field, cfg := range map[string]crawler.Config{
		"Product": {Product: "nian bao"}, "Contact": {Contact: "a@b.example\r\nX: y"}, "OffHours": {OffHours: crawler.Window{From: -1}},
	} {
		var bad *crawler.OptionError
		if _, err := crawler.New(cfg, f, nil); !errors.As(err, &bad) || bad.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	c, err := crawler.New(crawler.Config{}, f, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Seed(ctx, []crawler.Seed{{URL: "http://127.0.0.1:1/"}, {URL: "http://www.example.gov.cn/"}}); !errors.Is(err, crawler.ErrNoContact) {
		t.Errorf("without a contact: %v", err)
	}
	if c, err = crawler.New(crawler.Config{Discovery: crawler.Discovery{AttachmentHosts: []string{"files.example.gov.cn"}}}, f, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Seed(ctx, []crawler.Seed{{URL: "http://127.0.0.1:1/"}}); !errors.Is(err, crawler.ErrNoContact) {
		t.Errorf("an attachment host without a contact: %v", err)
	}
	if n := counts(t, f); n != (crawler.Counts{}) {
		t.Errorf("seeds were added all the same: %+v", n)
	}
	if got := (crawler.Config{Contact: "mail@example.org"}).UserAgent(); got != "nianbao/1.0 (+mail@example.org)" {
		t.Error(got)
	}
}

// Asked again, what has not changed is told by 304 or by its digest, and kept as
// a revisit record.
func TestRefetch(t *testing.T) {
	ctx := context.Background()
	s := newConditionalSite(t)
	dir := t.TempDir()
	seeds := []crawler.Seed{{Line: 2, URL: s.URL + "/etag"}, {Line: 3, URL: s.URL + "/modified"}, {Line: 4, URL: s.URL + "/same"}, {Line: 5, URL: s.URL + "/changes"}}
	crawl(t, dir, fast(), seeds...)
	f, err := crawler.OpenFrontier(ctx, filepath.Join(dir, "frontier"), crawler.FrontierConfig{})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := f.Refetch(ctx); err != nil || n != 4 {
		t.Fatalf("%d, %v", n, err)
	}
	f.Close()
	sum, _ := crawl(t, dir, fast(), seeds...)
	if sum.ByReason[crawler.Unchanged] != 3 || sum.ByReason[crawler.Fetched] != 1 {
		t.Errorf("%+v", sum)
	}
	if s.conditional.Load() != 2 {
		t.Errorf("%d requests were answered with 304", s.conditional.Load())
	}
	var revisits []string
	for _, p := range pagesOf(t, dir) {
		if p.Type == "revisit" {
			revisits = append(revisits, strings.TrimPrefix(p.URL, s.URL))
			if !strings.HasPrefix(p.RefersTo, "<urn:uuid:") || !strings.HasPrefix(p.Digest, "sha256:") || p.Body != nil {
				t.Errorf("revisit %+v", p)
			}
		}
	}
	if d := cmp.Diff([]string{"/etag", "/modified", "/same"}, sorted(revisits)); d != "" {
		t.Error(d)
	}
}
