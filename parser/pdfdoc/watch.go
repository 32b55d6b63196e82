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
// Time is the processor time this process used, where the system tells: on a
// machine busy with other things an honest page may wait for long, and what a
// report says must not depend on that. The clock on the wall ends it all the same
// after FileTime.
type watch struct {
	instance pdfium.Pdfium
	cfg      Config
	deadline time.Time
	began    atomic.Int64 // processor time when the page began
	undo     func() bool
	once     sync.Once
	killed   atomic.Bool
	done     chan struct{} // closed by stop: no more ticks
	ended    chan struct{} // closed when the instance is gone
}

// tick is how often a watch looks.
const tick = 100 * time.Millisecond

func newWatch(ctx context.Context, instance pdfium.Pdfium, cfg Config) *watch {
	w := &watch{
		instance: instance, cfg: cfg, deadline: time.Now().Add(cfg.FileTime),
		done: make(chan struct{}), ended: make(chan struct{}),
	}
	w.page()
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
			if now.After(w.deadline) || processorTime()-time.Duration(w.began.Load()) > w.cfg.PageTime {
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
func (w *watch) page() { w.began.Store(int64(processorTime())) }

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
}
