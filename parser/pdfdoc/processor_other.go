//go:build !unix

package pdfdoc

import "time"

// processTime is the clock's: the system does not tell the process's own.
func processTime() time.Duration { return time.Duration(time.Now().UnixNano()) }
