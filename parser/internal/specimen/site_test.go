package specimen

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"nianbao/testdata"
)

var update = flag.Bool("update", false, "rewrite the reports of the sample site")

// sampleReports says which report of the sample stands where, and how it is
// written there.
var sampleReports = []struct{ file, report, style string }{
	{"kashi/zfxxgknb/2021.html", "kashi-2021", "html-layout-tables"},
	{"kashi/zfxxgknb/2022.html", "kashi-2022", "grid-abreast"},
	{"shufu/2020.html", "shufu-2020", "charset-gb18030"},
	{"shufu/files/2021.docx", "shufu-2021", "docx-clean"},
	{"shufu/2022.html", "shufu-2022", "charset-gb2312-label"},
	{"shule/2021.html", "shule-2021", "html-word-paste"},
	{"shule/2022.html", "shule-2022", "grid-cut-with-header"},
	{"zepu/2022.html", "zepu-2022", "html-other-table-first"},
	{"xuyi/zfxxgknb/2019.html", "xuyi-2019", "html-unclosed"},
	{"xuyi/zfxxgknb/2020.html", "xuyi-2020", "grid-split"},
	{"xuyi/zfxxgknb/2021.html", "xuyi-2021", "html-one-paragraph"},
	{"xuyi/zfxxgknb/2022.html", "xuyi-2022", "label-variants"},
	{"xuyi/zfxxgknb/2023.html", "xuyi-2023", "meta-title-broken"},
	{"jinhu/zwgk/ndbg/2021.html", "jinhu-2021", "html-nested-tables"},
	{"jinhu/zwgk/ndbg/2022.html", "jinhu-2022", "html-sections"},
	{"jinhu/zwgk/ndbg/2023.html", "jinhu-2023", "cell-units"},
}

// samplePages are the pages around the reports. They are written by hand.
var samplePages = []string{
	"jinhu/index.html", "jinhu/zwgk/index.html", "jinhu/zwgk/ndbg/index.html", "neibu/2019.html", "robots.txt", "seeds.csv",
	"shufu/2021.html", "xuyi/zfxxgknb/index.html", "xuyi/zfxxgknb/index_1.html", "xuyi/zfxxgknb/tz-2021.html",
}

// TestSampleSite holds the files of the sample site against what this package
// writes, byte for byte.
func TestSampleSite(t *testing.T) {
	truths := map[string]Truth{}
	for _, truth := range Sample() {
		truths[truth.Name] = truth
	}
	known := slices.Clone(samplePages)
	for _, r := range sampleReports {
		known = append(known, r.file)
		truth, ok := truths[r.report]
		if !ok {
			t.Fatalf("the sample has no report %s", r.report)
		}
		delete(truths, r.report)
		style, ok := Find(r.style)
		if !ok {
			t.Fatalf("%s: no style %s", r.file, r.style)
		}
		want, _, err := style.Write(truth)
		if err != nil {
			t.Fatalf("%s: %v", r.file, err)
		}
		path := filepath.Join("..", "..", "..", "testdata", "site", filepath.FromSlash(r.file))
		if *update {
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, want, 0o666); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what style %s writes of %s; when the change is meant, run this test with -update", r.file, r.style, r.report)
		}
	}
	for name := range truths {
		t.Errorf("report %s of the sample is nowhere on the site", name)
	}
	if *update {
		return // the embedded files are still those from before
	}
	var found []string
	size := 0
	err := fs.WalkDir(testdata.Site(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		found = append(found, path)
		size += int(info.Size())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(known)
	slices.Sort(found)
	if !slices.Equal(known, found) {
		t.Errorf("the site's files\n%q\nare not the ones that are known\n%q", found, known)
	}
	if size > 600_000 {
		t.Errorf("the site has %d octets; it is part of the program, keep it below 600,000", size)
	}
}
