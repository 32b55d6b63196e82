package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/crawler/cluster"
	"nianbao/crawler/cluster/pgtest"
	"nianbao/testdata"
)

// TestClusterCommands crawls the sample site by a collector and a worker, asks
// for the state, and fetches again what a lost worker had.
func TestClusterCommands(t *testing.T) {
	server := pgtest.Shared(t)
	address := server.Database(t)
	var mu sync.Mutex
	asked := 0
	sample := sampleSite()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked++
		mu.Unlock()
		sample.ServeHTTP(w, r)
	}))
	defer site.Close()
	dir, command := commands(t)
	if err := os.WriteFile("seeds.csv", []byte(testdata.Seeds(site.URL)), 0o666); err != nil {
		t.Fatal(err)
	}
	both := func(worker int, archive string, collector ...string) {
		t.Helper()
		var wg sync.WaitGroup
		wg.Go(func() {
			command(exitPartial, append([]string{"crawl", "--cluster", address, "--db", "all.db"}, collector...)...)
		})
		// A worker that comes when nothing waits ends at once.
		for begun := time.Now(); time.Since(begun) < 10*time.Minute; time.Sleep(20 * time.Millisecond) {
			if st, err := cluster.ReadStatus(t.Context(), address); err == nil && st.Counts.Waiting > 0 {
				break
			}
		}
		wg.Go(func() { command(worker, "work", "--cluster", address, "--archive", archive, "--name", archive) })
		wg.Wait()
	}
	command(exitPartial, "crawl", "--seeds", "seeds.csv", "--db", "local.db", "--delay", "0s")
	both(exitPartial, "north", "--seeds", "seeds.csv", "--delay", "0s")
	if d := cmp.Diff(reportsByPath(t, "local.db"), reportsByPath(t, "all.db")); d != "" {
		t.Errorf("one machine and the cluster (-one +cluster):\n%s", d)
	}
	local, _ := command(exitDone, "crawl", "--status", "--db", "local.db", "--csv")
	out, _ := command(exitDone, "crawl", "--status", "--cluster", address, "--csv")
	for line := range strings.Lines(local) {
		if what, _, _ := strings.Cut(line, ","); what == "done" || what == "failed" || strings.HasPrefix(what, "ended: ") || strings.HasPrefix(what, "links not followed: ") {
			if !strings.Contains(out, line) {
				t.Errorf("the state lacks %q:\n%s", line, out)
			}
		}
	}
	if !strings.Contains(out, "captures of north, archive ") || !strings.Contains(out, ", not at work since ") {
		t.Errorf("the state does not tell of the captures' worker:\n%s", out)
	}
	for _, what := range []string{"failed", "refused", "link_pattern"} {
		want, _ := command(exitDone, "crawl", "--list", what, "--db", "local.db", "--csv")
		got, _ := command(exitDone, "crawl", "--list", what, "--cluster", address, "--csv")
		if d := cmp.Diff(sortedLines(want), sortedLines(got)); d != "" {
			t.Errorf("--list %s (-one +cluster):\n%s", what, d)
		}
	}

	// North reads its archive again, and another collector takes what it sends.
	if _, stderr := command(exitDone, "ingest", "--cluster", address, "north"); !strings.Contains(stderr, " sent\n") {
		t.Errorf("what was read again: %s", stderr)
	}
	command(exitPartial, "crawl", "--cluster", address, "--db", "read.db")
	if d := cmp.Diff(reportsByPath(t, "all.db"), reportsByPath(t, "read.db")); d != "" {
		t.Errorf("read again (-crawl +ingest):\n%s", d)
	}

	// A parcel that cannot be read ends no run: it is named, and the others are stored.
	if _, stderr := command(exitDone, "ingest", "--cluster", address, "north"); !strings.Contains(stderr, " sent\n") {
		t.Errorf("what was read again: %s", stderr)
	}
	pgtest.Exec(t, address, `UPDATE nianbao.parcel SET data = substr(data, 1, length(data) - 9), sender = 'north' WHERE id = (SELECT min(id) FROM nianbao.parcel);
		INSERT INTO nianbao.parcel (data, sender) VALUES ('nb', 'south')`)
	_, stderr := command(exitPartial, "crawl", "--cluster", address, "--db", "damaged.db")
	if strings.Count(stderr, "refused as north sent it: not a prepared report") != 1 || strings.Count(stderr, "a report: refused as south sent it") != 1 || !strings.Contains(stderr, site.URL) {
		t.Errorf("two parcels cannot be read: %s", stderr)
	}
	if all, most := reportsByPath(t, "all.db"), reportsByPath(t, "damaged.db"); len(most) != len(all)-1 {
		t.Errorf("%d reports of %d are stored, want all but the damaged one", len(most), len(all))
	}

	// The disk of north is lost: south fetches it all again, and nothing changes.
	mu.Lock()
	before := asked
	asked = 0
	mu.Unlock()
	if err := os.RemoveAll("north"); err != nil {
		t.Fatal(err)
	}
	reports := reportsByPath(t, "all.db")
	both(exitDone, "south", "--refetch-lost=north")
	if asked < before/4 {
		t.Errorf("%d requests after the loss, %d for all before", asked, before)
	}
	if d := cmp.Diff(reports, reportsByPath(t, "all.db")); d != "" {
		t.Errorf("after the loss:\n%s", d)
	}
	again := filepath.Join(dir, "again.db")
	command(exitDone, "ingest", "--db", again, "south")
	if d := cmp.Diff(reports, reportsByPath(t, again)); d != "" {
		t.Errorf("the archive of south (-all +its reports):\n%s", d)
	}

	command(exitUsage, "work", "--archive", "x")
	command(exitUsage, "ingest", "--cluster", address, "--db", "x.db", "south")
	command(exitUsage, "ingest", "--cluster", "env", "south")
	command(exitUsage, "work", "--cluster", address)
	command(exitUsage, "crawl", "--cluster", address, "--seeds", "seeds.csv")
	command(exitUsage, "crawl", "--cluster", address, "--seeds", "seeds.csv", "--db", "all.db", "--workers", "3")
	if _, stderr := command(exitUsage, "crawl", "--cluster", server.Database(t), "--db", "all.db"); !strings.Contains(stderr, "--seeds FILE is required") {
		t.Errorf("a cluster without seeds: %s", stderr)
	}
}

func sortedLines(s string) []string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	slices.Sort(lines)
	return lines
}

// TestCompose holds the commands of the containers against the program: each is
// one of its commands, with flags that it has.
func TestCompose(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "crawler", "cluster", "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for line := range strings.Lines(string(text)) {
		command, ok := strings.CutPrefix(strings.TrimSpace(line), "command: ")
		if !ok || strings.HasPrefix(command, "postgres ") {
			continue
		}
		args, ok := words(command)
		if !ok {
			t.Fatalf("the quotes of %q do not match", command)
		}
		c, rest, err := (&app{}).command().Find(args)
		if err != nil {
			t.Errorf("%q: %v", command, err)
			continue
		}
		if err := c.ParseFlags(rest); err != nil {
			t.Errorf("%q: %v", command, err)
		}
		found[c.Name()]++
	}
	if found["crawl"] != 1 || found["work"] != 2 {
		t.Errorf("the containers are %v, want a collector and two workers", found)
	}
}
