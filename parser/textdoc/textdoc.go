package textdoc

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"nianbao/parser/charset"
	"nianbao/parser/document"
	"nianbao/parser/report"
)

// Read reads plain text. The only error is the context's: text is never
// malformed, at worst it is no report.
func Read(ctx context.Context, data []byte, contentType string) (*document.Document, error) {
	text, name, replaced := charset.Decode(data, contentType)
	var b document.Builder
	t := tableLines{b: &b}
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		if n++; n%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if b.Full() {
			break
		}
		line = strings.TrimRight(line, "\r")
		if strings.TrimSpace(line) == "" {
			continue
		}
		sep := separator(line)
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
	t.flush()
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

// separator is what parts the cells of a line: a bar, a tab, or nothing.
func separator(line string) rune {
	if strings.ContainsAny(line, "|｜│") {
		return '|'
	}
	if strings.Contains(strings.TrimSpace(line), "\t") {
		return '\t'
	}
	return 0
}

// tableLines collects the lines of one table.
type tableLines struct {
	b    *document.Builder
	sep  rune
	rows []string
	line int // of the first row
}

func (t *tableLines) add(line string, n int, sep rune) {
	if sep != t.sep {
		t.flush()
	}
	t.sep = sep
	if len(t.rows) == 0 {
		t.line = n
	}
	if sep == '|' {
		line = strings.NewReplacer("｜", "|", "│", "|").Replace(line)
	}
	t.rows = append(t.rows, line)
}

func (t *tableLines) flush() {
	rows := t.rows
	t.rows = nil
	if len(rows) == 0 {
		return
	}
	// One line is no table: a bar or a tab in running text.
	if len(rows) == 1 && strings.Count(rows[0], string(t.sep)) < 2 {
		t.b.SetLine(t.line)
		t.b.AddText(document.Paragraph, rows[0])
		return
	}
	opened, closed := true, true // every line begins, or ends, with the bar
	if t.sep == '|' {
		for _, row := range rows {
			row = strings.TrimSpace(row)
			opened = opened && strings.HasPrefix(row, "|")
			closed = closed && strings.HasSuffix(row, "|")
		}
	} else {
		opened, closed = false, false
	}
	var g document.GridBuilder
	for _, row := range rows {
		if t.sep == '|' {
			row = strings.TrimSpace(row)
			if opened {
				row = row[1:]
			}
			if closed {
				row = strings.TrimSuffix(row, "|")
			}
		}
		line := strings.Split(row, string(t.sep))
		if t.sep == '|' && ruler(line) {
			continue
		}
		g.StartRow()
		for _, c := range line {
			g.AddCell(strings.TrimSpace(c), 1, 1, false)
		}
	}
	t.b.AddGrid(g.Grid())
}

// ruler reports a line such as |---|:--:| that only draws.
func ruler(cells []string) bool {
	drawn := false
	for _, c := range cells {
		c = strings.TrimSpace(c)
		if strings.Trim(c, "-:=+") != "" {
			return false
		}
		drawn = drawn || utf8.RuneCountInString(c) >= 3
	}
	return drawn
}
