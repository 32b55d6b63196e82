package explorer

import (
	"strings"
	"testing"

	"nianbao/parser/report"
)

// The site's lines are told from the report's, which are never left out.
func TestFurniture(t *testing.T) {
	for line, want := range map[string]bool{
		"来源:疏附县人民政府办公室 发布时间:2021-01-16 字号:大 中 小": true,
		"发布时间：2022-01-10":           true,
		"信息来源：县政府办公室":               true,
		"当前位置：首页 > 政务公开 > 政府信息公开年报": true,
		"您现在的位置： 首页 >> 年度报告":        true,
		"首页 > 公开年报":                 true,
		"【打印本页】 【关闭窗口】":             true,
		"字号：[大] [中] [小]":            true,
		"上一篇：某县2020年政府信息公开工作年度报告":   true,
		"下一篇":          true,
		"主办：某县人民政府办公室": true,
		"版权所有：某县人民政府 网站标识码：0000000000": true,
		"浏览次数：12 次": true,

		"": false,
		"某县2021年政府信息公开工作年度报告":            false,
		"(一)主动公开。2020年主动公开政府信息186条。":     false,
		"数据来源：本报告所列数据，由各单位统计后汇总。":        false,
		"信息来源以本机关制作为主，共发布信息12条，编辑：另行说明。": false,
		"本年度主动公开信息的浏览量达到12万次。":           false,
		"我县在政府网站首页设置年报专栏，方便群众查阅。":        false,
		"一、总体情况":                           false,
		"发布时间：" + strings.Repeat("长", 130): false,
	} {
		if got := furniture(line); got != want {
			t.Errorf("%q: %t, want %t", line, got, want)
		}
	}
	in := []report.Section{{Number: 0, Text: "当前位置：首页 > 年报\n某县年报\n发布时间：2021-01-16"}, {Number: 1, Heading: "总体情况", Text: "主动公开。"}}
	got := unfurnished(in)
	if got[0].Text != "某县年报" || got[1].Text != "主动公开。" || in[0].Text == got[0].Text {
		t.Errorf("%+v of %+v", got, in)
	}
}
