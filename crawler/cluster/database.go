package cluster

import (
	"context"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

//go:embed migrations/*.sql
var migrations embed.FS

// schemaName is the schema in which everything stands, so that a database may be
// shared with other things.
const schemaName = "nianbao"

// Errors of a cluster's database; match with errors.Is.
var (
	// ErrNoCrawl says that no crawl was begun in the database.
	ErrNoCrawl = errors.New("no crawl was begun in this database; begin one with nianbao crawl --cluster URL --seeds FILE --db FILE")
	// ErrNewer says that the database was made by a newer version of this program.
	ErrNewer = errors.New("the database was made by a newer version of this program; use that on every machine")
	// ErrOlder says that the database is still to be brought up to this version.
	ErrOlder = errors.New("the database is of an older version of this program; nianbao crawl --cluster brings it up to this one, when no worker is at work")
	// ErrCollected says that another collector is at work.
	ErrCollected = errors.New("another command collects from this database; stop it, or leave the collecting to it")
)

// A database is a pool of connections, and what a user is told of their troubles.
type database struct {
	pool    *pgxpool.Pool
	name    string // host and database, for messages: no password
	trouble func(error)
}

func connect(ctx context.Context, address, role string, connections int32, trouble func(error)) (*database, error) {
	cfg, err := pgxpool.ParseConfig(address)
	if err != nil {
		// The error of the library quotes the address, password and all.
		return nil, fmt.Errorf("the database's address cannot be read; it looks like postgres://user@host:5432/database?sslmode=verify-full")
	}
	c := cfg.ConnConfig
	db := &database{name: net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port))) + "/" + c.Database, trouble: trouble}
	if strings.HasPrefix(c.Host, "/") {
		db.name = c.Host + "/" + c.Database
	}
	c.RuntimeParams["search_path"] = schemaName
	c.RuntimeParams["application_name"] = "nianbao " + role
	c.RuntimeParams["timezone"] = "UTC"
	// A statement of ours that takes longer hangs, and a transaction that is
	// idle so long has lost its worker: neither is to hold locks on.
	c.RuntimeParams["statement_timeout"] = "60000"
	c.RuntimeParams["idle_in_transaction_session_timeout"] = "20000"
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = 5 * time.Second
	}
	cfg.MaxConns, cfg.MinConns = connections, 0
	cfg.HealthCheckPeriod = 15 * time.Second
	if db.pool, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		return nil, db.explain(err)
	}
	return db, nil
}

// explain names the database in an error.
func (db *database) explain(err error) error {
	if err == nil {
		return nil
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		advice := ""
		switch pg.Code {
		case "42501":
			advice = "; the role lacks a right, crawler/README.md has what it needs"
		case "28P01", "28000":
			advice = "; look at the user, the password and pg_hba.conf"
		case "3D000":
			advice = "; make it with createdb"
		case "53100":
			advice = "; its disk is full: make room, the crawl then goes on"
		}
		return fmt.Errorf("database %s: %s (SQLSTATE %s)%s: %w", db.name, pg.Message, pg.Code, advice, err)
	}
	return fmt.Errorf("database %s: %w", db.name, err)
}

// passing reports whether a failure is one that waiting mends: the server is
// away, starts, gives way in a deadlock or has no room.
func passing(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code[:2] {
		case "08", "40", "53", "57", "58", "55":
			return true
		}
		// A standby that has not been promoted yet; a transaction left by a
		// server that died; hosts that a failover forgot, see forget.
		return pg.Code == "25006" || pg.Code == "25P03" || pg.Code == "25P02" || pg.Code == "23502"
	}
	var n net.Error
	return errors.As(err, &n) || errors.Is(err, context.DeadlineExceeded) || pgconn.Timeout(err) || errors.As(err, new(*pgconn.ConnectError)) ||
		strings.Contains(err.Error(), "conn closed") || strings.Contains(err.Error(), "unexpected EOF") || strings.Contains(err.Error(), "broken pipe") ||
		strings.Contains(err.Error(), "connection reset")
}

// attemptTime is what one attempt at a statement or transaction may take before
// its connection is given up.
const attemptTime = 20 * time.Second

// retry calls do until it succeeds, fails for good, or ctx ends.
func (db *database) retry(ctx context.Context, do func(ctx context.Context) error) error {
	wait := 50 * time.Millisecond
	for {
		attempt, cancel := context.WithTimeout(ctx, attemptTime)
		err := do(attempt)
		cancel()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return errors.Join(context.Cause(ctx), db.explain(err))
		}
		if !passing(err) {
			return db.explain(err)
		}
		if db.trouble != nil {
			db.trouble(db.explain(err))
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), db.explain(err))
		}
		wait = min(2*wait, time.Second)
	}
}

func (db *database) inTx(ctx context.Context, do func(ctx context.Context, tx pgx.Tx) error) error {
	return db.retry(ctx, func(ctx context.Context) error {
		return pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error { return do(ctx, tx) })
	})
}

// A script is one step of the schema; they are numbered from 1.
func scripts() ([]string, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql") // sorted
	if err != nil {
		return nil, err
	}
	var all []string
	for _, name := range names {
		text, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all = append(all, string(text))
	}
	return all, nil
}

// migrate brings the schema up to this program's version.
func (db *database) migrate(ctx context.Context) error {
	steps, err := scripts()
	if err != nil {
		return err
	}
	return db.inTx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		// Of two that start at once one waits here.
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtext('nianbao schema'))"); err != nil {
			return err
		}
		have, err := version(ctx, tx)
		if err != nil {
			return err
		}
		if have > len(steps) {
			return fmt.Errorf("%w (its schema is %d, this program's %d)", ErrNewer, have, len(steps))
		}
		if have == 0 {
			if _, err := tx.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+schemaName+"; CREATE TABLE schema_version (version int NOT NULL); INSERT INTO schema_version VALUES (0)"); err != nil {
				return err
			}
		}
		for _, step := range steps[have:] {
			if _, err := tx.Exec(ctx, step); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, "UPDATE schema_version SET version = $1", len(steps))
		return err
	})
}

type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// version is the schema's; 0 when there is none.
func version(ctx context.Context, q querier) (n int, err error) {
	var there bool
	if err := q.QueryRow(ctx, "SELECT to_regclass('"+schemaName+".schema_version') IS NOT NULL").Scan(&there); err != nil || !there {
		return 0, err
	}
	err = q.QueryRow(ctx, "SELECT version FROM schema_version").Scan(&n)
	return n, err
}

// check is an ErrNoCrawl, ErrOlder or ErrNewer when the schema is not this
// program's.
func (db *database) check(ctx context.Context) error {
	steps, err := scripts()
	if err != nil {
		return err
	}
	return db.retry(ctx, func(ctx context.Context) error {
		have, err := version(ctx, db.pool)
		switch {
		case err != nil:
			return err
		case have == 0:
			return ErrNoCrawl
		case have < len(steps):
			return fmt.Errorf("%w (its schema is %d, this program's %d)", ErrOlder, have, len(steps))
		case have > len(steps):
			return fmt.Errorf("%w (its schema is %d, this program's %d)", ErrNewer, have, len(steps))
		}
		return nil
	})
}

// keyOf is an address's key.
func keyOf(u string) pgtype.UUID {
	sum := sha256.Sum256([]byte(u))
	return pgtype.UUID{Bytes: [16]byte(sum[:16]), Valid: true}
}

// Redacted is a database's address without its password, for people.
func Redacted(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" {
		return "the database"
	}
	u.RawQuery = ""
	return u.Redacted()
}
