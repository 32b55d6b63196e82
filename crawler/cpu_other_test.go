//go:build !unix

package crawler

import "time"

// cpuTime is not told by this system in a portable way.
func cpuTime() time.Duration { return 0 }
