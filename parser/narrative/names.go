package narrative

import (
	"slices"
	"strings"
	"sync"

	"nianbao/parser/region"
	"nianbao/parser/text"
)

type nameTable struct {
	names  map[rune][][]rune
	heads  [][]rune
	behind map[string][][]rune // what may follow one unit only
}

var loadNames = sync.OnceValue(func() nameTable {
	t := nameTable{names: map[rune][][]rune{}, behind: map[string][][]rune{}}
	add := func(name string) {
		w := []rune(name)
		t.names[w[0]] = append(t.names[w[0]], w)
	}
	for _, row := range readTable("names.tsv", 2) {
		switch row[0] {
		case "head":
			t.heads = append(t.heads, []rune(row[1]))
		case "name":
			add(row[1])
		default:
			t.behind[row[0]] = append(t.behind[row[0]], []rune(row[1]))
		}
	}
	for _, r := range region.All() { // 七台河市, 三台县: a place and no 7台
		w := []rune(r.Name)
		numeral := 0
		for numeral < len(w) && text.HanNumeral(w[numeral]) {
			numeral++
		}
		if _, counts := text.UnitAt(w, numeral); numeral == 0 || !counts {
			continue
		}
		add(r.Name)
		if len(w) > 3 {
			add(string(w[:len(w)-1])) // 七台河, but not 三台
		}
	}
	return t
})

// nameAt returns the length of the name with a numeral that starts at s[i].
func nameAt(s []rune, i int) int {
	longest := 0
	for _, n := range loadNames().names[s[i]] {
		if len(n) > longest && hasPrefix(s, i, n) {
			longest = len(n)
		}
	}
	return longest
}

// slogans reports whether slogans count in the unit: 四个精准对接, 三项落实. 两件不予公开
// is none.
func slogans(unit string) bool { return strings.ContainsAny(unit, "个项类种条") }

// abstraction reports whether what follows a numeral and its unit at s[i] is
// nothing that is counted: 三个方面, 十件民生实事.
func abstraction(s []rune, i int, unit string) bool {
	heads := loadNames().behind[unit]
	if slogans(unit) {
		heads = loadNames().heads
	}
	return slices.ContainsFunc(heads, func(h []rune) bool { return hasPrefix(s, i, h) })
}

// quoted reports whether s[start:end] stands within quotation marks short
// enough to hold a name.
func quoted(s []rune, start, end int) bool {
	open := start - 1
	for ; open >= 0 && open >= start-12 && !among("“‘", s[open]); open-- {
		if among("”’", s[open]) {
			return false
		}
	}
	return open >= 0 && open >= start-12 && slices.ContainsFunc(s[end:max(end, min(len(s), open+16))], func(c rune) bool { return among("”’", c) })
}
