package narrative

import (
	"slices"
	"strings"
	"sync"

	"nianbao/parser/region"
	"nianbao/parser/text"
)

// names are words that hold a numeral and count nothing: 五位一体, 三元里.
var names = sync.OnceValue(func() wordSet {
	set := wordsIn("names")
	for _, r := range region.All() { // 七台河市, 三台县: a place and no 7台
		w := []rune(r.Name)
		numeral := pastNumerals(w, 0)
		if _, counts := text.UnitAt(w, numeral); numeral == 0 || !counts {
			continue
		}
		set.add(w)
		if len(w) > 3 {
			set.add(w[:len(w)-1]) // 七台河, but not 三台
		}
	}
	return set
})

// headsBehind are the words that follow a numeral and its unit and are nothing that is counted.
var headsBehind = map[string]wordSet{"件": wordsIn("behind:件"), "篇": wordsIn("behind:篇")}

// slogans reports whether slogans count in the unit: 四个精准对接, 三项落实. 两件不予公开
// is none.
func slogans(unit string) bool { return strings.ContainsAny(unit, "个项类种条") }

// abstraction reports whether what follows a numeral and its unit at s[i] is
// nothing that is counted: 三个方面, 十件民生实事.
func abstraction(s []rune, i int, unit string) bool {
	heads := headsBehind[unit]
	if slogans(unit) {
		heads = wording.Slogans
	}
	return heads.at(s, i) > 0
}

// quoted reports whether s[start:end] stands within quotation marks short
// enough to hold a name.
func quoted(s []rune, start, end int) bool {
	for open := start - 1; open >= max(0, start-12); open-- {
		switch s[open] {
		case '”', '’':
			return false
		case '“', '‘':
			behind := s[end:max(end, min(len(s), open+16))]
			return slices.Contains(behind, '”') || slices.Contains(behind, '’')
		}
	}
	return false
}
