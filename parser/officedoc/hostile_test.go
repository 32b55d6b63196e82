package officedoc_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nianbao/parser/document"
	"nianbao/parser/internal/fixture"
	"nianbao/parser/officedoc"
	"nianbao/parser/report"
	"nianbao/testdata/often"
)

// generous is what one hostile file may take on a machine that is busy with other
// tests. It finds loops, not slowness.
const generous = 60 * time.Second

// book makes a workbook of the data of its one sheet.
func book(sheet string, more ...parts) parts {
	p := parts{
		"[Content_Types].xml":        xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
		"_rels/.rels":                xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            xmlHead + `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   xmlHead + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` + sheet + `</worksheet>`,
	}
	for _, m := range more {
		for name, content := range m {
			p[name] = content
		}
	}
	return p
}

// hostile are files made to hang, to fill the memory or to crash. Each ends in a
// finding, an error or a plain document.
func hostile() map[string]func() []byte {
	row := tr(cellsOf("规章", "1", "2"))
	one := pack(words["table-spans"])
	many := func(n int, s string) string { return strings.Repeat(s, n) }
	return map[string]func() []byte{
		"nothing":               func() []byte { return nil },
		"a head only":           func() []byte { return []byte("PK\x03\x04") },
		"cut in the middle":     func() []byte { return one[:len(one)/2] },
		"without its directory": func() []byte { return one[:len(one)-200] },
		"bits flipped":          func() []byte { return bytes.ReplaceAll(one, []byte{0x5D}, []byte{0xA2}) },
		"a million cells":       func() []byte { return pack(word(many(20_000, "<w:tbl>"+row+many(15, row)+"</w:tbl>"))) },
		"a table of a million cells": func() []byte {
			return pack(word("<w:tbl>" + many(400_000, `<w:tr><w:tc><w:p/></w:tc><w:tc/></w:tr>`) + "</w:tbl>"))
		},
		"tables in tables": func() []byte {
			return pack(word(many(5_000, "<w:tbl><w:tr><w:tc>") + many(5_000, "</w:tc></w:tr></w:tbl>")))
		},
		"elements in elements":     func() []byte { return pack(word(many(1_000_000, "<w:p>"))) },
		"text boxes in text boxes": func() []byte { return pack(word(many(3_000, "<w:p><w:r><w:txbxContent>") + "<w:t>深</w:t>")) },
		"a bomb":                   func() []byte { return pack(word("<w:p><w:r><w:t>" + many(60<<20, "0") + "</w:t></w:r></w:p>")) },
		"attributes without end":   func() []byte { return pack(word("<w:p " + many(300_000, `w:a="1" `) + "/>")) },
		"spans beyond numbers": func() []byte {
			return pack(word(tbl(many(3_000, tr(cell("1", "span=99999999", "restart"), cell("2", "span=99999999", "continue"))))))
		},
		"entities": func() []byte {
			return pack(parts{"word/document.xml": `<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><w:document><w:body><w:p><w:r><w:t>&b;&b;</w:t></w:r></w:p></w:body></w:document>`})
		},
		"styles that are their own": func() []byte {
			return pack(word(styled("A", "甲"), parts{"word/styles.xml": `<w:styles>` + many(50_000, `<w:style w:styleId="A"><w:basedOn w:val="A"/></w:style>`) + `</w:styles>`}))
		},
		"relations to themselves": func() []byte {
			return pack(word(para("甲"), parts{"_rels/.rels": `<Relationships><Relationship Type="x/officeDocument" Target="_rels/.rels"/></Relationships>`}))
		},
		"a workbook of nothing": func() []byte { return pack(parts{"xl/workbook.xml": ""}) },
		"a million rows": func() []byte {
			return pack(book("<sheetData>" + many(300_000, `<row><c><v>1</v></c></row>`) + "</sheetData>"))
		},
		"the last row and column": func() []byte {
			return pack(book(`<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>`))
		},
		"far cells in every row": func() []byte {
			var sb strings.Builder
			for i := range 20_000 {
				fmt.Fprintf(&sb, `<row r="%d"><c r="XFD%d"><v>1</v></c></row>`, i+1, i+1)
			}
			return pack(book("<sheetData>" + sb.String() + "</sheetData>"))
		},
		"merges over everything": func() []byte {
			return pack(book(`<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="999"><c r="B999"><v>2</v></c></row></sheetData><mergeCells>` + many(20_000, `<mergeCell ref="A1:XFD1048576"/>`) + `</mergeCells>`))
		},
		"references that are none": func() []byte {
			return pack(book(`<sheetData><row r="-5"><c r="ZZZZZ99999999999"><v>1</v></c><c r="1A" t="s"><v>99999</v></c><c t="s"><v>-1</v></c></row></sheetData><mergeCells><mergeCell ref=""/><mergeCell ref="A1"/><mergeCell ref="B2:A1:C3"/></mergeCells><cols><col min="0" max="99999999" hidden="1"/></cols>`))
		},
		"a number format of its own": func() []byte {
			return pack(book(`<sheetData><row r="1"><c r="A1" s="1"><v>1e308</v></c></row></sheetData>`, parts{"xl/styles.xml": `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts><numFmt numFmtId="200" formatCode="` + many(2_000, `[$-804]#,##0.00;`) + `"/></numFmts><cellXfs><xf/><xf numFmtId="200"/></cellXfs></styleSheet>`}))
		},
		"a sheet in itself": func() []byte { return pack(book("<sheetData>" + many(200_000, "<row>"))) },
		"strings shared without end": func() []byte {
			return pack(book(`<sheetData><row><c t="s"><v>0</v></c></row></sheetData>`, parts{"xl/sharedStrings.xml": `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` + many(500_000, "<si><t>甲</t></si>")}))
		},
	}
}

// leavesOut are those that are read in part, which a finding says.
var leavesOut = []string{"a table of a million cells", "elements in elements", "a bomb"}

func TestHostile(t *testing.T) {
	inputs := hostile()
	for n, name := range slices.Sorted(maps.Keys(inputs)) {
		partly := slices.Contains(leavesOut, name)
		if !often.Asked() && n%3 != 0 && !partly {
			continue
		}
		t.Run(name, func(t *testing.T) {
			data := inputs[name]()
			ctx, cancel := context.WithTimeout(t.Context(), generous)
			defer cancel()
			told := false
			for _, read := range []func(context.Context, []byte) (*document.Document, error){officedoc.ReadDOCX, officedoc.ReadXLSX} {
				began := time.Now()
				d, err := read(ctx, data)
				if took := time.Since(began); took > 100*time.Millisecond {
					t.Logf("%v", took.Round(time.Millisecond))
				}
				check(t, d, err)
				told = told || d != nil && slices.ContainsFunc(d.Findings, func(f report.Finding) bool { return f.Rule == report.RuleLimit })
			}
			if partly && !told {
				t.Errorf("no finding %s", report.RuleLimit)
			}
			if _, _, err := readZIP(ctx, data, officedoc.Limits{}); err != nil && !errors.Is(err, document.ErrFormat) && !errors.Is(err, document.ErrEncrypted) {
				t.Error(err)
			}
		})
	}
	for _, name := range leavesOut {
		if inputs[name] == nil {
			t.Errorf("no input %s", name)
		}
	}
}

// check demands what holds for every input: a sound document, or a known error.
func check(t *testing.T, d *document.Document, err error) {
	t.Helper()
	if err != nil {
		if d != nil {
			t.Error("a document with an error")
		}
		if !errors.Is(err, document.ErrFormat) && !errors.Is(err, document.ErrDamaged) && !errors.Is(err, document.ErrEncrypted) {
			t.Errorf("not one of the known errors: %v", err)
		}
		return
	}
	cells := 0
	for _, g := range fixture.Grids(d) {
		for r, row := range g.Rows {
			cells += len(row)
			for i, c := range row {
				if c.Row > r || r >= c.Row+c.RowSpan || c.ColSpan < 1 || c.Row+c.RowSpan > len(g.Rows) || i > 0 && row[i-1].End() > c.Col {
					t.Fatalf("grid %d row %d: cell %+v does not fit", g.Number, r, *c)
				}
			}
		}
	}
	if cells > document.MaxCells {
		t.Errorf("%d cells", cells)
	}
}

func TestContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	data := pack(word(strings.Repeat(para("甲"), 5_000)))
	if _, err := officedoc.ReadDOCX(ctx, data); !errors.Is(err, context.Canceled) {
		t.Errorf("DOCX: %v, want the context's error", err)
	}
	sheet := pack(book(`<sheetData>` + strings.Repeat(`<row><c><v>1</v></c></row>`, 500) + `</sheetData>`))
	if _, err := officedoc.ReadXLSX(ctx, sheet); !errors.Is(err, context.Canceled) {
		t.Errorf("XLSX: %v, want the context's error", err)
	}
}

func seeds(f *testing.F, pattern string) {
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		f.Fatal("no fixtures", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

func FuzzReadDOCX(f *testing.F) {
	seeds(f, "testdata/*.docx")
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := officedoc.ReadDOCX(t.Context(), data)
		check(t, d, err)
	})
}

// FuzzDocumentPart changes the markup, which a changed archive would hide behind
// its checksums.
func FuzzDocumentPart(f *testing.F) {
	for _, p := range words {
		f.Add(p["word/document.xml"], p["word/numbering.xml"], p["word/styles.xml"])
	}
	f.Fuzz(func(t *testing.T, main, numbering, styles string) {
		d, err := officedoc.ReadDOCX(t.Context(), pack(parts{"word/document.xml": main, "word/numbering.xml": numbering, "word/styles.xml": styles}))
		check(t, d, err)
	})
}

func FuzzReadXLSX(f *testing.F) {
	seeds(f, "testdata/*.xlsx")
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := officedoc.ReadXLSX(t.Context(), data)
		check(t, d, err)
	})
}

func FuzzSheetPart(f *testing.F) {
	f.Add(`<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>1.5</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>`, `<si><t>规章</t></si>`, `#,##0.00;[红色]-0%`)
	f.Add(`<cols><col min="1" max="3" hidden="1"/></cols><sheetData><row r="3" hidden="1"><c><f>SUM(A1)</f></c></row><row><c t="inlineStr"><is><t>甲</t></is></c></row></sheetData>`, ``, `yyyy"年"m"月"`)
	f.Fuzz(func(t *testing.T, sheet, strings, format string) {
		d, err := officedoc.ReadXLSX(t.Context(), pack(book(sheet, parts{
			"xl/sharedStrings.xml": `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` + strings + `</sst>`,
			"xl/styles.xml":        `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts><numFmt numFmtId="200" formatCode="` + format + `"/></numFmts><cellXfs><xf/><xf numFmtId="200"/></cellXfs></styleSheet>`,
		})))
		check(t, d, err)
	})
}

func FuzzReadSpreadsheetML(f *testing.F) {
	seeds(f, "../../testdata/wild/excel-2003*.xml")
	f.Add([]byte(`<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ID="a"><NumberFormat Format="0,"/></Style></Styles><Worksheet><Table StyleID="a"><Column Index="2" Hidden="1" Span="9"/><Row Index="2"><Cell Index="3" MergeAcross="2" MergeDown="1"><Data Type="Number">1.5</Data></Cell><Cell><Data Type="Boolean">1`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := officedoc.ReadSpreadsheetML(t.Context(), data)
		check(t, d, err)
	})
}

func FuzzEachMember(f *testing.F) {
	seeds(f, "testdata/*.docx")
	f.Add(archive(f, [2]string{"年报.txt", "a"}, [2]string{"内.zip", string(archive(f, [2]string{"里.txt", "b"}))}))
	f.Fuzz(func(t *testing.T, data []byte) {
		officedoc.Detect(data)
		members, _, err := readZIP(t.Context(), data, officedoc.Limits{})
		if err != nil && len(members) > 0 {
			t.Error("members with an error")
		}
	})
}

func BenchmarkRead(b *testing.B) {
	for name, read := range map[string]func(context.Context, []byte) (*document.Document, error){"report.docx": officedoc.ReadDOCX, "report.xlsx": officedoc.ReadXLSX} {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := read(b.Context(), data); err != nil {
					b.Fatal(err)
				}
			}
			// The report fills three pages of paper.
			b.ReportMetric(float64(3*b.N)/b.Elapsed().Seconds(), "pages/s")
		})
	}
}

// BenchmarkConvert runs LibreOffice, and reads what it made.
func BenchmarkConvert(b *testing.B) {
	c := converter(b)
	data, err := os.ReadFile("testdata/report.doc")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := c.Read(b.Context(), document.DOC, data); err != nil {
			b.Fatal(err)
		}
	}
}
