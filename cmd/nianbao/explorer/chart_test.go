package explorer

import (
	"strings"
	"testing"

	"nianbao/parser/report"
	"nianbao/store/ask"
)

func TestLineChart(t *testing.T) {
	value := func(v float64) *float64 { return &v }
	points := []ask.TrendPoint{
		{Year: 2018, Value: value(10), Status: report.StatusReported, ReportID: 1},
		{Year: 2019, Value: value(20), Status: report.StatusReported, ReportID: 2},
		{Year: 2020, Status: report.StatusBlank, ReportID: 3},
		{Year: 2021, Value: value(30), Status: report.StatusReported, ReportID: 4},
		{Year: 2022, Value: value(0), Status: report.StatusReported, ReportID: 5, Break: true},
		{Year: 2023, Value: value(25), Status: report.StatusReported, ReportID: 6},
	}
	c := newLineChart(points, []peers{{Class: "province", Medians: map[int]float64{2018: 5, 2019: 6, 2021: 7}}}, 2018, 2023, false)
	// A blank year and a break interrupt the line; zero is a point like any other.
	same(t, "lines", []string{"M46 101.3L98.4 56.7", "M203.2 12", "M255.6 146L308 34.3"}, c.Lines)
	if len(c.Dots) != 5 || c.Dots[3].Label != "0" || c.Dots[3].Y != 146 {
		t.Errorf("dots: %+v", c.Dots)
	}
	if len(c.Breaks) != 1 || c.Breaks[0] != 229.4 {
		t.Errorf("breaks: %v", c.Breaks)
	}
	if len(c.Medians) != 1 || strings.Count(c.Medians[0].Path, "M") != 2 {
		t.Errorf("medians: %+v", c.Medians)
	}
	for _, tk := range c.YTicks {
		if tk.At < chartTop-.1 || tk.At > chartHeight-chartBottom+.1 {
			t.Errorf("a tick outside: %+v", tk)
		}
	}
	// One year, no value, values below zero: nothing is divided by nothing.
	for _, points := range [][]ask.TrendPoint{nil, points[:1], {{Year: 2020, Value: value(-8)}}, {{Year: 2020, Value: value(0)}}} {
		first, last := 2018, 2018
		if len(points) == 1 {
			first, last = points[0].Year, points[0].Year
		}
		c := newLineChart(points, nil, first, last, true)
		for _, l := range append(c.Lines, "") {
			if strings.Contains(l, "NaN") || strings.Contains(l, "Inf") {
				t.Errorf("%+v: %s", points, l)
			}
		}
		if len(c.YTicks) < 2 {
			t.Errorf("%+v: ticks %+v", points, c.YTicks)
		}
	}
}

func TestNumbers(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 5: "5", 1234: "1,234", 1234567.891: "1,234,567.89", -57: "-57", -0.001: "0", 14155.37: "14,155.37", 999: "999", 100000: "100,000", 0.5: "0.5"} {
		if got := formatNumber(v); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
	if got := formatNumber((*float64)(nil)); got != "" {
		t.Errorf("no figure prints as %q", got)
	}
}

func TestMeasureNames(t *testing.T) {
	for code, want := range map[string]string{
		"requests.processed_total":        "本年度办理结果 › 总计",
		"requests.denied.state_secret":    "本年度办理结果 › 不予公开 › 属于国家秘密",
		"disclosure.coercion.decisions":   "行政强制 › 处理决定数量",
		"requests.replied.not_existing":   "依申请公开情况 › 申请信息不存在数",
		"rate.granted":                    "予以公开占办结总数",
		"disclosure.regulations.in_force": "规章 › 现行有效件数",
	} {
		m, err := ask.FindMeasure(code, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := measureName(m).Zh; got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
	seen := map[pair]string{}
	for _, m := range ask.Measures() {
		name := measureName(m)
		if name.Zh == "" || name.En == "" {
			t.Errorf("%s has no name: %+v", m.Code, name)
		}
		if other := seen[name]; other != "" {
			t.Errorf("%s and %s have one name: %+v", m.Code, other, name)
		}
		seen[name] = m.Code
	}
}
