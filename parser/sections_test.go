package parser

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// paragraphs makes a document of one paragraph a line; a line that begins with
// # is a heading by markup, one with | a row of a grid.
func paragraphs(text string) *document.Document {
	var b document.Builder
	var grid *document.GridBuilder
	flush := func() {
		if grid != nil {
			b.AddGrid(grid.Grid())
			grid = nil
		}
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if cells, ok := strings.CutPrefix(line, "|"); ok {
			if grid == nil {
				grid = &document.GridBuilder{}
			}
			grid.StartRow()
			for c := range strings.SplitSeq(strings.TrimSuffix(cells, "|"), "|") {
				grid.AddCell(strings.ReplaceAll(strings.TrimSpace(c), `\n`, "\n"), 1, 1, false)
			}
			continue
		}
		flush()
		if h, ok := strings.CutPrefix(line, "#"); ok {
			b.AddText(document.Heading, h)
		} else {
			b.AddText(document.Paragraph, line)
		}
	}
	flush()
	d := b.Document()
	d.Container = document.Text
	return d
}

func TestKashiSections(t *testing.T) {
	text, err := os.ReadFile("../../shared/corpus/kashi-2021.txt")
	if err != nil {
		t.Skip("the corpus is not here: ", err)
	}
	sections, findings := readSections(paragraphs(string(text)), nil, "2021")
	var got []string
	for _, s := range sections {
		got = append(got, string(rune('0'+s.Number))+s.Heading)
	}
	want := []string{"0", "1总体情况", "2主动公开政府信息情况", "3收到和处理政府信息公开申请情况", "4政府信息公开行政复议、行政诉讼情况", "5存在的主要问题及改进情况", "6其他需要报告的事项"}
	if d := cmp.Diff(want, got); d != "" || len(findings) > 0 {
		t.Errorf("sections (-want +got):\n%s%v", d, findings)
	}
	if c, ok := citedNotice(sections); !ok || c.layout != "2019" || c.section != 0 {
		t.Errorf("cited notice %+v %v", c, ok)
	}
	_ = report.Section{}
}
