package document

import (
	"strings"
	"testing"
)

// texts writes the cells of a grid, one row a line.
func texts(g *Grid) string {
	var b strings.Builder
	for r := range g.Rows {
		for i, c := range g.Own(r) {
			if i > 0 {
				b.WriteByte('|')
			}
			b.WriteString(strings.ReplaceAll(c.Text, "\n", "/"))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// A table that only places tell is read where every line fits, and left alone
// where one does not.
func TestMeasuredTable(t *testing.T) {
	for name, c := range map[string]struct {
		text, want string
		lines      int
	}{
		"rulers above and below":  {"  -------- ---- ----\n  名称     甲   乙\n  规章          12\n  文件     3    \n  -------- ---- ----\n后", "名称|甲|乙\n规章||12\n文件|3|\n", 5},
		"a header above":          {"名称      甲    乙\n------  ----  ----\n规章             1\n文件       2    30\n\n后", "名称|甲|乙\n规章||1\n文件|2|30\n", 4},
		"by characters":           {"名称      甲    乙\n----  ----  ----\n规章             1\n文件     2    30\n\n后", "名称|甲|乙\n规章||1\n文件|2|30\n", 4},
		"characters for places":   {"名称     甲     乙\n----  ----  ----\n规章           1\n文件     2    30\n\n后", "名称|甲|乙\n规章||1\n文件|2|30\n", 4},
		"cells of several lines":  {"----------------\n名称     甲  乙\n-------- --- ---\n行政规范 1   2\n性文件       3\n\n规章         4\n----------------\n后", "名称|甲|乙\n行政规范/性文件|1|2/3\n规章||4\n", 8},
		"a third ruler":           {"====  ===  ===\n名称  甲   乙\n====  ===  ===\n规章       1\n文件  2    3\n====  ===  ===\n", "名称|甲|乙\n规章||1\n文件|2|3\n", 6},
		"a text over a border":    {"名称  甲   乙\n----  ---  ---\n规章  1    2\n规范性文件 3    4\n\n", "", 0},
		"a text out of place":     {"名称      甲        乙\n----  --------  --------\n规章   1        2\n\n", "", 0},
		"numbers of columns":      {"      0   1   2\n0    名称   甲   乙\n1    规章 NaN  12\n2    文件   3   4\n后", "名称|甲|乙\n规章||12\n文件|3|4\n", 4},
		"numbers of wide columns": {"        0   1   2\n0    名称  甲  乙\n1    规章   1  12\n2    文件   3   4\n", "名称|甲|乙\n规章|1|12\n文件|3|4\n", 4},
		"numbers out of place":    {"      0   1   2\n0  名称   甲   乙\n1  规章 NaN  12\n2  文件   3   4\n后", "", 0},
		"other numbers":           {"1 2 3\n4 5 6\n7 8 9\n", "", 0},
		"a line between text":     {"甲\n- -\n乙\n", "", 0},
	} {
		lines := strings.Split(c.text, "\n")
		g, n := measuredTable(lines)
		got, rows := "", 0
		if g != nil {
			got, rows = texts(g), len(g.Lines)
		}
		if got != c.want || n != c.lines || rows != strings.Count(c.want, "\n") {
			t.Errorf("%s: %d lines, %d rows\n%swant %d\n%s", name, n, rows, got, c.lines, c.want)
		}
	}
}

func TestSeparatedTable(t *testing.T) {
	for name, c := range map[string]struct {
		text, want string
		lines      int
	}{
		"commas":          {"名称,甲,乙\n规章,,12\n文件,\"1,234\",\n后", "名称|甲|乙\n规章||12\n文件|1,234|\n", 3},
		"semicolons":      {"名称;甲;乙\n规章;;12\n文件;3,5;\n", "名称|甲|乙\n规章||12\n文件|3,5|\n", 4},
		"broken cells":    {"名称,甲,\"乙\n件\"\n规章,1,2\n文件,3,4", "名称|甲|乙/件\n规章|1|2\n文件|3|4\n", 4},
		"a comma among":   {"名称,甲,乙\n规章,1,234,5\n文件,3,4\n", "名称|甲|乙\n规章|1\uFFFC|234\uFFFC\n文件|3|4\n", 4},
		"text":            {"一,二,三\n四,五,六\n七,八,九\n", "", 0},
		"too few":         {"名称,甲,乙\n规章,1,2\n", "", 0},
		"an open quote":   {"名称,\"甲,乙\n规章,1,2\n文件,1,2\n", "", 0},
		"nothing between": {"甲\n乙\n丙\n", "", 0},
	} {
		g, n := separatedTable(strings.Split(c.text, "\n"))
		got := ""
		if g != nil {
			got = texts(g)
		}
		if got != c.want || n != c.lines {
			t.Errorf("%s: %d lines\n%swant %d\n%s", name, n, got, c.lines, c.want)
		}
	}
}

// The numbers a program puts around a table are blanked; those of a table of its own
// are not.
func TestNumbersAroundAGrid(t *testing.T) {
	for rows, want := range map[string]string{
		"|0|1|2\n0|名称|甲|乙\n1|规章|nan|2":           "|||\n|名称|甲|乙\n|规章||2\n",
		"Unnamed: 0|0|1\n0|名称|甲\n1|规章|3\n2|文件|4": "||\n|名称|甲\n|规章|3\n|文件|4\n",
		"|0|1|2\n1|名称|甲|乙\n2|规章|nan|2":           "|0|1|2\n1|名称|甲|乙\n2|规章|nan|2\n",
		"序号|0|1|2\n0|名称|甲|乙\n1|规章|1|2":           "序号|0|1|2\n0|名称|甲|乙\n1|规章|1|2\n",
	} {
		var g GridBuilder
		for row := range strings.SplitSeq(rows, "\n") {
			g.StartRow()
			for cell := range strings.SplitSeq(row, "|") {
				g.AddCell(cell, 1, 1)
			}
		}
		var b Builder
		b.AddGrid(g.Grid())
		if got := texts(b.Document().Blocks[0].Grid); got != want {
			t.Errorf("%s\nbecame\n%swant\n%s", rows, got, want)
		}
	}
}

// A cell that takes several lines is one, and a figure among them is never half
// read; what stands on a line is no row where cells are of several heights.
func TestDrawnCellsOfSeveralLines(t *testing.T) {
	for name, c := range map[string][2]string{
		"a broken figure":          {"+----+---+\n| 名 | 数 |\n+----+---+\n| 规 | 4 |\n| 章 | 5 |\n+----+---+\n| 文 | 7 |\n| 件 |   |\n+----+---+\n| 令 | 8 |\n+----+---+", "名|数\n规/章|4#5\n文/件|7\n令|8\n"},
		"rows by themselves":       {"+----+---+\n| 名 | 数 |\n+----+---+\n| 规 | 4 |\n| 章 | 5 |\n+----+---+", "名|数\n规|4\n章|5\n"},
		"cells of other heights":   {"│甲│乙 │\n│  ├──┤\n│  │1 │\n│丙│2 │", ""},
		"rows broken in lines":     {"|名|甲|乙|\n|---|---|---|\n|规|1\n|2|\n|文|\n3|4|\n|政府\n信息|5|6|\n|件|7|8|\n|令|9|0|\n|章|1|2|\n|条|3|4|", "名|甲|乙\n规|1|2\n文|3|4\n政府信息|5|6\n件|7|8\n令|9|0\n章|1|2\n条|3|4\n"},
		"a figure broken in lines": {"|名|甲|\n|规|1|\n|文|2|\n|件|3\n4|\n|令|5|\n|章|6|", "名|甲\n规|1\n文|2\n件|3#4\n令|5\n章|6\n"},
		"a row without first bar":  {"|名|甲|\n|规|1|\n文|2|\n|件|3|\n|令|5|", "名|甲\n规|1\n文|2\n件|3\n令|5\n"},
		"parts of no row":          {"|名|甲|乙|\n|规|1|2|\n|文|3|4|\n|件|5|6|\n7|\n|令|8|9|\n|章|1|0|", "名|甲|乙\n规|1|2\n文|3|4\n#\n#\n令|8|9\n章|1|0\n"},
		"a stream of cells":        {"|===\n|名 |甲 |乙\n|规 |1\n|2\n|文 |3 |4\n|件 |5\n|===", "名|甲|乙\n规|1|2\n文|3|4\n件#|5#\n"},
		"a stream out of step":     {"[cols=\"3*\"]\n|===\n|名 |甲 |乙\n|规 |1\n|文 |3 |4\n|件 |5 |6\n|===", "名#|甲#|乙#\n规#|1#\n文#|3#|4#\n件#|5#|6#\n"},
		"spans of a stream":        {"[cols=\"2,1,1\"]\n|===\n.2+|名 2+|甲乙\n|甲 |乙\n|规\n|1\n1\n|2\n|===", "名|甲乙\n甲|乙\n规|1#1|2\n"},
		"spans of Textile":         {"|_/2. 名 |_\\2. 甲乙 |\n|_. 甲 |_. 乙 |\n| 规 |=. 1 | 2 |", "名|甲乙\n甲|乙\n规|1|2\n"},
		"boxes over rules":         {"-----\n+----+------+\n| 名 | 甲乙 |\n|    +--+---+\n|    |甲|乙 |\n+----+--+---+\n| 规 |1 |2  |\n|    |1 |   |\n+----+--+---+", "名|甲乙\n甲|乙\n规|1#1|2\n"},
		"boxes that do not meet":   {"┌──┬────┐\n│名│甲乙│\n│  ├──┬─┤\n│  │甲│乙│\n├──┼──┼─┤\n│规│1 │2│\n└──┴──┴─┘", ""},
		"merged cells of DokuWiki": {"^ 名 ^ 甲乙 ^^\n^ ::: ^ 甲 ^ 乙 ^\n^ 规 | 1 |  |\n^ 文 | 3 ||", "名|甲乙\n甲|乙\n规|1|\n文|3\n"},
	} {
		g := drawnGrid(strings.Split(c[0], "\n"), '|')
		got := ""
		if g != nil {
			got = texts(g)
		}
		if want := strings.ReplaceAll(c[1], "#", Unread); got != want {
			t.Errorf("%s:\n%swant\n%s", name, got, want)
		}
	}
}
