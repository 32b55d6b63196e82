package outline

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// paragraphs makes a document of one paragraph a line; a line that begins with
// # is a heading by markup, one with | a row of a grid.
func paragraphs(text string) *document.Document {
	var b document.Builder
	var grid *document.GridBuilder
	flush := func() {
		if grid != nil {
			b.AddGrid(grid.Grid())
			grid = nil
		}
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if cells, ok := strings.CutPrefix(line, "|"); ok {
			if grid == nil {
				grid = &document.GridBuilder{}
			}
			grid.StartRow()
			for c := range strings.SplitSeq(strings.TrimSuffix(cells, "|"), "|") {
				grid.AddCell(strings.ReplaceAll(strings.TrimSpace(c), `\n`, "\n"), 1, 1)
			}
			continue
		}
		flush()
		if h, ok := strings.CutPrefix(line, "#"); ok {
			b.AddText(document.Heading, h)
		} else {
			b.AddText(document.Paragraph, line)
		}
	}
	flush()
	d := b.Document()
	d.Container = document.Text
	return d
}

func TestKashiSections(t *testing.T) {
	data, err := os.ReadFile("../../../shared/corpus/kashi-2021.txt")
	if err != nil {
		t.Skip("the corpus is not here: ", err)
	}
	o := Read(paragraphs(string(data)), "")
	sections, findings := o.Sections(nil), o.Missing()
	var got []string
	for _, s := range sections {
		got = append(got, string(rune('0'+s.Number))+s.Heading)
	}
	want := []string{"0", "1总体情况", "2主动公开政府信息情况", "3收到和处理政府信息公开申请情况", "4政府信息公开行政复议、行政诉讼情况", "5存在的主要问题及改进情况", "6其他需要报告的事项"}
	if d := cmp.Diff(want, got); d != "" || len(findings) > 0 {
		t.Errorf("sections (-want +got):\n%s%v", d, findings)
	}
	if layout := Cited(sections); layout != "2019" {
		t.Errorf("cited notice of %q", layout)
	}
}

// written writes sections as "number heading: text", lines joined by a slash.
func written(sections []report.Section) []string {
	var got []string
	for _, s := range sections {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%d %s: %s", s.Number, s.Heading, strings.ReplaceAll(s.Text, "\n", "/"))))
	}
	return got
}

func TestSections(t *testing.T) {
	for _, c := range []struct {
		name, text string
		used       []int // blocks read as tables
		want       []string
		missing    []string
	}{
		{
			name: "as prescribed",
			text: "来凤县2021年报告\n一、总体情况\n县里的情况。\n(一)主动公开。公开若干。\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n四、政府信息公开行政复议、行政诉讼情况\n五、存在的主要问题及改进情况\n问题有二。\n六、其他需要报告的事项\n无。",
			want: []string{"0 : 来凤县2021年报告", "1 总体情况: 县里的情况。/(一)主动公开。公开若干。", "2 主动公开政府信息情况:", "3 收到和处理政府信息公开申请情况:", "4 政府信息公开行政复议、行政诉讼情况:", "5 存在的主要问题及改进情况: 问题有二。", "6 其他需要报告的事项: 无。"},
		},
		{
			name: "other words",
			text: "一 、概 述\n情况。\n二、行政机关主动公开政府信息情况\n三、行政机关收到和处理政府信息公开申请情况\n四、因政府信息公开工作被申请行政复议、提起行政诉讼情况\n五、政府信息公开工作存在的主要问题及整改措施\n有。\n六、其它需要报告的事项\n没有。",
			want: []string{"1 概述: 情况。", "2 行政机关主动公开政府信息情况:", "3 行政机关收到和处理政府信息公开申请情况:", "4 因政府信息公开工作被申请行政复议、提起行政诉讼情况:", "5 政府信息公开工作存在的主要问题及整改措施: 有。", "6 其它需要报告的事项: 没有。"},
		},
		{
			name: "main headings in round brackets, one of them half lost",
			text: "(一)总体情况\n情况。\n1.主动公开情况\n公开。\n(二)主动公开政府信息情况\n三)收到和处理政府信息公开申请情况\n(四)政府信息公开行政复议、行政诉讼情况\n(五)存在的主要问题及改进情况\n(一)存在的主要问题\n有。\n(六)其他需要报告的事项\n无。",
			want: []string{"1 总体情况: 情况。/1.主动公开情况/公开。", "2 主动公开政府信息情况:", "3 收到和处理政府信息公开申请情况:", "4 政府信息公开行政复议、行政诉讼情况:", "5 存在的主要问题及改进情况: (一)存在的主要问题/有。", "6 其他需要报告的事项: 无。"},
		},
		{
			name: "sub-headings that say the same as main ones",
			text: "一、总体情况\n(一)主动公开情况\n公开。\n(二)依申请公开情况\n申请。\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n四、政府信息公开行政复议、行政诉讼情况\n五、存在的主要问题及改进情况\n(一)存在的问题\n有。\n(二)改进措施\n改。\n六、其他需要报告的事项\n无。",
			want: []string{"1 总体情况: (一)主动公开情况/公开。/(二)依申请公开情况/申请。", "2 主动公开政府信息情况:", "3 收到和处理政府信息公开申请情况:", "4 政府信息公开行政复议、行政诉讼情况:", "5 存在的主要问题及改进情况: (一)存在的问题/有。/(二)改进措施/改。", "6 其他需要报告的事项: 无。"},
		},
		{
			name: "numbers that skip and repeat",
			text: "一、总体情况\n甲。\n二、主动公开政府信息情况\n四、收到和处理政府信息公开申请情况\n四、政府信息公开行政复议、行政诉讼情况\n六、存在的主要问题及改进情况\n乙。\n六、其他需要报告的事项\n丙。",
			want: []string{"1 总体情况: 甲。", "2 主动公开政府信息情况:", "3 收到和处理政府信息公开申请情况:", "4 政府信息公开行政复议、行政诉讼情况:", "5 存在的主要问题及改进情况: 乙。", "6 其他需要报告的事项: 丙。"},
		},
		{
			name: "a number lost",
			text: "一、总体情况\n甲。\n二、主动公开政府信息情况\n收到和处理政府信息公开申请情况\n四、政府信息公开行政复议、行政诉讼情况\n五、存在的主要问题及改进情况\n乙。\n六、其他需要报告的事项\n丙。",
			want: []string{"1 总体情况: 甲。", "2 主动公开政府信息情况:", "3 收到和处理政府信息公开申请情况:", "4 政府信息公开行政复议、行政诉讼情况:", "5 存在的主要问题及改进情况: 乙。", "6 其他需要报告的事项: 丙。"},
		},
		{
			name: "everything in one paragraph",
			text: "依照条例编制。一、总体情况全年公开若干。二、主动公开政府信息情况见表。三、收到和处理政府信息公开申请情况见表。四、政府信息公开行政复议、行政诉讼情况没有。五、存在的主要问题及改进情况问题是人少。六、其他需要报告的事项无。",
			want: []string{"0 : 依照条例编制。", "1 总体情况: 全年公开若干。", "2 主动公开政府信息情况: 见表。", "3 收到和处理政府信息公开申请情况: 见表。", "4 政府信息公开行政复议、行政诉讼情况: 没有。", "5 存在的主要问题及改进情况: 问题是人少。", "6 其他需要报告的事项: 无。"},
		},
		{
			name: "a table of contents, then the report; the opening names the sections",
			text: "目录\n一、总体情况……1\n二、主动公开政府信息情况……2\n三、收到和处理政府信息公开申请情况……3\n本报告由总体情况、主动公开政府信息情况等六部分组成。\n一、总体情况\n甲。\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n四、政府信息公开行政复议、行政诉讼情况\n五、存在的主要问题及改进情况\n乙。\n六、其他需要报告的事项\n丙。",
			want: []string{"0 : 目录/一、总体情况……1/二、主动公开政府信息情况……2/三、收到和处理政府信息公开申请情况……3/本报告由总体情况、主动公开政府信息情况等六部分组成。", "1 总体情况: 甲。", "2 主动公开政府信息情况:", "3 收到和处理政府信息公开申请情况:", "4 政府信息公开行政复议、行政诉讼情况:", "5 存在的主要问题及改进情况: 乙。", "6 其他需要报告的事项: 丙。"},
		},
		{
			name: "a layout table holds the report, a heading in a cell",
			text: "|一、总体情况\\n甲县的情况。|\n|二、主动公开政府信息情况|\n|规章|0|\n三、收到和处理政府信息公开申请情况\n四、政府信息公开行政复议、行政诉讼情况\n|五、存在的主要问题及改进情况\\n乙。|\n六、其他需要报告的事项\n丙。",
			want: []string{"1 总体情况: 甲县的情况。", "2 主动公开政府信息情况: 规章/0", "3 收到和处理政府信息公开申请情况:", "4 政府信息公开行政复议、行政诉讼情况:", "5 存在的主要问题及改进情况: 乙。", "6 其他需要报告的事项: 丙。"},
		},
		{
			name: "a heading inside a standard table; its figures are no text, its sentences are",
			text: "一、总体情况\n甲。\n|二、主动公开政府信息情况|\n|规章|0|\n|三、收到和处理政府信息公开申请情况|\n|我县全年收到的申请不多,都在规定的期限之内作了答复,没有一件延期,也没有一件转送别处。|\n四、政府信息公开行政复议、行政诉讼情况\n五、存在的主要问题及改进情况\n乙。\n六、其他需要报告的事项\n丙。",
			used: []int{2},
			want: []string{"1 总体情况: 甲。", "2 主动公开政府信息情况:", "3 收到和处理政府信息公开申请情况: 我县全年收到的申请不多,都在规定的期限之内作了答复,没有一件延期,也没有一件转送别处。", "4 政府信息公开行政复议、行政诉讼情况:", "5 存在的主要问题及改进情况: 乙。", "6 其他需要报告的事项: 丙。"},
		},
		{
			name: "flattened tables that were not read: their ordinals are no headings",
			text: "一、总体情况\n甲。\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n一、本年新收政府信息公开申请数量\n0\n二、上年结转政府信息公开申请数量\n三、本年度办理结果\n(一)予以公开\n四、结转下年度继续办理\n0\n四、政府信息公开行政复议、行政诉讼情况\n五、存在的主要问题及改进情况\n乙。\n六、其他需要报告的事项\n丙。",
			want: []string{"1 总体情况: 甲。", "2 主动公开政府信息情况:", "3 收到和处理政府信息公开申请情况: 一、本年新收政府信息公开申请数量/0/二、上年结转政府信息公开申请数量/三、本年度办理结果/(一)予以公开/四、结转下年度继续办理/0", "4 政府信息公开行政复议、行政诉讼情况:", "5 存在的主要问题及改进情况: 乙。", "6 其他需要报告的事项: 丙。"},
		},
		{
			name: "instructions of the template behind the headings",
			text: "一、总体情况(概述本年度工作,不超过一千字。)\n甲。\n二、主动公开政府信息情况(按表格填写)\n三、收到和处理政府信息公开申请情况:\n四、政府信息公开行政复议、行政诉讼情况。\n五、存在的主要问题及改进情况\n(此处填写问题)\n六、其他需要报告的事项(收费情况必须报告)\n无。",
			want: []string{"1 总体情况: (概述本年度工作,不超过一千字。)/甲。", "2 主动公开政府信息情况(按表格填写):", "3 收到和处理政府信息公开申请情况:", "4 政府信息公开行政复议、行政诉讼情况:", "5 存在的主要问题及改进情况: (此处填写问题)", "6 其他需要报告的事项(收费情况必须报告): 无。"},
		},
		{
			name:    "sections that are not there",
			text:    "一、总体情况\n甲。\n二、主动公开政府信息情况\n五、存在的问题\n乙。",
			want:    []string{"1 总体情况: 甲。", "2 主动公开政府信息情况:", "5 存在的问题: 乙。"},
			missing: []string{"收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况", "其他需要报告的事项"},
		},
		{
			name:    "nothing but text",
			text:    "甲。\n乙。",
			want:    []string{"0 : 甲。/乙。"},
			missing: []string{"总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况", "存在的主要问题及改进情况", "其他需要报告的事项"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, full := range []bool{false, true} {
				text := c.text
				want, missing := c.want, c.missing
				if full {
					// The same with the full-width forms that most reports use.
					text = widen.Replace(text)
					want = nil
					for _, w := range c.want {
						number, rest, _ := strings.Cut(w, ": ")
						if rest != "" || strings.Contains(w, ": ") {
							want = append(want, widen.Replace(number)+": "+widen.Replace(rest))
						} else {
							want = append(want, strings.TrimSuffix(widen.Replace(strings.TrimSuffix(number, ":")), "\uff1a")+":")
						}
					}
				}
				doc := paragraphs(text)
				used := make([]bool, len(doc.Blocks))
				for _, i := range c.used {
					used[i] = true
				}
				o := Read(doc, "")
				sections, findings := o.Sections(used), o.Missing()
				if d := cmp.Diff(want, written(sections)); d != "" {
					t.Errorf("full width %v (-want +got):\n%s", full, d)
				}
				var got []string
				for _, f := range findings {
					got = append(got, f.Expected.String())
				}
				if d := cmp.Diff(missing, got); d != "" {
					t.Errorf("missing (-want +got):\n%s", d)
				}
			}
		})
	}
}

// widen writes brackets, commas and colons in full width, and the rest as is.
var widen = strings.NewReplacer("(", "\uff08", ")", "\uff09", ",", "\uff0c", ":", "\uff1a")

func TestOldSections(t *testing.T) {
	sections := Read(paragraphs("一、概述\n甲。\n二、主动公开政府信息情况\n乙。\n三、政府信息依申请公开办理情况\n丙。\n四、政府信息公开收费及减免情况\n丁。\n五、政府信息公开行政复议和行政诉讼情况\n戊。\n六、存在的不足和下一步打算\n己。\n政府信息公开情况统计表\n一、主动公开情况\n(一)主动公开政府信息数\n五、行政诉讼数量"), "").Sections(nil)
	want := []string{"1 概述: 甲。", "2 主动公开政府信息情况: 乙。", "3 政府信息依申请公开办理情况: 丙。", "4 政府信息公开收费及减免情况: 丁。", "5 政府信息公开行政复议和行政诉讼情况: 戊。", "6 存在的不足和下一步打算: 己。/政府信息公开情况统计表/一、主动公开情况/(一)主动公开政府信息数/五、行政诉讼数量"}
	if d := cmp.Diff(want, written(sections)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// TestOwnHeadings parts a paragraph at headings in the report's own words, and takes no
// sentence for a heading: what it says would be lost.
func TestOwnHeadings(t *testing.T) {
	for text, want := range map[string][]string{
		"一、概述  专人3名。  二、主动公开  (一)数量。公开30条。  三、依申请公开  收到7件。  四、复议、诉讼  未发生。  五、2018年  公开50条。": {
			"1 概述: 专人3名。", "2 主动公开: (一)数量。公开30条。", "3 依申请公开: 收到7件。", "4 复议、诉讼: 未发生。", "5 2018年: 公开50条。"},
		"一、总体情况\n(一)公开9条。\n二、复议诉讼。复议2件。\n三、问题:更新慢。":       {"1 总体情况: (一)公开9条。", "2 复议诉讼: 复议2件。", "3 问题: 更新慢。"},
		"一、总体情况\n公开9条。\n二、无复议。均已告知。\n二、收到申请3件。均已答复。":      {"1 总体情况: 公开9条。/二、无复议。均已告知。/二、收到申请3件。均已答复。"},
		"一、总体情况\n公开9条。\n四、公开。不在其位。\n二、公开,其后是话。\n二、只有这一句。": {"1 总体情况: 公开9条。/四、公开。不在其位。/二、公开,其后是话。/二、只有这一句。"},
		"一、总体情况\n有三点:一、二、均好。第二、公开。不是标题。":                  {"1 总体情况: 有三点:一、二、均好。第二、公开。不是标题。"},
	} {
		if d := cmp.Diff(want, written(Read(paragraphs(text), "").Sections(nil))); d != "" {
			t.Errorf("%s (-want +got):\n%s", text, d)
		}
	}
}

func TestCitations(t *testing.T) {
	for text, want := range map[string]string{
		"国办公开办函〔2019〕60号": "2019", "国办公开办函〔2021〕30号": "2021", "国办公开办函[2021]30号": "2021", "国办公开办函(2021)30号": "2021",
		"国办公开办函\uff082021\uff0930号": "2021", "国办公开办函【2021】30号": "2021", "国办公开办函﹝2021﹞30 号": "2021", "国办公开办函\uff3b2019\uff3d60号": "2019",
		"国办发〔2014〕32号": "2014", "国办公开办函2021年30号": "2021", "国办公开办函〔２０２１〕３０号": "2021", "国办公开办函 〔 2021 〕 30 号": "2021",
		"國辦公開辦函〔2021〕30號": "2021", "国国办公开办函〔2021〕30号": "2021",
		"国办函〔2021〕30号": "", "国办发〔2016〕80号": "", "国办公开办函〔2019〕61号": "", "国办公开办函〔2021〕301号": "", "": "",
		"国办公开办函〔2019〕60号和国办公开办函〔2021〕30号": "", "国办公开办函〔2019〕60号、国办公开办函〔2019〕60号": "2019",
	} {
		if got := Cited([]report.Section{{Number: 1, Text: "前文,依照" + text + "文件"}}); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestTopics(t *testing.T) {
	for topic, headings := range map[int]string{
		topicOverview: "总体情况 总体公开情况 基本情况 概述 概况 引言 政府信息公开工作总体情况 2021年政府信息公开工作总体情况 本年度总体情况 总体概述 政府信息公开工作开展情况 年度总体情况",
		topicActive:   "主动公开政府信息情况 行政机关主动公开政府信息情况 主动公开政府信息的情况 主动公开情况 政府信息主动公开情况 主动公开政府政府信息情况",
		topicRequests: "收到和处理政府信息公开申请情况 行政机关收到和处理政府信息公开申请情况 收到和处理政府信息公开申请的情况 依申请公开情况 政府信息依申请公开办理情况 依申请公开政府信息情况",
		topicReview:   "政府信息公开行政复议、行政诉讼情况 因政府信息公开工作被申请行政复议、提起行政诉讼情况 政府信息公开行政复议和行政诉讼情况 行政复议、行政诉讼情况 因政府信息公开申请行政复议、提起行政诉讼的情况",
		topicProblems: "存在的主要问题及改进情况 存在的主要问题及改进措施 存在的主要问题和改进情况 存在的主要问题及整改措施 政府信息公开工作存在的主要问题及改进情况 存在问题及下一步工作打算 主要问题及改进情况 存在的不足之处及改进措施 工作中存在的问题和不足",
		topicOther:    "其他需要报告的事项 其它需要报告的事项 其他需要报告事项 需要说明的其他事项 其他事项 其他需要说明的情况 其他有关事项",
		topicNone:     "政府信息管理情况 平台建设情况 监督保障 本年新收政府信息公开申请数量 其他处理 附表 公开渠道 政府信息公开收费及减免情况",
	} {
		for heading := range strings.FieldsSeq(headings) {
			got, size := topicOf(heading)
			if got != topic {
				t.Errorf("%s is read as %d, want %d", heading, got, topic)
			}
			if topic != topicNone && size != len(heading) {
				t.Errorf("%s ends at %q", heading, heading[:size])
			}
		}
	}
	for line, want := range map[string]int{
		"一、总体情况": 1, "第一部分 总体情况": 1, "一 总体情况": 1, "一.总体情况": 1, "一总体情况": 1, "第六部分、其他需要报告的事项": 6, "一\uff0c总体情况": 1, "\u3000一、\u200b总 体 情 况": 1,
	} {
		sections := Read(paragraphs("前言在此。\n"+line+"\n甲。\n二、主动公开政府信息情况\n乙。\n五、存在的主要问题\n丙。"), "").Sections(nil)
		i := slices.IndexFunc(sections, func(s report.Section) bool { return s.Number == want })
		if i < 0 {
			t.Errorf("%s: %v", line, written(sections))
		}
	}
}

func TestOrdinals(t *testing.T) {
	for s, want := range map[string]ordinal{
		"一、总体": {stylePlain, 1, 6}, "十二.总体": {stylePlain, 12, 7}, "第六部分、其他": {stylePlain, 6, 15}, "第一部分总体": {stylePlain, 1, 12},
		"(一)总体": {styleRound, 1, 5}, "(三)、收到": {styleRound, 3, 8}, "一)总体": {styleHalf, 1, 4}, "(一总体": {styleHalf, 1, 4}, "一总体": {styleBare, 1, 3},
		"1.总体": {styleArabic, 1, 2}, "2、总体": {styleArabic, 2, 4}, "12.总体": {}, "1总体": {}, "总体": {}, "第一章": {}, "": {}, "(": {},
	} {
		if got := ordinalAt(s); got != want {
			t.Errorf("%s: %+v, want %+v", s, got, want)
		}
	}
}
