package explorer

import (
	"fmt"
	"strings"
	"testing"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
	"nianbao/store"
)

// idOf finds the report of a region and year.
func idOf(t testing.TB, s *store.Store, code string, year int) int64 {
	t.Helper()
	var id int64
	if err := s.DB().QueryRowContext(t.Context(), "SELECT id FROM current_report WHERE region_code = ? AND year = ?", code, year).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestReport(t *testing.T) {
	s := sampleStore(t)
	e := explore(t, s)
	id := idOf(t, s, "653101", 2021)
	right := store.Correction{ReportID: id, Indicator: "disclosure.licensing.decisions", Value: new(float64), Status: report.StatusReported, Reason: "核对过", Reviewer: "读者"}
	*right.Value = 12252
	if err := s.Correct(t.Context(), right); err != nil {
		t.Fatal(err)
	}
	at := fmt.Sprintf("/report/%d", id)
	body := getPage(t, e, at)
	contains(t, body, "喀什市2021年政府信息公开工作年度报告", "喀什地区", "2021 年格式", "疑点（",
		`data-was="12,251"`, `>12,252</a>`, `class="fig blank"`, "正文与表格的申请数不同", `href="#f1"`, `id="f1"`, ">2165条</a></mark>",
		`href="https://www.example.gov.cn/kashi/zfxxgknb/2021.html" rel="external noreferrer noopener"`)
	contains(t, getPage(t, e, at+"?lang=en"), "layout of 2021", "Requests denied: state secrets", "Natural persons", "told differ from the table")

	figure := getPage(t, e, at+"/figure?indicator=requests.received&applicant=total")
	contains(t, figure, "第 3 表第 4 行第 10 列", "新收", "正文与表格的申请数不同", "https://www.example.gov.cn/kashi/zfxxgknb/2021.html", "2024-04-01 08:00 UTC", "怎样引用",
		"历年", fmt.Sprintf(`href="/report/%d/capture?applicant=total&amp;indicator=requests.received"`, id))
	contains(t, getPage(t, e, at+"/figure?indicator=disclosure.licensing.decisions"), "12,252", "更正人：读者；理由：核对过", `<q lang="zh-CN">12251</q>`)
	contains(t, getPage(t, e, at+"/figure?mention=0&lang=en"), "2021年全年主动公开政府信息2165条", "section 1, characters", "Items disclosed")
	part := getPage(t, e, at+"/figure?indicator=requests.granted&part=1")
	if strings.Contains(part, "<html") || !strings.Contains(part, "空白不等于零") {
		t.Errorf("a part of a page: %.300s", part)
	}
	for _, address := range []string{"/report/0", "/report/x", "/report/99999", "/report/-1", at + "/figure", at + "/figure?indicator=nothing", at + "/figure?mention=9999", at + "/figure?mention=-1",
		at + "/figure?indicator=resources.budget", at + "/figure?indicator=requests.received&applicant=nobody"} {
		if res, _ := get(t, e, address); res.StatusCode != 404 {
			t.Errorf("%s: %s, want 404", address, res.Status)
		}
	}
}

// Every layout's tables have a place for every figure that the catalogue knows,
// each once, and all rows of a table are as wide as their spans say.
func TestPrinted(t *testing.T) {
	for _, layout := range []string{catalog.Layout2014, catalog.Layout2019, catalog.Layout2021} {
		all := figures{}
		for _, i := range catalog.Indicators() {
			if !i.In(layout) {
				continue
			}
			applicants := []string{""}
			if i.Dimension == catalog.DimensionApplicant {
				applicants = nil
				for _, a := range catalog.Applicants() {
					if layout != catalog.Layout2014 || a.Code == catalog.ApplicantTotal {
						applicants = append(applicants, a.Code)
					}
				}
			}
			for _, a := range applicants {
				all[factKey(i.Code, a)] = &figure{Indicator: i.Code, Applicant: a, Read: &report.Fact{}}
			}
		}
		tables, rest := printed(layout, all)
		for _, f := range rest {
			t.Errorf("layout %s: %s has no place", layout, factKey(f.Indicator, f.Applicant))
		}
		seen := map[string]int{}
		for _, table := range tables {
			for part, rows := range map[string][][]printedCell{"head": table.Head, "body": table.Body} {
				widths := make([]int, len(rows))
				for y, row := range rows {
					for _, c := range row {
						if c.Figure != nil {
							seen[factKey(c.Figure.Indicator, c.Figure.Applicant)]++
						} else if c.Text == "" {
							t.Errorf("layout %s, %s %s row %d: an empty cell", layout, table.Title.Zh, part, y)
						}
						for k := range c.Rows {
							if y+k < len(rows) {
								widths[y+k] += c.Columns
							} else {
								t.Errorf("layout %s, %s %s row %d: %q spans beyond the table", layout, table.Title.Zh, part, y, c.Text)
							}
						}
					}
				}
				for y, w := range widths {
					if w != widths[0] {
						t.Errorf("layout %s, %s %s: row %d is %d wide, the first %d", layout, table.Title.Zh, part, y, w, widths[0])
					}
				}
			}
		}
		for key := range all {
			if seen[key] != 1 {
				t.Errorf("layout %s: %s stands %d times", layout, key, seen[key])
			}
		}
	}
}

func TestParagraphs(t *testing.T) {
	s := report.Section{Number: 1, Text: "平稳。公开12条,其中网站3条。\n另有12条。"}
	mentions := []mention{
		{Mention: report.Mention{Section: 1, Sentence: "公开12条,其中网站3条。", Start: 5, End: 8, Raw: "12条"}},
		{Mention: report.Mention{Section: 1, Sentence: "公开12条,其中网站3条。", Start: 13, End: 15, Raw: "3条"}, Number: 1},
		{Mention: report.Mention{Section: 1, Sentence: "另有12条。", Start: 19, End: 22, Raw: "12条"}, Number: 2},
		{Mention: report.Mention{Section: 1, Start: 90, End: 99}, Number: 3}, // beyond the text
		{Mention: report.Mention{Section: 2, Start: 0, End: 2}, Number: 4},
	}
	var got []string
	for _, p := range paragraphs(s, mentions) {
		line := ""
		for _, seg := range p {
			switch {
			case seg.Mention != nil:
				line += fmt.Sprintf("[%d:%s]", seg.Mention.Number, seg.Text)
			case seg.Sentence:
				line += "<" + seg.Text + ">"
			default:
				line += seg.Text
			}
		}
		got = append(got, line)
	}
	same(t, "paragraphs", []string{"平稳。<公开>[0:12条]<,其中网站>[1:3条]<。>", "<另有>[2:12条]<。>"}, got)
}
