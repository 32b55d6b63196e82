package document

import (
	"strings"
	"testing"
)

func TestLaTeXTable(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"spans":            {"\\begin{tabular}{|l|c|c|}\n\\hline \\multirow[t]{2}*{名} & \\multicolumn{2}{|c|}{甲乙} \\\\ \\cline{2-3}\n & 甲 & 乙 \\\\\n\\hline 规 & 1{,}204 & $-3$ \\\\[2pt] \\hline\n\\end{tabular}", "名|甲乙\n|甲|乙\n规|1,204|-3\n"},
		"on one line":      {"$\\begin{array}{cc} 规 & 1 \\\\ 文 & 2 \\end{array}$", "规|1\n文|2\n"},
		"cells of lines":   {"\\begin{tabular}{cc}\n\\begin{tabular}[c]{@{}c@{}}行政\\\\许可\\end{tabular} & \\makecell{1\\\\2} \\\\\n\\parbox{2cm}{规章} & 2 \\% % of all\n\\\\\n\\end{tabular}", "行政/许可|1#2\n规章|2 %\n"},
		"what may be none": {"\\begin{tabular}{cc}\n规 & \\textcolor{white}{9}\\\\ 文 & 12\\textsuperscript{1}\\\\ 件 & \\multirow{2}{*}{7}\\\\ 令 & \\\\\n\\end{tabular}", "规|white9#\n文|121#\n件|7#\n令|\n"},
		"a second header":  {"\\begin{longtable}[]{@{}ll@{}}\n\\toprule\n名 & 甲\\\\\n\\endfirsthead\n续 & 表\\\\\n\\endhead\n规 & 1 \\tabularnewline\n\\bottomrule\n\\end{longtable}", "名|甲\n规|1\n"},
		"no end":           {"\\begin{tabular}{cc}\n规 & 1 \\\\", ""},
		"braces unclosed":  {"\\begin{tabular}{cc\n规 & {1 \\\\ 文 & 2\n\\end{tabular}", "cc/规 & 1/文 & 2\n"},
	} {
		lines := strings.Split(c.text, "\n")
		g, n := latexTable(lines)
		got := ""
		if n > 0 {
			for r := range g.Rows {
				var cells []string
				for _, cell := range g.Own(r) {
					cells = append(cells, strings.ReplaceAll(strings.ReplaceAll(cell.Text, "\n", "/"), Unread, "#"))
				}
				got += strings.Join(cells, "|") + "\n"
			}
			if n != len(lines) || len(g.Lines) != len(g.Rows) {
				t.Errorf("%s: %d of %d lines, %d of %d rows", name, n, len(lines), len(g.Lines), len(g.Rows))
			}
		}
		if got != c.want {
			t.Errorf("%s:\n%swant\n%s", name, got, c.want)
		}
	}
	for line, want := range map[string]string{"\\section*{一、总体}\\label{a}": "一、总体", "\\textbf{一、总体}": "一、总体", "\\textbf{一}段": "", "\\section{一": ""} {
		if got, ok := MarkedHeading(line); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", line, got, ok)
		}
	}
}

// FuzzMarkup reads what may be a table of any markup.
func FuzzMarkup(f *testing.F) {
	f.Add("\\begin{tabular}{c}\n\\multicolumn{2}{c}{a} & {b\\\\\n\\end{tabular}")
	f.Add("[cols=\"2*,1\"]\n|===\n.2+|a 3+|b 2*|c\n|\n|===")
	f.Add("+--+--+\n|a    |\n|  +--+\n|  |b |\n+--+--+\n|c |d |\n+--+--+")
	f.Add("^ a ^^\n^ ::: | b |\n|_/2\\3. c |")
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Split(text, "\n")
		for _, read := range []func([]string) (*Grid, int){latexTable, asciiDocTable} {
			if g, n := read(lines); n > len(lines) || n > 0 && (g == nil || len(g.Lines) != len(g.Rows)) {
				t.Errorf("%d of %d lines: %+v", n, len(lines), g)
			}
		}
		if g := drawnGrid(lines, '|'); g != nil && len(g.Lines) != len(g.Rows) {
			t.Errorf("%d lines for %d rows", len(g.Lines), len(g.Rows))
		}
		for _, line := range lines {
			MarkedHeading(line)
		}
	})
}
