package crawler_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/crawler"
	"nianbao/crawler/queuetest"
)

var start = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

func openFrontier(t *testing.T, path string) *crawler.Frontier {
	t.Helper()
	f, err := crawler.OpenFrontier(context.Background(), path, crawler.FrontierConfig{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func request(url string, priority int) crawler.Request {
	return crawler.Request{URL: url, Role: crawler.RoleReport, Priority: priority, Seed: crawler.Seed{Line: 2, URL: "http://a.example/", Kind: crawler.KindSite, Years: []int{2021}}}
}

func mustAdd(t *testing.T, q crawler.Queue, requests ...crawler.Request) int {
	t.Helper()
	n, err := q.Add(context.Background(), requests)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func lease(t *testing.T, q crawler.Queue, now time.Time, limit, perHost int) (all []crawler.Request, urls []string) {
	t.Helper()
	all, err := q.Lease(context.Background(), now, limit, perHost)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		urls = append(urls, r.URL)
	}
	return all, urls
}

func counts(t *testing.T, q crawler.Queue) crawler.Counts {
	t.Helper()
	c, err := q.Counts(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What a Queue promises, on the frontier of one machine.
func TestQueue(t *testing.T) {
	t.Parallel()
	queuetest.Run(t, func(t *testing.T) queuetest.Engine {
		path := filepath.Join(t.TempDir(), "frontier")
		return queuetest.Engine{Open: func(t *testing.T) queuetest.Queue { return openFrontier(t, path) }}
	})
}

// A lease lives as long as the process, and the time given to Lease decides what
// is due.
func TestFrontierLeases(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "frontier")
	q := openFrontier(t, path)
	mustAdd(t, q, request("http://a.example/1", 1), request("http://a.example/2", 5), request("http://b.example/1", 0))
	got, _ := lease(t, q, start, 10, 1)
	if c := counts(t, q); c.Waiting != 1 || c.Leased != 2 || c.Hosts != 2 {
		t.Errorf("%+v", c)
	}
	later := got[1]
	later.Tries = 1
	if err := q.Retry(ctx, []crawler.Postponed{{Request: later, Reason: crawler.TimedOut, At: start.Add(time.Minute)}}); err != nil {
		t.Fatal(err)
	}
	if at, ok, err := q.Next(ctx); err != nil || !ok || !at.Equal(start.Add(time.Minute)) {
		t.Errorf("Next: %v %v %v", at, ok, err)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	q = openFrontier(t, path)
	if c := counts(t, q); c.Waiting != 3 || c.Leased != 0 {
		t.Errorf("reopened: %+v", c)
	}
	if _, urls := lease(t, q, start, 10, 10); len(urls) != 2 {
		t.Errorf("reopened: %v", urls)
	}
	if got, _ = lease(t, q, start.Add(time.Minute), 10, 10); len(got) != 1 || got[0].Tries != 1 {
		t.Errorf("after its time: %v", got)
	}
}

func TestRetryFailed(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "frontier")
	q := openFrontier(t, path)
	for i, reason := range []crawler.Reason{crawler.TimedOut, crawler.TimedOut, "http_500", "http_404", crawler.RobotsDisallowed, crawler.Fetched} {
		mustAdd(t, q, request(fmt.Sprintf("http://h%d.example/", i), 0))
		got, _ := lease(t, q, start, 1, 1)
		got[0].Tries = 4
		if _, err := q.Ack(ctx, []crawler.Finished{{Request: got[0], Reason: reason, Failed: reason != crawler.Fetched}}); err != nil {
			t.Fatal(err)
		}
	}
	s, err := crawler.ReadStatus(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	want := map[crawler.Reason]int64{crawler.TimedOut: 2, "http_500": 1, "http_404": 1, crawler.RobotsDisallowed: 1, crawler.Fetched: 1}
	if d := cmp.Diff(want, s.ByReason); d != "" || !s.Running || s.Seeds != 1 || s.Counts.Failed != 5 {
		t.Errorf("status %+v\n%s", s, d)
	}
	if n, err := q.RetryFailed(ctx, "http_404"); err != nil || n != 1 {
		t.Errorf("by reason: %d, %v", n, err)
	}
	if n, err := q.RetryFailed(ctx, ""); err != nil || n != 3 {
		t.Errorf("what may pass: %d, %v", n, err)
	}
	got, _ := lease(t, q, start, 10, 10)
	if len(got) != 4 || got[0].Tries != 0 {
		t.Errorf("leased again: %+v", got)
	}
	if n, err := q.Refetch(ctx); err != nil || n != 1 {
		t.Errorf("refetch: %d, %v", n, err)
	}
	q.Close()
	if s, err := crawler.ReadStatus(ctx, path); err != nil || s.Running || s.Counts.Waiting != 5 {
		t.Errorf("closed: %+v, %v", s, err)
	}
}

func TestFrontierRefusesWhatItCannotUse(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	open := func(path string) error {
		f, err := crawler.OpenFrontier(ctx, path, crawler.FrontierConfig{})
		if err == nil {
			f.Close()
		}
		return err
	}
	good := filepath.Join(dir, "good")
	held := openFrontier(t, good)
	if err := open(good); !errors.Is(err, crawler.ErrFrontierLocked) || !strings.Contains(err.Error(), good) {
		t.Errorf("two at once: %v", err)
	}
	var many []crawler.Request
	for i := range 2000 {
		many = append(many, request(fmt.Sprintf("http://h%d.example/%d", i%7, i), 0))
	}
	mustAdd(t, held, many...)
	held.Close()
	if err := open(good); err != nil {
		t.Errorf("closed and opened again: %v", err)
	}
	data, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"text":   []byte(strings.Repeat("this is no database\n", 100)),
		"header": append([]byte("SQLite format 3\x00"), make([]byte, 5000)...),
		"torn":   data[:len(data)/2],
		"holes":  append(append([]byte{}, data[:4096]...), make([]byte, len(data)-4096)...),
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
		err := open(path)
		if !errors.Is(err, crawler.ErrFrontierCorrupt) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "move it away") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := open(filepath.Join(dir, "missing", "frontier")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
	if err := open(filepath.Join(good, "frontier")); err == nil {
		t.Error("a file for a folder was taken")
	}
	if _, err := crawler.ReadStatus(ctx, filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("status of nothing: %v", err)
	}
	if runtime.GOOS != "windows" && os.Geteuid() != 0 {
		ro := filepath.Join(dir, "ro")
		if err := os.Mkdir(ro, 0o555); err != nil {
			t.Fatal(err)
		}
		if err := open(filepath.Join(ro, "frontier")); err == nil || !strings.Contains(err.Error(), ro) {
			t.Errorf("a read-only folder: %v", err)
		}
		if _, err := crawler.OpenArchive(ctx, ro, crawler.ArchiveConfig{}); !errors.Is(err, os.ErrPermission) {
			t.Errorf("a read-only archive folder: %v", err)
		}
	}
}

// The frontier's memory does not grow with its addresses.
func BenchmarkFrontierMillion(b *testing.B) {
	ctx := context.Background()
	const (
		hosts = 3000
		total = 1_000_000
		batch = 1000
	)
	for b.Loop() {
		dir, err := os.MkdirTemp(b.TempDir(), "")
		if err != nil {
			b.Fatal(err)
		}
		path := filepath.Join(dir, "frontier")
		q, err := crawler.OpenFrontier(ctx, path, crawler.FrontierConfig{})
		if err != nil {
			b.Fatal(err)
		}
		began := time.Now()
		requests := make([]crawler.Request, batch)
		for i := 0; i < total; i += batch {
			for j := range requests {
				n := i + j
				requests[j] = request(fmt.Sprintf("http://www.county%d.example/zwgk/zfxxgk/zfxxgknb/202201/t%d_%d.html", n%hosts, 20220100+n%28, n), n%90)
				requests[j].Referrer, requests[j].Text = "http://www.example/zwgk/zfxxgk/zfxxgknb/", "某县2021年政府信息公开工作年度报告"
			}
			if _, err := q.Add(ctx, requests); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(total/time.Since(began).Seconds(), "adds/s")
		if err := q.Close(); err != nil {
			b.Fatal(err)
		}
		began = time.Now()
		if q, err = crawler.OpenFrontier(ctx, path, crawler.FrontierConfig{}); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(began).Seconds(), "reopen-s")
		began = time.Now()
		n := 0
		for range 50 {
			got, err := q.Lease(ctx, start, 4096, 16)
			if err != nil {
				b.Fatal(err)
			}
			done := make([]crawler.Finished, len(got))
			for i, r := range got {
				done[i] = crawler.Finished{Request: r, Reason: crawler.Fetched, Status: 200}
			}
			if _, err := q.Ack(ctx, done); err != nil {
				b.Fatal(err)
			}
			n += len(got)
		}
		b.ReportMetric(float64(n)/time.Since(began).Seconds(), "lease+ack/s")
		b.ReportMetric(residentMB(), "RSS-MB")
		if info, err := os.Stat(path); err == nil {
			b.ReportMetric(float64(info.Size())/(1<<20), "file-MB")
		}
		q.Close()
		os.RemoveAll(dir)
	}
}

// residentMB is the process's peak of resident memory where the system tells it.
func residentMB() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kb); n == 1 {
			return kb / 1024
		}
	}
	return 0
}
