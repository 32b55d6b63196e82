//go:build !unix

package officedoc

import (
	"context"
	"os/exec"
	"time"
)

// run runs a program. The system has no bounds to set that it would pass on.
func run(ctx context.Context, _ ConverterConfig, dir string, output *limitedBuffer, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.WaitDelay = 5 * time.Second
	cmd.Dir = dir
	cmd.Stdout, cmd.Stderr = output, output
	return cmd.Run()
}
