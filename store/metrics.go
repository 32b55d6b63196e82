package store

import "slices"

// Metric is a figure that reports tell in words rather than in a table.
type Metric struct {
	Code    string
	LabelZH string
	LabelEN string
	Unit    string // the usual one; a mention keeps its own as printed
}

var metrics = []Metric{
	{"disclosed_items", "主动公开信息", "Items disclosed on own initiative", "条"},
	{"website_items", "政府网站发布信息", "Items on the government website", "条"},
	{"new_media_items", "政务新媒体发布信息", "Items on official social media", "条"},
	{"interpretations", "政策解读", "Policy interpretations published", "件"},
	{"hot_topic_responses", "回应公众关切", "Responses to public concerns", "次"},
	{"press_conferences", "新闻发布会", "Press conferences", "场"},
	{"normative_documents", "规范性文件", "Normative documents issued or published", "件"},
	{"gazette_issues", "政府公报", "Issues of the gazette", "期"},
	{"requests_received", "收到政府信息公开申请", "Requests for information received, as told", "件"},
	{"requests_answered", "答复或办结政府信息公开申请", "Requests for information answered, as told", "件"},
	{"reviews", "行政复议", "Administrative reviews, as told", "件"},
	{"lawsuits", "行政诉讼", "Lawsuits, as told", "件"},
	{"mailbox_received", "领导信箱受理", "Letters to the head's mailbox received", "件"},
	{"mailbox_resolved", "领导信箱办结", "Letters to the head's mailbox resolved", "件"},
	{"mailbox_rate", "领导信箱办结率", "Share of letters resolved, as told", "%"},
	{"hotline_received", "12345热线受理", "Calls to the 12345 hotline", "件"},
	{"surveys", "征集调查", "Surveys and consultations", "期"},
	{"online_interviews", "在线访谈", "Online interviews", "期"},
	{"public_questions_answered", "答复网民提问", "Questions of the public answered", "条"},
	{"training_sessions", "培训", "Training sessions", "次"},
	{"training_attendees", "培训人次", "People trained", "人次"},
	{"new_media_accounts", "政务新媒体账号", "Official social media accounts", "个"},
	{"new_media_accounts_closed", "注销政务新媒体账号", "Official social media accounts closed", "个"},
	{"site_visits", "网站访问量", "Visits of the website", "人次"},
	{"staff", "工作人员", "People working on disclosure", "名"},
}

// Metrics returns the figures told in words that can be compared.
func Metrics() []Metric { return slices.Clone(metrics) }
