package explorer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"strings"
	"unicode/utf8"

	"nianbao/parser"
	"nianbao/parser/charset"
	"nianbao/parser/document"
	"nianbao/parser/htmldoc"
	"nianbao/parser/report"
	"nianbao/parser/textdoc"
)

// marking asks a facsimile of a document to show a place. Either At or Text says
// which.
type marking struct {
	// At is a cell, a row, a table or a line, as a figure or finding names it. Of
	// a table that is drawn with text the row is marked for a cell.
	At report.Locator
	// Text is marked wherever it stands; white space does not count. Of it the
	// characters between From and To are, where To is not 0.
	Text     string
	From, To int
	Class    string // of the elements that mark the place
	ID       string // of the first of them; "" for none
	Title    string // what a reader who points at it is told; "" for nothing
}

// facsimile is a document made safe to look at, with places marked.
type facsimile interface {
	Document() *document.Document
	// HTML is the content, and for each mark whether its place is there.
	HTML(marks []marking) (content []byte, found []bool)
}

var (
	errNoReader  = errors.New("nothing at hand reads such a file")
	errLargePage = errors.New("too large to be shown")
)

// facsimile makes one of a capture: of a page the page itself, of a text its
// lines, of other files what was read of them.
func (e *Explorer) facsimile(ctx context.Context, c *capture) (facsimile, error) {
	container, data, contentType := c.Container, c.unpacked, c.Type
	if container == document.MHTML {
		data, contentType = htmldoc.Page(data)
		container = document.HTML
	}
	if container == document.Markdown {
		data, _, _ = textdoc.Page(data, contentType)
		contentType, container = "", document.HTML
	}
	switch container {
	case document.HTML:
		return newPageFacsimile(ctx, data, contentType)
	case document.Text:
		return newTextFacsimile(ctx, data, contentType)
	}
	if e.cfg.Parser == nil {
		return nil, errNoReader
	}
	d, err := e.cfg.Parser.Document(ctx, parser.Source{Name: c.URL, Data: c.unpacked, ContentType: c.Type})
	if err != nil {
		return nil, err
	}
	return readFacsimile{d}, nil
}

// textFacsimile shows the lines of a text file.
type textFacsimile struct {
	doc   *document.Document
	lines []string
}

// maxTextLines bounds the lines that are shown.
const maxTextLines = 50_000

func newTextFacsimile(ctx context.Context, data []byte, contentType string) (*textFacsimile, error) {
	doc, err := textdoc.Read(ctx, data, contentType)
	if err != nil {
		return nil, err
	}
	text, _, _ := charset.Decode(data, contentType)
	var lines []string
	for n, line := range textdoc.Lines(text) {
		if n == len(lines) {
			lines[n-1] += "\n" + line
			continue
		}
		lines = append(lines, make([]string, n-1-len(lines))...)
		lines = append(lines, line)
	}
	if len(lines) > maxTextLines || len(text) > 8<<20 {
		return nil, errLargePage
	}
	return &textFacsimile{doc, lines}, nil
}

// row is the line that a row of a table stands in, or 0.
func (f *textFacsimile) row(at report.Locator) int {
	for _, b := range f.doc.Blocks {
		if b.Grid != nil && b.Grid.Number == at.Table && at.Row <= len(b.Grid.Lines) {
			return b.Grid.Lines[at.Row-1]
		}
	}
	return 0
}

func (f *textFacsimile) Document() *document.Document { return f.doc }

func (f *textFacsimile) HTML(marks []marking) (content []byte, found []bool) {
	b := newMarker(marks)
	byLine := map[int][]int{} // marks of each line
	for i, m := range marks {
		n := m.At.Line
		if m.At.Row > 0 {
			n = f.row(m.At)
		}
		if n > 0 {
			byLine[n] = append(byLine[n], i)
		}
	}
	b.WriteString(`<ol class="lines">`)
	for i, line := range f.lines {
		of := append(byLine[i+1], b.texts(line)...)
		b.open("li", of, "")
		b.text(line)
		b.WriteString("</li>\n")
	}
	b.WriteString("</ol>")
	return b.Bytes(), b.found
}

// readFacsimile shows what was read of a file that browsers do not show.
type readFacsimile struct{ doc *document.Document }

func (f readFacsimile) Document() *document.Document { return f.doc }

func (f readFacsimile) HTML(marks []marking) (content []byte, found []bool) {
	b := newMarker(marks)
	at := map[report.Locator][]int{}
	for i, m := range marks {
		if m.Text == "" {
			at[m.At] = append(at[m.At], i)
		}
	}
	for _, block := range f.doc.Blocks {
		if block.Kind != document.Table {
			name := "p"
			if block.Kind == document.Heading {
				name = "h2"
			}
			b.open(name, append(at[report.Line(block.Line)], b.texts(block.Text)...), "")
			b.text(block.Text)
			b.WriteString("</" + name + ">\n")
			continue
		}
		g := block.Grid
		b.open("table", at[report.Locator{Table: g.Number}], `class="data`)
		for r, row := range g.Rows {
			b.open("tr", at[report.Locator{Table: g.Number, Row: r + 1}], "")
			col := 0
			for _, c := range row {
				if c.Col > col {
					fmt.Fprintf(b, `<td colspan="%d"></td>`, c.Col-col)
				}
				col = c.End()
				if c.Row != r {
					continue
				}
				b.open("td", append(at[g.Locator(c)], b.texts(c.Text)...), fmt.Sprintf(`rowspan="%d" colspan="%d`, c.RowSpan, c.ColSpan))
				b.text(c.Text)
				b.WriteString("</td>")
			}
			b.WriteString("</tr>\n")
		}
		b.WriteString("</table>\n")
	}
	return b.Bytes(), b.found
}

// marker writes elements with their marks.
type marker struct {
	bytes.Buffer
	marks []marking
	want  []string // the texts of marks, without white space
	found []bool
	named map[string]bool
}

func newMarker(marks []marking) *marker {
	b := &marker{marks: marks, want: make([]string, len(marks)), found: make([]bool, len(marks)), named: map[string]bool{}}
	for i, m := range marks {
		b.want[i] = withoutSpace(m.Text)
	}
	return b
}

// texts are the marks whose text stands in a text.
func (b *marker) texts(text string) (of []int) {
	text = withoutSpace(text)
	for i, want := range b.want {
		if want != "" && strings.Contains(text, want) {
			of = append(of, i)
		}
	}
	return of
}

// open writes a start tag. attributes are its own, the last quote left open; a
// class must come last.
func (b *marker) open(name string, of []int, attributes string) {
	b.WriteString("<" + name)
	if attributes != "" && !strings.HasPrefix(attributes, "class=") {
		b.WriteString(" " + attributes + `"`)
		attributes = ""
	}
	var classes []string
	if class, ok := strings.CutPrefix(attributes, `class="`); ok {
		classes = append(classes, class)
	}
	id, title := "", ""
	for _, i := range of {
		m := b.marks[i]
		b.found[i] = true
		if m.Text == "" || m.To == 0 { // a part of a text is not marked alone here
			classes = append(classes, m.Class)
		}
		if m.ID != "" && !b.named[m.ID] {
			id = m.ID
		}
		title = m.Title
	}
	for _, a := range [][2]string{{"class", strings.Join(classes, " ")}, {"id", id}, {"title", title}} {
		if a[1] != "" {
			fmt.Fprintf(b, ` %s="%s"`, a[0], html.EscapeString(a[1]))
		}
	}
	if id != "" {
		b.named[id] = true
	}
	b.WriteByte('>')
}

// text writes a text, its line breaks kept, without control characters.
func (b *marker) text(s string) {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7F || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
	b.WriteString(strings.ReplaceAll(html.EscapeString(s), "\n", "<br>"))
}

// frame is a whole document around the content of a capture.
func frame(c *capture, content []byte) []byte {
	var b bytes.Buffer
	b.Grow(len(content) + len(frameStyle) + 512)
	b.WriteString(`<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>`)
	b.WriteString(html.EscapeString(c.URL))
	b.WriteString("</title><style>" + frameStyle + "</style></head><body>\n")
	b.Write(content)
	b.WriteString("\n</body></html>\n")
	return b.Bytes()
}

// frameStyle is the style of a capture. The page's own style sheets are not
// loaded; its inline styles are kept. Marks are told by an outline too, not
// only by colour.
const frameStyle = `html{background:#fff;color:#1b1f23}
body{margin:1rem;font:15px/1.6 "Songti SC","Noto Serif CJK SC","Source Han Serif SC",SimSun,serif;overflow-wrap:break-word}
table.data{border-collapse:collapse;max-width:100%}
@media (max-width:40rem){table:not(.data),table:not(.data)>*,table:not(.data)>*>tr,table:not(.data)>*>tr>td{display:block;width:auto!important;min-width:0!important}table.data{display:block;overflow-x:auto}}
table.data td,table.data th{border:1px solid #9aa5b1;padding:.2em .45em}
.picture{display:inline-block;min-width:2em;min-height:1em;border:1px dashed #9aa5b1;color:#57606a;font-size:.8em;padding:0 .3em}
.field{border:1px solid #9aa5b1;padding:0 .3em}
ol.lines{font:13px/1.7 ui-monospace,"Noto Sans Mono CJK SC",monospace;padding-left:4em;white-space:pre-wrap}
ol.lines li::marker{color:#57606a}
mark{background:none;color:inherit}
.read{box-shadow:inset 0 -2px 0 #0072b2}
.sentence{background:#fff1c9!important}
.at{background:#ffd24d!important;color:#000!important;outline:3px solid #b84300!important;outline-offset:-1px;scroll-margin:8rem}
#at{scroll-margin:8rem}
@media print{.read{box-shadow:none}}`
