package officedoc

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// ReadDOCX reads a WordprocessingML document. The error wraps
// document.ErrFormat, document.ErrEncrypted or document.ErrDamaged, or is ctx's;
// a file that is cut short or malformed gives the blocks up to there and the
// finding container.malformed.
func ReadDOCX(ctx context.Context, data []byte) (*document.Document, error) {
	pkg, err := openPackage(document.DOCX, data)
	if err != nil {
		return nil, err
	}
	main, err := pkg.part(pkg.mainPart("word/document.xml"))
	if len(main) == 0 {
		detail := "its main part is missing"
		if err != nil {
			detail = "its main part: " + err.Error()
		}
		return nil, &document.ReadError{Container: document.DOCX, Err: document.ErrDamaged, Detail: detail}
	}
	styles, _ := pkg.part("word/styles.xml")
	r := docx{
		xmlReader: newXMLReader(ctx, main),
		styles:    readStyles(ctx, styles),
		numbering: readNumbering(ctx, pkg),
	}
	pkg.report(&r.out)
	return r.document(ctx, document.DOCX, pkg.title(ctx), err)
}

// ReadWordML reads Word 2003's XML (WordprocessingML 2003), whose paragraphs and
// tables are spelled as those of today. Errors are those of ReadDOCX.
func ReadWordML(ctx context.Context, data []byte) (*document.Document, error) {
	if detectXML(data) != document.WordML {
		return nil, &document.ReadError{Container: document.WordML, Err: document.ErrFormat}
	}
	var cut error
	if len(data) > maxPart {
		data, cut = data[:maxPart], fmt.Errorf("%w: larger than %d MiB", errTooLarge, maxPart>>20)
	}
	r := docx{xmlReader: newXMLReader(ctx, data), styles: readStyles(ctx, data), numbering: &numbering{}}
	return r.document(ctx, document.WordML, "", cut)
}

// document reads the main part, of which cut tells that it is not whole.
func (r *docx) document(ctx context.Context, container, title string, cut error) (*document.Document, error) {
	readErr := r.body()
	if cut != nil && !errors.Is(readErr, errDocumentFull) {
		readErr = cut // the part is cut there, and the markup ends for that reason
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if readErr != nil {
		reportPart(&r.out, "document.xml", readErr)
	}
	if r.altChunks > 0 {
		r.out.AddFinding(report.Finding{Rule: report.RuleMalformed, Severity: report.SeverityWarning,
			Message: "The document embeds another file (altChunk) in place of text; that was not read. Save it anew with Word or LibreOffice."})
	}
	d := r.out.Document()
	d.Container = container
	d.Title = title
	d.Images = r.images
	noteImageOnly(d)
	return d, nil
}

// noteImageOnly adds the finding that a document holds nothing but pictures.
func noteImageOnly(d *document.Document) {
	if len(d.Blocks) == 0 && d.Images > 0 {
		d.Findings = append(d.Findings, report.Finding{Rule: report.RuleImageOnly, Severity: report.SeverityWarning,
			Message: fmt.Sprintf("The document holds no text, only %d pictures; nothing can be read from it.", d.Images)})
	}
}

// docx is the state of reading one main part.
type docx struct {
	*xmlReader
	out       document.Builder
	styles    map[string]style
	numbering *numbering

	images    int
	altChunks int
	cells     int    // of all tables
	nested    int    // how many cells are open
	tableFace face   // of the text of the open table, by its style
	fields    []bool // open complex fields, innermost last: is it the instruction that is being read?
}

// node is what a container of blocks holds: a paragraph or a table.
type node struct {
	kind  document.Kind
	text  string
	joins bool // continues in the next paragraph: the mark between them is deleted
	lost  bool // of a cell: more is to be seen than text, which counts where there is no text
	table *table
}

// body reads the main part and emits its blocks as they come.
func (r *docx) body() error {
	var open *node // a paragraph whose mark is deleted
	flush := func() {
		if open != nil {
			r.out.AddText(open.kind, open.text)
			open = nil
		}
	}
	err := r.blocks(func(n node) {
		if open != nil && n.table == nil {
			n.text = open.text + n.text
			open = nil
		}
		flush()
		if n.joins {
			open = &n
			return
		}
		r.emit(n)
	})
	flush()
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// emit adds a block, or those that a layout table arranges.
func (r *docx) emit(n node) {
	switch {
	case n.table == nil:
		r.out.AddText(n.kind, n.text)
	case n.table.nests():
		// Leaf tables hold the figures; the table around them only places them on
		// the page.
		for _, row := range n.table.rows {
			for _, c := range row.cells {
				for _, item := range c.items {
					r.emit(item)
				}
			}
		}
	default:
		r.out.AddGrid(n.table.grid())
	}
}

// blocks reads the block-level content of the current element.
func (r *docx) blocks(emit func(node)) error {
	return r.children(func(e xml.StartElement) error {
		if r.out.Full() {
			return errDocumentFull
		}
		switch e.Name.Local {
		case "p":
			return r.paragraph(emit)
		case "tbl":
			t, err := r.table()
			if len(t.rows) > 0 {
				emit(node{kind: document.Table, table: t})
			}
			return err
		case "altChunk":
			r.altChunks++
			return r.skip()
		case "AlternateContent":
			return r.alternate(func() error { return r.blocks(emit) })
		}
		return r.skipIf(unseen[e.Name.Local])
	})
}

// errDocumentFull ends reading when the builder's limit is reached; the builder
// has left the finding.
var errDocumentFull = errors.New("document is full")

// unseen are the elements whose content no reader of the page sees: tracked
// deletions, properties, notes' marks, the second form of alternate content.
var unseen = map[string]bool{
	"del": true, "moveFrom": true, "delText": true, "instrText": true, "delInstrText": true,
	"DocumentProperties": true, "styles": true, "lists": true, "fonts": true, "docPr": true, "hdr": true, "ftr": true, // of Word 2003's one part
	"pPr": true, "rPr": true, "sectPr": true, "tblPr": true, "tblPrEx": true, "tblGrid": true,
	"trPr": true, "tcPr": true, "sdtPr": true, "sdtEndPr": true, "customXmlPr": true, "smartTagPr": true,
	"Fallback": true, "rt": true, "pgNum": true, "annotationRef": true, "binData": true,
	"customXmlDelRangeStart": true, "customXmlMoveFromRangeStart": true,
}

// alternate reads the first Choice of mc:AlternateContent (ECMA-376 part 3) and
// the Fallback only where there is no Choice: both show the same thing.
func (r *docx) alternate(read func() error) error {
	taken := false
	return r.children(func(e xml.StartElement) error {
		if taken || (e.Name.Local != "Choice" && e.Name.Local != "Fallback") {
			return r.skip()
		}
		taken = true
		return read()
	})
}

// paragraph reads w:p and emits it, then what its text boxes hold.
func (r *docx) paragraph(emit func(node)) error {
	p := paragraph{docx: r, standing: standing{level: -1}}
	outer := r.fields
	r.fields = nil // no instruction outlives its paragraph: one that is left open is damage
	err := p.content()
	r.fields = outer
	kind := document.Paragraph
	st := r.styles[p.style]
	p.standing = p.standing.or(st.standing)
	if p.outline != nil && *p.outline < 9 || st.heading {
		kind = document.Heading
	}
	text := p.scripts.Apply(p.text.String())
	switch {
	case st.contents:
		text = "" // the table of contents repeats the headings with page numbers
	case strings.TrimSpace(text) != "":
		if mark := r.numbering.next(p.num, p.level); mark != "" {
			text = joinNumber(mark, text)
		}
	default:
		text = ""
	}
	if (text != "" || p.lost && p.nested > 0) && err == nil { // half a sentence could end in half a figure
		emit(node{kind: kind, text: text, joins: p.markDeleted, lost: p.lost})
	}
	for _, n := range p.boxes {
		emit(n)
	}
	return err
}

// paragraph is one w:p while it is read.
type paragraph struct {
	*docx
	text    strings.Builder
	scripts document.Scripts
	lost    bool // something was struck out, or floats
	drawn   bool // the open drawing shows something
	boxes   []node
	style   string
	standing
	markDeleted bool
}

func (p *paragraph) content() error {
	return p.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "pPr":
			return p.properties()
		case "r":
			return p.run()
		case "tbl":
			// Only a malformed file has a table in a paragraph; it is a table still.
			t, err := p.table()
			if len(t.rows) > 0 {
				p.boxes = append(p.boxes, node{kind: document.Table, table: t})
			}
			return err
		case "p":
			return p.paragraph(func(n node) { p.boxes = append(p.boxes, n) })
		case "AlternateContent":
			return p.alternate(p.content)
		case "sup", "sub": // of a formula
			from := p.text.Len()
			err := p.content()
			script := document.Raised
			if e.Name.Local == "sub" {
				script = document.Lowered
			}
			p.scripts.Mark(from, p.text.Len(), script, false)
			return err
		case "f", "rad", "nary", "m": // fractions, roots, sums and matrices are no line of text
			p.unread()
			return p.skip()
		case "t": // of formulas, m:t, which are no w:r's children
			s, err := p.characters()
			p.write(s)
			return err
		}
		return p.skipIf(unseen[e.Name.Local])
	})
}

func (p *paragraph) properties() error {
	return p.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "pStyle":
			p.style = attr(e, "val")
		case "del":
			p.markDeleted = true
		case "numPr", "rPr":
			return nil
		}
		p.standing.property(e)
		return p.skip()
	})
}

// run reads w:r.
func (p *paragraph) run() error {
	f := p.styles[p.style].face.or(p.tableFace)
	return p.runContent(&f)
}

func (p *paragraph) runContent(f *face) error {
	return p.children(func(e xml.StartElement) error {
		visible := f.hidden != set
		switch e.Name.Local {
		case "rPr":
			own, char := face{}, face{}
			err := p.children(func(e xml.StartElement) error {
				if e.Name.Local == "rStyle" {
					char = p.styles[attr(e, "val")].face
				}
				own.property(e)
				return p.skip()
			})
			*f = own.or(char.within(*f))
			return err
		case "t":
			s, err := p.characters()
			if visible {
				p.writeIn(*f, s)
			}
			return err
		case "tab", "ptab":
			if visible {
				p.write("\t")
			}
		case "br", "cr":
			if visible {
				p.write("\n")
			}
		case "noBreakHyphen":
			if visible {
				p.write("-")
			}
		case "sym":
			// Symbol fonts map their characters into the private use area; the
			// character is kept so that a cell with one does not seem blank.
			if n, err := strconv.ParseUint(attr(e, "char"), 16, 16); err == nil && visible && n > 0 {
				p.writeIn(*f, string(rune(n)))
			}
		case "fldChar":
			switch attr(e, "fldCharType") {
			case "begin":
				if err := p.formField(visible); err != nil {
					return err
				}
				p.fields = append(p.fields, true)
				return nil
			case "separate":
				if n := len(p.fields); n > 0 {
					p.fields[n-1] = false
				}
			case "end":
				if n := len(p.fields); n > 0 {
					p.fields = p.fields[:n-1]
				}
			}
		case "txbxContent":
			return p.textBox(visible)
		case "AlternateContent":
			return p.alternate(func() error { return p.runContent(f) })
		case "drawing", "pict", "object":
			return p.drawing(f)
		case "anchor":
			p.lost = p.lost || visible
			return nil
		case "inline", "shape", "rect", "oval", "line", "group":
			if visible && strings.Contains(attr(e, "style"), "absolute") {
				p.lost = true
			} else if visible && e.Name.Local != "group" {
				p.drawn = true
			}
			return nil
		case "blip", "imagedata":
			if visible {
				p.images++
			}
		default:
			return p.skipIf(unseen[e.Name.Local])
		}
		return p.skip()
	})
}

// drawing reads w:drawing and its like: text boxes, or what is no text. What
// floats over the page need not belong to what it is anchored in.
func (p *paragraph) drawing(f *face) error {
	boxes := len(p.boxes)
	outer := p.drawn
	p.drawn = false
	err := p.runContent(f)
	if p.drawn && len(p.boxes) == boxes {
		p.unread()
	}
	p.drawn = outer
	return err
}

// formField reads what a field of a form shows that is no text: the box of a
// check mark, what is chosen of a list. A field for text shows its result, and
// nobody knows what one that is blank is to hold.
func (p *paragraph) formField(visible bool) error {
	var entries []string
	chosen := -1
	err := p.children(func(e xml.StartElement) error {
		if !visible {
			return p.skip()
		}
		switch e.Name.Local {
		case "ffData", "ddList":
			return nil
		case "textInput":
			p.lost = true
		case "checkBox":
			p.unread()
		case "result":
			chosen, _ = strconv.Atoi(attr(e, "val"))
		case "listEntry":
			entries = append(entries, attr(e, "val"))
		}
		return p.skip()
	})
	switch {
	case chosen >= 0 && chosen < len(entries):
		p.write(entries[chosen])
	case len(entries) > 0:
		p.unread()
	}
	return err
}

// unread notes in a cell that something is to be seen that is no text.
func (p *paragraph) unread() {
	if p.nested > 0 {
		p.write(document.Unread)
	}
}

// textBox reads the blocks of a text box, which follow the paragraph it is
// anchored in.
func (p *paragraph) textBox(visible bool) error {
	if !visible {
		return p.skip()
	}
	return p.blocks(func(n node) { p.boxes = append(p.boxes, n) })
}

// writeIn adds text of a run.
func (p *paragraph) writeIn(f face, s string) {
	if f.struck == set {
		p.lost = p.lost || strings.TrimSpace(s) != ""
		return
	}
	from := p.text.Len()
	p.write(s)
	script, shifted := f.script()
	p.scripts.Mark(from, p.text.Len(), script, shifted)
}

// write adds text unless it belongs to a field's instruction, as the result of a
// field nested in one does.
func (p *paragraph) write(s string) {
	for _, instruction := range p.fields {
		if instruction {
			return
		}
	}
	p.text.WriteString(s)
}
