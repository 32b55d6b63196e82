//go:build !unix

package pdfdoc

import "time"

// processorTime is the clock's: the system does not tell the process's own.
func processorTime() time.Duration { return time.Duration(time.Now().UnixNano()) }
