//go:build linux || darwin || freebsd

package main

import (
	"fmt"
	"syscall"
)

// leastAddresses is the address space that reading takes with its dictionaries
// and PDFium: without it both end the process in the middle, and not with an
// error.
const leastAddresses = 2400 << 20

// roomToRead reports whether there is enough address space to read documents,
// and otherwise what is missing.
func roomToRead() error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_AS, &limit); err != nil || uint64(limit.Cur) >= leastAddresses {
		return nil
	}
	return fmt.Errorf("this process may use %d MiB of address space (ulimit -v), and reading reports takes %d MiB; "+
		"run \"ulimit -v %d\" or \"ulimit -v unlimited\" before", uint64(limit.Cur)>>20, leastAddresses>>20, leastAddresses>>10)
}
