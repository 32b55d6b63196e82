//go:build unix

package main

import (
	"errors"
	"os/exec"
	"strings"
	"testing"
)

// TestClosedOutput: what cannot be written is no success; a command that
// writes nothing there does not need a standard output.
func TestClosedOutput(t *testing.T) {
	for _, c := range []struct {
		command string
		status  int
	}{{"indicators >&-", exitFailed}, {"indicators >/dev/null", exitDone}, {"parse nothing-there >&-", exitPartial}} {
		out, err := exec.CommandContext(t.Context(), "sh", "-c", "nianbao "+c.command).CombinedOutput()
		status := 0
		if exit := new(exec.ExitError); errors.As(err, &exit) {
			status = exit.ExitCode()
		} else if err != nil {
			t.Fatal(err)
		}
		if status != c.status || status == exitFailed && !strings.Contains(string(out), "standard output is closed") {
			t.Errorf("%s: exit status %d, want %d\n%s", c.command, status, c.status, out)
		}
	}
}
