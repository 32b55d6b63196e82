package specimen

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"nianbao/parser/catalog"
)

// prose collects sections and the figures they tell.
type prose struct {
	t       *Truth
	section int
	at      place
}

func (p *prose) open(number int, heading string) {
	p.section = number
	p.t.Sections = append(p.t.Sections, Section{Number: number, Heading: heading})
}

func (p *prose) say(format string, a ...any) {
	s := &p.t.Sections[len(p.t.Sections)-1]
	s.Paragraphs = append(s.Paragraphs, fmt.Sprintf(format, a...))
}

// told notes a figure and returns its digits.
func (p *prose) told(metric, unit string, v float64) string {
	p.t.Told = append(p.t.Told, Told{Metric: metric, Value: v, Unit: unit, Section: p.section})
	return formatFigure(v)
}

// formatFigure writes a figure plainly: no separators, no exponent.
func formatFigure(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// invented is printed in every report whose figures are not real.
const invented = "本文为检验程序所拟,所列数字均属虚构,与所称地方的实际情况无关。"

// tell writes prose about the truth's figures, with others of its own.
func (t *Truth) tell(rng *rand.Rand, at place, size float64) {
	p := &prose{t: t, at: at}
	year := int(t.Meta.Year)
	n := func(mean float64) float64 { return 1 + count(rng, mean) }
	p.open(0, "")
	notice := "国办公开办函〔2021〕30号"
	switch t.Meta.Layout {
	case catalog.Layout2014:
		notice = "国办发〔2014〕32号"
	case catalog.Layout2019:
		notice = "国办公开办函〔2019〕60号"
	}
	p.say("本报告依照政府信息公开条例和%s文件的格式,由%s编写。所列数据的统计期限自%d年1月1日起至%d年12月31日止。如有疑问,可向%s询问。%s", notice, t.Meta.Publisher, year, year, t.Meta.Publisher, invented)
	if t.Meta.Layout == catalog.Layout2014 {
		t.tellOld(p, rng, size)
		return
	}
	p.open(1, "一、总体情况")
	site, media := n(900*size), n(400*size)
	p.say("(一)主动公开。%d年,%s主动公开政府信息%s条,其中通过门户网站发布信息%s条,政务新媒体发布信息%s条。", year, at.name,
		p.told("disclosed_items", "条", site+media), p.told("website_items", "条", site), p.told("new_media_items", "条", media))
	switch rng.IntN(3) {
	case 0:
		p.say("围绕群众关心的就业、就医和出行,全年发布解读信息%s条,回应群众热点问题%s次。", p.told("interpretations", "条", n(20)), p.told("hot_topic_responses", "次", n(12)))
	case 1:
		p.say("凡出台重要文件,一律同步说明来由和办法,共发布政策解读%s件。", p.told("interpretations", "件", n(20)))
	default:
		p.say("新闻发言人按季度与公众见面,举办%s场政府新闻发布活动。", p.told("press_conferences", "场", n(4)))
	}
	if v := t.Facts["requests.received@total"]; v != nil {
		sentence := fmt.Sprintf("(二)依申请公开。本年度受理政府信息公开申请%s件", p.told("requests_received", "件", *v))
		if done := t.Facts["requests.processed_total@total"]; done != nil && rng.IntN(2) == 0 {
			sentence += fmt.Sprintf(",答复政府信息公开申请%s件", p.told("requests_answered", "件", *done))
		}
		p.say("%s。", sentence)
	}
	if v := t.Facts["disclosure.normative_documents.issued"]; v != nil {
		p.say("(三)政府信息管理。全年制发规范性文件%s件,逐件编号归集,失效的及时标明。", p.told("normative_documents", "件", *v))
	}
	letters := n(150 * size)
	box := map[string]string{"市": "市长信箱", "区": "区长信箱", "县": "县长信箱"}[at.kind()]
	p.say("(四)平台建设。%s共受理%s件,共办结%s件,办结率%s%%。政务新媒体共%s个账号,注销政务新媒体%s个。", box,
		p.told("mailbox_received", "件", letters), p.told("mailbox_resolved", "件", letters), p.told("mailbox_rate", "%", 100),
		p.told("new_media_accounts", "个", n(9)), p.told("new_media_accounts_closed", "个", n(3)))
	p.say("开展征集调查%s期,在线访谈%s期,答复网民提问数量%s条。", p.told("surveys", "期", n(5)), p.told("online_interviews", "期", n(3)), p.told("public_questions_answered", "条", n(40)))
	p.say("(五)监督保障。开展政务公开工作培训%s次,培训%s人次。", p.told("training_sessions", "次", n(2)), p.told("training_attendees", "人次", n(90)))
	p.open(2, "二、主动公开政府信息情况")
	p.open(3, "三、收到和处理政府信息公开申请情况")
	p.open(4, "四、政府信息公开行政复议、行政诉讼情况")
	p.open(5, "五、存在的主要问题及改进情况")
	p.say("(一)存在的主要问题。有的乡镇更新不够及时,经办人员调动频繁,栏目之间的内容偶有重复。")
	p.say("(二)改进情况。已为经办人员编写简明手册,每季度抽查一次更新情况,对内容重复的栏目作了合并。")
	p.open(6, "六、其他需要报告的事项")
	p.say("本年度未收取信息处理费,没有其他需要报告的事项。")
}

func (t *Truth) tellOld(p *prose, rng *rand.Rand, size float64) {
	year := int(t.Meta.Year)
	tell := func(metric, unit, key string) string {
		if v := t.Facts[key]; v != nil {
			return p.told(metric, unit, *v)
		}
		return "0"
	}
	p.open(1, "一、概述")
	p.say("%d年,%s健全工作机制,把公开要求落到每个环节,各项任务按时完成。", year, p.at.name)
	p.open(2, "二、主动公开政府信息情况")
	p.say("全年主动公开政府信息%s条,发布政策解读%s篇。", tell("disclosed_items", "条", "disclosure.published.total"), tell("interpretations", "篇", "response.interpretations"))
	p.open(3, "三、依申请公开政府信息情况")
	p.say("受理政府信息公开申请%s件,已按规定的期限办理。", tell("requests_received", "件", "requests.received@total"))
	p.open(4, "四、复议、诉讼情况")
	p.say("因政府信息公开引起的行政复议%s件,行政诉讼%s件。", tell("reviews", "件", "review.total"), tell("lawsuits", "件", "litigation.total"))
	p.open(5, "五、存在的问题和改进措施")
	p.say("部分信息的分类还不够清楚,查找费时。下一步将重新梳理目录,方便群众按事项查找。")
	p.open(6, "六、附表")
}

// widen turns the punctuation of Chinese text into its full-width forms.
func widen(s string) string {
	runes := []rune(s)
	for i, r := range runes {
		digit := i > 0 && i+1 < len(runes) && runes[i-1] >= '0' && runes[i-1] <= '9' && runes[i+1] >= '0' && runes[i+1] <= '9'
		if strings.ContainsRune("(),:;?", r) && !digit {
			runes[i] = r + fullWidth
		}
	}
	return string(runes)
}

// fullWidth is the distance from an ASCII character to its full-width form.
const fullWidth = '\uFF01' - '!'
