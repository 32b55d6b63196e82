//go:build unix

package pdfdoc

import (
	"syscall"
	"time"
)

// processTime is the time all threads of this process have run. It is the
// clock's where the system does not tell.
func processTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return time.Duration(time.Now().UnixNano())
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
