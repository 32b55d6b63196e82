package form

import "testing"

// TestCaptionYears has headings above tables of the report of 2023.
func TestCaptionYears(t *testing.T) {
	for heading, want := range map[string]belongs{
		"2021-2023年办理情况":              toAnotherYear,
		"2022,2023年办理情况":              toAnotherYear,
		"2023,2022,2021年办理情况":         toAnotherYear,
		"2022年与2023年合计":               toAnotherYear,
		"2022-2023年度办理情况":             toAnotherYear,
		"2021-2023年办理情况(含2023年)":      toAnotherYear,
		"2021-2023年办理情况(截至2023年底)":    toAnotherYear,
		"2021-2023年情况(2023年12月31日止)":  toAnotherYear,
		"2021-2023年办理情况对比":            toAnotherYear,
		"附:上年办理情况":                    toAnotherYear,
		"上年蒲江县依申请公开办理情况":              toAnotherYear,
		"上年度行政复议,行政诉讼情况":              toAnotherYear,
		"上一年度政府信息公开年报":                toAnotherYear,
		"根据县政府《2021-2025年规划》,2023年情况": toReport,
		"2023年度(2022年-2023年)办理情况":     toReport,
		"2023年办理情况(与2021至2022年同口径)":   toReport,
		"2023年和2022年办理情况对比表":          toReport,
		"2022年4月-2023年3月办理情况":         toReport,
		"2022-2023学年情况":               toReport,
		"上年度问题整改情况":                   toReport,
		"上年问题整改落实情况":                  toReport,
		"上年度县委巡察反馈问题整改情况":             toReport,
		"上年度建议提案办理情况":                 toReport,
		"上年度工作情况":                     toReport,
		"上年结转申请情况":                    toReport,
		"较上年度增加申请情况":                  toReport,
	} {
		c := captions{book: builtIn(), of: Of{Year: 2023}}
		c.year(heading)
		if got := c.whose(); got != want {
			t.Errorf("a table under %s is of %v, want %v", heading, got, want)
		}
	}
}
