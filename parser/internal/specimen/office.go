package specimen

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// officeStyles are files of word processors and spreadsheets.
func officeStyles() []Style {
	styles := []Style{
		{Name: "docx-clean", Shows: "a Word file with merged cells", Layouts: anyLayout, write: writeDOCX(wordOptions{})},
		{Name: "docx-gaps", Shows: "a Word file with blank cells and dashes", Layouts: anyLayout, page: func(p *page) {
			p.some(8, func(c *cell, _ float64) { p.blank(c) })
			p.some(8, func(c *cell, _ float64) { p.mark(c, report.StatusNotApplicable, "—") })
		}, write: writeDOCX(wordOptions{})},
		{Name: "docx-runs", Shows: "figures and labels are cut into runs, with proofing marks, bookmarks and smart tags between", Layouts: anyLayout, write: writeDOCX(wordOptions{runs: true})},
		{Name: "docx-tracked", Shows: "tracked changes: deleted figures stand beside the inserted ones", Layouts: anyLayout, write: writeDOCX(wordOptions{tracked: true})},
		{Name: "docx-hidden", Shows: "hidden text and field codes stand beside the figures", Layouts: anyLayout, write: writeDOCX(wordOptions{hidden: true})},
		{Name: "docx-controls", Shows: "rows, cells and figures stand in content controls", Layouts: anyLayout, write: writeDOCX(wordOptions{controls: true})},
		{Name: "docx-nested", Shows: "each table stands in a cell of a layout table", Layouts: anyLayout, write: writeDOCX(wordOptions{nested: true})},
		{Name: "docx-split", Shows: "section two as several tables", Layouts: newLayouts, form: func(f *form) { f.arrangement = split }, write: writeDOCX(wordOptions{})},
		{Name: "docx-cut", Shows: "the table is cut in two, its header again above the second half", Layouts: anyLayout, page: func(p *page) { p.cut(true) }, write: writeDOCX(wordOptions{})},
		{Name: "docx-grid-gaps", Shows: "rows that begin with gridBefore and end with gridAfter instead of cells", Layouts: anyLayout, page: func(p *page) {
			for _, g := range p.grids() {
				for _, r := range g.rows {
					r.cells = append(append([]*cell{{kind: fillerCell}, {kind: fillerCell}}, r.cells...), &cell{kind: fillerCell})
				}
			}
		}, write: writeDOCX(wordOptions{gaps: true})},
		{Name: "docx-headers", Shows: "page headers, footers, footnotes and a text box beside the report", Layouts: anyLayout, write: writeDOCX(wordOptions{parts: true})},
		{Name: "docx-strict-prefix", Shows: "the elements have another namespace prefix than w", Layouts: anyLayout, write: func(p *page) ([]byte, error) {
			return packDOCX(p, wordOptions{}, strings.NewReplacer("<w:", "<ns0:", "</w:", "</ns0:", " w:", " ns0:", "xmlns:w=", "xmlns:ns0="))
		}},
		{Name: "xlsx-clean", Shows: "a workbook with one sheet, figures as numbers, merged cells", Layouts: anyLayout, write: writeXLSX(bookOptions{})},
		{Name: "xlsx-text", Shows: "a workbook whose figures are text, some with spaces and apostrophes before", Layouts: anyLayout, write: writeXLSX(bookOptions{asText: true})},
		{Name: "xlsx-sheets", Shows: "a workbook with a sheet of its own for each table", Layouts: anyLayout, write: writeXLSX(bookOptions{sheets: true})},
		{Name: "xlsx-hidden", Shows: "hidden sheets, rows and columns hold wrong figures", Layouts: anyLayout, write: writeXLSX(bookOptions{hidden: true})},
		{Name: "xlsx-formulas", Shows: "figures are formulas with their computed values beside", Layouts: anyLayout, write: writeXLSX(bookOptions{formulas: true})},
		{Name: "xlsx-formats", Shows: "figures have number formats: thousands, decimals, a unit", Layouts: anyLayout, write: writeXLSX(bookOptions{formats: true})},
		{Name: "xlsx-gaps", Shows: "a workbook with blank cells and dashes, far from the corner", Layouts: anyLayout, page: func(p *page) {
			p.some(8, func(c *cell, _ float64) { p.blank(c) })
			p.some(8, func(c *cell, _ float64) { p.mark(c, report.StatusNotApplicable, "/") })
		}, write: writeXLSX(bookOptions{offset: 3})},
	}
	for i := range styles {
		styles[i].Container, styles[i].Extension = document.DOCX, ".docx"
		if strings.HasPrefix(styles[i].Name, "xlsx") {
			styles[i].Container, styles[i].Extension = document.XLSX, ".xlsx"
		}
	}
	return append(styles, Style{
		Name: "zip-docx", Shows: "a ZIP file with the report as a Word file beside a note", Layouts: anyLayout, Container: document.DOCX, Extension: ".zip",
		write: func(p *page) ([]byte, error) {
			data, err := writeDOCX(wordOptions{})(p)
			if err != nil {
				return nil, err
			}
			return pack([]part{{"说明.txt", []byte("附件为年度报告全文。")}, {"附件/年度报告.docx", data}})
		},
	})
}

// part is a file of an archive.
type part struct {
	name string
	data []byte
}

// packed is when the parts of every archive were last changed.
var packed = time.Date(2022, 1, 20, 9, 30, 0, 0, time.UTC)

func pack(parts []part) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: packed})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(p.data); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// wordOptions says what a Word file has beside the report.
type wordOptions struct {
	runs, tracked, hidden, controls, nested, gaps, parts bool
	across                                               bool // merged cells across are cells that say they are
}

const wordNS = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

func writeDOCX(o wordOptions) func(*page) ([]byte, error) {
	return func(p *page) ([]byte, error) { return packDOCX(p, o, strings.NewReplacer()) }
}

func packDOCX(p *page, o wordOptions, rewrite *strings.Replacer) ([]byte, error) {
	const decl = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	w := &wordWriter{page: p, wordOptions: o}
	w.b.WriteString(decl + `<w:document ` + wordNS + `><w:body>`)
	for _, b := range p.blocks {
		for _, g := range b.grids {
			if o.nested {
				w.b.WriteString(`<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc><w:tcPr/>`)
				w.table(g)
				w.b.WriteString(`<w:p/></w:tc></w:tr></w:tbl><w:p/>`)
				continue
			}
			w.table(g)
			w.b.WriteString("<w:p/>")
		}
		switch b.kind {
		case titleBlock:
			w.paragraph("Title", b.text, false)
		case headingBlock:
			w.paragraph("Heading1", b.text, false)
		case paragraphBlock, sourceBlock:
			w.paragraph("", b.text, false)
		}
	}
	if o.parts {
		w.b.WriteString(`<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>第 3 页 总计 888</w:t></w:r></w:p></w:txbxContent></w:pict></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>`)
	}
	w.b.WriteString(`<w:sectPr/></w:body></w:document>`)
	types := `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
	rels := `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`
	core := fmt.Sprintf(`<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>%s</dc:title></cp:coreProperties>`, escapeXML(p.truth.Meta.Title))
	parts := []part{
		{"[Content_Types].xml", []byte(decl + types)}, {"_rels/.rels", []byte(decl + rels)},
		{"word/document.xml", []byte(rewrite.Replace(w.b.String()))}, {"docProps/core.xml", []byte(decl + core)},
	}
	if o.parts {
		for _, name := range []string{"header1", "footer1", "footnotes"} {
			parts = append(parts, part{"word/" + name + ".xml", []byte(decl + `<w:hdr ` + wordNS + `><w:p><w:r><w:t>行政许可 888</w:t></w:r></w:p></w:hdr>`)})
		}
	}
	return pack(parts)
}

type wordWriter struct {
	wordOptions
	page *page
	b    strings.Builder
}

func escapeXML(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder does not fail
	return b.String()
}

func text(s string) string { return `<w:t xml:space="preserve">` + escapeXML(s) + `</w:t>` }

// paragraph writes a paragraph; the text's line breaks become <w:br/>.
func (w *wordWriter) paragraph(style, s string, figure bool) {
	w.b.WriteString("<w:p>")
	if style != "" {
		fmt.Fprintf(&w.b, `<w:pPr><w:pStyle w:val="%s"/></w:pPr>`, style)
	}
	for i, l := range strings.Split(s, "\n") {
		if i > 0 {
			w.b.WriteString("<w:r><w:br/></w:r>")
		}
		r := []rune(l)
		switch {
		case l == "":
		case w.runs && len(r) > 1:
			at := 1 + w.page.rng.IntN(len(r)-1)
			fmt.Fprintf(&w.b, `<w:proofErr w:type="spellStart"/><w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>%s</w:r><w:bookmarkStart w:id="1" w:name="_Hlk"/><w:smartTag w:uri="x" w:element="chsdate"><w:r>%s</w:r></w:smartTag><w:bookmarkEnd w:id="1"/><w:proofErr w:type="spellEnd"/>`,
				text(string(r[:at])), text(string(r[at:])))
		case w.tracked && figure && w.page.rng.IntN(3) == 0:
			fmt.Fprintf(&w.b, `<w:del w:id="7" w:author="甲"><w:r><w:delText>888</w:delText></w:r></w:del><w:ins w:id="8" w:author="甲"><w:r>%s</w:r></w:ins>`, text(l))
		case w.hidden && figure && w.page.rng.IntN(3) == 0:
			fmt.Fprintf(&w.b, `<w:r><w:rPr><w:vanish/></w:rPr>%s</w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> =SUM(LEFT)88 </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r>%s</w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`, text("88"), text(l))
		case w.controls && figure && w.page.rng.IntN(3) == 0:
			fmt.Fprintf(&w.b, `<w:sdt><w:sdtPr/><w:sdtContent><w:r>%s</w:r></w:sdtContent></w:sdt>`, text(l))
		default:
			w.b.WriteString("<w:r>" + text(l) + "</w:r>")
		}
	}
	w.b.WriteString("</w:p>")
}

func (w *wordWriter) table(g *grid) {
	rows := g.place()
	w.b.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>`)
	for range rows[0] {
		w.b.WriteString(`<w:gridCol w:w="850"/>`)
	}
	w.b.WriteString("</w:tblGrid>")
	for _, slots := range rows {
		wrapped := w.controls && w.page.rng.IntN(4) == 0
		if wrapped {
			w.b.WriteString("<w:sdt><w:sdtPr/><w:sdtContent>")
		}
		w.b.WriteString("<w:tr>")
		begin, end := 0, len(slots)
		if w.gaps {
			// The empty ends of a row become properties of the row.
			for begin < end && slots[begin].blank() {
				begin++
			}
			for end > begin && slots[end-1].blank() {
				end--
			}
			fmt.Fprintf(&w.b, `<w:trPr><w:gridBefore w:val="%d"/><w:gridAfter w:val="%d"/></w:trPr>`, begin, len(slots)-end)
		}
		for col := begin; col < end; {
			s := slots[col]
			cols := 1
			for col+cols < end && s.cell != nil && slots[col+cols].cell == s.cell {
				cols++
			}
			w.b.WriteString("<w:tc><w:tcPr>")
			if cols > 1 && w.across {
				w.b.WriteString(`<w:hMerge w:val="restart"/>`)
			} else if cols > 1 {
				fmt.Fprintf(&w.b, `<w:gridSpan w:val="%d"/>`, cols)
			}
			if s.cell != nil && s.cell.rows > 1 {
				if s.top {
					w.b.WriteString(`<w:vMerge w:val="restart"/>`)
				} else {
					w.b.WriteString(`<w:vMerge/>`)
				}
			}
			w.b.WriteString("</w:tcPr>")
			if s.cell != nil && s.top {
				w.paragraph("", strings.Repeat("\u3000", s.cell.level)+s.cell.text, s.cell.key != "")
			} else {
				w.b.WriteString("<w:p/>")
			}
			w.b.WriteString("</w:tc>")
			if w.across {
				w.b.WriteString(strings.Repeat(`<w:tc><w:tcPr><w:hMerge/></w:tcPr><w:p/></w:tc>`, cols-1))
			}
			col += cols
		}
		w.b.WriteString("</w:tr>")
		if wrapped {
			w.b.WriteString("</w:sdtContent></w:sdt>")
		}
	}
	w.b.WriteString("</w:tbl>")
}

// blank reports whether a place may be left to a row's properties: nothing
// stands there and no fact is expected of it.
func (s slot) blank() bool {
	return s.cell == nil || s.cell.rows <= 1 && s.cell.key == "" && strings.TrimSpace(s.cell.text) == ""
}

// bookOptions says how a workbook holds the report.
type bookOptions struct {
	asText, sheets, hidden, formulas, formats bool
	offset                                    int // rows and columns left empty before the report
}

func writeXLSX(o bookOptions) func(*page) ([]byte, error) {
	return func(p *page) ([]byte, error) {
		book := excelize.NewFile()
		defer book.Close()
		w := &bookWriter{bookOptions: o, page: p, book: book, sheet: "Sheet1", row: 1 + o.offset}
		book.SetDocProps(&excelize.DocProperties{Title: p.truth.Meta.Title, Creator: "", Created: "2022-01-20T09:30:00Z", Modified: "2022-01-20T09:30:00Z"})
		for _, b := range p.blocks {
			for _, g := range b.grids {
				if o.sheets {
					w.next(fmt.Sprintf("附表%d", len(book.GetSheetList())))
				}
				w.grid(g)
				if o.sheets {
					w.next(fmt.Sprintf("正文%d", len(book.GetSheetList())))
				}
			}
			if b.text != "" {
				w.try(book.SetCellStr(w.sheet, w.at(0), b.text))
				w.row++
			}
		}
		if o.hidden {
			_, err := book.NewSheet("旧表")
			w.try(err)
			for i, r := range [][]any{{"信息内容", "本年处理决定数量"}, {"行政许可", 888}, {"行政处罚", 888}} {
				w.try(book.SetSheetRow("旧表", fmt.Sprintf("A%d", i+1), &r))
			}
			w.try(book.SetSheetVisible("旧表", false))
		}
		if w.err != nil {
			return nil, w.err
		}
		var b bytes.Buffer
		if err := book.Write(&b); err != nil {
			return nil, err
		}
		return repack(b.Bytes())
	}
}

// repack writes an archive again with one date for all its parts.
func repack(data []byte) ([]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	var parts []part
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if _, err := b.ReadFrom(r); err != nil {
			return nil, err
		}
		parts = append(parts, part{f.Name, b.Bytes()})
	}
	return pack(parts)
}

type bookWriter struct {
	bookOptions
	page  *page
	book  *excelize.File
	sheet string
	row   int
	err   error // the first
}

func (w *bookWriter) try(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *bookWriter) next(sheet string) {
	_, err := w.book.NewSheet(sheet)
	w.try(err)
	w.sheet, w.row = sheet, 1
}

// at is the reference of a column of the current row, counted from zero.
func (w *bookWriter) at(col int) string {
	ref, err := excelize.CoordinatesToCellName(col+1+w.offset, w.row)
	w.try(err)
	return ref
}

func (w *bookWriter) grid(g *grid) {
	for i, slots := range g.place() {
		if w.hidden && i > 0 && len(g.rows[i].keys()) > 0 && !hangs(slots) && w.page.rng.IntN(3) == 0 {
			for col, s := range slots {
				if s.cell != nil && s.left {
					w.put(col, &cell{text: "731", kind: s.cell.kind, key: ""})
				}
			}
			w.try(w.book.SetRowVisible(w.sheet, w.row, false))
			w.row++
		}
		empty := true
		for col, s := range slots {
			if s.cell == nil || !s.top || !s.left {
				continue
			}
			empty = empty && strings.TrimSpace(s.cell.text) == ""
			w.put(col, s.cell)
		}
		if empty { // a workbook does not keep what has neither label nor figure
			w.page.doubt(Undecidable, g.rows[i].keys()...)
		}
		w.row++
	}
}

// hangs reports whether a cell reaches into the row from above or out of it.
func hangs(slots []slot) bool {
	for _, s := range slots {
		if s.cell != nil && s.cell.rows > 1 {
			return true
		}
	}
	return false
}

func (w *bookWriter) put(col int, c *cell) {
	ref := w.at(col)
	e := w.page.want.Facts[c.key]
	switch {
	case c.key == "" || e.Value == nil || w.asText:
		s := strings.Repeat("  ", c.level) + c.text
		if w.asText && e.Value != nil && w.page.rng.IntN(3) == 0 {
			s = " " + s
		}
		if s != "" {
			w.try(w.book.SetCellStr(w.sheet, ref, s))
		}
	case w.formulas && w.page.rng.IntN(3) == 0:
		w.try(w.book.SetCellValue(w.sheet, ref, *e.Value))
		w.try(w.book.SetCellFormula(w.sheet, ref, fmt.Sprintf("%v+0", *e.Value)))
	default:
		w.try(w.book.SetCellValue(w.sheet, ref, *e.Value))
		if w.formats {
			format := []string{"#,##0.##", "0_ ", "General", `0"件"`}[w.page.rng.IntN(4)]
			if strings.Contains(c.key, "amount") || strings.Contains(c.key, "fees_collected") || strings.Contains(c.key, "budget") {
				format = "#,##0.00"
			}
			style, err := w.book.NewStyle(&excelize.Style{CustomNumFmt: &format})
			w.try(err)
			w.try(w.book.SetCellStyle(w.sheet, ref, ref, style))
		}
	}
	if rows, cols := c.spans(); rows > 1 || cols > 1 {
		end, err := excelize.CoordinatesToCellName(col+cols+w.offset, w.row+rows-1)
		w.try(err)
		w.try(w.book.MergeCell(w.sheet, ref, end))
	}
}
