package narrative

import (
	"reflect"
	"slices"
	"strings"
	"sync"
)

// charSet is a set of the characters of the basic plane.
type charSet [0x10000 / 64]uint64

// charSetOf returns a function that makes the set when it is first asked for.
func charSetOf(holds func(rune) bool) func() *charSet {
	return sync.OnceValue(func() *charSet {
		var c charSet
		for r := rune(0); r < 0x10000; r++ {
			if holds(r) {
				c[r>>6] |= 1 << (r & 63)
			}
		}
		return &c
	})
}

func (c *charSet) has(r rune) bool { return uint32(r) < 0x10000 && c[r>>6]>>(r&63)&1 != 0 }

// among reports whether a character is one of a few.
func among(set string, c rune) bool {
	for _, one := range set {
		if one == c {
			return true
		}
	}
	return false
}

// wordSet is some words that are looked for together.
type wordSet struct {
	words [][]rune  // longer ones first
	first [8]uint64 // bits of the characters that they begin with
	last  [8]uint64 // and end with
}

var wordRows = sync.OnceValue(func() [][]string { return readTable("words.tsv") })

// wording has the words of the rows of tables/words.tsv, which says what each are; those of
// rows with a colon are asked for by wordsIn.
var wording = func() (w struct {
	// Bodies, and what they do.
	BodyEnds, AgencyEnds, BodyGroups, BodyChannels, BodyVerbs, Bodies, NoName, NoOrgans, Villages, Elsewhere,
	Territories, Governments, OwnBodies, OwnOffices, AlwaysOwn, BeforeSubject, NotSubject, Jointly, Directing, Deciding, Reviewing wordSet
	// Times.
	TimeChars, BeforeTime, YearStarts, YearParts, YearWords, SinceYear, SinceWords, AllTime, Periods, EachApart, Earlier, CarryOver,
	Comparing, Measured, Plans, NotPlans, Futures, Actual, StockWords, NewWord, NoYears, Gathered wordSet
	// Parts, kinds and sums.
	FirstPart, PartMarks, Acts, Listing, NoListing, Rest, NoRest, AsOne, TotalWords, InAll, InSum, OfEach, Apart, AtLeast wordSet
	// Denials.
	Happens, NoDenial, Deniable, KindDenied, NotDone, Supposing, EmptyNouns, Late wordSet
	// What stands around figures and names.
	About, Adding, AllDone, Applicants, Applying, Asking, Attention, Counts, DisclosureWords, GoesOn, HotlineNumbers, Interpreted, Interpreting, Joiners, KindWords,
	Leading, Linking, NextVerbs, NotCounted, NotQualifying, Nounless, NumberOf, OfPage, Opinions, Otherwise, Platforms, Policies, ReviewNames, LawsuitNames, SiteNames,
	Slogans, Therefore, Unrelated, Ways wordSet
}) {
	sets := reflect.ValueOf(&w).Elem()
	for i := range sets.NumField() {
		name := sets.Type().Field(i).Name
		sets.Field(i).Set(reflect.ValueOf(wordsIn(strings.ToLower(name[:1]) + name[1:])))
	}
	return w
}()

// wordsIn are the words of a row of tables/words.tsv.
func wordsIn(name string) (set wordSet) {
	for _, row := range wordRows() {
		if row[0] != name {
			continue
		}
		for _, w := range strings.Fields(row[1]) {
			set.add([]rune(w))
		}
		return set
	}
	panic("narrative: tables/words.tsv has no words " + name)
}

// add puts a word behind those that are no shorter.
func (set *wordSet) add(w []rune) {
	i, _ := slices.BinarySearchFunc(set.words, len(w)-1, func(o []rune, length int) int { return length - len(o) })
	set.words = slices.Insert(set.words, i, w)
	set.first[w[0]>>6&7] |= 1 << (w[0] & 63)
	end := w[len(w)-1]
	set.last[end>>6&7] |= 1 << (end & 63)
}

// at returns the length of the longest of the words that stands at s[i], 0 where none
// does.
func (set *wordSet) at(s []rune, i int) int {
	if i >= len(s) || !set.begins(s[i]) {
		return 0
	}
	for _, w := range set.words {
		if w[0] == s[i] && i+len(w) <= len(s) && slices.Equal(s[i:i+len(w)], w) {
			return len(w)
		}
	}
	return 0
}

// begins reports whether one of the words may begin with a character.
func (set *wordSet) begins(c rune) bool { return set.first[c>>6&7]>>(c&63)&1 != 0 }

// endingAt returns the length of the longest of the words that ends before s[i], 0
// where none does.
func (set *wordSet) endingAt(s []rune, i int) int {
	if i == 0 || set.last[s[i-1]>>6&7]>>(s[i-1]&63)&1 == 0 {
		return 0
	}
	for _, w := range set.words {
		if i >= len(w) && slices.Equal(s[i-len(w):i], w) {
			return len(w)
		}
	}
	return 0
}

// is reports whether an item is one of the words.
func (set *wordSet) is(s []rune, it item) bool { return set.at(s, it.start) == it.end-it.start }

// in reports whether one of the words stands in s.
func (set *wordSet) in(s []rune) bool {
	for i, c := range s {
		if set.begins(c) && set.at(s, i) > 0 {
			return true
		}
	}
	return false
}
