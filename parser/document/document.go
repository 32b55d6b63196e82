package document

import (
	"strings"

	"nianbao/parser/report"
)

// Limits of one document. Real reports stay two orders of magnitude below;
// what goes beyond is not a report but an attack or an accident.
const (
	MaxBlocks = 40_000
	MaxCells  = 100_000 // cells of all grids, a cell counted in every row it spans
	MaxText   = 2 << 20 // bytes of text in all blocks
)

// Container names, as in report.Meta.Container.
const (
	HTML  = "html"
	MHTML = "mhtml" // a web page and its pictures in one file, RFC 2557
	Text  = "text"
	// Markdown is text with Markdown's marks, HTML among them.
	Markdown = "markdown"
	DOCX     = "docx"
	XLSX     = "xlsx"
	PDF      = "pdf"
	DOC      = "doc"
	XLS      = "xls"
	WPS      = "wps"
	RTF      = "rtf"
	ODT      = "odt"    // OpenDocument text
	ODS      = "ods"    // OpenDocument spreadsheet
	WordML   = "wordml" // Word 2003's XML
	ZIP      = "zip"
	// SpreadsheetML is Excel 2003's XML.
	SpreadsheetML = "spreadsheetml"
	// Placed is a text of the words of pages with their places, as programs write it
	// that read PDF files and scans.
	Placed = "placed"
)

// Document is a report's content without its container.
type Document struct {
	Container string
	Charset   string // the encoding the bytes were decoded from, "" where that has no meaning
	Title     string // the container's own title: HTML's <title>, a document property
	// Meta holds named properties: an HTML page's <meta name=… content=…> (the
	// field's pages carry ArticleTitle, PubDate, ContentSource), keys in lower case.
	Meta   map[string]string
	Blocks []Block
	Links  []Link
	Images int // pictures in the body; a report may be nothing else
	// Recognised tells that a program read the text off a picture: what it did not see has
	// left no trace.
	Recognised bool
	Findings   []report.Finding
}

// Link is a reference out of the document.
type Link struct {
	URL  string // as written, not resolved
	Text string
}

// Kind tells what a Block is.
type Kind uint8

const (
	Paragraph Kind = iota
	Heading        // marked up as a heading; many real headings are mere paragraphs
	Table
)

// Block is one paragraph, heading or grid.
type Block struct {
	Kind Kind
	Text string // of a paragraph or heading: trimmed, never empty, line breaks as \n
	Line int    // of a paragraph or heading: its number among the document's lines, from one
	Grid *Grid  // of a Table
}

// Builder collects blocks and numbers them. The zero Builder is ready.
type Builder struct {
	doc       Document
	line      int
	grids     int
	text      int
	cells     int
	truncated bool
}

// Full reports whether a limit was reached; what is added afterwards is dropped.
func (b *Builder) Full() bool { return b.truncated }

// Length is how much text there is so far, in bytes.
func (b *Builder) Length() int { return b.text }

// AddText appends a paragraph or heading. Text without any visible character
// adds nothing.
func (b *Builder) AddText(kind Kind, text string) {
	text = strings.TrimSpace(text)
	if text == "" || !b.room(len(text)) {
		return
	}
	b.line++
	b.doc.Blocks = append(b.doc.Blocks, Block{Kind: kind, Text: text, Line: b.line})
}

// SetLine says that the next text stands in line n of the source. Containers
// that have lines of their own use it; elsewhere blocks count the lines.
func (b *Builder) SetLine(n int) { b.line = n - 1 }

// Line is the number of the line that was added last.
func (b *Builder) Line() int { return b.line }

// AddGrid appends a grid and gives it its number. A grid without any cell adds
// nothing.
func (b *Builder) AddGrid(g *Grid) {
	g.withoutNumbers()
	n, text := 0, 0
	for _, row := range g.Rows {
		n += len(row)
		for _, c := range row {
			if c != nil && !c.counted {
				c.counted = true
				c.Text = besideWords(c.Text)
				text += len(c.Text)
			}
		}
	}
	if n == 0 {
		return
	}
	if g.Truncated || b.cells+n > MaxCells {
		b.truncated = true
		b.limit("a table is larger than any report's; the rows beyond were not read")
		if b.cells+n > MaxCells {
			return
		}
	}
	if !b.room(text) {
		return
	}
	b.cells += n
	b.grids++
	g.Number = b.grids
	b.doc.Blocks = append(b.doc.Blocks, Block{Kind: Table, Grid: g})
}

// AddFinding records what reading the container found.
func (b *Builder) AddFinding(f report.Finding) { b.doc.Findings = append(b.doc.Findings, f) }

// Document returns what was collected; the builder must not be used again.
// The caller sets the fields that are no blocks.
func (b *Builder) Document() *Document { return &b.doc }

func (b *Builder) room(text int) bool {
	if b.text+text > MaxText || len(b.doc.Blocks) >= MaxBlocks {
		b.truncated = true
		b.limit("the document is larger than any report; what follows was not read")
		return false
	}
	b.text += text
	return true
}

func (b *Builder) limit(message string) {
	for _, f := range b.doc.Findings {
		if f.Rule == report.RuleLimit {
			return
		}
	}
	b.AddFinding(report.Warning(report.RuleLimit, "%s", message))
}
