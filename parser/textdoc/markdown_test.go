package textdoc

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

func TestMarkdownInline(t *testing.T) {
	for _, c := range [][2]string{
		{"**（一）主动公开。**2022年", "（一）主动公开。2022年"}, {"***要***和*点*", "要和点"}, {"__要__", "要"}, {"____", "____"},
		{"~~99~~3593", "<del>99</del>3593"}, {"3593^1^", "3593<sup>1</sup>"}, {"3593~1~件", "3593<sub>1</sub>件"}, {"3~5万、6~8万", "3~5万、6~8万"},
		{"3593[^1]", "3593<sup>1</sup>"}, {"![3](a.png)", "<img>"}, {"12![3](a.png)", "12<img>"}, {"[附件](a.doc \"x\")", `<a href="a.doc">附件</a>`}, {"[1]", "[1]"},
		{"3593$^{1}$", "3593<sup>1</sup>"}, {"$3593^{1}$", "3593<sup>1</sup>"}, {"$3593$", "3593"}, {`$95\%$`, "95&#37;"}, {"H$_{2}$O", "H<sub>2</sub>O"}, {"共$若干$", "共$若干$"},
		{`[规章]{lang="EN-US"}`, `<span lang="EN-US">规章</span>`}, {`[[7]{lang="EN-US"}件]{.hide style="color:black"}`, `<span  class="hide"  style="color:black"><span lang="EN-US">7</span>件</span>`},
		{"[规章]{style=\"fo\nnt-size:9pt\"}", `<span style="font-size:9pt">规章</span>`}, {"[见]{上}", "[见]{上}"}, {"![](a.png){width=3}", "<img>"}, {"[甲](a.doc){.x}", `<a href="a.doc">甲</a>`},
		{`12\*`, "12&#42;"}, {`3\^1\^`, "3&#94;1&#94;"}, {"`a*b*c`", "a&#42;b&#42;c"}, {"12*", "12*"}, {"a<b", "a<b"}, {"3593<sup>1</sup>", "3593<sup>1</sup>"},
	} {
		if got := inline(escaped(c[0])); got != c[1] {
			t.Errorf("%s became %s, want %s", c[0], got, c[1])
		}
	}
}

func TestMarkdownBlocks(t *testing.T) {
	for name, c := range map[string][2]string{
		"headings":                      {"# 一 #\n##二\n### 三\n四\n===\n五\n---\n\n---\n", "<h1>一</h1>\n<p>##二</p>\n<h3>三</h3>\n<h2>四</h2>\n<h2>五</h2>\n"},
		"headings with attributes":      {"# 一 {#yi .unnumbered}\n## 二 {-}\n### 三{四}\n", "<h1>一</h1>\n<h2>二</h2>\n<h3>三{四}</h3>\n"},
		"divisions":                     {"::: {.content #main}\n一\n:::: box\n二\n::::\n:::\n", "<p>一</p>\n<p>二</p>\n"},
		"broken tags":                   {"<span\nstyle=\"color:red\"\nlang=x>一<span lang=y></span></span>\n", "<p><span style=\"color:red\" lang=x>一<span lang=y></span></span></p>\n"},
		"settings before":               {"---\ntitle: x\n---\n正文\n", "<p>正文</p>\n"},
		"no settings":                   {"---\n正文\n", "<p>正文</p>\n"},
		"fences":                        {"```markdown\n# 一\n```\n", "<h1>一</h1>\n"},
		"lists and quotes":              {"- 甲\n* 乙\n> 丙\n1. 丁\n-5\n", "<p>甲</p>\n<p>乙</p>\n<p>丙</p>\n<p>1. 丁</p>\n<p>-5</p>\n"},
		"notes":                         {"[^1]: 含镇级\n", "<p><sup>1</sup> 含镇级</p>\n"},
		"a table":                       {"| 甲 | 乙 |\n|:--|--:|\n| 1 | 2<br>3 |\n", "<table><tr><td>甲</td><td>乙</td></tr>\n<tr><td>1</td><td>2<br>3</td></tr>\n</table>\n"},
		"rows keep the cells they have": {"甲 | 乙 | 丙\n---|---|---\n1 | 2\n1 | 2 | 3 | 4\n", "<table><tr><td>甲</td><td>乙</td><td>丙</td></tr>\n<tr><td>1</td><td>2</td></tr>\n<tr><td>1</td><td>2</td><td>3</td><td>4</td></tr>\n</table>\n"},
		"an escaped bar":                {"| 甲\\|乙 | 1 |\n|---|---|\n", "<table><tr><td>甲&#124;乙</td><td>1</td></tr>\n</table>\n"},
		"tabs":                          {"甲\t乙\n1\t2\n", "<table><tr><td>甲</td><td>乙</td></tr>\n<tr><td>1</td><td>2</td></tr>\n</table>\n"},
		"HTML":                          {"<table>\n<tr><td>**1**</td></tr>\n\n</table>\n后\n", "<table>\n<tr><td>1</td></tr>\n\n</table>\n<p>后</p>\n"},
		"HTML without an end":           {"<table>\n<tr><td>1\n", "<table>\n<tr><td>1\n\n"},
		"Windows lines":                 {"# 一\r\n二\r\n", "<h1>一</h1>\n<p>二</p>\n"},
	} {
		page, _, _ := Page([]byte(c[0]), "")
		got, framed := strings.CutPrefix(string(page), "<!DOCTYPE html><html><body>\n")
		got, whole := strings.CutSuffix(got, "</body></html>\n")
		if got != c[1] || !framed || !whole {
			t.Errorf("%s (whole %v):\n%s\nwant\n%s", name, whole, got, c[1])
		}
	}
	// A row that is cut off leaves the page open.
	page, _, _ := Page([]byte("| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n| 3 | 4"), "")
	if got := string(page); !strings.HasSuffix(got, "<td>4") {
		t.Errorf("a cut row gives %s", got)
	}
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte("# 政府信息公开工作年度报告\n"))
	if err != nil {
		t.Fatal(err)
	}
	if page, name, _ := Page(gb, ""); name != "gb18030" || !strings.Contains(string(page), "<h1>政府信息公开工作年度报告</h1>") {
		t.Errorf("%s: %s", name, page)
	}
}

func TestIsMarkdown(t *testing.T) {
	for text, want := range map[string]bool{
		"# 一、总体情况\n": true, "前\n\n## 一\n": true, "```\n表\n```\n": true, "**（一）主动公开。**\n": true, "见![](a.png)": true, "12[^1]": true, "~~9~~": true,
		"<table><tr><td>1</td></tr></table>\n一、总体情况\n": true, "甲\n<TABLE>\n<tr><td>1</td></tr>\n</TABLE>": true,
		"[一、总体情况]{lang=\"EN-US\"}\n": true, "::: {.x}\n一\n:::\n": true, "<span\nlang=x>一</span>\n\n<span>二</span>\n\n三\n": true, "|甲|<span>乙</span>|\n|---|---|\n|1|2|\n": true,
		"<span\nlang=x>一</span>\n\n<table>\n<tr><td>1</td></tr></table>\n二": true, "<span>一</span><span>二</span>": false, "<p>一</p>\n\n<span>二</span>\n\n三\n": false, "a<b\n\nc>d\n\n三\n": false,
		"": false, "一、总体情况\n": false, "#一\n": false, "|甲|乙|\n|---|---|\n|1|2|\n": false, "张**、李**": false, "138****1234": false,
		"<html><body># 一</body></html>": false, "<!DOCTYPE html>\n# 一": false, "<table><tr><td>1</td></tr></table>": false, "<p>一</p><table><tr><td>1</td></tr></table>": false,
	} {
		if got := IsMarkdown([]byte(text)); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func FuzzPage(f *testing.F) {
	f.Add([]byte("# 一\n| 甲 | ~~9~~1 |\n|---|---|\n| 1 | 2"))
	f.Add([]byte("---\na: b\n---\n<table><tr><td>$1^2$"))
	f.Fuzz(func(t *testing.T, data []byte) {
		IsMarkdown(data)
		if page, _, _ := Page(data, ""); len(page) > mostOf(data) {
			t.Errorf("%d octets of %d", len(page), len(data))
		}
	})
}

func numbers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprint(&b, i, " ")
	}
	return b.String()
}

// mostOf is how large the page of a text may be: a row of a table that stands in
// places has a cell for each column, whatever its line holds, but all of them are
// bounded.
func mostOf(data []byte) int { return 40*len(data) + 1000 + 2*document.MaxCells*len("<td></td>") }

// TestManyCells reads a short text that holds many rows of many columns.
func TestManyCells(t *testing.T) {
	columns := 240
	one := strings.Repeat("a   ", columns) + "\n" + strings.Repeat("--- ", columns) + "\n" + strings.Repeat("x\n", 390) + "\n"
	data := []byte(strings.Repeat(one+"\n", 10))
	if page, _, _ := Page(data, ""); len(page) < 390*columns || len(page) > mostOf(data) {
		t.Errorf("%d octets of %d", len(page), len(data))
	}
	cells := 0
	for _, p := range document.PlacedTables(strings.Split(string(data), "\n")) {
		for _, row := range p.Grid.Rows {
			cells += len(row)
		}
	}
	if cells <= document.MaxCells || cells > 2*document.MaxCells {
		t.Errorf("%d cells", cells)
	}
	for _, wide := range []string{strings.Repeat("a  ", 2000) + "\n" + strings.Repeat("-- ", 2000) + "\nx\ny\n", fmt.Sprintln(numbers(2000)) + "0 x\n1 y\n2 z\n"} {
		if placed := document.PlacedTables(strings.Split(wide, "\n")); len(placed) != 0 {
			t.Error("a table of 2,000 columns")
		}
	}
	d, err := Read(t.Context(), data, "")
	if err != nil || len(d.Findings) != 1 || d.Findings[0].Rule != report.RuleLimit {
		t.Errorf("%v %v", d.Findings, err)
	}
}
