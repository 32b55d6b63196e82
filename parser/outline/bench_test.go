package outline

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/parser/text"
)

// aReport is a page of common size: a site's menu, properties, six sections.
func aReport() string {
	var b strings.Builder
	for range 60 {
		b.WriteString("政务公开栏目\n")
	}
	b.WriteString("来凤县2021年政府信息公开工作年度报告\n来源:来凤县人民政府办公室 发布时间:2022-01-24\n统计期限自2021年1月1日起至12月31日止,文号国办公开办函〔2021〕30号。\n")
	for i, h := range []string{"总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况", "存在的主要问题及改进情况", "其他需要报告的事项"} {
		b.WriteString([]string{"一", "二", "三", "四", "五", "六"}[i] + "、" + h + "\n")
		for range 12 {
			b.WriteString("全县各部门依照规定公开办事的依据、条件和期限,凡有变动随时更正,并由专人答复群众的询问。\n")
		}
		b.WriteString("|规章|0|0|0|\n|规范性文件|1|2|3|\n")
	}
	return b.String()
}

func BenchmarkRead(b *testing.B) {
	doc := paragraphs(aReport())
	b.ReportAllocs()
	for b.Loop() {
		meta, _ := metaOf(doc, "http://www.laifeng.gov.cn/a.html")
		if meta.RegionCode != "422827" || meta.Year != 2021 {
			b.Fatalf("%+v", meta)
		}
	}
}

func BenchmarkSections(b *testing.B) {
	o := Read(paragraphs(aReport()), "")
	b.ReportAllocs()
	for b.Loop() {
		if sections := o.Sections(nil); len(sections) != 7 {
			b.Fatal(len(sections))
		}
	}
}

func BenchmarkCited(b *testing.B) {
	sections := Read(paragraphs(aReport()), "").Sections(nil)
	for b.Loop() {
		if layout := Cited(sections); layout != "2021" {
			b.Fatal(layout)
		}
	}
}

// FuzzRead asserts what holds of every text: sections in order of the
// text, unique numbers, citations where they say they are, dates that exist,
// regions that are listed.
func FuzzRead(f *testing.F) {
	f.Add(aReport(), "来凤县2021年政府信息公开工作年度报告-来凤县人民政府网", "http://www.laifeng.gov.cn/a.html")
	f.Add("一、总体情况2021年一、总体情况\n二、\n(一)\n一)x\n", "", "x")
	f.Add("自202211日至20221231日\n2021-03-2918:26\n二〇二二年一月二十日\n鼓楼区2020年政务公开年报", "", "http://[::1]/")
	f.Add("一、總體情況(kuàng)\n|六、其他事项\\n无。|", "\xff\xfe〔2021〕30号", "https://%zz")
	f.Fuzz(func(t *testing.T, printed, title, source string) {
		if len(printed) > 20_000 || len(title) > 2_000 {
			return
		}
		doc := paragraphs(printed)
		doc.Title = title
		doc.Meta = map[string]string{"articletitle": title, "pubdate": printed[:min(len(printed), 40)]}
		o := Read(doc, source)
		meta, findings := o.Meta, o.Findings
		for _, d := range []string{meta.PeriodStart, meta.PeriodEnd, meta.PublishedOn} {
			if d != "" && text.FirstDate(d) != d {
				t.Errorf("%q is no date", d)
			}
		}
		if r, ok := region.Lookup(meta.RegionCode); meta.RegionCode != "" && (!ok || r.Name != meta.Region) {
			t.Errorf("region %s %s", meta.RegionCode, meta.Region)
		}
		if !slices.Contains([]report.Scope{report.ScopeUnknown, report.ScopeRegion, report.ScopeAgency}, meta.Scope) {
			t.Errorf("scope %q", meta.Scope)
		}
		used := make([]bool, len(doc.Blocks))
		for i := range used {
			used[i] = i%3 == 2
		}
		sections, more := o.Sections(used), o.Missing()
		seen := map[int]bool{}
		for _, s := range sections {
			if seen[s.Number] {
				t.Errorf("section %d stands twice", s.Number)
			}
			seen[s.Number] = true
			for line := range strings.SplitSeq(s.Text, "\n") {
				if line != "" && !strings.Contains(printed, line) && utf8.ValidString(printed) && !strings.Contains(printed, "|") {
					t.Errorf("section %d: %q is not in the document", s.Number, line)
				}
			}
		}
		Cited(sections)
		for _, f := range append(findings, more...) {
			if f.Rule == "" || f.Message == "" || f.Severity == "" {
				t.Errorf("finding %+v", f)
			}
		}
	})
}

// BenchmarkHostile reads documents at the limits of what readers let through.
func BenchmarkHostile(b *testing.B) {
	for name, text := range map[string]string{
		"headings":  strings.Repeat("一、总体情况\n", 200_000),
		"paragraph": strings.Repeat("一、总体情况", 800_000),
		"periods":   strings.Repeat("统计期限自2021年\n", 200_000),
		"titles":    strings.Repeat("公开\n报告\n", 100_000),
		"cells":     "|" + strings.Repeat("一、总体情况|", 290_000),
		"spaces":    strings.Repeat("　　\u00a0一\u200b", 1_500_000),
		"brackets":  strings.Repeat("(", 5_000_000),
	} {
		b.Run(name, func(b *testing.B) {
			doc := paragraphs(text)
			doc.Title = strings.Repeat("公开报告-", 100_000)
			for b.Loop() {
				o := Read(doc, "x")
				o.Sections(nil)
			}
		})
	}
}
