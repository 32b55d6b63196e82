//go:build unix

package officedoc

import (
	"context"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

// guarded runs a program with bounds on its memory and processor time (setrlimit,
// in kilobytes and seconds), and ends all of its process group when this process
// ends, whatever ends it: then the pipe that is its third descriptor closes.
const guarded = `ulimit -d "$1" 2>/dev/null
ulimit -t "$2" 2>/dev/null
shift 2
(read -r _; kill -s KILL 0) <&3 3<&- &
guard=$!
exec 3<&-
"$@"
status=$?
kill "$guard" 2>/dev/null
exit "$status"`

// run runs a program in a process group of its own, for soffice is a script whose
// children would outlive it when only the script is stopped. It takes bounded
// memory and processor time, and does not outlive this process.
func run(ctx context.Context, cfg ConverterConfig, dir string, output *limitedBuffer, program string, args ...string) error {
	end, alive, err := os.Pipe()
	if err != nil {
		return err
	}
	defer alive.Close()
	defer end.Close()
	shell := []string{"-c", guarded, "nianbao", strconv.FormatInt(cfg.MaxMemory>>10, 10), strconv.Itoa(int(cfg.MaxProcessor / time.Second)), program}
	cmd := exec.CommandContext(ctx, "/bin/sh", append(shell, args...)...)
	cmd.ExtraFiles = []*os.File{end}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	cmd.Dir = dir
	cmd.Stdout, cmd.Stderr = output, output
	return cmd.Run()
}
