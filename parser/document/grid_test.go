package document_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// cell is a cell as markup gives it.
type cell struct {
	text             string
	rowspan, colspan int
}

func build(groups ...[][]cell) *document.Grid {
	var b document.GridBuilder
	for _, rows := range groups {
		for _, row := range rows {
			b.StartRow()
			for _, c := range row {
				b.AddCell(c.text, c.rowspan, c.colspan)
			}
		}
		b.EndGroup()
	}
	return b.Grid()
}

// layout writes which cell covers each column of each row.
func layout(g *document.Grid) string {
	var rows []string
	for r := range g.Rows {
		var cells []string
		for col := range g.Width() {
			if c := g.At(r, col); c != nil {
				cells = append(cells, c.Text)
			} else {
				cells = append(cells, ".")
			}
		}
		rows = append(rows, strings.Join(cells, ""))
	}
	return strings.Join(rows, " ")
}

func TestGridBuilder(t *testing.T) {
	one := func(s string) (row []cell) {
		for _, r := range s {
			row = append(row, cell{string(r), 1, 1})
		}
		return row
	}
	for _, tc := range []struct {
		name   string
		groups [][][]cell
		want   string
	}{
		{"plain", [][][]cell{{one("ab"), one("cd")}}, "ab cd"},
		{"a short row", [][][]cell{{one("abc"), one("d")}}, "abc d.."},
		{"an empty row", [][][]cell{{one("a"), nil, one("b")}}, "a . b"},
		{"colspan", [][][]cell{{{{"a", 1, 2}, {"b", 1, 1}}, one("cde")}}, "aab cde"},
		{"rowspan", [][][]cell{{{{"a", 2, 1}, {"b", 1, 1}}, one("c"), one("de")}}, "ab ac de"},
		{"rowspan in the middle", [][][]cell{{{{"a", 1, 1}, {"b", 2, 1}, {"c", 1, 1}}, one("de")}}, "abc dbe"},
		{"rowspan to the end of the group", [][][]cell{{{{"a", 0, 1}, {"b", 1, 1}}, one("c"), one("d")}, {one("ef")}}, "ab ac ad ef"},
		{"rowspan beyond the group", [][][]cell{{{{"a", 9, 1}, {"b", 1, 1}}, one("c")}, {one("de")}}, "ab ac de"},
		{"rowspan beyond the table", [][][]cell{{one("ab"), {{"c", 99999999, 1}, {"d", 1, 1}}}}, "ab cd"},
		{"both", [][][]cell{{{{"a", 2, 2}, {"b", 1, 1}}, one("c"), one("def")}}, "aab aac def"},
		{"negative spans", [][][]cell{{{{"a", -1, -1}, {"b", 1, 0}}}}, "ab"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, layout(build(tc.groups...))); diff != "" {
				t.Errorf("grid (-want +got):\n%s", diff)
			}
		})
	}
}

// The same cases each time, so that a change is judged by what it changes;
// -rapid.seed and -rapid.checks look further.
func init() { flag.Set("rapid.seed", "20211231") }

// Whatever the spans, each cell stands where it says, once in every row it
// covers, and rows are in the order of their columns.
func TestGridBuilderAnySpans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b document.GridBuilder
		n := 0
		for range rapid.IntRange(0, 6).Draw(t, "rows") {
			b.StartRow()
			for range rapid.IntRange(0, 5).Draw(t, "cells") {
				n++
				b.AddCell(fmt.Sprint(n), rapid.IntRange(-1, 4).Draw(t, "rowspan"), rapid.IntRange(-1, 4).Draw(t, "colspan"))
			}
			if rapid.IntRange(0, 4).Draw(t, "group") == 0 {
				b.EndGroup()
			}
		}
		g := b.Grid()
		rowsOf := map[*document.Cell]int{}
		for r, row := range g.Rows {
			for i, c := range row {
				rowsOf[c]++
				if i > 0 && c.Col < row[i-1].Col {
					t.Fatalf("row %d: column %d after column %d", r, c.Col, row[i-1].Col)
				}
				if r < c.Row || r >= c.Row+c.RowSpan {
					t.Fatalf("row %d holds the cell of rows %d to %d", r, c.Row, c.Row+c.RowSpan-1)
				}
			}
		}
		if len(rowsOf) != n {
			t.Fatalf("%d cells of %d are in the grid", len(rowsOf), n)
		}
		for c, rows := range rowsOf {
			if rows != c.RowSpan {
				t.Fatalf("cell %s is in %d rows and says %d", c.Text, rows, c.RowSpan)
			}
		}
	})
}

func TestBuilderLimits(t *testing.T) {
	var b document.Builder
	b.AddText(document.Paragraph, "  ")
	b.AddText(document.Paragraph, "一")
	b.AddGrid(&document.Grid{})
	b.AddGrid(build([][]cell{{{"1", 1, 1}}}))
	b.AddText(document.Heading, "二")
	for range 10 {
		b.AddText(document.Paragraph, strings.Repeat("x", document.MaxText/8))
	}
	d := b.Document()
	if got := len(d.Blocks); got != 3+7 {
		t.Errorf("%d blocks, want the three and seven of the long ones", got)
	}
	if d.Blocks[0].Line != 1 || d.Blocks[2].Line != 2 || d.Blocks[1].Grid.Number != 1 {
		t.Errorf("blocks are misnumbered: %+v", d.Blocks[:3])
	}
	if len(d.Findings) != 1 || d.Findings[0].Rule != report.RuleLimit {
		t.Errorf("findings %v, want one %s", d.Findings, report.RuleLimit)
	}
}
