package specimen

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"nianbao/parser/catalog"
)

// hostileArchives are Word files, workbooks and ZIP files.
func hostileArchives() []Input {
	const decl = `<?xml version="1.0" encoding="UTF-8"?>`
	archive := func(name string, noFacts bool, write func(z *zip.Writer)) Input {
		return Input{Name: name, NoFacts: noFacts, write: func() []byte {
			var b bytes.Buffer
			z := zip.NewWriter(&b)
			write(z)
			_ = z.Close() // a bytes.Buffer does not fail
			return b.Bytes()
		}}
	}
	put := func(z *zip.Writer, name string, s string) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: packed})
		if err == nil {
			_, _ = io.WriteString(w, s)
		}
	}
	flood := func(z *zip.Writer, name, begin, block string, n int) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: packed})
		if err != nil {
			return
		}
		_, _ = io.WriteString(w, begin)
		big := []byte(times(1<<16/len(block)+1, block))
		for written := 0; written < n; written += len(big) {
			_, _ = w.Write(big)
		}
	}
	skeleton := func(z *zip.Writer) {
		put(z, "[Content_Types].xml", decl+`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`)
		put(z, "_rels/.rels", decl+`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`)
	}
	word := func(name string, body func() string) Input {
		return archive("docx-"+name+".docx", false, func(z *zip.Writer) {
			skeleton(z)
			put(z, "word/document.xml", decl+`<w:document `+wordNS+`><w:body>`+
				`<w:p><w:r><w:t>疏附县2022年政府信息公开工作年度报告</w:t></w:r></w:p>`+body()+`</w:body></w:document>`)
		})
	}
	tc := func(props, s string) string {
		return `<w:tc><w:tcPr>` + props + `</w:tcPr><w:p><w:r><w:t>` + s + `</w:t></w:r></w:p></w:tc>`
	}
	sheet := func(name string, data func() string, shared ...string) Input {
		return Input{Name: "xlsx-" + name + ".xlsx", write: func() []byte {
			style, _ := Find("xlsx-clean")
			good, _, err := style.Write(Random(rand.New(rand.NewPCG(42, 1)), catalog.Layout2021))
			if err != nil {
				return nil
			}
			r, err := zip.NewReader(bytes.NewReader(good), int64(len(good)))
			if err != nil {
				return nil
			}
			var b bytes.Buffer
			z := zip.NewWriter(&b)
			for _, f := range r.File {
				if f.Name == "xl/sharedStrings.xml" && len(shared) > 0 {
					put(z, f.Name, decl+`<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>`+times(200_000, shared[0])+`</t></si></sst>`)
				} else if f.Name == "xl/worksheets/sheet1.xml" {
					put(z, f.Name, decl+`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`+data()+`</worksheet>`)
				} else {
					_ = z.Copy(f)
				}
			}
			_ = z.Close()
			return b.Bytes()
		}}
	}
	nest := func(depth int) []byte {
		data := []byte("行政许可 5")
		name := "a.txt"
		for range depth {
			packedData, err := pack([]part{{name, data}})
			if err != nil {
				return nil
			}
			data, name = packedData, "a.zip"
		}
		return data
	}
	return []Input{
		sheet("string-repeated", func() string {
			return `<sheetData>` + times(20_000, `<row><c t="s"><v>0</v></c></row>`) + `</sheetData>`
		}, "规章"),
		sheet("string-repeated-across", func() string {
			return `<sheetData><row>` + times(10_000, `<c t="s"><v>0</v></c>`) + `</row></sheetData>`
		}, "规章"),
		archive("docx-bomb-text.docx", false, func(z *zip.Writer) {
			skeleton(z)
			flood(z, "word/document.xml", decl+`<w:document `+wordNS+`><w:body><w:p><w:r><w:t>`, "0", 256<<20)
		}),
		archive("docx-bomb-cells.docx", false, func(z *zip.Writer) {
			skeleton(z)
			flood(z, "word/document.xml", decl+`<w:document `+wordNS+`><w:body><w:tbl>`, `<w:tr>`+tc("", "0")+`</w:tr>`, 200<<20)
		}),
		archive("docx-bomb-other-part.docx", false, func(z *zip.Writer) {
			skeleton(z)
			put(z, "word/document.xml", decl+`<w:document `+wordNS+`><w:body/></w:document>`)
			flood(z, "word/styles.xml", "", "\x00", 128<<20)
		}),
		archive("zip-bomb.zip", true, func(z *zip.Writer) { flood(z, "报告.html", "<html>", " ", 256<<20) }),
		archive("zip-bomb-many.zip", true, func(z *zip.Writer) {
			for i := range 20 {
				flood(z, fmt.Sprintf("%d.html", i), "", " ", 16<<20)
			}
		}),
		archive("zip-entries-many.zip", true, func(z *zip.Writer) {
			for i := range 50_000 {
				put(z, fmt.Sprintf("%d.txt", i), "")
			}
		}),
		{Name: "zip-nested-20.zip", NoFacts: true, write: func() []byte { return nest(20) }},
		{Name: "zip-nested-500.zip", NoFacts: true, write: func() []byte { return nest(500) }},
		archive("zip-traversal.zip", true, func(z *zip.Writer) {
			for _, name := range []string{"../../../../tmp/x.html", "/etc/x.html", "C:\\x.html", "..\\..\\x.html", "", "x/../../y.html", "con", times(60_000, "长")} {
				put(z, name, "<p>x</p>")
			}
		}),
		archive("zip-same-names.zip", true, func(z *zip.Writer) {
			for range 100 {
				put(z, "报告.html", "<p>x</p>")
			}
		}),
		{Name: "zip-size-lies.zip", NoFacts: true, write: func() []byte {
			data, err := pack([]part{{"a.html", []byte(times(10_000, "x"))}})
			if err != nil {
				return nil
			}
			at := bytes.LastIndex(data, []byte("PK\x01\x02"))
			copy(data[at+20:], "\xff\xff\xff\x7f\xff\xff\xff\x7f") // compressed and uncompressed size
			return data
		}},
		{Name: "zip-encrypted.zip", NoFacts: true, write: func() []byte {
			data, err := pack([]part{{"a.html", []byte("<p>x</p>")}})
			if err != nil {
				return nil
			}
			data[6] |= 1
			data[bytes.LastIndex(data, []byte("PK\x01\x02"))+8] |= 1
			return data
		}},
		archive("docx-no-document.docx", true, func(z *zip.Writer) { skeleton(z) }),
		archive("docx-empty-document.docx", true, func(z *zip.Writer) {
			skeleton(z)
			put(z, "word/document.xml", "")
		}),
		archive("docx-not-xml.docx", true, func(z *zip.Writer) {
			skeleton(z)
			put(z, "word/document.xml", string(random(100_000, 3)))
		}),
		archive("docx-entities.docx", true, func(z *zip.Writer) {
			skeleton(z)
			var b strings.Builder
			b.WriteString(decl + "<!DOCTYPE w [<!ENTITY a0 \"0\">")
			for i := range 30 {
				fmt.Fprintf(&b, "<!ENTITY a%d \"&a%d;&a%d;\">", i+1, i, i)
			}
			put(z, "word/document.xml", b.String()+"]><w:document "+wordNS+"><w:body><w:p><w:r><w:t>&a30;</w:t></w:r></w:p></w:body></w:document>")
		}),
		archive("docx-external-entity.docx", true, func(z *zip.Writer) {
			skeleton(z)
			put(z, "word/document.xml", decl+`<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document `+wordNS+`><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>`)
		}),
		word("deep-tables", func() string { return times(20_000, `<w:tbl><w:tr><w:tc>`) + times(20_000, `</w:tc></w:tr></w:tbl>`) }),
		word("deep-controls", func() string {
			return times(50_000, `<w:sdt><w:sdtContent>`) + times(50_000, `</w:sdtContent></w:sdt>`)
		}),
		word("spans-huge", func() string {
			return `<w:tbl>` + times(300, `<w:tr><w:trPr><w:gridBefore w:val="99999999"/><w:gridAfter w:val="-7"/></w:trPr>`+tc(`<w:gridSpan w:val="99999999"/><w:vMerge/>`, "行政许可")+tc(`<w:gridSpan w:val="x"/>`, "5")+`</w:tr>`) + `</w:tbl>`
		}),
		word("merges-long", func() string {
			return `<w:tbl>` + times(20_000, `<w:tr>`+tc(`<w:vMerge/>`, "行政许可")+tc("", "5")+`</w:tr>`) + `</w:tbl>`
		}),
		word("cells-million", func() string { return `<w:tbl><w:tr>` + times(300_000, `<w:tc><w:p/></w:tc>`) + `</w:tr></w:tbl>` }),
		word("paragraphs-many", func() string { return times(300_000, `<w:p><w:r><w:t>行政许可</w:t></w:r></w:p>`) }),
		word("runs-many", func() string { return `<w:p>` + times(200_000, `<w:r><w:t>五</w:t></w:r>`) + `</w:p>` }),
		word("unclosed", func() string { return `<w:tbl><w:tr>` + tc("", "行政许可") + `<w:tc><w:p>` }),
		archive("docx-truncated-xml.docx", false, func(z *zip.Writer) {
			skeleton(z)
			put(z, "word/document.xml", decl+`<w:document `+wordNS+`><w:body><w:tbl><w:tr>`+tc("", "行政许可")+`<w:tc><w:p><w:r><w:t>12`)
		}),
		sheet("far-cell", func() string { return `<sheetData><row r="1048576"><c r="XFD1048576"><v>5</v></c></row></sheetData>` }),
		sheet("merge-all", func() string {
			return `<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>5</v></c></row></sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>`
		}),
		sheet("merges-many", func() string {
			return `<sheetData><row r="1"><c r="A1"><v>5</v></c></row></sheetData><mergeCells>` + times(20_000, `<mergeCell ref="A1:Z99"/>`) + `</mergeCells>`
		}),
		sheet("rows-far-apart", func() string {
			var b strings.Builder
			for i := range 200 {
				fmt.Fprintf(&b, `<row r="%d"><c r="XFD%d"><v>5</v></c></row>`, 1+i*5_000, 1+i*5_000)
			}
			return `<sheetData>` + b.String() + `</sheetData>`
		}),
		sheet("references-broken", func() string {
			return `<sheetData><row r="0"><c r=""><v>5</v></c></row><row r="-4"><c r="1A"><v>5</v></c><c r="ZZZZZ9" t="s"><v>99999999</v></c><c r="A2" t="s"><v>-1</v></c></row></sheetData>`
		}),
		sheet("values-odd", func() string {
			return `<sheetData><row r="1"><c r="A1"><v>1e999</v></c><c r="B1" t="e"><v>#REF!</v></c><c r="C1" t="b"><v>7</v></c><c r="D1" t="d"><v>2022-01-01</v></c><c r="E1"><f>E1+1</f></c></row></sheetData>`
		}),
		sheet("rows-many", func() string { return `<sheetData>` + times(200_000, `<row><c><v>5</v></c></row>`) + `</sheetData>` }),
		sheet("empty", func() string { return "" }),
	}
}
