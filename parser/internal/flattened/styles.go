package flattened

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// styles are the ways of printing. Generate goes through them in turn.
var styles []style

func init() { // the styles print through functions that look at their names
	styles = []style{
		{name: "one cell a line", vanish: true, ordered: true, annex: true, table: cellALine},
		{name: "one cell a line, printed order", vanish: true, ordered: true, table: cellALinePrinted},
		{name: "one cell a line, broken labels", vanish: true, ordered: true, annex: true, table: cellALineBroken},
		{name: "one row a line", vanish: true, ordered: true, annex: true, table: rowALine},
		{name: "one row a line, printed order", vanish: true, ordered: true, table: rowALinePrinted},
		{name: "pdftotext -raw", vanish: true, ordered: true, annex: true, table: raw},
		{name: "pdftotext, sorted by position", ordered: true, annex: true, table: sorted},
		{name: "pdftotext, one fragment a line", ordered: true, annex: true, table: fragments},
		{name: "pdftotext, labels displaced", table: displaced},
		{name: "pdftotext, figures in columns", annex: true, table: columns},
		{name: "pdftotext -layout", keeps: true, ordered: true, annex: true, table: aligned},
		{name: "optical character recognition", ordered: true, annex: true, table: recognised},
		{name: "figures before labels", ordered: true, annex: true, table: figuresFirst},
		{name: "pipes", keeps: true, ordered: true, annex: true, stack: true, table: pipes},
		{name: "pipes, closed", keeps: true, ordered: true, annex: true, stack: true, table: pipesClosed},
		{name: "pipes padded at the end", keeps: true, ordered: true, annex: true, stack: true, table: pipesPadded},
		{name: "pipes, one cell a line", keeps: true, ordered: true, annex: true, stack: true, table: pipeALine},
		{name: "markdown", keeps: true, ordered: true, annex: true, stack: true, table: markdown},
		{name: "tabs", keeps: true, ordered: true, annex: true, stack: true, table: tabs},
		{name: "comma-separated", keeps: true, ordered: true, annex: true, stack: true, table: commas},
		{name: "data frame", keeps: true, ordered: true, annex: true, stack: true, table: frame},
		{name: "all on one line, cells", vanish: true, ordered: true, annex: true, oneLine: true, table: cellALine},
		{name: "all on one line, pipes", ordered: true, annex: true, oneLine: true, stack: true, table: pipesClosed},
		{name: "all on one line, -raw", ordered: true, annex: true, oneLine: true, table: raw},
		{name: "columns in another order", table: anyLines},
		{name: "columns in another order, grid", keeps: true, ordered: true, table: anyGrid},
		{name: "a figure too many", annex: true, table: tooMany},
		{name: "a figure before the first label", annex: true, table: stray},
		{name: "last year's table beside", ordered: true, table: anyTable},
	}
}

// cellALine prints every cell on a line of its own, as copying from a viewer
// gives it.
func cellALine(p *printer, t *table) { lines(p, t, slices.Concat(t.header()...), "\n") }

// cellALineBroken has labels that are several paragraphs of their cells.
func cellALineBroken(p *printer, t *table) {
	broken := *t
	broken.cells = slices.Clone(t.cells)
	width := 4 + p.r.IntN(9)
	for i := range broken.cells {
		if c := &broken.cells[i]; !c.figure {
			c.text = strings.Join(wrap(c.text, width), "\n")
		}
	}
	cellALine(p, &broken)
}

// rowALine prints every row on a line.
func rowALine(p *printer, t *table) {
	var head []string
	for _, row := range t.header() {
		head = append(head, strings.Join(row, " "))
	}
	lines(p, t, head, pick(p.r, " ", " ", "  ", "\u3000"))
}

// cellALinePrinted and rowALinePrinted have the header as print has it: from
// top to bottom, so that a heading over several columns is named before a cell
// that is centred beside it.
func cellALinePrinted(p *printer, t *table) { lines(p, t, printedHeader(p, t, false), "\n") }

func rowALinePrinted(p *printer, t *table) {
	lines(p, t, printedHeader(p, t, true), " ")
}

func printedHeader(p *printer, t *table, joined bool) (head []string) {
	g := newPage(p, t.narrow(p.r))
	for _, line := range g.lines(func(f fragment) bool { return f.row < t.head }) {
		if joined {
			head = append(head, texts(line, " "))
			continue
		}
		for _, f := range line {
			head = append(head, f.text)
		}
	}
	return head
}

// lines prints the rows in order, their cells parted by sep.
func lines(p *printer, t *table, head []string, sep string) {
	p.emit(head...)
	for i := t.head; i < t.rows; i++ {
		labels, figures := p.row(t, i)
		if p.emptyLines {
			_, figures = t.split(i)
		}
		for len(labels) > 1 && t.stub == 3 && sep != "\n" && chance(p.r, 0.7) {
			// A label over several rows stands on a line of its own.
			p.emit(labels[0])
			labels = labels[1:]
		}
		p.emit(strings.Split(strings.Join(append(labels, figures...), sep), "\n")...)
		if i < t.rows-1 {
			p.between(head)
		}
	}
}

// raw prints what pdftotext -raw does: row by row, labels broken where their
// cells end, and the figures on one line behind or inside a broken label.
func raw(p *printer, t *table) {
	g := t.narrow(p.r)
	var head []string
	for _, row := range headerCells(t) {
		short := true
		var texts []string
		for _, c := range row {
			w := g.wrap(c)
			short = short && len(w) == 1
			texts = append(texts, w...)
		}
		if short && t.stub != 3 {
			head = append(head, strings.Join(texts, " "))
		} else {
			head = append(head, texts...)
		}
	}
	p.emit(head...)
	for i := t.head; i < t.rows; i++ {
		_, figures := p.row(t, i)
		values := strings.Join(figures, " ")
		var broken []string
		for _, c := range t.own(i) {
			if !c.figure {
				if t.stub == 3 && len(broken) > 0 {
					p.emit(broken...)
					broken = nil
				}
				broken = append(broken, g.wrap(c)...)
			}
		}
		if t.stub == 2 {
			broken = []string{strings.Join(broken[:len(broken)-1], ""), broken[len(broken)-1]}
			broken = append(wrap(broken[0], 18), broken[1])
		}
		switch n := len(broken); {
		case values == "":
			p.emit(broken...)
		case n <= 1:
			p.emit(strings.TrimSpace(strings.Join(append(broken, values), " ")))
		case g.inside:
			p.emit(broken[:n/2]...)
			p.emit(values)
			p.emit(broken[n/2:]...)
		case g.behind:
			p.emit(broken...)
			p.emit(values)
		default:
			p.emit(broken[:n-1]...)
			p.emit(broken[n-1] + " " + values)
		}
		if i < t.rows-1 {
			p.between(head)
		}
	}
}

func headerCells(t *table) (rows [][]cell) {
	for i := range t.head {
		rows = append(rows, t.own(i))
	}
	return rows
}

// sorted prints the fragments of a page by position, those of one height on a
// line.
func sorted(p *printer, t *table) {
	g := newPage(p, t.narrow(p.r))
	all := g.lines(func(fragment) bool { return true })
	for i, line := range all {
		p.emit(texts(line, pick(p.r, " ", " ", "  ")))
		if line[0].row >= t.head && i < len(all)-1 {
			p.between(nil)
		}
	}
}

// fragments prints every fragment of a page on a line of its own.
func fragments(p *printer, t *table) { fragmentLines(p, newPage(p, t.narrow(p.r))) }

func fragmentLines(p *printer, g *page) {
	all := g.lines(func(fragment) bool { return true })
	for i, line := range all {
		for _, f := range line {
			p.emit(f.text)
		}
		if line[0].row >= g.table.head && i < len(all)-1 {
			p.between(nil)
		}
	}
}

// displaced prints fragments, where some labels of section three, and the
// heading of section four's last column, come later than their figures.
func displaced(p *printer, t *table) {
	g := newPage(p, t.narrow(p.r))
	switch t.stub {
	case 3:
		for range 1 + p.r.IntN(3) {
			row := t.head + p.r.IntN(t.rows-t.head-1)
			by := float64(20 * (1 + p.r.IntN(5)))
			for i := range g.fragments {
				if f := &g.fragments[i]; f.row == row && !f.figure {
					f.y += by
				}
			}
		}
	case 0:
		var figures []string
		for _, line := range g.lines(func(f fragment) bool { return f.figure }) {
			for _, f := range line {
				figures = append(figures, f.text)
			}
		}
		head := slices.Concat(t.header()...)
		p.emit(head[:len(head)-1]...)
		p.emit(figures[:len(figures)-1]...)
		p.emit(head[len(head)-1])
		p.emit(figures[len(figures)-1:]...)
		return
	}
	fragmentLines(p, g)
}

// columns prints some rows' labels one after the other and their figures
// column by column, or row by row, before or behind them.
func columns(p *printer, t *table) {
	head := printedHeader(p, t, chance(p.r, 0.5))
	p.emit(head...)
	size := 2 + p.r.IntN(10)
	first, byRow, joined := chance(p.r, 0.3), chance(p.r, 0.2), chance(p.r, 0.4)
	for i := t.head; i < t.rows; i += size {
		end := min(i+size, t.rows)
		var labels []string
		var figures [][]string
		for j := i; j < end; j++ {
			l, f := t.split(j)
			labels = append(labels, l...)
			figures = append(figures, f)
		}
		if !byRow {
			figures = transposed(figures)
		}
		var values []string
		for _, f := range figures {
			if joined && len(f) != 7 {
				f = []string{strings.Join(f, " ")}
			}
			values = append(values, f...)
		}
		if first {
			p.emit(values...)
			p.emit(labels...)
		} else {
			p.emit(labels...)
			p.emit(values...)
		}
		if end < t.rows {
			p.between(head)
		}
	}
}

func transposed(rows [][]string) [][]string {
	out := make([][]string, len(rows[0]))
	for _, row := range rows {
		for j, s := range row {
			out[j] = append(out[j], s)
		}
	}
	return out
}

// recognised prints what text recognition makes of a page: lines by position,
// blanks inside words, marks of another width.
func recognised(p *printer, t *table) {
	g := newPage(p, t.narrow(p.r))
	marks := strings.NewReplacer("、", ",", "“", "\"", "”", "\"", "(", "（", ".", "．")
	gaps := chance(p.r, 0.5)
	for i := range g.fragments {
		f := &g.fragments[i]
		if f.figure {
			continue
		}
		if chance(p.r, 0.3) {
			f.text = marks.Replace(f.text)
		}
		if n := utf8.RuneCountInString(f.text); gaps && n > 2 && chance(p.r, 0.3) {
			at := 1 + p.r.IntN(n-1)
			f.text = string([]rune(f.text)[:at]) + " " + string([]rune(f.text)[at:])
		}
	}
	all := g.lines(func(fragment) bool { return true })
	for i, line := range all {
		p.emit(texts(line, " "))
		if line[0].row >= t.head && i < len(all)-1 {
			p.between(nil)
		}
	}
}

// figuresFirst prints every row's figures before its label.
func figuresFirst(p *printer, t *table) {
	head := printedHeader(p, t, true)
	p.emit(head...)
	apart := chance(p.r, 0.5)
	for i := t.head; i < t.rows; i++ {
		labels, figures := p.row(t, i)
		if apart {
			p.emit(figures...)
		} else {
			p.emit(strings.Join(figures, " "))
		}
		if t.stub == 3 && chance(p.r, 0.3) {
			labels[len(labels)-1] = strings.Join(wrap(labels[len(labels)-1], 12), "\n")
		}
		p.emit(labels...)
		if i < t.rows-1 {
			p.between(head)
		}
	}
}

// aligned prints what pdftotext -layout does: a line for each line of the
// page, with its texts at their columns.
func aligned(p *printer, t *table) {
	indent, gap := p.r.IntN(12), 6+p.r.IntN(5)
	for _, c := range t.cells {
		if c.figure { // a figure never reaches into the next column
			gap = max(gap, utf8.RuneCountInString(c.text)+2)
		}
	}
	figuresOn := p.r.IntN(3) // of a broken label: the first line, the last, one of its own
	stub := []int{0, 14 + p.r.IntN(8), 36, 44}[t.stub]
	width := []int{0, stub, stub - 6, 24}[t.stub]
	labelAt := func(col int) int {
		switch {
		case t.stub == 3:
			return []int{0, 10, 20}[col]
		case col == 1:
			return stub - 5
		}
		return 0
	}
	middle := func(c cell) int {
		return indent + stub + gap*(c.col-t.stub) + gap*c.cols/2
	}
	var header []string
	for i := range t.head {
		under := make([]canvas, 3)
		for _, c := range t.own(i) {
			for j, s := range wrap(c.text, max(gap*c.cols-2, 2)) {
				for j >= len(under) {
					under = append(under, canvas{})
				}
				at := middle(c) - utf8.RuneCountInString(s)/2
				if c.col < t.stub {
					at = indent + labelAt(c.col)
				}
				under[j].put(at, s)
			}
		}
		for _, l := range under {
			if len(l) > 0 {
				header = append(header, string(l))
			}
		}
	}
	p.emit(header...)
	shown := map[int]string{} // labels over several rows stand beside the middle one
	for i := t.head; i < t.rows; i++ {
		for _, c := range t.own(i) {
			if c.rows > 1 {
				shown[10*(i+c.rows/2)+c.col] = c.text
			}
		}
		var label []string
		at := 0
		var figures canvas
		for _, c := range t.own(i) {
			switch {
			case c.figure && c.text != "":
				n := utf8.RuneCountInString(c.text)
				figures.put(middle(c)-n/2+p.r.IntN(2), c.text)
			case !c.figure && c.rows == 1 && t.stub == 2 && c.col == 1:
				figures.put(indent+labelAt(1), c.text)
			case !c.figure && c.rows == 1:
				label, at = wrap(c.text, width), indent+labelAt(c.col)
			}
		}
		lines := make([]canvas, max(1, len(label)))
		values := 0
		if len(label) > 1 {
			switch figuresOn {
			case 1:
				values = len(label) - 1
			case 2:
				lines = slices.Insert(lines, 1, canvas{})
				label = slices.Insert(label, 1, "")
				values = 1
			}
		}
		for col := range 2 {
			if s, ok := shown[10*i+col]; ok && at > indent+labelAt(col)+utf8.RuneCountInString(s) {
				lines[values].put(indent+labelAt(col), s)
			} else if ok {
				p.emit(strings.Repeat(" ", indent+labelAt(col)) + s)
			}
		}
		for j, s := range label {
			if s != "" {
				lines[j].put(at, s)
			}
		}
		for len(lines[values]) < len(figures) {
			lines[values] = append(lines[values], ' ')
		}
		for j, c := range figures {
			if c != ' ' {
				lines[values][j] = c
			}
		}
		for _, l := range lines {
			p.emit(strings.TrimRight(string(l), " "))
		}
		if i < t.rows-1 {
			n := len(p.lines)
			p.between(header)
			for ; n < len(p.lines); n++ {
				if p.repeat && slices.Contains(header, p.lines[n]) {
					continue
				}
				p.lines[n] = strings.Repeat(" ", 20+p.r.IntN(30)) + p.lines[n]
			}
		}
	}
}

// canvas is a line of text that is written into by columns.
type canvas []rune

func (l *canvas) put(at int, s string) {
	at = max(at, 0)
	if at < len(*l)+1 && len(*l) > 0 && at <= len(*l) {
		at = len(*l) + 1
	}
	for len(*l) < at {
		*l = append(*l, ' ')
	}
	*l = append(*l, []rune(s)...)
}

// covered is what is printed where a span covers more than its own corner.
type covered int

const (
	omitted covered = iota
	empty
	repeated
)

// gridRows are a table's rows as texts.
func gridRows(t *table, c covered) (rows [][]string) {
	for _, line := range t.grid() {
		var row []string
		for _, s := range line {
			switch {
			case s.first || c == repeated:
				row = append(row, s.text)
			case c == empty:
				row = append(row, "")
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// gridLines prints the rows of a grid, each as line writes it.
func gridLines(p *printer, t *table, rows [][]string, line func([]string) string) {
	var head []string
	for i, row := range rows {
		if i == t.head {
			head = slices.Clone(p.lines[len(p.lines)-t.head:])
		}
		p.emit(line(row))
		if i >= t.head && i < len(rows)-1 {
			p.between(head)
		}
	}
}

func pipes(p *printer, t *table) {
	rows := gridRows(t, pick(p.r, omitted, empty))
	end := pick(p.r, "", " |")
	gridLines(p, t, rows, func(row []string) string { return strings.Join(row, " | ") + end })
}

func pipesClosed(p *printer, t *table) {
	rows := gridRows(t, pick(p.r, omitted, empty))
	space := pick(p.r, " ", "")
	gridLines(p, t, rows, func(row []string) string {
		return "|" + space + strings.Join(row, space+"|"+space) + space + "|"
	})
}

// pipesPadded is how extractors of web pages write tables: every row has as
// many pipes as the widest, behind its own cells.
func pipesPadded(p *printer, t *table) {
	width := t.cols + p.r.IntN(3)
	gridLines(p, t, gridRows(t, omitted), func(row []string) string {
		s := strings.Join(row, " | ") + " |"
		if pad := width - len(row); pad > 0 {
			s += " " + strings.Repeat("|", pad)
		}
		return s
	})
}

// pipeALine is the same with every cell on a line of its own.
func pipeALine(p *printer, t *table) {
	pad := t.cols
	gridLines(p, t, gridRows(t, omitted), func(row []string) string {
		s := strings.Join(row, " |\n") + " |"
		if n := pad - len(row); n > 0 {
			s += "\n" + strings.Repeat("|", n)
		}
		return s
	})
}

func markdown(p *printer, t *table) {
	cover := pick(p.r, empty, empty, repeated)
	align := pick(p.r, "---", ":---:", ":--", " --- ")
	p.emit("")
	rows := gridRows(t, cover)
	for i, row := range rows {
		p.emit("| " + strings.Join(row, " | ") + " |")
		if i == 0 {
			p.emit("|" + strings.Repeat(align+"|", t.cols))
		}
		if i >= t.head && i < len(rows)-1 && chance(p.r, 0.3) {
			p.between(nil)
		}
	}
	p.emit("")
}

func tabs(p *printer, t *table) {
	gridLines(p, t, gridRows(t, pick(p.r, omitted, empty)), func(row []string) string { return strings.Join(row, "\t") })
}

func commas(p *printer, t *table) {
	quoteAll := chance(p.r, 0.3)
	gridLines(p, t, gridRows(t, pick(p.r, omitted, empty, repeated)), func(row []string) string {
		out := slices.Clone(row)
		for i, s := range out {
			if quoteAll || strings.ContainsAny(s, ",\"") {
				out[i] = `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
			}
		}
		return strings.Join(out, ",")
	})
}

// frame prints a data frame as pandas does: numbered columns and rows, cells
// to the right, what spans cover repeated, NaN for the empty ones.
func frame(p *printer, t *table) {
	index := chance(p.r, 0.8)
	rows := [][]string{nil}
	for j := range t.cols {
		rows[0] = append(rows[0], strconv.Itoa(j))
	}
	rows = append(rows, gridRows(t, repeated)...)
	for i := range rows {
		name := ""
		if i > 0 {
			name = strconv.Itoa(i - 1)
		}
		for j, s := range rows[i] {
			if s == "" {
				rows[i][j] = "NaN"
			}
		}
		if index {
			rows[i] = append([]string{name}, rows[i]...)
		}
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for j, s := range row {
			widths[j] = max(widths[j], utf8.RuneCountInString(s))
		}
	}
	p.emit("")
	for _, row := range rows {
		var b strings.Builder
		for j, s := range row {
			fill := strings.Repeat(" ", widths[j]-utf8.RuneCountInString(s))
			if j > 0 {
				b.WriteString("  ")
			}
			if index && j == 0 {
				b.WriteString(s + fill)
			} else {
				b.WriteString(fill + s)
			}
		}
		p.emit(b.String())
	}
	p.emit("")
}

func anyLines(p *printer, t *table) { p.any(cellALine, rowALine)(p, t) }

func anyGrid(p *printer, t *table) { p.any(pipes, pipesClosed, pipesPadded, tabs, markdown)(p, t) }

func anyTable(p *printer, t *table) { p.any(cellALine, rowALine, pipes, pipesPadded, tabs)(p, t) }

// tooMany puts a figure into some rows that is none of theirs.
func tooMany(p *printer, t *table) {
	wide := *t
	wide.cells = nil
	for i := range t.rows {
		own := t.own(i)
		if i >= t.head && chance(p.r, 0.25) {
			var at []int
			for j, c := range own {
				if c.figure {
					at = append(at, j)
				}
			}
			j := at[p.r.IntN(len(at))] + p.r.IntN(2)
			extra := cell{text: strconv.Itoa(p.r.IntN(30)), row: i, rows: 1, cols: 1, figure: true}
			own = slices.Insert(own, j, extra)
			// Only the order of a row's cells is printed.
			col := own[0].col
			for j := range own {
				own[j].col = col
				col += own[j].cols
			}
			wide.cols = max(wide.cols, col)
		}
		wide.cells = append(wide.cells, own...)
	}
	p.any(cellALine, rowALine, pipesRagged)(p, &wide)
}

func pipesRagged(p *printer, t *table) {
	gridLines(p, t, gridRows(t, omitted), func(row []string) string { return strings.Join(row, " | ") })
}

// stray puts a figure between the header and the first label.
func stray(p *printer, t *table) {
	head := slices.Concat(t.header()...)
	sep := "\n"
	if p.choice%2 == 0 {
		head, sep = printedHeader(p, t, true), " "
	}
	q := *p
	q.lines = nil
	lines(&q, t, head, sep)
	p.page = q.page
	n := len(head)
	if chance(p.r, 0.7) {
		q.lines = slices.Insert(q.lines, n, strconv.Itoa(p.r.IntN(50)))
	}
	p.emit(q.lines...)
}

// narrow is how wide the cells of a printed table are, in characters, and
// where the figures of a row with a broken label stand.
type narrow struct {
	table          *table
	widths         []int
	inside, behind bool
	up             float64 // how much higher than their labels the figures stand
}

func (t *table) narrow(r *rand.Rand) narrow {
	n := narrow{table: t, inside: chance(r, 0.25), behind: chance(r, 0.8)}
	n.up = pick(r, 0.0, 0, 3, 7, 7, -7)
	label := 8 + r.IntN(10)
	figure := 2 + r.IntN(4)
	switch t.stub {
	case 1:
		n.widths = []int{max(label, 11)}
		figure = 13
	case 2:
		n.widths = []int{10 + label, 4}
		figure = 6
	case 3:
		n.widths = []int{pick(r, 1, 2, 4), 7, label}
	}
	for len(n.widths) < t.cols {
		n.widths = append(n.widths, figure)
	}
	return n
}

func (n narrow) wrap(c cell) []string {
	if c.figure {
		return []string{c.text}
	}
	width := 0
	for _, w := range n.widths[c.col : c.col+c.cols] {
		width += w
	}
	return wrap(c.text, width)
}

// fragment is a piece of text at its place on the page, in points.
type fragment struct {
	text   string
	x, y   float64
	row    int
	figure bool
}

type page struct {
	table     *table
	fragments []fragment
}

// newPage places a table's texts as print does: broken to the width of their
// cells and centred in them.
func newPage(p *printer, n narrow) *page {
	const size, leading, margin = 10, 14, 6
	t := n.table
	left := make([]float64, t.cols+1)
	for j, w := range n.widths[:t.cols] {
		left[j+1] = left[j] + float64(w*size) + margin
	}
	heights := make([]float64, t.rows)
	for _, c := range t.cells {
		need := float64(len(n.wrap(c))*leading + margin)
		for i := c.row; i < c.row+c.rows; i++ {
			heights[i] = max(heights[i], need/float64(c.rows))
		}
	}
	top := make([]float64, t.rows+1)
	for i, h := range heights {
		top[i+1] = top[i] + h
	}
	g := &page{table: t}
	for _, c := range t.cells {
		lines := n.wrap(c)
		y := (top[c.row]+top[c.row+c.rows])/2 - float64(len(lines)-1)/2*leading
		for i, s := range lines {
			if s == "" {
				continue
			}
			f := fragment{text: s, row: c.row, figure: c.figure, x: (left[c.col] + left[c.col+c.cols]) / 2, y: y + float64(i*leading)}
			if c.figure {
				f.y -= n.up
			}
			g.fragments = append(g.fragments, f)
		}
	}
	return g
}

// lines are the chosen fragments from top to bottom, those of about one height
// together and from left to right.
func (g *page) lines(chosen func(fragment) bool) (lines [][]fragment) {
	var all []fragment
	for _, f := range g.fragments {
		if chosen(f) {
			all = append(all, f)
		}
	}
	slices.SortStableFunc(all, func(a, b fragment) int { return cmp.Or(cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x)) })
	const height = 5
	for i := 0; i < len(all); {
		j := i + 1
		for j < len(all) && all[j].y-all[i].y < height {
			j++
		}
		line := all[i:j:j]
		slices.SortStableFunc(line, func(a, b fragment) int { return cmp.Compare(a.x, b.x) })
		lines = append(lines, line)
		i = j
	}
	return lines
}

func texts(line []fragment, sep string) string {
	var s []string
	for _, f := range line {
		s = append(s, f.text)
	}
	return strings.Join(s, sep)
}
