package explorer

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/testdata/often"
)

// What a copy, a spreadsheet or a voice gets of a cell of figures is one figure
// or one word: no badge, no struck out value, no mark is glued to it. The text
// of the cells is what all of them take.
func TestCellsAreFigures(t *testing.T) {
	s := sampleStore(t)
	if err := s.Correct(t.Context(), store.Correction{ReportID: 1, Indicator: "requests.received", Applicant: "total", Value: new(float64), Status: report.StatusReported, Reason: "misread", Reviewer: "a"}); err != nil {
		t.Fatal(err)
	}
	e := explore(t, s)
	alone := regexp.MustCompile(`^[+-]?[\d,]+(\.\d+)?(%| pp| 个百分点)?$`)
	badges, cells := 0, 0
	for _, lang := range []string{"", "en"} {
		words := map[string]bool{"": true, "—": true, "/": true, "无": true}
		for key, text := range texts() {
			if strings.HasPrefix(key, "status.") {
				words[text.in(language(map[string]string{"": "zh-CN", "en": "en"}[lang]))] = true
			}
		}
		addresses := []string{"/", "/compare?year=2022", "/compare?year=2022&by=province", "/compare?measure=rate.granted&year=2022", "/region/320830", "/region/653100", "/reports"}
		for id := 1; id <= 16; id++ {
			addresses = append(addresses, fmt.Sprintf("/report/%d", id))
		}
		for n, address := range addresses {
			if (n%2 == 0) != (lang == "en") && !often.Asked() {
				continue // each page in one of the languages
			}
			sep := "?"
			if strings.Contains(address, "?") {
				sep = "&"
			}
			d, err := goquery.NewDocumentFromReader(strings.NewReader(getPage(t, e, address+sep+"lang="+lang)))
			if err != nil {
				t.Fatal(err)
			}
			badges += d.Find("td.number a.to").Length()
			d.Find("td.number").Each(func(_ int, c *goquery.Selection) {
				cells++
				if text := strings.TrimSpace(c.Text()); !alone.MatchString(text) && !words[text] {
					t.Errorf("%s: a cell of figures has the text %q", address, text)
				}
			})
			d.Find("table th").Each(func(_ int, c *goquery.Selection) {
				if _, ok := c.Attr("scope"); !ok {
					t.Errorf("%s: the head %q does not say what it heads", address, c.Text())
				}
			})
		}
	}
	if badges == 0 || cells < 1000 {
		t.Fatalf("only %d badges in %d cells: the sample has lost its doubts", badges, cells)
	}
}
