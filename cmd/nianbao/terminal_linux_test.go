package main

import (
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/mattn/go-runewidth"
	"golang.org/x/sys/unix"

	"nianbao/testdata"
)

// openTerminal makes a terminal of 80 columns: what a program writes to the second
// file is read from the first.
func openTerminal(t *testing.T) (screen, end *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	t.Cleanup(func() { _ = screen.Close() })
	fd := int(screen.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80})
	}
	if err == nil {
		end, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	t.Cleanup(func() { _ = end.Close() })
	return screen, end
}

var escapes = regexp.MustCompile(`\x1b\[[0-9;?]*[A-Za-z]`)

// On a terminal of 80 columns a crawl's bar keeps to one line, and no message shares it.
func TestCrawlOnATerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("crawls a site")
	}
	dir := t.TempDir()
	site := httptest.NewServer(sampleSite())
	defer site.Close()
	seeds := testdata.Seeds(site.URL)
	for i := range 12 {
		seeds += fmt.Sprintf("320830,,%s/gone/%d.html,report,,\n", site.URL, i)
	}
	if err := os.WriteFile(filepath.Join(dir, "seeds.csv"), []byte(seeds), 0o666); err != nil {
		t.Fatal(err)
	}
	screen, end := openTerminal(t)
	cmd := exec.CommandContext(t.Context(), "nianbao", "crawl", "--verbose", "--seeds", "seeds.csv", "--db", "x.db", "--delay", "20ms", "--platform-delay", "5ms")
	cmd.Dir, cmd.Stderr = dir, end
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_CACHE_HOME="+dir, "TMPDIR="+dir, "TERM=xterm", "LC_ALL=C")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = end.Close() // the program has the only one now, and reading ends with it
	data, err := io.ReadAll(screen)
	if err != nil && !errors.Is(err, syscall.EIO) { // so ends a terminal whose program is gone
		t.Fatal(err)
	}
	var failed *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &failed) || failed.ExitCode() != 3 {
		t.Fatalf("%v, want the exit status of a crawl in part\n%s", err, data)
	}
	bars, messages := 0, 0
	for _, piece := range strings.FieldsFunc(string(data), func(r rune) bool { return r == '\r' || r == '\n' }) {
		text := escapes.ReplaceAllString(piece, "")
		bar, message := strings.Contains(text, " active, "), strings.Contains(text, "http://")
		if bar {
			bars++
		}
		if message {
			messages++
		}
		if bar && message {
			t.Errorf("a message on the bar's line: %q", text)
		}
		if w := runewidth.StringWidth(text); bar && w > 80 {
			t.Errorf("a bar of %d columns: %q", w, text)
		}
	}
	// Each message takes the bar's line away before it is written.
	if n := strings.Count(string(data), eraseLine+"http://"); n != messages {
		t.Errorf("%d of %d messages erase the bar", n, messages)
	}
	if bars == 0 || messages < 28 {
		t.Errorf("%d bars and %d messages; want 12 failures and all that was fetched:\n%s", bars, messages, data)
	}
}
