package cluster_test

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"time"

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
	server := pgtest.Start(t)
	queuetest.Run(t, func(t *testing.T) queuetest.Engine {
		address := begin(t, server, cluster.Settings{})
		return queuetest.Engine{Open: func(t *testing.T) queuetest.Queue { return join(t, address, "one", 5*time.Second) }}
	})
}
