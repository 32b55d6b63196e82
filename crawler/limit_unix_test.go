//go:build unix

package crawler_test

import (
	"os/signal"
	"syscall"
)

const canLimitFiles = true

// limitFiles lets no file of this process grow beyond n octets.
func limitFiles(n uint64) error {
	signal.Ignore(syscall.SIGXFSZ)
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n})
}
