package store

import (
	"context"
	"database/sql"
	"errors"

	"nianbao/store/internal/query"
)

// Snapshot is one state of the file, whatever is written meanwhile. It is for
// one goroutine.
type Snapshot struct {
	store *Store
	conn  *sql.Conn
}

// Snapshot takes the state of the file as it is now. Close it: while it is
// open the WAL of a writer grows.
func (s *Store) Snapshot(ctx context.Context) (*Snapshot, error) {
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return nil, explain(s.path, "read", err)
	}
	// A transaction sees the file as it is at its first statement that reads.
	var tables int
	if _, err = conn.ExecContext(ctx, "BEGIN"); err == nil {
		err = conn.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master").Scan(&tables)
	}
	if err != nil {
		return nil, errors.Join(explain(s.path, "read", err), conn.Close())
	}
	return &Snapshot{store: s, conn: conn}, nil
}

// Each asks a question of one's own of this state, and calls row for each row of the
// answer.
func (n *Snapshot) Each(ctx context.Context, row func(*sql.Rows) error, question string, args ...any) error {
	return explain(n.store.path, "read", query.Each(ctx, n.conn, row, question, args...))
}

// Conn is the connection that sees the state, for questions of one's own.
func (n *Snapshot) Conn() *sql.Conn { return n.conn }

// Close lets go of the state.
func (n *Snapshot) Close() error {
	_, err := n.conn.ExecContext(context.Background(), "ROLLBACK")
	return errors.Join(explain(n.store.path, "read", err), n.conn.Close())
}
