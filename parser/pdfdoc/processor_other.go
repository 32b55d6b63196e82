//go:build !linux

package pdfdoc

import "time"

// ownClock is a clock on the wall: the system does not tell a single thread's time.
func ownClock() (clock func() time.Duration, release func()) { return wallClock(), func() {} }
