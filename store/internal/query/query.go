// Package query asks SQLite: what every room of the store does in the same way.
package query

import (
	"context"
	"database/sql"
	"encoding/json"
)

// Querier is a pool, a connection or a transaction.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Each asks a question and calls row for each row of the answer.
func Each(ctx context.Context, q Querier, row func(*sql.Rows) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// List hands a list over to SQL as one parameter, for json_each.
func List[T any](list []T) (string, error) {
	b, err := json.Marshal(list)
	return string(b), err
}

// Immediate runs f in a transaction that has the write lock from its start: a
// transaction that starts with reading could not wait for its turn to write.
func Immediate(ctx context.Context, conn *sql.Conn, f func() error) error {
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := f()
	if err == nil {
		_, err = conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		// Without the caller's context: a rollback has to happen after a cancellation too.
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
	}
	return err
}
