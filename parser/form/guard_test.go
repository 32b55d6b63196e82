package form_test

import (
	"strings"
	"testing"

	"nianbao/parser/document"
	"nianbao/parser/form"
	"nianbao/parser/report"
)

// TestGuards holds small documents that nothing else in the house resembles against what may be read of
// them: a figure that is not listed, and a blank, is another row's.
func TestGuards(t *testing.T) {
	list := []string{"（一）主动公开政府信息数", "其中：主动公开规范性文件数", "制发规范性文件总数", "1.政府公报公开政府信息数", "2.政府网站公开政府信息数", "3.政务微博公开政府信息数", "4.政务微信公开政府信息数", "5.其他方式公开政府信息数"}
	turned := []string{"统计指标 单位 统计数"}
	for i, label := range list {
		turned = append(turned, string(rune('1'+i))+"7 条 "+label)
	}
	applicants := "申请人情况|自然人|商业企业|科研机构|社会公益组织|法律服务机构|其他|总计"
	for _, c := range []struct {
		name  string
		year  int
		loose bool     // the rows are lines
		rows  []string // of a grid, cells parted by bars; ^ reaches into the row below
		lines []string // below it
		want  map[string]string
		none  string // of several indicators, one that has no figures
	}{
		{name: "figures of a list stand before their labels", year: 2017, lines: turned},
		{name: "figures of a list stand before all labels", year: 2017, lines: append([]string{"统计指标 单位 统计数", "17", "27", "37", "47", "57", "67", "77", "87"}, list...)},
		{
			name: "a header whose rows are lines goes on below it", year: 2021, loose: true,
			rows:  []string{"信息内容|本年制发件数|本年废止件数"},
			lines: []string{"现行有效件数", "规章 5", "行政规范性文件 7"},
		},
		{
			name: "a label is spelled like that of a row that is there", year: 2021,
			rows: []string{applicants, "一、本年新收政府信息公开申请数量|1|2|0|0|0|0|3", "一、本年新收政府信息公开申情数量|1|3|0|0|0|0|4", "二、上年结转政府信息公开申请数量|4|0|0|0|0|0|4"},
			want: map[string]string{
				"requests.received@natural_person": "1", "requests.received@research_institution": "0", "requests.received@social_organization": "0", "requests.received@legal_service": "0", "requests.received@other_organization": "0",
				"requests.carried_in@natural_person": "4", "requests.carried_in@commercial_enterprise": "0", "requests.carried_in@research_institution": "0", "requests.carried_in@social_organization": "0", "requests.carried_in@legal_service": "0", "requests.carried_in@other_organization": "0", "requests.carried_in@total": "4",
			},
		},
		{
			name: "a line of blank cells below a row is the rest of it", year: 2021, loose: true,
			rows: []string{"信息内容|本年制发件数|本年废止件数|现行有效件数", "规章|||", "|", "行政规范性文件|5|6|7"},
			want: map[string]string{"disclosure.normative_documents.issued": "5", "disclosure.normative_documents.repealed": "6", "disclosure.normative_documents.in_force": "7"},
		},
		{
			name: "a row under a cell that reaches down has a cell too many", year: 2021,
			rows: []string{
				"申请人情况|||自然人|商业企业|科研机构|社会公益组织|法律服务机构|其他|总计", "一、本年新收政府信息公开申请数量|||2|3|0|0|0|0|5", "二、上年结转政府信息公开申请数量|||0|0|0|0|0|0|0",
				"^三、本年度办理结果|（一）予以公开||2|2|0|0|0|0|4", "（二）部分公开||0|2|5|0|0|0|9",
			},
			none: "requests.partially_granted",
		},
	} {
		var b document.Builder
		if c.rows != nil {
			var g document.GridBuilder
			for _, row := range c.rows {
				g.StartRow()
				for cell := range strings.SplitSeq(row, "|") {
					text, reaches := strings.CutPrefix(cell, "^")
					height := 1
					if reaches {
						height = 2
					}
					g.AddCell(text, height, 1)
				}
			}
			grid := g.Grid()
			grid.Loose = c.loose
			b.AddGrid(grid)
		}
		for _, l := range c.lines {
			b.AddText(document.Paragraph, l)
		}
		read := form.Read(b.Document(), form.Of{Year: c.year})
		for _, f := range read.Facts {
			if want, ok := c.want[f.Key()]; c.none == "" && (!ok || f.Raw != want) || f.Indicator == c.none || f.Status == report.StatusBlank {
				t.Errorf("%s: %s is %q, %s", c.name, f.Key(), f.Raw, f.Status)
			}
		}
		if len(read.Facts) < len(c.want) || c.none != "" && len(read.Facts) == 0 {
			t.Errorf("%s: %d figures of %d", c.name, len(read.Facts), len(c.want))
		}
	}
}
