package narrative

import (
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
	bureau := report.Meta{Region: "青屿县", Publisher: "青屿县水务局", Year: 2022, Scope: report.ScopeAgency}
	if all := r.Mentions(bureau, []report.Section{{Number: 1, Text: "县水务局受理政府信息公开申请11件。"}}); len(all) != 1 || all[0].Metric != "requests_received" {
		t.Errorf("in its own report the bureau's figure has its metric: %v", all)
	}
}
