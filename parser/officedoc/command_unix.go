//go:build unix

package officedoc

import (
	"context"
	"os/exec"
	"syscall"
	"time"
)

// command is exec.CommandContext in a process group of its own: soffice is a
// script whose children would outlive it when only the script is stopped.
func command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	return cmd
}
