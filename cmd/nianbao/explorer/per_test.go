package explorer

import (
	"strings"
	"testing"
)

// One switch divides by residents, on both pages; what is a rate already stays as
// it is.
func TestPer(t *testing.T) {
	e := explore(t, sampleStore(t))
	for address, want := range map[string][]string{
		"/trend?region=320830&measure=requests.received&per=residents":       {`<option value="residents" selected>每十万常住人口`, "每十万常住人口的", "（2020 年普查）"},
		"/compare?measure=requests.received&year=2022&per=residents":         {`<option value="residents" selected>每十万常住人口`, "每十万常住人口的"},
		"/compare?measure=requests.received&year=2022&per=residents&lang=en": {"per 100,000 residents (census of 2020)"},
		"/compare?measure=rate.granted&year=2022&per=residents":              {`<option value="residents">`},
		"/trend?region=320830&measure=rate.granted&per=residents":            {`<option value="residents">`},
	} {
		body := getPage(t, e, address)
		for _, w := range want {
			if !strings.Contains(body, w) {
				t.Errorf("%s has no %s", address, w)
			}
		}
	}
	for _, address := range []string{"/trend?region=320830&per=nothing", "/compare?per=nothing"} {
		if r, _ := get(t, e, address); r.StatusCode != 400 {
			t.Errorf("%s: status %d", address, r.StatusCode)
		}
	}
	// 229 requests in a county of 608,209: 盱眙县.
	if _, body := get(t, e, "/trend.csv?region=320830&measure=requests.received&per=residents"); !strings.Contains(body, ",2020,2021,") || strings.Count(body, "reported") < 3 {
		t.Errorf("the file is\n%s", body)
	}
}

// What to know of a figure is told in the language of the page.
func TestNotesInChinese(t *testing.T) {
	e := explore(t, sampleStore(t))
	for lang, want := range map[string]string{"zh": "断点：", "en": "break: "} {
		body := getPage(t, e, "/trend?region=320830&measure=disclosure.normative_documents.in_force&lang="+lang)
		if !strings.Contains(body, want) {
			t.Errorf("%s: no %q", lang, want)
		}
		if other := map[string]string{"en": "断点：", "zh": "break: "}[lang]; strings.Contains(body, other) {
			t.Errorf("%s: %q", lang, other)
		}
	}
}
