package flattened

// stubRow is a row of section three: its labels in the three label columns,
// and the indicator that its figures are of.
type stubRow struct{ item, kind, detail, code string }

const (
	results = "三、本年度办理结果"
	denied  = "(三)不予公开"
	lacking = "(四)无法提供"
	refused = "(五)不予处理"
	otherly = "(六)其他处理"
)

// requestRows are the rows of section three up to (五), alike in both layouts.
var requestRows = []stubRow{
	{"一、本年新收政府信息公开申请数量", "", "", "requests.received"},
	{"二、上年结转政府信息公开申请数量", "", "", "requests.carried_in"},
	{results, "(一)予以公开", "", "requests.granted"},
	{results, "(二)部分公开(区分处理的,只计这一情形,不计其他情形)", "", "requests.partially_granted"},
	{results, denied, "1.属于国家秘密", "requests.denied.state_secret"},
	{results, denied, "2.其他法律行政法规禁止公开", "requests.denied.prohibited_by_law"},
	{results, denied, "3.危及“三安全一稳定”", "requests.denied.safety_and_stability"},
	{results, denied, "4.保护第三方合法权益", "requests.denied.third_party_rights"},
	{results, denied, "5.属于三类内部事务信息", "requests.denied.internal_affairs"},
	{results, denied, "6.属于四类过程性信息", "requests.denied.deliberative_process"},
	{results, denied, "7.属于行政执法案卷", "requests.denied.enforcement_files"},
	{results, denied, "8.属于行政查询事项", "requests.denied.administrative_inquiry"},
	{results, lacking, "1.本机关不掌握相关政府信息", "requests.unavailable.not_held"},
	{results, lacking, "2.没有现成信息需要另行制作", "requests.unavailable.needs_creation"},
	{results, lacking, "3.补正后申请内容仍不明确", "requests.unavailable.still_unclear"},
	{results, refused, "1.信访举报投诉类申请", "requests.not_processed.petition_or_complaint"},
	{results, refused, "2.重复申请", "requests.not_processed.duplicate"},
	{results, refused, "3.要求提供公开出版物", "requests.not_processed.publication_request"},
	{results, refused, "4.无正当理由大量反复申请", "requests.not_processed.abusive_repetition"},
	{results, refused, "5.要求行政机关确认或重新出具已获取信息", "requests.not_processed.confirm_or_reissue"},
}

var otherAsOneRow = []stubRow{{results, otherly, "", "requests.other_processing"}}

var otherAsThreeRows = []stubRow{
	{results, otherly, "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "requests.other_processing.correction_overdue"},
	{results, otherly, "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", "requests.other_processing.fee_overdue"},
	{results, otherly, "3.其他", "requests.other_processing.other"},
}

var requestSums = []stubRow{
	{results, "(七)总计", "", "requests.processed_total"},
	{"四、结转下年度继续办理", "", "", "requests.carried_out"},
}

const corner = "(本列数据的勾稽关系为:第一项加第二项之和,等于第三项加第四项之和)"

// kinds are the seven columns of section three.
var kinds = []struct{ label, code string }{
	{"自然人", "natural_person"},
	{"商业企业", "commercial_enterprise"},
	{"科研机构", "research_institution"},
	{"社会公益组织", "social_organization"},
	{"法律服务机构", "legal_service"},
	{"其他", "other_organization"},
	{"总计", "total"},
}

// block is a part of section two: a provision, its columns and its rows. A
// cell's indicator is the row's code and the column's.
type block struct {
	title   string
	columns [][2]string // label, code
	rows    [][2]string
}

var blocks2021 = []block{
	{"第二十条第(一)项", [][2]string{{"本年制发件数", "issued"}, {"本年废止件数", "repealed"}, {"现行有效件数", "in_force"}},
		[][2]string{{"规章", "regulations"}, {"规范性文件", "normative_documents"}}},
	{"第二十条第(五)项", [][2]string{{"本年处理决定数量", "decisions"}}, [][2]string{{"行政许可", "licensing"}}},
	{"第二十条第(六)项", [][2]string{{"本年处理决定数量", "decisions"}}, [][2]string{{"行政处罚", "penalties"}, {"行政强制", "coercion"}}},
	{"第二十条第(八)项", [][2]string{{"本年收费金额(单位:万元)", "amount"}}, [][2]string{{"行政事业性收费", "fees"}}},
}

var blocks2019 = []block{
	{"第二十条第(一)项", [][2]string{{"本年新制作数量", "made"}, {"本年新公开数量", "newly_published"}, {"对外公开总数量", "published_total"}},
		[][2]string{{"规章", "regulations"}, {"规范性文件", "normative_documents"}}},
	{"第二十条第(五)项", [][2]string{{"上一年项目数量", "items_last_year"}, {"本年增/减", "items_change"}, {"处理决定数量", "decisions"}},
		[][2]string{{"行政许可", "licensing"}, {"其他对外管理服务事项", "other_services"}}},
	{"第二十条第(六)项", [][2]string{{"上一年项目数量", "items_last_year"}, {"本年增/减", "items_change"}, {"处理决定数量", "decisions"}},
		[][2]string{{"行政处罚", "penalties"}, {"行政强制", "coercion"}}},
	{"第二十条第(八)项", [][2]string{{"上一年项目数量", "items_last_year"}, {"本年增/减", "items_change"}},
		[][2]string{{"行政事业性收费", "fees"}}},
	{"第二十条第(九)项", [][2]string{{"采购项目数量", "projects"}, {"采购总金额", "amount"}},
		[][2]string{{"政府集中采购", "procurement"}}},
}

// remedies are the columns of section four under each of its three headings.
var remedies = [][2]string{
	{"结果维持", "upheld"}, {"结果纠正", "corrected"}, {"其他结果", "other_result"}, {"尚未审结", "pending"}, {"总计", "total"},
}

// annexRow is a row of the annex of 2014; code is empty where the form prints
// dashes instead of a figure.
type annexRow struct{ label, unit, code string }

var annex = []annexRow{
	{"一、主动公开情况", "——", ""},
	{"(一)主动公开政府信息数(不同渠道和方式公开相同信息计1条)", "条", "disclosure.published.total"},
	{"其中:主动公开规范性文件数", "条", "disclosure.published.normative_documents"},
	{"制发规范性文件总数", "件", "disclosure.normative_documents.made_total"},
	{"(二)通过不同渠道和方式公开政府信息的情况", "——", ""},
	{"1.政府公报公开政府信息数", "条", "disclosure.channel.gazette"},
	{"2.政府网站公开政府信息数", "条", "disclosure.channel.website"},
	{"3.政务微博公开政府信息数", "条", "disclosure.channel.microblog"},
	{"4.政务微信公开政府信息数", "条", "disclosure.channel.wechat"},
	{"5.其他方式公开政府信息数", "条", "disclosure.channel.other"},
	{"二、回应解读情况", "——", ""},
	{"(一)回应公众关注热点或重大舆情数(不同方式回应同一热点或舆情计1次)", "次", "response.hot_topics"},
	{"(二)通过不同渠道和方式回应解读的情况", "——", ""},
	{"1.参加或举办新闻发布会总次数", "次", "response.press_conferences"},
	{"其中:主要负责同志参加新闻发布会次数", "次", "response.press_conferences_by_leader"},
	{"2.政府网站在线访谈次数", "次", "response.online_interviews"},
	{"其中:主要负责同志参加政府网站在线访谈次数", "次", "response.online_interviews_by_leader"},
	{"3.政策解读稿件发布数", "篇", "response.interpretations"},
	{"4.微博微信回应事件数", "次", "response.microblog_and_wechat"},
	{"5.其他方式回应事件数", "次", "response.other"},
	{"三、依申请公开情况", "——", ""},
	{"(一)收到申请数", "件", "requests.received"},
	{"1.当面申请数", "件", "requests.channel.in_person"},
	{"2.传真申请数", "件", "requests.channel.fax"},
	{"3.网络申请数", "件", "requests.channel.online"},
	{"4.信函申请数", "件", "requests.channel.mail"},
	{"(二)申请办结数", "件", "requests.completed.total"},
	{"1.按时办结数", "件", "requests.completed.on_time"},
	{"2.延期办结数", "件", "requests.completed.extended"},
	{"(三)申请答复数", "件", "requests.replied.total"},
	{"1.属于已主动公开范围数", "件", "requests.replied.already_public"},
	{"2.同意公开答复数", "件", "requests.replied.granted"},
	{"3.同意部分公开答复数", "件", "requests.replied.partially_granted"},
	{"4.不同意公开答复数", "件", "requests.replied.denied"},
	{"其中:涉及国家秘密", "件", "requests.replied.denied.state_secret"},
	{"涉及商业秘密", "件", "requests.replied.denied.trade_secret"},
	{"涉及个人隐私", "件", "requests.replied.denied.privacy"},
	{"危及国家安全、公共安全、经济安全和社会稳定", "件", "requests.replied.denied.safety_and_stability"},
	{"不是《条例》所指政府信息", "件", "requests.replied.denied.not_government_information"},
	{"法律法规规定的其他情形", "件", "requests.replied.denied.other_by_law"},
	{"5.不属于本行政机关公开数", "件", "requests.replied.other_agency"},
	{"6.申请信息不存在数", "件", "requests.replied.not_existing"},
	{"7.告知作出更改补充数", "件", "requests.replied.amend_request"},
	{"8.告知通过其他途径办理数", "件", "requests.replied.other_channel"},
	{"四、行政复议数量", "件", "review.total"},
	{"(一)维持具体行政行为数", "件", "review.upheld"},
	{"(二)被依法纠错数", "件", "review.corrected"},
	{"(三)其他情形数", "件", "review.other_result"},
	{"五、行政诉讼数量", "件", "litigation.total"},
	{"(一)维持具体行政行为或者驳回原告诉讼请求数", "件", "litigation.upheld"},
	{"(二)被依法纠错数", "件", "litigation.corrected"},
	{"(三)其他情形数", "件", "litigation.other_result"},
	{"六、举报投诉数量", "件", "complaints.total"},
	{"七、依申请公开信息收取的费用", "万元", "requests.fees_collected"},
	{"八、机构建设和保障经费情况", "——", ""},
	{"(一)政府信息公开工作专门机构数", "个", "resources.agencies"},
	{"(二)设置政府信息公开查阅点数", "个", "resources.reading_points"},
	{"(三)从事政府信息公开工作人员数", "人", "resources.staff.total"},
	{"1.专职人员数(不包括政府公报及政府网站工作人员数)", "人", "resources.staff.full_time"},
	{"2.兼职人员数", "人", "resources.staff.part_time"},
	{"(四)政府信息公开专项经费(不包括用于政府公报编辑管理及政府网站建设维护等方面的经费)", "万元", "resources.budget"},
	{"九、政府信息公开会议和培训情况", "——", ""},
	{"(一)召开政府信息公开工作会议或专题会议数", "次", "training.meetings"},
	{"(二)举办各类培训班数", "次", "training.sessions"},
	{"(三)接受培训人员数", "人次", "training.attendees"},
}

// annexSums are the sums inside the annex: the whole, and the prefix or the
// codes of its parts.
var annexSums = map[string][]string{
	"requests.received":        {"requests.channel.in_person", "requests.channel.fax", "requests.channel.online", "requests.channel.mail"},
	"requests.completed.total": {"requests.completed.on_time", "requests.completed.extended"},
	"requests.replied.denied": {"requests.replied.denied.state_secret", "requests.replied.denied.trade_secret", "requests.replied.denied.privacy",
		"requests.replied.denied.safety_and_stability", "requests.replied.denied.not_government_information", "requests.replied.denied.other_by_law"},
	"requests.replied.total": {"requests.replied.already_public", "requests.replied.granted", "requests.replied.partially_granted", "requests.replied.denied",
		"requests.replied.other_agency", "requests.replied.not_existing", "requests.replied.amend_request", "requests.replied.other_channel"},
	"review.total":          {"review.upheld", "review.corrected", "review.other_result"},
	"litigation.total":      {"litigation.upheld", "litigation.corrected", "litigation.other_result"},
	"resources.staff.total": {"resources.staff.full_time", "resources.staff.part_time"},
}

// simplified and traditional pair the characters that a report prints.
const (
	simplified = "于采规发现数项处决许罚强业费额单万类关请报务组织计结转办总机构会体续继纠复议诉讼审维经后过开县区乡镇门网个员专训闻举访对应热点当" +
		"传据况济稳国执询问没这确认获动补内无说责减购为时从题参众统权编亿备够属围条栏汇畅签系纳线络缴职范设读谈负辑进适错随隐页驳护凉"
	traditional = "於採規發現數項處決許罰強業費額單萬類關請報務組織計結轉辦總機構會體續繼糾復議訴訟審維經後過開縣區鄉鎮門網個員專訓聞舉訪對應熱點當" +
		"傳據況濟穩國執詢問沒這確認獲動補內無說責減購為時從題參眾統權編億備夠屬圍條欄匯暢簽係納線絡繳職範設讀談負輯進適錯隨隱頁駁護涼"
)
