// Package storetest has what the tests of the store and its rooms share: stores
// in temporary folders and invented reports.
package storetest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Generator makes invented reports: every county has one for its territory and
// some for its agencies in each year. The figures of the standard tables add
// up; the prose is made of the words that such reports use, in lengths that
// such reports have. The n-th report is always the same.
type Generator struct {
	Counties []region.Region
	Agencies int // reports of agencies beside the territory's own, each year
	Years    int // from 2023 back
	Chars    int // characters of prose a report
}

func NewGenerator() Generator {
	g := Generator{Agencies: 13, Years: 5, Chars: 1200}
	for _, r := range region.All() {
		if r.Level == region.LevelCounty && r.LastList == 2024 {
			g.Counties = append(g.Counties, r)
		}
	}
	return g
}

// The words of the prose; sentences of our own.
var Prose = strings.Fields(`政府信息 公开 工作 主动 申请 办理 答复 群众 关切 政策 解读 平台 建设 网站 栏目 更新 及时 准确 规范 完善 制度 机制 监督 考核 培训 人员
 业务 能力 提升 服务 便民 企业 项目 财政 预算 决算 教育 医疗 就业 社保 环境 保护 乡村 振兴 农业 产业 发展 安全 生产 应急 管理 住房 保障 公示 公告 通知 文件 规章
 清理 备案 审查 流程 标准 目录 基层 街道 社区 乡镇 部门 单位 协调 配合 责任 落实 问题 不足 改进 措施 下一步 加强 学习 宣传 渠道 微信 公众号 留言 回复 电话 热线 满意 效率 质量`)

var agencyNames = strings.Fields(`财政局 教育局 民政局 司法局 住房和城乡建设局 交通运输局 水利局 农业农村局 商务局 卫生健康局 应急管理局 审计局 市场监督管理局 统计局 医疗保障局 自然资源局`)

func (g Generator) Report(n int) *report.Report {
	rng := rand.New(rand.NewPCG(uint64(n), 7))
	office := n % (g.Agencies + 1)
	n2 := n / (g.Agencies + 1)
	county := g.Counties[n2%len(g.Counties)]
	year := 2023 - n2/len(g.Counties)%g.Years
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
			g.write(r, &t, rng, g.Chars*45/100)
		case 5:
			g.write(r, &t, rng, g.Chars/10)
		}
		r.Sections = append(r.Sections, t)
	}
	for range 2 {
		r.Findings = append(r.Findings, report.Finding{Rule: "requests.applicants_sum", Severity: report.SeverityWarning, Indicator: "requests.received",
			Expected: report.Number(float64(rng.IntN(90))), Actual: report.Number(float64(rng.IntN(90))), Message: "The kinds of applicants do not add up to the total.", Locator: report.Cell(3, 4, 9)})
	}
	return r
}

// write writes sentences, most without and some with a figure.
func (g Generator) write(r *report.Report, t *report.Section, rng *rand.Rand, chars int) {
	var text []rune
	for len(text) < chars {
		start, figure, raw := len(text), -1, ""
		for i := range 4 + rng.IntN(8) {
			if i > 0 && rng.IntN(4) == 0 {
				text = append(text, '，')
			}
			text = append(text, []rune(Prose[rng.IntN(len(Prose))])...)
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

var Clock = time.Date(2024, 4, 1, 8, 0, 0, 0, time.UTC)

// Letters cuts at every character: enough to test what search does with cuts.
type Letters struct{}

func (Letters) Cut(texts []string) [][]string {
	all := make([][]string, len(texts))
	for i, text := range texts {
		all[i] = strings.Split(text, "")
	}
	return all
}

func Open(t testing.TB, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), path, store.Options{Now: func() time.Time { return Clock }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func Fresh(t testing.TB) *store.Store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "reports.db")
	file, err := empty()
	if err == nil {
		err = os.WriteFile(path, file, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	return Open(t, path)
}

// empty is a database without reports: to make it takes as long as to open a dozen.
var empty = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "empty")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "reports.db")
	s, err := store.Open(context.Background(), path, store.Options{Now: func() time.Time { return Clock }})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func Count(n float64) *float64 { return &n }

// Sample is an invented report.
func Sample(region, name string, year int, received float64) *report.Report {
	sum := sha256.Sum256([]byte(fmt.Sprint(region, year, received)))
	return &report.Report{
		Meta: report.Meta{
			Source: fmt.Sprintf("%s-%d.html", region, year), Container: "html", Layout: "2021", Title: fmt.Sprintf("%s%d年政府信息公开工作年度报告", name, year),
			Year: report.Year(year), PeriodStart: fmt.Sprintf("%d-01-01", year), PeriodEnd: fmt.Sprintf("%d-12-31", year), Region: name, RegionCode: region,
			Publisher: name + "人民政府办公室", Scope: report.ScopeRegion, DocumentSHA256: hex.EncodeToString(sum[:]), ParserVersion: "1",
		},
		Facts: []report.Fact{
			{Indicator: "requests.received", Applicant: "total", Value: Count(received), Unit: "件", Status: report.StatusReported, Raw: fmt.Sprint(received), Locator: report.Cell(3, 4, 10)},
			{Indicator: "requests.granted", Applicant: "total", Unit: "件", Status: report.StatusBlank, Locator: report.Cell(3, 6, 10)},
			{Indicator: "disclosure.fees.amount", Value: Count(14155.37), Unit: "万元", Status: report.StatusReported, Raw: "14155.37", Locator: report.Line(12)},
			{Indicator: "review.total", Unit: "件", Status: report.StatusNotApplicable, Raw: "/"},
		},
		Mentions: []report.Mention{
			{Metric: "disclosed_items", Subject: "政府信息", Value: 2165, Unit: "条", Section: 1, Sentence: "全年主动公开政府信息2165条,其中网站235条。", Start: 16, End: 20, Raw: "2165"},
			{Metric: "disclosed_items", Subject: "网站", Value: 235, Unit: "条", PartOf: new(int), Section: 1, Sentence: "全年主动公开政府信息2165条,其中网站235条。", Start: 26, End: 29, Raw: "235"},
		},
		Findings: []report.Finding{{Rule: report.RuleCitation, Severity: report.SeverityInfo, Expected: report.Text("2021"), Actual: report.Number(2019), Message: "The text cites another notice."}},
		Sections: []report.Section{{Number: 1, Heading: "一、总体情况", Text: "工作稳步推进。全年主动公开政府信息2165条,其中网站235条。"}},
	}
}

// Query reads rows as text, cells separated by |.
func Query(t testing.TB, s *store.Store, sql string, args ...any) []string {
	t.Helper()
	rows, err := s.DB().Query(sql, args...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	cells, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	var all []string
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		line := make([]string, len(cells))
		for i, c := range cells {
			if c != nil {
				line[i] = fmt.Sprint(c)
			}
		}
		all = append(all, strings.Join(line, "|"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func Same(t testing.TB, what string, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: -want +got\n%s", what, diff)
	}
}

func Ingest(t testing.TB, s *store.Store, r *report.Report, d store.Document) store.Result {
	t.Helper()
	result, err := s.Ingest(t.Context(), r, d)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// With is a report changed a little.
func With(r *report.Report, change func(*report.Report)) *report.Report {
	change(r)
	return r
}

func Prosaic(code, name string, year int, texts ...string) *report.Report {
	r := Sample(code, name, year, 1)
	r.Mentions, r.Sections = nil, nil
	for i, text := range texts {
		r.Sections = append(r.Sections, report.Section{Number: i + 1, Heading: fmt.Sprintf("第%d部分", i+1), Text: text})
	}
	return r
}

// Change runs SQL on a file that is not open.
func Change(t *testing.T, path, statements string) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err == nil {
		_, err = db.Exec(statements)
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Tables is a report with these figures of the standard tables and no other
// content; a negative figure is a blank cell.
func Tables(region, name string, year int, layout string, figures map[string]float64) *report.Report {
	r := Sample(region, name, year, float64(len(figures)))
	r.Meta.Layout, r.Facts, r.Mentions, r.Findings, r.Sections = layout, nil, nil, nil, nil
	for key, v := range figures {
		f := report.Fact{Indicator: key, Status: report.StatusReported, Value: Count(v), Raw: report.Number(v).String()}
		if len(key) > 9 && key[:9] == "requests." {
			f.Applicant = "total"
		}
		if v < 0 {
			f.Status, f.Value, f.Raw = report.StatusBlank, nil, ""
		}
		r.Facts = append(r.Facts, f)
	}
	return r
}

// Prefecture are the reports of some counties of one prefecture; all figures
// are invented.
func Prefecture(t *testing.T) *store.Store {
	s := Fresh(t)
	for _, r := range []*report.Report{
		Sample("653101", "喀什市", 2020, 8),
		Sample("653101", "喀什市", 2021, 40),
		Sample("653121", "疏附县", 2021, 10),
		Sample("653122", "疏勒县", 2021, 10),
		With(Sample("653123", "英吉沙县", 2021, 0), func(r *report.Report) {
			r.Facts[0].Value, r.Facts[0].Status, r.Facts[0].Raw = nil, report.StatusBlank, ""
		}),
		With(Sample("653124", "泽普县", 2021, 5), func(r *report.Report) { r.Facts = r.Facts[1:] }),
		With(Sample("653125", "莎车县", 2021, 900), func(r *report.Report) { r.Meta.Scope, r.Meta.Publisher = report.ScopeAgency, "莎车县财政局" }),
		With(Sample("653126", "叶城县", 2021, 70), func(r *report.Report) {
			r.Findings = append(r.Findings, report.Finding{Rule: report.RuleUnofficialHost, Severity: report.SeverityWarning})
		}),
		Sample("653127", "麦盖提县", 2021, 3),
		With(Sample("653127", "麦盖提县", 2021, 4), func(r *report.Report) { r.Meta.Publisher = "麦盖提县人民政府" }),
		With(Sample("653128", "岳普湖县", 2021, 6), func(r *report.Report) { r.Meta.Scope = report.ScopeUnknown }),
		Sample("653100", "喀什地区", 2021, 4000),
	} {
		Ingest(t, s, r, store.Document{})
	}
	return s
}
