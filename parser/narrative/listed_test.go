package narrative

import (
	"slices"
	"testing"

	"nianbao/parser/report"
)

// TestListed reads sentences that tell of several things, names or ways as one, of nothing,
// or in numbers that may be read in several ways.
func TestListed(t *testing.T) {
	r := reader(t)
	for _, c := range []struct{ sentence, metrics string }{
		// Names of accounts.
		{"开通“杏川发布”“杏川政务”等新媒体账号3个。", "new_media_accounts"},
		{"建成“杏川发布”“杏川政务”“杏川文旅”等4个政务新媒体。", "new_media_accounts"},
		{"全年“杏川发布”“杏川政务”发布信息230条。", "new_media_items"},
		{"“杏川发布”、“今日杏川”发布信息300条。", "new_media_items"},
		{"“中国·杏川”“杏川发布”发布信息300条。", "."},
		{"通过县政府网站、“杏川发布”等平台公开信息1088条。", "disclosed_items"},
		{"开展“杏川阅读”“杏川讲堂”等活动12场。", "."},
		{"“杏川发布”阅读量1200次。", "reads"},
		{"建成“云泽通”公众号、APP等29个政务新媒体平台。", "new_media_accounts"},
		{"关停“云泽通”公众号、APP等29个政务新媒体。", "new_media_accounts_closed"},
		{"官方微博“杏川发布”、微信公众号“今日杏川”发布信息分别为92条、306条。", "new_media_items new_media_items"},
		{"县政府网站、微信公众号分别主动公开信息5条、6条。", "website_items new_media_items"},
		{"政府信息公开申请、答复分别为12件、10件。", "requests_received requests_answered"},
		// Kinds counted as one.
		{"主动公开概况信息4条、法规公文10条、工作动态50条,总计64条。", ". documents_published . disclosed_items"},
		{"公开行政处罚信息5条、行政许可信息3条,合计8条。", ". . ."},
		{"全年主动公开政府信息包括政策文件、工作动态、通知公告等,共446条。", "."},
		{"主动公开信息主要为工作动态、政策解读、人事任免,共计105条。", "."},
		{"发布图文解读、视频解读12条。", "interpretations"},
		{"通过微信公众号发布工作动态180条、政策宣传70条,共250条。", ". . ."},
		{"办理人大建议11件、群众投诉17件。", "proposals_answered ."},
		// Ways of asking.
		{"通过网站和信函途径收到政府信息公开申请12件。", "requests_received"},
		{"收到公民通过网站、信函方式提出的政府信息公开申请7件。", "requests_received"},
		{"收到申请12件,其中网站和信函途径11件。", "requests_received ."},
		{"收到申请12件,其中网站途径8件、信函途径4件。", "requests_received requests_online requests_mail"},
		// Denials.
		{"2021年未收到政府信息公开申请。", ""},
		{"没有未公开的规范性文件。", ""},
		{"收到政府信息公开申请12件,未发生超期答复申请的情况。", "requests_received"},
		{"收到政府信息公开申请12件,未因此发生行政复议、行政诉讼。", "requests_received reviews lawsuits"},
		{"2022年未收到政府信息公开申请。", "requests_received"},
		{"未接到任何公民、法人或其他组织提出的政府信息公开申请。", "requests_received"},
		{"未收到要求公开土地征收信息的申请。", ""},
		{"未收到政府信息公开申请的有12个部门。", "."},
		{"12个部门未收到政府信息公开申请。", "."},
		{"未收到重复申请公开政府信息的情况。", ""},
		{"未组织过半数部门参加培训。", ""},
		{"没有发生因政府信息公开而被申请行政复议或提起行政诉讼的案件。", "reviews lawsuits"},
		{"没有及时公开的规范性文件3件。", "."},
		{"未收到政府信息公开申请0件。", "requests_received requests_received"},
		{"未按时答复的政府信息公开申请3件。", "."},
		// Numbers.
		{"行政复议、行政诉讼分别为5、4件。", "reviews lawsuits"},
		{"收到申请12、3件。", ""},
		{"主动公开政府信息1.234条。", "."},
	} {
		if got := metricsTold(r, c.sentence); got != c.metrics {
			t.Errorf("%s: metrics %s, want %s", c.sentence, got, c.metrics)
		}
	}
}

// TestUnreadable holds numbers of several readings to be left out with a finding, and never
// to give their ends.
func TestUnreadable(t *testing.T) {
	r := reader(t)
	for printed, want := range map[string]string{
		"收到申请12,3件。":      "12,3件",
		"收到申请1,2345件。":    "1,2345件",
		"收到申请1234，567件。":  "1234，567件",
		"收到申请12 , 3件。":    "12 , 3件",
		"收到申请1 234件。":     "1 234件",
		"收到申请12　34件。":     "12　34件",
		"收到申请1 .5万件。":     "1 .5万件",
		"收到申请1'234件。":     "1'234件",
		"收到申请4\uFFFD69件。": "4\uFFFD69件",
		"收到申请1 2 3 4件。":   "", // a row of a table
		"收到申请1,234件。":     "",
		"收到申请12件,3件已答复。":  "",
	} {
		found, findings := r.Read(county, []report.Section{{Number: 1, Text: printed}})
		if want == "" && len(findings) > 0 || want != "" && (len(findings) != 1 || !findings[0].Actual.Equal(report.Text(want))) {
			t.Errorf("%s: left out %v, want %q", printed, findings, want)
		}
		if want != "" && slices.ContainsFunc(found, func(m report.Mention) bool { return m.Metric != "" }) {
			t.Errorf("%s: read as %v", printed, found)
		}
	}
}
