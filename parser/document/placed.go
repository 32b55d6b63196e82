package document

import (
	"slices"
	"strings"
)

// Bounds of the search for such tables: how many lines one may take, and how often one is looked for. A line that stands alone may
// be a row of as many cells as there are columns, so that the tables of a short text
// may be large: the one that takes them beyond what a document may hold is the last.
const (
	maxPlaced  = 400
	maxSearchs = 1000
)

// placedKind is a way to write a table that tells where it begins, or which line of it
// tells its columns.
type placedKind struct {
	tells func(line string) bool
	read  func(lines []string) (*Grid, int)
	above int  // lines that may stand above the one that tells
	sheet bool // as of [Drawn]
}

var placedKinds = []placedKind{
	{tells: beginsWiki, read: wikiTable},
	{tells: beginsLaTeX, read: latexTable},
	{tells: beginsAsciiDoc, read: asciiDocTable},
	{tells: measuresColumns, read: measuredTable, above: maxHeading},
	{tells: separates, read: separatedTable, sheet: true},
}

// separates reports a line that may be one of values between commas or semicolons.
func separates(line string) bool {
	return strings.Count(line, ",") >= 2 || strings.Count(line, ";") >= 2
}

// PlacedTables finds the tables of a text whose cells stand in places or between
// commas, or are those of a wiki, of AsciiDoc or of LaTeX, by the index of their first line.
func PlacedTables(lines []string) map[int]Drawn {
	all := map[int]Drawn{}
	searches, cells := 0, 0
	next := 0 // the first line that no table has taken
	for i, line := range lines {
		if i < next {
			continue
		}
		k := slices.IndexFunc(placedKinds, func(k placedKind) bool { return k.tells(line) })
		if k < 0 {
			continue
		}
		kind, begin := placedKinds[k], i
		for begin > next && i-begin < kind.above && strings.TrimSpace(lines[begin-1]) != "" {
			begin--
		}
		for n := 0; begin <= i && n == 0; begin++ {
			if searches++; searches > maxSearchs || cells > MaxCells {
				return all
			}
			var grid *Grid
			if grid, n = kind.read(lines[begin:min(len(lines), begin+maxPlaced)]); n > 0 {
				all[begin], next = Drawn{Grid: grid, Lines: n, Sheet: kind.sheet}, begin+n
				for _, row := range grid.Rows {
					cells += len(row)
				}
			}
		}
	}
	return all
}
