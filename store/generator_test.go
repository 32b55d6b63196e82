package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
)

// generator makes invented reports: every county has one for its territory and
// some for its agencies in each year. The figures of the standard tables add
// up; the prose is made of the words that such reports use, in lengths that
// such reports have. The n-th report is always the same.
type generator struct {
	counties []region.Region
	agencies int // reports of agencies beside the territory's own, each year
	years    int // from 2023 back
	chars    int // characters of prose a report
}

func newGenerator() generator {
	g := generator{agencies: 13, years: 5, chars: 1200}
	for _, r := range region.All() {
		if r.Level == region.LevelCounty && r.LastList == 2024 {
			g.counties = append(g.counties, r)
		}
	}
	return g
}

// The words of the prose; sentences of our own.
var prose = strings.Fields(`政府信息 公开 工作 主动 申请 办理 答复 群众 关切 政策 解读 平台 建设 网站 栏目 更新 及时 准确 规范 完善 制度 机制 监督 考核 培训 人员
 业务 能力 提升 服务 便民 企业 项目 财政 预算 决算 教育 医疗 就业 社保 环境 保护 乡村 振兴 农业 产业 发展 安全 生产 应急 管理 住房 保障 公示 公告 通知 文件 规章
 清理 备案 审查 流程 标准 目录 基层 街道 社区 乡镇 部门 单位 协调 配合 责任 落实 问题 不足 改进 措施 下一步 加强 学习 宣传 渠道 微信 公众号 留言 回复 电话 热线 满意 效率 质量`)

var agencyNames = strings.Fields(`财政局 教育局 民政局 司法局 住房和城乡建设局 交通运输局 水利局 农业农村局 商务局 卫生健康局 应急管理局 审计局 市场监督管理局 统计局 医疗保障局 自然资源局`)

func (g generator) report(n int) *report.Report {
	rng := rand.New(rand.NewPCG(uint64(n), 7))
	office := n % (g.agencies + 1)
	n2 := n / (g.agencies + 1)
	county := g.counties[n2%len(g.counties)]
	year := 2023 - n2/len(g.counties)%g.years
	layout := catalog.Layout2021
	if year < 2021 {
		layout = catalog.Layout2019
	}
	publisher, scope := county.Name+"人民政府", report.ScopeRegion
	if office > 0 {
		publisher, scope = county.Name+agencyNames[office%len(agencyNames)]+strings.Repeat("分局", office/len(agencyNames)), report.ScopeAgency
	}
	digest := sha256.Sum256(fmt.Append(nil, "generated", n))
	r := &report.Report{Meta: report.Meta{
		Source:    fmt.Sprintf("https://www.example.gov.cn/%s/xxgk/%d/t%d_%d.html", county.Code, year, n, office),
		Container: "html", Layout: layout, Title: fmt.Sprintf("%s%d年政府信息公开工作年度报告", publisher, year), Year: report.Year(year),
		PeriodStart: fmt.Sprintf("%d-01-01", year), PeriodEnd: fmt.Sprintf("%d-12-31", year), PublishedOn: fmt.Sprintf("%d-01-%02d", year+1, 1+n%31),
		Region: county.Name, RegionCode: county.Code, Publisher: publisher, Scope: scope, DocumentSHA256: hex.EncodeToString(digest[:]), ParserVersion: "1",
	}}
	row := 0
	for _, i := range catalog.Indicators() {
		if !i.In(layout) {
			continue
		}
		row++
		applicants := []string{""}
		if i.Dimension == catalog.DimensionApplicant {
			applicants = applicants[:0]
			for _, a := range catalog.Applicants() {
				applicants = append(applicants, a.Code)
			}
		}
		for column, a := range applicants {
			f := report.Fact{Indicator: i.Code, Applicant: a, Unit: i.Unit, Status: report.StatusReported, Locator: report.Cell(3, row, column+3)}
			switch v := rng.IntN(20); {
			case v == 0:
				f.Status = report.StatusBlank
			default:
				figure := float64(int(rng.ExpFloat64() * 40 * float64(v%4)))
				if i.Unit == "万元" {
					figure += float64(rng.IntN(100)) / 100
				}
				f.Value, f.Raw = &figure, fmt.Sprint(figure)
			}
			r.Facts = append(r.Facts, f)
		}
	}
	for number, heading := range []string{"一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项"} {
		t := report.Section{Number: number + 1, Heading: heading}
		switch number {
		case 0, 4:
			g.prose(r, &t, rng, g.chars*45/100)
		case 5:
			g.prose(r, &t, rng, g.chars/10)
		}
		r.Sections = append(r.Sections, t)
	}
	for range 2 {
		r.Findings = append(r.Findings, report.Finding{Rule: "requests.applicants_sum", Severity: report.SeverityWarning, Indicator: "requests.received",
			Expected: report.Number(float64(rng.IntN(90))), Actual: report.Number(float64(rng.IntN(90))), Message: "The kinds of applicants do not add up to the total.", Locator: report.Cell(3, 4, 9)})
	}
	return r
}

// prose writes sentences, most without and some with a figure.
func (g generator) prose(r *report.Report, t *report.Section, rng *rand.Rand, chars int) {
	var text []rune
	for len(text) < chars {
		start, figure, raw := len(text), -1, ""
		for i := range 4 + rng.IntN(8) {
			if i > 0 && rng.IntN(4) == 0 {
				text = append(text, '，')
			}
			text = append(text, []rune(prose[rng.IntN(len(prose))])...)
			if figure < 0 && rng.IntN(30) == 0 {
				raw = fmt.Sprint(rng.IntN(3000))
				figure = len(text)
				text = append(text, []rune(raw+"条")...)
			}
		}
		text = append(text, '。')
		if figure >= 0 {
			value := 0.0
			_, _ = fmt.Sscan(raw, &value)
			metric := ""
			if !slices.ContainsFunc(r.Mentions, func(m report.Mention) bool { return m.Metric != "" }) {
				metric = "disclosed_items"
			}
			r.Mentions = append(r.Mentions, report.Mention{Metric: metric, Subject: "政府信息", Value: value, Unit: "条", Section: t.Number,
				Sentence: string(text[start:]), Start: figure, End: figure + len(raw), Raw: raw})
		}
	}
	t.Text = string(text)
}

// pairs cuts a text at every second character: as many words as a dictionary
// finds, without one.
type pairs struct{}

func (pairs) Cut(text string) []string {
	var words []string
	run := []rune(text)
	for i := 0; i < len(run); i += 2 {
		words = append(words, string(run[i:min(i+2, len(run))]))
	}
	return words
}
