package document

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"nianbao/parser/lazyregexp"
)

// Separator is what parts the cells of a line that is a row of a drawn table:
// '|' for a bar of any width or a rule (|---|, +---+---+), a tab, or 0 for
// running text.
func Separator(line string) rune {
	switch {
	case strings.ContainsAny(line, bars), isRule(line), partialRule(line), caretRow(line):
		return '|'
	case strings.Contains(strings.TrimSpace(line), "\t"):
		return '\t'
	}
	return 0
}

const bars = "|｜│┃"

// isRule reports a line that only draws, such as +---+---+.
func isRule(line string) bool {
	line = strings.TrimSpace(line)
	return utf8.RuneCountInString(line) >= 5 && strings.ContainsAny(line, "-=─━") && strings.Trim(line, "+-=─━┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛") == ""
}

// Drawn are lines that have what parts the cells of a drawn table.
type Drawn struct {
	Grid  *Grid // whose lines are counted from the first; nil where they only might have been one
	Lines int
	Cut   bool // the text ends within the last row
	Sheet bool // rows of prose may stand between those of tables
}

// DrawnTable finds the table that is drawn with bars or tabs from the first of some lines on,
// up to one that ends it; it has no lines where none is. newline is that of cutRow.
func DrawnTable(lines []string, newline bool, ends func(k int) bool) (t Drawn) {
	separator := Separator(lines[0])
	if separator == 0 || ends(0) {
		return t
	}
	var rows []string
	var at []int
	k := 0
	for ; k < len(lines) && !ends(k); k++ {
		line := lines[k]
		if strings.TrimSpace(line) == "" {
			continue
		}
		if s := Separator(line); s != separator && (s != 0 || separator != '\t' || !strings.Contains(line, "\t")) {
			break // no row, nor one of a label and blanks
		}
		rows, at = append(rows, line), append(at, k)
	}
	t.Grid, t.Lines = drawnGrid(rows, separator), at[len(at)-1]+1
	if t.Grid != nil {
		for r, row := range t.Grid.Lines {
			t.Grid.Lines[r] = at[row]
		}
		t.Cut = k == len(lines) && cutRow(rows, separator, newline)
	}
	return t
}

// drawnGrid is the table that lines draw with a separator, one row a line. It
// is nil where the lines are no table: rules alone, or a single row of fewer
// than two separators, which is a bar or a tab in running text.
func drawnGrid(lines []string, separator rune) *Grid {
	rows, from := drawnRows(lines, separator)
	even := separator == '|' && evenly(rows)
	if grid := markedGrid(lines, separator == '|' && len(rows) < len(lines) && !even); grid != nil {
		return grid
	}
	if len(rows) == 0 || len(rows) == 1 && strings.Count(rows[0], string(separator)) < 2 {
		return nil
	}
	whole, at := rows, from
	if separator == '|' {
		whole, at = framedRows(rows, from)
	}
	cells, at, framed := splitRows(whole, at, separator)
	if framed {
		if whole, first := ruledRows(rows, from); whole != nil {
			return gridOf(whole, first)
		}
		if whole := spanned(cells, slices.ContainsFunc(lines, caretRow)); whole != nil {
			return cellsGrid(whole, at)
		}
	}
	for i := range cells {
		cells[i] = trimmed(cells[i])
	}
	doubtCells(cells)
	grid := gridOf(cells, at)
	grid.Loose = len(rows) == 1 || !even
	return grid
}

// markedGrid is a table whose rows are no lines: of AsciiDoc, or of boxes, as lines between
// rules may be that do not all have as many bars.
func markedGrid(lines []string, boxes bool) *Grid {
	if grid, n := asciiDocTable(lines); n > 0 && n == len(lines) {
		return grid
	}
	if boxes || slices.ContainsFunc(lines, partialRule) {
		return boxedGrid(lines)
	}
	return nil
}

// splitRows are the cells of rows, without rules among them, and the lines of these; framed
// that every row begins and ends with the bar.
func splitRows(rows []string, from []int, separator rune) (cells [][]string, at []int, framed bool) {
	opened, closed := separator == '|', separator == '|'
	for _, row := range rows {
		opened = opened && strings.HasPrefix(row, "|")
		closed = closed && strings.HasSuffix(row, "|")
	}
	for i, row := range rows {
		if opened {
			row = row[1:]
		}
		if closed {
			row = strings.TrimSuffix(row, "|")
		}
		if part := strings.Split(row, string(separator)); separator != '|' || !isRuler(part) {
			cells, at = append(cells, part), append(at, from[i])
		}
	}
	return cells, at, opened && closed
}

// doubtCells marks what a row of a few figures without any label may go on from: the cells
// above them, of a row with others. Programs that draw cells of several lines without rules
// between their rows leave that open.
func doubtCells(rows [][]string) {
	for r := 1; r < len(rows); r++ {
		row, above := rows[r], rows[r-1]
		if len(row) != len(above) || len(row) < 2 || row[0] != "" || above[0] == "" || slices.ContainsFunc(row, func(c string) bool { return c != "" && !number(c) }) {
			continue
		}
		under, others := 0, 0
		for k := range row {
			switch {
			case row[k] != "":
				under++
			case number(above[k]):
				others++
			}
		}
		for k := range row {
			if under > 0 && others > 0 && row[k] != "" {
				above[k] += Unread
			}
		}
	}
}

// drawnCell is a cell of a drawn table.
type drawnCell struct {
	text          string
	rows, columns int
	line          int // that it begins on, or the last row it reaches into
}

// spanned are the cells of rows whose marks tell how far they reach, as Textile has them
// (|_\3/2. label |) or DokuWiki, whose headers stand behind carets: an empty cell goes on
// from the left, ::: from above. It is nil for other rows.
func spanned(rows [][]string, carets bool) (cells [][]*drawnCell) {
	marked := func(c string) bool { return textileSpan.MatchString(c) }
	textile := slices.ContainsFunc(rows, func(row []string) bool { return slices.ContainsFunc(row, marked) })
	if !carets && !textile {
		return nil
	}
	var above []*drawnCell
	for i, row := range rows {
		cells = append(cells, nil)
		this := make([]*drawnCell, len(row))
		for k, source := range row {
			c := &drawnCell{text: strings.TrimSpace(source), rows: 1, columns: 1, line: i}
			switch {
			case carets && source == "" && k > 0:
				if c = this[k-1]; c.rows == 1 {
					c.columns++
				}
			case carets && c.text == ":::" && k < len(above):
				if c = above[k]; c.line < i {
					c.rows, c.line = c.rows+1, i
				}
			default:
				if textile {
					c.readTextile(source)
				}
				cells[i] = append(cells[i], c)
			}
			this[k] = c
		}
		above = this
	}
	return cells
}

var (
	textileSpan = lazyregexp.New(`^(?:_|_?(?:[\\/]\d{1,3})+)\.\s`)
	textileMark = lazyregexp.New(`^_?((?:[\\/]\d{1,3}|[<>=^~-]|\{[^{}]*\}|\([^()]*\)|\[[^\[\]]*\])*)\.\s`)
)

// readTextile reads the marks that a cell of Textile begins with.
func (c *drawnCell) readTextile(source string) {
	m := textileMark.FindStringSubmatch(source)
	if m == nil {
		return
	}
	c.text = strings.TrimSpace(source[len(m[0]):])
	for _, span := range textileNumber.FindAllString(m[1], -1) {
		if n, _ := strconv.Atoi(span[1:]); span[0] == '/' {
			c.rows = n
		} else {
			c.columns = n
		}
	}
	if strings.ContainsAny(m[1], "{(") {
		c.text += Unread // a style may hide it
	}
}

var textileNumber = lazyregexp.New(`[\\/]\d+`)

// caretRow reports a row whose cells of the header stand behind carets.
func caretRow(line string) bool {
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, "^") && len(line) > 1 && (strings.HasSuffix(line, "^") || strings.HasSuffix(line, "|"))
}

// drawnRows are the lines that are no rules, all bars made one, with their indexes. There are
// none where cells are of several heights: what stands on a line is no row then.
func drawnRows(lines []string, separator rune) (rows []string, indexes []int) {
	for i, line := range lines {
		if separator == '|' {
			if isRule(line) {
				continue
			}
			if strings.ContainsAny(line, "├┼┤┬┴") {
				return nil, nil
			}
			if caretRow(line) {
				line = strings.ReplaceAll(line, "^", "|")
			}
			line = strings.TrimSpace(oneBar.Replace(line))
		}
		rows, indexes = append(rows, line), append(indexes, i)
	}
	return rows, indexes
}

var oneBar = strings.NewReplacer("｜", "|", "│", "|", "┃", "|")

// trimmed are the texts of cells without the space around them.
func trimmed(cells []string) []string {
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

// gridOf is the grid of rows without spans, from the lines of some indexes.
func gridOf(rows [][]string, from []int) *Grid {
	cells := make([][]*drawnCell, len(rows))
	for i, row := range rows {
		for _, c := range row {
			cells[i] = append(cells[i], &drawnCell{text: c, rows: 1, columns: 1})
		}
	}
	return cellsGrid(cells, from)
}

// cellsGrid is the grid of rows of cells.
func cellsGrid(rows [][]*drawnCell, from []int) *Grid {
	var g GridBuilder
	for _, row := range rows {
		g.StartRow()
		for _, c := range row {
			g.AddCell(c.text, c.rows, c.columns)
		}
	}
	grid := g.Grid()
	grid.Lines = from
	return grid
}

// evenly reports whether all rows begin and end with a bar, and have as many of them.
func evenly(rows []string) bool {
	return len(rows) > 0 && !slices.ContainsFunc(rows, func(row string) bool {
		return len(row) < 2 || row[0] != '|' || row[len(row)-1] != '|' || strings.Count(row, "|") != strings.Count(rows[0], "|")
	})
}

// frameWidth is how many bars the rows have of a table whose rows begin and end with the bar,
// though lines of some may be broken; 0 of others.
func frameWidth(lines []string) int {
	framed, texts, width, widest := 0, 0, 0, 0
	for _, line := range lines {
		n, blank := strings.Count(line, "|"), strings.Trim(line, "| ") == "" // blank cells, or a bar that broke off
		whole := !blank && line[0] == '|' && line[len(line)-1] == '|'
		if !blank {
			texts++
		}
		if whole {
			framed++
		}
		if blank || whole {
			width = max(width, n)
		} else {
			widest = max(widest, n)
		}
	}
	if framed < 3 || 2*framed < texts || widest >= width {
		return 0
	}
	return width
}

// framedRows joins what the breaking of long lines made of one row, in a table whose
// rows begin and end with the bar: a line without the one or the other is a part of
// a row. Where the parts make no row of the table, nobody can place what they hold.
func framedRows(lines []string, indexes []int) (rows []string, from []int) {
	width := frameWidth(lines)
	if width == 0 {
		return lines, indexes
	}
	for i, line := range lines {
		opens := strings.HasPrefix(line, "|")
		if len(rows) > 0 {
			last := &rows[len(rows)-1]
			goesOn := !strings.HasSuffix(*last, "|")
			bars := strings.Count(*last, "|")
			switch n := strings.Count(line, "|"); {
			case *last == "|": // the end of one row or the beginning of the next
				*last, line = nobodys, nobodys
			case !goesOn && opens:
			case bars+n <= width:
				*last = JoinCell(*last, "", line)
				continue
			case goesOn && opens && bars == width-1, !goesOn && n == width-1: // a row that lacks no more than a bar
				if goesOn {
					*last += "|"
				}
			default:
				*last, line = nobodys, nobodys
			}
		}
		if !strings.HasPrefix(line, "|") {
			line = "|" + line
		}
		rows, from = append(rows, line), append(from, indexes[i])
	}
	if last := &rows[len(rows)-1]; !strings.HasSuffix(*last, "|") {
		*last += "|" // whether the text ends within it is cutRow's to tell
	}
	return rows, from
}

// nobodys stands for a part of a row that nobody can place.
const nobodys = "|" + Unread + "|"

// cutRow reports whether the last of a table's lines, where the text ends, ends
// within a row: all others end with the bar, or have as many tabs as each other,
// and it does not. newline tells that the text ends with a line break, behind
// which a row of tabs is whole.
func cutRow(lines []string, separator rune, newline bool) bool {
	n := len(lines) - 1
	if n < 2 || separator == '\t' && newline {
		return false
	}
	cells := func(line string) int { return strings.Count(line, string(separator)) }
	closed := func(line string) bool {
		last, _ := utf8.DecodeLastRuneInString(strings.TrimSpace(line))
		return strings.ContainsRune(bars, last) || isRule(line)
	}
	for _, line := range lines[:n] {
		if separator == '\t' && cells(line) != cells(lines[0]) || separator == '|' && !closed(line) {
			return false
		}
	}
	if separator == '\t' {
		return cells(lines[n]) < cells(lines[0])
	}
	return !closed(lines[n])
}

// ruledRows reads a table that has a rule behind every row, so that a cell may
// take several lines: +---+ above and below, and | a | b | between. The lines that are no
// rules have indexes; first tells the first line of each row. It is nil where no rule parts
// the rows, which is where several lines between two rules are rows by themselves. A cell of
// two figures stays broken: it is a number that its column had no room for, or two.
func ruledRows(lines []string, indexes []int) (rows [][]string, first []int) {
	single, folded, separate := 0, 0, 0 // groups of one line, and of several that are one row or rows by themselves
	var group [][]string                // the lines between two rules
	for i, line := range lines {
		cells := trimmed(strings.Split(strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|"), "|"))
		if group = append(group, cells); len(group) == 1 {
			rows, first = append(rows, slices.Clone(cells)), append(first, indexes[i])
		} else if row := rows[len(rows)-1]; len(row) != len(cells) {
			return nil, nil
		} else {
			for k, c := range cells {
				sep := "\n"
				if number(c) && number(row[k]) {
					sep = Unread
				}
				row[k] = strings.TrimSpace(row[k] + sep + c)
			}
		}
		if i+1 < len(lines) && indexes[i+1] == indexes[i]+1 {
			continue
		}
		switch {
		case len(group) == 1:
			single++
		case rowsByThemselves(group):
			separate++
		default:
			folded++
		}
		group = nil
	}
	if folded+separate == 0 || folded == 0 && separate >= single || len(rows) < 3 {
		return nil, nil
	}
	return rows, first
}

// rowsByThemselves reports whether each of several lines has figures, and all fill
// the same cells. What a cell had no room for fills the first lines of it only, and
// seldom those of all cells.
func rowsByThemselves(group [][]string) bool {
	if len(group) < 2 {
		return false
	}
	filled := func(cells []string) (at []int) {
		for k, c := range cells {
			if c != "" {
				at = append(at, k)
			}
		}
		return at
	}
	first := filled(group[0])
	for _, cells := range group[1:] {
		if !slices.Equal(filled(cells), first) || !slices.ContainsFunc(cells, number) {
			return false
		}
	}
	return slices.ContainsFunc(group[0], number)
}

// number reports a text of digits and their marks.
func number(s string) bool { return s != "" && strings.Trim(s, "0123456789.,-+%/—") == "" }

// isRuler reports a row such as |---|:--:|.
func isRuler(cells []string) bool {
	drawn := false
	for _, c := range cells {
		c = strings.TrimSpace(c)
		if strings.Trim(c, "-:=+") != "" {
			return false
		}
		drawn = drawn || utf8.RuneCountInString(c) >= 3
	}
	return drawn
}
