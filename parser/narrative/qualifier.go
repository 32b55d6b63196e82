package narrative

import "nianbao/parser/text"

// qualifying are the words before and behind a figure that give it a qualifier.
type qualifying struct {
	qualifier     string
	before, after wordSet
}

var qualifiers = func() (all []qualifying) {
	for _, q := range [...]string{QualifierAtLeast, QualifierAtMost, QualifierApprox} {
		all = append(all, qualifying{q, wordsIn("before:" + q), wordsIn("after:" + q)})
	}
	return all
}()

// qualify sets the qualifier that the words around a figure give it. 累计 is
// seen by the clause, and yields to these.
func qualify(s []rune, f figure) figure {
	for _, q := range qualifiers {
		if q.after.at(s, f.end) > 0 {
			f.qualifier = q.qualifier
			return f
		}
	}
	end := f.start
	for end > 0 && among(" 达到了为有共计", s[end-1]) {
		end--
	}
	longest := 0
	for _, at := range [...]int{f.start, end} {
		if longest > 0 {
			break
		}
		for _, q := range qualifiers {
			if n := q.before.endingAt(s, at); n > longest && (n > 1 || standsAlone(s, at-1, f.start)) {
				longest, f.qualifier = n, q.qualifier
			}
		}
	}
	return f
}

// standsAlone reports whether the single character at s[i] qualifies the figure at
// s[at], and is not the end of another word (最近3次, 通过5件, 节约3万元, 网上5件).
func standsAlone(s []rune, i, at int) bool {
	if s[i] == '上' {
		return text.Magnitude(s[at]) >= 100
	}
	return wording.NotQualifying.endingAt(s, i+1) == 0
}
