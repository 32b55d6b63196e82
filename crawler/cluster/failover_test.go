package cluster_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nianbao/crawler"
	"nianbao/crawler/cluster"
	"nianbao/crawler/cluster/pgtest"
	"nianbao/crawler/queuetest"
)

// TestFailover kills the server under the workers and promotes its synchronous
// standby. The workers find it by the addresses they have, and go on: what was
// acknowledged is there, once.
func TestFailover(t *testing.T) {
	t.Parallel()
	primary := pgtest.Start(t)
	address := begin(t, primary, cluster.Settings{})
	standby := primary.Standby(t)
	database := address[strings.LastIndex(address, "/")+1:]
	database, _, _ = strings.Cut(database, "?")
	both := fmt.Sprintf("postgres://nianbao@127.0.0.1:%d,127.0.0.1:%d/%s?sslmode=disable&target_session_attrs=read-write", primary.Port, standby.Port, database)
	const hosts, pages = 8, 40
	var all []crawler.Request
	for h := range hosts {
		for p := range pages {
			all = append(all, queuetest.Request(fmt.Sprintf("http://h%d.example/%d", h, p), 0))
		}
	}
	workers := []*cluster.Queue{join(t, both, "first", 5*time.Second), join(t, both, "second", 5*time.Second)}
	queuetest.Add(t, workers[0], all...)
	var acked atomic.Int64
	half := make(chan struct{})
	halfway := sync.OnceFunc(func() { close(half) })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var running sync.WaitGroup
	for _, q := range workers {
		running.Go(func() {
			for ctx.Err() == nil {
				leased, err := q.Lease(ctx, time.Now(), 10, 1)
				if err != nil && ctx.Err() == nil {
					t.Error(err)
					return
				}
				var done []crawler.Finished
				for _, r := range leased {
					done = append(done, crawler.Finished{Request: r, Reason: crawler.Fetched, Products: [][]byte{[]byte(r.URL)}})
				}
				if len(done) > 0 {
					if _, err := q.Ack(ctx, done); err != nil {
						t.Error(err)
						return
					}
					if acked.Add(int64(len(done))) > hosts*pages/3 {
						halfway()
					}
					continue
				}
				time.Sleep(10 * time.Millisecond)
			}
		})
	}
	<-half
	primary.Kill()
	standby.Promote(t)
	there := standby.Address(database)
	for end := time.Now().Add(5 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
		n := pgtest.Query[int](t, there, "SELECT count(*) FROM nianbao.url WHERE state = 2")
		if n == hosts*pages {
			break
		}
		if time.Now().After(end) {
			t.Errorf("the workers stand still; %d addresses are done, want %d", n, hosts*pages)
			break
		}
	}
	cancel()
	running.Wait()
	if n, once := pgtest.Query[int](t, there, "SELECT count(*) FROM nianbao.parcel"), pgtest.Query[int](t, there, "SELECT count(DISTINCT data) FROM nianbao.parcel"); n != hosts*pages || once != n {
		t.Errorf("%d parcels, %d different ones, want %d: acknowledged work was lost or repeated", n, once, hosts*pages)
	}
}

// TestFullDisk fills the disk of the server while addresses are added: what does
// not fit waits, the user is told, and when there is room again nothing is missing.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t, 192<<20)
	server := pgtest.StartIn(t, filepath.Join(disk, "server"))
	address := begin(t, server, cluster.Settings{})
	full := make(chan struct{})
	told := sync.OnceFunc(func() { close(full) })
	q, err := cluster.Open(t.Context(), cluster.Config{Address: address, Worker: "one", Archive: "one", Lease: 10 * time.Second, Trouble: func(err error) {
		if strings.Contains(err.Error(), "its disk is full: make room") {
			told()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { q.Close() })
	ballast := filepath.Join(disk, "ballast")
	fill(t, ballast)
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	defer cancel()
	const chunks, size = 40, 500
	added := make(chan int, 1)
	go func() {
		n := 0
		for c := range chunks {
			var some []crawler.Request
			for i := range size {
				r := queuetest.Request(fmt.Sprintf("http://h%d.example/%d-%d", i%20, c, i), 0)
				r.Text = strings.Repeat("年报", 200)
				some = append(some, r)
			}
			k, err := q.Add(ctx, some)
			if err != nil {
				t.Errorf("added with %v", err)
				break
			}
			n += k
		}
		added <- n
	}()
	select {
	case <-full:
	case <-ctx.Done():
		t.Fatal("nobody was told that the disk is full")
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	// A server that could not write its log has ended, and its system starts it again.
	for n := -1; n < 0; {
		select {
		case n = <-added:
			if n != chunks*size {
				t.Errorf("%d addresses were added, want %d", n, chunks*size)
			}
		case <-time.After(time.Second):
			if err := server.Run(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := pgtest.Query[int](t, address, "SELECT count(*) FROM nianbao.url"); n != chunks*size {
		t.Errorf("%d addresses are there, want %d", n, chunks*size)
	}
}

// fill writes a file until the disk is full.
func fill(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for b := make([]byte, 64<<10); len(b) > 512; {
		if _, err := f.Write(b); err != nil {
			b = b[:len(b)/2]
		}
	}
}
