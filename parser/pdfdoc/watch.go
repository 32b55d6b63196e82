package pdfdoc

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klippa-app/go-pdfium"
)

// watch ends an instance that works for too long or whose context is done. An
// instance inside a call can be stopped from outside only.
//
// Time is the processor time of the thread that reads, where the system tells: on
// a machine busy with other things an honest page may wait for long, and what a
// report says must not depend on that. The clock on the wall ends it all the same
// after FileTime.
//
// Pages that take a third of what one may take are slow, and all of a file's slow
// pages together may take twice that: a file of a thousand of them would else
// take minutes, and no honest page is one.
type watch struct {
	instance pdfium.Pdfium
	cfg      Config
	deadline time.Time
	clock    func() time.Duration
	release  func()
	began    atomic.Int64 // processor time when the page began
	slow     atomic.Int64 // and what the slow ones before it took
	undo     func() bool
	once     sync.Once
	killed   atomic.Bool
	done     chan struct{} // closed by stop: no more ticks
	ended    chan struct{} // closed when the instance is gone
}

// tick is how often a watch looks.
const tick = 50 * time.Millisecond

// wallClock is a clock on the wall that stands in for a processor's. It is slow, for a page
// may have to wait for others.
func wallClock() func() time.Duration {
	began := time.Now()
	return func() time.Duration { return time.Since(began) / 4 }
}

// newWatch begins to watch what the calling goroutine does, until it calls stop.
func newWatch(ctx context.Context, instance pdfium.Pdfium, cfg Config) *watch {
	w := &watch{
		instance: instance, cfg: cfg, deadline: time.Now().Add(cfg.FileTime),
		done: make(chan struct{}), ended: make(chan struct{}),
	}
	w.clock, w.release = ownClock()
	w.began.Store(int64(w.clock()))
	w.undo = context.AfterFunc(ctx, w.kill)
	go w.run()
	return w
}

func (w *watch) run() {
	t := time.NewTicker(tick)
	defer t.Stop()
	for {
		select {
		case <-w.done:
			return
		case now := <-t.C:
			took := w.clock() - time.Duration(w.began.Load())
			if now.After(w.deadline) || took > w.cfg.PageTime || w.isSlow(took) && took+time.Duration(w.slow.Load()) > 2*w.cfg.PageTime {
				w.kill()
				return
			}
		}
	}
}

func (w *watch) kill() {
	w.once.Do(func() {
		w.killed.Store(true)
		_ = w.instance.Kill() // an instance that cannot be killed is dropped with the pool
		close(w.ended)
	})
}

// page gives the next page its time.
func (w *watch) page() {
	now := w.clock()
	if took := now - time.Duration(w.began.Load()); w.isSlow(took) {
		w.slow.Add(int64(took))
	}
	w.began.Store(int64(now))
}

func (w *watch) isSlow(took time.Duration) bool { return took > w.cfg.PageTime/3 }

func (w *watch) expired() bool { return w.killed.Load() }

// stop ends the watch and gives the instance back.
func (w *watch) stop() {
	close(w.done)
	w.undo()
	w.once.Do(func() {
		_ = w.instance.Close() // it only frees what the instance held
		close(w.ended)
	})
	<-w.ended
	w.release()
}
