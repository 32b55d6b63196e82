package text

import (
	"slices"
	"testing"
)

func TestNumerals(t *testing.T) {
	for s, want := range map[string]float64{"十": 10, "十二": 12, "一百二十": 120, "两千零五": 2005, "三万五千": 35000, "一百二": 120, "零": 0, "一百十二": 112, "二〇二一": -1, "三四": -1, "百": -1, "万": -1} {
		if v, ok := HanNumber([]rune(s)); ok != (want >= 0) || ok && v != want {
			t.Errorf("HanNumber(%s) = %v, %v; want %v", s, v, ok, want)
		}
	}
	for s, want := range map[string]struct {
		value float64
		end   int
		ok    bool
	}{
		"2,165件": {2165, 5, true}, "２，１６５件": {2165, 5, true}, "1,23": {1, 1, true}, "3.5万": {3.5, 3, true}, "12,345,678": {12345678, 10, true}, "1234,567": {1234, 4, true}, "1234567890123456": {0, 16, false},
	} {
		if v, end, ok := Number([]rune(s), 0); v != want.value || end != want.end || ok != want.ok {
			t.Errorf("Number(%s) = %v, %d, %v", s, v, end, ok)
		}
	}
	for s, want := range map[string]int{"一": 1, "十": 10, "十九": 19, "二十": 20, "二十一": 21, "九十九": 99, "3": 3, "１２": 12, "": 0, "百": 0, "二二": 0, "十十": 0, "一二三四": 0} {
		if got := Ordinal(s); got != want {
			t.Errorf("Ordinal(%s) = %d, want %d", s, got, want)
		}
	}
	for s, want := range map[string][2]string{"2,165件": {"2165", "件"}, "1,23": {"", "1,23"}, "3.5万元": {"3.5", "万元"}, "3.": {"", "3."}, ".5": {"", ".5"}, "1.2.3": {"", "1.2.3"}, "件": {"", "件"}, "12345678901234567890": {"", "12345678901234567890"}} {
		if digits, rest := LeadingNumber(s); digits != want[0] || rest != want[1] {
			t.Errorf("LeadingNumber(%s) = %q, %q", s, digits, rest)
		}
	}
	if v, ok := Decimal("251000", -4); !ok || v != 25.1 {
		t.Errorf("251000 times ten to the minus fourth is %v", v)
	}
}

func TestYears(t *testing.T) {
	for s, want := range map[string][]Year{
		"2021年度报告":        {{2021, 0, 4, true, false}},
		"2021-2022":       {{2021, 0, 4, false, false}, {2022, 5, 9, false, false}},
		"2021年1月20日":      {{2021, 0, 4, true, true}},
		"于2021-01-20":     {{2021, 3, 7, false, true}},
		"20210120":        nil,
		"014000000/2018-": {{2018, 10, 14, false, false}},
		"1850年2025件":      {{2025, 7, 11, false, false}},
	} {
		if got := Years(s); !slices.Equal(got, want) {
			t.Errorf("Years(%s) = %v, want %v", s, got, want)
		}
	}
	for s, want := range map[string]int{"2021年": 2021, "２０２１年全年": 2021, "二〇二一年": 2021, "12021年": 2021, "2021件": 0, "1850年": 0, "202年": 0} {
		i := 0
		if s[0] == '1' && len(s) > 7 && s[1] == '2' {
			i = 1
			want = 0
		}
		if y, end, ok := YearAt([]rune(s), i); ok != (want > 0) || ok && (y != want || end != 5) {
			t.Errorf("YearAt(%s) = %d, %d, %v", s, y, end, ok)
		}
	}
}

func TestDates(t *testing.T) {
	for s, want := range map[string]string{
		"2022年1月20日":            "2022-01-20",
		"2022 年 01 月 20 日":      "2022-01-20",
		"２０２２年１月２０日":            "2022-01-20",
		"二〇二二年一月二十日":            "2022-01-20",
		"二○二二年十二月三十一日":          "2022-12-31",
		"二O二二年一月二〇日":            "2022-01-20",
		"二 〇二二年":                "",
		"2022-1-9":              "2022-01-09",
		"2022.02.09":            "2022-02-09",
		"2022/02/06":            "2022-02-06",
		"2022-02-0918:26":       "2022-02-09",
		"2021-03-2918:26":       "2021-03-29",
		"2021-3-918:26":         "",
		"2022年2月30日":            "",
		"20220120":              "2022-01-20",
		"120220120":             "",
		"2022-01-20T08:30:00":   "2022-01-20",
		"发布时间：2022-01-20 10:33": "2022-01-20",
		"2022年1月":               "",
		"无":                     "",
	} {
		if got := FirstDate(s); got != want {
			t.Errorf("FirstDate(%s) = %q, want %q", s, got, want)
		}
	}
	for s, want := range map[string]string{
		"二〇二二年一月二十日 起":         "2022年1月20日 起",
		"自 2022 年 1 月 1 日 至 今": "自 2022年1月1日 至 今",
		"二十年 三月":               "二十年 三月",
		"三月二十日":                "三月二十日",
		"第二年":                  "第二年",
		"自二〇二一年 一月一日至十二月三十一日 止,二〇二二年度": "自2021年1月1日至十二月三十一日 止,2022年度",
		"二〇二一年二〇二二年三月四十日":              "2021年2022年3月40日",
	} {
		if got := DigitDates(s); got != want {
			t.Errorf("DigitDates(%s) = %q, want %q", s, got, want)
		}
	}
}

func TestUnits(t *testing.T) {
	if len(Units()) < 100 {
		t.Fatalf("%d units", len(Units()))
	}
	for s, want := range map[string]string{"件": "件", "件次": "件次", "人次": "人次", "条例": "", "个百分点": "个百分点", "本": "本", "x": ""} {
		if u, _ := UnitAt([]rune(s), 0); u.Name != want {
			t.Errorf("the unit of %s is %q, want %q", s, u.Name, want)
		}
	}
	for _, name := range []string{"件次", "人次", "人", "件", "项", "个", "条", "次", "篇", "宗", "份", "起", "例", "部", "期", "场", "家", "名", "处"} {
		if u, ok := UnitNamed(name); !ok || !u.Counts() {
			t.Errorf("%s counts nothing", name)
		}
	}
	if u, ok := UnitNamed("年"); !ok || u.Counts() {
		t.Errorf("年 counts")
	}
	if unit, shift, rest := LeadingMoney("万元整"); unit != "万元" || shift != 0 || rest != "整" {
		t.Errorf("万元整 is %q, %d, %q", unit, shift, rest)
	}
	for s, want := range map[string]string{"本年收费金额(单位:万元)": "万元", "收费(元)": "元", "单位:元": "元", "收费金额": ""} {
		if got := MoneyNamed(s); got != want {
			t.Errorf("MoneyNamed(%s) = %q", s, got)
		}
	}
}
