package crawler

import (
	"context"
	"nianbao/crawler/archive"
	"slices"
	"time"
)

// Limits of what is committed at once.
const (
	commitBatch = 256
	commitEvery = 50 * time.Millisecond // at most so often when there is little to do
)

// commitAll makes outcomes durable, as many at once as have come together. It waits
// for more of them only while there may be more: awaited says that there are none.
func (c *Crawler) commitAll(ctx context.Context, outcomes <-chan outcome, awaited <-chan struct{}, committed chan<- int) error {
	var last time.Time
	for first := range outcomes {
		batch := []outcome{first}
		if wait := commitEvery - time.Since(last); wait > 0 {
			t := time.NewTimer(wait)
			select {
			case <-t.C:
			case <-awaited:
			case <-ctx.Done():
			}
			t.Stop()
		}
	more:
		for len(batch) < commitBatch {
			select {
			case o, ok := <-outcomes:
				if !ok {
					break more
				}
				batch = append(batch, o)
			default:
				break more
			}
		}
		// What was captured is acknowledged also when the run is ending.
		if err := c.commit(context.WithoutCancel(ctx), batch); err != nil {
			go func() { // lets the workers end
				for range outcomes {
				}
			}()
			return err
		}
		last = time.Now()
		committed <- len(batch)
	}
	return nil
}

// commit makes last what the sink has and what was processed, and then tells the queue.
func (c *Crawler) commit(ctx context.Context, batch []outcome) error {
	kept := keptBy(batch)
	if len(kept) > 0 {
		if err := c.sink.Sync(ctx); err != nil {
			return err
		}
	}
	processed := slices.ContainsFunc(batch, func(o outcome) bool { return o.kept })
	if processed && c.cfg.Settle != nil {
		if err := c.cfg.Settle(ctx); err != nil {
			return err
		}
	}
	if err := c.acknowledge(ctx, batch); err != nil {
		return err
	}
	if r, ok := c.sink.(Recoverer); ok && len(kept) > 0 {
		if err := r.Acknowledged(kept); err != nil {
			return err
		}
	}
	now := c.cfg.Clock.Now()
	for _, o := range batch {
		c.report(o, now)
	}
	return nil
}

// keptBy is where the sink put the captures of this run's outcomes.
func keptBy(batch []outcome) (kept []archive.Location) {
	for _, o := range batch {
		if o.kept && !o.recovered {
			kept = append(kept, o.where)
		}
	}
	return kept
}

// acknowledge tells the queue what is done and what is to be tried again, and the
// outcomes which of their links it refused.
func (c *Crawler) acknowledge(ctx context.Context, batch []outcome) error {
	var (
		done  []Finished
		later []Postponed
		ends  []*outcome // of each done
	)
	for i := range batch {
		o := &batch[i]
		learnt, rest := c.hosts.get(o.request.Host()).state()
		if !o.retryAt.IsZero() {
			later = append(later, Postponed{Request: o.request, Reason: o.reason, Detail: clip(o.detail, 500), At: o.retryAt, Rest: rest, Learnt: learnt})
			continue
		}
		done = append(done, Finished{
			Request: o.request, Reason: o.reason, Detail: clip(o.detail, 500), Failed: o.failed, Status: o.status,
			Links: o.links, Budget: c.budget(o.request.Seed), Refused: o.refused,
			Rest: rest, Learnt: learnt, Where: o.where, Products: o.products,
		})
		ends = append(ends, o)
	}
	if len(done) > 0 {
		acked, err := c.queue.Ack(ctx, done)
		if err != nil {
			return err
		}
		for k, o := range ends {
			c.stats.count(LinkKnown, int64(len(o.links)-acked[k].Added-len(acked[k].OverBudget)))
			o.refused = append(o.refused, acked[k].Refused(o.request)...)
		}
	}
	if len(later) > 0 {
		return c.queue.Retry(ctx, later)
	}
	return nil
}

// report counts an outcome and tells of it.
func (c *Crawler) report(o outcome, now time.Time) {
	c.stats.outcome(o, now)
	for _, l := range o.refused {
		c.stats.count(l.Reason, 1)
		if c.cfg.OnLink != nil {
			c.cfg.OnLink(l)
		}
	}
	if c.cfg.OnEvent != nil {
		c.cfg.OnEvent(Event{
			At: now, URL: o.request.URL, Seed: o.request.Seed.Line, Role: o.request.Role, Status: o.status, Reason: o.reason, Detail: o.detail,
			Bytes: o.bytes, Elapsed: o.elapsed, Tries: o.request.Tries, RetryAt: o.retryAt, Referrer: o.request.Referrer,
		})
	}
}

// reportBudget is the budget of a seed that is itself a report: its files.
const reportBudget = 20

// budget is how many addresses may be added for a seed in all.
func (c *Crawler) budget(s Seed) int {
	if b := c.cfg.Discovery.Budget; s.Kind != KindReport || b > 0 && b < reportBudget {
		return b
	}
	return reportBudget
}
