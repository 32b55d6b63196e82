package narrative

import (
	"reflect"
	"strings"
	"unicode/utf8"
)

// grammar holds the sets of concepts that the reading of a clause asks for, as
// tables/sets.tsv says what they are; @ there stands for the set above.
type grammar struct {
	Verbs, Act, Heads, Topics, Far, Places, Channels, Filler, Generic, Interpret, Attend, Active, Info, Apply, Specific, Plan, Except, Outside,
	Empty, Diff, Compare, Last, Review, Lawsuit, Closes, Unite, Staffed, Visit, Media, Account, Publish,
	Receive, Answer, Site, Accounts, Disclose, Hold, Content, Part, CarriedIn, CarriedOut, Carried, Ways, Granted, Asked,
	Thing, Deputy, Both, Handed, Press, Papers, Question, Undertake, Rolled, Shared, Done, Inherited, Gauged,
	Rate, Seen, News, Stock, Left, Hotline, Otherbox, Outcome, Boxes, Column, Republish, Fee, AccountOf, Applicant, Published,
	Requested, Solicit, Ending, Form, InForce, Daily, Bare, Appeals, Events, Opens, Change, Service, Meetings, Manners, Staff, Mailbox, Netizen concepts

	only []onlyOf
}

// onlyOf is verbs that are said of some heads only.
type onlyOf struct{ verbs, heads concepts }

func newGrammar(l *lexicon) grammar {
	var g grammar
	sets, names := reflect.ValueOf(&g).Elem(), ""
	for _, row := range readTable("sets.tsv") {
		set := sets.FieldByName(strings.ToUpper(row[0][:1]) + row[0][1:])
		if !set.IsValid() {
			panic("narrative: tables/sets.tsv names the set " + row[0] + ", which nothing asks for")
		}
		names = strings.Replace(row[1], "@", names, 1)
		set.Set(reflect.ValueOf(l.set(names)))
	}
	g.only = []onlyOf{{l.set("INFORCE|REPEAL"), l.set("NORMDOC")}, {g.Carried, g.Apply}}
	return g
}

// sharedVerbs are the verbs of a clause that may hold for the figures after its
// own. 办理转办件3件 is another's.
func (g *grammar) sharedVerbs(near concepts) concepts {
	if near.any(g.Handed) && !near.any(g.Undertake) {
		return concepts{}
	}
	return near.and(g.Shared)
}

// isFiller reports whether an item says nothing about what a figure counts.
func (g *grammar) isFiller(s []rune, it item) bool {
	switch it.kind {
	case itemTerm:
		return it.is.within(g.Filler)
	case itemWord:
		return !(it.names(s)) && !it.verb()
	}
	return it.kind == itemBreak && it.mark == '、'
}

// names reports whether the item can be what a figure counts.
func (g *grammar) names(s []rune, it item) bool {
	if it.kind == itemTerm {
		return !it.is.within(g.Verbs.or(g.Filler))
	}
	return it.names(s)
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
		if begins(s[it.start:it.end], w) && it.end-it.start == utf8.RuneCountInString(w) {
			return true
		}
	}
	return false
}

// begins reports whether s begins with the word, without making a string.
func begins(s []rune, w string) bool {
	for _, c := range w {
		if len(s) == 0 || s[0] != c {
			return false
		}
		s = s[1:]
	}
	return true
}

// startsWith reports whether the item's text begins with the word.
func startsWith(s []rune, it item, w string) bool { return begins(s[it.start:it.end], w) }

// endsWith reports whether the item's text ends with the word.
func endsWith(s []rune, it item, w string) bool {
	n := utf8.RuneCountInString(w)
	return it.end-it.start >= n && begins(s[it.end-n:], w)
}
