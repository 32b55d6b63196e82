package crawler

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"
)

// A Status is a crawl's state as its frontier file tells it, running or not.
type Status struct {
	Progress  Progress         `json:"progress"` // of the run at work, or of the last one; zero when none ran
	Running   bool             `json:"running"`  // another process has the frontier open
	Counts    Counts           `json:"counts"`
	ByReason  map[Reason]int64 `json:"by_reason"` // ended addresses, of all runs
	Postponed map[Reason]int64 `json:"postponed"` // waiting for another try, and why
	Refused   map[Reason]int64 `json:"refused"`   // links found and not followed, of all runs; ReadEntries lists them
	NextRetry time.Time        `json:"next_retry,omitzero"`
	Seeds     int64            `json:"seeds"`
}

// NewStatus is a Status that nothing was counted in.
func NewStatus() Status {
	return Status{ByReason: map[Reason]int64{}, Postponed: map[Reason]int64{}, Refused: map[Reason]int64{}}
}

// Count adds n addresses, or links, that are in a state for a reason.
func (s *Status) Count(state int, reason Reason, n int64) {
	switch state {
	case StateWaiting:
		s.Counts.Waiting += n
	case StatePostponed:
		s.Counts.Waiting += n
		s.Postponed[reason] += n
	case StateDone:
		s.Counts.Done += n
		s.ByReason[reason] += n
	case StateFailed:
		s.Counts.Failed += n
		s.ByReason[reason] += n
	case StateRefused:
		s.Refused[reason] += n
	}
}

// ReadStatus reads a crawl's state from its frontier file without disturbing
// the crawl.
func ReadStatus(ctx context.Context, path string) (Status, error) {
	f, err := openReadOnly(path)
	if err != nil {
		return Status{}, err
	}
	defer f.db.Close()
	s, err := f.status(ctx)
	if err != nil {
		return Status{}, f.wrap(err)
	}
	probe := &Frontier{path: path}
	if err := probe.takeLock(ctx); errors.Is(err, ErrFrontierLocked) {
		s.Running = true
	}
	return s, probe.Close()
}

// openReadOnly opens a frontier's file for a look from outside.
func openReadOnly(path string) (*Frontier, error) {
	f := &Frontier{path: path}
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("frontier: %w; has the crawl been started?", err)
	}
	db, err := openSQLite(path, "ro", 5*time.Second)
	if err != nil {
		return nil, f.wrap(err)
	}
	f.db = db
	return f, nil
}

func (f *Frontier) status(ctx context.Context) (Status, error) {
	s := NewStatus()
	err := f.each(ctx, "SELECT state, reason, n FROM frontier_tally WHERE n <> 0", func(rows *sql.Rows) error {
		var state int
		var reason Reason
		var n int64
		if err := rows.Scan(&state, &reason, &n); err != nil {
			return err
		}
		s.Count(state, reason, n)
		return nil
	})
	if err != nil {
		return s, err
	}
	var next sql.NullInt64
	if err := f.db.QueryRowContext(ctx, "SELECT min(ready_at), (SELECT count(*) FROM frontier_seed) FROM frontier_url WHERE state = 1").Scan(&next, &s.Seeds); err != nil {
		return s, err
	}
	if next.Valid {
		s.NextRetry = time.UnixMilli(next.Int64)
	}
	if s.Progress, err = f.lastProgress(ctx); err != nil {
		return s, err
	}
	s.Counts.Hosts = s.Progress.Queue.Hosts
	return s, nil
}

// keepProgress writes what ReadStatus reads. A failure shows in the next Ack.
func (f *Frontier) keepProgress(ctx context.Context, p Progress) {
	row, err := json.Marshal(p)
	if err != nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.db != nil {
		f.db.ExecContext(ctx, "INSERT INTO frontier_run (id, progress) VALUES (1, ?) ON CONFLICT DO UPDATE SET progress = excluded.progress", string(row))
	}
}

// failedBefore reads what the last run left.
func (f *Frontier) failedBefore(ctx context.Context) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.db == nil {
		return 0, f.wrap(sql.ErrConnDone)
	}
	p, err := f.lastProgress(ctx)
	if err != nil {
		return 0, f.wrap(err)
	}
	if p.Queue.Waiting+p.Queue.Leased == 0 {
		return p.Queue.Failed, nil
	}
	return p.FailedBefore, nil
}

// lastProgress is the progress of the run at work or of the last one; zero when
// none ran.
func (f *Frontier) lastProgress(ctx context.Context) (p Progress, err error) {
	var row []byte
	err = f.db.QueryRowContext(ctx, "SELECT progress FROM frontier_run").Scan(&row)
	if errors.Is(err, sql.ErrNoRows) {
		return p, nil
	}
	if err == nil {
		if err = json.Unmarshal(row, &p); err != nil {
			err = fmt.Errorf("%w: the progress: %v", ErrFrontierCorrupt, err)
		}
	}
	return p, err
}

// RetryFailed lets addresses that failed wait again, with all their tries: those
// of one reason, or with "" all whose reason another try may mend. It answers
// how many there were.
func (f *Frontier) RetryFailed(ctx context.Context, reason Reason) (int64, error) {
	return f.reopen(ctx, "", func(state int, r Reason) bool {
		return state == StateFailed && (r == reason || reason == "" && r.MayPass())
	})
}

// Refetch lets all addresses that have a capture wait again, to be asked for
// conditionally.
func (f *Frontier) Refetch(ctx context.Context) (int64, error) {
	return f.reopen(ctx, "", func(state int, _ Reason) bool { return state == StateDone })
}

// Update lets the home pages and columns that have a capture wait again, to be
// asked for conditionally: what is new is found from them. Where links were left
// alone that other limits would follow, the pages come whole, so that they are
// looked through again.
func (f *Frontier) Update(ctx context.Context) (int64, error) {
	limited := false
	f.mu.Lock()
	if f.db == nil {
		f.mu.Unlock()
		return 0, f.wrap(sql.ErrConnDone)
	}
	err := f.db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM frontier_tally WHERE state = 4 AND n > 0 AND reason IN (?, ?, ?, ?, ?))",
		string(LinkYear), string(LinkAgency), string(LinkBudget), string(LinkDepth), string(LinkPages)).Scan(&limited)
	if err == nil && limited {
		_, err = f.db.ExecContext(ctx, "UPDATE frontier_url SET validators = json_remove(validators, '$.etag', '$.last_modified') WHERE state = 2 AND role IN ('site', 'list') AND validators <> ''")
	}
	f.mu.Unlock()
	if err != nil {
		return 0, f.wrap(err)
	}
	return f.reopen(ctx, " AND role IN ('site', 'list') AND validators <> ''", func(state int, _ Reason) bool { return state == StateDone })
}

// MayPass reports whether another try at another time may bring what failed.
func (r Reason) MayPass() bool {
	switch r {
	case RobotsUnreachable, DNSFailed, ConnectFailed, TLSFailed, TimedOut, ConnectionLost, Truncated, BadEncoding, BadResponse, HostDown, Challenge, EmptyBody,
		"http_403", "http_408", "http_425", "http_429":
		return true
	}
	return len(r) == len("http_500") && r[:6] == "http_5"
}

// reopen lets addresses wait again whose state and reason are wanted, of those
// that a further condition chooses.
func (f *Frontier) reopen(ctx context.Context, condition string, wanted func(state int, r Reason) bool) (int64, error) {
	var total int64
	err := f.inTx(ctx, func(t *frontierTx) error {
		var keys []tallyKey
		for rows, err := range rowsOf(t.tx.QueryContext(ctx, "SELECT state, reason FROM frontier_tally WHERE state IN (2, 3) AND n > 0")) {
			var k tallyKey
			if err == nil {
				err = rows.Scan(&k.state, &k.reason)
			}
			if err != nil {
				return err
			}
			if wanted(k.state, k.reason) {
				keys = append(keys, k)
			}
		}
		for _, k := range keys {
			for rows, err := range rowsOf(t.tx.QueryContext(ctx, "UPDATE frontier_url SET state = 0, tries = 0 WHERE state = ? AND reason = ?"+condition+" RETURNING host", k.state, k.reason)) {
				if err == nil {
					err = t.waitsAgain(rows, &k)
				}
				if err != nil {
					return err
				}
				total++
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return total, nil
}
