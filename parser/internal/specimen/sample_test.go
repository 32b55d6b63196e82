package specimen

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

func TestSample(t *testing.T) {
	truths := Sample()
	if len(truths) != 16 {
		t.Errorf("%d reports, want 16", len(truths))
	}
	names, layouts, prefectures := map[string]bool{}, map[string]bool{}, map[string]bool{}
	byName := map[string]Truth{}
	for _, truth := range truths {
		if names[truth.Name] {
			t.Errorf("%s is there twice", truth.Name)
		}
		names[truth.Name], byName[truth.Name] = true, truth
		layouts[truth.Meta.Layout], prefectures[truth.Meta.RegionCode[:4]] = true, true
		if n := len(layoutKeys(truth.Meta.Layout)); len(truth.Facts) != n {
			t.Errorf("%s: %d facts, want %d", truth.Name, len(truth.Facts), n)
		}
		broken := truth.Contradictions()
		if truth.Name == "zepu-2022" {
			if len(broken) < 3 { // the balance, the outcomes, the applicants and the reviews
				t.Errorf("%s contradicts itself in %v only", truth.Name, broken)
			}
			continue
		}
		if len(broken) > 0 {
			t.Errorf("%s: %v", truth.Name, broken)
		}
		said := ""
		for _, s := range truth.Sections {
			said += strings.Join(s.Paragraphs, "")
		}
		if !strings.Contains(said, "本文为检验程序所拟") {
			t.Errorf("%s does not say what it is", truth.Name)
		}
	}
	if !layouts[catalog.Layout2019] || !layouts[catalog.Layout2021] || len(prefectures) != 2 {
		t.Errorf("layouts %v, prefectures %v", layouts, prefectures)
	}
	for name, next := range map[string]string{"xuyi-2019": "xuyi-2020", "xuyi-2020": "xuyi-2021", "jinhu-2021": "jinhu-2022", "shufu-2020": "shufu-2021"} {
		for _, a := range catalog.Applicants() {
			out, in := byName[name].Facts["requests.carried_out@"+a.Code], byName[next].Facts["requests.carried_in@"+a.Code]
			if out == nil || in == nil || *out != *in {
				t.Errorf("%s carries out what %s does not carry in for %s", name, next, a.Code)
			}
		}
	}
}

// The corpus is the page that 喀什市 published: every figure of the sample's
// report must stand in it.
func TestKashiHasThePublishedFigures(t *testing.T) {
	data, err := os.ReadFile("../../../shared/corpus/kashi-2021.txt")
	if err != nil {
		t.Skip("the corpus of real reports is not beside this repository")
	}
	kashi := Sample()[0]
	page := string(data)
	for _, told := range kashi.Told {
		if !strings.Contains(page, formatFigure(told.Value)+told.Unit) && told.Unit != "条" && told.Metric != "new_media_accounts" {
			t.Errorf("%s %v%s is not in the published report", told.Metric, told.Value, told.Unit)
		}
	}
	style, _ := Find("text-cells")
	ours, _, err := style.Write(kashi)
	if err != nil {
		t.Fatal(err)
	}
	// The tables are the same cell by cell, one a line.
	if got, want := tableLines(ours), tableLines(data); got != want {
		t.Errorf("the tables differ\n got %s\nwant %s", got, want)
	}
	if kashi.Status("requests.granted@total") != report.StatusBlank || kashi.Status("requests.processed_total@total") != report.StatusReported {
		t.Error("outcome rows must be blank and the total must be there")
	}
}

// tableLines are the lines of sections two to four that hold figures only.
func tableLines(data []byte) string {
	_, after, _ := bytes.Cut(data, []byte("二、主动公开政府信息情况"))
	tables, _, _ := bytes.Cut(after, []byte("五、存在"))
	var figures []string
	for _, l := range strings.Fields(string(tables)) {
		if strings.Trim(l, "0123456789") == "" {
			figures = append(figures, l)
		}
	}
	return strings.Join(figures, " ")
}

func TestHostileInputsAreDeterministic(t *testing.T) {
	all := Hostile()
	if len(all) < 200 {
		t.Errorf("%d hostile inputs, want 200", len(all))
	}
	seen := map[string]bool{}
	for i, h := range all {
		if seen[h.Name] {
			t.Errorf("%s is there twice", h.Name)
		}
		seen[h.Name] = true
		if i%7 != 0 || strings.Contains(h.Name, "bomb") {
			continue // all of them would take seconds
		}
		if !bytes.Equal(h.Bytes(), h.Bytes()) {
			t.Errorf("%s differs from one time to the next", h.Name)
		}
	}
}

func TestPDFOffsets(t *testing.T) {
	n := 0
	for _, s := range Styles() {
		if s.Extension != ".pdf" {
			continue
		}
		n++
		data, _, err := s.Write(Random(seeded(4), catalog.Layout2021))
		if err != nil {
			t.Fatal(err)
		}
		at := bytes.LastIndex(data, []byte("startxref\n"))
		var start int
		if _, err := fmt.Sscanf(string(data[at:]), "startxref\n%d\n%%%%EOF", &start); err != nil {
			t.Fatal(err)
		}
		var objects int
		if _, err := fmt.Sscanf(string(data[start:]), "xref\n0 %d\n", &objects); err != nil {
			t.Fatal(err)
		}
		table := data[start+len(fmt.Sprintf("xref\n0 %d\n", objects)):]
		for i := 1; i < objects; i++ {
			offset, err := strconv.Atoi(string(table[20*i : 20*i+10]))
			if err != nil {
				t.Fatal(err)
			}
			if want := fmt.Sprintf("%d 0 obj\n", i); !bytes.HasPrefix(data[offset:], []byte(want)) {
				t.Errorf("%s: object %d is not at %d", s.Name, i, offset)
			}
		}
	}
	if n == 0 {
		t.Fatal("no style writes PDF files")
	}
}
