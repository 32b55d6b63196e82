//go:build unix

package main

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/crawler/cluster"
	"nianbao/crawler/cluster/pgtest"
	"nianbao/parser"
	"nianbao/parser/narrative"
	"nianbao/parser/region"
	"nianbao/store"
	"nianbao/testdata/often"
)

// A country is a made-up one on loopback: each county has an address of its own,
// with a column of reports on two pages, and every request is written down.
type country struct {
	hosts []string
	names []string // of the counties
	pages []countryPage

	mu   sync.Mutex
	asks []hit
	goal int
	met  chan struct{}
}

type countryPage struct {
	title string
	body  []byte
}

// A hit is one request as the server saw it.
type hit struct {
	host, path string
	start, end time.Time
}

const countryPlace = "盱眙县"

// newCountry serves so many counties with so many reports each.
func newCountry(t testing.TB, hosts, reports int) *country {
	t.Helper()
	c := &country{}
	offices := strings.Fields("人民政府 财政局 教育局 民政局 司法局 水利局 商务局 审计局 统计局 农业农村局")
	for n, w := range writeFolder(t, t.TempDir(), "html-clean", reports, 0, "-layout", "2021") {
		body, err := os.ReadFile(w.File)
		if err != nil {
			t.Fatal(err)
		}
		year := 2021 + n/len(offices)
		publisher := countryPlace + offices[n%len(offices)]
		title := fmt.Sprintf("%s%d年政府信息公开工作年度报告", publisher, year)
		for _, r := range [][2]string{
			{w.Title, title}, {w.Publisher, publisher}, {w.Region, countryPlace}, {fmt.Sprintf("%d年", w.Year), fmt.Sprintf("%d年", year)},
			{w.PublishedOn, fmt.Sprintf("%d-01-20", year+1)},
		} {
			body = bytes.ReplaceAll(body, []byte(r[0]), []byte(r[1]))
		}
		c.pages = append(c.pages, countryPage{title, body})
	}
	var counties []region.Region
	for _, r := range region.All() {
		if r.Level == region.LevelCounty && r.LastList == 2024 && len(region.Find(r.Name)) == 1 && r.Name != countryPlace {
			counties = append(counties, r)
		}
	}
	for n := range hosts {
		l, err := net.Listen("tcp", fmt.Sprintf("127.15.%d.%d:0", n/200, 1+n%200))
		if err != nil {
			t.Skipf("this system has one loopback address only: %v", err)
		}
		host := l.Addr().String()
		c.hosts = append(c.hosts, host)
		name := counties[n*7%len(counties)].Name
		c.names = append(c.names, name)
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.answer(w, r, host, name) })}
		go server.Serve(l)
		t.Cleanup(func() { server.Close() })
	}
	return c
}

func (c *country) answer(w http.ResponseWriter, r *http.Request, host, name string) {
	start := time.Now()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.asks = append(c.asks, hit{host, r.URL.Path, start, time.Now()})
		if c.met != nil && len(c.asks) >= c.goal {
			close(c.met)
			c.met = nil
		}
	}()
	time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
	var n int
	switch {
	case r.URL.Path == "/robots.txt":
		fmt.Fprint(w, "User-agent: *\nDisallow: /neibu/\n")
	case r.URL.Path == "/zfxxgknb/" || r.URL.Path == "/zfxxgknb/index_1.html":
		from, to := 0, len(c.pages)/2
		if r.URL.Path != "/zfxxgknb/" {
			from, to = to, len(c.pages)
		}
		fmt.Fprint(w, `<html><head><meta charset="utf-8"><title>政府信息公开年报</title></head><body><h1>政府信息公开年报</h1><ul>`)
		for i := from; i < to; i++ {
			fmt.Fprintf(w, `<li><a href="/zfxxgknb/%d.html">%s</a></li>`, i, strings.ReplaceAll(c.pages[i].title, countryPlace, name))
		}
		fmt.Fprint(w, "</ul>")
		if from == 0 {
			fmt.Fprint(w, `<a href="/zfxxgknb/index_1.html">下一页</a>`)
		}
		fmt.Fprint(w, "</body></html>")
	default:
		if k, _ := fmt.Sscanf(r.URL.Path, "/zfxxgknb/%d.html", &n); k != 1 || n >= len(c.pages) {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(bytes.ReplaceAll(c.pages[n].body, []byte(countryPlace), []byte(name)))
	}
}

// seeds writes the seeds file.
func (c *country) seeds(t testing.TB, path string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("url,kind\n")
	for _, h := range c.hosts {
		fmt.Fprintf(&b, "http://%s/zfxxgknb/,list\n", h)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}

// reach answers a channel that is closed when so many requests were answered.
func (c *country) reach(n int) <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	met := make(chan struct{})
	if len(c.asks) >= n {
		close(met)
		return met
	}
	c.goal, c.met = n, met
	return met
}

// forget begins a new log and answers the old one.
func (c *country) forget() []hit {
	c.mu.Lock()
	defer c.mu.Unlock()
	asks := c.asks
	c.asks = nil
	return asks
}

// verify holds a log against the manners, and answers how many pages and how
// many robots.txt were fetched again.
func verify(t *testing.T, asks []hit, pause time.Duration) (pages, robots int) {
	t.Helper()
	last := map[string]hit{}
	times := map[string]int{}
	soon, overlaps := 0, 0
	least := time.Hour
	for _, a := range byStart(asks) {
		if before, ok := last[a.host]; ok {
			gap := a.start.Sub(before.start)
			least = min(least, gap)
			if gap < pause {
				soon++
				t.Logf("%s: %s at %s, %v after %s", a.host, a.path, a.start.Format("05.000"), gap, before.path)
			}
			if a.start.Before(before.end) {
				overlaps++
			}
		}
		last[a.host] = a
		times[a.host+a.path]++
	}
	if soon > 0 || overlaps > 0 {
		t.Errorf("%d requests came before the pause of %v was over, %d while another was answered", soon, pause, overlaps)
	}
	for key, n := range times {
		if strings.HasSuffix(key, "/robots.txt") {
			robots += n - 1
		} else {
			pages += n - 1
		}
	}
	t.Logf("%d requests of %d hosts; the shortest pause was %v; %d pages and %d robots.txt fetched again", len(asks), len(last), least, pages, robots)
	return pages, robots
}

func byStart(asks []hit) []hit {
	sorted := append([]hit{}, asks...)
	for i := 1; i < len(sorted); i++ { // nearly sorted
		for j := i; j > 0 && sorted[j].start.Before(sorted[j-1].start); j-- {
			sorted[j], sorted[j-1] = sorted[j-1], sorted[j]
		}
	}
	return sorted
}

// content is what a database says, whatever the order it was written in.
func content(t *testing.T, path string) []string {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var all []string
	for _, q := range []string{
		`SELECT r.document_sha256 || ' ' || hex(r.content_digest) || ' ' || r.source || ' ' || coalesce(r.region_code, '') || ' ' || r.year || ' ' || (r.superseded_by IS NULL) FROM report r ORDER BY 1`,
		`SELECT sha256 || ' ' || url || ' ' || http_status || ' ' || bytes FROM document ORDER BY 1`,
	} {
		rows, err := db.Query(q)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				t.Fatal(err)
			}
			all = append(all, s)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// A process is a program of ours that a test kills and starts again.
type process struct {
	t      testing.TB
	dir    string
	args   []string
	cmd    *exec.Cmd
	stderr *bytes.Buffer
}

func launch(t testing.TB, dir string, args ...string) *process {
	p := &process{t: t, dir: dir, args: args}
	p.start()
	t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			p.cmd.Process.Signal(syscall.SIGCONT)
			p.cmd.Process.Kill()
			p.cmd.Wait()
		}
		if t.Failed() {
			t.Logf("%s:\n%s", strings.Join(args, " "), p.stderr)
		}
	})
	return p
}

func (p *process) start() { p.cmd, p.stderr = start(p.t, p.dir, nil, p.args...) }

// kill ends it as kill -9 does, and starts it again.
func (p *process) kill() {
	p.t.Helper()
	p.cmd.Process.Kill()
	if err := p.cmd.Wait(); err == nil {
		p.t.Logf("%s ended before it was killed", p.args[0])
	}
	p.start()
}

// wait waits until it ends by itself.
func (p *process) wait(limit time.Duration) {
	p.t.Helper()
	done := make(chan error, 1)
	go func() { done <- p.cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			p.t.Errorf("%s: %v\n%s", strings.Join(p.args, " "), err, p.stderr)
		}
	case <-time.After(limit):
		p.t.Errorf("%s did not end by itself", strings.Join(p.args, " "))
	}
}

// TestClusterChaos crawls a country with three workers while workers, the
// collector and the database's server are killed and a worker is stopped for
// longer than its lease. The database that comes of it is that of a crawl on one
// machine, and the hosts saw nothing of it all.
func TestClusterChaos(t *testing.T) {
	if testing.Short() {
		t.Skip("half a minute of waiting")
	}
	server := pgtest.Start(t)
	hosts, reports := 24, 8
	if often.Asked() {
		hosts, reports = 60, 10
	}
	c := newCountry(t, hosts, reports)
	const pause = 400 * time.Millisecond
	dir := t.TempDir()
	c.seeds(t, filepath.Join(dir, "seeds.csv"))
	run(t, dir, "crawl", "--seeds", "seeds.csv", "--db", "local.db", "--agencies", "--delay", "1ms", "--workers", "16")
	once := len(c.forget())
	if want := hosts * (reports + 3); once != want {
		t.Fatalf("the crawl on one machine asked %d times, want %d", once, want)
	}

	address := server.Database(t)
	collector := launch(t, dir, "crawl", "--cluster", address, "--seeds", "seeds.csv", "--db", "all.db", "--agencies", "--delay", pause.String())
	const lease = 5 * time.Second
	var workers []*process
	for n := range 3 {
		workers = append(workers, launch(t, dir, "work", "--cluster", address, "--archive", fmt.Sprintf("archive%d", n), "--name", fmt.Sprintf("worker%d", n), "--lease", lease.String()))
	}
	var away time.Duration // of the server
	// At moments that are other ones each time.
	for i, event := range []func(){
		func() { workers[0].kill() },
		func() { collector.kill() },
		func() {
			workers[1].cmd.Process.Signal(syscall.SIGSTOP)
			time.Sleep(lease + time.Second)
			workers[1].cmd.Process.Signal(syscall.SIGCONT)
		},
		func() {
			killed := time.Now()
			server.Kill()
			if err := server.Run(); err != nil {
				t.Fatal(err)
			}
			away = time.Since(killed)
		},
		func() { workers[2].kill() },
	} {
		select {
		case <-c.reach(once*(i+1)/7 + rand.IntN(once/20)):
		case <-time.After(10 * time.Minute):
			t.Fatalf("the crawl stands still before event %d", i)
		}
		event()
	}
	for _, p := range append(workers, collector) {
		p.wait(10 * time.Minute)
	}
	pages, robots := verify(t, c.forget(), pause)
	// In flight is what was fetched and not acknowledged when a worker was lost, a
	// page or two of each of its hosts, and three were lost, with a third of the
	// hosts each.
	most, few := 2*hosts, hosts/4
	if away > lease/2 {
		// So slow a machine has the workers lose all their hosts, and with them what
		// they could not acknowledge since the server was gone.
		most += hosts * int(away/pause)
	}
	if pages > most || robots > few {
		t.Errorf("%d pages and %d robots.txt were fetched again, more than can have been in flight", pages, robots)
	}
	if d := cmp.Diff(content(t, filepath.Join(dir, "local.db")), content(t, filepath.Join(dir, "all.db"))); d != "" {
		t.Errorf("one machine's database and the cluster's (-one +cluster):\n%s", d)
	}
	if n := pgtest.Query[int](t, address, "SELECT count(*) FROM nianbao.parcel"); n != 0 {
		t.Errorf("%d parcels were left", n)
	}
}

// BenchmarkCluster crawls 200 hosts with 50 reports each on one machine and with
// workers, and tells the processor time that a page takes in all and of whom.
func BenchmarkCluster(b *testing.B) {
	for _, n := range []int{0, 1, 2, 4} {
		b.Run(fmt.Sprintf("workers=%d", n), func(b *testing.B) {
			var all, of, collecting, serving time.Duration
			pages := 0
			for b.Loop() {
				c := newCountry(b, 200, 50)
				dir := b.TempDir()
				c.seeds(b, filepath.Join(dir, "seeds.csv"))
				spent := func(p *process) time.Duration {
					p.wait(10 * time.Minute)
					return p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()
				}
				if n == 0 {
					all += spent(launch(b, dir, "crawl", "--seeds", "seeds.csv", "--db", "local.db", "--agencies", "--delay", "1ms"))
				} else {
					server := pgtest.Start(b)
					address := server.Database(b)
					collector := launch(b, dir, "crawl", "--cluster", address, "--seeds", "seeds.csv", "--db", "all.db", "--agencies", "--delay", "1ms")
					var workers []*process
					for w := range n {
						workers = append(workers, launch(b, dir, "work", "--cluster", address, "--archive", fmt.Sprint("archive", w), "--name", fmt.Sprint("worker", w)))
					}
					for _, w := range workers {
						of += spent(w)
					}
					collecting += spent(collector)
					serving += server.Stop()
				}
				pages += len(c.forget())
			}
			ms := func(d time.Duration) float64 { return d.Seconds() * 1000 / float64(pages) }
			b.ReportMetric(ms(all+of+collecting+serving), "cpu-ms/page")
			b.ReportMetric(ms(of), "worker-cpu-ms/page")
			b.ReportMetric(ms(collecting), "collector-cpu-ms/page")
			b.ReportMetric(ms(serving), "server-cpu-ms/page")
			b.ReportMetric(float64(pages)/b.Elapsed().Seconds(), "pages/s")
		})
	}
}

// BenchmarkCollect writes reports that wait in the database: what one collector
// can take.
func BenchmarkCollect(b *testing.B) {
	c := newCountry(b, 40, 50)
	a := &app{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard}
	a.words = narrative.Lazy()
	p, err := a.parser()
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	var parcels [][]byte
	octets := 0
	for _, name := range c.names {
		for _, page := range c.pages {
			reports, err := p.ParseAll(b.Context(), parser.Source{Name: "page.html", Data: bytes.ReplaceAll(page.body, []byte(countryPlace), []byte(name)), ContentType: "text/html; charset=utf-8"})
			if err != nil {
				b.Fatal(err)
			}
			prepared, err := store.Prepare(reports[0], store.Document{SHA256: reports[0].Meta.DocumentSHA256, HTTPStatus: 200})
			if err != nil {
				b.Fatal(err)
			}
			parcels = append(parcels, prepared.Pack())
			octets += len(parcels[len(parcels)-1])
		}
	}
	server := pgtest.Start(b)
	var spent time.Duration
	for b.Loop() {
		b.StopTimer()
		address := server.Database(b)
		collector, err := cluster.Begin(b.Context(), address, nil)
		if err != nil {
			b.Fatal(err)
		}
		pgtest.Exec(b, address, "INSERT INTO nianbao.parcel (data) SELECT * FROM unnest($1::bytea[])", parcels)
		s, err := a.openStore(b.Context(), filepath.Join(b.TempDir(), "all.db"), false)
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		var t tally
		before := processorTime(b)
		if err := a.collect(b.Context(), collector, s, &t); err != nil {
			b.Fatal(err)
		}
		spent += processorTime(b) - before
		b.StopTimer()
		if t.outcomes[store.Added] != len(parcels) {
			b.Fatalf("collected: %s", t.told(a))
		}
		if err := errors.Join(s.Close(), collector.Close()); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(len(parcels))*float64(b.N)/b.Elapsed().Seconds(), "reports/s")
	b.ReportMetric(spent.Seconds()*1000/(float64(len(parcels))*float64(b.N)), "cpu-ms/report")
	b.ReportMetric(float64(octets)/float64(len(parcels)), "octets/parcel")
}

// processorTime is what this process has taken so far.
func processorTime(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
