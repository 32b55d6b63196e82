package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/store"
)

// readmes are the project's texts: the README of the whole, and those of rooms.
func readmes(t *testing.T) (root string, texts map[string]string) {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	texts = map[string]string{}
	for _, pattern := range []string{"README.md", "*/README.md", "*/*/README.md", ".github/*.md"} {
		names, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			rel, _ := filepath.Rel(root, name)
			texts[filepath.ToSlash(rel)] = string(text)
		}
	}
	for _, want := range []string{"README.md", "parser/README.md", "store/README.md", "crawler/README.md", "cmd/nianbao/README.md", "testdata/README.md"} {
		if texts[want] == "" {
			t.Fatalf("there is no %s", want)
		}
	}
	return root, texts
}

// blocks are the parts of a text between fences.
func blocks(text string) (all []string) {
	for i, part := range strings.Split(text, "```") {
		if i%2 == 1 {
			_, body, _ := strings.Cut(part, "\n")
			all = append(all, strings.TrimRight(body, "\n"))
		}
	}
	return all
}

// TestReadmes runs the commands that the texts show, holds the output that they
// print against what they print, and looks for the files that they name.
func TestReadmes(t *testing.T) {
	root, texts := readmes(t)
	if n := len(strings.Fields(texts["README.md"])); n > 1200 {
		t.Errorf("README.md has %d words; what is longer belongs into the README of a room", n)
	}
	var shown []string
	link := regexp.MustCompile(`!?\[[^\]]*\]\(([^)#]+)[^)]*\)`)
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		shown = append(shown, blocks(texts[name])...)
		for _, m := range link.FindAllStringSubmatch(texts[name], -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(name), m[1])); err != nil {
				t.Errorf("%s names %s: %v", name, m[1], err)
			}
		}
	}
	t.Chdir(t.TempDir())
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	run := func(line string) string {
		t.Helper()
		args, ok := words(line)
		if !ok {
			t.Fatalf("the quotes of %q do not match", line)
		}
		for i, a := range args {
			if strings.HasPrefix(a, "testdata/") {
				args[i] = filepath.Join(root, a)
			}
		}
		var out, messages strings.Builder
		a := &app{stdin: strings.NewReader(""), stdout: &out, stderr: &messages, words: openedWords}
		if status := a.run(context.Background(), args[1:]); status != exitDone {
			t.Errorf("%q ends with %d: %s", line, status, messages.String())
		}
		return out.String()
	}
	demo := run("nianbao demo")
	if !slices.ContainsFunc(shown, func(b string) bool { return len(b) > 500 && strings.Contains(demo, b) }) {
		t.Errorf("the README shows another output of the demo than\n%s", demo)
	}
	run("nianbao demo --db demo.db")
	printed := func(out string) bool {
		return slices.ContainsFunc(shown, func(b string) bool { return strings.TrimSpace(b) == strings.TrimSpace(out) })
	}
	commands := 0
	var queries []string
	for line := range strings.Lines(strings.Join(shown, "\n")) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), " # ")
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "sqlite3 demo.db "):
			queries = append(queries, line)
			continue
		case !strings.HasPrefix(line, "nianbao ") || strings.HasPrefix(line, "nianbao demo"),
			!strings.Contains(line, "demo.db") && !strings.Contains(line, "testdata/"), // counties.db and the like stand for the reader's own
			strings.HasPrefix(line, "nianbao serve"):                                   // it goes on until it is stopped; the script serve tries it
			continue
		}
		commands++
		if out := run(line); strings.HasPrefix(line, "nianbao compare") && strings.Contains(line, "--rank") && !printed(out) {
			t.Errorf("another output of %q is shown than\n%s", line, out)
		}
	}
	if commands < 10 {
		t.Errorf("%d commands are shown that could be run, want 10 at least", commands)
	}
	shell, err := exec.LookPath("sqlite3")
	if err != nil {
		if os.Getenv("NIANBAO_REQUIRE_TOOLS") == "1" {
			t.Fatal(err)
		}
		t.Skip("the queries that are shown are not run: the sqlite3 shell is not installed")
	}
	for _, line := range queries {
		args, ok := words(line)
		if !ok {
			t.Fatalf("the quotes of %q do not match", line)
		}
		out, err := exec.Command(shell, append([]string{"-batch"}, args[1:]...)...).CombinedOutput()
		switch {
		case err != nil:
			t.Errorf("%q: %v: %s", line, err, out)
		case len(out) == 0:
			t.Errorf("%q finds nothing", line)
		case strings.Contains(line, "LIMIT") && !printed(string(out)):
			t.Errorf("another output of %q is shown than\n%s", line, out)
		}
	}
	if len(queries) < 3 {
		t.Errorf("%d queries are shown, want 3 at least", len(queries))
	}
}

// TestGenerated holds what the texts tell of commands and tables against the
// program and the file it makes; -update writes it anew.
func TestGenerated(t *testing.T) {
	root, texts := readmes(t)
	for _, g := range []struct{ name, part, text string }{
		{"cmd/nianbao/README.md", "commands", commandReference()},
		{"store/README.md", "dictionary", dictionary(t)},
	} {
		begin, end := "<!-- "+g.part+" -->\n", "<!-- end of "+g.part+" -->"
		before, rest, ok := strings.Cut(texts[g.name], begin)
		_, after, ok2 := strings.Cut(rest, end)
		if !ok || !ok2 {
			t.Errorf("%s has no place for %s", g.name, g.part)
			continue
		}
		want := before + begin + g.text + end + after
		if *update {
			if err := os.WriteFile(filepath.Join(root, g.name), []byte(want), 0o666); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if diff := cmp.Diff(strings.Split(texts[g.name], "\n"), strings.Split(want, "\n")); diff != "" {
			t.Errorf("%s: go test ./cmd/nianbao -run Generated -update writes it: -written +is\n%.3000s", g.name, diff)
		}
	}
}

// commandReference is the help of every command.
func commandReference() string {
	a := &app{}
	var b strings.Builder
	for _, c := range a.command().Commands() {
		if c.Hidden || c.Name() == "help" || c.Name() == "completion" {
			continue
		}
		c.InitDefaultHelpFlag()
		fmt.Fprintf(&b, "### nianbao %s\n\n%s\n\n    %s\n", c.Name(), strings.TrimSpace(strings.ReplaceAll(c.Long, "\n", " ")), c.UseLine())
		for line := range strings.Lines(c.Flags().FlagUsages()) {
			fmt.Fprintf(&b, "    %s\n", strings.TrimRight(line, "\n"))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// dictionary describes the tables and views of a new file by the comments of
// its schema.
func dictionary(t *testing.T) string {
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "new.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	n, err := s.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	all, err := n.Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, table := range all {
		kind := "table"
		if table.View {
			kind = "view"
		}
		fmt.Fprintf(&b, "### %s (%s)\n\n", table.Name, kind)
		if table.Says != "" {
			fmt.Fprintf(&b, "%s\n\n", table.Says)
		}
		b.WriteString("| column | type | |\n| --- | --- | --- |\n")
		for _, c := range table.Columns {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", c.Name, c.Type, strings.ReplaceAll(c.Note, "|", "\\|"))
		}
		b.WriteString("\n")
	}
	return b.String()
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
