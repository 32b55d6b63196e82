package crawler

import "context"

// A recovery takes up the captures that the sink holds and the queue does not
// know to be done.
type recovery struct {
	*Crawler
	batch   []outcome
	pending map[string]bool // in the batch: the queue does not know yet
}

// recover takes up what the last run left.
func (c *Crawler) recover(ctx context.Context) error {
	from, ok := c.sink.(Recoverer)
	if !ok {
		return nil
	}
	if c.shared != nil {
		// What was not acknowledged is another crawler's to fetch by now.
		return from.Recovered()
	}
	c.stats.stage(StageRecover)
	counts, err := c.queue.Counts(ctx)
	if err != nil {
		return err
	}
	r := &recovery{Crawler: c, pending: map[string]bool{}}
	fresh := counts.Done+counts.Failed == 0
	if err := from.Recover(ctx, fresh, func(p *Capture) error { return r.take(ctx, p) }); err != nil {
		return err
	}
	if err := r.flush(ctx); err != nil {
		return err
	}
	return from.Recovered()
}

// take processes a capture whose request is still open.
func (r *recovery) take(ctx context.Context, p *Capture) error {
	key := p.Request.Key()
	if r.pending[key] {
		return nil
	}
	q, open, err := r.find(ctx, key)
	if err != nil || !open {
		return err
	}
	if !p.Time.After(q.Earlier.Time) {
		return nil // this is the capture that is to be fetched again
	}
	site := p.Request.Site
	p.Request = q
	if q.Site == "" {
		p.Request.Site = site // what this page itself said
	}
	if p.Unchanged && q.Earlier.Digest == "" {
		return nil // a revisit of a capture that is not there
	}
	out, err := r.digest(ctx, p)
	if err != nil {
		return err
	}
	r.batch = append(r.batch, out)
	r.pending[key] = true
	if len(r.batch) >= commitBatch {
		return r.flush(ctx)
	}
	return nil
}

// find is the queue's request of a key; open: it is there and not done.
func (r *recovery) find(ctx context.Context, key string) (q Request, open bool, err error) {
	q, open, known, err := r.queue.Find(ctx, key)
	if err != nil || known || len(r.batch) == 0 {
		return q, open && known, err
	}
	// What led to it may be in the batch.
	if err := r.flush(ctx); err != nil {
		return q, false, err
	}
	q, open, known, err = r.queue.Find(ctx, key)
	return q, open && known, err
}

// flush commits the batch.
func (r *recovery) flush(ctx context.Context) error {
	if len(r.batch) == 0 {
		return nil
	}
	defer clear(r.pending)
	r.stats.recovered.Add(int64(len(r.batch)))
	err := r.commit(ctx, r.batch)
	r.batch = r.batch[:0]
	return err
}
