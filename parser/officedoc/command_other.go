//go:build !unix

package officedoc

import (
	"context"
	"os/exec"
	"time"
)

func command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.WaitDelay = 5 * time.Second
	return cmd
}
