package specimen

import (
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// textStyles are copies of the text alone.
func textStyles() []Style {
	gaps := func(share int) func(*page) {
		return func(p *page) {
			p.some(share, func(c *cell, _ float64) { p.blank(c) })
		}
	}
	cellLines := flatText(func(r *row) []string {
		var lines []string
		for _, c := range r.cells {
			if s := oneLine(c.text); s != "" {
				lines = append(lines, s)
			}
		}
		return lines
	}, "\n\n")
	tight := flatText(func(r *row) []string {
		var lines []string
		for _, c := range r.cells {
			if s := oneLine(c.text); s != "" {
				lines = append(lines, s)
			}
		}
		return lines
	}, "\n")
	joined := func(separator, end string, keepBlanks bool) func(*page) ([]byte, error) {
		return flatText(func(r *row) []string {
			var parts []string
			for _, c := range r.cells {
				if s := oneLine(c.text); s != "" || keepBlanks {
					parts = append(parts, s)
				}
			}
			return []string{strings.Join(parts, separator) + end}
		}, "\n")
	}
	styles := []Style{
		{Name: "text-cells", Shows: "one cell a line with empty lines between", Layouts: anyLayout, page: vanish, write: cellLines},
		{Name: "text-cells-tight", Shows: "one cell a line without empty lines", Layouts: anyLayout, page: vanish, write: tight},
		{Name: "text-cells-gaps", Shows: "one cell a line; blank cells have vanished, so that rows have fewer figures than columns", Layouts: anyLayout, page: func(p *page) {
			gaps(6)(p)
			vanish(p)
		}, write: cellLines},
		{Name: "text-cells-bare-rows", Shows: "one cell a line; the outcome rows have no figure at all and stand as bare labels", Layouts: newLayouts, page: func(p *page) {
			p.figures(func(c *cell, _ float64) {
				code, _, _ := strings.Cut(c.key, "@")
				switch code {
				case "requests.received", "requests.carried_in", "requests.processed_total", "requests.carried_out":
				default:
					if strings.HasPrefix(code, "requests.") {
						p.blank(c)
					}
				}
			})
			vanish(p)
		}, write: cellLines},
		{Name: "text-cells-totals-blank", Shows: "one cell a line; the totals of the rows were blank and have vanished", Layouts: newLayouts, page: func(p *page) {
			p.figures(func(c *cell, _ float64) {
				if strings.HasSuffix(c.key, "@total") {
					p.blank(c)
				}
			})
			vanish(p)
		}, write: cellLines},
		{Name: "text-cells-dashes", Shows: "one cell a line; dashes hold the places of what does not apply", Layouts: anyLayout, page: func(p *page) {
			p.some(5, func(c *cell, _ float64) { p.mark(c, report.StatusNotApplicable, dashes[p.rng.IntN(len(dashes))]) })
			vanish(p)
		}, write: cellLines},
		{Name: "text-cells-units", Shows: "one cell a line, the unit behind each figure", Layouts: newLayouts, page: func(p *page) {
			p.figures(func(c *cell, _ float64) {
				if !strings.HasSuffix(c.key, "amount") {
					c.text += "件"
				}
			})
			vanish(p)
		}, write: cellLines},
		{Name: "text-cells-spaced", Shows: "one cell a line with spaces and full-width spaces around, CRLF and a byte order mark", Layouts: anyLayout, page: vanish, write: func(p *page) ([]byte, error) {
			p.cells(func(_ *grid, c *cell) {
				if c.text != "" {
					c.text = []string{"  ", "\u3000", "\u00a0", ""}[p.rng.IntN(4)] + c.text + []string{" ", "\u3000\u3000", ""}[p.rng.IntN(3)]
				}
			})
			data, err := cellLines(p)
			return append([]byte("\ufeff"), strings.ReplaceAll(string(data), "\n", "\r\n")...), err
		}},
		{Name: "text-cells-broken-labels", Shows: "one cell a line, but long labels take two lines", Layouts: newLayouts, page: func(p *page) {
			vanish(p)
			for key := range p.want.Facts {
				p.doubt(Undecidable, key)
			}
		}, write: func(p *page) ([]byte, error) {
			p.cells(func(_ *grid, c *cell) {
				if r := []rune(c.text); c.kind != figureCell && len(r) > 5 {
					c.text = string(r[:len(r)/2]) + lineMark + string(r[len(r)/2:])
				}
			})
			data, err := tight(p)
			return []byte(strings.ReplaceAll(string(data), lineMark, "\n")), err
		}},
		{Name: "text-cells-gb18030", Shows: "one cell a line, in GB18030", Layouts: anyLayout, page: vanish, write: func(p *page) ([]byte, error) {
			data, err := cellLines(p)
			if err != nil {
				return nil, err
			}
			return simplifiedchinese.GB18030.NewEncoder().Bytes(data)
		}},
		{Name: "text-pipes", Shows: "a row a line as a | b | c |, blanks kept", Layouts: anyLayout, page: gaps(12), write: joined(" | ", " |", true)},
		{Name: "text-pipes-tight", Shows: "a row a line as |a|b|c|, blanks kept", Layouts: anyLayout, page: gaps(12), write: func(p *page) ([]byte, error) {
			return flatText(func(r *row) []string {
				var b strings.Builder
				for _, c := range r.cells {
					b.WriteString("|" + oneLine(c.text))
				}
				return []string{b.String() + "|"}
			}, "\n")(p)
		}},
		{Name: "text-pipes-padded", Shows: "a row a line as a | b |, merged cells written once and each row filled up to the longest", Layouts: newLayouts, page: func(p *page) {
			gaps(12)(p)
			// A row whose last cell is blank looks like one that lacks a cell.
			for _, g := range p.grids() {
				for _, r := range g.rows {
					if keys := r.keys(); len(keys) > 0 && oneLine(r.cells[len(r.cells)-1].text) == "" {
						p.doubt(Undecidable, keys...)
					}
				}
			}
		}, write: func(p *page) ([]byte, error) {
			return p.text(func(g *grid) []string {
				width := 0
				for _, slots := range g.place() {
					width = max(width, len(slots))
				}
				var lines []string
				for _, r := range g.rows {
					s := ""
					for _, c := range r.cells {
						s += oneLine(c.text) + " | "
					}
					lines = append(lines, strings.TrimSpace(s)+strings.Repeat("|", max(width-len(r.cells), 0)))
				}
				return lines
			}, "\n"), nil
		}},
		{Name: "text-cells-pipe", Shows: "one cell a line, each with a bar behind it, and rows of bars for blank ones", Layouts: newLayouts, page: vanish, write: flatText(func(r *row) []string {
			var lines []string
			for _, c := range r.cells {
				if s := oneLine(c.text); s != "" {
					lines = append(lines, s+" |")
				} else {
					lines = append(lines, "|||")
				}
			}
			return lines
		}, "\n")},
		{Name: "text-markdown", Shows: "tables in Markdown: merged cells are empty, a line of dashes below the first row", Layouts: anyLayout, page: gaps(12), write: func(p *page) ([]byte, error) {
			return p.text(func(g *grid) []string {
				var lines []string
				for i, slots := range g.place() {
					s := "|"
					for _, slot := range slots {
						s += " " + slot.text() + " |"
					}
					lines = append(lines, s)
					if i == 0 {
						lines = append(lines, "|"+strings.Repeat(" --- |", len(slots)))
					}
				}
				return append(lines, "")
			}, "\n"), nil
		}},
		{Name: "text-tabs", Shows: "a row a line, cells between tabs, blanks kept", Layouts: anyLayout, page: gaps(12), write: joined("\t", "", true)},
		{Name: "text-tabs-merged", Shows: "a row a line, cells between tabs, merged cells as empty ones", Layouts: anyLayout, page: gaps(12), write: func(p *page) ([]byte, error) {
			return p.text(func(g *grid) []string {
				var lines []string
				for _, slots := range g.place() {
					var parts []string
					for _, slot := range slots {
						parts = append(parts, slot.text())
					}
					lines = append(lines, strings.Join(parts, "\t"))
				}
				return lines
			}, "\n"), nil
		}},
		{Name: "text-spaces", Shows: "a row a line, cells between spaces", Layouts: anyLayout, page: vanish, write: joined(" ", "", false)},
		{Name: "text-spaces-gaps", Shows: "a row a line, cells between spaces; blank cells have vanished", Layouts: anyLayout, page: func(p *page) {
			gaps(6)(p)
			vanish(p)
		}, write: joined("  ", "", false)},
		{Name: "text-glued", Shows: "a row a line without anything between the cells: 规章555", Layouts: newLayouts, page: glue, write: joined("", "", false)},
		{Name: "text-one-line", Shows: "each table in one line, cells between spaces", Layouts: newLayouts, page: func(p *page) {
			vanish(p)
			for key := range p.want.Facts {
				p.doubt(Undecidable, key)
			}
		}, write: func(p *page) ([]byte, error) {
			return p.text(func(g *grid) []string {
				var parts []string
				for _, r := range g.rows {
					for _, c := range r.cells {
						if s := oneLine(c.text); s != "" {
							parts = append(parts, s)
						}
					}
				}
				return []string{strings.Join(parts, " ")}
			}, "\n"), nil
		}},
	}
	for i := range styles {
		styles[i].Container, styles[i].Extension = document.Text, ".txt"
	}
	return styles
}

// lineMark stands for a line break within a cell until the lines are written.
const lineMark = "\u2028"

// vanish lowers what may be asked where blank cells leave no trace: a row with
// fewer figures than columns could be read in several ways.
func vanish(p *page) {
	for _, g := range p.grids() {
		for _, r := range g.rows {
			keys := r.keys()
			printed, words := 0, false
			for _, c := range r.cells {
				if c.key != "" && oneLine(c.text) != "" {
					printed++
					// A word where a figure should be looks like another label.
					words = words || p.want.Facts[c.key].Status == report.StatusUnreadable
				}
			}
			// A row without label and without figure leaves nothing at all.
			if words || printed > 0 && printed < len(keys) || printed == 0 && g.name == "review" {
				p.doubt(Undecidable, keys...)
			}
		}
	}
}

// glue lowers what may be asked where the figures of a row stand together
// without a space: they are lost, but for rows of nothing but zeros, and for
// single figures.
func glue(p *page) {
	p.want.Rules = nil // which rows are there cannot be told either
	for _, g := range p.grids() {
		for _, r := range g.rows {
			keys, text := r.keys(), ""
			for _, c := range r.cells {
				if c.key != "" {
					text += c.text
				}
			}
			if len(keys) == 1 || len(text) == len(keys) && strings.Trim(text, "0") == "" {
				p.doubt(Undecidable, keys...)
			} else {
				p.doubt(Unknowable, keys...)
			}
		}
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// flatText writes a page as text, each row as the lines that lines gives.
func flatText(lines func(r *row) []string, between string) func(*page) ([]byte, error) {
	return func(p *page) ([]byte, error) {
		return p.text(func(g *grid) []string {
			var all []string
			for _, r := range g.rows {
				all = append(all, lines(r)...)
			}
			return all
		}, between), nil
	}
}

// text writes the page's blocks as lines.
func (p *page) text(table func(g *grid) []string, between string) []byte {
	var lines []string
	for _, b := range p.blocks {
		for _, g := range b.grids {
			lines = append(lines, table(g)...)
		}
		if b.text != "" {
			lines = append(lines, b.text)
		}
	}
	return []byte(strings.Join(lines, between) + "\n")
}

// slot is a place of a grid with its spans resolved.
type slot struct {
	cell      *cell // nil where no cell reaches
	top, left bool  // the cell's first row, its first column
}

// text is the cell's text in its upper left place and nothing in the others.
func (s slot) text() string {
	if s.cell == nil || !s.top || !s.left {
		return ""
	}
	return oneLine(s.cell.text)
}

// place resolves the spans of a grid; spans that overlap keep the earlier cell.
func (g *grid) place() [][]slot {
	rows := make([][]slot, len(g.rows))
	put := func(row, col int, s slot) {
		for len(rows[row]) <= col {
			rows[row] = append(rows[row], slot{})
		}
		if rows[row][col].cell == nil {
			rows[row][col] = s
		}
	}
	width := 0
	for i, r := range g.rows {
		col := 0
		for _, c := range r.cells {
			for col < len(rows[i]) && rows[i][col].cell != nil {
				col++
			}
			height, breadth := c.spans()
			for y := range min(height, len(g.rows)-i) {
				for x := range breadth {
					put(i+y, col+x, slot{c, y == 0, x == 0})
				}
			}
			col += breadth
			width = max(width, col)
		}
	}
	for i := range rows {
		for len(rows[i]) < width {
			rows[i] = append(rows[i], slot{})
		}
	}
	return rows
}
