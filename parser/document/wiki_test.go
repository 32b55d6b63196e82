package document

import (
	"strings"
	"testing"
)

func TestWikiTable(t *testing.T) {
	text := "{| class=x\n|-\n! rowspan=2 | 甲 !! colspan=\"2\" | 乙\n|-\n| 1 || [[页|2]]\n|-\n| 丙<br/>丁\n| {{注}}3\n|\n|}\n后"
	g, n := wikiTable(strings.Split(text, "\n"))
	if n != 10 || len(g.Lines) != 3 || g.Lines[0] != 2 || g.Lines[2] != 6 {
		t.Fatalf("n %d, %+v", n, g)
	}
	for _, c := range []struct {
		row, col int
		want     string
	}{{0, 0, "甲"}, {1, 0, "甲"}, {0, 2, "乙"}, {1, 1, "1"}, {1, 2, "2"}, {2, 0, "丙\n丁"}, {2, 1, "{{注}}3" + Unread}, {2, 2, ""}} {
		if got := g.At(c.row, c.col); got == nil || got.Text != c.want {
			t.Errorf("row %d column %d: %+v, want %q", c.row, c.col, got, c.want)
		}
	}
	for _, none := range []string{"{|\n| 1", "{|\n|-\n|\n{|\n| 2\n|}\n|}", "| 1"} {
		if _, n := wikiTable(strings.Split(none, "\n")); n != 0 {
			t.Errorf("%q is taken for a table", none)
		}
	}
	for line, want := range map[string]string{"== 一、总体 ==": "一、总体", "=年度报告=": "年度报告", "= 年度报告": "年度报告", "h2. 一、总体": "一、总体", "h7. 一": "", "h2.": "", "== 甲 =": "", "====": "", "甲": ""} {
		if got, ok := MarkedHeading(line); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %v", line, got, ok)
		}
	}
}

func FuzzWikiTable(f *testing.F) {
	f.Add("{|\n|-\n| rowspan=3 | a || b\n! c !! d\n|}")
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Split(text, "\n")
		if g, n := wikiTable(lines); n > len(lines) || n > 0 && len(g.Lines) > n {
			t.Errorf("%d of %d lines, %+v", n, len(lines), g)
		}
	})
}
