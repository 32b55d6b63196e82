package crawler_test

import (
	"bufio"
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
)

// childDir is set for a copy of the test binary that is to crawl and be killed.
// childLimit is the size its files may grow to.
const (
	childDir   = "NIANBAO_TEST_CRAWL_DIR"
	childLimit = "NIANBAO_TEST_CRAWL_LIMIT"
)

// crawlAsChild crawls the seeds of dir/seeds.csv into dir, as the command does.
func crawlAsChild(dir string) int {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
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
	first chan struct{} // one for each request, as far as someone listens
}

func newCountedSite(t *testing.T, hosts, reports int, latency time.Duration) *countedSite {
	t.Helper()
	s := &countedSite{first: make(chan struct{}, 1)}
	for range hosts {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		addr := l.Addr().String()
		server := &http.Server{ErrorLog: discard, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.mu.Lock()
			s.log = append(s.log, "http://"+addr+r.URL.Path)
			s.mu.Unlock()
			select {
			case s.first <- struct{}{}:
			default:
			}
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

// Enough pages that the kills do not outlast them.
const killHosts, killReports, mostKills = 12, 100, 20 / slowness

// A crawl that is killed again and again comes to what an undisturbed one comes to,
// and asks for nothing again that was stored.
func TestKill(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
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
	random := rand.New(rand.NewPCG(1, uint64(time.Now().UnixNano())))
	held := map[string]string{}
	kills := 0
	for kills < mostKills {
		mark := len(s.since(0))
		select {
		case <-s.first:
		default:
		}
		cmd := child(t, ctx, dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		said := make(chan string, 1)
		go func() {
			var b strings.Builder
			for scan := bufio.NewScanner(out); scan.Scan(); {
				b.WriteString(scan.Text() + "\n")
			}
			said <- b.String()
		}()
		finished := false
		select {
		case <-s.first:
			time.Sleep(time.Duration(random.IntN(160)) * time.Millisecond)
		case text := <-said: // nothing was left to ask for
			finished = true
			said <- text
		}
		cmd.Process.Kill()
		text := <-said
		err = cmd.Wait()
		var exit *exec.ExitError
		if err != nil && (!errors.As(err, &exit) || exit.ExitCode() > 0) {
			t.Fatalf("after %d kills: %v: %s", kills, err, text)
		}
		for _, u := range s.since(mark) {
			if held[u] != "" {
				t.Errorf("after %d kills %s was asked for again though it was stored", kills, u)
			}
		}
		if finished || err == nil {
			break
		}
		kills++
		held, _ = stored(t, dir)
	}
	if out, err := child(t, ctx, dir).CombinedOutput(); err != nil {
		t.Fatalf("the last run: %v: %s", err, out)
	}
	got, twice := stored(t, dir)
	if d := cmp.Diff(want, got); d != "" || len(twice) > 0 {
		t.Errorf("archive (-undisturbed +killed), twice %v:\n%s", twice, d)
	}
	if !maps.Equal(processed(t, undisturbed), processed(t, dir)) {
		t.Error("what was processed is not what an undisturbed run processed")
	}
	if kills < mostKills/2 {
		t.Errorf("the crawl ended after %d kills: the site is too small for this machine", kills)
	}
	t.Logf("%d kills, %d of %d pages stored at the last", kills, len(held), len(want))
}
