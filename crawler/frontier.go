package crawler

import (
	"context"
	"crypto/sha256"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-sqlite3"
)

//go:embed frontier.sql
var frontierSQL string

const (
	frontierApplication = 0x6e62_6672 // "nbfr", in the SQLite header
	frontierVersion     = 1
)

// FrontierConfig says how the SQLite frontier behaves. The zero value is right
// for most.
type FrontierConfig struct {
	// CacheSize is what SQLite may keep of the file in memory, in octets; 32 MiB.
	CacheSize int64
	// RefusedPerSeed is how many links that were not followed are kept for each
	// seed, with their reasons; 1000. Negative: none, they are only counted.
	RefusedPerSeed int
}

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

// OpenFrontier opens the frontier in the file path, or makes one. It is an
// ErrFrontierLocked when another crawl has it open, an ErrFrontierCorrupt when
// the file is damaged or something else. A file "path.lock" is made beside it
// and stays.
func OpenFrontier(ctx context.Context, path string, cfg FrontierConfig) (*Frontier, error) {
	if cfg.CacheSize <= 0 {
		cfg.CacheSize = 32 << 20
	}
	if err := writableDir(filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("frontier %s: %w", path, err)
	}
	f := &Frontier{
		path: path, hosts: map[string]*frontierHost{}, byID: map[int64]*frontierHost{},
		seeds: map[int64]Seed{}, seedID: map[string]int64{}, refused: newRefusedLinks(cfg.RefusedPerSeed),
	}
	if err := f.takeLock(ctx); err != nil {
		return nil, err
	}
	db, err := openSQLite(f.path, "rwc", 5*time.Second)
	if err == nil {
		f.db = db
		err = f.open(ctx, cfg)
	}
	if err != nil {
		return nil, errors.Join(f.wrap(err), f.Close())
	}
	return f, nil
}

// writableDir says early and clearly what SQLite would call "unable to open
// database file".
func writableDir(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a folder", dir)
	}
	return nil
}

func openSQLite(path, mode string, busy time.Duration) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	abs = filepath.ToSlash(abs)
	if !strings.HasPrefix(abs, "/") {
		abs = "/" + abs // C:/… is file:///C:/…
	}
	name := (&url.URL{Scheme: "file", Path: abs}).String() + "?mode=" + mode + fmt.Sprintf("&_busy_timeout=%d", busy.Milliseconds())
	db, err := sql.Open("sqlite3", name)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// takeLock holds a transaction on a file beside the frontier for as long as the
// frontier is open. The system frees it when the process dies, however it dies,
// and readers of the frontier itself are not kept out.
func (f *Frontier) takeLock(ctx context.Context) error {
	lock, err := openSQLite(f.path+".lock", "rwc", 0)
	if err != nil {
		return f.wrap(err)
	}
	if _, err = lock.ExecContext(ctx, "BEGIN EXCLUSIVE"); err != nil {
		lock.Close()
		var e sqlite3.Error
		if errors.As(err, &e) && e.Code == sqlite3.ErrBusy {
			return fmt.Errorf("frontier %s: %w; stop it, or use another file", f.path, ErrFrontierLocked)
		}
		return f.wrap(err)
	}
	f.lock = lock
	return nil
}

// LockFrontier keeps all crawls from the frontier in the file path, and so from
// the archive beside it, until it is closed. It is an ErrFrontierLocked when one
// is at work.
func LockFrontier(ctx context.Context, path string) (io.Closer, error) {
	f := &Frontier{path: path}
	if err := writableDir(filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("frontier %s: %w", path, err)
	}
	if err := f.takeLock(ctx); err != nil {
		return nil, err
	}
	return f, nil
}

func (f *Frontier) open(ctx context.Context, cfg FrontierConfig) error {
	var application, version int
	if err := f.db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&application); err != nil {
		return err
	}
	if err := f.db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	var tables int
	if err := f.db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE name = 'frontier_url'").Scan(&tables); err != nil {
		return err
	}
	// The frontier may live in a file of the caller's, so the application id is
	// set only where there is none.
	pragmas := fmt.Sprintf("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-%d; PRAGMA journal_size_limit=67108864; PRAGMA temp_store=MEMORY;",
		cfg.CacheSize>>10)
	if _, err := f.db.ExecContext(ctx, pragmas); err != nil {
		return err
	}
	if tables == 0 {
		script := "BEGIN IMMEDIATE;\n" + frontierSQL
		if application == 0 && version == 0 {
			script += fmt.Sprintf("PRAGMA application_id=%d; PRAGMA user_version=%d;\n", frontierApplication, frontierVersion)
		}
		if _, err := f.db.ExecContext(ctx, script+"COMMIT;"); err != nil {
			return err
		}
	} else if application == frontierApplication && version != frontierVersion {
		return fmt.Errorf("it has format %d, this program reads %d", version, frontierVersion)
	}
	if err := f.upgrade(ctx); err != nil {
		return err
	}
	return f.load(ctx)
}

// load reads seeds, hosts and counts into memory.
func (f *Frontier) load(ctx context.Context) error {
	err := f.each(ctx, "SELECT id, row FROM frontier_seed", func(rows *sql.Rows) error {
		var id int64
		var row []byte
		if err := rows.Scan(&id, &row); err != nil {
			return err
		}
		var s Seed
		if err := json.Unmarshal(row, &s); err != nil {
			return fmt.Errorf("%w: seed %d: %v", ErrFrontierCorrupt, id, err)
		}
		f.seeds[id], f.seedID[s.URL] = s, id
		return nil
	})
	if err != nil {
		return err
	}
	err = f.each(ctx, "SELECT id, name FROM frontier_host", func(rows *sql.Rows) error {
		h := &frontierHost{leased: map[int64]struct{}{}}
		if err := rows.Scan(&h.id, &h.name); err != nil {
			return err
		}
		f.hosts[h.name], f.byID[h.id] = h, h
		return nil
	})
	if err != nil {
		return err
	}
	err = f.each(ctx, "SELECT host, count(*) FROM frontier_url WHERE state = 0 GROUP BY host", func(rows *sql.Rows) error {
		var id, n int64
		if err := rows.Scan(&id, &n); err != nil {
			return err
		}
		h := f.byID[id]
		if h == nil {
			return fmt.Errorf("%w: addresses of an unknown host %d", ErrFrontierCorrupt, id)
		}
		h.waiting = n
		f.markReady(h)
		return nil
	})
	if err != nil {
		return err
	}
	return f.each(ctx, "SELECT state, coalesce(sum(n), 0) FROM frontier_tally GROUP BY state", func(rows *sql.Rows) error {
		var state int
		var n int64
		if err := rows.Scan(&state, &n); err != nil {
			return err
		}
		switch state {
		case StateWaiting, StatePostponed:
			f.counts.Waiting += n
		case StateDone:
			f.counts.Done = n
		case StateFailed:
			f.counts.Failed = n
		}
		return nil
	}, func(ctx context.Context) error {
		var at sql.NullInt64
		if err := f.db.QueryRowContext(ctx, "SELECT min(ready_at) FROM frontier_url WHERE state = 1").Scan(&at); err != nil {
			return err
		}
		if at.Valid {
			f.nextPostponed = time.UnixMilli(at.Int64)
		}
		var err error
		f.add, err = f.db.PrepareContext(ctx, `INSERT INTO frontier_url (key, url, host, seed, state, priority, role, depth, page, text, referrer, hops, form, site)
			VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`)
		if err != nil {
			return err
		}
		f.keep, err = f.prepareKeep(ctx)
		return err
	})
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

// Close gives the file free. Leased requests wait again.
func (f *Frontier) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var errs []error
	for _, s := range []*sql.Stmt{f.add, f.keep} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	f.add, f.keep = nil, nil
	if f.db != nil {
		errs = append(errs, f.db.Close())
		f.db = nil
	}
	if f.lock != nil {
		errs = append(errs, f.lock.Close())
		f.lock = nil
	}
	return errors.Join(errs...)
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
