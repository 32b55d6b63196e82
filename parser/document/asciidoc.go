package document

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"nianbao/parser/lazyregexp"
)

// beginsAsciiDoc reports whether a line may be the first of an asciiDocTable.
func beginsAsciiDoc(line string) bool {
	line = strings.TrimSpace(line)
	return line == cellStream || strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") && asciiColumns.MatchString(line)
}

// cellStream opens and closes a table of AsciiDoc, whose cells are one stream however they
// stand on lines.
const cellStream = "|==="

var (
	asciiColumns = lazyregexp.New(`\bcols\s*=\s*(?:"([^"]*)"|([\w*]+))`)
	// asciiCell is what begins a cell: its spans or how often it stands, its alignment and
	// style, and the bar.
	asciiCell = lazyregexp.New(`(?:(?:^|[ \t])(?:(\d{1,3})?(?:\.(\d{1,3}))?([+*]))?(?:[<^>]?(?:\.[<^>])?)[adehlmsv]?)?\|`)
)

// asciiDocTable reads a table as AsciiDoc writes it, if one begins at the first of the
// lines: |=== before and behind the stream of its cells, and perhaps the columns before that.
// A cell ends where the next begins; a row where its columns are full. n is how many
// lines it takes, 0 where there is none. Where the cells fill no rows of as many columns
// nobody can place them, and they are Unread.
func asciiDocTable(lines []string) (grid *Grid, n int) {
	if len(lines) == 0 || !beginsAsciiDoc(lines[0]) {
		return nil, 0
	}
	begin, width := asciiHead(lines)
	var cells []drawnCell
	closed := false
	for i := begin + 1; i < len(lines) && !closed; i++ {
		if closed = strings.TrimSpace(lines[i]) == cellStream; closed {
			n = i + 1
			break
		}
		if cells = streamed(cells, lines[i], i); width == 0 && len(cells) > 0 {
			for _, c := range cells {
				width += c.columns
			}
		}
	}
	if !closed || len(cells) == 0 {
		return nil, 0
	}
	for i := range cells {
		cells[i].text = strings.TrimSpace(cells[i].text)
	}
	if grid = filled(cells, width); grid == nil {
		grid = unplaced(cells)
	}
	return grid, n
}

// asciiHead is the line that opens a table, behind its attributes and its name, and how many
// columns those tell; 0 of neither.
func asciiHead(lines []string) (begin, width int) {
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if line == cellStream {
			return i, width
		}
		if m := asciiColumns.FindStringSubmatch(line); m != nil {
			width = columnsOf(m[1] + m[2])
		} else if !strings.HasPrefix(line, ".") && !strings.HasPrefix(line, "[") {
			break
		}
	}
	return len(lines), 0
}

// columnsOf is how many columns an attribute tells: "1,2,3a", "4*".
func columnsOf(value string) (width int) {
	for part := range strings.SplitSeq(value, ",") {
		count, _, many := strings.Cut(strings.TrimSpace(part), "*")
		k, err := strconv.Atoi(count)
		if !many || err != nil {
			k = 1
		}
		width += k
	}
	return min(width, maxColumns)
}

// streamed adds what a line has of cells: text before its first bar belongs to the last.
func streamed(cells []drawnCell, line string, at int) []drawnCell {
	line = strings.ReplaceAll(line, `\|`, "｜")
	last := 0
	add := func(to int, sep string) {
		if k := len(cells) - 1; k >= 0 {
			cells[k].text = JoinCell(strings.TrimRight(cells[k].text, " \t"), sep, strings.TrimSpace(line[last:to]))
		}
	}
	sep := "\n"
	for _, m := range asciiCell.FindAllStringSubmatchIndex(line, -1) {
		add(m[0], sep)
		sep, last = "", m[1]
		c, times := drawnCell{rows: 1, columns: 1, line: at}, 1
		number := func(group int) int {
			if m[group] < 0 {
				return 1
			}
			k, _ := strconv.Atoi(line[m[group]:m[group+1]])
			return max(k, 1)
		}
		if m[6] >= 0 && line[m[6]] == '*' {
			times = min(number(2), maxColumns)
		} else {
			c.columns, c.rows = number(2), number(4)
		}
		for ; times > 1; times-- {
			cells = append(cells, drawnCell{text: Unread, rows: 1, columns: 1, line: at}) // it is the one behind, which no figure is
		}
		cells = append(cells, c)
	}
	add(len(line), sep)
	return cells
}

// JoinCell joins two parts of a cell. Digits on both sides of a break are one number or two.
func JoinCell(a, sep, b string) string {
	last, _ := utf8.DecodeLastRuneInString(a)
	if first, _ := utf8.DecodeRuneInString(b); unicode.IsDigit(last) && unicode.IsDigit(first) {
		return a + Unread + b
	}
	return a + sep + b
}

// filled is the grid that cells fill, row by row; nil where they do not, or where a row
// does not begin on a line of its own.
func filled(cells []drawnCell, width int) *Grid {
	var rows [][]*drawnCell
	var from []int
	left := make([]int, width) // rows that each column is still covered for
	for i := 0; i < len(cells); {
		var row []*drawnCell
		from = append(from, cells[i].line)
		for at := 0; at < width; {
			if left[at] > 0 {
				left[at]--
				at++
				continue
			}
			if i == len(cells) { // a row lacks cells, if not the last then one before it
				for _, c := range row {
					c.text += Unread
				}
				break
			}
			c := &cells[i]
			if i++; at+c.columns > width || at == 0 && i > 1 && c.line == cells[i-2].line {
				return nil
			}
			row = append(row, c)
			for k := range c.columns {
				if left[at+k] > 0 {
					return nil
				}
				left[at+k] = c.rows - 1
			}
			at += c.columns
		}
		rows = append(rows, row)
	}
	return cellsGrid(rows, from)
}

// unplaced is a grid of what nobody can place, a row for each line.
func unplaced(cells []drawnCell) *Grid {
	var rows [][]string
	var from []int
	for i, c := range cells {
		if i == 0 || c.line != cells[i-1].line {
			rows, from = append(rows, nil), append(from, c.line)
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], c.text+Unread)
	}
	return gridOf(rows, from)
}
