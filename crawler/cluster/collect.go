package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"nianbao/crawler"
)

// A Collector begins a crawl and takes what its workers made of the captures.
// There is one at a time.
type Collector struct {
	db   *database
	seed *Queue
	conn *pgx.Conn // holds the lock, and reads what the lock is for
}

// Begin opens a database for a new crawl or one that goes on, and brings its
// schema up to this program's. It is an ErrCollected when another collector is
// at work, an ErrNewer when a newer program was here.
func Begin(ctx context.Context, address string, trouble func(error)) (*Collector, error) {
	db, err := connect(ctx, address, "collect", 4, trouble)
	if err != nil {
		return nil, err
	}
	c := &Collector{db: db}
	if err = c.lock(ctx); err == nil {
		err = db.migrate(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	c.seed = &Queue{db: db, stopping: ctx}
	c.seed.known.forget()
	return c, nil
}

// lockPatience is how long a collector that was killed may seem to be there still.
const lockPatience = 5 * time.Second

// lock takes the lock that makes this the only collector; it goes with its
// connection.
func (c *Collector) lock(ctx context.Context) error {
	if c.conn != nil && !c.conn.IsClosed() {
		return nil
	}
	end := time.Now().Add(lockPatience)
	return c.db.retry(ctx, func(ctx context.Context) error {
		conn, err := pgx.ConnectConfig(ctx, c.db.pool.Config().ConnConfig)
		if err != nil {
			return err
		}
		for {
			var got bool
			if err = conn.QueryRow(ctx, "SELECT pg_try_advisory_lock(hashtext('nianbao collector'))").Scan(&got); err == nil && got {
				c.conn = conn
				return nil
			}
			if err == nil && time.Now().After(end) {
				err = ErrCollected
			}
			if err != nil {
				_ = conn.Close(ctx)
				return err
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
}

// Close leaves the collecting to others.
func (c *Collector) Close() error {
	var err error
	if c.conn != nil {
		ctx, cancel := context.WithTimeout(context.Background(), quick)
		defer cancel()
		err = c.conn.Close(ctx)
	}
	c.db.pool.Close()
	return err
}

// Frontier is a queue to add seeds to. It leases nothing.
func (c *Collector) Frontier() crawler.Queue { return c.seed }

// Configure says how workers that begin from now on are to crawl. Call it after
// the seeds were added: workers wait for it, and find them then.
func (c *Collector) Configure(ctx context.Context, s Settings) error {
	row, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return c.db.retry(ctx, func(ctx context.Context) error {
		_, err := c.db.pool.Exec(ctx, "INSERT INTO crawl (settings) VALUES ($1) ON CONFLICT (id) DO UPDATE SET settings = excluded.settings", row)
		return err
	})
}

// Group says which domains are platforms, before hosts under them are added.
func (c *Collector) Group(platforms []string) { c.seed.settings.Platforms = platforms }

// Settings are those of the crawl; an ErrNoCrawl when there is none.
func (c *Collector) Settings(ctx context.Context) (Settings, error) { return c.db.settings(ctx) }

// A Parcel is one of Capture.Products on its way.
type Parcel struct {
	ID     int64
	Data   []byte
	Sender string // the worker, or the address of the machine that read its archive again
}

// Parcels answers some of the parcels, oldest first, without taking them away.
// done is true when there is none and none will come: the crawl is over, unless
// seeds are added, and no Sender is open.
func (c *Collector) Parcels(ctx context.Context, limit int) (parcels []Parcel, done bool, err error) {
	err = c.db.retry(ctx, func(ctx context.Context) error {
		if err := c.lock(ctx); err != nil {
			return err
		}
		rows, err := c.conn.Query(ctx, "SELECT id, data, sender FROM parcel ORDER BY id LIMIT $1", limit)
		if err != nil {
			return err
		}
		if parcels, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Parcel]); err != nil || len(parcels) > 0 {
			return err
		}
		// One statement sees both at one moment.
		return c.conn.QueryRow(ctx, "SELECT NOT ("+openSQL+") AND NOT EXISTS (SELECT 1 FROM parcel) AND NOT "+sendingSQL).Scan(&done)
	})
	return parcels, done, err
}

// Taken takes parcels away that are safe elsewhere.
func (c *Collector) Taken(ctx context.Context, parcels []Parcel) error {
	ids := make([]int64, len(parcels))
	for i, p := range parcels {
		ids[i] = p.ID
	}
	return c.db.retry(ctx, func(ctx context.Context) error {
		_, err := c.db.pool.Exec(ctx, "DELETE FROM parcel WHERE id = ANY($1)", ids)
		return err
	})
}

// RetryFailed lets addresses that failed wait again, as crawler.Frontier does.
func (c *Collector) RetryFailed(ctx context.Context, reason crawler.Reason) (int64, error) {
	if reason != "" {
		return c.reopen(ctx, "state = 3 AND reason = $1", string(reason))
	}
	var reasons []string
	err := c.db.retry(ctx, func(ctx context.Context) error {
		rows, err := c.db.pool.Query(ctx, "SELECT DISTINCT reason FROM url WHERE state = 3")
		if err != nil {
			return err
		}
		reasons, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil {
		return 0, err
	}
	var passing []string
	for _, r := range reasons {
		if crawler.Reason(r).MayPass() {
			passing = append(passing, r)
		}
	}
	return c.reopen(ctx, "state = 3 AND reason = ANY($1)", passing)
}

// Refetch lets all addresses that have a capture wait again, to be asked for
// conditionally.
func (c *Collector) Refetch(ctx context.Context) (int64, error) {
	return c.reopen(ctx, "state = 2 AND $1", true)
}

// Update lets home pages and columns wait again that have a capture, as
// crawler.Frontier does: to be asked for conditionally, and whole where links
// were left alone that other limits would follow.
func (c *Collector) Update(ctx context.Context) (int64, error) {
	return c.reopen(ctx, "state = 2 AND role = ANY($1)", []string{string(crawler.RoleSite), string(crawler.RoleList)},
		`validators = CASE WHEN validators <> '' AND EXISTS (SELECT 1 FROM refused WHERE n > 0
			AND reason IN ('link_year', 'link_agency', 'link_budget', 'link_depth', 'link_pages'))
			THEN (validators::jsonb - 'etag' - 'last_modified')::text ELSE validators END`)
}

// RefetchLost lets the addresses wait again whose captures are in the archive of
// a worker, or with "" of any worker that is not at work; they are asked for as
// if they had never been. What is in a store is not lost. It answers how many
// there were.
func (c *Collector) RefetchLost(ctx context.Context, worker string) (int64, error) {
	return c.reopen(ctx, `state IN (2, 3) AND archive IN (SELECT a.id FROM archive a WHERE (a.worker = $1 OR a.name = $1 OR $1 = '')
		AND NOT EXISTS (SELECT 1 FROM session s WHERE s.archive = a.id AND s.ended_at IS NULL AND s.lease_ends > now()))
		AND NOT EXISTS (SELECT 1 FROM stored s WHERE s.archive = url.archive AND s.file = url.file)`, worker, "validators = '', archive = NULL, file = '', position = NULL")
}

func (c *Collector) reopen(ctx context.Context, which string, arg any, also ...string) (n int64, err error) {
	set := "state = 0, tries = 0"
	for _, s := range also {
		set += ", " + s
	}
	err = c.db.inTx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		// A worker that gives a platform free at this moment waits, and then sees
		// what waits there.
		if _, err := tx.Exec(ctx, "SELECT 1 FROM platform ORDER BY id FOR NO KEY UPDATE"); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, "UPDATE url SET "+set+" WHERE "+which, arg)
		if err != nil {
			return err
		}
		n = tag.RowsAffected()
		_, err = tx.Exec(ctx, `UPDATE platform p SET waiting = true WHERE NOT waiting
			AND EXISTS (SELECT 1 FROM host h JOIN url u ON u.host = h.id WHERE h.platform = p.id AND u.state = 0)`)
		return err
	})
	return n, err
}

// Wait returns when a crawl was begun in the database, or ctx ends.
func Wait(ctx context.Context, address string, notice func()) error {
	db, err := connect(ctx, address, "work", 1, func(error) { notice() })
	if err != nil {
		return err
	}
	defer db.pool.Close()
	for {
		_, err := db.settings(ctx)
		if !errors.Is(err, ErrNoCrawl) {
			return err
		}
		notice()
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", err, context.Cause(ctx))
		}
	}
}
