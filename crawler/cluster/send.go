package cluster

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// A Sender gives parcels to the collector that come of no crawl: what a machine
// has read again. As long as one is open the collector waits for more.
type Sender struct {
	db   *database
	conn *pgx.Conn // holds the lock by which the collector knows
}

// sending is the lock of all senders, and how the collector sees that one is held.
const (
	sending    = "SELECT pg_advisory_lock_shared(15, 2)"
	sendingSQL = `EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 15 AND objid = 2 AND objsubid = 2
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`
)

// maxParcels is how many parcels may wait before a sender waits too: a tenth of a
// gigabyte.
const maxParcels = 1 << 14

// OpenSender connects to a database that a crawl was begun in, by this version of
// the program. An unreachable server is waited for, and trouble is told of it.
func OpenSender(ctx context.Context, address string, trouble func(error)) (*Sender, error) {
	db, err := connect(ctx, address, "send", 2, trouble)
	if err != nil {
		return nil, err
	}
	s := &Sender{db: db}
	if _, err = db.settings(ctx); err == nil {
		err = db.retry(ctx, s.lock)
	}
	if err != nil {
		db.pool.Close()
		return nil, err
	}
	return s, nil
}

func (s *Sender) lock(ctx context.Context) error {
	if s.conn != nil && !s.conn.IsClosed() {
		return nil
	}
	conn, err := pgx.ConnectConfig(ctx, s.db.pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, sending); err != nil {
		_ = conn.Close(ctx)
		return err
	}
	s.conn = conn
	return nil
}

// Send hands parcels over, once so few wait that there is room for them. After a
// failure of the network the collector may get some twice, which changes nothing.
func (s *Sender) Send(ctx context.Context, parcels [][]byte) error {
	for {
		waiting := 0
		err := s.db.retry(ctx, func(ctx context.Context) error {
			if err := s.lock(ctx); err != nil {
				return err
			}
			return s.db.pool.QueryRow(ctx, "SELECT count(*) FROM (SELECT 1 FROM parcel LIMIT $1) AS waiting", maxParcels).Scan(&waiting)
		})
		if err != nil {
			return err
		}
		if waiting < maxParcels {
			break
		}
		select {
		case <-time.After(claimEvery):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return s.db.retry(ctx, func(ctx context.Context) error {
		_, err := s.db.pool.Exec(ctx, "INSERT INTO parcel (data, sender) SELECT data, coalesce(host(inet_client_addr()), 'this machine') FROM unnest($1::bytea[]) AS data", parcels)
		return err
	})
}

// Close tells the collector that no more comes.
func (s *Sender) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), quick)
	defer cancel()
	err := s.conn.Close(ctx)
	s.db.pool.Close()
	return err
}
