package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"

	"nianbao/crawler"
)

// A Status is the state of a crawl on many machines.
type Status struct {
	crawler.Status
	Platforms int64 // hosts or groups of hosts that are asked one at a time and have something waiting
	Parcels   int64 // reports that wait for the collector
	Workers   []Worker
	Archives  []Archive
}

// A Worker is one that was at work in the last day.
type Worker struct {
	Name     string
	Since    time.Time
	Till     time.Time // the end of its lease
	Live     bool
	Held     int64 // platforms
	Progress crawler.Progress
}

// An Archive is a folder of WARC files on a worker's disk, by its own name.
type Archive struct {
	Name     string
	Worker   string // the last that wrote there
	Live     bool   // a worker is at work there
	Seen     time.Time
	Captures int64
	Store    string // where its files are sent to; "": nowhere
	Stored   int64  // captures that are there
}

// ReadStatus reads the state of the crawl in a database. It counts every
// address: some seconds for ten millions.
func ReadStatus(ctx context.Context, address string) (Status, error) {
	s := Status{Status: crawler.NewStatus()}
	err := look(ctx, address, func(tx pgx.Tx) error {
		var state int
		var reason crawler.Reason
		var n int64
		if err := each(ctx, tx, "SELECT state, CASE state WHEN 0 THEN '' ELSE reason END, count(*) FROM url GROUP BY 1, 2", []any{&state, &reason, &n}, func() error {
			s.Count(state, reason, n)
			return nil
		}); err != nil {
			return err
		}
		if err := each(ctx, tx, "SELECT reason, sum(n)::bigint FROM refused GROUP BY 1", []any{&reason, &n}, func() error {
			s.Count(crawler.StateRefused, reason, n)
			return nil
		}); err != nil {
			return err
		}
		var retry *time.Time
		if err := tx.QueryRow(ctx, `SELECT (SELECT min(ready_at) FROM url WHERE state = 1), (SELECT count(*) FROM seed), (SELECT count(*) FROM platform WHERE waiting),
			(SELECT count(*) FROM parcel)`).Scan(&retry, &s.Seeds, &s.Platforms, &s.Parcels); err != nil {
			return err
		}
		if retry != nil {
			s.NextRetry = *retry
		}
		s.Counts.Hosts = s.Platforms
		var w Worker
		var row []byte
		if err := each(ctx, tx, `SELECT worker, started_at, lease_ends, ended_at IS NULL AND lease_ends > now(), held, coalesce(progress, 'null') FROM session
			WHERE lease_ends > now() - interval '1 day' ORDER BY worker, started_at`, []any{&w.Name, &w.Since, &w.Till, &w.Live, &w.Held, &row}, func() error {
			w.Progress = crawler.Progress{}
			if err := json.Unmarshal(row, &w.Progress); err != nil {
				return fmt.Errorf("progress of %s: %w", w.Name, err)
			}
			s.Running = s.Running || w.Live
			s.Workers = append(s.Workers, w)
			return nil
		}); err != nil {
			return err
		}
		var a Archive
		return each(ctx, tx, `SELECT a.name, a.worker, coalesce(l.live, false), greatest(a.seen_at, l.till), coalesce(u.n, 0), a.store, coalesce(u.stored, 0) FROM archive a
			LEFT JOIN (SELECT archive, bool_or(ended_at IS NULL AND lease_ends > now()) AS live, max(lease_ends) AS till FROM session GROUP BY 1) l ON l.archive = a.id
			LEFT JOIN (SELECT u.archive, count(*) AS n, count(s.file) AS stored FROM url u LEFT JOIN stored s ON s.archive = u.archive AND s.file = u.file
				WHERE u.archive IS NOT NULL GROUP BY 1) u ON u.archive = a.id ORDER BY a.worker, a.name`,
			[]any{&a.Name, &a.Worker, &a.Live, &a.Seen, &a.Captures, &a.Store, &a.Stored}, func() error {
				s.Archives = append(s.Archives, a)
				return nil
			})
	})
	return s, err
}

// look reads a database in one state of it.
func look(ctx context.Context, address string, do func(pgx.Tx) error) error {
	db, err := connect(ctx, address, "status", 1, nil)
	if err != nil {
		return err
	}
	defer db.pool.Close()
	if _, err := db.pool.Exec(ctx, "SELECT 1"); err != nil {
		return db.explain(err)
	}
	if err := db.check(ctx); err != nil {
		return err
	}
	return db.explain(pgx.BeginTxFunc(ctx, db.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL statement_timeout = 0"); err != nil {
			return err
		}
		return do(tx)
	}))
}

func each(ctx context.Context, tx pgx.Tx, query string, into []any, row func() error) error {
	rows, err := tx.Query(ctx, query)
	if err != nil {
		return err
	}
	_, err = pgx.ForEachRow(rows, into, row)
	return err
}

// ReadEntries lists addresses and links as crawler.ReadEntries does.
func ReadEntries(ctx context.Context, address, what string) iter.Seq2[crawler.Entry, error] {
	return func(yield func(crawler.Entry, error) bool) {
		state, enough := crawler.StateNumber(what), false
		err := look(ctx, address, func(tx pgx.Tx) error {
			rows, err := tx.Query(ctx, `SELECT u.state, CASE u.state WHEN 0 THEN '' ELSE u.reason END, u.url, u.text, u.detail, u.referrer, coalesce((s.row ->> 'line')::int, 0)
				FROM url u JOIN seed s ON s.id = u.seed WHERE u.state = $1 OR $1 < 0 AND u.reason = $2
				UNION ALL SELECT 4, l.reason, l.url, l.text, '', coalesce(u.url, ''), coalesce((s.row ->> 'line')::int, 0)
				FROM link l JOIN seed s ON s.id = l.seed LEFT JOIN url u ON u.key = l.page
				WHERE ($1 = 4 OR $1 < 0 AND l.reason = $2) AND NOT EXISTS (SELECT 1 FROM url f WHERE f.key = l.key)`, state, what)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var e crawler.Entry
				var n int
				if err := rows.Scan(&n, &e.Reason, &e.URL, &e.Text, &e.Detail, &e.Page, &e.Seed); err != nil {
					return err
				}
				e.State = crawler.StateName(n)
				if enough = !yield(e, nil); enough {
					return nil
				}
			}
			return rows.Err()
		})
		if err != nil && !enough {
			yield(crawler.Entry{}, err)
		}
	}
}

// LiveWorkers is how many workers are at work.
func (c *Collector) LiveWorkers(ctx context.Context) (n int, err error) {
	err = c.db.retry(ctx, func(ctx context.Context) error {
		return c.db.pool.QueryRow(ctx, "SELECT count(*) FROM session WHERE ended_at IS NULL AND lease_ends > now()").Scan(&n)
	})
	return n, err
}
