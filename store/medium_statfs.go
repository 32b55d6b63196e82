//go:build linux || darwin || freebsd

package store

import "syscall"

// readOnlyMedium reports whether a file stands where nothing can be written, by
// anyone.
func readOnlyMedium(path string) bool {
	const readOnly = 1 // ST_RDONLY, MNT_RDONLY
	var s syscall.Statfs_t
	return syscall.Statfs(path, &s) == nil && uint64(s.Flags)&readOnly != 0
}
