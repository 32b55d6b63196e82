package explorer

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/parser/report"
	"nianbao/store"
)

func stored(year int, texts ...string) *store.StoredReport {
	r := &store.StoredReport{}
	r.Meta.Year = report.Year(year)
	for i, s := range texts {
		r.Sections = append(r.Sections, report.Section{Number: i + 1, Text: s})
	}
	return r
}

func told(spans [][]textSpan) string {
	var b strings.Builder
	for _, line := range spans {
		for _, s := range line {
			if s.Mark == "" {
				b.WriteString(s.Text)
			} else {
				fmt.Fprintf(&b, "<%s:%s>", s.Mark, s.Text)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestTextsShared(t *testing.T) {
	v := &textsView{Left: stored(2021, "本县全年召开专题会议三次，\n研究信息公开工作。", "只有左边的一节"),
		Right: stored(2022, "今年，本县全年召开专题会议三次,研究信息公开工作，并印发方案。")}
	v.pair()
	if len(v.Rows) != 2 || v.Rows[1].Right != nil || v.Apart {
		t.Fatalf("%+v", v.Rows)
	}
	if diff := cmp.Diff("<shared:本县全年召开专题会议三次，>\n<shared:研究信息公开工作>。\n", told(v.Rows[0].Left.Paragraphs)); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("今年，<shared:本县全年召开专题会议三次,研究信息公开工作>，并印发方案。\n", told(v.Rows[0].Right.Paragraphs)); diff != "" {
		t.Errorf("right (-want +got):\n%s", diff)
	}
}

func TestTextsChanges(t *testing.T) {
	v := &textsView{Left: stored(2021, "2021年收到申请1,205件(全县)。"), Right: stored(2022, "2022年收到申请1,305件（全县）。"), Changes: true}
	v.pair()
	if diff := cmp.Diff("<gone:2021>年收到申请1,<gone:205>件(全县)。\n", told(v.Rows[0].Left.Paragraphs)); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("<new:2022>年收到申请1,<new:305>件（全县）。\n", told(v.Rows[0].Right.Paragraphs)); diff != "" {
		t.Errorf("right (-want +got):\n%s", diff)
	}
	same := &textsView{Left: stored(2021, "一样"), Right: stored(2022, "一样"), Changes: true}
	if same.pair(); !same.Same {
		t.Error("equal texts are said to differ")
	}
}

// Texts of any length and kind are put beside each other whole, in bounded time.
func TestTextsHostile(t *testing.T) {
	var b strings.Builder
	for i := range 40_000 {
		b.WriteRune(rune(0x4E00 + i*7919%20000))
	}
	for name, pair := range map[string][2]string{
		"long": {b.String(), strings.Repeat("公开", 25_000)}, "nothing": {"", "公开"}, "not UTF-8": {"公\xff开\x00", "公\xfe开"},
		"private use": {"\ue000\U0010ffff\U000f0000", "\ue001a"},
	} {
		began := time.Now()
		from, to := changes(pair[0], pair[1], began.Add(maxDiffTime))
		for i, spans := range [][]textSpan{from, to} {
			var all strings.Builder
			for _, s := range spans {
				all.WriteString(s.Text)
			}
			if all.String() != pair[i] {
				t.Errorf("%s: side %d is not whole", name, i)
			}
		}
	}
}

func TestTextsPages(t *testing.T) {
	e := explore(t, sampleStore(t))
	for address, want := range map[string]string{
		"/copies":                      `/texts?with=`,
		"/copies?kind=other_office":    "同年别处",
		"/report/1/texts":              "文字对照",
		"/report/1/texts?show=changes": "<del>",
	} {
		if body := getPage(t, e, address); !strings.Contains(body, want) {
			t.Errorf("%s has no %q", address, want)
		}
	}
	for address, want := range map[string]int{"/report/1/texts?with=x": 400, "/report/1/texts?show=all": 400, "/copies?kind=both": 400, "/report/1/texts?with=999": 404} {
		if r, _ := get(t, e, address); r.StatusCode != want {
			t.Errorf("%s: status %d, want %d", address, r.StatusCode, want)
		}
	}
}
