package specimen

import (
	"fmt"
	"math"
	"math/rand/v2"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

// Sample returns sixteen fixed reports of counties of two prefectures, 喀什地区
// and 淮安市, over 2019 to 2023 and in the layouts of 2019 and 2021. The series
// of a county hang together: what one year carries out the next carries in,
// and what is in force follows from what was issued and repealed.
//
// One of them, "kashi-2021", has the figures that 喀什市 published for 2021, in
// the tables and in words; its sentences are our own. All other figures are
// invented. "zepu-2022" contradicts itself: a sum in the requests table, one
// in the reviews table, and what its words tell.
func Sample() []Truth {
	truths := []Truth{kashi2021()}
	for _, c := range []county{
		{"kashi", place{"653101", "喀什市", "喀什地区"}, 40, []int{2022}},
		{"shufu", place{"653121", "疏附县", "喀什地区"}, 12, []int{2020, 2021, 2022}},
		{"shule", place{"653122", "疏勒县", "喀什地区"}, 20, []int{2021, 2022}},
		{"zepu", place{"653124", "泽普县", "喀什地区"}, 30, []int{2022}},
		{"xuyi", place{"320830", "盱眙县", "淮安市"}, 260, []int{2019, 2020, 2021, 2022, 2023}},
		{"jinhu", place{"320831", "金湖县", "淮安市"}, 140, []int{2021, 2022, 2023}},
	} {
		truths = append(truths, c.series()...)
	}
	for i := range truths {
		if t := &truths[i]; t.Name == "zepu-2022" {
			t.Set("requests.processed_total@total", *t.Facts["requests.processed_total@total"]+3)
			t.Set("review.total", *t.Facts["review.total"]+2)
			t.Set("disclosure.normative_documents.issued", *t.Facts["disclosure.normative_documents.issued"]+5)
			t.Set("disclosure.normative_documents.in_force", *t.Facts["disclosure.normative_documents.in_force"]+5)
		}
	}
	return truths
}

// county is one county's part of the sample.
type county struct {
	name     string
	place    place
	requests float64 // about how many a year
	years    []int
}

func (c county) series() []Truth {
	seed := uint64(0)
	for _, r := range c.place.code {
		seed = seed*10 + uint64(r-'0')
	}
	rng := rand.New(rand.NewPCG(seed, 2008))
	size := c.requests / 100
	// What a county does changes little from one year to the next.
	base := map[string]float64{
		"licensing": 3000 + 9000*rng.Float64(), "penalties": 800 + 3000*rng.Float64(), "coercion": 20 + 60*rng.Float64(),
		"other_services": 5000 + 4000*rng.Float64(), "fees": 2000 + 12000*rng.Float64(), "procurement": 20000 + 50000*rng.Float64(),
	}
	year2year := func(code string) float64 { return math.Round(base[code] * (0.85 + 0.3*rng.Float64())) }
	items := map[string]float64{"licensing": 312, "other_services": 540, "penalties": 3120, "coercion": 148, "fees": 27}
	inForce, published := 20+math.Floor(60*rng.Float64()), 60+math.Floor(90*rng.Float64())
	carried := map[string]float64{}
	var truths []Truth
	for _, year := range c.years {
		t := Truth{Name: fmt.Sprintf("%s-%d", c.name, year), Facts: map[string]*float64{}, Statuses: map[string]report.Status{}, Printed: map[string]string{}}
		t.Meta = report.Meta{
			Layout: catalog.Layout2021, Title: fmt.Sprintf("%s%d年政府信息公开工作年度报告", c.place.name, year), Year: report.Year(year),
			PeriodStart: fmt.Sprintf("%d-01-01", year), PeriodEnd: fmt.Sprintf("%d-12-31", year), PublishedOn: fmt.Sprintf("%d-01-%02d", year+1, 10+rng.IntN(20)),
			Region: c.place.name, RegionCode: c.place.code, Publisher: c.place.name + "人民政府办公室", Scope: report.ScopeRegion,
		}
		if year <= 2020 {
			t.Meta.Layout = catalog.Layout2019
		}
		issued, repealed := 3+math.Floor(12*rng.Float64()), math.Floor(4*rng.Float64())
		if t.Meta.Layout == catalog.Layout2019 {
			for _, code := range []string{"licensing", "other_services", "penalties", "coercion", "fees"} {
				change := math.Round(items[code] * (rng.Float64() - 0.4) / 15)
				t.Set("disclosure."+code+".items_last_year", items[code])
				t.Set("disclosure."+code+".items_change", change)
				items[code] += change
				if code != "fees" {
					t.Set("disclosure."+code+".decisions", year2year(code))
				}
			}
			published += issued
			for key, v := range map[string]float64{"made": issued, "newly_published": issued, "published_total": published} {
				t.Set("disclosure.normative_documents."+key, v)
				t.Set("disclosure.regulations."+key, 0)
			}
			t.Set("disclosure.procurement.projects", 80+math.Floor(90*rng.Float64()))
			t.Set("disclosure.procurement.amount", year2year("procurement")+0.36)
		} else {
			inForce += issued - repealed
			for key, v := range map[string]float64{"issued": issued, "repealed": repealed, "in_force": inForce} {
				t.Set("disclosure.normative_documents."+key, v)
				t.Set("disclosure.regulations."+key, 0)
			}
			for _, code := range []string{"licensing", "penalties", "coercion"} {
				t.Set("disclosure."+code+".decisions", year2year(code))
			}
			t.Set("disclosure.fees.amount", year2year("fees")+0.57)
		}
		t.inventRequests(rng, c.requests*(0.9+0.2*rng.Float64()), carried)
		for _, a := range catalog.Default().ApplicantsOf(t.Meta.Layout) {
			carried[a.Code] = *t.Facts["requests.carried_out@"+a.Code]
		}
		t.inventReview(rng, c.requests)
		t.tell(rng, c.place, size)
		truths = append(truths, t)
	}
	return truths
}

// kashi2021 has the figures of the report that 喀什市 published for 2021. The
// rows of outcomes are blank in it, and it cites the notice of 2019 over the
// tables of 2021.
func kashi2021() Truth {
	t := Truth{Name: "kashi-2021", Facts: map[string]*float64{}, Statuses: map[string]report.Status{}, Printed: map[string]string{}}
	t.Meta = report.Meta{
		Layout: catalog.Layout2021, Title: "喀什市2021年政府信息公开工作年度报告", Year: 2021, PeriodStart: "2021-01-01", PeriodEnd: "2021-12-31",
		PublishedOn: "2022-02-09", Region: "喀什市", RegionCode: "653101", Publisher: "喀什市政府办公室", Scope: report.ScopeRegion,
	}
	for _, key := range layoutKeys(catalog.Layout2021) {
		t.Set(key, 0)
	}
	for _, code := range outcomes(catalog.Layout2021) {
		for _, key := range keysOf(code, catalog.Layout2021) {
			t.Blank(key)
		}
	}
	for key, v := range map[string]float64{
		"disclosure.normative_documents.issued": 13, "disclosure.normative_documents.in_force": 13, "disclosure.licensing.decisions": 12251,
		"disclosure.penalties.decisions": 1547, "disclosure.coercion.decisions": 21, "disclosure.fees.amount": 14155,
	} {
		t.Set(key, v)
	}
	p := &prose{t: &t, at: place{"653101", "喀什市", "喀什地区"}}
	p.open(0, "")
	p.say("本报告依照政府信息公开条例和国办公开办函〔2019〕60号文件的格式,由喀什市政府办公室编写。所列数据的统计期限自2021年1月1日起至12月31日止。本文为检验程序所拟:数字与喀什市公布的年度报告一致,文字另写。")
	p.open(1, "一、总体情况")
	p.say("(一)主动公开。2021年全年主动公开政府信息%s条,其中部门政务信息235条,财税信息284条,重点领域信息141条,转载信息1354条,古城景区专版信息151条。", p.told("disclosed_items", "条", 2165))
	p.say("(二)网站建设。网站经过改版,分为“魅力喀什、信息公开、投资喀什”三大板块,共有120多个栏目,页面讲求“三新、三多”。")
	p.say("(三)解读回应。围绕“三大攻坚战”和“六稳六保”,发布解读信息%s条,回应群众热点问题%s次。", p.told("interpretations", "条", 12), p.told("hot_topic_responses", "次", 21))
	p.say("(四)日常公开。依申请公开政府信息%s件,在平台上发布规范性文件%s件,发布政府公报%s期。", p.told("requests_received", "件", 10), p.told("normative_documents", "件", 13), p.told("gazette_issues", "期", 2))
	p.say("(五)培训。开展政务公开工作培训%s次,经办人员逐条学习了条例。", p.told("training_sessions", "次", 3))
	p.say("(六)互动。市长信箱共受理%s件,共办结%s件,办结率%s%%。政务新媒体共%s个账号,注销政务新媒体%s个。开展征集调查%s期,在线访谈%s期,答复网民提问数量%s条。",
		p.told("mailbox_received", "件", 119), p.told("mailbox_resolved", "件", 119), p.told("mailbox_rate", "%", 100), p.told("new_media_accounts", "个", 7),
		p.told("new_media_accounts_closed", "个", 10), p.told("surveys", "期", 5), p.told("online_interviews", "期", 3), p.told("public_questions_answered", "条", 60))
	p.open(2, "二、主动公开政府信息情况")
	p.open(3, "三、收到和处理政府信息公开申请情况")
	p.open(4, "四、政府信息公开行政复议、行政诉讼情况")
	p.open(5, "五、存在的主要问题及改进情况")
	p.say("(一)主要问题。经办人员变动较多,个别单位的栏目更新迟缓,内容的质量参差不齐。")
	p.say("(二)改进情况。已建立按月通报的办法,并把公开工作列入年度考核。")
	p.open(6, "六、其他需要报告的事项")
	p.say("无。")
	return t
}
