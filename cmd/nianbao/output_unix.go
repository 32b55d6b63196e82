//go:build unix

package main

import (
	"os"
	"syscall"
)

// claim marks a file or folder as being written; the mark goes with the
// process. The error says that another run has it.
func claim(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
