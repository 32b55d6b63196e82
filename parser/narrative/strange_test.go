package narrative

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"nianbao/parser/report"
)

// TestStrangers reads sentences whose figures another subject, time, intention or kind of
// the thing takes from the county's metrics, and the same without it.
func TestStrangers(t *testing.T) {
	r := reader(t)
	for _, c := range []struct{ sentence, metrics string }{
		{"县供销社全年公开信息310条,收到申请4件。", ". ."},
		{"全年公开信息310条,收到申请4件。", "disclosed_items requests_received"},
		{"各部门单位共举办培训31次。", "."},
		{"开展防溺水培训8期,参训412人次。", ". ."},
		{"开展业务培训8期,参训412人次。", "training_sessions training_attendees"},
		{"培训养蜂户36人次。", "."},
		{"每期培训36人。", "."},
		{"各类培训52期,其中政务公开培训6期。", ". training_sessions"},
		{"行政诉讼案件总数45件,涉及信息公开的6件。", ". lawsuits"},
		{"受理住房补贴申请61件,办结58件。", ". ."},
		{"因故未能举行的新闻发布会2场。", "."},
		{"按照目标,应举办培训9期,实际举办培训8期。", ". training_sessions"},
		{"要求各镇全年公开信息不少于200条。", "."},
		{"10月,公开信息61条;11月,公开信息63条。", ". ."},
		{"3月5日,召开新闻发布会1场。", "press_conferences"},
		{"上年同期受理申请31件,公开信息415条。", ". ."},
		{"上年结转申请3件,新收申请31件。", "requests_carried_in requests_received"},
		{"到2026年,全县政务新媒体账号压减至19个。", "."},
		{"2023年,我县将举办政务公开培训班5期,召开新闻发布会7场。", ". ."},
		{"下步打算:一是全年组织业务培训5期;二是召开新闻发布会7场。", ". ."},
		{"2020年、2021年、2022年分别收到申请31件、34件和39件。", ". . requests_received"},
		{"全省收到政府信息公开申请4108件。", "."},
		{"全县、县本级分别收到申请61件、17件。", "requests_received ."},
		{"围绕养老服务、供暖等议题召开新闻发布会7场。", "press_conferences"},
		{"二是向市政府网站报送信息31条,微博、微信发布信息58条。", ". new_media_items"},
		{"会同县气象局举办政务公开培训2期。", "training_sessions"},
	} {
		if got := metricsTold(r, c.sentence); got != c.metrics {
			t.Errorf("%s: metrics %s, want %s", c.sentence, got, c.metrics)
		}
	}
}

// metricsTold are those of the figures that a sentence of a county's report tells, with . for
// none.
func metricsTold(r *Reader, sentence string) string {
	var metrics []string
	for _, m := range r.Mentions(county, []report.Section{{Number: 1, Text: sentence}}) {
		metrics = append(metrics, cmp.Or(m.Metric, "."))
	}
	return strings.Join(metrics, " ")
}

// TestPlainWords holds the table of plain words to be one of words that are needed: none
// stands there twice, and none is a term.
func TestPlainWords(t *testing.T) {
	var all []string
	for _, row := range readTable("plain.tsv") {
		all = append(all, strings.Fields(row[1])...)
	}
	slices.Sort(all)
	l := loadLexicon()
	for n, w := range all {
		if n > 0 && all[n-1] == w {
			t.Errorf("%s stands in the table twice", w)
		}
		if end, _ := l.longest([]rune(w), 0, nil); end == len([]rune(w)) {
			t.Errorf("%s is a term of the lexicon", w)
		}
	}
}
