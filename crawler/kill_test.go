package crawler_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/crawler"
	"nianbao/crawler/archive"
	"nianbao/testdata/often"
)

// childDir is set for a copy of the test binary that is to crawl and be killed.
// childLimit is the size its files may grow to.
const (
	childDir   = "NIANBAO_TEST_CRAWL_DIR"
	childLimit = "NIANBAO_TEST_CRAWL_LIMIT"
)

// crawlAsChild crawls the seeds of dir/seeds.csv into dir, as the command does.
func crawlAsChild(dir string) int {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	err := func() error {
		if limit, err := strconv.ParseUint(os.Getenv(childLimit), 10, 64); err == nil {
			if err := limitFiles(limit); err != nil {
				return err
			}
		}
		file, err := os.Open(filepath.Join(dir, "seeds.csv"))
		if err != nil {
			return err
		}
		defer file.Close()
		seeds, err := crawler.ReadSeeds(file, "seeds.csv")
		if err != nil {
			return err
		}
		f, err := crawler.OpenFrontier(ctx, filepath.Join(dir, "frontier"), crawler.FrontierConfig{})
		if err != nil {
			return err
		}
		defer f.Close()
		a, err := crawler.OpenArchive(ctx, filepath.Join(dir, "archive"), crawler.ArchiveConfig{MaxFile: 40 << 10})
		if err != nil {
			return err
		}
		cfg := crawler.Config{Delay: -1, DelayFactor: -1, Process: func(_ context.Context, c *crawler.Capture) error {
			name := fmt.Sprintf("%x", sha256.Sum256([]byte(c.URL)))
			return os.WriteFile(filepath.Join(dir, "store", name), []byte(c.Digest), 0o666)
		}}
		c, err := crawler.New(cfg, f, a)
		if err != nil {
			return err
		}
		if _, err := c.Seed(ctx, seeds); err != nil {
			return err
		}
		if _, err := c.Run(ctx); err != nil {
			return err
		}
		return a.Close()
	}()
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// A countedSite has hosts with columns of reports, the same for every run, and a
// log of what was asked.
type countedSite struct {
	hosts []string
	mu    sync.Mutex
	log   []string
	goal  int           // how long the log is to become
	there chan struct{} // closed when it is
}

// reach answers a channel that is closed when so many requests have come.
func (s *countedSite) reach(n int) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.goal, s.there = n, make(chan struct{})
	return s.there
}

func newCountedSite(t *testing.T, hosts, reports int, latency time.Duration) *countedSite {
	t.Helper()
	s := &countedSite{}
	for range hosts {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		addr := l.Addr().String()
		server := &http.Server{ErrorLog: discard, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.mu.Lock()
			if s.log = append(s.log, "http://"+addr+r.URL.Path); len(s.log) == s.goal {
				close(s.there)
			}
			s.mu.Unlock()
			time.Sleep(latency)
			var n int
			switch {
			case r.URL.Path == "/zfxxgknb/":
				var b strings.Builder
				for i := range reports {
					fmt.Fprintf(&b, `<a href="t2022_%07d.html">某镇2021年政府信息公开工作年度报告</a>`, i)
				}
				fmt.Fprint(w, page(b.String()))
			case sscan(r.URL.Path, "/zfxxgknb/t2022_%d.html", &n):
				fmt.Fprint(w, page(fmt.Sprintf("%s 的第 %d 份报告", addr, n)))
			default:
				http.NotFound(w, r)
			}
		})}
		go server.Serve(l)
		t.Cleanup(func() { server.Close() })
		s.hosts = append(s.hosts, addr)
	}
	return s
}

func sscan(s, format string, into *int) bool {
	n, err := fmt.Sscanf(s, format, into)
	return err == nil && n == 1
}

func (s *countedSite) seeds() string {
	var b strings.Builder
	b.WriteString("url,kind\n")
	for _, h := range s.hosts {
		fmt.Fprintf(&b, "http://%s/zfxxgknb/,list\n", h)
	}
	return b.String()
}

func (s *countedSite) since(n int) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.log[n:]...)
}

func newCrawlDir(t *testing.T, s *countedSite) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "store"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "seeds.csv"), []byte(s.seeds()), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

func child(t *testing.T, ctx context.Context, dir string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, exe)
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	return cmd
}

// stored is what an archive holds: digests by address. Torn ends are passed over.
func stored(t *testing.T, dir string) (digests map[string]string, twice []string) {
	t.Helper()
	files, err := archive.Files(filepath.Join(dir, "archive"))
	if err != nil {
		t.Fatal(err)
	}
	digests = map[string]string{}
	for _, f := range files {
		for p, err := range archive.Open(context.Background(), f, archive.ReaderConfig{}) {
			var bad *archive.RecordError
			if errors.As(err, &bad) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if p.Metadata == nil {
				continue // the page's end is missing: it counts as torn
			}
			if _, ok := digests[p.URL]; ok {
				twice = append(twice, p.URL)
			}
			digests[p.URL] = p.Digest
		}
	}
	return digests, twice
}

func processed(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, "store"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, "store", e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(b)
	}
	return all
}

// A crawl that is killed four times at random moments, with NIANBAO_OFTEN twenty
// times, comes to what an undisturbed one comes to, and asks for nothing again that
// was stored.
func TestKill(t *testing.T) {
	t.Parallel()
	// Enough pages that the kills do not outlast them.
	const killHosts = 12
	killReports, kills := 30+40/slowness, 4
	if often.Asked() {
		killReports, kills = 30+220/slowness, max(20/slowness, 4)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	s := newCountedSite(t, killHosts, killReports, 4*time.Millisecond)

	undisturbed := newCrawlDir(t, s)
	if out, err := child(t, ctx, undisturbed).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want, twice := stored(t, undisturbed)
	if len(want) != killHosts*(killReports+1) || len(twice) > 0 {
		t.Fatalf("the undisturbed run stored %d pages, %d of them twice", len(want), len(twice))
	}

	dir := newCrawlDir(t, s)
	random := rand.New(rand.NewPCG(5, 20))
	held := map[string]string{}
	for n := range kills {
		mark := len(s.since(0))
		// Some pages later, and then at any moment of what is done with them.
		after, moment := 1+random.IntN(100), time.Duration(random.IntN(30_000))*time.Microsecond
		reached := s.reach(mark + after)
		cmd := child(t, ctx, dir)
		var out strings.Builder
		cmd.Stdout = &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		select {
		case <-reached:
			time.Sleep(moment)
			cmd.Process.Kill()
			<-ended
		case err := <-ended:
			t.Fatalf("after %d kills the crawl ended by itself: %v: %s", n, err, &out)
		}
		for _, u := range s.since(mark) {
			if held[u] != "" {
				t.Errorf("after %d kills %s was asked for again though it was stored", n, u)
			}
		}
		held, _ = stored(t, dir)
	}
	mark := len(s.since(0))
	if out, err := child(t, ctx, dir).CombinedOutput(); err != nil {
		t.Fatalf("the last run: %v: %s", err, out)
	}
	for _, u := range s.since(mark) {
		if held[u] != "" {
			t.Errorf("the last run asked for %s again though it was stored", u)
		}
	}
	got, twice := stored(t, dir)
	if d := cmp.Diff(want, got); d != "" || len(twice) > 0 {
		t.Errorf("archive (-undisturbed +killed), twice %v:\n%s", twice, d)
	}
	if !maps.Equal(processed(t, undisturbed), processed(t, dir)) {
		t.Error("what was processed is not what an undisturbed run processed")
	}
	if len(held) == len(want) {
		t.Error("all was stored before the last kill: the site is too small")
	}
	t.Logf("%d kills, %d of %d pages stored at the last", kills, len(held), len(want))
}
