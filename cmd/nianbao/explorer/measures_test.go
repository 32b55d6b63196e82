package explorer

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/parser/catalog"
	"nianbao/store/ask"
)

// Every measure says what it counts, and what is in a form which notice set it, for which
// years, and where it stands.
func TestDefinitions(t *testing.T) {
	for _, lang := range []language{chinese, english} {
		p := &page{Lang: lang}
		for _, m := range ask.Measures() {
			if got := p.define(m); len(got) < 20 || strings.Contains(got, "define.") || strings.ContainsAny(got, "{}") {
				t.Errorf("%s in %s: %q", m.Code, lang, got)
			}
			forms := formsOf(m)
			i, indicator := catalog.Lookup(m.Code)
			if m.Kind == ask.KindMetric || m.Code == ask.RepeatedText {
				if forms != nil {
					t.Errorf("%s is told in words and has forms: %v", m.Code, forms)
				}
				continue
			}
			if len(forms) == 0 || indicator && len(forms) != len(i.Layouts) {
				t.Errorf("%s has %d forms", m.Code, len(forms))
			}
			for _, f := range forms {
				if f.First == 0 || f.Notice == "" || indicator && f.First != 2014 && !strings.HasSuffix(f.Place, spelling(i.Path[len(i.Path)-1], layoutOf(f))) {
					t.Errorf("%s: %+v", m.Code, f)
				}
			}
		}
	}
	received, _ := ask.FindMeasure("requests.received", "")
	forms := formsOf(received)
	newest, older := forms[0], forms[max(len(forms)-2, 0):]
	if newest.Last != 0 || newest.Notice == older[0].Notice {
		t.Errorf("the newest form is %+v", newest)
	}
	want := []prescribed{
		{2019, 2020, "国办公开办函〔2019〕60号", "三、收到和处理政府信息公开申请情况 › 一、本年新收政府信息公开申请数量"},
		{2014, 2018, "国办发〔2014〕32号", "三、依申请公开情况 › (一)收到申请数"},
	}
	if diff := cmp.Diff(want, older); diff != "" {
		t.Errorf("requests received: -want +got\n%s", diff)
	}
	e := explore(t, sampleStore(t))
	contains(t, getPage(t, e, "/measures?q=新收"), "在下列位置印出的数字，单位：件。按申请人", "2019–2020 年的报告 · 国办公开办函〔2019〕60号", fmt.Sprintf("%d 年起的报告 · %s", newest.First, newest.Notice), "本年新收政府信息公开申请数量</q>")
	contains(t, getPage(t, e, "/measures?lang=en&q=rate.granted"), "divided by", "fewer than 30", "Reports of 2019–2020 · 国办公开办函〔2019〕60号")
}

func layoutOf(f prescribed) string {
	for _, form := range catalog.Default().Forms() {
		if form.FirstYear == f.First {
			return form.Name
		}
	}
	return ""
}

func TestSpans(t *testing.T) {
	p := &page{Lang: chinese}
	for want, years := range map[string][]int{"": nil, "2021": {2021}, "2019–2023": {2023, 2022, 2021, 2020, 2019}, "2014–2015、2018、2021–2022": {2022, 2021, 2018, 2015, 2014}} {
		if got := p.Spans(years); got != want {
			t.Errorf("%v: %q, want %q", years, got, want)
		}
	}
}
