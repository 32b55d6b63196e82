package narrative

import (
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
