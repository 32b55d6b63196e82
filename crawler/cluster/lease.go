package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"nianbao/crawler"
)

// How often a worker asks the server when it has nothing to do, and at most how
// often when it has.
const (
	claimEvery = 500 * time.Millisecond
	leaseEvery = 25 * time.Millisecond
)

// quick bounds what the crawler's dispatcher waits for.
const quick = 10 * time.Second

// Lease implements crawler.Queue. The time now does not matter: postponed
// requests come due by the server's clock. An unreachable server looks like one
// that has nothing: the crawler asks again.
func (q *Queue) Lease(ctx context.Context, _ time.Time, limit, perHost int) ([]crawler.Request, error) {
	s := q.live()
	if s == nil || limit <= 0 || perHost <= 0 {
		q.setNext(claimEvery / 5)
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, quick)
	defer cancel()
	var leased []crawler.Request
	err := q.claim(ctx, s)
	if err == nil {
		leased, err = q.lease(ctx, s, limit, perHost)
	}
	if err != nil {
		if !passing(err) && ctx.Err() == nil {
			return nil, q.db.explain(err)
		}
		q.setNext(claimEvery)
		return nil, nil
	}
	return leased, nil
}

func (q *Queue) setNext(in time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.next = time.Now().Add(in)
}

// Next implements crawler.Queue: it is asked often and answers from memory.
func (q *Queue) Next(context.Context) (time.Time, bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.next, !q.finished || q.cfg.Wait, nil
}

// reap gives the platforms of sessions free whose lease has ended. Whoever comes
// first does it for all.
const reap = `WITH dead AS (
		UPDATE session SET ended_at = lease_ends WHERE ended_at IS NULL AND lease_ends < now() RETURNING id, lease_ends),
	lost AS (
		SELECT p.id, d.lease_ends FROM platform p JOIN dead d ON d.id = p.owner ORDER BY p.id FOR NO KEY UPDATE OF p)
	UPDATE platform p SET owner = NULL, quiet_since = lost.lease_ends FROM lost WHERE p.id = lost.id`

// promote lets postponed addresses that are due wait again.
const promote = `WITH due AS (
		UPDATE url SET state = 0 WHERE key IN (SELECT key FROM url WHERE state = 1 AND ready_at <= now() LIMIT 4096 FOR UPDATE SKIP LOCKED) RETURNING host)
	UPDATE platform SET waiting = true WHERE NOT waiting AND id IN (SELECT h.platform FROM host h JOIN due ON due.host = h.id)`

// claimFree takes as many free platforms as make the worker's share, and no more
// than a number. $1 session, $2 what it holds, $3 pause, $4 the number.
const claimFree = `WITH me AS (SELECT id FROM session WHERE id = $1 AND ended_at IS NULL AND lease_ends > now()),
	share AS (SELECT ceil((SELECT count(*) FROM platform WHERE waiting)::float8 / greatest((SELECT count(*) FROM session WHERE ended_at IS NULL AND lease_ends > now()), 1))::int AS n),
	picked AS (
		SELECT p.id, p.quiet_since FROM platform p, me WHERE p.waiting AND p.owner IS NULL
		ORDER BY p.id LIMIT least(greatest((SELECT n FROM share) - $2, 0), $4::int) FOR NO KEY UPDATE OF p SKIP LOCKED),
	rest AS (
		UPDATE host h SET next_at = greatest(h.next_at, picked.quiet_since + greatest(make_interval(secs => $3), h.crawl_delay))
		FROM picked WHERE h.platform = picked.id AND picked.quiet_since IS NOT NULL)
	UPDATE platform p SET owner = $1, quiet_since = NULL FROM picked WHERE p.id = picked.id
	RETURNING p.name, extract(epoch FROM now() - picked.quiet_since)::float8`

// owned is what the server believes that a worker holds.
const owned = `SELECT name, extract(epoch FROM now() - quiet_since)::float8 FROM platform WHERE owner = $1`

// openSQL is true while an address is not ended.
const openSQL = `EXISTS (SELECT 1 FROM url WHERE state = 0) OR EXISTS (SELECT 1 FROM url WHERE state = 1)`

// maxHeld bounds what one worker holds of a platform each.
const maxHeld = 1 << 16

// claim takes free platforms, when it is time to ask for some.
func (q *Queue) claim(ctx context.Context, s *session) error {
	now := time.Now()
	q.mu.Lock()
	held := len(s.platforms)
	for _, p := range s.platforms {
		if p.surplus {
			held-- // they are as good as given
		}
	}
	wait, doubt := q.nextClaim.Sub(now), s.doubt
	if wait <= 0 {
		q.nextClaim, s.doubt = now.Add(claimEvery), true
	}
	q.next = now.Add(max(wait, leaseEvery))
	q.mu.Unlock()
	if wait > 0 {
		return nil
	}
	quiet := map[string]*float64{}
	var open bool
	take := func(rows pgx.Rows) error {
		for rows.Next() {
			var name string
			var since *float64
			if err := rows.Scan(&name, &since); err != nil {
				return err
			}
			quiet[name] = since
		}
		return rows.Err()
	}
	b := &pgx.Batch{}
	b.Queue(reap)
	b.Queue(promote)
	b.Queue(claimFree, s.id, held, q.settings.Pause.Seconds(), maxHeld-held).Query(take)
	if doubt {
		b.Queue(owned, s.id).Query(take)
	}
	b.Queue("SELECT " + openSQL).QueryRow(func(row pgx.Row) error { return row.Scan(&open) })
	if err := q.db.pool.SendBatch(ctx, b).Close(); err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	s.doubt = false
	q.finished = !open
	if q.session != s {
		return nil
	}
	var claimed []string
	for name, since := range quiet {
		if s.platforms[name] != nil {
			continue
		}
		q.generation++
		p := &platform{name: name, generation: q.generation, leased: map[string]struct{}{}, unknown: true}
		if since != nil {
			p.rested = time.Now().Add(-seconds(*since))
		}
		s.platforms[name] = p
		claimed = append(claimed, name)
	}
	if len(claimed) > 0 {
		q.resolving.Go(func() { q.resolve(s, claimed) })
	}
	return nil
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// share looks whether the worker holds so much that another has too little, and
// marks what it is to give away.
func (q *Queue) share(ctx context.Context, s *session) error {
	var free bool
	var all, workers, least int
	err := q.db.pool.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM platform WHERE waiting AND owner IS NULL), (SELECT count(*) FROM platform WHERE waiting),
		count(*), coalesce(min(held), 0) FROM session WHERE ended_at IS NULL AND lease_ends > now()`).Scan(&free, &all, &workers, &least)
	if err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.session != s || workers == 0 {
		return nil
	}
	fair := (all + workers - 1) / workers
	for _, p := range s.platforms {
		p.surplus = false
	}
	// A worker that has half of its share or less is hungry; one that begins has none.
	if free || least > fair/2 {
		return nil
	}
	surplus := len(s.platforms) - fair
	for _, p := range s.platforms {
		if surplus <= 0 {
			break
		}
		p.surplus = true
		surplus--
	}
	return nil
}

const requestColumns = "u.url, s.row, u.priority, u.role, u.depth, u.page, u.tries, u.text, u.referrer, u.hops, u.form, u.site, u.validators"

func scanRequest(row func(...any) error, more ...any) (r crawler.Request, err error) {
	var seed, hops, validators []byte
	if err := row(append([]any{&r.URL, &seed, &r.Priority, &r.Role, &r.Depth, &r.Page, &r.Tries, &r.Text, &r.Referrer, &hops, &r.Form, &r.Site, &validators}, more...)...); err != nil {
		return r, err
	}
	for _, f := range []struct {
		text []byte
		into any
	}{{seed, &r.Seed}, {hops, &r.Hops}, {validators, &r.Earlier}} {
		if len(f.text) == 0 {
			continue
		}
		if err := json.Unmarshal(f.text, f.into); err != nil {
			return r, fmt.Errorf("address %s: %w", r.URL, err)
		}
	}
	return r, nil
}

// next are the best requests of held platforms. Of a platform with several hosts
// one at a time, of the host that was asked longest ago. It goes from the names to
// their platforms, as mine does.
const next = `SELECT p.name, several.yes, extract(epoch FROM u.next_at - now())::float8, u.learnt, ` + requestColumns + `
	FROM unnest($1::text[]) AS n(name) CROSS JOIN LATERAL (SELECT * FROM platform WHERE name = n.name LIMIT 1) p
	CROSS JOIN LATERAL (SELECT count(*) > 1 AS yes FROM (SELECT 1 FROM host h WHERE h.platform = p.id LIMIT 2) AS two) several
	CROSS JOIN LATERAL (
		SELECT h.next_at, h.learnt, u.* FROM host h CROSS JOIN LATERAL (
			SELECT * FROM url u WHERE u.host = h.id AND u.state = 0 ORDER BY u.priority DESC, u.place LIMIT CASE WHEN several.yes THEN 1 ELSE $3::int END) u
		WHERE h.platform = p.id ORDER BY h.next_at NULLS FIRST, u.priority DESC, u.place LIMIT CASE WHEN several.yes THEN 1 ELSE $3::int END) u
	JOIN seed s ON s.id = u.seed WHERE p.owner = $2
	ORDER BY p.id, u.priority DESC, u.place`

// A waiting request is one that may be leased.
type waiting struct {
	crawler.Request
	platform string
	several  bool // the platform has several hosts
}

func (q *Queue) lease(ctx context.Context, s *session, limit, perHost int) ([]crawler.Request, error) {
	now := time.Now()
	ready, surplus := q.unleased(s, limit, perHost)
	if len(surplus) > 0 {
		if err := q.release(ctx, s, surplus); err != nil {
			return nil, err
		}
	}
	if len(ready) == 0 {
		return nil, nil
	}
	found, err := q.waitingOn(ctx, s, ready, perHost)
	if err != nil {
		return nil, err
	}
	leased, empty := q.grant(s, now, ready, found)
	// Where nothing waits, another may have it when something does.
	if len(empty) > 0 {
		if err := q.release(ctx, s, empty); err != nil {
			return leased, nil // they are asked for again
		}
	}
	return leased, nil
}

// unleased names the session's platforms of which nothing is leased: those to ask
// for, enough for limit requests, and those that are to be given up.
func (q *Queue) unleased(s *session, limit, perHost int) (ready, surplus []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for name, p := range s.platforms {
		switch {
		case len(p.leased) > 0 || p.unknown:
		case p.surplus:
			surplus = append(surplus, name)
		case len(ready)*perHost < limit:
			ready = append(ready, name)
		}
	}
	return ready, surplus
}

// waitingOn reads what waits on the named platforms of the session.
func (q *Queue) waitingOn(ctx context.Context, s *session, names []string, perHost int) (found []waiting, err error) {
	rows, err := q.db.pool.Query(ctx, next, names, s.id, perHost)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var (
			w      waiting
			rest   *float64
			learnt []byte
		)
		w.Request, err = scanRequest(func(into ...any) error {
			return rows.Scan(append([]any{&w.platform, &w.several, &rest, &learnt}, into...)...)
		})
		if err != nil {
			return nil, err
		}
		if len(learnt) > 0 {
			if err := json.Unmarshal(learnt, &w.Known); err != nil {
				return nil, fmt.Errorf("host %s: what was learnt of it: %w", w.Host(), err)
			}
		}
		if rest != nil && *rest > 0 {
			w.NotBefore = time.Now().Add(seconds(*rest))
		}
		found = append(found, w)
	}
	return found, rows.Err()
}

// grant leases what was found, unless the session ended meanwhile, and names the
// platforms that were asked for and have nothing.
func (q *Queue) grant(s *session, now time.Time, asked []string, found []waiting) (leased []crawler.Request, empty []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.session != s || !s.alive() {
		return nil, nil
	}
	for _, w := range found {
		r, p := w.Request, s.platforms[w.platform]
		if p.several = w.several; p.several && !p.rested.IsZero() {
			if at := p.rested.Add(q.settings.PlatformPause); at.After(now) && at.After(r.NotBefore) {
				r.NotBefore = at
			}
		}
		p.leased[r.Key()] = struct{}{}
		s.hosts[r.Host()] = p
		if _, ok := s.learnt[r.Host()]; !ok {
			s.learnt[r.Host()] = r.Known
		}
		r.ID = p.generation
		leased = append(leased, r)
	}
	for _, name := range asked {
		if len(s.platforms[name].leased) == 0 {
			empty = append(empty, name)
		}
	}
	return leased, empty
}

// release gives platforms free of which nothing is leased.
func (q *Queue) release(ctx context.Context, s *session, names []string) error {
	err := pgx.BeginFunc(ctx, q.db.pool, func(tx pgx.Tx) error { return q.releaseIn(ctx, tx, s, names) })
	if err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, name := range names {
		p := s.platforms[name]
		delete(s.platforms, name)
		for host, of := range s.hosts {
			if of == p {
				delete(s.hosts, host)
			}
		}
	}
	return nil
}

func (q *Queue) releaseIn(ctx context.Context, tx pgx.Tx, s *session, names []string) error {
	// Whoever adds an address locks its platform first: what is added after this
	// statement finds the platform as the next one leaves it.
	if _, err := tx.Exec(ctx, "SELECT 1 FROM platform WHERE name = ANY($1) ORDER BY id FOR NO KEY UPDATE", names); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE platform p SET owner = NULL, quiet_since = now(),
		waiting = EXISTS (SELECT 1 FROM host h WHERE h.platform = p.id AND EXISTS (SELECT 1 FROM url u WHERE u.host = h.id AND u.state = 0))
		WHERE p.name = ANY($1) AND p.owner = $2`, names, s.id)
	return err
}
