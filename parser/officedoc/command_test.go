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
		c.Read(context.Background(), document.DOC, []byte("x"))
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
	if _, err := c.Read(t.Context(), document.DOC, []byte("x")); !errors.Is(err, officedoc.ErrConversion) {
		t.Fatal(err)
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
	if _, err := c.Read(t.Context(), document.DOC, []byte("x")); !errors.Is(err, officedoc.ErrConversion) || !strings.Contains(err.Error(), "processor time") {
		t.Errorf("a program that never ends: %v", err)
	}
	c = officedoc.NewConverter(officedoc.ConverterConfig{Program: script(t, "sleep 60"), Timeout: 100 * time.Millisecond})
	if _, err := c.Read(t.Context(), document.DOC, []byte("x")); !errors.Is(err, officedoc.ErrConversion) || !strings.Contains(err.Error(), "not done after") {
		t.Errorf("a program that waits: %v", err)
	}
}

// What the program writes is read, up to a bound, as a file of its own kind; what it says
// is told where it writes nothing.
func TestConversion(t *testing.T) {
	docx, err := filepath.Abs("testdata/report.docx")
	if err != nil {
		t.Fatal(err)
	}
	program := script(t, `test "$7" = --convert-to -a "$9" = --outdir && mkdir "${10}" && cp "`+docx+`" "${10}/report.${8%%:*}" && grep -q x "${11}"`)
	d, err := officedoc.NewConverter(officedoc.ConverterConfig{Program: program}).Read(t.Context(), document.RTF, []byte("x"))
	if err != nil || d.Container != document.RTF || len(d.Blocks) == 0 {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err = officedoc.NewConverter(officedoc.ConverterConfig{Program: program}).Read(t.Context(), document.XLS, []byte("x")); !errors.Is(err, document.ErrFormat) {
		t.Errorf("a text in place of a workbook: %v", err)
	}
	small := officedoc.ConverterConfig{Program: program, MaxBytes: 100}
	if _, err = officedoc.NewConverter(small).Read(t.Context(), document.RTF, []byte("x")); !errors.Is(err, officedoc.ErrConversion) {
		t.Errorf("a large file: %v", err)
	}
	mute := officedoc.ConverterConfig{Program: script(t, "echo; echo source file could not be loaded; echo more")}
	if _, err = officedoc.NewConverter(mute).Read(t.Context(), document.RTF, []byte("x")); !errors.Is(err, officedoc.ErrConversion) || !strings.HasSuffix(err.Error(), "could not be loaded") {
		t.Errorf("no file: %v", err)
	}
}

// RTF files whose groups nest without end, or whose tables have none, never reach
// LibreOffice.
func TestHostileRTF(t *testing.T) {
	c := officedoc.NewConverter(officedoc.ConverterConfig{Program: script(t, "exit 1")})
	for _, tc := range []struct {
		name, rtf string
		want      error
		cells     bool
	}{
		{"nested groups", strings.Repeat("{", 100_000), document.ErrDamaged, false},
		{"groups side by side", strings.Repeat(`{a}\{`, 100_000) + "}", officedoc.ErrConversion, false},
		{"many cells", strings.Repeat(`\trowd\cellx900\intbl 1\cell\row `, 4_001) + "}", officedoc.ErrConversion, true},
		{"fewer cells", strings.Repeat(`\trowd\cellx900\intbl 1\cell\row `, 3_999) + "}", officedoc.ErrConversion, false},
	} {
		_, err := c.Read(t.Context(), document.RTF, []byte(`{\rtf1 `+tc.rtf))
		if !errors.Is(err, tc.want) || strings.Contains(fmt.Sprint(err), "cells") != tc.cells {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
}
