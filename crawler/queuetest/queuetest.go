// Package queuetest holds any crawler.Queue against what it promises.
package queuetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"nianbao/crawler"
)

// An Engine is a kind of queue under test.
type Engine struct {
	// Open opens the test's queue, each time the same one; it is closed before it
	// is opened again.
	Open func(t *testing.T) Queue
}

// A Queue that can be closed.
type Queue interface {
	crawler.Queue
	Close() error
}

// Request is a request as a crawl makes them.
func Request(url string, priority int) crawler.Request {
	return crawler.Request{URL: url, Role: crawler.RoleReport, Priority: priority, Seed: crawler.Seed{Line: 2, URL: "http://a.example/", Kind: crawler.KindSite, Years: []int{2021}}}
}

// patience is for how long a test waits for what must come, on the slowest machine.
const patience = 5 * time.Minute

// Add adds requests and answers how many were new.
func Add(t *testing.T, q crawler.Queue, requests ...crawler.Request) int {
	t.Helper()
	n, err := q.Add(context.Background(), requests)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Lease asks until so many requests have come, and orders them by URL where they
// are of several hosts.
func Lease(t *testing.T, q crawler.Queue, perHost, want int) (all []crawler.Request) {
	t.Helper()
	for end := time.Now().Add(patience); len(all) < want && time.Now().Before(end); {
		got, err := q.Lease(context.Background(), time.Now(), 100, perHost)
		if err != nil {
			t.Fatal(err)
		}
		if all = append(all, got...); len(all) < want {
			time.Sleep(10 * time.Millisecond)
		}
	}
	if len(all) != want {
		t.Fatalf("leased %v, want %d", URLs(all), want)
	}
	slices.SortStableFunc(all, func(a, b crawler.Request) int {
		switch ha, hb := a.Host(), b.Host(); {
		case ha < hb:
			return -1
		case ha > hb:
			return 1
		}
		return 0
	})
	return all
}

// None asks for a while and fails when something comes.
func None(t *testing.T, q crawler.Queue, why string) {
	t.Helper()
	for range 8 {
		got, err := q.Lease(context.Background(), time.Now(), 100, 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) > 0 {
			t.Fatalf("%s: leased %v", why, URLs(got))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// URLs are those of requests.
func URLs(requests []crawler.Request) (urls []string) {
	for _, r := range requests {
		urls = append(urls, r.URL)
	}
	return urls
}

// Ack acknowledges.
func Ack(t *testing.T, q crawler.Queue, finished ...crawler.Finished) []crawler.Acked {
	t.Helper()
	acked, err := q.Ack(context.Background(), finished)
	if err != nil {
		t.Fatal(err)
	}
	return acked
}

// Run runs the suite.
func Run(t *testing.T, engine func(t *testing.T) Engine) {
	for name, test := range map[string]func(*testing.T, Engine){
		"a request's way": way, "budget": budget, "empty": empty, "postponed": postponed, "many": many, "once": once,
	} {
		t.Run(name, func(t *testing.T) { test(t, engine(t)) })
	}
}

var same = cmpopts.IgnoreFields(crawler.Request{}, "ID", "NotBefore")

func way(t *testing.T, e Engine) {
	ctx := context.Background()
	q := e.Open(t)
	full := Request("http://a.example/1", 1)
	full.Text, full.Referrer, full.Depth, full.Page = "链接", "http://a.example/", 2, 3
	full.Site = "主办：甲县人民政府"
	full.Site = "某县人民政府"
	full.Hops = []crawler.Hop{{URL: "http://a.example/0", Status: 301}}
	if n := Add(t, q, full, Request("http://a.example/2", 5), Request("http://b.example/1", 0), Request("http://a.example/1", 9)); n != 3 {
		t.Errorf("%d were added, want 3: one was there", n)
	}
	if n := Add(t, q, Request("http://a.example/2", 9)); n != 0 {
		t.Error("a known address was added again")
	}
	got := Lease(t, q, 1, 2)
	if d := cmp.Diff([]string{"http://a.example/2", "http://b.example/1"}, URLs(got)); d != "" {
		t.Errorf("lease of one a host, best first:\n%s", d)
	}
	None(t, q, "hosts with leases outstanding")
	posted := Request("http://a.example/1", 0)
	posted.Form = "page=2"
	acked := Ack(t, q, crawler.Finished{Request: got[0], Reason: crawler.Fetched, Status: 200,
		Links: []crawler.Request{Request("http://a.example/3", 3), Request("http://a.example/1", 3), Request("http://a.example/3", 3), posted}})
	if acked[0].Added != 2 || len(acked[0].OverBudget) != 0 {
		t.Errorf("links: %+v", acked)
	}
	Ack(t, q, crawler.Finished{Request: got[1], Reason: "http_404", Failed: true, Status: 404})
	got = Lease(t, q, 10, 3)
	if d := cmp.Diff(posted, got[2], same); d != "" {
		t.Errorf("what is posted:\n%s", d)
	}
	Ack(t, q, crawler.Finished{Request: got[2], Reason: "http_404", Failed: true, Status: 404})
	got = got[:2]
	if d := cmp.Diff([]string{"http://a.example/3", "http://a.example/1"}, URLs(got)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(full, got[1], same); d != "" {
		t.Errorf("a request came back changed:\n%s", d)
	}
	got[0].Earlier = crawler.Earlier{ETag: `"x"`, Digest: "sha256:00", Time: time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)}
	Ack(t, q, crawler.Finished{Request: got[0], Reason: crawler.Fetched, Status: 200})
	if c, err := q.Counts(ctx); err != nil || c.Leased != 1 || c.Done != 2 || c.Failed != 2 {
		t.Errorf("%+v, %v", c, err)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	openedAgain(t, e.Open(t), full.Seed)
}

// openedAgain: the leased one waits again and nothing else has changed.
func openedAgain(t *testing.T, q crawler.Queue, seed crawler.Seed) {
	ctx := context.Background()
	if got := Lease(t, q, 10, 1); got[0].URL != "http://a.example/1" {
		t.Errorf("reopened: %v", URLs(got))
	}
	if n, err := q.Added(ctx, seed); err != nil || n != 5 {
		t.Errorf("added for the seed: %d, %v", n, err)
	}
	for url, want := range map[string][2]bool{"http://a.example/1": {true, true}, "http://a.example/2": {false, true}, "http://a.example/9": {false, false}} {
		r, open, ok, err := q.Find(ctx, url)
		if err != nil || open != want[0] || ok != want[1] || ok && r.URL != url {
			t.Errorf("Find(%s): open %v, ok %v, %v", url, open, ok, err)
		}
	}
	if r, _, _, err := q.Find(ctx, "http://a.example/3"); err != nil || r.Earlier.ETag != `"x"` {
		t.Errorf("what a conditional request needs: %+v, %v", r.Earlier, err)
	}
}

func budget(t *testing.T, e Engine) {
	q := e.Open(t)
	seed := Request("http://a.example/", 0)
	Add(t, q, seed)
	links := func(from, to int) (all []crawler.Request) {
		for i := from; i < to; i++ {
			all = append(all, Request(fmt.Sprintf("http://a.example/%d", i), 100-i))
		}
		return all
	}
	got := Lease(t, q, 1, 1)
	acked := Ack(t, q, crawler.Finished{Request: got[0], Reason: crawler.Fetched, Links: links(0, 6), Budget: 5})
	if acked[0].Added != 4 || cmp.Diff([]string{"http://a.example/4", "http://a.example/5"}, URLs(acked[0].OverBudget)) != "" {
		t.Errorf("a budget of 5, the seed's own included: %d added, over it %v", acked[0].Added, URLs(acked[0].OverBudget))
	}
	// Known links cost nothing; what is over the budget is not known by that.
	got = Lease(t, q, 2, 2)
	acked = Ack(t, q, crawler.Finished{Request: got[0], Reason: crawler.Fetched, Links: links(0, 6), Budget: 6},
		crawler.Finished{Request: got[1], Reason: crawler.Fetched, Links: links(5, 8), Budget: 6})
	if acked[0].Added != 1 || cmp.Diff([]string{"http://a.example/5"}, URLs(acked[0].OverBudget)) != "" || acked[1].Added != 0 || len(acked[1].OverBudget) != 3 {
		t.Errorf("a budget of 6: %+v", acked)
	}
	got = Lease(t, q, 1, 1)
	if acked = Ack(t, q, crawler.Finished{Request: got[0], Reason: crawler.Fetched, Links: links(5, 8)}); acked[0].Added != 3 {
		t.Errorf("without a budget: %+v", acked)
	}
}

func empty(t *testing.T, e Engine) {
	q := e.Open(t)
	Add(t, q, Request("http://a.example/1", 0))
	got := Lease(t, q, 1, 1)
	Ack(t, q, crawler.Finished{Request: got[0], Reason: crawler.Fetched})
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		None(t, q, "an empty queue")
		if _, ok, err := q.Next(context.Background()); err != nil {
			t.Fatal(err)
		} else if !ok {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the end was never told of")
		}
	}
	// Seeds that are added after the end are handed out.
	Add(t, q, Request("http://a.example/2", 0), Request("http://c.example/1", 0))
	Lease(t, q, 1, 2)
	if _, ok, err := q.Next(context.Background()); err != nil {
		t.Fatal(err)
	} else if _, isShared := q.(crawler.SharedQueue); isShared && !ok {
		t.Error("the queue is over while requests are leased")
	}
}

func postponed(t *testing.T, e Engine) {
	ctx := context.Background()
	q := e.Open(t)
	Add(t, q, Request("http://a.example/1", 0))
	got := Lease(t, q, 1, 1)
	later := got[0]
	later.Tries = 1
	due := time.Now().Add(1500 * time.Millisecond)
	if err := q.Retry(ctx, []crawler.Postponed{{Request: later, Reason: crawler.TimedOut, At: due}}); err != nil {
		t.Fatal(err)
	}
	if at, ok, err := q.Next(ctx); err != nil || !ok || at.IsZero() && time.Now().Before(due) {
		t.Errorf("Next: %v %v %v", at, ok, err)
	}
	// However long it takes to ask, nothing comes before its time. The frontier keeps
	// times in milliseconds.
	got = Lease(t, q, 1, 1)
	if early := time.Until(due); early > time.Millisecond {
		t.Errorf("leased %v before its time", early)
	}
	if got[0].Tries != 1 {
		t.Errorf("after its time: %+v", got[0])
	}
}

func many(t *testing.T, e Engine) {
	q := e.Open(t)
	var all []crawler.Request
	for i := range 3000 {
		all = append(all, Request(fmt.Sprintf("http://h%d.example/%d", i%7, i), i%3))
	}
	if n := Add(t, q, all...); n != 3000 {
		t.Fatalf("%d were added", n)
	}
	seen := map[string]bool{}
	for end := time.Now().Add(patience); len(seen) < 3000; {
		if time.Now().After(end) {
			t.Fatalf("%d of 3000 were handed out", len(seen))
		}
		got, err := q.Lease(context.Background(), time.Now(), 500, 100)
		if err != nil {
			t.Fatal(err)
		}
		var done []crawler.Finished
		for _, r := range got {
			if seen[r.URL] {
				t.Fatalf("%s was handed out twice", r.URL)
			}
			seen[r.URL] = true
			done = append(done, crawler.Finished{Request: r, Reason: crawler.Fetched, Status: 200})
		}
		if len(done) > 0 {
			Ack(t, q, done...)
		} else {
			time.Sleep(5 * time.Millisecond)
		}
	}
}

// once acknowledges twice: links are added once.
func once(t *testing.T, e Engine) {
	q := e.Open(t)
	Add(t, q, Request("http://a.example/1", 0))
	got := Lease(t, q, 1, 1)
	done := crawler.Finished{Request: got[0], Reason: crawler.Fetched, Links: []crawler.Request{Request("http://a.example/2", 0)}}
	Ack(t, q, done)
	if acked := Ack(t, q, done); acked[0].Added != 0 {
		t.Errorf("acknowledged again: %+v", acked)
	}
	if n, err := q.Added(context.Background(), got[0].Seed); err != nil || n != 2 {
		t.Errorf("added for the seed: %d, %v", n, err)
	}
}
