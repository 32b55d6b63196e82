package main

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// swap puts the folder made in the place of target, at once: whoever looks
// finds the old one or the new one, whole. The old one is removed.
func swap(made, target string) error {
	err := unix.Renameat2(unix.AT_FDCWD, made, unix.AT_FDCWD, target, unix.RENAME_EXCHANGE)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return os.Rename(made, target)
	case errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EINVAL): // a file system without it
		return swapInSteps(made, target)
	case err != nil:
		return err
	}
	return os.RemoveAll(made) // the old one, under the temporary name
}
