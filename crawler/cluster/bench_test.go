package cluster_test

import (
	"fmt"
	"testing"
	"time"

	"nianbao/crawler"
	"nianbao/crawler/cluster"
	"nianbao/crawler/cluster/pgtest"
	"nianbao/crawler/queuetest"
)

// BenchmarkMillion adds waiting addresses of 3,000 hosts, by default a million
// divided by ten, and then leases and acknowledges some: what an address takes
// on the server's disk, and how fast it goes.
func BenchmarkMillion(b *testing.B) {
	const hosts, total, batch = 3000, 100_000, 1000
	for b.Loop() {
		server := pgtest.Start(b)
		address := server.Database(b)
		c, err := cluster.Begin(b.Context(), address, nil)
		if err != nil {
			b.Fatal(err)
		}
		began := time.Now()
		requests := make([]crawler.Request, batch)
		for i := 0; i < total; i += batch {
			for j := range requests {
				n := i + j
				requests[j] = queuetest.Request(fmt.Sprintf("http://127.30.%d.%d/zwgk/zfxxgk/zfxxgknb/202201/t%d_%d.html", n%hosts/200, 1+n%hosts%200, 20220100+n%28, n), n%90)
				requests[j].Referrer, requests[j].Text = "http://www.example/zwgk/zfxxgk/zfxxgknb/", "某县2021年政府信息公开工作年度报告"
			}
			if _, err := c.Frontier().Add(b.Context(), requests); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(total/time.Since(began).Seconds(), "adds/s")
		if err := c.Configure(b.Context(), cluster.Settings{}); err != nil {
			b.Fatal(err)
		}
		if err := c.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(pgtest.Query[int64](b, address, "SELECT pg_total_relation_size('nianbao.url')"))/total, "octets/address")
		adding := server.Stop()
		b.ReportMetric(adding.Seconds()*1e6/total, "server-µs/add")
		if err := server.Run(); err != nil {
			b.Fatal(err)
		}
		// What the planner knows is of a time when nobody held anything, as it is when
		// a crawl begins.
		pgtest.Exec(b, address, "ANALYZE")
		q, err := cluster.Open(b.Context(), cluster.Config{Address: address, Worker: "w", Archive: "a", Lease: time.Minute})
		if err != nil {
			b.Fatal(err)
		}
		began = time.Now()
		n := 0
		for n < total/5 {
			got, err := q.Lease(b.Context(), time.Now(), 4096, 4)
			if err != nil {
				b.Fatal(err)
			}
			var done []crawler.Finished
			for _, r := range got {
				done = append(done, crawler.Finished{Request: r, Reason: crawler.Fetched, Status: 200})
				if len(done) == 256 {
					if _, err := q.Ack(b.Context(), done); err != nil {
						b.Fatal(err)
					}
					done = nil
				}
			}
			if len(done) > 0 {
				if _, err := q.Ack(b.Context(), done); err != nil {
					b.Fatal(err)
				}
			}
			if n += len(got); len(got) == 0 {
				time.Sleep(5 * time.Millisecond)
			}
		}
		b.ReportMetric(float64(n)/time.Since(began).Seconds(), "lease+ack/s")
		if err := q.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(server.Stop().Seconds()*1e6/float64(n), "server-µs/lease+ack")
	}
}
