package form_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"nianbao/parser/catalog"
	"nianbao/parser/document"
	"nianbao/parser/form"
	"nianbao/parser/htmldoc"
	"nianbao/parser/internal/specimen"
	"nianbao/parser/report"
	"nianbao/parser/textdoc"
)

// FuzzText holds the matcher against any text: it must come back, and every
// fact must be one of the catalogue's, once, with a value only where a figure
// was printed.
func FuzzText(f *testing.F) {
	for _, name := range []string{"text-cells", "text-cells-gaps", "text-pipes", "text-tabs", "text-spaces", "text-one-line", "text-glued"} {
		if s, ok := specimen.Find(name); ok {
			for _, l := range s.Layouts {
				if data, _, err := s.Write(specimen.Random(rand.New(rand.NewPCG(1, 2)), l)); err == nil {
					f.Add(data)
				}
			}
		}
	}
	f.Add([]byte("规章\n555\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := textdoc.Read(context.Background(), data, "")
		if err != nil {
			t.Fatal(err)
		}
		sound(t, doc)
	})
}

// FuzzGrid holds the matcher against any table: each line of the input is a
// row, each field a cell, and a digit before a colon its spans.
func FuzzGrid(f *testing.F) {
	f.Add("31:申请人情况\t71:申请人情况\n11:自然人\t15:法人或其他组织\t21:总计\n一、本年新收政府信息公开申请数量\t1\t2\t3\t4\t5\t6\t21")
	f.Add("第二十条第(一)项\n信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n规章\t0\t\t/")
	f.Add("行政复议\t行政诉讼\n结果维持\t结果纠正\t其他结果\t尚未审结\t总计\n0\t0\t0\t0\t0")
	f.Fuzz(func(t *testing.T, text string) {
		var b document.Builder
		var g document.GridBuilder
		for line := range strings.SplitSeq(text, "\n") {
			g.StartRow()
			for cell := range strings.SplitSeq(line, "\t") {
				rows, cols := 1, 1
				if len(cell) > 3 && cell[2] == ':' {
					rows, cols = int(cell[0]-'0'), int(cell[1]-'0')
					cell = cell[3:]
				}
				g.AddCell(cell, rows, cols)
			}
		}
		b.AddGrid(g.Grid())
		sound(t, b.Document())
	})
}

func sound(t *testing.T, doc *document.Document) {
	r := form.Read(doc, form.Of{})
	if len(r.Used) != len(doc.Blocks) {
		t.Errorf("%d blocks, and Used has %d", len(doc.Blocks), len(r.Used))
	}
	seen := map[string]bool{}
	for _, f := range r.Facts {
		ind, ok := catalog.Lookup(f.Indicator)
		switch {
		case !ok:
			t.Errorf("%s is in no catalogue", f.Indicator)
		case (ind.Dimension == catalog.DimensionApplicant) != (f.Applicant != ""):
			t.Errorf("%s: the applicant does not fit the indicator", f.Key())
		case (f.Value != nil) != f.Status.HasValue():
			t.Errorf("%s: status %s and value %v", f.Key(), f.Status, f.Value)
		case f.Status == report.StatusReported && strings.TrimSpace(f.Raw) == "":
			t.Errorf("%s has a figure that is printed nowhere", f.Key())
		case seen[f.Key()]:
			t.Errorf("%s is there twice", f.Key())
		}
		seen[f.Key()] = true
	}
	if (r.Layout == "") != (len(r.Facts) == 0) && len(r.Findings) == 0 {
		t.Errorf("layout %q with %d facts and no finding", r.Layout, len(r.Facts))
	}
}

func BenchmarkRead(b *testing.B) {
	style, ok := specimen.Find("html-word-paste")
	if !ok {
		b.Fatal("no such style")
	}
	data, _, err := style.Write(specimen.Random(rand.New(rand.NewPCG(1, 2)), catalog.Layout2021))
	if err != nil {
		b.Fatal(err)
	}
	doc, err := htmldoc.Read(context.Background(), data, "")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		form.Read(doc, form.Of{})
	}
}

// TestPageLines reads the lines of a page, as a PDF without ruling lines gives
// them: a cell beside another may stand higher or lower on the page, and a label
// broken over lines has its figures beside its middle.
func TestPageLines(t *testing.T) {
	read := func(lines ...string) map[string]report.Fact {
		var b document.Builder
		for _, l := range lines {
			b.AddText(document.Paragraph, l)
		}
		doc := b.Document()
		doc.Container = document.PDF
		facts := map[string]report.Fact{}
		for _, f := range form.Read(doc, form.Of{}).Facts {
			facts[f.Key()] = f
		}
		return facts
	}
	t.Run("header in steps", func(t *testing.T) {
		// 自然人 and 总计 span two rows of the header and stand between them, as the
		// form is printed.
		got := read("申请人情况", "法人或其他组织", "自然人\t总计", "商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他",
			"一、本年新收政府信息公开申请数量\t25\t1\t2\t3\t4\t5\t40")
		for a, want := range map[string]string{"natural_person": "25", "commercial_enterprise": "1", "other_organization": "5", "total": "40"} {
			if f := got["requests.received@"+a]; f.Raw != want {
				t.Errorf("received by %s is %q, want %s", a, f.Raw, want)
			}
		}
	})
	t.Run("header in a row", func(t *testing.T) {
		got := read("自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计",
			"一、本年新收政府信息公开申请数量\t25\t1\t2\t3\t4\t5\t40", "二、上年结转政府信息公开申请数量\t/\t/\t/\t/\t/\t/\t/")
		if f := got["requests.received@commercial_enterprise"]; f.Raw != "1" {
			t.Errorf("received by enterprises %q, want 1", f.Raw)
		}
		if f := got["requests.carried_in@total"]; f.Status != report.StatusNotApplicable {
			t.Errorf("carried in has the status %q", f.Status)
		}
	})
	t.Run("broken labels", func(t *testing.T) {
		got := read("统计指标\t单位\t统计数", "（一）主动公开政府信息数", "条\t209", "（不同渠道和方式公开相同信息计1条）", "其中：主动公开规范性文件数\t条\t28", "制发规范性文件总数\t件\t4",
			"1.政府公报公开政府信息数", "条\t3", "2.政府网站公开政府信息数", "条\t5", "3.政务微博公开政府信息数", "条\t0", "4.政务微信公开政府信息数", "条\t0", "5.其他方式公开政府信息数\t条\t7")
		for key, want := range map[string]string{"disclosure.published.normative_documents": "28", "disclosure.normative_documents.made_total": "4", "disclosure.channel.other": "7"} {
			if got[key].Raw != want {
				t.Errorf("%s is %q, want %q", key, got[key].Raw, want)
			}
			delete(got, key)
		}
		for key, f := range got {
			t.Errorf("%s was read as %q, %s, from another line than its own", key, f.Raw, f.Status)
		}
	})
}

// TestPageNumberInRow puts the number of a page where the last cell of a row might
// stand: it is none of its figures.
func TestPageNumberInRow(t *testing.T) {
	var b document.Builder
	b.AddText(document.Paragraph, "申请人情况 自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计")
	b.AddText(document.Paragraph, "一、本年新收政府信息公开申请数量 9 4 6 2 3 24 －1－ 二、上年结转政府信息公开申请数量 1 0 0 0 0 0 1")
	facts := form.Read(b.Document(), form.Of{Year: 2021}).Facts
	for _, f := range facts {
		if f.Indicator == "requests.received" {
			t.Errorf("%s is %q, and a cell of the row is lost", f.Key(), f.Raw)
		}
	}
	if len(facts) == 0 {
		t.Error("the row below was not read")
	}
}

// TestCopies reads two copies of a table: an empty form beside the filled one
// changes nothing, but copies that contradict each other are not filled from one
// another.
func TestCopies(t *testing.T) {
	read := func(second ...string) map[string]report.Fact {
		var b document.Builder
		for _, rows := range [][]string{{"规章", "3", "", "5"}, append([]string{"规章"}, second...)} {
			var g document.GridBuilder
			for _, row := range [][]string{{"信息内容", "本年制发件数", "本年废止件数", "现行有效件数"}, rows} {
				g.StartRow()
				for _, cell := range row {
					g.AddCell(cell, 1, 1)
				}
			}
			b.AddGrid(g.Grid())
		}
		facts := map[string]report.Fact{}
		for _, f := range form.Read(b.Document(), form.Of{}).Facts {
			facts[f.Key()] = f
		}
		return facts
	}
	if got := read("", "", ""); got["disclosure.regulations.issued"].Raw != "3" || got["disclosure.regulations.in_force"].Raw != "5" {
		t.Errorf("beside an empty form: %v", got)
	}
	if got := read("4", "2", "5"); len(got) != 1 || got["disclosure.regulations.in_force"].Raw != "5" {
		t.Errorf("beside another year's: %v, want only the figure both have", got)
	}
}

// What is missing is a row of the form that was in force: with one row for all other
// ways of processing, both forms fit tables that lack it.
func TestMissingRowsAreThoseOfTheYear(t *testing.T) {
	rows := "申请人情况 | | 自然人 | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | 总计 |\n" +
		"一、本年新收政府信息公开申请数量 | | 1 | 0 | 0 | 0 | 0 | 0 | 1 |\n" +
		"二、上年结转政府信息公开申请数量 | | 0 | 0 | 0 | 0 | 0 | 0 | 0 |\n" +
		"三、本年度办理结果 | （一）予以公开 | 1 | 0 | 0 | 0 | 0 | 0 | 1 |\n"
	doc, err := textdoc.Read(t.Context(), []byte(rows), "")
	if err != nil {
		t.Fatal(err)
	}
	for year, want := range map[int]string{2019: catalog.Layout2019, 2020: catalog.Layout2019, 2021: catalog.Layout2021, 2023: catalog.Layout2021} {
		got := form.Read(doc, form.Of{Year: year})
		missing := 0
		for _, f := range got.Findings {
			if f.Rule != report.RuleMissingRow || f.Indicator == "" {
				continue
			}
			missing++
			if ind, ok := catalog.Lookup(f.Indicator); !ok || !ind.In(want) {
				t.Errorf("%d: %s", year, f.Message)
			}
		}
		if got.Layout != want || got.Open != (year > 2020) || missing == 0 {
			t.Errorf("%d: the form %q of %v, %d rows missing", year, got.Layout, got.Fits, missing)
		}
	}
}

// A row without any figure above one that has figures and no label is not blank: a
// converter may have parted them, or the label spans both.
func TestGridFiguresBelowTheirLabel(t *testing.T) {
	for _, rows := range [][][]string{
		{{"信息内容", "本年制发件数", "本年废止件数", "现行有效件数"}, {"规章", "", "", ""}, {"", "3", "1", "8"}, {"规范性文件", "5", "5", "5"}},
		{{"信息内容", "本年处理决定数量"}, {"行政许可", ""}, {"8", ""}, {"其他对外管理服务事项", "5"}},
		{{"申请人情况", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"}, {"一、本年新收政府信息公开申请数量", "5", "5", "5", "5", "5", "5", "5"},
			{"二、上年结转政府信息公开申请数量", "", "", "", "", "", "", ""}, {"", "1", "0", "0", "0", "0", "0", "1"}, {"(一)予以公开", "5", "5", "5", "5", "5", "5", "5"}},
		{{"统计指标", "单位", "统计数"}, {"(一)主动公开政府信息数", "条", ""}, {"", "", "70"}, {"主动公开规范性文件数", "件", "5"}, {"制发规范性文件总数", "件", "5"}, {"1.政府公报公开政府信息数", "条", "5"}},
	} {
		var g document.GridBuilder
		for _, row := range rows {
			g.StartRow()
			for _, cell := range row {
				g.AddCell(cell, 1, 1)
			}
		}
		var b document.Builder
		b.AddGrid(g.Grid())
		facts := form.Read(b.Document(), form.Of{Year: 2021}).Facts
		if len(facts) == 0 {
			t.Errorf("%s: nothing was read", rows)
		}
		for _, f := range facts {
			if f.Raw != "5" {
				t.Errorf("%s: %s is %q, %s", rows, f.Key(), f.Raw, f.Status)
			}
		}
	}
}
