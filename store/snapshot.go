package store

import (
	"context"
	"database/sql"
	"errors"
	"iter"

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

// Rows are the answer to a question of one's own of this state, and what went wrong.
func (n *Snapshot) Rows(ctx context.Context, question string, args ...any) iter.Seq2[*sql.Rows, error] {
	return func(yield func(*sql.Rows, error) bool) {
		for rows, err := range query.To(n.conn.QueryContext(ctx, question, args...)).Rows() {
			if !yield(rows, explain(n.store.path, "read", err)) {
				return
			}
		}
	}
}

// Conn is the connection that sees the state, for questions of one's own.
func (n *Snapshot) Conn() *sql.Conn { return n.conn }

// Close lets go of the state.
func (n *Snapshot) Close() error {
	_, err := n.conn.ExecContext(context.Background(), "ROLLBACK")
	return errors.Join(explain(n.store.path, "read", err), n.conn.Close())
}
