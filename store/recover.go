package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mattn/go-sqlite3"
)

// What a process that was killed leaves beside the file: the journal of a change
// to be taken back (a file is put into WAL mode and out of it by such a change),
// or the WAL with what was committed and is not in the file yet.
var besides = []string{"-journal", "-wal"}

// left are the files of besides that are there and hold something.
func (s *Store) left() (names []string) {
	for _, end := range besides {
		if info, err := os.Stat(s.path + end); err == nil && info.Size() > 0 {
			names = append(names, filepath.Base(s.path)+end)
		}
	}
	return names
}

// settle finishes what a killed process has left, so that a connection which
// may not write can read the file; a process that is at work is left alone.
// Where nothing may be written it reports whether the file is to be opened as
// one that cannot change: only on a read-only medium, and only when it needs
// none of the files that SQLite could not make there. Elsewhere somebody else
// may write, and a reader without locks would mix two states of the file.
func (s *Store) settle(ctx context.Context) (immutable bool, err error) {
	left := s.left()
	if readOnlyMedium(s.path) {
		return len(left) == 0 && inWAL(s.path), nil
	}
	if len(left) == 0 && !inWAL(s.path) {
		return false, nil
	}
	db := sql.OpenDB(s.connector(true, false, false))
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return false, nil // who may not write asks on: the reader hears what is wrong
	}
	defer conn.Close()
	// Another program's file is not ours to touch.
	if _, err := fileVersion(ctx, conn, s.path); err != nil {
		return false, nil
	}
	// Refused where another process has the file open: then it is at work.
	_, _ = conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE")
	return false, nil
}

// inWAL reports whether the file is in WAL mode by its header, bytes 18 and 19
// (the file format of SQLite).
func inWAL(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	var head [20]byte
	_, err = io.ReadFull(f, head[:])
	return err == nil && head[18] == 2 && head[19] == 2
}

// unfinished says of an error that is one because of what a killed process has
// left, and that whoever asks may not finish.
func (s *Store) unfinished(err error) error {
	var q sqlite3.Error
	if !s.options.ReadOnly || !errors.As(err, &q) || !slices.Contains([]sqlite3.ErrNo{sqlite3.ErrReadonly, sqlite3.ErrCantOpen, sqlite3.ErrPerm, sqlite3.ErrProtocol}, q.Code) {
		return err
	}
	left := s.left()
	if len(left) == 0 && !inWAL(s.path) {
		return err
	}
	advice := "it can be finished by any nianbao command of someone who may write in its folder"
	if len(left) > 0 {
		advice += "; a copy has to take " + strings.Join(left, " and ") + " with it"
	}
	return &Error{Path: s.path, Op: "open", Err: fmt.Errorf("%w, or in use, and you may not write beside it (%w)", ErrUnfinished, q), Advice: advice}
}
