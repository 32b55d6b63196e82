package outline

import (
	"strings"
	"unicode/utf8"

	"nianbao/parser/document"
	"nianbao/parser/text"
)

// line is one line of a document, with the block it stands in.
type line struct {
	text.Text
	block  int
	markup bool // marked up as a heading
	cell   bool // in a grid
}

// runes is the length of a line without its white space, in characters.
func (l *line) runes() int { return utf8.RuneCountInString(l.Folded) }

// linesOf returns the text of every block line by line. Cells count once, row by
// row.
func linesOf(doc *document.Document) []line {
	n := len(doc.Blocks) + 16
	for _, b := range doc.Blocks {
		if b.Kind == document.Table {
			for r := range b.Grid.Rows {
				n += len(b.Grid.Rows[r])
			}
		}
	}
	lines := make([]line, 0, n)
	for i, b := range doc.Blocks {
		if b.Kind != document.Table {
			for s := range strings.SplitSeq(b.Text, "\n") {
				if strings.HasSuffix(s, "||") {
					s = strings.TrimRight(s, "| \t") // cells that a copy left empty
				}
				s, hashes := withoutHashes(s)
				lines = append(lines, line{Text: text.Of(s), block: i, markup: b.Kind == document.Heading || hashes})
			}
			continue
		}
		for r := range b.Grid.Rows {
			for _, c := range b.Grid.Own(r) {
				for s := range strings.SplitSeq(c.Text, "\n") {
					lines = append(lines, line{Text: text.Of(s), block: i, cell: true})
				}
			}
		}
	}
	return lines
}

// withoutHashes takes off what marks a heading in Markdown, hashes or the marks around a
// bold line or part of one, and tells whether it was there.
func withoutHashes(s string) (string, bool) {
	if !strings.HasPrefix(s, "#") {
		bold := strings.TrimSuffix(strings.TrimPrefix(s, "**"), "**")
		if bold == s || bold == "" || strings.Contains(bold, "**") {
			return s, false
		}
		return strings.TrimSpace(bold), true
	}
	rest := strings.TrimLeft(s, "#")
	if n := len(s) - len(rest); n > 6 || strings.TrimSpace(rest) == "" {
		return s, false
	}
	rest = strings.TrimRight(strings.TrimSpace(rest), "#")
	if bold, ok := strings.CutPrefix(rest, "**"); ok {
		rest = strings.TrimSuffix(strings.TrimSpace(bold), "**")
	}
	return strings.TrimSpace(rest), true
}

// folded joins the folded forms of lines up to a number of bytes.
func folded(lines []line, limit int) string {
	var b strings.Builder
	for i := range lines {
		b.WriteString(firstBytes(lines[i].Folded, limit-b.Len()))
	}
	return b.String()
}

// firstBytes is the beginning of a text, cut between two characters at a number
// of bytes.
func firstBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
