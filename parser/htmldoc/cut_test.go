package htmldoc

import (
	"os"
	"slices"
	"strings"
	"testing"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// A page that is cut off, wherever that is, never gives a cell's first digits
// for its figure: a cell reads as in the whole page, or as unreadable.
func TestPageCutAnywhere(t *testing.T) {
	const page = `<!DOCTYPE html><html><head><meta charset="utf-8"><title>年报</title></head><body><div>
<p>全年受理申请1234件，办结5678件。</p>
<table><tr><td>名称</td><td>甲</td><td>乙</td></tr>
<tr><td>规章</td><td><p><span lang=EN-US>1234</span></p></td><td>5678</td></tr>
<tr><td>文件</td><td>9012<td>3456</tr></table>
<p>其中12<b>34</b>件为新收。</p></div></body></html>`
	known := map[string]bool{"": true, document.Unread: true, "名称": true, "甲": true, "乙": true, "规章": true, "文件": true, "1234": true, "5678": true, "9012": true, "3456": true}
	truncated := 0
	for n := 200; n < len(page); n++ {
		cut := page[:n]
		d := mustRead(t, []byte(cut), "", false)
		said := slices.ContainsFunc(d.Findings, func(f report.Finding) bool { return f.Rule == report.RuleTruncated })
		if said {
			truncated++
		}
		for _, b := range d.Blocks {
			if b.Grid == nil {
				for _, figure := range []string{"1", "12", "123", "5", "56", "567"} {
					if strings.HasSuffix(b.Text, figure) {
						t.Errorf("%q…: a line ends in half a figure: %q", cut[max(0, n-20):], b.Text)
					}
				}
				continue
			}
			for _, row := range b.Grid.Rows {
				for _, c := range row {
					if !known[c.Text] && !strings.Contains(c.Text, document.Unread) && strings.Trim(c.Text, "0123456789") != c.Text {
						t.Errorf("%q…: a cell holds %q", cut[max(0, n-20):], c.Text)
					}
					if strings.Contains(c.Text, document.Unread) && !said {
						t.Errorf("%q…: a cell is unreadable and the page not said to be cut off", cut[max(0, n-20):])
					}
				}
			}
		}
		if body := strings.Index(page, "</body"); n > strings.Index(page, "<table") && n < strings.Index(page, "</div>") && !said && n < body {
			t.Errorf("%q…: the page is not said to be cut off", cut[max(0, n-20):])
		}
	}
	if truncated < 100 {
		t.Errorf("only %d pages were said to be cut off", truncated)
	}
}

// Whole pages are not said to be cut off, however sloppy they are.
func TestWholePagesAreNotCut(t *testing.T) {
	for _, path := range pagePaths(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(path, "cut") {
			continue
		}
		d := mustRead(t, data, "", false)
		if slices.ContainsFunc(d.Findings, func(f report.Finding) bool { return f.Rule == report.RuleTruncated }) {
			t.Errorf("%s is said to be cut off: …%q", path, data[max(0, len(data)-60):])
		}
	}
	for _, page := range []string{"<p>受理21", "<table><tr><td>1<td>2</table>", "受理21件", "<ul><li>1<li>21", "a < b", "<p>1</p>\n<b>21"} {
		if d := mustRead(t, []byte(page), "", false); len(d.Findings) > 0 {
			t.Errorf("%q gives %v", page, d.Findings)
		}
	}
}
