package explorer

import (
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// Findings speak the language of the page and no code names: Chinese pages have no
// English sentence in them, English ones no Chinese but what they quote.
func TestFindingsSpeakTheLanguage(t *testing.T) {
	e := explore(t, sampleStore(t))
	code := regexp.MustCompile(`\b[a-z]+(?:_[a-z]+)*\.[a-z_]+\b`)
	for _, lang := range []string{"zh", "en"} {
		seen := 0
		for _, address := range []string{"/findings?lang=" + lang, "/region/653124?lang=" + lang, "/?lang=" + lang} {
			d, err := goquery.NewDocumentFromReader(strings.NewReader(getPage(t, e, address)))
			if err != nil {
				t.Fatal(err)
			}
			d.Find(".finding .message").Each(func(_ int, m *goquery.Selection) {
				seen++
				m.Find("q").Remove() // what the report says is as it says it
				text := m.Text()
				if found := code.FindString(text); found != "" {
					t.Errorf("%s: a message names the code %s: %s", address, found, text)
				}
				if latin := regexp.MustCompile(`[A-Za-z]{4,}`).FindString(text); lang == "zh" && latin != "" {
					t.Errorf("%s: %q stands in a Chinese message: %s", address, latin, text)
				}
				if han := regexp.MustCompile(`\p{Han}{3,}`).FindString(text); lang == "en" && han != "" {
					t.Errorf("%s: %q stands in an English message: %s", address, han, text)
				}
			})
		}
		if seen < 10 {
			t.Fatalf("%s: only %d messages", lang, seen)
		}
	}
	contains(t, getPage(t, e, "/findings?rule=requests.balance"), "应当等于 新收政府信息公开申请＋")
}
