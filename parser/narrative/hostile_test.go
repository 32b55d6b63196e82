package narrative

import (
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"nianbao/parser/report"
	"nianbao/testdata/often"
)

const around = "受理政府信息公开申请859件。"

// TestHostile: whatever stands in a text, what stands around it is read.
func TestHostile(t *testing.T) {
	for name, middle := range map[string]string{
		"nothing":                "",
		"invalid UTF-8":          "公开\xff\xfe\x80信息\xc3\x28。",
		"half a character":       "公\xe5\x85。",
		"NUL":                    "公开\x00信息\x003条\x00。",
		"NUL only":               strings.Repeat("\x00", 1000) + "。",
		"10,000 digits":          "公开" + strings.Repeat("1234567890", 1000) + "条。",
		"10,000 numerals":        "公开" + strings.Repeat("九", 10000) + "条。",
		"10,000 magnitudes":      "公开一" + strings.Repeat("亿", 10000) + "条。",
		"10,000 groups":          "公开1" + strings.Repeat(",234", 10000) + "条。",
		"10,000 connectors":      "公开1" + strings.Repeat("-1", 10000) + "条。",
		"10,000 dashes":          "公开1" + strings.Repeat("-", 10000) + "条。",
		"10,000 articles":        "第一条" + strings.Repeat("、二条", 10000) + "。",
		"10,000 brackets":        strings.Repeat("(", 10000) + "3件" + strings.Repeat(")", 10000) + "。",
		"10,000 titles":          strings.Repeat("《", 10000) + "。",
		"10,000 quotation marks": strings.Repeat("“三个", 10000) + "。",
		"10,000 blanks":          "公开" + strings.Repeat(" ", 10000) + "3条。",
		"letters":                strings.Repeat("a", 10000) + "。",
		"a long word":            strings.Repeat("公", 10000) + "。",
		"surrogates":             "𠀀𠀁𠀂公开3条。",
		"其中":                     strings.Repeat("其中", 10000) + "。",
	} {
		t.Run(name, func(t *testing.T) {
			sections := []report.Section{{Number: 1, Text: around + middle + around}}
			got := reader(t).Mentions(report.Meta{}, sections)
			holdsTogether(t, sections, got)
			if len(got) < 2 {
				t.Fatalf("%d mentions, want at least the two around", len(got))
			}
			for _, m := range []report.Mention{got[0], got[len(got)-1]} {
				if m.Metric != "requests_received" || m.Value != 859 || !strings.HasSuffix(m.Sentence, around) {
					t.Errorf("around it: %+v", m)
				}
			}
		})
	}
}

// TestLongParagraph: a paragraph of 5 MB without a full stop.
func TestLongParagraph(t *testing.T) {
	const clause = "全县各单位积极推进政务公开各项工作,发布解读信息12条,"
	n := 5 << 20 / len(clause)
	if !often.Asked() {
		n /= 10
	}
	sections := []report.Section{{Number: 1, Text: strings.Repeat(clause, n)}}
	got := reader(t).Mentions(report.Meta{}, sections)
	if len(got) != n {
		t.Fatalf("%d mentions, want %d", len(got), n)
	}
	for i, m := range got {
		if m.Metric != "interpretations" || m.Value != 12 || m.Unit != "条" || utf8.RuneCountInString(m.Sentence) > maxSentence {
			t.Fatalf("mention %d: %+v", i, m)
		}
	}
	holdsTogether(t, sections, got[:1000])
	holdsTogether(t, sections, got[len(got)-1:])
}

// TestManySentences: each of very many short sentences is read.
func TestManySentences(t *testing.T) {
	n := 50_000
	if testing.Short() {
		n /= 10
	}
	got := reader(t).Mentions(report.Meta{}, []report.Section{{Number: 1, Text: strings.Repeat("召开推进会3次。", n)}})
	if len(got) != n {
		t.Fatalf("%d mentions, want %d", len(got), n)
	}
	if last := got[n-1]; last.End != 8*n-1 || last.Raw != "3次" {
		t.Errorf("the last: %+v", last)
	}
}

func cutOf(r *Reader, text string) []string { return r.Cut([]string{text})[0] }

func TestManyGoroutines(t *testing.T) {
	r := reader(t)
	sections := readSections(t, "testdata/told/kashi-figures.txt")
	want := len(r.Mentions(report.Meta{}, sections))
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 10 {
				if got := len(r.Mentions(report.Meta{}, sections)); got != want {
					t.Errorf("%d mentions, want %d", got, want)
				}
				cutOf(r, sections[0].Text)
			}
		})
	}
	group.Wait()
}

func TestCut(t *testing.T) {
	r := reader(t)
	for text, want := range map[string]string{
		"":                   "",
		" \n\t ":             "",
		"公开\xff信息\x00三条\xc3": "公开|信息|三条",
	} {
		if got := strings.Join(cutOf(r, text), "|"); got != want {
			t.Errorf("Cut(%q) = %q, want %q", text, got, want)
		}
	}
	got := strings.Join(cutOf(r, "受理政府信息公开申请859件"), "|")
	for _, word := range []string{"受理", "政府", "信息", "公开", "申请", "政府信息公开申请", "859", "件"} {
		if !strings.Contains("|"+got+"|", "|"+word+"|") {
			t.Errorf("Cut has no %s: %s", word, got)
		}
	}
	long := strings.Repeat("公开信息", maxPiece)
	n := 0
	for _, w := range cutOf(r, long) {
		n += len(w)
	}
	if n < len(long) {
		t.Errorf("of %d bytes, %d are in words", len(long), n)
	}
}

func FuzzMentions(f *testing.F) {
	f.Add(around)
	f.Add("公开信息1,234条,其中网站1.53万条、微信百分之九十五;行政复议:无。")
	f.Add("2021年1月1日至12月31日,第二十条、二十一条,0998-2205513,3至5次,１２件\x00\xff")
	f.Add("其中,县水务局、各镇(街道)收到申请4件,2020年至2022年公开信息9条;明年拟开展培训3次,全市12月份31件")
	f.Add("(一)“三大板块”,120多个栏目,《20条》两万三千余件,上万人次")
	reader(f).Mentions(report.Meta{}, []report.Section{{Number: 1, Text: around}}) // opens the dictionary before the ten seconds of an input begin
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<16 {
			return
		}
		sections := []report.Section{{Number: 1, Heading: text[:len(text)/4], Text: text}}
		got := reader(t).Mentions(report.Meta{}, sections)
		ofCounty := reader(t).Mentions(county, sections)
		if utf8.ValidString(text) {
			holdsTogether(t, sections, got)
			holdsTogether(t, sections, ofCounty)
		}
		for _, m := range got {
			if m.Value != m.Value || m.Value > 1e20 || m.Value < -1e15 {
				t.Errorf("value %v of %q", m.Value, m.Raw)
			}
		}
		for _, w := range cutOf(reader(t), text) {
			if !utf8.ValidString(w) || strings.ContainsRune(w, 0) {
				t.Errorf("word %q", w)
			}
		}
	})
}
