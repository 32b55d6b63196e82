package pdfdoc

import (
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// ownClock ties the calling goroutine to its thread until release is called and
// returns the thread's own processor time, readable from anywhere: what other
// files that are read at the same time need is not counted.
func ownClock() (clock func() time.Duration, release func()) {
	runtime.LockOSThread()
	// The clock of a thread has no constant, clock_gettime(2) tells its number by
	// the thread's: CPUCLOCK_SCHED of CPUCLOCK_PERTHREAD_MASK.
	id := int32(^uint32(unix.Gettid())<<3 | 6)
	var now unix.Timespec
	if unix.ClockGettime(id, &now) != nil { // a sandbox forbids it
		return wallClock(), runtime.UnlockOSThread
	}
	return func() time.Duration {
		var now unix.Timespec
		_ = unix.ClockGettime(id, &now) // which it could before
		return time.Duration(now.Nano())
	}, runtime.UnlockOSThread
}
