package explorer

import "testing"

func TestSpans(t *testing.T) {
	p := &page{Lang: chinese}
	for want, years := range map[string][]int{"": nil, "2021": {2021}, "2019–2023": {2023, 2022, 2021, 2020, 2019}, "2014–2015、2018、2021–2022": {2022, 2021, 2018, 2015, 2014}} {
		if got := p.Spans(years); got != want {
			t.Errorf("%v: %q, want %q", years, got, want)
		}
	}
}
