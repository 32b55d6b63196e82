package textdoc

import (
	"strings"

	"nianbao/parser/document"
)

// placed is a table that takes several lines of a text, from the one it is filed
// under. from tells the line of each row, counted from there.
type placed struct {
	grid  *document.Grid
	lines int
	from  []int
}

// Bounds of the search for such tables: how many lines one may take, how many may
// stand above the ruler, and how often one is looked for. A line that stands alone may
// be a row of as many cells as there are columns, so that the tables of a short text
// may be large: the one that takes them beyond what a document may hold is the last.
const (
	maxPlaced  = 400
	maxAbove   = 8
	maxSearchs = 1000
)

// placedTables finds the tables of a text whose cells stand in places or between
// commas, or are those of a wiki, by the index of their first line.
func placedTables(lines []string) map[int]placed {
	var found map[int]placed
	searches, cells := 0, 0
	next := 0 // the first line that no table has taken
	try := func(i int, read func([]string) (*document.Grid, int, []int)) bool {
		if searches++; i < next || searches > maxSearchs || cells > document.MaxCells {
			return false
		}
		grid, n, from := read(lines[i:min(len(lines), i+maxPlaced)])
		if n == 0 {
			return false
		}
		if found == nil {
			found = map[int]placed{}
		}
		found[i], next = placed{grid, n, from}, i+n
		for _, row := range grid.Rows {
			cells += len(row)
		}
		return true
	}
	for i, line := range lines {
		switch {
		case i < next:
		case document.BeginsWiki(line):
			try(i, document.WikiTable)
		case document.MeasuresColumns(line):
			begin := i
			for begin > next && i-begin < maxAbove && strings.TrimSpace(lines[begin-1]) != "" {
				begin--
			}
			for ; begin <= i && !try(begin, document.MeasuredTable); begin++ {
			}
		case strings.Count(line, ",") >= 2 || strings.Count(line, ";") >= 2:
			try(i, document.SeparatedTable)
		}
	}
	return found
}
