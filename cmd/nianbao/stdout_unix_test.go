//go:build unix

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestClosedOutput: what cannot be written is no success; a command that
// writes nothing there does not need a standard output.
func TestClosedOutput(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("needs sh, to start a program without a standard output")
	}
	for _, c := range []struct {
		command string
		status  int
	}{{"indicators >&-", exitFailed}, {"indicators >/dev/null", exitDone}, {"parse nothing-there >&-", exitPartial}} {
		out, err := exec.CommandContext(t.Context(), shell, "-c", "nianbao "+c.command).CombinedOutput()
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

// TestOutputIntoDevices: what is no file is written to, never replaced.
func TestOutputIntoDevices(t *testing.T) {
	dir := t.TempDir()
	sampleStore(t, dir)
	run(t, dir, "export", "--db", "self.db", "--out", "whole.csv")
	want := digestOf(t, filepath.Join(dir, "whole.csv"))

	run(t, dir, "export", "--db", "self.db", "--out", os.DevNull)
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		t.Fatalf("%s is no device any more: %v, %v", os.DevNull, info, err)
	}
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o666); err != nil {
		t.Fatal(err)
	}
	cmd, stderr := start(t, dir, nil, "export", "--db", "self.db", "--out", "pipe")
	b, err := os.ReadFile(pipe)
	if err := errors.Join(err, cmd.Wait()); err != nil {
		t.Fatalf("%v\n%s", err, stderr)
	}
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != want {
		t.Errorf("the pipe gave %d bytes, not those of the file", len(b))
	}
	if info, err := os.Lstat(pipe); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		t.Errorf("the pipe was replaced: %v, %v", info, err)
	}
	// A link stays a link, a file keeps its mode.
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "target.csv"), nil, 0o600), os.Symlink("target.csv", filepath.Join(dir, "link.csv"))); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "export", "--db", "self.db", "--out", "link.csv")
	info, err := os.Lstat(filepath.Join(dir, "link.csv"))
	if err != nil || info.Mode()&os.ModeSymlink == 0 || digestOf(t, filepath.Join(dir, "target.csv")) != want {
		t.Errorf("the link was replaced: %v, %v", info, err)
	}
	if info, err := os.Stat(filepath.Join(dir, "target.csv")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, %v", info.Mode(), err)
	}
}
