package bucket

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"sync"
	"time"
)

// SpoolConfig says how a folder's files are sent. The zero value is right for most.
type SpoolConfig struct {
	Under string        // folder below the bucket's
	Every time.Duration // between two looks at the folder; 2 s
	// Sent is told of each file that the store keeps, before it is taken away here.
	// When it fails the file stays, and is sent again. nil: nobody is told.
	Sent func(ctx context.Context, name string) error
	// Trouble is told of failures that are waited out. nil: nobody.
	Trouble func(error)
	// Patience is for how long Close tries while nothing can be sent; a minute.
	Patience time.Duration
}

// A Spool sends the complete WARC files of a folder to a store while they come.
type Spool struct {
	bucket *Bucket
	dir    string
	cfg    SpoolConfig
	stop   context.CancelFunc
	done   chan struct{}
	mu     sync.Mutex // one look at a time
}

// ErrUnsent says that files are still in the spool.
var ErrUnsent = errors.New("the next start sends them")

// NewSpool begins to send what is in dir and comes there. Close it when nothing
// is written there any more.
func (b *Bucket) NewSpool(dir string, cfg SpoolConfig) *Spool {
	if cfg.Every <= 0 {
		cfg.Every = 2 * time.Second
	}
	if cfg.Patience <= 0 {
		cfg.Patience = time.Minute
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &Spool{bucket: b, dir: dir, cfg: cfg, stop: stop, done: make(chan struct{})}
	go func() {
		defer close(s.done)
		for wait := time.Duration(0); ; {
			select {
			case <-time.After(wait):
			case <-ctx.Done():
				return
			}
			wait = cfg.Every
			if err := s.send(ctx); err != nil && ctx.Err() == nil && cfg.Trouble != nil {
				cfg.Trouble(err)
			}
		}
	}()
	return s
}

// complete are the files that may be sent: those without the suffix that a
// writer takes off when it needs them no longer.
func (s *Spool) complete() ([]string, error) {
	entries, err := os.ReadDir(s.dir) // in the order of their names
	if err != nil {
		return nil, err
	}
	var all []string
	for _, e := range entries {
		if ok, _ := filepath.Match("*.warc.gz", e.Name()); ok && e.Type().IsRegular() {
			all = append(all, e.Name())
		}
	}
	return all, nil
}

// send sends what is complete.
func (s *Spool) send(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	names, err := s.complete()
	if err != nil {
		return err
	}
	for _, name := range names {
		file := filepath.Join(s.dir, name)
		if err := s.bucket.Put(ctx, path.Join(s.cfg.Under, name), file); err != nil {
			return err
		}
		if s.cfg.Sent != nil {
			if err := s.cfg.Sent(ctx, name); err != nil {
				return err
			}
		}
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	return nil
}

// Close sends the rest. While the store cannot be had it tries for as long as
// the spool has patience, and no longer than ctx; what is left then is an
// ErrUnsent.
func (s *Spool) Close(ctx context.Context) error {
	s.stop()
	<-s.done
	var failing time.Time
	var last error // of the store, not of being stopped
	for {
		err := s.send(ctx)
		if err == nil {
			return nil
		}
		if failing.IsZero() {
			failing = time.Now()
		}
		if ctx.Err() == nil || last == nil {
			last = err
		}
		if ctx.Err() == nil && time.Since(failing) < s.cfg.Patience {
			if s.cfg.Trouble != nil {
				s.cfg.Trouble(err)
			}
			select {
			case <-time.After(min(s.cfg.Every, time.Second)):
			case <-ctx.Done():
			}
			continue
		}
		names, listing := s.complete()
		if listing != nil {
			return listing
		}
		return fmt.Errorf("%d WARC files are still in %s; %w (%v)", len(names), s.dir, ErrUnsent, last)
	}
}
