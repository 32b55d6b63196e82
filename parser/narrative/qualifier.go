package narrative

import (
	"slices"

	"nianbao/parser/text"
)

// qualifierWord is a word that qualifies the figure beside it.
type qualifierWord struct {
	word      []rune
	qualifier string
}

// qualifierWords are those of the rows of tables/words.tsv with the qualifiers' names,
// longer ones before the shorter that they contain.
func qualifierWords(beside string) (all []qualifierWord) {
	for _, q := range [...]string{QualifierAtLeast, QualifierAtMost, QualifierApprox} {
		for _, w := range wordsIn(beside + q).words {
			all = append(all, qualifierWord{w, q})
		}
	}
	slices.SortStableFunc(all, func(a, b qualifierWord) int { return len(b.word) - len(a.word) })
	return all
}

var (
	qualifierBefore = qualifierWords("before:")
	qualifierAfter  = qualifierWords("after:")
)

// qualify sets the qualifier that the words around a figure give it. 累计 is
// seen by the clause, and yields to these.
func qualify(s []rune, f figure) figure {
	for _, q := range qualifierAfter {
		if f.end < len(s) && q.word[0] == s[f.end] && hasPrefix(s, f.end, q.word) {
			f.qualifier = q.qualifier
			return f
		}
	}
	end := f.start
	for end > 0 && (among(" 达到了为有共计", s[end-1])) {
		end--
	}
	for _, at := range [...]int{f.start, end} {
		if at == 0 {
			continue
		}
		for _, q := range qualifierBefore {
			w := q.word
			if at < len(w) || w[len(w)-1] != s[at-1] || !hasPrefix(s, at-len(w), w) {
				continue
			}
			if len(w) == 1 && (!standsAlone(s, at-1) || w[0] == '上' && text.Magnitude(s[f.start]) < 100) {
				continue
			}
			if f.qualifier == "" || q.qualifier != QualifierApprox {
				f.qualifier = q.qualifier
			}
			return f
		}
	}
	return f
}

// standsAlone reports whether the single character at s[i] qualifies, and is
// not the end of another word (最近3次, 通过5件, 节约3万元).
func standsAlone(s []rune, i int) bool {
	if i == 0 {
		return true
	}
	p := s[i-1]
	switch s[i] {
	case '近':
		return !among("最附贴靠邻临亲就远", p)
	case '过':
		return among("已均", p)
	case '约':
		return !among("节预条契合签制特相", p)
	case '超':
		return p != '高' && p != '反'
	}
	return true
}
