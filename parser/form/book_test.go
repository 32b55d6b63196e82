package form

import (
	"strings"
	"testing"

	"nianbao/parser/catalog"
	"nianbao/parser/document"
)

// TestNewForm adds a form that no notice prescribes, as rows of the tables alone:
// section two has inspections, section three an outcome and section two a column
// that no form had before. Grids and flattened text must both be read by it.
func TestNewForm(t *testing.T) {
	indicators, forms := catalog.Built()
	// All that the form of 2021 has, the new one has as well.
	indicators = strings.ReplaceAll(indicators, ",2019;2021,", ",2019;2021;2027,")
	indicators = strings.ReplaceAll(indicators, ",2021,", ",2021;2027,")
	indicators += "disclosure.inspections.sites,active_disclosure,2027,第二十条第(六)项 > 行政检查 > 检查点位数,个,none,,Inspected sites\n" +
		"disclosure.inspections.decisions,active_disclosure,2027,第二十条第(六)项 > 行政检查 > 本年处理决定数量,件,none,,Inspections\n" +
		"requests.denied.trade_secret,requests,2027,三、本年度办理结果 > (三)不予公开 > 9.属于商业秘密,件,applicant,,Denied: trade secret\n"
	forms += "2027,2027,国办公开办函,2027,9,sections,二、主动公开政府信息情况,三、收到和处理政府信息公开申请情况,四、政府信息公开行政复议、行政诉讼情况,\n"
	cat, err := catalog.Parse(indicators, forms)
	if err != nil {
		t.Fatal(err)
	}
	lex, err := newLexicon(strings.TrimRight(labelsCSV, "\n") + "\nmetric,sites,检查点位数\nsubject,inspections,行政检查|行政检查事项\noutcome,requests.denied.trade_secret,属于商业秘密\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := cat.Prescribed(2030).Name; got != "2027" {
		t.Errorf("the form of 2030 is %s", got)
	}
	rows := [][]string{
		{"信息内容", "本年处理决定数量", "检查点位数"}, {"行政检查", "7", "31"},
		{"申请人情况", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"},
		{"一、本年新收政府信息公开申请数量", "3", "1", "0", "0", "0", "0", "4"},
		{"(三)不予公开 9.属于商业秘密", "2", "0", "0", "0", "0", "0", "2"},
		{"(七)总计", "3", "1", "0", "0", "0", "0", "4"},
	}
	var grid, flat document.Builder
	for _, table := range [][][]string{rows[:2], rows[2:]} {
		var g document.GridBuilder
		for _, row := range table {
			g.StartRow()
			for _, cell := range row {
				g.AddCell(cell, 1, 1, false)
				flat.AddText(document.Paragraph, cell)
			}
		}
		grid.AddGrid(g.Grid())
	}
	for name, doc := range map[string]*document.Document{"grid": grid.Document(), "flattened": flat.Document()} {
		r := book{cat, lex}.read(doc, 2027)
		if r.Layout != "2027" || r.Open {
			t.Errorf("%s: the form is %q, open %v", name, r.Layout, r.Open)
		}
		got := map[string]string{}
		for _, f := range r.Facts {
			got[f.Key()] = f.Raw
		}
		for key, want := range map[string]string{
			"disclosure.inspections.sites": "31", "disclosure.inspections.decisions": "7", "requests.received@commercial_enterprise": "1",
			"requests.denied.trade_secret@natural_person": "2", "requests.denied.trade_secret@total": "2", "requests.processed_total@total": "4",
		} {
			if got[key] != want {
				t.Errorf("%s: %s is %q, want %s", name, key, got[key], want)
			}
		}
	}
	// Without its rows, none of it is known.
	for _, f := range Read(grid.Document(), 2027).Facts {
		if strings.Contains(f.Indicator, "inspections") || strings.Contains(f.Indicator, "trade_secret") {
			t.Errorf("%s was read without the form that has it", f.Key())
		}
	}
}
