package narrative

import (
	"strings"
	"testing"

	"nianbao/parser/report"
)

// county is a report of which the words' place, year and scope are known.
var county = report.Meta{Region: "青屿县", Publisher: "青屿县人民政府", Year: 2022, Scope: report.ScopeRegion}

// TestFiguresOfBodies reads sentences of the report of a county, and the same of one
// whose scope is not known: what a body of the county did is none of the county's
// metrics.
func TestFiguresOfBodies(t *testing.T) {
	r := reader(t)
	for _, c := range []struct {
		sentence string
		whole    bool // the figures are the county's
	}{
		{"县水务局受理政府信息公开申请11件,占全县总量的9.5%。", false},
		{"交通局、城管局、司法局分别收到政府信息公开申请4件、5件、6件。", false},
		{"各镇(街道)共收到政府信息公开申请21件,县直部门收到22件。", false},
		{"2022年,县审计局主动公开政府信息302条。", false},
		{"其中,县文旅局主动公开信息276条,县残联公布信息30条。", false},
		{"石桥镇在县政府网站公开信息517条。", false},
		{"县交警大队微信公众号发布信息1904条。", false},
		{"县商务局召开新闻发布会4场,发布政策解读31篇。", false},
		{"县教育局配备政务公开工作人员5名。", false},
		{"其余单位答复政府信息公开申请17件。", false},
		{"县人大常委会收到政府信息公开申请7件。", false},
		{"该局全年主动公开政府信息118条。", false},
		{"县残联全年主动公开政府信息31条。", false},
		{"教育系统主动公开政府信息214条。", false},
		{"县本级受理政府信息公开申请19件。", false},
		{"2021年主动公开政府信息3300条。", false},
		{"邻县收到政府信息公开申请29件。", false},
		{"全市收到政府信息公开申请1046件。", false},
		{"各部门召开37场新闻发布会。", false},
		{"县直各部门公开信息611条。", false},
		{"全县9个街道办事处公开信息1530条。", false},
		{"乡镇自行培训27场。", false},
		{"县直单位自办培训14期。", false},
		{"区国土分局一家就收到政府信息公开申请26件。", false},
		{"全自治区主动公开政府信息181万条。", false},

		{"全县各乡镇、各部门主动公开政府信息7042条。", true},
		{"各乡镇、县直部门共主动公开政府信息7042条。", true},
		{"各级各部门主动公开政府信息7042条。", true},
		{"我县受理政府信息公开申请83件。", true},
		{"全年主动公开政府信息7042条。", true},
		{"县政府办公室受理政府信息公开申请83件。", true},
		{"县政府新闻办召开新闻发布会12场。", true},
		{"会同司法局举办政务公开培训3次。", true},
		{"邀请县直部门负责人参加在线访谈8期。", true},
		{"在县水务局网站公开信息后,全县主动公开政府信息7042条。", true},
		{"青屿县人民政府受理政府信息公开申请83件。", true},
		{"县水务局受理了投诉;全县受理政府信息公开申请83件。", true},
		{"加强格局建设,主动公开政府信息7042条。", true},
	} {
		sections := []report.Section{{Number: 1, Text: c.sentence}}
		told := func(of report.Meta) (metrics int) {
			for _, m := range r.Mentions(of, sections) {
				if m.Metric != "" {
					metrics++
				}
			}
			return metrics
		}
		plain := told(report.Meta{})
		if plain == 0 && c.whole {
			t.Errorf("%s: no metric even where the scope is not known", c.sentence)
		}
		want := 0
		if c.whole {
			want = plain
		}
		if got := told(county); got != want {
			t.Errorf("%s: %d figures have a metric in the county's report, want %d", c.sentence, got, want)
		}
	}
}

// TestFiguresOfOthers reads sentences of the reports of agencies: what another body did, or
// the whole territory, is none of the publisher's metrics.
func TestFiguresOfOthers(t *testing.T) {
	r := reader(t)
	for _, c := range []struct{ region, publisher, own, others string }{
		{
			"青屿县", "青屿县水务局",
			`县水务局受理政府信息公开申请11件。
水务局召开新闻发布会2场。
我局收到县政府办转办的政府信息公开申请4件。
青屿县水务局微信公众号发布信息61条。
通过县政府门户网站公开信息126条。
县政府网站发布信息126条。
全年公开信息412条,其中青屿县人民政府门户网站发布126条。
在全县率先公开信息126条。
参加全市政务公开培训3次。
向县政府办报送后,主动公开信息55条。
全年主动公开政府信息412条。
县委、县政府高度重视,主动公开政府信息412条。
今年来我局收到政府信息公开申请3件。
各科室、各单位公开信息88条。
全系统主动公开政府信息305条。
我局和县商务局联合举办政务公开培训3期。`,
			`全县主动公开政府信息7042条。
我市收到政府信息公开申请913件。
县审计局举办政务公开培训6期。
县文旅局、县商务局分别收到政府信息公开申请5件、7件。
县财政局收到政府信息公开申请12件,办结11件。
市水务局收到政府信息公开申请31件。
省厅发布政策解读18篇。
县政府办收到政府信息公开申请58件。
县政府收到政府信息公开申请58件。
各乡镇公开信息914条。
县直各部门召开新闻发布会27场。
石桥镇公开信息88条。
局属单位公开信息214条。
所属学校公开信息214条。
县政府网站全年访问量51万人次。
青屿县人民政府公开信息7042条。
县卫生院公开信息214条。
14个乡镇公开信息1206条。
县、乡、村三级公开信息917条。
县局、县财政局共公开信息208条。
全年办理行政复议案件86件。`,
		},
		{
			"青屿县", "青屿县卫生健康委员会",
			`县卫健委主动公开信息88条。
我委收到政府信息公开申请4件。
卫健委发布政策解读3篇。`,
			`县发改委主动公开信息88条。
县纪委主动公开信息88条。
县人民医院主动公开信息88条。`,
		},
		{
			"青屿县", "青屿县人民政府办公室",
			`县政府办收到政府信息公开申请58件。
县政府办公室主动公开政府信息412条。
政府办公室举办政务公开培训2期。
县政府收到政府信息公开申请58件。`,
			`全县收到政府信息公开申请913件。
县委办公开信息88条。
各部门召开新闻发布会27场。
市政府收到政府信息公开申请58件。`,
		},
		{
			"云泽市", "云泽高新技术产业开发区管理委员会",
			`管委会主动公开政府信息412条。
高新区收到政府信息公开申请4件。
全区举办政务公开培训2期。`,
			`全市主动公开政府信息7042条。
园区企业公开信息88条。
青浦区收到政府信息公开申请9件。
市司法局举办政务公开培训6期。`,
		},
		{
			"青屿县", "青屿县石桥镇人民政府",
			`镇政府主动公开政府信息412条。
全镇主动公开政府信息412条。
石桥镇发布政策解读3篇。
镇人民政府收到政府信息公开申请4件。
一年内镇政府主动公开信息412条。
主动公开镇政府信息102条。`,
			`县人民政府收到政府信息公开申请58件。
青屿县人民政府收到政府信息公开申请58件。
河口镇公开信息88条。
各村(社区)公开信息88条。`,
		},
		{"", "青屿市市场监督管理局", `市监局公开信息88条。
市局公开信息88条。
市场监管局公开信息88条。`, `我市公开信息88条。
省市场监管局公开信息88条。
县局公开信息88条。`},
		{"青屿县", "青屿县石桥镇", "镇政府主动公开政府信息412条。", "河口镇公开信息88条。"},
		{"", "市应急管理局", "云泽市应急管理局公开信息88条。", "全市公开信息88条。"},
		{"", "", `县水务局收到政府信息公开申请11件。
县政府办收到政府信息公开申请58件。`, `全县收到政府信息公开申请913件。
各乡镇公开信息914条。`},
	} {
		of := report.Meta{Region: c.region, Publisher: c.publisher, Year: 2022, Scope: report.ScopeAgency}
		check := func(sentence string, own bool) {
			sections := []report.Section{{Number: 1, Text: sentence}}
			for n, m := range r.Mentions(of, sections) {
				if (m.Metric != "") != own {
					t.Errorf("%s of %q: figure %d has the metric %q", sentence, c.publisher, n, m.Metric)
				}
			}
			var metrics bool
			for _, m := range r.Mentions(report.Meta{}, sections) {
				metrics = metrics || m.Metric != ""
			}
			if !metrics {
				t.Errorf("%s: no metric even where the scope is not known", sentence)
			}
		}
		for s := range strings.SplitSeq(c.own, "\n") {
			check(s, true)
		}
		for s := range strings.SplitSeq(c.others, "\n") {
			check(s, false)
		}
	}
}
