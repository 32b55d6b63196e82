package main

import (
	"bufio"
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-runewidth"
)

func TestWrap(t *testing.T) {
	for text, want := range map[string][]string{
		"":                           {""},
		"short":                      {"short"},
		"a word and another":         {"a word and", "another"},
		"averylongwordwithoutblanks": {"averylongwor", "dwithoutblan", "ks"},
		"政府信息公开工作年度报告":               {"政府信息公开", "工作年度报告"},
		"县 政府信息公开工作":                 {"县 政府信息", "公开工作"},
		"政府信息公开。工作":                  {"政府信息公", "开。工作"},
		"政府信息公（开）。作":                 {"政府信息公", "（开）。作"},
		"。。。。。。。。。":                  {"。。。。。。", "。。。"},
		"of 2845; missing: 653101":   {"of 2845;", "missing:", "653101"},
	} {
		got := wrap(text, 12)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
		for _, line := range got {
			if runewidth.StringWidth(line) > 12 {
				t.Errorf("%q is wider than 12 columns", line)
			}
		}
	}
}

// On a screen of 80 columns no line is longer, and only severities and titles are
// painted; a pipe gets each row in one line and no paint.
func TestScreen(t *testing.T) {
	tab := &table{columns: []column{{"severity", "SEVERITY"}, {"rule", "RULE"}, {"note", "NOTE"}}}
	tab.add("error", "requests.balance", "the requests received and carried in do not equal those processed and carried out: 40 against 37")
	tab.add("info", "check.not_evaluated", "格子空白，没有核对")
	printed := func(s screen) string {
		var b bytes.Buffer
		a := &app{out: bufio.NewWriter(&b), screen: s}
		if err := a.print(tab, tableFlags{}); err != nil {
			t.Fatal(err)
		}
		a.out.Flush()
		return b.String()
	}
	plain := printed(screen{})
	if n := strings.Count(plain, "\n"); n != 3 || strings.Contains(plain, "\x1b") {
		t.Errorf("a pipe gets %d lines:\n%s", n, plain)
	}
	narrow := printed(screen{columns: 80})
	for line := range strings.Lines(narrow) {
		if runewidth.StringWidth(strings.TrimRight(line, "\n")) > 80 {
			t.Errorf("wider than 80 columns: %q", line)
		}
	}
	if strings.Join(strings.Fields(narrow), " ") != strings.Join(strings.Fields(plain), " ") {
		t.Errorf("a narrow screen shows other words:\n%s", narrow)
	}
	painted := printed(screen{columns: 80, colours: true})
	if !strings.Contains(painted, "\x1b[31merror\x1b[0m     requests.balance") || !strings.HasPrefix(painted, "\x1b[1mSEVERITY") {
		t.Errorf("painted:\n%q", painted)
	}
	if stripped := strings.NewReplacer("\x1b[31m", "", "\x1b[1m", "", "\x1b[2m", "", "\x1b[0m", "").Replace(painted); stripped != narrow {
		t.Errorf("paint moves the columns:\n%s\n%s", stripped, narrow)
	}
}

// A table that is wider than the screen takes room from its widest column of texts; a
// longer cell there reaches into what its neighbours leave free.
func TestTableFits(t *testing.T) {
	tab := &table{columns: []column{{"code", "CODE"}, {"region", "REGION"}, {"level", "LEVEL"}, {"years", "YEARS"}, {"missing", "MISSING"}, {"reason", "REASON"}}}
	tab.add("622927", "积石山保安族东乡族撒拉族自治县", "county", nil, "2019-2023", "no_seed")
	tab.add("110101", "东城区", "county", "2019-2023", nil, nil)
	var out bytes.Buffer
	a := &app{out: bufio.NewWriter(&out), screen: screen{columns: 72}}
	if err := a.print(tab, tableFlags{}); err != nil {
		t.Fatal(err)
	}
	if err := a.out.Flush(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	at := strings.Index(lines[0], "REASON")
	for _, line := range lines {
		if runewidth.StringWidth(line) > 72 {
			t.Errorf("%q is wider than 72 columns", line)
		}
	}
	before, _, found := strings.Cut(lines[1], "no_seed")
	if !found || !strings.Contains(before, "积石山保安族东乡族撒拉族自治县") || runewidth.StringWidth(before) != at {
		t.Errorf("the last column is out of line:\n%s", out.String())
	}
}
