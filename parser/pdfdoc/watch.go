package pdfdoc

import (
	"context"
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
// after fileTime.
//
// Pages that take a third of what one may take are slow, and all of a file's slow
// pages together may take twice that: a file of a thousand of them would else
// take minutes, and no honest page is one.
type watch struct {
	instance pdfium.Pdfium
	pageTime time.Duration
	clock    func() time.Duration
	began    atomic.Int64 // processor time when the page began
	slow     atomic.Int64 // and what the slow ones before it took
	killed   atomic.Bool
	stop     func() // ends the watch and gives the instance back
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
func newWatch(ctx context.Context, instance pdfium.Pdfium, pageTime time.Duration) *watch {
	w := &watch{instance: instance, pageTime: pageTime}
	clock, release := ownClock()
	w.clock = clock
	w.began.Store(int64(clock()))
	ctx, cancel := context.WithTimeout(ctx, fileTime)
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		w.run(ctx, done)
	}()
	w.stop = func() {
		close(done)
		<-ended
		cancel()
		release()
	}
	return w
}

// run waits until the instance is done, or works for too long.
func (w *watch) run(ctx context.Context, done chan struct{}) {
	t := time.NewTicker(tick)
	defer t.Stop()
	for {
		select {
		case <-done:
			_ = w.instance.Close() // it only frees what the instance held
			return
		case <-ctx.Done():
		case <-t.C:
			if took := w.took(); took <= w.pageTime && !(w.isSlow(took) && took+time.Duration(w.slow.Load()) > 2*w.pageTime) {
				continue
			}
		}
		w.killed.Store(true)
		_ = w.instance.Kill() // an instance that cannot be killed is dropped with the pool
		return
	}
}

// took is what the page took so far.
func (w *watch) took() time.Duration { return w.clock() - time.Duration(w.began.Load()) }

// page gives the next page its time.
func (w *watch) page() {
	if took := w.took(); w.isSlow(took) {
		w.slow.Add(int64(took))
	}
	w.began.Store(int64(w.clock()))
}

func (w *watch) isSlow(took time.Duration) bool { return took > w.pageTime/3 }

func (w *watch) expired() bool { return w.killed.Load() }
