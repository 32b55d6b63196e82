//go:build !unix

package pgtest

import "os/exec"

func give(string) error { return nil }

func unprivileged(*exec.Cmd) {}
