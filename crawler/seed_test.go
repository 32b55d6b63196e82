package crawler

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadSeeds(t *testing.T) {
	const file = "\ufeff# 县名单\n\nregion_code,name,url,kind,publisher,years\n" +
		"653101,喀什市,http://www.example.gov.cn/report.html,,喀什市政府办公室,\n" +
		"# 注\n   \n" +
		`,"甲县, 乙市",HTTP://A.gov.cn:80/zfxxgknb/,list,,"2019, 2021-2023"` + "\n" +
		" 110000 ,,http://b.gov.cn,SITE,,2020..2021;2020\n"
	got, err := ReadSeeds(strings.NewReader(file), "seeds.csv")
	if err != nil {
		t.Fatal(err)
	}
	want := []Seed{
		{Line: 4, RegionCode: "653101", Name: "喀什市", URL: "http://www.example.gov.cn/report.html", Kind: KindReport, Publisher: "喀什市政府办公室"},
		{Line: 7, Name: "甲县, 乙市", URL: "http://a.gov.cn/zfxxgknb/", Kind: KindList, Years: []int{2019, 2021, 2022, 2023}},
		{Line: 8, RegionCode: "110000", URL: "http://b.gov.cn/", Kind: KindSite, Years: []int{2020, 2021}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("seeds (-want +got):\n%s", d)
	}
	if got, err := ReadSeeds(strings.NewReader("url\nhttp://a.gov.cn/\n"), "x"); err != nil || len(got) != 1 {
		t.Errorf("url alone: %v, %v", got, err)
	}
}

// Every bad row is named, and none of the good ones comes back.
func TestReadSeedsNamesEveryBadRow(t *testing.T) {
	const file = `url,kind,years,region_code
http://a.gov.cn/1,report,,
ftp://a.gov.cn/2,report,,
http://a.gov.cn/3,column,,
http://a.gov.cn/4,list,1999,
http://a.gov.cn/5,list,2023-2021,
http://a.gov.cn/6,list,last,
http://a.gov.cn/7,list,,65310
http://a.gov.cn/8,list
"http://a.gov.cn/9,list,,
HTTP://A.GOV.CN/1,list,,
`
	seeds, err := ReadSeeds(strings.NewReader(file), "seeds.csv")
	if seeds != nil || err == nil {
		t.Fatalf("%v, %v", seeds, err)
	}
	lines := strings.Split(err.Error(), "\n")
	want := []string{
		"seeds.csv:3: url: not an http or https address", "seeds.csv:4: kind \"column\"", "seeds.csv:5: years: \"1999\"", "seeds.csv:6: years: \"2023-2021\"",
		"seeds.csv:7: years: \"last\"", "seeds.csv:8: region_code \"65310\"", "seeds.csv:9: 2 fields where the header has 4", "seeds.csv:10: not a CSV row",
		"seeds.csv:11: the address is that of line 2",
	}
	if len(lines) != len(want) {
		t.Fatalf("%d lines:\n%v", len(lines), err)
	}
	for i := range want {
		if !strings.HasPrefix(lines[i], want[i]) {
			t.Errorf("line %d: %q, want %q…", i, lines[i], want[i])
		}
	}
	var bad *SeedError
	if !errors.As(err, &bad) || bad.Line != 3 || bad.File != "seeds.csv" {
		t.Errorf("errors.As: %+v", bad)
	}
	for name, file := range map[string]string{
		"empty": "", "only a header": "url,kind\n", "no url": "name,kind\nx,list\n", "unknown column": "url,colour\n", "twice": "url,URL\n",
		"not UTF-8": "url,name\nhttp://a.gov.cn/,\xbf\xa6\n", "no header": "http://a.gov.cn/\n", "a very long row": "url\nhttp://a.gov.cn/" + strings.Repeat("x", maxSeedLine),
		"a very long URL": "url\nhttp://a.gov.cn/" + strings.Repeat("x", MaxURL),
	} {
		if seeds, err := ReadSeeds(strings.NewReader(file), "f"); err == nil || !strings.HasPrefix(err.Error(), "f:") {
			t.Errorf("%s: %v, %v", name, seeds, err)
		}
	}
}

func FuzzReadSeeds(f *testing.F) {
	f.Add("url,kind,years\nhttp://a.gov.cn/,list,2019-2023\n")
	f.Add("url\n\"")
	f.Fuzz(func(t *testing.T, file string) {
		seeds, err := ReadSeeds(strings.NewReader(file), "f")
		if (err == nil) != (len(seeds) > 0) {
			t.Fatalf("%d seeds and the error %v", len(seeds), err)
		}
		for _, s := range seeds {
			if c, err := Canonical(s.URL); err != nil || c != s.URL {
				t.Errorf("%q is not canonical", s.URL)
			}
		}
	})
}
