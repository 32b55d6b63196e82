//go:build !linux

package cluster_test

import "testing"

func smallDisk(t *testing.T, _ int) string {
	t.Skip("a small disk to fill is made on Linux only")
	return ""
}
