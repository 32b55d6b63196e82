package cluster_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"

	"nianbao/crawler"
	"nianbao/crawler/cluster"
	"nianbao/crawler/cluster/pgtest"
	"nianbao/crawler/queuetest"
)

// begin makes a database with a crawl in it.
func begin(t *testing.T, server *pgtest.Server, s cluster.Settings) string {
	t.Helper()
	address := server.Database(t)
	c, err := cluster.Begin(t.Context(), address, nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Group(s.Platforms)
	if err := c.Configure(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return address
}

// names are the addresses of hosts; the others have none.
type names map[string]netip.Addr

func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	if a, ok := n[host]; ok {
		return []netip.Addr{a}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

func join(t *testing.T, address, worker string, lease time.Duration) *cluster.Queue {
	t.Helper()
	q, err := cluster.Open(context.Background(), cluster.Config{
		Address: address, Worker: worker, Archive: "archive of " + worker, Lease: lease, Resolve: names{},
		Trouble: func(err error) { t.Log(err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { q.Close() })
	return q
}

func TestContract(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	queuetest.Run(t, func(t *testing.T) queuetest.Engine {
		address := begin(t, server, cluster.Settings{})
		return queuetest.Engine{Open: func(t *testing.T) queuetest.Queue { return join(t, address, "one", everLease) }}
	})
}

// Who takes a host over knows what the worker before has learnt of it: how long it
// wants to rest, how much slower it is asked, and how near it is to being given up.
// Where it has recovered, that is known too.
func TestLearntGoesAlong(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	address := begin(t, server, cluster.Settings{Pause: time.Millisecond})
	open := func(worker string) *cluster.Queue {
		q, err := cluster.Open(t.Context(), cluster.Config{Address: address, Worker: worker, Archive: worker, Lease: everLease, Resolve: names{}})
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	lease := func(q *cluster.Queue) crawler.Request {
		for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
			got, err := q.Lease(t.Context(), time.Now(), 1, 1)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) > 0 {
				return got[0]
			}
		}
		t.Fatal("nothing was leased")
		return crawler.Request{}
	}
	first := open("first")
	var all []crawler.Request
	for i := range 5 {
		all = append(all, queuetest.Request(fmt.Sprintf("http://www.a.example/%d", i), 0))
	}
	if _, err := first.Add(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	r := lease(first)
	if r.Known != (crawler.HostState{}) {
		t.Errorf("of a new host %+v is known", r.Known)
	}
	learnt := crawler.HostState{Slow: 8 * time.Second, Failures: 3, Trips: 2}
	if err := first.Retry(t.Context(), []crawler.Postponed{{Request: r, Reason: "http_429", At: time.Now(), Rest: time.Now().Add(time.Hour), Learnt: learnt}}); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := open("second")
	if r = lease(second); r.Known != learnt || time.Until(r.NotBefore) < 59*time.Minute {
		t.Errorf("the next worker knows %+v and asks in %v", r.Known, time.Until(r.NotBefore))
	}
	queuetest.Ack(t, second, crawler.Finished{Request: r, Reason: crawler.Fetched})
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	third := open("third")
	defer third.Close()
	if r = lease(third); r.Known != (crawler.HostState{}) {
		t.Errorf("after the host has recovered %+v is known", r.Known)
	}
}
