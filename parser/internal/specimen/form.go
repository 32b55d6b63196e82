package specimen

import (
	"math/rand/v2"
	"slices"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

// form is a standard form before it is drawn as tables: rows and columns as
// data, so that a style can move, rename, add or drop them.
type form struct {
	truth    Truth
	layout   string
	rng      *rand.Rand
	articles []article // section two
	lines    []line    // section three
	columns  []column
	reviews  []review // section four
	annex    []entry  // 2014

	arrangement arrangement
	noUnits     bool // the annex without its column of units
	want        Want
}

// arrangement tells how the blocks of section two stand together.
type arrangement int

const (
	stacked arrangement = iota // one table, a block under the other
	split                      // a table each
	abreast                    // one table, two blocks side by side
	nested                     // a layout table, two tables side by side in a row
)

// article is a block of section two: one item of article 20 of the regulations.
type article struct {
	title string
	heads []string // the first is the stub's
	rows  []stub
}

// stub is a row with its label and a figure for each column.
type stub struct {
	label string
	keys  []string
	texts []string // what is printed where keys has "", for rows of no layout
}

// line is a row of section three; each of its labels is "" where the row has none.
type line struct {
	code               string // "" for rows of no layout
	item, kind, detail string
	texts              []string // printed figures of rows of no layout
}

// column is an applicant column of section three.
type column struct {
	code  string // "" for columns of no layout
	label string
	legal bool // stands under 法人或其他组织
}

// review is a group of five columns of section four.
type review struct {
	code  string
	label string
}

// entry is a row of the annex of 2014.
type entry struct {
	level int // indentation
	label string
	unit  string // "" for header rows, printed as a dash
	key   string // "" for header rows and rows of no layout
	text  string // printed figure of rows of no layout
}

var reviewKinds = []string{"review", "litigation.direct", "litigation.after_review"}

var reviewResults = []struct{ code, label string }{
	{"upheld", "结果维持"}, {"corrected", "结果纠正"}, {"other_result", "其他结果"}, {"pending", "尚未审结"}, {"total", "总计"},
}

var repliedParts = []string{
	"requests.replied.already_public", "requests.replied.granted", "requests.replied.partially_granted", "requests.replied.denied",
	"requests.replied.other_agency", "requests.replied.not_existing", "requests.replied.amend_request", "requests.replied.other_channel",
}

var deniedParts2014 = []string{
	"requests.replied.denied.state_secret", "requests.replied.denied.trade_secret", "requests.replied.denied.privacy",
	"requests.replied.denied.safety_and_stability", "requests.replied.denied.not_government_information", "requests.replied.denied.other_by_law",
}

func articlesOf(layout string) []article {
	if layout == catalog.Layout2019 {
		made := func(code string) []string {
			return []string{"disclosure." + code + ".made", "disclosure." + code + ".newly_published", "disclosure." + code + ".published_total"}
		}
		items := func(code string) []string {
			return []string{"disclosure." + code + ".items_last_year", "disclosure." + code + ".items_change", "disclosure." + code + ".decisions"}
		}
		counted := []string{"信息内容", "上一年项目数量", "本年增/减", "处理决定数量"}
		return []article{
			{"第二十条第(一)项", []string{"信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"}, []stub{
				{label: "规章", keys: made("regulations")}, {label: "规范性文件", keys: made("normative_documents")}}},
			{"第二十条第(五)项", counted, []stub{
				{label: "行政许可", keys: items("licensing")}, {label: "其他对外管理服务事项", keys: items("other_services")}}},
			{"第二十条第(六)项", counted, []stub{
				{label: "行政处罚", keys: items("penalties")}, {label: "行政强制", keys: items("coercion")}}},
			{"第二十条第(八)项", counted[:3], []stub{{label: "行政事业性收费", keys: items("fees")[:2]}}},
			{"第二十条第(九)项", []string{"信息内容", "采购项目数量", "采购总金额(单位:万元)"}, []stub{
				{label: "政府集中采购", keys: []string{"disclosure.procurement.projects", "disclosure.procurement.amount"}}}},
		}
	}
	issued := func(code string) []string {
		return []string{"disclosure." + code + ".issued", "disclosure." + code + ".repealed", "disclosure." + code + ".in_force"}
	}
	decided := []string{"信息内容", "本年处理决定数量"}
	return []article{
		{"第二十条第(一)项", []string{"信息内容", "本年制发件数", "本年废止件数", "现行有效件数"}, []stub{
			{label: "规章", keys: issued("regulations")}, {label: "行政规范性文件", keys: issued("normative_documents")}}},
		{"第二十条第(五)项", decided, []stub{{label: "行政许可", keys: []string{"disclosure.licensing.decisions"}}}},
		{"第二十条第(六)项", decided, []stub{
			{label: "行政处罚", keys: []string{"disclosure.penalties.decisions"}},
			{label: "行政强制", keys: []string{"disclosure.coercion.decisions"}}}},
		{"第二十条第(八)项", []string{"信息内容", "本年收费金额(单位:万元)"}, []stub{
			{label: "行政事业性收费", keys: []string{"disclosure.fees.amount"}}}},
	}
}

// requestLines lists the rows of section three.
func requestLines(layout string) []line {
	lines := []line{
		{code: "requests.received", item: "一、本年新收政府信息公开申请数量"},
		{code: "requests.carried_in", item: "二、上年结转政府信息公开申请数量"},
	}
	third := func(kind string, rows ...line) {
		for _, l := range rows {
			l.item, l.kind = "三、本年度办理结果", kind
			lines = append(lines, l)
		}
	}
	third("(一)予以公开", line{code: "requests.granted"})
	third("(二)部分公开(区分处理的,只计这一情形,不计其他情形)", line{code: "requests.partially_granted"})
	third("(三)不予公开",
		line{code: "requests.denied.state_secret", detail: "1.属于国家秘密"},
		line{code: "requests.denied.prohibited_by_law", detail: "2.其他法律行政法规禁止公开"},
		line{code: "requests.denied.safety_and_stability", detail: "3.危及“三安全一稳定”"},
		line{code: "requests.denied.third_party_rights", detail: "4.保护第三方合法权益"},
		line{code: "requests.denied.internal_affairs", detail: "5.属于三类内部事务信息"},
		line{code: "requests.denied.deliberative_process", detail: "6.属于四类过程性信息"},
		line{code: "requests.denied.enforcement_files", detail: "7.属于行政执法案卷"},
		line{code: "requests.denied.administrative_inquiry", detail: "8.属于行政查询事项"})
	third("(四)无法提供",
		line{code: "requests.unavailable.not_held", detail: "1.本机关不掌握相关政府信息"},
		line{code: "requests.unavailable.needs_creation", detail: "2.没有现成信息需要另行制作"},
		line{code: "requests.unavailable.still_unclear", detail: "3.补正后申请内容仍不明确"})
	third("(五)不予处理",
		line{code: "requests.not_processed.petition_or_complaint", detail: "1.信访举报投诉类申请"},
		line{code: "requests.not_processed.duplicate", detail: "2.重复申请"},
		line{code: "requests.not_processed.publication_request", detail: "3.要求提供公开出版物"},
		line{code: "requests.not_processed.abusive_repetition", detail: "4.无正当理由大量反复申请"},
		line{code: "requests.not_processed.confirm_or_reissue", detail: "5.要求行政机关确认或重新出具已获取信息"})
	if layout == catalog.Layout2019 {
		third("(六)其他处理", line{code: "requests.other_processing"})
	} else {
		third("(六)其他处理",
			line{code: "requests.other_processing.correction_overdue", detail: "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"},
			line{code: "requests.other_processing.fee_overdue", detail: "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"},
			line{code: "requests.other_processing.other", detail: "3.其他"})
	}
	third("(七)总计", line{code: "requests.processed_total"})
	return append(lines, line{code: "requests.carried_out", item: "四、结转下年度继续办理"})
}

// outcomes lists the rows whose sum is requests.processed_total.
func outcomes(layout string) []string {
	var codes []string
	for _, l := range requestLines(layout) {
		if l.kind != "" && l.code != "requests.processed_total" {
			codes = append(codes, l.code)
		}
	}
	return codes
}

func applicantColumns(layout string) []column {
	var cs []column
	for _, a := range catalog.Default().ApplicantsOf(layout) {
		cs = append(cs, column{a.Code, a.LabelZH, a.Code != "natural_person" && a.Code != catalog.ApplicantTotal})
	}
	return cs
}

func annexEntries() []entry {
	e := func(level int, key, unit, label string) entry {
		return entry{level: level, key: key, unit: unit, label: label}
	}
	h := func(level int, label string) entry { return entry{level: level, label: label} }
	return []entry{
		h(0, "一、主动公开情况"),
		e(1, "disclosure.published.total", "条", "(一)主动公开政府信息数(不同渠道和方式公开相同信息计1条)"),
		e(2, "disclosure.published.normative_documents", "条", "其中:主动公开规范性文件数"),
		e(2, "disclosure.normative_documents.made_total", "件", "制发规范性文件总数"),
		h(1, "(二)通过不同渠道和方式公开政府信息的情况"),
		e(2, "disclosure.channel.gazette", "条", "1.政府公报公开政府信息数"),
		e(2, "disclosure.channel.website", "条", "2.政府网站公开政府信息数"),
		e(2, "disclosure.channel.microblog", "条", "3.政务微博公开政府信息数"),
		e(2, "disclosure.channel.wechat", "条", "4.政务微信公开政府信息数"),
		e(2, "disclosure.channel.other", "条", "5.其他方式公开政府信息数"),
		h(0, "二、回应解读情况"),
		e(1, "response.hot_topics", "次", "(一)回应公众关注热点或重大舆情数(不同方式回应同一热点或舆情计1次)"),
		h(1, "(二)通过不同渠道和方式回应解读的情况"),
		e(2, "response.press_conferences", "次", "1.参加或举办新闻发布会总次数"),
		e(3, "response.press_conferences_by_leader", "次", "其中:主要负责同志参加新闻发布会次数"),
		e(2, "response.online_interviews", "次", "2.政府网站在线访谈次数"),
		e(3, "response.online_interviews_by_leader", "次", "其中:主要负责同志参加政府网站在线访谈次数"),
		e(2, "response.interpretations", "篇", "3.政策解读稿件发布数"),
		e(2, "response.microblog_and_wechat", "次", "4.微博微信回应事件数"),
		e(2, "response.other", "次", "5.其他方式回应事件数"),
		h(0, "三、依申请公开情况"),
		e(1, "requests.received@total", "件", "(一)收到申请数"),
		e(2, "requests.channel.in_person", "件", "1.当面申请数"),
		e(2, "requests.channel.fax", "件", "2.传真申请数"),
		e(2, "requests.channel.online", "件", "3.网络申请数"),
		e(2, "requests.channel.mail", "件", "4.信函申请数"),
		e(1, "requests.completed.total", "件", "(二)申请办结数"),
		e(2, "requests.completed.on_time", "件", "1.按时办结数"),
		e(2, "requests.completed.extended", "件", "2.延期办结数"),
		e(1, "requests.replied.total", "件", "(三)申请答复数"),
		e(2, "requests.replied.already_public", "件", "1.属于已主动公开范围数"),
		e(2, "requests.replied.granted", "件", "2.同意公开答复数"),
		e(2, "requests.replied.partially_granted", "件", "3.同意部分公开答复数"),
		e(2, "requests.replied.denied", "件", "4.不同意公开答复数"),
		e(3, "requests.replied.denied.state_secret", "件", "其中:涉及国家秘密"),
		e(4, "requests.replied.denied.trade_secret", "件", "涉及商业秘密"),
		e(4, "requests.replied.denied.privacy", "件", "涉及个人隐私"),
		e(4, "requests.replied.denied.safety_and_stability", "件", "危及国家安全、公共安全、经济安全和社会稳定"),
		e(4, "requests.replied.denied.not_government_information", "件", "不是《条例》所指政府信息"),
		e(4, "requests.replied.denied.other_by_law", "件", "法律法规规定的其他情形"),
		e(2, "requests.replied.other_agency", "件", "5.不属于本行政机关公开数"),
		e(2, "requests.replied.not_existing", "件", "6.申请信息不存在数"),
		e(2, "requests.replied.amend_request", "件", "7.告知作出更改补充数"),
		e(2, "requests.replied.other_channel", "件", "8.告知通过其他途径办理数"),
		e(0, "review.total", "件", "四、行政复议数量"),
		e(1, "review.upheld", "件", "(一)维持具体行政行为数"),
		e(1, "review.corrected", "件", "(二)被依法纠错数"),
		e(1, "review.other_result", "件", "(三)其他情形数"),
		e(0, "litigation.total", "件", "五、行政诉讼数量"),
		e(1, "litigation.upheld", "件", "(一)维持具体行政行为或者驳回原告诉讼请求数"),
		e(1, "litigation.corrected", "件", "(二)被依法纠错数"),
		e(1, "litigation.other_result", "件", "(三)其他情形数"),
		e(0, "complaints.total", "件", "六、举报投诉数量"),
		e(0, "requests.fees_collected", "万元", "七、依申请公开信息收取的费用"),
		h(0, "八、机构建设和保障经费情况"),
		e(1, "resources.agencies", "个", "(一)政府信息公开工作专门机构数"),
		e(1, "resources.reading_points", "个", "(二)设置政府信息公开查阅点数"),
		e(1, "resources.staff.total", "人", "(三)从事政府信息公开工作人员数"),
		e(2, "resources.staff.full_time", "人", "1.专职人员数(不包括政府公报及政府网站工作人员数)"),
		e(2, "resources.staff.part_time", "人", "2.兼职人员数"),
		e(1, "resources.budget", "万元", "(四)政府信息公开专项经费(不包括用于政府公报编辑管理及政府网站建设维护等方面的经费)"),
		h(0, "九、政府信息公开会议和培训情况"),
		e(1, "training.meetings", "次", "(一)召开政府信息公开工作会议或专题会议数"),
		e(1, "training.sessions", "次", "(二)举办各类培训班数"),
		e(1, "training.attendees", "人次", "(三)接受培训人员数"),
	}
}

// layoutKeys lists the keys of a layout in the order of its tables.
func layoutKeys(layout string) []string {
	var keys []string
	if layout == catalog.Layout2014 {
		for _, e := range annexEntries() {
			if e.key != "" {
				keys = append(keys, e.key)
			}
		}
		return keys
	}
	for _, a := range articlesOf(layout) {
		for _, r := range a.rows {
			keys = append(keys, r.keys...)
		}
	}
	for _, l := range requestLines(layout) {
		for _, c := range applicantColumns(layout) {
			keys = append(keys, l.code+"@"+c.code)
		}
	}
	for _, kind := range reviewKinds {
		for _, r := range reviewResults {
			keys = append(keys, kind+"."+r.code)
		}
	}
	return keys
}

// newForm lays out the form of a truth, without the rows that it leaves out.
func newForm(t Truth, rng *rand.Rand) *form {
	f := &form{truth: t, layout: t.Meta.Layout, rng: rng}
	f.want = Want{Meta: t.Meta, Facts: map[string]Expect{}, Told: t.Told}
	absent := func(keys ...string) bool {
		for _, k := range keys {
			if t.Status(k) != StatusAbsent {
				return false
			}
		}
		return true
	}
	if f.layout == catalog.Layout2014 {
		for _, e := range annexEntries() {
			if e.key != "" && absent(e.key) {
				f.missing()
				continue
			}
			f.annex = append(f.annex, e)
		}
		return f
	}
	for _, a := range articlesOf(f.layout) {
		var rows []stub
		for _, r := range a.rows {
			if !absent(r.keys...) {
				rows = append(rows, r)
			}
		}
		if a.rows = rows; len(rows) > 0 {
			f.articles = append(f.articles, a)
		}
	}
	f.columns = applicantColumns(f.layout)
	for _, l := range requestLines(f.layout) {
		if !absent(keysOf(l.code, f.layout)...) {
			f.lines = append(f.lines, l)
			continue
		}
		if one := "requests.other_processing"; splitsOthers(f.layout) && l.detail == "3.其他" && !absent(keysOf(one, f.layout)...) {
			l.code, l.detail = one, ""
			f.lines = append(f.lines, l)
		}
		if !strings.HasPrefix(l.code, "requests.other_processing") {
			f.missing()
		}
	}
	if len(f.lines) == 0 { // the whole table is left out
		f.want.Rules = nil
	}
	f.reviews = []review{{reviewKinds[0], "行政复议"}, {reviewKinds[1], "未经复议直接起诉"}, {reviewKinds[2], "复议后起诉"}}
	all := true
	for _, r := range f.reviews {
		for _, result := range reviewResults {
			all = all && absent(r.code+"."+result.code)
		}
	}
	if all {
		f.reviews = nil
	}
	return f
}

// missing notes that a row of the layout is left out.
func (f *form) missing() {
	if !slices.Contains(f.want.Rules, report.RuleMissingRow) {
		f.want.Rules = append(f.want.Rules, report.RuleMissingRow)
	}
}

// text is what the cell of a key says.
func (f *form) text(key string) string {
	switch f.truth.Status(key) {
	case report.StatusReported, report.StatusUnitAssumed:
		v := *f.truth.Facts[key]
		s := formatFigure(v)
		if strings.HasSuffix(key, "items_change") && v > 0 {
			s = "+" + s
		}
		return s
	case report.StatusNotApplicable, report.StatusUnreadable:
		return f.truth.Printed[key]
	}
	return ""
}

func (f *form) figure(key string) *cell {
	e := Expect{Status: f.truth.Status(key)}
	switch e.Status {
	case report.StatusReported, report.StatusUnitAssumed:
		e.Value = f.truth.Facts[key]
	case StatusAbsent: // one cell of a row that is printed
		e = Expect{Status: report.StatusBlank, Certainty: Undecidable}
	}
	f.want.Facts[key] = e
	return &cell{text: f.text(key), key: key, kind: figureCell}
}
