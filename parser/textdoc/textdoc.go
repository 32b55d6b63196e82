package textdoc

import (
	"context"
	"fmt"
	"strings"

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
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		if n++; n%1024 == 0 && ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		if b.Full() {
			break
		}
		line = strings.TrimRight(line, "\r")
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
		b.AddText(document.Paragraph, line)
	}
	cut := len(t.rows) > 0 && !b.Full() && document.CutRow(t.rows, t.sep, strings.HasSuffix(text, "\n"))
	if g := t.flush(); cut && g != nil {
		own := g.Own(len(g.Rows) - 1)
		own[len(own)-1].Text += document.Unread // nobody knows how it goes on
		b.AddFinding(report.Finding{Rule: report.RuleTruncated, Severity: report.SeverityWarning, Locator: report.Line(n),
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

// tableLines collects the lines of one table.
type tableLines struct {
	b        *document.Builder
	sep      rune
	rows     []string
	line     int // of the first row
	rowLines map[report.Locator]int
}

func (t *tableLines) add(line string, n int, sep rune) {
	if sep != t.sep {
		t.flush()
	}
	t.sep = sep
	if len(t.rows) == 0 {
		t.line = n
	}
	t.rows = append(t.rows, line)
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
				t.rowLines[report.Locator{Table: g.Number, Row: r + 1}] = t.line + i
			}
		}
		return g
	}
	for i, row := range rows {
		t.b.SetLine(t.line + i)
		t.b.AddText(document.Paragraph, row)
	}
	return nil
}
