package textdoc_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/parser/document"
	"nianbao/parser/textdoc"
)

// draw writes a document as one line a block, the cells of a row between bars.
func draw(t *testing.T, text string) string {
	t.Helper()
	doc, err := textdoc.Read(context.Background(), []byte(text), "")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, block := range doc.Blocks {
		if block.Kind != document.Table {
			b.WriteString(block.Text + "\n")
			continue
		}
		for r := range block.Grid.Rows {
			var cells []string
			for _, c := range block.Grid.Own(r) {
				cells = append(cells, c.Text)
			}
			b.WriteString("[" + strings.Join(cells, "|") + "]\n")
		}
	}
	return b.String()
}

func TestRead(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"one cell a line", "规章\n\n0\n\n13\n", "规章\n0\n13\n"},
		{"bars behind every cell", "规章 | 0 | | 13 |\n规范性文件 | 1 | 2 | |\n", "[规章|0||13]\n[规范性文件|1|2|]\n"},
		{"bars on both sides", "| 规章 | 0 |\n|---|---|\n| | 1 |\n", "[规章|0]\n[|1]\n"},
		{"bars between", "规章|0|13\n规范性文件|1|\n", "[规章|0|13]\n[规范性文件|1|]\n"},
		{"full-width bars", "规章｜0｜13\n规范性文件｜1｜2\n", "[规章|0|13]\n[规范性文件|1|2]\n"},
		{"tabs", "规章\t0\t\t13\n规范性文件\t\t\t\n", "[规章|0||13]\n[规范性文件|||]\n"},
		{"a bar in prose", "首页 | 正文如下\n", "首页 | 正文如下\n"},
		{"blank lines within a table", "a | b | c |\n\nd | e | f |\n", "[a|b|c]\n[d|e|f]\n"},
		{"a table ends where its bars end", "a | b | c |\n正文\nd | e | f |\n", "[a|b|c]\n正文\n[d|e|f]\n"},
		{"carriage returns", "规章\r\n0\r\n", "规章\n0\n"},
		{"carriage returns alone", "规章\r\r0\r", "规章\n0\n"},
		{"two carriage returns", "规章\r\r\n0\r\r\n", "规章\n0\n"},
		{"carriage returns behind rows", "a | b | c |\rd | e | f |\r", "[a|b|c]\n[d|e|f]\n"},
		{"line separators", "规章\u20280\u202913\u00850\v5\f6", "规章\n0\n13\n0\n5\n6\n"},
	} {
		if got := draw(t, c.text); got != c.want {
			t.Errorf("%s:\n-want %q\n+got  %q", c.name, c.want, got)
		}
	}
}

func TestLinesAreThoseOfTheFile(t *testing.T) {
	doc, err := textdoc.Read(context.Background(), []byte("\n\n规章\n\n0\n"), "")
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Blocks) != 2 || doc.Blocks[0].Line != 3 || doc.Blocks[1].Line != 5 {
		t.Errorf("%+v: want lines 3 and 5", doc.Blocks)
	}
	if doc, err = textdoc.Read(context.Background(), []byte("规\r\r章\r\n0\f1\n2"), ""); err != nil {
		t.Fatal(err)
	}
	var lines []int
	for _, b := range doc.Blocks {
		lines = append(lines, b.Line)
	}
	if diff := cmp.Diff([]int{1, 3, 4, 4, 5}, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := textdoc.Read(ctx, []byte(strings.Repeat("0\n", 5000)), ""); err == nil {
		t.Error("reading went on after the context had ended")
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("a | b |\n| c | d\n\te\tf\n"))
	f.Add([]byte("\xff\xfe0\x00|\x00"))
	f.Add([]byte("|\n||\n|||\n---|---\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := textdoc.Read(context.Background(), data, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range doc.Blocks {
			if b.Kind != document.Table && strings.TrimSpace(b.Text) == "" {
				t.Errorf("an empty paragraph from %q", data)
			}
		}
	})
}

func TestRowsKnowTheirLines(t *testing.T) {
	text := "年度报告\n\n| 项目 | 件数 |\n|------|-----|\n\n| 受理 | 21 |\n说明\n甲\t1\t2\n乙\t3\t4\n"
	doc, err := textdoc.Read(t.Context(), []byte(text), "")
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]int
	for _, b := range doc.Blocks {
		if b.Grid != nil {
			rows = append(rows, b.Grid.Lines)
		}
	}
	want := [][]int{{3, 6}, {8, 9}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
