package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/mattn/go-sqlite3"
)

// ErrQuestion is a question that SQLite does not understand, or that is not
// allowed. Its text says what and where.
var ErrQuestion = errors.New("cannot be asked")

// What a question may take. Texts are bounded for the sake of functions that no
// interruption ends (instr, replace), whose time grows with the square.
const (
	maxQuestion      = 10_000  // octets of SQL
	maxQuestionText  = 200_000 // octets of a text or row
	maxQuestionDepth = 100     // of expressions
	maxQuestionParts = 50      // SELECTs put together
	maxQuestionSteps = 100_000 // of its program
	maxQuestionLike  = 200     // octets of a pattern
	questionsAtOnce  = 2
)

// Questions answers SQL that strangers wrote: only reading, of this file only,
// within limits. What a question may take in time is up to its context.
type Questions struct {
	db *sql.DB
}

// Questions opens connections for questions. They have to be closed.
func (s *Store) Questions() *Questions {
	c := s.connector(false, false, s.immutable)
	open := c.driver.ConnectHook
	c.driver.ConnectHook = func(conn *sqlite3.SQLiteConn) error {
		if err := open(conn); err != nil {
			return err
		}
		// Memory is the program's; sorting goes to a file.
		for _, p := range []string{"PRAGMA temp_store = FILE", "PRAGMA cache_size = -16384", "PRAGMA mmap_size = 0", "PRAGMA trusted_schema = OFF"} {
			if _, err := conn.Exec(p, nil); err != nil {
				return fmt.Errorf("%s: %w", p, err)
			}
		}
		for limit, n := range map[int]int{
			sqlite3.SQLITE_LIMIT_LENGTH: maxQuestionText, sqlite3.SQLITE_LIMIT_EXPR_DEPTH: maxQuestionDepth,
			sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: maxQuestionParts, sqlite3.SQLITE_LIMIT_VDBE_OP: maxQuestionSteps, sqlite3.SQLITE_LIMIT_ATTACHED: 0,
			sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: maxQuestionLike, sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1, sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
		} {
			conn.SetLimit(limit, n)
		}
		conn.RegisterAuthorizer(mayAsk)
		return nil
	}
	q := &Questions{sql.OpenDB(c)}
	q.db.SetMaxOpenConns(questionsAtOnce)
	q.db.SetMaxIdleConns(1)
	return q
}

// mayAsk lets a statement read, and nothing else.
func mayAsk(action int, one, two, _ string) int {
	switch action {
	case sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqliteRecursive:
		return sqlite3.SQLITE_OK
	case sqlite3.SQLITE_FUNCTION:
		switch strings.ToLower(two) {
		case "load_extension", "fts3_tokenizer", "readfile", "writefile", "edit":
			return sqlite3.SQLITE_DENY
		}
		return sqlite3.SQLITE_OK
	case sqlite3.SQLITE_PRAGMA:
		switch strings.ToLower(one) {
		case "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list":
			return sqlite3.SQLITE_OK
		}
	}
	return sqlite3.SQLITE_DENY
}

// sqliteRecursive is SQLITE_RECURSIVE, which the driver does not name: a common
// table that reads itself.
const sqliteRecursive = 33

// Ask hands on the names of the columns and then row after row, until row returns
// false. Values are int64, float64, string, []byte or nil.
func (q *Questions) Ask(ctx context.Context, question string, columns func([]string) error, row func([]any) (bool, error)) error {
	if len(question) > maxQuestion {
		return fmt.Errorf("%w: it is longer than %d octets", ErrQuestion, maxQuestion)
	}
	rows, err := q.db.QueryContext(ctx, question)
	if err != nil {
		return refusal(ctx, err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return refusal(ctx, err)
	}
	if len(names) == 0 {
		return fmt.Errorf("%w: it asks for nothing; begin with SELECT or WITH", ErrQuestion)
	}
	if err := columns(names); err != nil {
		return err
	}
	values, places := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		places[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return refusal(ctx, err)
		}
		if more, err := row(values); err != nil || !more {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return refusal(ctx, err)
	}
	return ctx.Err()
}

// refusal makes ErrQuestion of what SQLite says of a question.
func refusal(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var sqlite sqlite3.Error
	if !errors.As(err, &sqlite) {
		return err
	}
	switch sqlite.Code {
	case sqlite3.ErrAuth:
		return fmt.Errorf("%w: only reading is allowed (%s)", ErrQuestion, sqlite.Error())
	case sqlite3.ErrError, sqlite3.ErrTooBig, sqlite3.ErrReadonly, sqlite3.ErrMismatch, sqlite3.ErrRange, sqlite3.ErrPerm, sqlite3.ErrNomem, sqlite3.ErrFull:
		return fmt.Errorf("%w: %s", ErrQuestion, sqlite.Error())
	}
	return err
}

// Close ends the connections.
func (q *Questions) Close() error { return q.db.Close() }
