package check_test

import (
	"regexp"
	"testing"

	"nianbao/parser/catalog"
	"nianbao/parser/check"
	"nianbao/parser/report"
)

func TestChinese(t *testing.T) {
	for _, c := range []struct {
		f           report.Finding
		whole, side string
	}{
		{report.Finding{Rule: "review.sum", Indicator: "review.total", Expected: report.Number(2), Actual: report.Number(4), Message: "review.total = 4 is not …"},
			"行政复议：应为 2，实为 4。行政复议，应当等于 行政复议 › 结果维持＋行政复议 › 结果纠正＋行政复议 › 其他结果＋行政复议 › 尚未审结。", "行政复议：应为 2，实为 4"},
		{report.Finding{Rule: "narrative.requests_received", Indicator: "requests.received", Applicant: "total", Expected: report.Number(0), Actual: report.Number(10), Message: `the text tells of 10 ("收到申请10件。"), and the table has 0`},
			"新收政府信息公开申请（总计）：表格 0，正文 10。正文说的收到申请件数与表格的总计不同。正文有时另有口径，请看原句。“收到申请10件。”", "新收政府信息公开申请（总计）：表格 0，正文 10"},
		{report.Finding{Rule: check.RuleNotEvaluated, Expected: report.Text("review.sum"), Actual: report.Number(3)},
			"没有核对“复议诉讼结果与总计不符”，共 3 处：所需的格是空白或没有读到。这不说明数字有误。", ""},
		{report.Finding{Rule: "of.tomorrow", Message: "what nobody knows", Locator: report.Cell(1, 2, 3)}, "what nobody knows（第 1 表第 2 行第 3 列）", ""},
	} {
		if got := check.Chinese(c.f); got != c.whole {
			t.Errorf("%s:\n got %s\nwant %s", c.f.Rule, got, c.whole)
		}
		if got := check.ChineseSides(c.f); got != c.side {
			t.Errorf("%s: the sides are %q, want %q", c.f.Rule, got, c.side)
		}
	}
}

// No rule is explained with a name of code, in neither language.
func TestExplainNamesNoCode(t *testing.T) {
	code := regexp.MustCompile(`\b[a-z]+(?:_[a-z]+)*\.[a-z_]+\b`)
	rules := 0
	for _, r := range catalog.Rules() {
		for _, i := range append(catalog.Indicators(), catalog.Indicator{}) {
			f := report.Finding{Rule: r.Code, Indicator: i.Code}
			if _, _, _, ok := check.Relation(f); !ok && i.Code != "" {
				continue
			}
			rules++
			said := check.Explain(f)
			if found := code.FindString(said.ZH + " " + said.EN); found != "" || said.ZH == "" || said.EN == "" {
				t.Errorf("%s %s names %q: %s %s", r.Code, i.Code, found, said.ZH, said.EN)
			}
		}
	}
	if rules < len(catalog.Rules()) {
		t.Errorf("%d of %d rules", rules, len(catalog.Rules()))
	}
}
