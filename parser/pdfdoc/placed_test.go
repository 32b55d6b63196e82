package pdfdoc

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"nianbao/parser/document"
	"nianbao/parser/report"
	"nianbao/testdata/often"
)

// placedFiles are the fixtures that hold words with places.
func placedFiles(t testing.TB) map[string][]byte {
	files := map[string][]byte{}
	found, err := filepath.Glob("../../testdata/wild/places-*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range found {
		if strings.HasSuffix(name, ".expect.json") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(name)] = data
	}
	if len(files) == 0 {
		t.Fatal("no fixtures")
	}
	return files
}

// Every form of words with places gives the lines of its page, and cut off anywhere
// never a figure that is the beginning of another.
func TestPlaced(t *testing.T) {
	for name, data := range placedFiles(t) {
		if !IsPlaced(data) {
			t.Errorf("%s is not told", name)
		}
		whole, err := ReadPlaced(t.Context(), string(data))
		if err != nil {
			t.Fatal(err)
		}
		lines := map[string]bool{}
		for _, b := range whole.Blocks {
			for f := range strings.FieldsSeq(b.Text) {
				lines[f] = true
			}
		}
		step := 389
		if often.Asked() {
			step = 97
		}
		for n := len(data) / 2; n < len(data)-1; n += step {
			d, err := ReadPlaced(t.Context(), string(data[:n]))
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range d.Blocks {
				for f := range strings.FieldsSeq(b.Text) {
					if strings.Trim(f, "0123456789") == "" && !lines[f] {
						t.Errorf("%s cut off at byte %d gives %s, which is no figure of the page", name, n, f)
					}
				}
			}
		}
	}
}

// A gap of two characters parts columns, and one of their ink's own width does not.
func TestPlacedColumns(t *testing.T) {
	const page = `<pdf2xml producer="poppler"><page number="1" position="absolute" top="0" left="0" height="1188" width="918">
<text top="100" left="100" width="80" height="21" font="0">举办培训班</text>
<text top="100" left="184" width="16" height="21" font="0">数</text>
<text top="100" left="748" width="16" height="21" font="0">次</text>
<text top="100" left="799" width="17" height="21" font="0">29</text>
</page>
</pdf2xml>
`
	d, err := ReadPlaced(t.Context(), page)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Blocks) != 1 || d.Blocks[0].Text != "举办培训班数\t次\t29" {
		t.Errorf("%+v", d.Blocks)
	}
}

// Text that merely speaks of pages is none, and a page with more characters than any
// is cut off and says so.
func TestPlacedBounds(t *testing.T) {
	for _, text := range []string{"", "level\tpage_num", "<html><body><p>page width=3</p></body></html>", `{"pages": []}`} {
		if IsPlaced([]byte(text)) {
			t.Errorf("%q has no places", text)
		}
	}
	var b strings.Builder
	b.WriteString(`<page width="600" height="800">`)
	for range maxChars/10 + 10 {
		b.WriteString(`<word xMin="10" yMin="10" xMax="90" yMax="20">一二三四五六七八九十</word>`)
	}
	b.WriteString("</html>")
	d, err := ReadPlaced(t.Context(), b.String())
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Findings) != 1 || d.Findings[0].Rule != report.RuleLimit || d.Container != document.Placed {
		t.Errorf("%+v", d.Findings)
	}
}

func FuzzReadPlaced(f *testing.F) {
	for _, data := range placedFiles(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if d, err := ReadPlaced(t.Context(), string(data)); err != nil || d == nil {
			t.Fatal(d, err)
		}
	})
}

// Poppler writes the corner of the last word as the corner of a page: the words stand
// where they say, all the same.
func TestPlacedPageCorner(t *testing.T) {
	const head = "level\tpage_num\tpar_num\tblock_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
	d, err := ReadPlaced(t.Context(), head+
		"1\t1\t0\t0\t0\t0\t540.5\t732.3\t612\t792\t-1\t###PAGE###\n"+
		"5\t1\t0\t0\t0\t0\t100\t100\t60\t12\t100\t政府信息公开\n")
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Blocks) != 1 || d.Blocks[0].Text != "政府信息公开" {
		t.Errorf("%+v", d.Blocks)
	}
}

// A row of a table at a page's edge is no number of the page, dressed in dashes though its
// figures are.
func TestPlacedRowAtEdge(t *testing.T) {
	var b strings.Builder
	word := func(y, x int, text string) {
		width := 10 * utf8.RuneCountInString(text)
		if digit(rune(text[0])) {
			width /= 2
		}
		fmt.Fprintf(&b, `<word xMin="%d" yMin="%d" xMax="%d" yMax="%d">%s</word>`, x-width/2, y, x-width/2+width, y+10, text)
	}
	row := func(y int, label string, cells ...string) {
		if label != "" {
			word(y, 60, label)
		}
		for i, c := range cells {
			word(y, 200+80*i, c)
		}
	}
	b.WriteString(`<page width="600" height="800">`)
	row(700, "项目", "维持", "纠正", "其他", "总计")
	row(720, "甲", "1", "2", "3", "6")
	b.WriteString(`</page><page width="600" height="800">`)
	row(20, "", "—", "—", "5", "5")
	row(40, "丙", "4", "4", "4", "12")
	b.WriteString("</page></html>")
	d, err := ReadPlaced(t.Context(), b.String())
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, b := range d.Blocks {
		texts = append(texts, b.Text)
	}
	want := []string{"项目", "维持\t纠正\t其他\t总计", "甲\t1\t2\t3\t6", "—\t—\t5\t5", "丙\t4\t4\t4\t12"}
	if !slices.Equal(texts, want) {
		t.Errorf("%q, want %q", texts, want)
	}
}

// A label that a wide figure is printed over begins no table, and the page is read on.
func TestPlacedOverlap(t *testing.T) {
	const page = `<page width="600" height="800">
<word xMin="50" yMin="100" xMax="150" yMax="110">本年新收申请数量件</word>
<word xMin="130" yMin="100" xMax="180" yMax="110">1234567890</word>
<word xMin="200" yMin="100" xMax="210" yMax="110">12</word>
<word xMin="230" yMin="100" xMax="240" yMax="110">34</word>
<word xMin="260" yMin="100" xMax="270" yMax="110">56</word>
<word xMin="50" yMin="140" xMax="90" yMax="150">总体情况</word>
</page>
`
	d, err := ReadPlaced(t.Context(), page)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(d.Blocks); n == 0 || d.Blocks[n-1].Text != "总体情况" {
		t.Errorf("%+v", d.Blocks)
	}
}

// A line in which another column's label begins goes on with no label above it: the
// figures of that label's row stand elsewhere.
func TestLabelBesideLabel(t *testing.T) {
	table := &columnTable{em: 10, named: 1}
	for text, want := range map[string]bool{"不予公": true, "不予公8.属于行政查询": false, "8.属于行政查询": false} {
		above := []*piece{{row: 1, text: "（三）", last: box{50, 100, 80, 110}}}
		below := &piece{row: 2, text: text, last: box{50, 114, 80, 124}}
		if got := below.goesOn(above, table); got != want {
			t.Errorf("%s goes on with %s: %v", text, above[0].text, got)
		}
	}
}

// The first digit of a figure that is set wide is no note before the rest of it.
func TestPlacedWideSet(t *testing.T) {
	const page = `<page width="600" height="800">
<word xMin="79.3" yMin="357.1" xMax="115.3" yMax="380.5">信息内容</word>
<word xMin="263.8" yMin="357.1" xMax="380.8" yMax="380.5">本年收费金额（单位：万元）</word>
<word xMin="65.8" yMin="371.4" xMax="128.8" yMax="394.8">行政事业性收费</word>
<word xMin="289" yMin="370.6" xMax="293.9" yMax="394">1</word>
<word xMin="299.5" yMin="370.6" xMax="302.4" yMax="394">,</word>
<word xMin="308" yMin="370.6" xMax="333.9" yMax="394">291</word>
<word xMin="34.5" yMin="393.9" xMax="187.5" yMax="417.3">三、收到和处理政府信息公开申请情况</word>
</page>
`
	d, err := ReadPlaced(t.Context(), page)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(d.Blocks); n != 3 || strings.Contains(d.Blocks[1].Text, "¹") || !strings.HasSuffix(d.Blocks[1].Text, "291") {
		t.Errorf("%+v", d.Blocks)
	}
}

// In a row of columns nobody knows whether 7 3 set wide is one figure or two: a blank cell
// may be beside it. Figures further apart are two, and without columns the spaces stay.
func TestPlacedNearFigures(t *testing.T) {
	for _, test := range []struct {
		label, four, seven, three int // where they begin
		want                      string
	}{
		{60, 200, 300, 311, "规章\t4\t7\ufffc3"},
		{60, 200, 296, 311, "规章\t4\t7 3"},
		{179, 200, 211, 222, "规章4 7 3"},
	} {
		page := strings.Builder{}
		page.WriteString("<page width=\"600\" height=\"800\">\n")
		for _, w := range []struct {
			text    string
			x, wide int
		}{{"规章", test.label, 20}, {"4", test.four, 5}, {"7", test.seven, 5}, {"3", test.three, 5}} {
			fmt.Fprintf(&page, "<word xMin=\"%d\" yMin=\"100\" xMax=\"%d\" yMax=\"110\">%s</word>\n", w.x, w.x+w.wide, w.text)
		}
		page.WriteString("<word xMin=\"60\" yMin=\"140\" xMax=\"160\" yMax=\"150\">三、收到和处理政府信息公开申请情况</word>\n</page>\n")
		d, err := ReadPlaced(t.Context(), page.String())
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Blocks) != 2 || d.Blocks[0].Text != test.want {
			t.Errorf("%+v, want %q", d.Blocks, test.want)
		}
	}
}
