package pdfdoc

import (
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

// ownClock ties the calling goroutine to its thread until release is called and
// returns the thread's own processor time, readable from anywhere: what other
// files that are read at the same time need is not counted.
func ownClock() (clock func() time.Duration, release func()) {
	runtime.LockOSThread()
	// The clock of a thread has no constant, clock_gettime(2) tells its number by
	// the thread's: CPUCLOCK_SCHED of CPUCLOCK_PERTHREAD_MASK.
	id := int32(^uint32(syscall.Gettid())<<3 | 6)
	read := func() (time.Duration, bool) {
		var ts syscall.Timespec
		_, _, failed := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, uintptr(id), uintptr(unsafe.Pointer(&ts)), 0)
		return time.Duration(ts.Nano()), failed == 0
	}
	if _, ok := read(); !ok { // a sandbox forbids it
		return processTime, runtime.UnlockOSThread
	}
	return func() time.Duration { t, _ := read(); return t }, runtime.UnlockOSThread
}
