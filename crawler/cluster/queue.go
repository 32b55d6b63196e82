package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"nianbao/crawler"
)

// Settings are what all workers of a crawl keep to. Whoever seeds it says them.
type Settings struct {
	Pause         time.Duration `json:"pause"`          // between two requests to a host, at least
	PlatformPause time.Duration `json:"platform_pause"` // between two requests to hosts of one platform
	Platforms     []string      `json:"platforms"`      // domains whose hosts are one platform
	// Crawl is for the caller: what a crawl is configured with besides.
	Crawl json.RawMessage `json:"crawl"`
}

// Config says how a worker takes part.
type Config struct {
	Address string // of the database: postgres://user@host:5432/database?sslmode=verify-full
	Worker  string // a name for people; several may have the same
	Archive string // of the folder that its captures go to: unlike any other's
	Store   string // where the files of that folder are sent to, for people; "": they stay
	// Lease is for how long a worker is believed to live that says nothing; 30 s.
	// It stops asking hosts after four fifths of it.
	Lease time.Duration
	// Wait has the queue never end: new seeds are waited for.
	Wait bool
	// Resolve finds hosts of one address, which are claimed together; the
	// system's when nil.
	Resolve crawler.Resolver
	// Trouble is told of failures of the database that are waited out. nil: nobody.
	Trouble func(error)
}

// A Queue is one worker's view of the shared frontier. It implements
// crawler.SharedQueue.
type Queue struct {
	cfg        Config
	settings   Settings
	db         *database
	stopping   context.Context // the caller's: work is to come to its end
	ctx        context.Context // until Close
	cancel     context.CancelFunc
	keeperDone chan struct{}
	resolving  sync.WaitGroup

	mu         sync.Mutex
	session    *session
	generation int64
	known      known
	keptOf     map[pgtype.UUID][2]int // refused links kept, by seed
	counts     crawler.Counts
	progress   *crawler.Progress
	next       time.Time // when Lease is worth calling
	nextClaim  time.Time
	finished   bool // nothing is open, as the server last said
}

// Open joins a crawl as a worker. It is an ErrNoCrawl when none was begun. When
// ctx ends the queue waits for an unreachable server no longer; Close it then.
func Open(ctx context.Context, cfg Config) (*Queue, error) {
	if cfg.Lease <= 0 {
		cfg.Lease = 30 * time.Second
	}
	if cfg.Worker == "" || cfg.Archive == "" {
		return nil, errors.New("cluster: a worker needs a name and an archive")
	}
	db, err := connect(ctx, cfg.Address, "work", 4, cfg.Trouble)
	if err != nil {
		return nil, err
	}
	q := &Queue{cfg: cfg, db: db, stopping: ctx, keeperDone: make(chan struct{}), keptOf: map[pgtype.UUID][2]int{}}
	q.known.forget()
	if q.settings, err = db.settings(ctx); err == nil {
		q.ctx, q.cancel = context.WithCancel(context.WithoutCancel(ctx))
		err = db.retry(ctx, q.begin)
	}
	if err != nil {
		if q.cancel != nil {
			q.cancel()
		}
		db.pool.Close()
		return nil, err
	}
	go q.keepAlive()
	return q, nil
}

// settings are the crawl's.
func (db *database) settings(ctx context.Context) (s Settings, err error) {
	if err := db.check(ctx); err != nil {
		return s, err
	}
	var row []byte
	err = db.retry(ctx, func(ctx context.Context) error {
		return db.pool.QueryRow(ctx, "SELECT settings FROM crawl").Scan(&row)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return s, ErrNoCrawl
	}
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(row, &s); err != nil {
		return s, fmt.Errorf("database %s: the crawl's settings: %w", db.name, err)
	}
	return s, nil
}

// Settings are the crawl's, as they were when the queue was opened.
func (q *Queue) Settings() Settings { return q.settings }

// Report keeps a run's progress for ReadStatus; it is written now and then.
func (q *Queue) Report(p crawler.Progress) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.progress = &p
}

// Stored says that a WARC file of this worker's archive is in its store, and
// lost no longer when the worker is.
func (q *Queue) Stored(ctx context.Context, file string) error {
	return q.db.retry(ctx, func(ctx context.Context) error {
		_, err := q.db.pool.Exec(ctx, "INSERT INTO stored (archive, file) SELECT id, $2 FROM archive WHERE name = $1 ON CONFLICT DO NOTHING", q.cfg.Archive, file)
		return err
	})
}

// Close gives everything free that the worker holds: others may have it after
// the pause. Where the server does not answer, the lease does so by ending.
func (q *Queue) Close() error {
	q.cancel()
	<-q.keeperDone
	q.mu.Lock()
	s := q.session
	q.mu.Unlock()
	q.lose()
	q.resolving.Wait()
	var err error
	if s != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(q.stopping), quick)
		err = pgx.BeginFunc(ctx, q.db.pool, func(tx pgx.Tx) error { return q.leave(ctx, tx, s) })
		cancel()
	}
	q.db.pool.Close()
	return q.db.explain(err)
}

func (q *Queue) leave(ctx context.Context, tx pgx.Tx, s *session) error {
	rows, err := tx.Query(ctx, "SELECT name FROM platform WHERE owner = $1 ORDER BY id", s.id)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	if err := q.releaseIn(ctx, tx, s, names); err != nil {
		return err
	}
	row, err := json.Marshal(q.progress)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "UPDATE session SET ended_at = now(), lease_ends = now(), held = 0, progress = $2 WHERE id = $1 AND ended_at IS NULL", s.id, row)
	return err
}

// giveUp is how long a stopped worker still waits for an unreachable server.
const giveUp = 10 * time.Second

// patience bounds a call that must not be cut short by the caller's end, but is
// not to keep it either.
func (q *Queue) patience(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	var t *time.Timer
	var mu sync.Mutex
	stop := context.AfterFunc(q.stopping, func() {
		mu.Lock()
		defer mu.Unlock()
		t = time.AfterFunc(giveUp, func() { cancel(context.Cause(q.stopping)) })
	})
	return ctx, func() {
		stop()
		mu.Lock()
		defer mu.Unlock()
		if t != nil {
			t.Stop()
		}
		cancel(nil)
	}
}

// Find implements crawler.Queue.
func (q *Queue) Find(ctx context.Context, key string) (r crawler.Request, open, ok bool, err error) {
	var state int
	err = q.db.retry(ctx, func(ctx context.Context) error {
		row := q.db.pool.QueryRow(ctx, "SELECT "+requestColumns+", u.state FROM url u JOIN seed s ON s.id = u.seed WHERE u.key = $1", keyOf(key))
		r, err = scanRequest(row.Scan, &state)
		if errors.Is(err, pgx.ErrNoRows) {
			ok = false
			return nil
		}
		ok = err == nil
		return err
	})
	if err != nil || !ok {
		return crawler.Request{}, false, false, err
	}
	return r, state == crawler.StateWaiting || state == crawler.StatePostponed, true, nil
}

// Added implements crawler.Queue.
func (q *Queue) Added(ctx context.Context, s crawler.Seed) (n int, err error) {
	err = q.db.retry(ctx, func(ctx context.Context) error {
		return q.db.pool.QueryRow(ctx, "SELECT coalesce((SELECT added FROM seed WHERE key = $1), 0)", keyOf(s.URL)).Scan(&n)
	})
	return n, err
}

// Counts implements crawler.Queue, for this worker: what it ended, what it has
// leased, the platforms that it holds. ReadStatus tells of all.
func (q *Queue) Counts(context.Context) (crawler.Counts, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	c := q.counts
	if q.session != nil {
		for _, p := range q.session.platforms {
			c.Leased += int64(len(p.leased))
		}
		c.Hosts = int64(len(q.session.platforms))
	}
	return c, nil
}

// LoadRobots implements crawler.SharedQueue.
func (q *Queue) LoadRobots(ctx context.Context, origin string) (f crawler.RobotsFile, ok bool, err error) {
	var left, delay float64
	err = q.db.retry(ctx, func(ctx context.Context) error {
		err := q.db.pool.QueryRow(ctx, `SELECT r.body, extract(epoch FROM r.till - now())::float8,
			coalesce((SELECT extract(epoch FROM crawl_delay)::float8 FROM host WHERE name = $2), 0) FROM robots r WHERE r.origin = $1 AND r.till > now()`,
			origin, originHost(origin)).Scan(&f.Body, &left, &delay)
		if errors.Is(err, pgx.ErrNoRows) {
			ok = false
			return nil
		}
		ok = err == nil
		return err
	})
	f.Till, f.Delay = time.Now().Add(seconds(left)), seconds(delay)
	return f, ok, err
}

// StoreRobots implements crawler.SharedQueue.
func (q *Queue) StoreRobots(ctx context.Context, origin string, f crawler.RobotsFile) error {
	if f.Body == nil {
		f.Body = []byte{}
	}
	return q.db.retry(ctx, func(ctx context.Context) error {
		b := &pgx.Batch{}
		b.Queue(`INSERT INTO robots (origin, body, till) VALUES ($1, $2, now() + make_interval(secs => $3))
			ON CONFLICT (origin) DO UPDATE SET body = excluded.body, till = excluded.till`, origin, f.Body, time.Until(f.Till).Seconds())
		if f.Delay > 0 {
			b.Queue(`UPDATE host SET crawl_delay = make_interval(secs => $2), next_at = greatest(next_at, now() + make_interval(secs => $2)) WHERE name = $1`,
				originHost(origin), f.Delay.Seconds())
		}
		return q.db.pool.SendBatch(ctx, b).Close()
	})
}

func originHost(origin string) string {
	u, err := url.Parse(origin)
	if err != nil {
		return ""
	}
	return u.Host
}
