package crawler

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/url"
	"time"
)

// inTx runs do in one transaction under the lock; on an error nothing of it is kept.
func (f *Frontier) inTx(ctx context.Context, do func(*frontierTx) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.db == nil {
		return f.wrap(sql.ErrConnDone)
	}
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return f.wrap(err)
	}
	t := &frontierTx{f: f, tx: tx, tally: map[tallyKey]int64{}, added: map[int64]int64{}}
	if err = do(t); err == nil {
		err = t.writeTally(ctx)
	}
	if err == nil {
		err = tx.Commit()
	}
	if err != nil {
		tx.Rollback()
		for _, h := range t.newHosts {
			delete(f.hosts, h.name)
			delete(f.byID, h.id)
		}
		for _, id := range t.newSeeds {
			delete(f.seedID, f.seeds[id].URL)
			delete(f.seeds, id)
		}
		f.refused.forget()
		return f.wrap(err)
	}
	for _, after := range t.committed {
		after()
	}
	return nil
}

// A frontierTx collects what memory must learn once the transaction is committed.
type frontierTx struct {
	f         *Frontier
	tx        *sql.Tx
	tally     map[tallyKey]int64
	added     map[int64]int64 // by seed
	newHosts  []*frontierHost
	newSeeds  []int64
	committed []func()
}

type tallyKey struct {
	state  int
	reason Reason
}

func (t *frontierTx) writeTally(ctx context.Context) error {
	for k, n := range t.tally {
		if n == 0 {
			continue
		}
		if _, err := t.tx.ExecContext(ctx, `INSERT INTO frontier_tally (state, reason, n) VALUES (?, ?, ?)
			ON CONFLICT DO UPDATE SET n = n + excluded.n`, k.state, k.reason, n); err != nil {
			return err
		}
		f, n := t.f, n
		t.committed = append(t.committed, func() {
			switch k.state {
			case StateWaiting, StatePostponed:
				f.counts.Waiting += n
			case StateDone:
				f.counts.Done += n
			case StateFailed:
				f.counts.Failed += n
			}
		})
	}
	for seed, n := range t.added {
		if _, err := t.tx.ExecContext(ctx, "UPDATE frontier_seed SET added = added + ? WHERE id = ?", n, seed); err != nil {
			return err
		}
	}
	return nil
}

func (t *frontierTx) host(ctx context.Context, name string) (*frontierHost, error) {
	if h := t.f.hosts[name]; h != nil {
		return h, nil
	}
	res, err := t.tx.ExecContext(ctx, "INSERT INTO frontier_host (name) VALUES (?)", name)
	if err != nil {
		return nil, err
	}
	id, err := res.LastInsertId()
	if err != nil {
		return nil, err
	}
	h := &frontierHost{id: id, name: name, leased: map[int64]struct{}{}}
	t.f.hosts[name], t.f.byID[id] = h, h
	t.newHosts = append(t.newHosts, h)
	return h, nil
}

func (t *frontierTx) seed(ctx context.Context, s Seed) (int64, error) {
	if id, ok := t.f.seedID[s.URL]; ok {
		return id, nil
	}
	row, err := json.Marshal(s)
	if err != nil {
		return 0, err
	}
	res, err := t.tx.ExecContext(ctx, "INSERT INTO frontier_seed (url, row) VALUES (?, ?)", s.URL, string(row))
	if err != nil {
		return 0, err
	}
	id, err := res.LastInsertId()
	if err != nil {
		return 0, err
	}
	t.f.seeds[id], t.f.seedID[s.URL] = s, id
	t.newSeeds = append(t.newSeeds, id)
	return id, nil
}

// urlKey is a request's key, or a link's URL, as the file has it.
func urlKey(key string) []byte {
	sum := sha256.Sum256([]byte(key))
	return sum[:16]
}

func hostOf(u string) string {
	p, err := url.Parse(u)
	if err != nil {
		return ""
	}
	return p.Host
}

// insert adds requests, as far as the budget of a seed allows; 0 is no bound.
func (t *frontierTx) insert(ctx context.Context, requests []Request, of Seed, budget int) (a Acked, err error) {
	if len(requests) == 0 {
		return a, nil
	}
	left := len(requests)
	if budget > 0 {
		id, err := t.seed(ctx, of)
		if err != nil {
			return a, err
		}
		var spent int64
		if err := t.tx.QueryRowContext(ctx, "SELECT added FROM frontier_seed WHERE id = ?", id).Scan(&spent); err != nil {
			return a, err
		}
		left = budget - int(spent+t.added[id])
	}
	add := t.tx.StmtContext(ctx, t.f.add)
	for _, r := range requests {
		host := hostOf(r.URL)
		if host == "" {
			return a, fmt.Errorf("%w: %q", ErrURL, clip(r.URL, 200))
		}
		if a.Added >= left {
			var known bool
			if err := t.tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM frontier_url WHERE key = ?)", urlKey(r.URL)).Scan(&known); err != nil {
				return a, err
			}
			if !known {
				a.OverBudget = append(a.OverBudget, r)
			}
			continue
		}
		h, err := t.host(ctx, host)
		if err != nil {
			return a, err
		}
		seed, err := t.seed(ctx, r.Seed)
		if err != nil {
			return a, err
		}
		hops := ""
		if len(r.Hops) > 0 {
			b, err := json.Marshal(r.Hops)
			if err != nil {
				return a, err
			}
			hops = string(b)
		}
		res, err := add.ExecContext(ctx, urlKey(r.Key()), r.URL, h.id, seed, r.Priority, string(r.Role), r.Depth, r.Page, r.Text, r.Referrer, hops, r.Form, r.Site)
		if err != nil {
			return a, err
		}
		if k, err := res.RowsAffected(); err != nil {
			return a, err
		} else if k > 0 {
			a.Added++
			t.added[seed]++
			t.tally[tallyKey{StateWaiting, ""}]++
			t.committed = append(t.committed, func() { h.waiting++; t.f.markReady(h) })
		}
	}
	return a, nil
}

// waitsAgain counts a row whose first column is the host of an address that waits again,
// from what was counted under a key; more are where its other columns go.
func (t *frontierTx) waitsAgain(rows *sql.Rows, from *tallyKey, more ...any) error {
	var id int64
	if err := rows.Scan(append([]any{&id}, more...)...); err != nil {
		return err
	}
	t.tally[*from]--
	t.tally[tallyKey{StateWaiting, ""}]++
	if h := t.f.byID[id]; h != nil {
		t.committed = append(t.committed, func() { h.waiting++; t.f.markReady(h) })
	}
	return nil
}

func (t *frontierTx) findNextPostponed(ctx context.Context) error {
	var at sql.NullInt64
	if err := t.tx.QueryRowContext(ctx, "SELECT min(ready_at) FROM frontier_url WHERE state = 1").Scan(&at); err != nil {
		return err
	}
	t.committed = append(t.committed, func() {
		t.f.nextPostponed = time.Time{}
		if at.Valid {
			t.f.nextPostponed = time.UnixMilli(at.Int64)
		}
	})
	return nil
}

// moved counts a leased address that an update put in another state, unless it
// was there already, and gives it back when that is written.
func (t *frontierTx) moved(res sql.Result, r Request, state int, reason Reason) error {
	n, err := res.RowsAffected()
	if err != nil {
		return err
	}
	if n == 0 {
		t.committed = append(t.committed, func() { t.f.release(r) })
		return nil
	}
	t.tally[tallyKey{StateWaiting, ""}]--
	t.tally[tallyKey{state, reason}]++
	t.committed = append(t.committed, func() { t.f.endWait(r) })
	return nil
}
