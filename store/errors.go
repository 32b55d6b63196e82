package store

import (
	"errors"
	"fmt"
	"nianbao/store/index"
	"os"

	"github.com/mattn/go-sqlite3"
)

// What can be wrong with a database or a request; match with errors.Is. The
// message of the error that wraps them names the file and what to do.
var (
	ErrNotDatabase = errors.New("not a SQLite database")
	ErrForeign     = errors.New("a SQLite database of another program")
	ErrNewer       = errors.New("written by a newer version of nianbao")
	ErrOlder       = errors.New("written by an older version of nianbao and opened for reading only")
	ErrReadOnly    = errors.New("read-only")
	ErrBusy        = errors.New("another process is writing")
	ErrFull        = errors.New("no space left on the medium")
	ErrUnfinished  = errors.New("left unfinished by a process that was killed")
	ErrCorrupt     = errors.New("damaged")
	ErrNotReport   = errors.New("not a report")
	ErrNotFound    = errors.New("not found")
	ErrUnknownCode = errors.New("unknown code")
)

// Error is a failed operation on a database file.
type Error struct {
	Path   string // the file
	Op     string // what was being done: open, ingest …
	Advice string // what to do about it; "" when there is nothing to advise
	Err    error
}

func (e *Error) Error() string {
	s := fmt.Sprintf("%s %s: %v", e.Op, e.Path, e.Err)
	if e.Advice != "" {
		s += "; " + e.Advice
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// readonlyCantInit is SQLITE_READONLY_CANTINIT, which the driver does not name.
const readonlyCantInit sqlite3.ErrNoExtended = 8 | 5<<8

// readonlyDirectory is SQLITE_READONLY_DIRECTORY, which the driver does not name.
const readonlyDirectory sqlite3.ErrNoExtended = 8 | 6<<8

// meantime says of an error that is one because a process is just opening or closing
// the file that it is so: the files beside it come and go then, and who may not write
// there cannot make what is missing.
func (s *Store) meantime(op string, err error) error {
	var q sqlite3.Error
	if !s.options.ReadOnly || !errors.As(err, &q) || q.Code != sqlite3.ErrCantOpen && q.ExtendedCode != readonlyDirectory {
		return err
	}
	if _, gone := os.Stat(s.path); gone != nil {
		return err
	}
	return &Error{Path: s.path, Op: op, Err: fmt.Errorf("%w (%w)", ErrBusy, q), Advice: adviceToReader}
}

// adviceToReader is for who met a process that is just opening or closing the file.
const adviceToReader = "repeat the command; where it says so again, let someone who may write in the folder run any nianbao command on the file"

// explain turns what SQLite says into an Error with a sentinel and advice.
func explain(path, op string, err error) error {
	if err == nil {
		return nil
	}
	if already := (*Error)(nil); errors.As(err, &already) {
		return err
	}
	e := &Error{Path: path, Op: op, Err: err}
	if errors.Is(err, index.ErrDamaged) {
		e.Err = fmt.Errorf("%w: %w", ErrCorrupt, err)
		return e
	}
	var s sqlite3.Error
	if !errors.As(err, &s) {
		return e
	}
	as := func(sentinel error, advice string) error {
		e.Err, e.Advice = fmt.Errorf("%w (%w)", sentinel, s), advice
		return e
	}
	switch s.Code {
	case sqlite3.ErrNotADB:
		return as(ErrNotDatabase, "give a file that nianbao made, or a new name")
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return as(ErrBusy, "wait until it has finished and repeat the command; what was stored before is kept")
	case sqlite3.ErrFull:
		return as(ErrFull, "free some space and repeat the command; what was stored before is kept")
	case sqlite3.ErrReadonly, sqlite3.ErrPerm:
		switch s.ExtendedCode {
		case sqlite3.ErrReadonlyRecovery, sqlite3.ErrReadonlyRollback, readonlyCantInit:
			// A reader that may not write beside the file met a process that is
			// just opening or closing it.
			return as(ErrBusy, adviceToReader)
		}
		return as(ErrReadOnly, "copy the file to a place that can be written")
	case sqlite3.ErrCantOpen:
		e.Advice = "look whether the folder is there and may be written"
	case sqlite3.ErrCorrupt:
		return as(ErrCorrupt, "copy the file and try `sqlite3 FILE .recover`, or ingest the archive again into a new file")
	case sqlite3.ErrIoErr:
		e.Advice = "look whether the medium is full or failing; what was stored before is kept"
	}
	return e
}
