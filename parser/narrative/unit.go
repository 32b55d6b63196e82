package narrative

import (
	"strings"
	"sync"
)

// unitKind is what a unit measures. Kinds at or above ordinal never make a
// figure a mention.
type unitKind string

const (
	unitNone    unitKind = "" // no unit printed
	unitItem    unitKind = "item"
	unitTimes   unitKind = "occasion"
	unitPerson  unitKind = "person"
	unitVisit   unitKind = "visit"
	unitPercent unitKind = "percent"
	unitMoney   unitKind = "money"
	unitMeasure unitKind = "measure"
	unitSlot    unitKind = "slot" // 无 in the place of a figure
)

// counts reports whether a figure with such a unit is a mention by itself.
func (k unitKind) counts() bool {
	switch k {
	case unitItem, unitTimes, unitPerson, unitVisit, unitPercent, unitMoney, unitMeasure:
		return true
	}
	return false
}

type unit struct {
	text   string
	name   []rune
	kind   unitKind
	guards string // characters that make it the start of another word
}

// unitTable holds the units by their first character, longest first.
var unitTable = sync.OnceValue(func() map[rune][]unit {
	m := map[rune][]unit{}
	for _, row := range readTable("units.tsv", 3) {
		u := unit{row[0], []rune(row[0]), unitKind(row[1]), row[2]}
		list := m[u.name[0]]
		at := 0
		for at < len(list) && len(list[at].name) >= len(u.name) {
			at++
		}
		m[u.name[0]] = append(list[:at], append([]unit{u}, list[at:]...)...)
	}
	return m
})

// unitAt returns the longest unit that stands at s[i].
func unitAt(s []rune, i int) (unit, bool) {
	if i >= len(s) {
		return unit{}, false
	}
	for _, u := range unitTable()[s[i]] {
		if !hasPrefix(s, i, u.name) {
			continue
		}
		if next := i + len(u.name); next < len(s) && strings.ContainsRune(u.guards, s[next]) {
			continue
		}
		return u, true
	}
	return unit{}, false
}

func hasPrefix(s []rune, i int, p []rune) bool {
	if i+len(p) > len(s) {
		return false
	}
	for k, r := range p {
		if s[i+k] != r {
			return false
		}
	}
	return true
}
