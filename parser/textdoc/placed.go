package textdoc

import (
	"slices"
	"strings"

	"nianbao/parser/document"
)

// tables finds the tables of a text.
type tables struct {
	lines   []string
	newline bool                   // the text ends in one
	ends    func(line string) bool // tells lines that end a table drawn with bars or tabs
	placed  map[int]found          // by the index of their first line
}

// found are lines that are a table, or might have been.
type found struct {
	document.Drawn
	sheet bool // rows of prose may stand between those of tables
}

// at is what begins at a line; it has no lines where nothing does.
func (t *tables) at(i int) found {
	if p, ok := t.placed[i]; ok {
		return p
	}
	return found{Drawn: document.DrawnTable(t.lines[i:], t.newline, func(k int) bool { return t.placed[i+k].Grid != nil || t.ends(t.lines[i+k]) })}
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

// placedKind is a way to write a table that tells where it begins, or which line of it
// tells its columns.
type placedKind struct {
	tells func(line string) bool
	read  func(lines []string) (*document.Grid, int)
	above int  // lines that may stand above the one that tells
	sheet bool // as of what is found
}

var placedKinds = []placedKind{
	{tells: document.BeginsWiki, read: document.WikiTable},
	{tells: document.BeginsLaTeX, read: document.LaTeXTable},
	{tells: document.BeginsAsciiDoc, read: document.AsciiDocTable},
	{tells: document.MeasuresColumns, read: document.MeasuredTable, above: maxAbove},
	{tells: separates, read: document.SeparatedTable, sheet: true},
}

// separates reports a line that may be one of values between commas or semicolons.
func separates(line string) bool {
	return strings.Count(line, ",") >= 2 || strings.Count(line, ";") >= 2
}

// placedTables finds the tables of a text whose cells stand in places or between
// commas, or are those of a wiki, of AsciiDoc or of LaTeX, by the index of their first line.
func placedTables(lines []string) map[int]found {
	all := map[int]found{}
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
			if searches++; searches > maxSearchs || cells > document.MaxCells {
				return all
			}
			var grid *document.Grid
			if grid, n = kind.read(lines[begin:min(len(lines), begin+maxPlaced)]); n > 0 {
				all[begin], next = found{document.Drawn{Grid: grid, Lines: n}, kind.sheet}, begin+n
				for _, row := range grid.Rows {
					cells += len(row)
				}
			}
		}
	}
	return all
}
