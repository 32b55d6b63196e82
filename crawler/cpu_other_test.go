//go:build !unix

package crawler_test

import "time"

// cpuTime is not told by this system in a portable way.
func cpuTime() time.Duration { return 0 }
