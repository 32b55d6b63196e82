package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadme runs the commands that the README shows and holds the output it
// prints against what they print.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for i, part := range strings.Split(string(text), "```") {
		if i%2 == 1 {
			_, body, _ := strings.Cut(part, "\n")
			blocks = append(blocks, body)
		}
	}
	shown := strings.Join(blocks, "\n\x00")
	for _, m := range regexp.MustCompile(`!\[[^\]]*\]\(([^)]*)\)`).FindAllStringSubmatch(string(text), -1) {
		if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
			t.Errorf("README: the picture %s: %v", m[1], err)
		}
	}
	t.Chdir(t.TempDir())
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	run := func(line string) string {
		t.Helper()
		args, ok := words(line)
		if !ok {
			t.Fatalf("README: the quotes of %q do not match", line)
		}
		for i, a := range args {
			if strings.HasPrefix(a, "testdata/") {
				args[i] = filepath.Join(root, a)
			}
		}
		var out, messages strings.Builder
		a := &app{stdin: strings.NewReader(""), stdout: &out, stderr: &messages}
		if status := a.run(context.Background(), args[1:]); status != exitDone {
			t.Errorf("README: %q ends with %d: %s", line, status, messages.String())
		}
		return out.String()
	}
	if out := run("nianbao demo"); !strings.Contains(shown, out) {
		t.Errorf("the README shows another output of the demo than\n%s", out)
	}
	run("nianbao demo --db demo.db")
	commands := 0
	for line := range strings.Lines(shown) {
		line = strings.TrimSpace(strings.Trim(line, "\x00"))
		line, _, _ = strings.Cut(line, " # ")
		// Only those on files that are at hand; counties.db and the like stand
		// for the reader's own.
		if !strings.HasPrefix(line, "nianbao ") || strings.HasPrefix(line, "nianbao demo") || !strings.Contains(line, "demo.db") && !strings.Contains(line, "testdata/") {
			continue
		}
		if strings.HasPrefix(line, "nianbao serve") {
			continue // it goes on until it is stopped; the script serve tries it
		}
		commands++
		out := run(line)
		if strings.HasPrefix(line, "nianbao compare") && strings.Contains(line, "--rank") && !strings.Contains(shown, out) {
			t.Errorf("the README shows another output of %q than\n%s", line, out)
		}
	}
	if commands < 6 {
		t.Errorf("the README shows %d commands that could be run, want 6 at least", commands)
	}
	shell, err := exec.LookPath("sqlite3")
	if err != nil {
		if os.Getenv("NIANBAO_REQUIRE_TOOLS") == "1" {
			t.Fatal(err)
		}
		t.Skip("the README's queries are not run: the sqlite3 shell is not installed")
	}
	queries := 0
	for line := range strings.Lines(shown) {
		line = strings.TrimSpace(strings.Trim(line, "\x00"))
		if !strings.HasPrefix(line, "sqlite3 demo.db ") {
			continue
		}
		args, ok := words(line)
		if !ok {
			t.Fatalf("README: the quotes of %q do not match", line)
		}
		out, err := exec.Command(shell, append([]string{"-batch"}, args[1:]...)...).CombinedOutput()
		switch {
		case err != nil:
			t.Errorf("README: %q: %v: %s", line, err, out)
		case len(out) == 0:
			t.Errorf("README: %q finds nothing", line)
		case strings.Contains(line, "LIMIT") && !strings.Contains(shown, string(out)):
			t.Errorf("the README shows another output of %q than\n%s", line, out)
		}
		queries++
	}
	if queries < 4 {
		t.Errorf("the README shows %d queries, want 4 at least", queries)
	}
}

// words splits a command line as a shell does, as far as the README needs it.
func words(line string) ([]string, bool) {
	var out []string
	var cur strings.Builder
	quote, open := rune(0), false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, open = r, true
		case quote == 0 && r == ' ':
			if cur.Len() > 0 || open {
				out = append(out, cur.String())
				cur.Reset()
				open = false
			}
		default:
			cur.WriteRune(r)
		}
	}
	if cur.Len() > 0 || open {
		out = append(out, cur.String())
	}
	return out, quote == 0
}
