package document

import (
	"slices"
	"strings"

	"nianbao/parser/lazyregexp"
)

// AddSheet adds a sheet's grid, or what is left of it between rows of prose, which become
// paragraphs. Every part keeps the sheet's row numbers: the rows of other parts are empty in it.
func (b *Builder) AddSheet(g *Grid) {
	start := 0
	part := func(end int) {
		if start == end {
			return
		}
		p := &Grid{Rows: slices.Clone(g.Rows[:end]), Truncated: g.Truncated && end == len(g.Rows), Lines: g.Lines[:min(end, len(g.Lines))]}
		clear(p.Rows[:start])
		b.AddGrid(p)
	}
	for i := 0; i < len(g.Rows); {
		text, height := g.proseRow(i)
		if text == "" {
			i++
			continue
		}
		part(i)
		if len(g.Lines) > i {
			b.SetLine(g.Lines[i])
		}
		b.AddText(Paragraph, text)
		i += height
		start = i
	}
	part(len(g.Rows))
}

// sheetHeading matches the headings of a report's sections, and not those inside the
// annex of 2014 (一、主动公开情况), which must stay one table.
var sheetHeading = lazyregexp.New(`^[一二三四五六七八九十]{1,2}[、．.\s].*(?:总体情况|总体公开情况|基本情况|概述|公开政府信息情况|处理政府信息公开申请情况|行政诉讼情况|问题|需要报告的事项|附表|附件)`)

// proseRow returns the text of a row that is prose and no row of a table, and
// how many rows it takes: nothing else stands in the row, and it is a sentence or
// a section's heading. A single word across a table is one of its headers.
func (g *Grid) proseRow(i int) (text string, height int) {
	var only *Cell
	for _, c := range g.Rows[i] {
		switch {
		case c.Text == "":
		case only != nil || c.Row != i:
			return "", 0
		default:
			only = c
		}
	}
	if only == nil || !strings.ContainsRune(only.Text, '。') && !sheetHeading.MatchString(only.Text) && !strings.HasSuffix(only.Text, "年度报告") {
		return "", 0
	}
	// A merge over several rows must have them to itself.
	for r := i + 1; r < i+only.RowSpan && r < len(g.Rows); r++ {
		for _, c := range g.Rows[r] {
			if c != only && c.Text != "" {
				return "", 0
			}
		}
	}
	return only.Text, only.RowSpan
}
