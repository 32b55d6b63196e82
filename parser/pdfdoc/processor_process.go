//go:build !linux

package pdfdoc

import "time"

// ownClock is the clock of the whole process: the system does not tell a single
// thread's. Other files that are read at the same time count, so more is allowed.
func ownClock() (clock func() time.Duration, release func()) {
	return func() time.Duration { return processTime() / 4 }, func() {}
}
