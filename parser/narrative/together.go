package narrative

import (
	"slices"

	"nianbao/parser/text"
)

// together gives figures of a sentence what only all of them tell.
func (r *Reader) together(s []rune, kept []told) {
	latestYear(s, kept)
	r.ownYear(s, kept)
	r.firstKind(s, kept)
	r.totals(s, kept)
	r.addedUp(kept)
	lesser(s, kept)
	r.onlyAccount(kept)
	running(s, kept)
	attended(s, kept)
	issues(s, kept)
}

// issues gives what was published to the figure of items, where one of how often stands
// right before it: 推送消息412次、1236条.
func issues(s []rune, kept []told) {
	for n := 1; n < len(kept); n++ {
		t, often := &kept[n], &kept[n-1]
		if often.kind != text.Times || t.kind != text.Item || !published[often.metric] || t.metric != "" && t.metric != often.metric {
			continue
		}
		if !slices.ContainsFunc(s[often.end:t.start], func(c rune) bool { return !among(" 、,，计共合总", c) }) {
			t.metric, often.metric = often.metric, ""
		}
	}
}

var published = map[string]bool{"disclosed_items": true, "website_items": true, "new_media_items": true}

// running takes 累计 for a running total behind the year's figure, which is smaller:
// 2016年公开信息1.4万条,累计公开8.8万条. What has a subject or time of its own is the year's:
// 年内累计, 微博累计.
func running(s []rune, kept []told) {
	for n := 1; n < len(kept); n++ {
		t, before := &kept[n], &kept[n-1]
		own := s[clauseAt(s, t.start):t.start]
		goesOn := wording.InSum.at(own, 0) > 0 || wording.SinceWords.in(own)
		if goesOn && t.cumulative && t.qualifier == "" && before.qualifier == "" && published[t.metric] && t.metric == before.metric && t.value > before.value {
			t.qualifier = QualifierCumulative
		}
	}
}

// attended takes 累计 for the sum over what the figure before counts, and no running
// total: 举办培训4次,累计培训386人次.
func attended(s []rune, kept []told) {
	for n := 1; n < len(kept); n++ {
		t, before := &kept[n], &kept[n-1]
		if t.cumulative && t.qualifier == QualifierCumulative && (before.kind == text.Times || before.metric == "training_sessions") && before.qualifier == "" && (t.metric == "training_attendees" || t.metric == "views") && !wording.SinceWords.in(s[clauseAt(s, t.start):t.start]) {
			t.qualifier = ""
		}
	}
}

// totals takes a figure for the sum of those before it where it says so and is: of
// 当面申请3件、信函申请8件,合计11件 the last counts what the ways of asking count together, and
// of 网站公开300条、微信公开200条,合计500条 what was published on all channels.
func (r *Reader) totals(s []rune, kept []told) {
	for n := 2; n < len(kept); n++ {
		t := &kept[n]
		clause := s[clauseAt(s, t.start):t.start]
		if t.kind == text.Percent || !wording.TotalWords.in(clause) && !wording.InAll.in(clause) {
			continue
		}
		last := n
		if kept[n-1].start >= clauseAt(s, t.start) {
			last = n - 1 // 以上六类共计2933条
		}
		parts := addingUp(kept[:last], t)
		if len(parts) < 2 || len(parts) < 3 && !wording.TotalWords.in(clause) && string(clause) != "共" {
			continue
		}
		if metric, ok := r.sumOf(s, t, parts); ok {
			t.metric, t.another = metric, ""
		}
		for i := range parts {
			if t.metric != "" && parts[i].metric == t.metric {
				parts[i].metric = "" // 全县受理18件: 青云镇12件 is no whole
			}
		}
	}
}

// addedUp takes the metric of a whole from figures right behind it that add up to it:
// 公开信息1742条,蒙古文版发布236条,汉文版发布1506条. What of papers may be asked for is no request:
// 文件属性认定112份,主动公开80份、依申请公开21份、不予公开11份. Requests told of with other things
// that are none of what is published may add up with them: 办理50件,申请20件,信访20件,热线10件.
func (r *Reader) addedUp(kept []told) {
	for n := range kept {
		whole, sum := &kept[n], 0.0
		for end := n + 1; end < len(kept) && kept[end].unit == whole.unit && sum < whole.value; end++ {
			if sum = round(sum + kept[end].value); sum != whole.value || end < n+2 {
				continue
			}
			parts := kept[n+1 : end+1]
			papers := len(parts) > 2 && slices.ContainsFunc(parts, func(t told) bool { return published[t.metric] || t.near.any(r.grammar.Active) })
			asked := slices.ContainsFunc(parts, func(t told) bool { return t.metric == "requests_received" })
			for i := range parts {
				if part := &parts[i]; onlyPart(part.metric, whole.metric, papers, asked, len(parts)) {
					part.metric, part.another = "", ""
				}
			}
		}
	}
}

// onlyPart reports whether a figure with a metric is only one of so many parts of a whole: papers
// tells that some of them were published, asked that some may be asked for.
func onlyPart(metric, whole string, papers, asked bool, parts int) bool {
	if metric == "requests_received" {
		return papers || metric == whole && parts > 2
	}
	return published[metric] && (metric == whole || papers && asked)
}

// addingUp are the last of the figures that have t's unit and add up to it.
func addingUp(kept []told, t *told) []told {
	sum, from := 0.0, len(kept)
	for from > 0 && kept[from-1].unit == t.unit && sum < t.value {
		from--
		sum = round(sum + kept[from].value)
	}
	if sum != t.value {
		return nil
	}
	return kept[from:]
}

// sumOf is the metric of the sum t of figures, empty where it is none. ok is false
// where they do not tell. Its cases are the kinds of sums that have a metric.
func (r *Reader) sumOf(s []rune, t *told, parts []told) (metric string, ok bool) {
	all := func(of ...string) bool {
		return !slices.ContainsFunc(parts, func(t told) bool { return !slices.Contains(of, t.metric) })
	}
	open := func(t told) bool { return t.near.any(r.grammar.Disclose) } // on whatever channel
	first := parts[0].metric
	switch {
	case r.waysOnly(parts):
		return "requests_received", true
	case all("website_items", "new_media_items", "") && slices.ContainsFunc(parts, func(t told) bool { return t.metric != "" }):
		if open(*t) || slices.ContainsFunc(parts, open) || !all("website_items", "") && !all("new_media_items", "") {
			return "disclosed_items", true
		}
		return "", true
	case first != "" && all(first):
		return first, true
	case t.metric == "" && all("", "documents_published"):
		// What made parts of them (自然人, 上半年) is not said of the sum.
		g := &r.grammar
		kind := slices.IndexFunc(parts, func(t told) bool { return t.metric == "" && !wording.Acts.in(entryBefore(s, t.start)) })
		if kind < 0 {
			return "", false // 公开处罚信息5条、许可信息3条: two kinds of many
		}
		one := parts[kind].frame
		one.near, one.topic = one.near.but(g.Last.or(g.Specific).or(g.Part).or(g.Applicant)), one.topic.or(t.topic)
		one.hasObject, one.object = false, concepts{}
		metric := r.metric(parts[kind].figure, &one)
		return metric, (len(parts) > 2 || one.near.any(g.Active.or(g.Apply))) && (metric == "disclosed_items" || metric == "requests_received")
	}
	// 会议3次、培训2次,共计5次 is of no one thing.
	return "", !t.hasObject && slices.ContainsFunc(parts, func(p told) bool { return p.metric == t.metric })
}

// waysOnly reports whether figures tell in which ways requests came, and nothing else:
// 网络申请4件,书面申请3件.
func (r *Reader) waysOnly(parts []told) bool {
	g, requests := &r.grammar, false
	for _, t := range parts {
		if !t.near.any(g.Manners) && (t.metric != "requests_received" || t.near.any(g.Receive)) {
			return false
		}
		requests = requests || family(t.metric) == "requests"
	}
	return requests
}

// firstKind takes the metric of a channel's items from the first kind of them in a list:
// 微信公众号发布工作动态180条、政策宣传70条.
func (r *Reader) firstKind(s []rune, kept []told) {
	g := &r.grammar
	for n := 1; n < len(kept); n++ {
		t, next := &kept[n-1], &kept[n]
		if t.object.any(g.News) && next.metric == "" && next.unit == t.unit && !next.near.any(g.Channels.or(g.Media)) && s[t.end] == '、' && separator(s[t.end:next.start]) == '、' {
			t.metric = ""
		}
	}
}

// lessers are the words before a figure that make it one of some only, where the sentence
// tells of all.
var lessers = func() map[string]wordSet {
	all := map[string]wordSet{}
	for _, metric := range [...]string{"interpretations", "staff", "online_interviews", "press_conferences"} {
		all[metric] = wordsIn("lesser:" + metric)
	}
	return all
}()

// lesser takes the metric from a figure of some where another one of the sentence tells of
// all: 编写政策解读39篇,制作视频解读12条, 区长参加在线访谈1次,全区共开展6次.
func lesser(s []rune, kept []told) {
	some := func(t *told) bool {
		words := lessers[t.metric]
		return words.in(entryBefore(s, t.start))
	}
	for n := range kept {
		t := &kept[n]
		besides := t.metric == "staff" && !wording.AsOne.in(entryBefore(s, t.start)) // 专职1人、联络员9人
		if some(t) && slices.ContainsFunc(kept, func(of told) bool {
			return of.metric == t.metric && !of.part && !some(&of) && (of.value > t.value || besides && of.value < t.value)
		}) {
			t.metric, t.another = "", ""
		}
	}
}

// onlyAccount takes the one account of a channel that an office tells of for all that
// it has: 我镇运营微信公众号1个.
func (r *Reader) onlyAccount(kept []told) {
	only := -1
	for n, t := range kept {
		if t.taken == 0 && t.object.any(r.grammar.Account) && !t.object.any(r.grammar.Content) && (t.unit == "个" || t.unit == "家") && !t.near.any(r.grammar.Closes) {
			if only >= 0 {
				return
			}
			only = n
		}
	}
	if only >= 0 && kept[only].metric == "" && kept[only].value == 1 {
		kept[only].metric = "new_media_accounts"
	}
}

// stocks are the metrics whose new ones are none of them: 新增粉丝300人.
var stocks = []string{"followers", "new_media_accounts", "normative_documents_in_force", "staff"}

// ownYear gives the year's own figure the metric of a running total that it stands
// behind: 历年累计公开2.4万条,其中2010年新增5210条. Each of its conditions keeps a figure of
// something else from that metric.
func (r *Reader) ownYear(s []rune, kept []told) {
	for n := 1; n < len(kept); n++ {
		total, t := &kept[n-1], &kept[n]
		from := clauseAt(s, t.start)
		if t.unit != total.unit || from <= total.end || !yearAt(s, from) {
			continue
		}
		if wording.YearParts.in(s[from:t.start]) {
			if t.metric == total.metric && t.value < total.value {
				t.metric, t.another = "", "" // 截至年底共公开2.9万条,2010年12月公开387条
			}
			continue
		}
		if total.qualifier == "" && t.value < total.value && (total.cumulative && wording.NewWord.in(s[from:t.start]) || runsUpTo(s, total, t)) {
			total.qualifier = QualifierCumulative // 累计公开2.4万条,其中2010年新增5210条; 截至年底共发布2.9万条;本年发布3870条
		}
		if t.metric != "" || total.metric == "" || total.qualifier != QualifierCumulative || wording.Gathered.in(s[clauseAt(s, total.start):total.start]) || slices.Contains(stocks, total.metric) {
			continue
		}
		if from <= total.end+2 && (wording.NewWord.in(s[from:t.start]) || t.near.any(r.grammar.Bare) && !t.hasObject) {
			t.metric = total.metric
		}
	}
}

// runsUpTo reports whether a total is one up to some time, of which t is the year's: nothing
// before it says that it is of the year, and t is of the same.
func runsUpTo(s []rune, total, t *told) bool {
	before := s[:total.start]
	return wording.SinceWords.in(before) && !wording.YearStarts.in(before) && !yearAt(s, clauseAt(s, total.start)) &&
		total.metric != "" && (t.metric == "" || t.metric == total.metric) && !slices.Contains(stocks, total.metric)
}

// latestYear takes the metric from a figure of an earlier year where the
// sentence tells the same of a later one: 2019年访问量为82万次,2020年访问量为126万次.
func latestYear(s []rune, kept []told) {
	var years []int // of each figure, 0 where its clause names none
	for n, t := range kept {
		year := yearBefore(s, clauseAt(s, t.start), t.start)
		if year != 0 && years == nil {
			years = make([]int, len(kept))
		}
		if years != nil {
			years[n] = year
		}
	}
	for a := range years {
		for b := range years {
			if years[a] != 0 && years[a] < years[b] && kept[a].metric != "" && kept[a].metric == kept[b].metric {
				kept[a].metric, kept[a].another = "", ""
			}
		}
	}
}
