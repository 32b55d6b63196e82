package outline

import (
	"encoding/csv"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/parser/document"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/parser/text"
)

// metaOf reads what a document says of itself.
func metaOf(doc *document.Document, source string) (report.Meta, []report.Finding) {
	o := Read(doc, source)
	return o.Meta, o.Findings
}

func TestKashiMetadata(t *testing.T) {
	data, err := os.ReadFile("../../../shared/corpus/kashi-2021.txt")
	if err != nil {
		t.Skip("the corpus is not here: ", err)
	}
	meta, findings := metaOf(paragraphs(string(data)), "kashi-2021.txt")
	want := report.Meta{Title: "喀什市2021年政府信息公开工作年度报告", Year: 2021,
		PeriodStart: "2021-01-01", PeriodEnd: "2021-12-31", PublishedOn: "2022-02-09", Region: "喀什市", RegionCode: "653101",
		Publisher: "喀什市政府办公室", Scope: report.ScopeRegion}
	if meta != want || len(findings) > 0 {
		t.Errorf("got  %+v\nwant %+v\nfindings %v", meta, want, findings)
	}
}

// TestCorpusTitles holds the reader against the titles of real reports, with
// nothing but the title and the address: what is read must be right.
func TestCorpusTitles(t *testing.T) {
	f, err := os.Open("../../../shared/corpus/report-urls.csv")
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
		meta, _ := metaOf(paragraphs(title), url)
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

func TestMetadata(t *testing.T) {
	for _, c := range []struct {
		name   string
		text   string
		title  string // the container's own
		meta   map[string]string
		source string
		want   report.Meta
		rules  []string
	}{
		{
			name: "a cover, the title broken over lines",
			text: "洪泽区人民政府\n2023 年政府信息公开工作年度报告\n\n本报告由淮安市洪泽区人民政府办公室根据有关规定编制,统计期限自 2023 年 1 月 1 日起至 2023 年 12 月 31 日止。\n一、总体情况\n全区各部门主动公开信息。",
			want: report.Meta{Title: "洪泽区人民政府2023年政府信息公开工作年度报告", Year: 2023, PeriodStart: "2023-01-01", PeriodEnd: "2023-12-31",
				Region: "洪泽区", RegionCode: "320813", Publisher: "淮安市洪泽区人民政府办公室", Scope: report.ScopeRegion},
		},
		{
			name: "the printed title in three lines",
			text: "正蓝旗\n2021年\n政府信息公开工作年度报告\n一、总体情况\n情况如下。",
			want: report.Meta{Title: "正蓝旗2021年政府信息公开工作年度报告", Year: 2021, Region: "正蓝旗", RegionCode: "152530", Scope: report.ScopeRegion},
		},
		{
			name:   "a township, whose county only the site names; the folder's year is not the report's",
			text:   "周湾镇2021年政府信息公开工作年度报告\n一、总体情况\n镇上的情况。",
			title:  "周湾镇2021年政府信息公开工作年度报告-吴起县人民政府",
			source: "http://www.example.gov.cn/2020/nb.html",
			want:   report.Meta{Title: "周湾镇2021年政府信息公开工作年度报告", Year: 2021, Region: "吴起县", RegionCode: "610626", Publisher: "周湾镇", Scope: report.ScopeAgency},
		},
		{
			name:  "a township on a city's site",
			text:  "周湾镇2021年政府信息公开工作年度报告\n一、总体情况\n镇上的情况。",
			title: "周湾镇2021年政府信息公开工作年度报告-延安市人民政府",
			want:  report.Meta{Title: "周湾镇2021年政府信息公开工作年度报告", Year: 2021, Publisher: "周湾镇", Scope: report.ScopeAgency},
			rules: []string{"region.unknown"},
		},
		{
			name: "the office's own, named without its county",
			text: "县政府办2022年度政府信息公开工作年度报告\n来源:府谷县人民政府办公室 发布时间:2023-01-2918:26\n一、总体情况\n本办公室的情况。",
			want: report.Meta{Title: "县政府办2022年度政府信息公开工作年度报告", Year: 2022, Region: "府谷县", RegionCode: "610822", Publisher: "府谷县人民政府办公室",
				Scope: report.ScopeAgency, PublishedOn: "2023-01-29"},
		},
		{
			name: "another agency's report on a county's site",
			text: "河北省发展和改革委员会2021年政府信息公开工作年度报告\n来源:威县人民政府 日期:2022年1月30日\n一、总体情况\n委内情况。",
			want: report.Meta{Title: "河北省发展和改革委员会2021年政府信息公开工作年度报告", Year: 2021, Region: "河北省", RegionCode: "130000",
				Publisher: "河北省发展和改革委员会", Scope: report.ScopeAgency, PublishedOn: "2022-01-30"},
		},
		{
			name:  "a namesake that nothing settles",
			text:  "鼓楼区2020年政府信息公开工作年度报告\n一、总体情况\n全区情况。",
			want:  report.Meta{Title: "鼓楼区2020年政府信息公开工作年度报告", Year: 2020, Scope: report.ScopeRegion},
			rules: []string{"region.ambiguous"},
		},
		{
			name: "a namesake settled by the opening's telephone number",
			text: "城关区2020年政府信息公开工作年度报告\n如有疑问,请与本区办公室联系(电话:0931-8450000)。\n一、总体情况\n全区情况。",
			want: report.Meta{Title: "城关区2020年政府信息公开工作年度报告", Year: 2020, Region: "城关区", RegionCode: "620102", Scope: report.ScopeRegion},
		},
		{
			name:  "a county by its former name",
			text:  "九江县2016年政府信息公开工作年度报告\n一、概述\n全县情况。",
			want:  report.Meta{Title: "九江县2016年政府信息公开工作年度报告", Year: 2016, Region: "柴桑区", RegionCode: "360404", Scope: report.ScopeRegion},
			rules: []string{"region.renamed"},
		},
		{
			name: "a district that was merged in 2015",
			text: "上海市闸北区2014年政府信息公开工作年度报告\n本报告由闸北区人民政府办公室编制。\n一、概述\n全区情况。",
			want: report.Meta{Title: "上海市闸北区2014年政府信息公开工作年度报告", Year: 2014, Region: "闸北区", RegionCode: "310108", Publisher: "闸北区人民政府办公室", Scope: report.ScopeRegion},
		},
		{
			name:  "the same for a year in which it was gone",
			text:  "上海市闸北区2018年政府信息公开工作年度报告\n一、概述\n全区情况。",
			want:  report.Meta{Title: "上海市闸北区2018年政府信息公开工作年度报告", Year: 2018, Region: "闸北区", RegionCode: "310108", Scope: report.ScopeRegion},
			rules: []string{"region.unlisted"},
		},
		{
			name: "and for the year of the merger",
			text: "闸北区2015年政府信息公开工作年度报告\n一、概述\n全区情况。",
			want: report.Meta{Title: "闸北区2015年政府信息公开工作年度报告", Year: 2015, Region: "闸北区", RegionCode: "310108", Scope: report.ScopeRegion},
		},
		{
			name: "the district that it became part of, before",
			text: "静安区2014年政府信息公开工作年度报告\n一、概述\n全区情况,与闸北区人民政府共建。",
			want: report.Meta{Title: "静安区2014年政府信息公开工作年度报告", Year: 2014, Region: "静安区", RegionCode: "310106", Scope: report.ScopeRegion},
		},
		{
			name: "and after, without a name in the title",
			text: "2016年政府信息公开工作年度报告\n上海市静安区人民政府、原闸北区人民政府的信息由静安区人民政府公开。\n一、概述\n全区各级行政机关依法公开。",
			want: report.Meta{Title: "2016年政府信息公开工作年度报告", Year: 2016, Region: "静安区", RegionCode: "310106", Scope: report.ScopeRegion},
		},
		{
			name: "a district whose name is a plain word, merged in 2018",
			text: "大同市城区2016年政府信息公开工作年度报告\n一、概述\n全区情况。",
			want: report.Meta{Title: "大同市城区2016年政府信息公开工作年度报告", Year: 2016, Region: "城区", RegionCode: "140202", Scope: report.ScopeRegion},
		},
		{
			name: "another of that name, with its province",
			text: "山西省长治市城区人民政府2017年政府信息公开工作年度报告\n一、概述\n全区情况。",
			want: report.Meta{Title: "山西省长治市城区人民政府2017年政府信息公开工作年度报告", Year: 2017, Region: "城区", RegionCode: "140402",
				Publisher: "山西省长治市城区人民政府", Scope: report.ScopeRegion},
		},
		{
			name: "a district that tells of those it was made of",
			text: "无锡市梁溪区2016年政府信息公开工作年度报告\n梁溪区由原崇安区、南长区、北塘区合并设立,原崇安区人民政府、南长区人民政府、北塘区人民政府的信息归入本报告。\n一、概述\n全区情况。",
			want: report.Meta{Title: "无锡市梁溪区2016年政府信息公开工作年度报告", Year: 2016, Region: "梁溪区", RegionCode: "320213", Scope: report.ScopeRegion},
		},
		{
			name: "the same, named by its text alone",
			text: "2016年政府信息公开工作年度报告\n无锡市梁溪区人民政府公开了原崇安区人民政府、南长区人民政府、北塘区人民政府的信息。\n一、概述\n全区各级行政机关依法公开。",
			want: report.Meta{Title: "2016年政府信息公开工作年度报告", Year: 2016, Region: "梁溪区", RegionCode: "320213", Scope: report.ScopeRegion},
		},
		{
			name:  "a district years before it was made",
			text:  "无锡市梁溪区2013年政府信息公开工作年度报告\n一、概述\n全区情况。",
			want:  report.Meta{Title: "无锡市梁溪区2013年政府信息公开工作年度报告", Year: 2013, Region: "梁溪区", RegionCode: "320213", Scope: report.ScopeRegion},
			rules: []string{"region.unlisted"},
		},
		{
			name: "a title without agency, published by a department",
			text: "2015年政府信息公开工作年度报告\n信息来源: 屯昌县民政局\n一、概述\n情况。",
			want: report.Meta{Title: "2015年政府信息公开工作年度报告", Year: 2015, Region: "屯昌县", RegionCode: "469022", Publisher: "屯昌县民政局", Scope: report.ScopeAgency},
		},
		{
			name: "a title without agency, published by the office: the text tells the scope",
			text: "2023年度政府信息公开工作报告\n来源:吴起县人民政府办公室\n一、总体情况\n全县各级行政机关依法公开。",
			want: report.Meta{Title: "2023年度政府信息公开工作报告", Year: 2023, Region: "吴起县", RegionCode: "610626", Publisher: "吴起县人民政府办公室", Scope: report.ScopeRegion},
		},
		{
			name:  "a title without agency, and no word of whose work it is",
			text:  "2023年度政府信息公开工作报告\n来源:吴起县人民政府办公室\n一、总体情况\n工作有序。",
			want:  report.Meta{Title: "2023年度政府信息公开工作报告", Year: 2023, Region: "吴起县", RegionCode: "610626", Publisher: "吴起县人民政府办公室"},
			rules: []string{"report.scope_unknown"},
		},
		{
			name: "digits of the period lost, one reading left",
			text: "来凤县2022年政府信息公开工作年度报告\n统计期限自202211日至20221231日。\n一、总体情况\n情况。",
			want: report.Meta{Title: "来凤县2022年政府信息公开工作年度报告", Year: 2022, Region: "来凤县", RegionCode: "422827", Scope: report.ScopeRegion,
				PeriodStart: "2022-01-01", PeriodEnd: "2022-12-31"},
		},
		{
			name: "digits of the period lost, two readings left",
			text: "来凤县2022年政府信息公开工作年度报告\n统计期限自2022111日至20221231日。\n一、总体情况\n情况。",
			want: report.Meta{Title: "来凤县2022年政府信息公开工作年度报告", Year: 2022, Region: "来凤县", RegionCode: "422827", Scope: report.ScopeRegion,
				PeriodEnd: "2022-12-31"},
			rules: []string{"report.period"},
		},
		{
			name: "12月21日 typed for 31日 stays as printed",
			text: "来凤县2022年政府信息公开工作年度报告\n统计时间为2022年1月1日-12月21日。\n一、总体情况\n情况。",
			want: report.Meta{Title: "来凤县2022年政府信息公开工作年度报告", Year: 2022, Region: "来凤县", RegionCode: "422827", Scope: report.ScopeRegion,
				PeriodStart: "2022-01-01", PeriodEnd: "2022-12-21"},
			rules: []string{"report.period"},
		},
		{
			name: "a stale beginning",
			text: "来凤县2022年政府信息公开工作年度报告\n统计期限自2008年5月1日起至2022年12月31日止。\n一、总体情况\n情况。",
			want: report.Meta{Title: "来凤县2022年政府信息公开工作年度报告", Year: 2022, Region: "来凤县", RegionCode: "422827", Scope: report.ScopeRegion,
				PeriodEnd: "2022-12-31"},
			rules: []string{"report.period"},
		},
		{
			name: "a period left over from the year before",
			text: "来凤县2022年政府信息公开工作年度报告\n统计期限自2021年1月1日起至12月31日止。\n一、总体情况\n情况。",
			want: report.Meta{Title: "来凤县2022年政府信息公开工作年度报告", Year: 2022, Region: "来凤县", RegionCode: "422827", Scope: report.ScopeRegion,
				PeriodStart: "2021-01-01", PeriodEnd: "2021-12-31"},
			rules: []string{"report.year_conflict"},
		},
		{
			name: "a title that period and publication speak against",
			text: "来凤县2020年政府信息公开工作年度报告\n发布时间:2022-01-20\n统计期限自2021年1月1日起至12月31日止。\n一、总体情况\n情况。",
			want: report.Meta{Title: "来凤县2020年政府信息公开工作年度报告", Region: "来凤县", RegionCode: "422827", Scope: report.ScopeRegion,
				PeriodStart: "2021-01-01", PeriodEnd: "2021-12-31", PublishedOn: "2022-01-20"},
			rules: []string{"report.year_conflict"},
		},
		{
			name: "dates in Chinese numerals, the name and day of issue below",
			text: "二〇二一年度来凤县政府信息公开工作年度报告\n本报告的期限为二〇二一年一月一日至二〇二一年十二月三十一日。\n一、总体情况\n情况。\n六、其他需要报告的事项\n无。\n来凤县人民政府办公室\n二〇二二年一月二十日",
			want: report.Meta{Title: "二〇二一年度来凤县政府信息公开工作年度报告", Year: 2021, Region: "来凤县", RegionCode: "422827", Scope: report.ScopeRegion,
				PeriodStart: "2021-01-01", PeriodEnd: "2021-12-31", PublishedOn: "2022-01-20", Publisher: "来凤县人民政府办公室"},
		},
		{
			name:  "properties of the page; the site's name behind a dash",
			text:  "索引号\n一、总体情况\n情况。",
			title: "来凤县统计局2021年政府信息公开年度报告 - 来凤县人民政府门户网站",
			meta:  map[string]string{"articletitle": "来凤县统计局2021年政府信息公开年度报告", "pubdate": "2022-01-24 10:11", "contentsource": "来凤县统计局"},
			want: report.Meta{Title: "来凤县统计局2021年政府信息公开年度报告", Year: 2021, Region: "来凤县", RegionCode: "422827", Scope: report.ScopeAgency,
				PublishedOn: "2022-01-24", Publisher: "来凤县统计局"},
		},
		{
			name: "a table of properties before the report",
			text: "|索引号|422827/2022-01|发布机构|来凤县人民政府办公室|\n|发布日期|2022年01月24日|文号|无|\n来凤县2021年政府信息公开工作年度报告\n一、总体情况\n情况。",
			want: report.Meta{Title: "来凤县2021年政府信息公开工作年度报告", Year: 2021, Region: "来凤县", RegionCode: "422827", Scope: report.ScopeRegion,
				PublishedOn: "2022-01-24", Publisher: "来凤县人民政府办公室"},
		},
		{
			name: "a menu of other years before the report",
			text: "来凤县2019年政府信息公开工作年度报告\n来凤县2020年政府信息公开工作年度报告\n来凤县2021年政府信息公开工作年度报告\n统计期限自2021年1月1日起至12月31日止。\n一、总体情况\n情况。",
			want: report.Meta{Title: "来凤县2021年政府信息公开工作年度报告", Year: 2021, Region: "来凤县", RegionCode: "422827", Scope: report.ScopeRegion,
				PeriodStart: "2021-01-01", PeriodEnd: "2021-12-31"},
		},
		{
			name:  "two titles of different years, settled by the period",
			text:  "来凤县2021年政府信息公开工作年度报告\n来凤县2022年政府信息公开工作年度报告\n统计期限自2021年1月1日起至12月31日止。\n一、总体情况\n情况。",
			want:  report.Meta{Title: "来凤县2022年政府信息公开工作年度报告", Year: 2021, Region: "来凤县", RegionCode: "422827", Scope: report.ScopeRegion, PeriodStart: "2021-01-01", PeriodEnd: "2021-12-31"},
			rules: []string{"report.year_conflict"},
		},
		{
			name:  "the publisher is of another county",
			text:  "来凤县2021年政府信息公开工作年度报告\n来源:咸丰县人民政府办公室\n一、总体情况\n情况。",
			want:  report.Meta{Title: "来凤县2021年政府信息公开工作年度报告", Year: 2021, Region: "来凤县", RegionCode: "422827", Scope: report.ScopeRegion, Publisher: "咸丰县人民政府办公室"},
			rules: []string{"region.conflict"},
		},
		{
			name:   "a copy on a host that is no government's",
			text:   "来凤县2021年政府信息公开工作年度报告\n一、总体情况\n情况。",
			source: "https://www.example.com/a.html",
			want:   report.Meta{Title: "来凤县2021年政府信息公开工作年度报告", Year: 2021, Region: "来凤县", RegionCode: "422827", Scope: report.ScopeRegion},
			rules:  []string{"source.unofficial_host"},
		},
		{
			name: "a notice about reports",
			text: "关于做好2021年政府信息公开工作年度报告编制发布工作的通知\n各乡镇人民政府:\n现将有关事项通知如下。",
			want: report.Meta{Title: "关于做好2021年政府信息公开工作年度报告编制发布工作的通知"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc := paragraphs(c.text)
			doc.Title, doc.Meta = c.title, c.meta
			got, findings := metaOf(doc, c.source)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("-want +got:\n%s%v", d, findings)
			}
			var rules []string
			for _, f := range findings {
				rules = append(rules, f.Rule)
				if f.Message == "" || strings.Contains(f.Message, "%!") {
					t.Errorf("message of %s: %q", f.Rule, f.Message)
				}
			}
			slices.Sort(rules)
			if d := cmp.Diff(c.rules, rules); d != "" {
				t.Errorf("findings (-want +got):\n%s", d)
			}
		})
	}
}

func TestIsReportTitle(t *testing.T) {
	for _, title := range []string{
		"喀什市2021年政府信息公开工作年度报告", "2019年某县政府信息公开工作年度报告", "某县政府信息公开工作2022年度报告",
		"2023年度政府信息公开工作报告", "2017年信息公开年度报告", "甘谷县2018年政务信息公开年度报告", "来凤县2021年政务公开工作年度报告",
		"关于2023年政府信息公开工作年度报告", "左贡县人民政府2021年度信息公开年度报告", "2021年度来凤县人民政府信息公开工作年度报告",
		"来凤县政府信息公开年报2021", "2020 年 政 府 信 息 公 开 年 度 报 告", "来凤县2012年政府信息公开工作情况报告", "来凤县政府督查室2021年政府信息公开工作年度报告", "《来凤县2020年政府信息公开工作年度报告》",
	} {
		if !isReportTitle(text.Fold(title)) {
			t.Errorf("%s is a report's title", title)
		}
	}
	for _, title := range []string{
		"关于做好2021年政府信息公开工作年度报告编制发布工作的通知", "国务院办公厅关于政府信息公开工作年度报告有关事项的通知",
		"2021年政府信息公开工作年度报告编制发布工作的通知", "2021年国民经济和社会发展统计公报", "政府信息公开工作年度报告", "政府信息公开年报",
		"《政府信息公开工作年度报告格式》政策解读", "图解:来凤县2021年政府信息公开工作年度报告", "2021年政府工作报告", "来凤县2021年政府信息公开目录",
		"来凤县召开2021年政府信息公开工作年度报告编制培训会", "2021年法治政府建设年度报告", "来凤县2021年预算公开报告说明", "",
		"根据规定,现将2021年政府信息公开工作年度报告予以公布。", "2022年全省政府信息公开工作年度报告评估情况的通报",
	} {
		if isReportTitle(text.Fold(title)) {
			t.Errorf("%s is no report's title", title)
		}
	}
}

func TestTitleYear(t *testing.T) {
	for title, want := range map[string]int{
		"来凤县2021年政府信息公开工作年度报告": 2021, "来凤县2021年政府信息公开工作年度报告2022-01-24": 2021, "来凤县二〇二一年政府信息公开年度报告": 2021,
		"来凤县２０２１年政府信息公开年度报告": 2021, "2020-2021年政府信息公开年度报告": 0, "政府信息公开年度报告": 0, "来凤县1949年政府信息公开年度报告": 0,
	} {
		if got := titleYear(text.Fold(title)); got != want {
			t.Errorf("%s: %d, want %d", title, got, want)
		}
	}
	for title, want := range map[string][2]string{
		"甲县报告-甲县人民政府网":       {"甲县报告", "甲县人民政府网"},
		"甲县报告_年报_甲县人民政府":     {"甲县报告", "年报 甲县人民政府"},
		"甲县报告\uff0d甲县人民政府":   {"甲县报告", "甲县人民政府"},
		"甲县-2021年政府信息公开年度报告": {"甲县-2021年政府信息公开年度报告", ""},
		"":  {"", ""},
		"-": {"-", ""},
	} {
		if report, site := withoutSite(title); report != want[0] || site != want[1] {
			t.Errorf("%s: %q %q, want %q", title, report, site, want)
		}
	}
}

func TestDates(t *testing.T) {
	for s, want := range map[string]string{
		"2022年02月09日": "2022-02-09", "2022-2-9": "2022-02-09", "2021-03-2918:26": "2021-03-29", "2021-3-118:26": "", "2021-03-118:26": "2021-03-11",
		"二〇二二年一月二十日": "2022-01-20", "二○二一年十二月三十一日": "2021-12-31", "二O一九年十月八日": "2019-10-08", "2022.01.05": "2022-01-05",
		"2022/1/5 10:00": "2022-01-05", "20220105": "2022-01-05", "2022 年 1 月 5 日": "2022-01-05", "2022年2月30日": "", "2022-13-01": "",
		"2021年": "", "电话 0931-8123456": "", "２０２２年１月５日": "2022-01-05", "202201051": "", "发布:2022-01-05": "2022-01-05",
	} {
		if got := text.FirstDate(s); got != want {
			t.Errorf("%s: %q, want %q", s, got, want)
		}
	}
}

// titleForms are the ways in which offices word their titles; the agency and
// the year stand in them as A and Y.
var titleForms = []string{
	"A(Y)年政府信息公开工作年度报告", "Y年A政府信息公开工作年度报告", "Y年度A政府信息公开年度报告", "A政府信息公开工作Y年度报告", "A信息公开Y年度报告",
	"关于AY年政府信息公开工作年度报告", "A关于Y年度政府信息公开工作的年度报告", "AY年度政务信息公开年度报告", "AY年政务公开工作年度报告",
	"《AY年政府信息公开工作年度报告》", "A Y 年 政 府 信 息 公 开 工 作 年 度 报 告", "AY年政府信息公开年报", "AY年度政府信息公开年度报告", "A\nY年政府信息公开工作年度报告",
	"A\nY年\n政府信息公开工作年度报告", "AY年政府信息公开工作年度报告\nAY年政府信息公开工作年度报告",
}

// TestTitles writes every agency of the table in every form of title: what is
// read must be right.
func TestTitles(t *testing.T) {
	f, err := os.Open("testdata/agencies.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 100 {
		t.Fatal(len(rows), err)
	}
	missing, total := 0, 0
	for _, row := range rows[1:] {
		for i, form := range titleForms {
			year := 2014 + (i+len(row[0]))%10
			printed := strings.NewReplacer("(Y)", strconv.Itoa(year), "Y", strconv.Itoa(year), "A", row[0]).Replace(form)
			meta, _ := metaOf(paragraphs(printed+"\n一、总体情况\n工作有序。"), "")
			total++
			if int(meta.Year) != year {
				t.Errorf("%s: year %d", printed, meta.Year)
			}
			if string(meta.Scope) != row[2] {
				t.Errorf("%s: scope %q", printed, meta.Scope)
			}
			if meta.RegionCode != row[1] {
				missing++
				if meta.RegionCode != "" {
					t.Errorf("%s: region %s %s, want %s", printed, meta.RegionCode, meta.Region, row[1])
				} else {
					t.Logf("%s: no region, want %s", printed, row[1])
				}
			}
			if !isReportTitle(text.Fold(meta.Title)) {
				t.Errorf("%s: title %q", printed, meta.Title)
			}
		}
	}
	if missing > 0 {
		t.Errorf("%d of %d regions are missing", missing, total)
	}
}
