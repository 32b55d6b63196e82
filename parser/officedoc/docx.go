package officedoc

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode"

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
	main, err := pkg.part(pkg.mainPart(ctx, "word/document.xml"))
	if len(main) == 0 {
		detail := "its main part is missing"
		if err != nil {
			detail = "its main part: " + err.Error()
		}
		return nil, &document.ReadError{Container: document.DOCX, Err: document.ErrDamaged, Detail: detail}
	}
	styles, _ := pkg.part("word/styles.xml")
	r := docx{styles: readStyles(ctx, styles), numbering: readNumbering(ctx, pkg)}
	pkg.report(&r.out)
	return r.document(ctx, main, document.DOCX, pkg.title(ctx), err)
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
	r := docx{styles: readStyles(ctx, data)}
	return r.document(ctx, data, document.WordML, "", cut)
}

// document reads the main part, of which cut tells that it is not whole.
func (r *docx) document(ctx context.Context, main []byte, container, title string, cut error) (*document.Document, error) {
	part := newXMLReader(ctx, main)
	part.unseen, part.opened = unseen, []string{"tbl"}
	full := r.body(part)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := cmp.Or(cut, part.err); err != nil && !full { // the part is cut there, and the markup ends for that reason
		reportPart(&r.out, "document.xml", err)
	}
	if r.altChunks > 0 {
		r.out.AddFinding(report.Warning(report.RuleMalformed, "The document embeds another file (altChunk) in place of text; that was not read. Save it anew with Word or LibreOffice."))
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
		d.Findings = append(d.Findings, report.Warning(report.RuleImageOnly, "The document holds no text, only %d pictures; nothing can be read from it.", d.Images))
	}
}

// docx is the state of reading one main part.
type docx struct {
	out       document.Builder
	styles    map[string]style
	numbering numbering

	images    int
	altChunks int
	cells     int     // of all tables
	nested    int     // how many cells are open
	ground    string  // of the open cell
	tableFace face    // of the text of the open table, by its style
	fields    []field // open complex fields, innermost last
}

// field is a complex field while it is read.
type field struct {
	instruction bool // which is being read: its result has not begun
	form        bool // of a form, whose kinds show something else than a result
}

// unseen are the elements whose content no reader of the page sees: tracked
// deletions, the properties of what is not asked for any, notes' marks.
var unseen = map[string]bool{
	"del": true, "moveFrom": true, "delText": true, "instrText": true, "delInstrText": true,
	"DocumentProperties": true, "styles": true, "lists": true, "fonts": true, "docPr": true, "hdr": true, "ftr": true, // of Word 2003's one part
	"Word.Comment": true, "footnote": true, "endnote": true, // of it too, where the sign stands
	"sectPr": true, "tblPrEx": true, "tblGrid": true,
	"sdtPr": true, "sdtEndPr": true, "customXmlPr": true, "smartTagPr": true,
	"rt": true, "pgNum": true, "annotationRef": true, "binData": true,
	"customXmlDelRangeStart": true, "customXmlMoveFromRangeStart": true,
}

// properties are the elements that tell how what they stand in is set. They are asked
// for by their names and show nothing.
var properties = map[string]bool{"pPr": true, "rPr": true, "tblPr": true, "trPr": true, "tcPr": true}

// node is what a container of blocks holds: a paragraph or a table.
type node struct {
	kind  document.Kind
	text  string
	joins bool // continues in the next paragraph: the mark between them is deleted
	lost  bool // of a cell: more is to be seen than text, which counts where there is no text
	table *table
}

// body reads the main part and adds its blocks as they come. full tells that it ended
// at the bounds of a document, of which the builder has left the finding.
func (r *docx) body(part *xmlReader) (full bool) {
	var open *node // a paragraph whose mark is deleted
	flush := func() {
		if open != nil {
			r.out.AddText(open.kind, open.text)
			open = nil
		}
	}
	emit := func(n node) {
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
	}
	for e := range part.each("p", "tbl", "altChunk", "AlternateContent") {
		if full = r.out.Full() || r.cells > document.MaxCells; full {
			break
		}
		if e.name == "tbl" {
			r.table(part.each(tableParts...), emit)
		} else if !r.block(e, emit) {
			r.blocks(e, emit)
		}
	}
	flush()
	return full
}

// emit adds a block, or those that a layout table arranges.
func (r *docx) emit(n node) {
	switch {
	case n.table == nil:
		r.out.AddText(n.kind, n.text)
	case n.table.nests && n.table.figures() < document.DataFigures:
		// The tables within hold the figures; the one around them only places them on
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
		for t := range n.table.within() {
			if t.figures() >= document.DataFigures {
				r.emit(node{kind: document.Table, table: t})
			}
		}
	}
}

// blocks reads the block-level content of an element.
func (r *docx) blocks(e *element, emit func(node)) {
	e.walk(func(e *element) bool { return r.block(e, emit) })
}

// block reads an element if it is a block.
func (r *docx) block(e *element, emit func(node)) bool {
	switch e.name {
	case "p":
		r.paragraph(e, emit)
	case "tbl":
		r.table(e.each(tableParts...), emit)
	case "altChunk":
		r.altChunks++
		if r.nested > 0 {
			emit(node{lost: true})
		}
	default:
		return properties[e.name]
	}
	return true
}

// paragraph reads w:p and emits it, then what its text boxes hold.
func (r *docx) paragraph(e *element, emit func(node)) {
	p := paragraph{docx: r}
	p.properties(e.child("pPr"))
	st := r.styles[p.style]
	outer := r.fields
	r.fields = nil // no instruction outlives its paragraph: one that is left open is damage
	p.content(e, st.face.or(r.tableFace))
	r.fields = outer
	p.standing = p.standing.or(st.standing)
	kind := document.Paragraph
	if p.heading() || st.titled {
		kind = document.Heading
	}
	text := p.scripts.Apply(p.text.String())
	if p.resultless && p.nested > 0 && !strings.ContainsFunc(text, func(c rune) bool { return unicode.Is(unicode.Han, c) }) {
		text += document.Unread // of a label, the words suffice
	}
	switch {
	case st.contents:
		text = "" // the table of contents repeats the headings with page numbers
	case strings.TrimSpace(text) != "":
		if mark := r.numbering.next(p.num, p.level); mark != "" {
			text = joinNumber(mark, text)
		}
	case p.nested > 0:
		text = r.numbering.next(p.num, p.level) // is all that its cell shows
	default:
		text = ""
	}
	if (text != "" || p.lost && p.nested > 0) && !e.cut { // half a sentence could end in half a figure
		emit(node{kind: kind, text: text, joins: p.markDeleted, lost: p.lost})
	}
	for _, n := range p.boxes {
		emit(n)
	}
}

// paragraph is one w:p while it is read.
type paragraph struct {
	*docx
	text       strings.Builder
	scripts    document.Scripts
	lost       bool // something was struck out, or floats
	resultless bool // it has a field without a result
	drawn      bool // the open drawing shows something
	boxes      []node
	style      string
	standing
	markDeleted bool
}

// properties reads w:pPr.
func (p *paragraph) properties(pPr *element) {
	p.standing = standingOf(pPr)
	p.style = pPr.child("pStyle").val()
	p.markDeleted = pPr.child("rPr").child("del") != nil
}

// box takes what stands apart from the paragraph's text, behind it.
func (p *paragraph) box(n node) { p.boxes = append(p.boxes, n) }

// content reads what stands in a paragraph, whose text is set so by its style.
func (p *paragraph) content(e *element, f face) {
	e.walk(func(e *element) bool {
		switch e.name {
		case "r":
			p.run(e, f)
		case "bdo":
			if e.val() == "rtl" {
				p.unread() // its digits run from right to left
			}
			p.content(e, f)
		case "p", "tbl": // only in a malformed file
			p.block(e, p.box)
		case "sup", "sub": // of a formula
			from := p.text.Len()
			p.content(e, f)
			script := document.Raised
			if e.name == "sub" {
				script = document.Lowered
			}
			p.scripts.Mark(from, p.text.Len(), script, false)
		case "subDoc": // another file
			p.lost = true
		case "f", "rad", "nary", "m": // fractions, roots, sums and matrices are no line of text
			p.unread()
		case "t": // of formulas, m:t, which are no w:r's children
			p.write(e.line())
		default:
			return properties[e.name]
		}
		return true
	})
}

// signs are the elements of a run that stand for a character.
var signs = map[string]string{"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}

// run reads w:r in a text that is set so.
func (p *paragraph) run(e *element, f face) {
	if rPr := e.child("rPr"); rPr != nil {
		f = faceOf(rPr).or(p.faceNamed(rPr.child("rStyle"), face{}).within(f))
	}
	if f.hidden != set {
		p.runContent(e, f)
		return
	}
	for c := range e.children() {
		p.field(c, false)
	}
}

// faceNamed is the face of the style that an element names, or another where there is no
// such element.
func (r *docx) faceNamed(e *element, other face) face {
	if e == nil {
		return other
	}
	return r.styles[e.val()].face
}

// runContent reads what stands in a run or a drawing.
func (p *paragraph) runContent(e *element, f face) {
	e.walk(func(e *element) bool {
		switch e.name {
		case "t":
			p.writeIn(f, e.line())
		case "fldChar":
			p.field(e, true)
		case "sym":
			// Symbol fonts map their characters into the private use area; the
			// character is kept so that a cell with one does not seem blank.
			if n, err := strconv.ParseUint(e.attr("char"), 16, 16); err == nil && n > 0 {
				p.writeIn(f, string(rune(n)))
			}
		case "r":
			p.run(e, f) // of a ruby
		case "txbxContent":
			p.blocks(e, p.box)
		case "drawing", "pict", "object":
			p.drawing(e, f)
		case "anchor":
			p.lost = true
			return false
		case "inline", "shape", "rect", "oval", "line", "group":
			if strings.Contains(e.attr("style"), "absolute") {
				p.lost = true
			} else if e.name != "group" {
				p.drawn = true
			}
			return false
		case "blip", "imagedata":
			p.images++
		default:
			sign, known := signs[e.name]
			p.write(sign)
			return known || properties[e.name]
		}
		return true
	})
}

// drawing reads w:drawing and its like: text boxes, or what is no text. What
// floats over the page need not belong to what it is anchored in.
func (p *paragraph) drawing(e *element, f face) {
	boxes := len(p.boxes)
	outer := p.drawn
	p.drawn = false
	p.runContent(e, f)
	if p.drawn && len(p.boxes) == boxes {
		p.unread()
	}
	p.drawn = outer
}

// field reads where a complex field begins, where its result does, or where it ends. One
// without a result shows what its instruction draws: a figure in a circle, a sum.
func (p *paragraph) field(e *element, visible bool) {
	n := len(p.fields)
	switch kind := e.attr("fldCharType"); {
	case kind == "begin":
		data := e.child("ffData")
		if visible {
			p.formField(data)
		}
		p.fields = append(p.fields, field{true, data != nil})
	case kind == "separate" && n > 0:
		p.fields[n-1].instruction = false
	case kind == "end" && n > 0:
		p.resultless = p.resultless || visible && p.fields[n-1] == field{instruction: true}
		p.fields = p.fields[:n-1]
	}
}

// formField reads what a field of a form shows that is no text: the box of a
// check mark, what is chosen of a list. A field for text shows its result, and
// nobody knows what one that is blank is to hold.
func (p *paragraph) formField(data *element) {
	p.lost = p.lost || data.child("textInput") != nil
	if data.child("checkBox") != nil {
		p.unread()
	}
	var entries []string
	list := data.child("ddList")
	for e := range list.children() {
		if e.name == "listEntry" {
			entries = append(entries, e.val())
		}
	}
	if chosen, ok := numbered(entries, list.child("result").val()); ok {
		p.write(chosen)
	} else if len(entries) > 0 {
		p.unread()
	}
}

// unread notes in a cell that something is to be seen that is no text.
func (p *paragraph) unread() {
	if p.nested > 0 {
		p.write(document.Unread)
	}
}

// writeIn adds text of a run.
func (p *paragraph) writeIn(f face, s string) {
	if f.struck == set || p.nested > 0 && f.unseen(s, p.ground) {
		p.lost = p.lost || strings.TrimSpace(s) != ""
		return
	}
	from := p.text.Len()
	p.write(f.signs(s))
	script, shifted := f.script()
	p.scripts.Mark(from, p.text.Len(), script, shifted)
}

// write adds text unless it belongs to a field's instruction, as the result of a
// field nested in one does.
func (p *paragraph) write(s string) {
	for _, f := range p.fields {
		if f.instruction {
			return
		}
	}
	p.text.WriteString(s)
}
