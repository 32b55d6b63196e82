package flattened

import (
	"cmp"
	"slices"
	"strings"
)

// cell is a cell of a printed table with its place and its spans. A figure's
// cell has the key of what it counts, or "" for one that is none of the
// report's.
type cell struct {
	text                 string
	row, col, rows, cols int
	figure               bool
}

// table is a table as it is printed. Its first head rows are its header; its
// first stub columns hold labels.
type table struct {
	cells                  []cell
	rows, cols, head, stub int
}

func (t *table) add(text string, row, col, rows, cols int) {
	t.cells = append(t.cells, cell{text: text, row: row, col: col, rows: rows, cols: cols})
	t.rows, t.cols = max(t.rows, row+rows), max(t.cols, col+cols)
}

func (t *table) figure(text string, row, col, cols int) {
	t.add(text, row, col, 1, cols)
	t.cells[len(t.cells)-1].figure = true
}

// own are the cells that begin in a row, from left to right.
func (t *table) own(row int) (cells []cell) {
	for _, c := range t.cells {
		if c.row == row {
			cells = append(cells, c)
		}
	}
	slices.SortStableFunc(cells, func(a, b cell) int { return cmp.Compare(a.col, b.col) })
	return cells
}

// split parts the cells that begin in a row into labels and figures.
func (t *table) split(row int) (labels, figures []string) {
	for _, c := range t.own(row) {
		if c.figure {
			figures = append(figures, c.text)
		} else {
			labels = append(labels, c.text)
		}
	}
	return labels, figures
}

// square is the place of a grid that a cell covers; first tells the cell's own
// corner from what its spans cover.
type square struct {
	text          string
	first, figure bool
}

func (t *table) grid() [][]square {
	g := make([][]square, t.rows)
	for i := range g {
		g[i] = make([]square, t.cols)
	}
	for _, c := range t.cells {
		for i := c.row; i < c.row+c.rows; i++ {
			for j := c.col; j < c.col+c.cols; j++ {
				g[i][j] = square{c.text, i == c.row && j == c.col, c.figure}
			}
		}
	}
	return g
}

// stacked puts tables below each other as one, as wide as the widest. What
// stood at the right end of a narrow one spans the rest.
func stacked(tables []*table) *table {
	all := &table{stub: tables[0].stub, head: tables[0].head}
	width := 0
	for _, t := range tables {
		width = max(width, t.cols)
	}
	for _, t := range tables {
		at := all.rows
		for _, c := range t.cells {
			if c.col+c.cols == t.cols {
				c.cols += width - t.cols
			}
			c.row += at
			all.cells = append(all.cells, c)
		}
		all.rows, all.cols = at+t.rows, width
	}
	return all
}

// blockTable is one block of section two.
func blockTable(b block, normative string, cells map[string]Cell) *table {
	t := &table{head: 2, stub: 1}
	t.add(b.title, 0, 0, 1, 1+len(b.columns))
	t.add("信息内容", 1, 0, 1, 1)
	for j, c := range b.columns {
		t.add(c[0], 1, 1+j, 1, 1)
	}
	for i, row := range b.rows {
		label := row[0]
		if label == "规范性文件" {
			label = normative
		}
		t.add(label, 2+i, 0, 1, 1)
		for j, c := range b.columns {
			t.figure(cells["disclosure."+row[1]+"."+c[1]].Raw, 2+i, 1+j, 1)
		}
	}
	return t
}

// requestTable is section three. order are the columns' kinds as printed in
// the header and data as printed in the rows: indices into kinds.
func requestTable(rows []stubRow, head, data []int, cells map[string]Cell) *table {
	t := &table{head: 3, stub: 3}
	t.add(corner, 0, 0, 3, 3)
	t.add("申请人情况", 0, 3, 1, 7)
	legal := 0 // where the run of legal persons ends: it is under one heading
	for j, k := range head {
		if j < legal {
			continue
		}
		if k == 0 || k == 6 {
			t.add(kinds[k].label, 1, 3+j, 2, 1)
			continue
		}
		for legal = j; legal < len(head) && head[legal] != 0 && head[legal] != 6; legal++ {
			t.add(kinds[head[legal]].label, 2, 3+legal, 1, 1)
		}
		t.add("法人或其他组织", 1, 3+j, 1, legal-j)
	}
	for i := 0; i < len(rows); i++ {
		row := rows[i]
		at := 3 + i
		first := func(of func(stubRow) string) bool { return i == 0 || of(rows[i-1]) != of(row) }
		run := func(of func(stubRow) string) (n int) {
			for n = 1; i+n < len(rows) && of(rows[i+n]) == of(row); n++ {
			}
			return n
		}
		item := func(s stubRow) string { return s.item }
		kind := func(s stubRow) string { return s.item + s.kind }
		switch {
		case row.kind == "":
			t.add(row.item, at, 0, 1, 3)
		case first(item):
			t.add(row.item, at, 0, run(item), 1)
		}
		switch {
		case row.kind == "":
		case row.detail == "":
			t.add(row.kind, at, 1, 1, 2)
		case first(kind):
			t.add(row.kind, at, 1, run(kind), 1)
		}
		if row.detail != "" {
			t.add(row.detail, at, 2, 1, 1)
		}
		for j, k := range data {
			t.figure(cells[row.code+"@"+kinds[k].code].Raw, at, 3+j, 1)
		}
	}
	return t
}

// reviewTable is section four.
func reviewTable(cells map[string]Cell) *table {
	t := &table{head: 3}
	t.add("行政复议", 0, 0, 1, 5)
	t.add("行政诉讼", 0, 5, 1, 10)
	t.add("未经复议直接起诉", 1, 5, 1, 5)
	t.add("复议后起诉", 1, 10, 1, 5)
	for i, part := range reviewParts {
		for j, c := range remedies {
			if i == 0 {
				t.add(c[0], 1, j, 2, 1)
			} else {
				t.add(c[0], 2, 5*i+j, 1, 1)
			}
			t.figure(cells[part+c[1]].Raw, 3, 5*i+j, 1)
		}
	}
	return t
}

// annexTable is the annex of 2014.
func annexTable(cells map[string]Cell) *table {
	t := &table{head: 1, stub: 2}
	t.add("统计指标", 0, 0, 1, 1)
	t.add("单位", 0, 1, 1, 1)
	t.add("统计数", 0, 2, 1, 1)
	for i, row := range annex {
		t.add(row.label, 1+i, 0, 1, 1)
		t.add(row.unit, 1+i, 1, 1, 1)
		text := "——"
		if row.code != "" {
			text = cells[annexKey(row.code)].Raw
		}
		t.figure(text, 1+i, 2, 1)
	}
	return t
}

// wrap breaks a text into lines of n characters, and of some more where a line
// would begin with a mark that closes; a mark that opens goes to the next line.
func wrap(s string, n int) (lines []string) {
	for r := []rune(s); ; {
		at := min(n, len(r))
		for at < len(r) && strings.ContainsRune(",，、。.．)）:：”》", r[at]) {
			at++
		}
		for at > 1 && at < len(r) && strings.ContainsRune("(（“《", r[at-1]) {
			at--
		}
		lines = append(lines, string(r[:at]))
		if r = r[at:]; len(r) == 0 {
			return lines
		}
	}
}
