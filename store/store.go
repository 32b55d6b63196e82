package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"
)

// Options open a store. The zero value opens for reading and writing, and
// creates the file when it is not there.
type Options struct {
	// ReadOnly opens without changing anything that was stored, not even by a
	// migration; only what a process that was killed has left unfinished is
	// finished, where that may be written. The file has to be there.
	ReadOnly bool
	// Now is the clock for ingested_at and corrected_at. Nil: time.Now.
	Now func() time.Time
	// Busy is how long to wait for another process that writes. Zero: ten seconds.
	Busy time.Duration
	// CacheBytes is how much of the file each reading connection keeps. Zero:
	// 64 MiB; a comparison of all counties of 200,000 reports wants twice that.
	CacheBytes int64
	// Tool names the program and its version in the table meta. "": nianbao.
	Tool string
}

// Store is one open database file. It is safe for concurrent use.
type Store struct {
	path    string
	options Options
	read    *sql.DB
	write   *sql.DB // nil when read-only; never more than one connection
	codes   Codes
	// immutable: nobody writes to the file, not even beside it
	immutable bool
}

// Open opens a database, creates it, or brings an older one up to date. The
// error is an *Error.
func Open(ctx context.Context, path string, options Options) (*Store, error) {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Busy <= 0 {
		options.Busy = 10 * time.Second
	}
	if options.CacheBytes <= 0 {
		options.CacheBytes = 64 << 20
	}
	if options.Tool == "" {
		options.Tool = "nianbao"
	}
	s := &Store{path: path, options: options}
	// SQLite does not wait where a file goes into WAL mode or out of it, as it
	// does when another process closes it at this moment; so this waits.
	began := time.Now()
	for deadline := began.Add(options.Busy); ; {
		err := s.open(ctx)
		if err == nil {
			return s, nil
		}
		s.abandon()
		err = explain(path, "open", s.unfinished(err))
		// What looks left behind may be another process just opening or closing.
		unfinished := errors.Is(err, ErrUnfinished) && time.Since(began) < unfinishedFor
		if !unfinished && !errors.Is(err, ErrBusy) || time.Now().After(deadline) {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// unfinishedFor is how long a file may look as if a killed process had left it.
const unfinishedFor = 200 * time.Millisecond

// abandon closes what a failed attempt to open has left.
func (s *Store) abandon() {
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			_ = db.Close()
		}
	}
	s.read, s.write = nil, nil
}

func (s *Store) open(ctx context.Context) error {
	empty, err := inspect(s.path, s.options.ReadOnly)
	if err != nil {
		return err
	}
	if !s.options.ReadOnly {
		s.write = sql.OpenDB(s.connector(true, empty, false))
		s.write.SetMaxOpenConns(1)
		if err := migrate(ctx, s.write, s.path); err != nil {
			return err
		}
		if err := s.syncCatalogue(ctx); err != nil {
			return err
		}
	}
	immutable := false
	if s.options.ReadOnly {
		if immutable, err = s.settle(ctx); err != nil {
			return err
		}
	}
	s.immutable = immutable
	s.read = sql.OpenDB(s.connector(false, false, immutable))
	s.read.SetMaxOpenConns(max(4, runtime.NumCPU()))
	s.read.SetMaxIdleConns(4)
	if s.options.ReadOnly {
		if err := checkVersion(ctx, s.read, s.path); err != nil {
			return err
		}
	}
	return s.loadCodes(ctx)
}

// Path is the file as it was given to Open.
func (s *Store) Path() string { return s.path }

// DB is a pool of connections that cannot write, for questions of one's own.
func (s *Store) DB() *sql.DB { return s.read }

// Close ends every connection. A store that was open for writing leaves a
// single file, without WAL, unless another process has it open.
func (s *Store) Close() error {
	var errs []error
	if s.read != nil {
		errs = append(errs, s.read.Close())
	}
	if s.write != nil {
		// Busy means that another process goes on with the WAL: no failure.
		_, _ = s.write.ExecContext(context.Background(), "PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE")
		errs = append(errs, s.write.Close())
	}
	return errors.Join(errs...)
}

// inspect looks at the file before SQLite does, for SQLite would create what
// is missing and says little about what is wrong.
func inspect(path string, readOnly bool) (empty bool, err error) {
	const magic = "SQLite format 3\x00"
	advice := func(err error, what string) error { return &Error{Path: path, Op: "open", Err: err, Advice: what} }
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if readOnly {
			return false, advice(fmt.Errorf("%w: no such file", ErrNotFound), "look at the name, or make the file with `nianbao ingest` or `nianbao crawl`")
		}
		if _, err := os.Stat(filepath.Dir(path)); err != nil {
			return false, advice(err, "make the folder first")
		}
		return true, nil
	case err != nil:
		return false, err
	case !info.Mode().IsRegular():
		return false, advice(fmt.Errorf("%w: not a regular file", ErrNotDatabase), "give the name of a file")
	case info.Size() == 0:
		return true, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	head := make([]byte, len(magic))
	if _, err := io.ReadFull(f, head); err != nil || string(head) != magic {
		return false, advice(ErrNotDatabase, "give a file that nianbao made, or a new name")
	}
	return false, nil
}

// connector opens connections with their settings, without a driver
// registered under a global name.
type connector struct {
	dsn    string
	driver *sqlite3.SQLiteDriver
}

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }
func (c connector) Driver() driver.Driver                        { return c.driver }

func (s *Store) connector(write, empty, immutable bool) connector {
	// The checks ask the same questions of every region: preparing a statement
	// takes longer than most answers.
	q := url.Values{"_busy_timeout": {fmt.Sprint(s.options.Busy.Milliseconds())}, "_stmt_cache_size": {"64"}}
	// The page size has to be known before the first page is written. Larger
	// pages waste less where sections fill most of a page.
	pragmas := []string{"PRAGMA temp_store = MEMORY", fmt.Sprintf("PRAGMA cache_size = -%d", s.options.CacheBytes>>10)}
	if write {
		q.Set("mode", "rwc")
		if empty {
			pragmas = append(pragmas, "PRAGMA page_size = 8192")
		}
		pragmas = append(pragmas, "PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL",
			"PRAGMA wal_autocheckpoint = 4000", "PRAGMA foreign_keys = ON")
	} else {
		q.Set("mode", "ro")
		if immutable {
			q.Set("immutable", "1")
		}
		pragmas = append(pragmas, "PRAGMA query_only = ON")
	}
	path := s.path
	if abs, err := filepath.Abs(path); err == nil {
		path = abs // a URI needs no scheme of its own for relative paths this way
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/… is file:///C:/…
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}
	return connector{u.String(), &sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
		for _, p := range pragmas {
			if _, err := c.Exec(p, nil); err != nil {
				return fmt.Errorf("%s: %w", p, err)
			}
		}
		return nil
	}}}
}
