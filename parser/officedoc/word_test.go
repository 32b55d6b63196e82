package officedoc_test

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nianbao/parser/document"
	"nianbao/parser/officedoc"
)

// parts are the parts of a package by name.
type parts map[string]string

// pack writes a package, the same bytes for the same parts.
func pack(p parts) []byte {
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	names := make([]string, 0, len(p))
	for name := range p {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		w, err := zw.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			panic(err) // a buffer does not fail
		}
		w.Write([]byte(p[name]))
	}
	zw.Close()
	return out.Bytes()
}

const (
	xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	spaces  = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"` +
		` xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"`
)

// word makes a document of its body.
func word(body string, more ...parts) parts {
	p := parts{
		"[Content_Types].xml": xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
		"_rels/.rels":         xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/document.xml":   xmlHead + `<w:document` + spaces + `><w:body>` + body + `<w:sectPr/></w:body></w:document>`,
	}
	for _, m := range more {
		for name, content := range m {
			p[name] = content
		}
	}
	return p
}

func para(s string) string      { return `<w:p><w:r><w:t xml:space="preserve">` + s + `</w:t></w:r></w:p>` }
func runs(s string) string      { return `<w:p>` + s + `</w:p>` }
func run(face, s string) string { return `<w:r><w:rPr>` + face + `</w:rPr><w:t>` + s + `</w:t></w:r>` }

// field is a field of a form with its result.
func field(data, result string) string {
	return `<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:enabled/>` + data + `</w:ffData></w:fldChar></w:r><w:r><w:instrText> FORM </w:instrText></w:r>` +
		`<w:r><w:fldChar w:fldCharType="separate"/></w:r>` + run("", result) + `<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`
}

// drawnField is a field without a result, which shows what its instruction draws.
func drawnField(instruction string) string {
	return `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>` + instruction + `</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`
}

func styled(id, s string) string {
	return `<w:p><w:pPr><w:pStyle w:val="` + id + `"/></w:pPr><w:r><w:t>` + s + `</w:t></w:r></w:p>`
}

// listed is a paragraph of a list.
func listed(num, level, s string) string {
	return `<w:p><w:pPr><w:numPr><w:ilvl w:val="` + level + `"/><w:numId w:val="` + num + `"/></w:numPr></w:pPr><w:r><w:t>` + s + `</w:t></w:r></w:p>`
}

// cell takes properties before the text: "span=3", "restart", "continue".
func cell(text string, properties ...string) string {
	var pr strings.Builder
	for _, p := range properties {
		switch n, isSpan := strings.CutPrefix(p, "span="); {
		case isSpan:
			pr.WriteString(`<w:gridSpan w:val="` + n + `"/>`)
		case p == "restart":
			pr.WriteString(`<w:vMerge w:val="restart"/>`)
		case p == "continue":
			pr.WriteString(`<w:vMerge/>`)
		}
	}
	if !strings.HasPrefix(text, "<") {
		text = para(text)
	}
	return `<w:tc><w:tcPr>` + pr.String() + `</w:tcPr>` + text + `</w:tc>`
}

func tr(cells ...string) string { return `<w:tr>` + strings.Join(cells, "") + `</w:tr>` }
func tbl(rows ...string) string { return `<w:tbl><w:tblPr/>` + strings.Join(rows, "") + `</w:tbl>` }

func cellsOf(texts ...string) string {
	var sb strings.Builder
	for _, t := range texts {
		sb.WriteString(cell(t))
	}
	return sb.String()
}

// words are documents, each with one way of Word's to say a thing. Places are
// real, figures are invented.
var words = map[string]parts{
	// Spans both ways; a merged cell's own text below its first row is not shown.
	"table-spans": word(para("三、收到和处理政府信息公开申请情况") + tbl(
		tr(cell("项目", "span=2", "restart"), cell("申请人情况", "span=3")),
		tr(cell("旧字", "span=2", "continue"), cell("自然人"), cell("企业"), cell("总计")),
		tr(cell("三、办理结果", "restart"), cell("（一）予以公开"), cellsOf("21", "", "21")),
		tr(cell("", "continue"), cell("（二）部分公开"), cellsOf("4", "0", "4")),
		tr(cell("四、结转", "span=2"), cellsOf("0", "—", "0")),
	)),
	// Rows that begin and end with grid columns instead of cells.
	"table-grid-before": word(tbl(
		tr(cellsOf("信息内容", "制发", "废止")),
		`<w:tr><w:trPr><w:gridBefore w:val="1"/><w:gridAfter w:val="1"/></w:trPr>`+cell("5")+`</w:tr>`,
		`<w:tr><w:trPr><w:hidden/></w:trPr>`+cellsOf("隐藏", "9", "9")+`</w:tr>`,
		`<w:tr><w:trPr><w:del w:id="1"/></w:trPr>`+cellsOf("删去", "8", "8")+`</w:tr>`,
		`<w:tr><w:trPr><w:ins w:id="2"/></w:trPr>`+cellsOf("规章", "1", "2")+`</w:tr>`,
	)),
	// Merges that begin nowhere, change their width, or span a hundred million columns.
	"table-merge-chaos": word(tbl(
		tr(cell("甲", "continue"), cell("乙", "span=99999999"), cell("丙")),
		tr(cell("", "continue"), cell("1", "continue"), cell("2")),
		tr(cell("", "continue", "span=2"), cell("3", "restart"), cell("4", "span=-5")),
		tr(cell("5"), cell("", "continue"), cell("6"), cell("7", "span=99999999999999999999")),
	)),
	// A table that only arranges others gives them in order; a table of one cell is
	// the cell's text.
	"table-nested": word(tbl(
		tr(cell(para("二、主动公开")+tbl(tr(cellsOf("规章", "1")), tr(cellsOf("规范性文件", "22")))+para("注：含镇级"))),
		tr(cell(tbl(tr(cellsOf("行政许可", "333"))))),
	) + tbl(tr(cell("行政处罚"), cell(tbl(tr(cell("44")))+para(""))))),
	// A cell of several paragraphs, line breaks, tabs, a soft hyphen.
	"cell-paragraphs": word(tbl(tr(
		cell(para("规范性")+para("")+para("文件")),
		cell(`<w:p><w:r><w:t>22</w:t><w:br/><w:t>（其中修订16件）</w:t></w:r></w:p>`),
		cell(`<w:p><w:r><w:t>1</w:t><w:tab/><w:t>2</w:t></w:r></w:p>`),
		cell(`<w:p><w:r><w:t>规</w:t><w:softHyphen/><w:t>章</w:t><w:noBreakHyphen/><w:t>甲</w:t></w:r></w:p>`),
		cell(`<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r></w:p>`),
	))),
	// What nobody sees: deletions, moves, hidden text, instructions of fields.
	"tracked-and-hidden": word(
		`<w:p><w:r><w:t>受理</w:t></w:r><w:del w:id="1"><w:r><w:delText>18</w:delText></w:r></w:del><w:ins w:id="2"><w:r><w:t>21</w:t></w:r></w:ins><w:r><w:t>件</w:t></w:r>`+
			`<w:r><w:rPr><w:vanish/></w:rPr><w:t>实为99件</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>，均已答复</w:t></w:r><w:r><w:rPr><w:rStyle w:val="Hidden"/></w:rPr><w:t>批注</w:t></w:r></w:p>`+
			`<w:p><w:moveFrom w:id="3"><w:r><w:t>移走的话</w:t></w:r></w:moveFrom><w:moveTo w:id="4"><w:r><w:t>移来的话</w:t></w:r></w:moveTo></w:p>`+
			`<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> =SUM(ABOVE) </w:instrText></w:r><w:r><w:t>乱</w:t></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>35</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>件</w:t></w:r></w:p>`+
			`<w:p><w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>6</w:t></w:r></w:fldSimple><w:r><w:t>页</w:t></w:r></w:p>`+
			`<w:p><w:pPr><w:rPr><w:del w:id="5"/></w:rPr></w:pPr><w:r><w:t>段落记号已删，</w:t></w:r></w:p>`+para("两段是一段。"),
		parts{"word/styles.xml": xmlHead + `<w:styles` + spaces + `><w:style w:type="character" w:styleId="Hidden"><w:name w:val="Hidden"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>`}),
	// Text boxes, once each: the modern form, not its fallback beside it.
	"text-boxes": word(
		`<w:p><w:r><w:t>正文一</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent>` + para("文本框") + tbl(tr(cellsOf("规章", "7"))) +
			`</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>` + para("文本框") + `</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>` +
			`<w:p><w:r><w:pict><v:textbox><w:txbxContent>` + para("旧式文本框") + `</w:txbxContent></v:textbox></w:pict></w:r></w:p>` + para("正文二")),
	// Content controls, smart tags, links and insertions are transparent.
	"content-controls": word(
		`<w:sdt><w:sdtPr><w:alias w:val="标题"/></w:sdtPr><w:sdtContent>` + para("松江区2022年政府信息公开工作年度报告") + `</w:sdtContent></w:sdt>` +
			`<w:p><w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink><w:smartTag><w:r><w:t>2022</w:t></w:r></w:smartTag><w:r><w:t>年</w:t></w:r></w:p>` +
			`<w:tbl><w:sdt><w:sdtContent>` + tr(cell("规章"), `<w:sdt><w:sdtContent>`+cell("12")+`</w:sdtContent></w:sdt>`) + `</w:sdtContent></w:sdt></w:tbl>` +
			`<w:p><w:r><w:ruby><w:rt><w:r><w:t>zhèng</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>政</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>`),
	// Headings by style, by outline level, by a style's parent; contents left out.
	"headings": word(
		styled("Title", "松江区年度报告")+styled("TOC1", "一、总体情况\t1")+styled("H1", "一、总体情况")+styled("Derived", "二、主动公开")+
			`<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>三、申请情况</w:t></w:r></w:p>`+
			`<w:p><w:pPr><w:pStyle w:val="H1"/><w:outlineLvl w:val="9"/></w:pPr><w:r><w:t>四、样式是标题</w:t></w:r></w:p>`+para("正文。"),
		parts{"word/styles.xml": xmlHead + `<w:styles` + spaces + `>` +
			`<w:style w:styleId="Title"><w:name w:val="Title"/></w:style><w:style w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>` +
			`<w:style w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>` +
			`<w:style w:styleId="Derived"><w:name w:val="章"/><w:basedOn w:val="Middle"/></w:style><w:style w:styleId="Middle"><w:name w:val="中"/><w:basedOn w:val="H1"/></w:style>` +
			`<w:style w:styleId="Loop"><w:basedOn w:val="Loop"/></w:style></w:styles>`,
			"docProps/core.xml": xmlHead + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>某处</dc:creator><dc:title> 年度报告 </dc:title></cp:coreProperties>`}),
	// Numbers that Word counts: 一、 (一) 1. and their restarts; a number before a
	// figure stays apart from it.
	"automatic-numbers": word(
		listed("1", "0", "总体情况")+listed("1", "1", "主动公开")+listed("1", "1", "依申请公开")+listed("1", "2", "属于国家秘密")+listed("1", "2", "21")+
			listed("1", "0", "申请情况")+listed("1", "1", "答复")+listed("2", "0", "另一处从五起")+listed("3", "0", "圆点")+listed("0", "0", "不编号")+listed("4", "0", "未知样式")+
			listed("1", "0", "第三")+strings.Repeat(listed("5", "0", "多"), 3),
		parts{"word/numbering.xml": xmlHead + `<w:numbering` + spaces + `>` +
			`<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl><w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl></w:abstractNum>` +
			`<w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="●"/></w:lvl></w:abstractNum>` +
			`<w:abstractNum w:abstractNumId="9"><w:lvl w:ilvl="0"><w:numFmt w:val="hebrew1"/><w:lvlText w:val="%1"/></w:lvl></w:abstractNum>` +
			`<w:abstractNum w:abstractNumId="10"><w:lvl w:ilvl="0"><w:start w:val="19"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>` +
			`<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/><w:lvl w:ilvl="0"><w:numFmt w:val="decimalEnclosedCircle"/><w:lvlText w:val="%1"/></w:lvl></w:lvlOverride></w:num>` +
			`<w:num w:numId="3"><w:abstractNumId w:val="8"/></w:num><w:num w:numId="4"><w:abstractNumId w:val="9"/></w:num><w:num w:numId="5"><w:abstractNumId w:val="10"/></w:num></w:numbering>`}),
	// Nothing but pictures.
	"image-only": word(`<w:p><w:r><w:drawing><a:blip r:embed="rId9" xmlns:r="r"/></w:drawing></w:r></w:p>`),
	// The strict form of the format, its main part elsewhere and in UTF-16.
	"strict-elsewhere": {
		"[Content_Types].xml": xmlHead + `<Types/>`,
		"_rels/.rels":         xmlHead + `<Relationships><Relationship Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" Target="/word/document2.xml"/></Relationships>`,
		"word/document2.xml":  "\uFEFF" + `<x:document xmlns:x="http://purl.oclc.org/ooxml/wordprocessingml/main"><x:body><x:p><x:r><x:t>受理21件</x:t></x:r></x:p></x:body></x:document>`,
	},
	// Markup that ends in the middle: rows before are kept, half a cell is not.
	"cut-in-cell": {
		"word/document.xml": `<w:document><w:body>` + para("前文") + `<w:tbl>` + tr(cellsOf("规章", "21")) + `<w:tr>` + cell("规范性文件") + `<w:tc><w:p><w:r><w:t>123`,
	},
	// Raised, lowered and struck text, by the run, by its style, by the paragraph's
	// and what that is based on, by the table's: a note's mark joins no figure.
	"raised-lowered-struck": word(
		runs(run("", "受理3593")+run(`<w:vertAlign w:val="superscript"/>`, "1")+run("", "件，原为")+run(`<w:strike/>`, "99")+run("", "3593件"))+
			tbl(
				tr(cell("上标"), cell(runs(run("", "3593")+run(`<w:vertAlign w:val="superscript"/>`, "1"))), cell(runs(run("", "3593")+run(`<w:rStyle w:val="Note"/>`, "1"))), cell(runs(run("", "3593")+run(`<w:position w:val="10"/>`, "1")))),
				tr(cell("上标"), cell(runs(run(`<w:vertAlign w:val="superscript"/>`, "1")+run("", "3593"))), cell(runs(run("", "3593")+run(`<w:rStyle w:val="NoteToo"/>`, "[注1]"))), cell(runs(run(`<w:rStyle w:val="Note"/><w:vertAlign w:val="baseline"/>`, "35")+run("", "93")))),
				tr(cell("下标"), cell(runs(run("", "3593")+run(`<w:vertAlign w:val="subscript"/>`, "1"))), cell(runs(run("", "3593")+run(`<w:position w:val="-8"/>`, "1"))), cell(`<w:p><m:oMath xmlns:m="m"><m:sSup><m:e><m:r><m:t>3593</m:t></m:r></m:e><m:sup><m:r><m:t>1</m:t></m:r></m:sup></m:sSup></m:oMath></w:p>`)),
				tr(cell("并非上标"), cell(runs(run(`<w:position w:val="10"/>`, "35")+run(`<w:position w:val="10"/>`, "93"))), cell(runs(run(`<w:position w:val="1"/>`, "35")+run("", "93"))), cell(runs(run(`<w:vertAlign w:val="superscript"/>`, "3593")))),
				tr(cell("删除"), cell(runs(run(`<w:strike/>`, "99")+run("", "3593"))), cell(runs(run(`<w:dstrike/>`, "99")+run("", "3593"))), cell(runs(run(`<w:rStyle w:val="Old"/>`, "99")+run("", "3593")))),
				tr(cell("删除"), cell(`<w:p><w:pPr><w:pStyle w:val="OldLine"/></w:pPr>`+run("", "99")+`</w:p>`+para("3593")), cell(`<w:p><w:pPr><w:pStyle w:val="OldLine"/></w:pPr>`+run("", "99")+run(`<w:rStyle w:val="Old"/>`, "3593")+`</w:p>`), cell(`<w:p><w:pPr><w:pStyle w:val="OldLine"/></w:pPr>`+run("", "99")+run(`<w:strike w:val="0"/>`, "3593")+`</w:p>`)),
				tr(cell("只有删除"), cell(runs(run(`<w:strike/>`, "99"))), cell(runs(run(`<w:strike/>`, " "))), cell(runs(run(`<w:strike w:val="false"/>`, "3593")))),
			)+
			`<w:tbl><w:tblPr><w:tblStyle w:val="OldTable"/></w:tblPr>`+tr(cell("旧"), cell("99"), cell(runs(run(`<w:strike w:val="0"/>`, "3593"))))+`</w:tbl>`+tbl(tr(cell("新"), cell("3593"), cell("1"))),
		parts{"word/styles.xml": xmlHead + `<w:styles` + spaces + `>` +
			`<w:style w:type="character" w:styleId="Note"><w:name w:val="footnote reference"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>` +
			`<w:style w:type="character" w:styleId="NoteToo"><w:name w:val="Note too"/><w:basedOn w:val="Note"/></w:style>` +
			`<w:style w:type="character" w:styleId="Old"><w:name w:val="Old"/><w:rPr><w:strike/></w:rPr></w:style>` +
			`<w:style w:type="paragraph" w:styleId="OldLine"><w:name w:val="Old line"/><w:basedOn w:val="OldBase"/></w:style>` +
			`<w:style w:type="paragraph" w:styleId="OldBase"><w:name w:val="Old base"/><w:rPr><w:strike w:val="1"/></w:rPr></w:style>` +
			`<w:style w:type="table" w:styleId="OldTable"><w:name w:val="Old table"/><w:rPr><w:dstrike/></w:rPr></w:style></w:styles>`}),
	// What a cell shows that is no text: pictures, shapes, objects, fields of forms.
	"cells-that-show-no-text": word(tbl(
		tr(cell("图"), cell(runs(`<w:r><w:drawing><wp:inline xmlns:wp="wp"><a:blip/></wp:inline></w:drawing></w:r>`)), cell(runs(run("", "12")+`<w:r><w:drawing><wp:inline xmlns:wp="wp"><a:blip/></wp:inline></w:drawing></w:r>`)), cell(runs(run("", "图示")+`<w:r><w:drawing><wp:inline xmlns:wp="wp"><a:blip/></wp:inline></w:drawing></w:r>`))),
		tr(cell("浮图"), cell(runs(`<w:r><w:drawing><wp:anchor xmlns:wp="wp"><a:blip/></wp:anchor></w:drawing></w:r>`)), cell(runs(run("", "12")+`<w:r><w:drawing><wp:anchor xmlns:wp="wp"><a:blip/></wp:anchor></w:drawing></w:r>`)), cell(runs(run("", "12")+`<w:r><w:pict><v:shape style="position:absolute"/></w:pict></w:r>`))),
		tr(cell("形"), cell(runs(`<w:r><w:pict><v:shape style="width:9pt"><v:imagedata/></v:shape></w:pict></w:r>`)), cell(runs(`<w:r><w:object><v:shape/></w:object></w:r>`)), cell(runs(`<w:r><w:pict><v:shape><v:textbox><w:txbxContent>`+para("12")+`</w:txbxContent></v:textbox></v:shape></w:pict></w:r>`))),
		tr(cell("域"), cell(field(`<w:checkBox><w:default w:val="1"/></w:checkBox>`, "")), cell(field(`<w:textInput/>`, "  ")), cell(field(`<w:textInput/>`, "12"))),
		tr(cell("域"), cell(field(`<w:ddList><w:result w:val="1"/><w:listEntry w:val="11"/><w:listEntry w:val="12"/></w:ddList>`, "")), cell(field(`<w:ddList><w:listEntry w:val="11"/></w:ddList>`, "")), cell(`<w:sdt><w:sdtPr/><w:sdtContent>`+para("12")+`</w:sdtContent></w:sdt>`)),
		tr(cell("附"), `<w:tc><w:altChunk/></w:tc>`, cell("12"), cell("")),
		tr(cell("式"), cell(`<w:p><m:oMath xmlns:m="m"><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath></w:p>`), cell(`<w:p><m:oMath xmlns:m="m"><m:r><m:t>12</m:t></m:r></m:oMath></w:p>`), cell("")),
	)),
	// Figures that are no text of their cells: a list counts them, a field draws them, a
	// font has pictures for them, their order is turned round.
	"cells-that-figure-otherwise": word(tbl(
		tr(cell("自动编号"), `<w:tc>`+listed("1", "0", "")+`</w:tc>`, `<w:tc>`+listed("1", "0", "")+`</w:tc>`, `<w:tc>`+listed("2", "0", "")+`</w:tc>`),
		tr(cell(runs(drawnField(`eq \o\ac(○,3)`)+run("", "带圈的类别"))), cell(runs(drawnField(`eq \o\ac(○,12)`))), cell(runs(run("", "12")+drawnField(`eq \x(8)`))), cell(field("", "12"))),
		tr(cell("符号"), cell(runs(run(`<w:rFonts w:ascii="Wingdings"/>`, "12"))), cell(runs(run(`<w:rFonts w:ascii="宋体"/>`, "12"))), cell(`<w:p><w:bdo w:val="rtl"><w:r><w:t>21</w:t></w:r></w:bdo></w:p>`)),
	), parts{"word/numbering.xml": xmlHead + `<w:numbering` + spaces + `>` +
		`<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="128"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl></w:abstractNum>` +
		`<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="●"/></w:lvl></w:abstractNum>` +
		`<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num></w:numbering>`}),
	// A table drawn into a cell of data leaves the cells beside it where they are; one with
	// data of its own follows; a table that only arranges others is none.
	"tables-in-cells": word(tbl(
		tr(cell("信息内容"), cell("制发件数"), cell("废止件数"), cell("现行有效件数")),
		tr(cell("规章"), cell("3"), cell("0"), cell("17")),
		tr(cell("规范性文件"), cell(tbl(tr(cellsOf("12", "8")))), cell("4"), cell("61"))) +
		tbl(tr(cell("甲"), cell("1"), cell("2"), cell("3")), tr(cell("乙"), cell(tbl(tr(cellsOf("许可", "5", "6", "7")))), cell("4"), cell("5"))) +
		tbl(tr(cell(tbl(tr(cellsOf("处罚", "9")))), cell(tbl(tr(cellsOf("强制", "2"))))))),
	// Control characters, an entity nobody defined, a lone surrogate.
	"odd-characters": word(para("受理\x0b21\x00件") + para("&nbsp;答复&#xD800;件") + para("&#x1F;结转")),
	// The text is in another file that is embedded.
	"embedded-page": word(para("见附件") + `<w:altChunk r:id="rId1" xmlns:r="r"/>`),
	"empty":         word(""),
}

// The fixtures named after a document are what it packs; -update writes them.
func TestWordFiles(t *testing.T) {
	for name, p := range words {
		want := pack(p)
		path := filepath.Join("testdata", name+".docx")
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what its parts pack to; run the tests with -update", path)
		}
	}
}

// TestWhiteFigures holds that figures in the colour of what they stand on, which is paper
// where nothing gives them a ground, or of a size that nobody sees, are not read, nor blank.
func TestWhiteFigures(t *testing.T) {
	white := func(s string) string { return run(`<w:color w:val="FFFFFF"/>`, s) }
	cell := func(tcPr, runs string) string { return `<w:tc>` + tcPr + `<w:p>` + runs + `</w:p></w:tc>` }
	const dark = `<w:tcPr><w:shd w:val="clear" w:fill="1F4E79"/></w:tcPr>`
	data := pack(word(`<w:tbl><w:tr>` + cell("", run("", "4")+white("94")) + cell("", white("7")) + cell(dark, white("12")) + cell("", white("规章")) +
		cell(`<w:tcPr><w:shd w:val="clear" w:fill="auto"/></w:tcPr>`, run(`<w:color w:val="auto" w:themeColor="background1"/>`, "3")) +
		cell("", run(`<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="000000"/>`, "5")) +
		cell(dark, run(`<w:color w:val="1f4e79"/>`, "9")+white("31")) + cell(dark, run(`<w:color w:val="1F4E79"/><w:highlight w:val="yellow"/>`, "9")) +
		cell("", run(`<w:sz w:val="2"/>`, "9")+run(`<w:sz w:val="21"/>`, "6")) + cell("", run(`<w:color w:val="1F4E79"/>`, "8")) + `</w:tr></w:tbl>`))
	d, err := officedoc.ReadDOCX(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range d.Blocks[0].Grid.Own(0) {
		got = append(got, c.Text)
	}
	if want := []string{"4", document.Unread, "12", "规章", document.Unread, "5", "31", "9", "6", "8"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
