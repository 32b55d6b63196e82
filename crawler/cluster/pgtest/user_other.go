//go:build !unix

package pgtest

import (
	"os"
	"os/exec"
)

func give(string) error { return nil }

func unprivileged(*exec.Cmd) {}

func endChildren(*os.Process) func() { return func() {} }
