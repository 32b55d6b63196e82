//go:build unix

package crawler

import (
	"syscall"
	"time"
)

// cpuTime is what the process has used of the processors so far, the servers of
// a benchmark included: it tells more than the clock on a busy machine.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
