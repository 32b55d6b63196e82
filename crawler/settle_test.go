package crawler_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"

	"nianbao/crawler"
)

// ledger notes what was processed and what was made to last, and looks at what
// is acknowledged.
type ledger struct {
	crawler.Queue
	t       *testing.T
	mu      sync.Mutex
	fresh   map[string]bool // processed, and not yet lasting
	settled int
	rounds  int
	acked   int
	fail    error
}

func (l *ledger) process(_ context.Context, c *crawler.Capture) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fresh[c.Request.URL] = true
	return nil
}

func (l *ledger) settle(context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail != nil {
		return l.fail
	}
	l.rounds++
	l.settled += len(l.fresh)
	clear(l.fresh)
	return nil
}

func (l *ledger) Ack(ctx context.Context, f []crawler.Finished) ([]crawler.Acked, error) {
	l.mu.Lock()
	for _, x := range f {
		l.acked++
		if l.fresh[x.Request.URL] {
			l.t.Errorf("%s is acknowledged before what came of it lasts", x.Request.URL)
		}
	}
	l.mu.Unlock()
	return l.Queue.Ack(ctx, f)
}

// What came of a page lasts before the page is taken for done, and not each alone.
func TestSettle(t *testing.T) {
	for _, fail := range []error{nil, errFull} {
		s := newCountedSite(t, 4, 12, 0)
		dir := t.TempDir()
		a, err := crawler.OpenArchive(t.Context(), filepath.Join(dir, "archive"), crawler.ArchiveConfig{})
		if err != nil {
			t.Fatal(err)
		}
		l := &ledger{Queue: openFrontier(t, filepath.Join(dir, "frontier")), t: t, fresh: map[string]bool{}, fail: fail}
		cfg := fast()
		cfg.Process, cfg.Settle = l.process, l.settle
		err = crawlErr(t, l, a, cfg, siteSeeds(s)...)
		if e := a.Close(); e != nil {
			t.Fatal(e)
		}
		if !errors.Is(err, fail) {
			t.Fatalf("the run ended with %v, want %v", err, fail)
		}
		switch {
		case fail != nil && l.acked > 0:
			t.Errorf("%d pages acknowledged though nothing lasts", l.acked)
		case fail == nil && (l.settled < 48 || len(l.fresh) > 0 || l.rounds >= l.settled):
			t.Errorf("%d pages made to last in %d rounds, %d not", l.settled, l.rounds, len(l.fresh))
		}
	}
}
