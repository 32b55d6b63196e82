package narrative

import (
	"strings"
	"testing"

	"nianbao/parser/report"
)

// TestPlannedSections reads a sentence below headings of what is to come, and of what was done.
func TestPlannedSections(t *testing.T) {
	for heading, planned := range map[string]bool{
		"明年打算": true, "打算": true, "下年计划": true, "明年干多少?": true, "2023年工作": true, "2023年": true,
		"2022年工作": false, "主动公开情况": false, "存在问题和下一步打算": false, "计划生育信息公开": false,
	} {
		sections := []report.Section{{Number: 6, Heading: heading, Text: "(一)主动公开信息3200条;(二)培训4期。"}}
		found := reader(t).Mentions(county, sections)
		if len(found) != 2 || (found[0].Metric == "") != planned || (found[1].Metric == "") != planned {
			t.Errorf("%s: %+v", heading, found)
		}
	}
	found := reader(t).Mentions(county, []report.Section{{Text: "2023年安排:解读40件;发布会7场;培训3次。"}})
	for _, m := range found {
		if m.Metric != "" {
			t.Errorf("%s of %q is planned", m.Metric, m.Sentence)
		}
	}
}

// TestUnwrap reads a text whose lines are cut at one width, and rows that are not.
func TestUnwrap(t *testing.T) {
	text := "2022年，青屿县各级各部门累计为群众公开政府信息\n2165条，其中通过县政府网站公开信息共计1840条，县电视台\n播出节目36期，政务微信公众号发布信息260条，规范性文件1\n2件。"
	var got []string
	for _, m := range reader(t).Mentions(county, []report.Section{{Text: text}}) {
		got = append(got, m.Metric+" "+m.Raw)
	}
	if want := "disclosed_items 2165条, website_items 1840条,  36期, new_media_items 260条"; strings.Join(got, ", ") != want {
		t.Errorf("%q, want %q", strings.Join(got, ", "), want)
	}
	const rows = "维持,纠正,其他结果,尚未审结,总计,维持,纠正,其他结果\n尚未审结,总计\n5,56,500"
	for _, m := range reader(t).Mentions(county, []report.Section{{Text: rows}}) {
		if m.Metric != "" {
			t.Errorf("%s %s of a row", m.Metric, m.Raw)
		}
	}
}
