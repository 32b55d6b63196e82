package document

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// measuresColumns reports whether a line may be the one that tells the columns of a
// measuredTable.
func measuresColumns(line string) bool {
	return isRuledLine(line) || strings.HasPrefix(strings.TrimLeft(line, " "), "0 ") && numbersFrom0(strings.Fields(line))
}

// measuredTable reads a table whose columns only their places tell, if one begins at
// the first of the lines: under or between rulers (--- ----- ---), as programs write
// simple tables, or under the numbers of columns (0 1 2), as pandas prints a frame. n is
// how many lines it takes, 0 where there is none. Every line must fit the columns by one measure of
// characters, so that nothing is placed by chance.
func measuredTable(lines []string) (grid *Grid, n int) {
	if len(lines) < 3 || !couldMeasure(lines) {
		return nil, 0
	}
	for _, of := range []func(rune) int{Places, each} {
		if grid, n = ruledTable(lines, of); n > 0 {
			return grid, n
		}
		if grid, n = numberedTable(lines, of); n > 0 {
			return grid, n
		}
	}
	return nil, 0
}

// maxHeading is how many lines may stand above a ruler, as the header, and maxColumns
// how many columns one line may tell: each row has as many cells, whatever it holds.
const (
	maxHeading = 8
	maxColumns = 1000
)

// couldMeasure reports whether a ruler stands in the first lines, or numbers of columns
// in the first.
func couldMeasure(lines []string) bool {
	for i, line := range lines[:min(len(lines), maxHeading+1)] {
		if strings.TrimSpace(line) == "" {
			return false
		}
		if isRuledLine(line) || i == 0 && measuresColumns(line) {
			return true
		}
	}
	return false
}

// extent is where a column, or a text, stands in a line: from, to by its measure.
type extent struct{ from, to int }

// placedLine are the characters of a line by where they stand: 0 stands behind a wide one.
type placedLine []rune

// placed is a line whose characters take as many places as they do by a measure.
func placed(line string, of func(rune) int) (out placedLine) {
	for _, r := range strings.TrimRight(line, " \t\r") {
		for w := range of(r) {
			if w > 0 {
				r = 0
			}
			out = append(out, r)
		}
	}
	return out
}

// text is what stands from a place to another.
func (l placedLine) text(from, to int) string {
	to = min(to, len(l))
	part := slices.DeleteFunc(slices.Clone(l[min(from, to):to]), func(r rune) bool { return r == 0 })
	return strings.TrimSpace(string(part))
}

// extents are the parts of a line that are not blank.
func (l placedLine) extents() (out []extent) {
	blank := true
	for at, r := range l {
		if r != 0 {
			blank = unicode.IsSpace(r)
		}
		switch k := len(out) - 1; {
		case blank:
		case k >= 0 && at == out[k].to:
			out[k].to++
		default:
			out = append(out, extent{at, at + 1})
		}
	}
	return out
}

// each is the measure by which every character takes one place.
func each(rune) int { return 1 }

// Places is how many places of a line a character takes in a terminal: two for a wide one.
func Places(r rune) int {
	switch {
	case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
		return 0
	case r < 0x1100:
		return 1
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// isRuledLine reports a ruler of two columns at least.
func isRuledLine(line string) bool {
	return strings.Trim(line, "-= ") == "" && len(strings.Fields(line)) >= 2 && strings.Contains(line, "--") != strings.Contains(line, "==")
}

// ruled is a table with rulers: above the header or below it, and perhaps at its end.
// Empty lines part the rows of one whose cells take several lines; such a table has a
// ruler or a single line at its end.
type ruled struct {
	lines   []string
	of      func(rune) int // the measure
	ruler   int            // the first
	columns []extent
}

// ruledTable reads a table with rulers.
func ruledTable(lines []string, of func(rune) int) (grid *Grid, n int) {
	t := ruled{lines: lines, of: of, ruler: slices.IndexFunc(lines[:min(len(lines), maxHeading+1)], isRuledLine)}
	if t.ruler < 0 {
		return nil, 0
	}
	t.columns = t.at(t.ruler).extents()
	if len(t.columns) > maxColumns {
		return nil, 0
	}
	begin := t.ruler
	for begin > 0 && t.fits(begin-1) {
		begin--
	}
	if begin > 1 || begin == 1 && !t.rules(0) {
		return nil, 0 // the table begins further down
	}
	end, closed := t.end()
	if end == 0 {
		return nil, 0
	}
	rows, from := t.rows(begin, end, closed)
	if len(rows) < 2 {
		return nil, 0
	}
	if n = end; closed {
		n++
	}
	return gridOf(rows, from), n
}

func (t *ruled) at(i int) placedLine { return placed(t.lines[i], t.of) }

func (t *ruled) blank(i int) bool { return strings.TrimSpace(t.lines[i]) == "" }

// fits reports whether a line stands within the columns.
func (t *ruled) fits(i int) bool {
	return i < len(t.lines) && fitsColumns(t.at(i).extents(), t.columns)
}

// rules reports a line that is a ruler of these columns, or a single one under all of them.
func (t *ruled) rules(i int) bool {
	line := strings.TrimSpace(t.lines[i])
	if strings.Trim(line, "-") == "" && len(line) >= t.columns[len(t.columns)-1].to-t.columns[0].from {
		return true
	}
	return isRuledLine(t.lines[i]) && slices.Equal(t.at(i).extents(), t.columns)
}

// end is the line that ends the table, 0 where nothing does. The last ruler before a line
// that fits no column closes it, or else it ends with the first empty line.
func (t *ruled) end() (end int, closed bool) {
	gaps := false
	for i := t.ruler + 1; i < len(t.lines); i++ {
		switch {
		case t.rules(i):
			if end = i; gaps || !t.fits(i+1) {
				return end, true
			}
		case t.blank(i):
			if gaps = true; i+1 < len(t.lines) && t.blank(i+1) {
				return t.open(end)
			}
		case !t.fits(i):
			return t.open(end)
		}
	}
	return t.open(end)
}

// open is the end of a table whose last ruler, if it has another, is followed by a text.
func (t *ruled) open(ruler int) (end int, closed bool) {
	if ruler > 0 {
		return ruler, true
	}
	for end = t.ruler + 1; t.fits(end); end++ {
	}
	if end < len(t.lines) && !t.blank(end) {
		return 0, false
	}
	return end, false
}

// rows are the cells between two lines, with the line of each row.
func (t *ruled) rows(begin, end int, closed bool) (rows [][]string, from []int) {
	gaps := closed && slices.ContainsFunc(t.lines[begin:end], func(line string) bool { return strings.TrimSpace(line) == "" })
	open := false
	for i := begin; i < end; i++ {
		if t.blank(i) || t.rules(i) {
			open = false
			continue
		}
		if !gaps || !open {
			rows, from, open = append(rows, make([]string, len(t.columns))), append(from, i), true
		}
		line, row := t.at(i), rows[len(rows)-1]
		for k, c := range t.columns {
			if k == len(t.columns)-1 { // it reaches to the end of the line
				c.to = len(line)
			}
			row[k] = strings.TrimSpace(row[k] + "\n" + line.text(c.from, c.to))
		}
	}
	return rows, from
}

// fitsColumns reports whether all parts of a line stand within columns, each text at the left
// or the right of its own or in the middle. The last may be overrun.
func fitsColumns(parts, columns []extent) bool {
	k, last := 0, len(columns)-1
	cells := make([]extent, len(columns))
	for _, p := range parts {
		for k < last && p.from >= columns[k].to {
			k++
		}
		cell := &cells[k]
		if p.from < columns[k].from || p.to > columns[k].to && k < last || cell.to != 0 && p.from-cell.to > 1 {
			return false // two blanks part two cells
		}
		if cell.to == 0 {
			*cell = p
		}
		cell.to = p.to
	}
	for k, cell := range cells {
		if cell.to != 0 && !cell.stands(columns[k]) {
			return false
		}
	}
	return len(parts) > 0
}

// stands reports whether a text stands at one side of its column or in the middle.
func (e extent) stands(in extent) bool {
	middle := e.from + e.to - in.from - in.to
	return e.from == in.from || e.to == in.to || middle >= -1 && middle <= 1
}

// numbersFrom0 reports numbers of columns.
func numbersFrom0(fields []string) bool {
	for i, f := range fields {
		if f != strconv.Itoa(i) {
			return false
		}
	}
	return len(fields) >= 2
}

// numberedTable reads a table under the numbers of its columns, each row of which has
// its own before it. Texts stand at the right of their columns, two blanks apart.
func numberedTable(lines []string, of func(rune) int) (grid *Grid, n int) {
	if !numbersFrom0(strings.Fields(lines[0])) {
		return nil, 0
	}
	head := placed(lines[0], of).extents()
	if len(head) > maxColumns {
		return nil, 0
	}
	for n = 1; n < len(lines) && strings.HasPrefix(lines[n], strconv.Itoa(n-1)+" "); n++ {
	}
	if n < 3 {
		return nil, 0
	}
	// The numbers above texts stand up to two places left of their ends.
	ended := map[int]int{}
	for _, line := range lines[1:n] {
		for _, t := range placed(line, of).extents() {
			ended[t.to]++
		}
	}
	for k := range head {
		to := head[k].to
		for _, more := range []int{1, 2} {
			if ended[to+more] > ended[head[k].to] {
				head[k].to = to + more
			}
		}
	}
	var rows [][]string
	var from []int
	for i, line := range lines[1:n] {
		row := numberedRow(placed(line, of), head)
		if row == nil {
			return nil, 0
		}
		rows, from = append(rows, row), append(from, i+1)
	}
	return gridOf(rows, from), n
}

// numberedRow are the cells of a row, each of which ends as its column does, behind the number
// of the row; nil where one does not.
func numberedRow(line placedLine, head []extent) []string {
	row := make([]string, len(head))
	var cell extent
	for _, part := range line.extents()[1:] {
		if cell.to == 0 {
			cell.from = part.from
		} else if part.from-cell.to > 1 {
			return nil
		}
		cell.to = part.to
		k := slices.IndexFunc(head, func(h extent) bool { return h.to == cell.to })
		if k < 0 {
			continue
		}
		if k > 0 && cell.from <= head[k-1].to {
			return nil
		}
		if row[k] = line.text(cell.from, cell.to); blankMarks[row[k]] {
			row[k] = ""
		}
		cell = extent{}
	}
	if cell.to != 0 {
		return nil
	}
	return row
}

// separatedTable reads a table of comma or semicolon separated values (RFC 4180), if
// one begins at the first of the lines: three rows at least, all of as many values but
// those that a comma within a number makes longer, whose figures nobody can tell apart
// and are Unread. n is how many lines it takes, 0 where there is none.
func separatedTable(lines []string) (grid *Grid, n int) {
	for _, comma := range ",;" {
		if len(lines) < 3 || strings.Count(lines[0], string(comma)) < 2 {
			continue
		}
		rows, from, n := separatedRows(lines, comma)
		if n == 0 {
			return nil, 0
		}
		if len(rows) >= 3 && slices.ContainsFunc(rows, func(row []string) bool { return slices.ContainsFunc(row, number) }) {
			if comma == ',' {
				splitNumbers(rows)
			}
			return gridOf(rows, from), n
		}
	}
	return nil, 0
}

// separatedRows are the rows that lines begin with, the line of each, and how many lines they
// take; none where a row of other length than the first is no end of them.
func separatedRows(lines []string, comma rune) (rows [][]string, from []int, n int) {
	r := csv.NewReader(strings.NewReader(strings.Join(lines, "\n")))
	r.Comma, r.FieldsPerRecord = comma, -1
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, from, len(lines)
		}
		if err != nil {
			return nil, nil, 0
		}
		line, _ := r.FieldPos(0)
		row = trimmed(row)
		switch {
		case len(rows) == 0 || len(row) == len(rows[0]):
		case len(row) > len(rows[0]) && comma == ',' && thousands(row, func(int) bool { return true }):
			row = unread(row)[:len(rows[0])]
		case len(row) > 2:
			return nil, nil, 0
		default:
			return rows, from, line - 1
		}
		rows, from = append(rows, row), append(from, line-1)
	}
}

// thousands reports whether two of a row's values, of which the first is the k-th, may be one
// number that a comma parts.
func thousands(row []string, likely func(k int) bool) bool {
	for k := range len(row) - 1 {
		a, b := strings.TrimLeft(row[k], "+-"), row[k+1]
		whole, _, _ := strings.Cut(b, ".")
		if a != "" && len(a) <= 3 && a[0] != '0' && len(whole) == 3 && strings.Trim(a, "0123456789") == "" && strings.Trim(b, "0123456789.") == "" && likely(k) {
			return true
		}
	}
	return false
}

// unread marks the values of a row that are figures.
func unread(row []string) []string {
	for i, value := range row {
		if value == "" || number(value) {
			row[i] += Unread
		}
	}
	return row
}

// splitNumbers marks what is more likely one number than two, in rows that all have a
// comma within one: 3 and 021, or 3 and 120 where nothing heads the second.
func splitNumbers(rows [][]string) {
	var head []string // what stands above, in the last rows without a figure
	below := true     // a row of figures
	for _, row := range rows {
		if slices.ContainsFunc(row, number) {
			below = true
			if thousands(row, func(k int) bool { return row[k+1][0] == '0' || head != nil && head[k+1] == "" && head[k] != "" }) {
				unread(row)
			}
			continue
		}
		if below {
			head, below = make([]string, len(row)), false
		}
		for k, c := range row {
			head[k] += c
		}
	}
}
