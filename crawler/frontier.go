package crawler

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"github.com/mattn/go-sqlite3"
)

// A Frontier is the Queue of one machine, in one SQLite file. It survives being
// killed at any moment; after a power cut it is as it was a moment before, and
// what the sink kept since is recovered from there.
//
// Hosts and counts are held in memory, addresses are not.
type Frontier struct {
	path string
	db   *sql.DB
	lock *sql.DB

	mu     sync.Mutex
	hosts  map[string]*frontierHost
	byID   map[int64]*frontierHost
	ready  []*frontierHost // hosts that may have something to lease, in turn
	seeds  map[int64]Seed
	seedID map[string]int64
	counts Counts
	// nextPostponed is when the earliest postponed address comes due; zero when none.
	nextPostponed time.Time
	refused       refusedLinks
	add, keep     *sql.Stmt
}

type frontierHost struct {
	id      int64
	name    string
	waiting int64 // in state waiting, leased ones included
	leased  map[int64]struct{}
	inReady bool
}

func (f *Frontier) each(ctx context.Context, query string, row func(*sql.Rows) error, then ...func(context.Context) error) error {
	for rows, err := range rowsOf(f.db.QueryContext(ctx, query)) {
		if err == nil {
			err = row(rows)
		}
		if err != nil {
			return err
		}
	}
	for _, next := range then {
		if err := next(ctx); err != nil {
			return err
		}
	}
	return nil
}

// rowsOf are the rows of an answer, and what went wrong; the answer is ended with them.
func rowsOf(rows *sql.Rows, err error) iter.Seq2[*sql.Rows, error] {
	return func(yield func(*sql.Rows, error) bool) {
		if err != nil {
			yield(nil, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			if !yield(rows, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, err)
		}
	}
}

// wrap names the file, and says what to do about a damaged one.
func (f *Frontier) wrap(err error) error {
	if err == nil {
		return nil
	}
	var e sqlite3.Error
	if errors.As(err, &e) && (e.Code == sqlite3.ErrCorrupt || e.Code == sqlite3.ErrNotADB) {
		err = fmt.Errorf("%w (%v)", ErrFrontierCorrupt, err)
	}
	if errors.Is(err, ErrFrontierCorrupt) {
		return fmt.Errorf("frontier %s: %w; move it away and run again: what the archive holds is not fetched again", f.path, err)
	}
	return fmt.Errorf("frontier %s: %w", f.path, err)
}

func (f *Frontier) markReady(h *frontierHost) {
	if !h.inReady && h.waiting > 0 && len(h.leased) == 0 {
		h.inReady = true
		f.ready = append(f.ready, h)
	}
}

// Add implements Queue.
func (f *Frontier) Add(ctx context.Context, requests []Request) (added int, err error) {
	err = f.inTx(ctx, func(t *frontierTx) error {
		all, err := t.insert(ctx, requests, Seed{}, 0)
		added = all.Added
		return err
	})
	if err != nil {
		return 0, err
	}
	return added, nil
}

const requestColumns = "id, url, seed, state, priority, role, depth, page, tries, text, referrer, hops, form, site, validators"

func (f *Frontier) scanRequest(rows interface{ Scan(...any) error }) (r Request, state int, err error) {
	var seed int64
	var role string
	var hops, validators []byte
	if err := rows.Scan(&r.ID, &r.URL, &seed, &state, &r.Priority, &role, &r.Depth, &r.Page, &r.Tries, &r.Text, &r.Referrer, &hops, &r.Form, &r.Site, &validators); err != nil {
		return r, 0, err
	}
	r.Role = Role(role)
	s, ok := f.seeds[seed]
	if !ok {
		return r, 0, fmt.Errorf("%w: address %d has no seed", ErrFrontierCorrupt, r.ID)
	}
	r.Seed = s
	if len(hops) > 0 {
		if err := json.Unmarshal(hops, &r.Hops); err != nil {
			return r, 0, fmt.Errorf("%w: address %d: %v", ErrFrontierCorrupt, r.ID, err)
		}
	}
	if len(validators) > 0 {
		if err := json.Unmarshal(validators, &r.Earlier); err != nil {
			return r, 0, fmt.Errorf("%w: address %d: %v", ErrFrontierCorrupt, r.ID, err)
		}
	}
	return r, state, nil
}

// Lease implements Queue.
func (f *Frontier) Lease(ctx context.Context, now time.Time, limit, perHost int) ([]Request, error) {
	f.mu.Lock()
	due := !f.nextPostponed.IsZero() && !f.nextPostponed.After(now)
	f.mu.Unlock()
	if due {
		if err := f.promote(ctx, now); err != nil {
			return nil, err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.db == nil {
		return nil, f.wrap(sql.ErrConnDone)
	}
	if len(f.ready) == 0 || limit <= 0 {
		return nil, nil
	}
	next, err := f.db.PrepareContext(ctx, "SELECT "+requestColumns+" FROM frontier_url WHERE host = ? AND state = 0 ORDER BY priority DESC, id LIMIT ?")
	if err != nil {
		return nil, f.wrap(err)
	}
	defer next.Close()
	var leased []Request
	for len(f.ready) > 0 && len(leased) < limit {
		h := f.ready[0]
		got, err := f.leaseHost(ctx, next, h, min(perHost, limit-len(leased)))
		if err != nil {
			// What was taken in this call goes back: the caller never sees it.
			for _, r := range leased {
				f.release(r)
			}
			return nil, f.wrap(err)
		}
		f.ready[0] = nil
		f.ready = f.ready[1:]
		h.inReady = false
		for _, r := range got {
			h.leased[r.ID] = struct{}{}
		}
		f.counts.Leased += int64(len(got))
		leased = append(leased, got...)
	}
	return leased, nil
}

func (f *Frontier) leaseHost(ctx context.Context, next *sql.Stmt, h *frontierHost, limit int) ([]Request, error) {
	var got []Request
	for rows, err := range rowsOf(next.QueryContext(ctx, h.id, limit)) {
		var r Request
		if err == nil {
			r, _, err = f.scanRequest(rows)
		}
		if err != nil {
			return nil, err
		}
		got = append(got, r)
	}
	return got, nil
}

// release ends a lease in memory.
func (f *Frontier) release(r Request) {
	h := f.hosts[hostOf(r.URL)]
	if h == nil {
		return
	}
	if _, ok := h.leased[r.ID]; ok {
		delete(h.leased, r.ID)
		f.counts.Leased--
	}
	f.markReady(h)
}

// promote lets postponed addresses that are due wait again.
func (f *Frontier) promote(ctx context.Context, now time.Time) error {
	return f.inTx(ctx, func(t *frontierTx) error {
		k := tallyKey{state: StatePostponed}
		for rows, err := range rowsOf(t.tx.QueryContext(ctx, "UPDATE frontier_url SET state = 0 WHERE state = 1 AND ready_at <= ? RETURNING host, reason", now.UnixMilli())) {
			if err == nil {
				err = t.waitsAgain(rows, &k, &k.reason)
			}
			if err != nil {
				return err
			}
		}
		return t.findNextPostponed(ctx)
	})
}

// Ack implements Queue.
func (f *Frontier) Ack(ctx context.Context, finished []Finished) ([]Acked, error) {
	acked := make([]Acked, len(finished))
	now := time.Now().UnixMilli()
	err := f.inTx(ctx, func(t *frontierTx) error {
		update, err := t.tx.PrepareContext(ctx, `UPDATE frontier_url SET state = ?, reason = ?, detail = ?, status = ?, tries = ?, ended_at = ?, validators = ?
			WHERE id = ? AND state = 0`)
		if err != nil {
			return err
		}
		defer update.Close()
		for i, d := range finished {
			state := StateDone
			if d.Failed {
				state = StateFailed
			}
			validators, err := d.Request.Earlier.marshal()
			if err != nil {
				return err
			}
			res, err := update.ExecContext(ctx, state, string(d.Reason), d.Detail, d.Status, d.Request.Tries, now, validators, d.Request.ID)
			if err != nil {
				return err
			}
			if err := t.moved(res, d.Request, state, d.Reason); err != nil {
				return err
			}
			a, err := t.insert(ctx, d.Links, d.Request.Seed, d.Budget)
			if err != nil {
				return err
			}
			acked[i] = a
			t.tally[tallyKey{StateRefused, LinkKnown}] += int64(len(d.Links) - a.Added - len(a.OverBudget))
			if err := t.refuse(ctx, d.Request, append(a.Refused(d.Request), d.Refused...)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return acked, nil
}

// endWait takes a leased address off its host's count.
func (f *Frontier) endWait(r Request) {
	if h := f.hosts[hostOf(r.URL)]; h != nil {
		h.waiting--
	}
	f.release(r)
}

// Retry implements Queue.
func (f *Frontier) Retry(ctx context.Context, postponed []Postponed) error {
	return f.inTx(ctx, func(t *frontierTx) error {
		for _, p := range postponed {
			res, err := t.tx.ExecContext(ctx, "UPDATE frontier_url SET state = 1, reason = ?, detail = ?, tries = ?, ready_at = ? WHERE id = ? AND state = 0",
				string(p.Reason), p.Detail, p.Request.Tries, p.At.UnixMilli(), p.Request.ID)
			if err != nil {
				return err
			}
			if err := t.moved(res, p.Request, StatePostponed, p.Reason); err != nil {
				return err
			}
		}
		return t.findNextPostponed(ctx)
	})
}

// Find implements Queue.
func (f *Frontier) Find(ctx context.Context, key string) (r Request, open, ok bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.db == nil {
		return r, false, false, f.wrap(sql.ErrConnDone)
	}
	r, state, err := f.scanRequest(f.db.QueryRowContext(ctx, "SELECT "+requestColumns+" FROM frontier_url WHERE key = ?", urlKey(key)))
	if errors.Is(err, sql.ErrNoRows) {
		return Request{}, false, false, nil
	}
	if err != nil {
		return Request{}, false, false, f.wrap(err)
	}
	return r, state == StateWaiting || state == StatePostponed, true, nil
}

// Next implements Queue.
func (f *Frontier) Next(ctx context.Context) (time.Time, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.ready) > 0 {
		return time.Time{}, true, nil
	}
	return f.nextPostponed, !f.nextPostponed.IsZero(), nil
}

// Counts implements Queue.
func (f *Frontier) Counts(ctx context.Context) (Counts, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.counts
	c.Waiting -= c.Leased
	for _, h := range f.hosts {
		if h.waiting > 0 {
			c.Hosts++
		}
	}
	return c, nil
}

// Added is how many addresses were added for a seed so far, its own included.
func (f *Frontier) Added(ctx context.Context, s Seed) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.db == nil {
		return 0, f.wrap(sql.ErrConnDone)
	}
	var n int
	err := f.db.QueryRowContext(ctx, "SELECT added FROM frontier_seed WHERE url = ?", s.URL).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, f.wrap(err)
}
