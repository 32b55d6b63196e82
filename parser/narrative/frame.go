package narrative

import (
	"slices"
	"strings"

	"nianbao/parser/text"
)

// frame is what a sentence says around one of its figures.
type frame struct {
	near      concepts // of the figure's own clause
	topic     concepts // of what the sentence, or the heading above it, last spoke of
	object    concepts // of the noun right beside the figure
	hasObject bool
	// subject is the noun phrase the figure counts, as characters of the
	// sentence; empty where the sentence names none.
	subjectStart, subjectEnd int

	taken      int      // past the noun phrase after the figure, as an item; 0 for none
	cumulative bool     // 累计
	atLeast    bool     // 至少开展2次
	each       bool     // 各, 均, 分别: the figure holds for each thing named
	apart      bool     // 各, 分别: and is another's for another
	per        bool     // 各: it is of one among several
	shared     concepts // near, before a 分别 took from it what is another figure's
	named      bool     // 举报投诉数:0
	abstract   bool     // 四个精准对接: a slogan, no count
	behind     bool     // it stands behind another figure with nothing but its noun between
	mixed      bool     // 主动公开和依申请公开 together
	part       bool     // it stands behind a 其中 of its sentence
	free       bool     // it denies that anything was paid: 未收取费用
	left       []item   // the words of the clause before the figure
	other      bool     // what is counted is another body's
	undone     bool     // or was not done
}

// previous is what a figure needs to know of the one before it.
type previous struct {
	taken  int      // its frame's taken
	object concepts // its frame's object
	verbs  concepts // the verbs of its clause
}

// ends reports whether what the figure before counts ends right before items[k]: 31个部门检查2轮.
func (p previous) ends(k int) bool { return p.taken > 0 && p.taken == k }

// frame reads the clause of the figure at items[k]: each step, in the order that the
// later ones need, adds what one kind of words around it says.
func (g *grammar) frame(s []rune, items []item, k int, last previous) frame {
	var fr frame
	start := max(g.clauseStart(items, k), last.taken) // what the figure before counts may stand after it
	if told, ok := g.reaches(s, items, start, k); ok {
		// 主动公开信息较上年增长12%,达到8620条: the clause before says what reached it.
		g.gather(s, &fr, told)
		fr.near = fr.near.but(g.Change)
		g.count(s, &fr, told, nil, k, false)
		fr.topic = g.topic(s, items, k)
		return fr
	}
	end := g.clauseEnd(s, items, k)
	start = g.clauseBefore(s, items, start, k, end, last)
	left, right := g.withoutList(s, g.onPlatforms(s, items, start, k, last)), items[k+1:end]
	right, fr.undone = g.done(s, items[:start], left, right, s[items[g.clauseStart(items, k)].start:items[end-1].end])
	if g.levels(s, left) {
		// 从34件上升到51件: the level after the change; what it counts was said before.
		start = g.clauseStart(items, start-1)
		left = g.unchanged(items[start:k])
	}

	fr.left = left
	g.gather(s, &fr, left)
	if anyIs(items[k+1:min(k+2, len(items))], g.Change) && slices.ContainsFunc(left, func(it item) bool { return wordIs(s, it, "从", "由") }) {
		fr.near = fr.near.or(g.Compare) // 从34件上升到51件
	}
	fr.near = g.withoutNamed(s, fr.near, left, s[items[k].end-1])
	g.count(s, &fr, left, right, k, end < len(items) && items[end].kind == itemFigure)
	fr.near = fr.near.or(g.lent(s, &fr, items, start, left, last))

	fr.topic = g.topic(s, items, start)
	if !fr.near.any(g.Places) {
		fr.near = fr.near.or(g.quotedPlace(s, left))
	}
	if fr.near.any(g.Places.or(g.Media)) {
		fr.topic = fr.topic.but(g.Places) // the clause names its own
	}
	if (!last.ends(k) || last.object.any(g.Events)) && g.saysNothing(s, left) && g.saysNothing(s, right) {
		fr.near = fr.near.or(g.Empty)
	}
	if !slices.ContainsFunc(left, func(it item) bool { return !g.isFiller(s, it) && !it.is.any(g.Verbs) && (it.odd || !it.verb()) }) {
		fr.near = fr.near.or(g.Bare)
	}
	fr.near = fr.near.or(g.trailing(s, fr.near, items, k))
	g.subject(s, &fr, items, start, k, end, left)
	return fr
}

// withoutNamed is what a clause says, without what a list before its figure only names.
func (g *grammar) withoutNamed(s []rune, near concepts, left []item, unit rune) concepts {
	if n := len(left); n > 0 && startsWith(s, left[n-1], "等") && among("个家", unit) {
		near = near.but(g.Account) // “云泽通”公众号、APP等29个政务新媒体: some of them
	}
	switch {
	case !g.waysTogether(s, left):
	case near.any(g.Receive) && near.any(g.Asked):
		return near.but(g.Ways.or(g.Site))
	case near.any(g.Publish) && !near.any(g.Receive):
		return near.but(g.Site).or(g.Media) // 通过网站、邮寄方式公开信息5件
	}
	return near
}

// onPlatforms are the words before the figure items[k], whose clause items[start] begins,
// with the list of places before them that the figure before counts: 在县报、县网等29个平台公开信息12条.
func (g *grammar) onPlatforms(s []rune, items []item, start, k int, last previous) []item {
	of := start
	for of > 0 && items[of-1].kind != itemFigure {
		of--
	}
	if of < 2 || start != of && start != last.taken || !startsWith(s, items[of-2], "等") || wording.Platforms.at(s, items[of].start) == 0 {
		return items[start:k]
	}
	return slices.Concat(items[g.clauseStart(items, of-1):of-1], items[of:k])
}

// waysTogether reports whether a way of asking is joined to the site, as another: 通过网站和信函途径
// 收到申请12件 is of both, and 网站 no place that publishes.
func (g *grammar) waysTogether(s []rune, left []item) bool {
	for n := 1; n+1 < len(left); n++ {
		if before, behind := left[n-1].is, left[n+1].is; joins(s, left[n]) && (before.any(g.Site) && behind.any(g.Ways) || before.any(g.Ways) && behind.any(g.Site)) {
			return true
		}
	}
	return false
}

// clauseBefore returns where the clause of the figure at items[k] begins that items[start]
// begins, together with what stands before it where it names nothing itself.
func (g *grammar) clauseBefore(s []rune, items []item, start, k, end int, last previous) int {
	if start == 0 || !g.saysNothing(s, items[start:k]) {
		return start
	}
	switch before := items[start-1]; {
	case before.kind == itemOpen:
		return g.nameStart(s, items, start-1) // 在线访谈(6期)
	case before.kind == itemFigure && start == k && last.taken == 0:
		return g.clauseStart(items, start-1) // 推送301期1204条
	case isComma(before) && !g.continues(items, start-1):
		if _, named := g.headNoun(s, items[k+1:end], false); !named {
			return g.clauseStart(items, start-1) // 开展政务公开培训,共3次: the clause before says what is counted
		}
	}
	return start
}

// subject finds what the figure at items[k] counts where count did not.
func (g *grammar) subject(s []rune, fr *frame, items []item, start, k, end int, left []item) {
	right := items[k+1 : end]
	if fr.subjectEnd == 0 {
		g.ownSubject(s, left, fr, s[items[k].end-1])
	}
	if fr.subjectEnd == 0 && len(right) == 0 && onlyThings(s, left) {
		fr.subjectStart, fr.subjectEnd = left[g.phraseStart(s, left, len(left)-1)].start, left[len(left)-1].end // 健康提示102条
	}
	if fr.subjectEnd == 0 {
		g.lastSubject(s, items[:start], fr)
	}
	if end < len(items) && items[end].kind == itemOpen && items[end].start == fr.subjectEnd {
		if to := closesBracket(items, end); to > 0 {
			fr.subjectEnd = items[to].end // 312个村(居)
		}
	}
}

// nameStart returns where what stands before the bracket items[open] begins.
func (g *grammar) nameStart(s []rune, items []item, open int) int {
	from := open
	for from > 0 && items[from-1].worded() && !joins(s, items[from-1]) {
		from--
	}
	if from > 1 && items[from-2].kind == itemClose {
		from-- // 人大建议(38件)、政协提案(52件)
	}
	return from
}

// lent is what the clause before the figure's says for it too.
func (g *grammar) lent(s []rune, fr *frame, items []item, start int, left []item, last previous) (c concepts) {
	if start == 0 {
		return c
	}
	var of concepts
	switch mark := items[start-1]; {
	case g.inherits(s, fr, items, start, left, last):
		c = last.verbs.or(g.Inherited)
	case mark.mark == ':':
		of = g.Granted // 答复结果:主动公开14件、同意25件
		if !fr.near.any(g.Verbs) {
			of = of.or(g.Shared) // 公开办理结果:人大建议36件,政协提案41件
			if fr.near.any(g.AccountOf) {
				of = of.or(g.Accounts) // 新媒体:账号31个
			}
		}
	}
	if start > 1 && isComma(items[start-1]) && endsWith(s, items[start-2], "中") {
		of = of.or(g.Papers) // 制发的公文中,主动公开52件
	}
	c = c.or(said(items[g.clauseStart(items, start-1) : start-1]).and(of))
	if start == last.taken {
		c = c.or(last.object.and(g.Column)) // 二十六个试点领域公开信息
	}
	return c
}

// closesBracket returns the item that closes a short bracket without figures that
// items[open] opens, or 0.
func closesBracket(items []item, open int) int {
	for k := open + 1; k < len(items) && k <= open+6; k++ {
		switch items[k].kind {
		case itemClose:
			return k
		case itemFigure, itemOpen:
			return 0
		}
	}
	return 0
}

// trailing returns what is done with a figure of a list that says so behind its
// last one only: 代表建议(26件)、政协提案(41件)全部办复.
func (g *grammar) trailing(s []rune, near concepts, items []item, k int) (c concepts) {
	if near.any(g.Verbs) {
		return c
	}
	last := true // no further figure has been met since the last mark
	for _, it := range items[k+1:] {
		switch {
		case s[it.start] == '未':
			return concepts{} // 14条留言未按时答复
		case it.kind == itemFigure:
			last = true
		case joins(s, it):
			last = false
		case it.kind == itemClose, it.kind == itemOpen && !last:
		case !it.worded():
			return c
		case last:
			c = c.or(it.is.and(g.Shared))
		}
	}
	return c
}

// denied reads what the negation at items[k] denies: what follows it in its
// clause, with end the item past it. It is none where the clause is about
// something else that was not done so (未收到申请的单位) or may not be (如未受理).
func (g *grammar) denied(s []rune, items []item, k int) (fr frame, end int, ok bool) {
	for i := k - 1; i >= 0 && !items[i].partsClauses(); i-- {
		if wording.Supposing.is(s, items[i]) || items[i].kind == itemFigure && among("个家", s[items[i].end-1]) { // 12个部门未收到申请
			return fr, 0, false
		}
		fr.near = fr.near.or(items[i].is.and(g.Last))
	}
	what := clauseAhead(items[k+1:])
	end = k + 1 + len(what)
	fr.near = fr.near.or(said(what))
	last := g.deniedThing(s, what)
	if last < 0 {
		return fr, 0, false
	}
	if fr.near.any(g.Rolled) && !fr.near.any(g.Carried) {
		if fr.near.any(g.Last) {
			fr.near = fr.near.or(g.CarriedIn) // 上年无结转申请
		} else {
			fr.near = fr.near.or(g.CarriedOut)
		}
	}
	fr.hasObject, fr.object = true, what[last].is
	fr.topic = g.topic(s, items, end)
	fr.free = what[last].is.any(g.Fee)
	fr.subjectStart, fr.subjectEnd = what[g.phraseStart(s, what, last)].start, what[last].end
	if n := fr.subjectEnd; n-fr.subjectStart > 4 && s[n-2] == '案' && s[n-1] == '件' {
		fr.subjectEnd -= 2
	}
	return fr, end, true
}

// ofSomeOnly reports whether what is denied, which what[last] names, is one kind of it, or a
// clause that tells of others.
func (g *grammar) ofSomeOnly(s []rune, what []item, last int) bool {
	rest := what[last+1:]
	if len(rest) > 0 && wordIs(s, rest[0], "的") && !slices.ContainsFunc(rest, func(it item) bool { return wording.EmptyNouns.is(s, it) }) {
		return true // 未收到申请的有12个部门
	}
	// 没有未公开的规范性文件, 未发生超期答复申请的情况
	return last > 0 && slices.ContainsFunc(what[:last+1], func(it item) bool { return wording.KindDenied.at(s, it.start) > 0 })
}

// deniedThing returns which of the items behind a negation is what there is none of, -1
// where they say that something else was not done.
func (g *grammar) deniedThing(s []rune, what []item) int {
	last := -1
	for n, it := range what {
		if g.names(s, it) && it.is.any(g.Heads.or(g.Fee)) || !anyIs(what, g.Heads.or(g.Fee)) && it.is.any(g.Carried.or(g.Rolled)) { // 无上年结转件
			last = n
		}
	}
	if g.ofSomeOnly(s, what, last) {
		return -1
	}
	for n, it := range what[last+1:] {
		if last+2+n == len(what) && it.is.any(g.Verbs) && !it.is.any(g.Heads) {
			break // 无规范性文件制发
		}
		if it.verb() || !it.is.within(g.Filler.or(g.AccountOf)) || it.noun() && !wording.EmptyNouns.is(s, it) {
			return -1
		}
	}
	return last
}

// inherits reports whether the verb of the figure before holds for this one too:
// 注销公众号3个、微博2个, 办理建议54件,提案88件, 答复建议27件和提案43件, 公开建议答复14件、提案答复22件.
func (g *grammar) inherits(s []rune, fr *frame, items []item, start int, left []item, last previous) bool {
	own := fr.near.and(g.Verbs)
	if len(left) == 0 || fr.object.any(g.Events) {
		return false
	}
	if g.saysNothing(s, left) {
		return fr.taken > 0 && joins(s, left[0]) // 公开31件人大建议复文、45件政协提案复文
	}
	if !own.empty() {
		return (left[0].mark == '、' || last.verbs.any(g.Answer)) && own.within(g.Answer.or(g.Done)) && last.verbs.any(g.Publish)
	}
	if joins(s, left[0]) {
		return true
	}
	if start < 2 || !isComma(items[start-1]) || items[start-2].kind != itemFigure {
		return false
	}
	return !slices.ContainsFunc(left, func(it item) bool { return it.verb() || it.is.any(g.Boxes.or(g.Stock)) })
}

// quotedPlace returns what a name in quotation marks is that receives, answers
// or publishes: “区长手机”受理128件 is none of the mailbox's, “兴文发布”发布信息 is an
// account's, and “中国·泗阳”公开信息 the site's.
func (g *grammar) quotedPlace(s []rune, left []item) concepts {
	for n := 1; n < len(left); n++ {
		if !left[n].is.any(g.Receive.or(g.Answer).or(g.Publish)) {
			continue
		}
		name := n - 1
		for name > 0 && s[left[name].start] != '》' && !closesName(s, left[name]) && g.isFiller(s, left[name]) {
			name-- // “云陂发布”全年推送
		}
		if s[left[name].start] == '》' {
			return g.Media // 通过《青屿新闻》公开512条
		}
		if !closesName(s, left[name]) {
			continue
		}
		return g.placeCalled(s, left[name].start)
	}
	return concepts{}
}

// placeCalled is what the names in quotation marks are the last of which ends at s[end]: those
// of a site and of an account together are neither's.
func (g *grammar) placeCalled(s []rune, end int) (place concepts) {
	for {
		from := end
		for from > 0 && s[from-1] != '“' {
			from--
		}
		switch name := s[from:end]; {
		case strings.HasSuffix(string(name), "发布"): // what governments call their accounts
			place = place.or(g.Account)
		case wording.SiteNames.in(name):
			place = place.or(g.Site)
		}
		if end = from - 1; end > 0 && joiner(s[end-1]) {
			end--
		}
		if end--; end <= 0 || s[end] != '”' { // “青屿发布”“青屿政务”
			break
		}
	}
	if place.empty() || g.Account.or(g.Site).within(place) {
		return g.Media
	}
	return place
}

// gather takes the concepts of the clause before the figure, and the words
// that say how its figure is meant, in one pass back from it. What a closed bracket adds
// is not what is counted.
func (g *grammar) gather(s []rune, fr *frame, left []item) {
	depth := 0
	var nearest, drop concepts // 对受理申请已答复198件: the verb beside the figure, and the other one
	between := 0               // what is not filler on this side of the other
	for n, it := range slices.Backward(left) {
		switch verb := it.is.and(g.Receive.or(g.Answer)); {
		case g.isFiller(s, it):
		case between == 0 && nearest.empty() && !verb.empty():
			nearest = verb
		case between > 0 && !nearest.empty() && !verb.any(nearest):
			drop = drop.or(verb)
		default:
			between++
		}
		if depth = it.depthBefore(depth); depth > 0 {
			continue
		}
		if it.is.any(g.Republish) && g.ownToo(s, left, n) {
			continue
		}
		fr.near = fr.near.or(it.is.but(drop))
		fr.meant(s, left, n)
	}
}

// meant notes how left[n] says that the figure is meant.
func (fr *frame) meant(s []rune, left []item, n int) {
	it := left[n]
	fr.cumulative = fr.cumulative || wording.InSum.at(s, it.start) > 0
	fr.atLeast = fr.atLeast || wording.AtLeast.at(s, it.start) > 0
	if wording.OfEach.is(s, it) {
		fr.each, fr.apart = true, fr.apart || wording.Apart.is(s, it)
		fr.per = fr.per || s[it.start] == '各' && !(n+1 < len(left) && left[n+1].noun()) // 各明确1名, but not 各单位明确26名
	}
}

// ownToo reports whether left[n], which says that others published first what a channel of
// the clause did, is joined to a verb of its own: 公众号发布和转发视频52条.
func (g *grammar) ownToo(s []rune, left []item, n int) bool {
	own := func(mark, verb int) bool {
		return verb >= 0 && verb < len(left) && joins(s, left[mark]) && left[verb].is.any(g.Publish) && !left[verb].is.any(g.Active.or(g.Republish))
	}
	return anyIs(left, g.Channels) && (own(n-1, n-2) || own(n+1, n+2))
}

// counted reports whether the figure counts the noun after it, right[head], and
// not the one before it, left[at]: 县政府办公室有3名同志, 举办4场新闻发布会, 公开专栏
// has 3个子栏目. follows tells that another figure stands right behind right, which
// then counts the noun only where a verb such as 举办 stands before it.
func (g *grammar) counted(s []rune, left []item, at int, right []item, head int, follows bool) bool {
	if joins(s, right[0]) {
		return false // 培训3次和讲座2次
	}
	if g.takes(s, left) {
		return false // 将规范性文件12件在网站公开
	}
	if head <= 1 && among("个家名位座处块", s[right[0].start-1]) && !right[0].is.any(g.Verbs) && !right[0].verb() {
		return true // 网站群43个子网站发布信息2万条
	}
	return !follows || anyIs(left[at+1:], g.Hold)
}

// count finds what the figure counts: the noun right before it, else the noun
// after it, else whatever its clause names.
func (g *grammar) count(s []rune, fr *frame, left, right []item, k int, follows bool) {
	head, after := g.headNoun(s, right, follows)
	at, ok := g.adjacentNoun(s, left)
	if ok && !(after && g.counted(s, left, at, right, head, follows)) {
		g.countBefore(s, fr, left, at, right)
		return
	}
	if after {
		g.countAfter(s, fr, left, right[:head+1], right[head+1:])
		fr.taken = k + 1 + head + 1
		return
	}
	if g.saysNothing(s, left) {
		fr.near = fr.near.or(said(right).but(g.Diff.or(g.Compare))) // 其中12件已答复,1件结转下年
	}
	fr.near = fr.near.or(said(right).and(g.Left)) // 剩余1件结转下一年度, 尚有4件未审结
	if len(right) == 1 && wordIs(s, right[0], "县", "市", "区", "乡", "镇", "旗") {
		fr.subjectStart, fr.subjectEnd = right[0].start, right[0].end // 12个县(市、区)
		return
	}
	n := len(left) - 1
	for n >= 0 && !(g.names(s, left[n]) && (left[n].kind == itemWord || !left[n].is.within(g.Filler.or(g.Verbs)))) {
		n--
	}
	if n >= 0 {
		g.setSubject(s, fr, left, n)
	}
	g.closest(s, fr, left, n)
	if n >= 0 {
		g.judge(s, fr, left, n)
	}
	g.ofKind(s, fr, left, n)
}

// ofKind notes that what a figure counts is one kind of it, where a 类 stands beside the noun
// left[at] or the figure: 信息公开类33条, 工作信息类信息210条, 内容更新类800条.
func (g *grammar) ofKind(s []rune, fr *frame, left []item, at int) {
	if n := len(left); n > 0 && wordIs(s, left[n-1], "类") || at > 0 && wordIs(s, left[at-1], "类") {
		fr.near = fr.near.or(g.Specific)
	}
}

// countBefore takes the noun left[at] for what the figure counts.
func (g *grammar) countBefore(s []rune, fr *frame, left []item, at int, right []item) {
	fr.hasObject, fr.object = true, left[at].is
	behind := g.Attend.or(g.Left) // 各部门150余人参加了培训, 剩余1件结转
	if g.takes(s, left) {
		behind = behind.or(g.Act).or(g.Disclose).or(g.Channels).or(g.Handed) // 将各类信息2310条主动向社会公开
	}
	fr.near = fr.near.or(said(right).and(behind))
	g.setSubject(s, fr, left, at)
	g.closest(s, fr, left, at)
	g.judge(s, fr, left, at)
	g.ofKind(s, fr, left, at)
}

// countAfter takes the noun that ends the phrase behind the figure for what it
// counts; rest is what follows it.
func (g *grammar) countAfter(s []rune, fr *frame, left, phrase, rest []item) {
	n := len(phrase) - 1
	fr.hasObject, fr.object = true, phrase[n].is
	fr.near = fr.near.or(said(phrase))
	if fr.object.any(g.AccountOf.or(g.Accounts)) && among("个家", s[phrase[0].start-1]) {
		rest = nil // 27个账号累计发布信息
	}
	fr.near = fr.near.or(said(rest).but(g.Interpret)) // 12件申请全部办结: what is done stands after it
	g.setSubject(s, fr, phrase, n)
	if len(rest) > 0 && rest[0].start == fr.subjectEnd && rest[0].is.any(g.Outcome) && rest[0].end-rest[0].start > 1 {
		fr.subjectEnd = rest[0].end // 31件人大建议办理结果
	}
	g.judge(s, fr, phrase, n)
}

// done cuts off the words behind a figure what they say was not done with it, or by others
// to it, or too late, and reports whether they do: 14条留言未按时答复, 41件申请被退回, 2条信息公开超时. So do words that say of it
// something else than what is before it: 对部门处理的申请10件作了指导.
func (g *grammar) done(s []rune, before, left, right []item, clause []rune) ([]item, bool) {
	n := slices.IndexFunc(right, func(it item) bool { return s[it.start] == '未' && !it.is.any(g.Left) || wordIs(s, it, "被") })
	if n >= 0 && (s[right[n].start] == '未' || !anyIs(right[n+1:], g.Verbs)) {
		return right[:n], true
	}
	if slices.ContainsFunc(left, func(it item) bool { return wording.NotDone.is(s, it) && !it.is.any(g.Left) }) {
		return right, true // 未按时答复的申请3件
	}
	if n := len(before); n > 0 && before[n-1].kind == itemFigure && among(negations, s[before[n-1].start]) {
		return right, true // 没有及时公开的规范性文件3件
	}
	all := said(left).or(said(right))
	took := all.any(g.Events) && !all.any(g.Answer) // 超3天的培训2次
	return right, late(clause) && !took || g.said(s, left, right)
}

// late reports whether some words say that something was done too late: 超期, 超3日.
func late(words []rune) bool {
	for i, c := range words {
		if wording.Late.at(words, i) > 0 {
			return true
		}
		if c == '超' && i+1 < len(words) && numeral(words[i+1]) {
			v, end, _ := arabicOrHan(words, i+1)
			return measure(words, end, v).kind == text.Time
		}
	}
	return false
}

// said reports whether words say of what is counted something else than what is before it.
func (g *grammar) said(s []rune, left, right []item) bool {
	return slices.ContainsFunc(left, func(it item) bool { return wordIs(s, it, "对") }) && !anyIs(right, g.Verbs) &&
		slices.ContainsFunc(right, func(it item) bool { return wording.Otherwise.at(s, it.start) > 0 || it.verb() })
}

// setSubject makes the noun phrase that ends at phrase[n] the subject.
func (g *grammar) setSubject(s []rune, fr *frame, phrase []item, n int) {
	fr.subjectStart, fr.subjectEnd = phrase[g.phraseStart(s, phrase, n)].start, phrase[n].end
	for n++; n < len(phrase) && wording.NumberOf.is(s, phrase[n]); n++ {
		fr.subjectEnd = phrase[n].end // 行政复议数量6件
	}
}

// takes reports whether the clause says behind the figure what is done with it:
// 将, 把.
func (g *grammar) takes(s []rune, left []item) bool {
	return slices.ContainsFunc(left, func(it item) bool { return wordIs(s, it, "将", "把") })
}

// closest makes the subject the noun right before the figure where that says
// nothing about the metric (受理各类诉求3万件), or is a verb turned noun (行政许可决定
// 278件, 录入问答318组). at is the noun that does, -1 where none does. Each case is one
// kind of such nouns.
func (g *grammar) closest(s []rune, fr *frame, left []item, at int) {
	for n := len(left) - 1; n > at; n-- {
		it := left[n]
		switch {
		case n > at+1 && it.is.any(g.Outcome) && !it.is.any(g.Verbs):
			fr.subjectStart, fr.subjectEnd = it.start, it.end // 在专栏公开答复文件12件
			return
		case it.is.any(g.Thing):
			fr.subjectStart, fr.subjectEnd = left[g.phraseStart(s, left, n)].start, it.end
			return
		case at >= 0 && n == at+1 && (it.verb() && it.thingWord() || it.is.any(g.Outcome) && it.start == left[at].end || left[at].is.any(g.Deputy) && it.is.any(g.Answer)):
			fr.subjectEnd = it.end
			return
		case n > at+1 && it.thingWord() && (left[n-1].is.any(g.Verbs) || left[n-1].verb()):
			fr.subjectStart, fr.subjectEnd = it.start, it.end
			return
		case at < 0 && n > 0 && it.thingWord() && wording.KindWords.is(s, left[n-1]):
			fr.subjectStart, fr.subjectEnd = left[n-1].start, it.end // 政府采购1176条
			return
		case !g.isFiller(s, it):
			return
		}
	}
}
