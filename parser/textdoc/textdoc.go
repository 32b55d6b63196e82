package textdoc

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"unicode/utf8"

	"nianbao/parser/charset"
	"nianbao/parser/document"
	"nianbao/parser/report"
)

// Read reads plain text. The rows of its tables have the lines of the source that they
// stand in. The only error is the context's: text is never malformed, at worst it is no report.
func Read(ctx context.Context, data []byte, contentType string) (*document.Document, error) {
	text, name, replaced := charset.Decode(data, contentType)
	var b document.Builder
	text = strings.TrimRight(text, "\x1A\x00") // ends of file
	var lines []string
	var numbers []int
	for n, line := range Lines(text) {
		lines, numbers = append(lines, document.Controls(strings.ReplaceAll(line, cellMark, " "))), append(numbers, n)
	}
	lines, numbers = unquoted(lines, numbers)
	t := tables{lines: lines, newline: ended(text), placed: document.PlacedTables(lines), ends: func(string) bool { return false }}
	for i := 0; i < len(lines) && !b.Full(); {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		f := t.at(i)
		if f.Grid != nil {
			addTable(&b, f, numbers[i:])
			i += f.Lines
			continue
		}
		for end := i + max(1, f.Lines); i < end; i++ {
			b.SetLine(numbers[i])
			if heading, ok := document.MarkedHeading(lines[i]); ok {
				b.AddText(document.Heading, heading)
			} else {
				b.AddText(document.Paragraph, lines[i])
			}
		}
	}
	doc := b.Document()
	doc.Container, doc.Charset = document.Text, name
	if replaced > 0 {
		doc.Findings = append(doc.Findings, report.Finding{
			Rule: report.RuleEncoding, Severity: report.SeverityWarning, Actual: report.Number(float64(replaced)),
			Message: fmt.Sprintf("%d characters could not be decoded as %s and were replaced", replaced, name),
		})
	}
	return doc, nil
}

// tables finds the tables of a text.
type tables struct {
	lines   []string
	newline bool                   // the text ends in one
	ends    func(line string) bool // tells lines that end a table drawn with bars or tabs
	placed  map[int]document.Drawn // by the index of their first line
}

// at is what begins at a line; it has no lines where nothing does.
func (t *tables) at(i int) document.Drawn {
	if p, ok := t.placed[i]; ok {
		return p
	}
	return document.DrawnTable(t.lines[i:], t.newline, func(k int) bool { return t.placed[i+k].Grid != nil || t.ends(t.lines[i+k]) })
}

// cellMark ends a cell in the text that Word gives a program.
const cellMark = "\a"

// maxQuoted bounds how many lines a quoted value takes.
const maxQuoted = 20

// unquoted puts rows between tabs on one line each whose values are quoted, as programs of
// tables copy values with line breaks. A quote that does not end is a character.
func unquoted(lines []string, numbers []int) ([]string, []int) {
	at := 0
	for i := 0; i < len(lines); i++ {
		row, last := lines[i], i
		for opensQuote(row) && last+1 < len(lines) && last-i < maxQuoted {
			last++
			row += "\n" + lines[last]
		}
		if lines[at], numbers[at] = lines[i], numbers[i]; last > i && !opensQuote(row) && strings.Contains(row, "\t") {
			lines[at], i = plainValues(row), last
		}
		at++
	}
	return lines[:at], numbers[:at]
}

// opensQuote reports a row whose last value begins with a quote that has not ended.
func opensQuote(row string) bool {
	value := row[strings.LastIndexByte(row, '\t')+1:]
	return strings.HasPrefix(value, `"`) && strings.Count(value, `"`)%2 == 1
}

// plainValues is a row with its values as they show, each on one line.
func plainValues(row string) string {
	values := strings.Split(row, "\t")
	for i, v := range values {
		if len(v) < 2 || !strings.HasPrefix(v, `"`) || !strings.HasSuffix(v, `"`) {
			continue
		}
		value := ""
		for part := range strings.SplitSeq(strings.ReplaceAll(v[1:len(v)-1], `""`, `"`), "\n") {
			value = document.JoinCell(value, " ", part)
		}
		values[i] = strings.TrimSpace(value)
	}
	return strings.ReplaceAll(strings.Join(values, "\t"), "\n", " ")
}

// Lines gives the lines of a text with their numbers, from one, without what ends
// them: a line feed with any carriage returns before it, or carriage returns
// alone, of which several in a row are yielded as one. What breaks a line within a paragraph or page (U+000B, U+000C, U+0085,
// U+2028, U+2029) makes two lines of one number, for no editor counts it.
func Lines(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for n := 1; ; {
			end := strings.IndexFunc(text, breaks)
			if end < 0 {
				yield(n, text)
				return
			}
			if !yield(n, text[:end]) {
				return
			}
			r, size := utf8.DecodeRuneInString(text[end:])
			text = text[end+size:]
			if r == '\r' {
				rest := strings.TrimLeft(text, "\r")
				if next, ok := strings.CutPrefix(rest, "\n"); ok {
					rest, r = next, '\n'
				} else {
					n += 1 + len(text) - len(rest) // between them are empty lines
				}
				text = rest
			}
			if r == '\n' {
				n++
			}
		}
	}
}

// ended reports whether a text's last line is ended.
func ended(text string) bool { return strings.HasSuffix(text, "\n") || strings.HasSuffix(text, "\r") }

// breaks tells the characters that break a line, most of them without ending it.
func breaks(r rune) bool {
	return r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029
}

// addTable adds a table whose lines have some numbers.
func addTable(b *document.Builder, f document.Drawn, numbers []int) {
	for r, i := range f.Grid.Lines {
		f.Grid.Lines[r] = numbers[i]
	}
	if f.Sheet {
		b.AddSheet(f.Grid)
		return
	}
	b.AddGrid(f.Grid)
	if f.Cut {
		own := f.Grid.Own(len(f.Grid.Rows) - 1)
		own[len(own)-1].Text += document.Unread // nobody knows how it goes on
		cut := report.Warning(report.RuleTruncated, "The text ends within a row of a table; what the row ends with was not read.")
		cut.Locator = report.Line(numbers[f.Lines-1])
		b.AddFinding(cut)
	}
}
