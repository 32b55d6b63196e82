package crawler

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"
)

//go:embed frontier.sql
var frontierSQL string

const (
	frontierApplication = 0x6e62_6672 // "nbfr", in the SQLite header
	frontierVersion     = 1
)

// FrontierConfig says how the SQLite frontier behaves. The zero value is right
// for most.
type FrontierConfig struct {
	// CacheSize is what SQLite may keep of the file in memory, in octets; 32 MiB.
	CacheSize int64
	// RefusedPerSeed is how many links that were not followed are kept for each
	// seed, with their reasons; 1000. Negative: none, they are only counted.
	RefusedPerSeed int
}

// OpenFrontier opens the frontier in the file path, or makes one. It is an
// ErrFrontierLocked when another crawl has it open, an ErrFrontierCorrupt when
// the file is damaged or something else. A file "path.lock" is made beside it
// and stays.
func OpenFrontier(ctx context.Context, path string, cfg FrontierConfig) (*Frontier, error) {
	if cfg.CacheSize <= 0 {
		cfg.CacheSize = 32 << 20
	}
	if err := writableDir(filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("frontier %s: %w", path, err)
	}
	f := &Frontier{
		path: path, hosts: map[string]*frontierHost{}, byID: map[int64]*frontierHost{},
		seeds: map[int64]Seed{}, seedID: map[string]int64{}, refused: newRefusedLinks(cfg.RefusedPerSeed),
	}
	if err := f.takeLock(ctx); err != nil {
		return nil, err
	}
	db, err := openSQLite(f.path, "rwc", 5*time.Second)
	if err == nil {
		f.db = db
		err = f.open(ctx, cfg)
	}
	if err != nil {
		return nil, errors.Join(f.wrap(err), f.Close())
	}
	return f, nil
}

// writableDir says early and clearly what SQLite would call "unable to open
// database file".
func writableDir(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a folder", dir)
	}
	return nil
}

func openSQLite(path, mode string, busy time.Duration) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	abs = filepath.ToSlash(abs)
	if !strings.HasPrefix(abs, "/") {
		abs = "/" + abs // C:/… is file:///C:/…
	}
	name := (&url.URL{Scheme: "file", Path: abs}).String() + "?mode=" + mode + fmt.Sprintf("&_busy_timeout=%d", busy.Milliseconds())
	db, err := sql.Open("sqlite3", name)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// takeLock holds a transaction on a file beside the frontier for as long as the
// frontier is open. The system frees it when the process dies, however it dies,
// and readers of the frontier itself are not kept out.
func (f *Frontier) takeLock(ctx context.Context) error {
	lock, err := openSQLite(f.path+".lock", "rwc", 0)
	if err != nil {
		return f.wrap(err)
	}
	if _, err = lock.ExecContext(ctx, "BEGIN EXCLUSIVE"); err != nil {
		lock.Close()
		var e sqlite3.Error
		if errors.As(err, &e) && e.Code == sqlite3.ErrBusy {
			return fmt.Errorf("frontier %s: %w; stop it, or use another file", f.path, ErrFrontierLocked)
		}
		return f.wrap(err)
	}
	f.lock = lock
	return nil
}

// LockFrontier keeps all crawls from the frontier in the file path, and so from
// the archive beside it, until it is closed. It is an ErrFrontierLocked when one
// is at work.
func LockFrontier(ctx context.Context, path string) (io.Closer, error) {
	f := &Frontier{path: path}
	if err := writableDir(filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("frontier %s: %w", path, err)
	}
	if err := f.takeLock(ctx); err != nil {
		return nil, err
	}
	return f, nil
}

func (f *Frontier) open(ctx context.Context, cfg FrontierConfig) error {
	var application, version int
	if err := f.db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&application); err != nil {
		return err
	}
	if err := f.db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	var tables int
	if err := f.db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE name = 'frontier_url'").Scan(&tables); err != nil {
		return err
	}
	// The frontier may live in a file of the caller's, so the application id is
	// set only where there is none.
	pragmas := fmt.Sprintf("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-%d; PRAGMA journal_size_limit=67108864; PRAGMA temp_store=MEMORY;",
		cfg.CacheSize>>10)
	if _, err := f.db.ExecContext(ctx, pragmas); err != nil {
		return err
	}
	if tables == 0 {
		script := "BEGIN IMMEDIATE;\n" + frontierSQL
		if application == 0 && version == 0 {
			script += fmt.Sprintf("PRAGMA application_id=%d; PRAGMA user_version=%d;\n", frontierApplication, frontierVersion)
		}
		if _, err := f.db.ExecContext(ctx, script+"COMMIT;"); err != nil {
			return err
		}
	} else if application == frontierApplication && version != frontierVersion {
		return fmt.Errorf("it has format %d, this program reads %d", version, frontierVersion)
	}
	if err := f.upgrade(ctx); err != nil {
		return err
	}
	return f.load(ctx)
}

// load reads seeds, hosts and counts into memory.
func (f *Frontier) load(ctx context.Context) error {
	err := f.each(ctx, "SELECT id, row FROM frontier_seed", func(rows *sql.Rows) error {
		var id int64
		var row []byte
		if err := rows.Scan(&id, &row); err != nil {
			return err
		}
		var s Seed
		if err := json.Unmarshal(row, &s); err != nil {
			return fmt.Errorf("%w: seed %d: %v", ErrFrontierCorrupt, id, err)
		}
		f.seeds[id], f.seedID[s.URL] = s, id
		return nil
	})
	if err != nil {
		return err
	}
	err = f.each(ctx, "SELECT id, name FROM frontier_host", func(rows *sql.Rows) error {
		h := &frontierHost{leased: map[int64]struct{}{}}
		if err := rows.Scan(&h.id, &h.name); err != nil {
			return err
		}
		f.hosts[h.name], f.byID[h.id] = h, h
		return nil
	})
	if err != nil {
		return err
	}
	err = f.each(ctx, "SELECT host, count(*) FROM frontier_url WHERE state = 0 GROUP BY host", func(rows *sql.Rows) error {
		var id, n int64
		if err := rows.Scan(&id, &n); err != nil {
			return err
		}
		h := f.byID[id]
		if h == nil {
			return fmt.Errorf("%w: addresses of an unknown host %d", ErrFrontierCorrupt, id)
		}
		h.waiting = n
		f.markReady(h)
		return nil
	})
	if err != nil {
		return err
	}
	return f.each(ctx, "SELECT state, coalesce(sum(n), 0) FROM frontier_tally GROUP BY state", func(rows *sql.Rows) error {
		var state int
		var n int64
		if err := rows.Scan(&state, &n); err != nil {
			return err
		}
		switch state {
		case StateWaiting, StatePostponed:
			f.counts.Waiting += n
		case StateDone:
			f.counts.Done = n
		case StateFailed:
			f.counts.Failed = n
		}
		return nil
	}, func(ctx context.Context) error {
		var at sql.NullInt64
		if err := f.db.QueryRowContext(ctx, "SELECT min(ready_at) FROM frontier_url WHERE state = 1").Scan(&at); err != nil {
			return err
		}
		if at.Valid {
			f.nextPostponed = time.UnixMilli(at.Int64)
		}
		var err error
		f.add, err = f.db.PrepareContext(ctx, `INSERT INTO frontier_url (key, url, host, seed, state, priority, role, depth, page, text, referrer, hops, form, site)
			VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`)
		if err != nil {
			return err
		}
		f.keep, err = f.prepareKeep(ctx)
		return err
	})
}

// Close gives the file free. Leased requests wait again.
func (f *Frontier) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var errs []error
	for _, s := range []*sql.Stmt{f.add, f.keep} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	f.add, f.keep = nil, nil
	if f.db != nil {
		errs = append(errs, f.db.Close())
		f.db = nil
	}
	if f.lock != nil {
		errs = append(errs, f.lock.Close())
		f.lock = nil
	}
	return errors.Join(errs...)
}
