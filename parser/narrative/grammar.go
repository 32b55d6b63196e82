package narrative

import "unicode/utf8"

import "nianbao/parser/text"

// grammar holds the sets of concepts that the reading of a clause asks for.
type grammar struct {
	verbs      concepts // what is done
	act        concepts // what is done with the thing counted
	heads      concepts // what a sentence speaks of, until it speaks of another
	far        concepts // what is asked of clauses before the one before the figure's
	places     concepts // the heads that receive or publish
	channels   concepts // the places that publish
	filler     concepts // what says nothing about what is counted
	generic    concepts // what may stand before 信息 and leave it general
	interpret  concepts // nouns that are verbs after the noun counted
	attend     concepts // what people who are counted do
	active     concepts
	info       concepts
	apply      concepts
	specific   concepts
	empty      concepts
	diff       concepts
	compare    concepts
	last       concepts
	review     concepts
	lawsuit    concepts
	closes     concepts
	unite      concepts
	staffed    concepts
	visit      concepts
	media      concepts
	account    concepts // a channel's account
	publish    concepts
	receive    concepts
	answer     concepts
	site       concepts
	accounts   concepts // channels other than the site
	disclose   concepts // 公开, whatever the channel
	hold       concepts // verbs whose object follows the figure: 举办4场新闻发布会
	content    concepts // what is published, whatever it tells of
	part       concepts
	carriedIn  concepts
	carriedOut concepts
	carried    concepts
	ways       concepts // in which requests come
	asked      concepts
	thing      concepts // what is counted and yet says nothing about the metric
	deputy     concepts
	both       concepts
	handed     concepts
	press      concepts
	papers     concepts
	question   concepts
	undertake  concepts
	rolled     concepts // 结转 without a direction
	shared     concepts // verbs that may hold for the figures after theirs
	done       concepts
	inherited  concepts
	gauged     concepts // what channels have
	rate       concepts
	stock      concepts
	left       concepts // what is said of what is left: 结转, 未审结
	hotline    concepts
	otherbox   concepts
	outcome    concepts // what is told of the answers to deputies
	boxes      concepts // where letters and calls come in
	column     concepts
	fee        concepts
	accountOf  concepts                          // 账号
	only       []struct{ verbs, heads concepts } // verbs that are said of these heads only
	applicant  concepts
	published  concepts // 主动公开, told beside 依申请公开
	requested  concepts
	solicit    concepts
	ending     concepts // verbs that end a name: 直播
	changed    concepts // verbs that say what became of what is counted
	form       concepts
	clip       concepts
	inForce    concepts
	daily      concepts
	bare       concepts
	letters    concepts // what is received, from wherever
	events     concepts // what is held, whatever was done before it
	opens      concepts // verbs that no noun phrase begins with: 举办, 配备, 现有
}

func newGrammar(l *lexicon) grammar {
	heads := l.set("REQUEST|MAILBOX|OTHERBOX|HOTLINE|WEBSITE|NEWMEDIA|CHANNELACCT|APPLY|TRAINING|REVIEW|LAWSUIT|QUESTION|PROPOSAL|SURVEY|INTERVIEW|DEPUTY|FORUM|NORMDOC|REGULATION|INTERPRET|GAZETTE|PRESSCONF|HOTTOPIC")
	return grammar{
		verbs:      l.set("RECEIVE|ANSWER|PUBLISH|ACTIVE|RESPOND|ISSUE|CLOSE|DIFF|CARRY|PLAN|LAST|HANDOVER|ABOLISH|UNITE|SOLICIT|DISCLOSE|HOLD|SHOW|REPORTED|REPEAL|INFORCE|CARRYIN|CARRYOUT|UPHELD|CORRECTED|OTHERRESULT|PENDING|DONE|DIRECT|UNDERTAKE|INVOLVE|TRANSFER|PUSH|ASK|ROLLED"),
		heads:      heads,
		far:        heads.or(l.set("ACTIVE|VISIT|COLUMN")),
		filler:     l.set("OTHERS|NEUTRAL|GENERIC|COMPARE|HOLD|OUTCOME|THING|STOCK|STAFFED"),
		interpret:  l.set("INTERPRET|SOLICIT"),
		attend:     l.set("ATTEND|TRAINING"),
		active:     l.set("ACTIVE"),
		info:       l.set("INFO"),
		generic:    l.set("GENERIC|NEUTRAL|WEBSITE|NEWMEDIA|CHANNELACCT|PUBLISH|ACTIVE|RECEIVE|ANSWER|INFO|CONTENT|REQUEST"),
		apply:      l.set("APPLY"),
		specific:   l.set(conceptSpecific),
		empty:      l.set(conceptEmpty),
		diff:       l.set("DIFF"),
		act:        l.set("PUBLISH|ACTIVE|RECEIVE|ANSWER|REPUBLISH"),
		channels:   l.set("WEBSITE|NEWMEDIA|CHANNELACCT"),
		places:     l.set("FORUM|MAILBOX|OTHERBOX|HOTLINE|WEBSITE|NEWMEDIA|CHANNELACCT|REQUEST"),
		compare:    l.set("COMPARE"),
		last:       l.set("LAST"),
		review:     l.set("REVIEW"),
		lawsuit:    l.set("LAWSUIT"),
		closes:     l.set("CLOSE"),
		unite:      l.set("UNITE"),
		staffed:    l.set("STAFFED"),
		visit:      l.set("VISIT"),
		media:      l.set("MEDIA"),
		account:    l.set("CHANNELACCT"),
		publish:    l.set("PUBLISH|ACTIVE"),
		receive:    l.set("RECEIVE"),
		answer:     l.set("ANSWER"),
		site:       l.set("WEBSITE"),
		accounts:   l.set("NEWMEDIA|CHANNELACCT"),
		disclose:   l.set("DISCLOSE"),
		hold:       l.set("HOLD"),
		content:    l.set("INFO|CONTENT|DOCS"),
		part:       l.set(conceptPart),
		carriedIn:  l.set("CARRYIN"),
		carriedOut: l.set("CARRYOUT"),
		carried:    l.set("CARRYIN|CARRYOUT"),
		ways:       l.set("INPERSON|FAX|ONLINE|MAIL"),
		asked:      l.set("REQUEST|APPLY"),
		thing:      l.set("THING"),
		deputy:     l.set("DEPUTY"),
		both:       l.set("BOTH"),
		handed:     l.set("HANDOVER"),
		press:      l.set("PRESS"),
		papers:     l.set("DOCS|DOCUMENT"),
		question:   l.set("QUESTION"),
		undertake:  l.set("UNDERTAKE"),
		rolled:     l.set("ROLLED"),
		shared:     l.set("RECEIVE|ANSWER|DONE|PUBLISH|ACTIVE|DISCLOSE|ISSUE|ABOLISH|REPEAL|INFORCE|CLOSE|UNDERTAKE|REPORTED|SHOW|HOLD"),
		done:       l.set("DONE"),
		gauged:     l.set("FOLLOW|READS|VIEWS|VISIT|INFO|CONTENT"),
		rate:       l.set("RATE|SATISFY|CLOSERATE|INTERPRATE"),
		stock:      l.set("STOCK"),
		inherited:  l.set(conceptShared),
		left:       l.set("CARRY|CARRYIN|CARRYOUT|PENDING"),
		hotline:    l.set("HOTLINE"),
		otherbox:   l.set("OTHERBOX"),
		outcome:    l.set("OUTCOME|REPORTED"),
		boxes:      l.set("MAILBOX|OTHERBOX|HOTLINE"),
		column:     l.set("COLUMN"),
		fee:        l.set("FEE"),
		accountOf:  l.set("ACCOUNT"),
		only:       []struct{ verbs, heads concepts }{{l.set("INFORCE|REPEAL"), l.set("NORMDOC")}, {l.set("CARRYIN|CARRYOUT"), l.set("APPLY")}},
		applicant:  l.set("APPLICANT"),
		published:  l.set("ACTIVE|DISCLOSE|INFO"),
		requested:  l.set("REQUEST"),
		solicit:    l.set("SOLICIT"),
		ending:     l.set("NAMED"),
		changed:    l.set("CHANGED"),
		form:       l.set("FORM|DOCS|DEPUTY"),
		clip:       l.set("CLIP"),
		inForce:    l.set("INFORCE|REPEAL"),
		daily:      l.set("DAILY"),
		bare:       l.set(conceptBare),
		letters:    l.set("QUESTION|PROPOSAL"),
		events:     l.set("SURVEY|INTERVIEW|TRAINING|PRESSCONF|GAZETTE"),
		opens:      l.set("HOLD|STAFFED|STOCK"),
	}
}

// sharedVerbs are the verbs of a clause that may hold for the figures after its
// own. 办理转办件3件 is another's.
func (g *grammar) sharedVerbs(near concepts) concepts {
	if near.any(g.handed) && !near.any(g.undertake) {
		return concepts{}
	}
	return near.and(g.shared)
}

// isFiller reports whether an item says nothing about what a figure counts.
func (g *grammar) isFiller(s []rune, it item) bool {
	switch it.kind {
	case itemTerm:
		return it.is.within(g.filler)
	case itemWord:
		return !(it.noun() && text.Han(s[it.start])) && !it.verb()
	}
	return it.kind == itemBreak && it.mark == '、'
}

// names reports whether the item can be what a figure counts.
func (g *grammar) names(s []rune, it item) bool {
	if it.kind == itemTerm {
		return !it.is.within(g.verbs.or(g.filler))
	}
	return it.noun() && text.Han(s[it.start])
}

// saysNothing reports whether the items are fillers only.
func (g *grammar) saysNothing(s []rune, items []item) bool {
	for _, it := range items {
		if it.kind == itemTerm && wordIs(s, it, "其中") || !g.isFiller(s, it) {
			return false
		}
	}
	return true
}

// wordIs reports whether the item is one of the words.
func wordIs(s []rune, it item, words ...string) bool {
	for _, w := range words {
		if equals(s[it.start:it.end], w) {
			return true
		}
	}
	return false
}

// equals compares without making a string.
func equals(s []rune, w string) bool {
	n := 0
	for _, r := range w {
		if n == len(s) || s[n] != r {
			return false
		}
		n++
	}
	return n == len(s)
}

// startsWith reports whether the item's text begins with the word.
func startsWith(s []rune, it item, w string) bool {
	i := it.start
	for _, r := range w {
		if i == it.end || s[i] != r {
			return false
		}
		i++
	}
	return true
}

// endsWith reports whether the item's text ends with the word.
func endsWith(s []rune, it item, w string) bool {
	n := utf8.RuneCountInString(w)
	return it.end-it.start >= n && equals(s[it.end-n:it.end], w)
}
