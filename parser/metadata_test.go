package parser

import (
	"encoding/csv"
	"os"
	"regexp"
	"strings"
	"testing"

	"nianbao/parser/region"
	"nianbao/parser/report"
)

func TestKashiMetadata(t *testing.T) {
	text, err := os.ReadFile("../../shared/corpus/kashi-2021.txt")
	if err != nil {
		t.Skip("the corpus is not here: ", err)
	}
	meta, findings := readMetadata(paragraphs(string(text)), "kashi-2021.txt")
	want := report.Meta{Source: "kashi-2021.txt", Container: "text", Title: "喀什市2021年政府信息公开工作年度报告", Year: 2021,
		PeriodStart: "2021-01-01", PeriodEnd: "2021-12-31", PublishedOn: "2022-02-09", Region: "喀什市", RegionCode: "653101",
		Publisher: "喀什市政府办公室", Scope: report.ScopeRegion}
	if meta != want || len(findings) > 0 {
		t.Errorf("got  %+v\nwant %+v\nfindings %v", meta, want, findings)
	}
}

// TestCorpusTitles holds the reader against the titles of real reports, with
// nothing but the title and the address: what is read must be right.
func TestCorpusTitles(t *testing.T) {
	f, err := os.Open("../../shared/corpus/report-urls.csv")
	if err != nil {
		t.Skip("the corpus is not here: ", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var right, wrong, missing [3]int
	tally := func(n int, got, want, url, title string) {
		switch {
		case got == want:
			right[n]++
		case got == "":
			missing[n]++
			t.Logf("missing %d: %s %s %s", n, want, title, url)
		default:
			wrong[n]++
			t.Errorf("%s %s: got %s, want %s", url, title, got, want)
		}
	}
	note := regexp.MustCompile(`\(.*?\)`)
	titles := 0
	for _, row := range rows[1:] {
		url, agency, year, title := row[0], row[1], row[2], row[3]
		if title == "" {
			continue
		}
		titles++
		meta, _ := readMetadata(paragraphs(title), url)
		want := region.Recognise(strings.ReplaceAll(note.ReplaceAllString(agency, ""), "(今柴桑区)", ""), region.Context{})
		tally(0, meta.RegionCode, want.Region.Code, url, title)
		tally(1, string(meta.Scope), want.Scope, url, title)
		got := ""
		if meta.Year != 0 {
			got = strings.TrimSpace(strings.Trim(jsonOf(t, meta.Year), `"`))
		}
		tally(2, got, year, url, title)
	}
	t.Logf("%d titles; regions %d right, %d missing, %d wrong; scopes %d, %d, %d; years %d, %d, %d", titles,
		right[0], missing[0], wrong[0], right[1], missing[1], wrong[1], right[2], missing[2], wrong[2])
}

func jsonOf(t *testing.T, y report.Year) string {
	b, err := y.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
