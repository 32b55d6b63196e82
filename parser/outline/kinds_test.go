package outline

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/parser/document"
)

// six are the prescribed sections with next to nothing in them.
const six = "一、总体情况\n全年工作有序。\n二、主动公开政府信息情况\n见公开目录。\n三、收到和处理政府信息公开申请情况\n无。\n四、政府信息公开行政复议、行政诉讼情况\n无。\n五、存在的主要问题及改进情况\n人手少。\n六、其他需要报告的事项\n无。"

// TestDayUnderTheTitle reads the day of publication where nothing says that it
// is one.
func TestDayUnderTheTitle(t *testing.T) {
	const title = "来凤县2022年政府信息公开工作年度报告\n"
	for between, want := range map[string]string{
		"来凤县人民政府办公室\n2023-01-13\n有效": "2023-01-13",
		"2023年1月13日":              "2023-01-13",
		"2023-01-13 09:41":        "2023-01-13",
		"2023-01-13 09:41:07":     "2023-01-13",
		"2023-01-13T09:41":        "2023-01-13",
		"[2023-01-13]":            "2023-01-13",
		"（2023年1月13日）":            "2023-01-13",
		"二〇二三年一月十三日":              "2023-01-13",
		"2023.01.13":              "2023-01-13",
		"2023/1/13":               "2023-01-13",
		"20230113":                "2023-01-13",
		"2023-01-13 作者":           "2023-01-13",
		"2023-01-13 作者：办公室":       "2023-01-13",
		"2023-01-13 (点击: )":       "2023-01-13",
		"2023-01-13 | 字体：大 中 小":   "2023-01-13",
		"浏览次数：35 2023/01/13":      "2023-01-13",
		"录入时间：2023-01-13":         "2023-01-13",
		"信息时间：2023-01-13 08:00":   "2023-01-13",
		"生成日期：2023年01月13日":        "2023-01-13",
		"【发布日期】2023-01-13":        "2023-01-13",
		"发布时间 2023-01-13 来源 县政府办": "2023-01-13",
		"更新时间:2023-01-1309:41":    "2023-01-13",
		"|生成日期|2023-01-13|发布机构|来凤县人民政府办公室|": "2023-01-13",
		"2023-01-13 来源：来凤县人民政府办公室":          "2023-01-13",
		"统计期限自2022年1月1日起至2022年12月31日止。":     "",
		"（2023年1月13日县政府第5次常务会议审议通过）":        "",
		"2023年2月30日": "",
		"本报告所列数据截止2022年12月31日": "",
		"电话：0718-6281234":      "",
		"县政府办公室 印发":            "",
		"根据《条例》要求编制本报告,欢迎监督。联系电话见网站,2023-01-13前可来函索取。": "",
	} {
		for _, text := range []string{title + between + "\n" + six, title + "\n" + between + "\n" + title + six} {
			if strings.Count(text, title) == 2 && strings.ContainsAny(between, "。|审") {
				continue
			}
			meta, findings := metaOf(paragraphs(text), "")
			if meta.PublishedOn != want {
				t.Errorf("%s: published on %q, want %q %v", between, meta.PublishedOn, want, findings)
			}
			if meta.Year != 2022 || meta.Title != strings.TrimSpace(title) {
				t.Errorf("%s: %d, title %s", between, meta.Year, meta.Title)
			}
		}
	}
	// A day above the title, and one that stands below the report.
	for text, want := range map[string]string{
		"2023-01-13\n" + title + six:                                 "2023-01-13",
		title + six + "\n来凤县人民政府办公室\n2023年1月13日":                     "2023-01-13",
		title + six + "\n来凤县人民政府办公室2023年1月13日":                       "2023-01-13",
		title + six + "来凤县人民政府办公室 2023年1月13日":                        "2023-01-13",
		strings.TrimSpace(title) + " 2023-01-13\n" + six:             "2023-01-13",
		strings.TrimSpace(title) + " 2023-01-13 浏览：12\n" + six:       "2023-01-13",
		strings.TrimSpace(title) + "2023-01-13 09:12 来源：县政府\n" + six: "2023-01-13",
		strings.TrimSpace(title) + " 发布日期：2023-01-13\n" + six:        "2023-01-13",
		title + "2023-01-13\n2023-02-01\n" + six:                     "2023-01-13",
		title + "2023-01-13\n" + six + "\n来凤县人民政府办公室\n2023年1月10日":    "2023-01-13",
	} {
		if meta, _ := metaOf(paragraphs(text), ""); meta.PublishedOn != want || meta.Title != strings.TrimSpace(title) {
			t.Errorf("%.80s: published on %q, want %q; title %s", text, meta.PublishedOn, want, meta.Title)
		}
	}
}

// TestPropertiesAreNoTitle reads the title where rows of properties stand above
// it that hold its words.
func TestPropertiesAreNoTitle(t *testing.T) {
	const title = "泰州市人民政府2017年政府信息公开工作年度报告"
	announced := "现公布" + title + "。所列数据的统计期限自2017年1月1日起至12月31日止。\n"
	for head, text := range map[string]string{
		"索 引 号 | 014000000/2018-04736 | 分 类 | 政府信息公开年报 综合政务 其他 |\n发文日期 | 2018-02-28 |\n": announced,
		"索引号：014000000/2018-04736\n主题分类：政府信息公开年报\n发布日期：2018-02-28\n":                     announced,
		"索引号\n014000000/2018-04736\n分类\n政府信息公开年报\n发布日期\n2018-02-28\n":                    announced,
		"索引号： 014/2018-00123 信息分类： 政府信息公开年报 / 其他 发布日期： 2018-02-28\n":                     announced,
		"|索引号|014000000/2018-04736|分类|政府信息公开年报|\n|发布日期|2018-02-28|文号|无|\n":               announced,
		"|索引号|014000000/2018-04736|分类|政府信息公开年报|\n|发布日期|2018-02-28|文号|无|\n\n":             title + "\n",
		"索引号：014/2018-00123 名称：" + title + " 发布日期：2018-02-28\n":                          "",
		"|索引号|014/2018-00123|\n|名称|" + title + "|\n|发布日期|2018-02-28|\n":                  "",
		"信息名称：" + title + "\n发布日期：2018-02-28\n":                                          "",
		"所属栏目：信息公开年报\n" + title + "\n发布日期：2018-02-28\n":                                  "",
		"栏目：政府信息公开年报 2018\n发布日期：2018-02-28\n":                                            announced,
	} {
		meta, findings := metaOf(paragraphs(head+text+six), "")
		if meta.Title != title || meta.Year != 2017 || meta.RegionCode != "321200" || meta.PublishedOn != "2018-02-28" {
			t.Errorf("%s: title %q, year %d, region %q, published %q %v", head, meta.Title, meta.Year, meta.RegionCode, meta.PublishedOn, findings)
		}
	}
}

// TestLostTitle reads a report by its opening sentence where its title is lost.
func TestLostTitle(t *testing.T) {
	for opening, want := range map[string]string{
		"按照条例和省、市通知要求,现公布西秀区样例乡2021年政府信息公开工作年度报告。":           "西秀区样例乡2021年政府信息公开工作年度报告",
		"现将西秀区2021年政府信息公开工作年度报告公布如下。":                        "西秀区2021年政府信息公开工作年度报告",
		"现将西秀区2021年度政府信息公开工作年度报告公布如下:":                       "西秀区2021年度政府信息公开工作年度报告",
		"兹将西秀区2021年政府信息公开年度报告公开,请予监督:":                       "西秀区2021年政府信息公开年度报告",
		"根据《中华人民共和国政府信息公开条例》规定,编制了西秀区2021年度政府信息公开年度报告,现予公布。": "西秀区2021年度政府信息公开年度报告",
		"根据有关规定，特制作《西秀区教育局2021年政府信息公开工作年度报告》。":               "西秀区教育局2021年政府信息公开工作年度报告",
		"本报告是西秀区2021年度政府信息公开工作报告，由六个部分组成。":                   "西秀区2021年度政府信息公开工作报告",
		"按照要求，现向社会公布西秀区人民政府2021年信息公开年度报告，如有疑问请与办公室联系。":       "西秀区人民政府2021年信息公开年度报告",
		"将乐县机构编制委员会办公室2021年政府信息公开工作年度报告按照要求编制，现予公布。":         "将乐县机构编制委员会办公室2021年政府信息公开工作年度报告",
		"为便于监督,现公布二〇二一年度西秀区政府信息公开工作年度报告。":                    "二〇二一年度西秀区政府信息公开工作年度报告",
		"根据规定,现公布西秀区样例乡政府信息公开工作年度报告。统计期限为2021年1月1日至12月31日。":  "西秀区样例乡政府信息公开工作年度报告",
	} {
		o := Read(paragraphs(opening+"\n本报告包括总体情况等六个部分。\n"+six), "")
		if o.Meta.Title != want || o.Meta.Year != 2021 || !o.Titled {
			t.Errorf("%s: title %q, year %d, titled %v", opening, o.Meta.Title, o.Meta.Year, o.Titled)
		}
	}
	// Nothing names it, but the sections and the period are there.
	o := Read(paragraphs("本年报由西秀区人民政府办公室编制。统计期限自2021年1月1日起至12月31日止。\n"+six), "")
	if o.Titled || !o.Untitled || o.Meta.Year != 2021 || o.Meta.Title != "" {
		t.Errorf("untitled: %+v", o.Meta)
	}
	// The form that a notice prescribes has the sections too.
	for _, text := range []string{six, "关于做好2021年政府信息公开工作年度报告编制工作的通知\n统计期限自2021年1月1日起至12月31日止。\n" + six, "政府信息公开工作年度报告格式\n" + six} {
		if o := Read(paragraphs(text), ""); o.Titled || o.Untitled {
			t.Errorf("%.60s: taken for a report, %+v", text, o.Meta)
		}
	}
}

// TestOneLine reads a report whose line ends were lost.
func TestOneLine(t *testing.T) {
	body := strings.NewReplacer("\n", " ", "全年工作有序。", "所列数据的统计期限自2019年1月1日起至2019年12月31日止。 全年主动公开信息8769条。").Replace(six)
	for head, want := range map[string]string{
		"盱眙县人民政府2019年 政府信息公开工作年度报告 ":                                             "盱眙县人民政府2019年政府信息公开工作年度报告",
		"盱眙县2019年政府信息公开工作年度报告 ":                                                  "盱眙县2019年政府信息公开工作年度报告",
		"盱眙县2019年政府信息公开工作年度报告":                                                   "盱眙县2019年政府信息公开工作年度报告",
		"盱眙县2019年政府信息公开工作年度报告 按照《条例》规定，现公布本年度报告。 ":                               "盱眙县2019年政府信息公开工作年度报告",
		"盱眙县2019年政府信息公开工作年度报告按照《条例》规定，现公布本年度报告。":                                 "盱眙县2019年政府信息公开工作年度报告",
		"盱眙县2019年政府信息公开工作年度报告 发布时间：2020-01-20 来源：盱眙县人民政府办公室 浏览次数：12 本报告由六部分组成。 ": "盱眙县2019年政府信息公开工作年度报告",
		"首页 > 政务公开 > 年报 盱眙县2019年政府信息公开工作年度报告 2020-01-20 ":                        "盱眙县2019年政府信息公开工作年度报告",
		"政府信息公开指南 政府信息公开制度 政府信息公开年报 盱眙县2019年政府信息公开工作年度报告 ":                       "盱眙县2019年政府信息公开工作年度报告",
		"盱眙县 2019年 政府信息公开工作 年度报告 ":                                               "盱眙县2019年政府信息公开工作年度报告",
	} {
		o := Read(paragraphs(head+body+" 盱眙县人民政府办公室 2020年1月20日"), "")
		m := o.Meta
		if m.Title != want || m.Year != 2019 || m.RegionCode != "320830" || m.PeriodStart != "2019-01-01" || m.PeriodEnd != "2019-12-31" || m.PublishedOn != "2020-01-20" {
			t.Errorf("%s: %+v %v", head, m, o.Findings)
		}
		if sections := o.Sections(nil); o.Topics != 6 || len(sections) != 7 || !strings.Contains(sections[1].Text, "8769条") || sections[2].Text != "见公开目录。" {
			t.Errorf("%s: %q", head, written(sections))
		}
	}
	// The same with headings in other styles.
	for _, style := range [][]string{{"第一部分 ", "第二部分 ", "第三部分 ", "第四部分 ", "第五部分 ", "第六部分 "}, {"(一)", "(二)", "(三)", "(四)", "(五)", "(六)"}, {"1.", "2.", "3.", "4.", "5.", "6."}, {"一.", "二.", "三.", "四.", "五.", "六."}} {
		text := body
		for i, o := range []string{"一、", "二、", "三、", "四、", "五、", "六、"} {
			text = strings.Replace(text, o, style[i], 1)
		}
		text = strings.Replace(text, "行政复议"+style[0], "行政复议、", 1)
		o := Read(paragraphs("盱眙县2019年政府信息公开工作年度报告 "+text), "")
		if sections := o.Sections(nil); o.Topics != 6 || len(sections) != 7 || o.Meta.Year != 2019 {
			t.Errorf("%s: %q", style[0], written(sections))
		}
	}
}

// TestMenusAreNoReport refuses pages whose menu has the words of a title.
func TestMenusAreNoReport(t *testing.T) {
	menu := "政府信息公开指南\n政府信息公开制度\n法定主动公开内容\n政府信息公开年报\n依申请公开\n"
	guide := "为便于查询,编制本指南。\n一、主动公开\n见目录。\n二、依申请公开\n可来信申请。\n三、监督保障\n可以举报。"
	for _, text := range []string{
		menu + "盱眙县政府信息公开指南\n" + guide,
		strings.ReplaceAll(menu, "\n", " ") + "\n盱眙县政府信息公开指南\n" + guide,
		menu + "盱眙县2023年政府信息公开工作年度报告\n盱眙县政府信息公开指南\n" + guide,
		menu + "2023年政府信息公开年报\n盱眙县政府信息公开制度\n第一条 为规范公开工作,制定本制度。\n第二条 各单位应当公开信息。",
		menu + "盱眙县政府信息公开年报\n盱眙县人民政府领导\n县长 张某 主持县政府全面工作。",
		menu + "2022年\n2021年\n2020年\n政府信息公开目录\n" + guide,
		"信息公开年报\n2022年\n盱眙县政府信息公开指南\n" + guide,
		"政务公开\n政府信息公开工作年度报告\n机构职能\n盱眙县财政局工作职责\n一、贯彻执行财政方针。\n二、拟订财政政策。\n三、管理国库。",
	} {
		if o := Read(paragraphs(text), ""); o.Titled && (o.Meta.Year != 0 || o.Topics > 0) || o.Untitled {
			t.Errorf("%s\ntaken for a report: %+v", text, o.Meta)
		}
	}
	// The same menu above a report takes nothing away.
	for _, title := range []string{"盱眙县2023年政府信息公开工作年度报告\n", "盱眙县\n2023年政府信息公开工作年度报告\n", "盱眙县人民政府\n2023年\n政府信息公开工作年度报告\n"} {
		o := Read(paragraphs(menu+title+six), "")
		if want := strings.ReplaceAll(title, "\n", ""); o.Meta.Title != want || o.Meta.Year != 2023 || o.Meta.RegionCode != "320830" || !o.Titled {
			t.Errorf("%s: %+v", title, o.Meta)
		}
	}
}

// TestHashes reads headings as Markdown marks them.
func TestHashes(t *testing.T) {
	marked := strings.NewReplacer("一、", "## 一、", "二、", "## **二、", "主动公开政府信息情况", "主动公开政府信息情况**", "三、", "### 三、", "五、", "##五、", "六、", "## 六、").Replace(six)
	for _, title := range []string{"**盱眙县2022年政府信息公开工作年度报告**\n", "# 盱眙县2022年政府信息公开工作年度报告\n\n", "#盱眙县2022年政府信息公开工作年度报告#\n", "# **盱眙县2022年政府信息公开工作年度报告**\n", "# 盱眙县\n# 2022年政府信息公开工作年度报告\n"} {
		var b document.Builder
		for l := range strings.SplitSeq(title+marked, "\n") {
			b.AddText(document.Paragraph, l)
		}
		o := Read(b.Document(), "")
		if o.Meta.Title != "盱眙县2022年政府信息公开工作年度报告" || o.Meta.RegionCode != "320830" || o.Topics != 6 {
			t.Errorf("%q: %+v %d", title, o.Meta, o.Topics)
		}
	}
}

// TestOneLineWithTables keeps the sentences of a line that was read as a table,
// and not its figures.
func TestOneLineWithTables(t *testing.T) {
	row := strings.Repeat("(一)予以公开 0 0 0 (二)部分公开 1 0 0 ", 80)
	text := "盱眙县2019年政府信息公开工作年度报告 一、总体情况 全年主动公开信息8769条。 二、主动公开政府信息情况 规章 0 0 0 行政规范性文件 6 1 76 三、收到和处理政府信息公开申请情况 " +
		row + "四、政府信息公开行政复议、行政诉讼情况 结果维持 0 五、存在的主要问题及改进情况 人手少。 六、其他需要报告的事项 无。 附表 1 2"
	o := Read(paragraphs(text), "")
	want := []string{"1 总体情况: 全年主动公开信息8769条。", "2 主动公开政府信息情况:", "3 收到和处理政府信息公开申请情况:", "4 政府信息公开行政复议、行政诉讼情况:", "5 存在的主要问题及改进情况: 人手少。", "6 其他需要报告的事项: 无。"}
	if d := cmp.Diff(want, written(o.Sections([]bool{true}))); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// TestWhoseReport reads place and publisher where no title names them: by who compiled the
// report, whom readers may ask, what it calls its own, and what it cites.
func TestWhoseReport(t *testing.T) {
	const bare = "2022年政府信息公开工作年度报告\n"
	for text, want := range map[string][2]string{
		"本报告是由盱眙县马坝镇编制的年度报告。\n" + six:                                        {"320830", "盱眙县马坝镇"},
		"本报告由盱眙县人民政府办公室按条例编制。\n" + six:                                       {"320830", "盱眙县人民政府办公室"},
		"盱眙县人民政府办公室编制了2022年政府信息公开工作报告。\n" + six:                              {"320830", "盱眙县人民政府办公室"},
		"现公布盱眙县人民政府2022年度政府信息公开工作年度报告。\n" + six:                              {"320830", "盱眙县人民政府"},
		"现向社会公开《盱眙县人民政府2022年政府信息公开工作年度报告》。\n" + six:                          {"320830", "盱眙县人民政府"},
		"《盱眙县人民政府办公室2022年政府信息公开工作年度报告》现予公布。\n" + six:                         {"320830", "盱眙县人民政府办公室"},
		"现将盱眙县各乡镇的政府信息公开年度报告汇编如下。\n" + six:                                   {"320830", ""},
		"如有疑问,请与盱眙县水务局办公室联系。\n" + strings.Replace(six, "全年", "我局全年", 1):      {"320830", "盱眙县水务局"},
		"如有疑问,请与盱眙县水务局办公室联系。\n" + six:                                        {"320830", ""},
		"如有疑问,请联系盱眙县政务公开办,电话见网站。\n" + six:                                    {"320830", ""},
		strings.Replace(six, "全年", "2022年,盱眙县围绕中心工作,", 1):                    {"320830", ""},
		strings.Replace(six, "全年", "2022年,盱眙县教育局主动公开信息,", 1):                 {"320830", "盱眙县教育局"},
		strings.Replace(six, "全年", "2022年,马坝镇贯彻要求,", 1):                      {"", "马坝镇"},
		strings.Replace(six, "全年", "2022年,县教育局在县委领导下推进公开。我局以盱眙县门户网站为载体,", 1): {"320830", "县教育局"},
		strings.Replace(six, "全年", "2022年,县教育局在县委领导下推进公开。", 1):               {"", ""},
		strings.Replace(six, "全年", "2022年,办公室认真公开。我办按要求做了。", 1):              {"", ""},
		strings.Replace(six, "全年", "2022年,政府门户网站上我镇公开了信息。", 1):               {"", ""},
		strings.Replace(six, "全年", "2022年,我县坚持公开。2022年,盱眙县教育局认真落实。", 1):      {"320830", ""},
		strings.Replace(six, "全年", "《盱眙县人民政府公报》照常编发,", 1):                    {"320830", ""},
		strings.Replace(six, "全年", "按照盱眙县2022年政务公开工作要点安排,", 1):               {"320830", ""},
		"根据《盱眙县人民政府办公室关于做好年度报告编制工作的通知》编制。\n" + six:                           {"320830", ""},
		"根据《淮安市人民政府办公室关于做好年度报告编制工作的通知》编制。\n" + six:                           {"", ""},
		strings.Replace(six, "全年", "2022年,淮安市公开了要点。", 1):                     {"", ""},
		strings.Replace(six, "全年", "上级有淮安市、盱眙县,2022年,本单位按要求公开。", 1):          {"", ""},
		"现公布盱眙县2022年政府信息公开工作年度报告,现公布金湖县2022年政府信息公开工作年度报告。\n" + six:           {"", ""},
	} {
		meta, findings := metaOf(paragraphs(bare+text), "")
		if got := [2]string{meta.RegionCode, meta.Publisher}; got != want {
			t.Errorf("%.90s: %v, want %v %v", text, got, want, findings)
		}
	}
	for text, want := range map[string][2]string{
		"1、盱眙县马坝镇2022年政府信息公开工作年度报告\n":                    {"320830", "盱眙县马坝镇"},
		"? 盱眙县马坝镇2022年政府信息公开工作年度报告\n":                    {"320830", "盱眙县马坝镇"},
		"盱眙县马坝镇2022年政府信息公开工作年度报告二维码\n":                   {"320830", "盱眙县马坝镇"},
		"盱眙县⻢坝镇2022年政府信息公开⼯作年度报告\n":                      {"320830", "盱眙县马坝镇"},
		"**盱眙县马坝镇\n2022年政府信息公开工作年度报告**\n":                {"320830", "盱眙县马坝镇"},
		"东乡县2022年政府信息公开工作年度报告\n来源:临夏州\n":                 {"622926", ""},
		"盱眙县2022年政府信息公开工作年度报告\n来源:盱眙县\n":                 {"320830", "盱眙县"},
		"马坝镇2022年政府信息公开工作年度报告\n来源:盱眙县人民政府马坝镇人民政府\n":      {"320830", "盱眙县人民政府马坝镇人民政府"},
		"马坝镇2022年政府信息公开工作年度报告\n来源:盱眙县教育局\n":              {"320830", "马坝镇"},
		"盱眙县马坝镇2022年政府信息公开工作年度报告\n来源:马坝镇\n":              {"320830", "盱眙县马坝镇"},
		"盱眙县人民政府 2019年12月3日 星期二\n马坝镇2022年政府信息公开工作年度报告\n": {"", "马坝镇"},
		"新港街2022年政府信息公开工作年度报告\n来源:新港街\n":                 {"", "新港街"},
	} {
		meta, findings := metaOf(paragraphs(text+six), "")
		if got := [2]string{meta.RegionCode, meta.Publisher}; got != want || strings.ContainsAny(meta.Title, "?、*⼯⻢维") {
			t.Errorf("%.60s: %v %s, want %v %v", text, got, meta.Title, want, findings)
		}
	}
}

// TestShortHeadings weighs a report whose headings only name what they are about, and whose
// text says as little; a guide to disclosure has such headings too.
func TestShortHeadings(t *testing.T) {
	weigh := func(text string) (*Outline, bool) {
		o := Read(paragraphs(text), "")
		is, _ := o.Weigh(len(o.headings), len(text), false)
		return o, is
	}
	const report = "盱眙县2018年政府信息公开工作年度报告\n一、主动公开\n全年发布信息812条。\n二、依申请公开\n收到申请9件。\n三、复议诉讼\n均为0件。\n四、收费\n未收费。"
	if o, is := weigh(report); !o.Titled || o.Meta.Year != 2018 || !is {
		t.Errorf("no report: %+v", o.Meta)
	}
	if _, is := weigh("青屿县水务局2017年政府信息公开年度报告\n一、数字\n公开信息89条;网站61条。\n二、申请\n收到2件。\n三、打了几场官司?\n诉讼0件。"); !is {
		t.Error("a report of a few words is none")
	}
	if _, is := weigh("盱眙县政府信息公开指南\n一、主动公开\n见目录。\n二、依申请公开\n可来信申请。"); is {
		t.Error("a guide weighs as much as a report does")
	}
}

// TestTownsAddress reads the county of a town whose title does not name it out of its own
// address, and not out of another body's.
func TestTownsAddress(t *testing.T) {
	for opening, want := range map[string]string{
		"联系地址:安徽省池州市青阳县杜村乡党政办,邮编242811。": "青阳县",
		"地址:青阳县杜村乡人民政府二楼。":               "青阳县",
		"复议机关地址:池州市贵池区秋江街道长江南路2号。":       "",
		"复议机关地址:池州市贵池区秋江街道;本机关在杜村乡。":     "",
	} {
		o := Read(paragraphs("杜村乡人民政府2023年政府信息公开工作年度报告\n"+opening+six), "")
		if o.Meta.Region != want {
			t.Errorf("%s: region %q, want %q", opening, o.Meta.Region, want)
		}
	}
	o := Read(paragraphs("水务局2023年政府信息公开工作年度报告\n地址:池州市贵池区秋江街道长江南路2号。"+six), "")
	if o.Meta.Region != "" {
		t.Errorf("a bureau has the region of its address: %q", o.Meta.Region)
	}
}
