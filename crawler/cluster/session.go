package cluster

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"nianbao/crawler"
)

// A session is one lease of a worker. Once it has ended, by whatever clock, it
// is never renewed: the worker begins another, which holds nothing.
type session struct {
	id     pgtype.UUID
	ctx    context.Context // ends with the session
	end    context.CancelCauseFunc
	until  atomic.Pointer[moment] // the worker asks nobody from then on
	expiry *time.Timer

	// Under the queue's lock.
	platforms map[string]*platform
	hosts     map[string]*platform         // of which something was leased
	learnt    map[string]crawler.HostState // of hosts, as the server has it
	doubt     bool                         // the server may believe that more is held: an answer was lost
}

// A moment is a time by both clocks of a machine: the one that stands still
// while it sleeps, and the one that may be set.
type moment struct{ steady, wall time.Time }

func momentIn(from time.Time, d time.Duration) *moment {
	t := from.Add(d)
	return &moment{t, t.Round(0)}
}

func (m *moment) passed() bool {
	now := time.Now()
	return !now.Before(m.steady) || !now.Round(0).Before(m.wall)
}

func (s *session) alive() bool { return s.ctx.Err() == nil && !s.until.Load().passed() }

// A platform is held by this worker: hosts that are asked by nobody else.
type platform struct {
	name       string
	generation int64 // of the hold: the ID of the requests leased under it
	leased     map[string]struct{}
	rested     time.Time // when its last request ended; zero: none did
	unknown    bool      // nobody has looked yet at which addresses its hosts are
	several    bool      // it has more than one host: one request at a time
	surplus    bool      // it is to be given to another worker when nothing is leased
}

// asksFor is the part of a lease in which its worker asks hosts. The rest is for
// clocks of different speed and for the last request to be broken off.
const asksFor = 0.8

// live is the session, or nil when there is none just now.
func (q *Queue) live() *session {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.session == nil || !q.session.alive() {
		return nil
	}
	return q.session
}

// keepAlive renews the session, and begins a new one when it is lost, until the
// queue is closed.
func (q *Queue) keepAlive() {
	defer close(q.keeperDone)
	t := time.NewTicker(q.cfg.Lease / 6)
	defer t.Stop()
	for {
		select {
		case <-q.ctx.Done():
			return
		case <-t.C:
		}
		ctx, cancel := context.WithTimeout(q.ctx, q.cfg.Lease/3)
		err := q.renew(ctx)
		cancel()
		if err != nil && q.ctx.Err() == nil && q.db.trouble != nil {
			q.db.trouble(q.db.explain(err))
		}
	}
}

func (q *Queue) renew(ctx context.Context) error {
	s := q.live()
	if s == nil {
		q.lose()
		return q.begin(ctx)
	}
	q.mu.Lock()
	held := len(s.platforms)
	progress := q.progress
	q.mu.Unlock()
	sent := time.Now()
	row, err := json.Marshal(progress)
	if err != nil {
		return err
	}
	tag, err := q.db.pool.Exec(ctx, `UPDATE session SET lease_ends = now() + make_interval(secs => $2), held = $3, progress = $4
		WHERE id = $1 AND ended_at IS NULL AND lease_ends > now()`, s.id, q.cfg.Lease.Seconds(), held, row)
	if err != nil {
		return err
	}
	// An answer that comes after the worker had to stop comes too late: another
	// may have been told before it that the lease had ended.
	if tag.RowsAffected() == 0 || !s.alive() {
		q.lose()
		return q.begin(ctx)
	}
	q.extend(s, sent)
	return q.share(ctx, s)
}

func (q *Queue) extend(s *session, sent time.Time) {
	d := time.Duration(asksFor * float64(q.cfg.Lease))
	s.until.Store(momentIn(sent, d))
	s.expiry.Reset(time.Until(sent.Add(d)))
}

// lose ends the session here; on the server it ends by itself.
func (q *Queue) lose() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.session == nil {
		return
	}
	q.session.expiry.Stop()
	q.session.end(crawler.ErrHostLost)
	q.session = nil
	q.known.forget()
}

// begin begins a session that holds nothing.
func (q *Queue) begin(ctx context.Context) error {
	s := &session{platforms: map[string]*platform{}, hosts: map[string]*platform{}, learnt: map[string]crawler.HostState{}}
	s.id.Valid = true
	if _, err := rand.Read(s.id.Bytes[:]); err != nil {
		return err
	}
	sent := time.Now()
	_, err := q.db.pool.Exec(ctx, `WITH a AS (INSERT INTO archive (name, worker, store) VALUES ($4, $2, $5)
			ON CONFLICT (name) DO UPDATE SET worker = excluded.worker, store = excluded.store, seen_at = now() RETURNING id)
		INSERT INTO session (id, worker, archive, lease_ends) SELECT $1, $2, a.id, now() + make_interval(secs => $3) FROM a`,
		s.id, q.cfg.Worker, q.cfg.Lease.Seconds(), q.cfg.Archive, q.cfg.Store)
	if err != nil {
		return err
	}
	s.ctx, s.end = context.WithCancelCause(q.ctx)
	s.until.Store(momentIn(sent, 0))
	s.expiry = time.AfterFunc(time.Hour, func() { s.end(crawler.ErrHostLost) })
	q.extend(s, sent)
	q.mu.Lock()
	defer q.mu.Unlock()
	q.session = s
	q.nextClaim = time.Time{}
	return nil
}

// A hold is a context for work on a host. Its Err asks the clock: after a
// process was stopped, timers may fire later than the work goes on.
type hold struct {
	context.Context
	s *session
}

func (h hold) Err() error {
	if err := h.Context.Err(); err != nil {
		return err
	}
	if !h.s.alive() {
		return crawler.ErrHostLost
	}
	return nil
}

// Hold implements crawler.SharedQueue.
func (q *Queue) Hold(ctx context.Context, r crawler.Request) (context.Context, context.CancelFunc, error) {
	q.mu.Lock()
	s := q.session
	held := s != nil && s.alive() && q.holds(r) != nil
	q.mu.Unlock()
	if !held {
		return nil, nil, crawler.ErrHostLost
	}
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(s.ctx, func() { cancel(crawler.ErrHostLost) })
	return hold{ctx, s}, func() { stop(); cancel(nil) }, nil
}

// holds is the platform under whose hold a request was leased, when that is
// still so; under the lock.
func (q *Queue) holds(r crawler.Request) *platform {
	if q.session == nil {
		return nil
	}
	if p := q.session.hosts[r.Host()]; p != nil && p.generation == r.ID {
		return p
	}
	return nil
}

// Drop implements crawler.SharedQueue.
func (q *Queue) Drop(requests []crawler.Request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, r := range requests {
		if p := q.holds(r); p != nil {
			delete(p.leased, r.Key())
		}
	}
}
