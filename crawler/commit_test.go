package crawler

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// An ackedQueue notes when something was acknowledged.
type ackedQueue struct {
	Queue
	at []time.Time
}

func (q *ackedQueue) Ack(_ context.Context, done []Finished) ([]Acked, error) {
	q.at = append(q.at, time.Now())
	return make([]Acked, len(done)), nil
}

// What is finished waits for more that may be committed with it, but not when
// nothing more can come before it is committed.
func TestCommitWaitsForMoreOnly(t *testing.T) {
	for _, awaited := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			q := &ackedQueue{}
			c, err := New(Config{}, q, nil) // nothing was captured: the sink is not met
			if err != nil {
				t.Fatal(err)
			}
			defer c.fetcher.close()
			outcomes, said, committed := make(chan outcome), make(chan struct{}, 1), make(chan int, 2)
			ended := make(chan error, 1)
			go func() { ended <- c.commitAll(t.Context(), outcomes, said, committed) }()
			for range 2 {
				outcomes <- outcome{request: Request{URL: "http://a.gov.cn/"}}
				if awaited {
					said <- struct{}{}
				}
				<-committed
			}
			close(outcomes)
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
			want := commitEvery
			if awaited {
				want = 0
			}
			if len(q.at) != 2 || q.at[1].Sub(q.at[0]) != want {
				t.Errorf("awaited %v: committed at %v", awaited, q.at)
			}
		})
	}
}
