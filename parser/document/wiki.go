package document

import (
	"strconv"
	"strings"

	"nianbao/parser/lazyregexp"
)

// beginsWiki reports whether a line may be the first of a wikiTable.
func beginsWiki(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), "{|") }

// MarkedHeading is the text of a heading as light markup writes it: == 一、总体情况 == of
// a wiki, == 一、总体情况 of AsciiDoc, h2. 一、总体情况 of Textile,
// .. rubric:: 一、总体情况 of reStructuredText, \section{一、总体情况} of LaTeX; false of other lines.
func MarkedHeading(line string) (heading string, ok bool) {
	line = strings.TrimSpace(line)
	if line == "" || strings.IndexByte("=h.\\", line[0]) < 0 {
		return "", false
	}
	if line[0] == '\\' {
		return latexHeading(line)
	}
	m := markedHeading.FindStringSubmatch(line)
	if m == nil || m[3] != "" && m[3] != m[1] {
		return "", false
	}
	return m[2] + m[4], true
}

var markedHeading = lazyregexp.New(`^(?:(={1,6})\s*([^=\s][^=]*?)\s*(={0,6})|(?:h[1-6](?:\([^()]*\))?\.|\.\. rubric::)\s+(\S.*))$`)

// wikiTable reads a table as MediaWiki writes it, if one begins at the first of the
// lines: {| with attributes, |- for a row, | or ! for a cell, || or !! for the next on
// its line, |} at the end. n is how many lines it takes, 0 where there is none or it does
// not end.
func wikiTable(lines []string) (grid *Grid, n int) {
	if len(lines) == 0 || !beginsWiki(lines[0]) {
		return nil, 0
	}
	var rows [][]*drawnCell
	var from []int
	var cell *drawnCell // whose lines may go on
	open := false       // a row
	for i, line := range lines[1:] {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "|}"):
			for _, row := range rows {
				for _, c := range row {
					c.text = wikiText(c.text)
				}
			}
			return cellsGrid(rows, from), i + 2
		case beginsWiki(line):
			return nil, 0 // a table in a cell
		case strings.HasPrefix(line, "|-"):
			cell, open = nil, false
		case strings.HasPrefix(line, "|+"):
			cell = nil // its caption
		case strings.HasPrefix(line, "|"), strings.HasPrefix(line, "!"):
			if !open {
				rows, from, open = append(rows, nil), append(from, i+1), true
			}
			cells := wikiCells(line)
			rows[len(rows)-1], cell = append(rows[len(rows)-1], cells...), cells[len(cells)-1]
		case cell != nil && line != "":
			cell.text += "\n" + wikiLink.ReplaceAllString(line, "$1")
		}
	}
	return nil, 0
}

// wikiCells are those of a line.
func wikiCells(line string) (cells []*drawnCell) {
	parts := wikiLink.ReplaceAllString(line[1:], "$1")
	if line[0] == '!' {
		parts = strings.ReplaceAll(parts, "!!", "||")
	}
	for part := range strings.SplitSeq(parts, "||") {
		cells = append(cells, newWikiCell(part))
	}
	return cells
}

func newWikiCell(source string) *drawnCell {
	c := &drawnCell{text: source, rows: 1, columns: 1}
	attributes, text, ok := strings.Cut(source, "|")
	if !ok || !strings.Contains(attributes, "=") && strings.TrimSpace(attributes) != "" {
		return c
	}
	c.text = text
	for _, m := range wikiSpan.FindAllStringSubmatch(attributes, -1) {
		n, _ := strconv.Atoi(m[2])
		if strings.EqualFold(m[1], "rowspan") {
			c.rows = n
		} else {
			c.columns = n
		}
	}
	if wikiLook.MatchString(attributes) {
		c.text += Unread // it may hide the cell
	}
	return c
}

// wikiText is what a reader of the page sees of a cell. Templates and tags may be anything.
func wikiText(source string) string {
	s := strings.TrimSpace(wikiMarks.Replace(wikiBreak.ReplaceAllString(source, "\n")))
	if strings.ContainsAny(s, "<{|&"+Unread) {
		return strings.TrimSpace(strings.ReplaceAll(s, Unread, "")) + Unread
	}
	return s
}

var wikiMarks = strings.NewReplacer("'''", "", "''", "", "&nbsp;", " ")

var (
	wikiLink  = lazyregexp.New(`\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]`)
	wikiSpan  = lazyregexp.New(`(?i)\b(rowspan|colspan)\s*=\s*["']?\s*(\d{1,4})`)
	wikiLook  = lazyregexp.New(`(?i)none|hidden|line-through|#fff|white\b|opacity|font-size\s*:\s*0|vertical-align\s*:\s*(?:super|sub)`)
	wikiBreak = lazyregexp.New(`(?i)<br\s*/?>`)
)
