package document

import (
	"strings"
	"testing"
)

// TestUnquotedThousands gives what commas within numbers leave open: no figure of such
// a row is taken for one.
func TestUnquotedThousands(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a longer row", "信息内容,制发,废止\n规章,5,1\n文件,1,204,7\n许可,3,2", "规章|5|1\n文件|1?|204?\n许可|3|2"},
		{"two numbers in a row", "信息内容,制发,废止\n规章,5,1\n文件,1,204,2,300\n许可,3,2", "规章|5|1\n文件|1?|204?\n许可|3|2"},
		{"all rows, a zero", "信息内容,制发,\n规章,5,021\n文件,12,004\n许可,3,120", "规章|5?|021?\n文件|12?|004?\n许可|3?|120?"},
		{"all rows, under a blank heading", "信息内容,制发,\n规章,5,121\n文件,12,304\n许可,,", "规章|5?|121?\n文件|12?|304?\n许可||"},
		{"figures of three digits", "信息内容,制发,废止\n规章,5,121\n文件,12,304", "规章|5|121\n文件|12|304"},
		{"quoted", "信息内容,制发,废止\n规章,5,\"1,121\"\n文件,12,304", "规章|5|1,121\n文件|12|304"},
	} {
		g, n := separatedTable(strings.Split(c.text, "\n"))
		if n == 0 {
			t.Errorf("%s: no table", c.name)
			continue
		}
		var rows []string
		for i := range g.Rows[1:] {
			var cells []string
			for _, cell := range g.Own(i + 1) {
				cells = append(cells, strings.ReplaceAll(cell.Text, Unread, "?"))
			}
			rows = append(rows, strings.Join(cells, "|"))
		}
		if got := strings.Join(rows, "\n"); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
