package htmldoc

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// Whatever the bytes: no panic, text that is valid UTF-8 and never empty, grids
// whose cells do not overlap, and the same blocks by the short way as by the
// thorough one.
func FuzzRead(f *testing.F) {
	for _, path := range fixtures(f) {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := mustRead(t, data, "", false)
		for _, b := range d.Blocks {
			if b.Kind != document.Table {
				if !utf8.ValidString(b.Text) || strings.TrimSpace(b.Text) == "" || strings.Contains(b.Text, "\x00") {
					t.Errorf("a block of %q", b.Text)
				}
				continue
			}
			for r, row := range b.Grid.Rows {
				end := 0
				for _, c := range row {
					if c.Col < end && c.Row == r && c.RowSpan == 1 {
						t.Errorf("row %d: the cell of column %d overlaps the one before", r, c.Col)
					}
					if c.ColSpan < 1 || c.RowSpan < 1 || !utf8.ValidString(c.Text) {
						t.Errorf("row %d: cell %+v", r, c)
					}
					end = c.End()
				}
			}
		}
		for _, finding := range d.Findings {
			if finding.Rule == report.RuleLimit || finding.Rule == report.RuleMalformed {
				return
			}
		}
		thorough := mustRead(t, data, "", true)
		// A link that is never closed runs on by rules that ask for every tag.
		d.Links, thorough.Links = nil, nil
		if short, long := viewText(t, d), viewText(t, thorough); short != long {
			t.Errorf("the short way gives\n%s\nthe thorough one\n%s", short, long)
		}
	})
}
