package narrative

// grammar holds the sets of concepts that the reading of a clause asks for.
type grammar struct {
	verbs     concepts // what is done
	act       concepts // what is done with the thing counted
	heads     concepts // what a sentence speaks of, until it speaks of another
	places    concepts // the heads that receive or publish
	channels  concepts // the places that publish
	filler    concepts // what says nothing about what is counted
	generic   concepts // what may stand before 信息 and leave it general
	interpret concepts // nouns that are verbs after the noun counted
	attend    concepts // what people who are counted do
	active    concepts
	info      concepts
	apply     concepts
	specific  concepts
	empty     concepts
	diff      concepts
	compare   concepts
	last      concepts
	review    concepts
	lawsuit   concepts
	closes    concepts
	unite     concepts
	persons   concepts
	staffed   concepts
	visit     concepts
	media     concepts
	account   concepts // a channel's account
	publish   concepts
	receive   concepts
	answer    concepts
}

func newGrammar(l *lexicon) grammar {
	return grammar{
		verbs:     l.set("RECEIVE|ANSWER|PUBLISH|ACTIVE|RESPOND|ISSUE|CLOSE|DIFF|CARRY|PLAN|LAST|HANDOVER|ABOLISH|UNITE|SOLICIT"),
		heads:     l.set("REQUEST|MAILBOX|OTHERBOX|HOTLINE|WEBSITE|NEWMEDIA|CHANNELACCT|APPLY|TRAINING|REVIEW|LAWSUIT|QUESTION|PROPOSAL|SURVEY|INTERVIEW|NORMDOC|INTERPRET|GAZETTE|PRESSCONF|HOTTOPIC"),
		filler:    l.set("NEUTRAL|GENERIC|COMPARE"),
		interpret: l.set("INTERPRET|SOLICIT"),
		attend:    l.set("ATTEND|TRAINING"),
		active:    l.set("ACTIVE"),
		info:      l.set("INFO"),
		generic:   l.set("GENERIC|NEUTRAL|WEBSITE|NEWMEDIA|CHANNELACCT|PUBLISH|ACTIVE|RECEIVE|ANSWER|INFO|CONTENT|REQUEST"),
		apply:     l.set("APPLY"),
		specific:  l.set(conceptSpecific),
		empty:     l.set(conceptEmpty),
		diff:      l.set("DIFF"),
		act:       l.set("PUBLISH|ACTIVE|RECEIVE|ANSWER|REPUBLISH"),
		channels:  l.set("WEBSITE|NEWMEDIA|CHANNELACCT"),
		places:    l.set("MAILBOX|OTHERBOX|HOTLINE|WEBSITE|NEWMEDIA|CHANNELACCT|REQUEST"),
		compare:   l.set("COMPARE"),
		last:      l.set("LAST"),
		review:    l.set("REVIEW"),
		lawsuit:   l.set("LAWSUIT"),
		closes:    l.set("CLOSE"),
		unite:     l.set("UNITE"),
		persons:   l.set("PERSONS|STAFF"),
		staffed:   l.set("STAFFED"),
		visit:     l.set("VISIT"),
		media:     l.set("MEDIA"),
		account:   l.set("CHANNELACCT"),
		publish:   l.set("PUBLISH|ACTIVE"),
		receive:   l.set("RECEIVE"),
		answer:    l.set("ANSWER"),
	}
}

// isFiller reports whether an item says nothing about what a figure counts.
func (g *grammar) isFiller(s []rune, it item) bool {
	switch it.kind {
	case itemTerm:
		return it.is&^g.filler == 0
	case itemWord:
		return !(it.noun() && isHan(s[it.start])) && !it.verb()
	}
	return it.kind == itemBreak && it.mark == '、'
}

// names reports whether the item can be what a figure counts.
func (g *grammar) names(s []rune, it item) bool {
	if it.kind == itemTerm {
		return it.is&^g.verbs != 0 && it.is&^g.filler != 0
	}
	return it.noun() && isHan(s[it.start])
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
