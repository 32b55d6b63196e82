package document

import (
	"strconv"
	"strings"

	"nianbao/parser/lazyregexp"
)

// BeginsWiki reports whether a line may be the first of a [WikiTable].
func BeginsWiki(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), "{|") }

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

// WikiTable reads a table as MediaWiki writes it, if one begins at the first of the
// lines: {| with attributes, |- for a row, | or ! for a cell, || or !! for the next on
// its line, |} at the end. n is how many lines it takes, 0 where there is none or it does
// not end.
func WikiTable(lines []string) (grid *Grid, n int) {
	if len(lines) == 0 || !BeginsWiki(lines[0]) {
		return nil, 0
	}
	var g GridBuilder
	var cell *wikiCell
	var from []int
	open := false // a row
	flush := func() {
		if cell != nil {
			g.AddCell(cell.text(), cell.rows, cell.columns, cell.header)
			cell = nil
		}
	}
	for i, line := range lines[1:] {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "|}"):
			flush()
			grid = g.Grid()
			grid.Lines = from
			return grid, i + 2
		case BeginsWiki(line):
			return nil, 0 // a table in a cell
		case strings.HasPrefix(line, "|-"):
			flush()
			open = false
		case strings.HasPrefix(line, "|+"):
			flush() // its caption
		case strings.HasPrefix(line, "|"), strings.HasPrefix(line, "!"):
			flush()
			if !open {
				g.StartRow()
				from, open = append(from, i+1), true
			}
			header := line[0] == '!'
			line = wikiLink.ReplaceAllString(line[1:], "$1")
			if header {
				line = strings.ReplaceAll(line, "!!", "||")
			}
			for part := range strings.SplitSeq(line, "||") {
				flush()
				cell = newWikiCell(part, header)
			}
		case cell != nil && line != "":
			cell.lines = append(cell.lines, wikiLink.ReplaceAllString(line, "$1"))
		}
	}
	return nil, 0
}

// wikiCell is a cell while its lines are collected.
type wikiCell struct {
	rows, columns int
	header        bool
	unread        bool // an attribute may hide it
	lines         []string
}

func newWikiCell(source string, header bool) *wikiCell {
	c := &wikiCell{rows: 1, columns: 1, header: header}
	if attributes, text, ok := strings.Cut(source, "|"); ok && (strings.Contains(attributes, "=") || strings.TrimSpace(attributes) == "") {
		source = text
		for _, m := range wikiSpan.FindAllStringSubmatch(attributes, -1) {
			n, _ := strconv.Atoi(m[2])
			if strings.EqualFold(m[1], "rowspan") {
				c.rows = n
			} else {
				c.columns = n
			}
		}
		c.unread = wikiLook.MatchString(attributes)
	}
	c.lines = []string{source}
	return c
}

// text is what a reader of the page sees. Templates and tags may be anything.
func (c *wikiCell) text() string {
	s := strings.NewReplacer("'''", "", "''", "", "&nbsp;", " ").Replace(wikiBreak.ReplaceAllString(strings.Join(c.lines, "\n"), "\n"))
	if s = strings.TrimSpace(s); c.unread || strings.ContainsAny(s, "<{|&") {
		s += Unread
	}
	return s
}

var (
	wikiLink  = lazyregexp.New(`\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]`)
	wikiSpan  = lazyregexp.New(`(?i)\b(rowspan|colspan)\s*=\s*["']?\s*(\d{1,4})`)
	wikiLook  = lazyregexp.New(`(?i)none|hidden|line-through|#fff|white\b|opacity|font-size\s*:\s*0|vertical-align\s*:\s*(?:super|sub)`)
	wikiBreak = lazyregexp.New(`(?i)<br\s*/?>`)
)
