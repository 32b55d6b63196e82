package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// Whatever --help says of a command or a flag, it says in Chinese too: a new text
// needs a row in help_zh.csv. No row is left over.
func TestHelpInChinese(t *testing.T) {
	texts := helpZH()
	used := map[string]bool{}
	want := func(what, key string) {
		if used[key] = true; texts[key] == "" {
			t.Errorf("help_zh.csv has no row for %s: %q", what, key)
		}
	}
	root := (&app{}).command()
	want("nianbao", root.Short)
	want("nianbao", "long nianbao")
	root.PersistentFlags().VisitAll(func(f *pflag.Flag) { want("--"+f.Name, f.Usage) })
	for _, c := range root.Commands() {
		if c.Hidden {
			continue
		}
		want(c.Name(), c.Short)
		want(c.Name(), "long "+c.Name())
		c.Flags().VisitAll(func(f *pflag.Flag) { want(c.Name()+" --"+f.Name, f.Usage) })
	}
	for key := range texts {
		if !used[key] {
			t.Errorf("help_zh.csv has a row that nothing says: %q", key)
		}
	}
}

var verb = regexp.MustCompile(`%[-+# 0]*\d*(?:\.\d+)?[a-zA-Z]`)

// literal is a text in the source, which may be put together of several, with {} for
// its verbs.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return verb.ReplaceAllString(s, "{}"), err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		x, ok := literal(e.X)
		y, also := literal(e.Y)
		return x + y, ok && also && e.Op == token.ADD
	}
	return "", false
}

// What commands tell people has a row in messages_zh.csv, with the same number of
// things that it is about. A row says what is said somewhere in this module, or by the
// library that reads the command line.
func TestMessagesInChinese(t *testing.T) {
	rows := map[string]string{}
	for _, m := range messagesZH() {
		rows[m.source] = m.chinese
	}
	said := map[string]bool{}
	var files []string
	for _, pattern := range []string{"*.go", "../../store/*.go", "../../store/*/*.go", "../../parser/*.go", "../../parser/*/*.go", "../../crawler/*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok {
				if s, ok := literal(e); ok {
					said[s] = true
				}
			}
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 || filepath.Dir(name) != "." {
				return true
			}
			called := ""
			switch f := call.Fun.(type) {
			case *ast.Ident:
				called = f.Name
			case *ast.SelectorExpr:
				called = f.Sel.Name
			}
			if !slices.Contains([]string{"usagef", "notice", "fail", "tell", "head"}, called) {
				return true
			}
			s, ok := literal(call.Args[0])
			if words := strings.Trim(strings.ReplaceAll(s, "{}", ""), " :;,=()"); ok && words != "" && rows[s] == "" {
				t.Errorf("%s: messages_zh.csv has no row for %q", name, s)
			}
			return true
		})
	}
	for english, chinese := range rows {
		if n := strings.Count(english, "{}"); n != len(placeholder.FindAllString(chinese, -1)) && !strings.HasPrefix(english, "--db FILE is required") {
			t.Errorf("%q is about %d things, %q is not", english, n, chinese)
		}
		// Said as a whole, or put together of an error and what wraps it.
		library := regexp.MustCompile(`^(unknown |flag needs|open \{\}|not found: no such file|robots disallowed|did you mean|the rules begin|not a report on|the page holds|it is JSON|save what that)`).MatchString(english)
		if !said[english] && !library {
			t.Errorf("messages_zh.csv has a row that nothing says: %q", english)
		}
	}
	for english, want := range map[string]string{
		"open x.db: not found: no such file; look at the name, or make the file with `nianbao ingest` or `nianbao crawl`": "打开 x.db：没有这个文件；请检查文件名，或用 `nianbao ingest`、`nianbao crawl` 生成",
		"unknown flag: --yaer; did you mean --year?; nianbao compare --help tells how it is used":                         "没有这个参数：--yaer；是不是 --year？；用法见 nianbao compare --help",
		"--year x: want a year or a span of years, such as 2021 or 2019..2023":                                            "--year x：应为年份或年份区间，如 2021 或 2019..2023",
		"something that nobody knows: x": "something that nobody knows: x",
	} {
		if got := messageInChinese(english); got != want {
			t.Errorf("%s\n got %s\nwant %s", english, got, want)
		}
	}
}

// A heading of a table, and each word of the columns that hold a few, has a row in
// words_zh.csv, and no heading is left over.
func TestTablesInChinese(t *testing.T) {
	words, used := wordsZH(), map[tableWord]bool{}
	want := func(column, english, where string) {
		w := tableWord{column, english}
		if used[w] = true; words[w] == "" {
			t.Errorf("%s: words_zh.csv has no row for %q of the column %q", where, english, column)
		}
	}
	for _, in := range []struct {
		files, pattern, column string
	}{
		{"*.go", `title:"([^"]+)"`, ""},
		{"*.go", `\{"", "([A-Z ]+)"\}`, ""},
		{"crawl_state.go", `: "([A-Z]+)"[,}]`, ""},
		{"*.go", `crawler\.Hole = "(\w+)"`, "reason"},
		{"../../crawler/coverage.go", `Hole = "(\w+)"`, "reason"},
		{"../../parser/report/report.go", `Status = "(\w+)"`, "status"},
		{"../../store/ask/*.go", `report\.Status = "(\w+)"`, "status"},
		{"../../parser/report/finding.go", `Severity = "(\w+)"`, "severity"},
		{"../../parser/region/region.go", `Level\w+ += "(\w+)"`, "level"},
		{"../../store/ask/measure.go", `Kind\w+ += "(\w+)"`, "kind"},
		{"../../store/ask/copies.go", `Copy\w+ += "(\w+)"`, "kind"},
		{"../../store/review.go", `Verdict = "(\w+)"`, "verdict"},
		{"../../store/ingest.go", `Outcome = "(\w+)"`, "outcome"},
		{"crawl_seeds.go", `^\t\t\{"(\w+)", `, "what"},
		{"doctor.go", `add\("(\w+)"`, "subject"},
		{"doctor.go", `add\("file", "([\w ]+)"`, "item"},
	} {
		files, err := filepath.Glob(in.files)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			source, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(`(?m)`+in.pattern).FindAllStringSubmatch(string(source), -1) {
				found++
				want(in.column, m[1], name)
			}
		}
		if found == 0 {
			t.Errorf("nothing in %s looks like %s", in.files, in.pattern)
		}
	}
	for w := range words {
		if w.column == "" && !used[w] {
			t.Errorf("words_zh.csv has a heading that no table has: %q", w.english)
		}
	}
	a := app{chinese: true}
	for _, c := range []struct{ column, english, want string }{
		{"", "YEAR", "年份"}, {"status", "base_too_low", "基数太小"}, {"source", "reported", "reported"},
		{"reason", "not_listed 2019-2020, not_fetched 2022", "栏目未列出 2019-2020，列出但没取到 2022"}, {"reason", "not, for us", "not, for us"},
	} {
		if got := a.word(c.column, c.english); got != c.want {
			t.Errorf("%q of the column %q is %q, want %q", c.english, c.column, got, c.want)
		}
	}
	if got := (&app{}).word("", "YEAR"); got != "YEAR" {
		t.Errorf("in English YEAR is %q", got)
	}
}
