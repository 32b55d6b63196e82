// Package query asks SQLite: what every room of the store does in the same way.
package query

import (
	"context"
	"database/sql"
	"encoding/json"
	"iter"
)

// Querier is a pool, a connection or a transaction.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Each asks a question and calls row for each row of the answer.
func Each(ctx context.Context, q Querier, row func(*sql.Rows) error, query string, args ...any) error {
	return To(q.QueryContext(ctx, query, args...)).Each(row)
}

// An Answer is what a statement was answered with.
type Answer struct {
	rows *sql.Rows
	err  error
}

// To takes an answer as statements give it.
func To(rows *sql.Rows, err error) Answer { return Answer{rows, err} }

// Rows are the rows, and what went wrong; the answer is ended with them.
func (a Answer) Rows() iter.Seq2[*sql.Rows, error] {
	return func(yield func(*sql.Rows, error) bool) {
		if a.err != nil {
			yield(nil, a.err)
			return
		}
		defer a.rows.Close()
		for a.rows.Next() {
			if !yield(a.rows, nil) {
				return
			}
		}
		if err := a.rows.Err(); err != nil {
			yield(nil, err)
		}
	}
}

// Each calls row for each row, and ends the answer.
func (a Answer) Each(row func(*sql.Rows) error) error {
	for rows, err := range a.Rows() {
		if err == nil {
			err = row(rows)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// All are the rows of an answer, each as scan reads it.
func All[T any](ctx context.Context, q Querier, scan func(*sql.Rows) (T, error), query string, args ...any) (all []T, err error) {
	err = Each(ctx, q, func(rows *sql.Rows) error {
		row, err := scan(rows)
		all = append(all, row)
		return err
	}, query, args...)
	return all, err
}

// Rows are the rows of an answer; columns are where those of a row go.
func Rows[T any](ctx context.Context, q Querier, columns func(*T) []any, query string, args ...any) ([]T, error) {
	return All(ctx, q, func(rows *sql.Rows) (row T, err error) {
		err = rows.Scan(columns(&row)...)
		return row, err
	}, query, args...)
}

// Null is where a column goes that may be NULL: the zero value then.
func Null[T any](to *T) sql.Scanner { return null[T]{to} }

type null[T any] struct{ to *T }

func (n null[T]) Scan(value any) error {
	var v sql.Null[T]
	err := v.Scan(value)
	*n.to = v.V
	return err
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
