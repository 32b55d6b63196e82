package form

import (
	"reflect"
	"testing"

	"nianbao/parser/report"
)

func TestReadFigure(t *testing.T) {
	count := quantity{}
	change := quantity{signed: true}
	money := quantity{money: true, unit: "万元"}
	bare := quantity{money: true}
	for _, c := range []struct {
		raw    string
		q      quantity
		status report.Status
		value  float64
	}{
		{"0", count, report.StatusReported, 0},
		{"119", count, report.StatusReported, 119},
		{"119件", count, report.StatusReported, 119},
		{"２１６５", count, report.StatusReported, 2165},
		{"2,165", count, report.StatusReported, 2165},
		{"2，165", count, report.StatusReported, 2165},
		{"12,251,003", count, report.StatusReported, 12251003},
		{"1.2万件", count, report.StatusReported, 12000},
		{"22(其中修订16件)", count, report.StatusReported, 22},
		{"22（其中修订16件）", count, report.StatusReported, 22},
		{"\n\t 7 \u00a0", count, report.StatusReported, 7},
		{"7\u200b", count, report.StatusReported, 7},
		{"12²", count, report.StatusReported, 12}, // with a note
		{"12[¹]", count, report.StatusReported, 12},
		{"²", count, report.StatusUnreadable, 0},
		{"¹12", count, report.StatusUnreadable, 0},
		{"12注¹", count, report.StatusReported, 12},
		{"12(注¹)", count, report.StatusReported, 12},
		{"12¹ ²", count, report.StatusReported, 12},
		{"12ᵃ", count, report.StatusReported, 12},
		{"12₁", count, report.StatusReported, 12},
		{"12⁽¹⁾", count, report.StatusReported, 12},
		{"12*", count, report.StatusReported, 12},
		{"12※", count, report.StatusReported, 12},
		{"1₂3", count, report.StatusUnreadable, 0},
		{"4\ufffd69", count, report.StatusUnreadable, 0}, // a byte was lost, and a digit with it
		{"22\ufffd", count, report.StatusUnreadable, 0},
		{"12\ue000", count, report.StatusUnreadable, 0}, // a symbol of a font of its own
		{"12\U000F0031", count, report.StatusUnreadable, 0},
		{"\ufffd", count, report.StatusUnreadable, 0},
		{"\ufffc", count, report.StatusUnreadable, 0}, // a picture
		{"\ue000", count, report.StatusUnreadable, 0},
		{"-8", count, report.StatusReported, -8}, // value.integer says what it thinks of it

		{"", count, report.StatusBlank, 0},
		{" \u00a0\u3000\u200b", count, report.StatusBlank, 0},

		{"/", count, report.StatusNotApplicable, 0},
		{"\\", count, report.StatusNotApplicable, 0},
		{"-", count, report.StatusNotApplicable, 0},
		{"——", count, report.StatusNotApplicable, 0},
		{"–", count, report.StatusNotApplicable, 0},
		{"_", count, report.StatusNotApplicable, 0},
		{"无", count, report.StatusNotApplicable, 0},
		{"不适用", count, report.StatusNotApplicable, 0},

		{"若干", count, report.StatusUnreadable, 0},
		{"约30", count, report.StatusUnreadable, 0},
		{"6余件", count, report.StatusUnreadable, 0},
		{"12\n34", count, report.StatusUnreadable, 0}, // two paragraphs: one number or two
		{"1 2", count, report.StatusUnreadable, 0},
		{"3/5", count, report.StatusUnreadable, 0},
		{"21,65", count, report.StatusUnreadable, 0},
		{"1-2", count, report.StatusUnreadable, 0},
		{"5.", count, report.StatusUnreadable, 0},
		{"1.2.3", count, report.StatusUnreadable, 0},
		{"12345678901234567890", count, report.StatusUnreadable, 0},
		{"3.5万元", count, report.StatusUnreadable, 0}, // money where a count belongs
		{"一", count, report.StatusUnreadable, 0},     // the numeral, or a dash: nobody can know
		{"(22)", count, report.StatusUnreadable, 0},
		{"22(16)", count, report.StatusUnreadable, 0},

		{"+1", change, report.StatusReported, 1},
		{"-8", change, report.StatusReported, -8},
		{"－8", change, report.StatusReported, -8},
		{"增加81", change, report.StatusReported, 81},
		{"减少 3", change, report.StatusReported, -3},
		{"增0", change, report.StatusReported, 0},
		{"增1减2", change, report.StatusUnreadable, 0},

		{"14155", money, report.StatusReported, 14155},
		{"251000元", money, report.StatusReported, 25.1},
		{"1.2亿元", money, report.StatusReported, 12000},
		{"3.5万元", money, report.StatusReported, 3.5},
		{"¥3.5万元", money, report.StatusReported, 3.5},
		{"2500(元)", money, report.StatusReported, 0.25},
		{"7730.28", money, report.StatusReported, 7730.28},
		{"5件", money, report.StatusUnreadable, 0},
		{"14155", bare, report.StatusReported, 14155},
	} {
		got := readFigure(c.raw, c.q)
		if got.status != c.status || got.value != c.value {
			t.Errorf("readFigure(%q) = %s %v, want %s %v", c.raw, got.status, got.value, c.status, c.value)
		}
	}
}

func FuzzReadFigure(f *testing.F) {
	for _, s := range []string{"0", "２，１６５", "22(其中修订16件)", "+1", "251000元", "1 2", "——", "\xff\xfe", "9999999999999999999"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, raw string, money bool) {
		got := readFigure(raw, quantity{money: money, signed: !money})
		if got.status != report.StatusReported && got.value != 0 {
			t.Errorf("readFigure(%q): status %s with the value %v", raw, got.status, got.value)
		}
	})
}

// TestPlainNumber holds the short way to a figure against the long one, which
// a character without width leads to.
func TestPlainNumber(t *testing.T) {
	for _, raw := range []string{"0", "00", "7", "007", "1547", "14155", "999999999999999", "1000000000000000", "123456789012345678", "1234567890123456789", "2021"} {
		for _, q := range []quantity{{}, {signed: true}, {money: true}, {money: true, unit: "元"}} {
			if short, long := readFigure(raw, q), readFigure(raw+"\u200b", q); short != long {
				t.Errorf("%s %+v: %+v, not %+v", raw, q, short, long)
			}
		}
	}
}

// TestKnownLabels reads the tokens of a page twice: what is remembered of a
// label must be what was read.
func TestKnownLabels(t *testing.T) {
	r := &reader{book: builtIn()}
	for _, raw := range []string{"自然人", "自 然 人", "（一）予以公开", "一、本年新收政府信息公开申请数量", "其他", "无", "12", "规章", "行政许可", "总计", "1.属于国家秘密", "不是标签的话"} {
		at := report.Locator{Table: 1, Row: 2, Column: 3}
		first, second := r.newToken(raw, at), r.newToken(raw, at)
		if !reflect.DeepEqual(first, second) {
			t.Errorf("%s: %+v, then %+v", raw, first, second)
		}
	}
	if _, ok := r.lex.known("（一）予以公开"); !ok {
		t.Error("a label of the standard tables is not remembered")
	}
}
