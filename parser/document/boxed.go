package document

import (
	"maps"
	"slices"
	"strings"
)

// partialRule reports a line that draws rules between which cells go on, as
// +---+   +---+ or |   +---+.
func partialRule(line string) bool {
	if !strings.Contains(line, "--") && !strings.Contains(line, "─") && !strings.Contains(line, "━") && !strings.Contains(line, "═") {
		return false
	}
	line = strings.TrimSpace(strings.Map(drawnAs, line))
	return len(line) >= 5 && strings.Contains(line, "--") && strings.ContainsAny(line[:1], "+|") && strings.ContainsAny(line[len(line)-1:], "+|") &&
		(strings.Contains(line, "+-") || strings.Contains(line, "-+")) && !isRule(line)
}

// drawnAs is - | or + for a character that draws a table, which others are not.
func drawnAs(r rune) rune {
	switch r {
	case '─', '━', '═':
		return '-'
	case '│', '┃', '║', '｜':
		return '|'
	case '┌', '┬', '┐', '├', '┼', '┤', '└', '┴', '┘', '┏', '┳', '┓', '┣', '╋', '┫', '┗', '┻', '┛', '╔', '╦', '╗', '╠', '╬', '╣', '╚', '╩', '╝':
		return '+'
	}
	return r
}

// boxed is a table whose cells are boxes of any height and width, by the places of the
// characters that draw them.
type boxed struct {
	lines   []placedLine // what draws is one of + - |
	xs, ys  []int        // the places of upright lines, and the lines that have rules
	regions []Region     // of the smallest boxes
}

// boxedGrid reads a table of boxes, of which some go on over rules; rules that draw no
// box, as below a heading, may stand before it. It is nil where the lines do not stand
// straight by any measure of characters, or draw no boxes.
func boxedGrid(lines []string) *Grid {
	first := 0
	for first < len(lines) && isRule(lines[first]) && !strings.HasPrefix(strings.TrimSpace(strings.Map(drawnAs, lines[first])), "+") {
		first++
	}
	for _, of := range []func(rune) int{
		Places, each,
		func(r rune) int { // in Chinese terminals lines are wide
			if r >= 0x2500 && r < 0x2580 {
				return 2
			}
			return Places(r)
		},
	} {
		var b boxed
		for _, line := range lines[first:] {
			b.lines = append(b.lines, drawnLine(placed(line, of)))
		}
		if b.straight() && b.join() {
			return b.grid(first)
		}
	}
	return nil
}

// drawnLine is a line with one of + - | for each character that draws, of which a wide one may
// be a rule in both its places.
func drawnLine(line placedLine) placedLine {
	for x, r := range line {
		if line[x] = drawnAs(r); r == 0 && x > 0 && line[x-1] == '-' {
			line[x] = '-'
		}
	}
	return line
}

// at is the character of a place, a blank where the line ends before.
func (b *boxed) at(y, x int) rune {
	if x < len(b.lines[y]) {
		return b.lines[y][x]
	}
	return ' '
}

// straight finds the lines that part cells, and reports whether all lines of the text begin
// and end with the first and the last of them.
func (b *boxed) straight() bool {
	crossed := map[int]bool{}
	for y, line := range b.lines {
		rules := false
		for x, r := range line {
			if r == '+' && (b.ruled(y, x-1) || b.ruled(y, x+1)) {
				crossed[x], rules = true, true
			}
		}
		if rules {
			b.ys = append(b.ys, y)
		}
	}
	b.xs = slices.Sorted(maps.Keys(crossed))
	if len(b.xs) < 3 || len(b.ys) < 3 || len(b.xs)*len(b.ys) > MaxCells || b.ys[0] != 0 || b.ys[len(b.ys)-1] != len(b.lines)-1 {
		return false
	}
	for y := range b.lines {
		if !b.enclosed(y) {
			return false
		}
	}
	return true
}

// enclosed reports whether a line begins and ends with the first and the last upright line.
func (b *boxed) enclosed(y int) bool {
	line, first, last := b.lines[y], b.xs[0], b.xs[len(b.xs)-1]
	return b.upright(y, first) && b.upright(y, last) && strings.TrimSpace(string(line[:min(len(line), first)])) == "" &&
		!slices.ContainsFunc(line[min(len(line), last+1):], func(r rune) bool { return r != 0 })
}

func (b *boxed) ruled(y, x int) bool {
	return x >= 0 && (b.at(y, x) == '-' || b.at(y, x) == '=' || b.at(y, x) == 0)
}

func (b *boxed) upright(y, x int) bool { return b.at(y, x) == '|' || b.at(y, x) == '+' }

// join finds which of the smallest boxes are one, as no line parts them, and reports
// whether each that they make is a rectangle.
func (b *boxed) join() bool {
	broken := false // an upright line is, beside a row of boxes
	b.regions = Regions(len(b.ys)-1, len(b.xs)-1, func(r, c int, right bool) bool {
		if !right {
			return !b.rule(b.ys[r+1], b.xs[c], b.xs[c+1])
		}
		open, shut := b.passages(r, b.xs[c+1])
		broken = broken || open > 0 && shut > 0
		return open > 0
	})
	return !broken && !slices.ContainsFunc(b.regions, func(r Region) bool { return !r.Rectangle() })
}

// passages counts the lines of a row of boxes in which an upright line is not drawn, and
// those in which it is.
func (b *boxed) passages(r, x int) (open, shut int) {
	for y := b.ys[r] + 1; y < b.ys[r+1]; y++ {
		if b.upright(y, x) {
			shut++
		} else {
			open++
		}
	}
	return open, shut
}

// rule reports whether a rule is drawn between two places of a line.
func (b *boxed) rule(y, left, right int) bool {
	for x := left + 1; x < right; x++ {
		if !b.ruled(y, x) && b.at(y, x) != '+' {
			return false
		}
	}
	return true
}

// grid is the table of the boxes, whose lines begin with the one of some index.
func (b *boxed) grid(first int) *Grid {
	rows := make([][]*drawnCell, len(b.ys)-1)
	from := make([]int, len(rows))
	for r := range rows {
		from[r] = first + b.ys[r] + 1
	}
	for _, g := range b.regions {
		cell := &drawnCell{rows: g.Bottom - g.Top, columns: g.Right - g.Left}
		rows[g.Top] = append(rows[g.Top], cell)
		for y := b.ys[g.Top] + 1; y < b.ys[g.Bottom]; y++ {
			if text := b.lines[y].text(b.xs[g.Left]+1, b.xs[g.Right]); text != "" {
				cell.text = strings.TrimSpace(JoinCell(cell.text, "\n", text))
			}
		}
	}
	for r := len(rows) - 1; r >= 0; r-- { // between two tables
		if b.ys[r]+1 == b.ys[r+1] && !slices.ContainsFunc(rows[r], func(c *drawnCell) bool { return c.rows > 1 }) {
			rows, from = slices.Delete(rows, r, r+1), slices.Delete(from, r, r+1)
		}
	}
	return cellsGrid(rows, from)
}
