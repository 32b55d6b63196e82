//go:build unix

package officedoc_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"nianbao/parser/document"
	"nianbao/parser/officedoc"
)

// conversion is set in the process that TestKilledWhileConverting kills: the
// program that stands for LibreOffice there.
const conversion = "NIANBAO_TEST_CONVERSION"

// started is set in the process that this program starts in turn.
const started = "NIANBAO_TEST_STARTED"

func TestMain(m *testing.M) {
	if os.Getenv(started) != "" {
		time.Sleep(5 * time.Minute)
		os.Exit(0)
	}
	if program := os.Getenv(conversion); program != "" {
		c := officedoc.NewConverter(officedoc.ConverterConfig{Program: program})
		c.Convert(context.Background(), []officedoc.Legacy{{Container: document.DOC, Data: []byte("x")}})
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// script writes a program that stands for LibreOffice.
func script(t *testing.T, body string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "soffice")
	if err := os.WriteFile(name, []byte("#!/bin/sh\n"+body), 0o700); err != nil {
		t.Fatal(err)
	}
	return name
}

// eventually waits for what must happen soon.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Minute); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("in vain waited for: " + what)
		}
	}
}

// A converter that is killed takes LibreOffice with it, and all that that has
// started.
func TestKilledWhileConverting(t *testing.T) {
	dir := t.TempDir()
	pids := filepath.Join(dir, "pids")
	program := script(t, started+`=yes "`+os.Args[0]+`" & echo $$ $! >"`+pids+`"; wait`)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), conversion+"="+program, "TMPDIR="+dir)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var running []int
	eventually(t, "the program to start", func() bool {
		b, err := os.ReadFile(pids)
		if err != nil || !bytes.HasSuffix(b, []byte("\n")) {
			return false
		}
		for s := range strings.FieldsSeq(string(b)) {
			pid, err := strconv.Atoi(s)
			if err != nil {
				t.Fatal(err)
			}
			running = append(running, pid)
		}
		return true
	})
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	for _, pid := range running {
		eventually(t, "process "+strconv.Itoa(pid)+" to end", func() bool { return !alive(pid) })
	}
}

// alive reports whether a process runs: one that has ended and that nobody has
// waited for does not.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return true // the system has no such file
	}
	_, state, _ := bytes.Cut(stat, []byte(") "))
	return len(state) > 0 && state[0] != 'Z' && state[0] != 'X'
}

// LibreOffice has bounds: of memory, and of processor time, which a file that was
// made to takes without end.
func TestConversionIsBounded(t *testing.T) {
	limits := filepath.Join(t.TempDir(), "limits")
	c := officedoc.NewConverter(officedoc.ConverterConfig{Program: script(t, "ulimit -d >"+limits+"; ulimit -t >>"+limits), MaxMemory: 300 << 20})
	out, err := c.Convert(t.Context(), []officedoc.Legacy{{Container: document.DOC, Data: []byte("x")}})
	if err != nil || !errors.Is(out[0].Err, officedoc.ErrConversion) {
		t.Fatalf("%v, %v", out, err)
	}
	b, err := os.ReadFile(limits)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Fields(string(b)); len(got) != 2 || got[0] != strconv.Itoa(300<<10) || got[1] == "unlimited" {
		t.Errorf("limits %q", got)
	}
	if testing.Short() {
		return
	}
	c = officedoc.NewConverter(officedoc.ConverterConfig{Program: script(t, "while :; do :; done"), MaxProcessor: time.Second})
	out, err = c.Convert(t.Context(), []officedoc.Legacy{{Container: document.DOC, Data: []byte("x")}})
	if err != nil || !errors.Is(out[0].Err, officedoc.ErrConversion) || !strings.Contains(out[0].Err.Error(), "processor time") {
		t.Errorf("a program that never ends: %v, %v", out[0].Err, err)
	}
}

// RTF files whose groups nest without end, or whose tables have none, never reach
// LibreOffice.
func TestHostileRTF(t *testing.T) {
	c := officedoc.NewConverter(officedoc.ConverterConfig{Program: script(t, "exit 1")})
	out, err := c.Convert(t.Context(), []officedoc.Legacy{
		{Container: document.RTF, Data: []byte(`{\rtf1 ` + strings.Repeat("{", 100_000))},
		{Container: document.RTF, Data: []byte(`{\rtf1 ` + strings.Repeat(`{a}\{`, 100_000) + "}")},
		{Container: document.RTF, Data: []byte(`{\rtf1 ` + strings.Repeat(`\trowd\cellx900\intbl 1\cell\row `, 4_001) + "}")},
		{Container: document.RTF, Data: []byte(`{\rtf1 ` + strings.Repeat(`\trowd\cellx900\intbl 1\cell\row `, 3_999) + "}")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if !errors.Is(out[0].Err, document.ErrDamaged) {
		t.Errorf("nested groups: %v", out[0].Err)
	}
	if !errors.Is(out[1].Err, officedoc.ErrConversion) {
		t.Errorf("groups side by side: %v", out[1].Err)
	}
	for i, refused := range map[int]bool{2: true, 3: false} {
		if said := fmt.Sprint(out[i].Err); strings.Contains(said, "cells") != refused {
			t.Errorf("many cells: %v", said)
		}
	}
}
