package explorer

import (
	"testing"

	"nianbao/store/ask"
)

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
		"rate.granted":                    "予以公开占办结总数的比例",
		"disclosure.fees.amount":          "行政事业性收费 › 本年收费金额",
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
