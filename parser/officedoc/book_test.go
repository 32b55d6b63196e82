package officedoc_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"nianbao/parser/document"
	"nianbao/parser/internal/fixture"
	"nianbao/parser/officedoc"
	"nianbao/parser/report"
)

// books are workbooks, each with one way of Excel's to show a thing. They are
// written when the test runs: excelize stamps files with the time.
var books = []struct {
	name  string
	write func(t *testing.T, f *excelize.File)
	want  []any
}{
	{"numbers as displayed", func(t *testing.T, f *excelize.File) {
		style := func(format string) int {
			id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		for axis, v := range map[string]any{"A1": "项目", "B1": "数", "A2": "整数", "B2": 1.0, "A3": "小数", "B3": 7730.28, "A4": "千分", "B4": 2165,
			"A5": "百分", "B5": 0.35, "A6": "文字", "B6": " 21 ", "A7": "零", "B7": 0, "A8": "尾差", "B8": 0.1 + 0.2} {
			try(t, f.SetCellValue("Sheet1", axis, v))
		}
		try(t, f.SetCellStyle("Sheet1", "B4", "B4", style("#,##0")))
		try(t, f.SetCellStyle("Sheet1", "B5", "B5", style("0%")))
	}, []any{[][]string{{"项目", "数"}, {"整数", "1"}, {"小数", "7730.28"}, {"千分", "2,165"}, {"百分", "35%"}, {"文字", "21"}, {"零", "0"}, {"尾差", "0.3"}}}},
	{"numbers as the section of their format displays them", func(t *testing.T, f *excelize.File) {
		for i, c := range []struct {
			format string
			n      float64
		}{
			{`[=0]"";General`, 128}, {`[=0]"";General`, 0}, {`[<10]"不足十";0`, 9}, {`[<10]"不足十";0`, 12}, {`[>=100]0"件";[>0]0;"无"`, 128}, {`[>=100]0"件";[>0]0;"无"`, 7}, {`[>=100]0"件";[>0]0;"无"`, 0},
			{`0;-0;;@`, 0}, {`0;-0;;@`, 4}, {`0;-0`, -4}, {`#,###`, 0}, {`#,###`, 2165}, {`0;0;`, 0}, {`[Red]0;[Blue]-0`, 12}, {`#"件"`, 0}, {`;;;`, 5},
		} {
			axis, err := excelize.CoordinatesToCellName(2, i+1)
			try(t, err)
			try(t, f.SetCellValue("Sheet1", strings.Replace(axis, "B", "A", 1), "行"))
			try(t, f.SetCellValue("Sheet1", axis, c.n))
			id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &c.format})
			try(t, err)
			try(t, f.SetCellStyle("Sheet1", axis, axis, id))
		}
	}, []any{[][]string{{"行", "128"}, {"行", ""}, {"行", "不足十"}, {"行", "12"}, {"行", "128件"}, {"行", "7"}, {"行", "无"}, {"行", ""}, {"行", "4"}, {"行", "-4"}, {"行", ""}, {"行", "2,165"}, {"行", ""}, {"行", "12"}, {"行", document.Unread}, {"行", ""}}}},
	{"zeros, rows and columns that are not displayed", func(t *testing.T, f *excelize.File) {
		for axis, v := range map[string]any{"A1": "项目", "B1": "数", "C1": "收起", "A2": "受理", "B2": 0, "C2": 7, "A3": "压平", "B3": 3, "A4": "答复", "B4": 5, "A5": "文字", "B5": "0"} {
			try(t, f.SetCellValue("Sheet1", axis, v))
		}
		no := false
		try(t, f.SetSheetView("Sheet1", 0, &excelize.ViewOptions{ShowZeros: &no}))
		try(t, f.SetRowHeight("Sheet1", 3, 0))
		try(t, f.SetColWidth("Sheet1", "C", "C", 0))
	}, []any{[][]string{{"项目", "数"}, {"受理", ""}, {}, {"答复", "5"}, {"文字", "0"}}}},
	{"figures in the colour of what they stand on, too small, or in a font of pictures", func(t *testing.T, f *excelize.File) {
		fill := func(pattern int, color string) excelize.Fill {
			return excelize.Fill{Type: "pattern", Pattern: pattern, Color: []string{color}}
		}
		var none excelize.Fill
		dark := fill(1, "1F4E79")
		for i, c := range []struct {
			font   excelize.Font
			fill   excelize.Fill
			format string
		}{
			{excelize.Font{Color: "FFFFFF"}, none, ""}, {excelize.Font{Color: "FFFFFF"}, dark, ""}, {excelize.Font{Family: "Wingdings"}, none, ""}, {excelize.Font{Family: "宋体"}, none, ""},
			{excelize.Font{Color: "1F4E79"}, dark, ""}, {excelize.Font{Color: "1F4E79"}, none, ""}, {excelize.Font{Color: "FFFFFF"}, fill(1, "FFFFFF"), ""}, {excelize.Font{Color: "FFFFFF"}, fill(17, "C0C0C0"), ""},
			{excelize.Font{Size: 1}, none, ""}, {excelize.Font{}, none, "[White]0"}, {excelize.Font{}, dark, "[White]0"}, {excelize.Font{}, none, "0;[Color 2]-0"}, {excelize.Font{}, fill(1, "FF0000"), "[Red]0"},
		} {
			axis, err := excelize.CoordinatesToCellName(2, i+1)
			try(t, err)
			style := excelize.Style{Font: &c.font, Fill: c.fill}
			if c.format != "" {
				style.CustomNumFmt = &c.format
			}
			id, err := f.NewStyle(&style)
			try(t, err)
			try(t, f.SetCellValue("Sheet1", strings.Replace(axis, "B", "A", 1), "行"))
			try(t, f.SetCellValue("Sheet1", axis, 12))
			try(t, f.SetCellStyle("Sheet1", axis, axis, id))
		}
	}, []any{[][]string{{"行", document.Unread}, {"行", "12"}, {"行", document.Unread}, {"行", "12"}, {"行", document.Unread}, {"行", "12"}, {"行", document.Unread}, {"行", "12"},
		{"行", document.Unread}, {"行", document.Unread}, {"行", "12"}, {"行", "12"}, {"行", document.Unread}}}},
	{"merges, blanks and hidden lines", func(t *testing.T, f *excelize.File) {
		for axis, v := range map[string]any{"B2": "信息内容", "C2": "申请人情况", "C3": "自然人", "D3": "企业", "E3": "总计", "B4": "受理", "C4": 3, "E4": 3,
			"B5": "隐藏行", "C5": 99, "B6": "答复", "C6": 2, "D6": 0, "E6": 2, "F2": "隐藏列", "F4": 77} {
			try(t, f.SetCellValue("Sheet1", axis, v))
		}
		try(t, f.MergeCell("Sheet1", "B2", "B3"))
		try(t, f.MergeCell("Sheet1", "C2", "E2"))
		try(t, f.SetRowVisible("Sheet1", 5, false))
		try(t, f.SetColVisible("Sheet1", "F", false))
	}, []any{[][]string{{}, {"@1 2×1 信息内容", "1×3 申请人情况"}, {"自然人", "企业", "总计"}, {"@1 受理", "3", "", "3"}, {}, {"@1 答复", "2", "0", "2"}}}},
	{"sheets: hidden, empty, named", func(t *testing.T, f *excelize.File) {
		for _, name := range []string{"主动公开", "底稿", "空"} {
			_, err := f.NewSheet(name)
			try(t, err)
		}
		try(t, f.SetCellValue("Sheet1", "A1", "规章"))
		try(t, f.SetCellValue("主动公开", "A1", "行政许可"))
		try(t, f.SetCellValue("底稿", "A1", "行政处罚"))
		try(t, f.SetSheetVisible("底稿", false))
	}, []any{[][]string{{"规章"}}, "# 主动公开", [][]string{{"行政许可"}}}},
	{"formulas without a result read as such", func(t *testing.T, f *excelize.File) {
		try(t, f.SetCellValue("Sheet1", "A1", 3))
		try(t, f.SetCellFormula("Sheet1", "B1", "A1+4"))
		try(t, f.SetCellValue("Sheet1", "C1", 5))
	}, []any{[][]string{{"3", "=A1+4", "5"}}}},
	{"prose between tables", func(t *testing.T, f *excelize.File) {
		for axis, v := range map[string]any{"A1": "松江区2022年政府信息公开工作年度报告", "A2": "一、总体情况", "A3": "全年受理申请21件。", "A4": "二、主动公开政府信息情况",
			"A5": "信息内容", "B5": "制发", "A6": "规章", "B6": 4, "A7": "三、本年度办理结果", "B7": 5, "A8": "四、结转下年度继续办理"} {
			try(t, f.SetCellValue("Sheet1", axis, v))
		}
		try(t, f.MergeCell("Sheet1", "A3", "B3"))
	}, []any{"¶ 松江区2022年政府信息公开工作年度报告", "¶ 一、总体情况", "¶ 全年受理申请21件。", "¶ 二、主动公开政府信息情况",
		[][]string{{}, {}, {}, {}, {"信息内容", "制发"}, {"规章", "4"}, {"三、本年度办理结果", "5"}, {"四、结转下年度继续办理", ""}}}},
	{"the annex of 2014 stays one table", func(t *testing.T, f *excelize.File) {
		for axis, v := range map[string]any{"A1": "统计指标", "B1": "单位", "C1": "统计数", "A2": "一、主动公开情况", "A3": "主动公开政府信息数", "B3": "条", "C3": 3728, "A4": "三、依申请公开情况", "A5": "收到申请数", "B5": "件", "C5": 201} {
			try(t, f.SetCellValue("Sheet1", axis, v))
		}
	}, []any{[][]string{{"统计指标", "单位", "统计数"}, {"一、主动公开情况", "", ""}, {"主动公开政府信息数", "条", "3728"}, {"三、依申请公开情况", "", ""}, {"收到申请数", "件", "201"}}}},
	{"raised, lowered and struck text", marks, []any{[][]string{{"上标", "3593¹", "3593[注¹]", "¹3593"}, {"下标", "3593₁", "", ""}, {"删除", "3593", "3593", "￼"}, {"全格", "￼", "3593", "¹"}, {"不变", "3593", "a<b", "3593"}}}},
	{"pictures on cells", func(t *testing.T, f *excelize.File) {
		for axis, v := range map[string]any{"A1": "名称", "B1": "甲", "C1": "乙", "D1": "丙", "A2": "规章", "C2": 12, "A3": "合并", "D3": 5, "A4": "盖章", "D4": 6} {
			try(t, f.SetCellValue("Sheet1", axis, v))
		}
		try(t, f.MergeCell("Sheet1", "B3", "C3"))
		var dot bytes.Buffer
		try(t, png.Encode(&dot, image.NewGray(image.Rect(0, 0, 10, 10))))
		var stamp bytes.Buffer
		try(t, png.Encode(&stamp, image.NewGray(image.Rect(0, 0, 400, 300))))
		for cell, picture := range map[string]*bytes.Buffer{"B2": &dot, "C2": &dot, "C3": &dot, "B4": &stamp} {
			try(t, f.AddPictureFromBytes("Sheet1", cell, &excelize.Picture{Extension: ".png", File: picture.Bytes(), Format: &excelize.GraphicOptions{}}))
		}
	}, []any{[][]string{{"名称", "甲", "乙", "丙"}, {"规章", "￼", "12", ""}, {"合并", "1×2 ￼", "5"}, {"盖章", "", "", "6"}}}},
	{"far columns with nothing between", func(t *testing.T, f *excelize.File) {
		try(t, f.SetCellValue("Sheet1", "A1", "规章"))
		try(t, f.SetCellValue("Sheet1", "XFD1", 7))
	}, []any{[][]string{{"规章", "@16383 7"}}}},
}

// marks writes cells set in every way, by runs and as a whole.
func marks(t *testing.T, f *excelize.File) {
	raised, lowered, struck := &excelize.Font{VertAlign: "superscript"}, &excelize.Font{VertAlign: "subscript"}, &excelize.Font{Strike: true}
	rich := func(cell string, runs ...excelize.RichTextRun) { try(t, f.SetCellRichText("Sheet1", cell, runs)) }
	plain := excelize.RichTextRun{Text: "3593"}
	whole := func(cell string, font *excelize.Font) {
		id, err := f.NewStyle(&excelize.Style{Font: font})
		try(t, err)
		try(t, f.SetCellStyle("Sheet1", cell, cell, id))
	}
	for axis, v := range map[string]any{"A1": "上标", "A2": "下标", "A3": "删除", "A4": "全格", "B4": 99, "C4": 3593, "D4": 1, "A5": "不变", "B5": 3593} {
		try(t, f.SetCellValue("Sheet1", axis, v))
	}
	rich("B1", plain, excelize.RichTextRun{Text: "1", Font: raised})
	rich("C1", plain, excelize.RichTextRun{Text: "[注1]", Font: raised})
	rich("D1", excelize.RichTextRun{Text: "1", Font: raised}, plain)
	rich("B2", plain, excelize.RichTextRun{Text: "1", Font: lowered})
	rich("B3", excelize.RichTextRun{Text: "99", Font: struck}, plain)
	rich("C3", plain, excelize.RichTextRun{Text: "99", Font: struck})
	rich("D3", excelize.RichTextRun{Text: "9", Font: struck}, excelize.RichTextRun{Text: "9", Font: struck})
	whole("B4", struck)
	whole("C4", raised)
	whole("D4", raised)
	rich("C5", excelize.RichTextRun{Text: "a<"}, excelize.RichTextRun{Text: "b", Font: &excelize.Font{Bold: true}})
	rich("D5", excelize.RichTextRun{Text: "35"}, excelize.RichTextRun{Text: "93", Font: &excelize.Font{Bold: true}})
}

// A sheet that ends in a cell gives what stands before it, and not the digits
// before the end.
func TestBookCutInCell(t *testing.T) {
	for name, sheet := range map[string]string{
		"in a value":    `<row r="1"><c r="A1" t="inlineStr"><is><t>规章</t></is></c><c r="B1"><v>12</v></c></row><row r="2"><c r="A2"><v>7</v></c><c r="B2"><v>34`,
		"before one":    `<row r="1"><c r="A1" t="inlineStr"><is><t>规章</t></is></c><c r="B1"><v>12</v></c></row><row r="2"><c r="A2"><v>7</v></c><c r="B2">`,
		"in its string": `<row r="1"><c r="A1" t="inlineStr"><is><t>规章</t></is></c><c r="B1"><v>12</v></c></row><row r="2"><c r="A2"><v>7</v></c><c r="B2" t="inlineStr"><is><t>34`,
	} {
		p := book("<sheetData>" + sheet)
		const part = "xl/worksheets/sheet1.xml"
		p[part] = strings.TrimSuffix(p[part], "</worksheet>")
		d, err := officedoc.ReadXLSX(t.Context(), pack(p))
		want := fixture.Dump{Blocks: []any{[][]string{{"规章", "12"}, {"7", document.Unread}}}, Findings: []string{report.RuleTruncated}}
		if diff := cmp.Diff(want, fixture.Of(d, err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func try(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestBooks(t *testing.T) {
	for _, b := range books {
		t.Run(b.name, func(t *testing.T) {
			f := excelize.NewFile()
			defer f.Close()
			b.write(t, f)
			var out bytes.Buffer
			try(t, f.Write(&out))
			d, err := officedoc.ReadXLSX(t.Context(), out.Bytes())
			got := fixture.Of(d, err)
			got.Images = 0 // of no account here
			if diff := cmp.Diff(fixture.Dump{Blocks: b.want}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestManySections holds that a workbook with a section of a format for every cell has what
// goes beyond the bound left unread: excelize compares each with all that it has.
func TestManySections(t *testing.T) {
	var formats, cells, rows strings.Builder
	const n = 250
	for i := range n {
		fmt.Fprintf(&formats, `<numFmt numFmtId="%d" formatCode="[&gt;0]0&quot;件%d&quot;;0"/>`, 200+i, i)
		fmt.Fprintf(&cells, `<xf numFmtId="%d"/>`, 200+i)
		fmt.Fprintf(&rows, `<row><c s="%d"><v>12</v></c></row>`, i)
	}
	d, err := officedoc.ReadXLSX(t.Context(), pack(book("<sheetData>"+rows.String()+"</sheetData>", parts{"xl/styles.xml": `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts>` +
		formats.String() + `</numFmts><fonts><font/></fonts><fills><fill/></fills><borders><border/></borders><cellXfs>` + cells.String() + `</cellXfs></styleSheet>`})))
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for i := range n {
		switch got := d.Blocks[0].Grid.Own(i)[0].Text; got {
		case fmt.Sprintf("12件%d", i):
			shown++
		case document.Unread:
		default:
			t.Errorf("row %d shows %q", i, got)
		}
	}
	if shown == 0 || shown == n {
		t.Errorf("%d of %d are shown", shown, n)
	}
}

func TestDetect(t *testing.T) {
	files, err := filepath.Glob("testdata/report.*")
	if err != nil || len(files) == 0 {
		t.Fatal("no fixtures", err)
	}
	want := map[string]string{".docx": "docx", ".xlsx": "xlsx", ".doc": "doc", ".xls": "xls", ".wps": "doc", ".odt": "odt", ".ods": "ods"}
	for _, name := range files {
		ext := filepath.Ext(name)
		if ext == ".json" {
			continue
		}
		data, err := os.ReadFile(name)
		try(t, err)
		if got := officedoc.Detect(data); got != want[ext] {
			t.Errorf("%s: %q, want %q", name, got, want[ext])
		}
		if ext == ".docx" {
			if got := officedoc.Detect(data[:len(data)*2/3]); got != "docx" {
				t.Errorf("%s cut short: %q", name, got)
			}
		}
	}
	for data, want := range map[string]string{"": "", "PK": "", "<html>": "", "{\\rtf1": "rtf", "{\\rtf\x00": "", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1": ""} {
		if got := officedoc.Detect([]byte(data)); got != want {
			t.Errorf("%q: %q, want %q", data, got, want)
		}
	}
	const declared = `<?xml version="1.0"?><x xmlns="`
	for namespace, want := range map[string]string{
		"http://schemas.microsoft.com/office/2006/xmlPackage": "docx", "http://schemas.microsoft.com/office/word/2003/wordml": document.WordML,
		"urn:schemas-microsoft-com:office:spreadsheet": document.SpreadsheetML, "http://www.w3.org/1999/xhtml": "",
	} {
		if got := officedoc.Detect([]byte(declared + namespace + `">`)); got != want {
			t.Errorf("%s: %q, want %q", namespace, got, want)
		}
	}
	if got := officedoc.Detect(pack(parts{"年报/报告.txt": "x"})); got != "zip" {
		t.Errorf("an archive: %q", got)
	}
	for kind, want := range map[string]string{"text": "odt", "spreadsheet": "ods", "presentation": "zip"} {
		kind = "application/vnd.oasis.opendocument." + kind
		if got := officedoc.Detect(archive(t, [2]string{"META-INF/manifest.xml", "x"}, [2]string{"mimetype", kind})); got != want {
			t.Errorf("%s behind another file: %q, want %q", kind, got, want)
		}
		if want = strings.Trim(want, "zip"); officedoc.Detect([]byte(`<?xml version="1.0"?><office:document office:mimetype="`+kind+`">`)) != want {
			t.Errorf("%s as one file of XML is not told", kind)
		}
	}
}

// A cell without its end tag does not take the figures of those behind it.
func TestWorkbookLostEndTag(t *testing.T) {
	d, err := officedoc.ReadXLSX(t.Context(), pack(book(`<sheetData><row r="1"><c r="A1"><v>3</v><c r="B1"><v>0</v></c><c r="C1"><v>195</v></c></row></sheetData>`)))
	if diff := cmp.Diff(fixture.Dump{Blocks: []any{[][]string{{"3", "0", "195"}}}}, fixture.Of(d, err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A cell whose shared string is lost shows what nobody knows, and a cell far off costs
// nothing.
func TestWorkbookOddCells(t *testing.T) {
	sheet := `<sheetData><row r="1"><c r="A1" t="s"><v>7</v></c><c r="B1" t="inlineStr"><is><t>甲_x000D_</t></is></c><c r="XFD1"><v>2</v></c></row></sheetData>`
	d, err := officedoc.ReadXLSX(t.Context(), pack(book(sheet)))
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, g := range fixture.Grids(d) {
		for _, c := range g.Rows[0] {
			texts = append(texts, c.Text)
		}
	}
	if want := []string{document.Unread, "甲", "2"}; !slices.Equal(texts, want) {
		t.Errorf("%q, want %q", texts, want)
	}
}

// The first format is that of the cells that name none, and of two cells in one place nobody
// knows which is shown.
func TestWorkbookFirstFormat(t *testing.T) {
	d, err := officedoc.ReadXLSX(t.Context(), pack(book(`<sheetData><row r="1"><c r="A1"><v>5000</v></c><c r="B1" s="1"><v>6</v></c><c r="C1"><v>1000</v></c><c r="C1"><v>2000</v></c></row></sheetData>`,
		parts{"xl/styles.xml": `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts><numFmt numFmtId="200" formatCode="0,"/></numFmts><fonts><font/></fonts><fills><fill/></fills><borders><border/></borders><cellXfs><xf numFmtId="200"/><xf numFmtId="0"/></cellXfs></styleSheet>`})))
	if diff := cmp.Diff(fixture.Dump{Blocks: []any{[][]string{{"5", "6", document.Unread}}}}, fixture.Of(d, err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
