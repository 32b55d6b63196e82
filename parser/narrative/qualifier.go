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

func qualifierWords(qualifier string, words ...string) []qualifierWord {
	all := make([]qualifierWord, len(words))
	for i, w := range words {
		all[i] = qualifierWord{[]rune(w), qualifier}
	}
	return all
}

// Words right before or after a figure that qualify it; longer ones before
// the shorter that they contain.
var (
	qualifierBefore = slices.Concat(
		qualifierWords(QualifierAtLeast, "不少于", "不低于"),
		qualifierWords(QualifierAtMost, "不超过", "未超过", "不足", "不到", "少于", "低于", "不满", "至多"),
		qualifierWords(QualifierAtLeast, "超过", "突破", "多于", "至少", "高于", "大于"),
		qualifierWords(QualifierApprox, "大约", "将近", "接近", "大概", "约为", "约", "近"),
		qualifierWords(QualifierAtLeast, "逾", "超", "过", "上"),
	)
	qualifierAfter = slices.Concat(
		qualifierWords(QualifierApprox, "左右", "上下"),
		qualifierWords(QualifierAtLeast, "以上"),
		qualifierWords(QualifierAtMost, "以内", "以下", "之内"),
	)
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
	for end > 0 && (isBlank(s[end-1]) || among("达到了为有共计", s[end-1])) {
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
