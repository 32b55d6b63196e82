package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"nianbao/crawler"
	"nianbao/crawler/cluster"
	"nianbao/crawler/cluster/pgtest"
	"nianbao/crawler/queuetest"
)

// A wire stands between a worker and the server, and can be held.
type wire struct {
	address string
	mu      sync.Mutex
	held    chan struct{} // closed when it goes on; nil: it goes
	conns   []net.Conn
}

func newWire(t *testing.T, address string) *wire {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{}
	var all sync.WaitGroup
	t.Cleanup(func() {
		w.release()
		l.Close()
		w.cut()
		all.Wait()
	})
	server := u.Host
	all.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", server)
			if err != nil {
				near.Close()
				continue
			}
			w.mu.Lock()
			w.conns = append(w.conns, near, far)
			w.mu.Unlock()
			for _, pair := range [][2]net.Conn{{near, far}, {far, near}} {
				all.Go(func() {
					defer pair[1].Close()
					b := make([]byte, 32<<10)
					for {
						n, err := pair[0].Read(b)
						w.mu.Lock()
						held := w.held
						w.mu.Unlock()
						if held != nil {
							<-held
						}
						if _, e := pair[1].Write(b[:n]); err != nil || e != nil {
							return
						}
					}
				})
			}
		}
	})
	u.Host = l.Addr().String()
	w.address = u.String()
	return w
}

func (w *wire) hold() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held = make(chan struct{})
}

func (w *wire) release() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.held != nil {
		close(w.held)
		w.held = nil
	}
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.conns {
		c.Close()
	}
	w.conns = nil
}

// everLease is the lease of a worker that is not to lose its hosts, however long the
// machine keeps it waiting.
const everLease = time.Hour

// leaseOf leases one request of one host.
func leaseOf(t *testing.T, q crawler.Queue) crawler.Request { return queuetest.Lease(t, q, 1, 1)[0] }

// A worker that hears nothing of the server stops asking before its lease ends;
// another has its hosts after that and after the pause; what the first one says
// afterwards is passed over, and it goes on with a new lease that holds nothing.
func TestTakeover(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	const lease, pause = 6 * time.Second, 700 * time.Millisecond
	address := begin(t, server, cluster.Settings{Pause: pause})
	w := newWire(t, address)
	first := join(t, w.address, "first", lease)
	queuetest.Add(t, first, queuetest.Request("http://a.example/1", 0), queuetest.Request("http://a.example/2", 0))
	r := leaseOf(t, first)
	held, cancel, err := first.Hold(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	defer cancel()
	second := join(t, address, "second", everLease)
	queuetest.None(t, second, "a host that another holds")

	w.hold()
	silent := time.Now()
	asked := silent // it may have asked at this moment, and not much later
	for at := time.Now(); held.Err() == nil; at = time.Now() {
		asked = at
		time.Sleep(time.Millisecond)
	}
	<-held.Done()
	if !errors.Is(context.Cause(held), crawler.ErrHostLost) {
		t.Errorf("the hold ended with %v", context.Cause(held))
	}
	if d := asked.Sub(silent); d > lease*9/10 {
		t.Errorf("the first worker asked for %v more, its lease was %v", d, lease)
	}
	taken := leaseOf(t, second)
	if at := maxTime(taken.NotBefore, time.Now()); at.Sub(asked) < pause {
		t.Errorf("the second worker asks %v after the first one stopped, the pause is %v", at.Sub(asked), pause)
	}
	if wait := time.Until(taken.NotBefore); wait > lease+pause {
		t.Errorf("the second worker waits %v", wait)
	}
	w.release()
	link := queuetest.Request("http://a.example/of-the-first", 9)
	acked, err := first.Ack(t.Context(), []crawler.Finished{{Request: r, Reason: crawler.Fetched, Links: []crawler.Request{link}, Products: [][]byte{[]byte("x")}}})
	if err != nil || acked[0].Added != 0 {
		t.Errorf("an acknowledgement of a lost host: %+v, %v", acked, err)
	}
	if err := first.Retry(t.Context(), []crawler.Postponed{{Request: r, Reason: crawler.TimedOut, At: time.Now()}}); err != nil {
		t.Error(err)
	}
	if _, _, err := first.Hold(t.Context(), r); !errors.Is(err, crawler.ErrHostLost) {
		t.Errorf("a hold of a lost host: %v", err)
	}
	if _, _, ok, err := first.Find(t.Context(), link.URL); err != nil || ok {
		t.Errorf("its links were added: %v, %v", ok, err)
	}
	if n := pgtest.Query[int](t, address, "SELECT count(*) FROM nianbao.parcel"); n != 0 {
		t.Errorf("%d parcels of a lost host", n)
	}
	if _, open, ok, err := second.Find(t.Context(), r.URL); err != nil || !open || !ok {
		t.Errorf("the address is ended: open %v, %v", open, err)
	}
	queuetest.Ack(t, second, crawler.Finished{Request: taken, Reason: crawler.Fetched})
	second.Drop(queuetest.Lease(t, second, 1, 1))
	// The second one leaves: the first one, alive again, claims what it had held.
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	if again := leaseOf(t, first); again.URL == taken.URL || time.Until(again.NotBefore) > pause {
		t.Errorf("claimed again: %s, in %v", again.URL, time.Until(again.NotBefore))
	}
}

// After its lease has ended unseen, a worker claims its own hosts again, and
// what it had leased before does not stand in the way.
func TestOwnHostsAgain(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	address := begin(t, server, cluster.Settings{})
	w := newWire(t, address)
	q := join(t, w.address, "one", 6*time.Second)
	queuetest.Add(t, q, queuetest.Request("http://a.example/1", 0), queuetest.Request("http://a.example/2", 0), queuetest.Request("http://b.example/1", 0))
	old := queuetest.Lease(t, q, 1, 2)
	held, cancel, err := q.Hold(t.Context(), old[0])
	if err != nil {
		t.Fatal(err)
	}
	defer cancel()
	w.hold()
	<-held.Done()
	w.release()
	for _, r := range queuetest.Lease(t, q, 10, 3) {
		if r.ID == old[0].ID || r.ID == old[1].ID {
			t.Errorf("%s is leased under the hold that was lost", r.URL)
		}
	}
	// The old requests are stale, also to the same worker.
	if _, _, err := q.Hold(t.Context(), old[0]); !errors.Is(err, crawler.ErrHostLost) {
		t.Errorf("a request of the lost hold: %v", err)
	}
	q.Drop(old)
	queuetest.None(t, q, "dropping stale requests freed those leased anew")
}

// A claim whose answer is lost on the way leaves nothing held that nobody asks.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	address := begin(t, server, cluster.Settings{})
	w := newWire(t, address)
	q := join(t, w.address, "one", everLease)
	var all []crawler.Request
	for i := range 40 {
		all = append(all, queuetest.Request(fmt.Sprintf("http://h%d.example/1", i), 0))
	}
	queuetest.Add(t, q, all...)
	got := map[string]bool{}
	end := time.Now().Add(5 * time.Minute)
	for n := 0; len(got) < len(all) && time.Now().Before(end); n++ {
		if n%7 == 3 {
			go func() { time.Sleep(2 * time.Millisecond); w.cut() }()
		}
		leased, err := q.Lease(t.Context(), time.Now(), 8, 1)
		if err != nil {
			t.Fatal(err)
		}
		var done []crawler.Finished
		for _, r := range leased {
			if got[r.URL] {
				t.Errorf("%s was leased twice", r.URL)
			}
			got[r.URL] = true
			done = append(done, crawler.Finished{Request: r, Reason: crawler.Fetched, Products: [][]byte{[]byte(r.URL)}})
		}
		if len(done) > 0 {
			if n%3 == 0 {
				go func() { time.Sleep(time.Millisecond); w.cut() }()
			}
			queuetest.Ack(t, q, done...)
		}
		time.Sleep(20 * time.Millisecond)
	}
	if len(got) != len(all) {
		t.Errorf("%d of %d were ever leased", len(got), len(all))
	}
	if n := pgtest.Query[int](t, address, "SELECT count(*) FROM nianbao.parcel"); n != len(all) {
		t.Errorf("%d parcels of %d reports: an acknowledgement was repeated or lost", n, len(all))
	}
}

// While the server is away nothing is lost: what is to be acknowledged waits.
func TestServerAway(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	address := begin(t, server, cluster.Settings{})
	q := join(t, address, "one", everLease)
	queuetest.Add(t, q, queuetest.Request("http://a.example/1", 0))
	r := leaseOf(t, q)
	server.Kill()
	acked := make(chan error, 1)
	go func() {
		_, err := q.Ack(context.Background(), []crawler.Finished{{Request: r, Reason: crawler.Fetched, Links: []crawler.Request{queuetest.Request("http://a.example/2", 0)}}})
		acked <- err
	}()
	queuetest.None(t, q, "the server is away")
	select {
	case err := <-acked:
		t.Fatalf("acknowledged without a server: %v", err)
	default:
	}
	if err := server.Run(); err != nil {
		t.Fatal(err)
	}
	if err := <-acked; err != nil {
		t.Fatal(err)
	}
	if got := leaseOf(t, q); got.URL != "http://a.example/2" {
		t.Errorf("leased %s", got.URL)
	}
}

// A pause longer than the lease outlives the worker that was told of it.
func TestLongDelays(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	const lease = 6 * time.Second
	address := begin(t, server, cluster.Settings{Pause: 10 * time.Millisecond})
	w := newWire(t, address)
	q := join(t, w.address, "first", lease)
	queuetest.Add(t, q, queuetest.Request("http://crawl-delay.example/1", 0), queuetest.Request("http://retry-after.example/1", 0), queuetest.Request("http://retry-after.example/2", 0), queuetest.Request("http://plain.example/1", 0))
	got := queuetest.Lease(t, q, 1, 3)
	told := time.Now()
	if err := q.StoreRobots(t.Context(), "http://crawl-delay.example", crawler.RobotsFile{Body: []byte("User-agent: *\nCrawl-delay: 30"), Delay: 30 * time.Second, Till: time.Now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	for _, r := range got {
		if r.Host() == "retry-after.example" {
			if err := q.Retry(t.Context(), []crawler.Postponed{{Request: r, Reason: "http_429", At: told.Add(time.Hour), Rest: told.Add(40 * time.Second)}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.hold()
	second := join(t, address, "second", everLease)
	for _, r := range queuetest.Lease(t, second, 1, 3) {
		least, most := map[string]time.Duration{"crawl-delay.example": 30 * time.Second, "retry-after.example": 40 * time.Second}[r.Host()], 45*time.Second
		if r.Host() == "plain.example" {
			most = time.Second
		}
		// The two clocks' readings are not of the same moment.
		if after := maxTime(r.NotBefore, time.Now()).Sub(told); least > 0 && after < least-100*time.Millisecond || time.Until(r.NotBefore) > most {
			t.Errorf("%s is asked %v after its worker was told to wait, %v from now", r.URL, after, time.Until(r.NotBefore))
		}
	}
	f, ok, err := second.LoadRobots(t.Context(), "http://crawl-delay.example")
	if err != nil || !ok || !strings.Contains(string(f.Body), "Crawl-delay") || f.Delay != 30*time.Second || f.Till.Sub(told) < 50*time.Minute {
		t.Errorf("robots.txt: %+v %v %v", f, ok, err)
	}
	if _, ok, err := second.LoadRobots(t.Context(), "https://crawl-delay.example"); err != nil || ok {
		t.Errorf("robots.txt of another scheme: %v %v", ok, err)
	}
	w.release()
}

// Hosts of one platform, by the user's word or by their address, are one
// worker's, one request at a time, with the platform's pause between.
func TestPlatforms(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	const pause = 300 * time.Millisecond
	address := begin(t, server, cluster.Settings{PlatformPause: pause, Platforms: []string{"yun.example"}})
	shared := netip.MustParseAddr("192.0.2.7")
	open := func(worker string) *cluster.Queue {
		q, err := cluster.Open(t.Context(), cluster.Config{Address: address, Worker: worker, Archive: worker, Lease: everLease,
			Resolve: names{"www.a.example": shared, "www.b.example": shared, "www.c.example": netip.MustParseAddr("192.0.2.8")}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { q.Close() })
		return q
	}
	workers := []*cluster.Queue{open("first"), open("second")}
	var all []crawler.Request
	for _, h := range []string{"x.yun.example", "y.yun.example", "www.a.example", "www.b.example", "www.c.example"} {
		for i := range 3 {
			all = append(all, queuetest.Request(fmt.Sprintf("http://%s/%d", h, i), 0))
		}
	}
	platform := func(host string) string {
		switch {
		case strings.HasSuffix(host, ".yun.example"):
			return "yun"
		case host == "www.c.example":
			return host
		}
		return "192.0.2.7"
	}
	c, err := cluster.Begin(t.Context(), address, nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Group([]string{"yun.example"})
	if _, err := c.Frontier().Add(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	owner, last, seen := map[string]int{}, map[string]time.Time{}, map[string]bool{}
	for end := time.Now().Add(5 * time.Minute); len(seen) < len(all) && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		for n, q := range workers {
			got, err := q.Lease(t.Context(), time.Now(), 100, 2)
			if err != nil {
				t.Fatal(err)
			}
			count := map[string]int{}
			var done []crawler.Finished
			for _, r := range got {
				p := platform(r.Host())
				if count[p]++; count[p] > 1 && p != "www.c.example" {
					t.Errorf("two requests to platform %s at once", p)
				}
				if was, ok := owner[p]; ok && was != n && p != "www.c.example" {
					t.Errorf("platform %s went from worker %d to %d while it had work", p, was, n)
				}
				owner[p] = n
				if at := maxTime(r.NotBefore, time.Now()); p != "www.c.example" && !last[p].IsZero() && at.Sub(last[p]) < pause {
					t.Errorf("%s is asked %v after the last request to its platform", r.URL, at.Sub(last[p]))
				}
				seen[r.URL] = true
				done = append(done, crawler.Finished{Request: r, Reason: crawler.Fetched, Rest: time.Now().Add(time.Millisecond)})
			}
			for _, d := range done {
				time.Sleep(max(time.Until(d.Request.NotBefore), 0))
				last[platform(d.Request.Host())] = time.Now()
				queuetest.Ack(t, q, d)
			}
		}
	}
	if len(seen) != len(all) {
		t.Errorf("%d of %d were leased", len(seen), len(all))
	}
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Two workers share; one that comes later gets its part; what one leaves the
// other takes.
func TestShares(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	address := begin(t, server, cluster.Settings{})
	first := join(t, address, "first", 3*time.Second)
	var all []crawler.Request
	for i := range 30 {
		for k := range 200 {
			all = append(all, queuetest.Request(fmt.Sprintf("http://h%d.example/%d", i, k), 0))
		}
	}
	queuetest.Add(t, first, all...)
	turn := func(q *cluster.Queue) {
		got, err := q.Lease(t.Context(), time.Now(), 100, 1)
		if err != nil {
			t.Fatal(err)
		}
		var done []crawler.Finished
		for _, r := range got {
			done = append(done, crawler.Finished{Request: r, Reason: crawler.Fetched})
		}
		if len(done) > 0 {
			queuetest.Ack(t, q, done...)
		}
	}
	held := func(q *cluster.Queue) int64 {
		c, err := q.Counts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return c.Hosts
	}
	until := func(what string, happened func() bool, workers ...*cluster.Queue) {
		t.Helper()
		for end := time.Now().Add(5 * time.Minute); !happened(); time.Sleep(30 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("waited in vain: %s", what)
			}
			for _, q := range workers {
				turn(q)
			}
		}
	}
	until("one worker holds all", func() bool { return held(first) == 30 }, first)
	second := join(t, address, "second", 3*time.Second)
	until("the second one gets half", func() bool { return held(second) >= 14 && held(first) <= 16 }, first, second)
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	until("the first one has all again", func() bool { return held(first) == 30 }, first)
}

// A worker gets along with the rights of worker.sql.
func TestLeastRights(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	address := begin(t, server, cluster.Settings{Pause: time.Millisecond})
	script, err := os.ReadFile("worker.sql")
	if err != nil {
		t.Fatal(err)
	}
	pgtest.Exec(t, address, string(script)+"CREATE ROLE worker1 LOGIN IN ROLE nianbao_worker")
	limited := strings.Replace(address, "nianbao@", "worker1@", 1)
	q := join(t, limited, "one", everLease)
	queuetest.Add(t, q, queuetest.Request("http://127.15.0.1/1", 0), queuetest.Request("http://h.example/1", 0))
	for _, r := range queuetest.Lease(t, q, 1, 2) {
		if err := q.StoreRobots(t.Context(), "http://"+r.Host(), crawler.RobotsFile{Delay: time.Second, Till: time.Now().Add(time.Hour)}); err != nil {
			t.Error(err)
		}
		queuetest.Ack(t, q, crawler.Finished{Request: r, Reason: crawler.Fetched, Products: [][]byte{{1}}, Rest: time.Now().Add(time.Minute),
			Links: []crawler.Request{queuetest.Request("http://new.example/1", 0)}, Budget: 10, Refused: []crawler.RefusedLink{{URL: "http://x.example/", Reason: crawler.LinkPattern}}})
	}
	if err := q.Retry(t.Context(), []crawler.Postponed{{Request: leaseOf(t, q), Reason: crawler.TimedOut, At: time.Now()}}); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := q.Stored(t.Context(), "a.warc.gz"); err != nil {
			t.Error(err)
		}
	}
	if err := q.Close(); err != nil {
		t.Error(err)
	}
}

// Wrong and newer schemas, two collectors, missing rights and wrong addresses
// are told of at once and clearly.
func TestRefusals(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	ctx := t.Context()
	open := func(address string) error {
		q, err := cluster.Open(ctx, cluster.Config{Address: address, Worker: "w", Archive: "a"})
		if err == nil {
			q.Close()
		}
		return err
	}
	empty := server.Database(t)
	if err := open(empty); !errors.Is(err, cluster.ErrNoCrawl) {
		t.Errorf("an empty database: %v", err)
	}
	if _, err := cluster.ReadStatus(ctx, empty); !errors.Is(err, cluster.ErrNoCrawl) {
		t.Errorf("status of an empty database: %v", err)
	}
	address := begin(t, server, cluster.Settings{})
	c, err := cluster.Begin(ctx, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cluster.Begin(ctx, address, nil); !errors.Is(err, cluster.ErrCollected) {
		t.Errorf("two collectors: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	pgtest.Exec(t, address, "CREATE ROLE stranger LOGIN")
	if err := open(strings.Replace(address, "nianbao@", "stranger@", 1)); err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("a role without rights: %v", err)
	}
	if err := open(strings.Replace(address, "/crawl", "/nowhere", 1)); err == nil || !strings.Contains(err.Error(), "createdb") {
		t.Errorf("no such database: %v", err)
	}
	if err := open("postgres://user:secret@[::1/x"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("an address that cannot be read: %v", err)
	}
	pgtest.Exec(t, address, "UPDATE nianbao.schema_version SET version = 99")
	if err := open(address); !errors.Is(err, cluster.ErrNewer) {
		t.Errorf("a newer schema: %v", err)
	}
	if _, err := cluster.Begin(ctx, address, nil); !errors.Is(err, cluster.ErrNewer) {
		t.Errorf("a newer schema, collecting: %v", err)
	}
	pgtest.Exec(t, address, "UPDATE nianbao.schema_version SET version = 0; ")
	if err := open(address); !errors.Is(err, cluster.ErrNoCrawl) && !errors.Is(err, cluster.ErrOlder) {
		t.Errorf("an older schema: %v", err)
	}
}

// An update asks home pages and columns again, and for them whole where other
// limits would have followed more links.
func TestUpdate(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	address := begin(t, server, cluster.Settings{})
	q := join(t, address, "one", everLease)
	list := queuetest.Request("http://a.example/list", 9)
	list.Role = crawler.RoleList
	queuetest.Add(t, q, list, queuetest.Request("http://a.example/1", 0))
	for range 2 {
		r := leaseOf(t, q)
		r.Earlier = crawler.Earlier{ETag: `"x"`, Digest: "sha256:00"}
		queuetest.Ack(t, q, crawler.Finished{Request: r, Reason: crawler.Fetched, Refused: []crawler.RefusedLink{{URL: "http://a.example/2", Reason: crawler.LinkYear}}})
	}
	c, err := cluster.Begin(t.Context(), address, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if n, err := c.Update(t.Context()); err != nil || n != 1 {
		t.Fatalf("%d asked again, %v", n, err)
	}
	if r := leaseOf(t, q); r.URL != list.URL || r.Earlier.ETag != "" || r.Earlier.Digest != "sha256:00" {
		t.Errorf("asked again: %s with %+v", r.URL, r.Earlier)
	}
}
