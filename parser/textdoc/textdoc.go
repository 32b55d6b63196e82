package textdoc

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/parser/charset"
	"nianbao/parser/document"
	"nianbao/parser/report"
)

// Read reads plain text. The only error is the context's: text is never
// malformed, at worst it is no report.
func Read(ctx context.Context, data []byte, contentType string) (*document.Document, error) {
	d, _, err := ReadRows(ctx, data, contentType)
	return d, err
}

// ReadRows reads plain text and tells the line of the source, from one, that
// each row of a table stands in. The locators have no column.
func ReadRows(ctx context.Context, data []byte, contentType string) (*document.Document, map[report.Locator]int, error) {
	text, name, replaced := charset.Decode(data, contentType)
	var b document.Builder
	t := tableLines{b: &b, rowLines: map[report.Locator]int{}}
	text = strings.TrimRight(text, "\x1A\x00") // ends of file
	var lines []string
	var numbers []int
	for n, line := range Lines(text) {
		lines, numbers = append(lines, document.Controls(strings.ReplaceAll(line, cellMark, " "))), append(numbers, n)
	}
	placed := placedTables(lines)
	wiki := slices.ContainsFunc(lines, document.BeginsWiki)
	for i := 0; i < len(lines); i++ {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		if b.Full() {
			break
		}
		line, n := lines[i], numbers[i]
		if p, ok := placed[i]; ok {
			t.flush()
			t.place(p, numbers[i:])
			i += p.lines - 1
			continue
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		sep := document.Separator(line)
		if sep == 0 && t.sep == '\t' && len(t.rows) > 0 && strings.Contains(line, "\t") {
			sep = '\t' // a row of a label and blanks
		}
		if sep != 0 {
			t.add(line, n, sep)
			continue
		}
		t.flush()
		b.SetLine(n)
		if heading, ok := document.WikiHeading(line); ok && wiki {
			b.AddText(document.Heading, heading)
			continue
		}
		b.AddText(document.Paragraph, line)
	}
	cut := len(t.rows) > 0 && !b.Full() && document.CutRow(t.rows, t.sep, ended(text))
	if g := t.flush(); cut && g != nil {
		own := g.Own(len(g.Rows) - 1)
		own[len(own)-1].Text += document.Unread // nobody knows how it goes on
		b.AddFinding(report.Finding{Rule: report.RuleTruncated, Severity: report.SeverityWarning, Locator: report.Line(t.numbers[len(t.numbers)-1]),
			Message: "The text ends within a row of a table; what the row ends with was not read."})
	}
	doc := b.Document()
	doc.Container, doc.Charset = document.Text, name
	if replaced > 0 {
		doc.Findings = append(doc.Findings, report.Finding{
			Rule: report.RuleEncoding, Severity: report.SeverityWarning, Actual: report.Number(float64(replaced)),
			Message: fmt.Sprintf("%d characters could not be decoded as %s and were replaced", replaced, name),
		})
	}
	return doc, t.rowLines, nil
}

// cellMark ends a cell in the text that Word gives a program.
const cellMark = "\a"

// Lines gives the lines of a text with their numbers, from one, without what ends
// them: a line feed with any carriage returns before it, or carriage returns
// alone, of which several in a row are yielded as one. What breaks a line within a paragraph or page (U+000B, U+000C, U+0085,
// U+2028, U+2029) makes two lines of one number, for no editor counts it.
func Lines(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for n := 1; ; n++ {
			end := strings.IndexAny(text, "\r\n")
			if end < 0 {
				parts(text, n, yield)
				return
			}
			if !parts(text[:end], n, yield) {
				return
			}
			rest := strings.TrimLeft(text[end:], "\r")
			if returns := len(text) - end - len(rest); strings.HasPrefix(rest, "\n") {
				rest = rest[1:]
			} else {
				n += returns - 1 // between them are empty lines
			}
			text = rest
		}
	}
}

// parts yields what characters that break a line make of one.
func parts(line string, n int, yield func(int, string) bool) bool {
	for {
		i := strings.IndexFunc(line, breaks)
		if i < 0 {
			return yield(n, line)
		}
		if !yield(n, line[:i]) {
			return false
		}
		_, size := utf8.DecodeRuneInString(line[i:])
		line = line[i+size:]
	}
}

// ended reports whether a text's last line is ended.
func ended(text string) bool { return strings.HasSuffix(text, "\n") || strings.HasSuffix(text, "\r") }

// breaks tells the characters that break a line without ending it.
func breaks(r rune) bool {
	return r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029
}

// tableLines collects the lines of one table.
type tableLines struct {
	b        *document.Builder
	sep      rune
	rows     []string
	numbers  []int // of the lines, of the last table until the next begins
	rowLines map[report.Locator]int
}

func (t *tableLines) add(line string, n int, sep rune) {
	if sep != t.sep {
		t.flush()
	}
	t.sep = sep
	if len(t.rows) == 0 {
		t.numbers = t.numbers[:0]
	}
	t.rows, t.numbers = append(t.rows, line), append(t.numbers, n)
}

// place adds a table whose rows were found; numbers are those of its lines.
func (t *tableLines) place(p placed, numbers []int) {
	t.b.AddGrid(p.grid)
	if p.grid.Number > 0 {
		for r, i := range p.from {
			t.rowLines[report.Locator{Table: p.grid.Number, Row: r + 1}] = numbers[i]
		}
	}
}

// flush adds the collected lines, and returns the grid if they are one.
func (t *tableLines) flush() *document.Grid {
	rows := t.rows
	t.rows = nil
	if len(rows) == 0 {
		return nil
	}
	if g, from := document.DrawnGrid(rows, t.sep); g != nil {
		t.b.AddGrid(g)
		if g.Number > 0 {
			for r, i := range from {
				t.rowLines[report.Locator{Table: g.Number, Row: r + 1}] = t.numbers[i]
			}
		}
		return g
	}
	for i, row := range rows {
		t.b.SetLine(t.numbers[i])
		t.b.AddText(document.Paragraph, row)
	}
	return nil
}
